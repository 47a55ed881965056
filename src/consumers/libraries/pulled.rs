//! What a registry hands out, for consumers that decide by media types, annotations and counts: a manifest, an index or
//! neither, and the bytes behind a descriptor. It follows no index and refuses nothing: which entry is taken is the
//! caller's own code upstream.

use super::go_archive::Content;
use super::go_decode::{self, Reader};
use super::{Case, Refusal, Trace, go_structs};
use crate::artifact::documents::{Claims, Descriptor, Index, Manifest};
use crate::artifact::kinds::Content as Compared;
use crate::artifact::{Document, Inventory, Missing, Start, Why};
use crate::bytes::blob::BlobFacts;
use crate::bytes::json::Node;
use crate::place::Locus;
use crate::spec::known;
use crate::text::Phrase;

/// What the root is.
#[derive(Clone, Copy, Debug)]
pub(in crate::consumers) enum Top<'a> {
    /// An image manifest.
    Manifest(Pulled<'a>),
    /// An index or manifest list.
    Index(&'a Document, &'a Index),
    /// Docker schema 1, or the artifact manifest of the 1.1 release candidates.
    Other(&'a Document),
}

/// A manifest and the inventory in which its blobs are looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::consumers) struct Pulled<'a> {
    /// The document.
    pub document: &'a Document,
    /// What it claims.
    pub manifest: &'a Manifest,
    inventory: &'a Inventory,
}

/// What the root of a case is; a root that no registry could hand out as a manifest is a missing fact.
pub(in crate::consumers) fn top<'a>(case: &Case<'a>) -> Result<Top<'a>, Missing> {
    read(case.inventory, case.document()?)
}

/// As [`top`], for a document that was found otherwise.
pub(in crate::consumers) fn read<'a>(
    inventory: &'a Inventory,
    document: &'a Document,
) -> Result<Top<'a>, Missing> {
    // A value of another type than the structs have: every client refuses it, each in its own words.
    let kind = match &document.claims {
        Claims::Manifest(_) => Some(go_structs::MANIFEST),
        Claims::Index(_) => Some(go_structs::INDEX),
        _ => None,
    };
    if let Some(kind) = kind
        && go_decode::decode(document, kind, Reader::Stream)?.is_err()
    {
        return Err(Missing {
            what: document.path.clone(),
            why: Why::Unreadable,
            at: Some(Locus::whole(&document.path)),
        });
    }
    claimed(inventory, document)
}

/// What a document claims to be, its types not looked at.
fn claimed<'a>(inventory: &'a Inventory, document: &'a Document) -> Result<Top<'a>, Missing> {
    match &document.claims {
        Claims::Manifest(manifest) => Ok(Top::Manifest(Pulled {
            document,
            manifest,
            inventory,
        })),
        Claims::Index(index) => Ok(Top::Index(document, index)),
        Claims::Schema1 { .. } | Claims::ArtifactManifest { .. } => Ok(Top::Other(document)),
        _ => Err(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: Some(Locus::whole(&document.path)),
        }),
    }
}

impl<'a> Pulled<'a> {
    /// The layers in order.
    pub fn layers(&self) -> &'a [Descriptor] {
        self.manifest.layers()
    }

    /// The media type of the config; empty where there is none.
    pub fn config_type(&self) -> &'a str {
        self.manifest.config_media_type()
    }

    /// The config descriptor, without which nothing can be fetched.
    pub fn config(&self) -> Result<&'a Descriptor, Missing> {
        self.manifest.config.value().ok_or_else(|| Missing {
            what: "config".to_string(),
            why: Why::Unreadable,
            at: Some(self.document.locus("/config")),
        })
    }

    /// Where a descriptor stands.
    pub fn at(&self, d: &Descriptor) -> Locus {
        self.document.locus(&d.pointer)
    }

    /// Where the list of layers stands.
    pub fn at_layers(&self) -> Locus {
        self.document.locus("/layers")
    }

    /// A missing fact about a descriptor.
    pub fn missing(&self, d: &Descriptor, why: Why) -> Missing {
        Missing {
            what: d.digest().to_string(),
            why,
            at: Some(self.at(d)),
        }
    }

    /// The bytes behind a descriptor, as a program fetches them whole. What differs from its descriptor is a missing
    /// fact: with which words it is refused depends on who notices.
    pub fn bytes(&self, d: &Descriptor) -> Result<Content<'a>, Missing> {
        if self.inventory.blob_for(d.digest()).is_none() && d.digest() == known::EMPTY_JSON {
            return Ok(Content::EmptyObject);
        }
        let facts = self.inventory.facts(self.document, d)?;
        match self.inventory.compare(d) {
            Compared::Verified => Ok(Content::Measured(facts)),
            _ => Err(self.missing(d, Why::Unreadable)),
        }
    }

    /// As [`Pulled::bytes`], for a blob that is fetched while its content decides nothing: one that was not given along
    /// with a lone document is taken to be where it belongs.
    pub fn fetched(&self, d: &Descriptor) -> Result<(), Missing> {
        match self.inventory.compare(d) {
            Compared::NotGiven => Ok(()),
            _ => self.bytes(d).map(|_| ()),
        }
    }

    /// The JSON behind a descriptor; none for the known empty object that was not given.
    pub fn json(&self, d: &Descriptor) -> Result<Option<&'a Node>, Missing> {
        if let Content::EmptyObject = self.bytes(d)? {
            return Ok(None);
        }
        match &self.inventory.target(self.document, d)?.json.root {
            Some(root) => Ok(Some(root)),
            None => Err(self.missing(d, Why::Unreadable)),
        }
    }
}

impl<'a> Content<'a> {
    /// The measurements; none for the known empty object that was not given.
    pub fn facts(self) -> Option<&'a BlobFacts> {
        match self {
            Content::Measured(facts) => Some(facts),
            Content::EmptyObject => None,
        }
    }
}

/// A refusal, left in the trace as well.
pub(in crate::consumers) fn refuse(
    trace: &mut Trace,
    error: impl Into<String>,
    because: Phrase,
    at: Locus,
) -> Refusal {
    trace.fail(because.clone(), Some(at.clone()));
    Refusal::new(error, because, Some(at))
}

/// Entries of an index that are looked at to see what it is meant for.
const LOOKED_AT: usize = 16;

/// Whether the root, or one of the first entries of the root's index, is a manifest that fits. For `meant_for`.
pub(in crate::consumers) fn any_manifest(case: &Case, fits: fn(&Manifest) -> bool) -> bool {
    let Ok(document) = case.document() else {
        return false;
    };
    match claimed(case.inventory, document) {
        Ok(Top::Manifest(pulled)) => fits(pulled.manifest),
        Ok(Top::Index(document, index)) => index.manifests().iter().take(LOOKED_AT).any(|entry| {
            case.inventory
                .target(document, entry)
                .is_ok_and(|child| matches!(&child.claims, Claims::Manifest(m) if fits(m)))
        }),
        _ => false,
    }
}

/// Whether the config or a layer has a media type that begins so.
pub(in crate::consumers) fn has_type(manifest: &Manifest, prefix: &str) -> bool {
    manifest.config_media_type().starts_with(prefix)
        || manifest
            .layers()
            .iter()
            .any(|layer| layer.media_type().starts_with(prefix))
}

/// The digest of the document that a case begins with: as its descriptor says, else as it was measured.
pub(in crate::consumers) fn root_digest(case: &Case) -> Option<String> {
    match &case.root?.start {
        Start::Entry { descriptor, .. } => Some(descriptor.digest().to_string()),
        Start::Document(id) => {
            let document = case.inventory.documents.get(*id)?;
            let facts = case.inventory.blobs.get(document.blob)?.facts()?;
            Some(facts.sha256.clone())
        }
        _ => None,
    }
}
