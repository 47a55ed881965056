//! Light, dark or as the system has it; and the language: what was chosen is kept in this browser.

use crate::stored;
use pullcheck::text::Lang;

/// How the page is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The theme that an address asks for, by its word.
    pub fn asked(word: &str) -> Option<Theme> {
        [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.word() == word)
    }

    /// Its word, as in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// What was chosen before, or the system's.
    pub fn stored() -> Theme {
        match stored::get(stored::THEME).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// Puts the theme on the document.
    pub fn apply(self) {
        if let Some(root) = root() {
            let _ = match self {
                Theme::System => root.remove_attribute("data-theme"),
                other => root.set_attribute("data-theme", other.word()),
            };
        }
    }

    /// Keeps the choice.
    pub fn store(self) {
        stored::put(
            stored::THEME,
            match self {
                Theme::System => "",
                other => other.word(),
            },
        );
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// The reader's language: the address asks for one, or one was chosen before, or the browser prefers one.
pub fn language(asked: Option<Lang>) -> Lang {
    asked
        .or_else(|| stored::get(stored::LANG).map(|tag| Lang::from_tag(&tag)))
        .or_else(|| {
            let tags = web_sys::window()?.navigator().languages();
            tags.iter()
                .filter_map(|tag| tag.as_string())
                .find(|tag| {
                    let tag = tag.to_ascii_lowercase();
                    tag.starts_with("en") || tag.starts_with("zh")
                })
                .map(|tag| Lang::from_tag(&tag))
        })
        .unwrap_or_default()
}

/// Keeps the chosen language.
pub fn store_language(lang: Lang) {
    stored::put(stored::LANG, lang.tag());
}

/// Puts the language on the document.
pub fn apply_language(lang: Lang) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", lang.tag());
    }
}
