//! The command line tool at a terminal: widths, colours, links, where one deploys to, searches, and complaints in both
//! languages.

mod kit;
mod peer;

use kit::{cases, good_layout, tar};
use peer::{Run, Scratch, pullcheck, tool};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn inputs() -> Scratch {
    let scratch = Scratch::new("terminal");
    for (name, layout) in [
        ("zstd.tar", cases::zstd_image()),
        ("index.tar", cases::buildx_index()),
        ("good.tar", good_layout()),
    ] {
        fs::write(scratch.path().join(name), tar(&layout.all())).unwrap();
    }
    scratch
}

/// Runs with variables of the environment.
fn with(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = tool(folder);
    let output = command
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A text without links and styles.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("\u{1b}]") {
            "\u{1b}\\"
        } else {
            "m"
        };
        let length = rest[at + 1..].find(end).unwrap() + 1 + end.len();
        rest = &rest[at + length..];
    }
    out + rest
}

/// The columns of a text, a Chinese character being two wide.
fn columns(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[test]
fn sentences_keep_within_the_columns_and_code_is_never_broken() {
    let scratch = inputs();
    for lang in ["en", "zh-CN"] {
        for name in ["zstd.tar", "index.tar"] {
            let arguments = ["check", name, "--lang", lang, "--all"];
            let whole = with(scratch.path(), &[], &arguments).out;
            let narrow = with(scratch.path(), &[("COLUMNS", "72")], &arguments).out;
            assert!(narrow.lines().count() > whole.lines().count());
            let long = |text: &str| text.lines().filter(|line| columns(line) > 72).count();
            assert!(long(&narrow) < long(&whole));
            for line in narrow.lines().filter(|line| columns(line) > 72) {
                // Original texts, places and commands stay whole, and so does a word that is longer than the line.
                let line = line.trim_start();
                let original = line.starts_with("│ ")
                    || whole.lines().any(|other| other.trim_start() == line)
                    || line.matches(' ').count() == 0
                    || line.starts_with('`');
                assert!(original, "{lang} {name}: {line}");
            }
            // Nothing is lost or added by breaking lines, and ticks stay in pairs.
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(letters(&narrow), letters(&whole), "{lang} {name}");
            for line in narrow
                .lines()
                .filter(|line| !line.trim_start().starts_with('│'))
            {
                assert_eq!(line.matches('`').count() % 2, 0, "{lang} {name}: {line}");
            }
        }
    }
    for width in ["0", "wide", ""] {
        let run = with(
            scratch.path(),
            &[("COLUMNS", width)],
            &["check", "zstd.tar"],
        );
        assert_eq!(
            run.out,
            pullcheck(scratch.path(), &["check", "zstd.tar"]).out,
            "{width}"
        );
    }
    for width in ["1", "5", "99999999999"] {
        let run = with(
            scratch.path(),
            &[("COLUMNS", width)],
            &["check", "zstd.tar"],
        );
        assert_eq!(run.code, 0, "{width}: {}", run.err);
    }
}

#[test]
fn families_are_headings_and_who_all_accept_are_a_line() {
    let scratch = inputs();
    let titles = |lang| {
        pullcheck::consumers::FAMILIES
            .iter()
            .map(move |family| family.title.get(lang))
    };
    for (tag, lang) in [
        ("en", pullcheck::text::Lang::En),
        ("zh-CN", pullcheck::text::Lang::Zh),
    ] {
        let short = pullcheck(scratch.path(), &["check", "zstd.tar", "--lang", tag]).out;
        let all = pullcheck(
            scratch.path(),
            &["check", "zstd.tar", "--lang", tag, "--all"],
        )
        .out;
        assert!(
            titles(lang).filter(|title| short.contains(title)).count() > 2,
            "{short}"
        );
        assert!(short.lines().count() < all.lines().count());
        // What is refused or cannot be told is in both.
        let marked = |text: &str, mark: char| -> Vec<String> {
            let lines = text.lines().map(str::trim_start);
            lines
                .filter(|line| line.starts_with(mark))
                .map(String::from)
                .collect()
        };
        for mark in ['✗', '?'] {
            assert_eq!(marked(&short, mark), marked(&all, mark));
        }
        assert!(marked(&short, '✓').len() < marked(&all, '✓').len());
        assert!(short.contains("--all") && !all.contains("--all"));
    }
}

#[test]
fn a_family_in_which_all_accept_is_one_line_whatever_the_width() {
    let scratch = inputs();
    for columns in ["60", "100", ""] {
        let out = with(
            scratch.path(),
            &[("COLUMNS", columns)],
            &["check", "good.tar"],
        )
        .out;
        let at = out
            .lines()
            .position(|line| line.contains("Registries") && line.contains('✓'));
        let lines: Vec<&str> = out.lines().skip(at.unwrap()).take(2).collect();
        if !lines[0].contains(['✗', '?']) {
            assert_eq!(lines[1], "", "{out}");
        }
    }
}

#[test]
fn colours_follow_the_conventions() {
    let scratch = inputs();
    let colored = |variables: &[(&str, &str)], more: &[&str]| {
        let arguments = [&["check", "zstd.tar"], more].concat();
        with(scratch.path(), variables, &arguments)
            .out
            .contains("\u{1b}[")
    };
    assert!(!colored(&[], &[]), "no terminal");
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(
        colored(&[("NO_COLOR", "1")], &["--color", "always"]),
        "what is typed wins"
    );
    assert!(!colored(&[("TERM", "dumb")], &[]));
    // The same words with and without.
    let colors = pullcheck(scratch.path(), &["check", "zstd.tar", "--color", "always"]).out;
    assert_eq!(
        plain(&colors),
        pullcheck(scratch.path(), &["check", "zstd.tar"]).out
    );
    // Complaints as well.
    let complaint = |color: &str| pullcheck(scratch.path(), &["check", "--color", color]).err;
    assert!(complaint("always").contains('\u{1b}') && !complaint("never").contains('\u{1b}'));
}

/// What the tool writes to a terminal of so many columns.
#[cfg(target_os = "linux")]
fn at_terminal(folder: &Path, columns: usize, variables: &[(&str, &str)], call: &str) -> String {
    let program = env!("CARGO_BIN_EXE_pullcheck");
    let mut script = Command::new("script");
    // The same clean environment.
    for (name, value) in tool(folder).get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    for name in [
        "VTE_VERSION",
        "KONSOLE_VERSION",
        "TERM_PROGRAM",
        "WT_SESSION",
        "DOMTERM",
        "CI",
    ] {
        script.env_remove(name);
    }
    let output = script
        .args([
            "-qec",
            &format!("stty cols {columns} rows 24; '{program}' {call}"),
            "/dev/null",
        ])
        .current_dir(folder)
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_its_width_its_colours_and_its_links() {
    if !peer::have("script") {
        return;
    }
    let scratch = inputs();
    let said = at_terminal(scratch.path(), 64, &[], "check zstd.tar");
    assert!(
        said.contains("\u{1b}[") && !said.contains("\u{1b}]8"),
        "{said:?}"
    );
    let same = with(scratch.path(), &[("COLUMNS", "64")], &["check", "zstd.tar"]).out;
    assert_eq!(plain(&said), same);
    let links = at_terminal(
        scratch.path(),
        64,
        &[("TERM_PROGRAM", "WezTerm")],
        "check zstd.tar",
    );
    assert!(
        links.contains("\u{1b}]8;;https://github.com/opencontainers/umoci"),
        "{links:?}"
    );
    for variables in [[("TERM", "dumb")], [("NO_COLOR", "1")]] {
        let said = at_terminal(scratch.path(), 64, &variables, "check zstd.tar");
        assert_eq!(said, same, "{variables:?}");
    }
    let wide = at_terminal(scratch.path(), 300, &[], "check zstd.tar");
    let same = with(
        scratch.path(),
        &[("COLUMNS", "120")],
        &["check", "zstd.tar"],
    )
    .out;
    assert_eq!(
        plain(&wide),
        same,
        "no line is made longer than can be read"
    );
}

#[test]
fn ids_are_links_where_they_are_asked_for() {
    let scratch = inputs();
    let arguments = ["check", "zstd.tar", "--hyperlinks", "always"];
    let site = [("PULLCHECK_SITE", "https://example.org/p")];
    let linked = with(scratch.path(), &site, &arguments).out;
    assert!(
        linked.contains(
            "\u{1b}]8;;https://example.org/p/en/consumers/umoci.html\u{1b}\\umoci\u{1b}]8;;\u{1b}\\"
        ),
        "{linked:?}"
    );
    assert!(!linked.contains("\u{1b}["), "no colours were asked for");
    assert_eq!(
        plain(&linked),
        pullcheck(scratch.path(), &["check", "zstd.tar"]).out
    );
    // Without a site: where the facts come from.
    let sources = pullcheck(scratch.path(), &arguments).out;
    assert!(sources.contains("\u{1b}]8;;https://github.com/opencontainers/umoci\u{1b}\\"));
    let rules = with(scratch.path(), &site, &["rules", "--hyperlinks=always"]).out;
    assert!(rules.contains("https://example.org/p/en/rules/digest-syntax.html"));
    let errors = with(
        scratch.path(),
        &site,
        &["errors", "umoci", "--hyperlinks=always"],
    )
    .out;
    assert!(errors.contains("https://example.org/p/en/errors/umoci-layer-mediatype.html"));
    // An address that would steer a terminal is none.
    let evil = [("PULLCHECK_SITE", "https://x/\u{1b}\\\u{7}")];
    assert_eq!(with(scratch.path(), &evil, &arguments).out, sources);
    for more in [&["--hyperlinks", "never"][..], &[]] {
        let run = with(
            scratch.path(),
            &site,
            &[&["check", "zstd.tar"], more].concat(),
        );
        assert!(
            !run.out.contains('\u{1b}'),
            "a pipe shows no links by itself"
        );
    }
}

#[test]
fn where_one_deploys_to_leads_and_decides() {
    let scratch = inputs();
    for (arguments, code) in [
        (vec!["zstd.tar", "--for", "umoci@0.4.7"], 1),
        (vec!["zstd.tar", "--for", "umoci@0.5.0"], 0),
        (vec!["zstd.tar", "--for", "umoci"], 1),
        (vec!["zstd.tar", "--set", "for=umoci@0.4.7"], 1),
        (
            vec!["zstd.tar", "--for", "umoci@0.4.7", "-c", "container2wasm"],
            1,
        ),
        (
            vec!["zstd.tar", "--for", "umoci@0.5.0", "-c", "container2wasm"],
            0,
        ),
        (vec!["zstd.tar", "--for", "nobody"], 2),
        (vec!["zstd.tar", "--for", "umoci@new"], 2),
        (vec!["zstd.tar", "--for", ""], 2),
    ] {
        let run = pullcheck(scratch.path(), &[&["check"], arguments.as_slice()].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
    }
    let run = pullcheck(
        scratch.path(),
        &["check", "zstd.tar", "--for", "umoci@0.4.7"],
    );
    let target = run.out.find("Where you deploy to").unwrap();
    assert!(
        target < run.out.find("Container image").unwrap(),
        "{}",
        run.out
    );
    let refused = run.out.matches("blob is not correct mediatype").count();
    let others = pullcheck(scratch.path(), &["check", "zstd.tar"]).out;
    assert_eq!(
        refused,
        others.matches("blob is not correct mediatype").count(),
        "said once"
    );
    let zh = pullcheck(
        scratch.path(),
        &["check", "zstd.tar", "--for", "umoci", "--lang", "zh"],
    );
    assert!(zh.out.contains("你的部署目标"), "{}", zh.out);
    let json = pullcheck(
        scratch.path(),
        &["check", "zstd.tar", "--for", "umoci@0.4.7", "-f", "json"],
    );
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["choices"]["for"], "umoci@0.4.7");
}

#[test]
fn consumers_are_searched_and_shown_whole() {
    let scratch = Scratch::new("consumers");
    let one = pullcheck(scratch.path(), &["consumers", "umoci@0.4.7"]);
    for part in [
        "umoci",
        "≤ 0.4.7  ",
        "← 0.4.7",
        "opencontainers/umoci",
        "umoci-layer-mediatype",
    ] {
        assert!(one.out.contains(part), "{part}: {}", one.out);
    }
    assert!(
        pullcheck(scratch.path(), &["consumers", "umoci@99x"])
            .out
            .contains("none of the known ranges")
    );
    for consumer in pullcheck::consumers::all() {
        for lang in ["en", "zh-CN"] {
            let run = pullcheck(scratch.path(), &["consumers", consumer.id, "--lang", lang]);
            assert_eq!(run.code, 0);
            assert!(run.out.contains(consumer.name), "{}", consumer.id);
        }
    }
    let words = pullcheck(scratch.path(), &["consumers", "AMAZON", "registries"]);
    assert!(
        words.out.contains("Amazon ECR") && !words.out.contains("umoci"),
        "{}",
        words.out
    );
    let zh = pullcheck(scratch.path(), &["consumers", "云上", "--lang", "zh"]);
    assert!(zh.out.contains("lambda"), "{}", zh.out);
    assert_eq!(
        pullcheck(scratch.path(), &["consumers", "no such thing"]).code,
        1
    );
    let json = pullcheck(scratch.path(), &["consumers", "umoci", "-f", "json"]).out;
    let list: Value = serde_json::from_str(&json).unwrap();
    let umoci = &list["consumers"][0];
    assert_eq!(umoci["id"], "umoci");
    assert!(
        umoci["errors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|id| id == "umoci-layer-mediatype")
    );
}

#[test]
fn media_types_are_explained_and_searched() {
    let scratch = Scratch::new("media-types");
    let ask =
        |arguments: &[&str]| pullcheck(scratch.path(), &[&["media-types"], arguments].concat());
    let all = ask(&["-f", "json"]);
    let list: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(
        list["mediaTypes"].as_array().unwrap().len(),
        pullcheck::media_types::all().len()
    );
    let shown = ask(&[]).out;
    for known in pullcheck::media_types::all() {
        assert!(shown.contains(&known.name), "{}", known.name);
    }
    let one = ask(&["application/vnd.oci.image.layer.v1.tar+gzip"]);
    assert_eq!(one.code, 0);
    for part in ["layer", "Written by", "Read by", "OCI"] {
        assert!(one.out.contains(part), "{part}: {}", one.out);
    }
    let slip = ask(&["application/vnd.oci.image.layer.v1.tar.gzip"]);
    assert_eq!(slip.code, 1);
    assert!(
        slip.out
            .contains("application/vnd.oci.image.layer.v1.tar+gzip"),
        "{}",
        slip.out
    );
    let helm = ask(&["helm"]);
    assert!(
        helm.out
            .contains("application/vnd.cncf.helm.config.v1+json"),
        "{}",
        helm.out
    );
    assert!(
        !helm.out.contains("vnd.docker.distribution"),
        "{}",
        helm.out
    );
    assert_eq!(ask(&["no such words"]).code, 1);
    let zh = ask(&["索引", "--lang", "zh"]);
    assert!(
        zh.out.contains("application/vnd.oci.image.index.v1+json"),
        "{}",
        zh.out
    );
}

#[test]
fn complaints_about_a_call_are_in_the_reader_s_language() {
    let scratch = Scratch::new("complaints");
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for arguments in [
        vec!["check"],
        vec!["chek", "x"],
        vec!["check", "x", "--formt", "json"],
        vec!["check", "x", "--format", "xml"],
        vec!["check", "x", "--format"],
        vec!["check", "x", "--format", "json", "--format", "text"],
        vec!["explain", "x", "--set", "platform=linux/amd64"],
        vec!["rules", "a", "b"],
        vec!["completions", "tcsh"],
        vec![],
        vec!["check", "absent.tar"],
        vec!["check", "x", "--consumer", "nobody"],
    ] {
        let en = pullcheck(scratch.path(), &arguments);
        assert_eq!(en.code, 2, "{arguments:?}");
        assert!(!han(&en.err), "{arguments:?}: {}", en.err);
        let by_flag = pullcheck(
            scratch.path(),
            &[&["--lang", "zh-CN"], arguments.as_slice()].concat(),
        );
        let by_env = with(scratch.path(), &[("LANG", "zh_CN.UTF-8")], &arguments);
        for zh in [by_env, by_flag] {
            assert_eq!(zh.code, 2, "{arguments:?}");
            assert!(han(&zh.err), "{arguments:?}: {}", zh.err);
            for english in [
                "error:",
                "Usage",
                "required",
                "possible",
                "unexpected",
                "For more",
                "tip:",
            ] {
                assert!(!zh.err.contains(english), "{arguments:?}: {}", zh.err);
            }
        }
    }
    let near = pullcheck(
        scratch.path(),
        &["check", "x", "--formt", "json", "--lang=zh"],
    )
    .err;
    assert!(near.contains("--format"), "{near}");
    let values = pullcheck(scratch.path(), &["check", "x", "-p", "2.0", "--lang=zh"]).err;
    assert!(values.contains("image-spec-1.0"), "{values}");
    // What was typed cannot steer the terminal.
    let steering = pullcheck(
        scratch.path(),
        &["check", "x", "--format", "\u{1b}[31m", "--lang=zh"],
    );
    assert!(!steering.err.contains('\u{1b}'), "{:?}", steering.err);
}

#[test]
fn the_help_says_what_the_exit_codes_are() {
    let scratch = Scratch::new("help");
    for (lang, word) in [("en", "Exit codes:"), ("zh-CN", "退出码：")] {
        let check = pullcheck(scratch.path(), &["check", "--help", "--lang", lang]).out;
        let help = pullcheck(scratch.path(), &["--help", "--lang", lang]).out;
        assert!(check.contains(word), "{check}");
        let codes = help.split(word).nth(1).unwrap_or_else(|| panic!("{help}"));
        for code in ["0 ", "1 ", "2 ", "130 "] {
            assert!(
                codes
                    .lines()
                    .any(|line| line.trim_start().starts_with(code)),
                "{code}: {codes}"
            );
        }
    }
}
