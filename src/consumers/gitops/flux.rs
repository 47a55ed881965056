//! Flux's source-controller pulling an `OCIRepository`: one layer of one image, unpacked or copied. What the object's
//! `layerSelector` says is a setting; where it says nothing, the replay tells where one helps.
//!
//! Read in fluxcd/source-controller `internal/controller/ocirepository_controller.go` (`reconcileSource`,
//! `selectLayer`). The config is never looked at.

mod pull;
mod unpack;

use crate::artifact::kinds::ArtifactKind;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::fixes::Fix;
use crate::text::{say, text};
use pull::replay;
use unpack::Unpacker;

const WHO: &str = "Flux";

/// What a `layerSelector` can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selector {
    /// There is none.
    None,
    /// The media type.
    MediaType,
    /// The media type and the operation.
    Operation,
}

/// `spec.layerSelector.mediaType`.
const LAYER_TYPE: Setting = Setting {
    id: "layer-media-type",
    shared: false,
    name: text("layerSelector.mediaType", "layerSelector.mediaType"),
    about: text(
        "The first layer of exactly this type is taken; empty for the first layer of all.",
        "取类型与此完全相同的第一层；留空则取第一层。",
    ),
    takes: Takes::Text("application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
    default: "",
};

/// `spec.layerSelector.operation`.
const OPERATION: Setting = Setting {
    id: "layer-operation",
    shared: false,
    name: text("layerSelector.operation", "layerSelector.operation"),
    about: text(
        "Whether the layer is unpacked, or copied as it is, as a `HelmRelease` with `chartRef` needs it.",
        "该层是解包，还是原样复制（带 `chartRef` 的 `HelmRelease` 需要原样复制）。",
    ),
    takes: Takes::OneOf(&[
        ("extract", text("unpacked", "解包")),
        ("copy", text("copied as it is", "原样复制")),
    ]),
    default: "extract",
};

/// What distinguishes one version from another.
struct Behaviour {
    unpacker: Unpacker,
    selector: Selector,
}

const FIRST_ONLY: Behaviour = Behaviour {
    unpacker: Unpacker::Untar,
    selector: Selector::None,
};
const BY_TYPE: Behaviour = Behaviour {
    selector: Selector::MediaType,
    ..FIRST_ONLY
};
const BY_OPERATION: Behaviour = Behaviour {
    selector: Selector::Operation,
    ..FIRST_ONLY
};
const STRICT: Behaviour = Behaviour {
    unpacker: Unpacker::TarStrict,
    selector: Selector::Operation,
};
const CURRENT: Behaviour = Behaviour {
    unpacker: Unpacker::TarSkipsSymlinks,
    selector: Selector::Operation,
};

/// Flux.
pub static FLUX: Consumer = Consumer {
    id: "flux-ocirepository",
    name: "Flux OCIRepository",
    about: text(
        "Flux's source-controller pulls the artifact named by an `OCIRepository` and unpacks one layer of it: the first, unless `spec.layerSelector` names another. Versions are those of source-controller.",
        "Flux 的 source-controller 拉取 `OCIRepository` 指定的制品并解包其中一层：默认第一层，除非 `spec.layerSelector` 另有指定。版本号为 source-controller 的版本。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "fluxcd/source-controller",
            path: "internal/controller/ocirepository_controller.go",
            at: "v0.26.0, v0.28.0, v0.30.0, v1.1.0, v1.1.2, v1.2.0, v1.8.5, v1.9.0",
        },
        Source {
            repository: "fluxcd/pkg",
            path: "untar/untar.go, tar/untar.go",
            at: "as used by those versions",
        },
    ],
    settings: &[LAYER_TYPE, OPERATION],
    ranges: &[
        Range {
            versions: Versions {
                shown: "< 0.26",
                spans: &[("", "0.26.0")],
            },
            label: text("no OCIRepository", "没有 OCIRepository"),
            replay: absent,
        },
        Range {
            versions: Versions {
                shown: "0.26 – 0.27",
                spans: &[("0.26.0", "0.28.0")],
            },
            label: text(
                "the first layer, no layerSelector",
                "取第一层，没有 layerSelector",
            ),
            replay: |case, trace| replay(case, trace, &FIRST_ONLY),
        },
        Range {
            versions: Versions {
                shown: "0.28 – 0.29",
                spans: &[("0.28.0", "0.30.0")],
            },
            label: text(
                "layerSelector with a media type",
                "layerSelector 可写媒体类型",
            ),
            replay: |case, trace| replay(case, trace, &BY_TYPE),
        },
        Range {
            versions: Versions {
                shown: "0.30 – 1.0",
                spans: &[("0.30.0", "1.1.0")],
            },
            label: text(
                "layerSelector with an operation",
                "layerSelector 可写 operation",
            ),
            replay: |case, trace| replay(case, trace, &BY_OPERATION),
        },
        Range {
            versions: Versions {
                shown: "1.1.0 – 1.1.1",
                spans: &[("1.1.0", "1.1.2")],
            },
            label: text("symbolic links forbidden by name", "明确禁止符号链接"),
            replay: |case, trace| replay(case, trace, &STRICT),
        },
        Range {
            versions: Versions {
                shown: "1.1.2 – 1.8.4",
                spans: &[("1.1.2", "1.8.5")],
            },
            label: text("symbolic links left out", "跳过符号链接"),
            replay: |case, trace| replay(case, trace, &CURRENT),
        },
        Range {
            versions: Versions {
                shown: "≥ 1.8.5",
                spans: &[("1.8.5", "")],
            },
            label: text(
                "chart tags with `_` read as `+`; since 1.9 pulled by digest",
                "chart 标签中的 `_` 读作 `+`；1.9 起按摘要拉取",
            ),
            replay: |case, trace| replay(case, trace, &CURRENT),
        },
    ],
    meant_for,
};

fn absent(_: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let because = say(
        "{who} has no `OCIRepository` before source-controller 0.26.",
        "{who} 的 source-controller 在 0.26 之前没有 `OCIRepository`。",
    )
    .name("who", WHO);
    trace.fail(because.clone(), None);
    Err(Refusal::new(
        "no matches for kind \"OCIRepository\" in version \"source.toolkit.fluxcd.io/v1beta2\"",
        because,
        None,
    )
    .fix(Fix::new(
        "upgrade",
        say(
            "Use a Flux with source-controller 1.1.2 or later.",
            "使用带 source-controller 1.1.2 或更高版本的 Flux。",
        ),
    ))
    .whatever()
    .into())
}

/// Artifacts that people put into an `OCIRepository`; ordinary images only when somebody asks.
fn meant_for(case: &Case) -> bool {
    case.root.is_some_and(|root| match root.kind {
        ArtifactKind::FluxArtifact
        | ArtifactKind::HelmChart
        | ArtifactKind::EmptyArtifact
        | ArtifactKind::Artifact => true,
        ArtifactKind::MultiPlatformImage
        | ArtifactKind::ContainerImage
        | ArtifactKind::WasmPlugin
        | ArtifactKind::WasmModule
        | ArtifactKind::Attestation
        | ArtifactKind::Signature
        | ArtifactKind::DockerSchema1
        | ArtifactKind::DockerArchiveImage
        | ArtifactKind::Part => false,
    })
}
