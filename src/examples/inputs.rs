//! Right documents, layouts and archives with one thing changed: what each rule's example and proof is made of.

pub use super::json::{push, string, without};

use super::json::json;
use super::layout::{self, blob_path, config_name, descriptor, sha256, written};
use super::stored::gzip;
use super::tar::{self, TarEntry};
use super::{Files, Layer, Layout};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// A right manifest of a one-layer image. Its blobs are not given.
pub fn manifest() -> Value {
    layout::manifest(
        descriptor(mt::OCI_CONFIG, b"config"),
        &[descriptor(mt::OCI_TAR_GZIP, b"layer")],
    )
}

/// A right manifest of an artifact with the empty config.
pub fn artifact() -> Value {
    let mut document = layout::manifest(
        descriptor(mt::OCI_EMPTY, b"{}"),
        &[descriptor("application/vnd.acme.thing", b"thing")],
    );
    document["artifactType"] = json!("application/vnd.acme.thing");
    document
}

/// A right index of two platforms.
pub fn index() -> Value {
    let entry = |architecture: &str| {
        let mut entry = descriptor(mt::OCI_MANIFEST, architecture.as_bytes());
        entry["platform"] = object!({ "architecture": architecture, "os": "linux" });
        entry
    };
    layout::index(&[entry("amd64"), entry("arm64")])
}

/// A right config of one layer.
pub fn config() -> Value {
    layout::image_config(("linux", "amd64"), &[sha256(b"layer")])
}

/// A document that is pasted, after a change.
pub fn pasted(mut document: Value, change: impl FnOnce(&mut Value)) -> Files {
    change(&mut document);
    given(document)
}

/// A document that is pasted, after changes given as text: `/layers/0/size: "5"` sets, `/layers/0/size` takes away. Data,
/// where a closure would be ten times the code.
pub fn edited(document: fn() -> Value, changes: &[&'static str]) -> Files {
    let mut document = document();
    for change in changes {
        let (pointer, value) = match change.split_once(": ") {
            Some((pointer, value)) => (pointer, Some(super::read(value))),
            None => (*change, None),
        };
        let (above, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        match (document.pointer_mut(above), value) {
            (Some(Value::Object(members)), Some(value)) => {
                members.insert(key.to_string(), value);
            }
            (Some(Value::Object(members)), None) => {
                members.remove(key);
            }
            (Some(Value::Array(items)), Some(value)) => {
                if let Some(item) = key.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                    *item = value;
                }
            }
            _ => debug_assert!(false, "{change}: nothing to change"),
        }
    }
    given(document)
}

/// A pasted document as it is.
pub fn given(document: Value) -> Files {
    Files::pasted(written(&document))
}

/// A right layout as a tar.
pub fn layout() -> Files {
    layout::good_layout().tar()
}

/// A right layout as a tar, after a change.
pub fn layout_with(change: impl FnOnce(&mut Layout)) -> Files {
    let mut layout = layout::good_layout();
    change(&mut layout);
    layout.tar()
}

/// A layout with one image: its config and its manifest can be changed, and every digest above follows.
pub fn image(
    layers: &[Layer],
    config: impl FnOnce(&mut Value),
    manifest: impl FnOnce(&mut Value),
) -> Files {
    let mut document = config_of(layers);
    config(&mut document);
    let mut layout = Layout::new();
    let mut above = image_manifest(&mut layout, layers, &document);
    manifest(&mut above);
    finished(layout, &above)
}

fn config_of(layers: &[Layer]) -> Value {
    let diff_ids: Vec<String> = layers.iter().map(|(_, _, tar)| sha256(tar)).collect();
    layout::image_config(("linux", "amd64"), &diff_ids)
}

fn image_manifest(layout: &mut Layout, layers: &[Layer], config: &Value) -> Value {
    let config = layout.document(mt::OCI_CONFIG, config);
    let layers: Vec<Value> = layers
        .iter()
        .map(|(media_type, bytes, _)| layout.blob(media_type, bytes))
        .collect();
    layout::manifest(config, &layers)
}

fn finished(mut layout: Layout, manifest: &Value) -> Files {
    let descriptor = layout.document(mt::OCI_MANIFEST, manifest);
    layout.list(descriptor, "v1");
    layout.tar()
}

/// A layout with a one-layer image, the layer stored as given.
pub fn image_of_layer(media_type: &str, stored: Vec<u8>, tar: Vec<u8>) -> Files {
    image(&[(media_type, stored, tar)], |_| {}, |_| {})
}

/// The tar of a layer with one small file.
pub fn layer_tar() -> Vec<u8> {
    tar::of(&[("hello", "hello")])
}

/// Two gzip layers.
pub fn two_layers() -> Vec<Layer<'static>> {
    vec![
        layout::gzip_layer("one", b"one"),
        layout::gzip_layer("two", b"two"),
    ]
}

/// An image whose layers, from the lowest, hold these entries.
pub fn stack(layers: &[&[TarEntry]]) -> Files {
    let layers: Vec<Layer> = layers
        .iter()
        .map(|entries| gzipped(tar::tar(entries)))
        .collect();
    image(&layers, |_| {}, |_| {})
}

/// An image of one layer with these entries.
pub fn layer(entries: &[TarEntry]) -> Files {
    stack(&[entries])
}

/// An image of one layer with these bytes for its tar.
pub fn bytes(tar: Vec<u8>) -> Files {
    image(&[gzipped(tar)], |_| {}, |_| {})
}

/// A tar as a gzip layer.
pub fn gzipped(tar: Vec<u8>) -> Layer<'static> {
    (mt::OCI_TAR_GZIP, gzip(&tar), tar)
}

/// A right docker-archive.
pub fn archive() -> Files {
    Files::tar("image.tar", &layout::good_docker_archive())
}

/// A docker-archive after a change to its files.
pub fn archive_with(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Files {
    let mut items = layout::good_docker_archive();
    change(&mut items);
    packed(items)
}

fn packed(items: Vec<(String, Vec<u8>)>) -> Files {
    Files::tar("image.tar", &items)
}

/// A docker-archive after a change to its `manifest.json`.
pub fn archive_manifest(change: fn(&mut Value)) -> Files {
    archive_with(|items| edit(items, "manifest.json", &mut |m| change(m)))
}

/// A docker-archive after a change to its config; its name follows.
pub fn archive_config(change: fn(&mut Value)) -> Files {
    archive_with(|items| edit_config(items, &mut |c| change(c)))
}

/// Changes a document among some files.
pub fn edit(items: &mut [(String, Vec<u8>)], path: &str, change: &mut dyn FnMut(&mut Value)) {
    if let Some((_, bytes)) = items.iter_mut().find(|(p, _)| p == path) {
        let mut document = serde_json::from_slice(bytes).unwrap_or_default();
        change(&mut document);
        *bytes = written(&document).into_bytes();
    }
}

/// Changes the config of a docker-archive; its name follows.
fn edit_config(items: &mut [(String, Vec<u8>)], change: &mut dyn FnMut(&mut Value)) {
    let is_config = |path: &str| path.ends_with(".json") && path != "manifest.json";
    let Some(at) = items.iter().position(|(path, _)| is_config(path)) else {
        return;
    };
    if let Some((path, _)) = items.get(at) {
        let path = path.clone();
        edit(items, &path, change);
    }
    if let Some((path, bytes)) = items.get_mut(at) {
        *path = config_name(bytes);
        let name = path.clone();
        edit(items, "manifest.json", &mut |m| {
            m[0]["Config"] = json!(name.as_str());
        });
    }
}

/// What Docker Engine 25 and later save: an OCI layout with a `manifest.json` beside it.
pub fn both(change: fn(&mut Layout, &mut Value)) -> Files {
    let mut layout = Layout::new();
    let tar = layer_tar();
    let config = layout::image_config(("linux", "amd64"), &[sha256(&tar)]);
    let document = image_manifest(&mut layout, &[(mt::OCI_TAR, tar.clone(), tar)], &config);
    let mut archive = object!([{ "Config": blob_path(&document["config"]), "RepoTags": ["example:v1"],
        "Layers": [blob_path(&document["layers"][0])] }]);
    let manifest = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(manifest, "v1");
    change(&mut layout, &mut archive);
    layout.put("manifest.json", written(&archive).as_bytes());
    layout.tar()
}

/// The layer file of a docker-archive.
pub fn layer_file(items: &mut [(String, Vec<u8>)], change: impl FnOnce(&mut (String, Vec<u8>))) {
    if let Some(item) = items.iter_mut().find(|(p, _)| p.ends_with("layer.tar")) {
        change(item);
    }
}

/// A docker-archive whose only layer lies under `blobs/sha256/<hex>`, named by its digest, with bytes added after.
pub fn archive_with_named_layer(added: &[u8]) -> Files {
    archive_with(|items| {
        let mut named = String::new();
        layer_file(items, |(path, bytes)| {
            *path = format!("blobs/{}", sha256(bytes).replace(':', "/"));
            bytes.extend_from_slice(added);
            named = path.clone();
        });
        edit(items, "manifest.json", &mut |m| {
            m[0]["Layers"][0] = json!(named.as_str());
        });
    })
}

/// A docker-archive with two diffIDs and one layer file for both of them.
pub fn archive_with_shared_layer() -> Files {
    archive_with(|items| {
        edit_config(items, &mut |c| {
            let first = c["rootfs"]["diff_ids"][0].clone();
            c["rootfs"]["diff_ids"] = object!([first, sha256(b"other")]);
        });
        edit(items, "manifest.json", &mut |m| {
            let layer = m[0]["Layers"][0].clone();
            m[0]["Layers"] = object!([layer, layer]);
        });
    })
}

/// Changes the first gzip blob of a layout.
pub fn gzip_blob(layout: &mut Layout, change: impl FnOnce(&mut (String, Vec<u8>))) {
    let is_one =
        |path: &str, bytes: &[u8]| path.starts_with("blobs/") && bytes.first() == Some(&0x1f);
    if let Some(item) = layout.items.iter_mut().find(|(p, b)| is_one(p, b)) {
        change(item);
    }
}

/// An archive with folders and links in front of files, every name written as it is. A target of `/` makes a folder,
/// `=path` a hard link, anything else a symbolic link.
pub fn archive_entries(others: &[(&str, &str)], files: &[(String, Vec<u8>)]) -> Files {
    let mut entries = Vec::new();
    for (name, target) in others {
        entries.push(match target.strip_prefix('=') {
            Some(target) => tar::hardlink(name, target),
            None if *target == "/" => tar::dir(name),
            None => tar::symlink(name, target),
        });
    }
    entries.extend(files.iter().map(|(name, bytes)| tar::file(name, bytes)));
    Files::file("image.tar", tar::tar(&entries))
}

/// A pasted manifest with annotations.
pub fn annotated(annotations: Value) -> Files {
    pasted(manifest(), |m| m["annotations"] = annotations)
}
