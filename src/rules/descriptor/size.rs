//! Rules `descriptor-size-*`: the number of bytes that a descriptor promises. They compare what is written; a size against
//! the blob itself is judged where the blobs are.

use crate::bytes::json::Value;
use crate::rules::rules;
use crate::rules::walk;
use crate::spec::{self, known};
use std::collections::BTreeMap;

use crate::examples::inputs::{artifact, edited, given, index, manifest, pasted};
use crate::examples::json;

rules! {
    /// Only the main branch of the specification forbids it; consumers refuse it whatever the version.
    "descriptor-size-negative" {
        severity: Error (Consumers),
        spec: "descriptor.md#properties" since "main",
        needs: Documents,
        title: "Negative `size`" / "`size` 为负数",
        says: "`size` is {found}; a number of bytes cannot be negative." / "`size` 为 {found}；字节数不能是负数。",
        why: "containerd and umoci refuse it; other programs read it as a length that is not known." / "containerd 和 umoci 会拒绝；其他程序会把它理解为长度未知。",
        fix: "Write the length of the content in bytes." / "写上内容的字节数。",
        trigger: r#"{"size": -1}"#,
        bad: || edited(manifest, &["/layers/0/size: -1"]),
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
    "descriptor-size-range" {
        severity: Error (Schema),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "`size` does not fit 64 bits" / "`size` 超出 64 位整数的范围",
        says: "`size` is {found}; it must be from {least} to {most}." / "`size` 为 {found}；它必须在 {least} 到 {most} 之间。",
        why: "Sizes are 64-bit integers. Go's decoders refuse the whole document (`cannot unmarshal number … of type int64`), while tools with floating point numbers read something near it: the published schema itself is off by one here for that reason." / "大小是 64 位整数。Go 的解码程序会拒绝整个文档（`cannot unmarshal number … of type int64`），使用浮点数的工具则会读成相近的值：官方 JSON schema 的上限也因此差了 1。",
        fix: "Write the length of the content in bytes: `stat -c %s FILE`." / "写上内容的字节数：`stat -c %s FILE`。",
        trigger: r#"{"size": 9223372036854775808}"#,
        bad: || edited(manifest, &["/layers/0/size: 9223372036854775808"]),
        good: || edited(manifest, &["/layers/0/size: 9223372036854775807"]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let pointer = format!("{}/size", placed.descriptor.pointer);
                let Some(Value::Number(text)) = walk::node_at(placed.document, &pointer).map(|n| &n.value) else { continue };
                out.looked();
                // Numbers with a fraction or exponent are another rule's.
                let digits = text.strip_prefix('-').unwrap_or(text);
                if digits.bytes().all(|b| b.is_ascii_digit()) && placed.descriptor.size.value().is_none() {
                    out.found(placed.field("size"), |p| {
                        p.code("found", text.clone()).code("least", "0").code("most", i64::MAX.to_string())
                    });
                }
            }
        },
    }
    "descriptor-size-zero" {
        severity: Warning (Should),
        spec: "manifest.md#guidance-for-an-empty-descriptor" since "1.1",
        needs: Documents,
        title: "Content of no bytes" / "内容为零字节",
        says: "The descriptor at {pointer} points at content of no bytes." / "位于 {pointer} 的描述符指向零字节的内容。",
        why: "It is legal, but registries and clients disagree about it: some registries refuse to store an empty blob, and some clients read a size of 0 as not known. That is why the specification made the empty descriptor two bytes long." / "这是合法的，但镜像仓库和客户端的处理不一致：有的镜像仓库拒绝存储空的 blob，有的客户端把大小 0 当作未知。规范正是因此把空描述符定为两个字节。",
        fix: "Use the empty descriptor: media type `application/vnd.oci.empty.v1+json`, size 2, content `{}`. An empty layer is an empty tar, 1024 zero bytes before compression." / "改用空描述符：媒体类型 `application/vnd.oci.empty.v1+json`，大小 2，内容 `{}`。空的层应是一个空 tar，压缩前为 1024 个零字节。",
        fine: "The file that you attach is empty, and your registry took the push." / "附加的文件本来就是空的，而且镜像仓库已接受推送。",
        trigger: r#"{"digest": "sha256:e3b0c442…", "size": 0}"#,
        bad: || edited(artifact, &[r#"/layers/0/digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#, "/layers/0/size: 0"]),
        good: || given(artifact()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                let Some(size) = d.size.value() else { continue };
                out.looked();
                // With the digest of other content the size is false: digest-known-content.
                let contradicted = d.digest() != known::EMPTY_BYTES
                    && spec::digest(d.digest()).is_some_and(|d| d.algorithm == "sha256" && d.is_well_encoded());
                if *size == 0 && !contradicted {
                    out.found(placed.field("size"), |p| p.code("pointer", &d.pointer));
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
