//! The entries of a tar in a list that holds only what is on the screen: the worker has the rest. One entry takes part in the
//! order of the Tab key; arrows, Page Up, Page Down, Home and End move among all of them.

use super::look::{Event, Look, PAGE};
use crate::desk::Desk;
use crate::route::Route;
use crate::show::word;
use crate::state::{Loaded, Shared};
use pullcheck::inside::{EntryKind, Item, kind_words, permissions, remark, time};
use pullcheck::text::{Lang, bytes, short_bytes};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Rows above and below the screen that are drawn as well.
const AROUND: u64 = 8;
/// The height of a row until one is there to be measured, in pixels.
const HEIGHT: f64 = 34.0;
/// Browsers draw nothing beyond some ten million pixels; a list that would be longer is scrolled by its share.
const TALLEST: f64 = 8_000_000.0;

/// Properties of [`Rows`].
#[derive(Properties, PartialEq)]
pub struct RowsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What is known of the blob.
    pub look: UseReducerHandle<Look>,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// Where the blob stands.
    pub path: String,
    /// The line to the worker.
    pub desk: Option<Desk>,
    /// How many entries the worker holds.
    pub held: u64,
}

/// Where the list is scrolled to.
#[derive(Clone, Copy, PartialEq)]
struct Screen {
    top: f64,
    height: f64,
    row: f64,
}

impl Screen {
    /// The first row that is drawn, and behind the last.
    fn range(&self, count: u64) -> (u64, u64) {
        let first = (self.top / self.row) as u64;
        let shown = (self.height / self.row) as u64 + 2;
        let from = first.saturating_sub(AROUND);
        // Pages begin at even rows, so that stripes stay where they are.
        let from = (from - from % 2).min(count);
        (from, first.saturating_add(shown + AROUND).min(count))
    }
}

/// The list.
#[component]
pub fn Rows(props: &RowsProps) -> Html {
    let (lang, look) = (props.lang, &props.look);
    let screen = use_state_eq(|| Screen {
        top: 0.0,
        height: 400.0,
        row: HEIGHT,
    });
    // The entry that the Tab key reaches, and whether the keyboard is on it.
    let current = use_state_eq(|| (0_u64, false));
    let frame = use_node_ref();
    let count = look.fit.unwrap_or(props.held);
    let (from, to) = screen.range(count);
    ask(props, from, to);
    use_effect_with((look.asked, frame.clone()), {
        let current = current.clone();
        move |(_, frame): &(u32, NodeRef)| {
            // Another filter begins at the top.
            if let Some(frame) = frame.cast::<Element>() {
                frame.set_scroll_top(0);
            }
            current.set((0, false));
        }
    });
    use_effect_with((*current, look.item(current.0).is_some(), from), {
        let look = look.number;
        move |((at, focused), there, _)| {
            if *focused && *there {
                focus(&id(look, *at));
            }
        }
    });
    let measure = {
        let (screen, frame) = (screen.clone(), frame.clone());
        move || {
            if let Some(frame) = frame.cast::<Element>() {
                let row = frame.query_selector("tbody tr.entry").ok().flatten();
                let row = row.and_then(|row| row.dyn_into::<HtmlElement>().ok());
                let row = row.map_or(0.0, |row| f64::from(row.offset_height()));
                screen.set(Screen {
                    top: f64::from(frame.scroll_top()),
                    height: f64::from(frame.client_height()),
                    row: if row >= 1.0 { row } else { screen.row },
                });
            }
        }
    };
    // The first rows have come: now their height is known.
    use_effect_with((look.fit.is_some(), look.pages.len()), {
        let measure = measure.clone();
        move |_| measure()
    });
    let onscroll = Callback::from(move |_: Event_| measure());
    let onkeydown = {
        let (current, screen, frame) = (current.clone(), screen.clone(), frame.clone());
        Callback::from(move |event: KeyboardEvent| {
            let page = ((screen.height / screen.row) as u64).max(2) - 1;
            let at = current.0;
            let last = count.saturating_sub(1);
            let to = match event.key().as_str() {
                "ArrowDown" => at.saturating_add(1),
                "ArrowUp" => at.saturating_sub(1),
                "PageDown" => at.saturating_add(page),
                "PageUp" => at.saturating_sub(page),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            let to = to.min(last);
            if let Some(frame) = frame.cast::<Element>() {
                reveal(&frame, to, &screen);
            }
            current.set((to, true));
        })
    };
    let above = (from as f64 * screen.row).min(TALLEST);
    let below = (count.saturating_sub(to) as f64 * screen.row).min(TALLEST);
    let head = |class, en, zh| html! { <th scope="col" {class}>{ word(lang, en, zh) }</th> };
    let space = |height: f64, key: &'static str| {
        html! { if height >= 1.0 { <tr {key} aria-hidden="true" class="space"><td colspan="6" height={format!("{height:.0}")}></td></tr> } }
    };
    html! {
        <div class="entries" ref={frame} {onscroll} {onkeydown}>
            <table aria-rowcount={(count + 1).to_string()}>
                <caption class="hidden">{ word(lang, "Entries, in the order of the tar", "条目，按 tar 中的顺序") }</caption>
                <thead><tr aria-rowindex="1">
                    { head("path", "Path", "路径") }
                    { head("remarks", "Remarks", "提示") }
                    { head("bytes", "Size", "大小") }
                    { head("mode", "Mode", "权限") }
                    { head("owner", "Owner", "属主") }
                    { head("time", "Changed (UTC)", "修改时间（UTC）") }
                </tr></thead>
                <tbody>
                    { space(above, "above") }
                    { for (from..to).map(|at| row(props, at, at == current.0)) }
                    { space(below, "below") }
                </tbody>
            </table>
            if count == 0 { <p class="quiet">{ word(lang, "No entry fits.", "没有符合的条目。") }</p> }
        </div>
    }
}

/// The browser's events, beside those of the look.
type Event_ = web_sys::Event;

/// Asks the worker for the pages that are on the screen and have not come.
fn ask(props: &RowsProps, from: u64, to: u64) {
    let look = &props.look;
    let Some(desk) = props.desk.as_ref() else {
        return;
    };
    let page = |at: u64| u32::try_from(at / u64::from(PAGE)).unwrap_or(u32::MAX);
    let pages = page(from)..=page(to.saturating_sub(1).max(from));
    let missing: Vec<u32> = pages.filter(|page| !look.wanted.contains(page)).collect();
    if missing.is_empty() {
        return;
    }
    for page in &missing {
        let filter = (look.filter.as_str(), look.marked);
        desk.bridge.rows(
            look.number,
            look.asked,
            filter,
            page.saturating_mul(PAGE),
            PAGE,
        );
    }
    let turn = look.dispatcher();
    wasm_bindgen_futures::spawn_local(async move { turn.dispatch(Event::Asked(missing)) });
}

fn id(look: u32, at: u64) -> String {
    format!("entry-{look}-{at}")
}

fn row(props: &RowsProps, at: u64, current: bool) -> Html {
    let lang = props.lang;
    let key = at.to_string();
    let index = (at + 2).to_string();
    let Some(item) = props.look.item(at) else {
        return html! { <tr {key} class="entry" aria-rowindex={index}><td class="path">{ "…" }</td><td colspan="5"></td></tr> };
    };
    let chosen = props
        .look
        .chosen
        .as_ref()
        .is_some_and(|(_, chosen)| chosen.index == item.index);
    let onclick = choose(props, at, item);
    let remarked = item.odd.iter().any(|what| remark(*what).is_some());
    html! {
        <tr {key} class={classes!("entry", chosen.then_some("chosen"), remarked.then_some("remarked"), item.is_whiteout().then_some("whiteout"))} aria-rowindex={index}>
            <th scope="row" class="path">
                <button type="button" class="plain" id={id(props.look.number, at)} title={item.path.to_string()}
                    tabindex={if current { "0" } else { "-1" }} aria-pressed={chosen.to_string()} {onclick}>
                    { name(item) }<span class="hidden">{ format!(" ({})", kind_words(item.kind).get(lang)) }</span>
                </button>
                { target(item, lang) }
            </th>
            <td class="remarks">{ remarks(item, props, false) }</td>
            <td class="bytes">
                if item.kind == EntryKind::File { <span title={bytes(item.size, lang)}>{ short_bytes(item.size) }</span> }
            </td>
            <td class="mode">{ permissions(item.kind, item.mode) }</td>
            <td class="owner">{ format!("{}:{}", item.uid, item.gid) }</td>
            <td class="time">{ time(item.mtime) }</td>
        </tr>
    }
}

/// A path that shows; an empty one would be no button.
fn name(item: &Item) -> String {
    match &*item.path {
        "" => "\"\"".to_string(),
        path => path.to_string(),
    }
}

fn target(item: &Item, lang: Lang) -> Html {
    let Some(link) = &item.link else {
        return html! {};
    };
    let arrow = match item.kind {
        EntryKind::HardLink => word(lang, "the same file as", "与之为同一文件："),
        _ => word(lang, "leads to", "指向"),
    };
    html! {
        <span class="target" title={link.to_string()}><span aria-hidden="true">{ " → " }</span><span class="hidden">{ format!(" {arrow} ") }</span>{ link.to_string() }</span>
    }
}

/// What is to be said of an entry. A remark leads to its rule where the report says that the rule was broken here.
pub fn remarks(item: &Item, props: &RowsProps, long: bool) -> Html {
    remarks_of(item, &props.loaded, &props.path, props.lang, long)
}

/// As [`remarks`], for other views.
pub fn remarks_of(item: &Item, loaded: &Loaded, path: &str, lang: Lang, long: bool) -> Html {
    let mut said: Vec<Html> = Vec::new();
    if item.is_whiteout() {
        said.push(html! { <span class="tag">{ "whiteout" }</span> });
    }
    for remark in item.odd.iter().filter_map(|what| remark(*what)) {
        let words = remark.says.get(lang).replace('`', "");
        let found = remark.rule.filter(|rule| {
            let mut findings = loaded.report.findings.iter();
            findings.any(|finding| finding.rule == *rule && finding.at.path == path)
        });
        let mark = html! { <span class="icon" aria-hidden="true">{ "!" }</span> };
        said.push(match found {
            Some(rule) => {
                let tabindex = (!long).then_some("-1");
                html! { <a class="tag remark" href={Route::Rule(rule.to_string()).address()} title={rule} {tabindex}>{ mark }{ words }if long { { " " }<code translate="no">{ rule }</code> }</a> }
            }
            None => html! { <span class="tag remark">{ mark }{ words }</span> },
        });
    }
    said.into_iter().collect()
}

/// Chooses an entry, and has the worker look at it where it has content.
fn choose(props: &RowsProps, at: u64, item: &Item) -> Callback<MouseEvent> {
    let (look, desk) = (props.look.clone(), props.desk.clone());
    let (job, path) = (props.loaded.job, props.path.clone());
    let item = Rc::new(item.clone());
    Callback::from(move |_| {
        let peek = desk.as_ref().filter(|_| item.has_body() && item.size > 0);
        let number = peek.map(|desk| desk.bridge.look(job, &path, Some(item.index), false));
        look.dispatch(Event::Choose(at, item.clone(), number));
    })
}

/// Scrolls a row into view.
fn reveal(frame: &Element, at: u64, screen: &Screen) {
    let top = at as f64 * screen.row;
    // The head of the table stays on top.
    let head = screen.row;
    let now = f64::from(frame.scroll_top());
    if top < now {
        frame.set_scroll_top(top as i32);
    } else if top + head + screen.row > now + screen.height {
        frame.set_scroll_top((top + head + screen.row - screen.height).ceil() as i32);
    }
}

fn focus(id: &str) {
    let element = gloo::utils::document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}
