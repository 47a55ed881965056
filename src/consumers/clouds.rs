//! Cloud services that run images.

mod lambda;
mod services;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "clouds",
    title: text("Cloud run-times", "云上运行环境"),
    consumers: &[
        &lambda::LAMBDA,
        &services::CLOUD_RUN,
        &services::ACI,
        &services::APP_SERVICE,
        &services::HEROKU,
        &services::DOCKER_CLIENT,
    ],
};
