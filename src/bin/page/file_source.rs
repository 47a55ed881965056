//! The bytes of a browser's `File` or `Blob`, read in the worker without holding them.
//! It keeps nothing of what it read.

use js_sys::Promise;
use pullcheck::bytes::source::{ByteSource, ReadError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

/// A `File` or `Blob` as a source.
pub struct FileSource {
    blob: Blob,
    reader: FileReaderSync,
    length: u64,
}

impl FileSource {
    /// A source over `blob`; works in workers only, as `FileReaderSync` does.
    pub fn new(blob: Blob) -> Result<FileSource, ReadError> {
        let reader = FileReaderSync::new().map_err(|error| failure(&error))?;
        // A Blob's size is an integer below 2^53.
        let length = blob.size() as u64;
        Ok(FileSource {
            blob,
            reader,
            length,
        })
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
        let slice = self
            .blob
            .slice_with_f64_and_f64(offset as f64, end as f64)
            .map_err(|error| failure(&error))?;
        let bytes = self
            .reader
            .read_as_array_buffer(&slice)
            .map_err(|error| failure(&error))?;
        let bytes = js_sys::Uint8Array::new(&bytes);
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
                message: "the file became shorter while it was read".to_string(),
            });
        }
        Ok(got)
    }
}

/// Asks for some bytes of a file, without waiting: a promise of an `ArrayBuffer`.
pub fn fetch(blob: &Blob, offset: u64, count: u64) -> Promise {
    let end = offset.saturating_add(count);
    match blob.slice_with_f64_and_f64(offset as f64, end as f64) {
        Ok(slice) => slice.array_buffer(),
        Err(error) => Promise::reject(&error),
    }
}

/// The browser's own words for a failed read.
pub fn failure(error: &JsValue) -> ReadError {
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
