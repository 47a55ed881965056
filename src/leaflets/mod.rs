//! What one can look up, one leaflet for each rule, consumer, known error, media type and example, and for their lists: one
//! description in both languages, which the static pages print and the page renders. It knows no HTML and no element.

mod consumer;
mod error;
mod example;
mod home;
mod lists;
mod media_type;
mod rule;
#[cfg(test)]
mod tests;
mod trust;

pub use consumer::outline as consumer;
pub use error::leaflet as error;
pub use lists::leaflet as list;
pub use media_type::leaflet as media_type;
pub use rule::leaflet as rule;
pub use trust::{SINGLE, ZIP, offline, privacy};

use crate::addresses::escape;
use crate::consumers::{self, Consumer};
use crate::diff::Pair;
use crate::errors::{self, Entry, placeholders};
use crate::examples::gallery;
use crate::fixes::Fix;
use crate::lessons::{Excerpt, Sample};
use crate::media_types;
use crate::place::Locus;
use crate::report::{Decision, Severity, Step};
use crate::rules::{self, Rule};
use crate::text::{Arg, Lang, Phrase, Text, say, text};
use std::borrow::Cow;

/// Kinds of things that have leaflets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a file can break.
    Rules,
    /// Who pulls it.
    Consumers,
    /// Messages that tools print.
    Errors,
    /// Media types.
    MediaTypes,
    /// The gallery.
    Examples,
}

impl Kind {
    /// All of them, in the order of the page.
    pub const ALL: [Kind; 5] = [
        Kind::Errors,
        Kind::Consumers,
        Kind::Rules,
        Kind::MediaTypes,
        Kind::Examples,
    ];

    /// Its place in addresses.
    pub fn room(self) -> &'static str {
        match self {
            Kind::Rules => "rules",
            Kind::Consumers => "consumers",
            Kind::Errors => "errors",
            Kind::MediaTypes => "media-types",
            Kind::Examples => "examples",
        }
    }

    /// Its heading.
    pub fn title(self) -> Text {
        match self {
            Kind::Rules => text("Rules", "规则"),
            Kind::Consumers => text("Consumers", "使用方"),
            Kind::Errors => text("Known errors", "已知报错"),
            Kind::MediaTypes => text("Media types", "媒体类型"),
            Kind::Examples => text("Examples", "示例"),
        }
    }

    /// The ids of its things, in the order of the page.
    pub fn ids(self) -> Vec<&'static str> {
        match self {
            Kind::Rules => rules::all().map(|one| one.id).collect(),
            Kind::Consumers => consumers::all().map(|one| one.id).collect(),
            Kind::Errors => errors::all().iter().map(|one| one.id.as_str()).collect(),
            Kind::MediaTypes => media_types::all().iter().map(|one| &*one.name).collect(),
            Kind::Examples => gallery::all().map(|one| one.id).collect(),
        }
    }
}

/// What a leaflet is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The whole: what it answers, and where to look.
    Home,
    /// All things of a kind.
    List(Kind),
    /// One thing, by its id.
    One(Kind, String),
    /// How to see that nothing is sent.
    Privacy,
    /// How the page is used without a network.
    Offline,
}

/// Every topic that has a leaflet: the whole, then of each kind the list and its things, then what lets one trust it.
pub fn topics() -> Vec<Topic> {
    let one = |kind: Kind| {
        kind.ids()
            .into_iter()
            .map(move |id| Topic::One(kind, id.to_string()))
    };
    let of = |kind| std::iter::once(Topic::List(kind)).chain(one(kind));
    let kinds = Kind::ALL.into_iter().flat_map(of);
    let trust = [Topic::Privacy, Topic::Offline];
    std::iter::once(Topic::Home)
        .chain(kinds)
        .chain(trust)
        .collect()
}

/// Writes the leaflet of a topic; none where there is no such thing. That of a rule, a consumer or an example is written
/// from checks that are made for it here and now.
pub fn leaflet(topic: &Topic) -> Option<Leaflet> {
    match topic {
        Topic::Home => Some(home::leaflet()),
        Topic::List(kind) => Some(list(*kind)),
        Topic::Privacy => Some(privacy()),
        Topic::Offline => Some(offline()),
        Topic::One(Kind::Rules, id) => rules::find(id).map(rule),
        Topic::One(Kind::Consumers, id) => consumers::find(id).map(consumer::leaflet),
        Topic::One(Kind::Errors, id) => errors::find(id).map(error),
        Topic::One(Kind::MediaTypes, id) => media_types::find(id).map(media_type),
        Topic::One(Kind::Examples, id) => gallery::find(id).map(example::leaflet),
    }
}

/// All that is said of a topic.
pub struct Leaflet {
    /// The heading.
    pub title: Vec<Bit>,
    /// What a window or a search result is called by: unique among all leaflets of a language.
    pub name: Phrase,
    /// One or two sentences for who has not opened it yet: unique as well.
    pub about: Phrase,
    /// The answer in one sentence.
    pub lede: Vec<Bit>,
    /// What it is, at a glance.
    pub facts: Vec<(Text, Vec<Bit>)>,
    /// The rest, in the order of its kind.
    pub sections: Vec<Section>,
}

/// A part under a heading.
pub struct Section {
    /// Its place within the leaflet; the same one in all leaflets of a kind.
    pub id: &'static str,
    /// The heading.
    pub title: Phrase,
    /// What stands below it.
    pub blocks: Vec<Block>,
}

/// A piece of a leaflet that stands on lines of its own.
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Bit>),
    /// A smaller heading.
    Heading(Vec<Bit>),
    /// A list whose items are a few words each.
    Bullets(Vec<Vec<Bit>>),
    /// A list whose items have numbers.
    Numbered(Vec<Item>),
    /// A list of things that are looked through.
    List(Vec<Item>),
    /// Things side by side.
    Cards(Vec<Item>),
    /// Text to be copied as it is.
    Verbatim(Look, String),
    /// A message whose variable parts are set apart: they stand between `<` and `>`.
    Message(String),
    /// Lines of a document; those marked in the colour of a severity, or in none.
    Excerpt(Excerpt, Option<Severity>),
    /// What changes between two texts.
    Change(Pair),
    /// A consumer's own steps.
    Steps(Vec<Step>),
    /// A way to mend it, with the command of each tool.
    Fix(Fix),
    /// Ways to go on.
    Ways(Vec<(To, Text)>),
}

/// What a verbatim text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Something to type.
    Command,
    /// What a program prints.
    Error,
    /// The smallest content that breaks a rule.
    Trigger,
}

/// A thing in a list.
pub struct Item {
    /// Its line.
    pub head: Vec<Bit>,
    /// What is said of it.
    pub body: Vec<Block>,
}

/// A piece of a line.
#[derive(Clone)]
pub enum Bit {
    /// Words.
    Say(Phrase),
    /// Code that is never translated.
    Code(String),
    /// A name that is never translated.
    Name(String),
    /// An id or versions beside what they belong to.
    Aside(String),
    /// What a line begins with.
    Strong(Text),
    /// What stands back.
    Quiet(Phrase),
    /// Where something stands.
    Place(Locus),
    /// A link.
    Link(To, Vec<Bit>),
    /// How bad it is.
    Severity(Severity),
    /// What a consumer does.
    Decision(Decision),
    /// Whether an example is right.
    Right(bool),
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Another leaflet.
    Topic(Topic),
    /// An example in the checker, by the id of its [`Sample`].
    Sample(String),
    /// Another site.
    Outside(String),
}

/// The word for an example that is right, or is not.
pub fn rightness(right: bool) -> Text {
    if right {
        text("right", "正确")
    } else {
        text("wrong", "有错")
    }
}

/// A sentence whose values are open: each stands as `<name>`, in code style.
pub fn open(phrase: impl Into<Phrase>) -> Phrase {
    let mut phrase = phrase.into();
    let names: Vec<String> = placeholders(&phrase.en)
        .into_iter()
        .map(str::to_string)
        .collect();
    for name in names {
        if !phrase.args.iter().any(|(known, _)| *known == name) {
            let shown = Arg::Code(format!("<{name}>"));
            phrase.args.push((Cow::Owned(name), shown));
        }
    }
    phrase
}

/// A sentence as plain text, its code as it is: for titles and descriptions.
pub fn plain(phrase: &Phrase, lang: Lang) -> String {
    use crate::text::Span;
    phrase
        .spans(lang)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) | Span::Code(text) => text,
        })
        .collect()
}

/// Sentences or parts of them as one, with nothing between them.
fn joined(parts: &[Phrase]) -> Phrase {
    let words = |get: fn(&Phrase) -> &str| Cow::Owned(parts.iter().map(get).collect());
    Phrase {
        en: words(|part| &part.en),
        zh: words(|part| &part.zh),
        args: parts.iter().flat_map(|part| part.args.clone()).collect(),
    }
}

/// Two sentences, one behind the other.
fn both(first: Phrase, second: Phrase) -> Phrase {
    joined(&[first, say(" ", ""), second])
}

impl Topic {
    /// Where it stands in the page: the fragment that leads there.
    pub fn address(&self) -> String {
        match self {
            Topic::Home => "#/".to_string(),
            Topic::List(kind) => format!("#/{}", kind.room()),
            Topic::Privacy => "#/privacy".to_string(),
            Topic::Offline => "#/offline".to_string(),
            Topic::One(kind, id) => format!("#/{}/{}", kind.room(), escape(id)),
        }
    }
}

impl From<Text> for Bit {
    fn from(text: Text) -> Bit {
        Bit::Say(text.into())
    }
}

impl From<Phrase> for Bit {
    fn from(phrase: Phrase) -> Bit {
        Bit::Say(phrase)
    }
}

fn section(id: &'static str, title: Text, blocks: Vec<Block>) -> Section {
    Section {
        id,
        title: title.into(),
        blocks,
    }
}

/// A paragraph of one sentence.
fn paragraph(words: impl Into<Bit>) -> Block {
    Block::Paragraph(vec![words.into()])
}

fn blank() -> Bit {
    Bit::Say(say(" ", " "))
}

fn colon() -> Bit {
    Bit::Say(say(": ", "："))
}

fn to_one(kind: Kind, id: &str) -> To {
    To::Topic(Topic::One(kind, id.to_string()))
}

/// A link to a rule, by its title.
fn rule_item(rule: &Rule) -> Item {
    Item {
        head: vec![
            Bit::Link(to_one(Kind::Rules, rule.id), vec![rule.title.into()]),
            blank(),
            Bit::Severity(rule.severity),
            blank(),
            Bit::Aside(rule.id.to_string()),
        ],
        body: Vec::new(),
    }
}

fn consumer_link(consumer: &Consumer) -> Bit {
    let name = Bit::Name(consumer.name.to_string());
    Bit::Link(to_one(Kind::Consumers, consumer.id), vec![name])
}

/// A link to a known error, by what it means, with what it says.
fn error_item(entry: &'static Entry) -> Item {
    let title = open(entry.title.phrase());
    Item {
        head: vec![
            Bit::Link(to_one(Kind::Errors, &entry.id), vec![title.into()]),
            blank(),
            Bit::Quiet(entry.printed_by()),
        ],
        body: vec![Block::Paragraph(vec![Bit::Code(entry.message.clone())])],
    }
}

fn example_item(example: &'static gallery::Example) -> Item {
    Item {
        head: vec![
            Bit::Link(
                to_one(Kind::Examples, example.id),
                vec![example.title.into()],
            ),
            blank(),
            Bit::Right(example.good),
        ],
        body: vec![paragraph(example.about)],
    }
}

fn opens(sample: Sample, label: Text) -> (To, Text) {
    (To::Sample(sample.id()), label)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
