//! Images, archives and layouts for scanners.

use super::registries::{asked, of_types};
use super::{accepts, commands, refuses, unknown};
use crate::kit::cases::{buildx_index, flux_one, higress_right, zstd_image};
use crate::kit::{Files, Layout, good_docker_archive, good_layout, gzip, gzip_layer, tar};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

fn archive(items: &[(String, Vec<u8>)]) -> Files {
    Files::tar("image.tar", items)
}

/// The docker-archive with another `manifest.json`.
fn archive_with(change: impl FnOnce(&mut Value)) -> Files {
    let mut items = good_docker_archive();
    let position = items
        .iter()
        .position(|(path, _)| path == "manifest.json")
        .unwrap();
    let mut document: Value = serde_json::from_slice(&items[position].1).unwrap();
    change(&mut document);
    items[position].1 = document.to_string().into_bytes();
    archive(&items)
}

fn two(platforms: [(&str, &str); 2]) -> Layout {
    let mut layout = Layout::new();
    for (os, architecture) in platforms {
        let image = layout.image((os, architecture), &[gzip_layer(architecture, b"a")]);
        layout.list(image, architecture);
    }
    layout
}

#[test]
fn trivy_scans_images_and_refuses_artifacts_by_name() {
    for layout in [good_layout(), buildx_index(), zstd_image()] {
        accepts(&layout.tar().verdict("trivy-image@0.64"));
        accepts(&layout.tar().verdict("trivy-image@0.63"));
    }
    let verdict = flux_one().tar().verdict("trivy-image@0.64");
    refuses(
        &verdict,
        "unsupported artifact type \"application/vnd.cncf.flux.config.v1+json\" for image \"REGISTRY/REPO:latest\"",
    );
    assert!(commands(&verdict, "oras")[0].contains("trivy fs"));
    unknown(&flux_one().tar().verdict("trivy-image@0.63"));
    let layout = two([("linux", "arm64"), ("windows", "amd64")]);
    let entries = layout.index["manifests"].clone();
    let mut nested = layout;
    nested.index["manifests"] = json!([]);
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": entries });
    let index = nested.document(mt::OCI_INDEX, &index);
    nested.list(index, "v1");
    refuses(
        &nested.tar().verdict("trivy-image@0.64"),
        "no child with platform linux/amd64 in index REGISTRY/REPO:v1",
    );
}

fn neither(why: &str) -> String {
    format!(
        "2 errors occurred:\n\t* unable to open image.tar as a Docker image: {why}\n\t* unable to open image.tar as an OCI Image: stat image.tar/index.json: not a directory"
    )
}

#[test]
fn trivy_takes_layouts_as_folders_and_docker_archives_as_files() {
    accepts(&archive(&good_docker_archive()).verdict("trivy-input"));
    accepts(&good_layout().folder().verdict("trivy-input"));
    let verdict = good_layout().tar().verdict("trivy-input");
    refuses(&verdict, &neither("file manifest.json not found in tar"));
    assert!(commands(&verdict, "tar")[0].contains("trivy image --input layout"));
    let twice = archive_with(|document| {
        let first = document[0].clone();
        document.as_array_mut().unwrap().push(first);
    });
    refuses(
        &twice.verdict("trivy-input"),
        &neither("tarball must contain only a single image to be used with tarball.Image"),
    );
    let lost = archive_with(|document| document[0]["Config"] = json!("lost.json"));
    refuses(
        &lost.verdict("trivy-input"),
        &neither("file lost.json not found in tar"),
    );
    let lost = archive_with(|document| document[0]["Layers"] = json!(["lost.tar"]));
    refuses(
        &lost.verdict("trivy-input"),
        &neither("file lost.tar not found in tar"),
    );
}

#[test]
fn trivy_takes_the_first_entry_of_a_layout() {
    let says = &two([("linux", "arm64"), ("linux", "amd64")]);
    accepts(&says.folder().verdict("trivy-input"));
    refuses(
        &Layout::new().folder().verdict("trivy-input"),
        "no valid manifest",
    );
    let mut layout = Layout::new();
    let blob = layout.blob("application/x", b"x");
    let digest = blob["digest"].as_str().unwrap().to_string();
    layout.list(blob, "v1");
    refuses(
        &layout.folder().verdict("trivy-input"),
        &format!("invalid OCI image: unexpected media type for {digest}: application/x"),
    );
    let mut empty = Layout::new();
    let inner = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [] });
    let inner = empty.document(mt::OCI_INDEX, &inner);
    empty.list(inner, "v1");
    refuses(
        &empty.folder().verdict("trivy-input"),
        "invalid OCI image ref",
    );
    unknown(&higress_right().folder().verdict("trivy-input"));
}

#[test]
fn syft_knows_eleven_layer_types() {
    for layout in [good_layout(), zstd_image(), buildx_index()] {
        accepts(&layout.tar().verdict("syft"));
    }
    let verdict = of_types(mt::HELM_CONFIG, mt::HELM_CHART)
        .tar()
        .verdict("syft");
    refuses(
        &verdict,
        "unsupported layer media type(s): layer 0: application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    );
    assert!(commands(&verdict, "oras")[0].contains("syft dir:"));
    let mut layout = Layout::new();
    let config = layout.blob(mt::OCI_CONFIG, b"{}");
    let layers: Vec<Value> = ["a/b", mt::OCI_TAR_GZIP, "c/d"]
        .iter()
        .map(|t| layout.blob(t, t.as_bytes()))
        .collect();
    let root = layout.document(mt::OCI_MANIFEST, &crate::kit::manifest(config, &layers));
    layout.list(root, "v1");
    refuses(
        &layout.tar().verdict("syft"),
        "unsupported layer media type(s): layer 0: a/b, layer 2: c/d",
    );
}

#[test]
fn syft_takes_one_image_for_the_platform() {
    accepts(&archive(&good_docker_archive()).verdict("syft-archive"));
    for files in [
        good_layout().tar(),
        good_layout().folder(),
        buildx_index().tar(),
    ] {
        accepts(&files.verdict("syft-archive"));
    }
    let layout = two([("linux", "arm64"), ("linux", "amd64")]);
    accepts(&layout.tar().verdict("syft-archive"));
    refuses(
        &asked(&layout.tar(), "syft-archive", &["platform=linux/s390x"]),
        "unexpected number of images matching platform \"linux/s390x\" in OCI directory (expected 1, found 0)",
    );
    let same = two([("linux", "arm64"), ("windows", "arm64")]);
    refuses(
        &same.tar().verdict("syft-archive"),
        "unexpected number of images matching platform \"linux/amd64\" in OCI directory (expected 1, found 0)",
    );
    refuses(
        &Layout::new().folder().verdict("syft-archive"),
        "no images found in OCI directory at path \"image\"",
    );
    let twice = archive_with(|document| {
        let first = document[0].clone();
        document.as_array_mut().unwrap().push(first);
    });
    refuses(
        &twice.verdict("syft-archive"),
        "cannot process multiple docker manifests",
    );
}

#[test]
fn dive_reads_archives_by_their_names() {
    accepts(&archive(&good_docker_archive()).verdict("dive"));
    let verdict = good_layout().tar().verdict("dive");
    let says = accepts(&verdict);
    assert!(says.contains("mixed up"), "{says}");
    assert!(commands(&verdict, "skopeo")[0].contains("docker-archive:"));
    let lost = archive_with(|document| document[0]["Config"] = json!("lost.json"));
    refuses(&lost.verdict("dive"), "could not find image config");
    let lost = archive_with(|document| document[0]["Layers"] = json!(["0/layer.tar"]));
    refuses(
        &lost.verdict("dive"),
        "could not find '0/layer.tar' in parsed layers",
    );
    let none = Files::tar("x.tar", &[("etc/passwd".to_string(), b"root".to_vec())]);
    refuses(&none.verdict("dive"), "could not find image manifest");
    let zipped = Files::file("image.tar.gz", gzip(&vec![0; 4096]));
    unknown(&zipped.verdict("dive"));
    let random: Vec<(String, Vec<u8>)> = (0..64_u8)
        .map(|i| {
            let noise: Vec<u8> = (0..64_u32)
                .map(|j| (j * j * 31 + u32::from(i) * 97) as u8)
                .collect();
            (format!("{i}.json"), noise)
        })
        .chain(good_docker_archive())
        .collect();
    let zipped = Files::file("image.tar.gz", gzip(&tar(&random)));
    refuses(&zipped.verdict("dive"), "archive/tar: invalid tar header");
}
