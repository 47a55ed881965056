//! The sentence over a result: who takes it and who does not, in which versions, with its tone. It comes from the verdicts
//! alone; nothing is judged here and nothing drawn.

use super::{Row, artifact_name, columns, name, rows, who};
use crate::consumers::{self, Question, TARGET};
use crate::order;
use crate::report::{Decision, InputKind, Report, Verdict};
use crate::text::{Phrase, say};

/// What the sentence comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Somebody refuses it.
    Refuses,
    /// It cannot be told.
    Unknown,
    /// Accepted, and older versions refuse it.
    Conditions,
    /// Accepted.
    Accepts,
    /// Nobody is asked: it is only said what it is.
    Plain,
}

/// The sentence over a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// The sentence.
    pub says: Phrase,
    /// What it comes to.
    pub tone: Tone,
    /// The reason of the consumer that is named first, or who still refuses it.
    pub because: Option<Phrase>,
}

/// What is most worth knowing: who refuses, else who is in doubt, else who accepts, else what it is.
pub fn headline(report: &Report) -> Headline {
    let columns = columns(report);
    let rows = rows(report, &columns);
    if let Some(head) = deployed_to(report, &columns, &rows) {
        return head;
    }
    if let Some(head) = in_newest(report, &columns, &rows) {
        return head;
    }
    // That a file is no image says more than what a copier would make of it.
    let run = rows.iter().any(|row| !carries(row) && !row.idle());
    if !run && foreign(report) {
        return what_it_is(report);
    }
    // Who runs it counts before who only carries it or looks into it.
    let order = [
        (Decision::Refuses, false),
        (Decision::Unknown, false),
        (Decision::Refuses, true),
        (Decision::Accepts, false),
        (Decision::Unknown, true),
        (Decision::Accepts, true),
    ];
    for (sought, carriers) in order {
        let mut those = answering(&rows, sought, |row| carriers || !carries(row));
        // Who runs it is named before who only carries it or looks into it, and who still does so in its newest version
        // before who once did.
        order::by_key(&mut those, |(row, _)| (carries(row), !newest(row)));
        // "And 3 others" is about those who still do so; the list below the sentence has them all.
        let still: Vec<&str> = those
            .iter()
            .filter(|(row, _)| newest(row))
            .map(|(row, _)| row.consumer)
            .collect();
        if !still.is_empty() {
            those.retain(|(row, _)| still.contains(&row.consumer));
        }
        if let Some((_, leading)) = those.first() {
            return Headline {
                says: sentence(report, &columns, &those, sought),
                tone: tone(sought),
                because: Some(leading.because.clone()),
            };
        }
    }
    what_it_is(report)
}

/// Whether the input is neither an image nor a document of one.
pub fn foreign(report: &Report) -> bool {
    matches!(
        report.input.kind,
        InputKind::Tar
            | InputKind::Text
            | InputKind::Empty
            | InputKind::OtherJson
            | InputKind::Other
    )
}

fn what_it_is(report: &Report) -> Headline {
    Headline {
        says: report.input.says.clone(),
        tone: Tone::Plain,
        because: None,
    }
}

/// All that run such a thing take it in their newest versions, nobody's newest refuses it, and some older ones do: the
/// answer is yes, with a condition. None where it is otherwise, and where there are several artifacts.
fn in_newest(report: &Report, columns: &[&str], rows: &[Row]) -> Option<Headline> {
    if columns.len() > 1 {
        return None;
    }
    let runs = |row: &Row| newest(row) && !carries(row);
    let taking = answering(rows, Decision::Accepts, runs);
    let mut refusing = answering(rows, Decision::Refuses, |row| !newest(row));
    order::by_key(&mut refusing, |(row, _)| carries(row));
    let doubtful = !answering(rows, Decision::Refuses, newest).is_empty()
        || !answering(rows, Decision::Unknown, runs).is_empty();
    let (leading, _) = refusing.first()?;
    if doubtful || taking.is_empty() {
        return None;
    }
    Some(Headline {
        says: sentence(report, columns, &taking, Decision::Accepts),
        // Where none but old registries and copiers refuse it, it runs everywhere.
        tone: if carries(leading) {
            Tone::Accepts
        } else {
            Tone::Conditions
        },
        because: Some(sentence(report, columns, &refusing, Decision::Refuses)),
    })
}

fn tone(decision: Decision) -> Tone {
    match decision {
        Decision::Refuses => Tone::Refuses,
        Decision::Unknown => Tone::Unknown,
        Decision::Accepts => Tone::Accepts,
        Decision::NotApplicable => Tone::Plain,
    }
}

/// The word of the consumer that the person deploys to: of the version asked for, else of its newest. Of several
/// artifacts the one that fares worst.
fn deployed_to(report: &Report, columns: &[&str], rows: &[Row]) -> Option<Headline> {
    let target = Question::read(report.choices.get(TARGET)?).ok()?;
    let range = consumers::find(&target.consumer)?
        .ranges
        .iter()
        .rfind(|range| target.asks(range))?;
    let row = rows.iter().find(|row| {
        row.consumer == target.consumer && row.versions.contains(&range.versions.shown)
    })?;
    let verdicts = row.verdicts();
    [Decision::Refuses, Decision::Unknown, Decision::Accepts]
        .into_iter()
        .find_map(|sought| {
            let verdict = verdicts.iter().copied().find(|v| v.verdict == sought)?;
            Some(Headline {
                says: sentence(report, columns, &[(row, verdict)], sought),
                tone: tone(sought),
                because: Some(verdict.because.clone()),
            })
        })
}

/// Whether a row is of a consumer that copies, stores or inspects, and runs nothing.
fn carries(row: &Row) -> bool {
    consumers::family(row.consumer)
        .is_some_and(|family| ["copiers", "registries", "scanners"].contains(&family.id))
}

/// Whether a row holds the newest versions of its consumer.
fn newest(row: &Row) -> bool {
    consumers::find(row.consumer)
        .and_then(|consumer| consumer.ranges.last())
        .is_some_and(|range| row.versions.contains(&range.versions.shown))
}

fn sentence(
    report: &Report,
    columns: &[&str],
    those: &[(&Row, &Verdict)],
    sought: Decision,
) -> Phrase {
    let names = named(report, those);
    let name = |at: usize| names.get(at).map_or("", |(_, who)| who.as_str());
    let others = u64::try_from(names.len().saturating_sub(1)).unwrap_or(u64::MAX);
    let leading = those.first().map(|(_, verdict)| verdict.artifact.as_str());
    // With several artifacts "this" would say too much: the leading verdict is about one of them.
    if let Some(id) = leading.filter(|id| columns.len() > 1 && *id != "*") {
        let one = match sought {
            Decision::Refuses => say("{who} will refuse {what}.", "{who} 会拒绝 {what}。"),
            Decision::Unknown => say(
                "Can't tell whether {who} accepts {what}.",
                "无法判断 {who} 是否接受 {what}。",
            ),
            _ => say("{who} accepts {what}.", "{who} 接受 {what}。"),
        };
        let one = match (sought, others) {
            (_, 0) => one,
            (Decision::Refuses, 1) => say(
                "{who} will refuse {what}; one other consumer refuses something here.",
                "{who} 会拒绝 {what}；其中的内容，另有 1 个使用方会拒绝。",
            ),
            (Decision::Refuses, _) => say(
                "{who} will refuse {what}; {n} other consumers refuse something here.",
                "{who} 会拒绝 {what}；其中的内容，另有 {n} 个使用方会拒绝。",
            ),
            _ => one,
        };
        return one
            .name("who", name(0))
            .code("what", artifact_name(report, id))
            .count("n", others);
    }
    let words = match (sought, names.len()) {
        (Decision::Refuses, 0 | 1) => say("{who} will refuse this.", "{who} 会拒绝它。"),
        (Decision::Refuses, 2) => say(
            "{who} and {also} will refuse this.",
            "{who} 与 {also} 会拒绝它。",
        ),
        (Decision::Refuses, _) => say(
            "{who} and {n} others will refuse this.",
            "{who} 及另外 {n} 个使用方会拒绝它。",
        ),
        (Decision::Unknown, 0 | 1) => say(
            "Can't tell whether {who} accepts this.",
            "无法判断 {who} 是否接受它。",
        ),
        (Decision::Unknown, 2) => say(
            "Can't tell whether {who} and {also} accept this.",
            "无法判断 {who} 与 {also} 是否接受它。",
        ),
        (Decision::Unknown, _) => say(
            "Can't tell whether {who} and {n} others accept this.",
            "无法判断 {who} 及另外 {n} 个使用方是否接受它。",
        ),
        (_, 0 | 1) => say("{who} accepts this.", "{who} 接受它。"),
        (_, 2) => say("{who} and {also} accept this.", "{who} 与 {also} 接受它。"),
        _ => say(
            "{who} and {n} others accept this.",
            "{who} 及另外 {n} 个使用方接受它。",
        ),
    };
    words
        .name("who", name(0))
        .name("also", name(1))
        .count("n", others)
}

/// Each consumer once, by id and name, with the versions that answer so; without them where all do that were judged.
fn named<'r>(report: &Report, those: &[(&Row<'r>, &Verdict)]) -> Vec<(&'r str, String)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for (row, _) in those {
        match found.iter_mut().find(|(id, _)| *id == row.consumer) {
            Some((_, versions)) => versions.extend(&row.versions),
            None => found.push((row.consumer, row.versions.clone())),
        }
    }
    let all = |id: &str, versions: &[&str]| {
        report
            .verdicts
            .iter()
            .filter(|v| v.consumer == id && v.verdict != Decision::NotApplicable)
            .all(|v| versions.contains(&v.versions.as_str()))
    };
    found
        .into_iter()
        .map(|(id, versions)| {
            let who = if all(id, &versions) {
                name(id).to_string()
            } else {
                who(id, &versions)
            };
            (id, who)
        })
        .collect()
}

/// Who refuses it, by id and name, with the versions that do: first those whose newest versions do.
pub fn refusing(report: &Report) -> Vec<(&str, String)> {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let mut those = answering(&rows, Decision::Refuses, |_| true);
    order::by_key(&mut those, |(row, _)| (!newest(row), carries(row)));
    named(report, &those)
}

/// The rows of a kind in which somebody answers so, each with the first such verdict.
fn answering<'a, 'r>(
    rows: &'a [Row<'r>],
    sought: Decision,
    of: impl Fn(&Row) -> bool,
) -> Vec<(&'a Row<'r>, &'r Verdict)> {
    rows.iter()
        .filter(|row| of(row))
        .filter_map(|row| {
            let found = row.verdicts().into_iter().find(|v| v.verdict == sought)?;
            Some((row, found))
        })
        .collect()
}
