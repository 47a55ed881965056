//! The receiving end of a link that carries documents: has them checked as if they had been pasted, says over the report
//! where it comes from, or says what happened to the link. It judges nothing.

use crate::bridge::{Manner, Order};
use crate::clipboard;
use crate::desk::Desk;
use crate::route::Route;
use crate::show::{phrase, word};
use pullcheck::share::{self, Damage, Sharing};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Has the documents of a link checked; the address stays that of the link. A damaged one is only told.
pub fn open(desk: &Desk, part: &str) {
    if let Some(order) = share::read(part).ok().and_then(order) {
        desk.bridge.check(&order);
    }
}

fn order(sharing: Sharing) -> Option<Order> {
    let json = |text: &str| clipboard::blob(text, "application/json");
    if let [file] = sharing.files.as_slice() {
        return Some(Order {
            name: "JSON".to_string(),
            manner: Manner::Pasted,
            files: vec![("JSON".to_string(), json(&file.text)?)],
        });
    }
    let files = sharing
        .files
        .iter()
        .map(|file| Some((file.path.clone(), json(&file.text)?)));
    Some(Order {
        files: files.collect::<Option<_>>()?,
        name: sharing.name,
        manner: Manner::Folder,
    })
}

/// Says that what stands below came in a link.
pub fn banner(sharing: &Sharing, lang: Lang) -> Html {
    let from = say(
        "Opened from a link · {bytes} · nothing was sent",
        "由链接打开 · {bytes} · 未发送任何内容",
    )
    .bytes("bytes", sharing.bytes());
    let replaced = say(
        "Names in it were replaced by placeholders before it was shared, in {n} places: these are not the original's bytes, and their digests are not its digests.",
        "分享前已将其中 {n} 处名称换成占位符：这些字节不是原文，摘要也不是原文的摘要。",
    )
    .count("n", sharing.replaced);
    let other = say(
        "The link was made with Pullcheck {by}; this is {own}, so the answer may differ.",
        "链接由 Pullcheck {by} 生成，当前版本为 {own}，结论可能不同。",
    )
    .name("by", sharing.by.chars().take(40).collect::<String>())
    .name("own", env!("CARGO_PKG_VERSION"));
    html! {
        <aside class="notice shared" aria-label={word(lang, "Where this comes from", "来源")}>
            <p><strong>{ phrase(&from, lang) }</strong></p>
            if sharing.files.len() > 1 {
                <p>{ word(lang,
                    "It carries the documents without layers: what needs layers cannot be told.",
                    "链接只带有文档，不含层：需要层才能得出的结论无法判断。") }</p>
            }
            if sharing.replaced > 0 { <p>{ phrase(&replaced, lang) }</p> }
            if sharing.by != env!("CARGO_PKG_VERSION") { <p>{ phrase(&other, lang) }</p> }
        </aside>
    }
}

/// Says what happened to a link. Nothing else stands in its place.
pub fn damaged(damage: &Damage, lang: Lang) -> Html {
    html! {
        <section class="reference damaged">
            <h1>{ phrase(&damage.says(), lang) }</h1>
            <p>{ phrase(&damage.advice(), lang) }</p>
            <p><a class="button" href={Route::Home.address()}>{ word(lang, "Check a file of your own", "检查自己的文件") }</a></p>
        </section>
    }
}
