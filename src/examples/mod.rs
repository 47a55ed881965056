//! Examples of what the checker is given, good and bad, made in memory when they are asked for: the page shows them, the
//! command line writes them, the tests check them. One builder makes them all. It judges nothing, and reads nothing but
//! the JSON that stands in the code.

mod files;
pub mod gallery;
pub mod inputs;
mod json;
mod layout;
pub mod stored;
pub mod tar;

pub use files::Files;
pub use gallery::Example;
pub use json::{push, read, reverse, string, without};
pub use layout::{
    Layer, Layout, WASM_MODULE, blob_path, config_name, descriptor, good_docker_archive,
    good_layout, gzip_layer, image_config, index, manifest, sha256, written, zstd_layer,
};

pub use stored::{gzip, zstd};
pub use tar::of as tar;

pub(crate) use json::json;

#[cfg(test)]
mod tests;
