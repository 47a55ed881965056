//! Where bytes come from: positional reads without a cursor, so that two readers of one file cannot disturb
//! each other. Never knows a file system or a browser; hosts implement [`ByteSource`].

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A host's bytes: a file, a part of one, or memory.
pub trait ByteSource {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// Reads bytes from `offset` into `buffer` and says how many. May read fewer than asked for; 0 only at or
    /// beyond the end (or for an empty buffer).
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError>;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A source that several owners share.
impl<T: ByteSource + ?Sized> ByteSource for Arc<T> {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        (**self).read_at(offset, buffer)
    }
}

/// The host could not read. Says nothing about the artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The host's own words.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// Bytes in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(pub Vec<u8>);

impl ByteSource for Memory {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|start| self.0.get(start..))
            .unwrap_or(&[]);
        Ok(copy(rest, buffer))
    }
}

/// Fills `buffer` from `offset` as far as the source has bytes, and says how far.
pub fn fill_at(
    source: &dyn ByteSource,
    offset: u64,
    buffer: &mut [u8],
) -> Result<usize, ReadError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..)
        && !rest.is_empty()
    {
        let Some(at) = offset.checked_add(filled as u64) else {
            break;
        };
        let count = source.read_at(at, rest)?;
        if count == 0 {
            break;
        }
        filled = filled.saturating_add(count);
    }
    Ok(filled)
}

/// Fills the whole of `buffer` from `offset`; an error when the source ends before.
pub fn read_exact_at(
    source: &dyn ByteSource,
    offset: u64,
    buffer: &mut [u8],
) -> Result<(), ReadError> {
    let filled = fill_at(source, offset, buffer)?;
    if filled < buffer.len() {
        return Err(ReadError {
            message: format!(
                "the source ended at byte {}, {} bytes too early",
                offset.saturating_add(filled as u64),
                buffer.len() - filled
            ),
        });
    }
    Ok(())
}

/// The bytes of `range` that the source has, at most `cap` of them. Fewer than the range holds means that the
/// source ended or the cap was hit: compare lengths.
pub fn read_range(
    source: &dyn ByteSource,
    range: Range<u64>,
    cap: usize,
) -> Result<Vec<u8>, ReadError> {
    let there = range.end.min(source.len()).saturating_sub(range.start);
    let mut bytes = vec![0; usize::try_from(there).unwrap_or(usize::MAX).min(cap)];
    let filled = fill_at(source, range.start, &mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// Copies as much of `from` as fits.
fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..count), from.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits() -> Memory {
        Memory(b"0123456789".to_vec())
    }

    #[test]
    fn ranges_are_capped_and_cut_at_the_end() {
        let source = digits();
        assert_eq!(read_range(&source, 2..8, 3).unwrap(), b"234");
        assert_eq!(read_range(&source, 8..20, 99).unwrap(), b"89");
        assert_eq!(read_range(&source, 20..30, 99).unwrap(), b"");
        assert!(read_exact_at(&source, 6, &mut [0; 4]).is_ok());
        let error = read_exact_at(&source, 7, &mut [0; 4]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the source ended at byte 10, 1 bytes too early"
        );
    }

    /// A source that hands out one byte at a time.
    struct Drip;

    impl ByteSource for Drip {
        fn len(&self) -> u64 {
            5
        }
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
            match buffer.first_mut() {
                Some(first) if offset < 5 => {
                    *first = b'a' + offset as u8;
                    Ok(1)
                }
                _ => Ok(0),
            }
        }
    }

    #[test]
    fn short_reads_are_put_together() {
        assert_eq!(read_range(&Drip, 1..9, 9).unwrap(), b"bcde");
    }
}
