//! What a WebAssembly module or component says of itself. It decides nothing.

use crate::show::{code, word};
use pullcheck::inside::wasm::{Names, WasmFacts};
use pullcheck::text::{Lang, short_bytes};
use yew::prelude::*;

/// The facts.
pub fn facts(facts: &WasmFacts, lang: Lang) -> Html {
    let kind = match facts.component {
        true => word(lang, "Component", "组件"),
        false => word(lang, "Core module", "核心模块"),
    };
    html! {
        <div class="wasm">
            <dl class="facts">
                <dt>{ "WebAssembly" }</dt>
                <dd>{ match lang {
                    Lang::En => format!("{kind}, version {}", facts.version),
                    Lang::Zh => format!("{kind}，版本 {}", facts.version),
                } }</dd>
                if let Some(abi) = &facts.proxy_abi {
                    <dt>{ word(lang, "proxy-wasm ABI", "proxy-wasm ABI") }</dt><dd>{ code(abi) }</dd>
                }
                if facts.component {
                    <dt>{ word(lang, "Inside it", "其中包含") }</dt>
                    <dd>{ match lang {
                        Lang::En => format!("core modules: {}, components: {}", facts.modules, facts.components),
                        Lang::Zh => format!("核心模块 {} 个，组件 {} 个", facts.modules, facts.components),
                    } }</dd>
                }
            </dl>
            if let Some(at) = facts.broken_at {
                <p class="short-of">{ match lang {
                    Lang::En => format!("It makes no sense from byte {at} on, or ends there: what stands before is shown."),
                    Lang::Zh => format!("从第 {at} 字节起无法解读，或在此结束；这里显示此前的内容。"),
                } }</p>
            }
            { names(&facts.imports, word(lang, "Imports", "导入"), lang, false) }
            { names(&facts.exports, word(lang, "Exports", "导出"), lang, false) }
            { names(&facts.custom, word(lang, "Custom sections", "自定义段"), lang, true) }
        </div>
    }
}

fn names(names: &Names, title: &str, lang: Lang, sizes: bool) -> Html {
    if names.count == 0 {
        return html! {};
    }
    let beyond = names.count.saturating_sub(names.listed.len() as u64);
    html! {
        <details>
            <summary>{ format!("{title} ({})", names.count) }</summary>
            <ul class="names">
                { for names.listed.iter().map(|one| {
                    let kind = match (sizes, one.kind.parse()) {
                        (true, Ok(size)) => short_bytes(size),
                        _ => one.kind.clone(),
                    };
                    let name = match one.module.as_str() {
                        "" => one.name.clone(),
                        module => format!("{module} · {}", one.name),
                    };
                    html! { <li>{ code(&name) }{ " " }<span class="quiet">{ kind }</span></li> }
                }) }
            </ul>
            if beyond > 0 { <p class="quiet">{ match lang {
                Lang::En => format!("{beyond} more are not listed."),
                Lang::Zh => format!("另有 {beyond} 个未列出。"),
            } }</p> }
        </details>
    }
}
