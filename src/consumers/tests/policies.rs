//! Policies and signatures: Kyverno, Open Policy Agent, conftest and cosign.

use super::wasm_hosts::{Given, annotated, under_index};
use super::{accepts, commands, refuses, unknown};
use crate::kit::artifacts;
use crate::kit::{Files, Layout, good_layout, gzip, manifest, sha256, tar};
use crate::report::{Decision, Verdict};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const KYVERNO: (&str, &[u8]) = ("application/vnd.cncf.kyverno.config.v1+json", b"{}");
const POLICY: &str = "application/vnd.cncf.kyverno.policy.layer.v1+yaml";

#[test]
fn kyverno_reads_layers_of_its_own_type_only() {
    let policy: Given = (POLICY, b"kind: ValidatingPolicy\n", Value::Null);
    let layout = annotated(KYVERNO, std::slice::from_ref(&policy));
    let says = unknown(&layout.tar().verdict("kyverno-oci"));
    assert!(says.contains("All else is as needed"), "{says}");
    let verdict = good_layout().tar().verdict("kyverno-oci");
    let says = accepts(&verdict);
    assert!(says.contains("writes nothing"), "{says}");
    assert!(commands(&verdict, "kyverno")[0].contains("--image REGISTRY/REPO:v1"));
    refuses(
        &under_index("linux/arm64", KYVERNO, &[policy])
            .tar()
            .verdict("kyverno-oci"),
        "getting image: no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
}

const OPA: (&str, &[u8]) = (mt::OCI_CONFIG, b"{}");

#[test]
fn opa_takes_the_first_gzip_layer() {
    let bundle = gzip(&tar(&[("main.rego", "package main\n")]));
    let rego: Given = (
        "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego",
        b"package main\n",
        json!({ "org.opencontainers.image.title": "main.rego" }),
    );
    let good: Given = (mt::OCI_TAR_GZIP, &bundle, Value::Null);
    let layers = [rego.clone(), good];
    let says = accepts(&annotated(OPA, &layers).tar().verdict("opa-bundle"));
    assert!(says.contains(&sha256(&bundle)), "{says}");
    refuses(
        &annotated(OPA, std::slice::from_ref(&rego))
            .tar()
            .verdict("opa-bundle"),
        "no tarball descriptor found in the layers",
    );
    let none = annotated(OPA, &[]).tar().verdict("opa-bundle");
    refuses(&none, "no layers in manifest");
    assert!(commands(&none, "oras")[0].contains("oras push REGISTRY/REPO:v1"));
    refuses(
        &under_index("linux/amd64", OPA, &layers)
            .tar()
            .verdict("opa-bundle"),
        "no layers in manifest",
    );
    let raw: Given = (mt::OCI_TAR_GZIP, b"package main\n", Value::Null);
    unknown(&annotated(OPA, &[raw]).tar().verdict("opa-bundle"));
    let mut lost = annotated(OPA, &layers);
    lost.lose(&json!({ "digest": sha256(&bundle) }));
    unknown(&lost.tar().verdict("opa-bundle"));

    let says = accepts(&annotated(OPA, &[rego]).tar().verdict("conftest"));
    assert!(says.contains("`main.rego`"), "{says}");
    unknown(&good_layout().tar().verdict("conftest"));
    let outside: Given = (
        "application/x",
        b"x",
        json!({ "org.opencontainers.image.title": "../x" }),
    );
    unknown(&annotated(OPA, &[outside]).tar().verdict("conftest"));
}

fn artifact(name: &str) -> Files {
    let all = artifacts::all();
    all.into_iter()
        .find(|case| case.name == name)
        .unwrap()
        .files
}

/// What cosign says of each root, in their order.
fn cosign(files: &Files) -> Vec<Verdict> {
    files.ask(&["cosign"]).verdicts
}

#[test]
fn cosign_finds_what_is_stored_beside_an_image() {
    for name in [
        "cosign-signature.tar",
        "cosign-attestation.tar",
        "sigstore-bundle.tar",
    ] {
        let verdicts = cosign(&artifact(name));
        assert!(verdicts.len() > 1, "{name}");
        for verdict in &verdicts {
            let says = accepts(verdict);
            assert!(says.contains("is not checked here"), "{name}: {says}");
        }
    }
    let says = unknown(&good_layout().tar().verdict("cosign"));
    assert!(says.contains(".sig"), "{says}");
    let shown = good_layout().tar().report().verdicts;
    let verdict = shown.iter().find(|v| v.consumer == "cosign").unwrap();
    assert_eq!(verdict.verdict, Decision::NotApplicable);
}

#[test]
fn cosign_says_what_a_signature_lacks() {
    let signed = "application/vnd.dev.cosign.simplesigning.v1+json";
    let bare: Given = (signed, b"{\"critical\":{}}", Value::Null);
    let verdict = annotated(OPA, &[bare]).tar().verdict("cosign");
    refuses(
        &verdict,
        &format!(
            "signature layer {} is missing \"dev.cosignproject.cosign/signature\" annotation",
            sha256(b"{\"critical\":{}}")
        ),
    );
    assert!(commands(&verdict, "cosign")[0].starts_with("cosign sign REGISTRY/REPO@"));

    let kind = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let bundle = |layers: &[(&str, &[u8])]| {
        let mut layout = Layout::new();
        let config = layout.blob(mt::OCI_EMPTY, b"{}");
        let layers: Vec<Value> = layers.iter().map(|(t, b)| layout.blob(t, b)).collect();
        let mut document = manifest(config, &layers);
        document["artifactType"] = json!(kind);
        let descriptor = layout.document(mt::OCI_MANIFEST, &document);
        layout.list(descriptor, "v1");
        layout
    };
    accepts(&bundle(&[(kind, b"{\"a\":1}")]).tar().verdict("cosign"));
    refuses(
        &bundle(&[(kind, b"{\"a\":1}"), (kind, b"{\"b\":1}")])
            .tar()
            .verdict("cosign"),
        "expected exactly one layer",
    );
    refuses(
        &bundle(&[("application/json", b"{\"a\":1}")])
            .tar()
            .verdict("cosign"),
        "expected bundle layer",
    );
    let mut lost = bundle(&[(kind, b"{\"a\":1}")]);
    lost.lose(&json!({ "digest": sha256(b"{\"a\":1}") }));
    unknown(&lost.tar().verdict("cosign"));
    let schema1 = json!({ "schemaVersion": 1, "mediaType": mt::DOCKER_SCHEMA1_SIGNED, "fsLayers": [],
        "history": [] });
    refuses(
        &Files::pasted(schema1.to_string()).verdict("cosign"),
        &format!("unknown mime type: {}", mt::DOCKER_SCHEMA1_SIGNED),
    );
}
