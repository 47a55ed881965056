//! Tars that were made to harm a reader: sizes beyond all bounds, headers that ask for memory, names that lie.

use super::*;
use crate::kit::tar_entries::{dir, entry, file, file_of, record, tar, without_end};

/// The defect, and how many entries came.
fn end(bytes: &[u8]) -> (usize, Option<TarDefect>) {
    let (seen, defect) = scan(bytes, 333);
    assert_eq!(
        scan(bytes, bytes.len().max(1)),
        (seen.clone(), defect.clone())
    );
    (seen.len(), defect)
}

#[test]
fn a_file_of_eight_exbibytes_is_cut_off_and_nothing_else() {
    let largest = i64::MAX.unsigned_abs();
    let bytes = without_end(&[file("a", b"").size(largest), file("b", b"")]);
    let cut = TarDefect::Truncated {
        at: 1024,
        in_entry: "a".into(),
        missing: largest - 512,
    };
    assert_eq!(end(&bytes), (1, Some(cut.clone())));
    // The same by a pax record.
    let by_pax = file("a", b"").pax(&[("size", largest.to_string())]);
    let bytes = without_end(&[by_pax, file("b", b"")]);
    let Some(TarDefect::Truncated { missing, .. }) = end(&bytes).1 else {
        panic!("{:?}", end(&bytes))
    };
    assert_eq!(missing, largest - 512);
    // A host that seeks is not led astray either.
    let mut scanner = TarScanner::new();
    scanner.push(&bytes[..1536], &mut |_| {});
    assert!(scanner.skippable() >= largest);
    scanner.skip(u64::MAX, &mut |_| {});
    assert!(scanner.offset() >= largest);
    scanner.push(&[0; 1024], &mut |_| {});
    assert_eq!(scanner.finish(), None);
}

#[test]
fn sizes_that_overflow_or_are_negative_stop_the_reader() {
    for size in [1u64 << 63, u64::MAX] {
        let bytes = tar(&[file("a", b"").size(size)]);
        assert_eq!(
            end(&bytes),
            (0, Some(TarDefect::BadField { at: 0 })),
            "{size}"
        );
    }
    let wide = entry(b'0', "a").change(|header| {
        header[124..136].fill(0);
        header[124] = 0x81;
    });
    assert_eq!(end(&tar(&[wide])).1, Some(TarDefect::BadField { at: 0 }));
    let negative = file("a", b"").pax(&[("size", "-512")]);
    assert_eq!(
        end(&tar(&[negative])),
        (0, Some(TarDefect::BadField { at: 1024 }))
    );
    let overflowing = file("a", b"").pax(&[("size", "9223372036854775808")]);
    assert_eq!(
        end(&tar(&[overflowing])).1,
        Some(TarDefect::PaxMalformed { at: 0, nul: false })
    );
    // A directory has no body, so that its size does not matter.
    let odd = dir("d").change(|header| header[124..136].fill(0xFF));
    assert_eq!(end(&tar(&[odd, file("a", b"")])), (2, None));
}

#[test]
fn headers_that_ask_for_memory_are_refused_before_it_is_given() {
    for flag in [b'x', b'g', b'L', b'K'] {
        let greedy = file_of(flag, "x", b"").size(2 << 30);
        let bytes = tar(&[file("a", b""), greedy, file("b", b"")]);
        assert_eq!(end(&bytes), (1, Some(TarDefect::NameTooLong { at: 512 })));
    }
    // As many extension headers as one likes: the last of each kind counts.
    let many: Vec<_> = (0..500)
        .map(|n| file_of(b'x', "x", &record("path", format!("name{n}"))))
        .chain([file("a", b"")])
        .collect();
    let (seen, defect) = scan(&tar(&many), 700);
    assert_eq!(
        (seen[0].0.path.as_str(), seen.len(), defect),
        ("name499", 1, None)
    );
}

#[test]
fn entries_after_the_end_marker_are_told_and_not_seen() {
    let first = tar(&[file("a", b"")]);
    let bytes = [first.clone(), tar(&[file("b", b"")])].concat();
    let trailing = TarDefect::TrailingData {
        at: first.len() as u64,
    };
    assert_eq!(end(&bytes), (1, Some(trailing)));
}

#[test]
fn names_that_steer_are_kept_as_they_are() {
    let names = [
        "a\u{1b}[2Jb",
        "evil\u{202e}gpj.exe",
        "line\nbreak",
        "\u{7f}",
    ];
    let entries: Vec<_> = names.iter().map(|name| file(name, b"")).collect();
    let (seen, defect) = scan(&tar(&entries), 512);
    assert_eq!(defect, None);
    for ((entry, ..), name) in seen.iter().zip(names) {
        assert_eq!((entry.path.as_str(), entry.path_is_utf8), (name, true));
    }
    // No NUL comes into a name: the header ends there, a long name too, and pax does not allow it.
    let long = file("a", b"").after(file_of(b'L', "x", b"b\0c"));
    assert_eq!(scan(&tar(&[long]), 512).0[0].0.path, "b");
    let pax = file("a", b"").pax(&[("linkpath", b"b\0c")]);
    assert_eq!(
        end(&tar(&[pax])).1,
        Some(TarDefect::PaxMalformed { at: 0, nul: true })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_headers_with_a_right_checksum_give_the_same_in_any_chunks(
        headers in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..40), 100..520usize), 1..6),
        chunk in 1..1500usize,
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let entries: Vec<_> = headers
            .iter()
            .map(|(flag, bytes, place)| {
                file("name", &body).change(|header| {
                    header[156] = *flag;
                    for (to, from) in header.iter_mut().skip(*place).zip(bytes) {
                        *to = *from;
                    }
                })
            })
            .collect();
        let bytes = tar(&entries);
        prop_assert_eq!(scan(&bytes, chunk), scan(&bytes, bytes.len()));
    }
}
