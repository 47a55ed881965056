//! Images for clouds, and for clients that know Docker's types only.

use super::registries::{asked, docker_image, of_types};
use super::{accepts, commands, refuses, unknown};
use crate::kit::cases::{buildx_index, higress_right, zstd_image};
use crate::kit::{Layout, good_layout, gzip_layer};
use crate::spec::media_type as mt;
use serde_json::json;

fn image_for(os: &str, architecture: &str) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image((os, architecture), &[gzip_layer("a", b"a")]);
    layout.list(image, "v1");
    layout
}

fn index_of(platforms: &[(&str, &str)]) -> Layout {
    let mut layout = Layout::new();
    let entries: Vec<_> = platforms
        .iter()
        .map(|platform| layout.image(*platform, &[gzip_layer(platform.1, b"a")]))
        .collect();
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let index = layout.document(mt::OCI_INDEX, &index);
    layout.list(index, "v1");
    layout
}

#[test]
fn cloud_run_wants_linux_amd64() {
    for layout in [
        good_layout(),
        buildx_index(),
        zstd_image(),
        docker_image(|_| {}),
    ] {
        accepts(&layout.tar().verdict("google-cloud-run"));
    }
    let error = |media_type: &str| {
        format!(
            "Cloud Run does not support image 'REGISTRY/REPO:v1': Container manifest type '{media_type}' must support amd64/linux."
        )
    };
    let verdict = index_of(&[("linux", "arm64")])
        .tar()
        .verdict("google-cloud-run");
    refuses(&verdict, &error(mt::OCI_INDEX));
    assert!(commands(&verdict, "docker")[0].contains("--platform linux/amd64"));
    refuses(
        &image_for("linux", "arm64")
            .tar()
            .verdict("google-cloud-run"),
        &error(mt::OCI_MANIFEST),
    );
    accepts(
        &index_of(&[("linux", "arm64"), ("linux", "amd64")])
            .tar()
            .verdict("google-cloud-run"),
    );
    unknown(&higress_right().tar().verdict("google-cloud-run"));
}

#[test]
fn azure_is_known_for_single_images_and_schema_1() {
    for id in ["azure-aci", "azure-app-service"] {
        accepts(&good_layout().tar().verdict(id));
        unknown(&buildx_index().tar().verdict(id));
        unknown(&of_types(mt::OCI_EMPTY, mt::OCI_TAR_GZIP).tar().verdict(id));
    }
    let mut layout = Layout::new();
    let document = json!({ "schemaVersion": 1, "fsLayers": [], "history": [] });
    let root = layout.document(mt::DOCKER_SCHEMA1, &document);
    layout.list(root, "v1");
    refuses(
        &layout.tar().verdict("azure-app-service"),
        "Image pull for REGISTRY/REPO:v1 failed. Unsupported image manifest. The manifest with version 'application/vnd.docker.distribution.manifest.v1+json' has not been supported yet.",
    );
}

#[test]
fn heroku_refuses_oci_indexes() {
    let verdict = buildx_index().tar().verdict("heroku");
    refuses(&verdict, "unexpected status: 405 Method Not Allowed");
    assert!(commands(&verdict, "docker")[0].contains("oci-mediatypes=false"));
    accepts(&docker_image(|_| {}).tar().verdict("heroku"));
    unknown(&good_layout().tar().verdict("heroku"));
}

#[test]
fn a_client_of_dockers_types_gets_no_others() {
    let id = "docker-types-client";
    let answer = |words: &str| {
        format!(r#"{{"errors":[{{"code":"MANIFEST_UNKNOWN","message":"{words}"}}]}}"#)
    };
    refuses(
        &buildx_index().tar().verdict(id),
        &answer("OCI index found, but accept header does not support OCI indexes"),
    );
    let files = good_layout().tar();
    refuses(
        &files.verdict(id),
        &answer("OCI manifest found, but accept header does not support OCI manifests"),
    );
    accepts(&asked(
        &files,
        id,
        &["docker-types-client.accepts=oci-manifest"],
    ));
    accepts(&docker_image(|_| {}).tar().verdict(id));
}
