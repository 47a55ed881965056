//! The dialog that makes a link. As it opens, the link holds nothing of what was checked; the reader may have it carry
//! the documents, sees what they would give away, and may have that replaced. It only makes text: nothing is sent.

use crate::route::{self, Asked, Route};
use crate::show::{self, CopyButton, code, phrase, word};
use crate::state::{Loaded, Shared};
use gloo::events::EventListener;
use pullcheck::answers;
use pullcheck::bytes::digest::{Algorithm, digest_of};
use pullcheck::limits;
use pullcheck::order;
use pullcheck::report::Decision;
use pullcheck::rules;
use pullcheck::share::{Band, Kind, Look, Private, SharedFile, Sharing, link, look};
use pullcheck::text::{Lang, say};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Rules and consumers that a link without content can lead to, of each.
const OFFERED: usize = 8;
/// Names of one kind that are listed.
const LISTED: usize = 100;

/// Properties of [`ShareButton`].
#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
    /// What the report is asked for.
    pub asked: Asked,
}

/// The button, and the dialog that it opens.
#[component]
pub fn ShareButton(props: &ShareProps) -> Html {
    let lang = props.lang;
    let open = use_state(|| false);
    let dialog = use_node_ref();
    use_effect_with((*open, dialog.clone()), {
        let open = open.setter();
        move |(now, dialog)| {
            let element = dialog.cast::<HtmlDialogElement>();
            let listener = element.map(|element| {
                if *now && !element.open() {
                    let _ = element.show_modal();
                }
                // Escape closes it, too.
                EventListener::new(&element, "close", move |_| open.set(false))
            });
            move || drop(listener)
        }
    });
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    html! {
        <>
            <button type="button" class="share" aria-haspopup="dialog" {onclick}>{ word(lang, "Share", "分享") }</button>
            <dialog ref={dialog} class="share" aria-labelledby="share-title">
                if *open {
                    <h2 id="share-title">{ word(lang, "Share", "分享") }</h2>
                    <p class="said hidden" role="status"></p>
                    <Choice {lang} loaded={props.loaded.clone()} asked={props.asked.clone()} />
                    <div class="choices">
                        <button type="button" class="close" onclick={close}>{ word(lang, "Close", "关闭") }</button>
                    </div>
                }
            </dialog>
        </>
    }
}

/// The link by what the reader chooses.
#[component]
fn Choice(props: &ShareProps) -> Html {
    let lang = props.lang;
    let include = use_state(|| false);
    let redact = use_state(|| false);
    let target = use_state(|| 0_usize);
    let which = use_state(|| 0_usize);
    let choices = use_memo((props.loaded.clone(), lang), |(loaded, _)| carried(loaded));
    let targets = targets(props);
    let chosen = choices.get(*which).or_else(|| choices.first());
    let files: Vec<SharedFile> = chosen.map_or_else(Vec::new, |chosen| chosen.files.clone());
    let fits = files.iter().map(|file| file.text.len()).sum::<usize>() <= limits::SHARED_BYTES;
    let looked = use_memo((files, *include && fits), |(files, wanted)| {
        wanted.then(|| look(files))
    });
    let checked = |state: &UseStateHandle<bool>| {
        let state = state.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlInputElement>().ok())
            {
                state.set(input.checked());
            }
        })
    };
    let selected = |state: &UseStateHandle<usize>| {
        let state = state.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok())
            {
                // Number of an option, below a few dozens.
                state.set(select.selected_index().max(0) as usize);
            }
        })
    };
    let going = match (&*looked, chosen) {
        (Some(looked), Some(chosen)) => sent(looked, chosen, *redact),
        _ => Vec::new(),
    };
    let replaced = match &*looked {
        Some(looked) if *redact => looked.replaced,
        _ => 0,
    };
    let part = use_memo((going, replaced), |(files, replaced)| {
        packed(files, *replaced)
    });
    let fragment = if *include {
        let part = (*part).clone();
        part.map(|part| Route::Shared(part, props.asked.clone()).address())
    } else {
        targets.get(*target).map(|(_, address)| address.clone())
    };
    let address = fragment.map(|fragment| format!("{}{fragment}", route::base()));
    let characters = address
        .as_ref()
        .map_or(0, |address| address.chars().count());
    html! {
        <>
            if !*include {
                <p>{ word(lang,
                    "This link holds nothing of what you checked.",
                    "此链接不含你所检查的任何内容。") }</p>
                <p>
                    <label for="share-target">{ word(lang, "It opens", "打开后显示") }</label>{ " " }
                    <select id="share-target" onchange={selected(&target)}>
                        { for targets.iter().enumerate().map(|(at, (name, _))| html! {
                            <option selected={at == *target}>{ name.clone() }</option>
                        }) }
                    </select>
                </p>
            }
            if choices.is_empty() {
                <p class="hint">{ word(lang,
                    "There is no document here that a link could carry byte for byte: the text is not UTF-8, or longer than what the page keeps.",
                    "这里没有可由链接逐字节携带的文档：文本不是 UTF-8，或长度超过页面所保留的范围。") }</p>
            } else {
                <p>
                    <label><input type="checkbox" id="share-include" checked={*include} onchange={checked(&include)} />{ " " }{ word(lang, "Include the document", "包含文档内容") }</label>
                </p>
            }
            if let (Some(looked), Some(chosen)) = (&*looked, chosen) {
                <p class="hint">{ word(lang,
                    "Whoever has the link can read all of it. It stands behind the # of the address, which browsers send to no server.",
                    "得到链接的人都能读到其全部内容。内容位于地址的 # 之后，浏览器不会将其发送给任何服务器。") }</p>
                if choices.len() > 1 {
                    <p>
                        <label for="share-which">{ word(lang, "Document", "文档") }</label>{ " " }
                        <select id="share-which" onchange={selected(&which)}>
                            { for choices.iter().enumerate().map(|(at, one)| html! {
                                <option selected={at == *which}>{ match &one.name {
                                    Some(name) => name.clone(),
                                    None => word(lang, "all documents, without layers", "全部文档，不含层").to_string(),
                                } }</option>
                            }) }
                        </select>
                    </p>
                }
                { preview(looked, *redact, lang) }
                if looked.replaced > 0 {
                    <p>
                        <label><input type="checkbox" id="share-redact" checked={*redact} onchange={checked(&redact)} />{ " " }{ word(lang,
                            "Replace these by placeholders", "将它们换成占位符") }</label>
                    </p>
                    if *redact { { kept(looked, lang) } }
                }
                <details class="carried">
                    <summary>{ word(lang, "All that the link would carry", "链接将携带的全部内容") }</summary>
                    { for sent(looked, chosen, *redact).iter().map(|file| html! {
                        <><p>{ code(&file.path) }</p><pre tabindex="0" translate="no">{ file.text.clone() }</pre></>
                    }) }
                </details>
            }
            if let Some(address) = address {
                <label for="share-link">{ word(lang, "Link", "链接") }</label>
                <textarea id="share-link" readonly=true rows="3" spellcheck="false" translate="no" value={address.clone()} />
                <p class="band" role="status">{ phrase(&Band::of(characters).says(characters), lang) }</p>
                if route::base().starts_with("file:") {
                    <p class="hint">{ word(lang,
                        "This page is a file on your computer: the link opens only where that file is.",
                        "本页面是你电脑上的文件：链接只能在有该文件的地方打开。") }</p>
                }
                <CopyButton {lang} text={address} label={word(lang, "Copy link", "复制链接")} />
            } else {
                <p class="band" role="status">{ word(lang,
                    "These documents are too long for a link. Save the report instead: it opens here again.",
                    "文档过长，无法放进链接。请改为保存报告，它可以在这里再次打开。") }</p>
            }
        </>
    }
}

/// One thing that a link can carry.
struct Carried {
    /// Its path; none where it is all documents together.
    name: Option<String>,
    files: Vec<SharedFile>,
}

/// What a link can carry byte for byte: the manifest first, as the reader sees it first; then all together.
fn carried(loaded: &Loaded) -> Vec<Carried> {
    let whole = |text: &str, digest: &str| match digest {
        "" => !text.contains('\u{fffd}'),
        digest => digest_of(Algorithm::Sha256, text.as_bytes()) == digest,
    };
    let mut files: Vec<(bool, SharedFile)> = loaded
        .sources
        .iter()
        .filter(|source| !source.cut && whole(&source.text, &source.digest))
        .map(|source| {
            let file = SharedFile {
                path: source.path.clone(),
                text: source.text.clone(),
            };
            (source.kind != "manifest", file)
        })
        .collect();
    let all: Vec<SharedFile> = files.iter().map(|(_, file)| file.clone()).collect();
    order::by_key(&mut files, |(later, _)| *later);
    let mut carried: Vec<Carried> = files
        .into_iter()
        .map(|(_, file)| Carried {
            name: Some(file.path),
            // Where it stood, or what its file was called, is nothing that the receiver needs.
            files: vec![SharedFile {
                path: "JSON".to_string(),
                text: file.text,
            }],
        })
        .collect();
    if carried.len() > 1 {
        carried.push(Carried {
            name: None,
            files: all,
        });
    }
    carried
}

/// The documents as they would go out.
fn sent(looked: &Look, chosen: &Carried, redact: bool) -> Vec<SharedFile> {
    if redact {
        looked.redacted.clone()
    } else {
        chosen.files.clone()
    }
}

/// What a link that carries these documents holds, if they fit into one.
fn packed(files: &[SharedFile], replaced: u64) -> Option<String> {
    if files.is_empty() {
        return None;
    }
    link(&Sharing {
        by: env!("CARGO_PKG_VERSION").to_string(),
        // The name of a file on somebody's disk is nobody else's business.
        name: "layout".to_string(),
        files: files.to_vec(),
        replaced,
    })
}

/// What a link without content can open, by name.
fn targets(props: &ShareProps) -> Vec<(String, String)> {
    let lang = props.lang;
    let here = Route::read(&route::fragment()).0;
    let mut targets = match here {
        Route::Example(..) => vec![(
            word(lang, "this example", "此示例").to_string(),
            here.asking(props.asked.clone()).address(),
        )],
        _ => Vec::new(),
    };
    targets.push((
        word(
            lang,
            "the checker, with these settings",
            "检查页面，并带上当前设置",
        )
        .to_string(),
        Route::Check(props.asked.clone()).address(),
    ));
    let report = &props.loaded.report;
    let mut ids: Vec<&str> = Vec::new();
    for group in report.groups() {
        if !ids.contains(&group.rule) && ids.len() < OFFERED {
            ids.push(group.rule);
            let title = rules::find(group.rule).map_or(group.rule, |rule| rule.title.get(lang));
            let name = format!("{}{title}", word(lang, "rule: ", "规则：")).replace('`', "");
            targets.push((name, Route::Rule(group.rule.to_string()).address()));
        }
    }
    let mut ids: Vec<&str> = Vec::new();
    for verdict in &report.verdicts {
        let id = verdict.consumer.as_str();
        if verdict.verdict == Decision::Refuses && !ids.contains(&id) && ids.len() < OFFERED {
            ids.push(id);
            let name = format!(
                "{}{}",
                word(lang, "consumer: ", "使用方："),
                answers::name(id)
            );
            targets.push((name, Route::Consumer(id.to_string(), None).address()));
        }
    }
    targets
}

/// What stays the same with placeholders, and what does not.
fn kept(looked: &Look, lang: Lang) -> Html {
    let digests = say(
        "Digests and sizes of {n} documents were written anew wherever others point to them, so that they still belong together: they are not those of the original.",
        "有 {n} 个文档的摘要和大小已在指向它们的地方重新写入，使各文档仍相互对应：它们不再是原文的摘要和大小。",
    )
    .count("n", looked.digests);
    html! {
        <p class="hint">
            { word(lang,
                "Every consumer and every rule answers as before. ",
                "所有使用方和规则的结论与之前相同。") }
            if looked.digests > 0 {
                { show::phrase(&digests, lang) }
            } else {
                { word(lang,
                    "The text is another one, and so would be its digest.",
                    "文本已不是原文，其摘要也会不同。") }
            }
        </p>
    }
}

/// Everything that the documents would give away, as far as it can be told.
fn preview(looked: &Look, redact: bool, lang: Lang) -> Html {
    html! {
        <section class="private" aria-label={word(lang, "What it gives away", "会透露什么")}>
            if looked.found.is_empty() && looked.unread.is_empty() {
                <p>{ word(lang,
                    "No host name, repository, annotation, variable or name of a file or user was found in it.",
                    "其中没有发现主机名、仓库、注解、环境变量、文件名或用户名。") }</p>
            }
            { for looked.unread.iter().map(|path| {
                let says = say(
                    "{path} is not sound JSON, so nothing was looked for in it: read it below before you share it.",
                    "{path} 不是完好的 JSON，因此未在其中查找：分享之前请先阅读下面的内容。",
                ).code("path", path);
                html! { <p class="unread">{ phrase(&says, lang) }</p> }
            }) }
            { for Kind::ALL.into_iter().map(|kind| {
                let those: Vec<&Private> = looked.found.iter().filter(|one| one.kind == kind).collect();
                html! { if !those.is_empty() { { listed(kind, &those, redact, lang) } } }
            }) }
        </section>
    }
}

fn listed(kind: Kind, those: &[&Private], redact: bool, lang: Lang) -> Html {
    let rest = those.len().saturating_sub(LISTED) as u64;
    html! {
        <>
            <h3>{ show::text(kind.title(), lang) }</h3>
            <ul>
                { for those.iter().take(LISTED).map(|one| html! {
                    <li>
                        { match (&one.placeholder, redact) {
                            (Some(placeholder), true) => html! { <><del>{ code(&one.value) }</del>{ " → " }{ code(placeholder) }</> },
                            _ => code(&one.value),
                        } }
                        if one.placeholder.is_none() && redact {
                            { word(lang, " (stays)", "（保留）") }
                        }
                    </li>
                }) }
                if rest > 0 {
                    <li>{ phrase(&say("… and {n} more.", "……另有 {n} 项。").count("n", rest), lang) }</li>
                }
            </ul>
        </>
    }
}
