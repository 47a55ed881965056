//! What every scanner needs of an image in the end: a config that is one, and layers that can be read. A fact that is
//! missing or odd leaves the verdict open. It knows no scanner.

use crate::artifact::documents::{Claim, Claims, Descriptor};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::blob::BlobFacts;
use crate::consumers::go_archive::{TarEnd, tar_end};
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::text::{Phrase, say};

/// A missing fact.
pub fn open(what: &str, why: Why, at: Locus) -> Stop {
    Missing {
        what: what.to_string(),
        why,
        at: Some(at),
    }
    .into()
}

/// Ends in a refusal.
pub fn refuse<T>(
    trace: &mut Trace,
    error: String,
    because: Phrase,
    at: Locus,
    fixes: Vec<Fix>,
) -> Result<T, Stop> {
    trace.fail(because.clone(), Some(at.clone()));
    let mut refusal = Refusal::new(error, because, Some(at));
    refusal.fixes = fixes;
    Err(refusal.into())
}

/// Whether a blob is a tar that Go reads to its end, compressed or not; why not known otherwise.
pub fn is_tar(facts: &BlobFacts) -> Result<bool, Why> {
    Ok(facts.tar.is_some() && tar_end(facts)? == TarEnd::Clean)
}

/// An image manifest whose config is an image's, with a diffID for each layer, and whose layers are tars.
pub fn image(
    case: &Case,
    trace: &mut Trace,
    who: &'static str,
    document: &Document,
) -> Result<(), Stop> {
    let Claims::Manifest(manifest) = &document.claims else {
        return Err(open(
            &document.path,
            Why::NotSettled,
            Locus::whole(&document.path),
        ));
    };
    let inventory = case.inventory;
    let (Claim::Is { value: config, .. }, Claim::Is { value: layers, .. }) =
        (&manifest.config, &manifest.layers)
    else {
        return Err(open(
            &document.path,
            Why::NotSettled,
            Locus::whole(&document.path),
        ));
    };
    let target = inventory.target(document, config)?;
    let count = match &target.claims {
        Claims::Config(config) => config.diff_ids().len(),
        _ => {
            return Err(open(
                config.digest(),
                Why::NotSettled,
                document.locus("/config"),
            ));
        }
    };
    if count != layers.len() {
        let at = target.locus("/rootfs/diff_ids");
        return Err(open("rootfs.diff_ids", Why::NotSettled, at));
    }
    for layer in layers {
        readable(inventory, document, layer)?;
    }
    trace.pass(
        say(
            "{who} finds an image config and can read every layer (of {count}).",
            "{who} 读到镜像配置，全部 {count} 层都可读取。",
        )
        .name("who", who)
        .count("count", layers.len() as u64),
        Some(document.locus("/layers")),
    );
    Ok(())
}

fn readable(inventory: &Inventory, document: &Document, layer: &Descriptor) -> Result<(), Stop> {
    let at = document.locus(&layer.pointer);
    let facts = inventory.facts(document, layer)?;
    if !crate::artifact::has_digest(facts, layer.digest()) {
        return Err(open(layer.digest(), Why::Unreadable, at));
    }
    match is_tar(facts) {
        Ok(true) => Ok(()),
        Ok(false) => Err(open(layer.digest(), Why::NotSettled, at)),
        Err(why) => Err(open(layer.digest(), why, at)),
    }
}

/// The document at a path of the input.
pub fn document_at<'a>(inventory: &'a Inventory, path: &str) -> Option<&'a Document> {
    inventory
        .documents
        .iter()
        .find(|document| document.path == path)
}

/// Whether the archive has a member of exactly this name.
pub fn has_member(inventory: &Inventory, name: &str) -> bool {
    inventory
        .entries
        .iter()
        .any(|entry| entry.raw_path() == name)
}
