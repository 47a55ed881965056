//! What a tar holds, gathered as it passes by. Notes what is out of the ordinary and never says that it is wrong.

use super::pass::extend_to;
use super::{
    BlobFacts, EntryNote, ListedEntry, Measure, MeasureOptions, MemberFacts, Oddity, TarFacts,
    WantedEntry,
};
use crate::bytes::digest::fingerprint;
use crate::bytes::sniff::{Form, sniff};
use crate::bytes::tar::{Entry, EntryKind, TarEvent, TarScanner};
use crate::limits;
use std::collections::HashSet;

/// A tar in the middle of being read.
pub(super) struct Contents {
    scanner: TarScanner,
    gathered: Gathered,
}

impl Contents {
    pub fn new(options: MeasureOptions) -> Contents {
        Contents {
            scanner: TarScanner::new(),
            gathered: Gathered {
                options,
                facts: TarFacts {
                    all_paths_compared: true,
                    ..TarFacts::default()
                },
                names: HashSet::new(),
                spellings: HashSet::new(),
                in_wanted: false,
                member: None,
                document_bytes: 0,
            },
        }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let gathered = &mut self.gathered;
        self.scanner.push(bytes, &mut |event| gathered.take(event));
    }

    pub fn finish(mut self) -> TarFacts {
        self.gathered.end_entry();
        self.gathered.facts.defect = self.scanner.finish();
        self.gathered.facts
    }
}

struct Gathered {
    options: MeasureOptions,
    facts: TarFacts,
    /// Fingerprints of the normalised paths.
    names: HashSet<[u8; 16]>,
    /// Fingerprints of the paths as written.
    spellings: HashSet<[u8; 16]>,
    /// The present entry is the last of the wanted ones.
    in_wanted: bool,
    /// The file that is measured at present.
    member: Option<Box<Member>>,
    /// Bytes of documents kept so far.
    document_bytes: usize,
}

/// A file of the archive that is being measured.
struct Member {
    path: String,
    size: u64,
    body_offset: u64,
    measure: Measure,
    document: Option<Vec<u8>>,
}

impl Gathered {
    fn take(&mut self, event: TarEvent<'_>) {
        match event {
            TarEvent::Entry(entry) => {
                self.facts.entries = self.facts.entries.saturating_add(1);
                self.list(entry);
                self.note_oddities(entry);
                self.want(entry);
                self.begin_member(entry);
            }
            TarEvent::Body(bytes) => {
                if self.in_wanted
                    && let Some(wanted) = self.facts.wanted.last_mut()
                {
                    extend_to(&mut wanted.head, bytes, limits::ENTRY_HEAD_BYTES);
                    wanted.body_end = wanted.body_end.saturating_add(bytes.len() as u64);
                }
                if let Some(member) = &mut self.member {
                    member.push(bytes);
                }
            }
            TarEvent::End { .. } => self.end_entry(),
        }
    }

    fn list(&mut self, entry: &Entry) {
        if self.facts.listing.len() < limits::LISTED_ENTRIES {
            self.facts.listing.push(ListedEntry {
                path: cut(&entry.path),
                kind: entry.kind,
                size: entry.size,
            });
        }
    }

    fn want(&mut self, entry: &Entry) {
        let name = base_name(&entry.path);
        self.in_wanted = self.options.wanted_names.contains(&name)
            && self.facts.wanted.len() < limits::WANTED_ENTRIES;
        if self.in_wanted {
            self.facts.wanted.push(WantedEntry {
                path: cut(&entry.path),
                base_name: name.to_string(),
                index: entry.index,
                size: entry.size,
                body_offset: entry.body_offset,
                body_end: entry.body_offset,
                head: Vec::new(),
                kind: entry.kind,
                link: entry.link.as_deref().map(cut),
            });
        }
    }

    fn begin_member(&mut self, entry: &Entry) {
        if !self.options.keep_documents
            || entry.kind != EntryKind::File
            || self.facts.members.len() >= limits::MEMBERS
        {
            return;
        }
        let left = limits::MEMBER_DOCUMENTS_BYTES.saturating_sub(self.document_bytes);
        let room = left.min(limits::MEMBER_DOCUMENT_BYTES);
        self.member = Some(Box::new(Member {
            path: cut(&entry.path),
            size: entry.size,
            body_offset: entry.body_offset,
            measure: Measure::new(MeasureOptions {
                keep_documents: false,
                ..self.options
            }),
            document: (entry.size <= room as u64).then(Vec::new),
        }));
    }

    fn end_entry(&mut self) {
        self.in_wanted = false;
        if let Some(member) = self.member.take() {
            let member = member.finish();
            self.document_bytes += member.document.as_ref().map_or(0, Vec::len);
            self.facts.members.push(member);
        }
    }

    fn note(&mut self, entry: &Entry, what: Oddity) {
        let counts = &mut self.facts.oddity_counts;
        let count = match counts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                *count
            }
            None => {
                counts.push((what, 1));
                1
            }
        };
        if count <= limits::NOTES_PER_ODDITY as u64 {
            self.facts.oddities.push(EntryNote {
                index: entry.index,
                path: cut(&entry.path),
                link: entry.link.as_deref().map(cut),
                mode: entry.mode,
                what,
            });
        }
    }

    fn note_oddities(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::PaxGlobal => return self.note(entry, Oddity::PaxGlobal),
            EntryKind::Symlink => self.note(entry, Oddity::Symlink),
            EntryKind::HardLink => self.note(entry, Oddity::HardLink),
            EntryKind::Char | EntryKind::Block => {
                self.note(entry, Oddity::Device);
                if entry.kind == EntryKind::Char && entry.device == (0, 0) {
                    self.note(entry, Oddity::DeviceZero);
                }
            }
            EntryKind::Fifo => self.note(entry, Oddity::Fifo),
            EntryKind::Sparse => self.note(entry, Oddity::SparseGnu),
            EntryKind::Other(flag) => self.note(entry, Oddity::OtherType(flag)),
            EntryKind::File | EntryKind::Dir => {}
        }
        let id = 0..=65_535;
        for (what, holds) in [
            (Oddity::SparsePax, entry.pax_sparse),
            (
                Oddity::DataOnNonFile,
                entry.size > 0 && !may_have_body(entry.kind),
            ),
            (
                Oddity::SetId,
                entry.kind == EntryKind::File && entry.mode & 0o6000 != 0,
            ),
            (
                Oddity::LargeId,
                !id.contains(&entry.uid) || !id.contains(&entry.gid),
            ),
            (Oddity::OddTime, entry.mtime < 0 || entry.mtime >= 1 << 33),
            (Oddity::EmptyLink, entry.link.as_deref() == Some("")),
        ] {
            if holds {
                self.note(entry, what);
            }
        }
        self.note_name(entry);
        self.compare(entry);
    }

    fn note_name(&mut self, entry: &Entry) {
        let path = &entry.path;
        let long = path.len() > 4096 || path.split('/').any(|part| part.len() > 255);
        for (what, holds) in [
            (Oddity::EmptyName, path.is_empty()),
            (Oddity::AbsoluteName, path.starts_with('/')),
            (Oddity::ParentName, path.split('/').any(|part| part == "..")),
            (Oddity::EscapingName, escapes(path)),
            (Oddity::Backslash, path.contains('\\')),
            (Oddity::LongName, entry.path_is_utf8 && long),
            (Oddity::NotUtf8, !entry.path_is_utf8),
            (Oddity::Whiteout, base_name(path).starts_with(".wh.")),
        ] {
            if holds {
                self.note(entry, what);
            }
        }
    }

    /// Compares path and link target with the entries before.
    fn compare(&mut self, entry: &Entry) {
        if entry.kind == EntryKind::HardLink
            && self.facts.all_paths_compared
            && let Some(link) = entry.link.as_deref()
            && !link.contains(char::REPLACEMENT_CHARACTER)
            && !self
                .names
                .contains(&fingerprint(normalised(link).as_bytes()))
        {
            self.note(entry, Oddity::LinkTargetUnseen);
        }
        let name = fingerprint(normalised(&entry.path).as_bytes());
        let spelling = fingerprint(entry.path.as_bytes());
        // Different paths that are not UTF-8 may read alike.
        if !entry.path_is_utf8 {
            self.facts.all_paths_compared = false;
        } else if self.names.contains(&name) {
            let same_spelling = self.spellings.contains(&spelling);
            if !same_spelling && self.spellings.len() < limits::REMEMBERED_PATHS {
                self.spellings.insert(spelling);
            }
            self.note(entry, Oddity::Duplicate { same_spelling });
        } else if self.spellings.len() < limits::REMEMBERED_PATHS {
            self.names.insert(name);
            self.spellings.insert(spelling);
        } else {
            self.facts.all_paths_compared = false;
        }
    }
}

impl Member {
    fn push(&mut self, bytes: &[u8]) {
        self.measure.push(bytes);
        if let Some(document) = &mut self.document {
            let undecided = document.len() < limits::SNIFF_BYTES;
            document.extend_from_slice(bytes);
            if undecided && document.len() >= limits::SNIFF_BYTES && !is_document(document) {
                self.document = None;
            }
        }
    }

    fn finish(self) -> MemberFacts {
        let facts: BlobFacts = self.measure.finish();
        MemberFacts {
            path: self.path,
            size: self.size,
            body_offset: self.body_offset,
            facts,
            document: self.document.filter(|document| is_document(document)),
        }
    }
}

/// Whether bytes look like a document, by the first of them.
fn is_document(bytes: &[u8]) -> bool {
    let head = bytes.get(..limits::SNIFF_BYTES).unwrap_or(bytes);
    matches!(
        sniff(head),
        Form::Empty | Form::Json | Form::Text | Form::Html | Form::Utf16
    )
}

/// Kinds on which a size is no surprise.
fn may_have_body(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::File | EntryKind::Sparse | EntryKind::PaxGlobal | EntryKind::Other(_)
    )
}

/// The last component of a path, trailing slashes aside.
fn base_name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

/// A path without leading, trailing and doubled slashes and without `.` components.
fn normalised(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    parts.join("/")
}

/// Whether `..` components lead out of where the path starts.
fn escapes(path: &str) -> bool {
    let mut depth = 0i64;
    path.split('/').any(|part| {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        depth < 0
    })
}

/// A name short enough to keep.
fn cut(name: &str) -> String {
    let end = name.floor_char_boundary(limits::LISTED_NAME_BYTES);
    name.get(..end).unwrap_or(name).to_string()
}
