//! A report whose names are left out: of its file, of the documents, of hosts, repositories and users. What was found and who
//! answers what stays as it is, and so do digests. It judges nothing, and it knows only the names that the documents, the
//! places and the input itself have.

use super::SharedFile;
use super::private::{Names, names_in};
use crate::order;
use crate::place::Locus;
use crate::report::{Report, SourceText};
use crate::text::{Arg, Phrase};
use std::collections::HashMap;

/// Words of the field, which name nobody even where somebody uses one as a name.
const COMMON: [&str; 24] = [
    "app", "artifact", "blob", "bundle", "chart", "config", "digest", "docker", "go", "image",
    "index", "latest", "layer", "layers", "linux", "manifest", "module", "none", "oci", "package",
    "plugin", "test", "true", "wasm",
];

/// The shortest text that is looked for inside others, in bytes: a shorter one is met by chance.
const SHORTEST: usize = 3;

/// The report without names.
pub fn leave_out(report: &Report, sources: &[SourceText]) -> Report {
    let files: Vec<SharedFile> = sources
        .iter()
        .map(|source| SharedFile {
            path: source.path.clone(),
            text: source.text.clone(),
        })
        .collect();
    let (_, names) = names_in(&files);
    let mut leaving = Leaving {
        names,
        whole: HashMap::new(),
        parts: Vec::new(),
    };
    leaving.learn(report);
    let mut report = report.clone();
    leaving.report(&mut report);
    report
}

/// What is replaced by what.
struct Leaving {
    names: Names,
    whole: HashMap<String, String>,
    /// What is looked for inside other texts, the longest first.
    parts: Vec<(String, String)>,
}

impl Leaving {
    /// Gathers the names: those of the documents, then those that only the report has.
    fn learn(&mut self, report: &Report) {
        self.names.path(&report.input.name);
        for place in places(report) {
            self.names.path(&place.path);
            if let Some(entry) = &place.entry {
                let new = self.names.entry(entry);
                self.whole.insert(entry.clone(), new);
            }
        }
        for item in &report.coverage {
            self.names.path(&item.path);
        }
        for file in &report.unreferenced {
            self.names.path(&file.path);
        }
        let found: Vec<(String, String)> = self
            .whole
            .iter()
            .map(|(old, new)| (old.clone(), new.clone()))
            .chain(self.names.written().iter().cloned())
            .filter(|(old, new)| old != new)
            .collect();
        for (old, new) in found {
            if tells(&old) {
                // As it stands in a JSON pointer.
                if old.contains(['/', '~']) {
                    let escaped = old.replace('~', "~0").replace('/', "~1");
                    self.parts.push((escaped, new.clone()));
                }
                self.parts.push((old.clone(), new.clone()));
            }
            self.whole.entry(old).or_insert(new);
        }
        order::by(&mut self.parts, |a, b| {
            b.0.len().cmp(&a.0.len()).then(a.cmp(b))
        });
        self.parts.dedup_by(|a, b| a.0 == b.0);
    }

    fn report(&mut self, report: &mut Report) {
        // Named one by one: a field that is new has to be thought of here.
        let Report {
            input,
            complete: _,
            profile: _,
            choices: _,
            artifacts,
            findings,
            rules,
            verdicts,
            coverage,
            unreferenced,
            unreferenced_left_out: _,
        } = report;
        input.name = self.names.path(&input.name);
        self.phrase(&mut input.says);
        for file in unreferenced {
            file.path = self.names.path(&file.path);
        }
        for artifact in artifacts {
            artifact.id = self.id(&artifact.id);
            if let Some(name) = &mut artifact.name {
                *name = self.text(name);
            }
            self.phrase(&mut artifact.says);
            for described in &mut artifact.descriptors {
                described.at.iter_mut().for_each(|at| self.place(at));
                if let Some(path) = &mut described.path {
                    *path = self.names.path(path);
                }
            }
        }
        for finding in findings {
            self.phrase(&mut finding.says);
            self.place(&mut finding.at);
            finding.related.iter_mut().for_each(|at| self.place(at));
        }
        for rule in rules {
            rule.why.iter_mut().for_each(|why| self.phrase(why));
        }
        for verdict in verdicts {
            verdict.artifact = self.id(&verdict.artifact);
            self.phrase(&mut verdict.because);
            verdict.at.iter_mut().for_each(|at| self.place(at));
            if let Some(error) = &mut verdict.error {
                *error = self.text(error);
            }
            for step in &mut verdict.steps {
                self.phrase(&mut step.says);
                step.at.iter_mut().for_each(|at| self.place(at));
            }
            for fix in &mut verdict.fixes {
                self.phrase(&mut fix.title);
                for command in &mut fix.commands {
                    command.text = self.text(&command.text);
                }
            }
        }
        for item in coverage {
            item.path = self.names.path(&item.path);
            self.phrase(&mut item.why);
        }
    }

    /// The id of an artifact, `path#pointer`: the same one wherever it is named.
    fn id(&mut self, id: &str) -> String {
        match id.split_once('#') {
            Some((path, pointer)) => {
                let path = self.names.path(path);
                format!("{path}#{}", self.text(pointer))
            }
            None if id == "*" => id.to_string(),
            None => self.names.path(id),
        }
    }

    fn place(&mut self, at: &mut Locus) {
        at.path = self.names.path(&at.path);
        if let Some(entry) = &mut at.entry {
            *entry = self.names.entry(entry);
        }
        if let Some(pointer) = &mut at.pointer {
            *pointer = self.text(pointer);
        }
    }

    /// A sentence: its words are ours, its values may be anybody's.
    fn phrase(&mut self, phrase: &mut Phrase) {
        for (_, value) in &mut phrase.args {
            if let Arg::Code(text) | Arg::Name(text) = value {
                *text = self.text(text);
            }
        }
    }

    fn text(&mut self, text: &str) -> String {
        if let Some(new) = self.whole.get(text) {
            return new.clone();
        }
        let mut out = text.to_string();
        for (old, new) in &self.parts {
            if out.contains(old.as_str()) {
                out = replaced(&out, old, new);
            }
        }
        self.names.users(&out)
    }
}

/// Every place that a report names.
fn places(report: &Report) -> impl Iterator<Item = &Locus> {
    let findings = report.findings.iter();
    let found = findings.flat_map(|finding| std::iter::once(&finding.at).chain(&finding.related));
    let verdicts = report.verdicts.iter();
    let said = verdicts.flat_map(|verdict| {
        let steps = verdict.steps.iter().filter_map(|step| step.at.as_ref());
        verdict.at.iter().chain(steps)
    });
    let artifacts = report.artifacts.iter();
    let described = artifacts.flat_map(|artifact| {
        let all = artifact.descriptors.iter();
        all.filter_map(|one| one.at.as_ref())
    });
    found.chain(said).chain(described)
}

/// Whether a text tells something where it stands inside another one.
fn tells(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.len() >= SHORTEST && !plain && !COMMON.contains(&text.to_ascii_lowercase().as_str())
}

/// A text with another in it replaced wherever it is a word of its own.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (first, last) = (old.chars().next(), old.chars().next_back());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find(old) {
        let (head, tail) = rest.split_at(at);
        let after = tail.get(old.len()..).unwrap_or_default();
        let left = head.chars().next_back().or(before);
        let inside = (word(left) && word(first)) || (word(after.chars().next()) && word(last));
        out.push_str(head);
        out.push_str(if inside { old } else { new });
        before = last;
        rest = after;
    }
    out.push_str(rest);
    out
}
