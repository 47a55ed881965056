//! Findings put together as people read them: those of one rule under one heading, with their number, and a sentence
//! that many places share said once. It draws nothing and leaves nothing out.

use super::{Finding, Locus, Report, Severity};
use crate::order;
use crate::text::{Phrase, say};
use std::collections::BTreeMap;

/// Places of one rule that are shown before a reader asks for the rest: enough to see the pattern.
pub const SHOWN: usize = 5;

/// The findings of one rule that weigh alike; there is at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<'r> {
    /// Id of the rule.
    pub rule: &'r str,
    /// What they weigh.
    pub severity: Severity,
    /// Those that the report lists.
    pub findings: Vec<&'r Finding>,
    /// How many more there were, beyond the cap of a rule.
    pub more: u64,
}

impl<'r> Group<'r> {
    /// How many there were in all.
    pub fn all(&self) -> u64 {
        let listed = u64::try_from(self.findings.len()).unwrap_or(u64::MAX);
        listed.saturating_add(self.more)
    }

    /// In how many places; nothing where it is one.
    pub fn number(&self) -> Option<Phrase> {
        let number = say("in {number} places", "共 {number} 处");
        (self.all() > 1).then(|| number.count("number", self.all()))
    }

    /// How many are not shown when so many are; nothing where that is all of them.
    pub fn rest(&self, shown: usize) -> Option<Phrase> {
        let shown = u64::try_from(shown.min(self.findings.len())).unwrap_or(u64::MAX);
        let rest = self.all().saturating_sub(shown);
        let says = say("… and {rest} more.", "……另有 {rest} 处。");
        (rest > 0).then(|| says.count("rest", rest))
    }

    /// Why the profile weighs them otherwise than their rule does, where it does.
    pub fn weighed(&self) -> Option<&'r Phrase> {
        let weighed = self.findings.iter().find_map(|f| f.weighed.as_ref());
        weighed.map(|weighed| &weighed.because)
    }

    /// The first so many of the findings, those in a row that say the same put together: the sentence stands once,
    /// followed by its places.
    pub fn sentences(&self, first: usize) -> Vec<(&'r Phrase, Vec<&'r Finding>)> {
        let mut said: Vec<(&Phrase, Vec<&Finding>)> = Vec::new();
        for finding in self.findings.iter().copied().take(first) {
            match said.last_mut() {
                Some((says, places)) if **says == finding.says => places.push(finding),
                _ => said.push((&finding.says, vec![finding])),
            }
        }
        said
    }
}

impl Finding {
    /// Six characters that tell its place from the others of its rule, in links: the same in every version and language. Of
    /// a place with a pointer, what stands before it in the document makes no difference.
    pub fn mark(&self) -> String {
        let at = &self.at;
        let exact = match at.pointer {
            Some(_) => String::new(),
            None => format!("{:?} {:?}", at.line, at.offset),
        };
        let (entry, pointer) = (at.entry.as_deref(), at.pointer.as_deref());
        let [entry, pointer] = [entry, pointer].map(Option::unwrap_or_default);
        let place = format!("{}\n{entry}\n{pointer}\n{exact}", at.path);
        // FNV-1a, of whose 32 bits 24 are enough for the findings of one rule.
        let hash = place.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        format!("{:06x}", hash & 0x00ff_ffff)
    }

    /// Its place, and the others that have to do with it.
    pub fn places(&self) -> impl Iterator<Item = &Locus> {
        std::iter::once(&self.at).chain(&self.related)
    }
}

impl Report {
    /// The findings by rule and weight: the worst first, then in the order in which each rule first appears.
    pub fn groups(&self) -> Vec<Group<'_>> {
        let mut beyond: BTreeMap<&str, u64> = order::map_of(
            self.rules
                .iter()
                .filter(|outcome| outcome.more > 0)
                .map(|outcome| (outcome.rule.as_str(), outcome.more)),
        );
        let mut known: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for finding in &self.findings {
            let rule = finding.rule.as_str();
            let at = *known.entry((rule, finding.severity)).or_insert_with(|| {
                groups.push(Group {
                    rule,
                    severity: finding.severity,
                    findings: Vec::new(),
                    more: beyond.remove(rule).unwrap_or(0),
                });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.findings.push(finding);
            }
        }
        order::by_key(&mut groups, |group| group.severity);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(change: impl Fn(&mut Locus)) -> String {
        let mut at = Locus::whole("index.json");
        change(&mut at);
        let finding = Finding {
            rule: "x".to_string(),
            severity: Severity::Error,
            weighed: None,
            says: say("a", "b"),
            at,
            related: Vec::new(),
        };
        finding.mark()
    }

    #[test]
    fn marks_never_change_and_tell_places_apart() {
        // They stand in links that were sent.
        assert_eq!(at(|_| ()), "907fb7");
        let pointed = |line| {
            at(|at| {
                at.pointer = Some("/manifests/0".to_string());
                at.line = Some(line);
            })
        };
        assert_eq!(pointed(3), pointed(4), "a line more before it");
        let all = [
            at(|_| ()),
            pointed(3),
            at(|at| at.line = Some(3)),
            at(|at| at.offset = Some(3)),
            at(|at| at.entry = Some("etc/passwd".to_string())),
            at(|at| at.path = "layer".to_string()),
        ];
        let different: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:?}");
    }
}
