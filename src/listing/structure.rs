//! What holds what in a JSON text, found in pieces and kept without its values: objects and arrays for folding, and for
//! telling the JSON pointer of any byte. Of a text that is no JSON it knows what stands before the fault.

use crate::bytes::json::tokens::{Containers, Cursor, Kind, NONE, Outer, Stop, Token};
use crate::bytes::json::{self, push_pointer};
use crate::limits::{LISTING_CONTAINERS, SHOWN_VALUE};
use std::ops::Range;

/// Bytes between two places that reading can begin at.
const STRIDE: usize = 1024;

/// An object or array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its opening bracket.
    pub start: u32,
    /// The byte behind its closing bracket; [`NONE`] where the text breaks off before.
    pub end: u32,
    /// What holds it, by number.
    pub parent: u32,
    /// Its number in an array, or where its key begins in an object.
    slot: u32,
    array: bool,
    in_array: bool,
}

impl Region {
    fn outer(&self) -> Outer {
        Outer {
            container: self.parent,
            slot: self.slot,
            array: self.in_array,
        }
    }
}

/// The objects and arrays of a text, in the order of their opening brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    regions: Vec<Region>,
    marks: Vec<Cursor>,
    cursor: Cursor,
    stopped: Option<Stop>,
    finished: bool,
}

/// What a pointer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub value: Range<usize>,
    /// The key in front of it, quotes included.
    pub key: Option<Range<usize>>,
}

impl Structure {
    /// Nothing of a text read so far.
    pub fn new(bytes: &[u8]) -> Structure {
        let utf16 = crate::bytes::sniff::is_utf16(bytes);
        let cursor = Cursor::start(if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        });
        Structure {
            regions: Vec::new(),
            marks: vec![cursor],
            cursor,
            stopped: utf16.then_some(Stop::Broken),
            finished: utf16,
        }
    }

    /// Reads on, up to a byte. True when there is nothing left to read.
    pub fn read(&mut self, bytes: &[u8], until: usize) -> bool {
        while !self.finished {
            let last = self.marks.last().map_or(0, Cursor::at);
            let mut kept = Kept(&mut self.regions);
            // A string as long as a document is marked on its way as well.
            let piece = until.min(self.cursor.at().saturating_add(STRIDE));
            match self.cursor.next(bytes, piece, &mut kept) {
                Ok(None) if piece < until => {}
                Ok(Some(_)) => {
                    if self.cursor.at() >= last + STRIDE {
                        self.marks.push(self.cursor);
                    }
                }
                Ok(None) => {
                    self.finished = until >= bytes.len();
                    return self.finished;
                }
                Err(stop) => {
                    self.stopped = Some(stop);
                    self.finished = true;
                }
            }
        }
        true
    }

    /// How far tokens are known.
    pub fn known(&self) -> usize {
        self.cursor.at()
    }

    /// Why no more is known, of a text that was read to its end.
    pub fn stopped(&self) -> Option<Stop> {
        self.stopped
    }

    /// All objects and arrays.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The tokens from the one that holds a byte, or comes after it, up to another byte.
    pub fn tokens<'a>(&'a self, bytes: &'a [u8], from: usize, to: usize) -> Tokens<'a> {
        let after = self.marks.partition_point(|mark| mark.at() <= from);
        let mark = after.checked_sub(1).and_then(|at| self.marks.get(at));
        Tokens {
            bytes,
            known: Known(&self.regions),
            cursor: mark.copied().unwrap_or(self.cursor),
            from,
            to: to.min(self.known()),
        }
    }

    /// The innermost object or array that holds a byte, its brackets included.
    pub fn region_at(&self, offset: usize) -> Option<u32> {
        let offset = u32::try_from(offset).ok()?;
        let after = self.regions.partition_point(|one| one.start <= offset);
        let mut at = u32::try_from(after.checked_sub(1)?).ok()?;
        loop {
            let region = self.get(at)?;
            if region.end > offset {
                return Some(at);
            }
            at = region.parent;
        }
    }

    /// An object or array by its number.
    pub fn get(&self, region: u32) -> Option<&Region> {
        self.regions.get(usize::try_from(region).ok()?)
    }

    /// The JSON pointer of what stands at a byte: of the token there, or the next one. None behind what is known.
    pub fn pointer(&self, bytes: &[u8], offset: usize) -> Option<String> {
        if offset >= self.known() && self.stopped.is_some() {
            return None;
        }
        let end = offset.saturating_add(4 * STRIDE);
        let Some(token) = self.tokens(bytes, offset, end).next() else {
            return self.region_at(offset).map(|at| self.path(bytes, at));
        };
        let mut pointer = self.path(bytes, token.container);
        let array = self.get(token.container).is_some_and(|region| region.array);
        if token.kind != Kind::Comma {
            self.push(bytes, &mut pointer, token.slot, array);
        }
        Some(pointer)
    }

    /// The pointer of an object or array.
    pub fn path(&self, bytes: &[u8], region: u32) -> String {
        let mut steps = Vec::new();
        let mut at = region;
        while let Some(region) = self.get(at) {
            steps.push((region.slot, region.in_array));
            at = region.parent;
        }
        let mut pointer = String::new();
        for (slot, array) in steps.into_iter().rev() {
            self.push(bytes, &mut pointer, slot, array);
        }
        pointer
    }

    fn push(&self, bytes: &[u8], pointer: &mut String, slot: u32, array: bool) {
        if slot == NONE {
            return;
        }
        if array {
            push_pointer(pointer, &slot.to_string());
        } else {
            // A name of a megabyte says no more than its beginning.
            let key = key(bytes, slot as usize).unwrap_or_default();
            push_pointer(
                pointer,
                key.get(..key.floor_char_boundary(SHOWN_VALUE))
                    .unwrap_or_default(),
            );
        }
    }

    /// What a JSON pointer leads to; of members with the same name the last.
    pub fn find(&self, bytes: &[u8], pointer: &str) -> Option<Found> {
        let mut known = Known(&self.regions);
        let mut cursor = *self.marks.first()?;
        let root = cursor.next(bytes, self.known(), &mut known).ok()??;
        let mut found = Found {
            value: root.start..self.end_of(&root),
            key: None,
        };
        let mut region = (root.kind == Kind::Open).then_some(root.container);
        let Some(rest) = pointer.strip_prefix('/') else {
            return pointer.is_empty().then_some(found);
        };
        for step in rest.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            (found, region) = self.child(bytes, region?, &step)?;
        }
        Some(found)
    }

    fn end_of(&self, token: &Token) -> usize {
        match self.get(token.container) {
            Some(region) if token.kind == Kind::Open && region.end != NONE => region.end as usize,
            Some(_) if token.kind == Kind::Open => self.known(),
            _ => token.to,
        }
    }

    fn child(&self, bytes: &[u8], region: u32, step: &str) -> Option<(Found, Option<u32>)> {
        let outer = *self.get(region)?;
        let mut known = Known(&self.regions);
        let mut cursor = Cursor::within(region, outer.start, outer.array);
        let mut found = None;
        let wanted: Option<u32> = step.parse().ok().filter(|n: &u32| n.to_string() == step);
        let mut name = None::<Range<usize>>;
        let mut fits = false;
        while let Ok(Some(token)) = cursor.next(bytes, self.known(), &mut known) {
            match token.kind {
                Kind::Close => break,
                Kind::Comma | Kind::Colon => continue,
                Kind::Key => {
                    name = Some(token.start..token.to);
                    fits = key(bytes, token.start).is_some_and(|key| key == step);
                    continue;
                }
                _ => {}
            }
            let inner = (token.kind == Kind::Open).then_some(token.container);
            let (slot, place) = match inner.and_then(|inner| self.get(inner)) {
                Some(region) => (region.slot, Some((region.end, region.outer()))),
                None => (token.slot, None),
            };
            if fits || (outer.array && wanted == Some(slot)) {
                let one = Found {
                    value: token.start..self.end_of(&token),
                    key: name.clone(),
                };
                found = Some((one, inner));
                if outer.array {
                    break;
                }
            }
            match place {
                Some((NONE, _)) => break,
                Some((end, outer)) => cursor.pass(end, outer),
                None => {}
            }
        }
        found
    }
}

/// The name that begins at a quote, escapes resolved.
fn key(bytes: &[u8], quote: usize) -> Option<String> {
    let rest = bytes.get(quote..)?;
    let mut end = 1;
    loop {
        match rest.get(end)? {
            b'"' => break,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    let root = json::read(rest.get(..=end)?).root?;
    root.as_str().map(str::to_string)
}

struct Kept<'a>(&'a mut Vec<Region>);

impl Containers for Kept<'_> {
    fn open(&mut self, at: u32, array: bool, outer: Outer) -> Option<u32> {
        if self.0.len() >= LISTING_CONTAINERS {
            return None;
        }
        self.0.push(Region {
            start: at,
            end: NONE,
            parent: outer.container,
            slot: outer.slot,
            array,
            in_array: outer.array,
        });
        u32::try_from(self.0.len() - 1).ok()
    }

    fn close(&mut self, container: u32, end: u32) -> Outer {
        let region = usize::try_from(container)
            .ok()
            .and_then(|at| self.0.get_mut(at));
        match region {
            Some(region) => {
                region.end = end;
                region.outer()
            }
            None => OUTSIDE,
        }
    }
}

const OUTSIDE: Outer = Outer {
    container: NONE,
    slot: NONE,
    array: false,
};

/// The containers of a text that was read before.
struct Known<'a>(&'a [Region]);

impl Containers for Known<'_> {
    fn open(&mut self, at: u32, _: bool, _: Outer) -> Option<u32> {
        let found = self.0.binary_search_by_key(&at, |region| region.start);
        found.ok().and_then(|at| u32::try_from(at).ok())
    }

    fn close(&mut self, container: u32, _: u32) -> Outer {
        usize::try_from(container)
            .ok()
            .and_then(|at| self.0.get(at))
            .map_or(OUTSIDE, Region::outer)
    }
}

/// The tokens of a part of a text.
pub struct Tokens<'a> {
    bytes: &'a [u8],
    known: Known<'a>,
    cursor: Cursor,
    from: usize,
    to: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            // Up to the wanted place a long string is passed over in one piece.
            let token = self
                .cursor
                .next(self.bytes, self.to, &mut self.known)
                .ok()??;
            if token.to > self.from {
                return Some(token);
            }
        }
    }
}
