//! Rules `archive-*`: the outer archive, before anything in it is read as an image.

use super::rules;
use super::walk;
use crate::artifact::documents::{Claims, Descriptor, Manifest};
use crate::artifact::kinds::{InputKind, Packaging};
use crate::artifact::survey::{self, Closed};
use crate::artifact::{BlobId, Document, Inventory, Missing};
use crate::bytes::json::JsonDefect;
use crate::bytes::tar::{EntryKind, TarDefect};
use crate::order;
use crate::place::Locus;
use crate::spec::annotation;
use crate::text::say;
use std::collections::{BTreeMap, BTreeSet};

use crate::examples::inputs::{archive_entries, both, layout};
use crate::examples::json;
use crate::examples::{self, Files, blob_path};

rules! {
    "archive-unknown-kind" {
        severity: Error (Must),
        spec: "image-layout.md#content" since "1.0",
        needs: Blobs,
        title: "No image in it" / "其中没有镜像",
        says: "The archive has neither {layout} nor {docker}, and none of its files ({count} in all) is part of a root file system." / "归档中既没有 {layout} 也没有 {docker}，其中的文件（共 {count} 个）也不属于根文件系统。",
        why: "containerd says `unrecognized image format`, and `docker load` finds no `manifest.json`. A bundle often has the image inside, as a further `.tar`." / "containerd 会报 `unrecognized image format`，`docker load` 找不到 `manifest.json`。打包文件内往往另有一个 `.tar`，那才是镜像。",
        fix: "Give an image archive; of a bundle, the one inside. This saves one: `skopeo copy docker://… oci-archive:image.tar`." / "请提供镜像归档；若是打包文件，则提供其中的归档。可用 `skopeo copy docker://… oci-archive:image.tar` 保存一个。",
        bad: || Files::file("bundle.tar", examples::tar(&[("README.md", "hello")])),
        good: layout,
        check: |inventory, out| {
            if survey::closed(inventory).is_some() {
                return;
            }
            if is_nothing_known(inventory) {
                return out.found_as(Locus::whole(&inventory.name), say(
                    "Nothing in it is an image archive, a layer, a document of the specification or a WebAssembly module.",
                    "其中没有镜像归档、层、规范所定义的文档，也没有 WebAssembly 模块。",
                ));
            }
            let files = match walk::file_names(inventory) {
                None => return,
                Some(Err(missing)) => return out.missing(missing),
                Some(Ok(files)) => files,
            };
            out.looked();
            let nested = inventory.nested_under.is_some();
            if inventory.kind == InputKind::Tar && !nested && !files.is_empty() && files.iter().all(|path| is_bundle_file(path)) {
                out.found(Locus::whole(&inventory.name), |p| {
                    p.code("layout", "index.json").code("docker", "manifest.json").count("count", files.len() as u64)
                });
            }
        },
    }
    "archive-truncated" {
        severity: Error (Must),
        spec: "POSIX ustar" since "",
        needs: Documents,
        title: "File is cut off" / "文件不完整",
        says: "The archive ends at byte {offset}, inside {entry}, at least {missing} too early." / "归档在第 {offset} 字节处结束，正处于 {entry} 之中，至少少了 {missing}。",
        why: "Every reader fails there with `unexpected EOF`; the entries after that place are lost." / "所有读取程序都会在此处失败，报 `unexpected EOF`；其后的条目全部丢失。",
        fix: "Download or copy the file again and compare its checksum." / "重新下载或复制该文件，并核对校验和。",
        bad: || {
            let mut files = layout();
            let bytes = &mut files.items[0].1;
            // Cut inside the last entry: 1024 bytes of end marker and a block of its body go.
            bytes.truncate(bytes.len() - 1024 - 500);
            files
        },
        good: layout,
        check: |inventory, out| {
            if inventory.entries.is_empty() || matches!(inventory.packaging, Packaging::Folder | Packaging::Files | Packaging::Pasted) {
                return;
            }
            out.looked();
            if let Some(TarDefect::Truncated { at, in_entry, missing }) = &inventory.archive_defect {
                let place = Locus { offset: Some(*at), ..Locus::whole(&inventory.name) };
                out.found(place, |p| {
                    p.count("offset", *at).code("entry", in_entry.clone()).bytes("missing", *missing)
                });
            } else if survey::closed(inventory) == Some(Closed::Cut) {
                let place = Locus { offset: Some(inventory.bytes), ..Locus::whole(&inventory.name) };
                out.found_as(place, say("It ends after {size}, before it is whole.", "它在 {size}之后就结束了，内容不完整。").bytes("size", inventory.bytes));
            }
        },
    }
    "archive-entry-duplicate" {
        severity: Error (Ambiguous),
        spec: "POSIX ustar" since "",
        needs: Documents,
        title: "One path twice in the archive" / "归档中路径重复",
        says: "{path} stands {count} times in the archive, with different content." / "{path} 在归档中出现了 {count} 次，且内容不同。",
        why: "Some readers take the first, others the last, so two consumers can load two images from one file." / "有的读取程序取第一个，有的取最后一个，于是两个使用方可能从同一文件加载出不同的镜像。",
        fix: "Write the archive anew from a folder, where each path stands once." / "从文件夹重新生成归档，让每个路径只出现一次。",
        bad: || {
            let mut items = examples::good_layout().all();
            items.push(("index.json".to_string(), br#"{"schemaVersion":2,"manifests":[]}"#.to_vec()));
            Files::tar("image.tar", &items)
        },
        good: layout,
        check: |inventory, out| {
            if !inventory.is_container() {
                return;
            }
            out.looked();
            let mut by_path: BTreeMap<&str, Vec<&crate::artifact::Entry>> = BTreeMap::new();
            for entry in inventory.entries.iter().filter(|e| e.kind != EntryKind::Dir) {
                by_path.entry(&entry.path).or_default().push(entry);
            }
            for (path, entries) in by_path {
                if entries.len() > 1 && !are_alike(inventory, &entries) {
                    let mut places: Vec<Locus> = entries
                        .iter()
                        .map(|entry| Locus { offset: Some(entry.offset), ..Locus::whole(&inventory.name) })
                        .collect();
                    if let Some(last) = places.pop() {
                        out.found_with(last, places, |p| p.code("path", path).count("count", entries.len() as u64));
                    }
                }
            }
        },
    }
    "archive-path-escape" {
        severity: Error (Ambiguous),
        spec: "POSIX ustar" since "",
        needs: Documents,
        title: "Entry that leads out of the archive's folder" / "条目指向归档目录之外",
        says: "The entry {path} is absolute or climbs with `..`; unpacked, it lands outside of the folder it is unpacked into." / "条目 {path} 是绝对路径，或用 `..` 向上跳；解包时会落在目标目录之外。",
        why: "This is how an archive overwrites files of whoever unpacks it. Docker refuses such an archive; other readers look names up as they are string, so `/index.json` is not `index.json` for them." / "归档正是借此覆盖解包者的文件。Docker 会拒绝这样的归档；其他读取程序按原样查找名称，因此对它们来说 `/index.json` 并不是 `index.json`。",
        fix: "Write the archive anew from inside its folder: `tar -C image -cf image.tar .`. If you did not make it yourself, do not unpack it." / "进入目录后重新生成归档：`tar -C image -cf image.tar .`。若归档并非自己制作，不要解包。",
        bad: || archive_entries(&[("../x", "/")], &examples::good_layout().all()),
        good: layout,
        check: |inventory, out| {
            let image = inventory.is_container() && inventory.kind != InputKind::LooseFiles;
            if !image || !is_one_archive(inventory) {
                return;
            }
            out.looked();
            for entry in &inventory.entries {
                if entry.raw_path().starts_with('/') || entry.raw_path().split('/').any(|part| part == "..") {
                    let at = Locus { offset: Some(entry.offset), ..Locus::whole(&inventory.name) };
                    out.found(at, |p| p.code("path", entry.raw_path()));
                }
            }
        },
    }
    "archive-link-blob" {
        severity: Warning (Consumers),
        spec: "image-layout.md#blobs" since "",
        needs: Documents,
        title: "Blob or layer stored as a link" / "blob 或层以链接形式存储",
        says: "{path} is stored as a link to {target}, not as a file." / "{path} 存储为指向 {target} 的链接，而不是文件。",
        why: "Readers that take files straight out of the archive find no bytes there. containerd, skopeo and crane follow symbolic links in archives of `docker save` only, hard links not at all, and say that the layer or the blob is missing." / "直接从归档中读取文件的程序在此处读不到内容。containerd、skopeo 和 crane 只在 `docker save` 的归档中跟随符号链接，完全不跟随硬链接，因而会报告层或 blob 缺失。",
        fix: "Store each file with its content: `tar --hard-dereference --dereference -C image -cf image.tar .`" / "让每个文件都带内容存储：`tar --hard-dereference --dereference -C image -cf image.tar .`",
        bad: || archive_entries(&[("blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "=oci-layout")], &examples::good_layout().all()),
        good: layout,
        check: |inventory, out| {
            if !inventory.is_container() || !walk::is_archive(inventory) {
                return;
            }
            out.looked();
            let saved: BTreeSet<String> = order::set_of(walk::docker_images(inventory)
                .iter()
                .flat_map(|(_, image)| image.layer_paths())
                .map(crate::artifact::survey::clean));
            for entry in &inventory.entries {
                let blob = walk::is_layout(inventory) && entry.path.starts_with("blobs/") && entry.path.split('/').count() == 3;
                let wanted = match entry.kind {
                    EntryKind::HardLink => blob || saved.contains(entry.path.as_str()),
                    // Docker's own way of storing one layer twice is a note of its own.
                    EntryKind::Symlink => blob,
                    _ => false,
                };
                if wanted {
                    let at = Locus { offset: Some(entry.offset), ..Locus::whole(&inventory.name) };
                    out.found(at, |p| p.code("path", &entry.path).code("target", entry.link.clone().unwrap_or_default()));
                }
            }
        },
    }
    "archive-compressed" {
        severity: Info (Consumers),
        spec: "image-layout.md#content" since "",
        needs: Documents,
        title: "The whole archive is compressed" / "整个归档经过压缩",
        says: "The archive as a whole is compressed with {found}; not every loader looks for that." / "整个归档以 {found} 压缩；并非所有加载程序都会识别。",
        why: "`docker load`, `podman load` and `nerdctl load` decompress it on the way (Docker takes zstd since 23.0). `crane push`, umoci and older releases of `ctr image import` read a plain tar or a folder and see no image." / "`docker load`、`podman load` 和 `nerdctl load` 会自行解压（Docker 自 23.0 起支持 zstd）。`crane push`、umoci 以及较旧版本的 `ctr image import` 只读取普通 tar 或目录，看不到镜像。",
        fix: "Decompress it first: `gunzip image.tar.gz` or `zstd -d image.tar.zst`." / "先解压：`gunzip image.tar.gz` 或 `zstd -d image.tar.zst`。",
        fine: "It is right for the way to a machine that loads it with Docker or Podman. The layers inside are most often compressed already, so little is won." / "若目标机器用 Docker 或 Podman 加载，则没有问题。其中的层多半已经压缩，再压缩收益不大。",
        trigger: "image.tar.gz",
        bad: || {
            let tar = layout().items.remove(0).1;
            Files::file("image.tar.gz", examples::gzip(&tar))
        },
        good: layout,
        check: |inventory, out| {
            if !inventory.is_container() || !is_one_archive(inventory) {
                return;
            }
            out.looked();
            let found = match inventory.packaging {
                Packaging::Gzip => "gzip",
                Packaging::Zstd => "zstd",
                _ => return,
            };
            out.found(Locus::whole(&inventory.name), |p| p.name("found", found));
        },
    }
    "archive-both-disagree" {
        severity: Warning (Ambiguous),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "`manifest.json` and `index.json` describe different images" / "`manifest.json` 与 `index.json` 描述的镜像不同",
        says: "`manifest.json` has an image with the config {config}, which no manifest under `index.json` has." / "`manifest.json` 中某个镜像的配置是 {config}，而 `index.json` 之下没有任何清单使用它。",
        why: "containerd and new Docker load what `index.json` says, older Docker, skopeo and crane what `manifest.json` says: one file, two images." / "containerd 和新版 Docker 按 `index.json` 加载，旧版 Docker、skopeo 和 crane 按 `manifest.json` 加载：同一个文件，两个镜像。",
        fix: "Save the image again with one tool." / "用同一个工具重新保存镜像。",
        bad: || both(|layout, archive| {
            let tar = examples::tar(&[("other", "other")]);
            let config = layout.document(crate::spec::media_type::OCI_CONFIG, &serde_json::json!({ "architecture": "amd64", "os": "linux",
                "rootfs": { "type": "layers", "diff_ids": [examples::sha256(&tar)] } }));
            let layer = layout.blob(crate::spec::media_type::OCI_TAR, &tar);
            archive[0]["Config"] = json!(blob_path(&config));
            archive[0]["Layers"] = serde_json::json!([blob_path(&layer)]);
        }),
        good: || both(|_, _| {}),
        check: disagree,
    }
}

/// Whether the input is one archive, rather than a folder or several files.
fn is_one_archive(inventory: &Inventory) -> bool {
    matches!(
        inventory.packaging,
        Packaging::Tar | Packaging::Gzip | Packaging::Zstd
    )
}

/// Whether the bytes are of no kind that could be judged. What begins as JSON and is none is `json-syntax`'s to say.
fn is_nothing_known(inventory: &Inventory) -> bool {
    let is_json = |document: &Document| {
        let is_syntax = |defect: &JsonDefect| matches!(defect, JsonDefect::Syntax { .. });
        !document.json.defects.iter().any(is_syntax)
    };
    match inventory.kind {
        InputKind::Other | InputKind::Empty => true,
        InputKind::Text => inventory.packaging != Packaging::Pasted,
        InputKind::OtherJson => inventory.documents.first().is_none_or(is_json),
        InputKind::LooseFiles => inventory.roots.is_empty() && inventory.documents.is_empty(),
        _ => false,
    }
}

/// Whether a file may lie beside an image in an installer bundle, and in no layer that a consumer would unpack.
fn is_bundle_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    let by_stem = [
        "readme",
        "license",
        "licence",
        "changelog",
        "install",
        "notice",
        "sha256sums",
        "checksums",
    ];
    let by_end = [
        ".tar", ".tar.gz", ".tgz", ".tar.zst", ".zip", ".md", ".rst", ".pdf", ".sha256",
    ];
    !path.contains(".wh.")
        && (by_stem.contains(&stem) || by_end.iter().any(|end| name.ends_with(end)))
}

/// Whether all these entries are files with the same measured content.
fn are_alike(inventory: &Inventory, entries: &[&crate::artifact::Entry]) -> bool {
    let digest = |entry: &&crate::artifact::Entry| {
        let blob = inventory.blobs.get(entry.blob?)?;
        Some(blob.facts()?.sha256.clone())
    };
    let first = entries.first().and_then(digest);
    first.is_some() && entries.iter().all(|entry| digest(entry) == first)
}

/// The images under a layout's `index.json`: config digest, layer digests, tags.
struct Layed<'a> {
    config: &'a str,
    layers: Vec<&'a str>,
    names: Names<'a>,
}

impl<'a> Layed<'a> {
    fn of(manifest: &'a Manifest) -> Layed<'a> {
        Layed {
            config: manifest.config.value().map_or("", Descriptor::digest),
            layers: manifest.layers().iter().map(Descriptor::digest).collect(),
            names: Names::default(),
        }
    }
}

fn disagree(inventory: &Inventory, out: &mut super::Out) {
    if inventory.kind != InputKind::DockerArchiveWithOciLayout {
        return;
    }
    let Some(index) = walk::root_document(inventory, "index.json") else {
        return;
    };
    let (layed, lost) = collect(inventory, index);
    let mut by_config: BTreeMap<&str, Vec<&Layed>> = BTreeMap::new();
    for image in &layed {
        by_config.entry(image.config).or_default().push(image);
    }
    for (document, image) in walk::docker_images(inventory) {
        let config_at = walk::field_or_object(document, &image.pointer, "Config");
        let Some(config) = digest_at(inventory, image.config.text()) else {
            continue;
        };
        let related = vec![index.locus("/manifests")];
        let Some(same) = by_config.get(config.as_str()) else {
            match &lost {
                Some(missing) => out.missing(Missing::clone(missing)),
                None => out.found_with(config_at, related, |p| p.code("config", config)),
            }
            continue;
        };
        out.looked();
        let layers: Vec<String> = image
            .layer_paths()
            .into_iter()
            .map(|path| digest_at(inventory, path).unwrap_or_default())
            .collect();
        if layers.iter().all(|l| !l.is_empty()) && !same.iter().any(|l| l.layers == layers) {
            let at = walk::field_or_object(document, &image.pointer, "Layers");
            out.found_as(
                at,
                say(
                    "`manifest.json` lists other layers for the config {config} than the manifest under `index.json` does.",
                    "对于配置 {config}，`manifest.json` 列出的层与 `index.json` 之下的清单不同。",
                )
                .code("config", config),
            );
            continue;
        }
        let named: BTreeSet<&str> =
            order::set_of(same.iter().flat_map(|l| &l.names.names).copied());
        let tags: BTreeSet<&str> = order::set_of(image.tags().into_iter().map(tag_of));
        if !named.is_empty() && !tags.is_empty() && named.is_disjoint(&tags) {
            let at = walk::field_or_object(document, &image.pointer, "RepoTags");
            if same.iter().any(|l| l.names.cut) {
                out.missing(Missing {
                    what: config,
                    why: crate::artifact::Why::TooManyPaths,
                    at: Some(at),
                });
                continue;
            }
            let list = |tags: BTreeSet<&str>| tags.into_iter().collect::<Vec<_>>().join(", ");
            let (found, other) = (list(tags), list(named));
            out.found_as(
                at,
                say(
                    "`manifest.json` tags the image {found}, `index.json` calls the same image {other}.",
                    "`manifest.json` 给该镜像的标签是 {found}，`index.json` 中同一镜像的名字是 {other}。",
                )
                .code("found", found)
                .code("other", other),
            );
        }
    }
}

/// The part of a name after its last colon, where that is a tag.
fn tag_of(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((_, tag)) if !tag.contains('/') => tag,
        _ => name,
    }
}

/// The digest of the content at a path of the archive; layers that are compressed in one place and not in the other
/// would differ, but both lists name the same files in archives that are written today.
fn digest_at(inventory: &Inventory, path: &str) -> Option<String> {
    let blob = inventory.blobs.get(inventory.blob_at(path)?)?;
    match blob.facts() {
        Some(facts) => Some(facts.sha256.clone()),
        None => blob.named(),
    }
}

/// Names of one document that are compared. Nobody tags one image so often; indexes of indexes can give each of
/// thousands of documents thousands of names.
const NAMES: usize = 100;

/// The names that lead to a document.
#[derive(Clone, Default)]
struct Names<'a> {
    names: BTreeSet<&'a str>,
    /// Whether there are more than [`NAMES`].
    cut: bool,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &'a str) {
        if self.names.len() < NAMES || self.names.contains(name) {
            self.names.insert(name);
        } else {
            self.cut = true;
        }
    }
}

/// The images under an index, each once with all names that lead to it, and something under it that could not be read.
/// Level by level: whatever the number of paths, a document is looked at once a level.
fn collect<'a>(inventory: &'a Inventory, index: &'a Document) -> (Vec<Layed<'a>>, Option<Missing>) {
    let mut images: BTreeMap<BlobId, Layed<'a>> = BTreeMap::new();
    let mut lost = None;
    let mut level = order::map_of([(index.blob, (index, Names::default()))]);
    for depth in 0..=crate::limits::INDEX_DEPTH {
        let mut next: BTreeMap<BlobId, (&Document, Names)> = BTreeMap::new();
        for (blob, (document, names)) in level {
            match &document.claims {
                Claims::Manifest(manifest) => {
                    let image = images.entry(blob).or_insert_with(|| Layed::of(manifest));
                    image.names.cut |= names.cut;
                    names.names.iter().for_each(|name| image.names.add(name));
                }
                Claims::Index(index) if depth < crate::limits::INDEX_DEPTH => {
                    for d in index.manifests() {
                        if !walk::is_object(document, d) {
                            continue;
                        }
                        let target = match inventory.target(document, d) {
                            Ok(target) => target,
                            // Platforms that were not saved are no part of `manifest.json` either.
                            Err(missing) => {
                                if missing.why != crate::artifact::Why::NotInInput {
                                    lost = Some(missing);
                                }
                                continue;
                            }
                        };
                        let (_, under) = next
                            .entry(target.blob)
                            .or_insert_with(|| (target, Names::default()));
                        under.cut |= names.cut;
                        names.names.iter().for_each(|name| under.add(name));
                        for key in [annotation::REF_NAME, annotation::CONTAINERD_NAME] {
                            if let Some(name) = d.annotations.get(key) {
                                under.add(tag_of(name));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        level = next;
    }
    (images.into_values().collect(), lost)
}
