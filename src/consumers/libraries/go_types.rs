//! Whether Go's `encoding/json` can put a document into a struct: the first value of a wrong type, and how Go finds a
//! member. The shape of the struct is data. It judges nothing and builds no struct.
//!
//! Read in Go 1.19 to 1.24, `encoding/json/decode.go` (`object`, `array`, `literalStore`).

use crate::bytes::json::{Node, Value};
use std::ops::Range;

/// The type of a field of a Go struct.
#[derive(Clone, Copy)]
pub enum Go {
    /// `string`.
    Text,
    /// `int` or `int64`.
    Whole,
    /// A slice of strings.
    Texts,
    /// A map of strings.
    TextMap,
    /// A struct.
    One(Fields),
    /// A slice of structs.
    Many(Fields),
}

/// The fields of a struct by their JSON names.
pub type Fields = &'static [(&'static str, Go)];

/// A value that the decoder cannot store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistyped {
    /// `Value` of Go's `UnmarshalTypeError`: `string`, `number 1.5` …
    pub value: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The first value that does not fit, as Go reports it; `null` fits everything.
pub fn mistyped(node: &Node, kind: Go) -> Option<Mistyped> {
    let no = || {
        Some(Mistyped {
            value: go_name(node).to_string(),
            range: node.range.clone(),
        })
    };
    match (kind, &node.value) {
        (_, Value::Null) | (Go::Text, Value::String(_)) => None,
        (Go::Whole, Value::Number(text)) => text.parse::<i64>().is_err().then(|| Mistyped {
            value: format!("number {text}"),
            range: node.range.clone(),
        }),
        (Go::Texts, Value::Array(items)) => items.iter().find_map(|item| mistyped(item, Go::Text)),
        (Go::TextMap, Value::Object(members)) => members
            .iter()
            .find_map(|member| mistyped(&member.value, Go::Text)),
        (Go::Many(fields), Value::Array(items)) => items
            .iter()
            .find_map(|item| mistyped(item, Go::One(fields))),
        (Go::One(fields), Value::Object(members)) => members.iter().find_map(|member| {
            let exact = fields.iter().find(|(name, _)| *name == member.key);
            let folded = || {
                fields
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(&member.key))
            };
            let (_, kind) = exact.or_else(folded)?;
            mistyped(&member.value, *kind)
        }),
        _ => no(),
    }
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

    const DESCRIPTOR: Fields = &[
        ("digest", Go::Text),
        ("size", Go::Whole),
        ("urls", Go::Texts),
    ];
    const MANIFEST: Go = Go::One(&[
        ("schemaVersion", Go::Whole),
        ("config", Go::One(DESCRIPTOR)),
        ("layers", Go::Many(DESCRIPTOR)),
        ("annotations", Go::TextMap),
    ]);

    #[test]
    fn the_first_value_that_does_not_fit_is_found() {
        for (document, value) in [
            (r#"{"schemaVersion":2,"config":null,"other":[1]}"#, None),
            (r#"{"schemaVersion":"2"}"#, Some("string")),
            (r#"{"SchemaVersion":2.0}"#, Some("number 2.0")),
            (r#"{"layers":{}}"#, Some("object")),
            (r#"{"layers":[{"size":1},{"size":true}]}"#, Some("bool")),
            (r#"{"annotations":{"a":1}}"#, Some("number")),
            (r#"{"config":{"urls":"x"}}"#, Some("string")),
            ("[]", Some("array")),
            ("null", None),
        ] {
            let root = json::read(document.as_bytes()).root.unwrap();
            let found = mistyped(&root, MANIFEST).map(|m| m.value);
            assert_eq!(found.as_deref(), value, "{document}");
        }
    }

    #[test]
    fn members_are_found_in_any_case_and_the_last_counts() {
        let root = json::read(br#"{"a":"1","A":"2","a":null}"#).root.unwrap();
        assert_eq!(text(&root, "a"), "2");
        assert_eq!(text(&root, "b"), "");
        assert_eq!(json_text("<a>\"\u{1}"), "\"\\u003ca\\u003e\\\"\\u0001\"");
    }
}
