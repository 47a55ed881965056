//! Where one reads more about a rule, a consumer, an error or a media type: on a site that carries the page, there on the
//! static page that every program can read, else where the facts come from. It opens nothing.

use crate::consumers;
use crate::rules;
use crate::text::Lang;

/// Where the page stands, as somebody said it, without a slash at the end; none where that is no address of a page.
pub fn site(said: &str) -> Option<String> {
    let plain = said
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#?".contains(&byte));
    let web = said.starts_with("https://") || said.starts_with("http://");
    (plain && web).then(|| said.trim_end_matches('/').to_string())
}

/// What a link leads to.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// A rule.
    Rule(&'a str),
    /// A consumer.
    Consumer(&'a str),
    /// A known error.
    Error(&'a str),
    /// A media type.
    MediaType(&'a str),
    /// An example: of the gallery, or `RULE/broken`, `RULE/mended`.
    Example(&'a str),
}

impl<'a> Target<'a> {
    /// The fragment of its address in the page.
    pub fn fragment(self) -> String {
        let (room, id) = self.place();
        format!("#/{room}/{}", escape(id))
    }

    /// The fragment of the same without head and foot, to be shown inside another page.
    pub fn embedded(self) -> String {
        let (room, id) = self.place();
        format!("#/embed/{room}/{}", escape(id))
    }

    /// The path of its static page on a site; none where it has none, as the two examples of a rule.
    pub fn mirror(self, lang: Lang) -> Option<String> {
        let (room, id) = self.place();
        let own = !matches!(self, Target::Example(id) if id.contains('/'));
        own.then(|| mirror(room, id, lang))
    }

    fn place(self) -> (&'static str, &'a str) {
        match self {
            Target::Rule(id) => ("rules", id),
            Target::Consumer(id) => ("consumers", id),
            Target::Error(id) => ("errors", id),
            Target::MediaType(name) => ("media-types", name),
            Target::Example(id) => ("examples", id),
        }
    }
}

/// The path of a thing's static page.
pub fn mirror(room: &str, id: &str, lang: Lang) -> String {
    format!("{}/{room}/{id}.html", lang.tag())
}

/// The address of a thing: on the site, if there is one, else where its facts come from.
pub fn address(site: Option<&str>, target: Target, lang: Lang) -> Option<String> {
    if let Some(site) = site {
        let there = match target.mirror(lang) {
            Some(path) => escape(&path),
            None => format!("{}?lang={}", target.fragment(), lang.tag()),
        };
        return Some(format!("{site}/{there}"));
    }
    match target {
        Target::Rule(id) => rules::find(id).and_then(rules::Rule::address),
        Target::Consumer(id) => {
            let sources = consumers::find(id)?.sources;
            let mut repositories = sources.iter().map(|source| source.repository);
            let repository = repositories.find(|name| is_repository(name))?;
            Some(format!("https://github.com/{repository}"))
        }
        Target::Error(_) | Target::MediaType(_) | Target::Example(_) => None,
    }
}

/// Whether a text is `owner/name`.
pub fn is_repository(text: &str) -> bool {
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| plain(owner) && plain(name))
}

/// An id as it may stand in an address: only what is safe there stays as it is.
pub fn escape(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_page_or_of_the_source() {
        let site = Some("https://example.org/pullcheck");
        assert_eq!(
            address(
                site,
                Target::MediaType("application/vnd.oci.empty.v1+json"),
                Lang::Zh
            )
            .as_deref(),
            Some(
                "https://example.org/pullcheck/zh-CN/media-types/application/vnd.oci.empty.v1%2Bjson.html"
            )
        );
        // What has no static page is shown in the checker.
        assert_eq!(
            address(site, Target::Example("digest-syntax/broken"), Lang::En).as_deref(),
            Some("https://example.org/pullcheck/#/examples/digest-syntax/broken?lang=en")
        );
        let rule = address(None, Target::Rule("digest-syntax"), Lang::En).unwrap_or_default();
        assert!(rule.starts_with("https://github.com/opencontainers/image-spec/"));
        let umoci = address(None, Target::Consumer("umoci"), Lang::En);
        assert_eq!(
            umoci.as_deref(),
            Some("https://github.com/opencontainers/umoci")
        );
        assert_eq!(address(None, Target::Error("x"), Lang::En), None);
    }

    #[test]
    fn what_is_embedded_has_an_address_of_its_own() {
        assert_eq!(
            Target::Example("digest-syntax/broken").embedded(),
            "#/embed/examples/digest-syntax/broken"
        );
        assert_eq!(Target::Error("x y").fragment(), "#/errors/x%20y");
    }
}
