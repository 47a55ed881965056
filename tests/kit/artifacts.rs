//! What real tools make that is no plain image of one platform, rebuilt by hand: signatures, attestations, charts, modules,
//! sparse indexes, what current Docker saves. Each is right, however odd it looks. No line of it ships.

use super::cases::{Case, buildx_index, flux_one, higress_right, zstd_image};
use super::{Files, Layout, WASM_MODULE, descriptor, gzip, gzip_layer, manifest, sha256, tar};
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};

/// A layout with a signed image in it; the signature is made of the image's descriptor.
fn beside_an_image(make: impl FnOnce(&mut Layout, &Value) -> (Value, String)) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    layout.list(image.clone(), "v1");
    let mut bare = image;
    bare.as_object_mut().unwrap().remove("platform");
    let (descriptor, name) = make(&mut layout, &bare);
    layout.list(descriptor, &name);
    layout
}

/// An artifact manifest with the empty config.
fn with_empty_config(layout: &mut Layout, artifact_type: &str, layers: &[Value]) -> Value {
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut document = manifest(config, layers);
    document["artifactType"] = json!(artifact_type);
    document
}

/// The tag that tools derive from a digest: `sha256-<hex>` and an ending.
fn derived_tag(of: &Value, ending: &str) -> String {
    format!(
        "{}{ending}",
        of["digest"].as_str().unwrap().replace(':', "-")
    )
}

/// A signature as cosign up to version 2 stores it: an image config that is none.
fn cosign_signature() -> Layout {
    beside_an_image(|layout, image| {
        let payload =
            json!({ "critical": { "identity": { "docker-reference": "example.com/image" },
            "image": { "docker-manifest-digest": image["digest"] },
            "type": "cosign container image signature" }, "optional": null })
            .to_string();
        let mut layer = layout.blob(
            "application/vnd.dev.cosign.simplesigning.v1+json",
            payload.as_bytes(),
        );
        layer["annotations"] = json!({ "dev.cosignproject.cosign/signature": "MEUCIQ==" });
        let config = json!({ "architecture": "", "created": "0001-01-01T00:00:00Z",
            "history": [{ "created": "0001-01-01T00:00:00Z" }], "os": "",
            "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] }, "config": {} });
        let config = layout.document(mt::OCI_CONFIG, &config);
        let document = manifest(config, &[layer]);
        let descriptor = layout.document(mt::OCI_MANIFEST, &document);
        (descriptor, derived_tag(image, ".sig"))
    })
}

/// An in-toto attestation in a DSSE envelope, as cosign up to version 2 attaches it.
fn cosign_attestation() -> Layout {
    beside_an_image(|layout, image| {
        let envelope = json!({ "payloadType": "application/vnd.in-toto+json", "payload": "e30=",
            "signatures": [{ "keyid": "", "sig": "MEUCIQ==" }] })
        .to_string();
        let mut layer = layout.blob("application/vnd.dsse.envelope.v1+json", envelope.as_bytes());
        layer["annotations"] = json!({ "dev.cosignproject.cosign/signature": "",
            "predicateType": "https://slsa.dev/provenance/v0.2" });
        let config = json!({ "architecture": "", "created": "0001-01-01T00:00:00Z",
            "history": [{ "created": "0001-01-01T00:00:00Z" }], "os": "",
            "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] }, "config": {} });
        let config = layout.document(mt::OCI_CONFIG, &config);
        let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
        (descriptor, derived_tag(image, ".att"))
    })
}

/// A Sigstore bundle as cosign 3 attaches it: a referrer with the empty config.
fn sigstore_bundle() -> Layout {
    beside_an_image(|layout, image| {
        let kind = "application/vnd.dev.sigstore.bundle.v0.3+json";
        let layer = layout.blob(
            kind,
            br#"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}"#,
        );
        let mut document = with_empty_config(layout, kind, &[layer]);
        document["subject"] = image.clone();
        document["annotations"] = json!({ "dev.sigstore.bundle.content": "dsse-envelope",
            "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
        let mut descriptor = layout.document(mt::OCI_MANIFEST, &document);
        descriptor["artifactType"] = json!(kind);
        (descriptor, String::new())
    })
}

/// A Notary Project signature as notation stores it.
fn notation_signature() -> Layout {
    beside_an_image(|layout, image| {
        let layer = layout.blob(
            "application/jose+json",
            br#"{"payload":"e30","signature":"AA"}"#,
        );
        let kind = "application/vnd.cncf.notary.signature";
        let mut document = with_empty_config(layout, kind, &[layer]);
        document["subject"] = image.clone();
        document["annotations"] = json!({ "io.cncf.notary.x509chain.thumbprint#S256": "[\"00\"]" });
        let mut descriptor = layout.document(mt::OCI_MANIFEST, &document);
        descriptor["artifactType"] = json!(kind);
        (descriptor, String::new())
    })
}

/// A software bill of materials that `oras attach` adds, the empty config embedded as `data`.
fn oras_attached() -> Layout {
    beside_an_image(|layout, image| {
        let mut layer = layout.blob("application/spdx+json", br#"{"spdxVersion":"SPDX-2.3"}"#);
        layer["annotations"] = json!({ "org.opencontainers.image.title": "sbom.json" });
        let mut document = with_empty_config(layout, "application/vnd.example.sbom", &[layer]);
        document["config"]["data"] = json!("e30=");
        document["subject"] = image.clone();
        document["annotations"] =
            json!({ "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
        let mut descriptor = layout.document(mt::OCI_MANIFEST, &document);
        descriptor["artifactType"] = json!("application/vnd.example.sbom");
        descriptor["annotations"] = document["annotations"].clone();
        (descriptor, String::new())
    })
}

/// An artifact without files: the empty descriptor as config and as only layer.
fn oras_empty() -> Layout {
    let mut layout = Layout::new();
    let layer = layout.blob(mt::OCI_EMPTY, b"{}");
    let document = with_empty_config(&mut layout, "application/vnd.example.note", &[layer]);
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "note");
    layout
}

/// An index of artifacts, with an `artifactType` and a subject of its own.
fn artifact_index() -> Layout {
    beside_an_image(|layout, image| {
        let layer = layout.blob("text/plain", b"one");
        let document = with_empty_config(layout, "application/vnd.example.one", &[layer]);
        let mut entry = layout.document(mt::OCI_MANIFEST, &document);
        entry["artifactType"] = json!("application/vnd.example.one");
        let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX,
            "artifactType": "application/vnd.example.set", "manifests": [entry], "subject": image });
        (layout.document(mt::OCI_INDEX, &index), "set".to_string())
    })
}

/// A Helm chart with its provenance.
fn helm_chart() -> Layout {
    let mut layout = Layout::new();
    let chart = gzip(&tar(&[(
        "demo/Chart.yaml",
        "apiVersion: v2\nname: demo\nversion: 0.1.0\n",
    )]));
    let chart = layout.blob(
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        &chart,
    );
    let provenance = layout.blob(
        "application/vnd.cncf.helm.chart.provenance.v1.prov",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    );
    let config = json!({ "name": "demo", "version": "0.1.0", "apiVersion": "v2" });
    let config = layout.document("application/vnd.cncf.helm.config.v1+json", &config);
    let mut document = manifest(config, &[chart, provenance]);
    document["annotations"] = json!({ "org.opencontainers.image.title": "demo",
        "org.opencontainers.image.version": "0.1.0",
        "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "0.1.0");
    layout
}

/// A module as the CNCF's wasm artifact format has it.
fn wasm_artifact() -> Layout {
    let mut layout = Layout::new();
    let module = layout.blob("application/wasm", WASM_MODULE);
    let config = json!({ "created": "2025-01-02T03:04:05Z", "architecture": "wasm", "os": "wasip1",
        "layerDigests": [module["digest"]] });
    let config = layout.document("application/vnd.wasm.config.v0+json", &config);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[module]));
    layout.list(descriptor, "v1");
    layout
}

/// An image whose layers are squashfs, as stacker makes it.
fn squashfs_image() -> Layout {
    let mut layout = Layout::new();
    let stored = [b"hsqs".as_slice(), &[0; 92]].concat();
    let kind = "application/vnd.stacker.image.layer.squashfs+zstd+verity";
    let image = layout.image(("linux", "amd64"), &[(kind, stored.clone(), stored)]);
    layout.list(image, "v1");
    layout
}

/// An image with an encrypted layer: what it holds cannot be seen from outside.
fn encrypted_image() -> Layout {
    let mut layout = Layout::new();
    let tar = tar(&[("hello", "hello")]);
    let kind = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
    let image = layout.image(("linux", "amd64"), &[(kind, vec![0xA5; 64], tar)]);
    layout.list(image, "v1");
    layout
}

/// An index of four platforms, all of them there.
fn platforms() -> Layout {
    let mut layout = Layout::new();
    let mut entries = vec![
        layout.image(("linux", "amd64"), &[gzip_layer("hello", b"amd64")]),
        layout.image(("linux", "arm64"), &[gzip_layer("hello", b"arm64")]),
        layout.image(("linux", "s390x"), &[gzip_layer("hello", b"s390x")]),
        layout.image(("linux", "riscv64"), &[gzip_layer("hello", b"riscv64")]),
    ];
    entries[1]["platform"]["variant"] = json!("v8");
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "v1");
    layout
}

/// The same with one platform copied and the others left where they were.
fn sparse_index() -> Layout {
    let mut layout = Layout::new();
    let here = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"amd64")]);
    let mut elsewhere = descriptor(mt::OCI_MANIFEST, b"a manifest that was not copied");
    elsewhere["platform"] = json!({ "architecture": "arm64", "os": "linux" });
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX,
        "manifests": [here, elsewhere] });
    let descriptor = layout.document(mt::OCI_INDEX, &index);
    layout.list(descriptor, "v1");
    layout
}

/// What `docker save` of Engine 25 and later writes: layout, `manifest.json` with `LayerSources`, `repositories`.
fn docker_saved() -> Files {
    let mut layout = Layout::new();
    let layer = tar(&[("hello", "hello")]);
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"], "Entrypoint": null,
                "Env": ["PATH=/usr/bin"], "Labels": null, "OnBuild": null, "Volumes": null, "WorkingDir": "/" },
            "created": "2025-01-02T03:04:05Z",
            "history": [{ "created": "2025-01-02T03:04:05Z", "created_by": "COPY hello / # buildkit" },
                { "created": "2025-01-02T03:04:05Z", "created_by": "CMD [\"/hello\"]", "empty_layer": true }],
            "rootfs": { "type": "layers", "diff_ids": [sha256(&layer)] } }),
    );
    let layer = layout.blob(mt::OCI_TAR, &layer);
    let path = |d: &Value| format!("blobs/{}", d["digest"].as_str().unwrap().replace(':', "/"));
    let mut sources = json!({});
    sources[layer["digest"].as_str().unwrap()] = layer.clone();
    let list = json!([{ "Config": path(&config), "RepoTags": ["example:v1"], "Layers": [path(&layer)],
        "LayerSources": sources }]);
    let hex = layer["digest"]
        .as_str()
        .unwrap()
        .trim_start_matches("sha256:")
        .to_string();
    let document = manifest(config, &[layer]);
    let mut descriptor = layout.document(mt::OCI_MANIFEST, &document);
    descriptor["annotations"] =
        json!({ "io.containerd.image.name": "docker.io/library/example:v1" });
    layout.list(descriptor, "v1");
    layout.put("manifest.json", list.to_string().as_bytes());
    layout.put(
        "repositories",
        json!({ "example": { "v1": hex } }).to_string().as_bytes(),
    );
    layout.tar()
}

/// All of them, by name.
pub fn all() -> Vec<Case> {
    let case = |name: &'static str, layout: Layout| Case {
        name,
        files: Files::tar(name, &layout.all()),
    };
    vec![
        case("cosign-signature.tar", cosign_signature()),
        case("cosign-attestation.tar", cosign_attestation()),
        case("sigstore-bundle.tar", sigstore_bundle()),
        case("notation-signature.tar", notation_signature()),
        case("oras-attached.tar", oras_attached()),
        case("oras-empty.tar", oras_empty()),
        case("artifact-index.tar", artifact_index()),
        case("helm-chart.tar", helm_chart()),
        case("wasm-artifact.tar", wasm_artifact()),
        case("squashfs-image.tar", squashfs_image()),
        case("encrypted-image.tar", encrypted_image()),
        case("platforms.tar", platforms()),
        case("sparse-index.tar", sparse_index()),
        case("in-toto-buildx.tar", buildx_index()),
        case("flux.tar", flux_one()),
        case("higress.tar", higress_right()),
        case("zstd.tar", zstd_image()),
        Case {
            name: "docker-saved.tar",
            files: docker_saved(),
        },
    ]
}
