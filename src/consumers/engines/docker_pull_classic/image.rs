//! One image: `pullSchema2` and `pullOCI`. The config is fetched beside the layers, and what is wrong with it is what is
//! reported.

use super::{Engine, bad, unsettled};
use crate::artifact::Missing;
use crate::artifact::documents::{self, Claims, Config, Descriptor, Manifest};
use crate::artifact::{Document, Why};
use crate::consumers::containerd;
use crate::consumers::docker_layer::Layer;
use crate::consumers::go_archive::quoted;
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{Accept, Case, Refusal, Stop, Trace, go_structs, remedies_archive};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say};

/// Types of configs that a schema 2 manifest may have.
const CONFIGS: [&str; 6] = [
    mt::DOCKER_CONFIG,
    mt::OCI_CONFIG,
    "application/octet-stream",
    "application/json",
    "text/html",
    "",
];
const PLUGIN: &str = "application/vnd.docker.plugin.v1+json";

pub(super) fn pull(
    case: &Case,
    document: &Document,
    media_type: &str,
    trace: &mut Trace,
    engine: &Engine,
) -> Result<Accept, Stop> {
    let Claims::Manifest(manifest) = &document.claims else {
        return Err(unsettled(&document.path, Some(Locus::whole(&document.path))).into());
    };
    let config_type = manifest.config_media_type();
    let config_at = Some(document.locus("/config/mediaType"));
    if media_type == mt::DOCKER_MANIFEST && !CONFIGS.contains(&config_type) {
        let class = if config_type == PLUGIN {
            "plugin"
        } else {
            "unknown"
        };
        let error = format!(
            "Encountered remote {}({class}) when fetching",
            quoted(config_type)
        );
        return Err(other_type(error, config_type, config_at, trace));
    }
    types(document, manifest, trace, engine)?;
    for layer in manifest.layers() {
        if let Some(why) = bad_digest(layer.digest()) {
            let at = Some(document.locus(&format!("{}/digest", layer.pointer)));
            let because = say(
                "The digest of a layer has to be well written; {digest} is not.",
                "层的摘要必须书写正确；{digest} 不正确。",
            )
            .code("digest", layer.digest());
            let error = format!(
                "could not validate layer digest {}: {why}",
                quoted(layer.digest())
            );
            return Err(refuse(error, because, at, trace).into());
        }
    }
    let (config_document, config) = config(case, document, manifest, trace, engine)?;
    let mut diff_ids = Vec::new();
    for layer in manifest.layers() {
        diff_ids.push(take(case, document, layer, trace, engine)?);
    }
    let expected = config.diff_ids();
    let same = diff_ids
        .iter()
        .map(String::as_str)
        .eq(expected.iter().copied());
    if !same {
        let at = Some(config_document.locus("/rootfs/diff_ids"));
        let because = say(
            "The layers have to unpack to the diffIDs of the config, {expected} of them; the {layers} layers of the manifest do not.",
            "各层解包后必须与配置中的 {expected} 个 diffID 一致；清单中的 {layers} 个层并不一致。",
        )
        .count("expected", expected.len() as u64)
        .count("layers", diff_ids.len() as u64);
        let error = "layers from manifest don't match image configuration";
        return Err(refuse(error, because, at, trace)
            .fix(remedies_archive::rebuild())
            .into());
    }
    let os = match config.os.text() {
        "" => "linux",
        os => os,
    };
    Ok(Accept::using(
        say(
            "It pulls the image for {platform}, {layers} layers.",
            "它会拉取用于 {platform} 的镜像，共 {layers} 层。",
        )
        .name("platform", format!("{os}/{}", config.architecture.text()))
        .count("layers", diff_ids.len() as u64),
        Some(Locus::whole(&document.path)),
    ))
}

fn refuse(
    error: impl Into<String>,
    because: Phrase,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Refusal {
    trace.fail(because.clone(), at.clone());
    Refusal::new(error, because, at)
}

fn other_type(error: String, media_type: &str, at: Option<Locus>, trace: &mut Trace) -> Stop {
    let because = say(
        "Docker takes what is an image by its media types; {media_type} is none of an image.",
        "Docker 只接受媒体类型属于镜像的内容；{media_type} 不属于镜像。",
    )
    .code("media_type", media_type);
    refuse(error, because, at, trace)
        .fix(remedies_archive::pull_as_artifact())
        .into()
}

/// `checkSupportedMediaType` for the config and every layer.
fn types(
    document: &Document,
    manifest: &Manifest,
    trace: &mut Trace,
    engine: &Engine,
) -> Result<(), Stop> {
    if !engine.lists_types {
        return Ok(());
    }
    for d in manifest.config.value().into_iter().chain(manifest.layers()) {
        let at = Some(document.locus(&format!("{}/mediaType", d.pointer)));
        let low = d.media_type().to_lowercase();
        if engine.knows_models && low.starts_with("application/vnd.docker.ai.") {
            let error = "AI models are not yet supported by the Engine, please use \"docker model pull/run\" instead";
            return Err(other_type(error.to_string(), d.media_type(), at, trace));
        }
        let listed = CONFIGS.contains(&low.as_str())
            || low.starts_with("application/vnd.oci.image.")
            || low.starts_with("application/vnd.docker.");
        if !listed {
            let error = format!("unsupported media type {}", d.media_type());
            return Err(other_type(error, d.media_type(), at, trace));
        }
    }
    trace.pass(
        say(
            "The media types of config and layers are all of images.",
            "配置和各层的媒体类型都属于镜像。",
        ),
        Some(Locus::whole(&document.path)),
    );
    Ok(())
}

/// go-digest's `Validate`.
fn bad_digest(digest: &str) -> Option<&'static str> {
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let Some((algorithm, encoded)) = digest.split_once(':') else {
        return Some("invalid checksum digest format");
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "=_-".contains(c);
    if algorithm.is_empty() || encoded.is_empty() || !encoded.chars().all(plain) {
        return Some("invalid checksum digest format");
    }
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return Some("unsupported digest algorithm"),
    };
    if encoded.len() != length {
        return Some("invalid checksum digest length");
    }
    (!encoded.chars().all(hexadecimal)).then_some("invalid checksum digest format")
}

/// Fetches and decodes the config.
fn config<'a>(
    case: &Case<'a>,
    document: &Document,
    manifest: &Manifest,
    trace: &mut Trace,
    engine: &Engine,
) -> Result<(&'a Document, Config), Stop> {
    let inventory = case.inventory;
    let at = Some(document.locus("/config"));
    let digest = manifest.config.value().map_or("", Descriptor::digest);
    if bad_digest(digest).is_some() {
        // 20.10 dies of it; what others say is not known.
        return Err(unsettled(digest, at).into());
    }
    let Some(blob) = inventory.blob_for(digest) else {
        if !inventory.is_container() {
            return Err(Missing {
                what: digest.to_string(),
                why: Why::NotGiven,
                at,
            }
            .into());
        }
        let because = gone(digest);
        let error =
            "error pulling image configuration: download failed after attempts=1: unknown blob";
        return Err(refuse(error, because, at, trace)
            .fix(remedies::copy_verbatim(&Names::of(case)))
            .into());
    };
    let facts = inventory.blob_facts(blob, at.clone())?;
    if facts.digest_like(digest).is_some_and(|real| real != digest) {
        let error = format!(
            "error pulling image configuration: image config verification failed for digest {digest}"
        );
        return Err(refuse(error, other(digest), at, trace)
            .fix(remedies::copy_verbatim(&Names::of(case)))
            .into());
    }
    let found = containerd::document_of(inventory, blob, at.clone())?;
    let whole = Some(Locus::whole(&found.path));
    let decoded = go_decode::decode(found, go_structs::DOCKER_CONFIG, Reader::Whole)?;
    let root = decoded.map_err(|error| bad(found, error, trace))?;
    let config = documents::config(root);
    if !config.has_rootfs {
        let because = say(
            "The config has to have `rootfs`; it has none.",
            "配置必须含有 `rootfs`；但没有。",
        );
        let error = "invalid rootfs in image configuration";
        return Err(refuse(error, because, whole, trace)
            .fix(remedies_archive::pull_as_artifact())
            .into());
    }
    let os = config.os.text();
    if !matches!(os, "" | "linux") {
        let at = Some(found.locus("/os"));
        if engine.unpacker.by_child && !os.eq_ignore_ascii_case("linux") {
            let because = say(
                "The image's operating system has to be that of the host, linux; it is {os}.",
                "镜像的操作系统必须与主机一致，即 linux；此处为 {os}。",
            )
            .code("os", os);
            let error = format!(
                "image operating system {} cannot be used on this platform",
                quoted(os)
            );
            return Err(refuse(error, because, at, trace).into());
        }
        return Err(unsettled(os, at).into());
    }
    trace.pass(
        say(
            "The config {digest} has `rootfs` with {count} diffIDs.",
            "配置 {digest} 含有 `rootfs`，其中有 {count} 个 diffID。",
        )
        .code("digest", digest)
        .count("count", config.diff_ids().len() as u64),
        whole,
    );
    Ok((found, config))
}

fn gone(digest: &str) -> Phrase {
    say(
        "The registry has to have {digest}; it does not.",
        "镜像仓库中必须有 {digest}；但没有。",
    )
    .code("digest", digest)
}

fn other(digest: &str) -> Phrase {
    say(
        "What stands under {digest} has another digest.",
        "{digest} 名下的内容摘要与之不同。",
    )
    .code("digest", digest)
}

/// Fetches and registers one layer; gives its diffID.
fn take(
    case: &Case,
    document: &Document,
    layer: &Descriptor,
    trace: &mut Trace,
    engine: &Engine,
) -> Result<String, Stop> {
    let inventory = case.inventory;
    let at = Some(document.locus(&layer.pointer));
    let digest = layer.digest();
    let names = || Names::of(case);
    let Some(blob) = inventory.blob_for(digest) else {
        if !inventory.is_container() || !layer.urls.is_empty() {
            return Err(Missing {
                what: digest.to_string(),
                why: Why::NotGiven,
                at,
            }
            .into());
        }
        return Err(refuse("unknown blob", gone(digest), at, trace)
            .fix(remedies::copy_verbatim(&names()))
            .into());
    };
    let facts = inventory.blob_facts(blob, at.clone())?;
    if facts.digest_like(digest).is_some_and(|real| real != digest) {
        let error = format!("filesystem layer verification failed for digest {digest}");
        return Err(refuse(error, other(digest), at, trace)
            .fix(remedies::copy_verbatim(&names()))
            .into());
    }
    match engine.unpacker.take(facts) {
        Layer::Taken(diff_id) => {
            trace.pass(
                say("The layer {digest} is unpacked.", "层 {digest} 可以解包。")
                    .code("digest", digest),
                at,
            );
            Ok(diff_id.to_string())
        }
        Layer::Refused(error) => {
            let because = say(
                "Docker cannot unpack the layer {digest}, {media_type}.",
                "Docker 无法解包层 {digest}（{media_type}）。",
            )
            .code("digest", digest)
            .code("media_type", layer.media_type());
            let refusal = refuse(
                format!("failed to register layer: {error}"),
                because,
                at,
                trace,
            );
            let zstd = facts.form == crate::bytes::blob::Form::Zstd && !engine.unpacker.zstd;
            Err(if zstd {
                refusal
                    .fix(remedies_archive::upgrade("Docker Engine", "23.0"))
                    .fix(remedies_archive::recompress_gzip())
            } else {
                refusal.fix(remedies_archive::rebuild())
            }
            .into())
        }
        Layer::Unsettled => Err(unsettled(digest, at).into()),
    }
}
