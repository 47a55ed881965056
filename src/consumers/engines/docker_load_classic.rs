//! `docker load` with the classic (graphdriver) image store: unpacks the archive to a temporary folder and follows
//! `manifest.json`, or, up to Engine 28, the format of Docker before 1.10. It never looks at an OCI layout.

mod image;
mod legacy;
mod manifest;

use crate::artifact::Inventory;
use crate::artifact::kinds::{InputKind, Packaging};
use crate::consumers::docker_layer::Unpacker;
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::unpacking::{INVALID_TAR, UNEXPECTED_EOF};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    docker_load, remedies_archive as remedies,
};
use crate::text::{say, text};

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
    settings: &[PLATFORM, docker_load::ONLY],
    ranges: &[
        Range {
            versions: Versions {
                shown: "≤ 20.10",
                spans: &[("", "23.0.0-0")],
            },
            label: text("no zstd", "不支持 zstd"),
            replay: |case, trace| replay(case, trace, V20, None),
        },
        Range {
            versions: Versions {
                shown: "23 – 24",
                spans: &[("23.0.0-0", "25.0.0-0")],
            },
            label: text("reads zstd", "支持 zstd"),
            replay: |case, trace| replay(case, trace, V23, None),
        },
        Range {
            versions: Versions {
                shown: "25 – 27",
                spans: &[("25.0.0-0", "28.0.0-0")],
            },
            label: text(
                "saves with an OCI layout, still loads by manifest.json",
                "保存时附带 OCI 布局，加载仍依据 manifest.json",
            ),
            replay: |case, trace| replay(case, trace, V25, None),
        },
        Range {
            versions: Versions {
                shown: "28",
                spans: &[("28.0.0-0", "29.0.0-0")],
            },
            label: text("knows `--platform`", "支持 `--platform`"),
            replay: |case, trace| replay(case, trace, V25, docker_load::only(case)),
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
            replay: |case, trace| replay(case, trace, V29, docker_load::only(case)),
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
    /// A name with capitals is refused without being named: up to 24.
    legacy_names: bool,
}

const V20: Engine = Engine {
    zstd: false,
    legacy: true,
    by_child: true,
    legacy_names: true,
};
const V23: Engine = Engine {
    zstd: true,
    by_child: false,
    ..V20
};
const V25: Engine = Engine {
    legacy_names: false,
    ..V23
};
const V29: Engine = Engine {
    legacy: false,
    ..V25
};

impl Engine {
    fn unpacker(self) -> Unpacker {
        Unpacker {
            zstd: self.zstd,
            by_child: self.by_child,
        }
    }
}

/// The replay; with a platform, only what is for it is loaded.
fn replay(
    case: &Case,
    trace: &mut Trace,
    engine: Engine,
    only: Option<Wanted>,
) -> Result<Accept, Stop> {
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
        let error = if inventory.bytes < 512 {
            UNEXPECTED_EOF
        } else {
            INVALID_TAR
        };
        return Err(Refusal::new(
            engine.unpacker().error(error),
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
    if let Some(error) = docker_load::broken(inventory)? {
        let because = say(
            "It reads the tar to its end, and this one is cut off or damaged.",
            "它要把整个 tar 读到末尾，而这个归档不完整或已损坏。",
        );
        trace.fail(because.clone(), None);
        return Err(Refusal::new(engine.unpacker().error(error), because, None)
            .fix(remedies::export_again())
            .into());
    }
    let accept = if inventory.blob_at("manifest.json").is_some() {
        manifest::load(inventory, trace, engine, only.as_ref())?
    } else if engine.legacy {
        legacy::load(inventory, trace)?
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
            .of_form()
            .fix(remedies::to_docker_archive())
            .fix(remedies::containerd_store()),
        // A layout is none of its formats at the root either.
        (_, Some(folder))
            if inventory
                .blob_at(&format!("{folder}/manifest.json"))
                .is_none() =>
        {
            refusal.fix(remedies::unwrap_and_convert(folder))
        }
        (_, Some(folder)) => refusal.fix(remedies::unwrap_folder(folder)),
        _ => refusal
            .fix(remedies::import_rootfs())
            .fix(remedies::export_again()),
    }
}
