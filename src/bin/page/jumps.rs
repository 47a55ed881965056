//! The ways from the head of a result to its parts, which stand far below: each by its name and number, only those that
//! are there. The keys `1` to `5` lead to the same headings.

use crate::aim::PARTS;
use crate::attention;
use crate::map;
use crate::route;
use crate::show::word;
use crate::state::{Loaded, Shared};
use pullcheck::answers::remedies;
use pullcheck::report::{Decision, Verdict};
use pullcheck::text::{Lang, Text, text};
use yew::prelude::*;

/// Properties of [`Jumps`].
#[derive(Properties, PartialEq)]
pub struct JumpsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
}

/// A row of links below the verdict.
#[component]
pub fn Jumps(props: &JumpsProps) -> Html {
    let lang = props.lang;
    let parts = use_memo((props.loaded.clone(), lang), |(loaded, lang)| {
        parts(loaded, *lang)
    });
    let here = route::report().address();
    let links = parts.iter().map(|(name, id, label)| {
        let id = *id;
        let onclick = Callback::from(move |event: MouseEvent| {
            // Another tab may have it by its address; here nothing is left behind in the way back.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                attention::lead_to(id);
            }
        });
        let href = route::with(&here, &format!("tab={name}"));
        html! { <li><a {href} {onclick}>{ label }</a></li> }
    });
    html! {
        <nav class="jumps" aria-label={word(lang, "Parts of this report", "报告的各部分")}>
            <ul>{ for links }</ul>
        </nav>
    }
}

/// The parts that are there: their names in addresses, the ids of their headings, and what they are called.
fn parts(loaded: &Loaded, lang: Lang) -> Vec<(&'static str, &'static str, String)> {
    let report = &loaded.report;
    let judged = |v: &Verdict| v.verdict != Decision::NotApplicable;
    let named = |one: bool, name: Text| one.then(|| name.get(lang).to_string());
    let counted = |count: usize, one: Text, many: Text| {
        let name = if count == 1 { one } else { many };
        (count > 0).then(|| format!("{count} {}", name.get(lang)))
    };
    let parts = PARTS.into_iter().filter_map(|(name, id)| {
        let label = match name {
            "consumers" => named(
                report.verdicts.iter().any(judged),
                text("who accepts it", "谁会接受"),
            ),
            "fixes" => counted(
                remedies(report).len(),
                text("fix", "种修复方法"),
                text("fixes", "种修复方法"),
            ),
            "problems" => counted(
                report.groups().len(),
                text("problem", "个问题"),
                text("problems", "个问题"),
            ),
            "source" => counted(
                loaded.sources.len(),
                text("document", "个文档"),
                text("documents", "个文档"),
            ),
            "map" => named(map::shows(report), text("map", "结构图")),
            "contents" => named(
                !report.artifacts.is_empty() || !report.unreferenced.is_empty(),
                text("contents", "其中的内容"),
            ),
            _ => named(true, text("what was checked", "检查范围")),
        };
        Some((name, id, label?))
    });
    parts.collect()
}
