//! What the page knows and shows, and the actions that change it. It reads no files and draws nothing.

use crate::aim::Led;
use crate::route::Route;
use crate::theme::{self, Theme};
use pullcheck::answers::{Headline, headline};
use pullcheck::errors::Match;
use pullcheck::protocol::Effort;
use pullcheck::report::{Locus, Profile, Report, SourceText};
use pullcheck::rules;
use pullcheck::session::Progress;
use pullcheck::text::{Lang, Phrase};
use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;
use yew::prelude::*;

/// Something large that is compared by identity, so that an unchanged report redraws nothing.
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Takes a value in.
    pub fn new(value: T) -> Shared<T> {
        Shared(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A report, and the documents it speaks of.
pub struct Loaded {
    /// Number of the job that made it.
    pub job: u32,
    /// Whether the job has ended; if not, everything is provisional.
    pub last: bool,
    /// The report.
    pub report: Report,
    /// The documents.
    pub sources: Vec<SourceText>,
    /// What it took.
    pub effort: Effort,
    /// The version that checked, where the report was saved and is shown again: nothing was checked here.
    pub opened: Option<String>,
    /// The sentence over it, once somebody asked.
    pub said: OnceCell<Headline>,
}

impl Loaded {
    /// The sentence over it.
    pub fn head(&self) -> &Headline {
        self.said.get_or_init(|| headline(&self.report))
    }

    /// The document that says most: a manifest. The header file of a layout comes first in the list and says least.
    pub fn main(&self) -> Option<&SourceText> {
        let of = |kind: &str| self.sources.iter().find(|source| source.kind == kind);
        of("manifest")
            .or_else(|| of("index"))
            .or_else(|| self.sources.first())
    }

    /// The same with another report.
    pub fn with(&self, report: Report) -> Loaded {
        Loaded {
            job: self.job,
            last: self.last,
            report,
            sources: self.sources.clone(),
            effort: self.effort,
            opened: self.opened.clone(),
            said: OnceCell::new(),
        }
    }

    /// The same report, weighed by another profile. Nothing is checked again.
    pub fn weighed(&self, profile: Profile) -> Loaded {
        let mut report = self.report.clone();
        rules::weigh(&mut report, profile);
        self.with(report)
    }
}

/// A text that was pasted as an error.
pub struct Pasted {
    /// The text.
    pub text: String,
    /// What the dictionary knows of it, best first.
    pub matches: Vec<Match>,
}

/// A run of the worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number; later ones are greater.
    pub number: u32,
    /// What is checked.
    pub name: String,
    /// Where it is.
    pub phase: Phase,
    /// How far it is.
    pub progress: Progress,
    /// Bytes a second of late.
    pub rate: Option<u64>,
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The worker reads.
    Reading,
    /// A stop was asked for.
    Stopping,
    /// It ended.
    Done,
    /// It was stopped before there was a report.
    Stopped,
    /// The worker died; its own words.
    Failed(String),
}

/// A place that the reader wants to see in the source view.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The place.
    pub at: Locus,
    /// Counts up, so that the same place can be asked for twice.
    pub serial: u32,
}

/// A problem that the reader or the address wants to see in the list of problems.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointed {
    /// Id of its rule.
    pub rule: String,
    /// Its place; none for all that breaks the rule.
    pub at: Option<Locus>,
    /// Counts up, so that the same problem can be asked for twice.
    pub serial: u32,
}

/// Everything the page knows.
#[derive(Clone, PartialEq)]
pub struct State {
    /// Language of the reader.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
    /// What is shown.
    pub route: Route,
    /// Whether something is being dragged over the window.
    pub dragging: bool,
    /// Whether a dropped folder is being walked.
    pub gathering: bool,
    /// The latest run.
    pub job: Option<Job>,
    /// The latest report.
    pub loaded: Option<Shared<Loaded>>,
    /// The latest pasted error.
    pub pasted: Option<Shared<Pasted>>,
    /// The place shown in the source view.
    pub shown: Option<Shown>,
    /// The problem that the reader came to from a document.
    pub pointed: Option<Pointed>,
    /// Where the address led in this report.
    pub led: Option<Led>,
    /// What is told to the reader once, by screen and by voice.
    pub notice: Option<Phrase>,
}

/// What can happen.
pub enum Action {
    /// The reader chose a language, or an address asks for one.
    Lang(Lang),
    /// The reader chose colours.
    Theme(Theme),
    /// The address changed.
    Route(Route),
    /// Something came over the window, or left it.
    Drag(bool),
    /// A folder is being walked.
    Gather,
    /// A job was handed to the worker.
    Started(u32, String),
    /// The worker is this far, at so many bytes a second.
    Progress(u32, Progress, Option<u64>),
    /// The worker has a report.
    Report(Shared<Loaded>),
    /// A saved report was opened again.
    Reopened(Shared<Loaded>),
    /// The worker died.
    Failed(u32, String),
    /// A stop was asked for.
    Stopping(u32),
    /// The worker was stopped without a report.
    Stopped(u32),
    /// A text was pasted as an error.
    Pasted(Shared<Pasted>),
    /// A place is to be shown in the source view.
    Show(Locus),
    /// The problem of a rule at a place is to be shown in the list of problems.
    Point(String, Locus),
    /// Something is to be told.
    Tell(Phrase),
    /// What was told is out of date.
    Hush,
}

impl State {
    /// At the start: what the address says, in the language and the colours that the document has.
    pub fn at_start() -> State {
        State {
            lang: theme::language(),
            theme: Theme::at_start(),
            route: Route::read(&crate::route::fragment()).0,
            dragging: false,
            gathering: false,
            job: None,
            loaded: None,
            pasted: None,
            shown: None,
            pointed: None,
            led: None,
            notice: None,
        }
    }

    /// Leaves what was looked at in another report.
    fn forget(&mut self) {
        self.shown = None;
        self.pointed = None;
        self.led = None;
    }

    /// Shows where the address leads in the report, once that is final.
    fn lead(&mut self) {
        let Some(loaded) = self.loaded.as_ref().filter(|loaded| loaded.last) else {
            return;
        };
        self.led = self.route.asked().and_then(|asked| asked.aim.find(loaded));
        match self.led.clone() {
            Some(Led::Problem(rule, at)) => self.point(rule, at),
            Some(Led::Place(at)) => self.show(at),
            Some(Led::Nowhere(why)) => self.notice = Some(why),
            Some(Led::Consumer(_) | Led::Part(_)) | None => {}
        }
    }

    fn point(&mut self, rule: String, at: Option<Locus>) {
        if matches!(self.led, Some(Led::Consumer(_))) {
            self.led = None;
        }
        let serial = self.pointed.as_ref().map_or(0, |pointed| pointed.serial);
        self.pointed = Some(Pointed {
            rule,
            at,
            serial: serial.wrapping_add(1),
        });
    }

    fn show(&mut self, at: Locus) {
        let serial = self.shown.as_ref().map_or(0, |shown| shown.serial);
        self.shown = Some(Shown {
            at,
            serial: serial.wrapping_add(1),
        });
    }

    /// The job, if it is this one.
    fn job_mut(&mut self, number: u32) -> Option<&mut Job> {
        self.job.as_mut().filter(|job| job.number == number)
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = (*self).clone();
        match action {
            Action::Lang(lang) => state.lang = lang,
            Action::Theme(theme) => state.theme = theme,
            Action::Route(route) => {
                // What an address brings along is checked first.
                let here = matches!(route, Route::Check(_)) || state.route.place() == route.place();
                state.route = route;
                state.led = None;
                if here {
                    state.lead();
                }
            }
            Action::Drag(dragging) => state.dragging = dragging,
            Action::Gather => state.gathering = true,
            Action::Started(number, name) => {
                state.gathering = false;
                state.loaded = None;
                state.forget();
                state.notice = None;
                state.job = Some(Job {
                    number,
                    name,
                    phase: Phase::Reading,
                    progress: Progress::default(),
                    rate: None,
                });
            }
            Action::Progress(number, progress, rate) => {
                if let Some(job) = state.job_mut(number) {
                    job.progress = progress;
                    job.rate = rate;
                }
            }
            Action::Report(loaded) => {
                if let Some(job) = state.job_mut(loaded.job) {
                    if loaded.last {
                        job.phase = Phase::Done;
                    }
                    state.loaded = Some(loaded);
                    // Judged anew it is the same report: the reader stays where they are.
                    if state.led.is_none() {
                        state.lead();
                    }
                }
            }
            Action::Reopened(loaded) => {
                state.gathering = false;
                state.forget();
                state.notice = None;
                state.job = Some(Job {
                    number: loaded.job,
                    name: loaded.report.input.name.clone(),
                    phase: Phase::Done,
                    progress: Progress::default(),
                    rate: None,
                });
                state.loaded = Some(loaded);
            }
            Action::Failed(number, words) => {
                if let Some(job) = state.job_mut(number) {
                    job.phase = Phase::Failed(words);
                }
            }
            Action::Stopping(number) => {
                if let Some(job) = state.job_mut(number) {
                    job.phase = Phase::Stopping;
                }
            }
            Action::Stopped(number) => {
                if let Some(job) = state.job_mut(number) {
                    job.phase = Phase::Stopped;
                }
            }
            Action::Pasted(pasted) => {
                state.gathering = false;
                state.pasted = Some(pasted);
            }
            Action::Show(at) => state.show(at),
            Action::Point(rule, at) => state.point(rule, Some(at)),
            Action::Tell(words) => {
                state.gathering = false;
                state.notice = Some(words);
            }
            Action::Hush => state.notice = None,
        }
        Rc::new(state)
    }
}

/// How actions are sent.
pub type Dispatch = UseReducerDispatcher<State>;
