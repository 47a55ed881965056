//! What lies inside one blob, when somebody wants to look: the entries of its tar, the first bytes of a file, the names in
//! a WebAssembly module. It reads the blob anew, holds little of it, measures no digest and judges nothing.

mod item;
mod reading;
mod remarks;
#[cfg(test)]
mod tests;
mod tree;
mod unpack;
pub mod wasm;
mod words;

pub use crate::bytes::blob::{Compression, EntryKind, Form, Oddity};
pub use crate::bytes::sniff::sniff;
pub use item::{Item, Totals};
pub use reading::{Ended, Reading};
pub use remarks::{Remark, remark};
pub use words::{cut_short, form_words, kind_words, permissions, time};

use crate::bytes::codec::CodecDefect;
use crate::bytes::tar::TarDefect;
use serde::{Deserialize, Serialize};
use wasm::WasmFacts;

/// The way to the bytes of a blob in what a host holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Which of the given files.
    pub file: usize,
    /// Where in that file reading begins.
    pub offset: u64,
    /// How many bytes of it there are to read: those of the blob, or of the whole archive that it lies in.
    pub size: u64,
    /// The file is a compressed tar, and the blob is the entry whose first header begins here in the decompressed bytes.
    pub member: Option<u64>,
}

/// What one wants to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Want {
    /// What the blob is, and its entries where it is a tar.
    List,
    /// The same, and all its decompressed bytes go to the sink.
    Payload,
    /// The last entry with this path, however its ends are spelt.
    Find(String),
    /// The entry with this number: its body goes to the sink.
    File(u64),
    /// The first bytes of the entry with this number; of a WebAssembly module the names in it.
    Peek(u64),
}

/// A blob that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// Form of the stored bytes.
    pub form: Form,
    /// Form of what they decompress to; the same where they are not compressed.
    pub payload: Form,
    /// Stored bytes that were read.
    pub stored: u64,
    /// Bytes that they decompressed to.
    pub expanded: u64,
    /// First bytes of the payload, at most [`crate::limits::PREVIEW_BYTES`].
    pub head: Vec<u8>,
    /// What the payload is.
    pub content: Content,
    /// What is wrong with the compressed stream.
    pub stream: Option<CodecDefect>,
    /// The blob ends before its declared end: the archive is cut off.
    pub cut: bool,
}

/// What a payload is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A tar. Its entries stand beside.
    Tar {
        /// What there is of each kind.
        totals: Totals,
        /// What is wrong with it.
        defect: Option<TarDefect>,
    },
    /// A WebAssembly module or component.
    Wasm(Box<WasmFacts>),
    /// Anything else: its first bytes are all there is to show.
    Other,
}

/// A file out of a tar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Its entry.
    pub item: Item,
    /// First bytes, at most [`crate::limits::PREVIEW_BYTES`].
    pub head: Vec<u8>,
    /// Bytes that came; fewer than the entry declares where the layer is cut off, and after [`Want::Peek`].
    pub seen: u64,
    /// What kind of WebAssembly it is, if it is.
    pub wasm: Option<Box<WasmFacts>>,
}
