//! The media types at a terminal: all, those that hold some words, or one explained. The dictionary is the core's.

use crate::lists::{Found, whole};
use crate::show::page::{BOLD, DIM, Page, Target};
use crate::show::{comma, one_line};
use crate::terminal::View;
use pullcheck::consumers;
use pullcheck::media_types::{self, MediaType};
use pullcheck::spec::ecosystem;
use pullcheck::text::{Lang, Phrase, Text, say, text};
use serde_json::{Value, json};

/// What is asked for: all, a type, or words that a type holds.
pub fn media_types(search: &str, json: bool, view: View) -> Found {
    let exact = media_types::find(search);
    let chosen: Vec<&'static MediaType> = match exact {
        Some(known) => vec![known],
        None => media_types::all()
            .iter()
            .filter(|known| holds(known, search))
            .collect(),
    };
    let found = !chosen.is_empty();
    let text = if json {
        let list = chosen
            .iter()
            .map(|known| as_json(known, view.lang))
            .collect();
        whole("pullcheck-media-types/1", "mediaTypes", view.lang, list)
    } else if let Some(known) = exact {
        in_full(known, view)
    } else if found {
        list(&chosen, view)
    } else {
        unknown(search, view)
    };
    Found { text, found }
}

/// Whether a type holds every word, in either language; with no word all do.
fn holds(known: &'static MediaType, search: &str) -> bool {
    let mut text = format!("{} {}", known.name, known.maker());
    for names in [&known.by, &known.read] {
        text.push_str(&format!(" {}", names.join(" ")));
    }
    for lang in [Lang::En, Lang::Zh] {
        text.push_str(&format!(
            " {} {}",
            known.role.word().get(lang),
            known.holds().render(lang)
        ));
        let note = known.note().map(|note| note.render(lang));
        text.push_str(&note.unwrap_or_default());
    }
    let text = text.to_lowercase();
    search
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

fn as_json(known: &'static MediaType, lang: Lang) -> Value {
    json!({
        "type": known.name,
        "role": known.role.word().get(Lang::En),
        "maker": known.maker(),
        "holds": known.holds().render(lang),
        "note": known.note().map(|note| note.render(lang)),
        "writtenBy": known.by,
        "readBy": known.read,
        "near": media_types::nearest(&known.name).iter().map(|near| &near.name).collect::<Vec<_>>(),
    })
}

/// The types by whose they are; nobody's own come last.
fn list(chosen: &[&'static MediaType], view: View) -> String {
    let mut page = Page::new(view);
    let mut makers: Vec<&str> = Vec::new();
    for known in chosen {
        if !makers.contains(&known.maker()) {
            makers.push(known.maker());
        }
    }
    makers.sort_by_key(|maker| maker.is_empty());
    for maker in makers {
        page.gap();
        match maker {
            "" => page.heading(0, text("Others", "其他")),
            maker => page.line(0, &format!("{BOLD}{maker}{BOLD:#}")),
        }
        for known in chosen.iter().filter(|known| known.maker() == maker) {
            let name = page.link(Target::MediaType(&known.name), &one_line(&known.name));
            let role = known.role.word().get(view.lang);
            page.raw(2, &format!("{name}  {DIM}{role}{DIM:#}"));
        }
    }
    page.finish()
}

fn in_full(known: &'static MediaType, view: View) -> String {
    let mut page = Page::new(view);
    let name = page.link(Target::MediaType(&known.name), &one_line(&known.name));
    page.raw(0, &format!("{BOLD}{name}{BOLD:#}"));
    page.say(2, &known.holds());
    if let Some(note) = known.note() {
        page.say(2, &note);
    }
    page.gap();
    let mut facts = vec![(
        text("What it is", "类别"),
        known.role.word().get(view.lang).to_string(),
    )];
    if !known.maker().is_empty() {
        facts.push((text("Whose it is", "归属"), known.maker().to_string()));
    }
    facts.push((text("Written by", "由谁写入"), several(&page, &known.by)));
    facts.push((text("Read by", "由谁读取"), several(&page, &known.read)));
    for (what, fact) in facts {
        page.hanging(2, &label(what, view.lang), &fact);
    }
    near(
        &mut page,
        &known.name,
        text("Easily confused with", "容易混淆的类型"),
    );
    page.finish()
}

fn label(what: Text, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{:13}", format!("{}:", what.en)),
        Lang::Zh => format!("{}：", what.zh),
    }
}

fn near(page: &mut Page, name: &str, heading: Text) {
    let near = media_types::nearest(name);
    if near.is_empty() {
        return;
    }
    page.gap();
    page.heading(2, heading);
    for known in near {
        let name = page.link(Target::MediaType(&known.name), &one_line(&known.name));
        page.raw(4, &name);
    }
}

fn unknown(name: &str, view: View) -> String {
    let mut page = Page::new(view);
    page.say(0, &not_known(name));
    near(&mut page, name, text("Was this meant?", "是不是要写："));
    page.finish()
}

fn not_known(name: &str) -> Phrase {
    if !name.contains('/') || name.contains(char::is_whitespace) {
        return say(
            "No known media type holds {words}.",
            "没有包含 {words} 的已知媒体类型。",
        )
        .code("words", name);
    }
    match ecosystem::maker(name) {
        Some(maker) => say(
            "Pullcheck does not know the type {name}. By its prefix it belongs to {maker}.",
            "Pullcheck 不认识类型 {name}。从前缀看，它属于 {maker}。",
        )
        .name("maker", maker),
        None => say(
            "Pullcheck does not know the type {name}. Anybody may make one; who is to read it has to know it too.",
            "Pullcheck 不认识类型 {name}。任何人都可以自定义类型，但读取方也必须认识它。",
        ),
    }
    .code("name", name)
}

/// Names in one line; consumers that are known here as links.
fn several(page: &Page, names: &[String]) -> String {
    if names.is_empty() {
        return text("nobody known here", "暂无已知者")
            .get(page.lang)
            .to_string();
    }
    let names: Vec<String> = names
        .iter()
        .map(|name| match consumers::find(name) {
            Some(consumer) => page.link(Target::Consumer(consumer.id), consumer.name),
            None => one_line(name),
        })
        .collect();
    names.join(comma(page.lang))
}
