//! Tests of the JSON reader.

use super::*;
use crate::limits;
use proptest::prelude::*;
use serde::de::IgnoredAny;

fn root(text: &str) -> Node {
    let json = read(text.as_bytes());
    assert_eq!(json.defects, [], "{text}");
    json.root.unwrap()
}

/// The second opinion on syntax, without recursion.
fn serde_accepts(bytes: &[u8]) -> bool {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    IgnoredAny::deserialize(&mut reader).is_ok() && reader.end().is_ok()
}

fn problem(text: &str) -> (usize, SyntaxProblem) {
    assert!(!serde_accepts(text.as_bytes()), "{text}");
    match read(text.as_bytes()).defects.as_slice() {
        [JsonDefect::Syntax { at, what }] => (*at, *what),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn ranges_order_and_text_are_kept() {
    let text = r#" {"b": [1, -2.50e+3], "a": {"x\n": "é"}, "b": null} "#;
    let node = root(text);
    assert_eq!(&text[node.range.clone()], text.trim());
    let keys: Vec<&str> = node.members().iter().map(|m| m.key.as_str()).collect();
    assert_eq!(keys, ["b", "a", "b"]);
    let first = &node.members()[0];
    assert_eq!(&text[first.key_range.clone()], "\"b\"");
    assert_eq!(&text[first.value.range.clone()], "[1, -2.50e+3]");
    assert_eq!(
        first.value.items()[1].value,
        Value::Number("-2.50e+3".into())
    );
    assert_eq!(node.at_pointer("/a/x\n").unwrap().as_str(), Some("é"));
    assert!(node.get("b").unwrap().is_null(), "the last one wins");
}

#[test]
fn numbers_are_only_integers_in_plain_digits() {
    let node = root("[12, -3, 1e3, 12.0, 18446744073709551616, 0, -0, true]");
    let unsigned: Vec<_> = node.items().iter().map(Node::as_u64).collect();
    let signed: Vec<_> = node.items().iter().map(Node::as_i64).collect();
    let none = None;
    assert_eq!(
        unsigned,
        [Some(12), none, none, none, none, Some(0), none, none]
    );
    assert_eq!(
        signed,
        [Some(12), Some(-3), None, None, None, Some(0), Some(0), None]
    );
}

#[test]
fn pointers() {
    let node = root(r#"{"a/b": {"~": [10, 20]}, "": 5}"#);
    assert_eq!(node.at_pointer("").unwrap(), &node);
    assert_eq!(node.at_pointer("/a~1b/~0/1").unwrap().as_u64(), Some(20));
    assert_eq!(node.at_pointer("/").unwrap().as_u64(), Some(5));
    for missing in [
        "a",
        "/a~1b/~0/2",
        "/a~1b/~0/01",
        "/a~1b/~0/+1",
        "/a~1b/~0/",
        "//x",
    ] {
        assert_eq!(node.at_pointer(missing), None, "{missing}");
    }
    let mut pointer = String::new();
    push_pointer(&mut pointer, "a/~b");
    assert_eq!(pointer, "/a~1~0b");
}

#[test]
fn duplicates_are_found_wherever_they_are() {
    let text = r#"{"a": 1, "l": [{}, {"k": 1, "\u006b": 2, "k": 3}], "a": 2}"#;
    let found = root(text).duplicates();
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].pointer.as_str(), found[0].key.as_str()),
        ("", "a")
    );
    assert_eq!(found[1].pointer, "/l/1");
    let written: Vec<&str> = found[1].ranges.iter().map(|r| &text[r.clone()]).collect();
    assert_eq!(written, ["\"k\"", "\"\\u006b\"", "\"k\""]);
}

#[test]
fn each_syntax_problem_is_named_where_it_stands() {
    use SyntaxProblem::*;
    for (text, at, what) in [
        (r#"{"imageLayoutVersion": 1.0.0}"#, 26, BadNumber),
        ("{", 1, UnexpectedEnd),
        ("[1,", 3, UnexpectedEnd),
        (r#"{"a"#, 3, UnclosedString),
        (r#""a\"#, 2, UnclosedString),
        (r#"{"a":}"#, 5, ExpectedValue),
        (r#"[,1]"#, 1, ExpectedValue),
        (r#"{a: 1}"#, 1, ExpectedKey),
        (r#"{"a" 1}"#, 5, ExpectedColon),
        (r#"{"a": 1 "b": 2}"#, 8, ExpectedComma),
        (r#"{"a": 1,}"#, 8, TrailingComma),
        ("[1, 2, ]", 7, TrailingComma),
        ("[1, // one\n 2]", 4, Comment),
        ("[1 /* one */]", 3, Comment),
        ("{'a': 1}", 1, SingleQuote),
        ("['a']", 1, SingleQuote),
        ("[\"a\nb\"]", 3, ControlCharacter),
        (r#"["a\x41"]"#, 3, BadEscape),
        (r#"["\u12G4"]"#, 2, BadEscape),
        ("[007]", 2, LeadingZero),
        ("[+1]", 1, BadNumber),
        ("[.5]", 1, BadNumber),
        ("[1.]", 3, BadNumber),
        ("[0x1F]", 2, BadNumber),
        ("[True]", 1, BadLiteral),
        ("[nulll]", 1, BadLiteral),
        ("tru", 3, UnexpectedEnd),
        ("[1}", 2, WrongBracket),
        (r#"{"a": 1]"#, 7, WrongBracket),
    ] {
        assert_eq!(problem(text), (at, what), "{text}");
    }
}

#[test]
fn what_stands_before_a_defect_is_still_read() {
    let json = read(b"{} {}");
    assert_eq!(json.defects, [JsonDefect::TrailingData { at: 3 }]);
    assert_eq!(json.root.unwrap().range, 0..2);

    let json = read(b"\xEF\xBB\xBF{\"a\":\"\xFF\xC3x\xFE\"}");
    assert_eq!(
        json.defects,
        [JsonDefect::Bom, JsonDefect::NotUtf8 { at: 9 }]
    );
    let text = json
        .root
        .unwrap()
        .get("a")
        .unwrap()
        .as_str()
        .unwrap()
        .to_string();
    assert_eq!(text, "\u{FFFD}\u{FFFD}x\u{FFFD}");
}

#[test]
fn texts_that_are_not_read_at_all() {
    for empty in [&b""[..], b" \n", b"\xEF\xBB\xBF"] {
        assert_eq!(read(empty).defects.last(), Some(&JsonDefect::Empty));
    }
    let utf16: Vec<u8> = "{\"a\":1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&utf16).defects, [JsonDefect::Utf16]);
    let large = vec![b' '; limits::JSON_BYTES + 1];
    let size = large.len() as u64;
    assert_eq!(read(&large).defects, [JsonDefect::TooLarge { size }]);
}

#[test]
fn surrogates_pair_up_or_become_replacement_characters() {
    let node = root(r#"["\ud83d\ude00", "\ud83d", "\ude00x", "\ud83d\u0041", "\u0000"]"#);
    let texts: Vec<_> = node.items().iter().filter_map(Node::as_str).collect();
    assert_eq!(texts, ["😀", "\u{FFFD}", "\u{FFFD}x", "\u{FFFD}A", "\0"]);
}

#[test]
fn depth_is_capped_and_does_not_use_the_stack() {
    let deep = "[".repeat(100_000);
    assert_eq!(
        read(deep.as_bytes()).defects,
        [JsonDefect::TooDeep {
            at: limits::JSON_DEPTH
        }]
    );
    let objects = "{\"a\":".repeat(100_000);
    assert!(matches!(
        read(objects.as_bytes()).defects.as_slice(),
        [JsonDefect::TooDeep { .. }]
    ));
    let depth = limits::JSON_DEPTH;
    let fits = "[".repeat(depth) + &"]".repeat(depth);
    assert!(root(&fits).duplicates().is_empty());
}

#[test]
fn large_documents_are_read_in_time_and_values_are_capped() {
    let item = format!("\"{}\",", "x".repeat(1000));
    let count = (limits::JSON_BYTES - 3) / item.len();
    let mut text = String::from("[");
    for _ in 1..count {
        text.push_str(&item);
    }
    text.push_str("\"\"]");
    let json = read(text.as_bytes());
    assert_eq!(json.defects, []);
    assert_eq!(json.root.unwrap().items().len(), count);

    let many = format!("[{}1]", "1,".repeat(limits::JSON_VALUES));
    assert_eq!(
        read(many.as_bytes()).defects,
        [JsonDefect::TooManyValues {
            at: limits::JSON_VALUES * 2 - 1
        }]
    );
}

#[test]
fn lines_and_columns() {
    let text = "a\u{1F600}b\r\nc\rd\n\n\té".as_bytes();
    let at = |needle: u8| text.iter().position(|byte| *byte == needle).unwrap();
    assert_eq!(line_column(text, 0), (1, 1));
    assert_eq!(line_column(text, at(b'b')), (1, 3));
    assert_eq!(line_column(text, at(b'\r')), (1, 4));
    assert_eq!(line_column(text, at(b'\r') + 1), (1, 5));
    assert_eq!(line_column(text, at(b'c')), (2, 1));
    assert_eq!(line_column(text, at(b'd')), (3, 1));
    assert_eq!(line_column(text, at(b'\t')), (5, 1));
    assert_eq!(line_column(text, at(b'\t') + 1), (5, 2));
    assert_eq!(line_column(text, usize::MAX), (5, 3));
    assert_eq!(line_column(b"\xEF\xBB\xBF{", 3), (1, 1));
    assert_eq!(line_column(b"\xFF\xFFa", 2), (1, 3));
    assert_eq!(line_column(b"", 7), (1, 1));
}

/// Every range lies inside its parent's, and reading it alone gives the same value.
fn check_ranges(bytes: &[u8], node: &Node) {
    let alone = read(&bytes[node.range.clone()]);
    assert_eq!(
        alone.root.map(|root| root.range.len()),
        Some(node.range.len())
    );
    for child in node.items() {
        assert!(node.range.start < child.range.start && child.range.end < node.range.end);
        check_ranges(bytes, child);
    }
    for member in node.members() {
        assert!(member.key_range.end < member.value.range.start);
        check_ranges(bytes, &member.value);
    }
}

fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<i32>().prop_map(|n| (f64::from(n) / 8.0).into()),
        ".{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map(".{0,3}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn as_serde(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(as_serde).collect(),
        Value::Object(members) => members
            .iter()
            .map(|member| (member.key.clone(), as_serde(&member.value)))
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_and_ranges_agree_with_serde(value in document(), pretty: bool) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let json = read(text.as_bytes());
        prop_assert_eq!(&json.defects, &[]);
        let node = json.root.unwrap();
        prop_assert_eq!(as_serde(&node), value);
        check_ranges(text.as_bytes(), &node);
    }

    #[test]
    fn validity_agrees_with_serde_on_damaged_documents(
        value in document(),
        damage in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::sample::select(&b"{}[]\",:\\/ue0123.-+tfn \n\0\x1F\xE9\x80'"[..])),
            1..4,
        ),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
    ) {
        let mut bytes = value.to_string().into_bytes();
        for (place, byte) in damage {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let json = read(&bytes);
        // serde_json skips strings without looking at their encoding.
        let not_utf8 = |defect: &JsonDefect| matches!(defect, JsonDefect::NotUtf8 { .. });
        let accepted = json.defects.iter().all(not_utf8);
        prop_assert_eq!(accepted, serde_accepts(&bytes), "{:?} {:?}", bytes, json.defects);
        prop_assert_eq!(std::str::from_utf8(&bytes).is_ok() && accepted, json.defects.is_empty());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..40), offset: u16) {
        let json = read(&bytes);
        prop_assert_eq!(json.defects.is_empty(), serde_accepts(&bytes) && std::str::from_utf8(&bytes).is_ok());
        line_column(&bytes, usize::from(offset));
    }
}
