//! The page of one consumer: its leaflet, with the version asked for marked among its versions. What it does with examples
//! is checked by `trials.rs`.

use super::trials::Trials;
use super::{back, leaflet, missing};
use crate::route::Route;
use crate::show::{self, word};
use pullcheck::consumers::{self, Range, holds};
use pullcheck::leaflets;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Which consumer.
#[derive(Properties, PartialEq)]
pub struct ConsumerProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Id of the consumer.
    pub id: String,
    /// A version of it, as the address has it.
    #[prop_or_default]
    pub version: Option<String>,
}

/// One consumer.
#[component]
pub fn ConsumerPage(props: &ConsumerProps) -> Html {
    let lang = props.lang;
    let Some(consumer) = consumers::find(&props.id) else {
        let what = Route::Consumer(props.id.clone(), props.version.clone());
        return missing(&what, lang);
    };
    let asked = props.version.as_deref();
    let known = |version: &str| consumer.ranges.iter().any(|r| holds(&r.versions, version));
    let unknown = asked.filter(|version| !known(version));
    let about = leaflets::consumer(consumer);
    html! {
        <article class="reference">
            { back(&Route::Consumers, word(lang, "All consumers", "全部使用方")) }
            { leaflet::head(&about, lang) }
            <h2>{ word(lang, "Versions that behave differently", "行为不同的各版本") }</h2>
            if let Some(version) = unknown {
                <p class="notice">{ show::phrase(
                    &say(
                        "Version {version} is in none of the known ranges.",
                        "版本 {version} 不在任何已知范围内。",
                    ).code("version", version),
                    lang,
                ) }</p>
            }
            <ul class="cards">
                { for consumer.ranges.iter().map(|one| range(one, asked, lang)) }
            </ul>
            <Trials {lang} id={consumer.id} />
            { leaflet::sections(&about, lang) }
        </article>
    }
}

/// One range; the one that holds the version asked for is marked, and says so.
fn range(range: &Range, asked: Option<&str>, lang: Lang) -> Html {
    let this = asked.filter(|version| holds(&range.versions, version));
    html! {
        <li key={range.versions.shown} class={this.map(|_| "this")} aria-current={this.map(|_| "true")}>
            <h3 translate="no">{ range.versions.shown }</h3>
            <p>{ show::text(range.label, lang) }</p>
            if let Some(version) = this {
                <p><strong>{ show::phrase(
                    &say("Version {version} is in this range.", "版本 {version} 属于此范围。")
                        .code("version", version),
                    lang,
                ) }</strong></p>
            }
        </li>
    }
}
