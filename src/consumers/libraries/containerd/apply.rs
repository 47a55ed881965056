//! How containerd unpacks the layers of one image: `Image.Unpack` of its client, `unpacker.unpack` of a pull, and the diff
//! service below both. Layers are applied in order onto overlayfs; what is in them is taken from the measurements.
//!
//! Read in containerd v1.6.20 `image.go`, `unpacker.go`, `rootfs/apply.go`, `diff/apply/apply.go`, `diff/stream.go`,
//! `images/mediatypes.go`, `archive/tar.go`; what differs before and after is in [`Release`].

use super::content::Content;
use super::{Release, is_layer};
use crate::artifact::documents::{Descriptor, Manifest};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, Oddity};
use crate::consumers::unpacking::{self, Detects, Stream};
use crate::consumers::{Refusal, Stop, Trace};
use crate::order;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

/// Where a layer is mounted while it is unpacked. Its number is random; the zeros stand for it.
const MOUNT: &str = "/var/lib/containerd/tmpmounts/containerd-mount0000000000";

/// Who unpacks; they word their errors differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum By {
    /// `Image.Unpack`: after everything was fetched or imported.
    Client,
    /// The unpacker of a pull.
    Puller,
}

/// What is to be unpacked.
pub(in crate::consumers) struct Layers<'a> {
    /// The layers.
    pub layers: Vec<&'a Descriptor>,
    /// The document that they stand in.
    pub document: &'a Document,
    /// What the config names.
    pub diff_ids: Vec<&'a str>,
}

/// The layers of a manifest that count for this release.
pub(in crate::consumers) fn counted(
    manifest: &Manifest,
    release: Release,
    by: By,
) -> Vec<&Descriptor> {
    let all = by == By::Client && release.counts_all_layers;
    manifest
        .layers()
        .iter()
        .filter(|layer| all || is_layer(layer.media_type(), release.series))
        .collect()
}

/// As many diffIDs as layers.
pub(in crate::consumers) fn count(
    layers: usize,
    diff_ids: usize,
    by: By,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Result<(), Stop> {
    if layers == diff_ids {
        return Ok(());
    }
    let numbers = |phrase: crate::text::Phrase| {
        phrase
            .count("layers", layers as u64)
            .count("diff_ids", diff_ids as u64)
    };
    trace.fail(
        numbers(say(
            "There have to be as many diffIDs as layers; {layers} layers stand against {diff_ids} diffIDs.",
            "diffID 与层的数量必须相等；这里有 {layers} 个层、{diff_ids} 个 diffID。",
        )),
        at.clone(),
    );
    let error = match by {
        By::Client => "mismatched image rootfs and manifest layers".to_string(),
        By::Puller => {
            format!("number of layers and diffIDs don't match: {layers} != {diff_ids}")
        }
    };
    Err(Refusal::new(
        error,
        numbers(say(
            "containerd counts {layers} layers in the manifest and {diff_ids} diffIDs in the config: this is no container image, or its parts do not belong together.",
            "containerd 在清单中数到 {layers} 个层，在配置中数到 {diff_ids} 个 diffID：这不是容器镜像，或者各部分并不配套。",
        )),
        at,
    )
    .into())
}

/// Applies every layer in order.
pub(in crate::consumers) fn apply(
    content: Content,
    image: &Layers,
    release: Release,
    by: By,
    trace: &mut Trace,
) -> Result<(), Stop> {
    for (position, (layer, diff_id)) in image.layers.iter().zip(&image.diff_ids).enumerate() {
        let at = Some(image.document.locus(&layer.pointer));
        let fails = |error: String| failed(error, diff_id, layer.digest(), at.clone());
        if layer.digest().is_empty() {
            let error =
                "failed to get reader from content store: \"\" failed validation: invalid argument";
            return Err(refused(fails(error.to_string()), trace));
        }
        let Some(facts) = content.facts(layer.digest(), at.clone())? else {
            let error = format!(
                "failed to get reader from content store: content digest {}: not found",
                layer.digest()
            );
            return Err(refused(fails(error), trace));
        };
        let stream = match reads(layer.media_type(), release) {
            Reads::Nothing => {
                let error = format!(
                    "failed to get stream processor for {}: no processor for media-type",
                    layer.media_type()
                );
                return Err(refused(fails(error), trace));
            }
            Reads::ByPlugin => return Err(unsettled(layer.digest(), at).into()),
            Reads::Plain => unpacking::stored(facts),
            Reads::Detected => unpacking::by_bytes(facts, detects(release)),
        };
        if let Err(end) = one(facts, stream, position, diff_id, release, by) {
            return Err(ended(end, diff_id, layer.digest(), at, trace));
        }
        trace.pass(
            say(
                "The layer {layer} is unpacked; its diffID is as in the config.",
                "层 {layer} 可以解包；其 diffID 与配置一致。",
            )
            .code("layer", layer.digest()),
            at,
        );
    }
    Ok(())
}

/// How applying one layer ends badly.
pub(super) enum End {
    /// The text after `failed to extract layer …: `.
    Error(String),
    /// The whole text.
    OtherDiffId(String),
    /// Not to be told.
    Unsettled,
}

/// Applies one layer that is read as `stream`.
pub(super) fn one(
    facts: &BlobFacts,
    stream: Stream,
    position: usize,
    expected: &str,
    release: Release,
    by: By,
) -> Result<(), End> {
    // overlayfs needs no mount of its own for what lies on another layer.
    let mounted = |error: &str| {
        if position == 0 {
            format!("mount callback failed on {MOUNT}: {error}")
        } else {
            error.to_string()
        }
    };
    if let Some(tar) = facts.tar.as_deref() {
        let other = tar
            .oddity_counts
            .iter()
            .find_map(|(oddity, _)| match oddity {
                Oddity::OtherType(flag) => Some(*flag),
                _ => None,
            });
        if let Some(flag) = other {
            let error = format!("unhandled tar header type {flag}");
            return Err(End::Error(mounted(&error)));
        }
        let open = [Oddity::LinkTargetUnseen, Oddity::HardLinkDirectory];
        if open.iter().any(|oddity| tar.count(*oddity) > 0) {
            return Err(End::Unsettled);
        }
    }
    match stream {
        Stream::Good { diff_id } if diff_id == expected => Ok(()),
        Stream::Good { diff_id } => Err(End::OtherDiffId(match (release.series, by) {
            (super::Series::V2, _) => format!(
                "wrong diff id \"{expected}\" calculated on extraction \"{diff_id}\", desc \"{}\"",
                facts.sha256
            ),
            (_, By::Client) => format!("wrong diff id calculated on extraction \"{diff_id}\""),
            (_, By::Puller) => format!("wrong diff id calculated on extraction \"{expected}\""),
        })),
        Stream::Bad(error) => Err(End::Error(mounted(error))),
        Stream::Late(error) => Err(End::Error(error.to_string())),
        Stream::Trailing { .. } | Stream::Unclear => Err(End::Unsettled),
    }
}

/// An end as a refusal.
pub(super) fn ended(
    end: End,
    diff_id: &str,
    layer: &str,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Stop {
    match end {
        End::Error(error) => refused(failed(error, diff_id, layer, at), trace),
        End::OtherDiffId(error) => {
            let because = say(
                "The layer {layer} unpacks to something else than the config says: their diffIDs differ.",
                "层 {layer} 解包后的内容与配置所写不符：diffID 不同。",
            )
            .code("layer", layer);
            refused(Refusal::new(error, because, at), trace)
        }
        End::Unsettled => unsettled(layer, at).into(),
    }
}

/// What a release recognises by its first bytes.
pub(super) fn detects(release: Release) -> Detects {
    Detects {
        zstd: release.zstd,
        bzip2_and_xz: false,
    }
}

fn failed(error: String, diff_id: &str, layer: &str, at: Option<Locus>) -> Refusal {
    Refusal::new(
        format!("failed to extract layer {diff_id}: {error}"),
        say(
            "containerd cannot unpack the layer {layer}.",
            "containerd 无法解包层 {layer}。",
        )
        .code("layer", layer),
        at,
    )
}

fn refused(refusal: Refusal, trace: &mut Trace) -> Stop {
    trace.fail(refusal.because.clone(), refusal.at.clone());
    refusal.into()
}

fn unsettled(layer: &str, at: Option<Locus>) -> Missing {
    Missing {
        what: layer.to_string(),
        why: Why::NotSettled,
        at,
    }
}

/// How the bytes of a layer are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// As a tar.
    Plain,
    /// Through what their first bytes say.
    Detected,
    /// By a program that a plug-in may bring.
    ByPlugin,
    /// Not at all.
    Nothing,
}

/// `images.DiffCompression`: the type says whether a layer is compressed, its bytes say how.
fn reads(media_type: &str, release: Release) -> Reads {
    let mut parts = media_type.split('+');
    let base = parts.next().unwrap_or_default();
    let mut suffixes: Vec<&str> = parts.collect();
    order::own(&mut suffixes);
    match base {
        _ if suffixes.contains(&"encrypted") => Reads::ByPlugin,
        mt::DOCKER_TAR
        | mt::DOCKER_FOREIGN_TAR
        | mt::DOCKER_TAR_GZIP
        | mt::DOCKER_FOREIGN_TAR_GZIP => {
            if suffixes.is_empty() {
                Reads::Detected
            } else {
                Reads::Plain
            }
        }
        mt::DOCKER_TAR_ZSTD if release.series == super::Series::V2 => Reads::Detected,
        mt::OCI_TAR | mt::OCI_NONDISTRIBUTABLE_TAR => match suffixes.last() {
            Some(&"gzip") => Reads::Detected,
            Some(&"zstd") if release.zstd => Reads::Detected,
            _ => Reads::Plain,
        },
        _ => Reads::Nothing,
    }
}
