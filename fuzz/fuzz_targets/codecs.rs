//! gzip and zstd, right and damaged: the same comes out however the bytes are fed, what was packed comes back, and a
//! stream that was changed is never given out as another whole one.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pullcheck::bytes::codec::{Compression, Decoder};
use std::io::Write;

#[derive(Arbitrary, Debug)]
struct Input {
    zstd: bool,
    /// Members or frames.
    members: Vec<Vec<u8>>,
    /// Bytes as they are, when there are no members.
    raw: Vec<u8>,
    damage: Option<(u16, u8)>,
    cut: Option<u16>,
    piece: u16,
}

fn pack(zstd: bool, bytes: &[u8]) -> Vec<u8> {
    if zstd {
        let mut out = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
        zstd_safe::compress(&mut out, bytes, 1).unwrap();
        return out;
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What comes out, and what is wrong.
fn decode(compression: Compression, bytes: &[u8], piece: usize) -> (Vec<u8>, String) {
    let mut decoder = Decoder::new(compression);
    let mut out = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        if decoder
            .push(piece, &mut |bytes| out.extend_from_slice(&bytes[..bytes.len().min((1 << 22) - out.len().min(1 << 22))]))
            .is_err()
        {
            break;
        }
    }
    let defect = decoder.finish(&mut |bytes| out.extend_from_slice(bytes));
    (out, format!("{defect:?}"))
}

fuzz_target!(|input: Input| {
    let compression = if input.zstd { Compression::Zstd } else { Compression::Gzip };
    let plain = input.members.concat();
    let mut bytes: Vec<u8> = input.members.iter().flat_map(|m| pack(input.zstd, m)).collect();
    if bytes.is_empty() {
        bytes = input.raw;
    } else if input.damage.is_none() && input.cut.is_none() {
        let (out, defect) = decode(compression, &bytes, bytes.len());
        assert!(defect == "None", "{defect}");
        assert_eq!(out, plain);
    }
    if let Some((at, mask)) = input.damage
        && !bytes.is_empty()
    {
        let at = usize::from(at) % bytes.len();
        bytes[at] ^= mask;
    }
    if let Some(cut) = input.cut {
        bytes.truncate(usize::from(cut));
    }
    let whole = decode(compression, &bytes, bytes.len());
    assert_eq!(decode(compression, &bytes, usize::from(input.piece)), whole);
});
