//! Drives a session to its end: shows progress when it takes a while, and stops on Ctrl-C with what is known by then.

use crate::file::SharedSource;
use crate::threads;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pullcheck::bytes::source::ReadError;
use pullcheck::inside::{Ended, Reading};
use pullcheck::report::{Report, SourceText};
use pullcheck::session::{Progress, Session, Step};
use pullcheck::text::{Lang, short_bytes};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// Work that is shorter than this needs no progress bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Exit code after Ctrl-C, as shells have it (128 + SIGINT).
pub const INTERRUPTED: u8 = 130;

/// Nothing to stop gently: Ctrl-C ends the program.
const IDLE: u8 = 0;
/// A session runs: Ctrl-C asks it to stop.
const RUNNING: u8 = 1;
/// It was asked to stop: another Ctrl-C ends the program.
const STOPPING: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(IDLE);

/// Takes over Ctrl-C. Where that fails, Ctrl-C keeps ending the program at once.
pub fn watch_for_interrupts() {
    let _ = ctrlc::set_handler(|| {
        let asked = STATE.compare_exchange(RUNNING, STOPPING, Ordering::SeqCst, Ordering::SeqCst);
        if asked.is_err() {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
}

/// How a run ended.
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    session: Session,
}

impl Outcome {
    /// The session, for who wants to read on.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The documents that the report speaks of.
    pub fn sources(&self) -> Vec<SourceText> {
        self.session.sources()
    }
}

/// Runs a session to its end or until Ctrl-C.
pub fn run(session: Session, files: &[SharedSource], lang: Lang) -> Outcome {
    run_until(session, files, lang, |_| false)
}

/// As [`run`]; ends with the early report where that is enough.
pub fn run_until(
    mut session: Session,
    files: &[SharedSource],
    lang: Lang,
    enough: impl Fn(&Report) -> bool,
) -> Outcome {
    STATE.store(RUNNING, Ordering::SeqCst);
    let stopped = || STATE.load(Ordering::SeqCst) == STOPPING;
    let mut bar = Bar::new(lang);
    let (report, interrupted) = loop {
        if stopped() {
            break (session.stop(), true);
        }
        match session.step() {
            Step::More(progress) | Step::Waiting(progress) => bar.show(&progress),
            Step::Early(report) if enough(&report) => break (*report, false),
            Step::Early(_) => {
                threads::measure(&mut session, files, stopped, |progress| bar.show(progress));
            }
            Step::Done(report) => {
                break (*report, false);
            }
        }
    };
    bar.clear();
    STATE.store(IDLE, Ordering::SeqCst);
    Outcome {
        report,
        interrupted,
        session,
    }
}

/// Reads a blob to its end or until Ctrl-C; gives what was found unless it was stopped. Bytes of what is wanted go to `sink`,
/// which says whether it takes more.
pub fn look(
    mut reading: Reading,
    session: &Session,
    lang: Lang,
    sink: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<Option<Ended>, ReadError> {
    STATE.store(RUNNING, Ordering::SeqCst);
    let mut bar = Bar::new(lang);
    let mut takes = true;
    let mut give = |bytes: &[u8]| takes = takes && sink(bytes);
    let stopped = || STATE.load(Ordering::SeqCst) == STOPPING;
    let result = loop {
        if stopped() {
            break Ok(false);
        }
        let Some(source) = session.source(reading.file()) else {
            break Ok(true);
        };
        match reading.step(source, &mut give) {
            Ok(true) => {}
            Ok(false) => break Ok(true),
            Err(error) => break Err(error),
        }
        let (done, total) = reading.progress();
        bar.show(&Progress {
            done,
            total,
            current: Vec::new(),
        });
    };
    bar.clear();
    STATE.store(IDLE, Ordering::SeqCst);
    Ok(result?.then(|| reading.finish(&mut give)))
}

/// The progress bar. It appears late, only on a terminal, and on standard error, so that reports can be piped.
struct Bar {
    began: Instant,
    lang: Lang,
    shown: Option<ProgressBar>,
}

impl Bar {
    fn new(lang: Lang) -> Bar {
        Bar {
            began: Instant::now(),
            lang,
            shown: None,
        }
    }

    fn show(&mut self, progress: &Progress) {
        if self.shown.is_none() && self.began.elapsed() >= PATIENCE {
            self.shown = Some(self.open(progress.total));
        }
        if let Some(bar) = &self.shown {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
            bar.set_prefix(format!(
                "{} / {}",
                short_bytes(progress.done),
                short_bytes(progress.total)
            ));
            bar.set_message(crate::show::one_line(&progress.current.join(", ")));
        }
    }

    fn open(&self, total: u64) -> ProgressBar {
        // On anything but a terminal indicatif draws nothing on this target.
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let template = match self.lang {
            Lang::En => "{bar:24} {prefix}  {decimal_bytes_per_sec}  {eta} left  {wide_msg}",
            Lang::Zh => "{bar:24} {prefix}  {decimal_bytes_per_sec}  剩余 {eta}  {wide_msg}",
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        bar.with_style(style).with_elapsed(self.began.elapsed())
    }

    fn clear(&self) {
        if let Some(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
