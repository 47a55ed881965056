//! Lenient views of the JSON documents: what each one claims, with the place of every claim.
//! A view never fails and never judges: a manifest whose `size` is a string still yields all its other claims.
//!
//! Fields after opencontainers/image-spec v1.1.1 (`manifest.md`, `image-index.md`, `config.md`, `image-layout.md`,
//! `descriptor.md`) and moby image spec v1.2 (docker-archive `manifest.json`).

use crate::bytes::json::{Node, Value};
use crate::order;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a document says about one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim<T> {
    /// The field is not there (or `null`, where `null` means the same to every reader).
    Absent,
    /// The field is there with a value of another JSON type, or one that cannot be what it should be.
    Wrong {
        /// Bytes of the value.
        range: Range<usize>,
        /// What it is instead, as JSON names it: `string`, `number`, `null` …
        found: &'static str,
    },
    /// The field is there and well typed.
    Is {
        /// The value.
        value: T,
        /// Bytes of the value.
        range: Range<usize>,
    },
}

impl<T> Claim<T> {
    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Claim::Is { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The bytes of the value, well typed or not.
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Claim::Absent => None,
            Claim::Wrong { range, .. } | Claim::Is { range, .. } => Some(range.clone()),
        }
    }

    /// Whether the field is not there at all.
    pub fn is_absent(&self) -> bool {
        matches!(self, Claim::Absent)
    }
}

impl Claim<String> {
    /// The text, or the empty string: what Go's decoders hand on for an absent field.
    pub fn text(&self) -> &str {
        self.value().map_or("", String::as_str)
    }
}

/// A descriptor as it stands in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptor {
    /// JSON pointer of the descriptor in its document.
    pub pointer: String,
    /// Bytes of the whole descriptor.
    pub range: Range<usize>,
    /// `mediaType`.
    pub media_type: Claim<String>,
    /// `digest`.
    pub digest: Claim<String>,
    /// `size` in bytes; may be negative as written.
    pub size: Claim<i64>,
    /// `platform`.
    pub platform: Claim<Platform>,
    /// `artifactType`.
    pub artifact_type: Claim<String>,
    /// `annotations`: those that are strings.
    pub annotations: BTreeMap<String, String>,
    /// `data`: embedded content, as written (base64).
    pub data: Claim<String>,
    /// `urls`: those that are strings.
    pub urls: Vec<String>,
}

impl Descriptor {
    /// `mediaType` or the empty string.
    pub fn media_type(&self) -> &str {
        self.media_type.text()
    }

    /// `digest` or the empty string.
    pub fn digest(&self) -> &str {
        self.digest.text()
    }

    /// `platform` as `os/architecture[/variant]`, where it is declared.
    pub fn platform_text(&self) -> Option<String> {
        self.platform.value().map(Platform::text)
    }
}

/// A platform object (image-index.md).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// `os`, empty where absent.
    pub os: String,
    /// `architecture`, empty where absent.
    pub architecture: String,
    /// `variant`.
    pub variant: Option<String>,
    /// `os.version`.
    pub os_version: Option<String>,
    /// `os.features`: those that are strings.
    pub os_features: Vec<String>,
}

impl Platform {
    /// `os/architecture[/variant]`.
    pub fn text(&self) -> String {
        match &self.variant {
            Some(variant) => format!("{}/{}/{variant}", self.os, self.architecture),
            None => format!("{}/{}", self.os, self.architecture),
        }
    }
}

/// An image manifest, OCI's or Docker's schema 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// `schemaVersion`.
    pub schema_version: Claim<i64>,
    /// `mediaType`.
    pub media_type: Claim<String>,
    /// `artifactType`.
    pub artifact_type: Claim<String>,
    /// `config`.
    pub config: Claim<Descriptor>,
    /// `layers`.
    pub layers: Claim<Vec<Descriptor>>,
    /// `subject`.
    pub subject: Claim<Descriptor>,
    /// `annotations`: those that are strings.
    pub annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// The layers, none where the field is absent or wrong.
    pub fn layers(&self) -> &[Descriptor] {
        self.layers.value().map_or(&[], Vec::as_slice)
    }

    /// The config descriptor's media type or the empty string.
    pub fn config_media_type(&self) -> &str {
        self.config.value().map_or("", Descriptor::media_type)
    }
}

/// An image index, OCI's or Docker's manifest list.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// `schemaVersion`.
    pub schema_version: Claim<i64>,
    /// `mediaType`.
    pub media_type: Claim<String>,
    /// `artifactType`.
    pub artifact_type: Claim<String>,
    /// `manifests`.
    pub manifests: Claim<Vec<Descriptor>>,
    /// `subject`.
    pub subject: Claim<Descriptor>,
    /// `annotations`: those that are strings.
    pub annotations: BTreeMap<String, String>,
}

impl Index {
    /// The entries, none where the field is absent or wrong.
    pub fn manifests(&self) -> &[Descriptor] {
        self.manifests.value().map_or(&[], Vec::as_slice)
    }
}

/// An image config.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `architecture`.
    pub architecture: Claim<String>,
    /// `os`.
    pub os: Claim<String>,
    /// `variant`.
    pub variant: Claim<String>,
    /// `os.version`.
    pub os_version: Claim<String>,
    /// `os.features`: those that are strings.
    pub os_features: Vec<String>,
    /// `rootfs` is there and an object.
    pub has_rootfs: bool,
    /// `rootfs.type`.
    pub rootfs_type: Claim<String>,
    /// `rootfs.diff_ids`.
    pub diff_ids: Claim<Vec<Claim<String>>>,
    /// Number of `history` entries without `empty_layer: true`; absent where there is no history.
    pub history_layers: Claim<u64>,
    /// `config.User`.
    pub user: Claim<String>,
}

impl Config {
    /// The diffIDs; an entry that is no string is the empty string.
    pub fn diff_ids(&self) -> Vec<&str> {
        self.diff_ids
            .value()
            .map(|ids| ids.iter().map(Claim::text).collect())
            .unwrap_or_default()
    }

    /// The platform, where `os` and `architecture` are both declared.
    pub fn platform(&self) -> Option<Platform> {
        Some(Platform {
            os: self.os.value()?.clone(),
            architecture: self.architecture.value()?.clone(),
            variant: self.variant.value().cloned(),
            os_version: self.os_version.value().cloned(),
            os_features: self.os_features.clone(),
        })
    }
}

/// An `oci-layout` file.
#[derive(Clone, Debug, PartialEq)]
pub struct LayoutHeader {
    /// `imageLayoutVersion`.
    pub version: Claim<String>,
}

/// One element of a docker-archive's `manifest.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct DockerImage {
    /// JSON pointer of the element.
    pub pointer: String,
    /// Bytes of the element.
    pub range: Range<usize>,
    /// `Config`: path of the config within the archive.
    pub config: Claim<String>,
    /// `RepoTags`; `null` counts as absent.
    pub repo_tags: Claim<Vec<Claim<String>>>,
    /// `Layers`: paths within the archive.
    pub layers: Claim<Vec<Claim<String>>>,
}

impl DockerImage {
    /// The tags that are strings.
    pub fn tags(&self) -> Vec<&str> {
        self.repo_tags
            .value()
            .map(|tags| tags.iter().map(Claim::text).collect())
            .unwrap_or_default()
    }

    /// The layer paths; an entry that is no string is the empty string.
    pub fn layer_paths(&self) -> Vec<&str> {
        self.layers
            .value()
            .map(|layers| layers.iter().map(Claim::text).collect())
            .unwrap_or_default()
    }
}

/// What a document is and what it claims.
#[derive(Clone, Debug, PartialEq)]
pub enum Claims {
    /// An image manifest; Docker's where its media type says so.
    Manifest(Manifest),
    /// An index or manifest list.
    Index(Index),
    /// An image config.
    Config(Config),
    /// The `manifest.json` of a docker-archive.
    DockerArchive(Vec<DockerImage>),
    /// An `oci-layout` file.
    Layout(LayoutHeader),
    /// A Docker schema 1 manifest.
    Schema1 {
        /// `mediaType`, where there is one.
        media_type: Claim<String>,
        /// `fsLayers` as a count.
        layers: usize,
    },
    /// The artifact manifest of the 1.1 release candidates.
    ArtifactManifest {
        /// `artifactType`.
        artifact_type: Claim<String>,
    },
    /// JSON that is none of these, or not JSON.
    Other,
}

/// Reads a claim with `read`, which answers `None` for a value that cannot be what it should be.
pub fn claim<T>(node: Option<&Node>, read: impl Fn(&Node) -> Option<T>) -> Claim<T> {
    let Some(node) = node else {
        return Claim::Absent;
    };
    match read(node) {
        Some(value) => Claim::Is {
            value,
            range: node.range.clone(),
        },
        None => Claim::Wrong {
            range: node.range.clone(),
            found: node.kind(),
        },
    }
}

fn string(node: Option<&Node>) -> Claim<String> {
    claim(node, |n| n.as_str().map(str::to_string))
}

/// As [`string`], but `null` is absent: config.md lets optional fields be null, and Go writes null for empty lists.
fn nullable(node: Option<&Node>) -> Option<&Node> {
    node.filter(|n| !matches!(n.value, Value::Null))
}

fn strings(node: &Node) -> Option<Vec<Claim<String>>> {
    match &node.value {
        Value::Array(items) => Some(items.iter().map(|item| string(Some(item))).collect()),
        _ => None,
    }
}

/// The elements of an array that are strings.
fn texts(node: Option<&Node>) -> Vec<String> {
    match node.map(|n| &n.value) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_string))
            .collect(),
        _ => Vec::new(),
    }
}

/// The annotations of a document or descriptor that are strings.
fn annotations(node: Option<&Node>) -> BTreeMap<String, String> {
    match node.map(|n| &n.value) {
        Some(Value::Object(members)) => {
            let texts = members.iter();
            order::map_of(
                texts.filter_map(|m| Some((m.key.clone(), m.value.as_str()?.to_string()))),
            )
        }
        _ => BTreeMap::new(),
    }
}

/// Reads a descriptor; anything but an object is none.
pub fn descriptor(node: &Node, pointer: &str) -> Option<Descriptor> {
    if !matches!(node.value, Value::Object(_)) {
        return None;
    }
    Some(Descriptor {
        pointer: pointer.to_string(),
        range: node.range.clone(),
        media_type: string(node.get("mediaType")),
        digest: string(node.get("digest")),
        size: claim(node.get("size"), Node::as_i64),
        platform: claim(node.get("platform"), platform),
        artifact_type: string(node.get("artifactType")),
        annotations: annotations(node.get("annotations")),
        data: string(node.get("data")),
        urls: texts(node.get("urls")),
    })
}

fn platform(node: &Node) -> Option<Platform> {
    if !matches!(node.value, Value::Object(_)) {
        return None;
    }
    let field = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_string);
    Some(Platform {
        os: field("os").unwrap_or_default(),
        architecture: field("architecture").unwrap_or_default(),
        variant: field("variant").filter(|v| !v.is_empty()),
        os_version: field("os.version").filter(|v| !v.is_empty()),
        os_features: texts(node.get("os.features")),
    })
}

/// Reads an array of descriptors. An element that is no object becomes a descriptor without claims, so that the
/// positions of the others hold.
fn descriptors(node: &Node, pointer: &str) -> Option<Vec<Descriptor>> {
    let Value::Array(items) = &node.value else {
        return None;
    };
    let read = |(i, item): (usize, &Node)| {
        let pointer = format!("{pointer}/{i}");
        descriptor(item, &pointer).unwrap_or_else(|| Descriptor {
            pointer,
            range: item.range.clone(),
            media_type: Claim::Absent,
            digest: Claim::Absent,
            size: Claim::Absent,
            platform: Claim::Absent,
            artifact_type: Claim::Absent,
            annotations: BTreeMap::new(),
            data: Claim::Absent,
            urls: Vec::new(),
        })
    };
    Some(items.iter().enumerate().map(read).collect())
}

fn one_descriptor(node: &Node, key: &str) -> Claim<Descriptor> {
    let pointer = format!("/{key}");
    claim(node.get(key), |n| descriptor(n, &pointer))
}

/// Reads an image manifest.
pub fn manifest(node: &Node) -> Manifest {
    Manifest {
        schema_version: claim(node.get("schemaVersion"), Node::as_i64),
        media_type: string(node.get("mediaType")),
        artifact_type: string(node.get("artifactType")),
        config: one_descriptor(node, "config"),
        layers: claim(node.get("layers"), |n| descriptors(n, "/layers")),
        subject: one_descriptor(node, "subject"),
        annotations: annotations(node.get("annotations")),
    }
}

/// Reads an image index or manifest list.
pub fn index(node: &Node) -> Index {
    Index {
        schema_version: claim(node.get("schemaVersion"), Node::as_i64),
        media_type: string(node.get("mediaType")),
        artifact_type: string(node.get("artifactType")),
        manifests: claim(node.get("manifests"), |n| descriptors(n, "/manifests")),
        subject: one_descriptor(node, "subject"),
        annotations: annotations(node.get("annotations")),
    }
}

/// Reads an image config.
pub fn config(node: &Node) -> Config {
    let rootfs = nullable(node.get("rootfs"));
    Config {
        architecture: string(node.get("architecture")),
        os: string(node.get("os")),
        variant: string(nullable(node.get("variant"))),
        os_version: string(nullable(node.get("os.version"))),
        os_features: texts(node.get("os.features")),
        has_rootfs: rootfs.is_some_and(|n| matches!(n.value, Value::Object(_))),
        rootfs_type: string(rootfs.and_then(|n| n.get("type"))),
        diff_ids: claim(nullable(rootfs.and_then(|n| n.get("diff_ids"))), strings),
        history_layers: claim(nullable(node.get("history")), |n| match &n.value {
            Value::Array(items) => Some(
                items
                    .iter()
                    .filter(|item| {
                        !matches!(
                            item.get("empty_layer").map(|n| &n.value),
                            Some(Value::Bool(true))
                        )
                    })
                    .count() as u64,
            ),
            _ => None,
        }),
        user: string(nullable(
            nullable(node.get("config")).and_then(|n| n.get("User")),
        )),
    }
}

/// A member by name as Go's decoder finds it: the exact spelling, else any case.
fn go_get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).or_else(|| match &node.value {
        Value::Object(members) => members
            .iter()
            .rev()
            .find(|m| m.key.eq_ignore_ascii_case(key))
            .map(|m| &m.value),
        _ => None,
    })
}

/// Reads a docker-archive's `manifest.json`; elements that are no objects are left out, but for `null`, which Go's
/// decoders take for an image without claims.
pub fn docker_archive(node: &Node) -> Vec<DockerImage> {
    let Value::Array(items) = &node.value else {
        return Vec::new();
    };
    items
        .iter()
        .enumerate()
        .filter(|(_, item)| matches!(item.value, Value::Object(_) | Value::Null))
        .map(|(i, item)| DockerImage {
            pointer: format!("/{i}"),
            range: item.range.clone(),
            config: string(go_get(item, "Config")),
            repo_tags: claim(nullable(go_get(item, "RepoTags")), strings),
            layers: claim(nullable(go_get(item, "Layers")), strings),
        })
        .collect()
}

/// Decides by shape and media type what a JSON document is, and reads its claims.
/// `declared` is the media type of the descriptor that points at it: it decides only where the shape does not.
pub fn read(root: &Node, declared: Option<&str>) -> Claims {
    use crate::spec::media_type as mt;
    if let Value::Array(items) = &root.value {
        let docker = items
            .iter()
            .any(|i| go_get(i, "Config").is_some() || go_get(i, "Layers").is_some());
        return if docker || items.is_empty() {
            Claims::DockerArchive(docker_archive(root))
        } else {
            Claims::Other
        };
    }
    if !matches!(root.value, Value::Object(_)) {
        return Claims::Other;
    }
    let has = |key: &str| root.get(key).is_some();
    let own = root.get("mediaType").and_then(Node::as_str);
    if has("imageLayoutVersion") {
        return Claims::Layout(LayoutHeader {
            version: string(root.get("imageLayoutVersion")),
        });
    }
    if has("fsLayers") && !has("config") && !has("manifests") {
        return Claims::Schema1 {
            media_type: string(root.get("mediaType")),
            layers: match root.get("fsLayers").map(|n| &n.value) {
                Some(Value::Array(items)) => items.len(),
                _ => 0,
            },
        };
    }
    if own == Some(mt::OCI_ARTIFACT_MANIFEST) || (has("blobs") && has("artifactType")) {
        return Claims::ArtifactManifest {
            artifact_type: string(root.get("artifactType")),
        };
    }
    let manifest_shape = has("layers")
        || root
            .get("config")
            .is_some_and(|n| n.get("digest").is_some());
    let index_shape = has("manifests");
    match (manifest_shape, index_shape) {
        (true, false) => return Claims::Manifest(manifest(root)),
        (false, true) => return Claims::Index(index(root)),
        // Both: what the media type says, as consumers that dispatch on it would; the rules report the rest.
        (true, true) if own.or(declared).is_some_and(mt::is_index) => {
            return Claims::Index(index(root));
        }
        (true, true) => return Claims::Manifest(manifest(root)),
        (false, false) => {}
    }
    if has("rootfs") || (has("architecture") && has("os")) {
        return Claims::Config(config(root));
    }
    match own.or(declared) {
        Some(t) if mt::is_index(t) => Claims::Index(index(root)),
        Some(t) if mt::is_manifest(t) => Claims::Manifest(manifest(root)),
        Some(t) if mt::is_image_config(t) => Claims::Config(config(root)),
        _ => Claims::Other,
    }
}
