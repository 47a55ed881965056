//! Scans a tar as it passes by: POSIX ustar and pax, GNU and pre-POSIX headers, with Go's `archive/tar` as the
//! measure of what is readable, because nearly all consumers read with it. Never judges names or kinds.

mod header;
mod pax;
mod scanner;

use serde::{Deserialize, Serialize};

pub(super) use header::has_valid_checksum;
pub use scanner::TarScanner;

/// What kind of file an entry is, by its type flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A regular file (`0`, NUL, `7`).
    File,
    /// A hard link to an earlier entry (`1`).
    HardLink,
    /// A symbolic link (`2`).
    Symlink,
    /// A character device (`3`).
    Char,
    /// A block device (`4`).
    Block,
    /// A directory (`5`).
    Dir,
    /// A named pipe (`6`).
    Fifo,
    /// A sparse file in the old GNU form (`S`).
    Sparse,
    /// A global pax header (`g`).
    PaxGlobal,
    /// Any other type flag.
    Other(u8),
}

/// The head of an entry. Offsets count bytes from the start of the (decompressed) tar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Number of the entry, from 0. Extension headers (`x`, `L`, `K`) do not count.
    pub index: u64,
    /// The path as written, extensions applied; bytes that are not UTF-8 as U+FFFD.
    pub path: String,
    /// Whether the path is UTF-8.
    pub path_is_utf8: bool,
    /// The bytes of a path that is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_path: Option<Vec<u8>>,
    /// Kind of file.
    pub kind: EntryKind,
    /// Size as declared, in bytes. Links, directories, devices and pipes have no body whatever they declare.
    pub size: u64,
    /// Target of a link, as written.
    pub link: Option<String>,
    /// The bytes of a target that is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_link: Option<Vec<u8>>,
    /// Permission bits and the like, as written.
    pub mode: i64,
    /// Number of the owner.
    pub uid: i64,
    /// Number of the group.
    pub gid: i64,
    /// Time of the last change in whole seconds since 1970.
    pub mtime: i64,
    /// Device numbers, major and minor; 0 where the header has none.
    pub device: (i64, i64),
    /// A sparse file in a pax form (`GNU.sparse.*`).
    pub pax_sparse: bool,
    /// The first extended attribute that overlayfs reads (`trusted.overlay.*`, `user.overlay.*`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlay_attribute: Option<String>,
    /// The file has a capability (`security.capability`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub capability: bool,
    /// The first pax key that no consumer applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_pax_key: Option<String>,
    /// A GNU long name or long link (`L`, `K`) stands before it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gnu_long: bool,
    /// The header is older than POSIX: it has no magic number.
    #[serde(default, skip_serializing_if = "is_false")]
    pub old_header: bool,
    /// Where the first header of the entry begins, extension headers included.
    pub header_offset: u64,
    /// Where the body begins.
    pub body_offset: u64,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Entry {
    /// The path, byte by byte as written.
    pub fn path_bytes(&self) -> &[u8] {
        self.raw_path.as_deref().unwrap_or(self.path.as_bytes())
    }

    /// The target of a link, byte by byte as written; empty for what is no link.
    pub fn link_bytes(&self) -> &[u8] {
        match (&self.raw_link, &self.link) {
            (Some(raw), _) => raw,
            (None, Some(link)) => link.as_bytes(),
            (None, None) => &[],
        }
    }
}

/// What passes by.
#[derive(Debug, PartialEq)]
pub enum TarEvent<'a> {
    /// An entry begins.
    Entry(&'a Entry),
    /// A piece of the body of the entry begun last.
    Body(&'a [u8]),
    /// The entry begun last is complete.
    End {
        /// Where its body ends, padding not counted.
        body_end: u64,
    },
}

/// Why a tar cannot be read to its end, or ends oddly. At most one holds for a tar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TarDefect {
    /// The first block is no tar header.
    NotTar,
    /// A header with a wrong checksum.
    BadChecksum {
        /// Where the header begins.
        at: u64,
    },
    /// A header field that is no number, or a negative or impossible one.
    BadField {
        /// Where the header begins.
        at: u64,
    },
    /// Ends inside a header or a body.
    Truncated {
        /// Where the bytes end.
        at: u64,
        /// The entry it ends in; for a header, the entry before. Empty when there is none.
        in_entry: String,
        /// How many bytes of the header or body are missing.
        missing: u64,
    },
    /// The last body is whole, only its padding is cut off. Go's reader accepts that.
    MissingPadding {
        /// How many bytes are missing.
        missing: u64,
    },
    /// The end marker of two zero blocks is not whole. Go's reader accepts that.
    MissingEndMarker {
        /// How many zero blocks there are: 0 or 1.
        blocks: u8,
    },
    /// One zero block and then another header. Go's reader stops with an error.
    LoneZeroBlock {
        /// Where the zero block begins.
        at: u64,
    },
    /// Bytes other than zero after the end marker.
    TrailingData {
        /// Where the first of them stands.
        at: u64,
    },
    /// A pax header that cannot be read.
    PaxMalformed {
        /// Where its header block begins.
        at: u64,
        /// Because of a NUL in a path, a link or a key.
        nul: bool,
    },
    /// A pax header or long name above [`crate::limits::TAR_NAME_BYTES`].
    NameTooLong {
        /// Where its header block begins.
        at: u64,
    },
    /// More entries than [`crate::limits::TAR_ENTRIES`]; the rest was not read.
    EntryLimit,
}

impl TarDefect {
    /// Whether the entries up to the end were all seen in spite of it.
    pub fn is_harmless(&self) -> bool {
        matches!(
            self,
            TarDefect::MissingPadding { .. }
                | TarDefect::MissingEndMarker { .. }
                | TarDefect::TrailingData { .. }
        )
    }
}

#[cfg(test)]
mod tests;
