//! Very many of something, or something very large: entries, layers, documents, strings.

use crate::kit;
use crate::kit::hostile::{END, Piece, Pieces, entry, header};
use crate::kit::{Files, Layout, descriptor, good_layout, gzip, sha256};
use crate::measure::*;
use pullcheck::artifact::kinds::{Content, Packaging};
use pullcheck::bytes::source::{ByteSource, Memory};
use pullcheck::limits;
use pullcheck::report::Decision;
use pullcheck::spec::media_type as mt;
use serde_json::json;
use std::time::Duration;

#[test]
fn a_million_entries_take_linear_time_and_flat_memory() {
    let made = |count: u64| {
        Pieces::new()
            .then(Piece::Made(
                count,
                512,
                std::sync::Arc::new(|i| header(&format!("etc/files/{i}"), b'0', 0).to_vec()),
            ))
            .then(Piece::bytes(END.to_vec()))
    };
    let few = check(made(125_000)).within(4000, MEMORY);
    let many = check(made(1_000_000)).within(20_000, MEMORY);
    assert!(many.steps <= few.steps * 9, "{} {}", few.steps, many.steps);
    assert!(
        many.took <= few.took * 40 + Duration::from_secs(1),
        "{:?} {:?}",
        few.took,
        many.took
    );
}

#[test]
fn a_layer_of_a_hundred_thousand_small_files_is_scanned() {
    let items = Pieces::new()
        .then(Piece::Made(
            100_000,
            1024,
            std::sync::Arc::new(|i| entry(&format!("usr/share/{}/{i}", i % 97), b"small")),
        ))
        .then(Piece::bytes(END.to_vec()));
    let bytes = items.held();
    let layer = Pieces::new().then(Piece::bytes(gzip(&bytes)));
    let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, &digest_of(&layer));
    let run = check(archive).within(500, MEMORY);
    assert_eq!(run.expanded, [bytes.len() as u64]);
    let layers: Vec<_> = run.report.artifacts[0]
        .descriptors
        .iter()
        .filter(|d| d.role == "layer")
        .map(|d| (d.content, d.entries))
        .collect();
    assert_eq!(layers, [(Content::Verified, Some(100_000))]);
}

#[test]
fn two_hundred_layers_are_verified() {
    let mut layout = Layout::new();
    let layers: Vec<_> = (0..200)
        .map(|i| kit::gzip_layer(&format!("file{i}"), format!("{i}").as_bytes()))
        .collect();
    let image = layout.image(("linux", "amd64"), &layers);
    layout.list(image, "v1");
    let run = run(|| layout.tar().given()).within(5000, MEMORY);
    let verified = run.report.artifacts[0]
        .descriptors
        .iter()
        .filter(|d| d.content == Content::Verified)
        .count();
    assert_eq!(verified, 202);
}

#[test]
fn a_hundred_thousand_documents_end_in_a_report() {
    // Loose, each a manifest of its own.
    let documents = |count: u64| {
        given(
            "folder",
            Packaging::Folder,
            (0..count)
                .map(|i| {
                    let text = format!(
                        r#"{{"schemaVersion":2,"mediaType":"{}","layers":[],"annotations":{{"n":"{i}"}}}}"#,
                        mt::OCI_MANIFEST
                    );
                    let source: Box<dyn ByteSource + Send + Sync> = Box::new(Memory(text.into_bytes()));
                    (format!("documents/{i}.json"), source)
                })
                .collect(),
        )
    };
    let run = run(|| documents(100_000)).within(400_000, MEMORY);
    assert!(
        !run.report.coverage.is_empty(),
        "not all can have been read"
    );
    assert!(!run.looks_clean());
}

/// A layout of so many manifests, all listed in its index.
fn layout_of_manifests(count: u64) -> Memory {
    let manifest = |i: u64| {
        format!(r#"{{"schemaVersion":2,"layers":[],"annotations":{{"n":"{i:06}"}}}}"#).into_bytes()
    };
    let mut index = String::from(r#"{"schemaVersion":2,"manifests":["#);
    for i in 0..count {
        let bytes = manifest(i);
        let comma = if i == 0 { "" } else { "," };
        index.push_str(&format!(
            r#"{comma}{{"mediaType":"{}","digest":"{}","size":{}}}"#,
            mt::OCI_MANIFEST,
            sha256(&bytes),
            bytes.len()
        ));
    }
    index.push_str("]}");
    let items = Pieces::new()
        .then(Piece::bytes(entry(
            "oci-layout",
            br#"{"imageLayoutVersion":"1.0.0"}"#,
        )))
        .then(Piece::bytes(entry("index.json", index.as_bytes())))
        .then(Piece::Made(
            count,
            1024,
            std::sync::Arc::new(move |i| {
                let bytes = manifest(i);
                entry(
                    &format!("blobs/{}", sha256(&bytes).replace(':', "/")),
                    &bytes,
                )
            }),
        ))
        .then(Piece::bytes(END.to_vec()));
    Memory(items.held())
}

#[test]
fn a_layout_of_twenty_seven_thousand_manifests_is_read() {
    let run = check(layout_of_manifests(27_000)).within(100_000, MEMORY);
    assert!(!run.looks_clean());
    assert!(run.report.artifacts.len() > 30, "the index was read");
}

#[test]
fn a_layout_of_a_hundred_thousand_manifests_ends_in_a_report() {
    let run = check(layout_of_manifests(100_000)).within(400_000, MEMORY);
    assert!(run.is_refused_or_unknown(), "{:?}", run.rules());
    assert!(!run.looks_clean());
}

#[test]
fn a_document_beyond_our_caps_is_refused_by_nobody() {
    // Each is a layout whose index programs may well read.
    let many = format!(
        r#"{{"schemaVersion":2,"manifests":[],"x":[{}1]}}"#,
        "1,".repeat(limits::JSON_VALUES)
    );
    let deep = format!(
        r#"{{"schemaVersion":2,"manifests":[],"x":{}{}}}"#,
        "[".repeat(600),
        "]".repeat(600)
    );
    for index in [many, deep] {
        let mut layout = good_layout().all();
        layout.retain(|(path, _)| path != "index.json");
        layout.push(("index.json".to_string(), index.into_bytes()));
        let run = run(|| Files::tar("image.tar", &layout).given()).within(400, MEMORY);
        assert!(!run.looks_clean());
        assert!(!run.report.coverage.is_empty());
        assert!(!run.rules().contains(&"layout-index-invalid"));
        for verdict in &run.report.verdicts {
            // dive takes any config that it meets and never looks at an index.
            let dive = verdict.consumer == "dive";
            let accepted = verdict.verdict == Decision::Accepts;
            assert!(dive || !accepted, "{}", verdict.consumer);
            // Docker's classic loader and Trivy read `manifest.json` and never look at an index either.
            let other = !["docker-load-classic", "trivy-input"].contains(&&*verdict.consumer);
            let refused = other && verdict.verdict == Decision::Refuses;
            assert!(!refused, "{}: {:?}", verdict.consumer, verdict.error);
        }
    }
}

#[test]
fn strings_of_a_megabyte_are_not_copied_about() {
    let long = "a".repeat(1 << 20);
    let mut layout = Layout::new();
    let layer = layout.blob(&format!("application/{long}"), b"layer");
    let mut layer = layer;
    layer["annotations"] = json!({ "org.opencontainers.image.title": long, "other": long });
    let mut document = kit::manifest(
        descriptor(&format!("application/vnd.{long}"), b"{}"),
        &[layer],
    );
    document["artifactType"] = json!(long);
    document["annotations"] = json!({ "org.opencontainers.image.created": long, "k": long });
    let mut manifest = layout.document(mt::OCI_MANIFEST, &document);
    manifest["platform"] = json!({ "os": long, "architecture": long, "variant": long });
    layout.list(manifest, &long);
    // Eleven such strings, each as bytes, in the tree and in the claims, and copies of what a judge looks at: the exact
    // errors of sixty consumers hold them too.
    let run = run(|| layout.tar().given()).within(200, 160 * MIB);
    assert!(!run.looks_clean());
    let size = serde_json::to_vec(&run.report).unwrap().len();
    assert!(size < 64 * MIB, "a report of {} MiB", size / MIB);
}
