//! Who else checks a rule, on its page. It shows what is built in.

use super::outside;
use crate::show::{text, word};
use pullcheck::rules::Rule;
use pullcheck::rules::peers::{Extent, peers as peers_of};
use pullcheck::text::Lang;
use yew::prelude::*;

/// The section of a rule's page about the programs that check it too.
pub fn peers(rule: &Rule, lang: Lang) -> Html {
    let found: Vec<_> = peers_of(rule.id).collect();
    html! {
        <>
            <h2>{ word(lang, "Who else checks it", "还有谁检查") }</h2>
            if found.is_empty() {
                <p>{ word(
                    lang,
                    "None of the other programs whose sources were read for this.",
                    "我们读过源码的其他程序都不检查这一点。",
                ) }</p>
            } else {
                <ul class="list">
                    { for found.into_iter().map(|(peer, extent)| html! {
                        <li key={peer.name}>
                            { outside(peer.link.to_string(), html! { <span translate="no">{ peer.name }</span> }) }
                            if extent == Extent::Part {
                                { word(lang, ", in part", "（部分检查）") }
                            }
                            { word(lang, ": ", "：") }{ text(peer.about, lang) }
                        </li>
                    }) }
                </ul>
            }
        </>
    }
}
