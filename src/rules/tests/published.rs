//! The specification's own test documents, pass and fail: every verdict agrees. What they are and where they come from:
//! `tests/image-spec/README.md`. Tests only.

use super::json_schema::{Schemas, read};
use crate::kit::{self, Files, Layout};
use crate::report::Severity;
use crate::spec::media_type as mt;
use serde::Deserialize;
use serde_json::Value;

/// A row of `documents.json`.
#[derive(Deserialize)]
struct Published {
    file: String,
    kind: String,
    fails: bool,
    note: String,
}

impl Published {
    fn text(&self) -> String {
        read(&format!("documents/{}", self.file))
    }
}

fn published() -> Vec<Published> {
    let documents: Vec<Published> = serde_json::from_str(&read("documents.json")).unwrap();
    assert_eq!(documents.len(), 67);
    assert_eq!(documents.iter().filter(|d| d.fails).count(), 35);
    documents
}

/// The media types that the specification's tests replace before they look at Docker's documents.
const DOCKER_TYPES: [(&str, &str); 4] = [
    (mt::DOCKER_LIST, mt::OCI_INDEX),
    (mt::DOCKER_MANIFEST, mt::OCI_MANIFEST),
    (mt::DOCKER_TAR_GZIP, mt::OCI_TAR_GZIP),
    (mt::DOCKER_CONFIG, mt::OCI_CONFIG),
];

fn converted(text: &str) -> String {
    DOCKER_TYPES
        .iter()
        .fold(text.to_string(), |text, (docker, oci)| {
            text.replace(docker, oci)
        })
}

/// A document as a person would give it. A descriptor is none by itself: it stands in an index, as a config, as a layer.
fn given(kind: &str, text: &str) -> Vec<Files> {
    let index = |entry: &str| {
        format!(
            r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[{entry}]}}"#,
            mt::OCI_INDEX
        )
    };
    let manifest = |config: &str, layer: &str| {
        format!(
            r#"{{"schemaVersion":2,"mediaType":"{}","config":{config},"layers":[{layer}]}}"#,
            mt::OCI_MANIFEST
        )
    };
    let config = kit::descriptor(mt::OCI_CONFIG, b"config").to_string();
    let layer = kit::descriptor(mt::OCI_TAR_GZIP, b"layer").to_string();
    match kind {
        "descriptor" => vec![
            Files::pasted(index(text)),
            Files::pasted(manifest(text, &layer)),
            Files::pasted(manifest(&config, text)),
        ],
        // Pasted text that is no JSON could be anything; as the content of a config's descriptor it can not.
        "config" if !text.trim_start().starts_with('{') => {
            let mut layout = Layout::new();
            let config = layout.blob(mt::OCI_CONFIG, text.as_bytes());
            let document = kit::manifest(config, &[]);
            let document = layout.document(mt::OCI_MANIFEST, &document);
            layout.list(document, "v1");
            vec![layout.tar()]
        }
        _ => vec![Files::pasted(text)],
    }
}

/// Verdicts that differ: what is said instead, and why.
const DIFFERENT: [(&str, Severity, &str, &str); 3] = [
    (
        "manifest-06.fail.json",
        Severity::Warning,
        "manifest-layers-empty",
        "manifest.md only recommends an entry, and registries take a manifest without",
    ),
    (
        "descriptor-28.pass.json",
        Severity::Error,
        "media-type-artifact-manifest",
        "the artifact manifest was in the release candidates of 1.1 only",
    ),
    (
        "index-12.pass.json",
        Severity::Error,
        "media-type-artifact-manifest",
        "as above",
    ),
];

/// Whether we call it wrong, and all that we say.
fn verdict(files: &Files) -> (bool, Vec<(Severity, String)>) {
    let found: Vec<_> = files
        .report()
        .findings
        .into_iter()
        .map(|f| (f.severity, f.rule))
        .collect();
    (
        found
            .iter()
            .any(|(severity, _)| *severity == Severity::Error),
        found,
    )
}

fn disagreements(row: &Published, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (place, files) in given(&row.kind, text).iter().enumerate() {
        let (fails, found) = verdict(files);
        let instead = DIFFERENT.iter().find(|(file, ..)| *file == row.file);
        let agrees = match instead {
            None => fails == row.fails,
            Some((_, severity, rule, _)) => {
                let others = |(s, r): &(Severity, String)| *s == Severity::Error && r != rule;
                found.contains(&(*severity, rule.to_string())) && !found.iter().any(others)
            }
        };
        if !agrees {
            wrong.push(format!(
                "{} (place {place}): {}: we say {found:?}",
                row.file, row.note
            ));
        }
    }
    wrong
}

#[test]
fn every_published_verdict_agrees() {
    let mut wrong = Vec::new();
    for row in published() {
        let text = row.text();
        wrong.extend(disagreements(&row, &text));
        if converted(&text) != text {
            wrong.extend(disagreements(&row, &converted(&text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The documents of 1.0.0 and 1.0.1, which had no `mediaType` of their own.
#[test]
fn the_same_holds_without_the_media_type_that_came_later() {
    let mut wrong = Vec::new();
    let mut looked = 0;
    for row in published() {
        if !["index", "manifest"].contains(&row.kind.as_str()) {
            continue;
        }
        let Ok(mut document) = serde_json::from_str::<Value>(&row.text()) else {
            continue;
        };
        document.as_object_mut().unwrap().remove("mediaType");
        wrong.extend(disagreements(&row, &document.to_string()));
        looked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(looked > 20, "{looked}");
}

/// Refused by the Go code around the schemas, which a schema alone does not show.
const BY_CODE: [&str; 2] = [
    "config-10.fail.json",     // an environment entry without `=`
    "descriptor-15.fail.json", // upper case in a SHA-256
];

/// The validator that other tests rely on reads the schemas as their authors do.
#[test]
fn the_validator_agrees_with_the_published_verdicts() {
    let schemas = Schemas::load();
    let mut wrong = Vec::new();
    for row in published() {
        let refusals = schemas.refuses(&row.kind, row.text().as_bytes());
        let expected = row.fails && !BY_CODE.contains(&row.file.as_str());
        if refusals.is_empty() == expected {
            wrong.push(format!("{}: {}: {refusals:?}", row.file, row.note));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
