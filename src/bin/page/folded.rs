//! A part that is folded until somebody opens it, and drawn only then: most are never opened, and a report has a hundred.
//! What was opened once stays drawn. Nothing that paper shows may stand in one.

use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// Properties of [`Folded`].
#[derive(Properties, PartialEq)]
pub struct FoldedProps {
    /// Classes of the whole.
    #[prop_or_default]
    pub class: Classes,
    /// Whether it is to be unfolded from the start.
    #[prop_or_default]
    pub open: bool,
    /// What is always seen.
    pub summary: Html,
    /// What is drawn from the start, and is folded all the same.
    #[prop_or_default]
    pub kept: Html,
    /// Draws the rest.
    pub draw: Callback<(), Html>,
}

/// The part.
#[component]
pub fn Folded(props: &FoldedProps) -> Html {
    let opened = use_state(|| false);
    // Before it unfolds, so that it does so in one go.
    let onclick = {
        let opened = opened.setter();
        Callback::from(move |_: MouseEvent| opened.set(true))
    };
    // A browser unfolds it without a click, too.
    let ontoggle = {
        let opened = opened.setter();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<HtmlDetailsElement>();
            if details.is_some_and(|details| details.open()) {
                opened.set(true);
            }
        })
    };
    html! {
        <details class={props.class.clone()} open={props.open} {ontoggle}>
            <summary {onclick}>{ props.summary.clone() }</summary>
            { props.kept.clone() }
            if *opened || props.open { { props.draw.emit(()) } }
        </details>
    }
}
