//! Verdicts at a terminal: where one deploys to first, then family by family. Refusals and what cannot be told are shown;
//! those who all accept are folded to a line until everything is asked for. It draws what the report says and judges nothing.

use super::page::{BOLD, DIM, GREEN, Page, RED, Target, YELLOW};
use super::words::{self, decision};
use super::wrap::{cut, width};
use super::{Shown, one_line, place};
use anstyle::Style;
use pullcheck::consumers::{self, Family};
use pullcheck::fixes::Fix;
use pullcheck::report::{Decision, Mark, Verdict};
use pullcheck::text::{Lang, say};

/// Neighbours of one consumer that answer alike, in one line.
type Row<'v> = Vec<&'v Verdict>;

/// Mark and style of a decision.
fn look(decision: Decision) -> (&'static str, Style) {
    let style = match decision {
        Decision::Refuses => RED,
        Decision::Accepts => GREEN,
        Decision::Unknown => YELLOW,
        Decision::NotApplicable => DIM,
    };
    (decision.sign(), style)
}

/// The name of a verdict's consumer.
fn name(verdict: &Verdict) -> String {
    one_line(consumers::find(&verdict.consumer).map_or(verdict.consumer.as_str(), |c| c.name))
}

/// The versions of a row as one range; empty where they are all that there are.
fn versions(row: &[&Verdict]) -> String {
    let versions: Vec<&str> = row.iter().map(|v| v.versions.as_str()).collect();
    let id = row.first().map_or("", |v| v.consumer.as_str());
    one_line(&consumers::shown(id, &versions))
}

/// Name and versions, as in `umoci ≤ 0.4.7`, the name a link.
fn linked(page: &Page, row: &[&Verdict]) -> String {
    let Some(verdict) = row.first() else {
        return String::new();
    };
    let name = page.link(Target::Consumer(&verdict.consumer), &name(verdict));
    format!("{name} {}", versions(row)).trim_end().to_string()
}

/// Neighbours of one consumer that answer alike, and in the same steps where `steps` are shown.
fn alike<'v>(verdicts: Vec<&'v Verdict>, steps: bool) -> Vec<Row<'v>> {
    let mut rows: Vec<Row<'v>> = Vec::new();
    for verdict in verdicts {
        let same = |v: &&Verdict| {
            (
                &v.artifact,
                &v.consumer,
                v.verdict,
                &v.error,
                &v.because,
                &v.at,
            ) == (
                &verdict.artifact,
                &verdict.consumer,
                verdict.verdict,
                &verdict.error,
                &verdict.because,
                &verdict.at,
            ) && (!steps || v.steps == verdict.steps)
        };
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(same) => row.push(verdict),
            _ => rows.push(vec![verdict]),
        }
    }
    rows
}

/// Rows of one decision.
fn rows<'v>(verdicts: &[&'v Verdict], sought: Decision, steps: bool) -> Vec<Row<'v>> {
    let these = verdicts.iter().copied().filter(|v| v.verdict == sought);
    alike(these.collect(), steps)
}

/// What stands above everything else: the consumer that the reader deploys to, with all its steps.
pub fn target(page: &mut Page, shown: &Shown) {
    let aimed: Vec<&Verdict> = shown
        .report
        .verdicts
        .iter()
        .filter(|v| shown.aimed(v))
        .collect();
    if aimed.is_empty() {
        return;
    }
    page.gap();
    page.heading(0, words::TARGET);
    let several = shown.report.artifacts.len() > 1;
    for sought in [
        Decision::Refuses,
        Decision::Unknown,
        Decision::Accepts,
        Decision::NotApplicable,
    ] {
        for row in rows(&aimed, sought, true) {
            let artifact = row.first().filter(|_| several).and_then(|verdict| {
                let mut all = shown.report.artifacts.iter();
                let artifact = all.find(|artifact| artifact.id == verdict.artifact)?;
                Some(one_line(artifact.name.as_ref().unwrap_or(&artifact.id)))
            });
            line(page, &row, 2, artifact.as_deref());
            reason(page, &row, 6, true);
        }
    }
    fixes(page, &aimed);
}

/// The verdicts of an artifact, or of the input as a whole.
pub fn verdicts(page: &mut Page, shown: &Shown, of: impl Fn(&Verdict) -> bool) {
    let all: Vec<&Verdict> = shown
        .report
        .verdicts
        .iter()
        .filter(|v| of(v) && !shown.aimed(v))
        .collect();
    for family in consumers::FAMILIES {
        let here = |v: &&&Verdict| family.consumers.iter().any(|one| one.id == v.consumer);
        let these: Vec<&Verdict> = all
            .iter()
            .filter(|v| v.verdict != Decision::NotApplicable)
            .filter(here)
            .copied()
            .collect();
        if !these.is_empty() {
            self::family(page, shown, family, &these);
        }
    }
    idle(page, shown, &all);
    fixes(page, &all);
}

fn family(page: &mut Page, shown: &Shown, family: &Family, these: &[&Verdict]) {
    let title = family.title.get(page.lang);
    let heading = format!("{BOLD}{title}{BOLD:#}  {}", tally(these));
    let whole = shown.all || shown.asked;
    if !whole && these.iter().all(|v| v.verdict == Decision::Accepts) {
        return folded(page, &heading, these);
    }
    page.gap();
    page.line(2, &heading);
    for sought in [Decision::Refuses, Decision::Unknown, Decision::Accepts] {
        let rows = rows(these, sought, shown.asked);
        if sought == Decision::Accepts && !whole {
            acceptors(page, &rows);
            continue;
        }
        for row in rows {
            line(page, &row, 4, None);
            reason(page, &row, 8, shown.asked);
        }
    }
}

/// How many consumers of a family answer how: `✗ 2  ? 1  ✓ 5`.
fn tally(verdicts: &[&Verdict]) -> String {
    let counts = [Decision::Refuses, Decision::Unknown, Decision::Accepts].map(|sought| {
        let mut those: Vec<&str> = verdicts
            .iter()
            .filter(|v| v.verdict == sought)
            .map(|v| v.consumer.as_str())
            .collect();
        those.dedup();
        let (mark, style) = look(sought);
        match those.len() {
            0 => String::new(),
            n => format!("{style}{mark} {n}{style:#}"),
        }
    });
    let counts: Vec<&str> = counts
        .iter()
        .map(String::as_str)
        .filter(|c| !c.is_empty())
        .collect();
    counts.join("  ")
}

/// A family in which all accept: one line, whatever the width.
fn folded(page: &mut Page, heading: &str, these: &[&Verdict]) {
    let mut names: Vec<String> = these.iter().map(|v| name(v)).collect();
    names.dedup();
    let mut names = names.join(words::comma(page.lang));
    if let Some(columns) = page.columns() {
        let room = columns.saturating_sub(width(heading) + 4);
        names = if room < 8 {
            String::new()
        } else {
            cut(&names, room)
        };
    }
    page.gap();
    page.raw(2, &format!("{heading}  {DIM}{names}{DIM:#}"));
}

/// Those of a family who accept while others do not, in one line.
fn acceptors(page: &mut Page, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let (mark, style) = look(Decision::Accepts);
    let word = decision(Decision::Accepts, page.lang);
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let name = linked(page, row);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = names.join(words::comma(page.lang));
    page.hanging(4, &format!("{style}{mark} {word}{style:#}  "), &names);
}

fn line(page: &mut Page, row: &[&Verdict], indent: usize, artifact: Option<&str>) {
    let Some(verdict) = row.first() else {
        return;
    };
    let (mark, style) = look(verdict.verdict);
    let word = decision(verdict.verdict, page.lang);
    let mut text = linked(page, row);
    if let Some(artifact) = artifact {
        text.push_str(&format!("  {DIM}{artifact}{DIM:#}"));
    }
    page.hanging(indent, &format!("{style}{mark} {word}{style:#}  "), &text);
}

fn reason(page: &mut Page, row: &[&Verdict], indent: usize, with_steps: bool) {
    let Some(verdict) = row.first() else {
        return;
    };
    page.say(indent, &verdict.because);
    if let Some(at) = &verdict.at {
        page.raw(indent, &format!("{DIM}{}{DIM:#}", place(at, page.lang)));
    }
    if let Some(error) = &verdict.error {
        page.quote(indent, error);
    }
    if with_steps {
        for step in &verdict.steps {
            let (mark, style) = match step.mark {
                Mark::Pass => ("✓", GREEN),
                Mark::Fail => ("✗", RED),
                Mark::Note => ("·", DIM),
                Mark::Unknown => ("?", YELLOW),
            };
            let says = page.phrase(&step.says);
            page.hanging(indent + 2, &format!("{style}{mark}{style:#} "), &says);
        }
    }
}

/// Those whom it does not concern: their number, or their names.
fn idle(page: &mut Page, shown: &Shown, verdicts: &[&Verdict]) {
    let mut ids: Vec<&str> = verdicts
        .iter()
        .filter(|v| v.verdict == Decision::NotApplicable)
        .map(|v| v.consumer.as_str())
        .collect();
    ids.dedup();
    if ids.is_empty() {
        return;
    }
    let (mark, style) = look(Decision::NotApplicable);
    let word = decision(Decision::NotApplicable, page.lang);
    let head = format!("{style}{mark} {word}{style:#}  ");
    page.gap();
    if shown.all {
        let names: Vec<String> = ids
            .iter()
            .map(|id| page.link(Target::Consumer(id), &one_line(id)))
            .collect();
        page.hanging(2, &head, &names.join(words::comma(page.lang)));
    } else {
        let number = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let phrase = match number {
            1 => say("1 consumer", "1 个使用方"),
            _ => say("{n} consumers", "{n} 个使用方").count("n", number),
        };
        let number = page.phrase(&phrase);
        page.hanging(2, &head, &format!("{DIM}{number}{DIM:#}"));
    }
}

/// Each fix once, with those it is for.
fn fixes(page: &mut Page, verdicts: &[&Verdict]) {
    let mut all: Vec<(&Fix, Vec<String>)> = Vec::new();
    for verdict in verdicts {
        for fix in &verdict.fixes {
            match all.iter_mut().find(|(known, _)| *known == fix) {
                Some((_, whom)) if whom.contains(&name(verdict)) => {}
                Some((_, whom)) => whom.push(name(verdict)),
                None => all.push((fix, vec![name(verdict)])),
            }
        }
    }
    if all.is_empty() {
        return;
    }
    page.gap();
    page.heading(2, words::FIXES);
    for (fix, whom) in all {
        page.fix(2, fix, &whom.join(words::comma(page.lang)));
    }
}

/// What more there is to see, where something was folded.
pub fn hint(page: &mut Page, shown: &Shown) {
    let folded = shown.report.verdicts.iter().any(|v| {
        !shown.aimed(v) && matches!(v.verdict, Decision::Accepts | Decision::NotApplicable)
    });
    if !shown.all && !shown.asked && folded {
        let phrase = match page.lang {
            Lang::En => "`--all` also shows who accepts it and why, and whom it does not concern.",
            Lang::Zh => "`--all` 还会显示谁接受它、为什么，以及它与谁无关。",
        };
        page.line(0, &format!("{DIM}{phrase}{DIM:#}"));
    }
}
