//! What the loaded artifact says to a pasted error: shown, with the places that prove it; not shown, with what was
//! looked at; or not decided, with the reason. The judging is the core's.

use super::number;
use crate::desk::Desk;
use crate::route::{self, Asked, Route};
use crate::show::{self, word};
use crate::state::{Action, Loaded, Pasted, Shared};
use pullcheck::answers;
use pullcheck::errors::Match;
use pullcheck::join::{Answer, Joined, Open, Printed, Undecided, join};
use pullcheck::report::Locus;
use pullcheck::rules;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// How many refusals, findings and reasons are shown; the report has them all.
const SHOWN: usize = 4;

/// Properties of [`Verdict`].
#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The pasted text; its best match is looked at.
    pub pasted: Shared<Pasted>,
    /// The latest report.
    pub loaded: Option<Shared<Loaded>>,
    /// Where places are shown.
    pub desk: Desk,
}

/// The answer of the loaded artifact to the best match, or how to get one.
#[component]
pub fn Verdict(props: &VerdictProps) -> Html {
    let lang = props.lang;
    // Explaining what every consumer prints takes a moment; switching language must not repeat it.
    let joined = use_memo(
        (props.pasted.clone(), props.loaded.clone()),
        |(pasted, loaded)| join(pasted.matches.first()?, &loaded.as_ref()?.report),
    );
    match ((*joined).as_ref(), &props.loaded) {
        (Some(joined), Some(loaded)) => answer(joined, loaded, lang, &props.desk),
        _ => html! {
            <p class="notice">{ word(
                lang,
                "Drop the artifact anywhere on this page: it shows whether this is its error, and where.",
                "把制品拖到本页任意位置：可以看出它是否存在这个问题、在哪里。",
            ) }</p>
        },
    }
}

/// The answer in one sentence, for a list.
pub fn brief(found: &Match, loaded: &Loaded, lang: Lang) -> Html {
    let joined = join(found, &loaded.report);
    html! {
        if let Some(joined) = joined {
            <p>{ show::phrase(&joined.says(&loaded.report.input.name), lang) }</p>
        }
    }
}

fn answer(joined: &Joined, loaded: &Loaded, lang: Lang, desk: &Desk) -> Html {
    let report = &loaded.report;
    html! {
        <div class="notice">
            <p>
                <strong>{ show::phrase(&joined.says(&report.input.name), lang) }</strong>
                { " " }
                <a href={Route::Check(Asked::default()).address()}>{ word(lang, "See the report", "查看报告") }</a>
            </p>
            if !joined.printed.is_empty() {
                <ul>{ for joined.printed.iter().take(SHOWN).map(|one| refusal(one, lang, desk)) }</ul>
            }
            if !joined.findings.is_empty() {
                <p>{ word(lang, "Found in the file:", "文件中的发现：") }</p>
                <ul>
                    { for joined.findings.iter().take(SHOWN).map(|finding| html! {
                        <li>
                            { show::phrase(&finding.says, lang) }{ " " }{ place(&finding.at, lang, desk) }
                        </li>
                    }) }
                    { more(joined.findings.len(), lang) }
                </ul>
            }
            if joined.answer == Answer::NotShown {
                { looked(joined, lang) }
            }
            if !joined.open.is_empty() {
                <p>{ word(lang, "Not decided:", "尚未确定：") }</p>
                <ul>
                    { for joined.open.iter().take(SHOWN).map(|one| open(one, lang)) }
                    { more(joined.open.len(), lang) }
                </ul>
            }
            if matches!(joined.answer, Answer::NotShown | Answer::Undecided | Answer::Outside) {
                <p>{ word(
                    lang,
                    "Compare it with what the section on the proof says, and drop the very artifact that the tool fetched, pulled by its digest.",
                    "工具获取的可能不是这个制品：对照下文的证据部分，按摘要拉取该工具实际获取的制品，再拖到本页。",
                ) }</p>
            }
        </div>
    }
}

/// A consumer that prints it, with its text where that has other values, and the place that decides.
fn refusal(one: &Printed, lang: Lang, desk: &Desk) -> Html {
    let verdict = &one.verdict;
    let to = Route::Consumer(verdict.consumer.clone(), None);
    html! {
        <li>
            <a href={to.address()} translate="no">{ answers::name(&verdict.consumer) }</a>
            { " " }<span translate="no">{ &verdict.versions }</span>
            { word(lang, ": ", "：") }{ show::phrase(&verdict.because, lang) }
            if let Some(at) = &verdict.at { { " " }{ place(at, lang, desk) } }
            if !one.same {
                if let Some(error) = &verdict.error {
                    <pre class="message" translate="no"><code>{ error.trim_end().to_string() }</code></pre>
                }
            }
        </li>
    }
}

/// What looked for it and found nothing.
fn looked(joined: &Joined, lang: Lang) -> Html {
    let consumers = joined.otherwise.iter().map(|id| {
        let to = Route::Consumer(id.clone(), None);
        html! { <li key={id.clone()}><a href={to.address()} translate="no">{ answers::name(id) }</a></li> }
    });
    let clean = joined.clean.iter().filter_map(|id| rules::find(id)).map(|rule| {
        let to = Route::Rule(rule.id.to_string());
        html! { <li key={rule.id}><a href={to.address()}>{ show::text(rule.title, lang) }</a></li> }
    });
    html! {
        if !joined.otherwise.is_empty() || !joined.clean.is_empty() {
            <p>{ word(lang, "These looked and found nothing of it:", "以下检查均未发现：") }</p>
            <ul>{ for consumers }{ for clean }</ul>
        }
    }
}

fn open(open: &Open, lang: Lang) -> Html {
    let what = match &open.what {
        Undecided::Rule(id) => match rules::find(id) {
            Some(rule) => show::text(rule.title, lang),
            None => show::code(id),
        },
        Undecided::Consumer(id) => {
            html! { <span translate="no">{ answers::name(id).to_string() }</span> }
        }
    };
    html! {
        <li>
            { what }
            if let Some(why) = &open.why { { word(lang, ": ", "：") }{ show::phrase(why, lang) } }
        </li>
    }
}

/// How many of a list are not shown.
fn more(all: usize, lang: Lang) -> Html {
    let rest = number(all.saturating_sub(SHOWN));
    let says = say("and {n} more, in the report", "另有 {n} 项，见报告").count("n", rest);
    html! { if rest > 0 { <li>{ show::phrase(&says, lang) }</li> } }
}

/// A button that goes to the report and shows a place in its source view.
fn place(at: &Locus, lang: Lang, desk: &Desk) -> Html {
    let onclick = {
        let at = at.clone();
        let dispatch = desk.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Show(at.clone()));
            route::go(&Route::Check(Asked::default()));
        })
    };
    html! {
        <button type="button" class="place" {onclick}>
            <span class="hidden">{ word(lang, "Show ", "显示 ") }</span>{ show::code(&at.show(lang)) }
        </button>
    }
}
