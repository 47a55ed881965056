//! Who is covered, as tables: a line for each family, as in the README, then every consumer with the versions that are told
//! apart, as in docs/consumers.md. It shows what is built in and judges nothing.

use pullcheck::consumers::{self, Consumer, FAMILIES, Family};
use pullcheck::markdown;
use pullcheck::text::{Lang, Phrase, say, text};

/// Where the table of families begins and ends in a document that holds it.
pub const MARK: &str = "<!-- consumers -->";

fn word(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    text(en, zh).get(lang)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn ranges<'c>(consumers: impl Iterator<Item = &'c &'static Consumer>) -> usize {
    consumers.map(|one| one.ranges.len()).sum()
}

/// What a table of families says above it.
fn intro() -> Phrase {
    say(
        "{consumers} consumers in {families} families; {ranges} ranges of versions are told apart, because they behave differently.",
        "{families} 类共 {consumers} 个使用方；按行为不同区分出 {ranges} 个版本区间。",
    )
    .count("consumers", number(consumers::all().count()))
    .count("families", number(FAMILIES.len()))
    .count("ranges", number(FAMILIES.iter().map(|family| ranges(family.consumers.iter())).sum()))
}

/// The table of families, with its sentence.
fn families(lang: Lang) -> String {
    let mut out = format!("{}\n\n", intro().render(lang));
    out.push_str(word(
        lang,
        "| family | consumers, each with the number of its ranges of versions |\n",
        "| 类别 | 使用方，及各自区分的版本区间数 |\n",
    ));
    out.push_str("| --- | --- |\n");
    for family in FAMILIES {
        let members = family.consumers.iter().map(|one| match one.ranges.len() {
            0 | 1 => markdown::escape(one.name),
            several => format!("{} ×{several}", markdown::escape(one.name)),
        });
        let members: Vec<String> = members.collect();
        out.push_str(&format!(
            "| {} | {} |\n",
            markdown::cell(&markdown::phrase(&family.title.into(), lang)),
            markdown::cell(&members.join(word(lang, ", ", "、"))),
        ));
    }
    out
}

/// Every consumer of a family, with its versions.
fn members(family: &Family, lang: Lang) -> String {
    let mut out = format!("## {}\n\n", family.title.get(lang));
    out.push_str(word(
        lang,
        "| Consumer | Id | Versions told apart | What each does |\n",
        "| 使用方 | id | 区分的版本 | 各自的行为 |\n",
    ));
    out.push_str("| --- | --- | --- | --- |\n");
    for one in family.consumers {
        for (at, range) in one.ranges.iter().enumerate() {
            let (name, id) = match at {
                0 => (markdown::escape(one.name), markdown::code(one.id)),
                _ => (String::new(), String::new()),
            };
            out.push_str(&format!(
                "| {name} | {id} | {} | {} |\n",
                markdown::cell(&markdown::escape(range.versions.shown)),
                markdown::cell(&markdown::phrase(&range.label.into(), lang)),
            ));
        }
    }
    out
}

/// Everything, as a document.
pub fn document(lang: Lang) -> String {
    let mut out = format!(
        "# {}\n\n<!-- {} cargo run --bin pullcheck -- consumers --format markdown --lang {} -->\n\n{MARK}\n{}{MARK}\n",
        word(lang, "Consumers", "使用方"),
        word(
            lang,
            "Made by this command, do not edit:",
            "由以下命令生成，请勿手工修改："
        ),
        lang.tag(),
        families(lang),
    );
    for family in FAMILIES {
        out.push('\n');
        out.push_str(&members(family, lang));
    }
    out
}
