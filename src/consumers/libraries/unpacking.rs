//! What Go programs read out of a layer's bytes: which decompressor they pick, whether the tar in it can be read to its
//! end, its diffID, or the error text of Go's packages. Facts come from the measurements; nothing is decoded here.

use crate::artifact::documents::Config;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, CodecDefect, Compression, Form, TarDefect};

/// The decompressors that a program picks by the first bytes. gzip is always among them.
#[derive(Clone, Copy, Debug)]
pub(in crate::consumers) struct Detects {
    /// zstd.
    pub zstd: bool,
    /// bzip2 and xz.
    pub bzip2_and_xz: bool,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Stream<'a> {
    /// A tar that is read to its end.
    Good {
        /// The digest of the uncompressed bytes.
        diff_id: &'a str,
    },
    /// The same, with bytes after the compressed stream that begin no other.
    Trailing {
        /// The digest of the uncompressed bytes.
        diff_id: &'a str,
        /// How many bytes.
        count: u64,
    },
    /// Reading stops with this text of Go's packages.
    Bad(&'static str),
    /// The tar is read to its end, and what is left of the compressed stream behind it stops with this text.
    Late(&'static str),
    /// Not to be told from what was measured.
    Unclear,
}

/// Go's `archive/tar` on a block that is no header.
pub(in crate::consumers) const INVALID_TAR: &str = "archive/tar: invalid tar header";
/// Go's `io.ErrUnexpectedEOF`.
pub(in crate::consumers) const UNEXPECTED_EOF: &str = "unexpected EOF";
/// Go's `compress/gzip` on bytes that begin no gzip member.
pub(in crate::consumers) const INVALID_GZIP: &str = "gzip: invalid header";
/// klauspost's zstd on bytes that begin no frame.
pub(in crate::consumers) const INVALID_ZSTD: &str = "invalid input: magic number mismatch";

/// Reads a layer whose compression the program detects by its bytes.
pub(in crate::consumers) fn by_bytes(facts: &BlobFacts, detects: Detects) -> Stream<'_> {
    match facts.form {
        Form::Gzip => undone(facts),
        Form::Zstd if detects.zstd => undone(facts),
        Form::Bzip2 | Form::Xz if detects.bzip2_and_xz => Stream::Unclear,
        _ => stored(facts),
    }
}

/// Reads the stored bytes as a tar, compressed or not.
pub(in crate::consumers) fn stored(facts: &BlobFacts) -> Stream<'_> {
    if facts.size == 0 {
        return Stream::Good {
            diff_id: &facts.sha256,
        };
    }
    if facts.form != Form::Tar {
        return Stream::Bad(no_tar(facts.size));
    }
    tar(facts, &facts.sha256)
}

/// Reads the bytes through gzip or zstd, whichever they are.
pub(in crate::consumers) fn undone(facts: &BlobFacts) -> Stream<'_> {
    let mut trailing = None;
    let ended = facts
        .tar
        .as_ref()
        .is_some_and(|tar| matches!(tar.defect, None | Some(TarDefect::TrailingData { .. })));
    let bad = |error| {
        if ended {
            Stream::Late(error)
        } else {
            Stream::Bad(error)
        }
    };
    for defect in &facts.defects {
        let gzip = facts.compression == Compression::Gzip;
        match defect {
            CodecDefect::TrailingBytes { count, .. } => trailing = Some(*count),
            CodecDefect::Truncated => return bad(UNEXPECTED_EOF),
            CodecDefect::BadHeader { .. } if gzip => return bad(INVALID_GZIP),
            CodecDefect::BadHeader { .. } => return bad(INVALID_ZSTD),
            CodecDefect::Corrupt { .. } if gzip => return bad("flate: corrupt input"),
            CodecDefect::Corrupt { .. } => return bad("corrupt input"),
            CodecDefect::BadChecksum { .. } if gzip => return bad("gzip: invalid checksum"),
            CodecDefect::BadChecksum { .. } => return bad("CRC check failed"),
            CodecDefect::BadLength { .. } => return bad("gzip: invalid checksum"),
            CodecDefect::WindowTooLarge { .. }
            | CodecDefect::ExpansionLimit
            | CodecDefect::OutOfMemory => {
                return Stream::Unclear;
            }
        }
    }
    let Some(inner) = &facts.inner else {
        return Stream::Unclear;
    };
    let read = if inner.size == 0 {
        Stream::Good {
            diff_id: &inner.sha256,
        }
    } else if inner.form != Form::Tar {
        Stream::Bad(no_tar(inner.size))
    } else {
        tar(facts, &inner.sha256)
    };
    match (read, trailing) {
        (Stream::Good { diff_id }, Some(count)) => Stream::Trailing { diff_id, count },
        (read, _) => read,
    }
}

/// Go's answer to bytes that are no tar: a header is read in one block of 512.
fn no_tar(size: u64) -> &'static str {
    if size < 512 {
        UNEXPECTED_EOF
    } else {
        INVALID_TAR
    }
}

fn tar<'a>(facts: &'a BlobFacts, diff_id: &'a str) -> Stream<'a> {
    let Some(tar) = &facts.tar else {
        return Stream::Unclear;
    };
    match &tar.defect {
        None => Stream::Good { diff_id },
        Some(defect) if defect.is_harmless() => Stream::Good { diff_id },
        Some(TarDefect::Truncated { .. }) => Stream::Bad(UNEXPECTED_EOF),
        Some(TarDefect::NameTooLong { .. }) => Stream::Bad("archive/tar: header field too long"),
        Some(TarDefect::EntryLimit) => Stream::Unclear,
        Some(_) => Stream::Bad(INVALID_TAR),
    }
}

/// Whether a config's user can only be found by name, in files of the image that are not read: then a program that
/// looks it up may fail. Numbers and an absent user need no look-up.
pub(in crate::consumers) fn named_user(document: &Document, config: &Config) -> Option<Missing> {
    let user = config.user.text();
    let is_number = |part: &str| part.parse::<u32>().is_ok();
    let numeric = user.is_empty() || user.split(':').all(is_number);
    (!numeric).then(|| Missing {
        what: user.to_string(),
        why: Why::NotLookedUp,
        at: Some(document.locus("/config/User")),
    })
}
