//! What the page keeps in this browser: four choices, each under a name of its own. Nothing else of the page writes to the
//! browser's storage but `www/shell.js`, which keeps the first two where they are chosen before the program is there
//! (`tests/tidy.rs` holds both to that), and nothing of what is checked ever comes here.

use pullcheck::text::{Text, text};
use std::cell::Cell;
use web_sys::Storage;

/// Light, dark or as the system has it.
pub const THEME: &str = "pullcheck.theme";
/// The language of the reader.
pub const LANG: &str = "pullcheck.lang";
/// The consumer that one deploys to.
pub const TARGET: &str = "pullcheck.for";
/// Whether keys do something by themselves.
pub const KEYS: &str = "pullcheck.keys";

/// All that is kept, by name, and what it is in words.
pub const KEPT: [(&str, Text); 4] = [
    (THEME, text("the colours", "配色")),
    (LANG, text("the language", "语言")),
    (TARGET, text("where you deploy to", "部署目标")),
    (
        KEYS,
        text("whether single keys are shortcuts", "是否启用单键快捷键"),
    ),
];

thread_local! {
    /// For browsers that store nothing: the choice holds as long as the page is open.
    static KEYS_ON: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Where it is kept. In a frame of another site, and where a reader forbids it, there is no such place.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is kept under a name.
pub fn get(name: &str) -> Option<String> {
    let kept = storage()?.get_item(name).ok()??;
    // Kept as JSON.
    serde_json::from_str(&kept).ok()
}

/// Keeps a choice; an empty one is forgotten. A browser that stores nothing still shows what was chosen.
pub fn put(name: &str, value: &str) {
    let Some(storage) = storage() else {
        return;
    };
    let _ = match value {
        "" => storage.remove_item(name),
        value => storage.set_item(name, &serde_json::Value::from(value).to_string()),
    };
}

/// Whether single keys are shortcuts: until somebody says otherwise, they are.
pub fn keys_on() -> bool {
    let said = KEYS_ON.with(Cell::get);
    said.unwrap_or_else(|| get(KEYS).as_deref() != Some("off"))
}

/// Turns the single keys on or off.
pub fn turn_keys(on: bool) {
    KEYS_ON.with(|said| said.set(Some(on)));
    put(KEYS, if on { "" } else { "off" });
}

/// What is kept now, in words with its value.
pub fn kept() -> Vec<(Text, String)> {
    KEPT.iter()
        .filter_map(|(name, what)| Some((*what, get(name)?)))
        .collect()
}

/// Forgets all choices.
pub fn forget() {
    for (name, _) in KEPT {
        put(name, "");
    }
    KEYS_ON.with(|said| said.set(None));
}
