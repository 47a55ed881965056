//! Spin (`spin up --from`, `spin registry pull`) loading an application, or a lone Wasm package, from a registry.
//!
//! Read in spinframework/spin `crates/oci/src/client.rs` (`pull`) and `crates/oci/src/loader.rs` (`load_from_cache`).
//! Layers of types that it does not know are kept as data and refused by nobody.

use super::{PLATFORM_ONLY, SPIN_PREFIX, is_wasm_artifact};
use crate::artifact::Why;
use crate::artifact::documents::Descriptor;
use crate::bytes::json::{Node, Value};
use crate::consumers::ggcr::within;
use crate::consumers::go_archive::quoted;
use crate::consumers::pulled::{Pulled, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::consumers::{oci_client, pulled};
use crate::fixes::Fix;
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "Spin";

/// The types of layers that are kept as Wasm.
const WASM: &[&str] = &[mt::WASM_TO_OCI, mt::CNCF_WASM];

/// The type of layers that are archives of files.
const ARCHIVE: &str = "application/vnd.wasm.content.bundle.v1.tar+gzip";

/// Spin.
pub static SPIN: Consumer = Consumer {
    id: "spin",
    name: "Spin",
    about: text(
        "Loads an application from a registry: the lock file of the application, in a layer of its own or, of old, as the config, and a layer for each Wasm binary and file. Without a lock file it takes a single Wasm layer as a package.",
        "从镜像仓库加载应用：应用的 lock 文件（独占一层，旧版则作为配置），以及每个 Wasm 二进制和文件各一层。没有 lock 文件时，把唯一的 Wasm 层当作包加载。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "spinframework/spin",
        path: "crates/oci/src/client.rs, crates/oci/src/loader.rs",
        at: "2026",
    }],
    settings: PLATFORM_ONLY,
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
    meant_for: |case| {
        is_wasm_artifact(case)
            || pulled::any_manifest(case, |manifest| pulled::has_type(manifest, SPIN_PREFIX))
    },
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let outer = format!(
        "cannot pull Spin application from registry reference {}\n\nCaused by:\n    {{}}",
        quoted(&names.reference)
    );
    let pulled = oci_client::resolve(case, trace, WHO).map_err(|stop| within(stop, &outer))?;
    let config = pulled.config()?;
    let lock = pulled
        .layers()
        .iter()
        .rfind(|layer| layer.media_type() == mt::SPIN_LOCK)
        .unwrap_or(config);
    let is_config = std::ptr::eq(lock, config);
    trace.note(
        if is_config {
            say(
                "No layer is of type {type}, so {who} reads the config as the application's lock file.",
                "没有类型为 {type} 的层，因此 {who} 把配置当作应用的 lock 文件读取。",
            )
        } else {
            say(
                "{who} reads the layer of type {type} as the application's lock file.",
                "{who} 把类型为 {type} 的层当作应用的 lock 文件读取。",
            )
        }
        .name("who", WHO)
        .code("type", mt::SPIN_LOCK),
        Some(pulled.at(lock)),
    );
    let content = pulled.json(lock)?;
    if !is_config {
        pulled.fetched(config)?;
    }
    match content {
        Some(lock) if lock.get("spin_lock_version").is_some() => application(&pulled, trace, lock),
        _ => package(&pulled, trace, lock, &names),
    }
}

/// A lock file: the Wasm binary of every component has to be a layer.
fn application(pulled: &Pulled, trace: &mut Trace, lock: &Node) -> Result<Accept, Stop> {
    let unsettled = |why: Why| pulled.config().map(|config| pulled.missing(config, why));
    if !matches!(
        lock.get("spin_lock_version").and_then(Node::as_i64),
        Some(0 | 1)
    ) {
        return Err(unsettled(Why::NotSettled)?.into());
    }
    let components: &[Node] = match lock.get("components").map(|n| &n.value) {
        Some(Value::Array(items)) => items,
        _ => return Err(unsettled(Why::Unreadable)?.into()),
    };
    for component in components {
        for digest in wasm_of(component) {
            let held = |layer: &&Descriptor| {
                layer.digest() == digest && WASM.contains(&layer.media_type())
            };
            let Some(layer) = pulled.layers().iter().find(held) else {
                return Err(absent(pulled, digest).into());
            };
            trace.pass(
                say(
                    "The component's binary, {digest}, is a layer of type {type}.",
                    "组件的二进制 {digest} 是类型为 {type} 的层。",
                )
                .code("digest", digest)
                .code("type", layer.media_type()),
                Some(pulled.at(layer)),
            );
        }
        // Files may also come out of an archive, which is not looked into.
        let held = |digest: &str| {
            let mut layers = pulled.layers().iter();
            layers.any(|l| l.digest() == digest || l.media_type() == ARCHIVE)
        };
        if let Some(digest) = files_of(component).into_iter().find(|digest| !held(digest)) {
            return Err(absent(pulled, digest).into());
        }
    }
    for layer in pulled.layers() {
        pulled.bytes(layer)?;
    }
    Ok(Accept::using(
        say(
            "{who} loads the application (components: {components}, layers: {layers}).",
            "{who} 加载该应用，共 {components} 个组件、{layers} 个层。",
        )
        .name("who", WHO)
        .count("components", components.len() as u64)
        .count("layers", pulled.layers().len() as u64),
        Some(pulled.at_layers()),
    ))
}

fn source_digest(node: &Node) -> &str {
    node.get("source")
        .and_then(|source| source.get("digest"))
        .and_then(Node::as_str)
        .unwrap_or_default()
}

/// The digests of a component's own binary and of those that it depends on; empty where one is not named.
fn wasm_of(component: &Node) -> Vec<&str> {
    let mut digests = vec![source_digest(component)];
    if let Some(Value::Object(members)) = component.get("dependencies").map(|n| &n.value) {
        digests.extend(members.iter().map(|m| source_digest(&m.value)));
    }
    digests
}

/// The digests of a component's files, less those whose content stands in the lock file itself.
fn files_of(component: &Node) -> Vec<&str> {
    let Some(Value::Array(files)) = component.get("files").map(|n| &n.value) else {
        return Vec::new();
    };
    let apart = |file: &&Node| file.get("inline").is_none();
    files
        .iter()
        .filter(apart)
        .map(|file| {
            file.get("digest")
                .and_then(Node::as_str)
                .unwrap_or_default()
        })
        .collect()
}

/// Something that the lock file names is in no layer: with which words that is refused could not be settled.
fn absent(pulled: &Pulled, digest: &str) -> crate::artifact::Missing {
    crate::artifact::Missing {
        what: digest.to_string(),
        why: Why::NotSettled,
        at: Some(pulled.at_layers()),
    }
}

/// No lock file: one layer that is kept as Wasm.
fn package(
    pulled: &Pulled,
    trace: &mut Trace,
    lock: &Descriptor,
    names: &Names,
) -> Result<Accept, Stop> {
    let [layer] = pulled.layers() else {
        let count = pulled.layers().len();
        return Err(refuse(
            trace,
            format!("expected single layer in OCI package, found {count} layers"),
            say(
                "{who} finds no `spin_lock_version` in {digest}, so this is no application of its own; it then needs exactly one layer and finds {count}.",
                "{who} 在 {digest} 中没有找到 `spin_lock_version`，因此这不是 Spin 应用；此时它需要恰好一个层，实际为 {count} 个。",
            )
            .name("who", WHO)
            .code("digest", lock.digest())
            .name("count", count.to_string()),
            pulled.at_layers(),
        )
        .fix(Fix::new(
            "push-spin-app",
            say(
                "Push the application with Spin itself, from the folder of its `spin.toml`.",
                "在 `spin.toml` 所在的文件夹中用 Spin 自身推送应用。",
            ),
        )
        .with("spin", format!("spin registry push {}", names.reference)))
        .into());
    };
    if !WASM.contains(&layer.media_type()) {
        // Kept as data: the Wasm file that is looked for is not there.
        return Err(pulled.missing(layer, Why::NotSettled).into());
    }
    pulled.bytes(layer)?;
    let at = pulled.at(layer);
    Ok(Accept::using(
        say(
            "{who} finds no lock file and takes the only layer, {type}, {digest}, as a Wasm package.",
            "{who} 没有找到 lock 文件，把唯一的一层 {type}，{digest} 当作 Wasm 包加载。",
        )
        .name("who", WHO)
        .code("type", layer.media_type())
        .code("digest", layer.digest()),
        Some(at),
    ))
}
