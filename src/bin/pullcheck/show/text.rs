//! A report for people at a terminal: what it is, who takes it, what is wrong, what mends it, what was not looked at.

use super::page::{BLUE, BOLD, DIM, GREEN, Page, RED, Target, YELLOW};
use super::words;
use super::{Shown, one_line, place, verdicts};
use pullcheck::answers::{self, Tone};
use pullcheck::report::{Artifact, Report, SHOWN, Severity};
use pullcheck::rules;
use pullcheck::text::{Lang, short_bytes};

/// The whole report.
pub fn report(shown: &Shown) -> String {
    let mut page = Page::new(shown.view);
    let report = shown.report;
    let name = one_line(&report.input.name);
    let size = short_bytes(report.input.bytes);
    page.line(0, &format!("{BOLD}{name}{BOLD:#}  {DIM}{size}{DIM:#}"));
    page.say(2, &report.input.says);
    if !report.complete {
        let text = words::INCOMPLETE.get(shown.lang);
        page.line(2, &format!("{YELLOW}{text}{YELLOW:#}"));
    }
    headline(&mut page, report);
    verdicts::target(&mut page, shown);
    for artifact in &report.artifacts {
        heading(&mut page, artifact);
        verdicts::verdicts(&mut page, shown, |verdict| verdict.artifact == artifact.id);
    }
    let known = |id: &str| report.artifacts.iter().any(|artifact| artifact.id == id);
    if report.verdicts.iter().any(|v| !known(&v.artifact)) {
        page.gap();
        page.heading(0, words::WHOLE);
        verdicts::verdicts(&mut page, shown, |verdict| !known(&verdict.artifact));
    }
    findings(&mut page, report);
    coverage(&mut page, shown);
    page.gap();
    page.line(0, &answers::numbers(report, shown.lang));
    verdicts::hint(&mut page, shown);
    page.finish()
}

/// The answer in a sentence, with the reason of who is named first. Where nobody is asked, what it is has been said.
fn headline(page: &mut Page, report: &Report) {
    let head = answers::headline(report);
    let style = match head.tone {
        Tone::Refuses => RED,
        Tone::Unknown | Tone::Conditions => YELLOW,
        Tone::Accepts => GREEN,
        Tone::Plain => return,
    };
    page.gap();
    let says = page.phrase(&head.says);
    page.hanging(2, "", &format!("{style}{says}{style:#}"));
    if let Some(because) = &head.because {
        page.say(2, because);
    }
}

fn heading(page: &mut Page, artifact: &Artifact) {
    page.gap();
    let name = one_line(artifact.name.as_ref().unwrap_or(&artifact.id));
    page.line(0, &format!("{BOLD}{name}{BOLD:#}"));
    page.say(2, &artifact.says);
    let facts: Vec<String> = [&artifact.media_type, &artifact.digest]
        .into_iter()
        .flatten()
        .map(|fact| one_line(fact))
        .collect();
    if !facts.is_empty() {
        page.raw(2, &format!("{DIM}{}{DIM:#}", facts.join("  ")));
    }
}

fn findings(page: &mut Page, report: &Report) {
    page.gap();
    let lang = page.lang;
    let groups = report.groups();
    if groups.is_empty() {
        return page.say(0, &answers::nothing_found(report, true));
    }
    page.heading(0, words::PROBLEMS);
    for group in &groups {
        let style = match group.severity {
            Severity::Error => RED,
            Severity::Warning => YELLOW,
            Severity::Info => BLUE,
        };
        let word = group.severity.word().get(lang);
        let rule = rules::find(group.rule);
        let mut facts = vec![page.link(Target::Rule(group.rule), &one_line(group.rule))];
        facts.extend(group.number().map(|number| page.phrase(&number)));
        facts.extend(rule.and_then(rules::since).map(|since| page.phrase(&since)));
        let facts = facts.join("  ");
        page.line(2, &format!("{style}{word}{style:#}  {DIM}{facts}{DIM:#}"));
        if let Some(because) = group.weighed() {
            page.say(4, because);
        }
        for (says, places) in group.sentences(SHOWN) {
            page.say(4, says);
            for at in places.iter().flat_map(|finding| finding.places()) {
                page.raw(6, &format!("{DIM}{}{DIM:#}", place(at, lang)));
            }
        }
        if let Some(rest) = group.rest(SHOWN) {
            let rest = page.phrase(&rest);
            let json = page.phrase(&words::elsewhere(group));
            let space = if lang == Lang::En { " " } else { "" };
            page.line(4, &format!("{rest}{space}{json}"));
        }
        if let Some(rule) = rule {
            let fix = page.phrase(&rule.fix.into());
            let word = words::FIX.get(lang);
            page.hanging(4, &format!("{GREEN}{word}{GREEN:#}  "), &fix);
        }
    }
}

fn coverage(page: &mut Page, shown: &Shown) {
    if shown.report.coverage.is_empty() {
        return;
    }
    page.gap();
    page.heading(0, words::COVERAGE);
    for item in &shown.report.coverage {
        let why = page.phrase(&item.why);
        page.hanging(2, &format!("{}  ", one_line(&item.path)), &why);
    }
}
