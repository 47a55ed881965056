//! containerd's image library as other programs use it: which media types it knows, the import of an archive, and what
//! unpacking one image would meet. Shared by all that is built on containerd.

mod apply;
mod client;
mod content;
mod docker_archive;
mod fetch;
mod import;
mod unpack;
mod whole;

pub(in crate::consumers) use apply::By;
pub(in crate::consumers) use client::{check_walk, select};
pub(in crate::consumers) use content::{Content, Origin};
pub(in crate::consumers) use fetch::{Pull, Pulled, pull, unpack_afterwards};
pub(in crate::consumers) use import::{Start, import};
pub(in crate::consumers) use unpack::{Unpack, unpack};
pub(in crate::consumers) use whole::{unpack_docker, unpack_image};

use super::{Case, go_scanner};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::{ArtifactKind, InputKind, Packaging};
use crate::artifact::{BlobId, Document, Inventory, Measured, Missing, Why};
use crate::place::Locus;
use crate::spec::media_type as mt;

/// What sets releases of containerd apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) struct Release {
    /// The series of its library.
    pub series: Series,
    /// It reads zstd: since 1.5.
    pub zstd: bool,
    /// `Image.Unpack` counts layers of every type: before 1.6.25 and 1.7.7.
    pub counts_all_layers: bool,
    /// It knows schema 1 no more: since 2.1.
    pub no_schema1: bool,
}

impl Release {
    /// 1.4 and before.
    pub const V1_4: Release = Release {
        series: Series::V1,
        zstd: false,
        counts_all_layers: true,
        no_schema1: false,
    };
    /// 1.5 up to 1.6.24 and 1.7.6.
    pub const V1_5: Release = Release {
        zstd: true,
        ..Release::V1_4
    };
    /// 1.6.25 and 1.7.7 and later of their series.
    pub const V1_7: Release = Release {
        counts_all_layers: false,
        ..Release::V1_5
    };
    /// 2.0.
    pub const V2_0: Release = Release {
        series: Series::V2,
        ..Release::V1_7
    };
    /// 2.1 and later.
    pub const V2_1: Release = Release {
        no_schema1: true,
        ..Release::V2_0
    };
}

/// The series of containerd's library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Series {
    /// 1.7 and before.
    V1,
    /// 2.0 and later.
    V2,
}

/// `images.IsLayerType`.
pub(in crate::consumers) fn is_layer(media_type: &str, series: Series) -> bool {
    if media_type.starts_with(mt::OCI_LAYER_PREFIX) {
        return true;
    }
    let base = media_type.split('+').next().unwrap_or(media_type);
    match base {
        mt::DOCKER_TAR
        | mt::DOCKER_TAR_GZIP
        | mt::DOCKER_FOREIGN_TAR
        | mt::DOCKER_FOREIGN_TAR_GZIP => true,
        mt::DOCKER_TAR_ZSTD => series == Series::V2,
        _ => false,
    }
}

/// Whether the input is files rather than one document or one blob by itself.
pub(in crate::consumers) fn holds_files(inventory: &Inventory) -> bool {
    inventory.is_container() || !matches!(inventory.packaging, Packaging::File | Packaging::Pasted)
}

/// Whether the artifact could be a container image, as far as its types tell.
pub(in crate::consumers) fn is_image(case: &Case) -> bool {
    let Ok(document) = case.document() else {
        return holds_images(case);
    };
    if case
        .root
        .is_some_and(|root| root.kind == ArtifactKind::Signature)
    {
        return false;
    }
    match &document.claims {
        Claims::Manifest(manifest) => mt::is_image_config(manifest.config_media_type()),
        Claims::Index(_) | Claims::Schema1 { .. } => true,
        _ => false,
    }
}

/// Whether the input looks like an archive or layout of container images: what loaders are given.
pub(in crate::consumers) fn holds_images(case: &Case) -> bool {
    let inventory = case.inventory;
    let container = matches!(
        inventory.kind,
        InputKind::OciLayout
            | InputKind::DockerArchive
            | InputKind::DockerArchiveWithOciLayout
            | InputKind::DockerArchiveLegacy
    );
    if !container {
        return inventory.nested_under.is_some();
    }
    inventory.roots.is_empty()
        || inventory.roots.iter().any(|root| {
            matches!(
                root.kind,
                ArtifactKind::MultiPlatformImage
                    | ArtifactKind::ContainerImage
                    | ArtifactKind::DockerArchiveImage
                    | ArtifactKind::Part
            )
        })
}

/// The document of a blob.
pub(in crate::consumers) fn document_of(
    inventory: &Inventory,
    blob: BlobId,
    at: Option<Locus>,
) -> Result<&Document, Missing> {
    let Some(blob) = inventory.blobs.get(blob) else {
        return Err(Missing {
            what: String::new(),
            why: Why::NotInInput,
            at,
        });
    };
    match blob.document.and_then(|id| inventory.documents.get(id)) {
        // Go reads on where we stop.
        Some(document)
            if document.is_beyond_limits() && go_scanner::error(&document.bytes).is_none() =>
        {
            Err(Missing {
                what: document.path.clone(),
                why: Why::BeyondLimits,
                at,
            })
        }
        Some(document) => Ok(document),
        None => Err(Missing {
            what: blob.path.to_string(),
            why: match &blob.measured {
                Measured::Not(why) => why.clone(),
                Measured::Facts(_) => Why::Unreadable,
            },
            at,
        }),
    }
}

/// A document at the root of the archive.
pub(in crate::consumers) fn root_document<'a>(
    inventory: &'a Inventory,
    path: &str,
) -> Result<&'a Document, Missing> {
    let at = Some(Locus::whole(path));
    match inventory.blob_at(path) {
        Some(blob) => document_of(inventory, blob, at),
        None => Err(Missing {
            what: path.to_string(),
            why: if holds_files(inventory) {
                Why::NotInInput
            } else {
                Why::NotGiven
            },
            at,
        }),
    }
}

/// The entries of an index; none where the document is no index.
pub(in crate::consumers) fn entries(document: &Document) -> &[Descriptor] {
    match &document.claims {
        Claims::Index(index) => index.manifests(),
        _ => &[],
    }
}

/// Whether a name could be a reference: `reference.ParseNormalizedNamed` wants lower case before the tag.
pub(in crate::consumers) fn is_reference(name: &str) -> bool {
    let (path, last) = name.rsplit_once('/').map_or(("", name), |(p, l)| (p, l));
    let (base, tag) = last
        .split_once(':')
        .map_or((last, None), |(b, t)| (b, Some(t)));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let good_path = path.split('/').enumerate().all(|(i, part)| {
        part.chars()
            .all(|c| plain(c) || (i == 0 && (c == ':' || c.is_ascii_uppercase())))
    });
    !base.is_empty()
        && base.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && base.chars().all(plain)
        && good_path
        && tag.is_none_or(|t| {
            !t.is_empty()
                && t.len() <= 128
                && t.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
                && !t.starts_with(['.', '-'])
        })
}
