//! Rules `layer-*`: the bytes of layers against their media types, and their compressed streams.
//! Only blobs that are meant to be a tar are opened; signatures, modules and other content are opaque.

pub mod content;
pub mod stream;

use super::walk::{self, LayerBlob, Role, form_name};
use super::{Out, rules};
use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::blob::{CodecDefect, Form};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, Text, say, text};

use crate::examples;
use crate::examples::inputs::{image_of_layer, layer_tar, layout};

rules! {
    "layer-compression-mismatch" {
        severity: Error (Must),
        spec: "layer.md#gzip-media-types" since "1.0",
        needs: Blobs,
        title: "Compression is not what the media type says" / "压缩方式与媒体类型不符",
        says: "The layer at {pointer} is of type {media_type}, which promises {expected}; its bytes are {found}." / "位于 {pointer} 的层类型是 {media_type}，对应 {expected}；而其内容是 {found}。",
        why: "umoci follows the type and fails; containerd does not look into a plain `tar` and fails on compressed bytes there; Docker, containers/image and regclient look at the bytes and accept." / "umoci 按类型处理，会失败；containerd 不检查普通 `tar` 的内容，遇到压缩数据会失败；Docker、containers/image 和 regclient 看内容，会接受。",
        fix: "Write the type that the bytes have, or compress them as the type says; the first keeps the blob." / "把类型改为内容的真实类型，或按类型重新压缩；前者无需改动 blob。",
        bad: || image_of_layer(mt::OCI_TAR, examples::gzip(&layer_tar()), layer_tar()),
        good: || image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&layer_tar()), layer_tar()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let media_type = placed.descriptor.media_type();
                let Some(expected) = promised(media_type).filter(|_| placed.role == Role::Layer) else { continue };
                if let Some(facts) = out.known(inventory.facts(placed.document, placed.descriptor)) {
                    out.looked();
                    let found = facts.form;
                    if matches!(found, Form::Tar | Form::Gzip | Form::Zstd) && found != expected {
                        out.found(placed.field("mediaType"), |p| {
                            p.code("pointer", &placed.descriptor.pointer)
                                .code("media_type", media_type)
                                .name("expected", form_name(expected))
                                .name("found", form_name(found))
                        });
                    }
                }
            }
        },
    }
    "layer-compression-unsupported" {
        severity: Error (Consumers),
        spec: "layer.md#gzip-media-types" since "1.0",
        needs: Blobs,
        title: "Compression that has no media type" / "没有对应媒体类型的压缩方式",
        says: "The layer {path} is compressed with {found}; there are media types for gzip and zstd only." / "层 {path} 使用 {found} 压缩；只有 gzip 和 zstd 有对应的媒体类型。",
        why: "containerd and umoci cannot unpack it; Docker and containers/image can decompress some of these." / "containerd 和 umoci 无法解包；Docker 和 containers/image 能解压其中几种。",
        fix: "Compress the tar with gzip." / "改用 gzip 压缩 tar。",
        bad: || image_of_layer(mt::OCI_TAR, b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46".to_vec(), layer_tar()),
        good: layout,
        check: |inventory, out| {
            for layer in each_layer(inventory, out) {
                out.looked();
                if matches!(layer.facts.form, Form::Xz | Form::Bzip2 | Form::Lz4) {
                    out.found_with(whole(&layer), related(&layer), |p| {
                        p.code("path", &layer.blob.path)
                            .name("found", form_name(layer.facts.form))
                    });
                }
            }
        },
    }
    "layer-not-tar" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "1.0",
        needs: Blobs,
        title: "Layer is not a tar" / "层不是 tar",
        says: "The layer at {pointer} is of type {media_type}, but its content is not a tar; it looks like {found}." / "位于 {pointer} 的层类型是 {media_type}，但其内容不是 tar，看起来是 {found}。",
        why: "Whoever unpacks the layer reads a tar and fails at the first header: `archive/tar: invalid tar header`." / "解包的程序按 tar 读取，在第一个头部就失败：`archive/tar: invalid tar header`。",
        fix: "Pack the content into a tar, or give it the media type of what it is." / "把内容打包成 tar，或使用与内容相符的媒体类型。",
        bad: || image_of_layer(mt::OCI_TAR_GZIP, examples::gzip(examples::WASM_MODULE), examples::WASM_MODULE.to_vec()),
        good: layout,
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let media_type = placed.descriptor.media_type();
                if placed.role != Role::Layer || !mt::is_layer(media_type) || walk::is_encrypted(media_type) {
                    continue;
                }
                let Some(facts) = out.known(inventory.facts(placed.document, placed.descriptor)) else { continue };
                let form = facts.payload_form();
                // What is compressed still cannot be seen into; other rules speak of that.
                let hidden = matches!(form, Form::Xz | Form::Bzip2 | Form::Lz4 | Form::Gzip | Form::Zstd)
                    || (form == Form::Empty && !facts.complete);
                if hidden {
                    out.missing(Missing {
                        what: placed.descriptor.digest().to_string(),
                        why: Why::Unreadable,
                        at: Some(placed.whole()),
                    });
                    continue;
                }
                out.looked();
                if !matches!(form, Form::Tar | Form::Empty) {
                    let says = with_form(out.says, form)
                        .code("pointer", &placed.descriptor.pointer)
                        .code("media_type", media_type);
                    out.found_as(placed.field("mediaType"), says);
                }
            }
        },
    }
    "layer-gzip-truncated" {
        severity: Error (Must),
        spec: "RFC 1952" since "",
        needs: Blobs,
        title: "gzip stream is cut off" / "gzip 数据不完整",
        says: "The gzip stream {path} ends early, after {size}." / "gzip 数据 {path} 提前结束，仅有 {size}。",
        why: "Every consumer that unpacks the layer fails with `unexpected EOF`." / "解包该层的使用方都会失败，报 `unexpected EOF`。",
        fix: "Download or build the layer again." / "重新下载或重新构建该层。",
        bad: || {
            let mut stored = examples::gzip(&layer_tar());
            stored.truncate(stored.len() - 12);
            image_of_layer(mt::OCI_TAR_GZIP, stored, layer_tar())
        },
        good: layout,
        check: |inventory, out| {
            each_defect(inventory, out, Form::Gzip, |layer, defect, out| {
                if *defect == CodecDefect::Truncated {
                    let end = Locus { offset: Some(layer.facts.size), ..whole(layer) };
                    out.found_with(end, related(layer), |p| p.code("path", &layer.blob.path).bytes("size", layer.facts.size));
                }
            });
        },
    }
    "layer-gzip-checksum" {
        severity: Error (Must),
        spec: "RFC 1952" since "",
        needs: Blobs,
        title: "gzip stream is damaged" / "gzip 数据已损坏",
        says: "The checksum or length at the end of the gzip stream {path}, before byte {offset}, is not that of its content." / "gzip 数据 {path} 末尾（第 {offset} 字节之前）的校验和或长度与内容不符。",
        why: "Every consumer that unpacks the layer fails with `gzip: invalid checksum`." / "解包该层的使用方都会失败，报 `gzip: invalid checksum`。",
        fix: "Download or build the layer again." / "重新下载或重新构建该层。",
        bad: || {
            let mut stored = examples::gzip(&layer_tar());
            let at = stored.len() - 6;
            stored[at] ^= 1;
            image_of_layer(mt::OCI_TAR_GZIP, stored, layer_tar())
        },
        good: layout,
        check: |inventory, out| {
            each_defect(inventory, out, Form::Gzip, |layer, defect, out| damaged(layer, defect, "gzip", out));
        },
    }
    "layer-gzip-trailing" {
        severity: Error (Consumers),
        spec: "RFC 1952" since "",
        needs: Blobs,
        title: "Bytes after the gzip stream" / "gzip 数据之后还有内容",
        says: "The gzip stream {path} is complete at byte {offset}, and what follows ({count}) begins no further member." / "gzip 数据 {path} 在第 {offset} 字节处已经完整，其后的内容（{count}）并不是新的 gzip 成员。",
        why: "Go's reader takes them for a further member and fails with `gzip: invalid header`, zero padding included; gzip(1) only warns." / "Go 的读取程序会把它们当作下一个成员，以 `gzip: invalid header` 失败，填充的零也不例外；gzip(1) 只给出警告。",
        fix: "Cut the bytes off, then correct digest and size of the layer." / "截去这些字节，再改正该层的摘要和大小。",
        bad: || image_of_layer(mt::OCI_TAR_GZIP, [examples::gzip(&layer_tar()), b"junk".to_vec()].concat(), layer_tar()),
        good: || {
            let tar = layer_tar();
            let (first, second) = tar.split_at(512);
            image_of_layer(mt::OCI_TAR_GZIP, [examples::gzip(first), examples::gzip(second)].concat(), layer_tar())
        },
        check: |inventory, out| {
            each_defect(inventory, out, Form::Gzip, |layer, defect, out| {
                if let CodecDefect::TrailingBytes { at, count, .. } = defect {
                    let place = Locus { offset: Some(*at), length: Some(*count), ..whole(layer) };
                    out.found_with(place, related(layer), |p| {
                        p.code("path", &layer.blob.path).count("offset", *at).bytes("count", *count)
                    });
                }
            });
        },
    }
    "layer-zstd-truncated" {
        severity: Error (Must),
        spec: "RFC 8878" since "",
        needs: Blobs,
        title: "zstd stream is cut off" / "zstd 数据不完整",
        says: "The zstd stream {path} ends early, after {size}." / "zstd 数据 {path} 提前结束，仅有 {size}。",
        why: "Every consumer that unpacks the layer fails with `unexpected EOF`." / "解包该层的使用方都会失败，报 `unexpected EOF`。",
        fix: "Download or build the layer again." / "重新下载或重新构建该层。",
        bad: || {
            let mut stored = examples::zstd(&layer_tar());
            stored.truncate(stored.len() - 5);
            image_of_layer(mt::OCI_TAR_ZSTD, stored, layer_tar())
        },
        good: || {
            let tar = layer_tar();
            let (first, second) = tar.split_at(512);
            image_of_layer(mt::OCI_TAR_ZSTD, [examples::zstd(first), examples::zstd(second)].concat(), layer_tar())
        },
        check: |inventory, out| {
            each_defect(inventory, out, Form::Zstd, |layer, defect, out| {
                if *defect == CodecDefect::Truncated {
                    let end = Locus { offset: Some(layer.facts.size), ..whole(layer) };
                    out.found_with(end, related(layer), |p| p.code("path", &layer.blob.path).bytes("size", layer.facts.size));
                }
            });
        },
    }
    "layer-zstd-checksum" {
        severity: Error (Must),
        spec: "RFC 8878" since "",
        needs: Blobs,
        title: "zstd stream is damaged" / "zstd 数据已损坏",
        says: "The checksum at the end of the zstd frame in {path}, before byte {offset}, is not that of its content." / "{path} 中 zstd 帧末尾（第 {offset} 字节之前）的校验和与内容不符。",
        why: "Every consumer that unpacks the layer fails." / "解包该层的使用方都会失败。",
        fix: "Download or build the layer again." / "重新下载或重新构建该层。",
        bad: || {
            // The type of the first block, after magic number and frame header, becomes the reserved one.
            let mut stored = examples::zstd(&layer_tar());
            let header = if stored[4] & 0x20 != 0 { 1 } else { 2 };
            let size = [usize::from(stored[4] & 0x20 != 0), 2, 4, 8][usize::from(stored[4] >> 6)];
            stored[4 + header + size] |= 0b110;
            image_of_layer(mt::OCI_TAR_ZSTD, stored, layer_tar())
        },
        good: || image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&layer_tar()), layer_tar()),
        check: |inventory, out| {
            each_defect(inventory, out, Form::Zstd, |layer, defect, out| damaged(layer, defect, "zstd", out));
        },
    }
}

/// The form of stored bytes that a media type promises. Docker's plain type promises nothing: consumers look at the
/// bytes on purpose.
fn promised(media_type: &str) -> Option<Form> {
    let oci = media_type
        .strip_prefix(mt::OCI_TAR)
        .or_else(|| media_type.strip_prefix(mt::OCI_NONDISTRIBUTABLE_TAR));
    match (oci, media_type) {
        (Some(""), _) => Some(Form::Tar),
        (Some("+gzip"), _) | (_, mt::DOCKER_TAR_GZIP | mt::DOCKER_FOREIGN_TAR_GZIP) => {
            Some(Form::Gzip)
        }
        (Some("+zstd"), _) | (_, mt::DOCKER_TAR_ZSTD) => Some(Form::Zstd),
        _ => None,
    }
}

/// A sentence with the form in words of its language in place of `{found}`.
pub(super) fn with_form(says: Text, form: Form) -> Phrase {
    let words = match form {
        Form::Json => text("JSON", "JSON"),
        Form::Html => text("an HTML page", "HTML 网页"),
        Form::Utf16 => text("UTF-16 text", "UTF-16 文本"),
        Form::Text => text("plain text", "纯文本"),
        Form::Binary => text("binary data of no known form", "未知格式的二进制数据"),
        Form::Wasm { component: false } => text("a WebAssembly module", "WebAssembly 模块"),
        Form::Wasm { component: true } => text("a WebAssembly component", "WebAssembly 组件"),
        Form::Elf => text("an ELF program", "ELF 程序"),
        Form::Pdf => text("a PDF", "PDF"),
        other => text(form_name(other), form_name(other)),
    };
    Phrase {
        en: says.en.replace("{found}", words.en).into(),
        zh: says.zh.replace(" {found}", &spaced(words.zh)).into(),
        args: Vec::new(),
    }
}

/// A space in front of a word, unless it begins with Han.
fn spaced(word: &str) -> String {
    if word.starts_with(|c: char| c.is_ascii()) {
        format!(" {word}")
    } else {
        word.to_string()
    }
}

fn whole(layer: &LayerBlob) -> Locus {
    Locus::whole(&layer.blob.path)
}

fn related(layer: &LayerBlob) -> Vec<Locus> {
    layer.named_at.iter().cloned().collect()
}

/// Every measured layer; those that were not measured are noted.
fn each_layer<'a>(inventory: &'a Inventory, out: &mut Out) -> Vec<LayerBlob<'a>> {
    let (layers, missing) = walk::layer_blobs(inventory);
    for missing in missing {
        out.missing(missing);
    }
    layers
}

/// Every defect of every layer whose bytes are compressed in this form.
fn each_defect(
    inventory: &Inventory,
    out: &mut Out,
    form: Form,
    mut each: impl FnMut(&LayerBlob, &CodecDefect, &mut Out),
) {
    for layer in each_layer(inventory, out) {
        if layer.facts.form != form {
            continue;
        }
        out.looked();
        for defect in &layer.facts.defects {
            each(&layer, defect, out);
        }
    }
}

/// Reports damage of a compressed stream: a wrong checksum, or data that make no sense.
fn damaged(layer: &LayerBlob, defect: &CodecDefect, format: &'static str, out: &mut Out) {
    let (at, says): (u64, Phrase) = match defect {
        CodecDefect::BadChecksum { at } | CodecDefect::BadLength { at } => (*at, out.says.into()),
        CodecDefect::Corrupt { at } => (
            *at,
            say(
                "The {format} data of {path} make no sense at byte {offset} or before.",
                "{path} 的 {format} 数据在第 {offset} 字节处或之前无法解读。",
            )
            .name("format", format),
        ),
        CodecDefect::BadHeader { at } => (
            *at,
            say(
                "In {path} the {format} header at byte {offset} is one that no decoder takes.",
                "{path} 中第 {offset} 字节处的 {format} 头部无法被任何解码程序接受。",
            )
            .name("format", format),
        ),
        _ => return,
    };
    let place = Locus {
        offset: Some(at),
        ..whole(layer)
    };
    let says = says.code("path", &layer.blob.path).count("offset", at);
    out.found_as(place, says);
    if let Some(last) = out.findings.last_mut() {
        last.related = related(layer);
    }
}
