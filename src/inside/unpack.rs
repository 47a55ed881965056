//! From a blob's stored bytes to what they hold: the form by the first bytes, decompression, then a tar, a WebAssembly
//! module or something else. The bytes come in pieces of any size; no more than the first of them are kept.

use super::tree::Tree;
use super::wasm::Walker;
use super::{Content, Inside, Want};
use crate::bytes::codec::{Compression, Decoder};
use crate::bytes::sniff::{Form, sniff};
use crate::limits;

/// Where the bytes of what is wanted go.
pub type Sink<'s> = &'s mut dyn FnMut(&[u8]);

/// Keeps the first bytes until they tell the form.
#[derive(Default)]
struct Start(Option<Vec<u8>>, bool);

impl Start {
    /// Takes bytes; gives all that came so far once they suffice, and only then.
    fn gather(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let kept = self.0.get_or_insert_default();
        kept.extend_from_slice(bytes);
        if kept.len() < limits::SNIFF_BYTES {
            return None;
        }
        self.end()
    }

    /// There are no more bytes: all that came.
    fn end(&mut self) -> Option<Vec<u8>> {
        if self.1 {
            return None;
        }
        self.1 = true;
        Some(self.0.take().unwrap_or_default())
    }

    fn is_open(&self) -> bool {
        !self.1
    }
}

/// A blob in the middle of being read.
pub struct Unpack {
    start: Start,
    form: Form,
    stored: u64,
    decoder: Option<Box<Decoder>>,
    payload: Payload,
}

/// What a payload turned out to be.
enum Kind {
    Unknown,
    Tar(Box<Tree>),
    Wasm(Box<Walker>),
    Other,
}

struct Payload {
    want: Want,
    start: Start,
    form: Form,
    size: u64,
    head: Vec<u8>,
    kind: Kind,
}

impl Payload {
    fn push(&mut self, bytes: &[u8], sink: Sink<'_>) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        let room = limits::PREVIEW_BYTES.saturating_sub(self.head.len());
        self.head
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        if self.want == Want::Payload {
            sink(bytes);
        }
        if self.start.is_open() {
            if let Some(first) = self.start.gather(bytes) {
                self.settle(&first, sink);
            }
            return;
        }
        self.forward(bytes, sink);
    }

    fn settle(&mut self, first: &[u8], sink: Sink<'_>) {
        self.form = sniff(first.get(..limits::SNIFF_BYTES).unwrap_or(first));
        self.kind = match self.form {
            Form::Tar => Kind::Tar(Box::new(Tree::new(self.want.clone()))),
            Form::Wasm { .. } => Kind::Wasm(Box::default()),
            _ => Kind::Other,
        };
        self.forward(first, sink);
    }

    fn forward(&mut self, bytes: &[u8], sink: Sink<'_>) {
        match &mut self.kind {
            Kind::Tar(tree) => tree.push(bytes, sink),
            Kind::Wasm(walker) => walker.push(bytes),
            Kind::Unknown | Kind::Other => {}
        }
    }
}

impl Unpack {
    /// A blob of which nothing was read yet.
    pub fn new(want: Want) -> Unpack {
        Unpack {
            start: Start::default(),
            form: Form::Empty,
            stored: 0,
            decoder: None,
            payload: Payload {
                want,
                start: Start::default(),
                form: Form::Empty,
                size: 0,
                head: Vec::new(),
                kind: Kind::Unknown,
            },
        }
    }

    /// Takes stored bytes.
    pub fn push(&mut self, bytes: &[u8], sink: Sink<'_>) {
        self.stored = self.stored.saturating_add(bytes.len() as u64);
        if self.start.is_open() {
            if let Some(first) = self.start.gather(bytes) {
                self.settle(&first, sink);
            }
            return;
        }
        self.forward(bytes, sink);
    }

    fn settle(&mut self, first: &[u8], sink: Sink<'_>) {
        self.form = sniff(first.get(..limits::SNIFF_BYTES).unwrap_or(first));
        let compression = match self.form {
            Form::Gzip => Some(Compression::Gzip),
            Form::Zstd => Some(Compression::Zstd),
            _ => None,
        };
        self.decoder = compression.map(|compression| Box::new(Decoder::new(compression)));
        self.forward(first, sink);
    }

    fn forward(&mut self, bytes: &[u8], sink: Sink<'_>) {
        let payload = &mut self.payload;
        match &mut self.decoder {
            // The decoder remembers an error and tells it at the end.
            Some(decoder) => {
                let _ = decoder.push(bytes, &mut |plain| payload.push(plain, sink));
            }
            None => payload.push(bytes, sink),
        }
    }

    /// How many of the next stored bytes nobody wants to see.
    pub fn skippable(&self) -> u64 {
        match (&self.decoder, &self.payload.kind) {
            (None, Kind::Tar(tree)) => tree.skippable(),
            _ => 0,
        }
    }

    /// Passes over so many stored bytes, at most [`Unpack::skippable`].
    pub fn skip(&mut self, count: u64) {
        if let Kind::Tar(tree) = &mut self.payload.kind {
            tree.skip(count);
            self.stored = self.stored.saturating_add(count);
            self.payload.size = self.payload.size.saturating_add(count);
        }
    }

    /// Whether what was wanted has come.
    pub fn is_over(&self) -> bool {
        matches!(&self.payload.kind, Kind::Tar(tree) if tree.is_over())
    }

    /// The stored bytes have ended: what the blob is, and its tar if it is one.
    pub fn finish(mut self, sink: Sink<'_>) -> (Inside, Option<Tree>) {
        if let Some(first) = self.start.end() {
            self.settle(&first, sink);
        }
        let payload = &mut self.payload;
        let stream = self
            .decoder
            .as_mut()
            .and_then(|decoder| decoder.finish(&mut |plain| payload.push(plain, sink)));
        if let Some(first) = payload.start.end() {
            payload.settle(&first, sink);
        }
        let payload = self.payload;
        let (content, tree) = match payload.kind {
            Kind::Tar(mut tree) => (tree.finish(), Some(*tree)),
            Kind::Wasm(walker) => (Content::Wasm(Box::new(walker.finish())), None),
            Kind::Unknown | Kind::Other => (Content::Other, None),
        };
        let inside = Inside {
            form: self.form,
            payload: payload.form,
            stored: self.stored,
            expanded: payload.size,
            head: payload.head,
            content,
            stream,
            cut: false,
        };
        (inside, tree)
    }
}
