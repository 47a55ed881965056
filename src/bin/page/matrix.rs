//! The matrix: who takes what, in which versions, and why. It shows verdicts and makes none.

use crate::aim;
use crate::folded::Folded;
use crate::print::use_printing;
use crate::route::{Asked, Route};
use crate::settings::Settings;
use crate::show::{self, CopyButton, block, code, word};
use crate::state::{Dispatch, Loaded, Shared};
use crate::strip::strip;
use crate::tones::decision;
use crate::trace::{place_button, trace};
use crate::verdict::badge;
use pullcheck::answers::{self, Cells, Row, artifact_name};
use pullcheck::consumers;
use pullcheck::report::{Decision, Verdict};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Properties of [`Matrix`].
#[derive(Clone, Properties, PartialEq)]
pub struct MatrixProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What the report is asked for.
    pub asked: Asked,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// The consumer that the address leads to.
    pub led: Option<String>,
    /// A link to the report, where it has one that others can open.
    pub link: Option<AttrValue>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// The table of verdicts.
#[component]
pub fn Matrix(props: &MatrixProps) -> Html {
    let lang = props.lang;
    let report = &props.loaded.report;
    let columns = answers::columns(report);
    let rows = answers::rows(report, &columns);
    // Families that the reader opened or closed.
    let turned = use_state(Vec::<&'static str>::new);
    let printing = use_printing();
    if rows.is_empty() {
        return html! {};
    }
    let target = props.asked.choices.target().map(|target| target.consumer);
    let single = columns.len() <= 1;
    let width = columns.len().max(1) + 1;
    let mut body: Vec<Html> = Vec::new();
    let (own, others): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .filter(|row| !row.idle())
        .partition(|row| target.as_deref() == Some(row.consumer));
    if !own.is_empty() {
        body.push(html! {
            <tbody key="target" class="own">
                <tr class="group" key="group">
                    <th scope="rowgroup" colspan={width.to_string()}>{ word(lang, "Where you deploy to", "你的部署目标") }</th>
                </tr>
                { for own.iter().map(|row| line(row, &columns, props)) }
            </tbody>
        });
    }
    for family in consumers::FAMILIES {
        let these: Vec<&Row> = others
            .iter()
            .copied()
            .filter(|row| family.consumers.iter().any(|one| one.id == row.consumer))
            .collect();
        if these.is_empty() {
            continue;
        }
        // Who all accept have little to say: they stay folded until somebody asks.
        let quiet = these.len() > 1 && these.iter().all(|row| answers::accepts(row));
        let led = these.iter().any(|row| is_led(row.consumer, props));
        let open = printing || turned.contains(&family.id) == (quiet && !led);
        let turn = {
            let turned = turned.clone();
            Callback::from(move |_: MouseEvent| {
                let mut now = (*turned).clone();
                match now.iter().position(|id| *id == family.id) {
                    Some(at) => drop(now.remove(at)),
                    None => now.push(family.id),
                }
                turned.set(now);
            })
        };
        body.push(html! {
            <tbody key={family.id}>
                <tr class="group" key="group">
                    <th scope="rowgroup" colspan={width.to_string()}>
                        <button type="button" aria-expanded={open.to_string()} onclick={turn}>
                            { family.title.get(lang) }
                            { " " }
                            <span class="tally">{ tally(&these, lang) }</span>
                        </button>
                    </th>
                </tr>
                if open { { for these.iter().map(|row| line(row, &columns, props)) } }
            </tbody>
        });
    }
    let mut idle: Vec<&str> = rows
        .iter()
        .filter(|row| row.idle())
        .map(|row| row.consumer)
        .filter(|id| {
            !rows
                .iter()
                .any(|other| !other.idle() && other.consumer == *id)
        })
        .collect();
    idle.dedup();
    let heads: Html = if single {
        html! { <th scope="col">{ word(lang, "Verdict and reason", "结论与原因") }</th> }
    } else {
        columns
            .iter()
            .map(|id| html! { <th scope="col">{ code(artifact_name(report, id)) }</th> })
            .collect()
    };
    html! {
        <section class="consumers" aria-labelledby="consumers">
            <h2 id="consumers">{ word(lang, "Who accepts it", "谁会接受它") }</h2>
            // A report that was opened again is judged by nobody.
            if props.loaded.opened.is_none() {
                <Settings {lang} asked={props.asked.clone()} loaded={props.loaded.clone()} />
            }
            if !body.is_empty() {
                <div class="scroll">
                    <table class={classes!("matrix", single.then_some("single"))}>
                        <caption>{ word(
                            lang,
                            "Consumers by version. Open a verdict for the exact error and the steps.",
                            "按版本列出的使用方。展开结论可查看原始错误和各个步骤。",
                        ) }</caption>
                        <thead><tr>
                            <th scope="col">{ word(lang, "Consumer", "使用方") }</th>
                            { heads }
                        </tr></thead>
                        { body }
                    </table>
                </div>
            }
            if !idle.is_empty() {
                <details class="idle">
                    <summary>{ show::phrase(
                        &say("Not the job of {n} consumers", "与 {n} 个使用方无关").count("n", idle.len() as u64),
                        lang,
                    ) }</summary>
                    <p>{ names(&idle, lang) }</p>
                </details>
            }
        </section>
    }
}

/// How many consumers of a family answer how: `✗ 2 ✓ 5`.
fn tally(rows: &[&Row], lang: Lang) -> Html {
    [Decision::Refuses, Decision::Unknown, Decision::Accepts]
        .into_iter()
        .filter_map(|sought| {
            let mut those: Vec<&str> = rows
                .iter()
                .filter(|row| row.verdicts().iter().any(|v| v.verdict == sought))
                .map(|row| row.consumer)
                .collect();
            those.dedup();
            let (name, icon, class) = decision(sought);
            (!those.is_empty()).then(|| {
                html! {
                    <span {class}>
                        <span class="icon" aria-hidden="true">{ icon }</span>
                        <span class="hidden">{ name.get(lang) }</span>
                        { " " }{ those.len() }{ " " }
                    </span>
                }
            })
        })
        .collect()
}

/// Names as links, in one line.
fn names(ids: &[&str], lang: Lang) -> Html {
    ids.iter()
        .enumerate()
        .map(|(at, id)| {
            html! {
                <>
                    if at > 0 { { word(lang, ", ", "、") } }
                    <a href={address(id)} translate="no">{ answers::name(id).to_string() }</a>
                </>
            }
        })
        .collect()
}

fn address(id: &str) -> String {
    Route::Consumer(id.to_string(), None).address()
}

fn line(row: &Row, columns: &[&str], props: &MatrixProps) -> Html {
    let single = columns.len() <= 1;
    let cells: Html = match &row.cells {
        Cells::Whole(verdicts) => cell(verdicts, single, columns.len().max(1), None, props),
        Cells::Each(cells) => cells
            .iter()
            .zip(columns)
            .map(|(verdicts, id)| {
                // Where there is no room for columns, each answer stands below the name of what it is about.
                let about = (!single).then(|| artifact_name(&props.loaded.report, id));
                cell(verdicts, single, 1, about, props)
            })
            .collect(),
    };
    let led = is_led(row.consumer, props);
    // An open verdict stays with its row when the report grows.
    html! {
        <tr key={row.who()} class={led.then_some("pointed")} tabindex={led.then_some("-1")}>
            <th scope="row">
                <a href={address(row.consumer)} translate="no">{ answers::name(row.consumer).to_string() }</a>
                { " " }
                <span class="versions" translate="no">{ row.shown() }</span>
            </th>
            { cells }
        </tr>
    }
}

/// Whether the address leads to a consumer.
fn is_led(consumer: &str, props: &MatrixProps) -> bool {
    props.led.as_deref() == Some(consumer)
}

/// The verdicts of one row about one thing: alike in decision, reason and error; their steps may differ.
fn cell(
    verdicts: &[&Verdict],
    single: bool,
    span: usize,
    about: Option<&str>,
    props: &MatrixProps,
) -> Html {
    let lang = props.lang;
    let colspan = (span > 1).then(|| span.to_string());
    let about = about.map(str::to_string);
    let Some(verdict) = verdicts.first() else {
        return html! { <td {colspan}></td> };
    };
    if verdict.verdict == Decision::NotApplicable {
        return html! {
            <td {colspan} data-label={about}><span class="cell idle">{ badge(verdict.verdict, lang) }</span></td>
        };
    }
    let (_, _, class) = decision(verdict.verdict);
    let because = show::brief(&verdict.because, lang);
    let summary = html! {
        <>
            { badge(verdict.verdict, lang) }
            <span class="hidden">{ word(lang, ", ", "，") }{ who(verdicts) }</span>
        </>
    };
    // They are looked up again when somebody opens the cell: most cells stay closed.
    let draw = {
        let (consumer, artifact) = (verdict.consumer.clone(), verdict.artifact.clone());
        let versions: Vec<String> = verdicts.iter().map(|v| v.versions.clone()).collect();
        let props = props.clone();
        Callback::from(move |()| {
            let own = |v: &&Verdict| {
                v.consumer == consumer && v.artifact == artifact && versions.contains(&v.versions)
            };
            let verdicts: Vec<&Verdict> = props.loaded.report.verdicts.iter().filter(own).collect();
            reasons(&verdicts, &props)
        })
    };
    // What a program prints is there before anybody opens it, so that a browser's search finds it.
    let kept = html! {
        if let Some(error) = &verdict.error {
            <p>{ because.clone() }</p>
            <p>{ word(lang, "It prints:", "它会输出：") }</p>
            { block(error, lang, "error") }
        }
    };
    html! {
        <td {colspan} data-label={about}>
            <Folded class={classes!("cell", class)} open={is_led(&verdict.consumer, props)} {summary} {kept} {draw} />
            <p class={classes!("reason", (!single).then_some("on-paper"))}>{ because }</p>
        </td>
    }
}

/// What a cell unfolds: the steps, and where to read on.
fn reasons(verdicts: &[&Verdict], props: &MatrixProps) -> Html {
    let lang = props.lang;
    let report = &props.loaded.report;
    let Some(verdict) = verdicts.first() else {
        return html! {};
    };
    html! {
        <>
            if verdict.error.is_none() { <p>{ show::brief(&verdict.because, lang) }</p> }
            { strip(verdicts, report, own_version(verdict, props).as_deref(), lang) }
            { traces(verdicts, props) }
            if let Some(at) = &verdict.at {
                <p>{ word(lang, "Decided by ", "依据：") }{ place_button(at, lang, &props.dispatch) }</p>
            }
            <p><a href={address(&verdict.consumer)}>
                { word(lang, "What this consumer accepts", "该使用方接受什么") }
            </a>
            if let Some(link) = &props.link {
                { " · " }
                <CopyButton {lang} text={format!("{link}{}", aim::to_consumer(&verdict.consumer))}
                    label={word(lang, "Copy link to its verdicts", "复制其结论的链接")} />
            }</p>
        </>
    }
}

/// Name and versions of those that answer so, which tell a cell from those of other versions.
fn who(verdicts: &[&Verdict]) -> String {
    let Some(first) = verdicts.first() else {
        return String::new();
    };
    let versions: Vec<&str> = verdicts.iter().map(|v| v.versions.as_str()).collect();
    answers::who(&first.consumer, &versions)
}

/// The version that the reader deploys to, where it is one of this consumer.
fn own_version(verdict: &Verdict, props: &MatrixProps) -> Option<String> {
    let target = props.asked.choices.target()?;
    (target.consumer == verdict.consumer)
        .then_some(target.version)
        .flatten()
}

/// The steps of all versions, those that go the same way once.
fn traces(verdicts: &[&Verdict], props: &MatrixProps) -> Html {
    let lang = props.lang;
    let mut ways: Vec<(&Verdict, Vec<&str>)> = Vec::new();
    for verdict in verdicts {
        match ways
            .iter_mut()
            .find(|(known, _)| known.steps == verdict.steps)
        {
            Some((_, versions)) => versions.push(&verdict.versions),
            None => ways.push((verdict, vec![&verdict.versions])),
        }
    }
    let several = ways.len() > 1;
    ways.iter()
        .filter(|(verdict, _)| !verdict.steps.is_empty())
        .map(|(verdict, versions)| {
            html! {
                <>
                    <p>
                        { word(lang, "Its steps", "它的步骤") }
                        if several { { " " }<span translate="no">{ versions.join(", ") }</span> }
                        { word(lang, ":", "：") }
                    </p>
                    { trace(&verdict.steps, lang, &props.dispatch) }
                </>
            }
        })
        .collect()
}
