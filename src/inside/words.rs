//! Words for what is inside: kinds of files, forms of bytes, why a listing ends early, permissions and times as `ls` writes them.

use super::{Content, Inside};
use crate::bytes::blob::{EntryKind, Form};
use crate::bytes::codec::CodecDefect;
use crate::bytes::tar::TarDefect;
use crate::limits;
use crate::text::{Phrase, Text, say, text};

/// A kind of file.
pub fn kind_words(kind: EntryKind) -> Text {
    match kind {
        EntryKind::File => text("file", "文件"),
        EntryKind::HardLink => text("hard link", "硬链接"),
        EntryKind::Symlink => text("symbolic link", "符号链接"),
        EntryKind::Char => text("character device", "字符设备"),
        EntryKind::Block => text("block device", "块设备"),
        EntryKind::Dir => text("folder", "文件夹"),
        EntryKind::Fifo => text("pipe", "命名管道"),
        EntryKind::Sparse => text("sparse file", "稀疏文件"),
        EntryKind::PaxGlobal => text("global pax header", "全局 pax 头"),
        EntryKind::Other(_) => text("unknown type", "未知类型"),
    }
}

/// What bytes are.
pub fn form_words(form: Form) -> Text {
    match form {
        Form::Empty => text("no bytes at all", "没有任何字节"),
        Form::Tar => text("a tar", "tar 归档"),
        Form::Gzip => text("gzip", "gzip"),
        Form::Zstd => text("zstd", "zstd"),
        Form::Xz => text("xz, which is not decompressed here", "xz，这里不解压"),
        Form::Bzip2 => text("bzip2, which is not decompressed here", "bzip2，这里不解压"),
        Form::Lz4 => text("lz4, which is not decompressed here", "lz4，这里不解压"),
        Form::Zip => text("a zip", "zip 归档"),
        Form::SevenZip => text("a 7-Zip archive", "7-Zip 归档"),
        Form::Wasm { component: false } => {
            text("a WebAssembly core module", "WebAssembly 核心模块")
        }
        Form::Wasm { component: true } => text("a WebAssembly component", "WebAssembly 组件"),
        Form::Json => text("JSON", "JSON"),
        Form::Html => text("an HTML page", "HTML 页面"),
        Form::Utf16 => text("text in UTF-16", "UTF-16 文本"),
        Form::Elf => text("an ELF program or library", "ELF 程序或库"),
        Form::Pdf => text("a PDF", "PDF"),
        Form::Ar => text("an `ar` archive", "`ar` 归档"),
        Form::Squashfs => text("a squashfs file system", "squashfs 文件系统"),
        Form::Text => text("text", "文本"),
        Form::Binary => text("bytes of no known form", "无法识别的二进制内容"),
    }
}

/// Why not all of a blob is shown, the gravest reason first.
pub fn cut_short(inside: &Inside) -> Option<Phrase> {
    if let Some(phrase) = inside.stream.as_ref().and_then(stream) {
        return Some(phrase);
    }
    if let Content::Tar {
        defect: Some(defect),
        ..
    } = &inside.content
        && let Some(phrase) = tar(defect)
    {
        return Some(phrase);
    }
    inside.cut.then(|| {
        say(
            "The archive ends before this blob does: it is shown as far as it goes.",
            "归档在它结束之前就中断了，这里只显示到中断处。",
        )
    })
}

fn stream(defect: &CodecDefect) -> Option<Phrase> {
    Some(match defect {
        CodecDefect::Truncated => say(
            "The compressed stream ends early: it is shown as far as it goes.",
            "压缩流提前结束，这里只显示到结束处。",
        ),
        CodecDefect::BadHeader { at }
        | CodecDefect::Corrupt { at }
        | CodecDefect::BadChecksum { at }
        | CodecDefect::BadLength { at } => say(
            "The compressed stream is damaged at byte {at} or before: it is shown as far as it goes.",
            "压缩流在第 {at} 字节或之前已损坏，这里只显示到损坏处。",
        )
        .count("at", *at),
        CodecDefect::WindowTooLarge { .. } => say(
            "It needs a zstd window above {limit} and is not decompressed.",
            "它需要超过 {limit} 的 zstd 窗口，不予解压。",
        )
        .bytes("limit", limits::ZSTD_WINDOW_BYTES),
        CodecDefect::ExpansionLimit => say(
            "It decompresses to far more than is stored; decompression was stopped there.",
            "它解压后的大小远超存储大小，解压到此为止。",
        ),
        CodecDefect::OutOfMemory => say(
            "There was no memory to decompress it.",
            "内存不足，无法解压。",
        ),
        CodecDefect::TrailingBytes { .. } => return None,
    })
}

fn tar(defect: &TarDefect) -> Option<Phrase> {
    Some(match defect {
        TarDefect::NotTar
        | TarDefect::BadChecksum { .. }
        | TarDefect::BadField { .. }
        | TarDefect::PaxMalformed { .. }
        | TarDefect::NameTooLong { .. } => {
            let at = match defect {
                TarDefect::BadChecksum { at }
                | TarDefect::BadField { at }
                | TarDefect::PaxMalformed { at, .. }
                | TarDefect::NameTooLong { at } => *at,
                _ => 0,
            };
            say(
                "The tar cannot be read on at byte {at}: what came before is shown.",
                "tar 从第 {at} 字节起无法继续读取，这里显示此前的内容。",
            )
            .count("at", at)
        }
        TarDefect::LoneZeroBlock { at } => say(
            "A zero block stands at byte {at} before the tar's end; Go's reader stops there, and so does this list.",
            "第 {at} 字节处有一个提前出现的零块；Go 的读取器到此为止，本列表也一样。",
        )
        .count("at", *at),
        TarDefect::Truncated { at, .. } => say(
            "The tar ends at byte {at}, inside an entry.",
            "tar 在第 {at} 字节处中断，最后一个条目不完整。",
        )
        .count("at", *at),
        TarDefect::EntryLimit => say(
            "It holds more than {limit} entries; those beyond are not shown.",
            "其中的条目超过 {limit} 个，之后的不再显示。",
        )
        .count("limit", limits::TAR_ENTRIES),
        TarDefect::MissingPadding { .. }
        | TarDefect::MissingEndMarker { .. }
        | TarDefect::TrailingData { .. } => return None,
    })
}

/// Kind and permissions as `ls` writes them: `-rwxr-xr-x`.
pub fn permissions(kind: EntryKind, mode: i64) -> String {
    let first = match kind {
        EntryKind::Dir => 'd',
        EntryKind::Symlink => 'l',
        EntryKind::HardLink => 'h',
        EntryKind::Char => 'c',
        EntryKind::Block => 'b',
        EntryKind::Fifo => 'p',
        EntryKind::File | EntryKind::Sparse => '-',
        EntryKind::PaxGlobal | EntryKind::Other(_) => '?',
    };
    let mut out = String::from(first);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift & 7;
        out.push(if bits & 4 != 0 { 'r' } else { '-' });
        out.push(if bits & 2 != 0 { 'w' } else { '-' });
        out.push(match (bits & 1 != 0, mode & special != 0) {
            (true, false) => 'x',
            (false, false) => '-',
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
        });
    }
    out
}

/// A time in UTC to the minute, `2024-02-29 13:05`; seconds where the year has more than four digits.
pub fn time(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400);
    let minutes = seconds.rem_euclid(86_400) / 60;
    // Days from civil, turned round (Howard Hinnant's algorithm): years begin in March, so that leap days come last.
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era
        .saturating_mul(400)
        .saturating_add(year_of_era)
        .saturating_add(i64::from(month <= 2));
    if !(0..=9999).contains(&year) {
        return format!("{seconds} s");
    }
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        minutes / 60,
        minutes % 60
    )
}
