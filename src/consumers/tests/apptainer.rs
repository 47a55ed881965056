//! Images and SIF files for Apptainer.

use super::wasm::artifact;
use super::{accepts, chosen, refuses, unknown};
use crate::kit::cases::{buildx_index, higress_empty, zstd_image};
use crate::kit::{Layout, good_docker_archive, good_layout, gzip_layer};
use crate::spec::media_type as mt;

const LAYOUT: &str = "apptainer.source=oci";
const SIF: &str = "application/vnd.sylabs.sif.layer.v1.sif";

#[test]
fn an_image_is_unpacked_from_both_sources() {
    for files in [good_layout().tar(), buildx_index().tar()] {
        accepts(&files.verdict("apptainer"));
        accepts(&chosen(&files, "apptainer", &[LAYOUT]));
    }
}

#[test]
fn an_artifact_has_nothing_to_unpack() {
    refuses(
        &higress_empty().tar().verdict("apptainer"),
        "no extractable OCI/Docker tar layers found in this image",
    );
}

#[test]
fn an_index_needs_the_platform() {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "arm64"), &[gzip_layer("a", b"a")]);
    let index =
        serde_json::json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [image] });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "v1");
    refuses(
        &layout.tar().verdict("apptainer"),
        "no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
    refuses(
        &chosen(&layout.tar(), "apptainer", &[LAYOUT]),
        "linux/amd64 image not found in index",
    );
}

#[test]
fn a_layout_of_several_images_needs_a_digest() {
    let mut layout = good_layout();
    let other = layout.image(("linux", "amd64"), &[gzip_layer("b", b"b")]);
    layout.list(other, "v2");
    let report = {
        let mut choices = crate::consumers::Choices::default();
        choices.read(LAYOUT).unwrap();
        let question = crate::consumers::Question::read("apptainer").unwrap();
        crate::session::Session::new(layout.tar().given(), vec![question])
            .with_choices(choices)
            .run()
    };
    assert_eq!(report.verdicts.len(), 2);
    for verdict in &report.verdicts {
        refuses(
            verdict,
            "must specify a digest - layout contains multiple images",
        );
    }
}

#[test]
fn what_was_not_read_in_its_source_is_open() {
    unknown(&zstd_image().tar().verdict("apptainer"));
    unknown(
        &artifact(&[(mt::OCI_TAR_GZIP, b"no gzip at all")])
            .tar()
            .verdict("apptainer"),
    );
    let archive = crate::kit::Files::tar("docker.tar", &good_docker_archive());
    unknown(&chosen(&archive, "apptainer", &[LAYOUT]));
}

#[test]
fn a_sif_file_is_the_only_layer() {
    let sif: &[u8] = b"#!/usr/bin/env run-singularity\n\0SIF_MAGIC";
    accepts(&artifact(&[(SIF, sif)]).tar().verdict("apptainer-oras"));
    accepts(
        &artifact(&[("appliciation/vnd.sylabs.sif.layer.tar", sif)])
            .tar()
            .verdict("apptainer-oras"),
    );
    refuses(
        &artifact(&[(SIF, sif), ("text/plain", b"note")])
            .tar()
            .verdict("apptainer-oras"),
        "ORAS SIF image should have a single layer, found 2",
    );
    refuses(
        &good_layout().tar().verdict("apptainer-oras"),
        "invalid layer mediatype: application/vnd.oci.image.layer.v1.tar+gzip",
    );
    unknown(
        &artifact(&[(SIF, b"something else")])
            .tar()
            .verdict("apptainer-oras"),
    );
}
