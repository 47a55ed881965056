//! Hundreds of findings in one document stay readable: grouped by rule, counted, the first few shown, and quickly.

mod kit;
mod peer;

use kit::{Files, sha256};
use peer::{Scratch, pullcheck};
use pullcheck::limits::FINDINGS_PER_RULE;
use pullcheck::report::SHOWN;
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// A manifest with so many layers, every other one broken in three ways and the rest in two.
fn broken(layers: usize) -> String {
    let layer = |at: usize| match at % 2 {
        0 => json!({ "mediaType": "bad", "size": -1 }),
        _ => {
            json!({ "mediaType": mt::OCI_TAR_GZIP, "digest": format!("sha256:{at}"), "size": "1" })
        }
    };
    let layers: Vec<Value> = (0..layers).map(layer).collect();
    let config = json!({ "mediaType": mt::OCI_CONFIG, "digest": sha256(b"config"), "size": 6 });
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST, "config": config, "layers": layers })
        .to_string()
}

/// A manifest that breaks very many rules once.
const MANY_RULES: &str = include_str!("page/many-rules.json");

#[test]
fn findings_of_one_rule_are_one_group_with_their_number() {
    let report = Files::pasted(broken(600)).report();
    let groups = report.groups();
    let of = |rule: &str| groups.iter().find(|group| group.rule == rule).unwrap();
    for rule in [
        "descriptor-digest-missing",
        "digest-sha256-encoded",
        "json-type",
    ] {
        let group = of(rule);
        assert_eq!(group.findings.len(), FINDINGS_PER_RULE, "{rule}");
        assert_eq!(group.all(), 300, "{rule}");
    }
    // One sentence for all where they say the same, one for each where they do not.
    assert_eq!(of("json-type").sentences(SHOWN).len(), 1);
    assert_eq!(of("digest-sha256-encoded").sentences(SHOWN).len(), SHOWN);
    let severities: Vec<_> = groups.iter().map(|group| group.severity).collect();
    assert!(severities.is_sorted());
    let listed: usize = groups.iter().map(|group| group.findings.len()).sum();
    assert_eq!(
        listed,
        report.findings.len(),
        "a group leaves something out"
    );
}

#[test]
fn the_terminal_shows_the_first_few_and_says_how_many_there_are() {
    let scratch = Scratch::new("many-findings");
    fs::write(scratch.path().join("200.json"), broken(200)).unwrap();
    fs::write(scratch.path().join("600.json"), broken(600)).unwrap();
    fs::write(scratch.path().join("20.json"), broken(20)).unwrap();
    for (lang, places, more) in [
        ("en", "in 100 places", "… and 95 more."),
        ("zh-CN", "共 100 处", "……另有 95 处。"),
    ] {
        let text = pullcheck(scratch.path(), &["check", "200.json", "--lang", lang]).out;
        assert!(text.contains(places) && text.contains(more), "{text}");
        // Who refuses it takes its lines; ten times the findings take none.
        let few = pullcheck(scratch.path(), &["check", "20.json", "--lang", lang]).out;
        assert_eq!(text.lines().count(), few.lines().count(), "{text}");
        for rule in [
            "descriptor-digest-missing",
            "digest-sha256-encoded",
            "json-type",
        ] {
            assert_eq!(text.matches(rule).count(), 1, "{rule}\n{text}");
        }
    }
    let text = pullcheck(scratch.path(), &["check", "600.json"]).out;
    assert!(text.contains("in 300 places"), "{text}");
    assert!(text.contains("… and 295 more."), "{text}");
    assert!(text.contains("lists the first 100"), "{text}");
    assert!(text.contains("1500 errors"), "{text}");
    let markdown = pullcheck(scratch.path(), &["check", "600.json", "-f", "markdown"]).out;
    // What an issue holds at most.
    assert!(markdown.len() < 65_536, "{}", markdown.len());
    assert!(markdown.contains("in 300 places") && markdown.contains("… and 295 more."));
}

#[test]
fn many_rules_are_each_told_once() {
    let report = Files::pasted(MANY_RULES).report();
    let rules: BTreeSet<&str> = report.findings.iter().map(|f| f.rule.as_str()).collect();
    assert!(rules.len() >= 50, "{}: {rules:?}", rules.len());
    let groups = report.groups();
    assert!(groups.len() <= rules.len() + 2, "{}", groups.len());
}
