//! How Docker's classic store takes a layer in, from an archive or from a registry: it detects the compression by the bytes,
//! unpacks the tar onto overlay2, and refuses a path that comes twice. Layers come from the measurements.
//!
//! Read in moby v20.10.24 `layer/layer_store.go`, `pkg/archive`, `pkg/chrootarchive`, `daemon/graphdriver/overlay2`, and tar-split.

use super::unpacking::{self, Detects, Stream};
use crate::bytes::blob::{BlobFacts, Oddity};

/// What sets versions apart.
#[derive(Clone, Copy, Debug)]
pub(in crate::consumers) struct Unpacker {
    /// It reads zstd: since 23.0.
    pub zstd: bool,
    /// A child process unpacks, whose errors carry its exit status: up to 20.10.
    pub by_child: bool,
}

/// How it ends.
pub(in crate::consumers) enum Layer<'a> {
    /// With this diffID.
    Taken(&'a str),
    /// With this error.
    Refused(String),
    /// Not to be told.
    Unsettled,
}

impl Unpacker {
    /// An error that the unpacking process meets.
    pub fn error(self, error: &str) -> String {
        if self.by_child {
            format!("Error processing tar file(exit status 1): {error}")
        } else {
            error.to_string()
        }
    }

    /// An error that the daemon meets while it feeds that process.
    fn late(self, error: &str) -> String {
        if self.by_child {
            format!("Error processing tar file({error}):")
        } else {
            error.to_string()
        }
    }

    /// Takes a layer in.
    pub fn take(self, facts: &BlobFacts) -> Layer<'_> {
        let detects = Detects {
            zstd: self.zstd,
            bzip2_and_xz: true,
        };
        let stream = unpacking::by_bytes(facts, detects);
        if let Some(tar) = facts.tar.as_deref() {
            let counts = &tar.oddity_counts;
            let other = counts.iter().find_map(|(oddity, _)| match oddity {
                Oddity::OtherType(flag) => Some(*flag),
                _ => None,
            });
            if let Some(flag) = other {
                return Layer::Refused(self.error(&format!("unhandled tar header type {flag}")));
            }
            let is_twice = |(oddity, _): &(Oddity, u64)| matches!(oddity, Oddity::Duplicate { .. });
            if counts.iter().any(is_twice) {
                return Layer::Refused(self.late("duplicates of file paths not supported"));
            }
            let open = [Oddity::LinkTargetUnseen, Oddity::HardLinkDirectory];
            if open.iter().any(|oddity| tar.count(*oddity) > 0) {
                return Layer::Unsettled;
            }
        }
        match stream {
            Stream::Good { diff_id } => Layer::Taken(diff_id),
            Stream::Bad(error) => Layer::Refused(self.error(error)),
            Stream::Late(error) => Layer::Refused(self.late(error)),
            Stream::Trailing { .. } | Stream::Unclear => Layer::Unsettled,
        }
    }
}
