//! Remedies: what a person changes, and the command of each tool that changes it.
//! It never decides who needs one.

use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// One way to mend an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Stable id of the kind of change, such as `copy-verbatim` or `recompress-gzip`.
    pub id: String,
    /// What changes, in words.
    pub title: Phrase,
    /// The same change with different tools; a person needs one of them.
    pub commands: Vec<Command>,
}

/// A command line, or a fragment of configuration, that carries out a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The program, as its users call it: `oras`, `skopeo`, `crane`, `regctl`, `docker`, `flux`, `umoci`, `c2w`, `yaml` …
    pub tool: String,
    /// What to type or write; several lines where it takes several. Upper-case words such as `REGISTRY/REPO:TAG`
    /// are places for the reader's own names.
    pub text: String,
}

impl Fix {
    /// A fix without commands yet.
    pub fn new(id: &str, title: impl Into<Phrase>) -> Fix {
        Fix {
            id: id.to_string(),
            title: title.into(),
            commands: Vec::new(),
        }
    }

    /// Adds the command of one tool.
    pub fn with(mut self, tool: &str, text: impl Into<String>) -> Fix {
        self.commands.push(Command {
            tool: tool.to_string(),
            text: text.into(),
        });
        self
    }
}
