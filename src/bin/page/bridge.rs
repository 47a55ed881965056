//! The workers' lives: starts the one that runs sessions, hands it jobs, stops it, replaces it when it dies or does not
//! answer; starts the readers that it asks for, replaces those that die, and ends them with the job.
//! Messages of any job but the latest are dropped here. It reads a file only where no worker can.

mod looks;

use crate::attention;
use crate::message::{packed, unpacked};
use crate::state::{Action, Dispatch, Loaded, Shared};
use crate::unread;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
pub use looks::Sight;
use pullcheck::consumers::Choices;
use pullcheck::protocol::{FromWorker, VERSION};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ErrorEvent, MessageChannel, MessageEvent, Worker};

#[wasm_bindgen]
extern "C" {
    /// `www/boot.js` starts a worker that runs this module under the page's policies.
    #[wasm_bindgen(js_namespace = pullcheck, js_name = startWorker, catch)]
    fn start_worker() -> Result<Worker, JsValue>;
    /// Whether workers can read files here. WebKit lets them read none on a page from `file://`.
    #[wasm_bindgen(thread_local_v2, js_namespace = pullcheck, js_name = workersRead)]
    static WORKERS_READ: bool;
}

/// Bytes that the page itself reads for a worker that cannot: they are held as long as the report stands. Of more the report
/// says that they could not be read.
const HELD_BYTES: f64 = 1024.0 * 1024.0 * 1024.0;

/// How long a worker may take to answer a stop, in milliseconds.
const STOP: u32 = 1000;

/// Readers that may die in one job before no more are started. A fault that kills every reader must not go on for ever.
const DEATHS: usize = 16;

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
#[derive(Clone)]
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
    /// Who looks into a blob, and the number of the latest look.
    onlooker: RefCell<Option<looks::Onlooker>>,
    looks: Cell<u32>,
    me: Weak<Bridge>,
}

#[derive(Default)]
struct Line {
    worker: Option<Hired>,
    job: u32,
    busy: bool,
    patience: Option<Timeout>,
    /// The readers of the job, by number.
    readers: BTreeMap<u32, Hired>,
    /// Counts up; numbers are not used twice.
    last_reader: u32,
    deaths: usize,
    /// What is set for the consumers.
    choices: Choices,
}

impl Line {
    /// The job has ended, or is given up: nothing that reads for it goes on.
    fn end_job(&mut self) {
        self.busy = false;
        self.patience = None;
        self.readers.clear();
    }
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
            onlooker: RefCell::default(),
            looks: Cell::new(0),
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
            let busy = line.busy;
            line.end_job();
            line.busy = true;
            line.deaths = 0;
            (line.job, busy || line.worker.is_none())
        };
        unread::remember(job, order);
        self.dispatch
            .dispatch(Action::Started(job, order.name.clone()));
        if busy {
            self.hire();
        }
        let size: f64 = order.files.iter().map(|(_, blob)| blob.size()).sum();
        if WORKERS_READ.with(|read| *read) || size > HELD_BYTES {
            let files = order.files.iter().map(|(_, blob)| blob).collect();
            return self.hand(job, order, &files);
        }
        let (me, order) = (self.me.clone(), order.clone());
        spawn_local(async move {
            let held = held(&order.files).await;
            // Meanwhile it may have been stopped, or another one begun.
            let wanted = |me: &Rc<Bridge>| me.line.borrow().job == job && me.line.borrow().busy;
            let Some(bridge) = me.upgrade().filter(wanted) else {
                return;
            };
            match held {
                Ok(files) => bridge.hand(job, &order, &files),
                Err(words) => bridge.fail(job, words),
            }
        });
    }

    /// Posts a job to the worker: its files, or their bytes.
    fn hand(&self, job: u32, order: &Order, files: &Array) {
        let paths: Array = order
            .files
            .iter()
            .map(|(path, _)| JsValue::from_str(path))
            .collect();
        let choices = packed(&self.line.borrow().choices);
        let message = object(&[
            ("job", JsValue::from_f64(f64::from(job))),
            ("choices", choices),
            ("name", JsValue::from_str(&order.name)),
            ("packaging", JsValue::from_str(order.manner.word())),
            ("paths", paths.into()),
            ("files", files.into()),
        ]);
        self.post(job, &message);
    }

    /// Gives up whatever is running, and gives a number under which no worker reports.
    pub fn set_aside(&self) -> u32 {
        let (job, busy) = {
            let mut line = self.line.borrow_mut();
            line.job = line.job.wrapping_add(1);
            let busy = line.busy;
            line.end_job();
            (line.job, busy)
        };
        if busy {
            self.hire();
        }
        job
    }

    /// Sets the consumers otherwise, for the latest job and those to come. A worker that is gone has nothing to judge
    /// anew: its report stays as it is.
    pub fn choose(&self, choices: &Choices) {
        let mut line = self.line.borrow_mut();
        if line.choices == *choices {
            return;
        }
        let job = line.job;
        if let Some(hired) = line.worker.as_ref().filter(|_| job > 0) {
            let message = object(&[
                ("choose", JsValue::from_f64(f64::from(job))),
                ("choices", packed(choices)),
            ]);
            let _ = hired.worker.post_message(&message);
        }
        line.choices = choices.clone();
    }

    /// Stops the running job. A worker that does not answer is replaced.
    pub fn stop(&self) {
        let job = self.line.borrow().job;
        if !self.line.borrow().busy {
            return;
        }
        self.line.borrow_mut().readers.clear();
        self.dispatch.dispatch(Action::Stopping(job));
        self.post(job, &object(&[("stop", JsValue::from_f64(f64::from(job)))]));
        let me = self.me.clone();
        let patience = Timeout::new(STOP, move || {
            if let Some(bridge) = me.upgrade()
                && bridge.line.borrow().job == job
                && bridge.line.borrow().busy
            {
                bridge.line.borrow_mut().end_job();
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
        self.line.borrow_mut().end_job();
        self.hire();
        self.dispatch.dispatch(Action::Failed(job, words));
    }

    /// A worker of another build: another one would be no better, so none is started.
    fn reject(&self, job: u32, words: String) {
        let stranger = {
            let mut line = self.line.borrow_mut();
            line.end_job();
            line.worker.take()
        };
        drop(stranger);
        self.dispatch.dispatch(Action::Failed(job, words));
    }

    /// Starts readers: one for each processor, but no more than there are blobs.
    fn hire_readers(&self, job: u32, blobs: usize) {
        for _ in 0..processors().min(blobs) {
            self.hire_reader(job);
        }
        self.be_sure_of_readers(job);
    }

    fn hire_reader(&self, job: u32) {
        let (Ok(worker), Ok(channel)) = (start_worker(), MessageChannel::new()) else {
            return;
        };
        let number = {
            let mut line = self.line.borrow_mut();
            line.last_reader = line.last_reader.wrapping_add(1);
            line.last_reader
        };
        let me = self.me.clone();
        let hear = EventListener::new(&worker, "message", move |event| {
            // A reader says nothing here but that it is ready, or its last words.
            let said = event
                .dyn_ref::<MessageEvent>()
                .and_then(|event| unpacked::<FromWorker>(&event.data()));
            if let (Some(bridge), Some(FromWorker::Failed { message, .. })) = (me.upgrade(), said) {
                bridge.reader_died(job, number, &message);
            }
        });
        let me = self.me.clone();
        let mourn = EventListener::new(&worker, "error", move |event| {
            if let Some(bridge) = me.upgrade() {
                bridge.reader_died(job, number, &last_words(event));
            }
        });
        let (near, far) = (channel.port1(), channel.port2());
        let served = object(&[("serve", near.clone().into())]);
        let sent = worker.post_message_with_transfer(&served, &Array::of1(&near));
        let reader = Hired {
            worker,
            _listeners: [hear, mourn],
        };
        if sent.is_err() {
            return;
        }
        let mut line = self.line.borrow_mut();
        line.readers.insert(number, reader);
        if let Some(session) = &line.worker {
            let welcome = object(&[
                ("reader", JsValue::from_f64(f64::from(number))),
                ("port", far.clone().into()),
            ]);
            // A session worker that is gone is noticed by its error event.
            let _ = session
                .worker
                .post_message_with_transfer(&welcome, &Array::of1(&far));
        }
    }

    /// A reader ended by itself: its blob is reported as not checked, and another one takes its place.
    fn reader_died(&self, job: u32, number: u32, words: &str) {
        let dead = {
            let mut line = self.line.borrow_mut();
            line.deaths += 1;
            line.readers.remove(&number)
        };
        if dead.is_none() || self.line.borrow().job != job {
            return;
        }
        drop(dead);
        let lost = object(&[
            ("lost", JsValue::from_f64(f64::from(number))),
            ("words", JsValue::from_str(words)),
        ]);
        self.post(job, &lost);
        if self.line.borrow().deaths <= DEATHS {
            self.hire_reader(job);
        }
        self.be_sure_of_readers(job);
    }

    /// Without a single reader the session measures by itself.
    fn be_sure_of_readers(&self, job: u32) {
        if self.line.borrow().readers.is_empty() {
            self.post(
                job,
                &object(&[("alone", JsValue::from_f64(f64::from(job)))]),
            );
        }
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
                bridge.died(last_words(event));
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
        if let Some((look, file)) = looks::saved_file(data) {
            return self.saw(look, Sight::File(file));
        }
        let Some(message) = unpacked::<FromWorker>(data) else {
            return self.fail(current, "a message that cannot be read".to_string());
        };
        match message {
            FromWorker::Ready { version } if version != VERSION => {
                self.reject(
                    current,
                    format!("worker of version {version}, page of {VERSION}"),
                );
            }
            FromWorker::Ready { .. } => {}
            FromWorker::Progress {
                job,
                progress,
                rate,
            } if job == current => {
                self.dispatch
                    .dispatch(Action::Progress(job, progress, rate));
            }
            FromWorker::Help { job, blobs } if job == current => self.hire_readers(job, blobs),
            FromWorker::Report {
                job,
                last,
                report,
                sources,
                effort,
            } if job == current => {
                if last {
                    self.line.borrow_mut().end_job();
                }
                attention::leave_reading();
                self.dispatch.dispatch(Action::Report(Shared::new(Loaded {
                    job,
                    last,
                    report: *report,
                    sources,
                    effort,
                    opened: None,
                    said: Default::default(),
                })));
            }
            FromWorker::Failed { job, message } if job == current => self.fail(job, message),
            FromWorker::Look { look, seen } => self.saw(look, Sight::Seen(seen)),
            _ => {}
        }
    }
}

/// What an error event says of a worker's end.
fn last_words(event: &web_sys::Event) -> String {
    event
        .dyn_ref::<ErrorEvent>()
        .map_or_else(String::new, ErrorEvent::message)
}

/// How many processors the browser admits to.
fn processors() -> usize {
    let count = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    // A small whole number.
    (count as usize).max(1)
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// The bytes of files, for a worker that cannot read them.
async fn held(files: &[(String, Blob)]) -> Result<Array, String> {
    let held = Array::new();
    for (_, blob) in files {
        let bytes = JsFuture::from(blob.array_buffer()).await;
        held.push(&bytes.map_err(|error| format!("{error:?}"))?);
    }
    Ok(held)
}
