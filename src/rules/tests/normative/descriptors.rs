//! Demands on descriptors and digests. Tests only.

use super::super::input;
use super::{Demand, Is, Make, Must, MustNot, Required, Schema, Should, proved, shown};
use crate::kit::{self, Files};
use serde_json::json;

const DESCRIPTOR: &str = "descriptor.md#properties";
const EMBEDDED: &str = "descriptor.md#embedded-content";
const MANIFEST_KEPT: Make = || input::given(input::manifest());

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    proved(
        DESCRIPTOR,
        Required,
        "has a media type",
        &["descriptor-media-type-missing"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "the media type is one of RFC 6838",
        &["descriptor-media-type-syntax"],
    ),
    proved(
        DESCRIPTOR,
        Required,
        "has a digest",
        &["descriptor-digest-missing"],
    ),
    proved(
        DESCRIPTOR,
        Required,
        "has a size",
        &["descriptor-size-missing"],
    ),
    proved(
        DESCRIPTOR,
        Is,
        "the size is that of the content",
        &["layout-blob-size-mismatch", "descriptor-size-conflict"],
    ),
    proved(
        DESCRIPTOR,
        Schema,
        "the size is an int64",
        &["descriptor-size-range", "json-number-form"],
    ),
    proved(
        DESCRIPTOR,
        MustNot,
        "the size is not negative (main)",
        &["descriptor-size-negative"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "each URL is one of RFC 3986",
        &["descriptor-url-syntax"],
    ),
    proved(
        DESCRIPTOR,
        Schema,
        "`urls` is an array of strings",
        &["descriptor-urls-type"],
    ),
    proved(
        DESCRIPTOR,
        Should,
        "URLs use http or https",
        &["descriptor-url-scheme"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "data is padded base64 of RFC 4648, section 4",
        &["descriptor-data-base64"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "data is the content",
        &["descriptor-data-mismatch", "descriptor-data-size-mismatch"],
    ),
    proved(
        EMBEDDED,
        Must,
        "data and digest belong together",
        &["descriptor-data-mismatch", "descriptor-data-size-mismatch"],
    ),
    proved(
        EMBEDDED,
        Should,
        "embedding minds the size of the manifest",
        &["descriptor-data-large"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "the artifact type is one of RFC 6838",
        &["descriptor-artifact-type-syntax"],
    ),
    proved(
        DESCRIPTOR,
        Must,
        "annotations follow their rules",
        &["annotation-not-map"],
    ),
    proved(
        "annotations.md#rules",
        Must,
        "a descriptor's annotations are a map",
        &["descriptor-annotations-type"],
    ),
    shown(
        DESCRIPTOR,
        Must,
        "a descriptor's annotations are strings",
        &["annotation-value-not-string"],
        (
            || {
                input::pasted(input::manifest(), |m| {
                    m["config"]["annotations"] = json!({ "com.example.a": 1 })
                })
            },
            MANIFEST_KEPT,
        ),
    ),
    proved(
        DESCRIPTOR,
        Is,
        "is an object of these fields",
        &["descriptor-type"],
    ),
    proved(
        DESCRIPTOR,
        Schema,
        "fields have their JSON types",
        &["json-type", "json-null-value"],
    ),
    proved(
        DESCRIPTOR,
        Should,
        "a manifest's descriptor has a platform",
        &["index-platform-missing"],
    ),
    proved(
        "descriptor.md#digests",
        Must,
        "a digest follows the grammar",
        &["digest-syntax"],
    ),
    proved(
        "descriptor.md#digests",
        Is,
        "a digest names one content only",
        &["digest-known-content"],
    ),
    proved(
        "descriptor.md#registered-algorithms",
        Should,
        "digests use SHA-256",
        &[
            "digest-algorithm-unregistered",
            "digest-algorithm-not-sha256",
        ],
    ),
    proved(
        "descriptor.md#sha-256",
        Must,
        "64 digits",
        &["digest-sha256-encoded"],
    ),
    shown(
        "descriptor.md#sha-256",
        MustNot,
        "no upper case",
        &["digest-sha256-encoded"],
        (|| upper(&kit::sha256(b"layer")), MANIFEST_KEPT),
    ),
    proved(
        "descriptor.md#sha-512",
        Must,
        "128 digits",
        &["digest-sha512-encoded"],
    ),
    shown(
        "descriptor.md#sha-512",
        MustNot,
        "no upper case",
        &["digest-sha512-encoded"],
        (
            || upper(&format!("sha512:{}", "ab".repeat(64))),
            || digest(&format!("sha512:{}", "ab".repeat(64))),
        ),
    ),
    proved(
        "descriptor.md#blake3",
        Must,
        "64 digits (main)",
        &["digest-blake3-encoded"],
    ),
];

/// A manifest whose layer has this digest.
fn digest(digest: &str) -> Files {
    input::pasted(input::manifest(), |m| {
        m["layers"][0]["digest"] = json!(digest)
    })
}

/// A manifest whose layer has this digest, its encoded part in upper case.
fn upper(written: &str) -> Files {
    let (algorithm, encoded) = written.split_once(':').unwrap();
    digest(&format!("{algorithm}:{}", encoded.to_uppercase()))
}
