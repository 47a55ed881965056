//! What differs between two texts, line by line: which lines went, which came, and which stayed. Memory grows with the
//! number of lines, never with its square. It knows nothing of what the texts mean.

use crate::limits;
use crate::text::{Phrase, say};
use std::ops::Range;

/// Unchanged lines that are shown on both sides of a change.
pub const AROUND: usize = 3;

/// A document before and after something was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it is called.
    pub path: String,
    /// Its text before.
    pub before: String,
    /// Its text after.
    pub after: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stayed.
    Same,
    /// It went.
    Removed,
    /// It came.
    Added,
}

/// A line of one text or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// What became of it.
    pub change: Change,
    /// Its number in the text before, from 1.
    pub before: Option<usize>,
    /// Its number in the text after, from 1.
    pub after: Option<usize>,
    /// The text.
    pub text: &'t str,
    /// The bytes of it that differ from the line that it takes the place of, or that takes its place; empty where it
    /// stands against none.
    pub part: Range<usize>,
}

/// Lines to be shown, or a stretch of unchanged ones that is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Lines, one after the other.
    Lines(Vec<Line<'t>>),
    /// So many unchanged lines.
    Folded(usize),
}

/// All lines of both texts in one order: what stayed once, and of what changed first what went, then what came. Where a
/// changed stretch is too long to be compared line by line, all of it went and all of it came.
pub fn lines<'t>(before: &'t str, after: &'t str) -> Vec<Line<'t>> {
    let (old, new) = (split(before), split(after));
    let (a, b) = (&old, &new);
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let rest = |side: &[&str]| side.len() - head;
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(rest(a).min(rest(b)))
        .take_while(|(x, y)| x == y)
        .count();
    let mut kept: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    let (x, y) = (middle(a, head, tail), middle(b, head, tail));
    if x.len().saturating_mul(y.len()) <= limits::DIFF_CELLS {
        common(x, y, head, head, &mut kept);
    }
    kept.extend(
        (0..tail)
            .rev()
            .map(|back| (a.len() - 1 - back, b.len() - 1 - back)),
    );
    merge(&old, &new, &kept)
}

/// What is left of lines without so many at both ends.
fn middle<'l, 't>(lines: &'l [&'t str], head: usize, tail: usize) -> &'l [&'t str] {
    lines.get(head..lines.len() - tail).unwrap_or_default()
}

/// The lines of a text; an end of line at its end begins no further one.
fn split(text: &str) -> Vec<&str> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n').collect()
}

/// Hirschberg's way to a longest common subsequence: half of one side against all of the other from both ends, then each
/// half by itself. Positions are counted from `x_start` and `y_start`.
fn common(x: &[&str], y: &[&str], x_start: usize, y_start: usize, kept: &mut Vec<(usize, usize)>) {
    match x {
        [] => {}
        [only] => {
            if let Some(at) = y.iter().position(|other| other == only) {
                kept.push((x_start, y_start + at));
            }
        }
        _ => {
            let half = x.len() / 2;
            let (first, second) = x.split_at(half);
            let from_start = lengths(first.iter(), y.iter(), y.len());
            let from_end = lengths(second.iter().rev(), y.iter().rev(), y.len());
            // The last of the best places keeps what is alike as early as it can be.
            let best = from_start
                .iter()
                .zip(from_end.iter().rev())
                .map(|(left, right)| left + right)
                .enumerate()
                .max_by_key(|(_, sum)| *sum)
                .map_or(0, |(at, _)| at);
            let (left, right) = y.split_at(best.min(y.len()));
            common(first, left, x_start, y_start, kept);
            common(second, right, x_start + half, y_start + left.len(), kept);
        }
    }
}

/// Lengths of the longest common subsequences of `x` and each beginning of `y`.
fn lengths<'a>(
    x: impl Iterator<Item = &'a &'a str>,
    y: impl Iterator<Item = &'a &'a str> + Clone,
    count: usize,
) -> Vec<u32> {
    let mut row = vec![0_u32; count + 1];
    for one in x {
        let (mut corner, mut left) = (0, 0);
        for (cell, other) in row.iter_mut().skip(1).zip(y.clone()) {
            let above = *cell;
            *cell = if one == other {
                corner + 1
            } else {
                above.max(left)
            };
            (corner, left) = (above, *cell);
        }
    }
    row
}

fn merge<'t>(old: &[&'t str], new: &[&'t str], kept: &[(usize, usize)]) -> Vec<Line<'t>> {
    let mut lines: Vec<Line<'t>> = Vec::new();
    let (mut a, mut b) = (0, 0);
    let ends = std::iter::once((old.len(), new.len()));
    for (next_a, next_b) in kept.iter().copied().chain(ends) {
        let line = |change, before: Option<usize>, after: Option<usize>, text| Line {
            change,
            before: before.map(|at| at + 1),
            after: after.map(|at| at + 1),
            text,
            part: 0..0,
        };
        let gone = old.iter().enumerate().take(next_a).skip(a);
        let mut gone: Vec<_> = gone
            .map(|(at, t)| line(Change::Removed, Some(at), None, *t))
            .collect();
        let come = new.iter().enumerate().take(next_b).skip(b);
        let mut come: Vec<_> = come
            .map(|(at, t)| line(Change::Added, None, Some(at), *t))
            .collect();
        if gone.len() == come.len() {
            for (went, came) in gone.iter_mut().zip(&mut come) {
                (went.part, came.part) = parts(went.text, came.text);
            }
        }
        lines.append(&mut gone);
        lines.append(&mut come);
        if let Some(text) = old.get(next_a) {
            lines.push(line(Change::Same, Some(next_a), Some(next_b), text));
        }
        (a, b) = (next_a + 1, next_b + 1);
    }
    lines
}

/// What differs between two lines: all but what both begin and end with. Nothing where they have too little in common for
/// that to say anything.
fn parts(before: &str, after: &str) -> (Range<usize>, Range<usize>) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = before
        .chars()
        .zip(after.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let room = before.len().min(after.len()) - head;
    let mut tail = 0;
    for (c, _) in before
        .chars()
        .rev()
        .zip(after.chars().rev())
        .take_while(same)
    {
        if tail + c.len_utf8() > room {
            break;
        }
        tail += c.len_utf8();
    }
    let blank = before.len() - before.trim_start().len();
    if head <= blank && tail <= 1 {
        return (0..0, 0..0);
    }
    (head..before.len() - tail, head..after.len() - tail)
}

/// How many lines changed.
pub fn changed(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| line.change != Change::Same)
        .count()
}

/// The lines with `around` unchanged ones on both sides of each change; longer unchanged stretches are folded. One line
/// is never folded by itself: the fold would take its place.
pub fn folded<'t>(lines: Vec<Line<'t>>, around: usize) -> Vec<Piece<'t>> {
    let mut near = vec![false; lines.len()];
    for (at, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.change != Change::Same)
    {
        let from = at.saturating_sub(around);
        let count = at + around + 1 - from;
        near.iter_mut()
            .skip(from)
            .take(count)
            .for_each(|n| *n = true);
    }
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let mut hidden: Vec<Line<'t>> = Vec::new();
    for (line, near) in lines.into_iter().zip(near) {
        if near {
            fold(&mut hidden, &mut pieces);
            show(line, &mut pieces);
        } else {
            hidden.push(line);
        }
    }
    fold(&mut hidden, &mut pieces);
    pieces
}

/// What stands where unchanged lines are folded.
pub fn unchanged(count: usize) -> Phrase {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    say("{count} unchanged lines", "{count} 行未变").count("count", count)
}

fn show<'t>(line: Line<'t>, pieces: &mut Vec<Piece<'t>>) {
    match pieces.last_mut() {
        Some(Piece::Lines(shown)) => shown.push(line),
        _ => pieces.push(Piece::Lines(vec![line])),
    }
}

fn fold<'t>(hidden: &mut Vec<Line<'t>>, pieces: &mut Vec<Piece<'t>>) {
    match hidden.len() {
        0 => {}
        1 => hidden.drain(..).for_each(|line| show(line, pieces)),
        count => {
            hidden.clear();
            pieces.push(Piece::Folded(count));
        }
    }
}

#[cfg(test)]
mod tests;
