//! What a person sets for the consumers: which of them they deploy to, a platform, a selector. Every choice is an address
//! of its own; only the consumer deployed to is remembered, in this browser. It judges nothing: the worker does.

use crate::route::{self, Asked};
use crate::show::{self, word};
use crate::state::{Loaded, Shared};
use crate::stored;
use pullcheck::consumers::{self, Choices, Setting, TARGET, Takes};
use pullcheck::order;
use pullcheck::report::{Decision, Report};
use pullcheck::text::Lang;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Puts the consumer that was chosen before into the choices. One that is no longer known is forgotten.
pub fn recall(choices: &mut Choices) {
    if let Some(target) = stored::get(stored::TARGET)
        && choices.read(&format!("{TARGET}={target}")).is_err()
    {
        stored::put(stored::TARGET, "");
    }
}

/// Properties of [`Settings`].
#[derive(Properties, PartialEq)]
pub struct SettingsProps {
    /// Language of the reader.
    pub lang: Lang,
    /// What the report is asked for.
    pub asked: Asked,
    /// The report.
    pub loaded: Shared<Loaded>,
}

/// The choices: where one deploys to, and the settings of the consumers that have something to say.
#[component]
pub fn Settings(props: &SettingsProps) -> Html {
    let lang = props.lang;
    let shown = settings(&props.loaded.report);
    let set = shown
        .iter()
        .filter(|(key, _, _)| props.asked.choices.all().contains_key(key))
        .count();
    html! {
        <div class="settings">
            { target(&props.asked, lang) }
            if !shown.is_empty() {
                <details open={set > 0}>
                    <summary>{ word(lang, "Settings of the consumers", "使用方的设置") }</summary>
                    <div class="grid">
                        { for shown.into_iter().map(|(key, who, setting)| field(key, who, setting, props)) }
                    </div>
                </details>
            }
        </div>
    }
}

/// The settings of all consumers that judged something: key, whose it is, the setting. Shared ones once.
fn settings(report: &Report) -> Vec<(String, Option<&'static str>, &'static Setting)> {
    let mut found: Vec<(String, Option<&'static str>, &'static Setting)> = Vec::new();
    for consumer in consumers::all() {
        let judged = report
            .verdicts
            .iter()
            .any(|v| v.consumer == consumer.id && v.verdict != Decision::NotApplicable);
        if !judged {
            continue;
        }
        for setting in consumer.settings {
            let key = consumers::key(consumer.id, setting);
            if !found.iter().any(|(known, _, _)| *known == key) {
                let who = (!setting.shared).then_some(consumer.name);
                found.push((key, who, setting));
            }
        }
    }
    // What is for all comes first.
    order::by_key(&mut found, |(_, who, _)| who.is_some());
    found
}

/// Goes to the address of the same report with one choice made otherwise. What cannot be chosen changes nothing.
fn choose(asked: &Asked, key: &str, value: &str) {
    let mut asked = asked.clone();
    if asked.choices.read(&format!("{key}={value}")).is_ok() {
        route::go(&route::asking(asked));
    }
}

fn target(asked: &Asked, lang: Lang) -> Html {
    let chosen = asked
        .choices
        .all()
        .get(TARGET)
        .map(String::as_str)
        .unwrap_or_default();
    let onchange = {
        let asked = asked.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok())
            {
                stored::put(stored::TARGET, &select.value());
                choose(&asked, TARGET, &select.value());
            }
        })
    };
    // An address can ask for a version; the list has whole consumers.
    let versioned = chosen.contains('@').then_some(chosen);
    html! {
        <p class="target">
            <label for="target">{ word(lang, "I deploy to", "我要部署到") }</label>
            { " " }
            <select id="target" {onchange}>
                <option value="" selected={chosen.is_empty()}>{ word(lang, "anything", "任意环境") }</option>
                if let Some(versioned) = versioned {
                    <option value={versioned.to_string()} selected=true>{ versioned.to_string() }</option>
                }
                { for consumers::FAMILIES.iter().filter(|f| !f.consumers.is_empty()).map(|family| html! {
                    <optgroup label={family.title.get(lang)}>
                        { for family.consumers.iter().map(|one| html! {
                            <option value={one.id} selected={chosen == one.id}>{ one.name }</option>
                        }) }
                    </optgroup>
                }) }
            </select>
        </p>
    }
}

fn field(
    key: String,
    who: Option<&'static str>,
    setting: &'static Setting,
    props: &SettingsProps,
) -> Html {
    let lang = props.lang;
    let id = format!("set-{key}");
    let value = props
        .asked
        .choices
        .all()
        .get(&key)
        .map_or(setting.default, String::as_str)
        .to_string();
    let label = html! {
        <label for={id.clone()}>
            if let Some(who) = who { <span translate="no">{ who }</span>{ word(lang, ": ", "：") } }
            { setting.name.get(lang) }
        </label>
    };
    let asked = props.asked.clone();
    let control = match setting.takes {
        Takes::OneOf(values) => {
            let onchange = Callback::from(move |event: Event| {
                if let Some(select) = event
                    .target()
                    .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok())
                {
                    choose(&asked, &key, &select.value());
                }
            });
            html! {
                <select id={id.clone()} {onchange}>
                    { for values.iter().map(|(known, label)| html! {
                        <option value={*known} selected={value == *known}>{ label.get(lang).replace('`', "") }</option>
                    }) }
                </select>
            }
        }
        Takes::Platform | Takes::Text(_) => {
            let platforms = matches!(setting.takes, Takes::Platform)
                .then(|| platforms(&props.loaded.report, setting.default));
            let list = format!("{id}-list");
            let placeholder = match setting.takes {
                Takes::Text(example) => example,
                _ => setting.default,
            };
            let onchange = Callback::from(move |event: Event| {
                if let Some(input) = event
                    .target()
                    .and_then(|t| t.dyn_into::<HtmlInputElement>().ok())
                {
                    let fits = setting.can_be(&input.value());
                    input.set_custom_validity(if fits { "" } else { placeholder });
                    let _ = input.report_validity();
                    choose(&asked, &key, &input.value());
                }
            });
            html! {
                <>
                    <input type="text" id={id.clone()} {value} {placeholder} {onchange} spellcheck="false"
                        autocomplete="off" list={platforms.is_some().then(|| list.clone())} />
                    if let Some(platforms) = platforms {
                        <datalist id={list}>{ for platforms.into_iter().map(|one| html! { <option value={one} /> }) }</datalist>
                    }
                </>
            }
        }
    };
    html! {
        <div key={id}>
            { label }
            { control }
            <p class="hint">{ show::text(setting.about, lang) }</p>
        </div>
    }
}

/// The platforms that the input names, and the usual one.
fn platforms(report: &Report, usual: &str) -> Vec<String> {
    let mut found = vec![usual.to_string(), "linux/arm64".to_string()];
    for described in report.artifacts.iter().flat_map(|a| &a.descriptors) {
        if let Some(platform) = &described.platform
            && !platform.contains("unknown")
            && !found.contains(platform)
        {
            found.push(platform.clone());
        }
    }
    found
}
