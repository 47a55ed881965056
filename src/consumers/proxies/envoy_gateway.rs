//! Envoy Gateway's `EnvoyExtensionPolicy` with `wasm.code.type: Image`: which version behaves how. The fetching itself
//! is in `wasm_plugin`.

use crate::consumers::ggcr::PlatformText;
use crate::consumers::wasm_plugin::{self, Behaviour, STREAM_LIMIT};
use crate::consumers::{Consumer, Range, Scope, Source, Versions};
use crate::text::text;

/// The copy of Istio's fetcher.
const COPIED: Behaviour = Behaviour {
    who: "Envoy Gateway",
    docker_single: false,
    compat_single: false,
    limit: Some(STREAM_LIMIT),
    size_errors: false,
    limit_on_raw: false,
    plain_join: false,
    platform_text: PlatformText::Short,
};

/// Errors joined by Go's `errors.Join`.
const JOINED: Behaviour = Behaviour {
    plain_join: true,
    ..COPIED
};

/// Sizes have errors of their own.
const SIZED: Behaviour = Behaviour {
    size_errors: true,
    limit_on_raw: true,
    ..JOINED
};

/// Envoy Gateway.
pub static ENVOY_GATEWAY: Consumer = Consumer {
    id: "envoy-gateway-wasm",
    name: "Envoy Gateway",
    about: text(
        "Envoy Gateway pulls the image named by an `EnvoyExtensionPolicy` and serves the module in it to its proxies.",
        "Envoy Gateway 拉取 `EnvoyExtensionPolicy` 指定的镜像，并把其中的模块提供给各代理。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "envoyproxy/gateway",
        path: "internal/wasm/imagefetcher.go, internal/wasm/cache.go",
        at: "v1.1.0, v1.4.0, v1.9.0-rc.1",
    }],
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "1.1 – 1.3",
                spans: &[("1.1.0-rc.1", "1.4.0-rc.1")],
            },
            label: text(
                "the last layer, at most 256 MiB of it",
                "取最后一层，最多读 256 MiB",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &COPIED),
        },
        Range {
            versions: Versions {
                shown: "1.4 – 1.8",
                spans: &[("1.4.0-rc.1", "1.9.0-rc.1")],
            },
            label: text(
                "the same, with its two errors on bare lines",
                "相同，但两条错误各占一行，不带标题",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &JOINED),
        },
        Range {
            versions: Versions {
                shown: "≥ 1.9",
                spans: &[("1.9.0-rc.1", "")],
            },
            label: text(
                "the same, with errors of their own for sizes above 256 MiB",
                "相同，超过 256 MiB 时有专门的错误",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &SIZED),
        },
    ],
    meant_for: wasm_plugin::meant_for,
};
