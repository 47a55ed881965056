//! All places where a text occurs in a document, found in pieces. ASCII letters fit in either case.

use crate::limits::LISTING_HITS;

/// A search.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    wanted: Vec<u8>,
    at: usize,
    hits: Vec<u32>,
    more: bool,
    finished: bool,
}

impl Search {
    /// Nothing searched so far.
    pub fn new(wanted: &str) -> Search {
        Search {
            wanted: wanted.as_bytes().to_ascii_lowercase(),
            at: 0,
            hits: Vec::new(),
            more: false,
            finished: wanted.is_empty(),
        }
    }

    /// Searches on, up to a byte. True when there is nothing left to search.
    pub fn read(&mut self, bytes: &[u8], until: usize) -> bool {
        let Some(first) = self.wanted.first().copied() else {
            return true;
        };
        let other = first.to_ascii_uppercase();
        let until = until.min(bytes.len());
        while !self.finished && self.at < until {
            let part = bytes.get(self.at..until).unwrap_or_default();
            let Some(skip) = part
                .iter()
                .position(|byte| *byte == first || *byte == other)
            else {
                self.at = until;
                break;
            };
            let at = self.at + skip;
            let here = bytes.get(at..at.saturating_add(self.wanted.len()));
            if here.is_some_and(|here| here.eq_ignore_ascii_case(&self.wanted)) {
                if self.hits.len() >= LISTING_HITS {
                    self.more = true;
                    self.finished = true;
                } else {
                    self.hits.push(u32::try_from(at).unwrap_or(u32::MAX));
                    self.at = at + self.wanted.len();
                }
            } else {
                self.at = at + 1;
            }
        }
        self.finished |= self.at >= bytes.len();
        self.finished
    }

    /// Searches so many bytes more.
    pub fn advance(&mut self, bytes: &[u8], more: usize) -> bool {
        self.read(bytes, self.at.saturating_add(more))
    }

    /// Whether all was searched.
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// Where it occurs, in order.
    pub fn hits(&self) -> &[u32] {
        &self.hits
    }

    /// Whether there are more than are kept.
    pub fn more(&self) -> bool {
        self.more
    }

    /// Length of what is searched for, in bytes.
    pub fn length(&self) -> usize {
        self.wanted.len()
    }

    /// The hits that reach into a part of the document.
    pub fn within(&self, from: usize, to: usize) -> &[u32] {
        let length = self.length();
        let first = self
            .hits
            .partition_point(|hit| *hit as usize + length <= from);
        let last = self.hits.partition_point(|hit| (*hit as usize) < to);
        self.hits.get(first..last.max(first)).unwrap_or_default()
    }
}
