//! Demands on manifests and indexes. Tests only.

use super::super::input;
use super::{Demand, Is, Make, Must, Required, Schema, Should, proved, shown};
use crate::kit::{self, Files};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

const MANIFEST: &str = "manifest.md#image-manifest-property-descriptions";
const ARTIFACTS: &str = "manifest.md#guidelines-for-artifact-usage";
const INDEX: &str = "image-index.md#image-index-property-descriptions";
const MANIFEST_KEPT: Make = || manifest(|_| {});
const INDEX_KEPT: Make = || index(|_| {});

fn manifest(change: fn(&mut Value)) -> Files {
    input::pasted(input::manifest(), change)
}

fn index(change: fn(&mut Value)) -> Files {
    input::pasted(input::index(), change)
}

/// A manifest of an artifact without anything to hold, and its one layer.
fn hollow(layers: Value) -> Files {
    input::pasted(input::artifact(), |m| m["layers"] = layers)
}

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    shown(
        MANIFEST,
        Required,
        "has a schema version",
        &["manifest-schema-version"],
        (
            || manifest(|m| input::without(m, "schemaVersion")),
            MANIFEST_KEPT,
        ),
    ),
    proved(
        MANIFEST,
        Must,
        "the schema version is 2",
        &["manifest-schema-version"],
    ),
    proved(
        MANIFEST,
        Should,
        "names its media type",
        &["manifest-media-type-missing"],
    ),
    proved(
        MANIFEST,
        Must,
        "its media type is that of manifests",
        &["manifest-media-type-wrong"],
    ),
    proved(
        MANIFEST,
        Must,
        "has an artifact type where the config is empty",
        &["manifest-artifact-type-required"],
    ),
    proved(
        MANIFEST,
        Must,
        "the artifact type is one of RFC 6838",
        &["manifest-artifact-type-syntax"],
    ),
    proved(
        MANIFEST,
        Required,
        "has a config",
        &["manifest-config-missing"],
    ),
    proved(
        MANIFEST,
        Should,
        "an image's config is of the portable type",
        &["manifest-config-media-type-portable"],
    ),
    proved(
        ARTIFACTS,
        Should,
        "an artifact's config follows the guidelines",
        &["manifest-artifact-image-config"],
    ),
    shown(
        MANIFEST,
        Must,
        "another type of config is one of RFC 6838",
        &["descriptor-media-type-syntax"],
        (
            || manifest(|m| m["config"]["mediaType"] = json!("foo/.bar")),
            || manifest(|m| m["config"]["mediaType"] = json!("application/vnd.acme.config")),
        ),
    ),
    proved(
        MANIFEST,
        Is,
        "what runs has a config of its own (1.1.1, recommended)",
        &["manifest-runnable-not-unique"],
    ),
    proved(
        MANIFEST,
        Must,
        "each layer is a descriptor",
        &["descriptor-type"],
    ),
    proved(MANIFEST, Should, "has a layer", &["manifest-layers-empty"]),
    proved(
        MANIFEST,
        Schema,
        "has `layers`, and one in it",
        &["manifest-layers-missing", "manifest-layers-empty"],
    ),
    proved(
        MANIFEST,
        Must,
        "the base layer comes first",
        &["config-diff-id-order"],
    ),
    proved(
        MANIFEST,
        Must,
        "the others follow in stack order",
        &["config-diff-id-order"],
    ),
    proved(
        MANIFEST,
        Should,
        "layers are of the portable types",
        &["manifest-layer-media-type-portable"],
    ),
    proved(
        MANIFEST,
        Should,
        "zstd layers: support is only recommended",
        &["media-type-zstd"],
    ),
    shown(
        MANIFEST,
        Must,
        "another type of layer is one of RFC 6838",
        &["descriptor-media-type-syntax"],
        (
            || manifest(|m| m["layers"][0]["mediaType"] = json!("layer")),
            || manifest(|m| m["layers"][0]["mediaType"] = json!("application/vnd.acme.layer")),
        ),
    ),
    proved(
        MANIFEST,
        Is,
        "the subject is a descriptor",
        &["manifest-subject-invalid", "manifest-subject-media-type"],
    ),
    shown(
        MANIFEST,
        Must,
        "annotations follow their rules",
        &["annotation-not-map"],
        (
            || manifest(|m| m["annotations"] = json!(["a"])),
            MANIFEST_KEPT,
        ),
    ),
    proved(
        "manifest.md#guidance-for-an-empty-descriptor",
        Is,
        "nothing is `{}`, not an empty blob",
        &["descriptor-size-zero", "descriptor-empty-content"],
    ),
    proved(
        ARTIFACTS,
        Must,
        "the config type is the artifact's own or the empty one",
        &["manifest-artifact-image-config"],
    ),
    proved(
        ARTIFACTS,
        Must,
        "the artifact type is there where the config is empty",
        &["manifest-artifact-type-required"],
    ),
    shown(
        ARTIFACTS,
        Should,
        "an artifact without layers has one all the same",
        &["manifest-layers-empty"],
        (
            || hollow(json!([])),
            || hollow(json!([kit::descriptor(mt::OCI_EMPTY, b"{}")])),
        ),
    ),
    shown(
        ARTIFACTS,
        Should,
        "and that one is not of zero size",
        &["descriptor-size-zero"],
        (
            || hollow(json!([kit::descriptor("application/vnd.acme.thing", b"")])),
            || hollow(json!([kit::descriptor(mt::OCI_EMPTY, b"{}")])),
        ),
    ),
    proved(
        ARTIFACTS,
        Is,
        "an artifact is an image manifest",
        &["media-type-artifact-manifest"],
    ),
    proved(
        "media-types.md#media-type-conflicts",
        Is,
        "a document is of the type that its descriptor names",
        &["media-type-document-mismatch"],
    ),
    shown(
        INDEX,
        Required,
        "has a schema version",
        &["index-schema-version"],
        (|| index(|i| input::without(i, "schemaVersion")), INDEX_KEPT),
    ),
    proved(
        INDEX,
        Must,
        "the schema version is 2",
        &["index-schema-version"],
    ),
    proved(
        INDEX,
        Should,
        "names its media type",
        &["index-media-type-missing"],
    ),
    proved(
        INDEX,
        Must,
        "its media type is that of indexes",
        &["index-media-type-wrong"],
    ),
    proved(
        INDEX,
        Must,
        "the artifact type is one of RFC 6838",
        &["index-artifact-type-syntax"],
    ),
    proved(
        INDEX,
        Required,
        "has `manifests`",
        &["index-manifests-missing"],
    ),
    proved(
        INDEX,
        Schema,
        "`manifests` is not null",
        &["index-manifests-null"],
    ),
    proved(
        INDEX,
        Should,
        "nested indexes: support is only recommended",
        &["index-nested"],
    ),
    proved(
        INDEX,
        Should,
        "entries are of the portable types",
        &["index-entry-media-type-portable"],
    ),
    proved(
        INDEX,
        Should,
        "an entry for a platform names it",
        &["index-platform-missing"],
    ),
    proved(
        INDEX,
        Required,
        "a platform has an architecture",
        &["platform-architecture-missing"],
    ),
    proved(
        INDEX,
        Required,
        "a platform has an operating system",
        &["platform-os-missing"],
    ),
    proved(
        INDEX,
        Should,
        "the architecture is a GOARCH",
        &["platform-architecture-unknown"],
    ),
    proved(
        INDEX,
        Should,
        "the operating system is a GOOS",
        &["platform-os-unknown"],
    ),
    proved(
        INDEX,
        Should,
        "features of Windows are those listed",
        &["platform-windows-features"],
    ),
    proved(
        "image-index.md#platform-variants",
        Should,
        "variants are those of the table",
        &["platform-variant-unknown"],
    ),
    proved(
        INDEX,
        Is,
        "`features` is reserved",
        &["platform-features-reserved"],
    ),
    proved(
        INDEX,
        Schema,
        "a platform's fields have their JSON types",
        &["platform-type"],
    ),
    proved(
        INDEX,
        Is,
        "the subject is a descriptor",
        &["index-subject-invalid"],
    ),
    shown(
        INDEX,
        Must,
        "annotations follow their rules",
        &["annotation-value-not-string"],
        (
            || index(|i| i["annotations"] = json!({ "com.example.a": null })),
            INDEX_KEPT,
        ),
    ),
];
