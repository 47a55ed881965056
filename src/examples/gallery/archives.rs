//! Examples of what stands around documents: OCI layouts, archives of them, docker-archives.

use super::examples;
use crate::examples::inputs::{
    archive, archive_config, archive_manifest, gzip_blob, layout, layout_with,
};
use crate::examples::{Files, gzip, gzip_layer, json, sha256};

examples! {
    "layout-right" good "layout" {
        title: "An OCI layout as it should be" / "一份正确的 OCI 布局",
        about: "One image for linux/amd64 with one layer, as `skopeo copy … oci-archive:` writes it. Everything is there, so everything is decided." / "一个 linux/amd64 单层镜像，与 `skopeo copy … oci-archive:` 写出的相同。内容齐全，因此每一项都有结论。",
        file: "image.tar", breaks: [], refused: [], accepted: ["umoci", "docker-load-containerd"],
        make: layout,
    }
    "layout-changed-byte" bad "layout" {
        title: "One byte of a layer changed" / "层中有一个字节被改动",
        about: "The blob no longer is what its name says. A verifying consumer stops after it has read the whole layer; Pullcheck names the blob and both digests." / "blob 的内容与它的名称不再相符。做校验的使用方要读完整个层才会停下；Pullcheck 会指出该 blob 和前后两个摘要。",
        file: "image.tar", breaks: ["layout-blob-digest-mismatch"], refused: ["umoci"], accepted: [],
        make: || layout_with(|l| gzip_blob(l, |(_, bytes)| bytes[9] ^= 1)),
    }
    "layout-layer-gone" bad "layout" {
        title: "A layer that did not come along" / "缺了一层",
        about: "The manifest names the layer, and no blob has its digest: a copy that was cut off, or a clean-up that went too far." / "清单中写了该层，却没有 blob 与其摘要相符：复制中途断开，或清理过了头。",
        file: "image.tar", breaks: ["layout-blob-missing"], refused: ["umoci"], accepted: [],
        make: || layout_with(|l| {
            let mut path = String::new();
            gzip_blob(l, |(found, _)| path = found.clone());
            l.remove(&path);
        }),
    }
    "layout-one-name-twice" bad "layout" {
        title: "Two images under one name" / "两个镜像用了同一个名称",
        about: "`index.json` has `v1` twice, for amd64 and for arm64. They belong into an index of their own, under one entry." / "`index.json` 中有两个 `v1`，分别是 amd64 和 arm64。它们应放进一个单独的索引，由一个条目指向。",
        file: "image.tar", breaks: ["layout-ref-name-duplicate"], refused: [], accepted: [],
        make: || layout_with(|l| {
            let second = l.image(("linux", "arm64"), &[gzip_layer("hello", b"arm")]);
            l.list(second, "v1");
        }),
    }
    "archive-cut-short" bad "archive" {
        title: "An archive that ends in the middle" / "中途截断的归档",
        about: "A download that stopped. Pullcheck says where the file ends, and does not blame what it could not read." / "下载中断所致。Pullcheck 指出文件在哪里结束，读不到的内容不会被算作有错。",
        file: "image.tar", breaks: ["archive-truncated"], refused: [], accepted: [],
        make: || {
            let mut files = layout();
            if let Some((_, bytes)) = files.items.first_mut() {
                bytes.truncate(bytes.len().saturating_sub(1024 + 500));
            }
            files
        },
    }
    "archive-in-a-folder" bad "archive" {
        title: "A layout one folder too deep" / "多套了一层目录的布局",
        about: "Somebody packed the folder instead of what is in it. No loader looks below the root of an archive." / "打包时打的是目录本身，而不是其中的内容。导入工具不会到归档根目录以下去找。",
        file: "image.tar", breaks: ["layout-root-nested"], refused: [], accepted: [],
        make: || {
            let inside = |(path, bytes)| (format!("image/{path}"), bytes);
            let items: Vec<_> = crate::examples::good_layout().all().into_iter().map(inside).collect();
            Files::tar("image.tar", &items)
        },
    }
    "archive-gzip" good "archive" {
        title: "A whole archive in gzip" / "整个归档又用 gzip 压缩",
        about: "`docker load` unpacks it, `skopeo` and `umoci` do not. Pullcheck reads through the compression and says who does not." / "`docker load` 能解开，`skopeo` 和 `umoci` 不能。Pullcheck 会透过压缩读取，并指出谁做不到。",
        file: "image.tar.gz", breaks: [], refused: [], accepted: ["docker-load-containerd"],
        make: || {
            let tar = layout().items.into_iter().next().map(|(_, bytes)| bytes);
            Files::file("image.tar.gz", gzip(&tar.unwrap_or_default()))
        },
    }
    "docker-save-24" good "docker-archive" {
        title: "What `docker save` of Engine 24 writes" / "Engine 24 的 `docker save` 产物",
        about: "`manifest.json`, a config and a layer, no OCI layout yet. Look at who reads this format and who needs the newer one." / "包含 `manifest.json`、配置和层，还没有 OCI 布局。看看谁能读这种格式，谁需要更新的格式。",
        file: "image.tar", breaks: [], refused: [], accepted: ["docker-load-classic", "docker-load-containerd"],
        make: archive,
    }
    "docker-archive-layer-gone" bad "docker-archive" {
        title: "A docker-archive that names a layer it lacks" / "docker 归档中列出的层并不存在",
        about: "`manifest.json` speaks of `gone/layer.tar`. `docker load` finds out in the middle of the import." / "`manifest.json` 写的是 `gone/layer.tar`。`docker load` 要导入到一半才会发现。",
        file: "image.tar", breaks: ["docker-archive-layer-missing"], refused: ["docker-load-classic"], accepted: [],
        make: || archive_manifest(|m| m[0]["Layers"] = json!(["gone/layer.tar"])),
    }
    "docker-archive-other-layer" bad "docker-archive" {
        title: "A docker-archive with another layer in it" / "docker 归档中的层被换过",
        about: "The config's diffID is not that of the layer file: put together by hand from two saves. The classic store of Docker notices while it loads." / "配置中的 diffID 与层文件不符：由两次保存的内容手工拼成。Docker 的经典存储在导入时才会发现。",
        file: "image.tar", breaks: ["docker-archive-diff-id-mismatch"], refused: ["docker-load-classic"], accepted: [],
        make: || archive_config(|c| c["rootfs"]["diff_ids"][0] = json!(sha256(b"another tar"))),
    }
}
