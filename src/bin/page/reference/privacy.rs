//! What happens to what is dropped, and how a reader can see it: the leaflet, with what holds in this browser.

use super::forget::Forget;
use super::leaflet::{leaflet_with, pieces};
use crate::lock;
use crate::state::Dispatch;
use pullcheck::leaflets;
use pullcheck::text::Lang;
use yew::prelude::*;

/// What the page is told.
#[derive(Properties, PartialEq)]
pub struct PrivacyProps {
    /// Language of the reader.
    pub lang: Lang,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// How to see that nothing is sent.
#[component]
pub fn PrivacyPage(props: &PrivacyProps) -> Html {
    let lang = props.lang;
    let told = leaflet_with(&leaflets::privacy(), lang, &|section| {
        match section.id {
        "checks" => lock::since().map(|since| {
            html! {
                <>
                    <p>{ match lang {
                        Lang::En => format!("In this tab the network has been closed since {since}. Each of these checks shows it by itself:"),
                        Lang::Zh => format!("在此标签页中，网络已于 {since} 关闭。以下每一种检查都能单独证实："),
                    } }</p>
                    { pieces(&section.blocks, lang) }
                </>
            }
        }),
        "kept" => {
            let (first, rest) = section.blocks.split_at(1.min(section.blocks.len()));
            Some(html! {
                <>
                    { pieces(first, lang) }
                    <Forget {lang} dispatch={props.dispatch.clone()} />
                    { pieces(rest, lang) }
                </>
            })
        }
        _ => None,
    }
    });
    html! { <article class="reference">{ told }</article> }
}
