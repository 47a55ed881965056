//! What mends it: each remedy once, with those it serves and the command of each tool. It chooses none.

use crate::diff::diff;
use crate::print::use_printing;
use crate::show::{block, phrase, word};
use crate::state::{Loaded, Shared};
use pullcheck::answers::{Remedy, remedies};
use pullcheck::drafts::draft;
use pullcheck::fixes::Fix;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Remedies that are shown at once; the others are a click away.
const FIRST: usize = 3;

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
    let printing = use_printing();
    if all.is_empty() {
        return html! {};
    }
    let placeholders = all
        .iter()
        .flat_map(|remedy| &remedy.fix.commands)
        .any(|command| command.text.contains("REGISTRY/REPO:TAG"));
    let (first, rest) = all.split_at(all.len().min(FIRST));
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
            { for first.iter().map(|remedy| shown(remedy, &props.loaded, printing, lang)) }
            if !rest.is_empty() {
                <details open={printing}>
                    <summary>{ phrase(
                        &say("{n} more ways", "另有 {n} 种方法").count("n", rest.len() as u64),
                        lang,
                    ) }</summary>
                    { for rest.iter().map(|remedy| shown(remedy, &props.loaded, printing, lang)) }
                </details>
            }
        </section>
    }
}

fn shown(remedy: &Remedy, loaded: &Loaded, printing: bool, lang: Lang) -> Html {
    html! {
        <article class={classes!("fix", (!remedy.needed).then_some("advice"))}>
            <h3>{ phrase(&remedy.fix.title, lang) }</h3>
            <p class="serves">
                { if remedy.needed { word(lang, "For ", "适用于：") } else { word(lang, "Advice for ", "建议，适用于：") } }
                <span translate="no">{ remedy.serves().join(word(lang, ", ", "、")) }</span>
            </p>
            { commands(remedy.fix, lang) }
            { change(remedy, loaded, printing, lang) }
        </article>
    }
}

/// What the remedy makes of the manifest, where that is known without running it.
fn change(remedy: &Remedy, loaded: &Loaded, printing: bool, lang: Lang) -> Html {
    let mut artifacts = loaded.report.artifacts.iter();
    let artifact = artifacts.find(|artifact| artifact.id == remedy.artifact);
    let Some(draft) = artifact.and_then(|one| draft(remedy.fix, one, &loaded.sources)) else {
        return html! {};
    };
    let says = if draft.layers_only {
        say(
            "Before and after: the layers that {tool} pushes",
            "修复前后：{tool} 推送的各层",
        )
    } else {
        say(
            "Before and after: what {tool} makes of the manifest",
            "修复前后：{tool} 对清单的改动",
        )
    };
    html! {
        <details class="draft" open={printing}>
            <summary>{ phrase(&says.code("tool", draft.tool.clone()), lang) }</summary>
            { diff(&draft.pair, word(lang, "What changes in the manifest", "清单中的改动"), lang) }
            <p class="choice">
                if draft.layers_only {
                    { word(
                        lang,
                        "Worked out here from what the command does; one layer a line.",
                        "以上按该命令的行为在本页推算，每行一层。",
                    ) }
                } else {
                    { word(
                        lang,
                        "Worked out here from what the command does, and laid out one value a line.",
                        "以上按该命令的行为在本页推算，并排成每行一个值。",
                    ) }
                }
                if draft.open {
                    { word(
                        lang,
                        " Where … stands, the tool computes the value.",
                        "标为“…”的值由工具计算。",
                    ) }
                }
                if draft.layers_only {
                    { word(
                        lang,
                        " Everything around the layers is written anew by the tool.",
                        "层以外的内容由工具重新生成。",
                    ) }
                }
            </p>
        </details>
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
