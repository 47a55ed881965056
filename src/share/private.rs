//! What in documents a person may not want to pass on: names of hosts and repositories, annotations and labels,
//! environment, commands and comments. Finds it by where it stands and by how it is written, and puts placeholders in its
//! place: the same one for the same name, in all documents. It promises nothing about what is written otherwise; the
//! text that goes out is there to be read.

mod names;

use super::SharedFile;
use crate::bytes::json::{self, Node, Value};
use crate::order;
use crate::spec::annotation;
use names::Names;
use std::ops::Range;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The name of a host, or an address of mail.
    Host,
    /// The name of a repository, or what follows the host in an address.
    Repository,
    /// An annotation or a label, key and value.
    Annotation,
    /// A variable of the environment.
    Env,
    /// A command, a comment, an author, content that a descriptor carries.
    Words,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Private {
    /// What it is.
    pub kind: Kind,
    /// It, as it is written.
    pub value: String,
    /// What would stand in its place; none where it says nothing about anybody and stays.
    pub placeholder: Option<String>,
}

/// What was found in documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// All of it, each once, by kind and in the order of the documents.
    pub found: Vec<Private>,
    /// The documents with placeholders.
    pub redacted: Vec<SharedFile>,
    /// In how many places.
    pub replaced: u64,
    /// Documents that are no JSON, by path: nothing was looked for in them.
    pub unread: Vec<String>,
}

/// Looks through documents.
pub fn look(files: &[SharedFile]) -> Look {
    let mut names = Names::default();
    let mut redacted = Vec::new();
    let mut replaced = 0;
    let mut unread = Vec::new();
    for file in files {
        let json = json::read(file.text.as_bytes());
        let mut out = file.clone();
        match json.root.filter(|_| json.defects.is_empty()) {
            Some(root) => {
                let changes = changes(&root, &file.path, &mut names);
                replaced += changes.len() as u64;
                out.text = changed(&file.text, changes);
            }
            None => unread.push(file.path.clone()),
        }
        redacted.push(out);
    }
    Look {
        found: names.found(),
        redacted,
        replaced,
        unread,
    }
}

/// What a value stands for, by the keys that lead to it.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing in particular.
    Any,
    /// Fixed by the specification: media types, digests, platforms, times.
    Technical,
    /// An object of annotations or labels.
    Annotations,
    /// A list of variables.
    Env,
    /// Free words.
    Words,
    /// The reference of an image.
    Reference,
    /// The name of a host.
    Host,
    /// The file `repositories` of an archive: its keys are names.
    Repositories,
}

/// What stands behind a key.
fn place(key: &str) -> Place {
    match key {
        "annotations" | "labels" | "Labels" => Place::Annotations,
        "Env" => Place::Env,
        "created_by" | "comment" | "author" | "Comment" | "Author" | "maintainer" | "Cmd"
        | "Entrypoint" | "Shell" | "OnBuild" | "Test" | "User" | "WorkingDir" | "data"
        | "v1Compatibility" => Place::Words,
        "RepoTags" | "RepoDigests" | "name" => Place::Reference,
        "Hostname" | "Domainname" => Place::Host,
        "mediaType" | "artifactType" | "digest" | "diff_ids" | "blobSum" | "created"
        | "architecture" | "os" | "variant" | "signature" | "protected" => Place::Technical,
        _ => Place::Any,
    }
}

/// Byte ranges of strings, and what they become.
type Changes = Vec<(Range<usize>, String)>;

fn changes(root: &Node, path: &str, names: &mut Names) -> Changes {
    let mut changes: Changes = Vec::new();
    let first = match path.rsplit('/').next() {
        Some("repositories") => Place::Repositories,
        _ => Place::Any,
    };
    // A stack of its own: documents may nest deeply. What is pushed last comes out first.
    let mut open: Vec<(&Node, Place)> = vec![(root, first)];
    let change = |changes: &mut Changes, range: &Range<usize>, old: &str, new: String| {
        if new != old {
            changes.push((range.clone(), new));
        }
    };
    while let Some((node, at)) = open.pop() {
        match &node.value {
            Value::String(text) => {
                let new = match at {
                    Place::Technical => continue,
                    Place::Env => names.variable(text),
                    Place::Words => names.words(text),
                    Place::Reference => names.reference(text),
                    Place::Host => names.host(text),
                    Place::Any | Place::Annotations | Place::Repositories => names.scanned(text),
                };
                change(&mut changes, &node.range, text, new);
            }
            Value::Array(items) => open.extend(items.iter().rev().map(|item| (item, at))),
            Value::Object(members) => {
                let mut inside = Vec::new();
                for member in members {
                    let below = match at {
                        Place::Words => Place::Words,
                        _ => place(&member.key),
                    };
                    match (at, &member.value.value) {
                        (Place::Annotations, Value::String(value)) => {
                            let (key, value_now) = annotation(names, &member.key, value);
                            change(&mut changes, &member.key_range, &member.key, key);
                            change(&mut changes, &member.value.range, value, value_now);
                        }
                        (Place::Repositories, _) => {
                            let key = names.reference(&member.key);
                            change(&mut changes, &member.key_range, &member.key, key);
                        }
                        _ => {
                            let key = names.scanned(&member.key);
                            change(&mut changes, &member.key_range, &member.key, key);
                            inside.push((&member.value, below));
                        }
                    }
                }
                open.extend(inside.into_iter().rev());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    changes
}

/// Key and value of an annotation, as they go out.
fn annotation(names: &mut Names, key: &str, value: &str) -> (String, String) {
    let reference = [
        annotation::REF_NAME,
        annotation::CONTAINERD_NAME,
        annotation::BASE_NAME,
    ];
    if reference.contains(&key) {
        let name = value.contains(['/', ':']);
        let new = if name {
            names.reference(value)
        } else {
            value.to_string()
        };
        names.annotation_stays(key, value, new == value);
        return (key.to_string(), new);
    }
    names.annotation(key, value)
}

/// The text with its strings changed; all else stays byte for byte.
fn changed(text: &str, mut changes: Changes) -> String {
    order::by_key(&mut changes, |(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in changes {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&serde_json::Value::String(new).to_string());
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
