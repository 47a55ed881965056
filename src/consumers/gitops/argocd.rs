//! Argo CD's repo-server reading an `oci://` source: one content layer among the manifest's layers, of a media type from
//! a list, unpacked by what that type ends in.
//!
//! Read in argoproj/argo-cd `util/oci/client.go` (`Extract`, `isContentLayer`, `Push`, `getOCIManifest`),
//! `util/io/files/tar.go` (`Untgz`, `untar`), `cmd/argocd-repo-server/commands/argocd_repo_server.go`. The config of
//! the manifest is never read; since 3.3 its type is.

mod unpack;

use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Document, Missing, Why};
use crate::consumers::oras_go::{self, Follow, Node};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    ggcr, go_decode,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::{Phrase, say, text};

const WHO: &str = "Argo CD";
/// More layers than this are refused unseen.
const MOST_LAYERS: usize = 10;
/// `defaultFallbackPushSizeLimit` of oras-go's file store, in bytes.
const MOST_UNNAMED: i64 = 4 * 1024 * 1024;

/// The list of layer types, as the flag takes it.
const ALLOWED: Setting = Setting {
    id: "layer-media-types",
    shared: false,
    name: text("Allowed layer types", "允许的层类型"),
    about: text(
        "The layer types that the repo-server unpacks: `--oci-layer-media-types`, or `ARGOCD_REPO_SERVER_OCI_LAYER_MEDIA_TYPES`, separated by commas.",
        "repo-server 会解包的层类型：`--oci-layer-media-types` 或 `ARGOCD_REPO_SERVER_OCI_LAYER_MEDIA_TYPES`，以逗号分隔。",
    ),
    takes: Takes::Text(
        "application/vnd.oci.image.layer.v1.tar+gzip,application/vnd.cncf.flux.content.v1.tar+gzip",
    ),
    default: "application/vnd.oci.image.layer.v1.tar,application/vnd.oci.image.layer.v1.tar+gzip,application/vnd.cncf.helm.chart.content.v1.tar+gzip",
};

/// How the content layer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// There is one layer, and it is that. (Patch releases of 3.1 may look for the content layer already.)
    OnlyLayer,
    /// The one layer of a tar type.
    ContentLayer,
    /// The same; of a Helm chart, the chart layer.
    ContentOrChart,
}

/// Argo CD.
pub(super) static ARGOCD: Consumer = Consumer {
    id: "argocd-oci",
    name: "Argo CD (OCI)",
    about: text(
        "Argo CD's repo-server unpacks one layer of an `oci://` source: a tar or gzip tar of a media type on its list.",
        "Argo CD 的 repo-server 解包 `oci://` 源中的一层：媒体类型须在允许列表内的 tar 或 gzip tar。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "argoproj/argo-cd",
        path: "util/oci/client.go, util/io/files/tar.go, docs/user-guide/oci.md",
        at: "v3.1, v3.2, v3.3; pull requests 24640, 25835, 26355",
    }],
    settings: &[ALLOWED],
    ranges: &[
        Range {
            versions: Versions {
                shown: "3.1",
                spans: &[("3.1.0-0", "3.2.0-0")],
            },
            label: text("one layer and no other", "只能有一层"),
            replay: |case, trace| replay(case, trace, Rule::OnlyLayer),
        },
        Range {
            versions: Versions {
                shown: "3.2",
                spans: &[("3.2.0-0", "3.3.0-0")],
            },
            label: text(
                "one content layer, others are left aside",
                "只能有一个内容层，其他层略过",
            ),
            replay: |case, trace| replay(case, trace, Rule::ContentLayer),
        },
        Range {
            versions: Versions {
                shown: "≥ 3.3",
                spans: &[("3.3.0-0", "")],
            },
            label: text(
                "of a Helm chart only the chart layer counts",
                "Helm chart 只看 chart 层",
            ),
            replay: |case, trace| replay(case, trace, Rule::ContentOrChart),
        },
    ],
    meant_for: |case| {
        case.root.is_some_and(|root| {
            matches!(
                root.kind,
                ArtifactKind::HelmChart | ArtifactKind::Artifact | ArtifactKind::EmptyArtifact
            )
        })
    },
};

/// One run over one artifact.
struct Run<'a, 'b> {
    case: &'b Case<'a>,
    names: Names,
    rule: Rule,
    is_chart: bool,
    layers: Vec<Descriptor>,
    document: &'a Document,
}

fn replay(case: &Case, trace: &mut Trace, rule: Rule) -> Result<Accept, Stop> {
    ggcr::root_media_type(case)?;
    let root = oras_go::root(case)?;
    let document = case.document()?;
    // The manifest is decoded as one whatever its type says; an index has no layers then.
    let manifest =
        go_decode::manifest(document)?.map_err(|error| undecoded(document, &root, error))?;
    let run = Run {
        case,
        names: Names::of(case),
        rule,
        is_chart: rule == Rule::ContentOrChart
            && manifest
                .config
                .value()
                .is_some_and(|c| c.media_type() == mt::HELM_CONFIG),
        layers: manifest.layers().to_vec(),
        document,
    };
    let layer = run.content_layer(trace)?;
    // Everything is copied first, whichever layer is wanted.
    let nodes = oras_go::graph(case, trace, &root, Follow::Subjects)?;
    for node in nodes.iter().filter(|node| node.document.is_none()) {
        oras_go::fetch(case, node, WHO).map_err(|stop| {
            ggcr::within(
                stop,
                &format!(
                    "could not save oci digest {}: failed to perform \"Fetch\" on source: {{}}",
                    root.digest()
                ),
            )
        })?;
    }
    // What is no content is written to a temporary folder by its title, or else to a store in memory, which takes this
    // much at most.
    let mut titles: Vec<&str> = Vec::new();
    for node in &nodes {
        let size = node.descriptor.size.value().copied().unwrap_or(0);
        let title = node.descriptor.annotations.get(annotation::TITLE);
        let title = title.map(String::as_str).filter(|title| !title.is_empty());
        let stopped = match title {
            _ if node.document.is_some() || node.digest() == layer.digest() => false,
            Some(title) if titles.contains(&title) => true,
            Some(title) => {
                titles.push(title);
                oras_go::leads_out(title)
            }
            None => size > MOST_UNNAMED,
        };
        if stopped {
            return Err(Missing {
                what: node.digest().to_string(),
                why: Why::NotSettled,
                at: node.at.clone(),
            }
            .into());
        }
    }
    let node = Node {
        at: Some(document.locus(&layer.pointer)),
        descriptor: layer.clone(),
        holder: Some(document),
        document: None,
    };
    let entries = unpack::unpack(case, trace, &node, run.only_folder(layer))
        .map_err(|stop| run.failed(&root, stop))?;
    trace.pass(
        say(
            "{who} unpacks the layer (entries: {count}).",
            "{who} 解包该层，共 {count} 个条目。",
        )
        .name("who", WHO)
        .count("count", entries),
        node.at.clone(),
    );
    Ok(Accept::using(
        say(
            "{who} takes the layer {type}, {digest}, and unpacks it.",
            "{who} 取层 {type}，{digest}，并将其解包。",
        )
        .name("who", WHO)
        .code("type", layer.media_type())
        .code("digest", layer.digest()),
        node.at,
    ))
}

fn undecoded(document: &Document, root: &Node, error: String) -> Stop {
    if error.is_empty() {
        return Missing {
            what: document.path.clone(),
            why: Why::Unreadable,
            at: Some(Locus::whole(&document.path)),
        }
        .into();
    }
    let because = say(
        "{who} reads the document as a manifest, and Go's JSON reader stops.",
        "{who} 把该文档读作清单，Go 的 JSON 解析在此中止。",
    )
    .name("who", WHO);
    Refusal::new(
        format!(
            "error decoding oci manifest for digest {}: {error}",
            root.digest()
        ),
        because,
        Some(Locus::whole(&document.path)),
    )
    .into()
}

/// What a type ends in decides whether it is content.
fn is_tar(media_type: &str) -> bool {
    media_type.ends_with("tar+gzip") || media_type.ends_with("tar")
}

/// Docker's ending counts since a patch release of which the number was not read.
fn is_docker_tar(media_type: &str) -> bool {
    media_type.ends_with("tar.gzip")
}

impl Run<'_, '_> {
    fn allows(&self, media_type: &str) -> bool {
        let list = self.case.set(&ALLOWED);
        list.split(',').any(|allowed| allowed.trim() == media_type)
    }

    fn content(&self) -> Vec<&Descriptor> {
        let counts = |layer: &&Descriptor| {
            if self.is_chart {
                layer.media_type() == mt::HELM_CHART
            } else {
                is_tar(layer.media_type()) || is_docker_tar(layer.media_type())
            }
        };
        self.layers.iter().filter(counts).collect()
    }

    fn content_layer(&self, trace: &mut Trace) -> Result<&Descriptor, Stop> {
        if self.rule == Rule::OnlyLayer {
            return self.only_layer(trace);
        }
        let whole = Some(self.document.locus("/layers"));
        if self.layers.len() > MOST_LAYERS {
            let because = say(
                "{who} finds {count} layers; it takes at most {most}.",
                "{who} 读到 {count} 个层；最多 {most} 个。",
            )
            .count("count", self.layers.len() as u64)
            .count("most", MOST_LAYERS as u64);
            let error = format!(
                "expected no more than {MOST_LAYERS} oci layers, got {}",
                self.layers.len()
            );
            return Err(self.refuse(trace, error, because, whole));
        }
        let content = self.content();
        for layer in &content {
            self.allowed(trace, layer)?;
        }
        if let Some(docker) = content.iter().find(|d| is_docker_tar(d.media_type())) {
            return Err(Missing {
                what: docker.media_type().to_string(),
                why: Why::NotSettled,
                at: Some(self.document.locus(&docker.pointer)),
            }
            .into());
        }
        match content.as_slice() {
            [only] => {
                trace.pass(
                    say(
                        "{who} finds one content layer among {count}: {type}, a type on its list.",
                        "{who} 在 {count} 个层中找到一个内容层：{type}，在允许列表内。",
                    )
                    .name("who", WHO)
                    .count("count", self.layers.len() as u64)
                    .code("type", only.media_type()),
                    Some(self.document.locus(&only.pointer)),
                );
                Ok(only)
            }
            several => {
                let because = if matches!(self.document.claims, Claims::Index(_)) {
                    say(
                        "{who} reads an index as a manifest without layers; it needs a manifest with exactly one content layer.",
                        "{who} 把索引读作没有层的清单；它需要恰好有一个内容层的清单。",
                    )
                } else {
                    say(
                        "{who} needs exactly one layer whose type ends in `tar`, `tar+gzip` or `tar.gzip`; here they are {count}.",
                        "{who} 需要恰好一个类型以 `tar`、`tar+gzip` 或 `tar.gzip` 结尾的层；这里有 {count} 个。",
                    )
                    .count("count", several.len() as u64)
                };
                let error = format!(
                    "expected only a single oci content layer, got {}",
                    several.len()
                );
                Err(self.refuse(trace, error, because, whole))
            }
        }
    }

    /// 3.1: the one layer. A later patch release looks for the content layer, so that what only it takes stays open.
    fn only_layer(&self, trace: &mut Trace) -> Result<&Descriptor, Stop> {
        let whole = Some(self.document.locus("/layers"));
        let [only] = self.layers.as_slice() else {
            if let [content] = self.content().as_slice()
                && self.layers.len() <= MOST_LAYERS
                && self.allows(content.media_type())
            {
                return Err(Missing {
                    what: "layers".to_string(),
                    why: Why::NotSettled,
                    at: whole,
                }
                .into());
            }
            let because = say(
                "{who} needs a manifest with exactly one layer; here they are {count}.",
                "{who} 需要恰好有一层的清单；这里有 {count} 层。",
            )
            .count("count", self.layers.len() as u64);
            let error = format!(
                "expected only a single oci layer, got {}",
                self.layers.len()
            );
            return Err(self.refuse(trace, error, because, whole));
        };
        self.allowed(trace, only)?;
        if !is_tar(only.media_type()) {
            return Err(Missing {
                what: only.media_type().to_string(),
                why: Why::NotSettled,
                at: Some(self.document.locus(&only.pointer)),
            }
            .into());
        }
        Ok(only)
    }

    fn allowed(&self, trace: &mut Trace, layer: &Descriptor) -> Result<(), Stop> {
        if self.allows(layer.media_type()) {
            return Ok(());
        }
        let at = Some(self.document.locus(&layer.pointer));
        let because = say(
            "{who} finds a layer of type {type}, which is not on its list.",
            "{who} 读到类型为 {type} 的层，不在允许列表内。",
        )
        .code("type", layer.media_type());
        let error = format!(
            "oci layer media type {} is not in the list of allowed media types",
            layer.media_type()
        );
        let stop = self.refuse(trace, error, because, at);
        Err(match stop {
            Stop::Refuse(mut refusal) => {
                if is_tar(layer.media_type()) {
                    refusal.fixes.insert(0, allow(layer.media_type()));
                }
                Stop::Refuse(refusal)
            }
            unknown => unknown,
        })
    }

    /// A chart's files lie in one folder, which is taken away.
    fn only_folder(&self, layer: &Descriptor) -> bool {
        layer.media_type() == mt::HELM_CHART
    }

    fn failed(&self, root: &Node, stop: Stop) -> Stop {
        let outer = format!(
            "cannot extract contents of oci image with revision {}: failed to perform \"Push\" on destination: {{}}",
            root.digest()
        );
        match ggcr::within(stop, &outer) {
            Stop::Refuse(refusal) => Refusal::fix(*refusal, push(&self.names)).into(),
            unknown => unknown,
        }
    }

    fn refuse(&self, trace: &mut Trace, error: String, because: Phrase, at: Option<Locus>) -> Stop {
        let because = because.name("who", WHO);
        trace.fail(because.clone(), at.clone());
        Refusal::new(error, because, at)
            .fix(push(&self.names))
            .into()
    }
}

/// Allow one more type.
fn allow(media_type: &str) -> Fix {
    Fix::new(
        "allow-layer-type",
        say(
            "Put the type {type} on the repo-server's list.",
            "把类型 {type} 加入 repo-server 的允许列表。",
        )
        .code("type", media_type),
    )
    .with(
        "yaml",
        format!(
            "# ConfigMap argocd-cmd-params-cm\ndata:\n  reposerver.oci.layer.media.types: {},{}",
            ALLOWED.default,
            remedies::typeable(media_type, "MEDIA-TYPE")
        ),
    )
}

/// Push the content as one gzip tar.
fn push(names: &Names) -> Fix {
    Fix::new(
        "push-argocd-source",
        say(
            "Push the manifests as one gzip tar of the type {type}.",
            "把清单文件打成一个类型为 {type} 的 gzip tar 推送。",
        )
        .code("type", mt::OCI_TAR_GZIP),
    )
    .with(
        "oras",
        format!(
            "tar czf archive.tar.gz -C DIRECTORY .\noras push {} archive.tar.gz:{}",
            names.reference,
            mt::OCI_TAR_GZIP
        ),
    )
}
