//! The page of one media type: its leaflet, and for an unknown one what it may have been meant to be.

use super::leaflet::leaflet;
use super::{OneProps, back};
use crate::route::Route;
use crate::show::{self, code, linked, word};
use pullcheck::spec::ecosystem;
use pullcheck::text::{Lang, say};
use pullcheck::{leaflets, media_types};
use yew::prelude::*;

/// One media type.
#[component]
pub fn MediaTypePage(props: &OneProps) -> Html {
    let lang = props.lang;
    html! {
        <article class="reference">
            { back(&Route::MediaTypes, word(lang, "All media types", "全部媒体类型")) }
            { match media_types::find(&props.id) {
                Some(known) => leaflet(&leaflets::media_type(known), lang),
                None => unknown(&props.id, lang),
            } }
        </article>
    }
}

fn unknown(name: &str, lang: Lang) -> Html {
    let near = media_types::nearest(name);
    let maker = ecosystem::maker(name);
    html! {
        <>
            <h1 tabindex="-1" class="type">{ code(name) }</h1>
            <p class="lede">{ match maker {
                Some(maker) => show::phrase(
                    &say(
                        "Pullcheck does not know this type. By its prefix it belongs to {maker}.",
                        "Pullcheck 不认识这个类型。从前缀看，它属于 {maker}。",
                    ).name("maker", maker),
                    lang,
                ),
                None => show::text(pullcheck::text::text(
                    "Pullcheck does not know this type. Anybody may make one; who is to read it has to know it too.",
                    "Pullcheck 不认识这个类型。任何人都可以自定义类型，但读取方也必须认识它。",
                ), lang),
            } }</p>
            if !near.is_empty() {
                <h2>{ word(lang, "Was this meant?", "是不是要写：") }</h2>
                <ul>{ for near.into_iter().map(|other| html! { <li>{ linked(&other.name) }</li> }) }</ul>
            }
        </>
    }
}
