//! The consumers at a terminal: all by family, those that hold some words, or one in full. It replays nothing.

use crate::lists::{Found, whole, words};
use crate::show::one_line;
use crate::show::page::{BOLD, DIM, GREEN, Page, Target};
use crate::terminal::View;
use pullcheck::consumers::{self, Consumer, Scope, Setting, Takes, holds as in_range};
use pullcheck::errors::{self, Entry};
use pullcheck::text::{Lang, Text, say, text};
use serde_json::{Value, json};

/// What is asked for: all, one by its id, or words that a consumer holds.
pub fn consumers(search: &str, json: bool, view: View) -> Found {
    let (id, version) = match search.split_once('@') {
        Some((id, version)) => (id, Some(version)),
        None => (search, None),
    };
    let exact = consumers::find(id);
    let chosen: Vec<&'static Consumer> = match exact {
        Some(one) => vec![one],
        None => consumers::all().filter(|one| holds(one, search)).collect(),
    };
    let found = !chosen.is_empty();
    let text = if json {
        let list = chosen.iter().map(|one| as_json(one, view.lang)).collect();
        whole("pullcheck-consumers/1", "consumers", view.lang, list)
    } else if let Some(one) = exact {
        in_full(one, version, view)
    } else if found {
        list(&chosen, view)
    } else {
        let mut page = Page::new(view);
        let phrase = say(
            "No consumer holds {words}. `pullcheck consumers` lists all of them.",
            "没有包含 {words} 的使用方。`pullcheck consumers` 列出全部使用方。",
        );
        page.say(0, &phrase.code("words", search));
        page.finish()
    };
    Found { text, found }
}

/// Whether a consumer holds every word, in either language; with no word all do.
fn holds(one: &Consumer, search: &str) -> bool {
    let family = consumers::family(one.id).map_or(text("", ""), |family| family.title);
    let text = [
        one.id,
        one.name,
        one.about.en,
        one.about.zh,
        family.en,
        family.zh,
    ]
    .join(" ");
    let text = text.to_lowercase();
    search
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

/// The known errors that a consumer prints.
fn printed(one: &Consumer) -> impl Iterator<Item = &'static Entry> {
    let id = one.id;
    errors::all()
        .iter()
        .filter(move |entry| entry.consumers.iter().any(|other| other == id))
}

fn as_json(one: &Consumer, lang: Lang) -> Value {
    json!({
        "id": one.id,
        "name": one.name,
        "family": consumers::family(one.id).map(|family| family.id),
        "about": words(one.about, lang),
        "scope": match one.scope {
            Scope::Root => "artifact",
            Scope::Input => "input",
        },
        "ranges": one.ranges.iter().map(|range| json!({
            "versions": range.versions.shown,
            "label": words(range.label, lang),
        })).collect::<Vec<_>>(),
        "settings": one.settings.iter().map(|setting| json!({
            "key": consumers::key(one.id, setting),
            "name": words(setting.name, lang),
            "about": words(setting.about, lang),
            "default": setting.default,
            "values": match setting.takes {
                Takes::OneOf(values) => Some(values.iter().map(|(value, label)| json!({
                    "value": value,
                    "label": words(*label, lang),
                })).collect::<Vec<_>>()),
                Takes::Platform | Takes::Text(_) => None,
            },
        })).collect::<Vec<_>>(),
        "sources": one.sources.iter().map(|source| json!({
            "repository": source.repository,
            "path": source.path,
            "at": source.at,
        })).collect::<Vec<_>>(),
        "errors": printed(one).map(|entry| &entry.id).collect::<Vec<_>>(),
    })
}

fn list(chosen: &[&Consumer], view: View) -> String {
    let mut page = Page::new(view);
    for family in consumers::FAMILIES {
        let here = |one: &&&Consumer| family.consumers.iter().any(|other| other.id == one.id);
        let these: Vec<&Consumer> = chosen.iter().filter(here).copied().collect();
        if these.is_empty() {
            continue;
        }
        page.gap();
        page.heading(0, family.title);
        for one in these {
            let id = page.link(Target::Consumer(one.id), one.id);
            page.line(2, &format!("{id}  {BOLD}{}{BOLD:#}", one.name));
            page.say(6, &one.about.into());
            let ranges: Vec<&str> = one
                .ranges
                .iter()
                .map(|range| range.versions.shown)
                .collect();
            page.line(6, &format!("{DIM}{}{DIM:#}", ranges.join("; ")));
            for setting in one.settings {
                set(&mut page, 6, one, setting);
            }
        }
    }
    page.finish()
}

/// A setting as it is typed, and what it is called.
fn set(page: &mut Page, indent: usize, one: &Consumer, setting: &Setting) {
    let name = page.phrase(&setting.name.into());
    let key = consumers::key(one.id, setting);
    page.hanging(indent, &format!("--set {key}={}  ", setting.default), &name);
}

const SCOPE_ROOT: Text = text(
    "It is given one artifact, by its name in a registry or layout; each artifact is judged on its own.",
    "它接收单个制品（镜像仓库或布局中的一个名称）；每个制品单独判断。",
);
const SCOPE_INPUT: Text = text(
    "It is given the archive or folder as a whole; it is judged once.",
    "它接收整个归档或文件夹；只判断一次。",
);

fn in_full(one: &Consumer, version: Option<&str>, view: View) -> String {
    let mut page = Page::new(view);
    let id = page.link(Target::Consumer(one.id), one.id);
    page.line(0, &format!("{BOLD}{}{BOLD:#}  {id}", one.name));
    if let Some(family) = consumers::family(one.id) {
        page.line(2, &format!("{DIM}{}{DIM:#}", family.title.get(view.lang)));
    }
    page.say(2, &one.about.into());
    page.say(
        2,
        &match one.scope {
            Scope::Root => SCOPE_ROOT,
            Scope::Input => SCOPE_INPUT,
        }
        .into(),
    );
    page.gap();
    page.heading(
        2,
        text("Versions that behave differently", "行为不同的各版本"),
    );
    let mut known = version.is_none();
    for range in one.ranges {
        let label = page.phrase(&range.label.into());
        let this = version.filter(|version| in_range(&range.versions, version));
        known |= this.is_some();
        let mark = match this {
            Some(version) => format!("{GREEN}← {version}{GREEN:#}"),
            None => String::new(),
        };
        page.hanging(
            4,
            &format!("{}  ", range.versions.shown),
            format!("{label}  {mark}").trim_end(),
        );
    }
    if let Some(version) = version.filter(|_| !known) {
        let phrase = say(
            "Version {version} is in none of the known ranges.",
            "版本 {version} 不在任何已知范围内。",
        );
        page.say(4, &phrase.code("version", version));
    }
    if !one.settings.is_empty() {
        page.gap();
        page.heading(2, text("What can be set", "可以设置的内容"));
    }
    for setting in one.settings {
        set(&mut page, 4, one, setting);
        page.say(8, &setting.about.into());
        if let Takes::OneOf(values) = setting.takes {
            for (value, label) in values {
                let label = page.phrase(&(*label).into());
                let value = if value.is_empty() { "\"\"" } else { value };
                page.hanging(8, &format!("{value}  "), &label);
            }
        }
    }
    page.gap();
    page.heading(2, text("Where this was read", "行为依据"));
    for source in one.sources {
        let line = format!("{}: {}", one_line(source.repository), one_line(source.path));
        page.line(4, &line);
        page.line(6, &format!("{DIM}{}{DIM:#}", one_line(source.at)));
    }
    let errors: Vec<&Entry> = printed(one).collect();
    if !errors.is_empty() {
        page.gap();
        page.heading(2, text("Errors that it prints", "它会给出的报错"));
    }
    for entry in errors {
        let id = page.link(Target::Error(&entry.id), &one_line(&entry.id));
        let title = page.phrase(&entry.title.phrase());
        page.hanging(4, &format!("{id}  "), &title);
        page.quote(6, &entry.message);
    }
    page.finish()
}
