//! Controllers and clients that deploy what they find in artifacts.

mod argocd;
mod flux;
mod helm;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "gitops",
    title: text("GitOps controllers and charts", "GitOps 控制器与 chart"),
    consumers: &[&flux::FLUX, &helm::FLUX, &helm::HELM, &argocd::ARGOCD],
};
