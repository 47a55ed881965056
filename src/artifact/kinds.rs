//! What things are: the input as a whole, its wrapping, an artifact, the state of a blob. Names only, no detection.

use serde::{Deserialize, Serialize};

/// What the given bytes are, found by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// OCI image layout.
    OciLayout,
    /// What `docker save` wrote up to Engine 24: `manifest.json`, configs and layers.
    DockerArchive,
    /// OCI layout and docker-archive in one, as Engine 25 and later write.
    DockerArchiveWithOciLayout,
    /// The format of Docker before 1.10: `repositories` and `<id>/json` only.
    DockerArchiveLegacy,
    /// Loose files that refer to each other by digest.
    LooseFiles,
    /// OCI image manifest.
    Manifest,
    /// OCI image index.
    Index,
    /// Image config.
    Config,
    /// Docker schema 2 manifest.
    DockerManifest,
    /// Docker manifest list.
    DockerManifestList,
    /// Docker schema 1 manifest.
    DockerSchema1,
    /// The `manifest.json` of a docker-archive, alone.
    DockerArchiveManifest,
    /// An `oci-layout` file, alone.
    OciLayoutFile,
    /// The artifact manifest of the 1.1 release candidates.
    ArtifactManifest,
    /// JSON that is none of these.
    OtherJson,
    /// A WebAssembly core module.
    WasmModule,
    /// A WebAssembly component.
    WasmComponent,
    /// A tar without image metadata: a layer, or a root filesystem.
    Tar,
    /// Text that is not JSON: perhaps an error message.
    Text,
    /// No bytes, or a folder without files.
    Empty,
    /// Anything else; `says` names it as far as its bytes do.
    Other,
}

impl InputKind {
    /// Whether it is what `docker save` wrote up to Engine 24, or before 1.10.
    pub fn is_docker_archive(self) -> bool {
        matches!(
            self,
            InputKind::DockerArchive | InputKind::DockerArchiveLegacy
        )
    }

    /// Whether it holds an artifact or a part of one and no manifest, which is only made when it is packed or pushed.
    pub fn lacks_manifest(self) -> bool {
        self.is_docker_archive()
            || matches!(
                self,
                InputKind::WasmModule | InputKind::WasmComponent | InputKind::Tar
            )
    }
}

/// How the input was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packaging {
    /// One file, as it is.
    File,
    /// A tar archive.
    Tar,
    /// A gzip stream.
    Gzip,
    /// A zstd stream.
    Zstd,
    /// A folder.
    Folder,
    /// Several files.
    Files,
    /// Text that was pasted.
    Pasted,
}

/// What is known of the content behind a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Read whole; digest and size are as declared.
    Verified,
    /// Read whole; digest or size differ.
    Differs,
    /// Not in what was given, though it should be.
    Missing,
    /// A document was given alone, so nothing else can be expected.
    NotGiven,
    /// It is there, and not read yet or not to its end.
    Unread,
}

/// What an artifact is meant to be, as far as its media types and its content tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactKind {
    /// An image index or manifest list.
    MultiPlatformImage,
    /// Image config and root filesystem layers.
    ContainerImage,
    /// Image config and one or more layers that hold a `plugin.wasm`, or the layers of the wasm plugin formats.
    WasmPlugin,
    /// CNCF wasm artifact, or one of its forerunners: a module as a layer.
    WasmModule,
    /// Helm chart.
    HelmChart,
    /// Flux artifact.
    FluxArtifact,
    /// BuildKit attestation manifest.
    Attestation,
    /// A signature of cosign, which has the config of an image.
    Signature,
    /// Only the empty descriptor as content: the files are gone.
    EmptyArtifact,
    /// Another artifact: a config that is no image config.
    Artifact,
    /// Docker schema 1 image.
    DockerSchema1,
    /// An element of a docker-archive.
    DockerArchiveImage,
    /// A single document, layer or module that is no artifact by itself.
    Part,
}
