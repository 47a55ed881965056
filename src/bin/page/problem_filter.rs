//! The field that narrows the list of problems by words. It only hides: what is hidden is counted and said, and never looks
//! like a clean result.

use crate::attention;
use crate::show::{phrase, word};
use pullcheck::report::Group;
use pullcheck::rules;
use pullcheck::text::{Lang, say};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Problems from which on a list is worth narrowing.
pub const WORTH: usize = 3;

/// Properties of [`ProblemFilter`].
#[derive(Properties, PartialEq)]
pub struct FilterProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What was typed.
    pub typed: String,
    /// How many problems it hides.
    pub hidden: usize,
    /// How many it leaves.
    pub left: usize,
    /// What is typed now.
    pub on_typed: Callback<String>,
}

/// The field, and what it hides.
#[component]
pub fn ProblemFilter(props: &FilterProps) -> Html {
    let lang = props.lang;
    let oninput = props.on_typed.reform(|event: InputEvent| {
        event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            .map_or_else(String::new, |input| input.value())
    });
    let field = use_node_ref();
    // What cleared it may be gone with it: the focus stays with the field.
    let clear = {
        let (field, on_typed) = (field.clone(), props.on_typed.clone());
        Callback::from(move |()| {
            on_typed.emit(String::new());
            if let Some(field) = field.cast::<HtmlInputElement>() {
                attention::focus(&field);
            }
        })
    };
    let onkeydown = {
        let (clear, filled) = (clear.clone(), !props.typed.is_empty());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && filled {
                event.prevent_default();
                clear.emit(());
            }
        })
    };
    let clear = clear.reform(|_: MouseEvent| ());
    let hidden = u64::try_from(props.hidden).unwrap_or(u64::MAX);
    let says = match props.left {
        0 => say(
            "No problems match this filter ({n} hidden).",
            "没有符合筛选条件的问题（已隐藏 {n} 条）。",
        ),
        _ => say("{n} hidden by the filter.", "筛选已隐藏 {n} 条。"),
    };
    html! {
        <div class="narrow" role="search" aria-label={word(lang, "Problems", "问题")}>
            <label for="problem-filter">{ word(lang, "Filter problems", "筛选问题") }</label>
            <input ref={field} id="problem-filter" type="search" value={props.typed.clone()} {oninput} {onkeydown} autocomplete="off" spellcheck="false"
                placeholder={word(lang, "rule, field, word", "规则、字段、文字")} />
            <div role="status" class={(props.left == 0).then_some("filtered-out")}>
                if hidden > 0 {
                    <p>
                        { phrase(&says.count("n", hidden), lang) }{ " " }
                        <button type="button" class="plain clear-filter" onclick={clear}>{ word(lang, "Clear filter", "清除筛选") }</button>
                    </p>
                }
            </div>
        </div>
    }
}

/// Whether all words typed stand somewhere in a problem: its severity, rule, title or sentences.
pub fn shows(group: &Group, typed: &str, lang: Lang) -> bool {
    if typed.trim().is_empty() {
        return true;
    }
    let mut hay = format!("{} {}", group.rule, group.severity.word().get(lang));
    if let Some(rule) = rules::find(group.rule) {
        hay.push(' ');
        hay.push_str(rule.title.get(lang));
    }
    for (says, findings) in group.sentences(group.findings.len()) {
        hay.push(' ');
        hay.push_str(&says.render(lang));
        for at in findings.iter().flat_map(|finding| finding.places()) {
            hay.push(' ');
            hay.push_str(&at.show(lang));
        }
    }
    let hay = hay.to_lowercase();
    typed
        .to_lowercase()
        .split_whitespace()
        .all(|word| hay.contains(word))
}
