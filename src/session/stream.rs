//! Reads a compressed file in one pass: the decoder feeds the tar scanner, and every member is measured as it passes,
//! because nothing in a stream can be looked at twice. It decides nothing about what the file is.

use super::{Session, WANTED_NAMES};
use crate::artifact::Measured;
use crate::bytes::blob::{Also, BlobFacts, Measure, MeasureOptions, MemberFacts};
use crate::bytes::source::fill_at;
use crate::describe;
use crate::limits;
use std::collections::BTreeMap;

/// A pass in progress.
pub struct Stream {
    measure: Option<Measure>,
    offset: u64,
    buffer: Vec<u8>,
    path: String,
}

impl Stream {
    /// A pass over the session's one file.
    pub fn new(path: &str) -> Stream {
        Stream {
            measure: Some(Measure::new(MeasureOptions {
                also: Also::default(),
                keep_documents: true,
                wanted_names: WANTED_NAMES,
            })),
            offset: 0,
            buffer: Vec::new(),
            path: path.to_string(),
        }
    }

    /// Pushes one chunk; gives the measurements at the end.
    pub fn step(&mut self, session: &mut Session) -> Option<BlobFacts> {
        self.buffer.resize(limits::STEP_BYTES, 0);
        let read = match session.files.get(session.file) {
            Some(file) => fill_at(file.source.as_ref(), self.offset, &mut self.buffer),
            None => Ok(0),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) => {
                session
                    .coverage
                    .push(describe::read_failed(self.offset, &error.message));
                0
            }
        };
        self.offset = self.offset.saturating_add(count as u64);
        session.progress.done = self.offset;
        session.progress.current = vec![self.path.clone()];
        if count == 0 {
            return self.measure.take().map(Measure::finish);
        }
        if let Some(measure) = &mut self.measure {
            measure.push(self.buffer.get(..count).unwrap_or_default());
        }
        None
    }
}

/// Adds the members of a stream to the inventory, measured; gives the documents that were kept, by path.
pub fn add_members(session: &mut Session, members: Vec<MemberFacts>) -> BTreeMap<String, Vec<u8>> {
    let mut kept = BTreeMap::new();
    for member in members {
        session.add_entry(
            &member.path,
            member.kind,
            member.size,
            member.link,
            member.header_offset,
            None,
        );
        let Some(facts) = member.facts else {
            continue;
        };
        let whole = facts.size == member.size;
        let measured = if whole {
            Measured::Facts(facts)
        } else {
            Measured::Not(crate::artifact::Why::Truncated)
        };
        let id = session.inventory.blobs.len().saturating_sub(1);
        session.inventory.set_measured(id, measured);
        if let Some(blob) = session.inventory.blobs.get(id)
            && let Some(document) = member.document.filter(|_| whole)
        {
            kept.insert(blob.path.to_string(), document);
        }
    }
    kept
}
