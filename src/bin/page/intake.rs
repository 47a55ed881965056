//! How things come in: drops anywhere, Ctrl+V anywhere, what was dropped before the page was ready, and text.
//! It reads no content but small texts; what a text is decides whether the worker or the error dictionary gets it.

use crate::bridge::{Manner, Order};
use crate::clipboard;
use crate::desk::Desk;
use crate::reopen;
use crate::route::{self, Route};
use crate::state::{Action, Pasted, Shared};
use crate::walk::{self, Item};
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Function, Reflect};
use pullcheck::limits;
use pullcheck::text::say;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DragEvent, HtmlElement};

/// Listens on the whole window, and takes over what was dropped before.
pub fn listen(desk: &Desk) -> Vec<EventListener> {
    take_early_drops(desk);
    let window = gloo::utils::window();
    let active = EventListenerOptions::enable_prevent_default();
    let on = |name: &'static str, hear: Box<dyn FnMut(&web_sys::Event)>| {
        EventListener::new_with_options(&window, name, active, hear)
    };
    let over = {
        let desk = desk.clone();
        move |event: &web_sys::Event| {
            if carries_files(event) {
                event.prevent_default();
                desk.dispatch.dispatch(Action::Drag(true));
            }
        }
    };
    let leave = {
        let desk = desk.clone();
        move |event: &web_sys::Event| {
            // Leaving an element for another is no leaving of the window.
            let gone = event
                .dyn_ref::<DragEvent>()
                .is_none_or(|event| event.related_target().is_none());
            if gone {
                desk.dispatch.dispatch(Action::Drag(false));
            }
        }
    };
    let fell = {
        let desk = desk.clone();
        move |event: &web_sys::Event| {
            let Some(event) = event.dyn_ref::<DragEvent>() else {
                return;
            };
            event.prevent_default();
            desk.dispatch.dispatch(Action::Drag(false));
            if let Some(transfer) = event.data_transfer() {
                let items = walk::items(&transfer);
                let text = transfer.get_data("text/plain").unwrap_or_default();
                take(&desk, items, &text);
            }
        }
    };
    let escape = {
        let desk = desk.clone();
        move |event: &web_sys::Event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(|e| e.key());
            if key.as_deref() == Some("Escape") {
                desk.dispatch.dispatch(Action::Drag(false));
            }
        }
    };
    let paste = {
        let desk = desk.clone();
        move |event: &web_sys::Event| pasted(&desk, event)
    };
    vec![
        on("dragenter", Box::new(over.clone())),
        on("dragover", Box::new(over)),
        on("dragleave", Box::new(leave)),
        on("drop", Box::new(fell)),
        on("keydown", Box::new(escape)),
        on("paste", Box::new(paste)),
    ]
}

fn carries_files(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
        .is_some_and(|transfer| {
            let types = transfer.types();
            types
                .iter()
                .filter_map(|t| t.as_string())
                .any(|t| t == "Files" || t == "text/plain")
        })
}

/// `www/shell.js` keeps what is dropped while the program loads.
fn early_drops() -> Option<JsValue> {
    let global = js_sys::global();
    Reflect::get(&global, &JsValue::from_str("pullcheck"))
        .and_then(|boot| Reflect::get(&boot, &JsValue::from_str("takeDrops")))
        .ok()
        .and_then(|take| take.dyn_into::<Function>().ok())
        .and_then(|take| take.call0(&JsValue::UNDEFINED).ok())
}

/// Lets go of what was dropped before, where nothing is to be dropped.
pub fn decline_early_drops() {
    let _ = early_drops();
}

fn take_early_drops(desk: &Desk) {
    let Some(drops) = early_drops() else {
        return;
    };
    if let Some(last) = Array::from(&drops).iter().last() {
        let part = |name: &str| Reflect::get(&last, &JsValue::from_str(name)).unwrap_or_default();
        let text = part("text").as_string().unwrap_or_default();
        take(desk, walk::kept_items(&part("items")), &text);
    }
}

fn take(desk: &Desk, items: Vec<Item>, text: &str) {
    if items.is_empty() {
        if !text.trim().is_empty() {
            take_text(desk, text);
        }
        return;
    }
    let desk = desk.clone();
    desk.dispatch.dispatch(Action::Gather);
    wasm_bindgen_futures::spawn_local(async move {
        match walk::gather(items).await {
            Ok(Some(order)) => take_files(&desk, order).await,
            Ok(None) => desk.dispatch.dispatch(Action::Tell(say(
                "Nothing in it could be opened.",
                "其中没有可以打开的内容。",
            ))),
            // Chromium gives a page that is itself a file no way into a dropped folder.
            Err(_) if crate::offline::from_disk() => desk.dispatch.dispatch(Action::Tell(say(
                "This browser does not open dropped folders while the page itself is a file. Choose the folder with the button, or drop an archive of it.",
                "页面本身是文件时，本浏览器不会打开拖入的文件夹。请用按钮选择该文件夹，或拖入它的归档。",
            ))),
            Err(words) => desk.dispatch.dispatch(Action::Tell(
                say(
                    "The browser could not read what was dropped: {words}.",
                    "浏览器无法读取拖入的内容：{words}。",
                )
                .name("words", words),
            )),
        }
    });
}

/// Files that a picker gave.
pub fn take_picked(desk: &Desk, list: &web_sys::FileList) {
    if let Some(order) = walk::picked(list) {
        let desk = desk.clone();
        wasm_bindgen_futures::spawn_local(async move { take_files(&desk, order).await });
    }
}

/// Files: a log with a known error is explained as if it had been pasted, a report opened, anything else checked.
async fn take_files(desk: &Desk, order: Order) {
    match log_in(&order).await {
        Some(pasted) => show(desk, pasted),
        None => reopen::or_check(desk, order).await,
    }
}

/// The text that was given, where it is one file, no document, and holds a known error.
async fn log_in(order: &Order) -> Option<Pasted> {
    let [(_, blob)] = order.files.as_slice() else {
        return None;
    };
    if order.manner != Manner::File || blob.size() > limits::ERROR_TEXT_BYTES as f64 {
        return None;
    }
    let text = reopen::text_of(blob).await?;
    // What is no UTF-8 was replaced.
    let foreign = text.contains(['\0', '\u{fffd}']);
    if foreign || reopen::is_report(text.as_bytes()) || document_in(&text, true).is_some() {
        return None;
    }
    let matches = pullcheck::errors::explain(&text);
    (!matches.is_empty()).then_some(Pasted { text, matches })
}

fn show(desk: &Desk, pasted: Pasted) {
    desk.dispatch.dispatch(Action::Pasted(Shared::new(pasted)));
    route::go(&Route::Explain);
}

fn pasted(desk: &Desk, event: &web_sys::Event) {
    let editable = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| {
            matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT")
                || element.is_content_editable()
        });
    let Some(transfer) = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data)
    else {
        return;
    };
    let items = walk::items(&transfer);
    if editable && items.is_empty() {
        return;
    }
    event.prevent_default();
    let text = transfer.get_data("text/plain").unwrap_or_default();
    take(desk, items, &text);
}

/// A text that was pasted: JSON goes to the worker as a document, anything else to the error dictionary.
pub fn take_text(desk: &Desk, text: &str) {
    if text.trim().is_empty() {
        desk.dispatch.dispatch(Action::Tell(say(
            "There is no text to check.",
            "没有可检查的文本。",
        )));
        return;
    }
    if reopen::is_report(text.as_bytes()) {
        reopen::open(desk, text);
        return;
    }
    let matches = pullcheck::errors::explain(text);
    if let Some(document) = document_in(text, !matches.is_empty())
        && let Some(blob) = clipboard::blob(document, "application/json")
    {
        desk.check(Order {
            name: "JSON".to_string(),
            manner: Manner::Pasted,
            files: vec![("JSON".to_string(), blob)],
        });
        return;
    }
    let text = text.to_string();
    show(desk, Pasted { text, matches });
}

/// Fields that make JSON a document of images, and not a line of a log or the answer of a registry.
const FIELDS: [&str; 8] = [
    "\"schemaVersion\"",
    "\"mediaType\"",
    "\"manifests\"",
    "\"layers\"",
    "\"Layers\"",
    "\"rootfs\"",
    "\"fsLayers\"",
    "\"imageLayoutVersion\"",
];

/// The JSON document in a text: the whole of it when it is one or begins like one, else the first stretch in balanced
/// braces that has a field of such a document. Logs begin with a bracket or are JSON themselves (Envoy writes
/// `[time][level]`, Flux an object a line), so where the words of a known error were found only the fields make a
/// document of it.
fn document_in(text: &str, known: bool) -> Option<&str> {
    let has_field = |text: &str| FIELDS.iter().any(|field| text.contains(field));
    let whole = text.trim();
    // A byte order mark stays in the document: it is one of the things that a report speaks of.
    let begins = whole.trim_start_matches('\u{feff}');
    if begins.starts_with(['{', '[']) {
        let json = serde_json::from_str::<serde::de::IgnoredAny>(begins).is_ok();
        // A damaged document is one all the same: the report says where it breaks.
        let damaged = begins.starts_with('{') || has_field(begins);
        if (json || damaged) && (!known || has_field(whole)) {
            return Some(whole);
        }
    }
    if known {
        return None;
    }
    let start = text.find('{')?;
    let end = start + closing(text.get(start..)?)?;
    text.get(start..end).filter(|found| has_field(found))
}

/// Length up to the brace that closes the first one; braces in strings do not count.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
