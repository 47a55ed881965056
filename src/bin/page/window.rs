//! Which part of a document is shown, and where in it a place stands. Pure; it draws nothing.

use pullcheck::report::Locus;

/// Lines that are shown at once.
const LINES: usize = 2000;
/// Bytes that are shown at once.
const BYTES: usize = 200_000;

/// A part of a document.
pub struct Excerpt<'t> {
    /// Its lines.
    pub lines: Vec<Line<'t>>,
    /// Whether something of the document is left out.
    pub partial: bool,
    /// Start of the line that holds the first byte of the place.
    pub first_mark: Option<usize>,
}

/// A line, or what is shown of it.
pub struct Line<'t> {
    /// Its number, from 1.
    pub number: u32,
    /// Where it starts in the document, in bytes.
    pub start: usize,
    /// Its text without the line end.
    pub text: &'t str,
}

impl Excerpt<'_> {
    /// Numbers of the first and the last line.
    pub fn numbers(&self) -> (u32, u32) {
        let number = |line: Option<&Line>| line.map_or(1, |line| line.number);
        (number(self.lines.first()), number(self.lines.last()))
    }
}

/// Where a place stands in the text: from its first byte to behind its last, at least one character. None for a
/// whole document, and for what lies beyond the text.
pub fn span(text: &str, at: &Locus) -> Option<(usize, usize)> {
    // U+FFFD may stand for bytes that are no UTF-8; behind one, offsets in bytes are not those of the text.
    let exact = at
        .offset
        .and_then(|offset| usize::try_from(offset).ok())
        .filter(|from| {
            text.get(..*from)
                .is_some_and(|before| !before.contains('\u{fffd}'))
        });
    let from = match exact {
        Some(from) => from,
        None => by_line(text, at.line?, at.column)?,
    };
    // What is missing at the end is shown at the last character.
    let from = match text.chars().next_back() {
        Some(last) if from == text.len() => from - last.len_utf8(),
        _ => from,
    };
    let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
    let one = rest.chars().next().map_or(1, char::len_utf8);
    let length = at
        .length
        .filter(|_| exact.is_some())
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    let to = from.saturating_add(length.max(one)).min(text.len());
    Some((from, ceil(text, to)))
}

fn by_line(text: &str, line: u32, column: Option<u32>) -> Option<usize> {
    let before = usize::try_from(line.checked_sub(1)?).ok()?;
    let start = match before {
        0 => 0,
        n => text.match_indices('\n').nth(n - 1).map(|(at, _)| at + 1)?,
    };
    let skip = usize::try_from(column.unwrap_or(1).saturating_sub(1)).ok()?;
    let line = text.get(start..)?.split('\n').next()?;
    Some(start + line.chars().take(skip).map(char::len_utf8).sum::<usize>())
}

/// The lines around a range: all of them, or as many as can be shown.
pub fn excerpt(text: &str, range: (usize, usize)) -> Excerpt<'_> {
    let at = ceil(text, range.0.min(text.len()));
    let mut from = 0;
    let mut to = text.len();
    if text.len() > BYTES {
        from = ceil(text, at.saturating_sub(BYTES / 2));
        to = ceil(text, from.saturating_add(BYTES).min(text.len()));
        // Whole lines, where lines are that short.
        if from > 0
            && let Some(end) = text.get(from..at).and_then(|before| before.find('\n'))
        {
            from += end + 1;
        }
        if to < text.len()
            && let Some(end) = text.get(at..to).and_then(|after| after.rfind('\n'))
        {
            to = at + end;
        }
    }
    let before = text.get(..from).unwrap_or_default();
    let first = 1 + before.matches('\n').count();
    let mut start = from;
    let mut lines = Vec::new();
    let part = text.get(from..to).unwrap_or_default();
    for (number, line) in (first..).zip(part.split('\n')) {
        lines.push(Line {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            start,
            text: line.strip_suffix('\r').unwrap_or(line),
        });
        start += line.len() + 1;
    }
    // The last line end of a document starts no line.
    if to == text.len() && lines.len() > 1 && lines.last().is_some_and(|line| line.text.is_empty())
    {
        lines.pop();
    }
    let total = lines.len();
    let middle = lines.partition_point(|line| line.start <= at).max(1) - 1;
    let first = middle
        .saturating_sub(LINES / 2)
        .min(total.saturating_sub(LINES));
    let lines: Vec<Line> = lines.into_iter().skip(first).take(LINES).collect();
    let first_mark = lines
        .iter()
        .rev()
        .find(|line| line.start <= at)
        .map(|line| line.start);
    Excerpt {
        partial: from > 0 || to < text.len() || total > LINES,
        first_mark,
        lines,
    }
}

/// The first character boundary that is not before `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}
