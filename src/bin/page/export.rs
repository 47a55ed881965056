//! A report as text that can be passed on: Markdown for an issue or a chat, JSON, SARIF, and the file that opens again.
//! Nothing out of the input becomes markup, and nothing is decided here.

use crate::result::today;
use crate::route;
use crate::state::Loaded;
use pullcheck::answers;
use pullcheck::badge;
use pullcheck::consumers::{Question, TARGET};
use pullcheck::report::{Packaging, Report};
use pullcheck::sarif;
use pullcheck::text::Lang;

/// The same without names: those of files, hosts, repositories, users and what annotations and variables say. The documents,
/// which hold them, are left out.
pub fn leave_out(loaded: &Loaded) -> Loaded {
    Loaded {
        sources: Vec::new(),
        ..loaded.with(pullcheck::share::leave_out(&loaded.report, &loaded.sources))
    }
}

/// The headline as a badge. None while it can change, and where nobody was judged.
pub fn badge(loaded: &Loaded, lang: Lang) -> Option<String> {
    let head = loaded.head();
    let tone = match head.tone {
        answers::Tone::Accepts => badge::Tone::Accepts,
        answers::Tone::Refuses => badge::Tone::Refuses,
        answers::Tone::Unknown => badge::Tone::Unknown,
        answers::Tone::Conditions | answers::Tone::Plain => return None,
    };
    if !loaded.last || !loaded.report.complete {
        return None;
    }
    let version = loaded
        .opened
        .as_deref()
        .unwrap_or(env!("CARGO_PKG_VERSION"));
    let label = match loaded.opened {
        // It was checked on a day that nobody wrote down.
        Some(_) => format!("Pullcheck {version}"),
        None => format!("Pullcheck {version} · {}", today()),
    };
    let says = head.says.render(lang).replace('`', "");
    let says = says.trim_end_matches(['.', '。']);
    Some(badge::svg(&label, says, tone, lang))
}

/// The badge, for the menu: it offers none where there is none.
pub fn badge_file(loaded: &Loaded, lang: Lang) -> String {
    badge(loaded, lang).unwrap_or_default()
}

/// The report as JSON of the documented schema.
pub fn json(loaded: &Loaded, lang: Lang) -> String {
    pretty(&pullcheck::render::json(&loaded.report, lang))
}

/// The report as a file that opens again.
pub fn saved(loaded: &Loaded, lang: Lang) -> String {
    pullcheck::saved::write(&loaded.report, &loaded.sources, lang)
}

/// The report as SARIF: its findings, and what the consumer says that the person deploys to.
pub fn sarif(loaded: &Loaded, lang: Lang) -> String {
    let report = &loaded.report;
    let target = report.choices.get(TARGET);
    let target = target.and_then(|text| Question::read(text).ok());
    pretty(&sarif::log(&sarif::Shown {
        report,
        lang,
        asked: false,
        target: target.as_ref(),
        all: false,
        path: None,
        folder: report.input.packaging == Packaging::Folder,
        // A file on a disk is no address for others.
        site: Some(route::site())
            .filter(|base| base.starts_with("http"))
            .map(|base| base.trim_end_matches('/').to_string()),
    }))
}

fn pretty(value: &serde_json::Value) -> String {
    // Writing out a value that is in memory does not fail.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A name for a file of the report: the input's own, without what file systems refuse, and an end of its kind.
pub fn file_name(report: &Report, end: &str) -> String {
    let name: String = report
        .input
        .name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let name = name.trim_matches(['.', '-']);
    format!("{}.{end}", if name.is_empty() { "report" } else { name })
}

/// What matters of a report, in Markdown.
pub fn markdown(loaded: &Loaded, lang: Lang) -> String {
    answers::markdown(&loaded.report, loaded.last, lang)
}
