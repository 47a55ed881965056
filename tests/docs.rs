//! Documents that the code writes are what the code says now, and what documents tell people to type works.

mod kit;
mod peer;

use peer::{Scratch, tool};
use std::fs::{self, File};
use std::process::{Command, Stdio};

#[test]
fn the_tables_of_rules_are_up_to_date() {
    for (lang, file) in [("en", "docs/rules.md"), ("zh-CN", "docs/rules.zh-CN.md")] {
        let arguments = ["rules", "--format", "markdown", "--lang", lang];
        let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let written = String::from_utf8(output.stdout).unwrap();
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        // Not `assert_eq!`: two hundred kilobytes of table would bury the command.
        let line = kept.lines().zip(written.lines()).position(|(a, b)| a != b);
        assert!(
            kept == written,
            "{file} is out of date (line {}). Run:\n  cargo run --bin pullcheck -- {} > {file}",
            line.unwrap_or_else(|| kept.lines().count().min(written.lines().count())) + 1,
            arguments.join(" "),
        );
    }
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

#[test]
fn both_languages_tell_to_type_the_same() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |file: &str| fs::read_to_string(format!("{root}/{file}")).unwrap();
    assert_eq!(calls(&read("docs/ci.md")), calls(&read("docs/ci.zh-CN.md")));
}
