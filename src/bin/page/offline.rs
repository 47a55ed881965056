//! Without a network: the copy that the browser keeps, the word that a newer version is ready, and the files to take along.
//! `www/boot.js` does all of it; here it is shown and asked for. Nothing here fetches, and nothing reloads by itself.

use crate::reference::leaflet_with;
use crate::show::{self, word};
use gloo::events::EventListener;
use pullcheck::leaflets;
use pullcheck::text::{Lang, say};
use wasm_bindgen::prelude::*;
use yew::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = pullcheck, js_name = copyState)]
    fn copy_state() -> String;
    #[wasm_bindgen(js_namespace = pullcheck, js_name = useNewer)]
    fn start_newer();
    #[wasm_bindgen(js_namespace = pullcheck, js_name = forgetCopy, catch)]
    async fn forget_copy() -> Result<JsValue, JsValue>;
}

/// What the browser keeps of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    /// The page is the single file, a copy by itself.
    Single,
    /// No copy can be kept at this address or by this browser.
    Unable,
    /// None is kept.
    None,
    /// One is kept.
    Kept,
    /// One is kept, and a newer version is ready to take its place.
    Newer,
}

impl Copy {
    fn now() -> Copy {
        match copy_state().as_str() {
            "single" => Copy::Single,
            "none" => Copy::None,
            "kept" => Copy::Kept,
            "newer" => Copy::Newer,
            _ => Copy::Unable,
        }
    }
}

/// Whether the browser keeps a copy that can be forgotten.
pub fn has_copy() -> bool {
    matches!(Copy::now(), Copy::Kept | Copy::Newer)
}

/// Has the copy forgotten, and says whether that worked.
pub async fn forget() -> bool {
    forget_copy().await.is_ok()
}

/// Whether the page was opened from a disk.
pub fn from_disk() -> bool {
    let protocol = gloo::utils::window().location().protocol();
    protocol.is_ok_and(|protocol| protocol == "file:")
}

/// The state of the copy and whether the browser has a network, as they are now.
fn now() -> (Copy, bool) {
    let online = web_sys::window().is_none_or(|window| window.navigator().on_line());
    (Copy::now(), online)
}

/// As [`now`], followed as it changes.
#[hook]
fn use_now() -> (Copy, bool) {
    let state = use_state_eq(now);
    use_effect_with((), {
        let state = state.clone();
        move |()| {
            // What changed between the first look and this one.
            state.set(now());
            let window = gloo::utils::window();
            let listeners = ["pullcheck-copy", "online", "offline"].map(|name| {
                let state = state.clone();
                EventListener::new(&window, name, move |_| state.set(now()))
            });
            move || drop(listeners)
        }
    });
    *state
}

/// What these views are told.
#[derive(Properties, PartialEq)]
pub struct OfflineProps {
    /// Language of the reader.
    pub lang: Lang,
}

/// Says above every view that there is no network, and that a newer version is ready. Empty else.
#[component]
pub fn OfflineBar(props: &OfflineProps) -> Html {
    let lang = props.lang;
    let (copy, online) = use_now();
    let later = use_state(|| false);
    let badge = match copy {
        _ if online => None,
        Copy::Single => None,
        Copy::Kept | Copy::Newer => Some(word(
            lang,
            "Offline: everything still works.",
            "离线：一切照常可用。",
        )),
        Copy::None | Copy::Unable => Some(word(
            lang,
            "Offline: everything works until this tab is closed or reloaded.",
            "离线：关闭或重新加载本标签页之前，一切照常可用。",
        )),
    };
    let reload = Callback::from(|_: MouseEvent| start_newer());
    let put_off = {
        let later = later.clone();
        Callback::from(move |_: MouseEvent| later.set(true))
    };
    html! {
        <div role="status">
            if let Some(badge) = badge {
                <div class="notice offline"><p>{ badge }</p></div>
            }
            if copy == Copy::Newer && !*later {
                <div class="notice newer">
                    <p>{ word(
                        lang,
                        "A newer version is ready. It takes a reload, which closes the report that is open.",
                        "新版本已就绪，重新加载后生效；当前打开的报告会随之关闭。",
                    ) }</p>
                    <div class="choices">
                        <button type="button" class="use-newer" onclick={reload}>{ word(lang, "Reload now", "立即重新加载") }</button>
                        <button type="button" onclick={put_off}>{ word(lang, "Later", "以后再说") }</button>
                    </div>
                </div>
            }
        </div>
    }
}

/// How the page is used without a network.
#[component]
pub fn OfflinePage(props: &OfflineProps) -> Html {
    let lang = props.lang;
    let (copy, _) = use_now();
    let told = leaflet_with(&leaflets::offline(), lang, &|section| match section.id {
        "browser" => Some(html! {
            <>
                <p class="copy-state">{ described(copy, lang) }</p>
                if matches!(copy, Copy::Kept | Copy::Newer | Copy::None) {
                    <Reset {lang} kept={copy != Copy::None} />
                }
            </>
        }),
        "take-along" if copy != Copy::Single => files(lang),
        _ => None,
    });
    html! { <article class="reference">{ told }</article> }
}

fn described(copy: Copy, lang: Lang) -> Html {
    match copy {
        Copy::Single => says(
            lang,
            "This is the single file: it holds the whole program, opens from any disk and makes no request at all. Pass it on as it is.",
            "这就是单文件版：它包含完整的程序，可以从任意磁盘打开，不发出任何请求，可以原样转发。",
        ),
        Copy::Unable => says(
            lang,
            "No copy can be kept here. Browsers keep one only for pages that come over HTTPS or from this computer, and only if their settings allow it. All checks work as they do elsewhere.",
            "此处无法保存副本：浏览器只为通过 HTTPS 或来自本机的页面保存副本，且须设置允许。检查功能不受影响。",
        ),
        Copy::None => says(
            lang,
            "No copy is kept at present. The next visit makes one.",
            "目前没有保存副本，下次访问时会保存。",
        ),
        Copy::Kept => says(
            lang,
            "This browser keeps a copy of this version: the same address opens it without a network. The browser's menu can install it like an application.",
            "本浏览器已保存当前版本的副本：没有网络时，用同一地址即可打开。还可以通过浏览器菜单把它安装为应用。",
        ),
        Copy::Newer => says(
            lang,
            "This browser keeps a copy of this version, and a newer one is ready. It opens after a reload from the notice above, or when all tabs of this page have been closed.",
            "本浏览器已保存当前版本的副本，新版本也已就绪。在上方提示中重新加载，或关闭本页的所有标签页后，即可启用新版本。",
        ),
    }
}

/// What the button that forgets the copy is told.
#[derive(Properties, PartialEq)]
struct ResetProps {
    lang: Lang,
    /// Whether there is a copy.
    kept: bool,
}

#[component]
fn Reset(props: &ResetProps) -> Html {
    let lang = props.lang;
    // Whether the last try worked.
    let went = use_state(|| None::<bool>);
    let onclick = {
        let went = went.clone();
        Callback::from(move |_: MouseEvent| {
            let went = went.clone();
            wasm_bindgen_futures::spawn_local(async move {
                went.set(Some(forget().await));
            });
        })
    };
    let outcome = went.map(|went| match went {
        true => word(
            lang,
            "The offline copy is gone. Reload to fetch the page anew.",
            "离线副本已删除。重新加载即可重新获取页面。",
        ),
        false => word(
            lang,
            "The browser did not delete the copy. Its settings for this site can do it.",
            "浏览器未能删除副本，可以在浏览器的网站设置中删除。",
        ),
    });
    html! {
        <>
            if props.kept {
                <p><button type="button" class="reset-copy" {onclick}>{ word(lang, "Reset the offline copy", "重置离线副本") }</button></p>
            }
            <p role="status" class="reset-outcome">{ outcome.unwrap_or_default() }</p>
        </>
    }
}

/// The files that the build put beside the page, by the names that it wrote into the document; none where there are none.
fn files(lang: Lang) -> Option<Html> {
    let named = gloo::utils::document()
        .query_selector("meta[name='pullcheck-files']")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default();
    if named.is_empty() {
        return None;
    }
    let items = named.split_whitespace().map(|name| {
        let what = if name.ends_with(".html") {
            leaflets::SINGLE.get(lang)
        } else if name.ends_with(".zip") {
            leaflets::ZIP.get(lang)
        } else {
            word(lang, "checksums of both", "以上文件的校验和")
        };
        let colon = word(lang, ": ", "：");
        html! { <li><a href={format!("./{name}")} download={name.to_string()}>{ show::code(name) }</a>{ colon }{ what }</li> }
    });
    Some(html! { <ul class="take-along">{ items.collect::<Html>() }</ul> })
}

fn says(lang: Lang, en: &'static str, zh: &'static str) -> Html {
    show::phrase(&say(en, zh), lang)
}
