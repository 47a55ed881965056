//! The command line tool as people and scripts call it: exit codes, formats, languages, standard input.

mod kit;
mod peer;

use kit::{cases, good_docker_archive, good_layout, gzip, tar};
use peer::{Scratch, check, pullcheck, pullcheck_fed, tool, write_folder};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// A folder with the inputs that these tests name.
fn inputs() -> Scratch {
    let scratch = Scratch::new("cli");
    let folder = scratch.path();
    write_folder(&folder.join("good"), &good_layout().all());
    fs::write(folder.join("good.tar"), tar(&good_layout().all())).unwrap();
    fs::write(folder.join("docker.tar"), tar(&good_docker_archive())).unwrap();
    fs::write(folder.join("zstd.tar"), tar(&cases::zstd_image().all())).unwrap();
    fs::write(folder.join("lost.tar"), tar(&cases::flux_lost().all())).unwrap();
    let mut changed = good_layout();
    let (_, layer) = changed
        .items
        .iter_mut()
        .find(|(_, b)| b.starts_with(&[0x1f, 0x8b]))
        .unwrap();
    layer[4] ^= 1;
    fs::write(folder.join("changed.tar"), tar(&changed.all())).unwrap();
    fs::write(folder.join("page.tar"), "<!DOCTYPE html><html></html>").unwrap();
    fs::write(folder.join("empty.tar"), "").unwrap();
    fs::write(folder.join("packed.tar.xz"), b"\xFD7zXZ\0\0\x04").unwrap();
    let packed = gzip(&tar(&good_docker_archive()));
    fs::write(folder.join("cut.tar.gz"), &packed[..100]).unwrap();
    scratch
}

#[test]
fn exit_codes_say_how_it_went() {
    let scratch = inputs();
    for (arguments, code) in [
        (vec!["check", "good"], 0),
        (vec!["check", "good.tar"], 0),
        (vec!["check", "docker.tar"], 0),
        // Somebody refuses it, but nobody asked.
        (vec!["check", "zstd.tar"], 0),
        (vec!["check", "zstd.tar", "--consumer", "umoci@0.5.0"], 0),
        (vec!["check", "zstd.tar", "--consumer", "umoci@0.4.7"], 1),
        (vec!["check", "zstd.tar", "--consumer", "umoci"], 1),
        (
            vec![
                "check",
                "zstd.tar",
                "-c",
                "umoci@0.5.0",
                "-c",
                "docker-load-containerd",
            ],
            0,
        ),
        (vec!["check", "changed.tar"], 1),
        (vec!["check", "absent.tar"], 2),
        (vec!["check", "good", "good.tar"], 2),
        // Two archives, one in a compression that is not undone: nothing was judged.
        (vec!["check", "good.tar", "docker.tar"], 2),
        (vec!["check", "packed.tar.xz"], 2),
        (vec!["check", "cut.tar.gz"], 1),
        (vec!["check", "good.tar", "--consumer", "nobody"], 2),
        (vec!["check", "good.tar", "--consumer", "umoci@newest"], 2),
        (vec!["check", "good.tar", "--format", "xml"], 2),
        (vec!["check"], 2),
        (vec!["nonsense"], 2),
        (vec![], 2),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["rules"], 0),
        (vec!["rules", "tar-device"], 0),
        (vec!["rules", "no-such"], 2),
        (vec!["example"], 0),
        (vec!["example", "higress-empty"], 0),
        (vec!["example", "no-such"], 2),
        (vec!["example", "--output", "x.tar"], 2),
        (vec!["rules", "digest-syntax"], 0),
        (vec!["rules", "digest-syntax", "--format", "markdown"], 0),
        (vec!["rules", "no-such-rule"], 2),
        (vec!["consumers"], 0),
        (vec!["errors"], 0),
        (vec!["explain", "tag is ambiguous: latest"], 0),
        (vec!["explain", "the weather is fine today"], 1),
        (vec!["explain", "docker run -p 80:80 nginx:latest"], 1),
    ] {
        let run = pullcheck(scratch.path(), &arguments);
        assert_eq!(run.code, code, "{arguments:?}\n{}{}", run.out, run.err);
        if code == 2 {
            let spoke = !run.err.trim().is_empty() || run.out.contains("tar");
            assert!(spoke, "{arguments:?} fails without a word");
        }
    }
}

#[test]
fn what_is_no_artifact_never_passes() {
    let scratch = inputs();
    for name in ["page.tar", "empty.tar"] {
        let run = pullcheck(scratch.path(), &["check", name]);
        assert_ne!(run.code, 0, "{name}: {}", run.out);
        assert!(run.out.contains(name));
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

/// Asserts that an object has these fields.
fn has(value: &Value, fields: &[&str]) {
    for field in fields {
        assert!(value.get(field).is_some(), "no `{field}` in {value:#}");
    }
}

#[test]
fn the_json_report_keeps_its_contract() {
    let scratch = inputs();
    let (code, report) = check(scratch.path(), &["lost.tar"]);
    assert_eq!(code, 0, "a lost blob is a warning, and nobody was asked");
    assert_eq!(report["schema"], "pullcheck-report/1");
    assert_eq!(report["input"]["name"], "lost.tar");
    let length = fs::metadata(scratch.path().join("lost.tar")).unwrap().len();
    assert_eq!(report["input"]["bytes"], length);
    assert_eq!(report["input"]["kind"], "oci-layout");
    has(&report, &["artifacts", "findings", "verdicts", "coverage"]);
    assert_eq!(report["artifacts"].as_array().unwrap().len(), 1);
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    for finding in findings {
        has(finding, &["rule", "severity", "message", "where"]);
        has(&finding["where"], &["path"]);
        let severity = finding["severity"].as_str().unwrap();
        assert!(["error", "warning", "info"].contains(&severity));
    }
    let missing = findings
        .iter()
        .find(|f| f["rule"] == "layout-blob-missing")
        .unwrap_or_else(|| panic!("{findings:#?}"));
    has(&missing["where"], &["path", "pointer", "line", "column"]);
    let verdicts = report["verdicts"].as_array().unwrap();
    assert!(!verdicts.is_empty());
    for verdict in verdicts {
        has(
            verdict,
            &[
                "artifact", "consumer", "versions", "verdict", "error", "steps", "fixes",
            ],
        );
        let word = verdict["verdict"].as_str().unwrap();
        assert!(["accepts", "refuses", "unknown", "not-applicable"].contains(&word));
        assert_eq!(
            verdict["error"].is_string(),
            word == "refuses",
            "{verdict:#}"
        );
    }
}

#[test]
fn a_consumer_that_is_asked_for_always_answers() {
    let scratch = inputs();
    let (_, list) = lists(scratch.path(), "consumers");
    for consumer in list["consumers"].as_array().unwrap() {
        let id = consumer["id"].as_str().unwrap();
        for input in ["good.tar", "docker.tar", "lost.tar"] {
            let (_, report) = check(scratch.path(), &[input, "--consumer", id]);
            let verdicts = report["verdicts"].as_array().unwrap();
            assert!(!verdicts.is_empty(), "{id} {input}");
            for verdict in verdicts {
                assert_eq!(verdict["consumer"], id);
                assert_ne!(verdict["verdict"], "not-applicable", "{id} {input}");
            }
        }
    }
}

#[test]
fn both_languages_say_the_same_in_their_own_words() {
    let scratch = inputs();
    let (_, en) = check(scratch.path(), &["lost.tar", "--lang", "en"]);
    let (_, zh) = check(scratch.path(), &["lost.tar", "--lang", "zh-CN"]);
    assert_eq!((&en["lang"], &zh["lang"]), (&json!("en"), &json!("zh-CN")));
    let place = |report: &Value| -> Vec<(Value, Value)> {
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (f["rule"].clone(), f["where"].clone()))
            .collect()
    };
    assert_eq!(place(&en), place(&zh));
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (en, zh) in [
        (&en["input"]["says"], &zh["input"]["says"]),
        (&en["findings"][0]["message"], &zh["findings"][0]["message"]),
        (&en["verdicts"][0]["because"], &zh["verdicts"][0]["because"]),
    ] {
        assert!(!han(en.as_str().unwrap()), "{en}");
        assert!(han(zh.as_str().unwrap()), "{zh}");
    }
    for command in [
        vec!["check", "lost.tar"],
        vec!["check", "absent.tar"],
        vec!["--help"],
    ] {
        let run = tool(scratch.path())
            .args(&command)
            .env("LANG", "zh_CN.UTF-8")
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].concat();
        assert!(han(&String::from_utf8(said).unwrap()), "{command:?}");
    }
}

#[test]
fn standard_input_is_a_file_or_a_paste() {
    let scratch = inputs();
    let archive = fs::read(scratch.path().join("good.tar")).unwrap();
    let run = pullcheck_fed(
        scratch.path(),
        &["check", "-", "--format", "json"],
        &archive,
    );
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["input"]["kind"], "oci-layout");
    assert_eq!(report["input"]["packaging"], "tar");
    let manifest = cases::lone_manifest();
    let run = pullcheck_fed(
        scratch.path(),
        &["check", "-", "--format", "json"],
        manifest.as_bytes(),
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["input"]["kind"], "manifest");
    assert_eq!(report["input"]["packaging"], "pasted");
    assert_eq!(report["input"]["bytes"], manifest.len());
}

#[test]
fn the_same_bytes_give_the_same_answers_however_they_are_given() {
    let scratch = inputs();
    let (_, file) = check(scratch.path(), &["good.tar"]);
    let (_, folder) = check(scratch.path(), &["good"]);
    assert_eq!(file["artifacts"], folder["artifacts"]);
    // That folders have no entries of their own can only be said of an archive.
    let findings = |report: &Value| {
        let mut found = report["findings"].as_array().unwrap().clone();
        found.retain(|f| f["rule"] != "layout-blobs-entry-missing");
        found
    };
    assert_eq!(findings(&file), findings(&folder));
}

#[test]
fn errors_are_explained_best_match_first() {
    let scratch = Scratch::new("explain");
    let error = "   ⨯ create runtime bundle: unpack rootfs: unpack rootfs: layer sha256:80f8e010dc162a271de4e2887b4d760d2dce1b6c533a72760f18f59d5ae7dcc5: blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd";
    for run in [
        pullcheck(scratch.path(), &["explain", error, "--format", "json"]),
        pullcheck_fed(
            scratch.path(),
            &["explain", "-", "--format", "json"],
            error.as_bytes(),
        ),
    ] {
        assert_eq!(run.code, 0, "{}", run.err);
        let answer: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(answer["schema"], "pullcheck-explain/1");
        let matches = answer["matches"].as_array().unwrap();
        assert_eq!(matches[0]["id"], "umoci-layer-mediatype");
        for found in matches {
            has(found, &["id", "score", "captures", "cause", "fixes"]);
        }
        let scores: Vec<u64> = matches.iter().filter_map(|m| m["score"].as_u64()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        assert!(matches[0]["captures"].to_string().contains("tar+zstd"));
    }
    let run = pullcheck(
        scratch.path(),
        &["explain", "good morning", "--format", "json"],
    );
    assert_eq!(run.code, 1);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["matches"], json!([]));
}

#[test]
fn names_and_logs_are_told_from_errors() {
    let scratch = inputs();
    let run = pullcheck(scratch.path(), &["explain", "FROM nginx:1.25 AS x"]);
    assert!(run.out.contains("docker://nginx:1.25 "), "{}", run.out);
    let digest = format!("sha256:{}", "0a".repeat(32));
    let run = pullcheck(scratch.path(), &["explain", &digest]);
    assert!(run.out.contains("is a digest"), "{}", run.out);
    let log = "step 1\nctr: unrecognized image format\n";
    std::fs::write(scratch.path().join("build.log"), log).unwrap();
    let run = pullcheck(scratch.path(), &["check", "build.log"]);
    assert!(
        run.err.contains("pullcheck explain - < FILE"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("containerd-unrecognized-image-format"),
        "{}",
        run.err
    );
}

#[test]
fn an_error_and_an_artifact_meet_in_one_answer() {
    let scratch = Scratch::new("explain-artifact");
    let file = kit::cases::higress_empty().tar();
    std::fs::write(scratch.path().join("plugin.tar"), &file.items[0].1).unwrap();
    let error = "[31mcould not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)";
    let arguments = ["explain", "--artifact", "plugin.tar", error];
    let run = pullcheck(scratch.path(), &arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("This is what `plugin.tar` shows"),
        "{}",
        run.out
    );
    let run = pullcheck(
        scratch.path(),
        &[
            "explain",
            error,
            "--artifact",
            "plugin.tar",
            "--format",
            "json",
        ],
    );
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    let artifact = &answer["matches"][0]["artifact"];
    assert_eq!(artifact["answer"], "printed", "{artifact}");
    has(
        artifact,
        &[
            "name",
            "says",
            "printed",
            "findings",
            "clean",
            "otherwise",
            "undecided",
        ],
    );
    has(
        &artifact["printed"][0],
        &["consumer", "versions", "error", "at"],
    );
    assert_eq!(answer["matches"][0]["line"], 1);
    assert_eq!(answer["mentions"][0]["kind"], "media-type");
    let run = pullcheck(
        scratch.path(),
        &["explain", error, "--artifact", "no-such-file"],
    );
    assert_eq!(run.code, 2, "{}", run.out);
    let run = pullcheck(
        scratch.path(),
        &["explain", "--lang", "zh", "-a", "plugin.tar", error],
    );
    assert!(run.out.contains("正是如此"), "{}", run.out);
}

#[test]
fn known_errors_are_searched() {
    let scratch = Scratch::new("errors-search");
    let run = pullcheck(scratch.path(), &["errors", "helm-oci", "descriptors"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("helm-min-descriptors"), "{}", run.out);
    assert!(!run.out.contains("umoci-layer-mediatype"));
    let run = pullcheck(
        scratch.path(),
        &["errors", "--lang", "zh", "证明", "lambda"],
    );
    assert!(
        run.out.contains("lambda-image-manifest-unsupported"),
        "{}",
        run.out
    );
    let run = pullcheck(scratch.path(), &["errors", "no such words at all"]);
    assert_eq!(run.code, 1);
}

fn lists(folder: &Path, name: &str) -> (i32, Value) {
    let run = pullcheck(folder, &[name, "--format", "json"]);
    (run.code, serde_json::from_str(&run.out).unwrap())
}

#[test]
fn lists_hold_what_is_built_in() {
    let scratch = Scratch::new("lists");
    let (_, rules) = lists(scratch.path(), "rules");
    assert_eq!(
        rules["rules"].as_array().unwrap().len(),
        pullcheck::rules::all().count()
    );
    has(&rules["rules"][0], &["id", "severity", "title", "peers"]);
    let one = pullcheck(scratch.path(), &["rules", "manifest-size"]).out;
    for part in ["manifest-size", "distribution", "regclient (in part)"] {
        assert!(one.contains(part), "{one}");
    }
    let (_, consumers) = lists(scratch.path(), "consumers");
    let all = consumers["consumers"].as_array().unwrap();
    assert_eq!(all.len(), pullcheck::consumers::all().count());
    for consumer in all {
        has(consumer, &["id", "name", "ranges"]);
        assert!(!consumer["ranges"].as_array().unwrap().is_empty());
    }
    let (_, errors) = lists(scratch.path(), "errors");
    assert_eq!(
        errors["errors"].as_array().unwrap().len(),
        pullcheck::errors::all().len()
    );
    has(&errors["errors"][0], &["id", "tool", "title"]);
    let (_, examples) = lists(scratch.path(), "example");
    has(&examples["examples"][0], &["id", "group", "good", "title"]);
    for name in ["rules", "consumers", "errors", "example"] {
        let en = pullcheck(scratch.path(), &[name]);
        let zh = pullcheck(scratch.path(), &[name, "--lang", "zh-CN"]);
        assert_eq!(en.out.lines().count(), zh.out.lines().count(), "{name}");
        assert_ne!(en.out, zh.out);
    }
}

#[test]
fn an_example_is_written_once_and_checked_like_any_file() {
    let scratch = inputs();
    let folder = scratch.path();
    let write = |id: &str| pullcheck(folder, &["example", id, "--output", "x.tar"]);
    assert_eq!(write("config-diff-id-order/broken").code, 0);
    let (code, report) = check(folder, &["x.tar"]);
    assert_eq!(code, 1);
    let found = report["findings"].as_array().unwrap();
    assert!(found.iter().any(|f| f["rule"] == "config-diff-id-order"));
    let before = fs::read(folder.join("x.tar")).unwrap();
    assert_eq!(write("config-diff-id-order/mended").code, 2);
    assert_eq!(fs::read(folder.join("x.tar")).unwrap(), before);
}

#[test]
fn a_rule_is_shown_with_its_places_and_with_who_refuses() {
    let scratch = inputs();
    let run = pullcheck(scratch.path(), &["rules", "config-diff-id-order"]);
    for words in ["diffid mismatch", "rootfs", "How to fix it", "/mended"] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    let run = pullcheck(
        scratch.path(),
        &["rules", "config-diff-id-order", "--format", "json"],
    );
    let rule: Value = serde_json::from_str(&run.out).unwrap();
    let rule = &rule["rules"][0];
    has(rule, &["id", "before", "after", "breaks", "examples"]);
    assert!(!rule["breaks"].as_array().unwrap().is_empty());
}

#[test]
fn markdown_and_text_name_the_refusal_and_its_error() {
    let scratch = inputs();
    for (format, answer) in [("text", "✗ refuses"), ("markdown", "✗ Refuses")] {
        let run = pullcheck(
            scratch.path(),
            &[
                "check",
                "zstd.tar",
                "--consumer",
                "umoci@0.4.7",
                "--format",
                format,
            ],
        );
        assert!(run.out.contains(answer), "{}", run.out);
        assert!(run.out.contains(
            "blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd"
        ));
        assert!(!run.out.contains('\u{1b}'), "no terminal, no colours");
    }
    let run = pullcheck(scratch.path(), &["check", "zstd.tar", "--color", "always"]);
    assert!(run.out.contains('\u{1b}'));
}

/// The pasted manifest, broken by what only image-spec 1.1 forbids; and by what is only recommended.
fn for_profiles(scratch: &Scratch) {
    let whole: Value = serde_json::from_str(&cases::lone_manifest()).unwrap();
    let mut newer = whole.clone();
    newer["config"]["data"] = json!("not base64");
    let mut advised = whole.clone();
    advised.as_object_mut().unwrap().remove("mediaType");
    for (name, document) in [
        ("whole.json", whole),
        ("newer.json", newer),
        ("advised.json", advised),
    ] {
        fs::write(scratch.path().join(name), document.to_string()).unwrap();
    }
}

#[test]
fn a_profile_changes_the_exit_code_and_hides_nothing() {
    let scratch = Scratch::new("profiles");
    for_profiles(&scratch);
    for (name, codes) in [
        ("whole.json", [0, 0, 0]),
        ("newer.json", [0, 1, 1]),
        ("advised.json", [0, 0, 1]),
    ] {
        let (default, report) = check(scratch.path(), &[name]);
        assert_eq!(default, codes[1], "{name}");
        assert_eq!(report["profile"], "image-spec-1.1");
        let found = |report: &Value| -> Vec<(String, String)> {
            let mut found: Vec<_> = report["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| (f["rule"].to_string(), f["where"].to_string()))
                .collect();
            found.sort();
            found
        };
        for (profile, code) in ["image-spec-1.0", "image-spec-1.1", "strict"]
            .into_iter()
            .zip(codes)
        {
            let (got, weighed) = check(scratch.path(), &[name, "--profile", profile]);
            assert_eq!(got, code, "{name} {profile}: {:#}", weighed["findings"]);
            assert_eq!(weighed["profile"], profile);
            assert_eq!(found(&weighed), found(&report), "{name} {profile}");
            for finding in weighed["findings"].as_array().unwrap() {
                let own = &finding["severityOfRule"];
                assert_eq!(own.is_string(), finding["note"].is_string());
                assert_ne!(own, &finding["severity"], "only where it differs");
            }
        }
    }
    let (_, report) = check(scratch.path(), &["newer.json", "-p", "image-spec-1.0"]);
    let findings = report["findings"].as_array().unwrap();
    let lowered = findings
        .iter()
        .find(|f| f["rule"] == "descriptor-data-base64")
        .unwrap_or_else(|| panic!("{findings:#?}"));
    assert_eq!(lowered["severity"], "info");
    assert_eq!(lowered["severityOfRule"], "error");
    assert!(lowered["note"].as_str().unwrap().contains("came with 1.1"));
    let run = pullcheck(scratch.path(), &["check", "whole.json", "-p", "2.0"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("image-spec-1.0"), "{}", run.err);
}

#[test]
fn text_and_markdown_say_what_is_judged_by_and_since_when() {
    let scratch = Scratch::new("since");
    for_profiles(&scratch);
    for (lang, since, old, strict) in [
        (
            "en",
            "required since image-spec 1.1",
            ["Judged by image-spec 1.0.", "it came with 1.1"],
            ["Judged strictly.", "A recommendation (SHOULD)."],
        ),
        (
            "zh-CN",
            "自 image-spec 1.1 起要求",
            ["按 image-spec 1.0 判定。", "该内容自 1.1 版才有"],
            ["按严格标准判定。", "这是规范的建议（SHOULD）"],
        ),
    ] {
        for format in ["text", "markdown"] {
            let say = |more: &[&str]| {
                let fixed = ["check", "--lang", lang, "--format", format];
                // Markdown escapes what could be markup.
                pullcheck(scratch.path(), &[&fixed, more].concat())
                    .out
                    .replace('\\', "")
            };
            assert!(say(&["newer.json"]).contains(since));
            let out = say(&["newer.json", "--profile", "image-spec-1.0"]);
            for words in [since, old[0], old[1]] {
                assert!(out.contains(words), "{words}: {out}");
            }
            let out = say(&["advised.json", "--profile", "strict"]);
            for words in strict {
                assert!(out.contains(words), "{words}: {out}");
            }
        }
    }
}

#[test]
fn sarif_points_at_rules_and_files_that_it_lists() {
    let scratch = inputs();
    let run = pullcheck(
        scratch.path(),
        &[
            "check",
            "lost.tar",
            "--consumer",
            "umoci",
            "--format",
            "sarif",
        ],
    );
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 1);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let level = result["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
        let physical = &result["locations"][0]["physicalLocation"];
        let file = &physical["artifactLocation"];
        let index = file["index"].as_u64().unwrap() as usize;
        assert_eq!(run["artifacts"][index]["location"]["uri"], file["uri"]);
        if let Some(region) = physical.get("region") {
            assert_ne!(region["startLine"], json!(0));
            assert!(keys(region).iter().all(|key| {
                ["startLine", "startColumn", "byteOffset", "byteLength"].contains(key)
            }));
        }
    }
    let levels: Vec<&Value> = results
        .iter()
        .filter(|r| r["ruleId"] == "consumer/umoci")
        .map(|r| &r["level"])
        .collect();
    assert!(!levels.is_empty() && levels.iter().all(|level| *level == "error"));
}

#[test]
fn a_saved_report_is_shown_again_as_it_was() {
    let scratch = inputs();
    let folder = scratch.path();
    let saved = pullcheck(folder, &["check", "lost.tar", "--format", "saved"]);
    fs::write(folder.join("report.json"), &saved.out).unwrap();
    for lang in ["en", "zh-CN"] {
        for format in ["text", "json", "markdown", "sarif", "saved"] {
            let shown = |what: &[&str]| {
                let fixed = ["--lang", lang, "--format", format];
                pullcheck(folder, &[what, &fixed].concat())
            };
            let (fresh, again) = (
                shown(&["check", "lost.tar"]),
                shown(&["show", "report.json"]),
            );
            // The path that was named is no part of a report; here it is its name.
            assert_eq!(again.out, fresh.out, "{lang} {format}");
            assert_eq!(again.code, fresh.code);
            assert!(
                again.err.contains(env!("CARGO_PKG_VERSION")),
                "{}",
                again.err
            );
        }
    }
    let cut = &saved.out[..saved.out.len() / 2];
    let plain = pullcheck(folder, &["check", "lost.tar", "--format", "json"]).out;
    let absent = pullcheck(folder, &["show", "absent.json"]);
    assert_eq!(absent.code, 2);
    for (text, words) in [
        (cut, "damaged"),
        (&plain, "for programs"),
        ("{}", "not a report"),
    ] {
        fs::write(folder.join("other.json"), text).unwrap();
        let run = pullcheck(folder, &["show", "other.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let scratch = inputs();
    let mut child = tool(scratch.path())
        .args(["errors", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn names_out_of_archives_cannot_steer_a_terminal() {
    let scratch = Scratch::new("names");
    let mut layout = cases::zstd_image();
    layout.index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] =
        json!("\u{1b}]0;owned\u{7}\u{202e}x");
    fs::write(scratch.path().join("x.tar"), tar(&layout.all())).unwrap();
    for format in ["text", "json", "markdown", "sarif"] {
        let run = pullcheck(scratch.path(), &["check", "x.tar", "--format", format]);
        let steering = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.out.contains(steering), "{format}: {:?}", run.out);
        assert!(run.out.contains("owned"));
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_followed_inside_it_and_named_when_they_lead_out() {
    use std::os::unix::fs::symlink;
    let scratch = inputs();
    let folder = scratch.path().join("good");
    let blob = fs::read_dir(folder.join("blobs/sha256"))
        .unwrap()
        .next()
        .unwrap();
    let blob = blob.unwrap().path();
    let inside = folder.join("elsewhere");
    fs::rename(&blob, &inside).unwrap();
    symlink(&inside, &blob).unwrap();
    let (code, report) = check(scratch.path(), &["good"]);
    assert_eq!(code, 0, "{report:#}");
    let outside = scratch.path().join("outside");
    fs::rename(&inside, &outside).unwrap();
    fs::remove_file(&blob).unwrap();
    symlink(&outside, &blob).unwrap();
    let (_, report) = check(scratch.path(), &["good", "--consumer", "umoci"]);
    let coverage = report["coverage"].as_array().unwrap();
    assert!(
        coverage
            .iter()
            .any(|c| c["why"].as_str().unwrap().contains("symbolic link"))
    );
    for verdict in report["verdicts"].as_array().unwrap() {
        assert_eq!(verdict["verdict"], "unknown", "{verdict:#}");
    }
    for finding in report["findings"].as_array().unwrap() {
        assert_ne!(finding["rule"], "layout-blob-missing", "{finding:#}");
    }
}

#[cfg(unix)]
#[test]
fn a_stop_by_the_user_still_gives_a_report() {
    use std::io::Read;
    let scratch = Scratch::new("stop");
    // A sparse file: a tar whose one layer is far too long to be read in the time of a test.
    let mut header = tar::Header::new_ustar();
    header.set_path("layer.tar").unwrap();
    header.set_size(7 << 30);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let path = scratch.path().join("big.tar");
    fs::write(&path, header.as_bytes()).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len((7 << 30) + 512 + 1024)
        .unwrap();
    let mut child = tool(scratch.path())
        .args(["check", "big.tar", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let stop = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stop.success());
    let mut out = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["complete"], json!(false));
}
