//! What happens to what is dropped, and how a reader can see it. It claims only what the page's policy enforces.

use super::forget::Forget;
use super::outside;
use crate::lock;
use crate::show::{self, word};
use crate::state::Dispatch;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// What a reader may try in the console.
const TRY: &str = "fetch(\"/\")";

/// What the page is told.
#[derive(Properties, PartialEq)]
pub struct PrivacyProps {
    /// Language of the reader.
    pub lang: Lang,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// How to see that nothing is sent.
#[component]
pub fn PrivacyPage(props: &PrivacyProps) -> Html {
    let lang = props.lang;
    let specification = "https://www.w3.org/TR/CSP3/".to_string();
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "Your files stay in this browser", "文件不离开浏览器") }</h1>
            <p class="lede">{ word(
                lang,
                "This page has no code that sends your files, and it tells the browser to block any attempt.",
                "本页没有任何发送文件的代码，并且要求浏览器阻止一切发送的尝试。",
            ) }</p>
            <h2>{ word(lang, "What the page does", "本页如何做到") }</h2>
            <ul>
                <li>{ says(
                    lang,
                    "It loads its own program and style sheet, then adds a second `Content-Security-Policy` that allows no further request. Only after that does the program run.",
                    "先加载自身的程序和样式表，再追加一条不允许任何请求的 `Content-Security-Policy`，之后程序才开始运行。",
                ) }</li>
                <li>{ says(
                    lang,
                    "Where it can, it has the browser keep a copy of the page for use without a network, also before that program runs. The script that answers from this copy, `sw.js`, fetches the files of the page and nothing else, and receives nothing of what you check.",
                    "条件允许时，页面会让浏览器保存一份供离线使用的副本，这同样发生在程序运行之前。负责从副本应答的脚本 `sw.js` 只获取页面自身的文件，也不会收到你检查的任何内容。",
                ) }</li>
                <li>{ says(
                    lang,
                    "Files are read piece by piece in a worker of this tab. The worker starts from a `blob:` address, so the same policy holds for it.",
                    "文件在本标签页的 worker 中分段读取。worker 从 `blob:` 地址启动，因此受同一策略约束。",
                ) }</li>
                <li>{ says(
                    lang,
                    "Addresses of this page end in `#/…`. Browsers send that part to no server. It holds nothing of your content, unless you have a link made that carries a document.",
                    "本页的地址以 `#/…` 结尾，浏览器不会把这一部分发给任何服务器。除非专门生成携带文档的链接，否则其中不含你的任何内容。",
                ) }</li>
                <li>{ word(
                    lang,
                    "Links to other sites carry no content; they are opened only when you follow them.",
                    "指向其他网站的链接不带任何内容，只有点击时才会打开。",
                ) }</li>
            </ul>
            <h2>{ word(lang, "How to see it yourself", "如何自行验证") }</h2>
            if let Some(since) = lock::since() {
                <p>{ match lang {
                    Lang::En => format!("In this tab the network has been closed since {since}. Each of these checks shows it by itself:"),
                    Lang::Zh => format!("在此标签页中，网络已于 {since} 关闭。以下每一种检查都能单独证实："),
                } }</p>
            }
            <ol class="checks">
                <li>{ says(
                    lang,
                    "Open the developer tools (`F12`), choose the network panel, and drop a file. No request appears but `blob:` addresses, which lie inside the browser.",
                    "打开开发者工具（`F12`），切换到网络面板，再拖入文件。除位于浏览器内部的 `blob:` 地址外，不会出现任何请求。",
                ) }</li>
                <li>{ word(
                    lang,
                    "Load the page, disconnect from the network, and check a file. Everything still works.",
                    "加载本页后断开网络，再检查文件，一切照常。",
                ) }</li>
                <li>{ says(
                    lang,
                    "Look at the source of the page. The first policy stands at its top; the second stands in its script as `LOCK`, and is in the document now: look for `Content-Security-Policy` in the elements panel.",
                    "查看网页源代码。第一条策略位于开头；第二条写在其脚本中，名为 `LOCK`，并且现在就在文档里：可在元素面板中查找 `Content-Security-Policy`。",
                ) }</li>
                <li>
                    { says(
                        lang,
                        "Or try to get out: enter this in the console of the developer tools. The browser refuses it and names the policy.",
                        "也可以试着发出请求：在开发者工具的控制台中输入以下内容，浏览器会拒绝，并指出是哪条策略。",
                    ) }
                    { show::block(TRY, lang, "command") }
                </li>
            </ol>
            <h2 id="kept">{ word(lang, "What this browser keeps", "浏览器保存了什么") }</h2>
            <Forget {lang} dispatch={props.dispatch.clone()} />
            <h2>{ word(lang, "What a page cannot promise", "网页无法保证的事") }</h2>
            <p>
                { word(
                    lang,
                    "A policy does not bind extensions that you installed in the browser, nor the browser itself. Where that matters, use the command line tool on a machine without a network; it gives the same answers. ",
                    "策略无法约束你在浏览器中安装的扩展程序，也无法约束浏览器本身。如有顾虑，请在没有网络的机器上使用命令行工具，结果相同。",
                ) }
                { outside(specification, html! { { word(lang, "What such a policy is", "了解这类策略") } }) }
            </p>
        </article>
    }
}

fn says(lang: Lang, en: &'static str, zh: &'static str) -> Html {
    show::phrase(&say(en, zh), lang)
}
