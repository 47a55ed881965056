//! The dictionary of error messages: what tools print when an image or artifact is not what they need, why, what in
//! the artifact proves it, and what to change. It reads pasted text and its own data, and never an artifact.

mod answer;
mod entry;
mod mention;
mod naming;
mod noise;
mod pattern;
#[cfg(test)]
mod tests;

pub use answer::{cause, fixes, general_fixes, placeholders, proof};
pub use entry::{Case, Entry, When, Words};
pub use mention::{Mention, MentionKind, mentions};
pub use naming::{Naming, in_full, naming};

use crate::ids;
use crate::limits;
use crate::order;
use answer::Remedy;
use entry::PatternSource;
use noise::Clean;
use pattern::Pattern;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// The data: one file per group of root causes.
const FILES: [&str; 17] = [
    include_str!("wasm-plugins.json"),
    include_str!("flux.json"),
    include_str!("container2wasm.json"),
    include_str!("umoci-incus.json"),
    include_str!("archives.json"),
    include_str!("images.json"),
    include_str!("indexes.json"),
    include_str!("loaders.json"),
    include_str!("artifacts.json"),
    include_str!("contracts.json"),
    include_str!("formats.json"),
    include_str!("integrity.json"),
    include_str!("platforms.json"),
    include_str!("registries.json"),
    include_str!("tools.json"),
    include_str!("shared.json"),
    include_str!("elsewhere.json"),
];
/// The remedies that entries name by id.
const FIXES: &str = include_str!("fixes.json");

/// An entry that fits a pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Id of the entry.
    pub id: String,
    /// How sure: 90 to 100 for the tool's own words, 60 to 89 for words that others use too or that say only a
    /// part, below 60 for translations. An entry beside a more exact one has at most 10 less than that one.
    pub score: u32,
    /// Values out of the text, by name.
    pub captures: BTreeMap<String, String>,
    /// Which case of the entry the values decide for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<usize>,
    /// Where the message stands in the pasted text: its first byte, and the one behind its last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(usize, usize)>,
    /// The line of the pasted text that it begins in, from 1; 0 where there is no text.
    #[serde(default)]
    pub line: usize,
    /// The better match that speaks of the same words; none for an error of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

/// Score of a pattern that says none.
const OWN_WORDS: u32 = 95;
/// From here on the words are the tool's own.
const SURE: u32 = 90;
/// Added when several patterns of one entry fit, and one of them is in the tool's own words.
const CORROBORATED: u32 = 5;
/// How far below a more exact entry a vaguer one stands.
const VAGUER: u32 = 10;
/// Patterns of one entry that lie further apart do not widen its range, in bytes.
const TOGETHER: usize = 1500;

struct Dictionary {
    entries: Vec<Entry>,
    patterns: Vec<Vec<(Pattern, u32)>>,
    by_id: HashMap<String, usize>,
    remedies: BTreeMap<String, Remedy>,
}

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| {
        // The data is part of the program; a test reads every file, so nothing is dropped here.
        let entries: Vec<Entry> = FILES
            .iter()
            .flat_map(|file| serde_json::from_str::<Vec<Entry>>(file).unwrap_or_default())
            .collect();
        let patterns = entries.iter().map(patterns_of).collect();
        let by_id = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.id.clone(), at))
            .collect();
        Dictionary {
            entries,
            patterns,
            by_id,
            remedies: serde_json::from_str(FIXES).unwrap_or_default(),
        }
    })
}

fn patterns_of(entry: &Entry) -> Vec<(Pattern, u32)> {
    entry
        .patterns
        .iter()
        .map(|source| match source {
            PatternSource::Plain(re) => (Pattern::new(re), OWN_WORDS),
            PatternSource::Scored { re, score } => (Pattern::new(re), *score),
        })
        .collect()
}

/// How many entries there are: to say so, the dictionary need not be read.
pub const COUNT: usize = 244;

/// All entries. The first call reads the dictionary.
pub fn all() -> &'static [Entry] {
    &dictionary().entries
}

/// The entry with this id.
pub fn find(id: &str) -> Option<&'static Entry> {
    let dictionary = dictionary();
    let id = ids::present(ids::Kind::Error, id);
    dictionary.entries.get(*dictionary.by_id.get(id)?)
}

/// The entries whose id, message, words or consumers hold every word of `query`, in the order of the dictionary; all
/// of them for an empty query. Letters count alike in both cases, and both languages are looked at.
pub fn search(query: &str) -> Vec<&'static Entry> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let dictionary = dictionary();
    let holds = |entry: &Entry| {
        let text = SEARCHED.get_or_init(|| dictionary.entries.iter().map(searched).collect());
        let at = dictionary.by_id.get(&entry.id);
        at.and_then(|at| text.get(*at))
            .is_some_and(|text| words.iter().all(|word| text.contains(word)))
    };
    let all = dictionary.entries.iter();
    all.filter(|entry| words.is_empty() || holds(entry))
        .collect()
}

/// What [`search`] looks at, by the place of the entry.
static SEARCHED: OnceLock<Vec<String>> = OnceLock::new();

fn searched(entry: &Entry) -> String {
    let cases = entry.cases.iter().map(|case| &case.cause);
    let words = [&entry.title, &entry.cause, &entry.proof]
        .into_iter()
        .chain(cases)
        .flat_map(|words| [words.en.as_str(), words.zh.as_str()]);
    let ids = entry.consumers.iter().map(String::as_str);
    [&entry.id, &entry.tool, &entry.message]
        .into_iter()
        .chain(&entry.tool_zh)
        .map(String::as_str)
        .chain(words)
        .chain(ids)
        .chain(entry.sample.as_deref())
        .collect::<Vec<&str>>()
        .join("\n")
        .replace('`', "")
        .to_lowercase()
}

/// The entries that fit a pasted text, the best first and each once; none if no known message is in it. What is about
/// no artifact (weight 0) stands behind all others: it is often printed around them. Of a text
/// beyond [`limits::ERROR_TEXT_BYTES`] the first and the last half of that many bytes are read.
pub fn explain(text: &str) -> Vec<Match> {
    let dictionary = dictionary();
    let clean = Clean::new(&readable(text));
    let mut matches: Vec<Match> = dictionary
        .entries
        .iter()
        .zip(&dictionary.patterns)
        .filter_map(|(entry, patterns)| match_entry(entry, patterns, &clean))
        .collect();
    put_vaguer_behind(&mut matches);
    order::by_key(&mut matches, |found| {
        let weight = find(&found.id).map_or(0, |entry| entry.weight);
        (
            weight == 0,
            std::cmp::Reverse(found.score),
            std::cmp::Reverse(weight),
            dictionary.by_id.get(&found.id).copied(),
        )
    });
    for found in &mut matches {
        let start = found.range.map_or(0, |(start, _)| start);
        found.line = mention::line_at(text, start);
    }
    tell_apart(&mut matches);
    matches
}

/// Marks the matches that speak of the words of a better one; the others are errors of their own.
fn tell_apart(matches: &mut [Match]) {
    let mut own: Vec<(String, Option<(usize, usize)>)> = Vec::new();
    for found in matches {
        let better = own.iter().find(|(id, range)| {
            let overlap = match (range, found.range) {
                (Some((start, end)), Some((from, to))) => *start < to && from < *end,
                _ => false,
            };
            overlap || find(id).is_some_and(|entry| entry.more_specific_than.contains(&found.id))
        });
        match better {
            Some((id, _)) => found.within = Some(id.clone()),
            None => own.push((found.id.clone(), found.range)),
        }
    }
}

/// The parts of a text that are read, with their offsets.
fn readable(text: &str) -> Vec<(usize, &str)> {
    if text.len() <= limits::ERROR_TEXT_BYTES {
        return vec![(0, text)];
    }
    let mut head = limits::ERROR_TEXT_BYTES / 2;
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    let mut tail = text.len() - limits::ERROR_TEXT_BYTES / 2;
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    vec![(0, &text[..head]), (tail, &text[tail..])]
}

fn match_entry(entry: &Entry, patterns: &[(Pattern, u32)], clean: &Clean) -> Option<Match> {
    let mut captures = BTreeMap::new();
    let mut range: Option<(usize, usize)> = None;
    let mut score = 0;
    let mut hits = 0;
    for (pattern, sure) in patterns {
        let Some(hit) = pattern.find(clean) else {
            continue;
        };
        hits += 1;
        score = score.max(*sure);
        for (name, value) in hit.captures {
            captures.entry(name).or_insert(value);
        }
        range = match range {
            None => Some(hit.range),
            Some((start, end)) => {
                let wide = (start.min(hit.range.0), end.max(hit.range.1));
                Some(if wide.1 - wide.0 <= TOGETHER {
                    wide
                } else {
                    (start, end)
                })
            }
        };
    }
    let range = range?;
    if !captures.contains_key("ref")
        && let Some(reference) = mention::reference_before(&clean.text, range.0, range.1)
    {
        captures.insert("ref".to_string(), reference);
    }
    if hits > 1 && score >= SURE {
        score = (score + CORROBORATED).min(100);
    }
    let case = entry
        .cases
        .iter()
        .position(|case| case.when.holds(&captures));
    Some(Match {
        id: entry.id.clone(),
        score,
        case,
        range: clean.original(range.0, range.1),
        line: 0,
        within: None,
        captures,
    })
}

/// Lowers the score of each entry that another one among them says more exactly. Goes on until nothing moves, so
/// that chains of three come out in order; the data is small and has no circles, which a test makes sure of.
fn put_vaguer_behind(matches: &mut [Match]) {
    for _ in 0..matches.len() {
        let ceilings: Vec<(&str, u32)> = matches
            .iter()
            .filter_map(|found| Some((find(&found.id)?, found.score)))
            .flat_map(|(entry, score)| {
                let ceiling = score.saturating_sub(VAGUER);
                let vaguer = entry.more_specific_than.iter();
                vaguer.map(move |id| (id.as_str(), ceiling))
            })
            .collect();
        let mut moved = false;
        for (id, ceiling) in ceilings {
            for found in matches.iter_mut() {
                if found.id == id && found.score > ceiling {
                    found.score = ceiling;
                    moved = true;
                }
            }
        }
        if !moved {
            return;
        }
    }
}
