//! Tests of the comparison.

use super::*;
use proptest::prelude::*;

fn told(before: &str, after: &str) -> String {
    lines(before, after)
        .iter()
        .map(|line| match line.change {
            Change::Same => format!(" {}\n", line.text),
            Change::Removed => format!("-{}\n", line.text),
            Change::Added => format!("+{}\n", line.text),
        })
        .collect()
}

/// The table way, whose memory is the square: what the real one is held to.
fn longest(a: &[&str], b: &[&str]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            table[i + 1][j + 1] = if x == y {
                table[i][j] + 1
            } else {
                table[i][j + 1].max(table[i + 1][j])
            };
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    /// Both texts come out again, numbered, and as much is kept as can be.
    #[test]
    fn nothing_is_lost_and_as_much_is_kept_as_can_be(
        before in prop::collection::vec("[abc]", 0..24),
        after in prop::collection::vec("[abc]", 0..24),
    ) {
        let (old, new) = (before.join("\n"), after.join("\n"));
        let all = lines(&old, &new);
        let side = |number: fn(&Line) -> Option<usize>| -> Vec<(usize, String)> {
            all.iter().filter_map(|l| Some((number(l)?, l.text.to_string()))).collect()
        };
        let numbered = |lines: &[String]| -> Vec<(usize, String)> {
            lines.iter().cloned().enumerate().map(|(at, l)| (at + 1, l)).collect()
        };
        prop_assert_eq!(side(|l| l.before), numbered(&before));
        prop_assert_eq!(side(|l| l.after), numbered(&after));
        let kept = all.iter().filter(|l| l.change == Change::Same).count();
        let (a, b): (Vec<&str>, Vec<&str>) = (
            before.iter().map(String::as_str).collect(),
            after.iter().map(String::as_str).collect(),
        );
        prop_assert_eq!(kept, longest(&a, &b));
        // Folding hides unchanged lines and nothing else.
        let pieces = folded(all.clone(), 2);
        let shown: usize = pieces.iter().map(|piece| match piece {
            Piece::Lines(lines) => lines.len(),
            Piece::Folded(count) => *count,
        }).sum();
        prop_assert_eq!(shown, all.len());
        let still: usize = pieces.iter().map(|piece| match piece {
            Piece::Lines(lines) => changed(lines),
            Piece::Folded(_) => 0,
        }).sum();
        prop_assert_eq!(still, changed(&all));
    }

    /// What is marked within lines lies on borders of characters.
    #[test]
    fn parts_are_cut_between_characters(before in "[ ae清单é]{0,9}", after in "[ ae清单é]{0,9}") {
        let (a, b) = parts(&before, &after);
        prop_assert!(before.get(a).is_some() && after.get(b).is_some());
    }
}

#[test]
fn what_went_stands_before_what_came() {
    assert_eq!(told("a\nb\nc\n", "a\nx\nc\n"), " a\n-b\n+x\n c\n");
    assert_eq!(told("a\n", "a\n"), " a\n");
    assert_eq!(told("", "a\n"), "+a\n");
    assert_eq!(told("a", ""), "-a\n");
    assert_eq!(told("", ""), "");
}

#[test]
fn of_a_line_that_changed_the_part_that_differs_is_marked() {
    let all = lines("{\n  \"size\": -1\n}", "{\n  \"size\": 5\n}");
    let marked: Vec<&str> = all.iter().map(|l| &l.text[l.part.clone()]).collect();
    assert_eq!(marked, ["", "-1", "5", ""]);
    // Lines that have nothing in common are not cut up.
    assert_eq!(parts("  \"a\": 1", "  \"b\": 2").0, 3..8);
    assert_eq!(parts("  abc", "  xyz"), (0..0, 0..0));
}

#[test]
fn unchanged_stretches_are_folded() {
    let before: String = (0..40).map(|n| format!("{n}\n")).collect();
    let after = before.replace("\n20\n", "\ntwenty\n");
    let pieces = folded(lines(&before, &after), 3);
    let [Piece::Folded(17), Piece::Lines(shown), Piece::Folded(16)] = pieces.as_slice() else {
        panic!("{pieces:?}");
    };
    assert_eq!(shown.len(), 8);
    assert_eq!((shown[0].before, shown[0].after), (Some(18), Some(18)));
}

/// Two texts with nothing in common are told apart at once, however long: nothing is compared beyond the cap.
#[test]
fn what_is_too_long_to_compare_went_and_came_whole() {
    let side = |letter: &str| -> String { (0..5000).map(|n| format!("{letter}{n}\n")).collect() };
    let (before, after) = (
        format!("top\n{}end\n", side("a")),
        format!("top\n{}end\n", side("b")),
    );
    let all = lines(&before, &after);
    assert_eq!((all.len(), changed(&all)), (10_002, 10_000));
}
