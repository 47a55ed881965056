//! A report as Markdown, to be pasted into an issue or a chat: no raw HTML, and nothing out of the input is markup.

use super::text::{alike, by_rule, summary, who};
use super::words::{self, decision, severity};
use super::{Shown, lines, one_line, place};
use pullcheck::fixes::Fix;
use pullcheck::report::{Decision, Verdict};
use pullcheck::rules;
use pullcheck::text::{Lang, Phrase, Span, short_bytes};

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
    if shown.report.findings.is_empty() {
        out.push_str(&format!("{}\n\n", words::NO_PROBLEMS.get(lang)));
        return;
    }
    for (id, group) in by_rule(&shown.report.findings) {
        let Some(first) = group.first() else { continue };
        out.push_str(&format!(
            "- **{}** {}\n",
            severity(first.severity).get(lang),
            code(id)
        ));
        for finding in group {
            out.push_str(&format!(
                "  - {} ({})\n",
                phrase(&finding.says, lang),
                code(&place(&finding.at, lang))
            ));
        }
        if let Some(rule) = rules::find(id) {
            let fix = phrase(&rule.fix.into(), lang);
            out.push_str(&format!("  - {}: {fix}\n", words::FIX.get(lang)));
        }
    }
    out.push('\n');
}

/// A sentence; its words are escaped, its code stands in code.
fn phrase(phrase: &Phrase, lang: Lang) -> String {
    phrase
        .spans(lang)
        .iter()
        .map(|span| match span {
            Span::Plain(text) => escape(text),
            Span::Code(text) => code(text),
        })
        .collect()
}

/// Words in which nothing is markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '@' | '&'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Code, between more backticks than it holds in a row.
fn code(text: &str) -> String {
    let text = one_line(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    match text.as_str() {
        "" => String::new(),
        text => format!("{ticks}{pad}{text}{pad}{ticks}"),
    }
}

fn fence(out: &mut String, text: &str) {
    let text = lines(text);
    let ticks = "`".repeat((longest_run(&text) + 1).max(3));
    out.push_str(&format!("{ticks}\n{}\n{ticks}\n\n", text.trim_end()));
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The content of a table cell: a bar ends a cell even within code.
fn cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_out_of_the_input_is_markup() {
        assert_eq!(escape("<img> *x*"), "\\<img\\> \\*x\\*");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(cell(&escape("a|b")), "a\\|b");
        let mut out = String::new();
        fence(&mut out, "x\n```\ny");
        assert_eq!(out, "````\nx\n```\ny\n````\n\n");
    }
}
