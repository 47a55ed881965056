//! What each place of each document is: the tables that expectations come from. They judge nothing.

use Form::{
    Bool, Counted, Data, Date, Digest, List, MediaType, Number, Object, Path, Set, Strings, Tag,
    Text, Url, Variable, Word,
};

/// What a value is to the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An object with known members.
    Object,
    /// A map from strings to strings.
    Strings,
    /// A map from strings to empty objects.
    Set,
    /// A list whose length or order other documents depend on.
    Counted,
    /// A list that stands for itself.
    List,
    /// `algorithm:encoded`.
    Digest,
    /// `type/subtype`.
    MediaType,
    /// A length in bytes, or the schema's version.
    Number,
    /// A word of a closed vocabulary that is an error to leave.
    Word,
    /// Any text; some of it recommended against.
    Text,
    /// RFC 3339.
    Date,
    /// `NAME=value`.
    Variable,
    /// True or false.
    Bool,
    /// Base64 of the content.
    Data,
    /// URL.
    Url,
    /// The path of another file.
    Path,
    /// `name:tag`.
    Tag,
}

/// A place in a document.
pub struct Field {
    /// JSON pointer; `*` is any position, `…` at the end any one name.
    pub at: &'static str,
    pub form: Form,
    pub required: bool,
    /// Whether `null` means that it is not there.
    pub nullable: bool,
    /// Beginnings of the ids of the rules that may speak of it.
    pub about: &'static [&'static str],
}

const fn field(at: &'static str, form: Form, about: &'static [&'static str]) -> Field {
    Field {
        at,
        form,
        required: false,
        nullable: false,
        about,
    }
}

const fn must(at: &'static str, form: Form, about: &'static [&'static str]) -> Field {
    Field {
        at,
        form,
        required: true,
        nullable: false,
        about,
    }
}

const fn may(at: &'static str, form: Form, about: &'static [&'static str]) -> Field {
    Field {
        at,
        form,
        required: false,
        nullable: true,
        about,
    }
}

/// About the bytes behind a descriptor.
const CONTENT: &[&str] = &["digest-", "descriptor-", "layout-blob"];
const TYPE: &[&str] = &[
    "media-type-",
    "descriptor-media-type",
    "layer-",
    "manifest-",
    "descriptor-empty",
    "index-entry",
];
const ANNOTATIONS: &[&str] = &["annotation-", "descriptor-annotations"];
const STACK: &[&str] = &[
    "config-diff-id",
    "config-history",
    "manifest-layers",
    "manifest-runnable",
    "descriptor-",
];

pub const MANIFEST: &[Field] = &[
    must(
        "",
        Object,
        &[
            "manifest-",
            "media-type-document",
            "layout-",
            "descriptor-",
            "config-",
        ],
    ),
    must("/schemaVersion", Number, &["manifest-schema-version"]),
    field(
        "/mediaType",
        MediaType,
        &["manifest-media-type", "media-type-", "layout-"],
    ),
    field(
        "/artifactType",
        MediaType,
        &[
            "manifest-artifact",
            "media-type-",
            "descriptor-artifact-type",
        ],
    ),
    must("/config", Object, &["manifest-config", "descriptor-"]),
    must("/config/mediaType", MediaType, TYPE),
    must("/config/digest", Digest, CONTENT),
    must("/config/size", Number, CONTENT),
    field(
        "/config/data",
        Data,
        &["descriptor-data", "descriptor-empty"],
    ),
    must("/layers", Counted, STACK),
    must("/layers/*", Object, STACK),
    must("/layers/*/mediaType", MediaType, TYPE),
    must("/layers/*/digest", Digest, CONTENT),
    must("/layers/*/size", Number, CONTENT),
    field("/layers/*/urls", List, &["descriptor-url"]),
    field("/layers/*/urls/*", Url, &["descriptor-url"]),
    field("/layers/*/annotations", Strings, ANNOTATIONS),
    field("/layers/*/annotations/…", Text, ANNOTATIONS),
    field("/subject", Object, &["manifest-subject", "descriptor-"]),
    must(
        "/subject/mediaType",
        MediaType,
        &["manifest-subject", "descriptor-media-type", "media-type-"],
    ),
    must(
        "/subject/digest",
        Digest,
        &["digest-", "descriptor-", "manifest-subject"],
    ),
    must(
        "/subject/size",
        Number,
        &["descriptor-size", "digest-", "layout-blob"],
    ),
    field("/annotations", Strings, ANNOTATIONS),
    field("/annotations/…", Text, ANNOTATIONS),
];

pub const INDEX: &[Field] = &[
    must(
        "",
        Object,
        &["index-", "media-type-document", "layout-", "descriptor-"],
    ),
    must("/schemaVersion", Number, &["index-schema-version"]),
    field(
        "/mediaType",
        MediaType,
        &["index-media-type", "media-type-", "layout-"],
    ),
    must("/manifests", List, &["index-manifests", "descriptor-"]),
    field("/manifests/*", Object, &["descriptor-", "index-"]),
    must(
        "/manifests/*/mediaType",
        MediaType,
        &["media-type-", "descriptor-media-type", "index-", "layout-"],
    ),
    must("/manifests/*/digest", Digest, CONTENT),
    must("/manifests/*/size", Number, CONTENT),
    field(
        "/manifests/*/platform",
        Object,
        &["platform-", "index-platform"],
    ),
    must("/manifests/*/platform/architecture", Text, &["platform-"]),
    must("/manifests/*/platform/os", Text, &["platform-"]),
    field("/manifests/*/platform/variant", Text, &["platform-"]),
    field("/manifests/*/platform/os.features", List, &["platform-"]),
    field("/manifests/*/platform/os.features/*", Text, &["platform-"]),
    field("/manifests/*/annotations", Strings, ANNOTATIONS),
    field(
        "/manifests/*/annotations/…",
        Text,
        &["annotation-", "layout-ref-name"],
    ),
    field("/annotations", Strings, ANNOTATIONS),
    field("/annotations/…", Text, ANNOTATIONS),
];

pub const CONFIG: &[Field] = &[
    must("", Object, &["config-", "media-type-document"]),
    must("/architecture", Text, &["config-architecture", "platform-"]),
    must("/os", Text, &["config-os", "platform-"]),
    may("/variant", Text, &["platform-"]),
    may("/created", Date, &["config-created"]),
    may("/author", Text, &[]),
    may("/config", Object, &["config-section", "config-no-command"]),
    may("/config/User", Text, &["config-user", "config-section"]),
    may(
        "/config/ExposedPorts",
        Set,
        &["config-set", "config-exposed"],
    ),
    may("/config/ExposedPorts/…", Object, &["config-set"]),
    may("/config/Env", List, &["config-env", "config-section"]),
    must("/config/Env/*", Variable, &["config-env", "config-section"]),
    may("/config/Entrypoint", List, &["config-entrypoint"]),
    field(
        "/config/Entrypoint/*",
        Text,
        &["config-entrypoint", "config-command"],
    ),
    may("/config/Cmd", List, &["config-entrypoint"]),
    field(
        "/config/Cmd/*",
        Text,
        &["config-entrypoint", "config-command"],
    ),
    may("/config/Volumes", Set, &["config-set", "config-volume"]),
    may("/config/Volumes/…", Object, &["config-set"]),
    may(
        "/config/WorkingDir",
        Text,
        &["config-working-dir", "config-section"],
    ),
    may("/config/Labels", Strings, &["config-labels", "annotation-"]),
    field("/config/Labels/…", Text, &["config-labels", "annotation-"]),
    may(
        "/config/StopSignal",
        Text,
        &["config-stop-signal", "config-section"],
    ),
    must("/rootfs", Object, &["config-rootfs", "config-diff-ids"]),
    must("/rootfs/type", Word, &["config-rootfs"]),
    must(
        "/rootfs/diff_ids",
        Counted,
        &["config-diff-id", "config-history", "manifest-runnable"],
    ),
    must(
        "/rootfs/diff_ids/*",
        Digest,
        &["config-diff-id", "config-history", "digest-"],
    ),
    may("/history", List, &["config-history"]),
    field("/history/*", Object, &["config-history"]),
    may(
        "/history/*/created",
        Date,
        &["config-created", "config-history"],
    ),
    may("/history/*/created_by", Text, &["config-history"]),
    may("/history/*/empty_layer", Bool, &["config-history"]),
];

pub const HEADER: &[Field] = &[
    must("", Object, &["layout-"]),
    must("/imageLayoutVersion", Word, &["layout-"]),
];

/// `manifest.json` of what docker save writes.
pub const ARCHIVE: &[Field] = &[
    must("", List, &["docker-archive-", "archive-"]),
    field("/*", Object, &["docker-archive-"]),
    must(
        "/*/Config",
        Path,
        &["docker-archive-config", "docker-archive-manifest"],
    ),
    may("/*/RepoTags", List, &["docker-archive-repo-tag"]),
    field("/*/RepoTags/*", Tag, &["docker-archive-repo-tag"]),
    must(
        "/*/Layers",
        Counted,
        &["docker-archive-layer", "docker-archive-diff-id"],
    ),
    must(
        "/*/Layers/*",
        Path,
        &["docker-archive-layer", "docker-archive-diff-id"],
    ),
];

/// The row of a place.
pub fn row<'f>(fields: &'f [Field], pointer: &str) -> &'f Field {
    let named = |field: &&Field| match field.at.strip_suffix('…') {
        Some(start) => pointer
            .strip_prefix(start)
            .is_some_and(|name| !name.contains('/')),
        None => field.at == pointer,
    };
    fields
        .iter()
        .find(named)
        .unwrap_or_else(|| panic!("no row for {pointer}"))
}
