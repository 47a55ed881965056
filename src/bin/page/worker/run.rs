//! The worker that runs sessions: steps them in turns of about 50 ms, hands the blobs to readers, and tells the page how
//! far it is. Where there are no readers it measures the blobs itself.

use super::pace::Pace;
use super::readers::Readers;
use super::turns::Turns;
use super::{choices, field, memory, now, post};
use crate::file_source::FileSource;
use crate::message::unpacked;
use pullcheck::artifact::Why;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::consumers::Choices;
use pullcheck::protocol::{Effort, FromReader, FromWorker};
use pullcheck::report::Report;
use pullcheck::session::{Given, GivenFile, Session, Step};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// How long one turn may take before the worker listens again, in milliseconds: short enough that a stop feels prompt.
const TURN: f64 = 50.0;
/// How often progress is told, in milliseconds.
const TELL: f64 = 100.0;
/// Bytes below which readers are not worth their start.
const FEW: u64 = 4 * 1024 * 1024;

struct Running {
    job: u32,
    session: Session,
    /// What readers are given; nothing where the page had to read the files.
    files: Vec<Blob>,
    readers: Readers,
    /// Whether readers do the measuring.
    helped: bool,
    /// Whether the final report was given. The session is kept: the consumers may be set otherwise.
    over: bool,
    began: f64,
    told: f64,
    pace: Pace,
    memory: u64,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
    static TURNS: Turns = const { Turns::new(turn) };
}

/// Has something done with the session of a job that has ended.
pub fn with_session<T>(job: u32, act: impl FnOnce(&Session) -> T) -> Option<T> {
    RUNNING.with_borrow(|running| {
        let running = running.as_ref()?;
        (running.job == job && running.over).then(|| act(&running.session))
    })
}

/// Begins a job: `{job, name, packaging, paths, files}`.
pub fn take_on(job: u32, message: &JsValue) {
    super::look::forget();
    match given(message) {
        Ok((given, files)) => {
            RUNNING.set(Some(Running {
                job,
                session: Session::new(given, Vec::new()).with_choices(choices(message)),
                files,
                readers: Readers::default(),
                helped: false,
                over: false,
                began: now(),
                told: 0.0,
                pace: Pace::default(),
                memory: 0,
            }));
            TURNS.with(Turns::ask);
        }
        Err(message) => post(&FromWorker::Failed { job, message }),
    }
}

/// Ends a job with what is known.
pub fn stop(job: u32) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running
            && running.job == job
            && !running.over
        {
            let report = running.session.stop();
            running.over = true;
            running.tell_report(true, report);
        }
    });
}

/// Sets the consumers otherwise: what is known is judged anew. Nothing is read again.
pub fn choose(job: u32, choices: Choices) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running
            && running.job == job
        {
            running.session.choose(choices);
            if running.over {
                running.tell_report(true, running.session.judged());
            }
        }
    });
}

/// A reader has come.
pub fn welcome(reader: u32, port: JsValue) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running {
            running
                .readers
                .welcome(reader, port, move |data| listen(reader, &data));
            running
                .readers
                .hand_out(&mut running.session, &running.files);
        }
    });
}

/// A reader has died: what it was reading is not checked, what it had not begun is for others.
pub fn mourn(reader: u32, words: &str) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running {
            let left = running.readers.lose(reader);
            for blob in left.untouched.into_iter().rev() {
                running.session.put_back(blob);
            }
            if let Some(blob) = left.reading {
                let outcome = Err(Why::ReaderDied(words.to_string()));
                running.session.bring(blob, outcome);
            }
        }
    });
    TURNS.with(Turns::ask);
}

/// No readers can be had: the session measures by itself.
pub fn carry_on_alone(job: u32) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running
            && running.job == job
        {
            running.helped = false;
        }
    });
    TURNS.with(Turns::ask);
}

/// What a reader says.
fn listen(reader: u32, data: &JsValue) {
    let Some(said) = unpacked::<FromReader>(data) else {
        return;
    };
    let done = RUNNING.with_borrow_mut(|running| {
        let Some(running) = running else {
            return false;
        };
        let done = match said {
            FromReader::Reached { blob, bytes } => {
                running.session.reached(blob, bytes);
                false
            }
            FromReader::Done {
                blob,
                outcome,
                memory,
            } => {
                running.memory = running.memory.max(memory);
                running.readers.returned(reader, blob);
                running.session.bring(blob, outcome);
                running
                    .readers
                    .hand_out(&mut running.session, &running.files);
                true
            }
        };
        running.tell_progress();
        done
    });
    if done {
        TURNS.with(Turns::ask);
    }
}

type Read = (Given, Vec<Blob>);

fn given(message: &JsValue) -> Result<Read, String> {
    let packaging = match field(message, "packaging").as_string().as_deref() {
        Some("file") => Packaging::File,
        Some("folder") => Packaging::Folder,
        Some("files") => Packaging::Files,
        Some("pasted") => Packaging::Pasted,
        other => return Err(format!("unknown packaging {other:?}")),
    };
    let paths = js_sys::Array::from(&field(message, "paths"));
    let handed = js_sys::Array::from(&field(message, "files"));
    let (mut files, mut blobs) = (Vec::new(), Vec::new());
    for (path, file) in paths.iter().zip(handed.iter()) {
        let source = match file.dyn_into::<Blob>() {
            Ok(blob) => {
                blobs.push(blob.clone());
                FileSource::new(blob).map_err(|error| error.message)?
            }
            Err(bytes) => FileSource::held(
                bytes
                    .dyn_ref()
                    .ok_or("a file that is neither a Blob nor its bytes")?,
            ),
        };
        files.push(GivenFile {
            path: path.as_string().unwrap_or_default(),
            source: Box::new(source),
        });
    }
    let given = Given {
        name: field(message, "name").as_string().unwrap_or_default(),
        packaging,
        files,
    };
    Ok((given, blobs))
}

fn turn() {
    let Some(mut running) = RUNNING.take() else {
        return;
    };
    if running.over {
        RUNNING.set(Some(running));
        return;
    }
    match running.turn() {
        Turn::Again => {
            RUNNING.set(Some(running));
            TURNS.with(Turns::ask);
        }
        // The next message of a reader goes on.
        Turn::Rest => RUNNING.set(Some(running)),
        Turn::Over => {
            running.over = true;
            RUNNING.set(Some(running));
        }
    }
}

/// How a turn ended.
enum Turn {
    Again,
    Rest,
    Over,
}

impl Running {
    fn turn(&mut self) -> Turn {
        let began = now();
        // While readers measure there is nothing to do here until all blobs are back.
        if self.helped && self.session.waiting().0 > 0 {
            return Turn::Rest;
        }
        loop {
            match self.session.step() {
                Step::More(_) => {}
                Step::Waiting(_) => return Turn::Rest,
                Step::Early(report) => {
                    self.ask_for_help();
                    self.tell_report(false, *report);
                    return if self.helped { Turn::Rest } else { Turn::Again };
                }
                Step::Done(report) => {
                    self.tell_report(true, *report);
                    return Turn::Over;
                }
            }
            if now() - began >= TURN {
                break;
            }
        }
        self.tell_progress();
        Turn::Again
    }

    fn ask_for_help(&mut self) {
        let (blobs, bytes) = self.session.waiting();
        self.helped = bytes >= FEW && !self.files.is_empty();
        if self.helped {
            post(&FromWorker::Help {
                job: self.job,
                blobs,
            });
        }
    }

    fn tell_progress(&mut self) {
        if now() - self.told < TELL {
            return;
        }
        self.told = now();
        let progress = self.session.progress().clone();
        let rate = self.pace.note(self.told, progress.done);
        post(&FromWorker::Progress {
            job: self.job,
            progress,
            rate,
        });
    }

    fn tell_report(&self, last: bool, report: Report) {
        post(&FromWorker::Report {
            job: self.job,
            last,
            report: Box::new(report),
            sources: self.session.sources(),
            effort: Effort {
                // Milliseconds since the job came are a small positive number.
                milliseconds: (now() - self.began) as u64,
                bytes: self.session.progress().done,
                readers: self.readers.most.max(1),
                memory: self.memory.max(memory()),
            },
        });
    }
}
