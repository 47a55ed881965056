//! The menu of what a report can be taken along as: saved to be opened again, for programs, for people, on paper.
//! The files are laid out elsewhere.

use crate::clipboard;
use crate::export;
use crate::show::word;
use crate::state::{Action, Dispatch, Loaded, Shared};
use pullcheck::text::{Lang, say};
use web_sys::{
    HtmlDetailsElement, HtmlElement, HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::prelude::*;

/// Properties of [`ExportMenu`].
#[derive(Properties, PartialEq)]
pub struct ExportProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// Whether names are left out, here and in the summary.
    pub discreet: UseStateHandle<bool>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// How a report is written, and the end and type of its file.
type Writer = (fn(&Loaded, Lang) -> String, &'static str, &'static str);

/// The menu.
#[component]
pub fn ExportMenu(props: &ExportProps) -> Html {
    let lang = props.lang;
    let menu = use_node_ref();
    let close = {
        let menu = menu.clone();
        move || {
            if let Some(details) = menu.cast::<HtmlDetailsElement>() {
                details.set_open(false);
                let summary = details.query_selector("summary").ok().flatten();
                if let Some(summary) =
                    summary.and_then(|s| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(s).ok())
                {
                    let _ = summary.focus();
                }
            }
        }
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close();
            }
        })
    };
    // Where it would end below the window, the page moves up.
    let ontoggle = Callback::from(|event: Event| {
        let details = event.target_dyn_into::<HtmlDetailsElement>();
        if let Some(list) = details
            .filter(HtmlDetailsElement::open)
            .and_then(|it| it.last_element_child())
        {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            list.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let file = |(write, end, kind): Writer| {
        let loaded = props.loaded.clone();
        let dispatch = props.dispatch.clone();
        let close = close.clone();
        let discreet = *props.discreet;
        Callback::from(move |_: MouseEvent| {
            let left_out = discreet.then(|| export::leave_out(&loaded));
            let loaded = left_out.as_ref().unwrap_or(&loaded);
            let name = export::file_name(&loaded.report, end);
            if clipboard::save(&name, kind, &write(loaded, lang)).is_none() {
                dispatch.dispatch(Action::Tell(say(
                    "The browser would not save the file. Copy the summary instead.",
                    "浏览器未能保存文件。请改为复制摘要报告。",
                )));
            }
            close();
        })
    };
    let on_discreet = {
        let discreet = props.discreet.setter();
        Callback::from(move |event: Event| {
            discreet.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let badge = export::badge(&props.loaded, lang).is_some();
    let print = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| {
            close();
            let _ = gloo::utils::window().print();
        })
    };
    html! {
        <details class="menu" ref={menu} {onkeydown} {ontoggle}>
            <summary class="button">{ word(lang, "Export", "导出") }</summary>
            <ul>
                <li class="discreet">
                    <label><input type="checkbox" id="leave-out-names" checked={*props.discreet} onchange={on_discreet} />{ " " }{ word(lang, "Leave out names", "隐去名称") }</label>
                    <span>{ word(lang,
                        "of files, hosts, repositories, users, annotations and variables, in the files and in the copied summary, not on paper; digests stay",
                        "隐去文件、主机、仓库、用户、注解与环境变量的名称，对以下各种文件和复制的摘要报告有效，打印除外；摘要值保留") }</span>
                </li>
                <li>
                    <button type="button" class="save-report" onclick={file((export::saved, "pullcheck.json", "application/json"))}>
                        { word(lang, "Save report", "保存报告") }</button>
                    <span>{ match *props.discreet {
                        true => word(lang, "opens here again, without its documents", "可在此再次打开，不含文档"),
                        false => word(lang, "opens here again as it is now, documents included", "可在此再次打开，与现在一样，含文档"),
                    } }</span>
                </li>
                <li>
                    <button type="button" class="save-markdown" onclick={file((export::markdown, "pullcheck.md", "text/markdown"))}>{ "Markdown" }</button>
                    <span>{ word(lang, "for an issue or a chat", "用于 issue 或聊天") }</span>
                </li>
                <li>
                    <button type="button" class="download-json" onclick={file((export::json, "report.json", "application/json"))}>{ "JSON" }</button>
                    <span>{ word(lang, "for programs", "供程序读取") }</span>
                </li>
                <li>
                    <button type="button" class="save-sarif" onclick={file((export::sarif, "sarif", "application/sarif+json"))}>{ "SARIF 2.1.0" }</button>
                    <span>{ word(lang, "for code scanning", "用于代码扫描") }</span>
                </li>
                if badge {
                    <li>
                        <button type="button" class="save-badge" onclick={file((export::badge_file, "svg", "image/svg+xml"))}>{ word(lang, "Badge", "徽章") }</button>
                        <span>{ word(lang, "the headline with date and version, as SVG", "带日期和版本的结论，SVG 格式") }</span>
                    </li>
                }
                <li>
                    <button type="button" class="print" onclick={print}>{ word(lang, "Print", "打印") }</button>
                    <span>{ word(lang, "with everything unfolded", "全部展开") }</span>
                </li>
            </ul>
        </details>
    }
}
