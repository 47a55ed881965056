//! A report as Markdown, for an issue or a chat: no raw HTML, and nothing out of the input is markup. It decides nothing.

use super::numbers::numbers;
use super::{Row, artifact_name, columns, headline, nothing_found, remedies, rows};
use crate::markdown::{cell, code, escape, fence, phrase};
use crate::report::{Decision, Report, SHOWN, Verdict};
use crate::rules;
use crate::text::{Lang, Text, capital, short_bytes, text};

/// What matters of a report, in Markdown; `last` where nothing more is being read.
pub fn markdown(report: &Report, last: bool, lang: Lang) -> String {
    let head = headline(report);
    let mut out = format!("## {}\n\n", phrase(&head.says, lang));
    if !last || !report.complete {
        let words = match lang {
            Lang::En => "**Provisional: not everything was read.**\n\n",
            Lang::Zh => "**暂定结果：尚未读取全部内容。**\n\n",
        };
        out.push_str(words);
    }
    if let Some(because) = &head.because {
        out.push_str(&format!("{}\n\n", phrase(because, lang)));
    }
    out.push_str(&format!(
        "{} ({})",
        code(&report.input.name),
        short_bytes(report.input.bytes)
    ));
    // With nobody to judge, the headline says already what it is.
    if head.because.is_some() {
        out.push_str(match lang {
            Lang::En => ": ",
            Lang::Zh => "：",
        });
        out.push_str(&phrase(&report.input.says, lang));
    }
    out.push_str("\n\n");
    artifacts(&mut out, report, lang);
    out.push_str(&format!("{}\n\n", escape(&numbers(report, lang))));
    matrix(&mut out, report, lang);
    findings(&mut out, report, last, lang);
    mending(&mut out, report, lang);
    if !report.coverage.is_empty() {
        heading(&mut out, text("Not looked at", "未检查的内容"), lang);
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

fn heading(out: &mut String, words: Text, lang: Lang) {
    out.push_str(&format!("### {}\n\n", words.get(lang)));
}

/// The artifacts, each with its digest: what the rest is about.
fn artifacts(out: &mut String, report: &Report, lang: Lang) {
    for artifact in &report.artifacts {
        let name = artifact.name.as_ref().unwrap_or(&artifact.id);
        out.push_str(&format!(
            "- {}: {}",
            code(name),
            phrase(&artifact.says, lang)
        ));
        if let Some(digest) = &artifact.digest {
            out.push_str(&format!(" · {}", code(digest)));
        }
        out.push('\n');
    }
    if !report.artifacts.is_empty() {
        out.push('\n');
    }
}

fn matrix(out: &mut String, report: &Report, lang: Lang) {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let busy: Vec<&Row> = rows.iter().filter(|row| !row.idle()).collect();
    if busy.is_empty() {
        return;
    }
    let several = columns.len() > 1;
    heading(out, text("Who accepts it", "谁会接受它"), lang);
    out.push_str(match (lang, several) {
        (Lang::En, false) => "| Consumer | Verdict | Reason |\n| --- | --- | --- |\n",
        (Lang::Zh, false) => "| 使用方 | 结论 | 原因 |\n| --- | --- | --- |\n",
        (Lang::En, true) => {
            "| Consumer | Artifact | Verdict | Reason |\n| --- | --- | --- | --- |\n"
        }
        (Lang::Zh, true) => "| 使用方 | 制品 | 结论 | 原因 |\n| --- | --- | --- | --- |\n",
    });
    let mut errors: Vec<(String, &str)> = Vec::new();
    for row in busy {
        let mut seen: Vec<&Verdict> = Vec::new();
        for verdict in row.verdicts() {
            // The versions of a row answer alike: one line for each thing they answer about.
            if verdict.verdict == Decision::NotApplicable
                || seen.iter().any(|other| other.artifact == verdict.artifact)
            {
                continue;
            }
            seen.push(verdict);
            let about = match verdict.artifact.as_str() {
                _ if !several => String::new(),
                "*" => match lang {
                    Lang::En => " all |".to_string(),
                    Lang::Zh => " 整体 |".to_string(),
                },
                id => format!(" {} |", cell(&code(artifact_name(report, id)))),
            };
            let decision = verdict.verdict;
            out.push_str(&format!(
                "| {} |{about} {} {} | {} |\n",
                cell(&escape(&row.who())),
                decision.sign(),
                decision.word().get(lang),
                cell(&phrase(&verdict.because, lang)),
            ));
            if let Some(error) = &verdict.error
                && !errors
                    .iter()
                    .any(|(who, text)| *who == row.who() && text == error)
            {
                errors.push((row.who(), error));
            }
        }
    }
    out.push('\n');
    for (who, error) in errors {
        out.push_str(&escape(&who));
        out.push_str(match lang {
            Lang::En => ":\n\n",
            Lang::Zh => "：\n\n",
        });
        fence(out, error);
    }
}

fn findings(out: &mut String, report: &Report, last: bool, lang: Lang) {
    heading(out, text("Problems", "问题"), lang);
    let groups = report.groups();
    if groups.is_empty() {
        out.push_str(&format!(
            "{}\n\n",
            phrase(&nothing_found(report, last), lang)
        ));
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
            capital(group.severity.word().get(lang)),
            code(group.rule)
        ));
        if let Some(because) = group.weighed() {
            out.push_str(&format!("  - {}\n", phrase(because, lang)));
        }
        for (says, places) in group.sentences(SHOWN) {
            let places: Vec<String> = places.iter().map(|f| code(&f.at.show(lang))).collect();
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
            let word = match lang {
                Lang::En => "Fix: ",
                Lang::Zh => "修复：",
            };
            out.push_str(&format!("  - {word}{}\n", phrase(&rule.fix.into(), lang)));
        }
    }
    out.push('\n');
}

fn mending(out: &mut String, report: &Report, lang: Lang) {
    let all = remedies(report);
    if all.is_empty() {
        return;
    }
    heading(out, text("What mends it", "怎样修复"), lang);
    for remedy in all {
        let serves = remedy.serves().join(match lang {
            Lang::En => ", ",
            Lang::Zh => "、",
        });
        let title = phrase(&remedy.fix.title, lang);
        let serves = escape(&serves);
        out.push_str(&match lang {
            Lang::En => format!("**{title}** (for {serves})\n\n"),
            Lang::Zh => format!("**{title}**（适用于 {serves}）\n\n"),
        });
        for command in &remedy.fix.commands {
            fence(out, &command.text);
        }
    }
}
