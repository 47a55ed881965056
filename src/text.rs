//! Words in both languages, and the one place that fills arguments into them.
//! It never knows what the words are about.

use crate::limits;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A language of the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Zh,
}

impl Lang {
    /// The BCP 47 tag, as in `--lang` and in the page's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// The language for a BCP 47 tag: any `zh…` is Simplified Chinese, all else English.
    pub fn from_tag(tag: &str) -> Lang {
        let lower = tag.to_ascii_lowercase();
        if lower == "zh" || lower.starts_with("zh-") || lower.starts_with("zh_") {
            Lang::Zh
        } else {
            Lang::En
        }
    }
}

/// One text in both languages. Leaving one out does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

impl Text {
    /// The text in `lang`, its placeholders still open.
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// Words as they begin a line. Chinese has no capitals.
pub fn capital(words: &str) -> String {
    let mut words = words.to_string();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Makes a [`Text`] from its English and its Chinese.
pub const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// Words in both languages, as data files hold them. `{name}` is a place for a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Words {
    /// The words as a sentence.
    pub fn phrase(&'static self) -> Phrase {
        Phrase {
            en: Cow::Borrowed(&self.en),
            zh: Cow::Borrowed(&self.zh),
            args: Vec::new(),
        }
    }
}

/// A value that goes into a sentence. Typed, so that each language and each host formats it properly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// Code: a media type, digest, path, field name, tag or original text; shown verbatim in code style.
    Code(String),
    /// A plain number.
    Count(u64),
    /// A number of bytes.
    Bytes(u64),
    /// A version or a product name; shown as it is.
    Name(String),
}

/// A sentence that is not yet rendered: words in both languages and typed arguments.
/// Placeholders are `{name}`; backticks in the words mark code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// English words.
    pub en: Cow<'static, str>,
    /// Simplified Chinese words.
    pub zh: Cow<'static, str>,
    /// The values for the placeholders, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(Cow<'static, str>, Arg)>,
}

impl From<Text> for Phrase {
    fn from(text: Text) -> Phrase {
        Phrase {
            en: Cow::Borrowed(text.en),
            zh: Cow::Borrowed(text.zh),
            args: Vec::new(),
        }
    }
}

/// Starts a sentence from its English and its Chinese words.
pub fn say(en: &'static str, zh: &'static str) -> Phrase {
    text(en, zh).into()
}

impl Phrase {
    /// Adds a value that is shown verbatim as code.
    pub fn code(self, name: &'static str, value: impl Into<String>) -> Phrase {
        self.arg(name, Arg::Code(limits::shown(value.into())))
    }

    /// Adds a number.
    pub fn count(self, name: &'static str, value: u64) -> Phrase {
        self.arg(name, Arg::Count(value))
    }

    /// Adds a number of bytes.
    pub fn bytes(self, name: &'static str, value: u64) -> Phrase {
        self.arg(name, Arg::Bytes(value))
    }

    /// Adds a version or a name.
    pub fn name(self, name: &'static str, value: impl Into<String>) -> Phrase {
        self.arg(name, Arg::Name(limits::shown(value.into())))
    }

    /// Adds a value of any kind.
    pub fn arg(mut self, name: &'static str, value: Arg) -> Phrase {
        self.args.push((Cow::Borrowed(name), value.cut()));
        self
    }

    /// The sentence in `lang` as plain text; code stands between backticks.
    pub fn render(&self, lang: Lang) -> String {
        let mut out = String::new();
        for span in self.spans(lang) {
            match span {
                Span::Plain(text) => out.push_str(&text),
                Span::Code(text) => {
                    out.push('`');
                    out.push_str(&text);
                    out.push('`');
                }
            }
        }
        out
    }

    /// The sentence in `lang` as spans, for hosts that show code in a style of its own.
    pub fn spans(&self, lang: Lang) -> Vec<Span> {
        let words: &str = match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        };
        let mut spans = Vec::new();
        let mut plain = String::new();
        let mut rest = words;
        while let Some(at) = rest.find(['{', '`']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            let closing = if from.starts_with('`') { '`' } else { '}' };
            let Some(end) = from[1..].find(closing) else {
                rest = from;
                break;
            };
            let inner = &from[1..1 + end];
            rest = &from[end + 2..];
            if closing == '`' {
                flush(&mut plain, &mut spans);
                spans.push(Span::Code(self.fill(inner, lang)));
                continue;
            }
            match self.args.iter().find(|(name, _)| name == inner) {
                // Code without a letter would be seen by nobody.
                Some((_, Arg::Code(value))) if value.is_empty() => match lang {
                    Lang::En => plain.push_str("(empty)"),
                    Lang::Zh => {
                        // Full-width brackets bring their own room.
                        plain.truncate(plain.trim_end_matches(' ').len());
                        plain.push_str("（空）");
                        rest = rest.trim_start_matches(' ');
                    }
                },
                Some((_, Arg::Code(value))) => {
                    flush(&mut plain, &mut spans);
                    spans.push(Span::Code(value.clone()));
                }
                Some((_, value)) => {
                    plain.push_str(&value.show(lang));
                    if lang == Lang::En && *value == Arg::Count(1) {
                        rest = singular(rest, &mut plain);
                    }
                }
                None => {
                    plain.push('{');
                    plain.push_str(inner);
                    plain.push('}');
                }
            }
        }
        plain.push_str(rest);
        flush(&mut plain, &mut spans);
        spans
    }

    /// Fills placeholders inside a backticked stretch, as plain text.
    fn fill(&self, inner: &str, lang: Lang) -> String {
        let mut out = inner.to_string();
        for (name, value) in &self.args {
            out = out.replace(&format!("{{{name}}}"), &value.show(lang));
        }
        out
    }
}

/// English nouns that sentences count, and what stands there for one. Chinese has no plural.
const COUNTED: [(&str, &str); 12] = [
    (" layers", " layer"),
    (" images", " image"),
    (" entries", " entry"),
    (" manifests", " manifest"),
    (" attestations", " attestation"),
    (" children have", " child has"),
    (" children", " child"),
    (" diffIDs", " diffID"),
    (" places", " place"),
    (" files", " file"),
    (" loose files", " loose file"),
    (" more of these are", " more of these is"),
];

/// After a count of one: writes the singular of the noun that follows, and gives the words after it.
fn singular<'w>(rest: &'w str, plain: &mut String) -> &'w str {
    for (many, one) in COUNTED {
        if let Some(after) = rest.strip_prefix(many)
            && !after.starts_with(|c: char| c.is_alphanumeric())
        {
            plain.push_str(one);
            return after;
        }
    }
    rest
}

fn flush(plain: &mut String, spans: &mut Vec<Span>) {
    if !plain.is_empty() {
        spans.push(Span::Plain(std::mem::take(plain)));
    }
}

/// A stretch of a rendered sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Ordinary words.
    Plain(String),
    /// Code: shown in a fixed-width style and never translated.
    Code(String),
}

impl Arg {
    /// The value, cut where it is longer than anybody reads.
    fn cut(self) -> Arg {
        let short = |mut text: String| {
            if text.len() > limits::SHOWN_BYTES {
                text.truncate(text.floor_char_boundary(limits::SHOWN_BYTES));
                text.push('…');
                text.shrink_to_fit();
            }
            text
        };
        match self {
            Arg::Code(text) => Arg::Code(short(text)),
            Arg::Name(text) => Arg::Name(short(text)),
            number => number,
        }
    }

    /// The value as plain text in `lang`.
    pub fn show(&self, lang: Lang) -> String {
        match self {
            Arg::Code(value) | Arg::Name(value) => value.clone(),
            Arg::Count(value) => value.to_string(),
            Arg::Bytes(value) => bytes(*value, lang),
        }
    }
}

/// A number of bytes as people read it: exact below 10,000, else with a decimal unit beside the exact count.
pub fn bytes(value: u64, lang: Lang) -> String {
    let unit = match lang {
        Lang::En if value == 1 => "byte",
        Lang::En => "bytes",
        Lang::Zh => "字节",
    };
    if value < 10_000 {
        return format!("{value} {unit}");
    }
    let short = short_bytes(value);
    match lang {
        Lang::En => format!("{short} ({value} {unit})"),
        Lang::Zh => format!("{short}（{value} {unit}）"),
    }
}

/// A number of bytes in a decimal unit with at most one decimal: `512 B`, `4.2 MB`.
pub fn short_bytes(value: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if value < 1000 {
        return format!("{value} B");
    }
    let mut tenths = value / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("EB");
    if tenths >= 1000 || tenths.is_multiple_of(10) {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_both_languages() {
        let phrase = say("{n} of `{what}` in {code}", "{code} 中有 {n} 个 `{what}`")
            .count("n", 2)
            .name("what", "layers")
            .code("code", "a/b");
        assert_eq!(phrase.render(Lang::En), "2 of `layers` in `a/b`");
        assert_eq!(phrase.render(Lang::Zh), "`a/b` 中有 2 个 `layers`");
    }

    #[test]
    fn one_is_not_many() {
        let layers = |n| say("{n} layers, {n} diffIDs.", "{n} 层").count("n", n);
        assert_eq!(layers(1).render(Lang::En), "1 layer, 1 diffID.");
        assert_eq!(layers(2).render(Lang::En), "2 layers, 2 diffIDs.");
        assert_eq!(layers(1).render(Lang::Zh), "1 层");
    }

    #[test]
    fn code_without_a_letter_is_said_to_be_empty() {
        let phrase = |value| {
            say("of type {a} in {b}", "类型为 {a} 的 {b}")
                .code("a", value)
                .code("b", "b")
        };
        assert_eq!(phrase("a").render(Lang::Zh), "类型为 `a` 的 `b`");
        assert_eq!(phrase("").render(Lang::En), "of type (empty) in `b`");
        assert_eq!(phrase("").render(Lang::Zh), "类型为（空）的 `b`");
    }

    #[test]
    fn an_unclosed_mark_is_shown_as_it_is() {
        assert_eq!(say("a ` b { c", "").render(Lang::En), "a ` b { c");
    }

    #[test]
    fn endless_values_are_cut() {
        let shown = |text: &str| say("{a}", "{a}").name("a", text).render(Lang::En);
        let fits = "a".repeat(limits::SHOWN_BYTES);
        assert_eq!(shown(&fits), fits);
        assert_eq!(shown(&format!("{fits}b")), format!("{fits}…"));
        let wide = "清".repeat(limits::SHOWN_BYTES);
        assert_eq!(
            shown(&wide),
            format!("{}…", "清".repeat(limits::SHOWN_BYTES / 3))
        );
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(short_bytes(999), "999 B");
        assert_eq!(short_bytes(4_200_000), "4.2 MB");
        assert_eq!(short_bytes(310_000_000), "310 MB");
        assert_eq!(short_bytes(u64::MAX), "18.4 EB");
        assert_eq!(bytes(1, Lang::En), "1 byte");
        assert_eq!(bytes(12_000, Lang::Zh), "12 kB（12000 字节）");
    }
}
