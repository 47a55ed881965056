//! Compressed streams that compress nothing: gzip of stored blocks, zstd of raw and repeated blocks. Headers, lengths and
//! checksums are right, so that every decoder takes them; the page carries no compressor for the sake of its examples.

/// Bytes of a stored block of deflate: its length field has two bytes.
const GZIP_BLOCK: usize = 0xFFFF;
/// Bytes of a block of zstd: the format's own limit.
const ZSTD_BLOCK: usize = 128 * 1024;
/// Bytes of a raw block: few, so that what repeats behind it is soon found.
const ZSTD_RAW: usize = 1024;

/// A gzip stream (RFC 1952) of stored blocks, without name and time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    // No flags, no time, no extra flags, unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut rest = bytes;
    loop {
        let (block, after) = rest.split_at(rest.len().min(GZIP_BLOCK));
        rest = after;
        // The bit of the last block, the two bits of a stored one, and padding to the byte.
        out.push(u8::from(rest.is_empty()));
        let length = (block.len() & GZIP_BLOCK) as u16;
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
        if rest.is_empty() {
            break;
        }
    }
    out.extend_from_slice(&crc32(bytes).to_le_bytes());
    // The length modulo 2^32, as the format has it.
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out
}

/// CRC-32 as gzip has it, bit by bit: slow, and small.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let odd = sum & 1 != 0;
            sum >>= 1;
            if odd {
                sum ^= 0xEDB8_8320;
            }
        }
    }
    !sum
}

/// A zstd frame (RFC 8878) that says its size and has no checksum. A block of one byte over and over is written as such;
/// all others are raw.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    // Magic number; a content size of four bytes will follow; a window of 128 KiB.
    let mut out = vec![0x28, 0xB5, 0x2F, 0xFD, 0b1000_0000, 0x38];
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    let mut rest = bytes;
    loop {
        let (longest, _) = rest.split_at(rest.len().min(ZSTD_BLOCK));
        let repeated =
            longest.len() > 1 && longest.windows(2).all(|pair| pair.first() == pair.last());
        let length = if repeated { ZSTD_BLOCK } else { ZSTD_RAW };
        let (block, after) = rest.split_at(rest.len().min(length));
        rest = after;
        let last = u32::from(rest.is_empty());
        // Three bytes: the last block or not, raw (0) or repeated (1), the length of what comes out.
        let header = last | u32::from(repeated) << 1 | (block.len() as u32) << 3;
        out.extend(header.to_le_bytes().iter().take(3));
        match block.first() {
            Some(byte) if repeated => out.push(*byte),
            _ => out.extend_from_slice(block),
        }
        if rest.is_empty() {
            break;
        }
    }
    out
}

/// A zstd frame with a window of 16 MiB, which is more than decoders have to take, and one raw block.
pub fn wide_window(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0, 0x70];
    let header = (bytes.len() as u32) << 3 | 1;
    frame.extend(header.to_le_bytes().iter().take(3));
    frame.extend_from_slice(bytes);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn contents() -> Vec<Vec<u8>> {
        let long: Vec<u8> = (0..400_000_u32).map(|n| (n % 251) as u8).collect();
        vec![
            Vec::new(),
            b"x".to_vec(),
            b"hello".to_vec(),
            vec![0; GZIP_BLOCK],
            vec![7; GZIP_BLOCK + 1],
            vec![0; 3 * ZSTD_BLOCK],
            vec![0; 3 * ZSTD_BLOCK + 1],
            [vec![1; 700], vec![0; 2 * ZSTD_BLOCK], vec![2; 3]].concat(),
            long,
        ]
    }

    #[test]
    fn a_gzip_decoder_gives_back_what_was_stored() {
        for content in contents() {
            let mut read = Vec::new();
            let stream = gzip(&content);
            // This reader checks the checksum and the length.
            flate2::read::GzDecoder::new(stream.as_slice())
                .read_to_end(&mut read)
                .unwrap();
            assert_eq!(read, content);
        }
    }

    #[test]
    fn a_zstd_decoder_gives_back_what_was_stored() {
        for content in contents() {
            let mut read = Vec::with_capacity(content.len().max(1));
            zstd_safe::decompress(&mut read, &zstd(&content)).unwrap();
            assert_eq!(read, content);
            let size = zstd_safe::get_frame_content_size(&zstd(&content)).unwrap();
            assert_eq!(size, Some(content.len() as u64));
        }
        assert!(zstd(&vec![0; 10 * ZSTD_BLOCK]).len() < 100);
    }

    #[test]
    fn a_wide_window_is_one() {
        let frame = wide_window(b"hello");
        let mut read = Vec::with_capacity(16);
        zstd_safe::decompress(&mut read, &frame).unwrap();
        assert_eq!(read, b"hello");
    }

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
