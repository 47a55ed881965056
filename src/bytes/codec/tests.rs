//! Tests of the decoders, and streams built for other tests.

use super::*;
use proptest::prelude::*;
use std::io::Write;

/// A gzip member.
pub(in crate::bytes) fn gzip(payload: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(payload).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame with a checksum.
pub(in crate::bytes) fn zstd(payload: &[u8]) -> Vec<u8> {
    zstd_with(payload, &[zstd_safe::CParameter::ChecksumFlag(true)])
}

fn zstd_with(payload: &[u8], parameters: &[zstd_safe::CParameter]) -> Vec<u8> {
    let mut context = zstd_safe::CCtx::create();
    for parameter in parameters {
        context.set_parameter(*parameter).unwrap();
    }
    let mut out = Vec::with_capacity(zstd_safe::compress_bound(payload.len()));
    context.compress2(&mut out, payload).unwrap();
    out
}

fn skippable(content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[0x53, 0x2A, 0x4D, 0x18][..], &size, content].concat()
}

type Outcome = (Vec<u8>, Option<CodecDefect>, StreamFacts);

fn decode_with(mut decoder: Decoder, stored: &[u8], chunk: usize) -> Outcome {
    let mut out = Vec::new();
    let mut failed = None;
    for piece in stored.chunks(chunk.max(1)) {
        let result = decoder.push(piece, &mut |bytes| {
            assert!(bytes.len() <= limits::DECODED_BYTES);
            out.extend_from_slice(bytes);
        });
        failed = failed.or(result.err());
    }
    let defect = decoder.finish(&mut |bytes| out.extend_from_slice(bytes));
    assert!(failed.is_none() || failed == defect);
    (out, defect, decoder.facts().clone())
}

fn decode(compression: Compression, stored: &[u8]) -> Outcome {
    decode_with(Decoder::new(compression), stored, stored.len())
}

fn ungzip(stored: &[u8]) -> Outcome {
    decode(Compression::Gzip, stored)
}

fn unzstd(stored: &[u8]) -> Outcome {
    decode(Compression::Zstd, stored)
}

fn noise(length: u32) -> Vec<u8> {
    let mut state = 1u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn plain_bytes_pass_through() {
    let bytes = noise(200_000);
    assert_eq!(decode(Compression::None, &bytes).0, bytes);
}

#[test]
fn gzip_members_follow_each_other() {
    let (out, defect, facts) = ungzip(&[gzip(b"one "), gzip(b""), gzip(b"two")].concat());
    assert_eq!(
        (out.as_slice(), defect, facts.members),
        (&b"one two"[..], None, 3)
    );
}

#[test]
fn gzip_headers_are_read() {
    let mut member = flate2::GzBuilder::new()
        .filename("l\u{E9}".to_string().into_bytes())
        .comment("words")
        .extra(vec![1, 2, 3])
        .mtime(1_700_000_000)
        .write(Vec::new(), flate2::Compression::fast());
    member.write_all(b"x").unwrap();
    let mut stored = member.finish().unwrap();
    let (out, defect, facts) = ungzip(&[stored.clone(), gzip(b"y")].concat());
    assert_eq!((out.as_slice(), defect), (&b"xy"[..], None));
    let header = facts.gzip.unwrap();
    assert_eq!(
        (header.mtime, header.comment, header.extra),
        (1_700_000_000, true, true)
    );
    assert_eq!(header.name.as_deref(), Some("l\u{C3}\u{A9}"), "Latin-1");
    // A header checksum, right and wrong.
    stored = gzip(b"x");
    stored[3] |= 2;
    let mut crc = flate2::Crc::new();
    crc.update(&stored[..10]);
    let sum = crc.sum().to_le_bytes();
    stored.splice(10..10, sum[..2].iter().copied());
    assert_eq!(ungzip(&stored).1, None);
    stored[11] ^= 1;
    assert_eq!(ungzip(&stored).1, Some(CodecDefect::BadHeader { at: 0 }));
}

#[test]
fn gzip_cut_anywhere_is_truncated() {
    let stored = gzip(&noise(300));
    for cut in 0..stored.len() {
        assert_eq!(
            ungzip(&stored[..cut]).1,
            Some(CodecDefect::Truncated),
            "{cut}"
        );
    }
    let two = [stored.clone(), stored.clone()].concat();
    for cut in stored.len() + 3..two.len() {
        assert_eq!(ungzip(&two[..cut]).1, Some(CodecDefect::Truncated), "{cut}");
    }
}

#[test]
fn gzip_trailing_bytes_are_counted() {
    let stored = gzip(b"payload");
    let at = stored.len() as u64;
    for (tail, zeros) in [
        (vec![0; 1], true),
        (vec![0; 70_000], true),
        (b"junk".to_vec(), false),
        (b"\x1F".to_vec(), false),
        (b"\x1F\x8B".to_vec(), false),
        (b"\x1F\x8B\x07more".to_vec(), false),
        (b"\0\0x".to_vec(), false),
    ] {
        let (out, defect, facts) = ungzip(&[stored.clone(), tail.clone()].concat());
        let count = tail.len() as u64;
        assert_eq!(
            defect,
            Some(CodecDefect::TrailingBytes { at, count, zeros })
        );
        assert_eq!((out.as_slice(), facts.members), (&b"payload"[..], 1));
    }
}

#[test]
fn gzip_checksums_lengths_and_data_are_told_apart() {
    let stored = gzip(&[b'a'; 1000]);
    let end = stored.len();
    let flipped = |place: usize| {
        let mut copy = stored.clone();
        copy[place] ^= 0x10;
        ungzip(&copy).1
    };
    let at = end as u64;
    assert_eq!(flipped(end - 8), Some(CodecDefect::BadChecksum { at }));
    assert_eq!(flipped(end - 1), Some(CodecDefect::BadLength { at }));
    assert_eq!(flipped(2), Some(CodecDefect::BadHeader { at: 0 }));
    let mut reserved = stored[..10].to_vec();
    reserved.push(0x07);
    assert!(matches!(
        ungzip(&reserved).1,
        Some(CodecDefect::Corrupt { .. })
    ));
}

#[test]
fn zstd_frames_follow_each_other() {
    let stored = [
        skippable(b""),
        zstd(b"one "),
        skippable(&[9; 300]),
        zstd(b""),
        zstd(b"two"),
    ];
    let (out, defect, facts) = unzstd(&stored.concat());
    assert_eq!((out.as_slice(), defect), (&b"one two"[..], None));
    assert_eq!(
        (facts.members, facts.skippable_frames, facts.checksummed),
        (3, 2, true)
    );
    let unchecked = zstd_with(b"x", &[]);
    assert!(!unzstd(&unchecked).2.checksummed);
    assert!(!unzstd(&[zstd(b"x"), unchecked].concat()).2.checksummed);
}

#[test]
fn zstd_cut_anywhere_is_truncated() {
    let stored = [skippable(b"abc"), zstd(&noise(300))].concat();
    for cut in 0..stored.len() {
        let defect = unzstd(&stored[..cut]).1;
        match cut {
            11 => assert_eq!(defect, None, "a skippable frame alone is whole"),
            12..=14 => assert!(matches!(
                defect,
                Some(CodecDefect::TrailingBytes { at: 11, .. })
            )),
            _ => assert_eq!(defect, Some(CodecDefect::Truncated), "{cut}"),
        }
    }
}

#[test]
fn zstd_defects_are_told_apart() {
    let stored = zstd(&[b'a'; 5000]);
    let end = stored.len();
    let mut wrong = stored.clone();
    wrong[end - 1] ^= 1;
    assert_eq!(
        unzstd(&wrong).1,
        Some(CodecDefect::BadChecksum { at: end as u64 })
    );
    let (out, defect, _) = unzstd(&[stored.clone(), vec![0; 9]].concat());
    assert_eq!(
        defect,
        Some(CodecDefect::TrailingBytes {
            at: end as u64,
            count: 9,
            zeros: true
        })
    );
    assert_eq!(out.len(), 5000);
    assert_eq!(unzstd(b"nothing").1, Some(CodecDefect::BadHeader { at: 0 }));
    let mut reserved = stored.clone();
    reserved[4] |= 8;
    assert_eq!(unzstd(&reserved).1, Some(CodecDefect::BadHeader { at: 0 }));
    // A block of the reserved type.
    let corrupt = [&MAGIC_AND_SMALL_WINDOW[..], &[0x07, 0, 0, 1, 2, 3]].concat();
    assert!(matches!(
        unzstd(&corrupt).1,
        Some(CodecDefect::Corrupt { .. })
    ));
}

const MAGIC_AND_SMALL_WINDOW: [u8; 6] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0];

#[test]
fn zstd_windows_are_read_and_capped() {
    assert_eq!(unzstd(&MAGIC_AND_SMALL_WINDOW).2.window, 1024);
    for (byte, log2, window) in [
        (0x90, 28, 1 << 28),
        (0x8A, 28, (1 << 27) + (1 << 25)),
        (0xFF, 42, 15 << 38),
    ] {
        let (out, defect, facts) = unzstd(&[0x28, 0xB5, 0x2F, 0xFD, 0, byte, 1, 0, 0]);
        assert_eq!(defect, Some(CodecDefect::WindowTooLarge { log2 }));
        assert_eq!((out.len(), facts.window), (0, window));
    }
    let (_, defect, facts) = unzstd(&[0x28, 0xB5, 0x2F, 0xFD, 0, 0x88, 1, 0, 0]);
    assert_eq!((defect, facts.window), (None, 1 << 27));
    // One segment: the window is the content, here 2 + 256 bytes.
    let (_, _, facts) = unzstd(&[0x28, 0xB5, 0x2F, 0xFD, 0x60, 2, 0]);
    assert_eq!(facts.window, 258);
}

#[test]
fn expansion_is_capped() {
    let payload = vec![0; 1_000_000];
    for (compression, stored) in [
        (Compression::Gzip, gzip(&payload)),
        (Compression::Zstd, zstd(&payload)),
    ] {
        let (out, defect, _) = decode_with(Decoder::expanding(compression, 500_000), &stored, 10);
        assert_eq!(defect, Some(CodecDefect::ExpansionLimit));
        assert!(out.len() <= 500_000);
        let exact = decode_with(Decoder::expanding(compression, 1_000_000), &stored, 10);
        assert_eq!((exact.0.len(), exact.1), (1_000_000, None));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_gives_the_same_in_any_chunks(
        length in 0..100_000u32,
        zstandard: bool,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 0..3),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
        chunk in 1..70_000usize,
    ) {
        let payload: Vec<u8> = noise(length).iter().map(|byte| byte & 0x1F).collect();
        let (compression, mut stored) = if zstandard {
            (Compression::Zstd, zstd(&payload))
        } else {
            (Compression::Gzip, gzip(&payload))
        };
        let damaged = !flips.is_empty();
        for (place, change) in flips {
            let at = place.index(stored.len());
            stored[at] ^= change;
        }
        if cuts {
            stored.truncate(cut.index(stored.len()));
        }
        let whole = decode(compression, &stored);
        if !damaged && !cuts {
            prop_assert_eq!(&whole.0, &payload);
            prop_assert_eq!(&whole.1, &None);
        }
        if whole.1.is_none() && zstandard {
            prop_assert_eq!(&whole.0, &payload, "the checksum vouches for it");
        }
        let again = decode_with(Decoder::new(compression), &stored, chunk);
        prop_assert!(whole == again, "{:?} {:?}", whole.1, again.1);
    }
}

/// A gzip member with an extra field and nothing in it.
fn member_with_extra(extra: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new()
        .extra(extra)
        .write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"").unwrap();
    encoder.finish().unwrap()
}

#[test]
fn streams_with_an_index_are_known_by_their_footers() {
    let footer = [&b"SG\x16\0"[..], b"0000000000abcdef", b"STARGZ"].concat();
    let estargz = [gzip(b"files"), gzip(b"index"), member_with_extra(&footer)].concat();
    let other = [gzip(b"files"), member_with_extra(&footer[..25])].concat();
    let later = [estargz.clone(), member_with_extra(b"ABCD")].concat();
    let manifest = [&[7; 90][..], b"GNUlInUx"].concat();
    let chunked = [zstd(b"files"), skippable(b"index"), skippable(&manifest)].concat();
    let longer = [chunked.clone(), skippable(b"something else")].concat();
    for (stored, compression, lazy) in [
        (&estargz, Compression::Gzip, Some(Lazy::EStargz)),
        (&other, Compression::Gzip, None),
        (&later, Compression::Gzip, None),
        (&chunked, Compression::Zstd, Some(Lazy::ZstdChunked)),
        (&longer, Compression::Zstd, None),
    ] {
        for chunk in [1, 7, stored.len()] {
            let (_, defect, facts) = decode_with(Decoder::new(compression), stored, chunk);
            assert_eq!(defect, None);
            assert_eq!(facts.lazy, lazy, "{compression:?} by {chunk}");
        }
    }
}
