//! JSON for programs. It adds nothing to what the core renders.

use pullcheck::markdown::steers;
use serde_json::Value;

/// A value as indented JSON. Characters that could steer a terminal are written as escapes; the value is the same.
pub fn pretty(value: &Value) -> String {
    let plain = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_string());
    safe(&format!("{plain}\n"))
}

/// A JSON text with such characters as escapes.
pub fn safe(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        // Control characters below U+0020 are escaped already; the line ends of the indentation stay.
        if steers(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn escapes_change_the_text_but_not_the_value() {
        let value = json!({ "name": "a\u{9b}b\u{202e}\n 层" });
        let text = pretty(&value);
        assert!(text.contains("a\\u009bb\\u202e\\n 层"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
