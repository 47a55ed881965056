//! How a reader moves in a document: to places, rows, folds and hits of a search. It draws nothing.

use super::{PIECE, View};
use pullcheck::listing::Search;
use pullcheck::report::Locus;
use std::ops::Range;

impl View {
    /// Outlines a place that a finding or a step of a consumer names. False where it is not in the document.
    pub fn show(&mut self, at: &Locus) -> bool {
        self.target = self.original.span(at);
        if let Some(range) = self.target.clone() {
            self.go(&range);
        }
        self.target.is_some()
    }

    /// Puts the caret on a range of the original and brings it into view.
    pub fn go(&mut self, range: &Range<usize>) {
        self.caret = range.start;
        self.bring();
    }

    /// Brings the caret into view.
    pub fn bring(&mut self) {
        let shown = self.shown(&(self.caret..self.caret + 1)).start;
        if self.listing_mut().unfold_to(shown) {
            self.count();
        }
        let row = self.row_of(shown);
        if let Some(bar) = self.scroll.bring(row) {
            self.pending = Some(bar);
        }
    }

    /// Moves the caret to a row.
    pub fn step(&mut self, row: u32) {
        let Some(listing) = self.listing() else {
            return;
        };
        let row = row.min(listing.rows().len().saturating_sub(1));
        let (line, nth) = listing.rows().line(row);
        let shown = match nth {
            0 => listing.line_text(line),
            _ => self.row_range(row).start,
        };
        self.caret = self.origin(shown);
        if let Some(bar) = self.scroll.step(row) {
            self.pending = Some(bar);
        }
    }

    /// Folds or unfolds what opens in a line of what is shown.
    pub fn fold_line(&mut self, line: u32) -> bool {
        let listing = self.listing_mut();
        let Some(region) = listing.region_of_line(line) else {
            return false;
        };
        let folded = listing.is_folded(region);
        listing.fold(region, !folded);
        self.count();
        true
    }

    /// Folds all, or unfolds all.
    pub fn fold_all(&mut self, folded: bool) {
        self.listing_mut().fold_all(folded);
        self.count();
        let row = self.caret_row();
        if let Some(bar) = self.scroll.bring(row) {
            self.pending = Some(bar);
        }
    }

    /// The line of the caret in what is shown, whether something opens there, and whether that is folded.
    pub fn caret_fold(&self) -> Option<(u32, bool)> {
        let listing = self.listing()?;
        let line = listing
            .lines()
            .of(self.shown(&(self.caret..self.caret + 1)).start);
        let region = listing.region_of_line(line)?;
        Some((line, listing.is_folded(region)))
    }

    /// Where the object or array opens that holds the caret's line.
    pub fn above(&self) -> Option<u32> {
        let listing = self.listing()?;
        let shown = self.shown(&(self.caret..self.caret + 1)).start;
        let line = listing.lines().of(shown);
        let mut at = listing.structure().region_at(shown);
        while let Some(region) = at.and_then(|at| listing.structure().get(at)) {
            let opens = listing.lines().of(region.start as usize);
            if opens < line {
                return Some(listing.rows().row(opens));
            }
            at = Some(region.parent);
        }
        None
    }

    /// Searches for something else.
    pub fn look_for(&mut self, wanted: &str) {
        self.hit = None;
        self.search = (!wanted.is_empty()).then(|| Search::new(wanted));
    }

    /// Searches on. False when all is searched.
    pub(super) fn seek(&mut self) -> bool {
        let Some(mut search) = self.search.take() else {
            return false;
        };
        let mut more = false;
        if let Some(listing) = self.listing()
            && !search.finished()
        {
            let bytes = listing.bytes();
            search.advance(bytes, PIECE * 8);
            more = true;
        }
        let found = !search.hits().is_empty();
        self.search = Some(search);
        if more && found && self.hit.is_none() {
            self.find(0);
        }
        more
    }

    /// Goes to a hit: the next one, the one before, or the first from the caret on.
    pub fn find(&mut self, by: isize) {
        let Some(search) = &self.search else {
            return;
        };
        let caret = self.shown(&(self.caret..self.caret + 1)).start;
        let count = search.hits().len();
        if count == 0 {
            return;
        }
        let at = match self.hit {
            Some(hit) if by < 0 => hit.checked_sub(1).unwrap_or(count - 1),
            Some(hit) if by > 0 => (hit + 1) % count,
            _ => search.hits().partition_point(|hit| (*hit as usize) < caret) % count,
        };
        let hit = search.hits().get(at).map_or(0, |hit| *hit as usize);
        self.hit = Some(at);
        let origin = self.origin(hit);
        self.go(&(origin..origin + 1));
        // In the original the very hit, whatever the caret's token is.
        if !self.is_shown_formatted() {
            self.caret = hit;
        }
    }
}
