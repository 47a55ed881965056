//! wasmCloud 2 (`wash`, its host) pulling a component. The config is downloaded and not looked at.
//!
//! Read in wasmCloud/wasmCloud `crates/wash-runtime/src/oci.rs` (`pull_component`, `validate_component`).

use super::{PLATFORM_ONLY, is_wasm_artifact, push_component};
use crate::artifact::Why;
use crate::bytes::blob::Form;
use crate::consumers::ggcr::within;
use crate::consumers::oci_client;
use crate::consumers::pulled::refuse;
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "wash";

/// The types of layers that are taken: the CNCF's, and the one that wasmCloud wrote before it.
const ACCEPTED: &[&str] = &[mt::CNCF_WASM, mt::WASM_MODULE_CONTENT];

/// wasmCloud.
pub static WASH: Consumer = Consumer {
    id: "wasmcloud",
    name: "wasmCloud (wash)",
    about: text(
        "The host and command line of wasmCloud pull a component from its first layer. Every layer has to be of a Wasm type; the config may be anything. Versions are those of wash; providers of wasmCloud 1 (`.par.gz`) are not covered.",
        "wasmCloud 的宿主与命令行从第一层取组件。每一层都须是 Wasm 类型；配置类型不限。版本号为 wash 的版本；不含 wasmCloud 1 的 provider（`.par.gz`）。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "wasmCloud/wasmCloud",
            path: "crates/wash-runtime/src/oci.rs",
            at: "2026-08-20",
        },
        Source {
            repository: "oras-project/rust-oci-client",
            path: "src/client.rs, src/errors.rs",
            at: "2026",
        },
    ],
    settings: PLATFORM_ONLY,
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 2.0",
            spans: &[("2.0.0", "")],
        },
        label: text("the CNCF's type and the old one", "CNCF 的类型与旧类型均可"),
        replay,
    }],
    meant_for: is_wasm_artifact,
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let outer = format!("failed to pull component from {}: {{}}", names.reference);
    let fixed = |stop: Stop| match stop {
        Stop::Refuse(refusal) => refusal.fix(push_component(&names)).into(),
        unknown => unknown,
    };
    let pulled = oci_client::resolve(case, trace, WHO)
        .and_then(|pulled| {
            oci_client::accepted_layers(&pulled, trace, WHO, ACCEPTED)?;
            Ok(pulled)
        })
        .map_err(|stop| fixed(within(stop, &outer)))?;
    pulled.fetched(pulled.config()?)?;
    for layer in pulled.layers() {
        pulled.fetched(layer)?;
    }
    let Some(layer) = pulled.layers().first() else {
        return Err(pulled.missing(pulled.config()?, Why::Unreadable).into());
    };
    let at = pulled.at(layer);
    let form = pulled.bytes(layer)?.facts().map(|facts| facts.form);
    match form {
        Some(Form::Wasm { component: true }) => {}
        Some(Form::Wasm { component: false }) => {
            trace.note(
                say(
                    "The first layer is a core module, not a component.",
                    "第一层是核心模块，不是组件。",
                ),
                Some(at),
            );
            return Err(pulled.missing(layer, Why::NotSettled).into());
        }
        _ => {
            let refusal = refuse(
                trace,
                "pulled artifact is not a valid WebAssembly component",
                say(
                    "{who} takes the first layer, {digest}, and finds no WebAssembly in it; it needs a component.",
                    "{who} 取第一层 {digest}，其内容不是 WebAssembly；它需要一个组件。",
                )
                .name("who", WHO)
                .code("digest", layer.digest()),
                at,
            );
            return Err(fixed(refusal.into()));
        }
    }
    trace.pass(
        say(
            "The first layer begins as a component does.",
            "第一层的开头是组件的格式。",
        ),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say(
            "{who} takes the first layer (of {count}), {digest}: a component. It also validates all of the component, of which only the beginning is looked at here.",
            "{who} 取第一层（共 {count} 层）{digest}，它是一个组件。{who} 还会校验整个组件，此处只看了开头。",
        )
        .name("who", WHO)
        .count("count", pulled.layers().len() as u64)
        .code("digest", layer.digest()),
        Some(at),
    ))
}
