//! What holds for every rule: its proof, its address, its places. What holds for its words, for right images and for all
//! rules together stands in the files below.

mod given;
#[path = "../../tests/json_schema/mod.rs"]
mod json_schema;
mod legal;
mod legal_content;
mod legal_documents;
mod normative;
mod profile;
mod published;
mod schemas;
mod tools;
mod weight;
mod words;

use super::{Rule, all};
use crate::examples::inputs as input;
use crate::report::{Finding, Outcome, Report, Severity};
use crate::text::Lang;
use std::collections::BTreeSet;

fn of<'r>(report: &'r Report, rule: &Rule) -> Vec<&'r Finding> {
    report
        .findings
        .iter()
        .filter(|f| f.rule == rule.id)
        .collect()
}

fn outcome(report: &Report, rule: &str) -> Outcome {
    report
        .rules
        .iter()
        .find(|r| r.rule == rule)
        .unwrap()
        .outcome
}

#[test]
fn the_bad_input_breaks_its_rule_once() {
    let mut wrong = Vec::new();
    for rule in all() {
        let report = (rule.proof.bad)().report();
        let found = of(&report, rule);
        if found.len() != 1 {
            let others: Vec<_> = report.findings.iter().map(|f| &f.rule).collect();
            wrong.push(format!(
                "{}: {} findings; input {:?}; all {others:?}",
                rule.id,
                found.len(),
                report.input.kind
            ));
            continue;
        }
        // Before the profile: what is not released yet counts for less by default.
        let weighed = found[0].weighed.as_ref();
        let own = weighed.map_or(found[0].severity, |weighed| weighed.own);
        if own != rule.severity {
            wrong.push(format!("{}: severity {own:?}", rule.id));
        }
        if found[0].at.path.is_empty() {
            wrong.push(format!("{}: without a place", rule.id));
        }
        if outcome(&report, rule.id) != Outcome::Found {
            wrong.push(format!(
                "{}: outcome {:?}",
                rule.id,
                outcome(&report, rule.id)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_good_input_breaks_no_rule_and_is_looked_at() {
    let mut wrong = Vec::new();
    for rule in all() {
        let report = (rule.proof.good)().report();
        let bad: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.rule == rule.id || f.severity == Severity::Error)
            .map(|f| format!("{}: {}", f.rule, f.says.render(Lang::En)))
            .collect();
        if !bad.is_empty() {
            wrong.push(format!("{}: {bad:?}", rule.id));
        }
        // A rule that never looks would pass too. Rules about blobs are not decided by pasted documents.
        let end = outcome(&report, rule.id);
        let looked = matches!(end, Outcome::Clean | Outcome::Found);
        if !looked && !NOT_APPLICABLE_TO_GOOD.contains(&rule.id) {
            wrong.push(format!("{}: ends {end:?} on its good input", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules whose good input is one that they are not about.
const NOT_APPLICABLE_TO_GOOD: &[&str] = &[
    "manifest-image-with-empty-config",
    // A note on every image config.
    "config-imageid-note",
    // About layers with annotations that promise a table of contents; one that is there cannot be verified.
    "layer-chunked-annotation",
];

#[test]
fn ids_are_unique_and_begin_with_their_subject() {
    let mut ids = BTreeSet::new();
    for rule in all() {
        assert!(ids.insert(rule.id), "{} twice", rule.id);
        assert!(
            rule.id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.id
        );
        assert!(rule.id.split('-').count() >= 2, "{}", rule.id);
        // What is shown as code stands in no language.
        let code = |text: &str| {
            !text.contains('`') && (text.contains(['{', '[', '"']) || !text.contains(' '))
        };
        assert!(rule.trigger.is_none_or(code), "{}", rule.id);
    }
    let subjects = [
        "json",
        "digest",
        "descriptor",
        "media-type",
        "manifest",
        "index",
        "platform",
        "config",
        "annotation",
        "layout",
        "archive",
        "docker-archive",
        "layer",
        "tar",
        "whiteout",
    ];
    // A subject may stand in several files, a file is about one subject.
    let mut seen = BTreeSet::new();
    for rules in super::ALL {
        let subject = subjects
            .iter()
            .find(|s| rules[0].id.starts_with(&format!("{s}-")))
            .unwrap_or_else(|| panic!("{} is of no known subject", rules[0].id));
        seen.insert(subject);
        for rule in *rules {
            assert!(
                rule.id.starts_with(&format!("{subject}-")),
                "{} is not of {subject}",
                rule.id
            );
        }
    }
    assert_eq!(seen.len(), subjects.len());
}

#[test]
fn specifications_are_known_documents() {
    const DOCUMENTS: &[&str] = &[
        "manifest.md",
        "image-index.md",
        "config.md",
        "descriptor.md",
        "layer.md",
        "image-layout.md",
        "media-types.md",
        "annotations.md",
        "considerations.md",
        "RFC 8259",
        "RFC 6838",
        "RFC 1952",
        "RFC 8878",
        "POSIX ustar",
        "moby image spec v1.2",
        "BuildKit attestation storage",
        "distribution-spec",
    ];
    for rule in all() {
        let (document, anchor) = rule.spec.split_once('#').unwrap_or((rule.spec, "-"));
        assert!(DOCUMENTS.contains(&document), "{}: {document}", rule.id);
        assert!(
            !anchor.is_empty()
                && anchor
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}: {anchor}",
            rule.id
        );
        assert!(
            ["", "1.0", "1.0.2", "1.1", "1.1.1", "main"].contains(&rule.since),
            "{}",
            rule.id
        );
    }
}

#[test]
fn places_in_documents_have_line_and_column() {
    for rule in all() {
        for finding in of(&(rule.proof.bad)().report(), rule) {
            if finding.at.pointer.is_some() {
                assert!(
                    finding.at.line.is_some() && finding.at.column.is_some(),
                    "{}: {:?}",
                    rule.id,
                    finding.at
                );
            }
        }
    }
}
