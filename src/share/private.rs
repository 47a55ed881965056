//! What in documents a person may not want to pass on: names of hosts and repositories, annotations and labels,
//! environment, commands and comments, names of files and of users. Finds it by where it stands and by how it is written,
//! and puts placeholders in its place: the same one for the same name, in all documents. What points from one document to
//! another is written anew, so that the documents still belong together. It promises nothing about what is written
//! otherwise; the text that goes out is there to be read.

mod base64;
mod links;
mod names;

pub(super) use names::Names;

use super::SharedFile;
use crate::bytes::json::{self, Node, Value};
use crate::order;
use crate::spec::annotation;
use crate::text::{Text, text};
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
    /// The name of a file or folder that is not of the format.
    File,
    /// The name of a user, in a path.
    User,
}

impl Kind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Kind; 7] = [
        Kind::Host,
        Kind::Repository,
        Kind::Annotation,
        Kind::Env,
        Kind::Words,
        Kind::File,
        Kind::User,
    ];

    /// What things of this kind are called.
    pub fn title(self) -> Text {
        match self {
            Kind::Host => text("Host names", "主机名"),
            Kind::Repository => text("Repositories", "仓库"),
            Kind::Annotation => text("Annotations and labels", "注解与标签"),
            Kind::Env => text("Environment", "环境变量"),
            Kind::Words => text(
                "Commands, comments, embedded content",
                "命令、注释与内嵌内容",
            ),
            Kind::File => text("Names of files and folders", "文件名与文件夹名"),
            Kind::User => text("User names in paths", "路径中的用户名"),
        }
    }
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
    /// Documents that others point to and whose digest is another one now; what points to them was written anew.
    pub digests: u64,
}

/// Looks through documents.
pub fn look(files: &[SharedFile]) -> Look {
    names_in(files).0
}

/// The same, with the names: what goes out besides the documents may hold them, too.
pub(super) fn names_in(files: &[SharedFile]) -> (Look, Names) {
    let mut work = Work::default();
    let mut redacted = Vec::new();
    let mut unread = Vec::new();
    for file in files {
        let mut out = SharedFile {
            path: work.names.path(&file.path),
            text: file.text.clone(),
        };
        work.replaced += u64::from(out.path != file.path);
        match work.document(&file.text, &file.path) {
            Some(text) => out.text = text,
            None => unread.push(file.path.clone()),
        }
        redacted.push(out);
    }
    let digests = links::anew(files, &mut redacted, &work.embedded);
    let look = Look {
        found: work.names.found(),
        redacted,
        replaced: work.replaced,
        unread,
        digests,
    };
    (look, work.names)
}

/// What is kept from one document to the next.
#[derive(Default)]
struct Work {
    names: Names,
    replaced: u64,
    /// Content that descriptors carry in themselves: as it was, and as it is now.
    embedded: Vec<(String, String)>,
    /// How deep a document stands in a string of another.
    depth: u32,
}

/// Documents within strings of documents that are looked into: a v1 config in a schema 1 manifest is one, and no format
/// has a second.
const DEPTH: u32 = 2;

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
    /// The path of another file.
    Path,
    /// Who a container runs as.
    User,
    /// A JSON document, written as a string.
    Document,
    /// The content of a descriptor, in base64.
    Content,
}

/// What stands behind a key.
fn place(key: &str) -> Place {
    match key {
        "annotations" | "labels" | "Labels" => Place::Annotations,
        "Env" => Place::Env,
        "created_by" | "comment" | "author" | "Comment" | "Author" | "maintainer" | "Cmd"
        | "Entrypoint" | "Shell" | "OnBuild" | "Test" | "WorkingDir" => Place::Words,
        "User" => Place::User,
        "data" => Place::Content,
        "v1Compatibility" => Place::Document,
        "Config" | "Layers" => Place::Path,
        "RepoTags" | "RepoDigests" | "name" => Place::Reference,
        "Hostname" | "Domainname" => Place::Host,
        "mediaType" | "artifactType" | "digest" | "diff_ids" | "blobSum" | "created"
        | "architecture" | "os" | "variant" | "signature" | "protected" => Place::Technical,
        _ => Place::Any,
    }
}

/// Byte ranges of strings, and what they become.
type Changes = Vec<(Range<usize>, String)>;

impl Work {
    /// A document with placeholders; none where it is no sound JSON.
    fn document(&mut self, text: &str, path: &str) -> Option<String> {
        let json = json::read(text.as_bytes());
        let root = json.root.filter(|_| json.defects.is_empty())?;
        let changes = self.changes(&root, path);
        self.replaced += changes.len() as u64;
        Some(changed(text, changes))
    }

    /// A document within a string.
    fn inner(&mut self, text: &str) -> Option<String> {
        if self.depth >= DEPTH || !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        self.depth += 1;
        let inner = self.document(text, "");
        self.depth -= 1;
        inner
    }

    /// Content that a descriptor carries: a document stays one, anything else becomes a placeholder.
    fn content(&mut self, text: &str) -> String {
        let Some(was) = base64::read(text).and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return self.names.words(text);
        };
        let now = match self.inner(&was) {
            Some(now) => now,
            None if was.trim().is_empty() => return text.to_string(),
            // As long as it was: how long it may be is limited.
            None => {
                let mut now = self.names.words(&was);
                now.push_str(&"-".repeat(was.len().saturating_sub(now.len())));
                now
            }
        };
        let new = base64::write(now.as_bytes());
        self.embedded.push((was, now));
        new
    }

    fn changes(&mut self, root: &Node, path: &str) -> Changes {
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
                    let names = &mut self.names;
                    let new = match at {
                        Place::Technical => continue,
                        Place::Path => names.path(text),
                        Place::User => names.user(text),
                        Place::Document => match self.inner(text) {
                            Some(inner) => inner,
                            None => self.names.words(text),
                        },
                        Place::Content => self.content(text),
                        Place::Env => names.variable(text),
                        Place::Words => names.words(text),
                        Place::Reference => names.reference(text),
                        Place::Host => names.host(text),
                        Place::Any | Place::Annotations | Place::Repositories => {
                            names.scanned(text)
                        }
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
                                let names = &mut self.names;
                                let (key, value_now) = annotation(names, &member.key, value);
                                change(&mut changes, &member.key_range, &member.key, key);
                                change(&mut changes, &member.value.range, value, value_now);
                            }
                            (Place::Repositories, _) => {
                                let key = self.names.reference(&member.key);
                                change(&mut changes, &member.key_range, &member.key, key);
                            }
                            _ => {
                                let key = self.names.scanned(&member.key);
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
