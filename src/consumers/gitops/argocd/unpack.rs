//! How Argo CD unpacks a layer: gzip where the type says so, then the tar, entry by entry.
//!
//! Read in argoproj/argo-cd `util/io/files/tar.go`. Hard links, devices and pipes are passed over. The limit on the
//! unpacked size is 1 GB unless it is set otherwise.

use super::WHO;
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryKind, Form, Oddity};
use crate::consumers::go_archive::{Content, TarEnd, tar_end};
use crate::consumers::oras_go::{self, Node};
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::text::{Phrase, say};

/// `ARGOCD_REPO_SERVER_OCI_MANIFEST_MAX_EXTRACTED_SIZE`, in bytes: `1G`.
const LARGEST: u64 = 1_000_000_000;

/// Unpacks a layer: how many entries it has.
pub(super) fn unpack<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    layer: &Node<'a>,
    one_folder: bool,
) -> Result<u64, Stop> {
    let refuse = |trace: &mut Trace, error: String, because: Phrase| {
        let because = because.name("who", WHO);
        trace.fail(because.clone(), layer.at.clone());
        Stop::from(Refusal::new(error, because, layer.at.clone()))
    };
    let missing = |why: Why| Missing {
        what: layer.digest().to_string(),
        why,
        at: layer.at.clone(),
    };
    let content = oras_go::fetch(case, layer, WHO)?;
    let compressed = layer.media_type().ends_with("gzip");
    let (facts, end, size) = if compressed {
        match content.gzip() {
            Ok(facts) => (
                facts,
                tar_end(facts).map_err(missing)?,
                facts.inner.as_ref().map_or(0, |inner| inner.size),
            ),
            Err(error) => {
                let because = say(
                    "{who} goes by the type {type} and expects a gzip stream; there is none.",
                    "{who} 按类型 {type} 认为这是 gzip 流，但它不是。",
                )
                .code("type", layer.media_type());
                // `Untgz` puts its own words before the error of `gzip.NewReader`.
                let error = format!("could not decompress layer: error reading file: {error}");
                return Err(refuse(trace, error, because));
            }
        }
    } else {
        match content {
            Content::EmptyObject => {
                let because = not_a_tar(layer);
                let error = "could not decompress layer: error while iterating on tar reader: unexpected EOF";
                return Err(refuse(trace, error.to_string(), because));
            }
            Content::Measured(facts) => (facts, plain_end(facts).map_err(missing)?, facts.size),
        }
    };
    if size > LARGEST {
        return Err(missing(Why::NotSettled).into());
    }
    for path in paths(facts) {
        if let Some(error) = outside(path) {
            let because = say(
                "{who} finds {path} in the tar, which leads out of its folder.",
                "{who} 在 tar 中读到 {path}，它指向目录之外。",
            )
            .code("path", path);
            let error = format!("could not decompress layer: {error}");
            return Err(refuse(trace, error, because));
        }
    }
    match end {
        TarEnd::Clean => {}
        TarEnd::Error(error) => {
            let error =
                format!("could not decompress layer: error while iterating on tar reader: {error}");
            return Err(refuse(trace, error, not_a_tar(layer)));
        }
        TarEnd::InBody(_, error) => {
            let error = format!("could not decompress layer: error writing tgz file: {error}");
            return Err(refuse(trace, error, not_a_tar(layer)));
        }
    }
    let Some(tar) = &facts.tar else {
        return if one_folder {
            Err(folders(trace, &refuse, 0))
        } else {
            Ok(0)
        };
    };
    // What a symbolic link leads to is compared with folders of the server; those that stay inside are plain.
    if tar.count(Oddity::SymlinkOutside) > 0 || tar.count(Oddity::SymlinkLoop) > 0 {
        return Err(missing(Why::NotSettled).into());
    }
    if one_folder {
        if tar.entries != tar.listing.len() as u64 {
            return Err(missing(Why::BeyondLimits).into());
        }
        let tops = tops(facts);
        match tops.as_slice() {
            [(_, true)] => {}
            _ => return Err(folders(trace, &refuse, tops.len())),
        }
    }
    Ok(tar.entries)
}

fn folders(
    trace: &mut Trace,
    refuse: &dyn Fn(&mut Trace, String, Phrase) -> Stop,
    count: usize,
) -> Stop {
    let because = say(
        "{who} needs a chart whose files lie in one folder; at the top there are {count} names, or it is a file.",
        "{who} 需要所有文件位于同一目录下的 chart；顶层有 {count} 个名称，或者只是一个文件。",
    )
    .count("count", count as u64);
    refuse(
        trace,
        format!("expected 1 directory, found {count}"),
        because,
    )
}

fn not_a_tar(layer: &Node) -> Phrase {
    say(
        "{who} goes by the type {type} and expects a whole tar; it finds something else, or the tar is damaged.",
        "{who} 按类型 {type} 认为这是完整的 tar；实际不是，或者 tar 已损坏。",
    )
    .code("type", layer.media_type())
}

/// How an uncompressed tar ends for Go.
fn plain_end(facts: &BlobFacts) -> Result<TarEnd, Why> {
    if facts.form == Form::Tar || facts.tar.is_some() && facts.inner.is_none() {
        return tar_end(facts);
    }
    Ok(TarEnd::Error(
        match facts.size {
            0 => return Ok(TarEnd::Clean),
            1..512 => "unexpected EOF",
            _ => "archive/tar: invalid tar header",
        }
        .to_string(),
    ))
}

/// The names that are listed, and those beyond the listing that lead out.
fn paths(facts: &BlobFacts) -> impl Iterator<Item = &str> {
    let tar = facts.tar.iter();
    tar.flat_map(|tar| {
        let listed = tar.listing.iter().map(|entry| entry.path.as_str());
        let noted = tar.notes(Oddity::EscapingName);
        listed.chain(noted.map(|note| note.path.as_str()))
    })
}

/// `Inbound` of the joined path: a leading `/` stays inside, `..` beyond the top does not.
fn outside(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut up = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => up += 1,
            ".." => {}
            part => parts.push(part),
        }
    }
    if up == 0 {
        return None;
    }
    // The folder is one of its own below `/tmp`.
    let folder = if up == 1 { "/tmp" } else { "" };
    Some(format!(
        "illegal filepath in archive: {folder}/{}",
        parts.join("/")
    ))
}

/// The names at the top and whether each is a folder.
fn tops(facts: &BlobFacts) -> Vec<(&str, bool)> {
    let mut tops: Vec<(&str, bool)> = Vec::new();
    for entry in facts.tar.iter().flat_map(|tar| &tar.listing) {
        let path = entry.path.trim_start_matches("./").trim_start_matches('/');
        let (top, below) = path.split_once('/').unwrap_or((path, ""));
        if top.is_empty() || top == "." {
            continue;
        }
        let written = matches!(
            entry.kind,
            EntryKind::File | EntryKind::Dir | EntryKind::Symlink
        );
        if !written {
            continue;
        }
        let folder = !below.is_empty() || entry.kind == EntryKind::Dir;
        match tops.iter_mut().find(|(name, _)| *name == top) {
            Some((_, known)) => *known |= folder,
            None => tops.push((top, folder)),
        }
    }
    tops
}
