//! Rules `manifest-*`: image manifests, OCI's and Docker's schema 2. Docker's are judged as Docker's: their media type is
//! right for them, and what only OCI asks for is not asked of them.

pub(super) mod layers;
pub(super) mod purpose;
pub(super) mod subject;

use super::rules;
use super::walk;
use crate::artifact::Document;
use crate::artifact::documents::{Claim, Claims, Manifest};
use crate::report::Severity;
use crate::spec::{known, media_type as mt};
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{artifact, edited, given, manifest, pasted};
use crate::examples::json;

/// Bytes of a manifest that registries have to take (distribution-spec, `spec.md#pushing-manifests`: at least 4
/// megabytes) and that distribution, containers/image and ORAS take at most.
const MANIFEST_BYTES: u64 = 4 * 1024 * 1024;

rules! {
    "manifest-schema-version" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "`schemaVersion` is not 2" / "`schemaVersion` 不是 2",
        says: "`schemaVersion` is {found}; it must be the number {expected}." / "`schemaVersion` 是 {found}；它必须是数字 {expected}。",
        why: "The distribution registry and Docker choose the reader of a manifest by this number; a string in its place stops Go's decoders." / "distribution 镜像仓库和 Docker 根据该数字选择清单的读取方式；写成字符串会让 Go 的解码程序停下。",
        fix: "Set `\"schemaVersion\": 2`." / "设为 `\"schemaVersion\": 2`。",
        trigger: r#"{"schemaVersion": "2"}"#,
        bad: || edited(manifest, &[r#"/schemaVersion: "2""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                schema_version(document, &manifest.schema_version, out);
            }
        },
    }
    "manifest-media-type-missing" {
        severity: Warning (Should),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Manifest without `mediaType`" / "清单缺少 `mediaType`",
        says: "The manifest has no `mediaType`; it should say {expected}." / "清单没有 `mediaType`；应写明 {expected}。",
        why: "It is optional, but without it a consumer has only the shape to tell a manifest from an index, which is how CVE-2021-41190 worked." / "该字段可选，但缺少它时，使用方只能凭结构区分清单和索引，CVE-2021-41190 正是由此产生。",
        fix: "Add the media type. That changes the digest of the manifest." / "补上媒体类型。清单的摘要会随之改变。",
        trigger: r#"{"schemaVersion": 2, "config": {…}, "layers": […]}"#,
        bad: || edited(manifest, &["/mediaType"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if manifest.media_type.is_absent() {
                    out.found(document.locus(""), |p| p.code("expected", mt::OCI_MANIFEST));
                }
            }
        },
    }
    "manifest-media-type-wrong" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Manifest with the media type of something else" / "清单的媒体类型写成了别的类型",
        says: "The manifest says its `mediaType` is {found}; an image manifest must say {expected}." / "清单的 `mediaType` 写作 {found}；镜像清单必须写 {expected}。",
        why: "umoci, regclient and the distribution registry refuse it; others believe the type and look for fields that are not there." / "umoci、regclient 和 distribution 镜像仓库会拒绝；其他使用方相信该类型，却找不到相应的字段。",
        fix: "Write the type of an image manifest. That changes the digest of the manifest." / "改为镜像清单的类型。清单的摘要会随之改变。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.index.v1+json", "config": {…}, "layers": […]}"#,
        bad: || edited(manifest, &[r#"/mediaType: "application/vnd.oci.image.index.v1+json""#]),
        good: || edited(manifest, &[r#"/mediaType: "application/vnd.docker.distribution.manifest.v2+json""#, r#"/config/mediaType: "application/vnd.docker.container.image.v1+json""#, r#"/layers/0/mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip""#]),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if let Some(found) = manifest.media_type.value().filter(|t| !mt::is_manifest(t)) {
                    out.found(document.locus("/mediaType"), |p| p.code("found", found.clone()).code("expected", mt::OCI_MANIFEST));
                }
            }
        },
    }
    "manifest-has-index-fields" {
        severity: Error (Ambiguous),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Manifest with fields of an index" / "清单中带有索引的字段",
        says: "The manifest also has `manifests`, the field that makes an index." / "清单中还有 `manifests`，而这是索引才有的字段。",
        why: "Two consumers can see two images under one digest (CVE-2021-41190); containerd, containers/image, umoci and the distribution registry refuse such a document." / "同一摘要下，两个使用方可能看到两个不同的镜像（CVE-2021-41190）；containerd、containers/image、umoci 和 distribution 镜像仓库会拒绝这样的文档。",
        fix: "Split it into a manifest and an index." / "拆分成一个清单和一个索引。",
        trigger: r#"{"config": {…}, "layers": […], "manifests": […]}"#,
        bad: || edited(manifest, &["/manifests: []"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, _) in walk::manifests(inventory) {
                out.looked();
                if has(document, "manifests") {
                    out.found(walk::key(document, "", "manifests"), |p| p);
                }
            }
        },
    }
    "manifest-has-schema1-fields" {
        severity: Error (Ambiguous),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Manifest with fields of Docker schema 1" / "清单中带有 Docker schema 1 的字段",
        says: "The manifest is of schema 2 and also has `{field}`, a field of Docker's schema 1." / "清单属于 schema 2，却还有 Docker schema 1 的字段 `{field}`。",
        why: "A reader of schema 1 would find other layers under the digest that a reader of schema 2 has verified. containerd refuses a manifest with `fsLayers` (`media-type: schema 1 not supported`), containers/image one with `fsLayers` or `history`." / "同一摘要下，schema 1 的读取程序看到的层与 schema 2 的读取程序校验过的不同。containerd 会拒绝带 `fsLayers` 的清单（`media-type: schema 1 not supported`），containers/image 会拒绝带 `fsLayers` 或 `history` 的清单。",
        fix: "Remove the fields of schema 1. `history` belongs into the config." / "去掉 schema 1 的字段。`history` 应写在配置中。",
        trigger: r#"{"schemaVersion": 2, "fsLayers": […]}"#,
        bad: || edited(manifest, &["/fsLayers: []"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in &inventory.documents {
                let second = |d: &Document| {
                    walk::node_at(d, "/schemaVersion").and_then(crate::bytes::json::Node::as_i64) == Some(2)
                };
                match document.claims {
                    Claims::Manifest(_) => {}
                    Claims::Schema1 { .. } if second(document) => {}
                    _ => continue,
                }
                out.looked();
                let refused = ["fsLayers", "history"].into_iter().filter(|field| has(document, field));
                let odd = ["signatures", "tag"].into_iter().filter(|field| has(document, field));
                let odd = odd.filter(|field| *field != "tag" || has(document, "name"));
                let mut found: Vec<&str> = refused.collect();
                let serious = !found.is_empty();
                found.extend(odd);
                let mut places = found.iter().map(|field| walk::key(document, "", field));
                if let (Some(first), Some(field)) = (places.next(), found.first()) {
                    out.found_with(first, places.collect(), |p| p.name("field", *field));
                    // Unknown fields are legal, and nobody is known to refuse these.
                    if !serious {
                        out.weighs(Severity::Warning);
                    }
                }
            }
        },
    }
    "manifest-size" {
        severity: Warning (Consumers),
        spec: "distribution-spec" since "",
        needs: Documents,
        title: "Manifest above 4 MiB" / "清单超过 4 MiB",
        says: "The manifest has {found}; registries and clients need not take more than {most}." / "清单大小为 {found}；镜像仓库和客户端可以不接受超过 {most} 的清单。",
        why: "The distribution registry, containers/image (skopeo, Podman) and ORAS stop at 4,194,304 bytes, containerd at 4,393,216. A push is answered with `413` or `manifest too large`, a pull breaks off; the blobs behind it are all right." / "distribution 镜像仓库、containers/image（skopeo、Podman）和 ORAS 的上限是 4,194,304 字节，containerd 是 4,393,216 字节。推送会得到 `413` 或清单过大的错误，拉取会中断；而它指向的 blob 都没有问题。",
        fix: "Move content out of annotations and `data` into blobs; split an index by platform or version." / "把注解和 `data` 中的内容移到 blob；索引则按平台或版本拆分。",
        bad: || pasted(crate::examples::inputs::index(), |i| i["manifests"][0]["size"] = json!(5_000_000)),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in &inventory.documents {
                let sent = matches!(document.claims, Claims::Manifest(_) | Claims::Index(_));
                if !sent || walk::is_listing(inventory, document) {
                    continue;
                }
                out.looked();
                let size = document.bytes.len() as u64;
                if size > MANIFEST_BYTES {
                    out.found(document.locus(""), |p| p.bytes("found", size).bytes("most", MANIFEST_BYTES));
                }
            }
            // Of a manifest that is not here, its descriptor tells the size.
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                let manifest = mt::is_manifest(d.media_type()) || mt::is_index(d.media_type());
                let Some(size) = d.size.value().and_then(|size| u64::try_from(*size).ok()) else { continue };
                if manifest && inventory.target(placed.document, d).is_err() {
                    out.looked();
                    if size > MANIFEST_BYTES {
                        out.found(placed.field("size"), |p| p.bytes("found", size).bytes("most", MANIFEST_BYTES));
                    }
                }
            }
        },
    }
    "manifest-config-missing" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "Manifest without `config`" / "清单缺少 `config`",
        says: "The manifest has no `config`, which is required." / "清单没有 `config`，而它是必需的。",
        why: "Consumers read the config first, or take its media type as the type of the artifact; without it they stop." / "使用方首先读取配置，或以配置的媒体类型作为制品类型；缺少它就会停下。",
        fix: "Add a descriptor of the config; an artifact without one takes the empty descriptor." / "补上配置的描述符；没有配置的制品应使用空描述符。",
        trigger: r#"{"schemaVersion": 2, "layers": […]}"#,
        bad: || edited(manifest, &["/config"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if manifest.config.is_absent() {
                    out.found(document.locus(""), |p| p);
                }
            }
        },
    }
    "manifest-layers-missing" {
        severity: Error (Schema),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "Manifest without `layers`" / "清单缺少 `layers`",
        says: "The manifest has no `layers`; the published schema requires the field." / "清单没有 `layers`；官方 JSON schema 要求必须有该字段。",
        why: "Readers that check against the schema refuse it, and many tell a manifest from an index by this field." / "按 schema 检查的读取程序会拒绝，许多程序也靠该字段区分清单和索引。",
        fix: "Add `layers`, with the empty descriptor where there is no content." / "补上 `layers`；没有内容时放入空描述符。",
        trigger: r#"{"schemaVersion": 2, "config": {…}}"#,
        bad: || edited(manifest, &["/layers"]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if manifest.layers.is_absent() {
                    out.found(document.locus(""), |p| p);
                }
            }
        },
    }
    /// The schema has refused it from the first release on; the text recommends it since 1.1 and never demands it.
    "manifest-layers-empty" {
        severity: Warning (Schema),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "Manifest with no layer" / "清单没有任何层",
        says: "`layers` is empty; the published JSON schema has rejected that since 1.0, and from 1.1 on the text too recommends at least one entry." / "`layers` 为空；随规范发布的 JSON schema 自 1.0 起就不接受空数组，规范正文自 1.1 起也建议至少有一项。",
        why: "Registries accept it. Tools that check against the schema refuse it." / "镜像仓库会接受；按 schema 检查的工具会拒绝。",
        fix: "Add the empty descriptor as the only layer." / "放入空描述符，作为唯一的层。",
        trigger: r#"{"layers": []}"#,
        bad: || edited(artifact, &["/layers: []"]),
        good: || pasted(artifact(), |m| m["layers"] = serde_json::json!([examples::descriptor(mt::OCI_EMPTY, b"{}")])),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let Some(layers) = manifest.layers.value().filter(|_| !is_docker(manifest)) else { continue };
                out.looked();
                if layers.is_empty() {
                    out.found(document.locus("/layers"), |p| p);
                }
            }
        },
    }
    "manifest-artifact-type-required" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "Empty config without `artifactType`" / "配置为空却没有 `artifactType`",
        says: "`config` is of the empty type {config}, so `artifactType` must be set, and it is not." / "`config` 是空类型 {config}，因此必须设置 `artifactType`，而它并未设置。",
        why: "Nothing in the manifest says what the artifact is; registries list it in no referrers query by type, and clients cannot choose it." / "清单中没有任何内容说明制品是什么；镜像仓库无法按类型在引用方查询中列出它，客户端也无法选择。",
        fix: "Set `artifactType`: `oras push --artifact-type application/vnd.example.thing`." / "设置 `artifactType`：`oras push --artifact-type application/vnd.example.thing`。",
        trigger: r#"{"config": {"mediaType": "application/vnd.oci.empty.v1+json"}, "layers": […]}"#,
        bad: || edited(artifact, &["/artifactType"]),
        good: || given(artifact()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                let none = match &manifest.artifact_type {
                    Claim::Absent => true,
                    claim => claim.value().is_some_and(String::is_empty),
                };
                if manifest.config_media_type() == mt::OCI_EMPTY && none {
                    let at = walk::field_or_object(document, "", "artifactType");
                    out.found_with(at, vec![document.locus("/config/mediaType")], |p| p.code("config", mt::OCI_EMPTY));
                }
            }
        },
    }
    "manifest-image-with-empty-config" {
        severity: Warning (Consumers),
        spec: "manifest.md#guidance-for-an-empty-descriptor" since "1.1",
        needs: Documents,
        title: "Root filesystem layers with an empty config" / "有根文件系统层，配置却是空的",
        says: "{pointer} is a root filesystem layer of type {found}, but `config` is the empty JSON object." / "{pointer} 是类型为 {found} 的根文件系统层，而 `config` 是空的 JSON 对象。",
        why: "containerd and Docker compare the number of layers with `rootfs.diff_ids` of the config, which an empty config does not have, and refuse to run the image. As an artifact for other tools it is legal." / "containerd 和 Docker 会把层数与配置中的 `rootfs.diff_ids` 比较，而空配置没有该字段，因此拒绝运行。若仅作为其他工具的制品，则是合法的。",
        fix: "To run it, add a real image config with one diffID for each layer; as an artifact, give the layers a type of their own." / "若要运行，补上真正的镜像配置，并为每一层写一个 diffID；若作为制品，为各层使用自己的媒体类型。",
        trigger: r#"{"config": {"digest": "sha256:44136fa3…"}, "layers": [{"mediaType": "…layer.v1.tar+gzip"}]}"#,
        bad: || edited(artifact, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+gzip""#]),
        good: || given(artifact()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let Some(config) = manifest.config.value() else { continue };
                let Some(layer) = manifest.layers().iter().find(|l| mt::is_layer(l.media_type())) else { continue };
                out.looked();
                if config.media_type() == mt::OCI_EMPTY || config.digest() == known::EMPTY_JSON {
                    let at = walk::field_or_object(document, &layer.pointer, "mediaType");
                    out.found_with(at, vec![document.locus("/config")], |p| {
                        p.code("pointer", &layer.pointer).code("found", layer.media_type())
                    });
                }
            }
        },
    }
}

/// Whether a manifest calls itself Docker's.
fn is_docker(manifest: &Manifest) -> bool {
    manifest.media_type.text() == mt::DOCKER_MANIFEST
}

/// Whether a document has a field.
pub(super) fn has(document: &Document, key: &str) -> bool {
    walk::node_at(document, "").is_some_and(|root| root.get(key).is_some())
}

/// Reports a `schemaVersion` that is not the number 2.
pub(super) fn schema_version(document: &Document, claim: &Claim<i64>, out: &mut super::Out) {
    let written = |range: &std::ops::Range<usize>| {
        let bytes = document.bytes.get(range.clone()).unwrap_or(&[]);
        String::from_utf8_lossy(bytes)
            .chars()
            .take(40)
            .collect::<String>()
    };
    match claim {
        Claim::Is { value: 2, .. } => {}
        Claim::Absent => out.found_as(
            document.locus(""),
            say(
                "`schemaVersion` is absent; it must be the number {expected}.",
                "缺少 `schemaVersion`；它必须是数字 {expected}。",
            )
            .code("expected", "2"),
        ),
        Claim::Is { range, .. } | Claim::Wrong { range, .. } => {
            out.found(document.locus("/schemaVersion"), |p| {
                p.code("found", written(range)).code("expected", "2")
            });
        }
    }
}
