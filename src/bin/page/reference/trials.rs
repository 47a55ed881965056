//! What a consumer does with examples: who is accepted, who refused, by which steps, and what would mend it. All of it is
//! checked here and now; nothing is written by hand for a consumer.

use crate::fixes::commands;
use crate::route::Route;
use crate::show::{self, block, word};
use crate::strip::strips;
use crate::tones;
use crate::trace::procedure;
use crate::verdict::badge;
use pullcheck::consumers::Consumer;
use pullcheck::lessons::{Trial, trials, ways};
use pullcheck::report::Verdict;
use pullcheck::text::Lang;
use yew::prelude::*;

/// Properties of [`Trials`].
#[derive(Properties, PartialEq)]
pub struct TrialsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Id of the consumer.
    pub id: &'static str,
}

/// The examples, and what becomes of each.
#[component]
pub fn Trials(props: &TrialsProps) -> Html {
    let lang = props.lang;
    let all = use_memo(props.id, |id| {
        pullcheck::consumers::find(id)
            .map_or_else(Vec::new, |consumer: &'static Consumer| trials(consumer))
    });
    let fixes = ways(&all);
    html! {
        <>
            <h2>{ word(lang, "What it accepts, and how it decides", "接受什么，如何判断") }</h2>
            <p>{ word(
                lang,
                "Each of these examples has just been checked in this page. Open an answer for the steps.",
                "下列示例都是刚刚在本页中检查的。展开结论可查看各个步骤。",
            ) }</p>
            if let Some(consumer) = pullcheck::consumers::find(props.id) { { strips(consumer, &all, lang) } }
            <ul class="list trials">{ for all.iter().map(|one| trial(one, lang)) }</ul>
            if !fixes.is_empty() {
                <h2>{ word(lang, "How to make what it wants", "怎样产出它要的内容") }</h2>
                { for fixes.into_iter().map(|fix| html! {
                    <article class="fix" key={fix.id.clone()}>
                        <h3>{ show::phrase(&fix.title, lang) }</h3>
                        { commands(fix, lang) }
                    </article>
                }) }
            }
        </>
    }
}

fn trial(trial: &Trial, lang: Lang) -> Html {
    let example = trial.example;
    html! {
        <li key={example.id}>
            <h3><a href={Route::example(example.id).address()}>{ show::text(example.title, lang) }</a></h3>
            { for trial.answers.iter().map(|(versions, verdict)| answer(versions, verdict, lang)) }
        </li>
    }
}

fn answer(versions: &str, verdict: &Verdict, lang: Lang) -> Html {
    let (_, _, class) = tones::decision(verdict.verdict);
    html! {
        <>
            <details class={classes!("cell", class)}>
                <summary>
                    { badge(verdict.verdict, lang) }
                    if !versions.is_empty() { { " " }<span class="versions" translate="no">{ versions.to_string() }</span> }
                </summary>
                if let Some(error) = &verdict.error { { block(error, lang, "error") } }
                { procedure(&verdict.steps, lang) }
            </details>
            <p class="reason">{ show::phrase(&verdict.because, lang) }</p>
        </>
    }
}
