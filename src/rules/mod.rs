//! The rules: each stands in one block of the file, or of the folder, that its id begins with. Rules are pure functions over the model;
//! they read no source, keep no state and know no consumer.

mod annotation;
mod archive;
mod config;
mod descriptor;
mod digest;
mod docker_archive;
mod fields;
mod index;
mod json;
mod layer;
mod layout;
mod manifest;
mod media_type;
pub mod peers;
mod platform;
mod profile;
mod run;
mod subject;
mod tar;
#[cfg(test)]
mod tests;
mod walk;
mod whiteout;

pub use profile::{since, weigh};
pub use run::run;
pub use subject::{by_subject, subjects};

use crate::artifact::Inventory;
use crate::examples::Files;
use crate::ids;
use crate::limits;
use crate::place::Locus;
use crate::report::{Finding, Severity};
use crate::text::{Arg, Phrase, Text, text};

/// Every rule, by subject.
pub const ALL: &[&[Rule]] = &[
    json::RULES,
    json::values::RULES,
    digest::RULES,
    descriptor::RULES,
    descriptor::size::RULES,
    descriptor::types::RULES,
    descriptor::data::RULES,
    descriptor::urls::RULES,
    media_type::RULES,
    media_type::support::RULES,
    manifest::RULES,
    manifest::layers::RULES,
    manifest::purpose::RULES,
    manifest::subject::RULES,
    index::RULES,
    index::entries::RULES,
    platform::RULES,
    platform::names::RULES,
    platform::details::RULES,
    config::RULES,
    config::document::RULES,
    config::command::RULES,
    config::environment::RULES,
    config::sets::RULES,
    config::history::RULES,
    annotation::RULES,
    annotation::defined::RULES,
    annotation::names::RULES,
    layout::RULES,
    layout::entries::RULES,
    layout::listing::RULES,
    archive::RULES,
    docker_archive::RULES,
    docker_archive::parts::RULES,
    docker_archive::naming::RULES,
    layer::RULES,
    layer::content::RULES,
    layer::stream::RULES,
    tar::format::RULES,
    tar::names::RULES,
    tar::links::RULES,
    tar::types::RULES,
    whiteout::RULES,
];

/// Every rule in one line.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().flatten()
}

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    let id = ids::present(ids::Kind::Rule, id);
    all().find(|rule| rule.id == id)
}

/// One rule.
pub struct Rule {
    /// Stable id, `subject-what`.
    pub id: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// Why it has that severity.
    pub reason: Reason,
    /// Where the specification says so: `document#anchor`, or the name of another document.
    pub spec: &'static str,
    /// First version of the specification that has it; empty where it comes from elsewhere.
    pub since: &'static str,
    /// What it needs to be decided.
    pub needs: Needs,
    /// Names the problem.
    pub title: Text,
    /// The sentence of a finding; placeholders are filled by the check.
    pub says: Text,
    /// Why it matters: who trips over it, and how.
    pub why: Text,
    /// What to change.
    pub fix: Text,
    /// When it is fine as it is, where that can be.
    pub fine: Option<Text>,
    /// The smallest content that breaks it, where that is a piece of a document, a path or a word: it stands in no language.
    pub trigger: Option<&'static str>,
    /// The check.
    pub check: fn(&Inventory, &mut Out),
    /// An input that breaks this rule once, and one that does not: run as the rule's proof, shown as its example.
    pub proof: Proof,
}

/// Inputs that prove a rule, and teach it.
pub struct Proof {
    /// Breaks this rule exactly once.
    pub bad: fn() -> Files,
    /// Breaks no rule of severity error, and not this one.
    pub good: fn() -> Files,
}

/// Where a severity comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A MUST or REQUIRED of the specification.
    Must,
    /// Only the published JSON schema says so.
    Schema,
    /// A SHOULD.
    Should,
    /// Consumers refuse it.
    Consumers,
    /// Consumers disagree about its meaning.
    Ambiguous,
    /// A note.
    Note,
}

/// What a rule needs to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The documents alone.
    Documents,
    /// Measured blobs as well.
    Blobs,
}

/// Other places that a finding about many of them lists: enough to see the pattern, and a list that is still read.
const RELATED: usize = 8;

/// Collects what a rule finds, and what it could not look at.
pub struct Out {
    pub(crate) rule: &'static str,
    pub(crate) severity: Severity,
    pub(crate) says: Text,
    /// Those that are listed, and the newest of those beyond.
    pub(crate) findings: Vec<Finding>,
    /// How many more there were.
    pub(crate) beyond: usize,
    pub(crate) looked: bool,
    /// The first thing that could not be looked at.
    pub(crate) first_missing: Option<crate::artifact::Missing>,
    /// How many there were.
    pub(crate) all_missing: u64,
}

impl Out {
    /// There is something that the rule is about. Without a single call of this the rule is *not applicable*.
    pub fn looked(&mut self) {
        self.looked = true;
    }

    /// Something could not be looked at.
    pub fn missing(&mut self, missing: crate::artifact::Missing) {
        self.looked = true;
        self.first_missing.get_or_insert(missing);
        self.all_missing = self.all_missing.saturating_add(1);
    }

    /// What is known; what could not be looked at is noted.
    pub fn known<T>(&mut self, fact: Result<T, crate::artifact::Missing>) -> Option<T> {
        match fact {
            Ok(fact) => Some(fact),
            Err(missing) => {
                self.missing(missing);
                None
            }
        }
    }

    /// The rule is broken here; `fill` gives the placeholders of its sentence.
    pub fn found(&mut self, at: Locus, fill: impl FnOnce(Phrase) -> Phrase) {
        let says = fill(self.says.into());
        self.found_as(at, says);
    }

    /// The rule is broken here, in a way that needs a sentence of its own.
    pub fn found_as(&mut self, at: Locus, says: Phrase) {
        self.looked = true;
        if self.findings.len() > limits::FINDINGS_PER_RULE {
            self.findings.pop();
            self.beyond = self.beyond.saturating_add(1);
        }
        self.findings.push(Finding {
            rule: self.rule.to_string(),
            severity: self.severity,
            weighed: None,
            says,
            at,
            related: Vec::new(),
        });
    }

    /// The finding made last weighs less (or more) than the rule as a whole.
    pub fn weighs(&mut self, severity: Severity) {
        if let Some(last) = self.findings.last_mut() {
            last.severity = severity;
        }
    }

    /// One finding for all places of one kind, where a finding for each would be noise: it stands at the first, up to
    /// [`RELATED`] others are related, and their number is said. Nothing is found where there are none.
    pub fn found_together(&mut self, places: Vec<Locus>, fill: impl FnOnce(Phrase) -> Phrase) {
        let all = places.len() as u64;
        let mut places = places.into_iter();
        if let Some(first) = places.next() {
            self.found_with(first, places.take(RELATED).collect(), fill);
            self.in_all(all);
        }
    }

    /// The finding made last stands for so many places. Its sentence says so where it has a `{count}`; else one is added,
    /// unless there is a single place.
    pub fn in_all(&mut self, places: u64) {
        let Some(Finding { says, .. }) = self.findings.last_mut() else {
            return;
        };
        if says.en.contains("{count}") {
            says.args.push(("count".into(), Arg::Count(places)));
        } else if places > 1 {
            let tail = text(" It is so in {in_all} places.", "此类情况共 {in_all} 处。");
            says.en.to_mut().push_str(tail.en);
            says.zh.to_mut().push_str(tail.zh);
            says.args.push(("in_all".into(), Arg::Count(places)));
        }
    }

    /// Other places that have to do with the finding made last.
    pub fn relates(&mut self, places: Vec<Locus>) {
        if let Some(last) = self.findings.last_mut() {
            last.related = places;
        }
    }

    /// As [`Out::found`], with other places that have to do with it.
    pub fn found_with(
        &mut self,
        at: Locus,
        related: Vec<Locus>,
        fill: impl FnOnce(Phrase) -> Phrase,
    ) {
        self.found(at, fill);
        self.relates(related);
    }
}

/// Declares the rules of one subject. Leaving out a text, a language or a proof does not compile; only `fine` and
/// `trigger` may be left out.
macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])*
        $id:literal {
            severity: $severity:ident ($reason:ident),
            spec: $spec:literal since $since:literal,
            needs: $needs:ident,
            title: $title_en:literal / $title_zh:literal,
            says: $says_en:literal / $says_zh:literal,
            why: $why_en:literal / $why_zh:literal,
            fix: $fix_en:literal / $fix_zh:literal,
            $(fine: $fine_en:literal / $fine_zh:literal,)?
            $(trigger: $trigger:literal,)?
            bad: $bad:expr,
            good: $good:expr,
            check: $check:expr $(,)?
        }
    )*) => {
        /// The rules of this subject.
        pub const RULES: &[$crate::rules::Rule] = &[$(
            $crate::rules::Rule {
                id: $id,
                severity: $crate::report::Severity::$severity,
                reason: $crate::rules::Reason::$reason,
                spec: $spec,
                since: $since,
                needs: $crate::rules::Needs::$needs,
                title: $crate::text::text($title_en, $title_zh),
                says: $crate::text::text($says_en, $says_zh),
                why: $crate::text::text($why_en, $why_zh),
                fix: $crate::text::text($fix_en, $fix_zh),
                fine: $crate::rules::fine(&[$($crate::text::text($fine_en, $fine_zh))?]),
                trigger: $crate::rules::trigger(&[$($trigger)?]),
                check: $check,
                proof: $crate::rules::Proof { bad: $bad, good: $good },
            }
        ),*];
    };
}
pub(crate) use rules;

/// The trigger of a rule that has one.
const fn trigger(written: &[&'static str]) -> Option<&'static str> {
    match written {
        [text, ..] => Some(*text),
        [] => None,
    }
}

/// The text of a rule that has one for when it is fine.
const fn fine(written: &[Text]) -> Option<Text> {
    match written {
        [text, ..] => Some(*text),
        [] => None,
    }
}
