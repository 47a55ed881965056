//! A blob that is open: has the worker read it, shows how far that is, then what it holds, and lets a file of it be looked at
//! and saved. It holds no bytes but those it shows.

use super::look::{Event, Look, Phase, Save};
use super::preview::{First, Preview};
use super::rows::Rows;
use super::wasm;
use crate::clipboard;
use crate::desk::Desk;
use crate::show::{phrase, text as shown_text, word};
use crate::state::{Loaded, Shared};
use pullcheck::inside::{Content, Form, Inside, Totals, cut_short, form_words};
use pullcheck::limits;
use pullcheck::protocol::Unread;
use pullcheck::text::{Lang, Phrase, say, short_bytes};
use std::rc::Rc;
use web_sys::{Event as DomEvent, HtmlInputElement, InputEvent};
use yew::prelude::*;

/// So few entries need no filter.
const FEW: u64 = 8;

/// Properties of [`Opened`].
#[derive(Properties, PartialEq)]
pub struct OpenedProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// Where the blob stands in the input.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// The reader wants it closed.
    pub on_close: Callback<()>,
}

/// A blob that is open.
#[component]
pub fn Opened(props: &OpenedProps) -> Html {
    let look = use_reducer(Look::default);
    let desk = use_context::<Desk>();
    let lang = props.lang;
    let job = props.loaded.job;
    use_effect_with((props.path.clone(), job), {
        let (desk, turn) = (desk.clone(), look.dispatcher());
        move |(path, job)| {
            let mut number = 0;
            if let Some(desk) = &desk {
                let onlooker = turn.clone();
                desk.bridge
                    .watch(Some(Callback::from(move |(number, sight)| {
                        onlooker.dispatch(Event::Sight(number, sight));
                    })));
                number = desk.bridge.look(*job, path, None, false);
                turn.dispatch(Event::Began(number));
            }
            move || {
                if let Some(desk) = desk {
                    desk.bridge.watch(None);
                    desk.bridge.shut(number);
                }
            }
        }
    });
    use_effect_with(look.save.clone(), {
        let turn = look.dispatcher();
        move |save| {
            if let Save::Here(name, file) = save {
                let _ = clipboard::save_blob(name, file);
                turn.dispatch(Event::Saved);
            }
        }
    });
    let body = match &look.phase {
        Phase::Reading(done, total) => reading(*done, *total, lang),
        Phase::Failed(why) => html! { <p class="failed">{ phrase(&unread(why), lang) }</p> },
        Phase::Open(inside) => open(inside, props, &look, desk.as_ref()),
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    let label = match look.phase {
        Phase::Reading(..) => word(lang, "Cancel", "取消"),
        _ => word(lang, "Close", "关闭"),
    };
    html! {
        <section class="opened" aria-label={match lang {
            Lang::En => format!("Inside {}", props.title.replace('`', "")),
            Lang::Zh => format!("{}的内容", props.title.replace('`', "")),
        }}>
            <button type="button" class="close" onclick={close}>{ label }</button>
            { body }
        </section>
    }
}

fn reading(done: u64, total: u64, lang: Lang) -> Html {
    html! {
        <div role="status">
            <p>{ word(lang, "Reading it once more…", "正在重新读取……") }</p>
            if total > 0 {
                <progress max={total.to_string()} value={done.to_string()} aria-label={word(lang, "Read so far", "已读取")}></progress>
                <p class="quiet" aria-hidden="true">{ format!("{} / {}", short_bytes(done), short_bytes(total)) }</p>
            }
        </div>
    }
}

/// Why a blob could not be read.
pub fn unread(why: &Unread) -> Phrase {
    match why {
        Unread::NotHere => say(
            "Its bytes are not at hand any more. Check the image again to look inside.",
            "手边已没有它的字节。重新检查该镜像即可查看其中的内容。",
        ),
        Unread::Failed(words) => say("It could not be read: {words}.", "无法读取：{words}。")
            .name("words", words.clone()),
    }
}

fn open(
    inside: &Rc<Inside>,
    props: &OpenedProps,
    look: &UseReducerHandle<Look>,
    desk: Option<&Desk>,
) -> Html {
    let lang = props.lang;
    let short =
        cut_short(inside).map(|says| html! { <p class="short-of">{ phrase(&says, lang) }</p> });
    let content = match &inside.content {
        Content::Tar { totals, .. } => listing(totals, props, look, desk),
        Content::Wasm(facts) => html! {
            <>
                { wasm::facts(facts, lang) }
                { payload(inside, props, look, desk) }
            </>
        },
        Content::Other => payload(inside, props, look, desk),
    };
    html! {
        <>
            <p class="what" role="status">{ what(inside, lang) }</p>
            { short }
            { content }
        </>
    }
}

/// What the blob is, in a sentence.
fn what(inside: &Inside, lang: Lang) -> Html {
    let form = shown_text(form_words(inside.payload), lang);
    if inside.form == inside.payload {
        return html! { <>{ word(lang, "This is ", "这是 ") }{ form }{ word(lang, ".", "。") }</> };
    }
    let by = form_words(inside.form).get(lang);
    html! {
        <>
            { word(lang, "This is ", "这是 ") }{ form }
            { match lang {
                Lang::En => format!(" of {}, compressed with {by}.", short_bytes(inside.expanded)),
                Lang::Zh => format!("（{}），以 {by} 压缩。", short_bytes(inside.expanded)),
            } }
        </>
    }
}

fn listing(
    totals: &Totals,
    props: &OpenedProps,
    look: &UseReducerHandle<Look>,
    desk: Option<&Desk>,
) -> Html {
    let lang = props.lang;
    let filter = {
        let look = look.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                look.dispatch(Event::Filter(input.value(), look.marked));
            }
        })
    };
    let only = {
        let look = look.clone();
        Callback::from(move |event: DomEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                look.dispatch(Event::Filter(look.filter.clone(), input.checked()));
            }
        })
    };
    let filtered = look.marked || !look.filter.trim().is_empty();
    let held = totals.entries.saturating_sub(totals.left_out);
    html! {
        <>
            <ul class="tally totals">{ for counts(totals, lang).into_iter().map(|words| html! { <li>{ words }</li> }) }</ul>
            if totals.left_out > 0 {
                <p class="short-of">{ match lang {
                    Lang::En => format!("The first {held} entries are listed; {} more are only counted.", totals.left_out),
                    Lang::Zh => format!("列出前 {held} 个条目；其余 {} 个只计数。", totals.left_out),
                } }</p>
            }
            if held > FEW {
                <div class="sieve">
                    <label>
                        <span>{ word(lang, "Path or target holds", "路径或目标包含") }</span>
                        <input type="search" autocomplete="off" spellcheck="false" value={look.filter.clone()} oninput={filter} />
                    </label>
                    if totals.remarked > 0 {
                        <label class="only">
                            <input type="checkbox" checked={look.marked} onchange={only} />
                            <span>{ match lang {
                                Lang::En => format!("Only those with a remark ({})", totals.remarked),
                                Lang::Zh => format!("只看有提示的（{} 个）", totals.remarked),
                            } }</span>
                        </label>
                    }
                    <p role="status" class="fit">{ match (look.fit.filter(|_| filtered), lang) {
                        (None, _) => String::new(),
                        (Some(1), Lang::En) => "1 entry fits".to_string(),
                        (Some(fit), Lang::En) => format!("{fit} entries fit"),
                        (Some(fit), Lang::Zh) => format!("{fit} 个条目符合"),
                    } }</p>
                </div>
            }
            if held > 0 {
                <Rows {lang} look={look.clone()} loaded={props.loaded.clone()} path={props.path.clone()} desk={desk.cloned()} held={held} />
                <Preview {lang} look={look.clone()} loaded={props.loaded.clone()} path={props.path.clone()} desk={desk.cloned()} />
            }
        </>
    }
}

/// What there is of each kind.
fn counts(totals: &Totals, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |count: u64, one: &str, many: &str, zh: &str, more: String| {
        if count > 0 {
            out.push(match lang {
                Lang::En => format!("{count} {}{more}", if count == 1 { one } else { many }),
                Lang::Zh => format!("{count} 个{zh}{more}"),
            });
        }
    };
    let none = String::new;
    add(totals.entries, "entry", "entries", "条目", none());
    let size = short_bytes(totals.bytes);
    let size = match lang {
        Lang::En => format!(", {size}"),
        Lang::Zh => format!("，{size}"),
    };
    add(totals.files, "file", "files", "文件", size);
    add(totals.folders, "folder", "folders", "文件夹", none());
    add(
        totals.symlinks,
        "symbolic link",
        "symbolic links",
        "符号链接",
        none(),
    );
    add(
        totals.hard_links,
        "hard link",
        "hard links",
        "硬链接",
        none(),
    );
    add(totals.others, "other", "others", "其他", none());
    add(
        totals.whiteouts,
        "whiteout",
        "whiteouts",
        " whiteout",
        none(),
    );
    out
}

/// The first bytes of a blob that is no tar, and what saves all of them.
fn payload(
    inside: &Rc<Inside>,
    props: &OpenedProps,
    look: &UseReducerHandle<Look>,
    desk: Option<&Desk>,
) -> Html {
    let lang = props.lang;
    if inside.expanded == 0 {
        return html! {};
    }
    let name = match inside.payload {
        Form::Wasm { .. } => "module.wasm",
        Form::Json => "blob.json",
        Form::Text => "blob.txt",
        _ => "blob.bin",
    };
    let onclick = {
        let (look, desk) = (look.clone(), desk.cloned());
        let (job, path) = (props.loaded.job, props.path.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(desk) = &desk {
                let number = desk.bridge.look(job, &path, None, true);
                look.dispatch(Event::Save(number, name.to_string()));
            }
        })
    };
    html! {
        <>
            <First {lang} head={inside.head.clone()} size={inside.expanded} />
            if inside.expanded <= limits::HANDED_OUT_BYTES {
                <p class="actions">
                    <button type="button" {onclick} disabled={matches!(look.save, Save::Reading(_))}>{ word(lang, "Save this file", "保存此文件") }</button>
                    { saving(&look.save, lang) }
                </p>
            }
        </>
    }
}

/// How saving is coming along.
pub fn saving(save: &Save, lang: Lang) -> Html {
    let says = match save {
        Save::None => String::new(),
        Save::Reading(_) | Save::Here(..) => word(lang, "Reading…", "正在读取……").to_string(),
        Save::Done => word(lang, "Handed to the browser.", "已交给浏览器。").to_string(),
        Save::Failed(why) => unread(why).render(lang),
    };
    html! { <span role="status" class="quiet">{ says }</span> }
}
