//! The documented JSON of a report in one language: what the command line prints, and what the page exports.
//! Sentences are rendered here; nothing is decided here.
//!
//! Schema `pullcheck-report/1`. Code inside sentences stands between backticks. Fields are only ever added within
//! one schema version.
//!
//! `profile` is what the findings are weighed by: `image-spec-1.0`, `image-spec-1.1` or `strict`. The `severity` of a
//! finding is the weighed one; where the profile makes a difference, `severityOfRule` is the one before and `note` says
//! why. `choices` holds what was set for the consumers where it is not the default, and under `for` the consumer that the
//! person deploys to.
//!
//! Of a descriptor, `digest`, `size`, `platform`, `artifactType` and `declaredDiffId` are what documents say; `measuredDigest`
//! and `measuredSize` stand beside what they contradict, and `diffId`, `compression` and `entries` are what was measured.
//! A verdict with `ofForm` refuses the kind of archive or folder that was given, and nothing in it.
//! `unreferenced` are the files that no document refers to.

use crate::fixes::Fix;
use crate::report::{self, Locus, Report};
use crate::text::Lang;
use serde_json::{Map, Value, json};

/// The whole report.
pub fn json(report: &Report, lang: Lang) -> Value {
    json!({
        "schema": report::SCHEMA,
        "lang": lang.tag(),
        "version": env!("CARGO_PKG_VERSION"),
        "complete": report.complete,
        "profile": report.profile,
        "choices": report.choices,
        "input": {
            "name": report.input.name,
            "bytes": report.input.bytes,
            "kind": report.input.kind,
            "packaging": report.input.packaging,
            "says": report.input.says.render(lang),
        },
        "artifacts": list(&report.artifacts, |a| artifact(a, lang)),
        "findings": list(&report.findings, |f| finding(f, lang)),
        "rules": list(&report.rules, |r| with(
            json!({ "rule": r.rule, "outcome": r.outcome }),
            "why",
            r.why.as_ref().map(|why| json!(why.render(lang))),
        )),
        "verdicts": list(&report.verdicts, |v| verdict(v, lang)),
        "coverage": list(&report.coverage, |c| json!({ "path": c.path, "why": c.why.render(lang) })),
        "unreferenced": list(&report.unreferenced, |u| with(
            json!({ "path": u.path, "size": u.size }),
            "digest",
            u.digest.as_ref().map(|digest| json!(digest)),
        )),
        "unreferencedLeftOut": report.unreferenced_left_out.unwrap_or(0),
    })
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(each).collect())
}

/// Adds a field where there is a value for it.
fn with(mut object: Value, key: &str, value: Option<Value>) -> Value {
    if let (Some(map), Some(value)) = (object.as_object_mut(), value) {
        map.insert(key.to_string(), value);
    }
    object
}

fn finding(finding: &report::Finding, lang: Lang) -> Value {
    let object = json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.says.render(lang),
        "where": locus(&finding.at),
        "related": list(&finding.related, locus),
    });
    let weighed = finding.weighed.as_ref();
    let object = with(object, "severityOfRule", weighed.map(|w| json!(w.own)));
    let note = weighed.map(|w| json!(w.because.render(lang)));
    with(object, "note", note)
}

fn artifact(artifact: &report::Artifact, lang: Lang) -> Value {
    json!({
        "id": artifact.id,
        "name": artifact.name,
        "kind": artifact.kind,
        "says": artifact.says.render(lang),
        "mediaType": artifact.media_type,
        "digest": artifact.digest,
        "descriptors": list(&artifact.descriptors, |d| {
            let mut map = Map::new();
            map.insert("depth".to_string(), json!(d.depth));
            map.insert("role".to_string(), json!(d.role));
            map.insert("content".to_string(), json!(d.content));
            let optional = [
                ("where", d.at.as_ref().map(locus)),
                ("path", d.path.as_ref().map(|v| json!(v))),
                ("mediaType", d.media_type.as_ref().map(|v| json!(v))),
                ("digest", d.digest.as_ref().map(|v| json!(v))),
                ("size", d.size.map(|v| json!(v))),
                ("measuredDigest", d.measured_digest.as_ref().map(|v| json!(v))),
                ("measuredSize", d.measured_size.map(|v| json!(v))),
                ("artifactType", d.artifact_type.as_ref().map(|v| json!(v))),
                ("platform", d.platform.as_ref().map(|v| json!(v))),
                ("compression", d.compression.as_ref().map(|v| json!(v))),
                ("diffId", d.diff_id.as_ref().map(|v| json!(v))),
                ("declaredDiffId", d.declared_diff_id.as_ref().map(|v| json!(v))),
                ("entries", d.entries.map(|v| json!(v))),
            ];
            for (key, value) in optional {
                if let Some(value) = value {
                    map.insert(key.to_string(), value);
                }
            }
            Value::Object(map)
        }),
    })
}

fn verdict(verdict: &report::Verdict, lang: Lang) -> Value {
    let object = json!({
        "artifact": verdict.artifact,
        "consumer": verdict.consumer,
        "versions": verdict.versions,
        "verdict": verdict.verdict,
        "error": verdict.error,
        "because": verdict.because.render(lang),
        "steps": list(&verdict.steps, |s| with(
            json!({ "mark": s.mark, "says": s.says.render(lang) }),
            "where",
            s.at.as_ref().map(locus),
        )),
        "fixes": list(&verdict.fixes, |f| fix(f, lang)),
    });
    let object = with(object, "ofForm", verdict.of_form.then_some(json!(true)));
    with(object, "where", verdict.at.as_ref().map(locus))
}

/// A fix with its commands.
pub fn fix(fix: &Fix, lang: Lang) -> Value {
    json!({
        "id": fix.id,
        "title": fix.title.render(lang),
        "commands": list(&fix.commands, |c| json!({ "tool": c.tool, "text": c.text })),
    })
}

/// A place; absent parts are left out.
pub fn locus(locus: &Locus) -> Value {
    serde_json::to_value(locus).unwrap_or_else(|_| json!({ "path": locus.path }))
}
