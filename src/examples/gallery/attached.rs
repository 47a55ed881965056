//! Examples of what is attached to images: signatures, attestations, bills of materials; and what registries make of them.

use super::examples;
use crate::examples::inputs::pasted;
use crate::examples::{Layout, gzip_layer, index, json, manifest, string, without};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// A layout with an image in it, and something made of the image's descriptor.
fn beside_an_image(make: impl FnOnce(&mut Layout, &Value) -> (Value, String)) -> Layout {
    let mut layout = Layout::new();
    let mut image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    layout.list(image.clone(), "v1");
    without(&mut image, "platform");
    let (descriptor, name) = make(&mut layout, &image);
    layout.list(descriptor, &name);
    layout
}

/// A referrer: an artifact manifest with the empty config, about another one.
fn referrer(layout: &mut Layout, kind: &str, layer: Value, about: &Value, more: Value) -> Value {
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut document = manifest(config, &[layer]);
    document["artifactType"] = json!(kind);
    document["subject"] = about.clone();
    document["annotations"] = more;
    let mut entry = layout.document(mt::OCI_MANIFEST, &document);
    entry["artifactType"] = json!(kind);
    entry
}

/// What cosign up to version 2 stores: an image config that is none, and a layer with a payload.
fn cosign(
    image: &Value,
    layout: &mut Layout,
    mut layer: Value,
    more: Value,
    ending: &str,
) -> (Value, String) {
    layer["annotations"] = more;
    let config = object!({ "architecture": "", "created": "0001-01-01T00:00:00Z",
        "history": [{ "created": "0001-01-01T00:00:00Z" }], "os": "",
        "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] }, "config": {} });
    let config = layout.document(mt::OCI_CONFIG, &config);
    let entry = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    // The tag that tools derive from a digest: `sha256-<hex>` and an ending.
    let tag = string(&image["digest"]).replace(':', "-");
    (entry, format!("{tag}{ending}"))
}

/// A signature as cosign up to version 2 stores it.
pub fn cosign_signature() -> Layout {
    beside_an_image(|layout, image| {
        let payload = object!({ "critical": { "identity": { "docker-reference": "example.com/image" },
            "image": { "docker-manifest-digest": image["digest"] },
            "type": "cosign container image signature" }, "optional": null });
        let kind = "application/vnd.dev.cosign.simplesigning.v1+json";
        let layer = layout.blob(kind, payload.to_string().as_bytes());
        let more = json!({ "dev.cosignproject.cosign/signature": "MEUCIQ==" });
        cosign(image, layout, layer, more, ".sig")
    })
}

/// An in-toto attestation in a DSSE envelope, as cosign up to version 2 attaches it.
pub fn cosign_attestation() -> Layout {
    beside_an_image(|layout, image| {
        let layer = layout.blob(
            "application/vnd.dsse.envelope.v1+json",
            br#"{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"","sig":"MEUCIQ=="}]}"#,
        );
        let more = json!({ "dev.cosignproject.cosign/signature": "",
            "predicateType": "https://slsa.dev/provenance/v0.2" });
        cosign(image, layout, layer, more, ".att")
    })
}

/// A Sigstore bundle as cosign 3 attaches it: a referrer with the empty config.
pub fn sigstore_bundle() -> Layout {
    beside_an_image(|layout, image| {
        let kind = "application/vnd.dev.sigstore.bundle.v0.3+json";
        let layer = layout.blob(
            kind,
            br#"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}"#,
        );
        let more = json!({ "dev.sigstore.bundle.content": "dsse-envelope",
            "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
        (referrer(layout, kind, layer, image, more), String::new())
    })
}

/// A Notary Project signature as notation stores it.
pub fn notation_signature() -> Layout {
    beside_an_image(|layout, image| {
        let layer = layout.blob(
            "application/jose+json",
            br#"{"payload":"e30","signature":"AA"}"#,
        );
        let kind = "application/vnd.cncf.notary.signature";
        let more = json!({ "io.cncf.notary.x509chain.thumbprint#S256": "[\"00\"]" });
        (referrer(layout, kind, layer, image, more), String::new())
    })
}

/// A software bill of materials that `oras attach` adds, the empty config embedded as `data`.
pub fn oras_attached() -> Layout {
    beside_an_image(|layout, image| {
        let kind = "application/vnd.example.sbom";
        let mut layer = layout.blob("application/spdx+json", br#"{"spdxVersion":"SPDX-2.3"}"#);
        layer["annotations"] = json!({ "org.opencontainers.image.title": "sbom.json" });
        let mut config = layout.blob(mt::OCI_EMPTY, b"{}");
        config["data"] = json!("e30=");
        let mut document = manifest(config, &[layer]);
        document["artifactType"] = json!(kind);
        document["subject"] = image.clone();
        document["annotations"] =
            json!({ "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
        let mut entry = layout.document(mt::OCI_MANIFEST, &document);
        entry["artifactType"] = json!(kind);
        entry["annotations"] = document["annotations"].clone();
        (entry, String::new())
    })
}

/// An artifact without files: the empty descriptor as config and as only layer.
pub fn oras_empty() -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut document = manifest(config.clone(), &[config]);
    document["artifactType"] = json!("application/vnd.example.note");
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "note");
    layout
}

/// An index of artifacts, with an `artifactType` and a subject of its own.
pub fn artifact_index() -> Layout {
    beside_an_image(|layout, image| {
        let layer = layout.blob("text/plain", b"one");
        let config = layout.blob(mt::OCI_EMPTY, b"{}");
        let mut document = manifest(config, &[layer]);
        document["artifactType"] = json!("application/vnd.example.one");
        let mut entry = layout.document(mt::OCI_MANIFEST, &document);
        entry["artifactType"] = json!("application/vnd.example.one");
        let mut list = index(&[entry]);
        list["artifactType"] = json!("application/vnd.example.set");
        list["subject"] = image.clone();
        (layout.document(mt::OCI_INDEX, &list), "set".to_string())
    })
}

examples! {
    "oras-attached" good "copiers" {
        title: "A bill of materials that `oras attach` added" / "用 `oras attach` 附加的物料清单",
        about: "The second entry has no name: it is found through its `subject`. A copy of the tag alone leaves it behind." / "第二个条目没有名称：要通过 `subject` 才能找到。只复制标签会把它落下。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || oras_attached().tar(),
    }
    "oras-without-files" good "registries" {
        title: "An artifact that is only a word" / "只有一个名目的制品",
        about: "`oras push` without files: the empty descriptor as config and as layer. It is right, and registries that check types against a list may refuse it." / "不带文件的 `oras push`：配置和层都是空描述符。它没有错，但按列表核对类型的镜像仓库可能拒绝。",
        file: "artifact.tar", breaks: [], refused: [], accepted: [],
        make: || oras_empty().tar(),
    }
    "index-with-subject" good "registries" {
        title: "An index of artifacts with a subject" / "带 subject 的制品索引",
        about: "Image-spec 1.1 allows both fields in an index. A registry that only knows 1.0 keeps it and forgets the relation." / "image-spec 1.1 允许索引带这两个字段。只认识 1.0 的镜像仓库会保存它，却记不住这层关系。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || artifact_index().tar(),
    }
    "manifest-too-large" bad "registries" {
        title: "A manifest of more than 4 MiB" / "超过 4 MiB 的清单",
        about: "The index says that its first manifest has 5,000,000 bytes. Registries take up to 4 MiB, and so do most clients." / "索引中写明第一个清单有 5,000,000 字节。镜像仓库和多数客户端只接受 4 MiB 以内。",
        file: "index.json", breaks: ["manifest-size"], refused: [], accepted: [],
        make: || pasted(crate::examples::inputs::index(), |i| i["manifests"][0]["size"] = json!(5000000)),
    }
    "cosign-signature" good "scanners" {
        title: "A signed image, as cosign 2 stores it" / "已签名的镜像（cosign 2 的存法）",
        about: "The signature looks like an image by its config and has no root file system. Scanners and engines that take every tag for an image trip over it." / "看配置，签名像是镜像，却没有根文件系统。把每个标签都当镜像的扫描工具和引擎会在这里出错。",
        file: "image.tar", breaks: ["manifest-artifact-image-config"], refused: [], accepted: [],
        make: || cosign_signature().tar(),
    }
    "cosign-attestation" good "scanners" {
        title: "An image with an attestation, as cosign 2 stores it" / "带证明的镜像（cosign 2 的存法）",
        about: "An in-toto statement in a DSSE envelope under a tag that is made of the image's digest." / "in-toto 声明放在 DSSE 信封中，标签由镜像的摘要构成。",
        file: "image.tar", breaks: ["manifest-artifact-image-config"], refused: [], accepted: [],
        make: || cosign_attestation().tar(),
    }
    "sigstore-bundle" good "scanners" {
        title: "A signed image, as cosign 3 stores it" / "已签名的镜像（cosign 3 的存法）",
        about: "A Sigstore bundle that refers to the image; no tag, no image config." / "引用该镜像的 Sigstore bundle；没有标签，也没有镜像配置。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || sigstore_bundle().tar(),
    }
    "notation-signature" good "scanners" {
        title: "A signed image, as notation stores it" / "已签名的镜像（notation 的存法）",
        about: "A Notary Project signature that refers to the image by its `subject`." / "通过 `subject` 引用该镜像的 Notary Project 签名。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || notation_signature().tar(),
    }
}
