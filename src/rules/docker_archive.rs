//! Rules `docker-archive-*`: what `docker save` writes, its `manifest.json` against the parts that it names.
//! What counts is what the loaders of moby, containers/image, containerd and go-containerregistry do.

pub mod naming;
pub mod parts;

use super::rules;
use super::walk;
use crate::artifact::documents::{Claim, Claims};
use crate::artifact::kinds::InputKind;
use crate::artifact::survey;
use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::json::Value;
use crate::place::Locus;
use crate::spec;
use crate::text::say;

use crate::examples::inputs::{
    archive, archive_config, archive_manifest, archive_with, archive_with_named_layer, without,
};
use crate::examples::json;

rules! {
    "docker-archive-manifest-missing" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "docker archive without `manifest.json`" / "docker 归档缺少 `manifest.json`",
        says: "The archive has {example}, as `docker save` writes it, but no {expected}." / "归档中有 `docker save` 所写的 {example}，却没有 {expected}。",
        why: "Docker, containers/image and go-containerregistry begin at `manifest.json`; without it nothing says which file is a config and which a layer." / "Docker、containers/image 和 go-containerregistry 都从 `manifest.json` 开始；没有它，就无从知道哪个文件是配置、哪个是层。",
        fix: "Save the image again with a Docker of version 1.10 or later, or copy it: `skopeo copy … docker-archive:image.tar`." / "用 1.10 或更新版本的 Docker 重新保存镜像，或用 `skopeo copy … docker-archive:image.tar` 复制。",
        bad: || archive_with(|items| items.retain(|(path, _)| path != "manifest.json")),
        good: archive,
        check: |inventory, out| {
            // What is left of the format before 1.10 has a rule of its own.
            if walk::is_layout(inventory) || inventory.kind == InputKind::DockerArchiveLegacy {
                return;
            }
            let files = match walk::file_names(inventory) {
                None => return,
                Some(Err(missing)) => return out.missing(missing),
                Some(Ok(files)) => files,
            };
            let here = inventory.blob_at("manifest.json").is_some();
            let part = files.iter().find(|path| is_saved_part(path));
            if here || part.is_some() {
                out.looked();
            }
            let known = inventory.nested_under.is_none() && survey::closed(inventory).is_none();
            if let Some(part) = part.filter(|_| !here && known) {
                out.found(Locus::whole(&inventory.name), |p| p.code("example", *part).code("expected", "manifest.json"));
            }
        },
    }
    "docker-archive-manifest-null" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "`manifest.json` is not an array of objects" / "`manifest.json` 不是由对象组成的数组",
        says: "{path} holds a JSON `{found}`; it must be an array with one object for each image." / "{path} 的内容是 JSON 的 `{found}`；它必须是数组，每个镜像对应一个对象。",
        why: "Docker and go-containerregistry refuse it, or load nothing without saying so." / "Docker 和 go-containerregistry 会拒绝，或什么也不加载却不作提示。",
        fix: "Save the image again, or put the object into an array." / "重新保存镜像，或把该对象放进数组。",
        trigger: "null",
        bad: || archive_manifest(|m| *m = json!(null)),
        good: archive,
        check: |inventory, out| {
            if !walk::is_docker_archive(inventory) {
                return;
            }
            let Some(document) = walk::root_document(inventory, "manifest.json") else { return };
            let Some(root) = &document.json.root else { return };
            out.looked();
            if !matches!(root.value, Value::Array(_)) {
                out.found(document.locus(""), |p| p.code("path", &document.path).name("found", root.kind()));
            }
            for (i, item) in root.items().iter().enumerate() {
                if matches!(item.value, Value::Object(_)) {
                    continue;
                }
                let says = say(
                    "{pointer} of {path} is a JSON `{found}`; each element must be the object of one image.",
                    "{path} 中的 {pointer} 是 JSON 的 `{found}`；每个元素都必须是描述一个镜像的对象。",
                );
                let pointer = format!("/{i}");
                let says = says.code("path", &document.path).name("found", item.kind()).code("pointer", &pointer);
                out.found_as(document.locus(&pointer), says);
            }
        },
    }
    "docker-archive-config-missing" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Config is not in the archive" / "归档中没有该配置",
        says: "`Config` is {found}, which is no file of the archive." / "`Config` 是 {found}，而归档中没有该文件。",
        why: "Every loader reads the config first and stops when it is not there." / "所有加载程序都先读取配置，找不到就停下。",
        fix: "Save the image again." / "重新保存镜像。",
        trigger: r#"[{"Config": "gone.json", …}]"#,
        bad: || archive_manifest(|m| m[0]["Config"] = json!("gone.json")),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                let at = walk::field_or_object(document, &image.pointer, "Config");
                if image.config.text().is_empty() {
                    let says = say(
                        "The image at {pointer} names no `Config`, the path of its config.",
                        "位于 {pointer} 的镜像没有用 `Config` 写明其配置的路径。",
                    );
                    out.found_as(at, says.code("pointer", &image.pointer));
                    continue;
                }
                if !walk::is_docker_archive(inventory) {
                    out.missing(not_given(image.config.text(), at));
                    continue;
                }
                out.looked();
                if inventory.blob_at(image.config.text()).is_none() {
                    out.found(at, |p| p.code("found", image.config.text()));
                }
            }
        },
    }
    "docker-archive-config-invalid" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Config is no image config" / "配置文件不是镜像配置",
        says: "{path} is named as the config, but it is no JSON object with a `rootfs`." / "{path} 被列为配置，但它不是含有 `rootfs` 的 JSON 对象。",
        why: "Docker says `invalid image JSON, no RootFS key`; containers/image finds no diffIDs." / "Docker 会报 `invalid image JSON, no RootFS key`；containers/image 找不到 diffID。",
        fix: "Save the image again." / "重新保存镜像。",
        trigger: "{}",
        bad: || archive_config(|c| *c = json!({})),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                let at = walk::field_or_object(document, &image.pointer, "Config");
                let Some(blob) = inventory.blob_at(image.config.text()).and_then(|id| inventory.blobs.get(id)) else {
                    out.missing(not_given(image.config.text(), at));
                    continue;
                };
                let config = blob.document.and_then(|id| inventory.documents.get(id));
                if config.is_none() && let crate::artifact::Measured::Not(why) = &blob.measured {
                    out.missing(Missing { what: blob.path.to_string(), why: why.clone(), at: Some(at) });
                    continue;
                }
                out.looked();
                let good = config.and_then(|c| walk::node_at(c, "/rootfs")).is_some_and(|node| !node.is_null());
                if !good {
                    let place = config.map_or_else(|| Locus::whole(&blob.path), |c| c.locus(""));
                    out.found_with(place, vec![at], |p| p.code("path", &blob.path));
                }
            }
        },
    }
    "docker-archive-layer-missing" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Layer is not in the archive" / "归档中没有该层",
        says: "{pointer} is {found}, which is no file of the archive." / "{pointer} 是 {found}，而归档中没有该文件。",
        why: "Docker, containerd, containers/image and go-containerregistry stop when a layer is not there." / "Docker、containerd、containers/image 和 go-containerregistry 找不到层就停下。",
        fix: "Save the image again." / "重新保存镜像。",
        trigger: r#"[{"Layers": ["gone/layer.tar"], …}]"#,
        bad: || archive_manifest(|m| m[0]["Layers"] = json!(["gone/layer.tar"])),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                for (i, path) in image.layer_paths().into_iter().enumerate() {
                    let pointer = format!("{}/Layers/{i}", image.pointer);
                    let at = document.locus(&pointer);
                    if !walk::is_docker_archive(inventory) {
                        out.missing(not_given(path, at));
                        continue;
                    }
                    out.looked();
                    if inventory.blob_at(path).is_none() {
                        out.found(at, |p| p.code("pointer", pointer).code("found", path));
                    }
                }
            }
        },
    }
    "docker-archive-layers-count" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Number of layers is not the number of diffIDs" / "层数与 diffID 数量不一致",
        says: "`Layers` has length {found}, `rootfs.diff_ids` of the config has length {expected}; each layer needs one diffID." / "`Layers` 有 {found} 项，配置中的 `rootfs.diff_ids` 有 {expected} 项；每一层都需要一个 diffID。",
        why: "Docker says `invalid manifest, layers length mismatch`; containers/image and go-containerregistry refuse it too." / "Docker 会报 `invalid manifest, layers length mismatch`；containers/image 和 go-containerregistry 也会拒绝。",
        fix: "Save the image again." / "重新保存镜像。",
        bad: || archive_manifest(|m| {
            let layer = m[0]["Layers"][0].clone();
            m[0]["Layers"] = serde_json::json!([layer, layer]);
        }),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                if let Some((target, config)) = out.known(walk::docker_config(inventory, document, image)) {
                    out.looked();
                    let (layers, ids) = (image.layer_paths().len(), config.diff_ids().len());
                    if config.has_rootfs && layers != ids {
                        let at = walk::field_or_object(document, &image.pointer, "Layers");
                        let other = walk::field_or_object(target, "/rootfs", "diff_ids");
                        out.found_with(at, vec![other], |p| p.count("found", layers as u64).count("expected", ids as u64));
                    }
                }
            }
        },
    }
    "docker-archive-diff-id-mismatch" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "Layer does not hash to its diffID" / "层的内容与 diffID 不符",
        says: "{path} has the digest {found} when not compressed; the config says {expected}." / "{path} 未压缩时的摘要是 {found}；配置中写的是 {expected}。",
        why: "Docker, containerd and go-containerregistry verify this when they load the layer, and refuse the image." / "Docker、containerd 和 go-containerregistry 加载时会校验，不符就拒绝该镜像。",
        fix: "Put the right layer back, or save the image again." / "放回正确的层，或重新保存镜像。",
        bad: || archive_config(|c| c["rootfs"]["diff_ids"] = serde_json::json!([crate::examples::sha256(b"another tar")])),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                let Some((target, config)) = out.known(walk::docker_config(inventory, document, image)) else { continue };
                let (paths, ids) = (image.layer_paths(), config.diff_ids());
                if paths.len() != ids.len() {
                    out.missing(Missing { what: target.path.clone(), why: Why::Unreadable, at: Some(target.locus("/rootfs/diff_ids")) });
                    continue;
                }
                for (i, (path, claimed)) in paths.into_iter().zip(ids).enumerate() {
                    let layer_at = document.locus(&format!("{}/Layers/{i}", image.pointer));
                    let real = walk::docker_blob(inventory, path, &layer_at)
                        .and_then(|id| inventory.blob_facts(id, Some(layer_at.clone())))
                        .and_then(|facts| facts.diff_id().ok_or_else(|| Missing {
                            what: path.to_string(),
                            why: Why::Unreadable,
                            at: Some(layer_at.clone()),
                        }));
                    match real {
                        Err(missing) => out.missing(missing),
                        Ok(_) if !claimed.starts_with("sha256:") => {}
                        Ok(real) => {
                            out.looked();
                            if real != claimed {
                                let at = target.locus(&format!("/rootfs/diff_ids/{i}"));
                                out.found_with(at, vec![layer_at], |p| p.code("path", path).code("found", real).code("expected", claimed));
                            }
                        }
                    }
                }
            }
        },
    }
    "docker-archive-config-name" {
        severity: Warning (Ambiguous),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "Config does not hash to its name" / "配置的内容与文件名不符",
        says: "{path} has the digest {found}; its name promises {expected}." / "{path} 的摘要是 {found}；而文件名对应的是 {expected}。",
        why: "The image ID is the digest of the config. Docker computes it from the content, other tools take it from the name, so they disagree about which image this is." / "镜像 ID 就是配置的摘要。Docker 根据内容计算，有的工具取自文件名，于是对镜像的身份判断不一。",
        fix: "Name the file by its digest, and correct `Config`." / "按摘要重命名该文件，并改正 `Config`。",
        bad: || archive_with(|items| {
            for (_, bytes) in items.iter_mut().filter(|(p, _)| p.ends_with(".json") && p != "manifest.json") {
                bytes.push(b'\n');
            }
        }),
        good: archive,
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                let at = walk::field_or_object(document, &image.pointer, "Config");
                named(inventory, out, image.config.text(), at);
            }
        },
    }
    "docker-archive-layer-name" {
        severity: Warning (Ambiguous),
        spec: "moby image spec v1.2" since "",
        needs: Blobs,
        title: "Layer does not hash to its name" / "层的内容与文件名不符",
        says: "{path} has the digest {found}; its name promises {expected}." / "{path} 的摘要是 {found}；而文件名对应的是 {expected}。",
        why: "Loaders that look only at diffIDs take it, those that read the archive as an OCI layout refuse it." / "只看 diffID 的加载程序会接受，把归档当作 OCI 布局读取的程序会拒绝。",
        fix: "Put the right content back, or save the image again." / "放回正确的内容，或重新保存镜像。",
        bad: || archive_with_named_layer(b"other"),
        good: || archive_with_named_layer(b""),
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                for (i, path) in image.layer_paths().into_iter().enumerate() {
                    if path.starts_with("blobs/") {
                        named(inventory, out, path, document.locus(&format!("{}/Layers/{i}", image.pointer)));
                    }
                }
            }
        },
    }
    "docker-archive-repo-tag" {
        severity: Error (Consumers),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Repository tag that is no reference" / "仓库标签不是合法的镜像引用",
        says: "{found} is not a name with a tag, such as {expected}." / "{found} 不是带标签的镜像名，例如 {expected}。",
        why: "Docker says `invalid tag` and stops before it loads anything; containers/image and containerd refuse it too." / "Docker 会报 `invalid tag`，尚未加载就停下；containers/image 和 containerd 也会拒绝。",
        fix: "Write name and tag, the name in lower case." / "写成镜像名加标签，镜像名用小写。",
        trigger: r#"[{"RepoTags": ["Name"], …}]"#,
        bad: || archive_manifest(|m| m[0]["RepoTags"] = json!(["Name"])),
        good: || archive_manifest(|m| m[0]["RepoTags"] = json!(["localhost:5000/a/b-c__d:v1.2_x", "registry.example.com/a:1"])),
        check: |inventory, out| {
            for (document, image) in walk::docker_images(inventory) {
                if let Claim::Wrong { .. } = image.repo_tags {
                    let at = walk::field_or_object(document, &image.pointer, "RepoTags");
                    out.found_as(at, say("`RepoTags` is no array of strings.", "`RepoTags` 不是字符串数组。"));
                }
                for (i, tag) in image.tags().into_iter().enumerate() {
                    out.looked();
                    if !spec::reference::is_tagged(tag) {
                        let at = document.locus(&format!("{}/RepoTags/{i}", image.pointer));
                        out.found(at, |p| p.code("found", tag).code("expected", "example/name:tag"));
                    }
                }
            }
        },
    }
    "docker-archive-key-case" {
        severity: Warning (Ambiguous),
        spec: "moby image spec v1.2" since "",
        needs: Documents,
        title: "Key in another case" / "键名大小写不一致",
        says: "The key {found} differs from {expected} only in case." / "键 {found} 与 {expected} 只有大小写不同。",
        why: "Loaders written in Go match keys in any case (old jib wrote `config` and got away with it); others see an archive without config or layers." / "用 Go 编写的加载程序匹配键名时不区分大小写（旧版 jib 写作 `config` 也能通过）；其他程序则认为归档没有配置或层。",
        fix: "Write `Config`, `RepoTags` and `Layers`." / "写成 `Config`、`RepoTags` 和 `Layers`。",
        trigger: r#"[{"config": …, "RepoTags": …, "Layers": …}]"#,
        bad: || archive_manifest(|m| {
            m[0]["repoTags"] = m[0]["RepoTags"].clone();
            without(&mut m[0], "RepoTags");
        }),
        good: archive,
        check: |inventory, out| {
            for document in &inventory.documents {
                if !matches!(document.claims, Claims::DockerArchive(_)) {
                    continue;
                }
                let Some(root) = &document.json.root else { continue };
                for (i, item) in root.items().iter().enumerate() {
                    for member in item.members() {
                        out.looked();
                        let known = ["Config", "RepoTags", "Layers"].into_iter().find(|k| k.eq_ignore_ascii_case(&member.key));
                        if let Some(expected) = known.filter(|k| *k != member.key) {
                            let pointer = format!("/{i}/{}", walk::escape(&member.key));
                            out.found(document.locus_of(member.key_range.clone(), Some(&pointer)), |p| {
                                p.code("found", member.key.clone()).code("expected", expected)
                            });
                        }
                    }
                }
            }
        },
    }
}

fn not_given(path: &str, at: Locus) -> Missing {
    Missing {
        what: path.to_string(),
        why: Why::NotGiven,
        at: Some(at),
    }
}

/// A path that only `docker save` writes: `<64 hex digits>.json`, or `<64 hex digits>/layer.tar`, or `…/layer.tar`
/// beside a `VERSION`.
fn is_saved_part(path: &str) -> bool {
    let hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match path.split_once('/') {
        None => path.strip_suffix(".json").is_some_and(hex),
        Some((folder, "layer.tar" | "json" | "VERSION")) => hex(folder),
        _ => false,
    }
}

/// Reports a file whose name is a digest that its content does not have. In a layout `layout-blob-digest-mismatch`
/// speaks for what lies under `blobs`.
fn named(inventory: &Inventory, out: &mut super::Out, path: &str, at: Locus) {
    let layout = path.starts_with("blobs/");
    if layout && walk::is_layout(inventory) {
        return;
    }
    let expected = if layout {
        crate::artifact::digest_of_path(path)
    } else {
        let hex = path.strip_suffix(".json").unwrap_or_default();
        Some(format!("sha256:{hex}"))
    };
    let Some(expected) = expected.filter(|text| {
        spec::digest(text).is_some_and(|d| d.algorithm == "sha256" && d.is_well_encoded())
    }) else {
        return;
    };
    let facts = walk::docker_blob(inventory, path, &at)
        .and_then(|id| inventory.blob_facts(id, Some(at.clone())));
    if let Some(facts) = out.known(facts) {
        out.looked();
        if facts.sha256 != expected {
            out.found_with(Locus::whole(path), vec![at], |p| {
                p.code("path", path)
                    .code("found", facts.sha256.clone())
                    .code("expected", expected)
            });
        }
    }
}
