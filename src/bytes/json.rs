//! Reads JSON (RFC 8259) strictly, keeping order, duplicate keys, numbers as written and byte ranges.
//! Never decides whether a document is right: it says what stands where and what is no JSON.
//!
//! The reader is our own because it must go on where the grammar is met but the encoding is not (Go's decoders
//! replace bytes that are not UTF-8, and read on), must name each problem at its byte, and must not recurse.

use super::sniff::is_utf16;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    /// The first value of the document. None when there is none that can be read to its end.
    /// It stands there in spite of a byte order mark, bytes that are not UTF-8 (each such stretch reads as
    /// U+FFFD, as in Go) and data after it.
    pub root: Option<Node>,
    /// What is wrong with the text, in the order of the bytes.
    pub defects: Vec<JsonDefect>,
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

/// Reads a document.
pub fn read(bytes: &[u8]) -> Json {
    let unread = |defect| Json {
        root: None,
        defects: vec![defect],
    };
    if bytes.len() > limits::JSON_BYTES {
        return unread(JsonDefect::TooLarge {
            size: bytes.len() as u64,
        });
    }
    if is_utf16(bytes) {
        return unread(JsonDefect::Utf16);
    }
    let mut reader = Reader {
        bytes,
        at: 0,
        values: 0,
        defects: Vec::new(),
    };
    if bytes.starts_with(BOM) {
        reader.at = BOM.len();
        reader.defects.push(JsonDefect::Bom);
    }
    reader.skip_space();
    if reader.peek().is_none() {
        reader.defects.push(JsonDefect::Empty);
        return Json {
            root: None,
            defects: reader.defects,
        };
    }
    let root = match reader.value() {
        Ok(node) => {
            reader.skip_space();
            if reader.peek().is_some() {
                reader
                    .defects
                    .push(JsonDefect::TrailingData { at: reader.at });
            }
            Some(node)
        }
        Err(defect) => {
            reader.defects.push(defect);
            None
        }
    };
    Json {
        root,
        defects: reader.defects,
    }
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
            let token = token.replace("~1", "/").replace("~0", "~");
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

/// Recursion is bounded by [`limits::JSON_DEPTH`].
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

/// An array or object whose end is not yet read.
enum Open {
    Array {
        start: usize,
        items: Vec<Node>,
    },
    Object {
        start: usize,
        members: Vec<Member>,
        key: String,
        key_range: Range<usize>,
    },
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    values: usize,
    defects: Vec<JsonDefect>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fail<T>(&self, what: SyntaxProblem) -> Result<T, JsonDefect> {
        Err(JsonDefect::Syntax { at: self.at, what })
    }

    /// Reads one value without recursing: what is open stands on a stack of our own.
    fn value(&mut self) -> Result<Node, JsonDefect> {
        let mut stack: Vec<Open> = Vec::new();
        'value: loop {
            self.skip_space();
            self.values += 1;
            if self.values > limits::JSON_VALUES {
                return Err(JsonDefect::TooManyValues { at: self.at });
            }
            let start = self.at;
            let bracket = self.peek();
            if matches!(bracket, Some(b'[' | b'{')) && stack.len() >= limits::JSON_DEPTH {
                return Err(JsonDefect::TooDeep { at: start });
            }
            let value = match bracket {
                Some(b'[') => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() != Some(b']') {
                        stack.push(Open::Array {
                            start,
                            items: Vec::new(),
                        });
                        continue 'value;
                    }
                    self.at += 1;
                    Value::Array(Vec::new())
                }
                Some(b'{') => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() != Some(b'}') {
                        let (key, key_range) = self.key(false)?;
                        stack.push(Open::Object {
                            start,
                            members: Vec::new(),
                            key,
                            key_range,
                        });
                        continue 'value;
                    }
                    self.at += 1;
                    Value::Object(Vec::new())
                }
                _ => {
                    let after_comma = matches!(stack.last(), Some(Open::Array { items, .. }) if !items.is_empty());
                    self.scalar(after_comma)?
                }
            };
            let mut node = Node {
                range: start..self.at,
                value,
            };
            loop {
                match stack.pop() {
                    None => return Ok(node),
                    Some(Open::Array { start, mut items }) => {
                        items.push(node);
                        if self.comma_or_end(b']')? {
                            stack.push(Open::Array { start, items });
                            continue 'value;
                        }
                        node = Node {
                            range: start..self.at,
                            value: Value::Array(items),
                        };
                    }
                    Some(Open::Object {
                        start,
                        mut members,
                        key,
                        key_range,
                    }) => {
                        members.push(Member {
                            key,
                            key_range,
                            value: node,
                        });
                        if self.comma_or_end(b'}')? {
                            let (key, key_range) = self.key(true)?;
                            stack.push(Open::Object {
                                start,
                                members,
                                key,
                                key_range,
                            });
                            continue 'value;
                        }
                        node = Node {
                            range: start..self.at,
                            value: Value::Object(members),
                        };
                    }
                }
            }
        }
    }

    /// Passes a comma (true) or the closing bracket (false).
    fn comma_or_end(&mut self, end: u8) -> Result<bool, JsonDefect> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            Some(b']' | b'}') => self.fail(SyntaxProblem::WrongBracket),
            Some(b'/') => self.fail(SyntaxProblem::Comment),
            Some(_) => self.fail(SyntaxProblem::ExpectedComma),
            None => self.fail(SyntaxProblem::UnexpectedEnd),
        }
    }

    /// Reads a key and its colon.
    fn key(&mut self, after_comma: bool) -> Result<(String, Range<usize>), JsonDefect> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => {}
            Some(b'}') if after_comma => return self.fail(SyntaxProblem::TrailingComma),
            Some(b']') => return self.fail(SyntaxProblem::WrongBracket),
            Some(b'\'') => return self.fail(SyntaxProblem::SingleQuote),
            Some(b'/') => return self.fail(SyntaxProblem::Comment),
            Some(_) => return self.fail(SyntaxProblem::ExpectedKey),
            None => return self.fail(SyntaxProblem::UnexpectedEnd),
        }
        let key = self.string()?;
        let range = start..self.at;
        self.skip_space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok((key, range))
            }
            Some(b'/') => self.fail(SyntaxProblem::Comment),
            Some(_) => self.fail(SyntaxProblem::ExpectedColon),
            None => self.fail(SyntaxProblem::UnexpectedEnd),
        }
    }

    fn scalar(&mut self, after_comma: bool) -> Result<Value, JsonDefect> {
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => self.literal(),
            Some(b'+' | b'.') => self.fail(SyntaxProblem::BadNumber),
            Some(b'\'') => self.fail(SyntaxProblem::SingleQuote),
            Some(b'/') => self.fail(SyntaxProblem::Comment),
            Some(b']') if after_comma => self.fail(SyntaxProblem::TrailingComma),
            Some(_) => self.fail(SyntaxProblem::ExpectedValue),
            None => self.fail(SyntaxProblem::UnexpectedEnd),
        }
    }

    fn literal(&mut self) -> Result<Value, JsonDefect> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let length = rest
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'$'))
            .unwrap_or(rest.len());
        let value = match rest.get(..length) {
            Some(b"null") => Value::Null,
            Some(b"true") => Value::Bool(true),
            Some(b"false") => Value::Bool(false),
            Some(word)
                if length == rest.len()
                    && [&b"null"[..], b"true", b"false"]
                        .iter()
                        .any(|whole| whole.starts_with(word)) =>
            {
                self.at = self.bytes.len();
                return self.fail(SyntaxProblem::UnexpectedEnd);
            }
            _ => return self.fail(SyntaxProblem::BadLiteral),
        };
        self.at += length;
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), JsonDefect> {
        match self.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return self.fail(SyntaxProblem::BadNumber),
            None => return self.fail(SyntaxProblem::UnexpectedEnd),
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, JsonDefect> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.fail(SyntaxProblem::LeadingZero);
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let goes_on =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_');
        if self.peek().is_some_and(goes_on) {
            return self.fail(SyntaxProblem::BadNumber);
        }
        let text = self.bytes.get(start..self.at).unwrap_or(&[]);
        Ok(Value::Number(String::from_utf8_lossy(text).into_owned()))
    }

    /// Reads a string from its opening quote to beyond its closing one.
    fn string(&mut self) -> Result<String, JsonDefect> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
                .unwrap_or(rest.len());
            self.plain(rest.get(..length).unwrap_or(&[]), &mut text);
            self.at += length;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return self.fail(SyntaxProblem::ControlCharacter),
                None => return self.fail(SyntaxProblem::UnclosedString),
            }
        }
    }

    /// Takes a stretch of a string that has no escapes; each byte that is not UTF-8 becomes U+FFFD.
    fn plain(&mut self, bytes: &[u8], text: &mut String) {
        let invalid = match std::str::from_utf8(bytes) {
            Ok(valid) => {
                text.push_str(valid);
                return;
            }
            Err(error) => self.at + error.valid_up_to(),
        };
        let known = |defect: &JsonDefect| matches!(defect, JsonDefect::NotUtf8 { .. });
        if !self.defects.iter().any(known) {
            self.defects.push(JsonDefect::NotUtf8 { at: invalid });
        }
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        }
    }

    /// Reads an escape from its backslash on.
    fn escape(&mut self) -> Result<char, JsonDefect> {
        let kind = self.bytes.get(self.at + 1).copied();
        let simple = match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            Some(_) => return self.fail(SyntaxProblem::BadEscape),
            None => return self.fail(SyntaxProblem::UnclosedString),
        };
        self.at += 2;
        Ok(simple)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonDefect> {
        let Some(first) = self.code_unit(self.at) else {
            return self.fail(SyntaxProblem::BadEscape);
        };
        self.at += 6;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        if (0xD800..0xDC00).contains(&first)
            && let Some(second) = self.code_unit(self.at)
            && (0xDC00..0xE000).contains(&second)
        {
            let scalar = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            self.at += 6;
            return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// The UTF-16 code unit of the escape `\uXXXX` at `at`.
    fn code_unit(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit * 16 + char::from(*digit).to_digit(16)?)
        })
    }
}

#[cfg(test)]
mod tests;
