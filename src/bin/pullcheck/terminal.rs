//! What the place that answers are written to can do: how wide it is, whether it shows colours and links. It asks the
//! environment and prints nothing but what it is given.

use crate::arguments::{Color, When};
use anstream::{AutoStream, ColorChoice};
use pullcheck::text::Lang;
use std::io::{self, IsTerminal, Write};

/// Narrower than this is taken for this: nothing can be read in less.
const NARROWEST: usize = 40;
/// No line is made longer than this, however wide the terminal: longer ones are hard to read.
const WIDEST: usize = 120;

/// What answers are laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// The reader's language.
    pub lang: Lang,
    /// Columns to stay within; none where lines are not to be broken.
    pub width: Option<usize>,
    /// Whether ids are links.
    pub links: bool,
}

/// Reads a variable of the environment; empty counts as not set.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    let value = value.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

/// The layout for standard output.
///
/// COLUMNS decides where it is set, then the terminal. What goes to a pipe or a file is not broken at all: `grep` and `diff`
/// want whole sentences, logs are wrapped by whoever shows them, and there is no width that would be right.
pub fn view(lang: Lang, hyperlinks: When) -> View {
    let terminal = io::stdout().is_terminal();
    let own = || {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    };
    let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal.then(own).flatten());
    View {
        lang,
        width: width
            .filter(|width| *width > 0)
            .map(|width| width.clamp(NARROWEST, WIDEST)),
        links: match hyperlinks {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && shows_links(variable),
        },
    }
}

/// Whether a terminal is known to show links (OSC 8). One that does not know them should pass over them, but not all do.
fn shows_links(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is = |name: &str, known: &[&str]| {
        variable(name).is_some_and(|value| known.iter().any(|one| *one == value))
    };
    let at_least = |name: &str, least: u64| {
        let number = variable(name).and_then(|value| value.parse::<u64>().ok());
        number.is_some_and(|number| number >= least)
    };
    if is("TERM", &["dumb", "linux"]) {
        return false;
    }
    // The convention of the programs that force colours: 0 is no.
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let programs = [
        "ghostty",
        "Hyper",
        "iTerm.app",
        "rio",
        "tabby",
        "vscode",
        "WezTerm",
        "zed",
    ];
    at_least("VTE_VERSION", 5000)
        || at_least("KONSOLE_VERSION", 210_400)
        || is("TERM_PROGRAM", &programs)
        || is(
            "TERM",
            &["xterm-kitty", "xterm-ghostty", "alacritty", "foot"],
        )
        || variable("WT_SESSION").is_some()
        || variable("DOMTERM").is_some()
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> ColorChoice {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// Writes an answer to standard output, with the colours and links that were asked for and that can be shown. By itself it
/// obeys `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM=dumb`.
pub fn write(text: &str, color: Color, links: bool) -> io::Result<()> {
    let out = io::stdout();
    let colors = match color {
        Color::Auto => AutoStream::choice(&out) != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    let mut out = out.lock();
    match (colors, links) {
        // Links without colours: the stream would take all or nothing.
        (false, true) => out.write_all(without_styles(text).as_bytes())?,
        (false, false) => AutoStream::never(out.by_ref()).write_all(text.as_bytes())?,
        (true, _) => {
            AutoStream::new(out.by_ref(), ColorChoice::Always).write_all(text.as_bytes())?
        }
    }
    out.flush()
}

/// A text without the sequences that set styles.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

/// Where the page stands, without a slash at the end: what the environment says, else what the build was told. None where
/// nobody said: links then lead to the specification and to sources.
pub fn site() -> Option<String> {
    let said =
        variable("PULLCHECK_SITE").or_else(|| option_env!("PULLCHECK_SITE").map(str::to_string))?;
    pullcheck::addresses::site(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_shown_where_they_are_known_to_work() {
        let with = |pairs: &'static [(&str, &str)]| {
            shows_links(|name| {
                let pair = pairs.iter().find(|(key, _)| *key == name);
                pair.map(|(_, value)| (*value).to_string())
            })
        };
        assert!(!with(&[]));
        assert!(!with(&[("TERM", "xterm-256color")]));
        assert!(with(&[("VTE_VERSION", "7600")]));
        assert!(!with(&[("VTE_VERSION", "4800")]));
        assert!(with(&[("TERM_PROGRAM", "WezTerm")]));
        assert!(!with(&[("TERM_PROGRAM", "Apple_Terminal")]));
        assert!(with(&[("FORCE_HYPERLINK", "1")]));
        assert!(!with(&[("FORCE_HYPERLINK", "0"), ("WT_SESSION", "x")]));
        assert!(!with(&[("TERM", "dumb"), ("FORCE_HYPERLINK", "1")]));
    }

    #[test]
    fn styles_go_and_links_stay() {
        let text = "\u{1b}[1mA\u{1b}[0m \u{1b}]8;;https://x/\u{1b}\\B\u{1b}]8;;\u{1b}\\";
        assert_eq!(
            without_styles(text),
            "A \u{1b}]8;;https://x/\u{1b}\\B\u{1b}]8;;\u{1b}\\"
        );
    }
}
