//! A report as Markdown, to be pasted into an issue or a chat: no raw HTML, and nothing out of the input is markup.

use super::text::summary;
use super::verdicts::{alike, who};
use super::words::{self, decision, severity};
use super::{Shown, place};
use pullcheck::fixes::Fix;
use pullcheck::markdown::{cell, code, escape, fence, phrase};
use pullcheck::report::{Decision, SHOWN, Verdict};
use pullcheck::rules;
use pullcheck::text::{Lang, short_bytes};

/// The whole report.
pub fn report(shown: &Shown) -> String {
    let report = shown.report;
    let lang = shown.lang;
    let mut out = format!(
        "## {} ({})\n\n{}\n\n",
        code(&report.input.name),
        short_bytes(report.input.bytes),
        phrase(&report.input.says, lang),
    );
    if !report.complete {
        out.push_str(&format!("**{}**\n\n", words::INCOMPLETE.get(lang)));
    }
    out.push_str(&summary(shown));
    out.push_str("\n\n");
    for artifact in &report.artifacts {
        let name = artifact.name.as_ref().unwrap_or(&artifact.id);
        out.push_str(&format!(
            "### {}\n\n{}\n\n",
            code(name),
            phrase(&artifact.says, lang)
        ));
        if let Some(digest) = &artifact.digest {
            out.push_str(&format!("{}\n\n", code(digest)));
        }
        let these = report
            .verdicts
            .iter()
            .filter(|v| v.artifact == artifact.id)
            .collect();
        verdicts(&mut out, these, lang);
    }
    let known = |id: &str| report.artifacts.iter().any(|artifact| artifact.id == id);
    let rest: Vec<&Verdict> = report
        .verdicts
        .iter()
        .filter(|v| !known(&v.artifact))
        .collect();
    if !rest.is_empty() {
        out.push_str(&format!("### {}\n\n", words::WHOLE.get(lang)));
        verdicts(&mut out, rest, lang);
    }
    findings(&mut out, shown);
    if !report.coverage.is_empty() {
        out.push_str(&format!("### {}\n\n", words::COVERAGE.get(lang)));
        for item in &report.coverage {
            out.push_str(&format!(
                "- {}: {}\n",
                code(&item.path),
                phrase(&item.why, lang)
            ));
        }
        out.push('\n');
    }
    out.push_str(&format!("Pullcheck {}\n", env!("CARGO_PKG_VERSION")));
    out
}

fn verdicts(out: &mut String, verdicts: Vec<&Verdict>, lang: Lang) {
    let mut shown: Vec<&Verdict> = verdicts
        .into_iter()
        .filter(|v| v.verdict != Decision::NotApplicable)
        .collect();
    shown.sort_by_key(|v| match v.verdict {
        Decision::Refuses => 0,
        Decision::Accepts => 1,
        _ => 2,
    });
    if shown.is_empty() {
        return;
    }
    out.push_str(match lang {
        Lang::En => "| Consumer | Verdict | Reason |\n| --- | --- | --- |\n",
        Lang::Zh => "| 使用方 | 结论 | 原因 |\n| --- | --- | --- |\n",
    });
    let groups = alike(shown.clone(), false);
    for group in &groups {
        let Some(verdict) = group.first() else {
            continue;
        };
        out.push_str(&format!(
            "| {} | {} | {} |\n",
            cell(&escape(&who(group))),
            decision(verdict.verdict).get(lang),
            cell(&phrase(&verdict.because, lang)),
        ));
    }
    out.push('\n');
    for group in &groups {
        if let Some(error) = group.first().and_then(|verdict| verdict.error.as_ref()) {
            out.push_str(&format!("{}:\n\n", escape(&who(group))));
            fence(out, error);
        }
    }
    let mut done: Vec<&Fix> = Vec::new();
    for fix in shown.iter().flat_map(|v| &v.fixes) {
        if done.contains(&fix) {
            continue;
        }
        if done.is_empty() {
            out.push_str(&format!("#### {}\n\n", words::FIXES.get(lang)));
        }
        done.push(fix);
        out.push_str(&format!("{}\n\n", phrase(&fix.title, lang)));
        for command in &fix.commands {
            fence(out, &command.text);
        }
    }
}

fn findings(out: &mut String, shown: &Shown) {
    let lang = shown.lang;
    out.push_str(&format!("### {}\n\n", words::PROBLEMS.get(lang)));
    let groups = shown.report.groups();
    if groups.is_empty() {
        out.push_str(&format!("{}\n\n", words::NO_PROBLEMS.get(lang)));
        return;
    }
    for group in &groups {
        let rule = rules::find(group.rule);
        let facts = [group.number(), rule.and_then(rules::since)].into_iter();
        let facts: String = facts
            .flatten()
            .map(|fact| format!(" · {}", phrase(&fact, lang)))
            .collect();
        out.push_str(&format!(
            "- **{}** {}{facts}\n",
            severity(group.severity).get(lang),
            code(group.rule)
        ));
        if let Some(because) = group.weighed() {
            out.push_str(&format!("  - {}\n", phrase(because, lang)));
        }
        for (says, places) in group.sentences(SHOWN) {
            let places: Vec<String> = places.iter().map(|f| code(&place(&f.at, lang))).collect();
            out.push_str(&format!(
                "  - {} ({})\n",
                phrase(says, lang),
                places.join(", ")
            ));
        }
        if let Some(rest) = group.rest(SHOWN) {
            out.push_str(&format!("  - {}\n", phrase(&rest, lang)));
        }
        if let Some(rule) = rule {
            let fix = phrase(&rule.fix.into(), lang);
            out.push_str(&format!("  - {}: {fix}\n", words::FIX.get(lang)));
        }
    }
    out.push('\n');
}
