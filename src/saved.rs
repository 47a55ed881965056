//! A report in a file that opens again as it was, in both languages. The file is the documented JSON of one language, for
//! programs, and beside it in the field `saved` what that leaves out: phrases with their values, and the documents that
//! places are shown in. A digest over that field tells a file that was damaged or edited. Nothing is checked again, and
//! nothing here vouches for who made the file.

use crate::bytes::digest::{Algorithm, digest_of};
use crate::render;
use crate::report::{Report, SCHEMA, SourceText};
use crate::text::{Lang, Phrase, say};
use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The form of the field `saved`; it changes when an older Pullcheck could not read it.
const FORM: u64 = 1;

/// What is opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Version of the Pullcheck that checked.
    pub version: String,
    /// The report.
    pub report: Report,
    /// The documents that it speaks of.
    #[serde(default)]
    pub sources: Vec<SourceText>,
}

/// The file of a report. It begins with the schema's name, so that it is known by its first bytes.
pub fn write(report: &Report, sources: &[SourceText], lang: Lang) -> String {
    let mut all = render::json(report, lang);
    let saved = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "report": value(report),
        "sources": value(sources),
    });
    if let Some(map) = all.as_object_mut() {
        map.remove("schema");
        map.insert(
            "saved".to_string(),
            json!({ "form": FORM, "digest": seal(&saved), "of": saved }),
        );
    }
    // Writing out a value that is in memory does not fail.
    let text = serde_json::to_string_pretty(&all).unwrap_or_default();
    let rest = text.strip_prefix('{').unwrap_or(&text);
    format!("{{\n  \"schema\": \"{SCHEMA}\",{rest}\n")
}

/// Anything as a value, by way of its text: the code that reads and writes reports as text is there for the workers.
fn value<T: Serialize + ?Sized>(of: &T) -> Value {
    let text = serde_json::to_string(of).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The digest of a value: keys are in the order of their letters, so that it does not depend on who wrote them out.
fn seal(value: &Value) -> String {
    digest_of(Algorithm::Sha256, value.to_string().as_bytes())
}

/// Whether a text that begins like this is a report of Pullcheck, of whatever form.
pub fn begins(first: &[u8]) -> bool {
    let first = String::from_utf8_lossy(first);
    let compact: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    let compact = compact.trim_start_matches('\u{feff}');
    compact.starts_with("{\"schema\":\"pullcheck-report/")
        || compact.starts_with("{\"artifacts\":[],\"choices\":")
        || (compact.starts_with("{\"artifacts\":[") && compact.contains("\"descriptors\":["))
}

/// Why a report does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not JSON to its end.
    Damaged,
    /// It is JSON, but no report of Pullcheck.
    Foreign,
    /// It is the report for programs, which holds one language and no documents.
    ForPrograms,
    /// It is of a form that a later version made.
    Newer {
        /// That version.
        version: String,
    },
    /// It is not what was saved.
    Changed,
}

impl Refusal {
    /// The same for the person who opens it.
    pub fn says(&self) -> Phrase {
        match self {
            Refusal::Damaged => say(
                "This report is damaged: it is not JSON to its end. Nothing of it is shown.",
                "此报告已损坏：它不是完整的 JSON。未显示其中任何内容。",
            ),
            Refusal::Foreign => say(
                "This is JSON, but not a report of Pullcheck.",
                "这是 JSON，但不是 Pullcheck 的报告。",
            ),
            Refusal::ForPrograms => say(
                "This is a report for programs: it holds one language and no documents, so it cannot be shown again. Save the report with “Save report”, or with `pullcheck check --format saved`.",
                "这是供程序读取的报告：只含一种语言且不含文档，无法再次显示。请用“保存报告”或 `pullcheck check --format saved` 保存。",
            ),
            Refusal::Newer { version } => say(
                "This report was saved by Pullcheck {version}, which writes a form that version {own} does not read.",
                "此报告由 Pullcheck {version} 保存，其格式无法由 {own} 版读取。",
            )
            .name("version", version)
            .name("own", env!("CARGO_PKG_VERSION")),
            Refusal::Changed => say(
                "This report was changed after it was saved. Nothing of it is shown.",
                "此报告在保存之后被改动过。未显示其中任何内容。",
            ),
        }
    }
}

/// Opens a file again.
pub fn read(text: &str) -> Result<Saved, Refusal> {
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(text).map_err(|_| Refusal::Damaged)?;
    let schema = value.get("schema").and_then(Value::as_str).unwrap_or("");
    if !schema.starts_with("pullcheck-report/") {
        return Err(Refusal::Foreign);
    }
    let newer = || Refusal::Newer {
        version: value
            .get("version")
            .and_then(Value::as_str)
            .unwrap_or("?")
            .chars()
            .take(40)
            .collect(),
    };
    if schema != SCHEMA {
        return Err(newer());
    }
    let saved = value.get("saved").ok_or(Refusal::ForPrograms)?;
    if saved.get("form").and_then(Value::as_u64) != Some(FORM) {
        return Err(newer());
    }
    let of = saved.get("of").ok_or(Refusal::Changed)?;
    if saved.get("digest").and_then(Value::as_str) != Some(&seal(of)) {
        return Err(Refusal::Changed);
    }
    // A version whose report has other kinds of values seals it all the same.
    wire::from_json(of.clone()).ok_or_else(newer)
}

/// What is said over a report that was opened again.
pub fn opened(version: &str) -> Phrase {
    say(
        "Opened from a saved report of Pullcheck {version}; nothing was checked again. Trust it, and the commands in it, as you trust who gave it to you.",
        "由 Pullcheck {version} 保存的报告打开，未重新检查。请依据提供者的可信程度判断是否相信其中的内容和命令。",
    )
    .name("version", version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Layout, gzip_layer};

    fn saved() -> (Report, Vec<SourceText>) {
        let mut layout = Layout::new();
        let manifest = layout.image(("linux", "amd64"), &[gzip_layer("a", b"x")]);
        layout.list(manifest, "v1");
        let files = layout.folder();
        let session = crate::session::Session::new(files.given(), Vec::new());
        let mut session = session;
        let report = loop {
            if let crate::session::Step::Done(report) = session.step() {
                break *report;
            }
        };
        let sources = session.sources();
        assert!(!report.verdicts.is_empty() && !sources.is_empty());
        (report, sources)
    }

    #[test]
    fn a_saved_report_is_the_same_report_in_both_languages() {
        let (report, sources) = saved();
        for lang in [Lang::En, Lang::Zh] {
            let text = write(&report, &sources, lang);
            assert!(begins(&text.as_bytes()[..200]));
            let back = read(&text).unwrap();
            assert_eq!(back.report, report);
            assert_eq!(back.sources, sources);
            assert_eq!(back.version, env!("CARGO_PKG_VERSION"));
            for other in [Lang::En, Lang::Zh] {
                assert_eq!(
                    render::json(&back.report, other),
                    render::json(&report, other)
                );
            }
            // Programs find the documented fields in it.
            let value: Value = serde_json::from_str(&text).unwrap();
            let documented = render::json(&report, lang);
            for (key, field) in documented.as_object().unwrap() {
                assert_eq!(&value[key], field, "{key}");
            }
        }
    }

    #[test]
    fn what_is_no_saved_report_is_told_apart() {
        let (report, sources) = saved();
        let text = write(&report, &sources, Lang::En);
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        assert_eq!(read(&half), Err(Refusal::Damaged));
        assert_eq!(read("{}"), Err(Refusal::Foreign));
        assert_eq!(read("[1]"), Err(Refusal::Foreign));
        let plain = render::json(&report, Lang::En).to_string();
        assert!(begins(plain.as_bytes()));
        assert_eq!(read(&plain), Err(Refusal::ForPrograms));
        let mut value: Value = serde_json::from_str(&text).unwrap();
        value["saved"]["of"]["report"]["complete"] = json!(false);
        assert_eq!(read(&value.to_string()), Err(Refusal::Changed));
        let mut value: Value = serde_json::from_str(&text).unwrap();
        value["saved"]["form"] = json!(2);
        value["version"] = json!("9.0.0");
        let newer = Refusal::Newer {
            version: "9.0.0".to_string(),
        };
        assert_eq!(read(&value.to_string()), Err(newer.clone()));
        value["schema"] = json!("pullcheck-report/2");
        assert_eq!(read(&value.to_string()), Err(newer));
    }

    #[test]
    fn manifests_are_no_reports() {
        for text in ["{\"schemaVersion\":2}", "{\"artifacts\":[]}", "", "{"] {
            assert!(!begins(text.as_bytes()), "{text}");
        }
    }
}
