//! Documents that the code writes are what the code says now, and what documents tell people to type works.

mod kit;
mod peer;

use peer::{Scratch, tool};
use pullcheck::mirrors;
use pullcheck::text::Lang;
use std::fs::{self, File};
use std::process::{Command, Stdio};

#[test]
fn the_tables_of_rules_are_up_to_date() {
    for (lang, file) in [("en", "docs/rules.md"), ("zh-CN", "docs/rules.zh-CN.md")] {
        let (written, command) = tables("rules", lang);
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        // Not `assert_eq!`: two hundred kilobytes of table would bury the command.
        let line = kept.lines().zip(written.lines()).position(|(a, b)| a != b);
        assert!(
            kept == written,
            "{file} is out of date (line {}). Run:\n  cargo run --bin pullcheck -- {} > {file}",
            line.unwrap_or_else(|| kept.lines().count().min(written.lines().count())) + 1,
            command,
        );
    }
}

/// What a command writes as Markdown.
fn tables(command: &str, lang: &str) -> (String, String) {
    let arguments = [command, "--format", "markdown", "--lang", lang];
    let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let written = String::from_utf8(output.stdout).unwrap();
    (written, arguments.join(" "))
}

/// What stands between the marks of the table of families.
fn families(document: &str) -> Vec<&str> {
    let mut parts = document.split("<!-- consumers -->\n");
    parts.next();
    parts.step_by(2).collect()
}

#[test]
fn the_tables_of_consumers_are_up_to_date() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = fs::read_to_string(format!("{root}/README.md")).unwrap();
    let shown = families(&readme);
    assert_eq!(shown.len(), 2, "one table for each language");
    let files = [
        ("en", "docs/consumers.md"),
        ("zh-CN", "docs/consumers.zh-CN.md"),
    ];
    for ((lang, file), shown) in files.into_iter().zip(shown) {
        let (written, command) = tables("consumers", lang);
        let kept = fs::read_to_string(format!("{root}/{file}")).unwrap_or_default();
        assert!(
            kept == written,
            "{file} is out of date. Run:\n  cargo run --bin pullcheck -- {command} > {file}"
        );
        assert!(
            families(&written) == [shown],
            "the table of consumers of README.md is out of date: copy what stands between the marks of {file}"
        );
        for consumer in pullcheck::consumers::all() {
            assert!(
                written.contains(&format!("`{}`", consumer.id)),
                "{}",
                consumer.id
            );
        }
    }
}

#[test]
fn the_badges_are_up_to_date() {
    let mut kept = 0;
    for badge in pullcheck::badge::BADGES {
        for lang in [pullcheck::text::Lang::En, pullcheck::text::Lang::Zh] {
            let path = format!("{}/www/{}", env!("CARGO_MANIFEST_DIR"), badge.path(lang));
            let file = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                file == badge.svg(lang),
                "{path} is out of date. Run:\n  cargo run --example badges"
            );
            kept += 1;
        }
    }
    let folder = format!("{}/www/badges", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(
        fs::read_dir(folder).unwrap().count(),
        kept,
        "badges that nothing lists"
    );
}

/// The lines of a document's code that call the tool, without what the shell does with them.
fn calls(document: &str) -> Vec<String> {
    let mut in_code = false;
    let mut calls = Vec::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let line = line.trim().trim_start_matches("- ");
        if in_code && line.starts_with("pullcheck ") {
            let end = [" > ", " >> ", " || ", " && ", " < ", " #"]
                .iter()
                .filter_map(|mark| line.find(mark))
                .min();
            calls.push(line[..end.unwrap_or(line.len())].trim().to_string());
        }
    }
    calls
}

#[test]
fn every_call_in_the_documents_works() {
    let scratch = Scratch::new("docs");
    let folder = scratch.path();
    fs::write(
        folder.join("image.tar"),
        kit::tar(&kit::good_layout().all()),
    )
    .unwrap();
    fs::write(folder.join("build.log"), "tag is ambiguous: latest\n").unwrap();
    let report = tool(folder)
        .args(["check", "image.tar", "--format", "saved"])
        .output()
        .unwrap();
    fs::write(folder.join("report.json"), report.stdout).unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let mut all = 0;
    for file in ["README.md", "docs/ci.md", "docs/ci.zh-CN.md"] {
        for call in calls(&fs::read_to_string(format!("{root}/{file}")).unwrap()) {
            let mut words = Vec::new();
            // Single quotes are all that the documents use around words with blanks.
            for (number, part) in call.split('\'').enumerate() {
                match number % 2 {
                    1 => words.push(part.to_string()),
                    _ => words.extend(part.split_whitespace().map(str::to_string)),
                }
            }
            let mut run = tool(folder);
            run.args(&words[1..]).stdout(Stdio::null());
            if words.iter().any(|word| word == "-") {
                run.stdin(File::open(folder.join("build.log")).unwrap());
            }
            let output = run.output().unwrap();
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 1)), "{file}: {call}: {output:?}");
            all += 1;
        }
    }
    assert!(all > 30, "{all}");
}

/// What of a document does not depend on its language: how many headings, paragraphs of a list, rows of tables and lines of
/// code it has, in their order.
fn shape(document: &str) -> Vec<&'static str> {
    let mut in_code = false;
    let lines = document.lines().filter_map(|line| {
        if line.starts_with("```") {
            in_code = !in_code;
            return None;
        }
        match line {
            _ if in_code => Some("code"),
            line if line.starts_with('#') => Some("heading"),
            line if line.starts_with("| ") => Some("row"),
            line if line.starts_with("- ")
                || line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(". ") =>
            {
                Some("item")
            }
            line if line.starts_with("![") => Some("picture"),
            _ => None,
        }
    });
    lines.collect()
}

/// What README.md says of the single file's size stays true: it is above the budget that the file is held to, and not so far
/// above that it would frighten anybody.
#[test]
fn the_size_of_the_single_file_is_what_the_readme_says() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |file: &str| fs::read_to_string(format!("{root}/{file}")).unwrap();
    let budget: serde_json::Value = serde_json::from_str(&read("tests/size-budget.json")).unwrap();
    let most = budget["single"]["raw"].as_f64().unwrap() / 1e6;
    let readme = read("README.md");
    for (before, after) in [("of less than ", " MB, which"), ("，不到 ", " MB，可从")] {
        let (_, rest) = readme.split_once(before).unwrap();
        let (said, _) = rest.split_once(after).unwrap();
        let said: f64 = said.parse().unwrap();
        assert!(
            most <= said && said <= most * 1.4,
            "{said} MB, budget {most}"
        );
    }
}

/// Links that lead out of a document, or to files that have no other language.
fn links(document: &str) -> Vec<String> {
    let links = document.split("](").skip(1);
    let mut links: Vec<String> = links
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with('#'))
        .map(|link| link.replace(".zh-CN.", "."))
        .collect();
    links.sort();
    links
}

#[test]
fn both_halves_of_the_readme_are_equal() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = fs::read_to_string(format!("{root}/README.md")).unwrap();
    let (english, chinese) = readme.split_once("\n---\n\n").unwrap();
    assert!(chinese.starts_with("# Pullcheck — 这个镜像"));
    assert_eq!(shape(english), shape(chinese));
    assert!(shape(english).len() > 70);
    assert_eq!(links(english), links(chinese));
    let typed = |half: &str| -> Vec<String> {
        let calls = calls(half).into_iter();
        calls
            .map(|call| call.replace(" --lang zh-CN", ""))
            .collect()
    };
    assert_eq!(typed(english), typed(chinese));
    // Both are as long as the languages are: a line of Chinese holds about as much as two of English.
    let (long, short) = (english.chars().count(), chinese.chars().count());
    assert!(
        short * 5 > long * 2 && short < long,
        "{long} and {short} characters"
    );
    for link in links(&readme).iter().filter(|link| !link.contains("://")) {
        assert!(fs::exists(format!("{root}/{link}")).unwrap(), "{link}");
    }
    for (file, lang) in [
        ("docs/screenshot.png", Lang::En),
        ("docs/screenshot.zh-CN.png", Lang::Zh),
    ] {
        let bytes = fs::read(format!("{root}/{file}")).unwrap();
        assert!(bytes.len() <= 100_000, "{file}: {} bytes", bytes.len());
        // The same pictures are those of previews, which are told their size and what they show.
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!([number(16), number(20)], mirrors::PICTURE_SIZE, "{file}");
        let shown = format!("![{}]({file})", mirrors::PICTURE_SHOWS.get(lang));
        assert!(readme.contains(&shown), "README.md lacks {shown}");
    }
}

#[test]
fn both_languages_tell_to_type_the_same() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |file: &str| fs::read_to_string(format!("{root}/{file}")).unwrap();
    assert_eq!(calls(&read("docs/ci.md")), calls(&read("docs/ci.zh-CN.md")));
}
