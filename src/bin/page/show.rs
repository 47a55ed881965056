//! How phrases, code and copy buttons look everywhere. It decides nothing.

use crate::attention;
use crate::clipboard;
use crate::route::Route;
use gloo::timers::callback::Timeout;
use pullcheck::spec::is_media_type;
use pullcheck::text::{Lang, Phrase, Span, Text};
use wasm_bindgen::JsCast;
use yew::html::IntoPropValue;
use yew::prelude::*;

/// One of two texts, by language: the page's own words stand beside each other where they are shown.
pub fn word(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// A sentence, its code in code style.
pub fn phrase(phrase: &Phrase, lang: Lang) -> Html {
    phrase
        .spans(lang)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) => html! { { text } },
            Span::Code(text) => linked(&text),
        })
        .collect()
}

/// As [`phrase`], for the words of a link: nothing in it is a link.
pub fn unlinked(phrase: &Phrase, lang: Lang) -> Html {
    phrase
        .spans(lang)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) => html! { { text } },
            Span::Code(text) => code(&text),
        })
        .collect()
}

/// Digits of a digest that a summary shows; the whole stands in the steps, the documents and the hint.
const DIGEST_SHOWN: usize = 12;

/// As [`phrase`], with digests cut to their first digits: for a summary, where whole ones drown the words.
pub fn brief(phrase: &Phrase, lang: Lang) -> Html {
    phrase
        .spans(lang)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) => html! { { text } },
            Span::Code(text) => match shortened(&text) {
                Some(short) => html! { <code translate="no" title={text}>{ short }</code> },
                None => linked(&text),
            },
        })
        .collect()
}

/// The text with what follows the first digits of a SHA-256 or longer at its end left out, if it ends in one.
fn shortened(text: &str) -> Option<String> {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_hexdigit()).len();
    let start = text.len().checked_sub(digits)?;
    let shown = text.get(..start + DIGEST_SHOWN)?;
    (digits >= 64).then(|| format!("{shown}…"))
}

/// A text in both languages, its code in code style.
pub fn text(text: Text, lang: Lang) -> Html {
    phrase(&text.into(), lang)
}

/// Something that is never translated: a media type, digest, path or name.
pub fn code(text: &str) -> Html {
    html! { <code translate="no">{ text.to_string() }</code> }
}

/// As [`code`]; a media type leads to its page.
pub fn linked(text: &str) -> Html {
    if !text.starts_with("application/") || !is_media_type(text) {
        return code(text);
    }
    let to = Route::MediaType(text.to_string()).address();
    html! { <a class="type" href={to}>{ code(text) }</a> }
}

/// What a copy button copies.
#[derive(Clone, PartialEq)]
pub enum Copies {
    /// This text.
    Text(String),
    /// What is written once somebody asks for it.
    Written(Callback<(), String>),
}

impl Copies {
    fn text(&self) -> String {
        match self {
            Copies::Text(text) => text.clone(),
            Copies::Written(write) => write.emit(()),
        }
    }
}

impl IntoPropValue<Copies> for String {
    fn into_prop_value(self) -> Copies {
        Copies::Text(self)
    }
}

impl IntoPropValue<Copies> for Callback<(), String> {
    fn into_prop_value(self) -> Copies {
        Copies::Written(self)
    }
}

/// Properties of [`CopyButton`].
#[derive(Properties, PartialEq)]
pub struct CopyProps {
    /// The text.
    pub text: Copies,
    /// Language of the reader.
    pub lang: Lang,
    /// Words on the button; "Copy" where there are none.
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// How a copy went, for two seconds.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    Not,
    Done,
    Selected,
    Failed,
}

impl Copied {
    fn words(self, lang: Lang) -> Option<&'static str> {
        match self {
            Copied::Not => None,
            Copied::Done => Some(word(lang, "Copied", "已复制")),
            Copied::Selected => Some(word(lang, "Selected: press Ctrl+C", "已选中：请按 Ctrl+C")),
            Copied::Failed => Some(word(
                lang,
                "Not copied: select and press Ctrl+C",
                "未能复制：请选中后按 Ctrl+C",
            )),
        }
    }
}

/// A button that copies a text and says so.
#[component]
pub fn CopyButton(props: &CopyProps) -> Html {
    let copied = use_state(|| Copied::Not);
    let lang = props.lang;
    let onclick = {
        let text = props.text.clone();
        let copied = copied.clone();
        Callback::from(move |event: MouseEvent| {
            let text = text.text();
            let copied = copied.clone();
            let shown = shown_beside(&event);
            wasm_bindgen_futures::spawn_local(async move {
                let done = clipboard::copy(&text).await;
                let now = match shown {
                    _ if done => Copied::Done,
                    // Frames of other pages may have no clipboard.
                    Some(shown) if clipboard::select(&shown).is_some() => Copied::Selected,
                    _ => Copied::Failed,
                };
                if let Some(words) = now.words(lang) {
                    attention::announce(words);
                }
                copied.set(now);
                Timeout::new(2000, move || copied.set(Copied::Not)).forget();
            });
        })
    };
    let label = match copied.words(lang) {
        Some(words) => words.into(),
        None => props
            .label
            .clone()
            .unwrap_or_else(|| word(lang, "Copy", "复制").into()),
    };
    html! { <button type="button" class="copy" {onclick}>{ label }</button> }
}

/// The text that a copy button stands beside, if it is shown.
fn shown_beside(event: &MouseEvent) -> Option<web_sys::Element> {
    let button: web_sys::Element = event.target()?.dyn_into().ok()?;
    let block = button.closest(".block").ok()??;
    block.query_selector("pre").ok()?
}

/// A block of commands or original text with its copy button.
pub fn block(text: &str, lang: Lang, class: &'static str) -> Html {
    html! {
        <div class={classes!("block", class)}>
            // It stands at the top of the text, so it also comes before it.
            <CopyButton text={text.to_string()} {lang} />
            <pre tabindex="0" translate="no"><code>{ text.to_string() }</code></pre>
        </div>
    }
}
