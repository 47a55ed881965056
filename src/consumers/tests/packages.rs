//! Packages for Kubernetes tools: Crossplane, Tekton and Falco.

use super::wasm_hosts::{Given, annotated, chosen, under_index};
use super::{accepts, commands, refuses, unknown};
use crate::kit::{Layout, good_layout, gzip, gzip_layer, sha256, tar, zstd};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const CONFIG: (&str, &[u8]) = (mt::OCI_EMPTY, b"{}");

fn base() -> Value {
    json!({ "io.crossplane.xpkg": "base" })
}

fn package() -> Vec<u8> {
    tar(&[("package.yaml", "kind: Provider\n")])
}

/// A package whose base layer is this.
fn xpkg(layer: &[u8]) -> Layout {
    annotated(CONFIG, &[(mt::OCI_TAR_GZIP, layer, base())])
}

const CANNOT: &str = "cannot extract package content from REGISTRY/REPO:v1: ";

#[test]
fn crossplane_takes_the_marked_layer_however_it_is_compressed() {
    for bytes in [package(), gzip(&package()), zstd(&package())] {
        let says = accepts(&xpkg(&bytes).tar().verdict("crossplane-xpkg"));
        assert!(says.contains(&sha256(&bytes)), "{says}");
    }
    let folder = gzip(&tar(&[("a/package.yaml", "kind: Provider\n")]));
    accepts(&xpkg(&folder).tar().verdict("crossplane-xpkg"));
    // Only the marked layer counts.
    let layers: [Given; 2] = [
        (mt::OCI_TAR_GZIP, &gzip(&package()), Value::Null),
        (mt::OCI_TAR_GZIP, &gzip(&tar(&[("crd.yaml", "a")])), base()),
    ];
    refuses(
        &annotated(CONFIG, &layers).tar().verdict("crossplane-xpkg"),
        &format!("{CANNOT}package.yaml not found in package"),
    );
}

#[test]
fn crossplane_says_why_it_cannot_read_a_layer() {
    for (bytes, error) in [
        (
            gzip(&tar(&[("crd.yaml", "a")])),
            "package.yaml not found in package",
        ),
        (
            gzip(&[7; 2048]),
            "cannot read package contents: archive/tar: invalid tar header",
        ),
        (
            vec![b'x'; 2048],
            "cannot read package contents: archive/tar: invalid tar header",
        ),
        (
            b"short".to_vec(),
            "cannot read package contents: unexpected EOF",
        ),
        (
            b"\x1f\x8b\x09\0\0\0\0\0\0\0\0\0".to_vec(),
            "cannot uncompress layer: gzip: invalid header",
        ),
    ] {
        let verdict = xpkg(&bytes).tar().verdict("crossplane-xpkg");
        refuses(&verdict, &format!("{CANNOT}{error}"));
        assert!(commands(&verdict, "crossplane")[0].ends_with("REGISTRY/REPO:v1"));
    }
    let mut lost = xpkg(&package());
    lost.lose(&json!({ "digest": sha256(&package()) }));
    unknown(&lost.tar().verdict("crossplane-xpkg"));
}

#[test]
fn without_a_marked_layer_crossplane_searches_the_whole_image() {
    let mut layout = Layout::new();
    let image = layout.image(
        ("linux", "amd64"),
        &[
            gzip_layer("package.yaml", b"kind: Provider\n"),
            gzip_layer("hello", b"hello"),
        ],
    );
    layout.list(image, "v1");
    accepts(&layout.tar().verdict("crossplane-xpkg"));
    refuses(
        &good_layout().tar().verdict("crossplane-xpkg"),
        &format!("{CANNOT}package.yaml not found in package"),
    );
    let mut hidden = Layout::new();
    let image = hidden.image(
        ("linux", "amd64"),
        &[
            gzip_layer("package.yaml", b"kind: Provider\n"),
            gzip_layer(".wh.package.yaml", b""),
        ],
    );
    hidden.list(image, "v1");
    unknown(&hidden.tar().verdict("crossplane-xpkg"));
}

#[test]
fn crossplane_fetches_by_digest() {
    let layout = under_index(
        "linux/arm64",
        CONFIG,
        &[(mt::OCI_TAR_GZIP, &package(), base())],
    );
    let index = layout.index["manifests"][0]["digest"]
        .as_str()
        .unwrap()
        .to_string();
    refuses(
        &layout.tar().verdict("crossplane-xpkg"),
        &format!(
            "cannot fetch package REGISTRY/REPO:v1: no child with platform linux/amd64 in index REGISTRY/REPO@{index}"
        ),
    );
}

/// A layer of a Tekton bundle.
fn object<'a>(kind: &str, name: &str, bytes: &'a [u8]) -> Given<'a> {
    let annotations = json!({ "dev.tekton.image.apiVersion": "v1", "dev.tekton.image.kind": kind,
        "dev.tekton.image.name": name });
    (mt::OCI_TAR_GZIP, bytes, annotations)
}

#[test]
fn tekton_takes_the_object_that_is_asked_for() {
    let (task, pipeline) = (gzip(&tar(&[("t", "t")])), gzip(&tar(&[("p", "p")])));
    let layers = [
        object("task", "hello", &task),
        object("pipeline", "all", &pipeline),
    ];
    let files = annotated(CONFIG, &layers).tar();
    let says = accepts(&files.verdict("tekton-bundle"));
    assert!(says.contains("`task/hello, pipeline/all`"), "{says}");
    let pipelines = ["tekton-bundle.kind=pipeline", "tekton-bundle.name=all"];
    let says = accepts(&chosen(&files, "tekton-bundle", &pipelines));
    assert!(says.contains("from layer 2"), "{says}");
    let verdict = chosen(&files, "tekton-bundle", &["tekton-bundle.name=other"]);
    refuses(
        &verdict,
        "could not find object in image with kind: task and name: other",
    );
    assert_eq!(
        commands(&verdict, "tkn"),
        ["tkn bundle push REGISTRY/REPO:v1 -f task.yaml"]
    );
    let mut lost = annotated(CONFIG, &layers);
    lost.lose(&json!({ "digest": sha256(&task) }));
    unknown(&lost.tar().verdict("tekton-bundle"));
    accepts(&chosen(&lost.tar(), "tekton-bundle", &pipelines));
}

#[test]
fn tekton_wants_three_annotations_on_each_of_at_most_twenty_layers() {
    let bytes = gzip(&tar(&[("t", "t")]));
    let invalid = "invalid tekton bundle REGISTRY/REPO:v1, error: ";
    let many: Vec<Given> = (0..21).map(|_| object("task", "hello", &bytes)).collect();
    refuses(
        &annotated(CONFIG, &many).tar().verdict("tekton-bundle"),
        &format!("{invalid}contained more than the maximum 20 allow objects"),
    );
    accepts(
        &annotated(CONFIG, &many[..20])
            .tar()
            .verdict("tekton-bundle"),
    );
    for key in ["apiVersion", "name", "kind"] {
        let mut second = object("task", "hello", &bytes);
        let key = format!("dev.tekton.image.{key}");
        second.2.as_object_mut().unwrap().remove(&key);
        let layers = [object("task", "hello", &bytes), second];
        refuses(
            &annotated(CONFIG, &layers).tar().verdict("tekton-bundle"),
            &format!("{invalid}the layer 1 does not contain a {key} annotation"),
        );
    }
    for kind in ["Task", "tasks"] {
        refuses(
            &annotated(CONFIG, &[object(kind, "hello", &bytes)])
                .tar()
                .verdict("tekton-bundle"),
            &format!(
                "{invalid}the layer 0 the annotation dev.tekton.image.kind must be lowercased and singular, found {kind}"
            ),
        );
    }
    let arm = under_index("linux/arm64", CONFIG, &[object("task", "hello", &bytes)]);
    refuses(
        &arm.tar().verdict("tekton-bundle"),
        "cannot retrieve the oci image: no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
    // A plain image is none.
    refuses(
        &good_layout().tar().verdict("tekton-bundle"),
        &format!("{invalid}the layer 0 does not contain a dev.tekton.image.apiVersion annotation"),
    );
}

const RULES: &str = "application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz";
const PLUGIN: &str = "application/vnd.cncf.falco.plugin.layer.v1+tar.gz";
const FALCO: (&str, &[u8]) = (
    "application/vnd.cncf.falco.rulesfile.config.v1+json",
    br#"{"name":"rules"}"#,
);

fn titled() -> Value {
    json!({ "org.opencontainers.image.title": "rules.tar.gz" })
}

#[test]
fn falcoctl_installs_by_the_type_of_the_first_layer() {
    let rules = gzip(&tar(&[("rules.yaml", "- rule: a\n")]));
    let layout = annotated(FALCO, &[(RULES, &rules, titled())]);
    let says = accepts(&layout.tar().verdict("falcoctl"));
    assert!(says.contains("`rulesfile`"), "{says}");
    accepts(&chosen(
        &layout.tar(),
        "falcoctl",
        &["falcoctl.allowed-types=rulesfile"],
    ));
    refuses(
        &chosen(
            &layout.tar(),
            "falcoctl",
            &["falcoctl.allowed-types=plugin"],
        ),
        "cannot download artifact of type \"rulesfile\": type not permitted",
    );
    let mut linked = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::Symlink);
    header.set_size(0);
    linked
        .append_link(&mut header, "rules.yaml", "other.yaml")
        .unwrap();
    let linked = gzip(&linked.into_inner().unwrap());
    unknown(
        &annotated(FALCO, &[(RULES, &linked, titled())])
            .tar()
            .verdict("falcoctl"),
    );
    for lost in [rules.as_slice(), FALCO.1] {
        let mut layout = annotated(FALCO, &[(RULES, &rules, titled())]);
        layout.lose(&json!({ "digest": sha256(lost) }));
        unknown(&layout.tar().verdict("falcoctl"));
    }
}

#[test]
fn falcoctl_says_what_it_misses() {
    let rules = gzip(&tar(&[("rules.yaml", "- rule: a\n")]));
    let none = annotated(FALCO, &[]).tar();
    refuses(&none.verdict("falcoctl"), "no layers in manifest");
    refuses(
        &chosen(&none, "falcoctl", &["falcoctl.allowed-types=rulesfile"]),
        "malformed artifact, expected to find at least one layer for ref \"REGISTRY/REPO:v1\"",
    );
    let verdict = good_layout().tar().verdict("falcoctl");
    refuses(
        &verdict,
        "unknown media type: \"application/vnd.oci.image.layer.v1.tar+gzip\"",
    );
    assert!(commands(&verdict, "oras")[0].starts_with("oras cp "));
    refuses(
        &annotated(FALCO, &[(PLUGIN, &rules, Value::Null)])
            .tar()
            .verdict("falcoctl"),
        "cannot extract \"TEMPORARY-DIRECTORY\" to \"DIRECTORY\": read TEMPORARY-DIRECTORY: is a directory",
    );
    refuses(
        &annotated(FALCO, &[(RULES, b"- rule: a\n", titled())])
            .tar()
            .verdict("falcoctl"),
        "cannot extract \"TEMPORARY-DIRECTORY/rules.tar.gz\" to \"DIRECTORY\": gzip: invalid header",
    );
    let arm = under_index("linux/arm64", FALCO, &[(RULES, &rules, titled())]).tar();
    refuses(
        &arm.verdict("falcoctl"),
        "unable to find a manifest matching the given platform: linux/amd64",
    );
    accepts(&chosen(&arm, "falcoctl", &["platform=linux/arm64"]));
}
