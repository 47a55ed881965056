//! Decompresses gzip (RFC 1952) and zstd (RFC 8878) in fixed buffers and says precisely what is wrong with a stream.
//! The only file that names the compression crates. Never looks at what comes out.

use serde::{Deserialize, Serialize};

/// A compression that consumers know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// None.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

/// What is wrong with a compressed stream. Offsets count stored bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CodecDefect {
    /// The stream ends early.
    Truncated,
    /// A member or frame begins with a header that no decoder takes.
    BadHeader {
        /// Where the header begins.
        at: u64,
    },
    /// The compressed data make no sense.
    Corrupt {
        /// How far decoding came; the damage is here or before.
        at: u64,
    },
    /// The checksum over the decompressed data is another.
    BadChecksum {
        /// Where the member or frame ends.
        at: u64,
    },
    /// gzip: the length in the trailer is another.
    BadLength {
        /// Where the member ends.
        at: u64,
    },
    /// Bytes after the last member or frame that begin no other.
    TrailingBytes {
        /// Where they begin.
        at: u64,
        /// How many there are.
        count: u64,
        /// Whether all of them are zero.
        zeros: bool,
    },
    /// zstd: needs a window above [`crate::limits::ZSTD_WINDOW_BYTES`]; not decoded.
    WindowTooLarge {
        /// Logarithm of the window size to base 2, rounded up.
        log2: u8,
    },
    /// Decompresses to more than [`crate::limits::EXPANDED_BYTES`]; decoding stopped there.
    ExpansionLimit,
}

/// How a stream is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamFacts {
    /// gzip members or zstd frames that were begun, skippable frames not counted.
    pub members: u64,
    /// zstd: skippable frames.
    pub skippable_frames: u64,
    /// zstd: the largest window any frame asks for, in bytes.
    pub window: u64,
    /// zstd: all frames carry a checksum. gzip: true.
    pub checksummed: bool,
    /// gzip: what the first member's header says.
    pub gzip: Option<GzipHeader>,
}

/// What a gzip header says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GzipHeader {
    /// Time of the last change, in seconds since 1970; 0 means none.
    pub mtime: u32,
    /// The original file name, cut at [`crate::limits::GZIP_NAME_BYTES`]; Latin-1 by the RFC.
    pub name: Option<String>,
    /// Whether there is a comment.
    pub comment: bool,
    /// Whether there is an extra field.
    pub extra: bool,
}

/// Decompresses what is pushed into it.
pub struct Decoder {}

impl Decoder {
    /// A decoder at the start of a stream. With [`Compression::None`] bytes come out as they go in.
    pub fn new(compression: Compression) -> Decoder {
        let _ = compression;
        todo!()
    }

    /// Takes stored bytes and hands decompressed ones to `sink`, in pieces of at most
    /// [`crate::limits::CHUNK_BYTES`]. After an error nothing more comes out and the same error comes back.
    pub fn push(&mut self, input: &[u8], sink: &mut dyn FnMut(&[u8])) -> Result<(), CodecDefect> {
        let _ = (input, sink);
        todo!()
    }

    /// The stream has ended: what is wrong with it, an error of [`Decoder::push`] included.
    pub fn finish(&mut self) -> Option<CodecDefect> {
        todo!()
    }

    /// How the stream is made, so far.
    pub fn facts(&self) -> &StreamFacts {
        todo!()
    }
}
