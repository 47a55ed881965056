//! How an image is reached and what is asked for there: the transports and their names.

use crate::artifact::Start;
use crate::artifact::kinds::Packaging;
use crate::consumers::{Case, containerd};
use crate::spec::annotation;

/// How an image is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Transport {
    /// A layout in a folder, `oci:`.
    Layout,
    /// A layout in a tar, `oci-archive:`.
    LayoutArchive,
    /// What `docker save` writes, `docker-archive:`.
    DockerArchive,
    /// A manifest and its blobs in a folder, `dir:`.
    Folder,
    /// A registry, `docker://`.
    Registry,
}

impl Transport {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Layout => "oci",
            Transport::LayoutArchive => "oci-archive",
            Transport::DockerArchive => "docker-archive",
            Transport::Folder => "dir",
            Transport::Registry => "docker",
        }
    }

    /// The one for a layout, as it was given; none where no files were.
    pub fn layout(case: &Case) -> Option<Transport> {
        let inventory = case.inventory;
        containerd::holds_files(inventory).then_some(match inventory.packaging {
            Packaging::Folder | Packaging::Files => Transport::Layout,
            _ => Transport::LayoutArchive,
        })
    }

    /// The one that a person would use for what was given; none where nothing tells.
    pub fn of(case: &Case) -> Option<Transport> {
        let inventory = case.inventory;
        let is_folder = matches!(inventory.packaging, Packaging::Folder | Packaging::Files);
        let files = containerd::holds_files(inventory);
        let layout = Transport::layout(case).unwrap_or(Transport::LayoutArchive);
        match case.root.map(|root| &root.start) {
            Some(Start::Entry { .. }) => Some(layout),
            Some(Start::DockerImage { .. }) => Some(Transport::DockerArchive),
            Some(Start::Document(id)) => {
                let path = inventory.documents.get(*id).map(|d| d.path.as_str());
                Some(match path {
                    Some("manifest.json") if is_folder => Transport::Folder,
                    _ if files && inventory.blob_at("index.json").is_some() => layout,
                    _ => Transport::Registry,
                })
            }
            _ if files && inventory.blob_at("index.json").is_some() => Some(layout),
            _ if files && inventory.blob_at("manifest.json").is_some() => {
                Some(Transport::DockerArchive)
            }
            _ if files && inventory.blob_at("oci-layout").is_some() => Some(layout),
            _ => None,
        }
    }
}

/// What is asked for in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Asked {
    /// Nothing: the only image.
    Only,
    /// An image by name.
    Named(String),
    /// An image by position.
    At(usize),
}

impl Asked {
    /// What a person would ask for to get the artifact of a case: its name, if it has one.
    pub fn of(case: &Case) -> Asked {
        let Some(root) = case.root else {
            return Asked::Only;
        };
        match (&root.start, root.name.as_deref()) {
            (Start::Entry { descriptor, .. }, _) => {
                match descriptor.annotations.get(annotation::REF_NAME) {
                    Some(name) if !name.is_empty() => Asked::Named(name.clone()),
                    _ => Asked::Only,
                }
            }
            (Start::DockerImage { .. }, Some(name)) if !name.is_empty() => {
                Asked::Named(name.to_string())
            }
            (Start::DockerImage { position, .. }, _) if case.inventory.roots.len() > 1 => {
                Asked::At(*position)
            }
            _ => Asked::Only,
        }
    }
}

/// The folder or file as a person would type it after the transport.
pub(super) fn path_of(case: &Case, transport: Transport) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/+=,-".contains(c);
    let name = case.inventory.name.as_str();
    let typed = !name.is_empty() && name.chars().all(plain) && !name.starts_with('-');
    match transport {
        _ if typed => name.to_string(),
        Transport::Layout | Transport::Folder => "DIR".to_string(),
        _ => "image.tar".to_string(),
    }
}
