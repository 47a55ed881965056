//! Where in a report an address leads: to a problem, a consumer, a part, a line. It reads that part of addresses, writes
//! it, and finds the thing in a report, or says plainly that it is not there. It moves nothing; `attention.rs` does.

use crate::route::escape;
use crate::state::Loaded;
use pullcheck::ids::{Kind, present};
use pullcheck::report::{Decision, Finding, Locus};
use pullcheck::text::{Phrase, say};

/// What stands before the id of a consumer, as in the rule ids of SARIF.
const CONSUMER: &str = "consumer/";

/// The parts of a report that an address can name, with the ids of their headings.
pub const PARTS: [(&str, &str); 7] = [
    ("consumers", "consumers"),
    ("fixes", "fixes"),
    ("problems", "problems"),
    ("source", "sources"),
    ("map", "map"),
    ("contents", "contents"),
    ("coverage", "coverage"),
];

/// What an address says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aim {
    /// A rule, a rule and the mark of a place, or a consumer.
    focus: Option<String>,
    /// The part.
    tab: Option<String>,
    /// The document.
    file: Option<String>,
    /// The line in it, from 1.
    line: Option<u32>,
}

/// Where it leads in a report that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Led {
    /// To what breaks a rule; at one place, or at all.
    Problem(String, Option<Locus>),
    /// To a place in a document.
    Place(Locus),
    /// To the rows of a consumer.
    Consumer(String),
    /// To the heading with this id.
    Part(&'static str),
    /// Nowhere, for this reason.
    Nowhere(Phrase),
}

impl Aim {
    /// Takes what one pair of a query says. False where that is about something else.
    pub fn read(&mut self, key: &str, value: &str) -> bool {
        match key {
            "focus" => self.focus = Some(value.to_string()),
            "tab" => self.tab = Some(value.to_string()),
            "file" => self.file = Some(value.to_string()),
            "line" => self.line = value.parse().ok(),
            _ => return false,
        }
        true
    }

    /// The same as pairs of a query.
    pub fn pairs(&self) -> Vec<String> {
        let pair = |key: &str, value: Option<&str>| Some(format!("{key}={}", escape(value?)));
        let line = self.line.map(|line| line.to_string());
        [
            pair("focus", self.focus.as_deref()),
            pair("tab", self.tab.as_deref()),
            pair("file", self.file.as_deref()),
            pair("line", line.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Finds it in a report; none where the address asks for nothing.
    pub fn find(&self, loaded: &Loaded) -> Option<Led> {
        let found = self.focus.as_ref().map(|focus| focused(focus, loaded));
        let source = self.tab.as_deref() == Some("source");
        match found {
            // A problem with its document: there it stands marked, with what is said of it.
            Some(Led::Problem(rule, at)) if source => {
                let first = || first(loaded, &rule).map(|finding| finding.at.clone());
                at.or_else(first).map(Led::Place)
            }
            None if source && (self.file.is_some() || self.line.is_some()) => {
                let path = self
                    .file
                    .clone()
                    .or_else(|| Some(loaded.main()?.path.clone()));
                let mut at = Locus::whole(path.unwrap_or_default());
                at.line = self.line;
                Some(Led::Place(at))
            }
            None => {
                let (_, id) = PARTS
                    .iter()
                    .find(|(name, _)| self.tab.as_deref() == Some(*name))?;
                Some(Led::Part(id))
            }
            found => found,
        }
    }
}

fn first<'l>(loaded: &'l Loaded, rule: &str) -> Option<&'l Finding> {
    let mut findings = loaded.report.findings.iter();
    findings.find(|finding| finding.rule == rule)
}

fn focused(focus: &str, loaded: &Loaded) -> Led {
    if let Some(id) = focus.strip_prefix(CONSUMER) {
        let id = present(Kind::Consumer, id);
        let judged = loaded
            .report
            .verdicts
            .iter()
            .any(|v| v.consumer == id && v.verdict != Decision::NotApplicable);
        return match judged {
            true => Led::Consumer(id.to_string()),
            false => Led::Nowhere(
                say(
                    "The link leads to the verdict of {id}, and this report has none.",
                    "链接指向 {id} 的结论，而此报告中没有该结论。",
                )
                .code("id", id),
            ),
        };
    }
    let (rule, mark) = match focus.split_once(':') {
        Some((rule, mark)) => (present(Kind::Rule, rule), Some(mark)),
        None => (present(Kind::Rule, focus), None),
    };
    let mut of_rule = loaded.report.findings.iter().filter(|f| f.rule == rule);
    let found = match mark {
        Some(mark) => of_rule.find(|finding| finding.mark() == mark),
        None => of_rule.next(),
    };
    match (found, mark) {
        (Some(finding), Some(_)) => Led::Problem(rule.to_string(), Some(finding.at.clone())),
        (Some(_), None) => Led::Problem(rule.to_string(), None),
        (None, _) if first(loaded, rule).is_some() => Led::Nowhere(
            say(
                "The link leads to a place that breaks the rule {rule}. That place is not in this report; others that break it are.",
                "链接指向违反规则 {rule} 的某一处。此报告中没有那一处，但另有违反该规则之处。",
            )
            .code("rule", rule),
        ),
        (None, _) => Led::Nowhere(
            say(
                "The link leads to a problem with the rule {rule}, and this report has none: what is checked has changed, or this version judges it otherwise.",
                "链接指向与规则 {rule} 有关的问题，而此报告中没有：检查的内容已经改变，或本版本的判断不同。",
            )
            .code("rule", rule),
        ),
    }
}

/// The end of a link that leads to a problem: to all of it, or to where one of its findings stands.
pub fn to_problem(finding: &Finding, one: bool) -> String {
    let rule = &finding.rule;
    match one {
        true => format!("focus={rule}:{}", finding.mark()),
        false => format!("focus={rule}"),
    }
}

/// The end of a link that leads to a consumer's rows.
pub fn to_consumer(id: &str) -> String {
    format!("focus={CONSUMER}{id}")
}

/// The end of a link that leads to a line of a document.
pub fn to_line(path: &str, line: u32) -> String {
    format!("tab=source&file={}&line={line}", escape(path))
}
