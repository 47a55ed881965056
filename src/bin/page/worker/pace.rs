//! How fast a job goes, told from where it has been of late. It reads no clock.

use std::collections::VecDeque;

/// How far back it looks, in milliseconds: long enough to be steady, short enough to follow a slow disk.
const WINDOW: f64 = 4000.0;
/// How long it waits before it says anything, in milliseconds.
const FIRST: f64 = 500.0;

/// Where a job has been.
#[derive(Default)]
pub struct Pace {
    seen: VecDeque<(f64, u64)>,
}

impl Pace {
    /// Notes how many bytes were done at a time, in milliseconds; gives bytes a second once that can be told.
    pub fn note(&mut self, now: f64, done: u64) -> Option<u64> {
        // A new phase begins to count anew.
        if self.seen.back().is_some_and(|(_, last)| done < *last) {
            self.seen.clear();
        }
        self.seen.push_back((now, done));
        while self
            .seen
            .get(1)
            .is_some_and(|(time, _)| now - time > WINDOW)
        {
            self.seen.pop_front();
        }
        let (time, before) = *self.seen.front()?;
        let seconds = (now - time) / 1000.0;
        (now - time >= FIRST).then(|| (done.saturating_sub(before) as f64 / seconds) as u64)
    }
}
