//! Tars made of headers with any fields, and any bytes: the scanner gives the same events however it is fed, skipping
//! bodies changes no entry, and the bytes of bodies add up.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pullcheck::bytes::tar::{TarEvent, TarScanner};

#[derive(Arbitrary, Debug)]
struct Input {
    parts: Vec<Part>,
    piece: u16,
}

#[derive(Arbitrary, Debug)]
enum Part {
    /// A header whose checksum is right, its fields as they come.
    Header {
        name: Vec<u8>,
        flag: u8,
        size: Size,
        link: Vec<u8>,
        magic: bool,
    },
    /// Content, padded to whole blocks.
    Body(Vec<u8>),
    /// Content as it is.
    Loose(Vec<u8>),
    Zeros(u8),
}

#[derive(Arbitrary, Debug)]
enum Size {
    Small(u16),
    Octal(u64),
    Raw([u8; 12]),
}

fn bytes_of(parts: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts.iter().take(64) {
        match part {
            Part::Header {
                name,
                flag,
                size,
                link,
                magic,
            } => {
                let mut block = [0_u8; 512];
                let name = &name[..name.len().min(100)];
                block[..name.len()].copy_from_slice(name);
                block[100..108].copy_from_slice(b"0000644\0");
                let size = match size {
                    Size::Small(size) => *format!("{:011o}\0", size).as_bytes().first_chunk::<12>().unwrap(),
                    Size::Octal(size) => *format!("{:012o}", size % (1 << 36)).as_bytes().first_chunk::<12>().unwrap(),
                    Size::Raw(raw) => *raw,
                };
                block[124..136].copy_from_slice(&size);
                block[156] = *flag;
                let link = &link[..link.len().min(100)];
                block[157..157 + link.len()].copy_from_slice(link);
                if *magic {
                    block[257..265].copy_from_slice(b"ustar\x0000");
                }
                block[148..156].fill(b' ');
                let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
                bytes.extend(block);
            }
            Part::Body(body) => {
                bytes.extend(body);
                bytes.resize(bytes.len().div_ceil(512) * 512, 0);
            }
            Part::Loose(body) => bytes.extend(body),
            Part::Zeros(blocks) => bytes.resize(bytes.len() + usize::from(*blocks) * 512, 0),
        }
    }
    bytes
}

/// The entries, the amount of body, and what is wrong.
fn scan(bytes: &[u8], piece: usize) -> (Vec<String>, usize, String) {
    let mut scanner = TarScanner::new();
    let mut entries = Vec::new();
    let mut body = 0;
    for piece in bytes.chunks(piece.max(1)) {
        scanner.push(piece, &mut |event| match event {
            TarEvent::Entry(entry) => entries.push(format!("{entry:?}")),
            TarEvent::Body(bytes) => body += bytes.len(),
            TarEvent::End { .. } => {}
        });
    }
    let defect = format!("{:?}", scanner.finish());
    (entries, body, defect)
}

/// The same with all bodies skipped.
fn skip(bytes: &[u8]) -> (Vec<String>, String) {
    let mut scanner = TarScanner::new();
    let mut entries = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let mut events = |event: TarEvent<'_>| {
            if let TarEvent::Entry(entry) = event {
                entries.push(format!("{entry:?}"));
            }
        };
        let over = scanner.skippable().min((bytes.len() - at) as u64);
        if over > 0 {
            scanner.skip(over, &mut events);
            at += over as usize;
        } else {
            let end = (at + 512).min(bytes.len());
            scanner.push(&bytes[at..end], &mut events);
            at = end;
        }
    }
    (entries, format!("{:?}", scanner.finish()))
}

fuzz_target!(|input: Input| {
    let bytes = bytes_of(&input.parts);
    let whole = scan(&bytes, bytes.len());
    assert_eq!(scan(&bytes, usize::from(input.piece)), whole);
    assert!(whole.1 <= bytes.len());
    let (entries, defect) = skip(&bytes);
    assert_eq!((entries, defect), (whole.0, whole.2));
});
