//! Images for AWS Lambda.

use super::{accepts, commands, refuses, unknown};
use crate::kit::cases::{buildx_index, higress_empty, zstd_image};
use crate::kit::{Layout, good_layout, gzip_layer};
use crate::spec::media_type as mt;

const REFUSED: &str = "The image manifest, config or layer media type for the source image REGISTRY/REPO:latest is not supported.";

#[test]
fn an_index_is_refused_with_the_current_wording() {
    let verdict = buildx_index().tar().verdict("aws-lambda");
    refuses(&verdict, REFUSED);
    assert!(commands(&verdict, "docker")[0].contains("--provenance=false --sbom=false"));
    assert!(commands(&verdict, "crane")[0].starts_with("crane copy REGISTRY/REPO@sha256:"));
}

#[test]
fn a_single_manifest_is_accepted() {
    let says = accepts(&good_layout().tar().verdict("aws-lambda"));
    assert!(says.contains("linux/amd64"), "{says}");
}

#[test]
fn an_artifact_is_refused() {
    refuses(
        &higress_empty().tar().verdict("aws-lambda"),
        &REFUSED.replace("latest", "1.0.0"),
    );
}

#[test]
fn what_nothing_documents_is_unknown() {
    let says = unknown(&zstd_image().tar().verdict("aws-lambda"));
    assert!(says.contains(mt::OCI_TAR_ZSTD), "{says}");
    let mut layout = Layout::new();
    let windows = layout.image(("windows", "amd64"), &[gzip_layer("a", b"a")]);
    layout.list(windows, "v1");
    unknown(&layout.tar().verdict("aws-lambda"));
}
