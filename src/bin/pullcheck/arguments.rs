//! What one may type: the commands, their options and their help in both languages. It does nothing by itself.

use clap::{Parser, Subcommand, ValueEnum};
use pullcheck::report::Profile;
use pullcheck::text::Lang;
use std::ffi::OsString;
use std::path::PathBuf;

/// Will it pull? Says which consumers accept an OCI or Docker artifact, which refuse it, why, and how to mend it.
#[derive(Debug, Parser)]
#[command(name = "pullcheck", version, after_help = EXIT_CODES)]
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

    /// When ids are links to what explains them
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub hyperlinks: When,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check an image archive, folder, layer, .wasm or document
    #[command(after_help = EXIT_CODES)]
    Check {
        /// A file, a folder, several files that belong together, or `-` for standard input
        #[arg(required = true, value_name = "FILE|FOLDER|-")]
        input: Vec<PathBuf>,
        /// Ask only this consumer, such as `umoci` or `umoci@0.4.7`; may be given several times
        #[arg(long, short, value_name = "ID[@VERSION]")]
        consumer: Vec<String>,
        /// The consumer that you deploy to: it leads the report, and the exit code follows it
        #[arg(long = "for", value_name = "ID[@VERSION]")]
        target: Option<String>,
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
        /// Show everything: also who accepts it and why, and in SARIF the rules that passed, could not run or do not apply
        #[arg(long, short)]
        all: bool,
    },
    /// List the parts of an artifact, or what is inside one of them
    #[command(after_help = EXIT_CODES)]
    Ls {
        /// A file or a folder
        #[arg(value_name = "FILE|FOLDER")]
        image: PathBuf,
        /// The part to look into: the number of a layer in the list, the beginning of a digest, or a path in the input
        #[arg(value_name = "BLOB")]
        blob: Option<String>,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Write a file of a layer to standard output
    #[command(after_help = EXIT_CODES)]
    Cat {
        /// A file or a folder
        #[arg(value_name = "FILE|FOLDER")]
        image: PathBuf,
        /// The layer: as in `ls`
        #[arg(value_name = "BLOB")]
        blob: String,
        /// Path of the file in the layer; of several entries with this path, the last counts
        #[arg(value_name = "PATH")]
        path: String,
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
    /// List the consumers and their version ranges, or show one of them in full
    Consumers {
        /// Id of the consumer to show, such as `umoci` or `umoci@0.4.7`, or words to search for, in either language
        #[arg(value_name = "ID|WORDS")]
        search: Vec<String>,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = RulesFormat::Text)]
        format: RulesFormat,
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
    /// List the known media types, search them, or explain one
    MediaTypes {
        /// The type to explain, or words to search for, in either language
        #[arg(value_name = "TYPE|WORDS")]
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
    /// Write the completions of a shell to standard output
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Write the manual page to standard output, as roff
    Man,
}

/// The shells that there are completions for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
    /// PowerShell.
    #[value(name = "powershell")]
    Pwsh,
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

/// Formats of the rules and of the consumers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Tables of all of them, as in docs/rules.md and docs/consumers.md.
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

/// When to do something that not every terminal can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// When standard output is a terminal that is known to.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
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

/// The colours that help and complaints are written in, before anything has been parsed: `--color`, if it is there.
pub fn color_of(arguments: &[OsString]) -> clap::ColorChoice {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let mut pairs = words.iter().zip(words.iter().skip(1));
    let apart = pairs.find(|(name, _)| **name == "--color");
    let joined = || words.iter().find_map(|word| word.strip_prefix("--color="));
    match apart.map(|(_, value)| *value).or_else(joined) {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    }
}

/// The exit codes, in the help.
const EXIT_CODES: &str = "Exit codes:
  0    nothing to object to: no error is found, and no consumer that was asked for (--consumer, --for) refuses
  1    an error is found, or a consumer that was asked for refuses; of `explain` and of searches: nothing is found;
       of `ls` and `cat`: there is no such part or file, or it is damaged
  2    the input cannot be read or holds nothing to judge, or the call is wrong
  130  stopped with Ctrl-C; what was known by then is reported

Answers that could not be given (`can't tell`) and warnings do not change the exit code.";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed_in_both_languages() {
        Arguments::command().debug_assert();
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
