//! Manifests and indexes, right, wrong and odd, are pushed to a real registry over HTTP; our verdict must be the same, down
//! to the body of the registry's answer. Without the registry the test says that it is skipped; with
//! `PULLCHECK_REQUIRE_PEERS=1` its absence is a failure. Nothing here talks to another machine.

mod kit;
mod peer;

use kit::{Files, Layout, cases, descriptor, good_layout, gzip, sha256, tar};
use peer::{Registry, Scratch, have};
use pullcheck::consumers::{Choices, Question};
use pullcheck::report::Decision;
use pullcheck::session::Session;
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

const FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
const HELM: &str = "application/vnd.cncf.helm.config.v1+json";

/// A layout with one entry in its index.
struct Row {
    name: String,
    layout: Layout,
}

/// An HTTP answer.
struct Answer {
    status: u16,
    location: String,
    body: String,
}

/// Sends one request and reads the answer to its end.
fn send(address: &str, method: &str, path: &str, content_type: &str, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A registry that has read enough answers and closes before the rest is sent.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let location = head
        .lines()
        .find_map(|line| line.strip_prefix("Location: "))
        .unwrap_or_default();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        location: location.to_string(),
        body: body.trim_end().to_string(),
    }
}

/// A push of one row: blobs, manifests of an index, and what names them.
struct Push<'a> {
    address: &'a str,
    repository: String,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Push<'_> {
    fn blob(&self, digest: &str) -> Result<(), String> {
        let Some(bytes) = self.blobs.get(digest) else {
            return Ok(());
        };
        let path = format!("/v2/{}/blobs/uploads/", self.repository);
        let started = send(self.address, "POST", &path, "", b"");
        assert_eq!(started.status, 202, "{}", started.body);
        let path = started.location.split_once(self.address).unwrap().1;
        let path = format!("{path}&digest={digest}");
        let answer = send(
            self.address,
            "PUT",
            &path,
            "application/octet-stream",
            bytes,
        );
        match answer.status {
            201 => Ok(()),
            _ => Err(answer.body),
        }
    }

    fn manifest(&self, descriptor: &Value, reference: &str) -> Result<(), String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let Some(bytes) = self.blobs.get(&text(&descriptor["digest"])) else {
            return Ok(());
        };
        let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
        for child in document["manifests"].as_array().into_iter().flatten() {
            let media_type = text(&child["mediaType"]);
            let digest = text(&child["digest"]);
            if mt::is_manifest(&media_type) || mt::is_index(&media_type) {
                self.manifest(child, &digest)?;
            } else {
                self.blob(&digest)?;
            }
        }
        let layers = document["layers"].as_array().into_iter().flatten();
        for part in std::iter::once(&document["config"]).chain(layers) {
            self.blob(&text(&part["digest"]))?;
        }
        let path = format!("/v2/{}/manifests/{reference}", self.repository);
        let media_type = text(&descriptor["mediaType"]);
        let answer = send(self.address, "PUT", &path, &media_type, bytes);
        match answer.status {
            201 => Ok(()),
            _ => Err(answer.body),
        }
    }
}

/// The blobs of a layout by the digests that their places promise.
fn blobs(layout: &Layout) -> BTreeMap<String, Vec<u8>> {
    let of = |(path, bytes): &(String, Vec<u8>)| {
        let digest = path.strip_prefix("blobs/")?.replacen('/', ":", 1);
        Some((digest, bytes.clone()))
    };
    layout.items.iter().filter_map(of).collect()
}

/// An image's manifest in this family of types, its config and layer in the layout.
fn image(layout: &mut Layout, docker: bool) -> Value {
    let tar = tar(&[("hello", "hello")]);
    let (manifest, config, layer) = match docker {
        true => (mt::DOCKER_MANIFEST, mt::DOCKER_CONFIG, mt::DOCKER_TAR_GZIP),
        false => (mt::OCI_MANIFEST, mt::OCI_CONFIG, mt::OCI_TAR_GZIP),
    };
    let document = json!({ "architecture": "amd64", "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [sha256(&tar)] } });
    let config = layout.document(config, &document);
    let layer = layout.blob(layer, &gzip(&tar));
    json!({ "schemaVersion": 2, "mediaType": manifest, "config": config, "layers": [layer] })
}

/// A row whose manifest is changed before it is put under a type.
fn changed(
    name: &str,
    docker: bool,
    media_type: &str,
    change: impl FnOnce(&mut Layout, &mut Value),
) -> Row {
    let mut layout = Layout::new();
    let mut manifest = image(&mut layout, docker);
    change(&mut layout, &mut manifest);
    let root = layout.document(media_type, &manifest);
    layout.list(root, "v1");
    Row {
        name: format!("{name} (as {media_type})"),
        layout,
    }
}

/// A row whose index is changed before it is put under a type.
fn index(
    name: &str,
    docker: bool,
    media_type: &str,
    change: impl FnOnce(&mut Layout, &mut Value),
) -> Row {
    let mut layout = Layout::new();
    let manifest = image(&mut layout, docker);
    let family = if docker {
        mt::DOCKER_MANIFEST
    } else {
        mt::OCI_MANIFEST
    };
    let mut child = layout.document(family, &manifest);
    child["platform"] = json!({ "architecture": "amd64", "os": "linux" });
    let own = if docker {
        mt::DOCKER_LIST
    } else {
        mt::OCI_INDEX
    };
    let mut document = json!({ "schemaVersion": 2, "mediaType": own, "manifests": [child] });
    change(&mut layout, &mut document);
    let root = layout.document(media_type, &document);
    layout.list(root, "v1");
    Row {
        name: format!("index: {name} (as {media_type})"),
        layout,
    }
}

/// A row whose root is these bytes.
fn raw(name: &str, media_type: &str, bytes: &[u8]) -> Row {
    let mut layout = Layout::new();
    let root = layout.blob(media_type, bytes);
    layout.list(root, "v1");
    Row {
        name: format!("raw: {name} (as {media_type})"),
        layout,
    }
}

fn remove(value: &mut Value, key: &str) {
    value.as_object_mut().unwrap().remove(key);
}

fn rows() -> Vec<Row> {
    let (oci, docker) = (mt::OCI_MANIFEST, mt::DOCKER_MANIFEST);
    let mut rows = Vec::new();
    for (name, layout) in [
        ("the kit's image", good_layout()),
        ("zstd", cases::zstd_image()),
        ("a Higress plugin", cases::higress_right()),
        ("the empty descriptor as a layer", cases::higress_empty()),
        ("a Flux artifact", cases::flux_one()),
        ("a lost layer", cases::flux_lost()),
        ("an index with an attestation", cases::buildx_index()),
    ] {
        rows.push(Row {
            name: name.to_string(),
            layout,
        });
    }
    for (docker_family, own) in [(false, oci), (true, docker)] {
        let row = |name: &str, change: fn(&mut Layout, &mut Value)| {
            changed(name, docker_family, own, change)
        };
        rows.extend([
            row("an image", |_, _| {}),
            row("no mediaType", |_, m| remove(m, "mediaType")),
            row("an empty mediaType", |_, m| m["mediaType"] = json!("")),
            row("null as mediaType", |_, m| m["mediaType"] = Value::Null),
            row("an index's mediaType", |_, m| {
                m["mediaType"] = json!(mt::OCI_INDEX)
            }),
            row("a number as mediaType", |_, m| m["mediaType"] = json!(1)),
            row("MEDIATYPE in capitals", |_, m| {
                let own = m["mediaType"].clone();
                remove(m, "mediaType");
                m["MEDIATYPE"] = own;
            }),
            row("schema version 1", |_, m| m["schemaVersion"] = json!(1)),
            row("no schema version", |_, m| remove(m, "schemaVersion")),
            row("a text as schema version", |_, m| {
                m["schemaVersion"] = json!("2")
            }),
            row("a fraction as schema version", |_, m| {
                m["schemaVersion"] = json!(2.5)
            }),
            row("no config", |_, m| remove(m, "config")),
            row("no layers", |_, m| remove(m, "layers")),
            row("null as layers", |_, m| m["layers"] = Value::Null),
            row("an object as layers", |_, m| m["layers"] = json!({})),
            row("a text as a layer", |_, m| {
                m["layers"] = json!(["sha256:a"])
            }),
            row("a text as config", |_, m| m["config"] = json!("sha256:a")),
            row("a text as size", |_, m| m["layers"][0]["size"] = json!("1")),
            row("another size", |_, m| m["layers"][0]["size"] = json!(1)),
            row("a negative size", |_, m| m["layers"][0]["size"] = json!(-1)),
            row("no digest", |_, m| remove(&mut m["layers"][0], "digest")),
            row("a digest without algorithm", |_, m| {
                m["layers"][0]["digest"] = json!("abc")
            }),
            row("a short digest", |_, m| {
                m["layers"][0]["digest"] = json!("sha256:abc")
            }),
            row("a digest in capitals", |_, m| {
                m["layers"][0]["digest"] = json!(format!("sha256:{}", "A".repeat(64)));
            }),
            row("an md5 digest", |_, m| {
                m["layers"][0]["digest"] = json!("md5:abc")
            }),
            row("a digest with marks", |_, m| {
                m["layers"][0]["digest"] = json!("<&>:\"")
            }),
            row("a lost layer", |l, m| l.lose(&m["layers"][0])),
            row("a lost config", |l, m| l.lose(&m["config"])),
            row("all blobs lost", |l, m| {
                l.lose(&m["config"]);
                l.lose(&m["layers"][0]);
            }),
            row("a lost layer and a bad digest", |l, m| {
                l.lose(&m["layers"][0]);
                m["config"]["digest"] = json!("sha256:xyz");
            }),
            row("another byte in the layer", |l, m| {
                let digest = m["layers"][0]["digest"].as_str().unwrap().replace(':', "/");
                l.put(&format!("blobs/{digest}"), b"other");
            }),
            row("another config type", |_, m| {
                m["config"]["mediaType"] = json!(HELM)
            }),
            row("no config type", |_, m| {
                remove(&mut m["config"], "mediaType")
            }),
            row("no layer type", |_, m| {
                remove(&mut m["layers"][0], "mediaType")
            }),
            row("a made-up layer type", |_, m| {
                m["layers"][0]["mediaType"] = json!("no type")
            }),
            row("a manifest as a layer", |_, m| {
                m["layers"][0]["mediaType"] = json!(mt::OCI_MANIFEST)
            }),
            row("urls at a layer", |_, m| {
                m["layers"][0]["urls"] = json!(["https://example.com/"])
            }),
            row("urls at a lost layer of another type", |l, m| {
                l.lose(&m["layers"][0]);
                m["layers"][0]["mediaType"] = json!("application/x");
                m["layers"][0]["urls"] = json!(["https://example.com/"]);
            }),
            row("urls that are no list", |_, m| {
                m["layers"][0]["urls"] = json!("https://example.com/")
            }),
            row("a foreign layer without urls", |_, m| {
                m["layers"][0]["mediaType"] = json!(FOREIGN)
            }),
            row("a foreign layer with urls", |_, m| {
                m["layers"][0]["mediaType"] = json!(FOREIGN);
                m["layers"][0]["urls"] = json!(["https://example.com/"]);
            }),
            row("a number as annotation", |_, m| {
                m["annotations"] = json!({ "a": 1 })
            }),
            row("a number as a layer's annotation", |_, m| {
                m["layers"][0]["annotations"] = json!({ "a": 1 });
            }),
            row("a lost subject", |_, m| {
                m["subject"] = descriptor(mt::OCI_MANIFEST, b"lost")
            }),
            row("manifests as well", |_, m| m["manifests"] = json!([])),
            row("null as manifests", |_, m| m["manifests"] = Value::Null),
        ]);
    }
    rows.extend([
        changed("Docker's family", true, oci, |_, _| {}),
        changed("OCI's family", false, docker, |_, _| {}),
        changed("Docker's parts in OCI's", true, oci, |_, m| {
            m["mediaType"] = json!(mt::OCI_MANIFEST)
        }),
        changed("an image", false, mt::OCI_INDEX, |_, _| {}),
        changed("an image", false, "application/x", |_, _| {}),
        changed("an image", false, mt::DOCKER_SCHEMA1_SIGNED, |_, _| {}),
        changed(
            "an artifact manifest",
            false,
            mt::OCI_ARTIFACT_MANIFEST,
            |_, m| {
                m["artifactType"] = json!("application/x");
            },
        ),
        changed(
            "capitals",
            false,
            "Application/vnd.oci.image.manifest.v1+JSON",
            |_, _| {},
        ),
        raw(
            "schema 1",
            mt::DOCKER_SCHEMA1,
            br#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#,
        ),
        raw("a byte too many", oci, br#"{"schemaVersion":2}}"#),
        raw("an open brace", oci, br#"{"schemaVersion":2"#),
        raw("an open brace", docker, br#"{"schemaVersion":2"#),
        raw("an open brace", mt::OCI_INDEX, br#"{"manifests":["#),
        raw("a byte order mark", oci, b"\xef\xbb\xbf{}"),
        raw("an array", oci, b"[]"),
        raw("null", oci, b"null"),
        raw("an empty object", docker, b"{}"),
        raw("an empty object", mt::OCI_INDEX, b"{}"),
    ]);
    for (docker_family, own) in [(false, mt::OCI_INDEX), (true, mt::DOCKER_LIST)] {
        let row = |name: &str, change: fn(&mut Layout, &mut Value)| {
            index(name, docker_family, own, change)
        };
        rows.extend([
            row("right", |_, _| {}),
            row("no mediaType", |_, i| remove(i, "mediaType")),
            row("a manifest's mediaType", |_, i| {
                i["mediaType"] = json!(mt::OCI_MANIFEST)
            }),
            row("empty", |_, i| i["manifests"] = json!([])),
            row("no manifests", |_, i| remove(i, "manifests")),
            row("a lost entry", |l, i| l.lose(&i["manifests"][0])),
            row("schema version 3", |_, i| i["schemaVersion"] = json!(3)),
            row("a bad digest", |_, i| {
                i["manifests"][0]["digest"] = json!("sha256:")
            }),
            row("a text as platform", |_, i| {
                i["manifests"][0]["platform"] = json!("linux/amd64")
            }),
            row("a number as os", |_, i| {
                i["manifests"][0]["platform"]["os"] = json!(1)
            }),
            row("config as well", |_, i| i["config"] = json!({})),
            row("layers as well", |_, i| i["layers"] = json!([])),
            row("a blob as entry", |l, i| {
                let blob = l.blob(
                    "application/vnd.buildkit.cacheconfig.v0",
                    b"{\"layers\":[]}",
                );
                i["manifests"].as_array_mut().unwrap().push(blob);
            }),
            row("an index in it", |l, i| {
                let mut inner = i.clone();
                inner["mediaType"] = json!(mt::OCI_INDEX);
                let inner = l.document(mt::OCI_INDEX, &inner);
                i["manifests"].as_array_mut().unwrap().push(inner);
            }),
            row("another byte in an entry", |l, i| {
                let digest = i["manifests"][0]["digest"].as_str().unwrap();
                let path = format!("blobs/{}", digest.replace(':', "/"));
                let (_, bytes) = l.items.iter_mut().find(|(p, _)| *p == path).unwrap();
                bytes.push(b'\n');
            }),
            row("an entry that is no JSON", |l, i| {
                let digest = i["manifests"][0]["digest"].as_str().unwrap();
                l.put(&format!("blobs/{}", digest.replace(':', "/")), b"{");
            }),
            row("a manifest that is refused in it", |l, i| {
                let bad = l.document(mt::DOCKER_MANIFEST, &json!({ "schemaVersion": 2 }));
                i["manifests"].as_array_mut().unwrap().push(bad);
            }),
        ]);
    }
    rows
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn distribution_and_we_agree_on_every_push() {
    if !have("docker-registry") {
        return;
    }
    let scratch = Scratch::new("pushes");
    let registry = Registry::start(scratch.path());
    let mut choices = Choices::default();
    choices.read("registry-holds=nothing").unwrap();
    let mut disagreements = Vec::new();
    let mut refused = 0;
    let rows = rows();
    assert!(rows.len() >= 60, "{}", rows.len());
    for (number, Row { name, layout }) in rows.iter().enumerate() {
        let push = Push {
            address: registry.address(),
            repository: format!("team/row{number}"),
            blobs: blobs(layout),
        };
        let real = push.manifest(&layout.index["manifests"][0], "v1");
        refused += usize::from(real.is_err());
        let question = Question::read("distribution@2.8.2").unwrap();
        let given = Files::folder("image", layout.all()).given();
        let report = Session::new(given, vec![question])
            .with_choices(choices.clone())
            .run();
        let verdict = &report.verdicts[0];
        let error = verdict.error.as_deref().unwrap_or("nothing");
        let same = match &real {
            Ok(()) => verdict.verdict == Decision::Accepts,
            // Where Go tells of a type, what follows differs by the Go that the registry was built with.
            Err(body) if error.ends_with("\"Type\":{}") => body.starts_with(error),
            Err(body) => verdict.verdict == Decision::Refuses && body == error,
        };
        if !same {
            disagreements.push(format!(
                "{name}:\n  registry: {real:?}\n  we {:?}: {error}",
                verdict.verdict
            ));
        }
    }
    // The rows ask about both outcomes.
    assert!(refused >= 60 && rows.len() - refused >= 30, "{refused}");
    let count = disagreements.len();
    assert!(
        count == 0,
        "{count} of {}:\n{}",
        rows.len(),
        disagreements.join("\n")
    );
}
