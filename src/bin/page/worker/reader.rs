//! A reader: measures the blobs that it is handed, one after another; who wants it to stop ends it. While it measures
//! one piece, the browser reads on. It judges nothing and knows no session.

use super::{field, memory, now};
use crate::file_source::{Flow, SHORTER};
use crate::message::{packed, unpacked};
use gloo::events::EventListener;
use pullcheck::artifact::Why;
use pullcheck::bytes::source::ReadError;
use pullcheck::protocol::FromReader;
use pullcheck::session::{Outcome, Reading, Task};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
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

/// A message: `{tasks, files}`, the tasks packed, and for each the file that holds it.
fn hear(line: &MessagePort, message: &JsValue) {
    let Some(tasks) = unpacked::<Vec<Task>>(&field(message, "tasks")) else {
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
    let failed = |error: ReadError| Why::ReadFailed(error.message);
    let mut flow = Flow::new(&file, task.offset, task.size).map_err(failed)?;
    let mut reading = Reading::new(task);
    let mut buffer = Vec::new();
    let mut told = now();
    loop {
        buffer.clear();
        if let Some(piece) = flow.next().await.map_err(failed)? {
            buffer.resize(usize::try_from(piece.length()).unwrap_or(0), 0);
            piece.copy_to(&mut buffer);
        } else if reading.done() < reading.task().size {
            // Its end was inside the file when the job came.
            return Err(Why::ReadFailed(SHORTER.to_string()));
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
    let _ = line.post_message(&packed(message));
}
