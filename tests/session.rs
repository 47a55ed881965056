//! The whole way from bytes to report, on inputs that are right.

mod kit;

use kit::{Files, Layout, good_docker_archive, good_layout, gzip, gzip_layer, tar};
use pullcheck::artifact::kinds::{Content, InputKind, Packaging};
use pullcheck::session::{Session, Step};

#[test]
fn a_layout_is_the_same_as_tar_folder_and_compressed_tar() {
    let layout = good_layout();
    let plain = layout.tar();
    let compressed = Files::file("image.tar.gz", gzip(&plain.items[0].1));
    for (files, packaging) in [
        (plain, Packaging::Tar),
        (layout.folder(), Packaging::Folder),
        (compressed, Packaging::Gzip),
    ] {
        let report = files.report();
        assert_eq!(report.input.kind, InputKind::OciLayout, "{packaging:?}");
        assert_eq!(report.input.packaging, packaging);
        assert!(report.complete);
        assert_eq!(report.artifacts.len(), 1);
        let artifact = &report.artifacts[0];
        assert_eq!(artifact.id, "index.json#/manifests/0");
        assert_eq!(artifact.name.as_deref(), Some("v1"));
        assert_eq!(artifact.kind, "container-image");
        let roles: Vec<&str> = artifact
            .descriptors
            .iter()
            .map(|d| d.role.as_str())
            .collect();
        assert_eq!(roles, ["manifest", "config", "layer"]);
        for d in &artifact.descriptors {
            assert_eq!(d.content, Content::Verified, "{packaging:?} {}", d.role);
        }
        assert_eq!(artifact.descriptors[2].compression.as_deref(), Some("gzip"));
        assert!(report.coverage.is_empty(), "{:?}", report.coverage);
    }
}

#[test]
fn a_docker_archive_is_known_by_its_content() {
    let report = Files::tar("anything.bin", &good_docker_archive()).report();
    assert_eq!(report.input.kind, InputKind::DockerArchive);
    assert_eq!(report.artifacts.len(), 1);
    assert_eq!(report.artifacts[0].name.as_deref(), Some("example:v1"));
    assert_eq!(report.artifacts[0].descriptors.len(), 3);
}

#[test]
fn loose_files_find_each_other_by_digest() {
    let items = good_layout().all();
    let loose: Vec<(String, Vec<u8>)> = items
        .into_iter()
        .filter(|(path, _)| path.starts_with("blobs/"))
        .enumerate()
        .map(|(i, (_, bytes))| (format!("file{i}"), bytes))
        .collect();
    let report = Files::loose(loose).report();
    assert_eq!(report.input.kind, InputKind::LooseFiles);
    assert_eq!(report.artifacts.len(), 1, "{:#?}", report.artifacts);
    assert!(
        report.artifacts[0]
            .descriptors
            .iter()
            .all(|d| d.content == Content::Verified)
    );
}

#[test]
fn the_early_report_comes_before_measuring_and_any_stop_is_safe() {
    let files = good_layout().tar();
    let full = files.report();
    for stop_at in 0..40 {
        let mut session = Session::new(files.given(), Vec::new());
        let mut early = false;
        for _ in 0..stop_at {
            match session.step() {
                Step::Early(report) => {
                    early = true;
                    assert!(!report.complete);
                    let layer = &report.artifacts[0].descriptors[2];
                    assert_eq!(layer.content, Content::Unread);
                }
                Step::Done(report) => {
                    assert!(early);
                    assert_eq!(*report, full);
                }
                Step::More(_) | Step::Waiting(_) => {}
            }
        }
        let report = session.stop();
        for finding in &report.findings {
            assert!(full.findings.contains(finding), "{stop_at}: {finding:?}");
        }
    }
}

#[test]
fn a_pasted_manifest_has_no_blobs_and_says_so() {
    let layout = good_layout();
    let manifest = layout
        .all()
        .into_iter()
        .find(|(_, bytes)| {
            bytes.starts_with(b"{") && String::from_utf8_lossy(bytes).contains("\"layers\": [")
        })
        .unwrap();
    let report = Files::pasted(String::from_utf8(manifest.1).unwrap()).report();
    assert_eq!(report.input.kind, InputKind::Manifest);
    let states: Vec<Content> = report.artifacts[0]
        .descriptors
        .iter()
        .map(|d| d.content)
        .collect();
    assert_eq!(
        states,
        [Content::Verified, Content::NotGiven, Content::NotGiven]
    );
}

#[test]
fn lone_things_are_named() {
    let layer = tar(&[("hello", "hello")]);
    for (bytes, kind, packaging) in [
        (layer.clone(), InputKind::Tar, Packaging::Tar),
        (gzip(&layer), InputKind::Tar, Packaging::Gzip),
        (kit::zstd(&layer), InputKind::Tar, Packaging::Zstd),
        (
            kit::WASM_MODULE.to_vec(),
            InputKind::WasmModule,
            Packaging::File,
        ),
        (
            b"\0asm\x0d\0\x01\0".to_vec(),
            InputKind::WasmComponent,
            Packaging::File,
        ),
        (Vec::new(), InputKind::Empty, Packaging::File),
        (
            b"PK\x03\x04....".to_vec(),
            InputKind::Other,
            Packaging::File,
        ),
    ] {
        let report = Files::file("x", bytes).report();
        assert_eq!(
            (report.input.kind, report.input.packaging),
            (kind, packaging)
        );
        assert!(report.complete);
    }
}

#[test]
fn an_index_names_its_platforms() {
    let mut layout = Layout::new();
    let amd64 = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
    let arm64 = layout.image(("linux", "arm64"), &[gzip_layer("b", b"b")]);
    let index = layout.document(
        "application/vnd.oci.image.index.v1+json",
        &serde_json::json!({ "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [amd64, arm64] }),
    );
    layout.list(index, "v1");
    let report = layout.tar().report();
    assert_eq!(report.artifacts[0].kind, "multi-platform-image");
    let platforms: Vec<&str> = report.artifacts[0]
        .descriptors
        .iter()
        .filter_map(|d| d.platform.as_deref())
        .collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
}

#[test]
fn links_and_folders_of_a_compressed_archive_are_seen() {
    use kit::tar_entries::{dir, file, symlink};
    let items = good_docker_archive();
    let mut entries = vec![dir("shared/")];
    for (path, bytes) in &items {
        match path.as_str() {
            "0123456789ab/layer.tar" => entries.extend([
                file("shared/layer.tar", bytes),
                dir("0123456789ab/"),
                symlink(path, "../shared/layer.tar"),
            ]),
            _ => entries.push(file(path, bytes)),
        }
    }
    let archive = kit::tar_entries::tar(&entries);
    let plain = Files::file("image.tar", archive.clone()).report();
    let compressed = Files::file("image.tar.gz", gzip(&archive)).report();
    let told = |report: &pullcheck::report::Report| -> Vec<String> {
        let rules = report.findings.iter().map(|finding| finding.rule.clone());
        rules.filter(|rule| rule != "archive-compressed").collect()
    };
    assert_eq!(told(&plain), told(&compressed));
    assert!(!told(&plain).contains(&"docker-archive-layer-missing".to_string()));
    assert_eq!(plain.artifacts[0].descriptors[2].content, Content::Verified);
    assert_eq!(plain.artifacts, compressed.artifacts);
}

#[test]
fn digests_of_other_algorithms_are_taken_in_compressed_archives_too() {
    for algorithm in ["sha384", "sha512"] {
        let config = b"{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
        let kind = match algorithm {
            "sha384" => pullcheck::bytes::digest::Algorithm::Sha384,
            _ => pullcheck::bytes::digest::Algorithm::Sha512,
        };
        let digest = pullcheck::bytes::digest::digest_of(kind, config);
        let mut layout = Layout::new();
        layout.put(&format!("blobs/{}", digest.replace(':', "/")), config);
        let mut descriptor = kit::descriptor("application/vnd.oci.image.config.v1+json", config);
        descriptor["digest"] = digest.clone().into();
        let manifest = kit::manifest(descriptor, &[]);
        let manifest = layout.document("application/vnd.oci.image.manifest.v1+json", &manifest);
        layout.list(manifest, "v1");
        let plain = layout.tar();
        let compressed = Files::file("image.tar.gz", gzip(&plain.items[0].1));
        for files in [plain, compressed] {
            let report = files.report();
            let config = &report.artifacts[0].descriptors[1];
            assert_eq!(config.digest.as_deref(), Some(digest.as_str()));
            assert_eq!(config.content, Content::Verified, "{algorithm}");
        }
    }
}

#[test]
fn a_folder_of_the_dir_transport_is_no_docker_archive() {
    let items = good_layout().all();
    let mut files: Vec<(String, Vec<u8>)> = vec![(
        "version".to_string(),
        b"Directory Transport Version: 1.1\n".to_vec(),
    )];
    for (path, bytes) in items {
        if let Some(hex) = path.strip_prefix("blobs/sha256/") {
            let is_manifest = String::from_utf8_lossy(&bytes).contains("\"layers\": [");
            let name = if is_manifest { "manifest.json" } else { hex };
            files.push((name.to_string(), bytes));
        }
    }
    let report = Files::folder("image", files).report();
    assert_eq!(report.input.kind, InputKind::LooseFiles);
    let errors: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.severity == pullcheck::report::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(
        report.artifacts[0]
            .descriptors
            .iter()
            .all(|d| d.content == Content::Verified)
    );
}

#[test]
fn what_is_no_image_is_named() {
    let says = |bytes: &[u8]| {
        let report = Files::file("given", bytes.to_vec()).report();
        assert!(
            report.artifacts.is_empty()
                || report.verdicts.is_empty()
                || report.input.kind == InputKind::Tar
        );
        report.input.says.render(pullcheck::text::Lang::En)
    };
    let begun = |start: &[u8]| [start, &[0; 600]].concat();
    let inside = tar(&[("manifest.json", "[]")]);
    let bundle = tar(&[
        ("install.sh", b"#!/bin/sh\n".to_vec()),
        ("images/a.tar", inside.clone()),
        ("images/b.tgz", inside.clone()),
    ]);
    let layer = tar(&[
        ("etc/hosts", b"127.0.0.1".to_vec()),
        ("usr/share/a.tar", inside.clone()),
    ]);
    let one = tar(&[("values.yaml", b"a: 1".to_vec()), ("redis.tar", inside)]);
    for (bytes, expected) in [
        (begun(b"Salted__12345678"), "encrypted file (OpenSSL)"),
        (begun(b"age-encryption.org/v1\n"), "encrypted file (age)"),
        (
            b"-----BEGIN PGP MESSAGE-----\n\nhQ\n".to_vec(),
            "encrypted file (OpenPGP)",
        ),
        (
            b"#!/bin/sh\n# Makeself\n".to_vec(),
            "installer that unpacks itself",
        ),
        (begun(b"QFI\xFB"), "disk of a virtual machine (qcow2)"),
        (begun(b"MZ\x90"), "another kind (Windows)"),
        (begun(b"\x01\x02"), "no format that images"),
        (gzip(b"just a file"), "One compressed file"),
        (bundle, "`images/a.tar` and one more archive"),
        (one, "the archive `redis.tar` is inside"),
        (layer, "a layer, or a root filesystem"),
    ] {
        let said = says(&bytes);
        assert!(said.contains(expected), "{said}");
    }
}
