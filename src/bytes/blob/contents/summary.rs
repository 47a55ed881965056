//! What a tar keeps of its paths for the layers above it: fingerprints of what is there and of what whiteouts remove.

use super::chain::ROOT;
use super::table::{Stands, Table, mark};
use crate::bytes::blob::tar_facts::{PathSummary, Prints, presence};
use crate::limits;

/// The summary of all that a table remembers; nothing when that is too much to keep.
pub fn of(table: &Table, root_opaque: bool) -> PathSummary {
    let mut present = Vec::new();
    let mut removed = Vec::new();
    if root_opaque {
        removed.push(presence::marked(&ROOT, presence::OPAQUE));
    }
    for (print, record) in table.records() {
        let what = match record.stands {
            Stands::Implied | Stands::Dir => Some(presence::DIR),
            Stands::Symlink => Some(presence::SYMLINK),
            Stands::Other => Some(presence::OTHER),
            Stands::Not => None,
        };
        if let Some(what) = what.filter(|_| !record.has(mark::WHITEOUT)) {
            present.push(presence::marked(print, what));
        }
        if record.has(mark::REMOVED) {
            removed.push(presence::marked(print, presence::REMOVED));
        }
        if record.has(mark::OPAQUE) {
            removed.push(presence::marked(print, presence::OPAQUE));
        }
        if present.len() + removed.len() > limits::KEPT_PATHS {
            return PathSummary::default();
        }
    }
    present.sort_unstable();
    removed.sort_unstable();
    PathSummary {
        complete: true,
        present: Prints(present),
        removed: Prints(removed),
    }
}
