//! The report: all that leaves the core about what was given. Findings, verdicts and traces hold ids, places and
//! typed phrases, so that a host renders them in the reader's language without checking anything again.
//! It reads no bytes and decides nothing. `render.rs` turns it into the documented JSON of one language.

mod groups;

pub use crate::artifact::kinds::{Content, InputKind, Packaging};
use crate::fixes::Fix;
pub use crate::place::Locus;
use crate::text::{Phrase, Text, text};
pub use groups::{Group, SHOWN};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the JSON schema; it changes when a field changes its meaning or goes away.
pub const SCHEMA: &str = "pullcheck-report/1";

/// Everything known about what was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What was given.
    pub input: Input,
    /// Whether all that was planned was read; false for an early report and after a stop.
    pub complete: bool,
    /// What the findings are weighed by.
    pub profile: Profile,
    /// What was set for the consumers, where it is not the default: see `consumers::Choices`.
    #[serde(default)]
    pub choices: BTreeMap<String, String>,
    /// The artifacts found in it, in the order of the documents that name them.
    pub artifacts: Vec<Artifact>,
    /// What is wrong or worth knowing, worst first.
    pub findings: Vec<Finding>,
    /// How each rule ended.
    pub rules: Vec<RuleOutcome>,
    /// What each consumer does with each artifact.
    pub verdicts: Vec<Verdict>,
    /// All that was not looked at, and why.
    pub coverage: Vec<Coverage>,
    /// Files of an archive or folder that no document refers to; at most [`crate::limits::COVERAGE`].
    #[serde(default)]
    pub unreferenced: Vec<Unreferenced>,
    /// How many more there are; none where all are listed, and in reports of versions that did not list them.
    #[serde(default)]
    pub unreferenced_left_out: Option<u64>,
}

/// A file that no document refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreferenced {
    /// Where it stands.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its digest, `sha256:…`, where it was read.
    pub digest: Option<String>,
}

/// What was given, as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// File or folder name, or a word for pasted text.
    pub name: String,
    /// Total length in bytes.
    pub bytes: u64,
    /// What it turned out to be.
    pub kind: InputKind,
    /// How it was wrapped.
    pub packaging: Packaging,
    /// The plain answer to "what is this?", also for things that hold no artifact.
    pub says: Phrase,
}

/// One artifact: what lies under one root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// Where its root stands, as `path#pointer`; unique within a report.
    pub id: String,
    /// Its name in the input: `org.opencontainers.image.ref.name`, repo tag or file name.
    pub name: Option<String>,
    /// What it is, in the field's words: `container-image`, `multi-platform-image`, `wasm-plugin`, `helm-chart` …
    pub kind: String,
    /// The same in words.
    pub says: Phrase,
    /// Media type of the root.
    pub media_type: Option<String>,
    /// Digest of the root document.
    pub digest: Option<String>,
    /// Everything under the root, depth first, the root itself first.
    pub descriptors: Vec<Described>,
}

/// One descriptor (or named part) under an artifact's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// How deep it lies under the root; the root is 0.
    pub depth: u32,
    /// Its role: `index`, `manifest`, `config`, `layer`, `subject`, `blob`.
    pub role: String,
    /// Where the descriptor stands.
    pub at: Option<Locus>,
    /// Where its content stands, if it is there.
    pub path: Option<String>,
    /// Declared media type.
    pub media_type: Option<String>,
    /// Declared digest.
    pub digest: Option<String>,
    /// Declared size in bytes.
    pub size: Option<u64>,
    /// The digest that was measured instead, where the content differs by it: by the algorithm of the declared one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_digest: Option<String>,
    /// The size that was measured instead, in bytes, where the content differs by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_size: Option<u64>,
    /// Declared artifact type: of the descriptor, else of the document that it points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// `os/architecture[/variant]`, where declared.
    pub platform: Option<String>,
    /// What is known of its content.
    pub content: Content,
    /// Real compression of the content: `none`, `gzip`, `gzip (eStargz)`, `zstd`, `zstd (zstd:chunked)`, `xz`, `bzip2`,
    /// `lz4`; absent where not measured.
    pub compression: Option<String>,
    /// Digest of the uncompressed content, for layers.
    pub diff_id: Option<String>,
    /// What the config says that digest is, for layers of images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_diff_id: Option<String>,
    /// Number of tar entries, for layers.
    pub entries: Option<u64>,
}

/// How bad a finding is (facts: MUST → error, SHOULD or a consumer that refuses → warning, else info).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Breaks a MUST or the published schema, or makes the content unusable to the main consumers.
    Error,
    /// Breaks a SHOULD, or a named consumer refuses it, or consumers disagree about its meaning.
    Warning,
    /// Legal and harmless, worth knowing.
    Info,
}

impl Severity {
    /// It in a word.
    pub fn word(self) -> Text {
        match self {
            Severity::Error => text("error", "错误"),
            Severity::Warning => text("warning", "警告"),
            Severity::Info => text("note", "提示"),
        }
    }
}

/// What a report is judged by; the rules say what each profile weighs how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Profile {
    /// Releases 1.0.x of the image specification.
    #[serde(rename = "image-spec-1.0")]
    ImageSpec10,
    /// Releases 1.1.x of the image specification.
    #[default]
    #[serde(rename = "image-spec-1.1")]
    ImageSpec11,
    /// All that the image specification says, its recommendations included.
    #[serde(rename = "strict")]
    Strict,
}

/// What a profile made of a finding's severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// The severity before.
    pub own: Severity,
    /// Why the profile has another.
    pub because: Phrase,
}

/// One instance of a broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// How bad it is, as the report's profile weighs it.
    pub severity: Severity,
    /// How bad it is by itself, and why it is weighed otherwise; only where the profile makes a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<Weighed>,
    /// What is wrong here.
    pub says: Phrase,
    /// Where.
    pub at: Locus,
    /// Other places that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Locus>,
}

/// How a rule ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// Id of the rule.
    pub rule: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it could not run, or not run to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Phrase>,
    /// Findings beyond those that are listed.
    #[serde(default)]
    pub more: u64,
}

/// The ends of a rule. There is no silent fourth one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It looked at all it needed and found nothing.
    Clean,
    /// It found something.
    Found,
    /// It could not look at all it needed, and found nothing in the rest.
    NotRun,
    /// The input has nothing that the rule is about.
    NotApplicable,
}

/// What a consumer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It takes the artifact.
    Accepts,
    /// It stops with `error`.
    Refuses,
    /// It depends on something that was not given or not read.
    Unknown,
    /// The artifact is not meant for it, and nobody asked.
    NotApplicable,
}

impl Decision {
    /// It in words, as they stand alone.
    pub fn word(self) -> Text {
        match self {
            Decision::Accepts => text("Accepts", "接受"),
            Decision::Refuses => text("Refuses", "拒绝"),
            Decision::Unknown => text("Can't tell", "无法判断"),
            Decision::NotApplicable => text("Not its job", "与其无关"),
        }
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Decision::Accepts => "✓",
            Decision::Refuses => "✗",
            Decision::Unknown => "?",
            Decision::NotApplicable => "–",
        }
    }
}

/// What one consumer, in one range of versions, does with one artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Id of the artifact, or of the input as a whole (`*`) for consumers that take an archive at once and find several.
    pub artifact: String,
    /// Id of the consumer.
    pub consumer: String,
    /// The versions that this verdict is about, such as `≤ 0.6.0`; empty for all of them, where the artifact is not meant
    /// for the consumer.
    pub versions: String,
    /// The decision.
    pub verdict: Decision,
    /// Whether it refuses the form in which the artifact was given, and nothing in it: it opens another kind of archive.
    #[serde(default)]
    pub of_form: bool,
    /// The exact text that the consumer prints when it refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The reason in one sentence: what it would use, why it refuses, or what is missing.
    pub because: Phrase,
    /// Where the reason stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Locus>,
    /// The consumer's own steps, in its order, up to the one that decided.
    pub steps: Vec<Step>,
    /// What mends it, or what to set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
}

/// One step of a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// How it went.
    pub mark: Mark,
    /// What the consumer does here, and what it finds.
    pub says: Phrase,
    /// What it looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Locus>,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The need is met.
    Pass,
    /// The need is not met; the consumer stops, or tries its next way.
    Fail,
    /// Nothing is demanded here; it says what the consumer chooses or ignores.
    Note,
    /// Not decided by what was given.
    Unknown,
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// What was not looked at.
    pub path: String,
    /// Why.
    pub why: Phrase,
}

/// The text of a document, for showing the places that a report names. Not part of the report's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    /// Where it stands: the `path` of the places in it.
    pub path: String,
    /// What it is: `index`, `manifest`, `config`, `docker-archive-manifest`, `oci-layout`, `other`.
    pub kind: String,
    /// Its digest, `sha256:…`.
    pub digest: String,
    /// Its bytes as text, bytes that are not UTF-8 as U+FFFD, cut at [`crate::limits::SOURCE_TEXT_BYTES`].
    pub text: String,
    /// Whether it was cut.
    pub cut: bool,
    /// Its bytes where they are not UTF-8, each as the character of that number (U+0000 to U+00FF).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl SourceText {
    /// The very bytes.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.raw {
            // Only the bytes of a hand-made file are beyond; they are shown as a question mark.
            Some(raw) => raw
                .chars()
                .map(|c| u8::try_from(c).unwrap_or(b'?'))
                .collect(),
            None => self.text.clone().into_bytes(),
        }
    }
}
