//! What umoci says of a gzip layer whose stream is damaged. It reads with pgzip, which decompresses ahead in blocks, so
//! that much depends on where the damage lies; what does is left open, never guessed.

use crate::bytes::blob::{BlobFacts, CodecDefect, Compression, Form};
use crate::consumers::go_archive::{self, TarEnd};
use crate::consumers::unpacking::{INVALID_GZIP, UNEXPECTED_EOF};

/// Why `pgzip.NewReader` gives up on the first bytes.
pub(super) fn gzip_header(facts: &BlobFacts) -> Option<&'static str> {
    let bad = |defect: &CodecDefect| matches!(defect, CodecDefect::BadHeader { at: 0 });
    match facts.size {
        0 => Some("EOF"),
        1..10 => Some(UNEXPECTED_EOF),
        _ if facts.form != Form::Gzip || facts.defects.iter().any(bad) => Some(INVALID_GZIP),
        _ => None,
    }
}

/// Decompressed bytes that pgzip hands on at once. Of a block in which deflate fails it hands on nothing.
const PGZIP_BLOCK: u64 = 1 << 20;

/// What umoci says of a damaged gzip stream, and the tar in it, as far as that is certain: `…` stands for what depends on
/// how pgzip cuts its blocks. `differs` is the error of the reader that compares digest and size at the end of the file.
pub(super) fn damaged_gzip(facts: &BlobFacts, differs: Option<&str>) -> Option<String> {
    let (error, whole) = facts.defects.iter().find_map(|defect| match defect {
        CodecDefect::Corrupt { .. } => Some(("flate: corrupt input before offset …", false)),
        CodecDefect::Truncated => Some((differs.unwrap_or(UNEXPECTED_EOF), differs.is_none())),
        // Checked before the end of the file is.
        CodecDefect::BadChecksum { .. } | CodecDefect::BadLength { .. } => {
            Some(("gzip: invalid checksum", true))
        }
        _ => None,
    })?;
    let tar = go_archive::tar_end(facts).ok()?;
    let first = facts.inner.as_ref().is_none_or(|i| i.size < PGZIP_BLOCK);
    let cut = ends_behind_the_tar(facts);
    Some(match tar {
        // Where only the checksum is cut off, the tar before it is read.
        _ if !whole && first && !cut => format!("unpack layer: read next entry: {error}"),
        TarEnd::Error(tar) if tar.starts_with("archive/tar") && whole => {
            format!("unpack layer: read next entry: {tar}")
        }
        TarEnd::Error(tar) if tar.starts_with("archive/tar") => "…".to_string(),
        _ if !whole => format!("…{error}"),
        TarEnd::Clean => format!("discard trailing archive bits: {error}"),
        TarEnd::InBody(name, _) => {
            format!(
                "unpack layer: unpack entry: {name}: unpack to regular file: short write: {error}"
            )
        }
        TarEnd::Error(_) => format!("unpack layer: read next entry: {error}"),
    })
}

/// Whether bytes are missing behind the end of the tar. pgzip takes a stream without any of its last eight bytes for a
/// whole one, and of those that are cut elsewhere it says `unexpected EOF`; measurements do not tell them apart.
pub(super) fn ends_behind_the_tar(facts: &BlobFacts) -> bool {
    facts.compression == Compression::Gzip
        && facts.defects.contains(&CodecDefect::Truncated)
        && matches!(go_archive::tar_end(facts), Ok(TarEnd::Clean))
}
