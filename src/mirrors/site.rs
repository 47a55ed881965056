//! What the mirrors have once: the sitemap, what crawlers read first, and the answer to an address that leads nowhere.

use super::writer::{Writer, escaped};
use super::{File, ICON, LANGS, POLICY, STYLE, address, path};
use crate::leaflets::{Kind, Topic, topics};
use crate::text::{Lang, text};

/// Every page with its counterpart in the other language. Its addresses have to be absolute, so it needs a site.
pub fn sitemap(site: &str) -> File {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    let front = escaped(&format!("{site}/"));
    let mut entry = |own: &str, topic: &Topic| {
        out.push_str("<url><loc>");
        out.push_str(own);
        out.push_str("</loc>");
        for lang in LANGS {
            let other = escaped(&address(Some(site), topic, lang));
            alternate(&mut out, lang.tag(), &other);
        }
        if *topic == Topic::Home {
            alternate(&mut out, "x-default", &front);
        }
        out.push_str("</url>\n");
    };
    entry(&front, &Topic::Home);
    for topic in topics() {
        for lang in LANGS {
            entry(&escaped(&address(Some(site), &topic, lang)), &topic);
        }
    }
    out.push_str("</urlset>\n");
    File {
        path: "sitemap.xml".to_string(),
        text: out,
    }
}

fn alternate(out: &mut String, lang: &str, address: &str) {
    out.push_str(&format!(
        "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{address}\"/>"
    ));
}

/// All may be read. Crawlers ask for this file at the root of a host only.
pub fn robots(site: Option<&str>) -> File {
    let mut text = "User-agent: *\nAllow: /\n".to_string();
    if let Some(site) = site {
        text.push_str(&format!("\nSitemap: {site}/sitemap.xml\n"));
    }
    File {
        path: "robots.txt".to_string(),
        text,
    }
}

/// What servers such as GitHub Pages answer with where nothing stands. It is shown at any depth, so that a relative link
/// would lead astray: without a site there are words only.
pub fn not_found(site: Option<&str>) -> File {
    let mut out = Writer::new();
    out.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n");
    out.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<meta charset=\"utf-8\">\n"));
    out.raw("<title>Nothing stands here · 此处没有内容 · Pullcheck</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n");
    out.raw(&format!("<link rel=\"icon\" href=\"{ICON}\">\n"));
    if let Some(site) = site {
        out.open(
            "link",
            &[("rel", "stylesheet"), ("href", &format!("{site}/{STYLE}"))],
        );
    }
    out.raw("</head>\n<body>\n<main id=\"main\">\n<article class=\"reference\">\n");
    for lang in LANGS {
        out.open("section", &[("lang", lang.tag())]);
        let heading = if lang == Lang::En { "h1" } else { "h2" };
        let word = |en, zh| text(en, zh).get(lang);
        out.element(
            heading,
            &[],
            word("Nothing stands at this address", "此地址没有内容"),
        );
        out.element("p", &[], word(
            "The link may have been cut, or the page was never there. Ids of rules, consumers, errors and examples do not change.",
            "链接可能不完整，或该页面从未存在。规则、使用方、报错和示例的名称不会改变。",
        ));
        match site {
            Some(site) => links(&mut out, site, lang),
            None => out.element("p", &[], word(
                "This is a site of Pullcheck. Cut the address behind the folder that holds it to reach the checker.",
                "这是 Pullcheck 的站点。把地址截断到它所在的文件夹，即可打开检查器。",
            )),
        }
        out.raw("</section>\n");
    }
    out.raw("</article>\n</main>\n</body>\n</html>\n");
    File {
        path: "404.html".to_string(),
        text: out.finish(),
    }
}

fn links(out: &mut Writer, site: &str, lang: Lang) {
    out.raw("<ul>");
    let checker = text("Open the checker", "打开检查器").get(lang);
    link(out, &format!("{site}/"), checker);
    for kind in Kind::ALL {
        let to = format!("{site}/{}", path(&Topic::List(kind), lang));
        link(out, &to, kind.title().get(lang));
    }
    out.raw("</ul>\n");
}

fn link(out: &mut Writer, address: &str, label: &str) {
    out.raw("<li>");
    out.element("a", &[("href", address)], label);
    out.raw("</li>");
}
