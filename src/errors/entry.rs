//! An entry of the dictionary as the data files hold it. It decides nothing but whether a case holds.

pub use crate::text::Words;
use crate::text::{Phrase, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One message of one tool, or one family of messages with a single cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Stable id, for ever.
    pub id: String,
    /// Who prints it.
    pub tool: String,
    /// The same in Chinese, where it is more than names.
    #[serde(default, skip_serializing)]
    pub(super) tool_zh: Option<String>,
    /// Ids of the consumers that print it.
    #[serde(default)]
    pub consumers: Vec<String>,
    /// The message as a template for its page; `<…>` varies, ` | ` separates variants.
    pub message: String,
    /// Regular expressions with typed holes such as `{media_type:type}`; blanks in them are optional.
    #[serde(skip_serializing)]
    pub(super) patterns: Vec<PatternSource>,
    /// Ids of entries that this one says more exactly.
    #[serde(default)]
    pub more_specific_than: Vec<String>,
    /// The cause as a headline.
    pub title: Words,
    /// Who refuses what, because of what.
    pub cause: Words,
    /// What in the artifact proves it.
    pub proof: Words,
    /// Ids of the rules that find it in an artifact.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Ids of remedies in `fixes.json`.
    pub fixes: Vec<String>,
    /// Where the message and its cause were read.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// How it stands in a log, where that shows more than `message` does. The other texts that prove the entry are read
    /// by tests only.
    #[serde(default)]
    pub sample: Option<String>,
    /// How often it is met and how much it costs, 1 to 5; 0 for what is about no artifact, such as logins, networks, disks.
    pub weight: u32,
    /// Causes that depend on a value in the message; the first that fits counts.
    #[serde(default)]
    pub cases: Vec<Case>,
}

impl Entry {
    /// Who prints it, in words.
    pub fn printed_by(&self) -> Phrase {
        let zh = self.tool_zh.clone().unwrap_or_else(|| {
            let names = self.tool.replace(", ", "、");
            names.replace(" (", "（").replace(')', "）")
        });
        say("{en}", "{zh}")
            .name("en", self.tool.clone())
            .name("zh", zh)
    }
}

/// A cause that holds only for certain values.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// When it holds.
    pub when: When,
    /// The cause then.
    pub cause: Words,
    /// The remedies then; those of the entry, if there are none here.
    #[serde(default)]
    pub fixes: Vec<String>,
}

/// A condition on one captured value, in ASCII lower case. Without a comparison the value need only be there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Name of the value.
    pub capture: String,
    /// The value is this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// The value begins with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// The value ends with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// The value is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
}

/// A pattern: the tool's own words, or with a lower score a translation or a part that says less.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum PatternSource {
    /// A regular expression with typed holes.
    Plain(String),
    /// The same with a score of its own.
    Scored {
        /// The expression.
        re: String,
        /// Its score.
        score: u32,
    },
}

impl When {
    /// Whether the values fulfil it.
    pub(super) fn holds(&self, captures: &BTreeMap<String, String>) -> bool {
        let Some(value) = captures.get(&self.capture) else {
            return false;
        };
        let value = value.to_ascii_lowercase();
        let compared = self.is.is_some()
            || !(self.starts_with.is_empty()
                && self.ends_with.is_empty()
                && self.one_of.is_empty());
        !compared
            || self.is.as_ref() == Some(&value)
            || self.one_of.contains(&value)
            || self
                .starts_with
                .iter()
                .any(|start| value.starts_with(start))
            || self.ends_with.iter().any(|end| value.ends_with(end))
    }
}
