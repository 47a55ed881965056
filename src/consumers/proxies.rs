//! Proxies and gateways that fetch Wasm plugins.

mod envoy_gateway;
mod higress;
mod istio;

use super::Family;
use crate::text::text;

/// The family.
pub static FAMILY: Family = Family {
    id: "proxies",
    title: text(
        "Proxies and gateways that load Wasm plugins",
        "加载 Wasm 插件的代理与网关",
    ),
    consumers: &[
        &higress::HIGRESS,
        &istio::ISTIO,
        &envoy_gateway::ENVOY_GATEWAY,
    ],
};
