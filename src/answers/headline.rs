//! The sentence over a result: who takes it and who does not, in which versions, with its tone. It comes from the verdicts
//! alone; nothing is judged here and nothing drawn.

use super::standing::{answering, beside_the_point, carries, family, named, newest};
use super::{Row, artifact_name, columns, rows};
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

/// Which answers are meant.
type Kind<'k> = dyn Fn(&Row, &Verdict) -> bool + 'k;

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

/// What is most worth knowing: who refuses it for what it is, who takes it, who is in doubt, else what it is.
pub fn headline(report: &Report) -> Headline {
    let columns = columns(report);
    let rows = rows(report, &columns);
    if let Some(head) = deployed_to(report, &columns, &rows) {
        return head;
    }
    // That a file is no image says more than what a copier would make of it.
    let decided = |v: &Verdict| matches!(v.verdict, Decision::Accepts | Decision::Refuses);
    let run = rows
        .iter()
        .any(|row| !carries(row) && row.verdicts().into_iter().any(decided));
    let cut = report
        .findings
        .iter()
        .any(|f| f.rule == "archive-truncated");
    if foreign(report) && (cut || !run) || report.artifacts.is_empty() && !run {
        return what_it_is(report);
    }
    if let Some(head) = taken(report, &columns, &rows) {
        return head;
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
        let those = answering(&rows, sought, |row, v| {
            (carriers || !carries(row)) && !beside_the_point(report, v)
        });
        if let Some(head) = led_by(report, &columns, &rows, those, sought) {
            return head;
        }
    }
    let of_form = answering(&rows, Decision::Refuses, |_, _| true);
    led_by(report, &columns, &rows, of_form, Decision::Refuses)
        .unwrap_or_else(|| what_it_is(report))
}

/// The sentence that names the first of those, and how many more answer so.
fn led_by(
    report: &Report,
    columns: &[&str],
    rows: &[Row],
    mut those: Vec<(&Row, &Verdict)>,
    sought: Decision,
) -> Option<Headline> {
    // Who runs it is named before who only carries it or looks into it, who still does so in its newest version before who
    // once did, and of these the family of which most do.
    let alike: Vec<&str> = those.iter().map(|(row, _)| family(row)).collect();
    let many = |row: &Row| alike.iter().filter(|id| **id == family(row)).count();
    order::by_key(&mut those, |(row, _)| {
        (carries(row), !newest(row), usize::MAX - many(row))
    });
    let (first, leading) = *those.first()?;
    // "And 3 others" is about all who still do so, as the number below the sentence is.
    let mut all = answering(rows, sought, |_, _| true);
    order::by_key(&mut all, |(row, verdict)| {
        let named = row.consumer == first.consumer;
        (!named, beside_the_point(report, verdict), carries(row))
    });
    let still: Vec<&str> = all
        .iter()
        .filter(|(row, _)| newest(row))
        .map(|(row, _)| row.consumer)
        .collect();
    if still.contains(&first.consumer) {
        all.retain(|(row, _)| still.contains(&row.consumer));
    }
    // Of several artifacts the sentence is about the one that the reason is about.
    all.retain(|(row, _)| !std::ptr::eq(*row, first));
    all.insert(0, (first, leading));
    Some(Headline {
        says: sentence(report, columns, &all, sought),
        tone: tone(sought),
        because: Some(leading.because.clone()),
    })
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

/// Most that run such a thing take it in their newest versions, and none of these refuses it for what it is: the answer is yes.
/// Who refuses its form, did refuse it once or is in doubt is a condition. None where it is otherwise, and where there are
/// several artifacts.
fn taken(report: &Report, columns: &[&str], rows: &[Row]) -> Option<Headline> {
    if columns.len() > 1 {
        return None;
    }
    let runs = |row: &Row| newest(row) && !carries(row);
    let substance = |row: &Row, v: &Verdict| newest(row) && !beside_the_point(report, v);
    let taking = answering(rows, Decision::Accepts, |row, _| runs(row));
    let doubtful = answering(rows, Decision::Unknown, |row, v| {
        runs(row) && substance(row, v)
    });
    let refused = answering(rows, Decision::Refuses, |row, v| {
        runs(row) && substance(row, v)
    });
    let (_, leading) = taking.first()?;
    if !refused.is_empty() || taking.len() <= doubtful.len() {
        return None;
    }
    // What is told of those who refuse it all the same: who only carry it and still do, who run it and once did, who open
    // another form, who carried it once.
    let groups: [&Kind; 4] = [
        &substance,
        &|row, v| !carries(row) && !beside_the_point(report, v),
        &|row, _| newest(row),
        &|_, _| true,
    ];
    let told = groups
        .into_iter()
        .map(|of| answering(rows, Decision::Refuses, of));
    let those = told.into_iter().find(|those| !those.is_empty());
    let those: Vec<&str> = those
        .iter()
        .flatten()
        .map(|(row, _)| row.consumer)
        .collect();
    // With all versions that do.
    let mut refusing = answering(rows, Decision::Refuses, |row, _| {
        those.contains(&row.consumer)
    });
    order::by_key(&mut refusing, |(row, _)| carries(row));
    let unmade = || answering(rows, Decision::Unknown, |row, _| runs(row));
    let (because, tone) = match (refusing.first(), doubtful.is_empty()) {
        // Where none but old registries and copiers refuse it, it runs everywhere.
        (Some((row, _)), _) => (
            sentence(report, columns, &refusing, Decision::Refuses),
            if carries(row) && !refusing.iter().any(|(row, _)| newest(row)) && doubtful.is_empty() {
                Tone::Accepts
            } else {
                Tone::Conditions
            },
        ),
        (None, false) => (
            sentence(report, columns, &doubtful, Decision::Unknown),
            Tone::Conditions,
        ),
        (None, true) if !unmade().is_empty() => (
            say(
                "What is pulled from a registry is only made when this is pushed: for {n} that pull, it can't be told yet.",
                "从镜像仓库拉取的内容要到推送时才生成：对其中 {n} 个负责拉取的使用方，现在还无法判断。",
            )
            .count("n", unmade().len() as u64),
            Tone::Accepts,
        ),
        (None, true) => (leading.because.clone(), Tone::Accepts),
    };
    let mut all = answering(rows, Decision::Accepts, |row, _| newest(row));
    order::by_key(&mut all, |(row, _)| carries(row));
    Some(Headline {
        says: sentence(report, columns, &all, Decision::Accepts),
        tone,
        because: Some(because),
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
