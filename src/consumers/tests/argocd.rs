//! Sources for Argo CD: which layer counts, and what stops it from being unpacked.

use super::wasm::artifact;
use super::{accepts, chosen, commands, refuses, unknown};
use crate::kit::cases::{buildx_index, flux_content, flux_one};
use crate::kit::{Files, Layout, good_layout, gzip, gzip_layer, manifest, sha256, tar};
use crate::spec::media_type as mt;
use serde_json::json;

const V31: &str = "argocd-oci@3.1";
const V32: &str = "argocd-oci@3.2";
const V33: &str = "argocd-oci@3.3";
const EVERY: [&str; 3] = [V31, V32, V33];

fn content() -> Vec<u8> {
    gzip(&tar(&[("deployment.yaml", "kind: Deployment\n")]))
}

/// Where an error of unpacking stands: behind the digest of the manifest.
fn extracting(files: &Files, error: &str) -> String {
    let digest = files
        .verdict(V33)
        .error
        .and_then(|text| {
            text.split("revision ")
                .nth(1)
                .map(|rest| rest[..71].to_string())
        })
        .unwrap_or_default();
    format!(
        "cannot extract contents of oci image with revision {digest}: failed to perform \"Push\" on destination: could not decompress layer: {error}"
    )
}

#[test]
fn one_tar_layer_is_taken() {
    for media_type in [mt::OCI_TAR_GZIP, mt::OCI_TAR] {
        let bytes = if media_type == mt::OCI_TAR {
            tar(&[("a.yaml", "kind: A\n")])
        } else {
            content()
        };
        for version in EVERY {
            let says = accepts(&artifact(&[(media_type, &bytes)]).tar().verdict(version));
            assert!(says.contains(&sha256(&bytes)), "{says}");
        }
    }
}

#[test]
fn the_number_of_layers_decides() {
    let none = artifact(&[]).tar();
    refuses(
        &none.verdict(V31),
        "expected only a single oci layer, got 0",
    );
    refuses(
        &none.verdict(V32),
        "expected only a single oci content layer, got 0",
    );
    let other = gzip(&tar(&[("b.yaml", "kind: B\n")]));
    let two = artifact(&[(mt::OCI_TAR_GZIP, &content()), (mt::OCI_TAR_GZIP, &other)]).tar();
    refuses(&two.verdict(V31), "expected only a single oci layer, got 2");
    refuses(
        &two.verdict(V33),
        "expected only a single oci content layer, got 2",
    );
    let noted = artifact(&[("text/plain", b"note"), (mt::OCI_TAR_GZIP, &content())]).tar();
    unknown(&noted.verdict(V31));
    accepts(&noted.verdict(V32));
    let notes: Vec<Vec<u8>> = (0..11_u8).map(|n| vec![n]).collect();
    let many: Vec<(&str, &[u8])> = notes.iter().map(|n| ("text/plain", n.as_slice())).collect();
    refuses(
        &artifact(&many).tar().verdict(V32),
        "expected no more than 10 oci layers, got 11",
    );
}

#[test]
fn an_index_has_no_layers() {
    let files = buildx_index().tar();
    refuses(
        &files.verdict(V31),
        "expected only a single oci layer, got 0",
    );
    refuses(
        &files.verdict(V33),
        "expected only a single oci content layer, got 0",
    );
}

#[test]
fn the_list_of_types_is_a_setting() {
    let files = flux_one().tar();
    let error = format!(
        "oci layer media type {} is not in the list of allowed media types",
        mt::FLUX_CONTENT
    );
    for version in EVERY {
        let verdict = files.verdict(version);
        refuses(&verdict, &error);
        assert!(commands(&verdict, "yaml")[0].ends_with(mt::FLUX_CONTENT));
        let choice = format!(
            "argocd-oci.layer-media-types={},{}",
            mt::OCI_TAR,
            mt::FLUX_CONTENT
        );
        accepts(&chosen(&files, version, &[&choice]));
    }
    let image = artifact(&[(mt::DOCKER_TAR_GZIP, &flux_content())]).tar();
    refuses(
        &image.verdict(V33),
        &format!(
            "oci layer media type {} is not in the list of allowed media types",
            mt::DOCKER_TAR_GZIP
        ),
    );
    // From which patch release on its ending counts was not read.
    let choice = format!("argocd-oci.layer-media-types={}", mt::DOCKER_TAR_GZIP);
    for version in EVERY {
        unknown(&chosen(&image, version, &[&choice]));
    }
}

#[test]
fn a_layer_of_another_ending_is_no_content() {
    let files = artifact(&[("application/wasm", b"\0asm")]).tar();
    refuses(
        &files.verdict(V31),
        "oci layer media type application/wasm is not in the list of allowed media types",
    );
    refuses(
        &files.verdict(V32),
        "expected only a single oci content layer, got 0",
    );
}

/// A chart with a second tar beside it, as hardened charts have.
fn chart_with_bill() -> Files {
    let mut layout = Layout::new();
    let config = layout.blob(mt::HELM_CONFIG, br#"{"name":"demo"}"#);
    let chart = layout.blob(
        mt::HELM_CHART,
        &gzip(&tar(&[("demo/Chart.yaml", "name: demo\n")])),
    );
    let bill = layout.blob(mt::OCI_TAR_GZIP, &content());
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[chart, bill]));
    layout.list(descriptor, "1");
    layout.tar()
}

#[test]
fn of_a_chart_only_the_chart_counts_since_three_three() {
    let files = chart_with_bill();
    refuses(
        &files.verdict(V32),
        "expected only a single oci content layer, got 2",
    );
    accepts(&files.verdict(V33));
}

#[test]
fn a_chart_has_to_be_one_folder() {
    for (items, found) in [
        (vec![("a/Chart.yaml", "a"), ("b/Chart.yaml", "b")], 2),
        (vec![("Chart.yaml", "a")], 1),
    ] {
        let files = artifact(&[(mt::HELM_CHART, &gzip(&tar(&items)))]).tar();
        let expected = extracting(&files, "").replace("could not decompress layer: ", "");
        refuses(
            &files.verdict(V32),
            &format!("{expected}expected 1 directory, found {found}"),
        );
    }
}

#[test]
fn what_is_no_tar_stops_it() {
    let yaml = b"kind: Deployment\n";
    let files = artifact(&[(mt::OCI_TAR, yaml)]).tar();
    let expected = extracting(
        &files,
        "error while iterating on tar reader: unexpected EOF",
    );
    assert!(expected.contains("revision sha256:"), "{expected}");
    for version in EVERY {
        refuses(&files.verdict(version), &expected);
    }
    let files = artifact(&[(mt::OCI_TAR_GZIP, &tar(&[("a.yaml", "a")]))]).tar();
    let expected = extracting(&files, "error reading file: gzip: invalid header");
    refuses(&files.verdict(V33), &expected);
    let files = artifact(&[(mt::OCI_TAR_GZIP, &gzip(&[7; 2048]))]).tar();
    let expected = extracting(
        &files,
        "error while iterating on tar reader: archive/tar: invalid tar header",
    );
    refuses(&files.verdict(V33), &expected);
    let whole = tar(&[("a.yaml", vec![b'a'; 3000])]);
    let files = artifact(&[(mt::OCI_TAR_GZIP, &gzip(&whole[..1500]))]).tar();
    let expected = extracting(&files, "error writing tgz file: unexpected EOF");
    refuses(&files.verdict(V33), &expected);
}

#[test]
fn a_name_that_leads_out_stops_it() {
    let mut block = crate::kit::hostile::entry("../up", b"up");
    block.extend([0; 1024]);
    let files = artifact(&[(mt::OCI_TAR_GZIP, &gzip(&block))]).tar();
    let expected = extracting(&files, "illegal filepath in archive: /tmp/up");
    refuses(&files.verdict(V33), &expected);
}

#[test]
fn an_image_of_one_layer_is_content_too() {
    for version in EVERY {
        accepts(&good_layout().tar().verdict(version));
    }
    let mut two = Layout::new();
    let image = two.image(
        ("linux", "amd64"),
        &[gzip_layer("a", b"a"), gzip_layer("b", b"b")],
    );
    two.list(image, "1");
    refuses(
        &two.tar().verdict(V33),
        "expected only a single oci content layer, got 2",
    );
}

#[test]
fn everything_is_copied_first() {
    let note: &[u8] = b"a note";
    let layout = artifact(&[("text/plain", note), (mt::OCI_TAR_GZIP, &content())]);
    for lost in [note, &content()] {
        let mut layout = layout.clone();
        layout.lose(&json!({ "digest": sha256(lost) }));
        unknown(&layout.tar().verdict(V33));
    }
}
