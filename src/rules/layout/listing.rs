//! Rules `layout-*` about what `index.json` lists, and what it does not.

use crate::artifact::documents::{Claims, Index};
use crate::artifact::{Document, Inventory, Measured, Missing};
use crate::order;
use crate::place::Locus;
use crate::rules::walk::{self, Role};
use crate::rules::{Out, rules};
use crate::spec::{annotation, media_type as mt};
use std::collections::BTreeSet;

use crate::examples;
use crate::examples::inputs::{layout, layout_with};
use crate::examples::json;

rules! {
    "layout-empty-index" {
        severity: Info (Note),
        spec: "image-layout.md#indexjson-file" since "1.0",
        needs: Documents,
        title: "`index.json` lists nothing" / "`index.json` 没有列出任何内容",
        says: "`manifests` in {path} is empty, so the layout offers no image under any name." / "{path} 中的 `manifests` 为空，因此布局没有以任何名称提供镜像。",
        why: "Loaders succeed and load nothing, or say that there is no image: `ctr image import` and container2wasm fail, `skopeo` finds no reference. Blobs that are there stay out of reach." / "加载程序要么成功却什么也没加载，要么报告没有镜像：`ctr image import` 和 container2wasm 会失败，`skopeo` 找不到引用。即使有 blob，也无从访问。",
        fix: "If an image was meant to be here, save it again. If its blobs are still here, list its manifest: `umoci` and `regctl` can tag a digest in a layout." / "如果其中本应有镜像，请重新保存。若其 blob 还在，可把清单列入索引：`umoci` 和 `regctl` 都能为布局中的摘要打标签。",
        fine: "A new layout is empty, as after `umoci init`." / "新建的布局本来就是空的，例如刚执行过 `umoci init`。",
        trigger: r#"{"schemaVersion": 2, "manifests": []}"#,
        bad: || layout_with(|l| l.index["manifests"] = json!([])),
        good: layout,
        check: |inventory, out| {
            let Some((document, index)) = index_of(inventory) else { return };
            let Some(entries) = index.manifests.value() else { return };
            out.looked();
            if entries.is_empty() {
                out.found(document.locus("/manifests"), |p| p.code("path", &document.path));
            }
        },
    }
    "layout-ref-name-absent" {
        severity: Info (Consumers),
        spec: "image-layout.md#indexjson-file" since "1.0",
        needs: Documents,
        title: "Several entries, and none has a name" / "有多个条目，但都没有名称",
        says: "The index lists {count} entries, and none has the annotation {key}: whoever wants one of them cannot say which." / "索引列出了 {count} 个条目，但都没有注解 {key}：使用方无法说明要哪一个。",
        why: "skopeo, Podman and Buildah stop with `more than one image in oci, choose an image` and take a position instead (`oci:dir:@0`) only in newer versions; umoci cannot open any of them." / "skopeo、Podman 和 Buildah 会报 `more than one image in oci, choose an image`，只有较新的版本才能改用位置（`oci:dir:@0`）指定；umoci 则一个也打不开。",
        fix: "Give each entry a name: `regctl image mod`, or `skopeo copy … oci:dir:NAME` when it is saved. Platforms of one image belong into one nested index under one name." / "为每个条目命名：使用 `regctl image mod`，或在保存时写 `skopeo copy … oci:dir:NAME`。同一镜像的多个平台应放进同一个名称下的嵌套索引。",
        bad: || layout_with(|l| {
            let second = l.image(("linux", "arm64"), &[examples::gzip_layer("arm", b"arm")]);
            l.list(second, "");
            l.index["manifests"][0]["annotations"] = json!({});
        }),
        good: layout,
        check: |inventory, out| {
            let Some((document, index)) = index_of(inventory) else { return };
            let images: Vec<_> = index.manifests().iter().filter(|d| !d.annotations.contains_key(annotation::REFERENCE_TYPE)).collect();
            if images.is_empty() {
                return;
            }
            out.looked();
            let named = index.manifests().iter().any(|d| d.annotations.get(annotation::REF_NAME).is_some_and(|name| !name.is_empty()));
            if images.len() > 1 && !named {
                out.found(document.locus("/manifests"), |p| p.count("count", images.len() as u64).code("key", annotation::REF_NAME));
            }
        },
    }
    "layout-index-descriptor-kind" {
        severity: Info (Note),
        spec: "image-layout.md#indexjson-file" since "1.1",
        needs: Documents,
        title: "Entry that is neither manifest nor index" / "条目既不是清单也不是索引",
        says: "`index.json` lists content of type {media_type}, which is neither a manifest nor an index. Such entries: {count}." / "`index.json` 列出了类型为 {media_type} 的内容，它既不是清单也不是索引。此类条目的数量：{count}。",
        why: "Readers must not fail on it, and most pass over it. image-tools refuses the layout all the same; `crane push` takes the blob for a layer or says `layout contains non-image`." / "读取程序不得因此报错，多数会略过。但 image-tools 仍会拒绝该布局；`crane push` 会把该 blob 当作层，或报 `layout contains non-image`。",
        fix: "Nothing has to change. To make such content something that registries take, put a manifest around it: `oras push`." / "无需改动。若要让镜像仓库接受这类内容，应为它加上清单：`oras push`。",
        bad: || layout_with(|l| {
            let d = l.blob("application/xml", b"<a/>");
            l.list(d, "x");
        }),
        good: layout,
        check: |inventory, out| {
            let Some((document, index)) = index_of(inventory) else { return };
            let mut places = Vec::new();
            let mut first = None;
            for entry in index.manifests() {
                out.looked();
                let t = entry.media_type();
                let document_type = mt::is_index(t) || mt::is_manifest(t) || mt::is_schema1(t) || t == mt::OCI_ARTIFACT_MANIFEST;
                if !t.is_empty() && !document_type {
                    first.get_or_insert(t);
                    places.push(walk::field_or_object(document, &entry.pointer, "mediaType"));
                }
            }
            if let Some(first) = first {
                out.found_together(places, |p| p.code("media_type", first));
            }
        },
    }
    "layout-referrer-unlisted" {
        severity: Info (Note),
        spec: "image-layout.md#indexjson-file" since "1.1",
        needs: Documents,
        title: "Signature or attachment that nothing lists" / "签名或附件未被列出",
        says: "{path} refers to {subject} as its subject, but no index lists it." / "{path} 以 {subject} 为其 subject，但没有任何索引列出它。",
        why: "In a registry the referrers API finds it by its subject. A layout has no such thing: tools begin at `index.json`, so `oras discover`, `cosign verify` and every copy pass it over, and the image arrives unsigned." / "在镜像仓库中，referrers API 可以按 subject 找到它。布局没有这种机制：工具都从 `index.json` 开始，因此 `oras discover`、`cosign verify` 和各种复制都会漏掉它，镜像到达时就没有签名了。",
        fix: "List its manifest in `index.json`, as `oras copy -r` does." / "把它的清单列入 `index.json`，`oras copy -r` 就是这样做的。",
        bad: || layout_with(|l| {
            let subject = l.index["manifests"][0].clone();
            referrer(l, subject);
        }),
        good: || layout_with(|l| {
            let subject = l.index["manifests"][0].clone();
            let d = referrer(l, subject);
            l.list(d, "");
        }),
        check: unlisted,
    }
}

/// A manifest with a subject, which is stored and not listed.
fn referrer(layout: &mut examples::Layout, mut subject: serde_json::Value) -> serde_json::Value {
    for key in ["annotations", "platform"] {
        crate::examples::inputs::without(&mut subject, key);
    }
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let note = layout.blob("application/vnd.acme.note", b"note");
    let mut document = examples::manifest(config, &[note]);
    document["artifactType"] = json!("application/vnd.acme.note");
    document["subject"] = subject;
    layout.document(mt::OCI_MANIFEST, &document)
}

/// The `index.json` of a layout, where it is an index.
fn index_of(inventory: &Inventory) -> Option<(&Document, &Index)> {
    if !walk::is_layout(inventory) {
        return None;
    }
    let document = walk::root_document(inventory, "index.json")?;
    match &document.claims {
        Claims::Index(index) => Some((document, index)),
        _ => None,
    }
}

fn unlisted(inventory: &Inventory, out: &mut Out) {
    if index_of(inventory).is_none() {
        return;
    }
    let placed = walk::descriptors(inventory);
    let listed: BTreeSet<&str> = order::set_of(
        placed
            .iter()
            .filter(|p| p.role == Role::Entry)
            .map(|p| p.descriptor.digest()),
    );
    // An index that could not be read may list anything.
    let unread = placed.iter().find_map(|p| {
        let index = p.role == Role::Entry && mt::is_index(p.descriptor.media_type());
        let missing = inventory.target(p.document, p.descriptor).err()?;
        (index && missing.why != crate::artifact::Why::NotInInput).then_some(missing)
    });
    for p in placed.iter().filter(|p| p.role == Role::Subject) {
        let Some(blob) = inventory.blobs.get(p.document.blob) else {
            continue;
        };
        let facts = match &blob.measured {
            Measured::Facts(facts) => facts,
            Measured::Not(why) => {
                out.missing(Missing {
                    what: blob.path.to_string(),
                    why: why.clone(),
                    at: Some(Locus::whole(&blob.path)),
                });
                continue;
            }
        };
        out.looked();
        let named = blob.named().unwrap_or_else(|| facts.sha256.clone());
        if listed.contains(named.as_str())
            || listed.contains(facts.sha256.as_str())
            || blob.path == "index.json"
        {
            continue;
        }
        match &unread {
            Some(missing) => out.missing(missing.clone()),
            None => out.found(p.document.locus("/subject"), |phrase| {
                phrase
                    .code("path", &blob.path)
                    .code("subject", p.descriptor.digest())
            }),
        }
    }
}
