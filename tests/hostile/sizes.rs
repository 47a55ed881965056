//! Bombs, and sizes that are wrong, overlap or have no end.

use crate::kit::hostile::{
    END, Packing, Piece, Pieces, bomb, entry, header, header_with_size, pax, record,
};
use crate::kit::{good_layout, gzip, tar, zstd};
use crate::measure::*;
use pullcheck::bytes::source::{ByteSource, Memory};
use pullcheck::spec::media_type as mt;

#[test]
fn a_bomb_alone_is_expanded_in_fixed_buffers() {
    for packing in [Packing::Gzip, Packing::Zstd] {
        let source = bomb(packing, BOMB);
        let stored = source.len();
        assert!(stored < 1 << 20, "{packing:?}: {stored}");
        let run = check(source).within(200, 16 * MIB);
        assert_eq!(run.expanded, [BOMB + 512 + 1024], "{packing:?}");
    }
}

#[test]
fn a_bomb_as_a_layer_is_measured_to_its_end() {
    for (packing, media_type) in [
        (Packing::Gzip, mt::OCI_TAR_GZIP),
        (Packing::Zstd, mt::OCI_TAR_ZSTD),
    ] {
        let layer = bomb(packing, BOMB);
        let archive = layout_with_layer(media_type, &layer, &digest_of(&layer));
        let run = check(archive).within(200, 16 * MIB);
        assert_eq!(run.expanded, [BOMB + 512 + 1024], "{packing:?}");
        assert!(
            run.rules().contains(&"config-diff-id-mismatch") || !run.looks_clean(),
            "{:?}",
            run.rules()
        );
    }
}

#[test]
fn archives_in_archives_are_opened_once() {
    let mut bytes = good_layout().tar().items.remove(0).1;
    for depth in 0..60 {
        bytes = match depth % 3 {
            0 => gzip(&bytes),
            1 => tar(&[("image.tar.gz", bytes)]),
            _ => zstd(&bytes),
        };
    }
    let run = check(Memory(bytes)).within(200, 16 * MIB);
    assert!(run.report.artifacts.iter().all(|a| a.kind == "part"));
    // A tar in gzip in gzip, a hundred deep.
    let mut bytes = tar(&[("a", "a")]);
    for _ in 0..100 {
        bytes = gzip(&bytes);
    }
    check(Memory(bytes)).within(200, 16 * MIB);
}

#[test]
fn sizes_that_nobody_has_are_no_sizes() {
    let negative = [0xFF_u8; 12];
    let mut past_all = [0xFF_u8; 12];
    past_all[0] = 0x80;
    let octal = |text: &[u8; 12]| header_with_size("blobs/sha256/x", *text);
    let heads = [
        (
            "8 EiB less one",
            header("blobs/sha256/x", b'0', (1 << 63) - 1),
        ),
        ("16 EiB less one", header("blobs/sha256/x", b'0', u64::MAX)),
        (
            "beyond 64 bits",
            header_with_size("blobs/sha256/x", past_all),
        ),
        ("negative", header_with_size("blobs/sha256/x", negative)),
        ("negative octal", octal(b"-0000000001\0")),
        ("no number", octal(b"many bytes!\0")),
        ("all sevens", octal(b"777777777777")),
    ];
    for (name, head) in heads {
        let outer = Pieces::new()
            .then(Piece::bytes(entry(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0"}"#,
            )))
            .then(Piece::bytes(head.to_vec()))
            .then(Piece::bytes(entry("index.json", b"{}")))
            .then(Piece::bytes(END.to_vec()));
        let bytes = outer.held();
        for (form, run) in [
            ("plain", check(outer)),
            ("gzip", check(Memory(gzip(&bytes)))),
            ("zstd", check(Memory(zstd(&bytes)))),
        ] {
            let run = run.within(100, 16 * MIB);
            assert!(
                run.is_refused_or_unknown(),
                "{name} {form}: {:#?}",
                run.report
            );
            assert!(!run.looks_clean(), "{name} {form}");
        }
        let layer = Pieces::new().then(Piece::bytes(gzip(&[head.as_slice(), &[7; 700]].concat())));
        let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, &digest_of(&layer));
        let run = check(archive).within(100, 16 * MIB);
        assert!(!run.looks_clean(), "{name}");
    }
}

#[test]
fn sizes_that_overlap_or_contradict_each_other_are_told() {
    // The size of the pax record rules: the next header lies in the body, or the body runs over the next header.
    for size in [
        "0",
        "1",
        "512",
        "1024",
        "99999999999999999999",
        "-1",
        "",
        "0x10",
        "1.5",
    ] {
        let mut bytes = pax(&record("size", size.as_bytes()));
        bytes.extend(entry("index.json", &[b'x'; 512]));
        bytes.extend(entry("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#));
        bytes.extend(END);
        let run = check(Memory(bytes.clone())).within(100, 16 * MIB);
        assert!(
            run.report.artifacts.iter().all(|a| a.kind == "part"),
            "{size}"
        );
        check(Memory(gzip(&bytes))).within(100, 16 * MIB);
    }
    let mut bytes = pax(&[record("size", b"7"), record("size", b"512")].concat());
    bytes.extend(entry("index.json", &[b'x'; 512]));
    bytes.extend(END);
    check(Memory(bytes)).within(100, 16 * MIB);
}

#[test]
fn an_endless_extension_header_is_not_held() {
    for flag in [b'x', b'g', b'L', b'K'] {
        let outer = Pieces::new()
            .then(Piece::bytes(entry(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0"}"#,
            )))
            .then(Piece::bytes(header("PaxHeaders/x", flag, 2 * GIB).to_vec()))
            .then(Piece::Repeat([b'7'; 512].as_slice().into(), 2 * GIB / 512))
            .then(Piece::bytes(entry("index.json", b"{}")))
            .then(Piece::bytes(END.to_vec()));
        let run = check(outer).within(100, 16 * MIB);
        assert!(run.is_refused_or_unknown(), "{flag}: {:#?}", run.report);
    }
    // As many as fit under the cap, one after another, with an entry only at the end.
    let long = pax(&record("comment", &vec![b'c'; 1 << 19]));
    let outer = Pieces::new()
        .then(Piece::Repeat(long.into(), 500))
        .then(Piece::bytes(entry("index.json", b"{}")))
        .then(Piece::bytes(END.to_vec()));
    check(outer).within(8000, 16 * MIB);
}

#[test]
fn what_follows_the_end_marker_is_not_taken_for_content() {
    let good = good_layout().all();
    let (last, first) = good.split_last().unwrap();
    assert_eq!(last.0, "index.json");
    let mut bytes = Vec::new();
    for (path, body) in first {
        bytes.extend(entry(path, body));
    }
    bytes.extend(END);
    bytes.extend(entry(&last.0, &last.1));
    bytes.extend(END);
    for (form, bytes) in [
        ("plain", bytes.clone()),
        ("gzip", gzip(&bytes)),
        ("zstd", zstd(&bytes)),
    ] {
        let run = check(Memory(bytes)).within(200, 16 * MIB);
        assert!(
            run.report.artifacts.is_empty(),
            "{form}: {:#?}",
            run.report.artifacts
        );
        assert!(!run.looks_clean(), "{form}");
    }
}
