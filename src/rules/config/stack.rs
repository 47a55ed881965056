//! The layers of an image as one stack: whether any of them has a file at a path. It answers *unknown* rather than guess.

use crate::artifact::documents::Config;
use crate::artifact::{Document, Inventory, Missing, Why, survey};
use crate::bytes::blob::{BlobFacts, TarFacts};
use crate::bytes::tar::EntryKind;
use crate::place::Locus;
use crate::rules::walk;

/// An image with the tars of its layers, base first.
pub struct Stack<'a> {
    /// The config's document.
    pub document: &'a Document,
    /// The config.
    pub config: &'a Config,
    /// The tars, or what is missing of them.
    layers: Result<Vec<&'a TarFacts>, Missing>,
}

/// Whether a file is there.
pub enum Look {
    /// Some layer has an entry of this path.
    Here,
    /// No layer has.
    Gone,
    /// What is known does not tell.
    Unknown(Missing),
}

/// Every image whose layers are all tars by their types, OCI's and those of a docker-archive, each config once.
pub fn all<'a>(inventory: &'a Inventory) -> Vec<Stack<'a>> {
    let mut stacks: Vec<Stack<'a>> = Vec::new();
    let mut add = |stack: Stack<'a>| {
        if !stacks
            .iter()
            .any(|s| std::ptr::eq(s.document, stack.document))
        {
            stacks.push(stack);
        }
    };
    for image in walk::images(inventory) {
        let layers = image.manifest.layers();
        let archives = layers.iter().all(|l| walk::is_archive_type(l.media_type()));
        if let (Ok((document, config)), true) = (image.config, archives) {
            let measured = layers.iter().map(|layer| {
                let at = image.document.locus(&layer.pointer);
                tar_of(inventory.facts(image.document, layer), layer.digest(), at)
            });
            add(Stack {
                document,
                config,
                layers: measured.collect(),
            });
        }
    }
    for (document, image) in walk::docker_images(inventory) {
        let Ok((target, config)) = walk::docker_config(inventory, document, image) else {
            continue;
        };
        let measured = image.layer_paths().into_iter().map(|path| {
            let at = walk::field_or_object(document, &image.pointer, "Layers");
            let facts = walk::docker_blob(inventory, path, &at)
                .and_then(|id| inventory.blob_facts(id, Some(at.clone())));
            tar_of(facts, path, at)
        });
        add(Stack {
            document: target,
            config,
            layers: measured.collect(),
        });
    }
    stacks
}

/// The tar of a layer whose every entry is listed.
fn tar_of<'a>(
    facts: Result<&'a BlobFacts, Missing>,
    what: &str,
    at: Locus,
) -> Result<&'a TarFacts, Missing> {
    let facts = facts?;
    let whole = |tar: &&TarFacts| {
        facts.complete
            && tar.entries == tar.listing.len() as u64
            && tar
                .defect
                .as_ref()
                .is_none_or(|defect| defect.is_harmless())
    };
    facts.tar.as_deref().filter(whole).ok_or_else(|| Missing {
        what: what.to_string(),
        why: Why::Unreadable,
        at: Some(at),
    })
}

impl Stack<'_> {
    /// Whether a layer has an entry at an absolute path. A link on the way, or an entry that leads out of its place,
    /// leaves it open.
    pub fn look(&self, path: &str) -> Look {
        let layers = match &self.layers {
            Ok(layers) => layers,
            Err(missing) => return Look::Unknown(missing.clone()),
        };
        let climbs = |path: &str| path.split('/').any(|part| part == "..");
        let wanted = survey::clean(path);
        let mut open = climbs(&wanted) || wanted.is_empty();
        for entry in layers.iter().flat_map(|tar| &tar.listing) {
            let here = survey::clean(&entry.path);
            if here == wanted {
                return Look::Here;
            }
            let on_the_way = wanted
                .strip_prefix(&here)
                .is_some_and(|rest| rest.starts_with('/'));
            open |= climbs(&here) || (on_the_way && entry.kind != EntryKind::Dir);
        }
        if open {
            return Look::Unknown(Missing {
                what: path.to_string(),
                why: Why::NotSettled,
                at: Some(self.document.locus("/config")),
            });
        }
        Look::Gone
    }
}
