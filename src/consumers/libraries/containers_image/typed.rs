//! Which field of a document has a JSON type that Go's decoder does not take for the library's structs. Texts only; which
//! document is decoded into what is for the caller to say.

use crate::artifact::Document;
use crate::bytes::json::{JsonDefect, Node, Value};
use crate::consumers::libraries::{go_decode, go_scanner};

/// What a field has to be.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A string.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Truth,
    /// A date and time by RFC 3339.
    Time,
    /// An array of these.
    List(&'static Shape),
    /// An object of any keys, with values of this kind.
    Map(&'static Shape),
    /// An object with these fields, others being ignored.
    Object(&'static [(&'static str, Shape)]),
    /// Anything.
    Any,
}
use Shape::{Any, List, Map, Object, Text, Time, Truth, Whole};

const PLATFORM: Shape = Object(&[
    ("architecture", Text),
    ("os", Text),
    ("os.version", Text),
    ("os.features", List(&Text)),
    ("variant", Text),
]);

const DESCRIPTOR: Shape = Object(&[
    ("mediaType", Text),
    ("digest", Text),
    ("size", Whole),
    ("urls", List(&Text)),
    ("annotations", Map(&Text)),
    ("platform", PLATFORM),
]);

/// An OCI manifest.
pub(super) const OCI_MANIFEST: Shape = Object(&[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("config", DESCRIPTOR),
    ("layers", List(&DESCRIPTOR)),
    ("subject", DESCRIPTOR),
    ("annotations", Map(&Text)),
]);

/// An OCI index.
pub(super) const OCI_INDEX: Shape = Object(&[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("manifests", List(&DESCRIPTOR)),
    ("subject", DESCRIPTOR),
    ("annotations", Map(&Text)),
]);

const DOCKER_DESCRIPTOR: Shape = Object(&[
    ("mediaType", Text),
    ("size", Whole),
    ("digest", Text),
    ("urls", List(&Text)),
    ("platform", PLATFORM),
]);

/// A manifest of Docker's schema 2.
pub(super) const DOCKER_MANIFEST: Shape = Object(&[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("config", DOCKER_DESCRIPTOR),
    ("layers", List(&DOCKER_DESCRIPTOR)),
]);

/// Docker's manifest list.
pub(super) const DOCKER_LIST: Shape = Object(&[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("manifests", List(&DOCKER_DESCRIPTOR)),
]);

/// What is read to guess a manifest's type.
pub(super) const GUESSED: Shape = Object(&[("mediaType", Text), ("schemaVersion", Whole)]);

/// The same, of the config.
pub(super) const GUESSED_CONFIG: Shape = Object(&[("config", Object(&[("mediaType", Text)]))]);

const SETTINGS: Shape = Object(&[
    ("User", Text),
    ("ExposedPorts", Map(&Any)),
    ("Env", List(&Text)),
    ("Entrypoint", List(&Text)),
    ("Cmd", List(&Text)),
    ("Volumes", Map(&Any)),
    ("WorkingDir", Text),
    ("Labels", Map(&Text)),
    ("StopSignal", Text),
]);

/// An image config.
pub(super) const CONFIG: Shape = Object(&[
    ("created", Time),
    ("author", Text),
    ("architecture", Text),
    ("variant", Text),
    ("os", Text),
    ("os.version", Text),
    ("os.features", List(&Text)),
    ("config", SETTINGS),
    (
        "rootfs",
        Object(&[("type", Text), ("diff_ids", List(&Text))]),
    ),
    (
        "history",
        List(&Object(&[
            ("created", Time),
            ("created_by", Text),
            ("author", Text),
            ("comment", Text),
            ("empty_layer", Truth),
        ])),
    ),
]);

/// Why Go does not decode a document into this shape; none where it does. What is printed between the ellipses differs
/// from release to release of Go.
pub(super) fn error(document: &Document, shape: Shape) -> Option<String> {
    if document.json.defects.contains(&JsonDefect::Bom) {
        return go_scanner::error(&document.bytes);
    }
    let Some(root) = document.json.root.as_ref() else {
        return go_decode::syntax(document);
    };
    let found = mistyped(root, shape)?;
    Some(match found {
        Found::Time => "parsing time …".to_string(),
        Found::Number => "json: cannot unmarshal number …".to_string(),
        Found::Kind(kind) => {
            format!(
                "json: cannot unmarshal {} into Go …",
                go_decode::go_name(kind)
            )
        }
    })
}

/// What stands where something else has to.
enum Found {
    Kind(&'static str),
    Number,
    Time,
}

fn mistyped(node: &Node, shape: Shape) -> Option<Found> {
    if node.is_null() {
        return None;
    }
    let wrong = |fits: bool| (!fits).then(|| Found::Kind(node.kind()));
    match (shape, &node.value) {
        (Any, _) => None,
        (Text, value) => wrong(matches!(value, Value::String(_))),
        (Truth, value) => wrong(matches!(value, Value::Bool(_))),
        (Whole, Value::Number(_)) => node.as_i64().is_none().then_some(Found::Number),
        (Time, Value::String(text)) => {
            let read = crate::spec::date::read(text).is_some_and(|date| date.go_reads);
            (!read).then_some(Found::Time)
        }
        (Time, Value::Object(_) | Value::Array(_) | Value::Bool(_) | Value::Number(_)) => {
            Some(Found::Time)
        }
        (List(inner), Value::Array(items)) => items.iter().find_map(|item| mistyped(item, *inner)),
        (Map(inner), Value::Object(members)) => {
            members.iter().find_map(|m| mistyped(&m.value, *inner))
        }
        (Object(fields), Value::Object(members)) => members.iter().find_map(|member| {
            let (_, inner) = fields
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(&member.key))?;
            mistyped(&member.value, *inner)
        }),
        _ => wrong(false),
    }
}
