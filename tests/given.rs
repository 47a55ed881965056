//! What is judged of what a person gives: one archive among other files, several, one that is cut off, one in a
//! compression that is not undone, one in folders within folders.

mod kit;

use kit::{Files, Layout, good_docker_archive, good_layout, gzip, gzip_layer, tar, zstd};
use pullcheck::answers;
use pullcheck::artifact::kinds::InputKind;
use pullcheck::report::{Decision, Report};
use pullcheck::text::Lang;

/// An answer without its place in a file: who, in which versions, how.
fn answers_of(report: &Report) -> Vec<(&str, &str, Decision)> {
    let one = |v: &pullcheck::report::Verdict| v.verdict;
    report
        .verdicts
        .iter()
        .map(|v| (v.consumer.as_str(), v.versions.as_str(), one(v)))
        .collect()
}

fn says(report: &Report) -> String {
    report.input.says.render(Lang::En)
}

fn has(report: &Report, rule: &str) -> bool {
    report.findings.iter().any(|finding| finding.rule == rule)
}

fn readme() -> (String, Vec<u8>) {
    ("README.md".to_string(), b"how to load it".to_vec())
}

#[test]
fn one_archive_beside_other_files_is_judged_as_if_it_were_given_alone() {
    let plain = tar(&good_docker_archive());
    for (name, bytes) in [
        ("image.tar", plain.clone()),
        ("image.tar.gz", gzip(&plain)),
        ("image.tar.zst", zstd(&plain)),
        ("layer.tar", tar(&[("etc/hosts", "127.0.0.1")])),
        ("module.wasm", kit::WASM_MODULE.to_vec()),
    ] {
        let alone = Files::file(name, bytes.clone()).report();
        let items = vec![readme(), (name.to_string(), bytes)];
        for files in [
            Files::folder("given", items.clone()),
            Files::loose(items.clone()),
        ] {
            let report = files.report();
            assert!(report.complete);
            assert_eq!(report.input.name, name);
            assert_eq!(report.input.kind, alone.input.kind, "{name}");
            assert_eq!(report.input.packaging, alone.input.packaging, "{name}");
            assert_eq!(answers_of(&report), answers_of(&alone), "{name}");
            assert_eq!(report.artifacts, alone.artifacts, "{name}");
            assert_eq!(report.rules, alone.rules, "{name}");
            assert_eq!(report.coverage.len(), 1 + alone.coverage.len(), "{name}");
            assert!(says(&report).contains("Of the 2 files"), "{name}");
        }
    }
}

#[test]
fn documents_and_layers_that_belong_together_stay_loose_files() {
    let mut items = good_layout().all();
    items.retain(|(path, _)| path.starts_with("blobs/"));
    let report = Files::loose(items).report();
    assert_eq!(report.input.kind, InputKind::LooseFiles);
    assert_eq!(report.artifacts.len(), 1);
}

#[test]
fn of_several_archives_one_is_asked_for() {
    let one = tar(&good_docker_archive());
    let other = gzip(&tar(&good_layout().all()));
    let layer = tar(&[("etc/hosts", "127.0.0.1")]);
    let item = |name: &str, bytes: &[u8]| (name.to_string(), bytes.to_vec());
    for (items, expected, count) in [
        (
            vec![item("a.tar", &one), item("b.tgz", &other)],
            "Two image archives: `a.tar` and `b.tgz`.",
            2,
        ),
        (
            vec![
                item("a.tar", &one),
                item("b.tgz", &other),
                item("c.tar", &one),
            ],
            "3 image archives, from `a.tar` to `c.tar`.",
            3,
        ),
        (
            vec![item("a.tar", &one), item("layer.tar", &layer)],
            "2 files; one of them is an image archive, `a.tar`.",
            1,
        ),
        (
            vec![readme(), item("images/a.tar", &one)],
            "2 files; one of them is an image archive, `images/a.tar`.",
            1,
        ),
    ] {
        let report = Files::folder("given", items).report();
        assert!(says(&report).starts_with(expected), "{}", says(&report));
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        assert_eq!(report.coverage.len(), count, "what was not judged is told");
        assert!(!report.verdicts.is_empty());
        assert!(
            report
                .verdicts
                .iter()
                .all(|v| v.verdict == Decision::Unknown)
        );
        assert_eq!(answers::headline(&report).says, report.input.says);
    }
}

/// Whether a report says of a file that it is cut off, and nothing that does not follow from half a file.
fn says_cut(report: &Report, about: &str) {
    assert!(
        says(report).contains("ut off after"),
        "{about}: {}",
        says(report)
    );
    assert!(
        says(report).contains("Download or save it again"),
        "{about}"
    );
    assert!(has(report, "archive-truncated"), "{about}");
    for rule in ["archive-unknown-kind", "docker-archive-manifest-missing"] {
        assert!(!has(report, rule), "{about}: {rule}");
    }
    assert_eq!(answers::headline(report).says, report.input.says, "{about}");
    for verdict in &report.verdicts {
        let known = matches!(verdict.verdict, Decision::Refuses | Decision::Unknown);
        assert!(known, "{about}: {} {:?}", verdict.consumer, verdict.verdict);
        assert!(
            verdict.fixes.iter().all(|fix| fix.id == "export-again"),
            "{about}: {:?}",
            verdict.fixes
        );
    }
}

#[test]
fn wherever_an_archive_is_cut_before_its_image_is_seen_it_is_said_so() {
    let mut items = good_docker_archive();
    items.sort_by_key(|(path, _)| path == "manifest.json");
    assert_eq!(items.last().unwrap().0, "manifest.json");
    // Names as `docker save` of skopeo writes them: a layer may pass for an archive of a bundle.
    for (path, bytes) in &mut items {
        if path.ends_with(".tar") {
            let digest = pullcheck::examples::sha256(bytes);
            *path = format!("{}.tar", &digest["sha256:".len()..]);
        }
    }
    let whole = tar(&items);
    let manifest = items.last().unwrap().1.len().div_ceil(512) * 512;
    let end = whole.len() - 1024 - manifest - 512;
    let mut cuts: Vec<usize> = (513..end).step_by(173).collect();
    cuts.extend((1024..=end).step_by(512));
    for cut in cuts {
        let report = Files::file("image.tar", &whole[..cut]).report();
        says_cut(&report, &format!("{cut} of {}", whole.len()));
        let loads = report
            .verdicts
            .iter()
            .filter(|v| v.consumer == "podman-load");
        assert!(loads.count() > 0, "{cut}");
    }
    for packed in [gzip(&whole), zstd(&whole)] {
        for part in [4, 2] {
            let report = Files::file("image.tgz", &packed[..packed.len() / part]).report();
            says_cut(&report, &format!("1/{part} of a compressed archive"));
        }
    }
    let report = Files::file("x.wasm", b"\0asm\x01\0".to_vec()).report();
    says_cut(&report, "a module");
}

#[test]
fn a_layer_without_an_end_marker_stays_a_layer() {
    let layer = tar(&[("etc/hosts", "127.0.0.1")]);
    let report = Files::file("layer.tar", &layer[..1024]).report();
    assert!(says(&report).contains("a layer, or a root filesystem"));
    assert!(!has(&report, "archive-truncated"));
}

#[test]
fn of_a_compression_that_is_not_undone_nothing_is_claimed() {
    for (head, name) in [
        (b"\xFD7zXZ\0".as_slice(), "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x04\x22\x4D\x18", "lz4"),
    ] {
        let report = Files::file("image", [head, &[7; 900]].concat()).report();
        let said = says(&report);
        assert!(said.contains(&format!("`{name} -d …`")), "{said}");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        let verdicts = &report.verdicts;
        assert!(verdicts.iter().any(|v| v.consumer == "podman-load"));
        assert!(verdicts.iter().all(|v| v.verdict == Decision::Unknown));
        assert_eq!(answers::headline(&report).says, report.input.says);
    }
}

#[test]
fn a_layout_in_folders_within_folders_is_found_there() {
    let mut layout = good_layout();
    layout.image(("linux", "arm64"), &[gzip_layer("left", b"behind")]);
    let alone = layout.folder().report();
    for folder in ["lay", "x/lay", "a/b/c"] {
        let items = layout.all().into_iter();
        let items = items.map(|(path, bytes)| (format!("{folder}/{path}"), bytes));
        let report = Files::folder("given", items.collect()).report();
        assert!(
            says(&report).contains(&format!("`{folder}/`")),
            "{}",
            says(&report)
        );
        assert_eq!(report.artifacts.len(), 1, "what was left behind is none");
        let pulled = |report: &Report| -> Vec<Decision> {
            let pulls = report
                .verdicts
                .iter()
                .filter(|v| v.consumer.starts_with("docker-pull"));
            pulls.map(|v| v.verdict).collect()
        };
        assert!(!pulled(&report).is_empty());
        assert_eq!(pulled(&report), pulled(&alone), "{folder}");
    }
    let mut items: Vec<_> = good_layout().all();
    for (path, _) in &mut items {
        *path = format!("lay/{path}");
    }
    items.push(("other/README".to_string(), Vec::new()));
    let report = Files::folder("given", items).report();
    assert_eq!(report.input.kind, InputKind::LooseFiles);
    assert!(!says(&report).contains("wrapped"));
}

#[test]
fn an_index_for_one_platform_and_its_attestation_is_no_multi_platform_image() {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("a", b"a")]);
    let mut note = layout.image(("unknown", "unknown"), &[gzip_layer("b", b"b")]);
    note["annotations"] =
        serde_json::json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let index = layout.document(
        "application/vnd.oci.image.index.v1+json",
        &serde_json::json!({ "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [image, note] }),
    );
    layout.list(index, "v1");
    let report = layout.tar().report();
    let said = report.artifacts[0].says.render(Lang::En);
    assert_eq!(said, "Image for one platform, in an index");
}
