//! The pages to look things up: rules, consumers, known errors, media types, privacy. They show what is built in; they judge nothing
//! and look at nothing that was dropped.

mod consumer;
mod error;
mod forget;
mod leaflet;
mod lists;
mod media_type;
mod privacy;
mod rule;
mod trials;

pub use consumer::ConsumerPage;
pub use error::ErrorPage;
pub use leaflet::leaflet_with;
pub use lists::{ErrorsPage, ListPage};
pub use media_type::MediaTypePage;
pub use privacy::PrivacyPage;
pub use rule::RulePage;

use crate::route::Route;
use crate::show::{self, word};
use crate::tones;
use pullcheck::errors::Entry;
use pullcheck::fixes::Fix;
use pullcheck::leaflets::open;
use pullcheck::report::Severity;
use pullcheck::text::Lang;
use pullcheck::{consumers, rules};
use yew::prelude::*;

/// What a page about one thing is told.
#[derive(Properties, PartialEq)]
pub struct OneProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Id of the thing.
    pub id: String,
}

/// What was looked for in vain.
#[derive(Properties, PartialEq)]
pub struct NotFoundProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The address as the reader has it.
    pub what: Route,
}

/// Says that an address leads nowhere.
#[component]
pub fn NotFound(props: &NotFoundProps) -> Html {
    missing(&props.what, props.lang)
}

/// Says what is not there, and where the reader may go on.
fn missing(what: &Route, lang: Lang) -> Html {
    let (says, list, label) = match what {
        Route::Rule(id) => (
            pullcheck::text::say("There is no rule {id}.", "没有名为 {id} 的规则。").code("id", id),
            Route::Rules,
            word(lang, "All rules", "全部规则"),
        ),
        Route::Consumer(id, _) => (
            pullcheck::text::say("There is no consumer {id}.", "没有名为 {id} 的使用方。")
                .code("id", id),
            Route::Consumers,
            word(lang, "All consumers", "全部使用方"),
        ),
        Route::Error(id) => (
            pullcheck::text::say("The dictionary has no error {id}.", "报错词典中没有 {id}。")
                .code("id", id),
            Route::Errors,
            word(lang, "All known errors", "全部已知报错"),
        ),
        Route::Example(id, _) => (
            pullcheck::text::say("There is no example {id}.", "没有名为 {id} 的示例。")
                .code("id", id),
            Route::Examples,
            word(lang, "All examples", "全部示例"),
        ),
        other => (
            pullcheck::text::say(
                "Nothing stands at {address}. The link may have been cut.",
                "{address} 处没有内容，链接可能不完整。",
            )
            .code("address", other.address()),
            Route::Home,
            word(lang, "To the start page", "回到首页"),
        ),
    };
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "Not found", "未找到") }</h1>
            <p>{ show::phrase(&says, lang) }</p>
            <p><a href={list.address()}>{ label }</a></p>
        </article>
    }
}

/// The link above a page back to its list.
fn back(list: &Route, label: &'static str) -> Html {
    html! { <nav class="back" aria-label={label}><a href={list.address()}>{ format!("← {label}") }</a></nav> }
}

/// A link out of the page. It carries nothing but what is built in.
fn outside(address: String, label: Html) -> Html {
    html! { <a href={address} rel="noopener noreferrer">{ label }</a> }
}

/// Links to rules, by their titles.
pub fn rule_links<'i>(ids: impl IntoIterator<Item = &'i str>, lang: Lang) -> Html {
    let items = ids.into_iter().filter_map(rules::find).map(|rule| {
        html! {
            <li key={rule.id}>
                <a href={Route::Rule(rule.id.to_string()).address()}>{ show::text(rule.title, lang) }</a>
                { " " }<span class="id" translate="no">{ rule.id }</span>
            </li>
        }
    });
    html! { <ul class="list">{ for items }</ul> }
}

/// Links to consumers, by their names.
pub fn consumer_links<'i>(ids: impl IntoIterator<Item = &'i str>) -> Html {
    let items = ids.into_iter().filter_map(consumers::find).map(|consumer| {
        let to = Route::Consumer(consumer.id.to_string(), None);
        html! { <li key={consumer.id}><a href={to.address()} translate="no">{ consumer.name }</a></li> }
    });
    html! { <ul>{ for items }</ul> }
}

/// Links to known errors, by what they mean and what they say.
fn error_links(entries: impl IntoIterator<Item = &'static Entry>, lang: Lang) -> Html {
    let items = entries.into_iter().map(|entry| {
        html! {
            <li key={entry.id.clone()}>
                <a href={Route::Error(entry.id.clone()).address()}>{ show::phrase(&open(entry.title.phrase()), lang) }</a>
                { " " }<span class="id" translate="no">{ show::phrase(&entry.printed_by(), lang) }</span>
                <p><code translate="no">{ &entry.message }</code></p>
            </li>
        }
    });
    html! { <ul class="list">{ for items }</ul> }
}

/// Ways to mend something: each with the command of every tool.
pub fn fix_list(fixes: &[Fix], lang: Lang) -> Html {
    html! { <div class="fixes">{ for fixes.iter().map(|fix| leaflet::fix(fix, lang)) }</div> }
}

/// A severity in a word, in its colour.
fn severity(severity: Severity, lang: Lang) -> Html {
    let (_, class) = tones::severity(severity);
    let label = severity.word().get(lang);
    html! { <span class={classes!("severity", class)}>{ label }</span> }
}
