//! Sources made to hurt: gigabytes that are never held, bombs, sizes nobody has, files that change or vanish while they
//! are read. No line of it ships.

use super::{Files, Layout, WASM_MODULE, gzip, manifest, sha256, tar, zstd};
use pullcheck::bytes::source::{ByteSource, ReadError};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stretch of a [`Pieces`] source.
#[derive(Clone)]
pub enum Piece {
    /// These bytes, so many times.
    Repeat(Arc<[u8]>, u64),
    /// So many units of one length, each made from its number when it is read.
    Made(u64, usize, Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>),
}

impl Piece {
    /// These bytes once.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Piece {
        Piece::Repeat(bytes.into(), 1)
    }

    /// So many zeros; rounded up to whole blocks of 512.
    pub fn zeros(count: u64) -> Piece {
        Piece::Repeat(Arc::from([0_u8; 512].as_slice()), count.div_ceil(512))
    }

    fn unit(&self) -> u64 {
        match self {
            Piece::Repeat(unit, _) => unit.len() as u64,
            Piece::Made(_, length, _) => *length as u64,
        }
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Piece::Repeat(_, count) | Piece::Made(count, _, _) => self.unit() * count,
        }
    }

    fn read(&self, at: u64, buffer: &mut [u8]) -> usize {
        let inside = (at % self.unit()) as usize;
        let made;
        let unit: &[u8] = match self {
            Piece::Repeat(unit, _) => unit,
            Piece::Made(_, _, make) => {
                made = make(at / self.unit());
                &made
            }
        };
        let part = &unit[inside..];
        let count = part.len().min(buffer.len());
        buffer[..count].copy_from_slice(&part[..count]);
        count
    }
}

/// Pieces one after another, of any length, none of it held.
#[derive(Clone, Default)]
pub struct Pieces {
    pieces: Vec<(u64, Piece)>,
    length: u64,
}

impl Pieces {
    /// A source of no bytes yet.
    pub fn new() -> Pieces {
        Pieces::default()
    }

    /// Adds a piece at the end.
    pub fn then(mut self, piece: Piece) -> Pieces {
        let length = piece.len();
        if length > 0 {
            self.pieces.push((self.length, piece));
            self.length += length;
        }
        self
    }

    /// All of it, for sources that are small enough to be held.
    pub fn held(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.length).unwrap()];
        let filled = pullcheck::bytes::source::fill_at(self, 0, &mut bytes).unwrap();
        assert_eq!(filled, bytes.len());
        bytes
    }
}

impl ByteSource for Pieces {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut filled = 0;
        while filled < buffer.len() && offset + (filled as u64) < self.length {
            let at = offset + filled as u64;
            let place = self.pieces.partition_point(|(start, _)| *start <= at) - 1;
            let (start, piece) = &self.pieces[place];
            let rest = usize::try_from(piece.len() - (at - start)).unwrap_or(usize::MAX);
            let room = rest.min(buffer.len() - filled);
            filled += piece.read(at - start, &mut buffer[filled..filled + room]);
        }
        Ok(filled)
    }
}

/// A ustar header. `size` is written in octal where it fits, else in base 256.
pub fn header(path: &str, flag: u8, size: u64) -> [u8; 512] {
    let mut block = [0_u8; 512];
    let name = path.as_bytes();
    block[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    if size < 1 << 33 {
        block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    } else {
        block[124] = 0x80;
        block[128..136].copy_from_slice(&size.to_be_bytes());
    }
    block[136..148].copy_from_slice(b"00000000000\0");
    block[156] = flag;
    block[257..265].copy_from_slice(b"ustar\x0000");
    sign(&mut block);
    block
}

/// A header whose size field is these twelve bytes.
pub fn header_with_size(path: &str, size: [u8; 12]) -> [u8; 512] {
    let mut block = header(path, b'0', 0);
    block[124..136].copy_from_slice(&size);
    sign(&mut block);
    block
}

/// A link's header.
pub fn link_header(path: &str, flag: u8, target: &str) -> [u8; 512] {
    let mut block = header(path, flag, 0);
    block[157..157 + target.len()].copy_from_slice(target.as_bytes());
    sign(&mut block);
    block
}

/// Writes the checksum of a header.
pub fn sign(block: &mut [u8; 512]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A regular file of a tar with its padding.
pub fn entry(path: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = header(path, b'0', body.len() as u64).to_vec();
    bytes.extend(body);
    bytes.resize(bytes.len().div_ceil(512) * 512, 0);
    bytes
}

/// A pax header with these records as they stand, before the entry that they are about.
pub fn pax(records: &[u8]) -> Vec<u8> {
    let mut bytes = header("PaxHeaders/x", b'x', records.len() as u64).to_vec();
    bytes.extend(records);
    bytes.resize(bytes.len().div_ceil(512) * 512, 0);
    bytes
}

/// One pax record, its length in front.
pub fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length.to_string().len() + rest != length {
        length = length.to_string().len() + rest;
    }
    let mut bytes = format!("{length} {key}=").into_bytes();
    bytes.extend(value);
    bytes.push(b'\n');
    bytes
}

/// The two zero blocks that end a tar.
pub const END: [u8; 1024] = [0; 1024];

/// What one member or frame of a bomb expands to.
const BOMB_UNIT: usize = 64 << 20;

/// How a bomb is packed.
#[derive(Clone, Copy, Debug)]
pub enum Packing {
    /// Members of gzip, one after another.
    Gzip,
    /// Frames of zstd.
    Zstd,
}

/// A tar with one file of so many zeros (whole units of 64 MiB), compressed: a thousandth in size or less.
pub fn bomb(packing: Packing, expanded: u64) -> Pieces {
    let units = expanded.div_ceil(BOMB_UNIT as u64);
    let pack = |bytes: &[u8]| match packing {
        Packing::Gzip => gzip(bytes),
        Packing::Zstd => zstd(bytes),
    };
    let head = header("zeros", b'0', units * BOMB_UNIT as u64);
    Pieces::new()
        .then(Piece::bytes(pack(&head)))
        .then(Piece::Repeat(pack(&vec![0; BOMB_UNIT]).into(), units))
        .then(Piece::bytes(pack(&END)))
}

/// What goes wrong with a [`Fickle`] source.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Every read that reaches this byte fails.
    FailsAt(u64),
    /// The bytes end here, whatever the length says.
    EndsAt(u64),
    /// There is more than the length says.
    Grows(u64),
    /// From the so many-th read on, every byte is another.
    TurnsAfter(u64),
    /// From the so many-th read on, all reads fail.
    VanishesAfter(u64),
    /// From the so many-th read on, there is nothing.
    EmptiesAfter(u64),
    /// Reads give at most so many bytes, and now and then fewer.
    Trickles(usize),
}

/// Bytes that change or vanish while they are read.
pub struct Fickle {
    bytes: Vec<u8>,
    fault: Fault,
    reads: AtomicU64,
}

impl Fickle {
    /// These bytes, with this fault.
    pub fn new(bytes: Vec<u8>, fault: Fault) -> Fickle {
        Fickle {
            bytes,
            fault,
            reads: AtomicU64::new(0),
        }
    }
}

impl ByteSource for Fickle {
    fn len(&self) -> u64 {
        let length = self.bytes.len() as u64;
        match self.fault {
            Fault::Grows(more) => length.saturating_sub(more),
            _ => length,
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let gone = || ReadError {
            message: "the file is gone".to_string(),
        };
        let read = self.reads.fetch_add(1, Ordering::Relaxed);
        let mut end = self.bytes.len();
        let mut room = buffer.len();
        let mut mask = 0;
        match self.fault {
            Fault::FailsAt(at) if offset + room as u64 > at => return Err(gone()),
            Fault::EndsAt(at) => end = end.min(at as usize),
            Fault::TurnsAfter(count) if read >= count => mask = 0x5A,
            Fault::VanishesAfter(count) if read >= count => return Err(gone()),
            Fault::EmptiesAfter(count) if read >= count => end = 0,
            Fault::Trickles(most) => room = room.min(1 + (read as usize * 7919) % most),
            _ => {}
        }
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(end);
        let count = room.min(end - start);
        for (to, from) in buffer[..count].iter_mut().zip(&self.bytes[start..]) {
            *to = from ^ mask;
        }
        Ok(count)
    }
}

/// A layout of whatever blobs, under whatever names, with this index.
pub fn layout_of(index: &Value, blobs: &[(String, Vec<u8>)]) -> Files {
    let mut items = vec![
        (
            "oci-layout".to_string(),
            br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec(),
        ),
        ("index.json".to_string(), index.to_string().into_bytes()),
    ];
    items.extend(blobs.iter().cloned());
    Files::tar("image.tar", &items)
}

/// A descriptor of nothing in particular.
pub fn claim(media_type: &str, digest: &str) -> Value {
    json!({ "mediaType": media_type, "digest": digest, "size": 7 })
}

/// An index document.
pub fn index(manifests: &[Value]) -> Value {
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": manifests })
}

/// Indexes that name themselves and each other, under digests that are not theirs.
pub fn circles() -> Files {
    let name = |c: char| format!("sha256:{}", c.to_string().repeat(64));
    let place = |c: char| format!("blobs/sha256/{}", c.to_string().repeat(64));
    let itself = index(&[
        claim(mt::OCI_INDEX, &name('a')),
        claim(mt::OCI_INDEX, &name('a')),
    ]);
    let to = |c: char| {
        index(&[
            claim(mt::OCI_INDEX, &name(c)),
            claim(mt::OCI_MANIFEST, &name(c)),
        ])
    };
    let subject = json!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST, "config": claim(mt::OCI_MANIFEST, &name('d')),
        "layers": [claim(mt::OCI_MANIFEST, &name('d')), claim(mt::OCI_INDEX, &name('b'))], "subject": claim(mt::OCI_MANIFEST, &name('d')) });
    let bytes = |v: &Value| v.to_string().into_bytes();
    let blobs = [
        (place('a'), bytes(&itself)),
        (place('b'), bytes(&to('c'))),
        (place('c'), bytes(&to('b'))),
        (place('d'), bytes(&subject)),
    ];
    let root = index(&['a', 'b', 'c', 'd'].map(|c| claim(mt::OCI_INDEX, &name(c))));
    layout_of(&root, &blobs)
}

/// HTML that would run a script.
pub const MARKUP: &str = "<img src=x onerror=alert(1)><script>alert(1)</script>";
/// What would run more than one command in a shell.
pub const SHELL: &str =
    "v1;touch /tmp/owned;$(touch /tmp/owned)`touch /tmp/owned`'\"\n&& touch /tmp/owned";
/// Characters that steer terminals and the direction of text.
pub const STEERING: &str = "a\u{202E}b\u{0}c\u{1B}[2Jd\u{7}e\r\nf\u{200B}\u{2066}g\u{FEFF}";
/// A link that would run a script.
pub const LINK: &str = "javascript:alert(document.domain)//https://example.com";

/// An image that carries a string wherever a string may stand.
pub fn filled_with(text: &str) -> Files {
    let mut layout = Layout::new();
    let mut layer = layout.blob(text, &gzip(&tar(&[("plugin.wasm", WASM_MODULE)])));
    layer["annotations"] = json!({ "org.opencontainers.image.title": text, text: text });
    layer["urls"] = json!([text, LINK]);
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": text, "os": text, "variant": text, "author": text, "created": text,
            "config": { "Cmd": [text], "Entrypoint": [text], "User": text, "Env": [text], "WorkingDir": text, "Labels": { text: text } },
            "rootfs": { "type": text, "diff_ids": [text, sha256(b"x")] }, "history": [{ "created_by": text, "comment": text }] }),
    );
    let mut document = manifest(config, &[layer]);
    document["artifactType"] = json!(text);
    document["annotations"] = json!({ "org.opencontainers.image.url": LINK, "org.opencontainers.image.source": text, text: LINK });
    document[text] = json!(text);
    let mut manifest = layout.document(mt::OCI_MANIFEST, &document);
    manifest["platform"] = json!({ "os": text, "architecture": text, "os.version": text });
    layout.list(manifest, text);
    let odd = json!({ "mediaType": text, "digest": text, "size": -1, "artifactType": text, "urls": [LINK] });
    layout.list(odd, LINK);
    layout.folder()
}

/// Some of these as files, for the page.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let endless = [
        entry("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#),
        header("blobs/sha256/x", b'0', (1 << 63) - 1).to_vec(),
        entry("index.json", b"{}"),
    ]
    .concat();
    let folder = |text: &str| tar(&filled_with(text).items);
    vec![
        ("hostile-bomb.tar.gz", bomb(Packing::Gzip, 10 << 26).held()),
        ("hostile-bomb.tar.zst", bomb(Packing::Zstd, 10 << 26).held()),
        ("hostile-8-eib.tar", endless),
        ("hostile-circles.tar", circles().items.remove(0).1),
        ("hostile-markup.tar", folder(MARKUP)),
        ("hostile-link.tar", folder(LINK)),
        ("hostile-steering.tar", folder(STEERING)),
    ]
}
