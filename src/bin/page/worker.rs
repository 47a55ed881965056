//! The worker's side: runs a session in turns of about 50 ms and says how far it is.
//! It draws nothing, and sends nothing to anybody but the page that started it.

use crate::file_source::FileSource;
use gloo::events::EventListener;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::protocol::{FromWorker, VERSION};
use pullcheck::session::{Given, GivenFile, Progress, Session, Step};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// How long one turn may take before the worker listens again, in milliseconds: short enough that a stop feels prompt.
const TURN: f64 = 50.0;
/// How often progress is told, in milliseconds.
const TELL: f64 = 100.0;

struct Running {
    job: u32,
    session: Session,
    told: f64,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
    static NEXT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    /// Apart from [`RUNNING`], so that the panic hook can read it whatever is borrowed.
    static JOB: Cell<u32> = const { Cell::new(0) };
}

/// Sets the worker up; returns at once, and works from then on when messages come.
pub fn run() {
    std::panic::set_hook(Box::new(|info| {
        post(&FromWorker::Failed {
            job: JOB.get(),
            message: info.to_string(),
        });
    }));
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let turns = channel.port1();
    EventListener::new(&turns, "message", |_| turn()).forget();
    turns.start();
    NEXT.set(Some(channel.port2()));
    EventListener::new(&scope(), "message", |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            hear(&event.data());
        }
    })
    .forget();
    post(&FromWorker::Ready { version: VERSION });
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn now() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

fn post(message: &FromWorker) {
    if let Ok(text) = serde_json::to_string(message) {
        // A page that is gone hears nothing, and nobody else should.
        let _ = scope().post_message(&JsValue::from_str(&text));
    }
}

/// Field of a message; `undefined` where there is none.
fn field(message: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn number(value: &JsValue) -> Option<u32> {
    // Jobs are small whole numbers.
    value.as_f64().map(|number| number as u32)
}

/// A message of the page: `{job, name, packaging, paths, files}` or `{stop: job}`.
fn hear(message: &JsValue) {
    if let Some(job) = number(&field(message, "stop")) {
        let running = RUNNING.take();
        match running {
            Some(mut running) if running.job == job => {
                let report = running.session.stop();
                tell_report(&running, true, report);
            }
            other => RUNNING.set(other),
        }
        return;
    }
    let Some(job) = number(&field(message, "job")) else {
        return;
    };
    JOB.set(job);
    match given(message) {
        Ok(given) => {
            RUNNING.set(Some(Running {
                job,
                session: Session::new(given, Vec::new()),
                told: 0.0,
            }));
            go_on();
        }
        Err(message) => post(&FromWorker::Failed { job, message }),
    }
}

fn given(message: &JsValue) -> Result<Given, String> {
    let packaging = match field(message, "packaging").as_string().as_deref() {
        Some("file") => Packaging::File,
        Some("folder") => Packaging::Folder,
        Some("files") => Packaging::Files,
        Some("pasted") => Packaging::Pasted,
        other => return Err(format!("unknown packaging {other:?}")),
    };
    let paths = js_sys::Array::from(&field(message, "paths"));
    let blobs = js_sys::Array::from(&field(message, "files"));
    let mut files = Vec::new();
    for (path, blob) in paths.iter().zip(blobs.iter()) {
        let blob: Blob = blob
            .dyn_into()
            .map_err(|_| "a file that is no Blob".to_string())?;
        let source = FileSource::new(blob).map_err(|error| error.message)?;
        files.push(GivenFile {
            path: path.as_string().unwrap_or_default(),
            source: Box::new(source),
        });
    }
    Ok(Given {
        name: field(message, "name").as_string().unwrap_or_default(),
        packaging,
        files,
    })
}

/// Asks for another turn, after whatever message is waiting.
fn go_on() {
    NEXT.with_borrow(|port| {
        if let Some(port) = port {
            let _ = port.post_message(&JsValue::NULL);
        }
    });
}

fn turn() {
    let Some(mut running) = RUNNING.take() else {
        return;
    };
    let began = now();
    let mut far: Option<Progress> = None;
    loop {
        match running.session.step() {
            Step::More(progress) => far = Some(progress),
            Step::Early(report) => {
                tell_report(&running, false, *report);
                break;
            }
            Step::Done(report) => {
                tell_report(&running, true, *report);
                return;
            }
        }
        if now() - began >= TURN {
            break;
        }
    }
    if let Some(progress) = far
        && now() - running.told >= TELL
    {
        running.told = now();
        post(&FromWorker::Progress {
            job: running.job,
            progress,
        });
    }
    RUNNING.set(Some(running));
    go_on();
}

fn tell_report(running: &Running, last: bool, report: pullcheck::report::Report) {
    post(&FromWorker::Report {
        job: running.job,
        last,
        report: Box::new(report),
        sources: running.session.sources(),
    });
}
