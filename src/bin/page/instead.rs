//! What to give instead of what was given: the commands that write a file of an image, where there was no image in it or
//! where only its name was pasted. It runs nothing and reaches no registry.

use crate::show::{self, word};
use crate::state::{Loaded, Shared};
use pullcheck::artifact::kinds::InputKind;
use pullcheck::errors::{Naming, in_full};
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// What stands for an image's name until the reader puts their own there.
const NAME: &str = "REGISTRY/IMAGE:TAG";

/// Properties of [`Instead`].
#[derive(Properties, PartialEq)]
pub struct InsteadProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
}

/// How to get a file that can be checked, where this one holds no artifact.
#[component]
pub fn Instead(props: &InsteadProps) -> Html {
    let report = &props.loaded.report;
    let foreign = matches!(
        report.input.kind,
        InputKind::Other | InputKind::Text | InputKind::Empty | InputKind::OtherJson
    );
    if !(foreign && report.artifacts.is_empty() && props.loaded.last) {
        return html! {};
    }
    let lang = props.lang;
    html! {
        <section class="instead" aria-labelledby="instead">
            <h2 id="instead">{ word(lang, "How to get a file that can be checked", "怎样得到可以检查的文件") }</h2>
            <p>{ show::phrase(&say(
                "Each of these writes the image to a file or folder. Put its name in place of {name}, and drop the result here.",
                "以下每条命令都会把镜像写成文件或文件夹。请把 {name} 换成镜像的名称，再把结果拖到这里。",
            ).code("name", NAME), lang) }</p>
            { commands(NAME, lang) }
        </section>
    }
}

/// The answer to an image's name: why a page cannot fetch it, and what does; or to a digest, which lacks the name.
pub fn of_naming(naming: Naming, lang: Lang) -> Html {
    let reference = match naming {
        Naming::Image(name) => name,
        Naming::Digest(digest) => {
            return html! {
                <article class="reference instead">
                    <h1 tabindex="-1">{ word(lang, "A digest without a name", "没有名称的摘要") }</h1>
                    <p class="lede">{ show::phrase(&say(
                        "{digest} is a digest (64 hexadecimal digits are SHA-256). It says which bytes, not where they are. With a name before it, it can be fetched; then drop what these write.",
                        "{digest} 是摘要（64 位十六进制数字即 SHA-256）。它说明是哪些字节，不说明在哪里。前面加上名称才能获取；再把命令写出的结果拖到这里。",
                    ).code("digest", digest), lang) }</p>
                    { commands(&at_digest(digest), lang) }
                </article>
            };
        }
    };
    html! {
        <article class="reference instead">
            <h1 tabindex="-1">{ word(lang, "A web page cannot fetch an image", "网页无法取得镜像") }</h1>
            <p class="lede">{ show::phrase(&say(
                "{name} is the name of an image. Registries do not answer pages of other sites, and this page has closed its network. Run one of these, and drop what it writes.",
                "{name} 是镜像的名称。镜像仓库不会应答其他网站的页面，而且本页已经关闭网络。请运行以下任一命令，再把写出的结果拖到这里。",
            ).code("name", reference), lang) }</p>
            { commands(reference, lang) }
        </article>
    }
}

/// A digest with what stands for the name.
fn at_digest(digest: &str) -> String {
    let algorithm = if digest.contains(':') { "" } else { "sha256:" };
    format!("REGISTRY/IMAGE@{algorithm}{digest}")
}

/// A command for each tool.
fn commands(name: &str, lang: Lang) -> Html {
    let known = [
        (
            "docker",
            format!("docker pull {name}\ndocker save -o image.tar {name}"),
        ),
        (
            "skopeo",
            format!("skopeo copy --all docker://{name} oci-archive:image.tar"),
        ),
        ("crane", format!("crane pull --format=oci {name} image")),
        ("regctl", format!("regctl image export {name} image.tar")),
        (
            "oras",
            format!("oras copy {} --to-oci-layout image:latest", in_full(name)),
        ),
    ];
    html! {
        <>
            { for known.iter().map(|(tool, command)| html! {
                <>
                    <p class="tool" translate="no">{ *tool }</p>
                    { show::block(command, lang, "command") }
                </>
            }) }
        </>
    }
}
