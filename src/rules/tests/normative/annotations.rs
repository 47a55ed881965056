//! Demands on annotations and labels. Tests only.

use super::super::input;
use super::{Demand, Is, Must, MustNot, Should, proved, shown};
use crate::kit::{self, Files};
use serde_json::{Value, json};

const RULES: &str = "annotations.md#rules";
const KEYS: &str = "annotations.md#pre-defined-annotation-keys";

fn manifest(change: fn(&mut Value)) -> Files {
    input::pasted(input::manifest(), change)
}

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    proved(
        RULES,
        Must,
        "a map of strings to strings",
        &["annotation-not-map", "annotation-value-not-string"],
    ),
    shown(
        RULES,
        Must,
        "a key has a value",
        &["annotation-value-not-string"],
        (
            || manifest(|m| m["annotations"] = json!({ "com.example.a": null })),
            || manifest(|m| m["annotations"] = json!({ "com.example.a": "" })),
        ),
    ),
    proved(
        RULES,
        Must,
        "a key stands once",
        &["annotation-duplicate-key"],
    ),
    proved(
        RULES,
        Should,
        "a key begins with a reversed domain",
        &["annotation-key-namespace"],
    ),
    shown(
        RULES,
        MustNot,
        "`org.opencontainers` is for OCI's specifications",
        &["annotation-reserved-key"],
        (
            || manifest(|m| m["annotations"] = json!({ "org.opencontainers.acme": "x" })),
            || manifest(|m| m["annotations"] = json!({ "org.acme.opencontainers": "x" })),
        ),
    ),
    proved(
        RULES,
        MustNot,
        "`org.opencontainers.image` is for this specification",
        &["annotation-reserved-key"],
    ),
    shown(
        RULES,
        Must,
        "without annotations: absent, or an empty map",
        &["annotation-not-map"],
        (
            || manifest(|m| m["annotations"] = json!(null)),
            || manifest(|m| m["annotations"] = json!({})),
        ),
    ),
    proved(
        KEYS,
        Is,
        "`created` is a date of RFC 3339",
        &["annotation-created-format"],
    ),
    proved(
        KEYS,
        Is,
        "`url`, `documentation`, `source` are URLs",
        &["annotation-url-format"],
    ),
    proved(
        KEYS,
        Is,
        "`licenses` is an SPDX expression",
        &["annotation-licenses-spdx"],
    ),
    proved(
        KEYS,
        Should,
        "`ref.name` stands in index.json only",
        &["annotation-ref-name-misplaced"],
    ),
    shown(
        KEYS,
        Should,
        "`ref.name` keeps to its characters",
        &["annotation-ref-name-grammar"],
        (|| named("v1 final"), || named("v1-final")),
    ),
    proved(
        KEYS,
        Must,
        "`ref.name` follows the grammar (up to 1.1.0)",
        &["annotation-ref-name-grammar"],
    ),
    proved(
        KEYS,
        Is,
        "`base.digest` is a digest",
        &["annotation-base-digest"],
    ),
    shown(
        KEYS,
        Should,
        "`base.name` is a reference",
        &["annotation-base-name"],
        (
            || based_on("registry.example.com/Upper:1"),
            || based_on("registry.example.com/lower:1"),
        ),
    ),
    proved(
        KEYS,
        Should,
        "`base.name` is fully qualified",
        &["annotation-base-name"],
    ),
    proved(
        KEYS,
        Should,
        "`base.name` comes with the digest",
        &["annotation-base-pair"],
    ),
];

/// A layout whose image has this name.
fn named(name: &str) -> Files {
    input::layout_with(|layout| {
        let entry = &mut layout.index["manifests"][0];
        entry["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
    })
}

/// A manifest of an image that is based on another.
fn based_on(name: &str) -> Files {
    input::annotated(json!({
        "org.opencontainers.image.base.name": name,
        "org.opencontainers.image.base.digest": kit::sha256(b"base"),
    }))
}
