//! What unpacking an imported image for the host meets, as Docker's containerd store has it done. It refuses nothing itself.

use super::import::Start;
use super::{Series, document_of, entries, is_layer};
use crate::artifact::documents::{Descriptor, DockerImage};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::consumers::platform::Wanted;
use crate::consumers::unpacking::{self, Detects, Stream};
use crate::consumers::{Trace, go_decode};
use crate::limits;
use crate::order;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

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
    /// There is nothing to unpack for the platform.
    Nothing,
}

/// The manifests under an import, and what unpacking the one for the platform meets.
pub(in crate::consumers) fn unpack(
    inventory: &Inventory,
    start: &Start,
    series: Series,
    wanted: &Wanted,
    trace: &mut Trace,
) -> Result<Unpack, Missing> {
    match start {
        Start::Entry(document, d) => entry(inventory, document, d, series, wanted, trace, 0),
        Start::Docker(document, image) => docker_image(inventory, document, image, wanted, trace),
    }
}

fn entry(
    inventory: &Inventory,
    document: &Document,
    d: &Descriptor,
    series: Series,
    wanted: &Wanted,
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
                    Some(p) => wanted.fitness_of(p).unwrap_or(u8::MAX),
                    None => u8::MAX - 1,
                };
                (fitness, child)
            })
            .collect();
        order::by_key(&mut children, |(fitness, _)| *fitness);
        for (_, child) in children {
            match entry(inventory, index, child, series, wanted, trace, depth + 1)? {
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
    let Ok(manifest) = go_decode::manifest(document)? else {
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
    let Ok(config) = go_decode::config(config_document)? else {
        return Ok(Unpack::Nothing);
    };
    let shown = format!("{}/{}", config.os.text(), config.architecture.text());
    if wanted
        .fitness(config.os.text(), config.architecture.text(), None)
        .is_none()
    {
        trace.note(
            say(
                "{digest} is an image for {platform}: on a {host} host it is stored and not unpacked.",
                "{digest} 是用于 {platform} 的镜像：在 {host} 主机上只存储，不解包。",
            )
            .code("digest", d.digest())
            .name("platform", shown)
            .name("host", wanted.text()),
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
        Stream::Bad(error) | Stream::Late(error) => {
            Some(Err(format!("failed to extract layer {expected}: {error}")))
        }
        Stream::Trailing { .. } | Stream::Unclear => None,
    }
}

fn docker_image(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    wanted: &Wanted,
    trace: &mut Trace,
) -> Result<Unpack, Missing> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let Some(blob) = inventory.blob_at(image.config.text()) else {
        return Ok(Unpack::Nothing);
    };
    let config_document = document_of(inventory, blob, at.clone())?;
    let config = match go_decode::config(config_document)? {
        Ok(config) => config,
        Err(error) => return Ok(Unpack::Fails { error, at }),
    };
    if wanted
        .fitness(config.os.text(), config.architecture.text(), None)
        .is_none()
    {
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
