//! How lines are laid out in rows of so many columns: long lines take several, folded ones none. All rows are equally
//! high, so that any part of a document is found without laying out what stands before it.

use super::lines::Lines;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows of one line between two places that are remembered.
const STRIDE: u32 = 256;
/// Columns between two tab stops.
pub const TAB: u32 = 4;
/// Columns that a character takes which is shown by its number, such as U+202E.
pub const NUMBERED: u32 = 8;

/// The rows of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    columns: u32,
    /// Lines of several rows, with the rows beyond the first.
    tall: Vec<(u32, u32)>,
    /// For each of them, such rows of all shown lines before it.
    before: Vec<u32>,
    /// Lines that are not shown, and how many are hidden before them.
    hidden: Vec<(Range<u32>, u32)>,
    /// Where rows begin in long lines that are uneven.
    marks: BTreeMap<u32, Vec<u32>>,
    lines: u32,
}

impl Rows {
    /// Lays out all lines in rows of so many columns.
    pub fn new(lines: &Lines, bytes: &[u8], columns: u32, hidden: &[Range<u32>]) -> Rows {
        let columns = columns.max(8);
        let mut rows = Rows {
            columns,
            lines: lines.len(),
            ..Rows::default()
        };
        let mut uneven = lines.uneven().iter().copied().peekable();
        for line in 0..lines.len() {
            let range = lines.range(bytes, line);
            let length = u32::try_from(range.len()).unwrap_or(u32::MAX);
            let even = uneven.next_if_eq(&line).is_none();
            // No byte takes more than these columns.
            let count = if even {
                length.div_ceil(columns).max(1)
            } else if length.saturating_mul(NUMBERED) <= columns {
                1
            } else {
                let mut marks = Vec::new();
                let count = rows.count(bytes, &range, &mut marks);
                if marks.len() > 1 {
                    rows.marks.insert(line, marks);
                }
                count
            };
            if count > 1 {
                rows.tall.push((line, count - 1));
            }
        }
        rows.hide(hidden);
        rows
    }

    /// Hides these lines and no others. They come in order and do not overlap.
    pub fn hide(&mut self, hidden: &[Range<u32>]) {
        let mut sum = 0;
        self.hidden.clear();
        for range in hidden.iter().filter(|range| !range.is_empty()) {
            self.hidden.push((range.clone(), sum));
            sum += range.end - range.start;
        }
        self.before.clear();
        let mut sum: u32 = 0;
        let mut hidden = self.hidden.iter().map(|(range, _)| range).peekable();
        for (line, more) in &self.tall {
            self.before.push(sum);
            while hidden.next_if(|range| range.end <= *line).is_some() {}
            if hidden.peek().is_none_or(|range| range.start > *line) {
                sum = sum.saturating_add(*more);
            }
        }
    }

    /// Columns of a row.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// How many rows there are.
    pub fn len(&self) -> u32 {
        self.row(self.lines)
    }

    /// There is always a first row.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Whether a line is not shown.
    pub fn is_hidden(&self, line: u32) -> bool {
        let after = self
            .hidden
            .partition_point(|(range, _)| range.start <= line);
        let last = after.checked_sub(1).and_then(|at| self.hidden.get(at));
        last.is_some_and(|(range, _)| range.contains(&line))
    }

    /// The first row of a line; of a hidden one, the row that comes after.
    pub fn row(&self, line: u32) -> u32 {
        let after = self.hidden.partition_point(|(range, _)| range.start < line);
        let hidden = match after.checked_sub(1).and_then(|at| self.hidden.get(at)) {
            Some((range, before)) => before + (line.min(range.end) - range.start),
            None => 0,
        };
        let at = self.tall.partition_point(|(tall, _)| *tall < line);
        let more = match at.checked_sub(1) {
            None => 0,
            Some(last) => {
                let before = self.before.get(last).copied().unwrap_or(0);
                let (tall, more) = self.tall.get(last).copied().unwrap_or((0, 0));
                before.saturating_add(if self.is_hidden(tall) { 0 } else { more })
            }
        };
        (line - hidden).saturating_add(more)
    }

    /// The line that a row shows, and which of the line's rows it is.
    pub fn line(&self, row: u32) -> (u32, u32) {
        // The first line whose row lies behind; lines that are hidden have the row of the one after them.
        let (mut low, mut high) = (0, self.lines);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.row(middle) <= row {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let line = low.saturating_sub(1);
        (line, row.saturating_sub(self.row(line)))
    }

    /// The bytes of a row, by its line and which of the line's rows it is.
    pub fn range(&self, lines: &Lines, bytes: &[u8], line: u32, nth: u32) -> Range<usize> {
        let range = lines.range(bytes, line);
        let columns = self.columns as usize;
        if lines.is_even(line) {
            let start = range
                .start
                .saturating_add((nth as usize).saturating_mul(columns));
            let start = start.min(range.end);
            return start..start.saturating_add(columns).min(range.end);
        }
        let marks = self.marks.get(&line);
        let mut at = marks
            .and_then(|marks| marks.get((nth / STRIDE) as usize))
            .map_or(range.start, |mark| *mark as usize);
        let skip = if marks.is_some() { nth % STRIDE } else { nth };
        for _ in 0..skip {
            at = self.row_end(bytes, at..range.end);
        }
        at..self.row_end(bytes, at..range.end)
    }

    /// Which of its line's rows shows a byte.
    pub fn nth(&self, lines: &Lines, bytes: &[u8], line: u32, offset: usize) -> u32 {
        let range = lines.range(bytes, line);
        let last = match self.tall.binary_search_by_key(&line, |(line, _)| *line) {
            Ok(at) => self.tall.get(at).map_or(0, |(_, more)| *more),
            Err(_) => return 0,
        };
        if lines.is_even(line) {
            let at = offset.saturating_sub(range.start) / self.columns.max(1) as usize;
            return u32::try_from(at).unwrap_or(u32::MAX).min(last);
        }
        let marks = self.marks.get(&line).map_or(&[][..], Vec::as_slice);
        let after = marks.partition_point(|mark| *mark as usize <= offset);
        let mark = after.saturating_sub(1);
        let mut at = marks.get(mark).map_or(range.start, |mark| *mark as usize);
        let mut nth = u32::try_from(mark).unwrap_or(0).saturating_mul(STRIDE);
        while nth < last {
            let end = self.row_end(bytes, at..range.end);
            if end > offset {
                break;
            }
            at = end;
            nth += 1;
        }
        nth
    }

    fn count(&self, bytes: &[u8], range: &Range<usize>, marks: &mut Vec<u32>) -> u32 {
        let mut at = range.start;
        let mut count: u32 = 0;
        loop {
            if count.is_multiple_of(STRIDE) {
                marks.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            at = self.row_end(bytes, at..range.end);
            count += 1;
            if at >= range.end {
                return count;
            }
        }
    }

    /// Where the row ends that begins here.
    fn row_end(&self, bytes: &[u8], rest: Range<usize>) -> usize {
        // No character has more than four bytes.
        let reach = rest
            .start
            .saturating_add((self.columns as usize).saturating_mul(4) + 4);
        let part = bytes
            .get(rest.start..reach.min(rest.end))
            .unwrap_or_default();
        let mut column = 0;
        let mut at = rest.start;
        for chunk in part.utf8_chunks() {
            for character in chunk.valid().chars() {
                let wide = width(character, column);
                if column > 0 && column + wide > self.columns {
                    return at;
                }
                column += wide;
                at += character.len_utf8();
            }
            for _ in chunk.invalid() {
                if column > 0 && column + 2 > self.columns {
                    return at;
                }
                column += 2;
                at += 1;
            }
        }
        at.min(rest.end)
    }
}

/// Columns that a character takes where it stands.
fn width(character: char, column: u32) -> u32 {
    match character {
        '\t' => TAB - column % TAB,
        ' '..='~' => 1,
        other if is_numbered(other) => NUMBERED,
        '\u{1100}'.. => 2,
        _ => 1,
    }
}

/// Whether a character cannot be seen or changes how others are ordered, so that it is shown by its number.
pub fn is_numbered(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{A}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{61C}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
