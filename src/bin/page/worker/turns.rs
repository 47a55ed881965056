//! Work in turns: whoever has more to do asks for another turn and gets it behind the messages that wait. It does no work
//! itself.

use gloo::events::EventListener;
use std::cell::OnceCell;
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

/// Somebody's turns.
pub struct Turns {
    turn: fn(),
    asking: OnceCell<Option<MessagePort>>,
}

impl Turns {
    /// Turns in which this is done.
    pub const fn new(turn: fn()) -> Turns {
        Turns {
            turn,
            asking: OnceCell::new(),
        }
    }

    /// Asks for a turn.
    pub fn ask(&self) {
        if let Some(port) = self.asking.get_or_init(|| opened(self.turn)) {
            let _ = port.post_message(&JsValue::NULL);
        }
    }
}

/// Where one asks; messages pass through it and come back as turns.
fn opened(turn: fn()) -> Option<MessagePort> {
    let channel = MessageChannel::new().ok()?;
    let turns = channel.port1();
    EventListener::new(&turns, "message", move |_| turn()).forget();
    turns.start();
    Some(channel.port2())
}
