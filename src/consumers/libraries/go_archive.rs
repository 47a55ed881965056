//! How Go's standard library reads a gzip stream and the tar in it, and the words of its errors.
//! It reads measurements only: it decodes nothing and knows no consumer.
//!
//! Read in Go 1.22: `compress/gzip` (`NewReader`, `readHeader`, `Read`), `compress/flate`, `archive/tar` (`Next`).

use crate::artifact::Why;
use crate::bytes::blob::{BlobFacts, CodecDefect, TarDefect};
use crate::limits;

/// What Go says when bytes end too early.
pub const UNEXPECTED_EOF: &str = "unexpected EOF";

/// What a reader gets when it opens a blob.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A measured blob.
    Measured(&'a BlobFacts),
    /// The two bytes `{}`, known by their digest without being given.
    EmptyObject,
}

impl<'a> Content<'a> {
    /// `gzip.NewReader`: the measurements when a header is there, else Go's error.
    pub fn gzip(self) -> Result<&'a BlobFacts, &'static str> {
        let facts = match self {
            Content::EmptyObject => return Err(UNEXPECTED_EOF),
            Content::Measured(facts) => facts,
        };
        match facts.size {
            0 => return Err("EOF"),
            1..10 => return Err(UNEXPECTED_EOF),
            _ => {}
        }
        let bad_header = facts
            .defects
            .iter()
            .any(|defect| matches!(defect, CodecDefect::BadHeader { at: 0 }));
        if !facts.head.starts_with(&[0x1f, 0x8b, 0x08]) || bad_header {
            return Err("gzip: invalid header");
        }
        Ok(facts)
    }
}

/// The error that a reader meets when it reads the decompressed stream beyond its last byte; none for a clean end.
pub fn stream_error(facts: &BlobFacts) -> Option<String> {
    facts.defects.iter().find_map(|defect| match defect {
        CodecDefect::Truncated => Some(UNEXPECTED_EOF.to_string()),
        CodecDefect::Corrupt { at } => Some(format!("flate: corrupt input before offset {at}")),
        CodecDefect::BadHeader { .. } => Some("gzip: invalid header".to_string()),
        CodecDefect::BadChecksum { .. } | CodecDefect::BadLength { .. } => {
            Some("gzip: invalid checksum".to_string())
        }
        CodecDefect::TrailingBytes { count: 1..10, .. } => Some(UNEXPECTED_EOF.to_string()),
        CodecDefect::TrailingBytes { .. } => Some("gzip: invalid header".to_string()),
        CodecDefect::WindowTooLarge { .. }
        | CodecDefect::ExpansionLimit
        | CodecDefect::OutOfMemory => None,
    })
}

/// Why the decompressed stream was not read to its end by us, though Go would read on.
pub fn unread(facts: &BlobFacts) -> Option<Why> {
    facts.defects.iter().find_map(|defect| match defect {
        CodecDefect::ExpansionLimit => Some(Why::ExpandsTooMuch),
        CodecDefect::OutOfMemory => Some(Why::ReadFailed("out of memory".to_string())),
        _ => None,
    })
}

/// How `tar.Reader.Next` ends once all entries that can be read were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TarEnd {
    /// With `io.EOF`: the end of a tar.
    Clean,
    /// With this error.
    Error(String),
    /// In the middle of the body of this entry, with this error.
    InBody(String, String),
}

/// How the tar inside a gzip stream ends for Go, or why that is not known.
pub fn tar_end(facts: &BlobFacts) -> Result<TarEnd, Why> {
    if let Some(why) = unread(facts) {
        return Err(why);
    }
    let at_end = || stream_error(facts);
    let cut = || at_end().unwrap_or_else(|| UNEXPECTED_EOF.to_string());
    let no_tar = || match facts.inner.as_ref().map_or(0, |inner| inner.size) {
        0 => at_end().map_or(TarEnd::Clean, TarEnd::Error),
        1..512 => TarEnd::Error(cut()),
        _ => TarEnd::Error("archive/tar: invalid tar header".to_string()),
    };
    let Some(tar) = &facts.tar else {
        return Ok(no_tar());
    };
    Ok(match &tar.defect {
        None | Some(TarDefect::TrailingData { .. }) => TarEnd::Clean,
        Some(TarDefect::MissingPadding { .. } | TarDefect::MissingEndMarker { .. }) => {
            at_end().map_or(TarEnd::Clean, TarEnd::Error)
        }
        Some(TarDefect::Truncated {
            at,
            in_entry,
            missing,
        }) => {
            let header = *missing < 512 && at.wrapping_add(*missing).is_multiple_of(512);
            if header || in_entry.is_empty() {
                TarEnd::Error(cut())
            } else {
                TarEnd::InBody(in_entry.clone(), cut())
            }
        }
        Some(TarDefect::NotTar) => no_tar(),
        Some(TarDefect::NameTooLong { .. }) => {
            TarEnd::Error("archive/tar: header field too long".to_string())
        }
        Some(TarDefect::EntryLimit) => return Err(Why::TooLarge(limits::TAR_ENTRIES)),
        Some(
            TarDefect::BadChecksum { .. }
            | TarDefect::BadField { .. }
            | TarDefect::LoneZeroBlock { .. }
            | TarDefect::PaxMalformed { .. },
        ) => TarEnd::Error("archive/tar: invalid tar header".to_string()),
    })
}

/// Go's `filepath.Base` for a path of a tar entry.
pub fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed {
        "" if path.is_empty() => ".",
        "" => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// Go's `path.Clean`.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_string(),
        (false, false) => joined,
    }
}

/// Go's `%q`: the text between double quotes, with Go's escapes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_names_are_those_of_go() {
        for (path, expected) in [
            ("plugin.wasm", "plugin.wasm"),
            ("./plugin.wasm", "plugin.wasm"),
            ("a/b/plugin.wasm/", "plugin.wasm"),
            ("", "."),
            ("//", "/"),
        ] {
            assert_eq!(base(path), expected, "{path:?}");
        }
    }

    #[test]
    fn paths_are_cleaned_as_in_go() {
        for (path, expected) in [
            ("a//b/./c", "a/b/c"),
            ("a/../../b", "../b"),
            ("/../a", "/a"),
            ("/", "/"),
            ("", "."),
            ("./", "."),
        ] {
            assert_eq!(clean(path), expected, "{path:?}");
        }
    }

    #[test]
    fn quoting_is_that_of_go() {
        assert_eq!(quoted("a\"b\\c\n\u{1}é"), "\"a\\\"b\\\\c\\n\\x01é\"");
    }
}
