//! Measures the blobs of a session on all processors, one blob to a thread, the largest first.
//! It measures nothing itself and keeps no outcome: both are the session's.

use crate::file::SharedSource;
use pullcheck::artifact::{BlobId, Why};
use pullcheck::session::{Outcome, Progress, Reading, Session, Task};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How often a stop is looked for and progress shown while nothing happens.
const GLANCE: Duration = Duration::from_millis(50);

/// What a thread says, with its number.
enum Said {
    Reached(BlobId, u64),
    Done(usize, BlobId, Outcome),
}

/// Measures all that is left of `session`, whose files are `files`. Ends early when `stopped` says so; what is being
/// measured then is given up.
pub fn measure(
    session: &mut Session,
    files: &[SharedSource],
    stopped: impl Fn() -> bool,
    mut show: impl FnMut(&Progress),
) {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let give_up = AtomicBool::new(false);
    thread::scope(|scope| {
        let (say, heard) = channel();
        let mut tasks: Vec<Sender<Task>> = Vec::new();
        let mut busy = 0_usize;
        while tasks.len() < processors {
            let Some(task) = session.take() else { break };
            let (give, given) = channel();
            let (say, give_up, number) = (say.clone(), &give_up, tasks.len());
            scope.spawn(move || work(number, files, &given, &say, give_up));
            // The thread has just been started, so somebody takes it.
            if give.send(task).is_ok() {
                busy += 1;
            }
            tasks.push(give);
        }
        while busy > 0 && !stopped() {
            match heard.recv_timeout(GLANCE) {
                Ok(Said::Reached(blob, bytes)) => session.reached(blob, bytes),
                Ok(Said::Done(number, blob, outcome)) => {
                    session.bring(blob, outcome);
                    busy -= 1;
                    if let Some(task) = session.take()
                        && let Some(thread) = tasks.get(number)
                        && thread.send(task).is_ok()
                    {
                        busy += 1;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            show(session.progress());
        }
        // Without senders the threads end; those in the middle of a blob are told.
        give_up.store(true, Ordering::Relaxed);
    });
}

/// The life of a thread: one task after another until there is nobody to give it one.
fn work(
    number: usize,
    files: &[SharedSource],
    given: &Receiver<Task>,
    say: &Sender<Said>,
    give_up: &AtomicBool,
) {
    while let Ok(task) = given.recv() {
        let blob = task.blob;
        let read = || read(task, files, say, give_up);
        let outcome = match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return,
            Err(panic) => Err(Why::ReaderDied(words(panic.as_ref()))),
        };
        if say.send(Said::Done(number, blob, outcome)).is_err() {
            return;
        }
    }
}

/// Measures one blob; nothing when it was given up.
fn read(
    task: Task,
    files: &[SharedSource],
    say: &Sender<Said>,
    give_up: &AtomicBool,
) -> Option<Outcome> {
    let Some(file) = files.get(task.file) else {
        return Some(Err(Why::NotInInput));
    };
    let mut reading = Reading::new(task);
    while !give_up.load(Ordering::Relaxed) {
        if let Some(outcome) = reading.step(file.as_ref()) {
            return Some(outcome);
        }
        say.send(Said::Reached(reading.task().blob, reading.done()))
            .ok()?;
    }
    None
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("panic").to_string()
}
