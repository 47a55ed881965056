//! What a pasted text names besides its message: digests, media types, image references, platforms, each with the
//! line it stands in, and what a digest is known to be. It decides nothing about the message.

use super::noise::Clean;
use super::readable;
use crate::text::{Text, text};
use regex_lite::Regex;
use std::sync::OnceLock;

/// Something that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it is.
    pub kind: MentionKind,
    /// As it stands in the text.
    pub value: String,
    /// The line it first stands in, from 1.
    pub line: usize,
    /// What is known of it.
    pub known: Option<Text>,
}

/// What can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentionKind {
    /// An image reference: registry, repository, tag or digest.
    Reference,
    /// A digest.
    Digest,
    /// A media type.
    MediaType,
    /// `os/architecture[/variant]`.
    Platform,
}

/// How many different things of one kind are told.
const EACH: usize = 12;
/// How far before a message its image reference is looked for, in bytes of the clean text.
const BEFORE: usize = 400;

/// Digests worth knowing on sight.
const KNOWN: [(&str, Text); 3] = [
    (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        text(
            "no bytes at all: what arrived was empty",
            "零字节：收到的是空内容",
        ),
    ),
    (
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        text(
            "the two bytes `{}`: the empty config or layer of an OCI 1.1 artifact",
            "两个字节 `{}`：OCI 1.1 制品的空配置或空层",
        ),
    ),
    (
        "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4",
        text(
            "the empty layer of Docker schema 1",
            "Docker schema 1 的空层",
        ),
    ),
];

/// A name of an image: it holds a `/`, a tag or a digest, which the caller looks for.
const REFERENCE: &str =
    r"[a-zA-Z0-9][\w.-]*(?::\d+)?(?:/[\w.-]+)*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]+)?";

fn patterns() -> &'static [(MentionKind, Option<Regex>); 4] {
    static PATTERNS: OnceLock<[(MentionKind, Option<Regex>); 4]> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let introduced = format!(
            r#"(?:\bimage ["']|\breference ["']|\b(?:docker|oci)://|\bfailed to (?:push|pull) (?:to destination )?|\bput manifest |\bpull repository |\bsigning \[)(?P<it>{REFERENCE})"#
        );
        [
            (MentionKind::Reference, Regex::new(&introduced).ok()),
            (
                MentionKind::Digest,
                Regex::new(r"\b(?P<it>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})").ok(),
            ),
            (
                MentionKind::MediaType,
                Regex::new(r"\b(?P<it>application/[\w.+-]*\w|text/html|text/plain)").ok(),
            ),
            (
                MentionKind::Platform,
                Regex::new(
                    r"\b(?P<it>(?:linux|windows|darwin|wasi|wasip1|freebsd)/(?:amd64|arm64|arm|386|ppc64le|s390x|riscv64|loong64|mips64le|wasm)(?:/v\d)?)\b",
                )
                .ok(),
            ),
        ]
    })
}

/// What `text` names, references first, each thing once and no more than a dozen of a kind.
pub fn mentions(text: &str) -> Vec<Mention> {
    let clean = Clean::new(&readable(text));
    let flat = clean.text.replace('\n', " ");
    let mut found: Vec<Mention> = Vec::new();
    for (kind, pattern) in patterns() {
        let Some(pattern) = pattern else {
            continue;
        };
        let mut count = 0;
        for hit in pattern.captures_iter(&flat) {
            let Some(it) = hit.name("it") else {
                continue;
            };
            let value = it.as_str().trim_end_matches(['.', ':', '-']);
            let new = !found
                .iter()
                .any(|known| known.kind == *kind && known.value == value);
            if !new || (*kind == MentionKind::Reference && !names_an_image(value)) {
                continue;
            }
            count += 1;
            if count > EACH {
                break;
            }
            let start = clean
                .original(it.start(), it.end())
                .map_or(0, |(start, _)| start);
            found.push(Mention {
                kind: *kind,
                value: value.to_string(),
                line: line_at(text, start),
                known: KNOWN
                    .iter()
                    .find(|(digest, _)| *digest == value)
                    .map(|(_, says)| *says),
            });
        }
    }
    found
}

/// The line that the byte `at` stands in, from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The image reference that a message at `start..end` of the clean text is about: the last one that is introduced as
/// one in it or shortly before it.
pub(super) fn reference_before(clean: &str, start: usize, end: usize) -> Option<String> {
    let mut from = start.saturating_sub(BEFORE);
    while !clean.is_char_boundary(from) {
        from += 1;
    }
    let window = clean.get(from..end)?.replace('\n', " ");
    let (_, pattern) = patterns().first()?;
    let mut last = None;
    for hit in pattern.as_ref()?.captures_iter(&window) {
        let value = hit.name("it")?.as_str().trim_end_matches(['.', ':', '-']);
        if names_an_image(value) {
            last = Some(value.to_string());
        }
    }
    last
}

/// Whether a word is more than a word: it has a repository, a tag or a digest.
fn names_an_image(value: &str) -> bool {
    value.contains(['/', ':', '@'])
        && !value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
}
