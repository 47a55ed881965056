//! What a replay leaves behind: its steps and how it ended. It decides nothing itself.

use crate::artifact::documents::Descriptor;
use crate::artifact::{Missing, Why};
use crate::fixes::Fix;
use crate::limits;
use crate::place::Locus;
use crate::report::{Mark, Step};
use crate::text::Phrase;

/// The steps of a replay, in the consumer's order.
#[derive(Debug, Default)]
pub struct Trace {
    /// The steps so far.
    pub steps: Vec<Step>,
    /// Descriptors gone through so far.
    visits: usize,
}

impl Trace {
    /// A need that is met.
    pub fn pass(&mut self, says: Phrase, at: Option<Locus>) {
        self.push(Mark::Pass, says, at);
    }

    /// A need that is not met.
    pub fn fail(&mut self, says: Phrase, at: Option<Locus>) {
        self.push(Mark::Fail, says, at);
    }

    /// A choice, or something that the consumer ignores.
    pub fn note(&mut self, says: Phrase, at: Option<Locus>) {
        self.push(Mark::Note, says, at);
    }

    /// Counts a descriptor that a walk comes to; an end without a verdict where paths without number lead through it.
    pub fn visit(&mut self, descriptor: &Descriptor) -> Result<(), Missing> {
        self.visits += 1;
        if self.visits > limits::REPLAY_VISITS {
            return Err(Missing {
                what: descriptor.digest().to_string(),
                why: Why::TooManyPaths,
                at: None,
            });
        }
        Ok(())
    }

    fn push(&mut self, mark: Mark, says: Phrase, at: Option<Locus>) {
        self.steps.push(Step { mark, says, at });
    }
}

/// How a replay ends well.
#[derive(Clone, Debug)]
pub struct Accept {
    /// What the consumer would use.
    pub uses: Phrase,
    /// Where that stands.
    pub at: Option<Locus>,
    /// What to set or change all the same, if anything.
    pub fixes: Vec<Fix>,
}

impl Accept {
    /// It would use this.
    pub fn using(uses: Phrase, at: Option<Locus>) -> Accept {
        Accept {
            uses,
            at,
            fixes: Vec::new(),
        }
    }

    /// Adds advice.
    pub fn fix(mut self, fix: Fix) -> Accept {
        self.fixes.push(fix);
        self
    }
}

/// How a replay ends otherwise.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The consumer refuses.
    Refuse(Box<Refusal>),
    /// A fact is missing that decides. `?` on a missing fact gives this by itself.
    Unknown(Missing),
}

/// A refusal.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The exact text that the consumer prints, filled in.
    pub error: String,
    /// The reason in one sentence.
    pub because: Phrase,
    /// Where it stands.
    pub at: Option<Locus>,
    /// What mends it.
    pub fixes: Vec<Fix>,
    /// These versions refuse whatever they are given: the refusal says nothing about the artifact, and is only worth
    /// saying to somebody who asks for them.
    pub whatever: bool,
    /// The refusal is about the form alone: the consumer opens another kind of archive or folder, whatever is in this one.
    pub of_form: bool,
}

impl Refusal {
    /// A refusal with its exact text.
    pub fn new(error: impl Into<String>, because: Phrase, at: Option<Locus>) -> Refusal {
        Refusal {
            error: error.into(),
            because,
            at,
            fixes: Vec::new(),
            whatever: false,
            of_form: false,
        }
    }

    /// Marks a refusal of versions that refuse whatever they are given.
    pub fn whatever(mut self) -> Refusal {
        self.whatever = true;
        self
    }

    /// Marks a refusal of the form in which the artifact was given.
    pub fn of_form(mut self) -> Refusal {
        self.of_form = true;
        self
    }

    /// Adds what mends it.
    pub fn fix(mut self, fix: Fix) -> Refusal {
        self.fixes.push(fix);
        self
    }

    /// Puts the text of an outer error around the exact text; `{}` stands for it.
    pub fn wrap(mut self, outer: &str) -> Refusal {
        self.error = outer.replacen("{}", &self.error, 1);
        self
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refuse(Box::new(refusal))
    }
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Stop {
        Stop::Unknown(missing)
    }
}
