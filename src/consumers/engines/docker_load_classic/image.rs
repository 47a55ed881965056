//! One image of a docker-archive: its config, its layers, its tags, each as the archive names it.

use super::{Engine, FOLDER};
use crate::artifact::documents::{self, Config, DockerImage};
use crate::artifact::{Document, Inventory, Missing, Why, survey};
use crate::bytes::tar::EntryKind;
use crate::consumers::docker_layer::Layer;
use crate::consumers::go_archive::quoted;
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::go_reference::{self, Capitals};
use crate::consumers::platform::Wanted;
use crate::consumers::{
    Refusal, Stop, Trace, containerd, go_structs, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::text::say;

/// A config in Docker's own structs.
fn config_of(document: &Document) -> go_decode::Decoded<Config> {
    let decoded = go_decode::decode(document, go_structs::DOCKER_CONFIG, Reader::Whole)?;
    Ok(decoded.map(documents::config))
}

/// Whether an image's config names the platform; one that cannot be read is for the checks that follow.
pub(super) fn is_for(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    only: &Wanted,
) -> Result<bool, Missing> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let Some(blob) = inventory.blob_at(image.config.text()) else {
        return Ok(true);
    };
    let found = containerd::document_of(inventory, blob, at)?;
    Ok(config_of(found)?.map_or(true, |config| {
        let (os, architecture) = (config.os.text(), config.architecture.text());
        let variant = config.variant.value().map(String::as_str);
        only.fitness(os, architecture, variant) == Some(0)
    }))
}

/// One element of `manifest.json`; gives its platform.
pub(super) fn load(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    trace: &mut Trace,
    engine: Engine,
) -> Result<String, Stop> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let path = image.config.text();
    let Some(blob) = inventory.blob_at(path) else {
        return Err(no_file(inventory, path, at, trace));
    };
    let config_document = containerd::document_of(inventory, blob, at.clone())?;
    let config = config_of(config_document)?.map_err(|error| {
        Refusal::new(
            error,
            say(
                "Docker cannot decode the image's config {path}.",
                "Docker 无法解码镜像配置 {path}。",
            )
            .code("path", path),
            at.clone(),
        )
        .fix(remedies::rebuild())
    })?;
    if !config.has_rootfs {
        trace.fail(
            say(
                "The config has to have `rootfs`; it has none.",
                "配置必须含有 `rootfs`；但没有。",
            ),
            Some(Locus::whole(&config_document.path)),
        );
        return Err(Refusal::new(
            "invalid image JSON, no RootFS key",
            say(
                "Docker needs `rootfs` in the image's config {path}.",
                "Docker 要求镜像配置 {path} 含有 `rootfs`。",
            )
            .code("path", path),
            Some(Locus::whole(&config_document.path)),
        )
        .fix(remedies::rebuild())
        .into());
    }
    let os = config.os.text();
    if !os.is_empty() && !os.eq_ignore_ascii_case("linux") {
        let at = Some(config_document.locus("/os"));
        trace.fail(
            say(
                "The image's operating system has to be that of the host, linux; it is {os}.",
                "镜像的操作系统必须与主机一致，即 linux；此处为 {os}。",
            )
            .code("os", os),
            at.clone(),
        );
        return Err(Refusal::new(
            format!("cannot load {os} image on linux"),
            say(
                "Docker on Linux does not load an image for {os}.",
                "Linux 上的 Docker 不加载用于 {os} 的镜像。",
            )
            .code("os", os),
            at,
        )
        .into());
    }
    let paths = image.layer_paths();
    let diff_ids = config.diff_ids();
    let layers_at = Some(document.locus(&format!("{}/Layers", image.pointer)));
    if paths.len() != diff_ids.len() {
        trace.fail(
            say(
                "`Layers` has to be as long as the config's `rootfs.diff_ids`; {layers} stand against {diff_ids}.",
                "`Layers` 的长度必须等于配置中 `rootfs.diff_ids` 的长度；这里是 {layers} 对 {diff_ids}。",
            )
            .count("layers", paths.len() as u64)
            .count("diff_ids", diff_ids.len() as u64),
            layers_at.clone(),
        );
        return Err(Refusal::new(
            format!(
                "invalid manifest, layers length mismatch: expected {}, got {}",
                paths.len(),
                diff_ids.len()
            ),
            say(
                "Docker finds {layers} layers in `manifest.json` and {diff_ids} diffIDs in the config.",
                "Docker 在 `manifest.json` 中找到 {layers} 个层，在配置中找到 {diff_ids} 个 diffID。",
            )
            .count("layers", paths.len() as u64)
            .count("diff_ids", diff_ids.len() as u64),
            layers_at,
        )
        .fix(remedies::export_again())
        .into());
    }
    trace.pass(
        say(
            "The config {path} is there; it has as many diffIDs as there are layers: {count}.",
            "配置 {path} 存在；diffID 与层的数量相等：{count}。",
        )
        .code("path", path)
        .count("count", paths.len() as u64),
        at,
    );
    layers(inventory, document, image, &diff_ids, trace, engine)?;
    for (i, tag) in image.tags().iter().enumerate() {
        let capitals = if engine.legacy_names {
            Capitals::Unnamed
        } else {
            Capitals::Named
        };
        let error = match go_reference::normalized(tag, capitals) {
            Ok(named) if named.tagged => None,
            Ok(_) => Some(format!("invalid tag {}", quoted(tag))),
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            let at = Some(document.locus(&format!("{}/RepoTags/{i}", image.pointer)));
            trace.fail(
                say(
                    "Each of `RepoTags` has to be a name with a tag; {tag} is not.",
                    "`RepoTags` 的每一项都必须是带标签的名称；{tag} 不是。",
                )
                .code("tag", *tag),
                at.clone(),
            );
            return Err(Refusal::new(
                error,
                say(
                    "Docker refuses {tag} in `RepoTags`: it is no name with a tag.",
                    "Docker 拒绝 `RepoTags` 中的 {tag}：它不是带标签的名称。",
                )
                .code("tag", *tag),
                at,
            )
            .fix(remedies::export_again())
            .into());
        }
    }
    let os = if os.is_empty() { "linux" } else { os };
    Ok(format!("{os}/{}", config.architecture.text()))
}

fn layers(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    diff_ids: &[&str],
    trace: &mut Trace,
    engine: Engine,
) -> Result<(), Stop> {
    let mut pending = None;
    for (i, (path, expected)) in image.layer_paths().iter().zip(diff_ids).enumerate() {
        let at = Some(document.locus(&format!("{}/Layers/{i}", image.pointer)));
        let Some(blob) = inventory.blob_at(path) else {
            return Err(no_file(inventory, path, at, trace));
        };
        let facts = match inventory.blob_facts(blob, at.clone()) {
            Ok(facts) => facts,
            Err(missing) => {
                pending.get_or_insert(missing);
                continue;
            }
        };
        match engine.unpacker().take(facts) {
            Layer::Taken(diff_id) if diff_id == *expected => trace.pass(
                say(
                    "The layer {path} has the diffID that the config names.",
                    "层 {path} 的 diffID 与配置所写一致。",
                )
                .code("path", *path),
                at,
            ),
            Layer::Taken(diff_id) => {
                trace.fail(
                    say(
                        "The layer {path} has to have the diffID {expected}; it has {actual}.",
                        "层 {path} 的 diffID 必须是 {expected}；实际为 {actual}。",
                    )
                    .code("path", *path)
                    .code("expected", *expected)
                    .code("actual", diff_id),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("invalid diffID for layer {i}: expected \"{expected}\", got \"{diff_id}\""),
                    say(
                        "Docker unpacks the layer {path} and gets another diffID than the config names.",
                        "Docker 解包层 {path} 后得到的 diffID 与配置所写不同。",
                    )
                    .code("path", *path),
                    at,
                )
                .fix(remedies::export_again())
                .fix(remedies::rebuild())
                .into());
            }
            Layer::Refused(error) => {
                trace.fail(
                    say(
                        "The layer {path} has to be a tar in a compression that Docker knows; it cannot be read to its end.",
                        "层 {path} 必须是 Docker 认识的压缩方式的 tar；但无法读到末尾。",
                    )
                    .code("path", *path),
                    at.clone(),
                );
                let refusal = Refusal::new(
                    error,
                    say(
                        "Docker cannot unpack the layer {path}.",
                        "Docker 无法解包层 {path}。",
                    )
                    .code("path", *path),
                    at,
                );
                let zstd = facts.form == crate::bytes::blob::Form::Zstd && !engine.zstd;
                return Err(if zstd {
                    refusal
                        .fix(remedies::upgrade("Docker Engine", "23.0"))
                        .fix(remedies::recompress_gzip())
                } else {
                    refusal.fix(remedies::export_again())
                }
                .into());
            }
            Layer::Unsettled => {
                pending.get_or_insert(Missing {
                    what: path.to_string(),
                    why: Why::NotSettled,
                    at,
                });
            }
        }
    }
    pending.map_or(Ok(()), |missing| Err(missing.into()))
}

/// A file of `manifest.json` that is not in the archive.
fn no_file(inventory: &Inventory, path: &str, at: Option<Locus>, trace: &mut Trace) -> Stop {
    trace.fail(
        say(
            "The file {path} that `manifest.json` names has to be in the archive; it is not.",
            "`manifest.json` 指名的文件 {path} 必须在归档中；但没有。",
        )
        .code("path", path),
        at.clone(),
    );
    let error = if path.is_empty() {
        format!("read {FOLDER}: is a directory")
    } else {
        // Of a link, where it leads is opened.
        let link = inventory
            .entries
            .iter()
            .find(|entry| entry.kind == EntryKind::Symlink && &*entry.path == path)
            .and_then(|entry| entry.link.as_deref())
            .map(|link| survey::join(survey::parent(path), link));
        let opened = link.as_deref().unwrap_or(path);
        format!("open {FOLDER}/{opened}: no such file or directory")
    };
    Refusal::new(
        error,
        say(
            "Docker opens {path}, which is not in the archive. (A layer that the host already has is not opened.)",
            "Docker 要打开 {path}，而归档中没有它。（主机上已有的层不会被打开。）",
        )
        .code("path", path),
        at,
    )
    .fix(remedies::export_again())
    .into()
}
