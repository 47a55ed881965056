//! What a report comes to, told once for the page, the terminal and Markdown: versions that answer alike in one row, the
//! sentence over them, each remedy with those it is for, what may be said where nothing was found. It judges nothing anew,
//! reads no bytes and knows no element.

mod headline;
mod markdown;
mod numbers;
mod remedies;
mod standing;
#[cfg(test)]
mod tests;

pub use headline::{Headline, Tone, foreign, headline};
pub use markdown::markdown;
pub use numbers::numbers;
pub use remedies::{Remedy, refused_at, remedies};
pub use standing::{Standing, refusing, standing};

use crate::consumers;
use crate::report::{Decision, Outcome, Report, Verdict};
use crate::text::{Phrase, say};

/// Neighbouring versions of one consumer that answer alike about everything in the matrix's columns.
pub struct Row<'r> {
    /// Id of the consumer.
    pub consumer: &'r str,
    /// The ranges of versions.
    pub versions: Vec<&'r str>,
    /// What they answer.
    pub cells: Cells<'r>,
}

/// The answers of a row.
pub enum Cells<'r> {
    /// One answer about the input as a whole.
    Whole(Vec<&'r Verdict>),
    /// One answer for each column; empty where there is none. Each holds the verdicts of all versions of the row.
    Each(Vec<Vec<&'r Verdict>>),
}

impl<'r> Row<'r> {
    /// Every verdict in it.
    pub fn verdicts(&self) -> Vec<&'r Verdict> {
        match &self.cells {
            Cells::Whole(verdicts) => verdicts.clone(),
            Cells::Each(cells) => cells.iter().flatten().copied().collect(),
        }
    }

    /// Whether nothing in it is meant for this consumer.
    pub fn idle(&self) -> bool {
        self.verdicts()
            .iter()
            .all(|verdict| verdict.verdict == Decision::NotApplicable)
    }

    /// Name and versions, as in `umoci ≤ 0.4.7`.
    pub fn who(&self) -> String {
        who(self.consumer, &self.versions)
    }

    /// Its versions as one range; empty where it has all of them.
    pub fn shown(&self) -> String {
        consumers::shown(self.consumer, &self.versions)
    }
}

/// Whether a row accepts all that it answers about.
pub fn accepts(row: &Row) -> bool {
    row.verdicts()
        .iter()
        .all(|verdict| matches!(verdict.verdict, Decision::Accepts | Decision::NotApplicable))
}

/// Ids of what the columns are about: the artifacts that were judged one by one, in the order of the report.
pub fn columns(report: &Report) -> Vec<&str> {
    let ids: Vec<&str> = report
        .artifacts
        .iter()
        .map(|artifact| artifact.id.as_str())
        .filter(|id| report.verdicts.iter().any(|v| v.artifact == *id))
        .collect();
    if ids.is_empty() && !report.verdicts.is_empty() {
        return vec!["*"];
    }
    ids
}

/// The rows of the matrix, in the order of the consumers.
pub fn rows<'r>(report: &'r Report, columns: &[&str]) -> Vec<Row<'r>> {
    let mut rows: Vec<Row<'r>> = Vec::new();
    for (consumer, versions) in ranges(report) {
        let about = |v: &&Verdict| {
            v.consumer == consumer && (v.versions == versions || v.versions.is_empty())
        };
        let these: Vec<&Verdict> = report.verdicts.iter().filter(about).collect();
        let of = |artifact: &str| these.iter().copied().find(|v| v.artifact == artifact);
        let each: Vec<Option<&Verdict>> = columns.iter().map(|id| of(id)).collect();
        let cells = match of("*") {
            Some(whole) if each.iter().all(Option::is_none) => Cells::Whole(vec![whole]),
            _ => Cells::Each(
                each.into_iter()
                    .map(|verdict| verdict.into_iter().collect())
                    .collect(),
            ),
        };
        let row = Row {
            consumer,
            versions: vec![versions],
            cells,
        };
        match rows.last_mut() {
            Some(last) if last.consumer == consumer && same(&last.cells, &row.cells) => {
                join(last, row);
            }
            _ => rows.push(row),
        }
    }
    rows
}

/// Consumers and their ranges, each once, in the order of the report.
fn ranges(report: &Report) -> Vec<(&str, &str)> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for verdict in &report.verdicts {
        let range = (verdict.consumer.as_str(), verdict.versions.as_str());
        if !seen.contains(&range) {
            seen.push(range);
        }
    }
    // What is not meant for any version of a consumer needs no row where another artifact is.
    let named: Vec<(&str, &str)> = seen.clone();
    seen.retain(|(consumer, versions)| {
        !versions.is_empty()
            || !named
                .iter()
                .any(|(other, v)| other == consumer && !v.is_empty())
    });
    seen
}

fn same(a: &Cells, b: &Cells) -> bool {
    let alike = |a: &[&Verdict], b: &[&Verdict]| match (a.first(), b.first()) {
        (Some(a), Some(b)) => {
            (a.verdict, &a.because, &a.error) == (b.verdict, &b.because, &b.error)
        }
        (None, None) => true,
        _ => false,
    };
    match (a, b) {
        (Cells::Whole(a), Cells::Whole(b)) => alike(a, b),
        (Cells::Each(a), Cells::Each(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        _ => false,
    }
}

fn join<'r>(row: &mut Row<'r>, next: Row<'r>) {
    row.versions.extend(next.versions);
    match (&mut row.cells, next.cells) {
        (Cells::Whole(a), Cells::Whole(b)) => a.extend(b),
        (Cells::Each(a), Cells::Each(b)) => {
            for (a, b) in a.iter_mut().zip(b) {
                a.extend(b);
            }
        }
        _ => {}
    }
}

/// The name of a consumer.
pub fn name(id: &str) -> &str {
    consumers::find(id).map_or(id, |consumer| consumer.name)
}

/// Name and versions of a consumer, as in `umoci ≤ 0.4.7`; the name alone where they are all that it has.
pub fn who(id: &str, versions: &[&str]) -> String {
    format!("{} {}", name(id), consumers::shown(id, versions))
        .trim_end()
        .to_string()
}

/// The name of an artifact, or its id where it has none.
pub fn artifact_name<'r>(report: &'r Report, id: &'r str) -> &'r str {
    report
        .artifacts
        .iter()
        .find(|artifact| artifact.id == id)
        .and_then(|artifact| artifact.name.as_deref())
        .unwrap_or(id)
}

/// How many rules ended in one way.
pub fn rules_that(report: &Report, outcome: Outcome) -> usize {
    report
        .rules
        .iter()
        .filter(|rule| rule.outcome == outcome)
        .count()
}

/// Whether "no problems" may be said: there is an artifact, everything was read, and every rule could look.
fn spotless(report: &Report) -> bool {
    report.complete
        && report.findings.is_empty()
        && !report.artifacts.is_empty()
        && rules_that(report, Outcome::Clean) > 0
        && report
            .rules
            .iter()
            .all(|rule| matches!(rule.outcome, Outcome::Clean | Outcome::NotApplicable))
}

/// What may be said where nothing was found; `last` where nothing more is being read.
pub fn nothing_found(report: &Report, last: bool) -> Phrase {
    let unseen = u64::try_from(rules_that(report, Outcome::NotRun)).unwrap_or(u64::MAX);
    if !last {
        return say("None so far; still reading.", "目前没有；仍在读取。");
    }
    if spotless(report) {
        return say(
            "Nothing in it breaks the specification.",
            "没有发现违反规范之处。",
        );
    }
    if report.artifacts.is_empty() {
        return say(
            "There is no artifact in it, so there was nothing to look at.",
            "其中没有制品，因此没有可检查的内容。",
        );
    }
    match unseen {
        0 => say(
            "Nothing was found in what was read, which is not everything.",
            "已读取的内容中没有发现问题，但并未读完全部内容。",
        ),
        1 => say(
            "Nothing was found in what could be read; 1 rule could not see all that it needs.",
            "可读取的内容中没有发现问题；有 1 条规则缺少所需的内容。",
        ),
        _ => say(
            "Nothing was found in what could be read; {n} rules could not see all that they need.",
            "可读取的内容中没有发现问题；有 {n} 条规则缺少所需的内容。",
        ),
    }
    .count("n", unseen)
}
