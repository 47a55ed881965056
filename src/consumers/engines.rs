//! Container engines: what they load from archives and what they pull.

mod apple_container;
mod containerd;
mod ctr_import;
mod docker_load_classic;
mod docker_load_containerd;
mod docker_pull_classic;
mod docker_pull_containerd;
mod k8s_image_volume;
mod podman;
mod podman_load;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "engines",
    title: text("Container engines and loaders", "容器引擎与导入工具"),
    consumers: &[
        &docker_load_classic::CONSUMER,
        &docker_load_containerd::CONSUMER,
        &docker_pull_classic::CONSUMER,
        &docker_pull_containerd::CONSUMER,
        &containerd::CONSUMER,
        &ctr_import::CTR,
        &ctr_import::NERDCTL,
        &ctr_import::KIND,
        &k8s_image_volume::CONSUMER,
        &podman::PODMAN,
        &podman::BUILDAH,
        &podman::CRI_O,
        &podman_load::CONSUMER,
        &apple_container::CONSUMER,
    ],
};
