//! The inputs that people come with, by name: the same bytes serve the tests of the core, of the command line and of
//! the page.

use super::{Files, Layout, gzip, manifest, sha256, tar};
use pullcheck::spec::media_type as mt;
use serde_json::json;

pub use pullcheck::examples::gallery::delivery::{flux_content, flux_lost, flux_one, flux_second};
pub use pullcheck::examples::gallery::wasm::{
    higress_empty, higress_not_last, higress_other_type, higress_right, plugin_tar_gz,
};
pub use pullcheck::examples::gallery::{buildx_index, zstd_image};

/// A named input.
pub struct Case {
    /// File name without folder.
    pub name: &'static str,
    /// The input.
    pub files: Files,
}

/// The manifest of a right image, alone.
pub fn lone_manifest() -> String {
    let layer = gzip(&tar(&[("hello", "hello")]));
    let layer = super::descriptor(mt::OCI_TAR_GZIP, &layer);
    let config = json!({ "mediaType": mt::OCI_CONFIG, "digest": sha256(b"config"), "size": 6 });
    serde_json::to_string_pretty(&manifest(config, &[layer])).unwrap()
}

/// A tar that ends in the middle of its largest file.
pub fn truncated_tar() -> Files {
    let mut items = super::good_layout().all();
    let padding = vec![7; 4096];
    let path = format!("blobs/{}", sha256(&padding).replace(':', "/"));
    items.push((path, padding));
    let mut bytes = tar(&items);
    bytes.truncate(bytes.len() - 3000);
    Files::file("truncated.tar", bytes)
}

/// UTF-16 as PowerShell's `>` writes it, byte order mark first.
pub fn utf16() -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    for unit in "Loaded image: example:latest\r\n".encode_utf16() {
        bytes.extend(unit.to_le_bytes());
    }
    bytes
}

/// What people drop that is no image, each with its own plain answer.
pub fn odd_files() -> Vec<Case> {
    let file = |name: &'static str, bytes: Vec<u8>| Case {
        name,
        files: Files::file(name, bytes),
    };
    vec![
        file("empty.tar", Vec::new()),
        Case {
            name: "truncated.tar",
            files: truncated_tar(),
        },
        file(
            "page.tar",
            b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n".to_vec(),
        ),
        file("image.zip", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        file("brackets.json", vec![b'['; 100_000]),
        file("utf16.tar", utf16()),
    ]
}

/// The walks of a person with a broken image, as archives.
pub fn walks() -> Vec<Case> {
    let case = |name: &'static str, layout: Layout| Case {
        name,
        files: Files::tar(name, &layout.all()),
    };
    vec![
        case("higress-empty.tar", higress_empty()),
        case("higress-other-type.tar", higress_other_type()),
        case("higress-right.tar", higress_right()),
        case("higress-not-last.tar", higress_not_last()),
        case("buildx-index.tar", buildx_index()),
        case("flux-one.tar", flux_one()),
        case("flux-second.tar", flux_second()),
        case("flux-lost.tar", flux_lost()),
        case("zstd-image.tar", zstd_image()),
    ]
}
