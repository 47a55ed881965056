//! Controllers and clients that deploy what they find in artifacts.

mod flux;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "gitops",
    title: text("GitOps controllers and charts", "GitOps 控制器与 chart"),
    consumers: &[&flux::FLUX],
};
