//! The shapes that inputs have, each before the consumers that pull from a registry: the whole matrix in one table.

use crate::kit::cases::{
    buildx_index, flux_one, higress_empty, higress_right, lone_manifest, plugin_tar_gz, zstd_image,
};
use crate::kit::{Files, WASM_MODULE, gzip, tar};
use crate::report::Decision::{self, Accepts, Refuses, Unknown};
use crate::spec::media_type as mt;
use serde_json::json;

use super::wasm::artifact;

#[test]
fn the_matrix_holds() {
    let chart = gzip(&tar(&[("demo/Chart.yaml", "name: demo\n")]));
    let schema1 = json!({ "schemaVersion": 1, "fsLayers": [], "history": [] }).to_string();
    let plain = gzip(&tar(&[("hello", "hello")]));
    // Input, then Higress 2.1, Flux 1.4 and Lambda.
    let rows: Vec<(&str, Files, [Decision; 3])> = vec![
        (
            "image without plugin",
            crate::kit::good_layout().tar(),
            [Refuses, Accepts, Accepts],
        ),
        (
            "index with attestation",
            buildx_index().tar(),
            [Refuses, Accepts, Refuses],
        ),
        (
            "zstd layers",
            zstd_image().tar(),
            [Refuses, Refuses, Unknown],
        ),
        (
            "docker layers in an OCI manifest",
            artifact(&[(mt::DOCKER_TAR_GZIP, &plain)]).tar(),
            [Refuses, Accepts, Refuses],
        ),
        (
            "custom layer",
            artifact(&[("application/x", b"some bytes here")]).tar(),
            [Refuses, Refuses, Refuses],
        ),
        (
            "empty layer",
            higress_empty().tar(),
            [Refuses, Refuses, Refuses],
        ),
        (
            "Helm chart",
            artifact(&[(mt::HELM_CHART, &chart)]).tar(),
            [Refuses, Accepts, Refuses],
        ),
        (
            "Flux artifact",
            flux_one().tar(),
            [Refuses, Accepts, Refuses],
        ),
        (
            "Higress plugin",
            higress_right().tar(),
            [Accepts, Refuses, Refuses],
        ),
        (
            "plugin alone",
            artifact(&[(mt::OCI_TAR_GZIP, &plugin_tar_gz())]).tar(),
            [Accepts, Accepts, Refuses],
        ),
        (
            "CNCF wasm artifact",
            artifact(&[(mt::CNCF_WASM, WASM_MODULE)]).tar(),
            [Refuses, Refuses, Refuses],
        ),
        (
            "wasm-to-oci",
            artifact(&[(mt::WASM_TO_OCI, WASM_MODULE)]).tar(),
            [Refuses, Refuses, Refuses],
        ),
        (
            "schema 1",
            Files::pasted(schema1),
            [Refuses, Refuses, Refuses],
        ),
        (
            "lone manifest",
            Files::pasted(lone_manifest()),
            [Unknown, Unknown, Unknown],
        ),
    ];
    for (name, files, expected) in rows {
        let found = [
            "higress-wasmplugin@2.1",
            "flux-ocirepository@1.4",
            "aws-lambda",
        ]
        .map(|consumer| files.verdict(consumer).verdict);
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn types_that_only_look_alike_do_not_pass() {
    for near in [
        "application/vnd.oci.image.layer.v1.tar+GZIP",
        "application/vnd.oci.image.layer.v1.tar+gzip ",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    ] {
        let files = artifact(&[(near, &plugin_tar_gz())]).tar();
        assert_eq!(files.verdict("higress-wasmplugin@2.1").verdict, Refuses);
    }
}
