//! The page of one consumer: its versions, where its behaviour was read, the errors it prints. What it does with
//! examples is checked by `trials.rs`.

use super::trials::Trials;
use super::{back, error_links, missing, outside};
use crate::route::Route;
use crate::show::{self, word};
use pullcheck::consumers::{self, Consumer, Range, Scope, Source, Takes, holds};
use pullcheck::errors::{self, Entry};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Which consumer.
#[derive(Properties, PartialEq)]
pub struct ConsumerProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Id of the consumer.
    pub id: String,
    /// A version of it, as the address has it.
    #[prop_or_default]
    pub version: Option<String>,
}

/// One consumer.
#[component]
pub fn ConsumerPage(props: &ConsumerProps) -> Html {
    let lang = props.lang;
    let Some(consumer) = consumers::find(&props.id) else {
        let what = Route::Consumer(props.id.clone(), props.version.clone());
        return missing(&what, lang);
    };
    let errors: Vec<&Entry> = errors::all()
        .iter()
        .filter(|entry| entry.consumers.iter().any(|id| id == consumer.id))
        .collect();
    let asked = props.version.as_deref();
    let known = |version: &str| consumer.ranges.iter().any(|r| holds(&r.versions, version));
    let unknown = asked.filter(|version| !known(version));
    html! {
        <article class="reference">
            { back(&Route::Consumers, word(lang, "All consumers", "全部使用方")) }
            <h1 tabindex="-1" translate="no">{ consumer.name }</h1>
            <p class="lede">{ show::text(consumer.about, lang) }</p>
            <dl class="facts">
                <dt>{ word(lang, "Name for links and the command line", "用于链接和命令行的名称") }</dt>
                <dd>{ show::code(consumer.id) }</dd>
                <dt>{ word(lang, "What it is given", "接收的内容") }</dt>
                <dd>{ scope(consumer.scope, lang) }</dd>
            </dl>
            <h2>{ word(lang, "Versions that behave differently", "行为不同的各版本") }</h2>
            if let Some(version) = unknown {
                <p class="notice">{ show::phrase(
                    &say(
                        "Version {version} is in none of the known ranges.",
                        "版本 {version} 不在任何已知范围内。",
                    ).code("version", version),
                    lang,
                ) }</p>
            }
            <ul class="cards">
                { for consumer.ranges.iter().map(|one| range(one, asked, lang)) }
            </ul>
            { settings(consumer, lang) }
            <Trials {lang} id={consumer.id} />
            <h2>{ word(lang, "Where this was read", "行为依据") }</h2>
            <p>{ word(
                lang,
                "Each step is replayed as these sources do it.",
                "每一步都按下列来源中的做法重演。",
            ) }</p>
            <ul>{ for consumer.sources.iter().map(|one| source(one, lang)) }</ul>
            if !errors.is_empty() {
                <h2>{ word(lang, "Errors that it prints", "它会给出的报错") }</h2>
                { error_links(errors, lang) }
            }
        </article>
    }
}

/// What can be set, and how it is set by address and on the command line.
fn settings(consumer: &Consumer, lang: Lang) -> Html {
    if consumer.settings.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h2>{ word(lang, "What can be set", "可设置的项目") }</h2>
            <ul class="list">{ for consumer.settings.iter().map(|setting| {
                let key = consumers::key(consumer.id, setting);
                let default = setting.default;
                html! {
                    <li key={setting.id}>
                        <h3>{ setting.name.get(lang) }{ " " }{ show::code(&format!("{key}={default}")) }</h3>
                        <p>{ show::text(setting.about, lang) }</p>
                        if let Takes::OneOf(values) = setting.takes {
                            <ul>{ for values.iter().map(|(value, label)| html! {
                                <li>{ show::code(if value.is_empty() { "\"\"" } else { value }) }{ word(lang, ": ", "：") }{ show::text(*label, lang) }</li>
                            }) }</ul>
                        }
                    </li>
                }
            }) }</ul>
        </>
    }
}

fn scope(scope: Scope, lang: Lang) -> &'static str {
    match scope {
        Scope::Root => word(
            lang,
            "One artifact, by its name in a registry or layout; each artifact is judged on its own.",
            "单个制品（镜像仓库或布局中的一个名称）；每个制品单独判断。",
        ),
        Scope::Input => word(
            lang,
            "The archive or folder as a whole; it is judged once.",
            "整个归档或文件夹；只判断一次。",
        ),
    }
}

/// One range; the one that holds the version asked for is marked, and says so.
fn range(range: &Range, asked: Option<&str>, lang: Lang) -> Html {
    let this = asked.filter(|version| holds(&range.versions, version));
    html! {
        <li key={range.versions.shown} class={this.map(|_| "this")} aria-current={this.map(|_| "true")}>
            <h3 translate="no">{ range.versions.shown }</h3>
            <p>{ show::text(range.label, lang) }</p>
            if let Some(version) = this {
                <p><strong>{ show::phrase(
                    &say("Version {version} is in this range.", "版本 {version} 属于此范围。")
                        .code("version", version),
                    lang,
                ) }</strong></p>
            }
        </li>
    }
}

fn source(source: &Source, lang: Lang) -> Html {
    let name = html! { <span translate="no">{ source.repository }</span> };
    let name = if is_repository(source.repository) {
        outside(format!("https://github.com/{}", source.repository), name)
    } else {
        name
    };
    html! {
        <li key={source.path}>
            { name }{ word(lang, ": ", "：") }<span translate="no">{ source.path }</span>
            <br />
            <small translate="no">{ source.at }</small>
        </li>
    }
}

/// Whether a text is `owner/name`.
fn is_repository(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| plain(owner) && plain(name))
}
