//! Rules `index-*`: image indexes and Docker's manifest lists, the `index.json` of a layout among them.

pub(super) mod entries;

use super::descriptor::types::shown;
use super::manifest::{has, schema_version};
use super::rules;
use super::walk;
use crate::artifact::documents::Claim;
use crate::report::Severity;
use crate::spec::{self, annotation, media_type as mt};

use crate::examples;
use crate::examples::inputs::{edited, given, index, pasted};
use crate::examples::json;

rules! {
    "index-schema-version" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`schemaVersion` is not 2" / "`schemaVersion` 不是 2",
        says: "`schemaVersion` is {found}; it must be the number {expected}." / "`schemaVersion` 是 {found}；它必须是数字 {expected}。",
        why: "The published schema refuses it, and a string in its place stops Go's decoders." / "官方 JSON schema 不接受；写成字符串会让 Go 的解码程序停下。",
        fix: "Set `\"schemaVersion\": 2`." / "设为 `\"schemaVersion\": 2`。",
        trigger: r#"{"schemaVersion": "2"}"#,
        bad: || edited(index, &["/schemaVersion: 1"]),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                schema_version(document, &index.schema_version, out);
            }
        },
    }
    "index-media-type-missing" {
        severity: Warning (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Index without `mediaType`" / "索引缺少 `mediaType`",
        says: "The index has no `mediaType`; it should say {expected}." / "索引没有 `mediaType`；应写明 {expected}。",
        why: "The field is optional. Without it only the shape tells an index from a manifest, which is how CVE-2021-41190 worked. In the `index.json` of a layout, where many tools omit it, the file name says what it is; Apple's `container` before October 2025 still refused such a layout." / "该字段可选。缺少它时只能凭结构区分索引和清单，CVE-2021-41190 正是由此产生。在布局的 `index.json` 中，许多工具都会省略它，文件名已说明其身份；但 2025 年 10 月之前的 Apple `container` 仍会拒绝这样的布局。",
        fix: "Add the media type. For an index that is a blob that changes its digest." / "补上媒体类型。如果索引是一个 blob，其摘要会随之改变。",
        fine: "It is the `index.json` of a layout." / "它是布局的 `index.json`。",
        trigger: r#"{"schemaVersion": 2, "manifests": […]}"#,
        bad: || edited(index, &["/mediaType"]),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                if index.media_type.is_absent() {
                    out.found(document.locus(""), |p| p.code("expected", mt::OCI_INDEX));
                    if walk::is_listing(inventory, document) {
                        out.weighs(Severity::Info);
                    }
                }
            }
        },
    }
    "index-media-type-wrong" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Index with the media type of something else" / "索引的媒体类型写成了别的类型",
        says: "The index says its `mediaType` is {found}; an image index must say {expected}." / "索引的 `mediaType` 写作 {found}；镜像索引必须写 {expected}。",
        why: "umoci and regclient refuse it; others believe the type and look for `config` and `layers`." / "umoci 和 regclient 会拒绝；其他使用方相信该类型，转而去找 `config` 和 `layers`。",
        fix: "Write the type of an image index. That changes the digest of the index." / "改为镜像索引的类型。索引的摘要会随之改变。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.manifest.v1+json", "manifests": […]}"#,
        bad: || edited(index, &[r#"/mediaType: "application/vnd.oci.image.manifest.v1+json""#]),
        good: || edited(index, &["/mediaType"]),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                if let Some(found) = index.media_type.value().filter(|t| !mt::is_index(t)) {
                    out.found(document.locus("/mediaType"), |p| p.code("found", found.clone()).code("expected", mt::OCI_INDEX));
                }
            }
        },
    }
    "index-has-manifest-fields" {
        severity: Error (Ambiguous),
        spec: "image-index.md#image-index-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Index with fields of a manifest" / "索引中带有清单的字段",
        says: "The index also has `{field}`, a field of an image manifest." / "索引中还有 `{field}`，而这是镜像清单的字段。",
        why: "Two consumers can see two images under one digest (CVE-2021-41190); containerd, containers/image, umoci and the distribution registry refuse such a document." / "同一摘要下，两个使用方可能看到两个不同的镜像（CVE-2021-41190）；containerd、containers/image、umoci 和 distribution 镜像仓库会拒绝这样的文档。",
        fix: "Split it into an index and a manifest." / "拆分成一个索引和一个清单。",
        trigger: r#"{"manifests": […], "layers": […]}"#,
        bad: || edited(index, &["/layers: []"]),
        good: || given(index()),
        check: |inventory, out| {
            for (document, _) in walk::indexes(inventory) {
                out.looked();
                let foreign: Vec<&str> = ["config", "layers", "fsLayers", "history"]
                    .into_iter()
                    .filter(|field| has(document, field))
                    .collect();
                let mut places = foreign.iter().map(|field| walk::key(document, "", field));
                if let (Some(first), Some(field)) = (places.next(), foreign.first()) {
                    out.found_with(first, places.collect(), |p| p.name("field", *field));
                }
            }
        },
    }
    "index-manifests-missing" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Index without `manifests`" / "索引缺少 `manifests`",
        says: "The index has no `manifests`, which is required." / "索引没有 `manifests`，而它是必需的。",
        why: "There is nothing in it to pull; readers that check against the schema refuse it." / "其中没有可拉取的内容；按 schema 检查的读取程序会拒绝。",
        fix: "Add `manifests`; an empty array is allowed." / "补上 `manifests`；允许为空数组。",
        trigger: r#"{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}"#,
        bad: || edited(index, &["/manifests"]),
        good: || edited(index, &["/manifests: []"]),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                if index.manifests.is_absent() {
                    out.found(document.locus(""), |p| p);
                }
            }
        },
    }
    "index-manifests-null" {
        severity: Error (Schema),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "`manifests` is null" / "`manifests` 为 null",
        says: "`manifests` is `null`; an index without entries has {expected}." / "`manifests` 为 `null`；没有条目的索引应写作 {expected}。",
        why: "Go programs write null for an empty list (`docker save` of Engine 25 did) and Go readers take it, but the published schema and strict readers refuse it." / "Go 程序会把空列表写成 null（Engine 25 的 `docker save` 就曾如此），Go 的读取程序也能接受，但官方 JSON schema 和严格的读取程序会拒绝。",
        fix: "Write an empty array." / "写成空数组。",
        trigger: r#"{"manifests": null}"#,
        bad: || edited(index, &["/manifests: null"]),
        good: || edited(index, &["/manifests: []"]),
        check: |inventory, out| {
            // An archive with a good `manifest.json` loads in spite of it.
            let beside = !walk::docker_images(inventory).is_empty();
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                if let Claim::Wrong { found: "null", .. } = index.manifests {
                    out.found(document.locus("/manifests"), |p| p.code("expected", "[]"));
                    if beside && document.path.ends_with("index.json") {
                        out.weighs(Severity::Warning);
                    }
                }
            }
        },
    }
    "index-manifests-empty" {
        severity: Info (Note),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Index without entries" / "索引没有任何条目",
        says: "`manifests` is empty: there is nothing in this index to pull." / "`manifests` 为空：该索引中没有可拉取的内容。",
        why: "It is allowed, and registries keep such an index, for instance as an anchor that referrers attach to or after all platforms were filtered out. A pull finds no image: `no matching manifest for linux/amd64 in the manifest list entries`." / "这是允许的，镜像仓库也会保存，例如作为引用方挂靠的对象，或所有平台都被过滤之后的结果。拉取时找不到镜像：`no matching manifest for linux/amd64 in the manifest list entries`。",
        fix: "Nothing has to change. If an image was expected here, look at the copy or filter that made the index." / "无需改动。如果本应有镜像，检查生成该索引的复制或过滤步骤。",
        trigger: r#"{"manifests": []}"#,
        bad: || edited(index, &["/manifests: []"]),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in entries::images(inventory) {
                out.looked();
                if index.manifests.value().is_some_and(Vec::is_empty) {
                    out.found(document.locus("/manifests"), |p| p);
                }
            }
        },
    }
    "index-artifact-type-syntax" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.1",
        needs: Documents,
        title: "`artifactType` of an index is not a media type" / "索引的 `artifactType` 不是媒体类型",
        says: "`artifactType` is {found}; it must be a media type such as {expected}." / "`artifactType` 是 {found}；它必须是媒体类型，例如 {expected}。",
        why: "The published schema refuses the index. Registries copy the text into their answer to a referrers query, so a client that asks for one type of artifact never gets this one." / "官方 JSON schema 会拒绝该索引。镜像仓库会把这段文本放进引用方查询的结果，因此按类型查询的客户端永远得不到它。",
        fix: "Write `type/subtype`, or leave the field out: an image for several platforms needs none." / "写成 `type/subtype` 的形式，或省略该字段：多平台镜像不需要它。",
        trigger: r#"{"artifactType": "foo/.bar"}"#,
        bad: || edited(index, &[r#"/artifactType: "foo/.bar""#]),
        good: || edited(index, &[r#"/artifactType: "application/vnd.acme.x""#]),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                let Some(text) = index.artifact_type.value() else { continue };
                if !spec::is_media_type(text) {
                    out.found(document.locus("/artifactType"), |p| {
                        p.code("found", shown(text)).code("expected", "application/vnd.example.thing")
                    });
                }
            }
        },
    }
    "index-subject-invalid" {
        severity: Error (Must),
        spec: "image-index.md#image-index-property-descriptions" since "1.1",
        needs: Documents,
        title: "`subject` of an index is not a descriptor" / "索引的 `subject` 不是描述符",
        says: "`subject` is a JSON `{found}`; it must be a descriptor with `mediaType`, `digest` and `size`." / "`subject` 是 JSON 的 `{found}`；它必须是带有 `mediaType`、`digest` 和 `size` 的描述符。",
        why: "A registry that knows referrers reads `subject` on every push and refuses the index; Go's decoders stop at it. Older registries take the push, and what the index should be attached to never learns of it." / "支持引用方的镜像仓库每次推送都会读取 `subject`，并拒绝该索引；Go 的解码程序也会在此停下。较旧的镜像仓库会接受推送，但索引应挂靠的对象永远查不到它。",
        fix: "Write the descriptor of the manifest that this index is about; `oras manifest fetch --descriptor REF` prints it." / "写上该索引所针对的清单的描述符；`oras manifest fetch --descriptor REF` 会输出。",
        trigger: r#"{"subject": "nope"}"#,
        bad: || edited(index, &[r#"/subject: "nope""#]),
        good: || pasted(index(), |i| i["subject"] = examples::descriptor(mt::OCI_MANIFEST, b"subject")),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                if let Claim::Wrong { found, .. } = index.subject
                    && found != "null"
                {
                    out.found(document.locus("/subject"), |p| p.name("found", found));
                }
            }
        },
    }
    "index-attestation-platform" {
        severity: Info (Note),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Attestation listed as platform `unknown/unknown`" / "以平台 `unknown/unknown` 列出的证明",
        says: "The entry at {pointer} has the platform {platform}: a BuildKit attestation, not a broken platform." / "位于 {pointer} 的条目平台为 {platform}：这是 BuildKit 的证明，不是平台有误。",
        why: "Consumers that choose by platform pass over it. Tools that list platforms, or that take every entry for an image, stumble over it." / "按平台选择的使用方会略过它；列出平台的工具，或把每个条目都当作镜像的工具，可能因此出错。",
        fix: "Nothing has to change. `docker buildx build --provenance=false --sbom=false` builds without attestations." / "无需改动。`docker buildx build --provenance=false --sbom=false` 可构建不带证明的镜像。",
        trigger: r#"{"platform": {"architecture": "unknown", "os": "unknown"}}"#,
        bad: || pasted(index(), |i| i["manifests"][1] = attestation(&i["manifests"][0])),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                for entry in index.manifests() {
                    let Some(platform) = entry.platform.value() else { continue };
                    out.looked();
                    if platform.os == "unknown" && platform.architecture == "unknown" {
                        let at = walk::field_or_object(document, &entry.pointer, "platform");
                        out.found(at, |p| p.code("pointer", &entry.pointer).code("platform", platform.text()));
                    }
                }
            }
        },
    }
    "index-attestation-reference" {
        severity: Warning (Consumers),
        spec: "BuildKit attestation storage" since "",
        needs: Documents,
        title: "Attestation of an image that is not in the index" / "证明所指的镜像不在索引中",
        says: "The attestation at {pointer} is about {digest}, which is no entry of this index." / "位于 {pointer} 的证明针对 {digest}，而该摘要不是本索引的条目。",
        why: "The image was taken out of the index, or changed, after the attestation was made; tools that look up its provenance find none." / "证明生成之后，镜像被移出索引或发生了改动；查询来源信息的工具因此找不到结果。",
        fix: "Build the index anew, or take the attestation out as well." / "重新构建索引，或把该证明也一并移除。",
        trigger: r#"{"annotations": {"vnd.docker.reference.digest": "sha256:<of no entry>"}}"#,
        bad: || pasted(index(), |i| {
            i["manifests"][1] = attestation(&serde_json::json!({ "digest": examples::sha256(b"gone") }));
        }),
        good: || pasted(index(), |i| i["manifests"][1] = attestation(&i["manifests"][0])),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                for entry in index.manifests() {
                    if !entry.annotations.contains_key(annotation::REFERENCE_TYPE) {
                        continue;
                    }
                    let Some(digest) = entry.annotations.get(annotation::REFERENCE_DIGEST) else { continue };
                    out.looked();
                    if !index.manifests().iter().any(|other| other.digest() == digest) {
                        let pointer = format!("{}/annotations", entry.pointer);
                        let at = walk::field_or_object(document, &pointer, annotation::REFERENCE_DIGEST);
                        out.found(at, |p| p.code("pointer", &entry.pointer).code("digest", digest.clone()));
                    }
                }
            }
        },
    }
}

/// The entry of a BuildKit attestation about another entry.
fn attestation(about: &serde_json::Value) -> serde_json::Value {
    let mut entry = examples::descriptor(mt::OCI_MANIFEST, b"attestation");
    entry["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    entry["annotations"] = serde_json::json!({ "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": about["digest"] });
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::inputs::both;

    #[test]
    fn null_manifests_weigh_less_beside_a_docker_manifest() {
        let report = both(|layout, _| layout.index["manifests"] = json!(null)).report();
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.rule == "index-manifests-null")
            .collect();
        assert_eq!(found.len(), 1, "{:#?}", report.findings);
        assert_eq!(found[0].severity, Severity::Warning);
    }
}
