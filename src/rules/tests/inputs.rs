//! Inputs for the proofs of the rules: right documents, layouts and archives with one thing changed. Tests only.

use crate::kit::{self, Files, Layout};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// A right manifest of a one-layer image. Its blobs are not given.
pub fn manifest() -> Value {
    kit::manifest(
        kit::descriptor(mt::OCI_CONFIG, b"config"),
        &[kit::descriptor(mt::OCI_TAR_GZIP, b"layer")],
    )
}

/// A right manifest of an artifact with the empty config.
pub fn artifact() -> Value {
    let mut document = kit::manifest(
        kit::descriptor(mt::OCI_EMPTY, b"{}"),
        &[kit::descriptor("application/vnd.acme.thing", b"thing")],
    );
    document["artifactType"] = json!("application/vnd.acme.thing");
    document
}

/// A right index of two platforms.
pub fn index() -> Value {
    let entry = |architecture: &str| {
        let mut entry = kit::descriptor(mt::OCI_MANIFEST, architecture.as_bytes());
        entry["platform"] = json!({ "architecture": architecture, "os": "linux" });
        entry
    };
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry("amd64"), entry("arm64")] })
}

/// A right config of one layer.
pub fn config() -> Value {
    json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": [kit::sha256(b"layer")] } })
}

/// A document that is pasted, after a change.
pub fn pasted(mut document: Value, change: impl FnOnce(&mut Value)) -> Files {
    change(&mut document);
    Files::pasted(document.to_string())
}

/// A pasted document as it is.
pub fn given(document: Value) -> Files {
    pasted(document, |_| {})
}

/// Takes a field out of an object.
pub fn without(object: &mut Value, key: &str) {
    object.as_object_mut().unwrap().remove(key);
}

/// A right layout as a tar.
pub fn layout() -> Files {
    kit::good_layout().tar()
}

/// A right layout as a tar, after a change.
pub fn layout_with(change: impl FnOnce(&mut Layout)) -> Files {
    let mut layout = kit::good_layout();
    change(&mut layout);
    layout.tar()
}

/// A layout with one image: its config and its manifest can be changed, and every digest above follows.
/// Layers are `(media type, stored bytes, uncompressed tar)`.
pub fn image(
    layers: &[(&str, Vec<u8>, Vec<u8>)],
    config: impl FnOnce(&mut Value),
    manifest: impl FnOnce(&mut Value),
) -> Files {
    let mut layout = Layout::new();
    let diff_ids: Vec<String> = layers.iter().map(|(_, _, tar)| kit::sha256(tar)).collect();
    let mut document = json!({ "architecture": "amd64", "os": "linux",
        "config": { "Cmd": ["/hello"] }, "rootfs": { "type": "layers", "diff_ids": diff_ids } });
    config(&mut document);
    let config = layout.document(mt::OCI_CONFIG, &document);
    let layers: Vec<Value> = layers
        .iter()
        .map(|(t, bytes, _)| layout.blob(t, bytes))
        .collect();
    let mut document = kit::manifest(config, &layers);
    manifest(&mut document);
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "v1");
    layout.tar()
}

/// A layout with a one-layer image, the layer stored as given.
pub fn image_of_layer(media_type: &str, stored: Vec<u8>, tar: Vec<u8>) -> Files {
    image(&[(media_type, stored, tar)], |_| {}, |_| {})
}

/// The tar of a layer with one small file.
pub fn layer_tar() -> Vec<u8> {
    kit::tar(&[("hello", "hello")])
}

/// Two gzip layers.
pub fn two_layers() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    vec![
        kit::gzip_layer("one", b"one"),
        kit::gzip_layer("two", b"two"),
    ]
}

/// A right docker-archive.
pub fn archive() -> Files {
    Files::tar("image.tar", &kit::good_docker_archive())
}

/// A docker-archive after a change to its files.
pub fn archive_with(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Files {
    let mut items = kit::good_docker_archive();
    change(&mut items);
    Files::tar("image.tar", &items)
}

/// A docker-archive after a change to its `manifest.json`.
pub fn archive_manifest(change: impl FnOnce(&mut Value)) -> Files {
    archive_with(|items| {
        let (_, bytes) = items
            .iter_mut()
            .find(|(p, _)| p == "manifest.json")
            .unwrap();
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        change(&mut document);
        *bytes = document.to_string().into_bytes();
    })
}

/// A docker-archive after a change to its config; its name follows.
pub fn archive_config(change: impl FnOnce(&mut Value)) -> Files {
    archive_with(|items| {
        let position = items
            .iter()
            .position(|(p, _)| p.ends_with(".json") && p != "manifest.json")
            .unwrap();
        let mut document: Value = serde_json::from_slice(&items[position].1).unwrap();
        change(&mut document);
        let bytes = document.to_string().into_bytes();
        let name = format!("{}.json", kit::sha256(&bytes).trim_start_matches("sha256:"));
        items[position] = (name.clone(), bytes);
        let (_, bytes) = items
            .iter_mut()
            .find(|(p, _)| p == "manifest.json")
            .unwrap();
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        document[0]["Config"] = json!(name);
        *bytes = document.to_string().into_bytes();
    })
}

/// What Docker Engine 25 and later save: an OCI layout with a `manifest.json` beside it.
pub fn both(change: impl FnOnce(&mut Layout, &mut Value)) -> Files {
    let mut layout = Layout::new();
    let tar = layer_tar();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
            "rootfs": { "type": "layers", "diff_ids": [kit::sha256(&tar)] } }),
    );
    let layer = layout.blob(mt::OCI_TAR, &tar);
    let path = |d: &Value| format!("blobs/{}", d["digest"].as_str().unwrap().replace(':', "/"));
    let mut archive =
        json!([{ "Config": path(&config), "RepoTags": ["example:v1"], "Layers": [path(&layer)] }]);
    let manifest = layout.document(mt::OCI_MANIFEST, &kit::manifest(config, &[layer]));
    layout.list(manifest, "v1");
    change(&mut layout, &mut archive);
    layout.put("manifest.json", archive.to_string().as_bytes());
    layout.tar()
}

/// A docker-archive whose only layer lies under `blobs/sha256/<hex>`, named by its digest, with bytes added after.
pub fn archive_with_named_layer(added: &[u8]) -> Files {
    archive_with(|items| {
        let (path, bytes) = items
            .iter_mut()
            .find(|(p, _)| p.ends_with("layer.tar"))
            .unwrap();
        *path = format!("blobs/{}", kit::sha256(bytes).replace(':', "/"));
        bytes.extend_from_slice(added);
        let path = path.clone();
        let (_, bytes) = items
            .iter_mut()
            .find(|(p, _)| p == "manifest.json")
            .unwrap();
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        document[0]["Layers"] = json!([path]);
        *bytes = document.to_string().into_bytes();
    })
}

/// The path of a descriptor's blob in a layout.
pub fn blob_path(descriptor: &Value) -> String {
    format!("blobs/{}", written(&descriptor["digest"]).replace(':', "/"))
}

/// The text of a JSON string.
pub fn written(value: &Value) -> String {
    value.as_str().unwrap().to_string()
}

/// The items of a JSON array.
pub fn items(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().unwrap()
}

/// The first gzip blob of a layout.
pub fn gzip_blob(layout: &mut Layout) -> &mut (String, Vec<u8>) {
    layout
        .items
        .iter_mut()
        .find(|(path, bytes)| path.starts_with("blobs/") && bytes.first() == Some(&0x1f))
        .unwrap()
}

/// An archive with folders and links in front of files, every name written as it is. A target of `/` makes a folder,
/// `=path` a hard link, anything else a symbolic link.
pub fn archive_entries(others: &[(&str, &str)], files: &[(String, Vec<u8>)]) -> Files {
    use tar::EntryType;
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, kind: EntryType, target: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        header.set_link_name_literal(target).unwrap();
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
    };
    for (name, target) in others {
        match target.strip_prefix('=') {
            Some(target) => add(name, EntryType::Link, target, b""),
            None if *target == "/" => add(name, EntryType::Directory, "", b""),
            None => add(name, EntryType::Symlink, target, b""),
        }
    }
    for (name, bytes) in files {
        add(name, EntryType::Regular, "", bytes);
    }
    Files::file("image.tar", builder.into_inner().unwrap())
}

/// The files of a tar.
pub fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read;
    let mut archive = tar::Archive::new(bytes);
    let read = |mut entry: tar::Entry<&[u8]>| {
        let path = entry.path().unwrap().to_str().unwrap().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (path, bytes)
    };
    archive
        .entries()
        .unwrap()
        .map(|e| read(e.unwrap()))
        .collect()
}

/// A pasted manifest with annotations.
pub fn annotated(annotations: Value) -> Files {
    pasted(manifest(), |m| m["annotations"] = annotations)
}

/// A zstd frame with a window of 16 MiB and one raw block.
pub fn wide_window(bytes: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x00\x70".to_vec();
    let header = u32::try_from(bytes.len()).unwrap() << 3 | 1;
    frame.extend_from_slice(&header.to_le_bytes()[..3]);
    frame.extend_from_slice(bytes);
    frame
}

/// The layer file of a docker-archive.
pub fn layer_tar_of(items: &mut [(String, Vec<u8>)]) -> &mut (String, Vec<u8>) {
    items
        .iter_mut()
        .find(|(p, _)| p.ends_with("layer.tar"))
        .unwrap()
}

/// A docker-archive with two diffIDs and one layer file for both of them.
pub fn archive_with_shared_layer() -> Files {
    let mut files = archive_config(|c| {
        let first = c["rootfs"]["diff_ids"][0].clone();
        c["rootfs"]["diff_ids"] = json!([first, kit::sha256(b"other")]);
    });
    let mut items = unpacked(&files.items.remove(0).1);
    let (_, bytes) = items
        .iter_mut()
        .find(|(p, _)| p == "manifest.json")
        .unwrap();
    let mut document: Value = serde_json::from_slice(bytes).unwrap();
    let layer = document[0]["Layers"][0].clone();
    document[0]["Layers"] = json!([layer, layer]);
    *bytes = document.to_string().into_bytes();
    Files::tar("image.tar", &items)
}
