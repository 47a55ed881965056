//! Rules `descriptor-url-*` and `descriptor-urls-*`: other places to fetch a blob from. They read the addresses; nothing
//! here ever asks for one.

use crate::artifact::Inventory;
use crate::bytes::json::Value;
use crate::place::Locus;
use crate::rules::rules;
use crate::rules::walk::{self, Placed, Role};
use crate::spec::media_type as mt;

use crate::examples::inputs::{edited, given, manifest};

rules! {
    "descriptor-urls-type" {
        severity: Error (Schema),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "`urls` is not a list of strings" / "`urls` 不是字符串数组",
        says: "`urls` at {pointer} has a JSON `{found}` where {expected} should stand." / "位于 {pointer} 的 `urls` 中出现了 JSON 的 `{found}`，此处应为 {expected}。",
        why: "Go's decoders refuse the whole document (`cannot unmarshal … into Go struct field … of type []string`), so one slip in a field that hardly anybody uses makes the image unreadable." / "Go 的解码程序会拒绝整个文档（`cannot unmarshal … into Go struct field … of type []string`），一个几乎没人用的字段写错，就会让整个镜像无法读取。",
        fix: "Write an array of strings, even for one address; or leave the field out." / "即使只有一个地址也要写成字符串数组；或省略该字段。",
        trigger: r#"{"urls": "https://…"}"#,
        bad: || edited(manifest, &[r#"/layers/0/urls: "https://example.com/layer""#]),
        good: || edited(manifest, &[r#"/layers/0/urls: ["https://example.com/layer"]"#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                let pointer = format!("{}/urls", placed.descriptor.pointer);
                let Some(node) = walk::node_at(placed.document, &pointer) else { continue };
                let wrong = match &node.value {
                    // json-null-value tells of it.
                    Value::Null => continue,
                    Value::Array(items) => items
                        .iter()
                        .enumerate()
                        .find(|(_, item)| item.as_str().is_none())
                        .map(|(i, item)| (format!("{pointer}/{i}"), item.kind(), "\"…\"")),
                    _ => Some((pointer.clone(), node.kind(), "[\"…\"]")),
                };
                if let Some((at, found, expected)) = wrong {
                    out.found(placed.document.locus(&at), |p| {
                        p.code("pointer", &placed.descriptor.pointer)
                            .name("found", found)
                            .code("expected", expected)
                    });
                }
            }
        },
    }
    "descriptor-url-syntax" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Entry of `urls` that is no URI" / "`urls` 中有不是 URI 的条目",
        says: "{found} is no absolute URI of RFC 3986." / "{found} 不是 RFC 3986 规定的绝对 URI。",
        why: "The published schema refuses the document, and the distribution registry answers a push with `invalid URL on layer`. A client has no base that a relative address could be resolved against." / "官方 JSON schema 会拒绝该文档，推送到 distribution 镜像仓库时会报 `invalid URL on layer`。客户端也没有可用来解析相对地址的基准地址。",
        fix: "Write the whole address with its scheme, spaces and other letters percent-encoded; or leave `urls` out." / "写出带协议的完整地址，空格和其他字符用百分号编码；或省略 `urls`。",
        trigger: r#"{"urls": ["value"]}"#,
        bad: || edited(manifest, &[r#"/layers/0/urls: ["value"]"#]),
        good: || edited(manifest, &[r#"/layers/0/urls: ["https://example.com/layer"]"#]),
        check: |inventory, out| {
            for (at, url) in addresses(inventory) {
                out.looked();
                if scheme(url).is_none() {
                    out.found(at, |p| p.code("found", url));
                }
            }
        },
    }
    "descriptor-url-scheme" {
        severity: Warning (Should),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Entry of `urls` that is neither http nor https" / "`urls` 中有既非 http 也非 https 的条目",
        says: "{found} is an address of the scheme {scheme}; clients fetch {expected} only." / "{found} 的协议是 {scheme}；客户端只会下载 {expected}。",
        why: "The distribution registry refuses a push whose layer has such an address, and no container client has a downloader for other schemes: the address is dead weight." / "层中带有这种地址时，distribution 镜像仓库会拒绝推送；没有容器客户端能下载其他协议的内容，写了也没有用。",
        fix: "Serve the content by https and write that address, or leave `urls` out." / "通过 https 提供内容并写上该地址，或省略 `urls`。",
        trigger: r#"{"urls": ["ftp://…"]}"#,
        bad: || edited(manifest, &[r#"/layers/0/urls: ["ftp://example.com/layer"]"#]),
        good: || edited(manifest, &[r#"/layers/0/urls: ["HTTPS://example.com/layer"]"#]),
        check: |inventory, out| {
            for (at, url) in addresses(inventory) {
                out.looked();
                let Some(scheme) = scheme(url) else { continue };
                if !["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
                    out.found(at, |p| p.code("found", url).code("scheme", scheme).code("expected", "http(s)"));
                }
            }
        },
    }
    "descriptor-urls-on-distributable" {
        severity: Info (Note),
        spec: "layer.md#non-distributable-layers" since "1.0",
        needs: Documents,
        title: "`urls` on an ordinary layer" / "普通层带有 `urls`",
        says: "The layer at {pointer} has `urls` and the ordinary type {found}." / "位于 {pointer} 的层带有 `urls`，而类型是普通的 {found}。",
        why: "It does not make the layer non-distributable: `docker push` and `skopeo copy` upload it like any other, and clients ask the registry first. Who hoped to keep licensed content out of a registry by `urls` alone has not." / "这并不会让该层变成不可分发的层：`docker push` 和 `skopeo copy` 照常上传，客户端也先向镜像仓库请求。如果想仅靠 `urls` 让受许可限制的内容不进入镜像仓库，那是做不到的。",
        fix: "Nothing has to change." / "无需改动。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "urls": ["https://…"]}"#,
        bad: || edited(manifest, &[r#"/layers/0/urls: ["https://example.com/layer"]"#]),
        good: || given(manifest()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
                let layers: Vec<&Placed> = placed
                    .iter()
                    .filter(|p| p.role == Role::Layer && mt::is_layer(p.descriptor.media_type()))
                    .collect();
                if !layers.is_empty() {
                    out.looked();
                }
                let with: Vec<&&Placed> = layers
                    .iter()
                    .filter(|p| !p.descriptor.urls.is_empty() && !mt::is_nondistributable(p.descriptor.media_type()))
                    .collect();
                let Some(first) = with.first() else { continue };
                let places: Vec<Locus> = with.iter().map(|p| p.field("urls")).collect();
                out.found_together(places, |p| {
                    p.code("pointer", &first.descriptor.pointer)
                        .code("found", first.descriptor.media_type())
                });
            }
        },
    }
}

/// Every address in `urls` that is a string, with its place.
fn addresses(inventory: &Inventory) -> Vec<(Locus, &str)> {
    let mut all = Vec::new();
    for placed in walk::descriptors(inventory) {
        let pointer = format!("{}/urls", placed.descriptor.pointer);
        let Some(node) = walk::node_at(placed.document, &pointer) else {
            continue;
        };
        for (i, item) in node.items().iter().enumerate() {
            if let Some(url) = item.as_str() {
                all.push((placed.document.locus(&format!("{pointer}/{i}")), url));
            }
        }
    }
    all
}

/// The scheme of an absolute URI; none where a text is none by the characters that RFC 3986 allows.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let named = scheme
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let mut bytes = rest.bytes();
    while let Some(byte) = bytes.next() {
        let allowed = byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
        let escaped = byte == b'%'
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        if !allowed && !escaped {
            return None;
        }
    }
    named.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_read_as_rfc_3986_says() {
        for (url, expected) in [
            ("https://example.com/a%20b?c=d#e", Some("https")),
            ("http://[::1]:5000/x", Some("http")),
            ("urn:example:a", Some("urn")),
            ("value", None),
            ("//example.com/x", None),
            ("1http://x", None),
            ("https://example.com/a b", None),
            ("https://example.com/%2", None),
            ("https://example.com/\u{e9}", None),
            ("", None),
        ] {
            assert_eq!(scheme(url), expected, "{url}");
        }
    }
}
