//! What every example of the gallery promises is what a real check of it says.

use super::gallery::{Example, all, find};
use crate::consumers;
use crate::report::{Decision, Report, Severity};
use crate::rules;
use crate::text::Lang;
use std::collections::{BTreeMap, BTreeSet};

fn broken(report: &Report) -> BTreeSet<&str> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
        .map(|finding| finding.rule.as_str())
        .collect()
}

fn decided(report: &Report, consumer: &str, decision: Decision) -> bool {
    report
        .verdicts
        .iter()
        .any(|verdict| verdict.consumer == consumer && verdict.verdict == decision)
}

#[test]
fn examples_are_what_they_promise() {
    let mut wrong = Vec::new();
    for example in all() {
        let report = example.files().report();
        let id = example.id;
        let promised: BTreeSet<&str> = example.breaks.iter().copied().collect();
        if broken(&report) != promised {
            wrong.push(format!("{id}: breaks {:?}", broken(&report)));
        }
        let refuses: BTreeSet<&str> = report
            .verdicts
            .iter()
            .filter(|v| v.verdict == Decision::Refuses)
            .map(|v| v.consumer.as_str())
            .collect();
        for consumer in example.refused {
            if !refuses.contains(consumer) {
                wrong.push(format!("{id}: {consumer} does not refuse; {refuses:?} do"));
            }
        }
        for consumer in example.accepted {
            if !decided(&report, consumer, Decision::Accepts) {
                wrong.push(format!("{id}: {consumer} never accepts"));
            }
            if refuses.contains(consumer) && !example.refused.contains(consumer) {
                wrong.push(format!("{id}: {consumer} refuses in some version"));
            }
        }
        let errors = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        if example.good && errors.count() > 0 {
            wrong.push(format!("{id}: is good and breaks {:?}", broken(&report)));
        }
        if !example.good && example.breaks.is_empty() && refuses.is_empty() {
            let family = consumers::FAMILIES.iter().find(|f| f.id == example.group);
            // A family without a consumer yet has nobody who could refuse.
            if family.is_none_or(|family| !family.consumers.is_empty()) {
                wrong.push(format!("{id}: nothing is bad about it"));
            }
        }
        if report.artifacts.is_empty() && example.good {
            wrong.push(format!("{id}: holds no artifact"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_examples_name_exists() {
    let mut ids = BTreeSet::new();
    for example in all() {
        let id = example.id;
        assert!(ids.insert(id), "{id} twice");
        assert!(find(id).is_some_and(|found| std::ptr::eq(found, example)));
        assert!(rules::find(id).is_none(), "{id} is a rule too");
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(id.bytes().all(plain), "{id}");
        for rule in example.breaks {
            assert!(rules::find(rule).is_some(), "{id}: no rule {rule}");
        }
        for consumer in example.refused.iter().chain(example.accepted) {
            assert!(consumers::find(consumer).is_some(), "{id}: no {consumer}");
        }
        for words in [example.title, example.about] {
            for lang in [Lang::En, Lang::Zh] {
                assert!(!words.get(lang).is_empty(), "{id}");
                assert!(!words.get(lang).contains('{'), "{id}");
            }
        }
    }
    assert!(ids.len() >= 40, "{}", ids.len());
}

#[test]
fn every_subject_and_every_family_has_examples() {
    let mut groups: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in all() {
        groups.entry(example.group).or_default().push(example);
    }
    let mut known: BTreeSet<&str> = rules::subjects().map(|(id, _)| id).collect();
    known.extend(consumers::FAMILIES.iter().map(|family| family.id));
    for group in &known {
        assert!(groups.contains_key(group), "no example for {group}");
    }
    for group in groups.keys() {
        assert!(
            known.contains(group),
            "{group} is neither subject nor family"
        );
    }
    assert!(all().any(|e| e.good) && all().any(|e| !e.good));
}

#[test]
fn each_is_made_the_same_every_time() {
    for example in all() {
        let (first, again) = (example.files(), example.files());
        assert_eq!(first.items, again.items, "{}", example.id);
        let (name, bytes) = first.saved();
        assert_eq!(name, example.file, "{}", example.id);
        assert!(!bytes.is_empty());
    }
}
