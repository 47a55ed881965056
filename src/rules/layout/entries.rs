//! Rules `layout-*` about the files of a layout: what has to be there, what may be, and how it is named.

use crate::artifact::kinds::InputKind;
use crate::artifact::{Entry, Inventory, Missing, Why};
use crate::bytes::tar::EntryKind;
use crate::order;
use crate::place::Locus;
use crate::rules::{rules, walk};
use crate::{limits, spec};
use std::collections::BTreeSet;

use crate::examples;
use crate::examples::inputs::{archive_entries, layout, layout_with};

rules! {
    "layout-blobs-missing" {
        severity: Error (Must),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "Layout without a `blobs` folder" / "布局缺少 `blobs` 目录",
        says: "The layout has no {expected} folder; it may be empty, but it has to be there." / "布局中没有 {expected} 目录；它可以为空，但必须存在。",
        why: "umoci and image-tools refuse the layout before they read the index. If the index has entries, their content is missing as well: most often only the documents were copied." / "umoci 和 image-tools 在读取索引之前就会拒绝该布局。如果索引中有条目，其内容也随之缺失：多半是只复制了文档。",
        fix: "Copy the whole layout, the folder included; for an empty layout make the folder: `mkdir -p blobs/sha256`." / "复制整个布局，包括该目录；若布局本来就是空的，建立目录即可：`mkdir -p blobs/sha256`。",
        bad: || examples::Layout::new().tar(),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            if inventory.entries.iter().any(|e| e.path == "blobs" || e.path.starts_with("blobs/")) {
                return out.looked();
            }
            // An empty folder shows only where folders have entries of their own, and where all entries were seen.
            let cut = inventory.archive_defect.as_ref().is_some_and(|defect| !defect.is_harmless());
            if !walk::is_archive(inventory) || cut || inventory.entries.len() >= limits::ENTRIES {
                return out.missing(Missing {
                    what: "blobs".to_string(),
                    why: Why::NotSettled,
                    at: Some(Locus::whole(&inventory.name)),
                });
            }
            out.found(Locus::whole(&inventory.name), |p| p.code("expected", "blobs"));
        },
    }
    "layout-blobs-entry-missing" {
        severity: Info (Note),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "No entry for the `blobs` folder itself" / "`blobs` 目录本身没有条目",
        says: "The archive has files below {folder}, and no entry for the folder." / "归档中有 {folder} 之下的文件，但没有该目录本身的条目。",
        why: "image-tools looks for that entry and refuses the archive without it; no other reader does." / "image-tools 会查找该条目，没有就拒绝归档；其他读取程序都不会。",
        fix: "Nothing has to change. `tar -C layout -cf image.tar .` writes entries for folders." / "无需改动。`tar -C layout -cf image.tar .` 会写入目录条目。",
        fine: "The files imply the folder. crane and many build tools write no entries for folders." / "有文件就意味着有目录。crane 和许多构建工具都不写目录条目。",
        bad: layout,
        good: || archive_entries(&[("blobs/", "/"), ("blobs/sha256/", "/")], &examples::good_layout().all()),
        check: |inventory, out| {
            if !walk::is_layout(inventory) || !walk::is_archive(inventory) {
                return;
            }
            let files = inventory.entries.iter().any(|e| e.path.starts_with("blobs/") && e.kind == EntryKind::File);
            if !files {
                return;
            }
            out.looked();
            if !inventory.entries.iter().any(|e| e.path == "blobs") {
                out.found(Locus::whole(&inventory.name), |p| p.code("folder", "blobs"));
            }
        },
    }
    "layout-blob-name" {
        severity: Error (Must),
        spec: "image-layout.md#blobs" since "1.0",
        needs: Documents,
        title: "Blob whose name is no digest" / "blob 的文件名不是摘要",
        says: "The file {path} lies where blobs lie, but {digest} is no digest: nothing can refer to it." / "文件 {path} 位于存放 blob 之处，但 {digest} 不是摘要：没有内容能引用它。",
        why: "Readers find a blob by the digest in its descriptor and by nothing else. A name in capitals, a shortened one or a file such as `.DS_Store` is never found, and umoci's garbage collection stops at it." / "读取程序只凭描述符中的摘要查找 blob。大写或截短的名称、`.DS_Store` 之类的文件永远不会被找到，umoci 的垃圾回收也会在此停下。",
        fix: "Name the file by the digest of its content, in lower case (`sha256sum` prints it), or remove it." / "用内容的摘要命名该文件，全部小写（`sha256sum` 会打印），或将其删除。",
        trigger: "blobs/sha256/ABC",
        bad: || layout_with(|l| l.put("blobs/sha256/ABC", b"x")),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            for entry in &inventory.entries {
                let Some((algorithm, encoded)) = entry.path.strip_prefix("blobs/").and_then(|rest| rest.split_once('/')) else { continue };
                if entry.kind != EntryKind::File || encoded.contains('/') {
                    continue;
                }
                out.looked();
                let digest = format!("{algorithm}:{encoded}");
                if !spec::digest(&digest).is_some_and(|d| d.is_well_encoded()) {
                    out.found(Locus::whole(&entry.path), |p| p.code("path", &entry.path).code("digest", digest));
                }
            }
        },
    }
    "layout-blob-not-file" {
        severity: Warning (Ambiguous),
        spec: "image-layout.md#blobs" since "1.0",
        needs: Documents,
        title: "Something else among the blobs" / "blob 之间混有其他内容",
        says: "{path} is no blob: under `blobs` there are folders named by an algorithm, and in them plain files only." / "{path} 不是 blob：`blobs` 之下应是以算法命名的目录，其中只有普通文件。",
        why: "Programs that walk through the folder disagree: some skip it, others stop, and one that deletes unused blobs may follow a link out of the layout." / "遍历该目录的程序做法不一：有的跳过，有的停下；清理无用 blob 的程序可能顺着链接走到布局之外。",
        fix: "Remove it, or put the file where its digest says: `blobs/sha256/…`." / "将其删除，或把文件放到摘要对应的位置：`blobs/sha256/…`。",
        bad: || layout_with(|l| l.put("blobs/readme.txt", b"x")),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            let mut told: BTreeSet<String> = BTreeSet::new();
            for entry in inventory.entries.iter().filter(|e| e.path == "blobs" || e.path.starts_with("blobs/")) {
                out.looked();
                // Of a whole tree only its top is told.
                let top: String = entry.path.split('/').take(3).collect::<Vec<_>>().join("/");
                if is_out_of_place(inventory, entry) && told.insert(top.clone()) {
                    out.found(Locus { offset: Some(entry.offset), ..Locus::whole(&inventory.name) }, |p| p.code("path", top));
                }
            }
        },
    }
    "layout-unknown-file" {
        severity: Info (Note),
        spec: "image-layout.md#content" since "1.1.1",
        needs: Documents,
        title: "File that is no part of a layout" / "不属于布局的文件",
        says: "{path} is no part of the layout; readers pass over it. Such files: {count}." / "{path} 不属于布局，读取程序会略过它。此类文件的数量：{count}。",
        why: "It travels with the image and is neither signed nor verified: no digest covers it. Copying the image with a tool leaves it behind." / "它随镜像一起传递，却既未签名也不校验：没有摘要覆盖它。用工具复制镜像时，它会被留下。",
        fix: "Nothing has to change. What belongs to the image can be attached to it: `oras attach`." / "无需改动。若内容属于该镜像，可以附加到镜像上：`oras attach`。",
        fine: "A layout may hold other files, and readers should not make an error of it." / "布局可以包含其他文件，读取程序不应因此报错。",
        bad: || layout_with(|l| { l.put("README", b"hello"); l.put("notes/a.txt", b"hello"); }),
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) {
                return;
            }
            out.looked();
            let mut known = order::set_of(["oci-layout", "index.json"].map(str::to_string));
            if inventory.kind == InputKind::DockerArchiveWithOciLayout {
                known.extend(["manifest.json", "repositories"].map(str::to_string));
                for (_, image) in walk::docker_images(inventory) {
                    let paths = image.layer_paths().into_iter().chain([image.config.text()]);
                    known.extend(paths.map(crate::artifact::survey::clean));
                }
            }
            let other: Vec<&Entry> = inventory
                .entries
                .iter()
                .filter(|e| e.kind == EntryKind::File && !e.path.starts_with("blobs/"))
                .filter(|e| !known.contains(e.path.as_str()) && !is_legacy_part(&e.path))
                .collect();
            if let Some(first) = other.first() {
                let path = first.path.clone();
                let places = other.iter().map(|e| Locus::whole(&e.path)).collect();
                out.found_together(places, |p| p.code("path", &path));
            }
        },
    }
    "layout-dot-slash" {
        severity: Info (Note),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "Names that begin with `./`" / "名称以 `./` 开头",
        says: "The entries of the archive are named like {example}; readers take the `./` off. Entries: {count}." / "归档的条目名称形如 {example}；读取程序会去掉这个前缀。条目数：{count}。",
        why: "Every consumer known here takes `./index.json` for `index.json`. A script that asks tar for one file does not: `tar -xf image.tar index.json` finds nothing." / "已知的使用方都把 `./index.json` 当作 `index.json`。但用 tar 提取单个文件的脚本并非如此：`tar -xf image.tar index.json` 什么也找不到。",
        fix: "Nothing has to change. For names without it: `tar -C layout -cf image.tar oci-layout index.json blobs`." / "无需改动。若要去掉前缀：`tar -C layout -cf image.tar oci-layout index.json blobs`。",
        bad: || {
            let items: Vec<(String, Vec<u8>)> = examples::good_layout().all().into_iter().map(|(path, bytes)| (format!("./{path}"), bytes)).collect();
            // The `tar` crate writes `./` into a name only when it is asked to write the name as it is.
            archive_entries(&[], &items)
        },
        good: layout,
        check: |inventory, out| {
            if !walk::is_layout(inventory) || !walk::is_archive(inventory) {
                return;
            }
            out.looked();
            let dotted: Vec<&Entry> = inventory.entries.iter().filter(|e| e.raw_path().starts_with("./")).collect();
            let example = dotted.iter().find(|e| e.raw_path() != "./").or(dotted.first());
            if let Some(example) = example {
                out.found(Locus::whole(&inventory.name), |p| p.code("example", example.raw_path()).count("count", dotted.len() as u64));
            }
        },
    }
}

/// Whether an entry at or below `blobs` is neither one of its two levels of folders nor a file at the third. Links in
/// an archive are `archive-link-blob`'s to tell.
fn is_out_of_place(inventory: &Inventory, entry: &Entry) -> bool {
    let link = matches!(entry.kind, EntryKind::Symlink | EntryKind::HardLink);
    match entry.path.split('/').count() {
        1 | 2 => entry.kind != EntryKind::Dir,
        3 if link => !walk::is_archive(inventory),
        3 => !matches!(entry.kind, EntryKind::File | EntryKind::Sparse),
        _ => true,
    }
}

/// `<64 hex digits>/json` and its neighbours, which Docker wrote for its own older versions.
fn is_legacy_part(path: &str) -> bool {
    path.split_once('/').is_some_and(|(folder, name)| {
        let hex = folder.len() == 64 && folder.bytes().all(|b| b.is_ascii_hexdigit());
        hex && matches!(name, "json" | "VERSION" | "layer.tar")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::Files;

    #[test]
    fn folders_links_and_deep_files_among_blobs() {
        let found = |files: &Files| {
            let report = files.report();
            let named = report
                .findings
                .iter()
                .filter(|f| f.rule == "layout-blob-not-file");
            named.count()
        };
        let deep = layout_with(|l| {
            l.put("blobs/sha256/x/a", b"a");
            l.put("blobs/sha256/x/b", b"b");
        });
        assert_eq!(found(&deep), 1);
        let folder = archive_entries(
            &[
                ("blobs/", "/"),
                ("blobs/sha256/", "/"),
                ("blobs/sha256/x/", "/"),
            ],
            &examples::good_layout().all(),
        );
        assert_eq!(found(&folder), 1);
        let link = archive_entries(&[("blobs/sha256/x", "y")], &examples::good_layout().all());
        assert_eq!(found(&link), 0, "archive-link-blob tells this");
    }
}
