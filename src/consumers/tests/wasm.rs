//! Wasm plugins in a registry: what Higress, Istio and Envoy Gateway make of the manifest.

use super::{accepts, commands, refuses, unknown};
use crate::kit::cases::{
    buildx_index, higress_empty, higress_not_last, higress_other_type, higress_right, plugin_tar_gz,
};
use crate::kit::{Files, Layout, WASM_MODULE, gzip, manifest, tar, zstd};
use crate::report::{Decision, Mark};
use crate::spec::media_type as mt;
use crate::text::Lang;
use serde_json::{Value, json};

const PREFIX: &str =
    "could not fetch Wasm binary: the given image is in invalid format as an OCI image: ";

/// The whole text that Istio's fetcher prints when neither shape fits.
fn combined(compat: &str, oci: &str) -> String {
    format!(
        "{PREFIX}2 errors occurred:\n\t* could not parse as compat variant: {compat}\n\t* could not parse as oci variant: {oci}\n\n"
    )
}

fn invalid(found: &str) -> String {
    format!("invalid media type {found} (expect application/vnd.oci.image.layer.v1.tar+gzip)")
}

/// A manifest with these layers and an empty config.
pub fn artifact(layers: &[(&str, &[u8])]) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let layers: Vec<Value> = layers
        .iter()
        .map(|(media_type, bytes)| layout.blob(media_type, bytes))
        .collect();
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "1.0.0");
    layout
}

/// An image as `docker build` and `docker push` of a classic engine make it.
fn docker_image(layers: &[(&str, &[u8])]) -> Layout {
    let mut layout = Layout::new();
    let config = layout.document(
        mt::DOCKER_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers", "diff_ids": [] } }),
    );
    let layers: Vec<Value> = layers
        .iter()
        .map(|(media_type, bytes)| layout.blob(media_type, bytes))
        .collect();
    let mut document = manifest(config, &layers);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let descriptor = layout.document(mt::DOCKER_MANIFEST, &document);
    layout.list(descriptor, "1.0.0");
    layout
}

#[test]
fn a_plugin_whose_files_are_gone_is_refused_with_the_whole_text() {
    let verdict = higress_empty().tar().verdict("higress-wasmplugin@2.1");
    refuses(
        &verdict,
        "could not fetch Wasm binary: the given image is in invalid format as an OCI image: 2 errors occurred:\n\
         \t* could not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)\n\
         \t* could not parse as oci variant: number of layers must be 2 but got 1\n\n",
    );
    assert_eq!(
        verdict.because.render(Lang::En),
        "Higress takes the last layer and finds the type `application/vnd.oci.empty.v1+json`; it needs `application/vnd.oci.image.layer.v1.tar+gzip` there."
    );
    assert_eq!(
        verdict.at.as_ref().and_then(|at| at.pointer.as_deref()),
        Some("/layers/0")
    );
    assert_eq!(
        commands(&verdict, "crane"),
        ["crane copy SOURCE-REGISTRY/REPO:1.0.0 REGISTRY/REPO:1.0.0"]
    );
    assert!(!commands(&verdict, "oras").is_empty());
}

#[test]
fn a_plugin_under_another_type_is_refused_and_pushed_again_under_the_right_one() {
    let verdict = higress_other_type().tar().verdict("higress-wasmplugin@2.1");
    refuses(
        &verdict,
        &combined(
            &invalid("application/gzip"),
            "number of layers must be 2 but got 1",
        ),
    );
    let push = &commands(&verdict, "oras")[0];
    assert!(push.starts_with("oras blob fetch --output plugin.tar.gz REGISTRY/REPO@sha256:"));
    assert!(push.ends_with(
        "oras push REGISTRY/REPO:1.0.0 \\\n  ./plugin.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip"
    ));
}

#[test]
fn a_right_plugin_is_accepted_by_all_and_the_layer_is_named() {
    let files = higress_right().tar();
    for consumer in [
        "higress-wasmplugin@0.7.1",
        "higress-wasmplugin@2.1",
        "higress-wasmplugin@2.2",
        "istio-wasmplugin@1.16",
        "istio-wasmplugin@1.30",
        "envoy-gateway-wasm@1.1",
        "envoy-gateway-wasm@1.9",
    ] {
        let says = accepts(&files.verdict(consumer));
        assert!(says.contains("takes layer 3 of 3"), "{says}");
        assert!(says.contains("runs `plugin.wasm`"), "{says}");
    }
    let verdict = files.verdict("higress-wasmplugin@2.1");
    assert_eq!(verdict.at.unwrap().pointer.as_deref(), Some("/layers/2"));
}

#[test]
fn early_versions_want_one_layer() {
    let three = "number of layers must be 2 but got 3";
    for consumer in ["higress-wasmplugin@0.7.0", "istio-wasmplugin@1.15.1"] {
        let verdict = higress_right().tar().verdict(consumer);
        refuses(
            &verdict,
            &combined("number of layers must be 1 but got 3", three),
        );
        assert!(!verdict.fixes.is_empty());
        let one = artifact(&[(mt::OCI_TAR_GZIP, &plugin_tar_gz())]);
        accepts(&one.tar().verdict(consumer));
    }
    let plugin = plugin_tar_gz();
    let two = docker_image(&[
        (mt::DOCKER_TAR_GZIP, &gzip(&tar(&[("a", "a")]))),
        (mt::DOCKER_TAR_GZIP, &plugin),
    ]);
    for consumer in ["higress-wasmplugin@1.4", "istio-wasmplugin@1.12"] {
        refuses(
            &two.tar().verdict(consumer),
            "could not fetch Wasm binary: could not extract Wasm file from the image as Docker container number of layers must be 1 but got 2",
        );
    }
    accepts(&two.tar().verdict("higress-wasmplugin@2.0"));
}

#[test]
fn istio_before_1_12_takes_no_images() {
    let verdict = higress_right().tar().verdict("istio-wasmplugin@1.11");
    assert_eq!(verdict.verdict, Decision::Refuses);
    assert_eq!(
        verdict.error.as_deref(),
        Some("unsupported Wasm module downloading URL scheme: oci")
    );
}

#[test]
fn a_plugin_that_is_not_last_is_refused_and_the_order_is_given() {
    let verdict = higress_not_last().tar().verdict("higress-wasmplugin@2.1");
    refuses(
        &verdict,
        &combined(
            &invalid("application/vnd.module.wasm.doc.v1+markdown"),
            "number of layers must be 2 but got 3",
        ),
    );
    let push = &commands(&verdict, "oras")[0];
    assert!(push.ends_with(
        "oras push REGISTRY/REPO:1.0.0 \\\n  \
         ./spec.yaml:application/vnd.module.wasm.spec.v1+yaml \\\n  \
         ./README.md:application/vnd.module.wasm.doc.v1+markdown \\\n  \
         ./plugin.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip"
    ));
}

#[test]
fn envoy_gateway_joins_its_errors_by_lines_since_1_4() {
    let files = higress_empty().tar();
    let (compat, oci) = (
        invalid("application/vnd.oci.empty.v1+json"),
        "number of layers must be 2 but got 1",
    );
    refuses(
        &files.verdict("envoy-gateway-wasm@1.3"),
        &combined(&compat, oci),
    );
    for version in ["1.4", "1.8", "1.9"] {
        refuses(
            &files.verdict(&format!("envoy-gateway-wasm@{version}")),
            &format!(
                "{PREFIX}could not parse as compat variant: {compat}\ncould not parse as oci variant: {oci}"
            ),
        );
    }
}

#[test]
fn a_docker_built_image_is_accepted() {
    let says = accepts(
        &docker_image(&[(mt::DOCKER_TAR_GZIP, &plugin_tar_gz())])
            .tar()
            .verdict("higress-wasmplugin@2.1"),
    );
    assert!(says.contains("layer 1 of 1"));
}

#[test]
fn types_of_both_families_do_not_mix() {
    let plugin = plugin_tar_gz();
    let in_docker = docker_image(&[(mt::OCI_TAR_GZIP, &plugin)]);
    refuses(
        &in_docker.tar().verdict("istio-wasmplugin@1.27"),
        "could not fetch Wasm binary: could not extract Wasm file from the image as Docker container invalid media type application/vnd.oci.image.layer.v1.tar+gzip (expect application/vnd.docker.image.rootfs.diff.tar.gzip)",
    );
    let in_oci = artifact(&[(mt::DOCKER_TAR_GZIP, &plugin)]);
    let verdict = in_oci.tar().verdict("istio-wasmplugin@1.27");
    refuses(
        &verdict,
        &combined(
            &invalid(mt::DOCKER_TAR_GZIP),
            "number of layers must be 2 but got 1",
        ),
    );
    assert!(commands(&verdict, "regctl")[0].contains("--to-oci"));
}

#[test]
fn zstd_and_plain_tar_are_refused_by_type() {
    let tar = tar(&[("plugin.wasm", WASM_MODULE)]);
    for (media_type, bytes) in [(mt::OCI_TAR_ZSTD, zstd(&tar)), (mt::OCI_TAR, tar.clone())] {
        let verdict = artifact(&[(media_type, &bytes)])
            .tar()
            .verdict("higress-wasmplugin@2.1");
        refuses(
            &verdict,
            &combined(&invalid(media_type), "number of layers must be 2 but got 1"),
        );
    }
}

#[test]
fn an_index_is_resolved_to_linux_amd64() {
    let plugin = plugin_tar_gz();
    let tar = tar(&[("plugin.wasm", WASM_MODULE)]);
    let mut layout = Layout::new();
    let layer = (mt::OCI_TAR_GZIP, plugin, tar);
    let arm = layout.image(("linux", "arm64"), std::slice::from_ref(&layer));
    let amd = layout.image(("linux", "amd64"), &[layer]);
    let mut attestation = arm.clone();
    attestation["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    attestation["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let index = |entries: Value| json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let mut with = layout.clone();
    let good = with.document(mt::OCI_INDEX, &index(json!([attestation, amd])));
    with.list(good, "v1");
    let says = accepts(&with.tar().verdict("higress-wasmplugin@2.1"));
    assert!(says.contains("runs `plugin.wasm`"));

    let mut without = layout.clone();
    let bad = without.document(mt::OCI_INDEX, &index(json!([attestation, arm])));
    without.list(bad, "v1");
    let verdict = without.tar().verdict("higress-wasmplugin@2.1");
    refuses(
        &verdict,
        "could not fetch Wasm OCI image: could not fetch image: no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
    assert_eq!(
        commands(&verdict, "crane"),
        [format!(
            "crane copy REGISTRY/REPO@{} REGISTRY/REPO:v1-single",
            arm["digest"].as_str().unwrap()
        )]
    );
    refuses(
        &without.tar().verdict("higress-wasmplugin@1.4"),
        "could not fetch Wasm OCI image: could not fetch image: no child with platform {Architecture:amd64 OS:linux OSVersion: OSFeatures:[] Variant: Features:[]} in index REGISTRY/REPO:v1",
    );

    let mut unnamed = arm.clone();
    unnamed.as_object_mut().unwrap().remove("platform");
    let mut bare = layout.clone();
    let one = bare.document(mt::DOCKER_LIST, &index(json!([unnamed])));
    bare.list(one, "v1");
    accepts(&bare.tar().verdict("istio-wasmplugin@1.27"));
}

#[test]
fn a_bare_manifest_of_any_platform_is_taken() {
    let tar = tar(&[("plugin.wasm", WASM_MODULE)]);
    let mut layout = Layout::new();
    let arm = layout.image(("linux", "arm64"), &[(mt::OCI_TAR_GZIP, gzip(&tar), tar)]);
    layout.list(arm, "v1");
    accepts(&layout.tar().verdict("higress-wasmplugin@2.1"));
}

#[test]
fn the_two_layer_form_is_taken() {
    let config = (
        "application/vnd.module.wasm.config.v1+json",
        &b"{\"a\":1}"[..],
    );
    let two = artifact(&[config, (mt::WASM_MODULE_CONTENT, WASM_MODULE)]);
    let says = accepts(&two.tar().verdict("istio-wasmplugin@1.12"));
    assert!(says.contains("runs it as the module"));
    let bad = artifact(&[config, (mt::WASM_MODULE_CONTENT, b"not wasm")]);
    refuses(
        &bad.tar().verdict("istio-wasmplugin@1.27"),
        "fetched Wasm binary from oci://REGISTRY/REPO:1.0.0 is invalid",
    );
    let other = artifact(&[config, ("application/wasm", WASM_MODULE)]);
    refuses(
        &other.tar().verdict("istio-wasmplugin@1.27"),
        &combined(
            &invalid("application/wasm"),
            "could not find the layer of type application/vnd.module.wasm.content.layer.v1+wasm",
        ),
    );
}

#[test]
fn a_layer_with_the_digest_of_the_config_has_the_type_of_the_config() {
    // The layer claims gzip, but its digest is that of the empty config, which is looked up first.
    let layout = artifact(&[(mt::OCI_TAR_GZIP, b"{}")]);
    let verdict = layout.tar().verdict("higress-wasmplugin@2.1");
    refuses(
        &verdict,
        &combined(
            &invalid("application/vnd.oci.empty.v1+json"),
            "number of layers must be 2 but got 1",
        ),
    );
    let notes = verdict.steps.iter().filter(|step| step.mark == Mark::Note);
    assert!(
        notes
            .map(|step| step.says.render(Lang::En))
            .any(|says| says.contains("has the digest of the config"))
    );
}

#[test]
fn a_pasted_manifest_decides_by_types_where_it_can() {
    let pasted = |layout: Layout| {
        let digest = layout.index["manifests"][0]["digest"].as_str().unwrap();
        let path = format!("blobs/{}", digest.replace(':', "/"));
        let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
        Files::pasted(String::from_utf8(bytes.clone()).unwrap())
    };
    let says = unknown(&pasted(higress_right()).verdict("higress-wasmplugin@2.1"));
    assert!(says.contains("was not given"), "{says}");
    refuses(
        &pasted(higress_empty()).verdict("higress-wasmplugin@2.1"),
        &combined(
            &invalid("application/vnd.oci.empty.v1+json"),
            "number of layers must be 2 but got 1",
        ),
    );
    let verdict = pasted(higress_not_last()).verdict("higress-wasmplugin@2.1");
    assert_eq!(verdict.verdict, Decision::Refuses);
}

#[test]
fn schema_1_and_bad_digests_are_refused_by_the_library() {
    let old = Files::pasted(
        json!({ "schemaVersion": 1, "mediaType": mt::DOCKER_SCHEMA1_SIGNED, "fsLayers": [] })
            .to_string(),
    );
    refuses(
        &old.verdict("higress-wasmplugin@2.1"),
        "could not fetch Wasm OCI image: could not fetch image: unsupported MediaType: \"application/vnd.docker.distribution.manifest.v1+prettyjws\", see https://github.com/google/go-containerregistry/issues/377",
    );
    let config = json!({ "mediaType": mt::OCI_EMPTY, "digest": "sha512:ab", "size": 2 });
    refuses(
        &Files::pasted(manifest(config, &[]).to_string()).verdict("higress-wasmplugin@2.1"),
        "could not fetch Wasm binary: could not retrieve manifest: unsupported hash: \"sha512\"",
    );
}

#[test]
fn it_is_said_to_be_the_job_of_proxies_only_where_it_may_be() {
    let of = |files: Files, consumer: &str| {
        let report = files.report();
        let found = report.verdicts.iter().find(|v| v.consumer == consumer);
        found.map(|v| v.verdict)
    };
    let higress = "higress-wasmplugin";
    let ordinary = buildx_index().tar();
    assert_eq!(of(ordinary, higress), Some(Decision::NotApplicable));
    for layout in [higress_empty(), higress_other_type(), higress_not_last()] {
        assert_eq!(of(layout.tar(), higress), Some(Decision::Refuses));
    }
    let lone = Files::file("plugin.wasm", WASM_MODULE);
    assert_eq!(of(lone.clone(), higress), Some(Decision::NotApplicable));
    unknown(&lone.verdict("higress-wasmplugin@2.1"));
    let archive = Files::tar("image.tar", &crate::kit::good_docker_archive());
    unknown(&archive.verdict("higress-wasmplugin@2.1"));
}
