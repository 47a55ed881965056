//! Values of another JSON type than Go's structs have: nobody who reads with Go takes them, whatever claims are left.

use crate::kit::{Files, Layout, good_docker_archive, gzip_layer};
use crate::report::{Decision, Verdict};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// A right docker-archive, its `manifest.json` edited.
fn archive(edit: impl Fn(&mut Value)) -> Files {
    let mut items = good_docker_archive();
    let (_, list) = items
        .iter_mut()
        .find(|(path, _)| path == "manifest.json")
        .unwrap();
    let mut document: Value = serde_json::from_slice(list).unwrap();
    edit(&mut document);
    *list = document.to_string().into_bytes();
    Files::tar("image.tar", &items)
}

fn ends(verdict: &Verdict, decision: Decision, error: &str) {
    assert_eq!(verdict.verdict, decision, "{verdict:#?}");
    let said = verdict.error.as_deref().unwrap_or_default();
    assert!(said.contains(error), "{said}\n{error}");
}

#[test]
fn a_broken_list_of_a_docker_archive_is_refused_with_gos_words() {
    let push =
        |value: Value| move |list: &mut Value| list.as_array_mut().unwrap().push(value.clone());
    let cases: Vec<(Files, &str, &str)> = vec![
        (
            archive(|list| *list = json!([7])),
            "number",
            "value of type ",
        ),
        (archive(push(json!("image"))), "string", "value of type "),
        (
            archive(|list| list[0]["RepoTags"] = json!("a:b")),
            "string",
            ".RepoTags of type []string",
        ),
        (
            archive(|list| list[0]["Config"] = json!(7)),
            "number",
            ".Config of type string",
        ),
        (
            archive(|list| list[0]["Layers"] = json!([1])),
            "number",
            ".Layers of type string",
        ),
    ];
    for (files, value, rest) in cases {
        for consumer in [
            "docker-load-classic@20.10.24",
            "docker-load-classic@29",
            "docker-load-containerd@28",
            "docker-load-containerd@29",
            "ctr-import@1.6.20",
            "ctr-import@2.1",
        ] {
            let owner = if consumer.contains("classic") {
                "manifestItem"
            } else {
                ""
            };
            let rest = match rest.strip_prefix('.') {
                Some(rest) => format!("struct field {owner}.{rest}"),
                None => rest.to_string(),
            };
            let error = format!("json: cannot unmarshal {value} into Go {rest}");
            ends(&files.verdict(consumer), Decision::Refuses, &error);
        }
        let error = format!("decoding tar manifest.json: json: cannot unmarshal {value} ");
        ends(&files.verdict("skopeo@1.18"), Decision::Refuses, &error);
    }
}

#[test]
fn null_beside_an_image_is_an_image_without_a_config() {
    let files = archive(|list| list.as_array_mut().unwrap().push(json!(null)));
    ends(
        &files.verdict("docker-load-classic@20.10.24"),
        Decision::Refuses,
        "read /var/lib/docker/tmp/docker-import-0000000000: is a directory",
    );
    ends(
        &files.verdict("ctr-import@1.6.20"),
        Decision::Refuses,
        "image config \"\" not found",
    );
}

#[test]
fn keys_in_other_letters_cases_count_for_go_and_are_left_open() {
    let files = archive(|list| {
        let tags = list[0]["RepoTags"].clone();
        list[0].as_object_mut().unwrap().remove("RepoTags");
        list[0]["repotags"] = tags;
    });
    for consumer in ["docker-load-classic@28", "ctr-import@2.1", "skopeo@1.18"] {
        ends(&files.verdict(consumer), Decision::Unknown, "");
    }
}

/// A layout with one image whose manifest is edited.
fn layout(edit: impl Fn(&mut Value)) -> Layout {
    let mut layout = Layout::new();
    let layer = gzip_layer("hello", b"hello");
    let image = layout.image(("linux", "amd64"), &[layer]);
    let path = format!(
        "blobs/{}",
        image["digest"].as_str().unwrap().replace(':', "/")
    );
    let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
    let mut document: Value = serde_json::from_slice(bytes).unwrap();
    edit(&mut document);
    let root = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(root, "latest");
    layout
}

#[test]
fn a_manifest_with_a_wrong_type_anywhere_is_accepted_by_nobody() {
    let edits: [fn(&mut Value); 6] = [
        |m| m["annotations"] = json!({ "one": 1 }),
        |m| m["layers"][0]["urls"] = json!("https://example.com"),
        |m| m["layers"][0]["annotations"] = json!([]),
        |m| m["config"]["platform"] = json!("linux/amd64"),
        |m| m["layers"].as_array_mut().unwrap().push(json!(7)),
        |m| m["schemaVersion"] = json!("2"),
    ];
    for edit in edits {
        let files = Files::folder("DIR", layout(edit).all());
        for consumer in [
            "umoci@0.4.7",
            "umoci@0.6.0",
            "skopeo@1.18",
            "podman@5.8",
            "containerd@1.7",
        ] {
            ends(
                &files.verdict(consumer),
                Decision::Refuses,
                "json: cannot unmarshal",
            );
        }
        for consumer in ["higress-wasmplugin@2.1", "argocd-oci@3.3", "helm-oci@4.2"] {
            assert_ne!(
                files.verdict(consumer).verdict,
                Decision::Accepts,
                "{consumer}"
            );
        }
    }
}

#[test]
fn umoci_asks_more_of_a_descriptor_since_0_6() {
    let negative = Files::folder("DIR", layout(|m| m["layers"][0]["size"] = json!(-1)).all());
    ends(
        &negative.verdict("umoci@0.6.0"),
        Decision::Refuses,
        "get layer blob: get blob: invalid descriptor: descriptor size must not be negative",
    );
    let empty = Files::folder(
        "DIR",
        layout(|m| m["config"]["mediaType"] = json!(mt::OCI_EMPTY)).all(),
    );
    ends(
        &empty.verdict("umoci@0.6.0"),
        Decision::Refuses,
        "get config blob: get blob: invalid descriptor: empty json blob is invalid",
    );
    let long = Files::folder(
        "DIR",
        layout(|m| m["config"]["size"] = json!(m["config"]["size"].as_i64().unwrap() + 1)).all(),
    );
    ends(
        &long.verdict("umoci@0.6.0"),
        Decision::Refuses,
        "blob succeeded but raw data has unexpected length (expected ",
    );
    let embedded = Files::folder("DIR", layout(|m| m["config"]["data"] = json!("e30=")).all());
    ends(&embedded.verdict("umoci@0.6.0"), Decision::Unknown, "");
    ends(&embedded.verdict("umoci@0.4.7"), Decision::Accepts, "");
}

#[test]
fn what_is_right_is_still_taken() {
    for consumer in [
        "umoci@0.4.7",
        "umoci@0.6.0",
        "skopeo@1.18",
        "containerd@1.7",
    ] {
        let files = Files::folder("DIR", layout(|_| {}).all());
        ends(&files.verdict(consumer), Decision::Accepts, "");
    }
    ends(
        &archive(|_| {}).verdict("docker-load-classic@28"),
        Decision::Accepts,
        "",
    );
}
