//! Packages, bundles, policies and signatures that Kubernetes tools fetch.

mod cosign;
mod crossplane;
mod falcoctl;
mod kyverno;
mod opa;
mod tekton;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "packages",
    title: text(
        "Packages and policies for Kubernetes",
        "Kubernetes 的软件包与策略",
    ),
    consumers: &[
        &crossplane::CROSSPLANE,
        &tekton::TEKTON,
        &falcoctl::FALCOCTL,
        &kyverno::KYVERNO,
        &opa::OPA,
        &opa::CONFTEST,
        &cosign::COSIGN,
    ],
};
