//! Registries, and what they refuse to be pushed.

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "registries",
    title: text("Registries, when pushed to", "镜像仓库（推送时）"),
    consumers: &[],
};
