//! Right inputs, each with one document in it that is to be changed.

use super::fields::{ARCHIVE, CONFIG, Field, HEADER, INDEX, MANIFEST};
use crate::kit::{self, Files, Layout, descriptor, gzip_layer, manifest, sha256};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

/// A right input with one document in it that is changed.
pub struct Base {
    pub name: &'static str,
    pub fields: &'static [Field],
    /// The specification's schema for it; none for what the specification does not know.
    pub schema: Option<&'static str>,
    /// More beginnings of the ids of the rules that may speak of it, wherever it is changed.
    pub about: &'static [&'static str],
    pub document: Value,
    /// The input with this document in its place, all digests above it following.
    pub with: fn(&[u8]) -> Files,
}

fn two_layers() -> [(&'static str, Vec<u8>, Vec<u8>); 2] {
    [gzip_layer("one", b"one"), gzip_layer("two", b"two")]
}

fn config() -> Value {
    let [one, two] = two_layers();
    json!({ "architecture": "arm64", "os": "linux", "variant": "v8", "created": "2024-05-06T07:08:09Z",
        "author": "A. Person", "config": { "User": "1000:1000", "ExposedPorts": { "80/tcp": {} },
            "Env": ["PATH=/usr/bin", "HOME=/"], "Entrypoint": ["/one"], "Cmd": ["--help"],
            "Volumes": { "/data": {} }, "WorkingDir": "/", "Labels": { "com.example.key": "value" },
            "StopSignal": "SIGTERM" },
        "rootfs": { "type": "layers", "diff_ids": [sha256(&one.2), sha256(&two.2)] },
        "history": [{ "created": "2024-05-06T07:08:09Z", "created_by": "COPY one /" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "COPY two /" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "CMD", "empty_layer": true }] })
}

pub fn image_manifest(config: &[u8]) -> Value {
    let layers: Vec<Value> = two_layers()
        .iter()
        .map(|(kind, stored, _)| descriptor(kind, stored))
        .collect();
    let mut document = manifest(descriptor(mt::OCI_CONFIG, config), &layers);
    document["annotations"] = json!({ "com.example.key": "value" });
    document["layers"][0]["annotations"] = json!({ "com.example.layer": "one" });
    document["layers"][1]["urls"] = json!(["https://example.com/layer"]);
    document
}

/// A layout with the blobs of the image.
pub fn layout_of(config: &[u8]) -> Layout {
    let mut layout = Layout::new();
    for (kind, stored, _) in two_layers() {
        layout.blob(kind, &stored);
    }
    layout.blob(mt::OCI_CONFIG, config);
    layout
}

pub fn config_bytes() -> Vec<u8> {
    config().to_string().into_bytes()
}

fn listed(mut layout: Layout, kind: &str, bytes: &[u8]) -> Files {
    let descriptor = layout.blob(kind, bytes);
    layout.list(descriptor, "v1");
    layout.tar()
}

fn index() -> Value {
    let bytes = image_manifest(&config_bytes()).to_string().into_bytes();
    let mut entry = descriptor(mt::OCI_MANIFEST, &bytes);
    entry["platform"] = json!({ "architecture": "arm64", "os": "linux", "variant": "v8", "os.features": ["feature"] });
    entry["annotations"] = json!({ "com.example.key": "value" });
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry],
        "annotations": { "com.example.key": "value" } })
}

fn with_manifest(mut layout: Layout) -> Layout {
    layout.blob(
        mt::OCI_MANIFEST,
        image_manifest(&config_bytes()).to_string().as_bytes(),
    );
    layout
}

fn artifact() -> Value {
    let mut document = manifest(
        descriptor(mt::OCI_EMPTY, b"{}"),
        &[descriptor("application/vnd.example.thing", b"thing")],
    );
    document["config"]["data"] = json!("e30=");
    document["artifactType"] = json!("application/vnd.example.thing");
    document["subject"] = descriptor(mt::OCI_MANIFEST, b"a manifest that is elsewhere");
    document
}

/// The name that docker save gives to a config.
fn config_name(config: &[u8]) -> String {
    format!("{}.json", sha256(config).trim_start_matches("sha256:"))
}

/// The `manifest.json` of a docker-archive with the image.
fn archive(config: &str) -> Value {
    json!([{ "Config": config, "RepoTags": ["example:v1"],
        "Layers": ["one/layer.tar", "two/layer.tar"] }])
}

fn docker_archive(manifest: &[u8], config: &[u8]) -> Files {
    let [one, two] = two_layers();
    let items = [
        ("one/layer.tar".to_string(), one.2),
        ("two/layer.tar".to_string(), two.2),
        (config_name(config), config.to_vec()),
        ("manifest.json".to_string(), manifest.to_vec()),
    ];
    Files::tar("image.tar", &items)
}

pub fn bases() -> Vec<Base> {
    vec![
        Base {
            name: "config",
            fields: CONFIG,
            schema: Some("config"),
            about: &[],
            document: config(),
            with: |bytes| {
                let manifest = image_manifest(bytes).to_string();
                listed(layout_of(bytes), mt::OCI_MANIFEST, manifest.as_bytes())
            },
        },
        Base {
            name: "manifest",
            fields: MANIFEST,
            schema: Some("manifest"),
            about: &[],
            document: image_manifest(&config_bytes()),
            with: |bytes| listed(layout_of(&config_bytes()), mt::OCI_MANIFEST, bytes),
        },
        Base {
            name: "artifact",
            fields: MANIFEST,
            schema: Some("manifest"),
            about: &[],
            document: artifact(),
            with: |bytes| {
                let mut layout = Layout::new();
                layout.blob(mt::OCI_EMPTY, b"{}");
                layout.blob("application/vnd.example.thing", b"thing");
                listed(layout, mt::OCI_MANIFEST, bytes)
            },
        },
        Base {
            name: "index",
            fields: INDEX,
            schema: Some("index"),
            about: &[],
            document: index(),
            with: |bytes| {
                listed(
                    with_manifest(layout_of(&config_bytes())),
                    mt::OCI_INDEX,
                    bytes,
                )
            },
        },
        Base {
            name: "index.json",
            fields: INDEX,
            schema: Some("index"),
            about: &[],
            document: index(),
            with: |bytes| {
                let mut layout = with_manifest(layout_of(&config_bytes()));
                layout.put("index.json", bytes);
                layout.tar()
            },
        },
        Base {
            name: "oci-layout",
            fields: HEADER,
            schema: Some("layout"),
            about: &[],
            document: json!({ "imageLayoutVersion": "1.0.0" }),
            with: |bytes| {
                let mut layout = kit::good_layout();
                layout.put("oci-layout", bytes);
                layout.tar()
            },
        },
        Base {
            name: "manifest.json",
            fields: ARCHIVE,
            schema: None,
            about: &[],
            document: archive(&config_name(&config_bytes())),
            with: |bytes| docker_archive(bytes, &config_bytes()),
        },
        Base {
            name: "config in a docker-archive",
            fields: CONFIG,
            schema: Some("config"),
            about: &["docker-archive-"],
            document: config(),
            with: |bytes| {
                let manifest = archive(&config_name(bytes)).to_string();
                docker_archive(manifest.as_bytes(), bytes)
            },
        },
    ]
}
