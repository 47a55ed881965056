//! A text for a terminal under construction: indents, styles, links, line breaks. It decides nothing about what is said.

use super::wrap::{width, wrap};
use super::{lines, one_line};
use crate::terminal::{self, View};
use anstyle::{AnsiColor, Style};
pub use pullcheck::addresses::{Target, address};
use pullcheck::fixes::Fix;
use pullcheck::text::{Lang, Phrase, Span, Text};

/// Headings.
pub const BOLD: Style = Style::new().bold();
/// What stands back.
pub const DIM: Style = Style::new().dimmed();
/// Errors, refusals.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// What is right, what mends.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Warnings, what is not known.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Notes.
pub const BLUE: Style = AnsiColor::Blue.on_default();
/// Code; nothing else has this style, so that line breaks can keep out of it.
pub const CODE: Style = AnsiColor::Cyan.on_default();

/// A text under construction.
pub struct Page {
    out: String,
    view: View,
    site: Option<String>,
    /// The reader's language.
    pub lang: Lang,
}

impl Page {
    /// An empty page.
    pub fn new(view: View) -> Page {
        Page {
            out: String::new(),
            view,
            site: view.links.then(terminal::site).flatten(),
            lang: view.lang,
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// The columns to stay within, where there is an end of them.
    pub fn columns(&self) -> Option<usize> {
        self.view.width
    }

    /// A line that may hold styles, broken where it is too long; what it is made of must be harmless already.
    pub fn line(&mut self, indent: usize, text: &str) {
        self.hanging(indent, "", text);
    }

    /// A line whose continuations begin where its text began, behind `head`.
    pub fn hanging(&mut self, indent: usize, head: &str, text: &str) {
        let taken = indent.saturating_add(width(head));
        let Some(columns) = self.view.width else {
            return self.raw(indent, &format!("{head}{text}"));
        };
        // In a narrow terminal a long head would leave no room.
        let (begin, room) = match columns.saturating_sub(taken) {
            room if room >= columns / 3 => (taken, room),
            _ => (
                indent.saturating_add(2),
                columns.saturating_sub(taken).max(1),
            ),
        };
        let mut broken = wrap(text, room).into_iter();
        let first = broken.next().unwrap_or_default();
        self.raw(indent, &format!("{head}{first}"));
        let rest: Vec<String> = broken.collect();
        if begin == taken {
            for line in rest {
                self.raw(begin, &line);
            }
        } else if !rest.is_empty() {
            for line in wrap(&rest.join(" "), columns.saturating_sub(begin).max(1)) {
                self.raw(begin, &line);
            }
        }
    }

    /// A line that is not broken: places, commands, original texts, which are to be copied as they are.
    pub fn raw(&mut self, indent: usize, text: &str) {
        let text = text.trim_end();
        if !text.is_empty() {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    /// An empty line, unless there is one already.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A heading.
    pub fn heading(&mut self, indent: usize, text: Text) {
        let text = text.get(self.lang);
        self.line(indent, &format!("{BOLD}{text}{BOLD:#}"));
    }

    /// A sentence.
    pub fn say(&mut self, indent: usize, phrase: &Phrase) {
        let text = self.phrase(phrase);
        self.line(indent, &text);
    }

    /// A sentence as one harmless line, its code in a colour.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        phrase
            .spans(self.lang)
            .iter()
            .map(|span| match span {
                Span::Plain(text) => one_line(text),
                Span::Code(text) => format!("{CODE}`{}`{CODE:#}", one_line(text)),
            })
            .collect()
    }

    /// An original text, line by line behind a bar.
    pub fn quote(&mut self, indent: usize, text: &str) {
        for line in lines(text).lines() {
            self.raw(indent, &format!("{DIM}│{DIM:#} {line}"));
        }
    }

    /// A fix: what changes, for whom, and the command of each tool.
    pub fn fix(&mut self, indent: usize, fix: &Fix, whom: &str) {
        let title = self.phrase(&fix.title);
        let whom = match whom {
            "" => String::new(),
            whom => format!("  {DIM}({whom}){DIM:#}"),
        };
        self.hanging(indent, "• ", &format!("{title}{whom}"));
        for command in &fix.commands {
            self.raw(
                indent + 2,
                &format!("{DIM}{}:{DIM:#}", one_line(&command.tool)),
            );
            for line in lines(&command.text).lines() {
                self.raw(indent + 4, line);
            }
        }
    }

    /// A text that leads somewhere, where links are shown and there is a place to lead to.
    pub fn link(&self, target: Target, text: &str) -> String {
        match self
            .view
            .links
            .then(|| address(self.site.as_deref(), target, self.lang))
        {
            Some(Some(address)) => {
                format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
            }
            _ => text.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuations_stand_below_their_text() {
        let view = View {
            lang: Lang::En,
            width: Some(20),
            links: false,
        };
        let mut page = Page::new(view);
        page.hanging(2, "id  ", "one two three four five");
        assert_eq!(page.finish(), "  id  one two three\n      four five\n");
    }
}
