//! What is measured of the tar in a blob: entries that somebody wants, what is out of the ordinary, and what other
//! layers may have to do with it. Facts only; whether they matter is for others to say.

use super::BlobFacts;
use crate::bytes::tar::{EntryKind, TarDefect};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

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
    /// a path is longer than any system takes: then duplicates may have gone unnoticed, and from there on
    /// [`Oddity::LinkTargetUnseen`] is not noted.
    pub all_paths_compared: bool,
    /// Whether all symbolic links could be followed to see loops.
    pub all_symlinks_followed: bool,
    /// The root holds `Files` or `UtilityVM`, as layers for Windows do.
    pub windows_root: bool,
    /// Hard links to what is not in this tar; at most [`crate::limits::ASKED_PATHS`].
    pub open_links: Vec<OpenPath>,
    /// Whether these are all.
    pub all_links_kept: bool,
    /// Whiteouts of one path; at most [`crate::limits::ASKED_PATHS`].
    pub whiteouts: Vec<OpenPath>,
    /// Whether these are all.
    pub all_whiteouts_kept: bool,
    /// What the layers above may ask for.
    pub paths: PathSummary,
    /// What is wrong with the tar.
    pub defect: Option<TarDefect>,
    /// Its members, when [`super::MeasureOptions::keep_documents`] is set; at most
    /// [`crate::limits::MEMBERS`].
    pub members: Vec<MemberFacts>,
    /// How many more there are.
    pub members_left_out: u64,
}

impl TarFacts {
    /// Whether all entries were seen.
    pub fn is_whole(&self) -> bool {
        self.defect.as_ref().is_none_or(TarDefect::is_harmless)
    }

    /// How many entries have an oddity.
    pub fn count(&self, what: Oddity) -> u64 {
        self.oddity_counts
            .iter()
            .find(|(known, _)| *known == what)
            .map_or(0, |(_, count)| *count)
    }

    /// The first entries that have it.
    pub fn notes(&self, what: Oddity) -> impl Iterator<Item = &EntryNote> {
        self.oddities.iter().filter(move |note| note.what == what)
    }
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
    /// Where its first header begins in the decompressed tar.
    pub offset: u64,
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// Target of a link, cut likewise.
    pub link: Option<String>,
    /// Permission bits and the like, as written.
    pub mode: i64,
    /// What is out of the ordinary.
    pub what: Oddity,
    /// The number or key that is, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What is out of the ordinary about an entry. Most are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// A symbolic link.
    Symlink,
    /// A symbolic link with an absolute target, or one with `..`.
    SymlinkOutside,
    /// A symbolic link that leads back to itself, by itself or through others.
    SymlinkLoop,
    /// A hard link.
    HardLink,
    /// A hard link whose target is no earlier entry of this tar.
    LinkTargetUnseen,
    /// A hard link whose target is a later entry of this tar.
    HardLinkForward,
    /// A hard link to a directory of this tar.
    HardLinkDirectory,
    /// A hard link whose target leads out of the root.
    HardLinkEscape,
    /// A symbolic link without a target.
    EmptyLink,
    /// A character or block device.
    Device,
    /// A character device 0:0, which overlayfs reads as a deletion.
    DeviceZero,
    /// A named pipe.
    Fifo,
    /// A path that begins with `/`.
    AbsoluteName,
    /// A path with a `..` component that stays inside the root.
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
    /// A path that differs from an earlier one in the case of letters only.
    CaseTwin,
    /// An entry for the root.
    RootEntry,
    /// An entry for the root that is no directory.
    RootType,
    /// A path below one that an earlier entry made a symbolic link.
    ThroughSymlink,
    /// A path below one that an earlier entry made something else than a directory.
    ThroughFile,
    /// A folder that no entry stands for; the note is about the folder.
    ParentImplicit,
    /// A global pax header.
    PaxGlobal,
    /// A pax key that no consumer applies.
    PaxUnknown,
    /// A GNU long name or long link.
    GnuLongName,
    /// A header older than POSIX.
    OldHeader,
    /// A sparse file in the old GNU form.
    SparseGnu,
    /// A sparse file in a pax form.
    SparsePax,
    /// A size above 0 on something that has no body.
    DataOnNonFile,
    /// An extended attribute that overlayfs reads.
    OverlayAttribute,
    /// A file capability.
    Capability,
    /// Setuid or setgid.
    SetId,
    /// A uid or gid above 65535 or below 0.
    LargeId,
    /// A uid or gid that no system has: above 2^32-2 or below 0.
    ImpossibleId,
    /// A time before 1970 or after 2^33 seconds.
    OddTime,
    /// A type flag outside those that container tools know.
    OtherType(u8),
    /// A whiteout: a base name that begins with `.wh.`.
    Whiteout,
    /// An opaque whiteout: `.wh..wh..opq`.
    Opaque,
    /// `.wh.` with nothing after it.
    WhiteoutEmptyName,
    /// `.wh..` or `.wh...`, which would name the folder or its parent.
    WhiteoutDotName,
    /// Another name that begins with `.wh..wh.`, as AUFS used them.
    WhiteoutAufs,
    /// A whiteout with content.
    WhiteoutNotEmpty,
    /// A whiteout that is no regular file.
    WhiteoutNotRegular,
    /// A whiteout of something that this tar has earlier on.
    WhiteoutSameLayer,
    /// A whiteout after something else in its folder.
    WhiteoutLate,
    /// A whiteout below something that an earlier entry made a file.
    WhiteoutInFile,
    /// A path with a folder on the way whose name begins with `.wh.`.
    WhiteoutFolder,
}

/// A path that the layers below are asked for: the target of a hard link, or what a whiteout removes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenPath {
    /// Number of the entry, from 0.
    pub index: u64,
    /// Where its first header begins in the decompressed tar.
    pub offset: u64,
    /// Path of the entry as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// The path that is asked for, cut likewise.
    pub asked: String,
    /// Fingerprints of that path, from its top folder down to itself; none when it lies deeper than
    /// [`crate::limits::ASKED_DEPTH`].
    pub prints: Option<Prints>,
    /// A whiteout of this tar came before it and hides the path from the layers below.
    pub removed: bool,
    /// A symbolic link of this tar lies on the way to the path.
    pub through_symlink: bool,
}

/// The paths of a tar and those that it removes, as fingerprints with a mark in their last two bits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PathSummary {
    /// Whether all are here; else none are: there are too many, or not all could be read.
    pub complete: bool,
    /// What there is, in order.
    pub present: Prints,
    /// What whiteouts remove, in order.
    pub removed: Prints,
}

/// What stands at a path of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A directory, with an entry or without.
    Dir,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Other,
}

impl PathSummary {
    /// What stands at a path.
    pub fn at(&self, print: &[u8; 16]) -> Option<Presence> {
        let has = |mark| {
            let marked = presence::marked(print, mark);
            self.present.0.binary_search(&marked).is_ok()
        };
        if has(presence::DIR) {
            Some(Presence::Dir)
        } else if has(presence::SYMLINK) {
            Some(Presence::Symlink)
        } else {
            has(presence::OTHER).then_some(Presence::Other)
        }
    }

    /// Whether whiteouts hide, from the layers below, the path with these prints (from its top folder down).
    pub fn hides(&self, path: &Prints) -> bool {
        let has = |print: &[u8; 16], mark| {
            let marked = presence::marked(print, mark);
            self.removed.0.binary_search(&marked).is_ok()
        };
        let above = path.0.split_last().map_or(&[][..], |(_, above)| above);
        path.0.iter().any(|p| has(p, presence::REMOVED))
            || has(&[0; 16], presence::OPAQUE)
            || above.iter().any(|p| has(p, presence::OPAQUE))
    }
}

/// Marks in the last two bits of a print.
pub(super) mod presence {
    pub const DIR: u8 = 0;
    pub const SYMLINK: u8 = 1;
    pub const OTHER: u8 = 2;
    pub const REMOVED: u8 = 0;
    pub const OPAQUE: u8 = 1;

    /// A print with a mark.
    pub fn marked(print: &[u8; 16], mark: u8) -> [u8; 16] {
        let mut print = *print;
        if let Some(last) = print.last_mut() {
            *last = *last & !3 | mark;
        }
        print
    }
}

/// Fingerprints of paths; as text, hexadecimal digits without a break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prints(pub Vec<[u8; 16]>);

impl Serialize for Prints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nibbles = self.0.iter().flatten().flat_map(|b| [b >> 4, b & 15]);
        let text: String = nibbles
            .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
            .collect();
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Prints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Prints, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut prints = Vec::with_capacity(text.len() / 32);
        for digits in text.as_bytes().chunks(32) {
            let number = std::str::from_utf8(digits)
                .ok()
                .filter(|digits| digits.len() == 32)
                .and_then(|digits| u128::from_str_radix(digits, 16).ok());
            prints.push(
                number
                    .ok_or_else(|| D::Error::custom("not a print"))?
                    .to_be_bytes(),
            );
        }
        Ok(Prints(prints))
    }
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

/// A member of an archive; a regular file is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// Path as written, cut at [`crate::limits::LISTED_NAME_BYTES`].
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Declared size in bytes.
    pub size: u64,
    /// Target of a link, cut likewise.
    pub link: Option<String>,
    /// Where its header begins in the decompressed archive.
    pub header_offset: u64,
    /// Measurements of a regular file. When the archive is cut off inside it, their size is below `size`.
    pub facts: Option<Box<BlobFacts>>,
    /// Its bytes, when they look like JSON or other text and the caps
    /// ([`crate::limits::MEMBER_DOCUMENT_BYTES`], [`crate::limits::MEMBER_DOCUMENTS_BYTES`]) allow.
    pub document: Option<Vec<u8>>,
}
