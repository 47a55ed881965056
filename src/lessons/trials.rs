//! A consumer tried with examples: what it does with the usual shapes and with those that are about it, and what mends its
//! refusals. All of it is checked when it is asked for; nothing is written by hand for a consumer.

use crate::consumers::{self, Consumer};
use crate::examples::{Example, gallery};
use crate::fixes::Fix;
use crate::report::{Decision, Verdict};
use crate::strip::{Segment, segments};

/// Ways to mend something that are worth showing.
const WAYS: usize = 4;
/// Shapes that everybody meets: every consumer is tried with them.
const USUAL: [&str; 9] = [
    "layout-right",
    "buildx-attestation",
    "zstd-image",
    "docker-save-24",
    "docker-types",
    "helm-chart",
    "flux-one",
    "higress-right",
    "wkg-right",
];

/// What a consumer does with an example.
pub struct Trial {
    /// The example.
    pub example: &'static Example,
    /// Its answers, each with the versions that give it as people read them (empty for all), oldest first.
    pub answers: Vec<(String, Verdict)>,
    /// What each of its ranges answers, in their order.
    pub segments: Vec<Segment>,
}

/// What a consumer does with the usual shapes, and with the examples that are about it. Every answer comes from a real
/// check, the consumer being asked whether or not the example is meant for it.
pub fn trials(consumer: &'static Consumer) -> Vec<Trial> {
    let about =
        |one: &Example| one.refused.contains(&consumer.id) || one.accepted.contains(&consumer.id);
    gallery::all()
        .filter(|one| about(one) || USUAL.contains(&one.id))
        .map(|example| {
            let mut verdicts = example.files().ask(&[consumer.id]).verdicts;
            // Of several artifacts in one example the first is told of.
            let first = verdicts.first().map(|v| v.artifact.clone());
            verdicts.retain(|v| Some(&v.artifact) == first.as_ref());
            let answer = |range: &str| Some(verdicts.iter().find(|v| v.versions == range)?.verdict);
            Trial {
                example,
                segments: segments(consumer, None, answer),
                answers: answers(consumer, verdicts),
            }
        })
        .collect()
}

/// Neighbouring versions that answer alike as one.
fn answers(consumer: &Consumer, verdicts: Vec<Verdict>) -> Vec<(String, Verdict)> {
    let mut groups: Vec<(Vec<String>, Verdict)> = Vec::new();
    for verdict in verdicts {
        let versions = verdict.versions.clone();
        match groups.last_mut() {
            Some((known, last))
                if (last.verdict, &last.error, &last.because)
                    == (verdict.verdict, &verdict.error, &verdict.because) =>
            {
                known.push(versions);
            }
            _ => groups.push((vec![versions], verdict)),
        }
    }
    groups
        .into_iter()
        .map(|(versions, verdict)| {
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            (consumers::shown(consumer.id, &versions), verdict)
        })
        .collect()
}

/// What mends the refusals, each once; the first few.
pub fn ways(trials: &[Trial]) -> Vec<&Fix> {
    let mut found: Vec<&Fix> = Vec::new();
    let refusals = trials
        .iter()
        .flat_map(|trial| &trial.answers)
        .filter(|(_, verdict)| verdict.verdict == Decision::Refuses);
    for fix in refusals.flat_map(|(_, verdict)| &verdict.fixes) {
        if !fix.commands.is_empty() && !found.iter().any(|known| known.id == fix.id) {
            found.push(fix);
        }
    }
    found.truncate(WAYS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_consumer_is_tried() {
        for consumer in consumers::all() {
            let trials = trials(consumer);
            assert!(trials.len() >= USUAL.len(), "{}", consumer.id);
            let mut decided = 0;
            for trial in &trials {
                assert!(
                    !trial.answers.is_empty(),
                    "{} {}",
                    consumer.id,
                    trial.example.id
                );
                let answered = |s: &Segment| s.decision.is_some();
                assert_eq!(trial.segments.len(), consumer.ranges.len());
                assert!(trial.segments.iter().all(answered), "{}", consumer.id);
                for (_, verdict) in &trial.answers {
                    assert_ne!(verdict.verdict, Decision::NotApplicable);
                    decided += usize::from(!verdict.steps.is_empty());
                }
            }
            assert!(decided > 0, "{}", consumer.id);
        }
    }
}
