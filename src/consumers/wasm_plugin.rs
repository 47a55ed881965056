//! How the proxies fetch a wasm plugin from a registry: Istio's image fetcher, which Higress builds and Envoy Gateway
//! copied, with the points in which versions differ as parameters. It holds no version numbers.
//!
//! Read in istio/istio `pkg/wasm/imagefetcher.go` and `cache.go`: three shapes are tried. A Docker manifest must end in
//! a Docker gzip layer; any other manifest must end in an OCI gzip layer (*compat variant*), or have exactly two layers
//! of which one is a raw module (*oci variant*).

use super::ggcr::{self, Image, Layer, PlatformText, within};
use super::go_archive::{Content, TarEnd, UNEXPECTED_EOF, base, stream_error, tar_end, unread};
use super::remedies::{self, Names};
use super::wasm_remedies::{advise_archive, advise_type};
use super::{Accept, Case, Refusal, Stop, Trace};
use crate::artifact::documents::Claims;
use crate::artifact::graph::{Role, holds_plugin, manifest_kind, under};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::blob::{WasmKind, wasm_kind};
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say};

/// Decompressed bytes after which newer fetchers stop reading: 256 MiB.
pub const STREAM_LIMIT: u64 = 256 * 1024 * 1024;

/// The file that is run.
const PLUGIN: &str = "plugin.wasm";

/// What distinguishes one version of the fetcher from another.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// The consumer's name in sentences.
    pub who: &'static str,
    /// A Docker manifest must have exactly one layer.
    pub docker_single: bool,
    /// Any other manifest must have exactly one layer for the compat variant.
    pub compat_single: bool,
    /// Decompressed bytes after which reading stops.
    pub limit: Option<u64>,
    /// Sizes above the limit have errors of their own (Envoy Gateway 1.9), also for the raw module.
    pub size_errors: bool,
    /// The limit holds for the raw module too.
    pub limit_on_raw: bool,
    /// The two errors are joined by line breaks alone.
    pub plain_join: bool,
    /// How an index without linux/amd64 is reported.
    pub platform_text: PlatformText,
}

/// The module that was found.
struct Module<'a> {
    layer: Layer<'a>,
    /// Path in the tar; none for a raw module.
    path: Option<&'a str>,
    size: u64,
    head: &'a [u8],
}

/// One run over one image.
struct Fetch<'a, 'b> {
    case: &'b Case<'a>,
    behaviour: &'b Behaviour,
    image: Image<'a>,
    layers: Vec<Layer<'a>>,
    names: Names,
}

/// Fetches the plugin of a case.
pub fn replay(case: &Case, trace: &mut Trace, behaviour: &Behaviour) -> Result<Accept, Stop> {
    let who = behaviour.who;
    let image = ggcr::resolve(case, trace, who, behaviour.platform_text).map_err(|stop| {
        within(
            stop,
            "could not fetch Wasm OCI image: could not fetch image: {}",
        )
    })?;
    image.parse(trace, who).map_err(|stop| {
        within(
            stop,
            "could not fetch Wasm binary: could not retrieve manifest: {}",
        )
    })?;
    trace.note(
        say(
            "{who} never reads the config, whatever its type.",
            "{who} 从不读取配置，不论其类型是什么。",
        )
        .name("who", who),
        Some(image.document.locus("/config")),
    );
    let fetch = Fetch {
        case,
        behaviour,
        layers: image.layers(),
        image,
        names: Names::of(case),
    };
    let module = if image.embedded_media_type() == mt::DOCKER_MANIFEST {
        fetch.docker_variant(trace)
    } else {
        fetch.oci_variants(trace)
    }
    .map_err(|stop| within(stop, "could not fetch Wasm binary: {}"))?;
    fetch.check(trace, &module)
}

impl<'a> Fetch<'a, '_> {
    fn at_media_type(&self) -> Locus {
        self.image.document.locus("/mediaType")
    }

    fn at_layers(&self) -> Locus {
        self.image.document.locus("/layers")
    }

    fn docker_variant(&self, trace: &mut Trace) -> Result<Module<'a>, Stop> {
        trace.note(
            say(
                "{who} reads {type} in the manifest's `mediaType` and treats the image as a Docker image; no other shape is tried.",
                "{who} 在清单的 `mediaType` 中读到 {type}，按 Docker 镜像处理；不再尝试其他形式。",
            )
            .name("who", self.behaviour.who)
            .code("type", mt::DOCKER_MANIFEST),
            Some(self.at_media_type()),
        );
        self.archive(trace, self.behaviour.docker_single, mt::DOCKER_TAR_GZIP)
            .map_err(|stop| {
                within(
                    stop,
                    "could not extract Wasm file from the image as Docker container {}",
                )
            })
    }

    /// The compat variant, then the oci variant; the combined error when neither fits.
    fn oci_variants(&self, trace: &mut Trace) -> Result<Module<'a>, Stop> {
        let compat = match self.archive(trace, self.behaviour.compat_single, mt::OCI_TAR_GZIP) {
            Err(Stop::Refuse(refusal)) => refusal,
            settled => return settled,
        };
        let oci = match self.raw(trace) {
            Err(Stop::Refuse(refusal)) => refusal,
            settled => return settled,
        };
        // With two layers, one of them the raw module, the oci variant is what was meant.
        let meant = if self.raw_layer().is_some() {
            &oci
        } else {
            &compat
        };
        let first = format!("could not parse as compat variant: {}", compat.error);
        let second = format!("could not parse as oci variant: {}", oci.error);
        let both = if self.behaviour.plain_join {
            format!("{first}\n{second}")
        } else {
            // hashicorp/go-multierror `ListFormatFunc`.
            format!("2 errors occurred:\n\t* {first}\n\t* {second}\n\n")
        };
        Err(Refusal {
            error: format!("the given image is in invalid format as an OCI image: {both}"),
            because: meant.because.clone(),
            at: meant.at.clone(),
            fixes: meant.fixes.clone(),
        }
        .into())
    }

    /// The last layer as a gzip tar that holds the plugin (docker and compat variants).
    fn archive(
        &self,
        trace: &mut Trace,
        single: bool,
        expected: &'static str,
    ) -> Result<Module<'a>, Stop> {
        let who = self.behaviour.who;
        let count = self.layers.len();
        if single && count != 1 {
            let because = say(
                "{who} needs exactly one layer in this version and finds {count}.",
                "此版本的 {who} 要求恰好一个层，这里有 {count} 个。",
            )
            .name("who", who)
            .count("count", count as u64);
            let error = format!("number of layers must be 1 but got {count}");
            let mut refusal = self.refuse(trace, error, because, self.at_layers());
            refusal
                .fixes
                .push(remedies::build_plugin_image(&self.names));
            return Err(refusal.into());
        }
        let Some(layer) = self.layers.last().copied() else {
            let because = say(
                "{who} needs at least one layer and finds none.",
                "{who} 至少需要一个层，这里一个也没有。",
            )
            .name("who", who);
            let error = "number of layers must be greater than zero";
            return Err(self.refuse(trace, error, because, self.at_layers()).into());
        };
        self.check_type(trace, &layer, expected)?;
        self.extract(trace, &layer)
    }

    fn check_type(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
        expected: &'static str,
    ) -> Result<(), Stop> {
        let who = self.behaviour.who;
        let found = layer.found.media_type();
        let at = self.image.place(layer);
        if layer.is_config {
            trace.note(
                say(
                    "The last layer has the digest of the config, {digest}; {who} looks the type up by digest, finds the config first, and reads {type}.",
                    "最后一层与配置摘要相同，均为 {digest}；{who} 按摘要查类型，先找到配置，因而读到 {type}。",
                )
                .name("who", who)
                .code("digest", layer.own.digest())
                .code("type", found),
                Some(at.clone()),
            );
        }
        if found == expected {
            trace.pass(
                say(
                    "{who} takes the last of {count} layers; its type is {type}, as needed.",
                    "{who} 取 {count} 个层中的最后一层；其类型为所需的 {type}。",
                )
                .name("who", who)
                .count("count", self.layers.len() as u64)
                .code("type", found),
                Some(at),
            );
            return Ok(());
        }
        let because = say(
            "{who} takes the last layer and finds the type {type}; it needs {expected} there.",
            "{who} 取最后一层，读到类型 {type}；它需要这一层是 {expected}。",
        )
        .name("who", who)
        .code("type", found)
        .code("expected", expected);
        let error = format!("invalid media type {found} (expect {expected})");
        let mut refusal = self.refuse(trace, error, because, at);
        let inventory = self.case.inventory;
        advise_type(
            &mut refusal,
            inventory,
            &self.layers,
            layer,
            expected,
            &self.names,
        );
        Err(refusal.into())
    }

    /// `extractWasmPluginBinary`: the first entry named plugin.wasm in a gzip tar.
    fn extract(&self, trace: &mut Trace, layer: &Layer<'a>) -> Result<Module<'a>, Stop> {
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

    /// The first layer of the raw module's type.
    fn raw_layer(&self) -> Option<Layer<'a>> {
        self.layers
            .iter()
            .find(|layer| layer.found.media_type() == mt::WASM_MODULE_CONTENT)
            .copied()
    }

    /// The oci variant: two layers, one of them a raw module.
    fn raw(&self, trace: &mut Trace) -> Result<Module<'a>, Stop> {
        let who = self.behaviour.who;
        let count = self.layers.len();
        if count != 2 {
            let because = say(
                "{who} tries the two-layer form next, which needs exactly two layers, and finds {count}.",
                "{who} 接着尝试两层形式，这需要恰好两个层，这里有 {count} 个。",
            )
            .name("who", who)
            .count("count", count as u64);
            let error = format!("number of layers must be 2 but got {count}");
            return Err(self.refuse(trace, error, because, self.at_layers()).into());
        }
        let Some(layer) = self.raw_layer() else {
            let because = say(
                "{who} tries the two-layer form next and finds no layer of type {type}; it needs one.",
                "{who} 接着尝试两层形式，没有找到类型为 {type} 的层；它需要一个。",
            )
            .name("who", who)
            .code("type", mt::WASM_MODULE_CONTENT);
            let error = format!(
                "could not find the layer of type {}",
                mt::WASM_MODULE_CONTENT
            );
            return Err(self.refuse(trace, error, because, self.at_layers()).into());
        };
        let at = self.image.place(&layer);
        let content = self
            .image
            .open(self.case.inventory, &layer, who, &self.names)
            .map_err(|stop| within(stop, "could not get layer content: {}"))?;
        let (size, head): (u64, &[u8]) = match content {
            Content::Measured(facts) => (facts.size, &facts.head),
            Content::EmptyObject => (2, b"{}"),
        };
        if self.behaviour.limit_on_raw && size > STREAM_LIMIT {
            if !self.behaviour.size_errors {
                return Err(Missing {
                    what: layer.own.digest().to_string(),
                    why: Why::TooLarge(STREAM_LIMIT),
                    at: Some(at),
                }
                .into());
            }
            let because = say(
                "{who} finds a module of {size}; it reads no more than {limit}.",
                "{who} 读到的模块有 {size}；它最多只读 {limit}。",
            )
            .name("who", who)
            .bytes("size", size)
            .bytes("limit", STREAM_LIMIT);
            let error = format!("wasm layer size exceeds maximum size {STREAM_LIMIT}");
            return Err(self.refuse(trace, error, because, at).into());
        }
        trace.pass(
            say(
                "{who} takes the two-layer form: the layer of type {type} is the module itself.",
                "{who} 采用两层形式：类型为 {type} 的层就是模块本身。",
            )
            .name("who", who)
            .code("type", mt::WASM_MODULE_CONTENT),
            Some(at),
        );
        Ok(Module {
            layer,
            path: None,
            size,
            head,
        })
    }

    /// `isValidWasmBinary`, and the end.
    fn check(&self, trace: &mut Trace, module: &Module) -> Result<Accept, Stop> {
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
            trace.note(
                say(
                    "It is a component, not a core module: {who} hands it on, and the proxy behind it loads core modules only.",
                    "它是组件（component）而不是核心模块：{who} 会把它交出去，但其后的代理只能加载核心模块。",
                )
                .name("who", who),
                Some(at.clone()),
            );
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

    fn refuse(
        &self,
        trace: &mut Trace,
        error: impl Into<String>,
        because: Phrase,
        at: Locus,
    ) -> Refusal {
        trace.fail(because.clone(), Some(at.clone()));
        Refusal::new(error, because, Some(at))
    }
}

/// Whether an artifact may be a plugin: it is one, it is what is left of one, or some layer that was not looked into
/// could hold one.
pub fn meant_for(case: &Case) -> bool {
    let Some(root) = case.root else {
        return false;
    };
    match root.kind {
        ArtifactKind::WasmPlugin | ArtifactKind::EmptyArtifact => true,
        ArtifactKind::WasmModule => ggcr::is_pullable(case.inventory, root),
        ArtifactKind::ContainerImage | ArtifactKind::Artifact => match case.document() {
            Ok(document) => may_hold(case.inventory, &document.claims),
            Err(_) => true,
        },
        ArtifactKind::MultiPlatformImage => {
            let Ok(document) = case.document() else {
                return true;
            };
            under(case.inventory, document)
                .iter()
                .filter(|reached| reached.role == Role::Entry)
                .any(
                    |reached| match case.inventory.target(reached.document, reached.descriptor) {
                        Ok(child) => may_hold(case.inventory, &child.claims),
                        Err(_) => true,
                    },
                )
        }
        ArtifactKind::HelmChart
        | ArtifactKind::FluxArtifact
        | ArtifactKind::Attestation
        | ArtifactKind::DockerSchema1
        | ArtifactKind::DockerArchiveImage
        | ArtifactKind::Part => false,
    }
}

fn may_hold(inventory: &Inventory, claims: &Claims) -> bool {
    let Claims::Manifest(manifest) = claims else {
        return false;
    };
    match manifest_kind(inventory, manifest) {
        ArtifactKind::WasmPlugin | ArtifactKind::EmptyArtifact | ArtifactKind::WasmModule => true,
        ArtifactKind::ContainerImage | ArtifactKind::Artifact => {
            holds_plugin(inventory, manifest) != Some(false)
        }
        _ => false,
    }
}
