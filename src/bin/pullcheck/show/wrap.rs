//! Breaks lines for a terminal: by the columns that characters take, never within code, and in Chinese where Chinese may be
//! broken. It knows styles and links only as sequences that take no room.

use super::page::CODE;
use unicode_width::UnicodeWidthChar;

/// What must not begin a line.
const CLOSING: &str = "，。；：、！？）】》〉”’」』…—％%,.;:!?)]}";
/// What must not end one.
const OPENING: &str = "（【《〈“‘「『([{";

/// Something that stays in one line.
#[derive(Default)]
struct Piece {
    text: String,
    width: usize,
    /// Whether a blank stands before it where it is not the first of a line.
    blank: bool,
}

/// The columns that a text takes, sequences aside.
pub fn width(text: &str) -> usize {
    pieces(text)
        .iter()
        .map(|piece| piece.width + usize::from(piece.blank))
        .sum()
}

/// The lines of a text within so many columns. Code that is longer has a line that is longer.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let blank = usize::from(piece.blank && used > 0);
        if used > 0 && used + blank + piece.width > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if blank > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(&piece.text);
        used += piece.width;
    }
    lines.push(line);
    lines
}

/// Cuts a text to so many columns, with an ellipsis where something is left out.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

fn pieces(text: &str) -> Vec<Piece> {
    let start_of_code = CODE.render().to_string();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut piece = Piece::default();
    let mut in_code = false;
    let mut last = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '\u{1b}' {
            let (sequence, after) = rest.split_at(sequence(rest));
            if sequence == start_of_code && last.is_some_and(|before| between(before, '`')) {
                pieces.push(std::mem::take(&mut piece));
                last = None;
            }
            if sequence.starts_with("\u{1b}[") {
                in_code = sequence == start_of_code;
            }
            piece.text.push_str(sequence);
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c == ' ' && !in_code {
            // Blanks in a row are kept with the word before them: they set things apart.
            if piece.width == 0 && (piece.blank || !pieces.is_empty()) {
                piece.text.push(' ');
                piece.width += 1;
            } else {
                pieces.push(std::mem::take(&mut piece));
                piece.blank = true;
            }
            last = None;
            continue;
        }
        let columns = c.width().unwrap_or(0);
        if !in_code && last.is_some_and(|before| between(before, c)) {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.text.push(c);
        piece.width += columns;
        last = Some(c);
    }
    pieces.push(piece);
    pieces
}

/// Whether a line may be broken between two characters that are no blanks: where one of them is Chinese, but for marks.
pub fn between(before: char, after: char) -> bool {
    (before.width() == Some(2) || after.width() == Some(2))
        && !CLOSING.contains(after)
        && !OPENING.contains(before)
}

/// The length of the sequence that a text begins with.
fn sequence(text: &str) -> usize {
    let link = text.starts_with("\u{1b}]");
    let end = if link { "\u{1b}\\" } else { "m" };
    let body = text.get(1..).and_then(|body| body.find(end));
    body.map_or(text.len(), |at| at + 1 + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_between_han() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("一二三四，五六", 8), ["一二三", "四，五六"]);
        assert_eq!(wrap("接受 zstd 层（新）", 10), ["接受 zstd", "层（新）"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn code_is_never_broken() {
        let code = format!("{CODE}`a long name`{CODE:#}");
        let text = format!("see {code} now");
        let lines = wrap(&text, 9);
        assert_eq!(lines, ["see".to_string(), code.clone(), "now".to_string()]);
        let lines = wrap(&format!("说明：{code}。好"), 9);
        assert_eq!(
            lines,
            ["说明：".to_string(), format!("{code}。"), "好".to_string()]
        );
    }

    #[test]
    fn sequences_take_no_room() {
        let link = "\u{1b}]8;;https://example.org/long\u{1b}\\id\u{1b}]8;;\u{1b}\\";
        assert_eq!(width(link), 2);
        assert_eq!(width(&format!("{CODE}层{CODE:#}")), 2);
        assert_eq!(wrap(&format!("a {link} b"), 6).len(), 1);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("一二三", 5), "一二…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
