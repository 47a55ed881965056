//! The model of what was given: entries, blobs, documents, and which descriptor points where.
//! It holds claims and measurements side by side and never says which of them is right.

pub mod documents;
pub mod graph;
pub mod kinds;
mod lookup;
pub mod name;
pub mod survey;

use crate::bytes::blob::{BlobFacts, CodecDefect};
use crate::bytes::json::{Json, JsonDefect, Lines};
use crate::bytes::sniff::Form;
use crate::bytes::tar::{EntryKind, TarDefect};
use crate::place::Locus;
use crate::spec;
use documents::{Claims, Descriptor};
use kinds::{ArtifactKind, Content, InputKind, Packaging};
use name::Name;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Index of a [`Blob`] in its [`Inventory`].
pub type BlobId = usize;
/// Index of a [`Document`] in its [`Inventory`].
pub type DocumentId = usize;

/// Everything that was found in what was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Inventory {
    /// File or folder name, or a word for pasted text.
    pub name: String,
    /// Total length in bytes.
    pub bytes: u64,
    /// How it was wrapped.
    pub packaging: Packaging,
    /// What it is.
    pub kind: InputKind,
    /// What the first bytes of a single file show; of a compressed one that is no image archive, those inside.
    pub form: Option<Form>,
    /// How many other files were given with the one that is judged.
    pub beside: u64,
    /// Members of the archive, or files of the folder, in their order.
    pub entries: Vec<Entry>,
    /// Regular files among them, with what was measured.
    pub blobs: Vec<Blob>,
    /// Blobs that were read as JSON documents.
    pub documents: Vec<Document>,
    /// Where artifacts begin; at most [`crate::limits::ROOTS`].
    pub roots: Vec<Root>,
    /// How many more there are.
    pub roots_left_out: usize,
    /// Whether all entries and documents were gathered. Until then nothing follows from what is not there: the reader
    /// stopped the run early.
    pub gathered: bool,
    /// What is wrong with the outer archive, if anything.
    pub archive_defect: Option<TarDefect>,
    /// What is wrong with the compressed stream that the outer archive came in, if anything.
    pub stream_defects: Vec<CodecDefect>,
    /// The folder that everything lies under, where a container does (`image` for `image/oci-layout`).
    pub nested_under: Option<String>,
    lookup: lookup::Lookup,
}

/// A member of the outer archive, or a file of the folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name, cleaned: no leading `./`, no trailing `/`.
    pub path: Name,
    /// Its name as it was written, where that is another.
    pub spelt: Option<Box<str>>,
    /// What it is.
    pub kind: EntryKind,
    /// Length of its body in bytes.
    pub size: u64,
    /// Target of a link.
    pub link: Option<String>,
    /// Its blob, for a regular file.
    pub blob: Option<BlobId>,
    /// Offset of its header in the archive; 0 for a loose file.
    pub offset: u64,
}

/// The bytes of a regular file, or of pasted text.
#[derive(Clone, Debug, PartialEq)]
pub struct Blob {
    /// Where it stands.
    pub path: Name,
    /// Length in bytes.
    pub size: u64,
    /// What was measured.
    pub measured: Measured,
    /// The document it was read as.
    pub document: Option<DocumentId>,
}

/// Measurements, or why there are none.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// Not there; the reason says why.
    Not(Why),
    /// All its stored bytes were read.
    Facts(Box<BlobFacts>),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its turn has not come.
    NotYet,
    /// The reader stopped the run before its turn.
    Stopped,
    /// Only a document was given; the rest of the artifact stayed where it is.
    NotGiven,
    /// The archive or folder does not hold it.
    NotInInput,
    /// More paths lead through it than are followed.
    TooManyPaths,
    /// A document with more values or deeper nesting than are read ([`crate::limits::JSON_VALUES`],
    /// [`crate::limits::JSON_DEPTH`]).
    BeyondLimits,
    /// Larger than the limit, in bytes, for what it should be.
    TooLarge(u64),
    /// It decompresses to so much that decompression was stopped ([`crate::limits::EXPANDED_BYTES`]).
    ExpandsTooMuch,
    /// The host could not read it; its words.
    ReadFailed(String),
    /// The archive ends before it does.
    Truncated,
    /// The consumer's source is closed, and nothing public says what it does with this.
    NotDocumented,
    /// It is a user's or group's name, which the program looks up in the image's own `/etc/passwd` and `/etc/group`;
    /// the content of those files is not read.
    NotLookedUp,
    /// What stands inside decides, and the content of such files is not read.
    ContentNotRead,
    /// It is not what it should be (a document that is no JSON, a claim of the wrong type), so nothing follows from it.
    Unreadable,
    /// It is there and known, and what the program does with it could not be settled from its source.
    NotSettled,
    /// It is no part of an artifact, but of the machine that pulls: a key, a setting of a registry.
    Outside,
    /// What was reading it stopped working; its last words.
    ReaderDied(String),
}

/// A blob that was read as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its blob.
    pub blob: BlobId,
    /// Where it stands.
    pub path: String,
    /// Its bytes as they came. Digests are over these.
    pub bytes: Vec<u8>,
    /// Where its lines begin.
    pub lines: Lines,
    /// The JSON, with ranges.
    pub json: Json,
    /// What it is and claims.
    pub claims: Claims,
}

/// Where an artifact begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// Stable name within the input: `path` or `path#pointer`.
    pub id: String,
    /// What the root is.
    pub start: Start,
    /// Its name: `org.opencontainers.image.ref.name`, a repo tag, or none.
    pub name: Option<String>,
    /// What lies under it.
    pub kind: ArtifactKind,
}

/// The beginning of an artifact.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// An entry of a layout's `index.json`.
    Entry {
        /// The `index.json`.
        document: DocumentId,
        /// The descriptor in it.
        descriptor: Descriptor,
    },
    /// A document that was given by itself, or that no other document refers to.
    Document(DocumentId),
    /// An element of a docker-archive's `manifest.json`.
    DockerImage {
        /// The `manifest.json`.
        document: DocumentId,
        /// Position in the array.
        position: usize,
    },
    /// A blob without any document: a lone layer or module.
    Blob(BlobId),
}

/// A fact that is not there, and where it is needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// What is missing: a digest, or a path in the archive.
    pub what: String,
    /// Why.
    pub why: Why,
    /// The descriptor or field that needs it.
    pub at: Option<Locus>,
}

impl Inventory {
    /// An inventory of nothing yet.
    pub fn new(name: String, bytes: u64, packaging: Packaging) -> Inventory {
        Inventory {
            name,
            bytes,
            packaging,
            kind: InputKind::Empty,
            form: None,
            beside: 0,
            entries: Vec::new(),
            blobs: Vec::new(),
            documents: Vec::new(),
            roots: Vec::new(),
            roots_left_out: 0,
            gathered: false,
            archive_defect: None,
            stream_defects: Vec::new(),
            nested_under: None,
            lookup: lookup::Lookup::default(),
        }
    }

    /// Makes room for so many entries and blobs, and no more.
    pub fn reserve(&mut self, count: usize) {
        self.entries.reserve_exact(count);
        self.blobs.reserve_exact(count);
    }

    /// Takes in an entry, and its blob when it is a regular file.
    pub fn add(&mut self, mut entry: Entry, blob: Option<Blob>) {
        if let Some(blob) = blob {
            let id = self.blobs.len();
            self.lookup.add_blob(id, &blob);
            self.blobs.push(blob);
            entry.blob = Some(id);
        }
        self.lookup.add_entry(self.entries.len(), &entry);
        self.entries.push(entry);
    }

    /// Forgets all entries and blobs.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.blobs.clear();
        self.lookup = lookup::Lookup::default();
    }

    /// Takes in what was measured of a blob, or why it was not.
    pub fn set_measured(&mut self, id: BlobId, measured: Measured) {
        if let Some(blob) = self.blobs.get_mut(id) {
            if let Measured::Facts(facts) = &measured {
                self.lookup.add_facts(id, facts);
            }
            blob.measured = measured;
        }
    }

    /// The blob at a path of the input; symbolic and hard links are followed, as docker-archive readers do.
    pub fn blob_at(&self, path: &str) -> Option<BlobId> {
        let mut path = survey::clean(path);
        for _ in 0..8 {
            let entry = self.entries.get(self.lookup.entry(&path)?)?;
            if entry.blob.is_some() {
                return entry.blob;
            }
            let link = entry.link.as_deref()?;
            path = match entry.kind {
                EntryKind::Symlink => survey::join(survey::parent(&path), link),
                _ => survey::clean(link),
            };
        }
        None
    }

    /// The blob that stands for a digest: by its place in a layout, else by what was measured.
    pub fn blob_for(&self, digest: &str) -> Option<BlobId> {
        if digest.is_empty() {
            return None;
        }
        self.lookup.blob(digest)
    }

    /// Whether the input is a container that should hold what its documents refer to.
    pub fn is_container(&self) -> bool {
        matches!(
            self.kind,
            InputKind::OciLayout
                | InputKind::DockerArchive
                | InputKind::DockerArchiveWithOciLayout
                | InputKind::DockerArchiveLegacy
                | InputKind::LooseFiles
        )
    }

    /// Why a digest that is not here is not here.
    fn absence(&self) -> Why {
        if self.is_container() {
            Why::NotInInput
        } else {
            Why::NotGiven
        }
    }

    /// The blob behind a descriptor that stands in `document`.
    pub fn content(&self, document: &Document, d: &Descriptor) -> Result<BlobId, Missing> {
        self.blob_for(d.digest()).ok_or_else(|| Missing {
            what: d.digest().to_string(),
            why: self.absence(),
            at: Some(document.locus(&d.pointer)),
        })
    }

    /// What was measured of the blob behind a descriptor. A damaged stream is measured too: see `BlobFacts::complete`.
    pub fn facts(&self, document: &Document, d: &Descriptor) -> Result<&BlobFacts, Missing> {
        let id = self.content(document, d)?;
        self.blob_facts(id, Some(document.locus(&d.pointer)))
    }

    /// What was measured of a blob.
    pub fn blob_facts(&self, id: BlobId, at: Option<Locus>) -> Result<&BlobFacts, Missing> {
        let missing = |what: &str, why: Why| Missing {
            what: what.to_string(),
            why,
            at: at.clone(),
        };
        let Some(blob) = self.blobs.get(id) else {
            return Err(missing("", self.absence()));
        };
        match &blob.measured {
            Measured::Facts(facts) => Ok(facts),
            Measured::Not(why) => Err(missing(&blob.path, why.clone())),
        }
    }

    /// The document behind a descriptor that stands in `document`.
    pub fn target(&self, document: &Document, d: &Descriptor) -> Result<&Document, Missing> {
        let id = self.content(document, d)?;
        let unreadable = |why: Why| Missing {
            what: d.digest().to_string(),
            why,
            at: Some(document.locus(&d.pointer)),
        };
        let Some(blob) = self.blobs.get(id) else {
            return Err(unreadable(self.absence()));
        };
        match (
            blob.document.and_then(|i| self.documents.get(i)),
            &blob.measured,
        ) {
            (Some(target), _) if target.is_beyond_limits() => Err(unreadable(Why::BeyondLimits)),
            (Some(target), _) => Ok(target),
            (None, Measured::Not(why)) => Err(unreadable(why.clone())),
            (None, Measured::Facts(_)) => Err(unreadable(Why::Unreadable)),
        }
    }

    /// Compares what a descriptor claims with what was measured.
    pub fn compare(&self, d: &Descriptor) -> Content {
        let Some(blob) = self.blob_for(d.digest()).and_then(|id| self.blobs.get(id)) else {
            return if self.is_container() {
                Content::Missing
            } else {
                Content::NotGiven
            };
        };
        let same_size = d
            .size
            .value()
            .is_none_or(|size| u64::try_from(*size) == Ok(blob.size));
        match &blob.measured {
            Measured::Facts(facts) => {
                // An algorithm that was not computed says nothing.
                match facts.digest_like(d.digest()) {
                    Some(measured) if same_size && measured == d.digest() => Content::Verified,
                    None if same_size => Content::Unread,
                    _ => Content::Differs,
                }
            }
            Measured::Not(_) => Content::Unread,
        }
    }

    /// The document that a root begins with, where it was given and is one.
    pub fn root_document(&self, root: &Root) -> Result<&Document, Missing> {
        let nothing = |what: &str| Missing {
            what: what.to_string(),
            why: Why::NotGiven,
            at: None,
        };
        match &root.start {
            Start::Entry {
                document,
                descriptor,
            } => {
                let index = self
                    .documents
                    .get(*document)
                    .ok_or_else(|| nothing(&root.id))?;
                self.target(index, descriptor)
            }
            Start::Document(id) => match self.documents.get(*id) {
                Some(document) if document.is_beyond_limits() => Err(Missing {
                    why: Why::BeyondLimits,
                    ..nothing(&root.id)
                }),
                Some(document) => Ok(document),
                None => Err(nothing(&root.id)),
            },
            Start::DockerImage { .. } | Start::Blob(_) => Err(nothing("manifest")),
        }
    }
}

impl Entry {
    /// Its name as it was written.
    pub fn raw_path(&self) -> &str {
        self.spelt.as_deref().unwrap_or(&self.path)
    }
}

impl Blob {
    /// The digest that its place promises: `sha256:<hex>` for `blobs/sha256/<hex>`.
    pub fn named(&self) -> Option<String> {
        digest_of_path(&self.path)
    }

    /// The measurements, complete or not.
    pub fn facts(&self) -> Option<&BlobFacts> {
        match &self.measured {
            Measured::Facts(facts) => Some(facts),
            Measured::Not(_) => None,
        }
    }
}

impl Document {
    /// Whether it was not read because of a cap of ours: nothing follows from what it claims, and programs may well read it.
    pub fn is_beyond_limits(&self) -> bool {
        let ours = |defect: &JsonDefect| {
            matches!(
                defect,
                JsonDefect::TooDeep { .. }
                    | JsonDefect::TooManyValues { .. }
                    | JsonDefect::TooLarge { .. }
            )
        };
        self.json.root.is_none() && self.json.defects.iter().any(ours)
    }

    /// The place of a JSON pointer in this document; a pointer that leads nowhere gives the whole document.
    pub fn locus(&self, pointer: &str) -> Locus {
        let range = self
            .json
            .root
            .as_ref()
            .and_then(|root| root.at_pointer(pointer))
            .map(|node| node.range.clone());
        match range {
            Some(range) => self.locus_of(range, Some(pointer)),
            None => Locus {
                pointer: Some(pointer.to_string()),
                ..Locus::whole(&self.path)
            },
        }
    }

    /// The place of some bytes of this document.
    pub fn locus_of(&self, range: Range<usize>, pointer: Option<&str>) -> Locus {
        let (line, column) = self.lines.line_column(&self.bytes, range.start);
        Locus {
            path: self.path.clone(),
            entry: None,
            pointer: pointer.map(str::to_string),
            line: Some(line),
            column: Some(column),
            offset: Some(range.start as u64),
            length: Some((range.end.saturating_sub(range.start)) as u64),
        }
    }
}

/// Whether bytes with these measurements have this digest. An algorithm that was not computed never matches.
pub fn has_digest(facts: &BlobFacts, digest: &str) -> bool {
    facts.digests().any(|measured| measured == digest)
}

/// The digest that a layout path promises: `sha256:<hex>` for `blobs/sha256/<hex>`.
pub fn digest_of_path(path: &str) -> Option<String> {
    let (algorithm, encoded) = path.strip_prefix("blobs/")?.split_once('/')?;
    let text = format!("{algorithm}:{encoded}");
    spec::digest(&text).is_some().then_some(text)
}
