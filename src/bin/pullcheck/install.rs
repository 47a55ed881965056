//! What is installed beside the program: completions for shells, and the manual page. Both are made from the same arguments
//! that are parsed, so that they cannot fall behind.

use crate::arguments::Shell;
use crate::show::wrap::between;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};
use clap_complete::generate;
use pullcheck::consumers::{self, Takes};
use pullcheck::examples::gallery;
use pullcheck::text::{Lang, Text, text};
use pullcheck::{media_types, rules};
use roff::{Inline, Roff, bold, italic, roman};

/// The completions of a shell. Ids of consumers, rules and media types complete as values do.
pub fn completions(shell: Shell, command: Command, lang: Lang) -> String {
    let mut command = with_ids(command, lang);
    let mut out = Vec::new();
    let out_to = &mut out;
    match shell {
        Shell::Bash => generate(
            clap_complete::Shell::Bash,
            &mut command,
            "pullcheck",
            out_to,
        ),
        Shell::Zsh => generate(clap_complete::Shell::Zsh, &mut command, "pullcheck", out_to),
        Shell::Fish => generate(
            clap_complete::Shell::Fish,
            &mut command,
            "pullcheck",
            out_to,
        ),
        Shell::Pwsh => {
            generate(
                clap_complete::Shell::PowerShell,
                &mut command,
                "pullcheck",
                out_to,
            );
        }
    }
    let mut script = String::from_utf8_lossy(&out).into_owned();
    if shell == Shell::Fish {
        // The crate leaves out the values of what has no name.
        for sub in own(&command) {
            let mut places = sub.get_arguments().filter(|arg| arg.is_positional());
            let values = places
                .next()
                .map(Arg::get_possible_values)
                .unwrap_or_default();
            let values: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
            if !values.is_empty() {
                script.push_str(&format!(
                    "complete -c pullcheck -n \"__fish_pullcheck_using_subcommand {}\" -f -a \"{}\"\n",
                    sub.get_name(),
                    values.join(" ")
                ));
            }
        }
    }
    script
}

/// The commands with what they know as possible values. Only for completions: parsing takes more, such as versions.
fn with_ids(command: Command, lang: Lang) -> Command {
    let consumers = || -> Vec<PossibleValue> {
        consumers::all()
            .map(|one| PossibleValue::new(one.id).help(one.name))
            .collect()
    };
    let rules: Vec<PossibleValue> = rules::all()
        .map(|rule| PossibleValue::new(rule.id).help(rule.title.get(lang)))
        .collect();
    let types: Vec<PossibleValue> = media_types::all()
        .iter()
        .map(|known| PossibleValue::new(known.name.as_str()))
        .collect();
    let examples: Vec<PossibleValue> = gallery::all()
        .map(|one| PossibleValue::new(one.id).help(one.title.get(lang)))
        .collect();
    let with = |values: Vec<PossibleValue>| {
        move |arg: Arg| arg.value_parser(PossibleValuesParser::new(values))
    };
    command
        .mut_subcommand("check", |check| {
            check
                .mut_arg("consumer", with(consumers()))
                .mut_arg("target", with(consumers()))
                .mut_arg("set", with(settings(lang)))
        })
        .mut_subcommand("explain", |explain| {
            explain.mut_arg("set", with(settings(lang)))
        })
        .mut_subcommand("example", |command| command.mut_arg("id", with(examples)))
        .mut_subcommand("rules", |command| command.mut_arg("id", with(rules)))
        .mut_subcommand("consumers", |command| {
            command.mut_arg("search", with(consumers()))
        })
        .mut_subcommand("media-types", |command| {
            command.mut_arg("search", with(types))
        })
}

/// What can be set: every value where there is a list of them, else the default.
fn settings(lang: Lang) -> Vec<PossibleValue> {
    let mut all = Vec::new();
    for (key, setting) in consumers::keys() {
        match setting.takes {
            Takes::OneOf(values) => all.extend(values.iter().map(|(value, label)| {
                PossibleValue::new(format!("{key}={value}")).help(label.get(lang))
            })),
            Takes::Platform | Takes::Text(_) => all.push(
                PossibleValue::new(format!("{key}={}", setting.default))
                    .help(setting.name.get(lang)),
            ),
        }
    }
    all
}

/// The headings and texts of the manual page that are no help of an argument.
struct Words;

impl Words {
    const NAME: Text = text("NAME", "名称");
    const SYNOPSIS: Text = text("SYNOPSIS", "用法");
    const DESCRIPTION: Text = text("DESCRIPTION", "说明");
    const COMMANDS: Text = text("COMMANDS", "命令");
    const OPTIONS: Text = text("OPTIONS", "选项");
    const EXIT: Text = text("EXIT STATUS", "退出码");
    const ENVIRONMENT: Text = text("ENVIRONMENT", "环境变量");
    const EXAMPLES: Text = text("EXAMPLES", "示例");
    const SUBTITLE: Text = text("will it pull?", "这个镜像拉得下来吗？");
    const MORE: Text = text(
        "Pullcheck reads files and folders only; it opens no connection. What it reads is judged by the rules of the \
         specification and replayed as the consumers do it, version by version. A consumer accepts, refuses, or cannot be told: \
         what was not given is never taken for right.",
        "Pullcheck 只读取文件和文件夹，不建立任何网络连接。读到的内容按规范的规则判定，并按各使用方、各版本的做法逐步重演。\
         使用方的结论是接受、拒绝或无法判断：没有提供的内容绝不当作正确。",
    );
}

/// The variables that are read, and what for.
const ENVIRONMENT: &[(&str, Text)] = &[
    (
        "LC_ALL, LC_MESSAGES, LANG",
        text(
            "Language of the answers; the first that is set decides. Chinese for zh…, else English.",
            "回答所用的语言；以第一个已设置的为准。zh 开头为中文，其余为英文。",
        ),
    ),
    (
        "NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM",
        text(
            "Whether colours are shown where --color is auto: not with NO_COLOR, CLICOLOR=0 or TERM=dumb; with CLICOLOR_FORCE also \
             in pipes.",
            "--color 为 auto 时是否显示颜色：设置了 NO_COLOR、CLICOLOR=0 或 TERM=dumb 时不显示；设置了 CLICOLOR_FORCE 时，管道中也显示。",
        ),
    ),
    (
        "COLUMNS",
        text(
            "Width of the text. Without it that of the terminal; in pipes and files lines are not broken.",
            "文本的宽度。未设置时取终端的宽度；写入管道和文件时不折行。",
        ),
    ),
    (
        "FORCE_HYPERLINK",
        text(
            "Whether a terminal shows links where --hyperlinks is auto; 0 is no.",
            "--hyperlinks 为 auto 时，终端是否显示链接；0 表示不显示。",
        ),
    ),
    (
        "PULLCHECK_SITE",
        text(
            "Address of the page that links lead to, also those in SARIF. Without it they lead to the specification and to sources.",
            "链接（包括 SARIF 中的链接）所指向的页面地址。未设置时指向规范和源码。",
        ),
    ),
];

/// Calls to begin with.
const EXAMPLES: &[(&str, Text)] = &[
    (
        "pullcheck check image.tar",
        text(
            "Who accepts this archive, who refuses it, and why.",
            "谁接受这个归档、谁拒绝、为什么。",
        ),
    ),
    (
        "pullcheck check image.tar --for umoci@0.4.7",
        text(
            "The same, with the consumer that it is for first; 1 is returned when it refuses.",
            "同上，但把部署目标排在最前；它拒绝时返回 1。",
        ),
    ),
    (
        "pullcheck check layout/ --format sarif > pullcheck.sarif",
        text("For code scanning.", "用于代码扫描。"),
    ),
    (
        "pullcheck ls image.tar 1",
        text(
            "What is inside its first layer, with the names that are out of the ordinary marked.",
            "第一层里有什么，异常的名称会标出。",
        ),
    ),
    (
        "pullcheck cat image.tar 1 etc/passwd > passwd",
        text("A file out of it.", "取出其中的一个文件。"),
    ),
    (
        "pullcheck explain - < build.log",
        text("What the errors of a log mean.", "日志中的报错是什么意思。"),
    ),
];

/// The whole manual page: one for all commands.
pub fn man(mut command: Command, lang: Lang) -> String {
    command.build();
    let mut page = Roff::new();
    let version = format!("pullcheck {}", env!("CARGO_PKG_VERSION"));
    // Without a date: the same sources give the same page.
    page.control("TH", ["PULLCHECK", "1", " ", version.as_str()]);
    // Ragged: with code in it, and Chinese, lines cannot be spread evenly.
    page.control("ad", ["l"]);
    section(&mut page, Words::NAME, lang);
    page.text([roman(format!("pullcheck - {}", Words::SUBTITLE.get(lang)))]);
    section(&mut page, Words::SYNOPSIS, lang);
    for (number, sub) in own(&command).enumerate() {
        if number > 0 {
            page.control("br", []);
        }
        page.text([bold("pullcheck"), roman(format!(" {}", call(sub)))]);
    }
    section(&mut page, Words::DESCRIPTION, lang);
    page.text([roman(described(&command))]);
    page.control("PP", []);
    page.text([roman(Words::MORE.get(lang))]);
    section(&mut page, Words::COMMANDS, lang);
    for sub in own(&command) {
        page.control("SS", [call(sub).as_str()]);
        page.text([roman(described(sub))]);
        for arg in sub
            .get_arguments()
            .filter(|arg| !arg.is_global_set() && arg.get_id() != "help")
        {
            option(&mut page, arg, lang);
        }
    }
    section(&mut page, Words::OPTIONS, lang);
    for arg in command.get_arguments() {
        option(&mut page, arg, lang);
    }
    section(&mut page, Words::EXIT, lang);
    let codes = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    // A line that is indented as deep as the words goes on with those above it.
    let codes = codes.replace("\n       ", text(" ", "").get(lang));
    for line in codes.lines().skip(1) {
        match line.trim().split_once("  ") {
            Some((code, what)) => item(&mut page, [bold(code)], what.trim()),
            None if line.trim().is_empty() => drop(page.control("PP", [])),
            None => drop(page.text([roman(line)])),
        }
    }
    section(&mut page, Words::ENVIRONMENT, lang);
    for (names, what) in ENVIRONMENT {
        item(&mut page, [bold(*names)], what.get(lang));
    }
    section(&mut page, Words::EXAMPLES, lang);
    for (call, what) in EXAMPLES {
        item(&mut page, [bold(*call)], what.get(lang));
    }
    // What the crate leaves out: an empty date, and where Chinese may be broken.
    let text = page.render().replacen("1 \" \" ", "1 \"\" ", 1);
    text.lines().map(|line| breakable(line) + "\n").collect()
}

/// A line of roff that may also be broken between Chinese characters.
fn breakable(line: &str) -> String {
    if line.starts_with('.') {
        return line.to_string();
    }
    let mut out = String::new();
    let mut last = None;
    for c in line.chars() {
        if last.is_some_and(|before| between(before, c)) && last != Some(' ') && c != ' ' {
            out.push_str("\\:");
        }
        out.push(c);
        last = Some(c);
    }
    out
}

/// The commands that are more than help.
fn own(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
}

fn section(page: &mut Roff, title: Text, lang: Lang) {
    page.control("SH", [title.get(lang)]);
}

fn described(command: &Command) -> String {
    command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// A command as it is typed, without the name of the program.
fn call(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let words = usage.trim_start_matches("Usage:").trim();
    words.trim_start_matches("pullcheck").trim().to_string()
}

fn item<const N: usize>(page: &mut Roff, tag: [Inline; N], what: &str) {
    page.control("TP", []);
    page.text(tag);
    page.text([roman(what)]);
}

fn option(page: &mut Roff, arg: &Arg, lang: Lang) {
    let mut tag = Vec::new();
    if let Some(short) = arg.get_short() {
        tag.extend([bold(format!("-{short}")), roman(", ")]);
    }
    if let Some(long) = arg.get_long() {
        tag.push(bold(format!("--{long}")));
    }
    if arg.get_action().takes_values() {
        let names = arg.get_value_names().unwrap_or_default();
        let id = arg.get_id().as_str().to_uppercase();
        let name = names.first().map_or(id, ToString::to_string);
        if !arg.is_positional() {
            tag.push(roman(" "));
        }
        tag.push(italic(name));
    }
    page.control("TP", []);
    page.text(tag);
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    page.text([roman(help)]);
    // The Chinese help names them in its own words.
    let values = arg.get_possible_values();
    if lang == Lang::En && arg.get_action().takes_values() && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        let defaults = arg.get_default_values();
        let default = defaults
            .first()
            .map(|one| one.to_string_lossy().into_owned());
        let mut said = format!("One of: {}.", names.join(", "));
        if let Some(default) = default {
            said.push_str(&format!(" Default: {default}."));
        }
        page.control("br", []);
        page.text([roman(said)]);
    }
}
