//! What containerd finds under a digest, in the content store that an import filled or at a registry, and how it decodes a
//! manifest, an index or a config found there. Error texts are containerd's; nothing is chosen or unpacked here.

use super::document_of;
use crate::artifact::documents::{Config, Descriptor, Index, Manifest};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::blob::BlobFacts;
use crate::consumers::go_types::{self, Go, TEXT};
use crate::consumers::{Refusal, Stop, go_decode};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;
use std::borrow::Cow;

/// Where blobs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Origin {
    /// An archive: each file is stored under the digest that it has.
    Archive,
    /// A registry: each blob stands under the digest that it was pushed with.
    Registry,
    /// A registry, and only what is exactly for the platform was fetched from it.
    Fetched,
}

/// Blobs by digest.
#[derive(Clone, Copy, Debug)]
pub(in crate::consumers) struct Content<'a> {
    /// Everything that was given.
    pub inventory: &'a Inventory,
    /// Where it comes from.
    pub origin: Origin,
}

impl<'a> Content<'a> {
    /// What was measured of the blob under a digest; none where there is no such blob.
    pub fn facts(&self, digest: &str, at: Option<Locus>) -> Result<Option<&'a BlobFacts>, Missing> {
        let Some(id) = self.inventory.blob_for(digest) else {
            return if self.inventory.is_container() {
                Ok(None)
            } else {
                Err(Missing {
                    what: digest.to_string(),
                    why: Why::NotGiven,
                    at,
                })
            };
        };
        let facts = self.inventory.blob_facts(id, at)?;
        let held = self.origin != Origin::Archive || facts.sha256 == digest;
        Ok(held.then_some(facts))
    }

    /// The document behind a descriptor; the refusal where the content store does not have it.
    pub fn document(&self, d: &Descriptor, at: Option<Locus>) -> Result<&'a Document, Stop> {
        let found = if d.digest().is_empty() {
            None
        } else {
            self.facts(d.digest(), at.clone())?
        };
        match (found, self.inventory.blob_for(d.digest())) {
            (Some(_), Some(blob)) => Ok(document_of(self.inventory, blob, at)?),
            _ => Err(absent(d, at).into()),
        }
    }
}

/// The content store does not have what a descriptor points at.
pub(super) fn absent(d: &Descriptor, at: Option<Locus>) -> Refusal {
    let error = if d.digest().is_empty() {
        "\"\" failed validation: invalid argument".to_string()
    } else {
        format!("content digest {}: not found", d.digest())
    };
    Refusal::new(
        error,
        say(
            "containerd reads {digest}, and no file with these contents came with the image.",
            "containerd 需要读取 {digest}，但随镜像到来的文件中没有内容与之相符的。",
        )
        .code("digest", d.digest()),
        at,
    )
}

/// A document of the wrong JSON.
fn undecodable(error: String, document: &Document) -> Stop {
    Refusal::new(
        error,
        say(
            "containerd cannot decode {path}.",
            "containerd 无法解码 {path}。",
        )
        .code("path", &document.path),
        Some(Locus::whole(&document.path)),
    )
    .into()
}

/// What every document is decoded into before it is known what it is.
const UNKNOWN_DOCUMENT: Go = Go::One("images.unknownDocument", &[("mediaType", TEXT)]);

/// `validateMediaType`: the document must not look like the other kind. `who` is the function that asks.
fn validate(document: &Document, d: &Descriptor, who: &str) -> Result<(), Stop> {
    let invalid = |error: String| {
        undecodable(
            format!("{who}: invalid desc {}: {error}", d.digest()),
            document,
        )
    };
    let root = match go_decode::decode(document, UNKNOWN_DOCUMENT, go_decode::Reader::Whole)? {
        Ok(root) => root,
        Err(error) => return Err(invalid(error)),
    };
    let there = |key: &str| root.get(key).is_some();
    let own = go_types::text(root, "mediaType");
    if there("fsLayers") {
        return Err(invalid("media-type: schema 1 not supported".to_string()));
    }
    let media_type = d.media_type();
    if mt::is_manifest(media_type) && (there("manifests") || mt::is_index(own)) {
        return Err(invalid(format!(
            "media-type: expected manifest but found index ({media_type})"
        )));
    }
    if mt::is_index(media_type) && (there("config") || there("layers") || mt::is_manifest(own)) {
        return Err(invalid(format!(
            "media-type: expected index but found manifest ({media_type})"
        )));
    }
    Ok(())
}

/// A manifest; `who` is the function that reads it.
pub(in crate::consumers) fn manifest(
    document: &Document,
    d: &Descriptor,
    who: &str,
) -> Result<Manifest, Stop> {
    validate(document, d, who)?;
    go_decode::manifest(document)?.map_err(|error| undecodable(error, document))
}

/// An index; `who` is the function that reads it.
pub(in crate::consumers) fn index<'d>(
    document: &'d Document,
    d: &Descriptor,
    who: &str,
) -> Result<Cow<'d, Index>, Stop> {
    validate(document, d, who)?;
    go_decode::index(document)?.map_err(|error| undecodable(error, document))
}

/// An image config.
pub(in crate::consumers) fn config(document: &Document) -> Result<Config, Stop> {
    go_decode::config(document)?.map_err(|error| undecodable(error, document))
}
