//! An archive of Docker before 1.10: every folder at its root is a layer. Engine 29 reads none of these.

use super::{FOLDER, mended, no_manifest_json};
use crate::artifact::{Inventory, Missing, Why, survey};
use crate::bytes::tar::EntryKind;
use crate::consumers::{Accept, Refusal, Stop, Trace};
use crate::order;
use crate::place::Locus;
use crate::text::say;
use std::collections::BTreeSet;

/// `legacyLoad`: every folder at the root, in the order of names, is an image of Docker before 1.10.
pub(super) fn load(inventory: &Inventory, trace: &mut Trace) -> Result<Accept, Stop> {
    trace.note(
        say(
            "There is no `manifest.json`, so the archive is read as one of Docker before 1.10: every folder at its root has to be a layer.",
            "没有 `manifest.json`，因此按 Docker 1.10 之前的归档来读：根目录的每个文件夹都必须是一层。",
        ),
        None,
    );
    let folders = top_folders(inventory)?;
    for folder in &folders {
        for file in ["json", "layer.tar"] {
            let path = format!("{folder}/{file}");
            if inventory.blob_at(&path).is_some() {
                continue;
            }
            trace.fail(
                say(
                    "The folder {folder} has to hold {path}; it does not.",
                    "文件夹 {folder} 必须含有 {path}；但没有。",
                )
                .code("folder", folder)
                .code("path", &path),
                None,
            );
            return Err(mended(
                inventory,
                Refusal::new(
                    format!("open {FOLDER}/{path}: no such file or directory"),
                    no_manifest_json(inventory),
                    None,
                ),
            )
            .into());
        }
        trace.pass(
            say(
                "The folder {folder} holds `json` and `layer.tar`.",
                "文件夹 {folder} 含有 `json` 和 `layer.tar`。",
            )
            .code("folder", folder),
            None,
        );
    }
    if inventory.blob_at("repositories").is_none() {
        trace.fail(
            say(
                "The file `repositories` has to stand at the root; it does not.",
                "根目录必须有文件 `repositories`；但没有。",
            ),
            None,
        );
        return Err(mended(
            inventory,
            Refusal::new(
                format!("open {FOLDER}/repositories: no such file or directory"),
                no_manifest_json(inventory),
                None,
            ),
        )
        .into());
    }
    Ok(Accept::using(
        say(
            "It loads {count} layers of an archive of Docker before 1.10 and names them by `repositories`.",
            "它会加载 Docker 1.10 之前归档中的 {count} 层，并按 `repositories` 命名。",
        )
        .count("count", folders.len() as u64),
        Some(Locus::whole("repositories")),
    ))
}

/// The folders at the root, in the order of names. A tar without an image in it is one blob, whose entries are listed.
fn top_folders(inventory: &Inventory) -> Result<BTreeSet<String>, Missing> {
    let top = |path: &str, is_folder: bool| match path.split_once('/') {
        Some((top, _)) => Some(top.to_string()),
        None => is_folder.then(|| path.to_string()),
    };
    let mut folders: BTreeSet<String> = order::set_of(
        inventory
            .entries
            .iter()
            .filter_map(|entry| top(&entry.path, entry.kind == EntryKind::Dir)),
    );
    if let [blob] = inventory.blobs.as_slice()
        && !inventory.is_container()
        && blob.size > 0
    {
        let facts = inventory.blob_facts(0, None)?;
        if let Some(tar) = facts.tar.as_deref() {
            if tar.entries > tar.listing.len() as u64 {
                return Err(Missing {
                    what: inventory.name.clone(),
                    why: Why::NotSettled,
                    at: None,
                });
            }
            let listed = tar
                .listing
                .iter()
                .filter_map(|entry| top(&survey::clean(&entry.path), entry.kind == EntryKind::Dir));
            folders.extend(listed);
        }
    }
    folders.retain(|folder| !folder.is_empty());
    Ok(folders)
}
