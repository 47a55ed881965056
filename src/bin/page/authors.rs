//! The page for those who write troubleshooting documents: which addresses they can rely on, what badges there are, and how a
//! page is shown in a frame. The picker makes the lines to copy. Nothing here is fetched: the previews are made by the page.

mod picker;
mod preview;

use crate::desk::Desk;
use crate::route::{self, Route};
use crate::show::{self, code, word};
use picker::Picker;
use pullcheck::badge::BADGES;
use pullcheck::text::{Lang, Text, text};
use yew::prelude::*;

/// Where the page stands in snippets when it is a file on a disk, which leads nobody anywhere.
const SOME_SITE: &str = "https://YOUR-SITE/pullcheck/";

/// The place of the page, as it stands in snippets, and whether it is a real one.
fn site() -> (String, bool) {
    let site = route::site();
    match site.starts_with("http://") || site.starts_with("https://") {
        true => (site, true),
        false => (SOME_SITE.to_string(), false),
    }
}

/// Forms of addresses, and what each opens.
const FORMS: &[(&str, Text)] = &[
    (
        "#/errors/ID",
        text(
            "a known error: message, cause, fix",
            "一条已知报错：原文、原因、修复",
        ),
    ),
    (
        "#/errors?q=WORDS",
        text(
            "the errors that hold these words, or explain this text",
            "包含这些词、或能解释这段文本的报错",
        ),
    ),
    (
        "#/rules/ID",
        text(
            "a rule, with a broken and a mended example",
            "一条规则，附有错与修好的示例",
        ),
    ),
    (
        "#/consumers/ID@VERSION",
        text(
            "a consumer; the version, in full or in part, is marked",
            "一个使用方；会标出所给的版本（可以只写前几段）",
        ),
    ),
    (
        "#/examples/ID",
        text(
            "an example, checked when the link is opened",
            "一个示例，打开链接时当场检查",
        ),
    ),
    (
        "#/examples/ID?focus=RULE",
        text(
            "the same, at what breaks a rule; `consumer/ID` instead of it opens a verdict",
            "同上，并定位到违反某条规则之处；换成 `consumer/ID` 则展开某个结论",
        ),
    ),
    (
        "#/media-types/TYPE",
        text(
            "a media type: who writes it, who reads it",
            "一种媒体类型：由谁写、由谁读",
        ),
    ),
    (
        "#/check?for=ID@VERSION",
        text(
            "the checker, with the consumer set that your readers deploy to",
            "检查页面，并已选好读者所部署的使用方",
        ),
    ),
];

/// What can be added to any address.
const ADDED: &[(&str, Text)] = &[
    (
        "?lang=en",
        text(
            "shows the page in English; without it, in the reader's own choice",
            "以英文显示；不写时由读者自己的选择决定",
        ),
    ),
    (
        "?lang=zh-CN",
        text("shows the page in Simplified Chinese", "以简体中文显示"),
    ),
    (
        "?theme=light",
        text(
            "frames only: `light` or `dark`; without it, the reader's",
            "仅用于嵌入：`light` 或 `dark`；不写时跟随读者",
        ),
    ),
];

/// What the page is told.
#[derive(Properties, PartialEq)]
pub struct AuthorsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Where actions go.
    pub desk: Desk,
}

/// The page.
#[component]
pub fn AuthorsPage(props: &AuthorsProps) -> Html {
    let lang = props.lang;
    let (site, real) = site();
    html! {
        <article class="reference authors">
            <h1 tabindex="-1">{ word(lang, "Link to it, embed it", "链接与嵌入") }</h1>
            <p class="lede">{ word(
                lang,
                "For those who write troubleshooting documents, runbooks and answers: send readers to the page about exactly their error, and show it in your own.",
                "写给排障文档、运维手册和答疑的作者：把读者直接带到与其报错对应的页面，或者把该页面嵌入你的文档。",
            ) }</p>
            if !real {
                <p class="notice">{ show::text(text(
                    "This page is a file on your computer, which others cannot open. Put `YOUR-SITE` right in what you copy.",
                    "本页面是你电脑上的文件，他人无法打开。请在复制的内容中把 `YOUR-SITE` 换成实际地址。",
                ), lang) }</p>
            }
            <Picker {lang} site={site.clone()} desk={props.desk.clone()} />
            <h2>{ word(lang, "Addresses that last", "长期有效的地址") }</h2>
            <p>{ word(
                lang,
                "An id that was published is never taken away and never given to another thing; a renamed one leads to its new name. Whatever stands behind the # is never sent to a server.",
                "已发布的 id 不会撤销，也不会另作他用；改名后，旧 id 仍会通向新名称。# 之后的内容从不发送给服务器。",
            ) }</p>
            { forms(FORMS, word(lang, "Addresses", "地址"), lang) }
            <h3>{ word(lang, "Added to them", "可附加的参数") }</h3>
            { forms(ADDED, word(lang, "What can be added", "可附加的参数"), lang) }
            <h2>{ word(lang, "Badges", "徽章") }</h2>
            <p>{ show::text(text(
                "Small SVG files that stand beside the page; save them into your own repository if you would rather not load them from here. None of them holds a verdict, so none goes stale. A verdict on one artifact, with its date and version, is made from its report: check it, then choose “Badge” in the export menu.",
                "与页面放在一起的小型 SVG 文件；若不想从这里加载，可保存到自己的仓库。它们都不含结论，因此不会过时。某个制品的结论徽章（含日期与版本）由其报告生成：先检查，再在“导出”菜单中选择“徽章”。",
            ), lang) }</p>
            <ul class="badges">
                { for BADGES.iter().map(|badge| html! {
                    <li key={badge.name}>
                        { preview::badge(&badge.svg(lang), &badge.says(lang)) }
                        { code(&badge.path(lang)) }
                    </li>
                }) }
            </ul>
            <h2>{ word(lang, "Frames", "嵌入") }</h2>
            <ul>
                <li>{ show::text(text(
                    "`#/embed/…` shows the page of an error, a rule, a consumer or an example without head and foot, and nothing can be dropped on it. Links to things of these kinds stay in the frame, all others open a new tab.",
                    "`#/embed/…` 显示报错、规则、使用方或示例的页面，不带页眉页脚，也不接受拖入文件。指向这几类内容的链接在框内打开，其余在新标签页打开。",
                ), lang) }</li>
                <li>{ show::text(text(
                    "It needs no permission: not the clipboard, no cookies, no storage. Where copying is forbidden, the text is selected instead.",
                    "不需要任何权限：不需要剪贴板、Cookie 或存储。禁止复制时，会改为选中文本。",
                ), lang) }</li>
                <li>{ show::text(text(
                    "Once it is shown it asks the network for nothing, as the page itself does not. It loads the whole program, so use a link where many would stand on one page.",
                    "显示之后不再发出任何网络请求，与页面本身一样。它会加载整个程序，因此一页中若要放很多个，请改用链接。",
                ), lang) }</li>
                <li>{ show::text(text(
                    "A site with a content security policy of its own has to allow the place of this page in `frame-src`, and for badges in `img-src`. In a `sandbox`, allow `allow-scripts allow-same-origin allow-popups`.",
                    "若你的站点设有内容安全策略，请在 `frame-src` 中允许本页面所在的站点，徽章则在 `img-src` 中允许。使用 `sandbox` 时，请允许 `allow-scripts allow-same-origin allow-popups`。",
                ), lang) }</li>
            </ul>
            <p><a href={Route::Privacy.address()}>{ word(lang, "How to verify that nothing is sent", "如何验证没有发送任何内容") }</a></p>
        </article>
    }
}

fn forms(list: &[(&str, Text)], label: &'static str, lang: Lang) -> Html {
    html! {
        <dl class="forms" aria-label={label}>
            { for list.iter().map(|(form, opens)| html! {
                <>
                    <dt>{ code(form) }</dt>
                    <dd>{ show::text(*opens, lang) }</dd>
                </>
            }) }
        </dl>
    }
}
