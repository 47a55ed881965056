//! gzip, member by member (RFC 1952). Headers and trailers are read here and only the deflate stream in between
//! goes to the library, whose own gzip reader gives one message for a cut stream, a bad checksum and trailing bytes.

use super::{CodecDefect, GzipHeader, Lazy, Output, StreamFacts, Trailing};
use crate::limits;
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// `1F 8B` and the only method there is, deflate.
const MAGIC: [u8; 3] = [0x1F, 0x8B, 8];

// Flags of a header (section 2.3.1). Reserved ones are ignored, as Go does.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// The extra field of an eStargz footer: subfield `SG` of 22 bytes, 16 hexadecimal digits of an offset and this.
const FOOTER: &[u8] = b"STARGZ";
const FOOTER_BYTES: usize = 26;

pub(super) struct Gzip {
    inflate: Decompress,
    step: Step,
    /// Where the present member begins.
    member_at: u64,
    flags: u8,
    /// Checksum of the header so far.
    header_crc: Crc,
    /// The header of the first member while it is read.
    header: GzipHeader,
    name: Vec<u8>,
    /// First bytes of the present member's extra field.
    extra: Vec<u8>,
    /// Checksum and length of what the member gave.
    crc: Crc,
}

enum Step {
    /// The ten fixed bytes of a header; how many have been read.
    Fixed(usize),
    /// The two bytes that give the length of the extra field.
    ExtraLength(usize, u16),
    Extra(u16),
    Name,
    Comment,
    HeaderCrc(usize, u16),
    Body,
    Trailer(usize, [u8; 8]),
    Trailing(Trailing),
}

impl Gzip {
    pub fn new() -> Gzip {
        Gzip {
            inflate: Decompress::new(false),
            step: Step::Fixed(0),
            member_at: 0,
            flags: 0,
            header_crc: Crc::new(),
            header: GzipHeader::default(),
            name: Vec::new(),
            extra: Vec::new(),
            crc: Crc::new(),
        }
    }

    /// Decodes a block whose first byte is the stream's byte `at`.
    pub fn decode(
        &mut self,
        mut block: &[u8],
        mut at: u64,
        output: &mut Output,
        facts: &mut StreamFacts,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CodecDefect> {
        while let Some((byte, rest)) = block.split_first() {
            let taken = match &mut self.step {
                Step::Body => self.inflate(block, at, output, sink)?,
                Step::Trailing(trailing) => {
                    trailing.add(block);
                    block.len()
                }
                _ => {
                    self.take(*byte, at, facts)?;
                    block.len() - rest.len()
                }
            };
            block = block.get(taken..).unwrap_or_default();
            at = at.saturating_add(taken as u64);
        }
        Ok(())
    }

    /// What is wrong with a stream that ends here.
    pub fn finish(&self, at: u64) -> Option<CodecDefect> {
        match &self.step {
            Step::Fixed(0) if at > 0 => None,
            Step::Fixed(read) if self.member_at > 0 && *read < MAGIC.len() => {
                Some(Trailing::new(self.member_at, MAGIC.get(..*read).unwrap_or_default()).defect())
            }
            Step::Trailing(trailing) => Some(trailing.defect()),
            _ => Some(CodecDefect::Truncated),
        }
    }

    /// Inflates, and says how much of the block was used up.
    fn inflate(
        &mut self,
        block: &[u8],
        at: u64,
        output: &mut Output,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<usize, CodecDefect> {
        let start = self.inflate.total_in();
        loop {
            let used = self.inflate.total_in().saturating_sub(start);
            let rest = usize::try_from(used)
                .ok()
                .and_then(|used| block.get(used..))
                .unwrap_or_default();
            let made_before = self.inflate.total_out();
            let result = self
                .inflate
                .decompress(rest, &mut output.buffer, FlushDecompress::None);
            let made = self.inflate.total_out().saturating_sub(made_before);
            let made = usize::try_from(made).unwrap_or(0);
            let used_now = self.inflate.total_in().saturating_sub(start);
            self.crc
                .update(output.buffer.get(..made).unwrap_or_default());
            output.give(made, sink)?;
            match result {
                Err(_) => {
                    return Err(CodecDefect::Corrupt {
                        at: at.saturating_add(used_now),
                    });
                }
                Ok(Status::StreamEnd) => {
                    self.step = Step::Trailer(0, [0; 8]);
                    return Ok(usize::try_from(used_now).unwrap_or(block.len()));
                }
                // All is used up, and there was room to give everything out.
                Ok(_) if used_now >= block.len() as u64 && made < output.buffer.len() => {
                    return Ok(block.len());
                }
                Ok(_) if made == 0 && used_now == used => {
                    return Err(CodecDefect::Corrupt {
                        at: at.saturating_add(used_now),
                    });
                }
                Ok(_) => {}
            }
        }
    }

    /// Takes a byte of a header or trailer.
    fn take(&mut self, byte: u8, at: u64, facts: &mut StreamFacts) -> Result<(), CodecDefect> {
        let first = facts.members <= 1;
        if !matches!(
            self.step,
            Step::HeaderCrc(..) | Step::Trailer(..) | Step::Fixed(0)
        ) {
            self.header_crc.update(&[byte]);
        }
        match &mut self.step {
            Step::Fixed(read) => {
                let place = *read;
                *read += 1;
                match MAGIC.get(place) {
                    Some(_) if place == 0 => self.begin_member(byte, at),
                    Some(expected) => self.check_magic(place, byte, *expected, facts),
                    None => {
                        self.take_fixed(place, byte, first);
                        Ok(())
                    }
                }?;
            }
            Step::ExtraLength(0, length) => {
                *length = u16::from(byte);
                self.step = Step::ExtraLength(1, u16::from(byte));
            }
            Step::ExtraLength(_, low) => {
                let length = *low | u16::from(byte) << 8;
                self.extra.clear();
                self.step = Step::Extra(length);
                if length == 0 {
                    self.next_field(EXTRA);
                }
            }
            Step::Extra(left) => {
                *left = left.saturating_sub(1);
                if self.extra.len() <= FOOTER_BYTES {
                    self.extra.push(byte);
                }
                if *left == 0 {
                    facts.lazy = is_footer(&self.extra).then_some(Lazy::EStargz);
                    self.next_field(EXTRA);
                }
            }
            Step::Name if byte == 0 => self.next_field(NAME),
            Step::Name => {
                if self.name.len() < limits::GZIP_NAME_BYTES {
                    self.name.push(byte);
                }
            }
            Step::Comment if byte == 0 => self.next_field(COMMENT),
            Step::Comment => {}
            Step::HeaderCrc(0, _) => self.step = Step::HeaderCrc(1, u16::from(byte)),
            Step::HeaderCrc(_, low) => {
                let written = u32::from(*low) | u32::from(byte) << 8;
                if written != self.header_crc.sum() & 0xFFFF {
                    return Err(CodecDefect::BadHeader { at: self.member_at });
                }
                self.next_field(HEADER_CRC);
            }
            Step::Trailer(read, trailer) => {
                if let Some(place) = trailer.get_mut(*read) {
                    *place = byte;
                }
                *read += 1;
                if *read == trailer.len() {
                    let trailer = *trailer;
                    self.check_trailer(trailer, at.saturating_add(1))?;
                }
            }
            Step::Body | Step::Trailing(_) => {}
        }
        if matches!(self.step, Step::Body) && facts.gzip.is_none() {
            self.header.name = (self.flags & NAME != 0)
                .then(|| self.name.iter().map(|byte| char::from(*byte)).collect());
            facts.gzip = Some(std::mem::take(&mut self.header));
        }
        Ok(())
    }

    /// The first byte of what may be a member.
    fn begin_member(&mut self, byte: u8, at: u64) -> Result<(), CodecDefect> {
        self.member_at = at;
        self.header_crc = Crc::new();
        self.header_crc.update(&[byte]);
        if byte == MAGIC[0] {
            return Ok(());
        }
        if at == 0 {
            return Err(CodecDefect::BadHeader { at });
        }
        self.step = Step::Trailing(Trailing::new(at, &[byte]));
        Ok(())
    }

    fn check_magic(
        &mut self,
        place: usize,
        byte: u8,
        expected: u8,
        facts: &mut StreamFacts,
    ) -> Result<(), CodecDefect> {
        if byte != expected {
            if self.member_at == 0 {
                return Err(CodecDefect::BadHeader { at: 0 });
            }
            let mut trailing =
                Trailing::new(self.member_at, MAGIC.get(..place).unwrap_or_default());
            trailing.add(&[byte]);
            self.step = Step::Trailing(trailing);
        } else if place + 1 == MAGIC.len() {
            facts.members = facts.members.saturating_add(1);
            facts.checksummed = true;
        }
        Ok(())
    }

    /// The fixed bytes after the magic: flags, time, extra flags, system.
    fn take_fixed(&mut self, place: usize, byte: u8, first: bool) {
        match place {
            3 => {
                self.flags = byte;
                if first {
                    self.header.comment = byte & COMMENT != 0;
                    self.header.extra = byte & EXTRA != 0;
                }
            }
            4..=7 if first => self.header.mtime |= u32::from(byte) << (8 * (place - 4)),
            9 => self.next_field(0),
            _ => {}
        }
    }

    /// Goes on to the first field after `done` that the flags announce.
    fn next_field(&mut self, done: u8) {
        let order = [EXTRA, NAME, COMMENT, HEADER_CRC];
        let after = order.iter().position(|flag| *flag == done);
        let rest = order
            .get(after.map_or(0, |place| place + 1)..)
            .unwrap_or_default();
        self.step = match rest.iter().find(|flag| self.flags & **flag != 0) {
            Some(&EXTRA) => Step::ExtraLength(0, 0),
            Some(&NAME) => Step::Name,
            Some(&COMMENT) => Step::Comment,
            Some(_) => Step::HeaderCrc(0, 0),
            None => Step::Body,
        };
    }

    fn check_trailer(&mut self, trailer: [u8; 8], end: u64) -> Result<(), CodecDefect> {
        let [a, b, c, d, e, f, g, h] = trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            return Err(CodecDefect::BadChecksum { at: end });
        }
        if u32::from_le_bytes([e, f, g, h]) != self.crc.amount() {
            return Err(CodecDefect::BadLength { at: end });
        }
        self.crc = Crc::new();
        self.inflate.reset(false);
        self.step = Step::Fixed(0);
        Ok(())
    }
}

/// Whether an extra field makes its member the footer of an eStargz.
fn is_footer(extra: &[u8]) -> bool {
    extra.len() == FOOTER_BYTES && extra.starts_with(b"SG\x16\0") && extra.ends_with(FOOTER)
}
