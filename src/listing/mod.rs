//! A document as a reader looks at it: lines and rows, tokens, what can be folded, which pointer stands where. It is made in
//! pieces, so that documents of many megabytes hold nobody up, and works on the original bytes, which it never changes.

mod formatted;
mod lines;
mod pieces;
mod rows;
mod scroll;
mod search;
mod structure;

pub use formatted::Formatted;
pub use lines::Lines;
pub use pieces::{Piece, pieces};
pub use rows::{Rows, TAB};
pub use scroll::Scroll;
pub use search::Search;
pub use structure::{Found, Region, Structure};

use crate::place::Locus;
use std::ops::Range;

/// A document and all that is known of its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    bytes: Vec<u8>,
    lines: Lines,
    structure: Structure,
    rows: Rows,
    /// Which of the regions are folded.
    folded: Vec<bool>,
    read: usize,
}

/// Where a reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte, from 0.
    pub offset: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// JSON pointer; None where the text is no JSON.
    pub pointer: Option<String>,
}

impl Listing {
    /// Takes a document in. Nothing of it is read so far.
    pub fn new(bytes: Vec<u8>) -> Listing {
        Listing {
            lines: Lines::new(),
            structure: Structure::new(&bytes),
            rows: Rows::default(),
            folded: Vec::new(),
            read: 0,
            bytes,
        }
    }

    /// Reads so many bytes more. True when all is read; before that, nothing else may be asked of it.
    pub fn read(&mut self, bytes: usize) -> bool {
        self.read = self.read.saturating_add(bytes).min(self.bytes.len());
        let lines = self.lines.read(&self.bytes, self.read);
        let structure = self.structure.read(&self.bytes, self.read);
        let done = lines && structure;
        if done {
            self.folded = vec![false; self.structure.regions().len()];
        }
        done
    }

    /// How much of it is read, in bytes.
    pub fn reached(&self) -> usize {
        self.read
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its lines.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What holds what.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// Its rows, once they are laid out.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Lays the lines out in rows of so many columns.
    pub fn lay_out(&mut self, columns: u32) {
        if self.rows.columns() != columns.max(8) {
            let hidden = self.hidden();
            self.rows = Rows::new(&self.lines, &self.bytes, columns, &hidden);
        }
    }

    /// The byte that a reader's place begins at, as far as the document is kept. What finding calls the end of the text is
    /// shown at its last character. None for a whole document, and for what lies beyond.
    pub fn span(&self, at: &Locus) -> Option<Range<usize>> {
        let exact = at.offset.and_then(|offset| usize::try_from(offset).ok());
        let from = match (exact, at.line) {
            (Some(from), _) => from,
            (None, Some(line)) => {
                let offset = self.lines.offset(&self.bytes, line, at.column.unwrap_or(1));
                offset?
            }
            (None, None) => {
                let pointer = at.pointer.as_ref().filter(|pointer| !pointer.is_empty())?;
                return Some(self.structure.find(&self.bytes, pointer)?.value);
            }
        };
        if from > self.bytes.len() || self.bytes.is_empty() {
            return None;
        }
        let from = self.floor(from.min(self.bytes.len() - 1));
        let length = at
            .length
            .filter(|_| exact.is_some())
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(0);
        let to = from.saturating_add(length.max(1)).min(self.bytes.len());
        Some(from..self.ceil(to))
    }

    /// What stands at a byte.
    pub fn place(&self, offset: usize) -> Place {
        let (line, column) = self.lines.line_column(&self.bytes, offset);
        Place {
            offset,
            line,
            column,
            pointer: self.structure.pointer(&self.bytes, offset),
        }
    }

    /// What a reader means who types `12`, `12:5`, `@345` (a byte) or `/layers/0`; `#/layers/0` is taken as well.
    pub fn asked(&self, wish: &str) -> Option<Range<usize>> {
        let wish = wish.trim();
        let pointer = wish.strip_prefix('#').unwrap_or(wish);
        if pointer.starts_with('/') {
            return Some(self.structure.find(&self.bytes, pointer)?.value);
        }
        if let Some(offset) = wish.strip_prefix('@') {
            let offset: usize = offset.trim().parse().ok()?;
            let from = self.floor(offset);
            return (offset < self.bytes.len()).then(|| from..self.ceil(offset + 1));
        }
        let (line, column) = wish.split_once(':').unwrap_or((wish, ""));
        let line = line.trim().parse().ok()?;
        let at = |column| self.lines.offset(&self.bytes, line, column);
        if let Ok(column) = column.trim().parse() {
            let at: usize = at(column)?;
            return Some(at..self.ceil(at + 1));
        }
        if !column.is_empty() {
            return None;
        }
        let at = at(1)?;
        Some(
            at..self
                .lines
                .range(&self.bytes, line.checked_sub(1)?)
                .end
                .max(at),
        )
    }

    /// The first byte of a line that is not blank.
    pub fn line_text(&self, line: u32) -> usize {
        let range = self.lines.range(&self.bytes, line);
        let text = self.bytes.get(range.clone()).unwrap_or_default();
        let blank = text
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        range.start + if blank == text.len() { 0 } else { blank }
    }

    /// The outermost object or array that opens in a line and ends in a later one, with something to fold.
    pub fn region_of_line(&self, line: u32) -> Option<u32> {
        let range = self.lines.range(&self.bytes, line);
        let regions = self.structure.regions();
        let first = regions.partition_point(|region| (region.start as usize) < range.start);
        let mut at = first;
        loop {
            let region = regions
                .get(at)
                .filter(|one| (one.start as usize) < range.end)?;
            if region.end == u32::MAX || region.end as usize > range.end {
                let found = u32::try_from(at).ok()?;
                return (!self.folds(found).is_empty()).then_some(found);
            }
            // One that ends in this line holds nothing that goes beyond it.
            at += regions
                .get(at..)?
                .partition_point(|one| one.start < region.end)
                .max(1);
        }
    }

    /// The lines that are hidden when a region is folded: all but its first, and its last where that begins with the
    /// closing bracket. Empty where it has no end.
    pub fn folds(&self, region: u32) -> Range<u32> {
        let Some(region) = self.structure.get(region).filter(|one| one.end != u32::MAX) else {
            return 0..0;
        };
        let first = self.lines.of(region.start as usize) + 1;
        let bracket = (region.end as usize).saturating_sub(1);
        let last = self.lines.of(bracket);
        let to = if self.line_text(last) == bracket {
            last
        } else {
            last + 1
        };
        first..to.max(first).min(self.lines.len())
    }

    /// Whether a region is folded.
    pub fn is_folded(&self, region: u32) -> bool {
        self.folded.get(region as usize).copied().unwrap_or(false)
    }

    /// Folds a region, or unfolds it.
    pub fn fold(&mut self, region: u32, folded: bool) {
        if let Some(one) = self.folded.get_mut(region as usize) {
            *one = folded;
        }
        self.hide();
    }

    /// Folds all that the outermost object or array holds, or unfolds everything.
    pub fn fold_all(&mut self, folded: bool) {
        self.folded.fill(folded);
        if let Some(root) = self.folded.first_mut() {
            *root = false;
        }
        self.hide();
    }

    /// Which of its objects and arrays are folded, for [`Self::fold_as`].
    pub fn folded(&self) -> &[bool] {
        &self.folded
    }

    /// Folds as another listing of the same text was folded.
    pub fn fold_as(&mut self, folded: Vec<bool>) {
        if folded.len() == self.folded.len() {
            self.folded = folded;
            self.hide();
        }
    }

    /// Whether anything is folded.
    pub fn any_folded(&self) -> bool {
        self.folded.iter().any(|folded| *folded)
    }

    /// Unfolds what hides a byte. True where something did.
    pub fn unfold_to(&mut self, offset: usize) -> bool {
        if !self.rows.is_hidden(self.lines.of(offset)) {
            return false;
        }
        let mut at = self.structure.region_at(offset);
        while let Some(region) = at.and_then(|at| self.structure.get(at)) {
            let parent = region.parent;
            if let Some(one) = at.and_then(|at| self.folded.get_mut(at as usize)) {
                *one = false;
            }
            at = Some(parent).filter(|parent| *parent != u32::MAX);
        }
        self.hide();
        true
    }

    fn hide(&mut self) {
        let hidden = self.hidden();
        self.rows.hide(&hidden);
    }

    /// The lines that folded regions hide, in order.
    fn hidden(&self) -> Vec<Range<u32>> {
        let regions = self.structure.regions();
        let mut hidden: Vec<Range<u32>> = Vec::new();
        let mut at = 0;
        while let Some(more) = self
            .folded
            .get(at..)
            .and_then(|rest| rest.iter().position(|one| *one))
        {
            at += more;
            let Some(region) = regions.get(at) else {
                break;
            };
            let lines = self.folds(u32::try_from(at).unwrap_or(u32::MAX));
            at += 1;
            if lines.is_empty() {
                continue;
            }
            // What it holds is hidden with it.
            let rest = regions.get(at..).unwrap_or_default();
            at += rest.partition_point(|one| one.start < region.end);
            match hidden.last_mut().filter(|last| last.end >= lines.start) {
                Some(last) => last.end = last.end.max(lines.end),
                None => hidden.push(lines),
            }
        }
        hidden
    }

    /// The start of the character that a byte belongs to.
    fn floor(&self, at: usize) -> usize {
        let continues = |at: usize| self.bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
        let back = (0..3)
            .take_while(|back| at >= *back && continues(at - back))
            .count();
        let start = at.saturating_sub(back);
        if continues(start) { at } else { start }
    }

    /// The end of the character that the byte before belongs to.
    fn ceil(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let more = rest.iter().take(3).take_while(|byte| *byte & 0xC0 == 0x80);
        at + more.count()
    }
}

#[cfg(test)]
mod tests;
