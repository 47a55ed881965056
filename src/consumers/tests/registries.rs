//! Pushes to registries: what each refuses, and with which words. `tests/peers_registry.rs` holds distribution against a real one.

use super::{accepts, commands, refuses, unknown};
use crate::consumers::{Choices, Question};
use crate::kit::cases::{
    buildx_index, flux_lost, flux_one, higress_right, lone_manifest, zstd_image,
};
use crate::kit::{Files, Layout, descriptor, good_layout, gzip, manifest, sha256, tar};
use crate::report::Verdict;
use crate::session::Session;
use crate::spec::{known, media_type as mt};
use serde_json::{Value, json};

/// The verdict of one consumer with these settings.
pub fn asked(files: &Files, consumer: &str, settings: &[&str]) -> Verdict {
    let mut choices = Choices::default();
    for setting in settings {
        choices.read(setting).unwrap();
    }
    let question = Question::read(consumer).unwrap();
    let session = Session::new(files.given(), vec![question]).with_choices(choices);
    let mut verdicts = session.run().verdicts;
    assert_eq!(verdicts.len(), 1, "{consumer}");
    verdicts.remove(0)
}

/// An image in Docker's types, changed before it is listed.
pub fn docker_image(change: impl FnOnce(&mut Value)) -> Layout {
    let mut layout = Layout::new();
    let layer = tar(&[("hello", "hello")]);
    let config = layout.document(
        mt::DOCKER_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [sha256(&layer)] } }),
    );
    let layer = layout.blob(mt::DOCKER_TAR_GZIP, &gzip(&layer));
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    change(&mut document);
    let root = layout.document(mt::DOCKER_MANIFEST, &document);
    layout.list(root, "v1");
    layout
}

/// A manifest of one config and one layer of these types.
pub fn of_types(config: &str, layer: &str) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(config, b"{}");
    let layer = layout.blob(layer, &gzip(&tar(&[("a", "a")])));
    let root = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(root, "v1");
    layout
}

const INVALID: &str =
    r#"{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{}}]}"#;

#[test]
fn distribution_takes_every_good_manifest_whatever_it_holds() {
    for version in ["2.7", "2.8.2", "3.0"] {
        let id = format!("distribution@{version}");
        for layout in [
            good_layout(),
            higress_right(),
            buildx_index(),
            zstd_image(),
            flux_one(),
        ] {
            accepts(&layout.tar().verdict(&id));
        }
        accepts(&docker_image(|_| {}).tar().verdict(&id));
    }
    accepts(&docker_image(|_| {}).tar().verdict("distribution@2.6"));
    let says = accepts(&buildx_index().tar().verdict("distribution@3.0"));
    assert!(says.contains("(manifests and indexes: 3)"), "{says}");
}

#[test]
fn distribution_before_oci_refuses_its_types() {
    let verdict = good_layout().tar().verdict("distribution@2.6");
    refuses(&verdict, INVALID);
    assert!(commands(&verdict, "regctl")[0].contains("--to-docker"));
    accepts(&good_layout().tar().verdict("distribution@2.7.0"));
}

#[test]
fn distribution_tells_indexes_and_manifests_apart_since_2_8() {
    let mut layout = Layout::new();
    let mut document =
        json!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST, "manifests": [] });
    document["config"] = layout.blob(mt::OCI_CONFIG, b"{}");
    document["layers"] = json!([]);
    let root = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(root, "v1");
    accepts(&layout.tar().verdict("distribution@2.7"));
    refuses(&layout.tar().verdict("distribution@2.8"), INVALID);
    refuses(&layout.tar().verdict("distribution@3.0"), INVALID);
}

#[test]
fn distribution_refuses_a_media_type_that_disagrees() {
    for mode in [json!("application/x"), json!("")] {
        let layout = docker_image(|document| document["mediaType"] = mode);
        refuses(&layout.tar().verdict("distribution@2.8"), INVALID);
        unknown(&layout.tar().verdict("distribution@2.6"));
    }
}

#[test]
fn a_lost_blob_is_refused_where_the_registry_holds_nothing_else() {
    let layout = flux_lost();
    let lost = sha256(&crate::kit::cases::flux_content());
    unknown(&layout.tar().verdict("distribution@2.8"));
    let verdict = asked(
        &layout.tar(),
        "distribution@2.8",
        &["registry-holds=nothing"],
    );
    refuses(
        &verdict,
        &format!(
            r#"{{"errors":[{{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"{lost}"}}]}}"#
        ),
    );
    assert!(commands(&verdict, "oras")[0].starts_with("oras cp "));
    // A document alone says nothing about its blobs.
    let alone = Files::pasted(lone_manifest());
    unknown(&asked(
        &alone,
        "distribution@2.8",
        &["registry-holds=nothing"],
    ));
}

#[test]
fn a_policy_lets_images_in_and_nothing_else() {
    let settings = ["distribution.classes=image"];
    accepts(&asked(&good_layout().tar(), "distribution@2.8", &settings));
    accepts(&asked(&buildx_index().tar(), "distribution@2.8", &settings));
    let files = higress_right().tar();
    accepts(&files.verdict("distribution@2.8"));
    refuses(
        &asked(&files, "distribution@2.8", &settings),
        r#"{"errors":[{"code":"DENIED","message":"unknown manifest class for application/vnd.oci.empty.v1+json"}]}"#,
    );
    let plugin = docker_image(|document| {
        document["config"]["mediaType"] = json!("application/vnd.docker.plugin.v1+json");
    });
    refuses(
        &asked(&plugin.tar(), "distribution@2.8", &settings),
        r#"{"errors":[{"code":"DENIED","message":"registry does not allow plugin manifest"}]}"#,
    );
}

#[test]
fn schema_1_goes_away_step_by_step() {
    let document = json!({ "schemaVersion": 1, "fsLayers": [], "history": [],
        "signatures": [{ "header": {}, "signature": "a", "protected": "b" }] });
    let mut layout = Layout::new();
    let root = layout.document(mt::DOCKER_SCHEMA1_SIGNED, &document);
    layout.list(root, "v1");
    unknown(&layout.tar().verdict("distribution@2.7"));
    refuses(
        &layout.tar().verdict("distribution@2.8"),
        r#"{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{}}]}"#,
    );
    refuses(&layout.tar().verdict("distribution@3.0"), INVALID);
}

#[test]
fn urls_are_settled_for_2_8_only() {
    let layout = docker_image(|document| {
        document["layers"][0]["mediaType"] = json!(mt::DOCKER_FOREIGN_TAR_GZIP);
        document["layers"][0]["urls"] = json!(["https://example.com/"]);
    });
    let verdict = layout.tar().verdict("distribution@2.8");
    assert!(verdict.error.unwrap().contains("MANIFEST_BLOB_UNKNOWN"));
    unknown(&layout.tar().verdict("distribution@3.0"));
}

#[test]
fn quay_has_a_list_until_3_11() {
    let helm = of_types(mt::HELM_CONFIG, mt::HELM_CHART);
    let own = of_types(
        "application/vnd.acme.config.v1+json",
        "application/vnd.acme.layer.v1.tar",
    );
    for layout in [&good_layout(), &zstd_image(), &helm] {
        accepts(&layout.tar().verdict("quay@3.11"));
    }
    let verdict = own.tar().verdict("quay@3.11");
    refuses(
        &verdict,
        "failed to parse manifest: manifest data does not match schema: 'application/vnd.acme.config.v1+json' is not one of [",
    );
    assert!(commands(&verdict, "yaml")[0].contains("application/vnd.acme.config.v1+json"));
    accepts(&asked(
        &own.tar(),
        "quay@3.11",
        &["quay.ignore-unknown=yes"],
    ));
    let both = "quay.allowed=application/vnd.acme.config.v1+json,application/vnd.acme.layer.v1.tar";
    accepts(&asked(&own.tar(), "quay@3.11", &[both]));
    let half = "quay.allowed=application/vnd.acme.config.v1+json";
    refuses(
        &asked(&own.tar(), "quay@3.11", &[half]),
        "failed to parse manifest: manifest data does not match schema: 'application/vnd.acme.layer.v1.tar' is not one of [",
    );
    accepts(&own.tar().verdict("quay@3.12"));
    let cosign = "application/vnd.dev.cosign.simplesigning.v1+json";
    let signature = of_types(mt::OCI_CONFIG, cosign);
    unknown(&signature.tar().verdict("quay@3.11"));
    accepts(&signature.tar().verdict("quay@3.12"));
}

#[test]
fn quay_refuses_mixed_indexes_odd_documents_and_layers_from_nowhere() {
    let mut layout = docker_image(|_| {});
    let child = layout.index["manifests"][0].clone();
    layout.index["manifests"] = json!([]);
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [child] });
    let index = layout.document(mt::OCI_INDEX, &index);
    layout.list(index, "v1");
    refuses(
        &layout.tar().verdict("quay@3.11"),
        "failed to parse manifest: manifest data does not match schema: 'application/vnd.docker.distribution.manifest.v2+json' is not one of [",
    );
    accepts(&layout.tar().verdict("quay@3.12"));
    let mut layout = Layout::new();
    let root = layout.document(
        mt::OCI_ARTIFACT_MANIFEST,
        &json!({ "artifactType": "a/b", "blobs": [] }),
    );
    layout.list(root, "v1");
    refuses(
        &layout.tar().verdict("quay@3.12"),
        "manifest schema version not supported",
    );
    let nowhere = of_types(mt::OCI_CONFIG, mt::OCI_NONDISTRIBUTABLE_TAR);
    refuses(
        &nowhere.tar().verdict("quay@3.12"),
        "missing `urls` for remote layer",
    );
    let mut negative = good_layout();
    let mut layer = descriptor(mt::OCI_TAR_GZIP, b"x");
    layer["size"] = json!(-1);
    negative.blob(mt::OCI_TAR_GZIP, b"x");
    let config = negative.blob(mt::OCI_CONFIG, b"{}");
    let root = negative.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    negative.index["manifests"] = json!([]);
    negative.list(root, "v1");
    refuses(&negative.tar().verdict("quay@3.12"), "invalid layer size");
}

#[test]
fn zot_takes_dockers_types_when_told_to() {
    let files = docker_image(|_| {}).tar();
    let verdict = files.verdict("zot@2.1");
    refuses(&verdict, "415 Unsupported Media Type");
    assert!(commands(&verdict, "regctl")[0].contains("--to-oci"));
    accepts(&asked(&files, "zot@2.1", &["zot.compat=docker2s2"]));
    accepts(&higress_right().tar().verdict("zot@2.1"));
}

#[test]
fn harbor_before_2_knows_dockers_types_only() {
    let verdict = good_layout().tar().verdict("harbor@1.10");
    refuses(
        &verdict,
        "unsupported content type for manifest: application/vnd.oci.image.manifest.v1+json",
    );
    accepts(&docker_image(|_| {}).tar().verdict("harbor@1.10"));
    for layout in [good_layout(), higress_right(), buildx_index()] {
        accepts(&layout.tar().verdict("harbor@2.0"));
    }
    unknown(&flux_lost().tar().verdict("harbor@2.0"));
}

#[test]
fn services_take_what_is_documented_and_no_more() {
    for id in [
        "docker-hub",
        "ghcr",
        "acr",
        "aws-ecr",
        "google-artifact-registry",
    ] {
        for layout in [
            good_layout(),
            higress_right(),
            buildx_index(),
            docker_image(|_| {}),
        ] {
            accepts(&layout.tar().verdict(id));
        }
        unknown(&flux_lost().tar().verdict(id));
        // BuildKit's cache: an index of layers.
        let mut layout = Layout::new();
        let layer = layout.blob(mt::OCI_TAR_GZIP, b"layer");
        let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [layer] });
        let index = layout.document(mt::OCI_INDEX, &index);
        layout.list(index, "v1");
        unknown(&layout.tar().verdict(id));
    }
}

#[test]
fn ecr_wants_media_types_and_google_wants_bytes() {
    refuses(
        &of_types(mt::OCI_CONFIG, "spdx+json")
            .tar()
            .verdict("aws-ecr"),
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    );
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_CONFIG, b"");
    assert_eq!(config["digest"], known::EMPTY_BYTES);
    let root = layout.document(mt::OCI_MANIFEST, &manifest(config, &[]));
    layout.list(root, "v1");
    refuses(
        &layout.tar().verdict("google-artifact-registry"),
        "400 Bad Request",
    );
}

#[test]
fn gitlab_is_known_for_images_only() {
    accepts(&good_layout().tar().verdict("gitlab-registry"));
    accepts(&docker_image(|_| {}).tar().verdict("gitlab-registry"));
    let says = unknown(&higress_right().tar().verdict("gitlab-registry"));
    assert!(says.contains(mt::OCI_EMPTY), "{says}");
}
