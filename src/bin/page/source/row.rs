//! How a row of a document looks: its gutter, its text in colours, what is said of it. It decides nothing.

use super::view::{Destination, View};
use crate::route::Route;
use crate::tones::severity;
use pullcheck::bytes::json::tokens::Kind;
use pullcheck::listing::{Piece, pieces};
use pullcheck::report::{SHOWN, Severity};
use pullcheck::spec::is_media_type;
use pullcheck::text::{Lang, capital};
use std::ops::Range;
use yew::prelude::*;

/// Bytes of a string that may be a link.
const LINK: usize = 300;

/// Where a string of the document leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// To the page of a media type.
    MediaType(String),
    /// To something in this input.
    Inside(String, Destination),
}

/// What is laid over the text of a row.
enum Over {
    Found(Severity),
    Target,
    Hit,
    HitNow,
}

/// A row: `here` is the caret's, `near` ones are printed.
pub fn row(view: &View, row: u32, here: bool, near: bool, lang: Lang) -> Html {
    let Some(listing) = view.listing() else {
        return html! {};
    };
    let (line, nth) = listing.rows().line(row);
    let range = listing
        .rows()
        .range(listing.lines(), listing.bytes(), line, nth);
    let found: Vec<usize> = view.marks_in(&range).map(|mark| mark.finding).collect();
    let worst = found.iter().map(|finding| view.severity(*finding)).min();
    let mut over = view.marks_over(&range);
    let within = over.any(|mark| mark.shown.start < range.start && mark.shown.end > range.start);
    let class = classes!(
        "line",
        worst.map(|worst| classes!("marked", severity(worst).1)),
        near.then_some("near"),
        here.then_some("here"),
        within.then_some("within"),
    );
    let title = (!found.is_empty()).then(|| hint(view, &found, lang));
    let number = line.saturating_add(1);
    let region = (nth == 0).then(|| listing.region_of_line(line)).flatten();
    let folded = region.is_some_and(|region| listing.is_folded(region));
    html! {
        <span {class} {title} key={row} data-row={row.to_string()}>
            { gutter(view, row, (nth == 0).then_some(number), worst, &found, lang) }
            { fold_button(region.is_some(), folded, number, lang) }
            <span class="text">
                { text(view, &range) }
                if let Some(region) = region.filter(|_| folded) {
                    { chip(view, listing.folds(region), number, lang) }
                }
            </span>
            { "\n" }
        </span>
    }
}

fn gutter(
    view: &View,
    row: u32,
    number: Option<u32>,
    worst: Option<Severity>,
    found: &[usize],
    lang: Lang,
) -> Html {
    let shown = number.map_or_else(|| "↪".to_string(), |number| number.to_string());
    let Some(worst) = worst else {
        return html! { <span class="number" aria-hidden={number.is_none().then_some("true")}>{ shown }</span> };
    };
    let sign = match worst {
        Severity::Error => "✗",
        Severity::Warning => "!",
        Severity::Info => "i",
    };
    let name = capital(worst.word().get(lang));
    let line = view
        .listing()
        .map_or(0, |listing| listing.rows().line(row).0)
        .saturating_add(1);
    let label = match (lang, found.len()) {
        (Lang::En, 1) => format!("Line {line}: {name}, go to the problem"),
        (Lang::En, n) => format!("Line {line}: {n} problems, the worst: {name}"),
        (Lang::Zh, 1) => format!("第 {line} 行：{name}，转到该问题"),
        (Lang::Zh, n) => format!("第 {line} 行：{n} 个问题，最严重的为“{name}”"),
    };
    html! {
        <button type="button" class="number" tabindex="-1" aria-label={label}>
            <span class="sign" aria-hidden="true">{ sign }</span><span aria-hidden="true">{ shown }</span>
        </button>
    }
}

fn fold_button(foldable: bool, folded: bool, line: u32, lang: Lang) -> Html {
    if !foldable {
        return html! { <span class="fold"></span> };
    }
    let label = match lang {
        Lang::En => format!("Content of line {line}"),
        Lang::Zh => format!("第 {line} 行的内容"),
    };
    html! {
        <button type="button" class="fold" tabindex="-1" aria-expanded={(!folded).to_string()} aria-label={label}>
            <span aria-hidden="true">{ if folded { "▸" } else { "▾" } }</span>
        </button>
    }
}

/// What a folded region hides.
fn chip(view: &View, lines: Range<u32>, line: u32, lang: Lang) -> Html {
    let Some(listing) = view.listing() else {
        return html! {};
    };
    let bytes = listing.bytes();
    let from = listing.lines().range(bytes, lines.start).start;
    let to = listing
        .lines()
        .range(bytes, lines.end.saturating_sub(1))
        .end;
    let inside: Vec<usize> = view
        .marks_in(&(from..to))
        .map(|mark| mark.finding)
        .collect();
    let worst = inside.iter().map(|finding| view.severity(*finding)).min();
    let count = lines.end - lines.start;
    let mut says = match (lang, count) {
        (Lang::En, 1) => "1 line".to_string(),
        (Lang::En, _) => format!("{count} lines"),
        (Lang::Zh, _) => format!("{count} 行"),
    };
    match (lang, inside.len()) {
        (_, 0) => {}
        (Lang::En, 1) => says.push_str(", 1 problem"),
        (Lang::En, n) => says.push_str(&format!(", {n} problems")),
        (Lang::Zh, n) => says.push_str(&format!("，{n} 个问题")),
    }
    let label = match lang {
        Lang::En => format!("Unfold line {line}: {says}"),
        Lang::Zh => format!("展开第 {line} 行：{says}"),
    };
    html! {
        <button type="button" class={classes!("folded", worst.map(|worst| severity(worst).1))} tabindex="-1" aria-label={label}>
            { "… " }{ says }
        </button>
    }
}

fn text(view: &View, range: &Range<usize>) -> Html {
    let Some(listing) = view.listing() else {
        return html! {};
    };
    let mut ranges = Vec::new();
    let mut overs = Vec::new();
    for mark in view.marks_over(range) {
        // What goes on for lines is marked where it begins; the bar beside the rows shows how far it goes. What is only
        // cut by the width is marked to its end.
        let line = |at: usize| listing.lines().of(at);
        let first = mark.shown.start >= range.start;
        if first || line(mark.shown.end.saturating_sub(1)) == line(mark.shown.start) {
            ranges.push(mark.shown.clone());
            overs.push(Over::Found(view.severity(mark.finding)));
        }
    }
    if let Some(target) = &view.target {
        let shown = view.shown(target);
        if shown.start < range.end && shown.end > range.start {
            ranges.push(shown);
            overs.push(Over::Target);
        }
    }
    if let Some(search) = &view.search {
        let now = view.hit.and_then(|hit| search.hits().get(hit));
        for hit in search.within(range.start, range.end) {
            let from = *hit as usize;
            ranges.push(from..from + search.length());
            overs.push(if now == Some(hit) {
                Over::HitNow
            } else {
                Over::Hit
            });
        }
    }
    let target = view.target.as_ref().map(|target| view.shown(target).start);
    pieces(listing, range, &ranges)
        .into_iter()
        .map(|piece| drawn(view, &piece, &overs, target))
        .collect()
}

fn drawn(view: &View, piece: &Piece, overs: &[Over], target: Option<usize>) -> Html {
    let Some(listing) = view.listing() else {
        return html! {};
    };
    let bytes = listing.bytes().get(piece.range.clone()).unwrap_or_default();
    let said = letters(bytes);
    let over = || piece.within.iter().filter_map(|at| overs.get(*at));
    let worst = over().filter_map(|over| match over {
        Over::Found(severity) => Some(*severity),
        _ => None,
    });
    let kind = match piece.kind {
        Some(Kind::Key) => Some("key"),
        Some(Kind::Text) => Some("string"),
        Some(Kind::Number) => Some("figure"),
        Some(Kind::Word) => Some("word"),
        _ => None,
    };
    let outlined = over().any(|over| matches!(over, Over::Target));
    let class = classes!(
        kind,
        worst
            .min()
            .map(|worst| classes!("found", severity(worst).1)),
        over()
            .any(|over| matches!(over, Over::Hit | Over::HitNow))
            .then_some("hit"),
        over()
            .any(|over| matches!(over, Over::HitNow))
            .then_some("now"),
        piece.numbered.then_some("numbered"),
    );
    let at = piece.range.start.to_string();
    let number = piece.numbered.then(|| numbered(&said)).flatten();
    let inner = match piece
        .kind
        .filter(|kind| *kind == Kind::Text)
        .and_then(|_| link(view, &piece.token))
    {
        Some(Link::MediaType(name)) => {
            let to = Route::MediaType(name).address();
            html! { <a href={to} tabindex="-1" data-at={at.clone()}>{ said.clone() }</a> }
        }
        Some(Link::Inside(digest, _)) => {
            html! { <a href={crate::route::fragment()} tabindex="-1" data-at={at.clone()} data-digest={digest}>{ said.clone() }</a> }
        }
        None => html! { { said.clone() } },
    };
    if outlined {
        // The first of it carries the name by which it is found.
        let id = (target == Some(piece.range.start)).then_some("shown");
        html! { <mark {id} {class} data-at={at}>{ inner }</mark> }
    } else {
        html! { <span {class} data-at={at} data-number={number}>{ inner }</span> }
    }
}

/// Where a string leads, quotes included in its range.
pub fn link(view: &View, token: &Range<usize>) -> Option<Link> {
    let listing = view.listing()?;
    let inside = token.start.saturating_add(1)..token.end.checked_sub(1)?;
    if inside.len() > LINK {
        return None;
    }
    let text = std::str::from_utf8(listing.bytes().get(inside)?).ok()?;
    if let Some(to) = view.links.get(text) {
        return Some(Link::Inside(text.to_string(), to.clone()));
    }
    (text.starts_with("application/") && is_media_type(text))
        .then(|| Link::MediaType(text.to_string()))
}

/// Bytes as text, one letter for each that is not UTF-8, as columns are counted.
pub fn letters(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

/// The number of a character that cannot be seen.
fn numbered(letter: &str) -> Option<String> {
    letter
        .chars()
        .next()
        .map(|c| format!("U+{:04X}", u32::from(c)))
}

/// What findings about one row say: a document on a single line has them all there, and nobody reads a hint of
/// hundreds of sentences.
fn hint(view: &View, found: &[usize], lang: Lang) -> String {
    let mut says: Vec<String> = Vec::new();
    for finding in found.iter().filter_map(|finding| view.finding(*finding)) {
        let sentence = finding.says.render(lang);
        if !says.contains(&sentence) {
            says.push(sentence);
        }
        if says.len() > SHOWN {
            says.pop();
            says.push("…".to_string());
            break;
        }
    }
    says.join("\n")
}
