//! Tekton Pipelines resolving a task or pipeline out of a bundle. Every layer is one object and says so in three
//! annotations; its media type and the config count for nothing.
//!
//! Read in tektoncd/pipeline `pkg/resolution/resolver/bundle/bundle.go` (`GetEntry`, `checkImageCompliance`).

use crate::artifact::documents::{Descriptor, Manifest};
use crate::consumers::ggcr::{self, Image, Layer, PlatformText, within};
use crate::consumers::pulled::{self, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::fixes::Fix;
use crate::text::{say, text};

const WHO: &str = "Tekton";
const PREFIX: &str = "dev.tekton.image.";
const API_VERSION: &str = "dev.tekton.image.apiVersion";
const NAME: &str = "dev.tekton.image.name";
const KIND: &str = "dev.tekton.image.kind";
/// `MaximumBundleObjects`.
const MOST: usize = 20;

/// The kind of the object that is asked for.
const WANTED_KIND: Setting = Setting {
    id: "kind",
    shared: false,
    name: text("Kind", "类型"),
    about: text(
        "The kind of object that is asked for.",
        "要取的对象的类型（kind）。",
    ),
    takes: Takes::Text("task, pipeline, stepaction"),
    default: "task",
};

/// The name of the object that is asked for.
const WANTED_NAME: Setting = Setting {
    id: "name",
    shared: false,
    name: text("Name", "名称"),
    about: text(
        "The name of the object that is asked for; empty for any that is there.",
        "要取的对象的名称；留空表示其中任意一个。",
    ),
    takes: Takes::Text("hello"),
    default: "",
};

/// Tekton.
pub static TEKTON: Consumer = Consumer {
    id: "tekton-bundle",
    name: "Tekton Pipelines",
    about: text(
        "The bundles resolver of Tekton takes one object out of a bundle. Each of at most 20 layers holds one object and names its kind, name and API version in annotations.",
        "Tekton 的 bundles 解析器从 bundle 中取出一个对象。最多 20 层，每层一个对象，并用注解写明其类型、名称与 API 版本。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "tektoncd/pipeline",
        path: "pkg/resolution/resolver/bundle/bundle.go",
        at: "2026-08-20",
    }],
    settings: &[WANTED_KIND, WANTED_NAME],
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
    meant_for: |case| pulled::any_manifest(case, is_bundle),
};

fn is_bundle(manifest: &Manifest) -> bool {
    let named = |layer: &Descriptor| layer.annotations.keys().any(|key| key.starts_with(PREFIX));
    manifest.layers().iter().any(named)
}

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let fixed = |stop: Stop| match stop {
        Stop::Refuse(refusal) => refusal.fix(push(&names)).into(),
        unknown => unknown,
    };
    let image = ggcr::resolve(case, trace, WHO, PlatformText::Short)
        .map_err(|stop| fixed(within(stop, "cannot retrieve the oci image: {}")))?;
    image
        .parse(trace, WHO)
        .map_err(|stop| fixed(within(stop, "could not parse image manifest: {}")))?;
    let layers = image.layers();
    let invalid = format!("invalid tekton bundle {}, error: {{}}", names.reference);
    comply(trace, &image, &layers).map_err(|stop| fixed(within(stop, &invalid)))?;
    choose(case, trace, &image, &layers, &names).map_err(fixed)
}

/// `checkImageCompliance`.
fn comply(trace: &mut Trace, image: &Image, layers: &[Layer]) -> Result<(), Stop> {
    let all = image.document.locus("/layers");
    if layers.len() > MOST {
        return Err(refuse(
            trace,
            format!("contained more than the maximum {MOST} allow objects"),
            say(
                "{who} finds {count} layers; a bundle holds at most {most} objects.",
                "{who} 读到 {count} 个层；一个 bundle 最多 {most} 个对象。",
            )
            .name("who", WHO)
            .count("count", layers.len() as u64)
            .count("most", MOST as u64),
            all,
        )
        .into());
    }
    for layer in layers {
        let held = &layer.own.annotations;
        if let Some(key) = [API_VERSION, NAME, KIND]
            .into_iter()
            .find(|key| !held.contains_key(*key))
        {
            return Err(refuse(
                trace,
                format!(
                    "the layer {} does not contain a {key} annotation",
                    layer.position
                ),
                say(
                    "{who} finds no annotation {key} on layer {number}; every layer of a bundle needs it.",
                    "{who} 发现第 {number} 层没有注解 {key}；bundle 的每一层都要有。",
                )
                .name("who", WHO)
                .code("key", key)
                .name("number", (layer.position + 1).to_string()),
                image.place(layer),
            )
            .into());
        }
        let kind = held.get(KIND).map_or("", String::as_str);
        let lower = kind.to_lowercase();
        if lower.strip_suffix('s').unwrap_or(&lower) != kind {
            return Err(refuse(
                trace,
                format!(
                    "the layer {} the annotation {KIND} must be lowercased and singular, found {kind}",
                    layer.position
                ),
                say(
                    "{who} finds the kind {kind} on layer {number}; it needs lower case and no final s.",
                    "{who} 读到第 {number} 层的类型为 {kind}；它要求小写且不以 s 结尾。",
                )
                .name("who", WHO)
                .code("kind", kind)
                .name("number", (layer.position + 1).to_string()),
                image.place(layer),
            )
            .into());
        }
    }
    trace.pass(
        say(
            "Every layer (of {count}) has the three annotations that {who} needs.",
            "全部 {count} 层都有 {who} 需要的三个注解。",
        )
        .name("who", WHO)
        .count("count", layers.len() as u64),
        Some(all),
    );
    Ok(())
}

/// The first layer of the kind and name that are asked for.
fn choose(
    case: &Case,
    trace: &mut Trace,
    image: &Image,
    layers: &[Layer],
    names: &Names,
) -> Result<Accept, Stop> {
    let (kind, name) = (case.set(&WANTED_KIND), case.set(&WANTED_NAME));
    let field = |layer: &Layer, key: &str| {
        let value = layer.own.annotations.get(key);
        value.cloned().unwrap_or_default()
    };
    let objects = layers
        .iter()
        .map(|layer| format!("{}/{}", field(layer, KIND), field(layer, NAME)))
        .collect::<Vec<_>>()
        .join(", ");
    let chosen = layers
        .iter()
        .find(|layer| field(layer, KIND) == kind && (name.is_empty() || field(layer, NAME) == name))
        // Nobody has said what is wanted: any object that there is.
        .or_else(|| {
            layers
                .first()
                .filter(|_| name.is_empty() && kind == WANTED_KIND.default)
        });
    let Some(layer) = chosen else {
        let asked = if name.is_empty() { "NAME" } else { name };
        return Err(refuse(
            trace,
            format!("could not find object in image with kind: {kind} and name: {asked}"),
            say(
                "{who} is asked for {asked} and finds these objects: {objects}.",
                "要求 {who} 取 {asked}，而其中的对象为：{objects}。",
            )
            .name("who", WHO)
            .code("asked", format!("{kind}/{asked}"))
            .code("objects", objects),
            image.document.locus("/layers"),
        )
        .into());
    };
    image.open(case.inventory, layer, WHO, names)?;
    let at = image.place(layer);
    Ok(Accept::using(
        say(
            "{who} takes the object {object} from layer {number}, {digest}. The bundle holds: {objects}.",
            "{who} 从第 {number} 层 {digest} 取出对象 {object}。bundle 中有：{objects}。",
        )
        .name("who", WHO)
        .code("object", format!("{}/{}", field(layer, KIND), field(layer, NAME)))
        .name("number", (layer.position + 1).to_string())
        .code("digest", layer.own.digest())
        .code("objects", objects),
        Some(at),
    ))
}

fn push(names: &Names) -> Fix {
    Fix::new(
        "push-tekton-bundle",
        say(
            "Push the objects with Tekton's own command, one layer for each.",
            "用 Tekton 自己的命令推送，每个对象一层。",
        ),
    )
    .with(
        "tkn",
        format!("tkn bundle push {} -f task.yaml", names.reference),
    )
}
