//! Reports as SARIF: held to the official schema, and to what services that read them need beyond it.

mod kit;
mod peer;

use jsonschema::{Draft, Validator};
use kit::hostile::{LINK, MARKUP, SHELL, STEERING, circles, filled_with};
use kit::{Files, Layout, artifacts, cases, good_docker_archive, good_layout, tar, zstd_layer};
use peer::{Scratch, pullcheck, tool, write_folder};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn schema() -> Validator {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/sarif/sarif-schema-2.1.0.json"
    );
    let text = fs::read_to_string(path).unwrap();
    // The one pattern with a slip of the pen, as it is meant: a stray bracket, which strict readers of patterns refuse.
    let (slip, meant) = (
        "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$",
        "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$",
    );
    assert_eq!(text.matches(slip).count(), 2);
    let schema: Value = serde_json::from_str(&text.replace(slip, meant)).unwrap();
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// Writes an input below `folder`; gives what to name on the command line.
fn place(folder: &Path, name: &str, files: &Files) -> String {
    match files.items.as_slice() {
        [(_, bytes)] => {
            fs::write(folder.join(name), bytes).unwrap();
        }
        several => write_folder(&folder.join(name), several),
    }
    name.to_string()
}

/// Every input of these tests by name: clean and broken, whole and cut, well meant and hostile.
fn inputs(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for case in cases::walks().into_iter().chain(cases::odd_files()) {
        names.push(place(folder, case.name, &case.files));
    }
    for (number, case) in artifacts::all().iter().enumerate() {
        names.push(place(
            folder,
            &format!("artifact-{number}.tar"),
            &case.files,
        ));
    }
    for (number, text) in [LINK, MARKUP, SHELL, STEERING, "//evil.example/x", "a b%层"]
        .into_iter()
        .enumerate()
    {
        names.push(place(
            folder,
            &format!("hostile-{number}.tar"),
            &filled_with(text),
        ));
    }
    names.push(place(folder, "circles.tar", &circles()));
    names.push(place(
        folder,
        "a name: with #?% and 层.tar",
        &good_layout().tar(),
    ));
    write_folder(&folder.join("folder"), &good_layout().all());
    fs::write(folder.join("docker.tar"), tar(&good_docker_archive())).unwrap();
    fs::write(folder.join("manifest.json"), cases::lone_manifest()).unwrap();
    names.extend(["folder", "docker.tar", "manifest.json"].map(String::from));
    names
}

fn sarif(folder: &Path, arguments: &[&str]) -> Value {
    let run = pullcheck(
        folder,
        &[&["check", "--format", "sarif"], arguments].concat(),
    );
    serde_json::from_str(&run.out)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", run.err))
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// What the specification says and its schema does not.
fn hold(log: &Value, what: &str) {
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut prints = Vec::new();
    for result in results(log) {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"], "{what}");
        let kind = result.get("kind").and_then(Value::as_str).unwrap_or("fail");
        assert_eq!(
            kind == "fail",
            result["level"] != "none",
            "{what}: {result:#}"
        );
        // GitHub refuses a whole file for one result without a place, or without words.
        assert!(
            !result["message"]["text"].as_str().unwrap().is_empty(),
            "{what}"
        );
        let locations = result["locations"].as_array().unwrap();
        assert_eq!(locations.len(), 1, "{what}");
        for location in locations
            .iter()
            .chain(result["relatedLocations"].as_array().into_iter().flatten())
        {
            let file = &location["physicalLocation"]["artifactLocation"];
            let listed = &run["artifacts"][file["index"].as_u64().unwrap() as usize];
            assert_eq!(listed["location"]["uri"], file["uri"], "{what}");
            let uri = file["uri"].as_str().unwrap();
            assert!(
                !uri.starts_with("//") && !uri.contains([':', '?', '#', ' ']),
                "{what}: {uri}"
            );
        }
        prints.push(
            result["partialFingerprints"]["pullcheck/v1"]
                .as_str()
                .unwrap(),
        );
    }
    let all = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(
        prints.len(),
        all,
        "{what}: two results have one fingerprint"
    );
}

#[test]
fn every_report_keeps_the_official_schema() {
    let schema = schema();
    let scratch = Scratch::new("sarif-schema");
    let names = inputs(scratch.path());
    assert!(names.len() >= 20, "{}", names.len());
    let mut found = 0;
    for (number, name) in names.iter().enumerate() {
        let ways: [&[&str]; 4] = [
            &[],
            &["--all", "--lang", "zh-CN", "--profile", "strict"],
            &[
                "-c",
                "umoci",
                "-c",
                "docker-load-containerd",
                "--profile",
                "image-spec-1.0",
            ],
            &["--for", "umoci@0.4.7", "--all"],
        ];
        // The plain report of each input, and one of the others by turns.
        for way in [ways[0], ways[1 + number % 3]] {
            let log = sarif(scratch.path(), &[&[name.as_str()], way].concat());
            let errors: Vec<String> = schema
                .iter_errors(&log)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new(), "{name} {way:?}");
            hold(&log, &format!("{name} {way:?}"));
            found += results(&log).len();
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema();
    let scratch = Scratch::new("sarif-wrong");
    fs::write(
        scratch.path().join("lost.tar"),
        tar(&cases::flux_lost().all()),
    )
    .unwrap();
    let log = sarif(scratch.path(), &["lost.tar"]);
    assert!(schema.is_valid(&log));
    for (pointer, value) in [
        ("/version", json!("2.0")),
        ("/runs/0/results/0/level", json!("bad")),
        ("/runs/0/results/0/kind", json!("maybe")),
        ("/runs/0/results/0/message", json!("text")),
        ("/runs/0/tool/driver/rules/0/helpUri", json!("not a uri")),
        ("/runs/0/artifacts/0/location/uri", json!("a b")),
    ] {
        let mut wrong = log.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap()[key] = value;
        assert!(!schema.is_valid(&wrong), "{pointer}");
    }
}

#[test]
fn findings_name_their_place_in_every_way() {
    let scratch = Scratch::new("sarif-place");
    fs::write(
        scratch.path().join("lost.tar"),
        tar(&cases::flux_lost().all()),
    )
    .unwrap();
    let log = sarif(scratch.path(), &["lost.tar"]);
    let missing = results(&log)
        .iter()
        .find(|r| r["ruleId"] == "layout-blob-missing")
        .unwrap();
    let location = &missing["locations"][0];
    let region = &location["physicalLocation"]["region"];
    for key in ["startLine", "startColumn", "byteOffset", "byteLength"] {
        assert!(region[key].is_u64(), "{key}: {region}");
    }
    let logical = &location["logicalLocations"][0];
    assert!(
        logical["fullyQualifiedName"]
            .as_str()
            .unwrap()
            .starts_with('/'),
        "{logical}"
    );
    let rule =
        &log["runs"][0]["tool"]["driver"]["rules"][missing["ruleIndex"].as_u64().unwrap() as usize];
    assert!(
        rule["helpUri"].as_str().unwrap().starts_with("https://"),
        "{rule}"
    );
    // With a site, every rule and consumer is explained there.
    let output = tool(scratch.path())
        .args(["check", "lost.tar", "--format", "sarif", "-c", "umoci"])
        .env("PULLCHECK_SITE", "https://example.org/pullcheck/")
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["informationUri"], "https://example.org/pullcheck/");
    for rule in driver["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let room = match id.strip_prefix("consumer/") {
            Some(consumer) => format!("consumers/{consumer}"),
            None => format!("rules/{id}"),
        };
        assert_eq!(
            rule["helpUri"],
            format!("https://example.org/pullcheck/en/{room}.html")
        );
    }
}

/// The prints of a report's findings, by rule.
fn prints(log: &Value) -> Vec<(String, String)> {
    let mut prints: Vec<(String, String)> = results(log)
        .iter()
        .map(|r| {
            let print = &r["partialFingerprints"]["primaryLocationLineHash"];
            (r["ruleId"].to_string(), print.to_string())
        })
        .collect();
    prints.sort();
    prints
}

#[test]
fn fingerprints_outlive_a_build_and_a_name() {
    let scratch = Scratch::new("sarif-prints");
    // Other layers, so that every digest, byte and line is another; the same faults.
    let build = |content: &str| {
        let mut layout = Layout::new();
        let layer = zstd_layer("hello", content.as_bytes());
        let image = layout.image(("linux", "amd64"), &[layer]);
        layout.list(image, "latest");
        layout.index["annotations"] = json!({ "note": content });
        layout.index["manifests"][0]["size"] = json!(1);
        layout.all()
    };
    fs::write(scratch.path().join("one.tar"), tar(&build("a"))).unwrap();
    fs::write(
        scratch.path().join("two.tar"),
        tar(&build("another, longer")),
    )
    .unwrap();
    let ask = |name| prints(&sarif(scratch.path(), &[name, "-c", "umoci"]));
    let one = ask("one.tar");
    assert!(one.len() > 1, "{one:?}");
    assert_eq!(one, ask("two.tar"));
    let zh = sarif(
        scratch.path(),
        &["one.tar", "-c", "umoci", "--lang", "zh-CN"],
    );
    assert_eq!(one, prints(&zh), "the language makes no difference");
}

#[test]
fn what_is_not_known_is_open_and_never_passes() {
    let scratch = Scratch::new("sarif-open");
    fs::write(scratch.path().join("m.json"), cases::lone_manifest()).unwrap();
    let log = sarif(scratch.path(), &["m.json"]);
    assert!(
        results(&log).iter().all(|r| r.get("kind").is_none()),
        "GitHub shows whatever is a result"
    );
    let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    let not_run = notes
        .iter()
        .filter(|note| note["associatedRule"]["id"].is_string())
        .count();
    assert!(not_run > 0);
    let log = sarif(scratch.path(), &["m.json", "--all", "-c", "umoci"]);
    let of = |kind: &str| results(&log).iter().filter(|r| r["kind"] == kind).count();
    let rules = results(&log)
        .iter()
        .filter(|r| r["kind"] == "open" && !r["ruleId"].as_str().unwrap().starts_with("consumer/"));
    assert_eq!(rules.count(), not_run);
    assert!(of("notApplicable") > 0 && of("pass") > 0);
    // umoci cannot be told by a manifest alone: that is a result even without `--all`.
    let log = sarif(scratch.path(), &["m.json", "-c", "umoci"]);
    let asked: Vec<&Value> = results(&log)
        .iter()
        .filter(|r| r["ruleId"] == "consumer/umoci")
        .collect();
    assert!(
        !asked.is_empty() && asked.iter().all(|r| r["kind"] == "open"),
        "{asked:#?}"
    );
}

#[test]
fn verdicts_are_results_of_who_was_asked_for_and_of_nobody_else() {
    let scratch = Scratch::new("sarif-asked");
    fs::write(
        scratch.path().join("zstd.tar"),
        tar(&cases::zstd_image().all()),
    )
    .unwrap();
    let of = |arguments: &[&str]| -> Vec<(String, String)> {
        let log = sarif(scratch.path(), &[&["zstd.tar"], arguments].concat());
        let verdicts = results(&log)
            .iter()
            .filter(|r| r["ruleId"].as_str().unwrap().starts_with("consumer/"));
        let pair = |r: &Value| {
            let level = r["level"].as_str().unwrap().to_string();
            (r["ruleId"].as_str().unwrap().to_string(), level)
        };
        verdicts.map(pair).collect()
    };
    let umoci = |level: &str| ("consumer/umoci".to_string(), level.to_string());
    assert_eq!(of(&[]), []);
    assert_eq!(of(&["-c", "umoci@0.4.7"]), [umoci("error")]);
    assert_eq!(of(&["--for", "umoci@0.4.7"]), [umoci("error")]);
    assert_eq!(of(&["--for", "umoci@0.5.0"]), []);
    assert_eq!(of(&["--for", "umoci@0.5.0", "--all"]), [umoci("none")]);
}

#[test]
fn files_of_a_folder_are_files_of_their_own() {
    let scratch = Scratch::new("sarif-folder");
    let mut layout = good_layout();
    layout.index["manifests"][0]["size"] = json!(1);
    write_folder(&scratch.path().join("image"), &layout.all());
    fs::write(scratch.path().join("image.tar"), tar(&layout.all())).unwrap();
    let uris = |log: &Value| -> Vec<(String, bool)> {
        let files = log["runs"][0]["artifacts"].as_array().unwrap();
        let pair = |file: &Value| {
            let uri = file["location"]["uri"].as_str().unwrap();
            (uri.to_string(), file.get("parentIndex").is_some())
        };
        files.iter().map(pair).collect()
    };
    let folder = uris(&sarif(scratch.path(), &["image"]));
    assert!(
        folder.contains(&("image/index.json".to_string(), false)),
        "{folder:?}"
    );
    let archive = uris(&sarif(scratch.path(), &["image.tar"]));
    assert!(
        archive.contains(&("index.json".to_string(), true)),
        "{archive:?}"
    );
}
