//! The listing against the strict reader and against plain counting.

use super::*;
use crate::bytes::json::{self, JsonDefect, Node, Value};
use proptest::prelude::*;

fn listing(text: &[u8], step: usize, columns: u32) -> Listing {
    let mut listing = Listing::new(text.to_vec());
    while !listing.read(step) {}
    listing.lay_out(columns);
    listing
}

const MANIFEST: &str = "{\n  \"schemaVersion\": 2,\n  \"layers\": [\n    {\n      \"size\": 7,\n      \"digest\": \"sha256:ab\"\n    },\n    {}\n  ],\n  \"a/b\": {\"c\": [1,\n2]}\n}\n";

/// Text that is JSON more often than not.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop::sample::select(vec![
        "1",
        "-0.5e+7",
        "\"\"",
        "\"清\\u00e9\"",
        "true",
        "null",
        "\"a\\\"b\"",
        "01",
        "nul",
        "\"\\x\"",
        "1.",
        "\"\t\"",
        "{}",
        "[ ]",
    ]);
    let value = leaf
        .prop_map(str::to_string)
        .prop_recursive(5, 60, 4, |inner| {
            let space = prop::sample::select(vec!["", " ", "\n  ", "\r\n\t"]);
            let items = prop::collection::vec((inner, space), 0..4);
            (items, any::<bool>()).prop_map(|(items, array)| {
                let inside: Vec<String> = items
                    .iter()
                    .enumerate()
                    .map(|(at, (item, space))| match array {
                        true => format!("{space}{item}{space}"),
                        false => format!("{space}\"k~/{}\"{space}:{item}", at % 3),
                    })
                    .collect();
                let (open, close) = if array { ('[', ']') } else { ('{', '}') };
                format!("{open}{}{close}", inside.join(","))
            })
        });
    (
        value,
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
    )
        .prop_map(|(text, damage)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            bytes
        })
}

/// Every value of the tree with its pointer.
fn walk(node: &Node, pointer: &str, seen: &mut Vec<(String, Range<usize>, bool)>) {
    let holds = matches!(node.value, Value::Array(_) | Value::Object(_));
    seen.push((pointer.to_string(), node.range.clone(), holds));
    for (at, item) in node.items().iter().enumerate() {
        walk(item, &format!("{pointer}/{at}"), seen);
    }
    for member in node.members() {
        let mut inner = pointer.to_string();
        json::push_pointer(&mut inner, &member.key);
        walk(&member.value, &inner, seen);
    }
}

proptest! {
    #[test]
    fn the_tokens_are_those_of_the_reader(bytes in texts(), step in 1usize..50) {
        let listing = listing(&bytes, step, 80);
        let structure = listing.structure();
        let read = json::read(&bytes);
        let fault = read.defects.iter().find_map(|defect| match defect {
            JsonDefect::Syntax { at, .. } | JsonDefect::TrailingData { at } => Some(*at),
            JsonDefect::Empty => Some(0),
            _ => None,
        });
        prop_assert_eq!(structure.stopped().is_some(), fault.is_some() || read.root.is_none(), "{:?}", fault);
        let Some(root) = &read.root else {
            prop_assert!(structure.known() <= fault.unwrap_or(bytes.len()));
            return Ok(());
        };
        let mut seen = Vec::new();
        walk(root, "", &mut seen);
        let holding: Vec<_> = seen.iter().filter(|one| one.2).map(|one| one.1.clone()).collect();
        let regions: Vec<_> = structure.regions().iter().map(|one| one.start as usize..one.end as usize).collect();
        prop_assert_eq!(holding, regions);
        for (pointer, range, _) in &seen {
            let at = structure.pointer(&bytes, range.start);
            prop_assert_eq!(at.as_deref(), Some(pointer.as_str()));
            let last = structure.pointer(&bytes, range.end - 1);
            prop_assert_eq!(last.as_deref(), Some(pointer.as_str()));
            // Of members with the same name, the pointer means the last.
            let node = root.at_pointer(pointer).map(|node| node.range.clone());
            let found = structure.find(&bytes, pointer).map(|found| found.value);
            prop_assert_eq!(found, node, "{}", pointer);
        }
        prop_assert_eq!(structure.find(&bytes, "/no/such"), None);
    }

    #[test]
    fn formatting_keeps_every_token_and_where_it_stood(bytes in texts(), step in 1usize..40) {
        let listing = listing(&bytes, step, 80);
        let mut formatted = Formatted::new();
        let mut until = 0;
        while !formatted.read(&bytes, listing.structure(), until) {
            until += step;
        }
        let text = formatted.take_text();
        let whole = |text: &[u8]| -> Option<serde_json::Value> { serde_json::from_slice(text).ok() };
        prop_assert_eq!(whole(&text), whole(&bytes));
        let mut last = 0;
        for offset in 0..text.len() {
            let original = formatted.original(offset);
            prop_assert!(original >= last);
            last = original;
        }
        for token in listing.structure().tokens(&bytes, 0, bytes.len()) {
            for at in token.from..token.to {
                let here = formatted.here(at);
                prop_assert_eq!(text.get(here), bytes.get(at));
                prop_assert_eq!(formatted.original(here), at);
            }
            prop_assert_eq!(text.get(formatted.range_here(&(token.from..token.to))), bytes.get(token.from..token.to));
        }
    }

    #[test]
    fn lines_count_as_findings_do(
        parts in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "\r", "a", "é", "清", "\u{1F600}", "\u{FEFF}", "\t", "plain text, "]), 0..40),
        bad in prop::collection::vec(any::<u8>(), 0..6),
        step in 1usize..30,
    ) {
        let mut bytes = parts.concat().into_bytes();
        bytes.extend(bad);
        let listing = listing(&bytes, step, 20);
        for offset in 0..bytes.len() {
            let (line, column) = json::line_column(&bytes, offset);
            prop_assert_eq!(listing.lines().line_column(&bytes, offset), (line, column), "{}", offset);
            // Columns are those of whole characters.
            if bytes[offset] & 0xC0 == 0x80 || bytes[offset] == b'\n' || (offset < 3 && bytes.starts_with(b"\xEF\xBB\xBF")) {
                continue;
            }
            let back = listing.lines().offset(&bytes, line, column).unwrap();
            let first = json::line_column(&bytes, back);
            prop_assert!(back <= offset && (first.1 == column || offset < 3), "{} {}", offset, back);
        }
    }

    #[test]
    fn rows_hold_every_byte_once_and_in_order(
        parts in prop::collection::vec(prop::sample::select(vec!["\n", "{", "}", "[", "]", "清", "\t", "\u{202E}", "many letters without any end ", "\u{1F600}"]), 0..60),
        times in 1usize..30,
        columns in 8u32..60,
        step in 1usize..900,
    ) {
        let bytes = parts.concat().repeat(times).into_bytes();
        let listing = listing(&bytes, step, columns);
        let (rows, lines) = (listing.rows(), listing.lines());
        let mut row = 0;
        for line in 0..lines.len() {
            prop_assert_eq!(rows.row(line), row);
            let range = lines.range(&bytes, line);
            let mut at = range.start;
            loop {
                let (of, nth) = rows.line(row);
                prop_assert_eq!(of, line);
                let part = rows.range(lines, &bytes, line, nth);
                prop_assert_eq!(part.start, at);
                prop_assert!(part.end > at || range.is_empty());
                prop_assert!(std::str::from_utf8(&bytes[part.clone()]).is_ok());
                if part.end > at {
                    prop_assert_eq!(rows.nth(lines, &bytes, line, at), nth);
                    prop_assert_eq!(rows.nth(lines, &bytes, line, part.end - 1), nth);
                }
                at = part.end;
                row += 1;
                if at >= range.end {
                    break;
                }
            }
        }
        prop_assert_eq!(rows.len(), row);
    }

    #[test]
    fn folding_hides_lines_and_nothing_else(bytes in texts(), folds in prop::collection::vec(any::<prop::sample::Index>(), 0..6), columns in 8u32..40) {
        let mut listing = listing(&bytes, 1000, columns);
        let count = listing.structure().regions().len();
        let mut hidden = std::collections::BTreeSet::new();
        for fold in folds.iter().filter(|_| count > 0) {
            let region = u32::try_from(fold.index(count)).unwrap();
            listing.fold(region, true);
            hidden.extend(listing.folds(region));
        }
        let mut row = 0;
        for line in 0..listing.lines().len() {
            prop_assert_eq!(listing.rows().is_hidden(line), hidden.contains(&line));
            if !hidden.contains(&line) {
                prop_assert_eq!(listing.rows().row(line), row);
                prop_assert_eq!(listing.rows().line(row), (line, 0));
                let range = listing.lines().range(&bytes, line);
                row += 1 + listing.rows().nth(listing.lines(), &bytes, line, range.end.saturating_sub(1).max(range.start));
            }
        }
        prop_assert_eq!(listing.rows().len(), row);
        if let Some(line) = hidden.first() {
            let offset = listing.line_text(*line);
            listing.unfold_to(offset);
            prop_assert!(!listing.rows().is_hidden(*line));
        }
    }

    #[test]
    fn pieces_make_up_the_row(bytes in texts(), columns in 8u32..30, from in 0usize..40, length in 0usize..30) {
        let listing = listing(&bytes, 1000, columns);
        let marked = from..from + length;
        for row in 0..listing.rows().len() {
            let (line, nth) = listing.rows().line(row);
            let range = listing.rows().range(listing.lines(), &bytes, line, nth);
            let pieces = pieces(&listing, &range, std::slice::from_ref(&marked));
            let mut at = range.start;
            for piece in &pieces {
                prop_assert_eq!(piece.range.start, at);
                at = piece.range.end;
                for byte in piece.range.clone() {
                    prop_assert_eq!(marked.contains(&byte), !piece.within.is_empty());
                }
                prop_assert!(piece.token.start <= piece.range.start && piece.token.end >= piece.range.end);
            }
            prop_assert_eq!(at, range.end);
        }
    }

    #[test]
    fn a_search_finds_what_plain_search_finds(text in "[abA清 ]{0,60}", wanted in "[abA清]{1,3}", step in 1usize..9) {
        let mut search = Search::new(&wanted);
        let mut until = 0;
        while !search.read(text.as_bytes(), until) {
            until += step;
        }
        let (text, wanted) = (text.to_ascii_lowercase(), wanted.to_ascii_lowercase());
        let plain: Vec<u32> = text.match_indices(&wanted).map(|(at, _)| at as u32).collect();
        prop_assert_eq!(search.hits(), &plain);
    }
}

#[test]
fn a_place_has_line_column_byte_and_pointer() {
    let listing = listing(MANIFEST.as_bytes(), 7, 80);
    let at = MANIFEST.find("\"sha256").unwrap();
    let place = listing.place(at + 3);
    assert_eq!((place.line, place.column), (6, 20));
    assert_eq!(place.pointer.as_deref(), Some("/layers/0/digest"));
    assert_eq!(listing.asked("/layers/0/digest"), Some(at..at + 11));
    assert_eq!(
        listing.asked("#/a~1b/c/1").map(|range| range.len()),
        Some(1)
    );
    assert_eq!(listing.asked(" 6 : 17 "), Some(at..at + 1));
    assert_eq!(listing.asked("@0"), Some(0..1));
    assert_eq!(
        listing.asked("2").map(|range| &MANIFEST[range]),
        Some("  \"schemaVersion\": 2,")
    );
    for wrong in ["", "0", "99", "6:x", "@999", "/nothing", "x"] {
        assert_eq!(listing.asked(wrong), None, "{wrong}");
    }
}

#[test]
fn folding_keeps_the_line_of_the_closing_bracket_where_it_begins_with_it() {
    let mut listing = listing(MANIFEST.as_bytes(), 7, 80);
    assert_eq!(listing.region_of_line(0), Some(0));
    let layers = listing.region_of_line(2).unwrap();
    assert_eq!(listing.folds(layers), 3..8);
    // `{"c": [1,` … `2]}`: its last line holds more than brackets.
    let last = listing.region_of_line(9).unwrap();
    assert_eq!(listing.folds(last), 10..11);
    assert_eq!(
        listing.region_of_line(7),
        None,
        "nothing to fold in one line"
    );
    listing.fold_all(true);
    assert!(!listing.is_folded(0));
    assert_eq!(listing.rows().len(), 6);
    assert!(listing.unfold_to(MANIFEST.find("\"size\"").unwrap()));
    assert!(!listing.rows().is_hidden(4));
    assert!(listing.rows().is_hidden(10));
}

#[test]
fn places_of_findings_are_ranges_of_bytes() {
    let text = "{\"清\": \"\u{1F600}\"";
    let listing = listing(text.as_bytes(), 3, 80);
    let at =
        |offset: Option<u64>, length: Option<u64>, line: Option<u32>, column: Option<u32>| Locus {
            offset,
            length,
            line,
            column,
            ..Locus::whole("x")
        };
    assert_eq!(listing.span(&at(Some(1), Some(5), None, None)), Some(1..6));
    assert_eq!(listing.span(&at(None, None, Some(1), Some(8))), Some(9..13));
    assert_eq!(
        listing.span(&at(Some(14), None, Some(1), Some(9))),
        Some(13..14),
        "the end is shown at the last character"
    );
    assert_eq!(listing.span(&at(None, None, None, None)), None);
    assert_eq!(listing.span(&at(Some(90), None, None, None)), None);
    assert_eq!(
        listing.structure().stopped(),
        Some(json::tokens::Stop::Broken)
    );
}

#[test]
fn a_long_string_is_begun_in_its_middle() {
    let text = format!(
        "[\"{}\", \"{}\"]",
        "清x".repeat(50_000),
        "y".repeat(300_000)
    );
    let listing = listing(text.as_bytes(), 1_000_000, 100);
    let at = text.find('y').unwrap() + 200_000;
    let row = listing.rows().nth(listing.lines(), text.as_bytes(), 0, at);
    let range = listing
        .rows()
        .range(listing.lines(), text.as_bytes(), 0, row);
    assert!(range.contains(&at));
    let pieces = pieces(&listing, &range, &[]);
    assert_eq!(pieces.len(), 1);
    assert_eq!(pieces.first().unwrap().kind, Some(json::tokens::Kind::Text));
    assert_eq!(listing.place(at).pointer.as_deref(), Some("/1"));
    assert_eq!(listing.place(1000).pointer.as_deref(), Some("/0"));
}

#[test]
fn what_is_no_json_is_shown_as_it_is() {
    for text in [
        "",
        "hello\nworld\n",
        "\u{FEFF}{\"a\": 1}",
        "{\"a\": 1} {\"b\": 2}",
    ] {
        let listing = listing(text.as_bytes(), 1, 80);
        assert_ne!(listing.rows().len(), 0, "{text}");
        assert_eq!(
            listing.lines().len() as usize,
            text.trim_end().split('\n').count(),
            "{text}"
        );
    }
    let utf16: Vec<u8> = "{\"a\": 1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(listing(&utf16, 3, 80).structure().known(), 0);
}
