//! `pullcheck ls` and `pullcheck cat` as people and scripts call them, and what a report says of the parts of an artifact.

mod kit;
mod peer;

use kit::{good_docker_archive, good_layout, gzip, tar, zstd};
use peer::{Scratch, check, pullcheck, tool};
use pullcheck::examples::tar::{dir, file, hardlink, symlink, tar as entries};
use serde_json::Value;
use std::fs;

fn layer() -> Vec<u8> {
    entries(&[
        dir("etc/"),
        file("etc/hosts", b"first\n"),
        symlink("etc/mtab", "/proc/mounts"),
        hardlink("hosts", "etc/hosts"),
        file("../escape", b"x"),
        file("./etc/hosts", b"last\n"),
        file("bytes", &[0, 255, 27, b'[', b'2', b'J']),
        file("a\u{1b}[31mred", b""),
    ])
}

fn inputs() -> Scratch {
    let scratch = Scratch::new("inside");
    let folder = scratch.path();
    fs::write(folder.join("good.tar"), tar(&good_layout().all())).unwrap();
    let docker = tar(&good_docker_archive());
    fs::write(folder.join("docker.tar.gz"), gzip(&docker)).unwrap();
    fs::write(folder.join("docker.tar.zst"), zstd(&docker)).unwrap();
    fs::write(folder.join("docker.tar"), docker).unwrap();
    fs::write(folder.join("layer.tar.gz"), gzip(&layer())).unwrap();
    fs::write(folder.join("layer.tar.zst"), zstd(&layer())).unwrap();
    fs::write(folder.join("layer.tar"), layer()).unwrap();
    fs::write(folder.join("cut.tar"), &layer()[..2800]).unwrap();
    fs::write(folder.join("page.tar"), "<!DOCTYPE html><html></html>").unwrap();
    let mut manifest = good_layout();
    manifest.items.push((
        format!("blobs/sha256/{}", "0".repeat(64)),
        b"nobody".to_vec(),
    ));
    fs::write(folder.join("loose.tar"), tar(&manifest.all())).unwrap();
    scratch
}

fn json(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let run = pullcheck(folder, arguments);
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{arguments:?}: {run:?}"))
}

#[test]
fn parts_are_listed_and_layers_numbered() {
    let scratch = inputs();
    let folder = scratch.path();
    for image in ["good.tar", "docker.tar", "docker.tar.gz", "docker.tar.zst"] {
        let parts = json(folder, &["ls", image, "--format", "json"]);
        assert_eq!(parts["schema"], "pullcheck-parts/1");
        let list = parts["parts"].as_array().unwrap();
        let roles: Vec<&str> = list.iter().map(|p| p["role"].as_str().unwrap()).collect();
        assert_eq!(roles[1..], ["config", "layer"], "{image}");
        assert_eq!(list[2]["layer"], 1);
        let inside = json(folder, &["ls", image, "1", "--format", "json"]);
        assert_eq!(inside["entries"][0]["path"], "hello", "{image}");
        let out = tool(folder)
            .args(["cat", image, "1", "hello"])
            .output()
            .unwrap();
        assert_eq!(
            (out.status.code(), out.stdout),
            (Some(0), b"hello".to_vec())
        );
    }
    // A digest is named by its beginning, with or without the algorithm; a path as it stands.
    let parts = json(folder, &["ls", "good.tar", "--format", "json"]);
    let digest = parts["parts"][2]["digest"].as_str().unwrap();
    let path = parts["parts"][2]["path"].as_str().unwrap();
    for blob in [&digest[..16], &digest[7..20], digest, path] {
        let run = pullcheck(folder, &["ls", "good.tar", blob]);
        assert_eq!(run.code, 0, "{blob}: {run:?}");
        assert!(run.out.contains("hello"));
    }
}

#[test]
fn every_packing_lists_the_same_entries_and_gives_the_same_bytes() {
    let scratch = inputs();
    let folder = scratch.path();
    let mut seen: Vec<Value> = Vec::new();
    for image in ["layer.tar", "layer.tar.gz", "layer.tar.zst"] {
        let inside = json(folder, &["ls", image, "1", "--format", "json"]);
        assert_eq!(inside["schema"], "pullcheck-inside/1");
        assert_eq!(inside["totals"]["entries"], 8);
        seen.push(inside["entries"].clone());
        for (path, bytes) in [
            // Of two entries with a path the last counts, however it is spelt.
            ("etc/hosts", &b"last\n"[..]),
            ("./etc/hosts", b"last\n"),
            // A hard link leads to its file.
            ("hosts", b"last\n"),
            ("bytes", &[0, 255, 27, b'[', b'2', b'J']),
        ] {
            let out = tool(folder)
                .args(["cat", image, "1", path])
                .output()
                .unwrap();
            assert_eq!(out.stdout, bytes, "{image} {path}");
        }
    }
    assert!(seen.iter().all(|entries| *entries == seen[0]));
    assert_eq!(seen[0][2]["link"], "/proc/mounts");
    assert_eq!(seen[0][4]["remarks"][0]["rule"], "tar-path-escape");
    assert_eq!(seen[0][5]["remarks"][0]["rule"], "tar-duplicate-path");
}

#[test]
fn the_exit_codes_of_looking_inside() {
    let scratch = inputs();
    let folder = scratch.path();
    for (arguments, code) in [
        (vec!["ls", "good.tar"], 0),
        (vec!["ls", "good.tar", "1"], 0),
        (vec!["ls", "good.tar", "2"], 1),
        (vec!["ls", "good.tar", "sha256:00000000"], 1),
        (vec!["ls", "page.tar"], 1),
        (vec!["ls", "absent.tar"], 2),
        // Shown as far as it goes.
        (vec!["ls", "cut.tar", "1"], 1),
        (vec!["cat", "good.tar", "1", "hello"], 0),
        (vec!["cat", "good.tar", "1", "absent"], 1),
        (vec!["cat", "good.tar", "9", "hello"], 1),
        (vec!["cat", "layer.tar", "1", "etc/mtab"], 1),
        (vec!["cat", "layer.tar", "1", "etc"], 1),
        (vec!["cat", "absent.tar", "1", "hello"], 2),
        (vec!["cat", "good.tar"], 2),
    ] {
        let run = pullcheck(folder, &arguments);
        assert_eq!(run.code, code, "{arguments:?}: {run:?}");
        // What was not found is said on standard error, in one line.
        if code == 1 && !run.out.contains('\n') {
            assert!(run.err.starts_with("pullcheck: "), "{run:?}");
        }
    }
    let run = pullcheck(
        folder,
        &["cat", "layer.tar", "1", "etc/mtab", "--lang", "zh-CN"],
    );
    assert!(run.err.contains("指向 `/proc/mounts` 的链接"), "{run:?}");
}

#[test]
fn names_do_not_steer_the_terminal() {
    let scratch = inputs();
    let run = pullcheck(
        scratch.path(),
        &["ls", "layer.tar", "1", "--color", "never"],
    );
    assert!(!run.out.contains('\u{1b}'), "{run:?}");
    assert!(run.out.contains("[leads out of the root: tar-path-escape]"));
}

#[test]
fn a_report_says_what_is_there_instead_and_what_nobody_refers_to() {
    let scratch = inputs();
    let folder = scratch.path();
    let (_, report) = check(folder, &["loose.tar"]);
    let loose = report["unreferenced"].as_array().unwrap();
    assert_eq!(loose.len(), 1);
    assert_eq!(loose[0]["path"], format!("blobs/sha256/{}", "0".repeat(64)));
    assert_eq!(loose[0]["size"], 6);
    assert_eq!(report["unreferencedLeftOut"], 0);
    let layer = &report["artifacts"][0]["descriptors"][2];
    assert_eq!(layer["role"], "layer");
    assert_eq!(layer["declaredDiffId"], layer["diffId"]);
    assert!(layer.get("measuredDigest").is_none());
    // The same layer with a byte more.
    let mut layout = good_layout();
    let digest = layer["digest"].as_str().unwrap().replace(':', "/");
    let stored = layout
        .items
        .iter_mut()
        .find(|(path, _)| path.ends_with(&digest))
        .unwrap();
    stored.1.push(0);
    let measured = kit::sha256(&stored.1);
    let size = stored.1.len();
    fs::write(folder.join("longer.tar"), tar(&layout.all())).unwrap();
    let (_, report) = check(folder, &["longer.tar"]);
    let layer = &report["artifacts"][0]["descriptors"][2];
    assert_eq!(layer["content"], "differs");
    assert_eq!(layer["measuredDigest"], measured);
    assert_eq!(layer["measuredSize"], size);
}
