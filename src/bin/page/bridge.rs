//! The worker's life: starts it, hands it jobs, stops it, replaces it when it dies or does not answer.
//! Messages of any job but the latest are dropped here. It reads no file.

use crate::state::{Action, Dispatch, Loaded, Shared};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use pullcheck::protocol::{FromWorker, VERSION};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

#[wasm_bindgen]
extern "C" {
    /// `www/boot.js` starts a worker that runs this module under the page's policies.
    #[wasm_bindgen(js_namespace = pullcheck, js_name = startWorker, catch)]
    fn start_worker() -> Result<Worker, JsValue>;
}

/// How long a worker may take to answer a stop, in milliseconds.
const STOP: u32 = 1000;

/// How what is given was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// One file.
    File,
    /// One folder.
    Folder,
    /// Several files.
    Files,
    /// Text.
    Pasted,
}

impl Manner {
    fn word(self) -> &'static str {
        match self {
            Manner::File => "file",
            Manner::Folder => "folder",
            Manner::Files => "files",
            Manner::Pasted => "pasted",
        }
    }
}

/// What is to be checked.
pub struct Order {
    /// Name of the whole.
    pub name: String,
    /// How it was given.
    pub manner: Manner,
    /// Paths and contents.
    pub files: Vec<(String, Blob)>,
}

/// The page's end of the line to the worker.
pub struct Bridge {
    dispatch: Dispatch,
    line: RefCell<Line>,
    me: Weak<Bridge>,
}

#[derive(Default)]
struct Line {
    worker: Option<Hired>,
    job: u32,
    busy: bool,
    patience: Option<Timeout>,
}

/// A worker and what listens to it; both end together.
struct Hired {
    worker: Worker,
    _listeners: [EventListener; 2],
}

impl Drop for Hired {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Bridge {
    /// A line with a fresh worker, which is warm when the first file comes.
    pub fn new(dispatch: Dispatch) -> Rc<Bridge> {
        let bridge = Rc::new_cyclic(|me| Bridge {
            dispatch,
            line: RefCell::default(),
            me: me.clone(),
        });
        bridge.hire();
        bridge
    }

    /// Checks something; whatever is still running is given up.
    pub fn check(&self, order: &Order) {
        let (job, busy) = {
            let mut line = self.line.borrow_mut();
            line.job = line.job.wrapping_add(1);
            line.patience = None;
            let busy = std::mem::replace(&mut line.busy, true);
            (line.job, busy || line.worker.is_none())
        };
        self.dispatch
            .dispatch(Action::Started(job, order.name.clone()));
        if busy {
            self.hire();
        }
        let paths = Array::new();
        let files = Array::new();
        for (path, blob) in &order.files {
            paths.push(&JsValue::from_str(path));
            files.push(blob);
        }
        let message = object(&[
            ("job", JsValue::from_f64(f64::from(job))),
            ("name", JsValue::from_str(&order.name)),
            ("packaging", JsValue::from_str(order.manner.word())),
            ("paths", paths.into()),
            ("files", files.into()),
        ]);
        self.post(job, &message);
    }

    /// Stops the running job. A worker that does not answer is replaced.
    pub fn stop(&self) {
        let job = self.line.borrow().job;
        if !self.line.borrow().busy {
            return;
        }
        self.dispatch.dispatch(Action::Stopping(job));
        self.post(job, &object(&[("stop", JsValue::from_f64(f64::from(job)))]));
        let me = self.me.clone();
        let patience = Timeout::new(STOP, move || {
            if let Some(bridge) = me.upgrade()
                && bridge.line.borrow().job == job
                && bridge.line.borrow().busy
            {
                bridge.line.borrow_mut().busy = false;
                bridge.hire();
                bridge.dispatch.dispatch(Action::Stopped(job));
            }
        });
        self.line.borrow_mut().patience = Some(patience);
    }

    fn post(&self, job: u32, message: &JsValue) {
        let failure = match &self.line.borrow().worker {
            Some(hired) => hired.worker.post_message(message).err(),
            None => Some(JsValue::from_str("no worker")),
        };
        if let Some(error) = failure {
            self.fail(job, format!("{error:?}"));
        }
    }

    fn fail(&self, job: u32, words: String) {
        {
            let mut line = self.line.borrow_mut();
            line.busy = false;
            line.patience = None;
        }
        self.hire();
        self.dispatch.dispatch(Action::Failed(job, words));
    }

    /// A worker of another build: another one would be no better, so none is started.
    fn reject(&self, job: u32, words: String) {
        let stranger = {
            let mut line = self.line.borrow_mut();
            line.busy = false;
            line.patience = None;
            line.worker.take()
        };
        drop(stranger);
        self.dispatch.dispatch(Action::Failed(job, words));
    }

    /// Ends the worker, if there is one, and starts another.
    fn hire(&self) {
        let old = self.line.borrow_mut().worker.take();
        drop(old);
        let Ok(worker) = start_worker() else {
            return;
        };
        let me = self.me.clone();
        let hear = EventListener::new(&worker, "message", move |event| {
            if let (Some(bridge), Some(event)) = (me.upgrade(), event.dyn_ref::<MessageEvent>()) {
                bridge.hear(&event.data());
            }
        });
        let me = self.me.clone();
        let mourn = EventListener::new(&worker, "error", move |event| {
            if let Some(bridge) = me.upgrade() {
                let words = event
                    .dyn_ref::<ErrorEvent>()
                    .map_or_else(String::new, ErrorEvent::message);
                bridge.died(words);
            }
        });
        self.line.borrow_mut().worker = Some(Hired {
            worker,
            _listeners: [hear, mourn],
        });
    }

    /// The worker ended by itself. Without a job it is only let go: the next job starts another one.
    fn died(&self, words: String) {
        let (job, busy) = {
            let line = self.line.borrow();
            (line.job, line.busy)
        };
        if busy {
            self.fail(job, words);
        } else {
            let dead = self.line.borrow_mut().worker.take();
            drop(dead);
        }
    }

    fn hear(&self, data: &JsValue) {
        let current = self.line.borrow().job;
        let message = data
            .as_string()
            .ok_or_else(|| "a message that is no text".to_string())
            .and_then(|text| {
                serde_json::from_str::<FromWorker>(&text).map_err(|error| error.to_string())
            });
        match message {
            Ok(FromWorker::Ready { version }) if version != VERSION => {
                self.reject(
                    current,
                    format!("worker of version {version}, page of {VERSION}"),
                );
            }
            Ok(FromWorker::Ready { .. }) => {}
            Ok(FromWorker::Progress { job, progress }) if job == current => {
                self.dispatch.dispatch(Action::Progress(job, progress));
            }
            Ok(FromWorker::Report {
                job,
                last,
                report,
                sources,
            }) if job == current => {
                if last {
                    let mut line = self.line.borrow_mut();
                    line.busy = false;
                    line.patience = None;
                }
                self.dispatch.dispatch(Action::Report(Shared::new(Loaded {
                    job,
                    last,
                    report: *report,
                    sources,
                })));
            }
            Ok(FromWorker::Failed { job, message }) if job == current => self.fail(job, message),
            Ok(_) => {}
            Err(words) => self.fail(current, words),
        }
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
