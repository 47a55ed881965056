//! The page of one known error: its leaflet. It reads no pasted text.

use super::leaflet::leaflet;
use super::{OneProps, back, missing};
use crate::route::Route;
use crate::show::word;
use pullcheck::{errors, leaflets};
use yew::prelude::*;

/// One known error.
#[component]
pub fn ErrorPage(props: &OneProps) -> Html {
    let lang = props.lang;
    let Some(entry) = errors::find(&props.id) else {
        return missing(&Route::Error(props.id.clone()), lang);
    };
    html! {
        <article class="reference">
            { back(&Route::Errors, word(lang, "All known errors", "全部已知报错")) }
            { leaflet(&leaflets::error(entry), lang) }
        </article>
    }
}
