//! Tools that unpack images or turn them into something else.

mod apptainer;
mod container2wasm;
mod incus;
mod umoci;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "unpackers",
    title: text(
        "Tools that unpack or convert images",
        "解包或转换镜像的工具",
    ),
    consumers: &[
        &container2wasm::CONSUMER,
        &umoci::CONSUMER,
        &incus::CONSUMER,
        &apptainer::IMAGES,
        &apptainer::SIF,
    ],
};
