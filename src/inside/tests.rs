//! Tests of what lies inside: every compression and packing, what is cut off, hostile names, bombs, WebAssembly.

use super::wasm::{Walker, WasmFacts};
use super::*;
use crate::artifact::kinds::Packaging;
use crate::bytes::source::{ByteSource, Memory};
use crate::examples::tar::{TarEntry, device, dir, file, hardlink, symlink, tar};
use crate::examples::{gzip, zstd};
use crate::session::{Given, GivenFile, Session, Step};

/// Reads a blob that is all there is.
fn read(bytes: &[u8], want: Want) -> (Ended, Vec<u8>) {
    let way = Way {
        file: 0,
        offset: 0,
        size: bytes.len() as u64,
        member: None,
    };
    along(way, want, &Memory(bytes.to_vec()))
}

fn along(way: Way, want: Want, source: &dyn ByteSource) -> (Ended, Vec<u8>) {
    let mut reading = Reading::new(way, want);
    let mut out = Vec::new();
    let mut sink = |bytes: &[u8]| out.extend_from_slice(bytes);
    while reading.step(source, &mut sink).unwrap() {}
    let ended = reading.finish(&mut sink);
    (ended, out)
}

fn paths(ended: &Ended) -> Vec<&str> {
    ended.items.iter().map(|item| &*item.path).collect()
}

fn totals(ended: &Ended) -> Totals {
    match &ended.inside.content {
        Content::Tar { totals, .. } => *totals,
        other => panic!("{other:?}"),
    }
}

fn layer() -> Vec<u8> {
    tar(&[
        dir("etc/"),
        file("etc/hosts", b"127.0.0.1 localhost\n"),
        symlink("etc/mtab", "/proc/mounts"),
        file("usr/big", &vec![7; 300_000]),
        hardlink("usr/same", "usr/big"),
        file("etc/.wh.gone", b""),
    ])
}

#[test]
fn every_compression_lists_the_same_and_gives_the_same_file() {
    let plain = layer();
    for (bytes, form) in [
        (plain.clone(), Form::Tar),
        (gzip(&plain), Form::Gzip),
        (zstd(&plain), Form::Zstd),
    ] {
        let (ended, nothing) = read(&bytes, Want::List);
        assert!(nothing.is_empty());
        assert_eq!((ended.inside.form, ended.inside.payload), (form, Form::Tar));
        assert_eq!(
            paths(&ended),
            [
                "etc/",
                "etc/hosts",
                "etc/mtab",
                "usr/big",
                "usr/same",
                "etc/.wh.gone"
            ]
        );
        assert_eq!(ended.inside.expanded, plain.len() as u64);
        assert_eq!(ended.inside.stored, bytes.len() as u64);
        assert_eq!(cut_short(&ended.inside), None);
        let expected = Totals {
            entries: 6,
            files: 3,
            bytes: 300_020,
            folders: 1,
            symlinks: 1,
            hard_links: 1,
            others: 0,
            whiteouts: 1,
            remarked: 1,
            left_out: 0,
        };
        // The whiteout comes after another entry of its folder.
        assert_eq!(totals(&ended), expected);
        assert_eq!(ended.items[2].link.as_deref(), Some("/proc/mounts"));
        let (ended, out) = read(&bytes, Want::File(3));
        assert_eq!(out, vec![7; 300_000]);
        let body = ended.body.unwrap();
        assert_eq!((&*body.item.path, body.seen), ("usr/big", 300_000));
        assert_eq!(body.head.len(), crate::limits::PREVIEW_BYTES);
        let (_, out) = read(&bytes, Want::Payload);
        assert_eq!(out, plain);
        let (ended, _) = read(&bytes, Want::Find("/etc/hosts".to_string()));
        assert_eq!(ended.found.unwrap().index, 1);
    }
}

#[test]
fn what_is_no_tar_shows_its_first_bytes() {
    for bytes in [b"{\"a\":1}".to_vec(), gzip(b"{\"a\":1}")] {
        let (ended, out) = read(&bytes, Want::Payload);
        assert!(!ended.is_tar());
        assert_eq!(ended.inside.payload, Form::Json);
        assert_eq!(ended.inside.head, b"{\"a\":1}");
        assert_eq!(out, b"{\"a\":1}");
    }
    let (ended, _) = read(b"", Want::List);
    assert_eq!(ended.inside.form, Form::Empty);
}

#[test]
fn a_plain_layer_is_passed_over_where_nobody_looks() {
    struct Counting(Memory, std::cell::Cell<u64>);
    impl ByteSource for Counting {
        fn len(&self) -> u64 {
            self.0.len()
        }
        fn read_at(
            &self,
            offset: u64,
            buffer: &mut [u8],
        ) -> Result<usize, crate::bytes::source::ReadError> {
            self.1.set(self.1.get() + buffer.len() as u64);
            self.0.read_at(offset, buffer)
        }
    }
    let bytes = tar(&[file("big", &vec![1; 20_000_000]), file("last", b"x")]);
    let way = Way {
        file: 0,
        offset: 0,
        size: bytes.len() as u64,
        member: None,
    };
    let source = Counting(Memory(bytes), std::cell::Cell::new(0));
    let (ended, _) = along(way.clone(), Want::List, &source);
    assert_eq!(paths(&ended), ["big", "last"]);
    let (ended, _) = along(way.clone(), Want::Peek(0), &source);
    assert_eq!(
        ended.body.unwrap().head,
        vec![1; crate::limits::PREVIEW_BYTES]
    );
    assert!(source.1.get() < 5_000_000, "{}", source.1.get());
    let (ended, out) = along(way, Want::File(1), &source);
    assert_eq!((ended.body.unwrap().seen, out.as_slice()), (1, &b"x"[..]));
}

#[test]
fn a_truncated_layer_is_shown_as_far_as_it_goes_and_says_so() {
    let whole = layer();
    // Within the big file.
    let short = &whole[..4000];
    let mut damaged = gzip(&whole);
    damaged.truncate(100_000);
    for bytes in [short.to_vec(), damaged, {
        let mut zstd = zstd(&whole);
        zstd.truncate(1500);
        zstd
    }] {
        let (ended, _) = read(&bytes, Want::List);
        assert!(ended.items.len() >= 2, "{:?}", ended.items);
        assert!(cut_short(&ended.inside).is_some());
    }
    let (ended, out) = read(short, Want::File(3));
    let body = ended.body.unwrap();
    assert!(body.seen < body.item.size);
    assert_eq!(out.len() as u64, body.seen);
}

fn marks(entries: &[TarEntry]) -> Vec<Vec<Oddity>> {
    let (ended, _) = read(&tar(entries), Want::List);
    ended.items.into_iter().map(|item| item.odd).collect()
}

#[test]
fn hostile_names_are_marked() {
    let odd = marks(&[
        file("../../etc/passwd", b""),
        file("/etc/shadow", b""),
        file("a", b""),
        file("./a", b""),
        symlink("l", "x"),
        file("l/below", b""),
        file("a\\b", b""),
        hardlink("h", "later"),
        file("later", b""),
    ]);
    assert_eq!(odd[0], [Oddity::EscapingName]);
    assert_eq!(odd[1], [Oddity::AbsoluteName]);
    assert_eq!(odd[2], []);
    let twice = Oddity::Duplicate {
        same_spelling: false,
    };
    assert_eq!(odd[3], [twice]);
    assert_eq!(odd[5], [Oddity::ThroughSymlink]);
    assert_eq!(odd[6], [Oddity::Backslash]);
    assert_eq!(odd[7], [Oddity::LinkTargetUnseen, Oddity::HardLinkForward]);
    assert!(marks(&[device("dev/x", 0, 0)])[0].contains(&Oddity::DeviceZero));
}

/// A remark names a rule: the rule has to find something where the remark stands.
#[test]
fn a_remark_names_the_rule_that_finds_it() {
    let long = "n".repeat(300);
    let cases: Vec<(Vec<TarEntry>, Oddity)> = vec![
        (vec![file("../../x", b"")], Oddity::EscapingName),
        (vec![file("a/../x", b"")], Oddity::ParentName),
        (vec![file("/x", b"")], Oddity::AbsoluteName),
        (
            vec![file("x", b""), file("x", b"")],
            Oddity::Duplicate {
                same_spelling: true,
            },
        ),
        (
            vec![symlink("l", "x"), file("l/y", b"")],
            Oddity::ThroughSymlink,
        ),
        (vec![file("l", b""), file("l/y", b"")], Oddity::ThroughFile),
        (vec![file(&long, b"")], Oddity::LongName),
        (vec![file(b"\xff", b"")], Oddity::NotUtf8),
        (vec![file("a\\b", b"")], Oddity::Backslash),
        (vec![file("a", b""), file("A", b"")], Oddity::CaseTwin),
        (vec![device("x", 0, 0)], Oddity::DeviceZero),
        (
            vec![hardlink("h", "x"), file("x", b"")],
            Oddity::HardLinkForward,
        ),
        (
            vec![dir("d/"), hardlink("h", "d")],
            Oddity::HardLinkDirectory,
        ),
        (vec![hardlink("h", "../../x")], Oddity::HardLinkEscape),
        (vec![symlink("l", "l")], Oddity::SymlinkLoop),
        (vec![symlink("l", "")], Oddity::EmptyLink),
        (vec![file(".wh.", b"")], Oddity::WhiteoutEmptyName),
        (vec![file(".wh..", b"")], Oddity::WhiteoutDotName),
        (vec![file(".wh.x", b"1")], Oddity::WhiteoutNotEmpty),
        (vec![dir(".wh.x/")], Oddity::WhiteoutNotRegular),
        (
            vec![file("x", b""), file(".wh.x", b"")],
            Oddity::WhiteoutSameLayer,
        ),
        (
            vec![file("y", b""), file(".wh.x", b"")],
            Oddity::WhiteoutLate,
        ),
        (
            vec![file("f", b""), file("f/.wh.x", b"")],
            Oddity::WhiteoutInFile,
        ),
        (vec![file(".wh..wh.plnk", b"")], Oddity::WhiteoutAufs),
        (vec![file(".wh.d/x", b"")], Oddity::WhiteoutFolder),
    ];
    for (entries, what) in cases {
        let odd = marks(&entries);
        assert!(
            odd.iter().flatten().any(|odd| *odd == what),
            "{what:?}: {odd:?}"
        );
        let rule = remark(what).and_then(|remark| remark.rule).unwrap();
        let report = crate::examples::inputs::layer(&entries);
        let report = session(&report).run();
        let ids: Vec<&str> = report.findings.iter().map(|f| f.rule.as_str()).collect();
        assert!(ids.contains(&rule), "{what:?}: {rule} not in {ids:?}");
    }
}

fn session(files: &crate::examples::Files) -> Session {
    let given = files.items.iter().map(|(path, bytes)| GivenFile {
        path: path.clone(),
        source: Box::new(Memory(bytes.clone())),
    });
    let given = Given {
        name: files.name.clone(),
        packaging: files.packaging,
        files: given.collect(),
    };
    Session::new(given, Vec::new())
}

#[test]
fn every_rule_that_a_remark_names_exists() {
    let text = include_str!("remarks.rs");
    let mut seen = 0;
    for part in text.split('"') {
        if part.starts_with("tar-") || part.starts_with("whiteout-") {
            assert!(crate::rules::find(part).is_some(), "{part}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn a_bomb_is_stopped_and_a_crowd_is_counted() {
    // 3 GB of zeros in a zstd of some kilobytes: repeated blocks of 128 KiB.
    let mut bomb = vec![0x28, 0xB5, 0x2F, 0xFD, 0b0000_0000, 0x38];
    for _ in 0..24_000 {
        bomb.extend_from_slice(&((128_u32 * 1024) << 3 | 1 << 1).to_le_bytes()[..3]);
        bomb.push(0);
    }
    let (ended, _) = read(&bomb, Want::List);
    assert_eq!(ended.inside.stream, Some(CodecDefect::ExpansionLimit));
    assert!(cut_short(&ended.inside).is_some());
    let many: Vec<TarEntry> = (0..crate::limits::OPENED_ENTRIES + 50)
        .map(|number| file(format!("f{number}"), b""))
        .collect();
    let (ended, _) = read(&tar(&many), Want::List);
    assert_eq!(ended.items.len(), crate::limits::OPENED_ENTRIES);
    assert_eq!(totals(&ended).left_out, 50);
    assert_eq!(totals(&ended).entries, many.len() as u64);
    // Long names fill the cap of bytes first.
    let many: Vec<TarEntry> = (0..10_000)
        .map(|number| file(format!("{}{number}", "x/".repeat(2000)), b""))
        .collect();
    let (ended, _) = read(&tar(&many), Want::List);
    let held: usize = ended.items.iter().map(Item::weight).sum();
    assert!(held <= crate::limits::OPENED_BYTES && totals(&ended).left_out > 1000);
}

fn blob_path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

/// The ways of a session, for each packing of one and the same layer.
#[test]
fn every_packing_leads_to_the_layer() {
    let layer = gzip(&layer());
    let digest = crate::examples::sha256(&layer);
    let path = blob_path(&digest);
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}},"layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{digest}","size":{}}}]}}"#,
        layer.len()
    );
    let manifest_digest = crate::examples::sha256(manifest.as_bytes());
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{manifest_digest}","size":{}}}]}}"#,
        manifest.len()
    );
    let items: Vec<(String, Vec<u8>)> = vec![
        (
            "oci-layout".to_string(),
            br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec(),
        ),
        ("index.json".to_string(), index.into_bytes()),
        (blob_path(&manifest_digest), manifest.into_bytes()),
        (path.clone(), layer.clone()),
    ];
    let outer = crate::examples::tar(&items);
    let one = |bytes: Vec<u8>| vec![("image.tar".to_string(), bytes)];
    for (packaging, files, path) in [
        (Packaging::File, one(outer.clone()), path.as_str()),
        (Packaging::File, one(gzip(&outer)), path.as_str()),
        (Packaging::File, one(zstd(&outer)), path.as_str()),
        (Packaging::Folder, items.clone(), path.as_str()),
        (
            Packaging::File,
            vec![("layer.tgz".to_string(), layer.clone())],
            "layer.tgz",
        ),
    ] {
        let given = Given {
            name: "x".to_string(),
            packaging,
            files: files
                .into_iter()
                .map(|(path, bytes)| GivenFile {
                    path,
                    source: Box::new(Memory(bytes)),
                })
                .collect(),
        };
        let mut session = Session::new(given, Vec::new());
        while !matches!(session.step(), Step::Done(_)) {}
        let way = session.way_to(path).unwrap();
        let source = session.source(way.file).unwrap();
        let (ended, _) = along(way.clone(), Want::List, source);
        assert_eq!(ended.items.len(), 6, "{way:?}");
        assert!(!ended.inside.cut, "{way:?}");
        let (ended, out) = along(way, Want::File(1), source);
        assert_eq!(out, b"127.0.0.1 localhost\n");
        assert_eq!(&*ended.body.unwrap().item.path, "etc/hosts");
        assert_eq!(session.way_to("blobs/sha256/nothing"), None);
    }
}

/// A module with one of each import, two exports and a custom section.
fn module() -> Vec<u8> {
    let name = |text: &str| {
        let mut out = vec![text.len() as u8];
        out.extend_from_slice(text.as_bytes());
        out
    };
    let section = |id: u8, body: Vec<u8>| {
        let mut out = vec![id, body.len() as u8 & 0x7F | 0x80, (body.len() >> 7) as u8];
        out.extend_from_slice(&body);
        out
    };
    let mut imports = vec![4];
    for (kind, rest) in [
        (0_u8, vec![1_u8]),
        (1, vec![0x70, 1, 1, 9]),
        (2, vec![0, 1]),
        (3, vec![0x7F, 0]),
    ] {
        imports.extend(name("env"));
        imports.extend(name("proxy_log"));
        imports.push(kind);
        imports.extend(rest);
    }
    let mut exports = vec![2];
    exports.extend(name("proxy_abi_version_0_2_1"));
    exports.extend([0, 3]);
    exports.extend(name("memory"));
    exports.extend([2, 0]);
    let mut custom = name("producers");
    custom.extend([0; 200]);
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    module.extend(section(0, custom));
    module.extend(section(2, imports));
    module.extend(section(7, exports));
    module
}

fn walk(bytes: &[u8], piece: usize) -> WasmFacts {
    let mut walker = Walker::default();
    bytes.chunks(piece).for_each(|part| walker.push(part));
    walker.finish()
}

#[test]
fn a_module_tells_what_it_needs_and_offers_however_it_comes() {
    let facts = walk(&module(), 1);
    for piece in [2, 7, 64, 4096] {
        assert_eq!(walk(&module(), piece), facts);
    }
    assert!(!facts.component);
    assert_eq!(facts.version, 1);
    assert_eq!(facts.proxy_abi.as_deref(), Some("0.2.1"));
    let kinds: Vec<&str> = facts.imports.listed.iter().map(|i| &*i.kind).collect();
    assert_eq!(kinds, ["func", "table", "memory", "global"]);
    assert_eq!(facts.imports.listed[0].module, "env");
    assert_eq!(facts.exports.count, 2);
    assert_eq!(facts.custom.listed[0].name, "producers");
    assert_eq!(facts.custom.listed[0].kind, "210");
    assert_eq!(facts.broken_at, None);
    let whole = module();
    for end in 8..whole.len() {
        let facts = walk(&whole[..end], 5);
        let at_section = end == 8 || end == 8 + 213 || end == 8 + 213 + 3 + 70;
        assert_eq!(facts.broken_at.is_none(), at_section, "{end}");
    }
}

#[test]
fn a_module_in_a_layer_and_by_itself_are_told_alike() {
    let layer = gzip(&tar(&[file("plugin.wasm", &module())]));
    let (ended, out) = read(&layer, Want::File(0));
    assert_eq!(out, module());
    let inner = ended.body.unwrap().wasm.unwrap();
    let (ended, _) = read(&module(), Want::List);
    let Content::Wasm(outer) = ended.inside.content else {
        panic!("{:?}", ended.inside.content);
    };
    assert_eq!(inner, outer);
    // A look at a module reads all of it; a look at anything else its first bytes.
    let (ended, out) = read(&layer, Want::Peek(0));
    assert_eq!((ended.body.unwrap().wasm.unwrap(), out.len()), (inner, 0));
    // A tar hands out bodies in pieces; a name of few bytes may come alone.
    let (ended, _) = read(&tar(&[file("x.wasm", b"\0asm")]), Want::File(0));
    assert_eq!(ended.body.unwrap().wasm, None);
}

#[test]
fn a_component_is_one() {
    // One import `wasi:cli/run@0.2.0` of an instance, one export of an instance, one core module inside.
    let import = "wasi:cli/environment@0.2.0";
    let export = "wasi:cli/run@0.2.0";
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.extend([1, 8]);
    bytes.extend(b"\0asm\x01\0\0\0");
    bytes.extend([10, import.len() as u8 + 5, 1, 0, import.len() as u8]);
    bytes.extend(import.as_bytes());
    bytes.extend([5, 0]);
    bytes.extend([11, export.len() as u8 + 6, 1, 0, export.len() as u8]);
    bytes.extend(export.as_bytes());
    bytes.extend([5, 1, 0]);
    let facts = walk(&bytes, 3);
    assert!(facts.component);
    assert_eq!((facts.version, facts.modules), (13, 1));
    assert_eq!(facts.imports.listed[0].name, import);
    assert_eq!(facts.exports.listed[0].kind, "instance");
    assert_eq!(facts.broken_at, None);
}

#[test]
fn nonsense_ends_where_it_begins() {
    let mut bad = module();
    let length = bad.len();
    // An import of a kind that does not exist.
    bad[8 + 213 + 3 + 1 + 4 + 10] = 9;
    assert!(walk(&bad, 100).broken_at.is_some());
    let mut endless = b"\0asm\x01\0\0\0".to_vec();
    endless.extend([7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(walk(&endless, 1).broken_at, Some(13));
    // A count that no section could hold.
    let mut lying = b"\0asm\x01\0\0\0".to_vec();
    lying.extend([7, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
    assert!(walk(&lying, 100).broken_at.is_some());
    assert_eq!(length, module().len());
}

#[test]
fn permissions_and_times_read_as_ls_writes_them() {
    assert_eq!(permissions(EntryKind::File, 0o4755), "-rwsr-xr-x");
    assert_eq!(permissions(EntryKind::Dir, 0o1777), "drwxrwxrwt");
    assert_eq!(permissions(EntryKind::Symlink, 0o2644), "lrw-r-Sr--");
    assert_eq!(time(0), "1970-01-01 00:00");
    assert_eq!(time(1_709_211_900), "2024-02-29 13:05");
    assert_eq!(time(-1), "1969-12-31 23:59");
    assert_eq!(time(i64::MAX), format!("{} s", i64::MAX));
    assert_eq!(time(i64::MIN), format!("{} s", i64::MIN));
}
