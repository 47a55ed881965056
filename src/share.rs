//! Documents in an address: how a link carries them, what is wrong with one that arrives otherwise, and what in them
//! a person may not want to pass on, there and in reports. It judges no document and knows no browser.
//!
//! A link ends in `#/m/1.<check>.<payload>`. The payload is a raw deflate stream in base64url; what it holds is the JSON
//! of a [`Sharing`], whose unknown fields are ignored and whose missing ones are empty. The check is six characters in
//! front of it: 15 bits of the payload's length and 21 of its digest. It stands in front because links are cut at their
//! end: what arrives can then say how much of it is missing.

mod discreet;
mod link;
mod private;

use crate::text::{Phrase, say};
pub use discreet::leave_out;
pub use link::{link, read};
pub use private::{Kind, Look, Private, look};
use serde::{Deserialize, Serialize};

/// What a link carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    /// Version of the Pullcheck that made it.
    pub by: String,
    /// What the sender's report is called.
    pub name: String,
    /// The documents.
    pub files: Vec<SharedFile>,
    /// How many places were replaced by placeholders before it was shared.
    pub replaced: u64,
}

/// One document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SharedFile {
    /// Where it stood.
    pub path: String,
    /// Its text, byte for byte.
    pub text: String,
}

impl Sharing {
    /// Bytes of all documents.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.text.len() as u64).sum()
    }
}

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Its end is missing.
    Cut {
        /// Characters of the payload that arrived.
        arrived: u64,
        /// Characters that it had.
        of: u64,
    },
    /// So little of it is there that its length is not known.
    Stump,
    /// It is whole in length, but not what was sent.
    Changed,
    /// It is of a form that a later version made.
    Newer {
        /// Number of the form.
        form: String,
    },
    /// It unpacks to more than [`crate::limits::SHARED_BYTES`].
    TooLarge,
    /// It holds no document.
    Nothing,
}

impl Damage {
    /// The same for the person who opened it.
    pub fn says(&self) -> Phrase {
        match self {
            Damage::Cut { arrived, of } => say(
                "This link was cut: {arrived} of {of} characters arrived.",
                "链接被截断：共 {of} 个字符，只收到 {arrived} 个。",
            )
            .count("arrived", *arrived)
            .count("of", *of),
            Damage::Stump => say(
                "This link was cut: almost nothing of it arrived.",
                "链接被截断：几乎没有收到任何内容。",
            ),
            Damage::Changed => say(
                "This link was changed on its way: what arrived is not what was sent.",
                "链接在传递中被改动：收到的内容与发出的不一致。",
            ),
            Damage::Newer { form } => say(
                "This link was made by a newer version of Pullcheck: its form is {form}, and version {own} reads form 1.",
                "此链接由更新版本的 Pullcheck 生成：其格式为 {form}，而 {own} 版只能读取格式 1。",
            )
            .name("form", form)
            .name("own", env!("CARGO_PKG_VERSION")),
            Damage::TooLarge => say(
                "This link unpacks to more than {most}. It was not opened.",
                "此链接解开后超过 {most}，未打开。",
            )
            .bytes("most", crate::limits::SHARED_BYTES as u64),
            Damage::Nothing => say(
                "This link holds no document.",
                "此链接中没有文档。",
            ),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Phrase {
        match self {
            Damage::Newer { .. } => say(
                "Load the page again to get the present version, or ask for the document itself.",
                "请重新加载页面以获取当前版本，或索取文档本身。",
            ),
            Damage::TooLarge | Damage::Nothing => say(
                "Ask for the document itself, and drop it here.",
                "请索取文档本身，再拖到这里。",
            ),
            _ => say(
                "Nothing of it was opened or guessed. Ask for the link again in a form that keeps it whole, such as a file, or for the saved report.",
                "没有打开其中任何内容，也没有作任何猜测。请让对方以不会截断的方式（例如文件）重新发送链接，或索取保存的报告。",
            ),
        }
    }
}

/// How far a link of some length gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Up to 2,000 characters: anywhere.
    Anywhere,
    /// Up to 4,000.
    Mostly,
    /// Up to [`crate::limits::LINK_CHARACTERS`].
    Browsers,
}

impl Band {
    /// The band of a link with so many characters.
    pub fn of(characters: usize) -> Band {
        match characters {
            0..=2000 => Band::Anywhere,
            2001..=4000 => Band::Mostly,
            _ => Band::Browsers,
        }
    }

    /// The same for the person who is about to send it.
    pub fn says(self, characters: usize) -> Phrase {
        match self {
            Band::Anywhere => say(
                "{n} characters: safe to paste anywhere.",
                "共 {n} 个字符：可以放心粘贴到任何地方。",
            ),
            Band::Mostly => say(
                "{n} characters: some chat programs cut links of this length.",
                "共 {n} 个字符：有些聊天软件会截断这样长的链接。",
            ),
            Band::Browsers => say(
                "{n} characters: browsers open it, but most chat and mail programs will cut it. Send it in a file, or save the report instead.",
                "共 {n} 个字符：浏览器可以打开，但多数聊天和邮件软件会截断。请放进文件发送，或改为保存报告。",
            ),
        }
        .count("n", characters as u64)
    }
}

#[cfg(test)]
mod tests;
