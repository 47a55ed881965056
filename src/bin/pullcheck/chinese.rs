//! Help and complaints about a call in Chinese. The words stand here; what may be typed stands in `arguments`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

/// What a command does, by its path below the program.
const ABOUT: &[(&str, &str)] = &[
    (
        "",
        "这个镜像拉得下来吗？看清谁会接受 OCI 或 Docker 制品、谁会拒绝、为什么，以及怎样修复。",
    ),
    ("check", "检查镜像归档、文件夹、层、.wasm 或文档"),
    ("ls", "列出制品的各个部分，或其中一个部分里的内容"),
    ("cat", "把层中的一个文件写到标准输出"),
    ("show", "再次显示保存的报告，不重新检查"),
    ("explain", "解释报错，最吻合的排在最前"),
    ("rules", "列出规则，或完整显示其中一条"),
    ("consumers", "列出使用方及其版本范围，或完整显示其中一个"),
    ("errors", "列出或搜索已知的报错"),
    ("media-types", "列出或搜索已知的媒体类型，或解释其中一种"),
    ("example", "列出示例，或把其中一个写入文件"),
    ("completions", "把某个 shell 的补全脚本写到标准输出"),
    ("man", "把手册页（roff 格式）写到标准输出"),
    ("help", "显示本帮助，或某个命令的帮助"),
];

/// What an argument is for, by the path of its command and its id. `*` stands for all commands.
const HELP: &[(&str, &str, &str)] = &[
    (
        "*",
        "lang",
        "回答所用的语言（默认取自 LC_ALL、LC_MESSAGES 或 LANG）",
    ),
    ("*", "color", "何时使用颜色"),
    ("*", "hyperlinks", "何时把 id 显示为指向说明的链接"),
    ("*", "help", "显示帮助"),
    ("*", "version", "显示版本"),
    (
        "check",
        "input",
        "一个文件、一个文件夹、同属一组的多个文件，或用 `-` 表示标准输入",
    ),
    (
        "check",
        "consumer",
        "只询问这个使用方，例如 `umoci` 或 `umoci@0.4.7`；可多次给出",
    ),
    (
        "check",
        "target",
        "你的部署目标：它排在报告最前，退出码也取决于它",
    ),
    (
        "check",
        "set",
        "为使用方作设置，例如 `platform=linux/arm64`；`consumers` 列出各项设置；可多次给出",
    ),
    (
        "check",
        "profile",
        "按什么判定：镜像规范的某个版本（更新的要求只作提示），或规范全文（strict，违反建议也算错误）",
    ),
    ("check", "format", "报告的格式"),
    (
        "check",
        "all",
        "显示全部内容：也包括谁接受它、为什么；在 SARIF 中也包括通过、无法运行或不适用的规则",
    ),
    ("ls", "image", "一个文件或文件夹"),
    (
        "ls",
        "blob",
        "要查看的部分：列表中层的编号、摘要的开头，或输入中的路径",
    ),
    ("ls", "format", "列表的格式"),
    ("cat", "image", "一个文件或文件夹"),
    ("cat", "blob", "哪一层：同 `ls`"),
    (
        "cat",
        "path",
        "文件在层中的路径；若有多个条目是同一路径，以最后一个为准",
    ),
    (
        "show",
        "report",
        "由网页或 `check --format saved` 保存的报告",
    ),
    ("show", "format", "报告的格式"),
    ("explain", "text", "报错文本，或用 `-` 表示标准输入"),
    (
        "explain",
        "artifact",
        "报错所涉及的制品：说明它是否存在这个问题、在哪里",
    ),
    ("explain", "set", "同 `check`"),
    ("explain", "format", "回答的格式"),
    ("rules", "id", "要显示的规则 id，例如 `digest-syntax`"),
    (
        "rules",
        "format",
        "列表的格式；markdown 是全部规则及还有谁检查的表格",
    ),
    (
        "consumers",
        "search",
        "要显示的使用方 id，例如 `umoci` 或 `umoci@0.4.7`；或要搜索的词，中英文均可",
    ),
    ("consumers", "format", "列表的格式"),
    (
        "errors",
        "search",
        "报错中的词：原文、id、使用方，中英文均可",
    ),
    ("errors", "format", "列表的格式"),
    (
        "media-types",
        "search",
        "要解释的类型，或要搜索的词，中英文均可",
    ),
    ("media-types", "format", "列表的格式"),
    (
        "example",
        "id",
        "示例：列表中的名称，或 `RULE/broken`、`RULE/mended`",
    ),
    ("example", "output", "写到哪里；已有的文件不会被覆盖"),
    ("example", "format", "列表的格式"),
    ("completions", "shell", "哪个 shell"),
];

/// The exit codes, below the help.
const EXIT_CODES: &str = "退出码：
  0    没有问题：没有发现错误，被询问的使用方（--consumer、--for）也都不拒绝
  1    发现错误，或被询问的使用方拒绝；对 `explain` 和各种搜索：没有找到；
       对 `ls` 和 `cat`：没有这个部分或文件，或它已损坏
  2    输入无法读取、其中没有可判断的内容，或调用方式有误
  130  按 Ctrl-C 停止；已知的结果仍会报告

无法判断的结论和警告不影响退出码。";

/// Puts Chinese help into the commands.
pub fn translate(mut command: Command) -> Command {
    // Only then are there `help` and `version` in it, and the usage is known.
    command.build();
    below(command, "")
}

fn below(mut command: Command, path: &str) -> Command {
    let find = |id: &str| {
        let mut all = HELP.iter();
        let found = all.find(|(place, known, _)| (*place == "*" || *place == path) && *known == id);
        found.map(|(_, _, words)| *words)
    };
    if let Some((_, about)) = ABOUT.iter().find(|(known, _)| *known == path) {
        command = command.about(*about);
    }
    if command.get_after_help().is_some() {
        command = command.after_help(EXIT_CODES);
    }
    let usage = usage(&mut command);
    command = command
        .override_usage(usage)
        .subcommand_help_heading("命令")
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}")
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "参数"
            } else {
                "选项"
            };
            let arg = arg.help_heading(heading);
            match find(arg.get_id().as_str()) {
                Some(words) => with_values(arg, words),
                None => arg,
            }
        });
    // The help of the help lists the commands once more.
    command.mut_subcommands(|sub| {
        let path = match sub.get_name() {
            _ if path == "help" => sub.get_name().to_string(),
            name if path.is_empty() => name.to_string(),
            name => format!("{path} {name}"),
        };
        below(sub, &path)
    })
}

/// The usage of a command without its heading, in Chinese.
fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", "[选项]")
        .replace("<COMMAND>", "<命令>")
        .replace("[COMMAND]...", "[命令]")
        .replace("[COMMAND]", "[命令]")
}

/// The help of an argument, with its values and its default in words: clap's own would be English.
fn with_values(arg: Arg, words: &str) -> Arg {
    let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let names = |values: Vec<String>| values.join("、");
    let values = if takes {
        arg.get_possible_values()
    } else {
        Vec::new()
    };
    let values: Vec<String> = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name().to_string())
        .collect();
    let defaults = if takes { arg.get_default_values() } else { &[] };
    let defaults: Vec<String> = defaults
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let mut facts = Vec::new();
    if !values.is_empty() {
        facts.push(format!("可用值：{}", names(values)));
    }
    if !defaults.is_empty() {
        facts.push(format!("默认：{}", names(defaults)));
    }
    let help = if facts.is_empty() {
        words.to_string()
    } else {
        format!("{words} [{}]", facts.join("；"))
    };
    arg.help(help.clone())
        .long_help(help)
        .hide_possible_values(true)
        .hide_default_value(true)
}

/// A complaint about a call.
pub fn complaint(error: &Error) -> String {
    let of = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => Some(one.clone()),
        Some(ContextValue::Strings(several)) => Some(several.join("、")),
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        Some(ContextValue::StyledStrs(several)) => Some(
            several
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("、"),
        ),
        Some(ContextValue::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let argument = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("`{argument}` 需要一个值，但没有给出。")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("`{argument}` 不能是 `{value}`。")
        }
        ErrorKind::UnknownArgument => format!("没有参数 `{argument}`。"),
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 `{}`。",
            of(ContextKind::InvalidSubcommand).unwrap_or_default()
        ),
        ErrorKind::NoEquals => format!("`{argument}` 的值要用等号给出。"),
        ErrorKind::TooManyValues => format!("`{argument}` 不再接受更多的值：`{value}`。"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("`{argument}` 的值的个数不对。")
        }
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            Some(prior) if prior != argument => format!("`{argument}` 不能与 `{prior}` 同时使用。"),
            _ => format!("`{argument}` 只能给出一次。"),
        },
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{argument}。"),
        ErrorKind::MissingSubcommand => "缺少命令。".to_string(),
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文本。".to_string(),
        _ => "调用方式有误。".to_string(),
    };
    let mut out = format!("错误：{said}\n");
    let valid = of(ContextKind::ValidValue).or_else(|| of(ContextKind::ValidSubcommand));
    if let Some(valid) = valid.filter(|valid| !valid.is_empty()) {
        out.push_str(&format!("  可用：{valid}\n"));
    }
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::SuggestedSubcommand,
    ];
    if let Some(near) = near
        .into_iter()
        .find_map(of)
        .filter(|near| !near.is_empty())
    {
        out.push_str(&format!("  是不是要写：{near}\n"));
    }
    if let Some(usage) = of(ContextKind::Usage) {
        let usage = usage.trim().trim_start_matches("Usage:").trim();
        out.push_str(&format!("\n用法：{usage}\n"));
    }
    out.push_str("\n详见 `--help`。\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use clap::CommandFactory;

    fn han(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    fn all_chinese(command: &Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        let about = command.get_about().map(ToString::to_string);
        assert!(about.is_some_and(|about| han(&about)), "{path}");
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(han(&help), "{path} {}: {help}", arg.get_id());
        }
        for sub in command.get_subcommands() {
            all_chinese(sub, &path);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_chinese_help() {
        let mut command = translate(Arguments::command());
        all_chinese(&command, "");
        let mut pages = vec![command.render_long_help().to_string()];
        for sub in command.get_subcommands_mut() {
            pages.push(sub.render_help().to_string());
            pages.push(sub.render_long_help().to_string());
        }
        for page in pages {
            for english in [
                "Usage",
                "Options",
                "Commands",
                "Arguments",
                "[default",
                "possible",
                "Print",
            ] {
                assert!(!page.contains(english), "{english}: {page}");
            }
        }
    }

    #[test]
    fn every_word_here_is_about_something() {
        let mut command = Arguments::command();
        command.build();
        for (path, id, _) in HELP {
            let holds = |command: &Command| command.get_arguments().any(|arg| arg.get_id() == *id);
            let known = match *path {
                "*" => holds(&command) || command.get_subcommands().any(holds),
                path => command.find_subcommand(path).is_some_and(holds),
            };
            assert!(known, "{path} {id}");
        }
    }
}
