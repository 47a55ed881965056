//! What clicks and keys do in a document. Gutter marks, folds and links carry what they are about in their attributes, so
//! that one listener serves all rows.

use super::document::Held;
use super::here::links;
use super::row::Link;
use super::screen;
use super::view::Destination;
use crate::state::{Action, Dispatch};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What clicks and keys do.
#[derive(Clone)]
pub struct Act {
    /// The document.
    pub held: Held,
    /// The element that its rows are in.
    pub outer: NodeRef,
    /// How actions are sent.
    pub dispatch: Dispatch,
    /// Where links within the input lead.
    pub follow: Callback<(String, Destination)>,
}

impl Act {
    /// A click somewhere in the rows.
    pub fn click(&self, event: &MouseEvent) {
        let Some(target) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        else {
            return;
        };
        let near = |selector: &str| target.closest(selector).ok().flatten();
        let row =
            near("[data-row]").and_then(|row| row.get_attribute("data-row")?.parse::<u32>().ok());
        if let Some(link) = near("a[data-digest]") {
            event.prevent_default();
            let digest = link.get_attribute("data-digest").unwrap_or_default();
            let to = self.held.view().links.get(&digest).cloned();
            if let Some(to) = to {
                self.follow.emit((digest, to));
            }
            return;
        }
        let Some(row) = row else {
            return;
        };
        if near("button.fold, button.folded").is_some() {
            let line = self
                .held
                .view()
                .listing()
                .map(|listing| listing.rows().line(row).0);
            self.held.change(|view| {
                view.step(row);
                line.is_some_and(|line| view.fold_line(line))
            });
        } else if near("button.number").is_some() {
            self.held.change(|view| view.step(row));
            self.enter(row);
        } else if near("a").is_none() {
            let replaced = 3;
            let byte = self
                .outer
                .cast::<HtmlElement>()
                .and_then(|outer| screen::selected(&outer, replaced))
                .filter(|(from, to)| from == to)
                .map(|(from, _)| from);
            self.held.change(|view| match byte {
                Some(byte) => view.caret = view.origin(byte),
                None => view.step(row),
            });
        }
    }

    /// Goes to the problem of a row, or to the list of them where there are several, or where the row leads.
    fn enter(&self, row: u32) {
        let (mut found, link) = {
            let view = self.held.view();
            let range = view.row_range(row);
            let found: Vec<_> = view
                .marks_in(&range)
                .filter_map(|mark| view.finding(mark.finding))
                .map(|finding| (finding.rule.clone(), finding.at.clone()))
                .collect();
            (found, links(&view, &range).into_iter().next())
        };
        match (found.len(), link) {
            (1, _) => {
                if let Some((rule, at)) = found.pop() {
                    self.dispatch.dispatch(Action::Point(rule, at));
                }
            }
            (0, Some(Link::Inside(digest, to))) => self.follow.emit((digest, to)),
            (0, Some(Link::MediaType(name))) => {
                crate::route::go(&crate::route::Route::MediaType(name))
            }
            (0, None) => {}
            // The list is drawn when this returns.
            _ => {
                Timeout::new(0, || {
                    let found = gloo::utils::document()
                        .query_selector("#at-line button")
                        .ok()
                        .flatten();
                    if let Some(button) = found.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
                        screen::reveal(&button);
                    }
                })
                .forget();
            }
        }
    }

    /// A key while the rows have the focus.
    pub fn key(&self, event: &KeyboardEvent) {
        if event.alt_key() || event.meta_key() {
            return;
        }
        let (row, fit, fold) = {
            let view = self.held.view();
            (
                view.caret_row(),
                view.scroll.fit().max(2) - 1,
                view.caret_fold(),
            )
        };
        let to = match (event.key().as_str(), event.ctrl_key()) {
            ("ArrowDown", false) => row.saturating_add(1),
            ("ArrowUp", false) => row.saturating_sub(1),
            ("PageDown", false) => row.saturating_add(fit),
            ("PageUp", false) => row.saturating_sub(fit),
            ("Home", _) => 0,
            ("End", _) => u32::MAX,
            ("ArrowLeft", false) => match fold {
                Some((line, false)) => return self.fold(event, line),
                _ => match self.held.view().above() {
                    Some(above) => above,
                    None => return,
                },
            },
            ("ArrowRight", false) => match fold {
                Some((line, true)) => return self.fold(event, line),
                _ => return,
            },
            ("Enter", false) => {
                event.prevent_default();
                return self.enter(row);
            }
            _ => return,
        };
        event.prevent_default();
        self.held.change(|view| view.step(to));
    }

    fn fold(&self, event: &KeyboardEvent, line: u32) {
        event.prevent_default();
        self.held.change(|view| view.fold_line(line));
    }
}
