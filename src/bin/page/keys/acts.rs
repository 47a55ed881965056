//! What the keys do: they press what is on the page anyway, or lead to it. Nothing can be done by key alone.

use super::Key;
use crate::attention::{self, announce, first, focus};
use crate::desk::Desk;
use crate::route::{self, Route};
use crate::show::word;
use crate::state::Action;
use pullcheck::text::{Lang, say};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlDialogElement, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Presses the first element that fits.
    Press(&'static str),
    /// Presses a switch, and says how it stands then.
    Turn(&'static str),
    /// Presses a button that the focus comes back to.
    Open(&'static str),
    /// Puts the focus on the first element that fits.
    Focus(&'static str),
    /// Goes to an address.
    Go(&'static str),
    /// Goes to the field that filters or searches.
    Search,
    /// The next problem.
    Next,
    /// The problem before.
    Previous,
    /// Shows the focused problem in its document.
    Show,
    /// Copies the command of what has the focus.
    Copy,
    /// Opens the menu of exports.
    Menu,
    /// The next document.
    NextTab,
    /// The document before.
    PreviousTab,
    /// Closes, clears, or asks whether to stop.
    Leave,
    /// It is done by another part of the page, and only listed.
    Elsewhere,
}

/// Does it; where the page has nothing to do it with, the reader is told.
pub fn act(key: &Key, desk: &Desk, lang: Lang) {
    let done = match key.act {
        Act::Press(what) => first(what).as_ref().map(press),
        Act::Turn(what) => first(what).as_ref().map(|button| turn(button, key, lang)),
        Act::Open(what) => first(what).as_ref().map(|button| {
            focus(button);
            press(button);
        }),
        Act::Focus(what) => first(what).as_ref().map(show),
        Act::Go(address) => return route::go(&Route::read(address).0),
        Act::Search => return search(),
        Act::Next => step(true, lang),
        Act::Previous => step(false, lang),
        Act::Show => active()
            .and_then(|problem| within(&problem, ".place"))
            .as_ref()
            .map(press),
        Act::Copy => return copy(desk, key),
        Act::Menu => menu(),
        Act::NextTab => tab(true),
        Act::PreviousTab => tab(false),
        Act::Leave => return leave(),
        Act::Elsewhere => return,
    };
    if done.is_none() {
        missing(desk, key);
    }
}

fn missing(desk: &Desk, key: &Key) {
    desk.dispatch.dispatch(Action::Tell(
        say(
            "There is nothing here for the key {key}.",
            "此处没有 {key} 键对应的内容。",
        )
        .code("key", key.press),
    ));
}

fn press(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.click();
    }
}

/// Leads to a part of the page.
fn show(element: &Element) {
    element.scroll_into_view();
    focus(element);
}

/// The switch itself says it, once the page has drawn it anew.
fn turn(button: &Element, key: &Key, lang: Lang) {
    press(button);
    let Act::Turn(what) = key.act else { return };
    gloo::timers::callback::Timeout::new(0, move || {
        let now = first(what).and_then(|button| {
            let name = button.get_attribute("aria-label");
            name.or_else(|| button.text_content())
        });
        announce(&match what {
            // That button names the language that is not shown.
            "#language" => word(other(lang), "English", "简体中文").to_string(),
            _ => now.unwrap_or_default(),
        });
    })
    .forget();
}

fn other(lang: Lang) -> Lang {
    match lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    }
}

fn active() -> Option<Element> {
    gloo::utils::document().active_element()
}

fn within(element: &Element, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok().flatten()
}

fn all(selector: &str) -> Vec<Element> {
    let Ok(list) = gloo::utils::document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.get(at)?.dyn_into::<Element>().ok())
        .collect()
}

fn search() {
    let field = first("#problem-filter, #error-filter, main input[type=search]");
    // Where there are too few problems for a field, they are all in view.
    match field.or_else(|| first(".result #problems")) {
        Some(field) => show(&field),
        None => {
            attention::aim("#error-filter");
            route::go(&Route::Errors);
        }
    }
}

/// From problem to problem, as they stand. The one that was visited last keeps its mark while the focus is elsewhere.
fn step(forward: bool, lang: Lang) -> Option<()> {
    let problems = all(".problem");
    let focused = active().and_then(|active| active.closest(".problem").ok().flatten());
    let current = problems
        .iter()
        .position(|problem| Some(problem) == focused.as_ref())
        .or_else(|| {
            problems
                .iter()
                .position(|problem| problem.has_attribute("aria-current"))
        });
    let next = match (current, forward) {
        (None, _) => Some(problems.first()?),
        (Some(at), true) => problems.get(at + 1),
        (Some(at), false) => at.checked_sub(1).and_then(|at| problems.get(at)),
    };
    let Some(next) = next else {
        announce(match forward {
            true => word(lang, "That was the last problem.", "已是最后一个问题。"),
            false => word(lang, "That was the first problem.", "已是第一个问题。"),
        });
        return Some(());
    };
    for problem in &problems {
        let _ = problem.remove_attribute("aria-current");
    }
    let _ = next.set_attribute("aria-current", "true");
    focus(next);
    nearest(next);
    Some(())
}

fn nearest(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

const COMMAND: &str = ".block.command .copy";

fn copy(desk: &Desk, key: &Key) {
    let focused = active()
        .and_then(|active| active.closest(".problem, .fix").ok().flatten())
        .or_else(|| first(".problem[aria-current]"));
    let button = match &focused {
        Some(card) => within(card, COMMAND),
        None => first(&format!(".fixes {COMMAND}")),
    };
    match (button, focused) {
        (Some(button), _) => {
            if let Some(block) = button.parent_element() {
                nearest(&block);
            }
            press(&button);
        }
        (None, Some(_)) => desk.dispatch.dispatch(Action::Tell(say(
            "No command is known that mends this problem alone; what to change is written with it.",
            "没有单独修复该问题的命令；应当修改的内容写在问题中。",
        ))),
        (None, None) => missing(desk, key),
    }
}

fn menu() -> Option<()> {
    let menu = first("details.menu")?;
    if !menu.has_attribute("open") {
        press(&within(&menu, "summary")?);
    }
    focus(&within(&menu, "button")?);
    Some(())
}

fn tab(forward: bool) -> Option<()> {
    let tabs = all("section[aria-labelledby=sources] [role=tab]");
    let current = tabs
        .iter()
        .position(|tab| tab.get_attribute("aria-selected").as_deref() == Some("true"))?;
    let next = if forward {
        current.checked_add(1)
    } else {
        current.checked_sub(1)
    };
    // At either end it stays.
    let tab = next
        .and_then(|next| tabs.get(next))
        .or_else(|| tabs.get(current))?;
    press(tab);
    show_tab(tab);
    Some(())
}

fn show_tab(tab: &Element) {
    focus(tab);
    nearest(tab);
}

fn leave() {
    if let Some(menu) = first("details.menu[open]") {
        if let Some(summary) = within(&menu, "summary") {
            press(&summary);
            focus(&summary);
        }
    } else if let Some(clear) = first(".clear-filter") {
        press(&clear);
    } else if let Some(dialog) =
        first("dialog.ask").and_then(|d| d.dyn_into::<HtmlDialogElement>().ok())
    {
        let _ = dialog.show_modal();
    }
}
