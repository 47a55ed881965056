//! Rules `platform-*` about what goes beyond system and architecture: versions and features.

use super::declared;
use super::names::place;
use crate::artifact::documents::Claims;
use crate::rules::rules;
use crate::rules::walk::{self, Role};
use crate::spec::media_type as mt;

use crate::examples::inputs::{edited, index, pasted};
use crate::examples::json;
use serde_json::Value;

rules! {
    "platform-windows-version" {
        severity: Warning (Consumers),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Windows without `os.version`" / "Windows 平台未写 `os.version`",
        says: "The platform at {pointer} is Windows without `os.version`." / "位于 {pointer} 的平台是 Windows，但没有 `os.version`。",
        why: "Windows containers share the kernel of the host, so its build number has to fit. Without `os.version` containerd assumes the host's own; others take the first entry for Windows, or none. On another build the container ends in `The container operating system does not match the host operating system`." / "Windows 容器与主机共用内核，内部版本号必须匹配。缺少 `os.version` 时，containerd 假定与主机相同，其他使用方取第一个 Windows 条目，或一个也不取。如果主机是别的版本，容器会报 `The container operating system does not match the host operating system`。",
        fix: "Copy `os.version` from the config of the base image (`10.0.20348.2700`, for instance) into config and index; `docker buildx build` takes it over by itself." / "把基础镜像配置中的 `os.version`（例如 `10.0.20348.2700`）写入配置和索引；`docker buildx build` 会自动沿用。",
        fine: "All hosts run one build of Windows, or with Hyper-V isolation." / "所有主机都是同一 Windows 版本，或使用 Hyper-V 隔离。",
        trigger: r#"{"os": "windows", "architecture": "amd64"}"#,
        bad: || windows(json!({})),
        good: || windows(json!({ "os.version": "10.0.20348.2700" })),
        check: |inventory, out| {
            for one in declared(inventory) {
                if one.platform.os != "windows" {
                    continue;
                }
                out.looked();
                if one.platform.os_version.is_none() {
                    let at = walk::field_or_object(one.document, &one.pointer, "os.version");
                    out.found(at, |p| p.code("pointer", place(&one.pointer)));
                }
            }
        },
    }
    "platform-windows-features" {
        severity: Info (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Windows feature that the specification does not list" / "Windows 的特性不在规范的列表中",
        says: "`os.features` at {pointer} has {found}; the only value listed for Windows is {expected}." / "位于 {pointer} 的 `os.features` 含有 {found}；规范为 Windows 列出的值只有 {expected}。",
        why: "A feature is something that the host must have. A consumer that compares it passes the image over wherever no host gives itself that name; most do not look at all." / "特性是主机必须具备的条件。会比较该字段的使用方，只要主机没有报告该名称，就会略过这个镜像；多数使用方根本不看。",
        fix: "Leave it out unless your own runtime asks for it. `win32k` says that the image needs more than Nano Server has." / "除非你自己的运行时需要，否则去掉。`win32k` 表示镜像需要 Nano Server 所没有的组件。",
        trigger: r#"{"os": "windows", "os.features": ["hyperv"]}"#,
        bad: || windows(json!({ "os.version": "10.0.20348.2700", "os.features": ["win32k", "hyperv"] })),
        good: || windows(json!({ "os.version": "10.0.20348.2700", "os.features": ["win32k"] })),
        check: |inventory, out| {
            for one in declared(inventory) {
                if one.platform.os != "windows" {
                    continue;
                }
                out.looked();
                if let Some(found) = one.platform.os_features.iter().find(|f| *f != "win32k") {
                    let at = walk::field_or_object(one.document, &one.pointer, "os.features");
                    out.found(at, |p| {
                        p.code("pointer", place(&one.pointer)).code("found", found.clone()).code("expected", "win32k")
                    });
                }
            }
        },
    }
    "platform-features-reserved" {
        severity: Warning (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Reserved field `features`" / "使用了保留字段 `features`",
        says: "The platform at {pointer} has `features`, which the specification reserves." / "位于 {pointer} 的平台带有 `features`，而规范保留了该字段。",
        why: "In Docker's manifest lists it names CPU features such as `sse4`; in an OCI index it has no meaning yet. Consumers ignore it, so a machine without the feature gets the image all the same and stops with `Illegal instruction`." / "在 Docker 的清单列表中，它表示 `sse4` 之类的 CPU 特性；在 OCI 索引中它还没有含义。使用方会忽略它，因此没有该特性的机器照样会拿到镜像，运行时报 `Illegal instruction`。",
        fix: "Remove it. Levels of amd64 are told apart by `variant` (`v2`, `v3`), features of the operating system by `os.features`." / "去掉它。amd64 的级别用 `variant`（`v2`、`v3`）区分，操作系统的特性用 `os.features`。",
        trigger: r#"{"platform": {"features": ["sse4"]}}"#,
        bad: || edited(index, &[r#"/manifests/0/platform/features: ["sse4"]"#]),
        good: || edited(index, &[r#"/manifests/0/platform/os.features: ["x"]"#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let docker = match &placed.document.claims {
                    Claims::Index(index) => index.media_type.text() == mt::DOCKER_LIST,
                    _ => false,
                };
                let pointer = format!("{}/platform", placed.descriptor.pointer);
                if docker || placed.role != Role::Entry || placed.descriptor.platform.is_absent() {
                    continue;
                }
                out.looked();
                let there = walk::node_at(placed.document, &pointer).is_some_and(|node| node.get("features").is_some());
                if there {
                    out.found(walk::key(placed.document, &pointer, "features"), |p| p.code("pointer", &pointer));
                }
            }
        },
    }
}

/// An index with one entry for Windows, with more fields.
fn windows(more: Value) -> crate::examples::Files {
    pasted(index(), |i| {
        let platform = &mut i["manifests"][0]["platform"];
        *platform = json!({ "os": "windows", "architecture": "amd64" });
        for (key, value) in more.as_object().into_iter().flatten() {
            platform[key] = value.clone();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::inputs::given;

    #[test]
    fn docker_lists_may_name_cpu_features() {
        let list = |media_type: &str| {
            let report = pasted(index(), |i| {
                i["mediaType"] = json!(media_type);
                i["manifests"][0]["platform"]["features"] = json!(["sse4"]);
            })
            .report();
            report
                .findings
                .iter()
                .filter(|f| f.rule == "platform-features-reserved")
                .count()
        };
        assert_eq!(list(mt::OCI_INDEX), 1);
        assert_eq!(list(mt::DOCKER_LIST), 0);
        assert!(given(index()).report().findings.is_empty());
    }
}
