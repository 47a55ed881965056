//! One run over what was given, in small steps: survey, read documents, judge early, measure blobs, judge again.
//! The host decides how long to go on; stopping after any step gives a report of what is known.
//! No clock, no thread, no browser.

use crate::artifact::Inventory;
use crate::artifact::kinds::Packaging;
use crate::bytes::source::ByteSource;
use crate::consumers::Question;
use crate::report::{Report, SourceText};
use serde::{Deserialize, Serialize};

/// What a host hands over.
pub struct Given {
    /// File or folder name, or a word for pasted text.
    pub name: String,
    /// `File`, `Folder`, `Files` or `Pasted`; the survey refines `File`.
    pub packaging: Packaging,
    /// The files, in the host's order. Paths are relative to the folder.
    pub files: Vec<GivenFile>,
}

/// One file.
pub struct GivenFile {
    /// Path within the folder, or the file's name.
    pub path: String,
    /// Its bytes.
    pub source: Box<dyn ByteSource>,
}

/// How far a session is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes read so far.
    pub done: u64,
    /// Bytes to read in all, as far as known.
    pub total: u64,
    /// What is being read.
    pub current: String,
}

/// What a step gave.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    More(Progress),
    /// A report from the metadata alone; measuring begins.
    Early(Box<Report>),
    /// The final report.
    Done(Box<Report>),
}

/// A run in progress.
pub struct Session {}

impl Session {
    /// A run over `given`; with questions, only those consumers are judged.
    pub fn new(given: Given, questions: Vec<Question>) -> Session {
        let _ = (given, questions);
        todo!()
    }

    /// Does at most one chunk of work.
    pub fn step(&mut self) -> Step {
        todo!()
    }

    /// Ends the run now: the report of what is known, marked incomplete.
    pub fn stop(&mut self) -> Report {
        todo!()
    }

    /// Steps to the end.
    pub fn run(mut self) -> Report {
        loop {
            if let Step::Done(report) = self.step() {
                return *report;
            }
        }
    }

    /// The documents that places in the reports refer to, as text.
    pub fn sources(&self) -> Vec<SourceText> {
        todo!()
    }

    /// What has been read so far: the model behind the reports.
    pub fn inventory(&self) -> &Inventory {
        todo!()
    }
}
