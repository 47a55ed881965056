//! Container engines: what they load from archives and what they pull.

mod docker_load_classic;
mod docker_load_containerd;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "engines",
    title: text("Container engines and loaders", "容器引擎与导入工具"),
    consumers: &[
        &docker_load_classic::CONSUMER,
        &docker_load_containerd::CONSUMER,
    ],
};
