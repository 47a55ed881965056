//! What a document's view knows: the listing, where the reader is, what is marked, folded and searched for. It draws nothing.

mod moves;

use crate::state::{Loaded, Shared};
use pullcheck::listing::{Formatted, Listing, Place, Scroll, Search};
use pullcheck::order;
use pullcheck::report::{Finding, Severity, SourceText};
use std::collections::BTreeMap;
use std::ops::Range;

/// Bytes that are read in one go: a few milliseconds.
const PIECE: usize = 128 * 1024;
/// Largest document that is laid out in lines, in bytes: the text doubles, and its map is as large again.
const FORMATTED_BYTES: usize = 16 * 1024 * 1024;

/// Bytes from which on a mark is long: it is looked for apart.
const LONG: usize = 64;

/// Where a link in a document leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// Another document, by its path.
    Document(String),
    /// A row of what is in the input, by its digest.
    Row(String),
}

/// A finding's place in the document.
pub struct Mark {
    /// Its bytes in the original.
    pub range: Range<usize>,
    /// Its bytes in what is shown.
    pub shown: Range<usize>,
    /// Which of the report's findings.
    pub finding: usize,
}

/// The document laid out in lines.
enum Layout {
    None,
    Making(Formatted, usize),
    Reading(Formatted, Listing),
    Ready(Formatted, Listing),
}

/// How a reader left a document: what was folded in it as it is and laid out, and which of the two was shown.
#[derive(Default)]
pub struct Left {
    folded: Vec<bool>,
    laid_out: Vec<bool>,
    formatted: bool,
}

/// A document in view.
pub struct View {
    loaded: Shared<Loaded>,
    at: usize,
    /// Whether its bytes are not those of the report.
    foreign: bool,
    original: Listing,
    read: bool,
    layout: Layout,
    /// Whether the document is to be shown laid out in lines.
    pub formatted: bool,
    columns: u32,
    /// The places of findings, by their start.
    pub marks: Vec<Mark>,
    /// Those of them that are long.
    long: Vec<usize>,
    /// Where the reader is, in the original.
    pub caret: usize,
    /// The place that was asked for, in the original.
    pub target: Option<Range<usize>>,
    /// What is searched for in what is shown.
    pub search: Option<Search>,
    /// Which of the hits the reader is at.
    pub hit: Option<usize>,
    /// What is in view.
    pub scroll: Scroll,
    /// Where the element has to be scrolled to.
    pub pending: Option<f64>,
    /// Digests that lead somewhere.
    pub links: BTreeMap<String, Destination>,
    /// How the reader left it, as far as that is not taken up yet.
    left: Left,
}

impl View {
    /// A view on one of the documents; on these bytes where the report has them not.
    pub fn new(loaded: Shared<Loaded>, at: usize, given: Option<Vec<u8>>) -> View {
        let foreign = given.is_some();
        let bytes = given.or_else(|| loaded.sources.get(at).map(SourceText::bytes));
        let mut view = View {
            original: Listing::new(bytes.unwrap_or_default()),
            read: false,
            layout: Layout::None,
            formatted: false,
            columns: 0,
            marks: Vec::new(),
            long: Vec::new(),
            caret: 0,
            target: None,
            search: None,
            hit: None,
            scroll: Scroll::default(),
            pending: None,
            links: BTreeMap::new(),
            left: Left::default(),
            foreign,
            loaded,
            at,
        };
        view.learn();
        view
    }

    /// Takes on a newer report. The view stays as it is where the document is the same.
    pub fn update(&mut self, loaded: &Shared<Loaded>, at: usize) {
        if self.foreign || (self.loaded == *loaded && self.at == at) {
            return;
        }
        let bytes = loaded.sources.get(at).map(SourceText::bytes);
        if bytes.as_deref() == Some(self.original.bytes()) {
            self.loaded = loaded.clone();
            self.at = at;
            self.learn();
        } else {
            let (columns, row, height) = (self.columns, self.scroll.row, self.scroll.view);
            *self = View::new(loaded.clone(), at, None);
            self.columns = columns;
            self.scroll.row = row;
            self.scroll.view = height;
        }
    }

    /// Takes up how the reader left it, once it is read.
    pub fn resume(&mut self, left: Left) {
        self.left = left;
    }

    /// How the reader leaves it.
    pub fn leave(&self) -> Left {
        Left {
            folded: self.original.folded().to_vec(),
            laid_out: match &self.layout {
                Layout::Ready(_, listing) => listing.folded().to_vec(),
                _ => Vec::new(),
            },
            formatted: self.formatted,
        }
    }

    /// The report and which of its documents this is.
    pub fn source(&self) -> Option<&SourceText> {
        self.loaded.sources.get(self.at)
    }

    /// A finding by its number.
    pub fn finding(&self, finding: usize) -> Option<&Finding> {
        self.loaded.report.findings.get(finding)
    }

    /// How severe a finding is.
    pub fn severity(&self, finding: usize) -> Severity {
        self.finding(finding)
            .map_or(Severity::Info, |finding| finding.severity)
    }

    fn learn(&mut self) {
        self.links.clear();
        for artifact in &self.loaded.report.artifacts {
            let digests = artifact
                .descriptors
                .iter()
                .filter_map(|one| one.digest.as_ref());
            for digest in digests.chain(&artifact.digest) {
                self.links
                    .insert(digest.clone(), Destination::Row(digest.clone()));
            }
        }
        for (at, source) in self.loaded.sources.iter().enumerate() {
            if at != self.at && !source.digest.is_empty() {
                let to = Destination::Document(source.path.clone());
                self.links.insert(source.digest.clone(), to);
            }
        }
        if self.read {
            self.mark();
        }
    }

    /// Finds the places of the findings anew.
    fn mark(&mut self) {
        let Some(source) = self.loaded.sources.get(self.at) else {
            return;
        };
        let findings = self.loaded.report.findings.iter().enumerate();
        let mut marks: Vec<Mark> = findings
            .filter(|(_, finding)| finding.at.path == source.path && finding.at.entry.is_none())
            .filter_map(|(finding, found)| {
                let range = self.original.span(&found.at)?;
                Some(Mark {
                    shown: self.shown(&range),
                    range,
                    finding,
                })
            })
            .collect();
        order::by_key(&mut marks, |mark| (mark.range.start, mark.range.end));
        self.marks = marks;
        self.find_long();
    }

    /// Does a piece of what is still to be done. False when all is done.
    pub fn work(&mut self) -> bool {
        if !self.read {
            if self.original.read(PIECE) {
                self.read = true;
                self.original.fold_as(std::mem::take(&mut self.left.folded));
                self.lay_out();
                self.mark();
                if self.left.formatted {
                    self.format(true);
                }
            }
            return true;
        }
        let length = self.original.bytes().len();
        match std::mem::replace(&mut self.layout, Layout::None) {
            Layout::Making(mut formatted, until) => {
                let until = until.saturating_add(PIECE);
                let done = formatted.read(
                    self.original.bytes(),
                    self.original.structure(),
                    until.min(length),
                );
                self.layout = if done {
                    let text = formatted.take_text();
                    Layout::Reading(formatted, Listing::new(text))
                } else {
                    Layout::Making(formatted, until)
                };
                true
            }
            Layout::Reading(formatted, mut listing) => {
                if listing.read(PIECE) {
                    listing.fold_as(std::mem::take(&mut self.left.laid_out));
                    self.layout = Layout::Ready(formatted, listing);
                    self.changed_text();
                } else {
                    self.layout = Layout::Reading(formatted, listing);
                }
                true
            }
            other => {
                self.layout = other;
                self.seek()
            }
        }
    }

    /// How much of the document is read, while it is.
    pub fn reading(&self) -> Option<(usize, usize)> {
        (!self.read).then(|| (self.original.reached(), self.original.bytes().len()))
    }

    /// Whether the laid out text is being made.
    pub fn is_making(&self) -> bool {
        self.formatted && !matches!(self.layout, Layout::Ready(..))
    }

    /// Whether a document can be laid out in lines.
    pub fn can_format(&self) -> bool {
        self.original.bytes().len() <= FORMATTED_BYTES
            && !self.original.structure().regions().is_empty()
    }

    /// Shows the document laid out in lines, or as it is.
    pub fn format(&mut self, formatted: bool) {
        self.formatted = formatted;
        if formatted && matches!(self.layout, Layout::None) {
            self.layout = Layout::Making(Formatted::new(), 0);
        } else {
            self.changed_text();
        }
    }

    /// Another text is shown: what is said of it stands elsewhere.
    fn changed_text(&mut self) {
        self.search = None;
        self.hit = None;
        self.lay_out();
        let shown: Vec<_> = self
            .marks
            .iter()
            .map(|mark| self.shown(&mark.range))
            .collect();
        for (mark, shown) in self.marks.iter_mut().zip(shown) {
            mark.shown = shown;
        }
        self.find_long();
        self.bring();
    }

    fn is_shown_formatted(&self) -> bool {
        self.formatted && matches!(self.layout, Layout::Ready(..))
    }

    /// What is shown, once it is read.
    pub fn listing(&self) -> Option<&Listing> {
        match &self.layout {
            Layout::Ready(_, listing) if self.formatted => Some(listing),
            _ => self.read.then_some(&self.original),
        }
    }

    fn listing_mut(&mut self) -> &mut Listing {
        match &mut self.layout {
            Layout::Ready(_, listing) if self.formatted => listing,
            _ => &mut self.original,
        }
    }

    /// The document as it is.
    pub fn original(&self) -> &Listing {
        &self.original
    }

    /// A range of the original in what is shown.
    pub fn shown(&self, range: &Range<usize>) -> Range<usize> {
        match &self.layout {
            Layout::Ready(formatted, _) if self.formatted => formatted.range_here(range),
            _ => range.clone(),
        }
    }

    /// Where in the original a byte of what is shown stands.
    pub fn origin(&self, shown: usize) -> usize {
        match &self.layout {
            Layout::Ready(formatted, _) if self.formatted => formatted.original(shown),
            _ => shown,
        }
    }

    /// The view is so large: columns of text, height of a row and of all.
    pub fn measured(&mut self, columns: u32, row: f64, height: f64) -> bool {
        let same = self.columns == columns && self.scroll.row == row && self.scroll.view == height;
        if !same {
            self.columns = columns;
            self.scroll.row = row;
            self.scroll.view = height;
            self.lay_out();
        }
        !same
    }

    fn lay_out(&mut self) {
        let columns = self.columns;
        if columns > 0 && self.read {
            self.listing_mut().lay_out(columns);
            self.count();
        }
    }

    fn count(&mut self) {
        let rows = self.listing().map_or(0, |listing| listing.rows().len());
        self.scroll.set_rows(rows);
    }

    /// Whether rows can be drawn.
    pub fn is_ready(&self) -> bool {
        self.read && self.columns > 0
    }

    /// The place of the caret, in the original.
    pub fn place(&self) -> Option<Place> {
        self.read.then(|| self.original.place(self.caret))
    }

    /// The row that shows a byte of what is shown.
    pub fn row_of(&self, shown: usize) -> u32 {
        let Some(listing) = self.listing() else {
            return 0;
        };
        let line = listing.lines().of(shown);
        let nth = listing
            .rows()
            .nth(listing.lines(), listing.bytes(), line, shown);
        let first = listing.rows().row(line);
        if listing.rows().is_hidden(line) {
            first
        } else {
            first.saturating_add(nth)
        }
    }

    /// The bytes of a row of what is shown.
    pub fn row_range(&self, row: u32) -> Range<usize> {
        let Some(listing) = self.listing() else {
            return 0..0;
        };
        let (line, nth) = listing.rows().line(row);
        listing
            .rows()
            .range(listing.lines(), listing.bytes(), line, nth)
    }

    /// The row of the caret.
    pub fn caret_row(&self) -> u32 {
        self.row_of(self.shown(&(self.caret..self.caret + 1)).start)
    }

    /// The findings that reach into a row of what is shown.
    pub fn marks_over(&self, range: &Range<usize>) -> impl Iterator<Item = &Mark> {
        let (start, end) = (range.start, range.end.max(range.start + 1));
        let first = self
            .marks
            .partition_point(|mark| mark.shown.start < start.saturating_sub(LONG));
        let near = self.marks.get(first..).unwrap_or_default().iter();
        let near = near.take_while(move |mark| mark.shown.start < end);
        let far = self.long.iter().filter_map(|at| self.marks.get(*at));
        far.filter(move |mark| mark.shown.start < start.saturating_sub(LONG))
            .chain(near)
            .filter(move |mark| mark.shown.start < end && mark.shown.end > start)
    }

    fn find_long(&mut self) {
        let marks = self.marks.iter().enumerate();
        self.long = marks
            .filter(|(_, mark)| mark.shown.len() > LONG)
            .map(|(at, _)| at)
            .collect();
    }

    /// The findings that begin in a row of what is shown.
    pub fn marks_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Mark> {
        let (start, end) = (range.start, range.end.max(range.start + 1));
        let first = self.marks.partition_point(|mark| mark.shown.start < start);
        let rest = self.marks.get(first..).unwrap_or_default();
        rest.iter().take_while(move |mark| mark.shown.start < end)
    }
}
