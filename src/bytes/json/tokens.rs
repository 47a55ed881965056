//! The tokens of a JSON text, one at a time, from any place that a cursor was kept for. It builds no values: what holds what
//! is told to [`Containers`], so that a text of any size is walked in pieces. Where [`super::read`] finds no JSON, it stops.

use crate::limits::JSON_DEPTH;

/// No container, or no slot.
pub const NONE: u32 = u32::MAX;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{` or `[`
    Open,
    /// `}` or `]`
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// The name of a member, quotes included.
    Key,
    /// A string as a value, quotes included.
    Text,
    /// A number.
    Number,
    /// `true`, `false` or `null`
    Word,
}

/// A token, or a piece of a long string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte; of a piece, that of the whole.
    pub start: usize,
    /// Where this piece begins.
    pub from: usize,
    /// The byte behind it.
    pub to: usize,
    /// The container that it stands in; of a bracket, the one that it belongs to.
    pub container: u32,
    /// The item's number in an array; where the member's key begins in an object. [`NONE`] for brackets.
    pub slot: u32,
}

/// Why no token follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// What follows is no JSON.
    Broken,
    /// Nested too deep, or more containers than are kept.
    Beyond,
}

/// Where a container stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// What holds it; [`NONE`] for the whole document.
    pub container: u32,
    /// Its own slot there.
    pub slot: u32,
    /// Whether what holds it is an array.
    pub array: bool,
}

/// Who knows the containers.
pub trait Containers {
    /// The number of the container that opens at a byte.
    fn open(&mut self, at: u32, array: bool, outer: Outer) -> Option<u32>;
    /// It ends before a byte; what holds it.
    fn close(&mut self, container: u32, end: u32) -> Outer;
}

/// What may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// A place between two tokens, or inside a long string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: u32,
    /// Where the string began that is not at its end.
    text: u32,
    container: u32,
    slot: u32,
    depth: u16,
    array: bool,
    next: Next,
}

impl Cursor {
    /// Before the first token.
    pub fn start(at: u32) -> Cursor {
        Cursor {
            at,
            text: NONE,
            container: NONE,
            slot: NONE,
            depth: 0,
            array: false,
            next: Next::Value,
        }
    }

    /// Behind the opening bracket of a container.
    pub fn within(container: u32, bracket: u32, array: bool) -> Cursor {
        Cursor {
            at: bracket.saturating_add(1),
            text: NONE,
            container,
            slot: if array { 0 } else { NONE },
            depth: 1,
            array,
            next: if array {
                Next::ValueOrEnd
            } else {
                Next::KeyOrEnd
            },
        }
    }

    /// Passes over a container whose bracket was just read: on behind its end, in what holds it.
    pub fn pass(&mut self, end: u32, outer: Outer) {
        self.leave(outer);
        self.at = end;
    }

    /// The byte that it stands before.
    pub fn at(&self) -> usize {
        self.at as usize
    }

    /// Whether the document's value was read to its end.
    pub fn ended(&self) -> bool {
        self.next == Next::Nothing
    }

    /// The next token before a byte; None where there is none. A string that goes on beyond comes in pieces.
    pub fn next(
        &mut self,
        bytes: &[u8],
        until: usize,
        containers: &mut impl Containers,
    ) -> Result<Option<Token>, Stop> {
        let until = until.min(bytes.len());
        if self.text != NONE {
            if self.at() >= until {
                let early = until == bytes.len();
                return if early { Err(Stop::Broken) } else { Ok(None) };
            }
            return self.string(bytes, until).map(Some);
        }
        let mut at = self.at();
        while at < until && matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        self.at = short(at)?;
        if at >= until {
            let early = until == bytes.len() && !self.ended();
            return if early { Err(Stop::Broken) } else { Ok(None) };
        }
        let byte = bytes.get(at).copied().unwrap_or_default();
        match (byte, self.next) {
            (b'{' | b'[', Next::Value | Next::ValueOrEnd) => {
                if usize::from(self.depth) >= JSON_DEPTH {
                    return Err(Stop::Beyond);
                }
                let outer = Outer {
                    container: self.container,
                    slot: self.slot,
                    array: self.array,
                };
                let container = containers
                    .open(self.at, byte == b'[', outer)
                    .ok_or(Stop::Beyond)?;
                let depth = self.depth;
                *self = Cursor::within(container, self.at, byte == b'[');
                self.depth = depth.saturating_add(1);
                Ok(Some(self.token(Kind::Open, at, container, NONE)))
            }
            (b'}', Next::KeyOrEnd | Next::CommaOrEnd) if !self.array => {
                Ok(Some(self.close(containers)))
            }
            (b']', Next::ValueOrEnd | Next::CommaOrEnd) if self.array => {
                Ok(Some(self.close(containers)))
            }
            (b',', Next::CommaOrEnd) => {
                self.at += 1;
                let (container, slot) = (self.container, self.slot);
                if self.array {
                    self.slot = self.slot.saturating_add(1);
                }
                self.next = if self.array { Next::Value } else { Next::Key };
                Ok(Some(self.token(Kind::Comma, at, container, slot)))
            }
            (b':', Next::Colon) => {
                self.at += 1;
                self.next = Next::Value;
                Ok(Some(self.token(Kind::Colon, at, self.container, self.slot)))
            }
            (b'"', Next::Key | Next::KeyOrEnd) => {
                self.slot = self.at;
                self.next = Next::Key;
                self.begin(bytes, until)
            }
            (b'"', Next::Value | Next::ValueOrEnd) => {
                self.next = Next::Value;
                self.begin(bytes, until)
            }
            (_, Next::Value | Next::ValueOrEnd) => {
                let (kind, length) = plain(bytes.get(at..).unwrap_or_default());
                let length = length.ok_or(Stop::Broken)?;
                self.at = short(at + length)?;
                self.value_ended();
                Ok(Some(self.token(kind, at, self.container, self.slot)))
            }
            _ => Err(Stop::Broken),
        }
    }

    fn token(&self, kind: Kind, start: usize, container: u32, slot: u32) -> Token {
        Token {
            kind,
            start,
            from: start,
            to: self.at(),
            container,
            slot,
        }
    }

    fn value_ended(&mut self) {
        self.next = if self.container == NONE {
            Next::Nothing
        } else {
            Next::CommaOrEnd
        };
    }

    fn leave(&mut self, outer: Outer) {
        self.depth = self.depth.saturating_sub(1);
        self.container = outer.container;
        self.slot = outer.slot;
        self.array = outer.array;
        self.value_ended();
    }

    fn close(&mut self, containers: &mut impl Containers) -> Token {
        let container = self.container;
        let at = self.at();
        self.at += 1;
        let outer = containers.close(container, self.at);
        self.leave(outer);
        self.token(Kind::Close, at, container, NONE)
    }

    fn begin(&mut self, bytes: &[u8], until: usize) -> Result<Option<Token>, Stop> {
        self.text = self.at;
        self.at += 1;
        let mut token = self.string(bytes, until)?;
        token.from = token.start;
        Ok(Some(token))
    }

    /// Goes on in a string, to its end or to `until`.
    fn string(&mut self, bytes: &[u8], until: usize) -> Result<Token, Stop> {
        let start = self.text as usize;
        let from = self.at();
        let kind = if self.next == Next::Key {
            Kind::Key
        } else {
            Kind::Text
        };
        let mut at = from;
        let mut ended = false;
        while at < until && !ended {
            match bytes.get(at) {
                Some(b'"') => {
                    ended = true;
                    at += 1;
                }
                Some(b'\\') => at += escape(bytes, at).ok_or(Stop::Broken)?,
                Some(0..=0x1F) | None => return Err(Stop::Broken),
                Some(_) => at += 1,
            }
        }
        if !ended && at >= bytes.len() {
            return Err(Stop::Broken);
        }
        self.at = short(at)?;
        if ended {
            self.text = NONE;
            match kind {
                Kind::Key => self.next = Next::Colon,
                _ => self.value_ended(),
            }
        }
        Ok(Token {
            kind,
            start,
            from,
            to: at,
            container: self.container,
            slot: self.slot,
        })
    }
}

fn short(at: usize) -> Result<u32, Stop> {
    u32::try_from(at).map_err(|_| Stop::Beyond)
}

/// Length of an escape.
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = bytes.get(at + 2..at + 6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// A number or a word, and its length where it is one.
fn plain(rest: &[u8]) -> (Kind, Option<usize>) {
    let goes_on = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_' | b'$')
    };
    let length = rest
        .iter()
        .position(|byte| !goes_on(byte))
        .unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    if matches!(word, b"null" | b"true" | b"false") {
        return (Kind::Word, Some(length));
    }
    (Kind::Number, is_number(word).then_some(length))
}

/// Whether all of this is a number as JSON writes them.
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(word);
    if whole == 0 || (whole > 1 && word.starts_with(b"0")) {
        return false;
    }
    let mut rest = word.get(whole..).unwrap_or_default();
    if let Some(after) = rest.strip_prefix(b".") {
        let fraction = digits(after);
        if fraction == 0 {
            return false;
        }
        rest = after.get(fraction..).unwrap_or_default();
    }
    if let Some(after) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let after = after
            .strip_prefix(b"+")
            .or_else(|| after.strip_prefix(b"-"))
            .unwrap_or(after);
        let exponent = digits(after);
        return exponent > 0 && exponent == after.len();
    }
    rest.is_empty()
}
