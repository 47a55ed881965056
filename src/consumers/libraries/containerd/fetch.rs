//! How containerd pulls: what it fetches for a platform, what each blob has to be, and who unpacks it. Two ways: that of
//! Kubernetes, which unpacks while it pulls, and that of `ctr`, which fetches everything and unpacks afterwards.
//!
//! Read in containerd v1.6.20 `pull.go`, `unpacker.go`, `remotes/handlers.go`, `content/helpers.go`,
//! `cmd/ctr/commands/content/fetch.go`, `cmd/ctr/commands/images/pull.go`.

mod blob;

use super::apply::{self, By, Layers};
use super::client::{self, Selected};
use super::content::{self, Content, Origin};
use super::{Release, is_layer, whole};
use crate::artifact::documents::{Claim, Claims, Descriptor};
use crate::artifact::{Document, Missing, Why};
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::Names;
use crate::consumers::remedies_archive;
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;
use blob::fetch;

/// A pull.
pub(in crate::consumers) struct Pull {
    /// The release that does it.
    pub release: Release,
    /// Whether it unpacks while it pulls.
    pub by: By,
    /// The platform.
    pub wanted: Wanted,
    /// The names that addresses in errors are made of.
    pub names: Names,
}

/// What a pull ends with.
pub(in crate::consumers) enum Pulled {
    /// An image, unpacked.
    Unpacked {
        /// Digest of its manifest.
        manifest: String,
        /// How many layers.
        layers: u64,
    },
    /// Something that the puller leaves as it is: there is no image config, or no layer.
    Stored {
        /// The manifest and what it stands in.
        descriptor: Box<Descriptor>,
    },
}

/// Pulls what a registry hands out for the case.
pub(in crate::consumers) fn pull(
    case: &Case,
    pull: &Pull,
    trace: &mut Trace,
) -> Result<Pulled, Stop> {
    let content = Content {
        inventory: case.inventory,
        origin: Origin::Registry,
    };
    let document = case.document()?;
    let root = root_descriptor(case, document)?;
    let at = Some(Locus::whole(&document.path));
    let schema1 = mt::is_schema1(root.media_type())
        || matches!(document.claims, Claims::Schema1 { .. }) && root.media_type().is_empty();
    if schema1 {
        return Err(old_schema(pull.release, &root, at, trace));
    }
    trace.note(
        say(
            "containerd gets {digest} as {media_type}.",
            "containerd 得到 {digest}，类型为 {media_type}。",
        )
        .code("digest", root.digest())
        .code("media_type", root.media_type()),
        at.clone(),
    );
    let found = fetch_below(content, document, &root, pull, trace)?;
    if pull.by == By::Puller {
        return match found {
            Some(pulled) => Ok(pulled),
            None => Ok(Pulled::Stored {
                descriptor: Box::new(root),
            }),
        };
    }
    let content = Content {
        origin: Origin::Fetched,
        ..content
    };
    let selected = client::select_in(content, document, &root, &pull.wanted, at, trace)?;
    let layers = whole::unpack_image(content, &selected, pull.release, trace)?;
    Ok(Pulled::Unpacked {
        manifest: selected.digest,
        layers,
    })
}

/// `Image.Unpack` after a pull that unpacked nothing by itself.
pub(in crate::consumers) fn unpack_afterwards(
    case: &Case,
    pull: &Pull,
    root: &Descriptor,
    trace: &mut Trace,
) -> Result<Pulled, Stop> {
    let content = Content {
        inventory: case.inventory,
        origin: Origin::Registry,
    };
    let document = case.document()?;
    let at = Some(Locus::whole(&document.path));
    let selected: Selected = client::select_in(content, document, root, &pull.wanted, at, trace)?;
    let layers = whole::unpack_image(content, &selected, pull.release, trace)?;
    Ok(Pulled::Unpacked {
        manifest: selected.digest,
        layers,
    })
}

/// The descriptor that a registry gives for the root: its type, its digest, its length.
fn root_descriptor(case: &Case, document: &Document) -> Result<Descriptor, Missing> {
    let at = Some(Locus::whole(&document.path));
    let facts = case.inventory.blob_facts(document.blob, at)?;
    let is = |value: String| Claim::Is { value, range: 0..0 };
    Ok(Descriptor {
        pointer: String::new(),
        range: 0..0,
        media_type: is(case.media_type()?),
        digest: is(facts.sha256.clone()),
        size: Claim::Absent,
        platform: Claim::Absent,
        artifact_type: Claim::Absent,
        annotations: std::collections::BTreeMap::new(),
        data: Claim::Absent,
        urls: Vec::new(),
    })
}

fn old_schema(release: Release, root: &Descriptor, at: Option<Locus>, trace: &mut Trace) -> Stop {
    if !release.no_schema1 {
        // It is converted, layer by layer, or refused by a setting; neither is replayed.
        return Missing {
            what: root.media_type().to_string(),
            why: Why::NotSettled,
            at,
        }
        .into();
    }
    let because = say(
        "containerd knows Docker's manifests of schema 1 no more.",
        "containerd 不再支持 Docker 的 schema 1 清单。",
    );
    trace.fail(because.clone(), at.clone());
    let error = format!(
        "media type \"{}\" is no longer supported since containerd v2.1, please rebuild the image as \"{}\" or \"{}\"",
        mt::DOCKER_SCHEMA1_SIGNED,
        mt::DOCKER_MANIFEST,
        mt::OCI_MANIFEST
    );
    let refusal = Refusal::new(error, because, at);
    refusal.fix(remedies_archive::from_schema1()).into()
}

/// Fetches what stands below a document that is fetched already; gives what was unpacked on the way.
fn fetch_below(
    content: Content,
    document: &Document,
    d: &Descriptor,
    pull: &Pull,
    trace: &mut Trace,
) -> Result<Option<Pulled>, Stop> {
    trace.visit(d)?;
    if mt::is_manifest(d.media_type()) {
        return fetch_manifest(content, document, d, pull, trace);
    }
    if !mt::is_index(d.media_type()) {
        return Ok(None);
    }
    let index = content::index(document, d, "children").map_err(|stop| told(stop, trace))?;
    let children: Vec<&Descriptor> = match pull.by {
        By::Client => index
            .manifests()
            .iter()
            .filter(|child| {
                let platform = child.platform.value();
                platform.is_none_or(|platform| pull.wanted.is_exactly(platform))
            })
            .collect(),
        By::Puller => client::best(index.manifests(), &pull.wanted)
            .into_iter()
            .collect(),
    };
    if pull.by == By::Puller && children.is_empty() {
        let because = say(
            "containerd finds no entry for {platform} in the index {digest}.",
            "containerd 在索引 {digest} 中找不到用于 {platform} 的条目。",
        )
        .name("platform", pull.wanted.text())
        .code("digest", d.digest());
        let at = Some(document.locus("/manifests"));
        trace.fail(because.clone(), at.clone());
        let error = "no match for platform in manifest: not found";
        return Err(Refusal::new(error, because, at).into());
    }
    let mut unpacked = None;
    for child in children {
        let at = Some(document.locus(&child.pointer));
        fetch(content, child, at.clone(), pull, trace)?;
        trace.pass(
            say(
                "{digest} is fetched for {platform}.",
                "已为 {platform} 获取 {digest}。",
            )
            .code("digest", child.digest())
            .name("platform", pull.wanted.text()),
            at.clone(),
        );
        let wants_document =
            mt::is_manifest(child.media_type()) || mt::is_index(child.media_type());
        if wants_document {
            let below = content.document(child, at)?;
            let found = fetch_below(content, below, child, pull, trace)?;
            unpacked = unpacked.or(found);
        }
    }
    Ok(unpacked)
}

fn told(stop: Stop, trace: &mut Trace) -> Stop {
    if let Stop::Refuse(refusal) = &stop {
        trace.fail(refusal.because.clone(), refusal.at.clone());
    }
    stop
}

fn fetch_manifest(
    content: Content,
    document: &Document,
    d: &Descriptor,
    pull: &Pull,
    trace: &mut Trace,
) -> Result<Option<Pulled>, Stop> {
    let manifest = content::manifest(document, d, "children").map_err(|stop| told(stop, trace))?;
    let config_at = Some(document.locus("/config"));
    let nothing = Descriptor {
        media_type: Claim::Absent,
        digest: Claim::Absent,
        ..d.clone()
    };
    let config = manifest.config.value().unwrap_or(&nothing);
    fetch(content, config, config_at, pull, trace)?;
    let later = |layer: &Descriptor| {
        pull.by == By::Puller && is_layer(layer.media_type(), pull.release.series)
    };
    for layer in manifest.layers().iter().filter(|layer| !later(layer)) {
        fetch(
            content,
            layer,
            Some(document.locus(&layer.pointer)),
            pull,
            trace,
        )?;
    }
    let layers = apply::counted(&manifest, pull.release, pull.by);
    let image = mt::is_image_config(config.media_type()) && !layers.is_empty();
    if pull.by == By::Client || !image {
        if pull.by == By::Puller {
            trace.note(
                say(
                    "By its types {digest} is no container image (config {config}): containerd does not unpack it while it pulls.",
                    "按类型看 {digest} 不是容器镜像（配置为 {config}）：containerd 在拉取时不解包它。",
                )
                .code("digest", d.digest())
                .code("config", config.media_type()),
                Some(document.locus("/config")),
            );
        }
        return Ok(None);
    }
    let config_document = client::config_of(content, document, &manifest)?;
    let decoded = content::config(config_document).map_err(|stop| told(stop, trace))?;
    let diff_ids = decoded.diff_ids();
    apply::count(
        layers.len(),
        diff_ids.len(),
        By::Puller,
        Some(config_document.locus("/rootfs/diff_ids")),
        trace,
    )?;
    for layer in &layers {
        fetch(
            content,
            layer,
            Some(document.locus(&layer.pointer)),
            pull,
            trace,
        )?;
    }
    let count = layers.len() as u64;
    let layers = Layers {
        layers,
        document,
        diff_ids,
    };
    apply::apply(content, &layers, pull.release, By::Puller, trace)?;
    Ok(Some(Pulled::Unpacked {
        manifest: d.digest().to_string(),
        layers: count,
    }))
}
