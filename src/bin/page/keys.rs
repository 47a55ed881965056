//! The keyboard: every key that does something by itself is a row of one table, which the listener obeys and the help
//! shows. What the acts do is in `keys/acts.rs`.
//!
//! Keys are never taken from a field, from a list that is searched by typing, from another program's shortcut (any
//! modifier), or from an open dialog; and all that are letters, digits or signs can be turned off (WCAG 2.1.4).

mod acts;
mod help;

pub use help::{Ask, Help};

use crate::attention;
use crate::desk::Desk;
use crate::intake;
use crate::show::word;
use crate::stored;
use acts::Act;
use gloo::events::{EventListener, EventListenerOptions};
use pullcheck::text::{Lang, Text, text};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// How long a first key waits for its second, in milliseconds.
const WAIT: f64 = 2000.0;

/// Where a key holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On every page.
    Everywhere,
    /// Where a report is shown.
    Report,
    /// While a problem has the focus.
    Problem,
}

/// A key, or two of them one after the other.
pub struct Key {
    /// As `KeyboardEvent.key` names it; with a space between the first and the second of two.
    pub press: &'static str,
    /// Where it holds.
    pub place: Place,
    /// What it does, in words.
    pub says: Text,
    /// What it does.
    pub act: Act,
}

const fn key(press: &'static str, place: Place, says: Text, act: Act) -> Key {
    Key {
        press,
        place,
        says,
        act,
    }
}

/// All keys.
pub const KEYS: &[Key] = &[
    key(
        "?",
        Place::Everywhere,
        text("show this list", "显示此列表"),
        Act::Press("#keys-open"),
    ),
    key(
        "o",
        Place::Everywhere,
        text("choose a file", "选择文件"),
        Act::Press("#key-file"),
    ),
    key(
        "O",
        Place::Everywhere,
        text("choose a folder", "选择文件夹"),
        Act::Press("#key-folder"),
    ),
    key(
        "Ctrl+V",
        Place::Everywhere,
        text("check what was copied", "检查剪贴板中的内容"),
        Act::Elsewhere,
    ),
    key(
        "/",
        Place::Everywhere,
        text(
            "filter the problems, or search the errors",
            "筛选问题，或搜索报错",
        ),
        Act::Search,
    ),
    key(
        "g h",
        Place::Everywhere,
        text("start page", "首页"),
        Act::Go("#/"),
    ),
    key(
        "g b",
        Place::Everywhere,
        text("back to the report", "回到报告"),
        Act::Press("#nav-report"),
    ),
    key(
        "g r",
        Place::Everywhere,
        text("rules", "规则"),
        Act::Go("#/rules"),
    ),
    key(
        "g c",
        Place::Everywhere,
        text("consumers", "使用方"),
        Act::Go("#/consumers"),
    ),
    key(
        "g e",
        Place::Everywhere,
        text("errors", "报错"),
        Act::Go("#/errors"),
    ),
    key(
        "g m",
        Place::Everywhere,
        text("media types", "媒体类型"),
        Act::Go("#/media-types"),
    ),
    key(
        "g x",
        Place::Everywhere,
        text("examples", "示例"),
        Act::Go("#/examples"),
    ),
    key(
        "t",
        Place::Everywhere,
        text("other colours", "切换配色"),
        Act::Turn("#theme"),
    ),
    key(
        "l",
        Place::Everywhere,
        text("other language", "切换语言"),
        Act::Turn("#language"),
    ),
    key(
        "Escape",
        Place::Everywhere,
        text(
            "close what is open, clear the filter, stop reading (asks first)",
            "关闭已打开的窗口或菜单、清除筛选、停止读取（会先询问）",
        ),
        Act::Leave,
    ),
    key(
        "1",
        Place::Report,
        text("to the verdict", "跳到结论"),
        Act::Focus("#verdict"),
    ),
    key(
        "2",
        Place::Report,
        text("to the problems", "跳到问题"),
        Act::Focus("#problems"),
    ),
    key(
        "3",
        Place::Report,
        text("to the documents", "跳到文档"),
        Act::Focus("#sources"),
    ),
    key(
        "4",
        Place::Report,
        text("to what is in it", "跳到其中的内容"),
        Act::Focus("#contents"),
    ),
    key(
        "5",
        Place::Report,
        text("to the layers", "跳到层"),
        Act::Focus("#layers, table.contents tr[data-role=layer]"),
    ),
    key(
        "n",
        Place::Report,
        text("next problem", "下一个问题"),
        Act::Next,
    ),
    key(
        "p",
        Place::Report,
        text("previous problem", "上一个问题"),
        Act::Previous,
    ),
    key(
        "]",
        Place::Report,
        text("next document", "下一个文档"),
        Act::NextTab,
    ),
    key(
        "[",
        Place::Report,
        text("previous document", "上一个文档"),
        Act::PreviousTab,
    ),
    key(
        "c",
        Place::Report,
        text(
            "copy the command of the problem or remedy that has the focus, else of the first remedy",
            "复制焦点所在问题或修复方法的命令；焦点不在其上时，复制第一种修复方法的命令",
        ),
        Act::Copy,
    ),
    key(
        "s",
        Place::Report,
        text("share", "分享"),
        Act::Open("button.share"),
    ),
    key("e", Place::Report, text("export", "导出"), Act::Menu),
    key(
        "Enter",
        Place::Problem,
        text("show where it stands in the document", "在文档中显示其位置"),
        Act::Show,
    ),
];

/// Whether a key is one that a voice or a sleeve may strike by accident, and that can therefore be turned off.
fn single(press: &str) -> bool {
    !matches!(press, "Escape" | "Enter")
}

/// What a keyboard set to Chinese gives for the same key.
const WIDE: [(&str, &str); 4] = [("？", "?"), ("、", "/"), ("【", "["), ("】", "]")];

/// What was struck: a letter's case is that of the shift key, whatever caps lock says.
fn struck(event: &KeyboardEvent) -> String {
    let key = event.key();
    if let Some((_, plain)) = WIDE.iter().find(|(wide, _)| *wide == key) {
        return (*plain).to_string();
    }
    match (key.len(), event.shift_key()) {
        (1, true) => key.to_ascii_uppercase(),
        (1, false) => key.to_ascii_lowercase(),
        _ => key,
    }
}

/// Whether typing belongs to what has the focus: a field, or something that is searched by typing.
fn typed_into(target: Option<&Element>) -> bool {
    target.is_some_and(|target| {
        let fields = "input, textarea, select, [contenteditable], [role=tree], [role=listbox], [role=menu], [role=grid]";
        target.closest(fields).ok().flatten().is_some()
    })
}

/// Whether a key holds now.
fn holds(key: &Key, target: Option<&Element>) -> bool {
    match key.place {
        Place::Everywhere => true,
        Place::Report => attention::first(".result").is_some(),
        // Only on the problem itself: within it, buttons and links have their own use for the key.
        Place::Problem => target.is_some_and(|t| t.matches(".problem").unwrap_or(false)),
    }
}

/// Finds what was struck in the table, and does it.
fn hear(event: &KeyboardEvent, first: &RefCell<Option<(String, f64)>>, desk: &Desk, lang: Lang) {
    let open = attention::first("dialog[open]").is_some();
    let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
    if event.default_prevented()
        || open
        || held
        || matches!(event.key().as_str(), "Shift" | "CapsLock")
    {
        return;
    }
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let struck = struck(event);
    let before = first.borrow_mut().take();
    if typed_into(target.as_ref()) || (single(&struck) && !stored::keys_on()) {
        return;
    }
    let now = event.time_stamp();
    let both = before
        .filter(|(_, at)| now - at < WAIT)
        .map(|(before, _)| format!("{before} {struck}"));
    let found = |press: &str| {
        KEYS.iter()
            .find(|key| key.press == press && holds(key, target.as_ref()))
    };
    if let Some(key) = both.as_deref().and_then(found).or_else(|| found(&struck)) {
        // A key that is held down goes on through a list, and does nothing else twice.
        if !event.repeat()
            || matches!(
                key.act,
                Act::Next | Act::Previous | Act::NextTab | Act::PreviousTab
            )
        {
            acts::act(key, desk, lang);
        }
        // Of Escape, too: the browser would close the dialog that it has just opened.
        event.prevent_default();
    } else if KEYS.iter().any(|key| {
        key.press
            .strip_prefix(&struck)
            .is_some_and(|rest| rest.starts_with(' '))
    }) {
        first.replace(Some((struck, now)));
        event.prevent_default();
    }
}

/// Properties of [`Keys`].
#[derive(Properties, PartialEq)]
pub struct KeysProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Where files go.
    pub desk: Desk,
}

/// Listens to the keyboard, and holds the two pickers that keys open from any page.
#[component]
pub fn Keys(props: &KeysProps) -> Html {
    let lang = props.lang;
    use_effect_with((props.desk.clone(), lang), |(desk, lang)| {
        let (desk, lang) = (desk.clone(), *lang);
        let first = RefCell::new(None);
        let active = EventListenerOptions::enable_prevent_default();
        let window = gloo::utils::window();
        let listener = EventListener::new_with_options(&window, "keydown", active, move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                hear(event, &first, &desk, lang);
            }
        });
        move || drop(listener)
    });
    let folder = use_node_ref();
    use_effect_with(folder.clone(), |folder| {
        // Yew has no property for it.
        if let Some(input) = folder.cast::<HtmlInputElement>() {
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let onchange = {
        let desk = props.desk.clone();
        Callback::from(move |event: Event| {
            let input = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input
                && let Some(list) = input.files()
            {
                intake::take_picked(&desk, &list);
                // The same file can then be chosen again.
                input.set_value("");
            }
        })
    };
    html! {
        <>
            <input id="key-file" type="file" multiple=true hidden=true aria-label={word(lang, "File to check", "要检查的文件")} onchange={onchange.clone()} />
            <input ref={folder} id="key-folder" type="file" hidden=true aria-label={word(lang, "Folder to check", "要检查的文件夹")} {onchange} />
        </>
    }
}
