//! The few choices that this browser keeps. In a frame of another site, or where a reader forbids it, there is nothing to
//! keep them in: then nothing is kept, and nothing breaks. It never holds anything of what was checked.

use web_sys::Storage;

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is kept under a name.
pub fn get(name: &str) -> Option<String> {
    let kept = storage()?.get_item(name).ok()??;
    // Kept as JSON.
    serde_json::from_str(&kept).ok()
}

/// Keeps a text.
pub fn set(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, &serde_json::Value::from(text).to_string());
    }
}

/// Forgets what is kept.
pub fn delete(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}
