//! How decisions and severities look: their words and signs beside the classes that colour them. It decides nothing.

use pullcheck::answers::Tone;
use pullcheck::report::{Decision, Severity};
use pullcheck::text::Text;

/// A decision in words, its sign, and its class.
pub fn decision(decision: Decision) -> (Text, &'static str, &'static str) {
    let class = match decision {
        Decision::Accepts => "accepts",
        Decision::Refuses => "refuses",
        Decision::Unknown => "unknown",
        Decision::NotApplicable => "idle",
    };
    (decision.word(), decision.sign(), class)
}

/// A severity in a word, and its class.
pub fn severity(severity: Severity) -> (Text, &'static str) {
    let class = match severity {
        Severity::Error => "severity-error",
        Severity::Warning => "severity-warning",
        Severity::Info => "severity-info",
    };
    (severity.word(), class)
}

/// The class of a sentence over a result.
pub fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Refuses => "refuse",
        Tone::Unknown => "unknown",
        Tone::Conditions => "conditions",
        Tone::Accepts => "accept",
        Tone::Plain => "none",
    }
}
