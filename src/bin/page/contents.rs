//! What is in it: every artifact as a tree of all that lies under its root, and the layers, which open where they stand. It
//! shows what was read and nothing else.

mod details;
mod hex;
mod look;
mod opened;
mod outline;
mod preview;
mod row;
mod rows;
mod wasm;

use crate::show::{CopyButton, code, linked, phrase, word};
use crate::state::{Dispatch, Loaded, Shared};
use outline::{Links, Part, View, has_children, is_visible};
use pullcheck::report::{Artifact, InputKind, Packaging, Report};
use pullcheck::text::{Lang, bytes, short_bytes, text};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Rows of one artifact that are shown before the reader asks for the rest.
const ROWS: usize = 200;
/// Files that nothing refers to that are shown at once.
const LOOSE: usize = 20;

/// Properties of [`Contents`].
#[derive(Properties, PartialEq)]
pub struct ContentsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// All artifacts.
#[component]
pub fn Contents(props: &ContentsProps) -> Html {
    let lang = props.lang;
    let view = use_reducer(View::default);
    let links = use_memo(props.loaded.clone(), |loaded| {
        Shared::new(Links::of(&loaded.report))
    });
    // A jump has unfolded what hid its goal: now the goal is there.
    use_effect_with(view.goal, |goal| {
        if let Some((part, _)) = goal {
            focus(&part.id());
        }
    });
    let report = &props.loaded.report;
    if report.artifacts.is_empty() && report.unreferenced.is_empty() {
        return html! {};
    }
    html! {
        <section class="contents" aria-labelledby="contents">
            <h2 id="contents">{ word(lang, "What is in it", "其中的内容") }</h2>
            { absent(&props.loaded, lang) }
            { for report.artifacts.iter().enumerate().map(|(at, artifact)| html! {
                <Tree key={artifact.id.clone()} {lang} {at} loaded={props.loaded.clone()} links={(*links).clone()}
                    view={view.of(at)} turn={view.dispatcher()} dispatch={props.dispatch.clone()} />
            }) }
            { unreferenced(report, lang) }
        </section>
    }
}

/// Says why nothing can be opened, where that is so.
fn absent(loaded: &Loaded, lang: Lang) -> Html {
    let says = if loaded.opened.is_some() {
        word(
            lang,
            "The bytes of the layers are not in a saved report. To look inside, check the image itself.",
            "保存的报告不含各层的字节。要查看其中的文件，请检查镜像本身。",
        )
    } else if loaded.report.input.packaging == Packaging::Pasted {
        word(
            lang,
            "Only documents were given: the bytes of the layers are not here, so none can be opened.",
            "只给出了文档：这里没有各层的字节，因此无法打开。",
        )
    } else {
        return html! {};
    };
    html! { <p class="quiet absent">{ says }</p> }
}

/// Properties of [`Tree`].
#[derive(Properties, PartialEq)]
struct TreeProps {
    lang: Lang,
    loaded: Shared<Loaded>,
    links: Shared<Links>,
    /// Which of the artifacts.
    at: usize,
    /// What the reader has folded and opened in it.
    view: Rc<outline::Shown>,
    turn: UseReducerDispatcher<View>,
    dispatch: Dispatch,
}

/// One artifact.
#[component]
fn Tree(props: &TreeProps) -> Html {
    let lang = props.lang;
    let Some(artifact) = props.loaded.report.artifacts.get(props.at) else {
        return html! {};
    };
    let name = artifact.name.as_deref().unwrap_or(&artifact.id);
    let rows = &artifact.descriptors;
    let folded = props.view.folded(rows);
    let visible: Vec<usize> = (0..rows.len())
        .filter(|row| is_visible(rows, &folded, *row))
        .collect();
    let shown = if props.view.all { usize::MAX } else { ROWS };
    let more = visible.len().saturating_sub(shown);
    let largest = rows.iter().filter_map(|row| row.size).max().unwrap_or(0);
    let act = |action: outline::Act| {
        let (turn, at) = (props.turn.clone(), props.at);
        Callback::from(move |_: MouseEvent| turn.dispatch((at, action.clone())))
    };
    let parents: Vec<usize> = (1..rows.len())
        .filter(|row| has_children(rows, *row))
        .collect();
    let all_folded = parents.iter().all(|row| folded.contains(row));
    let head = |en, zh| html! { <th scope="col">{ word(lang, en, zh) }</th> };
    html! {
        <article class="artifact">
            <h3>{ code(name) }</h3>
            <p>{ phrase(&artifact.says, lang) }</p>
            { identity(artifact, lang) }
            if !parents.is_empty() {
                <p class="folding">
                    if all_folded {
                        <button type="button" class="more" onclick={act(outline::Act::Fold(Vec::new()))}>{ word(lang, "Unfold all", "全部展开") }</button>
                    } else {
                        <button type="button" class="more" onclick={act(outline::Act::Fold(parents.clone()))}>{ word(lang, "Fold all", "全部折叠") }</button>
                    }
                </p>
            }
            if !rows.is_empty() {
                <div class="scroll">
                    <table class="contents tree">
                        <caption class="hidden">{ match lang {
                            Lang::En => format!("Parts of {name}"),
                            Lang::Zh => format!("{name} 的组成部分"),
                        } }</caption>
                        <thead><tr>
                            { head("Part", "部分") }
                            { head("Media type", "媒体类型") }
                            { head("Size", "大小") }
                            { head("Digest", "摘要") }
                            { head("Content", "内容") }
                        </tr></thead>
                        <tbody>
                            { for visible.iter().take(shown).map(|row| {
                                let part = Part { artifact: props.at, row: *row };
                                row::row(&row::Context {
                                    lang,
                                    part,
                                    artifact,
                                    loaded: &props.loaded,
                                    links: &props.links,
                                    folded: folded.contains(row),
                                    largest,
                                    view: &props.view,
                                    turn: &props.turn,
                                    dispatch: &props.dispatch,
                                })
                            }) }
                        </tbody>
                    </table>
                </div>
                if more > 0 {
                    <button type="button" class="more" onclick={act(outline::Act::ShowAll)}>{ match lang {
                        Lang::En => format!("Show {more} more"),
                        Lang::Zh => format!("再显示 {more} 项"),
                    } }</button>
                }
            }
        </article>
    }
}

fn identity(artifact: &Artifact, lang: Lang) -> Html {
    let kind = artifact.descriptors.first();
    let kind = kind.and_then(|root| root.artifact_type.as_ref());
    let facts: Vec<Html> = [
        (
            text("Media type", "媒体类型"),
            artifact.media_type.as_ref(),
            false,
        ),
        (text("Artifact type", "制品类型"), kind, false),
        (text("Digest", "摘要"), artifact.digest.as_ref(), true),
    ]
    .into_iter()
    .filter_map(|(name, fact, copied)| {
        let fact = fact?;
        Some(html! {
            <>
                <dt>{ name.get(lang) }</dt>
                <dd>
                    { linked(fact) }
                    if copied { { " " }<CopyButton {lang} text={fact.clone()} /> }
                </dd>
            </>
        })
    })
    .collect();
    if facts.is_empty() {
        return html! {};
    }
    html! { <dl class="facts">{ facts }</dl> }
}

/// The files that nothing refers to.
fn unreferenced(report: &Report, lang: Lang) -> Html {
    let files = &report.unreferenced;
    if files.is_empty() {
        return html! {};
    }
    let beyond = report.unreferenced_left_out.unwrap_or(0);
    let count = (files.len() as u64).saturating_add(beyond);
    let size = files
        .iter()
        .fold(0, |sum: u64, file| sum.saturating_add(file.size));
    let why = match report.input.kind {
        InputKind::OciLayout | InputKind::DockerArchiveWithOciLayout => word(
            lang,
            "No index, manifest or config leads to them: who copies the image leaves them behind.",
            "没有索引、清单或配置指向它们：复制镜像时会被留下。",
        ),
        _ => word(
            lang,
            "No document in what was given leads to them.",
            "给出的文档都没有指向它们。",
        ),
    };
    html! {
        <article class="artifact loose">
            <h3>{ match lang {
                Lang::En => format!("Not referred to: {count} ({})", short_bytes(size)),
                Lang::Zh => format!("未被引用：{count} 个（{}）", short_bytes(size)),
            } }</h3>
            <p>{ why }</p>
            <ul>
                { for files.iter().take(LOOSE).map(|file| html! {
                    <li>{ code(&file.path) }{ " " }<span class="quiet" title={bytes(file.size, lang)}>{ short_bytes(file.size) }</span></li>
                }) }
            </ul>
            if files.len() > LOOSE {
                <details>
                    <summary>{ word(lang, "The others", "其余文件") }</summary>
                    <ul>{ for files.iter().skip(LOOSE).map(|file| html! { <li>{ code(&file.path) }</li> }) }</ul>
                    if beyond > 0 {
                        <p>{ match lang {
                            Lang::En => format!("{beyond} more are not listed."),
                            Lang::Zh => format!("另有 {beyond} 个未列出。"),
                        } }</p>
                    }
                </details>
            }
        </article>
    }
}

/// Puts the focus on an element and makes it visible.
fn focus(id: &str) {
    let element = gloo::utils::document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}
