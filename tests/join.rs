//! A pasted error and an artifact meet in one answer: shown, not shown, or not decided, and never a guess.

mod kit;

use kit::{Files, cases, good_layout};
use pullcheck::errors::{self, Match};
use pullcheck::join::{Answer, Joined, Undecided, join};
use pullcheck::report::{Outcome, Report};
use pullcheck::text::Lang;
use std::collections::BTreeMap;

fn best(text: &str) -> Match {
    let mut matches = errors::explain(text);
    assert!(!matches.is_empty(), "{text}");
    matches.remove(0)
}

fn joined(text: &str, report: &Report) -> Joined {
    join(&best(text), report).expect("the match is from the dictionary")
}

const EMPTY_LAYER: &str = "could not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)";

#[test]
fn the_very_error_with_its_place() {
    let report = cases::higress_empty().tar().report();
    let joined = joined(EMPTY_LAYER, &report);
    assert_eq!(joined.answer, Answer::Printed);
    let first = &joined.printed[0];
    assert!(first.same);
    assert!(first.verdict.at.is_some(), "{:#?}", first.verdict);
    let error = first.verdict.error.as_deref().unwrap();
    assert!(
        error.contains("application/vnd.oci.empty.v1+json"),
        "{error}"
    );
    let says = joined.says("demo.tar").render(Lang::En);
    assert!(says.contains("demo.tar"), "{says}");
}

#[test]
fn the_same_error_with_other_values() {
    let report = cases::higress_other_type().tar().report();
    let joined = joined(EMPTY_LAYER, &report);
    assert_eq!(joined.answer, Answer::Alike);
    assert!(joined.printed.iter().all(|one| !one.same));
}

#[test]
fn a_right_artifact_does_not_show_it() {
    let report = good_layout().tar().report();
    let text = "number of layers and diffIDs don't match: 2 != 0";
    let joined = joined(text, &report);
    assert_eq!(joined.answer, Answer::NotShown, "{joined:#?}");
    assert!(joined.open.is_empty() && joined.findings.is_empty());
    assert!(joined.clean.contains(&"config-diff-ids-count".to_string()));
}

#[test]
fn what_is_not_there_is_not_decided() {
    let report = Files::pasted(cases::lone_manifest()).report();
    let joined = joined(
        "ctr: wrong diff id calculated on extraction \"sha256:b4ad478450363f0a8020bb5552641fe6077e78fca48da4d77a979724a3ad2a72\"",
        &report,
    );
    assert_eq!(joined.answer, Answer::Undecided);
    assert!(
        joined.open.iter().any(|open| open.what
            == Undecided::Rule("config-diff-id-mismatch".to_string())
            && open.why.is_some()),
        "{joined:#?}"
    );
}

#[test]
fn findings_without_a_replay_are_the_cause() {
    let report = cases::buildx_index().tar().report();
    let joined = joined(
        "Errors happened when pulling image: Failed to decode layer data stream: unhandled media type: application/vnd.in-toto+json",
        &report,
    );
    assert_eq!(joined.answer, Answer::Cause, "{joined:#?}");
    assert!(
        joined
            .findings
            .iter()
            .any(|finding| finding.rule == "index-attestation-platform")
    );
    assert!(joined.printed.is_empty());
}

#[test]
fn errors_of_a_build_come_from_outside_of_the_file() {
    let report = good_layout().tar().report();
    let text = "cannot export attestations with \"oci-mediatypes=false\"";
    assert_eq!(joined(text, &report).answer, Answer::Outside);
}

/// Whatever the error and whatever the file: "not shown" is said only where everything that looks for it looked, and
/// taking one outcome away never turns doubt into an answer.
#[test]
fn not_shown_is_never_a_guess() {
    let reports: Vec<Report> = cases::walks()
        .iter()
        .map(|case| case.files.report())
        .collect();
    let kept = include_str!("../src/errors/tests/samples.json");
    let kept: BTreeMap<String, Vec<String>> = serde_json::from_str(kept).expect("read");
    let mut answers = [0_u32; 6];
    for entry in errors::all() {
        let kept = kept.get(&entry.id).and_then(|texts| texts.first());
        let found = best(entry.sample.as_ref().or(kept).expect("has a sample"));
        for report in &reports {
            let joined = join(&found, report).expect("known");
            answers[joined.answer as usize] += 1;
            joined.says("x").render(Lang::Zh);
            if joined.answer != Answer::NotShown {
                continue;
            }
            assert!(report.complete && joined.open.is_empty());
            assert!(joined.printed.is_empty() && joined.findings.is_empty());
            let looked = joined.clean.len() + joined.idle.len() + joined.otherwise.len();
            assert!(looked > 0);
        }
    }
    assert!(answers.iter().all(|count| *count > 0), "{answers:?}");
    let mut report = good_layout().tar().report();
    let text = "number of layers and diffIDs don't match: 2 != 0";
    report.complete = false;
    assert_eq!(joined(text, &report).answer, Answer::Undecided);
    report.complete = true;
    for rule in &mut report.rules {
        if rule.rule == "config-diff-ids-count" {
            rule.outcome = Outcome::NotRun;
        }
    }
    assert_eq!(joined(text, &report).answer, Answer::Undecided);
}

/// A refusal that is pasted back leads to itself.
#[test]
fn what_a_replay_prints_is_what_the_file_shows() {
    let mut shown = 0;
    for case in cases::walks() {
        let report = case.files.report();
        let mut seen: Vec<&str> = Vec::new();
        for verdict in &report.verdicts {
            let Some(error) = verdict.error.as_deref() else {
                continue;
            };
            if seen.contains(&error) {
                continue;
            }
            seen.push(error);
            let joined = joined(error, &report);
            assert_eq!(joined.answer, Answer::Printed, "{}: {error}", case.name);
            shown += 1;
        }
    }
    assert!(shown >= 15, "{shown}");
}
