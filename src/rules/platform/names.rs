//! Rules `platform-*` about names: whether operating system, architecture and variant are called as Go and the
//! specification call them, which is what consumers compare.

use super::declared;
use crate::place::Locus;
use crate::report::Severity;
use crate::rules::descriptor::types::shown;
use crate::rules::rules;
use crate::rules::walk;
use crate::spec::platform;
use crate::text::say;
use std::collections::BTreeMap;

use crate::examples::inputs::{edited, given, index};

rules! {
    "platform-os-unknown" {
        severity: Warning (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`os` that Go does not know" / "`os` 不是 Go 的系统名",
        says: "`os` is {found}; Go's name for it, which consumers compare with, is {expected}." / "`os` 是 {found}；Go 对它的称呼是 {expected}，使用方比较的是这个名称。",
        why: "Consumers compare the name as text with Go's `GOOS`, in lower case. containerd still understands other cases; go-containerregistry, containers/image and Docker's own store find no image for the host and say `no matching manifest` or `no child with platform`." / "使用方把它与 Go 的 `GOOS`（小写）按文本比较。containerd 还能识别其他大小写；go-containerregistry、containers/image 和 Docker 自带的存储则找不到适合主机的镜像，报 `no matching manifest` 或 `no child with platform`。",
        fix: "Write a name of `go tool dist list`: `linux`, `windows`, `darwin`, `wasip1` …" / "改用 `go tool dist list` 中的名称：`linux`、`windows`、`darwin`、`wasip1` 等。",
        fine: "It is `wasi` for a WebAssembly image: Docker and the runwasi shims use that name." / "是 WebAssembly 镜像的 `wasi`：Docker 和 runwasi 的 shim 使用这个名称。",
        trigger: r#"{"os": "Linux"}"#,
        bad: || edited(index, &[r#"/manifests/0/platform/os: "Linux""#]),
        good: || given(index()),
        check: |inventory, out| {
            for one in declared(inventory) {
                out.looked();
                let found = one.platform.os.as_str();
                let at = walk::field_or_object(one.document, &one.pointer, "os");
                let absent = walk::node_at(one.document, &format!("{}/os", one.pointer)).is_none();
                if absent || platform::is_system(found) {
                    continue;
                }
                match platform::system_meant(found) {
                    Some(expected) => out.found(at, |p| p.code("found", found).code("expected", expected)),
                    None => out.found_as(
                        at,
                        say(
                            "`os` is {found}, and Go knows no operating system of that name.",
                            "`os` 是 {found}，Go 没有叫这个名称的操作系统。",
                        )
                        .code("found", shown(found)),
                    ),
                }
                if found == "wasi" {
                    out.weighs(Severity::Info);
                }
            }
        },
    }
    "platform-architecture-unknown" {
        severity: Warning (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`architecture` that Go does not know" / "`architecture` 不是 Go 的架构名",
        says: "`architecture` is {found}; Go's name for it, which consumers compare with, is {expected}." / "`architecture` 是 {found}；Go 对它的称呼是 {expected}，使用方比较的是这个名称。",
        why: "`uname -m` says `x86_64` and `aarch64`, container tools say `amd64` and `arm64`. containerd translates a few of the other names; go-containerregistry, containers/image and Docker's own store compare text and find no image for the host." / "`uname -m` 输出的是 `x86_64` 和 `aarch64`，容器工具用的是 `amd64` 和 `arm64`。containerd 会转换其中几种；go-containerregistry、containers/image 和 Docker 自带的存储按文本比较，找不到适合主机的镜像。",
        fix: "Write the name that `go tool dist list` has after the slash: `amd64`, `arm64`, `arm` with `variant` `v7`, `386`, `ppc64le`, `riscv64` …" / "改用 `go tool dist list` 中斜杠后的名称：`amd64`、`arm64`、带 `variant` `v7` 的 `arm`、`386`、`ppc64le`、`riscv64` 等。",
        trigger: r#"{"architecture": "x86_64"}"#,
        bad: || edited(index, &[r#"/manifests/0/platform/architecture: "x86_64""#]),
        good: || given(index()),
        check: |inventory, out| {
            for one in declared(inventory) {
                out.looked();
                let found = one.platform.architecture.as_str();
                let at = walk::field_or_object(one.document, &one.pointer, "architecture");
                let absent = walk::node_at(one.document, &format!("{}/architecture", one.pointer)).is_none();
                if absent || platform::is_architecture(found) {
                    continue;
                }
                match platform::architecture_meant(found) {
                    Some((expected, None)) => out.found(at, |p| p.code("found", found).code("expected", expected)),
                    Some((expected, Some(variant))) => out.found_as(
                        at,
                        say(
                            "`architecture` is {found}; in Go's names that is {expected} with the `variant` {variant}.",
                            "`architecture` 是 {found}；按 Go 的名称应写 {expected}，并设 `variant` 为 {variant}。",
                        )
                        .code("found", found)
                        .code("expected", expected)
                        .code("variant", variant),
                    ),
                    None => out.found_as(
                        at,
                        say(
                            "`architecture` is {found}, and Go knows no architecture of that name.",
                            "`architecture` 是 {found}，Go 没有叫这个名称的架构。",
                        )
                        .code("found", shown(found)),
                    ),
                }
            }
        },
    }
    "platform-combination" {
        severity: Warning (Note),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Operating system and architecture that do not go together" / "操作系统与架构无法搭配",
        says: "The platform at {pointer} is {found}, a pair that Go does not build for." / "位于 {pointer} 的平台是 {found}，Go 不支持这种组合。",
        why: "Container engines are built with Go, so there is none for such a host, and nobody ever chooses this image. Mostly one of the two values comes from the machine that built it." / "容器引擎都是用 Go 构建的，没有能在这种主机上运行的版本，因此永远不会有人选中该镜像。通常是其中一个值取自构建机。",
        fix: "Correct the value that is not the image's; `go tool dist list` names the pairs that exist." / "改正与镜像不符的那个值；`go tool dist list` 列出了所有存在的组合。",
        fine: "The image is for emulation, or for an experimental port outside Go." / "该镜像用于模拟器，或用于 Go 之外的实验性移植。",
        trigger: r#"{"os": "windows", "architecture": "s390x"}"#,
        bad: || edited(index, &[r#"/manifests/0/platform: { "os": "windows", "architecture": "s390x", "os.version": "10.0.17763.1" }"#]),
        good: || given(index()),
        check: |inventory, out| {
            for one in declared(inventory) {
                let Some(built) = platform::is_built(&one.platform.os, &one.platform.architecture) else { continue };
                out.looked();
                if !built {
                    let at = walk::field_or_object(one.document, &one.pointer, "architecture");
                    let related = walk::field_or_object(one.document, &one.pointer, "os");
                    let pair = format!("{}/{}", one.platform.os, one.platform.architecture);
                    out.found_with(at, vec![related], |p| p.code("pointer", place(&one.pointer)).code("found", pair));
                }
            }
        },
    }
    "platform-variant-unknown" {
        severity: Info (Should),
        spec: "image-index.md#platform-variants" since "1.0",
        needs: Documents,
        title: "`variant` that the specification does not list" / "`variant` 不在规范的列表中",
        says: "The variant {found} is not one that the specification lists for {architecture}." / "变体 {found} 不在规范为 {architecture} 列出的变体中。",
        why: "It is legal; what it means is left to the consumers. containerd and Docker compare variants they do not know as text, so a host finds the image only if it gives itself the same name. `v5` of `arm` is a widespread example that works." / "这是合法的，含义由使用方自行决定。containerd 和 Docker 遇到不认识的变体会按文本比较，只有主机自称同样的名称时才会选中该镜像。`arm` 的 `v5` 虽不在列表中，但用得很广，也能正常工作。",
        fix: "Nothing has to change if the consumers know it. Listed are `v6`, `v7`, `v8` for `arm`, `v8` to `v9.5` for `arm64`, `v1` to `v4` for `amd64`, `power8` to `power10`, and the RISC-V profiles." / "如果使用方认识它，无需改动。规范列出的有：`arm` 的 `v6`、`v7`、`v8`，`arm64` 的 `v8` 至 `v9.5`，`amd64` 的 `v1` 至 `v4`，`power8` 至 `power10`，以及 RISC-V 的各 profile。",
        trigger: r#"{"architecture": "arm", "variant": "v9"}"#,
        bad: || edited(index, &[r#"/manifests/0/platform: { "os": "linux", "architecture": "arm", "variant": "v9" }"#]),
        good: || edited(index, &[r#"/manifests/1/platform/variant: "v8""#]),
        check: |inventory, out| {
            let mut odd: BTreeMap<(String, String), Vec<Locus>> = BTreeMap::new();
            for one in declared(inventory) {
                let Some(variant) = one.platform.variant.clone() else { continue };
                out.looked();
                let architecture = one.platform.architecture.clone();
                let known = platform::variants(&architecture).contains(&variant.as_str());
                if !known && platform::is_architecture(&architecture) {
                    let at = walk::field_or_object(one.document, &one.pointer, "variant");
                    odd.entry((architecture, variant)).or_default().push(at);
                }
            }
            for ((architecture, found), places) in odd {
                out.found_together(places, |p| {
                    p.code("found", found).code("architecture", architecture)
                });
            }
        },
    }
    "platform-variant-missing-arm" {
        severity: Info (Note),
        spec: "image-index.md#platform-variants" since "1.0",
        needs: Documents,
        title: "32-bit ARM without `variant`" / "32 位 ARM 未写 `variant`",
        says: "The platform at {pointer} is `arm` without a `variant`, which consumers read as {expected}." / "位于 {pointer} 的平台是 `arm`，没有 `variant`，使用方会当作 {expected}。",
        why: "A Raspberry Pi Zero or 1 is `v6`. containerd and Docker do not choose the image there; a single manifest, for which no platform is compared, is run all the same and ends in `Illegal instruction`." / "Raspberry Pi Zero 和 1 是 `v6`。在这些设备上，containerd 和 Docker 不会选中该镜像；单独的清单不比较平台，照样会运行，最后报 `Illegal instruction`。",
        fix: "State it: `\"variant\": \"v7\"`, or `v6` for builds with `GOARM=6`; `docker buildx build --platform linux/arm/v7` does." / "明确写出：`\"variant\": \"v7\"`；以 `GOARM=6` 构建的写 `v6`。`docker buildx build --platform linux/arm/v7` 会自动写入。",
        fine: "It is built for ARMv7 or later." / "它就是为 ARMv7 或更高版本构建的。",
        trigger: r#"{"os": "linux", "architecture": "arm"}"#,
        bad: || edited(index, &[r#"/manifests/0/platform/architecture: "arm""#]),
        good: || edited(index, &[r#"/manifests/0/platform: { "os": "linux", "architecture": "arm", "variant": "v7" }"#]),
        check: |inventory, out| {
            let mut lacking = Vec::new();
            for one in declared(inventory) {
                if one.platform.architecture != "arm" {
                    continue;
                }
                out.looked();
                if one.platform.variant.is_none() {
                    lacking.push(one);
                }
            }
            let Some(first) = lacking.first() else { return };
            let pointer = place(&first.pointer);
            let places = lacking
                .iter()
                .map(|one| walk::field_or_object(one.document, &one.pointer, "architecture"))
                .collect();
            out.found_together(places, |p| p.code("pointer", pointer).code("expected", "v7"));
        },
    }
}

/// The pointer of a platform as it can be shown: of a config it is the root.
pub(super) fn place(pointer: &str) -> String {
    if pointer.is_empty() {
        "/".to_string()
    } else {
        pointer.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::inputs::pasted;

    fn found(os: &str, architecture: &str) -> Vec<(String, Severity)> {
        pasted(index(), |i| {
            i["manifests"][0]["platform"] =
                serde_json::json!({ "os": os, "architecture": architecture });
        })
        .report()
        .findings
        .into_iter()
        .filter(|f| f.rule.starts_with("platform-"))
        .map(|f| (f.rule, f.severity))
        .collect()
    }

    #[test]
    fn marks_of_tools_are_no_platforms() {
        assert_eq!(found("unknown", "unknown"), []);
        assert_eq!(found("", ""), []);
        assert_eq!(found("wasip1", "wasm"), []);
    }

    #[test]
    fn each_name_is_judged_by_itself() {
        let warns = |rule: &str| vec![(rule.to_string(), Severity::Warning)];
        assert_eq!(
            found("linux", "unknown"),
            warns("platform-architecture-unknown")
        );
        assert_eq!(
            found("linux", "armhf"),
            warns("platform-architecture-unknown")
        );
        assert_eq!(found("linux", ""), warns("platform-architecture-unknown"));
        assert_eq!(found("macos", "arm64"), warns("platform-os-unknown"));
        assert_eq!(found("beos", "amd64"), warns("platform-os-unknown"));
        assert_eq!(
            found("wasi", "wasm"),
            [("platform-os-unknown".to_string(), Severity::Info)]
        );
    }
}
