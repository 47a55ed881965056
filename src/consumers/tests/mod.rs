//! Persons' cases, consumer by consumer: what each answers, with the whole of its error text.

mod apptainer;
mod argocd;
mod clouds;
mod copiers;
mod engines;
mod flux;
mod helm;
mod lambda;
mod loaders;
mod models;
mod oras;
mod packages;
mod policies;
mod registries;
mod scanners;
mod shapes;
mod unread;
mod wasm;
mod wasm_archive;
mod wasm_hosts;
mod wrong_types;

use crate::consumers::{Choices, Question, Range, all};
use crate::kit::Files;
use crate::report::{Decision, Verdict};
use crate::session::Session;
use crate::text::{Lang, Phrase};
use semver::Version;

/// The only verdict of a consumer that is set so: `key=value`.
fn chosen(files: &Files, consumer: &str, set: &[&str]) -> Verdict {
    let mut choices = Choices::default();
    for choice in set {
        choices
            .read(choice)
            .unwrap_or_else(|e| panic!("{choice}: {e:?}"));
    }
    let question = Question::read(consumer).unwrap_or_else(|e| panic!("{consumer}: {e:?}"));
    let session = Session::new(files.given(), vec![question]).with_choices(choices);
    let mut verdicts = session.run().verdicts;
    assert_eq!(verdicts.len(), 1, "{consumer}: {verdicts:#?}");
    verdicts.remove(0)
}

/// Checks that a verdict refuses with exactly this text.
fn refuses(verdict: &Verdict, error: &str) {
    assert_eq!(verdict.verdict, Decision::Refuses, "{verdict:#?}");
    assert_eq!(verdict.error.as_deref(), Some(error));
    assert!(verdict.at.is_some(), "a refusal says where");
    well_said(verdict);
}

/// Checks that a verdict accepts; gives its reason in English.
fn accepts(verdict: &Verdict) -> String {
    assert_eq!(verdict.verdict, Decision::Accepts, "{verdict:#?}");
    assert_eq!(verdict.error, None);
    well_said(verdict);
    verdict.because.render(Lang::En)
}

/// Checks that a verdict is open; gives its reason in English.
fn unknown(verdict: &Verdict) -> String {
    assert_eq!(verdict.verdict, Decision::Unknown, "{verdict:#?}");
    assert_eq!(verdict.error, None);
    well_said(verdict);
    verdict.because.render(Lang::En)
}

/// Every sentence of a verdict is whole in both languages, and a decided verdict shows its steps.
fn well_said(verdict: &Verdict) {
    assert!(!verdict.steps.is_empty(), "{verdict:#?}");
    let mut phrases: Vec<&Phrase> = vec![&verdict.because];
    phrases.extend(verdict.steps.iter().map(|step| &step.says));
    phrases.extend(verdict.fixes.iter().map(|fix| &fix.title));
    for phrase in phrases {
        let (en, zh) = (phrase.render(Lang::En), phrase.render(Lang::Zh));
        assert_ne!(en, zh);
        for text in [&en, &zh] {
            let text = text.replace("`{}`", "");
            assert!(!text.contains(['{', '}']), "open placeholder: {text}");
        }
    }
}

/// The commands of all remedies of a verdict for one tool.
fn commands(verdict: &Verdict, tool: &str) -> Vec<String> {
    verdict
        .fixes
        .iter()
        .flat_map(|fix| &fix.commands)
        .filter(|command| command.tool == tool)
        .map(|command| command.text.clone())
        .collect()
}

fn spans(range: &Range) -> Vec<(Option<Version>, Option<Version>)> {
    let bound = |text: &str| {
        (!text.is_empty()).then(|| Version::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")))
    };
    let spans = range.versions.spans.iter();
    spans.map(|(from, to)| (bound(from), bound(to))).collect()
}

#[test]
fn version_ranges_parse_and_do_not_overlap() {
    for consumer in all() {
        let mut all: Vec<_> = consumer.ranges.iter().flat_map(spans).collect();
        all.sort();
        for pair in all.windows(2) {
            let before = pair[0].1.as_ref();
            let after = pair[1].0.as_ref();
            assert!(
                before.is_some() && before <= after,
                "{}: {pair:?}",
                consumer.id
            );
        }
    }
}

#[test]
fn ids_are_unique() {
    let mut ids: Vec<_> = all().map(|consumer| consumer.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
