//! The syntax check of Go's `encoding/json` (scanner.go, the same from Go 1.0 to 1.24), for its error texts: the programs
//! that are replayed print them. It builds no value and keeps no text.

/// Deepest nesting that Go reads.
const DEPTH: usize = 10_000;

/// Where the scanner is between two bytes.
#[derive(Clone, Copy)]
enum State {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Text,
    Escape,
    Hex(u8),
    Minus,
    Zero,
    Digits,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// A word and how much of it has been read.
    Word(&'static str, usize),
    Ended,
}

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Key,
    Member,
    Array,
}

struct Scanner {
    state: State,
    open: Vec<Open>,
}

/// The text of the first syntax error, as `json.Unmarshal` gives it; none when the bytes are JSON.
pub(in crate::consumers) fn error(bytes: &[u8]) -> Option<String> {
    fault(bytes).map(|(error, _)| error)
}

/// The same with the `Offset` that Go gives it: so many bytes were read, the wrong one among them.
pub(in crate::consumers) fn fault(bytes: &[u8]) -> Option<(String, usize)> {
    let mut scanner = Scanner {
        state: State::Value,
        open: Vec::new(),
    };
    for (at, &byte) in bytes.iter().enumerate() {
        if let Err(error) = scanner.step(byte) {
            return Some((error, at + 1));
        }
    }
    // At the end Go lets a blank follow, which ends a number and breaks a word.
    match scanner.step(b' ') {
        Err(error) => Some((error, bytes.len())),
        Ok(()) => match scanner.state {
            State::Ended if scanner.open.is_empty() => None,
            _ => Some(("unexpected end of JSON input".to_string(), bytes.len())),
        },
    }
}

impl Scanner {
    fn step(&mut self, byte: u8) -> Result<(), String> {
        let space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.state = match (self.state, byte) {
            (State::Value | State::ValueOrEnd | State::Key | State::KeyOrEnd, _) if space => {
                return Ok(());
            }
            (State::ValueOrEnd, b']') => return self.ended(byte),
            (State::KeyOrEnd, b'}') => {
                self.set_open(Open::Member);
                return self.ended(byte);
            }
            (State::Value | State::ValueOrEnd, _) => self.value(byte)?,
            (State::Key | State::KeyOrEnd, b'"') => State::Text,
            (State::Key | State::KeyOrEnd, _) => {
                return wrong(byte, "looking for beginning of object key string");
            }
            (State::Text, b'"') => State::Ended,
            (State::Text, b'\\') => State::Escape,
            (State::Text, 0..=0x1f) => return wrong(byte, "in string literal"),
            (State::Text, _) => State::Text,
            (State::Escape, b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => State::Text,
            (State::Escape, b'u') => State::Hex(0),
            (State::Escape, _) => return wrong(byte, "in string escape code"),
            (State::Hex(3), _) if byte.is_ascii_hexdigit() => State::Text,
            (State::Hex(read), _) if byte.is_ascii_hexdigit() => State::Hex(read + 1),
            (State::Hex(_), _) => return wrong(byte, "in \\u hexadecimal character escape"),
            (State::Minus, b'0') => State::Zero,
            (State::Minus, b'1'..=b'9') => State::Digits,
            (State::Minus, _) => return wrong(byte, "in numeric literal"),
            (State::Digits, b'0'..=b'9') => State::Digits,
            (State::Digits | State::Zero, b'.') => State::Point,
            (State::Digits | State::Zero | State::Fraction, b'e' | b'E') => State::Exponent,
            (State::Point | State::Fraction, b'0'..=b'9') => State::Fraction,
            (State::Point, _) => return wrong(byte, "after decimal point in numeric literal"),
            (State::Exponent, b'+' | b'-') => State::ExponentSign,
            (State::Exponent | State::ExponentSign | State::ExponentDigits, b'0'..=b'9') => {
                State::ExponentDigits
            }
            (State::Exponent | State::ExponentSign, _) => {
                return wrong(byte, "in exponent of numeric literal");
            }
            (State::Word(word, read), _) => match word.as_bytes().get(read) {
                Some(expected) if *expected == byte && read + 1 == word.len() => State::Ended,
                Some(expected) if *expected == byte => State::Word(word, read + 1),
                expected => {
                    let expected = expected.map_or(' ', |e| char::from(*e));
                    return wrong(byte, &format!("in literal {word} (expecting '{expected}')"));
                }
            },
            (State::Zero | State::Digits | State::Fraction | State::ExponentDigits, _)
            | (State::Ended, _) => return self.ended(byte),
        };
        Ok(())
    }

    /// The first byte of a value.
    fn value(&mut self, byte: u8) -> Result<State, String> {
        Ok(match byte {
            b'{' => {
                self.push(Open::Key)?;
                State::KeyOrEnd
            }
            b'[' => {
                self.push(Open::Array)?;
                State::ValueOrEnd
            }
            b'"' => State::Text,
            b'-' => State::Minus,
            b'0' => State::Zero,
            b'1'..=b'9' => State::Digits,
            b't' => State::Word("true", 1),
            b'f' => State::Word("false", 1),
            b'n' => State::Word("null", 1),
            _ => return wrong(byte, "looking for beginning of value"),
        })
    }

    /// A byte behind a whole value.
    fn ended(&mut self, byte: u8) -> Result<(), String> {
        self.state = State::Ended;
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            return Ok(());
        }
        match (self.open.last(), byte) {
            (None, _) => return wrong(byte, "after top-level value"),
            (Some(Open::Key), b':') => {
                self.set_open(Open::Member);
                self.state = State::Value;
            }
            (Some(Open::Key), _) => return wrong(byte, "after object key"),
            (Some(Open::Member), b',') => {
                self.set_open(Open::Key);
                self.state = State::Key;
            }
            (Some(Open::Member), b'}') | (Some(Open::Array), b']') => {
                self.open.pop();
            }
            (Some(Open::Member), _) => return wrong(byte, "after object key:value pair"),
            (Some(Open::Array), b',') => self.state = State::Value,
            (Some(Open::Array), _) => return wrong(byte, "after array element"),
        }
        Ok(())
    }

    fn push(&mut self, open: Open) -> Result<(), String> {
        self.open.push(open);
        if self.open.len() > DEPTH {
            return Err("exceeded max depth".to_string());
        }
        Ok(())
    }

    fn set_open(&mut self, open: Open) {
        if let Some(last) = self.open.last_mut() {
            *last = open;
        }
    }
}

fn wrong<T>(byte: u8, context: &str) -> Result<T, String> {
    Err(format!("invalid character {} {context}", quoted(byte)))
}

/// A byte as Go's `quoteChar` shows it: taken for the code point of that number.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_string(),
        b'\\' => r"'\\'".to_string(),
        0x07 => r"'\a'".to_string(),
        0x08 => r"'\b'".to_string(),
        0x0c => r"'\f'".to_string(),
        b'\n' => r"'\n'".to_string(),
        b'\r' => r"'\r'".to_string(),
        b'\t' => r"'\t'".to_string(),
        0x0b => r"'\v'".to_string(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        _ => format!("'{}'", char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::error;

    #[test]
    fn what_is_json_has_no_error() {
        for text in [
            "{}",
            " [1, -0.5e+3, \"\\u00e5\\n\", true, null, {\"a\":[]}] ",
            "0",
            "\"\"",
        ] {
            assert_eq!(error(text.as_bytes()), None, "{text}");
        }
    }

    /// Texts of Go 1.19.
    #[test]
    fn errors_read_as_those_of_go() {
        for (text, expected) in [
            ("", "unexpected end of JSON input"),
            ("{\"a\":", "unexpected end of JSON input"),
            ("\"abc", "unexpected end of JSON input"),
            ("1.0.0", "invalid character '.' after top-level value"),
            ("01", "invalid character '1' after top-level value"),
            ("[1.0.0]", "invalid character '.' after array element"),
            (
                "{\"a\":1.0.0}",
                "invalid character '.' after object key:value pair",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1,}",
                "invalid character '}' looking for beginning of object key string",
            ),
            (
                "[1,]",
                "invalid character ']' looking for beginning of value",
            ),
            (
                "{'a':1}",
                "invalid character '\\'' looking for beginning of object key string",
            ),
            (
                "<html>",
                "invalid character '<' looking for beginning of value",
            ),
            (
                "\u{feff}{}",
                "invalid character 'ï' looking for beginning of value",
            ),
            (
                "tru",
                "invalid character ' ' in literal true (expecting 'e')",
            ),
            (
                "True",
                "invalid character 'T' looking for beginning of value",
            ),
            ("-", "invalid character ' ' in numeric literal"),
            (
                "1.",
                "invalid character ' ' after decimal point in numeric literal",
            ),
            ("1e", "invalid character ' ' in exponent of numeric literal"),
            ("\"a\tb\"", "invalid character '\\t' in string literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            (
                "\"\\u12g\"",
                "invalid character 'g' in \\u hexadecimal character escape",
            ),
        ] {
            assert_eq!(error(text.as_bytes()).as_deref(), Some(expected), "{text}");
        }
        let deep = error(&[b'['; 100_000]);
        assert_eq!(deep.as_deref(), Some("exceeded max depth"));
    }
}
