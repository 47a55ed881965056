//! Notes what is out of the ordinary about each entry of a tar, with the first few examples of each kind.

use super::cut;
use super::paths::Paths;
use super::seen::{Seen, Target, Way};
use super::table::Stands;
use super::whiteouts::is_whiteout;
use crate::bytes::blob::tar_facts::{EntryNote, Oddity, OpenPath, TarFacts};
use crate::bytes::tar::{Entry, EntryKind};
use crate::limits;

/// The notes on one tar in the making.
#[derive(Default)]
pub struct Notes {
    pub(super) paths: Paths,
    /// Hard links whose target had not come.
    links: Vec<(OpenPath, super::chain::Print, bool)>,
    links_left_out: bool,
    pub(super) whiteouts: Vec<OpenPath>,
    pub(super) whiteouts_left_out: bool,
    oddities: Vec<EntryNote>,
    counts: Vec<(Oddity, u64)>,
    /// Entries of unknown types, whichever.
    other_types: u64,
    windows_root: bool,
    /// What was noted of the entry that was taken last.
    latest: Vec<Oddity>,
}

impl Notes {
    /// Takes the next entry.
    pub fn take(&mut self, entry: &Entry) {
        self.latest.clear();
        if entry.kind == EntryKind::PaxGlobal {
            return self.note(entry, Oddity::PaxGlobal);
        }
        self.note_kind(entry);
        self.note_numbers(entry);
        self.note_header(entry);
        self.note_name(entry);
        self.note_whiteout_names(entry);
        let whiteout = is_whiteout(entry);
        let seen = self.paths.take(
            entry.path_bytes(),
            stands(entry.kind),
            whiteout,
            entry.index,
            entry.header_offset,
        );
        self.note_place(entry, seen, whiteout);
        if whiteout {
            self.note_whiteout(entry, seen);
        }
        match entry.kind {
            EntryKind::HardLink => self.note_hard_link(entry),
            EntryKind::Symlink => self.note_symlink(entry, seen),
            _ => {}
        }
    }

    /// What was noted of the entry that was taken last.
    pub fn latest(&self) -> &[Oddity] {
        &self.latest
    }

    /// All entries have come: puts the notes where they belong.
    pub fn finish(mut self, facts: &mut TarFacts) {
        self.settle_links(facts);
        facts.all_symlinks_followed = self.paths.all_symlinks();
        self.add_loops();
        self.add_implied();
        facts.all_paths_compared = self.paths.all_paths;
        facts.windows_root = self.windows_root;
        facts.all_links_kept = !self.links_left_out;
        facts.all_whiteouts_kept = !self.whiteouts_left_out;
        facts.whiteouts = self.whiteouts;
        facts.oddities = self.oddities;
        facts.oddity_counts = self.counts;
        if facts.is_whole() {
            facts.paths = self.paths.summary();
        }
    }

    pub(super) fn note(&mut self, entry: &Entry, what: Oddity) {
        self.note_with(entry, what, String::new);
    }

    pub(super) fn note_with(
        &mut self,
        entry: &Entry,
        what: Oddity,
        detail: impl FnOnce() -> String,
    ) {
        self.latest.push(what);
        if self.count(what) {
            let detail = detail();
            self.oddities.push(EntryNote {
                index: entry.index,
                offset: entry.header_offset,
                path: cut(&entry.path),
                link: entry.link.as_deref().map(cut),
                mode: entry.mode,
                what,
                detail: (!detail.is_empty()).then_some(detail),
            });
        }
    }

    /// A note about a path that is no entry by itself, or whose entry has passed.
    fn note_later(
        &mut self,
        what: Oddity,
        path: &str,
        link: Option<&str>,
        index: u64,
        offset: u64,
    ) {
        if self.count(what) {
            self.oddities.push(EntryNote {
                index,
                offset,
                path: cut(path),
                link: link.map(cut),
                mode: 0,
                what,
                detail: None,
            });
        }
    }

    /// Counts an oddity; whether it is among the first, which are kept.
    fn count(&mut self, what: Oddity) -> bool {
        let counts = &mut self.counts;
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
        let count = match what {
            Oddity::OtherType(_) => {
                self.other_types = self.other_types.saturating_add(1);
                self.other_types
            }
            _ => count,
        };
        count <= limits::NOTES_PER_ODDITY as u64
    }

    fn note_kind(&mut self, entry: &Entry) {
        let what = match entry.kind {
            EntryKind::Symlink => Oddity::Symlink,
            EntryKind::HardLink => Oddity::HardLink,
            EntryKind::Char | EntryKind::Block => Oddity::Device,
            EntryKind::Fifo => Oddity::Fifo,
            EntryKind::Sparse => Oddity::SparseGnu,
            EntryKind::Other(flag) => Oddity::OtherType(flag),
            EntryKind::File | EntryKind::Dir | EntryKind::PaxGlobal => return,
        };
        let flag = match entry.kind {
            EntryKind::Other(flag) => char::from(flag).escape_default().to_string(),
            _ => String::new(),
        };
        self.note_with(entry, what, || flag);
        if entry.kind == EntryKind::Char && entry.device == (0, 0) {
            self.note(entry, Oddity::DeviceZero);
        }
    }

    fn note_numbers(&mut self, entry: &Entry) {
        if entry.size > 0 && !may_have_body(entry.kind) {
            self.note_with(entry, Oddity::DataOnNonFile, || entry.size.to_string());
        }
        if entry.kind == EntryKind::File && entry.mode & 0o6000 != 0 {
            self.note_with(entry, Oddity::SetId, || {
                format!("{:04o}", entry.mode & 0o7777)
            });
        }
        let within = |last: i64| {
            [entry.uid, entry.gid]
                .into_iter()
                .find(|id| !(0..=last).contains(id))
        };
        if let Some(id) = within(65_535) {
            self.note_with(entry, Oddity::LargeId, || id.to_string());
        }
        if let Some(id) = within(0xFFFF_FFFE) {
            self.note_with(entry, Oddity::ImpossibleId, || id.to_string());
        }
        if entry.mtime < 0 || entry.mtime >= 1 << 33 {
            self.note_with(entry, Oddity::OddTime, || entry.mtime.to_string());
        }
    }

    fn note_header(&mut self, entry: &Entry) {
        for (what, holds) in [
            (Oddity::SparsePax, entry.pax_sparse),
            (Oddity::GnuLongName, entry.gnu_long),
            (Oddity::OldHeader, entry.old_header),
            (Oddity::Capability, entry.capability),
        ] {
            if holds {
                self.note(entry, what);
            }
        }
        for (what, key) in [
            (Oddity::OverlayAttribute, &entry.overlay_attribute),
            (Oddity::PaxUnknown, &entry.unknown_pax_key),
        ] {
            if let Some(key) = key {
                self.note_with(entry, what, || key.clone());
            }
        }
    }

    fn note_name(&mut self, entry: &Entry) {
        let path = entry.path_bytes();
        let parts = || path.split(|byte| *byte == b'/');
        let long = path.len() > 4096 || parts().any(|part| part.len() > 255);
        for (what, holds) in [
            (Oddity::EmptyName, path.is_empty()),
            (Oddity::AbsoluteName, path.starts_with(b"/")),
            (Oddity::Backslash, path.contains(&b'\\')),
            (Oddity::LongName, long),
            (Oddity::NotUtf8, !entry.path_is_utf8),
        ] {
            if holds {
                self.note(entry, what);
            }
        }
        let top = parts().find(|part| !part.is_empty() && *part != b".");
        self.windows_root |= matches!(top, Some(b"Files" | b"UtilityVM"));
    }

    fn note_place(&mut self, entry: &Entry, seen: Seen, whiteout: bool) {
        if let Some(same_spelling) = seen.duplicate {
            self.note(entry, Oddity::Duplicate { same_spelling });
        }
        let mut parts = entry.path_bytes().split(|byte| *byte == b'/');
        let goes_up = parts.any(|part| part == b"..");
        for (what, holds) in [
            (Oddity::EscapingName, seen.escapes),
            (Oddity::ParentName, goes_up && !seen.escapes),
            (Oddity::RootEntry, seen.root),
            (Oddity::RootType, seen.root && entry.kind != EntryKind::Dir),
            (Oddity::CaseTwin, seen.case_twin),
            (Oddity::ThroughSymlink, seen.way == Way::Symlink),
            (Oddity::ThroughFile, seen.way == Way::File && !whiteout),
            (Oddity::WhiteoutInFile, seen.way == Way::File && whiteout),
        ] {
            if holds {
                self.note(entry, what);
            }
        }
    }

    fn note_hard_link(&mut self, entry: &Entry) {
        match self.paths.hard_link(entry.link_bytes()) {
            Target::Outside => self.note(entry, Oddity::HardLinkEscape),
            Target::Dir => self.note(entry, Oddity::HardLinkDirectory),
            Target::Earlier => {}
            Target::Unknown => self.links_left_out = true,
            Target::Open(open) => {
                self.note(entry, Oddity::LinkTargetUnseen);
                if self.links.len() >= limits::ASKED_PATHS {
                    self.links_left_out = true;
                    return;
                }
                let path = OpenPath {
                    index: entry.index,
                    offset: entry.header_offset,
                    path: cut(&entry.path),
                    asked: entry.link.as_deref().map(cut).unwrap_or_default(),
                    prints: open.prints,
                    removed: open.removed,
                    through_symlink: open.through_symlink,
                };
                self.links.push((path, open.last, open.itself));
            }
        }
    }

    fn note_symlink(&mut self, entry: &Entry, seen: Seen) {
        let target = entry.link_bytes();
        if target.is_empty() {
            return self.note(entry, Oddity::EmptyLink);
        }
        let climbs = target.split(|byte| *byte == b'/').any(|part| part == b"..");
        if target.starts_with(b"/") || climbs {
            self.note(entry, Oddity::SymlinkOutside);
        }
        let offset = entry.header_offset;
        if self.paths.symlink(target, seen.way, entry.index, offset) {
            self.note(entry, Oddity::SymlinkLoop);
        }
    }

    /// Tells links to what came later from links to what did not come at all.
    fn settle_links(&mut self, facts: &mut TarFacts) {
        for (link, target, itself) in std::mem::take(&mut self.links) {
            let what = match self.paths.stands(&target) {
                Stands::Dir | Stands::Implied => Oddity::HardLinkDirectory,
                Stands::Symlink | Stands::Other if !itself => Oddity::HardLinkForward,
                // It may have come when no more paths were taken in.
                _ if !self.paths.all_paths => {
                    self.links_left_out = true;
                    continue;
                }
                _ => {
                    facts.open_links.push(link);
                    continue;
                }
            };
            let target = Some(link.asked.as_str());
            self.note_later(what, &link.path, target, link.index, link.offset);
        }
    }

    fn add_loops(&mut self) {
        for one in self.paths.loops() {
            let (index, offset) = (one.index, one.offset);
            self.note_later(Oddity::SymlinkLoop, &one.path, None, index, offset);
        }
    }

    fn add_implied(&mut self) {
        if self.paths.implied == 0 {
            return;
        }
        for (path, index, offset) in self.paths.first_implied() {
            self.note_later(Oddity::ParentImplicit, &path, None, index, offset);
        }
        let counted = self
            .counts
            .iter_mut()
            .find(|(what, _)| *what == Oddity::ParentImplicit);
        match counted {
            Some((_, count)) => *count = self.paths.implied,
            None => self
                .counts
                .push((Oddity::ParentImplicit, self.paths.implied)),
        }
    }
}

fn stands(kind: EntryKind) -> Stands {
    match kind {
        EntryKind::Dir => Stands::Dir,
        EntryKind::Symlink => Stands::Symlink,
        _ => Stands::Other,
    }
}

/// Kinds on which a size is no surprise.
fn may_have_body(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::File | EntryKind::Sparse | EntryKind::PaxGlobal | EntryKind::Other(_)
    )
}
