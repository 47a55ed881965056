//! A raw deflate stream that is all at hand, with a cap on what may come out of it.

use super::CodecDefect;
use flate2::{Decompress, FlushDecompress, Status};

/// Bytes that are decompressed at once.
const PIECE: usize = 16 * 1024;

/// What a raw deflate stream (RFC 1951) holds: the whole of it and at most so many bytes.
pub fn inflate(stored: &[u8], most: usize) -> Result<Vec<u8>, CodecDefect> {
    let mut decoder = Decompress::new(false);
    let mut piece = vec![0; PIECE];
    let mut out = Vec::new();
    loop {
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let rest = usize::try_from(taken)
            .ok()
            .and_then(|taken| stored.get(taken..))
            .unwrap_or_default();
        let status = decoder
            .decompress(rest, &mut piece, FlushDecompress::None)
            .map_err(|_| CodecDefect::Corrupt { at: taken })?;
        let fresh = usize::try_from(decoder.total_out() - given).unwrap_or(0);
        out.extend_from_slice(piece.get(..fresh).unwrap_or_default());
        if out.len() > most {
            return Err(CodecDefect::ExpansionLimit);
        }
        let end = decoder.total_in();
        if status == Status::StreamEnd {
            let left = (stored.len() as u64).saturating_sub(end);
            return match left {
                0 => Ok(out),
                count => Err(CodecDefect::TrailingBytes {
                    at: end,
                    count,
                    zeros: false,
                }),
            };
        }
        if fresh == 0 && end == taken {
            return Err(CodecDefect::Truncated);
        }
    }
}
