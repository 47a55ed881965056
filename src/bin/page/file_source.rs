//! The bytes of a browser's `File` or `Blob`, read in the worker without holding them; or bytes that the page had to read,
//! where a browser lets no worker do it. It keeps nothing of what it read but one small file, which is looked at more than once.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use pullcheck::bytes::source::{ByteSource, ReadError};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// What is said when a file ends before the end that it had.
pub const SHORTER: &str = "the file became shorter while it was read";

/// Up to this size a file is read at once, in bytes: what a browser takes for a read hardly depends on its length.
const SMALL: u64 = 64 * 1024;

thread_local! {
    /// The small file that was read last: number of its source, and its bytes.
    static LATEST: RefCell<Option<(u32, Uint8Array)>> = const { RefCell::new(None) };
    static SOURCES: Cell<u32> = const { Cell::new(0) };
}

/// A file as a source.
pub struct FileSource {
    content: Content,
    length: u64,
}

enum Content {
    /// A `File` or `Blob`, and a number that tells it from the others of its worker.
    Blob(Blob, FileReaderSync, u32),
    /// All of its bytes.
    Held(Uint8Array),
}

impl FileSource {
    /// A source over `blob`; works in workers only, as `FileReaderSync` does.
    pub fn new(blob: Blob) -> Result<FileSource, ReadError> {
        let reader = FileReaderSync::new().map_err(|error| failure(&error))?;
        // A Blob's size is an integer below 2^53.
        let length = blob.size() as u64;
        let number = SOURCES.get().wrapping_add(1);
        SOURCES.set(number);
        Ok(FileSource {
            content: Content::Blob(blob, reader, number),
            length,
        })
    }

    /// A source over the bytes of a file.
    pub fn held(bytes: &ArrayBuffer) -> FileSource {
        FileSource {
            content: Content::Held(Uint8Array::new(bytes)),
            length: u64::from(bytes.byte_length()),
        }
    }

    /// The bytes between two places.
    fn between(&self, offset: u64, end: u64) -> Result<Uint8Array, JsValue> {
        let whole = match &self.content {
            Content::Blob(blob, reader, _) if self.length > SMALL => {
                let slice = blob.slice_with_f64_and_f64(offset as f64, end as f64)?;
                return read(reader, &slice);
            }
            Content::Blob(blob, reader, number) => small(blob, reader, *number)?,
            Content::Held(bytes) => bytes.clone(),
        };
        // What is held has less than 2^32 bytes.
        Ok(whole.subarray(offset as u32, end as u32))
    }
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let rest = self.length.saturating_sub(offset);
        let count = usize::try_from(rest)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if count == 0 {
            return Ok(0);
        }
        let end = offset.saturating_add(count as u64);
        let bytes = self.between(offset, end).map_err(|error| failure(&error))?;
        let got = usize::try_from(bytes.length()).unwrap_or(0).min(count);
        match buffer.get_mut(..got) {
            Some(part) if bytes.length() as usize == got => bytes.copy_to(part),
            _ => {
                return Err(ReadError {
                    message: "the browser returned more bytes than asked for".to_string(),
                });
            }
        }
        if got == 0 {
            return Err(ReadError {
                message: SHORTER.to_string(),
            });
        }
        Ok(got)
    }
}

/// All of a small file: it is read once, unless another one was read meanwhile.
fn small(blob: &Blob, reader: &FileReaderSync, number: u32) -> Result<Uint8Array, JsValue> {
    let held = LATEST.with_borrow(|held| held.clone());
    if let Some((_, whole)) = held.filter(|(of, _)| *of == number) {
        return Ok(whole);
    }
    let whole = read(reader, blob)?;
    LATEST.set(Some((number, whole.clone())));
    Ok(whole)
}

fn read(reader: &FileReaderSync, blob: &Blob) -> Result<Uint8Array, JsValue> {
    let bytes = reader.read_as_array_buffer(blob)?;
    Ok(Uint8Array::new(&bytes))
}

/// Bytes that are asked for at a time.
const PIECE: u32 = 1024 * 1024;

/// A stretch of a file from its start to its end. While one piece is used the browser reads on, which [`FileSource`]
/// cannot have it do.
pub struct Flow {
    reader: Reader,
}

enum Reader {
    /// Fills a buffer that goes back and forth: the browser copies once.
    Filling(ReadableStreamByobReader, ArrayBuffer),
    /// Hands out buffers of its own, where a browser cannot do the other.
    Giving(ReadableStreamDefaultReader),
}

impl Flow {
    /// The `count` bytes of `blob` from `offset`.
    pub fn new(blob: &Blob, offset: u64, count: u64) -> Result<Flow, ReadError> {
        let end = offset.saturating_add(count);
        let stream = blob
            .slice_with_f64_and_f64(offset as f64, end as f64)
            .map_err(|error| failure(&error))?
            .stream();
        let reader = ReadableStreamByobReader::new(&stream).map_or_else(
            |_| ReadableStreamDefaultReader::new(&stream).map(Reader::Giving),
            |reader| Ok(Reader::Filling(reader, ArrayBuffer::new(PIECE))),
        );
        Ok(Flow {
            reader: reader.map_err(|error| failure(&error))?,
        })
    }

    /// The next piece; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, ReadError> {
        let promise = match &self.reader {
            Reader::Filling(reader, buffer) => {
                reader.read_with_array_buffer_view(&Uint8Array::new(buffer))
            }
            Reader::Giving(reader) => reader.read(),
        };
        let result = JsFuture::from(promise)
            .await
            .map_err(|error| failure(&error))?;
        let field = |name: &str| Reflect::get(&result, &JsValue::from_str(name)).ok();
        let piece = field("value").and_then(|value| value.dyn_into::<Uint8Array>().ok());
        let done = field("done").is_none_or(|done| done.is_truthy());
        if let (Reader::Filling(_, buffer), Some(piece)) = (&mut self.reader, &piece) {
            *buffer = piece.buffer();
        }
        Ok(piece.filter(|_| !done))
    }
}

/// The browser's own words for a failed read.
fn failure(error: &JsValue) -> ReadError {
    let message = match error.dyn_ref::<js_sys::Error>() {
        Some(error) => format!(
            "{}: {}",
            String::from(error.name()),
            String::from(error.message())
        ),
        None => format!("{error:?}"),
    };
    ReadError { message }
}
