//! Which remedies help an artifact that a wasm proxy refuses. It chooses among the shared ones and refuses nothing.

use crate::artifact::documents::Descriptor;
use crate::artifact::{Blob, Inventory};
use crate::bytes::blob::{Compression, WasmKind, wasm_kind};
use crate::consumers::Refusal;
use crate::consumers::ggcr::Layer;
use crate::consumers::go_archive::base;
use crate::consumers::remedies::{self, Names};
use crate::spec::media_type as mt;

/// Whether a layer is a gzip tar that holds `plugin.wasm`, as far as it was measured.
fn holds_plugin(inventory: &Inventory, layer: &Layer) -> bool {
    inventory
        .blob_for(layer.own.digest())
        .and_then(|id| inventory.blobs.get(id))
        .and_then(Blob::facts)
        .filter(|facts| facts.compression == Compression::Gzip)
        .and_then(|facts| facts.tar.as_ref())
        .is_some_and(|tar| {
            tar.wanted
                .iter()
                .any(|entry| base(&entry.path) == "plugin.wasm")
        })
}

/// Whether what lies in the layers, bare or as `plugin.wasm`, is a component: then no other wrapping helps.
fn is_component(inventory: &Inventory, layers: &[Layer]) -> bool {
    layers.iter().any(|layer| {
        let blob = inventory.blob_for(layer.own.digest());
        let facts = blob.and_then(|id| inventory.blobs.get(id)?.facts());
        facts.is_some_and(|facts| {
            let files = facts.tar.iter().flat_map(|tar| &tar.wanted);
            files
                .filter(|entry| base(&entry.path) == "plugin.wasm")
                .map(|entry| &entry.head)
                .chain([&facts.head])
                .any(|head| wasm_kind(head) == Some(WasmKind::Component))
        })
    })
}

/// The layer that holds the plugin now, in whatever place and under whatever type: by content, else by type.
fn plugin_layer(inventory: &Inventory, layers: &[Layer]) -> Option<usize> {
    seen_plugin(inventory, layers).or_else(|| {
        layers.iter().rposition(|layer| {
            layer.own.media_type() == mt::OCI_TAR_GZIP
                && inventory.blob_for(layer.own.digest()).is_none()
        })
    })
}

fn descriptors<'a>(layers: &[Layer<'a>]) -> Vec<&'a Descriptor> {
    layers.iter().map(|layer| layer.own).collect()
}

/// The layer that is known to hold the plugin by its content.
pub fn seen_plugin(inventory: &Inventory, layers: &[Layer]) -> Option<usize> {
    layers
        .iter()
        .rposition(|layer| holds_plugin(inventory, layer))
}

/// For a last layer of another type than the one expected.
pub fn advise_type(
    refusal: &mut Refusal,
    inventory: &Inventory,
    layers: &[Layer],
    last: &Layer,
    expected: &str,
    names: &Names,
) {
    let found = last.found.media_type();
    if is_component(inventory, layers) {
        refusal.fixes.push(remedies::build_core_module(names));
        return;
    }
    let plugin = plugin_layer(inventory, layers);
    let is_empty = found == mt::OCI_EMPTY;
    let mixed = (found == mt::DOCKER_TAR_GZIP && expected == mt::OCI_TAR_GZIP)
        || (found == mt::OCI_TAR_GZIP && expected == mt::DOCKER_TAR_GZIP);
    if found.ends_with("zstd") {
        refusal.fixes.push(remedies::recompress_gzip(names));
        refusal.fixes.push(remedies::build_plugin_image(names));
        return;
    }
    if mixed {
        refusal.fixes.push(remedies::to_oci(names));
    }
    if plugin.is_none() && (is_empty || found.starts_with(mt::WASM_MODULE_PREFIX)) {
        refusal.fixes.push(remedies::copy_verbatim(names));
    }
    let push = remedies::push_plugin_last(names, &descriptors(layers), plugin);
    refusal.fixes.push(push);
    if plugin.is_none() {
        refusal.fixes.push(remedies::build_plugin_image(names));
    }
}

/// For a last layer that is no gzip tar with the plugin in it.
pub fn advise_archive(
    refusal: &mut Refusal,
    inventory: &Inventory,
    layers: &[Layer],
    names: &Names,
) {
    if is_component(inventory, layers) {
        refusal.fixes.push(remedies::build_core_module(names));
        return;
    }
    let last = layers.len().saturating_sub(1);
    let plugin = plugin_layer(inventory, layers).filter(|position| *position != last);
    let push = remedies::push_plugin_last(names, &descriptors(layers), plugin);
    refusal.fixes.push(push);
    if plugin.is_none() {
        refusal.fixes.push(remedies::build_plugin_image(names));
    }
}
