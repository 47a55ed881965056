//! The two dialogs of the keyboard: the list of its keys with the switch for them, and the question before reading stops.

use super::{KEYS, Key, Place};
use crate::show::{text, word};
use crate::stored;
use gloo::events::EventListener;
use pullcheck::text::{Lang, Text, text as both};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

/// What each place is called.
const PLACES: [(Place, Text); 3] = [
    (Place::Everywhere, both("On every page", "所有页面")),
    (Place::Report, both("In a report", "报告中")),
    (Place::Problem, both("On a problem", "焦点在问题上时")),
];

/// Properties of [`Help`].
#[derive(Properties, PartialEq)]
pub struct HelpProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Whether it is open.
    pub open: bool,
    /// It was closed.
    pub on_close: Callback<()>,
}

/// The list of the keys.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let lang = props.lang;
    let dialog = use_node_ref();
    let redraw = use_force_update();
    use_effect_with(
        (props.open, dialog.clone(), props.on_close.clone()),
        |(open, dialog, on_close)| {
            let element = dialog.cast::<HtmlDialogElement>();
            let listener = element.map(|element| {
                if *open && !element.open() {
                    let _ = element.show_modal();
                }
                let on_close = on_close.clone();
                EventListener::new(&element, "close", move |_| on_close.emit(()))
            });
            move || drop(listener)
        },
    );
    let close = closer(&dialog);
    let onchange = Callback::from(move |event: Event| {
        if let Some(input) = event
            .target()
            .and_then(|t| t.dyn_into::<HtmlInputElement>().ok())
        {
            stored::turn_keys(input.checked());
            redraw.force_update();
        }
    });
    html! {
        <dialog ref={dialog} class="keys" aria-labelledby="keys-title">
            if props.open {
                <div class="head">
                    <h2 id="keys-title">{ word(lang, "Keyboard shortcuts", "键盘快捷键") }</h2>
                    <button type="button" class="close" onclick={close}>{ word(lang, "Close", "关闭") }</button>
                </div>
                <p>
                    <label>
                        <input type="checkbox" id="keys-on" checked={stored::keys_on()} {onchange} />
                        { " " }{ word(lang, "Single keys are shortcuts", "启用单键快捷键") }
                    </label>
                </p>
                <p class="hint">{ word(lang,
                    "They never act while you type in a field. Enter and Escape work either way.",
                    "在输入框中输入时，它们不起作用。Enter 与 Esc 键不受此开关影响。") }</p>
                <div class="places">
                    { for PLACES.iter().map(|(place, name)| html! {
                        <table>
                            <caption>{ text(*name, lang) }</caption>
                            <thead class="hidden"><tr>
                                <th scope="col">{ word(lang, "Key", "按键") }</th>
                                <th scope="col">{ word(lang, "What it does", "作用") }</th>
                            </tr></thead>
                            <tbody>{ for KEYS.iter().filter(|key| key.place == *place).map(|key| row(key, lang)) }</tbody>
                        </table>
                    }) }
                </div>
            }
        </dialog>
    }
}

fn row(key: &Key, lang: Lang) -> Html {
    // A space stands between two keys that follow each other, a plus between two that are held together.
    let presses = key.press.split(' ').enumerate().map(|(at, press)| {
        html! {
            <>
                if at > 0 { { " " }<span>{ word(lang, "then", "再按") }</span>{ " " } }
                <kbd translate="no">{ if press == "Escape" { "Esc" } else { press } }</kbd>
            </>
        }
    });
    html! {
        <tr>
            <th scope="row">{ for presses }</th>
            <td>{ text(key.says, lang) }</td>
        </tr>
    }
}

/// Properties of [`Ask`].
#[derive(Properties, PartialEq)]
pub struct AskProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Stops the run.
    pub on_stop: Callback<()>,
}

/// Asks whether reading is to stop. It is part of the page only while something is read.
#[component]
pub fn Ask(props: &AskProps) -> Html {
    let lang = props.lang;
    let dialog = use_node_ref();
    let close = closer(&dialog);
    let stop = {
        let (close, on_stop) = (close.clone(), props.on_stop.clone());
        Callback::from(move |event: MouseEvent| {
            close.emit(event);
            on_stop.emit(());
        })
    };
    html! {
        <dialog ref={dialog} class="ask" aria-labelledby="ask-title" aria-describedby="ask-says">
            <h2 id="ask-title">{ word(lang, "Stop reading?", "停止读取？") }</h2>
            <p id="ask-says">{ word(lang,
                "What is known by then stays on the page.",
                "到那时为止已得出的结果会保留在页面上。") }</p>
            <div class="choices">
                <button type="button" class="go-on" onclick={close}>{ word(lang, "Go on reading", "继续读取") }</button>
                <button type="button" class="stop" onclick={stop}>{ word(lang, "Stop", "停止") }</button>
            </div>
        </dialog>
    }
}

fn closer(dialog: &NodeRef) -> Callback<MouseEvent> {
    let dialog = dialog.clone();
    Callback::from(move |_| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    })
}
