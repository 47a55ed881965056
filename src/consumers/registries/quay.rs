//! Quay when an artifact is pushed to it: up to 3.11 its config and layer types had to be in a list of its configuration.
//!
//! Read in quay/quay `image/oci/manifest.py`, `image/oci/index.py`, `image/oci/descriptor.py`, `config.py`,
//! `endpoints/v2/manifest.py`; the list went away with commit 4546163e8 (2024-06), which is taken to be 3.12. What the list
//! holds by default grew before that: types that later lists have are *unknown* here. The text ends where the list begins.

use super::hosted::{any_manifest, pushable, refuse};
use crate::artifact::Why;
use crate::artifact::documents::Claims;
use crate::consumers::pushing::{Put, push};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions};
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// `ALLOWED_OCI_ARTIFACT_TYPES`.
const ALLOWED: Setting = Setting {
    id: "allowed",
    shared: false,
    name: text("Further allowed types", "额外允许的类型"),
    about: text(
        "Config and layer types that `ALLOWED_OCI_ARTIFACT_TYPES` of its configuration adds, by commas (up to 3.11).",
        "其配置 `ALLOWED_OCI_ARTIFACT_TYPES` 额外加入的配置与层类型，以逗号分隔（3.11 及之前）。",
    ),
    takes: Takes::Text(
        "application/vnd.example.config.v1+json,application/vnd.example.layer.v1.tar",
    ),
    default: "",
};

/// `IGNORE_UNKNOWN_MEDIATYPES`.
const IGNORE: Setting = Setting {
    id: "ignore-unknown",
    shared: false,
    name: text("Unknown types", "未知类型"),
    about: text(
        "`IGNORE_UNKNOWN_MEDIATYPES` in its configuration (3.9 to 3.11).",
        "其配置中的 `IGNORE_UNKNOWN_MEDIATYPES`（3.9 至 3.11）。",
    ),
    takes: Takes::OneOf(&[
        ("no", text("Refused", "拒绝")),
        ("yes", text("Ignored", "忽略")),
    ]),
    default: "no",
};

/// The registry.
pub static CONSUMER: Consumer = Consumer {
    id: "quay",
    name: "Quay",
    about: text(
        "Red Hat's registry. It reads every manifest against a schema; up to 3.11 the schema held the allowed types.",
        "Red Hat 的镜像仓库。它按模式校验每份清单；3.11 及之前，模式中还限定了允许的类型。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "quay/quay",
        path: "image/oci/{manifest,index,descriptor}.py, config.py, endpoints/v2/manifest.py",
        at: "2023-02, 2024-06, 2026-08",
    }],
    settings: &[ALLOWED, IGNORE],
    ranges: &[
        Range {
            versions: Versions {
                shown: "3.6 – 3.11",
                spans: &[("3.6.0", "3.12.0")],
            },
            label: text("with a list of allowed types", "有类型允许列表"),
            replay: |case, trace| push(case, trace, "Quay", listed),
        },
        Range {
            versions: Versions {
                shown: "≥ 3.12",
                spans: &[("3.12.0", "")],
            },
            label: text("any type", "任意类型"),
            replay: |case, trace| push(case, trace, "Quay", free),
        },
    ],
    meant_for: pushable,
};

const LAYERS: [&str; 5] = [
    mt::OCI_TAR,
    mt::OCI_TAR_GZIP,
    mt::OCI_TAR_ZSTD,
    mt::OCI_NONDISTRIBUTABLE_TAR,
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
];

/// Types that the list had in some of these versions or got later: not known for one version.
const SOMETIMES: [&str; 18] = [
    "application/vnd.sylabs.sif.config.v1+json",
    "application/vnd.sylabs.sif.layer.v1+tar",
    "application/tar+gzip",
    "application/vnd.dev.cosign.simplesigning.v1+json",
    "application/vnd.dsse.envelope.v1+json",
    "text/spdx",
    "text/spdx+xml",
    "text/spdx+json",
    "application/vnd.syft+json",
    "application/vnd.cyclonedx",
    "application/vnd.cyclonedx+xml",
    "application/vnd.cyclonedx+json",
    mt::IN_TOTO,
    "application/vnd.oci.source.image.config.v1+json",
    "application/vnd.unknown.config.v1+json",
    "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego",
    "application/vnd.cncf.openpolicyagent.data.layer.v1+json",
    "application/vnd.cncf.openpolicyagent.manifest.layer.v1+json",
];

fn listed(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    known_document(put, trace)?;
    if put.case.set(&IGNORE) == "yes" {
        return Ok(());
    }
    let allowed: Vec<&str> = put.case.set(&ALLOWED).split(',').map(str::trim).collect();
    for descriptor in put.descriptors() {
        let found = descriptor.media_type();
        let fits = match (put.media_type, descriptor.pointer.as_str()) {
            (mt::OCI_INDEX, _) => matches!(found, mt::OCI_MANIFEST | mt::OCI_INDEX),
            (mt::DOCKER_LIST, _) if found == mt::OCI_MANIFEST => {
                return Err(put.open(found, Why::NotSettled, &descriptor.pointer));
            }
            (mt::OCI_MANIFEST, "/config") => matches!(found, mt::OCI_CONFIG | mt::HELM_CONFIG),
            (mt::OCI_MANIFEST, _) => LAYERS.contains(&found) || found == mt::HELM_CHART,
            _ => true,
        };
        if fits || put.media_type == mt::OCI_MANIFEST && allowed.contains(&found) {
            continue;
        }
        let pointer = format!("{}/mediaType", descriptor.pointer);
        if found.is_empty() || found.contains(['\'', '\\']) || SOMETIMES.contains(&found) {
            return Err(put.open(found, Why::NotSettled, &pointer));
        }
        let because = say(
            "{who} finds the type {type}, which its list does not have; the list is `ALLOWED_OCI_ARTIFACT_TYPES` of its configuration, and OCI's own types.",
            "{who} 读到不在其列表中的类型 {type}；列表由其配置 `ALLOWED_OCI_ARTIFACT_TYPES` 与 OCI 自身的类型组成。",
        )
        .code("type", found);
        let error = format!(
            "failed to parse manifest: manifest data does not match schema: '{found}' is not one of ["
        );
        let fixes =
            match mt::is_layer(found) || mt::is_image_config(found) || mt::is_manifest(found) {
                true => vec![remedies::to_oci(&Names::of(put.case))],
                false => vec![remedies::allow_in_quay(
                    put.descriptors().first().map_or("", |d| d.media_type()),
                    found,
                )],
            };
        return refuse(put, trace, error, because, &pointer, fixes);
    }
    Ok(())
}

fn free(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    known_document(put, trace)?;
    let negative = put
        .descriptors()
        .into_iter()
        .find(|d| d.size.value().is_some_and(|size| *size < 0));
    if let Some(descriptor) = negative
        && put.media_type == mt::OCI_MANIFEST
    {
        let because = say("{who} finds a negative size.", "{who} 读到负的大小。");
        let pointer = format!("{}/size", descriptor.pointer);
        let fix = remedies::copy_verbatim(&Names::of(put.case));
        return refuse(
            put,
            trace,
            "invalid layer size".to_string(),
            because,
            &pointer,
            vec![fix],
        );
    }
    Ok(())
}

/// The type of the document, and what of it is checked in all versions.
fn known_document(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    if mt::is_schema1(put.media_type) {
        return Err(put.open(put.media_type, Why::NotSettled, ""));
    }
    if !mt::is_manifest(put.media_type) && !mt::is_index(put.media_type) {
        let because = say(
            "{who} finds a document of type {type}; it needs an OCI or Docker manifest or index.",
            "{who} 读到类型为 {type} 的文档；它需要 OCI 或 Docker 的清单或索引。",
        )
        .code("type", put.media_type);
        let error = "manifest schema version not supported".to_string();
        return refuse(put, trace, error, because, "", Vec::new());
    }
    any_manifest(put, trace)?;
    let Claims::Manifest(manifest) = &put.document.claims else {
        return Ok(());
    };
    for layer in manifest.layers() {
        if put.media_type == mt::OCI_MANIFEST
            && layer.media_type().starts_with(mt::OCI_NONDISTRIBUTABLE_TAR)
            && layer.urls.is_empty()
        {
            let because = say(
                "{who} finds a non-distributable layer without `urls`; it needs some.",
                "{who} 读到没有 `urls` 的不可分发层；它需要 `urls`。",
            );
            let error = "missing `urls` for remote layer".to_string();
            return refuse(put, trace, error, because, &layer.pointer, Vec::new());
        }
    }
    // With a history it wants one entry for each layer; when it looks is not settled.
    if let Some(config) = manifest.config.value()
        && mt::is_image_config(config.media_type())
        && let Ok(target) = put.case.inventory.target(put.document, config)
        && let Claims::Config(config) = &target.claims
        && let Some(entries) = config.history_layers.value()
        && *entries < manifest.layers().len() as u64
    {
        return Err(put.open("history", Why::NotSettled, "/layers"));
    }
    Ok(())
}
