//! The one pass over a blob: hash what is stored, tell its form, undo its compression, hash what comes out, scan the
//! tar. Never keeps more than the first bytes.

use super::contents::Contents;
use super::{BlobFacts, InnerFacts, MeasureOptions, TarFacts};
use crate::bytes::codec::{CodecDefect, Compression, Decoder};
use crate::bytes::digest::{Algorithm, Hasher};
use crate::bytes::sniff::{Form, sniff};
use crate::limits;

/// Measures a blob that is pushed into it.
pub struct Measure {
    options: MeasureOptions,
    stored: Tally,
    /// First stored bytes, until they suffice to tell the form.
    start: Vec<u8>,
    form: Option<Form>,
    compression: Compression,
    stage: Stage,
}

/// What happens to stored bytes once their form is known.
enum Stage {
    /// They are the payload.
    Plain(Payload),
    /// They are decompressed to the payload.
    Compressed {
        decoder: Box<Decoder>,
        inner: Box<Inner>,
    },
}

/// The decompressed bytes.
struct Inner {
    tally: Tally,
    payload: Payload,
}

impl Inner {
    fn push(&mut self, bytes: &[u8]) {
        self.tally.push(bytes);
        self.payload.push(bytes);
    }
}

/// Size, digests and first bytes.
struct Tally {
    size: u64,
    sha256: Hasher,
    sha384: Option<Hasher>,
    sha512: Option<Hasher>,
    head: Vec<u8>,
}

impl Tally {
    fn new(options: MeasureOptions) -> Tally {
        Tally {
            size: 0,
            sha256: Hasher::new(Algorithm::Sha256),
            sha384: options.also.sha384.then(|| Hasher::new(Algorithm::Sha384)),
            sha512: options.also.sha512.then(|| Hasher::new(Algorithm::Sha512)),
            head: Vec::new(),
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.sha256.update(bytes);
        for hasher in [&mut self.sha384, &mut self.sha512].into_iter().flatten() {
            hasher.update(bytes);
        }
        extend_to(&mut self.head, bytes, limits::HEAD_BYTES);
    }
}

/// Bytes that need no decompression: their form, and the tar they may be.
struct Payload {
    options: MeasureOptions,
    start: Vec<u8>,
    form: Option<Form>,
    tar: Option<Box<Contents>>,
}

impl Payload {
    fn new(options: MeasureOptions) -> Payload {
        Payload {
            options,
            start: Vec::new(),
            form: None,
            tar: None,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if self.form.is_none() {
            let taken = extend_to(&mut self.start, bytes, limits::SNIFF_BYTES);
            rest = bytes.get(taken..).unwrap_or_default();
            if self.start.len() < limits::SNIFF_BYTES {
                return;
            }
            self.settle();
        }
        if let Some(tar) = &mut self.tar {
            tar.push(rest);
        }
    }

    /// Decides the form by the first bytes.
    fn settle(&mut self) -> Form {
        let form = sniff(&self.start);
        if form == Form::Tar {
            let mut tar = Box::new(Contents::new(self.options));
            tar.push(&self.start);
            self.tar = Some(tar);
        }
        self.start = Vec::new();
        self.form = Some(form);
        form
    }

    fn finish(mut self) -> (Form, Option<Box<TarFacts>>) {
        let form = match self.form {
            Some(form) => form,
            None => self.settle(),
        };
        (form, self.tar.map(|tar| Box::new(tar.finish())))
    }
}

impl Measure {
    /// A measure of no bytes yet.
    pub fn new(options: MeasureOptions) -> Measure {
        Measure {
            options,
            stored: Tally::new(options),
            start: Vec::new(),
            form: None,
            compression: Compression::None,
            stage: Stage::Plain(Payload::new(options)),
        }
    }

    /// Takes more stored bytes, in pieces of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(limits::CHUNK_BYTES) {
            self.stored.push(chunk);
            let mut rest = chunk;
            if self.form.is_none() {
                let taken = extend_to(&mut self.start, chunk, limits::SNIFF_BYTES);
                rest = chunk.get(taken..).unwrap_or_default();
                if self.start.len() < limits::SNIFF_BYTES {
                    continue;
                }
                self.settle();
            }
            self.forward(rest);
        }
    }

    /// The stored bytes have ended: their measurements.
    pub fn finish(mut self) -> BlobFacts {
        let form = match self.form {
            Some(form) => form,
            None => self.settle(),
        };
        let mut facts = BlobFacts {
            size: self.stored.size,
            sha256: self.stored.sha256.finish(),
            sha384: self.stored.sha384.map(Hasher::finish),
            sha512: self.stored.sha512.map(Hasher::finish),
            form,
            compression: self.compression,
            stream: None,
            inner: None,
            tar: None,
            head: self.stored.head,
            inner_head: Vec::new(),
            defects: Vec::new(),
            complete: true,
        };
        match self.stage {
            Stage::Plain(payload) => facts.tar = payload.finish().1,
            Stage::Compressed {
                mut decoder,
                mut inner,
            } => {
                let defect = decoder.finish(&mut |bytes| inner.push(bytes));
                facts.complete = matches!(defect, None | Some(CodecDefect::TrailingBytes { .. }));
                facts.defects.extend(defect);
                facts.stream = Some(Box::new(decoder.facts().clone()));
                let (form, tar) = inner.payload.finish();
                facts.tar = tar;
                facts.inner_head = inner.tally.head;
                facts.inner = Some(Box::new(InnerFacts {
                    size: inner.tally.size,
                    sha256: inner.tally.sha256.finish(),
                    sha384: inner.tally.sha384.map(Hasher::finish),
                    sha512: inner.tally.sha512.map(Hasher::finish),
                    form,
                }));
            }
        }
        facts
    }

    /// Decides the form by the first bytes and sends them on their way.
    fn settle(&mut self) -> Form {
        let form = sniff(&self.start);
        self.form = Some(form);
        self.compression = match form {
            Form::Gzip => Compression::Gzip,
            Form::Zstd => Compression::Zstd,
            _ => Compression::None,
        };
        if self.compression != Compression::None {
            self.stage = Stage::Compressed {
                decoder: Box::new(Decoder::new(self.compression)),
                inner: Box::new(Inner {
                    tally: Tally::new(self.options),
                    payload: Payload::new(self.options),
                }),
            };
        }
        let start = std::mem::take(&mut self.start);
        self.forward(&start);
        form
    }

    fn forward(&mut self, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Plain(payload) => payload.push(bytes),
            Stage::Compressed { decoder, inner } => {
                // The decoder remembers an error and tells it at the end.
                let _ = decoder.push(bytes, &mut |bytes| inner.push(bytes));
            }
        }
    }
}

/// Fills `kept` from `bytes` up to `cap` bytes, and says how many were taken.
pub(super) fn extend_to(kept: &mut Vec<u8>, bytes: &[u8], cap: usize) -> usize {
    let count = cap.saturating_sub(kept.len()).min(bytes.len());
    kept.extend_from_slice(bytes.get(..count).unwrap_or_default());
    count
}
