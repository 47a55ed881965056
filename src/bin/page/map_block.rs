//! One block of the map: how it looks, what it is called, and what is told of it. It decides nothing.

use crate::show::{self, code, linked, word};
use pullcheck::map::{Block, Map, is_declared, length};
use pullcheck::media_types;
use pullcheck::report::{Content, Described, Report};
use pullcheck::text::{Lang, bytes, short_bytes};
use yew::prelude::*;

/// Length of a block whose size nobody told.
const UNTOLD: u64 = 0;

/// The blocks in the order of the keyboard: one of them is entered with the Tab key, the others with arrows.
pub struct Stops {
    /// The next number.
    pub next: usize,
    /// Numbers of the documents.
    pub bands: Vec<usize>,
    entry: usize,
}

impl Stops {
    /// Begins at 0; `entry` is entered with the Tab key.
    pub fn new(entry: usize) -> Stops {
        Stops {
            next: 0,
            bands: Vec::new(),
            entry,
        }
    }

    /// A number of its own for a block.
    pub fn take(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    /// Whether a block is entered with the Tab key.
    pub fn tabindex(&self, at: usize) -> &'static str {
        if at == self.entry { "0" } else { "-1" }
    }
}

/// How a state looks.
pub struct Look {
    /// Its class.
    pub class: &'static str,
    /// Its mark.
    pub icon: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// How the state of a content looks.
pub fn look(content: Content, lang: Lang) -> Look {
    let (class, icon, name) = match content {
        Content::Verified => ("verified", "✓", word(lang, "as declared", "与声明一致")),
        Content::Differs => ("differs", "✗", word(lang, "differs", "与声明不符")),
        Content::Missing => ("missing", "!", word(lang, "missing", "缺失")),
        Content::NotGiven => ("not-given", "–", word(lang, "not given", "未提供")),
        Content::Unread => ("unread", "…", word(lang, "not read to its end", "未读完")),
    };
    Look { class, icon, name }
}

/// As [`look`]; what nobody declared was only read.
pub fn state(described: &Described, lang: Lang) -> Look {
    let mut look = look(described.content, lang);
    if described.content == Content::Verified && !is_declared(described) {
        look.name = word(lang, "read", "已读取");
    }
    look
}

/// What a part is called in its document.
fn name(described: &Described, block: &Block, attestation: bool, lang: Lang) -> String {
    let several = block.of > 1;
    let number = block.number;
    match (described.role.as_str(), several) {
        ("layer", true) => match lang {
            Lang::En => format!("layer {number}"),
            Lang::Zh => format!("第 {number} 层"),
        },
        ("layer", false) => word(lang, "layer", "层").to_string(),
        ("config", _) => word(lang, "config", "配置").to_string(),
        ("manifest", _) if attestation => word(lang, "attestation", "证明").to_string(),
        ("manifest", _) => word(lang, "manifest", "清单").to_string(),
        ("index", _) => word(lang, "index", "索引").to_string(),
        ("subject", _) => word(lang, "subject", "subject").to_string(),
        ("docker-image", _) => word(lang, "image", "镜像").to_string(),
        (role, _) => role.to_string(),
    }
}

/// The inside of a block: its bar, its name and size, and for who does not see it what the colours say.
pub fn drawn(
    described: &Described,
    block: &Block,
    document: bool,
    attestation: bool,
    lang: Lang,
) -> Html {
    let look = state(described, lang);
    let (width, mark) = if document {
        (24, "10.5")
    } else {
        (length(described.size.unwrap_or(UNTOLD)), "13")
    };
    let size = match described.size {
        Some(size) => short_bytes(size),
        None if described.role == "docker-image" => String::new(),
        None => word(lang, "size unknown", "大小未知").to_string(),
    };
    let arrow = if described.role == "subject" {
        "↗ "
    } else {
        ""
    };
    html! {
        <>
            <svg class="brick" width={width.to_string()} height="24" aria-hidden="true">
                <text x={mark} y="15">{ look.icon }</text>
            </svg>
            <span class="label">
                <span class="name">
                    <span aria-hidden="true">{ arrow }</span>
                    { name(described, block, attestation, lang) }
                </span>
                { " " }
                <span class="size">{ size }</span>
                if block.named > 1 {
                    { " " }<span class="times">{ format!("×{}", block.named) }</span>
                }
            </span>
            <span class="hidden">{ word(lang, ", ", "，") }{ look.name }</span>
        </>
    }
}

/// A share in whole percent.
pub fn percent(part: u64, whole: u64) -> String {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    format!("{percent} %")
}

/// What is told of the block that is pointed at.
pub fn detail(report: &Report, active: Option<&Block>, lang: Lang) -> Html {
    let known = active.and_then(|block| Some((block, Map::described(report, block)?)));
    let Some((block, described)) = known else {
        return html! {
            <p>{ word(
                lang,
                "Point at a block, or move there with Tab and the arrow keys, to read about it. A click shows where it is declared.",
                "将指针移到方块上，或用 Tab 键和方向键移动，即可查看说明。点击会显示它的声明位置。",
            ) }</p>
        };
    };
    let look = state(described, lang);
    let what = described.media_type.as_deref();
    let holds = what.and_then(media_types::find).map(|known| known.holds());
    html! {
        <>
            <p>
                <strong>{ name(described, block, false, lang) }</strong>
                if block.of > 1 { { of(block.of, lang) } }
                { " · " }
                <span class={look.class}>{ look.icon }{ " " }{ look.name }</span>
                if let Some(size) = described.size { { " · " }{ bytes(size, lang) } }
                if let Some(size) = described.measured_size {
                    { " · " }{ word(lang, "measured: ", "实测：") }{ bytes(size, lang) }
                }
                if let Some(platform) = &described.platform { { " · " }{ code(platform) } }
                if let Some(compression) = described.compression.as_deref().filter(|c| *c != "none") {
                    { " · " }{ code(compression) }
                }
                if block.named > 1 { { " · " }{ shared(block.named, lang) } }
            </p>
            <p>
                if let Some(what) = what { { linked(what) }{ " " } }
                if let Some(holds) = &holds { { show::phrase(holds, lang) } }
            </p>
            <p>
                if let Some(digest) = &described.digest { { code(digest) } }
                if let Some(digest) = &described.measured_digest {
                    { " " }{ word(lang, "measured: ", "实测：") }{ code(digest) }
                }
                if let Some(path) = described.path.as_deref().filter(|_| described.digest.is_none()) { { code(path) } }
            </p>
        </>
    }
}

fn of(all: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!(" of {all}"),
        Lang::Zh => format!("，共 {all} 个"),
    }
}

fn shared(named: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("in {named} documents"),
        Lang::Zh => format!("{named} 个文档共用"),
    }
}
