//! What is installed beside the command line tool: completions that load, and a manual page that is whole.

mod kit;
mod peer;

use peer::{Scratch, pullcheck};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Whether a program is there for a closer look than that of the test itself, which is held to without it.
fn there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        // Past the capture of the test runner, so that it is seen in every run.
        let _ = writeln!(
            std::io::stderr(),
            "not looked at with {program}, which is not on this machine"
        );
    }
    found
}

/// What bash completes after these words, the last of them being typed.
fn completed(script: &Path, words: &[&str]) -> Vec<String> {
    let ask = r#"
        source "$1" || exit 9
        shift
        COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
        _pullcheck pullcheck "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "-c", ask, "bash"])
        .arg(script)
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .filter(|line| !line.is_empty())
        .map(String::from)
        .collect()
}

#[test]
fn bash_completes_commands_options_and_ids() {
    let scratch = Scratch::new("completions");
    for lang in ["en", "zh-CN"] {
        let script = scratch.path().join("pullcheck.bash");
        let run = pullcheck(scratch.path(), &["completions", "bash", "--lang", lang]);
        assert_eq!(run.code, 0);
        fs::write(&script, &run.out).unwrap();
        for (words, expected) in [
            (vec!["pullcheck", "che"], "check"),
            (vec!["pullcheck", "media-t"], "media-types"),
            (vec!["pullcheck", "check", "--hyper"], "--hyperlinks"),
            (vec!["pullcheck", "check", "--consumer", "umo"], "umoci"),
            (vec!["pullcheck", "check", "--for", "harb"], "harbor"),
            (vec!["pullcheck", "check", "-p", "str"], "strict"),
            (
                vec!["pullcheck", "check", "--set", "plat"],
                "platform=linux/amd64",
            ),
            (vec!["pullcheck", "rules", "digest-synt"], "digest-syntax"),
            (vec!["pullcheck", "consumers", "umo"], "umoci"),
            (vec!["pullcheck", "completions", "fi"], "fish"),
        ] {
            let found = completed(&script, &words);
            assert!(
                found.iter().any(|one| one.contains(expected)),
                "{words:?}: {found:?}"
            );
        }
        let all = completed(&script, &["pullcheck", "check", "--consumer", ""]);
        assert_eq!(all.len(), pullcheck::consumers::all().count());
    }
    // Completing ids must not mean that nothing else may be typed.
    assert_eq!(pullcheck(scratch.path(), &["consumers", "amazon"]).code, 0);
}

#[test]
fn the_other_shells_get_scripts_that_name_what_they_know() {
    let scratch = Scratch::new("completions-others");
    for (shell, opens, ids) in [
        ("zsh", "#compdef pullcheck", true),
        ("fish", "function __fish_pullcheck", true),
        // What the crate writes for PowerShell has no values.
        (
            "powershell",
            "Register-ArgumentCompleter -Native -CommandName 'pullcheck'",
            false,
        ),
    ] {
        let script = pullcheck(scratch.path(), &["completions", shell]).out;
        assert!(script.contains(opens), "{shell}");
        for word in ["media-types", "hyperlinks", "profile"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        for id in [
            "docker-load-containerd",
            "strict",
            "digest-syntax",
            "application/vnd.oci.empty.v1+json",
        ] {
            assert_eq!(script.contains(id), ids, "{shell}: {id}");
        }
        let program = if shell == "powershell" { "pwsh" } else { shell };
        if program != "pwsh" && there(program) {
            let path = scratch.path().join(shell);
            fs::write(&path, &script).unwrap();
            let output = Command::new(program).arg("-n").arg(&path).output().unwrap();
            assert!(output.status.success(), "{shell}: {output:?}");
        }
    }
}

/// Where a manual page breaks the rules of roff: what every reader of it demands, without one.
fn structure(page: &str) {
    let mut lines = page.lines();
    let title = lines
        .by_ref()
        .find(|line| line.starts_with(".TH "))
        .unwrap();
    assert!(
        title.starts_with(".TH PULLCHECK 1 \"\" \"pullcheck "),
        "{title}"
    );
    let known = ["TH", "SH", "SS", "TP", "PP", "br", "ad", "ie", "el"];
    let mut after = "";
    for line in page.lines() {
        if let Some(request) = line.strip_prefix('.') {
            let name = request.split(' ').next().unwrap();
            assert!(known.contains(&name), "{line}");
            assert!(!(name == "TP" && after == "TP"), "an item without a tag");
            after = name;
        } else {
            assert!(!line.starts_with('\''), "{line}");
            after = "";
        }
    }
}

#[test]
fn the_manual_page_is_whole_in_both_languages() {
    let scratch = Scratch::new("man");
    for (lang, exit, words) in [
        (
            "en",
            "EXIT STATUS",
            ["NAME", "SYNOPSIS", "ENVIRONMENT", "EXAMPLES"],
        ),
        ("zh-CN", "退出码", ["名称", "用法", "环境变量", "示例"]),
    ] {
        let run = pullcheck(scratch.path(), &["man", "--lang", lang]);
        assert_eq!(run.code, 0);
        let page = run.out.replace("\\:", "").replace("\\-", "-");
        structure(&run.out);
        for heading in words {
            assert!(
                page.contains(&format!(".SH {heading}\n")),
                "{lang}: {heading}"
            );
        }
        let codes = page
            .split(&format!(".SH \"{exit}\"\n"))
            .nth(1)
            .or_else(|| page.split(&format!(".SH {exit}\n")).nth(1));
        let codes = codes.unwrap().split(".SH").next().unwrap();
        for code in ["0", "1", "2", "130"] {
            assert!(
                codes.contains(&format!("\\fB{code}\\fR")),
                "{lang} {code}: {codes}"
            );
        }
        // Every option that the help has.
        for command in [
            "check",
            "explain",
            "rules",
            "consumers",
            "errors",
            "media-types",
            "example",
        ] {
            let help = pullcheck(scratch.path(), &[command, "--help", "--lang", lang]).out;
            for word in help
                .split_whitespace()
                .filter(|word| word.starts_with("--") && word.len() > 2)
            {
                let option: String = word
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                assert!(page.contains(&option), "{lang}: {option}");
            }
        }
        let path = scratch.path().join("pullcheck.1");
        fs::write(&path, &run.out).unwrap();
        if there("man") {
            let output = Command::new("man")
                .args(["--warnings", "-l", path.to_str().unwrap()])
                .env("LC_ALL", "C.UTF-8")
                .env("MANWIDTH", "80")
                .env("MANPAGER", "cat")
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{lang}");
            let shown = String::from_utf8(output.stdout).unwrap();
            assert!(
                shown.contains("--hyperlinks") && shown.contains(exit),
                "{shown}"
            );
        }
    }
}
