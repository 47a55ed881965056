//! Rules `tar-*`: the entries of layers. Here is what they share: which layers are tars, and how their notes become
//! findings. Only what is typed as a layer is looked into: the specification says nothing of other content that happens
//! to be a tar, such as a Helm chart, and the outer archive has rules of its own.

pub(super) mod format;
pub(super) mod links;
pub(super) mod names;
pub(super) mod stack;
#[cfg(test)]
mod tests;
pub(super) mod types;

use super::Out;
use super::walk::{self, LayerBlob, Role};
use crate::artifact::{Blob, Inventory, Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryNote, Form, Oddity, TarFacts};
use crate::limits;
use crate::order;
use crate::place::Locus;
use crate::report::Severity;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say};

/// A layer whose tar was read, to its end or as far as it can be.
#[derive(Clone)]
pub(super) struct TarLayer<'a> {
    /// Its blob.
    pub blob: &'a Blob,
    /// What was measured of the blob.
    pub facts: &'a BlobFacts,
    /// What was measured of the tar.
    pub tar: &'a TarFacts,
    /// What names it.
    pub named_at: Option<Locus>,
}

impl TarLayer<'_> {
    /// A place in the tar.
    pub fn at(&self, entry: &str, offset: u64) -> Locus {
        Locus {
            entry: Some(entry.to_string()),
            offset: Some(offset),
            ..Locus::whole(&self.blob.path)
        }
    }

    /// The layer as a whole cannot be looked at, or not all of it.
    pub fn missing(&self) -> Missing {
        unreadable(self.blob, self.named_at.clone())
    }

    /// The note's finding, with the places that have to do with it.
    pub fn note(&self, note: &EntryNote, says: Phrase, out: &mut Out) {
        let says = fill(says, self, note);
        self.found(note, says, out);
    }

    fn found(&self, note: &EntryNote, says: Phrase, out: &mut Out) {
        out.found_as(self.at(&note.path, note.offset), says);
        self.relate(out);
    }

    /// Adds what names the layer to the finding made last.
    pub fn relate(&self, out: &mut Out) {
        if let Some(last) = out.findings.last_mut() {
            last.related.extend(self.named_at.clone());
        }
    }
}

fn unreadable(blob: &Blob, at: Option<Locus>) -> Missing {
    Missing {
        what: blob.path.to_string(),
        why: Why::Unreadable,
        at,
    }
}

/// Which oddities a rule is about. A plain function, so that what goes through the notes is compiled once and not for
/// each rule.
pub(super) type Wanted = fn(Oddity) -> bool;

/// What a measured layer is to these rules.
enum Opened<'a> {
    /// A tar.
    Tar(&'a TarFacts),
    /// No bytes at all, which readers take for a tar without entries.
    Empty,
    /// Not to be seen into.
    Hidden,
    /// Something else; `layer-not-tar` speaks of it.
    NoTar,
}

fn open(facts: &BlobFacts) -> Opened<'_> {
    let form = facts.payload_form();
    match &facts.tar {
        Some(tar) => Opened::Tar(tar),
        None if !facts.complete => Opened::Hidden,
        None => match form {
            Form::Empty => Opened::Empty,
            Form::Xz | Form::Bzip2 | Form::Lz4 | Form::Gzip | Form::Zstd => Opened::Hidden,
            _ => Opened::NoTar,
        },
    }
}

/// A layer type whose content can be seen without a key.
fn is_open_layer(media_type: &str) -> bool {
    mt::is_layer(media_type) && !walk::is_encrypted(media_type)
}

/// Every layer that is a tar, each once. What cannot be seen is noted as missing; a tar that is not whole is given, for
/// what was seen of it, and noted as well.
pub(super) fn layers<'a>(inventory: &'a Inventory, out: &mut Out) -> Vec<TarLayer<'a>> {
    let (layers, missing) = walk::layer_blobs_of(inventory, is_open_layer);
    for missing in missing {
        out.missing(missing);
    }
    for placed in walk::descriptors(inventory) {
        let descriptor = placed.descriptor;
        if placed.role == Role::Layer && walk::is_encrypted(descriptor.media_type()) {
            out.missing(Missing {
                what: descriptor.digest().to_string(),
                why: Why::Unreadable,
                at: Some(placed.whole()),
            });
        }
    }
    let mut found = Vec::new();
    for LayerBlob {
        blob,
        facts,
        named_at,
    } in layers
    {
        match open(facts) {
            Opened::Tar(tar) => {
                out.looked();
                if !(tar.is_whole() && facts.complete) {
                    out.missing(unreadable(blob, named_at.clone()));
                }
                found.push(TarLayer {
                    blob,
                    facts,
                    tar,
                    named_at,
                });
            }
            Opened::Empty => out.looked(),
            Opened::Hidden => out.missing(unreadable(blob, named_at)),
            Opened::NoTar => {}
        }
    }
    found
}

/// Notes that a rule which compares paths could not compare all of them.
pub(super) fn compares_paths(inventory: &Inventory, out: &mut Out) {
    for layer in layers(inventory, out) {
        if !layer.tar.all_paths_compared {
            out.missing(layer.missing());
        }
    }
}

/// A finding for each of the first entries of each layer whose oddity is asked for, and one for the rest of them.
pub(super) fn each(inventory: &Inventory, out: &mut Out, wanted: Wanted) {
    for layer in layers(inventory, out) {
        let mut listed = 0;
        for note in notes(&layer, wanted) {
            layer.note(note, out.says.into(), out);
            listed += 1;
        }
        rest(&layer, count(&layer, wanted), listed, out);
    }
}

/// One finding for each layer that has such entries: how many, and where the first is. For what is common.
pub(super) fn once(inventory: &Inventory, out: &mut Out, wanted: Wanted) {
    for layer in layers(inventory, out) {
        let says = out.says.into();
        once_in(&layer, out, wanted, 1, says);
    }
}

/// The same, with the places of as many as were kept.
pub(super) fn listed(inventory: &Inventory, out: &mut Out, wanted: Wanted) {
    for layer in layers(inventory, out) {
        let says = out.says.into();
        once_in(&layer, out, wanted, limits::NOTES_PER_ODDITY, says);
    }
}

/// The same for one layer, with at most so many places and a sentence of its own.
pub(super) fn once_in(
    layer: &TarLayer,
    out: &mut Out,
    wanted: Wanted,
    listed: usize,
    says: Phrase,
) {
    let mut notes = notes(layer, wanted).into_iter();
    let Some(first) = notes.next() else {
        return;
    };
    let says = says.count("count", count(layer, wanted));
    layer.note(first, says, out);
    if let Some(last) = out.findings.last_mut() {
        let others = notes.map(|note| layer.at(&note.path, note.offset));
        last.related.extend(others.take(listed.saturating_sub(1)));
    }
}

/// One finding for the entries of a layer that are not listed one by one.
pub(super) fn rest(layer: &TarLayer, count: u64, listed: u64, out: &mut Out) {
    let severity = out.findings.last().map_or(Severity::Info, |f| f.severity);
    if count > listed && listed > 0 {
        let says = say(
            "In the layer {layer}, {count} entries are like this; the first {listed} are listed one by one.",
            "层 {layer} 中共有 {count} 个这样的条目；前 {listed} 个已逐一列出。",
        )
        .code("layer", &layer.blob.path)
        .count("count", count)
        .count("listed", listed);
        out.found_as(Locus::whole(&layer.blob.path), says);
        out.weighs(severity);
        layer.relate(out);
    }
}

/// The first notes of a layer whose oddity is asked for, in the order of the entries.
pub(super) fn notes<'a>(layer: &TarLayer<'a>, wanted: Wanted) -> Vec<&'a EntryNote> {
    let mut notes: Vec<&EntryNote> = layer
        .tar
        .oddities
        .iter()
        .filter(|note| wanted(note.what))
        .collect();
    order::by_key(&mut notes, |note| note.index);
    notes
}

/// How many entries of a layer have an oddity that is asked for.
pub(super) fn count(layer: &TarLayer, wanted: Wanted) -> u64 {
    let counts = layer.tar.oddity_counts.iter();
    counts
        .filter(|(what, _)| wanted(*what))
        .fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

/// Gives the placeholders that a sentence has about one entry.
fn fill(says: Phrase, layer: &TarLayer, note: &EntryNote) -> Phrase {
    let values = [
        ("layer", layer.blob.path.as_str()),
        ("entry", shown(&note.path)),
        ("link", shown(note.link.as_deref().unwrap_or_default())),
        ("detail", note.detail.as_deref().unwrap_or_default()),
    ];
    let mut says = says;
    for (name, value) in values {
        if says.en.contains(&format!("{{{name}}}")) {
            says = says.code(name, value);
        }
    }
    says
}

/// A name that can be seen even where it is empty.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}
