//! The lists of consumers and known errors. They show what is built in and judge nothing.

use crate::show::{json::pretty, text::Page};
use pullcheck::consumers::Takes;
use pullcheck::text::{Lang, Phrase, say};
use pullcheck::{consumers, errors};
use serde_json::{Value, json};

/// The consumers.
pub fn consumers(json: bool, lang: Lang) -> String {
    if json {
        let list = consumers::all().map(|consumer| {
            json!({
                "id": consumer.id,
                "name": consumer.name,
                "about": words(consumer.about, lang),
                "ranges": consumer.ranges.iter().map(|range| json!({
                    "versions": range.versions.shown,
                    "label": words(range.label, lang),
                })).collect::<Vec<_>>(),
                "settings": consumer.settings.iter().map(|setting| json!({
                    "key": consumers::key(consumer.id, setting),
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
                "sources": consumer.sources.iter().map(|source| json!({
                    "repository": source.repository,
                    "path": source.path,
                    "at": source.at,
                })).collect::<Vec<_>>(),
            })
        });
        return whole("pullcheck-consumers/1", "consumers", lang, list.collect());
    }
    let mut page = Page::new(lang);
    for consumer in consumers::all() {
        page.gap();
        page.line(0, &format!("{}  {}", consumer.id, consumer.name));
        page.say(2, &consumer.about.into());
        for range in consumer.ranges {
            let label = page.phrase(&range.label.into());
            let line = format!("{}  {label}", range.versions.shown);
            page.line(4, line.trim());
        }
        for setting in consumer.settings {
            let about = page.phrase(&setting.about.into());
            let key = consumers::key(consumer.id, setting);
            page.line(4, &format!("--set {key}={}  {about}", setting.default));
        }
    }
    page.finish()
}

/// The known errors that hold all words of `search`.
pub fn errors(search: &str, json: bool, lang: Lang) -> String {
    let found = errors::search(search);
    if json {
        let list = found.iter().map(|entry| {
            json!({
                "id": entry.id,
                "tool": entry.tool,
                "message": entry.message,
                "title": entry.title.phrase().render(lang),
                "consumers": entry.consumers,
                "rules": entry.rules,
            })
        });
        return whole("pullcheck-errors/1", "errors", lang, list.collect());
    }
    let mut page = Page::new(lang);
    if found.is_empty() {
        let phrase = say(
            "No known error holds {words}. A whole message or log goes to `pullcheck explain`.",
            "没有包含 {words} 的已知报错。完整的报错或日志交给 `pullcheck explain`。",
        );
        page.say(0, &phrase.code("words", search));
    }
    for entry in found {
        let title = page.phrase(&entry.title.phrase());
        page.line(0, &format!("{}  {}", entry.id, entry.tool));
        page.line(2, &title);
        page.quote(2, &entry.message);
    }
    page.finish()
}

/// A text in one language.
pub fn words(text: pullcheck::text::Text, lang: Lang) -> String {
    Phrase::from(text).render(lang)
}

/// A list as a JSON document of its own.
pub fn whole(schema: &str, key: &str, lang: Lang, list: Vec<Value>) -> String {
    pretty(&json!({ "schema": schema, "lang": lang.tag(), key: list }))
}
