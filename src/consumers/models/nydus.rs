//! `nydusify check`: what it asks of the manifest of a Nydus image (models and images for Dragonfly). What comes after,
//! reading the bootstrap and mounting it, is not replayed.
//!
//! Read in dragonflyoss/nydus `contrib/nydusify/pkg/checker/rule/manifest.go` (`Validate`), `pkg/parser/parser.go`
//! (`Parse`, `FindNydusBootstrapDesc`), `pkg/checker/checker.go`.

use crate::artifact::Why;
use crate::artifact::documents::{Descriptor, Manifest};
use crate::bytes::json::{self, Value};
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say, text};

const WHO: &str = "nydusify";
const BLOB_TYPE: &str = "application/vnd.oci.image.layer.nydus.blob.v1";
const BOOTSTRAP: &str = "containerd.io/snapshot/nydus-bootstrap";
const BLOB: &str = "containerd.io/snapshot/nydus-blob";
const BLOB_IDS: &str = "containerd.io/snapshot/nydus-blob-ids";
/// What the `os.features` of an entry for Nydus hold.
const FEATURE: &str = "nydus.remoteimage.v1";

/// Nydus.
pub static NYDUS: Consumer = Consumer {
    id: "nydus",
    name: "Nydus (nydusify)",
    about: text(
        "Checks a Nydus image: layers of Nydus data, and last a gzip layer annotated as the bootstrap. Only what is asked of the manifest is replayed. Plain snapshotters cannot unpack such an image.",
        "检查 Nydus 镜像：若干 Nydus 数据层，最后是带 bootstrap 注解的 gzip 层。此处只模拟对清单的要求。普通 snapshotter 无法解包这种镜像。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "dragonflyoss/nydus",
        path: "contrib/nydusify/pkg/checker/rule/manifest.go, contrib/nydusify/pkg/parser/parser.go",
        at: "2025",
    }],
    settings: &[PLATFORM],
    ranges: &[Range {
        versions: Versions {
            shown: "2025",
            spans: &[("", "")],
        },
        label: text(
            "read in 2025; other versions were not compared",
            "依据 2025 年的源码；未与其他版本比较",
        ),
        replay,
    }],
    meant_for: |case| pulled::any_manifest(case, is_nydus),
};

fn is_nydus(manifest: &Manifest) -> bool {
    let marked = |layer: &Descriptor| {
        layer.media_type() == BLOB_TYPE
            || [BOOTSTRAP, BLOB]
                .iter()
                .any(|key| layer.annotations.contains_key(*key))
    };
    manifest.layers().iter().any(marked)
}

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let (pulled, alone) = match pulled::top(case)? {
        Top::Manifest(pulled) => {
            if !pulled.layers().last().is_some_and(is_bootstrap) {
                return Err(invalid(
                    trace,
                    &names,
                    "invalid nydus image manifest",
                    say(
                        "{who} finds no gzip layer with the annotation {key} at the end: to it this is an ordinary image.",
                        "{who} 在末尾没有找到带注解 {key} 的 gzip 层：在它看来这只是普通镜像。",
                    )
                    .code("key", format!("{BOOTSTRAP}: true")),
                    pulled.at_layers(),
                ));
            }
            (pulled, true)
        }
        Top::Index(document, index) => {
            let chosen = case.set(&PLATFORM);
            let architecture = chosen.split('/').nth(1).unwrap_or_default();
            // The last that fits is taken.
            let entry = index.manifests().iter().rfind(|entry| {
                entry.platform.value().is_some_and(|p| {
                    p.os == "linux"
                        && p.architecture == architecture
                        && p.os_features.iter().any(|feature| feature == FEATURE)
                })
            });
            let Some(entry) = entry else {
                return Err(invalid(
                    trace,
                    &names,
                    "invalid nydus image manifest",
                    say(
                        "{who} finds no entry for linux and the chosen architecture with the feature {feature}.",
                        "{who} 没有找到所选架构的 linux 条目中带特性 {feature} 的条目。",
                    )
                    .code("feature", FEATURE),
                    document.locus("/manifests"),
                ));
            };
            let child = case.inventory.target(document, entry)?;
            match pulled::read(case.inventory, child)? {
                Top::Manifest(pulled) => (pulled, false),
                _ => {
                    return Err(crate::artifact::Missing {
                        what: entry.digest().to_string(),
                        why: Why::NotSettled,
                        at: Some(document.locus(&entry.pointer)),
                    }
                    .into());
                }
            }
        }
        Top::Other(document) => {
            return Err(crate::artifact::Missing {
                what: document.path.clone(),
                why: Why::NotSettled,
                at: Some(document.locus("")),
            }
            .into());
        }
    };
    let accept = layers(trace, &pulled, &names)?;
    if alone {
        return Ok(accept);
    }
    // In an index, its config is compared with that of the ordinary image beside it.
    Err(pulled.missing(pulled.config()?, Why::NotSettled).into())
}

/// The topmost layer, as the parser knows it.
fn is_bootstrap(layer: &Descriptor) -> bool {
    matches!(layer.media_type(), mt::OCI_TAR_GZIP | mt::DOCKER_TAR_GZIP)
        && layer.annotations.get(BOOTSTRAP).map(String::as_str) == Some("true")
}

fn layers(trace: &mut Trace, pulled: &Pulled, names: &Names) -> Result<Accept, Stop> {
    let Some((last, blobs)) = pulled.layers().split_last() else {
        return Err(crate::artifact::Missing {
            what: pulled.document.path.clone(),
            why: Why::NotSettled,
            at: Some(pulled.at_layers()),
        }
        .into());
    };
    for layer in blobs {
        let marked = layer.annotations.get(BLOB).map(String::as_str) == Some("true");
        if layer.media_type() != BLOB_TYPE || !marked {
            return Err(invalid(
                trace,
                names,
                "invalid blob layer in nydus image manifest",
                say(
                    "{who} finds a layer of type {found} before the last; it needs {type} with the annotation {key}.",
                    "{who} 在末层之前读到类型为 {found} 的层；它需要类型 {type} 并带注解 {key}。",
                )
                .code("found", layer.media_type())
                .code("type", BLOB_TYPE)
                .code("key", format!("{BLOB}: true")),
                pulled.at(layer),
            ));
        }
    }
    if last.annotations.get(BOOTSTRAP).map(String::as_str) != Some("true") {
        return Err(invalid(
            trace,
            names,
            "invalid bootstrap layer in nydus image manifest",
            say(
                "{who} finds no annotation {key} on the last layer.",
                "{who} 发现最后一层没有注解 {key}。",
            )
            .code("key", format!("{BOOTSTRAP}: true")),
            pulled.at(last),
        ));
    }
    let listed = last.annotations.get(BLOB_IDS);
    if !listed.is_some_and(|text| lists(text, blobs)) {
        // Asked for by some versions, and compared where the blobs lie in a registry.
        return Err(pulled.missing(last, Why::NotSettled).into());
    }
    pulled.json(pulled.config()?)?;
    pulled.bytes(last)?;
    trace.pass(
        say(
            "The last layer is marked as the bootstrap, and every layer before it (of {count}) as Nydus data.",
            "最后一层标记为 bootstrap，之前的 {count} 层都标记为 Nydus 数据。",
        )
        .count("count", blobs.len() as u64),
        Some(pulled.at_layers()),
    );
    Ok(Accept::using(
        say(
            "{who} takes the manifest for that of a Nydus image, with the bootstrap {digest}. What the bootstrap holds is not read here.",
            "{who} 认定这是 Nydus 镜像的清单，bootstrap 为 {digest}。bootstrap 的内容此处不读取。",
        )
        .name("who", WHO)
        .code("digest", last.digest()),
        Some(pulled.at(last)),
    ))
}

/// Whether a list of blob ids, as JSON, names these layers.
fn lists(text: &str, blobs: &[Descriptor]) -> bool {
    let json = json::read(text.as_bytes());
    let Some(Value::Array(items)) = json.root.as_ref().map(|root| &root.value) else {
        return false;
    };
    let hex = |layer: &Descriptor| {
        let parts = layer.digest().split_once(':');
        parts.map(|(_, hex)| hex.to_string())
    };
    items.len() == blobs.len()
        && items
            .iter()
            .zip(blobs)
            .all(|(item, layer)| item.as_str().map(str::to_string) == hex(layer))
}

fn invalid(trace: &mut Trace, names: &Names, error: &str, because: Phrase, at: Locus) -> Stop {
    let reference = &names.reference;
    refuse(
        trace,
        format!("validate rule Manifest: {error}"),
        because.name("who", WHO),
        at,
    )
    .fix(
        Fix::new(
            "convert-to-nydus",
            say(
                "Convert the ordinary image again; copies have to keep the annotations of the layers.",
                "从普通镜像重新转换；复制时须保留层的注解。",
            ),
        )
        .with(
            "nydusify",
            format!("nydusify convert --source {reference} --target {reference}-nydus"),
        ),
    )
    .into()
}
