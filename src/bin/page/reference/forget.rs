//! What this browser keeps of the page now, and the button that has all of it forgotten. It lists what it finds, and says
//! afterwards what was there.

use crate::offline;
use crate::show::{code, word};
use crate::state::{Action, Dispatch};
use crate::stored;
use crate::theme::Theme;
use pullcheck::text::{Lang, Text, text};
use yew::prelude::*;

/// Properties of [`Forget`].
#[derive(Properties, PartialEq)]
pub struct ForgetProps {
    /// Language of the reader.
    pub lang: Lang,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// What was forgotten, and whether the browser did delete its copy.
#[derive(Clone, PartialEq)]
struct Gone {
    kept: Vec<(Text, String)>,
    /// Whether there was a copy, and whether it is gone.
    copy: Option<bool>,
}

/// The list and the button.
#[component]
pub fn Forget(props: &ForgetProps) -> Html {
    let lang = props.lang;
    let gone = use_state(|| None::<Gone>);
    let onclick = {
        let (gone, dispatch) = (gone.clone(), props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let (gone, dispatch) = (gone.clone(), dispatch.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let kept = stored::kept();
                stored::forget();
                let copy = match offline::has_copy() {
                    true => Some(offline::forget().await),
                    false => None,
                };
                dispatch.dispatch(Action::Theme(Theme::System));
                gone.set(Some(Gone { kept, copy }));
            });
        })
    };
    let now = stored::kept();
    html! {
        <>
            <ul class="kept">
                { for stored::KEPT.iter().map(|(name, what)| {
                    let value = now.iter().find(|(known, _)| known == what).map(|(_, value)| value);
                    html! {
                        <li>
                            { what.get(lang) }{ word(lang, ": ", "：") }
                            { match value {
                                Some(value) => code(value),
                                None => html! { { word(lang, "not set", "未设置") } },
                            } }
                            { " " }<span class="quiet" translate="no">{ *name }</span>
                        </li>
                    }
                }) }
                <li>
                    { COPY.get(lang) }{ word(lang, ": ", "：") }
                    { if offline::has_copy() { word(lang, "kept", "已保存") } else { word(lang, "none", "无") } }
                </li>
            </ul>
            <p><button type="button" class="forget" {onclick}>{ word(lang, "Forget everything", "全部忘记") }</button></p>
            <p role="status" class="forgotten">{ gone.as_ref().map(|gone| outcome(gone, lang)).unwrap_or_default() }</p>
        </>
    }
}

const COPY: Text = text("the copy of the page", "页面副本");

fn outcome(gone: &Gone, lang: Lang) -> String {
    let mut names: Vec<&str> = gone.kept.iter().map(|(what, _)| what.get(lang)).collect();
    if gone.copy == Some(true) {
        names.push(COPY.get(lang));
    }
    let names = names.join(word(lang, ", ", "、"));
    let mut out = match (names.is_empty(), lang) {
        (true, _) => word(lang, "Nothing was kept.", "没有保存过任何内容。").to_string(),
        (false, Lang::En) => format!("Forgotten: {names}."),
        (false, Lang::Zh) => format!("已忘记：{names}。"),
    };
    if gone.copy == Some(false) {
        out = match names.is_empty() {
            true => String::new(),
            false => format!("{out}{}", word(lang, " ", "")),
        };
        out.push_str(word(
            lang,
            "The browser did not delete its copy of the page. Its settings for this site can do it.",
            "浏览器未能删除页面副本，可以在浏览器的网站设置中删除。",
        ));
    }
    out
}
