//! What a person sets and what then changes a verdict: a platform, a selector, which client or run-time pulls. It holds the
//! choices and checks that they can be made; replays read them.

use super::libraries::platform::Wanted;
use super::{Consumer, Question, all};
use crate::ids;
use crate::text::{Phrase, Text, say, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that is set where a consumer runs.
pub struct Setting {
    /// Stable id, as in addresses: `platform`, `layer-selector`.
    pub id: &'static str,
    /// Whether the choice is one for all consumers that have this setting.
    pub shared: bool,
    /// What it is called.
    pub name: Text,
    /// What it does, in a sentence.
    pub about: Text,
    /// What can be chosen.
    pub takes: Takes,
    /// What is taken where nobody chooses.
    pub default: &'static str,
}

/// What can be chosen for a setting.
pub enum Takes {
    /// One of these values; each with what it stands for.
    OneOf(&'static [(&'static str, Text)]),
    /// A platform, `os/architecture[/variant]`.
    Platform,
    /// Any text, such as a media type; empty for none. With an example.
    Text(&'static str),
}

/// The platform that an image is wanted for.
pub const PLATFORM: Setting = Setting {
    id: "platform",
    shared: true,
    name: text("Platform", "平台"),
    about: text(
        "The platform of the machine that pulls, or the one asked for by `--platform`.",
        "拉取镜像的机器的平台，或用 `--platform` 指定的平台。",
    ),
    takes: Takes::Platform,
    default: "linux/amd64",
};

/// The longest value that is taken, in bytes: media types end at 127 each side of the slash.
const LONGEST: usize = 255;

/// The key of the consumer that a person deploys to, `id` or `id@version`.
pub const TARGET: &str = "for";

/// What was chosen. A setting that is not in it has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choices(BTreeMap<String, String>);

impl Choices {
    /// What is chosen for a setting of a consumer.
    pub fn of(&self, consumer: &str, setting: &Setting) -> &str {
        self.0
            .get(&key(consumer, setting))
            .map_or(setting.default, String::as_str)
    }

    /// The consumer that the person deploys to: it is judged whatever is given.
    pub fn target(&self) -> Option<Question> {
        self.0
            .get(TARGET)
            .and_then(|text| Question::read(text).ok())
    }

    /// Makes a choice, `key=value`, the key as [`key`] gives it or [`TARGET`]. The error is a sentence for the person
    /// who typed it.
    pub fn read(&mut self, text: &str) -> Result<(), Phrase> {
        let (wanted, value) = text.split_once('=').unwrap_or((text, ""));
        let renamed = wanted.split_once('.').map(|(consumer, setting)| {
            let consumer = ids::present(ids::Kind::Consumer, consumer);
            format!("{consumer}.{setting}")
        });
        let wanted = renamed.as_deref().unwrap_or(wanted);
        if wanted == TARGET {
            if value.is_empty() {
                self.0.remove(TARGET);
            } else {
                let target = Question::read(value)?;
                self.0.insert(TARGET.to_string(), target.written());
            }
            return Ok(());
        }
        let Some((_, setting)) = keys().find(|(known, _)| known == wanted) else {
            return Err(say(
                "There is no setting {key}. Known are: {known}.",
                "没有名为 {key} 的设置。已知的有：{known}。",
            )
            .code("key", wanted)
            .name(
                "known",
                keys().map(|(key, _)| key).collect::<Vec<_>>().join(", "),
            ));
        };
        if !setting.can_be(value) {
            return Err(say(
                "{value} cannot be chosen for {key}. Possible: {possible}.",
                "{key} 不能设为 {value}。可用值：{possible}。",
            )
            .code("value", value)
            .code("key", wanted)
            .name("possible", setting.possible()));
        }
        if value == setting.default {
            self.0.remove(wanted);
        } else {
            self.0.insert(wanted.to_string(), value.to_string());
        }
        Ok(())
    }

    /// The choices that differ from the defaults, by key.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

/// The key of a setting: its id where it is shared, else `consumer.id`.
pub fn key(consumer: &str, setting: &Setting) -> String {
    if setting.shared {
        setting.id.to_string()
    } else {
        format!("{consumer}.{}", setting.id)
    }
}

/// Every key with its setting, each once.
pub fn keys() -> impl Iterator<Item = (String, &'static Setting)> {
    let mut seen: Vec<String> = Vec::new();
    all()
        .flat_map(|consumer: &'static Consumer| {
            consumer
                .settings
                .iter()
                .map(|setting| (key(consumer.id, setting), setting))
        })
        .filter(move |(key, _)| {
            let new = !seen.contains(key);
            if new {
                seen.push(key.clone());
            }
            new
        })
}

impl Setting {
    /// Whether this can be chosen.
    pub fn can_be(&self, value: &str) -> bool {
        if value.len() > LONGEST || value.chars().any(char::is_control) {
            return false;
        }
        match self.takes {
            Takes::OneOf(values) => values.iter().any(|(known, _)| *known == value),
            Takes::Platform => Wanted::read(value).is_some(),
            Takes::Text(_) => true,
        }
    }

    /// What can be chosen, as people type it.
    fn possible(&self) -> String {
        match self.takes {
            Takes::OneOf(values) => values
                .iter()
                .map(|(value, _)| *value)
                .collect::<Vec<_>>()
                .join(", "),
            Takes::Platform => "linux/amd64, linux/arm64, linux/arm/v7 …".to_string(),
            Takes::Text(example) => example.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::cases::buildx_index;
    use crate::report::Decision;

    fn refused(text: &str) -> String {
        let mut choices = Choices::default();
        let end = choices.read(text);
        assert_eq!(choices, Choices::default());
        end.err()
            .map(|p| p.render(crate::text::Lang::En))
            .unwrap_or_default()
    }

    #[test]
    fn only_what_exists_can_be_chosen() {
        assert!(refused("nothing=1").starts_with("There is no setting `nothing`."));
        assert!(refused("for=nobody").contains("no consumer `nobody`"));
        assert!(refused("for=umoci@99x").contains("99x"));
        let mut choices = Choices::default();
        assert!(choices.read("for=umoci@0.4.7").is_ok());
        let target = choices.target().map(|t| (t.consumer, t.version));
        assert_eq!(
            target,
            Some(("umoci".to_string(), Some("0.4.7".to_string())))
        );
        assert!(choices.read("for=").is_ok());
        assert_eq!(choices, Choices::default());
    }

    #[test]
    fn keys_are_unique_and_defaults_can_be_chosen() {
        for consumer in all() {
            let mut own: Vec<&str> = consumer.settings.iter().map(|s| s.id).collect();
            own.sort_unstable();
            own.dedup();
            assert_eq!(own.len(), consumer.settings.len(), "{}", consumer.id);
            for setting in consumer.settings {
                assert!(
                    setting.can_be(setting.default),
                    "{} {}",
                    consumer.id,
                    setting.id
                );
                assert!(!setting.id.contains(['.', '=', '&']), "{}", setting.id);
            }
        }
        assert!(keys().all(|(key, _)| key != TARGET && key != "profile" && key != "lang"));
    }

    /// Flux is not meant for an ordinary image; who deploys to it wants to know all the same.
    #[test]
    fn the_consumer_deployed_to_is_always_judged() {
        let files = buildx_index().tar();
        let idle = |choices: &Choices| {
            let report = files.report_with(choices.clone());
            report
                .verdicts
                .iter()
                .filter(|v| v.consumer == "flux-ocirepository")
                .all(|v| v.verdict == Decision::NotApplicable)
        };
        let mut choices = Choices::default();
        assert!(idle(&choices));
        assert!(choices.read("for=flux-ocirepository").is_ok());
        assert!(!idle(&choices));
    }
}
