//! The answer to a pasted error: which known message stands in it, why, what proves it, what to change. It guesses
//! nothing: a text without a known message gets told so.

use crate::answers;
use crate::reference::{consumer_links, fix_list, rule_links};
use crate::route::{Asked, Route};
use crate::show::{self, CopyButton, word};
use crate::state::{Loaded, Pasted, Shared};
use pullcheck::consumers;
use pullcheck::errors::{self, Match};
use pullcheck::report::{Decision, Report};
use pullcheck::text::{Lang, say};
use std::collections::HashSet;
use yew::prelude::*;

/// Lines of a pasted text that are shown at first.
const LINES: usize = 12;
/// Lines shown before the message, where the text is longer.
const BEFORE: usize = 3;
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
}

/// The answer to a pasted error.
#[component]
pub fn ExplainView(props: &ExplainProps) -> Html {
    let lang = props.lang;
    let confirmed = use_memo(
        (props.pasted.clone(), props.loaded.clone()),
        |(pasted, loaded)| Some(confirm(pasted.matches.first()?, &loaded.as_ref()?.report)),
    );
    let best = props.pasted.matches.first();
    let known = best.and_then(|found| Some((found, errors::find(&found.id)?)));
    let Some((found, entry)) = known else {
        return nothing(&props.pasted, lang);
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
                <dd translate="no">{ &entry.tool }</dd>
                <dt>{ word(lang, "How it was recognised", "识别依据") }</dt>
                <dd>{ sureness(found.score, lang) }</dd>
            </dl>
            { confirmation((*confirmed).as_ref(), props.loaded.as_ref(), lang) }
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
            if !consumers.is_empty() {
                <h2>{ word(lang, "Consumers that print it", "会给出它的使用方") }</h2>
                { consumer_links(consumers) }
            }
            { further(&props.pasted, lang) }
            <p>
                <a href={Route::Error(entry.id.clone()).address()}>
                    { word(lang, "The page of this error, to link to", "此报错的专门页面，可供引用") }
                </a>
            </p>
        </article>
    }
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

/// The other known messages in the text.
fn further(pasted: &Pasted, lang: Lang) -> Html {
    let items: Vec<Html> = pasted
        .matches
        .iter()
        .skip(1)
        .filter_map(|found| Some((found, errors::find(&found.id)?)))
        .map(|(found, entry)| {
            html! {
                <li key={entry.id.clone()}>
                    <a href={Route::Error(entry.id.clone()).address()}>{ title(found, lang) }</a>
                    { " " }<span class="id" translate="no">{ &entry.tool }</span>
                    if let Some(cause) = errors::cause(found) { <p>{ show::phrase(&cause, lang) }</p> }
                </li>
            }
        })
        .collect();
    html! {
        if !items.is_empty() {
            <h2>{ word(lang, "It may also be", "也可能是") }</h2>
            <ul class="list">{ for items }</ul>
        }
    }
}

/// What the loaded artifact says to the pasted error.
#[derive(PartialEq)]
enum Confirmation {
    /// A consumer prints it. Whether with the same values, who, which versions, and its text.
    Printed {
        same: bool,
        consumer: String,
        versions: String,
        error: String,
    },
    /// Every consumer that could be replayed to its end prints something else, or nothing.
    NotPrinted,
    /// Not everything is known yet, or not everything was given.
    Open,
}

/// Looks for the pasted error among those that the consumers print for what is loaded.
fn confirm(best: &Match, report: &Report) -> Confirmation {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut alike = None;
    for verdict in &report.verdicts {
        let Some(error) = verdict.error.as_deref() else {
            continue;
        };
        if verdict.verdict != Decision::Refuses || !seen.insert(error) {
            continue;
        }
        let matches = errors::explain(error);
        let Some(printed) = matches.first().filter(|printed| printed.id == best.id) else {
            continue;
        };
        let same = answers::same_message(printed, best);
        // Of several versions that print it, the newest tells most.
        let newest = report
            .verdicts
            .iter()
            .rfind(|v| v.consumer == verdict.consumer && v.error == verdict.error)
            .unwrap_or(verdict);
        let answer = Confirmation::Printed {
            same,
            consumer: verdict.consumer.clone(),
            versions: newest.versions.clone(),
            error: error.to_string(),
        };
        if same {
            return answer;
        }
        alike.get_or_insert(answer);
    }
    if let Some(alike) = alike {
        return alike;
    }
    let asked: Vec<&str> = errors::find(&best.id)
        .map(|entry| entry.consumers.iter().map(String::as_str).collect())
        .unwrap_or_default();
    let mut judged = report
        .verdicts
        .iter()
        .filter(|verdict| asked.contains(&verdict.consumer.as_str()))
        .peekable();
    let settled = report.complete
        && judged.peek().is_some()
        && judged.all(|v| matches!(v.verdict, Decision::Accepts | Decision::Refuses));
    if settled {
        Confirmation::NotPrinted
    } else {
        Confirmation::Open
    }
}

/// What the loaded artifact says to the error, or how to find out.
fn confirmation(
    confirmed: Option<&Confirmation>,
    loaded: Option<&Shared<Loaded>>,
    lang: Lang,
) -> Html {
    let drop = html! {
        <p class="notice">{ word(
            lang,
            "Drop the artifact anywhere on this page to confirm it.",
            "把制品拖到本页任意位置即可确认。",
        ) }</p>
    };
    let (Some(confirmed), Some(loaded)) = (confirmed, loaded) else {
        return drop;
    };
    let name = &loaded.report.input.name;
    let report = html! {
        <a href={Route::Check(Asked::default()).address()}>{ word(lang, "See the report", "查看报告") }</a>
    };
    match confirmed {
        Confirmation::Printed {
            same,
            consumer,
            versions,
            error,
        } => {
            let says = if *same {
                say(
                    "{name} produces this very error: with {consumer} {versions}.",
                    "{name} 正好会产生这个报错：使用 {consumer} {versions} 时。",
                )
            } else {
                say(
                    "{name} produces an error of this kind, with other values: with {consumer} {versions}.",
                    "{name} 会产生同类报错，但其中的值不同：使用 {consumer} {versions} 时。",
                )
            };
            let shown = consumers::find(consumer).map_or(consumer.as_str(), |known| known.name);
            let says = says
                .code("name", name)
                .name("consumer", shown)
                .name("versions", versions);
            html! {
                <div class="notice">
                    <p>{ show::phrase(&says, lang) }{ " " }{ report }</p>
                    if !same { <p><code translate="no">{ error }</code></p> }
                </div>
            }
        }
        Confirmation::NotPrinted => html! {
            <p class="notice">
                { show::phrase(&say(
                    "{name} does not produce this error with any version that is replayed here; the error came from another artifact, or from another version of this one.",
                    "在此处重演的所有版本中，{name} 都不会产生这个报错；它来自其他制品，或此制品的另一个版本。",
                ).code("name", name), lang) }{ " " }{ report }
            </p>
        },
        Confirmation::Open => html! {
            <>
                <p class="notice">
                    { show::phrase(&say(
                        "Whether {name} produces this error cannot be told from what is known of it.",
                        "根据目前已知的内容，无法判断 {name} 是否会产生这个报错。",
                    ).code("name", name), lang) }{ " " }{ report }
                </p>
            </>
        },
    }
}

/// What is shown of a pasted text.
#[derive(Properties, PartialEq)]
struct PastedProps {
    /// Language of the reader.
    lang: Lang,
    /// The text.
    pasted: Shared<Pasted>,
}

/// The pasted text, the message in it marked; of a long one the lines around the message, until the reader wants all.
#[component]
fn PastedText(props: &PastedProps) -> Html {
    let lang = props.lang;
    let whole = use_state(|| false);
    let text = props.pasted.text.as_str();
    let marked = props.pasted.matches.first().and_then(|found| found.range);
    let total = text.lines().count();
    let (from, to) = if *whole || total <= LINES {
        (0, text.len())
    } else {
        window(text, marked.map_or(0, |(start, _)| start))
    };
    let toggle = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    let label = if *whole {
        say("Show {n} lines", "只显示 {n} 行").count("n", number(LINES))
    } else {
        say("Show all {n} lines", "显示全部 {n} 行").count("n", number(total))
    };
    html! {
        <>
            <pre class="pasted" tabindex="0" translate="no"><code>{ stretch(text, from, to, marked) }</code></pre>
            <div class="actions">
                if total > LINES {
                    <button type="button" aria-expanded={whole.to_string()} onclick={toggle}>
                        { show::phrase(&label, lang) }
                    </button>
                }
                <CopyButton {lang} text={text.to_string()} />
            </div>
        </>
    }
}

/// The bytes of the lines to show around the byte `at`.
fn window(text: &str, at: usize) -> (usize, usize) {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(end, _)| end + 1));
    let line = starts
        .partition_point(|start| *start <= at)
        .saturating_sub(1);
    let first = line
        .saturating_sub(BEFORE)
        .min(starts.len().saturating_sub(LINES));
    let from = starts.get(first).copied().unwrap_or(0);
    let to = starts.get(first + LINES).copied().unwrap_or(text.len());
    (from, to)
}

/// A stretch of a text, with what is marked of it.
fn stretch(text: &str, from: usize, to: usize, marked: Option<(usize, usize)>) -> Html {
    let part = |from: usize, to: usize| text.get(from..to).map(str::to_string);
    let clamped = marked.map(|(start, end)| (start.clamp(from, to), end.clamp(from, to)));
    if let Some((start, end)) = clamped
        && start < end
        && let (Some(before), Some(inside), Some(after)) =
            (part(from, start), part(start, end), part(end, to))
    {
        return html! { <>{ before }<mark>{ inside }</mark>{ after }</> };
    }
    html! { { part(from, to).unwrap_or_else(|| text.to_string()) } }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
