//! Layouts with an index, with other than one thing in them, or broken themselves.

use super::images::{Recipe, blob_path, layer};
use crate::kit::{Layout, cases, tar};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

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
pub(super) fn all() -> Vec<(&'static str, Layout)> {
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
            index_of(&[ARM64, ("linux", "amd64", "V1")], |layout, index| {
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
        ("`index.json` with bytes after it", {
            let mut layout = Recipe::new().make();
            let text = format!("{} x", layout.index);
            layout.put("index.json", text.as_bytes());
            layout
        }),
        ("`index.json` after a byte order mark", {
            let mut layout = Recipe::new().make();
            let text = format!("\u{feff}{}", layout.index);
            layout.put("index.json", text.as_bytes());
            layout
        }),
        ("`index.json` whose `manifests` is an object", {
            let mut layout = Recipe::new().make();
            layout.index["manifests"] = json!({});
            layout
        }),
        ("`index.json` with a text among its entries", {
            let mut layout = Recipe::new().make();
            layout.index["manifests"]
                .as_array_mut()
                .unwrap()
                .push(json!("v2"));
            layout
        }),
        ("`index.json` with null among its entries", {
            let mut layout = Recipe::new().make();
            layout.index["manifests"]
                .as_array_mut()
                .unwrap()
                .push(json!(null));
            layout
        }),
        ("`index.json` whose schemaVersion is a text", {
            let mut layout = Recipe::new().make();
            layout.index["schemaVersion"] = json!("2");
            layout
        }),
        ("`index.json` whose mediaType is a number", {
            let mut layout = Recipe::new().make();
            layout.index["mediaType"] = json!(7);
            layout
        }),
        ("`index.json` with `Manifests`", {
            let mut layout = Recipe::new().make();
            let entries = layout
                .index
                .as_object_mut()
                .unwrap()
                .remove("manifests")
                .unwrap();
            layout.put(
                "index.json",
                json!({ "schemaVersion": 2, "Manifests": entries })
                    .to_string()
                    .as_bytes(),
            );
            layout
        }),
        ("`oci-layout` whose version is a number", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", br#"{"imageLayoutVersion":1}"#);
            layout
        }),
        ("`oci-layout` with bytes after it", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", br#"{"imageLayoutVersion":"1.0.0"} x"#);
            layout
        }),
        ("`oci-layout` that is a list", {
            let mut layout = Recipe::new().make();
            layout.put("oci-layout", b"[]");
            layout
        }),
        (
            "an index whose `manifests` is an object",
            index_of(&two, |_, index| index["manifests"] = json!({})),
        ),
        (
            "an index with a text among its entries",
            index_of(&two, |_, index| {
                index["manifests"].as_array_mut().unwrap().push(json!("x"))
            }),
        ),
        (
            "an index whose platform is a text",
            index_of(&two, |_, index| {
                index["manifests"][0]["platform"] = json!("linux/arm64")
            }),
        ),
        (
            "an index whose os is a number",
            index_of(&two, |_, index| {
                index["manifests"][0]["platform"]["os"] = json!(7)
            }),
        ),
        (
            "an index whose os features are a text",
            index_of(&two, |_, index| {
                index["manifests"][0]["platform"]["os.features"] = json!("win32k")
            }),
        ),
        (
            "an index whose size is a text",
            index_of(&two, |_, index| index["manifests"][0]["size"] = json!("12")),
        ),
        (
            "an index whose schemaVersion is a text",
            index_of(&two, |_, index| index["schemaVersion"] = json!("2")),
        ),
        ("a manifest with bytes after it", {
            let mut layout = Layout::new();
            let recipe = Recipe::new();
            let root = recipe.add(&mut layout);
            let path = blob_path(&root);
            let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
            let bytes = [bytes.as_slice(), b" x"].concat();
            let root = layout.blob(mt::OCI_MANIFEST, &bytes);
            layout.list(root, "v1");
            layout
        }),
        ("a manifest after a byte order mark", {
            let mut layout = Layout::new();
            let recipe = Recipe::new();
            let root = recipe.add(&mut layout);
            let path = blob_path(&root);
            let (_, bytes) = layout.items.iter().find(|(p, _)| *p == path).unwrap();
            let bytes = ["\u{feff}".as_bytes(), bytes].concat();
            let root = layout.blob(mt::OCI_MANIFEST, &bytes);
            layout.list(root, "v1");
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
