//! A report for people at a terminal: what it is, who takes it, what is wrong, what mends it, what was not looked at.

use super::words::{self, decision, severity};
use super::{Shown, lines, one_line, place};
use anstyle::{AnsiColor, Style};
use pullcheck::consumers;
use pullcheck::fixes::Fix;
use pullcheck::report::{
    Artifact, Decision, Group, Mark, Outcome, Report, SHOWN, Severity, Verdict,
};
use pullcheck::rules;
use pullcheck::text::{Lang, Phrase, Span, short_bytes};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const BLUE: Style = AnsiColor::Blue.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();

/// A text under construction, with escape sequences for styles.
pub struct Page {
    out: String,
    /// The reader's language.
    pub lang: Lang,
}

impl Page {
    /// An empty page.
    pub fn new(lang: Lang) -> Page {
        Page {
            out: String::new(),
            lang,
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// A line that may hold styles; what it is made of must be harmless already.
    pub fn line(&mut self, indent: usize, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    /// An empty line, unless there is one already.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A sentence.
    pub fn say(&mut self, indent: usize, phrase: &Phrase) {
        let text = self.phrase(phrase);
        self.line(indent, &text);
    }

    /// A sentence as one harmless line, its code in a colour.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        phrase
            .spans(self.lang)
            .iter()
            .map(|span| match span {
                Span::Plain(text) => one_line(text),
                Span::Code(text) => format!("{CYAN}`{}`{CYAN:#}", one_line(text)),
            })
            .collect()
    }

    /// An original text, line by line behind a bar.
    pub fn quote(&mut self, indent: usize, text: &str) {
        for line in lines(text).lines() {
            self.line(indent, &format!("{DIM}│{DIM:#} {line}"));
        }
    }

    /// A fix: what changes, and the command of each tool.
    pub fn fix(&mut self, indent: usize, fix: &Fix, whom: &str) {
        let title = self.phrase(&fix.title);
        let whom = match whom {
            "" => String::new(),
            whom => format!("  {DIM}({whom}){DIM:#}"),
        };
        self.line(indent, &format!("• {title}{whom}"));
        for command in &fix.commands {
            self.line(
                indent + 2,
                &format!("{DIM}{}:{DIM:#}", one_line(&command.tool)),
            );
            for line in lines(&command.text).lines() {
                self.line(indent + 4, line);
            }
        }
    }
}

/// The whole report.
pub fn report(shown: &Shown) -> String {
    let mut page = Page::new(shown.lang);
    let report = shown.report;
    let name = one_line(&report.input.name);
    let size = short_bytes(report.input.bytes);
    page.line(0, &format!("{BOLD}{name}{BOLD:#}  {DIM}{size}{DIM:#}"));
    page.say(2, &report.input.says);
    if !report.complete {
        let text = words::INCOMPLETE.get(shown.lang);
        page.line(2, &format!("{YELLOW}{text}{YELLOW:#}"));
    }
    for artifact in &report.artifacts {
        heading(&mut page, artifact);
        verdicts(&mut page, shown, |verdict| verdict.artifact == artifact.id);
    }
    let known = |id: &str| report.artifacts.iter().any(|artifact| artifact.id == id);
    if report.verdicts.iter().any(|v| !known(&v.artifact)) {
        let text = words::WHOLE.get(shown.lang);
        page.gap();
        page.line(0, &format!("{BOLD}{text}{BOLD:#}"));
        verdicts(&mut page, shown, |verdict| !known(&verdict.artifact));
    }
    findings(&mut page, report);
    coverage(&mut page, shown);
    page.gap();
    page.line(0, &summary(shown));
    page.finish()
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
        page.line(2, &format!("{DIM}{}{DIM:#}", facts.join("  ")));
    }
}

/// Mark and style of a decision.
fn look(decision: Decision) -> (&'static str, Style) {
    match decision {
        Decision::Refuses => ("✗", RED),
        Decision::Accepts => ("✓", GREEN),
        Decision::Unknown => ("?", YELLOW),
        Decision::NotApplicable => ("–", DIM),
    }
}

/// The name of a verdict's consumer.
fn name(verdict: &Verdict) -> String {
    one_line(consumers::find(&verdict.consumer).map_or(verdict.consumer.as_str(), |c| c.name))
}

/// Name and versions, as in `umoci ≤ 0.4.7`.
pub fn who(verdicts: &[&Verdict]) -> String {
    let versions: Vec<&str> = verdicts.iter().map(|v| v.versions.as_str()).collect();
    let id = verdicts.first().map_or("", |v| v.consumer.as_str());
    let name = verdicts.first().map(|v| name(v)).unwrap_or_default();
    format!("{name} {}", one_line(&consumers::shown(id, &versions)))
        .trim_end()
        .to_string()
}

/// Neighbours of one consumer that answer alike, and in the same steps where `steps` are shown.
pub fn alike<'v>(verdicts: Vec<&'v Verdict>, steps: bool) -> Vec<Vec<&'v Verdict>> {
    let mut groups: Vec<Vec<&'v Verdict>> = Vec::new();
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
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(same) => group.push(verdict),
            _ => groups.push(vec![verdict]),
        }
    }
    groups
}

fn verdicts(page: &mut Page, shown: &Shown, of: impl Fn(&Verdict) -> bool) {
    let lang = shown.lang;
    let all: Vec<&Verdict> = shown.report.verdicts.iter().filter(|v| of(v)).collect();
    for kind in [Decision::Refuses, Decision::Accepts, Decision::Unknown] {
        let these: Vec<&Verdict> = all.iter().copied().filter(|v| v.verdict == kind).collect();
        if these.is_empty() {
            continue;
        }
        let (mark, style) = look(kind);
        let word = decision(kind).get(lang);
        page.gap();
        for group in alike(these, shown.asked) {
            let Some(verdict) = group.first() else {
                continue;
            };
            let who = who(&group);
            page.line(2, &format!("{style}{mark} {word}{style:#}  {who}"));
            page.say(6, &verdict.because);
            if let Some(at) = &verdict.at {
                page.line(6, &format!("{DIM}{}{DIM:#}", place(at, lang)));
            }
            if let Some(error) = &verdict.error {
                page.quote(6, error);
            }
            if shown.asked {
                steps(page, verdict);
            }
        }
    }
    let mut others: Vec<&str> = all
        .iter()
        .filter(|v| v.verdict == Decision::NotApplicable)
        .map(|v| v.consumer.as_str())
        .collect();
    others.dedup();
    if !others.is_empty() {
        let (mark, style) = look(Decision::NotApplicable);
        let word = decision(Decision::NotApplicable).get(lang);
        page.gap();
        page.line(
            2,
            &format!("{style}{mark} {word}  {}{style:#}", others.join(", ")),
        );
    }
    fixes(page, &all);
}

fn steps(page: &mut Page, verdict: &Verdict) {
    for step in &verdict.steps {
        let (mark, style) = match step.mark {
            Mark::Pass => ("✓", GREEN),
            Mark::Fail => ("✗", RED),
            Mark::Note => ("·", DIM),
            Mark::Unknown => ("?", YELLOW),
        };
        let says = page.phrase(&step.says);
        page.line(8, &format!("{style}{mark}{style:#} {says}"));
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
    let text = words::FIXES.get(page.lang);
    page.gap();
    page.line(2, &format!("{BOLD}{text}{BOLD:#}"));
    for (fix, whom) in all {
        page.fix(2, fix, &whom.join(", "));
    }
}

fn findings(page: &mut Page, report: &Report) {
    page.gap();
    let lang = page.lang;
    let groups = report.groups();
    if groups.is_empty() {
        return page.line(0, words::NO_PROBLEMS.get(lang));
    }
    let text = words::PROBLEMS.get(lang);
    page.line(0, &format!("{BOLD}{text}{BOLD:#}"));
    for group in &groups {
        let style = match group.severity {
            Severity::Error => RED,
            Severity::Warning => YELLOW,
            Severity::Info => BLUE,
        };
        let word = severity(group.severity).get(lang);
        let rule = rules::find(group.rule);
        let mut facts = vec![one_line(group.rule)];
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
                page.line(6, &format!("{DIM}{}{DIM:#}", place(at, lang)));
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
            page.line(4, &format!("{GREEN}{word}{GREEN:#}  {fix}"));
        }
    }
}

fn coverage(page: &mut Page, shown: &Shown) {
    if shown.report.coverage.is_empty() {
        return;
    }
    page.gap();
    let text = words::COVERAGE.get(shown.lang);
    page.line(0, &format!("{BOLD}{text}{BOLD:#}"));
    for item in &shown.report.coverage {
        let why = page.phrase(&item.why);
        page.line(2, &format!("{}  {why}", one_line(&item.path)));
    }
}

/// What is judged by, and the counts.
pub fn summary(shown: &Shown) -> String {
    let report = shown.report;
    let judged = words::judged_by(report.profile).render(shown.lang);
    let groups = report.groups();
    let found = |s| {
        let alike = groups.iter().filter(|group| group.severity == s);
        alike.map(Group::all).sum::<u64>()
    };
    let decided = |d| report.verdicts.iter().filter(|v| v.verdict == d).count();
    let not_run = report
        .rules
        .iter()
        .filter(|r| r.outcome == Outcome::NotRun)
        .count() as u64;
    let (errors, warnings, notes) = (
        found(Severity::Error),
        found(Severity::Warning),
        found(Severity::Info),
    );
    let (refuse, accept, unknown) = (
        decided(Decision::Refuses),
        decided(Decision::Accepts),
        decided(Decision::Unknown),
    );
    match shown.lang {
        Lang::En => {
            let many = |n: u64, one: &str| match n {
                1 => format!("1 {one}"),
                n => format!("{n} {one}s"),
            };
            let mut out = format!(
                "{judged} {}, {}, {}. Verdicts: {refuse} refuse, {accept} accept, {unknown} can't tell.",
                many(errors, "error"),
                many(warnings, "warning"),
                many(notes, "note"),
            );
            if not_run > 0 {
                out.push_str(&format!(" {} could not be checked.", many(not_run, "rule")));
            }
            out
        }
        Lang::Zh => {
            let mut out = format!(
                "{judged}{errors} 个错误，{warnings} 个警告，{notes} 个提示。结论：拒绝 {refuse}，接受 {accept}，无法判断 {unknown}。"
            );
            if not_run > 0 {
                out.push_str(&format!("另有 {not_run} 条规则无法检查。"));
            }
            out
        }
    }
}
