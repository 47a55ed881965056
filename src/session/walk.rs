//! Walks the headers of a plain tar by seeking over the bodies, so that gigabytes take milliseconds.
//! It reads no body and decides nothing about what the archive is.

use super::{Place, Session};
use crate::bytes::source::fill_at;
use crate::bytes::tar::{Entry, EntryKind, TarDefect, TarEvent, TarScanner};
use crate::describe;
use crate::limits;

/// Bytes read at a header; the next headers of small files come along.
const READ_BYTES: usize = 64 * 1024;

/// A walk in progress.
pub struct Walk {
    scanner: TarScanner,
    size: u64,
    buffer: Vec<u8>,
    defect: Option<TarDefect>,
    left_out: u64,
}

/// Whether a walk goes on.
pub enum Next {
    /// There are more headers.
    More,
    /// The walk has ended.
    Ended,
}

impl Walk {
    /// A walk over the session's one file of `size` bytes.
    pub fn new(size: u64) -> Walk {
        Walk {
            scanner: TarScanner::new(),
            size,
            buffer: Vec::new(),
            defect: None,
            left_out: 0,
        }
    }

    /// What is wrong with the archive, once the walk has ended.
    pub fn defect(&self) -> Option<TarDefect> {
        self.defect.clone()
    }

    /// Reads one buffer of headers.
    pub fn step(&mut self, session: &mut Session) -> Next {
        let at = self.scanner.offset();
        session.progress.current = vec![describe::HEADERS.to_string()];
        if self.scanner.ended() || at >= self.size {
            return self.end(session);
        }
        self.buffer.resize(READ_BYTES, 0);
        let read = match session.files.get(session.file) {
            Some(file) => fill_at(file.source.as_ref(), at, &mut self.buffer),
            None => Ok(0),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) => {
                session
                    .coverage
                    .push(describe::read_failed(at, &error.message));
                return self.end(session);
            }
        };
        if count == 0 {
            return self.end(session);
        }
        let mut found = Vec::new();
        let mut rest = self.buffer.get(..count).unwrap_or_default();
        while !rest.is_empty() && !self.scanner.ended() {
            // Bodies are passed over: inside the buffer if they end there, else by the next read's offset.
            let body = self.scanner.skippable();
            let inside = usize::try_from(body).unwrap_or(usize::MAX).min(rest.len());
            let beyond = body.min(self.size.saturating_sub(self.scanner.offset()));
            let mut events = |event: TarEvent<'_>| {
                if let TarEvent::Entry(entry) = event {
                    found.push(entry.clone());
                }
            };
            if body > 0 {
                self.scanner.skip(beyond, &mut events);
                rest = rest.get(inside..).unwrap_or_default();
                if beyond > inside as u64 {
                    break;
                }
                continue;
            }
            let block = rest.len().min(512);
            let (now, later) = rest.split_at(block);
            self.scanner.push(now, &mut events);
            rest = later;
        }
        for entry in found {
            self.keep(session, entry);
        }
        Next::More
    }

    fn keep(&mut self, session: &mut Session, entry: Entry) {
        if session.inventory.entries.len() >= limits::ENTRIES {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        if entry.kind == EntryKind::PaxGlobal {
            return;
        }
        let place = Some(Place {
            file: session.file,
            offset: entry.body_offset,
        });
        session.add_entry(
            &entry.path,
            entry.kind,
            entry.size,
            entry.link,
            entry.header_offset,
            place,
        );
        let ends_inside = entry
            .body_offset
            .checked_add(entry.size)
            .is_none_or(|end| end > self.size);
        if ends_inside && entry.kind == EntryKind::File {
            let last = session.inventory.blobs.len().saturating_sub(1);
            session.mark_unread(last, crate::artifact::Why::Truncated);
        }
    }

    fn end(&mut self, session: &mut Session) -> Next {
        self.defect = self.scanner.finish();
        if self.left_out > 0 {
            session
                .coverage
                .push(describe::too_many_entries(self.left_out));
        }
        Next::Ended
    }
}
