//! Which artifacts a wasm proxy is asked about without being named.

use crate::artifact::Inventory;
use crate::artifact::documents::Claims;
use crate::artifact::graph::{Role, holds_plugin, manifest_kind, under};
use crate::artifact::kinds::ArtifactKind;
use crate::consumers::{Case, ggcr};

/// Whether an artifact may be a plugin: it is one, it is what is left of one, or some layer that was not looked into
/// could hold one.
pub fn meant_for(case: &Case) -> bool {
    let Some(root) = case.root else {
        return false;
    };
    match root.kind {
        ArtifactKind::WasmPlugin | ArtifactKind::EmptyArtifact => true,
        ArtifactKind::WasmModule => ggcr::is_pullable(case.inventory, root),
        ArtifactKind::ContainerImage | ArtifactKind::Artifact => match case.document() {
            Ok(document) => may_hold(case.inventory, &document.claims),
            Err(_) => true,
        },
        ArtifactKind::MultiPlatformImage => {
            let Ok(document) = case.document() else {
                return true;
            };
            under(case.inventory, document)
                .iter()
                .filter(|reached| reached.role == Role::Entry)
                .any(
                    |reached| match case.inventory.target(reached.document, reached.descriptor) {
                        Ok(child) => may_hold(case.inventory, &child.claims),
                        Err(_) => true,
                    },
                )
        }
        ArtifactKind::HelmChart
        | ArtifactKind::FluxArtifact
        | ArtifactKind::Attestation
        | ArtifactKind::Signature
        | ArtifactKind::DockerSchema1
        | ArtifactKind::DockerArchiveImage
        | ArtifactKind::Part => false,
    }
}

fn may_hold(inventory: &Inventory, claims: &Claims) -> bool {
    let Claims::Manifest(manifest) = claims else {
        return false;
    };
    match manifest_kind(inventory, manifest) {
        ArtifactKind::WasmPlugin | ArtifactKind::EmptyArtifact | ArtifactKind::WasmModule => true,
        ArtifactKind::ContainerImage | ArtifactKind::Artifact => {
            holds_plugin(inventory, manifest) != Some(false)
        }
        _ => false,
    }
}
