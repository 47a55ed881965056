//! Follows the paths of a tar in their order: what each stood for when an entry came, what lies below what, and which
//! links point where. It notes what it saw and never says that it is wrong.

use super::chain::{Chain, Link, Print, ROOT};
use super::loops::{Loop, Symlinks};
use super::seen::{Hidden, Open, Seen, Target, Way};
use super::summary;
use super::table::{Stands, Table, mark};
use crate::bytes::blob::tar_facts::{PathSummary, Prints};
use crate::bytes::digest::fingerprint;
use crate::limits;

/// What is remembered of a component of the last path.
#[derive(Clone, Copy, Default)]
struct State {
    way_below: Way,
    has_child: bool,
}

/// All that is remembered.
pub struct Paths {
    table: Table,
    chain: Chain,
    /// For the root and each component of the last path.
    states: Vec<State>,
    /// Walks along the targets of links.
    targets: Chain,
    root_opaque: bool,
    symlinks: Symlinks,
    /// Whether all paths are remembered.
    pub all_paths: bool,
    /// Folders that no entry stands for.
    pub implied: u64,
    /// The first of them, each with the entry that it was seen at.
    implied_first: Vec<(Print, String, u64, u64)>,
}

impl Default for Paths {
    fn default() -> Paths {
        Paths {
            table: Table::default(),
            chain: Chain::default(),
            states: vec![State::default()],
            targets: Chain::default(),
            root_opaque: false,
            symlinks: Symlinks::default(),
            all_paths: true,
            implied: 0,
            implied_first: Vec::new(),
        }
    }
}

impl Paths {
    /// Takes the path of the next entry. `index` and `offset` are those of the entry.
    pub fn take(
        &mut self,
        path: &[u8],
        stands: Stands,
        whiteout: bool,
        index: u64,
        offset: u64,
    ) -> Seen {
        let Some(walked) = self.chain.walk(path) else {
            self.all_paths = false;
            self.chain = Chain::default();
            self.states.truncate(1);
            return Seen::default();
        };
        let mut seen = Seen {
            escapes: walked.escapes,
            ..Seen::default()
        };
        let Some(folders) = self.chain.links().len().checked_sub(1) else {
            self.states.truncate(1);
            seen.root = true;
            seen.duplicate = self.take_root(path);
            return seen;
        };
        let known = walked.shared.min(folders);
        self.states.truncate(known + 1);
        for depth in known..folders {
            self.take_folder(depth, index, offset);
        }
        if !whiteout {
            self.mark_child(folders);
        }
        let above = self.states.last().copied().unwrap_or_default();
        seen.way = above.way_below;
        let own = self.take_own(folders, path, stands, whiteout, &mut seen);
        self.states.push(State {
            way_below: match above.way_below {
                Way::Clear => own.way_below,
                blocked => blocked,
            },
            has_child: own.has_child,
        });
        seen
    }

    /// An entry for the root: it has a record like any other path, under the print of the root.
    fn take_root(&mut self, path: &[u8]) -> Option<bool> {
        let Some(record) = self.table.touch(&ROOT) else {
            self.all_paths = false;
            return None;
        };
        let duplicate = record
            .has_entry()
            .then(|| spelt_same(record.spelling, spelling(path)));
        record.stands = Stands::Dir;
        record.spelling = spelling(path);
        duplicate
    }

    /// A folder on the way that the path before did not have.
    fn take_folder(&mut self, depth: usize, index: u64, offset: u64) {
        let above = self.states.last().copied().unwrap_or_default();
        self.mark_child(depth);
        let Some(link) = self.chain.links().get(depth).copied() else {
            return;
        };
        let Some(record) = self.table.touch(&link.print) else {
            self.all_paths = false;
            self.states.push(State {
                has_child: true,
                ..above
            });
            return;
        };
        let is_new = record.stands == Stands::Not;
        if is_new {
            record.stands = Stands::Implied;
        }
        let state = State {
            way_below: match above.way_below {
                Way::Clear => way_below(record.stands),
                blocked => blocked,
            },
            has_child: record.has(mark::HAS_CHILD),
        };
        self.states.push(state);
        if is_new {
            self.implied = self.implied.saturating_add(1);
            if self.implied_first.len() < limits::NOTES_PER_ODDITY {
                let path = self.chain.path(depth + 1);
                let path = String::from_utf8_lossy(&path).into_owned();
                self.implied_first.push((link.print, path, index, offset));
            }
        }
    }

    /// Notes that something lies in the folder that has `depth` components.
    fn mark_child(&mut self, depth: usize) {
        let Some(state) = self.states.get_mut(depth).filter(|state| !state.has_child) else {
            return;
        };
        state.has_child = true;
        if let Some(link) = depth
            .checked_sub(1)
            .and_then(|above| self.chain.links().get(above))
            && let Some(record) = self.table.touch(&link.print)
        {
            record.marks |= mark::HAS_CHILD;
        }
    }

    fn take_own(
        &mut self,
        depth: usize,
        path: &[u8],
        stands: Stands,
        whiteout: bool,
        seen: &mut Seen,
    ) -> State {
        let mut state = State {
            way_below: way_below(stands),
            has_child: false,
        };
        let Some(link) = self.chain.links().get(depth).copied() else {
            return state;
        };
        let Some(record) = self.table.touch(&link.print) else {
            self.all_paths = false;
            return state;
        };
        state.has_child = record.has(mark::HAS_CHILD);
        let was = record.stands;
        let twin = record.has(mark::FOLDED);
        let is_new = !record.has_entry();
        if is_new {
            record.spelling = spelling(path);
        } else {
            seen.duplicate = Some(spelt_same(record.spelling, spelling(path)));
        }
        record.stands = stands;
        if whiteout {
            record.marks |= mark::WHITEOUT;
        }
        if was == Stands::Implied {
            self.implied = self.implied.saturating_sub(1);
            self.implied_first
                .retain(|(print, ..)| *print != link.print);
        }
        if is_new {
            seen.case_twin = self.has_twin(&link, twin);
        }
        state
    }

    /// Whether an earlier entry has the same path but for case.
    fn has_twin(&mut self, link: &Link, folded_here: bool) -> bool {
        if link.folded == link.print {
            return folded_here;
        }
        let Some(record) = self.table.touch(&link.folded) else {
            self.all_paths = false;
            return false;
        };
        let twin = record.has(mark::FOLDED) || record.has_entry();
        record.marks |= mark::FOLDED;
        twin
    }

    /// The entry taken last is a whiteout of `name` in its folder, or of the whole folder's content (`None`).
    pub fn hide(&mut self, name: Option<&[u8]>) -> Hidden {
        let Some(folders) = self.chain.links().len().checked_sub(1) else {
            return Hidden::default();
        };
        let above: Vec<Print> = self
            .chain
            .links()
            .iter()
            .take(folders)
            .map(|link| link.print)
            .collect();
        let folder = above.last().copied().unwrap_or(ROOT);
        let Some(name) = name else {
            match self.table.touch(&folder) {
                _ if folder == ROOT => self.root_opaque = true,
                Some(record) => record.marks |= mark::OPAQUE,
                None => self.all_paths = false,
            }
            return Hidden::default();
        };
        let target = fingerprint(&folder, name);
        let mut hidden = Hidden {
            late: self.states.get(folders).is_some_and(|s| s.has_child),
            prints: prints(above.into_iter().chain([target])),
            ..Hidden::default()
        };
        match self.table.touch(&target) {
            Some(record) => {
                hidden.in_this_tar = record.stands != Stands::Not && !record.has(mark::WHITEOUT);
                record.marks |= mark::REMOVED;
            }
            None => self.all_paths = false,
        }
        hidden
    }

    /// Where a hard link points; the entry taken last is the link.
    pub fn hard_link(&mut self, target: &[u8]) -> Target {
        let Some(walked) = self.targets.walk(target) else {
            return Target::Unknown;
        };
        if walked.escapes {
            return Target::Outside;
        }
        let links = self.targets.links();
        let Some((last, above)) = links.split_last() else {
            return Target::Dir;
        };
        let own = self.chain.links().last().map(|link| link.print);
        let itself = own == Some(last.print);
        let record = self.table.get(&last.print).unwrap_or_default();
        match record.stands {
            Stands::Implied | Stands::Dir => return Target::Dir,
            Stands::Symlink | Stands::Other if !itself => return Target::Earlier,
            _ if !self.all_paths => return Target::Unknown,
            _ => {}
        }
        let records = || above.iter().map(|link| self.table.get(&link.print));
        let removed = record.has(mark::REMOVED)
            || self.root_opaque
            || records()
                .flatten()
                .any(|r| r.has(mark::REMOVED) || r.has(mark::OPAQUE));
        Target::Open(Open {
            prints: prints(links.iter().map(|link| link.print)),
            last: last.print,
            removed,
            through_symlink: records().flatten().any(|r| r.stands == Stands::Symlink),
            itself,
        })
    }

    /// What stands at a path after all.
    pub fn stands(&self, print: &Print) -> Stands {
        self.table.get(print).unwrap_or_default().stands
    }

    /// Remembers where the symbolic link taken last points. True when it points at itself or below itself.
    pub fn symlink(&mut self, target: &[u8], way: Way, index: u64, offset: u64) -> bool {
        let links = self.chain.links();
        let Some(own) = links.last().map(|link| link.print) else {
            return false;
        };
        // What `..` means beyond a name, or below a link, depends on where that leads.
        if way != Way::Clear || goes_back_late(target) || target.is_empty() {
            return false;
        }
        let walked = if target.starts_with(b"/") {
            self.targets.walk(target)
        } else {
            let mut full = self.chain.path(links.len() - 1);
            full.push(b'/');
            full.extend_from_slice(target);
            self.targets.walk(&full)
        };
        if walked.is_none() {
            return false;
        }
        let passed = self.targets.links();
        if passed.iter().any(|link| link.print == own) {
            return true;
        }
        let Some(last) = passed.last().map(|link| link.print) else {
            return false;
        };
        let path = String::from_utf8_lossy(&self.chain.path(usize::MAX)).into_owned();
        self.symlinks.add(own, last, path, index, offset);
        false
    }

    /// Whether all symbolic links are remembered.
    pub fn all_symlinks(&self) -> bool {
        self.symlinks.all
    }

    /// Loops of two and more symbolic links, each by its first link. Only links that still stand are followed.
    pub fn loops(&mut self) -> Vec<Loop> {
        let table = &self.table;
        std::mem::take(&mut self.symlinks).loops(|print| {
            table
                .get(print)
                .is_some_and(|record| record.stands == Stands::Symlink)
        })
    }

    /// The first folders without an entry: path, number and place of the entry below them that came first.
    pub fn first_implied(&mut self) -> Vec<(String, u64, u64)> {
        std::mem::take(&mut self.implied_first)
            .into_iter()
            .map(|(_, path, index, offset)| (path, index, offset))
            .collect()
    }

    /// What the layers above may ask for.
    pub fn summary(&self) -> PathSummary {
        match self.all_paths {
            true => summary::of(&self.table, self.root_opaque),
            false => PathSummary::default(),
        }
    }
}

/// Prints that are few enough to be asked for.
fn prints(prints: impl Iterator<Item = Print>) -> Option<Prints> {
    let prints: Vec<Print> = prints.take(limits::ASKED_DEPTH + 1).collect();
    (prints.len() <= limits::ASKED_DEPTH).then_some(Prints(prints))
}

fn way_below(stands: Stands) -> Way {
    match stands {
        Stands::Not | Stands::Implied | Stands::Dir => Way::Clear,
        Stands::Symlink => Way::Symlink,
        Stands::Other => Way::File,
    }
}

/// Whether a `..` comes after a name.
fn goes_back_late(target: &[u8]) -> bool {
    target
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".")
        .skip_while(|part| *part == b"..")
        .any(|part| part == b"..")
}

/// How a path is spelt, for spellings that differ at their ends only; 0 for all others.
fn spelling(path: &[u8]) -> u8 {
    let (lead, rest) = match path {
        [b'.', b'/', rest @ ..] => (1, rest),
        [b'/', rest @ ..] => (2, rest),
        rest => (0, rest),
    };
    let (tail, middle) = match rest {
        [middle @ .., b'/'] => (1, middle),
        middle => (0, middle),
    };
    let plain = middle
        .split(|byte| *byte == b'/')
        .all(|part| !matches!(part, b"" | b"." | b".."));
    if plain { 1 + lead * 2 + tail } else { 0 }
}

fn spelt_same(first: u8, second: u8) -> bool {
    first == second && first != 0
}
