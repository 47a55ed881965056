//! What of a tree is folded and opened, what hangs below what, and which parts are the same or refer to each other. Pure; it
//! draws nothing.

use pullcheck::order;
use pullcheck::report::{Described, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use yew::prelude::*;

/// So many rows are shown unfolded from the start; of larger trees the manifests are folded.
const UNFOLDED: usize = 40;

/// A row of the tree of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Number of the artifact.
    pub artifact: usize,
    /// Number of the row in it.
    pub row: usize,
}

impl Part {
    /// Id of the row's element.
    pub fn id(self) -> String {
        format!("part-{}-{}", self.artifact, self.row)
    }
}

/// What the reader has done to the tree of one artifact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Rows that are folded; none when it is as at the start.
    folds: Option<BTreeSet<usize>>,
    /// Whether rows beyond the first are shown.
    pub all: bool,
    /// Rows whose details are shown.
    pub details: BTreeSet<usize>,
    /// The row whose content is open.
    pub opened: Option<usize>,
}

impl Shown {
    /// The rows that are folded.
    pub fn folded(&self, rows: &[Described]) -> BTreeSet<usize> {
        match &self.folds {
            Some(folds) => folds.clone(),
            None if rows.len() <= UNFOLDED => BTreeSet::new(),
            None => order::set_of((1..rows.len()).filter(|row| has_children(rows, *row))),
        }
    }
}

/// What the reader does to the tree of an artifact.
#[derive(Clone, Debug)]
pub enum Act {
    /// Folds exactly these rows.
    Fold(Vec<usize>),
    /// Shows all rows.
    ShowAll,
    /// Shows or hides the details of a row.
    Details(usize),
    /// Opens the content of a row, and closes what is open elsewhere; or closes it.
    Open(Option<usize>),
    /// Goes to a row, with those that are folded now but must not be.
    Jump(usize, Vec<usize>),
}

/// What the reader has done to all trees.
#[derive(Clone, Default)]
pub struct View {
    artifacts: BTreeMap<usize, Rc<Shown>>,
    untouched: Rc<Shown>,
    /// Where a jump leads, and how many there were.
    pub goal: Option<(Part, u32)>,
}

impl View {
    /// Of one artifact.
    pub fn of(&self, artifact: usize) -> Rc<Shown> {
        self.artifacts
            .get(&artifact)
            .unwrap_or(&self.untouched)
            .clone()
    }
}

impl Reducible for View {
    type Action = (usize, Act);

    fn reduce(self: Rc<Self>, (artifact, act): (usize, Act)) -> Rc<Self> {
        let mut view = (*self).clone();
        if matches!(act, Act::Open(_)) {
            for shown in view.artifacts.values_mut() {
                if shown.opened.is_some() {
                    Rc::make_mut(shown).opened = None;
                }
            }
        }
        let shown = Rc::make_mut(view.artifacts.entry(artifact).or_default());
        match act {
            Act::Fold(rows) => shown.folds = Some(order::set_of(rows)),
            Act::ShowAll => shown.all = true,
            Act::Details(row) => {
                if !shown.details.remove(&row) {
                    shown.details.insert(row);
                }
            }
            Act::Open(row) => shown.opened = row,
            Act::Jump(row, folded) => {
                shown.folds = Some(order::set_of(folded));
                shown.all = true;
                let jumps = view.goal.map_or(0, |(_, jumps)| jumps);
                view.goal = Some((Part { artifact, row }, jumps.wrapping_add(1)));
            }
        }
        Rc::new(view)
    }
}

fn depth(rows: &[Described], row: usize) -> u32 {
    rows.get(row).map_or(0, |row| row.depth)
}

/// Whether something hangs below a row.
pub fn has_children(rows: &[Described], row: usize) -> bool {
    depth(rows, row.saturating_add(1)) > depth(rows, row)
}

/// The rows that a row hangs below, the nearest first.
pub fn ancestors(rows: &[Described], row: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut above = depth(rows, row);
    for at in (0..row).rev() {
        if above == 0 {
            break;
        }
        if depth(rows, at) < above {
            above = depth(rows, at);
            found.push(at);
        }
    }
    found
}

/// Whether no row above it is folded.
pub fn is_visible(rows: &[Described], folded: &BTreeSet<usize>, row: usize) -> bool {
    folded.is_empty()
        || !ancestors(rows, row)
            .iter()
            .any(|above| folded.contains(above))
}

/// Which parts have the same content, and which refer to which.
#[derive(Default)]
pub struct Links {
    same: BTreeMap<String, Vec<Part>>,
    referrers: BTreeMap<String, Vec<Part>>,
}

impl Links {
    /// The links of a report.
    pub fn of(report: &Report) -> Links {
        let mut links = Links::default();
        for (artifact, one) in report.artifacts.iter().enumerate() {
            let mut manifest = Vec::new();
            for (row, described) in one.descriptors.iter().enumerate() {
                while manifest
                    .last()
                    .is_some_and(|(depth, _)| *depth >= described.depth)
                {
                    manifest.pop();
                }
                let part = Part { artifact, row };
                if described.role == "subject" {
                    if let (Some(digest), Some((_, by))) = (&described.digest, manifest.last()) {
                        links.referrers.entry(digest.clone()).or_default().push(*by);
                    }
                } else if let Some(key) = key(described) {
                    links.same.entry(key.to_string()).or_default().push(part);
                }
                manifest.push((described.depth, part));
            }
        }
        links
    }

    /// The other parts with the content of this one.
    pub fn same(&self, described: &Described, part: Part) -> Vec<Part> {
        if described.role == "subject" {
            return Vec::new();
        }
        let parts = key(described).and_then(|key| self.same.get(key));
        let others = parts.into_iter().flatten().copied();
        others.filter(|other| *other != part).collect()
    }

    /// The part that a subject is, where it is here.
    pub fn subject(&self, described: &Described) -> Option<Part> {
        self.same
            .get(described.digest.as_deref()?)?
            .first()
            .copied()
    }

    /// The parts that name this one as their subject.
    pub fn referrers(&self, described: &Described) -> &[Part] {
        let digest = described.digest.as_deref().unwrap_or_default();
        match described.role.as_str() {
            "subject" => &[],
            _ => self.referrers.get(digest).map_or(&[], Vec::as_slice),
        }
    }
}

/// What makes contents the same: the digest, in a docker-archive the path.
fn key(described: &Described) -> Option<&str> {
    described.digest.as_deref().or(described.path.as_deref())
}
