//! Programs that look into images.

mod contents;
mod dive;
mod syft;
mod trivy;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "scanners",
    title: text("Scanners and inspectors", "扫描与查看工具"),
    consumers: &[
        &trivy::IMAGE,
        &trivy::INPUT,
        &syft::IMAGE,
        &syft::ARCHIVE,
        &dive::CONSUMER,
    ],
};
