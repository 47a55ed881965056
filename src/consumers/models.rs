//! Programs that take models out of artifacts.

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "models",
    title: text("AI models", "AI 模型"),
    consumers: &[],
};
