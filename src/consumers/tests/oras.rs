//! Artifacts for `oras pull`: which layers become files, and what stops it.

use super::wasm::artifact;
use super::{accepts, chosen, refuses, unknown};
use crate::kit::cases::{buildx_index, higress_right};
use crate::kit::{Files, Layout, good_layout, gzip, manifest, sha256, tar};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const OLD: &str = "oras@1.2";
const NEW: &str = "oras@1.3";
const PLATFORM: &str = "oras.platform-asked=yes";

/// An artifact whose layers have these titles and further annotations.
fn titled(layers: &[(&str, &[u8], Value)]) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let layers: Vec<Value> = layers
        .iter()
        .map(|(title, bytes, annotations)| {
            let mut layer = layout.blob("application/x", bytes);
            layer["annotations"] = annotations.clone();
            layer["annotations"]["org.opencontainers.image.title"] = json!(title);
            layer
        })
        .collect();
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "1.0.0");
    layout
}

fn folder(bytes: &[u8], digest: &str) -> Files {
    let annotations = json!({ "io.deis.oras.content.unpack": "true",
        "io.deis.oras.content.digest": digest });
    titled(&[("dir", bytes, annotations)]).tar()
}

#[test]
fn layers_with_titles_become_files() {
    for version in [OLD, NEW] {
        let says = accepts(&higress_right().tar().verdict(version));
        assert!(says.contains("writes 3 files"), "{says}");
    }
}

#[test]
fn without_titles_nothing_is_written_and_nothing_refused() {
    let says = accepts(&good_layout().tar().verdict(NEW));
    assert!(says.contains("writes no file"), "{says}");
    accepts(&artifact(&[(mt::OCI_EMPTY, b"{}")]).tar().verdict(NEW));
    accepts(&buildx_index().tar().verdict(NEW));
}

#[test]
fn a_title_that_leads_out_is_refused_unless_it_is_allowed() {
    for name in ["../up", "/etc/passwd", "a/../../b"] {
        let files = titled(&[(name, b"x", json!({}))]).tar();
        refuses(
            &files.verdict(OLD),
            "use flag --allow-path-traversal to allow insecurely pulling files outside of working directory: failed to resolve path for writing: path traversal disallowed",
        );
        refuses(
            &files.verdict(NEW),
            "failed to resolve path for writing: path traversal disallowed\nPulling files outside of working directory is insecure and blocked by default. If you trust the content producer, use --allow-path-traversal to bypass this check.",
        );
        accepts(&chosen(&files, NEW, &["oras.allow-path-traversal=yes"]));
    }
    accepts(&titled(&[("a/../b", b"x", json!({}))]).tar().verdict(NEW));
}

#[test]
fn two_files_of_one_name_are_refused() {
    let none = json!({});
    let files = titled(&[("a", b"1", none.clone()), ("a", b"2", none.clone())]).tar();
    refuses(&files.verdict(NEW), "a: duplicate name");
    accepts(
        &titled(&[("a", b"1", none.clone()), ("b", b"1", none)])
            .tar()
            .verdict(NEW),
    );
}

#[test]
fn folders_are_unpacked_and_compared() {
    let good = tar(&[("dir/a", "a"), ("dir/b", "b")]);
    accepts(&folder(&gzip(&good), &sha256(&good)).verdict(NEW));
    let wrong = sha256(b"other");
    for (bytes, digest, error) in [
        (gzip(&good), wrong.as_str(), "content digest mismatch"),
        (good.clone(), wrong.as_str(), "gzip: invalid header"),
        (
            gzip(&tar(&[("out/a", "a")])),
            "",
            "\"out/a\" is outside of \"dir\"",
        ),
        (gzip(&good[..300]), "", "unexpected EOF"),
        (gzip(&[7; 1024]), "", "archive/tar: invalid tar header"),
    ] {
        refuses(
            &folder(&bytes, digest).verdict(NEW),
            &format!("failed to extract tar to DIRECTORY/dir: {error}"),
        );
    }
}

#[test]
fn a_platform_that_is_asked_for_has_to_be_there() {
    accepts(&chosen(&good_layout().tar(), NEW, &[PLATFORM]));
    accepts(&chosen(&buildx_index().tar(), NEW, &[PLATFORM]));
    let arm = [PLATFORM, "platform=linux/arm64"];
    let mut layout = good_layout();
    let digest = layout.index["manifests"][0]["digest"]
        .as_str()
        .unwrap()
        .to_string();
    refuses(
        &chosen(&layout.tar(), NEW, &arm),
        &format!("{digest}: not found: platform in manifest does not match target platform"),
    );
    let index = buildx_index();
    let digest = index.index["manifests"][0]["digest"]
        .as_str()
        .unwrap()
        .to_string();
    refuses(
        &chosen(&index.tar(), NEW, &arm),
        &format!("{digest}: not found: no matching manifest was found in the manifest list"),
    );
    refuses(
        &chosen(&higress_right().tar(), NEW, &[PLATFORM]),
        &format!(
            "fail to recognize platform from unknown config {}: expect {}: unsupported",
            mt::OCI_EMPTY,
            mt::OCI_CONFIG
        ),
    );
    // The config is read for it: without one it is open.
    let manifest = layout.index["manifests"][0]["digest"].as_str().unwrap()[7..].to_string();
    let text = layout
        .items
        .iter()
        .find(|(path, _)| path.ends_with(&manifest))
        .unwrap();
    let config: Value = serde_json::from_slice(&text.1).unwrap();
    layout.lose(&config["config"]);
    unknown(&chosen(&layout.tar(), NEW, &[PLATFORM]));
}

#[test]
fn an_artifact_manifest_is_read_as_well() {
    let mut layout = Layout::new();
    let mut blob = layout.blob("text/plain", b"note");
    blob["annotations"] = json!({ "org.opencontainers.image.title": "note.txt" });
    let document = json!({ "mediaType": mt::OCI_ARTIFACT_MANIFEST, "artifactType": "application/x",
        "blobs": [blob] });
    let descriptor = layout.document(mt::OCI_ARTIFACT_MANIFEST, &document);
    layout.list(descriptor, "1");
    let says = accepts(&layout.tar().verdict(NEW));
    assert!(says.contains("writes 1 file"), "{says}");
}

#[test]
fn only_what_is_written_has_to_be_there() {
    let layout = titled(&[("a", b"1", json!({}))]);
    let mut lost = layout.clone();
    lost.lose(&json!({ "digest": sha256(b"1") }));
    unknown(&lost.tar().verdict(NEW));
    let mut lost = artifact(&[("application/x", b"untitled")]);
    lost.lose(&json!({ "digest": sha256(b"untitled") }));
    accepts(&lost.tar().verdict(NEW));
}
