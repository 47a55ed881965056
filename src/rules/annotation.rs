//! Rules `annotation-*`: annotations of manifests, indexes and descriptors, and the labels of configs, which follow the
//! same rules. Empty values and unknown keys are legal. The JSON types of labels are `config-labels`' to judge.

pub mod defined;
pub mod names;
pub mod sets;

use self::sets::{Holder, Set, duplicates, sets, sets_of};
use super::walk;
use super::{Out, rules};
use crate::artifact::Inventory;
use crate::bytes::json::Value;
use crate::report::Severity;
use crate::spec::annotation as key;
use crate::spec::spelling;
use crate::text::say;

use crate::examples::inputs::{annotated, config, edited, manifest};
use crate::examples::json;
use crate::examples::{self, Files};

rules! {
    "annotation-not-map" {
        severity: Error (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotations that are no object" / "注解不是 JSON 对象",
        says: "`annotations` is a JSON `{found}` here; without annotations the field has to be left out or be `{}`." / "此处的 `annotations` 是 JSON 的 `{found}`；没有注解时，应省略该字段或写成 `{}`。",
        why: "Go programs take null for no annotations and go on; an array makes them refuse the whole document, and the published JSON schema refuses both." / "Go 程序会把 null 当作没有注解并继续；若是数组，则会拒绝整个文档。官方 JSON schema 对两者都不接受。",
        fix: "Leave the field out, or write an object whose values are strings. Then correct the digest of the document wherever it is referred to." / "省略该字段，或写成值全为字符串的对象，然后在所有引用该文档的地方改正摘要。",
        trigger: r#"{"annotations": null}"#,
        bad: || edited(manifest, &["/annotations: []"]),
        good: || edited(manifest, &["/annotations: {}"]),
        check: |inventory, out| {
            for set in sets(inventory) {
                if set.holder == Holder::Config {
                    continue;
                }
                out.looked();
                // Of a descriptor, descriptor-annotations-type tells it, but for a null.
                let told = matches!(set.holder, Holder::Descriptor(_)) && !set.node.is_null();
                if !told && !matches!(set.node.value, Value::Object(_)) {
                    out.found(set.document.locus(&set.pointer), |p| p.name("found", set.node.kind()));
                }
            }
        },
    }
    "annotation-value-not-string" {
        severity: Error (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotation value that is no string" / "注解的值不是字符串",
        says: "The value of the annotation {key} is a JSON `{found}`; every value has to be a string." / "注解 {key} 的值是 JSON 的 `{found}`；所有的值都必须是字符串。",
        why: "Go decodes annotations into a map of strings, so one number or boolean makes containerd, Docker, ORAS and the registry refuse the document as a whole. A null becomes the empty string without a word." / "Go 把注解解码为字符串映射，因此只要有一个数字或布尔值，containerd、Docker、ORAS 和镜像仓库就会拒绝整个文档。null 则会悄悄变成空字符串。",
        fix: "Put the value in quotes: `\"1\"`, `\"true\"`. Structured data can be written as JSON inside the string." / "给值加上引号：`\"1\"`、`\"true\"`。结构化数据可以写成 JSON 文本，放进字符串。",
        trigger: r#"{"annotations": {"com.example.build": 1}}"#,
        bad: || annotated(json!({ "com.example.build": 1 })),
        good: || annotated(json!({ "com.example.build": "1", "com.example.empty": "" })),
        check: |inventory, out| {
            for set in sets(inventory) {
                if set.holder == Holder::Config {
                    continue;
                }
                for member in set.node.members() {
                    out.looked();
                    if member.value.as_str().is_none() {
                        let pointer = set.below(&member.key);
                        out.found(set.document.locus_of(member.value.range.clone(), Some(&pointer)), |p| {
                            p.code("key", member.key.clone()).name("found", member.value.kind())
                        });
                    }
                }
            }
        },
    }
    "annotation-duplicate-key" {
        severity: Error (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotation given twice" / "注解重复",
        says: "The annotation {key} is given {count} times in one map." / "同一组注解中，{key} 出现了 {count} 次。",
        why: "Go keeps the last value, other readers the first, so two programs see different annotations under one digest. A signature or a policy that trusts an annotation can be led astray that way." / "Go 保留最后一个值，其他读取程序保留第一个，于是同一摘要下，两个程序看到的注解不同。依赖注解的签名或策略可能因此被误导。",
        fix: "Keep one of them." / "只保留其中一个。",
        trigger: r#"{"annotations": {"a": "1", "a": "2"}}"#,
        bad: || Files::pasted(examples::written(&manifest()).replacen('{', "{\n  \"annotations\": {\n    \"com.example.a\": \"1\",\n    \"com.example.a\": \"2\"\n  },", 1)),
        good: || annotated(json!({ "com.example.a": "1", "com.example.b": "1" })),
        check: |inventory, out| {
            for set in sets(inventory) {
                if set.holder == Holder::Config {
                    continue;
                }
                out.looked();
                for double in duplicates(set.document, set.node, &set.pointer) {
                    let count = double.places.len() as u64 + 1;
                    out.found_with(double.last, double.places, |p| p.code("key", double.key).count("count", count));
                }
            }
        },
    }
    "annotation-key-empty" {
        severity: Warning (Note),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotation without a name" / "注解的键为空",
        says: "An annotation here has the empty string as its key." / "此处有一个注解的键是空字符串。",
        why: "No reader can ask for it by a name that means something. The JSON schema does not even look at its value, so whatever stands there goes unchecked. It is most often a variable of a build script that was empty." / "没有哪个程序能用有意义的名字读取它。JSON schema 甚至不检查它的值，其内容因此无人核对。最常见的原因是构建脚本中的变量为空。",
        fix: "Give it a key in reverse domain notation, or remove it." / "改用反向域名形式的键，或将其删除。",
        trigger: r#"{"annotations": {"": "x"}}"#,
        bad: || annotated(json!({ "": "x" })),
        good: || annotated(json!({ "com.example.x": "x" })),
        check: |inventory, out| {
            for set in sets(inventory) {
                out.looked();
                if set.node.get("").is_some() {
                    out.found(walk::key(set.document, &set.pointer, ""), |p| p);
                }
            }
        },
    }
    "annotation-key-namespace" {
        severity: Info (Should),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Annotation key without a domain" / "注解的键没有域名前缀",
        says: "The key {key} names no domain; keys should be written like `com.example.version`. Such keys in this document: {count}." / "键 {key} 没有域名；键应写成 `com.example.version` 这样的形式。本文档中此类键的数量：{count}。",
        why: "Two tools that both use `version` overwrite each other's value, above all when a label of the base image is inherited." / "两个工具若都使用 `version`，就会互相覆盖对方的值；继承基础镜像的标签时尤其容易发生。",
        fix: "Put a domain that is yours in front, in reverse: `com.example.version`." / "在前面加上自己的域名，按反向书写：`com.example.version`。",
        fine: "It is legal. Labels such as `maintainer` and `version` are old habits, and the tools that read them ask for exactly these names." / "这是合法的。`maintainer`、`version` 之类的标签由来已久，读取它们的工具要的正是这些名字。",
        trigger: r#"{"annotations": {"version": "1"}}"#,
        bad: || annotated(json!({ "version": "1", "maintainer": "x" })),
        good: || annotated(json!({ "com.example.version": "1" })),
        check: |inventory, out| {
            sparse(inventory, out, |_, key| !key.is_empty() && !key.contains('.'));
        },
    }
    "annotation-reserved-key" {
        severity: Warning (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Key in OCI's own namespace that OCI does not define" / "键使用了 OCI 的命名空间，但 OCI 并未定义",
        says: "{key} begins with `org.opencontainers.`, which only OCI specifications may use, and none of them defines this key." / "{key} 以 `org.opencontainers.` 开头，该前缀只供 OCI 规范使用，而没有任何规范定义过这个键。",
        why: "No tool reads it, and a later version of the specification may give the name another meaning." / "没有工具会读取它，而且规范的后续版本可能赋予这个名字别的含义。",
        fix: "Use the key that the specification defines, if one was meant; otherwise a domain of your own." / "若本意是规范定义的键，请改正拼写；否则使用自己的域名。",
        trigger: r#"{"annotations": {"org.opencontainers.image.foo": "x"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.foo": "x" })),
        good: || annotated(json!({ "org.opencontainers.image.version": "1", "org.opencontainers.image.os.version": "10" })),
        check: |inventory, out| {
            for set in sets(inventory) {
                for member in set.node.members() {
                    out.looked();
                    let name = member.key.as_str();
                    if !name.starts_with(key::RESERVED) || key::DEFINED.contains(&name) {
                        continue;
                    }
                    let at = walk::key(set.document, &set.pointer, name);
                    let close = key::DEFINED.iter().filter_map(|known| Some((spelling::distance(name, known, 2)?, *known))).min();
                    match close {
                        Some((_, known)) => out.found_as(at, say(
                            "{key} begins with `org.opencontainers.`, which only OCI specifications may use. None defines this key; {expected} is defined and spelt almost alike.",
                            "{key} 以 `org.opencontainers.` 开头，该前缀只供 OCI 规范使用。规范没有定义这个键；拼写相近的已定义键是 {expected}。",
                        ).code("key", name).code("expected", known)),
                        None => out.found(at, |p| p.code("key", name)),
                    }
                }
            }
        },
    }
    "annotation-key-typo" {
        severity: Warning (Note),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "Key that almost begins with OCI's prefix" / "键的前缀与 OCI 的前缀仅差一点",
        says: "The key {key} looks like {expected}, with its prefix misspelt." / "键 {key} 像是 {expected}，只是前缀拼错了。",
        why: "Registries and dashboards look for the exact key, so the source link, the version or the license that it was to show stays empty." / "镜像仓库和各种面板按完整的键查找，因此本应显示的源码链接、版本或许可证会是空的。",
        fix: "Write the prefix as `org.opencontainers.image.`" / "把前缀写成 `org.opencontainers.image.`",
        fine: "Unknown keys are legal, and one that means something to your own tools may stay. The key `oci.opencontainers.image.created` was copied from a slip in the specification's own examples." / "未知的键是合法的，若自己的工具要用，可以保留。键 `oci.opencontainers.image.created` 是照抄了规范示例中的笔误。",
        trigger: r#"{"annotations": {"org.opencontainer.image.title": "x"}}"#,
        bad: || annotated(json!({ "org.opencontainer.image.title": "x" })),
        good: || annotated(json!({ "org.opencontainers.image.title": "x" })),
        check: |inventory, out| {
            for set in sets(inventory) {
                for member in set.node.members() {
                    out.looked();
                    let Some(expected) = meant(&member.key) else { continue };
                    let at = walk::key(set.document, &set.pointer, &member.key);
                    if member.key.starts_with("oci.opencontainers.") {
                        let says = say(
                            "The key {key} follows a slip in the specification's own examples; the key that it defines is {expected}.",
                            "键 {key} 沿用了规范示例中的笔误；规范定义的键是 {expected}。",
                        );
                        out.found_as(at, says.code("key", member.key.clone()).code("expected", expected));
                        out.weighs(Severity::Info);
                    } else {
                        out.found(at, |p| p.code("key", member.key.clone()).code("expected", expected));
                    }
                }
            }
        },
    }
    "annotation-label-schema" {
        severity: Info (Note),
        spec: "annotations.md#back-compatibility-with-label-schema" since "1.0",
        needs: Documents,
        title: "Key of Label Schema" / "使用了 Label Schema 的键",
        says: "{key} is a key of Label Schema, which gave way to `org.opencontainers.image.*`. Such keys in this document: {count}." / "{key} 是 Label Schema 的键，它已被 `org.opencontainers.image.*` 取代。本文档中此类键的数量：{count}。",
        why: "Today's tools read the OCI keys; few still look for these." / "如今的工具读取 OCI 的键，很少有工具还会查找这些键。",
        fix: "Add the OCI key beside it: `org.label-schema.vcs-url` is `org.opencontainers.image.source`, `build-date` is `created`, `vcs-ref` is `revision`." / "在旁边补上 OCI 的键：`org.label-schema.vcs-url` 对应 `org.opencontainers.image.source`，`build-date` 对应 `created`，`vcs-ref` 对应 `revision`。",
        fine: "Both may stand side by side; the specification lists how they correspond." / "两者可以并存；规范列出了它们的对应关系。",
        trigger: r#"{"Labels": {"org.label-schema.name": "x"}}"#,
        bad: || edited(config, &[r#"/config/Labels: { "org.label-schema.name": "x", "org.label-schema.url": "y" }"#]),
        good: || annotated(json!({ "org.opencontainers.image.title": "x" })),
        check: |inventory, out| {
            sparse(inventory, out, |_, key| key.starts_with("org.label-schema."));
        },
    }
}

/// One finding for each document whose maps have keys of some kind, `{key}` being the first.
fn sparse(inventory: &Inventory, out: &mut Out, is_one: impl Fn(&Set, &str) -> bool) {
    for document in &inventory.documents {
        let mut places = Vec::new();
        let mut first = None;
        for set in sets_of(document) {
            for member in set.node.members() {
                out.looked();
                if is_one(&set, &member.key) {
                    first.get_or_insert(member.key.as_str());
                    let pointer = set.below(&member.key);
                    places.push(document.locus_of(member.key_range.clone(), Some(&pointer)));
                }
            }
        }
        if let Some(first) = first {
            out.found_together(places, |p| p.code("key", first));
        }
    }
}

/// The key that one with a misspelt prefix means.
fn meant(name: &str) -> Option<String> {
    if name.starts_with(key::RESERVED) {
        return None;
    }
    if name.starts_with("opencontainers.image.") {
        return Some(format!("org.{name}"));
    }
    let (first, rest) = name.split_once('.')?;
    let (second, rest) = rest.split_once('.')?;
    spelling::distance(&format!("{first}.{second}"), "org.opencontainers", 2)?;
    Some(format!("{}{rest}", key::RESERVED))
}
