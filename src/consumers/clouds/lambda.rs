//! AWS Lambda taking a container image from ECR. Its source is closed: the replay holds what is documented and what
//! its error reports agree on, and answers *unknown* where neither says anything.

use crate::artifact::documents::{Claim, Claims, Config, Descriptor, Manifest};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::Compression;
use crate::consumers::remedies::{self, Names};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions,
};
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::{Phrase, say, text};

const WHO: &str = "AWS Lambda";

/// AWS Lambda.
pub static LAMBDA: Consumer = Consumer {
    id: "aws-lambda",
    name: "AWS Lambda",
    about: text(
        "Creates a function from a container image in ECR. It takes one manifest for one platform; its source is closed, so this follows its documentation and its known errors.",
        "用 ECR 中的容器镜像创建函数。只接受单一平台的单个清单；其源码不公开，这里依据其文档与已知错误。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "AWS documentation",
            path: "Create a Lambda function using a container image",
            at: "2026-07",
        },
        Source {
            repository: "aws/aws-lambda-roadmap",
            path: "issue #82 (indexes are not supported)",
            at: "2026-06",
        },
    ],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text("a service, without versions", "云服务，没有版本"),
        replay,
    }],
    meant_for,
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let media_type = case.media_type()?;
    let Ok(document) = case.document() else {
        // An index is refused for what it is; anything else has to be looked into.
        if mt::is_index(&media_type) {
            return Err(index(trace, &names, &media_type, None, &[]).into());
        }
        return Err(Stop::from(case.document().err().unwrap_or(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: None,
        })));
    };
    let whole = Some(Locus::whole(&document.path));
    if mt::is_index(&media_type) {
        let entries = match &document.claims {
            Claims::Index(index) => index.manifests(),
            _ => &[],
        };
        return Err(index(trace, &names, &media_type, whole, entries).into());
    }
    if let Claims::Schema1 { .. } | Claims::ArtifactManifest { .. } = document.claims {
        let because = say(
            "{who} finds a document of type {type}; it needs a Docker schema 2 or OCI image manifest.",
            "{who} 读到类型为 {type} 的文档；它需要 Docker schema 2 或 OCI 镜像清单。",
        )
        .name("who", WHO)
        .code("type", &media_type);
        return Err(refuse(trace, &names, because, whole).into());
    }
    let Claims::Manifest(manifest) = &document.claims else {
        return Err(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: whole,
        }
        .into());
    };
    trace.pass(
        say(
            "{who} gets a single image manifest, {type}.",
            "{who} 得到单个镜像清单 {type}。",
        )
        .name("who", WHO)
        .code("type", &media_type),
        whole,
    );
    check_config(trace, &names, document, manifest)?;
    check_layers(trace, &names, document, manifest)?;
    check_family(document, manifest, &media_type)?;
    check_content(case, document, manifest)?;
    let platform = check_platform(case, trace, document, manifest)?;
    check_diff_ids(case, document, manifest)?;
    Ok(Accept::using(
        say(
            "{who} takes the image for {platform} (layers: {count}). The function has to be of the same architecture, and the image needs a runtime interface client, which a manifest does not show.",
            "{who} 接受这个 {platform} 镜像，共 {count} 层。函数的架构须与之相同；镜像还须带运行时接口客户端，这从清单中看不出来。",
        )
        .name("who", WHO)
        .code("platform", platform)
        .count("count", manifest.layers().len() as u64),
        Some(document.locus("/layers")),
    ))
}

/// The current wording of the refusal.
fn refuse(trace: &mut Trace, names: &Names, because: Phrase, at: Option<Locus>) -> Refusal {
    trace.fail(because.clone(), at.clone());
    Refusal::new(
        format!(
            "The image manifest, config or layer media type for the source image {} is not supported.",
            names.reference
        ),
        because,
        at,
    )
}

fn index(
    trace: &mut Trace,
    names: &Names,
    media_type: &str,
    at: Option<Locus>,
    entries: &[Descriptor],
) -> Refusal {
    let is_image = |entry: &&Descriptor| {
        !entry.annotations.contains_key(annotation::REFERENCE_TYPE)
            && entry.platform.value().is_none_or(|p| p.os == "linux")
    };
    let attestations = entries
        .iter()
        .filter(|entry| entry.annotations.contains_key(annotation::REFERENCE_TYPE))
        .count() as u64;
    let because = if attestations > 0 {
        say(
            "{who} finds an index, {type} (images: {images}, attestations: {attestations}); it needs a single image manifest.",
            "{who} 读到的是索引 {type}（镜像 {images} 个，证明 {attestations} 份）；它需要单个镜像清单。",
        )
        .count("images", (entries.len() as u64).saturating_sub(attestations))
        .count("attestations", attestations)
    } else {
        say(
            "{who} finds an index, {type}; it needs a single image manifest.",
            "{who} 读到的是索引 {type}；它需要单个镜像清单。",
        )
    }
    .name("who", WHO)
    .code("type", media_type);
    let child = entries.iter().find(is_image).map(Descriptor::digest);
    refuse(trace, names, because, at).fix(remedies::flatten_attestations(names, child))
}

fn check_config(
    trace: &mut Trace,
    names: &Names,
    document: &Document,
    manifest: &Manifest,
) -> Result<(), Stop> {
    let found = manifest.config_media_type();
    let at = Some(document.locus("/config/mediaType"));
    if mt::is_image_config(found) {
        trace.pass(
            say(
                "The config is of type {type}, as {who} needs it.",
                "配置类型为 {type}，符合 {who} 的要求。",
            )
            .name("who", WHO)
            .code("type", found),
            at,
        );
        return Ok(());
    }
    let because = say(
        "{who} finds a config of type {type}; it needs an image config, {oci} or {docker}.",
        "{who} 读到类型为 {type} 的配置；它需要镜像配置 {oci} 或 {docker}。",
    )
    .name("who", WHO)
    .code("type", found)
    .code("oci", mt::OCI_CONFIG)
    .code("docker", mt::DOCKER_CONFIG);
    Err(refuse(trace, names, because, at).into())
}

/// What the documentation lists is taken, what is no image layer is refused, and the rest is not known.
fn check_layers(
    trace: &mut Trace,
    names: &Names,
    document: &Document,
    manifest: &Manifest,
) -> Result<(), Stop> {
    let mut undocumented = None;
    for layer in manifest.layers() {
        let found = layer.media_type();
        let at = document.locus(&layer.pointer);
        if matches!(found, mt::OCI_TAR_GZIP | mt::DOCKER_TAR_GZIP) {
            continue;
        }
        if mt::is_layer(found) {
            undocumented.get_or_insert((found, at));
            continue;
        }
        let because = say(
            "{who} finds a layer of type {type}; it needs gzip image layers.",
            "{who} 读到类型为 {type} 的层；它需要 gzip 压缩的镜像层。",
        )
        .name("who", WHO)
        .code("type", found);
        return Err(refuse(trace, names, because, Some(at)).into());
    }
    if let Some((found, at)) = undocumented {
        return Err(Missing {
            what: found.to_string(),
            why: Why::NotDocumented,
            at: Some(at),
        }
        .into());
    }
    trace.pass(
        say(
            "Every layer (of {count}) is a gzip image layer, as {who} needs it.",
            "全部 {count} 层都是 gzip 镜像层，符合 {who} 的要求。",
        )
        .name("who", WHO)
        .count("count", manifest.layers().len() as u64),
        Some(document.locus("/layers")),
    );
    Ok(())
}

/// A manifest that does not say its own type, or whose config and layers are of the other family: nothing public says
/// what becomes of it.
fn check_family(document: &Document, manifest: &Manifest, media_type: &str) -> Result<(), Missing> {
    let docker = |found: &str| found.starts_with("application/vnd.docker.");
    let open = |what: &str, pointer: &str| Missing {
        what: what.to_string(),
        why: Why::NotDocumented,
        at: Some(document.locus(pointer)),
    };
    if manifest.media_type.value().is_none() {
        return Err(open("no mediaType", ""));
    }
    let family = docker(media_type);
    if docker(manifest.config_media_type()) != family {
        return Err(open(manifest.config_media_type(), "/config/mediaType"));
    }
    match manifest
        .layers()
        .iter()
        .find(|layer| docker(layer.media_type()) != family)
    {
        Some(layer) => Err(open(layer.media_type(), &layer.pointer)),
        None => Ok(()),
    }
}

/// Layers that are not the gzip they say they are: refused or not, and with which words, nothing public says.
fn check_content(case: &Case, document: &Document, manifest: &Manifest) -> Result<(), Missing> {
    for layer in manifest.layers() {
        let Ok(facts) = case.inventory.facts(document, layer) else {
            continue;
        };
        if facts.compression != Compression::Gzip || !facts.complete {
            return Err(Missing {
                what: layer.digest().to_string(),
                why: Why::NotDocumented,
                at: Some(document.locus(&layer.pointer)),
            });
        }
    }
    Ok(())
}

/// Layers that are not those of the config: nothing public says whether anybody looks. It comes after the platform, for
/// which the config was read.
fn check_diff_ids(case: &Case, document: &Document, manifest: &Manifest) -> Result<(), Missing> {
    let Claim::Is { value: config, .. } = &manifest.config else {
        return Ok(());
    };
    let target = case.inventory.target(document, config)?;
    let Claims::Config(claims) = &target.claims else {
        return Ok(());
    };
    let (layers, diff_ids) = (manifest.layers(), claims.diff_ids());
    let differs = layers.iter().zip(&diff_ids).any(|(layer, declared)| {
        let facts = case.inventory.facts(document, layer);
        facts.is_ok_and(|facts| facts.diff_id().is_some_and(|real| real != *declared))
    });
    if differs || layers.len() != diff_ids.len() {
        return Err(Missing {
            what: "rootfs.diff_ids".to_string(),
            why: Why::NotDocumented,
            at: Some(target.locus("/rootfs/diff_ids")),
        });
    }
    Ok(())
}

/// Linux, on x86-64 or Arm. The config says so; it is not read from the manifest.
fn check_platform(
    case: &Case,
    trace: &mut Trace,
    document: &Document,
    manifest: &Manifest,
) -> Result<String, Stop> {
    let Claim::Is {
        value: descriptor, ..
    } = &manifest.config
    else {
        return Err(Missing {
            what: "config".to_string(),
            why: Why::Unreadable,
            at: Some(document.locus("/config")),
        }
        .into());
    };
    let target = case.inventory.target(document, descriptor)?;
    let platform = match &target.claims {
        Claims::Config(config) => platform(config),
        _ => None,
    };
    let Some((os, architecture)) = platform else {
        return Err(Missing {
            what: descriptor.digest().to_string(),
            why: Why::Unreadable,
            at: Some(document.locus("/config")),
        }
        .into());
    };
    let shown = format!("{os}/{architecture}");
    if os != "linux" || !matches!(architecture, "amd64" | "arm64") {
        // Refused, but with which words is not known: the service has no documented error for it.
        let because = say(
            "{who} runs `linux/amd64` and `linux/arm64` only; this image is for {platform}.",
            "{who} 只运行 `linux/amd64` 和 `linux/arm64`；这个镜像的平台是 {platform}。",
        )
        .name("who", WHO)
        .code("platform", &shown);
        trace.fail(because, Some(Locus::whole(&target.path)));
        return Err(Missing {
            what: shown,
            why: Why::NotDocumented,
            at: Some(Locus::whole(&target.path)),
        }
        .into());
    }
    trace.pass(
        say(
            "The config names {platform}, one of the two that {who} runs.",
            "配置写明平台 {platform}，是 {who} 支持的两种之一。",
        )
        .name("who", WHO)
        .code("platform", &shown),
        Some(Locus::whole(&target.path)),
    );
    Ok(shown)
}

fn platform(config: &Config) -> Option<(&str, &str)> {
    Some((config.os.value()?, config.architecture.value()?))
}

fn meant_for(case: &Case) -> bool {
    case.root.is_some_and(|root| {
        matches!(
            root.kind,
            ArtifactKind::ContainerImage
                | ArtifactKind::MultiPlatformImage
                | ArtifactKind::DockerSchema1
        )
    })
}
