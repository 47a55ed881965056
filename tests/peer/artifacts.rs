//! Images right, wrong and odd, that real programs are given and our verdicts are held against: layouts, docker-archives
//! and files of neither kind. What a program makes of each is for its own test to find out; nothing is expected here.

use crate::kit::tar_entries::{self, dir, entry, file, hardlink, symlink};
use crate::kit::{Layout, cases, descriptor, gzip, manifest, sha256, tar, zstd};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

/// Files by path.
pub type Items = Vec<(String, Vec<u8>)>;

/// One thing to give to a program.
pub struct Artifact {
    /// What is particular about it, as a test names it. Unique.
    pub name: String,
    /// What it is made of.
    pub shape: Shape,
}

/// What an artifact is made of.
pub enum Shape {
    /// An image layout. What is listed in its `index.json` is meant to be what a registry would be asked for.
    Layout(Layout),
    /// A docker-archive.
    Archive(Items),
    /// A file, whatever it is.
    File(Vec<u8>),
}

impl Artifact {
    /// As one file: a tar of it, or the file itself.
    pub fn file(&self) -> Vec<u8> {
        match &self.shape {
            Shape::File(bytes) => bytes.clone(),
            Shape::Layout(layout) => tar(&layout.all()),
            Shape::Archive(items) => tar(items),
        }
    }

    /// As the files of a folder, where it is not one file by nature.
    pub fn items(&self) -> Option<Items> {
        match &self.shape {
            Shape::File(_) => None,
            Shape::Layout(layout) => Some(layout.all()),
            Shape::Archive(items) => Some(items.clone()),
        }
    }

    /// The layout, where it is one.
    pub fn layout(&self) -> Option<&Layout> {
        match &self.shape {
            Shape::Layout(layout) => Some(layout),
            _ => None,
        }
    }

    /// What a registry would hand out for it: its only root, where `index.json` lists exactly one.
    pub fn root(&self) -> Option<&Value> {
        match self.layout()?.index["manifests"].as_array()?.as_slice() {
            [root] => Some(root),
            _ => None,
        }
    }
}

/// One layer: media type, stored bytes, tar.
type Layer = (&'static str, Vec<u8>, Vec<u8>);
type Edit = Box<dyn Fn(&mut Value)>;
/// A place below the manifest, and what is done to the bytes of its blob.
type Spoiled = (&'static str, fn(&mut Vec<u8>));

/// An image with every part open to change. Untouched it is right: two gzip layers, linux/amd64.
struct Recipe {
    docker: bool,
    config_type: Option<&'static str>,
    type_of_manifest: Option<&'static str>,
    layers: Vec<Layer>,
    config: Edit,
    manifest: Edit,
    root: Edit,
    name: &'static str,
    /// Places below the manifest whose blobs are left out: `/config`, `/layers/1`.
    lost: &'static [&'static str],
    /// Places whose blobs get other bytes.
    changed: &'static [Spoiled],
}

/// Something that is done to each image of this name.
type Change = fn(&mut Recipe);

impl Recipe {
    fn new() -> Recipe {
        Recipe {
            docker: false,
            config_type: None,
            type_of_manifest: None,
            layers: vec![layer("etc/first", b"first"), layer("etc/second", b"second")],
            config: Box::new(|_| {}),
            manifest: Box::new(|_| {}),
            root: Box::new(|_| {}),
            name: "v1",
            lost: &[],
            changed: &[],
        }
    }

    fn make(&self) -> Layout {
        let mut layout = Layout::new();
        let root = self.add(&mut layout);
        layout.list(root, self.name);
        layout
    }

    /// Adds the image to a layout; gives the descriptor of its manifest.
    fn add(&self, layout: &mut Layout) -> Value {
        let diff_ids: Vec<String> = self.layers.iter().map(|(_, _, tar)| sha256(tar)).collect();
        let mut config = json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
            "rootfs": { "type": "layers", "diff_ids": diff_ids } });
        (self.config)(&mut config);
        let (config_type, manifest_type) = if self.docker {
            (mt::DOCKER_CONFIG, mt::DOCKER_MANIFEST)
        } else {
            (mt::OCI_CONFIG, mt::OCI_MANIFEST)
        };
        let config = layout.document(self.config_type.unwrap_or(config_type), &config);
        let layers: Vec<Value> = self
            .layers
            .iter()
            .map(|(media_type, stored, _)| layout.blob(media_type, stored))
            .collect();
        let mut document = manifest(config.clone(), &layers);
        document["mediaType"] = json!(manifest_type);
        (self.manifest)(&mut document);
        let part = |place: &str| match place {
            "/config" => config.clone(),
            place => layers[place["/layers/".len()..].parse::<usize>().unwrap()].clone(),
        };
        for place in self.lost {
            layout.lose(&part(place));
        }
        for (place, change) in self.changed {
            let path = blob_path(&part(place));
            let (_, bytes) = layout.items.iter_mut().find(|(p, _)| *p == path).unwrap();
            change(bytes);
        }
        let mut root = layout.document(self.type_of_manifest.unwrap_or(manifest_type), &document);
        root["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        (self.root)(&mut root);
        root
    }

    /// Makes every layer Docker's, and all else too.
    fn dockers(&mut self) {
        self.docker = true;
        for layer in &mut self.layers {
            layer.0 = mt::DOCKER_TAR_GZIP;
        }
    }
}

fn blob_path(descriptor: &Value) -> String {
    format!(
        "blobs/{}",
        descriptor["digest"].as_str().unwrap().replace(':', "/")
    )
}

fn layer(path: &str, bytes: &[u8]) -> Layer {
    let tar = tar(&[(path, bytes)]);
    (mt::OCI_TAR_GZIP, gzip(&tar), tar)
}

fn stored_as(media_type: &'static str, pack: fn(&[u8]) -> Vec<u8>) -> Vec<Layer> {
    let tar = tar(&[("etc/first", b"first")]);
    vec![(media_type, pack(&tar), tar)]
}

/// An image of one layer that is this tar.
fn of_tar(tar: Vec<u8>) -> Vec<Layer> {
    vec![(mt::OCI_TAR_GZIP, gzip(&tar), tar)]
}

const NO_DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Images that are changed in one place.
fn images() -> Vec<(&'static str, Change)> {
    vec![
        ("an OCI image", |_| {}),
        ("a Docker image", Recipe::dockers),
        ("no mediaType in the manifest", |r| {
            r.manifest = without("mediaType")
        }),
        ("no mediaType in a Docker manifest", |r| {
            r.dockers();
            r.manifest = without("mediaType");
        }),
        ("an OCI manifest that calls itself Docker's", |r| {
            r.manifest = set("/mediaType", json!(mt::DOCKER_MANIFEST));
        }),
        ("a Docker manifest that calls itself OCI's", |r| {
            r.dockers();
            r.manifest = set("/mediaType", json!(mt::OCI_MANIFEST));
        }),
        ("an OCI manifest that calls itself an index", |r| {
            r.manifest = set("/mediaType", json!(mt::OCI_INDEX));
        }),
        ("a manifest with `manifests`", |r| {
            r.manifest = set("/manifests", json!([]))
        }),
        ("a manifest with `fsLayers`", |r| {
            r.manifest = set("/fsLayers", json!([]))
        }),
        ("a manifest named as an index", |r| {
            r.type_of_manifest = Some(mt::OCI_INDEX)
        }),
        ("a manifest named as schema 1", |r| {
            r.type_of_manifest = Some(mt::DOCKER_SCHEMA1_SIGNED);
        }),
        ("a manifest named as JSON", |r| {
            r.type_of_manifest = Some("application/json")
        }),
        ("schemaVersion 1", |r| {
            r.manifest = set("/schemaVersion", json!(1))
        }),
        ("no schemaVersion", |r| {
            r.manifest = without("schemaVersion")
        }),
        ("Docker layers in an OCI manifest", |r| {
            for layer in &mut r.layers {
                layer.0 = mt::DOCKER_TAR_GZIP;
            }
        }),
        ("a Docker config in an OCI manifest", |r| {
            r.config_type = Some(mt::DOCKER_CONFIG)
        }),
        ("an OCI config in a Docker manifest", |r| {
            r.dockers();
            r.config_type = Some(mt::OCI_CONFIG);
        }),
        ("OCI layers in a Docker manifest", |r| r.docker = true),
        ("an empty config type", |r| r.config_type = Some("")),
        ("a config type of a chart", |r| {
            r.config_type = Some(mt::HELM_CONFIG)
        }),
        ("a config type of a plugin", |r| {
            r.dockers();
            r.config_type = Some("application/vnd.docker.plugin.v1+json");
        }),
        ("a config of plain JSON", |r| {
            r.config_type = Some("application/json")
        }),
        ("a config of the empty type", |r| {
            r.config_type = Some(mt::OCI_EMPTY)
        }),
        ("zstd layers", |r| {
            r.layers = stored_as(mt::OCI_TAR_ZSTD, zstd)
        }),
        ("Docker's zstd layers", |r| {
            r.docker = true;
            r.layers = stored_as(mt::DOCKER_TAR_ZSTD, zstd);
        }),
        ("zstd under gzip's type", |r| {
            r.layers = stored_as(mt::OCI_TAR_GZIP, zstd)
        }),
        ("gzip under zstd's type", |r| {
            r.layers = stored_as(mt::OCI_TAR_ZSTD, gzip)
        }),
        ("gzip under the plain type", |r| {
            r.layers = stored_as(mt::OCI_TAR, gzip)
        }),
        ("plain layers", |r| {
            r.layers = stored_as(mt::OCI_TAR, <[u8]>::to_vec)
        }),
        ("a plain tar under gzip's type", |r| {
            r.layers = stored_as(mt::OCI_TAR_GZIP, <[u8]>::to_vec);
        }),
        ("a plain tar under Docker's gzip type", |r| {
            r.docker = true;
            r.layers = stored_as(mt::DOCKER_TAR_GZIP, <[u8]>::to_vec);
        }),
        ("Docker's plain layers", |r| {
            r.docker = true;
            r.layers = stored_as(mt::DOCKER_TAR, <[u8]>::to_vec);
        }),
        ("a nondistributable layer", |r| {
            r.layers[1].0 = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
        }),
        ("a layer with an unknown suffix", |r| {
            r.layers[1].0 = "application/vnd.oci.image.layer.v1.tar+lz9";
        }),
        ("a layer of an unknown type", |r| {
            r.layers[1].0 = "application/vnd.example.data"
        }),
        ("a layer of no type", |r| r.layers[1].0 = ""),
        ("an encrypted type", |r| {
            r.layers[1].0 = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
        }),
        ("a wasm layer", |r| {
            r.layers = vec![("application/wasm", b"\0asm\x01\0\0\0".to_vec(), Vec::new())];
        }),
        ("no layers", |r| r.layers.clear()),
        ("`layers` that is null", |r| {
            r.layers.clear();
            r.manifest = set("/layers", json!(null));
        }),
        ("no `layers`", |r| {
            r.layers.clear();
            r.manifest = without("layers");
        }),
        ("the same layer twice", |r| {
            r.layers[1] = layer("etc/first", b"first")
        }),
        ("an empty tar as a layer", |r| {
            r.layers = of_tar(vec![0; 1024])
        }),
        ("a layer of no bytes", |r| {
            r.layers = vec![(mt::OCI_TAR, Vec::new(), Vec::new())];
        }),
        ("a gzip of no bytes as a layer", |r| {
            r.layers = of_tar(Vec::new())
        }),
        ("a layer that is text", |r| {
            r.layers = of_tar(b"this is no tar".to_vec())
        }),
        ("a layer of a block that is no header", |r| {
            r.layers = of_tar(vec![b'x'; 2048])
        }),
        ("a layer that is JSON under the plain type", |r| {
            r.layers = vec![(mt::OCI_TAR, b"{}".to_vec(), b"{}".to_vec())];
        }),
        ("a layer with folders and links", |r| {
            r.layers = of_tar(tar_entries::tar(&[
                dir("usr/"),
                dir("usr/bin/"),
                file("usr/bin/tool", b"tool"),
                symlink("bin", "usr/bin"),
                hardlink("usr/bin/other", "usr/bin/tool"),
            ]));
        }),
        ("a layer with a whiteout", |r| {
            r.layers[1] = layer("etc/.wh.first", b"");
        }),
        ("a layer with an opaque folder", |r| {
            r.layers[1] = layer("etc/.wh..wh..opq", b"")
        }),
        ("a hard link to nothing", |r| {
            r.layers = of_tar(tar_entries::tar(&[hardlink("one", "none")]));
        }),
        ("a file above the root", |r| {
            r.layers = of_tar(tar_entries::tar(&[file("../../etc/above", b"above")]));
        }),
        ("a path twice", |r| {
            r.layers = of_tar(tar_entries::tar(&[file("one", b"1"), file("one", b"22")]));
        }),
        ("a folder in the place of a file", |r| {
            r.layers = of_tar(tar_entries::tar(&[
                file("one", b"1"),
                dir("one/"),
                file("one/two", b"2"),
            ]));
        }),
        ("a fifo", |r| {
            r.layers = of_tar(tar_entries::tar(&[entry(b'6', "pipe")]))
        }),
        ("an entry of an unknown kind", |r| {
            r.layers = of_tar(tar_entries::tar(&[entry(b'Z', "odd"), file("one", b"1")]));
        }),
        ("a layer without an end marker", |r| {
            r.layers = of_tar(tar_entries::without_end(&[file("one", &[b'1'; 512])]));
        }),
        ("a layer that ends in a file", |r| {
            let mut tar = tar_entries::without_end(&[file("one", &[b'1'; 2000])]);
            tar.truncate(1024);
            r.layers = of_tar(tar);
        }),
        ("bytes after the tar", |r| {
            let mut tar = tar(&[("one", "1")]);
            tar.extend([7; 700]);
            r.layers = of_tar(tar);
        }),
        ("two gzip members", |r| {
            let tar = tar(&[("one", "1")]);
            let (a, b) = tar.split_at(700);
            r.layers = vec![(mt::OCI_TAR_GZIP, [gzip(a), gzip(b)].concat(), tar)];
        }),
        ("bytes after the gzip", |r| {
            r.layers[1].1.extend(b"more bytes")
        }),
        ("zeros after the gzip", |r| r.layers[1].1.extend([0; 64])),
        ("a gzip that ends early", |r| {
            let bytes = &mut r.layers[1].1;
            bytes.truncate(bytes.len() - 12);
        }),
        ("a gzip without its last four bytes", |r| {
            let bytes = &mut r.layers[1].1;
            bytes.truncate(bytes.len() - 4);
        }),
        ("a gzip with another checksum", |r| {
            let bytes = &mut r.layers[1].1;
            let at = bytes.len() - 6;
            bytes[at] ^= 1;
        }),
        ("the wrong diffID", |r| {
            r.config = set("/rootfs/diff_ids/1", json!(NO_DIGEST));
        }),
        ("diffIDs the other way round", |r| {
            r.config = Box::new(|config| {
                config["rootfs"]["diff_ids"]
                    .as_array_mut()
                    .unwrap()
                    .reverse();
            });
        }),
        ("one diffID too many", |r| {
            r.config = Box::new(|config| {
                config["rootfs"]["diff_ids"]
                    .as_array_mut()
                    .unwrap()
                    .push(json!(NO_DIGEST));
            });
        }),
        ("one diffID too few", |r| {
            r.config = Box::new(|config| {
                config["rootfs"]["diff_ids"].as_array_mut().unwrap().pop();
            });
        }),
        ("no diffIDs", |r| {
            r.config = set("/rootfs/diff_ids", json!([]))
        }),
        ("diffIDs that are a text", |r| {
            r.config = set("/rootfs/diff_ids", json!("none"))
        }),
        ("a diffID that is no digest", |r| {
            r.config = set("/rootfs/diff_ids/1", json!("second"))
        }),
        ("no rootfs", |r| r.config = without("rootfs")),
        ("`rootfs` that is null", |r| {
            r.config = set("/rootfs", json!(null))
        }),
        ("a rootfs of another type", |r| {
            r.config = set("/rootfs/type", json!("base"))
        }),
        ("a config of `{}`", |r| {
            r.config = Box::new(|config| *config = json!({}))
        }),
        ("a config that is an array", |r| {
            r.config = Box::new(|config| *config = json!([]))
        }),
        ("an architecture that is a number", |r| {
            r.config = set("/architecture", json!(64))
        }),
        ("a command that is a text", |r| {
            r.config = set("/config/Cmd", json!("/hello"))
        }),
        ("no os and architecture in the config", |r| {
            r.config = Box::new(|config| {
                config.as_object_mut().unwrap().remove("os");
                config.as_object_mut().unwrap().remove("architecture");
            });
        }),
        ("an image for arm64", |r| {
            r.config = set("/architecture", json!("arm64"));
            r.root = set("/platform/architecture", json!("arm64"));
        }),
        ("an image for arm64 that says nothing outside", |r| {
            r.config = set("/architecture", json!("arm64"));
            r.root = without("platform");
        }),
        ("an image for arm64 called amd64 outside", |r| {
            r.config = set("/architecture", json!("arm64"));
        }),
        ("an image for 386", |r| {
            r.config = set("/architecture", json!("386"));
            r.root = set("/platform/architecture", json!("386"));
        }),
        ("an image for amd64 v3", |r| {
            r.config = set("/variant", json!("v3"));
            r.root = set("/platform/variant", json!("v3"));
        }),
        ("an image for Windows", |r| {
            r.config = set("/os", json!("windows"));
            r.root = set("/platform/os", json!("windows"));
        }),
        ("an os in capitals", |r| {
            r.config = set("/os", json!("Linux"))
        }),
        ("no platform outside", |r| r.root = without("platform")),
        ("a lost config", |r| r.lost = &["/config"]),
        ("a lost layer", |r| r.lost = &["/layers/1"]),
        ("a config with other bytes", |r| {
            r.changed = &[("/config", |bytes| *bytes = br#"{"os":"linux"}"#.to_vec())];
        }),
        ("a layer with other bytes of its size", |r| {
            r.changed = &[("/layers/1", |bytes| {
                let at = bytes.len() / 2;
                bytes[at] ^= 1;
            })];
        }),
        ("a layer with a byte more", |r| {
            r.changed = &[("/layers/1", |bytes| bytes.push(0))]
        }),
        ("a layer with a byte less", |r| {
            r.changed = &[("/layers/1", |bytes| {
                bytes.pop();
            })];
        }),
        ("a layer size that is too large", |r| {
            r.manifest = add("/layers/1/size", 1)
        }),
        ("a layer size that is too small", |r| {
            r.manifest = add("/layers/1/size", -1)
        }),
        ("a layer size that is a text", |r| {
            r.manifest = set("/layers/1/size", json!("12"))
        }),
        ("a layer size below zero", |r| {
            r.manifest = set("/layers/1/size", json!(-1))
        }),
        ("no layer size", |r| {
            r.manifest = set("/layers/1/size", json!(null))
        }),
        ("a config size that is too large", |r| {
            r.manifest = add("/config/size", 1)
        }),
        ("a config size that is too small", |r| {
            r.manifest = add("/config/size", -1)
        }),
        ("a manifest size that is too large", |r| {
            r.root = add("/size", 1)
        }),
        ("a manifest size that is too small", |r| {
            r.root = add("/size", -1)
        }),
        ("a manifest digest of nothing", |r| {
            r.root = set("/digest", json!(NO_DIGEST))
        }),
        ("a digest in capitals", |r| {
            r.manifest = Box::new(|m| {
                let digest = m["layers"][1]["digest"].as_str().unwrap().to_uppercase();
                m["layers"][1]["digest"] = json!(digest.replace("SHA256", "sha256"));
            });
        }),
        ("a digest without its algorithm", |r| {
            r.manifest = Box::new(|m| {
                let digest = m["layers"][1]["digest"]
                    .as_str()
                    .unwrap()
                    .replace("sha256:", "");
                m["layers"][1]["digest"] = json!(digest);
            });
        }),
        ("a digest cut short", |r| {
            r.manifest = set("/layers/1/digest", json!("sha256:0123abc"));
        }),
        ("a digest of an unknown algorithm", |r| {
            r.manifest = set(
                "/layers/1/digest",
                json!("md5:d41d8cd98f00b204e9800998ecf8427e"),
            );
        }),
        ("an empty config digest", |r| {
            r.manifest = set("/config/digest", json!(""))
        }),
        ("no config", |r| r.manifest = without("config")),
        ("`layers` that is an object", |r| {
            r.manifest = set("/layers", json!({}))
        }),
        ("a manifest with an artifactType", |r| {
            r.manifest = set("/artifactType", json!("application/vnd.example.thing"));
        }),
        ("a manifest with a subject", |r| {
            r.manifest = set("/subject", descriptor(mt::OCI_MANIFEST, b"{}"));
        }),
        ("no tag", |r| r.name = ""),
        ("a whole reference as its tag", |r| {
            r.name = "docker.io/library/peer:v1"
        }),
        ("a reference with capitals as its tag", |r| {
            r.name = "example.com/Peer:v1"
        }),
        ("a tag of odd characters", |r| r.name = "a b+c"),
        ("a name for containerd", |r| {
            r.root = set(
                "/annotations",
                json!({ "io.containerd.image.name": "docker.io/library/peer:v2" }),
            );
        }),
        ("an image with an empty layer in its history", |r| {
            r.config = set(
                "/history",
                json!([{ "created_by": "one" }, { "created_by": "CMD", "empty_layer": true }, { "created_by": "two" }]),
            );
        }),
        ("a history that is too short", |r| {
            r.config = set("/history", json!([{ "created_by": "one" }]));
        }),
        ("a creation time that is none", |r| {
            r.config = set("/created", json!("yesterday"))
        }),
    ]
}

fn set(pointer: &'static str, value: Value) -> Edit {
    Box::new(move |document| {
        let (above, key) = pointer.rsplit_once('/').unwrap();
        let above = document.pointer_mut(above).unwrap();
        match above.as_array_mut() {
            Some(array) => array[key.parse::<usize>().unwrap()] = value.clone(),
            None => above[key] = value.clone(),
        }
    })
}

fn without(key: &'static str) -> Edit {
    Box::new(move |document| {
        document.as_object_mut().unwrap().remove(key).unwrap();
    })
}

fn add(pointer: &'static str, by: i64) -> Edit {
    Box::new(move |document| {
        let number = document.pointer_mut(pointer).unwrap();
        *number = json!(number.as_i64().unwrap() + by);
    })
}

/// An image for a platform, its file holding the platform's name.
fn image_for(layout: &mut Layout, os: &str, architecture: &str, variant: &str) -> Value {
    let name = format!("{os}/{architecture}/{variant}");
    let mut recipe = Recipe::new();
    recipe.layers = vec![layer("etc/platform", name.as_bytes())];
    let mut platform = json!({ "architecture": architecture, "os": os });
    if !variant.is_empty() {
        platform["variant"] = json!(variant);
    }
    let inside = platform.clone();
    recipe.config = Box::new(move |config| {
        for (key, value) in inside.as_object().unwrap() {
            config[key] = value.clone();
        }
    });
    recipe.root = Box::new(move |root| root["platform"] = platform.clone());
    recipe.add(layout)
}

/// An index of images for these platforms, tagged `v1`.
fn index_of(
    platforms: &[(&str, &str, &str)],
    edit: impl FnOnce(&mut Layout, &mut Value),
) -> Layout {
    let mut layout = Layout::new();
    let entries: Vec<Value> = platforms
        .iter()
        .map(|(os, architecture, variant)| image_for(&mut layout, os, architecture, variant))
        .collect();
    let mut index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    edit(&mut layout, &mut index);
    let media_type = index["as"].as_str().unwrap_or(mt::OCI_INDEX).to_string();
    index.as_object_mut().unwrap().remove("as");
    let root = layout.document(&media_type, &index);
    layout.list(root, "v1");
    layout
}

const AMD64: (&str, &str, &str) = ("linux", "amd64", "");
const ARM64: (&str, &str, &str) = ("linux", "arm64", "v8");

/// Layouts with an index, or with other than one thing in them.
fn layouts() -> Vec<(&'static str, Layout)> {
    let two = [ARM64, AMD64];
    let lose = |layout: &mut Layout, index: &Value, entry: usize| {
        let lost = index["manifests"][entry].clone();
        layout.lose(&lost);
    };
    vec![
        ("an index of two platforms", index_of(&two, |_, _| {})),
        (
            "an index without amd64",
            index_of(&[ARM64, ("linux", "s390x", "")], |_, _| {}),
        ),
        (
            "an index of 386 alone",
            index_of(&[("linux", "386", "")], |_, _| {}),
        ),
        (
            "an index of amd64 v2 and v1",
            index_of(
                &[("linux", "amd64", "v2"), ("linux", "amd64", "v1")],
                |_, _| {},
            ),
        ),
        (
            "an index of arm variants",
            index_of(
                &[
                    ("linux", "arm", "v6"),
                    ("linux", "arm", "v7"),
                    ("linux", "arm", "v5"),
                ],
                |_, _| {},
            ),
        ),
        ("an index of nothing", index_of(&[], |_, _| {})),
        (
            "an index without its other platform",
            index_of(&two, |layout, index| lose(layout, index, 0)),
        ),
        (
            "an index without amd64's manifest",
            // A platform of its own, so that no other artifact brings what is lost here.
            index_of(&[ARM64, ("linux", "amd64", "v1")], |layout, index| {
                lose(layout, index, 1)
            }),
        ),
        (
            "an index whose entries have no platform",
            index_of(&two, |_, index| {
                for entry in index["manifests"].as_array_mut().unwrap() {
                    entry.as_object_mut().unwrap().remove("platform");
                }
            }),
        ),
        (
            "an index without mediaType",
            index_of(&two, |_, index| {
                index.as_object_mut().unwrap().remove("mediaType");
            }),
        ),
        (
            "an index that calls itself a manifest",
            index_of(&two, |_, index| {
                index["mediaType"] = json!(mt::OCI_MANIFEST)
            }),
        ),
        (
            "an index that calls itself Docker's list",
            index_of(&two, |_, index| index["mediaType"] = json!(mt::DOCKER_LIST)),
        ),
        (
            "a Docker list",
            index_of(&two, |_, index| {
                index["mediaType"] = json!(mt::DOCKER_LIST);
                index["as"] = json!(mt::DOCKER_LIST);
            }),
        ),
        (
            "an index with `layers`",
            index_of(&two, |_, index| index["layers"] = json!([])),
        ),
        (
            "an index named as a manifest",
            index_of(&two, |_, index| index["as"] = json!(mt::OCI_MANIFEST)),
        ),
        (
            "an index in an index",
            index_of(&two, |layout, index| {
                let inner = layout.document(mt::OCI_INDEX, index);
                index["manifests"] = json!([inner]);
            }),
        ),
        ("an image with its attestation", cases::buildx_index()),
        ("a Flux artifact", cases::flux_one()),
        ("a wasm plugin", cases::higress_right()),
        ("an artifact of the empty layer", cases::higress_empty()),
        ("two images", {
            let mut layout = Recipe::new().make();
            let other = image_for(&mut layout, "linux", "amd64", "");
            layout.list(other, "v2");
            layout
        }),
        ("one tag twice", {
            let mut layout = Recipe::new().make();
            let other = image_for(&mut layout, "linux", "amd64", "");
            layout.list(other, "v1");
            layout
        }),
        ("nothing listed", Layout::new()),
        ("`oci-layout` of another version", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", br#"{"imageLayoutVersion":"1.1.0"}"#);
            layout
        }),
        ("`oci-layout` that is no JSON", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", b"1.0.0");
            layout
        }),
        ("`oci-layout` without a version", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", b"{}");
            layout
        }),
        ("no `oci-layout`", {
            let mut layout = Recipe::new().make();
            layout.remove("oci-layout");
            layout
        }),
        ("`index.json` that is cut", {
            let mut layout = Recipe::new().make();
            let text = layout.index.to_string();
            layout.put("index.json", &text.as_bytes()[..text.len() - 20]);
            layout
        }),
        ("`index.json` that is an array", {
            let mut layout = Recipe::new().make();
            layout.put("index.json", b"[]");
            layout
        }),
        ("a manifest that is no JSON", {
            let mut layout = Layout::new();
            let root = layout.blob(mt::OCI_MANIFEST, b"<html>not found</html>");
            layout.list(root, "v1");
            layout
        }),
        ("what Docker 25 saves", saved_by_docker_25()),
    ]
}

/// A layout with `manifest.json` beside `index.json`.
fn saved_by_docker_25() -> Layout {
    let mut layout = Layout::new();
    let mut recipe = Recipe::new();
    let tar = tar(&[("etc/first", b"first")]);
    recipe.layers = vec![(mt::OCI_TAR, tar.clone(), tar)];
    let root = recipe.add(&mut layout);
    let (_, bytes) = layout
        .items
        .iter()
        .find(|(path, _)| *path == blob_path(&root))
        .unwrap();
    let document: Value = serde_json::from_slice(bytes).unwrap();
    let list = json!([{ "Config": blob_path(&document["config"]), "RepoTags": ["example.com/peer:v1"],
        "Layers": [blob_path(&document["layers"][0])] }]);
    layout.put("manifest.json", list.to_string().as_bytes());
    layout.list(root, "v1");
    layout
}

/// A right docker-archive of two layers.
struct Docker {
    list: Value,
    config: Value,
    layers: Items,
}

impl Docker {
    fn new() -> Docker {
        let (one, two) = (
            tar(&[("etc/first", "first")]),
            tar(&[("etc/second", "second")]),
        );
        Docker {
            list: json!([{ "Config": "config.json", "RepoTags": ["example.com/peer:v1"],
                "Layers": ["one/layer.tar", "two/layer.tar"] }]),
            config: json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
                "rootfs": { "type": "layers", "diff_ids": [sha256(&one), sha256(&two)] } }),
            layers: vec![
                ("one/layer.tar".to_string(), one),
                ("two/layer.tar".to_string(), two),
            ],
        }
    }

    fn items(&self) -> Items {
        let mut items = self.layers.clone();
        for (path, document) in [("config.json", &self.config), ("manifest.json", &self.list)] {
            items.push((path.to_string(), document.to_string().into_bytes()));
        }
        items
    }
}

fn archives() -> Vec<(&'static str, Items)> {
    let made = |change: fn(&mut Docker)| {
        let mut docker = Docker::new();
        change(&mut docker);
        docker.items()
    };
    let put = |path: &str, bytes: &[u8]| {
        let mut items = Docker::new().items();
        items.retain(|(known, _)| known != path);
        items.push((path.to_string(), bytes.to_vec()));
        items
    };
    let drop = |path: &str| {
        let mut items = Docker::new().items();
        items.retain(|(known, _)| known != path);
        items
    };
    vec![
        ("a docker-archive", made(|_| {})),
        (
            "a docker-archive without tags",
            made(|d| d.list[0]["RepoTags"] = json!(null)),
        ),
        (
            "a docker-archive with two tags",
            made(|d| {
                d.list[0]["RepoTags"] = json!(["example.com/peer:v1", "example.com/other:v2"])
            }),
        ),
        (
            "a docker-archive with a name and no tag",
            made(|d| d.list[0]["RepoTags"] = json!(["example.com/peer"])),
        ),
        (
            "a docker-archive with a tag in capitals",
            made(|d| d.list[0]["RepoTags"] = json!(["Example/Peer:v1"])),
        ),
        (
            "a docker-archive with a digest for a tag",
            made(|d| d.list[0]["RepoTags"] = json!([format!("example.com/peer@{NO_DIGEST}")])),
        ),
        (
            "a docker-archive with an empty tag",
            made(|d| d.list[0]["RepoTags"] = json!([""])),
        ),
        (
            "a docker-archive that names a lost layer",
            drop("two/layer.tar"),
        ),
        ("a docker-archive without its config", drop("config.json")),
        (
            "a docker-archive without `manifest.json`",
            drop("manifest.json"),
        ),
        (
            "a docker-archive with one layer too few",
            made(|d| d.list[0]["Layers"] = json!(["one/layer.tar"])),
        ),
        (
            "a docker-archive with its layers the other way round",
            made(|d| d.list[0]["Layers"] = json!(["two/layer.tar", "one/layer.tar"])),
        ),
        (
            "a docker-archive without `Layers`",
            made(|d| d.list[0]["Layers"] = json!(null)),
        ),
        (
            "a docker-archive without `Config`",
            made(|d| d.list[0]["Config"] = json!(null)),
        ),
        (
            "a docker-archive with an unclean path",
            made(|d| d.list[0]["Layers"] = json!(["./one/layer.tar", "two/layer.tar"])),
        ),
        (
            "a docker-archive with its image twice",
            made(|d| {
                let image = d.list[0].clone();
                d.list.as_array_mut().unwrap().push(image);
            }),
        ),
        (
            "a docker-archive with another diffID",
            made(|d| {
                d.config["rootfs"]["diff_ids"][1] = json!(NO_DIGEST);
            }),
        ),
        (
            "a docker-archive whose config has no rootfs",
            made(|d| {
                d.config.as_object_mut().unwrap().remove("rootfs");
            }),
        ),
        (
            "a docker-archive for arm64",
            made(|d| d.config["architecture"] = json!("arm64")),
        ),
        (
            "a docker-archive for Windows",
            made(|d| d.config["os"] = json!("windows")),
        ),
        (
            "a docker-archive for no platform",
            made(|d| {
                d.config.as_object_mut().unwrap().remove("os");
                d.config.as_object_mut().unwrap().remove("architecture");
            }),
        ),
        (
            "a docker-archive with gzip layers",
            made(|d| {
                for (_, bytes) in &mut d.layers {
                    *bytes = gzip(bytes);
                }
            }),
        ),
        (
            "a docker-archive with zstd layers",
            made(|d| {
                for (_, bytes) in &mut d.layers {
                    *bytes = zstd(bytes);
                }
            }),
        ),
        (
            "a docker-archive with a layer of text",
            made(|d| d.layers[1].1 = b"no tar".to_vec()),
        ),
        (
            "a docker-archive with an empty layer file",
            made(|d| d.layers[1].1.clear()),
        ),
        (
            "`manifest.json` of an empty list",
            made(|d| d.list = json!([])),
        ),
        (
            "`manifest.json` that is null",
            made(|d| d.list = json!(null)),
        ),
        (
            "`manifest.json` that is an object",
            made(|d| d.list = json!({})),
        ),
        ("`manifest.json` of a number", made(|d| d.list = json!([1]))),
        (
            "`manifest.json` that is no JSON",
            put("manifest.json", b"[{\"Config\":"),
        ),
        ("a config that is no JSON", put("config.json", b"{\"os\":")),
        ("a config that is a list", put("config.json", b"[]")),
        ("an image of Docker before 1.10", {
            let layer = tar(&[("etc/first", "first")]);
            vec![
                ("0123/VERSION".to_string(), b"1.0".to_vec()),
                (
                    "0123/json".to_string(),
                    br#"{"id":"0123","os":"linux"}"#.to_vec(),
                ),
                ("0123/layer.tar".to_string(), layer),
                (
                    "repositories".to_string(),
                    br#"{"peer":{"v1":"0123"}}"#.to_vec(),
                ),
            ]
        }),
        (
            "a file system",
            vec![
                ("etc/hostname".to_string(), b"here".to_vec()),
                ("bin/tool".to_string(), b"tool".to_vec()),
            ],
        ),
        ("a docker-archive in a folder", {
            let items = Docker::new().items();
            items
                .into_iter()
                .map(|(path, bytes)| (format!("image/{path}"), bytes))
                .collect()
        }),
    ]
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let docker = tar(&Docker::new().items());
    let layout = tar(&Recipe::new().make().all());
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let linked = {
        let docker = Docker::new();
        let mut entries = vec![
            dir("one/"),
            file("one/layer.tar", &docker.layers[0].1),
            dir("two/"),
            file("three.tar", &docker.layers[1].1),
            symlink("two/layer.tar", "../three.tar"),
        ];
        entries.push(file("config.json", docker.config.to_string().as_bytes()));
        entries.push(file("manifest.json", docker.list.to_string().as_bytes()));
        entries
    };
    let mut dangling = linked.clone();
    dangling.remove(3);
    vec![
        ("a docker-archive in gzip", gzip(&docker)),
        ("a docker-archive in zstd", zstd(&docker)),
        ("a layout in gzip", gzip(&layout)),
        ("a layout in zstd", zstd(&layout)),
        ("a docker-archive that is cut off", cut(&docker, 3000)),
        ("a docker-archive without an end marker", cut(&docker, 1024)),
        ("a layout that is cut off", cut(&layout, 1800)),
        ("a docker-archive in gzip that is cut off", {
            let packed = gzip(&docker);
            cut(&packed, packed.len() / 2)
        }),
        (
            "a docker-archive with a linked layer",
            tar_entries::tar(&linked),
        ),
        (
            "a docker-archive with a link to nothing",
            tar_entries::tar(&dangling),
        ),
        ("a docker-archive with `./` before its paths", {
            let items: Vec<(String, Vec<u8>)> = Docker::new().items();
            let entries: Vec<_> = items
                .iter()
                .map(|(path, bytes)| file(format!("./{path}"), bytes))
                .collect();
            tar_entries::tar(&entries)
        }),
        ("an empty file", Vec::new()),
        ("an empty tar", vec![0; 1024]),
        ("a text", b"this is no archive\n".repeat(60)),
        ("a page", b"<!DOCTYPE html><html></html>".to_vec()),
    ]
}

/// All of them: about two hundred.
pub fn all() -> Vec<Artifact> {
    let made = images().into_iter().map(|(name, change)| {
        let mut recipe = Recipe::new();
        change(&mut recipe);
        (name, Shape::Layout(recipe.make()))
    });
    made.chain(layouts().into_iter().map(|(n, l)| (n, Shape::Layout(l))))
        .chain(archives().into_iter().map(|(n, a)| (n, Shape::Archive(a))))
        .chain(files().into_iter().map(|(n, f)| (n, Shape::File(f))))
        .map(|(name, shape)| Artifact {
            name: name.to_string(),
            shape,
        })
        .collect()
}
