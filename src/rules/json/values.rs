//! Rules `json-*`, continued: numbers that not every reader keeps, and one value that was written in two ways.
//! They compare values; whether the text is JSON is decided next door.

use super::judged;
use crate::artifact::Document;
use crate::artifact::documents::Claims;
use crate::bytes::digest::{Algorithm, digest_of};
use crate::bytes::json::{Node, Value};
use crate::order;
use crate::rules::fields::{self, Want};
use crate::rules::rules;
use std::collections::BTreeMap;

use crate::examples::inputs::{config, edited, layout, manifest};
use crate::examples::{self, Layout};
use crate::spec::media_type as mt;

rules! {
    "json-int-precision" {
        severity: Info (Note),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "Integer that floating point cannot hold" / "浮点数无法精确表示的整数",
        says: "`{field}` is {found}; readers that keep numbers as 64-bit floating point read {rounded}." / "`{field}` 是 {found}；以 64 位浮点数保存数值的读取程序会读成 {rounded}。",
        why: "JavaScript, `jq` before 1.7 and other tools with floating point numbers only round integers above 2^53. A script that reads and writes the document changes the number without a word; Go programs read it exactly." / "JavaScript、1.7 之前的 `jq` 等只有浮点数的工具会对大于 2^53 的整数取整。用这类脚本读入再写出，数值会悄悄改变；Go 程序则能精确读取。",
        fix: "Look whether the number is right: no blob has a size of nine petabytes. If it is, edit the document with tools that keep it as it is." / "先确认数值是否正确：没有哪个 blob 会有 9 PB 大。如果确实无误，编辑文档时使用能原样保留它的工具。",
        trigger: r#"{"size": 9007199254740993}"#,
        bad: || edited(manifest, &["/layers/0/size: 9007199254740993"]),
        good: || edited(manifest, &["/layers/0/size: 9007199254740992"]),
        check: |inventory, out| {
            for document in judged(inventory) {
                fields::visit(document, &mut |seen| {
                    let Some((name, Want::Integer)) = seen.field else { return };
                    out.looked();
                    let Some(rounded) = seen.member.value.as_i64().and_then(rounded) else { return };
                    out.found(document.locus(&seen.pointer), |p| {
                        p.name("field", *name)
                            .code("found", seen.member.value.as_i64().unwrap_or_default().to_string())
                            .code("rounded", rounded.to_string())
                    });
                });
            }
        },
    }
    "json-not-canonical" {
        severity: Info (Should),
        spec: "considerations.md#canonicalization" since "1.0",
        needs: Documents,
        title: "One document written in two ways" / "同一文档有两种写法",
        says: "`{path}` and `{other}` hold the same JSON and differ only in white space, key order or escapes, so they have two digests." / "`{path}` 与 `{other}` 的 JSON 内容相同，只是空白、键的顺序或转义写法不同，因此摘要不同。",
        why: "Content is found by its digest: registries and stores keep both, and a comparison by digest takes the two for different things. The specification recommends one canonical form for that reason; not keeping to it costs nothing else." / "内容靠摘要查找：镜像仓库和本地存储会两份都保留，按摘要比较时也会当成不同的东西。规范正是因此建议采用统一的规范形式；不遵守也没有其他影响。",
        fix: "Write both with the same program, or let both places refer to one of the two blobs." / "用同一个程序写出这两份文档，或让两处都引用其中一个 blob。",
        fine: "Two builds by different tools gave it: nobody refuses either of them." / "如果它们出自不同工具的两次构建：没有使用方会因此拒绝任何一份。",
        bad: || {
            let mut layout = Layout::new();
            let compact = layout.blob(mt::OCI_CONFIG, config().to_string().as_bytes());
            let pretty = layout.document(mt::OCI_CONFIG, &config());
            let layer = layout.blob(mt::OCI_TAR_GZIP, b"layer");
            for (config, name) in [(compact, "a"), (pretty, "b")] {
                let manifest = layout.document(mt::OCI_MANIFEST, &examples::manifest(config, std::slice::from_ref(&layer)));
                layout.list(manifest, name);
            }
            layout.tar()
        },
        good: layout,
        check: |inventory, out| {
            let mut first: BTreeMap<String, &Document> = BTreeMap::new();
            for document in &inventory.documents {
                let named = inventory.blobs.get(document.blob).is_some_and(|blob| blob.named().is_some());
                let Some(root) = &document.json.root else { continue };
                if !named || matches!(document.claims, Claims::Other) || !document.json.defects.is_empty() {
                    continue;
                }
                out.looked();
                let mut text = String::new();
                if !normalize(root, &mut text) {
                    continue;
                }
                let key = digest_of(Algorithm::Sha256, text.as_bytes());
                match first.get(&key) {
                    Some(other) if other.bytes != document.bytes => {
                        out.found_with(document.locus(""), vec![other.locus("")], |p| {
                            p.code("path", &document.path).code("other", &other.path)
                        });
                    }
                    Some(_) => {}
                    None => {
                        first.insert(key, document);
                    }
                }
            }
        },
    }
}

/// What an integer becomes as a 64-bit floating point number; none where it stays the same.
fn rounded(number: i64) -> Option<i128> {
    let rounded = number as f64 as i128;
    (rounded != i128::from(number)).then_some(rounded)
}

/// Writes a value with its keys in order and without white space; numbers stay as written. False where an object has a
/// key twice: what such an object says is another rule's matter.
fn normalize(node: &Node, text: &mut String) -> bool {
    match &node.value {
        Value::Array(items) => {
            text.push('[');
            for item in items {
                if !normalize(item, text) {
                    return false;
                }
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            order::by(&mut sorted, |a, b| a.key.cmp(&b.key));
            if sorted.windows(2).any(|pair| match pair {
                [a, b] => a.key == b.key,
                _ => false,
            }) {
                return false;
            }
            text.push('{');
            for member in sorted {
                text.push_str(&format!("{:?}:", member.key));
                if !normalize(&member.value, text) {
                    return false;
                }
                text.push(',');
            }
            text.push('}');
        }
        Value::String(inner) => text.push_str(&format!("{inner:?}")),
        Value::Number(written) => text.push_str(written),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Null => text.push_str("null"),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::json;

    fn normal(text: &str) -> Option<String> {
        let mut out = String::new();
        let root = json::read(text.as_bytes()).root.unwrap();
        normalize(&root, &mut out).then_some(out)
    }

    #[test]
    fn order_space_and_escapes_make_no_difference() {
        assert_eq!(
            normal(r#"{"a":[1,"x"],"b":null}"#),
            normal("{ \"b\": null,\n \"a\": [1, \"\\u0078\"] }")
        );
        assert_ne!(normal("[1]"), normal("[1.0]"));
        assert_ne!(normal(r#"["1"]"#), normal("[1]"));
        assert_ne!(normal(r#"["a,b"]"#), normal(r#"["a","b"]"#));
        assert_eq!(normal(r#"{"a":1,"a":2}"#), None);
    }

    #[test]
    fn only_what_is_rounded_counts() {
        assert_eq!(rounded(1 << 60), None);
        assert_eq!(rounded((1 << 53) + 1), Some(1 << 53));
        assert_eq!(rounded(i64::MAX), Some(1 << 63));
    }
}
