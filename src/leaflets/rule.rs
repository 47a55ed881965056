//! The leaflet of one rule, its parts in a fixed order: what it looks like, why, who cares, how to mend it, when it is fine,
//! how to try it, where it comes from. What it tells of examples and consumers is checked when it is written.

use super::{
    Bit, Block, Item, Leaflet, Look, Section, To, blank, both, colon, consumer_link, error_item,
    example_item, joined, open, opens, paragraph, section,
};
use crate::errors;
use crate::examples::gallery;
use crate::lessons::{Break, Lesson, Sample, lesson};
use crate::report::Severity;
use crate::rules::peers::{Extent, peers};
use crate::rules::{Reason, Rule};
use crate::text::{Phrase, Text, say, text};

/// The leaflet of a rule. Its examples are made and checked for it.
pub fn leaflet(rule: &'static Rule) -> Leaflet {
    let lesson = lesson(rule);
    let says = open(rule.says);
    Leaflet {
        title: vec![rule.title.into()],
        name: joined(&[
            rule.title.into(),
            say(" · rule {rule}", " · 规则 {rule}").name("rule", rule.id),
        ]),
        about: both(says.clone(), rule.why.into()),
        lede: vec![says.into()],
        facts: vec![
            (text("Rule", "规则"), vec![Bit::Code(rule.id.to_string())]),
            (
                text("Severity", "严重程度"),
                vec![Bit::Severity(rule.severity), blank(), reason(rule).into()],
            ),
        ],
        sections: sections(rule, lesson),
    }
}

fn sections(rule: &'static Rule, lesson: Lesson) -> Vec<Section> {
    let mut sections = vec![looks(rule, &lesson)];
    sections.push(section(
        "why",
        text("Why it matters", "为什么重要"),
        vec![paragraph(rule.why), Block::Paragraph(source(rule))],
    ));
    let mut errors = errors::all()
        .iter()
        .filter(|entry| entry.rules.iter().any(|id| id == rule.id))
        .peekable();
    if !lesson.breaks.is_empty() || errors.peek().is_some() {
        let mut blocks = Vec::new();
        if !lesson.breaks.is_empty() {
            blocks.push(paragraph(text(
                "These refuse the broken example and do not refuse the mended one:",
                "下列使用方拒绝有错的示例，而不拒绝修好后的：",
            )));
            blocks.push(Block::List(lesson.breaks.iter().map(refuses).collect()));
        }
        if errors.peek().is_some() {
            blocks.push(Block::Heading(vec![
                text("Errors that it leads to", "由此引起的报错").into(),
            ]));
            blocks.push(Block::List(errors.map(error_item).collect()));
        }
        sections.push(section("who", text("Who refuses it", "谁会拒绝"), blocks));
    }
    let mut fix = vec![paragraph(rule.fix)];
    if let Some(change) = lesson.change {
        fix.push(Block::Heading(vec![
            text("Before and after", "修复前后对比").into(),
        ]));
        fix.push(Block::Change(change));
    } else if let Some(after) = lesson.after {
        fix.push(Block::Heading(vec![
            text("After: the same place, mended", "修复后：同一位置").into(),
        ]));
        fix.push(Block::Excerpt(after, None));
    }
    sections.push(section("fix", text("How to fix it", "怎样修复"), fix));
    if let Some(fine) = rule.fine {
        sections.push(section(
            "fine",
            text("When it is fine", "什么时候没有问题"),
            vec![paragraph(fine)],
        ));
    }
    sections.push(tries(rule));
    sections.push(section(
        "history",
        text("Who else checks it", "还有谁检查"),
        others(rule),
    ));
    sections
}

/// The smallest content that breaks it, and what the checker says of the broken example.
fn looks(rule: &Rule, lesson: &Lesson) -> Section {
    let snippet = rule
        .trigger
        .map(|it| Block::Verbatim(Look::Trigger, it.to_string()));
    let mut blocks: Vec<Block> = snippet.into_iter().collect();
    if let Some(finding) = &lesson.finding {
        blocks.push(Block::Heading(vec![
            text("Before: an example that breaks it", "修复前：违反它的示例").into(),
        ]));
        blocks.push(paragraph(finding.says.clone()));
        match &lesson.before {
            Some(before) => blocks.push(Block::Excerpt(before.clone(), Some(rule.severity))),
            None => blocks.push(Block::Paragraph(vec![
                say("Place: ", "位置：").into(),
                Bit::Place(finding.at.clone()),
            ])),
        }
    }
    section("looks", text("What it looks like", "是什么样子"), blocks)
}

fn refuses(one: &Break) -> Item {
    let mut head = vec![consumer_link(one.consumer)];
    if !one.versions.is_empty() {
        head.push(blank());
        head.push(Bit::Aside(one.versions.clone()));
    }
    Item {
        head,
        body: vec![Block::Verbatim(Look::Error, one.error.clone())],
    }
}

fn tries(rule: &'static Rule) -> Section {
    let mut blocks = vec![Block::Ways(vec![
        opens(
            Sample::Broken(rule),
            text(
                "Open the broken example in the checker",
                "在检查器中打开有错的示例",
            ),
        ),
        opens(
            Sample::Mended(rule),
            text("Open the mended example", "打开修好后的示例"),
        ),
    ])];
    let mut others = gallery::all()
        .filter(|example| example.breaks.contains(&rule.id))
        .peekable();
    if others.peek().is_some() {
        blocks.push(Block::Heading(vec![
            text("Other examples that break it", "其他违反它的示例").into(),
        ]));
        blocks.push(Block::List(others.map(example_item).collect()));
    }
    section("try", text("Try it", "试一试"), blocks)
}

fn reason(rule: &Rule) -> Text {
    match rule.reason {
        Reason::Must => text(
            "The specification demands it (MUST).",
            "规范明确要求（MUST）。",
        ),
        Reason::Schema => text(
            "Only the published JSON schema demands it; the text of the specification does not.",
            "只有随规范发布的 JSON schema 这样要求，规范正文没有。",
        ),
        Reason::Should => text(
            "The specification recommends it (SHOULD).",
            "规范建议如此（SHOULD）。",
        ),
        Reason::Consumers => text(
            "Consumers refuse what breaks it.",
            "违反它的内容会被使用方拒绝。",
        ),
        Reason::Ambiguous => text(
            "Consumers disagree about what it means.",
            "各使用方对其含义的理解不一致。",
        ),
        Reason::Note if rule.severity != Severity::Info => text(
            "It is allowed, and most likely a mistake.",
            "允许这样写，但很可能是失误。",
        ),
        Reason::Note => text(
            "It is allowed and does no harm; it is worth knowing.",
            "允许这样写，也没有害处，但值得了解。",
        ),
    }
}

/// The place in the specification, a link where it is a document of the image specification, and the first version of it.
fn source(rule: &Rule) -> Vec<Bit> {
    let mut bits: Vec<Bit> = vec![say("Source: ", "依据：").into()];
    match rule.address() {
        Some(address) => {
            bits.push(Bit::Name("OCI image-spec ".to_string()));
            let shown = vec![Bit::Code(rule.spec.to_string())];
            bits.push(Bit::Link(To::Outside(address), shown));
        }
        None => bits.push(Bit::Name(rule.spec.to_string())),
    }
    if let Some(since) = since(rule.since) {
        bits.push(since.into());
    }
    bits
}

fn since(since: &str) -> Option<Phrase> {
    match since {
        "" => None,
        "main" => Some(say(
            ", not yet in a release of the specification",
            "，尚未进入规范的正式版本",
        )),
        version => Some(
            say(
                ", since version {version} of the specification",
                "，自规范 {version} 版起",
            )
            .name("version", version),
        ),
    }
}

/// The programs that check it too.
fn others(rule: &Rule) -> Vec<Block> {
    let found: Vec<Item> = peers(rule.id)
        .map(|(peer, extent)| {
            let name = vec![Bit::Name(peer.name.to_string())];
            let mut head = vec![Bit::Link(To::Outside(peer.link.to_string()), name)];
            if extent == Extent::Part {
                head.push(say(", in part", "（部分检查）").into());
            }
            head.push(colon());
            head.push(peer.about.into());
            Item {
                head,
                body: Vec::new(),
            }
        })
        .collect();
    if found.is_empty() {
        return vec![paragraph(text(
            "None of the other programs whose sources were read for this.",
            "我们读过源码的其他程序都不检查这一点。",
        ))];
    }
    vec![Block::List(found)]
}
