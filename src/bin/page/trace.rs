//! A consumer's own steps, one under the other, and buttons that lead to places. It decides nothing.

use crate::show::{code, phrase, word};
use crate::state::{Action, Dispatch};
use pullcheck::report::{Locus, Mark, Step};
use pullcheck::text::Lang;
use yew::prelude::*;

/// A button that shows a place in the source view.
pub fn place_button(at: &Locus, lang: Lang, dispatch: &Dispatch) -> Html {
    let onclick = {
        let at = at.clone();
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Show(at.clone())))
    };
    html! {
        <button type="button" class="place" {onclick}>
            <span class="hidden">{ word(lang, "Show ", "显示 ") }</span>{ code(&at.show(lang)) }
        </button>
    }
}

/// The steps, in the consumer's order, their places as buttons.
pub fn trace(steps: &[Step], lang: Lang, dispatch: &Dispatch) -> Html {
    steps_with(steps, lang, &|at| place_button(at, lang, dispatch))
}

/// The steps of something that is not on the screen: their places as texts.
pub fn procedure(steps: &[Step], lang: Lang) -> Html {
    steps_with(steps, lang, &|at| code(&at.show(lang)))
}

fn steps_with(steps: &[Step], lang: Lang, place: &dyn Fn(&Locus) -> Html) -> Html {
    let steps = steps.iter().map(|step| {
        let (class, icon, name) = mark(step.mark, lang);
        html! {
            <li class={class}>
                <span class="icon" aria-hidden="true">{ icon }</span>
                <span class="hidden">{ name }</span>
                <span>{ phrase(&step.says, lang) }</span>
                if let Some(at) = &step.at {
                    { " " }{ place(at) }
                }
            </li>
        }
    });
    html! { <ol class="trace">{ for steps }</ol> }
}

fn mark(mark: Mark, lang: Lang) -> (&'static str, &'static str, &'static str) {
    match mark {
        Mark::Pass => ("pass", "✓", word(lang, "met: ", "满足：")),
        Mark::Fail => ("fail", "✗", word(lang, "not met: ", "不满足：")),
        Mark::Note => ("note", "·", word(lang, "note: ", "说明：")),
        Mark::Unknown => ("unknown", "?", word(lang, "not known: ", "未知：")),
    }
}
