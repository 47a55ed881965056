//! What a change has to lead to, by the kind of change and the kind of place; and whether a report says so.

use super::What;
use super::fields::Field;
use super::fields::Form::{self, *};
use crate::kit::Files;
use Expect::{Error, Fitting, Nothing, Warning};
use pullcheck::report::{Report, Severity};
use pullcheck::session::Session;
use std::collections::BTreeSet;

/// What a change has to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// An error of a fitting rule.
    Error,
    /// At least a warning of a fitting rule.
    Warning,
    /// No error; what else is said is free.
    Nothing,
    /// Whatever the value now means: only errors of other subjects are wrong.
    Fitting,
}

/// What follows from a change.
pub fn expected(field: &Field, what: What) -> Expect {
    let form = field.form;
    let element = field.at.ends_with('*');
    match what {
        // One element less is a change only where others count them.
        What::Dropped if element && form == Object => Fitting,
        What::Dropped if element && form == Variable => Nothing,
        What::Dropped if field.required => Error,
        What::Dropped | What::Cased => Fitting,
        What::Twice => Warning,
        What::Unknown if form == Set => Fitting,
        What::Unknown => Nothing,
        What::Doubled | What::Reversed if form == Counted => Error,
        What::Doubled | What::Reversed => Fitting,
        // `false` is what a flag means that is not there, and then it counts.
        What::Null if field.nullable && form == Bool => Fitting,
        What::Null if field.nullable => Nothing,
        What::Null => Error,
        What::Object | What::List | What::Text | What::Bool | What::Number if !same(form, what) => {
            Error
        }
        _ => of_value(field, what),
    }
}

/// Whether the new value has the JSON type of the old one.
fn same(form: Form, what: What) -> bool {
    match what {
        What::Object => matches!(form, Object | Strings | Set),
        What::List => matches!(form, Counted | List),
        What::Text => matches!(
            form,
            Digest | MediaType | Word | Text | Date | Variable | Data | Url | Path | Tag
        ),
        What::Number => form == Number,
        What::Bool => form == Bool,
        _ => false,
    }
}

/// What a value of the right type leads to.
fn of_value(field: &Field, what: What) -> Expect {
    match (field.form, what) {
        // Capitals are the same media type to the specification, and another to most programs.
        (MediaType, What::Capitals | What::Shortened) => Fitting,
        // The subject is elsewhere, so nobody can tell.
        (Number, What::Grown | What::Number) if field.at.starts_with("/subject") => Fitting,
        (Digest | MediaType | Number | Word | Path, _) => Error,
        (Tag, What::Text | What::Emptied | What::Capitals) => Error,
        (Date | Variable | Data | Url, What::Text) => Error,
        (Counted, What::Emptied) => Warning,
        (Object, What::Emptied | What::Object) if field.required => Error,
        (Strings, What::Emptied | What::Object) => Nothing,
        _ => Fitting,
    }
}

/// The report of all rules; one consumer is enough here.
pub fn report(files: &Files) -> Report {
    Session::new(
        files.given(),
        vec![pullcheck::consumers::Question::read("umoci").unwrap()],
    )
    .run()
}

/// What is wrong with the findings, if anything.
pub fn judge(report: &Report, expect: Expect, about: &[&str]) -> Option<String> {
    let fits =
        |rule: &str| rule.starts_with("json-") || about.iter().any(|start| rule.starts_with(start));
    let of = |severity: Severity| {
        report
            .findings
            .iter()
            .filter(move |f| f.severity == severity)
    };
    let errors: BTreeSet<&str> = of(Severity::Error).map(|f| f.rule.as_str()).collect();
    let warned = of(Severity::Warning).any(|f| fits(&f.rule));
    let others: Vec<&&str> = errors.iter().filter(|rule| !fits(rule)).collect();
    let wrong = match expect {
        Error => errors.is_empty() || !others.is_empty(),
        Warning => (errors.is_empty() && !warned) || !others.is_empty(),
        Nothing => !errors.is_empty(),
        Fitting => !others.is_empty(),
    };
    wrong.then(|| {
        let all: BTreeSet<&str> = report.findings.iter().map(|f| f.rule.as_str()).collect();
        format!("expected {expect:?}, errors {errors:?}, all {all:?}")
    })
}
