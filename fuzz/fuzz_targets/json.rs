//! JSON with ranges: never falls over, agrees with serde_json about what is JSON, and every range and place it gives lies
//! in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pullcheck::bytes::json::{self, Lines, Node, Value};

fuzz_target!(|bytes: &[u8]| {
    let read = json::read(bytes);
    let strict = serde_json::from_slice::<serde_json::Value>(bytes);
    if read.defects.is_empty() {
        // What serde_json refuses of text without a defect: numbers out of its range, nesting, and lone surrogates, which
        // Go takes.
        if let Err(error) = &strict {
            let words = error.to_string();
            assert!(
                ["out of range", "recursion limit", "hex escape"]
                    .iter()
                    .any(|known| words.contains(known)),
                "{words}"
            );
        }
    }
    let lines = Lines::of(bytes);
    for offset in [0, bytes.len() / 2, bytes.len()] {
        assert_eq!(lines.line_column(bytes, offset), json::line_column(bytes, offset));
    }
    if let Some(root) = &read.root {
        walk(root, bytes.len());
    }
});

fn walk(node: &Node, length: usize) {
    assert!(node.range.start <= node.range.end && node.range.end <= length);
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, length)),
        Value::Object(members) => members.iter().for_each(|member| {
            assert!(member.key_range.end <= length);
            walk(&member.value, length);
        }),
        _ => {}
    }
}
