//! The shims of containerd/runwasi: one replay for three engines. It begins where the image lies in containerd's store.
//!
//! Read in containerd/runwasi `crates/containerd-shim-wasm/src/containerd/client.rs` (`load_modules`),
//! `src/shim/shim.rs` (`supported_layers_types`, `can_handle`) and `src/shim/context.rs` (`Source::as_bytes`). The media
//! type of the config is never looked at; what is no Wasm image is run from its file system, which is not read here.

use super::{is_wasm_artifact, push_component};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::Form;
use crate::bytes::json::Node;
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say, text};

/// The older of the two types of layers that the shims load.
const COMPONENT: &str = "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm";

/// One engine.
struct Engine {
    /// As its shim names it in errors.
    name: &'static str,
    /// It runs components too.
    components: bool,
}

const SOURCES: &[Source] = &[Source {
    repository: "containerd/runwasi",
    path: "crates/containerd-shim-wasm/src/containerd/client.rs, src/shim/shim.rs, src/shim/context.rs",
    at: "2026-04-21",
}];

const fn shim(id: &'static str, name: &'static str, ranges: &'static [Range]) -> Consumer {
    Consumer {
        id,
        name,
        about: text(
            "A shim that runs Wasm under containerd. For an image with the architecture `wasm` it takes the Wasm layers; otherwise it looks for a Wasm file in the image's file system. containerd has to have pulled the image before.",
            "让 containerd 运行 Wasm 的 shim。架构为 `wasm` 的镜像取其 Wasm 层；否则在镜像的文件系统中找 Wasm 文件。镜像须先由 containerd 拉取。",
        ),
        scope: Scope::Root,
        sources: SOURCES,
        settings: &[],
        ranges,
        meant_for,
    }
}

const fn read_in_2026(replay: fn(&Case, &mut Trace) -> Result<Accept, Stop>) -> Range {
    Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions were not compared",
            "依据 2026 年的源码；未与更早版本比较",
        ),
        replay,
    }
}

/// Wasmtime.
pub static WASMTIME: Consumer = shim(
    "runwasi-wasmtime",
    "runwasi (Wasmtime)",
    &[read_in_2026(|case, trace| {
        let engine = Engine {
            name: "wasmtime",
            components: true,
        };
        replay(case, trace, &engine)
    })],
);

/// WasmEdge.
pub static WASMEDGE: Consumer = shim(
    "runwasi-wasmedge",
    "runwasi (WasmEdge)",
    &[read_in_2026(|case, trace| {
        let engine = Engine {
            name: "wasmedge",
            components: false,
        };
        replay(case, trace, &engine)
    })],
);

/// Wasmer.
pub static WASMER: Consumer = shim(
    "runwasi-wasmer",
    "runwasi (Wasmer)",
    &[read_in_2026(|case, trace| {
        let engine = Engine {
            name: "wasmer",
            components: false,
        };
        replay(case, trace, &engine)
    })],
);

fn replay(case: &Case, trace: &mut Trace, engine: &Engine) -> Result<Accept, Stop> {
    let pulled = match pulled::top(case)? {
        Top::Manifest(pulled) => pulled,
        // Which manifest containerd took decides, and the shim reads the index in its place.
        Top::Index(document, _) | Top::Other(document) => {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::NotSettled,
                at: Some(document.locus("")),
            }
            .into());
        }
    };
    let names = Names::of(case);
    let config = pulled.config()?;
    if !mt::is_image_config(config.media_type()) {
        trace.note(
            say(
                "The config is of type {type}: containerd takes it when Kubernetes pulls, and `ctr` complains of an unknown image config.",
                "配置类型为 {type}：由 Kubernetes 拉取时 containerd 可以接受，而 `ctr` 会提示未知的镜像配置类型。",
            )
            .code("type", config.media_type()),
            Some(pulled.at(config)),
        );
    }
    let described = pulled.json(config)?;
    let field = |key: &str| {
        described
            .and_then(|node| node.get(key))
            .and_then(Node::as_str)
    };
    let (Some(architecture), Some(_)) = (field("architecture"), field("os")) else {
        trace.note(
            say(
                "The config names no `architecture` or no `os`: the shim goes on with the files of the image.",
                "配置没有写 `architecture` 或 `os`：shim 转而使用镜像中的文件。",
            ),
            Some(pulled.at(config)),
        );
        return from_files(&pulled, trace, engine, &names);
    };
    if architecture != "wasm" {
        trace.note(
            say(
                "The config's architecture is {found}, not `wasm`: to the shim it is an ordinary image.",
                "配置中的架构是 {found} 而不是 `wasm`：shim 把它当作普通镜像。",
            )
            .code("found", architecture),
            Some(pulled.at(config)),
        );
        return from_files(&pulled, trace, engine, &names);
    }
    trace.pass(
        say(
            "The config's architecture is `wasm`: the shim takes the layers of type {a} or {b}.",
            "配置中的架构是 `wasm`：shim 取类型为 {a} 或 {b} 的层。",
        )
        .code("a", mt::CNCF_WASM)
        .code("b", COMPONENT),
        Some(pulled.at(config)),
    );
    let wanted: Vec<&Descriptor> = pulled
        .layers()
        .iter()
        .filter(|layer| matches!(layer.media_type(), mt::CNCF_WASM | COMPONENT))
        .collect();
    match wanted.as_slice() {
        [] => {
            trace.note(
                say(
                    "No layer is of such a type; all of them are passed over.",
                    "没有这样类型的层，所有层都被略过。",
                ),
                Some(pulled.at_layers()),
            );
            from_files(&pulled, trace, engine, &names)
        }
        [layer] => run(&pulled, trace, engine, layer),
        [_, second, ..] => Err(refuse(
            trace,
            "only a single module is supported when using images with OCI layers",
            say(
                "{who} finds {count} Wasm layers; it runs one.",
                "{who} 读到 {count} 个 Wasm 层；它只运行一个。",
            )
            .name("who", engine.name)
            .count("count", wanted.len() as u64),
            pulled.at(second),
        )
        .fix(push_component(&names))
        .into()),
    }
}

/// One Wasm layer, read whole.
fn run(
    pulled: &Pulled,
    trace: &mut Trace,
    engine: &Engine,
    layer: &Descriptor,
) -> Result<Accept, Stop> {
    let at = pulled.at(layer);
    let form = pulled.bytes(layer)?.facts().map(|facts| facts.form);
    let component = match form {
        Some(Form::Wasm { component }) => component,
        // It may be precompiled, in a format of the engine's own.
        _ => return Err(pulled.missing(layer, Why::NotSettled).into()),
    };
    if component && !engine.components {
        trace.note(
            say("The layer is a component.", "该层是一个组件。"),
            Some(at),
        );
        return Err(pulled.missing(layer, Why::NotSettled).into());
    }
    let what: Phrase = if component {
        say(
            "{who} takes the layer {digest} and runs it as a component.",
            "{who} 取层 {digest}，作为组件运行。",
        )
    } else {
        say(
            "{who} takes the layer {digest} and runs it as a module.",
            "{who} 取层 {digest}，作为模块运行。",
        )
    };
    Ok(Accept::using(
        what.name("who", engine.name).code("digest", layer.digest()),
        Some(at),
    ))
}

/// The file that the image's command names. An image without a file system has none.
fn from_files(
    pulled: &Pulled,
    trace: &mut Trace,
    engine: &Engine,
    names: &Names,
) -> Result<Accept, Stop> {
    if let Some(layer) = pulled
        .layers()
        .iter()
        .find(|layer| mt::is_layer(layer.media_type()))
    {
        trace.note(
            say(
                "The file that the image's command names has to be WebAssembly.",
                "镜像启动命令所指的文件须是 WebAssembly。",
            ),
            Some(pulled.at(layer)),
        );
        return Err(pulled.missing(layer, Why::ContentNotRead).into());
    }
    Err(refuse(
        trace,
        format!("{} executor can't handle spec", engine.name),
        say(
            "{who} finds no Wasm layer of a type that it loads ({a} or {b}), and the image has no file system with a Wasm file in it.",
            "{who} 没有找到可加载类型（{a} 或 {b}）的 Wasm 层，镜像也没有含 Wasm 文件的文件系统。",
        )
        .name("who", engine.name)
        .code("a", mt::CNCF_WASM)
        .code("b", COMPONENT),
        pulled.at_layers(),
    )
    .fix(push_component(names))
    .fix(
        Fix::new(
            "build-wasi-image",
            say(
                "Or build an image for `wasi/wasm` with the Wasm file as its command.",
                "或者构建平台为 `wasi/wasm`、以该 Wasm 文件为启动命令的镜像。",
            ),
        )
        .with(
            "docker",
            format!(
                "printf 'FROM scratch\nCOPY app.wasm /app.wasm\nENTRYPOINT [\"/app.wasm\"]\n' > Dockerfile\n\
                 docker buildx build --platform wasi/wasm --provenance=false -t {} --push .",
                names.reference
            ),
        ),
    )
    .into())
}

/// Wasm artifacts, and images for the architecture `wasm`.
fn meant_for(case: &Case) -> bool {
    is_wasm_artifact(case)
        || pulled::top(case).is_ok_and(|top| match top {
            Top::Manifest(pulled) => pulled.config().is_ok_and(|config| {
                case.inventory
                    .target(pulled.document, config)
                    .is_ok_and(|target| {
                        matches!(&target.claims, Claims::Config(c) if c.architecture.text() == "wasm")
                    })
            }),
            _ => false,
        })
}
