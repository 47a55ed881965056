//! Has an example checked, as a host has what people give it. It makes none.

use super::{Given, GivenFile, Session, Step};
use crate::artifact::Inventory;
use crate::bytes::source::Memory;
use crate::consumers::{Choices, Question};
use crate::examples::Files;
use crate::report::{Report, SourceText, Verdict};

impl Files {
    /// As a host gives it to a session.
    pub fn given(&self) -> Given {
        let file = |(path, bytes): &(String, Vec<u8>)| GivenFile {
            path: path.clone(),
            source: Box::new(Memory(bytes.clone())),
        };
        Given {
            name: self.name.clone(),
            packaging: self.packaging,
            files: self.items.iter().map(file).collect(),
        }
    }

    /// The final report.
    pub fn report(&self) -> Report {
        Session::new(self.given(), Vec::new()).run()
    }

    /// The final report, the consumers set so.
    pub fn report_with(&self, choices: Choices) -> Report {
        Session::new(self.given(), Vec::new())
            .with_choices(choices)
            .run()
    }

    /// The final report, and the documents that it speaks of.
    pub fn report_and_sources(&self) -> (Report, Vec<SourceText>) {
        let mut session = Session::new(self.given(), Vec::new());
        let report = session.finish();
        (report, session.sources())
    }

    /// The final report, and the model that it was judged from.
    pub fn report_and_inventory(&self) -> (Report, Inventory) {
        let mut session = Session::new(self.given(), Vec::new());
        let report = session.finish();
        (report, session.inventory().clone())
    }

    /// The final report when only these consumers are asked: `ID` or `ID@VERSION`, each of them known.
    pub fn ask(&self, consumers: &[&str]) -> Report {
        let questions: Vec<Question> = consumers
            .iter()
            .filter_map(|text| Question::read(text).ok())
            .collect();
        assert_eq!(questions.len(), consumers.len(), "known: {consumers:?}");
        Session::new(self.given(), questions).run()
    }

    /// The only verdict when one consumer of one version is asked about a single artifact.
    pub fn verdict(&self, consumer: &str) -> Verdict {
        let mut verdicts = self.ask(&[consumer]).verdicts;
        assert_eq!(verdicts.len(), 1, "{consumer}: {verdicts:#?}");
        verdicts.remove(0)
    }
}

impl Session {
    fn finish(&mut self) -> Report {
        loop {
            if let Step::Done(report) = self.step() {
                return *report;
            }
        }
    }
}
