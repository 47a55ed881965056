//! The dictionary of error messages: what tools print when an image or artifact is not what they need, why, what in
//! the artifact proves it, and what to change. It reads pasted text and its own data, and never an artifact.

mod noise;
mod pattern;
#[cfg(test)]
mod tests;

use crate::fixes::Fix;
use crate::limits;
use crate::text::{Arg, Phrase};
use noise::Clean;
use pattern::Pattern;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// The data: one file per group of root causes.
const FILES: [&str; 6] = [
    include_str!("wasm-plugins.json"),
    include_str!("flux.json"),
    include_str!("container2wasm.json"),
    include_str!("umoci-incus.json"),
    include_str!("archives.json"),
    include_str!("images.json"),
];
/// The remedies that entries name by id.
const FIXES: &str = include_str!("fixes.json");

/// Words in both languages, as the data holds them. `{name}` is a value out of the pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// One message of one tool, or one family of messages with a single cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Stable id, for ever.
    pub id: String,
    /// Who prints it.
    pub tool: String,
    /// Ids of the consumers that print it.
    #[serde(default)]
    pub consumers: Vec<String>,
    /// The message as a template for its page; `<…>` varies, ` | ` separates variants.
    pub message: String,
    /// Regular expressions with typed holes such as `{media_type:type}`; blanks in them are optional.
    #[serde(skip_serializing)]
    patterns: Vec<PatternSource>,
    /// Ids of entries that this one says more exactly.
    #[serde(default)]
    pub more_specific_than: Vec<String>,
    /// The cause as a headline.
    pub title: Words,
    /// Who refuses what, because of what.
    pub cause: Words,
    /// What in the artifact proves it.
    pub proof: Words,
    /// Ids of the rules that find it in an artifact.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Ids of remedies in `fixes.json`.
    pub fixes: Vec<String>,
    /// Where the message and its cause were read.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Texts as people paste them, the first one for the page.
    pub samples: Vec<String>,
    /// How often it is met and how much it costs, 1 to 5.
    pub weight: u32,
    /// Causes that depend on a value in the message; the first that fits counts.
    #[serde(default)]
    pub cases: Vec<Case>,
}

/// A cause that holds only for certain values.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// When it holds.
    pub when: When,
    /// The cause then.
    pub cause: Words,
    /// The remedies then; those of the entry, if there are none here.
    #[serde(default)]
    pub fixes: Vec<String>,
}

/// A condition on one captured value, in ASCII lower case. Without a comparison the value need only be there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Name of the value.
    pub capture: String,
    /// The value is this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// The value begins with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// The value ends with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// The value is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
}

/// A pattern: the tool's own words, or with a lower score a translation or a part that says less.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum PatternSource {
    Plain(String),
    Scored { re: String, score: u32 },
}

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
    /// First and last-but-one byte of the message in the pasted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(usize, usize)>,
}

/// A remedy as the data holds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remedy {
    title: Words,
    /// Tool and command.
    commands: Vec<(String, String)>,
}

/// Score of a pattern that says none.
const OWN_WORDS: u32 = 95;
/// Added when several patterns of one entry fit.
const CORROBORATED: u32 = 5;
/// How far below a more exact entry a vaguer one stands.
const VAGUER: u32 = 10;
/// Patterns of one entry that lie further apart do not widen its range, in bytes.
const TOGETHER: usize = 1500;

/// What stands in a command where the message gives no name.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("{ref}", "REGISTRY/REPO:TAG"),
    ("{platform}", "linux/amd64"),
    ("{digest}", "sha256:DIGEST"),
    ("{media_type}", "MEDIA/TYPE"),
    ("{tag}", "TAG"),
    ("{file}", "image.tar"),
];

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
    if hits > 1 {
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

impl When {
    fn holds(&self, captures: &BTreeMap<String, String>) -> bool {
        let Some(value) = captures.get(&self.capture) else {
            return false;
        };
        let value = value.to_ascii_lowercase();
        let compared = self.is.is_some()
            || !(self.starts_with.is_empty()
                && self.ends_with.is_empty()
                && self.one_of.is_empty());
        !compared
            || self.is.as_ref() == Some(&value)
            || self.one_of.contains(&value)
            || self
                .starts_with
                .iter()
                .any(|start| value.starts_with(start))
            || self.ends_with.iter().any(|end| value.ends_with(end))
    }
}

impl Words {
    /// The words as a sentence without values.
    pub fn phrase(&'static self) -> Phrase {
        Phrase {
            en: Cow::Borrowed(&self.en),
            zh: Cow::Borrowed(&self.zh),
            args: Vec::new(),
        }
    }

    /// The words as a sentence with the values of a message. A value that the message lacks is shown as `…`.
    fn filled(&'static self, captures: &BTreeMap<String, String>) -> Phrase {
        let mut phrase = self.phrase();
        for name in placeholders(&self.en) {
            let value = captures.get(name).map_or("…", String::as_str);
            let arg = match value.parse::<u64>() {
                Ok(count) if !value.starts_with('+') => Arg::Count(count),
                _ => Arg::Code(value.to_string()),
            };
            phrase.args.push((Cow::Borrowed(name), arg));
        }
        phrase
    }
}

/// The names between braces in `words`.
fn placeholders(words: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for piece in words.split('{').skip(1) {
        if let Some((name, _)) = piece.split_once('}') {
            let plain =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if plain && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The cause of a message, with its own values: that of the case, if the values decide for one.
pub fn cause(found: &Match) -> Option<Phrase> {
    let entry = find(&found.id)?;
    let words = case_of(entry, found).map_or(&entry.cause, |case| &case.cause);
    Some(words.filled(&found.captures))
}

/// What in the artifact proves the cause, with the values of the message.
pub fn proof(found: &Match) -> Option<Phrase> {
    Some(find(&found.id)?.proof.filled(&found.captures))
}

/// What to change, with the names of the message in the commands: the remedies of the case, else of the entry.
pub fn fixes(found: &Match) -> Vec<Fix> {
    let Some(entry) = find(&found.id) else {
        return Vec::new();
    };
    let ids = match case_of(entry, found) {
        Some(case) if !case.fixes.is_empty() => &case.fixes,
        _ => &entry.fixes,
    };
    remedies(ids, &found.captures)
}

/// The remedies of an entry for its page, with placeholders instead of names.
pub fn general_fixes(entry: &Entry) -> Vec<Fix> {
    remedies(&entry.fixes, &BTreeMap::new())
}

fn case_of(entry: &'static Entry, found: &Match) -> Option<&'static Case> {
    entry.cases.get(found.case?)
}

fn remedies(ids: &[String], captures: &BTreeMap<String, String>) -> Vec<Fix> {
    let all = &dictionary().remedies;
    ids.iter()
        .filter_map(|id| Some((id, all.get(id)?)))
        .map(|(id, remedy)| {
            let fix = Fix::new(id, remedy.title.filled(captures));
            remedy.commands.iter().fold(fix, |fix, (tool, command)| {
                fix.with(tool, fill_command(command, captures))
            })
        })
        .collect()
}

/// Puts names into a command. Only what no shell could take for anything but a name is put in: the text was pasted
/// from somewhere, and the command will be pasted into a shell.
fn fill_command(command: &str, captures: &BTreeMap<String, String>) -> String {
    let mut out = command.to_string();
    for (name, value) in captures {
        let harmless = !value.starts_with('-')
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._:/@+-".contains(&byte));
        if harmless {
            out = out.replace(&format!("{{{name}}}"), value);
        }
    }
    for (name, value) in PLACEHOLDERS {
        out = out.replace(name, value);
    }
    out
}
