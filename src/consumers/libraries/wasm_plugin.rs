//! How the proxies fetch a wasm plugin from a registry: Istio's image fetcher, which Higress builds and Envoy Gateway
//! copied, with the points in which versions differ as parameters. It holds no version numbers.
//!
//! Read in istio/istio `pkg/wasm/imagefetcher.go` and `cache.go`: three shapes are tried. A Docker manifest must end in
//! a Docker gzip layer; any other manifest must end in an OCI gzip layer (*compat variant*), or have exactly two layers
//! of which one is a raw module (*oci variant*).

mod advice;
mod extract;
mod scope;

pub use scope::meant_for;

use super::ggcr::{self, Image, Layer, PlatformText, within};
use super::go_archive::Content;
use super::remedies::{self, Names};
use super::{Accept, Case, Refusal, Stop, Trace};
use crate::artifact::{Missing, Why};
use crate::place::Locus;
use crate::spec::{known, media_type as mt};
use crate::text::{Phrase, say};
use advice::{advise_type, seen_plugin};

/// Decompressed bytes after which newer fetchers stop reading: 256 MiB.
pub const STREAM_LIMIT: u64 = 256 * 1024 * 1024;

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
            of_form: false,
            error: format!("the given image is in invalid format as an OCI image: {both}"),
            because: meant.because.clone(),
            at: meant.at.clone(),
            fixes: meant.fixes.clone(),
            whatever: false,
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
        if layer.is_config && found != layer.own.media_type() {
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
                    "{who} takes the last layer (of {count}); its type is {type}, as needed.",
                    "{who} 取最后一层（共 {count} 层）；其类型为所需的 {type}。",
                )
                .name("who", who)
                .count("count", self.layers.len() as u64)
                .code("type", found),
                Some(at),
            );
            return Ok(());
        }
        let seen = seen_plugin(self.case.inventory, &self.layers);
        let because = match seen {
            Some(position) if position == layer.position => say(
                "{who} takes the last layer and finds the type {type}; it needs {expected} there. The layer does hold `plugin.wasm`: only its type is wrong.",
                "{who} 取最后一层，读到类型 {type}；它需要这一层是 {expected}。该层确实含有 `plugin.wasm`，错的只是类型。",
            ),
            Some(position) => say(
                "{who} takes the last layer and finds the type {type}; it needs {expected} there. The plugin is in layer {position}, which {who} does not open.",
                "{who} 取最后一层，读到类型 {type}；它需要这一层是 {expected}。插件在第 {position} 层，{who} 不会打开那一层。",
            )
            .count("position", position as u64 + 1),
            None if layer.own.digest() == known::EMPTY_JSON => say(
                "{who} takes the last layer and finds the empty placeholder `{}` under the type {type}; it needs {expected} there. The plugin's own layer is gone.",
                "{who} 取最后一层，读到的是类型为 {type} 的空占位内容 `{}`；它需要这一层是 {expected}。插件自己的层已经丢失。",
            ),
            None => say(
                "{who} takes the last layer and finds the type {type}; it needs {expected} there.",
                "{who} 取最后一层，读到类型 {type}；它需要这一层是 {expected}。",
            ),
        }
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
