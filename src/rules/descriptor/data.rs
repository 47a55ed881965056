//! Rules `descriptor-data-*`: content that is embedded in a descriptor. They decode it; they never look whether the
//! content is what it should be for the artifact.

use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::digest::{Algorithm, digest_of};
use crate::place::Locus;
use crate::rules::walk::{self, Placed};
use crate::rules::{Out, rules};
use crate::spec::{self, media_type as mt};
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{artifact, edited, given, pasted};
use crate::examples::json;

/// Bytes of embedded content above which it is called large: what the specification wants embedding for is content of a
/// few bytes that saves a request, and 64 of these pieces already fill the 4 MiB of a manifest.
const LARGE: u64 = 64 * 1024;

rules! {
    "descriptor-data-base64" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.1",
        needs: Documents,
        title: "Embedded `data` is not base64" / "内嵌的 `data` 不是 base64",
        says: "`data` at {pointer} has the character {character}, which has no place there in standard base64." / "位于 {pointer} 的 `data` 含有字符 {character}，标准 base64 中此处不能出现该字符。",
        why: "Programs in Go that know the field decode it together with the document: current containerd, ORAS, regclient and umoci refuse the whole manifest with `illegal base64 data at input byte …`, not only this descriptor. Older ones ignore the field." / "认识该字段的 Go 程序在解析文档时就会解码：当前的 containerd、ORAS、regclient 和 umoci 拒绝的是整个清单，而不只是这个描述符，报错为 `illegal base64 data at input byte …`。较旧的版本会忽略该字段。",
        fix: "Encode with the standard alphabet (`+` and `/`), with `=` at the end and without line breaks: `base64 -w0 FILE`. Or leave `data` out; the blob is fetched then." / "用标准字母表（`+` 和 `/`）编码，末尾用 `=` 补齐，不换行：`base64 -w0 FILE`。也可以去掉 `data`，使用方会改为下载 blob。",
        trigger: r#"{"data": "aGk"}"#,
        bad: || edited(artifact, &[r#"/layers/0/data: "aGk""#]),
        good: || edited(artifact, &[r#"/layers/0/data: "dGhpbmc=""#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(data) = placed.descriptor.data.value() else { continue };
                out.looked();
                let pointer = &placed.descriptor.pointer;
                match decode(data) {
                    Ok(_) => {}
                    Err(Slip::Character(character)) => out.found(placed.field("data"), |p| {
                        p.code("pointer", pointer).code("character", character.escape_default().to_string())
                    }),
                    Err(Slip::Padding) => {
                        let says = say(
                            "`data` at {pointer} has {length} characters without its padding; `=` has to fill it up to a multiple of four, and no further.",
                            "位于 {pointer} 的 `data` 除去填充有 {length} 个字符；应以 `=` 恰好补齐为 4 的倍数。",
                        );
                        let length = data.trim_end_matches('=').chars().count() as u64;
                        out.found_as(placed.field("data"), says.code("pointer", pointer).count("length", length));
                    }
                }
            }
        },
    }
    "descriptor-data-mismatch" {
        severity: Error (Must),
        spec: "descriptor.md#embedded-content" since "1.1",
        needs: Documents,
        title: "Embedded `data` is not the content of the digest" / "内嵌的 `data` 与摘要不符",
        says: "`data` at {pointer} decodes to content with the digest {found}; the descriptor says {digest}." / "位于 {pointer} 的 `data` 解码后的摘要是 {found}，而描述符写的是 {digest}。",
        why: "A client may take `data` in place of the blob. umoci, regclient and ORAS verify it and stop; a client that does not would use other content than one that fetches the blob." / "客户端可以用 `data` 代替下载 blob。umoci、regclient 和 ORAS 会校验并停下；不校验的客户端用到的内容就会与下载 blob 的客户端不同。",
        fix: "Embed the bytes of the blob unchanged, or leave `data` out. A final newline that an editor or `echo` added is the usual cause." / "原样内嵌 blob 的字节，或去掉 `data`。常见原因是编辑器或 `echo` 在末尾多加了换行。",
        trigger: r#"{"digest": "sha256:<of something else>", "data": "e30="}"#,
        bad: || edited(artifact, &[r#"/layers/0/data: "e30=""#]),
        good: || edited(artifact, &[r#"/layers/0/data: "dGhpbmc=""#]),
        check: |inventory, out| {
            each(inventory, out, |placed, data, out| {
                let digest = placed.descriptor.digest();
                let Some(taken_apart) = spec::digest(digest).filter(|d| d.is_well_encoded()) else { return };
                let algorithm = match taken_apart.algorithm {
                    "sha256" => Algorithm::Sha256,
                    "sha384" => Algorithm::Sha384,
                    "sha512" => Algorithm::Sha512,
                    _ => {
                        return out.missing(Missing {
                            what: digest.to_string(),
                            why: Why::Unreadable,
                            at: Some(placed.field("digest")),
                        });
                    }
                };
                out.looked();
                let found = digest_of(algorithm, data);
                if found != digest {
                    out.found_with(placed.field("data"), vec![placed.field("digest")], |p| {
                        p.code("pointer", &placed.descriptor.pointer).code("found", found).code("digest", digest)
                    });
                }
            });
        },
    }
    "descriptor-data-size-mismatch" {
        severity: Error (Must),
        spec: "descriptor.md#embedded-content" since "1.1",
        needs: Documents,
        title: "Embedded `data` has another length than `size`" / "内嵌 `data` 的长度与 `size` 不符",
        says: "`data` at {pointer} decodes to {found}; `size` says {size}." / "位于 {pointer} 的 `data` 解码后是 {found}，而 `size` 写的是 {size}。",
        why: "umoci and regclient compare the two and refuse the descriptor. `size` counts the decoded bytes, not the characters of the base64 text, which are a third more." / "umoci 和 regclient 会比较两者，不符就拒绝。`size` 是解码后的字节数，不是 base64 文本的字符数；后者要多出三分之一。",
        fix: "Write the length of the blob as `size`: `base64 -d | wc -c` of the `data` shows what is embedded." / "`size` 写 blob 的长度；对 `data` 执行 `base64 -d | wc -c` 可看到内嵌内容的长度。",
        trigger: r#"{"data": "e30=", "size": 3}"#,
        bad: || pasted(artifact(), |m| {
            m["layers"][0] = examples::descriptor("application/vnd.acme.thing", b"{}");
            m["layers"][0]["data"] = json!("e30=");
            m["layers"][0]["size"] = json!(3);
        }),
        good: || edited(artifact, &[r#"/layers/0/data: "dGhpbmc=""#]),
        check: |inventory, out| {
            each(inventory, out, |placed, data, out| {
                let Some(size) = placed.descriptor.size.value() else { return };
                out.looked();
                let length = data.len() as u64;
                if u64::try_from(*size) != Ok(length) {
                    out.found_with(placed.field("size"), vec![placed.field("data")], |p| {
                        p.code("pointer", &placed.descriptor.pointer).bytes("found", length).code("size", size.to_string())
                    });
                }
            });
        },
    }
    "descriptor-data-large" {
        severity: Warning (Should),
        spec: "descriptor.md#embedded-content" since "1.1",
        needs: Documents,
        title: "Large content is embedded" / "内嵌的内容过大",
        says: "`data` at {pointer} embeds {found} in the document." / "位于 {pointer} 的 `data` 在文档中内嵌了 {found}。",
        why: "Whoever asks for the manifest downloads and parses this content, needed or not, and it is stored a second time in every index that copies the descriptor. Registries need not take a manifest above 4 MiB, and base64 is a third larger than the content." / "任何人获取清单时，无论是否需要，都要下载并解析这些内容；复制该描述符的每个索引又会再存一份。镜像仓库可以不接受超过 4 MiB 的清单，而 base64 比内容本身还要大三分之一。",
        fix: "Leave `data` out; the descriptor already points at the blob." / "去掉 `data`；描述符本来就指向该 blob。",
        bad: || pasted(artifact(), |m| {
            let content = vec![0; 70_000];
            m["layers"][0] = examples::descriptor("application/vnd.acme.thing", &content);
            m["layers"][0]["data"] = json!(format!("{}AA==", "AAAA".repeat(23_333)));
        }),
        good: || edited(artifact, &[r#"/layers/0/data: "dGhpbmc=""#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(data) = placed.descriptor.data.value() else { continue };
                out.looked();
                let found = data.len() as u64 / 4 * 3;
                if found > LARGE {
                    out.found(placed.field("data"), |p| p.code("pointer", &placed.descriptor.pointer).bytes("found", found));
                }
            }
        },
    }
    "descriptor-data-reserved" {
        severity: Info (Note),
        spec: "descriptor.md#embedded-content" since "1.1",
        needs: Documents,
        title: "Embedded `data` is newer than image-spec 1.0" / "内嵌 `data` 是 1.0 之后才有的字段",
        says: "The descriptor at {pointer} embeds its content in `data`." / "位于 {pointer} 的描述符用 `data` 内嵌了内容。",
        why: "Up to image-spec 1.0.2 the key was only reserved. Programs of that time ignore it and fetch the blob, so the blob has to be pushed as well; registries may also delete a blob, and then only newer clients still have the content." / "在 image-spec 1.0.2 及之前，该键只是保留字。那时的程序会忽略它并下载 blob，所以 blob 也必须推送；如果镜像仓库删掉了 blob，就只有较新的客户端还能得到内容。",
        fix: "Nothing has to change as long as the blob is there too." / "只要 blob 也在，就无需改动。",
        trigger: r#"{"data": "e30="}"#,
        bad: || edited(artifact, &[r#"/config/data: "e30=""#]),
        good: || given(artifact()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
                out.looked();
                let embedding: Vec<&Placed> = placed.iter().filter(|p| !p.descriptor.data.is_absent()).collect();
                let places: Vec<Locus> = embedding.iter().map(|p| p.field("data")).collect();
                if let Some(first) = embedding.first() {
                    out.found_together(places, |p| p.code("pointer", &first.descriptor.pointer));
                }
            }
        },
    }
}

/// Hands on every descriptor with embedded content that can be decoded. The empty type has a rule of its own.
fn each(inventory: &Inventory, out: &mut Out, mut with: impl FnMut(&Placed, &[u8], &mut Out)) {
    for placed in walk::descriptors(inventory) {
        let Some(data) = placed.descriptor.data.value() else {
            continue;
        };
        if placed.descriptor.media_type() != mt::OCI_EMPTY
            && let Ok(data) = decode(data)
        {
            with(&placed, &data, out);
        }
    }
}

/// Why a text is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// A character that has no place where it stands.
    Character(char),
    /// The padding is absent or of another length.
    Padding,
}

/// Decodes base64 of RFC 4648 section 4: standard alphabet, padded, nothing else. Unused bits may be anything, as in Go.
fn decode(text: &str) -> Result<Vec<u8>, Slip> {
    let body = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 2);
    let mut bits: u32 = 0;
    let mut held: u32 = 0;
    for character in body.chars() {
        let value = match character {
            'A'..='Z' => u32::from(character) - u32::from('A'),
            'a'..='z' => u32::from(character) - u32::from('a') + 26,
            '0'..='9' => u32::from(character) - u32::from('0') + 52,
            '+' => 62,
            '/' => 63,
            other => return Err(Slip::Character(other)),
        };
        bits = (bits << 6 | value) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(((bits >> held) & 0xff) as u8);
        }
    }
    let padding = text.len() - body.len();
    let right = match body.len() % 4 {
        0 => 0,
        2 => 2,
        3 => 1,
        _ => return Err(Slip::Padding),
    };
    if padding == right {
        Ok(bytes)
    } else {
        Err(Slip::Padding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_decode() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("e30=", "{}"),
        ] {
            assert_eq!(decode(text), Ok(bytes.as_bytes().to_vec()), "{text}");
        }
        assert_eq!(decode("+/+/"), Ok(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn all_else_is_refused() {
        for (text, slip) in [
            ("aGk", Slip::Padding),
            ("aGk==", Slip::Padding),
            ("Zm9v=", Slip::Padding),
            ("Zm9vY", Slip::Padding),
            ("=", Slip::Padding),
            ("aGk_", Slip::Character('_')),
            ("aG k", Slip::Character(' ')),
            ("aGk=\n", Slip::Character('=')),
            ("aG=k", Slip::Character('=')),
        ] {
            assert_eq!(decode(text), Err(slip), "{text}");
        }
    }

    #[test]
    fn both_alphabets_are_told_apart() {
        let report = pasted(artifact(), |m| m["layers"][0]["data"] = json!("aGk_")).report();
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|f| {
                f.rule.starts_with("descriptor-data-") && f.rule != "descriptor-data-reserved"
            })
            .map(|f| f.rule.as_str())
            .collect();
        assert_eq!(found, ["descriptor-data-base64"]);
    }

    #[test]
    fn an_algorithm_that_nobody_here_computes_is_not_a_pass() {
        let report = pasted(artifact(), |m| {
            m["layers"][0]["digest"] = json!(format!("blake3:{}", "0a".repeat(32)));
            m["layers"][0]["data"] = json!("dGhpbmc=");
        })
        .report();
        let outcome = report
            .rules
            .iter()
            .find(|r| r.rule == "descriptor-data-mismatch")
            .unwrap();
        assert_eq!(outcome.outcome, crate::report::Outcome::NotRun);
    }
}
