//! What Go's `encoding/json` makes of a document: its claims as a Go struct has them, or the text of the error. It judges
//! nothing; a replay decides what it decodes, into which struct and by which reader.

use super::go_scanner;
use super::go_structs;
use super::go_types::{self, Go};
use crate::artifact::documents::{self, Claims, Config, DockerImage, Index, Manifest};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::{JsonDefect, Node};
use std::borrow::Cow;

/// How a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Reader {
    /// `json.Unmarshal`: nothing may stand behind the value.
    Whole,
    /// `json.Decoder`: it reads one value and looks no further.
    Stream,
}

/// What a struct holds afterwards, or Go's error text; a fact that is missing where versions differ, or where a key in
/// other letters' cases than the specification's counts, which nothing else here follows.
pub(in crate::consumers) type Decoded<T> = Result<Result<T, String>, Missing>;

/// A manifest in the structs of the specification.
pub(in crate::consumers) fn manifest(document: &Document) -> Decoded<Manifest> {
    let decoded = decode(document, go_structs::MANIFEST, Reader::Whole)?;
    Ok(decoded.map(documents::manifest))
}

/// An index in the structs of the specification.
pub(in crate::consumers) fn index(document: &Document) -> Decoded<Cow<'_, Index>> {
    let decoded = decode(document, go_structs::INDEX, Reader::Whole)?;
    Ok(decoded.map(|root| index_of(document, root)))
}

/// What a document claims as an index. Mostly it was read as one already: one with tens of thousands of entries is asked
/// for by every consumer, for every artifact in it.
pub(in crate::consumers) fn index_of<'d>(document: &'d Document, root: &Node) -> Cow<'d, Index> {
    match &document.claims {
        Claims::Index(index) => Cow::Borrowed(index),
        _ => Cow::Owned(documents::index(root)),
    }
}

/// A config in the structs of the specification.
pub(in crate::consumers) fn config(document: &Document) -> Decoded<Config> {
    let decoded = decode(document, go_structs::CONFIG, Reader::Whole)?;
    Ok(decoded.map(documents::config))
}

/// The elements of a docker-archive's `manifest.json`, in a list of this type.
pub(in crate::consumers) fn docker_images(
    document: &Document,
    list: Go,
) -> Decoded<Vec<DockerImage>> {
    let decoded = decode(document, list, Reader::Stream)?;
    Ok(decoded.map(documents::docker_archive))
}

/// A document in any struct; `null` and nothing else leaves it as it is.
pub(in crate::consumers) fn decode(
    document: &Document,
    kind: Go,
    reader: Reader,
) -> Decoded<&Node> {
    decode_knowing(document, kind, reader, false)
}

/// The same; with `all_fields`, for a version that has all fields of the struct.
pub(in crate::consumers) fn decode_knowing(
    document: &Document,
    kind: Go,
    reader: Reader,
    all_fields: bool,
) -> Decoded<&Node> {
    let missing = |why| Missing {
        what: document.path.clone(),
        why,
        at: Some(crate::place::Locus::whole(&document.path)),
    };
    let fault = match reader {
        Reader::Whole => syntax(document),
        Reader::Stream if has_mark(document) => go_scanner::error(&document.bytes),
        Reader::Stream if document.json.root.is_none() => {
            Some(stream_syntax(document, &go_types::type_name(kind)))
        }
        Reader::Stream => None,
    };
    if let Some(error) = fault {
        return Ok(Err(error));
    }
    let Some(root) = document.json.root.as_ref() else {
        return Err(missing(Why::BeyondLimits));
    };
    let (mistyped, other_case) = go_types::held(root, kind);
    if let Some(found) = mistyped {
        if found.perhaps && !all_fields {
            let at = Some(document.locus_of(found.range, None));
            return Err(Missing {
                at,
                ..missing(Why::NotSettled)
            });
        }
        return Ok(Err(found.error));
    }
    if let Some(range) = other_case {
        let at = Some(document.locus_of(range, None));
        return Err(Missing {
            at,
            ..missing(Why::NotSettled)
        });
    }
    Ok(Ok(root))
}

fn has_mark(document: &Document) -> bool {
    document.json.defects.contains(&JsonDefect::Bom)
}

/// The syntax error that Go reports for a document that is no JSON, if it is none.
pub(in crate::consumers) fn syntax(document: &Document) -> Option<String> {
    let whole = |defect: &JsonDefect| matches!(defect, JsonDefect::NotUtf8 { .. });
    if document.json.root.is_some() && document.json.defects.iter().all(whole) {
        return None;
    }
    // Bytes that Go reads and our reader does not are beyond one of our caps.
    go_scanner::error(&document.bytes)
}

/// What Go's `json.Decoder` says of a document that is no JSON: it reads one value and looks no further.
pub(in crate::consumers) fn stream_syntax(document: &Document, go_type: &str) -> String {
    let error = syntax(document).unwrap_or_default();
    let text = document.bytes.trim_ascii_start();
    let scalar = match text.first() {
        None => return "EOF".to_string(),
        Some(b'-' | b'0'..=b'9') => "number",
        Some(b't' | b'f') => "bool",
        Some(b'"') => "string",
        Some(_) => "",
    };
    if error == "unexpected end of JSON input" {
        return "unexpected EOF".to_string();
    }
    if !scalar.is_empty() && error.contains("after top-level value") {
        return format!("json: cannot unmarshal {scalar} into Go value of type {go_type}");
    }
    error
}
