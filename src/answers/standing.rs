//! Where each consumer stands: whether it runs such a thing or only carries it, whether its newest versions say so, whether
//! its answer is about the artifact at all, and who answers how. It makes no sentences.

use super::{Row, columns, name, rows, who};
use crate::consumers::{self, Scope};
use crate::order;
use crate::report::{Decision, InputKind, Report, Verdict};

/// Whether an answer is about the form in which the artifact was given and not about the artifact: who refuses opens another
/// kind of archive, and who is in doubt is asked about a manifest that is only made when this is pushed or packed.
pub(super) fn beside_the_point(report: &Report, verdict: &Verdict) -> bool {
    let pulls =
        || consumers::find(&verdict.consumer).is_some_and(|consumer| consumer.scope == Scope::Root);
    match verdict.verdict {
        Decision::Refuses => verdict.of_form,
        Decision::Unknown => match report.input.kind {
            InputKind::WasmModule | InputKind::WasmComponent | InputKind::Tar => true,
            InputKind::DockerArchive | InputKind::DockerArchiveLegacy => pulls(),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a row is of a consumer that copies, stores or inspects, and runs nothing.
pub(super) fn carries(row: &Row) -> bool {
    ["copiers", "registries", "scanners"].contains(&family(row))
}

/// The id of a row's family.
pub(super) fn family(row: &Row) -> &'static str {
    consumers::family(row.consumer).map_or("", |family| family.id)
}

/// Whether a row holds the newest versions of its consumer.
pub(super) fn newest(row: &Row) -> bool {
    consumers::find(row.consumer)
        .and_then(|consumer| consumer.ranges.last())
        .is_some_and(|range| row.versions.contains(&range.versions.shown))
}

/// Each consumer once, by id and name, with the versions that answer so; without them where all do that were judged.
pub(super) fn named<'r>(report: &Report, those: &[(&Row<'r>, &Verdict)]) -> Vec<(&'r str, String)> {
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

/// How many consumers answer so in the newest of the versions that were asked, about anything here.
pub fn standing(report: &Report, sought: Decision) -> usize {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let last = |at: usize, row: &Row| {
        let next = rows.get(at + 1);
        next.is_none_or(|next| next.consumer != row.consumer)
    };
    let answers = |row: &Row| row.verdicts().iter().any(|v| v.verdict == sought);
    let those = rows.iter().enumerate();
    those
        .filter(|(at, row)| last(*at, row) && answers(row))
        .count()
}

/// Who refuses it, by id and name, with the versions that do and whether the newest is among them: first those.
pub fn refusing(report: &Report) -> Vec<(&str, String, bool)> {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let mut those = answering(&rows, Decision::Refuses, |_, _| true);
    order::by_key(&mut those, |(row, verdict)| {
        (
            !newest(row),
            beside_the_point(report, verdict),
            carries(row),
        )
    });
    let still = |id: &str| {
        those
            .iter()
            .any(|(row, _)| row.consumer == id && newest(row))
    };
    named(report, &those)
        .into_iter()
        .map(|(id, who)| (id, who, still(id)))
        .collect()
}

/// The rows in which somebody answers so, each with the first such verdict, as far as both are of a kind.
pub(super) fn answering<'a, 'r>(
    rows: &'a [Row<'r>],
    sought: Decision,
    of: impl Fn(&Row, &Verdict) -> bool,
) -> Vec<(&'a Row<'r>, &'r Verdict)> {
    rows.iter()
        .filter_map(|row| {
            let mut verdicts = row.verdicts().into_iter();
            let found = verdicts.find(|v| v.verdict == sought && of(row, v))?;
            Some((row, found))
        })
        .collect()
}
