//! Models as artifacts: what Docker, modctl and nydusify ask of them.

use super::wasm_hosts::{Given, annotated, chosen, under_index};
use super::{accepts, commands, refuses, unknown};
use crate::kit::{good_layout, gzip, sha256, tar};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const DOCKER: (&str, &[u8]) = (
    "application/vnd.docker.ai.model.config.v0.1+json",
    br#"{"config":{"format":"gguf"}}"#,
);
const CNCF: (&str, &[u8]) = ("application/vnd.cncf.model.config.v1+json", b"{}");
const GGUF: Given = ("application/vnd.docker.ai.gguf.v3", b"GGUF", Value::Null);

#[test]
fn docker_takes_models_by_the_type_of_their_config() {
    accepts(&annotated(DOCKER, &[GGUF]).tar().verdict("docker-model"));
    accepts(&annotated(CNCF, &[GGUF]).tar().verdict("docker-model"));
    let verdict = good_layout().tar().verdict("docker-model");
    refuses(
        &verdict,
        "config type \"application/vnd.oci.image.config.v1+json\" is unsupported: unsupported model config media type",
    );
    assert!(commands(&verdict, "docker")[0].ends_with("--push REGISTRY/REPO:v1"));
    refuses(
        &under_index("linux/amd64", DOCKER, &[GGUF])
            .tar()
            .verdict("docker-model"),
        "config type \"\" is unsupported: unsupported model config media type",
    );
    for lost in [DOCKER.1, GGUF.1] {
        let mut layout = annotated(DOCKER, &[GGUF]);
        layout.lose(&json!({ "digest": sha256(lost) }));
        unknown(&layout.tar().verdict("docker-model"));
    }
}

#[test]
fn modctl_copies_everything_and_unpacks_by_the_end_of_the_type() {
    let weight: Given = (
        "application/vnd.cncf.model.weight.v1.raw",
        b"weights",
        json!({ "org.cncf.model.filepath": "model.bin" }),
    );
    let files = annotated(CNCF, std::slice::from_ref(&weight)).tar();
    accepts(&files.verdict("modelpack"));
    let says = accepts(&chosen(&files, "modelpack", &["modelpack.extract=yes"]));
    assert!(says.contains("unpacks"), "{says}");
    let other: Given = (
        "application/vnd.cncf.model.weight.v1.gguf",
        b"weights",
        Value::Null,
    );
    let files = annotated(CNCF, &[other]).tar();
    accepts(&files.verdict("modelpack"));
    unknown(&chosen(&files, "modelpack", &["modelpack.extract=yes"]));
    let index = under_index("linux/amd64", CNCF, std::slice::from_ref(&weight));
    unknown(&index.tar().verdict("modelpack"));
    let mut lost = annotated(CNCF, &[weight]);
    lost.lose(&json!({ "digest": sha256(b"weights") }));
    unknown(&lost.tar().verdict("modelpack"));
}

const IMAGE: (&str, &[u8]) = (
    mt::OCI_CONFIG,
    br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#,
);

#[test]
fn nydus_wants_marked_layers() {
    let bootstrap = gzip(&tar(&[("image/image.boot", "boot")]));
    let blob_type = "application/vnd.oci.image.layer.nydus.blob.v1";
    let data: Given = (
        blob_type,
        b"data",
        json!({ "containerd.io/snapshot/nydus-blob": "true" }),
    );
    let marks = json!({ "containerd.io/snapshot/nydus-bootstrap": "true",
        "containerd.io/snapshot/nydus-blob-ids": json!([sha256(b"data")[7..]]).to_string() });
    let last: Given = (mt::OCI_TAR_GZIP, &bootstrap, marks);
    accepts(
        &annotated(IMAGE, &[data.clone(), last.clone()])
            .tar()
            .verdict("nydus"),
    );
    let verdict = good_layout().tar().verdict("nydus");
    refuses(
        &verdict,
        "validate rule Manifest: invalid nydus image manifest",
    );
    assert_eq!(
        commands(&verdict, "nydusify"),
        ["nydusify convert --source REGISTRY/REPO:v1 --target REGISTRY/REPO:v1-nydus"]
    );
    let bare: Given = (blob_type, b"data", Value::Null);
    refuses(
        &annotated(IMAGE, &[bare, last]).tar().verdict("nydus"),
        "validate rule Manifest: invalid blob layer in nydus image manifest",
    );
    let other_ids: Given = (
        mt::OCI_TAR_GZIP,
        &bootstrap,
        json!({ "containerd.io/snapshot/nydus-bootstrap": "true",
            "containerd.io/snapshot/nydus-blob-ids": "[]" }),
    );
    unknown(
        &annotated(IMAGE, &[data.clone(), other_ids])
            .tar()
            .verdict("nydus"),
    );
    let no_ids: Given = (
        mt::OCI_TAR_GZIP,
        &bootstrap,
        json!({ "containerd.io/snapshot/nydus-bootstrap": "true" }),
    );
    unknown(
        &annotated(IMAGE, &[data.clone(), no_ids])
            .tar()
            .verdict("nydus"),
    );
    let plain: Given = (mt::OCI_TAR_GZIP, &bootstrap, Value::Null);
    let mut layout = crate::kit::Layout::new();
    let document = super::wasm_hosts::annotated_manifest(&mut layout, IMAGE, &[data, plain]);
    let mut entry = layout.document(mt::OCI_MANIFEST, &document);
    entry["platform"] = json!({ "os": "linux", "architecture": "amd64",
        "os.features": ["nydus.remoteimage.v1"] });
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry] });
    let index = layout.document(mt::OCI_INDEX, &index);
    layout.list(index, "v1");
    let files = layout.tar();
    refuses(
        &files.verdict("nydus"),
        "validate rule Manifest: invalid bootstrap layer in nydus image manifest",
    );
    refuses(
        &chosen(&files, "nydus", &["platform=linux/arm64"]),
        "validate rule Manifest: invalid nydus image manifest",
    );
}
