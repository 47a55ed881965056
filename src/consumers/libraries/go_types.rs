//! Whether Go's `encoding/json` can put a document into a struct: the first value of a wrong type with the text of Go's
//! error, and how Go finds a member. The shape of the struct is data. It judges nothing and builds no struct.
//!
//! Read in Go 1.19 to 1.24, `encoding/json/decode.go` (`object`, `array`, `literalStore`, `addErrorContext`), and held
//! against programs that Go 1.19 and a Go after 1.24 built.

use crate::bytes::json::{Node, Value};
use std::ops::Range;

/// The type of a field of a Go struct.
#[derive(Clone, Copy)]
pub enum Go {
    /// A string type of this name.
    Text(&'static str),
    /// An integer type of this name.
    Whole(&'static str),
    /// `bool`.
    Truth,
    /// `time.Time`: its decoder's error ends the whole.
    Time,
    /// `[]byte`: Base64 in a string.
    Bytes,
    /// `strslice.StrSlice` of Docker: a string or a slice of strings; its decoder's error ends the whole.
    Words,
    /// `struct {}`.
    Empty,
    /// `interface {}`.
    Any,
    /// A slice.
    List(&'static Go),
    /// A slice of pointers.
    Pointers(&'static Go),
    /// A map of this name with values of this type.
    Map(&'static str, &'static Go),
    /// A struct of this name.
    One(&'static str, Fields),
    /// A field that not all versions of the struct have.
    Perhaps(&'static Go),
}

/// The fields of a struct by their JSON names. What stands before a colon is the path of embedded structs that Go's
/// errors name since 1.24.
pub type Fields = &'static [(&'static str, Go)];

/// `string`.
pub const TEXT: Go = Go::Text("string");
/// A slice of strings.
pub const TEXTS: Go = Go::List(&TEXT);
/// A map of strings.
pub const TEXT_MAP: Go = Go::Map("map[string]string", &TEXT);

/// A value that the decoder cannot store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistyped {
    /// `Value` of Go's `UnmarshalTypeError`: `string`, `number 1.5` …
    pub value: String,
    /// Its bytes.
    pub range: Range<usize>,
    /// The text of the error; an ellipsis stands for what differs with the Go that built the program.
    pub error: String,
    /// Only some versions have the field, so that the others take the document.
    pub perhaps: bool,
}

/// The first value that does not fit, as Go reports it; `null` fits everything.
pub fn mistyped(node: &Node, kind: Go) -> Option<Mistyped> {
    held(node, kind).0
}

/// The first value that does not fit, and the first key that names a field only in other letters' cases: Go reads it.
pub fn held(node: &Node, kind: Go) -> (Option<Mistyped>, Option<Range<usize>>) {
    let mut walk = Walk::default();
    let ended = walk.visit(node, kind).err();
    let found = match (ended, walk.certain, walk.perhaps) {
        (Some(ended), _, _) => Some(ended),
        // Which of the two is reported depends on the version.
        (None, Some(mut certain), Some(perhaps)) => {
            if perhaps.range.start < certain.range.start {
                certain.error = "json: cannot unmarshal …".to_string();
            }
            Some(certain)
        }
        (None, certain, perhaps) => certain.or(perhaps),
    };
    (found, walk.other_case)
}

/// The name of a field that a struct has; a key in other letters' cases names it too.
fn named<'f>(fields: &'f [(&'static str, Go)], key: &str) -> Option<&'f (&'static str, Go)> {
    // Without what stands before a colon.
    let is_bare =
        |name: &str, rest: usize| rest == 0 || name.as_bytes().get(rest - 1) == Some(&b':');
    let exact = |(name, _): &&(&'static str, Go)| {
        let rest = name.strip_suffix(key);
        rest.is_some_and(|rest| is_bare(name, rest.len()))
    };
    let folded = |(name, _): &&(&'static str, Go)| {
        let rest = name.len().checked_sub(key.len());
        rest.is_some_and(|rest| {
            let bare = name.as_bytes().get(rest..).unwrap_or_default();
            is_bare(name, rest) && bare.eq_ignore_ascii_case(key.as_bytes())
        })
    };
    let found = fields.iter().find(exact);
    found.or_else(|| fields.iter().find(folded))
}

/// A walk through a document, as the decoder goes.
#[derive(Default)]
struct Walk {
    /// The innermost struct and the fields down to here.
    owner: Option<&'static str>,
    path: Vec<&'static str>,
    other_case: Option<Range<usize>>,
    unsure: bool,
    certain: Option<Mistyped>,
    perhaps: Option<Mistyped>,
}

impl Walk {
    fn wrong(&self, node: &Node, value: String, kind: &str) -> Mistyped {
        let place = match self.owner {
            None => "value".to_string(),
            Some(owner) => {
                let bare = owner.rsplit_once('.').map_or(owner, |(_, bare)| bare);
                let path: Vec<String> = self.path.iter().map(|name| shown(name)).collect();
                format!("struct field {bare}.{}", path.join("."))
            }
        };
        Mistyped {
            error: format!("json: cannot unmarshal {value} into Go {place} of type {kind}"),
            value,
            range: node.range.clone(),
            perhaps: self.unsure,
        }
    }

    /// Remembers the first; Go goes on decoding.
    fn save(&mut self, found: Mistyped) {
        let place = match found.perhaps {
            true => &mut self.perhaps,
            false => &mut self.certain,
        };
        place.get_or_insert(found);
    }

    /// What the decoder of a type of its own does not take ends the whole.
    fn end(&mut self, node: &Node, error: String) -> Result<(), Mistyped> {
        let mut found = self.wrong(node, go_name(node).to_string(), "");
        found.error = error;
        if found.perhaps {
            self.save(found);
            return Ok(());
        }
        Err(found)
    }

    fn visit(&mut self, node: &Node, kind: Go) -> Result<(), Mistyped> {
        match (kind, &node.value) {
            (Go::Perhaps(inner), _) => {
                let before = std::mem::replace(&mut self.unsure, true);
                let done = self.visit(node, *inner);
                self.unsure = before;
                done?;
            }
            (_, Value::Null)
            | (Go::Any, _)
            | (Go::Text(_), Value::String(_))
            | (Go::Truth, Value::Bool(_))
            | (Go::Empty, Value::Object(_)) => {}
            (Go::Whole(_), Value::Number(text)) if text.parse::<i64>().is_ok() => {}
            (Go::Whole(name), Value::Number(text)) => {
                self.save(self.wrong(node, format!("number {text}"), name));
            }
            (Go::Time, Value::String(text)) => {
                if crate::spec::date::read(text).is_none_or(|date| !date.go_reads) {
                    return self.end(node, "parsing time …".to_string());
                }
            }
            // Since Go 1.20 in other words.
            (Go::Time, _) => return self.end(node, "…".to_string()),
            (Go::Bytes, Value::String(text)) => {
                if !is_base64(text) {
                    let mut found = self.wrong(node, "string".to_string(), "[]uint8");
                    found.error = "illegal base64 data at input byte …".to_string();
                    self.save(found);
                }
            }
            (Go::Words, Value::String(_)) => {}
            (Go::Words, Value::Array(items))
                if items
                    .iter()
                    .all(|i| matches!(i.value, Value::String(_) | Value::Null)) => {}
            (Go::Words, _) => {
                let error = self.wrong(node, go_name(node).to_string(), "string").error;
                return self.end(node, error);
            }
            (Go::List(inner) | Go::Pointers(inner), Value::Array(items)) => {
                for item in items {
                    self.visit(item, *inner)?;
                }
            }
            (Go::Map(_, inner), Value::Object(members)) => {
                for member in members {
                    self.visit(&member.value, *inner)?;
                }
            }
            (Go::One(name, fields), Value::Object(members)) => {
                let owner = self.owner;
                for member in members {
                    let Some((known, inner)) = named(fields, &member.key) else {
                        continue;
                    };
                    self.owner = Some(if name.starts_with("struct {") {
                        ""
                    } else {
                        name
                    });
                    self.path.push(known);
                    if !known.ends_with(member.key.as_str()) && !member.value.is_null() {
                        let range = || member.key_range.clone();
                        self.other_case.get_or_insert_with(range);
                    }
                    self.visit(&member.value, *inner)?;
                    self.path.pop();
                }
                self.owner = owner;
            }
            _ => self.save(self.wrong(node, go_name(node).to_string(), &type_name(kind))),
        }
        Ok(())
    }
}

/// A field's name on the way to a value, with an ellipsis for embedded structs.
fn shown(name: &str) -> String {
    match name.split_once(':') {
        Some((_, bare)) => format!("…{bare}"),
        None => name.to_string(),
    }
}

/// A type as Go's errors name it.
pub fn type_name(kind: Go) -> String {
    match kind {
        Go::Text(name) | Go::Whole(name) | Go::Map(name, _) | Go::One(name, _) => name.to_string(),
        Go::Truth => "bool".to_string(),
        Go::Time => "time.Time".to_string(),
        Go::Bytes => "[]uint8".to_string(),
        Go::Words => "string".to_string(),
        Go::Empty => "struct {}".to_string(),
        Go::Any => "interface {}".to_string(),
        Go::Pointers(inner) => format!("[]*{}", type_name(*inner)),
        Go::List(inner) => format!("[]{}", type_name(*inner)),
        Go::Perhaps(inner) => type_name(*inner),
    }
}

/// Whether this is Base64 with padding; line breaks are passed over.
fn is_base64(text: &str) -> bool {
    let (mut filled, mut padding) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => filled += 1,
            _ => return false,
        }
    }
    (filled + padding) % 4 == 0 && padding <= 2
}

/// The member that a struct's field ends up with: the last of this name in any case that is not `null`.
pub fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.members()
        .iter()
        .rev()
        .find(|member| member.key.eq_ignore_ascii_case(name) && !member.value.is_null())
        .map(|member| &member.value)
}

/// The text of a field; empty where there is none.
pub fn text<'n>(node: &'n Node, name: &str) -> &'n str {
    field(node, name).and_then(Node::as_str).unwrap_or_default()
}

/// A JSON type as Go names it.
fn go_name(node: &Node) -> &'static str {
    match node.kind() {
        "boolean" => "bool",
        other => other,
    }
}

/// A text as Go's encoder writes it, between double quotes and safe for HTML.
pub fn json_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::json;

    const DESCRIPTOR: Go = Go::One(
        "v1.Descriptor",
        &[
            ("digest", TEXT),
            ("size", Go::Whole("int64")),
            ("urls", TEXTS),
            ("data", Go::Perhaps(&Go::Bytes)),
        ],
    );
    const MANIFEST: Go = Go::One(
        "v1.Manifest",
        &[
            ("Versioned:schemaVersion", Go::Whole("int")),
            ("config", DESCRIPTOR),
            ("layers", Go::List(&DESCRIPTOR)),
            ("annotations", TEXT_MAP),
            ("created", Go::Time),
            ("Cmd", Go::Words),
        ],
    );

    #[test]
    fn the_first_value_that_does_not_fit_is_found() {
        for (document, error) in [
            (r#"{"schemaVersion":2,"config":null,"other":[1]}"#, ""),
            (
                r#"{"schemaVersion":"2"}"#,
                "string into Go struct field Manifest.…schemaVersion of type int",
            ),
            (
                r#"{"SchemaVersion":2.0}"#,
                "number 2.0 into Go struct field Manifest.…schemaVersion of type int",
            ),
            (
                r#"{"layers":{}}"#,
                "object into Go struct field Manifest.layers of type []v1.Descriptor",
            ),
            (
                r#"{"layers":[{"size":1},{"size":true}]}"#,
                "bool into Go struct field Descriptor.layers.size of type int64",
            ),
            (
                r#"{"layers":[null,7]}"#,
                "number into Go struct field Manifest.layers of type v1.Descriptor",
            ),
            (
                r#"{"annotations":{"a":1}}"#,
                "number into Go struct field Manifest.annotations of type string",
            ),
            (
                r#"{"config":{"urls":"x"}}"#,
                "string into Go struct field Descriptor.config.urls of type []string",
            ),
            (
                r#"{"config":{"digest":"x"},"layers":1}"#,
                "number into Go struct field Manifest.layers of type []v1.Descriptor",
            ),
            (
                r#"{"Cmd":7}"#,
                "number into Go struct field Manifest.Cmd of type string",
            ),
            (r#"{"Cmd":"/hello"}"#, ""),
            ("[]", "array into Go value of type v1.Manifest"),
            ("null", ""),
        ] {
            let root = json::read(document.as_bytes()).root.unwrap();
            let found = mistyped(&root, MANIFEST).map_or(String::new(), |m| m.error);
            let error = match error {
                "" => String::new(),
                error => format!("json: cannot unmarshal {error}"),
            };
            assert_eq!(found, error, "{document}");
        }
    }

    #[test]
    fn a_decoder_of_its_own_ends_the_whole_and_some_fields_are_not_in_all_versions() {
        let read = |text: &str| json::read(text.as_bytes()).root.unwrap();
        let found = |text: &str| mistyped(&read(text), MANIFEST).unwrap();
        assert_eq!(
            found(r#"{"layers":7,"created":"yesterday"}"#).error,
            "parsing time …"
        );
        let data = found(r#"{"config":{"data":"e30"}}"#);
        assert!(data.perhaps);
        assert_eq!(data.error, "illegal base64 data at input byte …");
        assert!(mistyped(&read(r#"{"config":{"data":"e30="}}"#), MANIFEST).is_none());
        let both = found(r#"{"config":{"data":7},"layers":7}"#);
        assert_eq!(
            (both.perhaps, both.error.as_str()),
            (false, "json: cannot unmarshal …")
        );
        assert_eq!(
            held(&read(r#"{"layers":[{"Size":1}]}"#), MANIFEST).1,
            Some(12..18)
        );
        assert_eq!(held(&read(r#"{"Layers":null}"#), MANIFEST).1, None);
        assert_eq!(held(&read(r#"{"schemaVersion":1}"#), MANIFEST).1, None);
    }

    #[test]
    fn members_are_found_in_any_case_and_the_last_counts() {
        let root = json::read(br#"{"a":"1","A":"2","a":null}"#).root.unwrap();
        assert_eq!(text(&root, "a"), "2");
        assert_eq!(text(&root, "b"), "");
        assert_eq!(json_text("<a>\"\u{1}"), "\"\\u003ca\\u003e\\\"\\u0001\"");
    }
}
