//! Run-times and package tools for Wasm modules and components.

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "wasm-hosts",
    title: text(
        "Wasm run-times and package tools",
        "Wasm 运行时与包管理工具",
    ),
    consumers: &[],
};
