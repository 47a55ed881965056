//! A docker-archive as containerd imports it: `manifest.json` decoded, its files looked up. It opens no layer.

use super::import::{Imported, Start};
use super::root_document;
use crate::artifact::{Inventory, survey};
use crate::bytes::json::Value;
use crate::bytes::tar::EntryKind;
use crate::consumers::go_archive::quoted;
use crate::consumers::go_reference::{self, Capitals};
use crate::consumers::{Refusal, Stop, Trace, go_decode, go_structs, remedies_archive as remedies};
use crate::place::Locus;
use crate::text::say;

pub(super) fn docker<'a>(
    inventory: &'a Inventory,
    capitals: Capitals,
    trace: &mut Trace,
) -> Result<Vec<Imported<'a>>, Stop> {
    let unrecognized = |trace: &mut Trace| {
        trace.fail(
            say(
                "Either `oci-layout` or `manifest.json` has to stand at the root of the archive; neither does.",
                "归档根目录必须有 `oci-layout` 或 `manifest.json`；两者都没有。",
            ),
            None,
        );
        let mut refusal = Refusal::new(
            "unrecognized image format",
            say(
                "containerd finds neither an OCI layout nor a docker-archive at the root of the archive.",
                "containerd 在归档根目录既没找到 OCI 布局，也没找到 docker-archive。",
            ),
            None,
        );
        if let Some(folder) = &inventory.nested_under {
            refusal = refusal.fix(remedies::unwrap_folder(folder));
        }
        Stop::from(
            refusal
                .fix(remedies::import_rootfs())
                .fix(remedies::export_again()),
        )
    };
    if inventory.blob_at("manifest.json").is_none() {
        return Err(unrecognized(trace));
    }
    let document = root_document(inventory, "manifest.json")?;
    let images =
        go_decode::docker_images(document, go_structs::CONTAINERD_ARCHIVE)?.map_err(|error| {
            Refusal::new(
                format!("untar manifest \"manifest.json\": {error}"),
                say(
                    "containerd cannot decode `manifest.json`.",
                    "containerd 无法解码 `manifest.json`。",
                ),
                Some(Locus::whole("manifest.json")),
            )
            .fix(remedies::export_again())
        })?;
    if matches!(
        document.json.root.as_ref().map(|n| &n.value),
        Some(Value::Null)
    ) {
        return Err(unrecognized(trace));
    }
    trace.pass(
        say(
            "containerd finds `manifest.json`: it imports a docker-archive with {count} images.",
            "containerd 找到 `manifest.json`：按 docker-archive 导入，含 {count} 个镜像。",
        )
        .count("count", images.len() as u64),
        Some(Locus::whole("manifest.json")),
    );
    no_loose_ends(inventory, trace)?;
    // Entries are known by their cleaned paths, and are looked for under what is written.
    let is_there = |path: &str| survey::clean(path) == path && inventory.blob_at(path).is_some();
    let mut imported = Vec::new();
    for image in images {
        let at = Some(document.locus(&image.pointer));
        let config = image.config.text();
        if !is_there(config) {
            return Err(not_there(
                format!("image config \"{config}\" not found"),
                config,
                Some(document.locus(&format!("{}/Config", image.pointer))),
                trace,
            ));
        }
        for (i, path) in image.layer_paths().iter().enumerate() {
            if !is_there(path) {
                return Err(not_there(
                    format!("failed to resolve layers: layer \"{path}\" not found"),
                    path,
                    Some(document.locus(&format!("{}/Layers/{i}", image.pointer))),
                    trace,
                ));
            }
        }
        let mut tags: Vec<String> = Vec::new();
        for tag in image.tags() {
            let named = go_reference::normalized(tag, capitals).map_err(|error| {
                let because = say(
                    "containerd takes {tag} in `RepoTags` for no name of an image.",
                    "containerd 认为 `RepoTags` 中的 {tag} 不是镜像名称。",
                )
                .code("tag", tag);
                trace.fail(because.clone(), at.clone());
                let error = format!("normalize image ref {}: {error}", quoted(tag));
                Refusal::new(error, because, at.clone()).fix(remedies::export_again())
            })?;
            let name = if named.tagged || named.full.contains('@') {
                named.full
            } else {
                format!("{}:latest", named.full)
            };
            tags.push(name);
        }
        if tags.is_empty() {
            tags.push(String::new());
        }
        for name in tags {
            imported.push(Imported {
                stored_name: name.clone(),
                name,
                start: Start::Docker(document, image.clone()),
                at: at.clone(),
            });
        }
    }
    Ok(imported)
}

/// Every symbolic link of the archive has to lead to a file in it.
fn no_loose_ends(inventory: &Inventory, trace: &mut Trace) -> Result<(), Stop> {
    let links = inventory
        .entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Symlink);
    for entry in links {
        let link = entry.link.as_deref().unwrap_or_default();
        let target = survey::join(survey::parent(&entry.path), link);
        if inventory.blob_at(&target).is_some() {
            continue;
        }
        let because = say(
            "The link {path} has to lead to a file of the archive; there is no {target}.",
            "链接 {path} 必须指向归档中的文件；但没有 {target}。",
        )
        .code("path", entry.path.to_string())
        .code("target", &target);
        let at = Some(Locus::whole(&entry.path));
        trace.fail(because.clone(), at.clone());
        let error = format!(
            "no target for symlink layer from {} to {}",
            quoted(&entry.path),
            quoted(&target)
        );
        return Err(Refusal::new(error, because, at)
            .fix(remedies::export_again())
            .into());
    }
    Ok(())
}

fn not_there(error: String, path: &str, at: Option<Locus>, trace: &mut Trace) -> Stop {
    trace.fail(
        say(
            "The file {path} that `manifest.json` names has to be in the archive; it is not.",
            "`manifest.json` 指名的文件 {path} 必须在归档中；但没有。",
        )
        .code("path", path),
        at.clone(),
    );
    Refusal::new(
        error,
        say(
            "containerd does not find {path}, which `manifest.json` names.",
            "containerd 找不到 `manifest.json` 指名的 {path}。",
        )
        .code("path", path),
        at,
    )
    .fix(remedies::export_again())
    .into()
}
