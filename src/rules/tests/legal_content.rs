//! What many believe to be wrong with configs, annotations, layouts, archives and layers, and is legal: nothing of it is
//! reported as wrong. Tests only.

use super::outcome;
use crate::examples::inputs::{self as input, annotated};
use crate::kit::{self, Files, Layout};
use crate::report::{Finding, Outcome, Report, Severity};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// Findings above `info` of the subjects that this file is about.
pub(super) fn above_info(report: &Report) -> Vec<&Finding> {
    let subjects = [
        "config-",
        "annotation-",
        "layout-",
        "archive-",
        "docker-archive-",
        "layer-",
    ];
    let ours = |f: &&Finding| subjects.iter().any(|subject| f.rule.starts_with(subject));
    report
        .findings
        .iter()
        .filter(ours)
        .filter(|f| f.severity != Severity::Info)
        .collect()
}

pub(super) fn is_legal(what: &str, files: &Files) {
    let report = files.report();
    let found = above_info(&report);
    assert!(found.is_empty(), "{what}: {found:#?}");
}

/// Legal, and a note says so.
pub(super) fn is_noted(what: &str, files: &Files, rule: &str) {
    let report = files.report();
    let found = above_info(&report);
    assert!(found.is_empty(), "{what}: {found:#?}");
    let notes = report.findings.iter().filter(|f| f.rule == rule).count();
    assert_eq!(notes, 1, "{what}: {rule}");
}

pub(super) fn config(change: impl FnOnce(&mut Value)) -> Files {
    input::pasted(input::config(), change)
}

/// The severities with which a rule reports an input.
pub(super) fn severities(files: &Files, rule: &str) -> Vec<Severity> {
    let report = files.report();
    let found = report.findings.iter().filter(|f| f.rule == rule);
    found.map(|f| f.severity).collect()
}

#[test]
fn no_history_and_no_created() {
    is_legal("neither", &config(|_| {}));
    is_legal("an empty history", &config(|c| c["history"] = json!([])));
    is_legal(
        "history without dates",
        &config(|c| c["history"] = json!([{ "created_by": "a" }])),
    );
}

#[test]
fn an_empty_index_and_an_empty_layout() {
    is_legal(
        "index",
        &input::pasted(input::index(), |i| i["manifests"] = json!([])),
    );
    let empty = input::archive_entries(&[("blobs/", "/")], &Layout::new().all());
    is_noted("layout", &empty, "layout-empty-index");
    // A folder shows no empty folders, so nothing is said of `blobs`.
    let folder = Layout::new().folder();
    is_noted("folder", &folder, "layout-empty-index");
    assert_eq!(
        outcome(&folder.report(), "layout-blobs-missing"),
        Outcome::NotRun
    );
}

#[test]
fn blobs_that_are_absent_or_that_nothing_refers_to() {
    let absent = input::layout_with(|l| {
        let mut path = String::new();
        input::gzip_blob(l, |(found, _)| path = found.clone());
        l.remove(&path);
    })
    .report();
    let found: Vec<_> = above_info(&absent)
        .iter()
        .map(|f| (f.rule.as_str(), f.severity))
        .collect();
    assert_eq!(found, [("layout-blob-missing", Severity::Warning)]);
    let unreferenced = input::layout_with(|l| {
        l.blob("a/b", b"old");
    });
    is_noted("unreferenced", &unreferenced, "layout-blob-unreferenced");
}

#[test]
fn unknown_properties_files_and_types() {
    is_legal(
        "config",
        &config(|c| {
            c["com.example"] = json!({ "a": 1 });
            c["config"]["com.example"] = json!([1]);
            c["rootfs"]["com.example"] = json!(null);
        }),
    );
    let file = input::layout_with(|l| l.put("README", b"hello"));
    is_noted("file", &file, "layout-unknown-file");
    let typed = input::layout_with(|l| {
        let d = l.blob("application/xml", b"<a/>");
        l.list(d, "x");
    });
    is_noted("entry", &typed, "layout-index-descriptor-kind");
    let opaque = input::layout_with(|l| {
        let config = l.blob("application/vnd.acme.config", b"not json");
        let layer = l.blob("application/vnd.acme.layer", b"\x1f\x8bnot gzip");
        let d = l.document(mt::OCI_MANIFEST, &kit::manifest(config, &[layer]));
        l.list(d, "x");
    });
    is_legal("config and layers", &opaque);
}

#[test]
fn null_in_a_config() {
    is_legal(
        "top level",
        &config(|c| {
            for key in [
                "created",
                "author",
                "history",
                "variant",
                "os.version",
                "os.features",
            ] {
                c[key] = json!(null);
            }
            c["config"] = json!(null);
        }),
    );
    is_legal(
        "execution parameters",
        &config(|c| {
            c["config"] = json!({ "User": null, "ExposedPorts": null, "Env": null, "Entrypoint": null, "Cmd": null,
            "Volumes": null, "WorkingDir": null, "Labels": null, "StopSignal": null, "ArgsEscaped": null });
        }),
    );
    is_legal(
        "history",
        &config(|c| {
            c["history"] = json!([{ "created": null, "created_by": null, "author": null, "comment": null, "empty_layer": null }]);
        }),
    );
}

#[test]
fn ports_without_protocol() {
    is_legal(
        "port",
        &config(|c| c["config"]["ExposedPorts"] = json!({ "80": {} })),
    );
}

#[test]
fn neither_entrypoint_nor_command() {
    let files = config(|c| c["config"] = json!({ "Entrypoint": null, "Cmd": null }));
    is_noted("both null", &files, "config-no-command");
}

#[test]
fn empty_annotations_and_unknown_keys() {
    is_legal("no annotations", &annotated(json!({})));
    is_legal(
        "empty values",
        &annotated(json!({
            "com.example.a": "",
            "org.opencontainers.image.created": "",
            "org.opencontainers.image.url": "",
            "org.opencontainers.image.licenses": "",
            "org.opencontainers.image.base.digest": "",
            "org.opencontainers.image.base.name": "",
        })),
    );
    is_legal(
        "unknown keys",
        &annotated(json!({ "com.example.whatever": "x", "vnd.docker.reference.type": "x" })),
    );
    is_noted(
        "keys without a domain",
        &annotated(json!({ "a": "1", "b": "2" })),
        "annotation-key-namespace",
    );
}

#[test]
fn several_members_and_frames() {
    let tar = input::layer_tar();
    let (a, b) = tar.split_at(700);
    let gzip = [kit::gzip(a), kit::gzip(b)].concat();
    is_noted(
        "gzip",
        &input::image_of_layer(mt::OCI_TAR_GZIP, gzip, tar.clone()),
        "layer-gzip-multi-member",
    );
    let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
    let zstd = [skip, kit::zstd(a), kit::zstd(b)].concat();
    is_noted(
        "zstd",
        &input::image_of_layer(mt::OCI_TAR_ZSTD, zstd, tar),
        "layer-zstd-skippable",
    );
}

#[test]
fn empty_and_plain_layers() {
    let empty = vec![0; 1024];
    is_noted(
        "empty",
        &input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&empty), empty.clone()),
        "layer-empty",
    );
    is_noted(
        "empty and plain",
        &input::image_of_layer(mt::OCI_TAR, empty.clone(), empty),
        "layer-empty",
    );
    is_legal(
        "plain",
        &input::image_of_layer(mt::OCI_TAR, input::layer_tar(), input::layer_tar()),
    );
}

#[test]
fn what_a_layout_may_look_like() {
    is_legal(
        "extra fields",
        &input::layout_with(|l| {
            l.put(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0","com.example":1}"#,
            );
        }),
    );
    is_legal("manifest.json beside it", &input::both(|_, _| {}));
    is_noted(
        "no entry for blobs/",
        &input::layout(),
        "layout-blobs-entry-missing",
    );
    let items: Vec<_> = kit::good_layout()
        .all()
        .into_iter()
        .map(|(p, b)| (format!("./{p}"), b))
        .collect();
    let others = [("./", "/"), ("./blobs/", "/"), ("./blobs/sha256/", "/")];
    is_noted(
        "names with ./",
        &input::archive_entries(&others, &items),
        "layout-dot-slash",
    );
}
