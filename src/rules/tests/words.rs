//! The words of the rules: the same placeholders in both languages, each of them filled, and well set. Tests only.

use crate::report::Report;
use crate::rules::{Rule, all, json};
use crate::text::{Arg, Lang, Phrase, Span, Text};
use std::collections::BTreeSet;

fn placeholders(words: &str) -> BTreeSet<&str> {
    // `{}` and `{"…` in code are JSON, not placeholders.
    words
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .filter(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .collect()
}

fn texts(rule: &Rule) -> [(&'static str, Text); 4] {
    [
        ("title", rule.title),
        ("says", rule.says),
        ("why", rule.why),
        ("fix", rule.fix),
    ]
}

#[test]
fn both_languages_have_the_same_placeholders() {
    for rule in all() {
        for (what, text) in texts(rule) {
            assert_eq!(
                placeholders(text.en),
                placeholders(text.zh),
                "{} {what}",
                rule.id
            );
            if what != "says" {
                assert!(
                    placeholders(text.en).is_empty(),
                    "{} {what}: nothing fills {:?}",
                    rule.id,
                    text.en
                );
            }
        }
    }
}

/// What is wrong with the plain words of a sentence.
pub(super) fn slips(phrase: &Phrase) -> Vec<String> {
    let mut slips = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        let mut last: Option<char> = None;
        for span in phrase.spans(lang) {
            match span {
                Span::Plain(text) => {
                    if text.contains('{') || text.contains('`') {
                        slips.push(format!("open mark in {text:?}"));
                    }
                    for c in text.chars() {
                        if last.is_some_and(|l| touches(l, c)) {
                            slips.push(format!("{}{c} touch in {text:?}", last.unwrap_or(' ')));
                        }
                        last = Some(c);
                    }
                }
                // Code counts as a Latin letter: a space, or punctuation, parts it from Han.
                Span::Code(_) => {
                    if last.is_some_and(|l| touches(l, 'x')) {
                        slips.push(format!("Han touches code in {:?}", phrase.render(lang)));
                    }
                    last = Some('x');
                }
            }
        }
    }
    let english = phrase.en.to_lowercase();
    for word in ["please", "simply", " just ", "!"] {
        if english.contains(word) {
            slips.push(format!("{word:?} in {english:?}"));
        }
    }
    if !phrase.zh.chars().any(is_han) {
        slips.push(format!("no Chinese in {:?}", phrase.zh));
    }
    slips
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn touches(a: char, b: char) -> bool {
    (is_han(a) && b.is_ascii_alphanumeric()) || (a.is_ascii_alphanumeric() && is_han(b))
}

#[test]
fn words_are_well_set() {
    let mut wrong = Vec::new();
    for rule in all() {
        for (what, text) in texts(rule) {
            let mut phrase: Phrase = text.into();
            for name in placeholders(text.en)
                .into_iter()
                .map(str::to_string)
                .collect::<Vec<_>>()
            {
                phrase.args.push((name.into(), Arg::Code("x".to_string())));
            }
            wrong.extend(
                slips(&phrase)
                    .into_iter()
                    .map(|s| format!("{} {what}: {s}", rule.id)),
            );
            if what != "title" {
                assert!(
                    text.zh.ends_with(['。', '`', '）']),
                    "{} {what}: {}",
                    rule.id,
                    text.zh
                );
            }
        }
    }
    for phrase in json::problem_sentences() {
        wrong.extend(slips(&phrase));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_placeholder_is_filled() {
    let mut wrong = Vec::new();
    let mut check = |report: &Report| {
        for finding in &report.findings {
            for lang in [Lang::En, Lang::Zh] {
                let words = match lang {
                    Lang::En => &finding.says.en,
                    Lang::Zh => &finding.says.zh,
                };
                for name in placeholders(words) {
                    if !finding.says.args.iter().any(|(n, _)| n == name) {
                        wrong.push(format!("{}: {name} is not filled", finding.rule));
                    }
                }
            }
            wrong.extend(
                slips(&finding.says)
                    .into_iter()
                    .map(|s| format!("{}: {s}", finding.rule)),
            );
        }
    };
    for rule in all() {
        check(&(rule.proof.bad)().report());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
