//! Programs that take models out of artifacts.

mod docker_model;
mod modelpack;
mod nydus;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "models",
    title: text("AI models", "AI 模型"),
    consumers: &[
        &docker_model::DOCKER_MODEL,
        &modelpack::MODELPACK,
        &nydus::NYDUS,
    ],
};

/// What the types of Docker's models begin with.
const DOCKER_PREFIX: &str = "application/vnd.docker.ai.";
/// What the types of the CNCF's models begin with.
const CNCF_PREFIX: &str = "application/vnd.cncf.model.";
/// What they began with before.
const CNAI_PREFIX: &str = "application/vnd.cnai.model.";
/// The config of the CNCF's models.
const CNCF_CONFIG: &str = "application/vnd.cncf.model.config.v1+json";
