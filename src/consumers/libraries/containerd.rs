//! containerd's image library as other programs use it: which media types it knows, the import of an archive, and what
//! unpacking one image would meet. Shared by `docker load` with the containerd store and by container2wasm.

use super::unpacking::{self, Detects, Stream};
use super::{
    Case, Refusal, Stop, Trace, go_decode, go_scanner, platform, remedies_archive as remedies,
};
use crate::artifact::documents::{self, Claims, Descriptor, DockerImage};
use crate::artifact::kinds::{ArtifactKind, InputKind, Packaging};
use crate::artifact::{BlobId, Document, Inventory, Measured, Missing, Why};
use crate::bytes::json::Value;
use crate::limits;
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::say;

/// The series of containerd's library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Series {
    /// 1.7 and before.
    V1,
    /// 2.0 and later.
    V2,
}

/// `images.IsLayerType`.
pub(in crate::consumers) fn is_layer(media_type: &str, series: Series) -> bool {
    if media_type.starts_with(mt::OCI_LAYER_PREFIX) {
        return true;
    }
    let base = media_type.split('+').next().unwrap_or(media_type);
    match base {
        mt::DOCKER_TAR
        | mt::DOCKER_TAR_GZIP
        | mt::DOCKER_FOREIGN_TAR
        | mt::DOCKER_FOREIGN_TAR_GZIP => true,
        mt::DOCKER_TAR_ZSTD => series == Series::V2,
        _ => false,
    }
}

/// Whether the input is files rather than one document or one blob by itself.
pub(in crate::consumers) fn holds_files(inventory: &Inventory) -> bool {
    inventory.is_container() || !matches!(inventory.packaging, Packaging::File | Packaging::Pasted)
}

/// Whether the input looks like an archive or layout of container images: what loaders are given.
pub(in crate::consumers) fn holds_images(case: &Case) -> bool {
    let inventory = case.inventory;
    let container = matches!(
        inventory.kind,
        InputKind::OciLayout
            | InputKind::DockerArchive
            | InputKind::DockerArchiveWithOciLayout
            | InputKind::DockerArchiveLegacy
    );
    if !container {
        return inventory.nested_under.is_some();
    }
    inventory.roots.is_empty()
        || inventory.roots.iter().any(|root| {
            matches!(
                root.kind,
                ArtifactKind::MultiPlatformImage
                    | ArtifactKind::ContainerImage
                    | ArtifactKind::DockerArchiveImage
                    | ArtifactKind::Part
            )
        })
}

/// The document of a blob.
pub(in crate::consumers) fn document_of(
    inventory: &Inventory,
    blob: BlobId,
    at: Option<Locus>,
) -> Result<&Document, Missing> {
    let Some(blob) = inventory.blobs.get(blob) else {
        return Err(Missing {
            what: String::new(),
            why: Why::NotInInput,
            at,
        });
    };
    match blob.document.and_then(|id| inventory.documents.get(id)) {
        // Go reads on where we stop.
        Some(document)
            if document.is_beyond_limits() && go_scanner::error(&document.bytes).is_none() =>
        {
            Err(Missing {
                what: document.path.clone(),
                why: Why::BeyondLimits,
                at,
            })
        }
        Some(document) => Ok(document),
        None => Err(Missing {
            what: blob.path.to_string(),
            why: match &blob.measured {
                Measured::Not(why) => why.clone(),
                Measured::Facts(_) => Why::Unreadable,
            },
            at,
        }),
    }
}

/// A document at the root of the archive.
pub(in crate::consumers) fn root_document<'a>(
    inventory: &'a Inventory,
    path: &str,
) -> Result<&'a Document, Missing> {
    let at = Some(Locus::whole(path));
    match inventory.blob_at(path) {
        Some(blob) => document_of(inventory, blob, at),
        None => Err(Missing {
            what: path.to_string(),
            why: if holds_files(inventory) {
                Why::NotInInput
            } else {
                Why::NotGiven
            },
            at,
        }),
    }
}

/// The entries of an index; none where the document is no index.
pub(in crate::consumers) fn entries(document: &Document) -> &[Descriptor] {
    match &document.claims {
        Claims::Index(index) => index.manifests(),
        _ => &[],
    }
}

/// The elements of a `manifest.json`, or Go's error text.
pub(in crate::consumers) fn docker_images(document: &Document) -> Result<Vec<DockerImage>, String> {
    let Some(root) = document.json.root.as_ref() else {
        return Err(go_decode::syntax(document).unwrap_or_default());
    };
    match &root.value {
        Value::Array(_) | Value::Null => Ok(documents::docker_archive(root)),
        _ => Err(format!(
            "json: cannot unmarshal {} into Go value of type []struct {{ Config string; RepoTags []string; Layers []string }}",
            go_decode::go_name(root.kind())
        )),
    }
}

/// An image that an import would store.
pub(in crate::consumers) struct Imported<'a> {
    /// Its name, empty where it has none that is a reference.
    pub name: String,
    /// Where it begins.
    pub start: Start<'a>,
    /// Where that is written.
    pub at: Option<Locus>,
}

/// Where an imported image begins.
pub(in crate::consumers) enum Start<'a> {
    /// An entry of `index.json`.
    Entry(&'a Document, &'a Descriptor),
    /// An element of `manifest.json`.
    Docker(&'a Document, DockerImage),
}

/// `archive.ImportIndex` and the naming of `client.Import`: what would be stored, or the refusal.
pub(in crate::consumers) fn import<'a>(
    inventory: &'a Inventory,
    trace: &mut Trace,
) -> Result<Vec<Imported<'a>>, Stop> {
    if inventory.blob_at("oci-layout").is_some() {
        let header = root_document(inventory, "oci-layout")?;
        if let Some(error) = go_decode::syntax(header) {
            trace.fail(
                say("`oci-layout` has to be JSON.", "`oci-layout` 必须是 JSON。"),
                Some(Locus::whole("oci-layout")),
            );
            return Err(Refusal::new(
                format!("untar oci layout \"oci-layout\": {error}"),
                say(
                    "containerd cannot decode `oci-layout`.",
                    "containerd 无法解码 `oci-layout`。",
                ),
                Some(Locus::whole("oci-layout")),
            )
            .fix(remedies::export_again())
            .into());
        }
        let version = match &header.claims {
            Claims::Layout(layout) => layout.version.text(),
            _ => "",
        };
        if !version.is_empty() {
            return layout(inventory, header, version, trace);
        }
    }
    docker(inventory, trace)
}

fn layout<'a>(
    inventory: &'a Inventory,
    header: &Document,
    version: &str,
    trace: &mut Trace,
) -> Result<Vec<Imported<'a>>, Stop> {
    let at = Some(header.locus("/imageLayoutVersion"));
    if version != "1.0.0" {
        trace.fail(
            say(
                "`imageLayoutVersion` has to be `1.0.0`; it is {version}.",
                "`imageLayoutVersion` 必须是 `1.0.0`；此处为 {version}。",
            )
            .code("version", version),
            at.clone(),
        );
        return Err(Refusal::new(
            format!("unsupported OCI version {version}"),
            say(
                "containerd imports layouts of version 1.0.0 only.",
                "containerd 只导入 1.0.0 版本的布局。",
            ),
            at,
        )
        .fix(remedies::export_again())
        .into());
    }
    trace.pass(
        say(
            "containerd finds `oci-layout` with version 1.0.0: it imports an OCI layout and ignores `manifest.json`.",
            "containerd 找到版本为 1.0.0 的 `oci-layout`：按 OCI 布局导入，忽略 `manifest.json`。",
        ),
        at,
    );
    if inventory.blob_at("index.json").is_none() {
        trace.fail(
            say(
                "`index.json` has to stand beside it; it does not.",
                "旁边必须有 `index.json`；但没有。",
            ),
            None,
        );
        return Err(Refusal::new(
            "missing index.json in OCI layout 1.0.0",
            say(
                "containerd finds `oci-layout` and no `index.json`.",
                "containerd 找到了 `oci-layout`，却没有 `index.json`。",
            ),
            None,
        )
        .fix(remedies::export_again())
        .into());
    }
    let document = root_document(inventory, "index.json")?;
    if let Err(error) = go_decode::index(document) {
        trace.fail(
            say(
                "`index.json` has to be an index.",
                "`index.json` 必须是索引。",
            ),
            Some(Locus::whole("index.json")),
        );
        return Err(Refusal::new(
            error,
            say(
                "containerd cannot decode `index.json`.",
                "containerd 无法解码 `index.json`。",
            ),
            Some(Locus::whole("index.json")),
        )
        .fix(remedies::export_again())
        .into());
    }
    Ok(entries(document)
        .iter()
        .map(|d| {
            let at = Some(document.locus(&d.pointer));
            let name = d
                .annotations
                .get(annotation::CONTAINERD_NAME)
                .or_else(|| d.annotations.get(annotation::REF_NAME))
                .filter(|name| is_reference(name))
                .cloned()
                .unwrap_or_default();
            Imported {
                name,
                start: Start::Entry(document, d),
                at,
            }
        })
        .collect())
}

fn docker<'a>(inventory: &'a Inventory, trace: &mut Trace) -> Result<Vec<Imported<'a>>, Stop> {
    let unrecognized = |trace: &mut Trace| {
        trace.fail(
            say(
                "Either `oci-layout` or `manifest.json` has to stand at the root of the archive; neither does.",
                "归档根目录必须有 `oci-layout` 或 `manifest.json`；两者都没有。",
            ),
            None,
        );
        let mut refusal = Refusal::new(
            "unrecognized image format",
            say(
                "containerd finds neither an OCI layout nor a docker-archive at the root of the archive.",
                "containerd 在归档根目录既没找到 OCI 布局，也没找到 docker-archive。",
            ),
            None,
        );
        if let Some(folder) = &inventory.nested_under {
            refusal = refusal.fix(remedies::unwrap_folder(folder));
        }
        Stop::from(
            refusal
                .fix(remedies::import_rootfs())
                .fix(remedies::export_again()),
        )
    };
    if inventory.blob_at("manifest.json").is_none() {
        return Err(unrecognized(trace));
    }
    let document = root_document(inventory, "manifest.json")?;
    let images = docker_images(document).map_err(|error| {
        Refusal::new(
            format!("untar manifest \"manifest.json\": {error}"),
            say(
                "containerd cannot decode `manifest.json`.",
                "containerd 无法解码 `manifest.json`。",
            ),
            Some(Locus::whole("manifest.json")),
        )
        .fix(remedies::export_again())
    })?;
    if matches!(
        document.json.root.as_ref().map(|n| &n.value),
        Some(Value::Null)
    ) {
        return Err(unrecognized(trace));
    }
    trace.pass(
        say(
            "containerd finds `manifest.json`: it imports a docker-archive with {count} images.",
            "containerd 找到 `manifest.json`：按 docker-archive 导入，含 {count} 个镜像。",
        )
        .count("count", images.len() as u64),
        Some(Locus::whole("manifest.json")),
    );
    let mut imported = Vec::new();
    for image in images {
        let at = Some(document.locus(&image.pointer));
        let config = image.config.text();
        if inventory.blob_at(config).is_none() {
            return Err(not_there(
                format!("image config \"{config}\" not found"),
                config,
                Some(document.locus(&format!("{}/Config", image.pointer))),
                trace,
            ));
        }
        for (i, path) in image.layer_paths().iter().enumerate() {
            if inventory.blob_at(path).is_none() {
                return Err(not_there(
                    format!("failed to resolve layers: layer \"{path}\" not found"),
                    path,
                    Some(document.locus(&format!("{}/Layers/{i}", image.pointer))),
                    trace,
                ));
            }
        }
        imported.push(Imported {
            name: image
                .tags()
                .first()
                .copied()
                .unwrap_or_default()
                .to_string(),
            start: Start::Docker(document, image),
            at,
        });
    }
    Ok(imported)
}

fn not_there(error: String, path: &str, at: Option<Locus>, trace: &mut Trace) -> Stop {
    trace.fail(
        say(
            "The file {path} that `manifest.json` names has to be in the archive; it is not.",
            "`manifest.json` 指名的文件 {path} 必须在归档中；但没有。",
        )
        .code("path", path),
        at.clone(),
    );
    Refusal::new(
        error,
        say(
            "containerd does not find {path}, which `manifest.json` names.",
            "containerd 找不到 `manifest.json` 指名的 {path}。",
        )
        .code("path", path),
        at,
    )
    .fix(remedies::export_again())
    .into()
}

/// Whether a name could be a reference: `reference.ParseNormalizedNamed` wants lower case before the tag.
pub(in crate::consumers) fn is_reference(name: &str) -> bool {
    let (path, last) = name.rsplit_once('/').map_or(("", name), |(p, l)| (p, l));
    let (base, tag) = last
        .split_once(':')
        .map_or((last, None), |(b, t)| (b, Some(t)));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let good_path = path.split('/').enumerate().all(|(i, part)| {
        part.chars()
            .all(|c| plain(c) || (i == 0 && (c == ':' || c.is_ascii_uppercase())))
    });
    !base.is_empty()
        && base.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && base.chars().all(plain)
        && good_path
        && tag.is_none_or(|t| {
            !t.is_empty()
                && t.len() <= 128
                && t.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
                && !t.starts_with(['.', '-'])
        })
}

/// What unpacking finds in one image.
pub(in crate::consumers) enum Unpack {
    /// It goes through.
    Fits {
        /// Digest of the manifest, or the path of the config in a docker-archive.
        manifest: String,
        /// Layers that are applied.
        layers: u64,
    },
    /// Unpacking stops with this error.
    Fails {
        /// The text of the error.
        error: String,
        /// Where it stands.
        at: Option<Locus>,
    },
    /// There is nothing for linux/amd64 to unpack.
    Nothing,
}

/// The manifests under an import, and what unpacking the one for linux/amd64 meets.
pub(in crate::consumers) fn unpack(
    inventory: &Inventory,
    start: &Start,
    series: Series,
    trace: &mut Trace,
) -> Result<Unpack, Missing> {
    match start {
        Start::Entry(document, d) => entry(inventory, document, d, series, trace, 0),
        Start::Docker(document, image) => docker_image(inventory, document, image, trace),
    }
}

fn entry(
    inventory: &Inventory,
    document: &Document,
    d: &Descriptor,
    series: Series,
    trace: &mut Trace,
    depth: usize,
) -> Result<Unpack, Missing> {
    trace.visit(d)?;
    let at = Some(document.locus(&d.pointer));
    let Some(blob) = inventory.blob_for(d.digest()) else {
        trace.note(
            say(
                "{digest} is not in the archive; that is tolerated.",
                "{digest} 不在归档中；这是允许的。",
            )
            .code("digest", d.digest()),
            at,
        );
        return Ok(Unpack::Nothing);
    };
    if mt::is_index(d.media_type()) && depth < limits::INDEX_DEPTH {
        let index = document_of(inventory, blob, at)?;
        let mut children: Vec<(u8, &Descriptor)> = entries(index)
            .iter()
            .map(|child| {
                let fitness = match child.platform.value() {
                    Some(p) => platform::fitness_of(p).unwrap_or(u8::MAX),
                    None => 2,
                };
                (fitness, child)
            })
            .collect();
        children.sort_by_key(|(fitness, _)| *fitness);
        for (_, child) in children {
            match entry(inventory, index, child, series, trace, depth + 1)? {
                Unpack::Nothing => {}
                found => return Ok(found),
            }
        }
        return Ok(Unpack::Nothing);
    }
    if !mt::is_manifest(d.media_type()) {
        return Ok(Unpack::Nothing);
    }
    let document = document_of(inventory, blob, at.clone())?;
    let Ok(manifest) = go_decode::manifest(document) else {
        return Ok(Unpack::Nothing);
    };
    let config_type = manifest.config_media_type();
    let layers: Vec<&Descriptor> = manifest
        .layers()
        .iter()
        .filter(|l| is_layer(l.media_type(), series))
        .collect();
    if !mt::is_image_config(config_type) || layers.is_empty() {
        trace.note(
            say(
                "{digest} is no container image by its types (config {config}): it is stored and not unpacked.",
                "按类型看 {digest} 不是容器镜像（配置为 {config}）：只存储，不解包。",
            )
            .code("digest", d.digest())
            .code("config", config_type),
            at,
        );
        return Ok(Unpack::Nothing);
    }
    let Some(descriptor) = manifest.config.value() else {
        return Ok(Unpack::Nothing);
    };
    let Some(blob) = inventory.blob_for(descriptor.digest()) else {
        return Ok(Unpack::Nothing);
    };
    let config_document = document_of(inventory, blob, Some(document.locus("/config")))?;
    let Ok(config) = go_decode::config(config_document) else {
        return Ok(Unpack::Nothing);
    };
    let shown = format!("{}/{}", config.os.text(), config.architecture.text());
    if platform::fitness(config.os.text(), config.architecture.text(), None).is_none() {
        trace.note(
            say(
                "{digest} is an image for {platform}: on a {host} host it is stored and not unpacked.",
                "{digest} 是用于 {platform} 的镜像：在 {host} 主机上只存储，不解包。",
            )
            .code("digest", d.digest())
            .name("platform", shown)
            .name("host", platform::ASSUMED),
            at,
        );
        return Ok(Unpack::Nothing);
    }
    let diff_ids = config.diff_ids();
    if layers.len() != diff_ids.len() {
        let at = Some(config_document.locus("/rootfs/diff_ids"));
        return Ok(mismatched(layers.len(), diff_ids.len(), at, trace));
    }
    let mut pending = None;
    for (layer, diff_id) in layers.iter().zip(diff_ids) {
        let at = Some(document.locus(&layer.pointer));
        let Some(blob) = inventory.blob_for(layer.digest()) else {
            return Ok(Unpack::Fails {
                error: format!("content digest {}: not found", layer.digest()),
                at,
            });
        };
        let facts = match inventory.blob_facts(blob, at.clone()) {
            Ok(facts) => facts,
            Err(missing) => {
                pending.get_or_insert(missing);
                continue;
            }
        };
        // The suffix decides whether to decompress, the bytes decide how; Docker's plain type is always detected.
        let plain = layer.media_type().starts_with(mt::OCI_LAYER_PREFIX)
            && !layer.media_type().contains('+');
        let stream = if plain {
            unpacking::stored(facts)
        } else {
            by_containerd(facts)
        };
        match applied(stream, diff_id, layer.digest()) {
            Some(Ok(())) => trace.pass(
                say(
                    "The layer {layer} is unpacked; its diffID is as in the config.",
                    "层 {layer} 可以解包；其 diffID 与配置一致。",
                )
                .code("layer", layer.digest()),
                at,
            ),
            Some(Err(error)) => {
                trace.fail(
                    say(
                        "The layer {layer} cannot be unpacked: {error}.",
                        "层 {layer} 无法解包：{error}。",
                    )
                    .code("layer", layer.digest())
                    .code("error", &error),
                    at.clone(),
                );
                return Ok(Unpack::Fails { error, at });
            }
            None => {
                pending.get_or_insert(Missing {
                    what: layer.digest().to_string(),
                    why: Why::NotSettled,
                    at,
                });
            }
        }
    }
    match pending {
        Some(missing) => Err(missing),
        None => Ok(Unpack::Fits {
            manifest: d.digest().to_string(),
            layers: layers.len() as u64,
        }),
    }
}

fn by_containerd(facts: &crate::bytes::blob::BlobFacts) -> Stream<'_> {
    unpacking::by_bytes(
        facts,
        Detects {
            zstd: true,
            bzip2_and_xz: false,
        },
    )
}

/// The result of applying a layer: fine, the error, or not to be told.
fn applied(stream: Stream, expected: &str, layer: &str) -> Option<Result<(), String>> {
    match stream {
        Stream::Good { diff_id } | Stream::Trailing { diff_id, .. } if diff_id != expected => {
            Some(Err(format!(
                "wrong diff id \"{expected}\" calculated on extraction \"{diff_id}\", desc \"{layer}\""
            )))
        }
        Stream::Good { .. } => Some(Ok(())),
        Stream::Bad(error) => Some(Err(format!("failed to extract layer {expected}: {error}"))),
        Stream::Trailing { .. } | Stream::Unclear => None,
    }
}

fn docker_image(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    trace: &mut Trace,
) -> Result<Unpack, Missing> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let Some(blob) = inventory.blob_at(image.config.text()) else {
        return Ok(Unpack::Nothing);
    };
    let config_document = document_of(inventory, blob, at.clone())?;
    let config = match go_decode::config(config_document) {
        Ok(config) => config,
        Err(error) => return Ok(Unpack::Fails { error, at }),
    };
    if platform::fitness(config.os.text(), config.architecture.text(), None).is_none() {
        return Ok(Unpack::Nothing);
    }
    let paths = image.layer_paths();
    let diff_ids = config.diff_ids();
    if paths.len() != diff_ids.len() {
        let at = Some(document.locus(&format!("{}/Layers", image.pointer)));
        return Ok(mismatched(paths.len(), diff_ids.len(), at, trace));
    }
    let mut pending = None;
    for (i, (path, diff_id)) in paths.iter().zip(&diff_ids).enumerate() {
        let at = Some(document.locus(&format!("{}/Layers/{i}", image.pointer)));
        let Some(blob) = inventory.blob_at(path) else {
            continue;
        };
        match inventory.blob_facts(blob, at.clone()) {
            Err(missing) => {
                pending.get_or_insert(missing);
            }
            Ok(facts) => match applied(by_containerd(facts), diff_id, path) {
                Some(Ok(())) => trace.pass(
                    say(
                        "The layer {layer} is unpacked; its diffID is as in the config.",
                        "层 {layer} 可以解包；其 diffID 与配置一致。",
                    )
                    .code("layer", *path),
                    at,
                ),
                Some(Err(error)) => {
                    trace.fail(
                        say(
                            "The layer {layer} cannot be unpacked: {error}.",
                            "层 {layer} 无法解包：{error}。",
                        )
                        .code("layer", *path)
                        .code("error", &error),
                        at.clone(),
                    );
                    return Ok(Unpack::Fails { error, at });
                }
                None => {
                    pending.get_or_insert(Missing {
                        what: path.to_string(),
                        why: Why::NotSettled,
                        at,
                    });
                }
            },
        }
    }
    match pending {
        Some(missing) => Err(missing),
        None => Ok(Unpack::Fits {
            manifest: image.config.text().to_string(),
            layers: paths.len() as u64,
        }),
    }
}

/// Not as many diffIDs as layers: nothing is unpacked.
fn mismatched(layers: usize, diff_ids: usize, at: Option<Locus>, trace: &mut Trace) -> Unpack {
    trace.fail(
        say(
            "There have to be as many diffIDs as layers; {layers} layers stand against {diff_ids} diffIDs.",
            "diffID 与层的数量必须相等；这里有 {layers} 个层、{diff_ids} 个 diffID。",
        )
        .count("layers", layers as u64)
        .count("diff_ids", diff_ids as u64),
        at.clone(),
    );
    Unpack::Fails {
        error: "mismatched image rootfs and manifest layers".to_string(),
        at,
    }
}
