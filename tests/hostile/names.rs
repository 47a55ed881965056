//! Names and references that steer, run in circles or lead elsewhere.

use crate::kit::hostile::{
    END, LINK, MARKUP, Piece, Pieces, SHELL, STEERING, circles, claim, entry, filled_with, index,
    layout_of, link_header,
};
use crate::kit::{Files, descriptor, good_layout, gzip, sha256, tar};
use crate::measure::*;
use pullcheck::artifact::kinds::Content;
use pullcheck::bytes::source::Memory;
use pullcheck::spec::media_type as mt;
use serde_json::json;

#[test]
fn indexes_that_name_themselves_and_each_other_end() {
    let files = circles();
    let run = run(|| files.given()).within(200, 16 * MIB);
    assert!(!run.looks_clean());
    for verdict in &run.report.verdicts {
        println!(
            "{} {} {:?}",
            verdict.consumer, verdict.versions, verdict.verdict
        );
    }
}

#[test]
fn an_index_both_wide_and_deep_is_not_walked_along_every_path() {
    // Eight levels of a hundred entries: 10^16 paths over eight small documents.
    let mut blobs = Vec::new();
    let mut below = claim(mt::OCI_MANIFEST, &sha256(b"nothing"));
    for _ in 0..8 {
        let document = index(&vec![below; 100]).to_string().into_bytes();
        below = descriptor(mt::OCI_INDEX, &document);
        blobs.push((
            format!("blobs/{}", sha256(&document).replace(':', "/")),
            document,
        ));
    }
    let root = index(&vec![below; 100]);
    let run = run(|| layout_of(&root, &blobs).given()).within(1500, MEMORY);
    assert!(!run.looks_clean());
    let listed: usize = run
        .report
        .artifacts
        .iter()
        .map(|a| a.descriptors.len())
        .sum();
    assert!(listed < 200_000, "{listed}");
}

#[test]
fn names_that_steer_or_execute_stay_text() {
    for text in [
        MARKUP, SHELL, STEERING, LINK, "", " ", "\u{FFFD}", "{name}", "`code`", "{{", "%s%n",
    ] {
        let files = filled_with(text);
        let run = run(|| files.given()).within(200, 16 * MIB);
        assert!(!run.looks_clean(), "{text:?}");
        for verdict in &run.report.verdicts {
            for command in verdict.fixes.iter().flat_map(|fix| &fix.commands) {
                let shown = &command.text;
                assert!(
                    text.trim().is_empty() || !contains_unquoted(shown, text),
                    "{text:?} can be typed into a shell:\n{shown}"
                );
            }
        }
    }
}

/// Whether a command carries what would not stay one word in a shell.
fn contains_unquoted(command: &str, text: &str) -> bool {
    let bare: String = command.split('\'').step_by(2).collect();
    let dangerous = |c: char| ";&|$`<>\"\u{1B}\u{202E}\u{0}\u{7}\r(".contains(c);
    text.contains(dangerous)
        && bare.contains(dangerous)
        && ["touch /tmp/owned", "onerror", "[2J", "javascript:alert"]
            .iter()
            .any(|part| bare.contains(part))
}

#[test]
fn file_names_that_steer_stay_text() {
    for text in [
        MARKUP,
        STEERING,
        LINK,
        "..",
        "/",
        "a/../../b",
        "\u{202E}gpj.exe",
    ] {
        let name = text.replace('\0', "");
        let layer = gzip(&entry(&name, b"x"));
        let files = Files::loose(vec![
            (name.clone(), layer.clone()),
            (format!("{name}2"), b"{}".to_vec()),
        ]);
        run(|| files.given()).within(200, 16 * MIB);
        let archive = [
            entry(&name, b"x"),
            entry("index.json", b"{}"),
            entry("oci-layout", b"{}"),
            END.to_vec(),
        ]
        .concat();
        run(|| Files::file(&name, archive).given()).within(200, 16 * MIB);
    }
}

#[test]
fn digests_of_unknown_algorithms_are_not_verified() {
    for digest in [
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha3-256:a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
        "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "sha256:../../../../etc/passwd",
        "sha256:",
        ":",
        "sha256",
        "SHA256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "sha512:00",
    ] {
        let layer = Pieces::new().then(Piece::bytes(gzip(&tar(&[("a", "a")]))));
        let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, digest);
        let run = check(archive).within(200, 16 * MIB);
        for d in &run.report.artifacts[0].descriptors {
            let same = d.digest.as_deref() == Some(digest);
            assert!(!same || d.content != Content::Verified, "{digest}: {d:?}");
        }
        assert!(!run.looks_clean(), "{digest}: {:#?}", run.report.findings);
    }
}

#[test]
fn blobs_that_are_links_are_followed_no_further_than_readers_do() {
    let good = good_layout();
    for (name, kind, target) in [
        ("out of the archive", b'2', "../../../../../../etc/passwd"),
        ("absolute", b'2', "/etc/passwd"),
        ("itself", b'2', "."),
        ("a loop", b'2', "../../loop"),
        ("hard link to nothing", b'1', "nothing"),
        ("empty", b'2', ""),
    ] {
        let mut bytes = link_header("loop", b'2', "loop").to_vec();
        let mut links = 0;
        for (path, body) in good.all() {
            if path.starts_with("blobs/") && body.starts_with(&[0x1F, 0x8B]) {
                bytes.extend(link_header(&path, kind, target));
                links += 1;
            } else {
                bytes.extend(entry(&path, &body));
            }
        }
        assert_eq!(links, 1);
        bytes.extend(END);
        let run = check(Memory(bytes)).within(200, 16 * MIB);
        let layer = run.report.artifacts[0]
            .descriptors
            .iter()
            .find(|d| d.role == "layer")
            .unwrap();
        assert_ne!(layer.content, Content::Verified, "{name}");
        assert!(!run.looks_clean(), "{name}");
    }
    // A docker-archive whose layers are a chain of links longer than any.
    let mut bytes = Vec::new();
    for i in 0..1000 {
        bytes.extend(link_header(
            &format!("{i}/layer.tar"),
            b'2',
            &format!("../{}/layer.tar", i + 1),
        ));
    }
    let archive = json!([{ "Config": "0/layer.tar", "RepoTags": ["a:b"], "Layers": ["0/layer.tar", "999/layer.tar"] }]);
    bytes.extend(entry("manifest.json", archive.to_string().as_bytes()));
    bytes.extend(END);
    let run = check(Memory(bytes)).within(200, 16 * MIB);
    assert!(run.is_refused_or_unknown(), "{:?}", run.rules());
}
