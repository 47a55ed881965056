//! The leaflets of the lists: all rules by subject, consumers by family, errors by who prints them, media types by whose they
//! are, examples by what they are about.

use super::Section;
use super::{
    Bit, Block, Item, Kind, Leaflet, blank, consumer_link, error_item, example_item, media_type,
    number, paragraph, rule_item,
};
use crate::consumers::{self, Consumer};
use crate::errors::{self, Entry};
use crate::examples::gallery;
use crate::media_types;
use crate::order;
use crate::rules;
use crate::text::{Phrase, Text, say, text};

/// The leaflet of a list.
pub fn leaflet(kind: Kind) -> Leaflet {
    let (name, about) = told(kind);
    Leaflet {
        title: vec![kind.title().into()],
        name: name.into(),
        about: about.clone(),
        lede: vec![about.into()],
        facts: Vec::new(),
        sections: sections(kind),
    }
}

/// What a list is called from outside, and what it says of itself.
fn told(kind: Kind) -> (Text, Phrase) {
    let count = number(kind.ids().len());
    let (name, about) = match kind {
        Kind::Rules => (
            text(
                "All rules: what can be wrong with an OCI or Docker artifact",
                "全部规则：OCI 与 Docker 制品可能出现的问题",
            ),
            say(
                "{n} things that can be wrong with an artifact, whoever pulls it. Each names its place in the specification.",
                "无论由谁拉取，制品都可能出现的 {n} 种问题。每条规则都注明在规范中的出处。",
            ),
        ),
        Kind::Consumers => (
            text(
                "All consumers: which programs accept or refuse an OCI artifact",
                "全部使用方：哪些程序接受或拒绝 OCI 制品",
            ),
            say(
                "{n} programs that pull artifacts. Each is replayed step by step as its source does it, for every range of versions that behaves alike.",
                "{n} 个拉取制品的程序。对行为一致的每个版本范围，都按其源码逐步重演。",
            ),
        ),
        Kind::Errors => (
            text(
                "All known errors: what tools print about images and artifacts, and why",
                "全部已知报错：各工具针对镜像和制品给出的报错及原因",
            ),
            say(
                "{n} messages that tools print when an artifact is not what they need, why, and what to change.",
                "当制品不符合需要时各工具给出的 {n} 条报错、原因，以及应当修改什么。",
            ),
        ),
        Kind::MediaTypes => (
            text(
                "All media types of OCI and Docker artifacts",
                "OCI 与 Docker 制品的全部媒体类型",
            ),
            say(
                "{n} media types: what each stands for, who writes it, and who reads it.",
                "{n} 种媒体类型：每种代表什么、由谁写入、由谁读取。",
            ),
        ),
        Kind::Examples => (
            text(
                "All examples: right and wrong images and artifacts",
                "全部示例：正确的和有错的镜像与制品",
            ),
            say(
                "{n} inputs, right and wrong, made to look at. Each opens in the checker; each rule's page has two more.",
                "{n} 个供查看的输入，有对有错。每个都能在检查器中打开；每条规则的页面另有两个。",
            ),
        ),
    };
    (name, about.count("n", count))
}

fn sections(kind: Kind) -> Vec<Section> {
    match kind {
        Kind::Rules => rules::by_subject()
            .map(|(subject, list)| {
                let items = list.into_iter().map(rule_item).collect();
                group(subject.into(), vec![Block::List(items)])
            })
            .collect(),
        Kind::Consumers => consumers::FAMILIES
            .iter()
            .filter(|family| !family.consumers.is_empty())
            .map(|family| {
                let cards = family.consumers.iter().map(|one| card(one)).collect();
                group(family.title.into(), vec![Block::Cards(cards)])
            })
            .collect(),
        Kind::Errors => errors_by_tool(),
        Kind::MediaTypes => media_types_by_maker(),
        Kind::Examples => {
            let families = consumers::FAMILIES.iter().map(|one| (one.id, one.title));
            rules::subjects()
                .chain(families)
                .filter_map(|(id, title)| {
                    let own = gallery::all().filter(|one| one.group == id);
                    let items: Vec<Item> = own.map(example_item).collect();
                    let some = !items.is_empty();
                    some.then(|| group(title.into(), vec![Block::Cards(items)]))
                })
                .collect()
        }
    }
}

fn group(title: Phrase, blocks: Vec<Block>) -> Section {
    Section {
        id: "",
        title,
        blocks,
    }
}

fn card(consumer: &Consumer) -> Item {
    // A range stays in one line.
    let one = |shown: &str| shown.replace(' ', "\u{a0}");
    let versions: Vec<String> = consumer
        .ranges
        .iter()
        .map(|r| one(r.versions.shown))
        .collect();
    Item {
        head: vec![consumer_link(consumer)],
        body: vec![
            paragraph(consumer.about),
            Block::Paragraph(vec![Bit::Aside(versions.join("\u{a0}· "))]),
        ],
    }
}

/// In the order of the dictionary, the tools as they come first.
fn errors_by_tool() -> Vec<Section> {
    let mut tools: Vec<&str> = Vec::new();
    for entry in errors::all() {
        if !tools.contains(&entry.tool.as_str()) {
            tools.push(&entry.tool);
        }
    }
    tools
        .into_iter()
        .map(|tool| {
            let own = errors::all().iter().filter(|entry| entry.tool == tool);
            // The heading names the tool.
            let item = |entry| {
                let mut item = error_item(entry);
                item.head.truncate(1);
                item
            };
            let title = own.clone().next().map(Entry::printed_by);
            group(
                title.unwrap_or_else(|| say("", "")),
                vec![Block::List(own.map(item).collect())],
            )
        })
        .collect()
}

fn media_types_by_maker() -> Vec<Section> {
    let mut makers: Vec<&str> = Vec::new();
    for known in media_types::all() {
        if !makers.contains(&known.maker()) {
            makers.push(known.maker());
        }
    }
    // Nobody's own come last.
    order::by_key(&mut makers, |maker| maker.is_empty());
    makers
        .into_iter()
        .map(|maker| {
            let title = if maker.is_empty() {
                say("Others", "其他")
            } else {
                say("{maker}", "{maker}").name("maker", maker)
            };
            let own = media_types::all().iter().filter(|one| one.maker() == maker);
            let items = own.map(|known| Item {
                head: vec![
                    media_type::link(known),
                    blank(),
                    Bit::Quiet(known.role.word().into()),
                ],
                body: Vec::new(),
            });
            group(title, vec![Block::List(items.collect())])
        })
        .collect()
}
