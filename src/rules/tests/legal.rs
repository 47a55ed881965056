//! What is commonly believed wrong and is legal: documents that the specification allows, each with the whole of what the
//! rules about documents say to it. None of that is an error, and a warning stands only where the specification itself
//! recommends something else, or where a consumer is known that refuses. Tests only.

use crate::examples::inputs as input;
use crate::kit::{self, Files};
use crate::report::Severity;
use crate::spec::media_type as mt;
use serde_json::json;

/// The rules of documents that find something, in the order of their names; those that only note something in brackets.
fn told(files: &Files) -> Vec<String> {
    const SUBJECTS: [&str; 7] = [
        "json-",
        "digest-",
        "descriptor-",
        "media-type-",
        "manifest-",
        "index-",
        "platform-",
    ];
    let mut told: Vec<String> = files
        .report()
        .findings
        .into_iter()
        .filter(|f| SUBJECTS.iter().any(|s| f.rule.starts_with(s)))
        .map(|f| match f.severity {
            Severity::Error => panic!("{} calls it an error", f.rule),
            Severity::Warning => f.rule,
            Severity::Info => format!("({})", f.rule),
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_manifest_or_index_without_media_type() {
    let manifest = input::pasted(input::manifest(), |m| input::without(m, "mediaType"));
    assert_eq!(told(&manifest), ["manifest-media-type-missing"]);
    let index = input::pasted(input::index(), |i| input::without(i, "mediaType"));
    assert_eq!(told(&index), ["index-media-type-missing"]);
    // Where the file name says what it is, it is only worth a note.
    let listing = input::layout_with(|l| input::without(&mut l.index, "mediaType"));
    assert_eq!(told(&listing), ["(index-media-type-missing)"]);
}

#[test]
fn an_index_entry_without_platform() {
    let index = input::pasted(input::index(), |i| {
        for n in 0..2 {
            input::without(&mut i["manifests"][n], "platform");
        }
    });
    assert!(told(&index).is_empty());
    // In a layout, an image with a platform may stand beside one without.
    let layout = input::layout_with(|l| {
        let mut second = l.image(("linux", "arm64"), &[kit::gzip_layer("arm", b"arm")]);
        input::without(&mut second, "platform");
        l.list(second, "v2");
    });
    assert!(told(&layout).is_empty());
}

#[test]
fn an_index_without_entries() {
    let index = input::pasted(input::index(), |i| i["manifests"] = json!([]));
    assert_eq!(told(&index), ["(index-manifests-empty)"]);
    assert!(told(&kit::Layout::new().tar()).is_empty());
}

#[test]
fn properties_that_nobody_knows() {
    let manifest = input::pasted(input::manifest(), |m| {
        m["com.example"] = json!({ "size": "big" });
        m["layers"][0]["com.example"] = json!(null);
    });
    assert!(told(&manifest).is_empty());
    let index = input::pasted(input::index(), |i| {
        i["manifests"][0]["platform"]["com.example"] = json!(1);
    });
    assert!(told(&index).is_empty());
}

#[test]
fn media_types_that_nobody_knows() {
    let index = input::pasted(input::index(), |i| {
        i["manifests"][1] = kit::descriptor("application/vnd.acme.list", b"list");
    });
    assert_eq!(
        told(&index),
        ["(index-entry-media-type-portable)", "(media-type-unknown)"]
    );
    let manifest = input::pasted(input::manifest(), |m| {
        m["config"]["mediaType"] = json!("application/vnd.acme.config.v1+json");
        m["layers"][0]["mediaType"] = json!("application/vnd.acme.layer.v1");
    });
    assert_eq!(
        told(&manifest),
        [
            "(manifest-config-media-type-portable)",
            "(media-type-unknown)"
        ]
    );
}

#[test]
fn digests_of_algorithms_that_nobody_knows() {
    for digest in [
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
    ] {
        let manifest = input::pasted(input::manifest(), |m| {
            m["layers"][0]["digest"] = json!(digest);
        });
        assert_eq!(
            told(&manifest),
            ["digest-algorithm-unregistered"],
            "{digest}"
        );
    }
}

#[test]
fn the_same_content_twice() {
    let layer = kit::gzip_layer("hello", b"hello");
    let image = input::image(&[layer.clone(), layer], |_| {}, |_| {});
    assert_eq!(told(&image), ["(manifest-layer-duplicate)"]);
    let index = input::pasted(input::index(), |i| {
        i["manifests"][1] = i["manifests"][0].clone();
    });
    assert_eq!(told(&index), ["(index-entry-duplicate)"]);
    let both = input::pasted(input::artifact(), |m| {
        m["layers"] = json!([m["config"].clone()]);
    });
    assert!(told(&both).is_empty());
}

#[test]
fn an_artifact_type_beside_an_image_config() {
    let manifest = input::pasted(input::manifest(), |m| {
        m["artifactType"] = json!("application/vnd.acme.x");
    });
    assert_eq!(told(&manifest), ["manifest-artifact-image-config"]);
}

#[test]
fn an_index_with_artifact_type_and_subject() {
    let index = input::pasted(input::index(), |i| {
        i["artifactType"] = json!("application/vnd.acme.x");
        i["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"subject");
    });
    assert!(told(&index).is_empty());
}

#[test]
fn a_subject_that_is_nowhere() {
    let image = input::image(
        &[kit::gzip_layer("hello", b"hello")],
        |_| {},
        |m| m["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"nowhere"),
    );
    assert_eq!(told(&image), ["(manifest-subject-absent)"]);
}

#[test]
fn urls_on_an_ordinary_layer() {
    let manifest = input::pasted(input::manifest(), |m| {
        m["layers"][0]["urls"] = json!(["https://example.com/layer"]);
    });
    assert_eq!(told(&manifest), ["(descriptor-urls-on-distributable)"]);
}

#[test]
fn annotations_without_entries() {
    let manifest = input::pasted(input::manifest(), |m| {
        m["annotations"] = json!({});
        m["layers"][0]["annotations"] = json!({ "com.example.empty": "" });
    });
    assert!(told(&manifest).is_empty());
}

#[test]
fn docker_types_in_oci_documents() {
    let manifest = input::pasted(input::manifest(), |m| {
        m["config"]["mediaType"] = json!(mt::DOCKER_CONFIG);
        m["layers"][0]["mediaType"] = json!(mt::DOCKER_TAR_GZIP);
    });
    assert_eq!(told(&manifest), ["(media-type-mixed)"]);
    let index = input::pasted(input::index(), |i| {
        i["manifests"][0]["mediaType"] = json!(mt::DOCKER_MANIFEST);
    });
    assert_eq!(told(&index), ["(media-type-mixed)"]);
}

#[test]
fn an_attestation_listed_as_unknown() {
    let index = input::pasted(input::index(), |i| {
        i["manifests"][1]["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    });
    assert_eq!(told(&index), ["(index-attestation-platform)"]);
    assert_eq!(
        told(&kit::cases::buildx_index().tar()),
        ["(index-attestation-platform)", "(index-nested)"]
    );
}

#[test]
fn indexes_in_indexes() {
    let layout = input::layout_with(|l| {
        let nested = l.document(mt::OCI_INDEX, &l.index.clone());
        l.index["manifests"] = json!([nested]);
    });
    assert_eq!(told(&layout), ["(index-nested)"]);
}

#[test]
fn white_space_and_key_order() {
    let pretty = serde_json::to_string_pretty(&input::manifest()).unwrap();
    assert!(told(&Files::pasted(format!("\r\n\t{pretty}\r\n"))).is_empty());
    let image = input::layout_with(|l| {
        let text = serde_json::to_string_pretty(&l.index).unwrap();
        l.put("index.json", format!("{text}\n").as_bytes());
    });
    assert!(told(&image).is_empty());
}

#[test]
fn what_tools_make_is_noted_at_most() {
    // As the tools write them; the notes say what the thing is, or who needs a newer version.
    for (name, layout, expected) in [
        ("an image", kit::good_layout(), &[][..]),
        (
            "zstd by buildx",
            kit::cases::zstd_image(),
            &["(media-type-zstd)"],
        ),
        (
            "flux push",
            kit::cases::flux_one(),
            &["(manifest-config-media-type-portable)"],
        ),
        ("oras push", kit::cases::higress_other_type(), &[]),
    ] {
        assert_eq!(told(&layout.tar()), expected, "{name}");
    }
    let helm = input::pasted(input::manifest(), |m| {
        m["config"]["mediaType"] = json!(mt::HELM_CONFIG);
        m["layers"][0]["mediaType"] = json!(mt::HELM_CHART);
    });
    assert_eq!(told(&helm), ["(manifest-config-media-type-portable)"]);
    let cosign = input::pasted(input::manifest(), |m| {
        m["layers"][0]["mediaType"] = json!("application/vnd.dev.cosign.simplesigning.v1+json");
    });
    assert_eq!(told(&cosign), ["manifest-artifact-image-config"]);
}
