//! Explains a pasted error message with the dictionary of known ones. It decides nothing by itself.

use crate::show::{json::pretty, one_line, text::Page};
use pullcheck::errors::{self, Match};
use pullcheck::render;
use pullcheck::text::{Lang, Phrase};
use serde_json::{Value, json};

/// An answer and whether there is one.
pub struct Answer {
    /// What to print.
    pub text: String,
    /// Whether a known message was found.
    pub matched: bool,
}

/// Explains `message`.
pub fn explain(message: &str, json: bool, lang: Lang) -> Answer {
    let matches = errors::explain(message);
    let text = if json {
        let list: Vec<Value> = matches.iter().map(|found| as_json(found, lang)).collect();
        pretty(&json!({ "schema": "pullcheck-explain/1", "lang": lang.tag(), "matches": list }))
    } else {
        as_text(&matches, lang)
    };
    Answer {
        text,
        matched: !matches.is_empty(),
    }
}

fn as_json(found: &Match, lang: Lang) -> Value {
    let entry = errors::find(&found.id);
    let render = |phrase: Option<Phrase>| phrase.map(|phrase| phrase.render(lang));
    let fixes: Vec<Value> = errors::fixes(found)
        .iter()
        .map(|fix| render::fix(fix, lang))
        .collect();
    json!({
        "id": found.id,
        "score": found.score,
        "captures": found.captures,
        "range": found.range,
        "tool": entry.map(|entry| &entry.tool),
        "consumers": entry.map(|entry| &entry.consumers),
        "rules": entry.map(|entry| &entry.rules),
        "title": render(entry.map(|entry| entry.title.phrase())),
        "cause": render(errors::cause(found)),
        "proof": render(errors::proof(found)),
        "fixes": fixes,
    })
}

fn as_text(matches: &[Match], lang: Lang) -> String {
    let mut page = Page::new(lang);
    if matches.is_empty() {
        page.line(
            0,
            match lang {
                Lang::En => {
                    "No known message is in this text. `pullcheck errors` lists the known ones; `pullcheck check` looks at the artifact itself."
                }
                Lang::Zh => {
                    "这段文本中没有已知的报错。`pullcheck errors` 列出已知报错；`pullcheck check` 检查制品本身。"
                }
            },
        );
    }
    for (at, found) in matches.iter().enumerate() {
        let Some(entry) = errors::find(&found.id) else {
            continue;
        };
        page.gap();
        let title = page.phrase(&entry.title.phrase());
        page.line(0, &title);
        page.line(
            2,
            &format!("{}  {}  {}", entry.id, one_line(&entry.tool), found.score),
        );
        if let Some(cause) = errors::cause(found) {
            page.say(2, &cause);
        }
        // The best match in full; of the others, enough to tell whether they are meant.
        if at > 0 {
            continue;
        }
        if let Some(proof) = errors::proof(found) {
            page.say(2, &proof);
        }
        for fix in errors::fixes(found) {
            page.fix(2, &fix, "");
        }
    }
    page.finish()
}
