//! What the rules about content say where a breach weighs less, where all is not known, and where one cause has many effects.
//! Tests only.

use super::legal_content::{config, is_legal, is_noted, severities};
use super::outcome;
use crate::examples::inputs::{self as input, annotated};
use crate::kit::{self, Files, Layout};
use crate::report::{Outcome, Report, Severity};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

#[test]
fn labels_weigh_less_than_annotations() {
    let rules = [
        (
            "annotation-created-format",
            "org.opencontainers.image.created",
            "yesterday",
        ),
        (
            "annotation-url-format",
            "org.opencontainers.image.source",
            "git@example.com:a/b",
        ),
        (
            "annotation-licenses-spdx",
            "org.opencontainers.image.licenses",
            "Apache 2",
        ),
    ];
    for (rule, key, value) in rules {
        assert_eq!(
            severities(&annotated(json!({ key: value })), rule),
            [Severity::Warning],
            "{rule}"
        );
        let labels = config(|c| c["config"]["Labels"] = json!({ key: value }));
        assert_eq!(severities(&labels, rule), [Severity::Info], "{rule}");
    }
}

#[test]
fn what_is_half_right_weighs_less() {
    let signal = |text: &str| {
        severities(
            &config(|c| c["config"]["StopSignal"] = json!(text)),
            "config-stop-signal",
        )
    };
    assert_eq!(signal("QUIT"), [Severity::Info]);
    assert_eq!(signal("sigquit"), [Severity::Info]);
    assert_eq!(signal("SIGFOO"), [Severity::Warning]);
    assert_eq!(signal("9"), []);
    let created = |text: &str| {
        severities(
            &config(|c| c["created"] = json!(text)),
            "config-created-format",
        )
    };
    assert_eq!(created("2024-01-02t03:04:05z"), [Severity::Warning]);
    assert_eq!(created(""), [Severity::Error]);
    let port = |text: &str| {
        severities(
            &config(|c| c["config"]["ExposedPorts"] = json!({ text: {} })),
            "config-exposed-port-format",
        )
    };
    assert_eq!(port("80/sctp"), [Severity::Info]);
    assert_eq!(port("80-90/tcp"), [Severity::Info]);
    assert_eq!(port("0"), [Severity::Warning]);
    let typo = annotated(json!({ "oci.opencontainers.image.created": "2024-01-02T03:04:05Z" }));
    assert_eq!(severities(&typo, "annotation-key-typo"), [Severity::Info]);
    let value = config(|c| c["config"]["Volumes"] = json!({ "/data": null }));
    assert_eq!(severities(&value, "config-set-value"), [Severity::Info]);
    assert_eq!(severities(&value, "config-set-type"), []);
}

#[test]
fn paths_of_windows_images() {
    let windows = |change: fn(&mut Value)| {
        config(|c| {
            c["os"] = json!("windows");
            change(c);
        })
    };
    is_legal(
        "drive",
        &windows(|c| {
            c["config"] = json!({ "WorkingDir": "C:\\app", "Volumes": { "C:\\data": {} }, "User": "ContainerUser", "Cmd": ["c:\\x.exe"] });
        }),
    );
    let relative = windows(|c| c["config"]["WorkingDir"] = json!("app"));
    assert_eq!(
        severities(&relative, "config-working-dir"),
        [Severity::Warning]
    );
}

/// An image of one layer with these files and links.
fn with_entries(others: &[(&str, &str)], config: impl FnOnce(&mut Value)) -> Report {
    let tar = input::archive_entries(others, &[]).items.remove(0).1;
    input::image(&[(mt::OCI_TAR, tar.clone(), tar)], config, |_| {}).report()
}

#[test]
fn a_file_is_only_missed_where_all_is_known() {
    let rule = "config-command-not-found";
    let command = |path: &'static str| move |c: &mut Value| c["config"]["Cmd"] = json!([path]);
    let bin = [("usr/bin/tool", "busybox"), ("bin", "usr/bin")];
    let case = |path| outcome(&with_entries(&bin, command(path)), rule);
    assert_eq!(case("/usr/bin/tool"), Outcome::Clean);
    assert_eq!(case("/usr/bin/other"), Outcome::Found);
    assert_eq!(case("/bin/other"), Outcome::NotRun, "a link on the way");
    assert_eq!(case("/bin/../bin/other"), Outcome::NotRun);
    assert_eq!(case("tool"), Outcome::NotApplicable, "looked up in PATH");
    // A layer that is not here may have it.
    let gone = input::layout_with(|l| {
        let mut path = String::new();
        input::gzip_blob(l, |(found, _)| path = found.clone());
        l.remove(&path);
    });
    assert_eq!(outcome(&gone.report(), rule), Outcome::NotRun);
    assert_eq!(
        outcome(&input::given(input::config()).report(), rule),
        Outcome::NotApplicable
    );
    // Nor is more looked at than the listing of a layer holds.
    let many: Vec<(String, Vec<u8>)> = (0..=crate::limits::LISTED_ENTRIES)
        .map(|i| (format!("f{i}"), Vec::new()))
        .collect();
    let tar = kit::tar(&many);
    let large = input::image(
        &[(mt::OCI_TAR, tar.clone(), tar)],
        command("/missing"),
        |_| {},
    );
    assert_eq!(outcome(&large.report(), rule), Outcome::NotRun);
}

#[test]
fn a_user_is_only_unknown_where_there_is_no_list() {
    let rule = "config-user-unknown";
    let user = |name: &'static str| move |c: &mut Value| c["config"]["User"] = json!(name);
    let none = [("hello", "x")];
    assert_eq!(
        outcome(&with_entries(&none, user("app")), rule),
        Outcome::Found
    );
    assert_eq!(
        outcome(&with_entries(&none, user("1000:app")), rule),
        Outcome::Found
    );
    assert_eq!(
        outcome(&with_entries(&none, user("1000:1000")), rule),
        Outcome::Clean
    );
    assert_eq!(
        outcome(&with_entries(&none, user("root")), rule),
        Outcome::Clean
    );
    let list = [("etc/passwd", "x"), ("etc/group", "x")];
    assert_eq!(
        outcome(&with_entries(&list, user("app")), rule),
        Outcome::NotRun
    );
    assert_eq!(
        outcome(&with_entries(&[("etc", "private/etc")], user("app")), rule),
        Outcome::NotRun
    );
}

#[test]
fn a_config_without_the_type_of_one_is_left_alone() {
    let mut layout = Layout::new();
    let config = json!({ "architecture": "wasm", "os": "wasip1", "layerDigests": [] });
    let config = layout.document(mt::CNCF_WASM_CONFIG, &config);
    let module = layout.blob(mt::CNCF_WASM, kit::WASM_MODULE);
    let manifest = layout.document(mt::OCI_MANIFEST, &kit::manifest(config, &[module]));
    layout.list(manifest, "v1");
    let wasm = layout.tar();
    assert!(severities(&wasm, "config-no-command").is_empty());
    assert!(severities(&wasm, "config-imageid-note").is_empty());
}

#[test]
fn a_stream_of_an_archive_says_the_same_of_links() {
    let tar = input::layout().items.remove(0).1;
    let files = Files::file("image.tar.gz", kit::gzip(&tar));
    is_noted("compressed", &files, "archive-compressed");
    let (compressed, plain) = (files.report(), Files::file("image.tar", tar).report());
    for rule in ["archive-link-blob", "layout-blobs-entry-missing"] {
        assert_eq!(outcome(&compressed, rule), outcome(&plain, rule), "{rule}");
    }
}

#[test]
fn one_cause_is_told_once() {
    let told = |files: &Files| {
        let errors = files
            .report()
            .findings
            .into_iter()
            .filter(|f| f.severity != Severity::Info);
        errors.map(|f| f.rule).collect::<Vec<_>>()
    };
    let twice = Files::pasted(input::manifest().to_string().replacen(
        '{',
        r#"{"annotations":{"a.b":"1","a.b":"2"},"#,
        1,
    ));
    assert_eq!(told(&twice), ["annotation-duplicate-key"]);
    assert_eq!(told(&annotated(json!(null))), ["annotation-not-map"]);
    assert_eq!(
        told(&config(|c| c["config"]["Labels"] = json!(["a"]))),
        ["config-labels"]
    );
    assert_eq!(
        told(&config(|c| c["config"]["Env"] = json!("A=1"))),
        ["config-section-type"]
    );
    assert_eq!(
        told(&config(|c| c["history"] = json!("x"))),
        ["config-history-type"]
    );
    assert_eq!(
        told(&config(|c| c["config"] = json!([]))),
        ["config-section-type"]
    );
    let tar = input::layer_tar();
    let once = kit::gzip(&tar);
    let double = input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&once), once);
    assert_eq!(told(&double), ["layer-double-compressed"]);
    let legacy = Files::tar(
        "image.tar",
        &[
            ("repositories".to_string(), b"{}".to_vec()),
            (format!("{}/json", "0".repeat(64)), b"{}".to_vec()),
        ],
    );
    assert_eq!(told(&legacy), ["docker-archive-legacy-only"]);
}

#[test]
fn a_table_of_contents_is_only_missed_where_it_cannot_be() {
    let rule = "layer-chunked-annotation";
    let end = |layer: (&'static str, Vec<u8>, Vec<u8>), key: &'static str, value: String| {
        let note = move |m: &mut Value| m["layers"][0]["annotations"] = json!({ key: value });
        outcome(&input::image(&[layer], |_| {}, note).report(), rule)
    };
    let (stargz, chunked) = (
        "containerd.io/snapshot/stargz/toc.digest",
        "io.github.containers.zstd-chunked.manifest-checksum",
    );
    let digest = || kit::sha256(b"table");
    let plain = || kit::gzip_layer("hello", b"hello");
    assert_eq!(end(plain(), stargz, digest()), Outcome::Found);
    assert_eq!(end(plain(), chunked, digest()), Outcome::Found);
    assert_eq!(
        end(plain(), stargz, "latest".to_string()),
        Outcome::Found,
        "no digest"
    );
    // A table that is there is not compared with the digest, and no pass is claimed.
    let table = kit::gzip_layer("stargz.index.json", b"{}");
    assert_eq!(end(table, stargz, digest()), Outcome::NotRun);
    let tar = input::layer_tar();
    let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
    let stored = [kit::zstd(&tar), skip].concat();
    let layer = (mt::OCI_TAR_ZSTD, stored, tar);
    assert_eq!(end(layer, chunked, digest()), Outcome::NotRun);
    assert_eq!(
        end(kit::zstd_layer("hello", b"hello"), chunked, digest()),
        Outcome::Found
    );
}
