//! What mends it: each remedy of a report once, with those it serves, the most needed first. It makes none.

use super::{name, who};
use crate::consumers::{Question, TARGET};
use crate::fixes::Fix;
use crate::order;
use crate::report::{Decision, Finding, Locus, Report};

/// A remedy, and the names of the consumers that it is for.
pub struct Remedy<'r> {
    /// The remedy.
    pub fix: &'r Fix,
    /// Ids of the consumers, each once, with the versions that it is for.
    serves: Vec<(&'r str, Vec<&'r str>)>,
    /// Id of the artifact that the first of them was judged with.
    pub artifact: &'r str,
    /// Whether one of them refuses or is in doubt without it; else it is advice.
    pub needed: bool,
}

impl Remedy<'_> {
    /// Names and versions of those it is for.
    pub fn serves(&self) -> Vec<String> {
        self.serves
            .iter()
            .map(|(id, versions)| who(id, versions))
            .collect()
    }
}

/// The remedies of a report: first those of refusing consumers, then advice for the rest. Those for the consumer that the
/// person deploys to lead.
pub fn remedies(report: &Report) -> Vec<Remedy<'_>> {
    let mut all: Vec<Remedy> = Vec::new();
    for (decision, needed) in [
        (Decision::Refuses, true),
        (Decision::Unknown, false),
        (Decision::Accepts, false),
    ] {
        for verdict in report.verdicts.iter().filter(|v| v.verdict == decision) {
            let (who, versions) = (verdict.consumer.as_str(), verdict.versions.as_str());
            for fix in &verdict.fixes {
                let known = all
                    .iter_mut()
                    .find(|r| r.fix.id == fix.id && r.fix.commands == fix.commands);
                let Some(known) = known else {
                    all.push(Remedy {
                        fix,
                        artifact: &verdict.artifact,
                        serves: vec![(who, vec![versions])],
                        needed,
                    });
                    continue;
                };
                match known.serves.iter_mut().find(|(id, _)| *id == who) {
                    Some((_, those)) if those.contains(&versions) => {}
                    Some((_, those)) => those.push(versions),
                    None => known.serves.push((who, vec![versions])),
                }
            }
        }
    }
    let target = report
        .choices
        .get(TARGET)
        .and_then(|text| Question::read(text).ok());
    let own = |remedy: &Remedy| {
        let id = target.as_ref().map(|target| target.consumer.as_str());
        remedy.serves.iter().any(|(who, _)| Some(*who) == id)
    };
    // What mends it for more consumers comes first; one tool's own order stays.
    order::by_key(&mut all, |remedy| {
        let many = std::cmp::Reverse(remedy.serves.len());
        (!own(remedy), !remedy.needed, many)
    });
    all
}

/// Those who refuse because of what stands at the very place of a finding, and the remedy that serves most of them. Nobody
/// refuses a whole file because of one finding about it, so places without a pointer say nothing.
pub fn refused_at<'r>(
    report: &'r Report,
    findings: &[&Finding],
) -> Option<(Vec<&'r str>, &'r Fix)> {
    let here = |at: &Locus| {
        at.pointer
            .as_ref()
            .is_some_and(|pointer| !pointer.is_empty())
            && findings
                .iter()
                .any(|finding| finding.at.path == at.path && finding.at.pointer == at.pointer)
    };
    let mut who: Vec<&str> = Vec::new();
    let mut serving: Vec<(&Fix, usize)> = Vec::new();
    for verdict in &report.verdicts {
        let at = verdict.at.as_ref().filter(|at| here(at));
        if verdict.verdict != Decision::Refuses || at.is_none() {
            continue;
        }
        if !who.contains(&name(&verdict.consumer)) {
            who.push(name(&verdict.consumer));
        }
        for fix in verdict.fixes.iter().filter(|fix| !fix.commands.is_empty()) {
            match serving.iter_mut().find(|(known, _)| known.id == fix.id) {
                Some((_, times)) => *times += 1,
                None => serving.push((fix, 1)),
            }
        }
    }
    // Of those that serve as many, the first.
    let most = serving.iter().map(|(_, times)| *times).max()?;
    let (fix, _) = serving.into_iter().find(|(_, times)| *times == most)?;
    Some((who, fix))
}
