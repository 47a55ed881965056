//! What to give instead of what was given: the commands that write a file of an image, where there was no image in it or
//! where only its name was pasted. It runs nothing and reaches no registry.

use crate::show::{self, word};
use crate::state::{Loaded, Shared};
use pullcheck::artifact::kinds::InputKind;
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

/// The answer to an image's name: why a page cannot fetch it, and what does.
pub fn of_reference(reference: &str, lang: Lang) -> Html {
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
            format!("oras copy {name} --to-oci-layout image:latest"),
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

/// What people write before an image's name.
const BEFORE: [&str; 10] = [
    "$ ",
    "docker pull ",
    "podman pull ",
    "nerdctl pull ",
    "crane pull ",
    "ctr image pull ",
    "ctr images pull ",
    "oras pull ",
    "docker://",
    "oci://",
];

/// The image's name, where a text is that and nothing more.
pub fn reference_in(text: &str) -> Option<&str> {
    let mut rest = text.trim();
    let mut told = false;
    for before in BEFORE {
        if let Some(after) = rest.strip_prefix(before) {
            (rest, told) = (after.trim_start(), true);
        }
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    let named = told || rest.contains('/') || rest.contains(':');
    let plain = rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        && rest.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !rest.contains("//")
        && rest.len() <= 300
        && rest.chars().all(fits);
    (named && plain).then_some(rest)
}
