//! The command line tool: checks what is named, explains errors, lists what is built in. All judging is the core's.

mod arguments;
mod chinese;
mod consumers;
mod coverage;
mod drive;
mod examples;
mod explain;
mod file;
mod input;
mod inside;
mod install;
mod lists;
mod media_types;
mod rulebook;
mod show;
mod stdin;
mod terminal;
mod threads;

use arguments::{Arguments, Command, ListFormat, ReportFormat, RulesFormat};
use clap::{CommandFactory, FromArgMatches};
use pullcheck::answers;
use pullcheck::consumers::{Choices, Question, TARGET};
use pullcheck::lessons::Sample;
use pullcheck::report::{Decision, InputKind, Packaging, Profile, Report, Severity, SourceText};
use pullcheck::session::Session;
use pullcheck::text::{Lang, Phrase, say};
use pullcheck::{errors, limits, markdown, render, saved};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terminal::View;

/// No error was found, and no consumer that was asked for refuses.
const CLEAN: u8 = 0;
/// An error was found, or a consumer that was asked for refuses; or what was looked for was not found.
const FOUND: u8 = 1;
/// The input cannot be read, or the call is wrong.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    drive::watch_for_interrupts();
    let typed: Vec<OsString> = std::env::args_os().collect();
    let help_lang = arguments::language_of(&typed);
    let arguments = commands(help_lang)
        .color(arguments::color_of(&typed))
        .try_get_matches_from(&typed)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to standard output and are no failure; a closed pipe is none either.
            if error.use_stderr() && help_lang == Lang::Zh && !is_help(&error) {
                let _ =
                    io::stderr().write_all(markdown::lines(&chinese::complaint(&error)).as_bytes());
            } else {
                let _ = error.print();
            }
            return ExitCode::from(if error.use_stderr() { FAILED } else { CLEAN });
        }
    };
    let lang = arguments
        .lang
        .map_or_else(arguments::environment_lang, Lang::from);
    let view = terminal::view(lang, arguments.hyperlinks);
    let (text, code) = match answer(arguments.command, view) {
        Ok(answer) => answer,
        Err(phrase) => {
            complain(&phrase.render(lang), lang);
            return ExitCode::from(FAILED);
        }
    };
    match terminal::write(&text, arguments.color, view.links) {
        Ok(()) => ExitCode::from(code),
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            complain(&error.to_string(), lang);
            ExitCode::from(FAILED)
        }
    }
}

/// Whether a complaint is the help, which is shown where no command is given.
fn is_help(error: &clap::Error) -> bool {
    error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// The commands, with their help in a language.
fn commands(lang: Lang) -> clap::Command {
    match lang {
        Lang::En => Arguments::command(),
        Lang::Zh => chinese::translate(Arguments::command()),
    }
}

/// Says on standard error what went wrong.
fn complain(text: &str, lang: Lang) {
    let text = show::one_line(text);
    let _ = match lang {
        Lang::En => writeln!(io::stderr(), "pullcheck: {text}"),
        Lang::Zh => writeln!(io::stderr(), "pullcheck：{text}"),
    };
}

/// What to print, and the exit code. An error is a sentence for the person who typed the command.
fn answer(command: Command, view: View) -> Result<(String, u8), Phrase> {
    let lang = view.lang;
    let json = |format| format == ListFormat::Json;
    Ok(match command {
        Command::Check {
            input,
            consumer,
            target,
            set,
            profile,
            format,
            all,
        } => {
            let mut choices = choices(&set)?;
            if let Some(target) = target {
                Question::read(&target)?;
                choices.read(&format!("{}={target}", pullcheck::consumers::TARGET))?;
            }
            let asked = Asked {
                questions: consumer
                    .iter()
                    .map(|text| Question::read(text))
                    .collect::<Result<_, _>>()?,
                choices,
                profile: profile.into(),
                all,
            };
            return check(&input, asked, format, view);
        }
        Command::Ls {
            image,
            blob,
            format,
        } => return inside::ls(image, blob.as_deref(), json(format), view),
        Command::Cat { image, blob, path } => return inside::cat(image, &blob, &path, view),
        Command::Show { report, format } => return show_again(&report, format, view),
        Command::Explain {
            text,
            artifact,
            set,
            format,
        } => {
            let message = match text.as_str() {
                "-" => stdin::text(io::stdin().lock()).map_err(|error| {
                    say("Cannot read {name}: {error}.", "无法读取 {name}：{error}。")
                        .code("name", "stdin")
                        .name("error", error.to_string())
                })?,
                _ => text.clone(),
            };
            let report = match artifact.as_slice() {
                [] => None,
                named => Some(report_of(named, choices(&set)?, lang)?),
            };
            let answer = explain::explain(&message, report.as_ref(), json(format), view);
            if !answer.matched && Path::new(&text).is_file() {
                hint_at_file(&text, lang);
            }
            (answer.text, if answer.matched { CLEAN } else { FOUND })
        }
        Command::Rules { id, format } => {
            let chosen = rulebook::chosen(id.as_deref())?;
            (rulebook::rules(&chosen, format, view), CLEAN)
        }
        Command::Consumers {
            format: RulesFormat::Markdown,
            ..
        } => (coverage::document(lang), CLEAN),
        Command::Consumers { search, format } => {
            let json = format == RulesFormat::Json;
            found(consumers::consumers(&search.join(" "), json, view))
        }
        Command::Example {
            id: None, format, ..
        } => (examples::list(json(format), view), CLEAN),
        Command::Example {
            id: Some(id),
            output,
            format,
        } => match (Sample::find(&id), output) {
            (Some(sample), Some(output)) => (examples::write(sample, &output, view)?, CLEAN),
            (Some(sample), None) => (examples::about(sample, json(format), view), CLEAN),
            (None, _) => {
                return Err(say(
                    "There is no example {id}; `pullcheck example` lists them.",
                    "没有名为 {id} 的示例；`pullcheck example` 会列出全部。",
                )
                .code("id", id));
            }
        },
        Command::Errors { search, format } => {
            found(lists::errors(&search.join(" "), json(format), view))
        }
        Command::MediaTypes { search, format } => found(media_types::media_types(
            &search.join(" "),
            json(format),
            view,
        )),
        Command::Completions { shell } => {
            (install::completions(shell, commands(lang), lang), CLEAN)
        }
        Command::Man => (install::man(commands(lang), lang), CLEAN),
    })
}

/// The answer of a search, and the exit code that it asks for.
fn found(answer: lists::Found) -> (String, u8) {
    (answer.text, if answer.found { CLEAN } else { FOUND })
}

/// The report of what is named, for the answer to an error message.
fn report_of(named: &[PathBuf], choices: Choices, lang: Lang) -> Result<Report, Phrase> {
    let input = input::open(named)?;
    let sources: Vec<_> = input.files.iter().map(|(_, file)| file.clone()).collect();
    let session = Session::new(input.given(), Vec::new()).with_choices(choices);
    let mut report = drive::run(session, &sources, lang).report;
    report.coverage.extend(input.left_out);
    for failure in &input.failures.all() {
        complain(failure, lang);
        report.complete = false;
    }
    Ok(report)
}

fn hint_at_file(name: &str, lang: Lang) {
    let phrase = say(
        "{name} was taken as the message itself. To read the file of that name: `pullcheck explain - < FILE`.",
        "{name} 被当作报错文本本身。若要读取同名文件：`pullcheck explain - < FILE`。",
    )
    .code("name", name);
    complain(&phrase.render(lang), lang);
}

/// What a check is to find out.
struct Asked {
    questions: Vec<Question>,
    choices: Choices,
    profile: Profile,
    /// Whether everything is shown.
    all: bool,
}

fn choices(set: &[String]) -> Result<Choices, Phrase> {
    let mut choices = Choices::default();
    for text in set {
        choices.read(text)?;
    }
    Ok(choices)
}

fn check(
    named: &[PathBuf],
    mut ask: Asked,
    format: ReportFormat,
    view: View,
) -> Result<(String, u8), Phrase> {
    let lang = view.lang;
    let asked = !ask.questions.is_empty();
    let target = ask.choices.target();
    // Who asks for some consumers and deploys to another wants to hear of that one as well.
    if let (true, Some(target)) = (asked, &target)
        && !ask.questions.contains(target)
    {
        ask.questions.push(target.clone());
    }
    let input = input::open(named)?;
    let sources: Vec<_> = input.files.iter().map(|(_, file)| file.clone()).collect();
    let session = Session::new(input.given(), ask.questions)
        .with_choices(ask.choices)
        .with_profile(ask.profile);
    let mut outcome = drive::run(session, &sources, lang);
    let sources = match format {
        ReportFormat::Saved => outcome.sources(),
        _ => Vec::new(),
    };
    let report = &mut outcome.report;
    report.coverage.extend(input.left_out);
    let failures = input.failures.all();
    for failure in &failures {
        complain(failure, lang);
    }
    if let ([file], InputKind::Text) = (named, report.input.kind)
        && let Some(hint) = error_in(file)
    {
        complain(&hint.render(lang), lang);
    }
    let shown = show::Shown {
        report,
        lang,
        view,
        asked,
        target: target.as_ref(),
        all: ask.all,
        folder: input.packaging == Packaging::Folder,
        path: match named {
            [only] if only.as_os_str() != "-" => Some(only),
            _ => None,
        },
    };
    let text = laid_out(&shown, &sources, format);
    let code = match exit_code(&shown) {
        _ if outcome.interrupted => drive::INTERRUPTED,
        CLEAN if !failures.is_empty() => FAILED,
        code => code,
    };
    Ok((text, code))
}

/// What to do with a text file that holds a known error.
fn error_in(file: &Path) -> Option<Phrase> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limits::ERROR_TEXT_BYTES).ok()?;
    let opened = std::fs::File::open(file).ok()?;
    opened.take(most).read_to_end(&mut bytes).ok()?;
    let matches = errors::explain(&String::from_utf8_lossy(&bytes));
    let entry = errors::find(&matches.first()?.id)?;
    let hint = say(
        "{name} holds a known error, {id}: {command} explains it.",
        "{name} 含有已知报错 {id}：{command} 给出解释。",
    );
    let hint = hint.code("name", file.display().to_string());
    Some(
        hint.code("id", &entry.id)
            .code("command", "pullcheck explain - < FILE"),
    )
}

fn laid_out(shown: &show::Shown, sources: &[SourceText], format: ReportFormat) -> String {
    match format {
        ReportFormat::Text => show::text::report(shown),
        ReportFormat::Json => show::json::pretty(&render::json(shown.report, shown.lang)),
        ReportFormat::Markdown => answers::markdown(shown.report, true, shown.lang),
        ReportFormat::Sarif => show::sarif::report(shown),
        ReportFormat::Saved => show::json::safe(&saved::write(shown.report, sources, shown.lang)),
    }
}

/// Shows a saved report. What it is worth is said on standard error, so that the formats stay what they are.
fn show_again(file: &Path, format: ReportFormat, view: View) -> Result<(String, u8), Phrase> {
    let lang = view.lang;
    let cannot = |error: &io::Error| {
        say("Cannot read {name}: {error}.", "无法读取 {name}：{error}。")
            .code("name", file.display().to_string())
            .name("error", error.to_string())
    };
    let mut bytes = Vec::new();
    let read = std::fs::File::open(file)
        .and_then(|file| file.take(limits::SAVED_BYTES).read_to_end(&mut bytes));
    read.map_err(|error| cannot(&error))?;
    let saved = saved::read(&String::from_utf8_lossy(&bytes)).map_err(|refusal| refusal.says())?;
    complain(&saved::opened(&saved.version).render(lang), lang);
    let report = &saved.report;
    let target = report.choices.get(TARGET).map(|text| Question::read(text));
    let target = target.transpose()?;
    let shown = show::Shown {
        report,
        lang,
        view,
        asked: false,
        target: target.as_ref(),
        all: false,
        path: None,
        folder: report.input.packaging == Packaging::Folder,
    };
    let text = laid_out(&shown, &saved.sources, format);
    Ok((text, exit_code(&shown)))
}

/// The exit code that a report asks for.
fn exit_code(shown: &show::Shown) -> u8 {
    let report = shown.report;
    let error = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    let refused = report.verdicts.iter().any(|verdict| {
        verdict.verdict == Decision::Refuses && (shown.asked || shown.aimed(verdict))
    });
    // Something that holds no artifact at all must not look like an artifact without faults.
    let nothing = report.artifacts.is_empty()
        && matches!(
            report.input.kind,
            InputKind::Empty
                | InputKind::Other
                | InputKind::OtherJson
                | InputKind::Text
                | InputKind::LooseFiles
        );
    match (error || refused, nothing) {
        (true, _) => FOUND,
        (false, true) => FAILED,
        (false, false) => CLEAN,
    }
}
