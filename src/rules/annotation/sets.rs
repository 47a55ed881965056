//! Every map of annotations or labels, with what it belongs to, and the keys that one has twice. It judges nothing.

use crate::artifact::documents::Claims;
use crate::artifact::{Document, Inventory};
use crate::bytes::json::Node;
use crate::place::Locus;
use crate::rules::walk::{self, Role};

/// What a map of annotations belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A manifest or index.
    Document,
    /// A descriptor.
    Descriptor(Role),
    /// The `config` of an image config: these are labels.
    Config,
}

/// A map of annotations as it stands; perhaps no map at all.
pub struct Set<'a> {
    /// The document that it stands in.
    pub document: &'a Document,
    /// Where the map stands.
    pub pointer: String,
    /// The map.
    pub node: &'a Node,
    /// What it belongs to.
    pub holder: Holder,
}

impl Set<'_> {
    /// The pointer of the value of a key.
    pub fn below(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, walk::escape(key))
    }

    /// The place of the value of a key.
    pub fn at(&self, key: &str) -> Locus {
        self.document.locus(&self.below(key))
    }

    /// Whether `ref.name` in here names an entry of a layout. An index that was given alone may be an `index.json`.
    pub fn names_an_entry(&self, inventory: &Inventory) -> bool {
        let top = !walk::is_layout(inventory)
            || walk::root_document(inventory, "index.json")
                .is_some_and(|index| std::ptr::eq(index, self.document));
        top && self.holder == Holder::Descriptor(Role::Entry)
    }
}

/// Every map of annotations or labels. Labels that are null are none.
pub fn sets(inventory: &Inventory) -> impl Iterator<Item = Set<'_>> {
    inventory.documents.iter().flat_map(sets_of)
}

/// Those of one document.
pub fn sets_of(document: &Document) -> Vec<Set<'_>> {
    let mut found = Vec::new();
    let mut add = |pointer: String, holder: Holder| {
        if let Some(node) = walk::node_at(document, &pointer) {
            found.push(Set {
                document,
                pointer,
                node,
                holder,
            });
        }
    };
    let mut descriptor = |pointer: &str, role: Role| {
        add(format!("{pointer}/annotations"), Holder::Descriptor(role));
    };
    match &document.claims {
        Claims::Manifest(manifest) => {
            if let Some(d) = manifest.config.value() {
                descriptor(&d.pointer, Role::Config);
            }
            for d in manifest.layers() {
                descriptor(&d.pointer, Role::Layer);
            }
            if let Some(d) = manifest.subject.value() {
                descriptor(&d.pointer, Role::Subject);
            }
            add("/annotations".to_string(), Holder::Document);
        }
        Claims::Index(index) => {
            for d in index.manifests() {
                descriptor(&d.pointer, Role::Entry);
            }
            if let Some(d) = index.subject.value() {
                descriptor(&d.pointer, Role::Subject);
            }
            add("/annotations".to_string(), Holder::Document);
        }
        Claims::Config(_) => {
            add("/config/Labels".to_string(), Holder::Config);
            found.retain(|set| !set.node.is_null());
        }
        _ => {}
    }
    found
}

/// A key that an object has several times.
pub struct Double {
    /// The key.
    pub key: String,
    /// Where it stands last: the value that Go takes.
    pub last: Locus,
    /// Where it stands before that.
    pub places: Vec<Locus>,
}

/// The keys that one map has several times.
pub fn duplicates(document: &Document, node: &Node, pointer: &str) -> Vec<Double> {
    let own = node
        .duplicates()
        .into_iter()
        .filter(|d| d.pointer.is_empty());
    own.filter_map(|double| {
        let pointer = format!("{pointer}/{}", walk::escape(&double.key));
        let mut places: Vec<Locus> = double
            .ranges
            .iter()
            .map(|range| document.locus_of(range.clone(), Some(&pointer)))
            .collect();
        let last = places.pop()?;
        Some(Double {
            key: double.key,
            last,
            places,
        })
    })
    .collect()
}
