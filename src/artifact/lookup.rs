//! Finds the entries and blobs of an inventory by path and by digest without going through all of them.
//! It holds positions only and decides nothing. Ordered maps, because names come from the input: nobody can choose
//! names that make an ordered map slow.

use super::{Blob, BlobId, Entry};
use crate::bytes::blob::BlobFacts;
use std::collections::BTreeMap;

/// Where what stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    /// The last entry of each path, as an archive's later entry replaces an earlier one.
    entries: BTreeMap<String, usize>,
    /// The last blob whose place promises a digest.
    named: BTreeMap<String, BlobId>,
    /// The first blob that was measured to have a digest.
    measured: BTreeMap<String, BlobId>,
}

impl Lookup {
    pub fn add_entry(&mut self, position: usize, entry: &Entry) {
        self.entries.insert(entry.path.clone(), position);
    }

    pub fn add_blob(&mut self, id: BlobId, blob: &Blob) {
        if let Some(named) = &blob.named {
            self.named.insert(named.clone(), id);
        }
    }

    pub fn add_facts(&mut self, id: BlobId, facts: &BlobFacts) {
        for digest in facts.digests() {
            let first = self.measured.entry(digest.to_string()).or_insert(id);
            *first = id.min(*first);
        }
    }

    pub fn entry(&self, path: &str) -> Option<usize> {
        self.entries.get(path).copied()
    }

    pub fn blob(&self, digest: &str) -> Option<BlobId> {
        let place = self.named.get(digest);
        place.or_else(|| self.measured.get(digest)).copied()
    }
}
