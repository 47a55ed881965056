//! Rules `annotation-*` about the values of keys that the specification defines: dates, addresses, licenses, bases.

use super::sets::{Holder, sets};
use crate::artifact::Inventory;
use crate::bytes::json::Node;
use crate::report::Severity;
use crate::rules::{Out, rules, walk};
use crate::spec::{self, annotation as key, date, license, reference};

use crate::examples::inputs::annotated;
use crate::examples::json;

rules! {
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
        title: "Base image given by something other than a digest" / "`base.digest` 的值不是摘要",
        says: "{key} is {found}; it has to be the digest of the base image, such as `sha256:` and 64 hexadecimal digits." / "{key} 的值是 {found}；它必须是基础镜像的摘要，例如 `sha256:` 加 64 位十六进制数字。",
        why: "`regctl image check-base` and `crane rebase` compare this value with the digest that the base has now; with a tag here they can never tell whether a rebuild is due." / "`regctl image check-base` 和 `crane rebase` 会拿它与基础镜像当前的摘要比较；若写成标签，就永远无法判断是否需要重新构建。",
        fix: "Write the digest of the base image's manifest: `crane digest IMAGE`." / "写入基础镜像清单的摘要：`crane digest IMAGE`。",
        trigger: r#"{"annotations": {"org.opencontainers.image.base.digest": "latest"}}"#,
        bad: || annotated(json!({ "org.opencontainers.image.base.digest": "latest" })),
        good: || annotated(serde_json::json!({ "org.opencontainers.image.base.digest": spec::known::EMPTY_JSON })),
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
        good: || annotated(serde_json::json!({
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
