//! `docker pull` with the classic (graphdriver) image store: what a registry hands out is decoded by its type, held against
//! lists of media types, and its layers are unpacked one by one.
//!
//! Read in moby v20.10.24, v23.0.0, v28.0.0, v29.0.0 `distribution/{pull_v2,manifest,registry}.go`; run with 20.10.24.

mod image;

use crate::artifact::documents::Claims;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::Node;
use crate::consumers::docker_layer::Unpacker;
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::{self, Names};
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, go_structs,
    remedies_archive,
};
use crate::order;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// `docker pull`, classic image store.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "docker-pull-classic",
    name: "docker pull (classic store)",
    about: text(
        "`docker pull` where Docker Engine keeps images in its own store: the default up to Engine 28, and kept by later ones on \
         upgraded hosts. It takes container images; most artifacts it refuses by their media types.",
        "Docker Engine 使用自有存储时的 `docker pull`：Engine 28 及以前的默认方式，之后的版本在升级而来的主机上仍沿用。它接受容器镜像；\
         多数制品会因媒体类型被拒绝。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "moby/moby",
        path: "distribution/pull_v2.go, manifest.go, registry.go, from 29 daemon/internal/distribution",
        at: "v20.10.21, v20.10.24, v23.0.0, v26.0.0, v28.0.0, v29.0.0",
    }],
    settings: &[PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "≤ 20.10.21",
                spans: &[("", "20.10.22")],
            },
            label: text(
                "no list of media types, no zstd",
                "没有媒体类型列表，不支持 zstd",
            ),
            replay: |case, trace| replay(case, trace, &ENGINE_20_10_21),
        },
        Range {
            versions: Versions {
                shown: "20.10.22 – 20.10.x",
                spans: &[("20.10.22", "23.0.0-0")],
            },
            label: text(
                "a list of media types, no zstd",
                "有媒体类型列表，不支持 zstd",
            ),
            replay: |case, trace| replay(case, trace, &ENGINE_20_10_22),
        },
        Range {
            versions: Versions {
                shown: "23 – 25",
                spans: &[("23.0.0-0", "26.0.0-0")],
            },
            label: text("reads zstd", "支持 zstd"),
            replay: |case, trace| replay(case, trace, &ENGINE_23),
        },
        Range {
            versions: Versions {
                shown: "26 – 28",
                spans: &[("26.0.0-0", "29.0.0-0")],
            },
            label: text("schema 1 is disabled", "禁用 schema 1"),
            replay: |case, trace| replay(case, trace, &ENGINE_26),
        },
        Range {
            versions: Versions {
                shown: "≥ 29",
                spans: &[("29.0.0-0", "")],
            },
            label: text("no schema 1, no AI models", "不支持 schema 1 和 AI 模型"),
            replay: |case, trace| replay(case, trace, &ENGINE_29),
        },
    ],
    meant_for: crate::consumers::containerd::is_image,
};

/// What becomes of schema 1.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Schema1 {
    Converted,
    Disabled,
    Removed,
}

/// What sets the ranges apart.
struct Engine {
    lists_types: bool,
    unpacker: Unpacker,
    schema1: Schema1,
    knows_models: bool,
}

const OLD: Unpacker = Unpacker {
    zstd: false,
    by_child: true,
};
const NEW: Unpacker = Unpacker {
    zstd: true,
    by_child: false,
};
const ENGINE_20_10_21: Engine = Engine {
    lists_types: false,
    unpacker: OLD,
    schema1: Schema1::Converted,
    knows_models: false,
};
const ENGINE_20_10_22: Engine = Engine {
    lists_types: true,
    ..ENGINE_20_10_21
};
const ENGINE_23: Engine = Engine {
    unpacker: NEW,
    ..ENGINE_20_10_22
};
const ENGINE_26: Engine = Engine {
    schema1: Schema1::Disabled,
    ..ENGINE_23
};
const ENGINE_29: Engine = Engine {
    schema1: Schema1::Removed,
    knows_models: true,
    ..ENGINE_23
};

fn replay(case: &Case, trace: &mut Trace, engine: &Engine) -> Result<Accept, Stop> {
    let document = case.document()?;
    let media_type = case.media_type()?;
    let at = Some(Locus::whole(&document.path));
    decode(document, &media_type, trace)?;
    if mt::is_index(&media_type) {
        return list(case, document, trace, engine);
    }
    if mt::is_manifest(&media_type) {
        return image::pull(case, document, &media_type, trace, engine);
    }
    if mt::is_schema1(&media_type) && engine.schema1 != Schema1::Converted {
        return schema1(case, trace, engine.schema1 == Schema1::Removed);
    }
    // Any other type is read as schema 1, whose signature is not checked here.
    Err(unsettled(&media_type, at).into())
}

fn unsettled(what: &str, at: Option<Locus>) -> Missing {
    Missing {
        what: what.to_string(),
        why: Why::NotSettled,
        at,
    }
}

/// The refusal of schema 1, once disabled and then removed.
pub(super) fn schema1(case: &Case, trace: &mut Trace, removed: bool) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let at = case.document().ok().map(|d| Locus::whole(&d.path));
    let what = "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support";
    let ending = format!(
        "Suggest the author of {} to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/",
        names.reference
    );
    let error = if removed {
        format!("{what} has been removed. {ending}")
    } else {
        format!(
            "[DEPRECATION NOTICE] {what} is disabled by default and will be removed in an upcoming release. {ending}"
        )
    };
    let because = say(
        "The manifest is of Docker's schema 1, which this version takes no more.",
        "清单是 Docker 的 schema 1，此版本不再接受。",
    );
    trace.fail(because.clone(), at.clone());
    Err(Refusal::new(error, because, at)
        .fix(remedies_archive::from_schema1())
        .into())
}

/// `distribution.UnmarshalManifest`: the document must be what its type says.
fn decode(document: &Document, media_type: &str, trace: &mut Trace) -> Result<(), Stop> {
    let known = mt::is_index(media_type) || mt::is_manifest(media_type);
    if !known {
        return Ok(());
    }
    if let Some(error) = go_decode::syntax(document) {
        return Err(bad(document, error, trace));
    }
    let Some(root) = document.json.root.as_ref() else {
        return Err(unsettled(&document.path, Some(Locus::whole(&document.path))).into());
    };
    let there = |key: &str| root.get(key).is_some_and(|node| !node.is_null());
    if media_type == mt::OCI_MANIFEST && (there("manifests") || root.get("manifests").is_some()) {
        let error = "ocimanifest: expected manifest but found index".to_string();
        return Err(bad(document, error, trace));
    }
    if media_type == mt::OCI_INDEX && (root.get("config").is_some() || root.get("layers").is_some())
    {
        let error = "index: expected index but found manifest".to_string();
        return Err(bad(document, error, trace));
    }
    let kind = match media_type {
        mt::OCI_MANIFEST => go_structs::DISTRIBUTION_OCI_MANIFEST,
        mt::DOCKER_MANIFEST => go_structs::DISTRIBUTION_DOCKER_MANIFEST,
        _ => go_structs::DISTRIBUTION_LIST,
    };
    let decoded = go_decode::decode(document, kind, Reader::Whole)?;
    decoded.map_err(|error| bad(document, error, trace))?;
    let own = root
        .get("mediaType")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let is_oci = matches!(media_type, mt::OCI_INDEX | mt::OCI_MANIFEST);
    if own == media_type || (own.is_empty() && is_oci) {
        return Ok(());
    }
    let error = match media_type {
        mt::OCI_MANIFEST => {
            format!("if present, mediaType in manifest should be '{media_type}' not '{own}'")
        }
        mt::OCI_INDEX => {
            format!("if present, mediaType in image index should be '{media_type}' not '{own}'")
        }
        mt::DOCKER_LIST => {
            format!("mediaType in manifest list should be '{media_type}' not '{own}'")
        }
        _ => format!("mediaType in manifest should be '{media_type}' not '{own}'"),
    };
    Err(bad(document, error, trace))
}

fn bad(document: &Document, error: String, trace: &mut Trace) -> Stop {
    let at = Some(Locus::whole(&document.path));
    let because = say(
        "The document {path} has to be what its media type says; it is not.",
        "文档 {path} 必须与其媒体类型相符；但不符。",
    )
    .code("path", &document.path);
    trace.fail(because.clone(), at.clone());
    Refusal::new(error, because, at)
        .fix(remedies_archive::rebuild())
        .into()
}

/// `pullManifestList`: the entry for the platform, which has to be a manifest.
fn list(
    case: &Case,
    document: &Document,
    trace: &mut Trace,
    engine: &Engine,
) -> Result<Accept, Stop> {
    let Claims::Index(index) = &document.claims else {
        return Err(unsettled(&document.path, Some(Locus::whole(&document.path))).into());
    };
    let wanted = Wanted::of(case);
    let at = Some(document.locus("/manifests"));
    let mut fitting: Vec<_> = index
        .manifests()
        .iter()
        .filter_map(|d| Some((wanted.fitness_of(d.platform.value()?)?, d)))
        .collect();
    order::by_key(&mut fitting, |(fitness, _)| *fitness);
    let Some((fitness, child)) = fitting.first() else {
        let because = say(
            "An entry of the index has to be for {platform}; none is.",
            "索引中必须有用于 {platform} 的条目；但没有。",
        )
        .name("platform", wanted.text());
        trace.fail(because.clone(), at.clone());
        let error = format!(
            "no matching manifest for {} in the manifest list entries",
            wanted.text()
        );
        return Err(Refusal::new(error, because, at)
            .fix(remedies::retag_child(&Names::of(case), index.manifests()))
            .into());
    };
    let at = Some(document.locus(&child.pointer));
    if *fitness > 0 {
        // Which of the platforms that a machine also runs count differs between versions.
        return Err(unsettled(child.digest(), at).into());
    }
    trace.pass(
        say(
            "Of the index, Docker takes {digest} for {platform}.",
            "Docker 从索引中为 {platform} 选取 {digest}。",
        )
        .code("digest", child.digest())
        .name("platform", wanted.text()),
        at.clone(),
    );
    if !mt::is_manifest(child.media_type()) {
        return Err(unsettled(child.media_type(), at).into());
    }
    if case.inventory.blob_for(child.digest()).is_none() && case.inventory.is_container() {
        let because = say(
            "The registry has to have {digest}; it does not.",
            "镜像仓库中必须有 {digest}；但没有。",
        )
        .code("digest", child.digest());
        trace.fail(because.clone(), at.clone());
        let names = Names::of(case);
        let error = format!(
            "manifest for {} not found: manifest unknown",
            names.reference
        );
        return Err(Refusal::new(error, because, at)
            .fix(remedies::copy_verbatim(&names))
            .into());
    }
    let below = case.inventory.target(document, child)?;
    decode(below, child.media_type(), trace)?;
    image::pull(case, below, child.media_type(), trace, engine)
}
