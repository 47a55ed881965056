//! Engines that pull and import: where versions, settings and platforms turn the answer. The many shapes of images are
//! tried against the real programs, see `tests/peers_engines.rs`.

use super::{accepts, refuses, unknown, well_said};
use crate::consumers::{Choices, Question};
use crate::kit::{
    Files, Layout, cases, good_docker_archive, good_layout, gzip, gzip_layer, manifest, sha256,
    tar, zstd,
};
use crate::report::{Decision, Verdict};
use crate::session::Session;
use crate::spec::media_type as mt;
use serde_json::json;

fn ask(files: &Files, consumer: &str, choices: &[&str]) -> Verdict {
    let mut chosen = Choices::default();
    for choice in choices {
        chosen
            .read(choice)
            .unwrap_or_else(|e| panic!("{choice}: {e:?}"));
    }
    let question = Question::read(consumer).unwrap_or_else(|e| panic!("{consumer}: {e:?}"));
    let session = Session::new(files.given(), vec![question]).with_choices(chosen);
    let mut verdicts = session.run().verdicts;
    assert_eq!(verdicts.len(), 1, "{consumer}: {verdicts:#?}");
    verdicts.remove(0)
}

/// Refuses with this text, wherever it says that it stands.
fn says(verdict: &Verdict, error: &str) {
    assert_eq!(verdict.verdict, Decision::Refuses, "{verdict:#?}");
    assert_eq!(verdict.error.as_deref(), Some(error));
    well_said(verdict);
}

fn one_layer(media_type: &str, stored: Vec<u8>, tar: Vec<u8>) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[(media_type, stored, tar)]);
    layout.list(image, "v1");
    layout
}

fn two_platforms() -> Layout {
    let mut layout = Layout::new();
    let entries = [
        layout.image(("linux", "arm64"), &[gzip_layer("a", b"arm64")]),
        layout.image(("linux", "amd64"), &[gzip_layer("a", b"amd64")]),
    ];
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let root = layout.document(mt::OCI_INDEX, &index);
    layout.list(root, "v1");
    layout
}

const PULLERS: [&str; 7] = [
    "docker-pull-classic@20.10.21",
    "docker-pull-classic@29",
    "docker-pull-containerd@28",
    "containerd@1.4",
    "containerd@1.7.20",
    "containerd@2.1",
    "k8s-image-volume@1.35",
];

#[test]
fn a_right_image_is_pulled_by_all() {
    for consumer in PULLERS {
        accepts(&good_layout().tar().verdict(consumer));
    }
    for consumer in [
        "ctr-import@1.6.20",
        "kind-load",
        "nerdctl-load@2.0",
        "apple-container@0.13",
    ] {
        accepts(&good_layout().tar().verdict(consumer));
    }
}

#[test]
fn without_its_blobs_nothing_is_promised() {
    let digest =
        |text: &str| json!({ "mediaType": text, "size": 9, "digest": sha256(b"elsewhere") });
    let document = manifest(digest(mt::OCI_CONFIG), &[digest(mt::OCI_TAR_GZIP)]);
    for consumer in PULLERS {
        unknown(&Files::pasted(document.to_string()).verdict(consumer));
    }
    let mut artifact = document.clone();
    artifact["config"]["mediaType"] = json!(mt::HELM_CONFIG);
    refuses(
        &Files::pasted(artifact.to_string()).verdict("docker-pull-classic@28"),
        &format!("unsupported media type {}", mt::HELM_CONFIG),
    );
    unknown(&Files::pasted(artifact.to_string()).verdict("docker-pull-classic@20.10.21"));
}

#[test]
fn zstd_is_read_from_some_version_on() {
    let bytes = tar(&[("hello", vec![b'x'; 600])]);
    let layout = one_layer(mt::OCI_TAR_ZSTD, zstd(&bytes), bytes.clone());
    for (consumer, taken) in [
        ("docker-pull-classic@20.10.24", false),
        ("docker-pull-classic@23", true),
        ("containerd@1.4.13", false),
        ("containerd@1.5", true),
        ("ctr-import@1.4", false),
        ("ctr-import@1.7.7", true),
    ] {
        let verdict = layout.tar().verdict(consumer);
        let expected = if taken {
            Decision::Accepts
        } else {
            Decision::Refuses
        };
        assert_eq!(verdict.verdict, expected, "{consumer}: {verdict:#?}");
    }
    let mut docker = Layout::new();
    let config = docker.document(
        mt::DOCKER_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [sha256(&bytes)] } }),
    );
    let layer = docker.blob(mt::DOCKER_TAR_ZSTD, &zstd(&bytes));
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let root = docker.document(mt::DOCKER_MANIFEST, &document);
    docker.list(root, "v1");
    accepts(&docker.tar().verdict("containerd@2.0"));
    let verdict = docker.tar().verdict("ctr-import@1.6.20");
    refuses(
        &verdict,
        &format!(
            "failed to extract layer {}: failed to get stream processor for {}: no processor for media-type",
            sha256(&bytes),
            mt::DOCKER_TAR_ZSTD
        ),
    );
}

#[test]
fn an_artifact_is_no_image() {
    let flux = cases::flux_one().tar();
    let type_error = format!("unsupported media type {}", mt::FLUX_CONFIG);
    refuses(&flux.verdict("docker-pull-classic@20.10.22"), &type_error);
    refuses(
        &flux.verdict("docker-pull-classic@20.10.21"),
        "invalid rootfs in image configuration",
    );
    refuses(
        &flux.verdict("containerd@1.6.20"),
        "failed to pull and unpack image \"REGISTRY/REPO:latest\": failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers",
    );
    unknown(&flux.verdict("containerd@2.1"));
    refuses(
        &ask(&flux, "containerd@1.6.20", &["containerd.client=ctr"]),
        "mismatched image rootfs and manifest layers",
    );
    let stored = accepts(&flux.verdict("docker-pull-containerd@29"));
    assert!(stored.contains("no container can run"), "{stored}");
    refuses(
        &flux.verdict("k8s-image-volume@1.33"),
        "ImageVolumeMountFailed: image \"REGISTRY/REPO:latest\" does not exist locally",
    );
    accepts(&ask(
        &flux,
        "k8s-image-volume@1.33",
        &["k8s-image-volume.runtime=cri-o"],
    ));
    refuses(
        &one_layer("application/vnd.example", gzip(b""), Vec::new())
            .tar()
            .verdict("apple-container@0.13"),
        "media type application/vnd.example not supported.",
    );
}

#[test]
fn extra_layers_count_until_1_6_25() {
    let bytes = tar(&[("hello", "hello")]);
    let mut layout = Layout::new();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [sha256(&bytes)] } }),
    );
    let layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&bytes));
    let note = layout.blob("application/vnd.example.note", b"note");
    let root = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer, note]));
    layout.list(root, "v1");
    let error = "mismatched image rootfs and manifest layers";
    refuses(&layout.tar().verdict("ctr-import@1.6.24"), error);
    refuses(&layout.tar().verdict("ctr-import@1.7.6"), error);
    accepts(&layout.tar().verdict("ctr-import@1.6.25"));
    accepts(&layout.tar().verdict("ctr-import@1.7.7"));
    accepts(&layout.tar().verdict("containerd@1.6.20"));
}

#[test]
fn the_platform_is_chosen() {
    let both = two_platforms().tar();
    for consumer in [
        "containerd@1.7.20",
        "docker-pull-classic@28",
        "ctr-import@1.6.20",
    ] {
        accepts(&both.verdict(consumer));
        accepts(&ask(&both, consumer, &["platform=linux/arm64"]));
    }
    let none = ["platform=linux/s390x"];
    says(
        &ask(&both, "docker-pull-classic@28", &none),
        "no matching manifest for linux/s390x in the manifest list entries",
    );
    says(
        &ask(&both, "docker-pull-containerd@29", &none),
        "no matching manifest for linux/s390x in the manifest list entries: no match for platform in manifest: not found",
    );
    says(
        &ask(&both, "containerd@2.0", &none),
        "failed to pull and unpack image \"REGISTRY/REPO:v1\": no match for platform in manifest: not found",
    );
    let index = two_platforms().index["manifests"][0]["digest"].clone();
    says(
        &ask(&both, "ctr-import@1.6.20", &none),
        &format!(
            "no match for platform in manifest {}: not found",
            index.as_str().unwrap()
        ),
    );
    accepts(&ask(
        &both,
        "container2wasm@0.6.2",
        &["platform=linux/arm64"],
    ));
    says(
        &ask(&both, "container2wasm@0.6.2", &none),
        "target config not found",
    );
    says(
        &ask(&both, "apple-container@0.13", &none),
        "image v1 does not support required platforms",
    );
}

#[test]
fn kind_wants_every_platform_in_the_archive() {
    let mut layout = two_platforms();
    let index: serde_json::Value = {
        let path = format!(
            "blobs/{}",
            layout.index["manifests"][0]["digest"]
                .as_str()
                .unwrap()
                .replace(':', "/")
        );
        let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
        serde_json::from_slice(bytes).unwrap()
    };
    let arm64 = index["manifests"][0].clone();
    layout.lose(&arm64);
    let error = format!(
        "content digest {}: not found",
        arm64["digest"].as_str().unwrap()
    );
    let verdict = layout.tar().verdict("kind-load");
    refuses(&verdict, &format!("ctr: {error}"));
    assert!(
        verdict
            .fixes
            .iter()
            .any(|fix| fix.id == "one-platform-archive")
    );
    accepts(&layout.tar().verdict("ctr-import@1.6.20"));
    accepts(&layout.tar().verdict("nerdctl-load@2.0"));
    refuses(
        &ask(
            &layout.tar(),
            "ctr-import@1.6.20",
            &["ctr-import.platforms=all"],
        ),
        &error,
    );
    let nameless = {
        let mut layout = Layout::new();
        let image = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
        layout.list(image, "");
        layout.tar()
    };
    let listed = accepts(&nameless.verdict("ctr-import@1.6.20"));
    assert!(listed.contains("no image is listed"), "{listed}");
    let listed = accepts(&nameless.verdict("kind-load"));
    assert!(listed.contains("sha256:"), "{listed}");
}

#[test]
fn docker_load_takes_one_platform_where_it_is_told_to() {
    let archive = Files::tar("image.tar", &good_docker_archive());
    let other = ["platform=linux/arm64", "docker-load-classic.only=platform"];
    let loaded = accepts(&ask(&archive, "docker-load-classic@28", &other));
    assert!(loaded.contains("loads nothing"), "{loaded}");
    let loaded = accepts(&ask(&archive, "docker-load-classic@27", &other));
    assert!(loaded.contains("example:v1"), "{loaded}");
    let same = ["docker-load-classic.only=platform"];
    let loaded = accepts(&ask(&archive, "docker-load-classic@29", &same));
    assert!(loaded.contains("example:v1"), "{loaded}");
    let other = [
        "platform=linux/arm64",
        "docker-load-containerd.only=platform",
    ];
    unknown(&ask(&archive, "docker-load-containerd@29", &other));
    accepts(&ask(&archive, "docker-load-containerd@27", &other));
}

#[test]
fn schema_1_goes_version_by_version() {
    let old = json!({ "schemaVersion": 1, "mediaType": mt::DOCKER_SCHEMA1_SIGNED, "name": "old",
        "tag": "v1", "architecture": "amd64", "fsLayers": [], "history": [], "signatures": [] });
    let old = Files::pasted(old.to_string());
    let text = "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support";
    let ending = "Suggest the author of REGISTRY/REPO:TAG to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/";
    unknown(&old.verdict("docker-pull-classic@25"));
    says(
        &old.verdict("docker-pull-classic@26"),
        &format!(
            "[DEPRECATION NOTICE] {text} is disabled by default and will be removed in an upcoming release. {ending}"
        ),
    );
    says(
        &old.verdict("docker-pull-classic@29"),
        &format!("{text} has been removed. {ending}"),
    );
    unknown(&old.verdict("containerd@1.7"));
    let verdict = old.verdict("containerd@2.1");
    assert_eq!(verdict.verdict, Decision::Refuses);
    assert!(
        verdict
            .error
            .unwrap()
            .contains("no longer supported since containerd v2.1")
    );
}

#[test]
fn ai_models_and_names_of_versions() {
    let mut layout = Layout::new();
    let config = layout.blob("application/vnd.docker.ai.model.config.v0.1+json", b"{}");
    let layer = layout.blob("application/vnd.docker.ai.gguf.v3", b"GGUF");
    let root = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(root, "v1");
    refuses(
        &layout.tar().verdict("docker-pull-classic@29"),
        "AI models are not yet supported by the Engine, please use \"docker model pull/run\" instead",
    );
    let verdict = layout.tar().verdict("docker-pull-classic@28");
    refuses(&verdict, "invalid rootfs in image configuration");
    accepts(&layout.tar().verdict("docker-pull-containerd@29"));
}

#[test]
fn a_compressed_archive_is_for_those_who_decompress() {
    let file = Files::file("image.tar.gz", gzip(&tar(&good_layout().all())));
    accepts(&file.verdict("nerdctl-load@2.0"));
    unknown(&file.verdict("ctr-import@2.0"));
    says(
        &file.verdict("ctr-import@1.6.20"),
        "archive/tar: invalid tar header",
    );
    let text = Files::file("image.tar", b"no archive at all\n".repeat(40));
    says(
        &text.verdict("ctr-import@1.6.20"),
        "archive/tar: invalid tar header",
    );
    says(
        &text.verdict("docker-load-classic@20.10"),
        "Error processing tar file(exit status 1): archive/tar: invalid tar header",
    );
}
