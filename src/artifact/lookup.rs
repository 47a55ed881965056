//! Finds the entries and blobs of an inventory by path and by digest without going through all of them.
//! It holds positions only and decides nothing. Ordered maps, because names come from the input: nobody can choose
//! names that make an ordered map slow. Keys of a fixed size, because names are as long as the input likes.

use super::{Blob, BlobId, Entry};
use crate::bytes::blob::BlobFacts;
use crate::bytes::digest::fingerprint;
use std::collections::BTreeMap;

/// Where what stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    /// The last entry of each path, as an archive's later entry replaces an earlier one. Paths stand here by sixteen
    /// bytes that nobody can make two paths share.
    entries: BTreeMap<[u8; 16], usize>,
    /// The last blob whose place promises a digest.
    named: Digests,
    /// The first blob that was measured to have a digest; none for a digest that a place promises.
    measured: Digests,
}

/// Blobs by digest.
#[derive(Clone, Debug, Default, PartialEq)]
struct Digests {
    /// Well-written SHA-256 digests, by their bytes.
    sha256: BTreeMap<[u8; 32], BlobId>,
    /// All others, as they are written.
    others: BTreeMap<Box<str>, BlobId>,
}

impl Lookup {
    pub fn add_entry(&mut self, position: usize, entry: &Entry) {
        self.entries.insert(path_key(&entry.path), position);
    }

    pub fn add_blob(&mut self, id: BlobId, blob: &Blob) {
        if let Some(named) = blob.named() {
            self.named.set(&named, id);
        }
    }

    pub fn add_facts(&mut self, id: BlobId, facts: &BlobFacts) {
        for digest in facts.digests() {
            if self.named.get(digest).is_none() {
                let first = self.measured.get(digest).unwrap_or(id);
                self.measured.set(digest, id.min(first));
            }
        }
    }

    pub fn entry(&self, path: &str) -> Option<usize> {
        self.entries.get(&path_key(path)).copied()
    }

    pub fn blob(&self, digest: &str) -> Option<BlobId> {
        self.named.get(digest).or_else(|| self.measured.get(digest))
    }
}

impl Digests {
    fn set(&mut self, digest: &str, id: BlobId) {
        match sha256_bytes(digest) {
            Some(key) => self.sha256.insert(key, id),
            None => self.others.insert(digest.into(), id),
        };
    }

    fn get(&self, digest: &str) -> Option<BlobId> {
        match sha256_bytes(digest) {
            Some(key) => self.sha256.get(&key).copied(),
            None => self.others.get(digest).copied(),
        }
    }
}

fn path_key(path: &str) -> [u8; 16] {
    fingerprint(&[0; 16], path.as_bytes())
}

/// The bytes of `sha256:` and 64 lowercase hexadecimal digits; nothing else has any, so that no two texts share them.
fn sha256_bytes(digest: &str) -> Option<[u8; 32]> {
    let text = digest.strip_prefix("sha256:")?.as_bytes();
    let mut bytes = [0; 32];
    if text.len() != bytes.len() * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | value;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_found_as_they_are_written_and_no_other_way() {
        let low = format!("sha256:{}", "0a".repeat(32));
        let high = format!("sha256:{}", "0A".repeat(32));
        let mut digests = Digests::default();
        digests.set(&low, 1);
        assert_eq!(digests.get(&low), Some(1));
        assert_eq!(digests.get(&high), None);
        digests.set(&high, 2);
        digests.set("sha512:0a", 3);
        assert_eq!((digests.get(&low), digests.get(&high)), (Some(1), Some(2)));
        assert_eq!(digests.get("sha512:0a"), Some(3));
        assert_eq!(digests.get(&low[..70]), None);
        assert_eq!(sha256_bytes(&low), Some([0x0A; 32]));
        assert_eq!(sha256_bytes(""), None);
    }
}
