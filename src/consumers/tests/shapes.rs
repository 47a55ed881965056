//! The shapes that inputs have, each before the consumers that people ask about first: the whole matrix in one table.

use super::wasm::artifact;
use crate::consumers::find;
use crate::kit::cases::{
    buildx_index, flux_one, higress_empty, higress_right, lone_manifest, plugin_tar_gz,
};
use crate::kit::{
    Files, Layout, WASM_MODULE, good_docker_archive, good_layout, gzip, gzip_layer, manifest,
    sha256, tar, zstd_layer,
};
use crate::report::Decision::{self, Accepts, Refuses, Unknown};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// The columns: a consumer of a version, and its answers to the shapes of [`shapes`], in their order. `A` accepts,
/// `R` refuses, `U` is open; `-` is a question that nobody asks (an archive to what pulls from a registry), and `?` one
/// whose answer depends on the host or on how the image is stored.
#[rustfmt::skip] // a table is read by its columns
const COLUMNS: &[(&str, &str)] = &[
    //                               1  2  3  4  5  6  7  8  9  10 11 12 13 14 15 16 17 18
    ("higress-wasmplugin@2.1",      "-  -  -  A  A  A  R  R  R  R  R  R  R  A  R  R  A  A"),
    ("container2wasm@0.8",          "A  A  A  -  -  A  R  A  A  R  R  R  R  R  R  R  A  A"),
    ("flux-ocirepository@1.4",      "-  -  -  A  A  A  R  R  A  A  R  A  A  R  R  R  A  A"),
    ("umoci@0.6",                   "R  A  R  -  -  R  -  A  R  R  R  R  R  R  R  R  R  A"),
    ("incus-oci@7",                 "-  -  -  A  A  A  R  A  R  R  R  R  R  R  R  U  R  A"),
    ("docker-load-classic@28",      "A  R  R  -  -  R  R  R  -  -  -  -  -  -  -  -  R  -"),
    ("docker-load-containerd@29",   "A  A  A  -  -  A  A  A  A  A  A  A  A  A  A  -  A  A"),
    ("docker-pull-classic@29",      "-  -  -  A  A  A  ?  A  A  R  R  R  R  R  R  R  R  A"),
    ("containerd@2.1",              "-  A  ?  A  A  A  ?  A  A  ?  ?  ?  ?  ?  ?  R  R  A"),
    ("podman@5.8",                  "-  A  A  A  A  A  R  A  R  R  R  R  R  R  R  U  R  A"),
    ("podman-load@5.8",             "A  A  A  -  -  A  R  A  R  R  R  R  R  R  R  -  R  A"),
    ("helm-oci@4.2",                "-  -  -  R  R  R  R  R  R  R  R  A  R  R  R  R  R  -"),
    ("argocd-oci@3.3",              "-  -  -  A  R  R  R  R  R  R  R  A  R  A  R  R  A  A"),
    ("aws-lambda",                  "-  -  -  A  A  R  R  U  U  R  R  R  R  R  R  R  U  U"),
];

/// Columns whose consumers do not exist yet. One that does fails the test until its line is taken away.
const NOT_YET: &[&str] = &[];

/// A gzip layer with a `plugin.wasm`.
fn plugin_layer() -> (&'static str, Vec<u8>, Vec<u8>) {
    gzip_layer("plugin.wasm", WASM_MODULE)
}

/// An image of one plugin layer, its manifest changed, its types perhaps Docker's.
fn image(types: [&str; 3], change: impl FnOnce(&mut Value)) -> Files {
    let (_, stored, tar) = plugin_layer();
    let mut layout = Layout::new();
    let config = json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/plugin.wasm"] },
        "rootfs": { "type": "layers", "diff_ids": [sha256(&tar)] } });
    let config = layout.document(types[1], &config);
    let layer = layout.blob(types[2], &stored);
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(types[0]);
    change(&mut document);
    let descriptor = layout.document(types[0], &document);
    layout.list(descriptor, "v1");
    layout.tar()
}

const OCI: [&str; 3] = [mt::OCI_MANIFEST, mt::OCI_CONFIG, mt::OCI_TAR_GZIP];
const DOCKER: [&str; 3] = [mt::DOCKER_MANIFEST, mt::DOCKER_CONFIG, mt::DOCKER_TAR_GZIP];
const MIXED: [&str; 3] = [mt::OCI_MANIFEST, mt::DOCKER_CONFIG, mt::DOCKER_TAR_GZIP];

/// An index of images for these platforms, each with one layer; an unknown platform is an attestation.
fn index(platforms: &[(&str, &str)]) -> Files {
    let mut layout = Layout::new();
    let entries: Vec<Value> = platforms
        .iter()
        .map(|(os, architecture)| {
            let layers = [plugin_layer()];
            let mut entry = layout.image((os, architecture), &layers);
            if *os == "unknown" {
                entry["annotations"]["vnd.docker.reference.type"] = json!("attestation-manifest");
            }
            entry
        })
        .collect();
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "v1");
    layout.tar()
}

fn unnamed() -> Files {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    layout.list(image, "");
    layout.tar()
}

fn chart() -> Files {
    let mut layout = Layout::new();
    let config = layout.blob(mt::HELM_CONFIG, br#"{"name":"demo","version":"0.1.0"}"#);
    let archive = gzip(&tar(&[("demo/Chart.yaml", "name: demo\n")]));
    let layer = layout.blob(mt::HELM_CHART, &archive);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(descriptor, "0.1.0");
    layout.tar()
}

fn wrong_diff_id() -> Files {
    let (media_type, stored, _) = plugin_layer();
    let mut layout = Layout::new();
    let image = layout.image(
        ("linux", "amd64"),
        &[(media_type, stored, tar(&[("x", "x")]))],
    );
    layout.list(image, "v1");
    layout.tar()
}

fn schema1() -> Files {
    let mut layout = Layout::new();
    let document = json!({ "schemaVersion": 1, "fsLayers": [], "history": [] });
    let descriptor = layout.document(mt::DOCKER_SCHEMA1_SIGNED, &document);
    layout.list(descriptor, "v1");
    layout.tar()
}

fn zstd() -> Files {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[zstd_layer("hello", b"hello")]);
    layout.list(image, "v1");
    layout.tar()
}

/// The shapes, from 1 on.
fn shapes() -> Vec<(&'static str, Files)> {
    let tgz = gzip(&tar(&[("a", "a")]));
    vec![
        (
            "docker-archive",
            Files::tar("docker.tar", &good_docker_archive()),
        ),
        ("OCI layout", good_layout().tar()),
        ("OCI layout without a name", unnamed()),
        ("OCI image", image(OCI, |_| {})),
        ("Docker image", image(DOCKER, |_| {})),
        (
            "index with attestation",
            index(&[("linux", "amd64"), ("unknown", "unknown")]),
        ),
        ("index for arm64 only", index(&[("linux", "arm64")])),
        ("zstd layer", zstd()),
        ("Docker types in an OCI manifest", image(MIXED, |_| {})),
        (
            "artifact with a custom layer",
            artifact(&[("application/x", &tgz)]).tar(),
        ),
        ("artifact with the empty layer", higress_empty().tar()),
        ("Helm chart", chart()),
        ("Flux artifact", flux_one().tar()),
        ("Higress plugin", higress_right().tar()),
        (
            "CNCF wasm artifact",
            artifact(&[(mt::CNCF_WASM, WASM_MODULE)]).tar(),
        ),
        ("schema 1", schema1()),
        ("diffIDs that do not fit", wrong_diff_id()),
        (
            "no mediaType in the manifest",
            image(OCI, |document| {
                document.as_object_mut().unwrap().remove("mediaType");
            }),
        ),
    ]
}

#[test]
fn the_matrix_holds() {
    let shapes = shapes();
    let mut wrong = Vec::new();
    for (consumer, answers) in COLUMNS {
        let answers: Vec<&str> = answers.split_whitespace().collect();
        assert_eq!(answers.len(), shapes.len(), "{consumer}");
        let id = consumer.split('@').next().unwrap();
        if NOT_YET.contains(&id) {
            continue;
        }
        for (number, ((shape, files), expected)) in shapes.iter().zip(&answers).enumerate() {
            let expected = match *expected {
                "A" => Accepts,
                "R" => Refuses,
                "U" => Unknown,
                "-" | "?" => continue,
                other => panic!("{other}"),
            };
            let verdict = files.verdict(consumer);
            if verdict.verdict != expected {
                wrong.push(format!(
                    "{consumer}, {} {shape}: {:?} instead of {expected:?} ({:?}, {})",
                    number + 1,
                    verdict.verdict,
                    verdict.error,
                    verdict.because.render(crate::text::Lang::En)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn columns_are_left_out_only_while_their_consumers_do_not_exist() {
    for id in NOT_YET {
        assert!(find(id).is_none(), "{id} exists: take it off the list");
        let named = |(consumer, _): &(&str, &str)| consumer.split('@').next() == Some(id);
        assert!(COLUMNS.iter().any(named), "{id}");
    }
}

#[test]
fn a_manifest_alone_decides_for_nobody_who_reads_layers() {
    for consumer in [
        "higress-wasmplugin@2.1",
        "flux-ocirepository@1.4",
        "aws-lambda",
    ] {
        let found: Decision = Files::pasted(lone_manifest()).verdict(consumer).verdict;
        assert_eq!(found, Unknown, "{consumer}");
    }
    assert_eq!(buildx_index().tar().verdict("aws-lambda").verdict, Refuses);
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

#[test]
fn a_signature_of_cosign_is_for_cosign_and_for_no_engine() {
    let mut layout = Layout::new();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "", "os": "", "config": {}, "rootfs": { "type": "layers", "diff_ids": [] } }),
    );
    let mut layer = layout.blob(mt::COSIGN_SIGNED, b"{}");
    layer["annotations"] = json!({ "dev.cosignproject.cosign/signature": "MEUC" });
    let document = layout.document(mt::OCI_MANIFEST, &crate::kit::manifest(config, &[layer]));
    layout.list(document, "sha256-aaa.sig");
    let verdicts = layout.tar().report().verdicts;
    let of = |id: &str| -> Vec<Decision> {
        let own = verdicts.iter().filter(|verdict| verdict.consumer == id);
        own.map(|verdict| verdict.verdict).collect()
    };
    assert_eq!(of("cosign"), [Decision::Accepts]);
    for id in [
        "docker-load-classic",
        "podman",
        "containerd",
        "umoci",
        "flux-ocirepository",
        "aws-lambda",
    ] {
        let answers = of(id);
        assert!(
            answers
                .iter()
                .all(|answer| *answer == Decision::NotApplicable),
            "{id}: {answers:?}"
        );
    }
}

#[test]
fn what_umoci_says_of_an_empty_layout_depends_on_a_folder_that_is_not_seen() {
    // It says that the tag is not found, or that `blobs` is not there.
    let verdict = Files::folder("DIR", Layout::new().all()).verdict("umoci@0.4.7");
    assert_eq!(verdict.verdict, Decision::Refuses);
    assert_eq!(verdict.error.as_deref(), Some("…"));
    // With a blob the folder is there.
    let mut files = Layout::new().all();
    files.push((format!("blobs/sha256/{}", "0".repeat(64)), b"x".to_vec()));
    let verdict = Files::folder("DIR", files).verdict("umoci@0.4.7");
    let error = verdict.error.unwrap_or_default();
    assert!(error.ends_with("tag is not found: latest"), "{error}");
}

#[test]
fn no_conversion_is_offered_that_docker_would_refuse_again() {
    let offered = |layout: &Layout| -> Vec<String> {
        let verdict = layout.tar().verdict("docker-load-classic@28.0.0");
        let fixes = verdict.fixes.iter();
        fixes
            .flat_map(|fix| {
                fix.commands
                    .iter()
                    .map(|one| format!("{} {}", fix.id, one.tool))
            })
            .collect()
    };
    let all = [
        "to-docker-archive skopeo",
        "to-docker-archive docker",
        "docker-containerd-store json",
    ];
    assert_eq!(offered(&crate::kit::good_layout()), all);
    // A diffID that is not the layer's: nothing but a build mends that.
    let mut layout = Layout::new();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers",
            "diff_ids": [crate::kit::sha256(b"other")] } }),
    );
    let layer = layout.blob(
        mt::OCI_TAR_GZIP,
        &crate::kit::gzip(&crate::kit::tar(&[("a", "a")])),
    );
    let document = layout.document(mt::OCI_MANIFEST, &crate::kit::manifest(config, &[layer]));
    layout.list(document, "v1");
    assert_eq!(offered(&layout), all[1..2]);
    // Another system is stored, and only there.
    let mut windows = Layout::new();
    let image = windows.image(("windows", "amd64"), &[crate::kit::gzip_layer("a", b"a")]);
    windows.list(image, "v1");
    assert_eq!(offered(&windows), all[1..]);
}
