//! What is said of reports: of those of the gallery, and of some whose verdicts are laid out here.

use super::*;
use crate::consumers::TARGET;
use crate::examples::gallery;
use crate::text::Lang;

fn of(id: &str) -> Report {
    gallery::find(id).unwrap().files().report()
}

/// A report in which one consumer answers, oldest version first.
fn answered(id: &str, answers: &[Decision]) -> Report {
    let mut report = of("layout-right");
    let consumer = consumers::find(id).unwrap();
    assert_eq!(consumer.ranges.len(), answers.len(), "{id}");
    let pattern = report.verdicts.first().unwrap().clone();
    let verdict = |(range, answer): (&consumers::Range, &Decision)| Verdict {
        consumer: id.to_string(),
        versions: range.versions.shown.to_string(),
        verdict: *answer,
        because: say("{why}", "{why}").name("why", format!("{answer:?}")),
        error: None,
        ..pattern.clone()
    };
    report.verdicts = consumer.ranges.iter().zip(answers).map(verdict).collect();
    report
}

fn says(report: &Report) -> (String, Tone) {
    let head = headline(report);
    (head.says.render(Lang::En), head.tone)
}

/// The report of [`answered`] with the newest version answering otherwise than those before it.
fn since_newest(id: &str, old: Decision, newest: Decision) -> Report {
    let ranges = consumers::find(id).unwrap().ranges.len();
    let mut answers = vec![old; ranges];
    answers[ranges - 1] = newest;
    answered(id, &answers)
}

#[test]
fn versions_that_answer_alike_stand_in_one_row() {
    use Decision::{Accepts as A, Refuses as R};
    let report = answered("container2wasm", &[R, R, A]);
    let columns = columns(&report);
    let rows = rows(&report, &columns);
    let who: Vec<String> = rows.iter().map(Row::who).collect();
    assert_eq!(who, ["container2wasm < 0.6.2", "container2wasm ≥ 0.6.2"]);
    assert_eq!(rows.iter().map(accepts).collect::<Vec<_>>(), [false, true]);
    assert!(rows.iter().all(|row| !row.idle()));
    let alike = answered("container2wasm", &[R, R, R]);
    let rows = super::rows(&alike, &columns);
    assert_eq!((rows.len(), rows[0].who()), (1, "container2wasm".into()));
}

#[test]
fn the_sentence_names_the_versions_that_it_is_about() {
    use Decision::{Accepts as A, NotApplicable as N, Refuses as R, Unknown as U};
    for (answers, sentence, tone) in [
        ([A; 3], "container2wasm accepts this.", Tone::Accepts),
        ([R; 3], "container2wasm will refuse this.", Tone::Refuses),
        (
            [A, A, R],
            "container2wasm ≥ 0.6.2 will refuse this.",
            Tone::Refuses,
        ),
        (
            [R, R, A],
            "container2wasm ≥ 0.6.2 accepts this.",
            Tone::Conditions,
        ),
        (
            [U; 3],
            "Can't tell whether container2wasm accepts this.",
            Tone::Unknown,
        ),
    ] {
        let report = answered("container2wasm", &answers);
        assert_eq!(says(&report), (sentence.to_string(), tone), "{answers:?}");
    }
    let report = answered("container2wasm", &[N; 3]);
    assert_eq!(headline(&report).says, report.input.says);
    assert_eq!(headline(&report).tone, Tone::Plain);
}

#[test]
fn who_runs_it_is_named_before_who_carries_it() {
    use Decision::{Accepts as A, Refuses as R};
    let mut report = since_newest("skopeo", R, R);
    report.verdicts.extend(since_newest("umoci", R, R).verdicts);
    assert_eq!(says(&report).0, "umoci and skopeo will refuse this.");
    let named: Vec<&str> = refusing(&report).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(named, ["umoci", "skopeo"]);
    // Who runs it takes it by now; who carries it does not: that is a condition, and told before what was once.
    let mut report = since_newest("skopeo", A, R);
    report.verdicts.extend(since_newest("umoci", R, A).verdicts);
    assert_eq!(
        says(&report),
        ("umoci ≥ 0.6.0 accepts this.".into(), Tone::Conditions)
    );
    let because = headline(&report).because.unwrap().render(Lang::En);
    assert_eq!(because, "skopeo ≥ 1.22 will refuse this.");
    // Of two who run it, the one that still refuses is named alone.
    let mut report = since_newest("container2wasm", A, R);
    report.verdicts.extend(since_newest("umoci", R, A).verdicts);
    assert_eq!(says(&report).0, "container2wasm ≥ 0.6.2 will refuse this.");
    let those = refusing(&report);
    let shown: Vec<_> = those.iter().map(|(id, _, still)| (*id, *still)).collect();
    assert_eq!(shown, [("container2wasm", true), ("umoci", false)]);
}

#[test]
fn the_form_of_an_archive_is_no_fault_of_what_is_in_it() {
    // Docker's classic store opens no OCI layout; what is wrong with this one is said first, by those who open it.
    let right = of("layout-right");
    let head = headline(&right);
    assert_eq!(head.tone, Tone::Conditions);
    assert_eq!(
        head.because.unwrap().render(Lang::En),
        "docker load (classic store) and Trivy (--input) will refuse this."
    );
    let (sentence, tone) = says(&right);
    assert!(sentence.ends_with("others accept this."), "{sentence}");
    assert_eq!(standing(&right).refuse, 2);
    let shown = format!("and {} others", standing(&right).accept - 1);
    assert!(sentence.contains(&shown), "{sentence}, not {shown}");
    assert_ne!(tone, Tone::Refuses);
    let gone = of("layout-layer-gone");
    assert!(
        says(&gone)
            .0
            .starts_with("docker pull (classic store) and "),
        "{}",
        says(&gone).0
    );
    assert_eq!(says(&gone).1, Tone::Refuses);
    // The number is that of all who refuse it now.
    let shown = format!("and {} others", standing(&gone).refuse - 1);
    assert!(says(&gone).0.contains(&shown), "{}", says(&gone).0);
}

#[test]
fn what_is_made_by_a_push_is_no_doubt_about_an_archive() {
    let saved = of("docker-save-24");
    let (sentence, tone) = says(&saved);
    assert!(
        sentence.starts_with("docker load (classic store) and "),
        "{sentence}"
    );
    assert_eq!(tone, Tone::Accepts);
    let module = of("wasm-module");
    assert_eq!(headline(&module).tone, Tone::Plain);
    // A config is a part of an image, which nobody is given by itself.
    assert_eq!(headline(&of("config-command-is-text")).tone, Tone::Plain);
    // Of a pasted manifest the layers are missing: that is one.
    assert_eq!(says(&of("manifest-right")).1, Tone::Unknown);
}

#[test]
fn where_one_deploys_to_has_the_word() {
    use Decision::{Accepts as A, Refuses as R};
    let mut report = since_newest("umoci", R, A);
    report
        .verdicts
        .extend(since_newest("container2wasm", R, R).verdicts);
    assert_eq!(says(&report).1, Tone::Refuses);
    for (target, tone) in [("umoci", Tone::Accepts), ("umoci@0.4.0", Tone::Refuses)] {
        report
            .choices
            .insert(TARGET.to_string(), target.to_string());
        let (sentence, said) = says(&report);
        assert!(sentence.starts_with("umoci "), "{sentence}");
        assert_eq!(said, tone, "{target}");
    }
}

#[test]
fn nothing_found_is_no_pass_where_something_was_not_looked_at() {
    let mut report = of("layout-right");
    report.findings.clear();
    let said = |report: &Report, last| nothing_found(report, last).render(Lang::En);
    let pass = "Nothing in it breaks the specification.";
    for rule in &mut report.rules {
        rule.outcome = Outcome::Clean;
    }
    assert_eq!(said(&report, true), pass);
    assert_ne!(said(&report, false), pass);
    report.rules[0].outcome = Outcome::NotRun;
    assert!(said(&report, true).contains("1 rule could not see"));
    report.rules[0].outcome = Outcome::Clean;
    report.complete = false;
    assert_ne!(said(&report, true), pass);
    report.complete = true;
    report.artifacts.clear();
    assert_ne!(said(&report, true), pass);
}

#[test]
fn every_fix_stands_once_with_all_whom_it_serves() {
    let report = of("zstd-image");
    let all = remedies(&report);
    assert!(!all.is_empty());
    assert!(all.is_sorted_by_key(|remedy| !remedy.needed));
    let judged = [Decision::Refuses, Decision::Unknown, Decision::Accepts];
    for verdict in report
        .verdicts
        .iter()
        .filter(|v| judged.contains(&v.verdict))
    {
        for fix in &verdict.fixes {
            let same = |r: &&Remedy| r.fix.id == fix.id && r.fix.commands == fix.commands;
            let those: Vec<&Remedy> = all.iter().filter(same).collect();
            assert_eq!(those.len(), 1, "{}", fix.id);
            let name = name(&verdict.consumer);
            assert!(
                those[0].serves().iter().any(|who| who.starts_with(name)),
                "{name}"
            );
        }
    }
}

#[test]
fn markdown_says_what_the_page_says() {
    for id in ["zstd-image", "docker-save-24", "flux-one"] {
        let report = of(id);
        for lang in [Lang::En, Lang::Zh] {
            let written = markdown(&report, true, lang);
            let head = crate::markdown::phrase(&headline(&report).says, lang);
            assert!(written.starts_with(&format!("## {head}\n")), "{written}");
            let refusals = report
                .verdicts
                .iter()
                .filter(|v| v.verdict == Decision::Refuses);
            for verdict in refusals {
                let error = verdict.error.as_deref().unwrap();
                let error = crate::markdown::lines(error);
                assert!(written.contains(error.trim_end()), "{id}: {error}");
            }
            for artifact in &report.artifacts {
                assert!(written.contains(artifact.digest.as_deref().unwrap_or_default()));
            }
            assert!(written.contains(&crate::markdown::escape(&numbers(&report, lang))));
        }
        let early = markdown(&report, false, Lang::En);
        assert!(early.contains("**Provisional"), "{early}");
    }
}

#[test]
fn nothing_out_of_the_input_is_markup() {
    let mut report = of("layout-right");
    report.input.name = "<img src=x> `a` |".to_string();
    report.artifacts[0].name = Some("*b*\n# c".to_string());
    let written = markdown(&report, true, Lang::En);
    assert!(!written.contains("\n# c") && written.contains("``<img src=x> `a` |``"));
}
