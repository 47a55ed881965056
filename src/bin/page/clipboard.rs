//! What leaves the page: a text to the clipboard, a text, bytes or a file of a layer into a file that the browser saves.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, HtmlTextAreaElement, Url};

/// Copies a text and says whether that worked. On plain HTTP browsers have no clipboard interface; the old command does it there.
pub async fn copy(text: &str) -> bool {
    match modern(text) {
        Some(promise) => JsFuture::from(promise).await.is_ok() || old(text).is_some(),
        None => old(text).is_some(),
    }
}

fn modern(text: &str) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    if clipboard.is_undefined() || clipboard.is_null() {
        return None;
    }
    let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
    Some(clipboard.write_text(text))
}

/// Selects the text in a field outside the view and runs the browser's copy command.
fn old(text: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let body = document.body()?;
    let focused = document.active_element();
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_class_name("offscreen");
    field.set_value(text);
    body.append_child(&field).ok()?;
    field.select();
    let command: Function = Reflect::get(&document, &JsValue::from_str("execCommand"))
        .ok()?
        .dyn_into()
        .ok()?;
    let done = command.call1(&document, &JsValue::from_str("copy"));
    field.remove();
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
    done.ok()?.is_truthy().then_some(())
}

/// Selects what an element holds, for the reader to copy.
pub fn select(element: &web_sys::Element) -> Option<()> {
    if let Some(field) = element.dyn_ref::<HtmlTextAreaElement>() {
        field.select();
        return Some(());
    }
    let selection = web_sys::window()?.get_selection().ok()??;
    selection.select_all_children(element).ok()
}

/// Has the browser save a text as a file.
pub fn save(name: &str, kind: &str, text: &str) -> Option<()> {
    save_blob(name, &blob(text, kind)?)
}

/// Has the browser save bytes as a file.
pub fn save_bytes(name: &str, bytes: &[u8]) -> Option<()> {
    save_blob(name, &blob_of(bytes, "application/octet-stream")?)
}

/// Has the browser save a blob as a file.
pub fn save_blob(name: &str, blob: &Blob) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    // The browser has taken the content when the click returns, but some let go of it late.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Some(())
}

/// A text as a blob.
pub fn blob(text: &str, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

/// Bytes as a blob.
pub fn blob_of(bytes: &[u8], kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}
