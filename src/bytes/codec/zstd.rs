//! zstd, frame by frame (RFC 8878). Frame headers are read here, so that skippable frames, windows and checksums are
//! seen and a cut frame, for which the library has no error, is told from a whole one.

use super::{CodecDefect, Lazy, Output, StreamFacts, Trailing};
use crate::limits;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

// `ZSTD_ErrorCode` in zstd's `zstd_errors.h`; the library returns them negated.
const CHECKSUM_WRONG: usize = 22;
const MEMORY_ALLOCATION: usize = 64;

/// The last bytes of the skippable frame at the end of a zstd:chunked.
const CHUNKED: [u8; 8] = *b"GNUlInUx";

pub(super) struct Zstd {
    context: Option<DCtx<'static>>,
    /// Last bytes of the present skippable frame.
    tail: [u8; CHUNKED.len()],
    step: Step,
    /// Frames and skippable frames that are complete.
    complete: u64,
}

enum Step {
    /// Collects a frame header.
    Header {
        at: u64,
        bytes: Vec<u8>,
    },
    /// Passes over the content of a skippable frame.
    Skip(u64),
    /// Inside a frame; how many bytes the library asks for next. It gets no more at a time, because it does not say
    /// how far it came when it fails.
    Frame(usize),
    Trailing(Trailing),
}

/// What a frame header says (section 3.1.1.1).
struct FrameHeader {
    window: u64,
    checksum: bool,
}

impl Zstd {
    pub fn new() -> Zstd {
        let mut context = DCtx::try_create();
        let log = limits::ZSTD_WINDOW_BYTES.ilog2();
        if let Some(made) = &mut context
            && made.set_parameter(DParameter::WindowLogMax(log)).is_err()
        {
            context = None;
        }
        Zstd {
            context,
            tail: [0; CHUNKED.len()],
            step: Step::Header {
                at: 0,
                bytes: Vec::new(),
            },
            complete: 0,
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
        while !block.is_empty() {
            let taken = match &mut self.step {
                Step::Frame(wanted) => {
                    let wanted = *wanted;
                    let piece = block.get(..wanted).unwrap_or(block);
                    self.feed(piece, at, output, sink)?
                }
                Step::Skip(left) => {
                    let count = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(block.len());
                    *left -= count as u64;
                    let ended = *left == 0;
                    keep_last(&mut self.tail, block.get(..count).unwrap_or_default());
                    if ended {
                        facts.lazy = (self.tail == CHUNKED).then_some(Lazy::ZstdChunked);
                        self.end_frame(at.saturating_add(count as u64));
                    }
                    count
                }
                Step::Trailing(trailing) => {
                    trailing.add(block);
                    block.len()
                }
                Step::Header { bytes, .. } => {
                    let needed = header_length(bytes).saturating_sub(bytes.len());
                    let count = needed.min(block.len());
                    bytes.extend_from_slice(block.get(..count).unwrap_or_default());
                    if header_length(bytes) == bytes.len() {
                        self.begin_frame(output, facts, sink)?;
                    }
                    count
                }
            };
            block = block.get(taken..).unwrap_or_default();
            at = at.saturating_add(taken as u64);
        }
        Ok(())
    }

    /// What is wrong with a stream that ends here.
    pub fn finish(&self) -> Option<CodecDefect> {
        match &self.step {
            Step::Header { bytes, .. } if bytes.is_empty() && self.complete > 0 => None,
            Step::Header { at, bytes } if bytes.len() < MAGIC.len() && self.complete > 0 => {
                Some(Trailing::new(*at, bytes).defect())
            }
            Step::Trailing(trailing) => Some(trailing.defect()),
            _ => Some(CodecDefect::Truncated),
        }
    }

    fn end_frame(&mut self, at: u64) {
        self.complete = self.complete.saturating_add(1);
        self.step = Step::Header {
            at,
            bytes: Vec::new(),
        };
    }

    /// A header is complete.
    fn begin_frame(
        &mut self,
        output: &mut Output,
        facts: &mut StreamFacts,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CodecDefect> {
        let Step::Header { at, bytes } = std::mem::replace(&mut self.step, Step::Frame(1)) else {
            return Ok(());
        };
        if let [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d] = bytes.as_slice() {
            facts.skippable_frames = facts.skippable_frames.saturating_add(1);
            self.tail = [0; CHUNKED.len()];
            let size = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            if size == 0 {
                self.end_frame(at.saturating_add(bytes.len() as u64));
            } else {
                self.step = Step::Skip(size);
            }
            return Ok(());
        }
        if !bytes.starts_with(&MAGIC) {
            if self.complete == 0 {
                return Err(CodecDefect::BadHeader { at });
            }
            self.step = Step::Trailing(Trailing::new(at, &bytes));
            return Ok(());
        }
        let Some(header) = parse_header(&bytes) else {
            return Err(CodecDefect::BadHeader { at });
        };
        facts.checksummed = header.checksum && (facts.checksummed || facts.members == 0);
        facts.members = facts.members.saturating_add(1);
        facts.window = facts.window.max(header.window);
        if header.window > limits::ZSTD_WINDOW_BYTES {
            let log2 = u64::BITS - (header.window - 1).leading_zeros();
            return Err(CodecDefect::WindowTooLarge {
                log2: u8::try_from(log2).unwrap_or(u8::MAX),
            });
        }
        self.feed(&bytes, at, output, sink)?;
        Ok(())
    }

    /// Feeds bytes of a frame to the library, and says how many it used.
    fn feed(
        &mut self,
        piece: &[u8],
        at: u64,
        output: &mut Output,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<usize, CodecDefect> {
        let Some(context) = &mut self.context else {
            return Err(CodecDefect::OutOfMemory);
        };
        let mut input = InBuffer::around(piece);
        loop {
            let (result, made) = {
                let mut room = OutBuffer::around(output.buffer.as_mut_slice());
                let result = context.decompress_stream(&mut room, &mut input);
                (result, room.pos())
            };
            output.give(made, sink)?;
            let wanted = result.map_err(|code| match 0usize.wrapping_sub(code) {
                // The checksum is all that is asked for at the end of a frame.
                CHECKSUM_WRONG => CodecDefect::BadChecksum {
                    at: at.saturating_add(piece.len() as u64),
                },
                MEMORY_ALLOCATION => CodecDefect::OutOfMemory,
                _ => CodecDefect::Corrupt { at },
            })?;
            if wanted == 0 {
                self.end_frame(at.saturating_add(input.pos as u64));
                return Ok(input.pos);
            }
            // All is used up, and there was room to give everything out.
            if input.pos >= piece.len() && made < output.buffer.len() {
                self.step = Step::Frame(wanted);
                return Ok(piece.len());
            }
        }
    }
}

/// Moves more bytes through a window of the last few.
fn keep_last(tail: &mut [u8; CHUNKED.len()], bytes: &[u8]) {
    for byte in bytes.iter().skip(bytes.len().saturating_sub(tail.len())) {
        tail.rotate_left(1);
        if let Some(last) = tail.last_mut() {
            *last = *byte;
        }
    }
}

/// How long the header is that begins with these bytes, as far as they tell.
fn header_length(bytes: &[u8]) -> usize {
    match bytes {
        [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => 8,
        [0x28, 0xB5, 0x2F, 0xFD] => 5,
        [0x28, 0xB5, 0x2F, 0xFD, descriptor, ..] => {
            let (window, dictionary, content) = field_lengths(*descriptor);
            5 + window + dictionary + content
        }
        _ => MAGIC.len(),
    }
}

/// Lengths of the window descriptor, the dictionary id and the content size.
fn field_lengths(descriptor: u8) -> (usize, usize, usize) {
    let single_segment = descriptor & 0x20 != 0;
    let dictionary = match descriptor & 3 {
        0 => 0,
        1 => 1,
        2 => 2,
        _ => 4,
    };
    let content = match descriptor >> 6 {
        0 => usize::from(single_segment),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    (usize::from(!single_segment), dictionary, content)
}

/// Reads a whole frame header. None when a reserved bit is set.
fn parse_header(bytes: &[u8]) -> Option<FrameHeader> {
    let descriptor = *bytes.get(4)?;
    if descriptor & 8 != 0 {
        return None;
    }
    let (window_length, dictionary, content_length) = field_lengths(descriptor);
    let window = if window_length == 1 {
        let byte = *bytes.get(5)?;
        let base = 1u64 << (10 + (byte >> 3));
        base + base / 8 * u64::from(byte & 7)
    } else {
        let field = bytes.get(5 + dictionary..)?;
        let size = field
            .iter()
            .rev()
            .fold(0u64, |size, byte| size << 8 | u64::from(*byte));
        size.saturating_add(if content_length == 2 { 256 } else { 0 })
    };
    Some(FrameHeader {
        window,
        checksum: descriptor & 4 != 0,
    })
}
