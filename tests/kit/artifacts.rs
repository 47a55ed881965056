//! What real tools make that is no plain image of one platform: signatures, attestations, charts, modules, sparse
//! indexes, what current Docker saves. Each is right, however odd it looks, and stands in the gallery of examples.

use super::cases::{Case, buildx_index, flux_one, higress_right, zstd_image};
use super::{Files, Layout};
use pullcheck::examples::gallery::delivery::helm_chart;
use pullcheck::examples::gallery::wasm::wasm_artifact;
use pullcheck::examples::gallery::{
    artifact_index, cosign_attestation, cosign_signature, docker_saved, encrypted_image,
    notation_signature, oras_attached, oras_empty, platforms, sigstore_bundle, sparse_index,
    squashfs_image,
};

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
