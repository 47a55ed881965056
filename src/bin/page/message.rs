//! What goes from one worker to another: values as bytes in an array, which browsers hand on without reading it.

use js_sys::Uint8Array;
use pullcheck::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// A value, to be posted.
pub fn packed<T: Serialize + ?Sized>(value: &T) -> JsValue {
    Uint8Array::from(wire::to_bytes(value).as_slice()).into()
}

/// The value that was posted; none where it is something else.
pub fn unpacked<T: DeserializeOwned>(message: &JsValue) -> Option<T> {
    wire::from_bytes(&message.dyn_ref::<Uint8Array>()?.to_vec())
}
