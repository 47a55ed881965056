//! What every view may ask for: to send an action, and to have something checked. It holds no state of its own.

use crate::bridge::{Bridge, Order};
use crate::route::{self, Route};
use crate::settings;
use crate::state::Dispatch;
use std::rc::Rc;

/// What the views below may ask for.
#[derive(Clone)]
pub struct Desk {
    /// Sends actions.
    pub dispatch: Dispatch,
    /// The line to the worker.
    pub bridge: Rc<Bridge>,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        self.dispatch == other.dispatch && Rc::ptr_eq(&self.bridge, &other.bridge)
    }
}

impl Desk {
    /// Has something checked with what the address sets for the consumers, and stays at the address.
    pub fn check_here(&self, order: &Order) {
        let (here, _) = Route::read(&route::fragment());
        self.bridge.choose(&route::asked(&here).choices);
        self.bridge.check(order);
    }

    /// Has something checked and goes to where its report will stand. What the address asks for stays there; else the
    /// consumer that the person deploys to is as chosen before.
    pub fn check(&self, order: Order) {
        let (here, _) = Route::read(&route::fragment());
        let mut asked = route::asked(&here);
        if asked.choices.target().is_none() {
            settings::recall(&mut asked.choices);
        }
        self.bridge.choose(&asked.choices);
        self.bridge.check(&order);
        route::go(&Route::Check(asked));
    }
}
