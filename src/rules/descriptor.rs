//! Rules `descriptor-*`: the fields that every descriptor needs, and what descriptors say of each other.

use super::rules;
use super::walk;
use crate::artifact::documents::Descriptor;
use crate::spec::{self, known, media_type as mt};
use std::collections::BTreeMap;

#[cfg(test)]
use super::tests::inputs::{artifact, given, index, manifest, pasted, without};
#[cfg(test)]
use serde_json::json;

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
        bad: || pasted(manifest(), |m| without(&mut m["layers"][0], "mediaType")),
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
        bad: || pasted(manifest(), |m| without(&mut m["layers"][0], "digest")),
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
        bad: || pasted(manifest(), |m| without(&mut m["layers"][0], "size")),
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
    "descriptor-size-negative" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "main",
        needs: Documents,
        title: "Negative `size`" / "`size` 为负数",
        says: "`size` is {found}; a number of bytes cannot be negative." / "`size` 为 {found}；字节数不能是负数。",
        why: "containerd and umoci refuse it; other programs read it as a length that is not known." / "containerd 和 umoci 会拒绝；其他程序会把它理解为长度未知。",
        fix: "Write the length of the content in bytes." / "写上内容的字节数。",
        trigger: r#"{"size": -1}"#,
        bad: || pasted(manifest(), |m| m["layers"][0]["size"] = json!(-1)),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(size) = placed.descriptor.size.value() else { continue };
                out.looked();
                if *size < 0 {
                    out.found(placed.field("size"), |p| p.code("found", size.to_string()));
                }
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
        bad: || pasted(artifact(), |m| m["config"]["size"] = json!(3)),
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
    "descriptor-size-conflict" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "One digest, two sizes" / "同一摘要，两个大小",
        says: "{digest} has size {found} here and {other} elsewhere; one content has one size." / "{digest} 在此处的大小是 {found}，在别处是 {other}；同一份内容只有一个大小。",
        why: "One of the two descriptors is false, and a client that follows it refuses the blob." / "两个描述符中必有一个是错的，客户端照它下载就会拒绝该 blob。",
        fix: "Correct the size that is not the length of the content." / "改正与内容长度不符的那个大小。",
        trigger: r#"{"digest": "sha256:a…", "size": 10} … {"digest": "sha256:a…", "size": 11}"#,
        bad: || pasted(index(), |i| {
            let mut second = i["manifests"][0].clone();
            second["size"] = json!(6);
            i["manifests"][1] = second;
        }),
        good: || pasted(index(), |i| i["manifests"][1] = i["manifests"][0].clone()),
        check: |inventory, out| {
            let mut first: BTreeMap<&str, Vec<walk::Placed>> = BTreeMap::new();
            let all = walk::descriptors(inventory);
            for placed in &all {
                if placed.descriptor.size.value().is_some() && spec::digest(placed.descriptor.digest()).is_some() {
                    out.looked();
                    first.entry(placed.descriptor.digest()).or_default().push(*placed);
                }
            }
            for (digest, group) in first {
                let size = |placed: &walk::Placed| placed.descriptor.size.value().copied().unwrap_or_default();
                let Some(other) = group.first() else { continue };
                let real = inventory
                    .blob_for(digest)
                    .and_then(|id| inventory.blobs.get(id))
                    .and_then(|blob| i64::try_from(blob.size).ok());
                // Where the content is here, the false one is known; else the later one is shown.
                let wrong = match real {
                    Some(real) => group.iter().find(|p| size(p) != real),
                    None => group.iter().find(|p| size(p) != size(other)),
                };
                let Some(wrong) = wrong else { continue };
                let Some(against) = group.iter().find(|p| size(p) != size(wrong)) else { continue };
                out.found_with(wrong.field("size"), vec![against.field("size")], |p| {
                    p.code("digest", digest)
                        .code("found", size(wrong).to_string())
                        .code("other", size(against).to_string())
                });
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
