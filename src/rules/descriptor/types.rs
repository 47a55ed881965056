//! Rules `descriptor-*` about `mediaType` and `artifactType`: their spelling, and what they say against what they point at.
//! Which types are known is the media types' own matter.

use crate::artifact::Document;
use crate::artifact::documents::Claims;
use crate::rules::rules;
use crate::rules::walk::{self, Placed};
use crate::spec::{self, known, media_type as mt};
use std::collections::BTreeMap;

use crate::examples;
use crate::examples::inputs::{artifact, edited, given, index, manifest, pasted};
use crate::examples::json;

rules! {
    "descriptor-media-type-syntax" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Not a media type" / "不是合法的媒体类型",
        says: "{found} is not of the form {expected}: two names of letters, digits and marks such as `.`, `+` and `-`, each beginning with a letter or digit and at most 127 characters long." / "{found} 不符合 {expected} 的形式：两个名称，各由字母、数字以及 `.`、`+`、`-` 等符号组成，以字母或数字开头，最长 127 个字符。",
        why: "The published schema refuses the document, and ORAS refuses to pack it. Parameters such as `; charset=utf-8` belong to HTTP headers: consumers compare the whole text, so a type with one is a type that nobody knows." / "官方 JSON schema 会拒绝该文档，ORAS 拒绝打包。`; charset=utf-8` 这样的参数属于 HTTP 头：使用方比较的是整段文本，带参数的类型谁也不认识。",
        fix: "Write a registered type, or one of your own such as `application/vnd.example.thing.v1+json`." / "写一个已注册的类型，或自定义类型，例如 `application/vnd.example.thing.v1+json`。",
        trigger: r#"{"mediaType": "invalid"}"#,
        bad: || edited(artifact, &[r#"/layers/0/mediaType: "application/json; charset=utf-8""#]),
        good: || edited(artifact, &[r#"/layers/0/mediaType: "application/json""#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(text) = placed.descriptor.media_type.value() else { continue };
                out.looked();
                if !spec::is_media_type(text) {
                    out.found(placed.field("mediaType"), |p| p.code("found", shown(text)).code("expected", "type/subtype"));
                }
            }
        },
    }
    "descriptor-artifact-type-syntax" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.1",
        needs: Documents,
        title: "`artifactType` of a descriptor is not a media type" / "描述符的 `artifactType` 不是媒体类型",
        says: "`artifactType` at {pointer} is {found}; it must be a media type such as {expected}." / "位于 {pointer} 的 `artifactType` 是 {found}；它必须是媒体类型，例如 {expected}。",
        why: "Clients ask a registry for referrers by this value (`?artifactType=…`). The published schema checks it for single descriptors and forgets it for the entries of an index, so a slip here passes validators and fails with the clients." / "客户端用这个值向镜像仓库查询引用方（`?artifactType=…`）。官方 JSON schema 会检查单独的描述符，却漏掉了索引的条目，因此这里的错误能通过校验工具，到客户端才失败。",
        fix: "Copy the `artifactType` of the manifest that the descriptor points at." / "照抄所指清单的 `artifactType`。",
        trigger: r#"{"artifactType": "foo/.bar"}"#,
        bad: || edited(index, &[r#"/manifests/0/artifactType: "sbom""#]),
        good: || edited(index, &[r#"/manifests/0/artifactType: "application/spdx+json""#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                out.looked();
                let Some(text) = placed.descriptor.artifact_type.value() else { continue };
                if !spec::is_media_type(text) {
                    out.found(placed.field("artifactType"), |p| {
                        p.code("pointer", &placed.descriptor.pointer)
                            .code("found", shown(text))
                            .code("expected", "application/vnd.example.thing")
                    });
                }
            }
        },
    }
    "descriptor-artifact-type-mismatch" {
        severity: Warning (Ambiguous),
        spec: "descriptor.md#properties" since "1.1",
        needs: Documents,
        title: "Descriptor and manifest name different artifact types" / "描述符与清单的制品类型不一致",
        says: "The descriptor at {pointer} says that the artifact is {found}; its manifest says {expected}." / "位于 {pointer} 的描述符说制品类型是 {found}，而它的清单写的是 {expected}。",
        why: "Whoever lists artifacts reads the descriptor, whoever opens one reads the manifest: a policy that looks for signatures or SBOMs by type finds this one in one way and misses it in the other. Registries answer a referrers query with the manifest's value." / "列出制品时看描述符，打开制品时看清单：按类型查找签名或 SBOM 的策略，用一种方式能找到，用另一种就会漏掉。镜像仓库在引用方查询中返回的是清单里的值。",
        fix: "Copy the manifest's `artifactType` into the descriptor, or its `config.mediaType` where the manifest has none." / "把清单的 `artifactType` 复制到描述符；清单没有该字段时，则用它的 `config.mediaType`。",
        bad: || with_artifact(json!("application/spdx+json")),
        good: || with_artifact(json!("application/vnd.acme.thing")),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(found) = placed.descriptor.artifact_type.value() else { continue };
                let Some(target) = out.known(inventory.target(placed.document, placed.descriptor)) else { continue };
                let Some((pointer, expected)) = artifact_type(target) else { continue };
                out.looked();
                if found != expected {
                    out.found_with(placed.field("artifactType"), vec![target.locus(pointer)], |p| {
                        p.code("pointer", &placed.descriptor.pointer).code("found", found.clone()).code("expected", expected)
                    });
                }
            }
        },
    }
    "descriptor-media-type-conflict" {
        severity: Warning (Ambiguous),
        spec: "media-types.md#media-type-conflicts" since "1.0",
        needs: Documents,
        title: "One digest under types of different kinds" / "同一摘要用了不同种类的类型",
        says: "{digest} is called {found} here and {other} elsewhere; content of one digest is of one kind." / "{digest} 在此处是 {found}，在别处是 {other}；同一摘要的内容只能属于一种。",
        why: "This is the pattern of CVE-2021-41190: one consumer follows one descriptor and sees an image, another follows the other and sees something else, under a digest that both have verified. What was scanned or signed need not be what runs." / "这正是 CVE-2021-41190 的手法：一个使用方按这个描述符看到一个镜像，另一个按那个描述符看到别的东西，而双方都校验过同一个摘要。被扫描或签名的内容，未必是实际运行的内容。",
        fix: "Look what the content is, and write that type in all places." / "确认内容到底是什么，并在所有地方写同一个类型。",
        bad: || pasted(index(), |i| {
            i["manifests"][1]["digest"] = i["manifests"][0]["digest"].clone();
            i["manifests"][1]["size"] = i["manifests"][0]["size"].clone();
            i["manifests"][1]["mediaType"] = json!(mt::OCI_INDEX);
        }),
        good: || given(manifest()),
        check: |inventory, out| {
            let mut first: BTreeMap<&str, (&'static str, Placed)> = BTreeMap::new();
            for placed in walk::descriptors(inventory) {
                let digest = placed.descriptor.digest();
                let content = spec::digest(digest).is_some() && digest != known::EMPTY_JSON && digest != known::EMPTY_BYTES;
                let Some(kind) = kind(placed.descriptor.media_type()).filter(|_| content) else { continue };
                out.looked();
                let Some((other_kind, other)) = first.get(digest) else {
                    first.insert(digest, (kind, placed));
                    continue;
                };
                if *other_kind != kind {
                    out.found_with(placed.field("mediaType"), vec![other.field("mediaType")], |p| {
                        p.code("digest", digest)
                            .code("found", placed.descriptor.media_type())
                            .code("other", other.descriptor.media_type())
                    });
                }
            }
        },
    }
}

/// A text as it can be shown as code: an empty one in its quotes.
pub(in crate::rules) fn shown(text: &str) -> String {
    if text.is_empty() {
        "\"\"".to_string()
    } else {
        text.to_string()
    }
}

/// The kind of content that a media type names; none for types that say nothing about it. Docker's twin is of one kind
/// with OCI's, and all root filesystem layers are of one kind.
fn kind(media_type: &str) -> Option<&'static str> {
    match media_type {
        t if mt::is_index(t) => Some("index"),
        t if mt::is_manifest(t) || mt::is_schema1(t) || t == mt::OCI_ARTIFACT_MANIFEST => {
            Some("manifest")
        }
        t if mt::is_image_config(t) => Some("config"),
        t if mt::is_layer(t) => Some("layer"),
        _ => None,
    }
}

/// What artifact a document says that it is, and where: by `artifactType`, for a manifest else by the config's type.
fn artifact_type(document: &Document) -> Option<(&'static str, &str)> {
    let own = |claim: &'_ crate::artifact::documents::Claim<String>| {
        claim.value().is_some_and(|text| !text.is_empty())
    };
    match &document.claims {
        Claims::Manifest(m) if own(&m.artifact_type) => {
            Some(("/artifactType", m.artifact_type.text()))
        }
        Claims::Manifest(m) if m.config.value().is_some() => {
            Some(("/config/mediaType", m.config_media_type()))
        }
        Claims::Index(i) if own(&i.artifact_type) => {
            Some(("/artifactType", i.artifact_type.text()))
        }
        _ => None,
    }
}

/// A layout with one artifact, whose entry names this artifact type.
fn with_artifact(artifact_type: serde_json::Value) -> examples::Files {
    let mut layout = examples::Layout::new();
    layout.blob(mt::OCI_EMPTY, b"{}");
    layout.blob("application/vnd.acme.thing", b"thing");
    let mut entry = layout.document(mt::OCI_MANIFEST, &artifact());
    entry["artifactType"] = artifact_type;
    layout.list(entry, "v1");
    layout.tar()
}
