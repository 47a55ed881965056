//! The static mirrors: every leaflet as a page of its own in each language, for search engines, previews of links and readers
//! without scripts, with a sitemap. All links are relative, so that the pages stand under any path; only what must be
//! absolute (canonical addresses, the sitemap) needs to be told the site. It makes texts and writes no file.

mod blocks;
mod html;
mod site;
mod writer;

pub use site::{not_found, robots, sitemap};

use crate::addresses::{escape, mirror};
use crate::leaflets::{Topic, leaflet, plain};
use crate::text::{Lang, Phrase, Text, text};

/// The style sheet that all pages share, beside the languages' folders.
pub const STYLE: &str = "mirrors.css";

/// Both languages, in the order in which pages are made.
const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

/// No script, no request but for the style sheet.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/// The sign of the page, as `www/index.html` has it.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b5fad'/%3E%3Cpath d='M4 8.5l3 3 5-7' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";

/// Width and height of the picture that previews of links show. The build puts one for each language beside the front page
/// where a site is named (`setup/after-build.mjs`): those of README.md.
pub const PICTURE_SIZE: [u32; 2] = [896, 680];

/// What is on that picture.
pub const PICTURE_SHOWS: Text = text(
    "A wasm plugin was dropped: Higress refuses it, why, and what the others do with it",
    "拖入一个 Wasm 插件：Higress 会拒绝它、原因何在，以及其他使用方的结论",
);

/// Characters of a description that search engines and previews show.
const SHOWN: [usize; 2] = [220, 120];

/// A file of the mirrors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the site, with slashes.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// The pages of a topic, one for each language; `site` is the address of the front page without a slash at its end.
pub fn pages(topic: &Topic, site: Option<&str>) -> Vec<File> {
    let Some(leaflet) = leaflet(topic) else {
        return Vec::new();
    };
    let page = |lang| File {
        path: path(topic, lang),
        text: html::page(topic, &leaflet, lang, site),
    };
    LANGS.into_iter().map(page).collect()
}

/// The path of the picture that previews show in a language.
pub fn picture(lang: Lang) -> String {
    format!("preview.{}.png", lang.tag())
}

/// The path of a topic's page in a language.
pub fn path(topic: &Topic, lang: Lang) -> String {
    match topic {
        Topic::Home => format!("{}/index.html", lang.tag()),
        Topic::List(kind) => format!("{}/{}.html", lang.tag(), kind.room()),
        Topic::Privacy => format!("{}/privacy.html", lang.tag()),
        Topic::Offline => format!("{}/offline.html", lang.tag()),
        Topic::One(kind, id) => mirror(kind.room(), id, lang),
    }
}

/// The address of a topic's page: on the site, or relative to the site's front page.
fn address(site: Option<&str>, topic: &Topic, lang: Lang) -> String {
    let path = match topic {
        Topic::Home => format!("{}/", lang.tag()),
        _ => escape(&path(topic, lang)),
    };
    match site {
        Some(site) => format!("{site}/{path}"),
        None => path,
    }
}

/// How one gets from a page to another file of the site: both are paths from the front page.
fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let folders = folders.split_last().map_or(&[][..], |(_, above)| above);
    let shared = folders
        .iter()
        .zip(to.split('/'))
        .take_while(|(a, b)| *a == b)
        .count();
    let rest: Vec<&str> = to.split('/').skip(shared).collect();
    let up = "../".repeat(folders.len().saturating_sub(shared));
    format!("{up}{}", escape(&rest.join("/")))
}

/// What a page is called: its own name, then whose it is.
fn title(name: &Phrase, lang: Lang) -> String {
    format!("{} · Pullcheck", plain(name, lang))
}

/// A description, cut between words where it is longer than it is shown.
fn description(about: &Phrase, lang: Lang) -> String {
    let text = plain(about, lang).replace(['\n', '\r', '\t'], " ");
    let [en, zh] = SHOWN;
    let most = match lang {
        Lang::En => en,
        Lang::Zh => zh,
    };
    let Some((at, _)) = text.char_indices().nth(most) else {
        return text;
    };
    let cut = text.get(..at).unwrap_or(&text);
    let cut = match (lang, cut.rsplit_once(' ')) {
        (Lang::En, Some((whole, _))) => whole,
        _ => cut,
    };
    format!(
        "{}…",
        cut.trim_end_matches([' ', ',', ';', ':', '，', '、'])
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaflets::Kind;

    #[test]
    fn pages_find_each_other_by_relative_addresses() {
        let rule = path(&Topic::One(Kind::Rules, "digest-syntax".into()), Lang::En);
        assert_eq!(rule, "en/rules/digest-syntax.html");
        assert_eq!(relative(&rule, "en/rules/x.html"), "x.html");
        assert_eq!(relative(&rule, "en/rules.html"), "../rules.html");
        assert_eq!(relative(&rule, STYLE), "../../mirrors.css");
        let name = "application/vnd.oci.empty.v1+json".to_string();
        let media_type = path(&Topic::One(Kind::MediaTypes, name), Lang::Zh);
        assert_eq!(
            relative(&rule, &media_type),
            "../../zh-CN/media-types/application/vnd.oci.empty.v1%2Bjson.html"
        );
        assert_eq!(relative(&media_type, STYLE), "../../../mirrors.css");
    }

    #[test]
    fn addresses_of_folders_end_in_a_slash() {
        let site = Some("https://example.org/p");
        assert_eq!(
            address(site, &Topic::Home, Lang::Zh),
            "https://example.org/p/zh-CN/"
        );
        let list = Topic::List(Kind::Rules);
        assert_eq!(address(None, &list, Lang::En), "en/rules.html");
        let rule = Topic::One(Kind::Rules, "layout-empty-index".into());
        let own = "en/rules/layout-empty-index.html";
        assert_eq!(address(None, &rule, Lang::En), own);
    }

    #[test]
    fn long_descriptions_are_cut_between_words() {
        let long = Phrase::from(crate::text::text("word, ", "词、"));
        let long = Phrase {
            en: long.en.repeat(60).into(),
            zh: long.zh.repeat(100).into(),
            args: Vec::new(),
        };
        let en = description(&long, Lang::En);
        assert!(en.ends_with("word…") && en.chars().count() <= 221, "{en}");
        assert_eq!(description(&long, Lang::Zh).chars().count(), 120);
    }
}
