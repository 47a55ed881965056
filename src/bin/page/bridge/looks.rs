//! The line to the worker for who looks into a blob: asks for a blob, for rows of it, for a file, and tells the one view that
//! watches what comes back. It holds nothing of it.

use super::{Bridge, object};
use js_sys::Reflect;
use pullcheck::protocol::{Seen, Unread};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;
use yew::Callback;

/// Who is told what comes back, with the number of the look.
pub type Onlooker = Callback<(u32, Sight)>;

/// What comes back to who looks into a blob.
pub enum Sight {
    /// An answer.
    Seen(Seen),
    /// The file that was to be saved.
    File(Blob),
}

impl Bridge {
    /// Who is told what looks see; nobody, when the view is gone.
    pub fn watch(&self, onlooker: Option<Onlooker>) {
        *self.onlooker.borrow_mut() = onlooker;
    }

    /// Has a blob read that a job's input holds at a path, or the entry of its tar with a number; with `take` it comes as a
    /// file. Gives the number under which answers come.
    pub fn look(&self, job: u32, path: &str, entry: Option<u64>, take: bool) -> u32 {
        let look = self.looks.get().wrapping_add(1);
        self.looks.set(look);
        // Entries are counted below 2^53.
        let entry = entry.map_or(JsValue::UNDEFINED, |entry| JsValue::from_f64(entry as f64));
        let sent = self.send(&[
            ("look", JsValue::from_f64(f64::from(look))),
            ("job", JsValue::from_f64(f64::from(job))),
            ("path", JsValue::from_str(path)),
            ("entry", entry),
            ("take", JsValue::from_bool(take)),
        ]);
        if !sent && let Some(bridge) = self.me.upgrade() {
            // Later, when the number is known to who asked.
            spawn_local(async move {
                bridge.saw(look, Sight::Seen(Seen::Unread(Unread::NotHere)));
            });
        }
        look
    }

    /// Asks for rows of the blob that a look opened.
    pub fn rows(&self, look: u32, asked: u32, filter: (&str, bool), from: u32, count: u32) {
        self.send(&[
            ("rows", JsValue::from_f64(f64::from(look))),
            ("asked", JsValue::from_f64(f64::from(asked))),
            ("filter", JsValue::from_str(filter.0)),
            ("marked", JsValue::from_bool(filter.1)),
            ("from", JsValue::from_f64(f64::from(from))),
            ("count", JsValue::from_f64(f64::from(count))),
        ]);
    }

    /// Ends a look.
    pub fn shut(&self, look: u32) {
        self.send(&[("shut", JsValue::from_f64(f64::from(look)))]);
    }

    fn send(&self, fields: &[(&str, JsValue)]) -> bool {
        let line = self.line.borrow();
        let worker = line.worker.as_ref().map(|hired| &hired.worker);
        worker.is_some_and(|worker| worker.post_message(&object(fields)).is_ok())
    }

    pub(super) fn saw(&self, look: u32, sight: Sight) {
        let onlooker = self.onlooker.borrow().clone();
        if let Some(onlooker) = onlooker {
            onlooker.emit((look, sight));
        }
    }
}

/// A message that carries a file: `{saved: number, blob}`.
pub(super) fn saved_file(data: &JsValue) -> Option<(u32, Blob)> {
    let field = |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok();
    let look = data
        .is_object()
        .then(|| field("saved"))
        .flatten()?
        .as_f64()?;
    let file = field("blob")?.dyn_into::<Blob>().ok()?;
    // Looks are counted in small whole numbers.
    Some((look as u32, file))
}
