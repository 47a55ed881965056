//! The readers of a job, as the worker that runs the session sees them: who is there, and what each has in hand.
//! It measures nothing.

use crate::message::packed;
use gloo::events::EventListener;
use js_sys::{Array, Object, Reflect};
use pullcheck::artifact::BlobId;
use pullcheck::session::{Session, Task};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessageEvent, MessagePort};

/// Bytes that a reader is handed at a time, where blobs are small: one message for many.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;

/// The readers.
#[derive(Default)]
pub struct Readers {
    there: BTreeMap<u32, Reader>,
    /// How many there were at most.
    pub most: usize,
}

struct Reader {
    port: MessagePort,
    _listener: EventListener,
    /// What it has and has not brought back, in the order in which it reads.
    hand: Vec<BlobId>,
}

/// What a reader has left behind.
pub struct Left {
    /// The blob in which it died, if it was reading one.
    pub reading: Option<BlobId>,
    /// Those it had not begun.
    pub untouched: Vec<BlobId>,
}

impl Readers {
    /// A reader is there; `hear` gets its messages.
    pub fn welcome(&mut self, number: u32, port: JsValue, hear: impl Fn(JsValue) + 'static) {
        let Ok(port) = port.dyn_into::<MessagePort>() else {
            return;
        };
        let listener = EventListener::new(&port, "message", move |event| {
            if let Some(event) = event.dyn_ref::<MessageEvent>() {
                hear(event.data());
            }
        });
        port.start();
        let reader = Reader {
            port,
            _listener: listener,
            hand: Vec::new(),
        };
        self.there.insert(number, reader);
        self.most = self.most.max(self.there.len());
    }

    /// Hands out blobs to all that have nothing to do.
    pub fn hand_out(&mut self, session: &mut Session, files: &[Blob]) {
        for reader in self.there.values_mut() {
            if !reader.hand.is_empty() {
                continue;
            }
            let (mut tasks, mut bytes) = (Vec::new(), 0_u64);
            while bytes < BATCH_BYTES
                && let Some(task) = session.take()
            {
                bytes = bytes.saturating_add(task.size);
                tasks.push(task);
            }
            if tasks.is_empty() {
                return;
            }
            reader.hand = tasks.iter().map(|task| task.blob).collect();
            send(&reader.port, &tasks, files);
        }
    }

    /// A reader has brought a blob back.
    pub fn returned(&mut self, number: u32, blob: BlobId) {
        if let Some(reader) = self.there.get_mut(&number) {
            reader.hand.retain(|held| *held != blob);
        }
    }

    /// A reader is no more: what it had in hand.
    pub fn lose(&mut self, number: u32) -> Left {
        let hand = self.there.remove(&number).map(|reader| reader.hand);
        let mut hand = hand.unwrap_or_default().into_iter();
        Left {
            reading: hand.next(),
            untouched: hand.collect(),
        }
    }
}

fn send(port: &MessagePort, tasks: &[Task], files: &[Blob]) {
    let held: Array = tasks
        .iter()
        .map(|task| {
            files
                .get(task.file)
                .map_or(JsValue::NULL, |file| file.clone().into())
        })
        .collect();
    let message = Object::new();
    // Setting a field of a plain object does not fail; a port whose other end is gone swallows what it is sent.
    let _ = Reflect::set(&message, &"tasks".into(), &packed(tasks));
    let _ = Reflect::set(&message, &"files".into(), &held);
    let _ = port.post_message(&message);
}
