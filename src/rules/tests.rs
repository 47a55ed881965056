//! What holds for every rule: its proof, its words, its address. And what holds for all together: right images break
//! none, and what the specification allows is not reported, however odd it looks.

mod legal;
mod legal_content;
mod profile;
mod published;
mod schemas;

use super::{Rule, all, json};
use crate::examples::inputs as input;
use crate::kit::{self, Files};
use crate::report::{Finding, Outcome, Report, Severity};
use crate::spec::{known, media_type as mt};
use crate::text::{Arg, Lang, Phrase, Span, Text};
use serde_json::json;
use std::collections::BTreeSet;

fn of<'r>(report: &'r Report, rule: &Rule) -> Vec<&'r Finding> {
    report
        .findings
        .iter()
        .filter(|f| f.rule == rule.id)
        .collect()
}

fn outcome(report: &Report, rule: &str) -> Outcome {
    report
        .rules
        .iter()
        .find(|r| r.rule == rule)
        .unwrap()
        .outcome
}

#[test]
fn the_bad_input_breaks_its_rule_once() {
    let mut wrong = Vec::new();
    for rule in all() {
        let report = (rule.proof.bad)().report();
        let found = of(&report, rule);
        if found.len() != 1 {
            let others: Vec<_> = report.findings.iter().map(|f| &f.rule).collect();
            wrong.push(format!(
                "{}: {} findings; input {:?}; all {others:?}",
                rule.id,
                found.len(),
                report.input.kind
            ));
            continue;
        }
        // Before the profile: what is not released yet counts for less by default.
        let weighed = found[0].weighed.as_ref();
        let own = weighed.map_or(found[0].severity, |weighed| weighed.own);
        if own != rule.severity {
            wrong.push(format!("{}: severity {own:?}", rule.id));
        }
        if found[0].at.path.is_empty() {
            wrong.push(format!("{}: without a place", rule.id));
        }
        if outcome(&report, rule.id) != Outcome::Found {
            wrong.push(format!(
                "{}: outcome {:?}",
                rule.id,
                outcome(&report, rule.id)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_good_input_breaks_no_rule_and_is_looked_at() {
    let mut wrong = Vec::new();
    for rule in all() {
        let report = (rule.proof.good)().report();
        let bad: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.rule == rule.id || f.severity == Severity::Error)
            .map(|f| format!("{}: {}", f.rule, f.says.render(Lang::En)))
            .collect();
        if !bad.is_empty() {
            wrong.push(format!("{}: {bad:?}", rule.id));
        }
        // A rule that never looks would pass too. Rules about blobs are not decided by pasted documents.
        let end = outcome(&report, rule.id);
        let looked = matches!(end, Outcome::Clean | Outcome::Found);
        if !looked && !NOT_APPLICABLE_TO_GOOD.contains(&rule.id) {
            wrong.push(format!("{}: ends {end:?} on its good input", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules whose good input is one that they are not about.
const NOT_APPLICABLE_TO_GOOD: &[&str] = &[
    "manifest-image-with-empty-config",
    // A note on every image config.
    "config-imageid-note",
    // About layers with annotations that promise a table of contents; one that is there cannot be verified.
    "layer-chunked-annotation",
];

#[test]
fn ids_are_unique_and_begin_with_their_subject() {
    let mut ids = BTreeSet::new();
    for rule in all() {
        assert!(ids.insert(rule.id), "{} twice", rule.id);
        assert!(
            rule.id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.id
        );
        assert!(rule.id.split('-').count() >= 2, "{}", rule.id);
        assert!(!rule.trigger.is_empty(), "{}", rule.id);
    }
    let subjects = [
        "json",
        "digest",
        "descriptor",
        "media-type",
        "manifest",
        "index",
        "platform",
        "config",
        "annotation",
        "layout",
        "archive",
        "docker-archive",
        "layer",
        "tar",
        "whiteout",
    ];
    // A subject may stand in several files, a file is about one subject.
    let mut seen = BTreeSet::new();
    for rules in super::ALL {
        let subject = subjects
            .iter()
            .find(|s| rules[0].id.starts_with(&format!("{s}-")))
            .unwrap_or_else(|| panic!("{} is of no known subject", rules[0].id));
        seen.insert(subject);
        for rule in *rules {
            assert!(
                rule.id.starts_with(&format!("{subject}-")),
                "{} is not of {subject}",
                rule.id
            );
        }
    }
    assert_eq!(seen.len(), subjects.len());
}

#[test]
fn specifications_are_known_documents() {
    const DOCUMENTS: &[&str] = &[
        "manifest.md",
        "image-index.md",
        "config.md",
        "descriptor.md",
        "layer.md",
        "image-layout.md",
        "media-types.md",
        "annotations.md",
        "considerations.md",
        "RFC 8259",
        "RFC 6838",
        "RFC 1952",
        "RFC 8878",
        "POSIX ustar",
        "moby image spec v1.2",
        "BuildKit attestation storage",
        "distribution-spec",
    ];
    for rule in all() {
        let (document, anchor) = rule.spec.split_once('#').unwrap_or((rule.spec, "-"));
        assert!(DOCUMENTS.contains(&document), "{}: {document}", rule.id);
        assert!(
            !anchor.is_empty()
                && anchor
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}: {anchor}",
            rule.id
        );
        assert!(
            ["", "1.0", "1.0.2", "1.1", "1.1.1", "main"].contains(&rule.since),
            "{}",
            rule.id
        );
    }
}

fn placeholders(words: &str) -> BTreeSet<&str> {
    // `{}` and `{"…` in code are JSON, not placeholders.
    words
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .filter(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .collect()
}

fn texts(rule: &Rule) -> [(&'static str, Text); 4] {
    [
        ("title", rule.title),
        ("says", rule.says),
        ("why", rule.why),
        ("fix", rule.fix),
    ]
}

#[test]
fn both_languages_have_the_same_placeholders() {
    for rule in all() {
        for (what, text) in texts(rule) {
            assert_eq!(
                placeholders(text.en),
                placeholders(text.zh),
                "{} {what}",
                rule.id
            );
            if what != "says" {
                assert!(
                    placeholders(text.en).is_empty(),
                    "{} {what}: nothing fills {:?}",
                    rule.id,
                    text.en
                );
            }
        }
    }
}

/// What is wrong with the plain words of a sentence.
fn slips(phrase: &Phrase) -> Vec<String> {
    let mut slips = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        let mut last: Option<char> = None;
        for span in phrase.spans(lang) {
            match span {
                Span::Plain(text) => {
                    if text.contains('{') || text.contains('`') {
                        slips.push(format!("open mark in {text:?}"));
                    }
                    for c in text.chars() {
                        if last.is_some_and(|l| touches(l, c)) {
                            slips.push(format!("{}{c} touch in {text:?}", last.unwrap_or(' ')));
                        }
                        last = Some(c);
                    }
                }
                // Code counts as a Latin letter: a space, or punctuation, parts it from Han.
                Span::Code(_) => {
                    if last.is_some_and(|l| touches(l, 'x')) {
                        slips.push(format!("Han touches code in {:?}", phrase.render(lang)));
                    }
                    last = Some('x');
                }
            }
        }
    }
    let english = phrase.en.to_lowercase();
    for word in ["please", "simply", " just ", "!"] {
        if english.contains(word) {
            slips.push(format!("{word:?} in {english:?}"));
        }
    }
    if !phrase.zh.chars().any(is_han) {
        slips.push(format!("no Chinese in {:?}", phrase.zh));
    }
    slips
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn touches(a: char, b: char) -> bool {
    (is_han(a) && b.is_ascii_alphanumeric()) || (a.is_ascii_alphanumeric() && is_han(b))
}

#[test]
fn words_are_well_set() {
    let mut wrong = Vec::new();
    for rule in all() {
        for (what, text) in texts(rule) {
            let mut phrase: Phrase = text.into();
            for name in placeholders(text.en)
                .into_iter()
                .map(str::to_string)
                .collect::<Vec<_>>()
            {
                phrase.args.push((name.into(), Arg::Code("x".to_string())));
            }
            wrong.extend(
                slips(&phrase)
                    .into_iter()
                    .map(|s| format!("{} {what}: {s}", rule.id)),
            );
            if what != "title" {
                assert!(
                    text.zh.ends_with(['。', '`', '）']),
                    "{} {what}: {}",
                    rule.id,
                    text.zh
                );
            }
        }
    }
    for phrase in json::problem_sentences() {
        wrong.extend(slips(&phrase));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_placeholder_is_filled() {
    let mut wrong = Vec::new();
    let mut check = |report: &Report| {
        for finding in &report.findings {
            for lang in [Lang::En, Lang::Zh] {
                let words = match lang {
                    Lang::En => &finding.says.en,
                    Lang::Zh => &finding.says.zh,
                };
                for name in placeholders(words) {
                    if !finding.says.args.iter().any(|(n, _)| n == name) {
                        wrong.push(format!("{}: {name} is not filled", finding.rule));
                    }
                }
            }
            wrong.extend(
                slips(&finding.says)
                    .into_iter()
                    .map(|s| format!("{}: {s}", finding.rule)),
            );
        }
    };
    for rule in all() {
        check(&(rule.proof.bad)().report());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn places_in_documents_have_line_and_column() {
    for rule in all() {
        for finding in of(&(rule.proof.bad)().report(), rule) {
            if finding.at.pointer.is_some() {
                assert!(
                    finding.at.line.is_some() && finding.at.column.is_some(),
                    "{}: {:?}",
                    rule.id,
                    finding.at
                );
            }
        }
    }
}

/// Findings above `info`, but for these rules.
fn above_info(files: &Files, expected: &[&str]) -> Vec<String> {
    files
        .report()
        .findings
        .iter()
        .filter(|f| f.severity != Severity::Info && !expected.contains(&f.rule.as_str()))
        .map(|f| format!("{}: {}", f.rule, f.says.render(Lang::En)))
        .collect()
}

#[test]
fn right_images_break_nothing() {
    let zstd = kit::zstd_layer("hello", b"hello");
    for (name, files) in [
        ("layout as a tar", kit::good_layout().tar()),
        ("layout as a folder", kit::good_layout().folder()),
        ("docker-archive", input::archive()),
        ("both", input::both(|_, _| {})),
        (
            "two layers",
            input::image(&input::two_layers(), |_| {}, |_| {}),
        ),
        ("zstd", input::image(&[zstd], |_| {}, |_| {})),
        ("manifest", input::given(input::manifest())),
        ("index", input::given(input::index())),
        ("config", input::given(input::config())),
        ("artifact", input::given(input::artifact())),
        (
            "lone layer",
            Files::file("layer.tar.gz", kit::gzip(&input::layer_tar())),
        ),
        ("lone tar", Files::file("layer.tar", input::layer_tar())),
        ("lone module", Files::file("plugin.wasm", kit::WASM_MODULE)),
    ] {
        let found = above_info(&files, &[]);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn what_is_legal_is_not_reported() {
    // The SHOULDs that a case breaks on purpose stand beside it.
    let no_mediatype: &[&str] = &["manifest-media-type-missing"];
    let cases: Vec<(&str, Files, &[&str])> = vec![
        (
            "manifest without mediaType",
            input::pasted(input::manifest(), |m| input::without(m, "mediaType")),
            no_mediatype,
        ),
        (
            "index without mediaType",
            input::pasted(input::index(), |i| input::without(i, "mediaType")),
            &["index-media-type-missing"],
        ),
        (
            "entry without platform",
            input::pasted(input::index(), |i| {
                input::without(&mut i["manifests"][0], "platform");
                input::without(&mut i["manifests"][1], "platform");
            }),
            &[],
        ),
        (
            "empty index",
            input::pasted(input::index(), |i| i["manifests"] = json!([])),
            &[],
        ),
        (
            "empty layout",
            kit::Layout::new().tar(),
            &["layout-blobs-missing"],
        ),
        (
            "unknown fields everywhere",
            input::pasted(input::manifest(), |m| {
                m["com.example"] = json!({ "size": "big" });
                m["layers"][0]["x-note"] = json!(null);
            }),
            &[],
        ),
        (
            "unknown field in the config",
            input::pasted(input::config(), |c| c["com.example"] = json!([])),
            &[],
        ),
        (
            "unknown file in the layout",
            input::layout_with(|l| l.put("README", b"hello")),
            &[],
        ),
        (
            "unreferenced blob",
            input::layout_with(|l| {
                l.blob("a/b", b"old");
            }),
            &[],
        ),
        (
            "unknown type in an index",
            input::layout_with(|l| {
                let d = l.blob("application/xml", b"<a/>");
                l.list(d, "x");
            }),
            &[],
        ),
        (
            "unknown config and layer types",
            input::pasted(input::manifest(), |m| {
                m["config"]["mediaType"] = json!("application/vnd.acme.config.v1+json");
                m["layers"][0]["mediaType"] = json!("application/vnd.acme.layer.v1");
            }),
            &[],
        ),
        (
            "unregistered digest algorithm",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["digest"] =
                    json!("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
            }),
            &["digest-algorithm-unregistered"],
        ),
        (
            "sha256+b64u",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["digest"] =
                    json!("sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564");
            }),
            &["digest-algorithm-unregistered"],
        ),
        (
            "null in the config",
            input::pasted(input::config(), |c| {
                for key in ["created", "author", "history", "variant"] {
                    c[key] = json!(null);
                }
                c["config"] = json!({ "Env": null, "ExposedPorts": null, "Entrypoint": null, "Cmd": null, "Labels": null });
            }),
            &[],
        ),
        (
            "config without execution parameters",
            input::pasted(input::config(), |c| c["config"] = json!(null)),
            &[],
        ),
        (
            "docker's fields in the config",
            input::pasted(input::config(), |c| {
                c["docker_version"] = json!("1.12.1");
                c["container_config"] = json!({ "Hostname": "x" });
                c["config"]["OnBuild"] = json!(null);
                c["config"]["Image"] = json!("sha256:abc");
            }),
            &[],
        ),
        (
            "the same layer twice",
            {
                let layer = kit::gzip_layer("hello", b"hello");
                input::image(&[layer.clone(), layer], |_| {}, |_| {})
            },
            &[],
        ),
        (
            "the same digest twice in an index",
            input::pasted(input::index(), |i| {
                i["manifests"][1] = i["manifests"][0].clone()
            }),
            &[],
        ),
        (
            "the empty descriptor as config and layer",
            input::pasted(input::artifact(), |m| {
                m["layers"] = json!([kit::descriptor(mt::OCI_EMPTY, b"{}")]);
            }),
            &[],
        ),
        (
            "artifactType with an image config",
            input::pasted(input::manifest(), |m| {
                m["artifactType"] = json!("application/vnd.acme.x")
            }),
            &["manifest-artifact-image-config"],
        ),
        (
            "index with artifactType and subject",
            input::pasted(input::index(), |i| {
                i["artifactType"] = json!("application/vnd.acme.x");
                i["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"subject");
            }),
            &[],
        ),
        (
            "subject that is nowhere",
            {
                let layer = kit::gzip_layer("hello", b"hello");
                input::image(
                    &[layer],
                    |_| {},
                    |m| m["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"nowhere"),
                )
            },
            &[],
        ),
        (
            "urls on a layer, empty annotations",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["urls"] = json!(["https://example.com/layer"]);
                m["annotations"] = json!({ "com.example.empty": "" });
                m["config"]["annotations"] = json!({});
            }),
            &[],
        ),
        (
            "embedded data",
            input::pasted(input::artifact(), |m| m["config"]["data"] = json!("e30=")),
            &[],
        ),
        (
            "gzip of several members",
            {
                let tar = input::layer_tar();
                let (a, b) = tar.split_at(700);
                input::image_of_layer(
                    mt::OCI_TAR_GZIP,
                    [kit::gzip(a), kit::gzip(b)].concat(),
                    tar.clone(),
                )
            },
            &[],
        ),
        (
            "zstd of several frames, one of them skippable",
            {
                let tar = input::layer_tar();
                let (a, b) = tar.split_at(700);
                let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
                input::image_of_layer(
                    mt::OCI_TAR_ZSTD,
                    [skip, kit::zstd(a), kit::zstd(b)].concat(),
                    tar.clone(),
                )
            },
            &[],
        ),
        (
            "a layer that is not compressed",
            input::image_of_layer(mt::OCI_TAR, input::layer_tar(), input::layer_tar()),
            &[],
        ),
        (
            "a layer without entries",
            {
                let tar = vec![0; 1024];
                input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&tar), tar)
            },
            &[],
        ),
        (
            "docker's plain type holding gzip",
            {
                let tar = input::layer_tar();
                input::image_of_layer(mt::DOCKER_TAR, kit::gzip(&tar), tar)
            },
            &[],
        ),
        (
            "oci-layout with extra fields",
            input::layout_with(|l| {
                l.put(
                    "oci-layout",
                    br#"{"imageLayoutVersion":"1.0.0","com.example":1}"#,
                );
            }),
            &[],
        ),
        (
            "names starting with ./",
            {
                let items: Vec<(String, Vec<u8>)> = kit::good_layout()
                    .all()
                    .into_iter()
                    .map(|(p, b)| (format!("./{p}"), b))
                    .collect();
                Files::tar("image.tar", &items)
            },
            &[],
        ),
        (
            "docker types in an OCI index and manifest",
            input::pasted(input::manifest(), |m| {
                m["config"]["mediaType"] = json!(mt::DOCKER_CONFIG);
                m["layers"][0]["mediaType"] = json!(mt::DOCKER_TAR_GZIP);
            }),
            &[],
        ),
        (
            "a docker manifest",
            input::pasted(input::manifest(), |m| {
                m["mediaType"] = json!(mt::DOCKER_MANIFEST);
                m["config"]["mediaType"] = json!(mt::DOCKER_CONFIG);
                m["layers"][0]["mediaType"] = json!(mt::DOCKER_TAR_GZIP);
            }),
            &[],
        ),
        (
            "a manifest list",
            input::pasted(input::index(), |i| {
                i["mediaType"] = json!(mt::DOCKER_LIST);
                for n in 0..2 {
                    i["manifests"][n]["mediaType"] = json!(mt::DOCKER_MANIFEST);
                }
            }),
            &[],
        ),
        (
            "an attestation",
            input::pasted(input::index(), |i| {
                i["manifests"][1]["platform"] =
                    json!({ "architecture": "unknown", "os": "unknown" });
            }),
            &[],
        ),
        (
            "a nested index",
            input::layout_with(|l| {
                let inner = l.index.clone();
                let nested = l.document(mt::OCI_INDEX, &inner);
                l.index["manifests"] = json!([nested]);
            }),
            &[],
        ),
        (
            "white space and key order",
            Files::pasted(format!(
                "\r\n\t{}\r\n",
                serde_json::to_string_pretty(&input::manifest()).unwrap()
            )),
            &[],
        ),
        (
            "size 0 of no bytes",
            input::pasted(input::artifact(), |m| {
                m["layers"][0]["digest"] = json!(known::EMPTY_BYTES);
                m["layers"][0]["size"] = json!(0);
            }),
            &["descriptor-size-zero"],
        ),
        (
            "an artifact's layers are opaque",
            input::layout_with(|l| {
                let config = l.blob(mt::OCI_EMPTY, b"{}");
                let text = l.blob("text/plain", b"\x1f\x8bnot gzip");
                let mut document = kit::manifest(config, &[text]);
                document["artifactType"] = json!("application/vnd.acme.x");
                let d = l.document(mt::OCI_MANIFEST, &document);
                l.list(d, "a");
            }),
            &[],
        ),
        (
            "docker-archive without tags",
            input::archive_manifest(|m| m[0]["RepoTags"] = json!(null)),
            &[],
        ),
        (
            "docker-archive without images",
            input::archive_manifest(|m| *m = json!([])),
            &[],
        ),
        (
            "docker-archive with a gzip layer",
            input::archive_with(|items| {
                let (_, bytes) = items
                    .iter_mut()
                    .find(|(p, _)| p.ends_with("layer.tar"))
                    .unwrap();
                *bytes = kit::gzip(bytes);
            }),
            &[],
        ),
        (
            "in-toto layer under an image config",
            {
                let statement = br#"{"_type":"https://in-toto.io/Statement/v0.1"}"#.to_vec();
                input::image(
                    &[(mt::IN_TOTO, statement.clone(), statement)],
                    |_| {},
                    |_| {},
                )
            },
            &[],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, files, expected) in cases {
        for found in above_info(&files, expected) {
            wrong.push(format!("{name}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
