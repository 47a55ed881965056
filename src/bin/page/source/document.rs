//! One document in view: its tools, its rows, and how keys and clicks move in it. What is where in it is the view's.

use super::act::Act;
use super::here::here;
use super::row::{letters, row};
use super::screen::{self, Sizes};
use super::tools::Tools;
use super::view::{Destination, Left, View};
use crate::painting;
use crate::print::use_printing;
use crate::show::word;
use crate::state::{Dispatch, Loaded, Shared, Shown};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use pullcheck::text::Lang;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlElement};
use yew::prelude::*;

/// Milliseconds of work in one go, so that the page stays at hand.
const GO: f64 = 10.0;
/// Rows before and after one with a problem that are printed.
const NEAR: u32 = 3;
/// Rows that are printed at most.
const PRINTED: usize = 3000;

thread_local! {
    /// The place that was shown last: a view that is drawn again does not take the focus again.
    static REVEALED: Cell<u32> = const { Cell::new(0) };
}

/// A view that several callbacks work on, and how it is drawn again.
#[derive(Clone)]
pub struct Held {
    view: Rc<RefCell<View>>,
    update: UseForceUpdateHandle,
    rows: Rc<RefCell<Option<UseForceUpdateHandle>>>,
}

impl PartialEq for Held {
    fn eq(&self, other: &Held) -> bool {
        // What it holds changes without anybody being told: whoever shows it is always drawn again.
        let _ = other;
        false
    }
}

impl Held {
    /// Looks at it.
    pub fn view(&self) -> std::cell::Ref<'_, View> {
        self.view.borrow()
    }

    /// Changes something and draws it.
    pub fn change<T>(&self, change: impl FnOnce(&mut View) -> T) -> T {
        let out = change(&mut self.view.borrow_mut());
        self.work();
        self.update.force_update();
        out
    }

    /// Does what is to be done, a little at a time.
    fn work(&self) {
        let began = screen::now();
        let more = loop {
            let more = self.view.borrow_mut().work();
            if !more || screen::now() - began > GO {
                break more;
            }
        };
        if more {
            let held = self.clone();
            Timeout::new(0, move || {
                held.work();
                held.update.force_update();
            })
            .forget();
        }
    }
}

/// Bytes of a document that no report has, for one view to take.
#[derive(Clone)]
pub struct Given(Rc<RefCell<Option<Vec<u8>>>>);

impl Given {
    /// These bytes.
    pub fn new(bytes: Vec<u8>) -> Given {
        Given(Rc::new(RefCell::new(Some(bytes))))
    }
}

impl PartialEq for Given {
    fn eq(&self, other: &Given) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// How the reader left the documents of a report, by their paths.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<String, Left>>>);

impl PartialEq for Memory {
    fn eq(&self, other: &Memory) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Properties of [`Document`].
#[derive(Properties, PartialEq)]
pub struct DocumentProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
    /// Which of them.
    pub at: usize,
    /// The place in it that was asked for last.
    pub shown: Option<Shown>,
    /// Its bytes, where the report has them not.
    #[prop_or_default]
    pub given: Option<Given>,
    /// How documents were left before.
    #[prop_or_default]
    pub memory: Memory,
    /// A link to the report, where it has one that others can open.
    #[prop_or_default]
    pub link: Option<AttrValue>,
    /// How actions are sent.
    pub dispatch: Dispatch,
    /// Another document is to be shown, by its path.
    pub on_pick: Callback<String>,
}

/// One document.
#[component]
pub fn Document(props: &DocumentProps) -> Html {
    let lang = props.lang;
    let update = use_force_update();
    let (loaded, at) = (props.loaded.clone(), props.at);
    let given = props.given.clone();
    let memory = props.memory.clone();
    let view = use_memo((), move |()| {
        let bytes = given.and_then(|given| given.0.take());
        let mut view = View::new(loaded, at, bytes);
        let left = view
            .source()
            .and_then(|source| memory.0.borrow_mut().remove(&source.path));
        view.resume(left.unwrap_or_default());
        RefCell::new(view)
    });
    let rows = use_mut_ref(|| None);
    let held = Held { view, update, rows };
    let outer = use_node_ref();
    let lost = use_state(|| None::<String>);
    held.view.borrow_mut().update(&props.loaded, props.at);
    // Small documents are there at once.
    use_memo((props.loaded.clone(), props.at), {
        let held = held.clone();
        move |_| held.work()
    });
    let read = held.view().is_ready();
    use_effect_with((props.shown.clone(), read), {
        let held = held.clone();
        let outer = outer.clone();
        move |(shown, read)| {
            let Some(shown) = shown.as_ref().filter(|_| *read) else {
                return;
            };
            let there = held.change(|view| view.show(&shown.at));
            if REVEALED.replace(shown.serial) != shown.serial
                && let Some(element) = outer.cast::<HtmlElement>()
            {
                let _ = there;
                screen::reveal(&element);
            }
        }
    });
    use_effect_with((), {
        let held = held.clone();
        let outer = outer.clone();
        move |()| {
            let element = outer.cast::<HtmlElement>();
            let listeners = element.map(|element| listen(&element, &held));
            move || drop(listeners)
        }
    });
    use_effect_with(props.memory.clone(), {
        let held = held.clone();
        move |memory| {
            let memory = memory.clone();
            move || {
                let view = held.view();
                if let Some(source) = view.source() {
                    let mut memory = memory.0.borrow_mut();
                    memory.insert(source.path.clone(), view.leave());
                }
            }
        }
    });
    let follow = {
        let on_pick = props.on_pick.clone();
        let lost = lost.setter();
        Callback::from(move |(digest, to): (String, Destination)| match to {
            Destination::Document(path) => on_pick.emit(path),
            Destination::Row(_) => {
                let gone = !screen::go_to_row(&digest);
                lost.set(gone.then_some(digest));
            }
        })
    };
    let act = Act {
        held: held.clone(),
        outer: outer.clone(),
        dispatch: props.dispatch.clone(),
        follow: follow.clone(),
    };
    let onclick = {
        let act = act.clone();
        Callback::from(move |event: MouseEvent| act.click(&event))
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| act.key(&event));
    let view = held.view();
    let Some(source) = view.source() else {
        return html! {};
    };
    let asked = props.shown.as_ref();
    let beyond = asked.is_some_and(|shown| {
        let at = &shown.at;
        view.is_ready()
            && view.target.is_none()
            && (at.offset.is_some() || at.line.is_some() || source.cut)
    });
    let whole = asked.is_some() && view.target.is_none();
    let label = match lang {
        Lang::En => format!("Text of {}", source.path),
        Lang::Zh => format!("{} 的文本", source.path),
    };
    html! {
        <>
            <Tools {lang} held={held.clone()} />
            if beyond {
                <p>{ word(
                    lang,
                    "The place lies in a part of this document that is not shown.",
                    "该位置在本文档未显示的部分中。",
                ) }</p>
            }
            if source.cut {
                <p>{ word(
                    lang,
                    "The document is longer than what the page keeps of it.",
                    "文档较长，页面只保留了其中一部分。",
                ) }</p>
            }
            <pre ref={outer.clone()} class={classes!("source", digits(&view))} role="region" tabindex="0" translate="no" aria-label={label}
                aria-describedby="keys-of-text" id={if whole { "shown" } else { "source" }} {onclick} {onkeydown}>
                <span class="line probe" aria-hidden="true"><span class="number"></span><span class="fold"></span><span class="text">{ "00000000" }</span></span>
                <Rows {lang} held={held.clone()} {outer} />
            </pre>
            <p class="hidden" id="keys-of-text">{ word(
                lang,
                "Arrow keys move by rows; left and right fold and unfold; Enter goes to the problem of the row.",
                "上下方向键逐行移动，左右方向键折叠和展开，回车键转到该行的问题。",
            ) }</p>
            { here(&view, lang, props.link.as_deref(), &props.dispatch, &follow) }
            <p class="lost" role="status">{ lost.as_ref().map(|digest| match lang {
                Lang::En => format!("{digest} is not among the rows that are listed."),
                Lang::Zh => format!("已列出的行中没有 {digest}。"),
            }).unwrap_or_default() }</p>
        </>
    }
}

/// Properties of [`Rows`].
#[derive(Properties, PartialEq)]
struct RowsProps {
    lang: Lang,
    held: Held,
    /// The element that scrolls.
    outer: NodeRef,
}

/// The rows in view: while the reader scrolls, only they are drawn.
#[component]
fn Rows(props: &RowsProps) -> Html {
    let update = use_force_update();
    let printing = use_printing();
    let held = props.held.clone();
    *held.rows.borrow_mut() = Some(update);
    let drawn_before = use_mut_ref(|| false);
    // After each drawing: what no attribute may say. The first time the page is still being put together: it is laid out
    // once, and measured then, before anything is painted.
    use_effect({
        let held = held.clone();
        let outer = props.outer.clone();
        let again = drawn_before.replace(true) && held.view().is_ready();
        let settle = move || {
            if let Some(outer) = outer.cast::<HtmlElement>() {
                let changed = {
                    let mut view = held.view.borrow_mut();
                    screen::place(&outer, &mut view);
                    screen::measure(&outer, &mut view)
                };
                if changed {
                    held.update.force_update();
                }
            }
        };
        move || match again {
            true => settle(),
            false => painting::before(settle),
        }
    });
    let view = held.view();
    let caret = view.caret_row();
    html! {
        <span class="track">
            <span class="rows">
                { for drawn(&view, printing).into_iter().map(|(at, near)| row(&view, at, at == caret, near, props.lang)) }
            </span>
        </span>
    }
}

/// How wide the line numbers are.
fn digits(view: &View) -> &'static str {
    match view.listing().map_or(0, |listing| listing.lines().len()) {
        0..1000 => "three-digits",
        1000..100_000 => "five-digits",
        _ => "seven-digits",
    }
}

/// The rows to draw, and whether each is near a problem. On paper those, and no others.
fn drawn(view: &View, printing: bool) -> Vec<(u32, bool)> {
    if !view.is_ready() {
        return Vec::new();
    }
    let rows = view.listing().map_or(0, |listing| listing.rows().len());
    if !printing {
        return view.scroll.drawn().map(|row| (row, false)).collect();
    }
    let mut near = BTreeSet::new();
    for mark in &view.marks {
        let row = view.row_of(mark.shown.start);
        near.extend(row.saturating_sub(NEAR)..row.saturating_add(NEAR + 1).min(rows));
        if near.len() > PRINTED {
            break;
        }
    }
    near.into_iter().map(|row| (row, true)).collect()
}

/// Listens to what yew does not pass on: scrolling, copying, and sizes.
fn listen(outer: &HtmlElement, held: &Held) -> (Vec<EventListener>, Option<Sizes>) {
    let scroll = {
        let held = held.clone();
        let element = outer.clone();
        EventListener::new(outer, "scroll", move |_| {
            let drawn = {
                let mut view = held.view.borrow_mut();
                let before = view.scroll.drawn();
                view.scroll.moved(f64::from(element.scroll_top()));
                let same = before == view.scroll.drawn();
                if same {
                    screen::place(&element, &mut view);
                }
                same
            };
            if !drawn && let Some(rows) = &*held.rows.borrow() {
                rows.force_update();
            }
        })
    };
    let copy = {
        let held = held.clone();
        let element = outer.clone();
        EventListener::new_with_options(
            outer,
            "copy",
            gloo::events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                let view = held.view();
                let Some(listing) = view.listing() else {
                    return;
                };
                // Whether U+FFFD on the screen is itself or a byte that is not UTF-8.
                let replaced = if std::str::from_utf8(listing.bytes()).is_ok() {
                    3
                } else {
                    1
                };
                let Some((from, to)) =
                    screen::selected(&element, replaced).filter(|(from, to)| from < to)
                else {
                    return;
                };
                let text = letters(listing.bytes().get(from..to).unwrap_or_default());
                let data = event
                    .dyn_ref::<ClipboardEvent>()
                    .and_then(ClipboardEvent::clipboard_data);
                if data.is_some_and(|data| data.set_data("text/plain", &text).is_ok()) {
                    event.prevent_default();
                }
            },
        )
    };
    let sizes = {
        let held = held.clone();
        Sizes::watch(outer, move || {
            if let Some(rows) = &*held.rows.borrow() {
                rows.force_update();
            }
        })
    };
    (vec![scroll, copy], sizes)
}
