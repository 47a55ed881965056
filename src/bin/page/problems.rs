//! Findings, worst first, each rule once with its places; or what may be said when there are none. It finds nothing.

use crate::answers::{rules_that, severity, spotless};
use crate::print::use_printing;
use crate::problem_filter::{ProblemFilter, WORTH, shows};
use crate::route::{self, Asked, Route};
use crate::show::{code, phrase, text, word};
use crate::state::{Dispatch, Loaded, Shared};
use crate::trace::place_button;
use pullcheck::report::{Finding, Outcome, Profile, SHOWN};
use pullcheck::rules;
use pullcheck::text::{Lang, Phrase, say};
use yew::prelude::*;

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
    let groups = props.loaded.report.groups();
    let printing = use_printing();
    let typed = use_state(String::new);
    let on_typed = {
        let typed = typed.clone();
        Callback::from(move |words: String| typed.set(words))
    };
    // On paper nothing can be unhidden.
    let narrowed = groups.len() >= WORTH && !printing;
    let shown: Vec<usize> = (0..groups.len())
        .filter(|at| {
            !narrowed
                || groups
                    .get(*at)
                    .is_some_and(|group| shows(group, &typed, lang))
        })
        .collect();
    html! {
        <section class="problems" aria-labelledby="problems">
            <h2 id="problems">{ word(lang, "Problems", "问题") }</h2>
            if groups.is_empty() {
                <p>{ phrase(&none(&props.loaded), lang) }</p>
            } else {
                { profiles(props.loaded.report.profile, lang) }
                if narrowed {
                    <ProblemFilter {lang} typed={(*typed).clone()} hidden={groups.len() - shown.len()} left={shown.len()} {on_typed} />
                }
                { for shown.iter().filter_map(|at| Some((*at, groups.get(*at)?))).map(|(at, group)| {
                    let key = format!("{:?} {}", group.severity, group.rule);
                    html! {
                        <Problem {key} {lang} {printing} loaded={props.loaded.clone()} {at} dispatch={props.dispatch.clone()} />
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
                    <a class="button" href={route::asking(Asked { profile, ..asked.clone() }).address()}
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
    /// On paper nothing can be unfolded.
    printing: bool,
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
    let groups = props.loaded.report.groups();
    let Some(group) = groups.get(props.at) else {
        return html! {};
    };
    let rule = rules::find(group.rule);
    let (name, class) = severity(group.severity);
    let shown = if *open || props.printing {
        group.findings.len()
    } else {
        SHOWN
    };
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <article class={classes!("problem", class)}>
            <h3>
                <span class="severity">{ name.get(lang) }{ word(lang, ": ", "：") }</span>
                { rule.map_or_else(|| code(group.rule), |rule| text(rule.title, lang)) }
                if let Some(number) = group.number() {
                    { " " }<span class="times">{ phrase(&number, lang) }</span>
                }
            </h3>
            if let Some(because) = group.weighed() {
                <p class="weighed">{ phrase(because, lang) }</p>
            }
            <ul class="places">
                { for group.sentences(shown).into_iter().map(|(says, places)| said(says, &places, props)) }
            </ul>
            if group.findings.len() > SHOWN {
                <button type="button" class="more" aria-expanded={open.to_string()} {onclick}>{ match (*open, lang) {
                    (true, _) => word(lang, "Show fewer", "收起").to_string(),
                    (false, Lang::En) => format!("Show all {}", group.findings.len()),
                    (false, Lang::Zh) => format!("显示全部 {} 处", group.findings.len()),
                } }</button>
            }
            if group.more > 0 {
                <p class="beyond">{ phrase(&not_listed(group.more), lang) }</p>
            }
            if let Some(rule) = rule {
                <p class="mend">
                    <strong>{ word(lang, "Fix: ", "修复：") }</strong>{ text(rule.fix, lang) }
                </p>
            }
            <p class="rule">
                { word(lang, "Rule ", "规则 ") }
                <a href={Route::Rule(group.rule.to_string()).address()}>{ code(group.rule) }</a>
                if let Some(since) = rule.and_then(rules::since) {
                    { " · " }{ phrase(&since, lang) }
                }
            </p>
        </article>
    }
}

/// How many more there were than the report lists.
fn not_listed(more: u64) -> Phrase {
    say(
        "{more} more of these were found and are only counted.",
        "另有 {more} 处同类问题只计数，未列出。",
    )
    .count("more", more)
}

/// A sentence with all places that it is said of.
fn said(says: &Phrase, findings: &[&Finding], props: &ProblemProps) -> Html {
    let lang = props.lang;
    let places = findings.iter().flat_map(|finding| finding.places());
    html! {
        <li>
            <span>{ phrase(says, lang) }</span>
            { for places.map(|at| html! { <>{ " " }{ place_button(at, lang, &props.dispatch) }</> }) }
        </li>
    }
}
