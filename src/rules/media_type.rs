//! Rules `media-type-*`: slips in media types, retired types, and types that do not fit the document they name.
//! Types that are right and not supported everywhere have a file of their own.

pub(super) mod support;

use super::rules;
use super::walk::{self, Role};
use crate::artifact::documents::Claims;
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::spec::media_type as mt;
use crate::spec::spelling::distance;

use crate::examples::inputs::{artifact, edited, given, index, manifest};
use crate::examples::json;
use crate::examples::{self, Layout};

rules! {
    "media-type-typo" {
        severity: Warning (Consumers),
        spec: "media-types.md" since "1.0",
        needs: Documents,
        title: "Media type that looks like a slip" / "疑似拼错的媒体类型",
        says: "The media type {found} is unknown; there is {expected}, which is close to it." / "媒体类型 {found} 不是已知类型；相近的已知类型是 {expected}。",
        why: "Consumers compare media types byte by byte. An unknown one is legal, so nothing warns: containerd leaves such a layer unpacked, others refuse it later." / "使用方逐字节比较媒体类型。未知类型合法，因此没有任何警告：containerd 不会解包这样的层，其他使用方则会在之后的步骤拒绝。",
        fix: "Write the known type, then compute the digests above anew." / "改为已知类型，再重新计算上层的各个摘要。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.v1.tar.gzip"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.v1.tar.gzip""#]),
        good: || edited(artifact, &[r#"/layers/0/mediaType: "application/vnd.acme.layer.v1.tar+gzip""#]),
        check: |inventory, out| {
            for (document, pointer, text) in written(inventory) {
                out.looked();
                if let Some(expected) = meant(text) {
                    out.found(document.locus(&pointer), |p| p.code("found", text).code("expected", expected));
                }
            }
        },
    }
    "media-type-nondistributable" {
        severity: Warning (Should),
        spec: "layer.md#non-distributable-layers" since "1.1",
        needs: Documents,
        title: "Non-distributable layer" / "不可分发的层",
        says: "The layer at {pointer} is of the deprecated type {found}." / "位于 {pointer} 的层使用已弃用的类型 {found}。",
        why: "Such layers are not pushed, so the image cannot be pulled from a registry unless `urls` can still be reached; since 1.1 they should not be produced." / "推送时会略过这样的层，除非 `urls` 仍可访问，否则无法从镜像仓库拉取该镜像；自 1.1 起不应再产生此类层。",
        fix: "Use the layer type without `nondistributable.` and push the layer like any other." / "改用不含 `nondistributable.` 的层类型，像其他层一样推送。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"}"#,
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                if placed.role != Role::Layer {
                    continue;
                }
                out.looked();
                let media_type = placed.descriptor.media_type();
                if media_type.starts_with(mt::OCI_NONDISTRIBUTABLE_TAR) {
                    out.found(placed.field("mediaType"), |p| p.code("pointer", &placed.descriptor.pointer).code("found", media_type));
                }
            }
        },
    }
    "media-type-docker-schema1" {
        severity: Error (Consumers),
        spec: "media-types.md#compatibility-matrix" since "1.0",
        needs: Documents,
        title: "Docker schema 1 manifest" / "Docker schema 1 清单",
        says: "{what} is a Docker manifest of schema 1, which current consumers no longer read." / "{what} 是 Docker schema 1 清单，当前的使用方已不再读取。",
        why: "containerd since 2.0 and current Docker refuse it; OCI has no equivalent." / "containerd 自 2.0 起以及当前的 Docker 都会拒绝；OCI 中没有对应的格式。",
        fix: "Build the image again, or convert it with a tool that still reads schema 1: `skopeo copy --format oci`." / "重新构建镜像，或用仍能读取 schema 1 的工具转换：`skopeo copy --format oci`。",
        trigger: r#"{"schemaVersion": 1, "fsLayers": […]}"#,
        bad: || given(serde_json::json!({ "schemaVersion": 1, "name": "library/x", "tag": "v1", "architecture": "amd64",
            "fsLayers": [{ "blobSum": examples::sha256(b"layer") }], "history": [{ "v1Compatibility": "{}" }] })),
        good: || given(manifest()),
        check: |inventory, out| retired(inventory, out, mt::is_schema1, |claims| matches!(claims, Claims::Schema1 { .. })),
    }
    "media-type-artifact-manifest" {
        severity: Error (Must),
        spec: "manifest.md#guidelines-for-artifact-usage" since "1.1",
        needs: Documents,
        title: "Artifact manifest of the 1.1 release candidates" / "1.1 候选版的制品清单",
        says: "{what} is an artifact manifest, a format that was removed before image-spec 1.1.0 was released." / "{what} 是制品清单；这种格式在 image-spec 1.1.0 发布之前就已移除。",
        why: "Today's registries and clients do not know the type and refuse it." / "如今的镜像仓库和客户端不认识该类型，会拒绝。",
        fix: "Write an image manifest with `artifactType` and the empty descriptor as `config`; current `oras push` does that." / "改用带 `artifactType`、以空描述符作为 `config` 的镜像清单；当前版本的 `oras push` 就是这样做的。",
        trigger: r#"{"mediaType": "application/vnd.oci.artifact.manifest.v1+json"}"#,
        bad: || given(serde_json::json!({ "mediaType": mt::OCI_ARTIFACT_MANIFEST, "artifactType": "application/vnd.acme.thing",
            "blobs": [examples::descriptor("application/vnd.acme.thing", b"thing")] })),
        good: || given(artifact()),
        check: |inventory, out| retired(
            inventory,
            out,
            |t| t == mt::OCI_ARTIFACT_MANIFEST,
            |claims| matches!(claims, Claims::ArtifactManifest { .. }),
        ),
    }
    "media-type-document-mismatch" {
        severity: Error (Must),
        spec: "media-types.md#media-type-conflicts" since "1.0.2",
        needs: Documents,
        title: "Descriptor and document are of different kinds" / "描述符与文档的种类不一致",
        says: "The descriptor at {pointer} says {declared}, but the document it points at is a document of type {found}." / "位于 {pointer} 的描述符声明为 {declared}，而它指向的文档属于 {found}。",
        why: "This is how one digest can mean two images (CVE-2021-41190): consumers refuse a document that is of another kind than its descriptor says." / "同一摘要因此可以代表两个镜像（CVE-2021-41190）：文档种类与描述符不符时，使用方会拒绝。",
        fix: "Write the type of the document into the descriptor." / "在描述符中写上文档的真实类型。",
        trigger: r#"{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "<of a manifest>"}"#,
        bad: || {
            let mut layout = Layout::new();
            let mut manifest = layout.image(("linux", "amd64"), &[examples::gzip_layer("hello", b"hello")]);
            manifest["mediaType"] = json!(mt::OCI_INDEX);
            layout.list(manifest, "v1");
            layout.tar()
        },
        good: || examples::good_layout().tar(),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let declared = placed.descriptor.media_type();
                let Some(kind) = kind_of_type(declared) else { continue };
                if let Some(document) = out.known(target(inventory, &placed)) {
                    out.looked();
                    let (own, found) = own_type(document);
                    if let Some(own) = own && own != kind {
                        out.found_with(placed.field("mediaType"), vec![document.locus("")], |p| {
                            p.code("pointer", &placed.descriptor.pointer).code("declared", declared).code("found", found)
                        });
                    }
                }
            }
        },
    }
    "media-type-document-docker-oci" {
        severity: Warning (Ambiguous),
        spec: "manifest.md#image-manifest-property-descriptions" since "1.0.2",
        needs: Documents,
        title: "Descriptor and document mix Docker's and OCI's type" / "描述符与文档一个用 Docker 类型，一个用 OCI 类型",
        says: "The descriptor at {pointer} says {declared}, the document says {found}: the same kind, one OCI's and one Docker's." / "位于 {pointer} 的描述符声明为 {declared}，文档自称 {found}：种类相同，但一个是 OCI 类型，一个是 Docker 类型。",
        why: "regclient, umoci and the distribution registry refuse such a pair; containerd and go-containerregistry accept it." / "regclient、umoci 和 distribution 镜像仓库会拒绝这种组合；containerd 和 go-containerregistry 会接受。",
        fix: "Make both say the same; a change to the document changes its digest." / "让两者一致；改动文档会改变其摘要。",
        trigger: r#"descriptor "…oci.image.manifest.v1+json", document "…docker.distribution.manifest.v2+json""#,
        bad: || {
            let mut layout = Layout::new();
            let tar = crate::examples::inputs::layer_tar();
            let config = layout.document(mt::DOCKER_CONFIG, &serde_json::json!({ "architecture": "amd64", "os": "linux",
                "rootfs": { "type": "layers", "diff_ids": [examples::sha256(&tar)] } }));
            let layer = layout.blob(mt::DOCKER_TAR_GZIP, &examples::gzip(&tar));
            let mut document = examples::manifest(config, &[layer]);
            document["mediaType"] = json!(mt::DOCKER_MANIFEST);
            let manifest = layout.document(mt::OCI_MANIFEST, &document);
            layout.list(manifest, "v1");
            layout.tar()
        },
        good: || examples::good_layout().tar(),
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let declared = placed.descriptor.media_type();
                let Some(kind) = kind_of_type(declared) else { continue };
                if let Some(document) = out.known(target(inventory, &placed)) {
                    out.looked();
                    let Some((pointer, own)) = own_media_type(document) else { continue };
                    if own != declared && kind_of_type(own) == Some(kind) {
                        out.found_with(placed.field("mediaType"), vec![document.locus(pointer)], |p| {
                            p.code("pointer", &placed.descriptor.pointer).code("declared", declared).code("found", own)
                        });
                    }
                }
            }
        },
    }
    "media-type-mixed" {
        severity: Info (Note),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Docker's and OCI's types in one document" / "同一文档中混用 Docker 与 OCI 类型",
        says: "The document uses types of {family}, but {pointer} is of type {found}." / "该文档使用 {family} 的类型，而 {pointer} 的类型是 {found}。",
        why: "Descriptors are independent of each other, so this is legal; some consumers convert, and a few refuse it." / "描述符彼此独立，因此这是合法的；有的使用方会转换，少数会拒绝。",
        fix: "Nothing has to change. `skopeo copy --format oci` or `--format v2s2` converts all of them to one family." / "无需改动。`skopeo copy --format oci` 或 `--format v2s2` 可以把所有类型统一为其中一种。",
        bad: || edited(manifest, &[r#"/layers/0/mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip""#]),
        good: || given(index()),
        check: |inventory, out| {
            let all = walk::descriptors(inventory);
            // The descriptors of one document stand together.
            for placed in all.chunk_by(|a, b| std::ptr::eq(a.document, b.document)) {
                let Some(document) = placed.first().map(|p| p.document) else { continue };
                out.looked();
                let placed: Vec<&walk::Placed> = placed.iter().filter(|p| family(p.descriptor.media_type()).is_some()).collect();
                let own = own_media_type(document)
                    .and_then(|(_, t)| family(t))
                    .or_else(|| placed.first().and_then(|p| family(p.descriptor.media_type())));
                let Some(own) = own else { continue };
                let other = placed.iter().find(|p| family(p.descriptor.media_type()) != Some(own));
                if let Some(other) = other {
                    out.found(other.field("mediaType"), |p| {
                        p.name("family", own)
                            .code("pointer", &other.descriptor.pointer)
                            .code("found", other.descriptor.media_type())
                    });
                }
            }
        },
    }
}

/// Every media type that is written in a document of the specifications, with its place.
fn written(inventory: &Inventory) -> Vec<(&Document, String, &str)> {
    let mut all: Vec<(&Document, String, &str)> = inventory
        .documents
        .iter()
        .filter_map(|d| own_media_type(d).map(|(pointer, t)| (d, pointer.to_string(), t)))
        .collect();
    for placed in walk::descriptors(inventory) {
        if let Some(text) = placed.descriptor.media_type.value() {
            let pointer = format!("{}/mediaType", placed.descriptor.pointer);
            all.push((placed.document, pointer, text));
        }
    }
    all
}

const OCI_NONDISTRIBUTABLE_GZIP: &str =
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
const OCI_NONDISTRIBUTABLE_ZSTD: &str =
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";
/// Types of images, for finding slips and other cases.
const IMAGE_TYPES: [&str; 17] = [
    mt::OCI_INDEX,
    mt::OCI_MANIFEST,
    mt::OCI_CONFIG,
    mt::OCI_EMPTY,
    mt::OCI_TAR,
    mt::OCI_TAR_GZIP,
    mt::OCI_TAR_ZSTD,
    mt::OCI_NONDISTRIBUTABLE_TAR,
    OCI_NONDISTRIBUTABLE_GZIP,
    OCI_NONDISTRIBUTABLE_ZSTD,
    mt::DOCKER_LIST,
    mt::DOCKER_MANIFEST,
    mt::DOCKER_CONFIG,
    mt::DOCKER_TAR,
    mt::DOCKER_TAR_GZIP,
    mt::DOCKER_FOREIGN_TAR,
    mt::DOCKER_FOREIGN_TAR_GZIP,
];

/// The known type that an unknown one was probably meant to be. Only types of images are compared: makers of other
/// artifacts choose types that look alike on purpose.
fn meant(text: &str) -> Option<&'static str> {
    let known = |t: &&'static str| t.eq_ignore_ascii_case(text);
    if mt::KNOWN.iter().any(known) || IMAGE_TYPES.iter().any(known) {
        return None;
    }
    let cut = format!("{text}+json");
    IMAGE_TYPES
        .into_iter()
        .filter_map(|t| {
            let edits = if t == cut {
                Some(1)
            } else {
                distance(text, t, 2)
            };
            Some((edits?, t))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, t)| t)
}

/// What a document is by its media type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    Manifest,
    Config,
    Schema1,
    ArtifactManifest,
}

fn kind_of_type(media_type: &str) -> Option<Kind> {
    match media_type {
        t if mt::is_index(t) => Some(Kind::Index),
        t if mt::is_manifest(t) => Some(Kind::Manifest),
        t if mt::is_image_config(t) => Some(Kind::Config),
        t if mt::is_schema1(t) => Some(Kind::Schema1),
        mt::OCI_ARTIFACT_MANIFEST => Some(Kind::ArtifactManifest),
        _ => None,
    }
}

/// What a document is, by its own media type or else by its shape, and that type.
fn own_type(document: &Document) -> (Option<Kind>, String) {
    if let Some((_, own)) = own_media_type(document)
        && let Some(kind) = kind_of_type(own)
    {
        return (Some(kind), own.to_string());
    }
    let (kind, name) = match document.claims {
        Claims::Index(_) => (Kind::Index, mt::OCI_INDEX),
        Claims::Manifest(_) => (Kind::Manifest, mt::OCI_MANIFEST),
        Claims::Config(_) => (Kind::Config, mt::OCI_CONFIG),
        Claims::Schema1 { .. } => (Kind::Schema1, mt::DOCKER_SCHEMA1),
        Claims::ArtifactManifest { .. } => (Kind::ArtifactManifest, mt::OCI_ARTIFACT_MANIFEST),
        _ => return (None, String::new()),
    };
    (Some(kind), name.to_string())
}

/// The `mediaType` of a document that has one.
fn own_media_type(document: &Document) -> Option<(&'static str, &str)> {
    let claim = match &document.claims {
        Claims::Manifest(m) => &m.media_type,
        Claims::Index(i) => &i.media_type,
        Claims::Schema1 { media_type, .. } => media_type,
        Claims::ArtifactManifest { .. } => {
            let own = document.json.root.as_ref()?.get("mediaType")?.as_str()?;
            return Some(("/mediaType", own));
        }
        _ => return None,
    };
    claim.value().map(|t| ("/mediaType", t.as_str()))
}

/// The document behind a descriptor, where its content is what the descriptor names.
fn target<'a>(inventory: &'a Inventory, placed: &walk::Placed) -> Result<&'a Document, Missing> {
    let facts = inventory.facts(placed.document, placed.descriptor)?;
    if !walk::stands_for(facts, placed.descriptor.digest()) {
        return Err(Missing {
            what: placed.descriptor.digest().to_string(),
            why: Why::Unreadable,
            at: Some(placed.whole()),
        });
    }
    inventory.target(placed.document, placed.descriptor)
}

fn family(media_type: &str) -> Option<&'static str> {
    // The empty type and other people's types belong to no family.
    if media_type.starts_with("application/vnd.oci.image.") {
        Some("OCI")
    } else if media_type.starts_with("application/vnd.docker.") {
        Some("Docker")
    } else {
        None
    }
}

/// Documents of a retired kind, and descriptors of its type whose document is not here.
fn retired(
    inventory: &Inventory,
    out: &mut super::Out,
    is_type: fn(&str) -> bool,
    is_document: fn(&Claims) -> bool,
) {
    for document in &inventory.documents {
        if matches!(document.claims, Claims::Other) {
            continue;
        }
        out.looked();
        if is_document(&document.claims)
            || own_media_type(document).is_some_and(|(_, t)| is_type(t))
        {
            let at = walk::field_or_object(document, "", "mediaType");
            out.found(at, |p| p.code("what", &document.path));
        }
    }
    for placed in walk::descriptors(inventory) {
        let declared = placed.descriptor.media_type();
        if is_type(declared)
            && inventory
                .target(placed.document, placed.descriptor)
                .is_err()
        {
            out.found(placed.field("mediaType"), |p| {
                p.code("what", &placed.descriptor.pointer)
            });
        }
    }
}

/// Whether a type is probably meant to be another: a typing slip, or another case. The rules about those tell of it.
pub(super) fn is_slip(text: &str) -> bool {
    let same = |known: &&str| known.eq_ignore_ascii_case(text) && **known != *text;
    meant(text).is_some() || mt::KNOWN.iter().any(same) || IMAGE_TYPES.iter().any(same)
}
