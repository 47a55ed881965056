//! Rules `digest-*`: the spelling of digests, and digests that everybody knows.

use super::rules;
use super::walk;
use crate::artifact::Inventory;
use crate::spec::{self, known, media_type as mt};
use crate::text::say;

#[cfg(test)]
use super::tests::inputs::{given, manifest, pasted, written};
#[cfg(test)]
use serde_json::json;

rules! {
    "digest-syntax" {
        severity: Error (Must),
        spec: "descriptor.md#digests" since "1.0",
        needs: Documents,
        title: "Not a digest" / "不是合法的摘要",
        says: "The digest {found} is not of the form {expected}, the algorithm in lower case." / "摘要 {found} 不符合 {expected} 的写法（算法名为小写）。",
        why: "Every consumer parses digests before it fetches anything, and stops at one that it cannot parse." / "所有使用方在下载之前都要解析摘要，遇到无法解析的摘要就会停下。",
        fix: "Compute the digest of the content anew and write it as `sha256:` and 64 hexadecimal digits in lower case." / "重新计算内容的摘要，写成 `sha256:` 加 64 位小写十六进制数字。",
        trigger: r#"{"digest": "SHA256:…"}"#,
        bad: || pasted(manifest(), |m| m["layers"][0]["digest"] = json!("sha256")),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(text) = placed.descriptor.digest.value() else { continue };
                out.looked();
                if spec::digest(text).is_none() {
                    out.found(placed.field("digest"), |p| p.code("found", text.clone()).code("expected", "algorithm:encoded"));
                }
            }
        },
    }
    "digest-sha256-encoded" {
        severity: Error (Must),
        spec: "descriptor.md#sha-256" since "1.0",
        needs: Documents,
        title: "sha256 digest of another length or case" / "sha256 摘要的长度或大小写不对",
        says: "The digest {found} has {length} characters after the colon; `sha256` takes 64 hexadecimal digits in lower case." / "摘要 {found} 的冒号之后有 {length} 个字符；`sha256` 必须是 64 位小写十六进制数字。",
        why: "Registries and clients refuse it with `invalid checksum digest length` or `invalid checksum digest format`." / "镜像仓库和客户端会以 `invalid checksum digest length` 或 `invalid checksum digest format` 拒绝。",
        fix: "Write the hexadecimal digits in lower case; if some are missing, compute the digest anew." / "十六进制数字改为小写；如果位数不足，重新计算摘要。",
        trigger: r#"{"digest": "sha256:ABCD…"}"#,
        bad: || pasted(manifest(), |m| {
            let digest = written(&m["config"]["digest"]).replacen("sha256:", "", 1).to_uppercase();
            m["config"]["digest"] = json!(format!("sha256:{digest}"));
        }),
        good: || given(manifest()),
        check: |inventory, out| encoded(inventory, out, "sha256"),
    }
    "digest-sha512-encoded" {
        severity: Error (Must),
        spec: "descriptor.md#sha-512" since "1.0",
        needs: Documents,
        title: "sha512 digest of another length or case" / "sha512 摘要的长度或大小写不对",
        says: "The digest {found} has {length} characters after the colon; `sha512` takes 128 hexadecimal digits in lower case." / "摘要 {found} 的冒号之后有 {length} 个字符；`sha512` 必须是 128 位小写十六进制数字。",
        why: "Registries and clients refuse it with `invalid checksum digest length` or `invalid checksum digest format`." / "镜像仓库和客户端会以 `invalid checksum digest length` 或 `invalid checksum digest format` 拒绝。",
        fix: "Compute the digest anew; `sha256` is what all consumers can verify." / "重新计算摘要；`sha256` 是所有使用方都能校验的算法。",
        trigger: r#"{"digest": "sha512:<64 digits>"}"#,
        bad: || pasted(manifest(), |m| {
            let digest = written(&m["config"]["digest"]).replacen("sha256:", "sha512:", 1);
            m["config"]["digest"] = json!(digest);
        }),
        good: || pasted(manifest(), |m| m["config"]["digest"] = json!(format!("sha512:{}", "0a".repeat(64)))),
        check: |inventory, out| encoded(inventory, out, "sha512"),
    }
    "digest-known-content" {
        severity: Error (Must),
        spec: "descriptor.md#digests" since "1.0",
        needs: Documents,
        title: "Size that this digest cannot have" / "该摘要不可能对应这个大小",
        says: "{digest} is the digest of no bytes at all, but `size` is {found}." / "{digest} 是零字节内容的摘要，`size` 却写作 {found}。",
        why: "Clients compare the size of what they fetched and refuse the blob, whichever of the two numbers is wrong." / "客户端会核对下载内容的大小，无论哪个数字有误，都会拒绝该 blob。",
        fix: "Compute digest and size from the same content." / "用同一份内容计算摘要和大小。",
        trigger: r#"{"digest": "sha256:e3b0c442…", "size": 32}"#,
        bad: || pasted(manifest(), |m| m["layers"][0]["digest"] = json!(known::EMPTY_BYTES)),
        good: || pasted(manifest(), |m| {
            m["layers"][0]["digest"] = json!(known::EMPTY_BYTES);
            m["layers"][0]["size"] = json!(0);
        }),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                let (Some(digest), Some(size)) = (d.digest.value(), d.size.value()) else { continue };
                // The empty media type has a rule of its own for this.
                if d.media_type() == mt::OCI_EMPTY {
                    continue;
                }
                out.looked();
                if digest == known::EMPTY_BYTES && *size != 0 {
                    out.found(placed.field("size"), |p| p.code("digest", digest.clone()).code("found", size.to_string()));
                } else if digest == known::EMPTY_JSON && *size != 2 {
                    let says = say(
                        "{digest} is the digest of the two bytes {content}, but `size` is {found}.",
                        "{digest} 是 {content} 这两个字节的摘要，`size` 却写作 {found}。",
                    );
                    let says = says.code("digest", digest.clone()).code("content", "{}").code("found", size.to_string());
                    out.found_as(placed.field("size"), says);
                } else if *size == 0
                    && digest != known::EMPTY_BYTES
                    && spec::digest(digest).is_some_and(|d| d.algorithm == "sha256" && d.is_well_encoded())
                {
                    let says = say(
                        "`size` is 0, but {digest} is not the digest of no bytes, which is {expected}.",
                        "`size` 为 0，但 {digest} 不是零字节内容的摘要；零字节的摘要是 {expected}。",
                    );
                    out.found_as(placed.field("size"), says.code("digest", digest.clone()).code("expected", known::EMPTY_BYTES));
                }
            }
        },
    }
}

fn encoded(inventory: &Inventory, out: &mut super::Out, algorithm: &str) {
    for placed in walk::descriptors(inventory) {
        let Some(text) = placed.descriptor.digest.value() else {
            continue;
        };
        let Some(digest) = spec::digest(text).filter(|d| d.algorithm == algorithm) else {
            continue;
        };
        out.looked();
        if !digest.is_well_encoded() {
            out.found(placed.field("digest"), |p| {
                p.code("found", text.clone())
                    .count("length", digest.encoded.chars().count() as u64)
            });
        }
    }
}
