//! container2wasm (`c2w`): turns a container image into a WebAssembly module. It runs `docker save`, unpacks that tar to
//! `/oci` and reads the folder with `create-spec`. The target platform is the one that `--target-arch` asks for.

use crate::artifact::documents::{Claims, Descriptor, Manifest};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::unpacking::{self, Detects, Stream};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    go_decode, go_structs, remedies_archive as remedies,
};
use crate::limits;
use crate::order;
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::{say, text};

/// container2wasm.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "container2wasm",
    name: "container2wasm",
    about: text(
        "`c2w` turns a container image into WebAssembly. It saves the image with `docker save` and reads the saved \
         archive: an OCI layout where there is an `index.json`, else a docker-archive.",
        "`c2w` 把容器镜像转换为 WebAssembly。它用 `docker save` 保存镜像，再读取保存的归档：有 `index.json` 时按 OCI \
         布局读取，否则按 docker-archive 读取。",
    ),
    scope: Scope::Input,
    sources: &[
        Source {
            repository: "container2wasm/container2wasm",
            path: "cmd/create-spec/main.go (unpack, unpackOCI, unpackDocker, isContainerManifest)",
            at: "v0.5.0, v0.6.0, v0.6.1, v0.6.2, 08233fbe182c, 75d130f81725",
        },
        Source {
            repository: "containerd/containerd",
            path: "images/mediatypes.go, platforms (Only), archive/compression",
            at: "v1.7",
        },
    ],
    settings: &[PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "≤ 0.6.0",
                spans: &[("", "0.6.1-0")],
            },
            label: text("no nested index", "不支持嵌套索引"),
            replay: first,
        },
        Range {
            versions: Versions {
                shown: "0.6.1",
                spans: &[("0.6.1-0", "0.6.2-0")],
            },
            label: text(
                "nested index, its first child only",
                "支持嵌套索引，只取第一个子项",
            ),
            replay: second,
        },
        Range {
            versions: Versions {
                shown: "≥ 0.6.2",
                spans: &[("0.6.2-0", "")],
            },
            label: text(
                "nested indexes, chosen by platform",
                "支持嵌套索引，按平台选择",
            ),
            replay: third,
        },
    ],
    meant_for,
};

/// How an index inside `index.json` is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nested {
    Refused,
    FirstChild,
    ByPlatform,
}

fn meant_for(case: &Case) -> bool {
    containerd::holds_images(case)
}

fn first(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Nested::Refused)
}

fn second(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Nested::FirstChild)
}

fn third(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Nested::ByPlatform)
}

/// `unpack`.
fn replay(case: &Case, trace: &mut Trace, nested: Nested) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    if inventory.blob_at("index.json").is_some() {
        trace.pass(
            say(
                "container2wasm looks for `index.json` and finds it: it reads an OCI layout and never falls back to `manifest.json`.",
                "container2wasm 查找 `index.json` 并找到：按 OCI 布局读取，此后不会再回退到 `manifest.json`。",
            ),
            Some(Locus::whole("index.json")),
        );
        let document = containerd::root_document(inventory, "index.json")?;
        return layout(inventory, document, trace, nested, &Wanted::of(case));
    }
    if let Some(document) = layout_index_alone(case) {
        trace.note(
            say(
                "Only this document was given; it is read as the `index.json` of a layout.",
                "只提供了这份文档；把它当作布局的 `index.json` 来读。",
            ),
            Some(Locus::whole(&document.path)),
        );
        return layout(inventory, document, trace, nested, &Wanted::of(case));
    }
    if !containerd::holds_files(inventory) {
        return Err(Missing {
            what: "index.json".to_string(),
            why: Why::NotGiven,
            at: None,
        }
        .into());
    }
    docker(inventory, trace, &Wanted::of(case))
}

/// A pasted index that is shaped like the `index.json` of a layout: its entries have names, or are indexes.
fn layout_index_alone<'a>(case: &Case<'a>) -> Option<&'a Document> {
    if containerd::holds_files(case.inventory) {
        return None;
    }
    let document = case.document().ok()?;
    let crate::artifact::documents::Claims::Index(index) = &document.claims else {
        return None;
    };
    index
        .manifests()
        .iter()
        .any(|d| {
            d.annotations.contains_key(annotation::REF_NAME)
                || d.annotations.contains_key(annotation::CONTAINERD_NAME)
                || mt::is_index(d.media_type())
        })
        .then_some(document)
}

/// A child that waits for its turn.
struct Child<'a> {
    document: &'a Document,
    descriptor: &'a Descriptor,
}

impl Child<'_> {
    fn at(&self) -> Option<Locus> {
        Some(self.document.locus(&self.descriptor.pointer))
    }
}

/// `unpackOCI`, level by level.
fn layout(
    inventory: &Inventory,
    document: &Document,
    trace: &mut Trace,
    nested: Nested,
    wanted: &Wanted,
) -> Result<Accept, Stop> {
    let index = go_decode::index(document)?.map_err(|error| {
        Refusal::new(
            error,
            say(
                "container2wasm cannot decode `index.json`.",
                "container2wasm 无法解码 `index.json`。",
            ),
            Some(Locus::whole(&document.path)),
        )
        .fix(remedies::export_again())
    })?;
    // The claims of the document are what `index` was read from; their descriptors live as long as the inventory.
    let entries = containerd::entries(document);
    trace.note(
        say(
            "It takes the {count} entries of `index.json` in their order. `oci-layout`, names, digests and sizes are not looked at.",
            "依次处理 `index.json` 的 {count} 个条目。不查看 `oci-layout`、名称、摘要和大小。",
        )
        .count("count", index.manifests().len() as u64),
        Some(document.locus("/manifests")),
    );
    let mut level: Vec<Child> = entries
        .iter()
        .map(|descriptor| Child {
            document,
            descriptor,
        })
        .collect();
    for _ in 0..limits::INDEX_DEPTH {
        let mut children: Vec<Child> = Vec::new();
        for child in &level {
            let declared = child.descriptor.media_type();
            if mt::is_manifest(declared) {
                if let Some(accept) = manifest(inventory, child, trace, nested, wanted)? {
                    return Ok(accept);
                }
            } else if mt::is_index(declared) && nested != Nested::Refused {
                trace.note(
                    say(
                        "The entry {entry} is an index: its children are taken afterwards.",
                        "条目 {entry} 是索引：稍后处理其子项。",
                    )
                    .code("entry", child.descriptor.digest()),
                    child.at(),
                );
                let found = read(inventory, child)?;
                go_decode::index(found)?.map_err(|error| undecodable(error, child))?;
                if nested == Nested::FirstChild {
                    children.clear();
                }
                for descriptor in containerd::entries(found) {
                    trace.visit(descriptor)?;
                    children.push(Child {
                        document: found,
                        descriptor,
                    });
                }
                if nested == Nested::FirstChild && children.is_empty() {
                    return Err(Refusal::new(
                        "runtime error: slice bounds out of range [:1] with capacity 0",
                        say(
                            "container2wasm 0.6.1 takes the first child of an index that has none, and panics.",
                            "container2wasm 0.6.1 要取索引的第一个子项，但索引为空，于是崩溃（panic）。",
                        ),
                        child.at(),
                    )
                    .fix(remedies::upgrade("container2wasm", "0.6.2"))
                    .into());
                }
            } else {
                return Err(wrong_type(child, trace, nested));
            }
        }
        level = match nested {
            Nested::FirstChild => vec![only_child(inventory, children, wanted, trace)?]
                .into_iter()
                .flatten()
                .collect(),
            _ => chosen(children, wanted, trace),
        };
        if level.is_empty() {
            break;
        }
    }
    trace.fail(
        say(
            "Nothing is left to try for {platform}.",
            "没有可用于 {platform} 的内容了。",
        )
        .name("platform", wanted.text()),
        Some(document.locus("/manifests")),
    );
    Err(not_found(document, wanted).into())
}

fn wrong_type(child: &Child, trace: &mut Trace, nested: Nested) -> Stop {
    let declared = child.descriptor.media_type();
    let at = Some(
        child
            .document
            .locus(&format!("{}/mediaType", child.descriptor.pointer)),
    );
    let is_index = mt::is_index(declared);
    let need = if nested == Nested::Refused {
        say(
            "Each entry has to be an image manifest by its media type; this one is {declared}.",
            "每个条目的媒体类型都必须是镜像清单；此条目为 {declared}。",
        )
    } else {
        say(
            "Each entry has to be an image manifest or an index by its media type; this one is {declared}.",
            "每个条目的媒体类型都必须是镜像清单或索引；此条目为 {declared}。",
        )
    };
    trace.fail(need.code("declared", declared), at.clone());
    let because = if is_index {
        say(
            "container2wasm up to 0.6.0 panics at an index inside `index.json`; it takes image manifests only.",
            "container2wasm 0.6.0 及更早版本遇到 `index.json` 中的索引就会崩溃（panic）；它只接受镜像清单。",
        )
    } else {
        say(
            "container2wasm panics at an entry of media type {declared}, wherever it stands.",
            "只要有媒体类型为 {declared} 的条目，container2wasm 就会崩溃（panic）。",
        )
        .code("declared", declared)
    };
    let refusal = Refusal::new(format!("unsupported mediatype {declared}"), because, at);
    if is_index {
        refusal
            .fix(remedies::upgrade("container2wasm", "0.6.2"))
            .fix(remedies::single_platform())
            .into()
    } else {
        refusal.into()
    }
}

fn not_found(document: &Document, wanted: &Wanted) -> Refusal {
    Refusal::new(
        "target config not found",
        say(
            "container2wasm finds no container image for {platform} in the archive.",
            "container2wasm 在归档中找不到用于 {platform} 的容器镜像。",
        )
        .name("platform", wanted.text()),
        Some(Locus::whole(&document.path)),
    )
    .fix(remedies::target_architecture("ARCH"))
}

/// The children of a level, without those for other platforms, best platform first and those without one last.
fn chosen<'a>(children: Vec<Child<'a>>, wanted: &Wanted, trace: &mut Trace) -> Vec<Child<'a>> {
    let mut kept: Vec<(u8, Child)> = Vec::new();
    for child in children {
        match child.descriptor.platform.value() {
            None => kept.push((u8::MAX, child)),
            Some(p) => match wanted.fitness_of(p) {
                Some(fitness) => kept.push((fitness, child)),
                None => trace.note(
                    say(
                        "The child {child} is for {platform} and is left out.",
                        "子项 {child} 用于 {platform}，被略过。",
                    )
                    .code("child", child.descriptor.digest())
                    .name("platform", p.text()),
                    child.at(),
                ),
            },
        }
    }
    order::by_key(&mut kept, |(fitness, _)| *fitness);
    kept.into_iter().map(|(_, child)| child).collect()
}

/// 0.6.1 sorts children with a platform to the front and takes the first. Where several have one, its comparison
/// holds both ways, so which of them comes first is not settled.
fn only_child<'a>(
    inventory: &Inventory,
    children: Vec<Child<'a>>,
    wanted: &Wanted,
    trace: &mut Trace,
) -> Result<Option<Child<'a>>, Stop> {
    let with_platform = children
        .iter()
        .filter(|c| c.descriptor.platform.value().is_some())
        .count();
    if with_platform > 1 {
        // Whichever is taken: if they all end alike there is still an answer.
        let mut ends = children
            .iter()
            .filter(|c| c.descriptor.platform.value().is_some())
            .map(|child| {
                let mut aside = Trace::default();
                manifest(inventory, child, &mut aside, Nested::FirstChild, wanted)
            });
        let all_fit = ends.all(|end| matches!(end, Ok(Some(_))));
        if !all_fit {
            trace.note(
                say(
                    "container2wasm 0.6.1 takes one child of the index and does not look at platforms; {count} children have one, and which comes first is not settled.",
                    "container2wasm 0.6.1 只取索引的一个子项且不看平台；有 {count} 个子项声明了平台，哪一个排在最前无法确定。",
                )
                .count("count", with_platform as u64),
                children.first().and_then(Child::at),
            );
            let at = children.first().and_then(Child::at);
            return Err(Missing {
                what: children
                    .first()
                    .map_or_else(String::new, |c| c.document.path.clone()),
                why: Why::NotSettled,
                at,
            }
            .into());
        }
    }
    let mut sorted = children;
    order::by_key(&mut sorted, |c| c.descriptor.platform.value().is_none());
    let taken = sorted.into_iter().next();
    if let Some(child) = &taken {
        trace.note(
            say(
                "Of the children of the index, only {child} is taken; its platform is not compared with the target.",
                "索引的子项中只取 {child}；不会将其平台与目标平台比较。",
            )
            .code("child", child.descriptor.digest()),
            child.at(),
        );
    }
    Ok(taken)
}

/// One image manifest: none when it is passed over.
fn manifest(
    inventory: &Inventory,
    child: &Child,
    trace: &mut Trace,
    nested: Nested,
    wanted: &Wanted,
) -> Result<Option<Accept>, Stop> {
    if mt::is_index(child.descriptor.media_type()) {
        return Ok(None);
    }
    if nested == Nested::ByPlatform
        && let Some(p) = child.descriptor.platform.value()
        && wanted.fitness_of(p).is_none()
    {
        trace.note(
            say(
                "The manifest {manifest} is for {platform} and is passed over.",
                "清单 {manifest} 用于 {platform}，被跳过。",
            )
            .code("manifest", child.descriptor.digest())
            .name("platform", p.text()),
            child.at(),
        );
        return Ok(None);
    }
    let document = read(inventory, child)?;
    let claims = go_decode::manifest(document)?.map_err(|error| undecodable(error, child))?;
    if nested == Nested::ByPlatform && !is_container(&claims, document, trace) {
        return Ok(None);
    }
    let config_digest = claims.config.value().map_or("", Descriptor::digest);
    let config_document = blob_document(inventory, document, config_digest, "/config")?;
    let config = go_decode::config(config_document)?.map_err(|error| undecodable(error, child))?;
    let (os, architecture) = (config.os.text(), config.architecture.text());
    let shown = format!("{os}/{architecture}");
    if nested == Nested::ByPlatform && wanted.fitness(os, architecture, None).is_none() {
        trace.note(
            say(
                "The config of {manifest} is for {platform}, not for {target}: the manifest is passed over.",
                "{manifest} 的配置用于 {platform} 而非 {target}：跳过该清单。",
            )
            .code("manifest", child.descriptor.digest())
            .name("platform", shown)
            .name("target", wanted.text()),
            Some(Locus::whole(&config_document.path)),
        );
        return Ok(None);
    }
    trace.pass(
        say(
            "The manifest {manifest} is a container image for {platform}: it is used.",
            "清单 {manifest} 是用于 {platform} 的容器镜像：采用它。",
        )
        .code("manifest", child.descriptor.digest())
        .name("platform", shown.clone()),
        child.at(),
    );
    for layer in claims.layers() {
        let at = Some(document.locus(&layer.pointer));
        let path = blob_path(layer.digest(), at.clone())?;
        let Some(blob) = inventory.blob_at(&path) else {
            return Err(missing_file(inventory, &path, layer.digest(), at));
        };
        let facts = inventory.blob_facts(blob, at.clone())?;
        apply(facts, layer.digest(), at, trace)?;
    }
    if let Claims::Config(config) = &config_document.claims
        && let Some(missing) = unpacking::named_user(config_document, config)
    {
        return Err(missing.into());
    }
    let mut accept = Accept::using(
        say(
            "It converts {child} for {platform}, {layers} layers.",
            "它会转换 {child}，平台 {platform}，共 {layers} 层。",
        )
        .code("child", child.descriptor.digest())
        .name("platform", shown)
        .count("layers", claims.layers().len() as u64),
        child.at(),
    );
    if nested != Nested::ByPlatform && architecture != wanted.architecture {
        accept = accept.fix(remedies::target_architecture(architecture));
    }
    Ok(Some(accept))
}

/// `isContainerManifest`: config and layers by their types.
fn is_container(claims: &Manifest, document: &Document, trace: &mut Trace) -> bool {
    let digest = |pointer: &str| Some(document.locus(pointer));
    let config = claims.config_media_type();
    if !mt::is_image_config(config) {
        trace.note(
            say(
                "{path} is no container manifest: its config is {config}. It is passed over.",
                "{path} 不是容器清单：其配置类型为 {config}。跳过。",
            )
            .code("path", &document.path)
            .code("config", config),
            digest("/config/mediaType"),
        );
        return false;
    }
    for layer in claims.layers() {
        if !containerd::is_layer(layer.media_type(), containerd::Series::V1) {
            trace.note(
                say(
                    "{path} is no container manifest: one layer is {layer}. It is passed over.",
                    "{path} 不是容器清单：有一层的类型为 {layer}。跳过。",
                )
                .code("path", &document.path)
                .code("layer", layer.media_type()),
                digest(&layer.pointer),
            );
            return false;
        }
    }
    true
}

/// `unpackDocker`: the first element of `manifest.json`, whatever its platform.
fn docker(inventory: &Inventory, trace: &mut Trace, wanted: &Wanted) -> Result<Accept, Stop> {
    trace.note(
        say(
            "container2wasm looks for `index.json`, finds none, and goes on with `manifest.json`.",
            "container2wasm 查找 `index.json` 未果，转而读取 `manifest.json`。",
        ),
        None,
    );
    if inventory.blob_at("manifest.json").is_none() {
        trace.fail(
            say(
                "`manifest.json` has to stand at the root of the archive; it does not.",
                "`manifest.json` 必须位于归档根目录；但这里没有。",
            ),
            None,
        );
        let mut refusal = Refusal::new(
            "unrecognized image format",
            say(
                "container2wasm finds neither `index.json` nor `manifest.json` at the root.",
                "container2wasm 在根目录既找不到 `index.json` 也找不到 `manifest.json`。",
            ),
            None,
        );
        if let Some(folder) = &inventory.nested_under {
            refusal = refusal.fix(remedies::unwrap_folder(folder));
        }
        return Err(refusal.fix(remedies::export_again()).into());
    }
    let document = containerd::root_document(inventory, "manifest.json")?;
    let images =
        go_decode::docker_images(document, go_structs::CONTAINERD_ARCHIVE)?.map_err(|error| {
            Refusal::new(
                error,
                say(
                    "container2wasm cannot decode `manifest.json`.",
                    "container2wasm 无法解码 `manifest.json`。",
                ),
                Some(Locus::whole(&document.path)),
            )
            .fix(remedies::export_again())
        })?;
    let Some(image) = images.first() else {
        trace.fail(
            say(
                "`manifest.json` lists no image.",
                "`manifest.json` 没有列出任何镜像。",
            ),
            Some(Locus::whole(&document.path)),
        );
        return Err(not_found(document, wanted).into());
    };
    trace.note(
        say(
            "It takes the first of {count} images in `manifest.json` and does not look at its platform.",
            "取 `manifest.json` 中 {count} 个镜像里的第一个，不看其平台。",
        )
        .count("count", images.len() as u64),
        Some(document.locus(&image.pointer)),
    );
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let config_path = image.config.text();
    let Some(blob) = inventory.blob_at(config_path) else {
        return Err(missing_file(inventory, config_path, config_path, at));
    };
    let config_document = containerd::document_of(inventory, blob, at.clone())?;
    let config = go_decode::config(config_document)?.map_err(|error| {
        Refusal::new(
            error,
            say(
                "container2wasm cannot decode the image's config.",
                "container2wasm 无法解码镜像的配置。",
            ),
            at.clone(),
        )
    })?;
    for (i, path) in image.layer_paths().iter().enumerate() {
        let at = Some(document.locus(&format!("{}/Layers/{i}", image.pointer)));
        let Some(blob) = inventory.blob_at(path) else {
            return Err(missing_file(inventory, path, path, at));
        };
        let facts = inventory.blob_facts(blob, at.clone())?;
        apply(facts, path, at, trace)?;
    }
    if let Some(missing) = unpacking::named_user(config_document, &config) {
        return Err(missing.into());
    }
    let platform = format!("{}/{}", config.os.text(), config.architecture.text());
    Ok(Accept::using(
        say(
            "It converts the first image of `manifest.json`, {name}, for {platform}, {layers} layers.",
            "它会转换 `manifest.json` 的第一个镜像 {name}，平台 {platform}，共 {layers} 层。",
        )
        .code("name", image.tags().first().copied().unwrap_or(config_path))
        .name("platform", platform)
        .count("layers", image.layer_paths().len() as u64),
        Some(document.locus(&image.pointer)),
    ))
}

/// `compression.DecompressStream` and `archive.Apply`: the bytes decide, diffIDs are not compared.
fn apply(
    facts: &crate::bytes::blob::BlobFacts,
    name: &str,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Result<(), Stop> {
    let detects = Detects {
        zstd: true,
        bzip2_and_xz: false,
    };
    match unpacking::by_bytes(facts, detects) {
        Stream::Good { .. } | Stream::Trailing { .. } => {
            trace.pass(
                say(
                    "The layer {layer} is unpacked: its bytes decide the compression, and its diffID is not compared.",
                    "解包层 {layer}：由字节判断压缩方式，不核对 diffID。",
                )
                .code("layer", name),
                at,
            );
            Ok(())
        }
        Stream::Bad(error) | Stream::Late(error) => {
            trace.fail(
                say(
                    "The layer {layer} has to be a tar, plain or compressed with gzip or zstd; it cannot be read to its end.",
                    "层 {layer} 必须是 tar（未压缩或以 gzip、zstd 压缩）；但无法读到末尾。",
                )
                .code("layer", name),
                at.clone(),
            );
            Err(Refusal::new(
                error,
                say(
                    "container2wasm panics at the layer {layer}, which it cannot unpack.",
                    "container2wasm 无法解包层 {layer}，因而崩溃（panic）。",
                )
                .code("layer", name),
                at,
            )
            .fix(remedies::export_again())
            .into())
        }
        Stream::Unclear => Err(Missing {
            what: name.to_string(),
            why: Why::NotSettled,
            at,
        }
        .into()),
    }
}

fn undecodable(error: String, child: &Child) -> Refusal {
    Refusal::new(
        error,
        say(
            "container2wasm cannot decode a document under {entry}.",
            "container2wasm 无法解码 {entry} 下的文档。",
        )
        .code("entry", child.descriptor.digest()),
        child.at(),
    )
    .fix(remedies::export_again())
}

/// Blobs are read from `blobs/sha256/<encoded>` whatever the algorithm says.
fn blob_path(digest: &str, at: Option<Locus>) -> Result<String, Stop> {
    match digest.split_once(':') {
        Some((_, encoded)) => Ok(format!("blobs/sha256/{encoded}")),
        None => Err(Refusal::new(
            format!("no ':' separator in digest \"{digest}\""),
            say(
                "container2wasm panics at a digest without an algorithm.",
                "遇到没有算法部分的摘要，container2wasm 会崩溃（panic）。",
            ),
            at,
        )
        .into()),
    }
}

fn read<'a>(inventory: &'a Inventory, child: &Child) -> Result<&'a Document, Stop> {
    blob_document(
        inventory,
        child.document,
        child.descriptor.digest(),
        &child.descriptor.pointer,
    )
}

fn blob_document<'a>(
    inventory: &'a Inventory,
    document: &Document,
    digest: &str,
    pointer: &str,
) -> Result<&'a Document, Stop> {
    let at = Some(document.locus(pointer));
    let path = blob_path(digest, at.clone())?;
    match inventory.blob_at(&path) {
        Some(blob) => Ok(containerd::document_of(inventory, blob, at)?),
        None => Err(missing_file(inventory, &path, digest, at)),
    }
}

/// A file that is not there: the error of `os.Open` under `/oci`, where the archive is unpacked. A document that was
/// given alone has no files beside it.
fn missing_file(inventory: &Inventory, path: &str, what: &str, at: Option<Locus>) -> Stop {
    if !containerd::holds_files(inventory) {
        return Missing {
            what: what.to_string(),
            why: Why::NotGiven,
            at,
        }
        .into();
    }
    Refusal::new(
        format!("open /oci/{path}: no such file or directory"),
        say(
            "container2wasm opens {path}, which is not in the archive.",
            "container2wasm 要打开 {path}，而归档中没有它。",
        )
        .code("path", path),
        at,
    )
    .fix(remedies::export_again())
    .into()
}
