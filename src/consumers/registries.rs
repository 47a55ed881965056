//! Registries, and what they refuse to be pushed.

mod distribution;
mod hosted;
mod quay;
mod zot;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "registries",
    title: text("Registries, when pushed to", "镜像仓库（推送时）"),
    consumers: &[
        &distribution::CONSUMER,
        &hosted::HARBOR,
        &quay::CONSUMER,
        &zot::CONSUMER,
        &hosted::GITLAB,
        &hosted::DOCKER_HUB,
        &hosted::GHCR,
        &hosted::ECR,
        &hosted::ACR,
        &hosted::GOOGLE,
    ],
};
