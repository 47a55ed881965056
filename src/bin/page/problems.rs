//! Findings, worst first, each rule once with its places, and a filter over them; or what may be said when there are none.
//! It finds nothing.

use crate::aim;
use crate::attention;
use crate::fixes::commands;
use crate::print::use_printing;
use crate::problem_filter::{ProblemFilter, WORTH, shows};
use crate::route::{self, Asked, Route};
use crate::show::{CopyButton, code, phrase, text, word};
use crate::state::{Dispatch, Loaded, Pointed, Shared};
use crate::tones::severity;
use crate::trace::place_button;
use gloo::timers::callback::Timeout;
use pullcheck::answers::{nothing_found, refused_at};
use pullcheck::report::{Finding, Group, Profile, SHOWN};
use pullcheck::rules;
use pullcheck::text::{Lang, Phrase, capital, say};
use yew::prelude::*;

/// Properties of [`Problems`].
#[derive(Properties, PartialEq)]
pub struct ProblemsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// The problem that the reader came to from a document, or by a link.
    pub pointed: Option<Pointed>,
    /// A link to the report, where it has one that others can open.
    pub link: Option<AttrValue>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// All findings, or those that fit the filter.
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
    let shown: Vec<usize> = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| {
            // Who comes from a document to a problem sees it, whatever was typed before.
            let asked = pointed_in(group, props.pointed.as_ref()).is_some();
            !narrowed || asked || shows(group, &typed, lang)
        })
        .map(|(at, _)| at)
        .collect();
    html! {
        <section class="problems" aria-labelledby="problems">
            <h2 id="problems">{ word(lang, "Problems", "问题") }</h2>
            if groups.is_empty() {
                <p>{ phrase(&nothing_found(&props.loaded.report, props.loaded.last), lang) }</p>
            } else {
                { profiles(props.loaded.report.profile, lang) }
                if narrowed {
                    <ProblemFilter {lang} typed={(*typed).clone()} hidden={groups.len() - shown.len()} left={shown.len()} {on_typed} />
                }
                // In a place of its own: a list that grows and shrinks would take the field above along.
                <div>
                    { for shown.iter().filter_map(|at| Some((*at, groups.get(*at)?))).map(|(at, group)| {
                        let key = format!("{:?} {}", group.severity, group.rule);
                        let pointed = pointed_in(group, props.pointed.as_ref());
                        html! {
                            <Problem {key} {lang} {printing} loaded={props.loaded.clone()} {at} {pointed} link={props.link.clone()} dispatch={props.dispatch.clone()} />
                        }
                    }) }
                </div>
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

/// Properties of [`Problem`].
#[derive(Properties, PartialEq)]
struct ProblemProps {
    lang: Lang,
    /// On paper nothing can be unfolded.
    printing: bool,
    loaded: Shared<Loaded>,
    /// Which of the groups of the report.
    at: usize,
    /// The finding in it that the reader came to from a document.
    pointed: Option<Pointed>,
    link: Option<AttrValue>,
    dispatch: Dispatch,
}

/// The findings of one rule.
#[component]
fn Problem(props: &ProblemProps) -> Html {
    let open = use_state(|| false);
    let lang = props.lang;
    let groups = props.loaded.report.groups();
    use_effect_with(props.pointed.clone(), {
        let open = open.clone();
        move |pointed| {
            if pointed.is_some() {
                // What is folded is there with the next drawing.
                open.set(true);
                Timeout::new(0, attention::reveal).forget();
            }
        }
    });
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
    let whole = props
        .pointed
        .as_ref()
        .is_some_and(|pointed| pointed.at.is_none());
    let sentences = group.sentences(shown);
    // One sentence has no other link than its problem.
    let several = sentences.len() > 1 || group.findings.len() > SHOWN;
    html! {
        <article class={classes!("problem", class, whole.then_some("pointed"))} id={format!("problem-{}", props.at)} tabindex="-1"
            aria-labelledby={format!("problem-{}-title", props.at)}>
            <h3 id={format!("problem-{}-title", props.at)}>
                <span class="severity">{ capital(name.get(lang)) }<span class="hidden">{ word(lang, ": ", "：") }</span></span>{ " " }
                { rule.map_or_else(|| code(group.rule), |rule| text(rule.title, lang)) }
                if let Some(number) = group.number() {
                    { " " }<span class="times">{ phrase(&number, lang) }</span>
                }
            </h3>
            if let Some(because) = group.weighed() {
                <p class="weighed">{ phrase(because, lang) }</p>
            }
            <ul class="places">
                { for sentences.into_iter().map(|(says, places)| said(says, &places, several, props)) }
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
            if let Some((who, fix)) = refused_at(&props.loaded.report, &group.findings) {
                <p class="refused">
                    { phrase(&refused(&who), lang) }{ word(lang, " What mends it there: ", "相应的修复方法：") }{ phrase(&fix.title, lang) }
                </p>
                { commands(fix, lang) }
            }
            <p class="rule">
                { word(lang, "Rule ", "规则 ") }
                <a href={Route::Rule(group.rule.to_string()).address()}>{ code(group.rule) }</a>
                if let Some(since) = rule.and_then(rules::since) {
                    { " · " }{ phrase(&since, lang) }
                }
                if let Some(first) = group.findings.first() {
                    { link(first, false, word(lang, "Copy link to this problem", "复制此问题的链接"), props) }
                }
            </p>
        </article>
    }
}

/// Those who refuse the artifact because of what stands at one of these places.
fn refused(who: &[&str]) -> Phrase {
    let others = who.len().saturating_sub(1) as u64;
    match others {
        0 => say(
            "{who} refuses the artifact because of what stands here.",
            "{who} 因此处的内容而拒绝该制品。",
        ),
        1 => say(
            "{who} and one other refuse the artifact because of what stands here.",
            "{who} 及另外 1 个使用方因此处的内容而拒绝该制品。",
        ),
        _ => say(
            "{who} and {n} others refuse the artifact because of what stands here.",
            "{who} 及另外 {n} 个使用方因此处的内容而拒绝该制品。",
        ),
    }
    .name("who", who.first().copied().unwrap_or_default())
    .count("n", others)
}

/// The finding that the reader came to, where it is one of this group.
fn pointed_in(group: &Group, pointed: Option<&Pointed>) -> Option<Pointed> {
    let pointed = pointed?;
    let here = group
        .findings
        .iter()
        .any(|finding| is_pointed(finding, pointed));
    here.then(|| pointed.clone())
}

/// Whether the reader came to this finding from a document.
fn is_pointed(finding: &Finding, pointed: &Pointed) -> bool {
    finding.rule == pointed.rule && pointed.at.as_ref().is_none_or(|at| finding.at == *at)
}

/// What copies a link to a finding or to its problem, where others can open one.
fn link(finding: &Finding, one: bool, label: &'static str, props: &ProblemProps) -> Html {
    let Some(link) = &props.link else {
        return html! {};
    };
    let text = format!("{link}{}", aim::to_problem(finding, one));
    html! { <>{ " " }<CopyButton lang={props.lang} {text} {label} /></> }
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
fn said(says: &Phrase, findings: &[&Finding], several: bool, props: &ProblemProps) -> Html {
    let lang = props.lang;
    let places = findings.iter().flat_map(|finding| finding.places());
    let pointed = props
        .pointed
        .as_ref()
        .filter(|pointed| pointed.at.is_some())
        .is_some_and(|pointed| findings.iter().any(|finding| is_pointed(finding, pointed)));
    let id = pointed.then_some("pointed");
    html! {
        <li {id} tabindex={id.map(|_| "-1")}>
            <span>{ phrase(says, lang) }</span>
            { for places.map(|at| html! { <>{ " " }{ place_button(at, lang, &props.dispatch) }</> }) }
            if let Some(first) = findings.first().filter(|_| several) {
                { link(first, true, word(lang, "Copy link", "复制链接"), props) }
            }
        </li>
    }
}
