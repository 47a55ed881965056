//! Rules `layout-*`: OCI image layouts, as a folder or an archive, and their blobs against their names and descriptors.
//! A blob that is referred to and not there is legal; a document that was given alone lacks nothing.

pub mod entries;
pub mod listing;

use super::walk::{self, Role};
use super::{Out, rules};
use crate::artifact::documents::Claims;
use crate::artifact::kinds::Packaging;
use crate::artifact::{Inventory, Measured, Missing, Why};
use crate::bytes::blob::Form;
use crate::bytes::json::Node;
use crate::place::Locus;
use crate::spec::{self, annotation, media_type as mt};
use crate::text::say;
use std::collections::{BTreeMap, BTreeSet};

use crate::examples::inputs::{gzip_blob, layout, layout_with};
use crate::examples::json;
use crate::examples::{self, Files};

rules! {
    "layout-header-missing" {
        severity: Error (Must),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "Layout without `oci-layout`" / "布局缺少 `oci-layout` 文件",
        says: "There is an `index.json` but no {expected} file beside it." / "有 `index.json`，但旁边没有 {expected} 文件。",
        why: "umoci, regclient and ORAS refuse the layout; containerd takes the archive for one of `docker save`." / "umoci、regclient 和 ORAS 会拒绝该布局；containerd 会把归档当作 `docker save` 的产物。",
        fix: "Add a file `oci-layout` with the content `{\"imageLayoutVersion\":\"1.0.0\"}`." / "添加文件 `oci-layout`，内容为 `{\"imageLayoutVersion\":\"1.0.0\"}`。",
        bad: || layout_with(|l| l.remove("oci-layout")),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            out.looked();
            if inventory.blob_at("oci-layout").is_none() {
                out.found(top(inventory), |p| p.code("expected", "oci-layout"));
            }
        },
    }
    "layout-header-invalid" {
        severity: Error (Must),
        spec: "image-layout.md#oci-layout-file" since "1.0",
        needs: Documents,
        title: "`oci-layout` does not say its version" / "`oci-layout` 没有写明版本",
        says: "{path} has no `imageLayoutVersion`; it must be the object {expected}." / "{path} 没有 `imageLayoutVersion`；其内容必须是对象 {expected}。",
        why: "Every reader of layouts but containers/image reads this file first, and stops here." / "除 containers/image 之外，读取布局的程序都会先读这个文件，并在此停下。",
        fix: "Write `{\"imageLayoutVersion\":\"1.0.0\"}` into the file." / "把文件内容写成 `{\"imageLayoutVersion\":\"1.0.0\"}`。",
        trigger: "{}",
        bad: || layout_with(|l| l.put("oci-layout", b"{}")),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            let Some(id) = inventory.blob_at("oci-layout") else { return };
            let Some(blob) = inventory.blobs.get(id) else { return };
            let document = blob.document.and_then(|id| inventory.documents.get(id));
            let at = match (document, &blob.measured) {
                (Some(document), _) => match &document.claims {
                    Claims::Layout(header) if header.version.value().is_some() => return out.looked(),
                    _ if document.is_beyond_limits() => {
                        return out.missing(not_read(&blob.path, &Why::BeyondLimits));
                    }
                    _ if document.json.root.is_none() => {
                        let says = say(
                            "{path} cannot be read as JSON; it must be the object {expected}.",
                            "{path} 无法作为 JSON 读取；其内容必须是对象 {expected}。",
                        );
                        return out.found_as(Locus::whole(&blob.path), says.code("path", &blob.path).code("expected", HEADER));
                    }
                    _ => walk::field_or_object(document, "", "imageLayoutVersion"),
                },
                (None, Measured::Facts(facts)) if facts.form == Form::Json => {
                    return out.missing(not_read(&blob.path, &Why::BeyondLimits));
                }
                (None, Measured::Facts(_)) => Locus::whole(&blob.path),
                (None, Measured::Not(why)) => return out.missing(not_read(&blob.path, why)),
            };
            out.found(at, |p| p.code("path", &blob.path).code("expected", HEADER));
        },
    }
    "layout-version-unknown" {
        severity: Error (Schema),
        spec: "image-layout.md#oci-layout-file" since "1.0",
        needs: Documents,
        title: "Unknown layout version" / "未知的布局版本",
        says: "`imageLayoutVersion` is {found}; the only version there is is {expected}." / "`imageLayoutVersion` 是 {found}；唯一存在的版本是 {expected}。",
        why: "The layout version did not follow the specification to 1.1. umoci, regclient, ORAS and containerd refuse any other than 1.0.0." / "布局版本并没有随规范升到 1.1。umoci、regclient、ORAS 和 containerd 会拒绝 1.0.0 以外的版本。",
        fix: "Write `1.0.0`, also for content of image-spec 1.1." / "写成 `1.0.0`，内容遵循 image-spec 1.1 时也是如此。",
        trigger: r#"{"imageLayoutVersion": "1.1.0"}"#,
        bad: || layout_with(|l| l.put("oci-layout", br#"{"imageLayoutVersion":"1.1.0"}"#)),
        good: layout,
        check: |inventory, out| {
            for document in &inventory.documents {
                let Claims::Layout(header) = &document.claims else { continue };
                let Some(version) = header.version.value() else { continue };
                out.looked();
                if version != "1.0.0" {
                    out.found(document.locus("/imageLayoutVersion"), |p| p.code("found", version.clone()).code("expected", "1.0.0"));
                }
            }
        },
    }
    "layout-index-missing" {
        severity: Error (Must),
        spec: "image-layout.md#indexjson-file" since "1.0",
        needs: Documents,
        title: "Layout without `index.json`" / "布局缺少 `index.json`",
        says: "There is an `oci-layout` file but no {expected} beside it." / "有 `oci-layout` 文件，但旁边没有 {expected}。",
        why: "`index.json` is where every reader begins; without it no blob has a name." / "所有读取程序都从 `index.json` 开始；没有它，任何 blob 都没有名字。",
        fix: "Save the image again, or write an image index that lists its manifest." / "重新保存镜像，或写一个列出其清单的镜像索引。",
        bad: || {
            let mut items = examples::good_layout().all();
            items.retain(|(path, _)| path != "index.json");
            Files::tar("image.tar", &items)
        },
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            out.looked();
            if inventory.blob_at("index.json").is_none() {
                out.found(top(inventory), |p| p.code("expected", "index.json"));
            }
        },
    }
    "layout-index-invalid" {
        severity: Error (Must),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "`index.json` is not an image index" / "`index.json` 不是镜像索引",
        says: "{path} is not an image index: it has no `manifests`." / "{path} 不是镜像索引：其中没有 `manifests`。",
        why: "Readers find no image in the layout, or refuse it." / "读取程序在布局中找不到镜像，或直接拒绝。",
        fix: "Write an image index: `schemaVersion`, `mediaType` and `manifests`." / "写成镜像索引：包含 `schemaVersion`、`mediaType` 和 `manifests`。",
        trigger: "{}",
        bad: || layout_with(|l| l.put("index.json", b"{}")),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            let Some(id) = inventory.blob_at("index.json") else { return };
            let Some(blob) = inventory.blobs.get(id) else { return };
            let document = blob.document.and_then(|id| inventory.documents.get(id));
            let at = match (document, &blob.measured) {
                (Some(document), _) if matches!(document.claims, Claims::Index(_)) => return out.looked(),
                (Some(document), _) if document.is_beyond_limits() => {
                    return out.missing(not_read(&blob.path, &Why::BeyondLimits));
                }
                (Some(document), _) if document.json.root.is_none() => {
                    let says = say(
                        "{path} is not an image index: it cannot be read as JSON.",
                        "{path} 不是镜像索引：无法作为 JSON 读取。",
                    );
                    return out.found_as(Locus::whole(&blob.path), says.code("path", &blob.path));
                }
                (Some(document), _) => document.locus(""),
                // It begins as JSON and was not read: it is larger than the caps.
                (None, Measured::Facts(facts)) if facts.form == Form::Json => {
                    return out.missing(not_read(&blob.path, &Why::BeyondLimits));
                }
                (None, Measured::Facts(_)) => Locus::whole(&blob.path),
                (None, Measured::Not(why)) => return out.missing(not_read(&blob.path, why)),
            };
            out.found(at, |p| p.code("path", &blob.path));
        },
    }
    "layout-blob-digest-mismatch" {
        severity: Error (Must),
        spec: "image-layout.md#blobs" since "1.0",
        needs: Blobs,
        title: "Blob does not hash to its name" / "blob 的内容与文件名不符",
        says: "{path} holds {size} with the digest {found}; its name promises {expected}." / "{path} 的内容为 {size}，摘要是 {found}；而文件名对应的是 {expected}。",
        why: "Consumers verify what they read and refuse the blob, whether the transfer damaged it or somebody edited it." / "使用方会校验读到的内容并拒绝该 blob，无论它是在传输中损坏还是被人改动。",
        fix: "Put the right content back. If the new content is meant, name the file by its digest and correct every descriptor that refers to it." / "放回正确的内容。如果新内容才是想要的，按其摘要命名文件，并改正所有引用它的描述符。",
        bad: || layout_with(|l| gzip_blob(l, |(_, bytes)| bytes[9] ^= 1)),
        good: layout,
        check: digests,
    }
    "layout-blob-size-mismatch" {
        severity: Error (Must),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Blob has another size than its descriptor says" / "blob 的大小与描述符不符",
        says: "`size` is {declared}, but {path} has {found}." / "`size` 是 {declared}，而 {path} 有 {found}。",
        why: "Consumers stop reading at the size of the descriptor, or refuse the blob at once." / "使用方读到描述符所写的大小就停下，或直接拒绝该 blob。",
        fix: "Correct the size in the descriptor; every digest above it then changes. If the blob is the wrong one, put the right one back." / "改正描述符中的大小，其上层的摘要都会随之改变。如果错的是 blob，就放回正确的内容。",
        bad: || layout_with(|l| {
            l.index["manifests"][0]["size"] = json!(1234);
        }),
        good: layout,
        check: |inventory, out| {
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                let Some(size) = d.size.value().and_then(|size| u64::try_from(*size).ok()) else { continue };
                if spec::digest(d.digest()).is_none() || placed.role == Role::Subject {
                    continue;
                }
                let Some(blob) = inventory.content(placed.document, d).ok().and_then(|id| inventory.blobs.get(id)) else {
                    out.missing(not_given(inventory, &placed));
                    continue;
                };
                // The archive says how long the blob should be; how much of it is there is another rule's.
                if let Measured::Not(why @ Why::Truncated) = &blob.measured {
                    out.missing(not_read(&blob.path, why));
                    continue;
                }
                out.looked();
                if blob.size != size {
                    out.found(placed.field("size"), |p| {
                        p.bytes("declared", size).code("path", &blob.path).bytes("found", blob.size)
                    });
                }
            }
        },
    }
    "layout-blob-missing" {
        severity: Warning (Should),
        spec: "image-layout.md#blobs" since "1.0",
        needs: Documents,
        title: "Blob that is referred to is not here" / "引用的 blob 不在其中",
        says: "{pointer} refers to {digest}, and there is no {path}." / "{pointer} 引用了 {digest}，但没有 {path}。",
        why: "A layout may lack blobs if they can be had elsewhere, but whoever loads this file has nowhere else to look; `docker save` of one platform leaves such gaps for the others." / "如果能从别处取得，布局可以缺少 blob；但加载该文件时并无别处可取。`docker save` 只保存一个平台时，其他平台就会留下这样的空缺。",
        fix: "Save all platforms, or take the entries that lead there out of the index." / "保存所有平台，或把指向它的条目从索引中移除。",
        bad: || layout_with(|l| {
            let mut path = String::new();
            gzip_blob(l, |(found, _)| path = found.clone());
            l.remove(&path);
        }),
        good: layout,
        check: absent,
    }
    "layout-blob-unreferenced" {
        severity: Info (Note),
        spec: "image-layout.md#blobs" since "1.0",
        needs: Documents,
        title: "Blob that nothing refers to" / "无人引用的 blob",
        says: "Nothing refers to {path} ({size})." / "没有任何内容引用 {path}（{size}）。",
        why: "That is legal. Tools that begin at `index.json` never see it, and it takes space." / "这是合法的。从 `index.json` 开始读取的工具看不到它，它只是占用空间。",
        fix: "Nothing has to change; `umoci gc` or a fresh export removes it." / "无需改动；`umoci gc` 或重新导出可将其清除。",
        bad: || layout_with(|l| { l.blob("application/octet-stream", b"left behind"); }),
        good: layout,
        check: unreferenced,
    }
    "layout-root-nested" {
        severity: Error (Consumers),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "The image lies one folder too deep" / "镜像多套了一层文件夹",
        says: "Everything lies under {folder}; consumers look for `index.json` and `oci-layout` at the top of the archive." / "所有文件都在 {folder} 之下；使用方只在归档的顶层查找 `index.json` 和 `oci-layout`。",
        why: "containerd, ORAS, regclient and Docker find no image in the archive." / "containerd、ORAS、regclient 和 Docker 在归档中找不到镜像。",
        fix: "Pack the content of the folder, not the folder: `tar -C image -cf image.tar .`" / "打包文件夹的内容，而不是文件夹本身：`tar -C image -cf image.tar .`",
        bad: || {
            let items: Vec<(String, Vec<u8>)> = examples::good_layout()
                .all()
                .into_iter()
                .map(|(path, bytes)| (format!("image/{path}"), bytes))
                .collect();
            Files::tar("image.tar", &items)
        },
        good: layout,
        check: |inventory, out| {
            let archive = matches!(inventory.packaging, Packaging::Tar | Packaging::Gzip | Packaging::Zstd);
            if !archive || !(inventory.is_container() || inventory.nested_under.is_some()) {
                return;
            }
            out.looked();
            if let Some(folder) = &inventory.nested_under {
                out.found(Locus::whole(&inventory.name), |p| p.code("folder", format!("{folder}/")));
            }
        },
    }
    "layout-ref-name-duplicate" {
        severity: Warning (Ambiguous),
        spec: "image-layout.md#indexjson-file" since "1.0",
        needs: Documents,
        title: "One name for two entries" / "两个条目同名",
        says: "The name {name} is given to {count} entries of the index." / "索引中有 {count} 个条目都叫 {name}。",
        why: "containers/image and regclient take the first, umoci calls the name ambiguous and stops." / "containers/image 和 regclient 取第一个，umoci 认为名称有歧义并停下。",
        fix: "Give each entry a name of its own, or list platforms of one image in one nested index." / "为每个条目取不同的名字；若是同一镜像的多个平台，放进一个嵌套索引。",
        bad: || layout_with(|l| {
            let second = l.image(("linux", "arm64"), &[examples::gzip_layer("arm", b"arm")]);
            l.list(second, "v1");
        }),
        good: || layout_with(|l| {
            let second = l.image(("linux", "arm64"), &[examples::gzip_layer("arm", b"arm")]);
            l.list(second, "v2");
        }),
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            let Some(document) = walk::root_document(inventory, "index.json") else { return };
            let Claims::Index(index) = &document.claims else { return };
            out.looked();
            let mut by_name: BTreeMap<&str, Vec<Locus>> = BTreeMap::new();
            for entry in index.manifests() {
                if let Some(name) = entry.annotations.get(annotation::REF_NAME) {
                    let pointer = format!("{}/annotations", entry.pointer);
                    by_name.entry(name).or_default().push(walk::field_or_object(document, &pointer, annotation::REF_NAME));
                }
            }
            for (name, mut places) in by_name {
                let count = places.len() as u64;
                if count > 1 && let Some(last) = places.pop() {
                    out.found_with(last, places, |p| p.code("name", name).count("count", count));
                }
            }
        },
    }
}

/// What an `oci-layout` file holds.
const HEADER: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// The layout as a place.
fn top(inventory: &Inventory) -> Locus {
    Locus::whole(&inventory.name)
}

fn not_read(path: &str, why: &Why) -> Missing {
    Missing {
        what: path.to_string(),
        why: why.clone(),
        at: Some(Locus::whole(path)),
    }
}

fn not_given(inventory: &Inventory, placed: &walk::Placed) -> Missing {
    Missing {
        what: placed.descriptor.digest().to_string(),
        why: if inventory.is_container() {
            Why::NotInInput
        } else {
            Why::NotGiven
        },
        at: Some(placed.whole()),
    }
}

fn digests(inventory: &Inventory, out: &mut Out) {
    if !walk::is_layout(inventory) {
        return;
    }
    let mut users = None;
    for blob in &inventory.blobs {
        let Some(named) = blob.named() else { continue };
        let named = named.as_str();
        let facts = match &blob.measured {
            Measured::Facts(facts) => facts,
            Measured::Not(why) => {
                out.missing(not_read(&blob.path, why));
                continue;
            }
        };
        let Some(found) = facts.digest_like(named) else {
            out.missing(not_read(&blob.path, &Why::Unreadable));
            continue;
        };
        // A name that is no digest is not a promise.
        if !spec::digest(named).is_some_and(|d| d.is_well_encoded()) {
            continue;
        }
        out.looked();
        if found != named {
            let related = users.get_or_insert_with(|| walk::by_digest(inventory));
            let related = related.get(named).into_iter().flatten();
            let related = related.map(|placed| placed.field("digest")).collect();
            out.found_with(Locus::whole(&blob.path), related, |p| {
                p.code("path", &blob.path)
                    .bytes("size", facts.size)
                    .code("found", found)
                    .code("expected", named)
            });
        }
    }
}

fn absent(inventory: &Inventory, out: &mut Out) {
    // Nobody expects the subject of a referrer here, nor layers that are fetched from their own addresses.
    let expected = |placed: &walk::Placed| {
        let elsewhere = mt::is_nondistributable(placed.descriptor.media_type())
            && !placed.descriptor.urls.is_empty();
        placed.role != Role::Subject && !elsewhere
    };
    let mut places: BTreeMap<&str, Vec<Locus>> = BTreeMap::new();
    let all = walk::descriptors(inventory);
    for placed in all.iter().filter(|placed| expected(placed)) {
        let digest = placed.descriptor.digest();
        if !spec::digest(digest).is_some_and(|d| d.is_well_encoded()) {
            continue;
        }
        match inventory.content(placed.document, placed.descriptor) {
            Ok(_) => out.looked(),
            Err(missing) if !walk::is_layout(inventory) => out.missing(missing),
            Err(_) => places.entry(digest).or_default().push(placed.whole()),
        }
    }
    // A cut-off archive has lost more than the author left out.
    if inventory
        .archive_defect
        .as_ref()
        .is_some_and(|d| !d.is_harmless())
    {
        for digest in places.into_keys() {
            out.missing(not_read(digest, &Why::Truncated));
        }
        return;
    }
    for (digest, mut at) in places {
        if at.is_empty() {
            continue;
        }
        let first = at.remove(0);
        let pointer = format!(
            "{}#{}",
            first.path,
            first.pointer.clone().unwrap_or_default()
        );
        let path = spec::digest(digest).map_or(String::new(), |d| d.layout_path());
        out.found_with(first, at, |p| {
            p.code("pointer", pointer)
                .code("digest", digest)
                .code("path", path)
        });
    }
}

fn unreferenced(inventory: &Inventory, out: &mut Out) {
    if !walk::is_layout(inventory) {
        return;
    }
    // Without an index there is nothing to begin at; other rules say so.
    let index = walk::root_document(inventory, "index.json");
    if !index.is_some_and(|document| matches!(document.claims, Claims::Index(_))) {
        return out.missing(not_read("index.json", &Why::Unreadable));
    }
    let mut named: BTreeSet<String> = BTreeSet::new();
    for document in &inventory.documents {
        if let Some(root) = &document.json.root {
            digests_in(root, 0, &mut named);
        }
    }
    for (_, image) in walk::docker_images(inventory) {
        let paths = image.layer_paths().into_iter().chain([image.config.text()]);
        named.extend(paths.filter_map(crate::artifact::digest_of_path));
    }
    // What a document that could not be read refers to is not known.
    let unread = walk::descriptors(inventory).into_iter().find_map(|placed| {
        let media_type = placed.descriptor.media_type();
        let document = mt::is_index(media_type) || mt::is_manifest(media_type);
        let missing = inventory.target(placed.document, placed.descriptor).err()?;
        (document && placed.role == Role::Entry && missing.why != Why::NotInInput)
            .then_some(missing)
    });
    if let Some(missing) = unread {
        return out.missing(missing);
    }
    for blob in &inventory.blobs {
        let Some(digest) = blob.named() else { continue };
        out.looked();
        if !named.contains(&digest) {
            out.found(Locus::whole(&blob.path), |p| {
                p.code("path", &blob.path).bytes("size", blob.size)
            });
        }
    }
}

/// Every digest that a document names anywhere, in fields that are not known here as well.
fn digests_in(node: &Node, depth: usize, found: &mut BTreeSet<String>) {
    if depth > 32 {
        return;
    }
    if let Some(text) = node.as_str()
        && spec::digest(text).is_some()
    {
        found.insert(text.to_string());
    }
    for member in node.members() {
        digests_in(&member.value, depth + 1, found);
    }
    for item in node.items() {
        digests_in(item, depth + 1, found);
    }
}
