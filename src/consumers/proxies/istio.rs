//! Istio's `WasmPlugin` with an `oci://` address: which version behaves how. The fetching itself is in `wasm_plugin`.

use crate::consumers::ggcr::PlatformText;
use crate::consumers::wasm_plugin::{self, Behaviour, STREAM_LIMIT};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions,
};
use crate::fixes::Fix;
use crate::text::{say, text};

const WHO: &str = "Istio";

/// One layer, no limit.
const SINGLE: Behaviour = Behaviour {
    who: WHO,
    docker_single: true,
    compat_single: true,
    limit: None,
    size_errors: false,
    limit_on_raw: false,
    plain_join: false,
    platform_text: PlatformText::Fields,
};

/// The last layer, within 256 MiB.
const LAST: Behaviour = Behaviour {
    docker_single: false,
    compat_single: false,
    limit: Some(STREAM_LIMIT),
    platform_text: PlatformText::Short,
    ..SINGLE
};

/// As before, and the limit is a setting.
const LAST_SETTABLE: Behaviour = Behaviour {
    limit_on_raw: true,
    ..LAST
};

/// Istio.
pub static ISTIO: Consumer = Consumer {
    id: "istio-wasmplugin",
    name: "Istio WasmPlugin",
    about: text(
        "The istio-agent beside each proxy pulls the image named by `WasmPlugin.spec.url` and hands the module in it to Envoy.",
        "各代理旁的 istio-agent 拉取 `WasmPlugin.spec.url` 指定的镜像，并把其中的模块交给 Envoy。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "istio/istio",
            path: "pkg/wasm/imagefetcher.go",
            at: "1.12.0, 1.14.0, 1.15.1, 1.16.0, 1.17.0, 1.27.0, 1.30.0",
        },
        Source {
            repository: "istio/istio",
            path: "pkg/wasm/cache.go",
            at: "1.12.0, 1.27.0",
        },
    ],
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "< 1.12",
                spans: &[("", "1.12.0-alpha.0")],
            },
            label: text(
                "no images, only files and HTTP",
                "不支持镜像，只支持文件和 HTTP",
            ),
            replay: no_images,
        },
        Range {
            versions: Versions {
                shown: "1.12 – 1.15",
                spans: &[("1.12.0-alpha.0", "1.16.0-beta.0")],
            },
            label: text("exactly one layer", "恰好一个层"),
            replay: |case, trace| wasm_plugin::replay(case, trace, &SINGLE),
        },
        Range {
            versions: Versions {
                shown: "1.16 – 1.29",
                spans: &[("1.16.0-beta.0", "1.30.0-alpha.1")],
            },
            label: text(
                "the last layer, at most 256 MiB of it",
                "取最后一层，最多读 256 MiB",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &LAST),
        },
        Range {
            versions: Versions {
                shown: "≥ 1.30",
                spans: &[("1.30.0-alpha.1", "")],
            },
            label: text(
                "the last layer; the limit can be set",
                "取最后一层；上限可以设置",
            ),
            replay: |case, trace| wasm_plugin::replay(case, trace, &LAST_SETTABLE),
        },
    ],
    meant_for: wasm_plugin::meant_for,
};

fn no_images(_: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let because = say(
        "{who} before 1.12 fetches modules over HTTP only; images from a registry need 1.12.",
        "1.12 之前的 {who} 只能通过 HTTP 获取模块；从镜像仓库取镜像需要 1.12。",
    )
    .name("who", WHO);
    trace.fail(because.clone(), None);
    Err(Refusal::new(
        "unsupported Wasm module downloading URL scheme: oci",
        because,
        None,
    )
    .fix(Fix::new(
        "upgrade",
        say("Use Istio 1.16 or later.", "使用 Istio 1.16 或更高版本。"),
    ))
    .whatever()
    .into())
}
