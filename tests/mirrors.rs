//! The static mirrors, made in memory: every thing has its page in both languages, every link between them leads somewhere,
//! nothing runs, and nothing of what a page holds becomes markup.

use pullcheck::errors::placeholders;
use pullcheck::leaflets::{Kind, Topic, topics};
use pullcheck::mirrors::{self, File, STYLE};
use pullcheck::text::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const SITE: &str = "https://example.org/some/path";

/// All pages, made once for a site and once without one.
fn pages(site: bool) -> &'static BTreeMap<String, String> {
    static MADE: OnceLock<[BTreeMap<String, String>; 2]> = OnceLock::new();
    let [with, without] = MADE.get_or_init(|| {
        let with = made(Some(SITE));
        // The rest of a page is the same; the heads of some are enough.
        let some = |topic: &Topic| {
            !matches!(
                topic,
                Topic::One(Kind::Rules | Kind::Consumers | Kind::Examples, _)
            )
        };
        let without = topics()
            .into_iter()
            .filter(some)
            .flat_map(|topic| mirrors::pages(&topic, None));
        [with, without.map(|file| (file.path, file.text)).collect()]
    });
    if site { with } else { without }
}

fn made(site: Option<&str>) -> BTreeMap<String, String> {
    let topics = topics();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own: Vec<File> = Vec::new();
        while let Some(topic) = topics.get(next.fetch_add(1, Ordering::Relaxed)) {
            own.extend(mirrors::pages(topic, site));
        }
        own
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let files: Vec<File> = thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    let count = files.len();
    let map: BTreeMap<String, String> = files.into_iter().map(|f| (f.path, f.text)).collect();
    assert_eq!(map.len(), count, "two pages have one path");
    map
}

/// A tag of a document: its name and its attributes, read as a browser would. Whatever is no tag must be text that holds
/// no `<`.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }
}

/// The tags of a document; its texts are checked to be escaped, its elements to be closed in their order.
fn tags(path: &str, html: &str) -> Vec<Tag> {
    const VOID: [&str; 3] = ["meta", "link", "br"];
    let mut rest = html.strip_prefix("<!doctype html>").unwrap();
    let (mut found, mut open): (Vec<Tag>, Vec<String>) = (Vec::new(), Vec::new());
    while let Some((text, from)) = rest.split_once('<') {
        unescaped(path, text);
        let end = from
            .find('>')
            .unwrap_or_else(|| panic!("{path}: a tag has no end"));
        let (inside, after) = (&from[..end], &from[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{path}");
            continue;
        }
        let (name, mut attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(
            name.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{path}: <{inside}>"
        );
        let mut tag = Tag {
            name: name.to_string(),
            attributes: Vec::new(),
        };
        while !attributes.is_empty() {
            let (key, value) = attributes
                .trim_start()
                .split_once("=\"")
                .unwrap_or_else(|| panic!("{path}: {inside}"));
            let (value, after) = value.split_once('"').unwrap();
            assert!(
                key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'),
                "{path}: {key}"
            );
            tag.attributes
                .push((key.to_string(), unescaped(path, value)));
            attributes = after;
        }
        if !VOID.contains(&name) {
            open.push(name.to_string());
        }
        found.push(tag);
    }
    assert!(
        open.is_empty() && rest.trim().is_empty(),
        "{path}: {open:?}"
    );
    found
}

/// A text as the reader sees it; every `&` begins one of the four references that are written.
fn unescaped(path: &str, text: &str) -> String {
    for piece in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;"];
        assert!(
            known.iter().any(|one| piece.starts_with(one)),
            "{path}: &{piece}"
        );
    }
    let control = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(
        !text.contains(control) && !text.contains('>'),
        "{path}: {text:?}"
    );
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Where a relative link leads, as a path of the site; none for a link out of it.
fn target(from: &str, href: &str) -> Option<String> {
    if href.contains("://") || href.starts_with("data:") || href.starts_with('#') {
        return None;
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    let path = href.split(['#', '?']).next().unwrap();
    for part in path.split('/') {
        match part {
            ".." => assert!(folders.pop().is_some(), "{from}: {href} leaves the site"),
            part => folders.push(part),
        }
    }
    Some(folders.join("/").replace("%2B", "+"))
}

#[test]
fn every_thing_has_its_page_in_both_languages() {
    let all = pages(true);
    for kind in Kind::ALL {
        for lang in [Lang::En, Lang::Zh] {
            assert!(all.contains_key(&format!("{}/{}.html", lang.tag(), kind.room())));
            for id in kind.ids() {
                let path = format!("{}/{}/{id}.html", lang.tag(), kind.room());
                let page = all.get(&path).unwrap_or_else(|| panic!("no {path}"));
                assert!(
                    page.contains(&format!("<html lang=\"{}\">", lang.tag())),
                    "{path}"
                );
                assert!(page.contains(" translate=\"no\">"), "{path}");
            }
        }
    }
    assert_eq!(all.len(), 2 * topics().len());
    // Where file names know no capitals, no page may take the place of another.
    let lower: BTreeSet<String> = all.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(lower.len(), all.len());
}

#[test]
fn links_lead_to_pages_and_nothing_else_is_loaded() {
    let all = pages(true);
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for (path, html) in all {
        for tag in tags(path, html) {
            assert!(
                !["script", "style", "iframe", "img", "form", "base", "object"]
                    .contains(&tag.name.as_str()),
                "{path} has <{}>",
                tag.name
            );
            for (key, _) in &tag.attributes {
                assert!(
                    !key.starts_with("on") && key != "style" && key != "src",
                    "{path}: {key}"
                );
            }
            let Some(href) = tag.get("href") else {
                continue;
            };
            let Some(to) = target(path, href) else {
                assert!(["a", "link"].contains(&tag.name.as_str()));
                assert!(
                    href.starts_with("https://")
                        || href.starts_with('#')
                        || tag.get("rel") == Some("icon"),
                    "{path}: {href}"
                );
                continue;
            };
            // The front page, at some place behind `#`.
            if to.is_empty() {
                assert!(href.contains("#/"), "{path}: {href}");
                continue;
            }
            assert!(
                all.contains_key(&to) || to == STYLE,
                "{path} leads to {href}, which is not there"
            );
            reached.insert(to);
        }
    }
    for path in all.keys() {
        assert!(reached.contains(path), "no page leads to {path}");
    }
}

#[test]
fn pages_lead_to_themselves_in_the_checker() {
    for (path, html) in pages(true) {
        let tags = tags(path, html);
        let checker: Vec<&str> = tags
            .iter()
            .filter(|tag| {
                tag.get("class")
                    .is_some_and(|c| c.split(' ').any(|one| one == "checker"))
            })
            .filter_map(|tag| tag.get("href"))
            .collect();
        let (lang, rest) = path.split_once('/').unwrap();
        let place = match rest.strip_suffix(".html").unwrap() {
            "index" => String::new(),
            rest => rest.replace('+', "%2B"),
        };
        let up = "../".repeat(path.matches('/').count());
        assert_eq!(checker, [format!("{up}#/{place}?lang={lang}")], "{path}");
    }
}

/// What a head says, by name; a name that is said twice is a mistake unless it is an alternate.
fn head(path: &str, html: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut said, mut alternates) = (BTreeMap::new(), BTreeMap::new());
    for tag in tags(path, html) {
        let key = ["name", "property", "http-equiv"]
            .iter()
            .find_map(|key| tag.get(key));
        match (tag.name.as_str(), key, tag.get("rel")) {
            ("meta", Some(key), _) => {
                let before = said.insert(key.to_string(), tag.get("content").unwrap().to_string());
                assert_eq!(before, None, "{path}: {key} twice");
            }
            ("link", _, Some("alternate")) => {
                let lang = tag.get("hreflang").unwrap().to_string();
                assert_eq!(
                    alternates.insert(lang, tag.get("href").unwrap().to_string()),
                    None
                );
            }
            ("link", _, Some(rel)) => {
                said.insert(rel.to_string(), tag.get("href").unwrap().to_string());
            }
            _ => {}
        }
    }
    let title = html
        .split_once("<title>")
        .unwrap()
        .1
        .split_once("</title>")
        .unwrap()
        .0;
    said.insert("title".to_string(), unescaped(path, title));
    (said, alternates)
}

/// The address of a page, as the outside knows it.
fn on_site(path: &str) -> String {
    let path = path.replace('+', "%2B");
    match path.strip_suffix("/index.html") {
        Some(folder) => format!("{SITE}/{folder}/"),
        None => format!("{SITE}/{path}"),
    }
}

#[test]
fn heads_say_what_a_page_is_and_where_it_stands() {
    let mut seen: BTreeMap<(String, String, String), String> = BTreeMap::new();
    for (path, html) in pages(true) {
        let (said, alternates) = head(path, html);
        let lang = path.split('/').next().unwrap();
        for key in ["title", "description", "og:title"] {
            let text = &said[key];
            assert!(text.chars().count() > 5, "{path}: {key} is {text:?}");
            assert!(
                !text.contains(['`', '\n']) && placeholders(text).is_empty(),
                "{path}: {key} is {text:?}"
            );
            if key != "og:title" {
                let unique = (lang.to_string(), key.to_string(), text.clone());
                if let Some(other) = seen.insert(unique, path.clone()) {
                    panic!("{path} and {other} have the same {key}: {text}");
                }
            }
        }
        assert_eq!(said["description"], said["og:description"]);
        assert!(said["description"].chars().count() <= 221, "{path}");
        assert!(
            said["Content-Security-Policy"].starts_with("default-src 'none'; style-src 'self';")
        );
        assert!(!said["Content-Security-Policy"].contains("script"));
        let own = on_site(path);
        assert_eq!(said["canonical"], own);
        assert_eq!(said["og:url"], own);
        assert_eq!(said["og:image"], format!("{SITE}/preview.{lang}.png"));
        for about in ["width", "height", "alt"] {
            assert!(!said[&format!("og:image:{about}")].is_empty(), "{path}");
        }
        assert_eq!(said["twitter:card"], "summary_large_image");
        let policy = html.find("Content-Security-Policy").unwrap();
        assert!(html.find("<meta").unwrap() < policy && policy < html.find("<title").unwrap());
        // Each names itself and the other, so that the pairs are mutual.
        assert_eq!(alternates[lang], own, "{path}");
        for (other, address) in alternates.iter().filter(|(other, _)| *other != "x-default") {
            let there = path.replacen(lang, other, 1);
            assert!(pages(true).contains_key(&there));
            let expected = on_site(&there);
            assert_eq!(*address, expected, "{path}");
        }
        let home = path.ends_with("/index.html");
        assert_eq!(alternates.len(), if home { 3 } else { 2 }, "{path}");
        assert_eq!(
            alternates.get("x-default").map(String::as_str),
            home.then_some("https://example.org/some/path/")
        );
    }
}

#[test]
fn without_a_site_no_address_is_made_up() {
    for (path, html) in pages(false) {
        let (said, alternates) = head(path, html);
        assert!(
            !["canonical", "og:url", "og:image"]
                .iter()
                .any(|key| said.contains_key(*key)),
            "{path}"
        );
        for (lang, href) in alternates.iter().filter(|(lang, _)| *lang != "x-default") {
            let own = path.split('/').next().unwrap();
            assert_eq!(
                target(path, href),
                Some(path.replacen(own, lang, 1)),
                "{path}"
            );
        }
    }
    assert!(!mirrors::robots(None).text.contains("Sitemap"));
    let lost = mirrors::not_found(None).text;
    assert!(
        tags("404.html", &lost)
            .iter()
            .all(|tag| tag.name != "a" && tag.get("rel") != Some("stylesheet"))
    );
}

#[test]
fn the_sitemap_has_every_page_with_its_counterpart() {
    let map = mirrors::sitemap(SITE).text;
    let entries: Vec<&str> = map.split("<url>").skip(1).collect();
    // All pages and the front page.
    assert_eq!(entries.len(), pages(true).len() + 1);
    for (path, html) in pages(true) {
        let (said, alternates) = head(path, html);
        let loc = format!("<loc>{}</loc>", said["canonical"]);
        let own: Vec<&&str> = entries
            .iter()
            .filter(|entry| entry.starts_with(&loc))
            .collect();
        assert_eq!(own.len(), 1, "{path}");
        for (lang, href) in &alternates {
            let link =
                format!("<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{href}\"/>");
            assert!(own[0].contains(&link), "{path}: {link}");
        }
        assert_eq!(own[0].matches("<xhtml:link").count(), alternates.len());
    }
    assert!(
        mirrors::robots(Some(SITE))
            .text
            .ends_with(&format!("Sitemap: {SITE}/sitemap.xml\n"))
    );
    let lost = mirrors::not_found(Some(SITE)).text;
    let tags = tags("404.html", &lost);
    let links: Vec<&str> = tags
        .iter()
        .filter(|t| t.name == "a")
        .filter_map(|t| t.get("href"))
        .collect();
    for link in &links {
        let path = link.strip_prefix(SITE).unwrap().trim_start_matches('/');
        assert!(path.is_empty() || pages(true).contains_key(path), "{link}");
    }
    assert_eq!(links.len(), 2 * (1 + Kind::ALL.len()));
}

#[test]
fn sizes_stay_small() {
    let lists = |path: &str| path.matches('/').count() == 1;
    let sizes: Vec<usize> = pages(true)
        .iter()
        .filter(|(path, _)| !lists(path))
        .map(|(_, html)| html.len())
        .collect();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    let most = sizes.iter().max().unwrap();
    assert!(mean <= 9_000, "{mean} bytes a page");
    assert!(*most <= 40_000, "{most} bytes the largest");
}
