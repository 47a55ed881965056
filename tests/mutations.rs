//! Right images are changed in hundreds of ways, one thing at a time. Every change that matters is found by a rule that is
//! about it, and by no error that is about something else; a change that does not matter gives no error. What is expected
//! stands by kind of change and place in the document, never one by one.

mod kit;
mod mutation;

use kit::{Files, Layout, descriptor, gzip_layer, manifest, sha256, tar};
use mutation::{What, changes, rewritten};
use pullcheck::report::{Report, Severity};
use pullcheck::session::Session;
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a change has to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// An error of a fitting rule.
    Error,
    /// At least a warning of a fitting rule.
    Warning,
    /// No error; what else is said is free.
    Nothing,
    /// Whatever the value now means: only errors of other subjects are wrong.
    Fitting,
}
use Expect::{Error, Fitting, Nothing, Warning};

/// What a value is to the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
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
}

/// A place in a document.
struct Field {
    /// JSON pointer; `*` is any position, `…` at the end any one name.
    at: &'static str,
    form: Form,
    required: bool,
    /// Whether `null` means that it is not there.
    nullable: bool,
    /// Beginnings of the ids of the rules that may speak of it.
    about: &'static [&'static str],
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

use Form::{
    Bool, Counted, Data, Date, Digest, List, MediaType, Number, Object, Set, Strings, Text, Url,
    Variable, Word,
};

const MANIFEST: &[Field] = &[
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

const INDEX: &[Field] = &[
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

const CONFIG: &[Field] = &[
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

const HEADER: &[Field] = &[
    must("", Object, &["layout-"]),
    must("/imageLayoutVersion", Word, &["layout-"]),
];

/// The row of a place.
fn row<'f>(fields: &'f [Field], pointer: &str) -> &'f Field {
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

/// What follows from a change.
fn expected(field: &Field, what: What) -> Expect {
    let form = field.form;
    let element = field.at.ends_with('*');
    match what {
        // One element less is a change only where others count them.
        What::Dropped if element && form == Object => Fitting,
        What::Dropped if element && form == Variable => Nothing,
        What::Dropped if field.required => Error,
        What::Dropped | What::Cased => Fitting,
        What::Twice => Warning,
        What::Unknown if form == Set => Fitting,
        What::Unknown => Nothing,
        What::Doubled | What::Reversed if form == Counted => Error,
        What::Doubled | What::Reversed => Fitting,
        // `false` is what a flag means that is not there, and then it counts.
        What::Null if field.nullable && form == Bool => Fitting,
        What::Null if field.nullable => Nothing,
        What::Null => Error,
        What::Object | What::List | What::Text | What::Bool | What::Number if !same(form, what) => {
            Error
        }
        _ => of_value(field, what),
    }
}

/// Whether the new value has the JSON type of the old one.
fn same(form: Form, what: What) -> bool {
    match what {
        What::Object => matches!(form, Object | Strings | Set),
        What::List => matches!(form, Counted | List),
        What::Text => matches!(
            form,
            Digest | MediaType | Word | Text | Date | Variable | Data | Url
        ),
        What::Number => form == Number,
        What::Bool => form == Bool,
        _ => false,
    }
}

/// What a value of the right type leads to.
fn of_value(field: &Field, what: What) -> Expect {
    match (field.form, what) {
        // Capitals are the same media type to the specification, and another to most programs.
        (MediaType, What::Capitals | What::Shortened) => Fitting,
        // The subject is elsewhere, so nobody can tell.
        (Number, What::Grown | What::Number) if field.at.starts_with("/subject") => Fitting,
        (Digest | MediaType | Number | Word, _) => Error,
        (Date | Variable | Data | Url, What::Text) => Error,
        (Counted, What::Emptied) => Warning,
        (Object, What::Emptied | What::Object) if field.required => Error,
        (Strings, What::Emptied | What::Object) => Nothing,
        _ => Fitting,
    }
}

/// A right input with one document in it that is changed.
struct Base {
    name: &'static str,
    fields: &'static [Field],
    document: Value,
    /// The input with this document in its place, all digests above it following.
    with: fn(&[u8]) -> Files,
}

fn two_layers() -> [(&'static str, Vec<u8>, Vec<u8>); 2] {
    [gzip_layer("one", b"one"), gzip_layer("two", b"two")]
}

fn config() -> Value {
    let [one, two] = two_layers();
    json!({ "architecture": "arm64", "os": "linux", "variant": "v8", "created": "2024-05-06T07:08:09Z",
        "author": "A. Person", "config": { "User": "1000:1000", "ExposedPorts": { "80/tcp": {} },
            "Env": ["PATH=/usr/bin", "HOME=/"], "Entrypoint": ["/one"], "Cmd": ["--help"],
            "Volumes": { "/data": {} }, "WorkingDir": "/", "Labels": { "com.example.key": "value" },
            "StopSignal": "SIGTERM" },
        "rootfs": { "type": "layers", "diff_ids": [sha256(&one.2), sha256(&two.2)] },
        "history": [{ "created": "2024-05-06T07:08:09Z", "created_by": "COPY one /" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "COPY two /" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "CMD", "empty_layer": true }] })
}

fn image_manifest(config: &[u8]) -> Value {
    let layers: Vec<Value> = two_layers()
        .iter()
        .map(|(kind, stored, _)| descriptor(kind, stored))
        .collect();
    let mut document = manifest(descriptor(mt::OCI_CONFIG, config), &layers);
    document["annotations"] = json!({ "com.example.key": "value" });
    document["layers"][0]["annotations"] = json!({ "com.example.layer": "one" });
    document["layers"][1]["urls"] = json!(["https://example.com/layer"]);
    document
}

/// A layout with the blobs of the image.
fn layout_of(config: &[u8]) -> Layout {
    let mut layout = Layout::new();
    for (kind, stored, _) in two_layers() {
        layout.blob(kind, &stored);
    }
    layout.blob(mt::OCI_CONFIG, config);
    layout
}

fn config_bytes() -> Vec<u8> {
    config().to_string().into_bytes()
}

fn listed(mut layout: Layout, kind: &str, bytes: &[u8]) -> Files {
    let descriptor = layout.blob(kind, bytes);
    layout.list(descriptor, "v1");
    layout.tar()
}

fn index() -> Value {
    let bytes = image_manifest(&config_bytes()).to_string().into_bytes();
    let mut entry = descriptor(mt::OCI_MANIFEST, &bytes);
    entry["platform"] = json!({ "architecture": "arm64", "os": "linux", "variant": "v8", "os.features": ["feature"] });
    entry["annotations"] = json!({ "com.example.key": "value" });
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry],
        "annotations": { "com.example.key": "value" } })
}

fn with_manifest(mut layout: Layout) -> Layout {
    layout.blob(
        mt::OCI_MANIFEST,
        image_manifest(&config_bytes()).to_string().as_bytes(),
    );
    layout
}

fn artifact() -> Value {
    let mut document = manifest(
        descriptor(mt::OCI_EMPTY, b"{}"),
        &[descriptor("application/vnd.example.thing", b"thing")],
    );
    document["config"]["data"] = json!("e30=");
    document["artifactType"] = json!("application/vnd.example.thing");
    document["subject"] = descriptor(mt::OCI_MANIFEST, b"a manifest that is elsewhere");
    document
}

fn bases() -> Vec<Base> {
    vec![
        Base {
            name: "config",
            fields: CONFIG,
            document: config(),
            with: |bytes| {
                let manifest = image_manifest(bytes).to_string();
                listed(layout_of(bytes), mt::OCI_MANIFEST, manifest.as_bytes())
            },
        },
        Base {
            name: "manifest",
            fields: MANIFEST,
            document: image_manifest(&config_bytes()),
            with: |bytes| listed(layout_of(&config_bytes()), mt::OCI_MANIFEST, bytes),
        },
        Base {
            name: "artifact",
            fields: MANIFEST,
            document: artifact(),
            with: |bytes| {
                let mut layout = Layout::new();
                layout.blob(mt::OCI_EMPTY, b"{}");
                layout.blob("application/vnd.example.thing", b"thing");
                listed(layout, mt::OCI_MANIFEST, bytes)
            },
        },
        Base {
            name: "index",
            fields: INDEX,
            document: index(),
            with: |bytes| {
                listed(
                    with_manifest(layout_of(&config_bytes())),
                    mt::OCI_INDEX,
                    bytes,
                )
            },
        },
        Base {
            name: "index.json",
            fields: INDEX,
            document: index(),
            with: |bytes| {
                let mut layout = with_manifest(layout_of(&config_bytes()));
                layout.put("index.json", bytes);
                layout.tar()
            },
        },
        Base {
            name: "oci-layout",
            fields: HEADER,
            document: json!({ "imageLayoutVersion": "1.0.0" }),
            with: |bytes| {
                let mut layout = kit::good_layout();
                layout.put("oci-layout", bytes);
                layout.tar()
            },
        },
    ]
}

/// The report of all rules; one consumer is enough here.
fn report(files: &Files) -> Report {
    Session::new(
        files.given(),
        vec![pullcheck::consumers::Question::read("umoci").unwrap()],
    )
    .run()
}

/// What is wrong with the findings, if anything.
fn judge(report: &Report, expect: Expect, about: &[&str]) -> Option<String> {
    let fits =
        |rule: &str| rule.starts_with("json-") || about.iter().any(|start| rule.starts_with(start));
    let of = |severity: Severity| {
        report
            .findings
            .iter()
            .filter(move |f| f.severity == severity)
    };
    let errors: BTreeSet<&str> = of(Severity::Error).map(|f| f.rule.as_str()).collect();
    let warned = of(Severity::Warning).any(|f| fits(&f.rule));
    let others: Vec<&&str> = errors.iter().filter(|rule| !fits(rule)).collect();
    let wrong = match expect {
        Error => errors.is_empty() || !others.is_empty(),
        Warning => (errors.is_empty() && !warned) || !others.is_empty(),
        Nothing => !errors.is_empty(),
        Fitting => !others.is_empty(),
    };
    wrong.then(|| {
        let all: BTreeSet<&str> = report.findings.iter().map(|f| f.rule.as_str()).collect();
        format!("expected {expect:?}, errors {errors:?}, all {all:?}")
    })
}

#[test]
fn one_change_to_a_document() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for base in bases() {
        let original = (base.with)(base.document.to_string().as_bytes());
        if let Some(words) = judge(&report(&original), Nothing, &[]) {
            wrong.push(format!("{}: as it is: {words}", base.name));
        }
        for change in changes(&base.document) {
            let field = row(base.fields, &change.pointer);
            let report = report(&(base.with)(&change.bytes));
            tried += 1;
            // The layers of an artifact are counted nowhere.
            let counted = base.name != "artifact" || change.what != What::Doubled;
            let expect = if counted {
                expected(field, change.what)
            } else {
                Fitting
            };
            if let Some(words) = judge(&report, expect, field.about) {
                wrong.push(format!(
                    "{} {} {:?}: {words}",
                    base.name, change.pointer, change.what
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {tried}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 1000, "{tried}");
}

#[test]
fn a_document_in_other_words_is_the_same() {
    for base in bases() {
        let report = report(&(base.with)(rewritten(&base.document).as_bytes()));
        let words = judge(&report, Nothing, &[]);
        assert_eq!(words, None, "{}", base.name);
    }
}

/// Rules that may speak of a document that cannot be read: what a layout cannot do without, and the value that was hit.
const TEXT: &[&str] = &[
    "layout-index-invalid",
    "layout-header-invalid",
    "layout-version",
    "manifest-artifact-type-syntax",
];

#[test]
fn text_that_is_no_json_is_said_so() {
    let mut wrong = Vec::new();
    for base in bases() {
        let text = base.document.to_string().into_bytes();
        let mut broken: Vec<(String, Vec<u8>)> = (1..text.len())
            .step_by(text.len() / 12)
            .map(|end| (format!("cut at {end}"), text[..end].to_vec()))
            .collect();
        let around = |before: &[u8], after: &[u8]| [before, &text, after].concat();
        broken.push(("a second document".to_string(), around(b"", b"{}")));
        broken.push((
            "a byte order mark".to_string(),
            around(b"\xef\xbb\xbf", b""),
        ));
        broken.push(("a comma at the end".to_string(), around(b"", b",")));
        let start = text.windows(2).position(|pair| pair == b":\"").unwrap() + 2;
        let mut latin = text.clone();
        latin.insert(start, 0xff);
        broken.push(("Latin-1".to_string(), latin));
        for (name, bytes) in broken {
            let report = report(&(base.with)(&bytes));
            if let Some(words) = judge(&report, Error, TEXT) {
                wrong.push(format!("{} {name}: {words}", base.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules that may speak of damaged bytes.
const DAMAGE: &[&str] = &[
    "layout-",
    "layer-",
    "tar-",
    "descriptor-",
    "config-diff-id",
    "archive-",
    "digest-",
    "config-content-type",
];

#[test]
fn a_changed_file_is_found() {
    let files = || {
        let manifest = image_manifest(&config_bytes()).to_string();
        let mut layout = layout_of(&config_bytes());
        let descriptor = layout.blob(mt::OCI_MANIFEST, manifest.as_bytes());
        layout.list(descriptor, "v1");
        layout.all()
    };
    let mut wrong = Vec::new();
    let mut look = |name: String, items: &[(String, Vec<u8>)], expect: Expect| {
        if let Some(words) = judge(&report(&Files::tar("image.tar", items)), expect, DAMAGE) {
            wrong.push(format!("{name}: {words}"));
        }
    };
    for position in 0..files().len() {
        let (path, bytes) = files()[position].clone();
        if !path.starts_with("blobs/") {
            continue;
        }
        for at in (0..bytes.len()).step_by(bytes.len() / 6) {
            let mut items = files();
            items[position].1[at] ^= 0x20;
            look(format!("{path}: byte {at} is another"), &items, Error);
        }
        let mut longer = files();
        longer[position].1.push(b'\n');
        look(format!("{path}: a byte more"), &longer, Error);
        let mut shorter = files();
        shorter[position].1.pop();
        look(format!("{path}: a byte less"), &shorter, Error);
        // The specification allows a layout that lacks what it refers to.
        let mut without = files();
        without.remove(position);
        look(format!("{path} is not there"), &without, Warning);
        let mut twice = files();
        twice.push(files()[position].clone());
        look(format!("{path} stands twice"), &twice, Nothing);
        twice.push((path.clone(), b"other".to_vec()));
        look(
            format!("{path} stands there again as another"),
            &twice,
            Warning,
        );
    }
    let mut turned = files();
    turned.reverse();
    look("files in another order".to_string(), &turned, Nothing);
    let mut more = files();
    more.push(("notes.txt".to_string(), b"notes".to_vec()));
    look("a file that nobody knows".to_string(), &more, Nothing);
    for gone in ["index.json", "oci-layout"] {
        let mut items = files();
        items.retain(|(path, _)| path != gone);
        look(format!("{gone} is not there"), &items, Error);
    }
    let whole = tar(&files());
    // What fills the last block, and the end mark, tell nothing.
    let filled = files().last().unwrap().1.len() % 512;
    for end in (1024..whole.len() - 1536 + filled).step_by(whole.len() / 20) {
        let cut = Files::file("image.tar", whole[..end].to_vec());
        if let Some(words) = judge(&report(&cut), Error, DAMAGE) {
            wrong.push(format!("cut at {end}: {words}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
