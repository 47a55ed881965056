//! The answer to a message that was found: cause, proof and remedies in both languages, with the message's own
//! values. It never looks for messages.

use super::entry::{Case, Entry, Words};
use super::{Match, dictionary, find};
use crate::fixes::Fix;
use crate::text::{Arg, Phrase};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A remedy as the data holds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remedy {
    pub(super) title: Words,
    /// Tool and command.
    commands: Vec<(String, String)>,
}

/// What stands in a command where the message gives no name.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("{ref}", "REGISTRY/REPO:TAG"),
    ("{platform}", "linux/amd64"),
    ("{digest}", "sha256:DIGEST"),
    ("{media_type}", "MEDIA/TYPE"),
    ("{tag}", "TAG"),
    ("{file}", "image.tar"),
];

impl Words {
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

/// The names between braces in `words`, each once: the values that a sentence leaves open.
pub fn placeholders(words: &str) -> Vec<&str> {
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
