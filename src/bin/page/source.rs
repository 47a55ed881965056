//! The original text of the documents, with the lines that findings speak of and the place that was asked for.
//! Texts are shown as they are and never formatted: a digest is about these very bytes.

use crate::answers::severity;
use crate::show::{code, word};
use crate::state::{Loaded, Shared, Shown};
use crate::window::{Excerpt, excerpt, span};
use pullcheck::report::{Finding, SHOWN, Severity, SourceText};
use pullcheck::text::Lang;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

/// Tabs that are shown before the reader asks for the rest.
const TABS: usize = 12;

/// Lines before and after one with a problem that are printed.
const NEAR: u32 = 3;

/// Properties of [`Source`].
#[derive(Properties, PartialEq)]
pub struct SourceProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
    /// The place that was asked for last.
    pub shown: Option<Shown>,
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
    let seen = use_mut_ref(|| serial);
    use_effect_with(serial, move |serial| {
        if std::mem::replace(&mut *seen.borrow_mut(), *serial) != *serial {
            reveal();
        }
    });
    if sources.is_empty() && props.shown.is_none() {
        return html! {};
    }
    let position = |path: &str| sources.iter().position(|source| source.path == path);
    let asked = props.shown.as_ref().map(|shown| &shown.at);
    let by_hand = picked
        .as_ref()
        .filter(|(at, _)| *at == serial)
        .and_then(|(_, path)| position(path));
    let by_place = asked.and_then(|at| position(&at.path));
    // A manifest says most; the header file of a layout comes first in the list and says least.
    let first = ["manifest", "index"]
        .iter()
        .find_map(|kind| sources.iter().position(|source| source.kind == *kind));
    let active = by_hand.or(by_place).or(first).unwrap_or(0);
    let elsewhere = asked.filter(|_| by_place.is_none() && by_hand.is_none());
    let pick = {
        let picked = picked.clone();
        Callback::from(move |path: String| picked.set(Some((serial, path))))
    };
    let hidden = if *all {
        0
    } else {
        sources.len().saturating_sub(TABS)
    };
    let show_all = Callback::from(move |_: MouseEvent| all.set(true));
    html! {
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">{ word(lang, "Documents", "文档") }</h2>
            if let Some(at) = elsewhere {
                <p id="shown" tabindex="-1">
                    { code(&at.show(lang)) }
                    { word(lang, " is not in a document that can be shown as text.", " 不在可作为文本显示的文档中。") }
                </p>
            }
            if sources.len() > 1 {
                <div class="tabs" role="tablist" aria-label={word(lang, "Documents", "文档")}>
                    { for sources.iter().enumerate()
                        .filter(|(at, _)| hidden == 0 || *at < TABS || *at == active)
                        .map(|(at, source)| tab(at, source, at == active, sources, &pick)) }
                </div>
                if hidden > 0 {
                    <button type="button" class="more" onclick={show_all}>{ match lang {
                        Lang::En => format!("List all {} documents", sources.len()),
                        Lang::Zh => format!("列出全部 {} 个文档", sources.len()),
                    } }</button>
                }
            }
            if let Some(source) = sources.get(active) {
                { document(source, active, props) }
            }
        </section>
    }
}

fn tab(
    at: usize,
    source: &SourceText,
    active: bool,
    sources: &[SourceText],
    pick: &Callback<String>,
) -> Html {
    let onclick = {
        let pick = pick.clone();
        let path = source.path.clone();
        Callback::from(move |_: MouseEvent| pick.emit(path.clone()))
    };
    let onkeydown = {
        let pick = pick.clone();
        let paths: Vec<String> = [at.checked_sub(1), at.checked_add(1)]
            .iter()
            .map(|next| next.and_then(|next| sources.get(next)))
            .map(|next| next.map_or_else(String::new, |source| source.path.clone()))
            .collect();
        Callback::from(move |event: KeyboardEvent| {
            let (index, path) = match event.key().as_str() {
                "ArrowLeft" => (at.checked_sub(1), paths.first()),
                "ArrowRight" => (at.checked_add(1), paths.get(1)),
                _ => return,
            };
            if let (Some(index), Some(path)) = (index, path.filter(|path| !path.is_empty()))
                && focus(&format!("tab-{index}"))
            {
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
    html! {
        <button type="button" role="tab" id={format!("tab-{at}")} aria-selected={active.to_string()}
            aria-controls="document" tabindex={if active { "0" } else { "-1" }}
            title={source.path.clone()} {onclick} {onkeydown}>
            <span>{ source.kind.clone() }</span>{ " " }{ code(&short) }
        </button>
    }
}

fn document(source: &SourceText, active: usize, props: &SourceProps) -> Html {
    let lang = props.lang;
    let at = props
        .shown
        .as_ref()
        .map(|shown| &shown.at)
        .filter(|at| at.path == source.path);
    let range = at.and_then(|at| span(&source.text, at));
    let part = excerpt(&source.text, range.unwrap_or((0, 0)));
    let marked = marked(&props.loaded.report.findings, &source.path);
    let beyond = at.is_some_and(|at| {
        range.is_none()
            && !source.text.is_empty()
            && (at.offset.is_some() || at.line.is_some() || source.cut)
    });
    let several = props.loaded.sources.len() > 1;
    html! {
        <div id="document" role={several.then_some("tabpanel")}
            aria-labelledby={several.then(|| format!("tab-{active}"))}>
            <p class="path">
                { code(&source.path) }{ " " }
                if !source.digest.is_empty() { { code(&source.digest) } }
            </p>
            if beyond {
                <p>{ word(
                    lang,
                    "The place lies in a part of this document that is not shown.",
                    "该位置在本文档未显示的部分中。",
                ) }</p>
            }
            if part.partial || source.cut {
                <p>{ told(&part, source.cut, lang) }</p>
            }
            <pre class="source" tabindex="0" translate="no" aria-label={source.path.clone()}
                id={if at.is_some() && range.is_none() { "shown" } else { "source" }}>
                { for part.lines.iter().map(|line| {
                    shown_line(line.number, line.start, line.text, range, part.first_mark, &marked, lang)
                }) }
            </pre>
        </div>
    }
}

fn told(part: &Excerpt, cut: bool, lang: Lang) -> String {
    let (first, last) = part.numbers();
    let mut out = match (part.partial, lang) {
        (false, _) => String::new(),
        (true, Lang::En) => format!("Shown here: lines {first} to {last}, around the place. "),
        (true, Lang::Zh) => format!("此处仅显示该位置附近的第 {first} 至 {last} 行。"),
    };
    if cut {
        out.push_str(word(
            lang,
            "The document is longer than what the page keeps of it.",
            "文档较长，页面只保留了其中一部分。",
        ));
    }
    out
}

/// Lines that findings in this document speak of, with the worst severity and what the findings say.
fn marked<'r>(findings: &'r [Finding], path: &str) -> BTreeMap<u32, (Severity, Vec<&'r Finding>)> {
    let mut lines: BTreeMap<u32, (Severity, Vec<&Finding>)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.at.path == path) {
        let Some(line) = finding.at.line else {
            continue;
        };
        let entry = lines.entry(line).or_insert((finding.severity, Vec::new()));
        entry.0 = entry.0.min(finding.severity);
        entry.1.push(finding);
    }
    lines
}

/// One line: its number, its text, and what of it lies in `range`.
fn shown_line(
    number: u32,
    start: usize,
    text: &str,
    range: Option<(usize, usize)>,
    first_mark: Option<usize>,
    marked: &BTreeMap<u32, (Severity, Vec<&Finding>)>,
    lang: Lang,
) -> Html {
    let finding = marked.get(&number);
    // On paper only what stands around a problem is of use.
    let around = number.saturating_sub(NEAR)..=number.saturating_add(NEAR);
    let near = marked.range(around).next().is_some();
    let class = finding.map(|(worst, _)| classes!("marked", severity(*worst).1));
    let title = finding.map(|(_, findings)| hint(findings, lang));
    let inner = range
        .filter(|(from, to)| *from <= start + text.len() && *to > start)
        .and_then(|(from, to)| {
            let from = from.saturating_sub(start).min(text.len());
            let to = to.saturating_sub(start).min(text.len());
            Some((text.get(..from)?, text.get(from..to)?, text.get(to..)?))
        });
    let id = (first_mark == Some(start)).then_some("shown");
    html! {
        <span class={classes!("line", class, near.then_some("near"))} {title}>
            <span class="number">{ number }</span>
            if let Some((worst, _)) = finding {
                <span class="hidden">{ severity(*worst).0.get(lang) }</span>
            }
            <span class="text">
                if let Some((before, within, after)) = inner {
                    { before.to_string() }<mark {id} tabindex={id.map(|_| "-1")}>{ within.to_string() }</mark>{ after.to_string() }
                } else {
                    { text.to_string() }
                }
            </span>
            { "\n" }
        </span>
    }
}

/// What findings about one line say: a document on a single line has them all there, and nobody reads a hint of
/// hundreds of sentences.
fn hint(findings: &[&Finding], lang: Lang) -> String {
    let mut says: Vec<String> = Vec::new();
    for finding in findings {
        let sentence = finding.says.render(lang);
        if !says.contains(&sentence) {
            says.push(sentence);
        }
        if says.len() > SHOWN {
            says.pop();
            says.push("…".to_string());
            break;
        }
    }
    says.join("\n")
}

/// Brings the place that was asked for into view, and puts the focus there.
fn reveal() {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("shown"));
    if let Some(element) = element {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            // Without the focus the place is still in view.
            let _ = element.focus();
        }
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Center);
        options.set_inline(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn focus(id: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}
