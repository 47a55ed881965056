//! What real programs make correctly has no error here: each transport of skopeo and buildah, zstd, several platforms, what
//! a registry gives back, and the artifacts of programs that are not at hand, rebuilt by hand. A program that is absent is
//! said to be skipped, see `tests/peers.rs`.

mod kit;
mod peer;

use kit::artifacts;
use peer::{Registry, Scratch, buildah, check, have, ok, output, skopeo, write_folder};
use pullcheck::report::Severity;
use serde_json::{Value, json};
use std::path::Path;

/// Asserts that no rule calls anything an error and that all of the input was read; gives the report.
fn assert_no_error(folder: &Path, input: &str) -> Value {
    let (_, report) = check(folder, &[input, "--consumer", "umoci"]);
    let errors: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .collect();
    assert!(errors.is_empty(), "{input}: {errors:#?}");
    assert_eq!(report["complete"], json!(true), "{input}");
    report
}

#[test]
fn artifacts_of_many_tools_have_no_error() {
    let mut wrong = Vec::new();
    for case in artifacts::all() {
        let report = case.files.report();
        assert!(report.complete, "{}", case.name);
        for finding in report.findings {
            if finding.severity == Severity::Error {
                wrong.push(format!(
                    "{}: {} at {:?}",
                    case.name, finding.rule, finding.at
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every transport that skopeo writes to a file or folder, and every compression and format that it can be told.
#[test]
fn what_skopeo_writes_has_no_error() {
    if !have("skopeo") {
        return;
    }
    let scratch = Scratch::new("skopeo-writes");
    let folder = scratch.path();
    write_folder(&folder.join("DIR"), &kit::good_layout().all());
    let zstd = ["--dest-compress", "--dest-compress-format", "zstd"];
    let rows: [(&str, &str, &[&str], &str); 8] = [
        ("oci", "oci:oci:v1", &[], "oci-layout"),
        ("oci.tar", "oci-archive:oci.tar:v1", &[], "oci-layout"),
        (
            "docker.tar",
            "docker-archive:docker.tar:example.com/a:v1",
            &[],
            "docker-archive",
        ),
        ("dir", "dir:dir", &[], "loose-files"),
        (
            "dir-v2s2",
            "dir:dir-v2s2",
            &["--format", "v2s2"],
            "loose-files",
        ),
        ("oci-zstd", "oci:oci-zstd:v1", &zstd, "oci-layout"),
        ("zstd.tar", "oci-archive:zstd.tar:v1", &zstd, "oci-layout"),
        ("dir-zstd", "dir:dir-zstd", &zstd, "loose-files"),
    ];
    for (file, target, options, kind) in rows {
        let mut arguments = vec!["copy"];
        arguments.extend(options);
        arguments.extend(["oci:DIR:v1", target]);
        skopeo(folder, &arguments);
        let report = assert_no_error(folder, file);
        assert_eq!(report["input"]["kind"], kind, "{file}");
    }
}

/// Several images under one name survive a registry whole.
#[test]
fn several_platforms_from_a_registry_have_no_error() {
    if !(have("skopeo") && have("docker-registry")) {
        return;
    }
    let scratch = Scratch::new("platforms");
    let folder = scratch.path();
    let case = artifacts::all()
        .into_iter()
        .find(|case| case.name == "platforms.tar")
        .unwrap();
    std::fs::write(folder.join("platforms.tar"), &case.files.items[0].1).unwrap();
    let registry = Registry::start(folder);
    let reference = format!("docker://{}/team/image:v1", registry.address());
    let insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];
    let copy = |from: &str, to: &str, options: &[&str]| {
        let mut arguments = vec!["copy"];
        arguments.extend(insecure);
        arguments.extend(options);
        arguments.extend([from, to]);
        skopeo(folder, &arguments);
    };
    copy("oci-archive:platforms.tar:v1", &reference, &["--all"]);
    for (file, target) in [
        ("all", "oci:all:v1"),
        ("all.tar", "oci-archive:all.tar:v1"),
        ("all-dir", "dir:all-dir"),
    ] {
        copy(&reference, target, &["--all"]);
        let report = assert_no_error(folder, file);
        let artifacts = report["artifacts"].as_array().unwrap();
        assert!(!artifacts.is_empty(), "{file}");
    }
    // One platform of the index only.
    let arm = ["--override-os", "linux", "--override-arch", "arm64"];
    let mut arguments = arm.to_vec();
    arguments.extend(["copy", "--src-tls-verify=false", &reference, "oci:arm:v1"]);
    skopeo(folder, &arguments);
    assert_no_error(folder, "arm");
}

/// Artifacts that a registry has taken and given back, as far as skopeo copies them.
#[test]
fn artifacts_from_a_registry_have_no_error() {
    if !(have("skopeo") && have("docker-registry")) {
        return;
    }
    let scratch = Scratch::new("artifacts");
    let folder = scratch.path();
    let registry = Registry::start(folder);
    let mut copied = 0;
    for (name, tag) in [
        ("helm-chart.tar", "0.1.0"),
        ("wasm-artifact.tar", "1.0.0"),
        ("flux.tar", "latest"),
    ] {
        let case = artifacts::all()
            .into_iter()
            .find(|case| case.name == name)
            .unwrap();
        write_folder(folder, &[(name.to_string(), case.files.items[0].1.clone())]);
        let reference = format!("docker://{}/team/{}:v1", registry.address(), copied);
        let from = format!("oci-archive:{name}:{tag}");
        skopeo(
            folder,
            &["copy", "--dest-tls-verify=false", &from, &reference],
        );
        let back = format!("back-{copied}");
        skopeo(
            folder,
            &[
                "copy",
                "--src-tls-verify=false",
                &reference,
                &format!("oci:{back}:v1"),
            ],
        );
        assert_no_error(folder, &back);
        copied += 1;
    }
    assert_eq!(copied, 3);
}

/// One image for each of two platforms, a manifest list of both, in each format and compression that buildah can push.
#[test]
fn what_buildah_writes_has_no_error() {
    if !have("buildah") {
        return;
    }
    let scratch = Scratch::new("buildah-writes");
    let folder = scratch.path();
    std::fs::write(folder.join("hello"), "hello").unwrap();
    std::fs::write(
        folder.join("policy.json"),
        r#"{"default":[{"type":"insecureAcceptAnything"}]}"#,
    )
    .unwrap();
    let policy = ["--signature-policy", "policy.json"];
    for architecture in ["amd64", "arm64"] {
        let container = buildah(folder, &["from", "scratch"]);
        let container = container.lines().next().unwrap().trim();
        buildah(folder, &["copy", container, "hello", "/hello"]);
        buildah(
            folder,
            &[
                "config",
                "--cmd",
                "/hello",
                "--arch",
                architecture,
                "--os",
                "linux",
                "--label",
                "com.example.a=b",
                "--port",
                "80",
                "--volume",
                "/data",
                "--env",
                "A=B",
                container,
            ],
        );
        let name = format!("img:{architecture}");
        buildah(
            folder,
            &[&["commit"], &policy[..], &[container, &name]].concat(),
        );
    }
    buildah(
        folder,
        &["manifest", "create", "list", "img:amd64", "img:arm64"],
    );
    let rows: [(&str, &[&str]); 5] = [
        ("oci:oci:v1", &["push"]),
        ("oci:zstd:v1", &["push", "--compression-format", "zstd"]),
        ("dir:dir", &["push"]),
        ("dir:v2s2", &["push", "--format", "v2s2"]),
        ("docker-archive:docker.tar:localhost/img:v1", &["push"]),
    ];
    for (target, command) in rows {
        buildah(
            folder,
            &[command, &policy[..], &["img:amd64", target]].concat(),
        );
        assert_no_error(folder, target.split(':').nth(1).unwrap());
    }
    for (target, file) in [
        ("oci:list:v1", "list"),
        ("oci-archive:list.tar:v1", "list.tar"),
    ] {
        buildah(
            folder,
            &[
                &["manifest", "push", "--all"],
                &policy[..],
                &["list", target],
            ]
            .concat(),
        );
        assert_no_error(folder, file);
    }
}

/// An image that umoci has changed: layers added, config edited, tagged twice.
#[test]
fn what_umoci_writes_has_no_error() {
    if !have("umoci") {
        return;
    }
    let scratch = Scratch::new("umoci-writes");
    let folder = scratch.path();
    let umoci = |arguments: &[&str]| ok("umoci", folder, arguments);
    umoci(&["init", "--layout", "DIR"]);
    // An index without entries should be `[]`, and this umoci writes null: the schema refuses that.
    let (_, report) = check(folder, &["DIR"]);
    let errors: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| &finding["rule"])
        .collect();
    assert_eq!(errors, ["index-manifests-null"]);
    umoci(&["new", "--image", "DIR:v1"]);
    assert_no_error(folder, "DIR");
    std::fs::write(folder.join("hello"), "hello").unwrap();
    for target in ["/one", "/two"] {
        umoci(&["insert", "--rootless", "--image", "DIR:v1", "hello", target]);
    }
    umoci(&[
        "insert",
        "--rootless",
        "--image",
        "DIR:v1",
        "--whiteout",
        "/one",
    ]);
    umoci(&[
        "config",
        "--image",
        "DIR:v1",
        "--config.user",
        "1000",
        "--config.env",
        "A=B",
        "--config.label",
        "com.example.a=b",
        "--config.cmd",
        "/two",
        "--config.exposedports",
        "80/tcp",
        "--config.volume",
        "/data",
        "--manifest.annotation",
        "com.example.c=d",
        "--author",
        "A. Person",
    ]);
    umoci(&["tag", "--image", "DIR:v1", "v2"]);
    umoci(&["gc", "--layout", "DIR"]);
    let report = assert_no_error(folder, "DIR");
    assert_eq!(report["artifacts"].as_array().unwrap().len(), 2);
    let (accepted, said) = output(
        "umoci",
        folder,
        &["unpack", "--rootless", "--image", "DIR:v2", "bundle"],
    );
    assert!(accepted, "{said}");
}
