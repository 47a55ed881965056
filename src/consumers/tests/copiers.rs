//! skopeo, Podman and its like, and crane: what each refuses with which words, and what only some versions do.

use super::{accepts, refuses, unknown};
use crate::consumers::Choices;
use crate::consumers::Question;
use crate::kit::{
    Files, Layout, good_docker_archive, good_layout, gzip_layer, manifest, zstd_layer,
};
use crate::report::Verdict;
use crate::session::Session;
use crate::spec::media_type as mt;
use serde_json::json;

/// The only verdict, with choices made.
fn chosen(files: &Files, question: &str, choices: &[&str]) -> Verdict {
    let mut made = Choices::default();
    for choice in choices {
        made.read(choice).unwrap();
    }
    let session = Session::new(files.given(), vec![Question::read(question).unwrap()]);
    let mut verdicts = session.with_choices(made).run().verdicts;
    assert_eq!(verdicts.len(), 1, "{question}: {verdicts:#?}");
    verdicts.remove(0)
}

fn folder(layout: &Layout) -> Files {
    Files::folder("DIR", layout.all())
}

/// An index of one platform.
fn index_for(os: &str, architecture: &str) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image((os, architecture), &[gzip_layer("a", b"a")]);
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [image] });
    let index = layout.document(mt::OCI_INDEX, &index);
    layout.list(index, "v1");
    layout
}

fn artifact(artifact_type: Option<&str>) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let layer = layout.blob("text/plain", b"some text");
    let mut document = manifest(config, &[layer]);
    if let Some(kind) = artifact_type {
        document["artifactType"] = json!(kind);
    }
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "v1");
    layout
}

#[test]
fn skopeo_takes_the_image_that_is_named_or_the_only_one() {
    accepts(&chosen(&folder(&good_layout()), "skopeo@1.22.0", &[]));
    let mut two = good_layout();
    let other = two.image(("linux", "amd64"), &[gzip_layer("b", b"b")]);
    two.list(other, "v2");
    let verdicts = folder(&two).ask(&["skopeo@1.9.3"]).verdicts;
    assert_eq!(verdicts.len(), 2);
    verdicts.iter().for_each(|verdict| {
        accepts(verdict);
    });
    let mut none = Choices::default();
    none.read("skopeo.reference=none").unwrap();
    let session = Session::new(
        folder(&two).given(),
        vec![Question::read("skopeo@1.9.3").unwrap()],
    );
    for verdict in session.with_choices(none).run().verdicts {
        refuses(
            &verdict,
            "initializing source oci:DIR:: more than one image in oci, choose an image",
        );
    }
}

#[test]
fn skopeo_and_a_platform_that_an_index_lacks() {
    let files = folder(&index_for("linux", "arm64"));
    for (version, error) in [
        (
            "skopeo@1.9.3",
            "choosing an image from manifest list oci:DIR:v1: no image found in image index for architecture amd64, variant \"\", OS linux",
        ),
        (
            "skopeo@1.22.0",
            "choosing an image from manifest list oci:DIR:v1: no image found in image index for architecture \"amd64\", variant \"\", OS \"linux\"",
        ),
        (
            "skopeo@1.14.0",
            "choosing an image from manifest list oci:DIR:v1: no image found in image index for architecture …",
        ),
    ] {
        refuses(&files.verdict(version), error);
    }
    accepts(&chosen(&files, "skopeo@1.9.3", &["platform=linux/arm64"]));
    accepts(&chosen(&files, "skopeo@1.9.3", &["skopeo.images=all"]));
    refuses(
        &chosen(
            &files,
            "skopeo@1.9.3",
            &["skopeo.images=all", "skopeo.to=docker-archive"],
        ),
        "copying multiple images: destination transport \"docker-archive\" does not support copying multiple images as a group",
    );
}

#[test]
fn an_artifact_is_copied_but_not_inspected() {
    let files = folder(&artifact(Some("application/vnd.example.thing")));
    accepts(&files.verdict("skopeo@1.9.3"));
    let inspect = |version| chosen(&files, version, &["skopeo.to=inspect"]);
    refuses(
        &inspect("skopeo@1.9.3"),
        "unsupported image-specific operation on artifact with type \"application/vnd.oci.empty.v1+json\"",
    );
    refuses(
        &inspect("skopeo@1.22.0"),
        "unsupported image-specific operation on artifact with type \"application/vnd.example.thing\"",
    );
    unknown(&inspect("skopeo@1.6.0"));
    refuses(
        &files.verdict("podman@5.8.6"),
        "unable to copy from source docker://REGISTRY/REPO:v1: parsing image configuration: unsupported image-specific operation on artifact with type \"application/vnd.example.thing\"",
    );
}

#[test]
fn a_mixed_image_is_named_so_by_newer_releases() {
    let mut layout = Layout::new();
    let config = layout.document(
        mt::DOCKER_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers", "diff_ids": [] } }),
    );
    let image = layout.document(mt::OCI_MANIFEST, &manifest(config, &[]));
    layout.list(image, "v1");
    refuses(
        &folder(&layout).verdict("buildah@1.39.3"),
        "parsing image configuration: invalid mixed OCI image with Docker v2s2 config (\"application/vnd.docker.container.image.v1+json\")",
    );
}

#[test]
fn docker_archives_take_no_zstd_before_it_is_unpacked_first() {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[zstd_layer("a", b"a")]);
    layout.list(image, "v1");
    let files = folder(&layout);
    let to = ["skopeo.to=docker-archive"];
    refuses(
        &chosen(&files, "skopeo@1.9.3", &to),
        "creating an updated image manifest: Error during manifest conversion: \"application/vnd.oci.image.layer.v1.tar+zstd\": zstd compression is not supported for docker images",
    );
    unknown(&chosen(&files, "skopeo@1.13.0", &to));
    accepts(&chosen(&files, "skopeo@1.18.0", &to));
}

#[test]
fn a_wrong_diff_id_is_noticed_since_5_4() {
    let mut layout = Layout::new();
    let wrong = format!("sha256:{}", "0".repeat(64));
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers", "diff_ids": [wrong] } }),
    );
    let (media_type, stored, tar) = gzip_layer("a", b"a");
    let layer = layout.blob(media_type, &stored);
    let digest = layer["digest"].as_str().unwrap().to_string();
    let image = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(image, "v1");
    let files = folder(&layout);
    accepts(&files.verdict("podman@4.3.1"));
    unknown(&files.verdict("podman@4.9.0"));
    let actual = crate::kit::sha256(&tar);
    refuses(
        &files.verdict("podman@5.4.2"),
        &format!(
            "writing blob: layer 0 (blob \"{digest}\"/\"\"/\"{actual}\") does not match config's DiffID \"{wrong}\""
        ),
    );
    unknown(&files.verdict("cri-o"));
}

#[test]
fn podman_load_lists_what_every_reader_says() {
    let archive = Files::tar("image.tar", &good_docker_archive());
    accepts(&archive.verdict("podman-load@4.3.1"));
    accepts(&good_layout().tar().verdict("podman-load@5.8.0"));
    let text = Files::tar("image.tar", &[("a".to_string(), b"a".to_vec())]);
    let verdict = text.verdict("podman-load@4.3.1");
    refuses_somewhere(
        &verdict,
        "payload does not match any of the supported image formats:\n \
         * oci: initializing source oci:image.tar:: open image.tar/index.json: not a directory\n \
         * oci-archive: loading index: open …/index.json: no such file or directory\n \
         * docker-archive: loading tar component manifest.json: file does not exist\n \
         * dir: open image.tar/manifest.json: not a directory",
    );
}

fn refuses_somewhere(verdict: &Verdict, error: &str) {
    assert_eq!(verdict.error.as_deref(), Some(error), "{verdict:#?}");
}

#[test]
fn crane_pulls_an_artifact_and_the_entry_for_amd64() {
    accepts(&folder(&artifact(None)).verdict("crane"));
    refuses(
        &folder(&index_for("linux", "arm64")).verdict("crane"),
        "no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
}

#[test]
fn what_is_not_given_is_not_known() {
    let pasted = Files::pasted(
        json!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST,
            "config": { "mediaType": mt::OCI_CONFIG, "digest": format!("sha256:{}", "1".repeat(64)), "size": 2 },
            "layers": [] })
        .to_string(),
    );
    for consumer in ["skopeo@1.9.3", "podman@4.3.1", "crane"] {
        unknown(&pasted.verdict(consumer));
    }
}

#[test]
fn an_index_with_a_wrong_type_is_refused_with_the_whole_text() {
    let mut layout = good_layout();
    let size = layout.index["manifests"][0]["size"].to_string();
    layout.index["manifests"][0]["size"] = json!(size);
    refuses(
        &chosen(&folder(&layout), "skopeo@1.9.3", &[]),
        "initializing source oci:DIR:v1: json: cannot unmarshal string into Go struct field Descriptor.manifests.size of type int64",
    );
}

#[test]
fn names_are_listed_as_the_archive_spells_its_index() {
    let mut layout = good_layout();
    let other = layout.image(("linux", "amd64"), &[gzip_layer("b", b"b")]);
    layout.list(other, "v2");
    let commands = |files: &Files| {
        let verdict = chosen_of(files, 2);
        super::commands(&verdict, "skopeo")
    };
    let items: Vec<(String, Vec<u8>)> = layout
        .all()
        .into_iter()
        .map(|(path, bytes)| (format!("./{path}"), bytes))
        .collect();
    for (files, list) in [
        (layout.tar(), "tar -xOf image.tar index.json"),
        (
            Files::tar("image.tar", &items),
            "tar -xOf image.tar ./index.json",
        ),
        (folder(&layout), "cat DIR/index.json"),
    ] {
        assert!(commands(&files)[0].contains(&format!("{list}\n")), "{list}");
    }
}

/// What skopeo says when several images are there and none is named.
fn chosen_of(files: &Files, count: usize) -> Verdict {
    let mut made = Choices::default();
    made.read("skopeo.reference=none").unwrap();
    let session = Session::new(files.given(), vec![Question::read("skopeo@1.9.3").unwrap()]);
    let mut verdicts = session.with_choices(made).run().verdicts;
    assert_eq!(verdicts.len(), count);
    verdicts.remove(0)
}

#[test]
fn an_old_schema_is_mended_by_converting_it() {
    let layer = crate::kit::gzip(&crate::kit::tar(&[("a", "a")]));
    let digest = crate::kit::sha256(&layer);
    let old = json!({ "schemaVersion": 1, "name": "old", "tag": "1", "architecture": "amd64",
        "fsLayers": [{ "blobSum": digest }], "history": [{ "v1Compatibility": "{}" }] });
    let files = Files::folder(
        "DIR",
        vec![
            ("manifest.json".to_string(), old.to_string().into_bytes()),
            (
                "version".to_string(),
                b"Directory Transport Version: 1.1\n".to_vec(),
            ),
            (digest.replacen("sha256:", "", 1), layer),
        ],
    );
    for consumer in ["docker-pull-classic@28.0.0", "containerd@2.1.0", "crane"] {
        let verdict = files.verdict(consumer);
        assert_eq!(
            super::commands(&verdict, "skopeo"),
            ["skopeo copy --format oci dir:DIR docker://REGISTRY/REPO:TAG"],
            "{consumer}"
        );
        assert_eq!(verdict.fixes.len(), 1, "{consumer}");
    }
}
