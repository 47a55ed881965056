//! Tests of what is noted about the entries of a tar, and of what that costs when there are many.

use super::*;
use crate::kit::tar_entries::{
    TarEntry, device, dir, entry, file, file_of, hardlink, record, symlink, tar,
};

fn facts(entries: &[TarEntry]) -> TarFacts {
    let facts = measure(&tar(entries), MeasureOptions::default());
    *facts.tar.unwrap()
}

fn count(entries: &[TarEntry], what: Oddity) -> u64 {
    facts(entries).count(what)
}

/// The paths of the entries that have an oddity.
fn with(entries: &[TarEntry], what: Oddity) -> Vec<String> {
    let facts = facts(entries);
    let found: Vec<String> = facts.notes(what).map(|note| note.path.clone()).collect();
    assert_eq!(found.len() as u64, facts.count(what));
    found
}

#[test]
fn hard_links_are_told_by_where_their_target_is() {
    let tar = facts(&[
        dir("d/"),
        file("d/a", b""),
        hardlink("ok", "./d//a"),
        hardlink("through", "/d/../d/a"),
        hardlink("later", "z"),
        hardlink("to-dir", "d"),
        hardlink("to-root", "/"),
        hardlink("implied", "x"),
        hardlink("out", "../d/a"),
        hardlink("nowhere", "n"),
        hardlink("self", "self"),
        file("x/y", b""),
        file("z", b""),
    ]);
    let paths = |what| -> Vec<&str> { tar.notes(what).map(|n| n.path.as_str()).collect() };
    assert_eq!(paths(Oddity::HardLinkForward), ["later"]);
    assert_eq!(
        paths(Oddity::HardLinkDirectory),
        ["to-dir", "to-root", "implied"]
    );
    assert_eq!(paths(Oddity::HardLinkEscape), ["out"]);
    let open: Vec<&str> = tar.open_links.iter().map(|l| l.path.as_str()).collect();
    assert_eq!(open, ["nowhere", "self"]);
    assert!(tar.all_links_kept);
    let later = tar.notes(Oddity::HardLinkForward).next().unwrap();
    assert_eq!((later.link.as_deref(), later.offset), (Some("z"), 4 * 512));
}

#[test]
fn cyclic_links_end() {
    let circle = [hardlink("a", "b"), hardlink("b", "c"), hardlink("c", "a")];
    let tar = facts(&circle);
    assert_eq!(tar.count(Oddity::HardLinkForward), 2);
    assert_eq!(tar.open_links.len(), 0);
    let soft = |links: &[(&str, &str)]| {
        let entries: Vec<_> = links.iter().map(|(a, b)| symlink(a, b)).collect();
        with(&entries, Oddity::SymlinkLoop)
    };
    assert_eq!(soft(&[("a", "b"), ("b", "a")]), ["a"]);
    assert_eq!(
        soft(&[("x", "a"), ("b", "./c"), ("c", "/a"), ("a", "b")]),
        ["b"]
    );
    assert_eq!(soft(&[("a", "a")]), ["a"]);
    assert_eq!(soft(&[("a", "a/b")]), ["a"]);
    assert_eq!(soft(&[("d/a", "../d/a")]), ["d/a"]);
    assert_eq!(
        soft(&[("a", "b"), ("c", "d"), ("b", "a"), ("d", "c")]),
        ["a", "c"]
    );
    // A later entry takes the place of the link, or is followed instead.
    assert_eq!(soft(&[("a", "b"), ("b", "a"), ("b", "c")]), [""; 0]);
    assert_eq!(
        count(
            &[symlink("a", "b"), symlink("b", "a"), file("b", b"")],
            Oddity::SymlinkLoop
        ),
        0
    );
    // What `..` means behind a name depends on where that name leads.
    assert_eq!(soft(&[("a", "x/../a")]), [""; 0]);
    assert_eq!(soft(&[("a", "c"), ("b", "c"), ("c", "d")]), [""; 0]);
}

#[test]
fn what_lies_below_links_and_files_is_seen() {
    let entries = [
        symlink("l", "/etc"),
        file("l/passwd", b""),
        file("l/a/b", b""),
        file("f", b""),
        file("f/x", b""),
        file("f/.wh.y", b""),
        dir("f2"),
        file("f2/x", b""),
    ];
    assert_eq!(
        with(&entries, Oddity::ThroughSymlink),
        ["l/passwd", "l/a/b"]
    );
    assert_eq!(with(&entries, Oddity::ThroughFile), ["f/x"]);
    assert_eq!(with(&entries, Oddity::WhiteoutInFile), ["f/.wh.y"]);
    // A directory in the place of the link ends it, wherever the reader was before.
    let replaced = [
        symlink("l", "/etc"),
        file("other/x", b""),
        dir("l/"),
        file("l/passwd", b""),
    ];
    assert_eq!(with(&replaced, Oddity::ThroughSymlink), [""; 0]);
    let made_later = [
        file("l/passwd", b""),
        symlink("l", "/etc"),
        file("l/x", b""),
    ];
    assert_eq!(with(&made_later, Oddity::ThroughSymlink), ["l/x"]);
}

#[test]
fn folders_without_entries_are_counted_once() {
    let entries = [
        file("a/b/c", b""),
        file("a/b/d", b""),
        file("e/f", b""),
        dir("e"),
    ];
    assert_eq!(with(&entries, Oddity::ParentImplicit), ["a", "a/b"]);
    assert_eq!(
        with(&[dir("a/"), file("a/b", b"")], Oddity::ParentImplicit),
        [""; 0]
    );
}

#[test]
fn names_that_differ_in_case_are_noted_at_the_second() {
    let twins = |paths: &[&str]| {
        let entries: Vec<_> = paths.iter().map(|path| file(path, b"")).collect();
        with(&entries, Oddity::CaseTwin)
    };
    assert_eq!(twins(&["README", "readme"]), ["readme"]);
    assert_eq!(twins(&["readme", "README"]), ["README"]);
    assert_eq!(twins(&["Readme", "README", "x"]), ["README"]);
    assert_eq!(twins(&["É", "é"]), ["é"]);
    assert_eq!(twins(&["A/x", "a/x"]), ["a/x"]);
    assert_eq!(twins(&["A/x", "a/y", "README", "README"]), [""; 0]);
}

#[test]
fn whiteouts_are_told_apart() {
    let entries = [
        file("d/.wh.", b""),
        file("d/.wh..", b""),
        file("d/.wh...", b""),
        file("d/.wh..wh..opq", b""),
        file(".wh..wh.plnk/1", b""),
        file("d/.wh.full", b"hello"),
        dir("d/.wh.dir/"),
        file("d/mine", b""),
        file("d/.wh.mine", b""),
        file("e/.wh.first", b""),
        file("e/first", b""),
        file("e/.wh.late", b""),
        file("e/.wh.d/x", b""),
    ];
    for (what, paths) in [
        (Oddity::WhiteoutEmptyName, &["d/.wh."][..]),
        (Oddity::WhiteoutDotName, &["d/.wh..", "d/.wh..."]),
        (Oddity::Opaque, &["d/.wh..wh..opq"]),
        (Oddity::WhiteoutAufs, &[".wh..wh.plnk/1"]),
        (Oddity::WhiteoutNotEmpty, &["d/.wh.full"]),
        (Oddity::WhiteoutNotRegular, &["d/.wh.dir/"]),
        (Oddity::WhiteoutSameLayer, &["d/.wh.mine"]),
        (Oddity::WhiteoutLate, &["d/.wh.mine", "e/.wh.late"]),
        (Oddity::WhiteoutFolder, &["e/.wh.d/x"]),
    ] {
        assert_eq!(with(&entries, what), paths, "{what:?}");
    }
    let tar = facts(&entries);
    let asked: Vec<&str> = tar.whiteouts.iter().map(|w| w.asked.as_str()).collect();
    assert_eq!(asked, ["d/full", "d/dir", "d/mine", "e/first", "e/late"]);
    // What lies below a path goes with it.
    let below = [file("a/b", b""), file(".wh.a", b"")];
    assert_eq!(with(&below, Oddity::WhiteoutSameLayer), [".wh.a"]);
}

#[test]
fn a_summary_answers_for_other_layers() {
    let tar = facts(&[
        file("a/b/c", b""),
        symlink("l", "a"),
        file("a/.wh.gone", b""),
        file("o/.wh..wh..opq", b""),
    ]);
    assert!(tar.paths.complete);
    let prints = |path: &str| {
        let link = facts(&[hardlink("link to it", path)]);
        link.open_links[0].prints.clone().unwrap()
    };
    let at = |path: &str| tar.paths.at(prints(path).0.last().unwrap());
    assert_eq!(at("a"), Some(Presence::Dir));
    assert_eq!(at("a/b/c"), Some(Presence::Other));
    assert_eq!(at("l"), Some(Presence::Symlink));
    for path in ["c", "a/gone", "a/.wh.gone", "o/.wh..wh..opq", "a/b/c/d"] {
        assert_eq!(at(path), None, "{path}");
    }
    for (path, hidden) in [
        ("a/gone", true),
        ("a/gone/x", true),
        ("a/b", false),
        ("o", false),
        ("o/x/y", true),
    ] {
        assert_eq!(tar.paths.hides(&prints(path)), hidden, "{path}");
    }
    let cut = measure(&super::tar_of(&[("a", &[0; 2000])])[..1500], WANTED);
    assert!(!cut.tar.unwrap().paths.complete, "a part is no summary");
}

/// Entries with something of everything.
fn odd_entries() -> Vec<TarEntry> {
    vec![
        dir("./"),
        file("a/../b", b"x"),
        file("/etc/x", b""),
        file("../y", b""),
        symlink("l", "/etc"),
        file("l/z", b""),
        symlink("m", "m"),
        hardlink("h", "later"),
        hardlink("i", "nowhere"),
        file("later", b""),
        file("LATER", b"").owner(70_000, 0),
        device("null", 0, 0),
        entry(b'6', "pipe"),
        entry(b'V', "label"),
        dir("sized").size(512),
        file("n".repeat(300), b""),
        file("short", b"").gnu_name("long"),
        file("old", b"").v7().mode(0o4755).mtime(-5),
        file("b", b"").pax(&[
            ("SCHILY.xattr.trusted.overlay.opaque", "y"),
            ("SCHILY.xattr.security.capability", "c"),
            ("LIBARCHIVE.creationtime", "1"),
        ]),
        file_of(b'g', "pax_global_header", &record("comment", "0")),
        file(".wh.a", b""),
        file("d/.wh..wh..opq", b""),
        file(b"r\xe9", b""),
    ]
}

/// A tar of them.
pub fn odd_tar() -> Vec<u8> {
    tar(&odd_entries())
}

#[test]
fn everything_odd_is_noted() {
    let tar = facts(&odd_entries());
    for what in [
        Oddity::RootEntry,
        Oddity::ParentName,
        Oddity::AbsoluteName,
        Oddity::EscapingName,
        Oddity::SymlinkOutside,
        Oddity::ThroughSymlink,
        Oddity::SymlinkLoop,
        Oddity::HardLinkForward,
        Oddity::LinkTargetUnseen,
        Oddity::CaseTwin,
        Oddity::LargeId,
        Oddity::DeviceZero,
        Oddity::Fifo,
        Oddity::OtherType(b'V'),
        Oddity::DataOnNonFile,
        Oddity::LongName,
        Oddity::GnuLongName,
        Oddity::OldHeader,
        Oddity::SetId,
        Oddity::OddTime,
        Oddity::OverlayAttribute,
        Oddity::Capability,
        Oddity::PaxUnknown,
        Oddity::Duplicate {
            same_spelling: false,
        },
        Oddity::PaxGlobal,
        Oddity::WhiteoutLate,
        Oddity::Opaque,
        Oddity::NotUtf8,
        Oddity::ParentImplicit,
    ] {
        let note = tar.notes(what).next();
        assert!(note.is_some(), "{what:?}");
        assert!(note.is_some_and(|note| note.offset.is_multiple_of(512)));
    }
}

/// A tar of so many files, a piece at a time, never held as a whole.
fn stream(count: usize, name: impl Fn(usize) -> String, mut push: impl FnMut(&[u8])) {
    let mut block = file("", b"").bytes();
    let without_sum = block[..148].iter().chain(&block[156..]);
    let fixed: u32 = 8 * 32 + without_sum.map(|byte| u32::from(*byte)).sum::<u32>();
    for number in 0..count {
        let name = name(number);
        block[..name.len()].copy_from_slice(name.as_bytes());
        let sum = fixed + name.bytes().map(u32::from).sum::<u32>();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        push(&block);
    }
    push(&[0; 1024]);
}

#[test]
fn a_million_entries_take_linear_time_and_bounded_memory() {
    let mut contents = contents::Contents::new(MeasureOptions::default());
    let name = |number: usize| format!("d{:03}/file-{number:07}", number / 1000);
    // The target of this link comes when no more paths are remembered.
    contents.push(&hardlink("link", &name(999_999)).bytes());
    stream(1_000_000, name, |block| contents.push(block));
    let tar = contents.finish();
    assert_eq!((tar.entries, &tar.defect), (1_000_001, &None));
    assert!(tar.open_links.is_empty() && !tar.all_links_kept);
    assert!(!tar.all_paths_compared, "what was left out is told");
    assert!(!tar.paths.complete && tar.paths.present.0.is_empty());
    assert_eq!(tar.listing.len(), limits::LISTED_ENTRIES);
    let kept = serde_json::to_string(&tar).unwrap().len();
    assert!(kept < 300_000, "{kept} bytes are kept");
}
