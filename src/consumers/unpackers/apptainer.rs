//! Apptainer: `docker://` and `oci:` build a container out of an image's layers, `oras://` fetches a single SIF file.
//!
//! Read in apptainer/apptainer `internal/pkg/ociimage/sourcesink.go` (`getOCIImage`, `getPlatformImage`),
//! `internal/pkg/build/sources/oci_unpack.go` (`isExtractable`, `UnpackRootfs`), `internal/pkg/client/oras/oras.go`
//! (`DownloadImage`). The host is taken to be linux/amd64. How unpacking words a damaged layer was not read.

use super::umoci::takes_images;
use crate::artifact::documents::{Claim, Claims, Descriptor};
use crate::artifact::kinds::{ArtifactKind, InputKind};
use crate::artifact::{Document, Missing, Start, Why};
use crate::bytes::blob::Form;
use crate::consumers::ggcr::{self, Image, Layer, PlatformText};
use crate::consumers::go_archive::Content;
use crate::consumers::platform::ASSUMED;
use crate::consumers::remedies::Names;
use crate::consumers::unpacking::{self, Detects, Stream};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    containerd,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say, text};

const WHO: &str = "Apptainer";
/// The layer of a SIF file, and how early versions misspelt it.
const SIF_LAYERS: [&str; 2] = [
    "application/vnd.sylabs.sif.layer.v1.sif",
    "appliciation/vnd.sylabs.sif.layer.tar",
];

const SOURCE: Setting = Setting {
    id: "source",
    shared: false,
    name: text("Source", "来源"),
    about: text(
        "Whether the image is in a registry, or this layout is given.",
        "镜像位于镜像仓库，还是直接提供此布局。",
    ),
    takes: Takes::OneOf(&[
        (
            "docker",
            text("`docker://` registry", "`docker://` 镜像仓库"),
        ),
        (
            "oci",
            text("`oci:` or `oci-archive:`", "`oci:` 或 `oci-archive:`"),
        ),
    ]),
    default: "docker",
};

const SOURCES: &[Source] = &[Source {
    repository: "apptainer/apptainer",
    path: "internal/pkg/ociimage/sourcesink.go, internal/pkg/build/sources/oci_unpack.go, internal/pkg/client/oras/oras.go",
    at: "1.4",
}];

const VERSIONS: Versions = Versions {
    shown: "≥ 1.4",
    spans: &[("1.4.0-0", "")],
};

/// Apptainer with images.
pub(super) static IMAGES: Consumer = Consumer {
    id: "apptainer",
    name: "Apptainer",
    about: text(
        "`apptainer build` or `pull` from `docker://` or `oci:` unpacks the layers of an image into one SIF file.",
        "`apptainer build` 或 `pull` 从 `docker://` 或 `oci:` 把镜像各层解包成一个 SIF 文件。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[SOURCE],
    ranges: &[Range {
        versions: VERSIONS,
        label: text(
            "reads images with go-containerregistry",
            "用 go-containerregistry 读取镜像",
        ),
        replay: image,
    }],
    meant_for: takes_images,
};

/// Apptainer with SIF files in a registry.
pub(super) static SIF: Consumer = Consumer {
    id: "apptainer-oras",
    name: "Apptainer (oras://)",
    about: text(
        "`apptainer pull oras://…` fetches a SIF file that stands in a registry as the only layer of an artifact.",
        "`apptainer pull oras://…` 获取镜像仓库中作为制品唯一一层存放的 SIF 文件。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[],
    ranges: &[Range {
        versions: VERSIONS,
        label: text("one layer of a SIF type", "恰好一个 SIF 类型的层"),
        replay: sif,
    }],
    meant_for: |case| {
        let sif = |d: &Descriptor| SIF_LAYERS.contains(&d.media_type());
        case.root
            .is_some_and(|root| root.kind == ArtifactKind::Artifact)
            && case.document().is_ok_and(
                |d| matches!(&d.claims, Claims::Manifest(m) if m.layers().iter().any(sif)),
            )
    },
};

fn refuse(trace: &mut Trace, error: String, because: Phrase, at: Option<Locus>) -> Refusal {
    let because = because.name("who", WHO);
    trace.fail(because.clone(), at.clone());
    Refusal::new(error, because, at)
}

fn sif(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let image = ggcr::resolve(case, trace, WHO, PlatformText::Short)?;
    image.parse(trace, WHO)?;
    let layers = image.layers();
    let pull = Fix::new(
        "pull-docker",
        say(
            "A container image is pulled by `docker://`; a SIF file is pushed with Apptainer.",
            "容器镜像应使用 `docker://` 拉取；SIF 文件应使用 Apptainer 推送。",
        ),
    )
    .with(
        "apptainer",
        format!(
            "apptainer pull docker://{0}\napptainer push IMAGE.sif oras://{0}",
            names.reference
        ),
    );
    let [layer] = layers.as_slice() else {
        let because = say(
            "{who} needs an artifact with one layer; this one has {count}.",
            "{who} 需要只有一层的制品；这里有 {count} 层。",
        )
        .count("count", layers.len() as u64);
        let error = format!(
            "ORAS SIF image should have a single layer, found {}",
            layers.len()
        );
        let at = Some(image.document.locus("/layers"));
        return Err(refuse(trace, error, because, at).fix(pull).into());
    };
    let at = image.place(layer);
    let media_type = layer.own.media_type();
    if !SIF_LAYERS.contains(&media_type) {
        let because = say(
            "{who} needs a layer of type {wanted}; this one is {type}.",
            "{who} 需要类型为 {wanted} 的层；这里是 {type}。",
        )
        .code("wanted", SIF_LAYERS[0])
        .code("type", media_type);
        let error = format!("invalid layer mediatype: {media_type}");
        return Err(refuse(trace, error, because, Some(at)).fix(pull).into());
    }
    // The whole image is stored before the layer is taken out of it.
    config(case, &image)?;
    let content = image.open(case.inventory, layer, WHO, &names)?;
    // A SIF file begins with the line that runs it; its magic stands behind, at 32 bytes.
    let begins = |facts: &crate::bytes::blob::BlobFacts| facts.head.starts_with(b"#!/usr/bin/env ");
    match content {
        Content::Measured(facts) if begins(facts) => Ok(Accept::using(
            say(
                "{who} takes the only layer, {digest}, as the SIF file.",
                "{who} 取唯一的一层 {digest} 作为 SIF 文件。",
            )
            .name("who", WHO)
            .code("digest", layer.own.digest()),
            Some(at),
        )),
        _ => Err(Missing {
            what: layer.own.digest().to_string(),
            why: Why::NotSettled,
            at: Some(at),
        }
        .into()),
    }
}

/// The config, which is read or copied along.
fn config(case: &Case, image: &Image) -> Result<(), Missing> {
    let Claims::Manifest(manifest) = &image.document.claims else {
        return Ok(());
    };
    match manifest.config.value() {
        Some(config) => case.inventory.facts(image.document, config).map(|_| ()),
        None => Ok(()),
    }
}

fn image(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let image = if case.set(&SOURCE) == "oci" {
        in_layout(case, trace)?
    } else {
        ggcr::resolve(case, trace, WHO, PlatformText::Short)?
    };
    image.parse(trace, WHO)?;
    config(case, &image)?;
    let layers = image.layers();
    if !layers.iter().any(|l| is_layer(l.found.media_type())) {
        let because = say(
            "{who} needs at least one layer of a tar type that it knows, and finds none: this is no container image.",
            "{who} 至少需要一个它认识的 tar 类型的层，但没有找到：这不是容器镜像。",
        );
        let at = Some(image.document.locus("/layers"));
        let error = "no extractable OCI/Docker tar layers found in this image".to_string();
        let fetch = Fix::new(
            "fetch-artifact",
            say(
                "Fetch an artifact with the tool that it is made for; a SIF file by `oras://`.",
                "请用制品对应的工具获取；SIF 文件使用 `oras://`。",
            ),
        )
        .with("oras", format!("oras pull {}", names.reference))
        .with(
            "apptainer",
            format!("apptainer pull oras://{}", names.reference),
        );
        return Err(refuse(trace, error, because, at).fix(fetch).into());
    }
    for layer in &layers {
        unpack(case, trace, &image, layer, &names)?;
    }
    Ok(Accept::using(
        say(
            "{who} unpacks {count} layers of the image {path}.",
            "{who} 解包镜像 {path} 的 {count} 个层。",
        )
        .name("who", WHO)
        .count("count", layers.len() as u64)
        .code("path", &image.document.path),
        Some(Locus::whole(&image.document.path)),
    ))
}

/// `Uncompressed` of a layer, and the tar in it. What is damaged is refused in words that were not read.
fn unpack(
    case: &Case,
    trace: &mut Trace,
    image: &Image,
    layer: &Layer,
    names: &Names,
) -> Result<(), Stop> {
    let at = image.place(layer);
    let open = |why: Why| Missing {
        what: layer.own.digest().to_string(),
        why,
        at: Some(at.clone()),
    };
    let facts = match image.open(case.inventory, layer, WHO, names)? {
        Content::Measured(facts) => facts,
        Content::EmptyObject => return Err(open(Why::NotSettled).into()),
    };
    // zstd depends on the release, and what it is linked with.
    if facts.form == Form::Zstd {
        return Err(open(Why::NotSettled).into());
    }
    let detects = Detects {
        zstd: false,
        bzip2_and_xz: false,
    };
    match unpacking::by_bytes(facts, detects) {
        Stream::Good { .. } => {
            trace.pass(
                say(
                    "{who} unpacks the layer {digest}.",
                    "{who} 解包层 {digest}。",
                )
                .name("who", WHO)
                .code("digest", layer.own.digest()),
                Some(at),
            );
            Ok(())
        }
        Stream::Trailing { .. } | Stream::Bad(_) | Stream::Late(_) | Stream::Unclear => {
            Err(open(Why::NotSettled).into())
        }
    }
}

/// `MediaType.IsLayer` of go-containerregistry.
fn is_layer(media_type: &str) -> bool {
    let nondistributable = media_type
        .strip_prefix(mt::OCI_NONDISTRIBUTABLE_TAR)
        .is_some_and(|rest| matches!(rest, "" | "+gzip"));
    nondistributable
        || matches!(
            media_type,
            mt::OCI_TAR
                | mt::OCI_TAR_GZIP
                | mt::OCI_TAR_ZSTD
                | mt::DOCKER_TAR
                | mt::DOCKER_TAR_GZIP
                | mt::DOCKER_FOREIGN_TAR_GZIP
        )
}

/// `getOCIImage`: the one entry of `index.json`, and of an index behind it the image for the platform.
fn in_layout<'a>(case: &Case<'a>, trace: &mut Trace) -> Result<Image<'a>, Stop> {
    let inventory = case.inventory;
    let (document, entry) = match case.root.map(|root| &root.start) {
        Some(Start::Entry {
            document,
            descriptor,
        }) if matches!(
            inventory.kind,
            InputKind::OciLayout | InputKind::DockerArchiveWithOciLayout
        ) =>
        {
            (inventory.documents.get(*document), descriptor)
        }
        _ => {
            return Err(Missing {
                what: "index.json".to_string(),
                why: Why::NotGiven,
                at: None,
            }
            .into());
        }
    };
    let Some(document) = document else {
        return Err(Missing {
            what: "index.json".to_string(),
            why: Why::NotGiven,
            at: None,
        }
        .into());
    };
    let entries = containerd::entries(document);
    if entries.len() != 1 {
        let because = say(
            "{who} finds {count} entries in `index.json`; it needs one, or a digest after the folder's name.",
            "{who} 在 `index.json` 中读到 {count} 个条目；它需要只有一个，或在文件夹名后写明摘要。",
        )
        .count("count", entries.len() as u64);
        let error = "must specify a digest - layout contains multiple images".to_string();
        let at = Some(document.locus("/manifests"));
        let one = Fix::new(
            "name-digest",
            say(
                "Name the image by its digest, or copy it into a layout of its own.",
                "用摘要指明镜像，或把它复制到单独的布局中。",
            ),
        )
        .with(
            "skopeo",
            "skopeo copy {source} oci:fixed:{tag}\napptainer build IMAGE.sif oci:fixed",
        );
        return Err(refuse(trace, error, because, at).fix(one).into());
    }
    let target = inventory.target(document, entry)?;
    if !mt::is_index(entry.media_type()) {
        return Ok(Image::of(target));
    }
    in_index(case, trace, target)
}

/// `getPlatformImage`.
fn in_index<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    index: &'a Document,
) -> Result<Image<'a>, Stop> {
    for entry in containerd::entries(index) {
        let at = Some(index.locus(&entry.pointer));
        let Claim::Is { value, .. } = &entry.platform else {
            // Without a platform the program reads a field of nothing; what then happens is not replayed.
            return Err(Missing {
                what: entry.digest().to_string(),
                why: Why::NotSettled,
                at,
            }
            .into());
        };
        if value.os == "unknown" && value.architecture == "unknown" {
            continue;
        }
        if value.os == "linux" && value.architecture == "amd64" {
            let target = case.inventory.target(index, entry)?;
            return Ok(Image::of(target));
        }
    }
    let because = say(
        "{who} finds no image for {platform} in the index.",
        "{who} 在索引中找不到 {platform} 的镜像。",
    )
    .code("platform", ASSUMED);
    let error = format!("{ASSUMED} image not found in index");
    Err(refuse(trace, error, because, Some(index.locus("/manifests"))).into())
}
