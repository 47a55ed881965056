//! Reads one 512-byte tar header by the rules of Go's `archive/tar` (`reader.go`, `strconv.go`). Our own, because the
//! `tar` crate takes overlong base-256 numbers and negative sizes that Go's reader refuses, and knows no positions.
//! Never looks at more than the bytes it is given.

use super::EntryKind;

/// Size of a header and unit of padding.
pub(super) const BLOCK: usize = 512;

/// The fields of one header block, before any extension is applied.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    pub flag: u8,
    pub path: Vec<u8>,
    pub link: Vec<u8>,
    pub mode: i64,
    pub uid: i64,
    pub gid: i64,
    pub size: i64,
    pub mtime: i64,
    pub device: (i64, i64),
    /// Old GNU sparse: more sparse headers follow.
    pub extended: bool,
    /// Without the magic number of POSIX or GNU.
    pub old: bool,
}

/// Whether the checksum in a header is that of its bytes, added as unsigned or (old Sun tar) as signed numbers.
pub(in crate::bytes) fn has_valid_checksum(block: &[u8; BLOCK]) -> bool {
    let Some(written) = octal(field(block, 148, 8)) else {
        return false;
    };
    // The checksum itself counts as spaces.
    let mut unsigned = 8 * i64::from(b' ');
    let mut high = 0;
    for byte in field(block, 0, 148).iter().chain(field(block, 156, 356)) {
        unsigned += i64::from(*byte);
        high += i64::from(byte >> 7);
    }
    let signed = unsigned - 256 * high;
    written == unsigned || written == signed
}

/// Whether a block has the `ustar` magic of POSIX or GNU.
pub(super) fn has_magic(block: &[u8; BLOCK]) -> bool {
    field(block, 257, 5) == b"ustar"
}

/// Reads a header whose checksum is right. None when a number in it cannot be read.
pub(super) fn parse(block: &[u8; BLOCK]) -> Option<Header> {
    let magic = field(block, 257, 8);
    let gnu = magic == b"ustar  \0";
    let posix = magic.starts_with(b"ustar\0");
    let name = text(field(block, 0, 100));
    let mut header = Header {
        flag: block.get(156).copied().unwrap_or(0),
        path: name.to_vec(),
        link: text(field(block, 157, 100)).to_vec(),
        mode: number(field(block, 100, 8))?,
        uid: number(field(block, 108, 8))?,
        gid: number(field(block, 116, 8))?,
        size: number(field(block, 124, 12))?,
        mtime: number(field(block, 136, 12))?,
        old: !has_magic(block),
        ..Header::default()
    };
    if gnu || posix {
        header.device = (number(field(block, 329, 8))?, number(field(block, 337, 8))?);
    }
    let prefix: &[u8] = if posix && field(block, 508, 4) == b"tar\0" {
        text(field(block, 345, 131))
    } else if posix || (gnu && go_wrote_a_prefix(block)) {
        text(field(block, 345, 155))
    } else {
        b""
    };
    if !prefix.is_empty() {
        header.path = [prefix, name].join(&b'/');
    }
    header.extended = gnu && block.get(482).is_some_and(|byte| *byte != 0);
    Some(header)
}

/// Go before 1.8 wrote a path prefix into GNU headers, where the times of access and change belong.
fn go_wrote_a_prefix(block: &[u8; BLOCK]) -> bool {
    let bad = |at| {
        let time = field(block, at, 12);
        time.first().is_some_and(|byte| *byte != 0) && number(time).is_none()
    };
    (bad(345) || bad(357)) && text(field(block, 345, 155)).is_ascii()
}

/// Whether more sparse headers follow this one (old GNU sparse format).
pub(super) fn sparse_goes_on(block: &[u8; BLOCK]) -> bool {
    block.get(504).is_some_and(|byte| *byte != 0)
}

/// The kind of file a type flag and, for the oldest tars, a trailing slash mean.
pub(super) fn kind(flag: u8, path: &[u8]) -> EntryKind {
    match flag {
        0 if path.ends_with(b"/") => EntryKind::Dir,
        0 | b'0' | b'7' => EntryKind::File,
        b'1' => EntryKind::HardLink,
        b'2' => EntryKind::Symlink,
        b'3' => EntryKind::Char,
        b'4' => EntryKind::Block,
        b'5' => EntryKind::Dir,
        b'6' => EntryKind::Fifo,
        b'S' => EntryKind::Sparse,
        b'g' => EntryKind::PaxGlobal,
        other => EntryKind::Other(other),
    }
}

/// A stretch of a block; empty when out of bounds.
fn field(block: &[u8; BLOCK], at: usize, length: usize) -> &[u8] {
    block.get(at..at + length).unwrap_or(&[])
}

/// Bytes up to the first NUL.
pub(super) fn text(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or(bytes)
}

/// A number in octal or, with the highest bit set, base 256 (two's complement, big-endian).
fn number(bytes: &[u8]) -> Option<i64> {
    let Some((first, rest)) = bytes.split_first().filter(|(first, _)| *first & 0x80 != 0) else {
        return octal(bytes);
    };
    let invert = if first & 0x40 != 0 { 0xFF } else { 0 };
    let mut value = u64::from((first ^ invert) & 0x7F);
    for byte in rest {
        if value >> 56 != 0 {
            return None;
        }
        value = value << 8 | u64::from(byte ^ invert);
    }
    let value = i64::try_from(value).ok()?;
    Some(if invert == 0 { value } else { !value })
}

/// Octal digits between spaces and NULs; none at all mean 0.
fn octal(bytes: &[u8]) -> Option<i64> {
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let Some(start) = bytes.iter().position(|byte| !blank(byte)) else {
        return Some(0);
    };
    let end = bytes.iter().rposition(|byte| !blank(byte))?;
    let digits = text(bytes.get(start..=end)?);
    digits.iter().try_fold(0i64, |value, digit| {
        let digit = char::from(*digit).to_digit(8)?;
        value.checked_mul(8)?.checked_add(i64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_octal_and_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"  644 \0\0"), Some(0o644));
        assert_eq!(number(b"\0\0\0"), Some(0));
        assert_eq!(number(b"12\x0034"), Some(0o12));
        assert_eq!(number(b"9"), None);
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(&[0x80, 0, 0, 2, 0, 0, 0, 0]), Some(1 << 33));
        assert_eq!(number(&[0xFF; 12]), Some(-1));
        assert_eq!(
            number(&[0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            None
        );
        assert_eq!(number(&[0xBF; 12]), None);
    }
}
