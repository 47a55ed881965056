//! Where the reader is in a document: pointer, line, column and byte to copy, and what is said of the row and leads on
//! from it. For those who use no mouse it is all that gutter marks and links are for others.

use super::row::{Link, link};
use super::view::{Destination, View};
use crate::aim;
use crate::route::Route;
use crate::show::{CopyButton, code, phrase, word};
use crate::state::{Action, Dispatch};
use crate::tones::severity;
use pullcheck::limits::shown;
use pullcheck::listing::Place;
use pullcheck::text::{Lang, capital, short_bytes};
use yew::prelude::*;

/// Problems of a row that are listed.
const LISTED: usize = 8;

/// The status line and what it leads to; `link` is the report's, where others can open it.
pub fn here(
    view: &View,
    lang: Lang,
    link: Option<&str>,
    dispatch: &Dispatch,
    follow: &Callback<(String, Destination)>,
) -> Html {
    let Some(place) = view.place() else {
        return reading(view, lang);
    };
    let at = position(&place, lang);
    let pointer = place.pointer.clone().map(shown);
    let path = view.source().map_or("", |source| source.path.as_str());
    let address = format!("{path}:{}:{}", place.line, place.column);
    html! {
        <div class="here">
            <p class="place-line" role="status">
                { match &pointer {
                    Some(pointer) if pointer.is_empty() => html! { <span>{ word(lang, "the whole document", "整个文档") }</span> },
                    Some(pointer) => code(pointer),
                    None => html! { <span>{ word(lang, "not readable as JSON here", "此处无法作为 JSON 读取") }</span> },
                } }
                { " · " }<span class="position">{ at }</span>
            </p>
            <span class="copies">
                if let Some(pointer) = pointer.filter(|pointer| !pointer.is_empty()) {
                    <CopyButton {lang} text={pointer} label={word(lang, "Copy pointer", "复制指针")} />
                }
                <CopyButton {lang} text={address} label={word(lang, "Copy place", "复制位置")} />
                if let Some(link) = link {
                    <CopyButton {lang} text={format!("{link}{}", aim::to_line(path, place.line))} label={word(lang, "Copy link to this line", "复制此行的链接")} />
                }
            </span>
            { leads(view, lang, dispatch, follow) }
        </div>
    }
}

/// A place in words.
pub fn position(place: &Place, lang: Lang) -> String {
    let Place {
        line,
        column,
        offset,
        ..
    } = place;
    match lang {
        Lang::En => format!("line {line}, column {column}, byte {offset}"),
        Lang::Zh => format!("第 {line} 行，第 {column} 列，第 {offset} 字节"),
    }
}

fn reading(view: &View, lang: Lang) -> Html {
    let Some((done, all)) = view.reading() else {
        return html! {};
    };
    let (done, all) = (short_bytes(done as u64), short_bytes(all as u64));
    html! {
        <div class="here"><p class="place-line">{ match lang {
            Lang::En => format!("Looking through the document: {done} of {all}"),
            Lang::Zh => format!("正在浏览文档：{done} / {all}"),
        } }</p></div>
    }
}

/// The problems that begin in the caret's row, and where its strings lead.
fn leads(
    view: &View,
    lang: Lang,
    dispatch: &Dispatch,
    follow: &Callback<(String, Destination)>,
) -> Html {
    let range = view.row_range(view.caret_row());
    let found: Vec<usize> = view.marks_in(&range).map(|mark| mark.finding).collect();
    let links = links(view, &range);
    if found.is_empty() && links.is_empty() {
        return html! {};
    }
    let more = found.len().saturating_sub(LISTED);
    html! {
        <ul class="leads" id="at-line">
            { for found.iter().take(LISTED).filter_map(|at| view.finding(*at)).map(|finding| {
                let (name, class) = severity(finding.severity);
                let onclick = {
                    let dispatch = dispatch.clone();
                    let action = (finding.rule.clone(), finding.at.clone());
                    Callback::from(move |_: MouseEvent| {
                        dispatch.dispatch(Action::Point(action.0.clone(), action.1.clone()));
                    })
                };
                html! {
                    <li>
                        <span class={classes!("severity", class)}>{ capital(name.get(lang)) }</span>{ " " }
                        <span>{ phrase(&finding.says, lang) }</span>{ " " }
                        <button type="button" class="plain" {onclick}>{ word(lang, "Go to the problem", "转到该问题") }</button>
                    </li>
                }
            }) }
            if more > 0 {
                <li>{ match lang {
                    Lang::En => format!("and {more} more in this row"),
                    Lang::Zh => format!("此行另有 {more} 个"),
                } }</li>
            }
            { for links.into_iter().map(|link| lead(link, lang, follow)) }
        </ul>
    }
}

/// The links of a row, each once.
pub fn links(view: &View, range: &std::ops::Range<usize>) -> Vec<Link> {
    let mut found = Vec::new();
    let Some(listing) = view.listing() else {
        return found;
    };
    for piece in pullcheck::listing::pieces(listing, range, &[]) {
        let text = piece.kind == Some(pullcheck::bytes::json::tokens::Kind::Text);
        if let Some(link) = text.then(|| link(view, &piece.token)).flatten()
            && !found.contains(&link)
        {
            found.push(link);
        }
    }
    found
}

fn lead(link: Link, lang: Lang, follow: &Callback<(String, Destination)>) -> Html {
    match link {
        Link::MediaType(name) => html! {
            <li><a href={Route::MediaType(name.clone()).address()}>{ word(lang, "About ", "关于 ") }{ code(&name) }</a></li>
        },
        Link::Inside(digest, to) => {
            let says = match &to {
                Destination::Document(path) => match lang {
                    Lang::En => format!("Open the document {path}"),
                    Lang::Zh => format!("打开文档 {path}"),
                },
                Destination::Row(_) => word(
                    lang,
                    "Show it under “What is in it”",
                    "在“其中的内容”中查看",
                )
                .to_string(),
            };
            let onclick = {
                let follow = follow.clone();
                Callback::from(move |_: MouseEvent| follow.emit((digest.clone(), to.clone())))
            };
            html! { <li><button type="button" class="plain" {onclick}>{ says }</button></li> }
        }
    }
}
