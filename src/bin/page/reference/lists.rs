//! The lists of all that can be looked up. They show what is built in; the filter of the errors also looks a pasted text up
//! in the dictionary.

use super::error_links;
use super::leaflet::leaflet;
use crate::show::{self, word};
use pullcheck::errors::{self, Entry};
use pullcheck::leaflets::{self, Kind};
use pullcheck::text::{Lang, say};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// From this length on, in bytes, a text in the filter is also looked up as a pasted error.
const PASTED: usize = 12;

/// What the page of a list is told.
#[derive(Properties, PartialEq)]
pub struct ListProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Of what.
    pub kind: Kind,
}

/// All rules, consumers, media types or examples.
#[component]
pub fn ListPage(props: &ListProps) -> Html {
    html! {
        <article class="reference">{ leaflet(&leaflets::list(props.kind), props.lang) }</article>
    }
}

/// What the list of errors is told.
#[derive(Properties, PartialEq)]
pub struct ErrorsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What an address asks for.
    #[prop_or_default]
    pub query: String,
}

/// All known errors, with a filter that also takes a whole log.
#[component]
pub fn ErrorsPage(props: &ErrorsProps) -> Html {
    let lang = props.lang;
    let query = use_state(|| props.query.clone());
    use_effect_with(props.query.clone(), {
        let query = query.setter();
        move |asked| query.set(asked.clone())
    });
    let found = use_memo((*query).clone(), |query: &String| look_up(query));
    let oninput = {
        let query = query.clone();
        Callback::from(move |event: InputEvent| {
            query.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let (explained, listed) = &*found;
    let told = say(
        "{known} explain this text, {listed} of {all} contain its words.",
        "{known} 条可以解释这段文本；全部 {all} 条中有 {listed} 条包含这些词。",
    )
    .count("known", number(explained.len()))
    .count("listed", number(listed.len()))
    .count("all", number(errors::all().len()));
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "Known errors", "已知报错") }</h1>
            <p class="lede">{ word(
                lang,
                "What tools print when an artifact is not what they need, why, and what to change.",
                "当制品不符合需要时各工具给出的报错、原因，以及应当修改什么。",
            ) }</p>
            <div class="filter">
                <label for="error-filter">
                    { word(lang, "Search, or paste an error or a log", "搜索，或粘贴报错、日志") }
                </label>
                <textarea id="error-filter" rows="3" spellcheck="false" autocomplete="off" value={(*query).clone()} {oninput} />
                <p role="status" class="quiet">
                    if !query.trim().is_empty() { { show::phrase(&told, lang) } }
                </p>
            </div>
            if !explained.is_empty() {
                <h2>{ word(lang, "These explain the text", "可以解释这段文本的条目") }</h2>
                { error_links(explained.iter().copied(), lang) }
            }
            if !listed.is_empty() {
                <h2>{ if query.trim().is_empty() {
                    word(lang, "All", "全部")
                } else {
                    word(lang, "These contain the words", "包含这些词的条目")
                } }</h2>
                { error_links(listed.iter().copied(), lang) }
            }
            if explained.is_empty() && listed.is_empty() {
                <p>{ word(
                    lang,
                    "No known error fits. Drop the artifact itself on this page: it is checked without its error too.",
                    "没有匹配的已知报错。可以把制品本身拖到本页；没有报错也能检查。",
                ) }</p>
            }
        </article>
    }
}

/// The entries that explain a text, best first, and the others that contain all its words.
fn look_up(query: &str) -> (Vec<&'static Entry>, Vec<&'static Entry>) {
    let query = query.trim();
    let explained: Vec<&Entry> = if query.len() < PASTED {
        Vec::new()
    } else {
        errors::explain(query)
            .iter()
            .filter_map(|found| errors::find(&found.id))
            .collect()
    };
    let listed = errors::search(query)
        .into_iter()
        .filter(|entry| !explained.iter().any(|known| known.id == entry.id))
        .collect();
    (explained, listed)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
