//! Measures one blob in one pass: size, digests, form, decompression, the tar inside.
//! Facts only; never compares them with what a document claims.

mod contents;
mod pass;
mod tar_facts;

pub use super::codec::{CodecDefect, Compression, GzipHeader, Lazy, StreamFacts};
pub use super::sniff::{Form, WasmKind, wasm_kind};
pub use super::tar::{EntryKind, TarDefect};
pub use contents::Remarks;
pub use pass::Measure;
pub use tar_facts::{
    EntryNote, ListedEntry, MemberFacts, Oddity, OpenPath, PathSummary, Presence, Prints, TarFacts,
    WantedEntry,
};

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

/// The measurements of one blob. What only few blobs have is boxed: an input may hold tens of thousands.
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
    pub stream: Option<Box<StreamFacts>>,
    /// The decompressed bytes, when the blob is compressed.
    pub inner: Option<Box<InnerFacts>>,
    /// The tar that the blob is or, decompressed, holds.
    pub tar: Option<Box<TarFacts>>,
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
