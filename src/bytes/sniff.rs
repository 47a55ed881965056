//! Tells the form of bytes from their beginning, as decoders do, never from a name.
//! Never says whether the rest keeps what the beginning promises.

use super::tar::has_valid_checksum;
use crate::limits::SNIFF_BYTES;
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
    if head.is_empty() {
        return Form::Empty;
    }
    if is_zstd(head) {
        return Form::Zstd;
    }
    if let Some(WasmKind::Module) = wasm_kind(head) {
        return Form::Wasm { component: false };
    }
    if let Some(WasmKind::Component) = wasm_kind(head) {
        return Form::Wasm { component: true };
    }
    if let Some((_, form)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *form;
    }
    if head.starts_with(b"BZh") && matches!(head.get(3), Some(b'1'..=b'9')) {
        return Form::Bzip2;
    }
    if is_tar(head) {
        return Form::Tar;
    }
    if is_utf16(head) {
        return Form::Utf16;
    }
    sniff_text(head)
}

/// Module or component, by the layer field after the magic number; None when this is no WebAssembly.
/// (Component model, binary format: `\0asm`, two bytes of version, two bytes of layer.)
pub fn wasm_kind(head: &[u8]) -> Option<WasmKind> {
    match head.strip_prefix(b"\0asm")? {
        [_, _, 1, 0, ..] => Some(WasmKind::Component),
        _ => Some(WasmKind::Module),
    }
}

/// Whether text is UTF-16 or UTF-32: by its byte order mark, or because one of its first two ASCII characters
/// stands beside a zero byte.
pub(crate) fn is_utf16(head: &[u8]) -> bool {
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..] => true,
        [text, 0, next, 0, ..] | [0, text, 0, next, ..] => {
            is_text_byte(*text) && is_text_byte(*next)
        }
        _ => false,
    }
}

/// Magic numbers at the very beginning, where no more than that is needed.
const MAGIC: &[(&[u8], Form)] = &[
    (b"\x1F\x8B", Form::Gzip),
    (b"\xFD7zXZ\0", Form::Xz),
    (b"\x04\x22\x4D\x18", Form::Lz4),
    (b"\x02\x21\x4C\x18", Form::Lz4),
    (b"PK\x03\x04", Form::Zip),
    (b"PK\x05\x06", Form::Zip),
    (b"PK\x07\x08", Form::Zip),
    (b"7z\xBC\xAF\x27\x1C", Form::SevenZip),
    (b"\x7FELF", Form::Elf),
    (b"%PDF-", Form::Pdf),
    (b"!<arch>\n", Form::Ar),
    (b"hsqs", Form::Squashfs),
];

/// A frame, or a skippable frame `5x 2A 4D 18` (RFC 8878 section 3.1).
fn is_zstd(head: &[u8]) -> bool {
    matches!(
        head,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]
    )
}

fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else {
        return false;
    };
    block.get(257..262) == Some(b"ustar")
        || block.iter().all(|byte| *byte == 0)
        || has_valid_checksum(block)
}

fn sniff_text(head: &[u8]) -> Form {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = text.trim_ascii_start();
    let lower: Vec<u8> = start.iter().take(15).map(u8::to_ascii_lowercase).collect();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Form::Html;
    }
    match start {
        // Templates begin with two braces, or a brace and a percent sign.
        [b'{', b'{' | b'%', ..] => {}
        [b'{', ..] => return Form::Json,
        [b'[', rest @ ..] => match rest.trim_ascii_start().first() {
            None | Some(b'{' | b'[' | b']' | b'"' | b'\'' | b'-' | b'0'..=b'9') => {
                return Form::Json;
            }
            Some(_) => {}
        },
        _ => {}
    }
    let valid = match std::str::from_utf8(text) {
        Ok(_) => true,
        // The 512 bytes may end inside a character.
        Err(error) => error.error_len().is_none() && head.len() >= SNIFF_BYTES,
    };
    if valid && text.iter().all(|byte| *byte >= 0x80 || is_text_byte(*byte)) {
        Form::Text
    } else {
        Form::Binary
    }
}

/// An ASCII byte as text has them; escape included, for coloured logs.
fn is_text_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x20..=0x7E)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(start: &[u8]) -> Vec<u8> {
        let mut bytes = start.to_vec();
        bytes.resize(600, 0);
        bytes
    }

    #[test]
    fn magic_numbers() {
        for (bytes, form) in [
            (&b""[..], Form::Empty),
            (b"\x1F\x8B\x08\0", Form::Gzip),
            (b"\x28\xB5\x2F\xFD\x04", Form::Zstd),
            (b"\x50\x2A\x4D\x18\0\0\0\0", Form::Zstd),
            (b"\x5F\x2A\x4D\x18\0\0\0\0", Form::Zstd),
            (b"\xFD7zXZ\0\0", Form::Xz),
            (b"BZh91AY&SY", Form::Bzip2),
            (b"\x04\x22\x4D\x18", Form::Lz4),
            (b"PK\x03\x04....", Form::Zip),
            (b"PK\x05\x06....", Form::Zip),
            (b"7z\xBC\xAF\x27\x1C", Form::SevenZip),
            (b"\0asm\x01\0\0\0", Form::Wasm { component: false }),
            (b"\0asm\x0D\0\x01\0", Form::Wasm { component: true }),
            (b"\x7FELF\x02", Form::Elf),
            (b"%PDF-1.7", Form::Pdf),
            (b"!<arch>\ndebian-binary", Form::Ar),
            (b"hsqs\0\0", Form::Squashfs),
            (b"\0\x01\x02", Form::Binary),
            (b"\x60\x2A\x4D\x18", Form::Binary),
        ] {
            assert_eq!(sniff(bytes), form, "{bytes:?}");
        }
    }

    #[test]
    fn texts() {
        for (bytes, form) in [
            (&b" {\"a\":1}"[..], Form::Json),
            (b"\xEF\xBB\xBF{}", Form::Json),
            (b"{ 'a': 1 }", Form::Json),
            (b"[]", Form::Json),
            (b"[ {\"Config\":", Form::Json),
            (b"[error] no such file", Form::Text),
            (b"{{ .Values.image }}", Form::Text),
            (b"failed to pull: \x1B[31mno match\x1B[0m\n", Form::Text),
            ("清单".as_bytes(), Form::Text),
            (b"caf\xE9 and more", Form::Binary),
            (b"\n<!DOCTYPE html><html>", Form::Html),
            (b"<HTML>", Form::Html),
            (b"\xFF\xFE{\0", Form::Utf16),
            (b"{\0\"\0", Form::Utf16),
            (b"\0{\0\"", Form::Utf16),
            (b"\0\0\0\0", Form::Binary),
        ] {
            assert_eq!(sniff(bytes), form, "{bytes:?}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_still_text() {
        let mut bytes = vec![b'a'; 511];
        bytes.push(0xE6);
        assert_eq!(sniff(&bytes), Form::Text);
        assert_eq!(sniff(&bytes[500..]), Form::Binary);
    }

    #[test]
    fn tars_with_and_without_magic() {
        assert_eq!(sniff(&padded(b"")), Form::Tar);
        assert_eq!(sniff(&[0; 511]), Form::Binary);
        let mut header = tar::Header::new_old();
        header.set_path("a").unwrap();
        header.set_size(0);
        header.set_cksum();
        assert_eq!(sniff(header.as_bytes()), Form::Tar);
        let mut broken = *tar::Header::new_ustar().as_bytes();
        broken[0] = 9;
        assert_eq!(sniff(&broken), Form::Tar);
    }

    #[test]
    fn a_short_module_is_still_a_module() {
        assert_eq!(wasm_kind(b"\0asm"), Some(WasmKind::Module));
        assert_eq!(wasm_kind(b"\0as"), None);
    }
}
