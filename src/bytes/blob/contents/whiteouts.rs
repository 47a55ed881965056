//! Notes what is out of the ordinary about whiteouts, and keeps what they remove for looking it up in other layers.

use super::notes::Notes;
use super::seen::{Seen, Way};
use super::{base_name, cut};
use crate::bytes::blob::tar_facts::{Oddity, OpenPath};
use crate::bytes::tar::{Entry, EntryKind};
use crate::limits;

impl Notes {
    /// Notes names on the way to an entry, and its own, that are not those of plain whiteouts.
    pub(super) fn note_whiteout_names(&mut self, entry: &Entry) {
        let path = entry.path_bytes();
        let mut parts = path.split(|byte| *byte == b'/');
        if parts.any(|part| part.starts_with(b".wh..wh.")) && !is_opaque(entry) {
            self.note(entry, Oddity::WhiteoutAufs);
        }
        let folders = without_slashes(path)
            .rsplitn(2, |byte| *byte == b'/')
            .nth(1);
        let in_whiteout = folders.is_some_and(|folders| {
            folders
                .split(|byte| *byte == b'/')
                .any(|part| part.starts_with(b".wh.") && !part.starts_with(b".wh..wh."))
        });
        if in_whiteout {
            self.note(entry, Oddity::WhiteoutFolder);
        }
    }

    /// Notes what there is to say about a whiteout.
    pub(super) fn note_whiteout(&mut self, entry: &Entry, seen: Seen) {
        self.note(entry, Oddity::Whiteout);
        let base = base_name(&entry.path);
        let is_aufs = base.starts_with(".wh..wh.") && !is_opaque(entry);
        if is_aufs {
            return;
        }
        if entry.kind != EntryKind::File {
            self.note(entry, Oddity::WhiteoutNotRegular);
        } else if entry.size > 0 {
            self.note_with(entry, Oddity::WhiteoutNotEmpty, || entry.size.to_string());
        }
        if is_opaque(entry) {
            self.note(entry, Oddity::Opaque);
            self.paths.hide(None);
            return;
        }
        match base.strip_prefix(".wh.") {
            Some("") => return self.note(entry, Oddity::WhiteoutEmptyName),
            Some("." | "..") => return self.note(entry, Oddity::WhiteoutDotName),
            _ => {}
        }
        let path = without_slashes(entry.path_bytes());
        let raw_base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let name = raw_base.strip_prefix(b".wh.").unwrap_or(raw_base);
        let hidden = self.paths.hide(Some(name));
        if hidden.in_this_tar {
            self.note(entry, Oddity::WhiteoutSameLayer);
        }
        if hidden.late {
            self.note(entry, Oddity::WhiteoutLate);
        }
        if self.whiteouts.len() >= limits::ASKED_PATHS {
            self.whiteouts_left_out = true;
            return;
        }
        let folder = path.strip_suffix(raw_base).unwrap_or_default();
        let asked = String::from_utf8_lossy(&[folder, name].concat()).into_owned();
        self.whiteouts.push(OpenPath {
            index: entry.index,
            offset: entry.header_offset,
            path: cut(&entry.path),
            asked: cut(&asked),
            prints: hidden.prints,
            removed: false,
            through_symlink: seen.way == Way::Symlink,
        });
    }
}

/// Whether the base name begins with `.wh.`.
pub(super) fn is_whiteout(entry: &Entry) -> bool {
    base_name(&entry.path).starts_with(".wh.")
}

/// A path without the slashes at its end.
fn without_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/');
    end.and_then(|end| path.get(..=end)).unwrap_or_default()
}

fn is_opaque(entry: &Entry) -> bool {
    base_name(&entry.path) == ".wh..wh..opq"
}
