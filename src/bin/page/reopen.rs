//! Saved reports that are dropped, picked or pasted: they open as they were. Everything else goes to be checked.

use crate::bridge::{Manner, Order};
use crate::desk::Desk;
use crate::route::{self, Asked, Route};
use crate::state::{Action, Loaded, Shared};
use pullcheck::consumers::Choices;
use pullcheck::limits;
use pullcheck::protocol::Effort;
use pullcheck::saved::{self, Refusal};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// First bytes that tell a report.
const FIRST: usize = 4096;

/// Whether a text is a report of Pullcheck, by its first bytes.
pub fn is_report(text: &[u8]) -> bool {
    saved::begins(text.get(..FIRST).unwrap_or(text))
}

/// Opens what was given if it is one saved report; else has it checked.
pub async fn or_check(desk: &Desk, order: Order) {
    match report_in(&order).await {
        Some(text) => open(desk, &text),
        None => desk.check(order),
    }
}

/// The text of a report, where what was given is one. What cannot be read is left for the check to say.
async fn report_in(order: &Order) -> Option<String> {
    let [(_, blob)] = order.files.as_slice() else {
        return None;
    };
    // A number of bytes below 2^53.
    if order.manner != Manner::File || blob.size() > limits::SAVED_BYTES as f64 {
        return None;
    }
    let first = blob.slice_with_f64_and_f64(0.0, FIRST as f64).ok()?;
    if !is_report(text_of(&first).await?.as_bytes()) {
        return None;
    }
    text_of(blob).await
}

/// The content of a blob as text; what is no UTF-8 is replaced.
pub async fn text_of(blob: &Blob) -> Option<String> {
    JsFuture::from(blob.text()).await.ok()?.as_string()
}

/// Shows a saved report, or says why it does not open.
pub fn open(desk: &Desk, text: &str) {
    let saved = match saved::read(text) {
        Ok(saved) => saved,
        Err(refusal) => {
            desk.dispatch.dispatch(Action::Tell(refusal.says()));
            return;
        }
    };
    let mut choices = Choices::default();
    for (key, value) in &saved.report.choices {
        if choices.read(&format!("{key}={value}")).is_err() {
            // A version that knows other settings made it.
            let refusal = Refusal::Newer {
                version: saved.version,
            };
            desk.dispatch.dispatch(Action::Tell(refusal.says()));
            return;
        }
    }
    let profile = saved.report.profile;
    let loaded = Loaded {
        job: desk.bridge.set_aside(),
        last: true,
        report: saved.report,
        sources: saved.sources,
        effort: Effort::default(),
        opened: Some(saved.version),
        said: Default::default(),
    };
    desk.dispatch
        .dispatch(Action::Reopened(Shared::new(loaded)));
    route::go(&Route::Check(Asked {
        profile,
        choices,
        ..Asked::default()
    }));
}
