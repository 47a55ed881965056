//! Where each consumer stands: whether it runs such a thing or only carries it, whether its newest versions say so, whether
//! its answer is about the artifact at all, and who answers how. It makes no sentences.

use super::{Row, columns, name, rows, who};
use crate::consumers::{self, Scope};
use crate::order;
use crate::report::{Decision, Report, Verdict};

/// Whether an answer is about the form in which the artifact was given and not about the artifact: who refuses opens another
/// kind of archive, and who is in doubt is asked about a manifest that is only made when this is pushed or packed.
pub(super) fn beside_the_point(report: &Report, verdict: &Verdict) -> bool {
    let kind = report.input.kind;
    match verdict.verdict {
        Decision::Refuses => verdict.of_form,
        // Who loads a docker-archive is asked about what is in hand.
        Decision::Unknown if kind.is_docker_archive() => {
            consumers::find(&verdict.consumer).is_some_and(|one| one.scope == Scope::Root)
        }
        Decision::Unknown => kind.lacks_manifest(),
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

/// How many consumers answer how in the newest of the versions that were asked, about anything here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// They refuse something.
    pub refuse: usize,
    /// They accept something.
    pub accept: usize,
    /// Of something it cannot be told.
    pub unknown: usize,
}

/// The numbers of a report.
pub fn standing(report: &Report) -> Standing {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let mut standing = Standing::default();
    for (at, row) in rows.iter().enumerate() {
        let next = rows.get(at + 1);
        if next.is_some_and(|next| next.consumer == row.consumer) {
            continue;
        }
        let verdicts = row.verdicts();
        let says = |sought| usize::from(verdicts.iter().any(|v| v.verdict == sought));
        standing.refuse += says(Decision::Refuses);
        standing.accept += says(Decision::Accepts);
        standing.unknown += says(Decision::Unknown);
    }
    standing
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
