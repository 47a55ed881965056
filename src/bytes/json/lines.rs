//! Lines and columns of many places in one document without reading it from its start for each of them.
//! It gives what [`super::line_column`] gives, and nothing else.

use super::line_column;

/// Bytes between two marks: how much is read again for one place.
const STRIDE: usize = 4096;

/// Marks along a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    marks: Vec<Mark>,
}

/// A byte whose line and column are known.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    offset: usize,
    line: u32,
    column: u32,
}

impl Lines {
    /// Marks along these bytes.
    pub fn of(bytes: &[u8]) -> Lines {
        let mut lines = Lines::default();
        let mut wanted = STRIDE;
        while let Some(at) = (wanted..bytes.len()).find(|at| can_be_marked(bytes, *at)) {
            let (line, column) = lines.line_column(bytes, at);
            lines.marks.push(Mark {
                offset: at,
                line,
                column,
            });
            wanted = at.saturating_add(STRIDE);
        }
        lines
    }

    /// Line and column of a byte of the bytes that the marks were made for.
    pub fn line_column(&self, bytes: &[u8], offset: usize) -> (u32, u32) {
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let mark = after
            .checked_sub(1)
            .and_then(|before| self.marks.get(before));
        let Some(mark) = mark else {
            return line_column(bytes, offset);
        };
        let rest = bytes.get(mark.offset..).unwrap_or_default();
        let (line, column) = line_column(rest, offset - mark.offset);
        if line == 1 {
            (mark.line, mark.column.saturating_add(column - 1))
        } else {
            (mark.line.saturating_add(line - 1), column)
        }
    }
}

/// Whether a place can be counted from: not inside a character, a pair of line ends, or before what would look like a
/// byte order mark.
fn can_be_marked(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(0x80..=0xBF | 0xEF) | None => false,
        Some(b'\n') => at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\r'),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn marks_change_nothing(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["\n", "\r\n", "\r", "a", "é", "清", "\u{1F600}", "\u{FEFF}", "long and plain text, "]), 1..60),
            bad in prop::collection::vec(any::<u8>(), 0..20),
            often in 1usize..700,
        ) {
            let mut bytes = Vec::new();
            for _ in 0..often {
                for piece in &pieces {
                    bytes.extend(piece.as_bytes());
                }
                bytes.extend(&bad);
            }
            bytes.truncate(40_000);
            let lines = Lines::of(&bytes);
            for offset in (0..bytes.len() + 3).step_by(bytes.len() / 40 + 1) {
                prop_assert_eq!(lines.line_column(&bytes, offset), line_column(&bytes, offset), "{}", offset);
            }
        }
    }
}
