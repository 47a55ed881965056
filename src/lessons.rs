//! What a rule's two examples show when they are really checked: the place that is wrong, the same place mended, and who
//! refuses the one and not the other. Nothing here is written by hand for a rule; it makes no example and judges nothing.

mod trials;

pub use trials::{Trial, trials, ways};

use crate::bytes::json;
use crate::consumers::{self, Consumer};
use crate::diff::{self, Pair};
use crate::examples::{Example, Files, gallery};
use crate::place::Locus;
use crate::report::{Decision, Finding, Report, SourceText, Verdict};
use crate::rules::{self, Rule};
use crate::text::Text;

/// Lines that are shown on both sides of a place.
const AROUND: usize = 3;
/// Lines that are shown of the place itself.
const LINES: usize = 14;
/// Characters that are shown of a line.
const WIDTH: usize = 160;

/// Bytes of a document that is compared as a whole.
const COMPARED: usize = 64 * 1024;
/// Changed lines that can be taken in at a look.
const CHANGED: usize = 40;

/// What the examples of a rule show.
pub struct Lesson {
    /// What the broken one breaks.
    pub finding: Option<Finding>,
    /// The text around it.
    pub before: Option<Excerpt>,
    /// The text at the same place of the mended one.
    pub after: Option<Excerpt>,
    /// The document as a whole in both, where it differs in few enough lines to be looked at.
    pub change: Option<Pair>,
    /// Who refuses the broken one and not the mended one.
    pub breaks: Vec<Break>,
}

/// Some lines of a document.
#[derive(Clone)]
pub struct Excerpt {
    /// The document.
    pub path: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line.
#[derive(Clone)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Its text, cut where it is very long.
    pub text: String,
    /// Whether it belongs to the place.
    pub marked: bool,
}

/// A consumer that refuses the broken example.
pub struct Break {
    /// Which.
    pub consumer: &'static Consumer,
    /// The ranges of its versions that do, as people read them; empty for all.
    pub versions: String,
    /// What it prints.
    pub error: String,
}

/// Checks both examples of a rule and says what they show.
pub fn lesson(rule: &Rule) -> Lesson {
    let (bad, sources) = (rule.proof.bad)().report_and_sources();
    let (good, mended) = (rule.proof.good)().report_and_sources();
    let finding = bad.findings.iter().find(|f| f.rule == rule.id).cloned();
    let source = |at: &Locus| sources.iter().find(|s| s.path == at.path);
    let place = finding.as_ref().map(|finding| &finding.at);
    let before = place.and_then(|at| excerpt(source(at)?, at));
    let after = place.filter(|_| before.is_some()).and_then(|at| {
        let same = counterpart(source(at)?, &mended)?;
        excerpt_at(same, at.pointer.as_deref()?)
    });
    let change = place
        .filter(|_| before_and_after(&bad, &good))
        .and_then(|at| {
            let broken = source(at)?;
            change(broken, counterpart(broken, &mended)?)
        });
    Lesson {
        change,
        before,
        after: after.filter(|_| before_and_after(&bad, &good)),
        breaks: breaks(&bad, &good),
        finding,
    }
}

/// Both texts, where what differs can be taken in at a look.
fn change(broken: &SourceText, mended: &SourceText) -> Option<Pair> {
    if broken.cut || mended.cut || broken.text.len().max(mended.text.len()) > COMPARED {
        return None;
    }
    let lines = diff::lines(&broken.text, &mended.text);
    let short = lines.iter().all(|line| line.text.chars().count() <= WIDTH);
    let changed = diff::changed(&lines);
    (short && (1..=CHANGED).contains(&changed)).then(|| Pair {
        path: broken.path.clone(),
        before: broken.text.clone(),
        after: mended.text.clone(),
    })
}

/// Whether the two are of one kind, so that what differs between them is the rule.
fn before_and_after(bad: &Report, good: &Report) -> bool {
    bad.input.kind == good.input.kind
}

/// The document of the mended example that stands for one of the broken one: the one at the same path, else the only
/// one of its kind.
fn counterpart<'s>(broken: &SourceText, mended: &'s [SourceText]) -> Option<&'s SourceText> {
    let same = mended.iter().find(|source| source.path == broken.path);
    let mut alike = mended.iter().filter(|source| source.kind == broken.kind);
    same.or_else(|| alike.next().filter(|_| alike.next().is_none()))
}

/// The lines of a place; none for a document as a whole.
pub fn excerpt(source: &SourceText, at: &Locus) -> Option<Excerpt> {
    let start = usize::try_from(at.offset?).ok()?;
    let length = usize::try_from(at.length.unwrap_or(0)).ok()?;
    Some(lines(source, start, start.saturating_add(length)))
}

/// What stands at a pointer, or at the nearest thing above it that is there.
fn excerpt_at(source: &SourceText, pointer: &str) -> Option<Excerpt> {
    let root = json::read(source.text.as_bytes()).root?;
    let mut pointer = pointer;
    let node = loop {
        if let Some(node) = root.at_pointer(pointer) {
            break node;
        }
        pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
    };
    Some(lines(source, node.range.start, node.range.end))
}

fn lines(source: &SourceText, start: usize, end: usize) -> Excerpt {
    let mut at = 0;
    let mut all = Vec::new();
    for (line, number) in source.text.split('\n').zip(1_usize..) {
        let next = at + line.len() + 1;
        let marked = at < end.max(start + 1) && next > start;
        all.push(Line {
            number,
            text: cut(line, start.saturating_sub(at)),
            marked,
        });
        at = next;
    }
    if source.text.ends_with('\n') {
        all.pop();
    }
    let first = all.iter().position(|line| line.marked).unwrap_or(0);
    let last = all.iter().rposition(|line| line.marked).unwrap_or(0);
    let last = last.min(first.saturating_add(LINES - 1));
    let shown = first.saturating_sub(AROUND)..=last.saturating_add(AROUND);
    Excerpt {
        path: source.path.clone(),
        lines: all
            .into_iter()
            .enumerate()
            .filter(|(index, _)| shown.contains(index))
            .map(|(_, line)| line)
            .collect(),
    }
}

/// A line, or its part around a byte of it where it is too long to read.
fn cut(line: &str, around: usize) -> String {
    if line.chars().count() <= WIDTH {
        return line.to_string();
    }
    let before = line.char_indices().filter(|(at, _)| *at < around).count();
    let skip = before.saturating_sub(WIDTH / 2);
    let part: String = line.chars().skip(skip).take(WIDTH).collect();
    let (left, right) = (if skip > 0 { "…" } else { "" }, "…");
    format!("{left}{part}{right}")
}

/// Consumers that refuse the one and do not refuse the other, though they look at both. Where the two are of different
/// kinds the difference is not the rule, and nothing is said.
fn breaks(bad: &Report, good: &Report) -> Vec<Break> {
    if !before_and_after(bad, good) {
        return Vec::new();
    }
    let takes = |refusal: &Verdict| {
        let same = |v: &&Verdict| v.consumer == refusal.consumer && v.versions == refusal.versions;
        let mut others = good.verdicts.iter().filter(same).map(|v| v.verdict);
        let looks = others.clone().any(|d| d != Decision::NotApplicable);
        looks && others.all(|decision| decision != Decision::Refuses)
    };
    let refusals: Vec<&Verdict> = bad
        .verdicts
        .iter()
        .filter(|v| v.verdict == Decision::Refuses && takes(v))
        .collect();
    consumers::all()
        .filter_map(|consumer| {
            let own = || refusals.iter().filter(|v| v.consumer == consumer.id);
            let mut versions: Vec<&str> = own().map(|v| v.versions.as_str()).collect();
            versions.dedup();
            let error = own().find_map(|v| v.error.clone())?;
            Some(Break {
                consumer,
                versions: consumers::shown(consumer.id, &versions),
                error,
            })
        })
        .collect()
}

/// Something that can be opened by its id: an example of the gallery, or one of a rule.
#[derive(Clone, Copy)]
pub enum Sample {
    /// An example of the gallery: its id.
    Shown(&'static Example),
    /// What breaks a rule: `RULE/broken`.
    Broken(&'static Rule),
    /// What does not: `RULE/mended`.
    Mended(&'static Rule),
}

impl Sample {
    /// The example with an id.
    pub fn find(id: &str) -> Option<Sample> {
        match id.split_once('/') {
            None => gallery::find(id).map(Sample::Shown),
            Some((rule, "broken")) => rules::find(rule).map(Sample::Broken),
            Some((rule, "mended")) => rules::find(rule).map(Sample::Mended),
            Some(_) => None,
        }
    }

    /// Its id.
    pub fn id(self) -> String {
        match self {
            Sample::Shown(example) => example.id.to_string(),
            Sample::Broken(rule) => format!("{}/broken", rule.id),
            Sample::Mended(rule) => format!("{}/mended", rule.id),
        }
    }

    /// What it is, or the rule that it is about.
    pub fn title(self) -> Text {
        match self {
            Sample::Shown(example) => example.title,
            Sample::Broken(rule) | Sample::Mended(rule) => rule.title,
        }
    }

    /// Makes it.
    pub fn files(self) -> Files {
        match self {
            Sample::Shown(example) => example.files(),
            Sample::Broken(rule) => (rule.proof.bad)(),
            Sample::Mended(rule) => (rule.proof.good)(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_lesson_that_holds() {
        let (mut documents, mut breaking, mut compared) = (0, 0, 0);
        for rule in rules::all() {
            let lesson = lesson(rule);
            assert!(lesson.finding.is_some(), "{}", rule.id);
            let Some(before) = &lesson.before else {
                continue;
            };
            documents += 1;
            assert!(before.lines.len() <= LINES + 2 * AROUND, "{}", rule.id);
            assert!(before.lines.iter().any(|l| l.marked), "{}", rule.id);
            if let Some(after) = &lesson.after {
                assert!(after.lines.iter().any(|l| l.marked), "{}", rule.id);
            }
            if let Some(change) = &lesson.change {
                compared += 1;
                assert_ne!(change.before, change.after, "{}", rule.id);
            }
            for one in &lesson.breaks {
                breaking += 1;
                assert!(!one.error.is_empty(), "{}", rule.id);
            }
        }
        assert!(documents > 150, "{documents} rules show a document");
        assert!(breaking > 50, "{breaking} refusals are told");
        assert!(compared > 100, "{compared} rules show what changes");
    }

    #[test]
    fn before_and_after_show_the_same_place() {
        let rule = rules::find("descriptor-size-negative").unwrap();
        let lesson = lesson(rule);
        let marked = |excerpt: Option<Excerpt>| {
            let lines = excerpt.unwrap().lines;
            let line = lines.into_iter().find(|line| line.marked).unwrap();
            (line.number, line.text.trim().to_string())
        };
        assert_eq!(marked(lesson.before), (11, "\"size\": -1".to_string()));
        assert_eq!(marked(lesson.after), (11, "\"size\": 5".to_string()));
    }

    #[test]
    fn who_refuses_the_broken_one_accepts_the_mended_one() {
        let rule = rules::find("layout-blob-digest-mismatch").unwrap();
        let lesson = lesson(rule);
        let ids: Vec<&str> = lesson.breaks.iter().map(|b| b.consumer.id).collect();
        assert!(ids.contains(&"umoci"), "{ids:?}");
        for one in &lesson.breaks {
            let verdicts = (rule.proof.good)().ask(&[one.consumer.id]).verdicts;
            // A range that refuses both is told of nowhere; another one of the same consumer may.
            let refuse = |v: &Verdict| v.verdict == Decision::Refuses;
            assert!(!verdicts.iter().all(refuse), "{}", one.consumer.id);
        }
    }

    /// The page of a consumer is made of these: each says something about every usual shape, and shows its steps.
    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let line = format!("{}mark{}", "a".repeat(500), "b".repeat(500));
        let shown = cut(&line, 500);
        assert!(shown.contains("mark") && shown.starts_with('…') && shown.ends_with('…'));
        assert_eq!(cut("short", 2), "short");
    }

    #[test]
    fn samples_are_found_by_their_ids() {
        for id in ["higress-empty", "tar-device/broken", "tar-device/mended"] {
            let sample = Sample::find(id).unwrap();
            assert_eq!(sample.id(), id);
            assert!(!sample.files().items.is_empty());
        }
        for id in ["", "tar-device", "tar-device/other", "no-such/broken"] {
            assert!(Sample::find(id).is_none(), "{id}");
        }
    }
}
