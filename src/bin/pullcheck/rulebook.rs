//! The rules as a list, one of them in full, and the tables of docs/rules.md. It shows what is built in and judges nothing.

use crate::arguments::RulesFormat;
use crate::examples;
use crate::lists::{whole, words};
use crate::show::page::{Page, Target};
use crate::terminal::View;
use pullcheck::errors::placeholders;
use pullcheck::markdown;
use pullcheck::rules::peers::{self, Extent, PEERS};
use pullcheck::rules::{self, Rule};
use pullcheck::text::{Arg, Lang, Phrase, Text, say, text};
use serde_json::{Value, json};

/// The rules that were asked for: one, or all.
pub fn chosen(id: Option<&str>) -> Result<Vec<&'static Rule>, Phrase> {
    match id {
        None => Ok(rules::all().collect()),
        Some(id) => rules::find(id).map(|rule| vec![rule]).ok_or_else(|| {
            say(
                "There is no rule {id}; `pullcheck rules` lists all of them.",
                "没有名为 {id} 的规则；`pullcheck rules` 列出全部规则。",
            )
            .code("id", id)
        }),
    }
}

/// The rules that were asked for, in a format. A single one is shown in full to people.
pub fn rules(chosen: &[&'static Rule], format: RulesFormat, view: View) -> String {
    let lang = view.lang;
    match (format, chosen) {
        (RulesFormat::Json, [rule]) => {
            let list = vec![examples::with_lesson(as_json(rule, lang), rule)];
            whole("pullcheck-rules/1", "rules", lang, list)
        }
        (RulesFormat::Json, _) => {
            let list = chosen.iter().map(|rule| as_json(rule, lang));
            whole("pullcheck-rules/1", "rules", lang, list.collect())
        }
        (RulesFormat::Markdown, _) => tables(chosen, lang),
        (RulesFormat::Text, [rule]) => in_full(rule, view),
        (RulesFormat::Text, _) => list(chosen, view),
    }
}

fn as_json(rule: &Rule, lang: Lang) -> Value {
    json!({
        "id": rule.id,
        "severity": rule.severity,
        "title": words(rule.title, lang),
        "why": words(rule.why, lang),
        "fix": words(rule.fix, lang),
        "fine": rule.fine.map(|fine| words(fine, lang)),
        "spec": rule.spec,
        "since": rule.since,
        "peers": peers::peers(rule.id).map(|(peer, extent)| json!({
            "name": peer.name,
            "in_part": extent == Extent::Part,
        })).collect::<Vec<_>>(),
    })
}

fn list(chosen: &[&Rule], view: View) -> String {
    let lang = view.lang;
    let mut page = Page::new(view);
    let width = chosen.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in chosen {
        let title = page.phrase(&rule.title.into());
        let severity = rule.severity.word().get(lang);
        // Every Chinese word for a severity is two characters long; English needs padding.
        let severity = match lang {
            Lang::En => format!("{severity:7}"),
            Lang::Zh => severity.to_string(),
        };
        let id = page.link(Target::Rule(rule.id), rule.id);
        let pad = " ".repeat(width.saturating_sub(rule.id.len()));
        page.hanging(0, &format!("{id}{pad}  {severity}  "), &title);
    }
    page.finish()
}

/// A sentence whose values are open: each is shown as `<name>`.
fn open(text: Text, lang: Lang) -> Phrase {
    let mut phrase = Phrase::from(text);
    for name in placeholders(text.get(lang)) {
        let shown = Arg::Code(format!("<{name}>"));
        phrase.args.push((name.to_string().into(), shown));
    }
    phrase
}

fn in_full(rule: &'static Rule, view: View) -> String {
    let lang = view.lang;
    let mut page = Page::new(view);
    let word = |en, zh| text(en, zh).get(lang);
    page.say(0, &rule.title.into());
    let severity = rule.severity.word().get(lang);
    let id = page.link(Target::Rule(rule.id), rule.id);
    page.line(2, &format!("{id}  {severity}  {}", rule.spec));
    if let Some(address) = rule.address() {
        page.raw(2, &address);
    }
    if let Some(since) = rules::since(rule) {
        page.say(2, &since);
    }
    let mut part = |title: &str, phrase: Phrase| {
        page.gap();
        page.line(2, title);
        page.say(4, &phrase);
    };
    part(word("What is wrong", "问题是什么"), open(rule.says, lang));
    part(word("Why it matters", "为什么重要"), rule.why.into());
    part(word("How to fix it", "怎样修复"), rule.fix.into());
    if let Some(fine) = rule.fine {
        part(word("When it is fine", "什么时候没有问题"), fine.into());
    }
    if let Some(trigger) = rule.trigger {
        page.gap();
        page.line(
            2,
            word("The smallest content that breaks it", "触发它的最小内容"),
        );
        page.quote(4, trigger);
    }
    examples::lesson(&mut page, rule);
    page.gap();
    page.line(2, word("Who else checks it", "还有谁检查"));
    page.line(4, &checked_by(rule, lang, |peer| peer.name.to_string()));
    page.finish()
}

/// The peers that check a rule, with a word for each that does so in part.
fn checked_by(rule: &Rule, lang: Lang, name: impl Fn(&peers::Peer) -> String) -> String {
    let names: Vec<String> = peers::peers(rule.id)
        .map(|(peer, extent)| match (extent, lang) {
            (Extent::Whole, _) => name(peer),
            (Extent::Part, Lang::En) => format!("{} (in part)", name(peer)),
            (Extent::Part, Lang::Zh) => format!("{}（部分）", name(peer)),
        })
        .collect();
    let all = peers::peers(rule.id).filter(|(_, extent)| *extent == Extent::Whole);
    match lang {
        _ if names.is_empty() => "—".to_string(),
        _ if all.count() == PEERS.len() => text("all of them", "全部").get(lang).to_string(),
        Lang::En => names.join(", "),
        Lang::Zh => names.join("、"),
    }
}

/// A percentage without a fraction, rounded to the nearest.
fn percent(part: usize, all: usize) -> usize {
    part.saturating_mul(200)
        .saturating_add(all)
        .checked_div(all.saturating_mul(2))
        .unwrap_or(0)
}

/// Tables for docs/rules.md: who checks how many, then every subject's rules.
fn tables(chosen: &[&Rule], lang: Lang) -> String {
    let word = |en, zh| text(en, zh).get(lang);
    let mut out = format!(
        "# {}\n\n<!-- {} cargo run --bin pullcheck -- rules --format markdown --lang {} -->\n\n",
        word("Rules", "规则"),
        word(
            "Made by this command, do not edit:",
            "由以下命令生成，请勿手工修改："
        ),
        lang.tag(),
    );
    if chosen.len() == rules::all().count() {
        share_table(&mut out, lang);
    }
    for (subject, rules) in rules::by_subject() {
        let rules: Vec<&Rule> = rules
            .into_iter()
            .filter(|rule| chosen.iter().any(|one| one.id == rule.id))
            .collect();
        if rules.is_empty() {
            continue;
        }
        out.push_str(&format!("## {}\n\n", subject.get(lang)));
        out.push_str(word(
            "| Rule | Severity | What is wrong | Source | Who else checks it |\n",
            "| 规则 | 严重程度 | 问题 | 依据 | 还有谁检查 |\n",
        ));
        out.push_str("| --- | --- | --- | --- | --- |\n");
        for rule in rules {
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} |\n",
                markdown::code(rule.id),
                rule.severity.word().get(lang),
                markdown::cell(&markdown::phrase(&rule.title.into(), lang)),
                source(rule),
                checked_by(rule, lang, |peer| markdown::escape(peer.name)),
            ));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn source(rule: &Rule) -> String {
    let shown = match rule.since {
        "" => markdown::escape(rule.spec),
        since => format!("{} ({since})", markdown::escape(rule.spec)),
    };
    match rule.address() {
        Some(address) => format!("[{shown}]({address})"),
        None => shown,
    }
}

fn share_table(out: &mut String, lang: Lang) {
    let word = |en, zh| text(en, zh).get(lang);
    let all = rules::all().count();
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let intro = say(
        "{all} rules, and which of {peers} other programs check the same, as read in their sources; none of them was run for \
         this. *In part* means: only in some documents, commands or versions, or by failing at something else because of it. \
         None of them checks {alone} of the rules ({share} %).",
        "共 {all} 条规则，以及另外 {peers} 个程序中哪些也检查同样的问题。结论来自阅读它们的源码，并未实际运行。\
         “部分”是指只在某些文档、命令或版本中检查，或者因此在别处失败。其中 {alone} 条规则（{share}%）没有任何一个程序检查。",
    )
    .count("all", number(all))
    .count("peers", number(PEERS.len()))
    .count("alone", number(peers::unchecked()))
    .count("share", number(percent(peers::unchecked(), all)));
    out.push_str(&intro.render(lang));
    out.push_str("\n\n");
    out.push_str(word(
        "The version in brackets after a source is the first version of the image specification that says so.\n\n",
        "“依据”一栏括号中的版本，是镜像规范首次提出该要求的版本。\n\n",
    ));
    out.push_str(word(
        "| Program | What it is as a checker | Checks | In part | Both, of all |\n",
        "| 程序 | 检查什么 | 完整检查 | 部分检查 | 合计占比 |\n",
    ));
    out.push_str("| --- | --- | ---: | ---: | ---: |\n");
    for (peer, checks, in_part) in peers::shares() {
        out.push_str(&format!(
            "| [{}]({}) | {} | {checks} | {in_part} | {}{}% |\n",
            markdown::escape(peer.name),
            peer.link,
            markdown::cell(&markdown::phrase(&peer.about.into(), lang)),
            percent(checks + in_part, all),
            word(" ", ""),
        ));
    }
    out.push('\n');
}
