//! The specification's demands, sentence by sentence: which rules cover each, or why no file can break it. The wording is
//! ours, short, beside the place where the sentence stands. For each covered demand there is a document that breaks it and one that
//! does not: the rules' own proofs, or two written here where those break another sentence. Tests only.

mod annotations;
mod configs;
mod contents;
mod descriptors;
mod manifests;
mod programs;

use super::of;
use crate::kit::Files;
use crate::report::Report;
use crate::rules::{Reason, Rule, all, find};
use std::collections::{BTreeMap, BTreeSet};

/// How a demand is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Must,
    MustNot,
    Required,
    Should,
    ShouldNot,
    /// The field or the format is described, without one of the words of RFC 2119.
    Is,
    /// Only the JSON schema says so.
    Schema,
}
use Word::{Is, Must, MustNot, Required, Schema, Should, ShouldNot};

/// An input that is made when it is looked at.
type Make = fn() -> Files;

/// One demand.
struct Demand {
    /// Document and anchor.
    at: &'static str,
    word: Word,
    /// What is asked for.
    says: &'static str,
    held: Held,
}

/// How a demand is held.
enum Held {
    /// By these rules, as their proofs show.
    Proved(&'static [&'static str]),
    /// By these rules; the first input breaks each of them, the second none.
    Shown(&'static [&'static str], Make, Make),
    /// No file can break it: why.
    Free(&'static str),
}

const fn proved(
    at: &'static str,
    word: Word,
    says: &'static str,
    by: &'static [&'static str],
) -> Demand {
    let held = Held::Proved(by);
    Demand {
        at,
        word,
        says,
        held,
    }
}

const fn shown(
    at: &'static str,
    word: Word,
    says: &'static str,
    by: &'static [&'static str],
    (bad, good): (Make, Make),
) -> Demand {
    let held = Held::Shown(by, bad, good);
    Demand {
        at,
        word,
        says,
        held,
    }
}

const fn free(at: &'static str, word: Word, says: &'static str, why: &'static str) -> Demand {
    let held = Held::Free(why);
    Demand {
        at,
        word,
        says,
        held,
    }
}

/// Every demand.
fn demands() -> impl Iterator<Item = &'static Demand> {
    let tables = [
        descriptors::DEMANDS,
        manifests::DEMANDS,
        configs::DEMANDS,
        annotations::DEMANDS,
        contents::DEMANDS,
        programs::DEMANDS,
    ];
    tables.into_iter().flatten()
}

/// The rules that hold a demand.
fn rules_of(demand: &Demand) -> &'static [&'static str] {
    match demand.held {
        Held::Proved(rules) | Held::Shown(rules, ..) => rules,
        Held::Free(_) => &[],
    }
}

/// What is wrong with what a rule says to the two inputs.
fn wrong(rule: &Rule, bad: &Report, good: &Report) -> Option<&'static str> {
    match (of(bad, rule).is_empty(), of(good, rule).is_empty()) {
        (true, _) => Some("does not find it where it is broken"),
        (_, false) => Some("finds it where it is kept"),
        (false, true) => None,
    }
}

#[test]
fn every_demand_is_found_where_it_is_broken_and_nowhere_else() {
    let mut faults = Vec::new();
    let mut proofs = BTreeMap::new();
    for demand in demands() {
        let mut fault = |rule: &str, says: &str| {
            faults.push(format!("{} “{}”: {rule} {says}", demand.at, demand.says));
        };
        match demand.held {
            Held::Free(why) => assert!(!why.is_empty(), "{}", demand.says),
            Held::Proved(rules) => {
                for id in rules {
                    let Some(rule) = find(id) else {
                        fault(id, "is no rule");
                        continue;
                    };
                    let says = *proofs.entry(*id).or_insert_with(|| {
                        let proof = &rule.proof;
                        wrong(rule, &(proof.bad)().report(), &(proof.good)().report())
                    });
                    if let Some(says) = says {
                        fault(id, says);
                    }
                }
            }
            Held::Shown(rules, bad, good) => {
                let (bad, good) = (bad().report(), good().report());
                for id in rules {
                    match find(id).map(|rule| wrong(rule, &bad, &good)) {
                        None => fault(id, "is no rule"),
                        Some(Some(says)) => fault(id, says),
                        Some(None) => {}
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_that_rests_on_the_specification_has_its_sentence() {
    let held: BTreeSet<&str> = demands().flat_map(rules_of).copied().collect();
    let demanded =
        |rule: &&Rule| matches!(rule.reason, Reason::Must | Reason::Schema | Reason::Should);
    let missing: Vec<&str> = all()
        .filter(demanded)
        .map(|rule| rule.id)
        .filter(|id| !held.contains(id))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A rule names the place where one of its sentences stands.
#[test]
fn every_rule_names_the_place_of_its_sentence() {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for demand in demands() {
        for id in rules_of(demand) {
            places.entry(id).or_default().insert(demand.at);
        }
    }
    let astray: Vec<String> = places
        .iter()
        .filter_map(|(id, places)| {
            let spec = find(id)?.spec;
            (!places.contains(spec)).then(|| format!("{id} names {spec}, not {places:?}"))
        })
        .collect();
    assert!(astray.is_empty(), "{}", astray.join("\n"));
}

/// The strength of the words is the reason of the rules: a MUST is not taken for a recommendation, nor the reverse.
#[test]
fn reasons_are_as_strong_as_the_words() {
    let mut words: BTreeMap<&str, BTreeSet<Word>> = BTreeMap::new();
    for demand in demands() {
        for id in rules_of(demand) {
            words.entry(id).or_default().insert(demand.word);
        }
    }
    let mut wrong = Vec::new();
    for (id, words) in &words {
        let fitting: &[Word] = match find(id).unwrap().reason {
            Reason::Must => &[Must, MustNot, Required, Is],
            Reason::Should => &[Should, ShouldNot, Is],
            Reason::Schema => &[Schema],
            // Rests on consumers; the sentence is its background.
            Reason::Consumers | Reason::Ambiguous | Reason::Note => continue,
        };
        if !words.iter().any(|word| fitting.contains(word)) {
            wrong.push(format!("{id}: {words:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tables_are_whole() {
    let mut seen = BTreeSet::new();
    for demand in demands() {
        assert!(
            seen.insert((demand.at, demand.says)),
            "twice: {}",
            demand.says
        );
        let covered = matches!(demand.held, Held::Free(_)) || !rules_of(demand).is_empty();
        assert!(covered, "{}: nothing holds it", demand.says);
    }
    let of = |word: Word| demands().filter(|demand| demand.word == word).count();
    // What grep counts in the documents of 1.1.1, with the few of `main` that rules go by.
    assert!(
        of(Must) + of(MustNot) + of(Required) >= 90,
        "{}",
        seen.len()
    );
    assert!(of(Should) + of(ShouldNot) >= 50, "{}", seen.len());
}
