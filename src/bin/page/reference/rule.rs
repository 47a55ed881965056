//! The page of one rule: what breaks it, before and after, and who refuses it. The rule is shown as it is built in; its two
//! examples are made and checked here, so that what is told of them is so.

use super::examples::list;
use super::peers::peers;
use super::{OneProps, back, error_links, missing, open, outside, severity};
use crate::answers;
use crate::diff::diff;
use crate::route::Route;
use crate::show::{self, word};
use pullcheck::errors::{self, Entry};
use pullcheck::examples::{Example, gallery};
use pullcheck::lessons::{self, Break, Excerpt, Sample};
use pullcheck::report::Finding;
use pullcheck::rules::{self, Reason, Rule};
use pullcheck::text::Lang;
use std::rc::Rc;
use yew::prelude::*;

/// The version of the image specification that the links lead to, and the place of its documents.
const SPECIFICATION: &str = "https://github.com/opencontainers/image-spec/blob/";

/// One rule.
#[component]
pub fn RulePage(props: &OneProps) -> Html {
    let lang = props.lang;
    let lesson = use_memo(props.id.clone(), |id| {
        rules::find(id).map(|rule| Rc::new(lessons::lesson(rule)))
    });
    let (Some(rule), Some(lesson)) = (rules::find(&props.id), lesson.as_ref()) else {
        return missing(&Route::Rule(props.id.clone()), lang);
    };
    let errors: Vec<&Entry> = errors::all()
        .iter()
        .filter(|entry| entry.rules.iter().any(|id| id == rule.id))
        .collect();
    let others: Vec<&Example> = gallery::all()
        .filter(|example| example.breaks.contains(&rule.id))
        .collect();
    html! {
        <article class="reference">
            { back(&Route::Rules, word(lang, "All rules", "全部规则")) }
            <h1 tabindex="-1">{ show::text(rule.title, lang) }</h1>
            <dl class="facts">
                <dt>{ word(lang, "Rule", "规则") }</dt>
                <dd>{ show::code(rule.id) }</dd>
                <dt>{ word(lang, "Severity", "严重程度") }</dt>
                <dd>
                    { severity(rule.severity, lang) }{ " " }{ reason(rule.reason, lang) }
                </dd>
                <dt>{ word(lang, "Source", "依据") }</dt>
                <dd>{ specification(rule) }</dd>
                if !rule.since.is_empty() {
                    <dt>{ word(lang, "Since", "自哪个版本起") }</dt>
                    <dd>{ since(rule.since, lang) }</dd>
                }
            </dl>
            <h2>{ word(lang, "What is wrong", "问题是什么") }</h2>
            <p>{ open(rule.says.into(), lang) }</p>
            <h2>{ word(lang, "Why it matters", "为什么重要") }</h2>
            <p>{ show::text(rule.why, lang) }</p>
            <h2>{ word(lang, "The smallest content that breaks it", "触发它的最小内容") }</h2>
            { show::block(rule.trigger, lang, "trigger") }
            if let Some(finding) = &lesson.finding {
                <h2>{ word(lang, "Before: an example that breaks it", "修复前：违反它的示例") }</h2>
                { broken(rule, finding, lesson.before.as_ref(), lang) }
            }
            if !lesson.breaks.is_empty() {
                <h2>{ word(lang, "Who refuses it", "谁会拒绝") }</h2>
                <p>{ word(
                    lang,
                    "These refuse the broken example and do not refuse the mended one:",
                    "下列使用方拒绝有错的示例，而不拒绝修好后的：",
                ) }</p>
                <ul class="list">{ for lesson.breaks.iter().map(|one| refuses(one, lang)) }</ul>
            }
            <h2>{ word(lang, "How to fix it", "怎样修复") }</h2>
            <p>{ show::text(rule.fix, lang) }</p>
            if let Some(change) = &lesson.change {
                <h3>{ word(lang, "Before and after", "修复前后对比") }</h3>
                { diff(change, word(lang, "What changes in the example", "示例中的改动"), lang) }
            } else if let Some(after) = &lesson.after {
                <h3>{ word(lang, "After: the same place, mended", "修复后：同一位置") }</h3>
                { excerpt(after, "", word(lang, "The mended example", "修好后的示例")) }
            }
            <p class="choices">
                { opens(Sample::Broken(rule), word(lang, "Open the broken example in the checker", "在检查器中打开有错的示例")) }
                { opens(Sample::Mended(rule), word(lang, "Open the mended example", "打开修好后的示例")) }
            </p>
            if let Some(fine) = rule.fine {
                <h2>{ word(lang, "When it is fine", "什么时候没有问题") }</h2>
                <p>{ show::text(fine, lang) }</p>
            }
            if !others.is_empty() {
                <h2>{ word(lang, "Examples that break it", "违反它的示例") }</h2>
                { list(others, lang) }
            }
            { peers(rule, lang) }
            if !errors.is_empty() {
                <h2>{ word(lang, "Errors that it leads to", "由此引起的报错") }</h2>
                { error_links(errors, lang) }
            }
        </article>
    }
}

fn opens(sample: Sample, label: &'static str) -> Html {
    html! { <a class="button" href={Route::Example(sample.id()).address()}>{ label }</a> }
}

/// What the checker says of the broken example, and where.
fn broken(rule: &Rule, finding: &Finding, before: Option<&Excerpt>, lang: Lang) -> Html {
    let (_, class) = answers::severity(rule.severity);
    html! {
        <>
            <p>{ show::phrase(&finding.says, lang) }</p>
            if let Some(before) = before {
                { excerpt(before, class, word(lang, "The broken example", "有错的示例")) }
            } else {
                <p>{ word(lang, "Place: ", "位置：") }{ show::code(&finding.at.show(lang)) }</p>
            }
        </>
    }
}

/// Lines of a document; those of the place are marked, in the colour of a severity or in none.
fn excerpt(excerpt: &Excerpt, class: &'static str, label: &'static str) -> Html {
    let lines = excerpt.lines.iter().map(|line| {
        let marked = line.marked.then(|| classes!("marked", class));
        html! {
            <span class={classes!("line", marked)}>
                <span class="number">{ line.number }</span>
                <span class="text">{ line.text.clone() }</span>{ "\n" }
            </span>
        }
    });
    html! {
        <>
            <p class="path">{ show::code(&excerpt.path) }</p>
            <pre class="source" tabindex="0" translate="no" aria-label={label}>{ for lines }</pre>
        </>
    }
}

fn refuses(one: &Break, lang: Lang) -> Html {
    let to = Route::Consumer(one.consumer.id.to_string(), None);
    html! {
        <li key={one.consumer.id}>
            <a href={to.address()} translate="no">{ one.consumer.name }</a>
            if !one.versions.is_empty() { { " " }<span class="id" translate="no">{ &one.versions }</span> }
            { show::block(&one.error, lang, "error") }
        </li>
    }
}

fn reason(reason: Reason, lang: Lang) -> &'static str {
    match reason {
        Reason::Must => word(
            lang,
            "The specification demands it (MUST).",
            "规范明确要求（MUST）。",
        ),
        Reason::Schema => word(
            lang,
            "Only the published JSON schema demands it; the text of the specification does not.",
            "只有随规范发布的 JSON schema 这样要求，规范正文没有。",
        ),
        Reason::Should => word(
            lang,
            "The specification recommends it (SHOULD).",
            "规范建议如此（SHOULD）。",
        ),
        Reason::Consumers => word(
            lang,
            "Consumers refuse what breaks it.",
            "违反它的内容会被使用方拒绝。",
        ),
        Reason::Ambiguous => word(
            lang,
            "Consumers disagree about what it means.",
            "各使用方对其含义的理解不一致。",
        ),
        Reason::Note => word(
            lang,
            "It is allowed and does no harm; it is worth knowing.",
            "允许这样写，也没有害处，但值得了解。",
        ),
    }
}

/// The place in the specification; a link, where it is a document of the image specification.
fn specification(rule: &Rule) -> Html {
    let (document, anchor) = rule.spec.split_once('#').unwrap_or((rule.spec, ""));
    if !document.ends_with(".md") {
        return html! { <span translate="no">{ rule.spec }</span> };
    }
    let version = if rule.since == "main" {
        "main"
    } else {
        "v1.1.1"
    };
    let mut address = format!("{SPECIFICATION}{version}/{document}");
    if !anchor.is_empty() {
        address.push('#');
        address.push_str(anchor);
    }
    html! {
        <>
            { "OCI image-spec: " }
            { outside(address, show::code(rule.spec)) }
        </>
    }
}

fn since(since: &'static str, lang: Lang) -> String {
    match (since, lang) {
        ("main", Lang::En) => "not yet in a release of the specification".to_string(),
        ("main", Lang::Zh) => "尚未进入规范的正式版本".to_string(),
        (version, Lang::En) => format!("version {version} of the specification"),
        (version, Lang::Zh) => format!("规范 {version} 版"),
    }
}
