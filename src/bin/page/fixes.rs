//! What mends it: each remedy once, with those it serves and the command of each tool. It chooses none.

use crate::answers::name;
use crate::diff::diff;
use crate::print::use_printing;
use crate::show::{block, phrase, word};
use crate::state::{Loaded, Shared};
use pullcheck::consumers::{self, Question, TARGET};
use pullcheck::drafts::draft;
use pullcheck::fixes::Fix;
use pullcheck::order;
use pullcheck::report::{Decision, Finding, Locus, Report};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Remedies that are shown at once; the others are a click away.
const FIRST: usize = 3;

/// A remedy, and the names of the consumers that it is for.
pub struct Remedy<'r> {
    /// The remedy.
    pub fix: &'r Fix,
    /// Ids of the consumers, each once, with the versions that it is for.
    serves: Vec<(&'r str, Vec<&'r str>)>,
    /// Id of the artifact that the first of them was judged with.
    artifact: &'r str,
    /// Whether one of them refuses or is in doubt without it; else it is advice.
    pub needed: bool,
}

impl Remedy<'_> {
    /// Names and versions of those it is for.
    pub fn serves(&self) -> Vec<String> {
        self.serves
            .iter()
            .map(|(id, versions)| {
                format!("{} {}", name(id), consumers::shown(id, versions))
                    .trim_end()
                    .to_string()
            })
            .collect()
    }
}

/// The remedies of a report: first those of refusing consumers, then advice for the rest. Those for the consumer that the
/// person deploys to lead.
pub fn remedies(report: &Report) -> Vec<Remedy<'_>> {
    let mut all: Vec<Remedy> = Vec::new();
    for (decision, needed) in [
        (Decision::Refuses, true),
        (Decision::Unknown, false),
        (Decision::Accepts, false),
    ] {
        for verdict in report.verdicts.iter().filter(|v| v.verdict == decision) {
            let (who, versions) = (verdict.consumer.as_str(), verdict.versions.as_str());
            for fix in &verdict.fixes {
                let known = all
                    .iter_mut()
                    .find(|r| r.fix.id == fix.id && r.fix.commands == fix.commands);
                let Some(known) = known else {
                    all.push(Remedy {
                        fix,
                        artifact: &verdict.artifact,
                        serves: vec![(who, vec![versions])],
                        needed,
                    });
                    continue;
                };
                match known.serves.iter_mut().find(|(id, _)| *id == who) {
                    Some((_, those)) if those.contains(&versions) => {}
                    Some((_, those)) => those.push(versions),
                    None => known.serves.push((who, vec![versions])),
                }
            }
        }
    }
    let target = report
        .choices
        .get(TARGET)
        .and_then(|text| Question::read(text).ok());
    let own = |remedy: &Remedy| {
        let id = target.as_ref().map(|target| target.consumer.as_str());
        remedy.serves.iter().any(|(who, _)| Some(*who) == id)
    };
    // What mends it for more consumers comes first; one tool's own order stays.
    order::by_key(&mut all, |remedy| {
        let many = std::cmp::Reverse(remedy.serves.len());
        (!own(remedy), !remedy.needed, many)
    });
    all
}

/// Those who refuse because of what stands at the very place of a finding, and the remedy that serves most of them. Nobody
/// refuses a whole file because of one finding about it, so places without a pointer say nothing.
pub fn refused_at<'r>(
    report: &'r Report,
    findings: &[&Finding],
) -> Option<(Vec<&'r str>, &'r Fix)> {
    let here = |at: &Locus| {
        at.pointer
            .as_ref()
            .is_some_and(|pointer| !pointer.is_empty())
            && findings
                .iter()
                .any(|finding| finding.at.path == at.path && finding.at.pointer == at.pointer)
    };
    let mut who: Vec<&str> = Vec::new();
    let mut serving: Vec<(&Fix, usize)> = Vec::new();
    for verdict in &report.verdicts {
        let at = verdict.at.as_ref().filter(|at| here(at));
        if verdict.verdict != Decision::Refuses || at.is_none() {
            continue;
        }
        if !who.contains(&name(&verdict.consumer)) {
            who.push(name(&verdict.consumer));
        }
        for fix in verdict.fixes.iter().filter(|fix| !fix.commands.is_empty()) {
            match serving.iter_mut().find(|(known, _)| known.id == fix.id) {
                Some((_, times)) => *times += 1,
                None => serving.push((fix, 1)),
            }
        }
    }
    // Of those that serve as many, the first.
    let most = serving.iter().map(|(_, times)| *times).max()?;
    let (fix, _) = serving.into_iter().find(|(_, times)| *times == most)?;
    Some((who, fix))
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
