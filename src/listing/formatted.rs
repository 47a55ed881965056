//! A JSON text laid out in lines and indented, with a map back to every token of the original. What cannot be read as JSON
//! stands behind it as it is. It is for reading: no digest is about it.

use super::structure::Structure;
use crate::bytes::json::tokens::Kind;
use std::ops::Range;

/// A text being laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Formatted {
    text: Vec<u8>,
    /// Where pieces of the original stand: in this text, and there. Both grow.
    map: Vec<(u32, u32)>,
    read: usize,
    depth: usize,
    opened: bool,
    finished: bool,
}

impl Formatted {
    /// Nothing laid out so far.
    pub fn new() -> Formatted {
        Formatted {
            text: Vec::new(),
            map: Vec::new(),
            read: 0,
            depth: 0,
            opened: false,
            finished: false,
        }
    }

    /// Goes on, up to a byte of the original, of which the structure is known. True when there is nothing left.
    pub fn read(&mut self, bytes: &[u8], structure: &Structure, until: usize) -> bool {
        let known = structure.known();
        if !self.finished {
            let to = until.min(known);
            for token in structure.tokens(bytes, self.read, to) {
                let from = token.from.max(self.read);
                self.put(bytes, token.kind, token.start..token.to, from);
                self.read = token.to;
            }
            if until >= known {
                self.finished = true;
                let rest = bytes.get(self.read..).unwrap_or_default();
                let blank = rest.iter().all(u8::is_ascii_whitespace);
                if !blank {
                    self.line();
                    self.copy(bytes, self.read..bytes.len());
                }
                self.text.push(b'\n');
            }
        }
        self.finished
    }

    /// The text, once all is laid out.
    pub fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    /// Where in the original a byte of this text stands, or the one before it that does.
    pub fn original(&self, offset: usize) -> usize {
        let after = self
            .map
            .partition_point(|(here, _)| *here as usize <= offset);
        let Some((here, there)) = after.checked_sub(1).and_then(|at| self.map.get(at)) else {
            return self.map.first().map_or(0, |(_, there)| *there as usize);
        };
        let there_after = self
            .map
            .get(after)
            .map_or(usize::MAX, |(_, next)| *next as usize);
        let moved = (*there as usize).saturating_add(offset - *here as usize);
        moved.min(there_after.saturating_sub(1).max(*there as usize))
    }

    /// Where in this text a byte of the original stands.
    pub fn here(&self, original: usize) -> usize {
        let after = self
            .map
            .partition_point(|(_, there)| *there as usize <= original);
        let Some((here, there)) = after.checked_sub(1).and_then(|at| self.map.get(at)) else {
            return 0;
        };
        let next = self
            .map
            .get(after)
            .map_or(usize::MAX, |(next, _)| *next as usize);
        let moved = (*here as usize).saturating_add(original - *there as usize);
        moved.min(next.saturating_sub(1).max(*here as usize))
    }

    /// A range of the original, in this text.
    pub fn range_here(&self, original: &Range<usize>) -> Range<usize> {
        let start = self.here(original.start);
        let end = match original.end.checked_sub(1) {
            Some(last) if last >= original.start => self.here(last).saturating_add(1),
            _ => start,
        };
        start..end.max(start)
    }

    fn put(&mut self, bytes: &[u8], kind: Kind, token: Range<usize>, from: usize) {
        if from > token.start {
            // The rest of a string.
            self.copy(bytes, from..token.end);
            return;
        }
        match kind {
            Kind::Close => {
                self.depth = self.depth.saturating_sub(1);
                if !self.opened {
                    self.line();
                }
            }
            Kind::Comma | Kind::Colon => {}
            _ if self.opened => self.line(),
            _ => {}
        }
        self.opened = false;
        self.copy(bytes, token);
        match kind {
            Kind::Open => {
                self.depth += 1;
                self.opened = true;
            }
            Kind::Comma => self.line(),
            Kind::Colon => self.text.push(b' '),
            _ => {}
        }
    }

    fn line(&mut self) {
        self.text.push(b'\n');
        for _ in 0..self.depth {
            self.text.extend_from_slice(b"  ");
        }
    }

    fn copy(&mut self, bytes: &[u8], range: Range<usize>) {
        let here = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let there = u32::try_from(range.start).unwrap_or(u32::MAX);
        self.map.push((here, there));
        self.text
            .extend_from_slice(bytes.get(range).unwrap_or_default());
    }
}

impl Default for Formatted {
    fn default() -> Formatted {
        Formatted::new()
    }
}
