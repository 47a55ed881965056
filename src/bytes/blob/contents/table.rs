//! Remembers paths by their prints, with a few marks each, in memory that is known beforehand. Open addressing with
//! linear probing: 19 bytes a place and nothing beside it, where a standard map would take twice as much.

use super::chain::Print;
use crate::limits;

/// What a path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    /// Nothing: only something else was noted under its print.
    #[default]
    Not,
    /// A folder that no entry stands for: something lies below it.
    Implied,
    /// A directory.
    Dir,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Other,
}

/// What is remembered of a path.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record {
    /// What it is.
    pub stands: Stands,
    /// One bit for each mark.
    pub marks: u8,
    /// How the first entry spelt it.
    pub spelling: u8,
}

/// Marks of a path.
pub mod mark {
    /// Something that is no whiteout lies directly in it.
    pub const HAS_CHILD: u8 = 1;
    /// A path differs from it in the case of letters at most.
    pub const FOLDED: u8 = 2;
    /// A whiteout names it.
    pub const REMOVED: u8 = 4;
    /// It has an opaque whiteout.
    pub const OPAQUE: u8 = 8;
    /// It is a whiteout itself.
    pub const WHITEOUT: u8 = 16;
}

impl Record {
    /// Whether an entry stands for it.
    pub fn has_entry(&self) -> bool {
        !matches!(self.stands, Stands::Not | Stands::Implied)
    }

    /// Whether it has a mark.
    pub fn has(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

#[derive(Clone, Copy)]
struct Place {
    print: Print,
    record: Record,
}

/// Paths and what is remembered of them; at most [`limits::REMEMBERED_PATHS`].
#[derive(Default)]
pub struct Table {
    /// A power of two, or empty.
    places: Vec<Option<Place>>,
    used: usize,
}

impl Table {
    /// What is remembered of a path.
    pub fn get(&self, print: &Print) -> Option<Record> {
        let place = self.places.get(self.find(print)?)?.as_ref()?;
        Some(place.record)
    }

    /// The record of a path, a new one if need be; none when no more are taken in.
    pub fn touch(&mut self, print: &Print) -> Option<&mut Record> {
        // Places in use stay below seven eighths.
        if (self.used + 1).saturating_mul(8) > self.places.len().saturating_mul(7) {
            self.grow();
        }
        let at = self.find(print)?;
        let known = self.places.get(at).is_some_and(Option::is_some);
        if !known {
            if self.used >= limits::REMEMBERED_PATHS {
                return None;
            }
            self.used += 1;
        }
        let place = self.places.get_mut(at)?.get_or_insert(Place {
            print: *print,
            record: Record::default(),
        });
        Some(&mut place.record)
    }

    /// Every path with its record, in no order.
    pub fn records(&self) -> impl Iterator<Item = (&Print, &Record)> {
        self.places
            .iter()
            .flatten()
            .map(|place| (&place.print, &place.record))
    }

    /// The place of a print, or the free one where it belongs.
    fn find(&self, print: &Print) -> Option<usize> {
        let mask = self.places.len().checked_sub(1)?;
        let [a, b, c, d, ..] = *print;
        let mut at = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()? & mask;
        loop {
            match self.places.get(at)? {
                Some(place) if place.print != *print => at = (at + 1) & mask,
                _ => return Some(at),
            }
        }
    }

    fn grow(&mut self) {
        let size = self.places.len().saturating_mul(2).max(64);
        let old = std::mem::replace(&mut self.places, vec![None; size]);
        for place in old.into_iter().flatten() {
            if let Some(at) = self.find(&place.print)
                && let Some(free) = self.places.get_mut(at)
            {
                *free = Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(number: u32) -> Print {
        // All prints begin alike in their lowest byte, so that they meet.
        let mut print = [7; 16];
        print[1..5].copy_from_slice(&number.to_le_bytes());
        print
    }

    #[test]
    fn a_place_takes_nineteen_bytes() {
        assert_eq!(size_of::<Option<Place>>(), 19);
    }

    #[test]
    fn what_was_marked_is_found_again() {
        let mut table = Table::default();
        assert!(table.get(&print(1)).is_none());
        for number in 0..5000 {
            let record = table.touch(&print(number)).unwrap();
            record.spelling = (number % 7) as u8;
        }
        table.touch(&print(3)).unwrap().marks |= mark::FOLDED;
        for number in 0..5000 {
            let record = table.get(&print(number)).unwrap();
            assert_eq!(record.spelling, (number % 7) as u8);
            assert_eq!(record.has(mark::FOLDED), number == 3);
        }
        assert!(table.get(&print(5000)).is_none());
        assert_eq!(table.records().count(), 5000);
    }
}
