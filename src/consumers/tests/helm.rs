//! Charts in a registry: what Helm of each version makes of them, and Flux with it.

use super::wasm::artifact;
use super::{accepts, chosen, commands, refuses, unknown};
use crate::kit::{Files, Layout, good_layout, gzip, manifest, sha256, tar};
use crate::report::Decision::{Accepts, Refuses, Unknown};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const EVERY: [&str; 4] = [
    "helm-oci@3.12",
    "helm-oci@3.18.0",
    "helm-oci@3.19",
    "helm-oci@4.2",
];
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
const CONFIG: &str = r#"{"name":"demo","version":"0.1.0","apiVersion":"v2"}"#;

fn chart_archive() -> Vec<u8> {
    gzip(&tar(&[
        ("demo/Chart.yaml", "name: demo\n"),
        ("demo/templates/a.yaml", "kind: A\n"),
    ]))
}

/// A manifest with this config and these layers; gives its descriptor.
fn chart(layout: &mut Layout, config: (&str, &str), layers: &[(&str, &[u8])]) -> Value {
    let config = layout.blob(config.0, config.1.as_bytes());
    let layers: Vec<Value> = layers.iter().map(|(t, b)| layout.blob(t, b)).collect();
    layout.document(mt::OCI_MANIFEST, &manifest(config, &layers))
}

fn of(config: (&str, &str), layers: &[(&str, &[u8])]) -> Files {
    let mut layout = Layout::new();
    let descriptor = chart(&mut layout, config, layers);
    layout.list(descriptor, "0.1.0");
    layout.tar()
}

fn plain(layers: &[(&str, &[u8])]) -> Files {
    of((mt::HELM_CONFIG, CONFIG), layers)
}

/// An index with an image and the chart, as `kaito` publishes them; and the digest of the index.
fn index_with_chart(with_image: bool) -> (Files, String) {
    let mut layout = Layout::new();
    let mut entries = Vec::new();
    if with_image {
        entries.push(layout.image(("linux", "amd64"), &[crate::kit::gzip_layer("a", b"a")]));
    }
    let entry = chart(
        &mut layout,
        (mt::HELM_CONFIG, CONFIG),
        &[(mt::HELM_CHART, &chart_archive())],
    );
    entries.push(entry);
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    let digest = descriptor["digest"].as_str().unwrap().to_string();
    layout.list(descriptor, "0.8.1");
    (layout.tar(), digest)
}

#[test]
fn a_chart_is_taken_by_every_version() {
    let files = plain(&[(mt::HELM_CHART, &chart_archive())]);
    for version in EVERY {
        let says = accepts(&files.verdict(version));
        assert!(says.contains(&sha256(&chart_archive())), "{says}");
    }
    accepts(&files.verdict("flux-helm-oci"));
}

#[test]
fn another_layer_ends_one_version_only_and_order_means_nothing() {
    let prov: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----\n";
    let files = plain(&[(PROVENANCE, prov), (mt::HELM_CHART, &chart_archive())]);
    for version in ["helm-oci@3.17.4", "helm-oci@3.18.1", "helm-oci@4"] {
        accepts(&files.verdict(version));
    }
    let verdict = files.verdict("helm-oci@3.18.0");
    refuses(
        &verdict,
        &format!(
            "media type \"{PROVENANCE}\" is not allowed, found in descriptor with digest: \"{}\"",
            sha256(prov)
        ),
    );
    unknown(&files.verdict("flux-helm-oci"));
}

#[test]
fn what_is_no_chart_is_refused_by_the_number_of_its_descriptors() {
    let error = "manifest does not contain minimum number of descriptors (2), descriptors found: 1";
    let image = good_layout().tar();
    for version in ["helm-oci@3.8", "helm-oci@3.18.1", "helm-oci@4.2"] {
        let verdict = image.verdict(version);
        refuses(&verdict, error);
        assert!(commands(&verdict, "helm")[0].contains("helm push"));
    }
    let verdict = image.verdict("helm-oci@3.18.0");
    assert!(verdict.error.unwrap().contains(mt::OCI_CONFIG));
    // A config of the right type without a layer counts as two, with oras-go 2 as with oras-go 1.
    let bare = plain(&[("application/x", b"x")]);
    for version in ["helm-oci@3.8", "helm-oci@4.2"] {
        refuses(
            &bare.verdict(version),
            &format!(
                "manifest does not contain a layer with mediatype {}",
                mt::HELM_CHART
            ),
        );
    }
    let other = of((mt::OCI_EMPTY, "{}"), &[(mt::HELM_CHART, &chart_archive())]);
    for version in ["helm-oci@3.8", "helm-oci@4.2"] {
        refuses(
            &other.verdict(version),
            &format!("could not load config with mediatype {}", mt::HELM_CONFIG),
        );
    }
}

#[test]
fn an_index_of_images_has_enough_descriptors_and_no_config() {
    let files = crate::kit::cases::buildx_index().tar();
    refuses(
        &files.verdict("helm-oci@4.2"),
        &format!("could not load config with mediatype {}", mt::HELM_CONFIG),
    );
    refuses(
        &files.verdict("helm-oci@3.8"),
        "manifest does not contain minimum number of descriptors (2), descriptors found: 1",
    );
}

#[test]
fn a_chart_in_an_index_is_taken_by_old_and_new_versions() {
    let (files, digest) = index_with_chart(true);
    accepts(&files.verdict("helm-oci@3.17.4"));
    accepts(&files.verdict("helm-oci@3.20.1"));
    accepts(&files.verdict("helm-oci@4.1.2"));
    for version in ["helm-oci@3.20.0", "helm-oci@4.1.1"] {
        let verdict = files.verdict(version);
        refuses(
            &verdict,
            &format!(
                "unable to retrieve blob with digest {digest}: {digest}: {}: not found",
                mt::OCI_INDEX
            ),
        );
        let commands = commands(&verdict, "helm");
        assert!(
            commands[0].starts_with("helm pull oci://REGISTRY/REPO@sha256:"),
            "{commands:?}"
        );
    }
    assert_eq!(files.verdict("helm-oci@3.18.0").verdict, Refuses);
    let (alone, digest) = index_with_chart(false);
    refuses(
        &alone.verdict("helm-oci@3.18.0"),
        &format!(
            "media type \"{}\" is not allowed, found in descriptor with digest: \"{digest}\"",
            mt::OCI_INDEX
        ),
    );
}

#[test]
fn of_several_charts_no_version_says_which() {
    let mut layout = Layout::new();
    let entries: Vec<Value> = ["one", "two"]
        .iter()
        .map(|name| {
            let bytes = gzip(&tar(&[(format!("{name}/Chart.yaml"), "name: x\n")]));
            let config = format!(r#"{{"name":"{name}"}}"#);
            chart(
                &mut layout,
                (mt::HELM_CONFIG, &config),
                &[(mt::HELM_CHART, &bytes)],
            )
        })
        .collect();
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "1");
    unknown(&layout.tar().verdict("helm-oci@4.2"));
}

#[test]
fn a_root_of_dockers_type_is_left_aside() {
    let mut layout = Layout::new();
    let mut descriptor = chart(
        &mut layout,
        (mt::HELM_CONFIG, CONFIG),
        &[(mt::HELM_CHART, &chart_archive())],
    );
    descriptor["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let digest = descriptor["digest"].as_str().unwrap().to_string();
    layout.list(descriptor, "1");
    refuses(
        &layout.tar().verdict("helm-oci@3.8"),
        "manifest does not contain minimum number of descriptors (2), descriptors found: 1",
    );
    refuses(
        &layout.tar().verdict("helm-oci@4.2"),
        &format!(
            "unable to retrieve blob with digest {digest}: {digest}: {}: not found",
            mt::DOCKER_MANIFEST
        ),
    );
}

#[test]
fn the_config_is_read_as_metadata() {
    let layers: &[(&str, &[u8])] = &[(mt::HELM_CHART, &chart_archive())];
    for (config, error) in [
        (
            r#"{"name":"demo","version":1}"#,
            "json: cannot unmarshal number into Go struct field Metadata.version of type string",
        ),
        (
            "[]",
            "json: cannot unmarshal array into Go value of type chart.Metadata",
        ),
        ("{\"name\":", "unexpected end of JSON input"),
        (
            r#"{"keywords":["a",1]}"#,
            "json: cannot unmarshal number into Go struct field Metadata.keywords of type string",
        ),
        (
            r#"{"maintainers":"me"}"#,
            "json: cannot unmarshal string into Go struct field Metadata.maintainers of type []*chart.Maintainer",
        ),
        (
            r#"{"dependencies":[{"name":7}]}"#,
            "json: cannot unmarshal number into Go struct field Dependency.dependencies.name of type string",
        ),
    ] {
        refuses(
            &of((mt::HELM_CONFIG, config), layers).verdict("helm-oci@4.2"),
            error,
        );
    }
    accepts(&of((mt::HELM_CONFIG, r#"{"icon":null,"x":1}"#), layers).verdict("helm-oci@4.2"));
}

#[test]
fn the_archive_is_loaded_unless_it_is_only_pulled() {
    let large = vec![b'a'; 6 * 1024 * 1024];
    for (name, bytes, error) in [
        (
            "plain tar",
            tar(&[("demo/Chart.yaml", "name: demo\n")]),
            "file 'NAME-VERSION.tgz' does not appear to be a gzipped archive; got 'application/octet-stream'",
        ),
        (
            "no Chart.yaml",
            gzip(&tar(&[("demo/values.yaml", "a: 1\n")])),
            "Chart.yaml file is missing",
        ),
        ("nothing", gzip(&[0; 1024]), "no files in chart archive"),
        (
            "no folder",
            gzip(&tar(&[("Chart.yaml", "name: demo\n")])),
            "chart illegally contains content outside the base directory: \"Chart.yaml\"",
        ),
        (
            "cut",
            gzip(&tar(&[("demo/Chart.yaml", "name: demo\n")])[..300]),
            "unexpected EOF",
        ),
        (
            "large file",
            gzip(&tar(&[("demo/large", &large)])),
            "decompressed chart file \"demo/large\" is larger than the maximum file size 5242880",
        ),
    ] {
        let files = plain(&[(mt::HELM_CHART, &bytes)]);
        let verdict = files.verdict("helm-oci@4.2");
        assert_eq!(verdict.error.as_deref(), Some(error), "{name}");
        refuses(&verdict, error);
        accepts(&chosen(&files, "helm-oci@4.2", &["helm-oci.command=pull"]));
    }
    unknown(
        &plain(&[(mt::HELM_CHART, &gzip(&tar(&[("demo/large", &large)])))])
            .verdict("helm-oci@3.12"),
    );
}

#[test]
fn a_signature_is_asked_for_by_a_setting() {
    let bare = plain(&[(mt::HELM_CHART, &chart_archive())]);
    let signed = plain(&[(mt::HELM_CHART, &chart_archive()), (PROVENANCE, b"pgp")]);
    let always = ["helm-oci.provenance=always"];
    for version in EVERY {
        let verdict = chosen(&bare, version, &always);
        refuses(
            &verdict,
            "failed to fetch provenance \"oci://REGISTRY/REPO:0.1.0.prov\"",
        );
        accepts(&chosen(&bare, version, &["helm-oci.provenance=if-there"]));
    }
    let says = unknown(&chosen(&signed, "helm-oci@4.2", &always));
    assert!(says.contains("keyring"), "{says}");
    accepts(&chosen(
        &signed,
        "helm-oci@4.2",
        &["helm-oci.provenance=if-there"],
    ));
}

#[test]
fn the_early_layer_type_is_still_taken() {
    let files = plain(&[("application/tar+gzip", &chart_archive())]);
    for version in EVERY {
        accepts(&files.verdict(version));
    }
}

#[test]
fn what_was_not_given_is_open() {
    let archive = chart_archive();
    let mut layout = Layout::new();
    let descriptor = chart(
        &mut layout,
        (mt::HELM_CONFIG, CONFIG),
        &[(mt::HELM_CHART, &archive)],
    );
    let alone = layout
        .items
        .iter()
        .find(|(path, _)| path.ends_with(&descriptor["digest"].as_str().unwrap()[7..]))
        .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
        .unwrap();
    layout.list(descriptor, "1");
    let mut without_layer = layout.clone();
    without_layer.lose(&json!({ "digest": sha256(&archive) }));
    let mut without_config = layout.clone();
    without_config.lose(&json!({ "digest": sha256(CONFIG.as_bytes()) }));
    for version in EVERY {
        unknown(&Files::pasted(alone.clone()).verdict(version));
        unknown(&without_layer.tar().verdict(version));
        unknown(&without_config.tar().verdict(version));
    }
}

#[test]
fn a_wrong_size_is_refused_by_oras_two() {
    let mut layout = Layout::new();
    let config = layout.blob(mt::HELM_CONFIG, CONFIG.as_bytes());
    let mut layer = layout.blob(mt::HELM_CHART, &chart_archive());
    layer["size"] = json!(1);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(descriptor, "1");
    refuses(
        &layout.tar().verdict("helm-oci@4.2"),
        &format!(
            "GET \"https://REGISTRY/v2/REPO/blobs/{}\": mismatch Content-Length",
            sha256(&chart_archive())
        ),
    );
    unknown(&layout.tar().verdict("helm-oci@3.12"));
}

#[test]
fn only_charts_get_a_row_unasked() {
    let row = |files: &Files| {
        let report = files.report();
        let row = report
            .verdicts
            .into_iter()
            .find(|v| v.consumer == "helm-oci");
        row.map(|v| v.verdict)
    };
    let not_applicable = crate::report::Decision::NotApplicable;
    assert_eq!(row(&good_layout().tar()), Some(not_applicable));
    assert_eq!(
        row(&artifact(&[("application/x", b"x")]).tar()),
        Some(not_applicable)
    );
    assert_eq!(row(&index_with_chart(true).0), Some(Accepts));
    assert_ne!(row(&plain(&[(mt::HELM_CHART, b"x")])), Some(Unknown));
}
