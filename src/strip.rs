//! A consumer's answers laid out over its versions, oldest first: where they flip, and where a version of the reader's
//! stands among them. It judges nothing: answers come from whoever asks.

use crate::consumers::{self, Consumer, holds};
use crate::report::Decision;

/// One range of versions and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The range, as verdicts name it.
    pub versions: &'static str,
    /// The answer; nothing where nobody was asked.
    pub decision: Option<Decision>,
    /// Whether the range before it answers otherwise.
    pub flips: bool,
    /// Whether the reader's version lies in it.
    pub own: bool,
}

/// The ranges of a consumer with their answers; `version` is the reader's, as people type it.
pub fn segments(
    consumer: &'static Consumer,
    version: Option<&str>,
    answer: impl Fn(&str) -> Option<Decision>,
) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for range in consumer.ranges {
        let decision = answer(range.versions.shown);
        segments.push(Segment {
            versions: range.versions.shown,
            decision,
            flips: segments
                .last()
                .is_some_and(|last| last.decision != decision),
            own: version.is_some_and(|version| holds(&range.versions, version)),
        });
    }
    segments
}

/// Neighbouring ranges that answer alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Their versions as people read them; empty where they are all that the consumer has.
    pub versions: String,
    /// How many ranges they are.
    pub ranges: usize,
    /// The answer.
    pub decision: Option<Decision>,
}

/// The same with neighbours that answer alike as one.
pub fn runs(consumer: &Consumer, segments: &[Segment]) -> Vec<Run> {
    segments
        .chunk_by(|_, next| !next.flips)
        .filter_map(|alike| {
            let versions: Vec<&str> = alike.iter().map(|one| one.versions).collect();
            Some(Run {
                versions: consumers::shown(consumer.id, &versions),
                ranges: alike.len(),
                decision: alike.first()?.decision,
            })
        })
        .collect()
}

/// The newest version whose source was read for a consumer, and the repository that it is of: the first of its sources.
pub fn newest_read(consumer: &Consumer) -> Option<(&'static str, &'static str)> {
    let source = consumer.sources.first()?;
    Some((source.repository, consumers::newest(source.at)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumers::{all, find};

    fn spread(id: &str, version: Option<&str>, answers: &[Decision]) -> Vec<Segment> {
        let consumer = find(id).unwrap();
        assert_eq!(consumer.ranges.len(), answers.len(), "{id}");
        segments(consumer, version, |shown| {
            let at = consumer
                .ranges
                .iter()
                .position(|r| r.versions.shown == shown);
            at.map(|at| answers[at])
        })
    }

    #[test]
    fn flips_stand_where_the_answer_changes() {
        use Decision::{Accepts as A, Refuses as R};
        let segments = spread("container2wasm", Some("0.6.1"), &[R, R, A]);
        let flips: Vec<bool> = segments.iter().map(|s| s.flips).collect();
        assert_eq!(flips, [false, false, true]);
        let own: Vec<bool> = segments.iter().map(|s| s.own).collect();
        assert_eq!(own, [false, true, false]);
        let runs = runs(find("container2wasm").unwrap(), &segments);
        let told: Vec<(&str, usize)> = runs.iter().map(|r| (&*r.versions, r.ranges)).collect();
        assert_eq!(told, [("< 0.6.2", 2), ("≥ 0.6.2", 1)]);
    }

    #[test]
    fn one_answer_is_one_run_over_all_versions() {
        let segments = spread("umoci", None, &[Decision::Unknown; 3]);
        let runs = runs(find("umoci").unwrap(), &segments);
        assert_eq!((runs.len(), &*runs[0].versions), (1, ""));
        assert!(segments.iter().all(|s| !s.flips && !s.own));
    }

    /// What is named as read has to be a version, and not a number of an issue or a year.
    #[test]
    fn the_newest_version_read_is_one_that_a_source_names() {
        assert_eq!(
            newest_read(find("flux-ocirepository").unwrap()),
            Some(("fluxcd/source-controller", "v1.9.0"))
        );
        assert_eq!(
            newest_read(find("helm-oci").unwrap()),
            Some(("helm/helm", "v4.2"))
        );
        assert_eq!(newest_read(find("quay").unwrap()), None);
        for consumer in all() {
            if let Some((repository, version)) = newest_read(consumer) {
                let source = &consumer.sources[0];
                assert!(source.repository == repository && source.at.contains(version));
            }
        }
    }
}
