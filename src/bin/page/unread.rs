//! A document that is too large to be checked, shown all the same: the page reads the file itself, once the reader asks.
//! Nothing is said of it that looking at it does not show.

use crate::bridge::Order;
use crate::show::word;
use crate::source::document::{Document, Given};
use crate::state::{Dispatch, Loaded, Shared};
use js_sys::Uint8Array;
use pullcheck::limits::{DOCUMENT_BYTES, JSON_BYTES};
use pullcheck::protocol::Effort;
use pullcheck::report::{InputKind, SourceText};
use pullcheck::text::{Lang, short_bytes};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;
use yew::prelude::*;

thread_local! {
    /// The job and the file of what was given last, where it is one file.
    static LAST: RefCell<Option<(u32, String, Blob)>> = const { RefCell::new(None) };
}

/// Remembers what is about to be checked. The browser keeps the file; this is a handle.
pub fn remember(job: u32, order: &Order) {
    let one = match order.files.as_slice() {
        [(path, blob)] => Some((job, path.clone(), blob.clone())),
        _ => None,
    };
    LAST.replace(one);
}

/// The document that a report without any is about, if it was left alone for its size.
fn oversized(loaded: &Loaded) -> Option<(String, Blob)> {
    let (job, path, blob) = LAST.with_borrow(Clone::clone)?;
    // Sizes of files are whole numbers.
    let size = blob.size() as u64;
    let unread = loaded.last
        && loaded.report.input.kind == InputKind::OtherJson
        && loaded.sources.is_empty()
        && loaded.report.coverage.iter().any(|one| one.path == path);
    (job == loaded.job && unread && size > DOCUMENT_BYTES).then_some((path, blob))
}

/// Properties of [`Unread`].
#[derive(Properties, PartialEq)]
pub struct UnreadProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// The offer, or the document.
#[component]
pub fn Unread(props: &UnreadProps) -> Html {
    let lang = props.lang;
    let given = use_state(|| None::<(u32, Shared<Loaded>, Given)>);
    let failed = use_state(|| false);
    if let Some((_, loaded, bytes)) = given
        .as_ref()
        .filter(|(job, _, _)| *job == props.loaded.job)
    {
        return html! {
            <section class="sources" aria-labelledby="sources">
                <h2 id="sources">{ word(lang, "Document", "文档") }</h2>
                <p>{ word(lang, "Only shown: nothing of this document was checked.", "仅供查看：此文档未经任何检查。") }</p>
                <div id="document">
                    <Document {lang} loaded={loaded.clone()} at={0} shown={None} given={Some(bytes.clone())}
                        dispatch={props.dispatch.clone()} on_pick={Callback::noop()} />
                </div>
            </section>
        };
    }
    let Some((path, blob)) = oversized(&props.loaded) else {
        return html! {};
    };
    let size = blob.size() as u64;
    let shown = short_bytes(size);
    if size > JSON_BYTES as u64 {
        return html! {};
    }
    let onclick = {
        let given = given.setter();
        let failed = failed.setter();
        let of = props.loaded.clone();
        Callback::from(move |_: MouseEvent| {
            let (given, failed, of) = (given.clone(), failed.clone(), of.clone());
            let (path, blob) = (path.clone(), blob.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match JsFuture::from(blob.array_buffer()).await {
                    Ok(buffer) => {
                        let bytes = Uint8Array::new(&buffer).to_vec();
                        given.set(Some((of.job, alone(&of, path), Given::new(bytes))));
                    }
                    Err(_) => failed.set(true),
                }
            });
        })
    };
    html! {
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">{ word(lang, "Document", "文档") }</h2>
            <p>{ match lang {
                Lang::En => format!("At {shown} this document is too large to be checked. It can be looked at all the same; that takes some three times its size in memory."),
                Lang::Zh => format!("此文档大小为 {shown}，超出可检查的上限，但仍可查看；查看所需内存约为其大小的三倍。"),
            } }</p>
            <button type="button" id="show-unread" {onclick}>{ word(lang, "Show it unchecked", "不检查，直接查看") }</button>
            if *failed {
                <p role="status">{ word(lang, "The browser could not read the file again.", "浏览器无法再次读取该文件。") }</p>
            }
        </section>
    }
}

/// The same report with nothing in it but the name of that document, which no finding speaks of.
fn alone(of: &Loaded, path: String) -> Shared<Loaded> {
    let mut report = of.report.clone();
    report.findings.clear();
    Shared::new(Loaded {
        job: of.job,
        last: true,
        report,
        sources: vec![SourceText {
            path,
            kind: "other".to_string(),
            digest: String::new(),
            text: String::new(),
            cut: false,
            raw: None,
        }],
        effort: Effort::default(),
        opened: None,
        said: Default::default(),
    })
}
