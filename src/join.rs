//! A pasted error and a report in one answer: whether the file shows the error, by which verdicts and findings, or
//! what was looked at in vain, or why it is not decided. It judges nothing anew and reads no bytes.

use crate::errors::{self, Entry, Match};
use crate::order;
use crate::report::{Decision, Finding, Outcome, Report, Verdict};
use crate::text::{Phrase, say};
use std::collections::HashMap;

/// What a report says to a pasted error.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The answer.
    pub answer: Answer,
    /// Refusals with a message of this kind, each text of a consumer once, by its newest versions; the very message
    /// before those with other values.
    pub printed: Vec<Printed>,
    /// Findings of the rules that the error names.
    pub findings: Vec<Finding>,
    /// Rules of the error that looked at all they need and found nothing, by id.
    pub clean: Vec<String>,
    /// Rules of the error that the file has nothing for, by id.
    pub idle: Vec<String>,
    /// Consumers of the error that answered for this file and print something else or nothing, by id, each once.
    pub otherwise: Vec<String>,
    /// What is not decided.
    pub open: Vec<Open>,
}

/// The answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A consumer prints this very message for the file.
    Printed,
    /// A consumer prints a message of this kind for the file, with other values.
    Alike,
    /// No replay prints it, but the file has what the error comes from.
    Cause,
    /// Everything that looks for it looked, and the file does not show it.
    NotShown,
    /// Something that decides it is not known.
    Undecided,
    /// No rule and no replay looks for it: it comes from outside of the file.
    Outside,
}

/// A refusal with a message of this kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether all values that both messages give are equal.
    pub same: bool,
}

/// Something that is not decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// What is not decided.
    pub what: Undecided,
    /// Why, where that is known.
    pub why: Option<Phrase>,
}

/// What can be undecided, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// A rule that could not look at all it needs.
    Rule(String),
    /// A consumer that depends on something that is not known, or was not asked.
    Consumer(String),
}

/// Values that say where an artifact was pulled from: the same artifact has others elsewhere.
const WHERE_FROM: [&str; 4] = ["ref", "tag", "file", "path"];

/// Whether what a consumer prints and what was pasted are the same message: all values that both give are equal.
pub fn same_message(printed: &Match, pasted: &Match) -> bool {
    printed.id == pasted.id
        && printed.captures.iter().all(|(name, value)| {
            WHERE_FROM.contains(&name.as_str())
                || pasted.captures.get(name).is_none_or(|own| own == value)
        })
}

/// Joins the best match of a pasted text with a report; nothing if the match is not from this dictionary.
pub fn join(found: &Match, report: &Report) -> Option<Joined> {
    let entry = errors::find(&found.id)?;
    let printed = printed(found, report);
    let findings: Vec<Finding> = report
        .findings
        .iter()
        .filter(|finding| entry.rules.contains(&finding.rule))
        .cloned()
        .collect();
    let (clean, idle, mut open) = rules(entry, report);
    let (otherwise, unknown) = consumers(entry, report, &printed);
    open.extend(unknown);
    let answer = if printed.iter().any(|one| one.same) {
        Answer::Printed
    } else if !printed.is_empty() {
        Answer::Alike
    } else if !findings.is_empty() {
        Answer::Cause
    } else if !open.is_empty() || !report.complete {
        Answer::Undecided
    } else if clean.is_empty() && idle.is_empty() && otherwise.is_empty() {
        Answer::Outside
    } else {
        Answer::NotShown
    };
    Some(Joined {
        answer,
        printed,
        findings,
        clean,
        idle,
        otherwise,
        open,
    })
}

/// The refusals whose text leads to the same entry. Each text is explained once.
fn printed(found: &Match, report: &Report) -> Vec<Printed> {
    let mut explained: HashMap<&str, Option<bool>> = HashMap::new();
    let mut printed: Vec<Printed> = Vec::new();
    for verdict in &report.verdicts {
        let Some(error) = verdict.error.as_deref() else {
            continue;
        };
        if verdict.verdict != Decision::Refuses {
            continue;
        }
        let same = *explained.entry(error).or_insert_with(|| {
            // The best entry is what the text is; the others only resemble it.
            let best = errors::explain(error).into_iter().next();
            best.filter(|best| best.id == found.id)
                .map(|best| same_message(&best, found))
        });
        let Some(same) = same else {
            continue;
        };
        // Of several versions that print it, the newest tells most; they stand in the order of their age.
        let older = printed.iter_mut().find(|known| {
            known.verdict.consumer == verdict.consumer && known.verdict.error == verdict.error
        });
        match older {
            Some(older) => older.verdict = verdict.clone(),
            None => printed.push(Printed {
                verdict: verdict.clone(),
                same,
            }),
        }
    }
    order::by_key(&mut printed, |one| !one.same);
    printed
}

/// The rules of an entry that found nothing, those that the file has nothing for, and those that could not look.
fn rules(entry: &Entry, report: &Report) -> (Vec<String>, Vec<String>, Vec<Open>) {
    let mut clean = Vec::new();
    let mut idle = Vec::new();
    let mut open = Vec::new();
    for ended in &report.rules {
        if !entry.rules.contains(&ended.rule) {
            continue;
        }
        match ended.outcome {
            Outcome::Clean => clean.push(ended.rule.clone()),
            Outcome::NotRun => open.push(Open {
                what: Undecided::Rule(ended.rule.clone()),
                why: ended.why.clone(),
            }),
            Outcome::NotApplicable => idle.push(ended.rule.clone()),
            Outcome::Found => {}
        }
    }
    (clean, idle, open)
}

/// The consumers of an entry that answered and print something else, and those whose answer is not known.
fn consumers(entry: &Entry, report: &Report, printed: &[Printed]) -> (Vec<String>, Vec<Open>) {
    let mut answered: Vec<String> = Vec::new();
    let mut unknown: Vec<Open> = Vec::new();
    let mut idle: Vec<Open> = Vec::new();
    let new = |list: &[Open], id: &str| {
        !list
            .iter()
            .any(|open| matches!(&open.what, Undecided::Consumer(known) if known == id))
    };
    for verdict in &report.verdicts {
        let id = &verdict.consumer;
        let theirs = entry.consumers.contains(&verdict.consumer);
        if !theirs || printed.iter().any(|one| one.verdict.consumer == *id) {
            continue;
        }
        let open = Open {
            what: Undecided::Consumer(id.clone()),
            why: Some(verdict.because.clone()),
        };
        match verdict.verdict {
            Decision::Accepts | Decision::Refuses if !answered.contains(id) => {
                answered.push(id.clone());
            }
            Decision::Unknown if new(&unknown, id) => unknown.push(open),
            Decision::NotApplicable if new(&idle, id) => idle.push(open),
            _ => {}
        }
    }
    // Who was not asked is no witness; that matters where nobody else answered.
    if answered.is_empty() && unknown.is_empty() {
        unknown = idle;
    }
    (answered, unknown)
}

impl Joined {
    /// The answer in a sentence about the file called `name`.
    pub fn says(&self, name: &str) -> Phrase {
        let phrase = match self.answer {
            Answer::Printed => say(
                "This is what {name} shows: it produces this very error.",
                "{name} 正是如此：它会引发这条报错。",
            ),
            Answer::Alike => say(
                "{name} produces an error of this kind, with other values.",
                "{name} 会引发同类报错，但其中的值不同。",
            ),
            Answer::Cause if self.otherwise.is_empty() => say(
                "{name} has what this error comes from.",
                "{name} 存在会引发这条报错的问题。",
            ),
            Answer::Cause => say(
                "{name} has what this error comes from, though none of the versions replayed here stops with it.",
                "{name} 存在会引发这条报错的问题，但此处重演的各版本都没有因它停止。",
            ),
            Answer::NotShown if self.clean.is_empty() && self.otherwise.is_empty() => say(
                "{name} does not show this: it has nothing that this error is about. The error came from another artifact, or from another part of this one.",
                "{name} 没有这种情况：其中没有这条报错所涉及的内容。报错来自其他制品，或此制品的其他部分。",
            ),
            Answer::NotShown => say(
                "{name} does not show this: whatever looks for it here looked, and found nothing. The error came from another artifact, from another version of this one, or from outside of the file.",
                "{name} 没有这种情况：相关检查都已进行，没有发现问题。报错来自其他制品、此制品的另一个版本，或文件之外的因素。",
            ),
            Answer::Undecided => say(
                "Whether {name} produces this error is not decided: something that decides it is not known.",
                "无法判断 {name} 是否会引发这条报错：缺少作出判断所需的信息。",
            ),
            Answer::Outside => say(
                "{name} cannot show this: the error comes from outside of the file, or nothing here looks for it.",
                "从 {name} 看不出来：这条报错源于文件之外，或此处没有检查它的规则。",
            ),
        };
        phrase.code("name", name)
    }
}
