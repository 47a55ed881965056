//! Demands on layouts, archives and layers. Tests only.

use super::super::input;
use super::{Demand, Is, Must, MustNot, Required, Schema, Should, ShouldNot, proved, shown};
use crate::kit::{self, Files};
use crate::spec::media_type as mt;

const CONTENT: &str = "image-layout.md#content";
const BLOBS: &str = "image-layout.md#blobs";
const FORMAT: &str = "layer.md#distributable-format";
const WHITEOUTS: &str = "layer.md#whiteouts";

/// A layout whose `oci-layout` says this.
fn header(text: &str) -> Files {
    input::layout_with(|layout| layout.put("oci-layout", text.as_bytes()))
}

/// An image of one layer with these files.
fn layer(files: &[(&str, &str)]) -> Files {
    let tar = kit::tar(files);
    input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&tar), tar)
}

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    // image-layout.md
    proved(
        CONTENT,
        Must,
        "there is a folder `blobs`",
        &["layout-blobs-missing"],
    ),
    proved(
        CONTENT,
        Must,
        "there is a file `oci-layout`",
        &["layout-header-missing"],
    ),
    proved(
        CONTENT,
        Is,
        "what is given is a layout at all",
        &["archive-unknown-kind"],
    ),
    shown(
        CONTENT,
        Must,
        "`oci-layout` is a JSON object",
        &["json-root-type"],
        (
            || header("[]"),
            || header(r#"{"imageLayoutVersion":"1.0.0"}"#),
        ),
    ),
    proved(
        "image-layout.md#oci-layout-file",
        Must,
        "`oci-layout` has a version",
        &["layout-header-invalid"],
    ),
    shown(
        CONTENT,
        Must,
        "`oci-layout` has an `imageLayoutVersion`",
        &["layout-header-invalid"],
        (
            || header(r#"{"version":"1.0.0"}"#),
            || header(r#"{"imageLayoutVersion":"1.0.0","more":1}"#),
        ),
    ),
    proved(
        "image-layout.md#oci-layout-file",
        Schema,
        "the version is 1.0.0",
        &["layout-version-unknown"],
    ),
    proved(
        CONTENT,
        Must,
        "there is a file `index.json`",
        &["layout-index-missing"],
    ),
    proved(
        "image-layout.md#indexjson-file",
        Required,
        "`index.json` is where reading begins",
        &["layout-index-missing"],
    ),
    proved(
        CONTENT,
        Must,
        "`index.json` is an image index",
        &["layout-index-invalid", "json-root-type"],
    ),
    proved(
        BLOBS,
        Must,
        "a blob hashes to its name",
        &["layout-blob-digest-mismatch"],
    ),
    proved(
        BLOBS,
        Must,
        "a blob's path keeps to the grammar of digests",
        &["layout-blob-name"],
    ),
    proved(
        BLOBS,
        Should,
        "a blob that is missing comes from elsewhere",
        &["layout-blob-missing"],
    ),
    // layer.md
    proved(
        "layer.md#gzip-media-types",
        Is,
        "a layer is compressed as its type says",
        &["layer-compression-mismatch"],
    ),
    proved(
        FORMAT,
        Must,
        "a layer is a tar",
        &[
            "layer-not-tar",
            "tar-header",
            "tar-truncated",
            "tar-pax-malformed",
            "tar-path-nul",
        ],
    ),
    shown(
        FORMAT,
        MustNot,
        "no path stands in it twice",
        &["tar-duplicate-path"],
        (
            || layer(&[("a", "1"), ("a", "2")]),
            || layer(&[("a", "1"), ("b", "2")]),
        ),
    ),
    proved(
        FORMAT,
        MustNot,
        "however it is written",
        &["tar-duplicate-path"],
    ),
    proved(
        "layer.md#file-attributes",
        ShouldNot,
        "no sparse files",
        &["tar-sparse", "tar-sparse-gnu"],
    ),
    proved(
        "layer.md#hardlinks",
        Is,
        "a folder has no hard links",
        &["tar-hardlink-directory"],
    ),
    proved(
        "layer.md#hardlinks",
        Is,
        "a hard link to outside of the layer may fail (1.1.1)",
        &["tar-hardlink-lower", "tar-hardlink-missing"],
    ),
    proved(
        WHITEOUTS,
        Is,
        "a whiteout is an empty file",
        &["whiteout-not-empty", "whiteout-not-regular"],
    ),
    proved(
        WHITEOUTS,
        Must,
        "a whiteout is about lower layers only",
        &["whiteout-same-layer"],
    ),
    proved(
        WHITEOUTS,
        Should,
        "a whiteout stands before its siblings",
        &["whiteout-late"],
    ),
    proved(
        WHITEOUTS,
        Should,
        "a whiteout names something (main)",
        &["whiteout-empty-name"],
    ),
    proved(
        "layer.md#opaque-whiteout",
        Should,
        "whiteouts are explicit ones",
        &["whiteout-opaque"],
    ),
    proved(
        "layer.md#non-distributable-layers",
        ShouldNot,
        "no new layers that may not be distributed (1.1)",
        &["media-type-nondistributable"],
    ),
    // What they are made of
    proved(
        "POSIX ustar",
        Is,
        "an archive is whole",
        &["archive-truncated"],
    ),
    proved(
        "RFC 1952",
        Must,
        "a gzip stream is whole and its sums are right",
        &["layer-gzip-truncated", "layer-gzip-checksum"],
    ),
    proved(
        "RFC 8878",
        Must,
        "a zstd stream is whole and its sums are right",
        &["layer-zstd-truncated", "layer-zstd-checksum"],
    ),
];
