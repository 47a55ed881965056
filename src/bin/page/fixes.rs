//! What mends it: each remedy once, with those it serves and the command of each tool. It chooses none.

use crate::answers::name;
use crate::show::{block, phrase, word};
use crate::state::{Loaded, Shared};
use pullcheck::fixes::Fix;
use pullcheck::report::{Decision, Report};
use pullcheck::text::Lang;
use yew::prelude::*;

/// A remedy, and the names of the consumers that it is for.
pub struct Remedy<'r> {
    /// The remedy.
    pub fix: &'r Fix,
    /// Names and versions, each once.
    pub serves: Vec<String>,
    /// Whether one of them refuses or is in doubt without it; else it is advice.
    pub needed: bool,
}

/// The remedies of a report: first those of refusing consumers, then advice for the rest.
pub fn remedies(report: &Report) -> Vec<Remedy<'_>> {
    let mut all: Vec<Remedy> = Vec::new();
    for (decision, needed) in [
        (Decision::Refuses, true),
        (Decision::Unknown, false),
        (Decision::Accepts, false),
    ] {
        for verdict in report.verdicts.iter().filter(|v| v.verdict == decision) {
            let who = format!("{} {}", name(&verdict.consumer), verdict.versions)
                .trim_end()
                .to_string();
            for fix in &verdict.fixes {
                let known = all
                    .iter_mut()
                    .find(|r| r.fix.id == fix.id && r.fix.commands == fix.commands);
                match known {
                    Some(known) if known.serves.contains(&who) => {}
                    Some(known) => known.serves.push(who.clone()),
                    None => all.push(Remedy {
                        fix,
                        serves: vec![who.clone()],
                        needed,
                    }),
                }
            }
        }
    }
    // What mends it for more versions comes first; one tool's own order stays.
    all.sort_by_key(|remedy| (!remedy.needed, std::cmp::Reverse(remedy.serves.len())));
    all
}

/// Properties of [`Fixes`].
#[derive(Properties, PartialEq)]
pub struct FixesProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
}

/// All remedies.
#[component]
pub fn Fixes(props: &FixesProps) -> Html {
    let lang = props.lang;
    let all = remedies(&props.loaded.report);
    if all.is_empty() {
        return html! {};
    }
    let placeholders = all
        .iter()
        .flat_map(|remedy| &remedy.fix.commands)
        .any(|command| command.text.contains("REGISTRY/REPO:TAG"));
    html! {
        <section class="fixes" aria-labelledby="fixes">
            <h2 id="fixes">{ word(lang, "What mends it", "怎样修复") }</h2>
            if placeholders {
                <p>
                    { word(lang, "Put your own name in place of ", "请把 ") }
                    <code translate="no">{ "REGISTRY/REPO:TAG" }</code>
                    { word(lang, ".", " 换成你自己的名称。") }
                </p>
            }
            { for all.iter().map(|remedy| shown(remedy, lang)) }
        </section>
    }
}

fn shown(remedy: &Remedy, lang: Lang) -> Html {
    html! {
        <article class={classes!("fix", (!remedy.needed).then_some("advice"))}>
            <h3>{ phrase(&remedy.fix.title, lang) }</h3>
            <p class="serves">
                { if remedy.needed { word(lang, "For ", "适用于：") } else { word(lang, "Advice for ", "建议，适用于：") } }
                <span translate="no">{ remedy.serves.join(word(lang, ", ", "、")) }</span>
            </p>
            { commands(remedy.fix, lang) }
        </article>
    }
}

/// The commands of a remedy, each under the name of its tool.
pub fn commands(fix: &Fix, lang: Lang) -> Html {
    let several = fix.commands.len() > 1;
    html! {
        <>
            if several {
                <p class="choice">{ word(lang, "One of these is enough:", "以下任选其一即可：") }</p>
            }
            { for fix.commands.iter().map(|command| html! {
                <>
                    <h4 class="tool" translate="no">{ command.tool.clone() }</h4>
                    { block(&command.text, lang, "command") }
                </>
            }) }
        </>
    }
}
