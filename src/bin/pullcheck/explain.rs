//! Explains a pasted error message with the dictionary of known ones, together with the report of an artifact where
//! there is one. It decides nothing by itself.

use crate::show::page::{Page, Target};
use crate::show::{json::pretty, one_line, place};
use crate::terminal::View;
use pullcheck::errors::{self, Entry, Match, Mention, MentionKind, Naming};
use pullcheck::join::{Answer as Joining, Joined, Open, Undecided, join};
use pullcheck::render;
use pullcheck::report::Report;
use pullcheck::text::{Lang, Phrase, say};
use pullcheck::{consumers, rules};
use serde_json::{Value, json};

/// Places of findings and texts of consumers that are listed; JSON has them all.
const SHOWN: usize = 5;

/// An answer and whether there is one.
pub struct Answer {
    /// What to print.
    pub text: String,
    /// Whether a known message was found.
    pub matched: bool,
}

/// Explains `message`, with what `report` says to it.
pub fn explain(message: &str, report: Option<&Report>, json: bool, view: View) -> Answer {
    let lang = view.lang;
    let matches = errors::explain(message);
    let text = if json {
        let list: Vec<Value> = matches
            .iter()
            .map(|found| as_json(found, report, lang))
            .collect();
        let named: Vec<Value> = errors::mentions(message)
            .iter()
            .map(|mention| mentioned(mention, lang))
            .collect();
        pretty(&json!({
            "schema": "pullcheck-explain/1",
            "lang": lang.tag(),
            "matches": list,
            "mentions": named,
        }))
    } else {
        as_text(message, &matches, report, view)
    };
    Answer {
        text,
        matched: !matches.is_empty(),
    }
}

fn as_json(found: &Match, report: Option<&Report>, lang: Lang) -> Value {
    let entry = errors::find(&found.id);
    let render = |phrase: Option<Phrase>| phrase.map(|phrase| phrase.render(lang));
    let fixes: Vec<Value> = errors::fixes(found)
        .iter()
        .map(|fix| render::fix(fix, lang))
        .collect();
    let mut value = json!({
        "id": found.id,
        "score": found.score,
        "captures": found.captures,
        "range": found.range,
        "line": found.line,
        "within": found.within,
        "tool": entry.map(|entry| &entry.tool),
        "consumers": entry.map(|entry| &entry.consumers),
        "rules": entry.map(|entry| &entry.rules),
        "title": render(entry.map(|entry| entry.title.phrase())),
        "cause": render(errors::cause(found)),
        "proof": render(errors::proof(found)),
        "fixes": fixes,
    });
    if let Some(report) = report
        && let Some(joined) = join(found, report)
    {
        value["artifact"] = joined_json(&joined, &report.input.name, lang);
    }
    value
}

fn joined_json(joined: &Joined, name: &str, lang: Lang) -> Value {
    let answer = match joined.answer {
        Joining::Printed => "printed",
        Joining::Alike => "alike",
        Joining::Cause => "cause",
        Joining::NotShown => "not-shown",
        Joining::Undecided => "undecided",
        Joining::Outside => "outside",
    };
    let printed = joined.printed.iter().map(|one| {
        json!({
            "consumer": one.verdict.consumer,
            "versions": one.verdict.versions,
            "artifact": one.verdict.artifact,
            "same": one.same,
            "error": one.verdict.error,
            "because": one.verdict.because.render(lang),
            "at": one.verdict.at.as_ref().map(render::locus),
        })
    });
    let findings = joined.findings.iter().map(|finding| {
        json!({
            "rule": finding.rule,
            "severity": finding.severity,
            "says": finding.says.render(lang),
            "at": render::locus(&finding.at),
        })
    });
    let open = joined.open.iter().map(|open| {
        let (key, id) = match &open.what {
            Undecided::Rule(id) => ("rule", id),
            Undecided::Consumer(id) => ("consumer", id),
        };
        json!({ key: id, "why": open.why.as_ref().map(|why| why.render(lang)) })
    });
    json!({
        "name": name,
        "answer": answer,
        "says": joined.says(name).render(lang),
        "printed": printed.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "clean": joined.clean,
        "not_applicable": joined.idle,
        "otherwise": joined.otherwise,
        "undecided": open.collect::<Vec<_>>(),
    })
}

fn mentioned(mention: &Mention, lang: Lang) -> Value {
    let kind = match mention.kind {
        MentionKind::Reference => "reference",
        MentionKind::Digest => "digest",
        MentionKind::MediaType => "media-type",
        MentionKind::Platform => "platform",
    };
    json!({
        "kind": kind,
        "value": mention.value,
        "line": mention.line,
        "known": mention.known.map(|known| known.get(lang)),
    })
}

fn as_text(message: &str, matches: &[Match], report: Option<&Report>, view: View) -> String {
    let lang = view.lang;
    let mut page = Page::new(view);
    if matches.is_empty()
        && let Some(naming) = errors::naming(message)
    {
        let says = match naming {
            Naming::Image(name) => say(
                "{name} is the name of an image and no error. Write the image to a file, and check that: {command}",
                "{name} 是镜像的名称，不是报错。可先把镜像写成文件再检查：{command}",
            )
            .code("name", name)
            .code("command", format!("skopeo copy --all docker://{name} oci-archive:image.tar")),
            Naming::Digest(digest) => say(
                "{digest} is a digest (64 hexadecimal digits are SHA-256). It says which bytes, not where they are.",
                "{digest} 是摘要（64 位十六进制数字即 SHA-256）。它说明是哪些字节，不说明在哪里。",
            )
            .code("digest", digest),
        };
        page.say(0, &says);
    } else if matches.is_empty() {
        page.line(
            0,
            match lang {
                Lang::En => {
                    "No known message is in this text. `pullcheck errors` lists the known ones; `pullcheck check` looks at the artifact itself."
                }
                Lang::Zh => {
                    "这段文本中没有已知的报错。`pullcheck errors` 列出已知报错；`pullcheck check` 检查制品本身。"
                }
            },
        );
    }
    let many = message.lines().nth(1).is_some();
    for found in matches {
        let Some(entry) = errors::find(&found.id) else {
            continue;
        };
        page.gap();
        heading(&mut page, found, entry, many);
        if let Some(cause) = errors::cause(found) {
            page.say(2, &cause);
        }
        // Each error of the text in full; of other readings of the same words, enough to tell whether they are meant.
        if found.within.is_some() {
            continue;
        }
        if let Some(report) = report
            && let Some(joined) = join(found, report)
        {
            joined_text(&mut page, &joined, &report.input.name);
        }
        if let Some(proof) = errors::proof(found) {
            let proof = page.phrase(&proof);
            page.line(
                2,
                &match lang {
                    Lang::En => format!("What proves it: {proof}"),
                    Lang::Zh => format!("证据：{proof}"),
                },
            );
        }
        for fix in errors::fixes(found) {
            page.fix(2, &fix, "");
        }
    }
    page.finish()
}

fn heading(page: &mut Page, found: &Match, entry: &'static Entry, many: bool) {
    let title = page.phrase(&entry.title.phrase());
    page.line(0, &title);
    let line = if many && found.line > 0 {
        let line = u64::try_from(found.line).unwrap_or(u64::MAX);
        format!(
            "  {}",
            page.phrase(&say("line {n}", "第 {n} 行").count("n", line))
        )
    } else {
        String::new()
    };
    page.line(
        2,
        &format!(
            "{}  {}  {}{line}",
            page.link(Target::Error(&entry.id), &entry.id),
            one_line(&page.phrase(&entry.printed_by())),
            found.score
        ),
    );
}

/// What the artifact says to the error: the answer, then what proves it or what was looked at.
fn joined_text(page: &mut Page, joined: &Joined, name: &str) {
    let lang = page.lang;
    page.say(2, &joined.says(name));
    for one in joined.printed.iter().take(SHOWN) {
        let verdict = &one.verdict;
        let who = consumers::find(&verdict.consumer).map_or(verdict.consumer.as_str(), |c| c.name);
        let at = verdict
            .at
            .as_ref()
            .map_or_else(String::new, |at| format!("  {}", place(at, lang)));
        page.line(
            4,
            &format!("✗ {} {}{at}", one_line(who), one_line(&verdict.versions)),
        );
        page.quote(6, verdict.error.as_deref().unwrap_or("").trim_end());
    }
    for finding in joined.findings.iter().take(SHOWN) {
        let says = page.phrase(&finding.says);
        page.line(4, &format!("✗ {says}  {}", place(&finding.at, lang)));
    }
    let more = joined.findings.len().saturating_sub(SHOWN);
    if more > 0 {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        page.say(4, &say("and {n} more", "另有 {n} 处").count("n", more));
    }
    if matches!(joined.answer, Joining::NotShown) {
        for id in &joined.otherwise {
            let who = consumers::find(id).map_or(id.as_str(), |consumer| consumer.name);
            page.line(4, &format!("✓ {}", one_line(who)));
        }
        for id in &joined.clean {
            let title = rules::find(id).map(|rule| page.phrase(&rule.title.into()));
            page.line(4, &format!("✓ {}", title.as_deref().unwrap_or(id.as_str())));
        }
    }
    for open in joined.open.iter().take(SHOWN) {
        page.line(4, &format!("? {}", undecided(page, open)));
    }
}

fn undecided(page: &Page, open: &Open) -> String {
    let what = match &open.what {
        Undecided::Rule(id) => match rules::find(id) {
            Some(rule) => page.phrase(&rule.title.into()),
            None => one_line(id),
        },
        Undecided::Consumer(id) => one_line(consumers::find(id).map_or(id.as_str(), |c| c.name)),
    };
    let colon = match page.lang {
        Lang::En => ": ",
        Lang::Zh => "：",
    };
    match &open.why {
        Some(why) => format!("{what}{colon}{}", page.phrase(why)),
        None => what,
    }
}
