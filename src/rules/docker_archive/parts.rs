//! Rules `docker-archive-*` about the files of an archive: where `manifest.json` says they are, and how they are stored.

use crate::artifact::documents::DockerImage;
use crate::artifact::kinds::InputKind;
use crate::artifact::{Document, Entry, Inventory, survey};
use crate::bytes::blob::Compression;
use crate::bytes::tar::EntryKind;
use crate::order;
use crate::place::Locus;
use crate::rules::{rules, walk};
use std::collections::BTreeMap;

use crate::examples;
use crate::examples::inputs::{
    archive, archive_entries, archive_manifest, archive_with, archive_with_shared_layer, layer_file,
};
use crate::examples::json;

rules! {
    "docker-archive-legacy-only" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Archive in the format from before Docker 1.10" / "Docker 1.10 之前的归档格式",
        says: "The archive has {found} and a `json` file for each layer, but no {expected}." / "归档中有 {found} 和每一层各自的 `json` 文件，但没有 {expected}。",
        why: "This is what `docker save` wrote up to 1.9, where every layer was an image. Docker gave up loading it, and containerd, skopeo and crane never could: they begin at `manifest.json`." / "这是 `docker save` 在 1.9 及之前写出的格式，那时每一层都是一个镜像。Docker 已不再支持加载，containerd、skopeo 和 crane 则从未支持：它们都从 `manifest.json` 开始。",
        fix: "Load it with an old Docker (1.10 to 24 still could) in a virtual machine and save it again, or build the image anew." / "在虚拟机中用旧版 Docker（1.10 到 24 仍可加载）加载后重新保存，或重新构建镜像。",
        bad: || {
            let id = "0".repeat(64);
            examples::Files::tar("image.tar", &[
                ("repositories".to_string(), serde_json::json!({ "example": { "v1": id } }).to_string().into_bytes()),
                (format!("{id}/json"), serde_json::json!({ "id": id }).to_string().into_bytes()),
                (format!("{id}/layer.tar"), examples::tar(&[("hello", "hello")])),
            ])
        },
        good: archive,
        check: |inventory, out| {
            if walk::is_docker_archive(inventory) {
                return out.looked();
            }
            if inventory.kind == InputKind::DockerArchiveLegacy {
                let at = Locus::whole(&inventory.name);
                out.found(at, |p| p.code("found", "repositories").code("expected", "manifest.json"));
            }
        },
    }
    "docker-archive-manifest-large" {
        severity: Warning (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "`manifest.json` above 1 MiB" / "`manifest.json` 超过 1 MiB",
        says: "{path} has {found}; containers/image reads {limit} at most." / "{path} 的大小为 {found}；containers/image 最多读取 {limit}。",
        why: "skopeo, Podman and Buildah refuse the archive; Docker and containerd load it." / "skopeo、Podman 和 Buildah 会拒绝该归档；Docker 和 containerd 则可以加载。",
        fix: "Save fewer images or fewer tags into one archive." / "减少每个归档中保存的镜像或标签数量。",
        bad: || archive_manifest(|m| m[0]["com.example.note"] = json!("x".repeat(1024 * 1024))),
        good: archive,
        check: |inventory, out| {
            if !walk::is_docker_archive(inventory) {
                return;
            }
            let Some(blob) = inventory.blob_at("manifest.json").and_then(|id| inventory.blobs.get(id)) else { return };
            out.looked();
            if blob.size > MANIFEST_BYTES {
                out.found(Locus::whole(&blob.path), |p| p.code("path", &blob.path).bytes("found", blob.size).bytes("limit", MANIFEST_BYTES));
            }
        },
    }
    "docker-archive-layer-shared" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "One layer file for two diffIDs" / "同一个层文件对应两个 diffID",
        says: "{path} is listed for the diffID {first} and for {second}; one file cannot be both." / "{path} 既对应 diffID {first}，又对应 {second}；同一个文件不可能有两个 diffID。",
        why: "skopeo and Podman say `Layer tarfile … used for two different DiffID values` before they copy anything; the others fail at the first layer whose content does not fit." / "skopeo 和 Podman 会在复制之前报 `Layer tarfile … used for two different DiffID values`；其他程序则会在第一个内容不符的层失败。",
        fix: "Write one file for each diffID, and list it where it belongs." / "为每个 diffID 写一个文件，并列在对应的位置。",
        trigger: r#"["a.tar", "a.tar"] with two diffIDs"#,
        bad: archive_with_shared_layer,
        good: archive,
        check: |inventory, out| {
            let mut by_path: BTreeMap<String, (&str, Locus)> = BTreeMap::new();
            for (document, image) in walk::docker_images(inventory) {
                let Some((target, config)) = out.known(walk::docker_config(inventory, document, image)) else { continue };
                for (i, (path, id)) in image.layer_paths().into_iter().zip(config.diff_ids()).enumerate() {
                    out.looked();
                    let at = document.locus(&format!("{}/Layers/{i}", image.pointer));
                    match by_path.get(&survey::clean(path)) {
                        Some((first, other)) if *first != id => {
                            let related = vec![other.clone(), target.locus(&format!("/rootfs/diff_ids/{i}"))];
                            out.found_with(at, related, |p| p.code("path", path).code("first", *first).code("second", id));
                        }
                        Some(_) => {}
                        None => {
                            by_path.insert(survey::clean(path), (id, at));
                        }
                    }
                }
            }
        },
    }
    "docker-archive-layer-compressed" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "Compressed layers in the archive" / "归档中的层经过压缩",
        says: "The layer {path} is compressed with {found}; the format has plain tars. Seen in {count} layers of this archive." / "层 {path} 以 {found} 压缩；该格式中的层应为普通 tar。归档中此类层的数量：{count}。",
        why: "Today's loaders look at the bytes and decompress, zstd only in newer versions (Docker 23.0, containerd 1.5). Scripts that read `layer.tar` as a tar fail." / "如今的加载程序会检查内容并解压，但只有较新的版本支持 zstd（Docker 23.0、containerd 1.5）。把 `layer.tar` 直接当作 tar 读取的脚本会失败。",
        fix: "Nothing has to change for Docker, Podman and containerd. For zstd and old hosts, save with gzip or no compression." / "对 Docker、Podman 和 containerd 无需改动。若层为 zstd 而主机较旧，请改用 gzip 或不压缩。",
        fine: "Kaniko, Jib and crane write their layers compressed, as does Docker where it keeps images in the containerd store." / "Kaniko、Jib 和 crane 都写出压缩的层；启用 containerd 镜像存储的 Docker 也是如此。",
        bad: || archive_with(|items| {
            layer_file(items, |(_, bytes)| *bytes = examples::gzip(bytes));
        }),
        good: archive,
        check: |inventory, out| {
            let mut first = None;
            let mut places = Vec::new();
            for_each_layer(inventory, |document, image, i, path| {
                let at = document.locus(&format!("{}/Layers/{i}", image.pointer));
                let facts = walk::docker_blob(inventory, path, &at).and_then(|id| inventory.blob_facts(id, Some(at.clone())));
                if let Some(facts) = out.known(facts) {
                    out.looked();
                    let name = match facts.compression {
                        Compression::None => return,
                        Compression::Gzip => "gzip",
                        Compression::Zstd => "zstd",
                    };
                    first.get_or_insert((path.to_string(), name));
                    places.push(at);
                }
            });
            if let Some((path, name)) = first {
                out.found_together(places, |p| p.code("path", path).name("found", name));
            }
        },
    }
    "docker-archive-layer-empty-file" {
        severity: Warning (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Layer file of zero bytes" / "层文件为 0 字节",
        says: "The layer file {path} has no bytes at all; an empty tar has 1024." / "层文件 {path} 没有任何内容；空的 tar 也有 1024 字节。",
        why: "Loaders read an empty layer whose digest is that of no bytes, `sha256:e3b0c442…`. That fits only if the config says so; if not, Docker reports `invalid diffID`. A copy that broke off looks the same." / "加载程序会读到一个空层，其摘要是零字节的摘要 `sha256:e3b0c442…`。只有配置也这样写才相符，否则 Docker 会报 `invalid diffID`。中断的复制也会留下同样的文件。",
        fix: "Copy or save the archive again. For a layer that is meant to be empty, write a real empty tar: `tar -cf layer.tar -T /dev/null`." / "重新复制或保存归档。若层本来就应为空，写一个真正的空 tar：`tar -cf layer.tar -T /dev/null`。",
        bad: || archive_with(|items| {
            layer_file(items, |(_, bytes)| bytes.clear());
        }),
        good: archive,
        check: |inventory, out| {
            for_each_layer(inventory, |document, image, i, path| {
                let at = document.locus(&format!("{}/Layers/{i}", image.pointer));
                if let Some(id) = out.known(walk::docker_blob(inventory, path, &at)) {
                    out.looked();
                    if inventory.blobs.get(id).is_some_and(|blob| blob.size == 0) {
                        out.found(at, |p| p.code("path", path));
                    }
                }
            });
        },
    }
    "docker-archive-layer-symlink" {
        severity: Info (Note),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Layer stored as a symbolic link" / "层存储为符号链接",
        says: "The layer {path} is a symbolic link to {target}. Seen in {count} layers." / "层 {path} 是指向 {target} 的符号链接。此类层的数量：{count}。",
        why: "Docker stores a layer once that several images share. Loaders follow the link; scripts that take files out one by one, and copies onto file systems without links, lose the layer." / "多个镜像共用的层，Docker 只存储一次。加载程序会跟随链接；用脚本逐个取出文件，或把归档内容复制到不支持链接的文件系统，则会丢失该层。",
        fix: "Nothing has to change. Unpack and pack the archive only with tools that keep links." / "无需改动。若要解包再打包，请使用能保留链接的工具。",
        fine: "It is how `docker save` up to Engine 24 wrote archives." / "Engine 24 及之前的 `docker save` 就是这样写归档的。",
        bad: || {
            let mut items = examples::good_docker_archive();
            layer_file(&mut items, |(path, _)| *path = "y/layer.tar".to_string());
            archive_entries(&[("0123456789ab/layer.tar", "../y/layer.tar")], &items)
        },
        good: archive,
        check: |inventory, out| {
            if !walk::is_docker_archive(inventory) || !walk::is_archive(inventory) {
                return;
            }
            let by_path: BTreeMap<&str, &Entry> = order::map_of(inventory.entries.iter().map(|e| (e.path.as_str(), e)));
            let mut first = None;
            let mut places = Vec::new();
            for_each_layer(inventory, |document, image, i, path| {
                out.looked();
                let Some(entry) = by_path.get(survey::clean(path).as_str()) else { return };
                // Blobs of a layout that are links concern its readers more: `archive-link-blob`.
                if entry.kind == EntryKind::Symlink && !(walk::is_layout(inventory) && entry.path.starts_with("blobs/")) {
                    first.get_or_insert((path.to_string(), entry.link.clone().unwrap_or_default()));
                    places.push(document.locus(&format!("{}/Layers/{i}", image.pointer)));
                }
            });
            if let Some((path, target)) = first {
                out.found_together(places, |p| p.code("path", path).code("target", target));
            }
        },
    }
    "docker-archive-path-unsafe" {
        severity: Error (Ambiguous),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Path that leads out of the archive" / "路径指向归档之外",
        says: "{pointer} is {found}, which is absolute or climbs out with `..`; it has to be the name of a file in the archive." / "{pointer} 是 {found}，它是绝对路径或用 `..` 跳出；它必须是归档中文件的名称。",
        why: "A loader that unpacks first and then opens this path would read a file of its own machine into the image. Docker keeps such paths inside its folder and finds nothing there; no builder writes them, so take the archive for an attack." / "先解包再打开该路径的加载程序，会把自己机器上的文件读进镜像。Docker 会把这类路径限制在自己的目录中，因而找不到文件；没有构建工具会写出这种路径，应把该归档视为攻击。",
        fix: "Write the names as they stand in the archive." / "按归档中的名称书写。",
        trigger: r#"[{"Config": "../../etc/passwd", …}]"#,
        bad: || archive_manifest(|m| m[0]["Config"] = json!("../../etc/passwd")),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                let layers = image.layer_paths().into_iter().enumerate().map(|(i, path)| (path, format!("{}/Layers/{i}", image.pointer)));
                let config = (image.config.text(), format!("{}/Config", image.pointer));
                for (path, pointer) in layers.chain([config]).filter(|(path, _)| !path.is_empty()) {
                    out.looked();
                    if path.starts_with(['/', '\\']) || path.split(['/', '\\']).any(|part| part == "..") {
                        out.found(document.locus(&pointer), |p| p.code("pointer", pointer.clone()).code("found", path));
                    }
                }
            }
        },
    }
}

/// What containers/image reads of `manifest.json` at most (`MaxTarFileManifestSize`).
const MANIFEST_BYTES: u64 = 1024 * 1024;

/// Every layer of every image of the archive, with its position.
fn for_each_layer(
    inventory: &Inventory,
    mut see: impl FnMut(&Document, &DockerImage, usize, &str),
) {
    for (document, image) in walk::docker_images(inventory) {
        for (i, path) in image.layer_paths().into_iter().enumerate() {
            see(document, image, i, path);
        }
    }
}
