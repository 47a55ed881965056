//! Rules `layer-*` about what comes out of a layer: how much, whether it is what was promised, whether it is anything.

use super::{each_layer, related, whole};
use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::blob::{BlobFacts, CodecDefect, Compression, Form, Lazy};
use crate::place::Locus;
use crate::rules::walk::{self, Placed, Role, form_name};
use crate::rules::{Out, rules};
use crate::spec::{self, annotation, media_type as mt};
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{image, image_of_layer, layer_tar, layout};

rules! {
    "layer-double-compressed" {
        severity: Error (Consumers),
        spec: "layer.md#distributable-format" since "1.0",
        needs: Blobs,
        title: "Layer compressed twice" / "层被压缩了两次",
        says: "The layer {path} is {outer}, and what comes out of it is {inner} once more, not a tar." / "层 {path} 是 {outer} 数据，解压后得到的仍是 {inner} 数据，而不是 tar。",
        why: "Consumers decompress once, as the media type says, and then read compressed bytes as a tar: `archive/tar: invalid tar header`. Most often a `.tar.gz` was given to a tool that compresses by itself." / "使用方按媒体类型只解压一次，随后把压缩数据当作 tar 读取：`archive/tar: invalid tar header`。常见原因是把 `.tar.gz` 交给了会自行压缩的工具。",
        fix: "Decompress it once: `gunzip -c layer > layer.tar.gz`. Digest and size of the layer change, the diffID is that of the inner tar." / "解压一次：`gunzip -c layer > layer.tar.gz`。层的摘要和大小会改变，diffID 应取自最内层的 tar。",
        bad: || {
            let once = examples::gzip(&layer_tar());
            image_of_layer(mt::OCI_TAR_GZIP, examples::gzip(&once), once)
        },
        good: layout,
        check: |inventory, out| {
            for layer in each_layer(inventory, out) {
                out.looked();
                let outer = match layer.facts.compression {
                    Compression::None => continue,
                    Compression::Gzip => "gzip",
                    Compression::Zstd => "zstd",
                };
                let inner = layer.facts.payload_form();
                if matches!(inner, Form::Gzip | Form::Zstd | Form::Xz | Form::Bzip2 | Form::Lz4) {
                    out.found_with(whole(&layer), related(&layer), |p| {
                        p.code("path", &layer.blob.path).name("outer", outer).name("inner", form_name(inner))
                    });
                }
            }
        },
    }
    "layer-docker-type-sniffed" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "Docker's plain layer type with compressed bytes" / "Docker 的普通层类型，内容却经过压缩",
        says: "The layer at {pointer} has Docker's type for plain tars, and its bytes are {found}. Seen in {count} layers of this manifest." / "位于 {pointer} 的层使用 Docker 的普通 tar 类型，而内容是 {found}。该清单中此类层的数量：{count}。",
        why: "For this one type consumers look at the bytes on purpose, because Docker used it for both. A tool that goes by the type alone reads compressed bytes as a tar." / "由于 Docker 曾将该类型同时用于两者，使用方对这一类型会特意检查内容。只看类型的工具会把压缩数据当作 tar 读取。",
        fix: "Nothing has to change. The exact type is `application/vnd.docker.image.rootfs.diff.tar.gzip`." / "无需改动。准确的类型是 `application/vnd.docker.image.rootfs.diff.tar.gzip`。",
        fine: "containerd writes this type for the layers of every docker-archive that it imports." / "containerd 导入 docker 归档时，会为其中的层写上这一类型。",
        bad: || image_of_layer(mt::DOCKER_TAR, examples::gzip(&layer_tar()), layer_tar()),
        good: || image_of_layer(mt::DOCKER_TAR, layer_tar(), layer_tar()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let mut first = None;
                let mut places = Vec::new();
                for layer in manifest.layers().iter().filter(|l| matches!(l.media_type(), mt::DOCKER_TAR | mt::DOCKER_FOREIGN_TAR)) {
                    if let Some(facts) = out.known(inventory.facts(document, layer)) {
                        out.looked();
                        if matches!(facts.form, Form::Gzip | Form::Zstd) {
                            first.get_or_insert((layer.pointer.clone(), form_name(facts.form)));
                            places.push(walk::field_or_object(document, &layer.pointer, "mediaType"));
                        }
                    }
                }
                if let Some((pointer, form)) = first {
                    out.found_together(places, |p| p.code("pointer", pointer).name("found", form));
                }
            }
        },
    }
    "layer-empty" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "1.0",
        needs: Blobs,
        title: "Layer without entries" / "没有条目的层",
        says: "The layer {path} is a tar without a single entry. Seen in {count} layers." / "层 {path} 是一个没有任何条目的 tar。此类层的数量：{count}。",
        why: "It changes nothing in the file system and costs one request on each pull. Old Docker wrote one for every step such as `ENV`; their digest begins with `a3ed95ca`." / "它不改变文件系统，每次拉取却多一次请求。旧版 Docker 会为 `ENV` 之类的每个步骤写一个，其摘要以 `a3ed95ca` 开头。",
        fix: "Nothing has to change. A new build leaves such layers out and marks the step with `empty_layer` in the history." / "无需改动。重新构建会略去这样的层，并在历史记录中以 `empty_layer` 标记该步骤。",
        fine: "BuildKit also writes one where a `COPY` or `RUN` changed nothing." / "如果 `COPY` 或 `RUN` 没有改动任何内容，BuildKit 也会写出这样的层。",
        bad: || image_of_layer(mt::OCI_TAR_GZIP, examples::gzip(&[0; 1024]), vec![0; 1024]),
        good: layout,
        check: |inventory, out| {
            let mut first = None;
            let mut places = Vec::new();
            for layer in each_layer(inventory, out) {
                out.looked();
                let facts = layer.facts;
                let tar = facts.tar.as_ref().filter(|tar| facts.complete && facts.payload_form() == Form::Tar && tar.entries == 0);
                if tar.is_some_and(|tar| tar.defect.as_ref().is_none_or(|d| d.is_harmless())) {
                    first.get_or_insert(layer.blob.path.to_string());
                    places.push(whole(&layer));
                }
            }
            if let Some(path) = first {
                out.found_together(places, |p| p.code("path", path));
            }
        },
    }
    "layer-ratio" {
        severity: Warning (Consumers),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Layer that swells enormously" / "层解压后急剧膨胀",
        says: "The layer {path} grows from {stored} to {expanded} when it is decompressed." / "层 {path} 解压后从 {stored} 增长到 {expanded}。",
        why: "Nothing but repetition shrinks like that: a file of zeros such as a swap file or a disk image, or an attack that fills the disk of whoever pulls it. Quotas look at the small size, disks at the large one." / "只有大量重复的内容才能压缩到这种程度：全是零的交换文件、磁盘映像，或者是旨在塞满拉取者磁盘的攻击。配额看的是小的数字，磁盘承受的是大的数字。",
        fix: "Look what is in it: `tar -tvf layer`, the largest files. Leave the file out, or make it when the container starts: `truncate -s 10G file`." / "查看其内容：用 `tar -tvf layer` 找出最大的文件。不要放进镜像，或在容器启动时再生成：`truncate -s 10G file`。",
        bad: || {
            let zeros = vec![0u8; 12 * 1024 * 1024];
            let tar = examples::tar(&[("zeros", zeros.as_slice())]);
            image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&tar), tar)
        },
        good: || {
            let zeros = vec![0u8; 1024 * 1024];
            let tar = examples::tar(&[("zeros", zeros.as_slice())]);
            image_of_layer(mt::OCI_TAR_ZSTD, examples::zstd(&tar), tar)
        },
        check: |inventory, out| {
            for layer in each_layer(inventory, out) {
                let (stored, expanded) = (layer.facts.size, layer.facts.inner.as_ref().map_or(0, |inner| inner.size));
                out.looked();
                if layer.facts.defects.contains(&CodecDefect::ExpansionLimit) {
                    let says = say(
                        "The layer {path} of {stored} decompresses to more than {expanded}; it was not read further, and what lies beyond is not checked.",
                        "层 {path} 大小为 {stored}，解压后超过 {expanded}；此后的内容没有读取，也未检查。",
                    );
                    let says = says.code("path", &layer.blob.path).bytes("stored", stored).bytes("expanded", crate::limits::EXPANDED_BYTES);
                    out.found_as(whole(&layer), says);
                } else if expanded >= RATIO_FLOOR && expanded > stored.saturating_mul(RATIO) {
                    out.found_with(whole(&layer), related(&layer), |p| {
                        p.code("path", &layer.blob.path).bytes("stored", stored).bytes("expanded", expanded)
                    });
                }
            }
        },
    }
    "layer-chunked-annotation" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Promised table of contents is not in the layer" / "层中没有所声明的目录表",
        says: "The annotation {key} promises a table of contents, and {path} has none." / "注解 {key} 声明了目录表，而 {path} 中没有。",
        why: "Lazy pulling goes by that table: stargz-snapshotter and Podman's partial pulls read it first, fail, and fall back to the whole layer or to an error. Most often a tool recompressed the layer and kept the annotation." / "按需拉取依赖该目录表：stargz-snapshotter 和 Podman 的部分拉取会先读取它，失败后退回拉取整层，或直接报错。常见原因是工具重新压缩了层，却保留了注解。",
        fix: "Take the annotation out, or convert the image again: `nerdctl image convert --estargz`, `podman push --compression-format zstd:chunked`." / "去掉该注解，或重新转换镜像：`nerdctl image convert --estargz`、`podman push --compression-format zstd:chunked`。",
        fine: "Consumers without lazy pulling do not read the annotation." / "不支持按需拉取的使用方不会读取该注解。",
        bad: || image(&[examples::gzip_layer("hello", b"hello")], |_| {}, |m| {
            m["layers"][0]["annotations"] = serde_json::json!({ "containerd.io/snapshot/stargz/toc.digest": examples::sha256(b"toc") });
        }),
        good: layout,
        check: |inventory, out| {
            for placed in walk::descriptors(inventory).iter().filter(|placed| placed.role == Role::Layer) {
                for key in [annotation::STARGZ_TOC, annotation::ZSTD_CHUNKED_TOC] {
                    if let Some(value) = placed.descriptor.annotations.get(key) {
                        chunked(inventory, placed, key, value, out);
                    }
                }
            }
        },
    }
}

/// How many times larger than its stored bytes a layer may become; gzip cannot do more than about 1030.
const RATIO: u64 = 1000;

/// Below this many bytes nobody is harmed, whatever the ratio.
const RATIO_FLOOR: u64 = 8 * 1024 * 1024;

/// Judges the annotation of one layer. Whether a table that is there has the promised digest is not known: its bytes are
/// not kept.
fn chunked(inventory: &Inventory, placed: &Placed, key: &'static str, value: &str, out: &mut Out) {
    let pointer = format!(
        "{}/annotations/{}",
        placed.descriptor.pointer,
        walk::escape(key)
    );
    let at: Locus = placed.document.locus(&pointer);
    if !spec::digest(value).is_some_and(|d| d.is_well_encoded()) {
        let says = say(
            "The annotation {key} is {found}; it has to be the digest of the layer's table of contents.",
            "注解 {key} 的值是 {found}；它必须是该层目录表的摘要。",
        );
        return out.found_as(at, says.code("key", key).code("found", value));
    }
    let Some(facts) = out.known(inventory.facts(placed.document, placed.descriptor)) else {
        return;
    };
    let there = match key {
        annotation::STARGZ_TOC => has_stargz_toc(facts),
        _ => has_skippable_frame(facts),
    };
    if there == Some(false) {
        return out.found(at, |p| {
            p.code("key", key).code("path", placed.descriptor.digest())
        });
    }
    out.missing(Missing {
        what: placed.descriptor.digest().to_string(),
        why: Why::NotSettled,
        at: Some(at),
    });
}

/// eStargz keeps its table as the entry `stargz.index.json`, or outside of the layer altogether.
fn has_stargz_toc(facts: &BlobFacts) -> Option<bool> {
    let tar = facts.tar.as_ref().filter(|_| facts.complete)?;
    let entry = |path: &str| path.trim_start_matches("./") == "stargz.index.json";
    let footer = facts.stream.as_ref().and_then(|stream| stream.lazy) == Some(Lazy::EStargz);
    let there = footer || tar.listing.iter().any(|listed| entry(&listed.path));
    let whole = tar.entries == tar.listing.len() as u64;
    // One gzip member for the whole tar: no chunk of it can be read by itself, wherever the table is.
    let members = facts.stream.as_ref().map(|stream| stream.members);
    let one_piece = facts.compression != Compression::Gzip || members == Some(1);
    (there || (whole && one_piece)).then_some(there)
}

/// zstd:chunked keeps its table in a skippable frame at the end.
fn has_skippable_frame(facts: &BlobFacts) -> Option<bool> {
    if facts.compression != Compression::Zstd {
        return matches!(facts.form, Form::Gzip | Form::Tar).then_some(false);
    }
    let stream = facts.stream.as_ref().filter(|_| facts.complete)?;
    Some(stream.skippable_frames > 0 || stream.lazy == Some(Lazy::ZstdChunked))
}
