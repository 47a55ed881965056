//! Rules `digest-*`: the spelling of digests, and digests that everybody knows.

use super::rules;
use super::walk;
use crate::artifact::Inventory;
use crate::spec::{self, known, media_type as mt};
use crate::text::say;

use crate::examples::inputs::{edited, given, manifest, pasted, string};
use crate::examples::json;

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
        bad: || edited(manifest, &[r#"/layers/0/digest: "sha256""#]),
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
            let digest = string(&m["config"]["digest"]).replacen("sha256:", "", 1).to_ascii_uppercase();
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
            let digest = string(&m["config"]["digest"]).replacen("sha256:", "sha512:", 1);
            m["config"]["digest"] = json!(digest);
        }),
        good: || pasted(manifest(), |m| m["config"]["digest"] = json!(format!("sha512:{}", "0a".repeat(64)))),
        check: |inventory, out| encoded(inventory, out, "sha512"),
    }
    "digest-blake3-encoded" {
        severity: Error (Must),
        spec: "descriptor.md#blake3" since "main",
        needs: Documents,
        title: "blake3 digest of another length or case" / "blake3 摘要的长度或大小写不对",
        says: "The digest {found} has {length} characters after the colon; `blake3` takes 64 hexadecimal digits in lower case." / "摘要 {found} 的冒号之后有 {length} 个字符；`blake3` 必须是 64 位小写十六进制数字。",
        why: "The few tools that know BLAKE3 compare the digest as text with what they compute, which is 64 digits in lower case, so the blob can never match. All others cannot verify it in the first place." / "少数支持 BLAKE3 的工具会把摘要当作文本，与算出的 64 位小写数字比较，因此该 blob 永远对不上；其余工具本来就无法校验。",
        fix: "Compute it anew: `b3sum` prints the digits as they have to stand. With `sha256` every consumer can verify the content." / "重新计算：`b3sum` 输出的数字可以直接使用。改用 `sha256`，则所有使用方都能校验。",
        trigger: r#"{"digest": "blake3:ABC"}"#,
        bad: || edited(manifest, &[r#"/layers/0/digest: "blake3:ABC""#]),
        good: || pasted(manifest(), |m| m["layers"][0]["digest"] = json!(format!("blake3:{}", "0a".repeat(32)))),
        check: |inventory, out| encoded(inventory, out, "blake3"),
    }
    "digest-algorithm-not-sha256" {
        severity: Warning (Consumers),
        spec: "descriptor.md#registered-algorithms" since "1.0",
        needs: Documents,
        title: "Digest that is not sha256" / "摘要不是 sha256",
        says: "The descriptor at {pointer} names its content by {algorithm}." / "位于 {pointer} 的描述符用 {algorithm} 标识内容。",
        why: "The algorithm is registered and legal. But go-containerregistry (crane, ko, kaniko, Istio, Flux) fails on the whole document at the first digest that is not sha256, container2wasm looks below `blobs/sha256/` only, and umoci keeps sha256 blobs alone." / "该算法已注册，完全合法。但 go-containerregistry（crane、ko、kaniko、Istio、Flux）遇到第一个不是 sha256 的摘要就会放弃整个文档，container2wasm 只在 `blobs/sha256/` 下查找，umoci 只能存放 sha256 的 blob。",
        fix: "Name the content by its sha256, here and in every descriptor of the document, and compute the digests above anew." / "此处以及该文档的所有描述符都改用内容的 sha256，再重新计算上层的各个摘要。",
        fine: "All who read it are known to take the algorithm: a store of your own, for instance." / "所有读取者都确定支持该算法，例如只在自己的存储中使用。",
        trigger: r#"{"digest": "sha512:…"}"#,
        bad: || pasted(manifest(), |m| {
            let digest = json!(format!("sha512:{}", "0a".repeat(64)));
            m["config"]["digest"] = digest.clone();
            m["layers"][0]["digest"] = digest;
        }),
        good: || given(manifest()),
        check: |inventory, out| by_algorithm(inventory, out, |algorithm| matches!(algorithm, "sha512" | "blake3")),
    }
    "digest-algorithm-unregistered" {
        severity: Warning (Should),
        spec: "descriptor.md#registered-algorithms" since "1.0",
        needs: Documents,
        title: "Digest of an unregistered algorithm" / "摘要算法未注册",
        says: "The descriptor at {pointer} names its content by {algorithm}, which the specification does not register." / "位于 {pointer} 的描述符用 {algorithm} 标识内容，规范没有注册该算法。",
        why: "The specification lets such digests through on purpose, so the document is not wrong. But hardly any consumer can compute them: go-containerregistry, umoci and ORAS refuse the blob, and registries do not store it under that name." / "规范有意放行这类摘要，所以文档本身没有错。但几乎没有使用方会计算：go-containerregistry、umoci 和 ORAS 会拒绝该 blob，镜像仓库也不会用这个名字存储它。",
        fix: "Name the content by its sha256; keep the other digest, if somebody needs it, in an annotation." / "改用内容的 sha256；如果有人需要原来的摘要，放进注解。",
        fine: "The content is fetched by a program of your own that knows the algorithm." / "内容由你自己的程序获取，并且它支持该算法。",
        trigger: r#"{"digest": "multihash+base58:Qm…"}"#,
        bad: || edited(manifest, &[r#"/layers/0/digest: "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8""#]),
        good: || given(manifest()),
        check: |inventory, out| by_algorithm(inventory, out, |algorithm| {
            !matches!(algorithm, "sha256" | "sha512" | "blake3") && !is_weak(algorithm)
        }),
    }
    "digest-algorithm-weak" {
        severity: Warning (Ambiguous),
        spec: "descriptor.md#digests" since "1.0",
        needs: Documents,
        title: "Digest that does not protect the content" / "摘要无法保护内容",
        says: "The descriptor at {pointer} names its content by {algorithm}, for which other content with the same digest can be made." / "位于 {pointer} 的描述符用 {algorithm} 标识内容，而针对这种算法，可以伪造出摘要相同的其他内容。",
        why: "A digest is the only thing that ties a signature on the manifest to the bytes of the layers; with MD5, SHA-1 or a CRC anybody can swap them. Programs that use Go's digest library answer `unsupported digest algorithm`." / "把清单上的签名与层的内容联系起来的只有摘要；用 MD5、SHA-1 或 CRC，任何人都能替换内容。使用 Go 摘要库的程序会报 `unsupported digest algorithm`。",
        fix: "Name the content by its sha256: `sha256sum` of the blob." / "改用内容的 sha256，即对 blob 执行 `sha256sum`。",
        trigger: r#"{"digest": "sha1:…"}"#,
        bad: || edited(manifest, &[r#"/layers/0/digest: "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709""#]),
        good: || given(manifest()),
        check: |inventory, out| by_algorithm(inventory, out, is_weak),
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
        bad: || edited(manifest, &[r#"/layers/0/digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#]),
        good: || edited(manifest, &[r#"/layers/0/digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#, "/layers/0/size: 0"]),
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

/// Algorithms for which collisions are made at will.
fn is_weak(algorithm: &str) -> bool {
    matches!(algorithm, "md4" | "md5" | "sha1") || algorithm.starts_with("crc")
}

/// One finding for each document whose digests have an algorithm of some kind. Digests that are not well formed are
/// other rules' matter.
fn by_algorithm(inventory: &Inventory, out: &mut super::Out, is_meant: impl Fn(&str) -> bool) {
    let all = walk::descriptors(inventory);
    for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
        let digests: Vec<_> = placed
            .iter()
            .filter_map(|p| Some((p, spec::digest(p.descriptor.digest())?)))
            .collect();
        if digests.is_empty() {
            continue;
        }
        out.looked();
        let meant: Vec<_> = digests
            .iter()
            .filter(|(_, digest)| is_meant(digest.algorithm) && digest.is_well_encoded())
            .collect();
        let Some((first, digest)) = meant.first() else {
            continue;
        };
        let places = meant.iter().map(|(p, _)| p.field("digest")).collect();
        out.found_together(places, |p| {
            p.code("pointer", &first.descriptor.pointer)
                .code("algorithm", digest.algorithm)
        });
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
