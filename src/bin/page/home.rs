//! Where things are dropped, picked and pasted, and what to look at where nothing is at hand.

use crate::desk::Desk;
use crate::intake;
use crate::route::Route;
use crate::show::{self, code, word};
use pullcheck::consumers;
use pullcheck::examples::gallery;
use pullcheck::text::Lang;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What the home view needs.
#[derive(Properties, PartialEq)]
pub struct HomeProps {
    /// Language of the reader.
    pub lang: Lang,
    /// Where things go.
    pub desk: Desk,
    /// Whether the address asks for a report that is not there (any more).
    #[prop_or_default]
    pub lost: bool,
}

/// The home view.
#[component]
pub fn Home(props: &HomeProps) -> Html {
    let lang = props.lang;
    let file = use_node_ref();
    let folder = use_node_ref();
    let text = use_node_ref();
    let open = |input: &NodeRef| {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let picked = {
        let desk = props.desk.clone();
        Callback::from(move |event: Event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input
                && let Some(list) = input.files()
            {
                intake::take_picked(&desk, &list);
            }
        })
    };
    use_effect_with(folder.clone(), |folder| {
        // Yew has no property for it.
        if let Some(input) = folder.cast::<HtmlInputElement>() {
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let submit = {
        let desk = props.desk.clone();
        let text = text.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(area) = text.cast::<HtmlTextAreaElement>() {
                intake::take_text(&desk, &area.value());
            }
        })
    };
    html! {
        <div class="home">
            if props.lost {
                <div role="status" class="notice gone">
                    <p>{ word(lang,
                        "The report that stood here is gone: what is checked is kept in this tab only, until it is closed or reloaded. Drop the file again.",
                        "这里原有的报告已不在：检查的内容只保留在本标签页中，关闭或重新加载后即消失。请重新拖入文件。") }</p>
                </div>
            }
            <section class="hero">
                <h1>{ word(lang, "Will it pull?", "这个镜像拉得下来吗？") }</h1>
                <p class="lede">{ word(lang,
                    "Drop an image, a manifest or an error. See who accepts it, who refuses it and with which words, and what mends it.",
                    "拖入镜像、清单，或粘贴报错。看清谁会接受、谁会拒绝、拒绝时的原话，以及怎样修好。") }</p>
            </section>
            <div class="inputs">
                <section class="drop" aria-labelledby="drop-title">
                    { arrow() }
                    <h2 id="drop-title">{ word(lang, "Drop a file or folder anywhere", "把文件或文件夹拖到任意位置") }</h2>
                    <p>{ match lang {
                        Lang::En => html! { <>{ "A " }{ code("docker save") }{ " archive, an OCI layout, a layer, a " }{ code(".wasm") }{ ", a manifest. Names do not matter; the content decides." }</> },
                        Lang::Zh => html! { <>{ code("docker save") }{ " 归档、OCI 布局、层、" }{ code(".wasm") }{ " 或清单均可。文件名无关紧要，以内容为准。" }</> },
                    } }</p>
                    <div class="choices">
                        <button type="button" class="primary" onclick={open(&file)}>{ word(lang, "Choose a file", "选择文件") }</button>
                        <button type="button" onclick={open(&folder)}>{ word(lang, "Choose a folder", "选择文件夹") }</button>
                    </div>
                    <input ref={file} id="pick-file" class="hidden" type="file" multiple=true tabindex="-1" aria-label={word(lang, "File to check", "要检查的文件")} onchange={picked.clone()} />
                    <input ref={folder} id="pick-folder" class="hidden" type="file" tabindex="-1" aria-label={word(lang, "Folder to check", "要检查的文件夹")} onchange={picked} />
                </section>
                <form class="paste" onsubmit={submit}>
                    <label for="paste"><h2>{ word(lang, "Or paste an error, a manifest, an index or a config", "或粘贴报错、清单、索引、配置") }</h2></label>
                    <textarea ref={text} id="paste" rows="5" spellcheck="false" autocomplete="off" autocapitalize="off"
                        placeholder="could not parse as oci variant: number of layers must be 2 but got 1" />
                    <div class="choices">
                        <button type="submit" class="primary">{ word(lang, "Check the text", "检查文本") }</button>
                        <span>{ word(lang, "Ctrl+V works anywhere.", "在任意位置按 Ctrl+V 也可以。") }</span>
                    </div>
                </form>
            </div>
            <section class="try-one" aria-labelledby="try-one">
                <h2 id="try-one">{ word(lang, "Nothing at hand? Look at a failure", "手边没有可检查的内容？看一个失败的例子") }</h2>
                <ul class="tiles">
                    { for TILES.iter().filter_map(|id| tile(id, lang)) }
                </ul>
                <p><a href={Route::Examples.address()}>{ word(lang, "All examples, right and wrong", "全部示例，有对有错") }</a></p>
            </section>
            <section class="ways" aria-label={word(lang, "What it does", "它能做什么")}>
                <div>
                    <h2>{ word(lang, "Who takes it", "谁会接受") }</h2>
                    <p>{ word(lang, "Each consumer's own steps are replayed on your bytes, version by version, up to the exact error it prints.", "用你的文件，逐个版本重放每个使用方自己的判断步骤，直到它会打印的报错原文。") }</p>
                </div>
                <div>
                    <h2>{ word(lang, "What is wrong", "哪里有问题") }</h2>
                    <p>{ word(lang, "Every breach of the specification has its place: file, pointer, line and column.", "每一处违反规范的内容都标出位置：文件、指针、行和列。") }</p>
                </div>
                <div>
                    <h2>{ word(lang, "What mends it", "怎样修复") }</h2>
                    <p>{ word(lang, "Commands for the tool that you use, with your own names filled in. What was not given is never taken for right.", "给出你所用工具的命令，并填入你自己的名称。没有提供的内容，绝不当作正确。") }</p>
                </div>
            </section>
        </div>
    }
}

/// Examples on the first screen, each a failure that people search for.
const TILES: [&str; 6] = [
    "higress-empty",
    "lambda-attestation",
    "zstd-image",
    "docker-archive-layer-gone",
    "only-arm64",
    "layout-changed-byte",
];

/// An example: what is wrong, and who refuses it.
fn tile(id: &str, lang: Lang) -> Option<Html> {
    let example = gallery::find(id)?;
    let names: Vec<&str> = example
        .refused
        .iter()
        .filter_map(|id| consumers::find(id))
        .map(|consumer| consumer.name)
        .collect();
    let who = match names.as_slice() {
        [] => None,
        [one] => Some((*one).to_string()),
        [one, rest @ ..] => Some(match lang {
            Lang::En => format!("{one} and {} more", rest.len()),
            Lang::Zh => format!("{one} 等 {} 个", rest.len() + 1),
        }),
    };
    Some(html! {
        <li key={example.id}>
            <a href={Route::example(example.id).address()}>
                <strong>{ show::text(example.title, lang) }</strong>
                if let Some(who) = who {
                    <span class="who">
                        <span class="icon" aria-hidden="true">{ "✗" }</span>
                        { word(lang, "Refused by ", "拒绝方：") }<span translate="no">{ who }</span>
                    </span>
                }
            </a>
        </li>
    })
}

/// A tray and what falls into it.
fn arrow() -> Html {
    html! {
        <svg class="arrow" viewBox="0 0 24 24" width="40" height="40" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d="M12 3v11m-4.5-4.5L12 14l4.5-4.5M4 15v4.5h16V15" />
        </svg>
    }
}
