//! Whether the page is being printed: on paper nothing can be unfolded, so the views show all that they fold on a screen.
//! How it looks there is the style sheet's.

use gloo::events::EventListener;
use yew::prelude::*;

/// True from just before the browser lays the page out for paper until it is done.
#[hook]
pub fn use_printing() -> bool {
    let printing = use_state(|| false);
    use_effect_with((), {
        let printing = printing.setter();
        move |()| {
            let window = gloo::utils::window();
            let on = |name: &'static str, now: bool| {
                let printing = printing.clone();
                EventListener::new(&window, name, move |_| printing.set(now))
            };
            let mut listeners = vec![on("beforeprint", true), on("afterprint", false)];
            if let Ok(Some(media)) = window.match_media("print") {
                let heard = media.clone();
                listeners.push(EventListener::new(&media, "change", move |_| {
                    printing.set(heard.matches());
                }));
            }
            move || drop(listeners)
        }
    });
    *printing
}
