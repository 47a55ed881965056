//! Where the lines of a text begin, found in pieces. LF, CR LF and a lone CR end a line, as in [`json::line_column`].

use crate::bytes::json;
use crate::limits::LISTING_LINES;
use std::ops::Range;

/// The lines of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    starts: Vec<u32>,
    /// Numbers of lines in which a byte is not always one column: tabs, control characters, anything but ASCII.
    uneven: Vec<u32>,
    read: usize,
    /// Where the text ends, or the last line that is kept.
    end: Option<usize>,
}

impl Lines {
    /// Nothing of a text read so far.
    pub fn new() -> Lines {
        Lines {
            starts: vec![0],
            uneven: Vec::new(),
            read: 0,
            end: None,
        }
    }

    /// Reads on, up to a byte. True when there is nothing left to read.
    pub fn read(&mut self, bytes: &[u8], until: usize) -> bool {
        if self.end.is_some() {
            return true;
        }
        let part = bytes
            .get(self.read..until.min(bytes.len()))
            .unwrap_or_default();
        let first = self.read;
        for (at, byte) in (first..).zip(part) {
            if matches!(byte, b' '..=b'~') {
                continue;
            }
            let next = bytes.get(at + 1);
            match byte {
                b'\r' if next == Some(&b'\n') => {}
                b'\n' | b'\r' => {
                    if self.starts.len() >= LISTING_LINES {
                        self.end = Some(at);
                        return true;
                    }
                    // The last line end of a document starts no line.
                    if next.is_some() {
                        self.starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                    }
                }
                _ => {
                    let line = u32::try_from(self.starts.len() - 1).unwrap_or(u32::MAX);
                    if self.uneven.last() != Some(&line) {
                        self.uneven.push(line);
                    }
                }
            }
        }
        self.read = first + part.len();
        if self.read >= bytes.len() {
            self.end = Some(bytes.len());
        }
        self.end.is_some()
    }

    /// How many there are so far.
    pub fn len(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// There is always a first line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The byte behind what the lines hold.
    pub fn end(&self) -> usize {
        self.end.unwrap_or(self.read)
    }

    /// The line, from 0, that holds a byte.
    pub fn of(&self, offset: usize) -> u32 {
        let after = self
            .starts
            .partition_point(|start| *start as usize <= offset);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, without its end.
    pub fn range(&self, bytes: &[u8], line: u32) -> Range<usize> {
        let at = line as usize;
        let start = self
            .starts
            .get(at)
            .map_or(self.end(), |start| *start as usize);
        let mut end = match self.starts.get(at + 1) {
            Some(next) => *next as usize,
            None => self.end(),
        };
        if end > start && bytes.get(end - 1) == Some(&b'\n') {
            end -= 1;
        }
        if end > start && bytes.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        start..end.max(start)
    }

    /// Whether every byte of a line is one column.
    pub fn is_even(&self, line: u32) -> bool {
        self.uneven.binary_search(&line).is_err()
    }

    /// The lines that are not even.
    pub fn uneven(&self) -> &[u32] {
        &self.uneven
    }

    /// Line and column of a byte, both from 1, as findings count them.
    pub fn line_column(&self, bytes: &[u8], offset: usize) -> (u32, u32) {
        let line = self.of(offset);
        let start = self.range(bytes, line).start;
        let offset = offset.min(bytes.len());
        let column = if self.is_even(line) {
            u32::try_from(offset - start)
                .unwrap_or(u32::MAX)
                .saturating_add(1)
        } else {
            // On its own, a later line cannot be taken for the start of a document.
            let part = bytes.get(start..).unwrap_or_default();
            let skipped =
                u32::from(start > 0 && part.starts_with(b"\xEF\xBB\xBF") && offset > start + 2);
            json::line_column(part, offset - start)
                .1
                .saturating_add(skipped)
        };
        (line.saturating_add(1), column)
    }

    /// The byte at a line and column, both from 1; the last character of the line where it is shorter.
    pub fn offset(&self, bytes: &[u8], line: u32, column: u32) -> Option<usize> {
        let line = line.checked_sub(1).filter(|line| *line < self.len())?;
        let range = self.range(bytes, line);
        let skip = column.saturating_sub(1) as usize;
        if self.is_even(line) {
            return Some(range.start.saturating_add(skip).min(range.end));
        }
        let mut at = range.start;
        let mut rest = bytes.get(range).unwrap_or_default();
        if at == 0 && rest.starts_with(b"\xEF\xBB\xBF") {
            (at, rest) = (3, rest.get(3..).unwrap_or_default());
        }
        let mut left = skip;
        for chunk in rest.utf8_chunks() {
            let lengths = chunk.valid().chars().map(char::len_utf8);
            for length in lengths.chain(chunk.invalid().iter().map(|_| 1)) {
                if left == 0 {
                    return Some(at);
                }
                left -= 1;
                at += length;
            }
        }
        Some(at)
    }
}

impl Default for Lines {
    fn default() -> Lines {
        Lines::new()
    }
}
