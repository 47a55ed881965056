//! Where something stands: file or entry, JSON pointer, line and column, bytes. It never says what stands there.

use serde::{Deserialize, Serialize};

/// A place in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locus {
    /// The file, archive entry or document.
    pub path: String,
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
}
