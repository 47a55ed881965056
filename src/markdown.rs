//! Text that comes out of an input, made harmless for a terminal or for Markdown: names in archives are not to be
//! trusted. It decides nothing and knows no report.

use crate::text::{Lang, Phrase, Span};

/// Whether a character can steer a terminal or turn the order of what is read: control characters, and the marks
/// that change the direction of text.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text on one line, with what could steer a terminal written out.
pub fn one_line(text: &str) -> String {
    escaped(text, |_| false)
}

/// A text with its line ends kept.
pub fn lines(text: &str) -> String {
    escaped(text, |c| c == '\n')
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !steers(c) || keep(c) => out.push(c),
            '\t' => out.push_str("    "),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out
}

/// A sentence in Markdown; its words are escaped, its code stands in code.
pub fn phrase(phrase: &Phrase, lang: Lang) -> String {
    phrase
        .spans(lang)
        .iter()
        .map(|span| match span {
            Span::Plain(text) => escape(text),
            Span::Code(text) => code(text),
        })
        .collect()
}

/// Words in which nothing is markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '@' | '&'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Code, between more backticks than it holds in a row.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return text;
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Adds a block of code, fenced by more backticks than it holds in a row.
pub fn fence(out: &mut String, text: &str) {
    let text = lines(text);
    let ticks = "`".repeat((longest_run(&text) + 1).max(3));
    out.push_str(&format!("{ticks}\n{}\n{ticks}\n\n", text.trim_end()));
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The content of a table cell: a bar ends a cell even within code.
pub fn cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(one_line("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(one_line("x\u{202e}y\u{9b}"), "x\\u{202e}y\\u{9b}");
        assert_eq!(lines("层\n\tb\r"), "层\n    b\\r");
    }

    #[test]
    fn nothing_out_of_the_input_is_markup() {
        assert_eq!(escape("<img> *x*"), "\\<img\\> \\*x\\*");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(cell(&escape("a|b")), "a\\|b");
        let mut out = String::new();
        fence(&mut out, "x\n```\ny");
        assert_eq!(out, "````\nx\n```\ny\n````\n\n");
    }
}
