//! What mends archives, layouts and the images in them: fixes that several loaders and unpackers share.
//! It never decides who needs one.

use super::typeable;
use crate::fixes::Fix;
use crate::text::say;

/// One image for one platform, without attestations beside it.
pub(in crate::consumers) fn single_platform() -> Fix {
    Fix::new(
        "single-platform",
        say(
            "Make an image for one platform, with no attestation beside it.",
            "生成只含一个平台、不附带证明（attestation）的镜像。",
        ),
    )
    .with(
        "docker",
        "docker buildx build --platform {os}/{arch} --provenance=false --sbom=false --load -t {name} .",
    )
    .with(
        "skopeo",
        "skopeo copy --override-os {os} --override-arch {arch} {source} oci:fixed:{tag}",
    )
    .with(
        "crane",
        "crane pull --platform {os}/{arch} {reference} fixed.tar",
    )
}

/// The same in an OCI layout, for who reads nothing else: a folder, or with `packed` a tar.
pub(in crate::consumers) fn single_platform_layout(packed: bool) -> Fix {
    let (output, to) = match packed {
        true => ("type=oci,dest=fixed.tar", "oci-archive:fixed.tar"),
        false => ("type=oci,tar=false,dest=fixed", "oci:fixed"),
    };
    let mut fix = single_platform();
    fix.commands.clear();
    fix.with(
        "docker",
        format!("docker buildx build --platform {{os}}/{{arch}} --provenance=false --sbom=false --output {output} -t {{name}} ."),
    )
    .with(
        "skopeo",
        format!("skopeo copy --override-os {{os}} --override-arch {{arch}} {{source}} {to}:{{tag}}"),
    )
}

/// A manifest of Docker's first schema, which skopeo converts.
pub(in crate::consumers) fn from_schema1() -> Fix {
    Fix::new(
        "convert-schema1",
        say(
            "Convert the image to OCI's format, or to Docker's schema 2 (`v2s2`).",
            "把镜像转换为 OCI 格式，或 Docker 的 schema 2（`v2s2`）。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --format oci {source} docker://{reference}",
    )
}

/// An image of another system cannot be turned into one for Linux.
pub(in crate::consumers) fn build_for_linux() -> Fix {
    Fix::new(
        "build-for-linux",
        say(
            "Build the image for Linux, so that its config says so.",
            "为 Linux 构建镜像，使其配置写明 Linux。",
        ),
    )
    .with(
        "docker",
        "docker buildx build --platform {os}/{arch} --provenance=false --sbom=false --load -t {name} .",
    )
}

/// The format that `docker load` has always read.
pub(in crate::consumers) fn to_docker_archive() -> Fix {
    Fix::new(
        "to-docker-archive",
        say(
            "Write the image as a docker-archive, the format with `manifest.json`.",
            "把镜像写成 docker-archive，即带有 `manifest.json` 的格式。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --override-os {os} --override-arch {arch} {source} docker-archive:fixed.tar:{name}",
    )
    .with(
        "docker",
        "docker buildx build --platform {os}/{arch} --output type=docker,dest=fixed.tar -t {name} .",
    )
}

/// Docker's other image store reads OCI layouts.
pub(in crate::consumers) fn containerd_store() -> Fix {
    Fix::new(
        "docker-containerd-store",
        say(
            "Let Docker Engine use the containerd image store, which reads OCI layouts, and restart it.",
            "让 Docker Engine 使用 containerd 镜像存储（可读取 OCI 布局），然后重启。",
        ),
    )
    .with(
        "json",
        "# /etc/docker/daemon.json\n{ \"features\": { \"containerd-snapshotter\": true } }",
    )
}

/// gzip in place of zstd.
pub(in crate::consumers) fn recompress_gzip() -> Fix {
    Fix::new(
        "recompress-gzip",
        say(
            "Compress the layers with gzip instead.",
            "改用 gzip 压缩各层。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --dest-compress-format gzip {source} docker://{reference}-gzip",
    )
    .with(
        "docker",
        "docker buildx build --output type=image,name={reference},compression=gzip,force-compression=true,push=true .",
    )
}

/// OCI types in place of Docker's.
pub(in crate::consumers) fn to_oci_types() -> Fix {
    Fix::new(
        "to-oci-types",
        say(
            "Convert manifest, config and layers to OCI media types.",
            "把清单、配置和层都转换为 OCI 媒体类型。",
        ),
    )
    .with(
        "regctl",
        "regctl image mod --to-oci --create {reference}-oci {reference}",
    )
    .with(
        "skopeo",
        "skopeo copy --format oci {source} oci:fixed:{tag}",
    )
}

/// OCI types where the manifest is OCI's already, or such that no converter reads it: only an editor of manifests helps.
pub(in crate::consumers) fn rewrite_types() -> Fix {
    Fix::new(
        "rewrite-types",
        say(
            "Rewrite the types of manifest, config and layers to OCI's, so that they belong together.",
            "把清单、配置和各层的类型都改写为 OCI 类型，使它们彼此一致。",
        ),
    )
    .with(
        "regctl",
        "regctl image mod --to-oci --create {reference}-oci {reference}",
    )
}

/// A name for an entry of `index.json`.
pub(in crate::consumers) fn name_the_entry() -> Fix {
    Fix::new(
        "set-ref-name",
        say(
            "Give the entry a name: `org.opencontainers.image.ref.name`.",
            "给该条目命名：`org.opencontainers.image.ref.name`。",
        ),
    )
    .with("skopeo", "skopeo copy {source} oci:fixed:{tag}")
    .with(
        "regctl",
        "regctl image copy ocidir://DIR@sha256:DIGEST ocidir://OTHERDIR:TAG",
    )
}

/// A folder out of a tar.
pub(in crate::consumers) fn layout_folder() -> Fix {
    Fix::new(
        "layout-folder",
        say(
            "Make a folder with an OCI layout out of the archive.",
            "把归档变成一个 OCI 布局文件夹。",
        ),
    )
    .with("tar", "mkdir layout && tar -C layout -xf {file}")
}

/// A layout out of a docker-archive, or out of a registry.
pub(in crate::consumers) fn to_layout() -> Fix {
    Fix::new(
        "to-layout",
        say(
            "Copy the image into a folder with an OCI layout.",
            "把镜像复制到一个 OCI 布局文件夹。",
        ),
    )
    .with("skopeo", "skopeo copy {source} oci:layout:{tag}")
}

/// A tar out of a folder.
pub(in crate::consumers) fn pack_folder() -> Fix {
    Fix::new(
        "pack-folder",
        say(
            "Pack the folder so that its files stand at the root of the tar.",
            "打包该文件夹，使其中的文件位于 tar 的根目录。",
        ),
    )
    .with("tar", "tar -C {file} -cf image.tar .")
}

/// Everything one folder too deep.
pub(in crate::consumers) fn unwrap_folder(folder: &str) -> Fix {
    Fix::new(
        "unwrap-folder",
        say(
            "Pack again from inside the folder {folder}, so that nothing lies one level too deep.",
            "从文件夹 {folder} 内部重新打包，避免所有内容都深了一层。",
        )
        .code("folder", folder),
    )
    .with(
        "tar",
        format!(
            "tar -xf {{file}} && tar -C ./{} -cf fixed.tar .",
            typeable(folder, "FOLDER")
        ),
    )
}

/// A layout one folder too deep, for who reads docker-archives only.
pub(in crate::consumers) fn unwrap_and_convert(folder: &str) -> Fix {
    let folder_here = typeable(folder, "FOLDER");
    Fix::new(
        "unwrap-and-convert",
        say(
            "Unpack it, and write the layout in the folder {folder} as a docker-archive.",
            "先解包，再把文件夹 {folder} 中的布局写成 docker-archive。",
        )
        .code("folder", folder),
    )
    .with(
        "skopeo",
        format!(
            "tar -xf {{file}} && skopeo copy --override-os {{os}} --override-arch {{arch}} oci:./{folder_here} docker-archive:fixed.tar:{{name}}"
        ),
    )
}

/// A file system that was exported rather than saved.
pub(in crate::consumers) fn import_rootfs() -> Fix {
    Fix::new(
        "import-rootfs",
        say(
            "If this is a root filesystem (`docker export`), import it instead of loading it.",
            "如果这是根文件系统（`docker export` 的产物），请用导入而不是加载。",
        ),
    )
    .with("docker", "docker import {file} NAME:TAG")
}

/// A fresh export from where the image is whole.
pub(in crate::consumers) fn export_again() -> Fix {
    Fix::new(
        "export-again",
        say(
            "Export the image again from where it is whole, and compare checksums after the transfer.",
            "在镜像完整的地方重新导出，传输后核对校验和。",
        ),
    )
    .with("docker", "docker save -o fixed.tar {name}")
    .with(
        "skopeo",
        "skopeo copy docker://{reference} docker-archive:fixed.tar:{name}",
    )
}

/// Config and layers that no longer belong together.
pub(in crate::consumers) fn rebuild() -> Fix {
    Fix::new(
        "rebuild-image",
        say(
            "Build the image again, or fetch it again, so that config and layers belong together.",
            "重新构建或重新获取镜像，使配置与各层相符。",
        ),
    )
    .with("docker", "docker buildx build --load -t {name} .")
    .with("skopeo", "skopeo copy docker://{reference} oci:fixed:{tag}")
}

/// An artifact is fetched with the tools of artifacts.
pub(in crate::consumers) fn pull_as_artifact() -> Fix {
    Fix::new(
        "pull-as-artifact",
        say(
            "This is no container image: fetch its files with an artifact tool.",
            "这不是容器镜像：请用制品工具获取其中的文件。",
        ),
    )
    .with("oras", "oras pull {reference}")
}

/// A newer version of the consumer takes it.
pub(in crate::consumers) fn upgrade(tool: &'static str, version: &'static str) -> Fix {
    Fix::new(
        "upgrade",
        say(
            "Upgrade {tool} to {version} or later.",
            "将 {tool} 升级到 {version} 或更高版本。",
        )
        .name("tool", tool)
        .name("version", version),
    )
}

/// container2wasm's target.
pub(in crate::consumers) fn target_architecture(architecture: &str) -> Fix {
    Fix::new(
        "set-target-arch",
        say(
            "Name the architecture that the image has.",
            "指定镜像实际具有的架构。",
        ),
    )
    .with(
        "c2w",
        format!(
            "c2w --target-arch={} {{name}} out.wasm",
            typeable(architecture, "ARCHITECTURE")
        ),
    )
}

/// An archive that holds one platform, whole.
pub(in crate::consumers) fn one_platform_archive() -> Fix {
    Fix::new(
        "one-platform-archive",
        say(
            "Save one platform only, so that nothing is listed that is not there.",
            "只保存一个平台，这样就不会列出归档中没有的内容。",
        ),
    )
    .with(
        "docker",
        "docker image save --platform {os}/{arch} -o fixed.tar {name}",
    )
    .with(
        "skopeo",
        "skopeo copy --override-os {os} --override-arch {arch} docker://{reference} docker-archive:fixed.tar:{name}",
    )
}

/// The plain tar out of a compressed archive.
pub(in crate::consumers) fn decompress_archive() -> Fix {
    Fix::new(
        "decompress-archive",
        say("Decompress the archive first.", "先解压归档。"),
    )
    .with("sh", "{decompress} {file} > plain.tar")
}
