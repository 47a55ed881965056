//! Wasm plugins in a registry: what the proxies make of the bytes of the last layer.

use super::wasm::artifact;
use super::{accepts, commands, refuses, unknown};
use crate::kit::cases::plugin_tar_gz;
use crate::kit::{Layout, WASM_MODULE, gzip, sha256, tar};
use crate::spec::media_type as mt;

use serde_json::json;

const HIGRESS: &str = "higress-wasmplugin@2.1";

fn one(bytes: &[u8]) -> Layout {
    artifact(&[(mt::OCI_TAR_GZIP, bytes)])
}

/// The combined text for a single gzip layer that cannot be used.
fn extraction(error: &str) -> String {
    format!(
        "could not fetch Wasm binary: the given image is in invalid format as an OCI image: 2 errors occurred:\n\t* could not parse as compat variant: could not extract wasm binary: {error}\n\t* could not parse as oci variant: number of layers must be 2 but got 1\n\n"
    )
}

#[test]
fn the_file_is_found_by_its_base_name() {
    for name in ["./plugin.wasm", "a/b/plugin.wasm"] {
        let layer = gzip(&tar(&[("notes.txt", &b"x"[..]), (name, WASM_MODULE)]));
        let says = accepts(&one(&layer).tar().verdict(HIGRESS));
        assert!(says.contains("plugin.wasm"), "{says}");
    }
}

#[test]
fn a_layer_without_the_file_is_refused() {
    let layer = gzip(&tar(&[("main.wasm", WASM_MODULE)]));
    let verdict = one(&layer).tar().verdict(HIGRESS);
    refuses(
        &verdict,
        &extraction("plugin.wasm not found in the archive"),
    );
    assert!(!verdict.fixes.is_empty());
}

#[test]
fn a_layer_that_is_no_gzip_is_refused() {
    for (bytes, error) in [
        (tar(&[("plugin.wasm", WASM_MODULE)]), "gzip: invalid header"),
        (b"short".to_vec(), "unexpected EOF"),
        (Vec::new(), "EOF"),
    ] {
        refuses(
            &one(&bytes).tar().verdict(HIGRESS),
            &extraction(&format!("failed to parse layer as tar.gz: {error}")),
        );
    }
}

#[test]
fn a_gzip_that_is_no_tar_is_refused() {
    refuses(
        &one(&gzip(WASM_MODULE)).tar().verdict(HIGRESS),
        &extraction("unexpected EOF"),
    );
    refuses(
        &one(&gzip(&[7; 2048])).tar().verdict(HIGRESS),
        &extraction("archive/tar: invalid tar header"),
    );
}

#[test]
fn a_truncated_gzip_is_refused_where_the_file_is_cut() {
    let mut module = WASM_MODULE.to_vec();
    // Bytes that do not compress, so that the cut falls inside the file.
    let mut state = 1u32;
    module.extend((0..60_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    }));
    let whole = gzip(&tar(&[("plugin.wasm", &module)]));
    accepts(&one(&whole).tar().verdict(HIGRESS));
    refuses(
        &one(&whole[..whole.len() / 2]).tar().verdict(HIGRESS),
        &extraction("failed to read plugin.wasm: unexpected EOF"),
    );
}

#[test]
fn damage_after_the_file_goes_unnoticed() {
    let mut layer = plugin_tar_gz();
    let end = layer.len() - 8;
    layer[end] ^= 0xff;
    accepts(&one(&layer).tar().verdict(HIGRESS));
}

#[test]
fn a_file_that_is_no_wasm_is_refused() {
    for content in [&b"#!/bin/sh\nexit"[..], b"\0asm", b""] {
        let layer = gzip(&tar(&[("plugin.wasm", content)]));
        refuses(
            &one(&layer).tar().verdict(HIGRESS),
            "fetched Wasm binary from oci://REGISTRY/REPO:1.0.0 is invalid",
        );
    }
}

#[test]
fn a_component_is_refused_by_the_proxy_however_it_is_wrapped() {
    let component = b"\0asm\x0d\0\x01\0";
    let layer = gzip(&tar(&[("plugin.wasm", component)]));
    for consumer in [HIGRESS, "istio-wasmplugin@1.30", "envoy-gateway-wasm@1.9"] {
        let verdict = one(&layer).tar().verdict(consumer);
        refuses(&verdict, "Wasm VM failed Failed to load Wasm code");
        assert_eq!(commands(&verdict, "go").len(), 1);
    }
    // Bare, it is refused for its type; packed as a core module is packed it would only be refused as above.
    for (content, built) in [(&component[..], 1), (WASM_MODULE, 0)] {
        let bare = artifact(&[("application/wasm", content)]);
        let verdict = bare.tar().verdict(HIGRESS);
        let packed = commands(&verdict, "oras").len();
        assert_eq!((commands(&verdict, "go").len(), packed), (built, 1 - built));
    }
}

#[test]
fn newer_versions_stop_reading_after_256_mib() {
    let big = vec![0; 256 * 1024 * 1024];
    let layer = gzip(&tar(&[("padding", &big[..]), ("plugin.wasm", WASM_MODULE)]));
    let files = one(&layer).tar();
    refuses(&files.verdict(HIGRESS), &extraction("unexpected EOF"));
    accepts(&files.verdict("higress-wasmplugin@1.4"));
}

#[test]
fn a_lost_layer_and_a_changed_layer_are_unknown() {
    let mut lost = one(&plugin_tar_gz());
    let digest = sha256(&plugin_tar_gz());
    lost.lose(&json!({ "digest": digest }));
    let verdict = lost.tar().verdict(HIGRESS);
    let says = unknown(&verdict);
    assert!(says.contains(&digest), "{says}");
    assert_eq!(verdict.at.unwrap().pointer.as_deref(), Some("/layers/0"));

    let mut changed = one(&plugin_tar_gz());
    let path = format!("blobs/{}", digest.replace(':', "/"));
    changed.put(&path, &gzip(&tar(&[("other", "other")])));
    unknown(&changed.tar().verdict(HIGRESS));
}

#[test]
fn a_wrong_size_is_refused_as_the_library_refuses_it() {
    let plugin = plugin_tar_gz();
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut layer = layout.blob(mt::OCI_TAR_GZIP, &plugin);
    layer["size"] = json!(7);
    let manifest = layout.document(mt::OCI_MANIFEST, &crate::kit::manifest(config, &[layer]));
    layout.list(manifest, "v1");
    let verdict = layout.tar().verdict(HIGRESS);
    let text = verdict.error.clone().unwrap_or_default();
    assert!(
        text.contains(&format!(
            "could not get layer content: GET https://REGISTRY/v2/REPO/blobs/{}: Content-Length header {} does not match expected size 7",
            sha256(&plugin),
            plugin.len()
        )),
        "{text}"
    );
}
