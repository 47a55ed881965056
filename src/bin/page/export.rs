//! A report as text that can be passed on: Markdown for an issue or a chat, JSON, SARIF, and the file that opens again.
//! Nothing out of the input becomes markup, and nothing is decided here.

use crate::answers::{self, Row, columns, decision, rows, severity};
use crate::fixes::remedies;
use crate::headline::headline;
use crate::problems;
use crate::result::today;
use crate::route;
use crate::state::Loaded;
use pullcheck::badge::{self, Tone};
use pullcheck::consumers::{Question, TARGET};
use pullcheck::markdown::{cell, code, escape, fence, phrase};
use pullcheck::report::{Decision, Packaging, Report, SHOWN, Verdict};
use pullcheck::text::{Lang, short_bytes};
use pullcheck::{rules, sarif};

/// The same without names: those of files, hosts, repositories, users and what annotations and variables say. The documents,
/// which hold them, are left out.
pub fn leave_out(loaded: &Loaded) -> Loaded {
    Loaded {
        job: loaded.job,
        last: loaded.last,
        report: pullcheck::share::leave_out(&loaded.report, &loaded.sources),
        sources: Vec::new(),
        effort: loaded.effort,
        opened: loaded.opened.clone(),
    }
}

/// The headline as a badge. None while it can change, and where nobody was judged.
pub fn badge(loaded: &Loaded, lang: Lang) -> Option<String> {
    let head = headline(&loaded.report);
    let tone = match head.tone {
        "accept" => Tone::Accepts,
        "refuse" => Tone::Refuses,
        "unknown" => Tone::Unknown,
        _ => return None,
    };
    if !loaded.last || !loaded.report.complete {
        return None;
    }
    let version = loaded
        .opened
        .as_deref()
        .unwrap_or(env!("CARGO_PKG_VERSION"));
    let label = match loaded.opened {
        // It was checked on a day that nobody wrote down.
        Some(_) => format!("Pullcheck {version}"),
        None => format!("Pullcheck {version} · {}", today()),
    };
    let says = head.says.render(lang).replace('`', "");
    let says = says.trim_end_matches(['.', '。']);
    Some(badge::svg(&label, says, tone, lang))
}

/// The badge, for the menu: it offers none where there is none.
pub fn badge_file(loaded: &Loaded, lang: Lang) -> String {
    badge(loaded, lang).unwrap_or_default()
}

/// The report as JSON of the documented schema.
pub fn json(loaded: &Loaded, lang: Lang) -> String {
    pretty(&pullcheck::render::json(&loaded.report, lang))
}

/// The report as a file that opens again.
pub fn saved(loaded: &Loaded, lang: Lang) -> String {
    pullcheck::saved::write(&loaded.report, &loaded.sources, lang)
}

/// The report as SARIF: its findings, and what the consumer says that the person deploys to.
pub fn sarif(loaded: &Loaded, lang: Lang) -> String {
    let report = &loaded.report;
    let target = report.choices.get(TARGET);
    let target = target.and_then(|text| Question::read(text).ok());
    pretty(&sarif::log(&sarif::Shown {
        report,
        lang,
        asked: false,
        target: target.as_ref(),
        all: false,
        path: None,
        folder: report.input.packaging == Packaging::Folder,
        // A file on a disk is no address for others.
        site: Some(route::site())
            .filter(|base| base.starts_with("http"))
            .map(|base| base.trim_end_matches('/').to_string()),
    }))
}

fn pretty(value: &serde_json::Value) -> String {
    // Writing out a value that is in memory does not fail.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A name for a file of the report: the input's own, without what file systems refuse, and an end of its kind.
pub fn file_name(report: &Report, end: &str) -> String {
    let name: String = report
        .input
        .name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let name = name.trim_matches(['.', '-']);
    format!("{}.{end}", if name.is_empty() { "report" } else { name })
}

/// What matters of a report, in Markdown.
pub fn markdown(loaded: &Loaded, lang: Lang) -> String {
    let report = &loaded.report;
    let head = headline(report);
    let mut out = format!("## {}\n\n", phrase(&head.says, lang));
    if !loaded.last || !report.complete {
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
    matrix(&mut out, report, lang);
    findings(&mut out, loaded, lang);
    mending(&mut out, report, lang);
    if !report.coverage.is_empty() {
        heading(&mut out, lang, "Not looked at", "未检查的内容");
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

fn heading(out: &mut String, lang: Lang, en: &str, zh: &str) {
    let words = match lang {
        Lang::En => en,
        Lang::Zh => zh,
    };
    out.push_str(&format!("### {words}\n\n"));
}

fn matrix(out: &mut String, report: &Report, lang: Lang) {
    let columns = columns(report);
    let rows = rows(report, &columns);
    let busy: Vec<&Row> = rows.iter().filter(|row| !row.idle()).collect();
    if busy.is_empty() {
        return;
    }
    let several = columns.len() > 1;
    heading(out, lang, "Who accepts it", "谁会接受它");
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
                id => format!(" {} |", cell(&code(answers::artifact_name(report, id)))),
            };
            let (word, icon, _) = decision(verdict.verdict);
            out.push_str(&format!(
                "| {} |{about} {icon} {} | {} |\n",
                cell(&escape(&row.who())),
                word.get(lang),
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

fn findings(out: &mut String, loaded: &Loaded, lang: Lang) {
    heading(out, lang, "Problems", "问题");
    let groups = loaded.report.groups();
    if groups.is_empty() {
        out.push_str(&format!("{}\n\n", phrase(&problems::none(loaded), lang)));
        return;
    }
    let about = loaded.report.profile.about();
    out.push_str(&format!("{}\n\n", phrase(&about.into(), lang)));
    for group in &groups {
        let rule = rules::find(group.rule);
        let facts = [group.number(), rule.and_then(rules::since)].into_iter();
        let facts: String = facts
            .flatten()
            .map(|fact| format!(" · {}", phrase(&fact, lang)))
            .collect();
        out.push_str(&format!(
            "- **{}** {}{facts}\n",
            severity(group.severity).0.get(lang),
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
    heading(out, lang, "What mends it", "怎样修复");
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
