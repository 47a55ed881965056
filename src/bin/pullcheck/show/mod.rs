//! Ways to show answers: what they share. Names out of archives are not to be trusted, so nothing gets to a terminal
//! that could steer it.

pub mod json;
pub mod markdown;
pub mod sarif;
pub mod text;
mod words;

pub use words::severity;

pub use pullcheck::markdown::{lines, one_line};
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

/// A place, safe for a terminal.
pub fn place(at: &Locus, lang: Lang) -> String {
    one_line(&at.show(lang))
}
