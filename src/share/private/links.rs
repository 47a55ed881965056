//! What points from one document to another, once their texts have changed: digests and sizes are written anew, from the
//! documents that point to none up to those that nothing points to, so that what belonged together still does. What did not
//! match before does not match afterwards. It knows nothing of names.

use crate::bytes::digest::{Algorithm, digest_of};
use crate::bytes::json::{self, Node, Value};
use crate::order;
use crate::share::SharedFile;
use std::ops::Range;

/// A text that something may point to.
struct Pointed {
    /// Its digests as they were, without their algorithms.
    were: Vec<String>,
    /// The same now.
    are: Vec<String>,
    /// The digest that its path has, if it has one.
    named: Option<String>,
    /// By how many bytes it grew.
    grew: i128,
}

impl Pointed {
    fn new(was: &str, path: &str) -> Pointed {
        let name = path.rsplit('/').next().unwrap_or_default();
        let name = name.trim_end_matches(".json");
        Pointed {
            were: digests(was),
            are: digests(was),
            named: (name.len() >= 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .then(|| name.to_string()),
            grew: 0,
        }
    }

    fn is(&mut self, was: &str, now: &str) {
        self.are = digests(now);
        self.grew = length(now) - length(was);
    }

    fn pointed_to_by(&self, text: &str) -> bool {
        self.were
            .iter()
            .chain(&self.named)
            .any(|hex| text.contains(hex.as_str()))
    }
}

fn digests(text: &str) -> Vec<String> {
    [Algorithm::Sha256, Algorithm::Sha512]
        .into_iter()
        .filter_map(|algorithm| {
            let digest = digest_of(algorithm, text.as_bytes());
            digest.split_once(':').map(|(_, hex)| hex.to_string())
        })
        .collect()
}

fn length(text: &str) -> i128 {
    i128::try_from(text.len()).unwrap_or(i128::MAX)
}

/// Writes anew what points to documents whose texts have changed, in texts and paths. Says how many of them are pointed to.
pub fn anew(before: &[SharedFile], after: &mut [SharedFile], embedded: &[(String, String)]) -> u64 {
    let mut known: Vec<Pointed> = embedded
        .iter()
        .map(|(was, now)| {
            let mut pointed = Pointed::new(was, "");
            pointed.is(was, now);
            pointed
        })
        .collect();
    let first = known.len();
    known.extend(
        before
            .iter()
            .map(|file| Pointed::new(&file.text, &file.path)),
    );
    let mut open: Vec<usize> = (0..before.len()).collect();
    // A document that points to others waits for them. Digests cannot turn in a circle; what claims so stays as it is.
    while let Some(at) = open.iter().position(|one| {
        let text = after.get(*one).map_or("", |file| file.text.as_str());
        let waits = |other: &usize| {
            other != one
                && known
                    .get(first + other)
                    .is_some_and(|pointed| pointed.pointed_to_by(text))
        };
        !open.iter().any(waits)
    }) {
        let one = open.remove(at);
        let (Some(was), Some(now)) = (before.get(one), after.get_mut(one)) else {
            continue;
        };
        now.text = pointing(&now.text, &known);
        if let Some(pointed) = known.get_mut(first + one) {
            pointed.is(&was.text, &now.text);
        }
    }
    for file in after.iter_mut() {
        file.path = renamed(&file.path, &known);
    }
    let texts: Vec<&str> = before.iter().map(|file| file.text.as_str()).collect();
    let moved = known
        .iter()
        .filter(|pointed| pointed.were != pointed.are)
        .filter(|pointed| texts.iter().any(|text| pointed.pointed_to_by(text)));
    moved.count() as u64
}

/// A text with the present digests and sizes of what it points to.
fn pointing(text: &str, known: &[Pointed]) -> String {
    if !known.iter().any(|pointed| pointed.pointed_to_by(text)) {
        return text.to_string();
    }
    let root = json::read(text.as_bytes()).root;
    let mut sizes: Vec<(Range<usize>, String)> =
        root.map_or_else(Vec::new, |root| sizes(&root, known));
    order::by_key(&mut sizes, |(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in sizes {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    renamed(&out, known)
}

fn renamed(text: &str, known: &[Pointed]) -> String {
    let mut text = text.to_string();
    for pointed in known {
        for (was, is) in pointed.were.iter().zip(&pointed.are) {
            if was != is && text.contains(was.as_str()) {
                text = text.replace(was.as_str(), is);
            }
        }
    }
    text
}

/// The sizes of descriptors whose content grew or shrank. A size that was wrong stays wrong by as much.
fn sizes(root: &Node, known: &[Pointed]) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                open.extend(members.iter().map(|member| &member.value));
                let member = |key: &str| {
                    let member = members.iter().find(|member| member.key == key);
                    member.map(|member| &member.value)
                };
                let (Some(digest), Some(size)) = (member("digest"), member("size")) else {
                    continue;
                };
                let (Value::String(digest), Value::Number(number)) = (&digest.value, &size.value)
                else {
                    continue;
                };
                let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
                let pointed = known.iter().find(|pointed| {
                    pointed
                        .were
                        .iter()
                        .chain(&pointed.named)
                        .any(|one| one == hex)
                });
                let claimed: Option<i128> = number.to_string().parse().ok();
                if let (Some(pointed), Some(claimed)) = (pointed, claimed)
                    && pointed.grew != 0
                    && claimed >= 0
                {
                    let new = claimed.saturating_add(pointed.grew).max(0);
                    found.push((size.range.clone(), new.to_string()));
                }
            }
            _ => {}
        }
    }
    found
}
