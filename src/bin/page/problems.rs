//! Findings, worst first, each rule once with its places; or what may be said when there are none. It finds nothing.

use crate::answers::{by_rule, rules_that, severity, spotless, weighed};
use crate::route::{self, Asked, Route};
use crate::show::{code, phrase, text, word};
use crate::state::{Dispatch, Loaded, Shared};
use crate::trace::place_button;
use pullcheck::report::{Finding, Outcome, Profile};
use pullcheck::rules;
use pullcheck::text::{Lang, Phrase, say};
use yew::prelude::*;

/// Places of one rule that are shown before the reader asks for more.
const PLACES: usize = 5;

/// Properties of [`Problems`].
#[derive(Properties, PartialEq)]
pub struct ProblemsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// All findings.
#[component]
pub fn Problems(props: &ProblemsProps) -> Html {
    let lang = props.lang;
    let groups = by_rule(&props.loaded.report);
    html! {
        <section class="problems" aria-labelledby="problems">
            <h2 id="problems">{ word(lang, "Problems", "问题") }</h2>
            if groups.is_empty() {
                <p>{ phrase(&none(&props.loaded), lang) }</p>
            } else {
                { profiles(props.loaded.report.profile, lang) }
                { for groups.iter().enumerate().map(|(at, group)| {
                    let first = group.first();
                    let key = first.map_or_else(String::new, |f| format!("{:?} {}", f.severity, f.rule));
                    html! {
                        <Problem {key} {lang} loaded={props.loaded.clone()} {at} dispatch={props.dispatch.clone()} />
                    }
                }) }
            }
        </section>
    }
}

/// The choice of what the findings are weighed by: each is an address of its own.
fn profiles(chosen: Profile, lang: Lang) -> Html {
    let asked = route::asked(&Route::read(&route::fragment()).0);
    html! {
        <div class="profiles">
            <nav aria-label={word(lang, "Judged by", "判定标准")}>
                <span aria-hidden="true">{ word(lang, "Judged by", "判定标准") }</span>
                { for Profile::ALL.into_iter().map(|profile| html! {
                    <a class="button" href={Route::Check(Asked { profile, ..asked.clone() }).address()}
                        aria-current={(profile == chosen).then_some("true")}>
                        { profile.name().get(lang) }
                    </a>
                }) }
            </nav>
            <p>{ text(chosen.about(), lang) }</p>
        </div>
    }
}

/// What may be said where nothing was found.
pub fn none(loaded: &Loaded) -> Phrase {
    let report = &loaded.report;
    let unseen = u64::try_from(rules_that(report, Outcome::NotRun)).unwrap_or(u64::MAX);
    if !loaded.last {
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
            "Nothing was found in what could be read; 1 rule could not look at all it needs.",
            "可读取的内容中没有发现问题；有 1 条规则未能检查所需的全部内容。",
        ),
        _ => say(
            "Nothing was found in what could be read; {n} rules could not look at all they need.",
            "可读取的内容中没有发现问题；有 {n} 条规则未能检查所需的全部内容。",
        ),
    }
    .count("n", unseen)
}

/// Properties of [`Problem`].
#[derive(Properties, PartialEq)]
struct ProblemProps {
    lang: Lang,
    loaded: Shared<Loaded>,
    /// Which of the groups of the report.
    at: usize,
    dispatch: Dispatch,
}

/// The findings of one rule.
#[component]
fn Problem(props: &ProblemProps) -> Html {
    let open = use_state(|| false);
    let lang = props.lang;
    let groups = by_rule(&props.loaded.report);
    let Some(group) = groups.get(props.at) else {
        return html! {};
    };
    let Some(first) = group.first() else {
        return html! {};
    };
    let rule = rules::find(&first.rule);
    let (name, class) = severity(first.severity);
    let shown = if *open { group.len() } else { PLACES };
    let more = group.len().saturating_sub(shown);
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    html! {
        <article class={classes!("problem", class)}>
            <h3>
                <span class="severity">{ name.get(lang) }{ word(lang, ": ", "：") }</span>
                { rule.map_or_else(|| code(&first.rule), |rule| text(rule.title, lang)) }
            </h3>
            if let Some(because) = weighed(group) {
                <p class="weighed">{ phrase(because, lang) }</p>
            }
            <ul class="places">
                { for group.iter().take(shown).map(|finding| one(finding, props)) }
            </ul>
            if more > 0 {
                <button type="button" class="more" {onclick}>{ match lang {
                    Lang::En => format!("Show {more} more"),
                    Lang::Zh => format!("再显示 {more} 处"),
                } }</button>
            }
            if let Some(rule) = rule {
                <p class="mend">
                    <strong>{ word(lang, "Fix: ", "修复：") }</strong>{ text(rule.fix, lang) }
                </p>
            }
            <p class="rule">
                { word(lang, "Rule ", "规则 ") }
                <a href={Route::Rule(first.rule.clone()).address()}>{ code(&first.rule) }</a>
                if let Some(since) = rule.and_then(rules::since) {
                    { " · " }{ phrase(&since, lang) }
                }
            </p>
        </article>
    }
}

fn one(finding: &Finding, props: &ProblemProps) -> Html {
    let lang = props.lang;
    let places = std::iter::once(&finding.at).chain(&finding.related);
    html! {
        <li>
            <span>{ phrase(&finding.says, lang) }</span>
            { for places.map(|at| html! { <>{ " " }{ place_button(at, lang, &props.dispatch) }</> }) }
        </li>
    }
}
