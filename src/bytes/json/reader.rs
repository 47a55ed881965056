//! The strict reader: iterative, one pass, each problem named at its byte. Never builds half a tree.
//!
//! It is our own because it must go on where the grammar is met but the encoding is not (Go's decoders replace bytes
//! that are not UTF-8, and read on). `jsonc-parser` 0.34 with all its options off was tried: it still takes raw control
//! characters in strings, `1.` and white space that JSON does not have, refuses unpaired surrogates that Go and
//! serde_json take, and reads nothing after a byte order mark. The tests hold this reader to serde_json's judgement.

use super::{BOM, Json, JsonDefect, Member, Node, SyntaxProblem, Value};
use crate::bytes::sniff::is_utf16;
use crate::limits;
use std::ops::Range;

/// Reads a document.
pub fn read(bytes: &[u8]) -> Json {
    let unread = |defect| Json {
        root: None,
        defects: vec![defect],
        values: 0,
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
            values: 0,
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
        values: reader.values,
    }
}

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
                        items.shrink_to_fit();
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
                        // Most objects are small, and a list of four would be kept for one member.
                        members.shrink_to_fit();
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
