//! The leaflets that let a reader trust the page: how to see that nothing is sent, and how it is used without a network.
//! They claim only what the page's policy enforces; what holds in one browser only, the page itself adds.

use super::{Bit, Block, Item, Leaflet, Look, To, paragraph, section};
use crate::text::{Text, say, text};

/// What a reader may try in the console.
const TRY: &str = "fetch(\"/\")";

/// The page in one file.
pub const SINGLE: Text = text(
    "the whole page in one file: open it from a disk or a USB stick, or pass it on",
    "单文件版，包含整个页面：可从硬盘或 U 盘直接打开，也可以转发给他人",
);
/// The site in one file.
pub const ZIP: Text = text(
    "the site, for a web server inside your network; plain HTTP is enough",
    "整个站点，供内网 Web 服务器使用；普通 HTTP 即可",
);

/// What happens to what is dropped, and how a reader can see it.
pub fn privacy() -> Leaflet {
    let about = text(
        "This page has no code that sends your files, and it tells the browser to block any attempt.",
        "本页没有任何发送文件的代码，并且要求浏览器阻止一切发送的尝试。",
    );
    let check = |words: Text| Item {
        head: vec![words.into()],
        body: Vec::new(),
    };
    Leaflet {
        title: vec![text("Your files stay in this browser", "文件不离开浏览器").into()],
        name: say(
            "Your files stay in this browser: how to verify that nothing is sent",
            "文件不离开浏览器：如何验证不发送任何内容",
        ),
        about: about.into(),
        lede: vec![about.into()],
        facts: Vec::new(),
        sections: vec![
            section(
                "does",
                text("What the page does", "本页如何做到"),
                vec![Block::Bullets(vec![
                    vec![text(
                        "It loads its own program and style sheet, then adds a second `Content-Security-Policy` that allows no further request. Only after that does the program run.",
                        "先加载自身的程序和样式表，再追加一条不允许任何请求的 `Content-Security-Policy`，之后程序才开始运行。",
                    ).into()],
                    vec![text(
                        "Where it can, it has the browser keep a copy of the page for use without a network, also before that program runs. The script that answers from this copy, `sw.js`, fetches the files of the page and nothing else, and receives nothing of what you check.",
                        "条件允许时，页面会让浏览器保存一份供离线使用的副本，这同样发生在程序运行之前。负责从副本应答的脚本 `sw.js` 只获取页面自身的文件，也不会收到你检查的任何内容。",
                    ).into()],
                    vec![text(
                        "Files are read piece by piece in a worker of this tab. The worker starts from a `blob:` address, so the same policy holds for it.",
                        "文件在本标签页的 worker 中分段读取。worker 从 `blob:` 地址启动，因此受同一策略约束。",
                    ).into()],
                    vec![text(
                        "Addresses of this page end in `#/…`. Browsers send that part to no server. It holds nothing of your content, unless you have a link made that carries a document.",
                        "本页的地址以 `#/…` 结尾，浏览器不会把这一部分发给任何服务器。除非专门生成携带文档的链接，否则其中不含你的任何内容。",
                    ).into()],
                    vec![text(
                        "Links to other sites carry no content; they are opened only when you follow them.",
                        "指向其他网站的链接不带任何内容，只有点击时才会打开。",
                    ).into()],
                ])],
            ),
            section(
                "checks",
                text("How to see it yourself", "如何自行验证"),
                vec![Block::Numbered(vec![
                    check(text(
                        "Open the developer tools (`F12`), choose the network panel, and drop a file. No request appears but `blob:` addresses, which lie inside the browser.",
                        "打开开发者工具（`F12`），切换到网络面板，再拖入文件。除位于浏览器内部的 `blob:` 地址外，不会出现任何请求。",
                    )),
                    check(text(
                        "Load the page, disconnect from the network, and check a file. Everything still works.",
                        "加载本页后断开网络，再检查文件，一切照常。",
                    )),
                    check(text(
                        "Look at the source of the page. The first policy stands at its top; the second stands in its script as `LOCK`, and is in the document now: look for `Content-Security-Policy` in the elements panel.",
                        "查看网页源代码。第一条策略位于开头；第二条写在其脚本中，名为 `LOCK`，并且现在就在文档里：可在元素面板中查找 `Content-Security-Policy`。",
                    )),
                    Item {
                        head: vec![text(
                            "Or try to get out: enter this in the console of the developer tools. The browser refuses it and names the policy.",
                            "也可以试着发出请求：在开发者工具的控制台中输入以下内容，浏览器会拒绝，并指出是哪条策略。",
                        ).into()],
                        body: vec![Block::Verbatim(Look::Command, TRY.to_string())],
                    },
                ])],
            ),
            section(
                "kept",
                text("What this browser keeps", "浏览器保存了什么"),
                vec![
                    paragraph(text(
                        "The browser keeps four choices for the page, once you make them: colours, language, the consumer that you deploy to, and whether keys are on; and a copy of the page's own files for use without a network. It keeps nothing of what you check, not even a name.",
                        "浏览器只为本页保存四项选择（在做出选择之后）：配色、语言、部署所用的使用方、是否启用快捷键；此外还有供离线使用的页面文件副本。所检查的任何内容都不会保存，连文件名也不会。",
                    )),
                    paragraph(text(
                        "The next visit makes the copy again. The history of the browser is its own: it has the addresses that you visited here, and an address holds a document only where a link was made to carry one.",
                        "下次访问时会重新保存副本。历史记录属于浏览器：其中有在此访问过的地址；只有专门为携带文档而生成的链接，地址中才含有文档。",
                    )),
                ],
            ),
            section(
                "promise",
                text("What a page cannot promise", "网页无法保证的事"),
                vec![Block::Paragraph(vec![
                    text(
                        "A policy does not bind extensions that you installed in the browser, nor the browser itself. Where that matters, use the command line tool on a machine without a network; it gives the same answers. ",
                        "策略无法约束你在浏览器中安装的扩展程序，也无法约束浏览器本身。如有顾虑，请在没有网络的机器上使用命令行工具，结果相同。",
                    ).into(),
                    Bit::Link(
                        To::Outside("https://www.w3.org/TR/CSP3/".to_string()),
                        vec![text("What such a policy is", "了解这类策略").into()],
                    ),
                ])],
            ),
        ],
    }
}

/// How the page is used without a network.
pub fn offline() -> Leaflet {
    let about = text(
        "Once the page has loaded it needs no network. It also opens without one, in any of these ways.",
        "页面加载之后就不再需要网络。以下几种方式还能让它在没有网络时打开。",
    );
    Leaflet {
        title: vec![text("Without a network", "离线使用").into()],
        name: say(
            "Without a network: a copy in the browser, one file, or a server of your own",
            "离线使用：浏览器副本、单文件版或内网服务器",
        ),
        about: about.into(),
        lede: vec![about.into()],
        facts: Vec::new(),
        sections: vec![
            section(
                "browser",
                text("In this browser", "在本浏览器中"),
                vec![paragraph(text(
                    "Over HTTPS the browser keeps a copy of the page on the first visit: the same address then opens it without a network, and the browser's menu can install it like an application.",
                    "通过 HTTPS 访问时，浏览器会在首次访问时保存页面副本：此后没有网络时，用同一地址即可打开，还可以通过浏览器菜单把它安装为应用。",
                ))],
            ),
            section(
                "take-along",
                text("To take along", "随身携带"),
                vec![
                    Block::Bullets(vec![vec![SINGLE.into()], vec![ZIP.into()]]),
                    paragraph(text(
                        "The page offers both where it was published with them.",
                        "如果发布时附带了这些文件，页面上会提供下载。",
                    )),
                ],
            ),
            section(
                "fetches",
                text("What the browser fetches, and when", "浏览器何时获取什么"),
                vec![paragraph(text(
                    "The copy is made on the first visit, before the network is closed and before anything is checked. When a copy is opened later, the browser itself asks the server whether `sw.js` has changed; if so, it fetches the files of the new version beside the old ones, all of them or none. These requests carry nothing of what you check. The open page stays as it is until you reload it.",
                    "副本在首次访问时保存，此时网络尚未关闭，也尚未检查任何内容。以后打开副本时，浏览器会自行向服务器询问 `sw.js` 是否有变化；如有变化，就在旧文件之外完整获取新版本的文件，要么全部、要么一个也不换。这些请求不含你检查的任何内容。已打开的页面保持原样，直到你重新加载。",
                ))],
            ),
        ],
    }
}
