//! Rules `annotation-*`: annotations of manifests, indexes and descriptors, and the labels of configs, which follow the
//! same rules. Empty values and unknown keys are legal. The JSON types of labels are `config-labels`' to judge.

use super::sparse::once;
use super::walk::{self, Role};
use super::{Out, rules};
use crate::artifact::documents::Claims;
use crate::artifact::{Document, Inventory};
use crate::bytes::json::{Node, Value};
use crate::place::Locus;
use crate::report::Severity;
use crate::rules::fields;
use crate::spec::{self, annotation as key, date, license, reference};
use crate::text::say;

#[cfg(test)]
use super::tests::inputs::{config, layout, layout_with, manifest, pasted};
#[cfg(test)]
use crate::kit::Files;
#[cfg(test)]
use serde_json::{Value as Json, json};

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
        bad: || pasted(manifest(), |m| m["annotations"] = json!([])),
        good: || pasted(manifest(), |m| m["annotations"] = json!({})),
        check: |inventory, out| {
            for set in sets(inventory) {
                if set.holder == Holder::Config {
                    continue;
                }
                out.looked();
                if !matches!(set.node.value, Value::Object(_)) {
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
        bad: || Files::pasted(manifest().to_string().replacen('{', r#"{"annotations":{"com.example.a":"1","com.example.a":"2"},"#, 1)),
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
                    let close = key::DEFINED.iter().filter_map(|known| Some((fields::distance(name, known, 2)?, *known))).min();
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
    "annotation-created-format" {
        severity: Warning (Must),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "Creation date that is no RFC 3339 date" / "创建时间不符合 RFC 3339",
        says: "{key} is {found}; a date with time and zone is wanted, such as `2024-01-02T03:04:05Z`." / "{key} 的值是 {found}；应为带时区的日期时间，例如 `2024-01-02T03:04:05Z`。",
        why: "Clean-up policies of registries and tools such as Flux sort by this date. What they cannot parse they ignore or refuse; `oras` refuses it when it packs." / "镜像仓库的清理策略以及 Flux 等工具按此时间排序，无法解析的值会被忽略或拒绝；`oras` 在打包时就会拒绝。",
        fix: "Write the output of `date -u +%Y-%m-%dT%H:%M:%SZ`." / "写入 `date -u +%Y-%m-%dT%H:%M:%SZ` 的输出。",
        trigger: r#"{"annotations": {"org.opencontainers.image.created": "yesterday"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.created": "yesterday" })),
        good: || annotated(json!({ "org.opencontainers.image.created": "2024-01-02T03:04:05.123+08:00" })),
        check: |inventory, out| {
            values(inventory, out, &[key::CREATED], |text| date::read(text).is_some());
        },
    }
    "annotation-url-format" {
        severity: Warning (Must),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "Annotation that should be a URL and is none" / "应为 URL 的注解不是 URL",
        says: "{key} is {found}, which is no URL: it needs a scheme and a host." / "{key} 的值是 {found}，它不是 URL：缺少协议或主机。",
        why: "GitHub links a package to its repository by `org.opencontainers.image.source`, Renovate finds release notes by it; a bare name or the `git@host:path` form leads nowhere." / "GitHub 依靠 `org.opencontainers.image.source` 把软件包关联到仓库，Renovate 用它查找更新说明；只写名称，或写成 `git@host:path` 的形式，都不起作用。",
        fix: "Write the whole address: `https://example.com/project`." / "写完整的地址：`https://example.com/project`。",
        trigger: r#"{"annotations": {"org.opencontainers.image.url": "example"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.url": "example" })),
        good: || annotated(json!({ "org.opencontainers.image.source": "https://example.com/x", "org.opencontainers.image.url": "" })),
        check: |inventory, out| {
            values(inventory, out, &[key::URL, key::DOCUMENTATION, key::SOURCE], is_url);
        },
    }
    "annotation-licenses-spdx" {
        severity: Warning (Must),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.0",
        needs: Documents,
        title: "License that is no SPDX expression" / "许可证不是 SPDX 表达式",
        says: "{key} is {found}, which is no SPDX license expression." / "{key} 的值是 {found}，它不是 SPDX 许可证表达式。",
        why: "License scanners and registries compare the identifiers; prose, commas and slashes match none, and the image counts as unlicensed." / "许可证扫描工具和镜像仓库比对的是标识符；说明文字、逗号和斜杠都无法匹配，镜像会被当作没有许可证。",
        fix: "Use the identifiers of the SPDX list, joined by `AND` or `OR`: `Apache-2.0`, `MIT OR Apache-2.0`. For a license of your own: `LicenseRef-name`." / "使用 SPDX 列表中的标识符，以 `AND` 或 `OR` 连接：`Apache-2.0`、`MIT OR Apache-2.0`。自有许可证写作 `LicenseRef-name`。",
        trigger: r#"{"annotations": {"org.opencontainers.image.licenses": "Apache 2"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.licenses": "Apache 2" })),
        good: || annotated(json!({ "org.opencontainers.image.licenses": "(MIT OR Apache-2.0) AND LicenseRef-x" })),
        check: |inventory, out| {
            values(inventory, out, &[key::LICENSES], license::is_expression);
        },
    }
    "annotation-base-digest" {
        severity: Warning (Must),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.1",
        needs: Documents,
        title: "Base image given by something other than a digest" / "基础镜像的摘要不是摘要",
        says: "{key} is {found}; it has to be the digest of the base image, such as `sha256:` and 64 hexadecimal digits." / "{key} 的值是 {found}；它必须是基础镜像的摘要，例如 `sha256:` 加 64 位十六进制数字。",
        why: "`regctl image check-base` and `crane rebase` compare this value with the digest that the base has now; with a tag here they can never tell whether a rebuild is due." / "`regctl image check-base` 和 `crane rebase` 会拿它与基础镜像当前的摘要比较；若写成标签，就永远无法判断是否需要重新构建。",
        fix: "Write the digest of the base image's manifest: `crane digest IMAGE`." / "写入基础镜像清单的摘要：`crane digest IMAGE`。",
        trigger: r#"{"annotations": {"org.opencontainers.image.base.digest": "latest"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.base.digest": "latest" })),
        good: || annotated(json!({ "org.opencontainers.image.base.digest": spec::known::EMPTY_JSON })),
        check: |inventory, out| {
            values(inventory, out, &[key::BASE_DIGEST], |text| spec::digest(text).is_some_and(|d| d.is_well_encoded()));
        },
    }
    "annotation-base-name" {
        severity: Warning (Should),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.1",
        needs: Documents,
        title: "Base image named without its registry" / "基础镜像的名称没有写明镜像仓库",
        says: "{key} is {found}, which does not say in which registry; a full name is wanted, such as `docker.io/library/alpine:3`." / "{key} 的值是 {found}，没有写明所在的镜像仓库；应写完整的名称，例如 `docker.io/library/alpine:3`。",
        why: "`alpine:3` is Docker Hub's image for Docker, and whatever the search list of the host says for Podman. Tools that look for a newer base may ask the wrong registry." / "对 Docker 来说，`alpine:3` 是 Docker Hub 的镜像；对 Podman 来说，则取决于主机上的搜索列表。检查基础镜像更新的工具可能问错镜像仓库。",
        fix: "Put registry and repository in front." / "在前面补上镜像仓库和仓库路径。",
        trigger: r#"{"annotations": {"org.opencontainers.image.base.name": "alpine:3"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.base.name": "alpine:3" })),
        good: || annotated(json!({ "org.opencontainers.image.base.name": "docker.io/library/alpine:3" })),
        check: |inventory, out| {
            values(inventory, out, &[key::BASE_NAME], reference::is_fully_qualified);
        },
    }
    "annotation-base-pair" {
        severity: Warning (Should),
        spec: "annotations.md#pre-defined-annotation-keys" since "1.1",
        needs: Documents,
        title: "Base image named without its digest" / "写了基础镜像的名称，却没有摘要",
        says: "{name} is given, and {digest} is not." / "给出了 {name}，却没有 {digest}。",
        why: "The name alone does not say which build of the base lies underneath; `regctl image check-base` needs both and stops without the digest." / "仅凭名称无法知道用的是基础镜像的哪一次构建；`regctl image check-base` 需要两者，缺少摘要就会停下。",
        fix: "Add `org.opencontainers.image.base.digest` beside the name, or take the name out." / "在名称旁补上 `org.opencontainers.image.base.digest`，或去掉名称。",
        trigger: r#"{"annotations": {"org.opencontainers.image.base.name": "docker.io/library/alpine:3"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.base.name": "docker.io/library/alpine:3" })),
        good: || annotated(json!({
            "org.opencontainers.image.base.name": "docker.io/library/alpine:3",
            "org.opencontainers.image.base.digest": spec::known::EMPTY_JSON,
        })),
        check: |inventory, out| {
            for set in sets(inventory) {
                let text = |name: &str| set.node.get(name).and_then(Node::as_str).filter(|text| !text.is_empty());
                if text(key::BASE_NAME).is_none() {
                    continue;
                }
                out.looked();
                if text(key::BASE_DIGEST).is_none() {
                    let at = walk::key(set.document, &set.pointer, key::BASE_NAME);
                    out.found(at, |p| p.code("name", key::BASE_NAME).code("digest", key::BASE_DIGEST));
                    if set.holder == Holder::Config {
                        out.weighs(Severity::Info);
                    }
                }
            }
        },
    }
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
        why: "Nothing can be pulled or found by a name that stands in a manifest, a nested index or a label; the real tag may long be another." / "写在清单、嵌套索引或标签中的名称无法用来拉取或查找；真正的标签可能早已不同。",
        fix: "For a version that people read, use `org.opencontainers.image.version`." / "若要写明供人阅读的版本，使用 `org.opencontainers.image.version`。",
        fine: "It harms nothing. Ubuntu's and other base images carry it as a label, and every image built on them inherits it." / "没有害处。Ubuntu 等基础镜像把它写成标签，以它们为基础的镜像都会继承。",
        trigger: "`org.opencontainers.image.ref.name` in a manifest",
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
                    once(out, places, |p| p.code("key", key::REF_NAME).code("found", found));
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
        why: "Tools of today read the OCI keys; few still look for these." / "如今的工具读取 OCI 的键，很少有工具还会查找这些键。",
        fix: "Add the OCI key beside it: `org.label-schema.vcs-url` is `org.opencontainers.image.source`, `build-date` is `created`, `vcs-ref` is `revision`." / "在旁边补上 OCI 的键：`org.label-schema.vcs-url` 对应 `org.opencontainers.image.source`，`build-date` 对应 `created`，`vcs-ref` 对应 `revision`。",
        fine: "Both may stand side by side; the specification lists how they correspond." / "两者可以并存；规范列出了它们的对应关系。",
        trigger: r#"{"Labels": {"org.label-schema.name": "x"}}"#,
        bad: || pasted(config(), |c| c["config"]["Labels"] = json!({ "org.label-schema.name": "x", "org.label-schema.url": "y" })),
        good: || annotated(json!({ "org.opencontainers.image.title": "x" })),
        check: |inventory, out| {
            sparse(inventory, out, |_, key| key.starts_with("org.label-schema."));
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
                    once(out, places, |p| p.code("found", found));
                }
            }
        },
    }
}

/// A pasted manifest with annotations.
#[cfg(test)]
fn annotated(annotations: Json) -> Files {
    pasted(manifest(), |m| m["annotations"] = annotations)
}

/// What a map of annotations belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// A manifest or index.
    Document,
    /// A descriptor.
    Descriptor(Role),
    /// The `config` of an image config: these are labels.
    Config,
}

/// A map of annotations as it stands; perhaps no map at all.
struct Set<'a> {
    document: &'a Document,
    /// Where the map stands.
    pointer: String,
    node: &'a Node,
    holder: Holder,
}

impl Set<'_> {
    fn below(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, walk::escape(key))
    }

    /// The place of the value of a key.
    fn at(&self, key: &str) -> Locus {
        self.document.locus(&self.below(key))
    }

    /// Whether `ref.name` in here names an entry of a layout. An index that was given alone may be an `index.json`.
    fn names_an_entry(&self, inventory: &Inventory) -> bool {
        let top = !walk::is_layout(inventory)
            || walk::root_document(inventory, "index.json")
                .is_some_and(|index| std::ptr::eq(index, self.document));
        top && self.holder == Holder::Descriptor(Role::Entry)
    }
}

/// Every map of annotations or labels. Labels that are null are none.
fn sets(inventory: &Inventory) -> impl Iterator<Item = Set<'_>> {
    inventory.documents.iter().flat_map(sets_of)
}

fn sets_of(document: &Document) -> Vec<Set<'_>> {
    let mut found = Vec::new();
    let mut add = |pointer: String, holder: Holder| {
        if let Some(node) = walk::node_at(document, &pointer) {
            found.push(Set {
                document,
                pointer,
                node,
                holder,
            });
        }
    };
    let mut descriptor = |pointer: &str, role: Role| {
        add(format!("{pointer}/annotations"), Holder::Descriptor(role));
    };
    match &document.claims {
        Claims::Manifest(manifest) => {
            if let Some(d) = manifest.config.value() {
                descriptor(&d.pointer, Role::Config);
            }
            for d in manifest.layers() {
                descriptor(&d.pointer, Role::Layer);
            }
            if let Some(d) = manifest.subject.value() {
                descriptor(&d.pointer, Role::Subject);
            }
            add("/annotations".to_string(), Holder::Document);
        }
        Claims::Index(index) => {
            for d in index.manifests() {
                descriptor(&d.pointer, Role::Entry);
            }
            if let Some(d) = index.subject.value() {
                descriptor(&d.pointer, Role::Subject);
            }
            add("/annotations".to_string(), Holder::Document);
        }
        Claims::Config(_) => {
            add("/config/Labels".to_string(), Holder::Config);
            found.retain(|set| !set.node.is_null());
        }
        _ => {}
    }
    found
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

/// A key that an object has several times.
pub(super) struct Double {
    /// The key.
    pub key: String,
    /// Where it stands last: the value that Go takes.
    pub last: Locus,
    /// Where it stands before that.
    pub places: Vec<Locus>,
}

/// The keys that one map has several times.
pub(super) fn duplicates(document: &Document, node: &Node, pointer: &str) -> Vec<Double> {
    let own = node
        .duplicates()
        .into_iter()
        .filter(|d| d.pointer.is_empty());
    own.filter_map(|double| {
        let pointer = format!("{pointer}/{}", walk::escape(&double.key));
        let mut places: Vec<Locus> = double
            .ranges
            .iter()
            .map(|range| document.locus_of(range.clone(), Some(&pointer)))
            .collect();
        let last = places.pop()?;
        Some(Double {
            key: double.key,
            last,
            places,
        })
    })
    .collect()
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
            once(out, places, |p| p.code("key", first));
        }
    }
}

/// Looks at the values of some of the defined keys. The specification defines them for annotations; labels only borrow
/// them, and weigh less. Empty values are legal.
fn values(inventory: &Inventory, out: &mut Out, keys: &[&str], is_right: impl Fn(&str) -> bool) {
    for set in sets(inventory) {
        for key in keys {
            let Some(text) = set.node.get(key).and_then(Node::as_str) else {
                continue;
            };
            out.looked();
            if !text.is_empty() && !is_right(text) {
                out.found(set.at(key), |p| p.code("key", *key).code("found", text));
                if set.holder == Holder::Config {
                    out.weighs(Severity::Info);
                }
            }
        }
    }
}

/// Whether a text is an absolute URL with a host, as far as it shows.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let letters = scheme
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let host = !rest.is_empty() && (scheme == "file" || !rest.starts_with('/'));
    letters && host && !text.chars().any(|c| c.is_whitespace() || c.is_control())
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
    fields::distance(&format!("{first}.{second}"), "org.opencontainers", 2)?;
    Some(format!("{}{rest}", key::RESERVED))
}
