//! Images right, wrong and odd, that real programs are given and our verdicts are held against: layouts, docker-archives
//! and files of neither kind. What a program makes of each is for its own test to find out; nothing is expected here.

mod archives;
mod images;
mod layouts;

use crate::kit::{Layout, tar};
use images::Recipe;
use serde_json::Value;

/// Files by path.
pub type Items = Vec<(String, Vec<u8>)>;

/// One thing to give to a program.
pub struct Artifact {
    /// What is particular about it, as a test names it. Unique.
    pub name: String,
    /// What it is made of.
    pub shape: Shape,
}

/// What an artifact is made of.
pub enum Shape {
    /// An image layout. What is listed in its `index.json` is meant to be what a registry would be asked for.
    Layout(Layout),
    /// A docker-archive.
    Archive(Items),
    /// A file, whatever it is.
    File(Vec<u8>),
}

impl Artifact {
    /// As one file: a tar of it, or the file itself.
    pub fn file(&self) -> Vec<u8> {
        match &self.shape {
            Shape::File(bytes) => bytes.clone(),
            Shape::Layout(layout) => tar(&layout.all()),
            Shape::Archive(items) => tar(items),
        }
    }

    /// As the files of a folder, where it is not one file by nature.
    pub fn items(&self) -> Option<Items> {
        match &self.shape {
            Shape::File(_) => None,
            Shape::Layout(layout) => Some(layout.all()),
            Shape::Archive(items) => Some(items.clone()),
        }
    }

    /// The layout, where it is one.
    pub fn layout(&self) -> Option<&Layout> {
        match &self.shape {
            Shape::Layout(layout) => Some(layout),
            _ => None,
        }
    }

    /// What a registry would hand out for it: its only root, where `index.json` lists exactly one.
    pub fn root(&self) -> Option<&Value> {
        match self.layout()?.index["manifests"].as_array()?.as_slice() {
            [root] => Some(root),
            _ => None,
        }
    }
}

/// All of them: about two hundred.
pub fn all() -> Vec<Artifact> {
    let made = images::all().into_iter().map(|(name, change)| {
        let mut recipe = Recipe::new();
        change(&mut recipe);
        (name, Shape::Layout(recipe.make()))
    });
    made.chain(
        layouts::all()
            .into_iter()
            .map(|(n, l)| (n, Shape::Layout(l))),
    )
    .chain(
        archives::all()
            .into_iter()
            .map(|(n, a)| (n, Shape::Archive(a))),
    )
    .chain(
        archives::files()
            .into_iter()
            .map(|(n, f)| (n, Shape::File(f))),
    )
    .map(|(name, shape)| Artifact {
        name: name.to_string(),
        shape,
    })
    .collect()
}
