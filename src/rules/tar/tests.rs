//! What the proofs of the rules do not show: layers one above the other, what stays legal, what is told once though it
//! stands a thousand times, and that nothing unread passes for clean.

use crate::examples::inputs::image_of_layer;
use crate::examples::inputs::{bytes, layer, stack};
use crate::kit::tar_entries::{
    TarEntry, device, dir, entry, file, hardlink, symlink, tar, without_end,
};
use crate::kit::{self, Files};
use crate::limits;
use crate::markdown;
use crate::report::{Finding, Outcome, Report, Severity};
use crate::spec::media_type as mt;
use crate::text::Lang;

fn outcome(report: &Report, rule: &str) -> Outcome {
    let ended = report.rules.iter().find(|r| r.rule == rule);
    ended.unwrap().outcome
}

fn found<'r>(report: &'r Report, rule: &str) -> Vec<&'r Finding> {
    let all = report.findings.iter();
    all.filter(|f| f.rule == rule).collect()
}

/// Outcomes of the rules about a hard link that its own layer does not settle: missing, lower, to-removed, directory.
fn link_ends(files: &Files) -> [Outcome; 4] {
    let report = files.report();
    ["missing", "lower", "to-removed", "directory"]
        .map(|end| outcome(&report, &format!("tar-hardlink-{end}")))
}

use Outcome::{Clean, Found, NotRun};

#[test]
fn hard_links_are_looked_up_in_the_layers_below() {
    let link = [hardlink("b", "d/a")];
    let below = |layers: &[&[TarEntry]]| {
        let all: Vec<&[TarEntry]> = layers.iter().copied().chain([&link[..]]).collect();
        link_ends(&stack(&all))
    };
    let with_file = [file("d/a", b"")];
    assert_eq!(below(&[&with_file]), [Clean, Found, Clean, Clean]);
    assert_eq!(
        below(&[&with_file, &[file("x", b"")]]),
        [Clean, Found, Clean, Clean]
    );
    assert_eq!(below(&[&[file("d/b", b"")]]), [Found, Clean, Clean, Clean]);
    assert_eq!(
        below(&[&[file("d/a/x", b"")]]),
        [Clean, Clean, Clean, Found]
    );
    // Removed by a whiteout of the file, of its folder, of all in it, by a file in the folder's place.
    for gone in ["d/.wh.a", ".wh.d", "d/.wh..wh..opq", ".wh..wh..opq", "d"] {
        let removing = [file(gone, b"")];
        assert_eq!(
            below(&[&with_file, &removing]),
            [Clean, Clean, Found, Clean],
            "{gone}"
        );
        // And there again.
        assert_eq!(
            below(&[&removing, &with_file]),
            [Clean, Found, Clean, Clean],
            "{gone}"
        );
    }
    // A whiteout of something that is nowhere removes nothing.
    assert_eq!(
        below(&[&[file("d/.wh.a", b"")]]),
        [Found, Clean, Clean, Clean]
    );
    // Where a symbolic link leads is not followed, so nothing is claimed.
    let linked = [dir("e/"), file("e/a", b""), symlink("d", "e")];
    assert_eq!(below(&[&linked]), [NotRun, NotRun, NotRun, NotRun]);
    let own = [symlink("d", "e"), hardlink("b", "d/a")];
    assert_eq!(link_ends(&stack(&[&[file("e/a", b"")], &own])), [NotRun; 4]);
}

#[test]
fn a_finding_names_blob_entry_and_byte() {
    let files = stack(&[&[file("a", b"")], &[file(".wh.a", b""), hardlink("b", "a")]]);
    let report = files.report();
    let [finding] = found(&report, "tar-hardlink-to-removed")[..] else {
        panic!("{:#?}", report.findings)
    };
    assert_eq!(finding.at.entry.as_deref(), Some("b"));
    assert_eq!(finding.at.offset, Some(512));
    assert!(finding.at.path.starts_with("blobs/sha256/"));
    assert!(!finding.related.is_empty(), "the descriptor is named");
}

#[test]
fn what_is_not_there_is_not_judged() {
    // A layer alone: nobody knows what lies below.
    let lone = Files::file("layer.tar", tar(&[hardlink("b", "a")]));
    assert_eq!(link_ends(&lone), [NotRun; 4]);
    let lone = Files::file("layer.tar", tar(&[file("a", b""), hardlink("b", "a")]));
    assert_eq!(link_ends(&lone), [Clean; 4]);
    let hiding = Files::file("layer.tar", tar(&[file(".wh.a", b"")])).report();
    for rule in ["whiteout-nothing", "whiteout-base-layer"] {
        assert_eq!(outcome(&hiding, rule), NotRun, "{rule}");
    }
    // The lower layer is not given.
    let mut files = stack(&[&[file("a", b"")], &[hardlink("b", "a"), file(".wh.c", b"")]]);
    let lower = crate::examples::gzip(&tar(&[file("a", b"")]));
    let path = format!("blobs/{}", kit::sha256(&lower).replace(':', "/"));
    let items = untar(&files.items[0].1);
    let kept: Vec<_> = items.into_iter().filter(|(p, _)| *p != path).collect();
    files = Files::tar("image.tar", &kept);
    assert_eq!(link_ends(&files), [NotRun; 4]);
    for rule in ["whiteout-nothing", "whiteout-base-layer", "tar-setuid"] {
        assert_eq!(outcome(&files.report(), rule), NotRun, "{rule}");
    }
    // Nothing is known of the layers of a pasted manifest, and nothing of a module is about tars.
    let pasted = crate::examples::inputs::given(crate::examples::inputs::manifest());
    let module = Files::file("plugin.wasm", kit::WASM_MODULE);
    for rule in [
        "tar-duplicate-path",
        "tar-hardlink-missing",
        "whiteout-late",
    ] {
        assert_eq!(outcome(&pasted.report(), rule), NotRun, "{rule}");
        assert_eq!(
            outcome(&module.report(), rule),
            Outcome::NotApplicable,
            "{rule}"
        );
    }
}

fn untar(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read;
    let mut archive = ::tar::Archive::new(bytes);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut body = Vec::new();
        entry.read_to_end(&mut body).unwrap();
        (entry.path().unwrap().display().to_string(), body)
    });
    entries.collect()
}

#[test]
fn a_layer_that_is_cut_off_passes_nothing() {
    let whole = tar(&[file("a", &[7; 4000]), file("b", b"")]);
    // The tar in a whole stream: the cut is named, with its place.
    let report = bytes(whole[..2000].to_vec()).report();
    let [cut] = found(&report, "tar-truncated")[..] else {
        panic!("{:#?}", report.findings)
    };
    assert_eq!(
        (cut.at.entry.as_deref(), cut.at.offset),
        (Some("a"), Some(2000))
    );
    assert!(cut.says.render(Lang::En).contains("2512 bytes are missing"));
    assert_eq!(outcome(&report, "tar-setuid"), NotRun);
    assert_eq!(outcome(&report, "tar-duplicate-path"), NotRun);
    // The stream is cut: that is blamed, and not the tar.
    let mut stored = kit::gzip(&whole);
    stored.truncate(stored.len() - 12);
    let report = image_of_layer(mt::OCI_TAR_GZIP, stored, whole).report();
    assert_eq!(found(&report, "layer-gzip-truncated").len(), 1);
    for rule in [
        "tar-truncated",
        "tar-end-missing",
        "tar-header",
        "whiteout-opaque",
    ] {
        assert_eq!(outcome(&report, rule), NotRun, "{rule}");
    }
}

#[test]
fn the_end_of_a_tar_is_weighed() {
    let mut one_block = without_end(&[file("a", b"")]);
    one_block.extend_from_slice(&[0; 512]);
    for (tar, severity) in [
        (one_block, Severity::Info),
        (without_end(&[file("a", b"")]), Severity::Warning),
        (
            without_end(&[file("a", b"xyz")])[..515].to_vec(),
            Severity::Warning,
        ),
    ] {
        let report = bytes(tar).report();
        let [end] = found(&report, "tar-end-missing")[..] else {
            panic!("{:#?}", report.findings)
        };
        assert_eq!(end.severity, severity);
        assert_eq!(outcome(&report, "tar-truncated"), Clean);
    }
}

#[test]
fn each_damage_of_a_header_has_its_sentence() {
    let good = file("a", b"");
    let lone = [good.bytes(), vec![0; 512], tar(&[file("b", b"")])].concat();
    for (tar, words) in [
        (
            tar(&[good.clone(), file("b", b"").without_checksum()]),
            "checksum",
        ),
        (
            tar(&[good.clone(), file("b", b"").size(u64::MAX)]),
            "negative",
        ),
        (
            tar(&[good.clone(), entry(b'x', "x").size(2 << 30)]),
            "1 MiB",
        ),
        (lone, "single block of zeros"),
    ] {
        let report = bytes(tar).report();
        let [header] = found(&report, "tar-header")[..] else {
            panic!("{words}: {:#?}", report.findings)
        };
        assert!(header.says.render(Lang::En).contains(words), "{words}");
        assert_eq!(header.at.offset, Some(512), "{words}");
    }
}

#[test]
fn what_is_legal_in_layers_is_not_reported() {
    let lower = [
        dir("./"),
        dir("./dev/"),
        device("dev/null", 1, 3),
        entry(b'6', "run/pipe"),
        symlink("bin", "/usr/bin"),
        symlink("lib", "../../usr/lib"),
        file("a/b/c", b""),
        file(b"r\xe9sum\xe9", b""),
        file("n".repeat(200), b"").gnu_name("long"),
        file("usr/bin/su", b"").mode(0o4755),
        dir("tmp").mode(0o1777),
        hardlink("a/b/d", "/a/b/c"),
    ];
    let upper = [
        file("a/x", b""),
        file("a/.wh..wh..opq", b""),
        file("z", b""),
        file(".wh.bin", b""),
        file(".wh.never", b""),
        hardlink("y", "z"),
    ];
    for files in [
        stack(&[&lower, &upper]),
        stack(&[&upper, &lower]),
        stack(&[&[]]),
    ] {
        let above: Vec<String> = files
            .report()
            .findings
            .iter()
            .filter(|f| f.severity != Severity::Info)
            .map(|f| format!("{}: {}", f.rule, f.says.render(Lang::En)))
            .collect();
        assert!(above.is_empty(), "{above:#?}");
    }
}

#[test]
fn notes_are_told_once_for_a_layer() {
    let many: Vec<TarEntry> = (0..500)
        .flat_map(|n| {
            [
                file(format!("dir{n}/file"), b"").mode(0o4755),
                symlink(format!("link{n}"), "/target"),
                file(format!("z{n}/.wh.x"), b""),
            ]
        })
        .collect();
    let report = stack(&[&[file("a", b"")], &many]).report();
    for (rule, count) in [
        ("tar-setuid", 500),
        ("tar-symlink-outside", 500),
        ("tar-parent-implicit", 1000),
    ] {
        let [note] = found(&report, rule)[..] else {
            panic!("{rule}: {:#?}", found(&report, rule))
        };
        let says = note.says.render(Lang::En);
        assert!(says.contains(&format!(": {count};")), "{says}");
        assert!(note.at.entry.is_some() && note.at.offset.is_some());
    }
    // More whiteouts than are looked up: those that were are told.
    let [nothing] = found(&report, "whiteout-nothing")[..] else {
        panic!()
    };
    let says = nothing.says.render(Lang::En);
    assert!(
        says.contains(&format!(": {};", limits::ASKED_PATHS)),
        "{says}"
    );
}

#[test]
fn errors_are_listed_and_the_rest_is_counted() {
    let twice: Vec<TarEntry> = (0..50)
        .flat_map(|n| [file(format!("f{n}"), b""), file(format!("./f{n}"), b"")])
        .collect();
    let report = layer(&twice).report();
    let found = found(&report, "tar-duplicate-path");
    assert_eq!(found.len(), limits::NOTES_PER_ODDITY + 1);
    assert!(found.iter().all(|f| f.severity == Severity::Error));
    let last = found.iter().find(|f| f.at.entry.is_none()).unwrap();
    let says = last.says.render(Lang::En);
    assert!(says.contains("50 entries"), "{says}");
}

#[test]
fn names_that_steer_are_written_out_where_they_are_shown() {
    let report = layer(&[file("a", b""), file("a/x\u{1b}[2J\u{202e}gpj.exe", b"")]).report();
    let [finding] = found(&report, "tar-path-through-file")[..] else {
        panic!("{:#?}", report.findings)
    };
    for shown in [
        markdown::phrase(&finding.says, Lang::En),
        markdown::one_line(&finding.at.show(Lang::Zh)),
    ] {
        assert!(!shown.chars().any(markdown::steers), "{shown:?}");
        assert!(shown.contains("\\u{1b}"), "{shown:?}");
    }
}

#[test]
fn only_layers_are_layers() {
    // A Helm chart is a tar too, and no rule of layers is its matter.
    let chart = kit::gzip(&tar(&[file("a", b""), file("a", b""), hardlink("b", "c")]));
    let mut layout = kit::Layout::new();
    let config = layout.blob("application/vnd.cncf.helm.config.v1+json", b"{}");
    let content = layout.blob(
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        &chart,
    );
    let manifest = layout.document(mt::OCI_MANIFEST, &kit::manifest(config, &[content]));
    layout.list(manifest, "chart");
    let report = layout.tar().report();
    let about = |f: &&Finding| f.rule.starts_with("tar-") || f.rule.starts_with("whiteout-");
    assert_eq!(report.findings.iter().filter(about).count(), 0);
    // What only a key opens is not judged.
    let sealed = format!("{}+encrypted", mt::OCI_TAR_GZIP);
    let report = image_of_layer(&sealed, vec![7; 2000], tar(&[])).report();
    for rule in [
        "tar-duplicate-path",
        "tar-hardlink-missing",
        "whiteout-nothing",
    ] {
        assert_eq!(outcome(&report, rule), NotRun, "{rule}");
    }
}

#[test]
fn the_same_layer_in_two_images_is_reported_once() {
    let lower = tar(&[file("a", b"")]);
    let upper = tar(&[
        hardlink("b", "nowhere"),
        file(".wh.never", b""),
        file("x", b"").mode(0o4755),
    ]);
    let part = |tar: &Vec<u8>| (mt::OCI_TAR_GZIP, kit::gzip(tar), tar.clone());
    let mut layout = kit::Layout::new();
    for architecture in ["amd64", "arm64"] {
        let image = layout.image(("linux", architecture), &[part(&lower), part(&upper)]);
        layout.list(image, architecture);
    }
    let report = layout.tar().report();
    for rule in ["tar-hardlink-missing", "whiteout-nothing", "tar-setuid"] {
        assert_eq!(found(&report, rule).len(), 1, "{rule}");
    }
}
