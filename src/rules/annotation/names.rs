//! Rules `annotation-*` about `org.opencontainers.image.ref.name`, which names the entries of a layout.

use super::sets::{Set, sets_of};
use crate::artifact::{Document, Inventory};
use crate::bytes::json::Node;
use crate::rules::rules;
use crate::spec::{annotation as key, reference};

use crate::examples::inputs::{annotated, layout, layout_with};
use crate::examples::json;

rules! {
    "annotation-ref-name-grammar" {
        severity: Warning (Must),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "Entry name that cannot be asked for" / "条目名称不合语法，无法指定",
        says: "The entry is named {found}, which breaks the grammar of such names: letters and digits, parted by one of `-._:@+`, by `--` or by `/`." / "该条目的名称是 {found}，不符合名称的语法：由字母和数字组成，以 `-._:@+` 之一、`--` 或 `/` 分隔。",
        why: "Whoever wants this entry has to give its name, and skopeo, Podman and umoci check a name before they look into the layout: `skopeo copy oci:dir:NAME` and `umoci unpack --image dir:NAME` refuse this one." / "使用该条目必须给出名称，而 skopeo、Podman 和 umoci 在读取布局之前会先检查名称：`skopeo copy oci:dir:NAME` 和 `umoci unpack --image dir:NAME` 都会拒绝它。",
        fix: "Rename the entry in `index.json`; the digest of the image does not change by that." / "在 `index.json` 中改名即可；镜像的摘要不会因此改变。",
        fine: "Up to image-spec 1.1.0 this was a MUST, since 1.1.1 it only says which names are valid. Tools that take the first or the only entry never look at the name." / "在 image-spec 1.1.0 及之前，这是 MUST；自 1.1.1 起只说明哪些名称有效。直接取第一个或唯一条目的工具并不看名称。",
        trigger: r#"{"annotations": {"org.opencontainers.image.ref.name": "a++b"}}"#,
        bad: || layout_with(|l| l.index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] = json!("a++b")),
        good: layout,
        check: |inventory, out| {
            for document in &inventory.documents {
                for (set, name) in entry_names(inventory, document) {
                    out.looked();
                    if !reference::is_entry_name(name) {
                        out.found(set.at(key::REF_NAME), |p| p.code("found", name));
                    }
                }
            }
        },
    }
    "annotation-ref-name-misplaced" {
        severity: Info (Should),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "Entry name outside `index.json`" / "条目名称写在了 `index.json` 之外",
        says: "{key} stands here with the value {found}; only entries of a layout's `index.json` get a name by it. Places in this document: {count}." / "{key} 出现在此处，值为 {found}；只有布局中 `index.json` 的条目才靠它命名。本文档中共有 {count} 处。",
        why: "Nothing can be pulled or found by a name that stands in a manifest, a nested index or a label; the real tag may be another by now." / "写在清单、嵌套索引或 label 里的名称无法用来拉取或查找；镜像真正的 tag 可能早已不同。",
        fix: "For a version that people read, use `org.opencontainers.image.version`." / "若要写明供人阅读的版本，使用 `org.opencontainers.image.version`。",
        fine: "It harms nothing. Ubuntu's and other base images carry it as a label, and every image built on them inherits it." / "没有害处。Ubuntu 等基础镜像把它写成 label，以它们为基础的镜像都会继承。",
        bad: || annotated(json!({ "org.opencontainers.image.ref.name": "v1" })),
        good: layout,
        check: |inventory, out| {
            for document in &inventory.documents {
                let mut places = Vec::new();
                let mut first = None;
                for set in sets_of(document) {
                    out.looked();
                    let Some(name) = set.node.get(key::REF_NAME).and_then(Node::as_str) else { continue };
                    if !set.names_an_entry(inventory) {
                        first.get_or_insert(name);
                        places.push(set.at(key::REF_NAME));
                    }
                }
                if let Some(found) = first {
                    out.found_together(places, |p| p.code("key", key::REF_NAME).code("found", found));
                }
            }
        },
    }
    "annotation-tag-impossible" {
        severity: Info (Consumers),
        spec: "annotations.md#pre-defined-annotation-keys" since "",
        needs: Documents,
        title: "Entry name that cannot be a tag" / "条目名称不能用作标签",
        says: "The entry name {found} can be no tag in a registry; pushing it takes a tag of its own. Such names here: {count}." / "条目名称 {found} 不能用作镜像仓库的标签；推送时需要另给标签。此处这类名称的数量：{count}。",
        why: "A tag has up to 128 letters, digits, `_`, `.` and `-`. Scripts that push every entry under its name fail at this one." / "标签最多 128 个字符，只能含字母、数字、`_`、`.` 和 `-`。按条目名称逐个推送的脚本会在此失败。",
        fix: "Name the tag when you push: `skopeo copy oci:dir:NAME docker://registry.example.com/app:v1`." / "推送时写明标签：`skopeo copy oci:dir:NAME docker://registry.example.com/app:v1`。",
        fine: "containerd, BuildKit and Docker name entries by the whole reference, such as `docker.io/library/alpine:3`. That is meant so, and they read it back." / "containerd、BuildKit 和 Docker 用完整引用命名条目，例如 `docker.io/library/alpine:3`。这是有意为之，它们自己也能读回。",
        trigger: r#"{"annotations": {"org.opencontainers.image.ref.name": "a/b:c"}}"#,
        bad: || layout_with(|l| l.index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] = json!("a/b:c")),
        good: layout,
        check: |inventory, out| {
            for document in &inventory.documents {
                let mut places = Vec::new();
                let mut first = None;
                for (set, name) in entry_names(inventory, document) {
                    out.looked();
                    if reference::is_entry_name(name) && !reference::is_tag(name) {
                        first.get_or_insert(name);
                        places.push(set.at(key::REF_NAME));
                    }
                }
                if let Some(found) = first {
                    out.found_together(places, |p| p.code("found", found));
                }
            }
        },
    }
}

/// The names of a layout's entries, and of the entries of an index that was given alone.
fn entry_names<'a>(inventory: &Inventory, document: &'a Document) -> Vec<(Set<'a>, &'a str)> {
    sets_of(document)
        .into_iter()
        .filter(|set| set.names_an_entry(inventory))
        .filter_map(|set| {
            let name = set.node.get(key::REF_NAME)?.as_str()?;
            Some((set, name))
        })
        .collect()
}
