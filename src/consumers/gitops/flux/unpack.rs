//! How Flux unpacks the gzip tar of a layer: which entries stop it, and with which words. It reads measurements only.
//!
//! Read in fluxcd/pkg `untar/untar.go` (source-controller before 1.1.0) and `tar/untar.go` (since). A hard link has the
//! mode of a regular file for Go's `FileInfo`, so Flux writes an empty file for it and goes on.

use crate::artifact::Why;
use crate::bytes::blob::{BlobFacts, EntryKind, EntryNote, Oddity};
use crate::consumers::go_archive::{TarEnd, quoted, tar_end};
use crate::text::{Phrase, say};

/// Which unpacker a version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacker {
    /// `fluxcd/pkg/untar`: symbolic links are an unsupported type.
    Untar,
    /// `fluxcd/pkg/tar` without options: symbolic links are forbidden.
    TarStrict,
    /// `fluxcd/pkg/tar` with `WithSkipSymlinks`.
    TarSkipsSymlinks,
}

/// Why unpacking stops: the exact text and the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopped {
    /// What the unpacker prints.
    pub error: String,
    /// What it finds and needs.
    pub because: Phrase,
}

/// What unpacking leaves out or changes without saying so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// Number of entries.
    pub entries: u64,
    /// Symbolic links that are left out.
    pub symlinks: u64,
    /// Hard links that become empty files.
    pub hard_links: u64,
    /// Whiteouts that are kept as plain files.
    pub whiteouts: u64,
}

/// Unpacks a layer: what comes of it, or why it stops. The outer error is why it cannot be told.
pub fn unpack(
    facts: &BlobFacts,
    who: &'static str,
    unpacker: Unpacker,
) -> Result<Result<Unpacked, Stopped>, Why> {
    let end = tar_end(facts)?;
    if let Some(stopped) = first_entry(facts, who, unpacker) {
        return Ok(Err(stopped));
    }
    let damaged = || {
        say(
            "{who} finds the tar in the layer damaged; it needs a whole one.",
            "{who} 发现层中的 tar 已损坏；它需要完整的 tar。",
        )
        .name("who", who)
    };
    Ok(match end {
        TarEnd::Clean => Ok(summary(facts)),
        TarEnd::Error(error) => Err(Stopped {
            error: format!("tar error: {error}"),
            because: damaged(),
        }),
        TarEnd::InBody(path, error) => Err(Stopped {
            error: match unpacker {
                Unpacker::Untar => format!("error writing to DIRECTORY/{path}: {error}"),
                Unpacker::TarStrict | Unpacker::TarSkipsSymlinks => {
                    format!("error copying buffer: {error}")
                }
            },
            because: say(
                "{who} finds the layer cut off inside {path}; it needs the whole file.",
                "{who} 发现层在 {path} 内部中断；它需要完整的文件。",
            )
            .name("who", who)
            .code("path", path),
        }),
    })
}

fn summary(facts: &BlobFacts) -> Unpacked {
    let Some(tar) = &facts.tar else {
        return Unpacked::default();
    };
    let count = |what: Oddity| {
        tar.oddity_counts
            .iter()
            .find(|(oddity, _)| *oddity == what)
            .map_or(0, |(_, count)| *count)
    };
    Unpacked {
        entries: tar.entries,
        symlinks: count(Oddity::Symlink),
        hard_links: count(Oddity::HardLink),
        whiteouts: count(Oddity::Whiteout),
    }
}

/// The first entry that stops the unpacker.
fn first_entry(facts: &BlobFacts, who: &'static str, unpacker: Unpacker) -> Option<Stopped> {
    let tar = facts.tar.as_ref()?;
    let in_listing = tar
        .listing
        .iter()
        .zip(0u64..)
        .find(|(entry, _)| !valid_name(&entry.path))
        .map(|(entry, index)| (index, bad_name(&entry.path, who)));
    let noted = tar.oddities.iter().filter_map(|note| {
        let listed = usize::try_from(note.index)
            .ok()
            .and_then(|index| tar.listing.get(index));
        let is_block = listed.is_some_and(|entry| entry.kind == EntryKind::Block);
        Some((note.index, of_note(note, is_block, who, unpacker)?))
    });
    // Within one entry the name is looked at first, so the listing's answer goes first.
    in_listing
        .into_iter()
        .chain(noted)
        .min_by_key(|(index, _)| *index)
        .map(|(_, stopped)| stopped)
}

/// `validRelPath`.
fn valid_name(path: &str) -> bool {
    !(path.is_empty() || path.contains('\\') || path.starts_with('/') || path.contains("../"))
}

fn bad_name(path: &str, who: &'static str) -> Stopped {
    Stopped {
        error: format!("tar contained invalid name error {}", quoted(path)),
        because: say(
            "{who} finds the name {path} in the layer; names must be relative, without `\\` and without `../`.",
            "{who} 在层中读到名称 {path}；名称必须是相对路径，不含 `\\` 与 `../`。",
        )
        .name("who", who)
        .code("path", path),
    }
}

fn of_note(
    note: &EntryNote,
    is_block: bool,
    who: &'static str,
    unpacker: Unpacker,
) -> Option<Stopped> {
    if !valid_name(&note.path) {
        return Some(bad_name(&note.path, who));
    }
    let letter = match note.what {
        Oddity::Symlink => match unpacker {
            Unpacker::TarSkipsSymlinks => return None,
            Unpacker::TarStrict => {
                return Some(Stopped {
                    error: format!(
                        "tar file entry {} is a symlink, which is not allowed in this context",
                        note.path
                    ),
                    because: symlink(note, who),
                });
            }
            Unpacker::Untar => "L",
        },
        Oddity::Device if is_block => "D",
        Oddity::Device | Oddity::DeviceZero => "Dc",
        Oddity::Fifo => "p",
        _ => return None,
    };
    let because = if note.what == Oddity::Symlink {
        symlink(note, who)
    } else {
        say(
            "{who} finds {path}, a device or a pipe, in the layer; it unpacks regular files and folders only.",
            "{who} 在层中读到 {path}，它是设备或管道；这里只解包普通文件和目录。",
        )
        .name("who", who)
        .code("path", &note.path)
    };
    Some(Stopped {
        error: format!(
            "tar file entry {} contained unsupported file type {letter}{}",
            note.path,
            permissions(note.mode)
        ),
        because,
    })
}

fn symlink(note: &EntryNote, who: &'static str) -> Phrase {
    say(
        "{who} finds {path}, a symbolic link, in the layer; this version takes regular files and folders only.",
        "{who} 在层中读到符号链接 {path}；此版本只接受普通文件和目录。",
    )
    .name("who", who)
    .code("path", &note.path)
}

/// Go's `FileMode.String` for the nine permission bits.
fn permissions(mode: i64) -> String {
    "rwxrwxrwx"
        .chars()
        .zip((0..9).rev())
        .map(|(letter, bit)| if mode >> bit & 1 == 1 { letter } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_as_in_flux() {
        for (path, valid) in [
            ("a/b", true),
            ("./", true),
            ("a/..", true),
            ("a../b", false),
            ("/a", false),
            ("a\\b", false),
            ("", false),
        ] {
            assert_eq!(valid_name(path), valid, "{path:?}");
        }
    }

    #[test]
    fn modes_are_written_as_in_go() {
        assert_eq!(permissions(0o777), "rwxrwxrwx");
        assert_eq!(permissions(0o640), "rw-r-----");
    }
}
