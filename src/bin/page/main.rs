//! The page and its worker.

use yew::prelude::*;

#[function_component]
fn App() -> Html {
    html! { <h1>{ "Pullcheck" }</h1> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
