//! Real programs make the inputs and give their own verdict; ours must be the same, down to the error text.
//! A program that is absent is said to be skipped. With `PULLCHECK_REQUIRE_PEERS=1`, as on the build servers, its
//! absence is a failure. Nothing here talks to another machine.

mod kit;
mod peer;

use kit::{Layout, cases, good_layout, gzip, gzip_layer, manifest, tar, zstd};
use peer::{Registry, Scratch, buildah, check, have, ok, output, skopeo, write_folder};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use std::path::Path;

/// What the real program is expected to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Accepts,
    Refuses,
}
use Outcome::{Accepts, Refuses};

/// A layout, how it is made, and what umoci up to 0.4.7 does with it.
struct Row {
    name: &'static str,
    needs: &'static [&'static str],
    make: fn(&Path),
    outcome: Outcome,
}

/// A row whose layout is made by code, for what no program would write.
macro_rules! made {
    ($name:literal, $outcome:expr, $layout:expr) => {
        Row {
            name: $name,
            needs: &[],
            make: |folder| write_folder(&folder.join("DIR"), &($layout).all()),
            outcome: $outcome,
        }
    };
}

/// Every way into the rooms of umoci that an image can take.
fn umoci_rows() -> Vec<Row> {
    vec![
        Row {
            name: "umoci's own image",
            needs: &[],
            make: umoci_image,
            outcome: Accepts,
        },
        Row {
            name: "zstd layers by skopeo",
            needs: &["skopeo"],
            make: |folder| {
                umoci_image(folder);
                recopy(
                    folder,
                    &["--dest-compress", "--dest-compress-format", "zstd"],
                );
            },
            outcome: Refuses,
        },
        Row {
            name: "Docker's types by skopeo",
            needs: &["skopeo"],
            make: |folder| {
                umoci_image(folder);
                recopy(folder, &["--format", "v2s2"]);
            },
            outcome: Refuses,
        },
        Row {
            name: "a docker-archive turned into a layout by skopeo",
            needs: &["skopeo"],
            make: |folder| {
                std::fs::write(folder.join("d.tar"), tar(&kit::good_docker_archive())).unwrap();
                skopeo(folder, &["copy", "docker-archive:d.tar", "oci:DIR:v1"]);
            },
            outcome: Accepts,
        },
        made!("the kit's image", Accepts, good_layout()),
        made!("zstd layers", Refuses, cases::zstd_image()),
        made!("zstd under gzip's type", Refuses, {
            let tar = tar(&[("hello", "hello")]);
            one_layer(mt::OCI_TAR_GZIP, zstd(&tar), tar)
        }),
        made!("a plain tar under gzip's type", Refuses, {
            let tar = tar(&[("hello", "hello")]);
            one_layer(mt::OCI_TAR_GZIP, tar.clone(), tar)
        }),
        made!("a plain tar", Accepts, {
            let tar = tar(&[("hello", "hello")]);
            one_layer(mt::OCI_TAR, tar.clone(), tar)
        }),
        made!("a Docker layer type in an OCI manifest", Refuses, {
            let tar = tar(&[("hello", "hello")]);
            one_layer(
                "application/vnd.docker.image.rootfs.diff.tar.gzip",
                gzip(&tar),
                tar,
            )
        }),
        made!("a Docker config type in an OCI manifest", Refuses, {
            with_config(mt::DOCKER_CONFIG, json!(["right"]))
        }),
        made!("the wrong diffID", Refuses, {
            with_config(
                mt::OCI_CONFIG,
                json!([format!("sha256:{}", "0".repeat(64))]),
            )
        }),
        made!("another diffID too many", Accepts, {
            with_config(
                mt::OCI_CONFIG,
                json!(["right", format!("sha256:{}", "0".repeat(64))]),
            )
        }),
        made!(
            "no diffIDs",
            Refuses,
            with_config(mt::OCI_CONFIG, json!([]))
        ),
        made!("a lost layer", Refuses, without(2)),
        made!("a lost config", Refuses, without(1)),
        made!("a lost manifest", Refuses, without(0)),
        made!("a layer with a byte more", Refuses, {
            changed_layer(|bytes| bytes.push(0))
        }),
        made!("a layer with a byte less", Refuses, {
            changed_layer(|bytes| {
                bytes.pop();
            })
        }),
        made!("a layer with another byte", Refuses, {
            changed_layer(|bytes| bytes[4] ^= 1)
        }),
        made!(
            "an artifact with an empty config",
            Refuses,
            cases::higress_right()
        ),
        made!("a Flux artifact", Refuses, cases::flux_one()),
        made!(
            "an index with an attestation",
            Refuses,
            cases::buildx_index()
        ),
        made!("two platforms", Refuses, {
            let mut layout = Layout::new();
            let amd64 = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
            let arm64 = layout.image(("linux", "arm64"), &[gzip_layer("b", b"b")]);
            let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX,
                "manifests": [amd64, arm64] });
            let index = layout.document(mt::OCI_INDEX, &index);
            layout.list(index, "v1");
            layout
        }),
        made!("an index of one platform", Accepts, {
            let mut layout = Layout::new();
            let image = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
            let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX,
                "manifests": [image] });
            let index = layout.document(mt::OCI_INDEX, &index);
            layout.list(index, "v1");
            layout
        }),
        made!("one tag twice", Refuses, {
            let mut layout = good_layout();
            let other = layout.image(("linux", "arm64"), &[gzip_layer("b", b"b")]);
            layout.list(other, "v1");
            layout
        }),
        made!("no tag", Refuses, {
            let mut layout = Layout::new();
            let image = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
            layout.list(image, "");
            layout
        }),
        made!("another layout version", Refuses, {
            let mut layout = good_layout();
            layout.put("oci-layout", br#"{"imageLayoutVersion":"2.0.0"}"#);
            layout
        }),
        made!("an `oci-layout` that is no JSON", Refuses, {
            let mut layout = good_layout();
            layout.put("oci-layout", b"1.0.0");
            layout
        }),
        made!("no `oci-layout`", Refuses, {
            let mut layout = good_layout();
            layout.remove("oci-layout");
            layout
        }),
        Row {
            name: "no `index.json`",
            needs: &[],
            make: |folder| {
                umoci_image(folder);
                std::fs::remove_file(folder.join("DIR/index.json")).unwrap();
            },
            outcome: Refuses,
        },
    ]
}

/// An image by umoci alone: `DIR`, tagged `v1`, with one layer.
fn umoci_image(folder: &Path) {
    ok("umoci", folder, &["init", "--layout", "DIR"]);
    ok("umoci", folder, &["new", "--image", "DIR:v1"]);
    std::fs::write(folder.join("hello"), "hello").unwrap();
    ok(
        "umoci",
        folder,
        &[
            "insert",
            "--rootless",
            "--image",
            "DIR:v1",
            "hello",
            "/hello",
        ],
    );
    ok("umoci", folder, &["gc", "--layout", "DIR"]);
}

/// Lets skopeo write `DIR` anew.
fn recopy(folder: &Path, options: &[&str]) {
    std::fs::rename(folder.join("DIR"), folder.join("before")).unwrap();
    let mut arguments = vec!["copy"];
    arguments.extend(options);
    arguments.extend(["oci:before:v1", "oci:DIR:v1"]);
    skopeo(folder, &arguments);
}

/// An image of one layer, tagged `v1`.
fn one_layer(media_type: &str, stored: Vec<u8>, tar: Vec<u8>) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[(media_type, stored, tar)]);
    layout.list(image, "v1");
    layout
}

/// An image of one gzip layer with these diffIDs, `right` standing for the right one.
fn with_config(media_type: &str, diff_ids: Value) -> Layout {
    let tar = tar(&[("hello", "hello")]);
    let diff_ids: Vec<Value> = diff_ids
        .as_array()
        .unwrap()
        .iter()
        .map(|id| match id.as_str() {
            Some("right") => json!(kit::sha256(&tar)),
            _ => id.clone(),
        })
        .collect();
    let mut layout = Layout::new();
    let config = layout.document(
        media_type,
        &json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
            "rootfs": { "type": "layers", "diff_ids": diff_ids } }),
    );
    let layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&tar));
    let document = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(document, "v1");
    layout
}

/// The descriptors of the kit's image: manifest, config, layer.
fn parts(layout: &Layout) -> [Value; 3] {
    let image = layout.index["manifests"][0].clone();
    let path = blob_path(&image);
    let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
    let document: Value = serde_json::from_slice(bytes).unwrap();
    [
        image,
        document["config"].clone(),
        document["layers"][0].clone(),
    ]
}

fn blob_path(descriptor: &Value) -> String {
    let digest = descriptor["digest"].as_str().unwrap();
    format!("blobs/{}", digest.replace(':', "/"))
}

fn without(part: usize) -> Layout {
    let mut layout = good_layout();
    let lost = parts(&layout)[part].clone();
    layout.lose(&lost);
    layout
}

fn changed_layer(change: impl FnOnce(&mut Vec<u8>)) -> Layout {
    let mut layout = good_layout();
    let path = blob_path(&parts(&layout)[2]);
    let (_, bytes) = layout.items.iter_mut().find(|(p, _)| *p == path).unwrap();
    change(bytes);
    layout
}

/// `0.4.7` out of `umoci version 0.4.7+ds-3+b7`.
fn umoci_version() -> String {
    let (_, text) = output("umoci", Path::new("."), &["--version"]);
    let version = text.split_whitespace().nth(2).unwrap_or_default();
    version.split(['+', '~', '-']).next().unwrap().to_string()
}

#[test]
fn umoci_and_we_agree_on_every_row() {
    if !have("umoci") {
        return;
    }
    let version = umoci_version();
    let old = version.starts_with("0.4.");
    let mut disagreements = Vec::new();
    for row in umoci_rows() {
        if !row.needs.iter().all(|program| have(program)) {
            continue;
        }
        let scratch = Scratch::new("umoci");
        let folder = scratch.path();
        (row.make)(folder);
        let question = format!("umoci@{version}");
        let (_, report) = check(folder, &["DIR", "--consumer", &question]);
        let verdict = &report["verdicts"][0];
        let artifact = report["artifacts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|artifact| artifact["id"] == verdict["artifact"]);
        let tag = artifact
            .and_then(|artifact| artifact["name"].as_str())
            .unwrap_or("latest");
        let image = format!("DIR:{tag}");
        let (accepted, said) = output(
            "umoci",
            folder,
            &["unpack", "--rootless", "--image", &image, "bundle"],
        );
        let real = if accepted { Accepts } else { Refuses };
        if old && real != row.outcome {
            disagreements.push(format!(
                "{}: expected {:?}, umoci says {said}",
                row.name, row.outcome
            ));
        }
        let ours = verdict["verdict"].as_str().unwrap_or_default();
        let same = match real {
            Accepts => ours == "accepts" && verdict["error"].is_null(),
            Refuses => {
                let error = verdict["error"].as_str().unwrap_or("nothing");
                ours == "refuses" && says(&said, error)
            }
        };
        if !same {
            disagreements.push(format!(
                "{}:\n  umoci {real:?}: {}\n  we {ours}: {}",
                row.name,
                said.trim(),
                verdict["error"],
            ));
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

/// Whether a text has all that an error text says, in its order; `…` stands for what we leave open.
fn says(said: &str, error: &str) -> bool {
    let mut rest = said;
    error.split('…').all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

#[test]
fn umoci_and_we_agree_wherever_a_gzip_layer_is_damaged() {
    if !have("umoci") {
        return;
    }
    let question = format!("umoci@{}", umoci_version());
    let file = |seed: u32| -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b"abcdefgh"[(state >> 29) as usize]
        };
        (0..3000).map(|_| next()).collect()
    };
    let archive = tar(&[("a", &file(1)[..]), ("b/c", &file(2)[..])]);
    let stored = gzip(&archive);
    let mut disagreements = Vec::new();
    // Under the digest of the right bytes, and as a layer that was pushed so.
    for pushed in [false, true] {
        for at in (0..stored.len())
            .step_by(43)
            .chain([stored.len() - 8, stored.len() - 3])
        {
            for cut in [false, true] {
                let mut bytes = stored.clone();
                if cut {
                    bytes.truncate(at);
                } else {
                    bytes[at] ^= 0x41;
                }
                let mut layout = one_layer(mt::OCI_TAR_GZIP, stored.clone(), archive.clone());
                if pushed {
                    layout = one_layer(mt::OCI_TAR_GZIP, bytes, archive.clone());
                } else {
                    let path = blob_path(&parts(&layout)[2]);
                    layout.put(&path, &bytes);
                }
                let scratch = Scratch::new("damaged");
                let folder = scratch.path();
                write_folder(&folder.join("DIR"), &layout.all());
                let (_, report) = check(folder, &["DIR", "--consumer", &question]);
                let verdict = &report["verdicts"][0];
                let arguments = ["unpack", "--rootless", "--image", "DIR:v1", "bundle"];
                let (accepted, said) = output("umoci", folder, &arguments);
                let same = match verdict["error"].as_str() {
                    Some(error) => !accepted && says(&said, error),
                    // Cut behind the tar it may take it or not.
                    None if verdict["verdict"] == "unknown" => {
                        pushed && cut && at > stored.len() - 16
                    }
                    None => accepted && verdict["verdict"] == "accepts",
                };
                // pgzip counts its checksum while umoci already gives up: now and then that panics.
                if !same && !said.contains("panic: d.nx != 0") {
                    disagreements.push(format!(
                        "{at} pushed {pushed} cut {cut}:\n  umoci: {}\n  we: {}",
                        said.trim(),
                        verdict["error"],
                    ));
                }
            }
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

/// Asserts that nothing is wrong with an input, that all of it was read, and that these consumers accept it.
fn assert_clean(folder: &Path, input: &str, consumers: &[&str]) -> Value {
    let mut arguments = vec![input];
    for consumer in consumers {
        arguments.extend(["--consumer", consumer]);
    }
    let (code, report) = check(folder, &arguments);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["coverage"], json!([]));
    assert_eq!(report["complete"], json!(true));
    let verdicts = report["verdicts"].as_array().unwrap();
    assert!(verdicts.len() >= consumers.len());
    for verdict in verdicts {
        assert_eq!(verdict["verdict"], "accepts", "{verdict:#}");
    }
    for descriptor in report["artifacts"][0]["descriptors"].as_array().unwrap() {
        // The root of a docker-archive is an element of its manifest.json, which has no digest to hold it against.
        if descriptor["role"] != "docker-image" {
            assert_eq!(descriptor["content"], "verified", "{descriptor:#}");
        }
    }
    report
}

#[test]
fn archives_by_skopeo_are_clean() {
    if !(have("umoci") && have("skopeo")) {
        return;
    }
    let scratch = Scratch::new("archives");
    let folder = scratch.path();
    umoci_image(folder);
    let loaders = ["docker-load-classic", "docker-load-containerd"];
    skopeo(
        folder,
        &[
            "copy",
            "oci:DIR:v1",
            "docker-archive:d.tar:example.com/name:tag",
        ],
    );
    let report = assert_clean(folder, "d.tar", &loaders);
    assert_eq!(report["input"]["kind"], "docker-archive");
    assert_eq!(report["artifacts"][0]["name"], "example.com/name:tag");
    skopeo(folder, &["copy", "oci:DIR:v1", "oci-archive:o.tar:v1"]);
    let report = assert_clean(folder, "o.tar", &["umoci", "docker-load-containerd"]);
    assert_eq!(report["input"]["kind"], "oci-layout");
    assert_eq!(report["artifacts"][0]["name"], "v1");
}

#[test]
fn an_image_by_buildah_is_clean() {
    if !have("buildah") {
        return;
    }
    let scratch = Scratch::new("buildah");
    let folder = scratch.path();
    let buildah = |arguments: &[&str]| buildah(folder, arguments);
    std::fs::write(folder.join("hello"), "hello").unwrap();
    std::fs::write(
        folder.join("policy.json"),
        r#"{"default":[{"type":"insecureAcceptAnything"}]}"#,
    )
    .unwrap();
    let container = buildah(&["from", "scratch"]);
    let container = container.lines().next().unwrap().trim();
    buildah(&["copy", container, "hello", "/hello"]);
    buildah(&["config", "--cmd", "/hello", container]);
    buildah(&[
        "commit",
        "--signature-policy",
        "policy.json",
        container,
        "img:v1",
    ]);
    for (name, target) in [
        ("o.tar", "oci-archive:o.tar:v1"),
        ("d.tar", "docker-archive:d.tar:localhost/img:v1"),
    ] {
        buildah(&[
            "push",
            "--signature-policy",
            "policy.json",
            "img:v1",
            target,
        ]);
        assert_clean(folder, name, &["docker-load-containerd"]);
    }
    assert_clean(folder, "o.tar", &["umoci", "container2wasm"]);
    assert_clean(folder, "d.tar", &["docker-load-classic"]);
}

#[test]
fn a_registry_gives_back_what_was_pushed() {
    if !(have("docker-registry") && have("skopeo") && have("umoci")) {
        return;
    }
    let scratch = Scratch::new("registry");
    let folder = scratch.path();
    let registry = Registry::start(folder);
    umoci_image(folder);
    let reference = format!("docker://{}/team/image:v1", registry.address());
    let push = ["copy", "--dest-tls-verify=false", "oci:DIR:v1", &reference];
    skopeo(folder, &push);
    let pull = ["copy", "--src-tls-verify=false", &reference, "oci:BACK:v1"];
    skopeo(folder, &pull);
    let pushed = assert_clean(folder, "DIR", &["umoci"]);
    let pulled = assert_clean(folder, "BACK", &["umoci"]);
    assert_eq!(
        pushed["artifacts"][0]["digest"],
        pulled["artifacts"][0]["digest"]
    );
    let blobs = |report: &Value| -> Vec<(Value, Value)> {
        report["artifacts"][0]["descriptors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| (d["digest"].clone(), d["diffId"].clone()))
            .collect()
    };
    assert_eq!(blobs(&pushed), blobs(&pulled));
}

#[test]
fn a_blob_that_the_registry_lost_is_missing_for_both() {
    if !(have("skopeo") && have("umoci")) {
        return;
    }
    let scratch = Scratch::new("lost");
    let folder = scratch.path();
    write_folder(&folder.join("DIR"), &without(2).all());
    let (accepted, said) = output(
        "skopeo",
        folder,
        &[
            "--insecure-policy",
            "copy",
            "oci:DIR:v1",
            "docker-archive:out.tar:a:b",
        ],
    );
    assert!(!accepted, "{said}");
    let (code, report) = check(folder, &["DIR", "--consumer", "umoci"]);
    assert_eq!(code, 1, "{report:#}");
    let layer = &report["artifacts"][0]["descriptors"][2];
    assert_eq!(layer["content"], "missing");
    let hex = layer["digest"]
        .as_str()
        .unwrap()
        .trim_start_matches("sha256:");
    assert!(said.contains(hex), "{said}");
}

#[test]
fn the_artifacts_for_real_programs_have_names_of_their_own() {
    let all = peer::artifacts::all();
    assert!(all.len() >= 70);
    let mut names: Vec<&str> = all.iter().map(|artifact| artifact.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert!(
        all.iter()
            .all(|artifact| artifact.name == "an empty file" || !artifact.file().is_empty())
    );
}
