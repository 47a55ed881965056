//! The fields that the specifications define, with their JSON types, and a walk over a document that pairs each member
//! with its field. Data and a walk; it never judges.
//!
//! Sources: the JSON schemas of image-spec v1.1.1 (`content-descriptor`, `image-manifest-schema`,
//! `image-index-schema`, `config-schema`, `image-layout-schema`) and, for fields that Docker adds to configs,
//! moby image spec v1.2.

use super::walk::escape;
use crate::artifact::Document;
use crate::artifact::documents::Claims;
use crate::bytes::json::{Member, Node, Value};

/// Objects whose fields are defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Image manifest.
    Manifest,
    /// Image index.
    Index,
    /// Descriptor.
    Descriptor,
    /// Platform of an index entry.
    Platform,
    /// Image config.
    Config,
    /// `rootfs` of an image config.
    RootFs,
    /// `config` of an image config.
    Execution,
    /// An element of `history`.
    History,
    /// `oci-layout`.
    Layout,
}

/// The JSON type that a field should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A string.
    Text,
    /// A number without fraction.
    Integer,
    /// `true` or `false`.
    Bool,
    /// An array of strings.
    Texts,
    /// An object with free keys.
    Map,
    /// An object with fields of its own.
    Object(Shape),
    /// An array of such objects.
    Objects(Shape),
    /// Known, but its type is left to another rule or to Docker.
    Any,
}

impl Want {
    /// The JSON type by name.
    pub fn name(self) -> &'static str {
        match self {
            Want::Text => "string",
            Want::Integer => "integer",
            Want::Bool => "boolean",
            Want::Texts => "array of strings",
            Want::Map | Want::Object(_) => "object",
            Want::Objects(_) => "array of objects",
            Want::Any => "value",
        }
    }
}

/// A field of an object.
pub type Field = (&'static str, Want);

const DESCRIPTOR: &[Field] = &[
    ("mediaType", Want::Text),
    ("digest", Want::Text),
    ("size", Want::Integer),
    ("urls", Want::Texts),
    ("annotations", Want::Map),
    ("data", Want::Text),
    ("artifactType", Want::Text),
    ("platform", Want::Object(Shape::Platform)),
];

const MANIFEST: &[Field] = &[
    ("schemaVersion", Want::Any),
    ("mediaType", Want::Text),
    ("artifactType", Want::Text),
    ("config", Want::Object(Shape::Descriptor)),
    ("layers", Want::Objects(Shape::Descriptor)),
    ("subject", Want::Object(Shape::Descriptor)),
    ("annotations", Want::Map),
];

const INDEX: &[Field] = &[
    ("schemaVersion", Want::Any),
    ("mediaType", Want::Text),
    ("artifactType", Want::Text),
    ("manifests", Want::Objects(Shape::Descriptor)),
    ("subject", Want::Object(Shape::Descriptor)),
    ("annotations", Want::Map),
];

const PLATFORM: &[Field] = &[
    ("architecture", Want::Text),
    ("os", Want::Text),
    ("os.version", Want::Text),
    ("os.features", Want::Texts),
    ("variant", Want::Text),
    ("features", Want::Any),
];

const CONFIG: &[Field] = &[
    ("created", Want::Text),
    ("author", Want::Text),
    ("architecture", Want::Text),
    ("variant", Want::Text),
    ("os", Want::Text),
    ("os.version", Want::Text),
    ("os.features", Want::Texts),
    ("config", Want::Object(Shape::Execution)),
    ("rootfs", Want::Object(Shape::RootFs)),
    ("history", Want::Objects(Shape::History)),
    // Docker's own.
    ("id", Want::Any),
    ("parent", Want::Any),
    ("comment", Want::Any),
    ("container", Want::Any),
    ("container_config", Want::Any),
    ("docker_version", Want::Any),
    ("Size", Want::Any),
];

const ROOTFS: &[Field] = &[("type", Want::Text), ("diff_ids", Want::Texts)];

const EXECUTION: &[Field] = &[
    ("User", Want::Text),
    ("ExposedPorts", Want::Map),
    ("Env", Want::Texts),
    ("Entrypoint", Want::Texts),
    ("Cmd", Want::Texts),
    ("Volumes", Want::Map),
    ("WorkingDir", Want::Text),
    ("Labels", Want::Map),
    ("StopSignal", Want::Text),
    ("ArgsEscaped", Want::Bool),
    // Reserved by the specification, or Docker's own.
    ("Memory", Want::Any),
    ("MemorySwap", Want::Any),
    ("CpuShares", Want::Any),
    ("Healthcheck", Want::Any),
    ("Hostname", Want::Any),
    ("Domainname", Want::Any),
    ("AttachStdin", Want::Any),
    ("AttachStdout", Want::Any),
    ("AttachStderr", Want::Any),
    ("Tty", Want::Any),
    ("OpenStdin", Want::Any),
    ("StdinOnce", Want::Any),
    ("Image", Want::Any),
    ("NetworkDisabled", Want::Any),
    ("MacAddress", Want::Any),
    ("OnBuild", Want::Any),
    ("Shell", Want::Any),
    ("StopTimeout", Want::Any),
    ("VolumeDriver", Want::Any),
];

const HISTORY: &[Field] = &[
    ("created", Want::Text),
    ("created_by", Want::Text),
    ("author", Want::Text),
    ("comment", Want::Text),
    ("empty_layer", Want::Bool),
];

const LAYOUT: &[Field] = &[("imageLayoutVersion", Want::Any)];

impl Shape {
    /// Its fields.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Shape::Manifest => MANIFEST,
            Shape::Index => INDEX,
            Shape::Descriptor => DESCRIPTOR,
            Shape::Platform => PLATFORM,
            Shape::Config => CONFIG,
            Shape::RootFs => ROOTFS,
            Shape::Execution => EXECUTION,
            Shape::History => HISTORY,
            Shape::Layout => LAYOUT,
        }
    }

    /// Whether its fields may be null: config.md allows that for every optional field.
    pub fn allows_null(self) -> bool {
        matches!(
            self,
            Shape::Config | Shape::RootFs | Shape::Execution | Shape::History
        )
    }
}

/// The shape of a document's root, where it has one.
pub fn shape_of(document: &Document) -> Option<Shape> {
    match document.claims {
        Claims::Manifest(_) => Some(Shape::Manifest),
        Claims::Index(_) => Some(Shape::Index),
        Claims::Config(_) => Some(Shape::Config),
        Claims::Layout(_) => Some(Shape::Layout),
        _ => None,
    }
}

/// A member of an object whose fields are defined.
pub struct Seen<'n> {
    /// What the object is.
    pub shape: Shape,
    /// The object.
    pub object: &'n Node,
    /// The member.
    pub member: &'n Member,
    /// JSON pointer of its value.
    pub pointer: String,
    /// The field by exactly this name.
    pub field: Option<&'static Field>,
}

impl Seen<'_> {
    /// Whether a wrong JSON type here is told by a rule of its own, which knows what the field is for: `below` is the
    /// pointer within the value.
    pub fn has_own_rule(&self, below: &str) -> bool {
        let name = self.field.map_or("", |(name, _)| name);
        match self.shape {
            Shape::Platform => true,
            Shape::Descriptor => matches!(name, "urls" | "annotations" | "platform"),
            Shape::Manifest | Shape::Index => match name {
                "config" | "subject" => true,
                "layers" | "manifests" => !below.is_empty(),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Visits every member of every object of known shape. Shapes nest four deep at most.
pub fn visit<'n>(document: &'n Document, each: &mut dyn FnMut(Seen<'n>)) {
    if let (Some(shape), Some(root)) = (shape_of(document), &document.json.root) {
        visit_object(root, shape, "", each);
    }
}

fn visit_object<'n>(object: &'n Node, shape: Shape, pointer: &str, each: &mut dyn FnMut(Seen<'n>)) {
    for member in object.members() {
        let field = shape.fields().iter().find(|(name, _)| *name == member.key);
        let below = format!("{pointer}/{}", escape(&member.key));
        each(Seen {
            shape,
            object,
            member,
            pointer: below.clone(),
            field,
        });
        match field {
            Some((_, Want::Object(inner))) => visit_object(&member.value, *inner, &below, each),
            Some((_, Want::Objects(inner))) => {
                for (i, item) in member.value.items().iter().enumerate() {
                    visit_object(item, *inner, &format!("{below}/{i}"), each);
                }
            }
            _ => {}
        }
    }
}

/// Whether a rule of its own judges the JSON type of a field, so that the general ones leave it alone.
pub fn has_own_rule(shape: Shape, name: &str) -> bool {
    match shape {
        Shape::Config => matches!(name, "config" | "history"),
        Shape::Execution => true,
        Shape::History => name == "empty_layer",
        _ => name == "annotations",
    }
}

/// The first part of a value that has another JSON type than it should: its pointer below the value, the type
/// that it should have, and the node.
pub fn mistyped(value: &Node, want: Want) -> Option<(String, &'static str, &Node)> {
    let right = match want {
        Want::Text => matches!(value.value, Value::String(_)),
        Want::Integer => matches!(value.value, Value::Number(_)),
        Want::Bool => matches!(value.value, Value::Bool(_)),
        Want::Texts | Want::Objects(_) => matches!(value.value, Value::Array(_)),
        Want::Map | Want::Object(_) => matches!(value.value, Value::Object(_)),
        Want::Any => true,
    };
    if !right {
        return Some((String::new(), want.name(), value));
    }
    let item = match want {
        Want::Texts => Want::Text,
        Want::Objects(shape) => Want::Object(shape),
        _ => return None,
    };
    value.items().iter().enumerate().find_map(|(i, node)| {
        mistyped(node, item).map(|(_, want, node)| (format!("/{i}"), want, node))
    })
}
