//! The command line tool: checks what is named, explains errors, lists what is built in. All judging is the core's.

mod arguments;
mod drive;
mod examples;
mod explain;
mod file;
mod input;
mod lists;
mod rulebook;
mod show;
mod stdin;
mod threads;

use anstream::AutoStream;
use arguments::{Arguments, Command, ListFormat, ReportFormat};
use clap::{CommandFactory, FromArgMatches};
use pullcheck::consumers::{Choices, Question};
use pullcheck::lessons::Sample;
use pullcheck::report::{Decision, InputKind, Profile, Report, Severity, SourceText};
use pullcheck::session::Session;
use pullcheck::text::{Lang, Phrase, say};
use pullcheck::{limits, render, saved};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// No error was found, and no consumer that was asked for refuses.
const CLEAN: u8 = 0;
/// An error was found, or a consumer that was asked for refuses; or no known message was found.
const FOUND: u8 = 1;
/// The input cannot be read, or the call is wrong.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    drive::watch_for_interrupts();
    let typed: Vec<OsString> = std::env::args_os().collect();
    let help_lang = arguments::language_of(&typed);
    let mut command = Arguments::command();
    if help_lang == Lang::Zh {
        command = arguments::in_chinese(command);
    }
    let arguments = command
        .try_get_matches_from(typed)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to standard output and are no failure; a closed pipe is none either.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { FAILED } else { CLEAN });
        }
    };
    let lang = arguments
        .lang
        .map_or_else(arguments::environment_lang, Lang::from);
    let color = arguments.color.into();
    let (text, code) = match answer(arguments.command, lang) {
        Ok(answer) => answer,
        Err(phrase) => {
            complain(&phrase.render(lang), lang);
            return ExitCode::from(FAILED);
        }
    };
    let mut out = AutoStream::new(io::stdout().lock(), color);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(code),
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            complain(&error.to_string(), lang);
            ExitCode::from(FAILED)
        }
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
fn answer(command: Command, lang: Lang) -> Result<(String, u8), Phrase> {
    let json = |format| format == ListFormat::Json;
    Ok(match command {
        Command::Check {
            input,
            consumer,
            set,
            profile,
            format,
        } => {
            let asked = Asked {
                questions: consumer
                    .iter()
                    .map(|text| Question::read(text))
                    .collect::<Result<_, _>>()?,
                choices: choices(&set)?,
                profile: profile.into(),
            };
            return check(&input, asked, format, lang);
        }
        Command::Show { report, format } => return show_again(&report, format, lang),
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
            let answer = explain::explain(&message, report.as_ref(), json(format), lang);
            if !answer.matched && Path::new(&text).is_file() {
                hint_at_file(&text, lang);
            }
            (answer.text, if answer.matched { CLEAN } else { FOUND })
        }
        Command::Rules { id, format } => {
            let chosen = rulebook::chosen(id.as_deref())?;
            (rulebook::rules(&chosen, format, lang), CLEAN)
        }
        Command::Example {
            id: None, format, ..
        } => (examples::list(json(format), lang), CLEAN),
        Command::Example {
            id: Some(id),
            output,
            format,
        } => match (Sample::find(&id), output) {
            (Some(sample), Some(output)) => (examples::write(sample, &output, lang)?, CLEAN),
            (Some(sample), None) => (examples::about(sample, json(format), lang), CLEAN),
            (None, _) => {
                return Err(say(
                    "There is no example {id}; `pullcheck example` lists them.",
                    "没有名为 {id} 的示例；`pullcheck example` 会列出全部。",
                )
                .code("id", id));
            }
        },
        Command::Consumers { format } => (lists::consumers(json(format), lang), CLEAN),
        Command::Errors { search, format } => {
            let search = search.join(" ");
            let known = search.is_empty() || !pullcheck::errors::search(&search).is_empty();
            let code = if known { CLEAN } else { FOUND };
            (lists::errors(&search, json(format), lang), code)
        }
    })
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
    ask: Asked,
    format: ReportFormat,
    lang: Lang,
) -> Result<(String, u8), Phrase> {
    let asked = !ask.questions.is_empty();
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
    let shown = show::Shown {
        report,
        lang,
        asked,
        path: match named {
            [only] if only.as_os_str() != "-" => Some(only),
            _ => None,
        },
    };
    let text = laid_out(&shown, &sources, format);
    let code = match exit_code(shown.report, asked) {
        _ if outcome.interrupted => drive::INTERRUPTED,
        CLEAN if !failures.is_empty() => FAILED,
        code => code,
    };
    Ok((text, code))
}

fn laid_out(shown: &show::Shown, sources: &[SourceText], format: ReportFormat) -> String {
    match format {
        ReportFormat::Text => show::text::report(shown),
        ReportFormat::Json => show::json::pretty(&render::json(shown.report, shown.lang)),
        ReportFormat::Markdown => show::markdown::report(shown),
        ReportFormat::Sarif => show::sarif::report(shown),
        ReportFormat::Saved => show::json::safe(&saved::write(shown.report, sources, shown.lang)),
    }
}

/// Shows a saved report. What it is worth is said on standard error, so that the formats stay what they are.
fn show_again(file: &Path, format: ReportFormat, lang: Lang) -> Result<(String, u8), Phrase> {
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
    let shown = show::Shown {
        report: &saved.report,
        lang,
        asked: false,
        path: None,
    };
    let text = laid_out(&shown, &saved.sources, format);
    Ok((text, exit_code(&saved.report, false)))
}

/// The exit code that a report asks for.
fn exit_code(report: &Report, asked: bool) -> u8 {
    let error = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    let refused = asked
        && report
            .verdicts
            .iter()
            .any(|verdict| verdict.verdict == Decision::Refuses);
    // Something that holds no artifact at all must not look like an artifact without faults.
    let nothing = report.artifacts.is_empty()
        && matches!(
            report.input.kind,
            InputKind::Empty | InputKind::Other | InputKind::OtherJson | InputKind::Text
        );
    match (error || refused, nothing) {
        (true, _) => FOUND,
        (false, true) => FAILED,
        (false, false) => CLEAN,
    }
}
