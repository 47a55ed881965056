//! Which rows are in view. Browsers cap the height of an element, so a long document has a scroll bar that stands for more
//! than its own length: small movements move the rows as they would anywhere, large ones go to the place in proportion.

/// Tallest element that browsers lay out without trouble, in pixels; Firefox ends near 17.8 million, Chromium near 33.5.
const TALLEST: f64 = 8_000_000.0;
/// Rows that are kept ready above and below what is in view, at least.
const SPARE: u32 = 8;

/// A view on rows of equal height. Lengths are in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scroll {
    /// Height of a row.
    pub row: f64,
    /// Height of the view.
    pub view: f64,
    rows: u32,
    /// How far the element is scrolled.
    bar: f64,
    /// How far down the rows are.
    top: f64,
}

impl Scroll {
    /// Takes on so many rows.
    pub fn set_rows(&mut self, rows: u32) {
        self.rows = rows;
        self.top = self.top.clamp(0.0, self.farthest());
    }

    fn total(&self) -> f64 {
        f64::from(self.rows) * self.row
    }

    fn farthest(&self) -> f64 {
        (self.total() - self.view).max(0.0)
    }

    /// Height of the element that is scrolled.
    pub fn height(&self) -> f64 {
        self.total().min(TALLEST)
    }

    fn farthest_bar(&self) -> f64 {
        (self.height() - self.view).max(0.0)
    }

    /// The element was scrolled to here.
    pub fn moved(&mut self, bar: f64) {
        let by = bar - self.bar;
        self.bar = bar;
        let scaled = self.total() > TALLEST;
        let ends = bar <= 0.0 || bar >= self.farthest_bar() - 1.0;
        self.top = if !scaled {
            bar
        } else if by.abs() > self.view * 2.0 || ends {
            bar / self.farthest_bar().max(1.0) * self.farthest()
        } else {
            self.top + by
        }
        .clamp(0.0, self.farthest());
    }

    /// Brings a row into view, in the middle if it was not there. Where the element has to be scrolled to; None where it
    /// stays.
    pub fn bring(&mut self, row: u32) -> Option<f64> {
        let at = f64::from(row) * self.row;
        if at >= self.top && at + self.row <= self.top + self.view {
            return None;
        }
        Some(self.go(at - (self.view - self.row) / 2.0))
    }

    /// Brings a row just into view.
    pub fn step(&mut self, row: u32) -> Option<f64> {
        let at = f64::from(row) * self.row;
        if at < self.top {
            Some(self.go(at))
        } else if at + self.row > self.top + self.view {
            Some(self.go(at + self.row - self.view))
        } else {
            None
        }
    }

    fn go(&mut self, top: f64) -> f64 {
        self.top = top.clamp(0.0, self.farthest());
        let scaled = self.total() > TALLEST;
        self.bar = if scaled {
            self.top / self.farthest().max(1.0) * self.farthest_bar()
        } else {
            self.top
        };
        self.bar
    }

    /// The first row in view.
    pub fn first(&self) -> u32 {
        // A small positive number.
        (self.top / self.row.max(1.0)) as u32
    }

    /// Rows that fit in the view.
    pub fn fit(&self) -> u32 {
        (self.view / self.row.max(1.0)) as u32
    }

    /// The rows to draw: whole steps of some rows, so that not every movement draws.
    pub fn drawn(&self) -> std::ops::Range<u32> {
        let first = self.first();
        let last = first.saturating_add(self.fit()).saturating_add(2);
        let from = (first / SPARE).saturating_sub(1) * SPARE;
        let to = (last / SPARE).saturating_add(2).saturating_mul(SPARE);
        from.min(self.rows)..to.min(self.rows)
    }

    /// Where in the element the first drawn row stands.
    pub fn offset(&self) -> f64 {
        self.bar - self.top + f64::from(self.drawn().start) * self.row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scroll(rows: u32) -> Scroll {
        let mut scroll = Scroll {
            row: 24.0,
            view: 600.0,
            ..Scroll::default()
        };
        scroll.set_rows(rows);
        scroll
    }

    #[test]
    fn short_documents_scroll_as_anything_does() {
        let mut scroll = scroll(1000);
        assert_eq!(scroll.height(), 24_000.0);
        scroll.moved(2400.0);
        assert_eq!((scroll.first(), scroll.drawn()), (100, 88..136));
        assert_eq!(scroll.offset(), 88.0 * 24.0);
        assert_eq!(scroll.bring(110), None);
        assert_eq!(scroll.bring(500), Some(500.0 * 24.0 - 288.0));
        assert_eq!(scroll.step(0), Some(0.0));
        assert_eq!(scroll.step(999), Some(24_000.0 - 600.0));
        scroll.set_rows(10);
        assert_eq!((scroll.first(), scroll.drawn()), (0, 0..10));
    }

    #[test]
    fn every_row_of_a_document_beyond_all_heights_is_reached() {
        let mut scroll = scroll(3_000_000);
        assert!(scroll.height() <= TALLEST);
        let end = scroll.height() - scroll.view;
        scroll.moved(end);
        assert_eq!(scroll.drawn().end, 3_000_000);
        scroll.moved(0.0);
        assert_eq!(scroll.first(), 0);
        // A turn of the wheel moves as many rows as anywhere.
        scroll.moved(end / 2.0);
        let before = scroll.first();
        scroll.moved(end / 2.0 + 120.0);
        assert_eq!(scroll.first() - before, 5);
        for row in [0, 1, 1_234_567, 2_999_999] {
            let bar = scroll.bring(row);
            assert!(bar.is_none_or(|bar| (0.0..=end).contains(&bar)));
            assert!(scroll.drawn().contains(&row));
            let drawn = scroll.drawn();
            // What is drawn lies in view, wherever the bar stands.
            let shown =
                scroll.offset() + f64::from(row - drawn.start) * 24.0 - bar.unwrap_or(scroll.bar);
            assert!((-1.0..=600.0).contains(&shown), "{row}: {shown}");
        }
    }
}
