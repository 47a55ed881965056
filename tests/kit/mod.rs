//! What the tests give to the checker: the builder of the core (`pullcheck::examples`) under short names, and what only
//! tests have a use for: real compressors, sources that hurt, files that are no image.
//! Shared by the unit tests of the library and by the tests beside it; no line of it ships.
#![allow(dead_code, unused_imports)] // each test binary uses its own part

pub mod artifacts;
pub mod cases;
pub mod hostile;

pub use pullcheck::examples::tar as tar_entries;
pub use pullcheck::examples::{
    Files, Layout, WASM_MODULE, descriptor, good_docker_archive, good_layout, manifest, sha256,
};

use pullcheck::spec::media_type as mt;
use std::io::Write;

/// A gzip stream without name and time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    zstd_safe::compress(&mut out, bytes, 3).unwrap();
    out
}

/// A tar of regular files, reproducible.
pub fn tar<N: AsRef<str>, B: AsRef<[u8]>>(items: &[(N, B)]) -> Vec<u8> {
    tar_entries::of(items)
}

/// A gzip layer of one small file, as [`Layout::image`] wants it.
pub fn gzip_layer(name: &str, bytes: &[u8]) -> (&'static str, Vec<u8>, Vec<u8>) {
    let tar = tar(&[(name, bytes)]);
    (mt::OCI_TAR_GZIP, gzip(&tar), tar)
}

/// A zstd layer of one small file, as [`Layout::image`] wants it.
pub fn zstd_layer(name: &str, bytes: &[u8]) -> (&'static str, Vec<u8>, Vec<u8>) {
    let tar = tar(&[(name, bytes)]);
    (mt::OCI_TAR_ZSTD, zstd(&tar), tar)
}
