//! Rules `platform-*`: the platform of an index entry, and the fields of the same names at the top of an image config.
//! What a platform has to be for some host is nobody's matter here.

pub(super) mod details;
pub(super) mod names;

use super::rules;
use super::walk::{self, Role};
use crate::artifact::documents::{Claims, Config, Platform};
use crate::artifact::{Document, Inventory, Missing};
use crate::bytes::json::Value;
use crate::spec::{media_type as mt, platform};

use crate::examples::inputs::{edited, given, index, layout};
use crate::examples::json;
use crate::examples::{self, Layout};

rules! {
    "platform-architecture-missing" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`platform` without `architecture`" / "`platform` 缺少 `architecture`",
        says: "The platform at {pointer} has no `architecture`, which is required." / "位于 {pointer} 的平台没有 `architecture`，而它是必需的。",
        why: "Consumers compare it with their own and pass the entry over, so nobody gets the image; the published schema refuses the index." / "使用方会与自身的架构比较，然后略过该条目，于是没有人能拿到这个镜像；官方 JSON schema 也会拒绝该索引。",
        fix: "Add it as Go names it, `amd64` or `arm64` for most; the config of the image has it. Or leave the whole `platform` out." / "按 Go 的名称补上，多数情况是 `amd64` 或 `arm64`；镜像的配置中有该值。也可以省略整个 `platform`。",
        trigger: r#"{"platform": {"os": "linux"}}"#,
        bad: || edited(index, &["/manifests/0/platform/architecture"]),
        good: || given(index()),
        check: |inventory, out| required(inventory, out, "architecture"),
    }
    "platform-os-missing" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`platform` without `os`" / "`platform` 缺少 `os`",
        says: "The platform at {pointer} has no `os`, which is required." / "位于 {pointer} 的平台没有 `os`，而它是必需的。",
        why: "containerd reads an absent `os` as the host's own; go-containerregistry and containers/image compare it with `linux` and pass the entry over. So one consumer finds the image and another does not." / "containerd 把缺少的 `os` 当作主机自己的系统；go-containerregistry 和 containers/image 与 `linux` 比较，然后略过该条目。于是有的能找到镜像，有的找不到。",
        fix: "Add it as Go names it: `linux`, `windows` …; the config of the image has it. Or leave the whole `platform` out." / "按 Go 的名称补上：`linux`、`windows` 等；镜像的配置中有该值。也可以省略整个 `platform`。",
        trigger: r#"{"platform": {"architecture": "amd64"}}"#,
        bad: || edited(index, &["/manifests/0/platform/os"]),
        good: || given(index()),
        check: |inventory, out| required(inventory, out, "os"),
    }
    "platform-type" {
        severity: Error (Schema),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Field of a platform has another JSON type" / "平台字段的 JSON 类型不对",
        says: "{pointer} is a JSON `{found}`; it must be of type {expected}." / "{pointer} 是 JSON 的 `{found}`，类型应为 {expected}。",
        why: "Go's decoders refuse the whole index (`cannot unmarshal … into Go struct field Platform…`), so not only this platform is lost but all." / "Go 的解码程序会拒绝整个索引（`cannot unmarshal … into Go struct field Platform…`），失去的不只是这个平台，而是所有平台。",
        fix: "Write `os`, `architecture`, `variant` and `os.version` as strings, `os.features` as an array of strings. Versions need quotes too: `\"10.0\"`." / "`os`、`architecture`、`variant` 和 `os.version` 写成字符串，`os.features` 写成字符串数组。版本号也要加引号：`\"10.0\"`。",
        trigger: r#"{"platform": {"os": 123}}"#,
        bad: || edited(index, &[r#"/manifests/0/platform/os.features: "win32k""#]),
        good: || given(index()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let pointer = format!("{}/platform", placed.descriptor.pointer);
                let Some(node) = walk::node_at(placed.document, &pointer) else { continue };
                out.looked();
                // A null is told by json-null-value, but for one in a list.
                let mut wrong = |pointer: String, found: &'static str, expected: &'static str| {
                    if found != "null" || pointer.contains("/os.features/") {
                        out.found(placed.document.locus(&pointer), |p| {
                            p.code("pointer", &pointer).name("found", found).code("expected", expected)
                        });
                    }
                };
                if !matches!(node.value, Value::Object(_)) {
                    wrong(pointer, node.kind(), "object");
                    continue;
                }
                for key in ["architecture", "os", "os.version", "variant"] {
                    if let Some(value) = node.get(key).filter(|n| n.as_str().is_none()) {
                        wrong(format!("{pointer}/{key}"), value.kind(), "string");
                    }
                }
                if let Some(features) = node.get("os.features") {
                    let at = format!("{pointer}/os.features");
                    if !matches!(features.value, Value::Array(_)) {
                        wrong(at, features.kind(), "array of strings");
                    } else if let Some((i, item)) = features.items().iter().enumerate().find(|(_, n)| n.as_str().is_none()) {
                        wrong(format!("{at}/{i}"), item.kind(), "string");
                    }
                }
            }
        },
    }
    "platform-config-mismatch" {
        severity: Warning (Ambiguous),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "The index names another platform than the config" / "索引与配置中的平台不一致",
        says: "The entry at {pointer} has `{field}` {found}; the config of its image says {expected}." / "位于 {pointer} 的条目中 `{field}` 是 {found}，而镜像配置写的是 {expected}。",
        why: "A client chooses by the index and runs what the config and the files are. The image is pulled without complaint and then ends in `exec format error`, or Docker warns that it does not match the host. Mostly one build was listed twice, or a base image was built for the builder's own platform." / "客户端按索引选择，实际运行的却取决于配置和文件。拉取时一切正常，运行时却报 `exec format error`，或 Docker 警告平台与主机不符。常见原因是同一次构建被列了两次，或基础镜像是按构建机自己的平台生成的。",
        fix: "Find out which is true (`file` on a program in a layer tells), then build the image for the listed platform, or list it under its own." / "先弄清哪个是对的（对层中的程序执行 `file` 即可看出），再为所列平台重新构建，或改用镜像真实的平台。",
        bad: || {
            let mut layout = Layout::new();
            let mut image = layout.image(("linux", "amd64"), &[examples::gzip_layer("hello", b"hello")]);
            image["platform"]["architecture"] = json!("arm64");
            layout.list(image, "v1");
            layout.tar()
        },
        good: layout,
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(listed) = placed.descriptor.platform.value().filter(|_| placed.role == Role::Entry) else { continue };
                if !mt::is_manifest(placed.descriptor.media_type()) {
                    continue;
                }
                let (document, config) = match config_of(inventory, &placed) {
                    Ok(Some(found)) => found,
                    Ok(None) => continue,
                    Err(missing) => {
                        out.missing(missing);
                        continue;
                    }
                };
                let Some(real) = config.platform() else { continue };
                out.looked();
                if let Some((field, found, expected)) = difference(listed, &real) {
                    let pointer = format!("{}/platform", placed.descriptor.pointer);
                    let at = walk::field_or_object(placed.document, &pointer, field);
                    out.found_with(at, vec![walk::field_or_object(document, "", field)], |p| {
                        p.code("pointer", &placed.descriptor.pointer)
                            .name("field", field)
                            .code("found", found)
                            .code("expected", expected)
                    });
                }
            }
        },
    }
}

/// Reports every platform of an index entry that lacks a field.
fn required(inventory: &Inventory, out: &mut super::Out, field: &str) {
    for placed in walk::descriptors(inventory) {
        let pointer = format!("{}/platform", placed.descriptor.pointer);
        let platform = walk::node_at(placed.document, &pointer)
            .filter(|node| placed.role == Role::Entry && matches!(node.value, Value::Object(_)));
        let Some(platform) = platform else { continue };
        out.looked();
        if platform.get(field).is_none() {
            out.found(placed.document.locus(&pointer), |p| {
                p.code("pointer", &pointer)
            });
        }
    }
}

/// The image config behind an index entry; none where the entry is no image.
fn config_of<'a>(
    inventory: &'a Inventory,
    placed: &walk::Placed,
) -> Result<Option<(&'a Document, &'a Config)>, Missing> {
    let target = inventory.target(placed.document, placed.descriptor)?;
    let Claims::Manifest(manifest) = &target.claims else {
        return Ok(None);
    };
    let Some(descriptor) = manifest.config.value() else {
        return Ok(None);
    };
    if !mt::is_image_config(descriptor.media_type()) {
        return Ok(None);
    }
    let document = inventory.target(target, descriptor)?;
    Ok(match &document.claims {
        Claims::Config(config) => Some((document, config)),
        _ => None,
    })
}

/// The first field in which two platforms contradict each other: its name and both values. Other names of one thing are
/// the same, and silence contradicts nothing.
fn difference(listed: &Platform, real: &Platform) -> Option<(&'static str, String, String)> {
    let os = |name: &str| platform::system_meant(name).unwrap_or(name).to_string();
    let architecture = |name: &str| {
        platform::architecture_meant(name)
            .map_or(name, |(name, _)| name)
            .to_string()
    };
    let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
    if differ(&os(&listed.os), &os(&real.os)) {
        return Some(("os", listed.os.clone(), real.os.clone()));
    }
    if differ(
        &architecture(&listed.architecture),
        &architecture(&real.architecture),
    ) {
        return Some((
            "architecture",
            listed.architecture.clone(),
            real.architecture.clone(),
        ));
    }
    for (field, a, b) in [
        ("variant", &listed.variant, &real.variant),
        ("os.version", &listed.os_version, &real.os_version),
    ] {
        if let (Some(a), Some(b)) = (a, b)
            && differ(a, b)
        {
            return Some((field, a.clone(), b.clone()));
        }
    }
    None
}

/// A platform and where it is declared.
struct Declared<'a> {
    /// The document.
    document: &'a Document,
    /// Pointer of the object that holds the fields: a `platform`, or the whole config.
    pointer: String,
    /// The platform.
    platform: Platform,
}

/// Every platform of an index entry and of an image config. `unknown/unknown` is BuildKit's mark for an attestation, and
/// a platform of empty names is what Go programs write for none: both are left out.
fn declared(inventory: &Inventory) -> Vec<Declared<'_>> {
    let entries = walk::descriptors(inventory)
        .into_iter()
        .filter(|placed| placed.role == Role::Entry)
        .filter_map(|placed| {
            Some(Declared {
                document: placed.document,
                pointer: format!("{}/platform", placed.descriptor.pointer),
                platform: placed.descriptor.platform.value()?.clone(),
            })
        });
    let configs = walk::configs(inventory).map(|(document, config)| Declared {
        document,
        pointer: String::new(),
        platform: Platform {
            os: config.os.text().to_string(),
            architecture: config.architecture.text().to_string(),
            variant: config.variant.value().filter(|v| !v.is_empty()).cloned(),
            os_version: config.os_version.value().filter(|v| !v.is_empty()).cloned(),
            os_features: config.os_features.clone(),
        },
    });
    let mut all: Vec<_> = entries.chain(configs).collect();
    all.retain(|d| {
        let pair = (d.platform.os.as_str(), d.platform.architecture.as_str());
        !matches!(pair, ("unknown", "unknown") | ("", ""))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(os: &str, architecture: &str, variant: &str) -> Platform {
        Platform {
            os: os.to_string(),
            architecture: architecture.to_string(),
            variant: Some(variant.to_string()).filter(|v| !v.is_empty()),
            ..Platform::default()
        }
    }

    #[test]
    fn only_contradictions_count() {
        let field = |a, b| difference(&a, &b).map(|(field, _, _)| field);
        let amd64 = || platform("linux", "amd64", "");
        assert_eq!(field(amd64(), platform("linux", "x86_64", "")), None);
        assert_eq!(
            field(amd64(), platform("linux", "arm64", "")),
            Some("architecture")
        );
        assert_eq!(field(amd64(), platform("windows", "amd64", "")), Some("os"));
        let arm = |variant| platform("linux", "arm", variant);
        assert_eq!(field(arm("v7"), arm("")), None);
        assert_eq!(field(arm("v7"), arm("v6")), Some("variant"));
    }

    #[test]
    fn a_platform_that_is_not_given_is_not_compared() {
        let report = given(index()).report();
        let end = report
            .rules
            .iter()
            .find(|r| r.rule == "platform-config-mismatch")
            .unwrap();
        assert_eq!(end.outcome, crate::report::Outcome::NotRun);
    }
}
