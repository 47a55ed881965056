//! The entry that was chosen: all that its header says, its first bytes, and a button that saves it.

use super::hex;
use super::look::{Event, Look, Peek, Save};
use super::opened::{saving, unread};
use super::rows::remarks_of;
use super::wasm;
use crate::desk::Desk;
use crate::show::{code, phrase, word};
use crate::state::{Loaded, Shared};
use pullcheck::inside::{Form, form_words};
use pullcheck::inside::{Item, kind_words, permissions, sniff, time};
use pullcheck::limits;
use pullcheck::text::{Lang, bytes, short_bytes, text};
use yew::prelude::*;

/// Bytes that are shown as numbers.
const HEX: usize = 256;

/// Properties of [`Preview`].
#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What is known of the blob.
    pub look: UseReducerHandle<Look>,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// Where the blob stands.
    pub path: String,
    /// The line to the worker.
    pub desk: Option<Desk>,
}

/// The chosen entry.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let (lang, look) = (props.lang, &props.look);
    let Some((_, item)) = &look.chosen else {
        return html! {};
    };
    let seen = match &look.peek {
        Peek::None => html! {},
        Peek::Reading => {
            html! { <p role="status" class="quiet">{ word(lang, "Reading…", "正在读取……") }</p> }
        }
        Peek::Failed(why) => html! { <p class="failed">{ phrase(&unread(why), lang) }</p> },
        Peek::Seen(body) => html! {
            <>
                if body.seen < item.size && body.head.len() as u64 == body.seen && body.head.len() < limits::PREVIEW_BYTES {
                    <p class="short-of">{ word(lang, "The layer ends inside this file.", "该层在此文件中间就结束了。") }</p>
                }
                if let Some(facts) = &body.wasm { { wasm::facts(facts, lang) } }
                <First {lang} head={body.head.clone()} size={item.size} />
            </>
        },
    };
    html! {
        <div class="chosen-entry">
            <h4>{ code(&item.path) }</h4>
            { header(item, props) }
            { save(item, props) }
            { seen }
        </div>
    }
}

fn header(item: &Item, props: &PreviewProps) -> Html {
    let lang = props.lang;
    let facts = [
        (
            text("Kind", "类型"),
            Some(kind_words(item.kind).get(lang).to_string()),
        ),
        (
            text("Target", "目标"),
            item.link.as_ref().map(|link| link.to_string()),
        ),
        (
            text("Size", "大小"),
            Some(bytes(item.size, lang)).filter(|_| item.has_body()),
        ),
        (
            text("Mode", "权限"),
            Some(format!(
                "{} {:04o}",
                permissions(item.kind, item.mode),
                item.mode & 0o7777
            )),
        ),
        (
            text("Owner", "属主"),
            Some(format!("{}:{}", item.uid, item.gid)),
        ),
        (
            text("Changed", "修改时间"),
            Some(format!("{} UTC", time(item.mtime))),
        ),
        (
            text("Number in the tar", "在 tar 中的序号"),
            Some((item.index.saturating_add(1)).to_string()),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, what)| Some((name, what?)));
    html! {
        <dl class="facts">
            { for facts.map(|(name, what)| html! { <><dt>{ name.get(lang) }</dt><dd>{ what }</dd></> }) }
            if !item.odd.is_empty() {
                <dt>{ word(lang, "Remarks", "提示") }</dt>
                <dd class="remarks">{ remarks_of(item, &props.loaded, &props.path, lang, true) }</dd>
            }
        </dl>
    }
}

fn save(item: &Item, props: &PreviewProps) -> Html {
    let (lang, look) = (props.lang, &props.look);
    if !item.has_body() {
        return html! {};
    }
    if item.size > limits::HANDED_OUT_BYTES {
        return html! {
            <p class="quiet">{ match lang {
                Lang::En => format!("Above {}, the page saves no file. The command line does: ", short_bytes(limits::HANDED_OUT_BYTES)),
                Lang::Zh => format!("超过 {} 的文件，本页不提供保存。可用命令行：", short_bytes(limits::HANDED_OUT_BYTES)),
            } }{ code("pullcheck cat IMAGE BLOB PATH") }</p>
        };
    }
    let onclick = {
        let (look, desk) = (look.clone(), props.desk.clone());
        let (job, path, index) = (props.loaded.job, props.path.clone(), item.index);
        let name = file_name(&item.path);
        Callback::from(move |_: MouseEvent| {
            if let Some(desk) = &desk {
                let number = desk.bridge.look(job, &path, Some(index), true);
                look.dispatch(Event::Save(number, name.clone()));
            }
        })
    };
    html! {
        <p class="actions">
            <button type="button" {onclick} disabled={matches!(look.save, Save::Reading(_))}>{ word(lang, "Save this file", "保存此文件") }</button>
            { saving(&look.save, lang) }
        </p>
    }
}

/// A name to save a file under: the last part of its path, without what a file system would take for something else.
fn file_name(path: &str) -> String {
    let last = path
        .trim_end_matches('/')
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| !c.is_control() && *c != '\u{fffd}')
        .collect();
    match name.as_str() {
        "" | "." | ".." => "file".to_string(),
        _ => name,
    }
}

/// Properties of [`First`].
#[derive(Properties, PartialEq)]
pub struct FirstProps {
    /// Language of the reader.
    pub lang: Lang,
    /// First bytes.
    pub head: Vec<u8>,
    /// Bytes in all.
    pub size: u64,
}

/// The first bytes of something, as text where they are, and as numbers.
#[component]
pub fn First(props: &FirstProps) -> Html {
    let lang = props.lang;
    let head = &props.head;
    if head.is_empty() {
        return html! {};
    }
    let form = sniff(head.get(..limits::SNIFF_BYTES).unwrap_or(head));
    let cut = (head.len() as u64) < props.size;
    let reads = matches!(form, Form::Text | Form::Json | Form::Html)
        .then(|| hex::text(head, cut))
        .flatten();
    let label = match lang {
        Lang::En => format!(
            "First {} of {} bytes: {}",
            head.len().min(HEX),
            props.size,
            form_words(form).en.replace('`', "")
        ),
        Lang::Zh => format!(
            "共 {} 字节，开头 {} 字节：{}",
            props.size,
            head.len().min(HEX),
            form_words(form).zh.replace('`', "")
        ),
    };
    let dump = html! { <pre class="hex" tabindex="0" translate="no" aria-label={label.clone()}>{ hex::dump(head.get(..HEX).unwrap_or(head)) }</pre> };
    match reads {
        Some(reads) => html! {
            <>
                <pre class="preview" tabindex="0" translate="no" aria-label={word(lang, "Beginning of the text", "文本开头")}>{ reads }</pre>
                if cut { <p class="quiet">{ match lang {
                    Lang::En => format!("The first {} of {}.", short_bytes(head.len() as u64), short_bytes(props.size)),
                    Lang::Zh => format!("共 {}，这里是开头 {}。", short_bytes(props.size), short_bytes(head.len() as u64)),
                } }</p> }
                <details><summary>{ word(lang, "As bytes", "按字节查看") }</summary>{ dump }</details>
            </>
        },
        None => html! { <><p class="quiet">{ label }</p>{ dump }</> },
    }
}
