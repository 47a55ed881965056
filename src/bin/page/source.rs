//! The original text of the documents, one at a time, with what findings say of them and the place that was asked for.
//! Texts are shown as they are: a digest is about these very bytes. The view laid out in lines is apart, and says so.

mod act;
pub mod document;
mod here;
mod row;
mod screen;
mod tools;
mod view;

use crate::painting;
use crate::show::{code, word};
use crate::state::{Dispatch, Loaded, Shared, Shown};
use crate::unread::Unread;
use document::{Document, Memory};
use pullcheck::report::{Severity, SourceText};
use pullcheck::text::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Tabs that are shown before the reader asks for the rest.
const TABS: usize = 12;

/// Properties of [`Source`].
#[derive(Properties, PartialEq)]
pub struct SourceProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
    /// The place that was asked for last.
    pub shown: Option<Shown>,
    /// A link to the report, where it has one that others can open.
    pub link: Option<AttrValue>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// The documents, one at a time.
#[component]
pub fn Source(props: &SourceProps) -> Html {
    let lang = props.lang;
    let sources = &props.loaded.sources;
    let serial = props.shown.as_ref().map_or(0, |shown| shown.serial);
    // What the reader picked counts until another place is asked for.
    let picked = use_state(|| None::<(u32, String)>);
    let all = use_state(|| false);
    let position = |path: &str| sources.iter().position(|source| source.path == path);
    let asked = props.shown.as_ref().map(|shown| &shown.at);
    let by_hand = picked
        .as_ref()
        .filter(|(at, _)| *at == serial)
        .and_then(|(_, path)| position(path));
    let by_place = asked.and_then(|at| position(&at.path));
    let first = props.loaded.main().and_then(|main| position(&main.path));
    let active = by_hand.or(by_place).or(first).unwrap_or(0);
    let elsewhere = asked.filter(|_| by_place.is_none() && by_hand.is_none());
    use_effect_with((serial, elsewhere.is_some()), |(_, elsewhere)| {
        if *elsewhere {
            focus("shown");
        }
    });
    let memory = use_memo(props.loaded.job, |_| Memory::default());
    use_effect_with(active, |active| {
        let active = *active;
        painting::before(move || bring_tab(active));
    });
    let on_pick = use_callback(serial, {
        let picked = picked.setter();
        move |path: String, serial| picked.set(Some((*serial, path)))
    });
    if sources.is_empty() && props.shown.is_none() {
        return html! {
            <Unread {lang} loaded={props.loaded.clone()} dispatch={props.dispatch.clone()} />
        };
    }
    let to_tab = {
        let on_pick = on_pick.clone();
        let paths: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
        Callback::from(move |path: String| {
            let at = paths.iter().position(|one| *one == path).unwrap_or(0);
            on_pick.emit(path);
            // The tab is drawn when this returns, if it was among those not listed.
            gloo::timers::callback::Timeout::new(0, move || {
                focus(&format!("tab-{at}"));
            })
            .forget();
        })
    };
    let hidden = if *all {
        0
    } else {
        sources.len().saturating_sub(TABS)
    };
    let show_all = Callback::from(move |_: MouseEvent| all.set(true));
    let shown = props.shown.clone().filter(|shown| {
        sources
            .get(active)
            .is_some_and(|source| source.path == shown.at.path)
    });
    let several = sources.len() > 1;
    html! {
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">{ word(lang, "Documents", "文档") }</h2>
            if let Some(at) = elsewhere {
                <p id="shown" tabindex="-1">
                    { code(&at.show(lang)) }
                    { word(lang, " is not in a document that can be shown as text.", " 不在可作为文本显示的文档中。") }
                </p>
            }
            if several {
                <div class="tabs" role="tablist" aria-label={word(lang, "Documents", "文档")}>
                    { for sources.iter().enumerate()
                        .filter(|(at, _)| hidden == 0 || *at < TABS || *at == active)
                        .map(|(at, source)| tab(at, source, at == active, props, &to_tab)) }
                </div>
                if hidden > 0 {
                    <button type="button" class="more" onclick={show_all}>{ match lang {
                        Lang::En => format!("List all {} documents", sources.len()),
                        Lang::Zh => format!("列出全部 {} 个文档", sources.len()),
                    } }</button>
                }
            }
            if let Some(source) = sources.get(active) {
                <div id="document" role={several.then_some("tabpanel")}
                    aria-labelledby={several.then(|| format!("tab-{active}"))}>
                    <Document key={source.path.clone()} {lang} loaded={props.loaded.clone()} at={active} {shown} memory={(*memory).clone()} link={props.link.clone()}
                        dispatch={props.dispatch.clone()} on_pick={to_tab} />
                </div>
            }
        </section>
    }
}

fn tab(
    at: usize,
    source: &SourceText,
    active: bool,
    props: &SourceProps,
    pick: &Callback<String>,
) -> Html {
    let lang = props.lang;
    let sources = &props.loaded.sources;
    let onclick = {
        let pick = pick.clone();
        let path = source.path.clone();
        Callback::from(move |_: MouseEvent| pick.emit(path.clone()))
    };
    let onkeydown = {
        let pick = pick.clone();
        let path = |at: Option<usize>| {
            at.and_then(|at| sources.get(at))
                .map(|source| source.path.clone())
        };
        let before = path(at.checked_sub(1));
        let after = path(at.checked_add(1));
        let ends = (path(Some(0)), path(sources.len().checked_sub(1)));
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => before.as_ref().or(ends.1.as_ref()),
                "ArrowRight" => after.as_ref().or(ends.0.as_ref()),
                "Home" => ends.0.as_ref(),
                "End" => ends.1.as_ref(),
                _ => return,
            };
            if let Some(path) = to {
                event.prevent_default();
                pick.emit(path.clone());
            }
        })
    };
    let name = source.path.rsplit('/').next().unwrap_or(&source.path);
    // Blobs are called by their digest; its first characters tell them apart.
    let short: String = if name.len() > 40 {
        name.chars().take(12).chain(['…']).collect()
    } else {
        name.to_string()
    };
    let found = props
        .loaded
        .report
        .findings
        .iter()
        .filter(|finding| finding.at.path == source.path);
    let bad = found
        .filter(|finding| finding.severity != Severity::Info)
        .count();
    let problems = match lang {
        Lang::En if bad == 1 => "1 error or warning".to_string(),
        Lang::En => format!("{bad} errors and warnings"),
        Lang::Zh => format!("{bad} 个错误或警告"),
    };
    html! {
        <button type="button" role="tab" id={format!("tab-{at}")} aria-selected={active.to_string()}
            aria-controls="document" tabindex={if active { "0" } else { "-1" }}
            title={source.path.clone()} {onclick} {onkeydown}>
            <span>{ source.kind.clone() }</span>{ " " }{ code(&short) }
            if bad > 0 {
                { " " }<span class="bad" title={problems.clone()}><span aria-hidden="true">{ bad }</span><span class="hidden">{ problems }</span></span>
            }
        </button>
    }
}

/// Scrolls the row of tabs, and nothing else, to the one that is open.
fn bring_tab(at: usize) {
    let tab = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(&format!("tab-{at}")));
    if let Some(tab) = tab
        && let Some(row) = tab.parent_element()
    {
        let (here, frame) = (
            tab.get_bounding_client_rect(),
            row.get_bounding_client_rect(),
        );
        let by = if here.left() < frame.left() {
            here.left() - frame.left()
        } else {
            (here.right() - frame.right()).max(0.0)
        };
        row.set_scroll_left(row.scroll_left() + by.round() as i32);
    }
}

fn focus(id: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}
