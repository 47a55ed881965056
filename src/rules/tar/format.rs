//! Rules about the form of a layer's tar: headers, its end, pax headers. What the entries are is not their matter.

use crate::artifact::survey;
use crate::bytes::blob::{Oddity, TarDefect};
use crate::place::Locus;
use crate::report::Severity;
use crate::rules::tar::{TarLayer, each, layers, once};
use crate::rules::{Out, rules};
use crate::text::{Phrase, say};

use crate::examples::inputs::{bytes, layer};
use crate::examples::tar::{file, file_of, record, tar, without_end};

rules! {
    "tar-header" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "1.0",
        needs: Blobs,
        title: "Damaged tar header" / "tar 头部损坏",
        says: "The checksum of the tar header at byte {offset} of the layer {layer} is wrong." / "层 {layer} 中第 {offset} 字节处 tar 头部的校验和不对。",
        why: "Every reader stops there: `archive/tar: invalid tar header`. What follows is not unpacked." / "所有读取程序都会在此停止：`archive/tar: invalid tar header`。其后的内容不会被解包。",
        fix: "Build the layer again, or fetch it again if its digest does not match." / "重新构建该层；如果摘要不符，就重新下载。",
        bad: || layer(&[file("a", b""), file("b", b"").without_checksum()]),
        good: || layer(&[file("a", b""), file("b", b"")]),
        check: |inventory, out| each_defect(inventory, out, |defect, says| Some(match *defect {
            TarDefect::BadChecksum { at } => (at, says),
            TarDefect::NotTar => (0, says),
            TarDefect::BadField { at } => (at, say(
                "A number in the tar header at byte {offset} of the layer {layer} cannot be read, or is negative.",
                "层 {layer} 中第 {offset} 字节处的 tar 头部有无法读取的数字或负数。",
            )),
            TarDefect::LoneZeroBlock { at } => (at, say(
                "At byte {offset} of the layer {layer} stands a single block of zeros with another header behind it.",
                "层 {layer} 的第 {offset} 字节处只有一个全零块，其后又是头部。",
            )),
            TarDefect::NameTooLong { at } => (at, say(
                "The pax header or long name at byte {offset} of the layer {layer} is larger than 1 MiB.",
                "层 {layer} 中第 {offset} 字节处的 pax 头部或长名称超过 1 MiB。",
            )),
            _ => return None,
        })),
    }
    "tar-truncated" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Tar is cut off" / "tar 不完整",
        says: "The tar of the layer {layer} ends at byte {offset}, inside {entry}; {missing} are missing there." / "层 {layer} 的 tar 在第 {offset} 字节处结束，位于 {entry} 之内，此处还缺 {missing}。",
        why: "Unpacking stops with `unexpected EOF`." / "解包会以 `unexpected EOF` 停止。",
        fix: "Build the layer again, or fetch it again if its digest does not match." / "重新构建该层；如果摘要不符，就重新下载。",
        bad: || {
            let mut tar = without_end(&[file("a", &[7; 3000])]);
            tar.truncate(1500);
            bytes(tar)
        },
        good: || layer(&[file("a", &[7; 3000])]),
        check: |inventory, out| {
            for layer in whole_streams(inventory, out) {
                let Some(TarDefect::Truncated { at, in_entry, missing }) = &layer.tar.defect else { continue };
                let says: Phrase = if in_entry.is_empty() {
                    say(
                        "The tar of the layer {layer} ends at byte {offset}, inside its first header; {missing} are missing there.",
                        "层 {layer} 的 tar 在第 {offset} 字节处结束，第一个头部还不完整，此处还缺 {missing}。",
                    )
                } else {
                    Phrase::from(out.says).code("entry", in_entry)
                };
                let says = says.code("layer", &layer.blob.path).count("offset", *at).bytes("missing", *missing);
                let mut place = Locus { offset: Some(*at), ..Locus::whole(&layer.blob.path) };
                place.entry = (!in_entry.is_empty()).then(|| in_entry.clone());
                out.found_as(place, says);
                layer.relate(out);
            }
        },
    }
    "tar-end-missing" {
        severity: Warning (Ambiguous),
        spec: "POSIX ustar" since "",
        needs: Blobs,
        title: "Tar without its end marker" / "tar 没有结束标记",
        says: "The tar of the layer {layer} has no end marker: two blocks of zeros are missing after its last entry." / "层 {layer} 的 tar 没有结束标记：最后一个条目之后缺少两个全零块。",
        why: "Go's reader takes the end of the bytes for the end of the tar. Other tools warn, and nobody can tell whether it is whole or was cut off between two entries." / "Go 的读取程序把数据结束当作 tar 结束。其他工具会给出警告；而且谁也无法分辨，它究竟是完整的，还是恰好在两个条目之间被截断。",
        fix: "Write the tar with a tool that ends it properly." / "用会正确收尾的工具重新打包。",
        fine: "When the digest is that of the layer as built: nothing is lost." / "如果摘要与构建时一致，内容就没有丢失。",
        bad: || bytes(without_end(&[file("a", b"body")])),
        good: || layer(&[file("a", b"body")]),
        check: |inventory, out| {
            // What is cut off has a rule of its own.
            if survey::closed(inventory).is_some() {
                return;
            }
            for layer in whole_streams(inventory, out) {
                let half = match layer.tar.defect {
                    Some(TarDefect::MissingEndMarker { blocks }) => blocks > 0,
                    Some(TarDefect::MissingPadding { .. }) => false,
                    _ => continue,
                };
                let says = if half {
                    say(
                        "The end marker of the layer {layer} has one block of zeros instead of two.",
                        "层 {layer} 的结束标记只有一个全零块，应当有两个。",
                    )
                } else {
                    out.says.into()
                };
                out.found_as(end_of(&layer), says.code("layer", &layer.blob.path));
                if half {
                    out.weighs(Severity::Info);
                }
                layer.relate(out);
            }
        },
    }
    "tar-trailing-data" {
        severity: Warning (Ambiguous),
        spec: "POSIX ustar" since "",
        needs: Blobs,
        title: "Data after the end of the tar" / "tar 结束之后还有数据",
        says: "After the end marker of the layer {layer}, from byte {offset}, other bytes than zeros follow." / "层 {layer} 的结束标记之后，从第 {offset} 字节起还有非零数据。",
        why: "They count for the diffID, yet most readers stop at the marker: files in a second archive are not unpacked. Readers that pass over zeros see them." / "这些数据计入 diffID，但多数读取程序到结束标记就停下：第二个归档里的文件不会被解包；会跳过全零块的程序则能看到它们。",
        fix: "Pack all files into one tar, without joining archives by `cat`." / "把所有文件打进同一个 tar，不要用 `cat` 拼接归档。",
        bad: || bytes([tar(&[file("a", b"")]), tar(&[file("b", b"")])].concat()),
        good: || bytes([tar(&[file("a", b"")]), vec![0; 8192]].concat()),
        check: |inventory, out| {
            for layer in layers(inventory, out) {
                if let Some(TarDefect::TrailingData { at }) = layer.tar.defect {
                    let place = Locus { offset: Some(at), ..Locus::whole(&layer.blob.path) };
                    out.found(place, |p| p.code("layer", &layer.blob.path).count("offset", at));
                    layer.relate(out);
                }
            }
        },
    }
    "tar-pax-global" {
        severity: Warning (Consumers),
        spec: "layer.md#file-types" since "",
        needs: Blobs,
        title: "Global pax header" / "全局 pax 头部",
        says: "The layer {layer} has a global pax header, {entry}, as `git archive` writes it." / "层 {layer} 含有全局 pax 头部 {entry}，`git archive` 会写出这种头部。",
        why: "umoci stops at it: the type is not one that it unpacks. Others pass over it and apply nothing of it." / "umoci 遇到它会停止，因为不会解包这种类型；其他程序跳过它，并不应用其中的内容。",
        fix: "Unpack the archive and pack it again with tar." / "先解开归档，再用 tar 重新打包。",
        fine: "Where umoci (and Incus, which uses it) is not among the consumers." / "使用方不包括 umoci（以及使用它的 Incus）时没有问题。",
        bad: || layer(&[file_of(b'g', "pax_global_header", &record("comment", "0123")), file("a", b"")]),
        good: || layer(&[file("a", b"").pax(&[("comment", "0123")])]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::PaxGlobal),
    }
    "tar-pax-malformed" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Damaged pax header" / "pax 头部损坏",
        says: "The records of the pax header at byte {offset} of the layer {layer} cannot be read: a length, a key or a number is wrong." / "层 {layer} 中第 {offset} 字节处 pax 头部的记录无法读取：长度、键或数字有误。",
        why: "Go's reader stops with `archive/tar: invalid tar header`." / "Go 的读取程序会以 `archive/tar: invalid tar header` 停止。",
        fix: "Build the layer again." / "重新构建该层。",
        bad: || layer(&[file_of(b'x', "PaxHeaders/a", b"99 a=b\n"), file("a", b"")]),
        good: || layer(&[file("a", b"").pax(&[("mtime", "1.5")])]),
        check: |inventory, out| each_defect(inventory, out, |defect, says| match *defect {
            TarDefect::PaxMalformed { at, nul: false } => Some((at, says)),
            _ => None,
        }),
    }
    "tar-pax-unknown" {
        severity: Info (Note),
        spec: "layer.md#file-attributes" since "1.0",
        needs: Blobs,
        title: "Pax keys that nobody applies" / "无人使用的 pax 键",
        says: "Entries of the layer {layer} with pax keys that no consumer applies: {count}; the first is {detail} at {entry}." / "层 {layer} 中带有无人使用的 pax 键的条目：{count} 个，第一个是 {entry} 的 {detail}。",
        why: "What they say is lost when the layer is unpacked. Extended attributes, for one, are read from `SCHILY.xattr.*` only, and not from `LIBARCHIVE.xattr.*`." / "解包时这些信息会丢失。例如扩展属性只从 `SCHILY.xattr.*` 读取，不读 `LIBARCHIVE.xattr.*`。",
        fix: "Pack with GNU tar, or with a tool made for images, if attributes matter." / "如果属性重要，就用 GNU tar 或专门的镜像工具打包。",
        fine: "When nothing needs what the keys say, such as a file's time of creation." / "如果没有程序需要这些信息（例如文件的创建时间），就没有问题。",
        trigger: "LIBARCHIVE.creationtime",
        bad: || layer(&[file("a", b"").pax(&[("LIBARCHIVE.creationtime", "1")])]),
        good: || layer(&[file("a", b"").pax(&[("SCHILY.xattr.user.a", "1")])]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::PaxUnknown),
    }
    "tar-gnu-longname" {
        severity: Info (Note),
        spec: "layer.md#hardlinks" since "1.0",
        needs: Blobs,
        title: "Long names in GNU form" / "GNU 格式的长名称",
        says: "Entries of the layer {layer} with a long name or link in GNU form: {count}; the first is {entry}." / "层 {layer} 中使用 GNU 长名称或长链接的条目：{count} 个，第一个是 {entry}。",
        why: "All consumers read this form as well as pax." / "所有使用方既能读这种格式，也能读 pax。",
        fix: "Nothing to fix." / "无需修改。",
        fine: "Always legal." / "始终合法。",
        trigger: "././@LongLink",
        bad: || layer(&[file("short", b"").gnu_name("long")]),
        good: || layer(&[file("n".repeat(200), b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::GnuLongName),
    }
    "tar-v7" {
        severity: Info (Note),
        spec: "POSIX ustar" since "",
        needs: Blobs,
        title: "Headers older than POSIX" / "早于 POSIX 的头部",
        says: "Entries of the layer {layer} with a header older than POSIX: {count}; the first is {entry}." / "层 {layer} 中使用早于 POSIX 的头部的条目：{count} 个，第一个是 {entry}。",
        why: "Such a header has no room for names of owners, device numbers and long paths." / "这种头部放不下属主名称、设备号和长路径。",
        fix: "Nothing to fix." / "无需修改。",
        fine: "Always readable." / "始终可以读取。",
        bad: || layer(&[file("a", b""), file("b", b"").v7()]),
        good: || layer(&[file("a", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::OldHeader),
    }
}

/// The layers whose bytes were decompressed to their end. Where they were not, the tar ends early as a consequence, and
/// the rules about the stream say so.
fn whole_streams<'a>(
    inventory: &'a crate::artifact::Inventory,
    out: &mut Out,
) -> Vec<TarLayer<'a>> {
    let mut layers = layers(inventory, out);
    layers.retain(|layer| layer.facts.complete);
    layers
}

/// A finding for each layer whose defect the rule is about: where it stands, and the sentence.
fn each_defect(
    inventory: &crate::artifact::Inventory,
    out: &mut Out,
    about: impl Fn(&TarDefect, Phrase) -> Option<(u64, Phrase)>,
) {
    for layer in layers(inventory, out) {
        let defect = layer.tar.defect.as_ref();
        if let Some((at, says)) = defect.and_then(|defect| about(defect, out.says.into())) {
            let place = Locus {
                offset: Some(at),
                ..Locus::whole(&layer.blob.path)
            };
            let says = says.code("layer", &layer.blob.path).count("offset", at);
            out.found_as(place, says);
            layer.relate(out);
        }
    }
}

/// Where the tar of a layer ends.
fn end_of(layer: &TarLayer) -> Locus {
    let size = layer
        .facts
        .inner
        .as_ref()
        .map_or(layer.facts.size, |i| i.size);
    Locus {
        offset: Some(size),
        ..Locus::whole(&layer.blob.path)
    }
}
