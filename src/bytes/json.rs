//! Reads JSON (RFC 8259) strictly, keeping order, duplicate keys, numbers as written and byte ranges.
//! Never decides whether a document is right: it says what stands where and what is no JSON.

mod lines;
mod reader;
pub mod tokens;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

pub use lines::Lines;
pub use reader::read;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    /// The first value of the document. None when there is none that can be read to its end.
    /// It stands there in spite of a byte order mark, bytes that are not UTF-8 (each such stretch reads as
    /// U+FFFD, as in Go) and data after it.
    pub root: Option<Node>,
    /// What is wrong with the text, in the order of the bytes.
    pub defects: Vec<JsonDefect>,
    /// How many values were read: what the tree costs.
    pub values: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Byte range in the document, quotes and brackets included.
    pub range: Range<usize>,
    /// The value.
    pub value: Value,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, escapes resolved. An unpaired surrogate escape reads as U+FFFD, as in Go.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object: all members in order, duplicates included.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, escapes resolved.
    pub key: String,
    /// Byte range of the key, quotes included.
    pub key_range: Range<usize>,
    /// The value.
    pub value: Node,
}

/// Why bytes are not a JSON text. Offsets count bytes from the start of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum JsonDefect {
    /// The grammar is broken at this byte; nothing after it was read.
    Syntax {
        /// Offset of the first byte that does not fit; the length of the document where it ends too early.
        at: usize,
        /// What does not fit.
        what: SyntaxProblem,
    },
    /// A byte that is not UTF-8 inside a string; the first of them.
    NotUtf8 {
        /// Its offset.
        at: usize,
    },
    /// A UTF-8 byte order mark in front.
    Bom,
    /// UTF-16 or UTF-32 text; not read.
    Utf16,
    /// Something other than white space after the first value.
    TrailingData {
        /// Offset of its first byte.
        at: usize,
    },
    /// Nested deeper than [`crate::limits::JSON_DEPTH`]; not read.
    TooDeep {
        /// Offset of the bracket that goes too deep.
        at: usize,
    },
    /// More values than [`crate::limits::JSON_VALUES`]; not read.
    TooManyValues {
        /// Offset of the first value too many.
        at: usize,
    },
    /// Larger than [`crate::limits::JSON_BYTES`]; not read.
    TooLarge {
        /// Size in bytes.
        size: u64,
    },
    /// No value at all: no bytes, or white space only.
    Empty,
}

/// What does not fit the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyntaxProblem {
    /// The text ends inside a value.
    UnexpectedEnd,
    /// The text ends inside a string.
    UnclosedString,
    /// A value was expected.
    ExpectedValue,
    /// A key in double quotes was expected.
    ExpectedKey,
    /// A colon was expected after a key.
    ExpectedColon,
    /// A comma or the closing bracket was expected.
    ExpectedComma,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comment; JSON has none.
    Comment,
    /// A string in single quotes.
    SingleQuote,
    /// A raw control character (below U+0020) inside a string.
    ControlCharacter,
    /// An escape that JSON does not have.
    BadEscape,
    /// A number with a leading zero.
    LeadingZero,
    /// A number that is not written as JSON writes numbers.
    BadNumber,
    /// A word such as `True`, `None`, `undefined`, `NaN`.
    BadLiteral,
    /// The closing bracket of the other kind.
    WrongBracket,
}

/// A key that an object has more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// JSON pointer (RFC 6901) of the object.
    pub pointer: String,
    /// The key.
    pub key: String,
    /// Byte ranges of all its occurrences, quotes included, in order.
    pub ranges: Vec<Range<usize>>,
}

/// Line and column of a byte offset, both from 1. Columns count Unicode scalar values, so a tab and an emoji
/// made of one scalar are one column each; a byte that is not UTF-8 counts as one, a byte order mark as none.
/// LF, CR LF and a lone CR end a line. An offset beyond the end is taken as the end.
pub fn line_column(bytes: &[u8], offset: usize) -> (u32, u32) {
    let mut before = bytes.get(..offset).unwrap_or(bytes);
    before = before.strip_prefix(BOM).unwrap_or(before);
    let next = bytes.get(offset);
    let mut lines: u32 = 1;
    let mut line = before;
    let mut rest = before;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        let carriage_return = rest.get(end) == Some(&b'\r');
        rest = rest.get(end + 1..).unwrap_or(&[]);
        let followed_by_feed = rest.first().or(next) == Some(&b'\n');
        if carriage_return && followed_by_feed {
            continue;
        }
        lines = lines.saturating_add(1);
        line = rest;
    }
    let mut column: usize = 1;
    for chunk in line.utf8_chunks() {
        column = column
            .saturating_add(chunk.valid().chars().count())
            .saturating_add(chunk.invalid().len());
    }
    (lines, u32::try_from(column).unwrap_or(u32::MAX))
}

impl Node {
    /// The member of an object by its exact key; of several the last, as in Go.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members()
            .iter()
            .rev()
            .find(|member| member.key == key)
            .map(|member| &member.value)
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// True or false.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number in plain digits (no sign, fraction or exponent) that fits.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number in plain digits, with a minus sign or without, that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The name of the JSON type: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    /// The value at a JSON pointer (RFC 6901) such as `/layers/0`; of duplicate keys the last.
    pub fn at_pointer(&self, pointer: &str) -> Option<&Node> {
        let Some(rest) = pointer.strip_prefix('/') else {
            return pointer.is_empty().then_some(self);
        };
        rest.split('/').try_fold(self, |node, token| {
            let token = match token.contains('~') {
                true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
                false => Cow::Borrowed(token),
            };
            match &node.value {
                Value::Object(_) => node.get(&token),
                Value::Array(items) => {
                    let plain = token == "0"
                        || (!token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit()));
                    let index: usize = if plain {
                        token.parse().ok()?
                    } else {
                        return None;
                    };
                    items.get(index)
                }
                _ => None,
            }
        })
    }

    /// Every key that some object in here has more than once, in the order of the objects.
    pub fn duplicates(&self) -> Vec<DuplicateKey> {
        let mut found = Vec::new();
        find_duplicates(self, &mut String::new(), &mut found);
        found
    }
}

/// Appends a token to a JSON pointer, escaped as RFC 6901 says.
pub fn push_pointer(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Recursion is bounded by [`crate::limits::JSON_DEPTH`].
fn find_duplicates(node: &Node, pointer: &mut String, found: &mut Vec<DuplicateKey>) {
    let length = pointer.len();
    match &node.value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                push_pointer(pointer, &index.to_string());
                find_duplicates(item, pointer, found);
                pointer.truncate(length);
            }
        }
        Value::Object(members) => {
            let mut seen: HashMap<&str, Vec<&Member>> = HashMap::new();
            for member in members {
                seen.entry(&member.key).or_default().push(member);
            }
            for member in members {
                let Some(all) = seen.get(member.key.as_str()) else {
                    continue;
                };
                let first = all.first().map(|first| first.key_range.start);
                if all.len() > 1 && first == Some(member.key_range.start) {
                    found.push(DuplicateKey {
                        pointer: pointer.clone(),
                        key: member.key.clone(),
                        ranges: all.iter().map(|one| one.key_range.clone()).collect(),
                    });
                }
            }
            for member in members {
                push_pointer(pointer, &member.key);
                find_duplicates(&member.value, pointer, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// A UTF-8 byte order mark.
const BOM: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests;
