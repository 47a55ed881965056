//! What people come with, whole or in part: what is missing is told and passes nothing, what is wrong is found. Tests only.

use super::outcome;
use super::words::slips;
use crate::examples::inputs as input;
use crate::kit::{self, Files};
use crate::report::{Outcome, Severity};
use crate::spec::media_type as mt;
use serde_json::json;

#[test]
fn missing_blobs_are_legal_but_told() {
    let report = input::layout_with(|l| {
        let path = l
            .items
            .iter()
            .find(|(_, b)| b.first() == Some(&0x1f))
            .unwrap()
            .0
            .clone();
        l.remove(&path);
    })
    .report();
    assert!(
        report
            .findings
            .iter()
            .all(|f| f.severity != Severity::Error),
        "{:#?}",
        report.findings
    );
    assert_eq!(outcome(&report, "config-diff-id-mismatch"), Outcome::NotRun);
}

#[test]
fn a_pasted_manifest_lacks_nothing_and_passes_nothing() {
    let report = input::given(input::manifest()).report();
    for rule in [
        "layout-blob-missing",
        "layout-blob-size-mismatch",
        "layer-compression-mismatch",
        "layer-not-tar",
        "config-diff-ids-count",
        "config-diff-id-mismatch",
        "layer-gzip-truncated",
    ] {
        assert_eq!(outcome(&report, rule), Outcome::NotRun, "{rule}");
    }
    for rule in [
        "layout-blob-digest-mismatch",
        "docker-archive-layer-missing",
        "index-manifests-missing",
    ] {
        assert_eq!(outcome(&report, rule), Outcome::NotApplicable, "{rule}");
    }
}

#[test]
fn a_cut_archive_blames_the_cut_alone() {
    let mut items = kit::good_layout().all();
    // The layer comes last, and the archive ends inside it.
    let layer = items
        .iter()
        .position(|(p, b)| p.starts_with("blobs/") && b.first() == Some(&0x1f))
        .unwrap();
    let last = items.remove(layer);
    items.push(last);
    let mut files = Files::tar("image.tar", &items);
    let bytes = &mut files.items[0].1;
    let kept = bytes.len() - 1024 - 512 - 40;
    bytes.truncate(kept);
    let report = files.report();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.severity != Severity::Info)
        .map(|f| f.rule.as_str())
        .collect();
    assert_eq!(found, ["archive-truncated"], "{:#?}", report.findings);
    assert_eq!(
        outcome(&report, "layout-blob-digest-mismatch"),
        Outcome::NotRun
    );
}

#[test]
fn what_people_come_with_is_judged_as_expected() {
    let expected = [
        (
            "higress-right.tar",
            &["manifest-image-with-empty-config"][..],
        ),
        (
            "higress-not-last.tar",
            &["manifest-image-with-empty-config"][..],
        ),
        ("flux-lost.tar", &["layout-blob-missing"][..]),
        ("truncated.tar", &["archive-truncated"][..]),
        ("empty.tar", &["archive-unknown-kind"][..]),
        ("page.tar", &["archive-unknown-kind"][..]),
        ("image.zip", &["archive-unknown-kind"][..]),
        ("brackets.json", &["archive-unknown-kind"][..]),
        ("utf16.tar", &["archive-unknown-kind"][..]),
    ];
    for case in kit::cases::walks()
        .into_iter()
        .chain(kit::cases::odd_files())
    {
        let found: Vec<String> = case
            .files
            .report()
            .findings
            .into_iter()
            .filter(|f| f.severity != Severity::Info)
            .map(|f| f.rule)
            .collect();
        let wanted = expected
            .iter()
            .find(|(name, _)| *name == case.name)
            .map_or(&[][..], |(_, rules)| *rules);
        assert_eq!(found, wanted, "{}", case.name);
    }
}

#[test]
fn commonly_believed_legal_but_wrong() {
    let cases: Vec<(&str, Files)> = vec![
        (
            "layout-version-unknown",
            input::layout_with(|l| l.put("oci-layout", br#"{"imageLayoutVersion":"1.1.0"}"#)),
        ),
        (
            "annotation-not-map",
            input::pasted(input::manifest(), |m| m["annotations"] = json!(null)),
        ),
        (
            "config-entrypoint-type",
            input::pasted(input::config(), |c| c["config"]["Cmd"] = json!("sh")),
        ),
        (
            "media-type-typo",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar.gzip");
            }),
        ),
        (
            "media-type-typo",
            input::pasted(input::manifest(), |m| {
                m["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1");
            }),
        ),
        (
            "media-type-typo",
            input::pasted(input::manifest(), |m| {
                m["mediaType"] = json!("application/vnd.oci.image.manifest.v2+json");
            }),
        ),
        (
            "descriptor-empty-content",
            input::pasted(input::artifact(), |m| {
                m["config"] = kit::descriptor(mt::OCI_EMPTY, b"{}\n");
            }),
        ),
        (
            "manifest-artifact-type-required",
            input::pasted(input::artifact(), |m| m["artifactType"] = json!("")),
        ),
        (
            "digest-known-content",
            input::pasted(input::manifest(), |m| m["layers"][0]["size"] = json!(0)),
        ),
        (
            "digest-syntax",
            input::pasted(input::manifest(), |m| m["layers"][0]["digest"] = json!("")),
        ),
        (
            "manifest-schema-version",
            input::pasted(input::manifest(), |m| input::without(m, "schemaVersion")),
        ),
        ("config-rootfs-missing", {
            let layer = kit::gzip_layer("hello", b"hello");
            input::image(&[layer], |c| *c = json!({}), |_| {})
        }),
        (
            "json-not-utf8",
            input::layout_with(|l| {
                let text = l.index.to_string();
                let bytes: Vec<u8> = "\u{feff}"
                    .encode_utf16()
                    .chain(text.encode_utf16())
                    .flat_map(u16::to_le_bytes)
                    .collect();
                l.put("index.json", &bytes);
            }),
        ),
        ("layer-gzip-truncated", {
            let mut stored = kit::gzip(&input::layer_tar());
            stored.truncate(stored.len() - 12);
            Files::file("layer.tar.gz", stored)
        }),
        (
            "archive-unknown-kind",
            Files::file(
                "bundle.tar.gz",
                kit::gzip(&kit::tar(&[("install.sh", ""), ("images/x.tar", "")])),
            ),
        ),
        ("layer-gzip-checksum", {
            let mut stored = kit::gzip(&input::layer_tar());
            let middle = stored.len() / 2;
            stored[middle] ^= 0xff;
            stored[middle + 1] ^= 0xff;
            input::image_of_layer(mt::OCI_TAR_GZIP, stored, input::layer_tar())
        }),
        (
            "archive-both-disagree",
            input::both(|_, archive| archive[0]["RepoTags"] = json!(["example:v2"])),
        ),
    ];
    let mut wrong = Vec::new();
    for (rule, files) in cases {
        let report = files.report();
        let found: Vec<_> = report.findings.iter().filter(|f| f.rule == rule).collect();
        if found.len() != 1 {
            let all: Vec<_> = report.findings.iter().map(|f| &f.rule).collect();
            wrong.push(format!("{rule}: {} findings; {all:?}", found.len()));
        }
        for finding in found {
            wrong.extend(
                slips(&finding.says)
                    .into_iter()
                    .map(|s| format!("{rule}: {s}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
