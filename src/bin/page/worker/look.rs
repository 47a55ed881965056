//! Looks into a blob of the session that has ended: reads it in turns, holds its entries, hands out rows and files. One blob is
//! open at a time, and one reading goes on at a time; a new one takes the place of the old.

use super::turns::Turns;
use super::{field, now, number, post, run, scope};
use js_sys::{Array, Object, Reflect, Uint8Array};
use pullcheck::inside::{Item, Reading, Want, remark};
use pullcheck::protocol::{FromWorker, Seen, Unread};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

/// How long one turn may take, in milliseconds.
const TURN: f64 = 40.0;
/// How often progress is told, in milliseconds.
const TELL: f64 = 100.0;

struct Task {
    look: u32,
    job: u32,
    want: Want,
    reading: Reading,
    /// Pieces of what is to be saved.
    parts: Option<Array>,
    told: f64,
}

/// The entries of the blob that is open.
struct Held {
    look: u32,
    items: Vec<Item>,
    /// What was last asked for, and which entries fit it.
    filter: (String, bool),
    fit: Vec<u32>,
}

thread_local! {
    static TASK: RefCell<Option<Task>> = const { RefCell::new(None) };
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    static TURNS: Turns = const { Turns::new(turn) };
}

/// Begins to read: `{look, job, path, entry, take}`. Without an entry it is the blob itself.
pub fn begin(look: u32, message: &JsValue) {
    let path = field(message, "path").as_string().unwrap_or_default();
    let job = number(&field(message, "job")).unwrap_or_default();
    let take = field(message, "take").is_truthy();
    // Entries are counted below 2^53.
    let entry = field(message, "entry").as_f64().map(|entry| entry as u64);
    let want = match (entry, take) {
        (Some(entry), true) => Want::File(entry),
        (Some(entry), false) => Want::Peek(entry),
        (None, true) => Want::Payload,
        (None, false) => Want::List,
    };
    match run::with_session(job, |session| session.way_to(&path)).flatten() {
        Some(way) => {
            if want == Want::List {
                HELD.set(None);
            }
            TASK.set(Some(Task {
                look,
                job,
                reading: Reading::new(way, want.clone()),
                want,
                parts: take.then(Array::new),
                told: now(),
            }));
            TURNS.with(Turns::ask);
        }
        None => say(look, Seen::Unread(Unread::NotHere)),
    }
}

/// Ends a look, and lets go of what is held for it.
pub fn shut(look: u32) {
    TASK.with_borrow_mut(|task| {
        task.take_if(|task| task.look == look);
    });
    HELD.with_borrow_mut(|held| {
        held.take_if(|held| held.look == look);
    });
}

/// Lets go of everything.
pub fn forget() {
    TASK.set(None);
    HELD.set(None);
}

/// Answers a question for rows: `{rows, asked, filter, marked, from, count}`.
pub fn rows(look: u32, message: &JsValue) {
    let count = |name: &str| number(&field(message, name)).unwrap_or_default() as usize;
    let filter = field(message, "filter").as_string().unwrap_or_default();
    let marked = field(message, "marked").is_truthy();
    HELD.with_borrow_mut(|held| {
        let Some(held) = held.as_mut().filter(|held| held.look == look) else {
            return;
        };
        held.sift((filter, marked));
        let from = count("from");
        let items = held.fit.iter().skip(from).take(count("count"));
        let items = items
            .filter_map(|at| held.items.get(usize::try_from(*at).ok()?))
            .cloned()
            .collect();
        say(
            look,
            Seen::Rows {
                asked: number(&field(message, "asked")).unwrap_or_default(),
                fit: held.fit.len() as u64,
                from: from as u64,
                items,
            },
        );
    });
}

impl Held {
    /// Finds the entries that fit a filter, unless that was asked for before.
    fn sift(&mut self, filter: (String, bool)) {
        if self.filter == filter {
            return;
        }
        let words: Vec<String> = filter
            .0
            .to_lowercase()
            .split_whitespace()
            .map(str::to_string)
            .collect();
        let fits = |item: &Item| {
            (!filter.1 || item.odd.iter().any(|what| remark(*what).is_some()))
                && (words.is_empty() || item.holds(&words))
        };
        // No more than `limits::OPENED_ENTRIES` are held.
        self.fit = (0_u32..)
            .zip(&self.items)
            .filter(|(_, item)| fits(item))
            .map(|(at, _)| at)
            .collect();
        self.filter = filter;
    }
}

fn turn() {
    let Some(mut task) = TASK.take() else {
        return;
    };
    let began = now();
    loop {
        match task.step() {
            Some(Ok(true)) if now() - began < TURN => {}
            Some(Ok(true)) => {
                task.tell();
                TASK.set(Some(task));
                return TURNS.with(Turns::ask);
            }
            Some(Ok(false)) => return task.end(),
            Some(Err(words)) => return say(task.look, Seen::Unread(Unread::Failed(words))),
            None => return say(task.look, Seen::Unread(Unread::NotHere)),
        }
    }
}

impl Task {
    /// One step; none where the session is gone.
    fn step(&mut self) -> Option<Result<bool, String>> {
        let (reading, parts) = (&mut self.reading, &self.parts);
        run::with_session(self.job, |session| {
            let source = session.source(reading.file())?;
            let step = reading.step(source, &mut |bytes| keep(parts.as_ref(), bytes));
            Some(step.map_err(|error| error.message))
        })
        .flatten()
    }

    fn tell(&mut self) {
        if now() - self.told < TELL {
            return;
        }
        self.told = now();
        let (done, total) = self.reading.progress();
        say(self.look, Seen::Reading { done, total });
    }

    fn end(self) {
        let parts = self.parts;
        let ended = self
            .reading
            .finish(&mut |bytes| keep(parts.as_ref(), bytes));
        if let Some(parts) = parts {
            return hand_over(self.look, &parts);
        }
        let seen = match self.want {
            Want::Peek(_) => Seen::File(ended.body.map(Box::new)),
            _ => {
                let all = (0_u32..).zip(&ended.items).map(|(at, _)| at).collect();
                HELD.set(Some(Held {
                    look: self.look,
                    items: ended.items,
                    filter: (String::new(), false),
                    fit: all,
                }));
                Seen::Opened(Box::new(ended.inside))
            }
        };
        say(self.look, seen);
    }
}

fn keep(parts: Option<&Array>, bytes: &[u8]) {
    if let Some(parts) = parts {
        parts.push(&Uint8Array::from(bytes));
    }
}

/// Gives the page a file: `{saved: number, blob}`.
fn hand_over(look: u32, parts: &Array) {
    // Without a type browsers guess one, and put its ending behind the name.
    let kind = BlobPropertyBag::new();
    kind.set_type("application/octet-stream");
    match Blob::new_with_u8_array_sequence_and_options(parts, &kind) {
        Ok(blob) => {
            let message = Object::new();
            // Setting a field of a plain object does not fail.
            let _ = Reflect::set(
                &message,
                &"saved".into(),
                &JsValue::from_f64(f64::from(look)),
            );
            let _ = Reflect::set(&message, &"blob".into(), &blob);
            let _ = scope().post_message(&message);
        }
        Err(error) => say(look, Seen::Unread(Unread::Failed(format!("{error:?}")))),
    }
}

fn say(look: u32, seen: Seen) {
    post(&FromWorker::Look { look, seen });
}
