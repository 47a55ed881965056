//! Docker-archives, and files that somebody could take for one: compressed, cut off, or something else altogether.

use super::Items;
use super::images::{NO_DIGEST, Recipe};
use crate::kit::tar_entries::{self, dir, file, symlink};
use crate::kit::{gzip, sha256, tar, zstd};
use serde_json::{Value, json};

/// A right docker-archive of two layers.
struct Docker {
    list: Value,
    config: Value,
    layers: Items,
}

impl Docker {
    fn new() -> Docker {
        let (one, two) = (
            tar(&[("etc/first", "first")]),
            tar(&[("etc/second", "second")]),
        );
        Docker {
            list: json!([{ "Config": "config.json", "RepoTags": ["example.com/peer:v1"],
                "Layers": ["one/layer.tar", "two/layer.tar"] }]),
            config: json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
                "rootfs": { "type": "layers", "diff_ids": [sha256(&one), sha256(&two)] } }),
            layers: vec![
                ("one/layer.tar".to_string(), one),
                ("two/layer.tar".to_string(), two),
            ],
        }
    }

    fn items(&self) -> Items {
        let mut items = self.layers.clone();
        for (path, document) in [("config.json", &self.config), ("manifest.json", &self.list)] {
            items.push((path.to_string(), document.to_string().into_bytes()));
        }
        items
    }
}

/// Docker-archives.
pub(super) fn all() -> Vec<(&'static str, Items)> {
    let made = |change: fn(&mut Docker)| {
        let mut docker = Docker::new();
        change(&mut docker);
        docker.items()
    };
    let put = |path: &str, bytes: &[u8]| {
        let mut items = Docker::new().items();
        items.retain(|(known, _)| known != path);
        items.push((path.to_string(), bytes.to_vec()));
        items
    };
    let drop = |path: &str| {
        let mut items = Docker::new().items();
        items.retain(|(known, _)| known != path);
        items
    };
    vec![
        ("a docker-archive", made(|_| {})),
        (
            "a docker-archive without tags",
            made(|d| d.list[0]["RepoTags"] = json!(null)),
        ),
        (
            "a docker-archive with two tags",
            made(|d| {
                d.list[0]["RepoTags"] = json!(["example.com/peer:v1", "example.com/other:v2"])
            }),
        ),
        (
            "a docker-archive with a name and no tag",
            made(|d| d.list[0]["RepoTags"] = json!(["example.com/peer"])),
        ),
        (
            "a docker-archive with a tag in capitals",
            made(|d| d.list[0]["RepoTags"] = json!(["Example/Peer:v1"])),
        ),
        (
            "a docker-archive with a digest for a tag",
            made(|d| d.list[0]["RepoTags"] = json!([format!("example.com/peer@{NO_DIGEST}")])),
        ),
        (
            "a docker-archive with an empty tag",
            made(|d| d.list[0]["RepoTags"] = json!([""])),
        ),
        (
            "a docker-archive that names a lost layer",
            drop("two/layer.tar"),
        ),
        ("a docker-archive without its config", drop("config.json")),
        (
            "a docker-archive without `manifest.json`",
            drop("manifest.json"),
        ),
        (
            "a docker-archive with one layer too few",
            made(|d| d.list[0]["Layers"] = json!(["one/layer.tar"])),
        ),
        (
            "a docker-archive with its layers the other way round",
            made(|d| d.list[0]["Layers"] = json!(["two/layer.tar", "one/layer.tar"])),
        ),
        (
            "a docker-archive without `Layers`",
            made(|d| d.list[0]["Layers"] = json!(null)),
        ),
        (
            "a docker-archive without `Config`",
            made(|d| d.list[0]["Config"] = json!(null)),
        ),
        (
            "a docker-archive with an unclean path",
            made(|d| d.list[0]["Layers"] = json!(["./one/layer.tar", "two/layer.tar"])),
        ),
        (
            "a docker-archive with its image twice",
            made(|d| {
                let image = d.list[0].clone();
                d.list.as_array_mut().unwrap().push(image);
            }),
        ),
        (
            "a docker-archive with another diffID",
            made(|d| {
                d.config["rootfs"]["diff_ids"][1] = json!(NO_DIGEST);
            }),
        ),
        (
            "a docker-archive whose config has no rootfs",
            made(|d| {
                d.config.as_object_mut().unwrap().remove("rootfs");
            }),
        ),
        (
            "a docker-archive for arm64",
            made(|d| d.config["architecture"] = json!("arm64")),
        ),
        (
            "a docker-archive for Windows",
            made(|d| d.config["os"] = json!("windows")),
        ),
        (
            "a docker-archive for no platform",
            made(|d| {
                d.config.as_object_mut().unwrap().remove("os");
                d.config.as_object_mut().unwrap().remove("architecture");
            }),
        ),
        (
            "a docker-archive with gzip layers",
            made(|d| {
                for (_, bytes) in &mut d.layers {
                    *bytes = gzip(bytes);
                }
            }),
        ),
        (
            "a docker-archive with zstd layers",
            made(|d| {
                for (_, bytes) in &mut d.layers {
                    *bytes = zstd(bytes);
                }
            }),
        ),
        (
            "a docker-archive with a layer of text",
            made(|d| d.layers[1].1 = b"no tar".to_vec()),
        ),
        (
            "a docker-archive with an empty layer file",
            made(|d| d.layers[1].1.clear()),
        ),
        (
            "`manifest.json` of an empty list",
            made(|d| d.list = json!([])),
        ),
        (
            "`manifest.json` that is null",
            made(|d| d.list = json!(null)),
        ),
        (
            "`manifest.json` that is an object",
            made(|d| d.list = json!({})),
        ),
        ("`manifest.json` of a number", made(|d| d.list = json!([1]))),
        (
            "`manifest.json` with a text beside its image",
            made(|d| d.list.as_array_mut().unwrap().push(json!("image"))),
        ),
        (
            "`manifest.json` with null beside its image",
            made(|d| d.list.as_array_mut().unwrap().push(json!(null))),
        ),
        (
            "`manifest.json` with an empty object beside its image",
            made(|d| d.list.as_array_mut().unwrap().push(json!({}))),
        ),
        (
            "`RepoTags` that is a text",
            made(|d| d.list[0]["RepoTags"] = json!("a:b")),
        ),
        (
            "`RepoTags` of numbers",
            made(|d| d.list[0]["RepoTags"] = json!([1])),
        ),
        (
            "`Config` that is a number",
            made(|d| d.list[0]["Config"] = json!(7)),
        ),
        (
            "`Layers` that is a text",
            made(|d| d.list[0]["Layers"] = json!("one/layer.tar")),
        ),
        (
            "`Layers` with null",
            made(|d| d.list[0]["Layers"] = json!(["one/layer.tar", null])),
        ),
        (
            "`Layers` with an object",
            made(|d| d.list[0]["Layers"] = json!(["one/layer.tar", {}])),
        ),
        (
            "`Parent` that is a number",
            made(|d| d.list[0]["Parent"] = json!(7)),
        ),
        (
            "`layers` and `config` in `manifest.json`",
            made(|d| {
                let image = d.list[0].clone();
                d.list = json!([{ "config": image["Config"], "repotags": image["RepoTags"], "LAYERS": image["Layers"] }]);
            }),
        ),
        (
            "a docker-archive with diffIDs that are a text",
            made(|d| d.config["rootfs"]["diff_ids"] = json!("none")),
        ),
        (
            "a docker-archive for the os 7",
            made(|d| d.config["os"] = json!(7)),
        ),
        (
            "a docker-archive with a command that is a text",
            made(|d| d.config["config"]["Cmd"] = json!("/hello")),
        ),
        (
            "a docker-archive with a command that is a number",
            made(|d| d.config["config"]["Cmd"] = json!(7)),
        ),
        (
            "a docker-archive with labels that are a list",
            made(|d| d.config["config"]["Labels"] = json!([])),
        ),
        (
            "a docker-archive with settings that are a text",
            made(|d| d.config["config"] = json!("settings")),
        ),
        ("a config with bytes after it", {
            let mut bytes = Docker::new().config.to_string().into_bytes();
            bytes.extend(b" x");
            put("config.json", &bytes)
        }),
        ("a config after a byte order mark", {
            let bytes = format!("\u{feff}{}", Docker::new().config);
            put("config.json", bytes.as_bytes())
        }),
        ("`manifest.json` with bytes after it", {
            let bytes = format!("{} x", Docker::new().list);
            put("manifest.json", bytes.as_bytes())
        }),
        ("`manifest.json` after a byte order mark", {
            let bytes = format!("\u{feff}{}", Docker::new().list);
            put("manifest.json", bytes.as_bytes())
        }),
        (
            "`manifest.json` that is no JSON",
            put("manifest.json", b"[{\"Config\":"),
        ),
        ("a config that is no JSON", put("config.json", b"{\"os\":")),
        ("a config that is a list", put("config.json", b"[]")),
        ("an image of Docker before 1.10", {
            let layer = tar(&[("etc/first", "first")]);
            vec![
                ("0123/VERSION".to_string(), b"1.0".to_vec()),
                (
                    "0123/json".to_string(),
                    br#"{"id":"0123","os":"linux"}"#.to_vec(),
                ),
                ("0123/layer.tar".to_string(), layer),
                (
                    "repositories".to_string(),
                    br#"{"peer":{"v1":"0123"}}"#.to_vec(),
                ),
            ]
        }),
        (
            "a file system",
            vec![
                ("etc/hostname".to_string(), b"here".to_vec()),
                ("bin/tool".to_string(), b"tool".to_vec()),
            ],
        ),
        ("a docker-archive in a folder", {
            let items = Docker::new().items();
            items
                .into_iter()
                .map(|(path, bytes)| (format!("image/{path}"), bytes))
                .collect()
        }),
    ]
}

/// Files of other kinds.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let docker = tar(&Docker::new().items());
    let layout = tar(&Recipe::new().make().all());
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let linked = {
        let docker = Docker::new();
        let mut entries = vec![
            dir("one/"),
            file("one/layer.tar", &docker.layers[0].1),
            dir("two/"),
            file("three.tar", &docker.layers[1].1),
            symlink("two/layer.tar", "../three.tar"),
        ];
        entries.push(file("config.json", docker.config.to_string().as_bytes()));
        entries.push(file("manifest.json", docker.list.to_string().as_bytes()));
        entries
    };
    let mut dangling = linked.clone();
    dangling.remove(3);
    vec![
        ("a docker-archive in gzip", gzip(&docker)),
        ("a docker-archive in zstd", zstd(&docker)),
        ("a layout in gzip", gzip(&layout)),
        ("a layout in zstd", zstd(&layout)),
        ("a docker-archive that is cut off", cut(&docker, 3000)),
        ("a docker-archive without an end marker", cut(&docker, 1024)),
        ("a layout that is cut off", cut(&layout, 1800)),
        ("a docker-archive in gzip that is cut off", {
            let packed = gzip(&docker);
            cut(&packed, packed.len() / 2)
        }),
        (
            "a docker-archive with a linked layer",
            tar_entries::tar(&linked),
        ),
        (
            "a docker-archive with a link to nothing",
            tar_entries::tar(&dangling),
        ),
        ("a docker-archive with `./` before its paths", {
            let items: Vec<(String, Vec<u8>)> = Docker::new().items();
            let entries: Vec<_> = items
                .iter()
                .map(|(path, bytes)| file(format!("./{path}"), bytes))
                .collect();
            tar_entries::tar(&entries)
        }),
        ("an empty file", Vec::new()),
        ("an empty tar", vec![0; 1024]),
        ("a text", b"this is no archive\n".repeat(60)),
        ("a page", b"<!DOCTYPE html><html></html>".to_vec()),
    ]
}
