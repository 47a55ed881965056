//! Tools that carry artifacts from place to place.

mod crane;
mod oras;
mod skopeo;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "copiers",
    title: text("Tools that copy, push and pull", "复制、推送与拉取工具"),
    consumers: &[&skopeo::CONSUMER, &crane::CONSUMER, &oras::ORAS],
};
