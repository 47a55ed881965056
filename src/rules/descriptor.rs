//! Rules `descriptor-*`: what a descriptor is made of. Its types, its size, its embedded content and its addresses have
//! files of their own.

pub(super) mod data;
pub(super) mod size;
pub(super) mod types;
pub(super) mod urls;

use super::rules;
use super::walk::{self, Role};
use crate::artifact::Document;
use crate::artifact::documents::{Claims, Descriptor};
use crate::bytes::json::{Node, Value};
use crate::spec::{self, known, media_type as mt};

use crate::examples::inputs::{artifact, edited, given, manifest};

rules! {
    "descriptor-media-type-missing" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Descriptor without `mediaType`" / "描述符缺少 `mediaType`",
        says: "The descriptor at {pointer} has no `mediaType`." / "位于 {pointer} 的描述符没有 `mediaType`。",
        why: "Consumers choose by media type how to read the content; without one they skip it or refuse the document." / "使用方根据媒体类型决定怎样读取内容；没有媒体类型，就会跳过该内容或拒绝整个文档。",
        fix: "Add the media type of the content." / "补上内容的媒体类型。",
        trigger: r#"{"digest": "sha256:…", "size": 1}"#,
        bad: || edited(manifest, &["/layers/0/mediaType"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                if placed.descriptor.media_type.is_absent() {
                    out.found(placed.whole(), |p| p.code("pointer", &placed.descriptor.pointer));
                }
            }
        },
    }
    "descriptor-digest-missing" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Descriptor without `digest`" / "描述符缺少 `digest`",
        says: "The descriptor at {pointer} has no `digest`." / "位于 {pointer} 的描述符没有 `digest`。",
        why: "The digest is the only name that content has in a registry or layout; without it nothing can be fetched." / "在镜像仓库和布局中，摘要是内容唯一的名字；没有摘要就无从获取。",
        fix: "Add the digest of the content: `sha256:` and the output of `sha256sum`." / "补上内容的摘要：`sha256:` 加上 `sha256sum` 的输出。",
        trigger: r#"{"mediaType": "a/b", "size": 1}"#,
        bad: || edited(manifest, &["/layers/0/digest"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                if placed.descriptor.digest.is_absent() {
                    out.found(placed.whole(), |p| p.code("pointer", &placed.descriptor.pointer));
                }
            }
        },
    }
    "descriptor-size-missing" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Descriptor without `size`" / "描述符缺少 `size`",
        says: "The descriptor at {pointer} has no `size`." / "位于 {pointer} 的描述符没有 `size`。",
        why: "Go programs read an absent size as 0 and then refuse the content because it is longer." / "Go 程序会把缺少的大小当作 0，随后因内容更长而拒绝。",
        fix: "Add the length of the content in bytes." / "补上内容的字节数。",
        trigger: r#"{"mediaType": "a/b", "digest": "sha256:…"}"#,
        bad: || edited(manifest, &["/layers/0/size"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                if placed.descriptor.size.is_absent() {
                    out.found(placed.whole(), |p| p.code("pointer", &placed.descriptor.pointer));
                }
            }
        },
    }
    "descriptor-type" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Not a descriptor" / "不是描述符",
        says: "{pointer} holds a JSON `{found}`; a descriptor is an object with `mediaType`, `digest` and `size`." / "{pointer} 的值是 JSON 的 `{found}`；描述符是带有 `mediaType`、`digest` 和 `size` 的对象。",
        why: "A digest or file name by itself tells no consumer how to read the content or how much to fetch. Go's decoders stop at it and refuse the whole document." / "只有摘要或文件名，使用方不知道怎样读取内容，也不知道要下载多少。Go 的解码程序会在此停下，拒绝整个文档。",
        fix: "Write an object, for instance with the output of `oras manifest fetch --descriptor REF`; for a blob: its media type, `sha256:` and `sha256sum`, its length." / "改写成对象，例如使用 `oras manifest fetch --descriptor REF` 的输出；若是 blob，则写明媒体类型、`sha256:` 加 `sha256sum` 的结果以及长度。",
        trigger: r#"{"layers": ["sha256:…"]}"#,
        bad: || edited(manifest, &[r#"/layers/0: "sha256:abc""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in &inventory.documents {
                for (pointer, node) in places(document) {
                    out.looked();
                    if !matches!(node.value, Value::Object(_)) {
                        out.found(document.locus(&pointer), |p| p.code("pointer", &pointer).name("found", node.kind()));
                    }
                }
            }
        },
    }
    "descriptor-annotations-type" {
        severity: Error (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotations of a descriptor are not an object" / "描述符的注解不是对象",
        says: "`annotations` at {pointer} is a JSON `{found}`; annotations are an object whose values are strings." / "位于 {pointer} 的 `annotations` 是 JSON 的 `{found}`；注解是值为字符串的对象。",
        why: "Go's decoders refuse the whole document (`cannot unmarshal … of type map[string]string`). In an `index.json` that means that no image of the layout can be found, since names stand in annotations." / "Go 的解码程序会拒绝整个文档（`cannot unmarshal … of type map[string]string`）。如果发生在 `index.json` 中，由于名称写在注解里，布局中的镜像一个也找不到。",
        fix: "Write `{\"key\": \"value\"}`, or leave the field out when there is none." / "写成 `{\"key\": \"value\"}`；没有注解时省略该字段。",
        trigger: r#"{"annotations": []}"#,
        bad: || edited(manifest, &["/layers/0/annotations: []"]),
        good: || edited(manifest, &["/layers/0/annotations: {}"]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                let pointer = format!("{}/annotations", placed.descriptor.pointer);
                let Some(node) = walk::node_at(placed.document, &pointer) else { continue };
                // json-null-value tells of a null.
                if !matches!(node.value, Value::Object(_) | Value::Null) {
                    out.found(placed.document.locus(&pointer), |p| {
                        p.code("pointer", &placed.descriptor.pointer).name("found", node.kind())
                    });
                }
            }
        },
    }
    "descriptor-platform-misplaced" {
        severity: Info (Note),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`platform` where no consumer looks for it" / "`platform` 写在了不起作用的位置",
        says: "The descriptor at {pointer} has a `platform`, and its content is of type {found}." / "位于 {pointer} 的描述符带有 `platform`，而其内容的类型是 {found}。",
        why: "Consumers choose by the `platform` of manifests in an index, and read the platform of an image from its config. On a config or layer it changes nothing, so one layer for each platform in one manifest gives all of them to everybody." / "使用方根据索引中清单的 `platform` 选择，并从配置中读取镜像的平台。写在配置或层的描述符上不起任何作用；因此在同一清单中为每个平台各放一层，所有人都会拿到全部层。",
        fix: "Remove it; for several platforms, write one manifest for each and list them in an index." / "去掉它；若有多个平台，每个平台写一个清单，再用索引列出。",
        bad: || edited(manifest, &[r#"/layers/0/platform: { "architecture": "amd64", "os": "linux" }"#]),
        good: || given(manifest()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
                out.looked();
                let wrong: Vec<_> = placed
                    .iter()
                    .filter(|p| !p.descriptor.platform.is_absent())
                    .filter(|p| {
                        let media_type = p.descriptor.media_type();
                        matches!(p.role, Role::Config | Role::Layer) || mt::is_layer(media_type) || mt::is_image_config(media_type)
                    })
                    .collect();
                let Some(first) = wrong.first() else { continue };
                let places = wrong.iter().map(|p| p.field("platform")).collect();
                out.found_together(places, |p| {
                    p.code("pointer", &first.descriptor.pointer)
                        .code("found", first.descriptor.media_type())
                });
            }
        },
    }
    "descriptor-empty-content" {
        severity: Error (Consumers),
        spec: "manifest.md#guidance-for-an-empty-descriptor" since "1.1",
        needs: Documents,
        title: "Empty descriptor that is not the empty descriptor" / "空描述符的内容不对",
        says: "The descriptor at {pointer} has the empty media type, whose content is the two bytes {content}; `{field}` must be {expected}, not {found}." / "位于 {pointer} 的描述符使用空媒体类型，其内容只能是 {content} 这两个字节；`{field}` 应为 {expected}，而不是 {found}。",
        why: "umoci and other strict readers know the one right digest and size by heart and refuse all else; a final newline in the file is the usual cause." / "umoci 等严格的读取程序内置了唯一正确的摘要和大小，其余一律拒绝；常见原因是文件末尾多了一个换行。",
        fix: "Use exactly the empty descriptor: digest `sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a`, size 2, and `{}` without a newline." / "原样使用空描述符：摘要 `sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a`，大小为 2，内容是不带换行的 `{}`。",
        trigger: r#"{"mediaType": "application/vnd.oci.empty.v1+json", "size": 3}"#,
        bad: || edited(artifact, &["/config/size: 3"]),
        good: || given(artifact()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                if d.media_type() != mt::OCI_EMPTY {
                    continue;
                }
                out.looked();
                if let Some((field, expected, found)) = not_empty(d) {
                    out.found(placed.field(field), |p| {
                        p.code("pointer", &d.pointer)
                            .code("content", "{}")
                            .name("field", field)
                            .code("expected", expected)
                            .code("found", found)
                    });
                }
            }
        },
    }
}

/// The first field in which a descriptor of the empty type differs from the empty descriptor: its name, what should
/// stand there, what does.
fn not_empty(d: &Descriptor) -> Option<(&'static str, String, String)> {
    let sha256 = spec::digest(d.digest()).is_some_and(|digest| digest.algorithm == "sha256");
    if sha256 && d.digest() != known::EMPTY_JSON {
        let found = d.digest().to_string();
        return Some(("digest", known::EMPTY_JSON.to_string(), found));
    }
    match d.size.value() {
        Some(size) if *size != 2 => {
            return Some(("size", known::EMPTY_JSON_SIZE.to_string(), size.to_string()));
        }
        _ => {}
    }
    match d.data.value() {
        Some(data) if data != "e30=" => Some(("data", "e30=".to_string(), data.clone())),
        _ => None,
    }
}

/// Every value of a document that stands where a descriptor has to. A `subject` has a rule of its own for that.
fn places(document: &Document) -> Vec<(String, &Node)> {
    let (single, list) = match document.claims {
        Claims::Manifest(_) => (Some("config"), "layers"),
        Claims::Index(_) => (None, "manifests"),
        _ => return Vec::new(),
    };
    let Some(root) = &document.json.root else {
        return Vec::new();
    };
    // A null in place of the config is told by json-null-value.
    let single = single.and_then(|key| Some((format!("/{key}"), root.get(key)?)));
    let mut places: Vec<_> = single
        .into_iter()
        .filter(|(_, node)| !node.is_null())
        .collect();
    if let Some(list_node) = root.get(list) {
        let items = list_node.items().iter().enumerate();
        places.extend(items.map(|(i, item)| (format!("/{list}/{i}"), item)));
    }
    places
}
