//! Flux's source-controller pulling an `OCIRepository`: one layer of one image, unpacked. The replay assumes the
//! repository object without a `layerSelector` and says where one helps.
//!
//! Read in fluxcd/source-controller `internal/controller/ocirepository_controller.go` (`reconcileSource`,
//! `selectLayer`). The config is never looked at.

use super::flux_tar::{Unpacked, Unpacker, unpack};
use super::ggcr::{self, Image, Layer, PlatformText, within};
use super::go_archive::Content;
use super::remedies::{self, Names};
use super::{Accept, Case, Consumer, Group, Range, Refusal, Scope, Source, Stop, Trace, Versions};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Blob, Inventory, Missing};
use crate::bytes::blob::{Compression, Form};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say, text};

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
    group: Group::GitOps,
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
    .into())
}

/// One run over one image.
struct Pull<'a, 'b> {
    case: &'b Case<'a>,
    behaviour: &'b Behaviour,
    image: Image<'a>,
    layers: Vec<Layer<'a>>,
    names: Names,
}

fn replay(case: &Case, trace: &mut Trace, behaviour: &Behaviour) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let pull = format!(
        "failed to pull artifact from 'oci://{}': {{}}",
        names.repository
    );
    let image =
        ggcr::resolve(case, trace, WHO, PlatformText::Short).map_err(|stop| within(stop, &pull))?;
    image
        .parse(trace, WHO)
        .map_err(|stop| within(stop, "failed to parse artifact manifest: {}"))?;
    trace.note(
        say(
            "{who} copies the manifest's annotations and never looks at the config.",
            "{who} 复制清单的注解，从不查看配置。",
        )
        .name("who", WHO),
        Some(image.document.locus("/config")),
    );
    Pull {
        case,
        behaviour,
        layers: image.layers(),
        image,
        names,
    }
    .run(trace)
}

impl<'a> Pull<'a, '_> {
    fn run(&self, trace: &mut Trace) -> Result<Accept, Stop> {
        let Some(layer) = self.layers.first().copied() else {
            let at = self.image.document.locus("/layers");
            let because = say(
                "{who} needs at least one layer and finds none.",
                "{who} 至少需要一个层，这里一个也没有。",
            )
            .name("who", WHO);
            trace.fail(because.clone(), Some(at.clone()));
            return Err(
                Refusal::new("no layers found in artifact", because, Some(at))
                    .fix(remedies::push_flux(&self.names))
                    .into(),
            );
        };
        let at = self.image.place(&layer);
        trace.note(
            say(
                "{who} takes the first of {count} layers, {digest}, whatever its type, as no `layerSelector` says otherwise; the type is {type}.",
                "没有 `layerSelector` 时，{who} 取 {count} 个层中的第一层 {digest}，不论其类型；类型为 {type}。",
            )
            .name("who", WHO)
            .count("count", self.layers.len() as u64)
            .code("digest", layer.own.digest())
            .code("type", layer.own.media_type()),
            Some(at.clone()),
        );
        let content = self
            .image
            .open(self.case.inventory, &layer, WHO, &self.names)
            .map_err(|stop| within(stop, "failed to extract the first layer from artifact: {}"))?;
        let unpacked = self.extract(trace, &layer, content, &at)?;
        Ok(self.accept(trace, &layer, unpacked, at))
    }

    /// `tar.Untar` of the layer's bytes.
    fn extract(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
        content: Content<'a>,
        at: &Locus,
    ) -> Result<Unpacked, Stop> {
        let facts = match content.gzip() {
            Ok(facts) => facts,
            Err(error) => {
                let because = say(
                    "{who} takes layer 1 of type {type} and finds no gzip header in it; it needs a gzip tar there.",
                    "{who} 取类型为 {type} 的第 1 层，其中没有 gzip 头；它需要这一层是 gzip 压缩的 tar。",
                )
                .name("who", WHO)
                .code("type", layer.own.media_type());
                let error = format!("requires gzip-compressed body: {error}");
                return Err(self.refuse(trace, error, because, at, content).into());
            }
        };
        let outcome = unpack(facts, WHO, self.behaviour.unpacker).map_err(|why| Missing {
            what: layer.own.digest().to_string(),
            why,
            at: Some(at.clone()),
        })?;
        outcome.map_err(|stopped| {
            self.refuse(trace, stopped.error, stopped.because, at, content)
                .into()
        })
    }

    fn refuse(
        &self,
        trace: &mut Trace,
        error: String,
        because: Phrase,
        at: &Locus,
        content: Content,
    ) -> Refusal {
        trace.fail(because.clone(), Some(at.clone()));
        let mut refusal = Refusal::new(
            format!("failed to extract layer contents from artifact: {error}"),
            because,
            Some(at.clone()),
        );
        let others = self.content_layers();
        refusal
            .fixes
            .extend(others.iter().filter_map(|layer| self.select(layer)));
        let zstd =
            matches!(content, Content::Measured(facts) if facts.compression == Compression::Zstd);
        if zstd {
            refusal.fixes.push(remedies::recompress_gzip(&self.names));
        }
        refusal.fixes.push(remedies::push_flux(&self.names));
        refusal
    }

    /// The layers after the first that hold a gzip tar, or may hold one by their type.
    fn content_layers(&self) -> Vec<Layer<'a>> {
        self.layers
            .iter()
            .skip(1)
            .filter(|layer| is_content(self.case.inventory, layer))
            .copied()
            .collect()
    }

    /// The `layerSelector` for a layer; none where the version has no such setting, or where the type names an
    /// earlier layer first.
    fn select(&self, layer: &Layer) -> Option<Fix> {
        let media_type = layer.found.media_type();
        let first = self
            .layers
            .iter()
            .find(|other| other.found.media_type() == media_type)?;
        if first.position != layer.position || media_type.is_empty() {
            return None;
        }
        let operation = if media_type == mt::HELM_CHART {
            "copy"
        } else {
            "extract"
        };
        match self.behaviour.selector {
            Selector::None => None,
            Selector::MediaType => Some(remedies::layer_selector(media_type, None)),
            Selector::Operation => Some(remedies::layer_selector(media_type, Some(operation))),
        }
    }

    fn accept(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
        unpacked: Unpacked,
        at: Locus,
    ) -> Accept {
        trace.pass(
            say(
                "{who} unpacks it as a gzip tar of {entries} entries.",
                "{who} 以 gzip tar 解包，共 {entries} 个条目。",
            )
            .name("who", WHO)
            .count("entries", unpacked.entries),
            Some(at.clone()),
        );
        let dropped = [
            (
                unpacked.symlinks,
                say(
                    "{who} leaves out {count} symbolic links.",
                    "{who} 略去 {count} 个符号链接。",
                ),
            ),
            (
                unpacked.hard_links,
                say(
                    "{who} writes an empty file for each of {count} hard links.",
                    "{who} 把 {count} 个硬链接各写成一个空文件。",
                ),
            ),
            (
                unpacked.whiteouts,
                say(
                    "{who} keeps {count} whiteouts as plain files; it deletes nothing for them.",
                    "{who} 把 {count} 个 whiteout 当作普通文件保留，并不据此删除内容。",
                ),
            ),
        ];
        for (count, says) in dropped {
            if count > 0 {
                trace.note(
                    says.name("who", WHO).count("count", count),
                    Some(at.clone()),
                );
            }
        }
        let others = self.layers.len().saturating_sub(1) as u64;
        let uses = if others == 0 {
            say(
                "{who} takes the only layer, {type}, {digest}, and unpacks it.",
                "{who} 取唯一的一层 {type}，{digest}，并将其解包。",
            )
        } else {
            say(
                "{who} takes layer 1 of {count}, {type}, {digest}, and unpacks it; it leaves the other {others} aside.",
                "{who} 取第 1 层（共 {count} 层）{type}，{digest}，并将其解包；其余 {others} 层不用。",
            )
            .count("count", self.layers.len() as u64)
            .count("others", others)
        };
        let mut accept = Accept::using(
            uses.name("who", WHO)
                .code("type", layer.own.media_type())
                .code("digest", layer.own.digest()),
            Some(at.clone()),
        );
        if layer.own.media_type() == mt::HELM_CHART {
            trace.note(
                say(
                    "It is a Helm chart: for a `HelmRelease` with `chartRef`, the layer has to be copied, not unpacked.",
                    "这是 Helm chart：配合 `HelmRelease` 的 `chartRef` 使用时，该层应复制（copy）而不是解包。",
                ),
                Some(at),
            );
            accept.fixes.extend(self.select(layer));
        }
        accept.fixes.extend(
            self.content_layers()
                .iter()
                .filter_map(|other| self.select(other)),
        );
        accept
    }
}

/// Whether a layer is a gzip tar, by its content where it was measured, else by its type.
fn is_content(inventory: &Inventory, layer: &Layer) -> bool {
    let facts = inventory
        .blob_for(layer.own.digest())
        .and_then(|id| inventory.blobs.get(id))
        .and_then(Blob::facts);
    match facts {
        Some(facts) => facts.compression == Compression::Gzip && facts.payload_form() == Form::Tar,
        None => {
            let media_type = layer.own.media_type();
            media_type.ends_with("tar+gzip") || media_type.ends_with("tar.gzip")
        }
    }
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
        | ArtifactKind::DockerSchema1
        | ArtifactKind::DockerArchiveImage
        | ArtifactKind::Part => false,
    })
}
