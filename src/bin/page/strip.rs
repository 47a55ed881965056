//! A consumer's answers over its versions as a strip: segments of equal length, oldest first, the reader's own version
//! marked. It shows answers and makes none.

use crate::show::{self, word};
use crate::tones;
use pullcheck::consumers::{self, Consumer};
use pullcheck::lessons::Trial;
use pullcheck::report::{Decision, Report, Verdict};
use pullcheck::strip::{Segment, newest_read, runs, segments};
use pullcheck::text::{Lang, Text, say, text};
use yew::prelude::*;

/// The strip of the consumer that gave these verdicts about one thing; nothing where all its versions answer alike.
pub fn strip(verdicts: &[&Verdict], report: &Report, version: Option<&str>, lang: Lang) -> Html {
    let known = verdicts
        .first()
        .and_then(|first| Some((*first, consumers::find(&first.consumer)?)));
    let Some((first, consumer)) = known else {
        return html! {};
    };
    let answer = |range: &str| {
        let mut own = report
            .verdicts
            .iter()
            .filter(|v| v.consumer == first.consumer && v.artifact == first.artifact);
        Some(own.find(|v| v.versions == range)?.verdict)
    };
    let segments = segments(consumer, version, answer);
    if !segments.iter().any(|segment| segment.flips) {
        return html! {};
    }
    let here = |segment: &Segment| verdicts.iter().any(|v| v.versions == segment.versions);
    html! {
        <div class="strip-box">
            <p class="strip-says">{ word(
                lang,
                "By version, oldest first; each range takes the same room:",
                "按版本从旧到新排列，每个范围宽度相同：",
            ) }</p>
            <ol class="strip">
                { for segments.iter().map(|one| segment(one, here(one), version, lang)) }
            </ol>
            { newest(consumer, lang) }
        </div>
    }
}

fn segment(segment: &Segment, here: bool, version: Option<&str>, lang: Lang) -> Html {
    let (name, icon, class) = look(segment.decision);
    html! {
        <li class={classes!(class, segment.flips.then_some("flip"), here.then_some("here"))}
            aria-current={here.then_some("true")}>
            <span class="answer"><span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ name.get(lang) }</span>
            <span class="hidden">{ word(lang, ": ", "：") }</span>
            <span class="versions" translate="no">{ segment.versions }</span>
            if let Some(version) = version.filter(|_| segment.own) {
                <span class="yours">
                    <span aria-hidden="true">{ "▲ " }</span>
                    { word(lang, "yours: ", "你的版本：") }<span translate="no">{ version.to_string() }</span>
                </span>
            }
        </li>
    }
}

/// The newest version that the answers rest on.
pub fn newest(consumer: &Consumer, lang: Lang) -> Html {
    let Some((repository, version)) = newest_read(consumer) else {
        return html! {};
    };
    let says = say(
        "Newest source read: {repository} {version}.",
        "读过的最新源码：{repository} {version}。",
    )
    .code("repository", repository)
    .code("version", version);
    html! { <p class="strip-says">{ show::phrase(&says, lang) }</p> }
}

/// The usual shapes against the versions of a consumer, a strip for each shape; nothing for a consumer whose versions
/// are not told apart.
pub fn strips(consumer: &'static Consumer, trials: &[Trial], lang: Lang) -> Html {
    if consumer.ranges.len() < 2 || trials.is_empty() {
        return html! {};
    }
    html! {
        <div class="scroll">
            <table class="strips">
                <caption>{ word(
                    lang,
                    "Examples by version, oldest first. A strip that changes shows where the answer flips.",
                    "各示例在各版本中的结果，从旧到新。颜色变化处即结论改变的版本。",
                ) }</caption>
                <thead><tr>
                    <th scope="col">{ word(lang, "Example", "示例") }</th>
                    { for consumer.ranges.iter().map(|range| html! {
                        <th scope="col" translate="no">{ range.versions.shown }</th>
                    }) }
                </tr></thead>
                <tbody>{ for trials.iter().map(|trial| row(consumer, trial, lang)) }</tbody>
            </table>
            { newest(consumer, lang) }
        </div>
    }
}

fn row(consumer: &Consumer, trial: &Trial, lang: Lang) -> Html {
    let cells = runs(consumer, &trial.segments).into_iter().map(|run| {
        let (name, icon, class) = look(run.decision);
        let all = || word(lang, "all versions", "全部版本").to_string();
        let versions = if run.versions.is_empty() {
            all()
        } else {
            run.versions
        };
        html! {
            <td colspan={run.ranges.to_string()} data-label={versions}>
                <span class={classes!("answer", class)}>
                    <span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ name.get(lang) }
                </span>
            </td>
        }
    });
    html! {
        <tr key={trial.example.id}>
            <th scope="row">{ show::text(trial.example.title, lang) }</th>
            { for cells }
        </tr>
    }
}

/// How an answer looks; one that nobody gave looks like nobody's job.
fn look(decision: Option<Decision>) -> (Text, &'static str, &'static str) {
    match decision {
        Some(decision) => tones::decision(decision),
        None => (text("not asked", "未检查"), "–", "idle"),
    }
}
