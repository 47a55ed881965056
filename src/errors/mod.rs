//! The dictionary of error messages: what tools print when an image or artifact is not what they need, why, what in
//! the artifact proves it, and what to change. It reads pasted text and its own data, and never an artifact.

mod answer;
mod entry;
mod noise;
mod pattern;
#[cfg(test)]
mod tests;

pub use answer::{cause, fixes, general_fixes, placeholders, proof};
pub use entry::{Case, Entry, When, Words};

use crate::limits;
use answer::Remedy;
use entry::PatternSource;
use noise::Clean;
use pattern::Pattern;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// The data: one file per group of root causes.
const FILES: [&str; 7] = [
    include_str!("wasm-plugins.json"),
    include_str!("flux.json"),
    include_str!("charts.json"),
    include_str!("container2wasm.json"),
    include_str!("umoci-incus.json"),
    include_str!("archives.json"),
    include_str!("images.json"),
];
/// The remedies that entries name by id.
const FIXES: &str = include_str!("fixes.json");

/// An entry that fits a pasted text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// All entries.
pub fn all() -> &'static [Entry] {
    &dictionary().entries
}

/// The entry with this id.
pub fn find(id: &str) -> Option<&'static Entry> {
    let dictionary = dictionary();
    dictionary.entries.get(*dictionary.by_id.get(id)?)
}

/// The entries that fit a pasted text, the best first and each once; none if no known message is in it. Of a text
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
    matches.sort_by_key(|found| {
        let weight = find(&found.id).map_or(0, |entry| entry.weight);
        (
            std::cmp::Reverse(found.score),
            std::cmp::Reverse(weight),
            dictionary.by_id.get(&found.id).copied(),
        )
    });
    matches
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
