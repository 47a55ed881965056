//! Looks inside: lists the parts of an artifact, the entries of a layer, and writes a file of it. It judges nothing; what is
//! inside is the core's to find.

mod lists;

use crate::show::json::pretty;
use crate::show::lines;
use crate::terminal::View;
use crate::{CLEAN, FAILED, FOUND, drive, input};
use lists::{inside_json, inside_text, parts_json, parts_text};
use pullcheck::bytes::source::ReadError;
use pullcheck::inside::{EntryKind, Item, Reading, Want, cut_short};
use pullcheck::report::{Described, InputKind, Report};
use pullcheck::session::Session;
use pullcheck::text::{Lang, Phrase, say};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// Hard links that are followed from one to the next.
const LINKS: usize = 8;
/// Hexadecimal digits from which on a number is the beginning of a digest.
const DIGITS: usize = 6;

/// A part that can be opened.
struct Part<'r> {
    /// Number among the layers, from 1; none for what is no layer.
    number: Option<usize>,
    described: &'r Described,
    artifact: &'r str,
}

/// What was opened, or the exit code of a run that was stopped.
type Opened = Result<(drive::Outcome, input::Input), u8>;

fn open(image: PathBuf, lang: Lang) -> Result<Opened, Phrase> {
    let input = input::open(&[image])?;
    let sources: Vec<_> = input.files.iter().map(|(_, file)| file.clone()).collect();
    let session = Session::new(input.given(), Vec::new());
    // Loose files are known by their digests only; everything else says where its parts are.
    let outcome = drive::run_until(session, &sources, lang, |report| {
        report.input.kind != InputKind::LooseFiles
    });
    if outcome.interrupted {
        return Ok(Err(drive::INTERRUPTED));
    }
    Ok(Ok((outcome, input)))
}

/// The parts of a report, layers numbered.
fn parts(report: &Report) -> Vec<Part<'_>> {
    let mut layers = 0;
    let all = report.artifacts.iter().flat_map(|artifact| {
        let name = artifact.name.as_deref().unwrap_or(&artifact.id);
        artifact.descriptors.iter().map(move |part| (name, part))
    });
    all.map(|(artifact, described)| {
        let layer = matches!(described.role.as_str(), "layer" | "blob");
        layers += usize::from(layer);
        Part {
            number: layer.then_some(layers),
            described,
            artifact,
        }
    })
    .collect()
}

/// The path in the input of the part that is meant.
fn meant(report: &Report, session: &Session, blob: &str) -> Result<String, Phrase> {
    let parts = parts(report);
    if blob.len() < DIGITS
        && let Ok(number) = blob.parse::<usize>()
    {
        let found = parts.iter().find(|part| part.number == Some(number));
        let path = found.and_then(|part| part.described.path.clone());
        return path.ok_or_else(|| {
            say(
                "There is no layer {number} here; `pullcheck ls` lists those there are.",
                "这里没有第 {number} 层；`pullcheck ls` 会列出现有的层。",
            )
            .name("number", blob)
        });
    }
    let begins = |digest: &str| {
        digest.starts_with(blob)
            || digest
                .split_once(':')
                .is_some_and(|(_, hex)| hex.starts_with(blob))
    };
    let mut paths: Vec<String> = parts
        .iter()
        .filter(|part| part.described.digest.as_deref().is_some_and(begins))
        .filter_map(|part| part.described.path.clone())
        .collect();
    paths.sort();
    paths.dedup();
    match paths.as_slice() {
        [only] => Ok(only.clone()),
        [] if session.way_to(blob).is_some() => Ok(blob.to_string()),
        [] => Err(say(
            "No part whose bytes are here has a digest that begins with {blob}; `pullcheck ls` lists the parts.",
            "这里没有摘要以 {blob} 开头、且带有内容的部分；`pullcheck ls` 会列出各个部分。",
        )
        .code("blob", blob)),
        several => Err(say(
            "{count} parts have a digest that begins with {blob}. Give more of it.",
            "有 {count} 个部分的摘要以 {blob} 开头，请给出更多字符。",
        )
        .count("count", several.len() as u64)
        .code("blob", blob)),
    }
}

fn reading(session: &Session, path: &str, want: Want) -> Result<Reading, Phrase> {
    let way = session.way_to(path).ok_or_else(|| {
        say("{path} is not in the input.", "输入中没有 {path}。").code("path", path)
    })?;
    Ok(Reading::new(way, want))
}

fn failed(error: &ReadError) -> Phrase {
    say("It could not be read: {error}.", "无法读取：{error}。")
        .name("error", error.message.clone())
}

/// A complaint with the exit code of what was not found.
fn not_found(phrase: &Phrase, lang: Lang) -> (String, u8) {
    crate::complain(&phrase.render(lang), lang);
    (String::new(), FOUND)
}

/// Lists the parts, or what is inside one.
pub fn ls(
    image: PathBuf,
    blob: Option<&str>,
    json: bool,
    view: View,
) -> Result<(String, u8), Phrase> {
    let lang = view.lang;
    let (outcome, input) = match open(image, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok((String::new(), code)),
    };
    let report = &outcome.report;
    let Some(blob) = blob else {
        let failures = input.failures.all();
        for failure in &failures {
            crate::complain(failure, lang);
        }
        let parts = parts(report);
        let code = match (failures.is_empty(), parts.is_empty()) {
            (false, _) => FAILED,
            (true, true) => FOUND,
            (true, false) => CLEAN,
        };
        let text = match json {
            true => pretty(&parts_json(report, &parts, lang)),
            false => parts_text(report, &parts, view),
        };
        return Ok((text, code));
    };
    let session = outcome.session();
    let path = match meant(report, session, blob) {
        Ok(path) => path,
        Err(phrase) => return Ok(not_found(&phrase, lang)),
    };
    let reading = reading(session, &path, Want::List)?;
    let ended =
        drive::look(reading, session, lang, &mut |_| true).map_err(|error| failed(&error))?;
    let Some(ended) = ended else {
        return Ok((String::new(), drive::INTERRUPTED));
    };
    let code = match cut_short(&ended.inside) {
        Some(_) => FOUND,
        None => CLEAN,
    };
    let text = match json {
        true => pretty(&inside_json(&path, &ended, lang)),
        false => inside_text(&path, &ended, view),
    };
    Ok((text, code))
}

/// Writes a file of a layer. To a terminal it goes without what could steer that.
pub fn cat(image: PathBuf, blob: &str, path: &str, view: View) -> Result<(String, u8), Phrase> {
    let lang = view.lang;
    let (outcome, _) = match open(image, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok((String::new(), code)),
    };
    let session = outcome.session();
    let stands = match meant(&outcome.report, session, blob) {
        Ok(path) => path,
        Err(phrase) => return Ok(not_found(&phrase, lang)),
    };
    let mut wanted = path.to_string();
    let mut found = None;
    for _ in 0..LINKS {
        let reading = reading(session, &stands, Want::Find(wanted.clone()))?;
        let ended =
            drive::look(reading, session, lang, &mut |_| true).map_err(|error| failed(&error))?;
        let Some(ended) = ended else {
            return Ok((String::new(), drive::INTERRUPTED));
        };
        if !ended.is_tar() {
            let phrase = say(
                "{path} holds no files: it is no tar.",
                "{path} 不是 tar，其中没有文件。",
            );
            return Ok(not_found(&phrase.code("path", stands), lang));
        }
        found = ended.found;
        match &found {
            Some(Item {
                kind: EntryKind::HardLink,
                link: Some(link),
                ..
            }) => wanted = link.to_string(),
            _ => break,
        }
    }
    let item = match found {
        Some(item) if item.has_body() => item,
        Some(item) => return Ok(not_found(&no_file(&item), lang)),
        None => {
            let phrase = say("The layer has no entry {path}.", "该层没有条目 {path}。");
            return Ok(not_found(&phrase.code("path", wanted), lang));
        }
    };
    write_out(session, &stands, &item, lang)
}

fn no_file(item: &Item) -> Phrase {
    match &item.link {
        Some(link) => say(
            "{path} is a link to {target}, and holds nothing itself.",
            "{path} 是指向 {target} 的链接，本身没有内容。",
        )
        .code("target", link.to_string()),
        None => say("{path} is no file.", "{path} 不是文件。"),
    }
    .code("path", item.path.to_string())
}

fn write_out(
    session: &Session,
    stands: &str,
    item: &Item,
    lang: Lang,
) -> Result<(String, u8), Phrase> {
    let reading = reading(session, stands, Want::File(item.index))?;
    let out = io::stdout();
    let terminal = out.is_terminal();
    let mut out = out.lock();
    let mut failure: Option<io::Error> = None;
    let mut sink = |bytes: &[u8]| {
        let written = match terminal {
            true => out.write_all(lines(&String::from_utf8_lossy(bytes)).as_bytes()),
            false => out.write_all(bytes),
        };
        failure = written.err();
        failure.is_none()
    };
    let ended = drive::look(reading, session, lang, &mut sink).map_err(|error| failed(&error))?;
    let failure = failure.or_else(|| out.flush().err());
    match failure {
        // Whoever reads has seen enough, as `head` does.
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Ok((String::new(), CLEAN));
        }
        Some(error) => {
            return Err(say("Cannot write: {error}.", "无法写出：{error}。")
                .name("error", error.to_string()));
        }
        None => {}
    }
    let Some(ended) = ended else {
        return Ok((String::new(), drive::INTERRUPTED));
    };
    let whole = ended.body.is_some_and(|body| body.seen == item.size);
    if !whole {
        let phrase = say(
            "The layer ends inside {path}: what was written is not all of it.",
            "该层在 {path} 中间就结束了：写出的内容不完整。",
        );
        return Ok(not_found(&phrase.code("path", item.path.to_string()), lang));
    }
    Ok((String::new(), CLEAN))
}
