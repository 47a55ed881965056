//! A report as SARIF. The core lays it out; here only the path that was named and the site are added.

use super::json::pretty;
use super::{Shown, slashed};
use crate::terminal;
use pullcheck::sarif;

/// The whole report.
pub fn report(shown: &Shown) -> String {
    pretty(&sarif::log(&sarif::Shown {
        report: shown.report,
        lang: shown.lang,
        asked: shown.asked,
        target: shown.target,
        all: shown.all,
        path: shown.path.map(slashed),
        folder: shown.folder,
        site: terminal::site(),
    }))
}
