//! A reader: measures the blobs that it is handed, one after another, without listening meanwhile. Who wants it to stop
//! ends it. It judges nothing and knows no session.

use super::{field, memory, now};
use crate::file_source::FileSource;
use gloo::events::EventListener;
use pullcheck::artifact::Why;
use pullcheck::protocol::FromReader;
use pullcheck::session::{Outcome, Reading, Task};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessageEvent, MessagePort};

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
    for (task, file) in tasks.into_iter().zip(files.iter()) {
        let blob = task.blob;
        let outcome = read(line, task, file);
        say(
            line,
            &FromReader::Done {
                blob,
                outcome,
                memory: memory(),
            },
        );
    }
}

fn read(line: &MessagePort, task: Task, file: JsValue) -> Outcome {
    let file = file
        .dyn_into::<Blob>()
        .map_err(|_| Why::ReadFailed("not a file".to_string()))?;
    let source = FileSource::new(file).map_err(|error| Why::ReadFailed(error.message))?;
    let mut reading = Reading::new(task);
    let mut told = now();
    loop {
        if let Some(outcome) = reading.step(&source) {
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
