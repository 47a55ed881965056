//! Run-times and package tools for Wasm modules and components.

mod runwasi;
mod spin;
mod wash;
mod wasm_to_oci;
mod wkg;

use super::remedies::Names;
use super::{Case, Family, Setting, pulled};
use crate::artifact::kinds::ArtifactKind;
use crate::fixes::Fix;
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// The family.
pub static FAMILY: Family = Family {
    id: "wasm-hosts",
    title: text(
        "Wasm run-times and package tools",
        "Wasm 运行时与包管理工具",
    ),
    consumers: &[
        &wkg::WKG,
        &wash::WASH,
        &spin::SPIN,
        &wasm_to_oci::WASM_TO_OCI,
        &runwasi::WASMTIME,
        &runwasi::WASMEDGE,
        &runwasi::WASMER,
    ],
};

/// The settings of all that use the Rust client alone: it looks into an index for the platform of the machine.
const PLATFORM_ONLY: &[Setting] = &[super::settings::PLATFORM];

/// What Spin writes, by the beginning of its types.
const SPIN_PREFIX: &str = "application/vnd.fermyon.spin.";
/// What Spin and wasm-to-oci write, by the beginning of the types of their layers.
const CONTENT_PREFIX: &str = "application/vnd.wasm.";

/// Modules and components as layers, in any of the formats that are about; plugin images are made for proxies.
fn is_wasm_artifact(case: &Case) -> bool {
    case.root
        .is_some_and(|root| root.kind == ArtifactKind::WasmModule)
        || pulled::any_manifest(case, |manifest| {
            [
                SPIN_PREFIX,
                CONTENT_PREFIX,
                mt::CNCF_WASM,
                mt::WASM_MODULE_CONTENT,
            ]
            .iter()
            .any(|prefix| pulled::has_type(manifest, prefix))
        })
}

/// Push the component in the CNCF's artifact format.
fn push_component(names: &Names) -> Fix {
    let reference = &names.reference;
    Fix::new(
        "push-wasm-artifact",
        say(
            "Push the module or component in the CNCF's Wasm artifact format: one layer of type {layer} and a config of type {config}.",
            "按 CNCF 的 Wasm 制品格式推送模块或组件：一个类型为 {layer} 的层，配置类型为 {config}。",
        )
        .code("layer", mt::CNCF_WASM)
        .code("config", mt::CNCF_WASM_CONFIG),
    )
    .with("wkg", format!("wkg oci push {reference} component.wasm"))
    .with(
        "oras",
        format!(
            "echo '{{}}' > config.json\noras push {reference} --config config.json:{} component.wasm:{}",
            mt::CNCF_WASM_CONFIG,
            mt::CNCF_WASM
        ),
    )
}
