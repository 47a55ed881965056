//! A page about one thing inside a frame of another page: no head, no foot, nothing to drop on, one link out. Its links to
//! other things of the same kind stay in the frame; all else opens in a tab of its own, because most sites refuse to be
//! framed. It needs no clipboard and keeps nothing.

use crate::intake;
use crate::route::{self, Embedded, Route};
use crate::show::word;
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use pullcheck::text::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;
use yew::prelude::*;

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What is shown.
    pub what: Route,
    /// Whether it is only shown what it will look like: then this is not the page's main part.
    #[prop_or_default]
    pub preview: bool,
    /// The page itself.
    pub children: Children,
}

/// The page in its frame.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let lang = props.lang;
    let to = route::with(&props.what.address(), &format!("lang={}", lang.tag()));
    let to = format!("{}{to}", route::base());
    html! {
        <div class="embed">
            <p class="out">
                <span translate="no">{ "Pullcheck" }</span>
                <a href={to} target="_blank" rel="noopener">{ word(lang, "Open in Pullcheck", "在 Pullcheck 中打开") }</a>
            </p>
            if props.preview {
                <div class="main">{ props.children.clone() }</div>
            } else {
                <main id="main" tabindex="-1">{ props.children.clone() }</main>
            }
        </div>
    }
}

/// Listens while a page is shown in a frame: what is dropped does nothing, and links go where they may.
pub fn listen(embedded: &Embedded) -> Vec<EventListener> {
    intake::decline_early_drops();
    let window = gloo::utils::window();
    let options = EventListenerOptions {
        phase: EventListenerPhase::Capture,
        passive: false,
    };
    let decline = |name: &'static str| {
        // Else the browser would show the dropped file in the frame's place.
        EventListener::new_with_options(&window, name, options, |event| event.prevent_default())
    };
    let theme = embedded.theme;
    let follow = EventListener::new_with_options(&window, "click", options, move |event| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href]").ok()?)
            .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        // What is saved as a file is no place to go to.
        let Some(link) = link.filter(|link| !link.has_attribute("download")) else {
            return;
        };
        let address = link.get_attribute("href").unwrap_or_default();
        if address.starts_with("#/embed/") {
            return;
        }
        if let Some(fragment) = address.strip_prefix('#') {
            let (what, _) = Route::read(fragment);
            if what.target().is_some() {
                event.prevent_default();
                let what = Box::new(what);
                route::go(&Route::Embed(Embedded { what, theme }));
                return;
            }
        } else if !address.starts_with("https://") && !address.starts_with("http://") {
            event.prevent_default();
            return;
        }
        link.set_target("_blank");
        link.set_rel("noopener noreferrer");
    });
    vec![decline("dragover"), decline("drop"), follow]
}
