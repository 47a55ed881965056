//! Higress's `WasmPlugin`: a build of Istio, so its versions follow Istio's with a patch in between. The fetching
//! itself is in `wasm_plugin`.

use crate::consumers::ggcr::PlatformText;
use crate::consumers::wasm_plugin::{self, Behaviour, STREAM_LIMIT};
use crate::consumers::{Consumer, Range, Scope, Source, Versions};
use crate::text::text;

/// As in Istio 1.12: one layer, no limit.
const SINGLE: Behaviour = Behaviour {
    who: "Higress",
    docker_single: true,
    compat_single: true,
    limit: None,
    size_errors: false,
    limit_on_raw: false,
    plain_join: false,
    platform_text: PlatformText::Fields,
};

/// Istio 1.12 with a patch: the last layer of an OCI manifest, still a single one of a Docker manifest.
const PATCHED: Behaviour = Behaviour {
    compat_single: false,
    ..SINGLE
};

/// As in Istio 1.19 and 1.27: the last layer, within 256 MiB.
const LAST: Behaviour = Behaviour {
    docker_single: false,
    compat_single: false,
    limit: Some(STREAM_LIMIT),
    platform_text: PlatformText::Short,
    ..SINGLE
};

/// Higress.
pub static HIGRESS: Consumer = Consumer {
    id: "higress-wasmplugin",
    name: "Higress WasmPlugin",
    about: text(
        "The Higress gateway pulls the image named by `WasmPlugin.spec.url` and runs the `plugin.wasm` in its last layer.",
        "Higress 网关拉取 `WasmPlugin.spec.url` 指定的镜像，运行其最后一层中的 `plugin.wasm`。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "alibaba/higress",
            path: "istio/1.12/patches/istio/20230319-imagefetcher-oci.patch, .gitmodules",
            at: "v0.7.1, v1.4.0, v2.0.0-rc.1, v2.2.0",
        },
        Source {
            repository: "higress-group/istio",
            path: "pkg/wasm/imagefetcher.go",
            at: "branch istio-1.19",
        },
    ],
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "< 0.7.1",
                spans: &[("", "0.7.1")],
            },
            label: text(
                "Istio 1.12: exactly one layer",
                "基于 Istio 1.12：恰好一个层",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &SINGLE),
        },
        Range {
            versions: Versions {
                shown: "0.7.1 – 1.4",
                spans: &[("0.7.1", "2.0.0-rc.1")],
            },
            label: text(
                "Istio 1.12, patched: the last layer of an OCI manifest, the only one of a Docker manifest",
                "打过补丁的 Istio 1.12：OCI 清单取最后一层，Docker 清单须恰好一层",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &PATCHED),
        },
        Range {
            versions: Versions {
                shown: "2.0 – 2.1",
                spans: &[("2.0.0-rc.1", "2.2.0")],
            },
            label: text(
                "Istio 1.19: the last layer, at most 256 MiB of it",
                "基于 Istio 1.19：取最后一层，最多读 256 MiB",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &LAST),
        },
        Range {
            versions: Versions {
                shown: "≥ 2.2",
                spans: &[("2.2.0", "")],
            },
            label: text(
                "Istio 1.27: the last layer, at most 256 MiB of it",
                "基于 Istio 1.27：取最后一层，最多读 256 MiB",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &LAST),
        },
    ],
    meant_for: wasm_plugin::meant_for,
};
