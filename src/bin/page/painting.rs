//! When the browser paints: what is done right before, and what can wait until what is there already is seen.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Calls back when the page is about to be painted.
pub fn before(call: impl FnOnce() + 'static) {
    if let Some(window) = web_sys::window() {
        // A window that is there grants it.
        let _ = window.request_animation_frame(Closure::once_into_js(call).unchecked_ref());
    }
}

/// Calls back once the page has been painted; soon, where nobody sees it.
pub fn after(call: impl FnOnce() + 'static) {
    let soon = move || {
        Timeout::new(0, call).forget();
    };
    match gloo::utils::document().hidden() {
        true => soon(),
        false => before(soon),
    }
}
