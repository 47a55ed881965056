//! Rules `manifest-*` about what a manifest is meant to be: an image to run, or another artifact, and whether config, layers
//! and `artifactType` agree on it.

use crate::artifact::documents::Manifest;
use crate::place::Locus;
use crate::rules::descriptor::types::shown;
use crate::rules::media_type::{is_slip, support::has_odd_suffix};
use crate::rules::rules;
use crate::rules::walk;
use crate::spec::{self, media_type as mt};
use std::collections::BTreeMap;

use crate::examples;
use crate::examples::inputs::{artifact, edited, given, image, layout, manifest};
use crate::examples::json;

rules! {
    "manifest-artifact-type-syntax" {
        severity: Error (Must),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "`artifactType` is not a media type" / "`artifactType` 不是媒体类型",
        says: "`artifactType` is {found}; it must be a media type such as {expected}." / "`artifactType` 是 {found}；它必须是媒体类型，例如 {expected}。",
        why: "The published schema and ORAS refuse it. Registries copy the text into their answer to a referrers query, so a client that asks for one type of artifact never gets this one." / "官方 JSON schema 和 ORAS 会拒绝。镜像仓库会把这段文本放进引用方查询的结果，因此按类型查询的客户端永远得不到它。",
        fix: "Choose `type/subtype`: `oras push --artifact-type application/vnd.example.sbom`." / "写成 `type/subtype` 的形式：`oras push --artifact-type application/vnd.example.sbom`。",
        trigger: r#"{"artifactType": "sbom"}"#,
        bad: || edited(artifact, &[r#"/artifactType: "sbom""#]),
        good: || given(artifact()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                let Some(text) = manifest.artifact_type.value() else { continue };
                // An empty one beside an empty config is told by manifest-artifact-type-required.
                let told = text.is_empty() && manifest.config_media_type() == mt::OCI_EMPTY;
                if !told && !spec::is_media_type(text) {
                    out.found(document.locus("/artifactType"), |p| {
                        p.code("found", shown(text)).code("expected", "application/vnd.example.thing")
                    });
                }
            }
        },
    }
    "manifest-artifact-image-config" {
        severity: Warning (Should),
        spec: "manifest.md#guidelines-for-artifact-usage" since "1.1",
        needs: Documents,
        title: "Artifact with the config type of an image" / "制品冒用了镜像的配置类型",
        says: "The config is of the image type {config}, but no layer is a root filesystem layer: {pointer} is of type {found}." / "配置是镜像类型 {config}，但没有一层是根文件系统的层：{pointer} 的类型是 {found}。",
        why: "Whoever goes by the config takes it for an image: containerd and Docker pull it and unpack nothing, Kubernetes then fails to start the container, scanners report an empty image, and registries show it as one. Signatures that cosign made up to 2.x look like this." / "只看配置的使用方会把它当作镜像：containerd 和 Docker 拉取后解不出任何内容，Kubernetes 随后无法启动容器，扫描器会报告空镜像，镜像仓库也把它显示为镜像。cosign 2.x 及更早版本生成的签名就是这样。",
        fix: "Give the config a type of its own, or use the empty descriptor as config and set `artifactType`; `oras push --artifact-type …` does the latter." / "为配置使用自己的类型，或用空描述符作为配置并设置 `artifactType`；`oras push --artifact-type …` 采用的是后者。",
        fine: "It is a signature of cosign: its clients find it by its tag and expect it so." / "它是 cosign 的签名：其客户端按 tag 查找，并且预期就是这种形式。",
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.dev.cosign.simplesigning.v1+json""#]),
        good: || given(artifact()),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                out.looked();
                if manifest.config_media_type() != mt::OCI_CONFIG || is_attestation(manifest) {
                    continue;
                }
                let at = document.locus("/config/mediaType");
                if let Some(text) = manifest.artifact_type.value().filter(|t| !t.is_empty()) {
                    let says = crate::text::say(
                        "`artifactType` is {found}, but the config is of the image type {config}.",
                        "`artifactType` 是 {found}，而配置是镜像类型 {config}。",
                    );
                    out.found_as(at, says.code("found", text.clone()).code("config", mt::OCI_CONFIG));
                    out.relates(vec![document.locus("/artifactType")]);
                } else if !has_root_filesystem(manifest)
                    && let Some(layer) = manifest.layers().iter().find(|l| l.media_type() != mt::OCI_EMPTY)
                {
                    let related = walk::field_or_object(document, &layer.pointer, "mediaType");
                    out.found_with(at, vec![related], |p| {
                        p.code("config", mt::OCI_CONFIG).code("pointer", &layer.pointer).code("found", shown(layer.media_type()))
                    });
                }
            }
        },
    }
    "manifest-config-media-type-portable" {
        severity: Info (Should),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "The config is not that of an image" / "配置不是镜像配置",
        says: "The config is of type {found}, so this is no container image." / "配置的类型是 {found}，因此这不是容器镜像。",
        why: "Artifacts are meant to be like this, and the program that the type belongs to takes it. Docker, containerd and Kubernetes cannot run it; umoci refuses it; image-tools of 2021 does too, though the specification forbids that." / "制品本来就应如此，该类型所属的程序会接受它。Docker、containerd 和 Kubernetes 无法运行；umoci 会拒绝；2021 年的 image-tools 也会拒绝，尽管规范不允许这样做。",
        fix: "Nothing has to change for an artifact. An image to run needs a config of type `application/vnd.oci.image.config.v1+json`." / "若是制品，无需改动。要运行的镜像，其配置类型必须是 `application/vnd.oci.image.config.v1+json`。",
        trigger: r#"{"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}}"#,
        bad: || edited(manifest, &[r#"/config/mediaType: "application/vnd.cncf.helm.config.v1+json""#, r#"/layers/0/mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            let mut by_type: BTreeMap<&str, Vec<Locus>> = BTreeMap::new();
            for (document, manifest) in walk::manifests(inventory) {
                let Some(text) = manifest.config.value().and_then(|d| d.media_type.value()) else { continue };
                out.looked();
                let named = mt::is_image_config(text) || text == mt::OCI_EMPTY || is_slip(text);
                if !named && spec::is_media_type(text) {
                    by_type.entry(text).or_default().push(document.locus("/config/mediaType"));
                }
            }
            for (found, places) in by_type {
                out.found_together(places, |p| p.code("found", found));
            }
        },
    }
    "manifest-layer-media-type-portable" {
        severity: Warning (Should),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0",
        needs: Documents,
        title: "Image with a layer that few can unpack" / "镜像含有仅少数程序能解包的层",
        says: "The image has a layer of type {found} at {pointer}." / "镜像在 {pointer} 有类型为 {found} 的层。",
        why: "umoci refuses the image. containerd leaves the layer out without a word, so files are missing when the container runs, or it stops because layers and diffIDs differ in number; Docker's own store takes the bytes for a tar and stops at them. Tar, tar+gzip and, since 1.1, tar+zstd are what everybody unpacks." / "umoci 会拒绝该镜像。containerd 会悄悄略过该层，容器运行时就会缺少文件，或者因为层数与 diffID 数不一致而停下；Docker 自带的存储会把内容当作 tar，读取时停下。所有程序都能解包的是 tar、tar+gzip，以及 1.1 起的 tar+zstd。",
        fix: "Write the layer as `application/vnd.oci.image.layer.v1.tar+gzip`, or move what is no file system into an artifact with `subject`." / "把该层改成 `application/vnd.oci.image.layer.v1.tar+gzip`；不是文件系统的内容则放进带 `subject` 的制品。",
        fine: "Only runtimes that know the type (a squashfs or EROFS snapshotter, for instance) ever run it." / "只有认识该类型的运行时会运行它，例如 squashfs 或 EROFS 快照程序。",
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.stacker.image.layer.squashfs""#]),
        good: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+zstd""#]),
        check: |inventory, out| {
            for (document, manifest) in walk::manifests(inventory) {
                let config = manifest.config_media_type();
                let typed = manifest.artifact_type.value().is_some_and(|t| !t.is_empty());
                if !mt::is_image_config(config) || typed || is_attestation(manifest) {
                    continue;
                }
                out.looked();
                // Without any root filesystem layer it is an artifact: manifest-artifact-image-config.
                if config == mt::OCI_CONFIG && !has_root_filesystem(manifest) {
                    continue;
                }
                let odd: Vec<_> = manifest.layers().iter().filter(|l| !is_portable(l.media_type())).collect();
                let Some(first) = odd.first() else { continue };
                let places = odd.iter().map(|l| walk::field_or_object(document, &l.pointer, "mediaType")).collect();
                out.found_together(places, |p| {
                    p.code("pointer", &first.pointer).code("found", first.media_type())
                });
            }
        },
    }
    "manifest-runnable-not-unique" {
        severity: Info (Should),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1.1",
        needs: Documents,
        title: "Image config that says nothing of its layers" / "镜像配置没有提到任何层",
        says: "`rootfs.diff_ids` is empty, but the manifest has {count} layers: the ImageID does not depend on them." / "`rootfs.diff_ids` 为空，而清单有 {count} 层：ImageID 与层的内容无关。",
        why: "The digest of the config is the ImageID, the name that Docker, containerd and Kubernetes store an image by. A config without diffIDs is the same for many images, so one replaces the other in their stores, and Kubernetes lists several names for what it takes to be one image." / "配置的摘要就是 ImageID，Docker、containerd 和 Kubernetes 用它来标识所存的镜像。没有 diffID 的配置会与许多镜像相同，于是在存储中互相顶替，Kubernetes 也会把它们当成同一镜像的多个名字。",
        fix: "Fill `rootfs.diff_ids` with the digest of each layer's uncompressed tar; an artifact takes a config type of its own, or the empty descriptor." / "在 `rootfs.diff_ids` 中填入每一层解压后 tar 的摘要；制品则使用自己的配置类型，或空描述符。",
        trigger: r#"{"rootfs": {"type": "layers", "diff_ids": []}}"#,
        bad: || image(&[examples::gzip_layer("hello", b"hello")], |c| c["rootfs"]["diff_ids"] = json!([]), |_| {}),
        good: layout,
        check: |inventory, out| {
            for image in walk::images(inventory) {
                let Some((document, config)) = out.known(image.config) else { continue };
                out.looked();
                let count = image.manifest.layers().len() as u64;
                if count > 0 && config.has_rootfs && config.diff_ids().is_empty() {
                    let at = walk::field_or_object(document, "/rootfs", "diff_ids");
                    out.found_with(at, vec![image.document.locus("/layers")], |p| p.count("count", count));
                }
            }
        },
    }
}

/// A BuildKit attestation: it carries an image config so that registries of any age take it, and nobody runs it.
fn is_attestation(manifest: &Manifest) -> bool {
    let layers = manifest.layers();
    !layers.is_empty() && layers.iter().all(|l| l.media_type() == mt::IN_TOTO)
}

/// Whether some layer is a root filesystem by its type, portable or not. Makers of other formats name theirs alike.
fn has_root_filesystem(manifest: &Manifest) -> bool {
    let is =
        |t: &str| mt::is_layer(t) || t.contains(".image.layer.") || t.contains(".image.rootfs.");
    manifest.layers().is_empty()
        || manifest
            .layers()
            .iter()
            .any(|l| is(l.media_type()) || is_slip(l.media_type()))
}

/// A layer type that all consumers of images unpack, or one that another rule tells of.
fn is_portable(media_type: &str) -> bool {
    let gzip_or_zstd = |base: &str| {
        media_type
            .strip_prefix(base)
            .is_some_and(|rest| matches!(rest, "" | "+gzip" | "+zstd"))
    };
    let docker = mt::is_layer(media_type) && !media_type.starts_with(mt::OCI_LAYER_PREFIX);
    let told = walk::is_encrypted(media_type)
        || has_odd_suffix(media_type)
        || is_slip(media_type)
        || media_type == mt::OCI_EMPTY
        || !spec::is_media_type(media_type);
    gzip_or_zstd(mt::OCI_TAR) || gzip_or_zstd(mt::OCI_NONDISTRIBUTABLE_TAR) || docker || told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::inputs::pasted;

    #[test]
    fn types_that_everybody_unpacks_are_portable() {
        for portable in [
            mt::OCI_TAR,
            mt::OCI_TAR_GZIP,
            mt::OCI_TAR_ZSTD,
            mt::DOCKER_TAR_GZIP,
        ] {
            assert!(is_portable(portable), "{portable}");
        }
        for odd in [
            "application/vnd.oci.image.layer.nydus.blob.v1",
            "application/vnd.erofs.layer.v1",
            mt::IN_TOTO,
            "text/plain",
        ] {
            assert!(!is_portable(odd), "{odd}");
        }
    }

    #[test]
    fn one_problem_is_told_by_one_rule() {
        let types = |found: &'static str| {
            let mut rules: Vec<_> =
                pasted(manifest(), |m| m["layers"][0]["mediaType"] = json!(found))
                    .report()
                    .findings
                    .into_iter()
                    .filter(|f| f.severity != crate::report::Severity::Info)
                    .map(|f| f.rule)
                    .collect();
            rules.sort();
            rules
        };
        assert_eq!(
            types("application/vnd.oci.image.layer.v1.tar+xz"),
            ["media-type-layer-suffix"]
        );
        assert_eq!(
            types("application/vnd.oci.image.layer.v1.tar.gzip"),
            ["media-type-typo"]
        );
        assert_eq!(
            types("application/vnd.OCI.image.layer.v1.tar"),
            ["media-type-case"]
        );
        assert_eq!(
            types("application/wasm"),
            ["manifest-artifact-image-config"]
        );
        assert_eq!(
            types("application/vnd.oci.image.layer.nydus.blob.v1"),
            ["manifest-layer-media-type-portable"]
        );
    }

    #[test]
    fn an_artifact_type_beside_an_image_config_is_dubious() {
        let report = pasted(manifest(), |m| {
            m["artifactType"] = json!("application/vnd.acme.x")
        })
        .report();
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.rule == "manifest-artifact-image-config")
            .collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].related.len(), 1);
    }
}
