//! What is in it: every artifact with all that lies under its root. It shows what was read and nothing else.

use crate::show::{code, linked, phrase, word};
use crate::state::{Action, Dispatch, Loaded, Shared};
use pullcheck::report::{Artifact, Content, Described};
use pullcheck::text::{Lang, Text, short_bytes, text};
use yew::prelude::*;

/// Rows of one artifact that are shown before the reader asks for the rest.
const ROWS: usize = 200;
/// The deepest level with an indent of its own.
const DEEPEST: u32 = 6;

/// Properties of [`Contents`].
#[derive(Properties, PartialEq)]
pub struct ContentsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// All artifacts.
#[component]
pub fn Contents(props: &ContentsProps) -> Html {
    let lang = props.lang;
    let artifacts = &props.loaded.report.artifacts;
    if artifacts.is_empty() {
        return html! {};
    }
    html! {
        <section class="contents" aria-labelledby="contents">
            <h2 id="contents">{ word(lang, "What is in it", "其中的内容") }</h2>
            { for artifacts.iter().enumerate().map(|(at, artifact)| html! {
                <Tree key={artifact.id.clone()} {lang} {at} loaded={props.loaded.clone()}
                    dispatch={props.dispatch.clone()} />
            }) }
        </section>
    }
}

/// Properties of [`Tree`].
#[derive(Properties, PartialEq)]
struct TreeProps {
    lang: Lang,
    loaded: Shared<Loaded>,
    /// Which of the artifacts.
    at: usize,
    dispatch: Dispatch,
}

/// One artifact.
#[component]
fn Tree(props: &TreeProps) -> Html {
    let all = use_state(|| false);
    let lang = props.lang;
    let Some(artifact) = props.loaded.report.artifacts.get(props.at) else {
        return html! {};
    };
    let rows = if *all { usize::MAX } else { ROWS };
    let more = artifact.descriptors.len().saturating_sub(rows);
    let onclick = Callback::from(move |_: MouseEvent| all.set(true));
    let name = artifact.name.as_deref().unwrap_or(&artifact.id);
    let head = |en, zh| html! { <th scope="col">{ word(lang, en, zh) }</th> };
    html! {
        <article class="artifact">
            <h3>{ code(name) }</h3>
            <p>{ phrase(&artifact.says, lang) }</p>
            { identity(artifact, lang) }
            if !artifact.descriptors.is_empty() {
                <div class="scroll">
                    <table class="contents">
                        <caption class="hidden">{ name.to_string() }</caption>
                        <thead><tr>
                            { head("Role", "角色") }
                            { head("Media type", "媒体类型") }
                            { head("Digest", "摘要") }
                            { head("Size", "大小") }
                            { head("Content", "内容") }
                            { head("Compression", "压缩") }
                            { head("Platform", "平台") }
                        </tr></thead>
                        <tbody>
                            { for artifact.descriptors.iter().take(rows).map(|d| row(d, props)) }
                        </tbody>
                    </table>
                </div>
                if more > 0 {
                    <button type="button" class="more" {onclick}>{ match lang {
                        Lang::En => format!("Show {more} more"),
                        Lang::Zh => format!("再显示 {more} 项"),
                    } }</button>
                }
            }
        </article>
    }
}

fn identity(artifact: &Artifact, lang: Lang) -> Html {
    let facts: Vec<Html> = [
        (text("Media type", "媒体类型"), &artifact.media_type),
        (text("Digest", "摘要"), &artifact.digest),
    ]
    .into_iter()
    .filter_map(|(name, fact)| {
        let fact = fact.as_ref()?;
        Some(html! { <><dt>{ name.get(lang) }</dt><dd>{ linked(fact) }</dd></> })
    })
    .collect();
    if facts.is_empty() {
        return html! {};
    }
    html! { <dl class="facts">{ facts }</dl> }
}

fn row(described: &Described, props: &TreeProps) -> Html {
    let lang = props.lang;
    let depth = format!("depth-{}", described.depth.min(DEEPEST));
    let (state, class) = content(described.content);
    let optional = |value: &Option<String>| value.as_deref().map(code).unwrap_or_default();
    html! {
        <tr class={depth} data-role={described.role.clone()}>
            <th scope="row">
                { role(described, props) }
                <span class="hidden">{ match lang {
                    Lang::En => format!(", level {}", described.depth),
                    Lang::Zh => format!("，第 {} 级", described.depth),
                } }</span>
            </th>
            <td>{ described.media_type.as_deref().map(linked).unwrap_or_default() }</td>
            <td>
                if let Some(digest) = &described.digest {
                    <code translate="no" title={digest.clone()}>{ short(digest) }</code>
                }
            </td>
            <td>
                if let Some(size) = described.size {
                    <span title={pullcheck::text::bytes(size, lang)}>{ short_bytes(size) }</span>
                }
            </td>
            <td class={class}>{ state.get(lang) }{ entries(described, lang) }</td>
            <td>{ optional(&described.compression) }</td>
            <td>{ optional(&described.platform) }</td>
        </tr>
    }
}

/// The role; a button where the descriptor's own place can be shown.
fn role(described: &Described, props: &TreeProps) -> Html {
    let Some(at) = &described.at else {
        return code(&described.role);
    };
    let onclick = {
        let at = at.clone();
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Show(at.clone())))
    };
    html! {
        <button type="button" class="place" title={at.show(props.lang)} {onclick}>{ code(&described.role) }</button>
    }
}

fn entries(described: &Described, lang: Lang) -> String {
    match (described.entries, lang) {
        (None, _) => String::new(),
        (Some(1), Lang::En) => ", 1 entry".to_string(),
        (Some(n), Lang::En) => format!(", {n} entries"),
        (Some(n), Lang::Zh) => format!("，{n} 个条目"),
    }
}

/// The algorithm and the first characters of a digest.
fn short(digest: &str) -> String {
    match digest.split_once(':') {
        Some((algorithm, hex)) if hex.chars().count() > 12 => {
            let start: String = hex.chars().take(12).collect();
            format!("{algorithm}:{start}…")
        }
        _ => digest.to_string(),
    }
}

/// The state of a content in words, and its class.
fn content(content: Content) -> (Text, &'static str) {
    match content {
        Content::Verified => (text("read, as declared", "已读取，与声明一致"), "verified"),
        Content::Differs => (
            text(
                "read, digest or size differs",
                "已读取，摘要或大小与声明不符",
            ),
            "differs",
        ),
        Content::Missing => (text("missing", "缺失"), "missing"),
        Content::NotGiven => (text("not given", "未提供"), "not-given"),
        Content::Unread => (text("not read to its end", "未读完"), "unread"),
    }
}
