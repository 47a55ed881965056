//! Measures the blobs, largest first: in the session's own steps, or by whoever else is free. It compares nothing.

use super::{Session, WANTED_NAMES};
use crate::artifact::{BlobId, Inventory, Measured, Why};
use crate::bytes::blob::{Also, BlobFacts, Measure, MeasureOptions};
use crate::bytes::source::{ByteSource, fill_at};
use crate::limits;
use crate::order;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A blob that is to be measured. Plain data, so that it can travel to another thread or worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number in the inventory.
    pub blob: BlobId,
    /// Where it stands, for people.
    pub path: String,
    /// Which of the given files holds it.
    pub file: usize,
    /// Where in that file it begins.
    pub offset: u64,
    /// Its length in bytes.
    pub size: u64,
    /// Digests to take besides SHA-256.
    pub also: Also,
}

/// What became of a task: the measurements, or why there are none.
pub type Outcome = Result<Box<BlobFacts>, Why>;

/// A task in progress: reads a chunk a step and holds no more than that.
pub struct Reading {
    task: Task,
    measure: Option<Measure>,
    done: u64,
    buffer: Vec<u8>,
}

impl Reading {
    /// The beginning of a task.
    pub fn new(task: Task) -> Reading {
        let options = MeasureOptions {
            also: task.also,
            keep_documents: false,
            wanted_names: WANTED_NAMES,
        };
        Reading {
            task,
            measure: Some(Measure::new(options)),
            done: 0,
            buffer: Vec::new(),
        }
    }

    /// What is being measured.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Bytes measured so far.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Where the next bytes stand in the task's file, and how many are wanted: at most `most`.
    pub fn wants(&self, most: usize) -> (u64, usize) {
        let left = self.task.size.saturating_sub(self.done);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(most);
        (self.task.offset.saturating_add(self.done), count)
    }

    /// Measures the bytes that [`Reading::wants`] asked for; gives the outcome at the end.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<Outcome> {
        let measure = self.measure.as_mut()?;
        measure.push(bytes);
        self.done = self.done.saturating_add(bytes.len() as u64);
        if self.done < self.task.size {
            // No more bytes means that the file ends here.
            return bytes.is_empty().then_some(Err(Why::Truncated));
        }
        let facts = self.measure.take()?.finish();
        Some(Ok(Box::new(facts)))
    }

    /// Reads and measures one chunk, at most [`limits::STEP_BYTES`], of the task's file.
    pub fn step(&mut self, file: &dyn ByteSource) -> Option<Outcome> {
        let (at, wanted) = self.wants(limits::STEP_BYTES);
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(wanted, 0);
        let outcome = match fill_at(file, at, &mut buffer) {
            Ok(count) if count == wanted => self.feed(&buffer),
            Ok(_) => Some(Err(Why::Truncated)),
            Err(error) => Some(Err(Why::ReadFailed(error.message))),
        };
        self.buffer = buffer;
        outcome
    }
}

/// Measuring in progress.
pub struct Measuring {
    /// Blobs that nobody has taken yet, the largest last.
    waiting: Vec<BlobId>,
    /// Bytes of these: hosts ask for them at every step.
    waiting_bytes: u64,
    /// What the session itself reads.
    own: Option<Reading>,
    /// What others have taken and not returned: path, bytes so far.
    lent: BTreeMap<BlobId, (String, u64)>,
    /// Bytes of all that is finished.
    finished: u64,
}

/// How measuring goes on.
pub enum Next {
    /// There is more to do here.
    More,
    /// Only others have something to do.
    Waiting,
    /// All blobs are measured.
    Ended,
}

impl Measuring {
    /// The beginning: all that is unread and has a place.
    pub fn new(session: &Session) -> Measuring {
        let blobs = &session.inventory.blobs;
        let size = |id: &BlobId| blobs.get(*id).map_or(0, |blob| blob.size);
        let mut waiting: Vec<BlobId> = (0..blobs.len())
            .filter(|id| {
                session.is_unread(*id) && session.places.get(*id).is_some_and(Option::is_some)
            })
            .collect();
        order::by_key(&mut waiting, |id| (size(id), std::cmp::Reverse(*id)));
        Measuring {
            waiting_bytes: waiting.iter().map(size).fold(0, u64::saturating_add),
            waiting,
            own: None,
            lent: BTreeMap::new(),
            finished: read_so_far(&session.inventory),
        }
    }

    fn next(&mut self, session: &Session) -> Option<Task> {
        loop {
            let id = self.waiting.pop()?;
            let blob = session.inventory.blobs.get(id)?;
            self.waiting_bytes = self.waiting_bytes.saturating_sub(blob.size);
            if let Some(place) = session.places.get(id).copied().flatten() {
                return Some(Task {
                    blob: id,
                    path: blob.path.to_string(),
                    file: place.file,
                    offset: place.offset,
                    size: blob.size,
                    also: session.also,
                });
            }
        }
    }

    /// Measures one chunk of the blob that the session itself reads, or takes up the next.
    pub fn step(&mut self, session: &mut Session) -> Next {
        let own = self.own.take();
        let Some(mut own) = own.or_else(|| self.next(session).map(Reading::new)) else {
            self.tell(session);
            return if self.lent.is_empty() {
                Next::Ended
            } else {
                Next::Waiting
            };
        };
        let outcome = match session.files.get(own.task.file) {
            Some(file) => own.step(file.source.as_ref()),
            None => Some(Err(Why::NotInInput)),
        };
        match outcome {
            Some(outcome) => self.settle(session, own.task.blob, outcome),
            None => self.own = Some(own),
        }
        self.tell(session);
        Next::More
    }

    fn settle(&mut self, session: &mut Session, blob: BlobId, outcome: Outcome) {
        let size = session
            .inventory
            .blobs
            .get(blob)
            .map_or(0, |blob| blob.size);
        self.finished = self.finished.saturating_add(size);
        let measured = match outcome {
            Ok(facts) => Measured::Facts(facts),
            Err(why) => Measured::Not(why),
        };
        session.inventory.set_measured(blob, measured);
    }

    /// Brings the session's progress up to date.
    fn tell(&self, session: &mut Session) {
        let own = self.own.iter().map(|own| (&own.task.path, own.done));
        let lent = self.lent.values().map(|(path, done)| (path, *done));
        let (mut done, mut current) = (self.finished, Vec::new());
        for (path, bytes) in own.chain(lent) {
            done = done.saturating_add(bytes);
            current.push(path.clone());
        }
        session.progress.done = done.min(session.progress.total);
        session.progress.current = current;
    }
}

/// Bytes of blobs that need no more reading: documents, and what cannot be read.
fn read_so_far(inventory: &Inventory) -> u64 {
    let settled = inventory
        .blobs
        .iter()
        .filter(|blob| blob.measured != Measured::Not(Why::NotYet));
    settled.fold(0, |sum, blob| sum.saturating_add(blob.size))
}

/// For hosts with more than one thread or worker. Between [`Step::Early`](super::Step::Early) and the end they may take
/// blobs, measure them with [`Reading`] anywhere, and bring the outcomes back, while the session goes on with others.
impl Session {
    /// The largest blob that nobody measures yet; it must come back by [`Session::bring`].
    pub fn take(&mut self) -> Option<Task> {
        self.while_measuring(|measuring, session| {
            let task = measuring.next(session)?;
            measuring.lent.insert(task.blob, (task.path.clone(), 0));
            Some(task)
        })
    }

    /// How many bytes of a blob that was taken have been measured.
    pub fn reached(&mut self, blob: BlobId, bytes: u64) {
        self.while_measuring(|measuring, session| {
            if let Some((_, done)) = measuring.lent.get_mut(&blob) {
                *done = bytes;
            }
            measuring.tell(session);
            Some(())
        });
    }

    /// Brings back a blob that was taken. One that was not, or came back before, is left as it is.
    pub fn bring(&mut self, blob: BlobId, outcome: Outcome) {
        self.while_measuring(|measuring, session| {
            measuring.lent.remove(&blob)?;
            measuring.settle(session, blob, outcome);
            measuring.tell(session);
            Some(())
        });
    }

    /// Puts a blob that was taken back unmeasured, for whoever comes next.
    pub fn put_back(&mut self, blob: BlobId) {
        self.while_measuring(|measuring, session| {
            measuring.lent.remove(&blob)?;
            measuring.waiting.push(blob);
            let size = session.inventory.blobs.get(blob).map_or(0, |b| b.size);
            measuring.waiting_bytes = measuring.waiting_bytes.saturating_add(size);
            measuring.tell(session);
            Some(())
        });
    }

    /// What nobody has taken yet: how many blobs, and how many bytes.
    pub fn waiting(&self) -> (usize, u64) {
        let super::Phase::Measure(measuring) = &self.phase else {
            return (0, 0);
        };
        (measuring.waiting.len(), measuring.waiting_bytes)
    }

    fn while_measuring<T>(
        &mut self,
        act: impl FnOnce(&mut Measuring, &mut Session) -> Option<T>,
    ) -> Option<T> {
        match std::mem::replace(&mut self.phase, super::Phase::Done) {
            super::Phase::Measure(mut measuring) => {
                let result = act(&mut measuring, self);
                self.phase = super::Phase::Measure(measuring);
                result
            }
            other => {
                self.phase = other;
                None
            }
        }
    }
}
