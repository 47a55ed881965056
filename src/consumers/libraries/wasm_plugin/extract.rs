//! The module in the last layer, and whether it is one: the part of the fetcher that reads bytes.

use super::advice::advise_archive;
use super::{Fetch, Module, STREAM_LIMIT};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{WasmKind, wasm_kind};
use crate::consumers::ggcr::{Layer, within};
use crate::consumers::go_archive::{TarEnd, UNEXPECTED_EOF, base, stream_error, tar_end, unread};
use crate::consumers::{Accept, Stop, Trace, remedies};
use crate::limits;
use crate::text::{Phrase, say};

/// The file that is run.
const PLUGIN: &str = "plugin.wasm";

/// What Envoy's log ends with, whichever part of the bytes proxy-wasm-cpp-host stumbles over: `WasmBase::load` looks for
/// the ABI version in the exports of a core module before any engine sees it (`src/wasm.cc`, `src/bytecode_util.cc`).
const NO_CORE_MODULE: &str = "Wasm VM failed Failed to load Wasm code";

impl<'a> Fetch<'a, '_> {
    /// `extractWasmPluginBinary`: the first entry named plugin.wasm in a gzip tar.
    pub(in crate::consumers) fn extract(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
    ) -> Result<Module<'a>, Stop> {
        let who = self.behaviour.who;
        let at = self.image.place(layer);
        let content = self
            .image
            .open(self.case.inventory, layer, who, &self.names)
            .map_err(|stop| within(stop, "could not get layer content: {}"))?;
        let fail = |trace: &mut Trace, error: String, because: Phrase| {
            let error = format!("could not extract wasm binary: {error}");
            let mut refusal = self.refuse(trace, error, because, at.clone());
            advise_archive(&mut refusal, self.case.inventory, &self.layers, &self.names);
            Stop::from(refusal)
        };
        let facts = content.gzip().map_err(|error| {
            let because = say(
                "{who} opens the last layer as gzip and finds no gzip header; it needs a gzip tar.",
                "{who} 以 gzip 打开最后一层，却没有 gzip 头；它需要 gzip 压缩的 tar。",
            )
            .name("who", who);
            fail(
                trace,
                format!("failed to parse layer as tar.gz: {error}"),
                because,
            )
        })?;
        let plugin = facts
            .tar
            .iter()
            .flat_map(|tar| &tar.wanted)
            .find(|entry| base(&entry.path) == PLUGIN);
        let limit = self.behaviour.limit;
        let beyond = |offset: u64| limit.is_some_and(|limit| offset > limit);
        let too_long = || {
            say(
                "{who} stops reading the layer after {limit} of decompressed data, before the plugin is complete.",
                "{who} 读到解压后 {limit} 处即停止，此时插件尚未读完。",
            )
            .name("who", who)
            .bytes("limit", limit.unwrap_or(STREAM_LIMIT))
        };
        let Some(entry) = plugin.filter(|entry| !beyond(entry.body_offset)) else {
            if beyond(facts.inner.as_ref().map_or(0, |inner| inner.size)) {
                return Err(fail(trace, UNEXPECTED_EOF.to_string(), too_long()));
            }
            let missing = |why: Why| Missing {
                what: layer.own.digest().to_string(),
                why,
                at: Some(at.clone()),
            };
            let full = facts
                .tar
                .as_ref()
                .is_some_and(|tar| tar.wanted.len() >= limits::WANTED_ENTRIES);
            if full {
                return Err(missing(Why::Unreadable).into());
            }
            return Err(match tar_end(facts).map_err(missing)? {
                TarEnd::Clean => {
                    let because = say(
                        "{who} finds no file named `plugin.wasm` in the last layer; it needs one, in any folder.",
                        "{who} 在最后一层中没有找到名为 `plugin.wasm` 的文件；它需要这个文件，放在哪个目录都可以。",
                    )
                    .name("who", who);
                    fail(trace, format!("{PLUGIN} not found in the archive"), because)
                }
                TarEnd::Error(error) | TarEnd::InBody(_, error) => {
                    let because = say(
                        "{who} finds the last layer damaged before it comes to a `plugin.wasm`; it needs a whole gzip tar.",
                        "{who} 还没读到 `plugin.wasm`，最后一层就已损坏；它需要完整的 gzip tar。",
                    )
                    .name("who", who);
                    fail(trace, error, because)
                }
            });
        };
        if self.behaviour.size_errors && entry.size > STREAM_LIMIT {
            let error = format!(
                "{PLUGIN} size {} exceeds maximum size {STREAM_LIMIT}",
                entry.size
            );
            return Err(fail(trace, error, too_long()));
        }
        let end = entry.body_offset.saturating_add(entry.size);
        if beyond(end) {
            let error = format!("failed to read {PLUGIN}: {UNEXPECTED_EOF}");
            return Err(fail(trace, error, too_long()));
        }
        if entry.body_end < end
            && let Some(why) = unread(facts)
        {
            return Err(Missing {
                what: layer.own.digest().to_string(),
                why,
                at: Some(at),
            }
            .into());
        }
        if entry.body_end < end {
            let because = say(
                "{who} finds {path} cut off after {have} of {size}; it needs the whole file.",
                "{who} 读取 {path} 时数据中断：只有 {have}，应为 {size}；它需要完整的文件。",
            )
            .name("who", who)
            .code("path", &entry.path)
            .bytes("have", entry.body_end.saturating_sub(entry.body_offset))
            .bytes("size", entry.size);
            let error = stream_error(facts).unwrap_or_else(|| UNEXPECTED_EOF.to_string());
            return Err(fail(
                trace,
                format!("failed to read {PLUGIN}: {error}"),
                because,
            ));
        }
        trace.pass(
            say(
                "{who} opens it as a gzip tar and finds {path}, {size}.",
                "{who} 以 gzip tar 打开它，找到 {path}，{size}。",
            )
            .name("who", who)
            .code("path", &entry.path)
            .bytes("size", entry.size),
            Some(at),
        );
        Ok(Module {
            layer: *layer,
            path: Some(&entry.path),
            size: entry.size,
            head: &entry.head,
        })
    }

    /// `isValidWasmBinary`, and what Envoy does with the module.
    pub(in crate::consumers) fn check(
        &self,
        trace: &mut Trace,
        module: &Module,
    ) -> Result<Accept, Stop> {
        let who = self.behaviour.who;
        let at = self.image.place(&module.layer);
        let name = module.path.unwrap_or(module.layer.own.digest());
        if module.size < 8 || !module.head.starts_with(b"\0asm") {
            let because = say(
                "{who} finds that {name} is no WebAssembly; it needs at least 8 bytes that begin with `00 61 73 6d`.",
                "{who} 发现 {name} 不是 WebAssembly；它需要以 `00 61 73 6d` 开头、至少 8 字节的内容。",
            )
            .name("who", who)
            .code("name", name);
            let error = format!(
                "fetched Wasm binary from oci://{} is invalid",
                self.names.reference
            );
            let mut refusal = self.refuse(trace, error, because, at);
            advise_archive(&mut refusal, self.case.inventory, &self.layers, &self.names);
            return Err(refusal.into());
        }
        trace.pass(
            say(
                "{who} finds the first bytes of WebAssembly in {name}; it checks no further.",
                "{who} 在 {name} 开头读到 WebAssembly 的标记字节；它只检查到这里。",
            )
            .name("who", who)
            .code("name", name),
            Some(at.clone()),
        );
        if wasm_kind(module.head) == Some(WasmKind::Component) {
            let because = say(
                "{name} is a component: {who} hands it to Envoy, which loads only core modules, built for proxy-wasm.",
                "{name} 是组件（component）：{who} 把它交给 Envoy，而 Envoy 只能加载按 proxy-wasm 构建的核心模块。",
            )
            .name("who", who)
            .code("name", name);
            let mut refusal = self.refuse(trace, NO_CORE_MODULE, because, at);
            refusal.fixes.push(remedies::build_core_module(&self.names));
            return Err(refusal.into());
        }
        let position = module.layer.position as u64 + 1;
        let uses = match module.path {
            Some(path) => say(
                "{who} takes layer {position} of {count}, {digest}, and runs {path} from it ({size}).",
                "{who} 取第 {position} 层（共 {count} 层）{digest}，运行其中的 {path}（{size}）。",
            )
            .code("path", path),
            None => say(
                "{who} takes layer {position} of {count}, {digest}, and runs it as the module ({size}).",
                "{who} 取第 {position} 层（共 {count} 层）{digest}，把它直接作为模块运行（{size}）。",
            ),
        };
        Ok(Accept::using(
            uses.name("who", who)
                .count("position", position)
                .count("count", self.layers.len() as u64)
                .code("digest", module.layer.own.digest())
                .bytes("size", module.size),
            Some(at),
        ))
    }
}
