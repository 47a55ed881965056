//! The vocabulary of the specifications: media types, digest grammar, annotation keys, well-known content.
//! It never reads a document and never judges one.
//!
//! Sources: opencontainers/image-spec v1.1.1 (`media-types.md`, `descriptor.md`, `annotations.md`),
//! moby image spec v1.2 and distribution manifest v2 schema 1 and 2 for Docker's own types.

pub mod date;
pub mod license;
pub mod reference;
pub mod spelling;

use oci_spec::image as oci;

pub mod ecosystem;
pub mod platform;

/// Media types by the short names that the whole code uses.
pub mod media_type {
    /// OCI image index.
    pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// OCI image manifest.
    pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// The artifact manifest of the image-spec 1.1 release candidates, removed before 1.1.0.
    pub const OCI_ARTIFACT_MANIFEST: &str = "application/vnd.oci.artifact.manifest.v1+json";
    /// OCI image config.
    pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// The empty descriptor's type; its content is the two bytes `{}`.
    pub const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
    /// OCI layer, not compressed.
    pub const OCI_TAR: &str = "application/vnd.oci.image.layer.v1.tar";
    /// OCI layer, gzip.
    pub const OCI_TAR_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// OCI layer, zstd.
    pub const OCI_TAR_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
    /// OCI non-distributable layer, not compressed; `+gzip` and `+zstd` may follow.
    pub const OCI_NONDISTRIBUTABLE_TAR: &str =
        "application/vnd.oci.image.layer.nondistributable.v1.tar";
    /// Prefix of every OCI layer type, non-distributable ones included.
    pub const OCI_LAYER_PREFIX: &str = "application/vnd.oci.image.layer.";
    /// Docker manifest list.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// Docker image manifest, schema 2.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker manifest schema 1, not signed.
    pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
    /// Docker manifest schema 1, signed.
    pub const DOCKER_SCHEMA1_SIGNED: &str =
        "application/vnd.docker.distribution.manifest.v1+prettyjws";
    /// Docker image config.
    pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
    /// Docker layer, not compressed (consumers look at the bytes).
    pub const DOCKER_TAR: &str = "application/vnd.docker.image.rootfs.diff.tar";
    /// Docker layer, gzip.
    pub const DOCKER_TAR_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    /// Docker layer, zstd.
    pub const DOCKER_TAR_ZSTD: &str = "application/vnd.docker.image.rootfs.diff.tar.zstd";
    /// Docker foreign layer, not compressed.
    pub const DOCKER_FOREIGN_TAR: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar";
    /// Docker foreign layer, gzip.
    pub const DOCKER_FOREIGN_TAR_GZIP: &str =
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    /// Raw wasm module of the two-layer plugin format.
    pub const WASM_MODULE_CONTENT: &str = "application/vnd.module.wasm.content.layer.v1+wasm";
    /// Common prefix of the plugin formats of Higress and of the wasm image compat spec.
    pub const WASM_MODULE_PREFIX: &str = "application/vnd.module.wasm.";
    /// BuildKit attestation layer.
    pub const IN_TOTO: &str = "application/vnd.in-toto+json";
    /// What cosign signs, as a layer beside an image config.
    pub const COSIGN_SIGNED: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
    /// Helm chart config.
    pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
    /// Helm chart layer.
    pub const HELM_CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    /// Flux artifact config.
    pub const FLUX_CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";
    /// Flux artifact layer.
    pub const FLUX_CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
    /// CNCF wasm artifact config.
    pub const CNCF_WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
    /// CNCF wasm artifact layer.
    pub const CNCF_WASM: &str = "application/wasm";
    /// The lock file of a Spin application, as a layer.
    pub const SPIN_LOCK: &str = "application/vnd.fermyon.spin.application.v1+config";
    /// Layer of `wasm-to-oci`, and of Spin.
    pub const WASM_TO_OCI: &str = "application/vnd.wasm.content.layer.v1+wasm";

    /// An index or a manifest list.
    pub fn is_index(media_type: &str) -> bool {
        matches!(media_type, OCI_INDEX | DOCKER_LIST)
    }

    /// An image manifest, OCI's or Docker's schema 2.
    pub fn is_manifest(media_type: &str) -> bool {
        matches!(media_type, OCI_MANIFEST | DOCKER_MANIFEST)
    }

    /// An image config, OCI's or Docker's.
    pub fn is_image_config(media_type: &str) -> bool {
        matches!(media_type, OCI_CONFIG | DOCKER_CONFIG)
    }

    /// A Docker schema 1 manifest.
    pub fn is_schema1(media_type: &str) -> bool {
        matches!(media_type, DOCKER_SCHEMA1 | DOCKER_SCHEMA1_SIGNED)
    }

    /// A root filesystem layer by its type: OCI's prefix, or one of Docker's, any `+suffix` tolerated.
    pub fn is_layer(media_type: &str) -> bool {
        let base = media_type.split('+').next().unwrap_or(media_type);
        media_type.starts_with(OCI_LAYER_PREFIX)
            || matches!(
                base,
                DOCKER_TAR
                    | DOCKER_TAR_GZIP
                    | DOCKER_TAR_ZSTD
                    | DOCKER_FOREIGN_TAR
                    | DOCKER_FOREIGN_TAR_GZIP
            )
    }

    /// A layer that registries are not asked to hold.
    pub fn is_nondistributable(media_type: &str) -> bool {
        media_type.starts_with("application/vnd.oci.image.layer.nondistributable.")
            || media_type.starts_with("application/vnd.docker.image.rootfs.foreign.")
    }

    /// Every media type that Pullcheck knows by name, for recognition and for finding typing slips.
    pub const KNOWN: [&str; 27] = [
        OCI_INDEX,
        OCI_MANIFEST,
        OCI_ARTIFACT_MANIFEST,
        OCI_CONFIG,
        OCI_EMPTY,
        OCI_TAR,
        OCI_TAR_GZIP,
        OCI_TAR_ZSTD,
        OCI_NONDISTRIBUTABLE_TAR,
        DOCKER_LIST,
        DOCKER_MANIFEST,
        DOCKER_SCHEMA1,
        DOCKER_SCHEMA1_SIGNED,
        DOCKER_CONFIG,
        DOCKER_TAR,
        DOCKER_TAR_GZIP,
        DOCKER_TAR_ZSTD,
        DOCKER_FOREIGN_TAR,
        DOCKER_FOREIGN_TAR_GZIP,
        WASM_MODULE_CONTENT,
        IN_TOTO,
        HELM_CONFIG,
        HELM_CHART,
        FLUX_CONFIG,
        FLUX_CONTENT,
        CNCF_WASM_CONFIG,
        CNCF_WASM,
    ];
}

/// Annotation keys that Pullcheck reads.
pub mod annotation {
    /// The name of an entry in a layout's `index.json` (image-spec `annotations.md`).
    pub const REF_NAME: &str = super::oci::ANNOTATION_REF_NAME;
    /// The title of a layer: the file name that ORAS gives and restores.
    pub const TITLE: &str = super::oci::ANNOTATION_TITLE;
    /// When the image was made (RFC 3339).
    pub const CREATED: &str = super::oci::ANNOTATION_CREATED;
    /// Where to read more about the image.
    pub const URL: &str = super::oci::ANNOTATION_URL;
    /// Where the documentation stands.
    pub const DOCUMENTATION: &str = super::oci::ANNOTATION_DOCUMENTATION;
    /// Where the source code stands.
    pub const SOURCE: &str = super::oci::ANNOTATION_SOURCE;
    /// The licenses of the software in the image, as an SPDX expression.
    pub const LICENSES: &str = super::oci::ANNOTATION_LICENSES;
    /// The digest of the image that this one was built on.
    pub const BASE_DIGEST: &str = super::oci::ANNOTATION_BASE_IMAGE_DIGEST;
    /// The name of the image that this one was built on.
    pub const BASE_NAME: &str = super::oci::ANNOTATION_BASE_IMAGE_NAME;
    /// The digest of an eStargz layer's table of contents.
    pub const STARGZ_TOC: &str = "containerd.io/snapshot/stargz/toc.digest";
    /// The digest of a zstd:chunked layer's table of contents.
    pub const ZSTD_CHUNKED_TOC: &str = "io.github.containers.zstd-chunked.manifest-checksum";
    /// What all keys begin with that only OCI specifications may define (`annotations.md#rules`).
    pub const RESERVED: &str = "org.opencontainers.";
    /// The keys that they do define: image-spec `annotations.md`, and `conversion.md` for those that a runtime's
    /// configuration gets.
    pub const DEFINED: [&str; 22] = [
        CREATED,
        super::oci::ANNOTATION_AUTHORS,
        URL,
        DOCUMENTATION,
        SOURCE,
        super::oci::ANNOTATION_VERSION,
        super::oci::ANNOTATION_REVISION,
        super::oci::ANNOTATION_VENDOR,
        LICENSES,
        REF_NAME,
        TITLE,
        super::oci::ANNOTATION_DESCRIPTION,
        BASE_DIGEST,
        BASE_NAME,
        "org.opencontainers.image.os",
        "org.opencontainers.image.architecture",
        "org.opencontainers.image.variant",
        "org.opencontainers.image.os.version",
        "org.opencontainers.image.os.features",
        "org.opencontainers.image.author",
        "org.opencontainers.image.stopSignal",
        "org.opencontainers.image.exposedPorts",
    ];
    /// containerd's full image name in a layout's `index.json`.
    pub const CONTAINERD_NAME: &str = "io.containerd.image.name";
    /// BuildKit: what an attestation manifest is about, with `attestation-manifest` as the usual value.
    pub const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
    /// BuildKit: the digest of the manifest that an attestation is about.
    pub const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
}

/// Content whose digest everybody knows.
pub mod known {
    /// sha256 of the two bytes `{}` (image-spec `manifest.md`, guidance for an empty descriptor).
    pub const EMPTY_JSON: &str =
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    /// Length of the empty JSON object in bytes.
    pub const EMPTY_JSON_SIZE: u64 = 2;
    /// sha256 of zero bytes.
    pub const EMPTY_BYTES: &str =
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
}

/// Whether a text is a media type as descriptors need it: `type/subtype`, both restricted names of RFC 6838 section 4.2,
/// without parameters.
pub fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        part.len() <= 127
            && part
                .bytes()
                .next()
                .is_some_and(|b| b.is_ascii_alphanumeric())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

/// A digest taken apart: `algorithm ":" encoded` (image-spec `descriptor.md#digests`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest<'a> {
    /// The part before the colon.
    pub algorithm: &'a str,
    /// The part after the colon.
    pub encoded: &'a str,
}

/// Takes a digest apart, or nothing where the grammar of `descriptor.md#digests` does not hold.
/// Registered algorithms are not checked for their length here: see [`Digest::is_well_encoded`].
pub fn digest(text: &str) -> Option<Digest<'_>> {
    let (algorithm, encoded) = text.split_once(':')?;
    let component = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let good_algorithm = algorithm.split(['+', '.', '_', '-']).all(component);
    let good_encoded = !encoded.is_empty()
        && encoded
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'_' | b'-'));
    (good_algorithm && good_encoded).then_some(Digest { algorithm, encoded })
}

impl Digest<'_> {
    /// Whether a registered algorithm's encoding holds (`descriptor.md#registered-algorithms`):
    /// so many lower-case hex digits. Unregistered algorithms are always well encoded.
    pub fn is_well_encoded(&self) -> bool {
        let hex = |length: usize| {
            self.encoded.len() == length
                && self
                    .encoded
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        match self.algorithm {
            "sha256" => hex(64),
            "sha384" => hex(96),
            "sha512" => hex(128),
            // Registered after image-spec v1.1.1 (`descriptor.md#blake3`).
            "blake3" => hex(64),
            _ => true,
        }
    }

    /// Where a layout keeps the blob (`image-layout.md#blobs`).
    pub fn layout_path(&self) -> String {
        format!("blobs/{}/{}", self.algorithm, self.encoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_agree_with_oci_spec() {
        // oci-spec names the same things; a slip in either would show here.
        assert_eq!(
            media_type::OCI_MANIFEST,
            oci::MediaType::ImageManifest.to_string()
        );
        assert_eq!(
            media_type::OCI_INDEX,
            oci::MediaType::ImageIndex.to_string()
        );
        assert_eq!(
            media_type::OCI_CONFIG,
            oci::MediaType::ImageConfig.to_string()
        );
        assert_eq!(media_type::OCI_TAR, oci::MediaType::ImageLayer.to_string());
        assert_eq!(
            media_type::OCI_TAR_GZIP,
            oci::MediaType::ImageLayerGzip.to_string()
        );
        assert_eq!(
            media_type::OCI_TAR_ZSTD,
            oci::MediaType::ImageLayerZstd.to_string()
        );
        assert_eq!(media_type::OCI_EMPTY, oci::MediaType::EmptyJSON.to_string());
    }

    #[test]
    fn the_media_type_grammar_holds() {
        let long = format!("a/{}", "b".repeat(127));
        for good in ["a/b", "application/wasm", media_type::OCI_TAR_GZIP, &long] {
            assert!(is_media_type(good), "{good}");
        }
        let longer = format!("{long}b");
        for bad in [
            "",
            "invalid",
            "a/",
            "/b",
            "a/b/c",
            "foo/.bar",
            "application/json; charset=utf-8",
            &longer,
        ] {
            assert!(!is_media_type(bad), "{bad}");
        }
        assert!(media_type::KNOWN.into_iter().all(is_media_type));
    }

    #[test]
    fn the_digest_grammar_holds() {
        assert!(digest(known::EMPTY_JSON).is_some_and(|d| d.is_well_encoded()));
        for bad in [
            "SHA256:ab",
            "sha256",
            ":abc",
            "sha256+foo+-b:c8",
            "sha256:",
            "a:b c",
        ] {
            assert_eq!(digest(bad), None, "{bad}");
        }
        for short in ["sha256:AB", "sha256:abc", "sha512:00"] {
            assert!(
                digest(short).is_some_and(|d| !d.is_well_encoded()),
                "{short}"
            );
        }
        assert!(digest("multihash+base58:QmRZx").is_some_and(|d| d.is_well_encoded()));
    }
}
