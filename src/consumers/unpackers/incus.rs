//! Incus OCI remotes: skopeo copies the image from the registry into a layout, umoci unpacks that. The host is taken to be
//! linux/amd64. An image whose manifest is Docker's is converted on the way; an OCI manifest is copied as it is.

use super::umoci::{self, Series, Umoci};
use crate::artifact::documents::Descriptor;
use crate::artifact::{Document, Missing, Why};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    containerd, go_decode, platform, remedies_archive as remedies,
};
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// The `umoci` that is installed beside Incus up to 6.12; later versions have it linked in.
const UMOCI: Setting = Setting {
    id: "umoci",
    shared: false,
    name: text("Installed umoci", "已安装的 umoci"),
    about: text(
        "The version of the `umoci` program that Incus up to 6.12 runs; distributions such as Debian ship 0.4.7.",
        "Incus 6.12 及更早版本所调用的 `umoci` 程序的版本；Debian 等发行版提供 0.4.7。",
    ),
    takes: Takes::OneOf(&[
        ("0.4.7", text("0.4.7 or earlier", "0.4.7 或更早")),
        ("0.5", text("0.5", "0.5")),
        ("0.6", text("0.6 or later", "0.6 或更高")),
    ]),
    default: "0.4.7",
};

/// Incus, OCI remotes.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "incus-oci",
    name: "Incus (OCI)",
    about: text(
        "`incus launch REMOTE:IMAGE` from an OCI registry: skopeo copies the image into a layout, and umoci, as a program or \
         linked in, unpacks it.",
        "`incus launch REMOTE:IMAGE` 从 OCI 镜像仓库启动：skopeo 把镜像复制为布局，再由 umoci（外部程序或内置库）解包。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "lxc/incus",
            path: "client/oci_images.go, client/oci_util_linux.go, go.mod",
            at: "v6.12.0, v6.13.0, v6.18.0, 273fd738f7be",
        },
        Source {
            repository: "containers/image",
            path: "internal/manifest/{errors,oci_index,docker_schema2_list}.go, internal/image/docker_schema2.go",
            at: "v5.36",
        },
        Source {
            repository: "opencontainers/umoci",
            path: "oci/layer/unpack.go",
            at: "v0.4.7, v0.5.0, v0.6.0",
        },
    ],
    settings: &[UMOCI],
    ranges: &[
        Range {
            versions: Versions {
                shown: "6.3 – 6.12, 6.0.2 – 6.0.4",
                spans: &[("6.0.2-0", "6.0.5-0"), ("6.3.0-0", "6.13.0-0")],
            },
            label: text("runs the umoci that is installed", "调用已安装的 umoci"),
            replay: external,
        },
        Range {
            versions: Versions {
                shown: "6.13 – 6.17, 6.0.5",
                spans: &[("6.0.5-0", "6.0.6-0"), ("6.13.0-0", "6.18.0-0")],
            },
            label: text("with umoci 0.5 linked in", "内置 umoci 0.5"),
            replay: linked,
        },
        Range {
            versions: Versions {
                shown: "≥ 6.18, 6.0.6",
                spans: &[("6.0.6-0", "6.1.0-0"), ("6.18.0-0", "")],
            },
            label: text("with umoci 0.6 linked in", "内置 umoci 0.6"),
            replay: newest,
        },
    ],
    meant_for: umoci::takes_images,
};

fn external(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let umoci = case.set(&UMOCI);
    trace.note(
        say(
            "These versions run the `umoci` program of the host; it is taken to be {umoci}.",
            "这些版本调用主机上的 `umoci` 程序；此处按 {umoci} 判断。",
        )
        .name("umoci", umoci),
        None,
    );
    let series = match umoci {
        "0.5" => Series::V05,
        "0.6" => Series::V06,
        _ => Series::V04,
    };
    replay(case, trace, series)
}

fn linked(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Series::V05)
}

fn newest(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Series::V06)
}

fn replay(case: &Case, trace: &mut Trace, series: Series) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let mut declared = case.media_type()?;
    let mut document = case.document()?;
    let mut at = Some(Locus::whole(&document.path));
    for _ in 0..limits::INDEX_DEPTH {
        if !mt::is_index(&declared) {
            break;
        }
        let child = choose(document, &declared, trace)?;
        at = Some(document.locus(&child.pointer));
        declared = child.media_type().to_string();
        check_type(&declared, at.clone(), trace)?;
        document = inventory.target(document, child)?;
    }
    check_type(&declared, at.clone(), trace)?;
    let manifest = go_decode::manifest(document)?.map_err(|_| Missing {
        what: document.path.clone(),
        why: Why::Unreadable,
        at: at.clone(),
    })?;
    let converted = declared == mt::DOCKER_MANIFEST;
    if converted {
        convert(document, manifest.layers(), trace)?;
    } else {
        artifact(
            document,
            manifest.config_media_type(),
            manifest.artifact_type.text(),
            trace,
        )?;
    }
    let mut umoci = Umoci {
        inventory,
        series,
        local: false,
        converted,
        pending: None,
    };
    let end = umoci.manifest(document, "latest", trace);
    match (end, umoci.pending.take()) {
        (Err(Stop::Refuse(mut refusal)), _) => {
            let zstd = refusal.error.contains("+zstd");
            if series == Series::V04 && zstd {
                refusal
                    .fixes
                    .insert(0, remedies::upgrade("Incus", "6.13 (LTS: 6.0.5)"));
            }
            Err(Stop::Refuse(refusal))
        }
        (Err(stop), _) => Err(stop),
        (Ok(_), Some(missing)) => Err(missing.into()),
        (Ok(accept), None) => Ok(accept),
    }
}

/// Manifest types that containers/image reads. Schema 1 is converted there; what comes out is not followed here.
fn check_type(declared: &str, at: Option<Locus>, trace: &mut Trace) -> Result<(), Stop> {
    if mt::is_manifest(declared) || mt::is_index(declared) {
        return Ok(());
    }
    if mt::is_schema1(declared) {
        return Err(Missing {
            what: declared.to_string(),
            why: Why::NotSettled,
            at,
        }
        .into());
    }
    trace.fail(
        say(
            "skopeo has to know the type of the manifest; it is {declared}.",
            "skopeo 必须认识清单的类型；此处为 {declared}。",
        )
        .code("declared", declared),
        at.clone(),
    );
    Err(Refusal::new(
        format!("Unimplemented manifest MIME type \"{declared}\""),
        say(
            "Incus copies images with skopeo, which does not know {declared}.",
            "Incus 用 skopeo 复制镜像，而 skopeo 不认识 {declared}。",
        )
        .code("declared", declared),
        at,
    )
    .fix(remedies::pull_as_artifact())
    .into())
}

/// `ChooseInstance` for linux/amd64: a child with exactly that platform, else, in an OCI index, one without a platform.
fn choose<'a>(
    document: &'a Document,
    declared: &str,
    trace: &mut Trace,
) -> Result<&'a Descriptor, Stop> {
    let entries = containerd::entries(document);
    let exact = entries.iter().find(|d| {
        d.platform
            .value()
            .is_some_and(|p| p.os == "linux" && p.architecture == "amd64" && p.variant.is_none())
    });
    let bare = || {
        (declared == mt::OCI_INDEX)
            .then(|| entries.iter().find(|d| d.platform.value().is_none()))
            .flatten()
    };
    if let Some(child) = exact.or_else(bare) {
        trace.pass(
            say(
                "skopeo takes the child for the host from the index: {child} for {platform}, if the host is {host}.",
                "skopeo 从索引中取适合主机的子项：若主机为 {host}，则取 {platform} 的 {child}。",
            )
            .code("child", child.digest())
            .name("platform", child.platform_text().unwrap_or_default())
            .name("host", platform::ASSUMED),
            Some(document.locus(&child.pointer)),
        );
        return Ok(child);
    }
    let at = Some(document.locus("/manifests"));
    trace.fail(
        say(
            "The index has to have a child for the host's platform; for {host} it has none.",
            "索引中必须有适合主机平台的子项；没有用于 {host} 的。",
        )
        .name("host", platform::ASSUMED),
        at.clone(),
    );
    let list = if declared == mt::OCI_INDEX {
        "image index"
    } else {
        "manifest list"
    };
    Err(Refusal::new(
        format!(
            "no image found in {list} for architecture \"amd64\", variant \"\", OS \"linux\""
        ),
        say(
            "Incus copies the image for the host's platform with skopeo, and the index has none for {host}.",
            "Incus 用 skopeo 复制适合主机平台的镜像，而索引中没有用于 {host} 的。",
        )
        .name("host", platform::ASSUMED),
        at,
    )
    .fix(remedies::single_platform())
    .into())
}

/// `skopeo inspect` of an OCI manifest that is no image.
fn artifact(
    document: &Document,
    config: &str,
    artifact_type: &str,
    trace: &mut Trace,
) -> Result<(), Stop> {
    let at = Some(document.locus("/config/mediaType"));
    if config == mt::OCI_CONFIG {
        trace.pass(
            say(
                "skopeo inspects the image: its config is {config}. The OCI manifest is copied as it is.",
                "skopeo 检查镜像：其配置为 {config}。OCI 清单原样复制。",
            )
            .code("config", config),
            at,
        );
        return Ok(());
    }
    trace.fail(
        say(
            "skopeo inspects images only: the config of an OCI manifest has to be {needed}; it is {config}.",
            "skopeo 只检查镜像：OCI 清单的配置必须是 {needed}；此处为 {config}。",
        )
        .code("needed", mt::OCI_CONFIG)
        .code("config", config),
        at.clone(),
    );
    let kind = if artifact_type.is_empty() {
        config
    } else {
        artifact_type
    };
    if kind == mt::DOCKER_CONFIG {
        return Err(Refusal::new(
            format!("invalid mixed OCI image with Docker v2s2 config (\"{kind}\")"),
            say(
                "Incus inspects the image with skopeo, which refuses a Docker config in an OCI manifest.",
                "Incus 用 skopeo 检查镜像，而 skopeo 拒绝 OCI 清单中的 Docker 配置。",
            ),
            at,
        )
        .fix(remedies::rewrite_types())
        .into());
    }
    Err(Refusal::new(
        format!("unsupported image-specific operation on artifact with type \"{kind}\""),
        say(
            "Incus inspects the image with skopeo, for which this is an artifact of type {kind} and no image.",
            "Incus 用 skopeo 检查镜像，而在 skopeo 看来这是类型为 {kind} 的制品，不是镜像。",
        )
        .code("kind", kind),
        at,
    )
    .fix(remedies::pull_as_artifact())
    .into())
}

/// `skopeo copy` of a Docker manifest to a layout: types become OCI's.
fn convert(document: &Document, layers: &[Descriptor], trace: &mut Trace) -> Result<(), Stop> {
    for layer in layers {
        let declared = layer.media_type();
        if matches!(
            declared,
            mt::DOCKER_TAR
                | mt::DOCKER_TAR_GZIP
                | mt::DOCKER_FOREIGN_TAR
                | mt::DOCKER_FOREIGN_TAR_GZIP
        ) {
            continue;
        }
        let at = Some(document.locus(&format!("{}/mediaType", layer.pointer)));
        trace.fail(
            say(
                "In a Docker manifest skopeo has to know each layer's type as one of Docker's; {layer} is {declared}.",
                "在 Docker 清单中，skopeo 要求每一层都是 Docker 的层类型；{layer} 为 {declared}。",
            )
            .code("layer", layer.digest())
            .code("declared", declared),
            at.clone(),
        );
        return Err(Refusal::new(
            format!("unsupported docker v2s2 media type: \"{declared}\""),
            say(
                "Incus copies the image with skopeo, which does not take {declared} in a Docker manifest.",
                "Incus 用 skopeo 复制镜像，而 skopeo 不接受 Docker 清单中的 {declared}。",
            )
            .code("declared", declared),
            at,
        )
        .fix(remedies::rewrite_types())
        .into());
    }
    trace.pass(
        say(
            "The manifest is Docker's: skopeo turns it, its config and its {count} layers into OCI types.",
            "清单是 Docker 类型：skopeo 会把它、其配置和 {count} 个层转换为 OCI 类型。",
        )
        .count("count", layers.len() as u64),
        Some(Locus::whole(&document.path)),
    );
    Ok(())
}
