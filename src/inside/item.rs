//! An entry of a tar as it is listed, and what there is of each kind. It decides nothing about what is wrong.

use crate::bytes::blob::{EntryKind, Oddity};
use crate::bytes::tar::Entry;
use crate::limits;
use serde::{Deserialize, Serialize};

/// An entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its number in the tar, from 0.
    pub index: u64,
    /// Path as written, cut at [`limits::LISTED_NAME_BYTES`]; bytes that are not UTF-8 as U+FFFD.
    pub path: Box<str>,
    /// Kind of file.
    pub kind: EntryKind,
    /// Declared size in bytes.
    pub size: u64,
    /// Target of a link, cut likewise.
    pub link: Option<Box<str>>,
    /// Permission bits and the like, as written.
    pub mode: i64,
    /// Number of the owner.
    pub uid: i64,
    /// Number of the group.
    pub gid: i64,
    /// Time of the last change in seconds since 1970.
    pub mtime: i64,
    /// What is out of the ordinary about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<Oddity>,
}

impl Item {
    /// An entry with what is to be said of it.
    pub(super) fn new(entry: &Entry, odd: Vec<Oddity>) -> Item {
        Item {
            index: entry.index,
            path: cut(&entry.path),
            kind: entry.kind,
            size: entry.size,
            link: entry.link.as_deref().map(cut),
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            mtime: entry.mtime,
            odd,
        }
    }

    /// Whether it removes something from the layers below: its base name begins with `.wh.`.
    pub fn is_whiteout(&self) -> bool {
        self.odd.contains(&Oddity::Whiteout)
    }

    /// Whether it has a body that can be looked at.
    pub fn has_body(&self) -> bool {
        self.kind == EntryKind::File
    }

    /// Roughly the bytes of memory that it takes.
    pub(super) fn weight(&self) -> usize {
        let link = self.link.as_ref().map_or(0, |link| link.len());
        size_of::<Item>() + self.path.len() + link + self.odd.len() * size_of::<Oddity>()
    }

    /// Whether its path or its target holds some words, all of them, in any case.
    pub fn holds(&self, words: &[String]) -> bool {
        let path = self.path.to_lowercase();
        let link = self.link.as_deref().map(str::to_lowercase);
        words.iter().all(|word| {
            path.contains(word.as_str()) || link.as_ref().is_some_and(|l| l.contains(word.as_str()))
        })
    }
}

/// A path without what its ends may be spelt with: `./`, `/`.
pub(super) fn plain(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix('/')) {
        path = rest;
    }
    path.trim_end_matches('/')
}

fn cut(name: &str) -> Box<str> {
    let end = name.floor_char_boundary(limits::LISTED_NAME_BYTES);
    name.get(..end).unwrap_or(name).into()
}

/// How many entries there are of each kind, all of them, those that are not held as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All entries.
    pub entries: u64,
    /// Regular files.
    pub files: u64,
    /// Declared bytes of these.
    pub bytes: u64,
    /// Directories.
    pub folders: u64,
    /// Symbolic links.
    pub symlinks: u64,
    /// Hard links.
    pub hard_links: u64,
    /// Devices, pipes and all other types.
    pub others: u64,
    /// Whiteouts among them.
    pub whiteouts: u64,
    /// Entries with a remark.
    pub remarked: u64,
    /// Entries that are not held: see [`limits::OPENED_ENTRIES`] and [`limits::OPENED_BYTES`].
    pub left_out: u64,
}

impl Totals {
    pub(super) fn add(&mut self, item: &Item) {
        self.entries = self.entries.saturating_add(1);
        let counter = match item.kind {
            EntryKind::File => &mut self.files,
            EntryKind::Dir => &mut self.folders,
            EntryKind::Symlink => &mut self.symlinks,
            EntryKind::HardLink => &mut self.hard_links,
            _ => &mut self.others,
        };
        *counter = counter.saturating_add(1);
        if item.kind == EntryKind::File {
            self.bytes = self.bytes.saturating_add(item.size);
        }
        self.whiteouts = self.whiteouts.saturating_add(u64::from(item.is_whiteout()));
    }
}
