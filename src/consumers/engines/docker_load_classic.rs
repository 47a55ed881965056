//! `docker load` with the classic (graphdriver) image store: unpacks the archive to a temporary folder and follows
//! `manifest.json`, or, up to Engine 28, the format of Docker before 1.10. It never looks at an OCI layout.

use crate::artifact::documents::DockerImage;
use crate::artifact::kinds::{InputKind, Packaging};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::json::Value;
use crate::bytes::tar::EntryKind;
use crate::consumers::unpacking::{self, Detects, INVALID_TAR, Stream};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    docker_load, go_decode, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::text::{say, text};
use std::collections::BTreeSet;

/// The folder that the daemon unpacks to. Its number is random; the zeros stand for it.
const FOLDER: &str = "/var/lib/docker/tmp/docker-import-0000000000";

/// `docker load`, classic image store.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "docker-load-classic",
    name: "docker load (classic store)",
    about: text(
        "`docker load` where Docker Engine keeps images in its own store: the default up to Engine 28, and kept by later \
         ones on upgraded hosts. It reads docker-archives only, that is `manifest.json`.",
        "Docker Engine 使用自有存储时的 `docker load`：Engine 28 及以前的默认方式，之后的版本在升级而来的主机上仍沿用。它只读取 \
         docker-archive，即 `manifest.json`。",
    ),
    scope: Scope::Input,
    sources: &[Source {
        repository: "moby/moby",
        path: "image/tarexport/load.go (Load, legacyLoad, loadLayer), from 29 daemon/internal/image/tarexport/load.go",
        at: "v20.10.24, v23.0.0, v28.0.0, pull request 50324, 04b68e44f1e7",
    }],
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "≤ 20.10",
                spans: &[("", "23.0.0-0")],
            },
            label: text("no zstd", "不支持 zstd"),
            replay: v20,
        },
        Range {
            versions: Versions {
                shown: "23 – 24",
                spans: &[("23.0.0-0", "25.0.0-0")],
            },
            label: text("reads zstd", "支持 zstd"),
            replay: v23,
        },
        Range {
            versions: Versions {
                shown: "25 – 28",
                spans: &[("25.0.0-0", "29.0.0-0")],
            },
            label: text(
                "saves with an OCI layout, still loads by manifest.json",
                "保存时附带 OCI 布局，加载仍依据 manifest.json",
            ),
            replay: v23,
        },
        Range {
            versions: Versions {
                shown: "≥ 29",
                spans: &[("29.0.0-0", "")],
            },
            label: text(
                "no archives of Docker before 1.10",
                "不再支持 Docker 1.10 之前的归档",
            ),
            replay: v29,
        },
    ],
    meant_for: containerd::holds_images,
};

/// What sets the ranges apart.
#[derive(Clone, Copy)]
struct Engine {
    zstd: bool,
    legacy: bool,
    /// Layers are unpacked by a child process, whose errors are reported with its exit status.
    by_child: bool,
}

fn v20(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let engine = Engine {
        zstd: false,
        legacy: true,
        by_child: true,
    };
    replay(case, trace, engine)
}

fn v23(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let engine = Engine {
        zstd: true,
        legacy: true,
        by_child: false,
    };
    replay(case, trace, engine)
}

fn v29(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let engine = Engine {
        zstd: true,
        legacy: false,
        by_child: false,
    };
    replay(case, trace, engine)
}

impl Engine {
    fn tar_error(self, error: &str) -> String {
        if self.by_child {
            format!("Error processing tar file(exit status 1): {error}")
        } else {
            error.to_string()
        }
    }
}

fn replay(case: &Case, trace: &mut Trace, engine: Engine) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let folder = docker_load::archive(inventory, "manifest.json", trace)?;
    if inventory.packaging == Packaging::Zstd && !engine.zstd {
        trace.fail(
            say(
                "The archive has to be a tar, plain or compressed with gzip, bzip2 or xz; it is compressed with zstd.",
                "归档必须是 tar（未压缩，或以 gzip、bzip2、xz 压缩）；它用的是 zstd。",
            ),
            None,
        );
        return Err(Refusal::new(
            engine.tar_error(INVALID_TAR),
            say(
                "Docker Engine up to 20.10 knows no zstd and takes the compressed archive for a broken tar.",
                "Docker Engine 20.10 及更早版本不认识 zstd，会把压缩归档当作损坏的 tar。",
            ),
            None,
        )
        .fix(remedies::upgrade("Docker Engine", "23.0"))
        .fix(remedies::export_again())
        .into());
    }
    let accept = if inventory.blob_at("manifest.json").is_some() {
        by_manifest(inventory, trace, engine)?
    } else if engine.legacy {
        legacy(inventory, trace)?
    } else {
        trace.fail(
            say(
                "`manifest.json` has to stand at the root of the archive; it does not.",
                "`manifest.json` 必须位于归档根目录；但没有。",
            ),
            None,
        );
        return Err(mended(
            inventory,
            Refusal::new(
                "invalid archive: does not contain a manifest.json",
                no_manifest_json(inventory),
                None,
            ),
        )
        .into());
    };
    Ok(if folder {
        accept.fix(remedies::pack_folder())
    } else {
        accept
    })
}

/// Why there is no `manifest.json`, as far as the rest of the archive tells.
fn no_manifest_json(inventory: &Inventory) -> crate::text::Phrase {
    match (inventory.kind, &inventory.nested_under) {
        (InputKind::OciLayout, _) => say(
            "Docker's classic store loads by `manifest.json` only, and this is an OCI layout without one.",
            "Docker 的经典存储只依据 `manifest.json` 加载，而这是不含它的 OCI 布局。",
        ),
        (_, Some(folder)) => say(
            "Docker's classic store looks for `manifest.json` at the root; here everything lies in the folder {folder}.",
            "Docker 的经典存储在根目录查找 `manifest.json`；而这里的内容都在文件夹 {folder} 中。",
        )
        .code("folder", folder),
        _ => say(
            "Docker's classic store loads by `manifest.json` only, and there is none.",
            "Docker 的经典存储只依据 `manifest.json` 加载，而这里没有。",
        ),
    }
}

fn mended(inventory: &Inventory, refusal: Refusal) -> Refusal {
    match (inventory.kind, &inventory.nested_under) {
        (InputKind::OciLayout, _) => refusal
            .fix(remedies::to_docker_archive())
            .fix(remedies::containerd_store()),
        (_, Some(folder)) => refusal.fix(remedies::unwrap_folder(folder)),
        _ => refusal
            .fix(remedies::import_rootfs())
            .fix(remedies::export_again()),
    }
}

/// `legacyLoad`: every folder at the root, in the order of names, is an image of Docker before 1.10.
fn legacy(inventory: &Inventory, trace: &mut Trace) -> Result<Accept, Stop> {
    trace.note(
        say(
            "There is no `manifest.json`, so the archive is read as one of Docker before 1.10: every folder at its root has to be a layer.",
            "没有 `manifest.json`，因此按 Docker 1.10 之前的归档来读：根目录的每个文件夹都必须是一层。",
        ),
        None,
    );
    let folders: BTreeSet<&str> = inventory
        .entries
        .iter()
        .filter_map(|entry| match entry.path.split_once('/') {
            Some((top, _)) => Some(top),
            None if entry.kind == EntryKind::Dir => Some(entry.path.as_str()),
            None => None,
        })
        .filter(|top| !top.is_empty())
        .collect();
    for folder in &folders {
        for file in ["json", "layer.tar"] {
            let path = format!("{folder}/{file}");
            if inventory.blob_at(&path).is_some() {
                continue;
            }
            trace.fail(
                say(
                    "The folder {folder} has to hold {path}; it does not.",
                    "文件夹 {folder} 必须含有 {path}；但没有。",
                )
                .code("folder", *folder)
                .code("path", &path),
                None,
            );
            return Err(mended(
                inventory,
                Refusal::new(
                    format!("open {FOLDER}/{path}: no such file or directory"),
                    no_manifest_json(inventory),
                    None,
                ),
            )
            .into());
        }
        trace.pass(
            say(
                "The folder {folder} holds `json` and `layer.tar`.",
                "文件夹 {folder} 含有 `json` 和 `layer.tar`。",
            )
            .code("folder", *folder),
            None,
        );
    }
    if inventory.blob_at("repositories").is_none() {
        trace.fail(
            say(
                "The file `repositories` has to stand at the root; it does not.",
                "根目录必须有文件 `repositories`；但没有。",
            ),
            None,
        );
        return Err(mended(
            inventory,
            Refusal::new(
                format!("open {FOLDER}/repositories: no such file or directory"),
                no_manifest_json(inventory),
                None,
            ),
        )
        .into());
    }
    Ok(Accept::using(
        say(
            "It loads {count} layers of an archive of Docker before 1.10 and names them by `repositories`.",
            "它会加载 Docker 1.10 之前归档中的 {count} 层，并按 `repositories` 命名。",
        )
        .count("count", folders.len() as u64),
        Some(Locus::whole("repositories")),
    ))
}

/// `Load` after `manifest.json` was opened.
fn by_manifest(inventory: &Inventory, trace: &mut Trace, engine: Engine) -> Result<Accept, Stop> {
    let document = containerd::root_document(inventory, "manifest.json")?;
    let whole = Some(Locus::whole("manifest.json"));
    let undecodable = |error: String| {
        let error = if engine.legacy {
            error
        } else {
            format!("invalid archive: failed to decode manifest.json: {error}")
        };
        Refusal::new(
            error,
            say(
                "Docker cannot decode `manifest.json`.",
                "Docker 无法解码 `manifest.json`。",
            ),
            whole.clone(),
        )
        .fix(remedies::export_again())
    };
    match document.json.root.as_ref().map(|node| &node.value) {
        None => {
            return Err(undecodable(go_decode::syntax(document).unwrap_or_default()).into());
        }
        Some(Value::Null) => {
            return Err(Refusal::new(
                "invalid manifest, manifest cannot be null (but can be [])",
                say(
                    "Docker refuses a `manifest.json` that is `null`.",
                    "Docker 拒绝内容为 `null` 的 `manifest.json`。",
                ),
                whole,
            )
            .fix(remedies::export_again())
            .into());
        }
        Some(Value::Array(_)) => {}
        Some(_) => {
            let found = document.json.root.as_ref().map_or("", |node| node.kind());
            return Err(undecodable(format!(
                "json: cannot unmarshal {} into Go value of type []tarexport.manifestItem",
                go_decode::go_name(found)
            ))
            .into());
        }
    }
    let images = containerd::docker_images(document).map_err(&undecodable)?;
    trace.pass(
        say(
            "`manifest.json` is there and lists {count} images. `index.json`, `oci-layout` and media types are never looked at.",
            "存在 `manifest.json`，列出 {count} 个镜像。不会查看 `index.json`、`oci-layout` 和媒体类型。",
        )
        .count("count", images.len() as u64),
        whole.clone(),
    );
    let mut names: Vec<String> = Vec::new();
    let mut layers = 0_u64;
    let mut platforms: Vec<String> = Vec::new();
    for image in &images {
        let platform = one_image(inventory, document, image, trace, engine)?;
        layers = layers.saturating_add(image.layer_paths().len() as u64);
        platforms.push(platform);
        if image.tags().is_empty() {
            names.push(image.config.text().to_string());
            trace.note(
                say(
                    "`RepoTags` is empty: the image is loaded by its ID alone.",
                    "`RepoTags` 为空：镜像只按 ID 加载。",
                ),
                Some(document.locus(&image.pointer)),
            );
        }
        names.extend(image.tags().iter().map(|tag| tag.to_string()));
    }
    platforms.dedup();
    Ok(if images.is_empty() {
        Accept::using(
            say(
                "It reports success and loads nothing: `manifest.json` lists no image.",
                "它会报告成功但什么也不加载：`manifest.json` 没有列出镜像。",
            ),
            whole,
        )
    } else {
        Accept::using(
            say(
                "It loads {names} for {platforms}, {layers} layers.",
                "它会加载 {names}，平台 {platforms}，共 {layers} 层。",
            )
            .code("names", names.join(", "))
            .name("platforms", platforms.join(", "))
            .count("layers", layers),
            whole,
        )
    })
}

/// One element of `manifest.json`; gives its platform.
fn one_image(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    trace: &mut Trace,
    engine: Engine,
) -> Result<String, Stop> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let path = image.config.text();
    let Some(blob) = inventory.blob_at(path) else {
        return Err(no_file(path, at, trace));
    };
    let config_document = containerd::document_of(inventory, blob, at.clone())?;
    let config = go_decode::config(config_document).map_err(|error| {
        Refusal::new(
            error,
            say(
                "Docker cannot decode the image's config {path}.",
                "Docker 无法解码镜像配置 {path}。",
            )
            .code("path", path),
            at.clone(),
        )
        .fix(remedies::rebuild())
    })?;
    if !config.has_rootfs {
        trace.fail(
            say(
                "The config has to have `rootfs`; it has none.",
                "配置必须含有 `rootfs`；但没有。",
            ),
            Some(Locus::whole(&config_document.path)),
        );
        return Err(Refusal::new(
            "invalid image JSON, no RootFS key",
            say(
                "Docker needs `rootfs` in the image's config {path}.",
                "Docker 要求镜像配置 {path} 含有 `rootfs`。",
            )
            .code("path", path),
            Some(Locus::whole(&config_document.path)),
        )
        .fix(remedies::rebuild())
        .into());
    }
    let os = config.os.text();
    if !os.is_empty() && !os.eq_ignore_ascii_case("linux") {
        let at = Some(config_document.locus("/os"));
        trace.fail(
            say(
                "The image's operating system has to be that of the host, linux; it is {os}.",
                "镜像的操作系统必须与主机一致，即 linux；此处为 {os}。",
            )
            .code("os", os),
            at.clone(),
        );
        return Err(Refusal::new(
            format!("cannot load {os} image on linux"),
            say(
                "Docker on Linux does not load an image for {os}.",
                "Linux 上的 Docker 不加载用于 {os} 的镜像。",
            )
            .code("os", os),
            at,
        )
        .into());
    }
    let paths = image.layer_paths();
    let diff_ids = config.diff_ids();
    let layers_at = Some(document.locus(&format!("{}/Layers", image.pointer)));
    if paths.len() != diff_ids.len() {
        trace.fail(
            say(
                "`Layers` has to be as long as the config's `rootfs.diff_ids`; {layers} stand against {diff_ids}.",
                "`Layers` 的长度必须等于配置中 `rootfs.diff_ids` 的长度；这里是 {layers} 对 {diff_ids}。",
            )
            .count("layers", paths.len() as u64)
            .count("diff_ids", diff_ids.len() as u64),
            layers_at.clone(),
        );
        return Err(Refusal::new(
            format!(
                "invalid manifest, layers length mismatch: expected {}, got {}",
                paths.len(),
                diff_ids.len()
            ),
            say(
                "Docker finds {layers} layers in `manifest.json` and {diff_ids} diffIDs in the config.",
                "Docker 在 `manifest.json` 中找到 {layers} 个层，在配置中找到 {diff_ids} 个 diffID。",
            )
            .count("layers", paths.len() as u64)
            .count("diff_ids", diff_ids.len() as u64),
            layers_at,
        )
        .fix(remedies::export_again())
        .into());
    }
    trace.pass(
        say(
            "The config {path} is there; it has as many diffIDs as there are layers: {count}.",
            "配置 {path} 存在；diffID 与层的数量相等：{count}。",
        )
        .code("path", path)
        .count("count", paths.len() as u64),
        at,
    );
    layers(inventory, document, image, &diff_ids, trace, engine)?;
    for (i, tag) in image.tags().iter().enumerate() {
        let last = tag.rsplit('/').next().unwrap_or(tag);
        if !last.contains(':') {
            let at = Some(document.locus(&format!("{}/RepoTags/{i}", image.pointer)));
            trace.fail(
                say(
                    "Each of `RepoTags` has to end in a tag; {tag} does not.",
                    "`RepoTags` 的每一项都必须以标签结尾；{tag} 不是。",
                )
                .code("tag", *tag),
                at.clone(),
            );
            return Err(Refusal::new(
                format!("invalid tag \"{tag}\""),
                say(
                    "Docker refuses {tag} in `RepoTags`: it has no tag.",
                    "Docker 拒绝 `RepoTags` 中的 {tag}：它没有标签。",
                )
                .code("tag", *tag),
                at,
            )
            .fix(remedies::export_again())
            .into());
        }
    }
    let os = if os.is_empty() { "linux" } else { os };
    Ok(format!("{os}/{}", config.architecture.text()))
}

fn layers(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    diff_ids: &[&str],
    trace: &mut Trace,
    engine: Engine,
) -> Result<(), Stop> {
    let mut pending = None;
    for (i, (path, expected)) in image.layer_paths().iter().zip(diff_ids).enumerate() {
        let at = Some(document.locus(&format!("{}/Layers/{i}", image.pointer)));
        let Some(blob) = inventory.blob_at(path) else {
            return Err(no_file(path, at, trace));
        };
        let facts = match inventory.blob_facts(blob, at.clone()) {
            Ok(facts) => facts,
            Err(missing) => {
                pending.get_or_insert(missing);
                continue;
            }
        };
        let detects = Detects {
            zstd: engine.zstd,
            bzip2_and_xz: true,
        };
        match unpacking::by_bytes(facts, detects) {
            Stream::Good { diff_id } if diff_id == *expected => trace.pass(
                say(
                    "The layer {path} has the diffID that the config names.",
                    "层 {path} 的 diffID 与配置所写一致。",
                )
                .code("path", *path),
                at,
            ),
            Stream::Good { diff_id } | Stream::Trailing { diff_id, .. } if diff_id != *expected => {
                trace.fail(
                    say(
                        "The layer {path} has to have the diffID {expected}; it has {actual}.",
                        "层 {path} 的 diffID 必须是 {expected}；实际为 {actual}。",
                    )
                    .code("path", *path)
                    .code("expected", *expected)
                    .code("actual", diff_id),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("invalid diffID for layer {i}: expected \"{expected}\", got \"{diff_id}\""),
                    say(
                        "Docker unpacks the layer {path} and gets another diffID than the config names.",
                        "Docker 解包层 {path} 后得到的 diffID 与配置所写不同。",
                    )
                    .code("path", *path),
                    at,
                )
                .fix(remedies::export_again())
                .fix(remedies::rebuild())
                .into());
            }
            Stream::Bad(error) => {
                trace.fail(
                    say(
                        "The layer {path} has to be a tar in a compression that Docker knows; it cannot be read to its end.",
                        "层 {path} 必须是 Docker 认识的压缩方式的 tar；但无法读到末尾。",
                    )
                    .code("path", *path),
                    at.clone(),
                );
                let refusal = Refusal::new(
                    engine.tar_error(error),
                    say(
                        "Docker cannot unpack the layer {path}.",
                        "Docker 无法解包层 {path}。",
                    )
                    .code("path", *path),
                    at,
                );
                let zstd = facts.form == crate::bytes::blob::Form::Zstd && !engine.zstd;
                return Err(if zstd {
                    refusal
                        .fix(remedies::upgrade("Docker Engine", "23.0"))
                        .fix(remedies::recompress_gzip())
                } else {
                    refusal.fix(remedies::export_again())
                }
                .into());
            }
            _ => {
                pending.get_or_insert(Missing {
                    what: path.to_string(),
                    why: Why::NotSettled,
                    at,
                });
            }
        }
    }
    pending.map_or(Ok(()), |missing| Err(missing.into()))
}

/// A file of `manifest.json` that is not in the archive.
fn no_file(path: &str, at: Option<Locus>, trace: &mut Trace) -> Stop {
    trace.fail(
        say(
            "The file {path} that `manifest.json` names has to be in the archive; it is not.",
            "`manifest.json` 指名的文件 {path} 必须在归档中；但没有。",
        )
        .code("path", path),
        at.clone(),
    );
    let error = if path.is_empty() {
        format!("read {FOLDER}: is a directory")
    } else {
        format!("open {FOLDER}/{path}: no such file or directory")
    };
    Refusal::new(
        error,
        say(
            "Docker opens {path}, which is not in the archive. (A layer that the host already has is not opened.)",
            "Docker 要打开 {path}，而归档中没有它。（主机上已有的层不会被打开。）",
        )
        .code("path", path),
        at,
    )
    .fix(remedies::export_again())
    .into()
}
