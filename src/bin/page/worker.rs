//! A worker's side. Every worker starts the same and learns by its first message what it is: the one that runs sessions,
//! or a reader that measures blobs for it. It draws nothing, and sends nothing to
//! anybody but the page that started it and the other workers of the job.

mod look;
mod pace;
mod reader;
mod readers;
mod run;
mod turns;

use crate::message::{packed, unpacked};
use gloo::events::EventListener;
use pullcheck::consumers::Choices;
use pullcheck::protocol::{FromWorker, VERSION};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

thread_local! {
    /// The job at hand, for the panic hook.
    static JOB: Cell<u32> = const { Cell::new(0) };
}

/// Sets the worker up; returns at once, and works from then on when messages come.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        post(&FromWorker::Failed {
            job: JOB.get(),
            message: info.to_string(),
        });
    }));
    EventListener::new(&scope(), "message", |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            hear(&event.data());
        }
    })
    .forget();
    post(&FromWorker::Ready { version: VERSION });
}

/// A message of the page: `{job, name, packaging, paths, files, choices}`, `{choose: job, choices}`, `{stop: job}`, `{reader: number, port}`,
/// `{lost: number, words}` or `{alone: job}` to the worker that runs sessions, and of who looks inside `{look: number, job, path,
/// entry, take}`, `{rows: number, asked, filter, marked, from, count}` or `{shut: number}`; `{serve: port}` to one that is to be
/// a reader.
fn hear(message: &JsValue) {
    if let Some(job) = number(&field(message, "stop")) {
        run::stop(job);
    } else if let Some(job) = number(&field(message, "choose")) {
        run::choose(job, choices(message));
    } else if let Some(number) = number(&field(message, "look")) {
        look::begin(number, message);
    } else if let Some(number) = number(&field(message, "rows")) {
        look::rows(number, message);
    } else if let Some(number) = number(&field(message, "shut")) {
        look::shut(number);
    } else if let Some(job) = number(&field(message, "job")) {
        JOB.set(job);
        run::take_on(job, message);
    } else if let Some(reader) = number(&field(message, "reader")) {
        run::welcome(reader, field(message, "port"));
    } else if let Some(reader) = number(&field(message, "lost")) {
        run::mourn(
            reader,
            &field(message, "words").as_string().unwrap_or_default(),
        );
    } else if let Some(job) = number(&field(message, "alone")) {
        run::carry_on_alone(job);
    } else {
        reader::serve(field(message, "serve"));
    }
}

/// What is set for the consumers, of a message; the page has checked it.
fn choices(message: &JsValue) -> Choices {
    unpacked(&field(message, "choices")).unwrap_or_default()
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds on a clock that never goes back.
fn now() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

/// Size of this worker's WebAssembly memory, in bytes.
fn memory() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}

fn post(message: &FromWorker) {
    // A page that is gone hears nothing, and nobody else should.
    let _ = scope().post_message(&packed(message));
}

/// Field of a message; `undefined` where there is none.
fn field(message: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn number(value: &JsValue) -> Option<u32> {
    // Jobs and readers are counted in small whole numbers.
    value.as_f64().map(|number| number as u32)
}
