//! Remedies for artifacts in a registry, shared by the consumers that pull from one: each change once, with the
//! commands of every tool that makes it and the reader's own names filled in. It never decides who needs one.

pub(in crate::consumers) mod archive;
mod held;

pub(in crate::consumers) use held::Held;

use super::Case;
use crate::artifact::documents::Descriptor;
use crate::fixes::Fix;
use crate::spec::{annotation, media_type as mt};
use crate::text::say;

/// A name out of the input as it may stand in a command that people copy into a shell; where it has any other character
/// than names of images, types and files need, or begins like an option, a place-holder stands for it.
pub fn typeable<'a>(name: &'a str, placeholder: &'a str) -> &'a str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+=,-".contains(c);
    if name.chars().all(plain) && !name.is_empty() && !name.starts_with('-') {
        name
    } else {
        placeholder
    }
}

/// The digest of a descriptor as it may stand in a command.
fn typeable_digest(d: &Descriptor) -> &str {
    typeable(d.digest(), "sha256:DIGEST")
}

/// The names to use in commands and error texts. What is not known stays an upper-case place-holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Repository and tag: `REGISTRY/REPO:TAG`, with the tag or name that the input gives.
    pub reference: String,
    /// The repository alone: `REGISTRY/REPO`.
    pub repository: String,
}

impl Names {
    /// The names for a case: a full image name as it is, a bare tag after `REGISTRY/REPO:`.
    pub fn of(case: &Case) -> Names {
        match case.root.and_then(|root| root.name.as_deref()) {
            Some(name) if !name.trim().is_empty() => Names::from_name(name),
            _ => Names::from_name("TAG"),
        }
    }

    fn from_name(name: &str) -> Names {
        let name = typeable(name, "TAG");
        let full = match (name.contains('/'), name.contains(':')) {
            (true, _) => name.to_string(),
            (false, true) => format!("REGISTRY/{name}"),
            (false, false) => format!("REGISTRY/REPO:{name}"),
        };
        let bare = full.split('@').next().unwrap_or(&full);
        let repository = match bare.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => repository.to_string(),
            _ => bare.to_string(),
        };
        Names {
            reference: full,
            repository,
        }
    }

    /// The path under which a registry serves a blob: `REGISTRY/v2/REPO/blobs/sha256:…`.
    pub fn blob_path(&self, digest: &str) -> String {
        let (registry, repository) = self
            .repository
            .split_once('/')
            .unwrap_or(("REGISTRY", &self.repository));
        format!("{registry}/v2/{repository}/blobs/{digest}")
    }

    /// The same repository on the registry that the artifact came from.
    fn source(&self) -> String {
        match self.reference.split_once('/') {
            Some((_, rest)) => format!("SOURCE-REGISTRY/{rest}"),
            None => "SOURCE-REGISTRY/REPO:TAG".to_string(),
        }
    }
}

/// Copy the artifact again, byte for byte.
pub fn copy_verbatim(names: &Names) -> Fix {
    let (from, to) = (names.source(), &names.reference);
    Fix::new(
        "copy-verbatim",
        say(
            "Copy it again from where it is whole, registry to registry and byte for byte; `docker pull` and `docker push` lose the layers of an artifact.",
            "从仍然完整的镜像仓库按字节原样重新复制；`docker pull` 加 `docker push` 会丢失制品的层。",
        ),
    )
    .with("oras", format!("oras cp {from} {to}"))
    .with("crane", format!("crane copy {from} {to}"))
    .with(
        "skopeo",
        format!("skopeo copy --all docker://{from} docker://{to}"),
    )
    .with("regctl", format!("regctl image copy {from} {to}"))
}

/// The file name of a layer: its title, else a name after its media type.
fn file_name(layer: &Descriptor, position: usize) -> String {
    let title = layer
        .annotations
        .get(annotation::TITLE)
        .map(|title| title.rsplit('/').next().unwrap_or(title))
        .filter(|title| !typeable(title, "").is_empty() && !title.contains(':'));
    if let Some(title) = title {
        return title.to_string();
    }
    let media_type = layer.media_type();
    match media_type.strip_prefix(mt::WASM_MODULE_PREFIX) {
        Some("spec.v1+yaml") => "spec.yaml".to_string(),
        Some("doc.v1+markdown") => "README.md".to_string(),
        Some("icon.v1+png") => "icon.png".to_string(),
        Some(doc) if doc.starts_with("doc.v1.") => {
            let lang = doc
                .trim_start_matches("doc.v1.")
                .trim_end_matches("+markdown");
            let lang = typeable(lang, "LANG");
            format!("README_{}.md", lang.to_ascii_uppercase())
        }
        _ => format!("layer-{}", position + 1),
    }
}

/// Push the files again with the plugin layer last and under the type that proxies look for.
/// `plugin` is the layer that holds the plugin now, if one does.
pub fn push_plugin_last(names: &Names, layers: &[&Descriptor], plugin: Option<usize>) -> Fix {
    let Names {
        reference,
        repository,
    } = names;
    let mut fetch = Vec::new();
    let mut push = vec![format!("oras push {reference}")];
    for (position, layer) in layers.iter().enumerate() {
        if Some(position) == plugin || layer.media_type() == mt::OCI_EMPTY {
            continue;
        }
        let is_companion = layer.media_type().starts_with(mt::WASM_MODULE_PREFIX)
            && layer.media_type() != mt::WASM_MODULE_CONTENT;
        if is_companion {
            let file = file_name(layer, position);
            fetch.push(format!(
                "oras blob fetch --output {file} {repository}@{}",
                typeable_digest(layer)
            ));
            push.push(format!(
                "./{file}:{}",
                typeable(layer.media_type(), "MEDIA-TYPE")
            ));
        }
    }
    match plugin.and_then(|position| layers.get(position)) {
        Some(layer) => fetch.push(format!(
            "oras blob fetch --output plugin.tar.gz {repository}@{}",
            typeable_digest(layer)
        )),
        None => fetch.push("tar czf plugin.tar.gz plugin.wasm".to_string()),
    }
    push.push(format!("./plugin.tar.gz:{}", mt::OCI_TAR_GZIP));
    Fix::new(
        "push-plugin-last",
        say(
            "Push the plugin as a gzip tar that holds `plugin.wasm`, under the type {type}, as the last file.",
            "把插件打成含 `plugin.wasm` 的 gzip tar，以类型 {type} 推送，并放在最后一个文件。",
        )
        .code("type", mt::OCI_TAR_GZIP),
    )
    .with(
        "oras",
        format!("{}\n{}", fetch.join("\n"), push.join(" \\\n  ")),
    )
}

/// Build an image from a bare module.
pub fn build_plugin_image(names: &Names) -> Fix {
    Fix::new(
        "build-plugin-image",
        say(
            "Build an image from the module: `plugin.wasm` in one gzip layer, for `linux/amd64`, without attestations.",
            "用模块构建镜像：单个 gzip 层中放 `plugin.wasm`，平台 `linux/amd64`，不带证明（attestation）。",
        ),
    )
    .with(
        "docker",
        format!(
            "printf 'FROM scratch\\nCOPY plugin.wasm /plugin.wasm\\n' > Dockerfile\n\
             docker buildx build --platform linux/amd64 --provenance=false --sbom=false \\\n  \
             --output type=image,name={},oci-mediatypes=true,compression=gzip,push=true .",
            names.reference
        ),
    )
}

/// A component cannot be wrapped so that a proxy loads it: build again, for the ABI of proxies, and push that.
pub fn build_core_module(names: &Names) -> Fix {
    let push = format!(
        "tar czf plugin.tar.gz plugin.wasm\noras push {} \\\n  ./plugin.tar.gz:{}",
        names.reference,
        mt::OCI_TAR_GZIP
    );
    Fix::new(
        "build-core-module",
        say(
            "Build the plugin as a core module with a proxy-wasm SDK; a component cannot be loaded, however it is packed.",
            "用 proxy-wasm SDK 把插件构建为核心模块；组件（component）无论怎样打包都无法加载。",
        ),
    )
    .with(
        "cargo",
        format!(
            "cargo build --release --target wasm32-wasip1\n\
             cp target/wasm32-wasip1/release/NAME.wasm plugin.wasm\n{push}"
        ),
    )
    .with(
        "go",
        format!("GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o plugin.wasm .\n{push}"),
    )
}

/// Recompress the layers with gzip.
pub fn recompress_gzip(names: &Names) -> Fix {
    let reference = &names.reference;
    Fix::new(
        "recompress-gzip",
        say(
            "Recompress the layers with gzip.",
            "把各层改用 gzip 重新压缩。",
        ),
    )
    .with(
        "skopeo",
        format!(
            "skopeo copy --dest-compress-format gzip docker://{reference} docker://{reference}-gzip"
        ),
    )
    .with(
        "docker",
        format!(
            "docker buildx build --platform linux/amd64 --provenance=false --sbom=false \\\n  \
             --output type=image,name={reference},oci-mediatypes=true,compression=gzip,force-compression=true,push=true ."
        ),
    )
}

/// Rewrite manifest, config and layers to OCI's media types.
pub fn to_oci(names: &Names) -> Fix {
    let reference = &names.reference;
    Fix::new(
        "to-oci",
        say(
            "Rewrite the manifest, config and layer types to OCI's, so that they belong together.",
            "把清单、配置和层的类型统一改写为 OCI 类型，使它们彼此一致。",
        ),
    )
    .with(
        "regctl",
        format!("regctl image mod --to-oci --create {reference}-oci {reference}"),
    )
}

/// Rewrite manifest, config and layers to Docker's media types.
pub fn to_docker(names: &Names) -> Fix {
    let reference = &names.reference;
    Fix::new(
        "to-docker",
        say(
            "Rewrite the manifest, config and layer types to Docker's (schema 2), or build without attestations and OCI types.",
            "把清单、配置和层的类型统一改写为 Docker（schema 2）类型，或者构建时不带证明（attestation）、不用 OCI 类型。",
        ),
    )
    .with(
        "regctl",
        format!("regctl image mod --to-docker --create {reference}-docker {reference}"),
    )
    .with(
        "docker",
        format!(
            "docker buildx build --provenance=false --sbom=false \\\n  \
             --output type=image,name={reference},oci-mediatypes=false,push=true ."
        ),
    )
}

/// Allow a type of artifact in Quay's configuration.
pub fn allow_in_quay(config: &str, layer: &str) -> Fix {
    Fix::new(
        "allow-in-quay",
        say(
            "Allow the types in Quay's `config.yaml`, or update Quay: since 3.12 it takes any type.",
            "在 Quay 的 `config.yaml` 中允许这些类型，或者升级 Quay：自 3.12 起它接受任意类型。",
        ),
    )
    .with(
        "yaml",
        format!(
            "FEATURE_GENERAL_OCI_SUPPORT: true\nALLOWED_OCI_ARTIFACT_TYPES:\n  {}:\n    - {}",
            typeable(config, "CONFIG-TYPE"),
            typeable(layer, "LAYER-TYPE")
        ),
    )
}

/// Build one image for linux/amd64, without attestations.
pub fn build_for_amd64(names: &Names) -> Fix {
    Fix::new(
        "build-amd64",
        say(
            "Build the image for `linux/amd64`, without attestations.",
            "为 `linux/amd64` 构建镜像，且不带证明（attestation）。",
        ),
    )
    .with(
        "docker",
        format!(
            "docker buildx build --platform linux/amd64 --provenance=false --sbom=false -t {} --push .",
            names.reference
        ),
    )
}

/// Give a fitting entry of an index a tag of its own, or build one for linux/amd64.
pub fn retag_child(names: &Names, entries: &[Descriptor]) -> Fix {
    let child = entries
        .iter()
        .find(|entry| {
            !entry.annotations.contains_key(annotation::REFERENCE_TYPE)
                && entry
                    .platform
                    .value()
                    .is_none_or(|p| p.os != "unknown" && p.architecture != "unknown")
        })
        .map_or("sha256:DIGEST", typeable_digest);
    Fix::new(
        "retag-child",
        say(
            "Give the entry that you mean a tag of its own and use that: a manifest without an index is taken whatever its platform. Or build for `linux/amd64` as well.",
            "给要使用的那个条目单独打标签并改用它：不经索引的清单不会检查平台。或者同时构建 `linux/amd64`。",
        ),
    )
    .with(
        "crane",
        format!(
            "crane copy {}@{child} {}-single",
            names.repository, names.reference
        ),
    )
    .with(
        "oras",
        format!("oras tag {}@{child} TAG-single", names.repository),
    )
    .with(
        "docker",
        format!(
            "docker buildx build --platform linux/amd64 --provenance=false --sbom=false -t {} --push .",
            names.reference
        ),
    )
}

/// One manifest instead of an index: build without attestations, or use the child alone.
pub fn flatten_attestations(names: &Names, child: Option<&str>) -> Fix {
    let Names {
        reference,
        repository,
    } = names;
    let child = typeable(child.unwrap_or_default(), "sha256:DIGEST");
    Fix::new(
        "single-manifest",
        say(
            "Use a single manifest in place of the index: deploy the image by its own digest, tag it by itself, or build it without attestations.",
            "用单个清单代替索引：按镜像自身的摘要部署，为它单独打标签，或者构建时不带证明（attestation）。",
        ),
    )
    .with(
        "docker",
        format!(
            "docker buildx build --platform linux/amd64 --provenance=false --sbom=false -t {reference} --push ."
        ),
    )
    .with(
        "crane",
        format!("crane copy {repository}@{child} {reference}"),
    )
    .with(
        "aws",
        format!(
            "aws lambda update-function-code --function-name FUNCTION --image-uri {repository}@{child}"
        ),
    )
}

/// The `layerSelector` of a Flux `OCIRepository`.
/// `operation` is `extract` or `copy`, or none for versions that know no operation.
pub fn layer_selector(media_type: &str, operation: Option<&str>) -> Fix {
    let operation = operation
        .map(|operation| format!("\n    operation: {operation}"))
        .unwrap_or_default();
    Fix::new(
        "layer-selector",
        say(
            "Tell the `OCIRepository` which layer to take: that of type {type}.",
            "在 `OCIRepository` 中写明要取哪一层：类型为 {type} 的那一层。",
        )
        .code("type", media_type),
    )
    .with(
        "yaml",
        format!(
            "spec:\n  layerSelector:\n    mediaType: {}{operation}",
            typeable(media_type, "MEDIA-TYPE")
        ),
    )
}

/// Push the content as Flux expects it: one gzip tar.
pub fn push_flux(names: &Names) -> Fix {
    let reference = &names.reference;
    Fix::new(
        "push-flux-artifact",
        say(
            "Push the content as one gzip tar in the first layer.",
            "把内容打成一个 gzip tar，作为第一层推送。",
        ),
    )
    .with(
        "flux",
        format!(
            "flux push artifact oci://{reference} --path=./DIRECTORY --source=SOURCE --revision=REVISION"
        ),
    )
    .with(
        "oras",
        format!(
            "echo '{{}}' > config.json\ntar czf content.tgz -C DIRECTORY .\n\
             oras push {reference} --config config.json:{} content.tgz:{}",
            mt::FLUX_CONFIG,
            mt::FLUX_CONTENT
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_is_known() {
        for (name, reference, repository) in [
            ("v1", "REGISTRY/REPO:v1", "REGISTRY/REPO"),
            ("app:v1", "REGISTRY/app:v1", "REGISTRY/app"),
            ("r:5000/a/b", "r:5000/a/b", "r:5000/a/b"),
            ("r:5000/a/b:2", "r:5000/a/b:2", "r:5000/a/b"),
        ] {
            let names = Names::from_name(name);
            assert_eq!(
                (&*names.reference, &*names.repository),
                (reference, repository)
            );
        }
        assert_eq!(
            Names::from_name("r:5000/a/b:2").blob_path("sha256:x"),
            "r:5000/v2/a/b/blobs/sha256:x"
        );
    }
}
