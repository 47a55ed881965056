//! The inputs that people come with, by name: the same bytes serve the tests of the core, of the command line and of
//! the page.

use super::{Files, Layout, WASM_MODULE, gzip, gzip_layer, manifest, sha256, tar, zstd_layer};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

/// A named input.
pub struct Case {
    /// File name without folder.
    pub name: &'static str,
    /// The input.
    pub files: Files,
}

/// `plugin.tar.gz` with a `plugin.wasm` in it.
pub fn plugin_tar_gz() -> Vec<u8> {
    gzip(&tar(&[("plugin.wasm", WASM_MODULE)]))
}

/// A layer descriptor as ORAS writes it: with the file's name as title.
fn titled(mut descriptor: Value, title: &str) -> Value {
    descriptor["annotations"]["org.opencontainers.image.title"] = json!(title);
    descriptor
}

/// An artifact manifest as ORAS 1.1 and later write it, tagged `1.0.0`.
fn oras_artifact(layout: &mut Layout, layers: &[Value]) {
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut document = manifest(config, layers);
    document["artifactType"] = json!("application/vnd.unknown.artifact.v1");
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "1.0.0");
}

/// A Higress plugin whose files are gone: one layer, and that is the empty descriptor.
pub fn higress_empty() -> Layout {
    let mut layout = Layout::new();
    let layer = layout.blob(mt::OCI_EMPTY, b"{}");
    oras_artifact(&mut layout, &[layer]);
    layout
}

/// A Higress plugin whose one layer is all right but for its media type, as a plain `oras push plugin.tar.gz` gives it
/// another.
pub fn higress_other_type() -> Layout {
    let mut layout = Layout::new();
    let layer = layout.blob("application/gzip", &plugin_tar_gz());
    oras_artifact(&mut layout, &[titled(layer, "plugin.tar.gz")]);
    layout
}

/// The documentation layers of a Higress plugin.
fn higress_docs(layout: &mut Layout) -> [Value; 2] {
    let spec = layout.blob(
        "application/vnd.module.wasm.spec.v1+yaml",
        b"apiVersion: 1.0.0\ninfo:\n  name: demo\n",
    );
    let readme = layout.blob("application/vnd.module.wasm.doc.v1+markdown", b"# demo\n");
    [titled(spec, "spec.yaml"), titled(readme, "README.md")]
}

/// A right Higress plugin: spec and README first, `plugin.tar.gz` last.
pub fn higress_right() -> Layout {
    let mut layout = Layout::new();
    let [spec, readme] = higress_docs(&mut layout);
    let plugin = layout.blob(mt::OCI_TAR_GZIP, &plugin_tar_gz());
    oras_artifact(
        &mut layout,
        &[spec, readme, titled(plugin, "plugin.tar.gz")],
    );
    layout
}

/// The same with `plugin.tar.gz` first.
pub fn higress_not_last() -> Layout {
    let mut layout = Layout::new();
    let [spec, readme] = higress_docs(&mut layout);
    let plugin = layout.blob(mt::OCI_TAR_GZIP, &plugin_tar_gz());
    oras_artifact(
        &mut layout,
        &[titled(plugin, "plugin.tar.gz"), spec, readme],
    );
    layout
}

/// What buildx makes by default: an index with the image and its provenance, under one entry of `index.json`.
pub fn buildx_index() -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    let statement = layout.blob(
        mt::IN_TOTO,
        br#"{"_type":"https://in-toto.io/Statement/v0.1"}"#,
    );
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "unknown", "os": "unknown", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [statement["digest"]] } }),
    );
    let mut attestation = layout.document(mt::OCI_MANIFEST, &manifest(config, &[statement]));
    attestation["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    attestation["annotations"] = json!({
        "vnd.docker.reference.digest": image["digest"],
        "vnd.docker.reference.type": "attestation-manifest" });
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX,
        "manifests": [image, attestation] });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "latest");
    layout
}

/// Manifests for Flux as a gzip tar.
pub fn flux_content() -> Vec<u8> {
    gzip(&tar(&[("deployment.yaml", "kind: Deployment\n")]))
}

fn flux(layers: impl FnOnce(&mut Layout) -> Vec<Value>) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::FLUX_CONFIG, b"{}");
    let layers = layers(&mut layout);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "latest");
    layout
}

/// A Flux artifact with its one content layer.
pub fn flux_one() -> Layout {
    flux(|layout| vec![layout.blob(mt::FLUX_CONTENT, &flux_content())])
}

/// A Flux artifact whose content layer comes second, after a signed note that is no archive.
pub fn flux_second() -> Layout {
    flux(|layout| {
        let note = layout.blob(
            "application/vnd.example.note.v1+json",
            br#"{"note":"first"}"#,
        );
        vec![note, layout.blob(mt::FLUX_CONTENT, &flux_content())]
    })
}

/// A Flux artifact whose content layer was lost on the way.
pub fn flux_lost() -> Layout {
    let mut lost = json!(null);
    let mut layout = flux(|layout| {
        lost = layout.blob(mt::FLUX_CONTENT, &flux_content());
        vec![lost.clone()]
    });
    layout.lose(&lost);
    layout
}

/// An image with a zstd layer, tagged `latest`.
pub fn zstd_image() -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[zstd_layer("hello", b"hello")]);
    layout.list(image, "latest");
    layout
}

/// The manifest of a right image, alone.
pub fn lone_manifest() -> String {
    let layer = gzip(&tar(&[("hello", "hello")]));
    let layer = super::descriptor(mt::OCI_TAR_GZIP, &layer);
    let config = json!({ "mediaType": mt::OCI_CONFIG, "digest": sha256(b"config"), "size": 6 });
    serde_json::to_string_pretty(&manifest(config, &[layer])).unwrap()
}

/// A tar that ends in the middle of its largest file.
pub fn truncated_tar() -> Files {
    let mut items = super::good_layout().all();
    let padding = vec![7; 4096];
    let path = format!("blobs/{}", sha256(&padding).replace(':', "/"));
    items.push((path, padding));
    let mut bytes = tar(&items);
    bytes.truncate(bytes.len() - 3000);
    Files::file("truncated.tar", bytes)
}

/// UTF-16 as PowerShell's `>` writes it, byte order mark first.
pub fn utf16() -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    for unit in "Loaded image: example:latest\r\n".encode_utf16() {
        bytes.extend(unit.to_le_bytes());
    }
    bytes
}

/// What people drop that is no image, each with its own plain answer.
pub fn odd_files() -> Vec<Case> {
    let file = |name: &'static str, bytes: Vec<u8>| Case {
        name,
        files: Files::file(name, bytes),
    };
    vec![
        file("empty.tar", Vec::new()),
        Case {
            name: "truncated.tar",
            files: truncated_tar(),
        },
        file(
            "page.tar",
            b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n".to_vec(),
        ),
        file("image.zip", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        file("brackets.json", vec![b'['; 100_000]),
        file("utf16.tar", utf16()),
    ]
}

/// The walks of a person with a broken image, as archives.
pub fn walks() -> Vec<Case> {
    let case = |name: &'static str, layout: Layout| Case {
        name,
        files: Files::tar(name, &layout.all()),
    };
    vec![
        case("higress-empty.tar", higress_empty()),
        case("higress-other-type.tar", higress_other_type()),
        case("higress-right.tar", higress_right()),
        case("higress-not-last.tar", higress_not_last()),
        case("buildx-index.tar", buildx_index()),
        case("flux-one.tar", flux_one()),
        case("flux-second.tar", flux_second()),
        case("flux-lost.tar", flux_lost()),
        case("zstd-image.tar", zstd_image()),
    ]
}
