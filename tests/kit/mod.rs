//! Builds images, layouts and archives in memory, right or wrong on purpose, and hands them to the checker.
//! Shared by the unit tests of the library and by the tests beside it; no line of it ships.
#![allow(dead_code)] // each test binary uses its own part

pub mod artifacts;
pub mod cases;
pub mod hostile;
pub mod tar_entries;

use pullcheck::artifact::Inventory;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::Memory;
use pullcheck::consumers::{Choices, Question};
use pullcheck::report::{Report, Verdict};
use pullcheck::session::{Given, GivenFile, Session, Step};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;

/// Something to give to the checker.
#[derive(Clone, Debug)]
pub struct Files {
    /// Name of the file or folder.
    pub name: String,
    /// How it is given: `File`, `Folder`, `Files` or `Pasted`.
    pub packaging: Packaging,
    /// Paths and bytes.
    pub items: Vec<(String, Vec<u8>)>,
}

impl Files {
    /// One file.
    pub fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Files {
        Files {
            name: name.to_string(),
            packaging: Packaging::File,
            items: vec![(name.to_string(), bytes.into())],
        }
    }

    /// Text that is pasted.
    pub fn pasted(text: impl Into<String>) -> Files {
        Files {
            name: "pasted".to_string(),
            packaging: Packaging::Pasted,
            items: vec![("pasted".to_string(), text.into().into_bytes())],
        }
    }

    /// A folder.
    pub fn folder(name: &str, items: Vec<(String, Vec<u8>)>) -> Files {
        Files {
            name: name.to_string(),
            packaging: Packaging::Folder,
            items,
        }
    }

    /// Several loose files.
    pub fn loose(items: Vec<(String, Vec<u8>)>) -> Files {
        Files {
            name: "files".to_string(),
            packaging: Packaging::Files,
            items,
        }
    }

    /// A tar of these items, as one file.
    pub fn tar(name: &str, items: &[(String, Vec<u8>)]) -> Files {
        Files::file(name, tar_of(items))
    }

    /// As a host gives it to a session.
    pub fn given(&self) -> Given {
        Given {
            name: self.name.clone(),
            packaging: self.packaging,
            files: self
                .items
                .iter()
                .map(|(path, bytes)| GivenFile {
                    path: path.clone(),
                    source: Box::new(Memory(bytes.clone())),
                })
                .collect(),
        }
    }

    /// The final report.
    pub fn report(&self) -> Report {
        Session::new(self.given(), Vec::new()).run()
    }

    /// The final report, the consumers set so.
    pub fn report_with(&self, choices: Choices) -> Report {
        Session::new(self.given(), Vec::new())
            .with_choices(choices)
            .run()
    }

    /// The final report, and the model that it was judged from.
    pub fn report_and_inventory(&self) -> (Report, Inventory) {
        let mut session = Session::new(self.given(), Vec::new());
        loop {
            if let Step::Done(report) = session.step() {
                return (*report, session.inventory().clone());
            }
        }
    }

    /// The final report when only these consumers are asked: `ID` or `ID@VERSION`.
    pub fn ask(&self, consumers: &[&str]) -> Report {
        let questions = consumers
            .iter()
            .map(|text| Question::read(text).unwrap_or_else(|e| panic!("{text}: {e:?}")))
            .collect();
        Session::new(self.given(), questions).run()
    }

    /// The only verdict when one consumer of one version is asked about a single artifact.
    pub fn verdict(&self, consumer: &str) -> Verdict {
        let mut verdicts = self.ask(&[consumer]).verdicts;
        assert_eq!(verdicts.len(), 1, "{consumer}: {verdicts:#?}");
        verdicts.remove(0)
    }
}

/// `sha256:<hex>` of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("sha256:{hex}")
}

/// A gzip stream without name and time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    zstd_safe::compress(&mut out, bytes, 3).unwrap();
    out
}

/// A tar of regular files, reproducible.
pub fn tar<N: AsRef<str>, B: AsRef<[u8]>>(items: &[(N, B)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in items {
        let bytes = bytes.as_ref();
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        builder
            .append_data(&mut header, name.as_ref(), bytes)
            .unwrap();
    }
    builder.into_inner().unwrap()
}

fn tar_of(items: &[(String, Vec<u8>)]) -> Vec<u8> {
    tar(items)
}

/// The smallest WebAssembly core module.
pub const WASM_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A descriptor of some bytes.
pub fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": sha256(bytes), "size": bytes.len() })
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
        Layout {
            index: json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [] }),
            items: vec![(
                "oci-layout".to_string(),
                br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec(),
            )],
        }
    }

    /// Adds a blob; gives its descriptor.
    pub fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let path = format!("blobs/{}", sha256(bytes).replace(':', "/"));
        self.put(&path, bytes);
        descriptor(media_type, bytes)
    }

    /// Adds a JSON document as a blob; gives its descriptor.
    pub fn document(&mut self, media_type: &str, document: &Value) -> Value {
        self.blob(media_type, document.to_string().as_bytes())
    }

    /// Lists a descriptor in `index.json`, under a name unless it is empty.
    pub fn list(&mut self, mut descriptor: Value, name: &str) {
        if !name.is_empty() {
            descriptor["annotations"]["org.opencontainers.image.ref.name"] = json!(name);
        }
        self.index["manifests"]
            .as_array_mut()
            .unwrap()
            .push(descriptor);
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
        let digest = descriptor["digest"].as_str().unwrap();
        self.remove(&format!("blobs/{}", digest.replace(':', "/")));
    }

    /// All files, `index.json` included unless one was put by hand.
    pub fn all(&self) -> Vec<(String, Vec<u8>)> {
        let mut items = self.items.clone();
        if !items.iter().any(|(p, _)| p == "index.json") {
            items.push((
                "index.json".to_string(),
                self.index.to_string().into_bytes(),
            ));
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
    /// Layers are `(media type, stored bytes, uncompressed tar)`.
    pub fn image(&mut self, platform: (&str, &str), layers: &[(&str, Vec<u8>, Vec<u8>)]) -> Value {
        let diff_ids: Vec<String> = layers.iter().map(|(_, _, tar)| sha256(tar)).collect();
        let (os, architecture) = platform;
        let config = self.document(
            mt::OCI_CONFIG,
            &json!({ "architecture": architecture, "os": os,
                "config": { "Cmd": ["/hello"] },
                "rootfs": { "type": "layers", "diff_ids": diff_ids } }),
        );
        let layers: Vec<Value> = layers
            .iter()
            .map(|(t, bytes, _)| self.blob(t, bytes))
            .collect();
        let mut manifest = self.document(mt::OCI_MANIFEST, &manifest(config, &layers));
        manifest["platform"] = json!({ "architecture": architecture, "os": os });
        manifest
    }
}

/// An OCI manifest document.
pub fn manifest(config: Value, layers: &[Value]) -> Value {
    json!({ "schemaVersion": 2, "mediaType": mt::OCI_MANIFEST, "config": config, "layers": layers })
}

/// A gzip layer of one small file, as [`Layout::image`] wants it.
pub fn gzip_layer(name: &str, bytes: &[u8]) -> (&'static str, Vec<u8>, Vec<u8>) {
    let tar = tar(&[(name, bytes)]);
    (mt::OCI_TAR_GZIP, gzip(&tar), tar)
}

/// A zstd layer of one small file, as [`Layout::image`] wants it.
pub fn zstd_layer(name: &str, bytes: &[u8]) -> (&'static str, Vec<u8>, Vec<u8>) {
    let tar = tar(&[(name, bytes)]);
    (mt::OCI_TAR_ZSTD, zstd(&tar), tar)
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
    let layer = tar(&[("hello", "hello")]);
    let config = json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": [sha256(&layer)] } })
    .to_string()
    .into_bytes();
    let config_name = format!("{}.json", sha256(&config).trim_start_matches("sha256:"));
    let manifest = json!([{ "Config": config_name, "RepoTags": ["example:v1"],
        "Layers": ["0123456789ab/layer.tar"] }]);
    vec![
        ("0123456789ab/layer.tar".to_string(), layer),
        (config_name, config),
        (
            "manifest.json".to_string(),
            manifest.to_string().into_bytes(),
        ),
    ]
}
