//! apple/container loading an archive of an OCI layout: its library containerization reads `index.json`, chooses by platform
//! and unpacks layers whose media types it knows by their exact names.

use crate::artifact::documents::{Claim, Claims, Descriptor};
use crate::artifact::{Document, Missing, Why};
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::unpacking::{self, Stream};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    docker_load, go_decode, remedies_archive as remedies,
};
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// apple/container.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "apple-container",
    name: "apple/container",
    about: text(
        "`container image load` on macOS takes an archive of an OCI layout and unpacks it to a file system for a virtual machine. Macs with \
         Apple silicon ask for linux/arm64: choose that platform for them.",
        "macOS 上的 `container image load` 接受 OCI 布局归档，并解包为虚拟机使用的文件系统。Apple 芯片的 Mac 需要 linux/arm64：请为其选择该平台。",
    ),
    scope: Scope::Input,
    sources: &[Source {
        repository: "apple/containerization",
        path: "Sources/ContainerizationOCI/Index.swift, Sources/Containerization/Image/Unpacker/EXT4Unpacker.swift, ImageStore+Import.swift",
        at: "d7814e4, 0.13.0",
    }],
    settings: &[PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "containerization < 0.13.0",
                spans: &[("", "0.13.0")],
            },
            label: text(
                "`index.json` needs a `mediaType`",
                "`index.json` 必须带有 `mediaType`",
            ),
            replay: |case, trace| replay(case, trace, true),
        },
        Range {
            versions: Versions {
                shown: "containerization ≥ 0.13.0",
                spans: &[("0.13.0", "")],
            },
            label: text("`mediaType` may be absent", "`mediaType` 可以省略"),
            replay: |case, trace| replay(case, trace, false),
        },
    ],
    meant_for: |case| {
        containerd::holds_images(case) && case.inventory.blob_at("index.json").is_some()
    },
};

/// The types of layers, each by its whole name.
const LAYERS: [&str; 6] = [
    mt::OCI_TAR,
    mt::OCI_TAR_GZIP,
    mt::OCI_TAR_ZSTD,
    mt::DOCKER_TAR,
    mt::DOCKER_TAR_GZIP,
    mt::DOCKER_TAR_ZSTD,
];

fn unsettled(what: &str, at: Option<Locus>) -> Stop {
    Missing {
        what: what.to_string(),
        why: Why::NotSettled,
        at,
    }
    .into()
}

fn replay(case: &Case, trace: &mut Trace, needs_type: bool) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    docker_load::archive(inventory, "index.json", trace)?;
    let document = containerd::root_document(inventory, "index.json")?;
    let whole = Some(Locus::whole("index.json"));
    let Claims::Index(index) = &document.claims else {
        return Err(unsettled("index.json", whole));
    };
    if needs_type && !matches!(index.media_type, Claim::Is { .. }) {
        trace.fail(
            say(
                "`index.json` has to have a `mediaType`; it has none. What these versions say then is not known.",
                "`index.json` 必须带有 `mediaType`；但没有。这些版本此时的报错文字未知。",
            ),
            whole.clone(),
        );
        return Err(unsettled("mediaType", whole));
    }
    let wanted = Wanted::of(case);
    let mut loaded = 0;
    let mut layers = 0;
    for d in index.manifests() {
        let Some((document, manifest)) = find(case, document, d, &wanted, trace, 0)? else {
            let name = case
                .root
                .and_then(|root| root.name.clone())
                .unwrap_or_default();
            let at = Some(document.locus(&d.pointer));
            let because = say(
                "The image has to be for {platform}; it is not.",
                "镜像必须用于 {platform}；但不是。",
            )
            .name("platform", wanted.text());
            trace.fail(because.clone(), at.clone());
            return Err(Refusal::new(
                format!("image {name} does not support required platforms"),
                because,
                at,
            )
            .fix(remedies::single_platform_layout(true))
            .into());
        };
        for layer in manifest.layers() {
            apply(case, document, layer, trace)?;
            layers += 1;
        }
        loaded += 1;
    }
    Ok(Accept::using(
        say(
            "It loads {count} images for {platform}, {layers} layers.",
            "它会为 {platform} 加载 {count} 个镜像，共 {layers} 层。",
        )
        .count("count", loaded)
        .name("platform", wanted.text())
        .count("layers", layers),
        whole,
    ))
}

type Found<'a> = (&'a Document, crate::artifact::documents::Manifest);

/// The manifest for the platform below a descriptor.
fn find<'a>(
    case: &Case<'a>,
    document: &Document,
    d: &Descriptor,
    wanted: &Wanted,
    trace: &mut Trace,
    depth: usize,
) -> Result<Option<Found<'a>>, Stop> {
    trace.visit(d)?;
    let at = Some(document.locus(&d.pointer));
    let below = case.inventory.target(document, d)?;
    if mt::is_index(d.media_type()) && depth < limits::INDEX_DEPTH {
        for child in containerd::entries(below) {
            let fits = child.platform.value().is_some_and(|p| wanted.is_exactly(p));
            if fits {
                return find(case, below, child, wanted, trace, depth + 1);
            }
        }
        return Ok(None);
    }
    if !mt::is_manifest(d.media_type()) {
        return Err(unsettled(d.media_type(), at));
    }
    let Ok(manifest) = go_decode::manifest(below)? else {
        return Err(unsettled(&below.path, at));
    };
    let Some(config) = manifest.config.value() else {
        return Ok(None);
    };
    let Claims::Config(config) = &case.inventory.target(below, config)?.claims else {
        return Err(unsettled(&below.path, at));
    };
    let platform = config.platform().unwrap_or_default();
    Ok(wanted.is_exactly(&platform).then_some((below, manifest)))
}

fn apply(
    case: &Case,
    document: &Document,
    layer: &Descriptor,
    trace: &mut Trace,
) -> Result<(), Stop> {
    let media_type = layer.media_type();
    let at = Some(document.locus(&layer.pointer));
    if !LAYERS.contains(&media_type) {
        let because = say(
            "The type of a layer has to be one of six; {media_type} is not.",
            "层的类型必须是六种之一；{media_type} 不是。",
        )
        .code("media_type", media_type);
        trace.fail(because.clone(), at.clone());
        return Err(Refusal::new(
            format!("media type {media_type} not supported."),
            because,
            at,
        )
        .fix(remedies::pull_as_artifact())
        .into());
    }
    let facts = case.inventory.facts(document, layer)?;
    let stream = if media_type.ends_with("gzip") || media_type.ends_with("zstd") {
        unpacking::undone(facts)
    } else {
        unpacking::stored(facts)
    };
    match stream {
        Stream::Good { .. } if facts.digest_like(layer.digest()) == Some(layer.digest()) => {
            trace.pass(
                say("The layer {layer} is unpacked.", "层 {layer} 可以解包。")
                    .code("layer", layer.digest()),
                at,
            );
            Ok(())
        }
        _ => Err(unsettled(layer.digest(), at)),
    }
}
