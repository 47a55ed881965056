//! What a tar holds, gathered as it passes by. Notes what is out of the ordinary and never says that it is wrong.

mod chain;
mod loops;
mod notes;
mod paths;
mod seen;
mod summary;
mod table;
mod whiteouts;

use super::pass::extend_to;
use super::{ListedEntry, Measure, MeasureOptions, MemberFacts, Oddity, TarFacts, WantedEntry};
use crate::bytes::sniff::{Form, sniff};
use crate::bytes::tar::{Entry, EntryKind, TarDefect, TarEvent, TarScanner};
use crate::limits;
use notes::Notes;

/// What is out of the ordinary about the entries of a tar, entry by entry, for who shows all of them. The same notes as in
/// [`TarFacts::oddities`], which keep the first of each kind.
#[derive(Default)]
pub struct Remarks(Notes);

impl Remarks {
    /// Takes the next entry: what can be said of it now.
    pub fn take(&mut self, entry: &Entry) -> &[Oddity] {
        self.0.take(entry);
        self.0.latest()
    }

    /// All entries have come: numbers of earlier entries, and what can be said of them only now. The first few of a kind.
    pub fn finish(self) -> Vec<(u64, Oddity)> {
        // A tar that is not whole leaves out the summary for other layers, which nobody asks for here.
        let mut facts = TarFacts {
            defect: Some(TarDefect::NotTar),
            ..TarFacts::default()
        };
        self.0.finish(&mut facts);
        let late = facts.oddities.iter().filter(|note| {
            matches!(
                note.what,
                Oddity::HardLinkForward | Oddity::HardLinkDirectory | Oddity::SymlinkLoop
            )
        });
        late.map(|note| (note.index, note.what)).collect()
    }
}

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
                facts: TarFacts::default(),
                notes: Notes::default(),
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
        let Gathered {
            mut facts, notes, ..
        } = self.gathered;
        facts.defect = self.scanner.finish();
        notes.finish(&mut facts);
        facts
    }
}

struct Gathered {
    options: MeasureOptions,
    facts: TarFacts,
    notes: Notes,
    /// The present entry is the last of the wanted ones.
    in_wanted: bool,
    /// The file that is measured at present.
    member: Option<Box<Member>>,
    /// Bytes of documents kept so far.
    document_bytes: usize,
}

/// A member of the archive that is passing by; a regular file is measured.
struct Member {
    made: MemberFacts,
    measure: Option<Measure>,
}

impl Gathered {
    fn take(&mut self, event: TarEvent<'_>) {
        match event {
            TarEvent::Entry(entry) => {
                self.facts.entries = self.facts.entries.saturating_add(1);
                self.list(entry);
                self.notes.take(entry);
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
        if !self.options.keep_documents || entry.kind == EntryKind::PaxGlobal {
            return;
        }
        if self.facts.members.len() >= limits::MEMBERS {
            self.facts.members_left_out = self.facts.members_left_out.saturating_add(1);
            return;
        }
        let left = limits::MEMBER_DOCUMENTS_BYTES.saturating_sub(self.document_bytes);
        let room = left.min(limits::MEMBER_DOCUMENT_BYTES);
        let is_file = entry.kind == EntryKind::File;
        // Nothing passes by twice, so that a name has to do to tell which digest will be asked for.
        let mut also = self.options.also;
        also.sha384 |= entry.path.contains("blobs/sha384/");
        also.sha512 |= entry.path.contains("blobs/sha512/");
        self.member = Some(Box::new(Member {
            made: MemberFacts {
                path: cut(&entry.path),
                kind: entry.kind,
                size: entry.size,
                link: entry.link.as_deref().map(cut),
                header_offset: entry.header_offset,
                facts: None,
                document: (is_file && entry.size <= room as u64).then(Vec::new),
            },
            measure: is_file.then(|| {
                Measure::new(MeasureOptions {
                    also,
                    keep_documents: false,
                    ..self.options
                })
            }),
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
}

impl Member {
    fn push(&mut self, bytes: &[u8]) {
        if let Some(measure) = &mut self.measure {
            measure.push(bytes);
        }
        if let Some(document) = &mut self.made.document {
            let undecided = document.len() < limits::SNIFF_BYTES;
            document.extend_from_slice(bytes);
            if undecided && document.len() >= limits::SNIFF_BYTES && !is_document(document) {
                self.made.document = None;
            }
        }
    }

    fn finish(self) -> MemberFacts {
        MemberFacts {
            facts: self.measure.map(|measure| Box::new(measure.finish())),
            document: self.made.document.filter(|document| is_document(document)),
            ..self.made
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

/// The last component of a path, trailing slashes aside.
fn base_name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

/// A name short enough to keep.
fn cut(name: &str) -> String {
    let end = name.floor_char_boundary(limits::LISTED_NAME_BYTES);
    name.get(..end).unwrap_or(name).to_string()
}
