//! A report as SARIF. The core lays it out; here only the path that was named is added.

use super::Shown;
use super::json::pretty;
use pullcheck::sarif;
use std::path::Path;

/// The whole report.
pub fn report(shown: &Shown) -> String {
    pretty(&sarif::log(&sarif::Shown {
        report: shown.report,
        lang: shown.lang,
        asked: shown.asked,
        path: shown.path.map(slashes),
    }))
}

fn slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.into_owned()
    }
}
