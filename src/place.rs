//! Where something stands: file or entry, JSON pointer, line and column, bytes. It never says what stands there.

use crate::text::Lang;
use serde::{Deserialize, Serialize};

/// A place in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locus {
    /// The file, archive entry or document.
    pub path: String,
    /// The entry of the tar that the file is or, decompressed, holds. Offsets then count in that tar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// JSON pointer (RFC 6901) within a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Byte offset in the document, entry or blob, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

impl Locus {
    /// A place that is a whole file, entry or blob.
    pub fn whole(path: impl Into<String>) -> Locus {
        Locus {
            path: path.into(),
            ..Locus::default()
        }
    }

    /// The place as editors take it: `path:line:column` and the pointer, or the byte where there is no line.
    pub fn show(&self, lang: Lang) -> String {
        let mut out = self.path.clone();
        if let Some(entry) = &self.entry {
            out.push_str(": ");
            out.push_str(entry);
        }
        if let Some(line) = self.line {
            out.push_str(&format!(":{line}"));
            if let Some(column) = self.column {
                out.push_str(&format!(":{column}"));
            }
        }
        match (&self.pointer, self.line, self.offset) {
            (Some(pointer), _, _) if !pointer.is_empty() => out.push_str(&format!(" {pointer}")),
            (_, None, Some(offset)) => out.push_str(&match lang {
                Lang::En => format!(" byte {offset}"),
                Lang::Zh => format!(" 第 {offset} 字节"),
            }),
            _ => {}
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_those_of_compilers() {
        let mut at = Locus::whole("index.json");
        assert_eq!(at.show(Lang::En), "index.json");
        at.offset = Some(12);
        assert_eq!(at.show(Lang::Zh), "index.json 第 12 字节");
        at.entry = Some("etc/passwd".to_string());
        assert_eq!(at.show(Lang::En), "index.json: etc/passwd byte 12");
        at.entry = None;
        at.line = Some(3);
        at.column = Some(9);
        at.pointer = Some("/manifests/0".to_string());
        assert_eq!(at.show(Lang::En), "index.json:3:9 /manifests/0");
    }
}
