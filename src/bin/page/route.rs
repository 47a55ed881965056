//! Addresses of the page: everything stands in the fragment, which no server ever sees.
//! It only reads and writes them; what they show is decided in `app.rs`.

use crate::aim::Aim;
use crate::theme::Theme;
use pullcheck::addresses::Target;
use pullcheck::consumers::{Choices, TARGET};
use pullcheck::ids::{Kind, present};
use pullcheck::report::Profile;
use pullcheck::text::Lang;
use yew::AttrValue;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Where things are dropped.
    Home,
    /// The report on what is loaded.
    Check(Asked),
    /// The answer to a pasted error.
    Explain,
    /// All rules.
    Rules,
    /// One rule.
    Rule(String),
    /// All consumers.
    Consumers,
    /// One consumer, perhaps one version of it.
    Consumer(String, Option<String>),
    /// All known errors.
    Errors,
    /// The known errors that hold some words, or explain a text.
    Search(String),
    /// One known error.
    Error(String),
    /// All media types that are known.
    MediaTypes,
    /// One media type.
    MediaType(String),
    /// The report on documents that the address itself carries.
    Shared(String, Asked),
    /// All examples.
    Examples,
    /// One example, in the checker.
    Example(String, Asked),
    /// How to see that nothing is sent.
    Privacy,
    /// How the page is used without a network.
    Offline,
    /// How other documents link to the page, show its badges and frame it.
    Authors,
    /// A page about one thing, without head and foot, for a frame in another page.
    Embed(Embedded),
    /// None of these: the fragment as it was.
    Unknown(String),
}

/// What is shown in a frame of another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The page: of a rule, a consumer, an error or an example.
    pub what: Box<Route>,
    /// The colours that the other page asks for; without, those of the reader.
    pub theme: Option<Theme>,
}

/// What a report is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What its findings are weighed by.
    pub profile: Profile,
    /// What is set for the consumers, and which of them the person deploys to.
    pub choices: Choices,
    /// Where in the report the address leads.
    pub aim: Aim,
}

impl Asked {
    /// Reads the query of an address. None where it asks for something unknown: judging by something else than what was
    /// asked for would look like the answer.
    fn read(query: &str) -> Option<Asked> {
        let mut asked = Asked::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (unescape(key), unescape(value));
            match key.as_str() {
                "lang" | "theme" => {}
                "profile" => asked.profile = Profile::with_id(&value)?,
                key if asked.aim.read(key, &value) => {}
                key => {
                    let key = if key == "consumer" { TARGET } else { key };
                    asked.choices.read(&format!("{key}={value}")).ok()?;
                }
            }
        }
        Some(asked)
    }

    /// The query, with its question mark; empty where all is as usual.
    fn query(&self) -> String {
        let mut pairs = Vec::new();
        if self.profile != Profile::default() {
            pairs.push(format!("profile={}", self.profile.id()));
        }
        for (key, value) in self.choices.all() {
            pairs.push(format!("{key}={}", escape(value)));
        }
        pairs.extend(self.aim.pairs());
        if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", pairs.join("&"))
        }
    }
}

impl Route {
    /// Reads a fragment, and the language that it may ask for: `#/rules/x?lang=zh-CN`, `#/check?profile=strict`.
    pub fn read(fragment: &str) -> (Route, Option<Lang>) {
        let whole = fragment.trim_start_matches('#');
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        let asked = |name: &str| {
            let mut pairs = query.split('&');
            pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        let lang = asked("lang").map(Lang::from_tag);
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(unescape)
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if let ["embed", inner @ ..] = parts.as_slice() {
            let what = Route::of(inner, query, whole);
            let theme = asked("theme").and_then(Theme::asked);
            let route = match what.target() {
                Some(_) => Route::Embed(Embedded {
                    what: Box::new(what),
                    theme,
                }),
                None => Route::Unknown(whole.to_string()),
            };
            return (route, lang);
        }
        (Route::of(&parts, query, whole), lang)
    }

    /// Reads the parts of a path, and the query behind it.
    fn of(parts: &[&str], query: &str, whole: &str) -> Route {
        match parts {
            [] => Route::Home,
            ["check"] => match Asked::read(query) {
                Some(asked) => Route::Check(asked),
                None => Route::Unknown(whole.to_string()),
            },
            ["m", part] => match Asked::read(query) {
                Some(asked) => Route::Shared((*part).to_string(), asked),
                None => Route::Unknown(whole.to_string()),
            },
            ["explain"] => Route::Explain,
            ["rules"] => Route::Rules,
            ["rules", id] => Route::Rule(present(Kind::Rule, id).to_string()),
            ["consumers"] => Route::Consumers,
            ["consumers", id] => match id.split_once('@') {
                Some((id, version)) => Route::Consumer(
                    present(Kind::Consumer, id).to_string(),
                    Some(version.to_string()),
                ),
                None => Route::Consumer(present(Kind::Consumer, id).to_string(), None),
            },
            ["errors"] => match value(query, "q").filter(|words| !words.is_empty()) {
                Some(words) => Route::Search(words),
                None => Route::Errors,
            },
            ["errors", id] => Route::Error(present(Kind::Error, id).to_string()),
            ["media-types"] => Route::MediaTypes,
            // A media type has a slash of its own.
            ["media-types", parts @ ..] => {
                Route::MediaType(present(Kind::MediaType, &parts.join("/")).to_string())
            }
            ["examples"] => Route::Examples,
            ["examples", parts @ ..] => {
                let id = match parts {
                    // A rule's examples have a slash.
                    [rule, end] => format!("{}/{end}", present(Kind::Rule, rule)),
                    parts => present(Kind::Example, &parts.join("/")).to_string(),
                };
                match Asked::read(query) {
                    Some(asked) => Route::Example(id, asked),
                    None => Route::Unknown(whole.to_string()),
                }
            }
            ["privacy"] => Route::Privacy,
            ["offline"] => Route::Offline,
            ["authors"] => Route::Authors,
            _ => Route::Unknown(whole.to_string()),
        }
    }

    /// The thing that this is a page about, where it is one that other documents link to and frame.
    pub fn target(&self) -> Option<Target<'_>> {
        match self {
            Route::Rule(id) => Some(Target::Rule(id)),
            Route::Consumer(id, _) => Some(Target::Consumer(id)),
            Route::Error(id) => Some(Target::Error(id)),
            Route::Example(id, _) => Some(Target::Example(id)),
            _ => None,
        }
    }

    /// An example as it is.
    pub fn example(id: impl Into<String>) -> Route {
        Route::Example(id.into(), Asked::default())
    }

    /// What is asked of the report that stands here; none where there is none.
    pub fn asked(&self) -> Option<&Asked> {
        match self {
            Route::Check(asked) | Route::Shared(_, asked) | Route::Example(_, asked) => Some(asked),
            Route::Embed(embedded) => embedded.what.asked(),
            _ => None,
        }
    }

    /// The same place with a report that is asked for otherwise.
    pub fn asking(&self, asked: Asked) -> Route {
        match self {
            Route::Shared(part, _) => Route::Shared(part.clone(), asked),
            Route::Example(id, _) => Route::Example(id.clone(), asked),
            Route::Check(_) => Route::Check(asked),
            Route::Embed(embedded) => Route::Embed(Embedded {
                what: Box::new(embedded.what.asking(asked)),
                theme: embedded.theme,
            }),
            other => other.clone(),
        }
    }

    /// The address without what a report is asked for: another profile of it is no other place.
    pub fn place(&self) -> Route {
        self.asking(Asked::default())
    }

    /// The fragment that leads here.
    pub fn address(&self) -> String {
        match self {
            Route::Home => "#/".to_string(),
            Route::Check(asked) => format!("#/check{}", asked.query()),
            Route::Shared(part, asked) => format!("#/m/{part}{}", asked.query()),
            Route::Explain => "#/explain".to_string(),
            Route::Rules => "#/rules".to_string(),
            Route::Rule(id) => format!("#/rules/{id}"),
            Route::Consumers => "#/consumers".to_string(),
            Route::Consumer(id, None) => format!("#/consumers/{id}"),
            Route::Consumer(id, Some(version)) => format!("#/consumers/{id}@{version}"),
            Route::Errors => "#/errors".to_string(),
            Route::Search(words) => format!("#/errors?q={}", escape(words)),
            Route::Error(id) => format!("#/errors/{id}"),
            Route::MediaTypes => "#/media-types".to_string(),
            Route::MediaType(name) => format!("#/media-types/{}", escape(name)),
            Route::Examples => "#/examples".to_string(),
            Route::Example(id, asked) => format!("#/examples/{id}{}", asked.query()),
            Route::Privacy => "#/privacy".to_string(),
            Route::Offline => "#/offline".to_string(),
            Route::Authors => "#/authors".to_string(),
            Route::Embed(embedded) => {
                let inner = embedded.what.address();
                let inner = inner.trim_start_matches('#');
                let address = format!("#/embed{inner}");
                match embedded.theme {
                    Some(theme) => with(&address, &format!("theme={}", theme.word())),
                    None => address,
                }
            }
            Route::Unknown(fragment) => format!("#{fragment}"),
        }
    }
}

/// The value of a key in a query.
fn value(query: &str, key: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    Some(unescape(&value.replace('+', " ")))
}

fn unescape(part: &str) -> String {
    js_sys::decode_uri_component(part).map_or_else(|_| part.to_string(), String::from)
}

/// A value as it may stand in an address; slashes and colons, which are safe there, stay readable.
pub fn escape(value: &str) -> String {
    String::from(js_sys::encode_uri_component(value))
        .replace("%2F", "/")
        .replace("%3A", ":")
        .replace("%40", "@")
        .replace("%2B", "+")
}

/// An address with one more pair in its query.
pub fn with(address: &str, pair: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{pair}")
}

/// What an address asks of a report, wherever in it that leads; the usual where it is not of one.
pub fn asked(route: &Route) -> Asked {
    Asked {
        aim: Aim::default(),
        ..route.asked().cloned().unwrap_or_default()
    }
}

/// The address of the report that is shown, asked for otherwise. Documents in the address stay in it, and so does an example.
pub fn asking(asked: Asked) -> Route {
    let here = Route::read(&fragment()).0;
    match here.asked() {
        Some(_) => here.asking(asked),
        None => Route::Check(asked),
    }
}

/// A link to the report that is shown, where whoever opens it has the same one: that of an example, or of documents in the
/// address. Where in the report it leads is still to be written behind it.
pub fn link() -> Option<AttrValue> {
    let here = report();
    let shared = matches!(here, Route::Shared(..) | Route::Example(..));
    shared.then(|| format!("{}{}", base(), with(&here.address(), "")).into())
}

/// The report that is shown, as it is asked for, wherever in it the address leads.
pub fn report() -> Route {
    let here = Route::read(&fragment()).0;
    here.asking(asked(&here))
}

/// Goes to an address, as a link would.
pub fn go(route: &Route) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_hash(&route.address());
    }
}

/// The fragment of the page's address now.
pub fn fragment() -> String {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// The place of the page, as other documents name it: without the name of its file.
pub fn site() -> String {
    let base = base();
    let base = base.split('?').next().unwrap_or_default();
    let file = base.rsplit('/').next().unwrap_or_default().len();
    base.get(..base.len() - file).unwrap_or(base).to_string()
}

/// The address of the page without what stands behind `#`.
pub fn base() -> String {
    let href = gloo::utils::window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_string()
}
