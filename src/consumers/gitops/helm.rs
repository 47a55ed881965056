//! Helm pulling a chart from a registry: which descriptors it copies, what it finds among them, and whether the chart
//! archive can be loaded. It never reads what the files of a chart say.
//!
//! Read in helm/helm `pkg/registry/client.go` (`Pull`, `processChartPull`), `generic.go`, `pkg/downloader/
//! chart_downloader.go`, `pkg/chart/loader/archive.go`; oras-project/oras-go v1 `pkg/oras/copy.go`, v2 as in `oras_go`.

mod archive;
mod pull;

use crate::artifact::documents::Claims;
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Missing, Why};
use crate::consumers::oras_go;
use crate::consumers::remedies::Names;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::fixes::Fix;
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "Helm";
/// The chart layer of Helm 3.0 – 3.6.
const LEGACY_CHART: &str = "application/tar+gzip";
/// The layer of a signature.
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// What happens to descriptors of other types than Helm asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    /// They are skipped by oras-go v1, which takes indexes as well.
    SkippedByOne,
    /// Any of them ends the pull.
    Forbidden,
    /// They are skipped by oras-go v2.
    Skipped,
}

/// What distinguishes one version from another.
struct Behaviour {
    others: Others,
    /// Whether an index may be the root.
    index: bool,
    /// Whether the sizes of the chart's files are limited; unknown where it depends on the patch release.
    limited: Option<bool>,
}

const FIRST: Behaviour = Behaviour {
    others: Others::SkippedByOne,
    index: true,
    limited: None,
};
const FORBIDDING: Behaviour = Behaviour {
    others: Others::Forbidden,
    index: false,
    limited: Some(true),
};
const NO_INDEX: Behaviour = Behaviour {
    others: Others::Skipped,
    ..FORBIDDING
};
const CURRENT: Behaviour = Behaviour {
    index: true,
    ..NO_INDEX
};

const VERIFICATION: Setting = Setting {
    id: "provenance",
    shared: false,
    name: text("Provenance", "来源证明（provenance）"),
    about: text(
        "Whether the signature beside the chart is fetched and checked.",
        "是否获取并校验 chart 旁的签名。",
    ),
    takes: Takes::OneOf(&[
        ("never", text("not asked for", "不要求")),
        (
            "if-there",
            text("`--prov`: fetched where there is one", "`--prov`：有则获取"),
        ),
        ("always", text("`--verify`: required", "`--verify`：必须有")),
    ]),
    default: "never",
};

const COMMAND: Setting = Setting {
    id: "command",
    shared: false,
    name: text("Command", "命令"),
    about: text(
        "`helm pull` only stores the archive; the other commands load it.",
        "`helm pull` 只保存归档；其他命令会加载它。",
    ),
    takes: Takes::OneOf(&[
        (
            "install",
            text(
                "`helm install`, `upgrade`, `template`, `show`",
                "`helm install`、`upgrade`、`template`、`show`",
            ),
        ),
        ("pull", text("`helm pull`", "`helm pull`")),
    ]),
    default: "install",
};

/// Helm.
pub(super) static HELM: Consumer = Consumer {
    id: "helm-oci",
    name: "Helm (OCI)",
    about: text(
        "`helm install` or `helm pull` with `oci://` copies a chart out of a registry: by the media types of config and layers, whatever their order.",
        "`helm install` 或 `helm pull` 配合 `oci://` 从镜像仓库获取 chart：按配置和层的媒体类型查找，与顺序无关。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "helm/helm",
            path: "pkg/registry/{client,generic,constants}.go, pkg/downloader/chart_downloader.go, pkg/chart/loader/archive.go",
            at: "v3.8 – v3.21, v4.0 – v4.2; issues 10968, 30890, 31775, 32539",
        },
        Source {
            repository: "oras-project/oras-go",
            path: "pkg/oras/copy.go; copy.go, content/graph.go",
            at: "v1.2.5; v2.6.0",
        },
    ],
    settings: &[COMMAND, VERIFICATION],
    ranges: &[
        Range {
            versions: Versions {
                shown: "3.8 – 3.17",
                spans: &[("3.8.0", "3.18.0-0")],
            },
            label: text(
                "follows an index, skips other types",
                "会展开索引，跳过其他类型",
            ),
            replay: |case, trace| replay(case, trace, &FIRST),
        },
        Range {
            versions: Versions {
                shown: "3.18.0",
                spans: &[("3.18.0-0", "3.18.1-0")],
            },
            label: text("any other type ends the pull", "遇到任何其他类型即中止"),
            replay: |case, trace| replay(case, trace, &FORBIDDING),
        },
        Range {
            versions: Versions {
                shown: "3.18.1 – 3.20.0, 4.0.0 – 4.1.1",
                spans: &[("3.18.1-0", "3.20.1-0"), ("4.0.0-0", "4.1.2-0")],
            },
            label: text(
                "skips other types, fails at an index",
                "跳过其他类型，遇到索引失败",
            ),
            replay: |case, trace| replay(case, trace, &NO_INDEX),
        },
        Range {
            versions: Versions {
                shown: "≥ 3.20.1, ≥ 4.1.2",
                spans: &[("3.20.1-0", "4.0.0-0"), ("4.1.2-0", "")],
            },
            label: text("follows an index again", "重新支持索引"),
            replay: |case, trace| replay(case, trace, &CURRENT),
        },
    ],
    meant_for,
};

/// Flux's `HelmRepository` of the type `oci`.
pub(super) static FLUX: Consumer = Consumer {
    id: "flux-helm-oci",
    name: "Flux HelmRepository (OCI)",
    about: text(
        "Flux's source-controller pulls the chart of a `HelmRepository` of type `oci` with Helm's own client. Which Helm is linked into which Flux is not told apart here: what they do not agree on stays open.",
        "Flux 的 source-controller 用 Helm 自身的客户端拉取 `oci` 类型 `HelmRepository` 的 chart。此处不区分各版本 Flux 内置的 Helm：它们结果不一致时不下结论。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "fluxcd/source-controller",
        path: "internal/helm/chart/, go.mod",
        at: "as Helm's client at its tags",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "as Helm 3.8 and later agree",
            "按 Helm 3.8 及以后版本的一致结果",
        ),
        replay: agreed,
    }],
    meant_for,
};

/// What all versions of Helm come to; open where they differ.
fn agreed(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let end = |end: &Result<Accept, Stop>| match end {
        Ok(_) => Some(None),
        Err(Stop::Refuse(refusal)) => Some(Some(refusal.error.clone())),
        Err(Stop::Unknown(_)) => None,
    };
    let newest = replay(case, trace, &CURRENT);
    let mine = end(&newest);
    for behaviour in [&FIRST, &FORBIDDING, &NO_INDEX] {
        let other = replay(case, &mut Trace::default(), behaviour);
        if mine.is_some() && end(&other) != mine {
            return match other {
                Err(Stop::Unknown(missing)) => Err(missing.into()),
                _ => Err(Missing {
                    what: "Helm".to_string(),
                    why: Why::NotSettled,
                    at: None,
                }
                .into()),
            };
        }
    }
    newest
}

/// Charts, and indexes with a chart in them.
fn meant_for(case: &Case) -> bool {
    let Some(root) = case.root else {
        return false;
    };
    match root.kind {
        ArtifactKind::HelmChart => true,
        ArtifactKind::MultiPlatformImage => case.document().is_ok_and(|document| {
            let Claims::Index(index) = &document.claims else {
                return false;
            };
            index.manifests().iter().any(|entry| {
                let target = case.inventory.target(document, entry);
                entry.artifact_type.text() == mt::HELM_CONFIG
                    || target.is_ok_and(|target| {
                        matches!(&target.claims, Claims::Manifest(m) if m.config_media_type() == mt::HELM_CONFIG)
                    })
            })
        }),
        _ => false,
    }
}

fn replay(case: &Case, trace: &mut Trace, behaviour: &Behaviour) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let root = oras_go::root(case)?;
    let chart = pull::pull(case, trace, behaviour, &root, pull::Part::Chart)?;
    let accept = Accept::using(
        say(
            "{who} takes the chart from the layer {type}, {digest}.",
            "{who} 从层 {type}，{digest} 中取得 chart。",
        )
        .name("who", WHO)
        .code("type", chart.media_type())
        .code("digest", chart.digest()),
        chart.at.clone(),
    );
    signature(case, trace, behaviour, &root, &names)?;
    if case.set(&COMMAND) == "install" {
        archive::load(case, trace, behaviour, &chart, &names)?;
    } else {
        trace.note(
            say(
                "`helm pull` stores the archive as it is, whatever is in it.",
                "`helm pull` 原样保存归档，不管其中是什么。",
            ),
            chart.at.clone(),
        );
    }
    Ok(accept)
}

/// The second pull, of the provenance alone.
fn signature<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    behaviour: &Behaviour,
    root: &oras_go::Node<'a>,
    names: &Names,
) -> Result<(), Stop> {
    let wanted = case.set(&VERIFICATION);
    if wanted == "never" {
        return Ok(());
    }
    match pull::pull(case, trace, behaviour, root, pull::Part::Provenance) {
        Err(Stop::Refuse(inner)) if wanted == "always" => Err(Refusal {
            error: format!(
                "failed to fetch provenance \"oci://{}.prov\"",
                names.reference
            ),
            ..*inner
        }
        .fix(sign(names))
        .into()),
        Err(Stop::Refuse(_)) => {
            trace.note(
                say(
                    "{who} warns that it found no provenance, and goes on.",
                    "{who} 警告未找到来源证明，然后继续。",
                )
                .name("who", WHO),
                root.at.clone(),
            );
            Ok(())
        }
        Err(unknown) => Err(unknown),
        Ok(found) if wanted == "always" => Err(Missing {
            what: "keyring".to_string(),
            why: Why::Outside,
            at: found.at,
        }
        .into()),
        Ok(_) => Ok(()),
    }
}

fn sign(names: &Names) -> Fix {
    Fix::new(
        "sign-chart",
        say(
            "Sign the chart and push it again; `helm push` takes the `.prov` file beside the archive along.",
            "为 chart 签名并重新推送；`helm push` 会一并上传归档旁的 `.prov` 文件。",
        ),
    )
    .with(
        "helm",
        format!(
            "helm package --sign --key NAME --keyring KEYRING ./CHART\nhelm push NAME-VERSION.tgz oci://{}",
            parent(names)
        ),
    )
}

/// Push the chart as Helm does it.
fn push_chart(names: &Names) -> Fix {
    Fix::new(
        "push-chart",
        say(
            "Push the chart with Helm, or with the media types that Helm asks for.",
            "用 Helm 推送 chart，或使用 Helm 要求的媒体类型推送。",
        ),
    )
    .with(
        "helm",
        format!(
            "helm package ./CHART\nhelm push NAME-VERSION.tgz oci://{}",
            parent(names)
        ),
    )
    .with(
        "oras",
        format!(
            "helm show chart NAME-VERSION.tgz | yq -o json > config.json\n\
             oras push {} --config config.json:{} NAME-VERSION.tgz:{}",
            names.reference,
            mt::HELM_CONFIG,
            mt::HELM_CHART
        ),
    )
}

/// The repository above the chart's own: `helm push` adds the chart's name itself.
fn parent(names: &Names) -> &str {
    names
        .repository
        .rsplit_once('/')
        .map_or("REGISTRY", |(parent, _)| parent)
}
