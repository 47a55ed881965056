//! Chooses a thing, a language and a markup, and gives the lines to copy: a link, a badge, a frame. It makes text only.

use super::preview::{self, FramePreview};
use crate::clipboard;
use crate::desk::Desk;
use crate::route::{Embedded, Route};
use crate::show::{self, word};
use crate::theme::Theme;
use pullcheck::badge::Badge;
use pullcheck::errors::{self, placeholders};
use pullcheck::examples::gallery;
use pullcheck::snippets::{self, Markup};
use pullcheck::text::{Arg, Lang, Phrase, Span, say, text};
use pullcheck::{consumers, rules};
use std::borrow::Cow;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Things that are listed at once.
const LISTED: usize = 300;

/// What one can link to.
#[derive(Clone, Copy, PartialEq)]
enum Thing {
    Error,
    Rule,
    Consumer,
    Example,
    Search,
}

const THINGS: [Thing; 5] = [
    Thing::Error,
    Thing::Rule,
    Thing::Consumer,
    Thing::Example,
    Thing::Search,
];

impl Thing {
    fn name(self, lang: Lang) -> &'static str {
        match self {
            Thing::Error => word(lang, "an error", "一条报错"),
            Thing::Rule => word(lang, "a rule", "一条规则"),
            Thing::Consumer => word(lang, "a consumer", "一个使用方"),
            Thing::Example => word(lang, "an example", "一个示例"),
            Thing::Search => word(lang, "a search in the errors", "在报错中搜索"),
        }
    }

    /// Name of its badge.
    fn badge(self) -> &'static str {
        match self {
            Thing::Error => "error",
            Thing::Rule => "rule",
            Thing::Consumer => "consumer",
            Thing::Example => "example",
            Thing::Search => "check",
        }
    }

    /// Ids and titles of all of them.
    fn all(self, lang: Lang) -> Vec<(String, String)> {
        match self {
            Thing::Error => errors::all()
                .iter()
                .map(|entry| (entry.id.clone(), plain(entry.title.phrase(), lang)))
                .collect(),
            Thing::Rule => rules::all()
                .map(|rule| (rule.id.to_string(), plain(rule.title.into(), lang)))
                .collect(),
            Thing::Consumer => consumers::all()
                .map(|one| (one.id.to_string(), one.name.to_string()))
                .collect(),
            Thing::Example => gallery::all()
                .map(|one| (one.id.to_string(), plain(one.title.into(), lang)))
                .collect(),
            Thing::Search => Vec::new(),
        }
    }

    fn route(self, id: &str, version: &str) -> Route {
        match self {
            Thing::Error => Route::Error(id.to_string()),
            Thing::Rule => Route::Rule(id.to_string()),
            Thing::Consumer if version.is_empty() => Route::Consumer(id.to_string(), None),
            Thing::Consumer => Route::Consumer(id.to_string(), Some(version.to_string())),
            Thing::Example => Route::example(id),
            Thing::Search => Route::Search(id.to_string()),
        }
    }
}

/// A sentence as plain text; values that it leaves open are named.
fn plain(mut phrase: Phrase, lang: Lang) -> String {
    let words = match lang {
        Lang::En => &phrase.en,
        Lang::Zh => &phrase.zh,
    };
    let names: Vec<String> = placeholders(words)
        .into_iter()
        .map(str::to_string)
        .collect();
    for name in names {
        let shown = Arg::Name(format!("<{name}>"));
        phrase.args.push((Cow::Owned(name), shown));
    }
    let spans = phrase.spans(lang).into_iter();
    spans
        .map(|span| match span {
            Span::Plain(text) | Span::Code(text) => text.to_string(),
        })
        .collect()
}

/// Properties of [`Picker`].
#[derive(Properties, PartialEq)]
pub struct PickerProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The place of the page, with its slash.
    pub site: String,
    /// Where actions go.
    pub desk: Desk,
}

/// The picker.
#[component]
pub fn Picker(props: &PickerProps) -> Html {
    let lang = props.lang;
    let thing = use_state(|| Thing::Error);
    let filter = use_state(String::new);
    let chosen = use_state(String::new);
    let version = use_state(String::new);
    let tongue = use_state(|| None::<Lang>);
    let markup = use_state(|| Markup::Markdown);
    let theme = use_state(|| None::<Theme>);
    let shown = (*tongue).unwrap_or(lang);
    let all = use_memo((*thing, lang), |(thing, lang)| thing.all(*lang));
    let found = matching(&all, &filter);
    // What the filter hides is no longer chosen.
    let id = match *thing {
        Thing::Search => (*filter).trim().to_string(),
        _ => match found
            .iter()
            .find(|(id, _)| *id == *chosen)
            .or(found.first())
        {
            Some((id, _)) => id.clone(),
            None => String::new(),
        },
    };
    let select = |set: Callback<usize>| {
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            set.emit(usize::try_from(select.selected_index()).unwrap_or(0));
        })
    };
    let on_thing = {
        let (thing, filter, chosen, version) = (
            thing.setter(),
            filter.setter(),
            chosen.setter(),
            version.setter(),
        );
        select(Callback::from(move |at: usize| {
            thing.set(THINGS.get(at).copied().unwrap_or(Thing::Error));
            filter.set(String::new());
            chosen.set(String::new());
            version.set(String::new());
        }))
    };
    let on_chosen = {
        let ids: Vec<String> = found.iter().map(|(id, _)| id.clone()).collect();
        let (chosen, version) = (chosen.setter(), version.setter());
        select(Callback::from(move |at: usize| {
            chosen.set(ids.get(at).cloned().unwrap_or_default());
            version.set(String::new());
        }))
    };
    let typed = |state: &UseStateHandle<String>| {
        let state = state.setter();
        Callback::from(move |event: InputEvent| {
            state.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let on_tongue = {
        let tongue = tongue.setter();
        select(Callback::from(move |at: usize| {
            tongue.set(
                [None, Some(Lang::En), Some(Lang::Zh)]
                    .get(at)
                    .copied()
                    .flatten(),
            );
        }))
    };
    let on_markup = {
        let markup = markup.setter();
        select(Callback::from(move |at: usize| {
            markup.set(Markup::ALL.get(at).copied().unwrap_or(Markup::Markdown));
        }))
    };
    let on_theme = {
        let theme = theme.setter();
        select(Callback::from(move |at: usize| {
            theme.set(
                [None, Some(Theme::Light), Some(Theme::Dark)]
                    .get(at)
                    .copied()
                    .flatten(),
            );
        }))
    };
    let route = (!id.is_empty()).then(|| thing.route(&id, version.trim()));
    let search = *thing == Thing::Search;
    html! {
        <section class="picker" aria-labelledby="picker-title">
            <h2 id="picker-title">{ word(lang, "Choose, copy", "选择并复制") }</h2>
            <div class="fields">
                <p>
                    <label for="pick-thing">{ word(lang, "Link to", "链接到") }</label>
                    <select id="pick-thing" onchange={on_thing}>
                        { for THINGS.iter().map(|one| html! { <option selected={one == &*thing}>{ one.name(lang) }</option> }) }
                    </select>
                </p>
                <p>
                    <label for="pick-language">{ word(lang, "Language", "语言") }</label>
                    <select id="pick-language" onchange={on_tongue}>
                        <option selected={tongue.is_none()}>{ word(lang, "as the reader has it", "由读者决定") }</option>
                        <option lang="en" selected={*tongue == Some(Lang::En)}>{ "English" }</option>
                        <option lang="zh-CN" selected={*tongue == Some(Lang::Zh)}>{ "简体中文" }</option>
                    </select>
                </p>
                <p>
                    <label for="pick-markup">{ word(lang, "Your document is in", "你的文档使用") }</label>
                    <select id="pick-markup" translate="no" onchange={on_markup}>
                        { for Markup::ALL.iter().map(|one| html! { <option selected={one == &*markup}>{ one.name() }</option> }) }
                    </select>
                </p>
            </div>
            <p>
                <label for="pick-filter">{ match search {
                    true => word(lang, "Words, or a part of the message", "词语，或报错的一部分"),
                    false => word(lang, "Search by words or id", "按词语或 id 搜索"),
                } }</label>
                <input type="search" id="pick-filter" autocomplete="off" spellcheck="false" value={(*filter).clone()} oninput={typed(&filter)} />
            </p>
            if !search {
                <p>
                    <label for="pick-one">{ show::phrase(&say("{n} found", "找到 {n} 个").count("n", number(found.len())), lang) }</label>
                    <select id="pick-one" size="7" onchange={on_chosen}>
                        { for found.iter().take(LISTED).map(|(one, title)| html! {
                            <option key={one.clone()} value={one.clone()} selected={*one == id}>{ format!("{title} · {one}") }</option>
                        }) }
                    </select>
                </p>
            }
            if *thing == Thing::Consumer {
                <p>
                    <label for="pick-version">{ word(lang, "Version, if it matters", "版本（如有必要）") }</label>
                    <input type="text" id="pick-version" autocomplete="off" spellcheck="false" value={(*version).clone()} oninput={typed(&version)} />
                </p>
            }
            if let Some(route) = route {
                { made(&route, *thing, &title(&all, &id, *thing, shown), *tongue, *markup, props) }
                if !search {
                    <h3>{ word(lang, "Frame", "嵌入") }</h3>
                    <p>
                        <label for="pick-theme">{ word(lang, "Colours", "配色") }</label>
                        <select id="pick-theme" onchange={on_theme}>
                            <option selected={theme.is_none()}>{ word(lang, "the reader's", "跟随读者") }</option>
                            <option selected={*theme == Some(Theme::Light)}>{ word(lang, "light", "浅色") }</option>
                            <option selected={*theme == Some(Theme::Dark)}>{ word(lang, "dark", "深色") }</option>
                        </select>
                    </p>
                    { framed(&route, &title(&all, &id, *thing, shown), *tongue, *theme, *markup, props) }
                    <FramePreview lang={shown} theme={theme.map_or("", Theme::word)} what={route} desk={props.desk.clone()} />
                }
            } else {
                <p class="quiet" role="status">{ match search {
                    true => word(lang, "Type what your readers will look for.", "请输入读者会查找的内容。"),
                    false => word(lang, "Nothing holds these words.", "没有包含这些词的条目。"),
                } }</p>
            }
        </section>
    }
}

/// Those whose id or title holds every word.
fn matching(all: &[(String, String)], filter: &str) -> Vec<(String, String)> {
    let filter = filter.to_lowercase();
    let words: Vec<&str> = filter.split_whitespace().collect();
    let holds = |(id, title): &&(String, String)| {
        let text = format!("{id} {}", title.to_lowercase());
        words.iter().all(|word| text.contains(word))
    };
    all.iter().filter(holds).cloned().collect()
}

/// What the link is called, in the language that it opens in.
fn title(all: &[(String, String)], id: &str, thing: Thing, lang: Lang) -> String {
    match thing {
        Thing::Search => id.to_string(),
        _ if all.is_empty() => id.to_string(),
        thing => {
            let list = thing.all(lang);
            let found = list.into_iter().find(|(one, _)| one == id);
            found.map_or_else(|| id.to_string(), |(_, title)| title)
        }
    }
}

/// The address of a place, in a language.
fn address(site: &str, route: &Route, tongue: Option<Lang>) -> String {
    let address = format!("{site}{}", route.address());
    match tongue {
        None => address,
        Some(lang) => {
            let joint = if address.contains('?') { '&' } else { '?' };
            format!("{address}{joint}lang={}", lang.tag())
        }
    }
}

/// The link and the badge.
fn made(
    route: &Route,
    thing: Thing,
    title: &str,
    tongue: Option<Lang>,
    markup: Markup,
    props: &PickerProps,
) -> Html {
    let lang = props.lang;
    let shown = tongue.unwrap_or(lang);
    let address = address(&props.site, route, tongue);
    let badge = Badge::find(thing.badge());
    html! {
        <>
            <h3>{ word(lang, "Link", "链接") }</h3>
            { show::block(&address, lang, "address") }
            { line(snippets::link(markup, &address, title), lang) }
            if let Some(badge) = badge {
                <h3>{ word(lang, "Badge", "徽章") }</h3>
                <p class="badge-line">
                    { preview::badge(&badge.svg(shown), &badge.says(shown)) }
                    { save(badge, shown, lang) }
                </p>
                { line(snippets::badge(markup, &address, &format!("{}{}", props.site, badge.path(shown)), &badge.says(shown)), lang) }
            }
        </>
    }
}

fn framed(
    route: &Route,
    title: &str,
    tongue: Option<Lang>,
    theme: Option<Theme>,
    markup: Markup,
    props: &PickerProps,
) -> Html {
    let what = Box::new(route.clone());
    let route = Route::Embed(Embedded { what, theme });
    let address = address(&props.site, &route, tongue);
    line(snippets::frame(markup, &address, title), props.lang)
}

/// Lines to copy. Where the page stands at an address that no document should hold, that is said.
fn line(snippet: Option<String>, lang: Lang) -> Html {
    match snippet {
        Some(snippet) => show::block(&snippet, lang, "snippet"),
        None => show::text(
            text(
                "The address of this page cannot stand in a document.",
                "本页面的地址不能写进文档。",
            ),
            lang,
        ),
    }
}

fn save(badge: &'static Badge, shown: Lang, lang: Lang) -> Html {
    let onclick = Callback::from(move |_: MouseEvent| {
        let path = badge.path(shown);
        let name = path.rsplit('/').next().unwrap_or(badge.name);
        let _ = clipboard::save(name, "image/svg+xml", &badge.svg(shown));
    });
    html! { <button type="button" class="plain save-badge" {onclick}>{ word(lang, "Save the SVG", "保存 SVG") }</button> }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
