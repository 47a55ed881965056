//! `wkg` fetching a package in the CNCF's Wasm artifact format: by reference (`wkg oci pull`) or as a package (`wkg get`).
//! The bytes of the layer are written as they are; nothing looks whether they are WebAssembly.
//!
//! Read in bytecodealliance/rust-oci-wasm `src/client.rs` (`pull`, `pull_manifest_and_config`), `src/config.rs`,
//! bytecodealliance/wasm-pkg-tools `crates/wkg/src/oci.rs`, `crates/wasm-pkg-client/src/oci/loader.rs`.

use super::{is_wasm_artifact, push_component};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::Form;
use crate::bytes::json::{Node, Value};
use crate::consumers::ggcr::within;
use crate::consumers::oci_client;
use crate::consumers::pulled::{Pulled, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "wkg";

/// Which command fetches.
const COMMAND: Setting = Setting {
    id: "command",
    shared: false,
    name: text("Command", "命令"),
    about: text(
        "`wkg oci pull` fetches a reference and checks the layer's type; `wkg get` fetches a package and reads its config.",
        "`wkg oci pull` 按引用拉取并检查层的类型；`wkg get` 按包名获取并读取其配置。",
    ),
    takes: Takes::OneOf(&[
        (
            "oci-pull",
            text("by reference, `wkg oci pull`", "按引用，`wkg oci pull`"),
        ),
        ("get", text("as a package, `wkg get`", "按包名，`wkg get`")),
    ]),
    default: "oci-pull",
};

/// wkg.
pub static WKG: Consumer = Consumer {
    id: "wkg",
    name: "wkg",
    about: text(
        "The package tool of the Bytecode Alliance. It takes artifacts in the CNCF's Wasm format: one manifest, one layer that is the module or component itself, a config that describes it.",
        "字节码联盟（Bytecode Alliance）的包管理工具。接受 CNCF Wasm 格式的制品：一个清单，一个层（即模块或组件本身），以及描述它的配置。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "bytecodealliance/rust-oci-wasm",
            path: "src/client.rs, src/config.rs",
            at: "2026",
        },
        Source {
            repository: "bytecodealliance/wasm-pkg-tools",
            path: "crates/wkg/src/oci.rs, crates/wasm-pkg-client/src/oci/loader.rs",
            at: "2026",
        },
        Source {
            repository: "oras-project/rust-oci-client",
            path: "src/client.rs, src/errors.rs",
            at: "2026",
        },
    ],
    settings: &[COMMAND, PLATFORM],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions were not compared",
            "依据 2026 年的源码；未与更早版本比较",
        ),
        replay,
    }],
    meant_for: is_wasm_artifact,
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let accept = if case.set(&COMMAND) == "get" {
        get(case, trace)
    } else {
        pull(case, trace).map_err(|stop| within(stop, "Unable to pull image\n\nCaused by:\n    {}"))
    };
    accept.map_err(|stop| match stop {
        Stop::Refuse(refusal) => refusal.fix(push_component(&names)).into(),
        unknown => unknown,
    })
}

/// `WasmClient::pull`.
fn pull(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let pulled = oci_client::resolve(case, trace, WHO)?;
    oci_client::accepted_layers(&pulled, trace, WHO, &[mt::CNCF_WASM])?;
    one_layer(&pulled, trace)?;
    config_type(&pulled, trace)?;
    pulled.fetched(pulled.config()?)?;
    accept(&pulled, trace)
}

/// `WasmClient::pull_manifest_and_config`, then the first layer whatever its type.
fn get(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let pulled = oci_client::resolve(case, trace, WHO)?;
    one_layer(&pulled, trace)?;
    if pulled.manifest.media_type.text() != mt::OCI_MANIFEST {
        return Err(refuse(
            trace,
            format!(
                "Wasm components must have a manifest of type {}",
                mt::OCI_MANIFEST
            ),
            say(
                "{who} finds {found} as the `mediaType` inside the manifest; it needs {type} there.",
                "{who} 读到清单内的 `mediaType` 为 {found}；它要求写明 {type}。",
            )
            .name("who", WHO)
            .code("found", format!("\"{}\"", pulled.manifest.media_type.text()))
            .code("type", mt::OCI_MANIFEST),
            pulled.document.locus("/mediaType"),
        )
        .into());
    }
    config_type(&pulled, trace)?;
    let config = pulled.config()?;
    let described = pulled.json(config)?;
    if !described.is_some_and(is_wasm_config) {
        // Refused by the JSON decoder, whose text counts lines and columns in its own way.
        return Err(pulled.missing(config, Why::Unreadable).into());
    }
    trace.pass(
        say(
            "The config has the fields that {who} reads: `created`, `architecture`, `os`, `layerDigests`.",
            "配置中有 {who} 读取的字段：`created`、`architecture`、`os`、`layerDigests`。",
        )
        .name("who", WHO),
        Some(pulled.at(config)),
    );
    accept(&pulled, trace)
}

fn one_layer(pulled: &Pulled, trace: &mut Trace) -> Result<(), Stop> {
    if pulled.layers().len() == 1 {
        return Ok(());
    }
    Err(refuse(
        trace,
        "Wasm components must have exactly one layer",
        say(
            "{who} finds {count} layers; it needs exactly one, the module or component.",
            "{who} 读到 {count} 个层；它需要恰好一个，即模块或组件本身。",
        )
        .name("who", WHO)
        .name("count", pulled.layers().len().to_string()),
        pulled.at_layers(),
    )
    .into())
}

fn config_type(pulled: &Pulled, trace: &mut Trace) -> Result<(), Stop> {
    let found = pulled.config_type();
    let at = pulled.document.locus("/config/mediaType");
    if found == mt::CNCF_WASM_CONFIG {
        trace.pass(
            say(
                "There is one layer, and the config is of type {type}, as {who} needs it.",
                "只有一个层，配置类型为 {type}，符合 {who} 的要求。",
            )
            .name("who", WHO)
            .code("type", found),
            Some(at),
        );
        return Ok(());
    }
    Err(refuse(
        trace,
        format!(
            "Wasm components must have a config of type {}",
            mt::CNCF_WASM_CONFIG
        ),
        say(
            "{who} finds a config of type {found}; it needs {type}.",
            "{who} 读到类型为 {found} 的配置；它需要 {type}。",
        )
        .name("who", WHO)
        .code("found", found)
        .code("type", mt::CNCF_WASM_CONFIG),
        at,
    )
    .into())
}

/// The fields without which `WasmConfig` cannot be read.
fn is_wasm_config(node: &Node) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let digests = node.get("layerDigests").is_some_and(
        |n| matches!(&n.value, Value::Array(items) if items.iter().all(|i| i.as_str().is_some())),
    );
    text("created").and_then(crate::spec::date::read).is_some()
        && text("architecture").is_some()
        && text("os").is_some()
        && digests
}

/// The layer is written to a file as it is.
fn accept(pulled: &Pulled, trace: &mut Trace) -> Result<Accept, Stop> {
    let Some(layer) = pulled.layers().first() else {
        return Err(Missing {
            what: "layer".to_string(),
            why: Why::Unreadable,
            at: Some(pulled.at_layers()),
        }
        .into());
    };
    let content = pulled.bytes(layer)?;
    let at = pulled.at(layer);
    let is_wasm = content
        .facts()
        .is_some_and(|facts| matches!(facts.form, Form::Wasm { .. }));
    if !is_wasm {
        trace.note(
            say(
                "The layer is no WebAssembly. {who} does not look; whoever runs the file will.",
                "该层并不是 WebAssembly。{who} 不检查这一点，但运行该文件的程序会检查。",
            )
            .name("who", WHO),
            Some(at.clone()),
        );
    }
    Ok(Accept::using(
        say(
            "{who} takes the only layer, {type}, {digest}, and writes it to a file.",
            "{who} 取唯一的一层 {type}，{digest}，并写入文件。",
        )
        .name("who", WHO)
        .code("type", layer.media_type())
        .code("digest", layer.digest()),
        Some(at),
    ))
}
