//! Images of one manifest in a layout, each changed in one place.

use crate::kit::tar_entries::{self, dir, entry, file, hardlink, symlink};
use crate::kit::{Layout, descriptor, gzip, manifest, sha256, tar, zstd};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

/// One layer: media type, stored bytes, tar.
pub(super) type Layer = (&'static str, Vec<u8>, Vec<u8>);
pub(super) type Edit = Box<dyn Fn(&mut Value)>;
/// A place below the manifest, and what is done to the bytes of its blob.
pub(super) type Spoiled = (&'static str, fn(&mut Vec<u8>));

/// An image with every part open to change. Untouched it is right: two gzip layers, linux/amd64.
pub(super) struct Recipe {
    pub(super) docker: bool,
    pub(super) config_type: Option<&'static str>,
    pub(super) type_of_manifest: Option<&'static str>,
    pub(super) layers: Vec<Layer>,
    pub(super) config: Edit,
    pub(super) manifest: Edit,
    pub(super) root: Edit,
    pub(super) name: &'static str,
    /// Places below the manifest whose blobs are left out: `/config`, `/layers/1`.
    pub(super) lost: &'static [&'static str],
    /// Places whose blobs get other bytes.
    pub(super) changed: &'static [Spoiled],
}

/// Something that is done to each image of this name.
pub(super) type Change = fn(&mut Recipe);

impl Recipe {
    pub(super) fn new() -> Recipe {
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

    pub(super) fn make(&self) -> Layout {
        let mut layout = Layout::new();
        let root = self.add(&mut layout);
        layout.list(root, self.name);
        layout
    }

    /// Adds the image to a layout; gives the descriptor of its manifest.
    pub(super) fn add(&self, layout: &mut Layout) -> Value {
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

pub(super) fn blob_path(descriptor: &Value) -> String {
    format!(
        "blobs/{}",
        descriptor["digest"].as_str().unwrap().replace(':', "/")
    )
}

pub(super) fn layer(path: &str, bytes: &[u8]) -> Layer {
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

pub(super) const NO_DIGEST: &str =
    "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Images that are changed in one place.
pub(super) fn all() -> Vec<(&'static str, Change)> {
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
        ("a layer that is null", |r| {
            r.manifest = Box::new(|m| m["layers"].as_array_mut().unwrap().push(json!(null)));
        }),
        ("a layer that is a number", |r| {
            r.manifest = Box::new(|m| m["layers"].as_array_mut().unwrap().push(json!(7)));
        }),
        ("a config that is a text in the manifest", |r| {
            r.manifest = set("/config", json!("config"))
        }),
        ("a schemaVersion that is a text", |r| {
            r.manifest = set("/schemaVersion", json!("2"))
        }),
        ("a mediaType that is a number", |r| {
            r.manifest = set("/mediaType", json!(7))
        }),
        ("a layer type that is a number", |r| {
            r.manifest = set("/layers/1/mediaType", json!(7))
        }),
        ("a layer digest that is a number", |r| {
            r.manifest = set("/layers/1/digest", json!(7))
        }),
        ("a size with a fraction", |r| {
            r.manifest = set("/layers/1/size", json!(1.5))
        }),
        ("annotations that are a list", |r| {
            r.manifest = set("/annotations", json!([]))
        }),
        ("an annotation that is a number", |r| {
            r.manifest = set("/annotations", json!({ "one": 1 }))
        }),
        ("an annotation of a layer that is a number", |r| {
            r.manifest = set("/layers/1/annotations", json!({ "one": 1 }))
        }),
        ("URLs that are a text", |r| {
            r.manifest = set("/layers/1/urls", json!("https://example.com"))
        }),
        ("a platform that is a text", |r| {
            r.manifest = set("/config/platform", json!("linux/amd64"))
        }),
        ("a platform outside that is a text", |r| {
            r.root = set("/platform", json!("linux/amd64"))
        }),
        ("a size outside that is a text", |r| {
            r.root = set("/size", json!("12"))
        }),
        ("an annotation outside that is a number", |r| {
            r.root = set("/annotations", json!({ "one": 1 }))
        }),
        ("an artifactType that is a number", |r| {
            r.manifest = set("/artifactType", json!(7))
        }),
        ("a subject that is a text", |r| {
            r.manifest = set("/subject", json!("subject"))
        }),
        ("data that is no Base64", |r| {
            r.manifest = set("/config/data", json!("e30"))
        }),
        ("two wrong types", |r| {
            r.manifest = Box::new(|m| {
                m["layers"][0]["size"] = json!("1");
                m["config"]["size"] = json!(true);
            });
        }),
        ("`Layers` for `layers`", |r| {
            r.manifest = Box::new(|m| {
                let layers = m.as_object_mut().unwrap().remove("layers").unwrap();
                m["Layers"] = layers;
            });
        }),
        ("diffIDs of numbers", |r| {
            r.config = set("/rootfs/diff_ids", json!([1, 2]))
        }),
        ("a diffID that is null", |r| {
            r.config = set("/rootfs/diff_ids/1", json!(null))
        }),
        ("diffIDs that are an object", |r| {
            r.config = set("/rootfs/diff_ids", json!({}))
        }),
        ("a rootfs that is a text", |r| {
            r.config = set("/rootfs", json!("layers"))
        }),
        ("a rootfs type that is a number", |r| {
            r.config = set("/rootfs/type", json!(7))
        }),
        ("an os that is a number", |r| {
            r.config = set("/os", json!(7))
        }),
        ("an author that is a number", |r| {
            r.config = set("/author", json!(7))
        }),
        ("a history that is an object", |r| {
            r.config = set("/history", json!({}))
        }),
        ("a history of texts", |r| {
            r.config = set("/history", json!(["one", "two"]))
        }),
        ("an empty_layer that is a text", |r| {
            r.config = set("/history", json!([{ "empty_layer": "true" }]))
        }),
        ("a creation time that is a number", |r| {
            r.config = set("/created", json!(7))
        }),
        ("a creation time in a history that is none", |r| {
            r.config = set("/history", json!([{ "created": "yesterday" }, {}]))
        }),
        ("settings that are a list", |r| {
            r.config = set("/config", json!([]))
        }),
        ("settings that are null", |r| {
            r.config = set("/config", json!(null))
        }),
        ("an environment that is an object", |r| {
            r.config = set("/config/Env", json!({ "PATH": "/bin" }))
        }),
        ("an environment of numbers", |r| {
            r.config = set("/config/Env", json!([1]))
        }),
        ("a command of numbers", |r| {
            r.config = set("/config/Cmd", json!([1]))
        }),
        ("an entrypoint that is a number", |r| {
            r.config = set("/config/Entrypoint", json!(1))
        }),
        ("labels that are a list", |r| {
            r.config = set("/config/Labels", json!(["one"]))
        }),
        ("ports that are a list", |r| {
            r.config = set("/config/ExposedPorts", json!(["80/tcp"]))
        }),
        ("volumes of texts", |r| {
            r.config = set("/config/Volumes", json!({ "/data": "yes" }))
        }),
        ("a user that is a number", |r| {
            r.config = set("/config/User", json!(1000))
        }),
        ("`OS` for `os` in the config", |r| {
            r.config = Box::new(|config| {
                config.as_object_mut().unwrap().remove("os");
                config["OS"] = json!("windows");
            });
        }),
        ("a wrong type and a wrong time", |r| {
            r.config = Box::new(|config| {
                config["author"] = json!(7);
                config["created"] = json!("yesterday");
            });
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
