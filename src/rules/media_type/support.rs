//! Rules `media-type-*` about types that are spelt right, or nearly, and that not everybody can handle: zstd, encryption,
//! other compressions, other cases, and what is new to this tool. Knowing a type is no judgement about its content.

use super::{IMAGE_TYPES, meant, written};
use crate::place::Locus;
use crate::rules::walk::{self, Placed, Role};
use crate::rules::{Out, rules};
use crate::spec::{self, ecosystem, media_type as mt};

use crate::examples::inputs::{artifact, edited, given, manifest, pasted, push};

rules! {
    "media-type-case" {
        severity: Warning (Ambiguous),
        spec: "RFC 6838" since "1.0",
        needs: Documents,
        title: "Known media type in another case" / "已知的媒体类型大小写不同",
        says: "The media type {found} is {expected} in another case." / "媒体类型 {found} 与 {expected} 只有大小写不同。",
        why: "RFC 6838 calls media types case-insensitive, and registries may store this one; but consumers compare bytes. containerd then takes a layer for something that it need not unpack, and a manifest of such a type for a document that it does not know." / "RFC 6838 规定媒体类型不区分大小写，镜像仓库也可能接受；但使用方是逐字节比较的。containerd 会因此认为该层无需解包，或认为该清单是不认识的文档。",
        fix: "Write it in lower case, as the specification does, and compute the digests above anew." / "按规范写成小写，再重新计算上层的各个摘要。",
        trigger: r#"{"mediaType": "application/vnd.OCI.image.layer.v1.tar+gzip"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.OCI.image.layer.v1.tar+gzip""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            for (document, pointer, text) in written(inventory) {
                out.looked();
                let known = mt::KNOWN
                    .into_iter()
                    .chain(IMAGE_TYPES)
                    .find(|known| known.eq_ignore_ascii_case(text))
                    .filter(|known| *known != text);
                if let Some(expected) = known {
                    out.found(document.locus(&pointer), |p| p.code("found", text).code("expected", expected));
                }
            }
        },
    }
    "media-type-layer-suffix" {
        severity: Warning (Consumers),
        spec: "layer.md#gzip-media-types" since "1.0",
        needs: Documents,
        title: "Layer with an unregistered compression" / "层使用了未注册的压缩后缀",
        says: "The layer at {pointer} is of type {found}; the suffixes that exist are `+gzip` and `+zstd`." / "位于 {pointer} 的层类型是 {found}；现有的后缀只有 `+gzip` 和 `+zstd`。",
        why: "umoci refuses the layer by its type. containerd takes any layer suffix, ignores what it does not know and reads the compressed bytes as a tar, which ends in `archive/tar: invalid tar header`. Docker looks at the bytes and gets on with some formats." / "umoci 按类型拒绝该层。containerd 接受任意层后缀，不认识的就忽略，把压缩数据当作 tar 读取，最后报 `archive/tar: invalid tar header`。Docker 看内容本身，能处理其中几种格式。",
        fix: "Compress the tar with gzip or zstd and write that type; `skopeo copy --dest-compress-format gzip` does both." / "改用 gzip 或 zstd 压缩 tar，并写上相应的类型；`skopeo copy --dest-compress-format gzip` 可一并完成。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.v1.tar+xz"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+xz""#]),
        good: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+zstd""#]),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                if placed.role != Role::Layer {
                    continue;
                }
                out.looked();
                let found = placed.descriptor.media_type();
                if has_odd_suffix(found) && meant(found).is_none() {
                    out.found(placed.field("mediaType"), |p| p.code("pointer", &placed.descriptor.pointer).code("found", found));
                }
            }
        },
    }
    "media-type-zstd" {
        severity: Info (Should),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "Layers compressed with zstd" / "层使用 zstd 压缩",
        says: "The layer at {pointer} is of the zstd type {found}." / "位于 {pointer} 的层是 zstd 类型 {found}。",
        why: "Since image-spec 1.1 consumers should read zstd, and need not. Docker does from 23.0, containerd from 1.5, umoci from 0.5.0, skopeo from 0.1.40; containerd knows Docker's own zstd type from 2.0 only. The plugin loaders of Istio, Higress and Envoy Gateway, and Flux, take gzip alone." / "自 image-spec 1.1 起，使用方应当支持 zstd，但并非必须。Docker 从 23.0、containerd 从 1.5、umoci 从 0.5.0、skopeo 从 0.1.40 起支持；Docker 自己的 zstd 类型，containerd 从 2.0 起才认识。Istio、Higress、Envoy Gateway 的插件加载以及 Flux 只接受 gzip。",
        fix: "For the widest reach use gzip: `skopeo copy --dest-compress-format gzip` (with `--dest-force-compress-format`), or `docker buildx build --output type=image,compression=gzip,force-compression=true`." / "若要兼容面最广，改用 gzip：`skopeo copy --dest-compress-format gzip`（加上 `--dest-force-compress-format`），或 `docker buildx build --output type=image,compression=gzip,force-compression=true`。",
        fine: "All who pull the image run versions that read zstd; it is smaller and faster there." / "所有拉取者的版本都支持 zstd；此时体积更小，解压更快。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.v1.tar+zstd"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+zstd""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            layers(&all, out, |t| mt::is_layer(t) && (t.ends_with("+zstd") || t == mt::DOCKER_TAR_ZSTD));
        },
    }
    "media-type-encrypted" {
        severity: Info (Note),
        spec: "media-types.md" since "1.0",
        needs: Documents,
        title: "Encrypted layers" / "加密的层",
        says: "The layer at {pointer} is encrypted: its type is {found}." / "位于 {pointer} 的层已加密，类型是 {found}。",
        why: "Only who holds a key, and has a program set up for it, can unpack it: containerd needs the stream processor of imgcrypt, skopeo and Podman `--decryption-key`. Without, containerd ends with `no processor for media-type`, and nothing can be converted to Docker's types. What is inside cannot be checked here." / "只有持有密钥并配置好相应程序才能解包：containerd 需要 imgcrypt 的流处理器，skopeo 和 Podman 需要 `--decryption-key`。否则 containerd 会报 `no processor for media-type`，也无法转换为 Docker 的类型。其中的内容在此无法检查。",
        fix: "Nothing has to change. To pass on a copy that anybody can run: `skopeo copy --decryption-key KEY …`." / "无需改动。若要提供任何人都能运行的副本：`skopeo copy --decryption-key KEY …`。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            layers(&all, out, walk::is_encrypted);
        },
    }
    "media-type-unknown" {
        severity: Info (Note),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.1",
        needs: Documents,
        title: "Media type that Pullcheck does not know" / "Pullcheck 不认识的媒体类型",
        says: "{found} is not a type that is known here, so its content is not looked into." / "{found} 不是此处已知的类型，因此不会检查其内容。",
        why: "It is legal: consumers must not fail on a type that they do not know. Registries store it, skopeo and ORAS copy it. What comes of it is up to the program that it was made for; containerd leaves layers of such types out when it unpacks an image." / "这是合法的：使用方遇到不认识的类型不得报错。镜像仓库会存储，skopeo 和 ORAS 会复制。内容如何使用取决于对应的程序；containerd 解包镜像时会略过这种类型的层。",
        fix: "Nothing has to change. If a root filesystem layer was meant, write `application/vnd.oci.image.layer.v1.tar+gzip`." / "无需改动。如果本意是根文件系统的层，应写 `application/vnd.oci.image.layer.v1.tar+gzip`。",
        trigger: r#"{"mediaType": "application/vnd.acme.thing"}"#,
        bad: || pasted(artifact(), |m| {
            // Of many there is one finding.
            let again = m["layers"][0].clone();
            push(&mut m["layers"], again);
        }),
        good: || given(manifest()),
        check: |inventory, out| {
            let mut first = None;
            let mut places: Vec<Locus> = Vec::new();
            for placed in walk::descriptors(inventory) {
                let text = placed.descriptor.media_type();
                if text.is_empty() {
                    continue;
                }
                out.looked();
                if is_unknown(text) {
                    places.push(placed.field("mediaType"));
                    first = first.or(Some(text));
                }
            }
            if let Some(first) = first {
                out.found_together(places, |p| p.code("found", first));
            }
        },
    }
}

/// One finding for each manifest that has layers of some type.
fn layers(all: &[Placed], out: &mut Out, is_meant: fn(&str) -> bool) {
    for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
        let mut found: Vec<&Placed> = Vec::new();
        for layer in placed.iter().filter(|p| p.role == Role::Layer) {
            out.looked();
            if is_meant(layer.descriptor.media_type()) {
                found.push(layer);
            }
        }
        let Some(first) = found.first() else { continue };
        let places = found.iter().map(|p| p.field("mediaType")).collect();
        out.found_together(places, |p| {
            p.code("pointer", &first.descriptor.pointer)
                .code("found", first.descriptor.media_type())
        });
    }
}

/// An OCI layer type whose compression is none of the registered ones.
pub(in crate::rules) fn has_odd_suffix(media_type: &str) -> bool {
    let plain = media_type.strip_suffix("+encrypted").unwrap_or(media_type);
    [mt::OCI_NONDISTRIBUTABLE_TAR, mt::OCI_TAR]
        .into_iter()
        .filter_map(|base| plain.strip_prefix(base)?.strip_prefix('+'))
        .any(|suffix| !matches!(suffix, "gzip" | "zstd"))
}

/// A vendor's type that is neither of images nor of an ecosystem that is known here, and no slip that another rule tells.
/// Types outside the vendor tree are registered with IANA, or mean what they say.
fn is_unknown(text: &str) -> bool {
    let plain = text.strip_suffix("+encrypted").unwrap_or(text);
    let vendor = text
        .split_once('/')
        .is_some_and(|(_, subtype)| subtype.starts_with("vnd."));
    let known = mt::is_layer(plain)
        || mt::KNOWN
            .into_iter()
            .chain(IMAGE_TYPES)
            .any(|known| known.eq_ignore_ascii_case(plain))
        || ecosystem::maker(text).is_some();
    vendor && !known && spec::is_media_type(text) && meant(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::json;

    #[test]
    fn suffixes_are_told_apart() {
        let layer = "application/vnd.oci.image.layer.v1.tar";
        for fine in [
            "",
            "+gzip",
            "+zstd",
            "+encrypted",
            "+gzip+encrypted",
            ".gzip",
        ] {
            assert!(!has_odd_suffix(&format!("{layer}{fine}")), "{fine}");
        }
        for odd in ["+xz", "+bzip2", "+lz4", "+xz+encrypted"] {
            assert!(has_odd_suffix(&format!("{layer}{odd}")), "{odd}");
        }
        assert!(has_odd_suffix(
            "application/vnd.oci.image.layer.nondistributable.v1.tar+xz"
        ));
        assert!(!has_odd_suffix(mt::DOCKER_TAR_GZIP));
    }

    #[test]
    fn many_layers_make_one_finding() {
        let report = pasted(manifest(), |m| {
            m["layers"][0]["mediaType"] = json!(mt::OCI_TAR_ZSTD);
            let again = m["layers"][0].clone();
            push(&mut m["layers"], again.clone());
            push(&mut m["layers"], again);
        })
        .report();
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.rule == "media-type-zstd")
            .collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].related.len(), 2);
        let says = found[0].says.render(crate::text::Lang::En);
        assert!(says.ends_with(". It is so in 3 places."), "{says}");
    }

    #[test]
    fn what_is_known_is_not_called_unknown() {
        for known in [
            mt::OCI_MANIFEST,
            mt::HELM_CHART,
            "application/vnd.cncf.helm.chart.provenance.v1.prov",
            "application/vnd.dev.cosign.simplesigning.v1+json",
            "application/vnd.module.wasm.doc.v1+markdown",
            "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
            "application/vnd.oci.image.layer.v1.tar.gzip",
            "text/plain",
            "application/octet-stream",
            "not a type",
        ] {
            assert!(!is_unknown(known), "{known}");
        }
        assert!(is_unknown("application/vnd.acme.thing"));
    }
}
