//! Decompresses gzip (RFC 1952) and zstd (RFC 8878) in fixed buffers and says precisely what is wrong with a stream.
//! This file and those below it are the only ones that name the compression crates. Never looks at what comes out.

mod gzip;
mod raw;
mod zstd;

use crate::limits;
use gzip::Gzip;
pub use raw::inflate;
use serde::{Deserialize, Serialize};
use zstd::Zstd;

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
#[serde(rename_all = "kebab-case")]
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
        /// How far decoding came. gzip: the damage is here or before. zstd: it is in the block that begins here,
        /// give or take its header.
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
    /// Decompresses to more than [`crate::limits::EXPANDED_BYTES`], or to so much more than is stored that it is a bomb
    /// or as good as one ([`crate::limits::EXPANDED_FREELY_BYTES`]); decoding stopped there.
    ExpansionLimit,
    /// The host has no memory for the decoder; says nothing about the stream.
    OutOfMemory,
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
    /// The stream carries an index by which single files can be fetched.
    pub lazy: Option<Lazy>,
}

/// A form of compression by which single files of a layer can be fetched. To a reader that does not know it, it is plain
/// gzip or zstd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lazy {
    /// eStargz: gzip whose last member is a footer (containerd/stargz-snapshotter, docs/estargz.md).
    EStargz,
    /// zstd:chunked: zstd that ends in a skippable frame with a footer (containers/storage,
    /// pkg/chunked/internal/minimal/compression.go).
    ZstdChunked,
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
///
/// Stored bytes are decoded in blocks of [`crate::limits::CHUNK_BYTES`] however they are pushed, so that what comes
/// out and where an error is found do not depend on the pieces.
pub struct Decoder {
    format: Format,
    /// Stored bytes that do not fill a block yet.
    waiting: Vec<u8>,
    /// Stored bytes decoded so far.
    offset: u64,
    output: Output,
    failed: Option<CodecDefect>,
    facts: StreamFacts,
}

enum Format {
    Plain,
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd>),
}

/// Where decompressed bytes go, and how many may.
struct Output {
    buffer: Vec<u8>,
    expanded: u64,
    /// What may come out whatever was stored.
    freely: u64,
    /// What may come out of what has been taken in so far.
    limit: u64,
}

impl Output {
    /// Hands on the first `count` bytes of the buffer.
    fn give(&mut self, count: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), CodecDefect> {
        self.expanded = self.expanded.saturating_add(count as u64);
        if self.expanded > self.limit {
            return Err(CodecDefect::ExpansionLimit);
        }
        match self.buffer.get(..count) {
            Some(bytes) if count > 0 => sink(bytes),
            _ => {}
        }
        Ok(())
    }
}

/// Bytes behind the last member or frame.
struct Trailing {
    at: u64,
    count: u64,
    zeros: bool,
}

impl Trailing {
    fn new(at: u64, bytes: &[u8]) -> Trailing {
        let mut trailing = Trailing {
            at,
            count: 0,
            zeros: true,
        };
        trailing.add(bytes);
        trailing
    }

    fn add(&mut self, bytes: &[u8]) {
        self.count = self.count.saturating_add(bytes.len() as u64);
        self.zeros = self.zeros && bytes.iter().all(|byte| *byte == 0);
    }

    fn defect(&self) -> CodecDefect {
        CodecDefect::TrailingBytes {
            at: self.at,
            count: self.count,
            zeros: self.zeros,
        }
    }
}

impl Decoder {
    /// A decoder at the start of a stream. With [`Compression::None`] bytes come out as they go in.
    pub fn new(compression: Compression) -> Decoder {
        Decoder::expanding(compression, limits::EXPANDED_FREELY_BYTES)
    }

    /// A decoder that lets `freely` bytes come out before it looks at how many were stored.
    fn expanding(compression: Compression, freely: u64) -> Decoder {
        let (format, buffer) = match compression {
            Compression::None => (Format::Plain, 0),
            Compression::Gzip => (Format::Gzip(Box::new(Gzip::new())), limits::DECODED_BYTES),
            Compression::Zstd => (Format::Zstd(Box::new(Zstd::new())), limits::DECODED_BYTES),
        };
        Decoder {
            format,
            waiting: Vec::new(),
            offset: 0,
            output: Output {
                buffer: vec![0; buffer],
                expanded: 0,
                freely,
                limit: freely,
            },
            failed: None,
            facts: StreamFacts::default(),
        }
    }

    /// Takes stored bytes and hands decompressed ones to `sink`, in pieces of at most
    /// [`crate::limits::DECODED_BYTES`]. After an error nothing more comes out and the same error comes back.
    pub fn push(
        &mut self,
        mut input: &[u8],
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CodecDefect> {
        if let Format::Plain = self.format {
            input.chunks(limits::CHUNK_BYTES).for_each(sink);
            return Ok(());
        }
        while !input.is_empty() {
            if let Some(defect) = &self.failed {
                return Err(defect.clone());
            }
            let count = (limits::CHUNK_BYTES - self.waiting.len()).min(input.len());
            let (part, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
            input = rest;
            if part.len() == limits::CHUNK_BYTES {
                self.decode(part, sink)?;
                continue;
            }
            self.waiting.extend_from_slice(part);
            if self.waiting.len() == limits::CHUNK_BYTES {
                self.decode_waiting(sink)?;
            }
        }
        Ok(())
    }

    /// The stream has ended: decodes what was waiting for more, and says what is wrong with the stream, an error of
    /// [`Decoder::push`] included.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) -> Option<CodecDefect> {
        if self.failed.is_none() && self.decode_waiting(sink).is_ok() {
            self.failed = match &self.format {
                Format::Plain => None,
                Format::Gzip(gzip) => gzip.finish(self.offset),
                Format::Zstd(zstd) => zstd.finish(),
            };
        }
        self.failed.clone()
    }

    /// How the stream is made, so far.
    pub fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    fn decode_waiting(&mut self, sink: &mut dyn FnMut(&[u8])) -> Result<(), CodecDefect> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let result = self.decode(&waiting, sink);
        waiting.clear();
        self.waiting = waiting;
        result
    }

    fn decode(&mut self, block: &[u8], sink: &mut dyn FnMut(&[u8])) -> Result<(), CodecDefect> {
        let (at, output, facts) = (self.offset, &mut self.output, &mut self.facts);
        let stored = at.saturating_add(block.len() as u64);
        let earned = stored.saturating_mul(limits::EXPANDED_RATIO);
        output.limit = output.freely.max(earned).min(limits::EXPANDED_BYTES);
        let result = match &mut self.format {
            Format::Plain => Ok(()),
            Format::Gzip(gzip) => gzip.decode(block, at, output, facts, sink),
            Format::Zstd(zstd) => zstd.decode(block, at, output, facts, sink),
        };
        self.offset = self.offset.saturating_add(block.len() as u64);
        if let Err(defect) = &result {
            self.failed = Some(defect.clone());
        }
        result
    }
}

#[cfg(test)]
pub(super) mod tests;
