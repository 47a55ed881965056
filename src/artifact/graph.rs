//! Which descriptor points where: the descriptors of a document, where artifacts begin, what they are, and what
//! nothing refers to.

use super::documents::{Claims, Descriptor, Manifest};
use super::kinds::{ArtifactKind, InputKind};
use super::{BlobId, Document, DocumentId, Inventory, Root, Start};
use crate::limits;
use crate::order;
use crate::spec::{annotation, known, media_type as mt};
use std::collections::BTreeSet;

/// What a descriptor is to the document it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An entry of an index.
    Entry,
    /// A manifest's config.
    Config,
    /// One of a manifest's layers.
    Layer,
    /// The subject of a manifest or an index.
    Subject,
}

/// The descriptors of a document with their roles, in the document's order.
pub fn descriptors(document: &Document) -> Vec<(Role, &Descriptor)> {
    let mut found = Vec::new();
    match &document.claims {
        Claims::Manifest(m) => {
            found.extend(m.config.value().map(|d| (Role::Config, d)));
            found.extend(m.layers().iter().map(|d| (Role::Layer, d)));
            found.extend(m.subject.value().map(|d| (Role::Subject, d)));
        }
        Claims::Index(i) => {
            found.extend(i.manifests().iter().map(|d| (Role::Entry, d)));
            found.extend(i.subject.value().map(|d| (Role::Subject, d)));
        }
        _ => {}
    }
    found
}

/// Every descriptor of the input with its document and role.
pub fn all_descriptors(
    inventory: &Inventory,
) -> impl Iterator<Item = (&Document, Role, &Descriptor)> {
    inventory.documents.iter().flat_map(|document| {
        descriptors(document)
            .into_iter()
            .map(move |(role, d)| (document, role, d))
    })
}

/// Where artifacts begin, in the order of the documents that name them: at most [`limits::ROOTS`], and how many more.
pub fn roots(inventory: &Inventory) -> (Vec<Root>, usize) {
    let (mut roots, mut left_out) = match inventory.kind {
        InputKind::OciLayout | InputKind::DockerArchiveWithOciLayout => {
            layout_roots(inventory, "index.json")
        }
        InputKind::DockerArchive => docker_roots(inventory),
        InputKind::LooseFiles => loose_roots(inventory),
        _ => (single_root(inventory), 0),
    };
    if roots.is_empty() && inventory.kind == InputKind::DockerArchiveWithOciLayout {
        (roots, left_out) = docker_roots(inventory);
    }
    for root in &mut roots {
        root.kind = kind(inventory, root);
    }
    (roots, left_out)
}

/// How many of the roots are listed and judged.
pub fn manageable_roots(inventory: &Inventory) -> usize {
    let descriptors = all_descriptors(inventory).count().max(1);
    (limits::ROOTS_TIMES_DESCRIPTORS / descriptors).clamp(1, limits::ROOTS)
}

fn position_of(inventory: &Inventory, path: &str) -> Option<DocumentId> {
    inventory.blobs.get(inventory.blob_at(path)?)?.document
}

/// The first of them, and how many more there are.
fn first_of(mut all: impl Iterator<Item = Root>) -> (Vec<Root>, usize) {
    let first = all.by_ref().take(limits::ROOTS).collect();
    (first, all.count())
}

fn layout_roots(inventory: &Inventory, index: &str) -> (Vec<Root>, usize) {
    let Some(document) = position_of(inventory, index) else {
        return (Vec::new(), 0);
    };
    let Some(Document {
        claims: Claims::Index(index),
        path,
        ..
    }) = inventory.documents.get(document)
    else {
        return (Vec::new(), 0);
    };
    first_of(index.manifests().iter().map(|d| {
        Root {
            id: format!("{path}#{}", d.pointer),
            name: d
                .annotations
                .get(annotation::REF_NAME)
                .or_else(|| d.annotations.get(annotation::CONTAINERD_NAME))
                .cloned(),
            start: Start::Entry {
                document,
                descriptor: d.clone(),
            },
            kind: ArtifactKind::Part,
        }
    }))
}

fn docker_roots(inventory: &Inventory) -> (Vec<Root>, usize) {
    let Some(document) = position_of(inventory, "manifest.json") else {
        return (Vec::new(), 0);
    };
    let Some(Document {
        claims: Claims::DockerArchive(images),
        path,
        ..
    }) = inventory.documents.get(document)
    else {
        return (Vec::new(), 0);
    };
    first_of(images.iter().enumerate().map(|(position, image)| Root {
        id: format!("{path}#{}", image.pointer),
        name: image.tags().first().map(|tag| tag.to_string()),
        start: Start::DockerImage { document, position },
        kind: ArtifactKind::DockerArchiveImage,
    }))
}

fn loose_roots(inventory: &Inventory) -> (Vec<Root>, usize) {
    // A layout in a folder: what its index names, and not what was left behind in it.
    if let Some(folder) = &inventory.nested_under {
        let listed = layout_roots(inventory, &format!("{folder}/index.json"));
        if !listed.0.is_empty() {
            return listed;
        }
    }
    let pointed_at: BTreeSet<BlobId> = order::set_of(
        all_descriptors(inventory)
            .filter(|(_, role, _)| *role != Role::Subject)
            .filter_map(|(_, _, d)| inventory.blob_for(d.digest())),
    );
    let roots = inventory
        .documents
        .iter()
        .enumerate()
        .filter(|(_, document)| {
            !pointed_at.contains(&document.blob)
                && matches!(
                    document.claims,
                    Claims::Manifest(_)
                        | Claims::Index(_)
                        | Claims::Schema1 { .. }
                        | Claims::ArtifactManifest { .. }
                )
        })
        .map(|(id, document)| document_root(id, document));
    first_of(roots)
}

fn document_root(id: DocumentId, document: &Document) -> Root {
    Root {
        id: document.path.clone(),
        name: None,
        start: Start::Document(id),
        kind: ArtifactKind::Part,
    }
}

fn single_root(inventory: &Inventory) -> Vec<Root> {
    if let Some(document) = inventory.documents.first() {
        return vec![document_root(0, document)];
    }
    let lone = matches!(
        inventory.kind,
        InputKind::WasmModule | InputKind::WasmComponent | InputKind::Tar
    );
    match inventory.blobs.first() {
        Some(blob) if lone => vec![Root {
            id: blob.path.to_string(),
            name: None,
            start: Start::Blob(0),
            kind: ArtifactKind::Part,
        }],
        _ => Vec::new(),
    }
}

/// What lies under a root, as far as media types and content tell.
fn kind(inventory: &Inventory, root: &Root) -> ArtifactKind {
    match &root.start {
        Start::DockerImage { .. } => return ArtifactKind::DockerArchiveImage,
        Start::Blob(_) => {
            return match inventory.kind {
                InputKind::WasmModule | InputKind::WasmComponent => ArtifactKind::WasmModule,
                _ => ArtifactKind::Part,
            };
        }
        Start::Entry { descriptor, .. }
            if descriptor
                .annotations
                .contains_key(annotation::REFERENCE_TYPE) =>
        {
            return ArtifactKind::Attestation;
        }
        _ => {}
    }
    match inventory.root_document(root).map(|d| &d.claims) {
        Ok(Claims::Manifest(m)) => manifest_kind(inventory, m),
        Ok(Claims::Index(_)) => ArtifactKind::MultiPlatformImage,
        Ok(Claims::Schema1 { .. }) => ArtifactKind::DockerSchema1,
        Ok(Claims::ArtifactManifest { .. }) => ArtifactKind::Artifact,
        Ok(_) => ArtifactKind::Part,
        Err(_) => match &root.start {
            Start::Entry { descriptor, .. } if mt::is_index(descriptor.media_type()) => {
                ArtifactKind::MultiPlatformImage
            }
            _ => ArtifactKind::Part,
        },
    }
}

/// What a manifest is meant to be.
pub fn manifest_kind(inventory: &Inventory, m: &Manifest) -> ArtifactKind {
    let config = m.config_media_type();
    let layers = m.layers();
    let any = |test: &dyn Fn(&str) -> bool| layers.iter().any(|d| test(d.media_type()));
    if any(&|t| t.starts_with(mt::WASM_MODULE_PREFIX)) {
        return ArtifactKind::WasmPlugin;
    }
    if config == mt::HELM_CONFIG || any(&|t| t == mt::HELM_CHART) {
        return ArtifactKind::HelmChart;
    }
    if config == mt::FLUX_CONFIG || any(&|t| t.starts_with("application/vnd.cncf.flux.content.")) {
        return ArtifactKind::FluxArtifact;
    }
    if config == mt::CNCF_WASM_CONFIG || any(&|t| t == mt::CNCF_WASM || t == mt::WASM_TO_OCI) {
        return ArtifactKind::WasmModule;
    }
    if !layers.is_empty() && layers.iter().all(|d| d.media_type() == mt::IN_TOTO) {
        return ArtifactKind::Attestation;
    }
    if any(&|t| t == mt::COSIGN_SIGNED) {
        return ArtifactKind::Signature;
    }
    if holds_plugin(inventory, m) == Some(true) {
        return ArtifactKind::WasmPlugin;
    }
    let empty = |d: &Descriptor| d.media_type() == mt::OCI_EMPTY || d.digest() == known::EMPTY_JSON;
    if !layers.is_empty() && layers.iter().all(empty) {
        return ArtifactKind::EmptyArtifact;
    }
    let typed = m.artifact_type.value().is_some_and(|t| !t.is_empty());
    if mt::is_image_config(config) && !typed {
        return ArtifactKind::ContainerImage;
    }
    ArtifactKind::Artifact
}

/// Whether a layer holds a file named `plugin.wasm`; unknown while some layer that may hold it is not measured.
pub fn holds_plugin(inventory: &Inventory, m: &Manifest) -> Option<bool> {
    let mut unknown = false;
    for layer in m.layers() {
        let facts = inventory
            .blob_for(layer.digest())
            .and_then(|id| inventory.blobs.get(id))
            .and_then(super::Blob::facts);
        match facts {
            Some(facts) => {
                let there = facts
                    .tar
                    .as_ref()
                    .is_some_and(|tar| tar.wanted.iter().any(|w| w.base_name == "plugin.wasm"));
                if there {
                    return Some(true);
                }
            }
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(false) }
}

/// A descriptor reached from a root, with the document it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    /// Steps below the root; descriptors of the root document are 1.
    pub depth: u32,
    /// What it is to its document.
    pub role: Role,
    /// Its document.
    pub document: &'a Document,
    /// The descriptor.
    pub descriptor: &'a Descriptor,
}

/// Everything under a document, depth first, in document order. Cycles and chains deeper than
/// [`limits::INDEX_DEPTH`] are cut; subjects are named and not entered.
pub fn under<'a>(inventory: &'a Inventory, document: &'a Document) -> Vec<Reached<'a>> {
    let mut reached = Vec::new();
    let mut path = Vec::new();
    enter(inventory, document, 1, &mut path, &mut reached);
    reached
}

fn enter<'a>(
    inventory: &'a Inventory,
    document: &'a Document,
    depth: u32,
    path: &mut Vec<BlobId>,
    reached: &mut Vec<Reached<'a>>,
) {
    if path.contains(&document.blob)
        || path.len() >= limits::INDEX_DEPTH
        || reached.len() >= limits::DESCRIPTORS
    {
        return;
    }
    path.push(document.blob);
    for (role, descriptor) in descriptors(document) {
        if reached.len() >= limits::DESCRIPTORS {
            break;
        }
        reached.push(Reached {
            depth,
            role,
            document,
            descriptor,
        });
        if role == Role::Entry
            && let Ok(target) = inventory.target(document, descriptor)
        {
            enter(inventory, target, depth + 1, path, reached);
        }
    }
    path.pop();
}

/// Blobs that no document refers to, by digest or, in a docker-archive, by path. Root documents are referred to by
/// the format itself.
pub fn unreferenced(inventory: &Inventory) -> Vec<BlobId> {
    let mut referenced: BTreeSet<BlobId> = survey_roots(inventory);
    for (_, _, d) in all_descriptors(inventory) {
        referenced.extend(inventory.blob_for(d.digest()));
    }
    for document in &inventory.documents {
        if let Claims::DockerArchive(images) = &document.claims {
            for image in images {
                referenced.extend(inventory.blob_at(image.config.text()));
                for path in image.layer_paths() {
                    referenced.extend(inventory.blob_at(path));
                }
            }
        }
    }
    (0..inventory.blobs.len())
        .filter(|id| !referenced.contains(id))
        .collect()
}

fn survey_roots(inventory: &Inventory) -> BTreeSet<BlobId> {
    let names = super::survey::root_documents(inventory);
    order::set_of(names.iter().filter_map(|name| inventory.blob_at(name)))
}
