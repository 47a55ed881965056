//! What the specification allows is not reported, however odd it looks; and right images break nothing. Tests only.

use crate::examples::inputs as input;
use crate::kit::{self, Files};
use crate::report::Severity;
use crate::spec::{known, media_type as mt};
use crate::text::Lang;
use serde_json::json;

/// Findings above `info`, but for these rules.
pub(super) fn above_info(files: &Files, expected: &[&str]) -> Vec<String> {
    files
        .report()
        .findings
        .iter()
        .filter(|f| f.severity != Severity::Info && !expected.contains(&f.rule.as_str()))
        .map(|f| format!("{}: {}", f.rule, f.says.render(Lang::En)))
        .collect()
}

#[test]
fn right_images_break_nothing() {
    let zstd = kit::zstd_layer("hello", b"hello");
    for (name, files) in [
        ("layout as a tar", kit::good_layout().tar()),
        ("layout as a folder", kit::good_layout().folder()),
        ("docker-archive", input::archive()),
        ("both", input::both(|_, _| {})),
        (
            "two layers",
            input::image(&input::two_layers(), |_| {}, |_| {}),
        ),
        ("zstd", input::image(&[zstd], |_| {}, |_| {})),
        ("manifest", input::given(input::manifest())),
        ("index", input::given(input::index())),
        ("config", input::given(input::config())),
        ("artifact", input::given(input::artifact())),
        (
            "lone layer",
            Files::file("layer.tar.gz", kit::gzip(&input::layer_tar())),
        ),
        ("lone tar", Files::file("layer.tar", input::layer_tar())),
        ("lone module", Files::file("plugin.wasm", kit::WASM_MODULE)),
    ] {
        let found = above_info(&files, &[]);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn what_is_legal_is_not_reported() {
    // The SHOULDs that a case breaks on purpose stand beside it.
    let no_mediatype: &[&str] = &["manifest-media-type-missing"];
    let cases: Vec<(&str, Files, &[&str])> = vec![
        (
            "manifest without mediaType",
            input::pasted(input::manifest(), |m| input::without(m, "mediaType")),
            no_mediatype,
        ),
        (
            "index without mediaType",
            input::pasted(input::index(), |i| input::without(i, "mediaType")),
            &["index-media-type-missing"],
        ),
        (
            "entry without platform",
            input::pasted(input::index(), |i| {
                input::without(&mut i["manifests"][0], "platform");
                input::without(&mut i["manifests"][1], "platform");
            }),
            &[],
        ),
        (
            "empty index",
            input::pasted(input::index(), |i| i["manifests"] = json!([])),
            &[],
        ),
        (
            "empty layout",
            kit::Layout::new().tar(),
            &["layout-blobs-missing"],
        ),
        (
            "unknown fields everywhere",
            input::pasted(input::manifest(), |m| {
                m["com.example"] = json!({ "size": "big" });
                m["layers"][0]["x-note"] = json!(null);
            }),
            &[],
        ),
        (
            "unknown field in the config",
            input::pasted(input::config(), |c| c["com.example"] = json!([])),
            &[],
        ),
        (
            "unknown file in the layout",
            input::layout_with(|l| l.put("README", b"hello")),
            &[],
        ),
        (
            "unreferenced blob",
            input::layout_with(|l| {
                l.blob("a/b", b"old");
            }),
            &[],
        ),
        (
            "unknown type in an index",
            input::layout_with(|l| {
                let d = l.blob("application/xml", b"<a/>");
                l.list(d, "x");
            }),
            &[],
        ),
        (
            "unknown config and layer types",
            input::pasted(input::manifest(), |m| {
                m["config"]["mediaType"] = json!("application/vnd.acme.config.v1+json");
                m["layers"][0]["mediaType"] = json!("application/vnd.acme.layer.v1");
            }),
            &[],
        ),
        (
            "unregistered digest algorithm",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["digest"] =
                    json!("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
            }),
            &["digest-algorithm-unregistered"],
        ),
        (
            "sha256+b64u",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["digest"] =
                    json!("sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564");
            }),
            &["digest-algorithm-unregistered"],
        ),
        (
            "null in the config",
            input::pasted(input::config(), |c| {
                for key in ["created", "author", "history", "variant"] {
                    c[key] = json!(null);
                }
                c["config"] = json!({ "Env": null, "ExposedPorts": null, "Entrypoint": null, "Cmd": null, "Labels": null });
            }),
            &[],
        ),
        (
            "config without execution parameters",
            input::pasted(input::config(), |c| c["config"] = json!(null)),
            &[],
        ),
        (
            "docker's fields in the config",
            input::pasted(input::config(), |c| {
                c["docker_version"] = json!("1.12.1");
                c["container_config"] = json!({ "Hostname": "x" });
                c["config"]["OnBuild"] = json!(null);
                c["config"]["Image"] = json!("sha256:abc");
            }),
            &[],
        ),
        (
            "the same layer twice",
            {
                let layer = kit::gzip_layer("hello", b"hello");
                input::image(&[layer.clone(), layer], |_| {}, |_| {})
            },
            &[],
        ),
        (
            "the same digest twice in an index",
            input::pasted(input::index(), |i| {
                i["manifests"][1] = i["manifests"][0].clone()
            }),
            &[],
        ),
        (
            "the empty descriptor as config and layer",
            input::pasted(input::artifact(), |m| {
                m["layers"] = json!([kit::descriptor(mt::OCI_EMPTY, b"{}")]);
            }),
            &[],
        ),
        (
            "artifactType with an image config",
            input::pasted(input::manifest(), |m| {
                m["artifactType"] = json!("application/vnd.acme.x")
            }),
            &["manifest-artifact-image-config"],
        ),
        (
            "index with artifactType and subject",
            input::pasted(input::index(), |i| {
                i["artifactType"] = json!("application/vnd.acme.x");
                i["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"subject");
            }),
            &[],
        ),
        (
            "subject that is nowhere",
            {
                let layer = kit::gzip_layer("hello", b"hello");
                input::image(
                    &[layer],
                    |_| {},
                    |m| m["subject"] = kit::descriptor(mt::OCI_MANIFEST, b"nowhere"),
                )
            },
            &[],
        ),
        (
            "urls on a layer, empty annotations",
            input::pasted(input::manifest(), |m| {
                m["layers"][0]["urls"] = json!(["https://example.com/layer"]);
                m["annotations"] = json!({ "com.example.empty": "" });
                m["config"]["annotations"] = json!({});
            }),
            &[],
        ),
        (
            "embedded data",
            input::pasted(input::artifact(), |m| m["config"]["data"] = json!("e30=")),
            &[],
        ),
        (
            "gzip of several members",
            {
                let tar = input::layer_tar();
                let (a, b) = tar.split_at(700);
                input::image_of_layer(
                    mt::OCI_TAR_GZIP,
                    [kit::gzip(a), kit::gzip(b)].concat(),
                    tar.clone(),
                )
            },
            &[],
        ),
        (
            "zstd of several frames, one of them skippable",
            {
                let tar = input::layer_tar();
                let (a, b) = tar.split_at(700);
                let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
                input::image_of_layer(
                    mt::OCI_TAR_ZSTD,
                    [skip, kit::zstd(a), kit::zstd(b)].concat(),
                    tar.clone(),
                )
            },
            &[],
        ),
        (
            "a layer that is not compressed",
            input::image_of_layer(mt::OCI_TAR, input::layer_tar(), input::layer_tar()),
            &[],
        ),
        (
            "a layer without entries",
            {
                let tar = vec![0; 1024];
                input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&tar), tar)
            },
            &[],
        ),
        (
            "docker's plain type holding gzip",
            {
                let tar = input::layer_tar();
                input::image_of_layer(mt::DOCKER_TAR, kit::gzip(&tar), tar)
            },
            &[],
        ),
        (
            "oci-layout with extra fields",
            input::layout_with(|l| {
                l.put(
                    "oci-layout",
                    br#"{"imageLayoutVersion":"1.0.0","com.example":1}"#,
                );
            }),
            &[],
        ),
        (
            "names starting with ./",
            {
                let items: Vec<(String, Vec<u8>)> = kit::good_layout()
                    .all()
                    .into_iter()
                    .map(|(p, b)| (format!("./{p}"), b))
                    .collect();
                Files::tar("image.tar", &items)
            },
            &[],
        ),
        (
            "docker types in an OCI index and manifest",
            input::pasted(input::manifest(), |m| {
                m["config"]["mediaType"] = json!(mt::DOCKER_CONFIG);
                m["layers"][0]["mediaType"] = json!(mt::DOCKER_TAR_GZIP);
            }),
            &[],
        ),
        (
            "a docker manifest",
            input::pasted(input::manifest(), |m| {
                m["mediaType"] = json!(mt::DOCKER_MANIFEST);
                m["config"]["mediaType"] = json!(mt::DOCKER_CONFIG);
                m["layers"][0]["mediaType"] = json!(mt::DOCKER_TAR_GZIP);
            }),
            &[],
        ),
        (
            "a manifest list",
            input::pasted(input::index(), |i| {
                i["mediaType"] = json!(mt::DOCKER_LIST);
                for n in 0..2 {
                    i["manifests"][n]["mediaType"] = json!(mt::DOCKER_MANIFEST);
                }
            }),
            &[],
        ),
        (
            "an attestation",
            input::pasted(input::index(), |i| {
                i["manifests"][1]["platform"] =
                    json!({ "architecture": "unknown", "os": "unknown" });
            }),
            &[],
        ),
        (
            "a nested index",
            input::layout_with(|l| {
                let inner = l.index.clone();
                let nested = l.document(mt::OCI_INDEX, &inner);
                l.index["manifests"] = json!([nested]);
            }),
            &[],
        ),
        (
            "white space and key order",
            Files::pasted(format!(
                "\r\n\t{}\r\n",
                serde_json::to_string_pretty(&input::manifest()).unwrap()
            )),
            &[],
        ),
        (
            "size 0 of no bytes",
            input::pasted(input::artifact(), |m| {
                m["layers"][0]["digest"] = json!(known::EMPTY_BYTES);
                m["layers"][0]["size"] = json!(0);
            }),
            &["descriptor-size-zero"],
        ),
        (
            "an artifact's layers are opaque",
            input::layout_with(|l| {
                let config = l.blob(mt::OCI_EMPTY, b"{}");
                let text = l.blob("text/plain", b"\x1f\x8bnot gzip");
                let mut document = kit::manifest(config, &[text]);
                document["artifactType"] = json!("application/vnd.acme.x");
                let d = l.document(mt::OCI_MANIFEST, &document);
                l.list(d, "a");
            }),
            &[],
        ),
        (
            "docker-archive without tags",
            input::archive_manifest(|m| m[0]["RepoTags"] = json!(null)),
            &[],
        ),
        (
            "docker-archive without images",
            input::archive_manifest(|m| *m = json!([])),
            &[],
        ),
        (
            "docker-archive with a gzip layer",
            input::archive_with(|items| {
                let (_, bytes) = items
                    .iter_mut()
                    .find(|(p, _)| p.ends_with("layer.tar"))
                    .unwrap();
                *bytes = kit::gzip(bytes);
            }),
            &[],
        ),
        (
            "in-toto layer under an image config",
            {
                let statement = br#"{"_type":"https://in-toto.io/Statement/v0.1"}"#.to_vec();
                input::image(
                    &[(mt::IN_TOTO, statement.clone(), statement)],
                    |_| {},
                    |_| {},
                )
            },
            &[],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, files, expected) in cases {
        for found in above_info(&files, expected) {
            wrong.push(format!("{name}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
