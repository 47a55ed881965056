//! Modules and components as layers, before the tools that fetch and run them.

use super::{accepts, commands, refuses, unknown};
use crate::consumers::{Choices, Question};
use crate::kit::{Files, Layout, WASM_MODULE, good_layout, gzip_layer, manifest, sha256};
use crate::report::Verdict;
use crate::session::Session;
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// The beginning of a component.
pub const WASM_COMPONENT: &[u8] = b"\0asm\x0D\0\x01\0";
const COMPONENT_LAYER: &str = "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm";

/// A layer: its type, its bytes, its annotations.
pub type Given<'a> = (&'a str, &'a [u8], Value);

/// An artifact with a config and annotated layers, tagged `v1`.
pub fn annotated(config: (&str, &[u8]), layers: &[Given]) -> Layout {
    let mut layout = Layout::new();
    let document = annotated_manifest(&mut layout, config, layers);
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "v1");
    layout
}

/// The manifest of such an artifact, its blobs put into a layout.
pub fn annotated_manifest(layout: &mut Layout, config: (&str, &[u8]), layers: &[Given]) -> Value {
    let config = layout.blob(config.0, config.1);
    let layers: Vec<Value> = layers
        .iter()
        .map(|(media_type, bytes, annotations)| {
            let mut layer = layout.blob(media_type, bytes);
            if !annotations.is_null() {
                layer["annotations"] = annotations.clone();
            }
            layer
        })
        .collect();
    manifest(config, &layers)
}

/// The same manifest as an entry of an index for a platform, tagged `v1`.
pub fn under_index(platform: &str, config: (&str, &[u8]), layers: &[Given]) -> Layout {
    let mut layout = Layout::new();
    let document = annotated_manifest(&mut layout, config, layers);
    let mut entry = layout.document(mt::OCI_MANIFEST, &document);
    let (os, architecture) = platform.split_once('/').unwrap();
    entry["platform"] = json!({ "os": os, "architecture": architecture });
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry] });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "v1");
    layout
}

/// The verdict of one consumer with settings, `key=value` each.
pub fn chosen(files: &Files, consumer: &str, settings: &[&str]) -> Verdict {
    let mut choices = Choices::default();
    for setting in settings {
        choices.read(setting).unwrap_or_else(|e| panic!("{e:?}"));
    }
    let questions = vec![Question::read(consumer).unwrap()];
    let mut verdicts = Session::new(files.given(), questions)
        .with_choices(choices)
        .run()
        .verdicts;
    assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
    verdicts.remove(0)
}

fn described(os: &str, bytes: &[u8]) -> Vec<u8> {
    json!({ "created": "2025-01-02T03:04:05Z", "architecture": "wasm", "os": os,
        "layerDigests": [sha256(bytes)] })
    .to_string()
    .into_bytes()
}

/// The CNCF's format, around any bytes.
fn cncf(bytes: &[u8]) -> Layout {
    annotated(
        (mt::CNCF_WASM_CONFIG, &described("wasip1", bytes)),
        &[(mt::CNCF_WASM, bytes, Value::Null)],
    )
}

/// A manifest pasted alone, with one field set or, for null, taken away.
fn pasted(field: &str, value: Value) -> Files {
    let mut document = manifest(
        json!({ "mediaType": mt::CNCF_WASM_CONFIG, "digest": sha256(b"config"), "size": 6 }),
        &[json!({ "mediaType": mt::CNCF_WASM, "digest": sha256(WASM_MODULE), "size": 8 })],
    );
    if value.is_null() {
        document.as_object_mut().unwrap().remove(field);
    } else {
        document[field] = value;
    }
    Files::pasted(document.to_string())
}

const WKG: &str = "Unable to pull image\n\nCaused by:\n    ";

#[test]
fn wkg_takes_its_own_format() {
    for bytes in [WASM_MODULE, WASM_COMPONENT] {
        let says = accepts(&cncf(bytes).tar().verdict("wkg"));
        assert!(says.contains(&sha256(bytes)), "{says}");
        accepts(&chosen(&cncf(bytes).tar(), "wkg", &["wkg.command=get"]));
    }
    let verdict = cncf(b"no wasm").tar().verdict("wkg");
    accepts(&verdict);
    assert!(format!("{:?}", verdict.steps).contains("no WebAssembly"));
}

#[test]
fn wkg_refuses_by_layers_then_by_config() {
    let config = described("wasip1", WASM_MODULE);
    let wasm: Given = (mt::CNCF_WASM, WASM_MODULE, Value::Null);
    let old: Given = (mt::WASM_TO_OCI, WASM_MODULE, Value::Null);
    for (config_type, layers, error, get) in [
        (
            mt::CNCF_WASM_CONFIG,
            vec![],
            "No layers to pull".to_string(),
            "Wasm components must have exactly one layer".to_string(),
        ),
        (
            mt::CNCF_WASM_CONFIG,
            vec![wasm.clone(), wasm.clone()],
            "Wasm components must have exactly one layer".to_string(),
            "Wasm components must have exactly one layer".to_string(),
        ),
        (
            mt::OCI_CONFIG,
            vec![old],
            format!("Incompatible layer media type: {}", mt::WASM_TO_OCI),
            format!(
                "Wasm components must have a config of type {}",
                mt::CNCF_WASM_CONFIG
            ),
        ),
        (
            mt::OCI_CONFIG,
            vec![wasm],
            format!(
                "Wasm components must have a config of type {}",
                mt::CNCF_WASM_CONFIG
            ),
            format!(
                "Wasm components must have a config of type {}",
                mt::CNCF_WASM_CONFIG
            ),
        ),
    ] {
        let files = annotated((config_type, &config), &layers).tar();
        let verdict = files.verdict("wkg");
        refuses(&verdict, &format!("{WKG}{error}"));
        assert_eq!(
            commands(&verdict, "wkg"),
            ["wkg oci push REGISTRY/REPO:v1 component.wasm"]
        );
        refuses(&chosen(&files, "wkg", &["wkg.command=get"]), &get);
    }
}

#[test]
fn the_rust_client_reads_version_and_type_inside_the_document() {
    for (field, value, error) in [
        ("schemaVersion", json!(1), "Unsupported schema version: 1"),
        (
            "mediaType",
            json!("application/x"),
            "Unsupported media type: application/x",
        ),
    ] {
        refuses(
            &pasted(field, value.clone()).verdict("wkg"),
            &format!("{WKG}{error}"),
        );
        refuses(
            &pasted(field, value).verdict("wasmcloud"),
            &format!("failed to pull component from REGISTRY/REPO:TAG: {error}"),
        );
    }
    unknown(&pasted("schemaVersion", Value::Null).verdict("wkg"));
    unknown(&pasted("layers", Value::Null).verdict("wkg"));
    let files = pasted("mediaType", Value::Null);
    unknown(&files.verdict("wkg"));
    refuses(
        &chosen(&files, "wkg", &["wkg.command=get"]),
        "Wasm components must have a manifest of type application/vnd.oci.image.manifest.v1+json",
    );
}

#[test]
fn the_rust_client_takes_the_entry_of_its_own_platform() {
    let config = described("wasip1", WASM_MODULE);
    let config = (mt::CNCF_WASM_CONFIG, config.as_slice());
    let layers: [Given; 1] = [(mt::CNCF_WASM, WASM_MODULE, Value::Null)];
    let none = "Image manifest not found: no entry found in image index manifest matching client's default platform";
    let wasm = under_index("wasip1/wasm", config, &layers).tar();
    refuses(&wasm.verdict("wkg"), &format!("{WKG}{none}"));
    let arm = under_index("linux/arm64", config, &layers).tar();
    refuses(&arm.verdict("wkg"), &format!("{WKG}{none}"));
    accepts(&chosen(&arm, "wkg", &["platform=linux/arm64"]));

    let mut layout = Layout::new();
    let inner = layout.document(
        mt::OCI_INDEX,
        &json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [] }),
    );
    let mut entry = inner;
    entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
    let outer = layout.document(
        mt::OCI_INDEX,
        &json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry] }),
    );
    layout.list(outer, "v1");
    refuses(
        &layout.tar().verdict("wkg"),
        &format!("{WKG}Image manifest not found: received Image Index manifest instead"),
    );
}

#[test]
fn a_lost_layer_is_unknown() {
    for consumer in ["wkg", "wasmcloud", "spin", "runwasi-wasmtime"] {
        let mut layout = cncf(WASM_COMPONENT);
        layout.lose(&json!({ "digest": sha256(WASM_COMPONENT) }));
        let says = unknown(&layout.tar().verdict(consumer));
        assert!(says.contains(&sha256(WASM_COMPONENT)), "{consumer}: {says}");
    }
    let mut layout = cncf(WASM_MODULE);
    layout.lose(&json!({ "digest": sha256(&described("wasip1", WASM_MODULE)) }));
    for consumer in ["wkg", "spin", "runwasi-wasmer"] {
        unknown(&layout.tar().verdict(consumer));
    }
}

#[test]
fn wasmcloud_wants_a_component() {
    let says = accepts(&cncf(WASM_COMPONENT).tar().verdict("wasmcloud@2.0"));
    assert!(says.contains("a component"), "{says}");
    let old = annotated(
        ("application/x", b"x"),
        &[(mt::WASM_MODULE_CONTENT, WASM_COMPONENT, Value::Null)],
    );
    accepts(&old.tar().verdict("wasmcloud"));
    refuses(
        &cncf(b"not wasm at all").tar().verdict("wasmcloud"),
        "pulled artifact is not a valid WebAssembly component",
    );
    // Its decoder may well let a core module pass.
    unknown(&cncf(WASM_MODULE).tar().verdict("wasmcloud"));
    refuses(
        &good_layout().tar().verdict("wasmcloud"),
        "failed to pull component from REGISTRY/REPO:v1: Incompatible layer media type: application/vnd.oci.image.layer.v1.tar+gzip",
    );
}

/// A Spin application whose lock file is a layer of its own.
fn spin_app(source: &str) -> Layout {
    spin_app_with(source, &json!([]))
}

fn spin_app_with(source: &str, files: &Value) -> Layout {
    let lock = json!({ "spin_lock_version": 1, "metadata": {}, "triggers": [],
        "components": [{ "id": "hello", "source": { "content_type": "application/wasm", "digest": source }, "files": files }] })
    .to_string();
    annotated(
        (
            mt::OCI_CONFIG,
            br#"{"architecture":"wasm","os":"wasip1","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#,
        ),
        &[
            (mt::WASM_TO_OCI, WASM_MODULE, Value::Null),
            ("application/vnd.wasm.content.layer.v1+data", b"<p>", Value::Null),
            (mt::SPIN_LOCK, lock.as_bytes(), Value::Null),
        ],
    )
}

#[test]
fn spin_takes_an_application_or_a_single_package() {
    let says = accepts(&spin_app(&sha256(WASM_MODULE)).tar().verdict("spin"));
    assert!(says.contains("components: 1"), "{says}");
    unknown(&spin_app(&sha256(b"elsewhere")).tar().verdict("spin"));
    for (file, held) in [(sha256(b"<p>"), true), (sha256(b"gone"), false)] {
        let verdict = spin_app_with(
            &sha256(WASM_MODULE),
            &json!([{ "digest": file, "path": "a" }]),
        );
        let verdict = verdict.tar().verdict("spin");
        if held {
            accepts(&verdict);
        } else {
            unknown(&verdict);
        }
    }
    let says = accepts(&cncf(WASM_MODULE).tar().verdict("spin"));
    assert!(says.contains("no lock file"), "{says}");
    let mut two = Layout::new();
    let image = two.image(
        ("linux", "amd64"),
        &[gzip_layer("a", b"a"), gzip_layer("b", b"b")],
    );
    two.list(image, "v1");
    let verdict = two.tar().verdict("spin");
    refuses(
        &verdict,
        "expected single layer in OCI package, found 2 layers",
    );
    assert_eq!(
        commands(&verdict, "spin"),
        ["spin registry push REGISTRY/REPO:v1"]
    );
    // One layer that is kept as data.
    unknown(&good_layout().tar().verdict("spin"));
    refuses(
        &pasted("schemaVersion", json!(1)).verdict("spin"),
        "cannot pull Spin application from registry reference \"REGISTRY/REPO:TAG\"\n\nCaused by:\n    Unsupported schema version: 1",
    );
}

#[test]
fn wasm_to_oci_takes_its_own_type_and_nothing_else() {
    let own = annotated(
        ("application/vnd.wasm.config.v1+json", b"{}"),
        &[(mt::WASM_TO_OCI, WASM_MODULE, Value::Null)],
    );
    accepts(&own.tar().verdict("wasm-to-oci"));
    let panic = "panic: runtime error: index out of range [0] with length 0";
    refuses(&cncf(WASM_MODULE).tar().verdict("wasm-to-oci"), panic);
    let config = ("application/vnd.wasm.config.v1+json", b"{}".as_slice());
    let layer: Given = (mt::WASM_TO_OCI, WASM_MODULE, Value::Null);
    let index = under_index("linux/amd64", config, std::slice::from_ref(&layer));
    accepts(&index.tar().verdict("wasm-to-oci"));
    let two = annotated(
        config,
        &[
            layer.clone(),
            (mt::WASM_TO_OCI, WASM_COMPONENT, Value::Null),
        ],
    );
    unknown(&two.tar().verdict("wasm-to-oci"));
    let mut lost = annotated(config, &[layer]);
    lost.lose(&json!({ "digest": sha256(WASM_MODULE) }));
    unknown(&lost.tar().verdict("wasm-to-oci"));
}

#[test]
fn the_shims_take_one_wasm_layer() {
    for (consumer, component) in [
        ("runwasi-wasmtime", true),
        ("runwasi-wasmedge", false),
        ("runwasi-wasmer", false),
    ] {
        let says = accepts(&cncf(WASM_MODULE).tar().verdict(consumer));
        assert!(says.contains("as a module"), "{says}");
        let verdict = cncf(WASM_COMPONENT).tar().verdict(consumer);
        if component {
            accepts(&verdict);
        } else {
            unknown(&verdict);
        }
        // It may be precompiled.
        unknown(&cncf(b"something else").tar().verdict(consumer));
        let config = described("wasip1", WASM_MODULE);
        let config = (mt::CNCF_WASM_CONFIG, config.as_slice());
        let two = annotated(
            config,
            &[
                (mt::CNCF_WASM, WASM_MODULE, Value::Null),
                (COMPONENT_LAYER, WASM_COMPONENT, Value::Null),
            ],
        );
        refuses(
            &two.tar().verdict(consumer),
            "only a single module is supported when using images with OCI layers",
        );
        let old = annotated(config, &[(mt::WASM_TO_OCI, WASM_MODULE, Value::Null)]);
        let engine = consumer.trim_start_matches("runwasi-");
        refuses(
            &old.tar().verdict(consumer),
            &format!("{engine} executor can't handle spec"),
        );
        let says = unknown(&good_layout().tar().verdict(consumer));
        assert!(says.contains("not read here"), "{says}");
    }
}

#[test]
fn ordinary_images_and_plugins_are_not_for_them() {
    use crate::report::Decision;
    for files in [
        good_layout().tar(),
        crate::kit::cases::higress_right().tar(),
    ] {
        for verdict in files.report().verdicts {
            let family = crate::consumers::family(&verdict.consumer).unwrap().id;
            if matches!(family, "packages" | "models") || verdict.consumer.starts_with("runwasi") {
                assert_eq!(verdict.verdict, Decision::NotApplicable, "{verdict:#?}");
            }
        }
    }
}
