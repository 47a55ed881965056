//! The leaflet of one known error: its message, what it means, what proves it, who prints it, what to change. Its parts
//! stand in the order of a rule's.

use super::{
    Bit, Block, Item, Leaflet, Look, Section, To, colon, consumer_link, joined, open, paragraph,
    rule_item, section,
};
use crate::consumers;
use crate::errors::{self, Case, Entry, Match, When};
use crate::fixes::Fix;
use crate::rules;
use crate::text::{Arg, Phrase, say, text};

/// Characters of a message that go into a title.
const TITLE: usize = 80;

/// The leaflet of a known error.
pub fn leaflet(entry: &'static Entry) -> Leaflet {
    let first = entry.message.split(" | ").next().unwrap_or_default();
    Leaflet {
        title: vec![open(entry.title.phrase()).into()],
        name: joined(&[
            say("“{text}” (", "“{text}”（").arg("text", Arg::Name(cut(first, TITLE))),
            entry.printed_by(),
            say("): ", "）："),
            open(entry.title.phrase()),
        ]),
        about: joined(&[
            say("“{text}”: ", "“{text}”：").arg("text", Arg::Name(first.to_string())),
            open(entry.cause.phrase()),
        ]),
        lede: Vec::new(),
        facts: vec![
            (
                text("Printed by", "由谁给出"),
                vec![Bit::Say(entry.printed_by())],
            ),
            (
                text("Name for links", "用于链接的名称"),
                vec![Bit::Code(entry.id.clone())],
            ),
        ],
        sections: sections(entry),
    }
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_string(),
    }
}

fn sections(entry: &'static Entry) -> Vec<Section> {
    let messages = entry.message.split(" | ");
    let mut looks: Vec<Block> = messages.map(|m| Block::Message(m.to_string())).collect();
    if let Some(sample) = &entry.sample {
        looks.push(Block::Heading(vec![
            text("As it appears in a log", "在日志中的样子").into(),
        ]));
        looks.push(Block::Verbatim(Look::Error, sample.clone()));
    }
    let mut why = vec![paragraph(open(entry.cause.phrase()))];
    if !entry.cases.is_empty() {
        why.push(Block::Heading(vec![
            text(
                "It depends on a value in the message",
                "原因取决于报错中的值",
            )
            .into(),
        ]));
        why.push(Block::Bullets(entry.cases.iter().map(case).collect()));
    }
    let mut proof = vec![paragraph(open(entry.proof.phrase()))];
    let named: Vec<Item> = entry
        .rules
        .iter()
        .filter_map(|id| rules::find(id))
        .map(rule_item)
        .collect();
    if !named.is_empty() {
        proof.push(paragraph(text(
            "Drop the artifact into the checker; these rules look for it:",
            "把制品拖入检查器；以下规则会检查它：",
        )));
        proof.push(Block::List(named));
    }
    let mut sections = vec![
        section("looks", text("The message", "报错原文"), looks),
        section("why", text("Cause", "原因"), why),
        section(
            "proof",
            text("What in the artifact proves it", "制品中的证据"),
            proof,
        ),
    ];
    let who: Vec<Vec<Bit>> = entry
        .consumers
        .iter()
        .filter_map(|id| consumers::find(id))
        .map(|consumer| vec![consumer_link(consumer)])
        .collect();
    if !who.is_empty() {
        sections.push(section(
            "who",
            text("Consumers that print it", "会给出它的使用方"),
            vec![Block::Bullets(who)],
        ));
    }
    sections.push(section(
        "fix",
        text("How to fix it", "怎样修复"),
        fixes(entry).into_iter().map(Block::Fix).collect(),
    ));
    if !entry.evidence.is_empty() {
        sections.push(section(
            "history",
            text("Where this was read", "依据"),
            vec![Block::Bullets(
                entry.evidence.iter().map(|one| evidence(one)).collect(),
            )],
        ));
    }
    sections
}

/// The remedies of the entry, and behind them those that only its cases have.
fn fixes(entry: &Entry) -> Vec<Fix> {
    let mut all = errors::general_fixes(entry);
    for at in 0..entry.cases.len() {
        let found = Match {
            id: entry.id.clone(),
            case: Some(at),
            ..Match::default()
        };
        for fix in errors::fixes(&found) {
            if all.iter().all(|known| known.id != fix.id) {
                all.push(fix);
            }
        }
    }
    all
}

fn case(case: &'static Case) -> Vec<Bit> {
    let mut bits = condition(&case.when);
    bits.push(colon());
    bits.push(open(case.cause.phrase()).into());
    bits
}

/// When a case holds, in words; the conditions on a value are alternatives.
fn condition(when: &When) -> Vec<Bit> {
    let mut ways: Vec<Phrase> = Vec::new();
    for value in when.is.iter().chain(&when.one_of) {
        ways.push(say("is {value}", "为 {value}").code("value", value));
    }
    for value in &when.starts_with {
        ways.push(say("begins with {value}", "以 {value} 开头").code("value", value));
    }
    for value in &when.ends_with {
        ways.push(say("ends with {value}", "以 {value} 结尾").code("value", value));
    }
    if ways.is_empty() {
        ways.push(say("is there", "出现时"));
    }
    let name = format!("<{}>", when.capture);
    let mut bits = vec![say("If {name} ", "{name} ").code("name", name).into()];
    for (at, way) in ways.into_iter().enumerate() {
        if at > 0 {
            bits.push(say(" or ", " 或").into());
        }
        bits.push(way.into());
    }
    bits
}

/// Where something was read: a link, where it is an issue or pull request.
fn evidence(text: &str) -> Vec<Bit> {
    let label = Bit::Name(text.to_string());
    let thread = text.split_once('#').and_then(|(before, number)| {
        let repository = before.strip_suffix(" PR").unwrap_or(before);
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (numbered && crate::addresses::is_repository(repository))
            .then(|| format!("https://github.com/{repository}/issues/{number}"))
    });
    vec![match thread {
        Some(address) => Bit::Link(To::Outside(address), vec![label]),
        None => label,
    }]
}
