//! Rules `index-*` about the entries of an index: how they are nested, and how they stand to each other. An `index.json` of
//! a layout lists artifacts that need not belong together, so what is asked of one image for many platforms is not asked
//! of it.

use crate::artifact::documents::{Descriptor, Index};
use crate::artifact::{Document, Inventory};
use crate::order;
use crate::place::Locus;
use crate::rules::media_type::is_slip;
use crate::rules::walk::{self, Role};
use crate::rules::{Out, rules};
use crate::spec::{self, annotation, media_type as mt, platform};
use std::collections::{BTreeMap, BTreeSet};

use crate::examples::inputs::{edited, given, index, pasted};
use crate::examples::{self, Layout};

/// Levels of indexes below the top that consumers are known to follow without trouble.
const LEVELS: usize = 2;

/// What Podman and Buildah put on the entry of the zstd copy of an image, beside the gzip copy of the same platform.
const ZSTD_COPY: &str = "io.github.containers.compression.zstd";

rules! {
    "index-entry-media-type-portable" {
        severity: Info (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Index entry that is no manifest" / "索引条目不是清单",
        says: "The entry at {pointer} is of type {found}, neither a manifest nor an index." / "位于 {pointer} 的条目类型是 {found}，既不是清单也不是索引。",
        why: "It is legal, and consumers must not fail on it. Docker, containerd and skopeo pass over it when they choose a platform; container2wasm stops with `unsupported mediatype`, image-tools refuses the index, and go-containerregistry takes the content for a layer." / "这是合法的，使用方不得因此报错。Docker、containerd 和 skopeo 选择平台时会略过它；container2wasm 会以 `unsupported mediatype` 停下，image-tools 会拒绝整个索引，go-containerregistry 会把其内容当作一层。",
        fix: "Nothing has to change. For the widest reach, wrap the content in an artifact manifest: `oras push` does that." / "无需改动。若要让尽可能多的使用方接受，可把内容包装成制品清单：`oras push` 就会这样做。",
        trigger: r#"{"manifests": [{"mediaType": "application/xml"}]}"#,
        bad: || pasted(index(), |i| i["manifests"][1] = examples::descriptor("application/xml", b"<a/>")),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in images(inventory) {
                out.looked();
                let odd = |t: &str| !is_document(t) && !is_slip(t) && spec::is_media_type(t);
                let odd: Vec<_> = index.manifests().iter().filter(|d| odd(d.media_type())).collect();
                let Some(first) = odd.first() else { continue };
                let places = odd.iter().map(|d| walk::field_or_object(document, &d.pointer, "mediaType")).collect();
                out.found_together(places, |p| {
                    p.code("pointer", &first.pointer).code("found", first.media_type())
                });
            }
        },
    }
    "index-nested" {
        severity: Info (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.1",
        needs: Documents,
        title: "Index in an index" / "索引中嵌套索引",
        says: "The entry at {pointer} is an index itself." / "位于 {pointer} 的条目本身也是索引。",
        why: "This is how a layout holds an image for several platforms, or one with attestations; Docker, containerd and skopeo follow it. container2wasm up to 0.6.0 stops with `unsupported mediatype`, image-tools refuses it, and umoci needs exactly one manifest in all." / "布局中的多平台镜像，或带证明的镜像，都是这样存放的；Docker、containerd 和 skopeo 会逐层跟进。container2wasm 0.6.0 及更早版本会以 `unsupported mediatype` 停下，image-tools 会拒绝，umoci 则要求总共恰好只有一个清单。",
        fix: "Nothing has to change. For a consumer that does not follow: save one platform without attestations, `docker buildx build --platform linux/amd64 --provenance=false --sbom=false`." / "无需改动。若使用方不支持，只保存一个平台且不带证明：`docker buildx build --platform linux/amd64 --provenance=false --sbom=false`。",
        trigger: r#"{"manifests": [{"mediaType": "application/vnd.oci.image.index.v1+json"}]}"#,
        bad: || pasted(index(), |i| i["manifests"][1] = examples::descriptor(mt::OCI_INDEX, b"nested")),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                let nested: Vec<_> = index.manifests().iter().filter(|d| mt::is_index(d.media_type())).collect();
                let Some(first) = nested.first() else { continue };
                let places = nested.iter().map(|d| document.locus(&d.pointer)).collect();
                out.found_together(places, |p| p.code("pointer", &first.pointer));
            }
        },
    }
    "index-nested-deep" {
        severity: Warning (Consumers),
        spec: "image-index.md#image-index-property-descriptions" since "1.1",
        needs: Documents,
        title: "Indexes nested deeply" / "索引嵌套过深",
        says: "The entry at {pointer} is an index {levels} levels below the top." / "位于 {pointer} 的条目是从顶层往下第 {levels} 层的索引。",
        why: "The specification sets no limit, and each consumer has its own: some look one level below `index.json` only and find no image further down. No tool builds such a thing on purpose; mostly an index was wrapped again at every copy." / "规范没有限制层数，各使用方各有上限：有的只看 `index.json` 往下一层，更深处的镜像就找不到。没有工具会有意构建这样的结构，通常是每次复制又包了一层索引。",
        fix: "List the manifests in one index: `docker buildx imagetools create -t REF …` writes a flat one." / "在一个索引中列出所有清单：`docker buildx imagetools create -t REF …` 会生成扁平的索引。",
        bad: || nested(3),
        good: || nested(2),
        check: |inventory, out| {
            let pointed_at: BTreeSet<_> = order::set_of(walk::descriptors(inventory)
                .into_iter()
                .filter(|p| p.role == Role::Entry)
                .filter_map(|p| inventory.blob_for(p.descriptor.digest())));
            let mut seen = BTreeSet::new();
            for (document, _) in walk::indexes(inventory) {
                out.looked();
                if !pointed_at.contains(&document.blob) {
                    descend(inventory, document, 0, &mut seen, out);
                }
            }
        },
    }
    "index-platform-missing" {
        severity: Warning (Should),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "Image without `platform` beside others with one" / "有的镜像缺少 `platform`，其他的却有",
        says: "The image at {pointer} has no `platform`, and {other} has one." / "位于 {pointer} 的镜像没有 `platform`，而 {other} 有。",
        why: "Who gets this image depends on the consumer: containerd fetches its config to find the platform, go-containerregistry takes it for linux/amd64, Docker's own store and skopeo never choose it." / "谁会拿到这个镜像取决于使用方：containerd 会下载其配置来确定平台，go-containerregistry 当作 linux/amd64，Docker 自带的存储和 skopeo 则永远不会选它。",
        fix: "Add `platform` with the `os` and `architecture` of the image's config; `docker buildx imagetools create` and `crane index append` do so." / "补上 `platform`，`os` 和 `architecture` 取自镜像配置；`docker buildx imagetools create` 和 `crane index append` 会自动写入。",
        bad: || edited(index, &["/manifests/1/platform"]),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in images(inventory) {
                out.looked();
                let is_image = |d: &&Descriptor| is_image(inventory, document, d);
                let with = index.manifests().iter().filter(is_image).find(|d| d.platform.value().is_some());
                let Some(with) = with else { continue };
                let lacking: Vec<_> = index
                    .manifests()
                    .iter()
                    .filter(is_image)
                    .filter(|d| d.platform.is_absent())
                    .collect();
                let Some(first) = lacking.first() else { continue };
                let places: Vec<Locus> = lacking.iter().map(|d| document.locus(&d.pointer)).collect();
                out.found_together(places, |p| {
                    p.code("pointer", &first.pointer).code("other", &with.pointer)
                });
            }
        },
    }
    "index-platform-duplicate" {
        severity: Warning (Ambiguous),
        spec: "image-index.md#image-index-property-descriptions" since "1.1",
        needs: Documents,
        title: "Two images for one platform" / "同一平台有两个镜像",
        says: "{pointer} and {other} are different images for {platform}." / "{pointer} 和 {other} 是同一平台 {platform} 的两个不同镜像。",
        why: "The specification recommends the first that fits, and Docker, containerd and go-containerregistry take it. The other is stored and copied, and never runs; if it is the newer one, an update seems to have no effect. umoci takes neither and calls the index ambiguous." / "规范建议使用第一个匹配的条目，Docker、containerd 和 go-containerregistry 也是如此。另一个只是占着存储、跟着复制，从不运行；如果它才是新版本，更新就好像没有生效。umoci 两个都不取，并报告索引有歧义。",
        fix: "Take the one out that is not meant, or tell them apart by `variant`, `os.version` or `os.features`." / "去掉不需要的那个，或用 `variant`、`os.version`、`os.features` 加以区分。",
        fine: "The two differ in something that only one kind of client asks for, as with the zstd copies that Podman adds (they are not reported)." / "两者的差别只有某类客户端才会用到，例如 Podman 附加的 zstd 副本（这种情况不会报告）。",
        bad: || pasted(index(), |i| i["manifests"][1]["platform"] = i["manifests"][0]["platform"].clone()),
        good: || edited(index, &[r#"/manifests/1/platform: { "architecture": "amd64", "os": "linux", "variant": "v3" }"#]),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                let listing = walk::is_listing(inventory, document);
                let mut first: BTreeMap<Vec<String>, &Descriptor> = BTreeMap::new();
                for entry in index.manifests() {
                    let Some(key) = choice(inventory, document, index, entry, listing) else { continue };
                    out.looked();
                    let Some(other) = first.get(&key) else {
                        first.insert(key, entry);
                        continue;
                    };
                    if other.digest() != entry.digest() {
                        out.found_with(document.locus(&entry.pointer), vec![document.locus(&other.pointer)], |p| {
                            p.code("pointer", &entry.pointer)
                                .code("other", &other.pointer)
                                .code("platform", entry.platform_text().unwrap_or_default())
                        });
                    }
                }
            }
        },
    }
    "index-entry-duplicate" {
        severity: Info (Note),
        spec: "image-index.md#image-index-property-descriptions" since "1.0",
        needs: Documents,
        title: "One digest in several entries" / "同一摘要出现在多个条目中",
        says: "{pointer} points at the same content as {other}." / "{pointer} 与 {other} 指向同一内容。",
        why: "It is legal: in an `index.json` two names for one image look like this. In an index for several platforms it says that one image is for two of them, which only an image without programs can be." / "这是合法的：在 `index.json` 中，同一镜像有两个名字就会如此。在多平台索引中则意味着同一镜像用于两个平台，而只有不含程序的镜像才可能这样。",
        fix: "Nothing has to change in an `index.json`. Elsewhere see whether each platform got its own build." / "在 `index.json` 中无需改动。在别处，确认每个平台是否都有各自的构建。",
        bad: || pasted(index(), |i| i["manifests"][1]["digest"] = i["manifests"][0]["digest"].clone()),
        good: || given(index()),
        check: |inventory, out| {
            for (document, index) in walk::indexes(inventory) {
                out.looked();
                let mut first: BTreeMap<&str, &str> = BTreeMap::new();
                let mut repeated = Vec::new();
                for entry in index.manifests().iter().filter(|d| !d.digest().is_empty()) {
                    match first.get(entry.digest()) {
                        Some(other) => repeated.push((entry.pointer.as_str(), *other)),
                        None => {
                            first.insert(entry.digest(), &entry.pointer);
                        }
                    }
                }
                let Some((pointer, other)) = repeated.first() else { continue };
                let count = repeated.len() as u64;
                out.found_with(document.locus(pointer), vec![document.locus(other)], |p| {
                    p.code("pointer", *pointer).code("other", *other)
                });
                out.in_all(count);
            }
        },
    }
}

/// Every index that is one artifact: all but the `index.json` of a layout.
pub(super) fn images(inventory: &Inventory) -> impl Iterator<Item = (&Document, &Index)> {
    walk::indexes(inventory).filter(|(document, _)| !walk::is_listing(inventory, document))
}

/// A manifest or index of any age, by its type.
fn is_document(media_type: &str) -> bool {
    mt::is_manifest(media_type)
        || mt::is_index(media_type)
        || mt::is_schema1(media_type)
        || media_type == mt::OCI_ARTIFACT_MANIFEST
}

/// Whether an entry is an image that a consumer may choose: no attestation, and no other artifact as far as can be seen.
fn is_image(inventory: &Inventory, document: &Document, d: &Descriptor) -> bool {
    let unknown = d
        .platform
        .value()
        .is_some_and(|p| p.os == "unknown" && p.architecture == "unknown");
    let attached = d.annotations.contains_key(annotation::REFERENCE_TYPE);
    let typed = d.artifact_type.value().is_some_and(|t| !t.is_empty());
    let other = inventory
        .target(document, d)
        .is_ok_and(|target| match &target.claims {
            crate::artifact::documents::Claims::Manifest(m) => {
                !mt::is_image_config(m.config_media_type())
            }
            _ => false,
        });
    mt::is_manifest(d.media_type()) && !unknown && !attached && !typed && !other
}

/// What a consumer chooses an entry by. None for an entry that is no image for a platform. In a listing the name comes
/// first; entries without a name are compared only where none has one.
fn choice(
    inventory: &Inventory,
    document: &Document,
    index: &Index,
    entry: &Descriptor,
    listing: bool,
) -> Option<Vec<String>> {
    let platform = entry.platform.value()?;
    if !is_image(inventory, document, entry) || platform.os.is_empty() {
        return None;
    }
    let name = |d: &Descriptor| {
        let name = d.annotations.get(annotation::REF_NAME);
        name.or_else(|| d.annotations.get(annotation::CONTAINERD_NAME))
            .cloned()
    };
    let named = if listing { name(entry) } else { None };
    if listing && named.is_none() && index.manifests().iter().any(|d| name(d).is_some()) {
        return None;
    }
    let variant = platform
        .variant
        .as_deref()
        .or(platform::assumed_variant(&platform.architecture));
    let mut features = platform.os_features.clone();
    order::own(&mut features);
    let mut key = vec![
        named.unwrap_or_default(),
        platform.os.clone(),
        platform.architecture.clone(),
        variant.unwrap_or_default().to_string(),
        platform.os_version.clone().unwrap_or_default(),
        entry
            .annotations
            .get(ZSTD_COPY)
            .cloned()
            .unwrap_or_default(),
    ];
    key.extend(features);
    Some(key)
}

/// Reports every entry below an index that is an index too deep. Each index is entered once for each depth.
fn descend(
    inventory: &Inventory,
    document: &Document,
    depth: usize,
    seen: &mut BTreeSet<(usize, usize)>,
    out: &mut Out,
) {
    let crate::artifact::documents::Claims::Index(index) = &document.claims else {
        return;
    };
    if !seen.insert((document.blob, depth)) {
        return;
    }
    for entry in index.manifests() {
        if !mt::is_index(entry.media_type()) {
            continue;
        }
        if depth >= LEVELS {
            out.found(document.locus(&entry.pointer), |p| {
                p.code("pointer", &entry.pointer)
                    .count("levels", depth as u64 + 1)
            });
        } else if let Ok(target) = inventory.target(document, entry) {
            descend(inventory, target, depth + 1, seen, out);
        }
    }
}

/// A layout whose `index.json` leads through so many indexes to an image.
fn nested(levels: usize) -> examples::Files {
    let mut layout = Layout::new();
    let mut entry = layout.image(
        ("linux", "amd64"),
        &[examples::gzip_layer("hello", b"hello")],
    );
    for _ in 0..levels {
        let index = serde_json::json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry] });
        entry = layout.document(mt::OCI_INDEX, &index);
    }
    layout.list(entry, "v1");
    layout.tar()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::Files;
    use crate::examples::json;

    fn duplicates(files: &Files) -> usize {
        let findings = files.report().findings;
        findings
            .iter()
            .filter(|f| f.rule == "index-platform-duplicate")
            .count()
    }

    #[test]
    fn two_names_are_two_choices() {
        let two = |first: &str, second: &str| {
            let mut layout = Layout::new();
            for (name, content) in [(first, "a"), (second, "b")] {
                let image =
                    layout.image(("linux", "amd64"), &[examples::gzip_layer(content, b"x")]);
                layout.list(image, name);
            }
            layout.tar()
        };
        assert_eq!(duplicates(&two("v1", "v2")), 0);
        assert_eq!(duplicates(&two("v1", "v1")), 1);
        assert_eq!(duplicates(&two("", "")), 1);
        assert_eq!(duplicates(&two("v1", "")), 0);
    }

    #[test]
    fn copies_for_other_clients_are_no_duplicates() {
        let same = |change: fn(&mut serde_json::Value)| {
            pasted(index(), |i| {
                i["manifests"][1]["platform"] = i["manifests"][0]["platform"].clone();
                change(&mut i["manifests"][1]);
            })
        };
        assert_eq!(duplicates(&same(|_| {})), 1);
        assert_eq!(
            duplicates(&same(
                |e| e["annotations"] = serde_json::json!({ ZSTD_COPY: "true" })
            )),
            0
        );
        assert_eq!(
            duplicates(&same(
                |e| e["artifactType"] = json!("application/vnd.acme.x")
            )),
            0
        );
        assert_eq!(
            duplicates(&same(|e| e["platform"]["variant"] = json!("v1"))),
            1
        );
    }
}
