//! What one may type: the commands, their options and their help in both languages. It does nothing by itself.

use anstream::ColorChoice;
use clap::{Parser, Subcommand, ValueEnum};
use pullcheck::report::Profile;
use pullcheck::text::Lang;
use std::ffi::OsString;
use std::path::PathBuf;

/// Will it pull? Says which consumers accept an OCI or Docker artifact, which refuse it, why, and how to mend it.
#[derive(Debug, Parser)]
#[command(name = "pullcheck", version, after_help = EXIT_CODES_EN)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Language of the answers (default: from LC_ALL, LC_MESSAGES or LANG)
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<LangName>,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check an image archive, folder, layer, .wasm or document
    Check {
        /// A file, a folder, several files that belong together, or `-` for standard input
        #[arg(required = true, value_name = "FILE|FOLDER|-")]
        input: Vec<PathBuf>,
        /// Ask only this consumer, such as `umoci` or `umoci@0.4.7`; may be given several times
        #[arg(long, short, value_name = "ID[@VERSION]")]
        consumer: Vec<String>,
        /// Set something for the consumers, such as `platform=linux/arm64`; `consumers` lists the settings; may be given
        /// several times
        #[arg(long, short, value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// What to judge by: a version of the image specification, or all of it with recommendations as errors
        #[arg(long, short, value_enum, default_value_t = ProfileName::ImageSpec11)]
        profile: ProfileName,
        /// Format of the report
        #[arg(long, short, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
    },
    /// Show a saved report again, without checking anything
    Show {
        /// A report saved by the page or with `check --format saved`
        #[arg(value_name = "FILE")]
        report: PathBuf,
        /// Format of the report
        #[arg(long, short, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
    },
    /// Explain an error message, best match first
    Explain {
        /// The message, or `-` for standard input
        #[arg(value_name = "TEXT|-", allow_hyphen_values = true)]
        text: String,
        /// The artifact that it is about: says whether it shows this error, and where
        #[arg(long, short, value_name = "FILE|FOLDER")]
        artifact: Vec<PathBuf>,
        /// As in `check`
        #[arg(long, short, value_name = "KEY=VALUE", requires = "artifact")]
        set: Vec<String>,
        /// Format of the answer
        #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// List the rules, or show one of them in full
    Rules {
        /// Id of the rule to show, such as `digest-syntax`
        #[arg(value_name = "ID")]
        id: Option<String>,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = RulesFormat::Text)]
        format: RulesFormat,
    },
    /// List the consumers and their version ranges
    Consumers {
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// List the known error messages, or search them
    Errors {
        /// Words that an error holds: its text, its id, a consumer, in either language
        #[arg(value_name = "WORDS")]
        search: Vec<String>,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// List the examples, or write one of them to a file
    Example {
        /// The example: an id of the list, or `RULE/broken` or `RULE/mended`
        #[arg(value_name = "ID")]
        id: Option<String>,
        /// Where to write it; a file that is there is never overwritten
        #[arg(long, short, value_name = "FILE", requires = "id")]
        output: Option<PathBuf>,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// The documented report.
    Json,
    /// For an issue or a chat.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// The report in a file that opens again, with `show` or in the page.
    Saved,
}

/// The profiles, by the names that the core has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileName {
    /// What image-spec 1.0 asks for; later demands are notes.
    #[value(name = "image-spec-1.0")]
    ImageSpec10,
    /// What image-spec 1.1 asks for; unreleased demands are notes.
    #[value(name = "image-spec-1.1")]
    ImageSpec11,
    /// All of image-spec; what it recommends is demanded.
    #[value(name = "strict")]
    Strict,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Profile {
        match name {
            ProfileName::ImageSpec10 => Profile::ImageSpec10,
            ProfileName::ImageSpec11 => Profile::ImageSpec11,
            ProfileName::Strict => Profile::Strict,
        }
    }
}

/// Formats of everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Formats of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Tables of all rules with who else checks them, as in docs/rules.md.
    Markdown,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// When standard output is a terminal that can, and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> ColorChoice {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// The languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangName {
    /// English.
    #[value(name = "en")]
    En,
    /// Simplified Chinese.
    #[value(name = "zh-CN", alias = "zh", alias = "zh-cn", alias = "zh_CN")]
    Zh,
}

impl From<LangName> for Lang {
    fn from(name: LangName) -> Lang {
        match name {
            LangName::En => Lang::En,
            LangName::Zh => Lang::Zh,
        }
    }
}

/// The language of the environment: the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
pub fn environment_lang() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .map_or(Lang::En, |value| Lang::from_tag(&value))
}

/// The language that help and complaints are written in, before anything has been parsed: `--lang`, if it is there.
pub fn language_of(arguments: &[OsString]) -> Lang {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = match word {
            "--" => break,
            "--lang" => words.next(),
            _ => word.strip_prefix("--lang="),
        };
        if let Some(value) = value {
            return Lang::from_tag(value);
        }
    }
    environment_lang()
}

const EXIT_CODES_EN: &str = "Exit code of `check`: 0 when no error is found and no consumer asked for refuses; \
1 when one does; 2 when the input cannot be read or the call is wrong; 130 after Ctrl-C.";

/// Puts Chinese help into the commands.
pub fn in_chinese(command: clap::Command) -> clap::Command {
    command
        .about(
            "这个镜像能被拉取吗？看清谁会接受 OCI 或 Docker 制品、谁会拒绝、为什么，以及怎样修复。",
        )
        .after_help(
            "`check` 的退出码：没有错误、被询问的使用方也都不拒绝时为 0；否则为 1；\
             输入无法读取或调用方式有误时为 2；按 Ctrl-C 停止后为 130。",
        )
        .mut_arg("lang", |a| {
            a.help("回答所用的语言（默认取自 LC_ALL、LC_MESSAGES 或 LANG）")
        })
        .mut_arg("color", |a| a.help("何时使用颜色"))
        .mut_subcommand("check", |c| {
            c.about("检查镜像归档、文件夹、层、.wasm 或文档")
                .mut_arg("input", |a| {
                    a.help("一个文件、一个文件夹、同属一组的多个文件，或用 `-` 表示标准输入")
                })
                .mut_arg("consumer", |a| {
                    a.help("只询问这个使用方，例如 `umoci` 或 `umoci@0.4.7`；可给出多次")
                })
                .mut_arg("set", |a| {
                    a.help("为使用方作设置，例如 `platform=linux/arm64`；`consumers` 列出各项设置；可多次给出")
                })
                .mut_arg("profile", |a| {
                    // The values carry English explanations; here the sentence names them all.
                    a.hide_possible_values(true).help(
                        "按什么判定：`image-spec-1.0`、`image-spec-1.1`（更新的要求只作提示），\
                         或 `strict`（规范全文，违反建议也算错误）",
                    )
                })
                .mut_arg("format", |a| a.help("报告的格式"))
        })
        .mut_subcommand("show", |c| {
            c.about("再次显示保存的报告，不重新检查")
                .mut_arg("report", |a| {
                    a.help("由网页或 `check --format saved` 保存的报告")
                })
                .mut_arg("format", |a| a.help("报告的格式"))
        })
        .mut_subcommand("explain", |c| {
            c.about("解释报错，最吻合的排在最前")
                .mut_arg("text", |a| a.help("报错文本，或用 `-` 表示标准输入"))
                .mut_arg("artifact", |a| {
                    a.help("报错所涉及的制品：说明它是否存在这个问题、在哪里")
                })
                .mut_arg("set", |a| a.help("同 `check`"))
                .mut_arg("format", |a| a.help("回答的格式"))
        })
        .mut_subcommand("rules", |c| {
            c.about("列出规则，或完整显示其中一条")
                .mut_arg("id", |a| a.help("要显示的规则 id，例如 `digest-syntax`"))
                .mut_arg("format", |a| {
                    // The values carry English explanations.
                    a.hide_possible_values(true).help(
                        "列表的格式：`text`、`json` 或 `markdown`（全部规则及还有谁检查的表格）",
                    )
                })
        })
        .mut_subcommand("consumers", |c| {
            c.about("列出使用方及其版本范围")
                .mut_arg("format", |a| a.help("列表的格式"))
        })
        .mut_subcommand("errors", |c| {
            c.about("列出或搜索已知的报错")
                .mut_arg("search", |a| {
                    a.help("报错中的词：原文、id、使用方，中英文均可")
                })
                .mut_arg("format", |a| a.help("列表的格式"))
        })
        .mut_subcommand("example", |c| {
            c.about("列出示例，或把其中一个写入文件")
                .mut_arg("id", |a| {
                    a.help("示例：列表中的名称，或 `RULE/broken`、`RULE/mended`")
                })
                .mut_arg("output", |a| a.help("写到哪里；已有的文件不会被覆盖"))
                .mut_arg("format", |a| a.help("列表的格式"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed_in_both_languages() {
        Arguments::command().debug_assert();
        in_chinese(Arguments::command()).debug_assert();
    }

    #[test]
    fn the_default_and_the_names_of_profiles_are_the_core_s() {
        let typed = |more: &[&str]| {
            let words = ["pullcheck", "check", "x"].iter().chain(more);
            match Arguments::parse_from(words).command {
                Command::Check { profile, .. } => Profile::from(profile),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(typed(&[]), Profile::default());
        for profile in Profile::ALL {
            assert_eq!(typed(&["--profile", profile.id()]), profile);
        }
        assert_eq!(ProfileName::value_variants().len(), Profile::ALL.len());
    }

    #[test]
    fn the_language_is_known_before_parsing() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language_of(&words("check --lang zh-CN x")), Lang::Zh);
        assert_eq!(language_of(&words("check --lang=en x")), Lang::En);
    }
}
