//! The Rust crate `oci-client` (once `oci-distribution`): how it reads a manifest, which entry of an index it takes, and
//! what layers it lets through. It judges nothing that the crate leaves to its callers.
//!
//! Read in oras-project/rust-oci-client `src/client.rs` (`_pull_image_manifest`, `validate_image_manifest`,
//! `validate_layers`, `current_platform_resolver`) and `src/errors.rs`. Configs are downloaded and not looked into.

use super::platform::Wanted;
use super::pulled::{self, Pulled, Top, refuse};
use super::{Case, Stop, Trace};
use crate::artifact::documents::{Claim, Claims, Descriptor, Index};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::Node;
use crate::consumers::settings::PLATFORM;
use crate::spec::media_type as mt;
use crate::text::say;

/// `Client::pull_image_manifest`: the root, or the entry of an index for the platform of the machine.
pub(in crate::consumers) fn resolve<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    who: &'static str,
) -> Result<Pulled<'a>, Stop> {
    let document = case.document()?;
    let top = pulled::read(case.inventory, document)?;
    check(document, trace, who)?;
    let (document, index) = match top {
        Top::Manifest(manifest) => return whole(manifest).map_err(Stop::from),
        Top::Other(document) => return Err(unreadable(document, "").into()),
        Top::Index(document, index) => (document, index),
    };
    let entry = entry(case, trace, who, document, index)?;
    let child = case.inventory.target(document, entry)?;
    let top = pulled::read(case.inventory, child)?;
    check(child, trace, who)?;
    match top {
        Top::Manifest(manifest) => Ok(whole(manifest)?),
        Top::Other(document) => Err(unreadable(document, "").into()),
        Top::Index(..) => Err(refuse(
            trace,
            "Image manifest not found: received Image Index manifest instead",
            say(
                "{who} takes the entry {digest} and finds another index; it needs a manifest there.",
                "{who} 取条目 {digest}，读到的又是一个索引；它需要这里是清单。",
            )
            .name("who", who)
            .code("digest", entry.digest()),
            document.locus(&entry.pointer),
        )
        .into()),
    }
}

/// `validate_image_manifest`: the schema version and the `mediaType` inside the document.
fn check(document: &Document, trace: &mut Trace, who: &'static str) -> Result<(), Stop> {
    let field = |key: &str| document.json.root.as_ref().and_then(|root| root.get(key));
    let Some(version) = field("schemaVersion").and_then(Node::as_i64) else {
        return Err(unreadable(document, "/schemaVersion").into());
    };
    if version != 2 {
        return Err(refuse(
            trace,
            format!("Unsupported schema version: {version}"),
            say(
                "{who} reads a document with `schemaVersion` {version}; it needs 2.",
                "{who} 读到的文档 `schemaVersion` 为 {version}；它需要 2。",
            )
            .name("who", who)
            .name("version", version.to_string()),
            document.locus("/schemaVersion"),
        )
        .into());
    }
    let Some(media_type) = field("mediaType").and_then(Node::as_str) else {
        return Ok(());
    };
    if mt::is_manifest(media_type) || mt::is_index(media_type) {
        return Ok(());
    }
    Err(refuse(
        trace,
        format!("Unsupported media type: {media_type}"),
        say(
            "{who} reads a document with the `mediaType` {type}; it needs an OCI or Docker manifest or index.",
            "{who} 读到的文档 `mediaType` 为 {type}；它需要 OCI 或 Docker 的清单或索引。",
        )
        .name("who", who)
        .code("type", media_type),
        document.locus("/mediaType"),
    )
    .into())
}

/// The first entry with exactly the operating system and architecture of the machine; a variant counts for nothing, and
/// an entry without a platform is none.
fn entry<'a>(
    case: &Case,
    trace: &mut Trace,
    who: &'static str,
    document: &'a Document,
    index: &'a Index,
) -> Result<&'a Descriptor, Stop> {
    let chosen = case.set(&PLATFORM);
    let wanted = Wanted::read(chosen).unwrap_or(Wanted {
        os: "linux".to_string(),
        architecture: "amd64".to_string(),
        variant: String::new(),
    });
    for entry in index.manifests() {
        if !complete(entry) || matches!(entry.platform, Claim::Wrong { .. }) {
            return Err(unreadable(document, &entry.pointer).into());
        }
    }
    let fits = |entry: &&Descriptor| {
        entry
            .platform
            .value()
            .is_some_and(|p| p.os == wanted.os && p.architecture == wanted.architecture)
    };
    if let Some(entry) = index.manifests().iter().find(fits) {
        trace.pass(
            say(
                "{who} gets an index and takes the first entry for its own platform, {platform}: {digest}.",
                "{who} 得到一个索引，取其中第一个符合自身平台 {platform} 的条目：{digest}。",
            )
            .name("who", who)
            .code("platform", chosen)
            .code("digest", entry.digest()),
            Some(document.locus(&entry.pointer)),
        );
        return Ok(entry);
    }
    Err(refuse(
        trace,
        "Image manifest not found: no entry found in image index manifest matching client's default platform",
        say(
            "{who} gets an index without an entry for its own platform, {platform}; it needs a manifest, or such an entry.",
            "{who} 得到一个索引，其中没有符合自身平台 {platform} 的条目；它需要清单，或这样的条目。",
        )
        .name("who", who)
        .code("platform", chosen),
        document.locus("/manifests"),
    )
    .into())
}

/// What the crate's types cannot do without.
fn whole(pulled: Pulled<'_>) -> Result<Pulled<'_>, Missing> {
    let document = pulled.document;
    match &pulled.manifest.layers {
        Claim::Is { .. } => {}
        _ => return Err(unreadable(document, "/layers")),
    }
    for d in std::iter::once(pulled.config()?).chain(pulled.layers()) {
        if !complete(d) {
            return Err(unreadable(document, &d.pointer));
        }
    }
    Ok(pulled)
}

fn complete(d: &Descriptor) -> bool {
    d.media_type.value().is_some() && d.digest.value().is_some() && d.size.value().is_some()
}

fn unreadable(document: &Document, pointer: &str) -> Missing {
    Missing {
        what: document.path.clone(),
        why: Why::Unreadable,
        at: Some(match document.claims {
            Claims::Manifest(_) | Claims::Index(_) => document.locus(pointer),
            _ => document.locus(""),
        }),
    }
}

/// `validate_layers`: at least one layer, and every type in the caller's list.
pub(in crate::consumers) fn accepted_layers(
    pulled: &Pulled,
    trace: &mut Trace,
    who: &'static str,
    accepted: &[&str],
) -> Result<(), Stop> {
    if pulled.layers().is_empty() {
        return Err(refuse(
            trace,
            "No layers to pull",
            say(
                "{who} finds no layer; it needs one that holds the Wasm binary.",
                "{who} 没有找到任何层；它需要一个存放 Wasm 二进制的层。",
            )
            .name("who", who),
            pulled.at_layers(),
        )
        .into());
    }
    for layer in pulled.layers() {
        let found = layer.media_type();
        if !accepted.contains(&found) {
            return Err(refuse(
                trace,
                format!("Incompatible layer media type: {found}"),
                say(
                    "{who} finds a layer of type {type}; every layer has to be {accepted}.",
                    "{who} 读到类型为 {type} 的层；它要求每一层都是 {accepted}。",
                )
                .name("who", who)
                .code("type", found)
                .code("accepted", accepted.join(", ")),
                pulled.at(layer),
            )
            .into());
        }
    }
    trace.pass(
        say(
            "Every layer (of {count}) has a type that {who} takes: {accepted}.",
            "全部 {count} 层的类型都是 {who} 接受的：{accepted}。",
        )
        .name("who", who)
        .count("count", pulled.layers().len() as u64)
        .code("accepted", accepted.join(", ")),
        Some(pulled.at_layers()),
    );
    Ok(())
}
