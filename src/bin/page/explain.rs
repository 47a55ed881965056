//! The answer to a pasted error: which known messages stand in it, why, what proves it, what to change, and what the
//! loaded artifact says to it. It guesses nothing: a text without a known message gets told so.

mod joined;
mod pasted;

use crate::desk::Desk;
use crate::instead;
use crate::reference::{consumer_links, fix_list, rule_links};
use crate::route::Route;
use crate::show::{self, word};
use crate::state::{Loaded, Pasted, Shared};
use joined::{Verdict, brief};
use pasted::PastedText;
use pullcheck::consumers;
use pullcheck::errors::{self, Match, Mention, MentionKind};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// From this score on the words are the tool's own.
const OWN_WORDS: u32 = 90;
/// From this score on the words are a part of the tool's own, or shared with other tools; below, a translation.
const SHARED_WORDS: u32 = 60;

/// What is explained.
#[derive(Properties, PartialEq)]
pub struct ExplainProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The pasted text and what is known of it.
    pub pasted: Shared<Pasted>,
    /// The latest report, which may hold the very error.
    pub loaded: Option<Shared<Loaded>>,
    /// Where the reader goes from here.
    pub desk: Desk,
}

/// The answer to a pasted error.
#[component]
pub fn ExplainView(props: &ExplainProps) -> Html {
    let lang = props.lang;
    let mentions = use_memo(props.pasted.clone(), |pasted| {
        errors::mentions(&pasted.text)
    });
    let best = props.pasted.matches.first();
    let known = best.and_then(|found| Some((found, errors::find(&found.id)?)));
    let Some((found, entry)) = known else {
        return match errors::naming(&props.pasted.text) {
            Some(naming) => instead::of_naming(naming, lang),
            None => nothing(&props.pasted, lang),
        };
    };
    let strs = |ids: &'static [String]| ids.iter().map(String::as_str);
    let consumers: Vec<&str> = strs(&entry.consumers)
        .filter(|id| consumers::find(id).is_some())
        .collect();
    let fixes = errors::fixes(found);
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ title(found, lang) }</h1>
            <p class="lede">
                if let Some(cause) = errors::cause(found) { { show::phrase(&cause, lang) } }
            </p>
            <dl class="facts">
                <dt>{ word(lang, "Printed by", "由谁给出") }</dt>
                <dd translate="no">{ show::phrase(&entry.printed_by(), lang) }</dd>
                <dt>{ word(lang, "How it was recognised", "识别依据") }</dt>
                <dd>{ sureness(found.score, lang) }{ word(lang, " ", "") }{ line(found, lang) }</dd>
            </dl>
            <Verdict {lang} pasted={props.pasted.clone()} loaded={props.loaded.clone()} desk={props.desk.clone()} />
            { further(&props.pasted, props.loaded.as_ref(), lang) }
            <h2>{ word(lang, "How to fix it", "怎样修复") }</h2>
            { fix_list(&fixes, lang) }
            <h2>{ word(lang, "What in the artifact proves it", "制品中的证据") }</h2>
            <p>
                if let Some(proof) = errors::proof(found) { { show::phrase(&proof, lang) } }
            </p>
            if !entry.rules.is_empty() {
                <h3>{ word(lang, "Rules that look for it", "会检查它的规则") }</h3>
                { rule_links(strs(&entry.rules), lang) }
            }
            <h2>{ word(lang, "What you pasted", "粘贴的文本") }</h2>
            <PastedText {lang} pasted={props.pasted.clone()} />
            { named(&mentions, lang) }
            if !consumers.is_empty() {
                <h2>{ word(lang, "Consumers that print it", "会给出它的使用方") }</h2>
                { consumer_links(consumers) }
            }
            { readings(&props.pasted, found, lang) }
            <p>
                <a href={Route::Error(entry.id.clone()).address()}>
                    { word(lang, "The page of this error, to link to", "此报错的专门页面，可供引用") }
                </a>
            </p>
        </article>
    }
}

/// Where the message stands, in a text of several lines.
fn line(found: &Match, lang: Lang) -> Html {
    if found.line == 0 {
        return Html::default();
    }
    let says = say("It stands in line {n}.", "位于第 {n} 行。").count("n", number(found.line));
    show::phrase(&says, lang)
}

fn title(found: &Match, lang: Lang) -> Html {
    match errors::find(&found.id) {
        Some(entry) => show::phrase(&entry.title.phrase(), lang),
        None => Html::default(),
    }
}

fn sureness(score: u32, lang: Lang) -> &'static str {
    if score >= OWN_WORDS {
        word(
            lang,
            "The tool's own words stand in the text.",
            "文本中有该工具的报错原文。",
        )
    } else if score >= SHARED_WORDS {
        word(
            lang,
            "Only a part of the message stands in the text, or words that other tools print too.",
            "文本中只有报错的一部分，或其他工具也会给出的语句。",
        )
    } else {
        word(
            lang,
            "The text reads like a translation of the message; compare it with the original.",
            "文本像是该报错的译文，请与原文核对。",
        )
    }
}

/// The answer where no known message was found.
fn nothing(pasted: &Shared<Pasted>, lang: Lang) -> Html {
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "No known error in this text", "这段文本中没有已知的报错") }</h1>
            <p class="lede">{ word(
                lang,
                "The dictionary has no message that stands in it, so there is nothing to say about its cause.",
                "词典中没有与之相符的报错，因此无法说明原因。",
            ) }</p>
            <h2>{ word(lang, "What you can do", "可以怎么做") }</h2>
            <ul>
                <li>{ show::phrase(&say(
                    "Paste the lines around `error` or `failed` in the original language of the tool; in a log the line that counts often stands some lines above the last.",
                    "粘贴 `error` 或 `failed` 附近的几行，并保留工具输出的原文；在日志中，关键的一行往往在最后一行之上。",
                ), lang) }</li>
                <li>{ word(
                    lang,
                    "Drop the artifact on this page: it is checked without its error too.",
                    "把制品拖到本页：没有报错也能检查。",
                ) }</li>
                <li><a href={Route::Errors.address()}>
                    { word(lang, "Search the known errors", "搜索已知报错") }
                </a></li>
            </ul>
            <h2>{ word(lang, "What you pasted", "粘贴的文本") }</h2>
            <PastedText {lang} pasted={pasted.clone()} />
        </article>
    }
}

/// The other errors in the text: each with its line, and in a word what the loaded artifact says to it.
fn further(pasted: &Pasted, loaded: Option<&Shared<Loaded>>, lang: Lang) -> Html {
    let items: Vec<Html> = pasted
        .matches
        .iter()
        .skip(1)
        .filter(|found| found.within.is_none())
        .map(|found| {
            html! {
                <li key={found.id.clone()}>
                    { link(found, lang) }{ " " }<small>{ line(found, lang) }</small>
                    if let Some(cause) = errors::cause(found) { <p>{ show::phrase(&cause, lang) }</p> }
                    if let Some(loaded) = loaded { { brief(found, loaded, lang) } }
                </li>
            }
        })
        .collect();
    html! {
        if !items.is_empty() {
            <h2>{ word(lang, "Other errors in this text", "文本中的其他报错") }</h2>
            <ul class="list">{ for items }</ul>
        }
    }
}

/// Entries that say something vaguer of the very words of `best`, or that resemble them.
fn readings(pasted: &Pasted, best: &Match, lang: Lang) -> Html {
    let items: Vec<Html> = pasted
        .matches
        .iter()
        .filter(|found| found.within.as_ref() == Some(&best.id))
        .map(|found| {
            html! {
                <li key={found.id.clone()}>
                    { link(found, lang) }
                    if let Some(cause) = errors::cause(found) { <p>{ show::phrase(&cause, lang) }</p> }
                </li>
            }
        })
        .collect();
    html! {
        if !items.is_empty() {
            <h2>{ word(lang, "The same words may also mean", "同样的文字也可能表示") }</h2>
            <ul class="list">{ for items }</ul>
        }
    }
}

/// A link to the page of an entry, with its tool.
fn link(found: &Match, lang: Lang) -> Html {
    let by = errors::find(&found.id).map(|entry| show::phrase(&entry.printed_by(), lang));
    html! {
        <>
            <a href={Route::Error(found.id.clone()).address()}>{ title(found, lang) }</a>
            { " " }<span class="id" translate="no">{ by }</span>
        </>
    }
}

/// What the text names besides its message.
fn named(mentions: &[Mention], lang: Lang) -> Html {
    let kinds = [
        (
            MentionKind::Reference,
            word(lang, "Image references", "镜像引用"),
        ),
        (MentionKind::Digest, word(lang, "Digests", "摘要")),
        (
            MentionKind::MediaType,
            word(lang, "Media types", "媒体类型"),
        ),
        (MentionKind::Platform, word(lang, "Platforms", "平台")),
    ];
    let groups: Vec<Html> = kinds
        .into_iter()
        .filter_map(|(kind, label)| {
            let items: Vec<Html> = mentions
                .iter()
                .filter(|mention| mention.kind == kind)
                .map(|mention| {
                    html! {
                        <li key={mention.value.clone()}>
                            { show::linked(&mention.value) }
                            if let Some(known) = mention.known {
                                { word(lang, ": ", "：") }{ show::text(known, lang) }
                            }
                        </li>
                    }
                })
                .collect();
            (!items.is_empty())
                .then(|| html! { <><dt>{ label }</dt><dd><ul>{ for items }</ul></dd></> })
        })
        .collect();
    html! {
        if !groups.is_empty() {
            <h3>{ word(lang, "What it names", "文本中提到的") }</h3>
            <dl class="facts">{ for groups }</dl>
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
