//! Ways to show answers: what they share. Names out of archives are not to be trusted, so nothing gets to a terminal
//! that could steer it.

pub mod json;
pub mod markdown;
pub mod sarif;
pub mod text;
mod words;

pub use words::severity;

use pullcheck::report::{Locus, Report};
use pullcheck::text::Lang;
use std::path::Path;

/// What a report is shown with.
pub struct Shown<'a> {
    /// The report.
    pub report: &'a Report,
    /// The reader's language.
    pub lang: Lang,
    /// Whether consumers were asked for by name.
    pub asked: bool,
    /// What was named on the command line, if it was one path.
    pub path: Option<&'a Path>,
}

/// Whether a character can steer a terminal or turn the order of what is read: control characters, and the marks
/// that change the direction of text.
fn steers(c: char) -> bool {
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

/// A place as editors take it: `path:line:column`, then the pointer; or the byte, where there is no line.
pub fn place(at: &Locus, lang: Lang) -> String {
    let mut out = at.path.clone();
    if let Some(line) = at.line {
        out.push_str(&format!(":{line}"));
        if let Some(column) = at.column {
            out.push_str(&format!(":{column}"));
        }
    }
    match (&at.pointer, at.line, at.offset) {
        (Some(pointer), _, _) if !pointer.is_empty() => out.push_str(&format!("  {pointer}")),
        (_, None, Some(offset)) => out.push_str(&match lang {
            Lang::En => format!("  byte {offset}"),
            Lang::Zh => format!("  第 {offset} 字节"),
        }),
        _ => {}
    }
    one_line(&out)
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
    fn places_read_like_those_of_compilers() {
        let mut at = Locus::whole("index.json");
        assert_eq!(place(&at, Lang::En), "index.json");
        at.offset = Some(12);
        assert_eq!(place(&at, Lang::Zh), "index.json  第 12 字节");
        at.line = Some(3);
        at.column = Some(9);
        at.pointer = Some("/manifests/0".to_string());
        assert_eq!(place(&at, Lang::En), "index.json:3:9  /manifests/0");
    }
}
