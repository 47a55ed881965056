//! containers/image, the library under skopeo, Podman, Buildah and CRI-O: what it opens, which image it takes, what it
//! asks of manifests, config and layers, and the words of its errors. Which destination and which settings: its callers'.
//!
//! Read in containers/image at v5.10.3, v5.23.1, v5.34.2 and v5.39.2 (as go.podman.io/image), and run: skopeo 1.9.3,
//! 1.18.0 and 1.22.0, Podman 4.3.1, Buildah 1.28.2. Between two releases that were read only what both do is said.

mod choose;
mod config;
mod convert;
mod copy;
mod docker_archive;
mod inspect;
mod layers;
mod layout;
mod manifests;
mod mending;
mod names;
mod source;
mod storage;
mod transport;
mod typed;

pub(in crate::consumers) use choose::wanted;
pub(in crate::consumers) use layout::is_cut;
pub(in crate::consumers) use names::docker_references;
pub(in crate::consumers) use source::Opened;
pub(in crate::consumers) use transport::{Asked, Transport};

use super::platform::Wanted;
use super::{Case, Refusal, Stop, Trace};
use crate::artifact::{Inventory, Missing, Why};
use crate::place::Locus;
use crate::text::{Phrase, say};
use std::collections::BTreeSet;

/// The releases whose source was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::consumers) enum Release {
    /// v5.10.3.
    V5_10,
    /// v5.23.1.
    V5_23,
    /// v5.34.2.
    V5_34,
    /// v5.39.2.
    V5_39,
}

/// The releases that a program's versions are built with: from one that was read to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) struct Series {
    /// The oldest.
    pub from: Release,
    /// The newest.
    pub to: Release,
}

impl Series {
    /// Exactly one release.
    pub const fn of(release: Release) -> Series {
        Series {
            from: release,
            to: release,
        }
    }

    /// Whether what came with a release is there; not settled where only some of these releases have it.
    pub fn has(self, since: Release, what: &str, at: Option<&Locus>) -> Result<bool, Missing> {
        if self.from >= since {
            Ok(true)
        } else if self.to < since {
            Ok(false)
        } else {
            Err(Missing {
                what: what.to_string(),
                why: Why::NotSettled,
                at: at.cloned(),
            })
        }
    }

    /// A text that changed with a release; where both are possible, what they have in common and an ellipsis.
    pub fn worded(self, before: String, since: Release, after: String) -> String {
        if self.to < since {
            return before;
        }
        if self.from >= since || before == after {
            return after;
        }
        let common: String = before
            .chars()
            .zip(after.chars())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a)
            .collect();
        format!("{common}…")
    }
}

/// Where an image is copied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum To {
    /// `dir:`, which takes everything as it is.
    Folder,
    /// `oci:`, which takes OCI's manifests and compresses layers.
    Layout,
    /// `docker-archive:`, which takes Docker's manifests and unpacks layers.
    DockerArchive,
    /// containers-storage, where engines keep their images.
    Storage,
}

/// One run of the library.
pub(in crate::consumers) struct Run<'r, 'a> {
    /// What it is given.
    pub case: &'r Case<'a>,
    /// The program's name.
    pub who: &'static str,
    /// The releases of the library.
    pub series: Series,
    /// The platform that is asked for.
    pub wanted: Wanted,
    /// What it leaves behind.
    pub trace: &'r mut Trace,
    /// Whether it decrypts layers, with no key at hand.
    pub decrypts: bool,
    /// Digests that the destination already has.
    pub copied: BTreeSet<String>,
    /// The first fact that was not there; what is certain without it is still said.
    pub pending: Option<Missing>,
}

impl<'r, 'a> Run<'r, 'a> {
    /// A run over a case.
    pub fn new(
        case: &'r Case<'a>,
        who: &'static str,
        series: Series,
        wanted: Wanted,
        trace: &'r mut Trace,
    ) -> Run<'r, 'a> {
        Run {
            case,
            who,
            series,
            wanted,
            trace,
            decrypts: false,
            copied: BTreeSet::new(),
            pending: None,
        }
    }

    /// What was given.
    pub fn inventory(&self) -> &'a Inventory {
        self.case.inventory
    }

    /// Ends with a refusal whose reason is also the last step.
    pub fn refuse(&mut self, error: impl Into<String>, because: Phrase, at: Option<Locus>) -> Stop {
        let because = because.name("who", self.who);
        self.trace.fail(because.clone(), at.clone());
        let empty = self.inventory().roots.is_empty();
        mending::with_fixes(Refusal::new(error, because, at), empty).into()
    }

    /// Puts the words of an outer error in front. Those of v5.10 differ in case and wording, so nothing is put in front
    /// where it may be meant.
    pub fn after(&self, outer: &str, stop: Stop) -> Stop {
        match stop {
            Stop::Refuse(mut refusal) if self.series.from > Release::V5_10 && !outer.is_empty() => {
                refusal.error = format!("{outer}: {}", refusal.error);
                Stop::Refuse(refusal)
            }
            other => other,
        }
    }

    /// Remembers a fact that is not there and goes on.
    pub fn later<T>(&mut self, fact: Result<T, Missing>) -> Option<T> {
        fact.map_err(|missing| {
            self.pending.get_or_insert(missing);
        })
        .ok()
    }

    /// The end of a run that met nothing wrong: a missing fact, if one was remembered.
    pub fn settle(&mut self) -> Result<(), Stop> {
        match self.pending.take() {
            Some(missing) => Err(missing.into()),
            None => Ok(()),
        }
    }

    /// A step that says what is used.
    pub fn pass(&mut self, says: Phrase, at: Option<Locus>) {
        self.trace.pass(says.name("who", self.who), at);
    }

    /// A step that says what is ignored or chosen.
    pub fn note(&mut self, says: Phrase, at: Option<Locus>) {
        self.trace.note(says.name("who", self.who), at);
    }
}

/// Why go-digest does not take a text as a digest (`Digest.Validate`).
pub(in crate::consumers) fn digest_error(digest: &str) -> Option<&'static str> {
    const FORMAT: &str = "invalid checksum digest format";
    let (algorithm, encoded) = match digest.split_once(':') {
        Some((a, e)) if !a.is_empty() && !e.is_empty() => (a, e),
        _ => return Some(FORMAT),
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if crate::spec::digest(digest).is_none() => return Some(FORMAT),
        _ => return Some("unsupported digest algorithm"),
    };
    if encoded.len() != length {
        return Some("invalid checksum digest length");
    }
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (!encoded.bytes().all(hex)).then_some(FORMAT)
}

/// A document that a program reads as one of Docker's first schema, or as nothing else: not replayed.
fn old_schema(what: &str, at: &Locus) -> Missing {
    Missing {
        what: what.to_string(),
        why: Why::NotSettled,
        at: Some(at.clone()),
    }
}

/// What ends a copy well.
pub(in crate::consumers) fn copied(who: &'static str, count: u64, layers: u64) -> Phrase {
    let says = if count == 1 {
        say(
            "{who} copies the manifest and its {layers} layers.",
            "{who} 复制该清单及其 {layers} 个层。",
        )
    } else {
        say(
            "{who} copies all {count} images of the index and their {layers} layers.",
            "{who} 复制索引中的全部 {count} 个镜像及其 {layers} 个层。",
        )
        .count("count", count)
    };
    says.name("who", who).count("layers", layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_some_releases_do_is_not_settled() {
        let between = Series {
            from: Release::V5_23,
            to: Release::V5_34,
        };
        assert!(between.has(Release::V5_34, "x", None).is_err());
        assert_eq!(between.has(Release::V5_23, "x", None), Ok(true));
        assert_eq!(between.has(Release::V5_39, "x", None), Ok(false));
        let text = |series: Series| {
            series.worded(
                "for amd64".to_string(),
                Release::V5_34,
                "for \"amd64\"".to_string(),
            )
        };
        assert_eq!(text(Series::of(Release::V5_23)), "for amd64");
        assert_eq!(text(Series::of(Release::V5_39)), "for \"amd64\"");
        assert_eq!(text(between), "for …");
    }

    #[test]
    fn digests_are_checked_as_go_does() {
        assert_eq!(digest_error(&format!("sha256:{}", "a".repeat(64))), None);
        for (digest, error) in [
            ("", "invalid checksum digest format"),
            ("sha256:abc", "invalid checksum digest length"),
            ("sha1:abc", "unsupported digest algorithm"),
            ("sha256 abc", "invalid checksum digest format"),
        ] {
            assert_eq!(digest_error(digest), Some(error), "{digest}");
        }
    }
}
