//! Examples of images as engines, copiers, unpackers and clouds meet them: attestations, several platforms, zstd, what
//! Docker saves.

use super::examples;
use crate::examples::Files;
use crate::examples::inputs::{both, given, image_of_layer, layer_tar};
use crate::examples::{
    Layout, blob_path, descriptor, good_layout, gzip_layer, index, json, manifest, push, sha256,
    string, tar, written, zstd_layer,
};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// What buildx makes by default: an index with the image and its provenance, under one entry of `index.json`.
pub fn buildx_index() -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"hello")]);
    let statement = layout.blob(
        mt::IN_TOTO,
        br#"{"_type":"https://in-toto.io/Statement/v0.1"}"#,
    );
    let config = layout.document(
        mt::OCI_CONFIG,
        &object!({ "architecture": "unknown", "os": "unknown", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [statement["digest"]] } }),
    );
    let mut attestation = layout.document(mt::OCI_MANIFEST, &manifest(config, &[statement]));
    attestation["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    attestation["annotations"] = object!({
        "vnd.docker.reference.digest": image["digest"],
        "vnd.docker.reference.type": "attestation-manifest" });
    let descriptor = layout.document(mt::OCI_INDEX, &index(&[image, attestation]));
    layout.list(descriptor, "latest");
    layout
}

/// An image with a zstd layer, tagged `latest`.
pub fn zstd_image() -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(("linux", "amd64"), &[zstd_layer("hello", b"hello")]);
    layout.list(image, "latest");
    layout
}

/// An image whose layers are squashfs, as stacker makes it.
pub fn squashfs_image() -> Layout {
    let mut layout = Layout::new();
    let stored = [b"hsqs".as_slice(), &[0; 92]].concat();
    let kind = "application/vnd.stacker.image.layer.squashfs+zstd+verity";
    let image = layout.image(("linux", "amd64"), &[(kind, stored.clone(), stored)]);
    layout.list(image, "v1");
    layout
}

/// An image with an encrypted layer: what it holds cannot be seen from outside.
pub fn encrypted_image() -> Layout {
    let mut layout = Layout::new();
    let tar = tar(&[("hello", "hello")]);
    let kind = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
    let image = layout.image(("linux", "amd64"), &[(kind, vec![0xA5; 64], tar)]);
    layout.list(image, "v1");
    layout
}

/// An index of four platforms, all of them there.
pub fn platforms() -> Layout {
    let mut layout = Layout::new();
    let mut entries = Vec::new();
    for architecture in ["amd64", "arm64", "s390x", "riscv64"] {
        let layer = gzip_layer("hello", architecture.as_bytes());
        let mut entry = layout.image(("linux", architecture), &[layer]);
        if architecture == "arm64" {
            entry["platform"]["variant"] = json!("v8");
        }
        entries.push(entry);
    }
    let descriptor = layout.document(mt::OCI_INDEX, &index(&entries));
    layout.list(descriptor, "v1");
    layout
}

/// The same with one platform copied and the others left where they were.
pub fn sparse_index() -> Layout {
    let mut layout = Layout::new();
    let here = layout.image(("linux", "amd64"), &[gzip_layer("hello", b"amd64")]);
    let mut elsewhere = descriptor(mt::OCI_MANIFEST, b"a manifest that was not copied");
    elsewhere["platform"] = json!({ "architecture": "arm64", "os": "linux" });
    let descriptor = layout.document(mt::OCI_INDEX, &index(&[here, elsewhere]));
    layout.list(descriptor, "v1");
    layout
}

/// What `docker save` of Engine 25 and later writes: layout, `manifest.json` with `LayerSources`, `repositories`.
pub fn docker_saved() -> Files {
    let mut layout = Layout::new();
    let layer = layer_tar();
    let mut config = json!({ "architecture": "amd64", "os": "linux",
        "config": { "Cmd": ["/hello"], "Entrypoint": null, "Env": ["PATH=/usr/bin"], "Labels": null,
            "OnBuild": null, "Volumes": null, "WorkingDir": "/" },
        "created": "2025-01-02T03:04:05Z",
        "history": [{ "created": "2025-01-02T03:04:05Z", "created_by": "COPY hello / # buildkit" },
            { "created": "2025-01-02T03:04:05Z", "created_by": "CMD [\"/hello\"]", "empty_layer": true }],
        "rootfs": { "type": "layers", "diff_ids": [] } });
    push(&mut config["rootfs"]["diff_ids"], json!(sha256(&layer)));
    let config = layout.document(mt::OCI_CONFIG, &config);
    let layer = layout.blob(mt::OCI_TAR, &layer);
    let digest = string(&layer["digest"]);
    let mut list = object!([{ "Config": blob_path(&config), "RepoTags": ["example:v1"],
        "Layers": [blob_path(&layer)], "LayerSources": {} }]);
    list[0]["LayerSources"][digest.as_str()] = layer.clone();
    let mut entry = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    entry["annotations"] = json!({ "io.containerd.image.name": "docker.io/library/example:v1" });
    layout.list(entry, "v1");
    layout.put("manifest.json", written(&list).as_bytes());
    let hex = digest.trim_start_matches("sha256:");
    let names = object!({ "example": { "v1": hex } });
    layout.put("repositories", written(&names).as_bytes());
    layout.tar()
}

/// Docker's media types under an OCI entry: a copy that changed the words and not the documents.
fn docker_types() -> Layout {
    let mut layout = Layout::new();
    let (_, stored, tar) = gzip_layer("hello", b"hello");
    let config = crate::examples::image_config(("linux", "amd64"), &[sha256(&tar)]);
    let config = layout.document(mt::DOCKER_CONFIG, &config);
    let layer = layout.blob(mt::DOCKER_TAR_GZIP, &stored);
    let mut document = manifest(config, &[layer]);
    document["mediaType"] = json!(mt::DOCKER_MANIFEST);
    let entry = layout.document(mt::DOCKER_MANIFEST, &document);
    layout.list(entry, "v1");
    layout
}

/// An image for one platform only.
fn only_for(platform: (&str, &str)) -> Layout {
    let mut layout = Layout::new();
    let image = layout.image(platform, &[gzip_layer("hello", b"hello")]);
    let descriptor = layout.document(mt::OCI_INDEX, &index(&[image]));
    layout.list(descriptor, "v1");
    layout
}

/// The first manifest of Docker, without digests of its own.
fn schema1() -> Value {
    object!({ "schemaVersion": 1, "name": "library/example", "tag": "v1", "architecture": "amd64",
        "fsLayers": [{ "blobSum": sha256(b"layer") }], "history": [{ "v1Compatibility": "{}" }] })
}

examples! {
    "docker-save-25" good "engines" {
        title: "What `docker save` of Engine 25 and later writes" / "Engine 25 及更新版本的 `docker save` 产物",
        about: "An OCI layout and a `manifest.json` over the same blobs: old and new loaders both find what they know." / "OCI 布局与 `manifest.json` 指向同一批 blob：新旧导入工具都能找到自己认识的内容。",
        file: "image.tar", breaks: [], refused: [], accepted: ["docker-load-classic", "docker-load-containerd", "umoci"],
        make: docker_saved,
    }
    "two-answers-in-one-archive" bad "engines" {
        title: "An archive with two different images" / "一个归档，两个不同的镜像",
        about: "`manifest.json` and `index.json` lead to different layers. Which image is loaded depends on the store of the Docker that loads it." / "`manifest.json` 与 `index.json` 指向不同的层。导入的是哪个镜像，取决于 Docker 用的是哪种存储。",
        file: "image.tar", breaks: ["archive-both-disagree"], refused: [], accepted: [],
        make: || both(|layout, archive| {
            let tar = tar(&[("hello", "another")]);
            let config = crate::examples::image_config(("linux", "amd64"), &[sha256(&tar)]);
            let config = layout.document(mt::OCI_CONFIG, &config);
            let layer = layout.blob(mt::OCI_TAR, &tar);
            archive[0]["Config"] = json!(blob_path(&config));
            archive[0]["Layers"][0] = json!(blob_path(&layer));
        }),
    }
    "schema-1" bad "engines" {
        title: "Docker's first manifest format" / "Docker 最早的清单格式",
        about: "Schema 1, gone from Docker since 28.2 and from containerd since 2.1. Old registries still hand it out." / "schema 1：Docker 自 28.2 起、containerd 自 2.1 起不再支持。旧的镜像仓库仍会返回它。",
        file: "manifest.json", breaks: ["media-type-docker-schema1"], refused: [], accepted: [],
        make: || given(schema1()),
    }
    "docker-types" good "copiers" {
        title: "An image in Docker's media types" / "使用 Docker 媒体类型的镜像",
        about: "A layout may hold it, and copying tools keep it as it is. `umoci` and what is built on it only know OCI's types." / "布局里可以放，复制工具也会原样保留。`umoci` 及基于它的工具只认识 OCI 的类型。",
        file: "image.tar", breaks: [], refused: ["umoci"], accepted: [],
        make: || docker_types().tar(),
    }
    "sparse-index" good "copiers" {
        title: "One platform of several" / "多个平台中只复制了一个",
        about: "The index names amd64 and arm64, and only amd64 was copied, as `skopeo copy --multi-arch` can do. Legal; a loader of all platforms will miss the other." / "索引写了 amd64 和 arm64，只复制了 amd64，`skopeo copy --multi-arch` 就能这样做。这是合法的；要导入全部平台的工具会发现少了一个。",
        file: "image.tar", breaks: ["layout-blob-missing"], refused: [], accepted: [],
        make: || sparse_index().tar(),
    }
    "four-platforms" good "copiers" {
        title: "An image for four platforms" / "四个平台的镜像",
        about: "One index, four images, everything there. Look at which platform each consumer chooses." / "一个索引、四个镜像，内容齐全。看看每个使用方选的是哪个平台。",
        file: "image.tar", breaks: [], refused: ["container2wasm"], accepted: ["container2wasm"],
        make: || platforms().tar(),
    }
    "encrypted-layer" good "copiers" {
        title: "An image with an encrypted layer" / "含加密层的镜像",
        about: "What the layer holds cannot be seen, so nothing is said of it. Copying works; running needs the key." / "看不到层的内容，因此不作判断。可以复制；运行则需要密钥。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || encrypted_image().tar(),
    }
    "buildx-attestation" good "unpackers" {
        title: "What `docker buildx build` makes by default" / "`docker buildx build` 的默认产物",
        about: "An index with the image and its provenance. container2wasm up to 0.6.0 refuses any index; from 0.6.2 on it takes the child that is an image." / "一个索引，包含镜像和它的来源证明。container2wasm 0.6.0 及之前拒绝任何索引；自 0.6.2 起取其中的镜像。",
        file: "image.tar", breaks: [], refused: ["container2wasm"], accepted: ["container2wasm"],
        make: || buildx_index().tar(),
    }
    "zstd-image" good "unpackers" {
        title: "An image with a zstd layer" / "含 zstd 层的镜像",
        about: "umoci 0.4.7 knows no zstd, 0.5.0 does; Incus stands on whichever umoci it was built with. The table says from which version on." / "umoci 0.4.7 不认识 zstd，0.5.0 认识；Incus 则取决于构建时所用的 umoci。表格会给出从哪个版本起支持。",
        file: "image.tar", breaks: [], refused: ["umoci", "incus-oci"], accepted: ["umoci", "incus-oci"],
        make: || zstd_image().tar(),
    }
    "squashfs-layers" good "unpackers" {
        title: "An image of squashfs layers" / "由 squashfs 层构成的镜像",
        about: "Made by stacker for its own tools. A type outside the specification is allowed, and no common engine unpacks it." / "由 stacker 为自家工具制作。规范允许规范之外的类型，但常见引擎都不能解包。",
        file: "image.tar", breaks: ["manifest-layer-media-type-portable"], refused: ["umoci"], accepted: [],
        make: || squashfs_image().tar(),
    }
    "apptainer-image" good "unpackers" {
        title: "A SIF image for Apptainer" / "Apptainer 的 SIF 镜像",
        about: "`apptainer push` stores the one file as one layer. It is an artifact: `apptainer pull oras://` takes it, an engine cannot." / "`apptainer push` 把单个文件存为一层。这是制品：`apptainer pull oras://` 能取用，容器引擎不能。",
        file: "image.tar", breaks: [], refused: [], accepted: [],
        make: || super::delivery::artifact_of(
            ("application/vnd.sylabs.sif.config.v1+json", b"{}"),
            &[("application/vnd.sylabs.sif.layer.v1.sif", b"#!/usr/bin/env run-singularity\n", "image.sif")],
        ).tar(),
    }
    "lambda-attestation" bad "clouds" {
        title: "An image for AWS Lambda with its provenance" / "带来源证明的 AWS Lambda 镜像",
        about: "Lambda takes a single manifest and refuses every index, also one with a single image in it. Build with `--provenance=false`." / "Lambda 只接受单个清单，任何索引都拒绝，哪怕其中只有一个镜像。构建时加 `--provenance=false`。",
        file: "image.tar", breaks: [], refused: ["aws-lambda"], accepted: [],
        make: || buildx_index().tar(),
    }
    "lambda-right" good "clouds" {
        title: "An image that AWS Lambda takes" / "AWS Lambda 接受的镜像",
        about: "One manifest, gzip layers, no index around it." / "单个清单，gzip 层，外面没有索引。",
        file: "image.tar", breaks: [], refused: [], accepted: ["aws-lambda"],
        make: || good_layout().tar(),
    }
    "only-arm64" bad "clouds" {
        title: "An index without linux/amd64" / "没有 linux/amd64 的索引",
        about: "Built on a laptop with an arm64 processor. Clouds and gateways that look for linux/amd64 find nothing to run." / "在 arm64 处理器的笔记本上构建。只找 linux/amd64 的云服务和网关找不到可运行的内容。",
        file: "image.tar", breaks: [], refused: ["container2wasm"], accepted: [],
        make: || only_for(("linux", "arm64")).tar(),
    }
    "lambda-zstd" bad "clouds" {
        title: "Zstd where only gzip is known" / "只认 gzip 的地方用了 zstd",
        about: "The layer is right and small; clouds that list the types they take name gzip alone." / "层没有错，体积也小；但有些云服务列出的可用类型只有 gzip。",
        file: "image.tar", breaks: [], refused: ["umoci"], accepted: [],
        make: || {
            let (media_type, stored, tar) = zstd_layer("hello", b"hello");
            image_of_layer(media_type, stored, tar)
        },
    }
}
