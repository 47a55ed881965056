//! What one can do with a document: copy and save it, search in it, go to a place, fold it, see it laid out in lines.

use super::document::Held;
use super::row::letters;
use crate::clipboard;
use crate::show::{code, word};
use gloo::timers::callback::Timeout;
use pullcheck::text::{Lang, short_bytes};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`Tools`].
#[derive(Properties, PartialEq)]
pub struct ToolsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The document in view.
    pub held: Held,
}

/// The tools above a document.
#[component]
pub fn Tools(props: &ToolsProps) -> Html {
    let lang = props.lang;
    let held = &props.held;
    let wrong = use_state(|| false);
    let view = held.view();
    let Some(source) = view.source() else {
        return html! {};
    };
    let size = view.original().bytes().len();
    let name = file_name(&source.path);
    let save = {
        let held = held.clone();
        let name = name.clone();
        Callback::from(move |_: MouseEvent| {
            let _ = clipboard::save_bytes(&name, held.view().original().bytes());
        })
    };
    let one_line = view.listing().is_some() && view.original().lines().len() == 1;
    html! {
        <>
            <div class="path">
                <span>{ code(&source.path) }{ " " }if !source.digest.is_empty() { { code(&source.digest) } }</span>
                <span class="copies">
                    <CopyDocument {lang} held={held.clone()} />
                    <button type="button" class="copy save-document" onclick={save}>
                        { word(lang, "Save this document", "保存此文档") }{ format!(" ({})", short_bytes(size as u64)) }
                    </button>
                </span>
            </div>
            <div class="tools">
                { search(held, lang) }
                { go_to(held, &wrong, lang) }
                <div class="folding">
                    { folding(held, lang, true) }
                    { folding(held, lang, false) }
                    if view.can_format() && !one_line { { format_button(held, lang, "") } }
                </div>
            </div>
            if view.can_format() && one_line && !view.formatted {
                <div class="one-line">
                    <p>{ word(lang, "This document is a single line.", "此文档只有一行。") }</p>
                    { format_button(held, lang, "primary") }
                </div>
            }
            if view.formatted {
                <div class="one-line laid-out">
                    <p role="status">{ if view.is_making() {
                        word(lang, "Laying it out…", "正在排版…")
                    } else {
                        word(
                            lang,
                            "Laid out in lines, for reading. This is not the original text: digests and byte positions are those of the original.",
                            "已按行排版，便于阅读。这不是原始文本：摘要和字节位置以原文为准。",
                        )
                    } }</p>
                    if one_line { { format_button(held, lang, "") } }
                </div>
            }
        </>
    }
}

/// Copies the document; its text is only made when it is asked for.
#[component]
fn CopyDocument(props: &ToolsProps) -> Html {
    let lang = props.lang;
    let copied = use_state(|| None::<bool>);
    let onclick = {
        let held = props.held.clone();
        let copied = copied.clone();
        Callback::from(move |_: MouseEvent| {
            let text = letters(held.view().original().bytes());
            let copied = copied.clone();
            wasm_bindgen_futures::spawn_local(async move {
                copied.set(Some(clipboard::copy(&text).await));
                Timeout::new(2000, move || copied.set(None)).forget();
            });
        })
    };
    let label = match *copied {
        Some(true) => word(lang, "Copied", "已复制"),
        Some(false) => word(lang, "Not copied: save it instead", "未能复制：请改为保存"),
        None => word(lang, "Copy this document", "复制此文档"),
    };
    html! { <button type="button" class="copy copy-document" {onclick}><span aria-live="polite">{ label }</span></button> }
}

/// The last part of a path, as a file may be called.
fn file_name(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    let plain = |c: char| {
        if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '-'
        }
    };
    let name: String = last.chars().take(80).map(plain).collect();
    if name.contains('.') {
        name
    } else {
        format!("{name}.json")
    }
}

fn format_button(held: &Held, lang: Lang, class: &'static str) -> Html {
    let formatted = held.view().formatted;
    let onclick = {
        let held = held.clone();
        Callback::from(move |_: MouseEvent| held.change(|view| view.format(!formatted)))
    };
    html! {
        <button type="button" id="formatted-view" class={classes!("tool", class)} {onclick}>
            { match formatted {
                true => word(lang, "Original text", "原文"),
                false => word(lang, "Formatted view", "排版视图"),
            } }
        </button>
    }
}

fn folding(held: &Held, lang: Lang, fold: bool) -> Html {
    let (id, says) = match fold {
        true => ("fold-all", word(lang, "Fold all", "全部折叠")),
        false => ("unfold-all", word(lang, "Unfold all", "全部展开")),
    };
    let onclick = {
        let held = held.clone();
        Callback::from(move |_: MouseEvent| held.change(|view| view.fold_all(fold)))
    };
    let view = held.view();
    let can = view.listing().is_some_and(|listing| match fold {
        true => listing.lines().len() > 2 && listing.structure().regions().len() > 1,
        false => listing.any_folded(),
    });
    html! { <button type="button" class="tool" {id} disabled={!can} {onclick}>{ says }</button> }
}

fn search(held: &Held, lang: Lang) -> Html {
    let oninput = {
        let held = held.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event
                .target()
                .and_then(|one| one.dyn_into::<HtmlInputElement>().ok())
            {
                held.change(|view| view.look_for(&field.value()));
            }
        })
    };
    let step = |by: isize| {
        let held = held.clone();
        move || held.change(|view| view.find(by))
    };
    let onkeydown = {
        let (next, before) = (step(1), step(-1));
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                if event.shift_key() { before() } else { next() }
            }
        })
    };
    let button = |by: isize, id: &'static str, sign: &'static str, says: &'static str| {
        let go = step(by);
        let onclick = Callback::from(move |_: MouseEvent| go());
        html! { <button type="button" class="tool" {id} aria-label={says} title={says} {onclick}>{ sign }</button> }
    };
    let view = held.view();
    let told = view.search.as_ref().map(|search| {
        let more = if search.more() { "+" } else { "" };
        let count = search.hits().len();
        let at = view.hit.map_or(0, |hit| hit + 1);
        match (search.finished(), count, lang) {
            (false, 0, _) => "…".to_string(),
            (_, 0, Lang::En) => "not found".to_string(),
            (_, 0, Lang::Zh) => "未找到".to_string(),
            (_, _, Lang::En) => format!("{at} of {count}{more}"),
            (_, _, Lang::Zh) => format!("第 {at} 处，共 {count}{more} 处"),
        }
    });
    // Another text is shown when this is drawn anew: what was typed belongs to the old one.
    html! {
        <div class="search" role="search" aria-label={word(lang, "Documents", "文档")}>
            <label class="hidden" for="search-document">{ word(lang, "Search in this document", "在此文档中搜索") }</label>
            <input type="search" id="search-document" placeholder={word(lang, "Search in this document", "在此文档中搜索")} autocomplete="off" spellcheck="false" {oninput} {onkeydown} />
            { button(-1, "search-previous", "↑", word(lang, "Previous place", "上一处")) }
            { button(1, "search-next", "↓", word(lang, "Next place", "下一处")) }
            <span class="count" role="status">{ told.unwrap_or_default() }</span>
        </div>
    }
}

fn go_to(held: &Held, wrong: &UseStateHandle<bool>, lang: Lang) -> Html {
    let onsubmit = {
        let held = held.clone();
        let wrong = wrong.setter();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let form = event
                .target()
                .and_then(|one| one.dyn_into::<web_sys::Element>().ok());
            let field = form.and_then(|form| form.query_selector("input").ok().flatten());
            let Some(field) = field.and_then(|one| one.dyn_into::<HtmlInputElement>().ok()) else {
                return;
            };
            let there = held.change(|view| {
                let range = view.original().asked(&field.value())?;
                view.target = Some(range.clone());
                view.go(&range);
                Some(())
            });
            wrong.set(there.is_none());
        })
    };
    html! {
        <form class="go-to" {onsubmit}>
            <label class="hidden" for="go-to">{ word(lang, "Go to a line, byte or JSON pointer", "转到行、字节或 JSON 指针") }</label>
            <input type="text" id="go-to" placeholder={word(lang, "Go to: 12, 12:5, @340, /layers/0", "转到：12、12:5、@340、/layers/0")}
                autocomplete="off" spellcheck="false" aria-invalid={wrong.to_string()} aria-describedby="go-to-wrong" />
            <button type="submit" class="tool">{ word(lang, "Go", "转到") }</button>
            <span class="count" id="go-to-wrong" role="status">{ if **wrong { word(lang, "There is no such place.", "没有这个位置。") } else { "" } }</span>
        </form>
    }
}
