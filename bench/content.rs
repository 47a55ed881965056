//! The content of the images that speed is measured with: tars of many files, always the same for the same seed, as
//! compressible as what images hold (gzip -6 makes about 2.7 times less of it). No line of it ships.
#![allow(dead_code)] // each program uses its own part

/// A small generator (splitmix64): fast, and the same everywhere.
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

/// Words for text, the first of them far more often than the last.
struct Words(Vec<Vec<u8>>);

impl Words {
    fn new(random: &mut Random) -> Words {
        let letters = b"eetaoinshrdlucmfwypvbgkjqxz";
        Words(
            (0..4096)
                .map(|_| {
                    let length = 2 + random.below(9);
                    let mut word: Vec<u8> = (0..length)
                        .map(|_| letters[random.below(letters.len() as u64) as usize])
                        .collect();
                    word.push(b" \n ,. _ (\t "[random.below(11) as usize]);
                    word
                })
                .collect(),
        )
    }

    fn write(&self, random: &mut Random, out: &mut Vec<u8>, length: usize) {
        while out.len() < length {
            let bits = random.next();
            let (a, b) = (bits & 0xFFF, bits >> 12 & 0xFFF);
            out.extend(&self.0[(a * b / 4096) as usize]);
            if bits >> 24 & 7 == 0 {
                repeat(random, out);
            }
        }
    }
}

/// Machine code, more or less: common instructions, with operands that vary.
fn write_code(random: &mut Random, out: &mut Vec<u8>, length: usize) {
    const COMMON: [&[u8]; 8] = [
        b"\x48\x89\xE5\x48\x83\xEC",
        b"\x48\x8B\x45",
        b"\xE8",
        b"\x0F\x84",
        b"\x48\x8D\x3D",
        b"\x66\x0F\x1F\x44\x00\x00",
        b"\xC3\x90\x90",
        b"\x48\x85\xC0\x74",
    ];
    while out.len() < length {
        let bits = random.next();
        out.extend(COMMON[(bits & 7) as usize]);
        match bits >> 3 & 7 {
            0 => out.extend(&bits.to_le_bytes()[2..4]),
            1 => out.extend([(bits >> 8 & 0x3F) as u8, 0, 0, 0]),
            2 => out.push((bits >> 8) as u8),
            3..5 => repeat(random, out),
            _ => {}
        }
    }
}

/// Says again what was said a little earlier, as code and text do.
fn repeat(random: &mut Random, out: &mut Vec<u8>) {
    let back = 1 + random.below(8 << 10) as usize;
    let start = out.len().saturating_sub(back);
    let end = out.len().min(start + 16 + random.below(48) as usize);
    out.extend_from_within(start..end);
}

fn write_noise(random: &mut Random, out: &mut Vec<u8>, length: usize) {
    while out.len() < length {
        out.extend(random.next().to_le_bytes());
    }
}

/// Writes a tar of about `bytes` bytes to `sink`, piece by piece: half of its files are below 4 KiB, most of its bytes in
/// files above 64 KiB, as under `/usr`.
pub fn make_tar(seed: u64, bytes: u64, sink: &mut dyn FnMut(&[u8])) {
    let mut random = Random::new(seed);
    let words = Words::new(&mut Random::new(1));
    let mut written = 0;
    let mut number = 0_u64;
    let mut body = Vec::new();
    while written < bytes {
        let size = match random.below(100) {
            0..50 => random.below(4 << 10),
            50..80 => random.below(32 << 10),
            80..97 => random.below(256 << 10),
            97..99 => random.below(2 << 20),
            _ => random.below(16 << 20),
        };
        let length = size.min((bytes - written).max(512)) as usize;
        body.clear();
        match random.below(100) {
            0..45 => words.write(&mut random, &mut body, length),
            45..87 => write_code(&mut random, &mut body, length),
            _ => write_noise(&mut random, &mut body, length),
        }
        body.truncate(length);
        let path = format!(
            "usr/share/part{}/folder{}/file{number}.dat",
            number % 7,
            number % 301
        );
        sink(&header(&path, length as u64));
        body.resize(length.div_ceil(512) * 512, 0);
        sink(&body);
        written += 512 + body.len() as u64;
        number += 1;
    }
    sink(&[0; 1024]);
}

/// A ustar header of a regular file.
fn header(path: &str, size: u64) -> [u8; 512] {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).expect("short paths only");
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    *header.as_bytes()
}
