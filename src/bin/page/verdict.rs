//! The head of a result: one sentence about who takes it and who does not, with its tone. The sentence comes from
//! the verdicts alone; nothing is judged here.

use crate::answers::{Row, artifact_name, columns, decision, name, rows};
use crate::route::Route;
use crate::show::{brief, phrase, text, word};
use crate::state::{Job, Loaded, Phase, Shared};
use pullcheck::consumers::{self, Question, TARGET};
use pullcheck::report::{Decision, Report, Severity, Verdict};
use pullcheck::text::{Lang, Phrase, say};
use yew::prelude::*;

/// The sentence over a result.
pub struct Headline {
    /// The sentence.
    pub says: Phrase,
    /// Class: `refuse`, `unknown`, `accept` or `none`.
    pub tone: &'static str,
    /// The reason of the consumer that is named first.
    pub because: Option<Phrase>,
}

/// What is most worth knowing: who refuses, else who is in doubt, else who accepts, else what it is.
pub fn headline(report: &Report) -> Headline {
    let columns = columns(report);
    let rows = rows(report, &columns);
    if let Some(head) = deployed_to(report, &columns, &rows) {
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
        let mut those: Vec<(&Row, &Verdict)> = rows
            .iter()
            .filter(|row| carriers || !carries(row))
            .filter_map(|row| {
                let found = row.verdicts().into_iter().find(|v| v.verdict == sought)?;
                Some((row, found))
            })
            .collect();
        // Who runs it is named before who only carries it or looks into it, and who still does so in its newest version
        // before who once did.
        those.sort_by_key(|(row, _)| (carries(row), !newest(row)));
        // "And 3 others" is about those who still do so; the list below the sentence has them all.
        if those.iter().any(|(row, _)| newest(row)) {
            those.retain(|(row, _)| newest(row));
        }
        if let Some((_, leading)) = those.first() {
            return Headline {
                says: sentence(report, &columns, &those, sought),
                tone: tone(sought),
                because: Some(leading.because.clone()),
            };
        }
    }
    Headline {
        says: report.input.says.clone(),
        tone: "none",
        because: None,
    }
}

fn tone(decision: Decision) -> &'static str {
    match decision {
        Decision::Refuses => "refuse",
        Decision::Unknown => "unknown",
        Decision::Accepts => "accept",
        Decision::NotApplicable => "none",
    }
}

/// The word of the consumer that the person deploys to: of the version asked for, else of its newest. Of several
/// artifacts the one that fares worst.
fn deployed_to(report: &Report, columns: &[&str], rows: &[Row]) -> Option<Headline> {
    let target = Question::read(report.choices.get(TARGET)?).ok()?;
    let range = pullcheck::consumers::find(&target.consumer)?
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
    pullcheck::consumers::family(row.consumer)
        .is_some_and(|family| ["copiers", "registries", "scanners"].contains(&family.id))
}

/// Whether a row holds the newest versions of its consumer.
fn newest(row: &Row) -> bool {
    pullcheck::consumers::find(row.consumer)
        .and_then(|consumer| consumer.ranges.last())
        .is_some_and(|range| row.versions.contains(&range.versions.shown))
}

fn sentence(
    report: &Report,
    columns: &[&str],
    those: &[(&Row, &Verdict)],
    sought: Decision,
) -> Phrase {
    let names = consumers(report, those);
    let (first, second) = (names.first(), names.get(1));
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
                "{who} 会拒绝 {what}；另有 1 个使用方拒绝其中的内容。",
            ),
            (Decision::Refuses, _) => say(
                "{who} will refuse {what}; {n} other consumers refuse something here.",
                "{who} 会拒绝 {what}；另有 {n} 个使用方拒绝其中的内容。",
            ),
            _ => one,
        };
        return one
            .name("who", first.cloned().unwrap_or_default())
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
        .name("who", first.cloned().unwrap_or_default())
        .name("also", second.cloned().unwrap_or_default())
        .count("n", others)
}

/// Each consumer once, with the versions that answer so; without them where all do that were judged.
fn consumers(report: &Report, those: &[(&Row, &Verdict)]) -> Vec<String> {
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
            if all(id, &versions) {
                name(id).to_string()
            } else {
                format!("{} {}", name(id), consumers::shown(id, &versions))
            }
        })
        .collect()
}

/// Names that are listed below the sentence; more would hide it.
const LISTED: usize = 12;

/// Who refuses it, by name and versions, where the sentence cannot name all: first those whose newest versions do.
fn refusing(report: &Report, lang: Lang) -> Html {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let mut those: Vec<&Row> = rows
        .iter()
        .filter(|row| {
            row.verdicts()
                .iter()
                .any(|v| v.verdict == Decision::Refuses)
        })
        .collect();
    if those.len() < 2 {
        return html! {};
    }
    those.sort_by_key(|row| (!newest(row), carries(row)));
    let more = those.len().saturating_sub(LISTED);
    html! {
        <p class="refusing">
            { word(lang, "Refused by ", "拒绝它的有：") }
            { for those.iter().take(LISTED).enumerate().map(|(at, row)| html! {
                <>
                    if at > 0 { { word(lang, ", ", "、") } }
                    <a href={Route::Consumer(row.consumer.to_string(), None).address()} translate="no">{ row.who() }</a>
                </>
            }) }
            if more > 0 {
                { match lang {
                    Lang::En => format!(" and {more} more"),
                    Lang::Zh => format!("，另有 {more} 项"),
                } }
            }
            { word(lang, ".", "。") }
        </p>
    }
}

/// How many consumers answer so, in any of their versions and about anything.
fn count(report: &Report, sought: Decision) -> usize {
    let mut ids: Vec<&str> = report
        .verdicts
        .iter()
        .filter(|verdict| verdict.verdict == sought)
        .map(|verdict| verdict.consumer.as_str())
        .collect();
    ids.dedup();
    ids.len()
}

/// Why the sentence is not the last word, if it is not.
fn provisional(loaded: &Loaded, job: Option<&Job>) -> Option<Phrase> {
    if loaded.last && loaded.report.complete {
        return None;
    }
    let phase = job
        .filter(|job| job.number == loaded.job)
        .map(|job| &job.phase);
    Some(match phase {
        Some(Phase::Failed(_)) => say(
            "Provisional: the check broke off. Everything here was known by then.",
            "暂定结果：检查中途出错。以下仅是到那时为止的结果。",
        ),
        Some(Phase::Reading | Phase::Stopping) if !loaded.last => say(
            "Provisional: still reading. This can change.",
            "暂定结果：仍在读取，结论可能改变。",
        ),
        _ => say(
            "Provisional: stopped before the end. Everything here was known by then.",
            "暂定结果：在完成之前已停止。以下仅是到那时为止的结果。",
        ),
    })
}

/// Properties of [`VerdictHead`].
#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// The run that made it.
    pub job: Option<Job>,
    /// Buttons and notes that stand within the head.
    #[prop_or_default]
    pub children: Children,
}

/// The head of a result.
#[component]
pub fn VerdictHead(props: &VerdictProps) -> Html {
    let lang = props.lang;
    let report = &props.loaded.report;
    let head = headline(report);
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let broken = (errors > 0 && head.tone == "accept").then(|| {
        word(
            lang,
            "It has errors all the same: see the problems below.",
            "尽管如此，它仍有错误：见下文“问题”。",
        )
    });
    let idle = (head.tone == "none").then(|| {
        if report.verdicts.is_empty() {
            word(
                lang,
                "No consumer has been judged.",
                "没有对任何使用方作出判断。",
            )
        } else {
            word(
                lang,
                "None of the consumers known here is meant for this.",
                "它不是提供给本工具所知的任何使用方的。",
            )
        }
    });
    let tally: Vec<Html> = [Decision::Refuses, Decision::Accepts, Decision::Unknown]
        .into_iter()
        .filter_map(|sought| {
            let n = count(report, sought);
            let (name, icon, class) = decision(sought);
            let colon = word(lang, ": ", "：");
            (n > 0).then(|| {
                html! {
                    <li class={class}>
                        <span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ name.get(lang) }{ colon }{ n }
                    </li>
                }
            })
        })
        .collect();
    html! {
        <section class={classes!("verdict", head.tone)} aria-labelledby="verdict">
            <h1 id="verdict" tabindex="-1">{ phrase(&head.says, lang) }</h1>
            if let Some(why) = provisional(&props.loaded, props.job.as_ref()) {
                <p class="provisional" role="status">{ phrase(&why, lang) }</p>
            }
            if let Some(because) = &head.because {
                <p class="because">{ brief(because, lang) }</p>
            }
            if let Some(broken) = broken { <p>{ broken }</p> }
            if let Some(idle) = idle { <p>{ idle }</p> }
            if !tally.is_empty() {
                <ul class="tally" aria-label={word(lang, "Consumers by verdict", "按结论统计的使用方")}>{ tally }</ul>
            }
            { refusing(report, lang) }
            { props.children.clone() }
        </section>
    }
}

/// A decision with its icon.
pub fn badge(which: Decision, lang: Lang) -> Html {
    let (name, icon, _) = decision(which);
    html! {
        <span class="badge"><span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ text(name, lang) }</span>
    }
}
