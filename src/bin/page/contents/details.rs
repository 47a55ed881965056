//! The details of a part: where it stands, all its digests, its annotations as the documents have them, and what it has to do
//! with other parts. It decides nothing.

use super::outline::{Act, Part, ancestors};
use super::row::{Context, role_words, title};
use crate::show::{CopyButton, code, linked, phrase, word};
use crate::state::Loaded;
use pullcheck::media_types;
use pullcheck::report::{Described, Locus};
use pullcheck::text::{Lang, Text, text};
use serde_json::Value;
use yew::prelude::*;

/// Bytes of a document that are read for its annotations.
const READ: usize = 1024 * 1024;
/// Annotations that are shown.
const SHOWN: usize = 100;

/// The details.
pub fn details(described: &Described, context: &Context) -> Html {
    let lang = context.lang;
    let meaning = described.media_type.as_deref().and_then(media_types::find);
    let copied = |digest: &String| html! { <>{ code(digest) }{ " " }<CopyButton {lang} text={digest.clone()} /></> };
    let mut facts: Vec<(Text, Html)> = Vec::new();
    let mut add = |name: Text, what: Option<Html>| facts.extend(what.map(|what| (name, what)));
    add(
        text("Stands at", "位置"),
        described.path.as_deref().map(code),
    );
    add(
        text("Meaning of the type", "类型的含义"),
        meaning.map(|known| phrase(&known.holds(), lang)),
    );
    add(
        text("Artifact type", "制品类型"),
        described.artifact_type.as_deref().map(linked),
    );
    add(
        text("Platform", "平台"),
        described.platform.as_deref().map(code),
    );
    add(
        text("Digest", "摘要"),
        described.digest.as_ref().map(copied),
    );
    add(
        text("Measured instead", "实测摘要"),
        described.measured_digest.as_ref().map(copied),
    );
    add(
        text("diffID, measured", "实测 diffID"),
        described.diff_id.as_ref().map(copied),
    );
    let other = described
        .declared_diff_id
        .as_ref()
        .filter(|declared| Some(*declared) != described.diff_id.as_ref());
    add(
        text("diffID in the config", "配置中的 diffID"),
        other.map(copied),
    );
    let subject = (described.role == "subject")
        .then(|| context.links.subject(described))
        .flatten();
    add(
        text("Is here as", "在此处即"),
        subject.map(|part| jump(part, context)),
    );
    let jumps = |parts: &[Part]| {
        (!parts.is_empty()).then(|| html! {
        <ul>{ for parts.iter().take(SHOWN).map(|part| html! { <li>{ jump(*part, context) }</li> }) }</ul>
    })
    };
    add(
        text("Referred to by", "引用它的有"),
        jumps(context.links.referrers(described)),
    );
    add(
        text("The same content as", "内容相同的有"),
        jumps(&context.links.same(described, context.part)),
    );
    let own = described
        .at
        .as_ref()
        .and_then(|at| descriptor(context.loaded, at));
    let annotations = annotations(own.as_ref());
    let document = described
        .path
        .as_deref()
        .and_then(|path| whole(context.loaded, path));
    let inner = self::annotations(document.as_ref());
    html! {
        <>
            <dl class="facts">
                { for facts.into_iter().map(|(name, what)| html! { <><dt>{ name.get(lang) }</dt><dd>{ what }</dd></> }) }
            </dl>
            { table(&annotations, text("Annotations of the descriptor", "描述符的注解"), lang) }
            { table(&inner, text("Annotations in the document", "文档中的注解"), lang) }
            if annotations.is_empty() && inner.is_empty() {
                <p class="quiet">{ word(lang, "No annotations.", "没有注解。") }</p>
            }
        </>
    }
}

/// A button that leads to another part.
fn jump(part: Part, context: &Context) -> Html {
    let Some(artifact) = context.loaded.report.artifacts.get(part.artifact) else {
        return html! {};
    };
    let rows = &artifact.descriptors;
    let Some(described) = rows.get(part.row) else {
        return html! {};
    };
    let mut name = title(described, part, artifact, context.lang).replace('`', "");
    // Of which manifest, and of which artifact.
    let above = ancestors(rows, part.row).into_iter().find_map(|above| {
        let above = rows.get(above)?;
        let platform = above.platform.as_deref()?;
        Some(format!(
            "{} {platform}",
            role_words(&above.role).get(context.lang)
        ))
    });
    if let Some(above) = above.filter(|_| described.platform.is_none()) {
        name = format!("{above} · {name}");
    }
    if part.artifact != context.part.artifact {
        name = format!(
            "{} · {name}",
            artifact.name.as_deref().unwrap_or(&artifact.id)
        );
    }
    let onclick = {
        let turn = context.turn.clone();
        // What the reader has folded elsewhere in that artifact is not known here: it is unfolded as far as needed.
        let folded = if part.artifact == context.part.artifact {
            let ancestors = ancestors(rows, part.row);
            let folded = context.view.folded(rows).into_iter();
            folded.filter(|row| !ancestors.contains(row)).collect()
        } else {
            Vec::new()
        };
        Callback::from(move |_: MouseEvent| {
            turn.dispatch((part.artifact, Act::Jump(part.row, folded.clone())));
        })
    };
    html! { <button type="button" class="plain" {onclick}>{ name }</button> }
}

/// The descriptor that stands at a place, read from the document's own text.
fn descriptor(loaded: &Loaded, at: &Locus) -> Option<Value> {
    let source = loaded
        .sources
        .iter()
        .find(|source| source.path == at.path)?;
    let from = usize::try_from(at.offset?).ok()?;
    let to = from.checked_add(usize::try_from(at.length?).ok()?)?;
    let part = source
        .text
        .get(from..to)
        .filter(|part| part.len() <= READ)?;
    serde_json::from_str(part).ok()
}

/// The document that stands at a path.
fn whole(loaded: &Loaded, path: &str) -> Option<Value> {
    let source = loaded.sources.iter().find(|source| source.path == path)?;
    let readable = !source.cut && source.text.len() <= READ;
    readable
        .then(|| serde_json::from_str(&source.text).ok())
        .flatten()
}

fn annotations(of: Option<&Value>) -> Vec<(String, String)> {
    let annotations = of.and_then(|value| value.get("annotations")?.as_object());
    let pairs = annotations.into_iter().flatten().map(|(key, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_string);
        (key.clone(), pullcheck::limits::shown(value))
    });
    pairs.take(SHOWN).collect()
}

fn table(annotations: &[(String, String)], title: Text, lang: Lang) -> Html {
    if annotations.is_empty() {
        return html! {};
    }
    html! {
        <>
            <p class="tool">{ title.get(lang) }</p>
            <dl class="facts annotations">
                { for annotations.iter().map(|(key, value)| html! { <><dt>{ code(key) }</dt><dd>{ code(value) }</dd></> }) }
            </dl>
        </>
    }
}
