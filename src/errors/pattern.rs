//! One pattern of a message: how it is written in the data, how it is compiled, and how it is found in a clean text.
//! It never knows which message it belongs to.

use super::noise::Clean;
use regex_lite::Regex;
use std::sync::OnceLock;

/// What the typed holes `{name:kind}` of a pattern stand for.
const KINDS: [(&str, &str); 7] = [
    ("type", r"[\w.+-]+/[\w.+-]*\w"),
    (
        "digest",
        r"(?:sha256|sha512|blake3):[0-9a-fA-F]+(?:…|\.\.\.)?",
    ),
    ("n", r"\d+"),
    ("word", r#"[^\s"'`,;(){}]+"#),
    ("ref", r#"[^\s"'`,;()]*[^\s"'`,;().:]"#),
    ("path", r#"[^\s"'`,;()]*[^\s"'`,;():]"#),
    ("quoted", r#"[^"']+"#),
];

/// How much text before and after a hit of the literal is searched, in bytes. The longest known message has 700.
const BEFORE: usize = 700;
const AFTER: usize = 900;
/// How far the search moves on after a hit that was none, and how many hits are tried: both keep hostile texts quick.
const STRIDE: usize = 300;
const TRIES: usize = 24;

/// A pattern of the data, compiled on its first use.
pub struct Pattern {
    source: String,
    /// The longest literal stretch, in lower case and without blanks; every match holds it.
    pub literal: String,
    regex: OnceLock<Option<Regex>>,
}

/// Where and with which values a pattern was found.
pub struct Hit {
    /// Start and end in the clean text.
    pub range: (usize, usize),
    /// The named values.
    pub captures: Vec<(String, String)>,
}

impl Pattern {
    /// Takes a pattern as the data holds it.
    pub fn new(source: &str) -> Pattern {
        Pattern {
            source: source.to_string(),
            literal: longest_literal(source),
            regex: OnceLock::new(),
        }
    }

    /// The compiled expression; `None` if the data is wrong, which a test forbids.
    pub fn regex(&self) -> Option<&Regex> {
        self.regex
            .get_or_init(|| Regex::new(&expand(&self.source)).ok())
            .as_ref()
    }

    /// The first place of `clean` that fits.
    pub fn find(&self, clean: &Clean) -> Option<Hit> {
        if self.literal.is_empty() {
            return None;
        }
        let mut from = 0;
        for _ in 0..TRIES {
            let hit = from + clean.squeezed.get(from..)?.find(&self.literal)?;
            let at = usize::try_from(*clean.unsqueeze.get(hit)?).ok()?;
            let start = boundary(&clean.text, at.saturating_sub(BEFORE));
            let end = boundary(&clean.text, at.saturating_add(AFTER));
            let window = clean.text.get(start..end)?;
            if let Some(hit) = self.find_in(window, start) {
                return Some(hit);
            }
            from = boundary(&clean.squeezed, hit.saturating_add(STRIDE));
        }
        None
    }

    /// Looks at a window as if its line breaks were blanks, then as if words were cut by them.
    fn find_in(&self, window: &str, base: usize) -> Option<Hit> {
        let regex = self.regex()?;
        let spaced = hit_of(regex, &window.replace('\n', " "), |at| base + at);
        if !window.contains('\n') {
            return spaced;
        }
        if spaced.as_ref().is_some_and(Hit::is_whole) {
            return spaced;
        }
        let joined = window.replace('\n', "");
        let kept: Vec<usize> = window
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte != b'\n')
            .map(|(at, _)| at)
            .collect();
        let joined = hit_of(regex, &joined, |at| {
            base + match at.checked_sub(1).and_then(|last| kept.get(last)) {
                Some(last) => last + 1,
                None => kept.first().copied().unwrap_or(0),
            }
        });
        match (spaced, joined) {
            (Some(spaced), Some(joined))
                if joined.captures.len() > spaced.captures.len()
                    || (joined.captures.len() == spaced.captures.len() && joined.is_whole()) =>
            {
                Some(joined)
            }
            (Some(spaced), _) => Some(spaced),
            (None, joined) => joined,
        }
    }
}

impl Hit {
    /// Whether no digest in it breaks off, as one does where a terminal cut the line.
    fn is_whole(&self) -> bool {
        self.captures.iter().all(|(_, value)| {
            let encoded = value.strip_prefix("sha256:");
            encoded.is_none_or(|hex| hex.len() == 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()))
        })
    }
}

fn hit_of(regex: &Regex, text: &str, place: impl Fn(usize) -> usize) -> Option<Hit> {
    let found = regex.captures(text)?;
    let whole = found.get(0)?;
    let captures = regex
        .capture_names()
        .flatten()
        .filter_map(|name| {
            let value = found.name(name)?.as_str();
            (!value.is_empty()).then(|| (name.to_string(), value.to_string()))
        })
        .collect();
    Some(Hit {
        range: (place(whole.start()), place(whole.end())),
        captures,
    })
}

/// The nearest character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Names and kinds of the holes in `source`, with their places.
pub fn holes(source: &str) -> Vec<(usize, usize, &str, &str)> {
    let mut holes = Vec::new();
    let mut from = 0;
    while let Some(open) = source.get(from..).and_then(|rest| rest.find('{')) {
        let start = from + open;
        let inner = source.get(start + 1..).unwrap_or("");
        let Some(close) = inner.find('}') else {
            break;
        };
        let word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        match inner[..close].split_once(':') {
            Some((name, kind)) if word(name) && word(kind) => {
                holes.push((start, start + close + 2, name, kind));
            }
            _ => {}
        }
        from = start + 1;
    }
    holes
}

/// The regular expression of a pattern: holes filled in, every blank optional, case ignored.
fn expand(source: &str) -> String {
    let mut out = String::from("(?i)");
    let mut from = 0;
    for (start, end, name, kind) in holes(source) {
        out.push_str(&source[from..start].replace(' ', " ?"));
        let body = KINDS
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or("(unknown kind", |(_, body)| body);
        out.push_str(&format!("(?P<{name}>{body})"));
        from = end;
    }
    out.push_str(&source[from..].replace(' ', " ?"));
    out
}

/// The longest run of plain characters outside of groups, classes and holes.
fn longest_literal(source: &str) -> String {
    let holes = holes(source);
    let mut best = String::new();
    let mut run = String::new();
    let mut depth = 0_u32;
    let mut class = false;
    let mut chars = source.char_indices().peekable();
    let mut keep = |run: &mut String| {
        if run.len() > best.len() {
            best.clone_from(run);
        }
        run.clear();
    };
    while let Some((at, ch)) = chars.next() {
        if let Some((_, end, _, _)) = holes.iter().find(|(start, ..)| *start == at) {
            keep(&mut run);
            while chars.peek().is_some_and(|(next, _)| next < end) {
                chars.next();
            }
            continue;
        }
        let mut plain = None;
        match ch {
            '\\' => {
                let next = chars.next().map(|(_, next)| next);
                plain = next.filter(|next| !next.is_ascii_alphanumeric());
            }
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '.' | '?' | '*' | '+' | '{' | '}' | '|' | '^' | '$' => {}
            _ => plain = Some(ch),
        }
        let optional = chars
            .peek()
            .is_some_and(|(_, next)| matches!(next, '?' | '*' | '{'))
            && !holes
                .iter()
                .any(|(start, ..)| chars.peek().is_some_and(|(next, _)| next == start));
        match plain {
            Some(plain) if depth == 0 && !class && !optional => {
                if plain != ' ' {
                    run.push(plain.to_ascii_lowercase());
                }
            }
            _ => keep(&mut run),
        }
    }
    keep(&mut run);
    best
}
