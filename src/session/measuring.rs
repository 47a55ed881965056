//! Measures the blobs one after another, a chunk a step. It compares nothing.

use super::Session;
use crate::artifact::{BlobId, Measured, Why};
use crate::bytes::blob::Measure;
use crate::bytes::source::fill_at;
use crate::limits;

/// Measuring in progress.
#[derive(Default)]
pub struct Measuring {
    current: Option<Current>,
    buffer: Vec<u8>,
    next: BlobId,
}

struct Current {
    blob: BlobId,
    measure: Measure,
    offset: u64,
    end: u64,
    file: usize,
}

/// Whether there is more to measure.
pub enum Next {
    /// There is.
    More,
    /// All blobs are measured.
    Ended,
}

impl Measuring {
    /// Pushes one chunk of the current blob, or takes up the next.
    pub fn step(&mut self, session: &mut Session) -> Next {
        let Some(mut current) = self.current.take().or_else(|| self.take_up(session)) else {
            session.progress.done = session.progress.total;
            return Next::Ended;
        };
        let left = current.end.saturating_sub(current.offset);
        let wanted = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(limits::STEP_BYTES);
        self.buffer.resize(wanted, 0);
        let read = match session.files.get(current.file) {
            Some(file) => fill_at(file.source.as_ref(), current.offset, &mut self.buffer),
            None => Ok(0),
        };
        let failed = match read {
            Ok(count) if count == wanted => {
                current.measure.push(&self.buffer);
                current.offset = current.offset.saturating_add(count as u64);
                session.progress.done = session.progress.done.saturating_add(count as u64);
                None
            }
            Ok(_) => Some(Why::Truncated),
            Err(error) => Some(Why::ReadFailed(error.message)),
        };
        match failed {
            Some(why) => session.mark_unread(current.blob, why),
            None if current.offset >= current.end => {
                let facts = current.measure.finish();
                if let Some(blob) = session.inventory.blobs.get_mut(current.blob) {
                    blob.measured = Measured::Facts(Box::new(facts));
                }
            }
            None => self.current = Some(current),
        }
        Next::More
    }

    fn take_up(&mut self, session: &mut Session) -> Option<Current> {
        while let Some(blob) = session.inventory.blobs.get(self.next) {
            let id = self.next;
            self.next += 1;
            let unread = blob.measured == Measured::Not(Why::NotYet);
            let Some(place) = session.places.get(id).copied().flatten().filter(|_| unread) else {
                continue;
            };
            session.progress.current.clone_from(&blob.path);
            return Some(Current {
                blob: id,
                measure: Measure::new(session.options()),
                offset: place.offset,
                end: place.offset.saturating_add(blob.size),
                file: place.file,
            });
        }
        None
    }
}
