//! The leaflet of one example of the gallery: what it is, what is wrong with it and where, who takes it and who does not.
//! It is made and checked when the leaflet is written.

use super::{
    Bit, Block, Item, Leaflet, Look, Section, blank, consumer_link, joined, opens, paragraph,
    rule_item, section,
};
use crate::consumers::{self, Consumer};
use crate::examples::gallery::Example;
use crate::lessons::{Sample, excerpt};
use crate::report::{Decision, Report, SourceText, Verdict};
use crate::rules;
use crate::text::{say, text};

pub(super) fn leaflet(example: &'static Example) -> Leaflet {
    let (report, sources) = example.files().report_and_sources();
    let title = || example.title.into();
    Leaflet {
        title: vec![example.title.into()],
        name: joined(&[
            title(),
            say(" · example {example}", " · 示例 {example}").name("example", example.id),
        ]),
        about: joined(&[title(), say(": ", "："), example.about.into()]),
        lede: vec![example.about.into()],
        facts: vec![
            (
                text("Name for links", "用于链接的名称"),
                vec![
                    Bit::Code(example.id.to_string()),
                    blank(),
                    Bit::Right(example.good),
                ],
            ),
            (
                text("What it is", "它是什么"),
                vec![report.input.says.clone().into()],
            ),
            (
                text("On the command line", "在命令行中"),
                vec![Bit::Code(format!("pullcheck examples {}", example.id))],
            ),
        ],
        sections: sections(example, &report, &sources),
    }
}

fn sections(example: &'static Example, report: &Report, sources: &[SourceText]) -> Vec<Section> {
    let mut sections = vec![section(
        "wrong",
        text("What is wrong with it", "哪里有问题"),
        findings(report, sources),
    )];
    for (id, title, sought) in [
        (
            "refused",
            text("Who refuses it", "谁会拒绝"),
            Decision::Refuses,
        ),
        (
            "accepted",
            text("Who accepts it", "谁会接受"),
            Decision::Accepts,
        ),
    ] {
        let those: Vec<Item> = consumers::all()
            .filter_map(|consumer| answer(consumer, report, sought))
            .collect();
        if !those.is_empty() {
            sections.push(section(id, title, vec![listed(those, sought)]));
        }
    }
    sections.push(section(
        "try",
        text("Try it", "试一试"),
        vec![Block::Ways(vec![opens(
            Sample::Shown(example),
            text("Open the example in the checker", "在检查器中打开这个示例"),
        )])],
    ));
    sections
}

/// Those who refuse with their words, the others by name.
fn listed(items: Vec<Item>, decision: Decision) -> Block {
    if decision == Decision::Refuses {
        return Block::List(items);
    }
    let mut bits = Vec::new();
    for item in items {
        if !bits.is_empty() {
            bits.push(say(", ", "、").into());
        }
        bits.extend(item.head);
    }
    Block::Paragraph(bits)
}

/// What breaks which rule, the first place of each in its lines.
fn findings(report: &Report, sources: &[SourceText]) -> Vec<Block> {
    let mut items: Vec<Item> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for finding in &report.findings {
        let Some(rule) = rules::find(&finding.rule) else {
            continue;
        };
        if seen.contains(&rule.id) {
            continue;
        }
        seen.push(rule.id);
        let mut item = rule_item(rule);
        item.body.push(paragraph(finding.says.clone()));
        let source = sources.iter().find(|one| one.path == finding.at.path);
        item.body.push(
            match source.and_then(|source| excerpt(source, &finding.at)) {
                Some(lines) => Block::Excerpt(lines, Some(finding.severity)),
                None => Block::Paragraph(vec![
                    say("Place: ", "位置：").into(),
                    Bit::Place(finding.at.clone()),
                ]),
            },
        );
        items.push(item);
    }
    if items.is_empty() {
        return vec![paragraph(text(
            "It breaks no rule.",
            "它没有违反任何规则。",
        ))];
    }
    vec![Block::List(items)]
}

/// A consumer that answers so, with its versions and what it prints.
fn answer(consumer: &'static Consumer, report: &Report, sought: Decision) -> Option<Item> {
    let own = || {
        report
            .verdicts
            .iter()
            .filter(|verdict| verdict.consumer == consumer.id && verdict.verdict == sought)
    };
    let first: &Verdict = own().next()?;
    let mut versions: Vec<&str> = own().map(|verdict| verdict.versions.as_str()).collect();
    versions.dedup();
    let versions = consumers::shown(consumer.id, &versions);
    let mut head = vec![consumer_link(consumer)];
    if !versions.is_empty() {
        head.push(blank());
        head.push(Bit::Aside(versions));
    }
    let mut body = vec![paragraph(first.because.clone())];
    body.extend(
        first
            .error
            .clone()
            .map(|error| Block::Verbatim(Look::Error, error)),
    );
    Some(Item { head, body })
}
