//! Helm's chart loader: a gzip tar with everything in one folder and a `Chart.yaml` in it. What the files say is not
//! read.

use super::{Behaviour, WHO, push_chart};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryKind, Form};
use crate::consumers::go_archive::{Content, TarEnd, clean, quoted, tar_end};
use crate::consumers::oras_go::{self, Node};
use crate::consumers::remedies::Names;
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::text::{Phrase, say};

/// `MaxDecompressedFileSize`, in bytes.
const LARGEST_FILE: u64 = 5 * 1024 * 1024;
/// `MaxDecompressedChartSize`, in bytes.
const LARGEST_CHART: u64 = 100 * 1024 * 1024;

/// `loader.LoadFile` up to the point where the files' contents decide.
pub(super) fn load<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    behaviour: &Behaviour,
    layer: &Node<'a>,
    names: &Names,
) -> Result<(), Stop> {
    let refuse = |trace: &mut Trace, (error, because): (String, Phrase)| {
        let because = because.name("who", WHO);
        trace.fail(because.clone(), layer.at.clone());
        Stop::from(Refusal::new(error, because, layer.at.clone()).fix(push_chart(names)))
    };
    let facts = match oras_go::fetch(case, layer, WHO)? {
        Content::Measured(facts) if facts.head.starts_with(&[0x1f, 0x8b, 0x08]) => facts,
        other => return Err(refuse(trace, no_gzip(other))),
    };
    let missing = |why: Why| Missing {
        what: layer.digest().to_string(),
        why,
        at: layer.at.clone(),
    };
    let end = tar_end(facts).map_err(missing)?;
    let paths = paths(facts, behaviour).map_err(|problem| match problem {
        Problem::Refused(error, because) => refuse(trace, (error, because)),
        Problem::Unknown(why) => missing(why).into(),
    })?;
    if let TarEnd::Error(error) | TarEnd::InBody(_, error) = end {
        let because = say(
            "{who} finds the archive in the layer damaged.",
            "{who} 发现层中的归档已损坏。",
        );
        return Err(refuse(trace, (error, because)));
    }
    let all_listed = facts
        .tar
        .as_ref()
        .is_none_or(|tar| tar.entries == tar.listing.len() as u64);
    let outcome = match paths {
        Found::ChartYaml => {
            trace.pass(
                say(
                    "{who} finds `Chart.yaml` in the archive's top folder. What the files say is not read here.",
                    "{who} 在归档的顶层目录中找到 `Chart.yaml`。此处不读取文件内容。",
                )
                .name("who", WHO),
                layer.at.clone(),
            );
            return Ok(());
        }
        _ if !all_listed => return Err(missing(Why::BeyondLimits).into()),
        Found::Nothing => (
            "no files in chart archive".to_string(),
            say(
                "{who} finds no file in the archive.",
                "{who} 在归档中没有找到任何文件。",
            ),
        ),
        Found::Files => (
            "Chart.yaml file is missing".to_string(),
            say(
                "{who} needs a `Chart.yaml` in the archive's top folder and finds none.",
                "{who} 需要归档顶层目录中的 `Chart.yaml`，但没有找到。",
            ),
        ),
    };
    Err(refuse(trace, outcome))
}

/// What the file names amount to.
enum Found {
    Nothing,
    Files,
    ChartYaml,
}

enum Problem {
    Refused(String, Phrase),
    Unknown(Why),
}

/// The names and sizes of the files, in their order.
fn paths(facts: &BlobFacts, behaviour: &Behaviour) -> Result<Found, Problem> {
    let Some(tar) = &facts.tar else {
        return Ok(Found::Nothing);
    };
    let mut found = Found::Nothing;
    let mut rest = LARGEST_CHART;
    for entry in &tar.listing {
        if entry.kind == EntryKind::Dir || entry.path.ends_with('/') {
            continue;
        }
        let name = name_in_chart(&entry.path).map_err(|error| {
            let because = say(
                "{who} finds {path} in the archive; every file has to lie in the one top folder.",
                "{who} 在归档中读到 {path}；所有文件都必须位于同一个顶层目录中。",
            )
            .code("path", &entry.path);
            Problem::Refused(error, because)
        })?;
        if entry.size > rest || entry.size > LARGEST_FILE {
            if behaviour.limited != Some(true) {
                return Err(Problem::Unknown(Why::NotSettled));
            }
            let error = if entry.size > rest {
                format!("decompressed chart is larger than the maximum file size {LARGEST_CHART}")
            } else {
                format!(
                    "decompressed chart file {} is larger than the maximum file size {LARGEST_FILE}",
                    quoted(&entry.path)
                )
            };
            let because = say(
                "{who} finds {path} with {size}; it takes at most {file} for a file and {chart} for a chart.",
                "{who} 读到 {path}，大小为 {size}；单个文件最多 {file}，整个 chart 最多 {chart}。",
            )
            .code("path", &entry.path)
            .bytes("size", entry.size)
            .bytes("file", LARGEST_FILE)
            .bytes("chart", LARGEST_CHART);
            return Err(Problem::Refused(error, because));
        }
        rest -= entry.size;
        found = match (found, name.as_str()) {
            (Found::ChartYaml, _) | (_, "Chart.yaml") => Found::ChartYaml,
            _ => Found::Files,
        };
    }
    Ok(found)
}

/// The name of a file below the top folder, or Helm's error.
fn name_in_chart(path: &str) -> Result<String, String> {
    let delimiter = if path.contains('\\') { '\\' } else { '/' };
    let (top, below) = path.split_once(delimiter).unwrap_or((path, ""));
    let name = below.replace(delimiter, "/");
    if name.starts_with('/') {
        return Err("chart illegally contains absolute paths".to_string());
    }
    let name = clean(&name);
    if name == "." {
        return Err(format!(
            "chart illegally contains content outside the base directory: {}",
            quoted(path)
        ));
    }
    if name.starts_with("..") {
        return Err("chart illegally references parent directory".to_string());
    }
    let mut letters = name.chars();
    if letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.as_str().starts_with(":/")
    {
        return Err("chart contains illegally named files".to_string());
    }
    if top == "Chart.yaml" {
        return Err("chart yaml not in base directory".to_string());
    }
    Ok(name)
}

/// The error for a layer that is no gzip stream. The file's path is the reader's own; the content type is what Go's
/// `http.DetectContentType` says.
fn no_gzip(content: Content) -> (String, Phrase) {
    let content_type = match content {
        Content::EmptyObject => "text/plain; charset=utf-8",
        Content::Measured(facts) => match facts.form {
            Form::Zstd | Form::Tar => "application/octet-stream",
            Form::Wasm { .. } => "application/wasm",
            _ => "CONTENT-TYPE",
        },
    };
    (
        format!(
            "file 'NAME-VERSION.tgz' does not appear to be a gzipped archive; got '{content_type}'"
        ),
        say(
            "{who} needs a gzip tar in the chart layer and finds no gzip stream.",
            "{who} 需要 chart 层是 gzip 压缩的 tar，但这里不是 gzip 流。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_helm() {
        for (path, expected) in [
            ("demo/Chart.yaml", Ok("Chart.yaml")),
            ("demo/./templates//a", Ok("templates/a")),
            ("demo\\templates\\a", Ok("templates/a")),
            (
                "demo//etc/a",
                Err("chart illegally contains absolute paths"),
            ),
            (
                "values.yaml",
                Err("chart illegally contains content outside the base directory: \"values.yaml\""),
            ),
            (
                "demo/../up",
                Err("chart illegally references parent directory"),
            ),
            ("demo/c:/a", Err("chart contains illegally named files")),
            ("Chart.yaml/a", Err("chart yaml not in base directory")),
        ] {
            let found = name_in_chart(path);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{path}");
        }
    }
}
