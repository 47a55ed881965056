//! Rules `manifest-*` about the list of layers as a whole: how many there are, and which stand beside which. What is in a
//! layer is judged where the layers are.

use crate::rules::rules;
use crate::rules::walk;
use crate::spec::media_type as mt;
use std::collections::BTreeMap;

use crate::examples;
use crate::examples::inputs::{artifact, given, manifest, pasted, push};
use serde_json::Value;

/// Layers that Docker's graph drivers stack at most: `maxLayerDepth` of moby `layer/layer_store.go`.
const DOCKER_LAYERS: usize = 125;

rules! {
    "manifest-layer-duplicate" {
        severity: Info (Note),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "One layer more than once" / "同一层出现多次",
        says: "{pointer} is the same blob as {other}." / "{pointer} 与 {other} 是同一个 blob。",
        why: "It is legal, and builders do it: steps that change no file all give the same empty layer. The blob is stored and sent once; it is unpacked every time it is listed, and a layer that comes back on top can bring back files that one between had deleted." / "这是合法的，构建工具也会这样做：不改动任何文件的步骤都会产生同一个空层。该 blob 只存储和传输一次，但列出几次就解包几次；重新出现在上面的层可能会恢复中间某层删除的文件。",
        fix: "Nothing has to change. For an image put together by hand, see whether the repeated layer was meant." / "无需改动。如果镜像是手工拼成的，确认重复的层是否有意为之。",
        bad: || pasted(manifest(), |m| {
            let again = m["layers"][0].clone();
            push(&mut m["layers"], again);
        }),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let mut first: BTreeMap<&str, &str> = BTreeMap::new();
                let mut repeated = Vec::new();
                for layer in manifest.layers() {
                    out.looked();
                    if layer.digest().is_empty() || layer.media_type() == mt::OCI_EMPTY {
                        continue;
                    }
                    match first.get(layer.digest()) {
                        Some(other) => repeated.push((layer.pointer.as_str(), *other)),
                        None => {
                            first.insert(layer.digest(), &layer.pointer);
                        }
                    }
                }
                let Some((pointer, other)) = repeated.first() else { continue };
                let count = repeated.len() as u64;
                out.found_with(document.locus(pointer), vec![document.locus(other)], |p| {
                    p.code("pointer", *pointer).code("other", *other)
                });
                out.in_all(count);
            }
        },
    }
    "manifest-empty-layer-mixed" {
        severity: Info (Note),
        spec: "manifest.md#guidelines-for-artifact-usage" since "1.1",
        needs: Documents,
        title: "Empty descriptor beside real layers" / "空描述符与真正的层并列",
        says: "{pointer} is the empty descriptor, which stands for no content, and {other} has content." / "{pointer} 是表示没有内容的空描述符，而 {other} 有内容。",
        why: "The empty descriptor fills `layers` where there is nothing to put in. Beside content it is left over from a tool or template; consumers that choose by position, such as the last layer of a Higress plugin or the first of a Flux artifact, get the two bytes `{}` instead of the content." / "空描述符用于没有内容时占位。与内容并列，说明它是工具或模板遗留下来的；按位置选择的使用方（例如 Higress 插件取最后一层、Flux 制品取第一层）拿到的会是 `{}` 这两个字节，而不是内容。",
        fix: "Take the empty descriptor out of `layers`." / "从 `layers` 中去掉空描述符。",
        bad: || pasted(artifact(), |m| push(&mut m["layers"], examples::descriptor(mt::OCI_EMPTY, b"{}"))),
        good: || pasted(artifact(), |m| m["layers"] = serde_json::json!([examples::descriptor(mt::OCI_EMPTY, b"{}")])),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let layers = manifest.layers();
                let empty = layers.iter().find(|l| l.media_type() == mt::OCI_EMPTY);
                let real = layers.iter().find(|l| l.media_type() != mt::OCI_EMPTY);
                if !layers.is_empty() {
                    out.looked();
                }
                if let (Some(empty), Some(real)) = (empty, real) {
                    out.found_with(document.locus(&empty.pointer), vec![document.locus(&real.pointer)], |p| {
                        p.code("pointer", &empty.pointer).code("other", &real.pointer)
                    });
                }
            }
        },
    }
    "manifest-layer-count" {
        severity: Warning (Consumers),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "More layers than Docker stacks" / "层数超过 Docker 的上限",
        says: "The image has {count} layers; Docker stacks {most} at most." / "镜像有 {count} 层；Docker 最多只能叠放 {most} 层。",
        why: "Docker's own image store stops with `max depth exceeded` after it has fetched and unpacked the first 125. containerd and Podman take more, until the mount options of overlayfs no longer fit the kernel's one page." / "Docker 自带的镜像存储在下载并解包前 125 层之后会以 `max depth exceeded` 停下。containerd 和 Podman 可以更多，直到 overlayfs 的挂载选项超出内核允许的一页。",
        fix: "Join steps (`RUN a && b`), build in stages and copy the result, or squash: `buildah build --squash`, `podman build --squash-all`." / "合并步骤（`RUN a && b`）、使用多阶段构建再复制结果，或把层合并（squash）：`buildah build --squash`、`podman build --squash-all`。",
        fine: "The image never runs on Docker's own image store." / "该镜像从不在 Docker 自带的镜像存储上运行。",
        bad: || many_layers(126),
        good: || many_layers(125),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                if !mt::is_image_config(manifest.config_media_type()) {
                    continue;
                }
                out.looked();
                let count = manifest.layers().iter().filter(|l| mt::is_layer(l.media_type())).count();
                if count > DOCKER_LAYERS {
                    out.found(document.locus("/layers"), |p| {
                        p.count("count", count as u64).count("most", DOCKER_LAYERS as u64)
                    });
                }
            }
        },
    }
}

/// A manifest with so many different layers.
fn many_layers(count: usize) -> examples::Files {
    pasted(manifest(), |m| {
        let layer = |i: usize| examples::descriptor(mt::OCI_TAR_GZIP, i.to_string().as_bytes());
        m["layers"] = Value::Array((0..count).map(layer).collect());
    })
}
