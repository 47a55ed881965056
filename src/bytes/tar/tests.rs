//! Tests of the tar scanner.

use super::*;
use proptest::prelude::*;

/// An entry, its body and where that ends.
type Seen = (Entry, Vec<u8>, u64);

/// Everything a scan of `bytes` in pieces of `chunk` bytes reports; bodies put together.
fn scan(bytes: &[u8], chunk: usize) -> (Vec<Seen>, Option<TarDefect>) {
    let mut scanner = TarScanner::new();
    let mut seen: Vec<Seen> = Vec::new();
    for piece in bytes.chunks(chunk) {
        scanner.push(piece, &mut |event| match event {
            TarEvent::Entry(entry) => seen.push((entry.clone(), Vec::new(), 0)),
            TarEvent::Body(body) => seen.last_mut().unwrap().1.extend_from_slice(body),
            TarEvent::End { body_end } => seen.last_mut().unwrap().2 = body_end,
        });
    }
    assert_eq!(scanner.offset(), bytes.len() as u64);
    (seen, scanner.finish())
}

fn defect(bytes: &[u8]) -> Option<TarDefect> {
    scan(bytes, 1000).1
}

/// A block with a right checksum.
fn block(path: &str, flag: u8, change: impl FnOnce(&mut [u8; 512])) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).unwrap();
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(0);
    header.as_mut_bytes()[156] = flag;
    change(header.as_mut_bytes());
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn sized(path: &str, flag: u8, body: &[u8]) -> Vec<u8> {
    let size = format!("{:011o}\0", body.len());
    let mut bytes = block(path, flag, |block| {
        block[124..136].copy_from_slice(size.as_bytes())
    });
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn ended(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = parts.concat();
    bytes.extend_from_slice(&[0; 1024]);
    bytes
}

/// A tar as the `tar` crate writes it, with long names, links and a directory.
fn built() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |path: &str, kind: tar::EntryType, body: &[u8], link: Option<&str>| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(body.len() as u64);
        header.set_mode(0o4755);
        header.set_uid(1000);
        header.set_mtime(1_700_000_000);
        match link {
            Some(link) => builder.append_link(&mut header, path, link).unwrap(),
            None => builder.append_data(&mut header, path, body).unwrap(),
        }
    };
    add("etc/", tar::EntryType::Directory, b"", None);
    add("etc/hello", tar::EntryType::Regular, &[7; 700], None);
    add(&"long/".repeat(60), tar::EntryType::Regular, b"x", None);
    add(
        "link",
        tar::EntryType::Symlink,
        b"",
        Some(&"t/".repeat(100)),
    );
    add("hard", tar::EntryType::Link, b"", Some("etc/hello"));
    builder.into_inner().unwrap()
}

#[test]
fn a_built_tar_is_read_whole_in_any_chunks() {
    let bytes = built();
    let (seen, defect) = scan(&bytes, bytes.len());
    assert_eq!(defect, None);
    let paths: Vec<&str> = seen.iter().map(|(entry, ..)| entry.path.as_str()).collect();
    assert_eq!(
        paths,
        ["etc/", "etc/hello", &"long/".repeat(60), "link", "hard"]
    );
    let (hello, body, end) = &seen[1];
    assert_eq!(
        (hello.kind, hello.size, hello.mode),
        (EntryKind::File, 700, 0o4755)
    );
    assert_eq!((hello.uid, hello.mtime), (1000, 1_700_000_000));
    assert_eq!(body, &[7; 700]);
    assert_eq!(
        (hello.header_offset, hello.body_offset, *end),
        (512, 1024, 1724)
    );
    assert_eq!(
        seen[2].0.header_offset, 2048,
        "the long name belongs to the entry"
    );
    assert!(seen[2].0.body_offset > 2048 + 1024);
    assert_eq!(seen[3].0.link.as_deref(), Some("t/".repeat(100).as_str()));
    assert_eq!(seen[4].0.kind, EntryKind::HardLink);
    assert!(
        seen.iter()
            .enumerate()
            .all(|(n, (entry, ..))| entry.index == n as u64)
    );
    for chunk in [1, 7, 511, 512, 513, 4096] {
        assert_eq!(scan(&bytes, chunk), (seen.clone(), None), "{chunk}");
    }
}

#[test]
fn bodies_can_be_skipped() {
    let bytes = built();
    let mut scanner = TarScanner::new();
    let (mut paths, mut ends) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        let mut events = |event: TarEvent<'_>| match event {
            TarEvent::Entry(entry) => paths.push(entry.path.clone()),
            TarEvent::Body(_) => panic!("body seen"),
            TarEvent::End { body_end } => ends.push(body_end),
        };
        let skippable = scanner.skippable();
        if skippable > 0 {
            scanner.skip(skippable, &mut events);
        } else {
            scanner.push(&bytes[at..at + 512], &mut events);
        }
        at = usize::try_from(scanner.offset()).unwrap();
    }
    assert_eq!(scanner.finish(), None);
    assert!(scanner.ended());
    let (seen, _) = scan(&bytes, 512);
    assert_eq!(
        paths,
        seen.iter()
            .map(|(e, ..)| e.path.clone())
            .collect::<Vec<_>>()
    );
    assert_eq!(ends, seen.iter().map(|(.., end)| *end).collect::<Vec<_>>());
    scanner.skip(10, &mut |_| panic!("nothing to skip"));
}

#[test]
fn every_cut_is_named() {
    let bytes = built();
    let (seen, _) = scan(&bytes, 512);
    for cut in 0..bytes.len() {
        let (partial, defect) = scan(&bytes[..cut], 512);
        assert!(seen.len() >= partial.len());
        let end = bytes.len() - cut;
        let Some(defect) = defect else {
            panic!("cut at {cut} went unnoticed")
        };
        match &defect {
            TarDefect::NotTar => assert_eq!(cut, 0),
            TarDefect::MissingEndMarker { blocks: 0 } => {
                assert_eq!(partial.len(), if end == 1024 { 5 } else { partial.len() })
            }
            TarDefect::MissingEndMarker { blocks } => assert_eq!((*blocks, end), (1, 512)),
            TarDefect::MissingPadding { missing } => assert_eq!((cut as u64 + missing) % 512, 0),
            TarDefect::Truncated {
                at,
                missing,
                in_entry,
            } => {
                assert_eq!(*at, cut as u64);
                assert!(*missing > 0 && *missing <= 1024);
                assert_eq!(
                    in_entry,
                    partial.last().map_or("", |(entry, ..)| entry.path.as_str())
                );
            }
            other => panic!("{cut}: {other:?}"),
        }
        // Zero bytes may be missing without harm, other bytes not.
        if defect.is_harmless() {
            assert_eq!(
                partial
                    .iter()
                    .map(|(_, body, _)| body.len() as u64)
                    .sum::<u64>(),
                partial.iter().map(|(e, ..)| e.size).sum::<u64>()
            );
        }
    }
}

#[test]
fn pax_headers_change_the_next_entry_only() {
    let mut records = Vec::new();
    for record in [
        &b"path=p\xC3\xA9/long name"[..],
        b"size=3",
        b"uid=9999999",
        b"mtime=-1350244992.5",
        b"GNU.sparse.realsize=9",
    ] {
        // One digit or two, the space and the line feed.
        let length = record.len() + if record.len() < 7 { 3 } else { 4 };
        records.extend_from_slice(format!("{length} ").as_bytes());
        records.extend_from_slice(record);
        records.push(b'\n');
    }
    let mut body = b"abc".to_vec();
    body.resize(512, 0);
    let bytes = ended(&[
        sized("PaxHeaders/x", b'x', &records),
        block("short", b'0', |_| {}),
        body,
        sized("next", b'0', b"1"),
    ]);
    let (seen, defect) = scan(&bytes, 100);
    assert_eq!(defect, None);
    assert_eq!(seen.len(), 2);
    let (entry, body, _) = &seen[0];
    assert_eq!(
        (entry.path.as_str(), entry.size, body.as_slice()),
        ("pé/long name", 3, &b"abc"[..])
    );
    assert_eq!(
        (entry.uid, entry.mtime, entry.pax_sparse),
        (9_999_999, -1_350_244_992, true)
    );
    assert_eq!(
        (seen[1].0.path.as_str(), seen[1].0.pax_sparse),
        ("next", false)
    );
}

#[test]
fn global_headers_are_entries_that_change_nothing() {
    let bytes = ended(&[
        sized("pax_global_header", b'g', b"11 path=zz\n"),
        sized("a", b'0', b""),
    ]);
    let (seen, defect) = scan(&bytes, 512);
    assert_eq!(defect, None);
    let kinds: Vec<_> = seen
        .iter()
        .map(|(e, ..)| (e.path.as_str(), e.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("pax_global_header", EntryKind::PaxGlobal),
            ("a", EntryKind::File)
        ]
    );
    assert_eq!(seen[0].2, 512 + 11);
}

#[test]
fn prefixes_old_headers_and_type_flags() {
    let prefixed = block("name", b'5', |block| {
        block[345..348].copy_from_slice(b"a/b")
    });
    let star = block("name", b'0', |block| {
        block[345..348].copy_from_slice(b"a/b");
        block[476..480].copy_from_slice(b"time");
        block[508..512].copy_from_slice(b"tar\0");
    });
    let old = block("olddir/", 0, |block| block[257..512].fill(0));
    let odd = block("odd", b'V', |_| {});
    let device = block("null", b'3', |block| {
        block[329..337].copy_from_slice(b"0000001\0");
        block[337..345].copy_from_slice(b"0000003\0");
    });
    let latin = block("x", b'0', |block| block[0] = 0xE9);
    let (seen, defect) = scan(&ended(&[prefixed, star, old, odd, device, latin]), 512);
    assert_eq!(defect, None);
    let seen: Vec<Entry> = seen.into_iter().map(|(entry, ..)| entry).collect();
    assert_eq!(
        (seen[0].path.as_str(), seen[0].kind),
        ("a/b/name", EntryKind::Dir)
    );
    assert_eq!(seen[1].path, "a/b/name");
    assert_eq!(
        (seen[2].path.as_str(), seen[2].kind),
        ("olddir/", EntryKind::Dir)
    );
    assert_eq!(seen[3].kind, EntryKind::Other(b'V'));
    assert_eq!((seen[4].kind, seen[4].device), (EntryKind::Char, (1, 3)));
    assert_eq!(
        (seen[5].path.as_str(), seen[5].path_is_utf8),
        ("\u{FFFD}", false)
    );
}

#[test]
fn links_and_directories_have_no_body_whatever_they_declare() {
    let directory = block("d", b'5', |block| {
        block[124..136].copy_from_slice(b"00000001000\0")
    });
    let (seen, defect) = scan(&ended(&[directory, sized("a", b'0', b"b")]), 512);
    assert_eq!(defect, None);
    assert_eq!(
        (seen[0].0.size, seen[0].1.len(), seen[1].0.path.as_str()),
        (512, 0, "a")
    );
}

#[test]
fn old_sparse_files_with_further_headers() {
    let mut sparse = sized("s", b'S', b"data");
    sparse[257..265].copy_from_slice(b"ustar  \0");
    sparse[482] = 1;
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes().copy_from_slice(&sparse[..512]);
    header.set_cksum();
    let mut more = vec![0; 512];
    more[504] = 1;
    let bytes = ended(&[
        header.as_bytes().to_vec(),
        more,
        vec![0; 512],
        sparse[512..].to_vec(),
    ]);
    let (seen, defect) = scan(&bytes, 512);
    assert_eq!(defect, None);
    let (entry, body, _) = &seen[0];
    assert_eq!(
        (entry.kind, entry.body_offset, body.as_slice()),
        (EntryKind::Sparse, 1536, &b"data"[..])
    );
}

#[test]
fn sizes_in_base_256() {
    let huge = block("huge", b'0', |block| {
        block[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    });
    let mut scanner = TarScanner::new();
    let mut size = 0;
    scanner.push(&huge, &mut |event| {
        if let TarEvent::Entry(entry) = event {
            size = entry.size;
        }
    });
    assert_eq!((size, scanner.skippable()), (1 << 34, 1 << 34));
    scanner.skip(u64::MAX, &mut |_| {});
    assert_eq!(scanner.offset(), (1 << 34) + 512);
    let negative = block("n", b'0', |block| block[124..136].fill(0xFF));
    assert_eq!(defect(&negative), Some(TarDefect::BadField { at: 0 }));
    let letters = block("n", b'0', |block| block[124..127].copy_from_slice(b"abc"));
    assert_eq!(defect(&letters), Some(TarDefect::BadField { at: 0 }));
}

#[test]
fn each_defect() {
    let file = sized("f", b'0', b"body");
    let mut flipped = ended(&[file.clone(), file.clone()]);
    flipped[1024] ^= 1;
    assert_eq!(defect(&flipped), Some(TarDefect::BadChecksum { at: 1024 }));
    flipped[0] ^= 1;
    assert_eq!(defect(&flipped), Some(TarDefect::BadChecksum { at: 0 }));
    assert_eq!(defect(b""), Some(TarDefect::NotTar));
    assert_eq!(defect(&[b'x'; 2000]), Some(TarDefect::NotTar));
    assert_eq!(defect(&[0; 1024]), None);
    assert_eq!(
        defect(&[0; 512]),
        Some(TarDefect::MissingEndMarker { blocks: 1 })
    );
    assert_eq!(defect(&[0; 10240]), None);
    assert_eq!(
        defect(&file),
        Some(TarDefect::MissingEndMarker { blocks: 0 })
    );
    assert_eq!(
        defect(&file[..516]),
        Some(TarDefect::MissingPadding { missing: 508 })
    );
    let whole = ended(std::slice::from_ref(&file));
    assert_eq!(
        defect(&[whole.clone(), file.clone()].concat()),
        Some(TarDefect::TrailingData {
            at: whole.len() as u64
        })
    );
    let lone = [file.clone(), vec![0; 512], file.clone()].concat();
    assert_eq!(defect(&lone), Some(TarDefect::LoneZeroBlock { at: 1024 }));
    let malformed = ended(&[file.clone(), sized("x", b'x', b"99 a=b\n"), file.clone()]);
    assert_eq!(
        defect(&malformed),
        Some(TarDefect::PaxMalformed {
            at: 1024,
            nul: false
        })
    );
    let long = block("x", b'L', |block| {
        block[124..136].copy_from_slice(b"00010000000\0")
    });
    assert_eq!(
        defect(&ended(&[long])),
        Some(TarDefect::NameTooLong { at: 0 })
    );
    let alone = [file.clone(), sized("x", b'x', b"6 a=b\n")].concat();
    assert_eq!(
        defect(&alone),
        Some(TarDefect::Truncated {
            at: 2048,
            in_entry: "f".into(),
            missing: 512
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_gives_the_same_in_any_chunks(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 0..4),
        chunk in 1..2000usize,
        raw in prop::collection::vec(any::<u8>(), 0..64),
        fix: bool,
    ) {
        let mut bytes = built();
        for (place, change) in flips {
            let at = place.index(bytes.len());
            bytes[at] ^= change;
        }
        bytes[100..100 + raw.len().min(48)].copy_from_slice(&raw[..raw.len().min(48)]);
        if fix {
            let mut header = tar::Header::new_old();
            header.as_mut_bytes().copy_from_slice(&bytes[..512]);
            header.set_cksum();
            bytes[..512].copy_from_slice(header.as_bytes());
        }
        let whole = scan(&bytes, bytes.len());
        prop_assert_eq!(scan(&bytes, chunk), whole);
    }
}

mod hostile;
