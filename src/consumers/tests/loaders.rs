//! The loaders and unpackers against inputs of every shape: verdict, exact text, and what they would use.

use crate::artifact::kinds::Packaging;
use crate::consumers::{all, versions};
use crate::kit::{
    Files, Layout, good_docker_archive, good_layout, gzip, gzip_layer, manifest, sha256, tar,
    zstd_layer,
};
use crate::report::{Decision, Verdict};
use crate::spec::media_type as mt;
use crate::text::Lang;
use serde_json::json;

fn refuses(files: &Files, consumer: &str, error: &str) -> Verdict {
    let verdict = files.verdict(consumer);
    assert_eq!(
        verdict.verdict,
        Decision::Refuses,
        "{consumer}: {verdict:#?}"
    );
    assert_eq!(verdict.error.as_deref(), Some(error), "{consumer}");
    assert!(!verdict.steps.is_empty(), "{consumer} leaves no trace");
    verdict
}

fn accepts(files: &Files, consumer: &str, uses: &str) -> Verdict {
    let verdict = files.verdict(consumer);
    assert_eq!(
        verdict.verdict,
        Decision::Accepts,
        "{consumer}: {verdict:#?}"
    );
    let because = verdict.because.render(Lang::En);
    assert!(because.contains(uses), "{consumer}: {because}");
    assert!(!verdict.because.render(Lang::Zh).is_empty());
    verdict
}

fn unknown(files: &Files, consumer: &str, what: &str) {
    let verdict = files.verdict(consumer);
    assert_eq!(
        verdict.verdict,
        Decision::Unknown,
        "{consumer}: {verdict:#?}"
    );
    let because = verdict.because.render(Lang::En);
    assert!(because.contains(what), "{consumer}: {because}");
}

/// What `docker save` of the containerd store writes for a buildx image: an index in `index.json`, and in it the image
/// and its attestation. Gives the image's digest too.
fn buildx() -> (Layout, String) {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    let digest = image["digest"].as_str().unwrap().to_string();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "unknown", "os": "unknown",
            "rootfs": { "type": "layers", "diff_ids": [sha256(b"{}")] } }),
    );
    let statement = layout.blob(mt::IN_TOTO, b"{}");
    let mut attestation = layout.document(mt::OCI_MANIFEST, &manifest(config, &[statement]));
    attestation["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    attestation["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": digest });
    let index = layout.document(
        mt::OCI_INDEX,
        &json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [image, attestation] }),
    );
    layout.list(index, "v1");
    (layout, digest)
}

fn zstd_layout() -> (Layout, String) {
    let mut layout = Layout::new();
    let layer = zstd_layer("hello", b"hello");
    let digest = sha256(&layer.1);
    let image = layout.image(("linux", "amd64"), &[layer]);
    layout.list(image, "v1");
    (layout, digest)
}

/// A layout with one image of which `edit` decides types and content.
fn image_of(config_type: &str, layer_type: &str, diff_ids: &[String]) -> Layout {
    let mut layout = Layout::new();
    let config = layout.document(
        config_type,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": diff_ids } }),
    );
    let layer = layout.blob(layer_type, &gzip(&tar(&[("hello", "hello")])));
    let image = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(image, "v1");
    layout
}

fn hello_diff_id() -> String {
    sha256(&tar(&[("hello", "hello")]))
}

#[test]
fn container2wasm_and_an_index_with_an_attestation() {
    let (layout, digest) = buildx();
    let verdict = refuses(
        &layout.tar(),
        "container2wasm@0.6.0",
        "unsupported mediatype application/vnd.oci.image.index.v1+json",
    );
    assert!(verdict.fixes.iter().any(|fix| fix.id == "upgrade"));
    let verdict = accepts(&layout.tar(), "container2wasm@0.6.2", &digest);
    assert!(verdict.because.render(Lang::En).contains("linux/amd64"));
    unknown(
        &layout.tar(),
        "container2wasm@0.6.1",
        "could not be settled",
    );
}

#[test]
fn container2wasm_and_other_shapes() {
    accepts(&good_layout().tar(), "container2wasm@0.6.0", "1 layer");
    accepts(&zstd_layout().0.tar(), "container2wasm@0.8.0", "1 layer");
    let archive = Files::tar("image.tar", &good_docker_archive());
    accepts(&archive, "container2wasm@0.6.2", "example:v1");
    let other = Files::tar("x.tar", &[("hello".to_string(), b"hello".to_vec())]);
    refuses(&other, "container2wasm@0.6.2", "unrecognized image format");
    let mut arm = Layout::new();
    let image = arm.image(("linux", "arm64"), &[gzip_layer("hello", b"hello")]);
    arm.list(image, "v1");
    refuses(
        &arm.tar(),
        "container2wasm@0.6.2",
        "target config not found",
    );
    accepts(&arm.tar(), "container2wasm@0.6.0", "linux/arm64");
    let chart = image_of(mt::HELM_CONFIG, mt::HELM_CHART, &[]);
    refuses(
        &chart.tar(),
        "container2wasm@0.6.2",
        "target config not found",
    );
    let mut lost = good_layout();
    let digest = lost.index["manifests"][0]["digest"]
        .as_str()
        .unwrap()
        .to_string();
    lost.remove(&format!("blobs/{}", digest.replace(':', "/")));
    refuses(
        &lost.tar(),
        "container2wasm@0.6.2",
        &format!(
            "open /oci/blobs/{}: no such file or directory",
            digest.replace(':', "/")
        ),
    );
}

#[test]
fn container2wasm_and_a_pasted_index() {
    let (layout, _) = buildx();
    let pasted = Files::pasted(layout.index.to_string());
    refuses(
        &pasted,
        "container2wasm@0.6.0",
        "unsupported mediatype application/vnd.oci.image.index.v1+json",
    );
    unknown(&pasted, "container2wasm@0.6.2", "was not given");
}

#[test]
fn umoci_and_zstd_layers() {
    let (layout, layer) = zstd_layout();
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        &format!(
            "create runtime bundle: unpack rootfs: unpack rootfs: layer {layer}: blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd"
        ),
    );
    accepts(&layout.folder(), "umoci@0.5.0", "v1");
    accepts(&layout.folder(), "umoci@0.6.0", "linux/amd64");
}

#[test]
fn umoci_and_tags() {
    let good = good_layout();
    accepts(&good.folder(), "umoci@0.4.7", "1 layer");
    let packed = accepts(&good.tar(), "umoci@0.4.7", "1 layer");
    assert!(packed.fixes.iter().any(|fix| fix.id == "layout-folder"));
    let (attested, _) = buildx();
    refuses(&attested.folder(), "umoci@0.6.0", "tag is ambiguous: v1");
    let mut unnamed = Layout::new();
    let image = unnamed.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    unnamed.list(image, "");
    refuses(&unnamed.folder(), "umoci@0.4.7", "tag is not found: latest");
    let mut odd = Layout::new();
    let image = odd.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    odd.list(image, "a b");
    refuses(
        &odd.folder(),
        "umoci@0.4.7",
        "invalid --image: tag contains invalid characters: 'a b'",
    );
}

#[test]
fn umoci_and_docker_types() {
    let mut layout = Layout::new();
    let mut image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    image["mediaType"] = json!(mt::DOCKER_MANIFEST);
    layout.list(image, "v1");
    refuses(
        &layout.folder(),
        "umoci@0.5.0",
        "invalid --image tag: descriptor does not point to ispec.MediaTypeImageManifest: not implemented: application/vnd.docker.distribution.manifest.v2+json",
    );
    let layout = image_of(mt::DOCKER_CONFIG, mt::DOCKER_TAR_GZIP, &[hello_diff_id()]);
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        "create runtime bundle: unpack rootfs: unpack rootfs: config blob is not correct mediatype application/vnd.oci.image.config.v1+json: application/vnd.docker.container.image.v1+json",
    );
    let layer = sha256(&gzip(&tar(&[("hello", "hello")])));
    let layout = image_of(mt::OCI_CONFIG, mt::DOCKER_TAR_GZIP, &[hello_diff_id()]);
    refuses(
        &layout.folder(),
        "umoci@0.6.0",
        &format!(
            "create runtime bundle: unpack rootfs: unpack rootfs: layer {layer}: layer data is an unsupported mediatype: application/vnd.docker.image.rootfs.diff.tar.gzip"
        ),
    );
}

#[test]
fn umoci_and_content() {
    let layer = sha256(&gzip(&tar(&[("hello", "hello")])));
    let wrong = sha256(b"");
    let layout = image_of(
        mt::OCI_CONFIG,
        mt::OCI_TAR_GZIP,
        std::slice::from_ref(&wrong),
    );
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        &format!(
            "create runtime bundle: unpack rootfs: unpack manifest: layer {layer}: diffid mismatch: got {} expected {wrong}",
            hello_diff_id()
        ),
    );
    let layout = image_of(mt::OCI_CONFIG, mt::OCI_TAR_GZIP, &[]);
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        "runtime error: index out of range [0] with length 0",
    );
    // More diffIDs than layers do not disturb it.
    let layout = image_of(mt::OCI_CONFIG, mt::OCI_TAR_GZIP, &[hello_diff_id(), wrong]);
    accepts(&layout.folder(), "umoci@0.4.7", "1 layer");
    let layout = image_of(mt::OCI_CONFIG, mt::OCI_TAR, &[hello_diff_id()]);
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        "create runtime bundle: unpack rootfs: unpack layer: read next entry: unexpected EOF",
    );
    let mut layout = image_of(mt::OCI_CONFIG, mt::OCI_TAR_GZIP, &[hello_diff_id()]);
    layout.remove(&format!("blobs/{}", layer.replace(':', "/")));
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        &format!(
            "create runtime bundle: unpack rootfs: get layer blob: get blob: open blob: open DIR/blobs/{}: no such file or directory",
            layer.replace(':', "/")
        ),
    );
    let mut layout = image_of(mt::OCI_CONFIG, mt::OCI_TAR_GZIP, &[hello_diff_id()]);
    let other = gzip(&tar(&[("other", "other")]));
    layout.put(&format!("blobs/{}", layer.replace(':', "/")), &other);
    refuses(
        &layout.folder(),
        "umoci@0.4.7",
        &format!(
            "create runtime bundle: unpack rootfs: discard trailing archive bits: expected {layer} not {}: verified reader digest mismatch",
            sha256(&other)
        ),
    );
}

#[test]
fn umoci_and_sizes() {
    for (by, text) in [
        (
            1,
            "discard trailing \"application/vnd.oci.image.manifest.v1+json\" blob: expected",
        ),
        (
            -1,
            "parse application/vnd.oci.image.manifest.v1+json: expected",
        ),
    ] {
        let mut layout = good_layout();
        let size = layout.index["manifests"][0]["size"].as_i64().unwrap();
        layout.index["manifests"][0]["size"] = json!(size + by);
        let verdict = layout.folder().verdict("umoci@0.4.7");
        assert_eq!(verdict.verdict, Decision::Refuses);
        let error = verdict.error.unwrap();
        assert!(
            error.starts_with(&format!("get manifest: {text}")),
            "{error}"
        );
    }
}

#[test]
fn umoci_and_embedded_media_types() {
    let mut layout = Layout::new();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [hello_diff_id()] } }),
    );
    let layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&tar(&[("hello", "hello")])));
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let image = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(image, "v1");
    accepts(&layout.folder(), "umoci@0.4.7", "1 layer");
    refuses(
        &layout.folder(),
        "umoci@0.5.0",
        "get manifest: parse application/vnd.oci.image.manifest.v1+json: malicious manifest detected: manifest contained incorrect mediaType: application/vnd.docker.distribution.manifest.v2+json",
    );
}

#[test]
fn umoci_and_what_is_no_layout() {
    let archive = Files::folder("image", good_docker_archive());
    refuses(
        &archive,
        "umoci@0.4.7",
        "open CAS: validate: read oci-layout: invalid image detected",
    );
    let mut old = good_layout();
    old.put("oci-layout", br#"{"imageLayoutVersion":"1.1.0"}"#);
    refuses(
        &old.folder(),
        "umoci@0.4.7",
        "open CAS: validate: layout version is not supported: invalid image detected",
    );
}

#[test]
fn a_pasted_manifest_alone_is_unknown_unless_its_types_decide() {
    let hello = gzip(&tar(&[("hello", "hello")]));
    let config = crate::kit::descriptor(mt::OCI_CONFIG, b"{}");
    let good = manifest(
        config.clone(),
        &[crate::kit::descriptor(mt::OCI_TAR_GZIP, &hello)],
    );
    for consumer in [
        "umoci@0.4.7",
        "umoci@0.6.0",
        "incus-oci@6.12",
        "incus-oci@6.20",
    ] {
        unknown(&Files::pasted(good.to_string()), consumer, "was not given");
    }
    let zstd = manifest(config, &[crate::kit::descriptor(mt::OCI_TAR_ZSTD, &hello)]);
    let zstd = Files::pasted(zstd.to_string());
    for consumer in ["umoci@0.4.7", "incus-oci@6.0.4"] {
        let verdict = zstd.verdict(consumer);
        assert_eq!(verdict.verdict, Decision::Refuses, "{consumer}");
    }
    unknown(&zstd, "umoci@0.5.0", "was not given");
    unknown(&zstd, "docker-load-classic@28", "manifest.json");
    let report = zstd.report();
    for id in [
        "docker-load-classic",
        "docker-load-containerd",
        "container2wasm",
    ] {
        assert!(
            report
                .verdicts
                .iter()
                .filter(|v| v.consumer == id)
                .all(|v| v.verdict == Decision::NotApplicable),
            "{id}"
        );
    }
}

#[test]
fn incus_goes_by_the_umoci_it_has() {
    let (layout, layer) = zstd_layout();
    let verdict = refuses(
        &layout.tar(),
        "incus-oci@6.12",
        &format!(
            "create runtime bundle: unpack rootfs: unpack rootfs: layer {layer}: blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd"
        ),
    );
    assert!(verdict.fixes.iter().any(|fix| fix.id == "recompress-gzip"));
    accepts(&layout.tar(), "incus-oci@6.13", "1 layer");
    accepts(&layout.tar(), "incus-oci@6.0.6", "1 layer");
    let (attested, digest) = buildx();
    accepts(
        &attested.tar(),
        "incus-oci@6.12",
        digest.split_once(':').unwrap().1,
    );
}

#[test]
fn incus_and_types() {
    let mut docker = Layout::new();
    let config = docker.document(
        mt::DOCKER_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [hello_diff_id()] } }),
    );
    let layer = docker.blob(mt::DOCKER_TAR_GZIP, &gzip(&tar(&[("hello", "hello")])));
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let image = docker.document(mt::DOCKER_MANIFEST, &document);
    docker.list(image, "v1");
    accepts(&docker.tar(), "incus-oci@6.20", "1 layer");
    let mixed = image_of(mt::DOCKER_CONFIG, mt::OCI_TAR_GZIP, &[hello_diff_id()]);
    refuses(
        &mixed.tar(),
        "incus-oci@6.20",
        "invalid mixed OCI image with Docker v2s2 config (\"application/vnd.docker.container.image.v1+json\")",
    );
    let chart = image_of(mt::HELM_CONFIG, mt::HELM_CHART, &[]);
    refuses(
        &chart.tar(),
        "incus-oci@6.20",
        "unsupported image-specific operation on artifact with type \"application/vnd.cncf.helm.config.v1+json\"",
    );
}

#[test]
fn docker_load_and_a_docker_archive() {
    let archive = Files::tar("image.tar", &good_docker_archive());
    for consumer in [
        "docker-load-classic@20.10.24",
        "docker-load-classic@24.0",
        "docker-load-classic@28",
        "docker-load-classic@29.1",
    ] {
        accepts(&archive, consumer, "example:v1");
    }
    accepts(&archive, "docker-load-containerd@25", "example:v1");
    accepts(&archive, "docker-load-containerd@29", "1 layer");
}

#[test]
fn docker_load_and_an_oci_only_tar() {
    let layout = good_layout();
    let verdict = refuses(
        &layout.tar(),
        "docker-load-classic@28",
        "open /var/lib/docker/tmp/docker-import-0000000000/blobs/json: no such file or directory",
    );
    assert!(
        verdict
            .fixes
            .iter()
            .any(|fix| fix.id == "to-docker-archive")
    );
    refuses(
        &layout.tar(),
        "docker-load-classic@29",
        "invalid archive: does not contain a manifest.json",
    );
    accepts(&layout.tar(), "docker-load-containerd@29", "1 layer");
    let flat = Files::tar("x.tar", &[("hello".to_string(), b"hello".to_vec())]);
    refuses(
        &flat,
        "docker-load-classic@24",
        "open /var/lib/docker/tmp/docker-import-0000000000/repositories: no such file or directory",
    );
    refuses(
        &flat,
        "docker-load-containerd@29",
        "unrecognized image format",
    );
}

#[test]
fn docker_load_and_the_hybrid_of_docker_25() {
    let mut layout = good_layout();
    let manifest_digest = layout.index["manifests"][0]["digest"]
        .as_str()
        .unwrap()
        .to_string();
    let path = format!("blobs/{}", manifest_digest.replace(':', "/"));
    let bytes = layout
        .items
        .iter()
        .find(|(p, _)| *p == path)
        .unwrap()
        .1
        .clone();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let place = |d: &serde_json::Value| {
        format!("blobs/{}", d["digest"].as_str().unwrap().replace(':', "/"))
    };
    let archive = json!([{ "Config": place(&document["config"]), "RepoTags": ["example:v1"],
        "Layers": [place(&document["layers"][0])] }]);
    layout.put("manifest.json", archive.to_string().as_bytes());
    accepts(&layout.tar(), "docker-load-classic@28", "example:v1");
    accepts(&layout.tar(), "docker-load-containerd@29", &manifest_digest);
    accepts(&layout.tar(), "container2wasm@0.6.2", &manifest_digest);
}

#[test]
fn docker_load_and_broken_archives() {
    let edit = |key: &str, value: serde_json::Value| {
        let mut items = good_docker_archive();
        let last = items.last_mut().unwrap();
        let mut document: serde_json::Value = serde_json::from_slice(&last.1).unwrap();
        document[0][key] = value;
        last.1 = document.to_string().into_bytes();
        Files::tar("image.tar", &items)
    };
    let layer = "0123456789ab/layer.tar";
    refuses(
        &edit("Layers", json!([layer, layer])),
        "docker-load-classic@29",
        "invalid manifest, layers length mismatch: expected 2, got 1",
    );
    refuses(
        &edit("Layers", json!(["gone/layer.tar"])),
        "docker-load-classic@24",
        "open /var/lib/docker/tmp/docker-import-0000000000/gone/layer.tar: no such file or directory",
    );
    refuses(
        &edit("Layers", json!(["gone/layer.tar"])),
        "docker-load-containerd@29",
        "failed to resolve layers: layer \"gone/layer.tar\" not found",
    );
    refuses(
        &edit("Config", json!("gone.json")),
        "docker-load-containerd@24",
        "image config \"gone.json\" not found",
    );
    refuses(
        &edit("RepoTags", json!(["example"])),
        "docker-load-classic@28",
        "invalid tag \"example\"",
    );
    let mut items = good_docker_archive();
    let other = tar(&[("other", "other")]);
    let expected = sha256(&items[0].1);
    items[0].1 = other.clone();
    let other_layer = Files::tar("image.tar", &items);
    refuses(
        &other_layer,
        "docker-load-classic@28",
        &format!(
            "invalid diffID for layer 0: expected \"{expected}\", got \"{}\"",
            sha256(&other)
        ),
    );
    accepts(
        &other_layer,
        "docker-load-containerd@29",
        "Error unpacking image",
    );
}

#[test]
fn docker_load_and_zstd_layers() {
    let mut items = good_docker_archive();
    items[0].1 = crate::kit::zstd(&items[0].1);
    let archive = Files::tar("image.tar", &items);
    let verdict = archive.verdict("docker-load-classic@20.10");
    assert_eq!(verdict.verdict, Decision::Refuses);
    accepts(&archive, "docker-load-classic@23.0", "example:v1");
    accepts(&archive, "docker-load-containerd@24", "1 layer");
}

#[test]
fn a_folder_and_a_tar_are_judged_alike_by_docker_load() {
    let folder = Files::folder("image", good_docker_archive());
    assert_eq!(folder.packaging, Packaging::Folder);
    let verdict = accepts(&folder, "docker-load-classic@28", "example:v1");
    assert!(verdict.fixes.iter().any(|fix| fix.id == "pack-folder"));
}

#[test]
fn nobody_is_asked_to_load_a_chart() {
    let chart = image_of(mt::HELM_CONFIG, mt::HELM_CHART, &[]);
    for verdict in chart.tar().report().verdicts {
        if [
            "umoci",
            "incus-oci",
            "container2wasm",
            "docker-load-classic",
        ]
        .contains(&verdict.consumer.as_str())
        {
            assert_eq!(
                verdict.verdict,
                Decision::NotApplicable,
                "{}",
                verdict.consumer
            );
        }
    }
}

#[test]
fn ranges_do_not_overlap_and_phrases_agree() {
    for consumer in all() {
        for version in [
            "0.1", "0.4.7", "0.5", "0.5.1", "0.6", "0.6.1", "0.6.2", "1.12", "6.0.4", "6.0.5",
            "6.0.6", "6.3", "6.13", "6.18", "7.0", "20.10.24", "23", "24", "25", "28.5", "29",
        ] {
            let version = versions::read(version).unwrap();
            let held = consumer
                .ranges
                .iter()
                .filter(|range| range.versions.hold(&version))
                .count();
            assert!(held <= 1, "{} {version}", consumer.id);
        }
    }
    for files in [
        good_layout().tar(),
        buildx().0.tar(),
        zstd_layout().0.folder(),
        Files::tar("image.tar", &good_docker_archive()),
    ] {
        for verdict in files.report().verdicts {
            let phrases = verdict
                .steps
                .iter()
                .map(|step| &step.says)
                .chain(verdict.fixes.iter().map(|fix| &fix.title))
                .chain([&verdict.because]);
            for phrase in phrases {
                for lang in [Lang::En, Lang::Zh] {
                    let words = phrase.render(lang);
                    let open = phrase
                        .args
                        .iter()
                        .any(|(name, _)| words.contains(&format!("{{{name}}}")));
                    assert!(!open, "{words}");
                }
                for (name, _) in &phrase.args {
                    let hole = format!("{{{name}}}");
                    assert!(
                        phrase.en.contains(&hole) && phrase.zh.contains(&hole),
                        "{} / {}",
                        phrase.en,
                        phrase.zh
                    );
                }
            }
        }
    }
}

#[test]
fn a_user_by_name_is_not_vouched_for() {
    for (user, known) in [
        ("", true),
        ("1000:1000", true),
        ("0", true),
        ("app", false),
        ("1000:app", false),
    ] {
        let mut layout = Layout::new();
        let files = tar(&[("hello", "hello")]);
        let layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&files));
        let config = layout.document(
            mt::OCI_CONFIG,
            &json!({ "architecture": "amd64", "os": "linux", "config": { "User": user },
                "rootfs": { "type": "layers", "diff_ids": [sha256(&files)] } }),
        );
        let mut image = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
        image["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        layout.list(image, "latest");
        for consumer in [
            "umoci@0.4.7",
            "umoci@0.6",
            "incus-oci@6.20",
            "container2wasm@0.6.2",
        ] {
            let verdict = layout.folder().verdict(consumer);
            let expected = if known {
                Decision::Accepts
            } else {
                Decision::Unknown
            };
            assert_eq!(
                verdict.verdict, expected,
                "{consumer} {user}: {:?}",
                verdict.because
            );
        }
    }
}
