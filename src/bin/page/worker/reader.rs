//! A reader: measures the blobs that it is handed, one after another; who wants it to stop ends it. While it measures
//! one chunk, the browser fetches the next few. It judges nothing and knows no session.

use super::{field, memory, now};
use crate::file_source::{failure, fetch};
use gloo::events::EventListener;
use js_sys::Uint8Array;
use pullcheck::artifact::Why;
use pullcheck::protocol::FromReader;
use pullcheck::session::{Outcome, Reading, Task};
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, MessageEvent, MessagePort};

/// Bytes that are fetched at a time: what the browser's own process can put into a pipe while nobody takes it out.
const FETCH: usize = 1024 * 1024;
/// Fetches under way while one is measured.
const AHEAD: usize = 4;

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
    let mut asked = task.offset;
    let mut ask = || {
        let count = end.saturating_sub(asked).min(FETCH as u64);
        let at = asked;
        asked = asked.saturating_add(count);
        (count > 0).then(|| JsFuture::from(fetch(&file, at, count)))
    };
    let mut coming: VecDeque<JsFuture> = (0..AHEAD).map_while(|_| ask()).collect();
    let mut reading = Reading::new(task);
    let mut buffer = Vec::new();
    let mut told = now();
    loop {
        let (_, wanted) = reading.wants(FETCH);
        coming.extend(ask());
        if let Some(next) = coming.pop_front() {
            let bytes = Uint8Array::new(&next.await.map_err(failed)?);
            buffer.resize(usize::try_from(bytes.length()).unwrap_or(0), 0);
            bytes.copy_to(&mut buffer);
        } else {
            buffer.clear();
        }
        if buffer.len() != wanted {
            return Err(Why::Truncated);
        }
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
