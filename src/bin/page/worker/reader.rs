//! A reader: measures the blobs that it is handed, one after another; who wants it to stop ends it. While it measures
//! one chunk, the browser fetches the next. It judges nothing and knows no session.

use super::{field, memory, now};
use crate::file_source::{failure, fetch};
use gloo::events::EventListener;
use js_sys::Uint8Array;
use pullcheck::artifact::Why;
use pullcheck::protocol::FromReader;
use pullcheck::session::{Outcome, Reading, Task};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, MessageEvent, MessagePort};

/// Bytes that are fetched at a time, while as many are measured. Each fetch costs a message to the browser's own process,
/// so more than a step of the session.
const FETCH: usize = 4 * 1024 * 1024;

/// How often progress is told, in milliseconds.
const TELL: f64 = 100.0;

/// Becomes a reader for whoever is at the other end of a port.
pub fn serve(port: JsValue) {
    let Ok(port) = port.dyn_into::<MessagePort>() else {
        return;
    };
    let line = port.clone();
    EventListener::new(&port, "message", move |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            hear(&line, &event.data());
        }
    })
    .forget();
    port.start();
}

/// A message: `{tasks, files}`, the tasks as JSON, and for each the file that holds it.
fn hear(line: &MessagePort, message: &JsValue) {
    let tasks = field(message, "tasks").as_string().unwrap_or_default();
    let Ok(tasks) = serde_json::from_str::<Vec<Task>>(&tasks) else {
        return;
    };
    let files = js_sys::Array::from(&field(message, "files"));
    let line = line.clone();
    spawn_local(async move {
        for (task, file) in tasks.into_iter().zip(files.iter()) {
            let blob = task.blob;
            let outcome = read(&line, task, file).await;
            say(
                &line,
                &FromReader::Done {
                    blob,
                    outcome,
                    memory: memory(),
                },
            );
        }
    });
}

async fn read(line: &MessagePort, task: Task, file: JsValue) -> Outcome {
    let file = file
        .dyn_into::<Blob>()
        .map_err(|_| Why::ReadFailed("not a file".to_string()))?;
    let failed = |error: JsValue| Why::ReadFailed(failure(&error).message);
    let end = task.offset.saturating_add(task.size);
    let fetch_at = |at: u64| {
        let count = end.saturating_sub(at).min(FETCH as u64);
        JsFuture::from(fetch(&file, at, count))
    };
    let mut reading = Reading::new(task);
    let mut buffer = Vec::new();
    let mut told = now();
    let mut next = fetch_at(reading.wants(FETCH).0);
    loop {
        let (at, wanted) = reading.wants(FETCH);
        let bytes = Uint8Array::new(&next.await.map_err(failed)?);
        next = fetch_at(at.saturating_add(wanted as u64));
        if bytes.length() as usize != wanted {
            return Err(Why::Truncated);
        }
        buffer.resize(wanted, 0);
        bytes.copy_to(&mut buffer);
        if let Some(outcome) = reading.feed(&buffer) {
            return outcome;
        }
        if now() - told >= TELL {
            told = now();
            say(
                line,
                &FromReader::Reached {
                    blob: reading.task().blob,
                    bytes: reading.done(),
                },
            );
        }
    }
}

fn say(line: &MessagePort, message: &FromReader) {
    if let Ok(text) = serde_json::to_string(message) {
        let _ = line.post_message(&JsValue::from_str(&text));
    }
}
