//! The leaflet of one media type: what it stands for, who writes it and who reads it, what it is confused with.

use super::{Bit, Block, Leaflet, both, consumer_link, joined, section};
use crate::consumers;
use crate::media_types::{self, MediaType};
use crate::text::{say, text};

/// The leaflet of a media type that is known.
pub fn leaflet(known: &'static MediaType) -> Leaflet {
    let name = || say("{type}", "{type}").name("type", known.name.clone());
    let mut about = joined(&[name(), say(": ", "："), known.holds()]);
    let mut lede = vec![known.holds().into()];
    if let Some(note) = known.note() {
        about = both(about, note.clone());
        lede.push(say(" ", "").into());
        lede.push(note.into());
    }
    let mut facts = vec![(text("What it is", "类别"), vec![known.role.word().into()])];
    if !known.maker().is_empty() {
        facts.push((
            text("Whose it is", "归属"),
            vec![Bit::Name(known.maker().to_string())],
        ));
    }
    facts.push((text("Written by", "由谁写入"), several(&known.by)));
    facts.push((text("Read by", "由谁读取"), several(&known.read)));
    let near = media_types::nearest(&known.name);
    let mut sections = Vec::new();
    if !near.is_empty() {
        sections.push(section(
            "near",
            text("Easily confused with", "容易混淆的类型"),
            vec![Block::Bullets(
                near.into_iter().map(|other| vec![link(other)]).collect(),
            )],
        ));
    }
    Leaflet {
        title: vec![Bit::Code(known.name.clone())],
        name: joined(&[
            name(),
            say(
                ": what it is, who writes and who reads it",
                "：是什么、由谁写入、由谁读取",
            ),
        ]),
        about,
        lede,
        facts,
        sections,
    }
}

/// A type by its name, which leads to its page as in any sentence.
pub(super) fn link(known: &MediaType) -> Bit {
    say("{type}", "{type}")
        .code("type", known.name.clone())
        .into()
}

/// Names in one line; consumers that are known here as links.
fn several(names: &[String]) -> Vec<Bit> {
    if names.is_empty() {
        return vec![text("nobody known here", "暂无已知者").into()];
    }
    let mut bits = Vec::new();
    for name in names {
        if !bits.is_empty() {
            bits.push(say(", ", "、").into());
        }
        bits.push(match consumers::find(name) {
            Some(consumer) => consumer_link(consumer),
            None => Bit::Name(name.clone()),
        });
    }
    bits
}
