//! Measures one blob in one pass: size, digests, form, decompression, the tar inside.
//! Facts only; never compares them with what a document claims.

mod contents;

pub use super::codec::{CodecDefect, Compression, GzipHeader, StreamFacts};
pub use super::sniff::{Form, WasmKind, wasm_kind};
pub use super::tar::{EntryKind, TarDefect};

use super::codec::Decoder;
use super::digest::{Algorithm, Hasher};
use super::sniff::sniff;
use crate::limits;
use contents::Contents;
use serde::{Deserialize, Serialize};

/// What to measure beyond size, SHA-256 and form.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeasureOptions {
    /// SHA-512 as well.
    pub sha512: bool,
    /// The blob is an archive of blobs: measure each file in it as a blob of its own, and keep documents.
    /// Not done again inside those files.
    pub keep_documents: bool,
    /// Base names of tar entries that are kept in [`TarFacts::wanted`].
    pub wanted_names: &'static [&'static str],
}

/// The measurements of one blob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlobFacts {
    /// Stored size in bytes.
    pub size: u64,
    /// Digest of the stored bytes, `sha256:…`.
    pub sha256: String,
    /// Digest of the stored bytes, `sha512:…`, when asked for.
    pub sha512: Option<String>,
    /// Form of the stored bytes. Compressions nobody decodes for us (xz, bzip2, lz4) show here.
    pub form: Form,
    /// The compression that was undone, by the bytes.
    pub compression: Compression,
    /// How the compressed stream is made.
    pub stream: Option<StreamFacts>,
    /// The decompressed bytes, when the blob is compressed.
    pub inner: Option<InnerFacts>,
    /// The tar that the blob is or, decompressed, holds.
    pub tar: Option<TarFacts>,
    /// First stored bytes, at most [`crate::limits::HEAD_BYTES`].
    pub head: Vec<u8>,
    /// First decompressed bytes, as many; empty when the blob is not compressed.
    pub inner_head: Vec<u8>,
    /// What is wrong with the compressed stream.
    pub defects: Vec<CodecDefect>,
    /// All stored bytes were decoded to their end: `inner` is the whole payload and its digest can be trusted.
    /// False after any defect but trailing bytes.
    pub complete: bool,
}

/// The decompressed bytes of a blob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InnerFacts {
    /// Size in bytes.
    pub size: u64,
    /// Digest, `sha256:…`: the diffID of a layer.
    pub sha256: String,
    /// Digest, `sha512:…`, when asked for.
    pub sha512: Option<String>,
    /// Form.
    pub form: Form,
}

/// What a tar holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TarFacts {
    /// Number of entries seen.
    pub entries: u64,
    /// Entries whose base name was asked for, in order; at most [`crate::limits::WANTED_ENTRIES`].
    pub wanted: Vec<WantedEntry>,
    /// Entries out of the ordinary: the first few of each kind.
    pub oddities: Vec<EntryNote>,
    /// How many entries there are of each kind of oddity.
    pub oddity_counts: Vec<(Oddity, u64)>,
    /// The first [`crate::limits::LISTED_ENTRIES`] entries.
    pub listing: Vec<ListedEntry>,
    /// Whether all paths could be remembered and compared. False above [`crate::limits::REMEMBERED_PATHS`] and when
    /// a path is not UTF-8: then duplicates may have gone unnoticed, and from there on
    /// [`Oddity::LinkTargetUnseen`] is not noted.
    pub all_paths_compared: bool,
    /// What is wrong with the tar.
    pub defect: Option<TarDefect>,
    /// The files in it, measured, when [`MeasureOptions::keep_documents`] is set; at most [`crate::limits::MEMBERS`].
    pub members: Vec<MemberFacts>,
}

/// A tar entry that somebody wants. Offsets count bytes of the decompressed tar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WantedEntry {
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// Its last component.
    pub base_name: String,
    /// Number of the entry, from 0.
    pub index: u64,
    /// Size of the body in bytes.
    pub size: u64,
    /// Where the body begins.
    pub body_offset: u64,
    /// Where the body ends; before `body_offset + size` when the tar is cut off.
    pub body_end: u64,
    /// First bytes of the body, at most [`crate::limits::ENTRY_HEAD_BYTES`].
    pub head: Vec<u8>,
    /// Kind of file.
    pub kind: EntryKind,
    /// Target of a link.
    pub link: Option<String>,
}

/// An entry out of the ordinary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryNote {
    /// Number of the entry, from 0.
    pub index: u64,
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// Target of a link, cut likewise.
    pub link: Option<String>,
    /// What is out of the ordinary.
    pub what: Oddity,
}

/// What is out of the ordinary about an entry. Most are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// A symbolic link.
    Symlink,
    /// A hard link.
    HardLink,
    /// A hard link whose target is no earlier entry of this tar.
    LinkTargetUnseen,
    /// A link without a target.
    EmptyLink,
    /// A character or block device.
    Device,
    /// A character device 0:0, which overlayfs reads as a deletion.
    DeviceZero,
    /// A named pipe.
    Fifo,
    /// A path that begins with `/`.
    AbsoluteName,
    /// A path with a `..` component.
    ParentName,
    /// A `..` that leads out of the root.
    EscapingName,
    /// A path with a backslash.
    Backslash,
    /// No path at all.
    EmptyName,
    /// A path component above 255 bytes or a path above 4096.
    LongName,
    /// A path that is not UTF-8.
    NotUtf8,
    /// A path that an earlier entry has: the same once `./`, leading and trailing `/` are taken away.
    Duplicate {
        /// Spelt the same as well.
        same_spelling: bool,
    },
    /// A global pax header.
    PaxGlobal,
    /// A sparse file in the old GNU form.
    SparseGnu,
    /// A sparse file in a pax form.
    SparsePax,
    /// A size above 0 on something that has no body.
    DataOnNonFile,
    /// Setuid or setgid.
    SetId,
    /// A uid or gid above 65535 or below 0.
    LargeId,
    /// A time before 1970 or after 2^33 seconds.
    OddTime,
    /// A type flag outside those that container tools know.
    OtherType(u8),
    /// A whiteout: a base name that begins with `.wh.`.
    Whiteout,
}

/// A line of a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedEntry {
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// Kind of file.
    pub kind: EntryKind,
    /// Declared size in bytes.
    pub size: u64,
}

/// A file inside an archive, measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// Declared size in bytes.
    pub size: u64,
    /// Where its body begins in the decompressed archive.
    pub body_offset: u64,
    /// Its measurements. When the archive is cut off inside it, their size is below `size`.
    pub facts: BlobFacts,
    /// Its bytes, when they look like JSON or other text and the caps
    /// ([`crate::limits::MEMBER_DOCUMENT_BYTES`], [`crate::limits::MEMBER_DOCUMENTS_BYTES`]) allow.
    pub document: Option<Vec<u8>>,
}

impl BlobFacts {
    /// The diffID of a layer blob: the digest of its decompressed bytes, `sha256:…`. None when they could not be
    /// decompressed to the end, or are compressed in a way that nobody decodes for us.
    pub fn diff_id(&self) -> Option<&str> {
        match (&self.inner, self.form) {
            (Some(inner), _) => self.complete.then_some(inner.sha256.as_str()),
            (None, Form::Xz | Form::Bzip2 | Form::Lz4) => None,
            (None, _) => Some(&self.sha256),
        }
    }

    /// The form of the payload: of the decompressed bytes, or of the stored ones when not compressed.
    pub fn payload_form(&self) -> Form {
        self.inner.as_ref().map_or(self.form, |inner| inner.form)
    }
}

/// Measures a blob that is pushed into it.
pub struct Measure {
    options: MeasureOptions,
    stored: Tally,
    /// First stored bytes, until they suffice to tell the form.
    start: Vec<u8>,
    form: Option<Form>,
    compression: Compression,
    stage: Stage,
}

/// What happens to stored bytes once their form is known.
enum Stage {
    /// They are the payload.
    Plain(Payload),
    /// They are decompressed to the payload.
    Compressed {
        decoder: Box<Decoder>,
        inner: Box<Inner>,
    },
}

/// The decompressed bytes.
struct Inner {
    tally: Tally,
    payload: Payload,
}

impl Inner {
    fn push(&mut self, bytes: &[u8]) {
        self.tally.push(bytes);
        self.payload.push(bytes);
    }
}

/// Size, digests and first bytes.
struct Tally {
    size: u64,
    sha256: Hasher,
    sha512: Option<Hasher>,
    head: Vec<u8>,
}

impl Tally {
    fn new(options: MeasureOptions) -> Tally {
        Tally {
            size: 0,
            sha256: Hasher::new(Algorithm::Sha256),
            sha512: options.sha512.then(|| Hasher::new(Algorithm::Sha512)),
            head: Vec::new(),
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.sha256.update(bytes);
        if let Some(sha512) = &mut self.sha512 {
            sha512.update(bytes);
        }
        extend_to(&mut self.head, bytes, limits::HEAD_BYTES);
    }
}

/// Bytes that need no decompression: their form, and the tar they may be.
struct Payload {
    options: MeasureOptions,
    start: Vec<u8>,
    form: Option<Form>,
    tar: Option<Box<Contents>>,
}

impl Payload {
    fn new(options: MeasureOptions) -> Payload {
        Payload {
            options,
            start: Vec::new(),
            form: None,
            tar: None,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if self.form.is_none() {
            let taken = extend_to(&mut self.start, bytes, limits::SNIFF_BYTES);
            rest = bytes.get(taken..).unwrap_or_default();
            if self.start.len() < limits::SNIFF_BYTES {
                return;
            }
            self.settle();
        }
        if let Some(tar) = &mut self.tar {
            tar.push(rest);
        }
    }

    /// Decides the form by the first bytes.
    fn settle(&mut self) -> Form {
        let form = sniff(&self.start);
        if form == Form::Tar {
            let mut tar = Box::new(Contents::new(self.options));
            tar.push(&self.start);
            self.tar = Some(tar);
        }
        self.start = Vec::new();
        self.form = Some(form);
        form
    }

    fn finish(mut self) -> (Form, Option<TarFacts>) {
        let form = match self.form {
            Some(form) => form,
            None => self.settle(),
        };
        (form, self.tar.map(|tar| tar.finish()))
    }
}

impl Measure {
    /// A measure of no bytes yet.
    pub fn new(options: MeasureOptions) -> Measure {
        Measure {
            options,
            stored: Tally::new(options),
            start: Vec::new(),
            form: None,
            compression: Compression::None,
            stage: Stage::Plain(Payload::new(options)),
        }
    }

    /// Takes more stored bytes, in pieces of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(limits::CHUNK_BYTES) {
            self.stored.push(chunk);
            let mut rest = chunk;
            if self.form.is_none() {
                let taken = extend_to(&mut self.start, chunk, limits::SNIFF_BYTES);
                rest = chunk.get(taken..).unwrap_or_default();
                if self.start.len() < limits::SNIFF_BYTES {
                    continue;
                }
                self.settle();
            }
            self.forward(rest);
        }
    }

    /// The stored bytes have ended: their measurements.
    pub fn finish(mut self) -> BlobFacts {
        let form = match self.form {
            Some(form) => form,
            None => self.settle(),
        };
        let mut facts = BlobFacts {
            size: self.stored.size,
            sha256: self.stored.sha256.finish(),
            sha512: self.stored.sha512.map(Hasher::finish),
            form,
            compression: self.compression,
            stream: None,
            inner: None,
            tar: None,
            head: self.stored.head,
            inner_head: Vec::new(),
            defects: Vec::new(),
            complete: true,
        };
        match self.stage {
            Stage::Plain(payload) => facts.tar = payload.finish().1,
            Stage::Compressed {
                mut decoder,
                mut inner,
            } => {
                let defect = decoder.finish(&mut |bytes| inner.push(bytes));
                facts.complete = matches!(defect, None | Some(CodecDefect::TrailingBytes { .. }));
                facts.defects.extend(defect);
                facts.stream = Some(decoder.facts().clone());
                let (form, tar) = inner.payload.finish();
                facts.tar = tar;
                facts.inner_head = inner.tally.head;
                facts.inner = Some(InnerFacts {
                    size: inner.tally.size,
                    sha256: inner.tally.sha256.finish(),
                    sha512: inner.tally.sha512.map(Hasher::finish),
                    form,
                });
            }
        }
        facts
    }

    /// Decides the form by the first bytes and sends them on their way.
    fn settle(&mut self) -> Form {
        let form = sniff(&self.start);
        self.form = Some(form);
        self.compression = match form {
            Form::Gzip => Compression::Gzip,
            Form::Zstd => Compression::Zstd,
            _ => Compression::None,
        };
        if self.compression != Compression::None {
            self.stage = Stage::Compressed {
                decoder: Box::new(Decoder::new(self.compression)),
                inner: Box::new(Inner {
                    tally: Tally::new(self.options),
                    payload: Payload::new(self.options),
                }),
            };
        }
        let start = std::mem::take(&mut self.start);
        self.forward(&start);
        form
    }

    fn forward(&mut self, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Plain(payload) => payload.push(bytes),
            Stage::Compressed { decoder, inner } => {
                // The decoder remembers an error and tells it at the end.
                let _ = decoder.push(bytes, &mut |bytes| inner.push(bytes));
            }
        }
    }
}

/// Measures bytes that are all at hand.
pub fn measure(bytes: &[u8], options: MeasureOptions) -> BlobFacts {
    let mut measure = Measure::new(options);
    measure.push(bytes);
    measure.finish()
}

/// Fills `kept` from `bytes` up to `cap` bytes, and says how many were taken.
fn extend_to(kept: &mut Vec<u8>, bytes: &[u8], cap: usize) -> usize {
    let count = cap.saturating_sub(kept.len()).min(bytes.len());
    kept.extend_from_slice(bytes.get(..count).unwrap_or_default());
    count
}

#[cfg(test)]
mod tests;
