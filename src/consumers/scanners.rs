//! Programs that look into images.

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "scanners",
    title: text("Scanners and inspectors", "扫描与查看工具"),
    consumers: &[],
};
