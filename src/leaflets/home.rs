//! The leaflet of the whole: what is answered here, where to look things up, and what to do without the page.

use super::{Bit, Block, Item, Kind, Leaflet, Look, To, Topic, number, paragraph, section};
use crate::text::{Phrase, Text, say, text};

pub(super) fn leaflet() -> Leaflet {
    let about = text(
        "Drop a container image or OCI artifact, or paste a manifest or an error: see which consumers accept it, which refuse it and with which words, and what mends it. Nothing leaves the browser.",
        "拖入容器镜像或 OCI 制品，或粘贴清单、报错：看清哪些使用方接受、哪些拒绝、拒绝时的原话，以及怎样修好。全程不离开浏览器。",
    );
    Leaflet {
        title: vec![text("Will it pull?", "这个镜像拉得下来吗？").into()],
        name: say(
            "Will it pull? Who accepts an OCI or Docker image, who refuses it, and why",
            "这个镜像拉得下来吗？谁接受、谁拒绝 OCI 与 Docker 镜像，以及原因",
        ),
        about: about.into(),
        lede: vec![about.into()],
        facts: Vec::new(),
        sections: vec![
            section(
                "look-up",
                text("Look something up", "查阅"),
                vec![Block::Cards(Kind::ALL.into_iter().map(card).collect())],
            ),
            section(
                "answers",
                text("What the checker answers", "检查器回答什么"),
                vec![Block::Bullets(vec![
                    point(
                        text("Who takes it", "谁会接受"),
                        text(
                            "each consumer's own steps are replayed on your bytes, version by version, up to the exact error that it prints.",
                            "对你的字节逐版本重放每个使用方自己的步骤，直到它会打印的那条原样报错。",
                        ),
                    ),
                    point(
                        text("What is wrong", "哪里有问题"),
                        text(
                            "every breach of the specification has its place: file, pointer, line and column.",
                            "每一处违反规范的地方都有位置：文件、指针、行与列。",
                        ),
                    ),
                    point(
                        text("What mends it", "怎样修复"),
                        text(
                            "commands for the tool that you use, with your own names filled in.",
                            "给出你所用工具的命令，并填入你自己的名称。",
                        ),
                    ),
                ])],
            ),
            section(
                "terminal",
                text("Without a browser", "不用浏览器"),
                vec![
                    paragraph(text(
                        "The checker needs JavaScript and WebAssembly. The command line tool needs neither and gives the same answers:",
                        "检查器需要 JavaScript 和 WebAssembly。命令行工具两者都不需要，结论相同：",
                    )),
                    Block::Verbatim(Look::Command, "pullcheck check image.tar".to_string()),
                ],
            ),
        ],
    }
}

fn card(kind: Kind) -> Item {
    let to = To::Topic(Topic::List(kind));
    Item {
        head: vec![Bit::Link(to, vec![kind.title().into()])],
        body: vec![paragraph(holds(kind))],
    }
}

/// What stands in a list, and how much of it.
fn holds(kind: Kind) -> Phrase {
    let words: Text = match kind {
        Kind::Errors => text(
            "{n} messages, each with its cause and its cure.",
            "{n} 条报错，各附原因和解决办法。",
        ),
        Kind::Consumers => text(
            "{n} programs, and what each version takes.",
            "{n} 个程序，以及各版本接受什么。",
        ),
        Kind::Rules => text(
            "{n} things that can be wrong, with examples.",
            "{n} 种可能的问题，附示例。",
        ),
        Kind::MediaTypes => text(
            "{n} types, who writes and who reads them.",
            "{n} 种类型，由谁写入、由谁读取。",
        ),
        Kind::Examples => text(
            "{n} images and artifacts to try.",
            "{n} 个可供试用的镜像和制品。",
        ),
    };
    Phrase::from(words).count("n", number(kind.ids().len()))
}

fn point(head: Text, words: Text) -> Vec<Bit> {
    vec![Bit::Strong(head), super::colon(), words.into()]
}
