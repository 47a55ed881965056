//! Writes a raw deflate stream (RFC 1951) of a text that is to fit into an address: one block, its codes made for it.
//! Small rather than fast, for texts of up to a few hundred kilobytes; never used on blobs. Reading is `codec`'s.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How far back a repetition may point.
const WINDOW: usize = 32 * 1024;
/// Shortest and longest repetition.
const SHORTEST: usize = 3;
const LONGEST: usize = 258;
/// Earlier places that are compared before the best of them is taken.
const TRIES: usize = 128;
const HASH_BITS: u32 = 15;

/// Symbols for lengths: least length and extra bits of 257 and so on (section 3.2.5).
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// Symbols for lengths of codes, in the order in which their own lengths are written (section 3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
const END: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;

/// A byte, or a repetition.
#[derive(Clone, Copy)]
enum Token {
    Byte(u8),
    /// Its length and its distance.
    Again(usize, usize),
}

/// The text as a raw deflate stream.
pub fn deflate(input: &[u8]) -> Vec<u8> {
    let tokens = tokens(input);
    let mut literals = [0_u32; LITERALS];
    let mut distances = [0_u32; DISTANCES];
    count(&mut literals, END);
    for token in &tokens {
        match *token {
            Token::Byte(byte) => count(&mut literals, usize::from(byte)),
            Token::Again(length, distance) => {
                count(&mut literals, length_symbol(length).0);
                count(&mut distances, distance_symbol(distance).0);
            }
        }
    }
    let literals = Code::new(&literals, 15);
    let distances = Code::new(&distances, 15);
    let mut out = Bits::default();
    // The last block, with codes of its own.
    out.put(1, 1);
    out.put(2, 2);
    write_codes(&mut out, &literals, &distances);
    for token in tokens {
        match token {
            Token::Byte(byte) => literals.put(usize::from(byte), &mut out),
            Token::Again(length, distance) => {
                let (symbol, extra, bits) = length_symbol(length);
                literals.put(symbol, &mut out);
                out.put(extra, bits);
                let (symbol, extra, bits) = distance_symbol(distance);
                distances.put(symbol, &mut out);
                out.put(extra, bits);
            }
        }
    }
    literals.put(END, &mut out);
    out.finish()
}

fn count(counts: &mut [u32], symbol: usize) {
    if let Some(count) = counts.get_mut(symbol) {
        *count += 1;
    }
}

/// The symbol of a length, its extra value and how many bits that takes.
fn length_symbol(length: usize) -> (usize, u32, u8) {
    let at = LENGTHS
        .iter()
        .rposition(|(least, _)| usize::from(*least) <= length)
        .unwrap_or(0);
    let (least, bits) = LENGTHS.get(at).copied().unwrap_or_default();
    (257 + at, small(length - usize::from(least)), bits)
}

/// The same of a distance: two symbols for each power of two.
fn distance_symbol(distance: usize) -> (usize, u32, u8) {
    let less = small(distance.saturating_sub(1));
    if less < 4 {
        return (distance.saturating_sub(1), 0, 0);
    }
    let top = 31 - less.leading_zeros();
    let bits = top - 1;
    let half = (less >> bits) & 1;
    let symbol = 2 * top + half;
    let least = (2 + half) << bits;
    (symbol as usize, less - least, bits as u8)
}

/// Lengths and distances are below 2^16.
fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// What is repeated and what is not: at each place the longest repetition, unless a longer one begins at the next.
fn tokens(input: &[u8]) -> Vec<Token> {
    let mut seen = Seen {
        input,
        heads: vec![0; 1 << HASH_BITS],
        before: vec![0; input.len()],
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut here = seen.longest(0);
    while let Some(byte) = input.get(at) {
        seen.learn(at);
        let next = seen.longest(at + 1);
        if here.0 < SHORTEST || next.0 > here.0 {
            tokens.push(Token::Byte(*byte));
            at += 1;
            here = next;
            continue;
        }
        tokens.push(Token::Again(here.0, here.1));
        for skipped in at + 1..at + here.0 {
            seen.learn(skipped);
        }
        at += here.0;
        here = seen.longest(at);
    }
    tokens
}

/// Where each three bytes stood before.
struct Seen<'i> {
    input: &'i [u8],
    /// By hash: one more than the last place.
    heads: Vec<usize>,
    /// By place: one more than the place before it with the same hash.
    before: Vec<usize>,
}

impl Seen<'_> {
    fn hash(&self, at: usize) -> Option<usize> {
        let bytes = self.input.get(at..at.checked_add(SHORTEST)?)?;
        let key = bytes
            .iter()
            .fold(0_u32, |key, byte| key << 8 | u32::from(*byte));
        usize::try_from(key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)).ok()
    }

    fn learn(&mut self, at: usize) {
        let Some(head) = self.hash(at).and_then(|hash| self.heads.get_mut(hash)) else {
            return;
        };
        let last = std::mem::replace(head, at + 1);
        if let Some(before) = self.before.get_mut(at) {
            *before = last;
        }
    }

    /// Length and distance of the longest repetition that begins here.
    fn longest(&self, at: usize) -> (usize, usize) {
        let here = self.input.get(at..).unwrap_or_default();
        let mut best = (0, 0);
        let mut link = self
            .hash(at)
            .and_then(|hash| self.heads.get(hash).copied())
            .unwrap_or(0);
        for _ in 0..TRIES {
            let Some(there) = link.checked_sub(1).filter(|there| at - there <= WINDOW) else {
                break;
            };
            let length = self
                .input
                .get(there..)
                .unwrap_or_default()
                .iter()
                .zip(here)
                .take(LONGEST)
                .take_while(|(a, b)| a == b)
                .count();
            if length > best.0 {
                best = (length, at - there);
            }
            link = self.before.get(there).copied().unwrap_or(0);
        }
        best
    }
}

/// A prefix code: for each symbol its bits, first bit lowest, and how many there are.
struct Code {
    words: Vec<(u32, u8)>,
}

impl Code {
    /// The best code for these counts with at most so many bits a symbol. At least two symbols get a word, so that the
    /// code is complete.
    fn new(counts: &[u32], most: u8) -> Code {
        let mut counts = counts.to_vec();
        let mut used = counts.iter().filter(|count| **count > 0).count();
        for count in &mut counts {
            if used < 2 && *count == 0 {
                *count = 1;
                used += 1;
            }
        }
        let lengths = loop {
            let lengths = lengths(&counts);
            if lengths.iter().all(|length| *length <= most) {
                break lengths;
            }
            // Evener counts give a flatter tree.
            for count in counts.iter_mut().filter(|count| **count > 0) {
                *count = count.div_ceil(2);
            }
        };
        let mut words = vec![(0, 0); lengths.len()];
        let mut next = 0_u32;
        for bits in 1..=most {
            for (word, _) in words.iter_mut().zip(&lengths).filter(|(_, l)| **l == bits) {
                *word = (next.reverse_bits() >> (32 - u32::from(bits)), bits);
                next += 1;
            }
            next <<= 1;
        }
        Code { words }
    }

    fn put(&self, symbol: usize, out: &mut Bits) {
        if let Some((word, bits)) = self.words.get(symbol) {
            out.put(*word, *bits);
        }
    }

    /// Lengths of the words, without those behind the last that is used, but at least so many.
    fn lengths(&self, least: usize) -> Vec<u8> {
        let used = self.words.iter().rposition(|(_, bits)| *bits > 0);
        let count = used.map_or(0, |last| last + 1).max(least);
        self.words.iter().take(count).map(|word| word.1).collect()
    }
}

/// How deep each symbol lies in Huffman's tree.
fn lengths(counts: &[u32]) -> Vec<u8> {
    let mut parents = vec![0_usize; counts.len()];
    let mut heap: BinaryHeap<Reverse<(u32, usize)>> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, count)| Reverse((*count, symbol)))
        .collect();
    let mut root = 0;
    while let (Some(Reverse(a)), Some(Reverse(b))) = (heap.pop(), heap.pop()) {
        root = parents.len();
        for (_, child) in [a, b] {
            if let Some(parent) = parents.get_mut(child) {
                *parent = root;
            }
        }
        parents.push(0);
        heap.push(Reverse((a.0.saturating_add(b.0), root)));
        if heap.len() == 1 {
            break;
        }
    }
    let depth = |symbol: usize| {
        let mut depth = 0_u8;
        let mut at = symbol;
        while at != root {
            at = parents.get(at).copied().unwrap_or(root);
            depth = depth.saturating_add(1);
        }
        depth
    };
    counts
        .iter()
        .enumerate()
        .map(|(symbol, count)| if *count > 0 { depth(symbol) } else { 0 })
        .collect()
}

/// Writes both codes as the lengths of their words, runs of equal lengths shortened.
fn write_codes(out: &mut Bits, literals: &Code, distances: &Code) {
    let first = literals.lengths(257);
    let second = distances.lengths(1);
    out.put(small(first.len() - 257), 5);
    out.put(small(second.len() - 1), 5);
    let mut runs: Vec<(usize, u32, u8)> = Vec::new();
    let all: Vec<u8> = first.into_iter().chain(second).collect();
    let mut at = 0;
    while let Some(length) = all.get(at).copied() {
        let rest = all.get(at..).unwrap_or_default();
        let mut same = rest.iter().take_while(|other| **other == length).count();
        at += same;
        if length > 0 {
            runs.push((usize::from(length), 0, 0));
            same -= 1;
        }
        while same > 0 {
            let taken = match (length, same) {
                (0, 11..) => same.min(138),
                (0, 3..) => same.min(10),
                (1.., 3..) => same.min(6),
                _ => 1,
            };
            runs.push(match (length, taken) {
                (0, 11..) => (18, small(taken - 11), 7),
                (0, 3..) => (17, small(taken - 3), 3),
                (1.., 3..) => (16, small(taken - 3), 2),
                _ => (usize::from(length), 0, 0),
            });
            same -= taken;
        }
    }
    let mut counts = [0_u32; ORDER.len()];
    for (symbol, _, _) in &runs {
        count(&mut counts, *symbol);
    }
    let code = Code::new(&counts, 7);
    let bits = |symbol: &usize| code.words.get(*symbol).map_or(0, |word| word.1);
    let used = ORDER.iter().rposition(|symbol| bits(symbol) > 0);
    let written = used.map_or(4, |last| last + 1).max(4);
    out.put(small(written - 4), 4);
    for symbol in ORDER.iter().take(written) {
        out.put(u32::from(bits(symbol)), 3);
    }
    for (symbol, extra, bits) in runs {
        code.put(symbol, out);
        out.put(extra, bits);
    }
}

/// Bits, the lowest of each byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    count: u8,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u8) {
        self.waiting |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.byte();
            self.count -= 8;
        }
    }

    fn byte(&mut self) {
        let [low, ..] = self.waiting.to_le_bytes();
        self.bytes.push(low);
        self.waiting >>= 8;
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.byte();
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::codec::inflate;
    use proptest::prelude::*;

    fn back(input: &[u8]) -> usize {
        let packed = deflate(input);
        assert_eq!(inflate(&packed, input.len()), Ok(input.to_vec()));
        packed.len()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_goes_in_comes_out(input in prop::collection::vec(any::<u8>(), 0..3000)) {
            back(&input);
        }

        #[test]
        fn texts_too(input in "([a-f0-9]{0,70}|[{}\":, \n]{0,20}|application/vnd.oci.image.layer.v1.tar){0,60}") {
            back(input.as_bytes());
        }
    }

    #[test]
    fn long_runs_and_long_ways_back() {
        back(b"");
        back(b"a");
        assert!(back(&[7; 100_000]) < 200);
        let noise: Vec<u8> = (0..40_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        back(&[noise.clone(), noise].concat());
    }

    #[test]
    fn counts_like_fibonacci_s_keep_to_fifteen_bits() {
        let mut input = Vec::new();
        let (mut a, mut b) = (1, 1);
        for byte in 0..22_u8 {
            input.extend(std::iter::repeat_n(byte, a));
            (a, b) = (b, a + b);
        }
        // Shuffled, so that repetitions do not flatten the counts.
        let length = input.len();
        let mixed: Vec<u8> = (0..length).map(|i| input[i * 7919 % length]).collect();
        back(&mixed);
    }

    #[test]
    fn a_manifest_packs_as_well_as_with_other_programs() {
        let digest = |n: u32| {
            crate::bytes::digest::digest_of(
                crate::bytes::digest::Algorithm::Sha256,
                &n.to_le_bytes(),
            )
        };
        let layers: Vec<String> = (0..25)
            .map(|n| format!("    {{\n      \"mediaType\": \"application/vnd.oci.image.layer.v1.tar+gzip\",\n      \"digest\": \"{}\",\n      \"size\": {}\n    }}", digest(n), n * 7919))
            .collect();
        let text = format!(
            "{{\n  \"schemaVersion\": 2,\n  \"layers\": [\n{}\n  ]\n}}\n",
            layers.join(",\n")
        );
        let size = back(text.as_bytes());
        // A digest holds 32 bytes that nothing shortens; zlib at its best needs 1330 for all.
        assert!(size < 1420, "{size}");
    }
}
