//! Digests as the specification writes them (`sha256:` and lowercase hexadecimal), computed in small steps.
//! Never parses or compares digests.

use crate::limits::CHUNK_BYTES;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `sha256`
    Sha256,
    /// `sha384`: not registered by the specification, met in Subresource Integrity and some signatures.
    Sha384,
    /// `sha512`
    Sha512,
}

impl Algorithm {
    /// The name in front of the colon.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }
}

/// A digest in the making.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// A digest of no bytes yet.
    pub fn new(algorithm: Algorithm) -> Hasher {
        Hasher(match algorithm {
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
            Algorithm::Sha384 => State::Sha384(Sha384::new()),
            Algorithm::Sha512 => State::Sha512(Sha512::new()),
        })
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(CHUNK_BYTES) {
            match &mut self.0 {
                State::Sha256(state) => state.update(chunk),
                State::Sha384(state) => state.update(chunk),
                State::Sha512(state) => state.update(chunk),
            }
        }
    }

    /// The digest, such as `sha256:e3b0c442…`.
    pub fn finish(self) -> String {
        match self.0 {
            State::Sha256(state) => written("sha256", &state.finalize()),
            State::Sha384(state) => written("sha384", &state.finalize()),
            State::Sha512(state) => written("sha512", &state.finalize()),
        }
    }
}

/// The digest of bytes that are all at hand.
pub fn digest_of(algorithm: Algorithm, bytes: &[u8]) -> String {
    let mut hasher = Hasher::new(algorithm);
    hasher.update(bytes);
    hasher.finish()
}

/// Sixteen bytes that stand for a name below something that has such bytes itself, for remembering many paths in little
/// memory. Two paths with the same fingerprint are not met by chance, and nobody can make them.
pub(crate) fn fingerprint(above: &[u8; 16], name: &[u8]) -> [u8; 16] {
    let hash = Sha256::new()
        .chain_update(above)
        .chain_update(name)
        .finalize();
    let mut print = [0; 16];
    for (to, from) in print.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    print
}

fn written(name: &str, hash: &[u8]) -> String {
    let mut out = String::with_capacity(name.len() + 1 + hash.len() * 2);
    out.push_str(name);
    out.push(':');
    for byte in hash {
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // FIPS 180-4 examples, "abc".
        assert_eq!(
            digest_of(Algorithm::Sha256, b"abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(
            digest_of(Algorithm::Sha384, b"abc").starts_with("sha384:cb00753f45a35e8bb5a03d69")
        );
        assert!(
            digest_of(Algorithm::Sha512, b"abc").starts_with("sha512:ddaf35a193617abacc417349")
        );
        for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            assert!(digest_of(algorithm, b"").starts_with(algorithm.name()));
        }
    }

    #[test]
    fn chunks_do_not_matter() {
        let bytes: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
        let mut hasher = Hasher::new(Algorithm::Sha512);
        bytes.chunks(777).for_each(|chunk| hasher.update(chunk));
        assert_eq!(hasher.finish(), digest_of(Algorithm::Sha512, &bytes));
    }
}
