//! The page of one rule: its leaflet, written from its two examples, which are made and checked here.

use super::leaflet::leaflet;
use super::{OneProps, back, missing};
use crate::route::Route;
use crate::show::word;
use pullcheck::{leaflets, rules};
use std::rc::Rc;
use yew::prelude::*;

/// One rule.
#[component]
pub fn RulePage(props: &OneProps) -> Html {
    let lang = props.lang;
    let written = use_memo(props.id.clone(), |id| {
        rules::find(id).map(|rule| Rc::new(leaflets::rule(rule)))
    });
    match written.as_ref() {
        None => missing(&Route::Rule(props.id.clone()), lang),
        Some(written) => html! {
            <article class="reference">
                { back(&Route::Rules, word(lang, "All rules", "全部规则")) }
                { leaflet(written, lang) }
            </article>
        },
    }
}
