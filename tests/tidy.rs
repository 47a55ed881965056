//! The house rules, read from ARCHITECTURE.md and checked against the code: who may use whom, which crates may be named
//! where, what every file begins with, and how Chinese and Latin letters stand together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file below a folder, with its path relative to the package.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push((name.to_string(), read(&path)));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust files below {folder}");
    found
}

/// Whether a file below `src` is only compiled for tests.
fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.ends_with("/tests.rs")
}

/// A file's text without its test module and comments.
fn shipped(text: &str) -> String {
    // A test module that stands in the file is its end; one in a file of its own is a line like others.
    let end = text
        .match_indices("#[cfg(test)]\nmod ")
        .map(|(at, _)| at)
        .find(|at| {
            let mut lines = text[*at..].lines();
            lines.nth(1).is_some_and(|line| line.ends_with('{'))
        })
        .unwrap_or(text.len());
    text[..end]
        .lines()
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].contains('"') => &line[..at],
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The table of ARCHITECTURE.md under a heading: first cell to last cell.
fn table(heading: &str) -> BTreeMap<String, String> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let section = text
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .unwrap_or_else(|| panic!("no section {heading}"));
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].to_string(), cells[cells.len() - 1].to_string())
        })
        .collect()
}

fn names(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_string)
        .collect()
}

/// The room that a file of the core stands in; none for the binaries and the crate's door.
fn module_of(file: &str) -> Option<String> {
    let inside = file.strip_prefix("src/")?;
    if inside.starts_with("bin/") || inside == "lib.rs" {
        return None;
    }
    let first = inside.split('/').next()?;
    Some(first.trim_end_matches(".rs").to_string())
}

/// The rooms that a text names by `crate::room`.
fn used(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("crate::") {
        rest = &rest[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = &list[..list.find('}').unwrap_or(list.len())];
            for name in list.split(',') {
                found.push(word(name.trim()));
            }
        } else {
            found.push(word(rest));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let allowed = table("The rooms");
    let rooms: Vec<String> = allowed.keys().flat_map(|cell| names(cell)).collect();
    let mut seen = Vec::new();
    for (file, text) in rust_files("src") {
        let Some(module) = module_of(&file).filter(|_| !is_test(&file)) else {
            continue;
        };
        let Some(may) = allowed.get(&format!("`{module}`")) else {
            panic!("{file}: the table of rooms has no row for `{module}`");
        };
        let may = names(may);
        seen.push(module.clone());
        for name in used(&shipped(&text)) {
            let known = rooms.contains(&name);
            assert!(
                name == module || !known || may.contains(&name),
                "{file} uses `{name}`, which the row of `{module}` in ARCHITECTURE.md does not allow"
            );
        }
    }
    for room in &rooms {
        assert!(
            seen.contains(room),
            "the table names `{room}`, which has no file"
        );
    }
}

#[test]
fn binaries_enter_by_the_front_door() {
    for (file, text) in rust_files("src/bin") {
        for inner in [
            "pullcheck::bytes::tar",
            "pullcheck::bytes::codec",
            "pullcheck::artifact::graph",
        ] {
            assert!(
                !shipped(&text).contains(inner),
                "{file} reaches into {inner}"
            );
        }
    }
}

#[test]
fn crates_are_named_only_in_their_rooms() {
    let rooms: [(&str, &[&str]); 10] = [
        ("flate2::", &["src/bytes/codec"]),
        ("zstd_safe::", &["src/bytes/codec"]),
        ("sha2::", &["src/bytes/digest"]),
        ("regex_lite::", &["src/errors"]),
        (
            "semver::",
            &["src/consumers/versions", "src/consumers/judge"],
        ),
        ("web_sys::", &["src/bin/page"]),
        ("yew::", &["src/bin/page"]),
        ("gloo::", &["src/bin/page"]),
        ("std::fs", &["src/bin/pullcheck"]),
        ("std::time", &["src/bin/pullcheck"]),
    ];
    for (file, text) in rust_files("src") {
        for (name, places) in rooms {
            let here = places.iter().any(|place| file.starts_with(place));
            let bare = is_test(&file) || !shipped(&text).contains(name);
            assert!(here || bare, "{file} names {name}");
        }
    }
}

#[test]
fn only_one_file_writes_to_the_browsers_storage() {
    let ways = [
        "LocalStorage",
        "SessionStorage",
        "local_storage",
        "session_storage",
        "indexed_db",
        "set_cookie",
        "localStorage",
        "sessionStorage",
        "indexedDB",
    ];
    let mut kept = 0;
    for (file, text) in rust_files("src/bin/page") {
        for way in ways {
            let here = file == "src/bin/page/stored.rs" && way == "local_storage";
            let found = shipped(&text).contains(way);
            assert!(here || !found, "{file} names {way}");
            kept += usize::from(here && found);
        }
    }
    assert_eq!(kept, 1, "the storage has moved");
    for script in [
        "www/boot.js",
        "www/carried.js",
        "www/shell.js",
        "www/sw.js",
        "www/unpack.js",
    ] {
        let mut text = read(&root().join(script));
        // The first picture has the reader's language and colours, and the switches of both: two of the four choices.
        if script == "www/shell.js" {
            let kept: BTreeSet<&str> = ["stored(\"", "keep(\""]
                .iter()
                .flat_map(|call| text.split(call).skip(1))
                .filter_map(|rest| rest.split('"').next())
                .collect();
            assert_eq!(kept, BTreeSet::from(["lang", "theme"]), "{script}");
            for way in ["getItem", "setItem", "removeItem"] {
                text = text.replacen(&format!("localStorage.{way}(`pullcheck.${{name}}`"), "", 1);
            }
        }
        for way in ways.iter().chain(&["document.cookie"]) {
            assert!(!text.contains(way), "{script} names {way}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons: Vec<String> = table("Dependencies")
        .keys()
        .flat_map(|c| names(c))
        .collect();
    let manifest = read(&root().join("Cargo.toml"));
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        if !section.contains("dependencies]") {
            continue;
        }
        if let Some((name, _)) = line.split_once(" = ") {
            assert!(
                reasons.iter().any(|r| r == name),
                "ARCHITECTURE.md gives no reason for the crate {name}"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in ["src", "tests"] {
        for (file, text) in rust_files(folder) {
            assert!(text.starts_with("//! "), "{file} does not open with //!");
        }
    }
}

#[test]
fn shipped_code_has_no_unwrap() {
    for (file, text) in rust_files("src") {
        if is_test(&file) {
            continue;
        }
        for bad in [
            ".unwrap()",
            ".expect(\"",
            "todo!(",
            "unimplemented!(",
            "panic!(",
        ] {
            assert!(!shipped(&text).contains(bad), "{file} has {bad}");
        }
    }
}

#[test]
fn han_and_latin_letters_keep_a_space() {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (file, text) in rust_files("src") {
        if is_test(&file) {
            continue; // noise around a message is part of some tests
        }
        for (number, line) in text.lines().enumerate() {
            let chars: Vec<char> = line.replace("\\n", " ").chars().collect();
            for pair in chars.windows(2) {
                let touch = |a: char, b: char| han(a) && b.is_ascii_alphanumeric();
                assert!(
                    !touch(pair[0], pair[1]) && !touch(pair[1], pair[0]),
                    "{file}:{}: {}{} stand together",
                    number + 1,
                    pair[0],
                    pair[1]
                );
            }
        }
    }
}
