//! Rules `docker-archive-*` about how many images there are, and what they and their parents are called.

use crate::artifact::documents::{Claims, DockerImage};
use crate::artifact::{Document, Inventory};
use crate::bytes::json::{Node, Value};
use crate::rules::{Out, rules, walk};
use std::collections::BTreeSet;

use crate::examples::inputs::{archive, archive_manifest, archive_with, string};
use crate::examples::json;

rules! {
    "docker-archive-untagged" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Image without a name" / "镜像没有名称",
        says: "The image at {pointer} has no `RepoTags`; it is loaded without a name." / "位于 {pointer} 的镜像没有 `RepoTags`；加载后没有名称。",
        why: "`docker load` prints only `Loaded image ID: sha256:…`, and `docker images` shows `<none>`. containerd makes no image of an entry without a name, so `ctr image import` ends in silence and Kubernetes does not find it." / "`docker load` 只会打印 `Loaded image ID: sha256:…`，`docker images` 显示 `<none>`。containerd 不会为没有名称的条目建立镜像，因此 `ctr image import` 不声不响地结束，Kubernetes 也找不到它。",
        fix: "Save the image by its name and not by its ID: `docker save example:v1`. Or name it after loading: `docker tag sha256:… example:v1`." / "按名称而不是 ID 保存：`docker save example:v1`；或在加载后命名：`docker tag sha256:… example:v1`。",
        trigger: r#"[{"RepoTags": null, …}]"#,
        bad: || archive_manifest(|m| m[0]["RepoTags"] = json!(null)),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                out.looked();
                if image.tags().iter().all(|tag| tag.is_empty()) {
                    let at = walk::field_or_object(document, &image.pointer, "RepoTags");
                    out.found(at, |p| p.code("pointer", &image.pointer));
                }
            }
        },
    }
    "docker-archive-multi" {
        severity: Info (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Several images in one archive" / "一个归档中有多个镜像",
        says: "The archive holds {count} images." / "该归档中有 {count} 个镜像。",
        why: "`docker load` takes them all. crane and skopeo want one: without a tag they stop with `tarball must contain only a single image` or `expected 1 item`; Trivy and others look at the first only." / "`docker load` 会全部加载。crane 和 skopeo 只要一个：不写 tag 就会报 `tarball must contain only a single image` 或 `expected 1 item`；Trivy 等工具只看第一个。",
        fix: "Name the one that is wanted: `skopeo copy docker-archive:image.tar:example:v1 …`. Or save each image into a file of its own." / "写明要哪一个：`skopeo copy docker-archive:image.tar:example:v1 …`；或把每个镜像分别保存为一个文件。",
        fine: "`docker save a b` is meant to give one file with shared layers." / "`docker save a b` 本就是为了得到一个共用层的文件。",
        bad: || archive_manifest(|m| {
            let mut second = m[0].clone();
            second["RepoTags"] = json!(["example:v2"]);
            crate::examples::push(m, second);
        }),
        good: archive,
        check: |inventory, out| {
            for document in &inventory.documents {
                let Claims::DockerArchive(images) = &document.claims else { continue };
                out.looked();
                if images.len() > 1 {
                    out.found(document.locus(""), |p| p.count("count", images.len() as u64));
                }
            }
        },
    }
    "docker-archive-repositories-differ" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "`repositories` names other images than `manifest.json`" / "`repositories` 与 `manifest.json` 中的名称不一致",
        says: "The name {found} stands in {here} and not in {there}. Names in one of the two only: {count}." / "名称 {found} 只出现在 {here} 中，{there} 中没有。仅出现在其中一处的名称数：{count}。",
        why: "`repositories` is for Docker before 1.10; everybody reads `manifest.json` today. Whoever looks into `repositories` to see what an archive holds is misled." / "`repositories` 是为 1.10 之前的 Docker 准备的；如今的程序都读取 `manifest.json`。依据 `repositories` 判断归档内容的人会被误导。",
        fix: "Nothing has to change for loading. Save the archive again, or remove `repositories`, and the two cannot differ." / "加载时无需改动。重新保存归档，或删除 `repositories`，就不会再有差异。",
        bad: || archive_with(|items| items.push(("repositories".to_string(), json!({ "example": { "v1": "0", "v2": "0" } }).to_string().into_bytes()))),
        good: || archive_with(|items| items.push(("repositories".to_string(), json!({ "example": { "v1": "0" } }).to_string().into_bytes()))),
        check: repositories,
    }
    "docker-archive-parent-unknown" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Parent that is not in the archive" / "父镜像不在归档中",
        says: "`Parent` is {found}, which is no image of this archive." / "`Parent` 是 {found}，它不是该归档中的镜像。",
        why: "Docker then loads the image without the link to its parent, so the build cache of that parent is not used. Nothing else reads the field." / "Docker 加载时会忽略与父镜像的关联，因此不会使用其构建缓存。没有其他程序读取该字段。",
        fix: "Nothing has to change; save parent and child together to keep the link." / "无需改动；若要保留关联，把父镜像和子镜像一起保存。",
        trigger: r#"[{"Parent": "sha256:…", …}]"#,
        bad: || archive_manifest(|m| m[0]["Parent"] = json!(crate::examples::sha256(b"elsewhere"))),
        good: || archive_manifest(|m| {
            let name = string(&m[0]["Config"]).trim_end_matches(".json").to_string();
            m[0]["Parent"] = json!(format!("sha256:{name}"));
        }),
        check: parents,
    }
}

fn repositories(inventory: &Inventory, out: &mut Out) {
    if !walk::is_docker_archive(inventory) {
        return;
    }
    let Some(document) = walk::root_document(inventory, "repositories") else {
        return;
    };
    let Some(root) = &document.json.root else {
        return;
    };
    let images = walk::docker_images(inventory);
    let Some((manifest, _)) = images.first() else {
        return;
    };
    out.looked();
    let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
    for name in root.members() {
        for tag in name.value.members() {
            let pointer = format!("/{}/{}", walk::escape(&name.key), walk::escape(&tag.key));
            listed.insert((format!("{}:{}", name.key, tag.key), pointer));
        }
    }
    let mut tagged: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, image) in &images {
        for (i, tag) in image.tags().into_iter().enumerate() {
            tagged.insert((tag.to_string(), format!("{}/RepoTags/{i}", image.pointer)));
        }
    }
    let lacks = |set: &BTreeSet<(String, String)>, name: &str| !set.iter().any(|(n, _)| n == name);
    let mut alone: Vec<(&Document, &str, &str)> = Vec::new();
    for (name, pointer) in listed.iter().filter(|(name, _)| lacks(&tagged, name)) {
        alone.push((document, name, pointer));
    }
    for (name, pointer) in tagged.iter().filter(|(name, _)| lacks(&listed, name)) {
        alone.push((manifest, name, pointer));
    }
    if let Some((here, name, pointer)) = alone.first() {
        let there = if std::ptr::eq(*here, document) {
            manifest
        } else {
            document
        };
        out.found(here.locus(pointer), |p| {
            p.code("found", *name)
                .code("here", &here.path)
                .code("there", &there.path)
                .count("count", alone.len() as u64)
        });
    }
}

fn parents(inventory: &Inventory, out: &mut Out) {
    let images = walk::docker_images(inventory);
    let id = |document: &Document, image: &DockerImage| {
        let at = walk::field_or_object(document, &image.pointer, "Config");
        let id = walk::docker_blob(inventory, image.config.text(), &at)?;
        Ok(inventory.blob_facts(id, Some(at))?.sha256.clone())
    };
    let ids: Vec<Result<String, crate::artifact::Missing>> = images
        .iter()
        .map(|(document, image)| id(document, image))
        .collect();
    for (document, image) in &images {
        let pointer = format!("{}/Parent", image.pointer);
        let parent =
            walk::node_at(document, &pointer).filter(|node| matches!(node.value, Value::String(_)));
        let Some(parent) = parent
            .and_then(Node::as_str)
            .filter(|text| !text.is_empty())
        else {
            continue;
        };
        if ids.iter().flatten().any(|id| id == parent) {
            out.looked();
            continue;
        }
        match ids.iter().find_map(|id| id.as_ref().err()) {
            Some(missing) => out.missing(missing.clone()),
            None => out.found(document.locus(&pointer), |p| p.code("found", parent)),
        }
    }
}
