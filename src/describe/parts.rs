//! What is said of a descriptor beside its own words: the artifact type of what it points to, the diffID that the config
//! gives a layer, how its content differs; and the files that nothing refers to. It judges nothing.

use crate::artifact::documents::{Claim, Claims, Descriptor, DockerImage};
use crate::artifact::graph;
use crate::artifact::{Blob, Document, Inventory, Start};
use crate::limits;
use crate::report::{Content, Described, Unreferenced};

/// The artifact type of a descriptor, else of the document that it points to.
pub fn artifact_type(inventory: &Inventory, document: &Document, d: &Descriptor) -> Option<String> {
    let own = d.artifact_type.value().cloned().map(limits::shown);
    own.or_else(|| own_artifact_type(inventory.target(document, d).ok()?))
}

/// The artifact type that a document gives itself.
pub fn own_artifact_type(document: &Document) -> Option<String> {
    let claim = match &document.claims {
        Claims::Manifest(manifest) => &manifest.artifact_type,
        Claims::Index(index) => &index.artifact_type,
        Claims::ArtifactManifest { artifact_type, .. } => artifact_type,
        _ => return None,
    };
    claim.value().cloned().map(limits::shown)
}

/// What the config of an image says of the diffID of a layer.
pub fn declared_diff_id(
    inventory: &Inventory,
    document: &Document,
    layer: &Descriptor,
) -> Option<String> {
    let Claims::Manifest(manifest) = &document.claims else {
        return None;
    };
    let position: usize = layer.pointer.rsplit('/').next()?.parse().ok()?;
    let config = inventory.target(document, manifest.config.value()?).ok()?;
    diff_ids(config)?
        .get(position)?
        .value()
        .cloned()
        .map(limits::shown)
}

fn diff_ids(config: &Document) -> Option<&Vec<Claim<String>>> {
    match &config.claims {
        Claims::Config(config) => config.diff_ids.value(),
        _ => None,
    }
}

/// What the config of an image in a docker-archive says of the diffIDs of its layers.
pub fn docker_diff_ids(inventory: &Inventory, image: &DockerImage) -> Vec<String> {
    let config = inventory
        .blob_at(image.config.text())
        .and_then(|id| inventory.blobs.get(id)?.document)
        .and_then(|id| inventory.documents.get(id));
    let ids = config.and_then(diff_ids).into_iter().flatten();
    ids.map(|id| limits::shown(id.text().to_string())).collect()
}

/// Says how a content differs from what its descriptor declares.
pub fn fill_difference(described: &mut Described, blob: &Blob) {
    if described.content != Content::Differs {
        return;
    }
    let declared = described.digest.as_deref().unwrap_or_default();
    described.measured_digest = blob
        .facts()
        .and_then(|facts| facts.digest_like(declared))
        .filter(|measured| *measured != declared)
        .map(str::to_string);
    described.measured_size = described
        .size
        .filter(|size| *size != blob.size)
        .map(|_| blob.size);
}

/// The files of a container that nothing refers to, and how many more there are.
pub fn unreferenced(inventory: &Inventory) -> (Vec<Unreferenced>, u64) {
    if !inventory.is_container() {
        return (Vec::new(), 0);
    }
    let is_root = |id: usize| {
        inventory.roots.iter().any(|root| match root.start {
            Start::Document(document) => {
                let document = inventory.documents.get(document);
                document.is_some_and(|document| document.blob == id)
            }
            Start::Blob(blob) => blob == id,
            _ => false,
        })
    };
    let mut ids = graph::unreferenced(inventory)
        .into_iter()
        .filter(|id| !is_root(*id));
    let listed = ids.by_ref().take(limits::COVERAGE);
    let listed = listed.filter_map(|id| {
        let blob = inventory.blobs.get(id)?;
        Some(Unreferenced {
            path: blob.path.to_string(),
            size: blob.size,
            digest: blob.facts().map(|facts| facts.sha256.clone()),
        })
    });
    (listed.collect(), ids.count() as u64)
}
