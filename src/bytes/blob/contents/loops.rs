//! Remembers where symbolic links point, and finds those that lead back to themselves. It follows whole targets only,
//! and knows nothing of files.

use super::chain::Print;
use crate::limits;
use crate::order;

/// The symbolic links of a tar, as many as memory is set apart for.
pub struct Symlinks {
    links: Vec<Symlink>,
    bytes: usize,
    /// Whether none was left out.
    pub all: bool,
}

struct Symlink {
    own: Print,
    target: Print,
    offset: u64,
    index: u64,
    path: Box<str>,
}

/// A loop of symbolic links, by the first of them.
pub struct Loop {
    /// Its path.
    pub path: String,
    /// Number of its entry.
    pub index: u64,
    /// Where its entry begins.
    pub offset: u64,
}

impl Default for Symlinks {
    fn default() -> Symlinks {
        Symlinks {
            links: Vec::new(),
            bytes: 0,
            all: true,
        }
    }
}

impl Symlinks {
    /// Remembers a link.
    pub fn add(&mut self, own: Print, target: Print, path: String, index: u64, offset: u64) {
        let bytes = path.len() + size_of::<Symlink>();
        if self.bytes.saturating_add(bytes) > limits::SYMLINK_BYTES {
            self.all = false;
            return;
        }
        self.bytes += bytes;
        self.links.push(Symlink {
            own,
            target,
            offset,
            index,
            path: path.into(),
        });
    }

    /// The loops among the links that `stand` still says are links, by their first links.
    pub fn loops(mut self, stand: impl Fn(&Print) -> bool) -> Vec<Loop> {
        self.links.retain(|link| stand(&link.own));
        // Of two entries for one path the later counts.
        order::by(&mut self.links, |a, b| {
            (a.own, b.index).cmp(&(b.own, a.index))
        });
        self.links.dedup_by_key(|link| link.own);
        let next: Vec<Option<usize>> = self
            .links
            .iter()
            .map(|link| {
                self.links
                    .binary_search_by_key(&link.target, |other| other.own)
                    .ok()
            })
            .collect();
        // The number of the walk that came by, from 1; a walk that meets itself has found a loop.
        let mut walks = vec![0usize; next.len()];
        let mut found = Vec::new();
        for start in 0..next.len() {
            let mut at = Some(start);
            while let Some(here) = at {
                match walks.get_mut(here) {
                    Some(walk) if *walk == 0 => {
                        *walk = start + 1;
                        at = next.get(here).copied().flatten();
                    }
                    Some(walk) if *walk == start + 1 => {
                        found.extend(self.first_of(&next, here));
                        break;
                    }
                    _ => break,
                }
            }
        }
        order::by_key(&mut found, |one| one.index);
        found
    }

    /// The first link of the loop that a link is in.
    fn first_of(&self, next: &[Option<usize>], member: usize) -> Option<Loop> {
        let mut first = self.links.get(member)?;
        let mut at = next.get(member).copied().flatten()?;
        while at != member {
            let link = self.links.get(at)?;
            if link.index < first.index {
                first = link;
            }
            at = next.get(at).copied().flatten()?;
        }
        Some(Loop {
            path: first.path.to_string(),
            index: first.index,
            offset: first.offset,
        })
    }
}
