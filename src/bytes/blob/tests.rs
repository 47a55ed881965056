//! Tests of the measurement of blobs.

use super::*;
use crate::bytes::codec::tests::{gzip, zstd};
use crate::bytes::digest::{Algorithm, digest_of};
use crate::limits;
use proptest::prelude::*;

const WANTED: MeasureOptions = MeasureOptions {
    also: Also {
        sha384: true,
        sha512: true,
    },
    keep_documents: false,
    wanted_names: &["plugin.wasm"],
};

const ARCHIVE: MeasureOptions = MeasureOptions {
    keep_documents: true,
    ..WANTED
};

fn add(builder: &mut tar::Builder<Vec<u8>>, path: &str, body: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(body.len() as u64);
    header.set_mode(0o644);
    header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
    header.set_cksum();
    builder.append(&header, body).unwrap();
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, body) in files {
        add(&mut builder, path, body);
    }
    builder.into_inner().unwrap()
}

fn layer() -> Vec<u8> {
    let module = [&b"\0asm\x01\0\0\0"[..], &[3; 2000]].concat();
    tar_of(&[("readme", b"hello"), ("./plugin.wasm", &module)])
}

fn sha256(bytes: &[u8]) -> String {
    digest_of(Algorithm::Sha256, bytes)
}

#[test]
fn a_plain_layer_is_its_own_diff_id() {
    let layer = layer();
    let facts = measure(&layer, WANTED);
    assert_eq!(
        (facts.form, facts.compression),
        (Form::Tar, Compression::None)
    );
    assert_eq!((facts.size, facts.complete), (layer.len() as u64, true));
    assert_eq!(facts.diff_id(), Some(sha256(&layer).as_str()));
    assert_eq!(facts.sha512, Some(digest_of(Algorithm::Sha512, &layer)));
    assert_eq!(
        (&facts.inner, facts.head.as_slice()),
        (&None, &layer[..limits::HEAD_BYTES])
    );
    let tar = facts.tar.unwrap();
    assert_eq!((tar.entries, tar.defect, tar.members.len()), (2, None, 0));
    let [wanted] = tar.wanted.as_slice() else {
        panic!("{:?}", tar.wanted)
    };
    assert_eq!(
        (wanted.base_name.as_str(), wanted.index, wanted.size),
        ("plugin.wasm", 1, 2008)
    );
    assert_eq!(wanted.body_end - wanted.body_offset, 2008);
    assert_eq!(wasm_kind(&wanted.head), Some(WasmKind::Module));
    let start = usize::try_from(wanted.body_offset).unwrap();
    assert_eq!(layer[start..start + 16], wanted.head);
}

#[test]
fn compressed_layers_are_measured_on_both_sides() {
    let layer = layer();
    for (stored, compression) in [
        (gzip(&layer), Compression::Gzip),
        (zstd(&layer), Compression::Zstd),
    ] {
        let facts = measure(&stored, WANTED);
        assert_eq!((facts.compression, facts.complete), (compression, true));
        assert_eq!(facts.sha256, sha256(&stored));
        assert_eq!(facts.diff_id(), Some(sha256(&layer).as_str()));
        let inner = facts.inner.as_ref().unwrap();
        assert_eq!((inner.size, inner.form), (layer.len() as u64, Form::Tar));
        assert_eq!(facts.inner_head, layer[..limits::HEAD_BYTES]);
        assert_eq!(facts.tar, measure(&layer, WANTED).tar);
        assert_eq!(facts.stream.unwrap().members, 1);

        let cut = measure(&stored[..stored.len() - 9], WANTED);
        assert_eq!((cut.complete, cut.diff_id()), (false, None));
        assert_eq!(cut.defects, [CodecDefect::Truncated]);
        let tail = measure(&[stored.as_slice(), &[0; 5]].concat(), WANTED);
        assert_eq!(tail.diff_id(), Some(sha256(&layer).as_str()));
        assert!(matches!(
            tail.defects[..],
            [CodecDefect::TrailingBytes {
                count: 5,
                zeros: true,
                ..
            }]
        ));
    }
}

#[test]
fn compression_twice_and_compression_unknown_show_in_the_forms() {
    let twice = measure(&gzip(&gzip(b"x")), WANTED);
    assert_eq!(
        (twice.form, twice.payload_form(), twice.tar),
        (Form::Gzip, Form::Gzip, None)
    );
    let xz = measure(b"\xFD7zXZ\0 and so on", WANTED);
    assert_eq!(
        (xz.form, xz.compression, xz.diff_id()),
        (Form::Xz, Compression::None, None)
    );
    let empty = measure(b"", WANTED);
    assert_eq!((empty.form, empty.size), (Form::Empty, 0));
    assert_eq!(empty.sha256, sha256(b""));
    let empty_layer = measure(&gzip(&[0; 1024]), WANTED);
    assert_eq!(
        (empty_layer.payload_form(), empty_layer.tar.unwrap().entries),
        (Form::Tar, 0)
    );
}

#[test]
fn a_compressed_archive_gives_its_documents_and_the_facts_of_its_blobs() {
    let manifest = format!("{{{}\"schemaVersion\": 2}}", " ".repeat(1000));
    let layer = layer();
    let stored_layer = gzip(&layer);
    let archive = tar_of(&[
        ("oci-layout", b"{\"imageLayoutVersion\":\"1.0.0\"}"),
        ("blobs/sha256/m", manifest.as_bytes()),
        ("blobs/sha256/l", &stored_layer),
        ("empty", b""),
    ]);
    for stored in [gzip(&archive), archive.clone()] {
        let tar = measure(&stored, ARCHIVE).tar.unwrap();
        let paths: Vec<&str> = tar.members.iter().map(|m| m.path.as_str()).collect();
        assert_eq!(
            paths,
            ["oci-layout", "blobs/sha256/m", "blobs/sha256/l", "empty"]
        );
        assert_eq!(
            tar.members[1].document.as_deref(),
            Some(manifest.as_bytes())
        );
        assert_eq!(tar.members[2].document, None);
        assert_eq!(
            tar.members[2].facts.as_deref(),
            Some(&measure(&stored_layer, WANTED))
        );
        assert_eq!(tar.members[3].document.as_deref(), Some(&b""[..]));
        let start = usize::try_from(tar.members[1].header_offset).unwrap() + 512;
        assert!(archive[start..].starts_with(manifest.as_bytes()));
    }
    let whole = measure(&archive, ARCHIVE).tar.unwrap();
    let inside = usize::try_from(whole.members[2].header_offset).unwrap() + 522;
    let cut = measure(&archive[..inside], ARCHIVE).tar.unwrap();
    let last = cut.members.last().unwrap();
    let facts = last.facts.as_ref().unwrap();
    assert_eq!((facts.size, facts.complete), (10, false));
    assert_eq!(last.size, stored_layer.len() as u64);
}

#[test]
fn oddities_are_noted_and_counted() {
    let mut builder = tar::Builder::new(Vec::new());
    for path in [
        "a", "./a", "a", "/etc/x", "../y", "a/../b", "c\\d", "d/.wh.e", "r\u{E9}",
    ] {
        add(&mut builder, path, b"");
    }
    let mut special = |kind: u8, path: &str, link: &str| {
        let mut header = tar::Header::new_ustar();
        header.set_size(0);
        header.set_mode(0o644);
        let bytes = header.as_mut_bytes();
        bytes[156] = kind;
        bytes[..path.len()].copy_from_slice(path.as_bytes());
        bytes[157..157 + link.len()].copy_from_slice(link.as_bytes());
        if path == "setid" {
            header.set_mode(0o4755);
            header.set_uid(70_000);
        }
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
    };
    special(b'1', "hard", "./a");
    special(b'1', "hard2", "later");
    special(b'2', "soft", "");
    special(b'3', "zero", "");
    special(b'6', "pipe", "");
    special(b'V', "volume", "");
    special(b'0', "setid", "");
    let tar = measure(&builder.into_inner().unwrap(), WANTED).tar.unwrap();
    assert!(tar.all_paths_compared);
    let count = |what: Oddity| {
        let found = tar.oddity_counts.iter().find(|(known, _)| *known == what);
        found.map_or(0, |(_, count)| *count)
    };
    for (what, expected) in [
        (
            Oddity::Duplicate {
                same_spelling: true,
            },
            1,
        ),
        (
            Oddity::Duplicate {
                same_spelling: false,
            },
            1,
        ),
        (Oddity::AbsoluteName, 1),
        (Oddity::ParentName, 1),
        (Oddity::EscapingName, 1),
        (Oddity::Backslash, 1),
        (Oddity::Whiteout, 1),
        (Oddity::NotUtf8, 0),
        (Oddity::HardLink, 2),
        (Oddity::LinkTargetUnseen, 1),
        (Oddity::Symlink, 1),
        (Oddity::EmptyLink, 1),
        (Oddity::Device, 1),
        (Oddity::DeviceZero, 1),
        (Oddity::Fifo, 1),
        (Oddity::OtherType(b'V'), 1),
        (Oddity::SetId, 1),
        (Oddity::LargeId, 1),
        (Oddity::OddTime, 0),
        (Oddity::DataOnNonFile, 0),
    ] {
        assert_eq!(count(what), expected, "{what:?}");
    }
    let unseen = tar
        .oddities
        .iter()
        .find(|note| note.what == Oddity::LinkTargetUnseen);
    assert_eq!(unseen.unwrap().path, "hard2");
}

#[test]
fn paths_that_are_not_utf8_are_compared_by_their_bytes() {
    let mut builder = tar::Builder::new(Vec::new());
    for byte in [0xE9, 0xE8, 0xE9] {
        let mut header = tar::Header::new_ustar();
        header.set_size(0);
        header.as_mut_bytes()[0] = byte;
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
    }
    let tar = measure(&builder.into_inner().unwrap(), WANTED).tar.unwrap();
    let again = Oddity::Duplicate {
        same_spelling: true,
    };
    assert_eq!(tar.oddity_counts, [(Oddity::NotUtf8, 3), (again, 1)]);
    assert!(tar.all_paths_compared);
}

#[test]
fn notes_listing_and_wanted_entries_are_capped() {
    let mut builder = tar::Builder::new(Vec::new());
    for number in 0..limits::LISTED_ENTRIES + 10 {
        add(&mut builder, &format!("/{number}/plugin.wasm"), b"");
    }
    let tar = measure(&builder.into_inner().unwrap(), WANTED).tar.unwrap();
    assert_eq!(tar.listing.len(), limits::LISTED_ENTRIES);
    assert_eq!(tar.wanted.len(), limits::WANTED_ENTRIES);
    assert_eq!(tar.oddities.len(), 2 * limits::NOTES_PER_ODDITY);
    let entries = limits::LISTED_ENTRIES as u64 + 10;
    assert_eq!(
        tar.oddity_counts,
        [
            (Oddity::AbsoluteName, entries),
            (Oddity::ParentImplicit, entries)
        ]
    );
    assert_eq!(tar.entries, entries);
}

#[test]
fn facts_travel() {
    let facts = measure(&gzip(&tar_of(&[("x", &gzip(&layer())[..])])), ARCHIVE);
    let bytes = crate::wire::to_bytes(&facts);
    assert_eq!(crate::wire::from_bytes::<BlobFacts>(&bytes), Some(facts));
}

/// A blob of any kind.
fn blob() -> impl Strategy<Value = Vec<u8>> {
    let inner = layer();
    let archive = tar_of(&[
        ("index.json", b"{}"),
        ("a", &gzip(&inner)),
        ("b", &zstd(&inner)),
        ("big", &[b' '; 70_000]),
    ]);
    prop::sample::select(vec![
        inner.clone(),
        gzip(&inner),
        zstd(&inner),
        [gzip(&inner[..700]), gzip(&inner[700..])].concat(),
        archive.clone(),
        gzip(&archive),
        zstd(&archive),
        gzip(&tar_contents::odd_tar()),
        tar_contents::odd_tar(),
        b"{\"a\": 1}".to_vec(),
        Vec::new(),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_and_damage_do_not_change_the_answer(
        blob in blob(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 0..3),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
        sizes in prop::collection::vec(1..5000usize, 1..8),
    ) {
        let mut blob = blob;
        if !blob.is_empty() {
            for (place, change) in flips {
                let at = place.index(blob.len());
                blob[at] ^= change;
            }
            if cuts {
                blob.truncate(cut.index(blob.len()));
            }
        }
        let whole = measure(&blob, ARCHIVE);
        let mut pieces = Measure::new(ARCHIVE);
        let mut rest = blob.as_slice();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert!(pieces.finish() == whole);
        prop_assert_eq!(whole.size, blob.len() as u64);
        prop_assert_eq!(whole.sha256, sha256(&blob));
    }
}

mod tar_contents;
