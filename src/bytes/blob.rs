//! Measures one blob in one pass: size, digests, form, decompression, the tar inside.
//! Facts only; never compares them with what a document claims.

mod contents;
mod pass;

pub use super::codec::{CodecDefect, Compression, GzipHeader, Lazy, StreamFacts};
pub use super::sniff::{Form, WasmKind, wasm_kind};
pub use super::tar::{EntryKind, TarDefect};
pub use pass::Measure;

use serde::{Deserialize, Serialize};

/// What to measure beyond size, SHA-256 and form.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeasureOptions {
    /// Which digests to take besides SHA-256.
    pub also: Also,
    /// The blob is an archive of blobs: measure each file in it as a blob of its own, and keep documents.
    /// Not done again inside those files.
    pub keep_documents: bool,
    /// Base names of tar entries that are kept in [`TarFacts::wanted`].
    pub wanted_names: &'static [&'static str],
}

/// Digests that are taken only where something asks for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// SHA-384.
    pub sha384: bool,
    /// SHA-512.
    pub sha512: bool,
}

impl Also {
    /// Asks for the algorithm of a digest as well (`sha512:…`), if it is one of these.
    pub fn include(&mut self, digest: &str) {
        self.sha384 |= digest.starts_with("sha384:");
        self.sha512 |= digest.starts_with("sha512:");
    }
}

/// The measurements of one blob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlobFacts {
    /// Stored size in bytes.
    pub size: u64,
    /// Digest of the stored bytes, `sha256:…`.
    pub sha256: String,
    /// Digest of the stored bytes, `sha384:…`, when asked for.
    pub sha384: Option<String>,
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
    /// Digest, `sha384:…`, when asked for.
    pub sha384: Option<String>,
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
    /// Permission bits and the like, as written.
    pub mode: i64,
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

    /// The digests of the stored bytes, all that were taken.
    pub fn digests(&self) -> impl Iterator<Item = &str> {
        let others = [&self.sha384, &self.sha512].into_iter().flatten();
        std::iter::once(&self.sha256)
            .chain(others)
            .map(String::as_str)
    }

    /// The digest of the stored bytes by the algorithm of another digest (`sha256:…`), where it was taken.
    pub fn digest_like(&self, other: &str) -> Option<&str> {
        let algorithm = |digest: &str| digest.split_once(':').map(|(name, _)| name.to_string());
        let wanted = algorithm(other);
        self.digests().find(|digest| algorithm(digest) == wanted)
    }

    /// The form of the payload: of the decompressed bytes, or of the stored ones when not compressed.
    pub fn payload_form(&self) -> Form {
        self.inner.as_ref().map_or(self.form, |inner| inner.form)
    }
}

/// Measures bytes that are all at hand.
pub fn measure(bytes: &[u8], options: MeasureOptions) -> BlobFacts {
    let mut measure = Measure::new(options);
    measure.push(bytes);
    measure.finish()
}

#[cfg(test)]
mod tests;
