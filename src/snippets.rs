//! Lines to copy into a document: a link, a badge that is one, a frame with a page in it; in the markup that the document is
//! written in. It takes addresses as they are and refuses those that are none of the web.

use crate::markdown;

/// The markup of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Markdown, as GitHub, GitLab and most wikis take it.
    Markdown,
    /// HTML.
    Html,
    /// reStructuredText.
    Rst,
}

impl Markup {
    /// Every markup.
    pub const ALL: [Markup; 3] = [Markup::Markdown, Markup::Html, Markup::Rst];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Markup::Markdown => "Markdown",
            Markup::Html => "HTML",
            Markup::Rst => "reStructuredText",
        }
    }
}

/// The lowest height at which a framed page can be read, in pixels; the snippet's.
pub const FRAME_HEIGHT: u32 = 480;

/// Whether an address may stand in a snippet: one of the web, without what would end it in any markup.
pub fn is_safe(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"`\\^{|}".contains(c))
    })
}

/// A link. None for an address that may not stand in one.
pub fn link(markup: Markup, address: &str, title: &str) -> Option<String> {
    is_safe(address).then(|| match markup {
        Markup::Markdown => format!("[{}]({})", bracketed(title), round(address)),
        Markup::Html => format!(r#"<a href="{}">{}</a>"#, html(address), html(title)),
        Markup::Rst => format!("`{} <{address}>`__", rst(title)),
    })
}

/// A picture that leads to an address.
pub fn badge(markup: Markup, address: &str, picture: &str, says: &str) -> Option<String> {
    (is_safe(address) && is_safe(picture)).then(|| match markup {
        Markup::Markdown => {
            format!(
                "[![{}]({})]({})",
                bracketed(says),
                round(picture),
                round(address)
            )
        }
        Markup::Html => format!(
            r#"<a href="{}"><img src="{}" alt="{}" height="20"></a>"#,
            html(address),
            html(picture),
            html(says)
        ),
        Markup::Rst => format!(".. image:: {picture}\n   :alt: {says}\n   :target: {address}"),
    })
}

/// A frame with a page in it. Markdown takes it as it is.
pub fn frame(markup: Markup, address: &str, title: &str) -> Option<String> {
    let frame = format!(
        r#"<iframe src="{}" title="{}" width="100%" height="{FRAME_HEIGHT}" loading="lazy"></iframe>"#,
        html(address),
        html(title)
    );
    is_safe(address).then(|| match markup {
        Markup::Markdown | Markup::Html => frame,
        Markup::Rst => format!(".. raw:: html\n\n   {frame}"),
    })
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Text within the brackets of Markdown.
fn bracketed(text: &str) -> String {
    markdown::escape(text)
}

/// An address within the round brackets of Markdown.
fn round(address: &str) -> String {
    address.replace('(', "%28").replace(')', "%29")
}

/// Text of reStructuredText.
fn rst(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '|' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "https://example.org/pullcheck/#/errors/x?lang=zh-CN";

    #[test]
    fn each_markup_has_its_form() {
        let md = |text: &str| link(Markup::Markdown, AT, text).unwrap();
        assert_eq!(md("What it means"), format!("[What it means]({AT})"));
        assert!(
            md("a [b] *c*").starts_with(r"[a \[b\] \*c\*]("),
            "{}",
            md("a [b] *c*")
        );
        assert_eq!(
            link(Markup::Html, "https://e.org/?a=1&b=2", "<x>").unwrap(),
            r#"<a href="https://e.org/?a=1&amp;b=2">&lt;x&gt;</a>"#
        );
        assert_eq!(
            link(Markup::Rst, AT, "a <b>").unwrap(),
            format!("`a \\<b\\> <{AT}>`__")
        );
        let badge = badge(
            Markup::Markdown,
            AT,
            "https://example.org/badges/a.svg",
            "a: b",
        )
        .unwrap();
        assert_eq!(
            badge,
            format!("[![a: b](https://example.org/badges/a.svg)]({AT})")
        );
        let frame = frame(Markup::Rst, AT, "x \"y\"").unwrap();
        assert!(
            frame.starts_with(".. raw:: html\n\n   <iframe src=\"https://"),
            "{frame}"
        );
        assert!(frame.contains("&quot;y&quot;"));
    }

    #[test]
    fn only_addresses_of_the_web_are_taken() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "JAVASCRIPT:alert(1)",
            "file:///etc/passwd",
            "//example.org",
            "https://",
            "https://a b",
            "https://a\"onload=x",
            "https://a>x",
            "vbscript:x",
            "",
        ] {
            for markup in Markup::ALL {
                assert_eq!(link(markup, bad, "x"), None, "{bad}");
                assert_eq!(frame(markup, bad, "x"), None, "{bad}");
                assert_eq!(super::badge(markup, bad, AT, "x"), None, "{bad}");
                assert_eq!(super::badge(markup, AT, bad, "x"), None, "{bad}");
            }
        }
    }
}
