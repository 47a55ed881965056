//! The entries of a tar as they pass by: all of them for a listing, or the one that is wanted with its body.

use super::item::{Item, Totals, plain};
use super::remarks::remark;
use super::unpack::Sink;
use super::wasm::Walker;
use super::{Body, Content, Want};
use crate::bytes::blob::{Oddity, Remarks};
use crate::bytes::sniff::wasm_kind;
use crate::bytes::tar::{Entry, TarEvent, TarScanner};
use crate::limits;

/// A tar in the middle of being read.
pub struct Tree {
    scanner: TarScanner,
    gathered: Gathered,
}

struct Gathered {
    want: Want,
    remarks: Option<Remarks>,
    totals: Totals,
    items: Vec<Item>,
    bytes: usize,
    found: Option<Item>,
    file: Option<File>,
    /// The body of the wanted file is passing by.
    inside: bool,
    over: bool,
}

/// The wanted file.
struct File {
    item: Item,
    head: Vec<u8>,
    seen: u64,
    wasm: Option<Box<Walker>>,
}

impl Tree {
    /// A tar of which nothing was read yet.
    pub fn new(want: Want) -> Tree {
        Tree {
            scanner: TarScanner::new(),
            gathered: Gathered {
                remarks: matches!(want, Want::List | Want::Payload).then(Remarks::default),
                want,
                totals: Totals::default(),
                items: Vec::new(),
                bytes: 0,
                found: None,
                file: None,
                inside: false,
                over: false,
            },
        }
    }

    /// Takes bytes of the tar.
    pub fn push(&mut self, bytes: &[u8], sink: Sink<'_>) {
        let gathered = &mut self.gathered;
        if !gathered.over {
            self.scanner
                .push(bytes, &mut |event| gathered.take(event, sink));
        }
    }

    /// How many of the next bytes are a body that nobody wants to see.
    pub fn skippable(&self) -> u64 {
        match self.gathered.inside || self.gathered.want == Want::Payload {
            true => 0,
            false => self.scanner.skippable(),
        }
    }

    /// Passes over so many bytes.
    pub fn skip(&mut self, count: u64) {
        let gathered = &mut self.gathered;
        self.scanner
            .skip(count, &mut |event| gathered.take(event, &mut |_| {}));
    }

    /// Whether what was wanted has come.
    pub fn is_over(&self) -> bool {
        self.gathered.over
    }

    /// The bytes have ended: what is in it.
    pub fn finish(&mut self) -> Content {
        let defect = self.scanner.finish();
        let gathered = &mut self.gathered;
        let late = gathered.remarks.take().map(Remarks::finish);
        for (index, what) in late.unwrap_or_default() {
            gathered.add_late(index, what);
        }
        Content::Tar {
            totals: gathered.totals,
            defect: defect.filter(|_| !gathered.over),
        }
    }

    /// The entries that are held.
    pub fn into_items(self) -> Vec<Item> {
        self.gathered.items
    }

    /// The entry that was looked for by its path.
    pub fn into_found(self) -> Option<Item> {
        self.gathered.found
    }

    /// The file that was wanted.
    pub fn into_body(self) -> Option<Body> {
        let file = self.gathered.file?;
        Some(Body {
            item: file.item,
            head: file.head,
            seen: file.seen,
            wasm: file.wasm.map(|walker| Box::new(walker.finish())),
        })
    }
}

impl Gathered {
    fn take(&mut self, event: TarEvent<'_>, sink: Sink<'_>) {
        match event {
            TarEvent::Entry(entry) => self.begin(entry),
            TarEvent::Body(bytes) if self.inside => {
                let peek = matches!(self.want, Want::Peek(_));
                if let Some(file) = &mut self.file {
                    file.push(bytes);
                    if !peek {
                        sink(bytes);
                    } else if file.is_seen() {
                        self.inside = false;
                        self.over = true;
                    }
                }
            }
            TarEvent::Body(_) => {}
            TarEvent::End { .. } if self.inside => {
                self.inside = false;
                self.over = true;
            }
            TarEvent::End { .. } => {}
        }
    }

    fn begin(&mut self, entry: &Entry) {
        if let Some(remarks) = &mut self.remarks {
            let odd = told(remarks.take(entry));
            return self.list(Item::new(entry, odd));
        }
        match &self.want {
            Want::Find(path) if plain(path) == plain(&entry.path) => {
                self.found = Some(Item::new(entry, Vec::new()));
            }
            Want::File(index) | Want::Peek(index) if *index == entry.index => {
                self.inside = true;
                self.file = Some(File {
                    item: Item::new(entry, Vec::new()),
                    head: Vec::new(),
                    seen: 0,
                    wasm: None,
                });
            }
            _ => {}
        }
    }

    fn list(&mut self, item: Item) {
        self.totals.add(&item);
        let remarked = item.odd.iter().any(|what| remark(*what).is_some());
        self.totals.remarked = self.totals.remarked.saturating_add(u64::from(remarked));
        let bytes = self.bytes.saturating_add(item.weight());
        if self.items.len() >= limits::OPENED_ENTRIES || bytes > limits::OPENED_BYTES {
            self.totals.left_out = self.totals.left_out.saturating_add(1);
            return;
        }
        self.bytes = bytes;
        self.items.push(item);
    }

    fn add_late(&mut self, index: u64, what: Oddity) {
        // Entries are numbered as they come, and those that are held are the first or, after a large one, many of them.
        let Ok(at) = self.items.binary_search_by_key(&index, |item| item.index) else {
            return;
        };
        if let Some(item) = self.items.get_mut(at)
            && !item.odd.contains(&what)
        {
            if !item.odd.iter().any(|what| remark(*what).is_some()) {
                self.totals.remarked = self.totals.remarked.saturating_add(1);
            }
            item.odd.push(what);
        }
    }
}

/// What is worth keeping of the notes on an entry.
fn told(notes: &[Oddity]) -> Vec<Oddity> {
    let kept = notes.iter().copied();
    kept.filter(|what| matches!(what, Oddity::Whiteout | Oddity::Opaque) || remark(*what).is_some())
        .collect()
}

impl File {
    /// Whether there is nothing more to look at.
    fn is_seen(&self) -> bool {
        self.wasm.is_none() && self.head.len() >= limits::PREVIEW_BYTES
    }

    fn push(&mut self, bytes: &[u8]) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        let room = limits::PREVIEW_BYTES.saturating_sub(self.head.len());
        let kept = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        let before = self.head.len();
        self.head.extend_from_slice(kept);
        match &mut self.wasm {
            Some(walker) => walker.push(bytes),
            // Eight bytes tell; what came before them is all in the head.
            None if before < 8 && self.head.len() >= 8 && wasm_kind(&self.head).is_some() => {
                let mut walker = Box::<Walker>::default();
                let held = self.head.get(..before).unwrap_or_default();
                walker.push(held);
                walker.push(bytes);
                self.wasm = Some(walker);
            }
            None => {}
        }
    }
}
