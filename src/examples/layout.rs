//! OCI image layouts, documents and docker-archives under construction: right by themselves, to be changed at will.

use super::stored::{gzip, zstd};
use super::{Files, json, tar};
use crate::bytes::digest::{Algorithm, digest_of};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// The smallest WebAssembly core module.
pub const WASM_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// `sha256:<hex>` of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    digest_of(Algorithm::Sha256, bytes)
}

/// A document as it is written here: for people to read, since every place in it is shown to some.
pub fn written(document: &Value) -> String {
    format!("{document:#}")
}

/// A descriptor of some bytes.
pub fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    object!({ "mediaType": media_type, "digest": sha256(bytes), "size": bytes.len() })
}

/// The path of a descriptor's blob in a layout.
pub fn blob_path(descriptor: &Value) -> String {
    let digest = descriptor["digest"].as_str().unwrap_or_default();
    format!("blobs/{}", digest.replace(':', "/"))
}

/// An OCI manifest document.
pub fn manifest(config: Value, layers: &[Value]) -> Value {
    object!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST, "config": config, "layers": layers })
}

/// An OCI index document.
pub fn index(entries: &[Value]) -> Value {
    object!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries })
}

/// The config of an image that says `/hello`.
pub fn image_config(platform: (&str, &str), diff_ids: &[String]) -> Value {
    let (os, architecture) = platform;
    object!({ "architecture": architecture, "os": os, "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": diff_ids } })
}

/// A layer: media type, stored bytes, uncompressed tar.
pub type Layer<'t> = (&'t str, Vec<u8>, Vec<u8>);

/// A gzip layer of one small file.
pub fn gzip_layer(name: &str, bytes: &[u8]) -> Layer<'static> {
    let tar = tar::of(&[(name, bytes)]);
    (mt::OCI_TAR_GZIP, gzip(&tar), tar)
}

/// A zstd layer of one small file.
pub fn zstd_layer(name: &str, bytes: &[u8]) -> Layer<'static> {
    let tar = tar::of(&[(name, bytes)]);
    (mt::OCI_TAR_ZSTD, zstd(&tar), tar)
}

/// An OCI image layout under construction.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `index.json`, to be edited at will before it is written.
    pub index: Value,
    /// All other files.
    pub items: Vec<(String, Vec<u8>)>,
}

impl Default for Layout {
    fn default() -> Self {
        Layout::new()
    }
}

impl Layout {
    /// An empty layout.
    pub fn new() -> Layout {
        let header = br#"{"imageLayoutVersion":"1.0.0"}"#;
        Layout {
            index: index(&[]),
            items: vec![("oci-layout".to_string(), header.to_vec())],
        }
    }

    /// Adds a blob; gives its descriptor.
    pub fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let descriptor = descriptor(media_type, bytes);
        self.put(&blob_path(&descriptor), bytes);
        descriptor
    }

    /// Adds a JSON document as a blob; gives its descriptor.
    pub fn document(&mut self, media_type: &str, document: &Value) -> Value {
        self.blob(media_type, written(document).as_bytes())
    }

    /// Lists a descriptor in `index.json`, under a name unless it is empty.
    pub fn list(&mut self, mut descriptor: Value, name: &str) {
        if !name.is_empty() {
            descriptor["annotations"]["org.opencontainers.image.ref.name"] = json!(name);
        }
        if let Some(entries) = self.index["manifests"].as_array_mut() {
            entries.push(descriptor);
        }
    }

    /// Writes or overwrites a file.
    pub fn put(&mut self, path: &str, bytes: &[u8]) {
        self.remove(path);
        self.items.push((path.to_string(), bytes.to_vec()));
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.items.retain(|(p, _)| p != path);
    }

    /// Takes the blob of a descriptor away.
    pub fn lose(&mut self, descriptor: &Value) {
        self.remove(&blob_path(descriptor));
    }

    /// All files, `index.json` included unless one was put by hand.
    pub fn all(&self) -> Vec<(String, Vec<u8>)> {
        let mut items = self.items.clone();
        if !items.iter().any(|(path, _)| path == "index.json") {
            let index = written(&self.index).into_bytes();
            items.push(("index.json".to_string(), index));
        }
        items
    }

    /// As a tar.
    pub fn tar(&self) -> Files {
        Files::tar("image.tar", &self.all())
    }

    /// As a folder.
    pub fn folder(&self) -> Files {
        Files::folder("image", self.all())
    }

    /// Adds an image with real config and layers; gives the manifest's descriptor, with its platform.
    pub fn image(&mut self, platform: (&str, &str), layers: &[Layer]) -> Value {
        let diff_ids: Vec<String> = layers.iter().map(|(_, _, tar)| sha256(tar)).collect();
        let config = self.document(mt::OCI_CONFIG, &image_config(platform, &diff_ids));
        let layers: Vec<Value> = layers
            .iter()
            .map(|(media_type, bytes, _)| self.blob(media_type, bytes))
            .collect();
        let mut entry = self.document(mt::OCI_MANIFEST, &manifest(config, &layers));
        entry["platform"] = object!({ "architecture": platform.1, "os": platform.0 });
        entry
    }
}

/// A right single-platform image in a layout, tagged `v1`.
pub fn good_layout() -> Layout {
    let mut layout = Layout::new();
    let manifest = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    layout.list(manifest, "v1");
    layout
}

/// A right docker-archive as `docker save` of Engine 24 writes it: config, one layer, `manifest.json`.
pub fn good_docker_archive() -> Vec<(String, Vec<u8>)> {
    let layer = tar::of(&[("hello", "hello")]);
    let config = written(&image_config(("linux", "amd64"), &[sha256(&layer)])).into_bytes();
    let config_name = config_name(&config);
    let manifest = object!([{ "Config": config_name, "RepoTags": ["example:v1"],
        "Layers": ["0123456789ab/layer.tar"] }]);
    vec![
        ("0123456789ab/layer.tar".to_string(), layer),
        (config_name, config),
        ("manifest.json".to_string(), written(&manifest).into_bytes()),
    ]
}

/// The name of a config in a docker-archive: its digest.
pub fn config_name(config: &[u8]) -> String {
    format!("{}.json", sha256(config).trim_start_matches("sha256:"))
}
