//! Rules `config-*`: image configs, and configs against the layers they speak of.
//! Optional fields may be null: config.md says so, whatever the JSON schema says.

pub mod command;
pub mod document;
pub mod environment;
pub mod history;
pub mod sets;
mod stack;

use super::walk::{self, Image, Role};
use super::{Out, rules};
use crate::artifact::documents::{Claim, Claims, Config};
use crate::artifact::{Document, Inventory, Missing, Why, graph};
use crate::bytes::blob::Compression;
use crate::bytes::json::Value;
use crate::order;
use crate::place::Locus;
use crate::spec::{self, media_type as mt};
use crate::text::say;
use std::collections::{BTreeMap, BTreeSet};

use crate::examples;
use crate::examples::inputs::{config, edited, given, image, two_layers};

rules! {
    "config-architecture-missing" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Config without `architecture`" / "配置缺少 `architecture`",
        says: "The config has no `architecture`, which is required." / "配置没有 `architecture`，而它是必需的。",
        why: "Consumers cannot tell whether the image runs on a machine; some then assume their own." / "使用方无法判断镜像能否在某台机器上运行；有的会假定与自身相同。",
        fix: "Add it as Go names it: `amd64`, `arm64` …" / "按 Go 的名称补上：`amd64`、`arm64` 等。",
        trigger: r#"{"os": "linux", "rootfs": {…}}"#,
        bad: || edited(config, &["/architecture"]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                out.looked();
                if required_is_absent(document, &config.architecture, "architecture") {
                    out.found(walk::field_or_object(document, "", "architecture"), |p| p);
                }
            }
        },
    }
    "config-os-missing" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Config without `os`" / "配置缺少 `os`",
        says: "The config has no `os`, which is required." / "配置没有 `os`，而它是必需的。",
        why: "Consumers cannot tell whether the image runs on a machine; some then assume their own." / "使用方无法判断镜像能否在某台机器上运行；有的会假定与自身相同。",
        fix: "Add it as Go names it: `linux`, `windows` …" / "按 Go 的名称补上：`linux`、`windows` 等。",
        trigger: r#"{"architecture": "amd64", "rootfs": {…}}"#,
        bad: || edited(config, &["/os"]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                out.looked();
                if required_is_absent(document, &config.os, "os") {
                    out.found(walk::field_or_object(document, "", "os"), |p| p);
                }
            }
        },
    }
    "config-rootfs-missing" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Config without `rootfs`" / "配置缺少 `rootfs`",
        says: "The config has no `rootfs`, which is required." / "配置没有 `rootfs`，而它是必需的。",
        why: "Without it the layers cannot be verified: Docker says `invalid image JSON, no RootFS key`, containerd finds no diffID for any layer." / "没有它就无法校验各层：Docker 会报 `invalid image JSON, no RootFS key`，containerd 找不到任何一层的 diffID。",
        fix: "Add `rootfs` with `type` set to `layers` and one diffID for each layer. A config that is no image config needs a media type of its own." / "补上 `rootfs`，其中 `type` 为 `layers`，并为每一层写一个 diffID。如果它并不是镜像配置，应使用自己的媒体类型。",
        trigger: r#"{"architecture": "amd64", "os": "linux"}"#,
        bad: || edited(config, &["/rootfs"]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                out.looked();
                if walk::node_at(document, "/rootfs").is_none_or(|node| node.is_null()) {
                    out.found(walk::field_or_object(document, "", "rootfs"), |p| p);
                }
            }
        },
    }
    "config-rootfs-type" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "`rootfs.type` is not `layers`" / "`rootfs.type` 不是 `layers`",
        says: "`rootfs.type` is {found}; it must be {expected}." / "`rootfs.type` 是 {found}；它必须是 {expected}。",
        why: "Implementations must fail on any other value, and umoci and go-containerregistry do." / "规范要求遇到其他值时必须报错，umoci 和 go-containerregistry 正是如此。",
        fix: "Write `layers`." / "写成 `layers`。",
        trigger: r#"{"rootfs": {"type": "overlay"}}"#,
        bad: || edited(config, &[r#"/rootfs/type: "overlay""#]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                if !config.has_rootfs {
                    continue;
                }
                out.looked();
                match &config.rootfs_type {
                    Claim::Is { value, .. } if value == "layers" => {}
                    Claim::Is { value, .. } => out.found(document.locus("/rootfs/type"), |p| {
                        p.code("found", value.clone()).code("expected", "layers")
                    }),
                    Claim::Wrong { found, .. } => out.found(document.locus("/rootfs/type"), |p| {
                        p.code("found", *found).code("expected", "layers")
                    }),
                    Claim::Absent => out.found_as(
                        document.locus("/rootfs"),
                        say("`rootfs` has no `type`; it must be {expected}.", "`rootfs` 没有 `type`；它必须是 {expected}。")
                            .code("expected", "layers"),
                    ),
                }
            }
        },
    }
    "config-diff-ids-missing" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "`rootfs` without `diff_ids`" / "`rootfs` 缺少 `diff_ids`",
        says: "`rootfs` has no `diff_ids`, which is required: one digest of the uncompressed tar for each layer." / "`rootfs` 没有 `diff_ids`，而它是必需的：每一层对应一个未压缩 tar 的摘要。",
        why: "Without diffIDs an unpacked layer cannot be verified, and consumers stop at the first." / "没有 diffID 就无法校验解包后的层，使用方在第一层就会停下。",
        fix: "Add `diff_ids`; for a gzip layer the value is the output of `gunzip -c layer | sha256sum`." / "补上 `diff_ids`；对 gzip 层，其值是 `gunzip -c layer | sha256sum` 的输出。",
        trigger: r#"{"rootfs": {"type": "layers"}}"#,
        bad: || edited(config, &["/rootfs/diff_ids"]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                if !config.has_rootfs {
                    continue;
                }
                out.looked();
                if config.diff_ids.is_absent() {
                    out.found(walk::field_or_object(document, "/rootfs", "diff_ids"), |p| p);
                }
            }
        },
    }
    "config-diff-id-syntax" {
        severity: Error (Must),
        spec: "config.md#layer-diffid" since "1.0",
        needs: Documents,
        title: "diffID that is no digest" / "diffID 不是合法的摘要",
        says: "The diffID at {pointer} is {found}; it must be {expected}." / "位于 {pointer} 的 diffID 是 {found}；它必须是 {expected}。",
        why: "Consumers parse every diffID before they unpack a layer, and stop at one that they cannot parse." / "使用方在解包之前要解析每个 diffID，遇到无法解析的就会停下。",
        fix: "Compute the SHA-256 of the uncompressed tar and write it in lower case after `sha256:`." / "计算未压缩 tar 的 SHA-256，以小写形式写在 `sha256:` 之后。",
        trigger: r#"{"rootfs": {"diff_ids": ["abc"]}}"#,
        bad: || edited(config, &[r#"/rootfs/diff_ids: ["abc"]"#]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                for (i, claim) in config.diff_ids.value().into_iter().flatten().enumerate() {
                    let Some(text) = claim.value() else { continue };
                    out.looked();
                    if !well_formed(text) {
                        let pointer = format!("/rootfs/diff_ids/{i}");
                        out.found(document.locus(&pointer), |p| {
                            p.code("pointer", &pointer).code("found", text.clone()).code("expected", "sha256:<64 hex digits>")
                        });
                    }
                }
            }
        },
    }
    "config-diff-ids-count" {
        severity: Error (Consumers),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Number of diffIDs is not the number of layers" / "diffID 数量与层数不一致",
        says: "`rootfs.diff_ids` has length {found}, `layers` of the manifest has length {expected}; each layer needs one diffID." / "`rootfs.diff_ids` 有 {found} 项，清单的 `layers` 有 {expected} 项；每一层都需要一个 diffID。",
        why: "containerd, Docker and containers/image refuse the image; umoci and go-containerregistry pair them by position without counting." / "containerd、Docker 和 containers/image 会拒绝该镜像；umoci 和 go-containerregistry 不核对数量，按位置一一对应。",
        fix: "Build the config anew from the layers, in their order." / "按各层的顺序重新生成配置。",
        bad: || image(&two_layers(), |c| c["rootfs"]["diff_ids"] = serde_json::json!([examples::sha256(&examples::tar(&[("one", "one")]))]), |_| {}),
        good: || image(&two_layers(), |_| {}, |_| {}),
        check: |inventory, out| {
            for image in walk::images(inventory) {
                let Some(layers) = image.manifest.layers.value() else { continue };
                if let Some((document, config)) = out.known(image.config) {
                    let Some(ids) = config.diff_ids.value() else { continue };
                    out.looked();
                    if ids.len() != layers.len() {
                        out.found_with(document.locus("/rootfs/diff_ids"), vec![image.document.locus("/layers")], |p| {
                            p.count("found", ids.len() as u64).count("expected", layers.len() as u64)
                        });
                    }
                }
            }
        },
    }
    "config-diff-id-mismatch" {
        severity: Error (Must),
        spec: "config.md#layer-diffid" since "1.0",
        needs: Blobs,
        title: "Layer does not hash to its diffID" / "层的内容与 diffID 不符",
        says: "The uncompressed layer {layer} has the digest {found}; the config says {expected}." / "层 {layer} 解压后的摘要是 {found}；配置中写的是 {expected}。",
        why: "containerd, Docker, umoci and containers/image verify this when they unpack the layer, and refuse the image." / "containerd、Docker、umoci 和 containers/image 在解包时会校验，不符就拒绝该镜像。",
        fix: "Find out which of the two is old: rebuild the config from the layers, or put back the layer that the config was made for." / "弄清两者中哪个是旧的：根据各层重新生成配置，或放回该配置所对应的层。",
        bad: || image(&[examples::gzip_layer("hello", b"hello")], |c| {
            c["rootfs"]["diff_ids"] = serde_json::json!([examples::sha256(b"another tar")]);
        }, |_| {}),
        good: || image(&two_layers(), |_| {}, |_| {}),
        check: |inventory, out| {
            compare(inventory, out, |pair, out| {
                if pair.real != pair.claimed && pair.claimed != pair.stored && !pair.reordered {
                    out.found_with(pair.at, vec![pair.layer_at], |p| {
                        p.code("layer", pair.layer).code("found", pair.real).code("expected", pair.claimed)
                    });
                }
            });
        },
    }
    "config-diff-id-compressed" {
        severity: Error (Must),
        spec: "config.md#layer-diffid" since "1.0",
        needs: Blobs,
        title: "diffID of the compressed layer" / "diffID 取自压缩后的层",
        says: "The diffID {found} is the digest of the {compression} blob; it must be that of the uncompressed tar, {expected}." / "diffID {found} 是 {compression} 压缩后 blob 的摘要；它应是未压缩 tar 的摘要，即 {expected}。",
        why: "Consumers hash what comes out of decompression, so the image is pulled and then refused when it is unpacked." / "使用方计算的是解压之后内容的摘要，因此镜像能够拉取，却在解包时被拒绝。",
        fix: "Hash the uncompressed tar: `gunzip -c layer.tar.gz | sha256sum`." / "对未压缩的 tar 计算摘要：`gunzip -c layer.tar.gz | sha256sum`。",
        bad: || {
            let layer = examples::gzip_layer("hello", b"hello");
            image(&[layer], |c| {
                let stored = examples::gzip_layer("hello", b"hello").1;
                c["rootfs"]["diff_ids"] = serde_json::json!([examples::sha256(&stored)]);
            }, |_| {})
        },
        good: || {
            let tar = examples::tar(&[("hello", "hello")]);
            image(&[(spec::media_type::OCI_TAR, tar.clone(), tar)], |_| {}, |_| {})
        },
        check: |inventory, out| {
            compare(inventory, out, |pair, out| {
                if pair.real != pair.claimed && pair.claimed == pair.stored {
                    let name = match pair.compression {
                        Compression::Zstd => "zstd",
                        _ => "gzip",
                    };
                    out.found_with(pair.at, vec![pair.layer_at], |p| {
                        p.code("found", pair.claimed).name("compression", name).code("expected", pair.real)
                    });
                }
            });
        },
    }
    "config-diff-id-order" {
        severity: Error (Must),
        spec: "config.md#layer-diffid" since "1.0",
        needs: Blobs,
        title: "diffIDs in another order than the layers" / "diffID 的顺序与层不一致",
        says: "The diffID {found} at {pointer} belongs to another layer of the image; the layer at this position has {expected}." / "位于 {pointer} 的 diffID {found} 属于该镜像的另一层；此位置的层应为 {expected}。",
        why: "Layers and diffIDs are paired by position, base first, so consumers refuse the image when they unpack it." / "层与 diffID 按位置对应，基础层在前，因此使用方解包时会拒绝。",
        fix: "Put the diffIDs in the order of `layers`." / "把 diffID 按 `layers` 的顺序排列。",
        bad: || image(
            &[examples::gzip_layer("a", b"a"), examples::gzip_layer("b", b"b"), examples::gzip_layer("c", b"c")],
            |c| examples::reverse(&mut c["rootfs"]["diff_ids"]),
            |_| {},
        ),
        good: || image(
            &[examples::gzip_layer("a", b"a"), examples::gzip_layer("b", b"b"), examples::gzip_layer("c", b"c")],
            |_| {},
            |_| {},
        ),
        check: |inventory, out| {
            let mut told: Vec<String> = Vec::new();
            compare(inventory, out, |pair, out| {
                if pair.real != pair.claimed && pair.reordered && !told.contains(&pair.at.path) {
                    told.push(pair.at.path.clone());
                    let pointer = pair.at.pointer.clone().unwrap_or_default();
                    out.found_with(pair.at, vec![pair.layer_at], |p| {
                        p.code("found", pair.claimed).code("pointer", pointer).code("expected", pair.real)
                    });
                }
            });
        },
    }
}

/// The configs that are image configs by the descriptors that point at them, and those that no descriptor points at: a
/// docker-archive's, or one that was given alone. Of a layout only what its index leads to: what was left behind by
/// earlier changes is no image of it any more.
fn of_images(inventory: &Inventory) -> Vec<(&Document, &Config)> {
    let index = walk::root_document(inventory, "index.json").filter(|_| walk::is_layout(inventory));
    let reached: Option<BTreeSet<&str>> = index.map(|index| {
        let below = graph::under(inventory, index).into_iter();
        let configs = below.filter(|reached| reached.role == graph::Role::Config);
        let digests = configs.map(|reached| reached.descriptor.digest());
        order::set_of(digests)
    });
    // Every digest that a manifest has as its config, and whether one of them types it as an image's.
    let mut named: BTreeMap<&str, bool> = BTreeMap::new();
    for placed in walk::descriptors(inventory) {
        if placed.role == Role::Config {
            let image = mt::is_image_config(placed.descriptor.media_type());
            *named.entry(placed.descriptor.digest()).or_default() |= image;
        }
    }
    walk::configs(inventory)
        .filter(|(document, _)| {
            let digest = digest_of(inventory, document);
            let typed = digest.and_then(|digest| named.get(digest));
            let left_behind = reached
                .as_ref()
                .is_some_and(|reached| !digest.is_some_and(|d| reached.contains(d)));
            typed.is_none_or(|image| *image && !left_behind)
        })
        .collect()
}

fn digest_of<'a>(inventory: &'a Inventory, document: &Document) -> Option<&'a str> {
    Some(&inventory.blobs.get(document.blob)?.facts()?.sha256)
}

/// As [`of_images`], but without attestations and other content that has an image config and no root filesystem.
fn of_root_filesystems(inventory: &Inventory) -> Vec<(&Document, &Config)> {
    let other: BTreeSet<&str> = order::set_of(
        inventory
            .documents
            .iter()
            .filter_map(|document| match &document.claims {
                Claims::Manifest(manifest) => Some(manifest),
                _ => None,
            })
            .filter(|manifest| {
                let tars = manifest
                    .layers()
                    .iter()
                    .all(|layer| walk::is_archive_type(layer.media_type()));
                !tars || !manifest.artifact_type.text().is_empty()
            })
            .filter_map(|manifest| Some(manifest.config.value()?.digest())),
    );
    let mut configs = of_images(inventory);
    configs.retain(|(document, _)| {
        !digest_of(inventory, document).is_some_and(|d| other.contains(&d))
    });
    configs
}

/// Whether a path of a config is absolute on the system that the image is for.
fn is_absolute(config: &Config, path: &str) -> bool {
    if config.os.text() != "windows" {
        return path.starts_with('/');
    }
    let bytes = path.as_bytes();
    let drive = bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
    drive || path.starts_with(['/', '\\'])
}

fn required_is_absent(document: &Document, claim: &Claim<String>, key: &str) -> bool {
    let null = walk::node_at(document, "")
        .and_then(|root| root.get(key))
        .is_some_and(|node| matches!(node.value, Value::Null));
    claim.is_absent() || null
}

fn well_formed(digest: &str) -> bool {
    spec::digest(digest).is_some_and(|d| d.is_well_encoded())
}

/// A layer beside its diffID.
struct Pair<'a> {
    /// The diffID's place.
    at: Locus,
    /// The layer's descriptor.
    layer_at: Locus,
    /// The layer's digest.
    layer: &'a str,
    /// What the config says.
    claimed: &'a str,
    /// What was measured of the uncompressed bytes.
    real: &'a str,
    /// What was measured of the stored bytes.
    stored: &'a str,
    /// How it is compressed.
    compression: Compression,
    /// The image has the right diffIDs in another order.
    reordered: bool,
}

/// Pairs each layer of each image with its diffID by position and hands on what can be compared.
fn compare(inventory: &Inventory, out: &mut Out, mut each: impl FnMut(Pair, &mut Out)) {
    for image in walk::images(inventory) {
        let Some((document, config)) = out.known(image.config.clone()) else {
            continue;
        };
        let unpaired = || Missing {
            what: document.path.clone(),
            why: Why::Unreadable,
            at: Some(document.locus("/rootfs/diff_ids")),
        };
        let (Some(ids), layers) = (config.diff_ids.value(), image.manifest.layers()) else {
            out.missing(unpaired());
            continue;
        };
        if ids.len() != layers.len() {
            out.missing(unpaired());
            continue;
        }
        let measured: Vec<Result<&str, Missing>> = (0..layers.len())
            .map(|i| real_diff_id(inventory, &image, i))
            .collect();
        let reordered = is_reordered(config, &measured);
        for (i, (layer, real)) in layers.iter().zip(measured).enumerate() {
            let claimed = ids.get(i).map_or("", Claim::text);
            let Some(real) = out.known(real) else {
                continue;
            };
            let Ok(facts) = inventory.facts(image.document, layer) else {
                continue;
            };
            // Diffs by another algorithm than the one that was measured cannot be compared.
            if !well_formed(claimed) || !claimed.starts_with("sha256:") {
                out.missing(unpaired());
                continue;
            }
            out.looked();
            let pair = Pair {
                at: document.locus(&format!("/rootfs/diff_ids/{i}")),
                layer_at: image.document.locus(&layer.pointer),
                layer: layer.digest(),
                claimed,
                real,
                stored: &facts.sha256,
                compression: facts.compression,
                reordered,
            };
            each(pair, out);
        }
    }
}

/// The diffID of a layer as measured. None where the blob is not what its descriptor names (another rule says so), where
/// it is damaged, or encrypted.
fn real_diff_id<'a>(
    inventory: &'a Inventory,
    image: &Image<'a>,
    position: usize,
) -> Result<&'a str, Missing> {
    let layer = image
        .manifest
        .layers()
        .get(position)
        .ok_or_else(|| Missing {
            what: image.document.path.clone(),
            why: Why::Unreadable,
            at: None,
        })?;
    let facts = inventory.facts(image.document, layer)?;
    let unreadable = || Missing {
        what: layer.digest().to_string(),
        why: Why::Unreadable,
        at: Some(image.document.locus(&layer.pointer)),
    };
    if !walk::stands_for(facts, layer.digest()) || walk::is_encrypted(layer.media_type()) {
        return Err(unreadable());
    }
    facts.diff_id().ok_or_else(unreadable)
}

fn is_reordered(config: &Config, measured: &[Result<&str, Missing>]) -> bool {
    let mut claimed = config.diff_ids();
    let mut real: Vec<&str> = measured
        .iter()
        .filter_map(|r| r.as_ref().ok().copied())
        .collect();
    if claimed == real {
        return false;
    }
    order::own(&mut claimed);
    order::own(&mut real);
    claimed == real
}
