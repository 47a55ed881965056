//! The map of a report's artifacts: which document holds which parts, what is shared, what is drawn first where there is
//! too much, and how long a block is for its bytes. It draws nothing and judges nothing.

use crate::order;
use crate::report::{Content, Described, Report};
use crate::spec::media_type::IN_TOTO;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Length of the shortest block: of a thousand bytes or less, or of a size that nobody told.
pub const SHORTEST: u32 = 52;
/// Length of the longest block.
pub const LONGEST: u32 = 252;
/// What each doubling adds to the length.
pub const DOUBLING: u32 = 8;
/// Base 2 logarithm of 1000, in parts of 256.
const THOUSAND: u32 = 2551;

/// How long the block of so many bytes is: each doubling above a thousand bytes adds [`DOUBLING`], so that a config of
/// some hundred bytes is still seen beside a layer of a gigabyte.
pub fn length(bytes: u64) -> u32 {
    let Some(whole) = bytes.checked_ilog2() else {
        return SHORTEST;
    };
    // What is left of the number below its highest bit, in parts of 256.
    let rest = bytes - (1 << whole);
    let part = if whole >= 8 {
        rest >> (whole - 8)
    } else {
        rest << (8 - whole)
    };
    let log = whole * 256 + u32::try_from(part).unwrap_or(255);
    let above = log.saturating_sub(THOUSAND);
    (SHORTEST + above * DOUBLING / 256).min(LONGEST)
}

/// All artifacts of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// A tree for each artifact that has a root.
    pub trees: Vec<Tree>,
    /// How many contents there are, each counted once however many documents name it.
    pub contents: u64,
    /// Declared bytes of all contents, each counted once.
    pub bytes: u64,
    /// How many contents were read of which nothing is declared that they could be held against: what was given itself,
    /// and the parts of a docker-archive.
    pub read: u64,
    /// The states of the other contents, in the order of [`STATES`], each with how many contents have it.
    pub states: Vec<(Content, u64)>,
    /// Whether several documents name the same content.
    pub shared: bool,
}

/// One artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Which artifact of the report.
    pub artifact: usize,
    /// Its root.
    pub root: Band,
}

/// A document with what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The document itself.
    pub document: Block,
    /// Config, layers and subject: what is no document of its own.
    pub blocks: Vec<Block>,
    /// Manifests and indexes below it.
    pub bands: Vec<Band>,
    /// Declared bytes of its blocks, subjects apart.
    pub bytes: u64,
    /// Whether it only tells of another manifest: it holds in-toto statements and nothing else.
    pub attestation: bool,
}

/// One descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Which artifact of the report.
    pub artifact: usize,
    /// Which of the artifact's descriptors.
    pub descriptor: usize,
    /// The content: descriptors of the same content have the same number.
    pub content: usize,
    /// Its number among the parts of its role in one document, from 1.
    pub number: usize,
    /// How many parts of its role that document has.
    pub of: usize,
    /// How many documents name the same content.
    pub named: usize,
    /// Whether the content was named before, by another document.
    pub again: bool,
}

/// Every state of a content, the best first.
pub const STATES: [Content; 5] = [
    Content::Verified,
    Content::NotGiven,
    Content::Unread,
    Content::Missing,
    Content::Differs,
];

impl Map {
    /// The map of a report.
    pub fn of(report: &Report) -> Map {
        let mut known = Known::default();
        let mut trees: Vec<Tree> = Vec::new();
        for (artifact, one) in report.artifacts.iter().enumerate() {
            if let Some(root) = tree(artifact, &one.descriptors, &mut known) {
                trees.push(Tree { artifact, root });
            }
        }
        for tree in &mut trees {
            count(&mut tree.root, &mut known);
        }
        for tree in &mut trees {
            tell(&mut tree.root, &known.times);
        }
        let mut counts = [0_u64; STATES.len()];
        let mut bytes = 0_u64;
        let mut read = 0_u64;
        let contents: Vec<_> = known.contents.iter().flatten().collect();
        for content in &contents {
            if !content.declared && content.state == Content::Verified {
                read += 1;
            } else if let Some(count) = counts.get_mut(rank(content.state)) {
                *count += 1;
            }
            bytes = bytes.saturating_add(content.size);
        }
        let states = STATES.into_iter().zip(counts);
        Map {
            trees,
            contents: contents.len() as u64,
            bytes,
            read,
            states: states.filter(|(_, count)| *count > 0).collect(),
            shared: known.times.iter().any(|times| *times > 1),
        }
    }

    /// The descriptor of a block.
    pub fn described<'r>(report: &'r Report, block: &Block) -> Option<&'r Described> {
        let artifact = report.artifacts.get(block.artifact)?;
        artifact.descriptors.get(block.descriptor)
    }
}

/// How bad a state is: its place in [`STATES`].
fn rank(state: Content) -> usize {
    STATES.iter().position(|one| *one == state).unwrap_or(0)
}

/// Contents by what tells them apart, and who names them.
#[derive(Default)]
struct Known {
    /// Digest or path of a content, and its number.
    numbers: BTreeMap<String, usize>,
    /// What is known of each content. Nothing for an image of a docker-archive, which is a list of parts and no content
    /// itself.
    contents: Vec<Option<Told>>,
    /// How many documents hold each content.
    times: Vec<usize>,
    /// The document that was counted last for each content.
    last: Vec<Option<usize>>,
    /// Which contents were met.
    met: Vec<bool>,
}

impl Known {
    fn number(&mut self, described: &Described) -> usize {
        let key = described.digest.as_ref().or(described.path.as_ref());
        let told = Told {
            state: described.content,
            size: described.size.unwrap_or(0),
            declared: is_declared(described),
        };
        let known = key.and_then(|key| self.numbers.get(key).copied());
        if let Some(number) = known {
            if let Some(Some(before)) = self.contents.get_mut(number) {
                before.size = before.size.max(told.size);
                before.declared |= told.declared;
                if rank(told.state) > rank(before.state) {
                    before.state = told.state;
                }
            }
            return number;
        }
        let number = self.contents.len();
        if let Some(key) = key {
            self.numbers.insert(key.clone(), number);
        }
        let is_content = key.is_some() || described.size.is_some();
        self.contents.push(is_content.then_some(told));
        self.times.push(0);
        self.last.push(None);
        self.met.push(false);
        number
    }
}

impl Known {
    /// Whether a content was met before; now it is.
    fn meets(&mut self, content: usize) -> bool {
        let met = self.met.get_mut(content);
        met.is_some_and(|met| std::mem::replace(met, true))
    }
}

/// What is known of a content.
struct Told {
    /// The worst state of all that name it.
    state: Content,
    /// The greatest size of all that name it.
    size: u64,
    /// Whether one of them declares a digest.
    declared: bool,
}

/// Whether there is a digest that somebody declared, so that the content can be held against it.
pub fn is_declared(described: &Described) -> bool {
    described.at.is_some() && described.digest.is_some()
}

/// Whether a descriptor leads to a document with parts of its own.
fn is_document(described: &Described, next: Option<&Described>) -> bool {
    let holds = next.is_some_and(|next| next.depth > described.depth);
    holds || matches!(described.role.as_str(), "index" | "manifest")
}

/// The tree of descriptors that stand depth first.
fn tree(artifact: usize, all: &[Described], known: &mut Known) -> Option<Band> {
    // Documents from the root down to the one that is being filled.
    let mut open: Vec<(u32, Band)> = Vec::new();
    let mut root: Option<Band> = None;
    for (descriptor, described) in all.iter().enumerate() {
        while open
            .last()
            .is_some_and(|(depth, _)| *depth >= described.depth)
        {
            close(&mut open, &mut root, all);
        }
        // A second root would be another artifact; the report has none in one list.
        if open.is_empty() && descriptor > 0 {
            break;
        }
        let block = Block {
            artifact,
            descriptor,
            content: known.number(described),
            number: 1,
            of: 1,
            named: 1,
            again: false,
        };
        if descriptor == 0 || is_document(described, all.get(descriptor + 1)) {
            open.push((
                described.depth,
                Band {
                    document: block,
                    blocks: Vec::new(),
                    bands: Vec::new(),
                    bytes: 0,
                    attestation: false,
                },
            ));
        } else if let Some((_, band)) = open.last_mut() {
            if described.role != "subject" {
                band.bytes = band.bytes.saturating_add(described.size.unwrap_or(0));
            }
            band.blocks.push(block);
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut root, all);
    }
    root
}

/// Takes the innermost document as whole and hands it to the one around it.
fn close(open: &mut Vec<(u32, Band)>, root: &mut Option<Band>, all: &[Described]) {
    let Some((_, mut band)) = open.pop() else {
        return;
    };
    let role = |block: &Block| all.get(block.descriptor).map(|d| d.role.as_str());
    let mut totals: Vec<(&str, usize)> = Vec::new();
    for block in &mut band.blocks {
        let role = role(block).unwrap_or_default();
        match totals.iter_mut().find(|(known, _)| *known == role) {
            Some((_, total)) => {
                *total += 1;
                block.number = *total;
            }
            None => totals.push((role, 1)),
        }
    }
    for block in &mut band.blocks {
        let role = role(block).unwrap_or_default();
        let total = totals.iter().find(|(known, _)| *known == role);
        block.of = total.map_or(1, |(_, total)| *total);
    }
    let layers = || band.blocks.iter().filter(|b| role(b) == Some("layer"));
    band.attestation = layers().next().is_some()
        && layers().all(|b| {
            let media_type = all.get(b.descriptor).and_then(|d| d.media_type.as_deref());
            media_type == Some(IN_TOTO)
        });
    match open.last_mut() {
        Some((_, above)) => above.bands.push(band),
        None => *root = Some(band),
    }
}

/// Notes who holds what. A document that stands in several places is one document; a subject is pointed at, not held.
fn count(band: &mut Band, known: &mut Known) {
    let document = band.document.content;
    band.document.again = known.meets(document);
    for block in &mut band.blocks {
        block.again = known.meets(block.content);
        if band.document.again {
            continue;
        }
        let last = known.last.get_mut(block.content);
        if let (Some(times), Some(last)) = (known.times.get_mut(block.content), last)
            && last.replace(document) != Some(document)
        {
            *times += 1;
        }
    }
    for below in &mut band.bands {
        count(below, known);
    }
}

fn tell(band: &mut Band, times: &[usize]) {
    for block in &mut band.blocks {
        block.named = times.get(block.content).copied().unwrap_or(1).max(1);
    }
    for below in &mut band.bands {
        tell(below, times);
    }
}

impl Band {
    /// Whether the document or one of its parts is not what was declared, or is not there.
    pub fn is_troubled(&self, report: &Report) -> bool {
        let own = std::iter::once(&self.document).chain(&self.blocks);
        let troubled = |block| Map::described(report, block).is_some_and(|d| bad(d.content));
        own.into_iter().any(troubled) || self.bands.iter().any(|b| b.is_troubled(report))
    }

    /// Which of its blocks are drawn where there is room for so many: those in trouble first, then the largest. The rest
    /// is told as one.
    pub fn drawn(&self, report: &Report, room: usize) -> (Vec<&Block>, Rest) {
        let known = |at: usize| self.blocks.get(at).and_then(|b| Map::described(report, b));
        let order = |at: &usize| {
            let described = known(*at);
            let calm = described.is_none_or(|d| !bad(d.content));
            (calm, Reverse(described.and_then(|d| d.size).unwrap_or(0)))
        };
        let (shown, hidden) = chosen(self.blocks.len(), room, order);
        let bytes = hidden.iter().filter_map(|at| known(*at)?.size);
        let rest = Rest {
            count: hidden.len(),
            bytes: bytes.fold(0, u64::saturating_add),
        };
        let blocks = shown.iter().filter_map(|at| self.blocks.get(*at));
        (blocks.collect(), rest)
    }

    /// Which of the documents below it are drawn where there is room for so many: those in trouble first.
    pub fn drawn_below(&self, report: &Report, room: usize) -> (Vec<&Band>, Rest) {
        let calm = |at: &usize| !self.bands.get(*at).is_some_and(|b| b.is_troubled(report));
        let (shown, hidden) = chosen(self.bands.len(), room, calm);
        let bytes = hidden
            .iter()
            .filter_map(|at| Some(self.bands.get(*at)?.all()));
        let rest = Rest {
            count: hidden.len(),
            bytes: bytes.fold(0, u64::saturating_add),
        };
        let bands = shown.iter().filter_map(|at| self.bands.get(*at));
        (bands.collect(), rest)
    }

    /// Declared bytes of everything below it.
    fn all(&self) -> u64 {
        let below = self.bands.iter().map(Band::all);
        below.fold(self.bytes, u64::saturating_add)
    }
}

/// What is not drawn by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// How many.
    pub count: usize,
    /// Their declared bytes.
    pub bytes: u64,
}

fn bad(state: Content) -> bool {
    matches!(state, Content::Differs | Content::Missing)
}

/// Positions of those that come first by `order_of` while there is room, and of the others, each in the order in which they
/// stand. One more than there is room for is shown too: to hide a single one saves nothing.
fn chosen<K: Ord>(
    count: usize,
    room: usize,
    order_of: impl Fn(&usize) -> K,
) -> (Vec<usize>, Vec<usize>) {
    let mut all: Vec<usize> = (0..count).collect();
    if count <= room.saturating_add(1) {
        return (all, Vec::new());
    }
    order::by_key(&mut all, order_of);
    let mut hidden = all.split_off(room);
    order::own(&mut all);
    order::own(&mut hidden);
    (all, hidden)
}

#[cfg(test)]
mod tests;
