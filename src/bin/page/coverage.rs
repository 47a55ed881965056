//! What was looked at and what was not: rules that ran, rules that could not and why, parts that were left out.
//! It hides nothing and judges nothing.

use crate::folded::Folded;
use crate::route::Route;
use crate::show::{code, phrase, text, word};
use crate::state::{Loaded, Shared};
use pullcheck::answers::rules_that;
use pullcheck::protocol::Effort;
use pullcheck::report::{Outcome, Report, RuleOutcome};
use pullcheck::rules;
use pullcheck::text::{Lang, short_bytes};
use yew::prelude::*;

/// Properties of [`CoverageView`].
#[derive(Properties, PartialEq)]
pub struct CoverageProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
}

/// What was looked at and what was not.
#[component]
pub fn CoverageView(props: &CoverageProps) -> Html {
    let lang = props.lang;
    let report = &props.loaded.report;
    let ran = rules_that(report, Outcome::Clean) + rules_that(report, Outcome::Found);
    let found = rules_that(report, Outcome::Found);
    let idle = rules_that(report, Outcome::NotApplicable);
    let unseen = unseen(report).count();
    html! {
        <section class="coverage" aria-labelledby="coverage">
            <h2 id="coverage">{ word(lang, "What was checked, and what was not", "检查了什么，没有检查什么") }</h2>
            <p>{ match lang {
                Lang::En => format!(
                    "Rules that ran: {ran}, of which {found} found something. Not about this input: {idle}. Not run to the end: {}.",
                    unseen,
                ),
                Lang::Zh => format!(
                    "已运行的规则：{ran} 条，其中 {found} 条发现了问题。与此输入无关：{idle} 条。未能运行完：{} 条。",
                    unseen,
                ),
            } }</p>
            if props.loaded.last && props.loaded.opened.is_none() { { effort(&props.loaded.effort, lang) } }
            if unseen > 0 {
                <Folded draw={list_unseen(&props.loaded, lang)}
                    summary={html! { word(lang, "Rules that could not see all that they need", "缺少所需内容的规则") }} />
            }
            if report.coverage.is_empty() {
                if report.complete && props.loaded.last {
                    <p>{ word(lang, "Every blob that was given was read to its end.", "提供的每个 blob 都已完整读取。") }</p>
                }
            } else {
                <h3>{ word(lang, "Not looked at", "未检查的内容") }</h3>
                <ul>
                    { for report.coverage.iter().map(|item| html! {
                        <li>{ code(&item.path) }{ word(lang, ": ", "：") }{ phrase(&item.why, lang) }</li>
                    }) }
                </ul>
            }
        </section>
    }
}

/// What the check took. The figures stand in attributes too, where a measuring script finds them.
fn effort(effort: &Effort, lang: Lang) -> Html {
    let tenths = effort.milliseconds.div_ceil(100);
    let seconds = format!("{}.{}", tenths / 10, tenths % 10);
    let (bytes, memory) = (short_bytes(effort.bytes), short_bytes(effort.memory));
    let words = match (effort.readers, lang) {
        (1, Lang::En) => format!("Read {bytes} in {seconds} s, in {memory} of memory."),
        (many, Lang::En) => format!(
            "Read {bytes} in {seconds} s with {many} workers, each in at most {memory} of memory."
        ),
        (1, Lang::Zh) => format!("用时 {seconds} 秒读取 {bytes}，占用内存 {memory}。"),
        (many, Lang::Zh) => {
            format!("{many} 个 worker 用时 {seconds} 秒读取 {bytes}，每个占用内存不超过 {memory}。")
        }
    };
    html! {
        <p class="effort" data-milliseconds={effort.milliseconds.to_string()}
            data-readers={effort.readers.to_string()} data-memory={effort.memory.to_string()}>{ words }</p>
    }
}

/// Rules that could not look at all they need.
fn unseen(report: &Report) -> impl Iterator<Item = &RuleOutcome> {
    report
        .rules
        .iter()
        .filter(|rule| rule.outcome == Outcome::NotRun || rule.why.is_some())
}

fn list_unseen(loaded: &Shared<Loaded>, lang: Lang) -> Callback<(), Html> {
    let loaded = loaded.clone();
    Callback::from(move |()| {
        html! { <ul>{ for unseen(&loaded.report).map(|rule| outcome(rule, lang)) }</ul> }
    })
}

fn outcome(outcome: &RuleOutcome, lang: Lang) -> Html {
    let title = rules::find(&outcome.rule).map(|rule| rule.title);
    html! {
        <li>
            <a href={Route::Rule(outcome.rule.clone()).address()}>
                if let Some(title) = title { { text(title, lang) } } else { { code(&outcome.rule) } }
            </a>
            if let Some(why) = &outcome.why {
                { word(lang, ": ", "：") }{ phrase(why, lang) }
            }
        </li>
    }
}
