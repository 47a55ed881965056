//! A push as every client makes it: what an index names before the index, and every blob before its manifest. Each manifest
//! is shown to a registry's own check. It decides nothing about types; what is not as it should be and not covered by a
//! check stays unknown.

use super::{Accept, Case, Stop, Trace};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::{Document, Missing, Why};
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

/// One manifest or index that is put, as a registry's check sees it.
pub struct Put<'a, 'c> {
    /// The push as a whole.
    pub case: &'c Case<'a>,
    /// The name of the registry.
    pub who: &'static str,
    /// The document.
    pub document: &'a Document,
    /// The type that it is put under.
    pub media_type: &'c str,
}

/// A registry's own check of a document, before its blobs are looked for.
pub type Check = fn(&Put, &mut Trace) -> Result<(), Stop>;

impl<'a> Put<'a, '_> {
    /// The config and the layers, or the entries of an index.
    pub fn descriptors(&self) -> Vec<&'a Descriptor> {
        match &self.document.claims {
            Claims::Manifest(m) => m.config.value().into_iter().chain(m.layers()).collect(),
            Claims::Index(index) => index.manifests().iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A missing fact about this document.
    pub fn open(&self, what: &str, why: Why, pointer: &str) -> Stop {
        Missing {
            what: what.to_string(),
            why,
            at: Some(self.document.locus(pointer)),
        }
        .into()
    }
}

/// Pushes the artifact of a case.
pub fn push(
    case: &Case,
    trace: &mut Trace,
    who: &'static str,
    check: Check,
) -> Result<Accept, Stop> {
    let media_type = case.media_type()?;
    let document = case.document()?;
    let put = Put {
        case,
        who,
        document,
        media_type: &media_type,
    };
    let count = visit(&put, trace, check, 0)?;
    Ok(Accept::using(
        say(
            "{who} stores it (manifests and indexes: {count}).",
            "{who} 会保存它（清单与索引共 {count} 份）。",
        )
        .name("who", who)
        .count("count", count),
        Some(Locus::whole(&document.path)),
    ))
}

fn visit(put: &Put, trace: &mut Trace, check: Check, depth: usize) -> Result<u64, Stop> {
    let mut count = 1;
    if mt::is_index(put.media_type) {
        for entry in put.descriptors() {
            trace.visit(entry)?;
            let media_type = entry.media_type();
            if !(mt::is_manifest(media_type) || mt::is_index(media_type)) {
                continue;
            }
            if depth >= limits::INDEX_DEPTH {
                return Err(put.open(entry.digest(), Why::TooManyPaths, &entry.pointer));
            }
            match put.case.inventory.target(put.document, entry) {
                Ok(document) => {
                    let child = Put {
                        document,
                        media_type,
                        ..*put
                    };
                    count += visit(&child, trace, check, depth + 1)?;
                }
                Err(missing) => {
                    // Without the child, only what refuses the index itself is certain.
                    check(put, trace)?;
                    return Err(missing.into());
                }
            }
        }
    }
    check(put, trace)?;
    sound(put)?;
    trace.pass(
        say(
            "{who} takes a document of type {type}, and all that it names is there.",
            "{who} 接受类型为 {type} 的文档，其中引用的内容齐全。",
        )
        .name("who", put.who)
        .code("type", put.media_type),
        Some(Locus::whole(&put.document.path)),
    );
    Ok(count)
}

/// What every registry is known to take: a manifest or index of schema version 2 that agrees with its type, whose blobs
/// are there and are what their digests say.
fn sound(put: &Put) -> Result<(), Stop> {
    let (version, own) = match &put.document.claims {
        Claims::Manifest(m) => (m.schema_version.value(), m.media_type.text()),
        Claims::Index(index) => (index.schema_version.value(), index.media_type.text()),
        _ => return Err(put.open(put.media_type, Why::NotSettled, "")),
    };
    if version != Some(&2) {
        return Err(put.open("schemaVersion", Why::NotSettled, "/schemaVersion"));
    }
    let optional = matches!(put.media_type, mt::OCI_MANIFEST | mt::OCI_INDEX);
    if own != put.media_type && !(optional && own.is_empty()) {
        return Err(put.open(own, Why::NotSettled, "/mediaType"));
    }
    if let Claims::Manifest(manifest) = &put.document.claims
        && (manifest.config.value().is_none() || manifest.layers.value().is_none())
    {
        return Err(put.open(put.media_type, Why::NotSettled, ""));
    }
    for descriptor in put.descriptors() {
        let elsewhere =
            mt::is_nondistributable(descriptor.media_type()) && !descriptor.urls.is_empty();
        if elsewhere {
            continue;
        }
        let facts = put.case.inventory.facts(put.document, descriptor)?;
        if !crate::artifact::has_digest(facts, descriptor.digest()) {
            return Err(put.open(descriptor.digest(), Why::Unreadable, &descriptor.pointer));
        }
    }
    Ok(())
}
