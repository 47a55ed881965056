//! Demands on image configs and on JSON. Tests only.

use super::super::input;
use super::{Demand, Is, Make, Must, MustNot, Required, Schema, Should, proved, shown};
use crate::kit::Files;
use serde_json::{Value, json};

const CONFIG: &str = "config.md#properties";
const DIFF_ID: &str = "config.md#layer-diffid";
const CONFIG_KEPT: Make = || config(|_| {});

fn config(change: fn(&mut Value)) -> Files {
    input::pasted(input::config(), change)
}

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    proved(
        DIFF_ID,
        Is,
        "a diffID is the digest of the uncompressed layer",
        &[
            "config-diff-id-mismatch",
            "config-diff-id-compressed",
            "config-diff-id-order",
            "config-diff-id-syntax",
        ],
    ),
    proved(
        CONFIG,
        Required,
        "has an architecture",
        &["config-architecture-missing"],
    ),
    proved(
        CONFIG,
        Required,
        "has an operating system",
        &["config-os-missing"],
    ),
    shown(
        CONFIG,
        Should,
        "the architecture is a GOARCH",
        &["platform-architecture-unknown"],
        (
            || config(|c| c["architecture"] = json!("x86_64")),
            CONFIG_KEPT,
        ),
    ),
    shown(
        CONFIG,
        Should,
        "the operating system is a GOOS",
        &["platform-os-unknown"],
        (|| config(|c| c["os"] = json!("Linux")), CONFIG_KEPT),
    ),
    shown(
        CONFIG,
        Should,
        "features of Windows are those listed",
        &["platform-windows-features"],
        (
            || config(|c| (c["os"], c["os.features"]) = (json!("windows"), json!(["hyperv"]))),
            || config(|c| (c["os"], c["os.features"]) = (json!("windows"), json!(["win32k"]))),
        ),
    ),
    shown(
        CONFIG,
        Should,
        "variants are those of the table",
        &["platform-variant-unknown"],
        (
            || config(|c| (c["architecture"], c["variant"]) = (json!("arm"), json!("v9"))),
            || config(|c| (c["architecture"], c["variant"]) = (json!("arm"), json!("v7"))),
        ),
    ),
    proved(
        CONFIG,
        Is,
        "dates are those of RFC 3339",
        &["config-created-format"],
    ),
    proved(
        CONFIG,
        Is,
        "a user is a name or a number, with a group or without",
        &["config-user-format", "config-user-unknown"],
    ),
    proved(
        CONFIG,
        Is,
        "a port has a number and perhaps a protocol",
        &["config-exposed-port-format"],
    ),
    proved(
        CONFIG,
        Is,
        "an environment entry has a name and a value",
        &["config-env-format"],
    ),
    proved(
        CONFIG,
        Is,
        "a stop signal is a name or a number",
        &["config-stop-signal"],
    ),
    proved(
        CONFIG,
        Is,
        "`ArgsEscaped` is deprecated",
        &["config-args-escaped"],
    ),
    proved(CONFIG, Is, "is a JSON object", &["config-content-type"]),
    proved(
        CONFIG,
        Schema,
        "fields have their JSON types",
        &[
            "config-section-type",
            "config-set-type",
            "config-entrypoint-type",
            "config-history-type",
        ],
    ),
    proved(
        "annotations.md#rules",
        Must,
        "labels follow the rules of annotations",
        &["config-labels"],
    ),
    proved(
        CONFIG,
        Required,
        "has a `rootfs`",
        &["config-rootfs-missing"],
    ),
    shown(
        CONFIG,
        Required,
        "`rootfs` has a type",
        &["config-rootfs-type"],
        (
            || config(|c| input::without(&mut c["rootfs"], "type")),
            CONFIG_KEPT,
        ),
    ),
    proved(
        CONFIG,
        Must,
        "the type of `rootfs` is `layers`",
        &["config-rootfs-type"],
    ),
    proved(
        CONFIG,
        Required,
        "`rootfs` has diffIDs",
        &["config-diff-ids-missing"],
    ),
    proved(
        "considerations.md#canonicalization",
        Should,
        "blobs are serialised canonically",
        &["json-not-canonical"],
    ),
    proved("RFC 8259", Must, "documents are JSON", &["json-syntax"]),
    proved("RFC 8259", Must, "documents are UTF-8", &["json-not-utf8"]),
    proved("RFC 8259", MustNot, "no byte order mark", &["json-bom"]),
    proved(
        "RFC 8259",
        Is,
        "one value and nothing after it",
        &["json-trailing-data"],
    ),
];
