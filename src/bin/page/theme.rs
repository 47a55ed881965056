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

    /// What the document has: `www/shell.js` put it there, from the stored choice.
    pub fn at_start() -> Theme {
        root()
            .and_then(|root| root.get_attribute("data-theme"))
            .and_then(|word| Theme::asked(&word))
            .unwrap_or(Theme::System)
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

/// The reader's language as the document has it: `www/shell.js` put it there, because the address asks for it, or it was
/// chosen before, or the browser prefers it.
pub fn language() -> Lang {
    root()
        .and_then(|root| root.get_attribute("lang"))
        .map(|tag| Lang::from_tag(&tag))
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
