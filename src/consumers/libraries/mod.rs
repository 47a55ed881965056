//! What several programs share upstream, and therefore here: libraries that read registries, archives, layers and JSON.
//! Each file replays one library or one package of Go; none of them is a consumer by itself.

pub(in crate::consumers) mod containerd;
pub(in crate::consumers) mod containers_image;
pub(in crate::consumers) mod distribution;
pub(in crate::consumers) mod docker_layer;
pub(in crate::consumers) mod docker_load;
pub(in crate::consumers) mod ggcr;
pub(in crate::consumers) mod go_archive;
pub(in crate::consumers) mod go_decode;
pub(in crate::consumers) mod go_reference;
mod go_scanner;
pub(in crate::consumers) mod go_structs;
pub(in crate::consumers) mod go_types;
pub(in crate::consumers) mod oci_client;
pub(in crate::consumers) mod oras_go;
pub(in crate::consumers) mod platform;
pub(in crate::consumers) mod pulled;
pub(in crate::consumers) mod pushing;
pub(in crate::consumers) mod unpacking;
pub(in crate::consumers) mod wasm_plugin;

use super::remedies;
use super::{Accept, Case, Refusal, Stop, Trace};
