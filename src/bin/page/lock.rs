//! The padlock: since when the page can ask for nothing any more. It says so only where the closing policy is in the
//! document; `www/boot.js` puts it there.

use crate::route::Route;
use crate::show::word;
use js_sys::{Date, Reflect};
use pullcheck::text::Lang;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// The time of the day at which the network was closed, as `HH:MM:SS`.
pub fn since() -> Option<String> {
    let pullcheck = Reflect::get(&js_sys::global(), &JsValue::from_str("pullcheck")).ok()?;
    let at = Reflect::get(&pullcheck, &JsValue::from_str("closedAt")).ok()?;
    let date = Date::new(&JsValue::from_f64(at.as_f64()?));
    let (hours, minutes, seconds) = (date.get_hours(), date.get_minutes(), date.get_seconds());
    Some(format!("{hours:02}:{minutes:02}:{seconds:02}"))
}

/// What the padlock is told.
#[derive(Properties, PartialEq)]
pub struct LockProps {
    /// Language of the reader.
    pub lang: Lang,
}

/// The line below the head of every view.
#[component]
pub fn Lock(props: &LockProps) -> Html {
    let lang = props.lang;
    let Some(since) = since() else {
        return html! {};
    };
    html! {
        <p class="lock">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
                <path d="M3 7h10v7H3z M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />
            </svg>
            <span>
                <strong>{ match lang {
                    Lang::En => format!("Network closed since {since}."),
                    Lang::Zh => format!("网络已于 {since} 关闭。"),
                } }</strong>
                { " " }
                { word(lang,
                    "Files are read in this tab and never uploaded: the browser blocks every request of this page.",
                    "文件只在当前标签页内读取，不会上传：浏览器会拦截本页的一切请求。") }
                { " " }
                <a href={Route::Privacy.address()}>{ word(lang, "How to verify", "如何验证") }</a>
            </span>
        </p>
    }
}
