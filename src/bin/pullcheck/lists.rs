//! The list of known errors, and what all lists share. It shows what is built in and judges nothing.

use crate::show::json::pretty;
use crate::show::page::{DIM, Page, Target};
use crate::terminal::View;
use pullcheck::errors;
use pullcheck::text::{Lang, Phrase, say};
use serde_json::{Value, json};

/// An answer, and whether there is anything in it.
pub struct Found {
    /// What to print.
    pub text: String,
    /// Whether something was found.
    pub found: bool,
}

/// The known errors that hold all words of `search`.
pub fn errors(search: &str, json: bool, view: View) -> Found {
    let lang = view.lang;
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
        return Found {
            text: whole("pullcheck-errors/1", "errors", lang, list.collect()),
            found: !found.is_empty(),
        };
    }
    let any = !found.is_empty();
    let mut page = Page::new(view);
    if !any {
        let phrase = say(
            "No known error holds {words}. A whole message or log goes to `pullcheck explain`.",
            "没有包含 {words} 的已知报错。完整的报错或日志交给 `pullcheck explain`。",
        );
        page.say(0, &phrase.code("words", search));
    }
    for entry in found {
        let title = page.phrase(&entry.title.phrase());
        let id = page.link(Target::Error(&entry.id), &entry.id);
        page.line(
            0,
            &format!("{id}  {DIM}{}{DIM:#}", page.phrase(&entry.printed_by())),
        );
        page.line(2, &title);
        page.quote(2, &entry.message);
    }
    Found {
        text: page.finish(),
        found: any,
    }
}

/// A text in one language.
pub fn words(text: pullcheck::text::Text, lang: Lang) -> String {
    Phrase::from(text).render(lang)
}

/// A list as a JSON document of its own.
pub fn whole(schema: &str, key: &str, lang: Lang, list: Vec<Value>) -> String {
    pretty(&json!({ "schema": schema, "lang": lang.tag(), key: list }))
}
