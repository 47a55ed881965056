//! Head and foot of every view: name, ways through the page, language and colours.

use crate::lock::Lock;
use crate::route::{self, Route};
use crate::show::word;
use crate::state::{Action, Dispatch};
use crate::theme::{self, Theme};
use pullcheck::text::Lang;
use yew::prelude::*;

/// What the head shows.
#[derive(Properties, PartialEq)]
pub struct TopProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
    /// Where the reader is.
    pub route: Route,
    /// Whether there is a report to go back to.
    pub has_report: bool,
    /// Sends actions.
    pub dispatch: Dispatch,
}

/// The head.
#[component]
pub fn Top(props: &TopProps) -> Html {
    let lang = props.lang;
    let link = |to: Route, label: &'static str| {
        let current = (props.route == to).then_some("page");
        html! { <a href={to.address()} aria-current={current}>{ label }</a> }
    };
    let report = Route::Check(route::asked(&props.route));
    let other = match lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    let to_other = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            theme::store_language(other);
            dispatch.dispatch(Action::Lang(other));
        })
    };
    let next = match props.theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    };
    let to_next = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            next.store();
            dispatch.dispatch(Action::Theme(next));
        })
    };
    let theme_name = match props.theme {
        Theme::System => word(lang, "Colours: system", "配色：跟随系统"),
        Theme::Light => word(lang, "Colours: light", "配色：浅色"),
        Theme::Dark => word(lang, "Colours: dark", "配色：深色"),
    };
    html! {
        <header class="top">
            <a class="brand" href={Route::Home.address()} translate="no">{ "Pullcheck" }</a>
            <nav aria-label={word(lang, "Pages", "页面")}>
                if props.has_report {
                    <a id="nav-report" href={report.address()} aria-current={(props.route == report).then_some("page")}>{ word(lang, "Report", "报告") }</a>
                }
                { link(Route::Errors, word(lang, "Errors", "报错")) }
                { link(Route::Consumers, word(lang, "Consumers", "使用方")) }
                { link(Route::Rules, word(lang, "Rules", "规则")) }
                { link(Route::MediaTypes, word(lang, "Media types", "媒体类型")) }
                { link(Route::Examples, word(lang, "Examples", "示例")) }
            </nav>
            <div class="switches">
                <button type="button" id="language" lang={other.tag()} onclick={to_other}>{ match other { Lang::En => "English", Lang::Zh => "简体中文" } }</button>
                <button type="button" id="theme" class="theme" onclick={to_next} title={theme_name} aria-label={theme_name}>
                    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
                        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />
                        { match props.theme {
                            Theme::System => html! { <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" /> },
                            Theme::Light => html! {},
                            Theme::Dark => html! { <circle cx="8" cy="8" r="5.5" fill="currentColor" /> },
                        } }
                    </svg>
                    <span>{ match props.theme {
                        Theme::System => word(lang, "System", "跟随系统"),
                        Theme::Light => word(lang, "Light", "浅色"),
                        Theme::Dark => word(lang, "Dark", "深色"),
                    } }</span>
                </button>
            </div>
            <Lock {lang} />
        </header>
    }
}

/// What the foot shows.
#[derive(Properties, PartialEq)]
pub struct BottomProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Opens the list of the keys.
    pub on_keys: Callback<()>,
}

/// The foot.
#[component]
pub fn Bottom(props: &BottomProps) -> Html {
    let lang = props.lang;
    let rules = pullcheck::rules::all().count();
    let consumers = pullcheck::consumers::all().count();
    let errors = pullcheck::errors::COUNT;
    html! {
        <footer class="bottom">
            <p>
                <a href={Route::Privacy.address()}>{ word(lang, "Privacy", "隐私") }</a>
                { " · " }
                <a href={Route::Offline.address()}>{ word(lang, "Use it offline", "离线使用") }</a>
                { " · " }
                <a href={Route::Authors.address()}>{ word(lang, "Link to it, embed it", "链接与嵌入") }</a>
                { " · " }
                <button type="button" class="plain" id="keys-open" aria-haspopup="dialog"
                    onclick={props.on_keys.reform(|_: MouseEvent| ())}>{ word(lang, "Keyboard shortcuts", "键盘快捷键") }</button>
            </p>
            <p>
                <span translate="no">{ concat!("Pullcheck ", env!("CARGO_PKG_VERSION")) }</span>
                { match lang {
                    Lang::En => format!(" · {rules} rules · {consumers} consumers · {errors} error messages"),
                    Lang::Zh => format!(" · {rules} 条规则 · {consumers} 个使用方 · {errors} 条报错"),
                } }
            </p>
        </footer>
    }
}
