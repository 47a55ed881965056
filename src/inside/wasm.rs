//! Walks the sections of a WebAssembly module or component as it passes by: imports, exports, names of custom sections, and
//! which proxy-wasm ABI a module says it is for. Bodies are passed over; nothing is validated.

mod names;

use crate::limits;
use serde::{Deserialize, Serialize};

/// What a module or component says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WasmFacts {
    /// A component rather than a core module.
    pub component: bool,
    /// The version in its header.
    pub version: u16,
    /// What it needs: `module` and `name`; of a component, `name` only.
    pub imports: Names,
    /// What it offers.
    pub exports: Names,
    /// Its custom sections; `kind` is their size in bytes.
    pub custom: Names,
    /// Core modules inside a component.
    pub modules: u64,
    /// Components inside a component.
    pub components: u64,
    /// The version of the proxy-wasm ABI that it exports a marker for, such as `0.2.1`.
    pub proxy_abi: Option<String>,
    /// Where it stops making sense, in bytes; none where it was walked to its end.
    pub broken_at: Option<u64>,
}

/// Names, of which the first are listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// The first, at most [`limits::WASM_NAMES`].
    pub listed: Vec<Named>,
    /// How many there are.
    pub count: u64,
}

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// The module that an import comes from; empty for all else.
    pub module: String,
    /// The name.
    pub name: String,
    /// What it is: `func`, `table`, `memory`, `global`, `tag`, `instance` …; the size of a custom section.
    pub kind: String,
}

impl Names {
    fn add(&mut self, module: &str, name: &str, kind: impl Into<String>) {
        self.count = self.count.saturating_add(1);
        if self.listed.len() < limits::WASM_NAMES {
            let cut = |text: &str| text.chars().take(200).collect();
            self.listed.push(Named {
                module: cut(module),
                name: cut(name),
                kind: kind.into(),
            });
        }
    }
}

/// Walks what is pushed into it.
#[derive(Default)]
pub struct Walker {
    facts: WasmFacts,
    offset: u64,
    state: State,
    held: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    /// Magic number, version, layer.
    #[default]
    Header,
    /// The id of a section and its size.
    Section,
    /// The body of a section: id, bytes left, and whether it is kept.
    Body { id: u8, left: u64, size: u64 },
    /// Nothing more is looked at.
    Stopped,
}

/// Longest head of a section: an id and a number of five bytes.
const SECTION_HEAD: usize = 6;

impl Walker {
    /// Takes bytes, in pieces of any size.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.state != State::Stopped {
            let taken = match self.state {
                State::Header => self.header(bytes),
                State::Section => self.section(bytes),
                State::Body { id, left, size } => self.body(bytes, id, left, size),
                State::Stopped => 0,
            };
            self.offset = self.offset.saturating_add(taken as u64);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// The bytes have ended: what was found.
    pub fn finish(mut self) -> WasmFacts {
        let whole = self.state == State::Section && self.held.is_empty();
        if !whole && self.facts.broken_at.is_none() {
            self.facts.broken_at = Some(self.offset);
        }
        self.facts
    }

    fn stop(&mut self) {
        self.facts.broken_at.get_or_insert(self.offset);
        self.state = State::Stopped;
        self.held = Vec::new();
    }

    fn header(&mut self, bytes: &[u8]) -> usize {
        let count = 8_usize.saturating_sub(self.held.len()).min(bytes.len());
        self.held
            .extend_from_slice(bytes.get(..count).unwrap_or_default());
        if let [b'\0', b'a', b's', b'm', low, high, layer, 0] = self.held.as_slice() {
            self.facts.version = u16::from_le_bytes([*low, *high]);
            self.facts.component = *layer == 1;
            self.held.clear();
            self.state = State::Section;
        } else if self.held.len() >= 8 {
            self.stop();
        }
        count
    }

    fn section(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        for byte in bytes {
            self.held.push(*byte);
            taken += 1;
            let [id, size @ ..] = self.held.as_slice() else {
                continue;
            };
            let mut rest = size;
            if let Some(size) = names::number(&mut rest) {
                let id = *id;
                self.held.clear();
                self.state = State::Body {
                    id,
                    left: size,
                    size,
                };
                self.begin(id, size);
                return taken;
            }
            if self.held.len() >= SECTION_HEAD {
                self.stop();
                return taken;
            }
        }
        taken
    }

    fn begin(&mut self, id: u8, size: u64) {
        if self.facts.component {
            match id {
                1 => self.facts.modules = self.facts.modules.saturating_add(1),
                4 => self.facts.components = self.facts.components.saturating_add(1),
                _ => {}
            }
        }
        if size == 0 {
            self.end(id, 0);
        }
    }

    fn body(&mut self, bytes: &[u8], id: u8, left: u64, size: u64) -> usize {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let kept = match (self.facts.component, id) {
            // The name of a custom section comes first.
            (_, 0) => 512,
            (false, 2 | 7) | (true, 10 | 11) => limits::WASM_SECTION_BYTES,
            _ => 0,
        };
        let room = kept.saturating_sub(self.held.len()).min(count);
        self.held
            .extend_from_slice(bytes.get(..room).unwrap_or_default());
        let left = left.saturating_sub(count as u64);
        self.state = State::Body { id, left, size };
        if left == 0 {
            self.end(id, size);
        }
        count
    }

    /// A section is complete.
    fn end(&mut self, id: u8, size: u64) {
        let held = std::mem::take(&mut self.held);
        let facts = &mut self.facts;
        let whole = held.len() as u64 == size;
        let read = match (facts.component, id) {
            (_, 0) => {
                let mut rest = held.as_slice();
                let name = names::string(&mut rest);
                name.map(|name| facts.custom.add("", &name, size.to_string()))
            }
            (false, 2) => names::imports(&held, &mut facts.imports),
            (false, 7) => names::exports(&held, facts),
            (true, 10) => names::component_imports(&held, &mut facts.imports),
            (true, 11) => names::component_exports(&held, &mut facts.exports),
            _ => Some(()),
        };
        self.state = State::Section;
        // A section above the cap is counted as far as it says itself.
        if read.is_none() && whole {
            self.stop();
        }
    }
}
