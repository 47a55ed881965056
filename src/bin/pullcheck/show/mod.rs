//! Ways to show answers: what they share. Names out of archives are not to be trusted, so nothing gets to a terminal
//! that could steer it.

pub mod json;
pub mod page;
pub mod sarif;
pub mod text;
mod verdicts;
mod words;
pub mod wrap;

pub use words::comma;

use crate::terminal::View;
use pullcheck::consumers::{Question, aimed};

pub use pullcheck::markdown::{lines, one_line};
use pullcheck::report::{Locus, Report, Verdict};
use pullcheck::text::Lang;
use std::path::Path;

/// What a report is shown with.
pub struct Shown<'a> {
    /// The report.
    pub report: &'a Report,
    /// The reader's language.
    pub lang: Lang,
    /// What text is laid out for.
    pub view: View,
    /// Whether consumers were asked for by name.
    pub asked: bool,
    /// The consumer that the reader deploys to.
    pub target: Option<&'a Question>,
    /// Whether everything is shown, also what is as it should be.
    pub all: bool,
    /// What was named on the command line, if it was one path.
    pub path: Option<&'a Path>,
    /// Whether that is a folder: its files then stand by themselves.
    pub folder: bool,
}

impl Shown<'_> {
    /// Whether a verdict is that of the consumer and the versions that the reader deploys to.
    pub fn aimed(&self, verdict: &Verdict) -> bool {
        self.target.is_some_and(|target| aimed(target, verdict))
    }
}

/// A path as addresses write it.
pub fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.into_owned()
    }
}

/// A place, safe for a terminal.
pub fn place(at: &Locus, lang: Lang) -> String {
    one_line(&at.show(lang))
}
