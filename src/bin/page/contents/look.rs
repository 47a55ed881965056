//! What is known of the blob that is open: how far it was read, what it is, which of its rows have come, which file is looked
//! at. Pure; it asks nobody and draws nothing.

use crate::bridge::Sight;
use pullcheck::inside::{Body, Inside, Item};
use pullcheck::protocol::{Seen, Unread};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use web_sys::Blob;
use yew::prelude::*;

/// Rows that are asked for at a time.
pub const PAGE: u32 = 100;
/// Pages that are kept; beyond these, those that are far from what is shown are let go.
const KEPT: usize = 20;

/// How far something is.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// It is being read: bytes that have passed, and all there are.
    Reading(u64, u64),
    /// It was read.
    Open(Rc<Inside>),
    /// It could not be read.
    Failed(Unread),
}

/// What is looked at in the list.
#[derive(Clone, PartialEq)]
pub enum Peek {
    /// Nothing but the entry.
    None,
    /// It is being read.
    Reading,
    /// Its first bytes.
    Seen(Rc<Body>),
    /// It could not be read.
    Failed(Unread),
}

/// How a file that is to be saved is coming along.
#[derive(Clone, PartialEq)]
pub enum Save {
    /// Nothing is to be saved.
    None,
    /// It is being read, under this name.
    Reading(String),
    /// It is here, and the browser is to be told.
    Here(String, Blob),
    /// The browser has it.
    Done,
    /// It could not be read.
    Failed(Unread),
}

/// All that is known.
#[derive(Clone, PartialEq)]
pub struct Look {
    /// Number of the look that opened the blob.
    pub number: u32,
    /// How far it is.
    pub phase: Phase,
    /// Words that entries must hold.
    pub filter: String,
    /// Whether only entries with a remark are shown.
    pub marked: bool,
    /// Number of the question: another filter is another question.
    pub asked: u32,
    /// How many entries fit.
    pub fit: Option<u64>,
    /// Rows by page.
    pub pages: BTreeMap<u32, Rc<Vec<Item>>>,
    /// Pages that were asked for.
    pub wanted: BTreeSet<u32>,
    /// The entry that was chosen, and its place in the list.
    pub chosen: Option<(u64, Rc<Item>)>,
    /// Number of the look at it.
    pub peek_number: u32,
    /// What is seen of it.
    pub peek: Peek,
    /// Number of the look that brings the file to be saved.
    pub save_number: u32,
    /// How that is coming along.
    pub save: Save,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            number: 0,
            phase: Phase::Reading(0, 0),
            filter: String::new(),
            marked: false,
            asked: 0,
            fit: None,
            pages: BTreeMap::new(),
            wanted: BTreeSet::new(),
            chosen: None,
            peek_number: 0,
            peek: Peek::None,
            save_number: 0,
            save: Save::None,
        }
    }
}

/// What can happen.
pub enum Event {
    /// A look was begun under a number.
    Began(u32),
    /// Something was seen.
    Sight(u32, Sight),
    /// The reader filters.
    Filter(String, bool),
    /// Pages were asked for.
    Asked(Vec<u32>),
    /// An entry was chosen; a look at it was begun, where there is something to look at.
    Choose(u64, Rc<Item>, Option<u32>),
    /// A file is to be saved under a name.
    Save(u32, String),
    /// The browser has the file.
    Saved,
}

impl Look {
    /// The entry at a place of the list.
    pub fn item(&self, at: u64) -> Option<&Item> {
        let page = u32::try_from(at / u64::from(PAGE)).ok()?;
        let place = usize::try_from(at % u64::from(PAGE)).ok()?;
        self.pages.get(&page)?.get(place)
    }

    fn see(&mut self, seen: Seen) {
        match seen {
            Seen::Reading { done, total } => self.phase = Phase::Reading(done, total),
            Seen::Opened(inside) => self.phase = Phase::Open(Rc::new(*inside)),
            Seen::Unread(why) => self.phase = Phase::Failed(why),
            Seen::Rows {
                asked,
                fit,
                from,
                items,
            } if asked == self.asked => {
                self.fit = Some(fit);
                let page = u32::try_from(from / u64::from(PAGE)).unwrap_or(u32::MAX);
                self.pages.insert(page, Rc::new(items));
                self.let_go(page);
            }
            Seen::Rows { .. } | Seen::File(_) => {}
        }
    }

    /// Keeps memory within bounds: the page farthest from the last one goes.
    fn let_go(&mut self, near: u32) {
        while self.pages.len() > KEPT {
            let farthest = self
                .pages
                .keys()
                .copied()
                .max_by_key(|page| page.abs_diff(near));
            let Some(page) = farthest else {
                return;
            };
            self.pages.remove(&page);
            self.wanted.remove(&page);
        }
    }
}

impl Reducible for Look {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let mut look = (*self).clone();
        match event {
            Event::Began(number) => look.number = number,
            Event::Sight(number, Sight::Seen(seen)) if number == look.number => look.see(seen),
            Event::Sight(number, Sight::Seen(seen)) if number == look.peek_number => match seen {
                Seen::File(Some(body)) => look.peek = Peek::Seen(Rc::new(*body)),
                Seen::File(None) => look.peek = Peek::Failed(Unread::NotHere),
                Seen::Unread(why) => look.peek = Peek::Failed(why),
                _ => return self,
            },
            Event::Sight(number, sight) if number == look.save_number => {
                match (sight, &look.save) {
                    (Sight::File(file), Save::Reading(name)) => {
                        look.save = Save::Here(name.clone(), file);
                    }
                    (Sight::Seen(Seen::Unread(why)), _) => look.save = Save::Failed(why),
                    _ => return self,
                }
            }
            Event::Sight(..) => return self,
            Event::Filter(filter, marked) => {
                look.filter = filter;
                look.marked = marked;
                look.asked = look.asked.wrapping_add(1);
                look.fit = None;
                look.pages.clear();
                look.wanted.clear();
            }
            Event::Asked(pages) => look.wanted.extend(pages),
            Event::Choose(at, item, peek) => {
                look.chosen = Some((at, item));
                look.peek = match peek {
                    Some(_) => Peek::Reading,
                    None => Peek::None,
                };
                look.peek_number = peek.unwrap_or(0);
                look.save = Save::None;
            }
            Event::Save(number, name) => {
                // One reading goes on at a time: the look that it took the place of has no more to come.
                if look.peek == Peek::Reading {
                    look.peek = Peek::None;
                }
                look.save_number = number;
                look.save = Save::Reading(name);
            }
            Event::Saved => look.save = Save::Done,
        }
        Rc::new(look)
    }
}
