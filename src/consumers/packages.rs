//! Packages, bundles, policies and signatures that Kubernetes tools fetch.

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "packages",
    title: text(
        "Packages and policies for Kubernetes",
        "Kubernetes 的软件包与策略",
    ),
    consumers: &[],
};
