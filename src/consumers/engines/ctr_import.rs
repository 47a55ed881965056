//! Archives into containerd: `ctr images import`, `nerdctl load`, and `kind load`, which runs the first on every node.
//! Each reads an archive by containerd's `archive.ImportIndex`; they differ in what has to be there and what is unpacked.

use crate::artifact::Why;
use crate::artifact::kinds::Packaging;
use crate::consumers::containerd::{self, Content, Origin, Release, Start};
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Missing, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace,
    Versions, docker_load, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::text::{say, text};

/// Which platforms have to be whole.
const PLATFORMS: Setting = Setting {
    id: "platforms",
    shared: false,
    name: text("Platforms", "平台范围"),
    about: text(
        "Whether everything for every platform has to be in the archive (`--all-platforms`), or only what is for one.",
        "归档中是否必须含有所有平台的全部内容（`--all-platforms`），还是只需某一个平台的内容。",
    ),
    takes: Takes::OneOf(&[
        ("one", text("one platform", "单一平台")),
        ("all", text("all platforms", "所有平台")),
    ]),
    default: "one",
};

/// Whether it is unpacked.
const UNPACK: Setting = Setting {
    id: "unpack",
    shared: false,
    name: text("Unpacking", "解包"),
    about: text(
        "Whether the images are unpacked after the import, or left as they are (`--no-unpack`).",
        "导入后是否解包镜像，还是原样保留（`--no-unpack`）。",
    ),
    takes: Takes::OneOf(&[
        ("yes", text("unpack", "解包")),
        ("no", text("leave packed", "不解包")),
    ]),
    default: "yes",
};

const SOURCE: Source = Source {
    repository: "containerd/containerd",
    path: "import.go, images/archive/importer.go (ImportIndex), image.go (Unpack), cmd/ctr/commands/images/import.go",
    at: "v1.6.20, v1.7.0, v2.0.0",
};

/// `ctr images import`.
pub(super) const CTR: Consumer = Consumer {
    id: "ctr-import",
    name: "ctr images import",
    about: text(
        "`ctr images import` puts the images of an archive into containerd and unpacks those that have a name; `k3s ctr images \
         import` is the same. It reads OCI layouts and docker-archives.",
        "`ctr images import` 把归档中的镜像导入 containerd，并解包有名称的镜像；`k3s ctr images import` 与之相同。它读取 OCI \
         布局和 docker-archive。",
    ),
    scope: Scope::Input,
    sources: &[SOURCE],
    settings: &[PLATFORM, PLATFORMS, UNPACK],
    ranges: &[
        Range {
            versions: Versions {
                shown: "1.4",
                spans: &[("1.4.0-0", "1.5.0-0")],
            },
            label: text("no zstd", "不支持 zstd"),
            replay: |case, trace| ctr(case, trace, Release::V1_4),
        },
        Range {
            versions: Versions {
                shown: "1.5 – 1.6.24, 1.7.0 – 1.7.6",
                spans: &[("1.5.0-0", "1.6.25"), ("1.7.0-0", "1.7.7")],
            },
            label: text(
                "reads zstd; layers of every type are counted",
                "支持 zstd；所有类型的层都计数",
            ),
            replay: |case, trace| ctr(case, trace, Release::V1_5),
        },
        Range {
            versions: Versions {
                shown: "1.6.25 – 1.6.x, 1.7.7 – 1.7.x",
                spans: &[("1.6.25", "1.7.0-0"), ("1.7.7", "2.0.0-0")],
            },
            label: text(
                "only layers of a file system are counted",
                "只对文件系统层计数",
            ),
            replay: |case, trace| ctr(case, trace, Release::V1_7),
        },
        Range {
            versions: Versions {
                shown: "≥ 2.0",
                spans: &[("2.0.0-0", "")],
            },
            label: text("reads Docker's zstd type", "支持 Docker 的 zstd 类型"),
            replay: |case, trace| ctr(case, trace, Release::V2_0),
        },
    ],
    meant_for: containerd::holds_images,
};

/// `kind load`.
pub(super) const KIND: Consumer = Consumer {
    id: "kind-load",
    name: "kind load",
    about: text(
        "`kind load image-archive`, and `kind load docker-image` after a `docker save`, import an archive into containerd on every \
         node of a cluster with `ctr images import --all-platforms --digests`: everything that the archive lists has to be in it.",
        "`kind load image-archive`，以及先执行 `docker save` 的 `kind load docker-image`，会在集群的每个节点上用 `ctr images import \
         --all-platforms --digests` 把归档导入 containerd：归档列出的全部内容都必须在其中。",
    ),
    scope: Scope::Input,
    sources: &[
        Source {
            repository: "kubernetes-sigs/kind",
            path: "pkg/cluster/nodeutils/util.go (LoadImageArchive)",
            at: "2026-08",
        },
        SOURCE,
    ],
    settings: &[PLATFORM],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "nodes with containerd 1.7 or 2",
            "节点使用 containerd 1.7 或 2",
        ),
        replay: kind,
    }],
    meant_for: containerd::holds_images,
};

/// `nerdctl load`.
pub(super) const NERDCTL: Consumer = Consumer {
    id: "nerdctl-load",
    name: "nerdctl load",
    about: text(
        "`nerdctl load` imports an archive, compressed or not, into containerd and unpacks its images for one platform.",
        "`nerdctl load` 把归档（可压缩）导入 containerd，并为一个平台解包其中的镜像。",
    ),
    scope: Scope::Input,
    sources: &[
        Source {
            repository: "containerd/nerdctl",
            path: "pkg/imgutil/load/load.go, pkg/cmd/image/load.go",
            at: "v1.7, v2.0",
        },
        SOURCE,
    ],
    settings: &[PLATFORM, PLATFORMS],
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 1.7",
            spans: &[("1.7.0-0", "")],
        },
        label: text(
            "one platform unless all are asked for",
            "除非要求所有平台，否则只处理一个平台",
        ),
        replay: nerdctl,
    }],
    meant_for: containerd::holds_images,
};

/// What sets the commands apart.
struct Command {
    release: Release,
    /// Compressed archives are undone first; none where that is not settled.
    decompresses: Option<bool>,
    all_platforms: bool,
    unpacks: bool,
    /// Entries without a name get one of their digest.
    names_all: bool,
}

fn ctr(case: &Case, trace: &mut Trace, release: Release) -> Result<Accept, Stop> {
    let old = release == Release::V1_4 || release == Release::V1_5;
    let command = Command {
        release,
        decompresses: old.then_some(false),
        all_platforms: case.set(&PLATFORMS) == "all",
        unpacks: case.set(&UNPACK) == "yes",
        names_all: false,
    };
    import(case, trace, &command)
}

fn nerdctl(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let command = Command {
        release: Release::V1_7,
        decompresses: Some(true),
        all_platforms: case.set(&PLATFORMS) == "all",
        unpacks: true,
        names_all: false,
    };
    import(case, trace, &command)
}

fn kind(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let command = Command {
        release: Release::V1_7,
        decompresses: None,
        all_platforms: true,
        unpacks: true,
        names_all: true,
    };
    import(case, trace, &command).map_err(|stop| match stop {
        Stop::Refuse(refusal) => {
            let refusal = refusal.wrap("ctr: {}");
            Stop::Refuse(Box::new(refusal.fix(remedies::one_platform_archive())))
        }
        unknown => unknown,
    })
}

fn import(case: &Case, trace: &mut Trace, command: &Command) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let folder = docker_load::archive(inventory, "index.json", trace)?;
    if matches!(inventory.packaging, Packaging::Gzip | Packaging::Zstd) {
        compressed(case, command, trace)?;
    }
    let wanted = Wanted::of(case);
    let images = containerd::import(inventory, command.release.series, trace)?;
    let filter = (!command.all_platforms).then_some(&wanted);
    containerd::check_walk(inventory, &images, filter, trace).map_err(mended)?;
    let mut loaded = Vec::new();
    let content = Content {
        inventory,
        origin: Origin::Archive,
    };
    for image in &images {
        if image.stored_name.is_empty() && !command.names_all {
            trace.note(
                say(
                    "This image has no name: containerd keeps its contents for a while and lists nothing.",
                    "此镜像没有名称：containerd 只会暂存其内容，不会列出镜像。",
                ),
                image.at.clone(),
            );
            continue;
        }
        let mut layers = None;
        if command.unpacks {
            let count = match &image.start {
                Start::Entry(document, d) => {
                    containerd::select(content, document, d, &wanted, trace).and_then(|selected| {
                        containerd::unpack_image(content, &selected, command.release, trace)
                    })
                }
                Start::Docker(document, docker) => {
                    containerd::unpack_docker(inventory, document, docker, command.release, trace)
                }
            };
            layers = Some(count.map_err(mended)?);
        }
        let shown = match &image.start {
            _ if !image.stored_name.is_empty() => image.stored_name.clone(),
            Start::Entry(_, d) => d.digest().to_string(),
            Start::Docker(_, docker) => docker.config.text().to_string(),
        };
        loaded.push((shown, layers));
    }
    let accept = accepted(&loaded, &wanted, images.first().and_then(|i| i.at.clone()));
    Ok(if folder {
        accept.fix(remedies::pack_folder())
    } else {
        accept
    })
}

fn accepted(loaded: &[(String, Option<u64>)], wanted: &Wanted, at: Option<Locus>) -> Accept {
    let names: Vec<&str> = loaded.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    if loaded.is_empty() {
        return Accept::using(
            say(
                "It reports success, and no image is listed afterwards: nothing in the archive has a name.",
                "它会报告成功，但之后不会列出任何镜像：归档中的内容都没有名称。",
            ),
            at,
        )
        .fix(remedies::name_the_entry());
    }
    if loaded.iter().any(|(_, layers)| layers.is_none()) {
        return Accept::using(
            say(
                "It imports {names} and leaves them packed.",
                "它会导入 {names}，但不解包。",
            )
            .code("names", names),
            at,
        );
    }
    let layers = loaded.iter().filter_map(|(_, layers)| *layers).sum();
    Accept::using(
        say(
            "It imports {names} and unpacks them for {platform}, {layers} layers.",
            "它会导入 {names}，并为 {platform} 解包，共 {layers} 层。",
        )
        .code("names", names)
        .name("platform", wanted.text())
        .count("layers", layers),
        at,
    )
}

fn mended(stop: Stop) -> Stop {
    match stop {
        Stop::Refuse(refusal) => Stop::Refuse(Box::new(refusal.fix(remedies::export_again()))),
        unknown => unknown,
    }
}

/// An archive that is compressed as a whole.
fn compressed(case: &Case, command: &Command, trace: &mut Trace) -> Result<(), Stop> {
    let inventory = case.inventory;
    match command.decompresses {
        Some(true) => {
            trace.pass(
                say(
                    "The archive is compressed; it is decompressed first.",
                    "归档经过压缩；先解压。",
                ),
                None,
            );
            Ok(())
        }
        None => Err(Missing {
            what: inventory.name.clone(),
            why: Why::NotSettled,
            at: None,
        }
        .into()),
        Some(false) => {
            let error = if inventory.bytes < 512 {
                "unexpected EOF"
            } else {
                "archive/tar: invalid tar header"
            };
            let because = say(
                "The archive has to be a plain tar; this one is compressed.",
                "归档必须是未压缩的 tar；这个经过压缩。",
            );
            trace.fail(because.clone(), None);
            Err(Refusal::new(error, because, None)
                .fix(remedies::decompress_archive())
                .into())
        }
    }
}
