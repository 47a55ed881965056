//! Tells the form of bytes from their beginning, as decoders do, never from a name.
//! Never says whether the rest keeps what the beginning promises.

use serde::{Deserialize, Serialize};

/// What bytes are, by their beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// No bytes.
    Empty,
    /// A tar: `ustar` at 257, a header with a right checksum (pre-POSIX tar), or a zero block (a tar without entries).
    Tar,
    /// gzip (RFC 1952): `1F 8B`.
    Gzip,
    /// zstd (RFC 8878): a frame or a skippable frame.
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// lz4, frame or legacy format.
    Lz4,
    /// zip, also when empty.
    Zip,
    /// 7-Zip.
    SevenZip,
    /// WebAssembly.
    Wasm {
        /// A component rather than a core module.
        component: bool,
    },
    /// JSON, by its first bracket; a byte order mark may stand in front.
    Json,
    /// An HTML page, such as a sign-in page saved in place of a download.
    Html,
    /// UTF-16 text, by its byte order mark or its zero bytes.
    Utf16,
    /// An ELF program or library.
    Elf,
    /// A PDF.
    Pdf,
    /// A Unix `ar` archive, such as a Debian package.
    Ar,
    /// A squashfs file system.
    Squashfs,
    /// Any other text in UTF-8.
    Text,
    /// Anything else.
    Binary,
}

/// What kind of WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WasmKind {
    /// A core module: layer 0.
    Module,
    /// A component: layer 1.
    Component,
}

/// The form of bytes that begin with `head`: the first 512 bytes, or all when there are fewer.
pub fn sniff(head: &[u8]) -> Form {
    let _ = head;
    todo!()
}

/// Module or component, by the layer field after the magic number; None when this is no WebAssembly.
/// (Component model, binary format: `\0asm`, two bytes of version, two bytes of layer.)
pub fn wasm_kind(head: &[u8]) -> Option<WasmKind> {
    let _ = head;
    todo!()
}
