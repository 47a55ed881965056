//! A report as SARIF 2.1.0 (OASIS), for code scanning. Findings are results; so are refusals, under ids of their own.
//! It decides nothing and opens no file.

use crate::consumers;
use crate::report::{Decision, Finding, Locus, Report, Severity, Verdict};
use crate::rules;
use crate::text::Lang;
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a report is shown with.
pub struct Shown<'a> {
    /// The report.
    pub report: &'a Report,
    /// The reader's language.
    pub lang: Lang,
    /// Whether consumers were asked for by name: then their refusals are errors.
    pub asked: bool,
    /// Where the input stands, parts between slashes, if that is known.
    pub path: Option<String>,
}

/// The whole report as a log.
pub fn log(shown: &Shown) -> Value {
    let report = shown.report;
    let mut log = Log::new(shown);
    let mut results: Vec<Value> = report.findings.iter().map(|f| log.finding(f)).collect();
    for verdict in &report.verdicts {
        if verdict.verdict == Decision::Refuses {
            results.push(log.refusal(verdict));
        }
    }
    let notes: Vec<Value> = report
        .coverage
        .iter()
        .map(|item| {
            let why = item.why.render(shown.lang);
            json!({ "level": "note", "message": { "text": why }, "locations": [
                { "physicalLocation": { "artifactLocation": log.file(&item.path) } } ] })
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Pullcheck",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": log.rules,
            } },
            "language": shown.lang.tag(),
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": notes,
            }],
            "artifacts": log.files,
            "results": results,
            "properties": { "profile": report.profile },
        }],
    })
}

/// What results refer to by number.
struct Log<'a> {
    shown: &'a Shown<'a>,
    rules: Vec<Value>,
    rule_ids: Vec<String>,
    files: Vec<Value>,
    paths: Vec<String>,
}

impl<'a> Log<'a> {
    /// The input itself is the first file.
    fn new(shown: &'a Shown<'a>) -> Log<'a> {
        let input = &shown.report.input;
        let uri = uri(shown.path.as_ref().unwrap_or(&input.name));
        Log {
            shown,
            rules: Vec::new(),
            rule_ids: Vec::new(),
            files: vec![json!({ "location": { "uri": uri } })],
            paths: vec![String::new()],
        }
    }

    /// The location of a part of the input. A part stands in the first file, as a file in an archive does.
    fn file(&mut self, path: &str) -> Value {
        let path = if path == self.shown.report.input.name {
            ""
        } else {
            path
        };
        let known = self.paths.iter().position(|known| known == path);
        let index = known.unwrap_or_else(|| {
            self.paths.push(path.to_string());
            self.files
                .push(json!({ "location": { "uri": uri(path) }, "parentIndex": 0 }));
            self.paths.len() - 1
        });
        let uri = self
            .files
            .get(index)
            .and_then(|file| file.pointer("/location/uri"));
        json!({ "uri": uri, "index": index })
    }

    fn rule(&mut self, id: &str, describe: impl FnOnce() -> Value) -> usize {
        if let Some(index) = self.rule_ids.iter().position(|known| known == id) {
            return index;
        }
        self.rule_ids.push(id.to_string());
        self.rules.push(describe());
        self.rules.len() - 1
    }

    fn location(&mut self, at: &Locus) -> Value {
        let mut physical = json!({ "artifactLocation": self.file(&at.path) });
        let mut region = serde_json::Map::new();
        // Within an entry, bytes count in a tar that may be compressed; SARIF has no word for that.
        let in_file = at.offset.filter(|_| at.entry.is_none());
        let parts = [
            ("startLine", at.line.map(u64::from)),
            ("startColumn", at.line.and(at.column).map(u64::from)),
            ("byteOffset", in_file),
            ("byteLength", in_file.and(at.length)),
        ];
        for (key, value) in parts {
            if let Some(value) = value {
                region.insert(key.to_string(), json!(value));
            }
        }
        if let (false, Some(object)) = (region.is_empty(), physical.as_object_mut()) {
            object.insert("region".to_string(), Value::Object(region));
        }
        let mut location = json!({ "physicalLocation": physical });
        let inside = match (&at.pointer, &at.entry) {
            (Some(pointer), _) => Some((pointer, "element")),
            (None, Some(entry)) => Some((entry, "member")),
            (None, None) => None,
        };
        if let (Some((name, kind)), Some(object)) = (inside, location.as_object_mut()) {
            object.insert(
                "logicalLocations".to_string(),
                json!([{ "fullyQualifiedName": name, "kind": kind }]),
            );
        }
        location
    }

    fn finding(&mut self, finding: &Finding) -> Value {
        let lang = self.shown.lang;
        let index = self.rule(&finding.rule, || match rules::find(&finding.rule) {
            Some(rule) => json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title.get(lang) },
                "fullDescription": { "text": rule.why.get(lang) },
                "help": { "text": rule.fix.get(lang) },
                "defaultConfiguration": { "level": level(rule.severity) },
                "properties": { "spec": rule.spec, "since": rule.since },
            }),
            None => json!({ "id": finding.rule }),
        });
        let locations = [self.location(&finding.at)];
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": index,
            "level": level(finding.severity),
            "message": { "text": finding.says.render(lang) },
            "locations": locations,
            "partialFingerprints": { "place/v1": place_key(&finding.at) },
        });
        let related: Vec<Value> = finding.related.iter().map(|at| self.location(at)).collect();
        if let (false, Some(object)) = (related.is_empty(), result.as_object_mut()) {
            object.insert("relatedLocations".to_string(), json!(related));
        }
        if let (Some(weighed), Some(object)) = (&finding.weighed, result.as_object_mut()) {
            let properties = json!({
                "severityOfRule": weighed.own,
                "note": weighed.because.render(lang),
            });
            object.insert("properties".to_string(), properties);
        }
        result
    }

    /// A refusal: an error when the consumer was asked for by name, else a note.
    fn refusal(&mut self, verdict: &Verdict) -> Value {
        let lang = self.shown.lang;
        let id = format!("refused-by/{}", verdict.consumer);
        let index = self.rule(&id, || {
            let consumer = consumers::find(&verdict.consumer);
            let name = consumer.map_or(verdict.consumer.as_str(), |c| c.name);
            let about = consumer.map_or(name, |c| c.about.get(lang));
            json!({ "id": id, "shortDescription": { "text": name },
                "fullDescription": { "text": about } })
        });
        let whole = Locus::whole("");
        let at = verdict.at.as_ref().unwrap_or(&whole);
        let locations = [self.location(at)];
        json!({
            "ruleId": id,
            "ruleIndex": index,
            "level": if self.shown.asked { "error" } else { "note" },
            "message": { "text": format!("{} {}: {}", verdict.consumer, verdict.versions, verdict.because.render(lang)) },
            "locations": locations,
            "partialFingerprints": { "place/v1": format!("{}@{} {}", verdict.artifact, verdict.versions, place_key(at)) },
            "properties": {
                "artifact": verdict.artifact,
                "versions": verdict.versions,
                "error": verdict.error,
            },
        })
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What stays the same about a place when lines move.
fn place_key(at: &Locus) -> String {
    match at.pointer.as_ref().or(at.entry.as_ref()) {
        Some(inside) => format!("{}#{inside}", at.path),
        None => at.path.clone(),
    }
}

/// A path as a relative or rooted URI reference (RFC 3986): everything but unreserved characters and slashes as
/// percent escapes, and no first part that reads like a scheme.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("blobs/sha256/ab"), "blobs/sha256/ab");
        assert_eq!(uri("a b:层"), "a%20b%3A%E5%B1%82");
    }
}
