//! The media types: all that are known, and a page for each; an unknown one gets what it may have been meant to be.

use super::{OneProps, PageProps, back};
use crate::route::Route;
use crate::show::{self, code, linked, word};
use pullcheck::consumers;
use pullcheck::media_types::{self, MediaType, Role};
use pullcheck::order;
use pullcheck::spec::ecosystem;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// All media types, by whose they are.
#[component]
pub fn MediaTypesPage(props: &PageProps) -> Html {
    let lang = props.lang;
    let mut makers: Vec<&str> = Vec::new();
    for known in media_types::all() {
        if !makers.contains(&known.maker()) {
            makers.push(known.maker());
        }
    }
    // Nobody's own come last.
    order::by_key(&mut makers, |maker| maker.is_empty());
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "Media types", "媒体类型") }</h1>
            <p class="lede">{ word(
                lang,
                "What each type stands for, who writes it, and who reads it.",
                "每种类型代表什么、由谁写入、由谁读取。",
            ) }</p>
            { for makers.into_iter().map(|maker| html! {
                <section key={maker}>
                    <h2 translate={(!maker.is_empty()).then_some("no")}>{ if maker.is_empty() { word(lang, "Others", "其他") } else { maker } }</h2>
                    <ul class="list">
                        { for media_types::all().iter().filter(|known| known.maker() == maker).map(|known| html! {
                            <li key={known.name.as_str()}>{ linked(&known.name) }{ " " }<span class="id">{ role(known.role, lang) }</span></li>
                        }) }
                    </ul>
                </section>
            }) }
        </article>
    }
}

/// One media type.
#[component]
pub fn MediaTypePage(props: &OneProps) -> Html {
    let lang = props.lang;
    html! {
        <article class="reference">
            { back(&Route::MediaTypes, word(lang, "All media types", "全部媒体类型")) }
            <h1 tabindex="-1" class="type">{ code(&props.id) }</h1>
            { match media_types::find(&props.id) {
                Some(known) => explained(known, lang),
                None => unknown(&props.id, lang),
            } }
        </article>
    }
}

fn explained(known: &'static MediaType, lang: Lang) -> Html {
    let near = media_types::nearest(&known.name);
    html! {
        <>
            <p class="lede">{ show::phrase(&known.holds(), lang) }</p>
            if let Some(note) = known.note() { <p>{ show::phrase(&note, lang) }</p> }
            <dl class="facts">
                <dt>{ word(lang, "What it is", "类别") }</dt>
                <dd>{ role(known.role, lang) }</dd>
                if !known.maker().is_empty() {
                    <dt>{ word(lang, "Whose it is", "归属") }</dt>
                    <dd translate="no">{ known.maker() }</dd>
                }
                <dt>{ word(lang, "Written by", "由谁写入") }</dt>
                <dd>{ several(&known.by, lang) }</dd>
                <dt>{ word(lang, "Read by", "由谁读取") }</dt>
                <dd>{ several(&known.read, lang) }</dd>
            </dl>
            if !near.is_empty() {
                <h2>{ word(lang, "Easily confused with", "容易混淆的类型") }</h2>
                <ul>{ for near.into_iter().map(|other| html! { <li>{ linked(&other.name) }</li> }) }</ul>
            }
        </>
    }
}

fn unknown(name: &str, lang: Lang) -> Html {
    let near = media_types::nearest(name);
    let maker = ecosystem::maker(name);
    html! {
        <>
            <p class="lede">{ match maker {
                Some(maker) => show::phrase(
                    &say(
                        "Pullcheck does not know this type. By its prefix it belongs to {maker}.",
                        "Pullcheck 不认识这个类型。从前缀看，它属于 {maker}。",
                    ).name("maker", maker),
                    lang,
                ),
                None => show::text(pullcheck::text::text(
                    "Pullcheck does not know this type. Anybody may make one; who is to read it has to know it too.",
                    "Pullcheck 不认识这个类型。任何人都可以自定义类型，但读取方也必须认识它。",
                ), lang),
            } }</p>
            if !near.is_empty() {
                <h2>{ word(lang, "Was this meant?", "是不是要写：") }</h2>
                <ul>{ for near.into_iter().map(|other| html! { <li>{ linked(&other.name) }</li> }) }</ul>
            }
        </>
    }
}

/// Names in one line; consumers that are known here as links.
fn several(names: &[String], lang: Lang) -> Html {
    if names.is_empty() {
        return html! { word(lang, "nobody known here", "暂无已知者") };
    }
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let comma = if at > 0 { word(lang, ", ", "、") } else { "" };
            match consumers::find(name) {
                Some(consumer) => {
                    let to = Route::Consumer(consumer.id.to_string(), None).address();
                    html! { <>{ comma }<a href={to} translate="no">{ consumer.name }</a></> }
                }
                None => html! { <>{ comma }<span translate="no">{ name.clone() }</span></> },
            }
        })
        .collect()
}

fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Index => word(lang, "index", "索引"),
        Role::Manifest => word(lang, "manifest", "清单"),
        Role::Config => word(lang, "config", "配置"),
        Role::Layer => word(lang, "layer", "层"),
        Role::ArtifactType => word(lang, "artifact type", "制品类型"),
        Role::Descriptor => word(lang, "descriptor", "描述符"),
        Role::Layout => word(lang, "file of a layout", "布局中的文件"),
    }
}
