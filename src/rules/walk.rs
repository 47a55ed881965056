//! What rules walk over: every descriptor with its role, every image with its config, every blob that is a layer.
//! It finds and pairs; it never judges.

use crate::artifact::documents::{Claims, Config, Descriptor, DockerImage, Index, Manifest};
use crate::artifact::kinds::InputKind;
use crate::artifact::kinds::Packaging;
use crate::artifact::{Blob, BlobId, Document, Inventory, Missing, Start, Why};
use crate::bytes::blob::{BlobFacts, Form};
use crate::bytes::json::Node;
use crate::bytes::tar::EntryKind;
use crate::place::Locus;
use crate::spec::media_type as mt;
use std::collections::{BTreeMap, BTreeSet};

/// What a descriptor is for, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `config` of a manifest.
    Config,
    /// An element of `layers`.
    Layer,
    /// `subject` of a manifest or index.
    Subject,
    /// An element of `manifests`.
    Entry,
}

/// A descriptor and where it stands.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// The document that it stands in.
    pub document: &'a Document,
    /// The descriptor.
    pub descriptor: &'a Descriptor,
    /// What it is for.
    pub role: Role,
}

impl Placed<'_> {
    /// The place of one of its fields; the place of the descriptor where the field is not there.
    pub fn field(&self, name: &str) -> Locus {
        field_or_object(self.document, &self.descriptor.pointer, name)
    }

    /// The place of the whole descriptor.
    pub fn whole(&self) -> Locus {
        self.document.locus(&self.descriptor.pointer)
    }
}

/// The place of a field's value, or of the object at `pointer` where the field is not there.
pub fn field_or_object(document: &Document, pointer: &str, name: &str) -> Locus {
    let there = node_at(document, pointer).is_some_and(|node| node.get(name).is_some());
    if there {
        document.locus(&format!("{pointer}/{}", escape(name)))
    } else {
        document.locus(pointer)
    }
}

/// The place of a key of the object at `pointer`, rather than of its value.
pub fn key(document: &Document, pointer: &str, name: &str) -> Locus {
    let range = node_at(document, pointer).and_then(|node| {
        let member = node.members().iter().rev().find(|m| m.key == name)?;
        Some(member.key_range.clone())
    });
    match range {
        Some(range) => document.locus_of(range, Some(&format!("{pointer}/{}", escape(name)))),
        None => document.locus(pointer),
    }
}

/// A key as a part of a JSON pointer (RFC 6901).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The value at a pointer of a document.
pub fn node_at<'a>(document: &'a Document, pointer: &str) -> Option<&'a Node> {
    document.json.root.as_ref()?.at_pointer(pointer)
}

/// Every descriptor that is an object, in the order of the documents.
pub fn descriptors(inventory: &Inventory) -> Vec<Placed<'_>> {
    let mut all = Vec::new();
    for document in &inventory.documents {
        let mut add = |descriptor, role| {
            all.push(Placed {
                document,
                descriptor,
                role,
            });
        };
        match &document.claims {
            Claims::Manifest(manifest) => {
                if let Some(d) = manifest.config.value() {
                    add(d, Role::Config);
                }
                for d in manifest.layers() {
                    add(d, Role::Layer);
                }
                if let Some(d) = manifest.subject.value() {
                    add(d, Role::Subject);
                }
            }
            Claims::Index(index) => {
                for d in index.manifests() {
                    add(d, Role::Entry);
                }
                if let Some(d) = index.subject.value() {
                    add(d, Role::Subject);
                }
            }
            _ => {}
        }
    }
    all.retain(|placed| is_object(placed.document, placed.descriptor));
    all
}

/// Whether a descriptor is an object, rather than something else that stands where one should.
pub fn is_object(document: &Document, descriptor: &Descriptor) -> bool {
    document.bytes.get(descriptor.range.start) == Some(&b'{')
}

/// Every descriptor that is an object, by its digest.
pub fn by_digest(inventory: &Inventory) -> BTreeMap<&str, Vec<Placed<'_>>> {
    let mut found: BTreeMap<&str, Vec<Placed<'_>>> = BTreeMap::new();
    for placed in descriptors(inventory) {
        let digest = placed.descriptor.digest();
        found.entry(digest).or_default().push(placed);
    }
    found
}

/// Every image manifest, OCI's and Docker's.
pub fn manifests(inventory: &Inventory) -> impl Iterator<Item = (&Document, &Manifest)> {
    inventory.documents.iter().filter_map(|d| match &d.claims {
        Claims::Manifest(manifest) => Some((d, manifest)),
        _ => None,
    })
}

/// Every index, OCI's and Docker's.
pub fn indexes(inventory: &Inventory) -> impl Iterator<Item = (&Document, &Index)> {
    inventory.documents.iter().filter_map(|d| match &d.claims {
        Claims::Index(index) => Some((d, index)),
        _ => None,
    })
}

/// Every image config. What only looks like one and is referred to as something else is none: a Wasm artifact's config
/// names an architecture too, and that of a Docker model has a `rootfs`. With both it is an image's, whatever it is called.
pub fn configs(inventory: &Inventory) -> impl Iterator<Item = (&Document, &Config)> {
    let (mut images, mut others) = (BTreeSet::new(), BTreeSet::new());
    for placed in descriptors(inventory) {
        let media_type = placed.descriptor.media_type();
        if placed.role == Role::Config && !media_type.is_empty() {
            let blob = inventory.blob_for(placed.descriptor.digest());
            if mt::is_image_config(media_type) {
                images.extend(blob);
            } else {
                others.extend(blob);
            }
        }
    }
    inventory
        .documents
        .iter()
        .filter_map(move |d| match &d.claims {
            Claims::Config(config)
                if !(config.has_rootfs && names_platform(config))
                    && others.contains(&d.blob)
                    && !images.contains(&d.blob) =>
            {
                None
            }
            Claims::Config(config) => Some((d, config)),
            _ => None,
        })
}

fn names_platform(config: &Config) -> bool {
    !(config.architecture.is_absent() && config.os.is_absent())
}

/// A manifest whose config is typed as an image config.
pub struct Image<'a> {
    /// The manifest's document.
    pub document: &'a Document,
    /// The manifest.
    pub manifest: &'a Manifest,
    /// Its config, where it is there and is one.
    pub config: Result<(&'a Document, &'a Config), Missing>,
}

/// Every manifest whose config is typed as an image config.
pub fn images(inventory: &Inventory) -> Vec<Image<'_>> {
    manifests(inventory)
        .filter_map(|(document, manifest)| {
            let descriptor = manifest.config.value()?;
            if !mt::is_image_config(descriptor.media_type()) {
                return None;
            }
            let config = inventory
                .target(document, descriptor)
                .and_then(|target| as_config(target, document.locus(&descriptor.pointer)));
            Some(Image {
                document,
                manifest,
                config,
            })
        })
        .collect()
}

fn as_config(target: &Document, at: Locus) -> Result<(&Document, &Config), Missing> {
    match &target.claims {
        Claims::Config(config) => Ok((target, config)),
        _ => Err(Missing {
            what: target.path.clone(),
            why: Why::Unreadable,
            at: Some(at),
        }),
    }
}

/// Every element of a docker-archive's `manifest.json`.
pub fn docker_images(inventory: &Inventory) -> Vec<(&Document, &DockerImage)> {
    inventory
        .documents
        .iter()
        .filter_map(|d| match &d.claims {
            Claims::DockerArchive(images) => Some((d, images)),
            _ => None,
        })
        .flat_map(|(d, images)| images.iter().map(move |image| (d, image)))
        .collect()
}

/// The config of a docker-archive image, where it is there and is one.
pub fn docker_config<'a>(
    inventory: &'a Inventory,
    document: &Document,
    image: &DockerImage,
) -> Result<(&'a Document, &'a Config), Missing> {
    let at = field_or_object(document, &image.pointer, "Config");
    let missing = |why: Why| Missing {
        what: image.config.text().to_string(),
        why,
        at: Some(at.clone()),
    };
    let id = docker_blob(inventory, image.config.text(), &at)?;
    let target = inventory
        .blobs
        .get(id)
        .and_then(|blob| inventory.documents.get(blob.document?))
        .ok_or_else(|| missing(Why::Unreadable))?;
    as_config(target, at.clone())
}

/// Whether a document is the `index.json` of a layout: a list of artifacts, rather than one artifact for many platforms.
pub fn is_listing(inventory: &Inventory, document: &Document) -> bool {
    is_layout(inventory)
        && root_document(inventory, "index.json").is_some_and(|d| std::ptr::eq(d, document))
}

/// The blob at a path that a docker-archive's `manifest.json` gives.
pub fn docker_blob(inventory: &Inventory, path: &str, at: &Locus) -> Result<BlobId, Missing> {
    inventory.blob_at(path).ok_or_else(|| Missing {
        what: path.to_string(),
        why: if is_docker_archive(inventory) {
            Why::NotInInput
        } else {
            Why::NotGiven
        },
        at: Some(at.clone()),
    })
}

/// Whether the input is one archive, compressed or not; there links and folders are told from files.
pub fn is_archive(inventory: &Inventory) -> bool {
    matches!(
        inventory.packaging,
        Packaging::Tar | Packaging::Gzip | Packaging::Zstd
    )
}

/// Whether the input is an OCI layout, alone or with a docker-archive.
pub fn is_layout(inventory: &Inventory) -> bool {
    matches!(
        inventory.kind,
        InputKind::OciLayout | InputKind::DockerArchiveWithOciLayout
    )
}

/// Whether the input is a docker-archive, alone or with an OCI layout.
pub fn is_docker_archive(inventory: &Inventory) -> bool {
    matches!(
        inventory.kind,
        InputKind::DockerArchive | InputKind::DockerArchiveWithOciLayout
    )
}

/// The document of a file at the root of a layout or archive.
pub fn root_document<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a Document> {
    let blob = inventory.blobs.get(inventory.blob_at(name)?)?;
    inventory.documents.get(blob.document?)
}

/// The files of the archive or folder by name. A tar that is no image archive is one blob, whose measurements list them;
/// None where there is no archive at all or its list is cut short.
pub fn file_names(inventory: &Inventory) -> Option<Result<Vec<&str>, Missing>> {
    if inventory.kind != InputKind::Tar {
        let named = inventory
            .entries
            .iter()
            .filter(|e| e.kind != EntryKind::Dir);
        return inventory
            .is_container()
            .then(|| Ok(named.map(|e| e.path.as_str()).collect()));
    }
    let facts = match inventory.blob_facts(0, None) {
        Ok(facts) => facts,
        Err(missing) => return Some(Err(missing)),
    };
    let tar = facts.tar.as_ref()?;
    if tar.entries != tar.listing.len() as u64 {
        return None;
    }
    let files = tar.listing.iter().filter(|e| e.kind != EntryKind::Dir);
    Some(Ok(files.map(|e| e.path.as_str()).collect()))
}

/// Whether a blob stands for what a descriptor says: measured, with this digest.
pub fn stands_for(facts: &BlobFacts, digest: &str) -> bool {
    crate::artifact::has_digest(facts, digest)
}

/// A blob that is meant to be a layer, with its measurements.
pub struct LayerBlob<'a> {
    /// The blob.
    pub blob: &'a Blob,
    /// What was measured.
    pub facts: &'a BlobFacts,
    /// The descriptor or field that names it; none for a lone layer.
    pub named_at: Option<Locus>,
}

/// Every blob whose bytes are meant to be a (compressed) tar, each once, and those that were not measured.
pub fn layer_blobs(inventory: &Inventory) -> (Vec<LayerBlob<'_>>, Vec<Missing>) {
    layer_blobs_of(inventory, is_archive_type)
}

/// The same for those media types only that are wanted, and for layers that have none.
pub fn layer_blobs_of(
    inventory: &Inventory,
    wanted_type: fn(&str) -> bool,
) -> (Vec<LayerBlob<'_>>, Vec<Missing>) {
    let mut wanted: Vec<(Result<BlobId, Missing>, Option<Locus>)> = Vec::new();
    for placed in descriptors(inventory) {
        let media_type = placed.descriptor.media_type();
        if placed.role == Role::Layer && wanted_type(media_type) {
            let blob = inventory.content(placed.document, placed.descriptor);
            wanted.push((blob, Some(placed.whole())));
        }
    }
    for (document, image) in docker_images(inventory) {
        for (i, path) in image.layer_paths().into_iter().enumerate() {
            let at = document.locus(&format!("{}/Layers/{i}", image.pointer));
            wanted.push((docker_blob(inventory, path, &at), Some(at)));
        }
    }
    for root in &inventory.roots {
        if let Start::Blob(id) = root.start {
            wanted.push((Ok(id), None));
        }
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (blob, named_at) in wanted {
        let measured = blob.and_then(|id| {
            if !seen.insert(id) {
                return Ok(None);
            }
            let facts = inventory.blob_facts(id, named_at.clone())?;
            Ok(inventory.blobs.get(id).map(|blob| (blob, facts)))
        });
        match measured {
            Ok(Some((blob, facts))) => found.push(LayerBlob {
                blob,
                facts,
                named_at,
            }),
            Ok(None) => {}
            Err(m) => missing.push(m),
        }
    }
    (found, missing)
}

/// A media type that promises a tar, compressed or not. Other types are opaque and never opened.
pub fn is_archive_type(media_type: &str) -> bool {
    (mt::is_layer(media_type) || media_type.contains(".tar")) && !is_encrypted(media_type)
}

/// A layer that only a key can open (ocicrypt).
pub fn is_encrypted(media_type: &str) -> bool {
    media_type.ends_with("+encrypted")
}

/// A form by the name that people know it by; the same in every language.
pub fn form_name(form: Form) -> &'static str {
    match form {
        Form::Empty => "0 bytes",
        Form::Tar => "tar",
        Form::Gzip => "gzip",
        Form::Zstd => "zstd",
        Form::Xz => "xz",
        Form::Bzip2 => "bzip2",
        Form::Lz4 => "lz4",
        Form::Zip => "zip",
        Form::SevenZip => "7-Zip",
        Form::Wasm { component: false } => "WebAssembly module",
        Form::Wasm { component: true } => "WebAssembly component",
        Form::Json => "JSON",
        Form::Html => "HTML",
        Form::Utf16 => "UTF-16 text",
        Form::Elf => "ELF",
        Form::Pdf => "PDF",
        Form::Ar => "ar",
        Form::Squashfs => "squashfs",
        Form::Text => "text",
        Form::Binary => "binary data",
    }
}
