//! The scanner itself: one block, or one piece of a body, at a time. Never holds a body.

use super::header::{self, BLOCK, Header, has_valid_checksum};
use super::pax::{self, Pax, Unreadable};
use super::{Entry, EntryKind, TarDefect, TarEvent};
use crate::limits;

/// Scans a tar that is pushed into it.
pub struct TarScanner {
    offset: u64,
    block: [u8; BLOCK],
    filled: usize,
    state: State,
    entries: u64,
    /// Path of the entry begun last.
    path: String,
    pending: Pending,
    defect: Option<TarDefect>,
}

/// Extension headers that wait for their entry.
#[derive(Default)]
struct Pending {
    /// Where the first of them begins.
    header_offset: Option<u64>,
    pax: Option<Pax>,
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

enum State {
    /// Collects a header block.
    Header,
    /// Collects the block after a zero block.
    AfterZero,
    /// Collects further sparse headers of an old GNU sparse file.
    SparseHeader(Box<Entry>),
    /// Collects the body of an extension header.
    Extension {
        header: Box<Header>,
        header_offset: u64,
        body_offset: u64,
        left: u64,
        padding: u64,
        data: Vec<u8>,
    },
    /// Passes a body on.
    Body { left: u64, padding: u64 },
    /// Passes over padding.
    Padding(u64),
    /// Beyond the end marker.
    End,
    /// Nothing more is looked at.
    Stopped,
}

impl Default for TarScanner {
    fn default() -> TarScanner {
        TarScanner::new()
    }
}

impl TarScanner {
    /// A scanner at the start of a tar.
    pub fn new() -> TarScanner {
        TarScanner {
            offset: 0,
            block: [0; BLOCK],
            filled: 0,
            state: State::Header,
            entries: 0,
            path: String::new(),
            pending: Pending::default(),
            defect: None,
        }
    }

    /// Takes more bytes. After a defect, and after the end marker, nothing more is reported.
    pub fn push(&mut self, mut bytes: &[u8], events: &mut dyn FnMut(TarEvent<'_>)) {
        while !bytes.is_empty() {
            let taken = match &mut self.state {
                State::Header | State::AfterZero | State::SparseHeader(_) => {
                    let rest = self.block.get_mut(self.filled..).unwrap_or_default();
                    let count = rest.len().min(bytes.len());
                    if let (Some(to), Some(from)) = (rest.get_mut(..count), bytes.get(..count)) {
                        to.copy_from_slice(from);
                    }
                    self.filled += count;
                    count
                }
                State::Extension {
                    left,
                    padding,
                    data,
                    ..
                } => {
                    let count = at_most(*left, bytes.len());
                    if count > 0 {
                        data.extend_from_slice(bytes.get(..count).unwrap_or_default());
                        *left -= count as u64;
                        count
                    } else {
                        let count = at_most(*padding, bytes.len());
                        *padding -= count as u64;
                        count
                    }
                }
                State::Body { left, .. } => {
                    let count = at_most(*left, bytes.len());
                    *left -= count as u64;
                    events(TarEvent::Body(bytes.get(..count).unwrap_or_default()));
                    count
                }
                State::Padding(left) => {
                    let count = at_most(*left, bytes.len());
                    *left -= count as u64;
                    count
                }
                State::End => {
                    if let Some(place) = bytes.iter().position(|byte| *byte != 0) {
                        let at = self.offset.saturating_add(place as u64);
                        self.stop(TarDefect::TrailingData { at });
                    }
                    bytes.len()
                }
                State::Stopped => bytes.len(),
            };
            self.offset = self.offset.saturating_add(taken as u64);
            bytes = bytes.get(taken..).unwrap_or_default();
            self.settle(events);
        }
    }

    /// How many of the next bytes are body and padding of the current entry: a host that can seek may leave out
    /// as many of them as the source has, with [`TarScanner::skip`]. 0 where bytes are needed.
    pub fn skippable(&self) -> u64 {
        match self.state {
            State::Body { left, padding } => left.saturating_add(padding),
            State::Padding(left) => left,
            _ => 0,
        }
    }

    /// Passes over `count` bytes without seeing them; at most [`TarScanner::skippable`].
    pub fn skip(&mut self, count: u64, events: &mut dyn FnMut(TarEvent<'_>)) {
        let mut count = count.min(self.skippable());
        while count > 0 {
            let left = match &mut self.state {
                State::Body { left, .. } | State::Padding(left) => left,
                _ => return,
            };
            let taken = count.min(*left);
            *left -= taken;
            count -= taken;
            self.offset = self.offset.saturating_add(taken);
            self.settle(events);
        }
    }

    /// Offset of the next byte it wants.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether nothing more is to be learnt but what follows the end marker, or nothing at all.
    pub fn ended(&self) -> bool {
        matches!(self.state, State::End | State::Stopped)
    }

    /// The bytes have ended: what is wrong with the tar, if anything.
    pub fn finish(&mut self) -> Option<TarDefect> {
        if self.defect.is_some() {
            return self.defect.clone();
        }
        let block_rest = (BLOCK - self.filled.min(BLOCK)) as u64;
        let missing = match &self.state {
            State::End | State::Stopped => return None,
            State::Header if self.offset == 0 => return Some(TarDefect::NotTar),
            State::Header if self.filled == 0 && self.pending.header_offset.is_none() => {
                return Some(TarDefect::MissingEndMarker { blocks: 0 });
            }
            State::AfterZero if self.filled == 0 => {
                return Some(TarDefect::MissingEndMarker { blocks: 1 });
            }
            State::Header | State::AfterZero | State::SparseHeader(_) => block_rest,
            State::Padding(missing) => {
                return Some(TarDefect::MissingPadding { missing: *missing });
            }
            State::Extension { left, padding, .. } => left.saturating_add(*padding),
            State::Body { left, .. } => *left,
        };
        Some(TarDefect::Truncated {
            at: self.offset,
            in_entry: self.path.clone(),
            missing,
        })
    }

    fn stop(&mut self, defect: TarDefect) {
        self.defect = Some(defect);
        self.state = State::Stopped;
    }

    /// Goes on to the next state as far as the bytes at hand allow.
    fn settle(&mut self, events: &mut dyn FnMut(TarEvent<'_>)) {
        loop {
            match &self.state {
                State::Header | State::AfterZero | State::SparseHeader(_) => {
                    if self.filled < BLOCK {
                        return;
                    }
                    self.filled = 0;
                    self.take_block(events);
                }
                State::Extension {
                    left: 0,
                    padding: 0,
                    ..
                } => self.take_extension(events),
                State::Body { left: 0, padding } => {
                    events(TarEvent::End {
                        body_end: self.offset,
                    });
                    self.state = State::Padding(*padding);
                }
                State::Padding(0) => self.state = State::Header,
                _ => return,
            }
        }
    }

    /// A block is complete.
    fn take_block(&mut self, events: &mut dyn FnMut(TarEvent<'_>)) {
        let at = self.offset.saturating_sub(BLOCK as u64);
        let zero = self.block.iter().all(|byte| *byte == 0);
        match std::mem::replace(&mut self.state, State::Stopped) {
            State::SparseHeader(mut entry) => {
                entry.body_offset = self.offset;
                if header::sparse_goes_on(&self.block) {
                    self.state = State::SparseHeader(entry);
                } else {
                    self.begin(*entry, true, events);
                }
            }
            State::AfterZero if zero => self.state = State::End,
            State::AfterZero => self.stop(TarDefect::LoneZeroBlock {
                at: at.saturating_sub(BLOCK as u64),
            }),
            _ if zero => self.state = State::AfterZero,
            _ => self.take_header(at, events),
        }
    }

    fn take_header(&mut self, at: u64, events: &mut dyn FnMut(TarEvent<'_>)) {
        if !has_valid_checksum(&self.block) {
            let not_tar = at == 0 && !header::has_magic(&self.block);
            return self.stop(match not_tar {
                true => TarDefect::NotTar,
                false => TarDefect::BadChecksum { at },
            });
        }
        let Some(header) = header::parse(&self.block) else {
            return self.stop(TarDefect::BadField { at });
        };
        if !matches!(header.flag, b'x' | b'g' | b'L' | b'K') {
            return self.take_entry(header, at, events);
        }
        let Ok(size) = u64::try_from(header.size) else {
            return self.stop(TarDefect::BadField { at });
        };
        if size > limits::TAR_NAME_BYTES {
            return self.stop(TarDefect::NameTooLong { at });
        }
        self.pending.header_offset.get_or_insert(at);
        self.state = State::Extension {
            header: Box::new(header),
            header_offset: at,
            body_offset: self.offset,
            left: size,
            padding: padding(size),
            data: Vec::new(),
        };
    }

    /// The body of an extension header is complete.
    fn take_extension(&mut self, events: &mut dyn FnMut(TarEvent<'_>)) {
        let State::Extension {
            header,
            header_offset,
            body_offset,
            data,
            ..
        } = std::mem::replace(&mut self.state, State::Header)
        else {
            return;
        };
        match header.flag {
            b'L' => self.pending.path = Some(header::text(&data).to_vec()),
            b'K' => self.pending.link = Some(header::text(&data).to_vec()),
            flag => {
                let pax = match pax::parse(&data) {
                    Ok(pax) => pax,
                    Err(why) => {
                        return self.stop(TarDefect::PaxMalformed {
                            at: header_offset,
                            nul: why == Unreadable::Nul,
                        });
                    }
                };
                if flag == b'x' {
                    self.pending.pax = Some(pax);
                    return;
                }
                // Go's reader hands a global header out like an entry and applies nothing of it to others.
                self.pending = Pending::default();
                let size = data.len() as u64;
                let entry = self.entry(*header, size, header_offset, body_offset);
                if self.count_entry(&entry) {
                    events(TarEvent::Entry(&entry));
                    events(TarEvent::End {
                        body_end: body_offset.saturating_add(size),
                    });
                }
            }
        }
    }

    /// A header that is no extension: applies the extensions before it.
    fn take_entry(&mut self, mut header: Header, at: u64, events: &mut dyn FnMut(TarEvent<'_>)) {
        let pending = std::mem::take(&mut self.pending);
        let gnu_long = pending.path.is_some() || pending.link.is_some();
        let pax = pending.pax.unwrap_or_default();
        if let Some(path) = pending.path.filter(|path| !path.is_empty()).or(pax.path) {
            header.path = path;
        }
        if let Some(link) = pending.link.filter(|link| !link.is_empty()).or(pax.link) {
            header.link = link;
        }
        header.size = pax.size.unwrap_or(header.size);
        header.uid = pax.uid.unwrap_or(header.uid);
        header.gid = pax.gid.unwrap_or(header.gid);
        header.mtime = pax.mtime.unwrap_or(header.mtime);
        let has_body = !matches!(header.flag, b'1'..=b'6');
        let size = match u64::try_from(header.size) {
            Ok(size) => size,
            Err(_) if has_body => return self.stop(TarDefect::BadField { at }),
            Err(_) => 0,
        };
        let extended = header.flag == b'S' && header.extended;
        let first = pending.header_offset.unwrap_or(at);
        let mut entry = self.entry(header, size, first, self.offset);
        entry.pax_sparse = pax.sparse;
        entry.overlay_attribute = pax.overlay;
        entry.capability = pax.capability;
        entry.unknown_pax_key = pax.unknown;
        entry.gnu_long = gnu_long;
        if extended {
            self.state = State::SparseHeader(Box::new(entry));
        } else {
            self.begin(entry, has_body, events);
        }
    }

    fn entry(&self, header: Header, size: u64, header_offset: u64, body_offset: u64) -> Entry {
        let kind = header::kind(header.flag, &header.path);
        let is_link = matches!(kind, EntryKind::HardLink | EntryKind::Symlink);
        let (path, raw_path) = told(header.path);
        let (link, raw_link) = match is_link {
            true => told(header.link),
            false => (String::new(), None),
        };
        Entry {
            index: self.entries,
            path_is_utf8: raw_path.is_none(),
            path,
            raw_path,
            kind,
            size,
            link: is_link.then_some(link),
            raw_link,
            mode: header.mode,
            uid: header.uid,
            gid: header.gid,
            mtime: header.mtime,
            device: header.device,
            pax_sparse: false,
            overlay_attribute: None,
            capability: false,
            unknown_pax_key: None,
            gnu_long: false,
            old_header: header.old,
            header_offset,
            body_offset,
        }
    }

    /// Counts an entry; false when there are too many.
    fn count_entry(&mut self, entry: &Entry) -> bool {
        if self.entries >= limits::TAR_ENTRIES {
            self.stop(TarDefect::EntryLimit);
            return false;
        }
        self.entries += 1;
        self.path.clone_from(&entry.path);
        true
    }

    fn begin(&mut self, entry: Entry, has_body: bool, events: &mut dyn FnMut(TarEvent<'_>)) {
        if !self.count_entry(&entry) {
            return;
        }
        events(TarEvent::Entry(&entry));
        let left = if has_body { entry.size } else { 0 };
        self.state = State::Body {
            left,
            padding: padding(left),
        };
    }
}

/// A name as text, and its bytes where it is not UTF-8.
fn told(name: Vec<u8>) -> (String, Option<Vec<u8>>) {
    match String::from_utf8(name) {
        Ok(text) => (text, None),
        Err(error) => {
            let bytes = error.into_bytes();
            (String::from_utf8_lossy(&bytes).into_owned(), Some(bytes))
        }
    }
}

/// Bytes between the end of a body and the next header.
fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

/// `left`, but no more than there are bytes.
fn at_most(left: u64, available: usize) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(available)
}
