//! The way back to the bytes of a blob, for who wants to look inside once all is measured. It reads nothing by itself.

use super::{Place, Session};
use crate::bytes::source::ByteSource;
use crate::inside::Way;

impl Session {
    /// The way to the blob at a path of the input; none where the input does not hold it.
    pub fn way_to(&self, path: &str) -> Option<Way> {
        let blob = self.inventory.blob_at(path)?;
        let size = self.inventory.blobs.get(blob)?.size;
        if let Some(Place { file, offset }) = self.places.get(blob).copied().flatten() {
            return Some(Way {
                file,
                offset,
                size,
                member: None,
            });
        }
        // It passed by in a compressed archive: that is streamed again.
        let entries = &self.inventory.entries;
        let entry = entries.iter().find(|entry| entry.blob == Some(blob))?;
        Some(Way {
            file: self.file,
            offset: 0,
            size: self.files.get(self.file)?.source.len(),
            member: Some(entry.offset),
        })
    }

    /// The bytes of one of the given files.
    pub fn source(&self, file: usize) -> Option<&dyn ByteSource> {
        self.files.get(file).map(|file| file.source.as_ref())
    }
}
