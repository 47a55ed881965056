//! The page of one known error: its message, what it means, what proves it, what to change. It reads no pasted text.

use super::{OneProps, back, consumer_links, fix_list, missing, open, outside, rule_links};
use crate::route::Route;
use crate::show::{self, word};
use pullcheck::errors::{self, Case, Entry, Match, When};
use pullcheck::text::{Lang, Phrase, say};
use yew::prelude::*;

/// One known error.
#[component]
pub fn ErrorPage(props: &OneProps) -> Html {
    let lang = props.lang;
    let Some(entry) = errors::find(&props.id) else {
        return missing(&Route::Error(props.id.clone()), lang);
    };
    let strs = |ids: &'static [String]| ids.iter().map(String::as_str);
    html! {
        <article class="reference">
            { back(&Route::Errors, word(lang, "All known errors", "全部已知报错")) }
            <h1 tabindex="-1">{ open(entry.title.phrase(), lang) }</h1>
            <dl class="facts">
                <dt>{ word(lang, "Printed by", "由谁给出") }</dt>
                <dd translate="no">{ &entry.tool }</dd>
                <dt>{ word(lang, "Name for links", "用于链接的名称") }</dt>
                <dd>{ show::code(&entry.id) }</dd>
            </dl>
            <h2>{ word(lang, "The message", "报错原文") }</h2>
            { for entry.message.split(" | ").map(message) }
            if let Some(sample) = entry.samples.first() {
                <h3>{ word(lang, "As it appears in a log", "在日志中的样子") }</h3>
                { show::block(sample, lang, "error") }
            }
            <h2>{ word(lang, "Cause", "原因") }</h2>
            <p>{ open(entry.cause.phrase(), lang) }</p>
            if !entry.cases.is_empty() {
                <h3>{ word(lang, "It depends on a value in the message", "原因取决于报错中的值") }</h3>
                <ul>{ for entry.cases.iter().map(|one| case(one, lang)) }</ul>
            }
            <h2>{ word(lang, "What in the artifact proves it", "制品中的证据") }</h2>
            <p>{ open(entry.proof.phrase(), lang) }</p>
            if !entry.rules.is_empty() {
                <p class="drop-here">{ word(
                    lang,
                    "Drop the artifact on this page; these rules look for it:",
                    "把制品拖到本页；以下规则会检查它：",
                ) }</p>
                { rule_links(strs(&entry.rules), lang) }
            }
            <h2>{ word(lang, "How to fix it", "怎样修复") }</h2>
            { fix_list(&fixes(entry), lang) }
            if !entry.consumers.is_empty() {
                <h2>{ word(lang, "Consumers that print it", "会给出它的使用方") }</h2>
                { consumer_links(strs(&entry.consumers)) }
            }
            if !entry.evidence.is_empty() {
                <h2>{ word(lang, "Where this was read", "依据") }</h2>
                <ul>{ for entry.evidence.iter().map(|one| evidence(one)) }</ul>
            }
        </article>
    }
}

/// The remedies of the entry, and behind them those that only its cases have.
fn fixes(entry: &Entry) -> Vec<pullcheck::fixes::Fix> {
    let mut all = errors::general_fixes(entry);
    for at in 0..entry.cases.len() {
        let found = Match {
            id: entry.id.clone(),
            case: Some(at),
            ..Match::default()
        };
        for fix in errors::fixes(&found) {
            if all.iter().all(|known| known.id != fix.id) {
                all.push(fix);
            }
        }
    }
    all
}

/// A message, its variable parts set apart.
fn message(template: &str) -> Html {
    let mut parts: Vec<Html> = Vec::new();
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('<') {
        let Some((name, after)) = from.split_once('>') else {
            break;
        };
        parts.push(html! { { before.to_string() } });
        parts.push(html! { <var>{ format!("<{name}>") }</var> });
        rest = after;
    }
    parts.push(html! { { rest.to_string() } });
    html! { <pre class="message" translate="no"><code>{ for parts }</code></pre> }
}

fn case(case: &'static Case, lang: Lang) -> Html {
    html! {
        <li>
            { condition(&case.when, lang) }{ word(lang, ": ", "：") }{ open(case.cause.phrase(), lang) }
        </li>
    }
}

/// When a case holds, in words; the conditions on a value are alternatives.
fn condition(when: &When, lang: Lang) -> Html {
    let mut ways: Vec<Phrase> = Vec::new();
    if let Some(value) = &when.is {
        ways.push(say("is {value}", "为 {value}").code("value", value));
    }
    for value in &when.one_of {
        ways.push(say("is {value}", "为 {value}").code("value", value));
    }
    for value in &when.starts_with {
        ways.push(say("begins with {value}", "以 {value} 开头").code("value", value));
    }
    for value in &when.ends_with {
        ways.push(say("ends with {value}", "以 {value} 结尾").code("value", value));
    }
    if ways.is_empty() {
        ways.push(say("is there", "出现时"));
    }
    let name = show::code(&format!("<{}>", when.capture));
    let ways = ways.iter().enumerate().map(|(at, way)| {
        let before = if at == 0 {
            ""
        } else {
            word(lang, " or ", " 或")
        };
        html! { <>{ before }{ show::phrase(way, lang) }</> }
    });
    html! { <>{ word(lang, "If ", "") }{ name }{ " " }{ for ways }</> }
}

/// Where something was read: a link, where it is an issue or pull request.
fn evidence(text: &str) -> Html {
    let label = html! { <span translate="no">{ text.to_string() }</span> };
    let thread = text.split_once('#').and_then(|(before, number)| {
        let repository = before.strip_suffix(" PR").unwrap_or(before);
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let plain = repository
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
        let two = repository
            .split('/')
            .filter(|part| !part.is_empty())
            .count()
            == 2;
        (numbered && plain && two)
            .then(|| format!("https://github.com/{repository}/issues/{number}"))
    });
    match thread {
        Some(address) => html! { <li key={text.to_string()}>{ outside(address, label) }</li> },
        None => html! { <li key={text.to_string()}>{ label }</li> },
    }
}
