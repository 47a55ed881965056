//! `Client.Pull`: the descriptors that are copied, and the config, chart or provenance among them.

use super::{Behaviour, LEGACY_CHART, Others, PROVENANCE, WHO, push_chart};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::{Document, Missing, Why};

use crate::consumers::go_archive::quoted;
use crate::consumers::go_decode;
use crate::consumers::go_types::{self, Go, TEXT, TEXT_MAP, TEXTS};
use crate::consumers::oras_go::{self, Follow, Node};
use crate::consumers::remedies::Names;
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::fixes::Fix;
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say};

/// What one pull is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The chart.
    Chart,
    /// The provenance, without the chart.
    Provenance,
}

impl Part {
    fn types(self) -> &'static [&'static str] {
        match self {
            Part::Chart => &[mt::HELM_CHART, LEGACY_CHART],
            Part::Provenance => &[PROVENANCE],
        }
    }

    /// The type that errors name.
    fn named(self) -> &'static str {
        match self {
            Part::Chart => mt::HELM_CHART,
            Part::Provenance => PROVENANCE,
        }
    }
}

/// One pull: gives the layer that was asked for.
pub(super) fn pull<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    behaviour: &Behaviour,
    root: &Node<'a>,
    part: Part,
) -> Result<Node<'a>, Stop> {
    let run = Pull {
        case,
        behaviour,
        part,
        root,
    };
    let (found, count) = run.copy(trace)?;
    if count < 2 {
        let because = say(
            "{who} finds a document of type {type} and {count} descriptors that it knows; a chart has a config of type {config} and a layer of type {layer}.",
            "{who} 读到类型为 {type} 的文档，其中它认识的描述符有 {count} 个；chart 需要类型为 {config} 的配置和类型为 {layer} 的层。",
        )
        .code("type", root.media_type())
        .count("count", count)
        .code("config", mt::HELM_CONFIG)
        .code("layer", part.named());
        return Err(run.refuse(
            trace,
            format!(
                "manifest does not contain minimum number of descriptors (2), descriptors found: {count}"
            ),
            because,
            root.at.clone(),
        ));
    }
    let of = |types: &[&str]| {
        let matching = found.iter().filter(|n| types.contains(&n.media_type()));
        matching.collect::<Vec<_>>()
    };
    let configs = of(&[mt::HELM_CONFIG]);
    let Some(config) = configs.last() else {
        let because = say(
            "{who} needs a config of type {config} and finds none: this is no chart.",
            "{who} 需要类型为 {config} 的配置，但没有找到：这不是 chart。",
        )
        .code("config", mt::HELM_CONFIG);
        let error = format!("could not load config with mediatype {}", mt::HELM_CONFIG);
        return Err(run.refuse(trace, error, because, root.at.clone()));
    };
    let layers = of(part.types());
    let Some(layer) = layers.last() else {
        let because = say(
            "{who} needs a layer of type {layer} and finds none.",
            "{who} 需要类型为 {layer} 的层，但没有找到。",
        )
        .code("layer", part.named());
        let error = format!(
            "manifest does not contain a layer with mediatype {}",
            part.named()
        );
        return Err(run.refuse(trace, error, because, root.at.clone()));
    };
    trace.pass(
        say(
            "{who} finds the config {config} and the layer {layer}; everything else is left aside.",
            "{who} 找到配置 {config} 和层 {layer}；其余内容一概不用。",
        )
        .name("who", WHO)
        .code("config", config.digest())
        .code("layer", layer.digest()),
        layer.at.clone(),
    );
    run.retrieve_root(trace)?;
    // Of several, which one wins depends on the order in which concurrent downloads begin.
    for several in [&configs, &layers] {
        if let [.., before, last] = several.as_slice()
            && !before.is_same(last)
        {
            return Err(Missing {
                what: last.media_type().to_string(),
                why: Why::NotSettled,
                at: last.at.clone(),
            }
            .into());
        }
    }
    if layer.media_type() == LEGACY_CHART {
        trace.note(
            say(
                "{who} warns that the type {type} is deprecated.",
                "{who} 警告类型 {type} 已弃用。",
            )
            .name("who", WHO)
            .code("type", LEGACY_CHART),
            layer.at.clone(),
        );
    }
    run.fetch(config)?;
    run.metadata(trace, config)?;
    run.fetch(layer)?;
    Ok((*layer).clone())
}

struct Pull<'a, 'b> {
    case: &'b Case<'a>,
    behaviour: &'b Behaviour,
    part: Part,
    root: &'b Node<'a>,
}

impl<'a> Pull<'a, '_> {
    /// The descriptors that are kept, and how many Helm counts.
    fn copy(&self, trace: &mut Trace) -> Result<(Vec<Node<'a>>, u64), Stop> {
        if self.behaviour.others == Others::SkippedByOne {
            let mut found = Vec::new();
            self.gather(trace, self.root, &mut found, 0)?;
            let count = found.len() as u64 + 1;
            return Ok((found, count));
        }
        let mut found = Vec::new();
        for node in oras_go::graph(self.case, trace, self.root, Follow::Subjects)? {
            if self.allows(node.media_type()) {
                found.push(node);
            } else if self.behaviour.others == Others::Forbidden {
                return Err(self.forbidden(trace, &node));
            } else {
                trace.note(
                    say(
                        "{who} leaves {digest} aside: its type is {type}.",
                        "{who} 略过 {digest}：其类型为 {type}。",
                    )
                    .name("who", WHO)
                    .code("digest", node.digest())
                    .code("type", node.media_type()),
                    node.at.clone(),
                );
            }
        }
        let count = found.len() as u64;
        Ok((found, count))
    }

    /// oras-go v1: manifests and indexes of OCI are followed, blobs are kept by their types.
    fn gather(
        &self,
        trace: &mut Trace,
        node: &Node<'a>,
        found: &mut Vec<Node<'a>>,
        depth: usize,
    ) -> Result<(), Stop> {
        if depth > limits::INDEX_DEPTH {
            return Err(Missing {
                what: node.digest().to_string(),
                why: Why::TooManyPaths,
                at: node.at.clone(),
            }
            .into());
        }
        if matches!(node.media_type(), mt::OCI_MANIFEST | mt::OCI_INDEX) {
            for successor in oras_go::successors(self.case, trace, node, Follow::NoSubjects)? {
                self.gather(trace, &successor, found, depth + 1)?;
            }
        } else if self.allows(node.media_type()) {
            found.push(node.clone());
        }
        Ok(())
    }

    fn allows(&self, media_type: &str) -> bool {
        media_type == mt::HELM_CONFIG
            || media_type == mt::OCI_MANIFEST
            || media_type == mt::OCI_INDEX && self.behaviour.index
            || self.part.types().contains(&media_type)
    }

    fn forbidden(&self, trace: &mut Trace, node: &Node) -> Stop {
        let because = say(
            "{who} 3.18.0 stops at {digest}, as its type {type} is none that it asks for; other versions leave such parts aside.",
            "{who} 3.18.0 在 {digest} 处中止，因为类型 {type} 不在它要求的范围内；其他版本会略过这类内容。",
        )
        .code("digest", node.digest())
        .code("type", node.media_type());
        let error = format!(
            "media type {} is not allowed, found in descriptor with digest: {}",
            quoted(node.media_type()),
            quoted(node.digest())
        );
        self.refuse(trace, error, because, node.at.clone())
    }

    /// The root is asked for again after the copy; one that was left aside is not there.
    fn retrieve_root(&self, trace: &mut Trace) -> Result<(), Stop> {
        let media_type = self.root.media_type();
        if self.behaviour.others == Others::SkippedByOne || self.allows(media_type) {
            return Ok(());
        }
        let digest = self.root.digest();
        let because = say(
            "{who} finds the chart, yet left its root of type {type} aside, and then asks for that as well.",
            "{who} 找到了 chart，但先前略过了类型为 {type} 的根文档，随后又要读取它。",
        )
        .code("type", media_type);
        let error = format!(
            "unable to retrieve blob with digest {digest}: {digest}: {media_type}: not found"
        );
        Err(self.refuse(trace, error, because, self.root.at.clone()))
    }

    fn fetch(&self, node: &Node<'a>) -> Result<(), Stop> {
        match oras_go::fetch(self.case, node, WHO) {
            // How oras-go v1 words it was not read.
            Err(Stop::Refuse(_)) if self.behaviour.others == Others::SkippedByOne => Err(Missing {
                what: node.digest().to_string(),
                why: Why::NotSettled,
                at: node.at.clone(),
            }
            .into()),
            other => other.map(|_| ()),
        }
    }

    /// `json.Unmarshal` of the config into `chart.Metadata`.
    fn metadata(&self, trace: &mut Trace, config: &Node<'a>) -> Result<(), Stop> {
        let Some(holder) = config.holder else {
            return Ok(());
        };
        let document = self.case.inventory.target(holder, &config.descriptor)?;
        if let Some(error) = go_decode::syntax(document) {
            return Err(self.no_metadata(trace, document, error));
        }
        let Some(root) = document.json.root.as_ref() else {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::BeyondLimits,
                at: Some(Locus::whole(&document.path)),
            }
            .into());
        };
        match go_types::mistyped(root, METADATA) {
            Some(found) => Err(self.no_metadata(trace, document, found.error)),
            None => Ok(()),
        }
    }

    fn no_metadata(&self, trace: &mut Trace, document: &Document, error: String) -> Stop {
        let because = say(
            "{who} reads the config as the chart's metadata, and Go's JSON reader stops.",
            "{who} 把配置读作 chart 的元数据，Go 的 JSON 解析在此中止。",
        );
        self.refuse(trace, error, because, Some(Locus::whole(&document.path)))
    }

    fn refuse(&self, trace: &mut Trace, error: String, because: Phrase, at: Option<Locus>) -> Stop {
        let because = because.name("who", WHO);
        trace.fail(because.clone(), at.clone());
        let names = Names::of(self.case);
        let mut refusal = Refusal::new(error, because, at);
        if let Some(child) = self.chart_in_index() {
            refusal.fixes.push(pull_child(&names, &child));
        } else if self.behaviour.others == Others::Forbidden {
            refusal.fixes.push(Fix::new(
                "upgrade",
                say(
                    "Use Helm 3.18.1 or later, or 3.17.",
                    "使用 Helm 3.18.1 或更高版本，或 3.17。",
                ),
            ));
        } else {
            refusal.fixes.push(push_chart(&names));
        }
        refusal.into()
    }

    /// The digest of the chart where the root is an index that holds one.
    fn chart_in_index(&self) -> Option<String> {
        let document = self.root.document?;
        let Claims::Index(index) = &document.claims else {
            return None;
        };
        let is_chart = |d: &&Descriptor| {
            let target = self.case.inventory.target(document, d);
            target.is_ok_and(|target| {
                matches!(&target.claims, Claims::Manifest(m) if m.config_media_type() == mt::HELM_CONFIG)
            })
        };
        let entry = index.manifests().iter().find(is_chart)?;
        Some(entry.digest().to_string())
    }
}

fn pull_child(names: &Names, digest: &str) -> Fix {
    Fix::new(
        "pull-child",
        say(
            "Name the chart inside the index by its digest, push charts to a repository of their own, or use Helm 3.20.1, 4.1.2 or later.",
            "用摘要指明索引中的 chart，或把 chart 推送到单独的仓库，或使用 Helm 3.20.1、4.1.2 或更高版本。",
        ),
    )
    .with(
        "helm",
        format!("helm pull oci://{}@{digest}", names.repository),
    )
}

/// The metadata of a chart in Helm's structs.
const METADATA: Go = Go::One(
    "chart.Metadata",
    &[
        ("name", TEXT),
        ("home", TEXT),
        ("sources", TEXTS),
        ("version", TEXT),
        ("description", TEXT),
        ("keywords", TEXTS),
        (
            "maintainers",
            Go::Pointers(&Go::One(
                "chart.Maintainer",
                &[("name", TEXT), ("email", TEXT), ("url", TEXT)],
            )),
        ),
        ("icon", TEXT),
        ("apiVersion", TEXT),
        ("condition", TEXT),
        ("tags", TEXT),
        ("appVersion", TEXT),
        ("deprecated", Go::Truth),
        ("annotations", TEXT_MAP),
        ("kubeVersion", TEXT),
        (
            "dependencies",
            Go::Pointers(&Go::One(
                "chart.Dependency",
                &[
                    ("name", TEXT),
                    ("version", TEXT),
                    ("repository", TEXT),
                    ("condition", TEXT),
                    ("tags", TEXTS),
                    ("enabled", Go::Truth),
                    ("import-values", Go::List(&Go::Any)),
                    ("alias", TEXT),
                ],
            )),
        ),
        ("type", TEXT),
    ],
);
