//! A leaflet as an HTML document: its head, the ways through the mirrors, its sections. What stands in these is written by
//! `blocks.rs`.

use super::writer::Writer;
use super::{
    ICON, LANGS, PICTURE_SHOWS, PICTURE_SIZE, POLICY, STYLE, address, description, path, picture,
    relative, title,
};
use crate::leaflets::{Bit, Kind, Leaflet, Section, Topic, plain};
use crate::text::{Lang, text};

/// The whole document.
pub(super) fn page(topic: &Topic, leaflet: &Leaflet, lang: Lang, site: Option<&str>) -> String {
    let mut page = Page {
        out: Writer::new(),
        path: path(topic, lang),
        topic,
        lang,
    };
    page.out.raw("<!doctype html>\n");
    page.out.open("html", &[("lang", lang.tag())]);
    page.head(leaflet, site);
    page.out.raw("<body>\n");
    page.top();
    page.out.raw("<main id=\"main\">\n");
    page.trail(leaflet);
    page.out.raw("<article class=\"reference\">\n");
    page.body(leaflet);
    page.out.raw("</article>\n</main>\n");
    page.bottom();
    page.out.raw("</body>\n</html>\n");
    page.out.finish()
}

/// A page under construction.
pub(super) struct Page<'p> {
    pub(super) out: Writer,
    path: String,
    pub(super) topic: &'p Topic,
    pub(super) lang: Lang,
}

impl Page<'_> {
    fn word(&self, en: &'static str, zh: &'static str) -> &'static str {
        text(en, zh).get(self.lang)
    }

    /// How one gets from here to a file of the site.
    pub(super) fn to(&self, file: &str) -> String {
        relative(&self.path, file)
    }

    /// How one gets from here to a place in the checker, in this language.
    pub(super) fn checker(&self, fragment: &str) -> String {
        let front = "../".repeat(self.path.matches('/').count());
        format!("{front}{fragment}?lang={}", self.lang.tag())
    }

    fn meta(&mut self, key: &str, name: &str, content: &str) {
        self.out.open("meta", &[(key, name), ("content", content)]);
        self.out.raw("\n");
    }

    fn head(&mut self, leaflet: &Leaflet, site: Option<&str>) {
        let lang = self.lang;
        let title = title(&leaflet.name, lang);
        let about = description(&leaflet.about, lang);
        self.out.raw("<head>\n");
        self.meta("http-equiv", "Content-Security-Policy", POLICY);
        self.out.raw("<meta charset=\"utf-8\">\n");
        self.out.element("title", &[], &title);
        self.out.raw("\n");
        self.meta("name", "viewport", "width=device-width, initial-scale=1");
        self.meta("name", "color-scheme", "light dark");
        self.meta("name", "referrer", "no-referrer");
        self.meta("name", "description", &about);
        if site.is_some() {
            let own = address(site, self.topic, lang);
            self.link(&[("rel", "canonical"), ("href", &own)]);
            self.meta("property", "og:url", &own);
        }
        for other in LANGS {
            let there = match site {
                Some(_) => address(site, self.topic, other),
                None => self.to(&path(self.topic, other)),
            };
            self.link(&[
                ("rel", "alternate"),
                ("hreflang", other.tag()),
                ("href", &there),
            ]);
        }
        if *self.topic == Topic::Home {
            let front = site.map_or_else(|| "../".to_string(), |site| format!("{site}/"));
            self.link(&[
                ("rel", "alternate"),
                ("hreflang", "x-default"),
                ("href", &front),
            ]);
        }
        let [own, other] = match lang {
            Lang::En => ["en_US", "zh_CN"],
            Lang::Zh => ["zh_CN", "en_US"],
        };
        self.meta("property", "og:type", "article");
        self.meta("property", "og:site_name", "Pullcheck");
        self.meta("property", "og:title", &plain(&leaflet.name, lang));
        self.meta("property", "og:description", &about);
        self.meta("property", "og:locale", own);
        self.meta("property", "og:locale:alternate", other);
        match site {
            Some(site) => self.picture(site),
            None => self.meta("name", "twitter:card", "summary"),
        }
        self.link(&[("rel", "icon"), ("href", ICON)]);
        self.link(&[("rel", "stylesheet"), ("href", &self.to(STYLE))]);
        self.out.raw("</head>\n");
    }

    /// The picture of previews. Its address has to be absolute.
    fn picture(&mut self, site: &str) {
        let lang = self.lang;
        let [width, height] = PICTURE_SIZE.map(|size| size.to_string());
        let picture = format!("{site}/{}", picture(lang));
        self.meta("property", "og:image", &picture);
        self.meta("property", "og:image:width", &width);
        self.meta("property", "og:image:height", &height);
        self.meta("property", "og:image:alt", PICTURE_SHOWS.get(lang));
        self.meta("name", "twitter:card", "summary_large_image");
    }

    fn link(&mut self, attributes: &[(&str, &str)]) {
        self.out.open("link", attributes);
        self.out.raw("\n");
    }

    fn top(&mut self) {
        let lang = self.lang;
        let skip = self.word("Skip to the content", "跳到正文");
        self.out
            .element("a", &[("class", "skip"), ("href", "#main")], skip);
        self.out.raw("\n<header class=\"top\">\n");
        let home = self.to(&path(&Topic::Home, lang));
        let brand = [
            ("class", "brand"),
            ("href", home.as_str()),
            ("translate", "no"),
        ];
        self.out.element("a", &brand, "Pullcheck");
        self.out
            .open("nav", &[("aria-label", self.word("Pages", "页面"))]);
        for kind in Kind::ALL {
            let list = Topic::List(kind);
            let here = match self.topic {
                topic if *topic == list => "page",
                Topic::One(own, _) if *own == kind => "true",
                _ => "",
            };
            let to = self.to(&path(&list, lang));
            let label = match kind {
                Kind::Errors => self.word("Errors", "报错"),
                kind => kind.title().get(lang),
            };
            self.out
                .element("a", &[("href", &to), ("aria-current", here)], label);
        }
        self.out.raw("</nav>\n");
        let (other, name) = match lang {
            Lang::En => (Lang::Zh, "简体中文"),
            Lang::Zh => (Lang::En, "English"),
        };
        let to = self.to(&path(self.topic, other));
        let tag = other.tag();
        let attributes = [
            ("class", "button other"),
            ("href", to.as_str()),
            ("lang", tag),
            ("hreflang", tag),
        ];
        self.out.element("a", &attributes, name);
        self.out.raw("\n</header>\n");
    }

    /// The way here from the front page.
    fn trail(&mut self, leaflet: &Leaflet) {
        let lang = self.lang;
        if *self.topic == Topic::Home {
            return;
        }
        let label = self.word("Where you are", "当前位置");
        self.out
            .open("nav", &[("class", "trail"), ("aria-label", label)]);
        self.out.raw("<ol><li>");
        let home = self.to(&path(&Topic::Home, lang));
        self.out.element("a", &[("href", &home)], "Pullcheck");
        self.out.raw("</li><li>");
        if let Topic::One(kind, _) = self.topic {
            let list = self.to(&path(&Topic::List(*kind), lang));
            self.out
                .element("a", &[("href", &list)], kind.title().get(lang));
            self.out.raw("</li><li>");
        }
        let own = plain_bits(&leaflet.title, lang);
        self.out.element("span", &[("aria-current", "page")], &own);
        self.out.raw("</li></ol></nav>\n");
    }

    fn body(&mut self, leaflet: &Leaflet) {
        let lang = self.lang;
        self.out.raw("<h1>");
        self.bits(&leaflet.title);
        self.out.raw("</h1>\n");
        if !leaflet.lede.is_empty() {
            self.out.raw("<p class=\"lede\">");
            self.bits(&leaflet.lede);
            self.out.raw("</p>\n");
        }
        self.out.raw("<p class=\"choices\">");
        let checker = self.checker(&self.topic.address());
        let label = match self.topic {
            Topic::Home => self.word("Open the checker", "打开检查器"),
            _ => self.word("Open in the checker", "在检查器中打开"),
        };
        let class = "button primary checker";
        self.out
            .element("a", &[("class", class), ("href", &checker)], label);
        self.out.raw("</p>\n");
        if !leaflet.facts.is_empty() {
            self.out.raw("<dl class=\"facts\">\n");
            for (name, bits) in &leaflet.facts {
                self.out.element("dt", &[], name.get(lang));
                self.out.raw("<dd>");
                self.bits(bits);
                self.out.raw("</dd>\n");
            }
            self.out.raw("</dl>\n");
        }
        for section in &leaflet.sections {
            self.section(section);
        }
    }

    fn section(&mut self, section: &Section) {
        self.out.open("section", &[("id", section.id)]);
        self.out.raw("<h2>");
        self.phrase(&section.title);
        self.out.raw("</h2>\n");
        for block in &section.blocks {
            self.block(block);
        }
        self.out.raw("</section>\n");
    }

    fn bottom(&mut self) {
        let words = self.word(
            "This page is text only: it runs no script and sends nothing. The checker reads files inside the browser.",
            "本页只有文字：不运行脚本，也不发送任何内容。检查器在浏览器内读取文件。",
        );
        self.out.raw("<footer class=\"bottom\">\n");
        self.out.element("p", &[], words);
        self.out.raw("\n<p>");
        let version = concat!("Pullcheck ", env!("CARGO_PKG_VERSION"));
        self.out.element("span", &[("translate", "no")], version);
        self.out.raw(" · ");
        let privacy = self.word(
            "How to verify that nothing is sent",
            "如何验证不发送任何内容",
        );
        let offline = self.word("Without a network", "离线使用");
        for (at, (topic, label)) in [(Topic::Privacy, privacy), (Topic::Offline, offline)]
            .into_iter()
            .enumerate()
        {
            if at > 0 {
                self.out.raw(" · ");
            }
            let to = self.to(&path(&topic, self.lang));
            self.out.element("a", &[("href", &to)], label);
        }
        self.out.raw("</p>\n</footer>\n");
    }
}

fn plain_bits(bits: &[Bit], lang: Lang) -> String {
    bits.iter()
        .map(|bit| match bit {
            Bit::Say(phrase) => plain(phrase, lang),
            Bit::Code(text) | Bit::Name(text) => text.clone(),
            _ => String::new(),
        })
        .collect()
}
