//! The layers of an image one above the other, and what the layers below one of them have at a path. It answers from
//! fingerprints, and says so where it cannot.

use super::{Opened, TarLayer, open, unreadable};
use crate::artifact::documents::Manifest;
use crate::artifact::{Blob, BlobId, Document, Inventory, Missing, Start, Why};
use crate::bytes::blob::{OpenPath, Presence};
use crate::limits;
use crate::place::Locus;
use crate::rules::Out;
use crate::rules::walk;
use crate::spec::media_type as mt;
use std::collections::BTreeSet;

/// One layer of an image.
pub(in crate::rules) enum Part<'a> {
    /// A tar.
    Tar(TarLayer<'a>),
    /// Without any bytes.
    Empty,
    /// Not given, not read, or nothing that can be seen into.
    Unknown(Missing),
}

/// What the layers below one have at a path.
pub(in crate::rules) enum Below {
    /// This.
    There(Presence),
    /// Something that a whiteout or a file put in its place removes.
    Removed,
    /// Nothing.
    Nothing,
    /// That is not to be told.
    Unknown(Missing),
}

/// Every image's layers, from the lowest. Layers that no image names are left out.
pub(in crate::rules) fn stacks(inventory: &Inventory) -> Vec<Vec<Part<'_>>> {
    let mut stacks: Vec<Vec<Part>> = walk::images(inventory)
        .into_iter()
        .map(|image| of_manifest(inventory, image.document, image.manifest))
        .collect();
    for (document, image) in walk::docker_images(inventory) {
        let paths = image.layer_paths().into_iter().enumerate();
        stacks.push(
            paths
                .map(|(i, path)| {
                    let at = document.locus(&format!("{}/Layers/{i}", image.pointer));
                    part(inventory, walk::docker_blob(inventory, path, &at), at)
                })
                .collect(),
        );
    }
    stacks
}

/// The layers that a manifest names, from the lowest. What is not unpacked (signatures, statements) is left out.
pub(in crate::rules) fn of_manifest<'a>(
    inventory: &'a Inventory,
    document: &Document,
    manifest: &Manifest,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for layer in manifest.layers() {
        let at = document.locus(&layer.pointer);
        if walk::is_encrypted(layer.media_type()) {
            parts.push(Part::Unknown(Missing {
                what: layer.digest().to_string(),
                why: Why::Unreadable,
                at: Some(at),
            }));
        } else if mt::is_layer(layer.media_type()) {
            parts.push(part(inventory, inventory.content(document, layer), at));
        }
    }
    parts
}

fn part(inventory: &Inventory, blob: Result<BlobId, Missing>, at: Locus) -> Part<'_> {
    let measured = blob.and_then(|id| {
        let facts = inventory.blob_facts(id, Some(at.clone()))?;
        Ok(inventory.blobs.get(id).map(|blob| (blob, facts)))
    });
    let (blob, facts) = match measured {
        Ok(Some(found)) => found,
        Ok(None) => return Part::Empty,
        Err(missing) => return Part::Unknown(missing),
    };
    match open(facts) {
        Opened::Tar(tar) => Part::Tar(TarLayer {
            blob,
            facts,
            tar,
            named_at: Some(at),
        }),
        Opened::Empty => Part::Empty,
        Opened::Hidden | Opened::NoTar => Part::Unknown(unreadable(blob, Some(at))),
    }
}

/// Which paths of a layer are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Asks {
    /// Targets of hard links that its own tar does not have.
    Links,
    /// What its whiteouts remove.
    Whiteouts,
}

/// Asks the layers below each layer of each image for its open paths, and hands the answers on. The same path of the
/// same layer is handed on once, with its first answer that is known; for a layer with a path that cannot be told, that
/// is noted once. The lowest layers have nothing to ask for whiteouts.
pub(in crate::rules) fn ask<'a>(
    inventory: &'a Inventory,
    out: &mut Out,
    asks: Asks,
    answer: &mut dyn FnMut(&TarLayer<'a>, &'a OpenPath, Below, &mut Out),
) {
    let mut answered: BTreeSet<(&str, u64)> = BTreeSet::new();
    for stack in stacks(inventory) {
        for (height, part) in stack.iter().enumerate() {
            let layer = match part {
                Part::Tar(layer) => layer,
                Part::Empty => {
                    out.looked();
                    continue;
                }
                Part::Unknown(missing) => {
                    out.missing(missing.clone());
                    continue;
                }
            };
            out.looked();
            let (paths, all) = match asks {
                Asks::Links => (&layer.tar.open_links, layer.tar.all_links_kept),
                Asks::Whiteouts if height == 0 => continue,
                Asks::Whiteouts => (&layer.tar.whiteouts, layer.tar.all_whiteouts_kept),
            };
            if !(all && layer.tar.is_whole() && layer.facts.complete) {
                out.missing(layer.missing());
            }
            let lower = stack.get(..height).unwrap_or_default();
            let mut unknown = None;
            for path in paths {
                let key = (layer.blob.path.as_str(), path.index);
                if answered.contains(&key) {
                    continue;
                }
                match below(lower, layer, path) {
                    Below::Unknown(missing) => unknown = Some(missing),
                    known => {
                        answered.insert(key);
                        answer(layer, path, known, out);
                    }
                }
            }
            if let Some(missing) = unknown {
                out.missing(missing);
            }
        }
    }
    lone_layers(inventory, out, asks);
}

/// A layer by itself has nothing below it that could be asked, unless it asks for nothing.
pub(in crate::rules) fn lone_layers(inventory: &Inventory, out: &mut Out, asks: Asks) {
    for root in &inventory.roots {
        let Start::Blob(id) = root.start else {
            continue;
        };
        let blob: Option<&Blob> = inventory.blobs.get(id);
        let Some((blob, tar)) = blob.and_then(|blob| Some((blob, blob.facts()?.tar.as_ref()?)))
        else {
            continue;
        };
        out.looked();
        let asks_nothing = match asks {
            Asks::Links => tar.open_links.is_empty() && tar.all_links_kept,
            Asks::Whiteouts => tar.whiteouts.is_empty() && tar.all_whiteouts_kept,
        };
        if !(asks_nothing && tar.is_whole() && blob.facts().is_some_and(|f| f.complete)) {
            out.missing(Missing {
                what: blob.path.to_string(),
                why: Why::NotGiven,
                at: None,
            });
        }
    }
}

fn below(lower: &[Part], layer: &TarLayer, path: &OpenPath) -> Below {
    let own = || Below::Unknown(layer.missing());
    let Some(prints) = path.prints.as_ref().filter(|_| !path.through_symlink) else {
        return own();
    };
    let Some((target, above)) = prints.0.split_last() else {
        return own();
    };
    if lower.len() > limits::LOWER_LAYERS {
        return own();
    }
    let mut removed = path.removed;
    for part in lower.iter().rev() {
        let layer = match part {
            Part::Tar(layer) => layer,
            Part::Empty => continue,
            Part::Unknown(missing) => return Below::Unknown(missing.clone()),
        };
        let paths = &layer.tar.paths;
        if !(paths.complete && layer.facts.complete) {
            return Below::Unknown(layer.missing());
        }
        match paths.at(target) {
            Some(_) if removed => return Below::Removed,
            Some(what) => return Below::There(what),
            None => {}
        }
        let way: Vec<Option<Presence>> = above.iter().map(|print| paths.at(print)).collect();
        // Where a link on the way leads is not followed.
        if way.contains(&Some(Presence::Symlink)) {
            return Below::Unknown(layer.missing());
        }
        removed |= paths.hides(prints) || way.contains(&Some(Presence::Other));
    }
    Below::Nothing
}
