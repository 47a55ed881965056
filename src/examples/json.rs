//! JSON for examples. What stands in the code as plain JSON is kept as text and read when it is needed: a tenth of the
//! machine code that `serde_json::json!` makes of it, which a page that people download can feel.

use serde_json::Value;

/// Plain JSON, or one Rust value. JSON with Rust values in it is `serde_json::json!`'s.
macro_rules! json {
    (null) => { serde_json::Value::Null };
    ({ $($inner:tt)* }) => { $crate::examples::read(stringify!({ $($inner)* })) };
    ([ $($inner:tt)* ]) => { $crate::examples::read(stringify!([ $($inner)* ])) };
    ($value:expr) => { serde_json::Value::from($value) };
}
pub(crate) use json;

/// Reads JSON that stands in the code; the tests read all of it.
pub fn read(text: &'static str) -> Value {
    let read = serde_json::from_str(text);
    debug_assert!(read.is_ok(), "{text}");
    read.unwrap_or_default()
}

/// Takes a field out of an object.
pub fn without(object: &mut Value, key: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(key);
    }
}

/// The text of a JSON string.
pub fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// Turns an array around.
pub fn reverse(array: &mut Value) {
    if let Some(items) = array.as_array_mut() {
        items.reverse();
    }
}

/// Adds an item to an array.
pub fn push(array: &mut Value, item: Value) {
    if let Some(items) = array.as_array_mut() {
        items.push(item);
    }
}
