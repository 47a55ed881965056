//! Addresses of the page: everything stands in the fragment, which no server ever sees.
//! It only reads and writes them; what they show is decided in `app.rs`.

use pullcheck::report::Profile;
use pullcheck::text::Lang;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Where things are dropped.
    Home,
    /// The report on what is loaded, weighed by a profile.
    Check(Profile),
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
    /// One known error.
    Error(String),
    /// How to see that nothing is sent.
    Privacy,
    /// None of these: the fragment as it was.
    Unknown(String),
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
        let route = match parts.as_slice() {
            [] => Route::Home,
            ["check"] => match asked("profile") {
                None => Route::Check(Profile::default()),
                Some(id) => match Profile::with_id(id) {
                    Some(profile) => Route::Check(profile),
                    // Judging by something else than what was asked for would look like the answer.
                    None => Route::Unknown(whole.to_string()),
                },
            },
            ["explain"] => Route::Explain,
            ["rules"] => Route::Rules,
            ["rules", id] => Route::Rule((*id).to_string()),
            ["consumers"] => Route::Consumers,
            ["consumers", id] => match id.split_once('@') {
                Some((id, version)) => Route::Consumer(id.to_string(), Some(version.to_string())),
                None => Route::Consumer((*id).to_string(), None),
            },
            ["errors"] => Route::Errors,
            ["errors", id] => Route::Error((*id).to_string()),
            ["privacy"] => Route::Privacy,
            _ => Route::Unknown(whole.to_string()),
        };
        (route, lang)
    }

    /// The fragment that leads here.
    pub fn address(&self) -> String {
        match self {
            Route::Home => "#/".to_string(),
            Route::Check(profile) if *profile == Profile::default() => "#/check".to_string(),
            Route::Check(profile) => format!("#/check?profile={}", profile.id()),
            Route::Explain => "#/explain".to_string(),
            Route::Rules => "#/rules".to_string(),
            Route::Rule(id) => format!("#/rules/{id}"),
            Route::Consumers => "#/consumers".to_string(),
            Route::Consumer(id, None) => format!("#/consumers/{id}"),
            Route::Consumer(id, Some(version)) => format!("#/consumers/{id}@{version}"),
            Route::Errors => "#/errors".to_string(),
            Route::Error(id) => format!("#/errors/{id}"),
            Route::Privacy => "#/privacy".to_string(),
            Route::Unknown(fragment) => format!("#{fragment}"),
        }
    }
}

fn unescape(part: &str) -> String {
    js_sys::decode_uri_component(part).map_or_else(|_| part.to_string(), String::from)
}

/// The profile that an address asks for; the default where it asks for none.
pub fn profile(route: &Route) -> Profile {
    match route {
        Route::Check(profile) => *profile,
        _ => Profile::default(),
    }
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
