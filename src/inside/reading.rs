//! Reads a blob by its way, a small step at a time: out of a file by its offset, or out of a compressed archive by streaming
//! the archive up to its end. It stops as soon as what is wanted has come.

use super::tree::Tree;
use super::unpack::{Sink, Unpack};
use super::{Body, Content, Inside, Item, Want, Way};
use crate::bytes::codec::{Compression, Decoder};
use crate::bytes::sniff::{Form, sniff};
use crate::bytes::source::{ByteSource, ReadError, fill_at};
use crate::bytes::tar::{EntryKind, TarEvent, TarScanner};
use crate::limits;

/// What reading ended with.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What the blob is.
    pub inside: Inside,
    /// For [`Want::List`]: the entries that are held.
    pub items: Vec<Item>,
    /// For [`Want::Find`]: the entry.
    pub found: Option<Item>,
    /// For [`Want::File`] and [`Want::Peek`]: the file.
    pub body: Option<Body>,
}

/// A blob that is being read.
pub struct Reading {
    way: Way,
    want: Want,
    /// Bytes of the way that have passed.
    done: u64,
    /// Bytes that were read and wait.
    buffer: Vec<u8>,
    used: usize,
    outer: Option<Outer>,
    blob: Unpack,
}

/// The archive around the blob.
struct Outer {
    decoder: Option<Decoder>,
    scanner: TarScanner,
    member: u64,
    inside: bool,
    over: bool,
}

impl Reading {
    /// A blob of which nothing was read yet.
    pub fn new(way: Way, want: Want) -> Reading {
        Reading {
            outer: way.member.map(|member| Outer {
                decoder: None,
                scanner: TarScanner::new(),
                member,
                inside: false,
                over: false,
            }),
            blob: Unpack::new(want.clone()),
            way,
            want,
            done: 0,
            buffer: Vec::new(),
            used: 0,
        }
    }

    /// Which of the given files it reads.
    pub fn file(&self) -> usize {
        self.way.file
    }

    /// Bytes that have passed, and all there are.
    pub fn progress(&self) -> (u64, u64) {
        (self.done, self.way.size)
    }

    /// Reads on by at most [`limits::CHUNK_BYTES`] stored bytes; whether it goes on. Bytes of what is wanted go to the sink.
    pub fn step(&mut self, file: &dyn ByteSource, sink: Sink<'_>) -> Result<bool, ReadError> {
        if self.is_over() {
            return Ok(false);
        }
        if self.used >= self.buffer.len() && !self.read(file)? {
            return Ok(false);
        }
        let end = self
            .used
            .saturating_add(limits::CHUNK_BYTES)
            .min(self.buffer.len());
        let piece = self.buffer.get(self.used..end).unwrap_or_default();
        match &mut self.outer {
            Some(outer) => outer.push(piece, &mut self.blob, sink),
            None => self.blob.push(piece, sink),
        }
        self.done = self.done.saturating_add(piece.len() as u64);
        self.used = end;
        self.pass_over();
        Ok(!self.is_over())
    }

    fn is_over(&self) -> bool {
        let outer = self.outer.as_ref().is_some_and(|outer| outer.over);
        outer || self.blob.is_over() || self.done >= self.way.size
    }

    /// Fills the buffer; false at the end of the file.
    fn read(&mut self, file: &dyn ByteSource) -> Result<bool, ReadError> {
        let left = self.way.size.saturating_sub(self.done);
        let wanted = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(limits::STEP_BYTES);
        self.buffer.resize(wanted, 0);
        let at = self.way.offset.saturating_add(self.done);
        let count = fill_at(file, at, &mut self.buffer)?;
        self.buffer.truncate(count);
        self.used = 0;
        Ok(count > 0)
    }

    /// Leaves out bodies that nobody wants to see, where they lie in the file as they are.
    fn pass_over(&mut self) {
        if self.outer.is_some() {
            return;
        }
        let left = self.way.size.saturating_sub(self.done);
        let count = self.blob.skippable().min(left);
        if count == 0 {
            return;
        }
        self.blob.skip(count);
        self.done = self.done.saturating_add(count);
        match usize::try_from(count) {
            Ok(count) if self.used.saturating_add(count) < self.buffer.len() => self.used += count,
            _ => self.used = self.buffer.len(),
        }
    }

    /// Reading has ended, or is given up: what is known.
    pub fn finish(mut self, sink: Sink<'_>) -> Ended {
        let mut short = self.done < self.way.size && !self.blob.is_over();
        if let Some(mut outer) = self.outer.take() {
            let blob = &mut self.blob;
            outer.finish(blob, sink);
            short = !outer.over && !blob.is_over();
        }
        let (mut inside, tree) = self.blob.finish(sink);
        inside.cut = short;
        let mut ended = Ended {
            inside,
            items: Vec::new(),
            found: None,
            body: None,
        };
        match (self.want, tree) {
            (Want::List | Want::Payload, Some(tree)) => ended.items = tree.into_items(),
            (Want::Find(_), tree) => ended.found = tree.and_then(Tree::into_found),
            (Want::File(_) | Want::Peek(_), tree) => ended.body = tree.and_then(Tree::into_body),
            _ => {}
        }
        ended
    }
}

impl Outer {
    fn push(&mut self, bytes: &[u8], blob: &mut Unpack, sink: Sink<'_>) {
        let decoder = self.decoder.get_or_insert_with(|| {
            // The first piece is as long as a header, or the file is no archive.
            let head = bytes.get(..limits::SNIFF_BYTES).unwrap_or(bytes);
            Decoder::new(match sniff(head) {
                Form::Gzip => Compression::Gzip,
                Form::Zstd => Compression::Zstd,
                _ => Compression::None,
            })
        });
        let (scanner, member) = (&mut self.scanner, self.member);
        let (inside, over) = (&mut self.inside, &mut self.over);
        // The decoder remembers an error; the blob is cut off then.
        let _ = decoder.push(bytes, &mut |plain| {
            if !*over {
                scanner.push(plain, &mut |event| {
                    take(event, member, inside, over, blob, sink);
                });
            }
        });
    }

    fn finish(&mut self, blob: &mut Unpack, sink: Sink<'_>) {
        let (scanner, member) = (&mut self.scanner, self.member);
        let (inside, over) = (&mut self.inside, &mut self.over);
        if let Some(decoder) = self.decoder.as_mut().filter(|_| !*over) {
            let _ = decoder.finish(&mut |plain| {
                if !*over {
                    scanner.push(plain, &mut |event| {
                        take(event, member, inside, over, blob, sink);
                    });
                }
            });
        }
    }
}

/// What passes by of the archive: the wanted member's body goes on.
fn take(
    event: TarEvent<'_>,
    member: u64,
    inside: &mut bool,
    over: &mut bool,
    blob: &mut Unpack,
    sink: Sink<'_>,
) {
    match event {
        TarEvent::Entry(entry) => {
            *inside = entry.header_offset == member && entry.kind == EntryKind::File && !*over;
        }
        TarEvent::Body(bytes) if *inside => blob.push(bytes, sink),
        TarEvent::End { .. } if *inside => {
            *inside = false;
            *over = true;
        }
        _ => {}
    }
}

impl Ended {
    /// Whether the blob is a tar.
    pub fn is_tar(&self) -> bool {
        matches!(self.inside.content, Content::Tar { .. })
    }
}
