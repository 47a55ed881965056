//! Rules `manifest-subject-*`: what a manifest is attached to. That an index can have a `subject` as well is judged here
//! too, but for its JSON type.

use crate::artifact::Why;
use crate::artifact::documents::Claim;
use crate::rules::rules;
use crate::rules::walk::{self, Role};
use crate::spec::media_type as mt;

use crate::examples;
use crate::examples::inputs::{artifact, edited, layout_with, pasted, without};

rules! {
    "manifest-subject-invalid" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "`subject` of a manifest is not a descriptor" / "清单的 `subject` 不是描述符",
        says: "`subject` is a JSON `{found}`; it must be a descriptor with `mediaType`, `digest` and `size`." / "`subject` 是 JSON 的 `{found}`；它必须是带有 `mediaType`、`digest` 和 `size` 的描述符。",
        why: "A registry that knows referrers reads `subject` on every push and refuses the manifest; Go's decoders stop at it. The signature or SBOM is then attached to nothing." / "支持引用方的镜像仓库每次推送都会读取 `subject`，并拒绝该清单；Go 的解码程序也会在此停下。签名或 SBOM 因此没有挂到任何对象上。",
        fix: "Write the descriptor of the manifest that this one is about (`oras manifest fetch --descriptor REF` prints it), or let `oras attach` write the whole manifest." / "写上该清单所针对的清单的描述符（`oras manifest fetch --descriptor REF` 会输出），或用 `oras attach` 生成整个清单。",
        trigger: r#"{"subject": "sha256:…"}"#,
        bad: || edited(artifact, &[r#"/subject: "nope""#]),
        good: || pasted(artifact(), |m| m["subject"] = examples::descriptor(mt::OCI_MANIFEST, b"subject")),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if let Claim::Wrong { found, .. } = manifest.subject
                    && found != "null"
                {
                    out.found(document.locus("/subject"), |p| p.name("found", found));
                }
            }
        },
    }
    "manifest-subject-media-type" {
        severity: Warning (Ambiguous),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "`subject` is not a manifest" / "`subject` 不是清单",
        says: "`subject` is of type {found}; only a manifest or an index can have referrers." / "`subject` 的类型是 {found}；只有清单或索引才能有引用方。",
        why: "Registries keep referrers by the digest of a manifest. Attached to a config or layer, the signature or SBOM is stored, and no tool that starts from the image ever asks for it; some registries refuse the push." / "镜像仓库按清单的摘要保存引用方。如果挂在配置或层上，签名或 SBOM 虽然存了下来，但从镜像出发的工具永远不会查到它；有的镜像仓库会拒绝推送。",
        fix: "Point at the manifest that has this config or layer." / "改为指向含有该配置或层的清单。",
        trigger: r#"{"subject": {"mediaType": "application/vnd.oci.image.config.v1+json"}}"#,
        bad: || pasted(artifact(), |m| m["subject"] = examples::descriptor(mt::OCI_CONFIG, b"config")),
        good: || pasted(artifact(), |m| m["subject"] = examples::descriptor(mt::DOCKER_LIST, b"subject")),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let Some(found) = placed.descriptor.media_type.value().filter(|_| placed.role == Role::Subject) else { continue };
                out.looked();
                let manifest = mt::is_manifest(found) || mt::is_index(found) || mt::is_schema1(found) || found == mt::OCI_ARTIFACT_MANIFEST;
                if !manifest {
                    out.found(placed.field("mediaType"), |p| p.code("found", found.clone()));
                }
            }
        },
    }
    "manifest-subject-absent" {
        severity: Info (Note),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "The subject is not in what was given" / "输入中没有 `subject` 所指的对象",
        says: "`subject` names {digest}, which is not in what was given." / "`subject` 所指的 {digest} 不在输入中。",
        why: "That is legal: the link is weak, and registries have to take a manifest whose subject they do not hold. But what the signature or SBOM is about cannot be looked at here, and a copy of this file alone carries the statement without its image." / "这是合法的：这种关联是松散的，镜像仓库必须接受 `subject` 不在库中的清单。但签名或 SBOM 针对的内容在此无法查看；只复制这个文件，得到的只是声明，没有镜像。",
        fix: "Nothing has to change. To carry both: `oras cp --recursive` takes the image with its referrers." / "无需改动。若要一并携带：`oras cp --recursive` 会连同引用方一起复制镜像。",
        trigger: r#"{"subject": {"digest": "<of nothing that is here>"}}"#,
        bad: || layout_with(|l| {
            let mut document = attached(l);
            document["subject"] = examples::descriptor(mt::OCI_MANIFEST, b"elsewhere");
            let entry = l.document(mt::OCI_MANIFEST, &document);
            l.list(entry, "");
        }),
        good: || layout_with(|l| {
            let mut document = attached(l);
            document["subject"] = l.index["manifests"][0].clone();
            for key in ["annotations", "platform"] {
                without(&mut document["subject"], key);
            }
            let entry = l.document(mt::OCI_MANIFEST, &document);
            l.list(entry, "");
        }),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                if placed.role != Role::Subject || placed.descriptor.digest().is_empty() {
                    continue;
                }
                match inventory.content(placed.document, placed.descriptor) {
                    Ok(_) => out.looked(),
                    Err(missing) if missing.why == Why::NotInInput => {
                        out.found(placed.field("digest"), |p| p.code("digest", placed.descriptor.digest()));
                    }
                    Err(missing) => out.missing(missing),
                }
            }
        },
    }
}

/// An artifact manifest whose blobs lie in a layout.
fn attached(layout: &mut examples::Layout) -> serde_json::Value {
    layout.blob(mt::OCI_EMPTY, b"{}");
    layout.blob("application/vnd.acme.thing", b"thing");
    artifact()
}
