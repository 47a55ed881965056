//! The words that all formats for people use: decisions, severities, headings.

use pullcheck::report::{Decision, Group};
use pullcheck::text::{Lang, Phrase, Text, say, text};

/// A decision in a word, within a line.
pub fn decision(decision: Decision, lang: Lang) -> String {
    decision.word().get(lang).to_lowercase()
}

/// Where more findings of a rule stand than are shown here.
pub fn elsewhere(group: &Group) -> Phrase {
    match group.more {
        0 => say(
            "`--format json` lists all of them.",
            "`--format json` 会全部列出。",
        ),
        _ => say(
            "`--format json` lists the first {listed}.",
            "`--format json` 会列出前 {listed} 处。",
        )
        .count("listed", group.findings.len() as u64),
    }
}

/// What stands between names in a row.
pub fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    }
}

/// Heading over the consumer that the reader deploys to.
pub const TARGET: Text = text("Where you deploy to", "你的部署目标");
/// Heading over the fixes of an artifact.
pub const FIXES: Text = text("What mends it", "怎样修复");
/// Heading over the findings.
pub const PROBLEMS: Text = text("Problems", "问题");
/// Heading over what was not looked at.
pub const COVERAGE: Text = text("Not looked at", "未检查的内容");
/// In front of the fix of a rule.
pub const FIX: Text = text("Fix", "修复");
/// Heading over consumers that are judged with the input as a whole.
pub const WHOLE: Text = text("The input as a whole", "整个输入");
/// Said of a report that is not final.
pub const INCOMPLETE: Text = text(
    "Stopped before the end: this report says only what was known by then.",
    "在完成之前已停止：本报告只包含到那时为止的结果。",
);
