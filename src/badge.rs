//! Badges: a line of text in two fields, as an SVG that needs no font and no network of its own. The ones that stand beside
//! the page are listed here, and so is how a verdict becomes one. It decides no verdict and reads no clock.

use crate::text::{Lang, Text, text};

/// What a badge says besides its words: nothing, or one of three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// No verdict.
    Plain,
    /// Somebody accepts.
    Accepts,
    /// Somebody refuses.
    Refuses,
    /// It cannot be told.
    Unknown,
}

impl Tone {
    /// Ground of the second field; white words on it keep a contrast of 4.5 to 1.
    fn ground(self) -> &'static str {
        match self {
            Tone::Plain => "#0b5fad",
            Tone::Accepts => "#14652f",
            Tone::Refuses => "#a3161a",
            Tone::Unknown => "#6b4e00",
        }
    }

    /// What stands before the words, so that colour is not all that tells.
    fn mark(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Accepts => "✓ ",
            Tone::Refuses => "✗ ",
            Tone::Unknown => "? ",
        }
    }
}

/// A badge that stands beside the page, in both languages: `badges/NAME.TAG.svg`.
pub struct Badge {
    /// Name of its file.
    pub name: &'static str,
    /// The first field.
    pub label: Text,
    /// The second field.
    pub value: Text,
}

/// Every badge that stands beside the page. None holds a verdict: what stands in a document for years must not go stale.
pub const BADGES: &[Badge] = &[
    Badge {
        name: "check",
        label: text("will it pull?", "拉得下来吗？"),
        value: text("check it", "检查一下"),
    },
    Badge {
        name: "error",
        label: text("this error", "这条报错"),
        value: text("cause and fix", "原因与修复"),
    },
    Badge {
        name: "rule",
        label: text("this rule", "这条规则"),
        value: text("why, and how to fix it", "原因与修复"),
    },
    Badge {
        name: "consumer",
        label: text("what it accepts", "它接受什么"),
        value: text("version by version", "按版本查看"),
    },
    Badge {
        name: "example",
        label: text("example", "示例"),
        value: text("open in the checker", "在检查器中打开"),
    },
];

impl Badge {
    /// The badge with a name.
    pub fn find(name: &str) -> Option<&'static Badge> {
        BADGES.iter().find(|badge| badge.name == name)
    }

    /// Where it stands, from the page.
    pub fn path(&self, lang: Lang) -> String {
        format!("badges/{}.{}.svg", self.name, lang.tag())
    }

    /// Its words in one line, for those who do not see it.
    pub fn says(&self, lang: Lang) -> String {
        said(self.label.get(lang), self.value.get(lang), lang)
    }

    /// The picture.
    pub fn svg(&self, lang: Lang) -> String {
        svg(
            self.label.get(lang),
            self.value.get(lang),
            Tone::Plain,
            lang,
        )
    }
}

fn said(label: &str, value: &str, lang: Lang) -> String {
    let joint = match (lang, label.ends_with(['?', '？'])) {
        (Lang::En, true) => " ",
        (_, true) => "",
        (Lang::En, false) => ": ",
        (Lang::Zh, false) => "：",
    };
    format!("{label}{joint}{value}")
}

/// Characters that fit into a field.
const LONGEST: usize = 90;
/// Space on both sides of the words of a field, in tenths of a pixel.
const SPACE: u32 = 70;

/// A badge of two fields.
pub fn svg(label: &str, value: &str, tone: Tone, lang: Lang) -> String {
    let label = fitting(label);
    let value = format!("{}{}", tone.mark(), fitting(value));
    let (first, second) = (width(&label), width(&value));
    let split = first + 2 * SPACE;
    let whole = split + second + 2 * SPACE;
    let says = escape(&said(&label, &value, lang));
    let field = |from: u32, words: u32, text: &str| {
        format!(
            r#"<text x="{}" y="14" textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>"#,
            pixels(from + SPACE),
            pixels(words),
            escape(text)
        )
    };
    format!(
        concat!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="20" viewBox="0 0 {w} 20" role="img" aria-label="{says}" xml:lang="{tag}"><title>{says}</title>"##,
            r##"<clipPath id="r"><rect width="{w}" height="20" rx="4"/></clipPath><g clip-path="url(#r)"><rect width="{w}" height="20" fill="{ground}"/><rect width="{s}" height="20" fill="#3d4653"/></g>"##,
            r##"<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif" font-size="11">{label}{value}</g></svg>"##,
            "\n"
        ),
        w = pixels(whole),
        s = pixels(split),
        says = says,
        tag = lang.tag(),
        ground = tone.ground(),
        label = field(0, first, &label),
        value = field(split, second, &value),
    )
}

/// A text of at most so many characters, without line breaks and what XML cannot hold.
fn fitting(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() || crate::markdown::steers(c) {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect();
    if plain.chars().count() <= LONGEST {
        return plain;
    }
    let cut: String = plain.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// How wide words are at 11 pixels, in tenths of a pixel, about as browsers' common fonts draw them. The picture holds the
/// words to it, so that another font changes their spacing and not the badge.
fn width(text: &str) -> u32 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '|' | '!' | '\'' | ',' | '.' | ':' | ';' => 38,
            ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 46,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 102,
            'A'..='Z' => 76,
            ' '..='~' => 67,
            '\u{2e80}'.. => 110,
            _ => 85,
        })
        .fold(0, u32::saturating_add)
}

fn pixels(tenths: u32) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_badge_is_markup() {
        let badge = svg("a<script>&\"", "b\u{0}\u{202e}\nc", Tone::Refuses, Lang::En);
        assert!(badge.contains("a&lt;script&gt;&amp;&quot;"), "{badge}");
        assert!(
            !badge.contains("<script") && !badge.contains('\u{0}') && !badge.contains('\u{202e}')
        );
        assert!(badge.contains("✗ b"));
        assert!(!badge.contains("style"), "policies forbid it");
    }

    #[test]
    fn a_long_verdict_is_cut() {
        let badge = svg("x", &"long ".repeat(60), Tone::Unknown, Lang::Zh);
        assert!(badge.contains('…') && badge.len() < 2000, "{badge}");
    }

    #[test]
    fn every_badge_is_small_and_has_both_languages() {
        for badge in BADGES {
            assert!(Badge::find(badge.name).is_some());
            for lang in [Lang::En, Lang::Zh] {
                assert!(badge.svg(lang).len() < 1200);
                assert!(badge.svg(lang).contains(badge.value.get(lang)));
            }
            assert_ne!(badge.says(Lang::En), badge.says(Lang::Zh));
        }
        assert_eq!(BADGES[0].says(Lang::En), "will it pull? check it");
        assert_eq!(BADGES[1].says(Lang::Zh), "这条报错：原因与修复");
    }
}
