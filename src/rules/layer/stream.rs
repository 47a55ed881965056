//! Rules `layer-gzip-*` and `layer-zstd-*` about how a sound stream is made. Several members or frames are legal.

use super::{each_layer, related, whole};
use crate::artifact::Inventory;
use crate::bytes::blob::{CodecDefect, Form, StreamFacts};
use crate::rules::walk::LayerBlob;
use crate::rules::{Out, rules};
use crate::spec::media_type as mt;
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{image_of_layer, layer_tar, layout};

rules! {
    "layer-gzip-multi-member" {
        severity: Info (Note),
        spec: "RFC 1952" since "",
        needs: Blobs,
        title: "gzip stream of several members" / "由多个成员组成的 gzip 数据",
        says: "The gzip stream {path} has {members} members, one after the other. Seen in {count} layers." / "gzip 数据 {path} 由 {members} 个成员首尾相接而成。此类层的数量：{count}。",
        why: "A decoder that stops after the first member sees a tar that is cut off and computes another diffID; some libraries for JavaScript, Java and C++ do. Go, gzip(1) and the container tools read all of them." / "读完第一个成员就停下的解码程序会看到被截断的 tar，并算出另一个 diffID；一些 JavaScript、Java 和 C++ 库就是如此。Go、gzip(1) 和各种容器工具都会读完全部成员。",
        fix: "Nothing has to change. A reader that has to stop early needs one member: `gunzip -c layer | gzip -n`, which makes another blob." / "无需改动。若读取程序只支持单个成员，可用 `gunzip -c layer | gzip -n` 合并，但会得到另一个 blob。",
        fine: "eStargz is made this way so that each file can be read by itself; some parallel compressors do it as well." / "eStargz 正是这样制作的，以便单独读取每个文件；一些并行压缩工具也是如此。",
        bad: || {
            let tar = layer_tar();
            let (first, second) = tar.split_at(512);
            image_of_layer(mt::OCI_TAR_GZIP, [examples::gzip(first), examples::gzip(second)].concat(), layer_tar())
        },
        good: layout,
        check: |inventory, out| {
            noted(inventory, out, Form::Gzip, |stream| stream.members > 1, |_, stream, p| p.count("members", stream.members));
        },
    }
    "layer-gzip-header-leak" {
        severity: Info (Note),
        spec: "RFC 1952" since "",
        needs: Blobs,
        title: "gzip header says where and when" / "gzip 头部带有文件名或时间",
        says: "The gzip header of {path} holds {found}. Seen in {count} layers." / "{path} 的 gzip 头部带有 {found}。此类层的数量：{count}。",
        why: "The same tar, compressed again, gives another digest, so registries store it twice and a rebuild cannot be compared. The name may tell a path of the build machine." / "同一个 tar 再次压缩会得到不同的摘要，镜像仓库因此会存两份，重新构建的结果也无法比对。文件名还可能透露构建机器上的路径。",
        fix: "Compress with `gzip -n`, which writes neither." / "用 `gzip -n` 压缩，两者都不会写入。",
        bad: || {
            // Flag FNAME, and the name after the ten bytes of the header.
            let mut stored = examples::gzip(&layer_tar());
            stored[3] |= 0x08;
            stored.splice(10..10, *b"layer.tar\0");
            image_of_layer(mt::OCI_TAR_GZIP, stored, layer_tar())
        },
        good: layout,
        check: |inventory, out| {
            let leaks = |stream: &StreamFacts| stream.gzip.as_ref().is_some_and(|h| !is_no_time(h.mtime) || h.name.is_some() || h.comment);
            noted(inventory, out, Form::Gzip, leaks, |_, stream, p| {
                let header = stream.gzip.as_ref();
                let mut found = Vec::new();
                found.extend(header.and_then(|h| h.name.clone()).map(|name| format!("FNAME={name}")));
                found.extend(header.filter(|h| !is_no_time(h.mtime)).map(|h| format!("MTIME={}", h.mtime)));
                found.extend(header.filter(|h| h.comment).map(|_| "FCOMMENT".to_string()));
                p.code("found", found.join(", "))
            });
        },
    }
    "layer-zstd-skippable" {
        severity: Info (Note),
        spec: "RFC 8878" since "",
        needs: Blobs,
        title: "zstd stream of several frames" / "由多个帧组成的 zstd 数据",
        says: "The zstd stream {path} has {members} frames with data and {skippable} that are skipped. Seen in {count} layers." / "zstd 数据 {path} 有 {members} 个数据帧和 {skippable} 个可跳过的帧。此类层的数量：{count}。",
        why: "A decoder that stops after the first frame sees a tar that is cut off, or nothing at all where the first one is to be skipped. The decoders of the container tools read them all." / "读完第一帧就停下的解码程序会看到被截断的 tar；若第一帧可跳过，则什么也读不到。容器工具的解码程序会读完所有帧。",
        fix: "Nothing has to change. `zstd -dc layer | zstd` makes one frame, and another blob." / "无需改动。`zstd -dc layer | zstd` 可合并为一帧，但会得到另一个 blob。",
        fine: "zstd:chunked keeps its table of contents in a skippable frame, on purpose." / "zstd:chunked 有意把目录表放在可跳过的帧中。",
        bad: || image_of_layer(mt::OCI_TAR_ZSTD, [examples::zstd(&layer_tar()), b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec()].concat(), layer_tar()),
        good: || image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&layer_tar()), layer_tar()),
        check: |inventory, out| {
            noted(inventory, out, Form::Zstd, |stream| stream.members > 1 || stream.skippable_frames > 0, |_, stream, p| {
                p.count("members", stream.members).count("skippable", stream.skippable_frames)
            });
        },
    }
    "layer-zstd-window" {
        severity: Warning (Consumers),
        spec: "RFC 8878" since "",
        needs: Blobs,
        title: "zstd window above 8 MiB" / "zstd 窗口超过 8 MiB",
        says: "To read {path}, a decoder has to keep a window of {found} in memory; {limit} is what every decoder is advised to support." / "读取 {path} 时，解码程序须在内存中保留 {found} 的窗口；规范建议所有解码程序至少支持 {limit}。",
        why: "A decoder may refuse a larger window to protect its memory, and says so only when it unpacks the layer: `window size exceeded`. Nodes with little memory are the first." / "为保护内存，解码程序可以拒绝更大的窗口，并且到解包时才报告：`window size exceeded`。内存小的节点最先遇到。",
        fix: "Compress without `--long` and `--ultra`: `zstd -19` stays within 8 MiB." / "压缩时不要使用 `--long` 和 `--ultra`：`zstd -19` 不会超过 8 MiB。",
        bad: || image_of_layer(mt::OCI_TAR_ZSTD, examples::stored::wide_window(&layer_tar()), layer_tar()),
        good: || image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&layer_tar()), layer_tar()),
        check: |inventory, out| {
            for layer in each_layer(inventory, out).iter().filter(|layer| layer.facts.form == Form::Zstd) {
                let Some(stream) = &layer.facts.stream else { continue };
                out.looked();
                let too_large = layer.facts.defects.iter().find_map(|defect| match defect {
                    CodecDefect::WindowTooLarge { log2 } => Some(*log2),
                    _ => None,
                });
                if let Some(log2) = too_large {
                    let says = say(
                        "To read {path}, a decoder has to keep a window of 2^{log2} bytes in memory; the zstd tool itself refuses that, and its content was not checked here.",
                        "读取 {path} 时，解码程序须在内存中保留 2^{log2} 字节的窗口；zstd 工具本身就会拒绝，其内容在此也未检查。",
                    );
                    out.found_as(whole(layer), says.code("path", &layer.blob.path).count("log2", u64::from(log2)));
                } else if stream.window > WINDOW_BYTES {
                    out.found_with(whole(layer), related(layer), |p| {
                        p.code("path", &layer.blob.path).bytes("found", stream.window).bytes("limit", WINDOW_BYTES)
                    });
                }
            }
        },
    }
}

/// The window that RFC 8878 section 3.1.1.1.2 advises decoders to support.
const WINDOW_BYTES: u64 = 8 * 1024 * 1024;

/// Whether the time of a gzip header stands for none: zero, or what pgzip (skopeo, Buildah, Podman) writes instead, the
/// seconds from Go's year 1 to 1970, negative and cut to 32 bits.
fn is_no_time(mtime: u32) -> bool {
    mtime == 0 || mtime == 2_288_912_640
}

/// One finding for all layers whose stream is made in some way.
fn noted(
    inventory: &Inventory,
    out: &mut Out,
    form: Form,
    is_so: impl Fn(&StreamFacts) -> bool,
    fill: impl FnOnce(&LayerBlob, &StreamFacts, crate::text::Phrase) -> crate::text::Phrase,
) {
    let layers = each_layer(inventory, out);
    let mut found = Vec::new();
    for layer in layers.iter().filter(|layer| layer.facts.form == form) {
        let Some(stream) = &layer.facts.stream else {
            continue;
        };
        out.looked();
        if is_so(stream) {
            found.push((layer, stream));
        }
    }
    if let Some((layer, stream)) = found.first().copied() {
        let places = found.iter().map(|(layer, _)| whole(layer)).collect();
        out.found_together(places, |p| {
            fill(layer, stream, p.code("path", &layer.blob.path))
        });
    }
}
