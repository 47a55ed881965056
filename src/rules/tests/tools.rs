//! What real tools write is not reported as wrong. Tests only.

use super::legal_content::{config, is_legal, is_noted, severities};
use crate::examples::inputs::{self as input, annotated};
use crate::kit::{self, Layout};
use crate::report::Severity;
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// A config as `docker build` and `docker buildx build` write it.
fn docker_config(diff_ids: Value) -> Value {
    json!({
        "architecture": "amd64", "os": "linux", "created": "2024-05-06T07:08:09.123456789Z", "author": "",
        "config": {
            "Hostname": "", "Domainname": "", "User": "", "AttachStdin": false, "AttachStdout": false,
            "AttachStderr": false, "ExposedPorts": { "8080/tcp": {} }, "Tty": false, "OpenStdin": false,
            "StdinOnce": false, "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": ["/hello"], "ArgsEscaped": true, "Image": "", "Volumes": { "/data": {} }, "WorkingDir": "/app",
            "Entrypoint": null, "OnBuild": null, "StopSignal": "SIGQUIT",
            "Healthcheck": { "Test": ["CMD-SHELL", "true"] },
            "Labels": { "maintainer": "x", "org.opencontainers.image.ref.name": "ubuntu",
                "org.opencontainers.image.version": "22.04" } },
        "history": [
            { "created": "2024-05-06T07:08:09Z", "created_by": "COPY hello / # buildkit", "comment": "buildkit.dockerfile.v0" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "CMD [\"/hello\"]", "empty_layer": true } ],
        "rootfs": { "type": "layers", "diff_ids": diff_ids } })
}

#[test]
fn what_docker_writes() {
    let tar = input::layer_tar();
    let config = docker_config(json!([kit::sha256(&tar)]));
    is_legal("config", &input::given(config.clone()));
    is_legal(
        "image",
        &input::image(
            &[kit::gzip_layer("hello", b"hello")],
            |c| {
                let ids = c["rootfs"]["diff_ids"].clone();
                *c = docker_config(ids);
            },
            |_| {},
        ),
    );
    is_legal(
        "docker save up to 24",
        &input::archive_config(|c| {
            let ids = c["rootfs"]["diff_ids"].clone();
            *c = docker_config(ids);
        }),
    );
    is_legal(
        "containerd's names",
        &input::layout_with(|l| {
            l.index["manifests"][0]["annotations"] = json!({
            "io.containerd.image.name": "docker.io/library/example:v1",
            "org.opencontainers.image.ref.name": "docker.io/library/example:v1" });
        }),
    );
    let compressed = input::archive_with(|items| {
        let (_, bytes) = items
            .iter_mut()
            .find(|(p, _)| p.ends_with("layer.tar"))
            .unwrap();
        *bytes = kit::gzip(bytes);
    });
    is_noted(
        "gzip layers in an archive",
        &compressed,
        "docker-archive-layer-compressed",
    );
}

#[test]
fn what_umoci_and_buildah_write() {
    // umoci: history with an author; buildah: empty base annotations of an image from scratch.
    is_legal(
        "umoci",
        &config(|c| {
            c["history"] = json!([{ "author": "x", "created": "2024-05-06T07:08:09.1+02:00", "created_by": "umoci repack", "empty_layer": false }]);
        }),
    );
    is_legal(
        "buildah",
        &annotated(json!({
        "org.opencontainers.image.base.digest": "", "org.opencontainers.image.base.name": "" })),
    );
    is_legal(
        "buildah",
        &annotated(json!({
        "org.opencontainers.image.base.digest": kit::sha256(b"base"),
        "org.opencontainers.image.base.name": "docker.io/library/alpine:latest" })),
    );
}

#[test]
fn what_artifact_tools_write() {
    let artifact =
        |config: (&str, &[u8]), layers: &[(&str, Vec<u8>, Value)], annotations: Value| {
            let mut layout = Layout::new();
            let config = layout.blob(config.0, config.1);
            let layers: Vec<Value> = layers
                .iter()
                .map(|(t, bytes, annotations)| {
                    let mut d = layout.blob(t, bytes);
                    d["annotations"] = annotations.clone();
                    d
                })
                .collect();
            let mut document = kit::manifest(config, &layers);
            document["annotations"] = annotations;
            let d = layout.document(mt::OCI_MANIFEST, &document);
            layout.list(d, "v1");
            layout.tar()
        };
    let helm = kit::gzip(&kit::tar(&[("demo/Chart.yaml", "name: demo\n")]));
    is_legal(
        "helm",
        &artifact(
            (
                mt::HELM_CONFIG,
                br#"{"name":"demo","version":"0.1.0","apiVersion":"v2"}"#,
            ),
            &[(mt::HELM_CHART, helm, json!({}))],
            json!({ "org.opencontainers.image.title": "demo", "org.opencontainers.image.version": "0.1.0",
            "org.opencontainers.image.created": "2024-05-06T07:08:09+02:00",
            "org.opencontainers.image.source": "https://example.com/demo" }),
        ),
    );
    is_legal(
        "flux",
        &artifact(
            (mt::FLUX_CONFIG, b"{}"),
            &[(mt::FLUX_CONTENT, kit::cases::flux_content(), json!({}))],
            json!({ "org.opencontainers.image.created": "2024-05-06T07:08:09Z",
            "org.opencontainers.image.revision": "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872",
            "org.opencontainers.image.source": "ssh://git@example.com/demo" }),
        ),
    );
    is_legal(
        "oras",
        &artifact(
            (mt::OCI_EMPTY, b"{}"),
            &[(
                "application/vnd.oci.image.layer.v1.tar+gzip",
                kit::cases::plugin_tar_gz(),
                json!({
            "io.deis.oras.content.digest": kit::sha256(b"x"), "io.deis.oras.content.unpack": "true",
            "org.opencontainers.image.title": "dir" }),
            )],
            json!({ "org.opencontainers.image.created": "2024-05-06T07:08:09Z" }),
        ),
    );
    let cosign = json!({ "architecture": "", "created": "0001-01-01T00:00:00Z", "history": [{ "created": "0001-01-01T00:00:00Z" }],
        "os": "", "rootfs": { "type": "layers", "diff_ids": [kit::sha256(b"{}")] }, "config": {} });
    is_legal(
        "cosign",
        &artifact(
            (mt::OCI_CONFIG, cosign.to_string().as_bytes()),
            &[(
                "application/vnd.dev.cosign.simplesigning.v1+json",
                b"{}".to_vec(),
                json!({
            "dev.cosignproject.cosign/signature": "MEUC", "dev.sigstore.cosign/bundle": "{}" }),
            )],
            json!({}),
        ),
    );
}

#[test]
fn an_attestation_is_no_image_without_a_command() {
    let files = kit::cases::buildx_index().tar();
    is_legal("attestation", &files);
    assert!(severities(&files, "config-no-command").is_empty());
    assert!(severities(&files, "config-command-not-found").is_empty());
}

#[test]
fn what_earlier_changes_left_behind_is_no_image() {
    let files = input::layout_with(|l| {
        let image = l.image(("linux", "arm64"), &[kit::gzip_layer("old", b"old")]);
        assert!(image["digest"].is_string());
    });
    assert_eq!(severities(&files, "config-imageid-note"), [Severity::Info]);
}

#[test]
fn the_time_that_pgzip_writes_is_none() {
    let with_time = |time: u32| {
        let mut stored = kit::gzip(&input::layer_tar());
        stored[4..8].copy_from_slice(&time.to_le_bytes());
        let files = input::image_of_layer(mt::OCI_TAR_GZIP, stored, input::layer_tar());
        severities(&files, "layer-gzip-header-leak")
    };
    let year_one = -62_135_596_800_i64;
    assert_eq!(with_time(year_one.rem_euclid(1 << 32) as u32), []);
    assert_eq!(with_time(1_700_000_000), [Severity::Info]);
}

#[test]
fn docker_types_in_an_oci_manifest() {
    let tar = input::layer_tar();
    let plain = input::image_of_layer(mt::DOCKER_TAR, kit::gzip(&tar), tar.clone());
    is_noted("plain type with gzip", &plain, "layer-docker-type-sniffed");
    is_legal(
        "gzip type",
        &input::image_of_layer(mt::DOCKER_TAR_GZIP, kit::gzip(&tar), tar),
    );
}
