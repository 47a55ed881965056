//! Opens an example in the checker: it is made here, in the page, and checked as if it had been dropped. A banner says that
//! it is an example. It judges nothing.

use crate::bridge::{Manner, Order};
use crate::clipboard;
use crate::desk::Desk;
use crate::route::Route;
use crate::show::{self, code, word};
use crate::state::Action;
use pullcheck::examples::Files;
use pullcheck::lessons::Sample;
use pullcheck::report::Packaging;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Makes an example and has it checked; the address stays that of the example.
pub fn open(desk: &Desk, id: &str) {
    let order = Sample::find(id).and_then(|sample| order(sample.files()));
    if let Some(order) = order {
        desk.check_here(&order);
    }
}

fn order(files: Files) -> Option<Order> {
    let manner = match files.packaging {
        Packaging::Pasted => Manner::Pasted,
        Packaging::Folder => Manner::Folder,
        Packaging::Files => Manner::Files,
        _ => Manner::File,
    };
    let blobs = files.items.iter().map(|(path, bytes)| {
        let blob = clipboard::blob_of(bytes, "application/octet-stream")?;
        Some((path.clone(), blob))
    });
    Some(Order {
        files: blobs.collect::<Option<_>>()?,
        name: files.name,
        manner,
    })
}

/// Properties of [`Banner`].
#[derive(Properties, PartialEq)]
pub struct BannerProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Id of the example.
    pub id: String,
    /// Where actions go.
    pub desk: Desk,
}

/// Says that what stands below is about an example, and offers its file.
#[component]
pub fn Banner(props: &BannerProps) -> Html {
    let lang = props.lang;
    let Some(sample) = Sample::find(&props.id) else {
        return html! {};
    };
    let save = {
        let dispatch = props.desk.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            let (name, bytes) = sample.files().saved();
            if clipboard::save_bytes(&name, &bytes).is_none() {
                dispatch.dispatch(Action::Tell(say(
                    "The browser would not save the file.",
                    "浏览器未能保存文件。",
                )));
            }
        })
    };
    html! {
        <aside class="notice example" aria-label={word(lang, "Example", "示例")}>
            <p>
                <strong>{ word(lang, "An example: ", "示例：") }{ show::text(sample.title(), lang) }</strong>
            </p>
            <p>{ match sample {
                Sample::Shown(example) => show::text(example.about, lang),
                Sample::Broken(rule) => html! { <>
                    { word(lang, "It breaks the rule ", "它违反规则 ") }{ about_rule(rule.id) }
                    { word(lang, ". ", "。") }
                    <a href={Route::example(Sample::Mended(rule).id()).address()}>{ word(lang, "Open the mended one", "打开修好后的示例") }</a>
                </> },
                Sample::Mended(rule) => html! { <>
                    { word(lang, "It keeps the rule ", "它遵守规则 ") }{ about_rule(rule.id) }
                    { word(lang, ". ", "。") }
                    <a href={Route::example(Sample::Broken(rule).id()).address()}>{ word(lang, "Open the broken one", "打开有错的示例") }</a>
                </> },
            } }</p>
            <p>
                { word(lang, "It was made in this page just now. ", "它是刚刚在本页中生成的。") }
                <button type="button" class="plain save-example" onclick={save}>{ word(lang, "Save its file", "保存其文件") }</button>
                { " · " }
                <a href={Route::Examples.address()}>{ word(lang, "All examples", "全部示例") }</a>
            </p>
        </aside>
    }
}

fn about_rule(id: &str) -> Html {
    html! { <a href={Route::Rule(id.to_string()).address()}>{ code(id) }</a> }
}
