//! skopeo (`skopeo copy`, `skopeo inspect`): which image it takes out of a layout, an archive, a folder or a registry, and
//! whether it can be copied to where it is wanted. What a registry says to a pushed manifest is the registry's own matter.
//!
//! Read in containers/skopeo `cmd/skopeo/{copy,inspect,utils}.go` and containers/image; run as 1.9.3, 1.18.0 and 1.22.0.

use crate::artifact::kinds::InputKind;
use crate::artifact::{Missing, Why};
use crate::consumers::containers_image::{
    self, Asked, Opened, Release, Run, Series, To, Transport, copied,
};
use crate::consumers::go_archive::quoted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions, containerd,
};
use crate::text::{say, text};

/// What is done, and where to.
const TO: Setting = Setting {
    id: "to",
    shared: false,
    name: text("Operation", "操作"),
    about: text(
        "`skopeo copy` to this destination, or `skopeo inspect`.",
        "用 `skopeo copy` 复制到此目标，或执行 `skopeo inspect`。",
    ),
    takes: Takes::OneOf(&[
        ("oci", text("copy to a layout, `oci:`", "复制到布局 `oci:`")),
        (
            "dir",
            text("copy to a folder, `dir:`", "复制到文件夹 `dir:`"),
        ),
        (
            "docker-archive",
            text("copy to a `docker-archive:`", "复制到 `docker-archive:`"),
        ),
        ("inspect", text("`skopeo inspect`", "`skopeo inspect`")),
    ]),
    default: "oci",
};

/// Which images of an index.
const IMAGES: Setting = Setting {
    id: "images",
    shared: false,
    name: text("Images of an index", "索引中的镜像"),
    about: text(
        "The one for the platform, or all of them (`--all`).",
        "只复制对应平台的镜像，或全部复制（`--all`）。",
    ),
    takes: Takes::OneOf(&[
        ("one", text("the one for the platform", "对应平台的一个")),
        ("all", text("all, `--all`", "全部，`--all`")),
    ]),
    default: "one",
};

/// Whether the image is named.
const REFERENCE: Setting = Setting {
    id: "reference",
    shared: false,
    name: text("Reference", "引用"),
    about: text(
        "Whether the image in a layout or archive is asked for by its own name.",
        "是否用镜像自身的名称指定布局或归档中的镜像。",
    ),
    takes: Takes::OneOf(&[
        ("name", text("by its name, if it has one", "有名称时用名称")),
        ("none", text("by nothing", "不指定")),
    ]),
    default: "name",
};

/// How the image is reached.
const FROM: Setting = Setting {
    id: "from",
    shared: false,
    name: text("Source", "来源"),
    about: text(
        "The transport in front of the source's name.",
        "来源名称前的传输方式。",
    ),
    takes: Takes::OneOf(&[
        ("auto", text("the one that fits", "与内容相符的方式")),
        (
            "oci",
            text("`oci:` or `oci-archive:`", "`oci:` 或 `oci-archive:`"),
        ),
        (
            "docker-archive",
            text("`docker-archive:`", "`docker-archive:`"),
        ),
        (
            "docker",
            text("a registry, `docker://`", "镜像仓库 `docker://`"),
        ),
    ]),
    default: "auto",
};

/// skopeo.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "skopeo",
    name: "skopeo",
    about: text(
        "`skopeo copy` takes one image, or all of an index, from one place to another; it verifies digests but not \
         declared sizes, and never looks whether layers are tars or fit the config. `skopeo inspect` reads the manifest \
         and the config only.",
        "`skopeo copy` 把一个镜像或索引中的全部镜像从一处复制到另一处；它验证摘要但不验证声明的大小，也从不检查层是否为 tar、\
         是否与配置相符。`skopeo inspect` 只读取清单和配置。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "containers/skopeo",
            path: "cmd/skopeo/{copy,inspect,utils}.go",
            at: "1.9.3, 1.18.0, 1.22.0 (also run)",
        },
        Source {
            repository: "containers/image",
            path: "copy/*, oci/{layout,archive}/*, docker/internal/tarfile/*, directory/*, manifest/*, internal/{image,manifest}/*",
            at: "v5.10.3, v5.23.1, v5.34.2, v5.39.2",
        },
    ],
    settings: &[TO, IMAGES, REFERENCE, FROM, PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "1.2.2 – 1.9.1",
                spans: &[("1.2.2-0", "1.9.2-0")],
            },
            label: text(
                "from 1.5.2 on no ambiguous manifests",
                "自 1.5.2 起拒绝有歧义的清单",
            ),
            replay: |case, trace| {
                replay(
                    case,
                    trace,
                    Series {
                        from: Release::V5_10,
                        to: Release::V5_23,
                    },
                )
            },
        },
        Range {
            versions: Versions {
                shown: "1.9.2 – 1.10",
                spans: &[("1.9.2-0", "1.11.0-0")],
            },
            label: text("tells artifacts from images", "区分制品与镜像"),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_23)),
        },
        Range {
            versions: Versions {
                shown: "1.11 – 1.17",
                spans: &[("1.11.0-0", "1.18.0-0")],
            },
            label: text("between two that were read", "介于两个已读版本之间"),
            replay: |case, trace| {
                replay(
                    case,
                    trace,
                    Series {
                        from: Release::V5_23,
                        to: Release::V5_34,
                    },
                )
            },
        },
        Range {
            versions: Versions {
                shown: "1.18",
                spans: &[("1.18.0-0", "1.19.0-0")],
            },
            label: text(
                "names artifacts by `artifactType`",
                "用 `artifactType` 称呼制品",
            ),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_34)),
        },
        Range {
            versions: Versions {
                shown: "1.19 – 1.21",
                spans: &[("1.19.0-0", "1.22.0-0")],
            },
            label: text("between two that were read", "介于两个已读版本之间"),
            replay: |case, trace| {
                replay(
                    case,
                    trace,
                    Series {
                        from: Release::V5_34,
                        to: Release::V5_39,
                    },
                )
            },
        },
        Range {
            versions: Versions {
                shown: "≥ 1.22",
                spans: &[("1.22.0-0", "")],
            },
            label: text(
                "finds Docker manifests in a layout by name; Docker's zstd type",
                "可按名称找到布局中的 Docker 清单；支持 Docker 的 zstd 类型",
            ),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_39)),
        },
    ],
    meant_for: |case| !alone(case) && (case.root.is_some() || containerd::holds_images(case)),
};

/// Whether what is in hand is one part of an artifact, which nobody copies by itself.
fn alone(case: &Case) -> bool {
    matches!(
        case.inventory.kind,
        InputKind::Config
            | InputKind::OtherJson
            | InputKind::DockerArchiveManifest
            | InputKind::OciLayoutFile
            | InputKind::WasmModule
            | InputKind::WasmComponent
    )
}

fn replay(case: &Case, trace: &mut Trace, series: Series) -> Result<Accept, Stop> {
    let chosen = match case.set(&FROM) {
        "docker" => Some(Transport::Registry),
        "docker-archive" => Some(Transport::DockerArchive),
        "oci" => Transport::layout(case),
        _ => Transport::of(case),
    };
    let Some(transport) = chosen else {
        return Err(Missing {
            what: "index.json".to_string(),
            why: Why::NotGiven,
            at: None,
        }
        .into());
    };
    let asked = match case.set(&REFERENCE) {
        "none" => Asked::Only,
        _ => Asked::of(case),
    };
    let wanted = containers_image::wanted(case);
    let mut run = Run::new(case, "skopeo", series, wanted, trace);
    let name = Opened::name(case, transport, &asked);
    let inspects = case.set(&TO) == "inspect";
    let source = Opened::open(&mut run, transport, &asked).map_err(|stop| {
        let bad_name = matches!(&stop, Stop::Refuse(r) if ["Invalid image ", "docker-archive parsing", "reference does not"]
            .iter()
            .any(|start| r.error.starts_with(start)));
        let outer = match (inspects, bad_name) {
            (true, _) => format!("Error parsing image name {}", quoted(name.trim_end_matches(':'))),
            (false, true) => format!("Invalid source name {}", Opened::typed(case, transport, &asked)),
            (false, false) => format!("initializing source {name}"),
        };
        run.after(&outer, stop)
    })?;
    if inspects {
        run.inspect(&source)?;
        run.settle()?;
        let uses = say(
            "{who} shows the manifest and the config of {name}.",
            "{who} 显示 {name} 的清单和配置。",
        );
        return Ok(Accept::using(
            uses.name("who", "skopeo").code("name", name),
            None,
        ));
    }
    let to = match case.set(&TO) {
        "dir" => To::Folder,
        "docker-archive" => To::DockerArchive,
        _ => To::Layout,
    };
    let done = run.copy(&source, to, case.set(&IMAGES) == "all")?;
    run.settle()?;
    Ok(Accept::using(
        copied("skopeo", done.images, done.layers),
        None,
    ))
}
