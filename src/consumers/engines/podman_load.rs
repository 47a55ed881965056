//! `podman load`: four readers one after the other (a layout folder, a layout archive, a docker-archive, a `dir:` folder),
//! the first that gets through counts, and the error lists what each of them says.
//!
//! Read in containers/common `libimage/{load,pull,image}.go` at v0.50.1, v0.62.2 and v0.67.1; run: Podman 4.3.1.

use crate::artifact::kinds::Packaging;
use crate::artifact::{Missing, Why};
use crate::consumers::containers_image::{
    self, Asked, Opened, Release, Run, Series, To, Transport, docker_references,
};
use crate::consumers::go_archive::quoted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    remedies_archive as remedies,
};
use crate::place::Locus;
use crate::spec::annotation;
use crate::text::{say, text};

const WHO: &str = "Podman";

/// `podman load`.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "podman-load",
    name: "podman load",
    about: text(
        "`podman load -i FILE` reads an OCI layout with one image, or a docker-archive with any number of them, packed or \
         as a folder.",
        "`podman load -i FILE` 读取含单个镜像的 OCI 布局，或含任意数量镜像的 docker-archive，打包或文件夹均可。",
    ),
    scope: Scope::Input,
    sources: &[
        Source {
            repository: "containers/common",
            path: "libimage/{load,pull,image,normalize}.go",
            at: "v0.50.1, v0.62.2, v0.67.1",
        },
        Source {
            repository: "containers/image",
            path: "oci/{layout,archive}/*, docker/internal/tarfile/*, directory/*, storage/storage_dest.go",
            at: "v5.23.1, v5.34.2, v5.39.2",
        },
    ],
    settings: &[PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "4.3",
                spans: &[("4.3.0-0", "4.4.0-0")],
            },
            label: text(
                "diffIDs are not compared with the config",
                "不与配置比较 diffID",
            ),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_23)),
        },
        Range {
            versions: Versions {
                shown: "4.4 – 5.3",
                spans: &[("4.4.0-0", "5.4.0-0")],
            },
            label: text("between two that were read", "介于两个已读版本之间"),
            replay: |case, trace| {
                replay(
                    case,
                    trace,
                    Series {
                        from: Release::V5_23,
                        to: Release::V5_34,
                    },
                )
            },
        },
        Range {
            versions: Versions {
                shown: "5.4",
                spans: &[("5.4.0-0", "5.5.0-0")],
            },
            label: text("diffIDs have to be the config's", "diffID 必须与配置一致"),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_34)),
        },
        Range {
            versions: Versions {
                shown: "5.5 – 5.7",
                spans: &[("5.5.0-0", "5.8.0-0")],
            },
            label: text("between two that were read", "介于两个已读版本之间"),
            replay: |case, trace| {
                replay(
                    case,
                    trace,
                    Series {
                        from: Release::V5_34,
                        to: Release::V5_39,
                    },
                )
            },
        },
        Range {
            versions: Versions {
                shown: "≥ 5.8",
                spans: &[("5.8.0-0", "")],
            },
            label: text("takes Docker's zstd type", "接受 Docker 的 zstd 类型"),
            replay: |case, trace| replay(case, trace, Series::of(Release::V5_39)),
        },
    ],
    meant_for: containerd::holds_images,
};

fn replay(case: &Case, trace: &mut Trace, series: Series) -> Result<Accept, Stop> {
    if !containerd::holds_files(case.inventory) {
        return Err(Missing {
            what: "index.json".to_string(),
            why: Why::NotGiven,
            at: None,
        }
        .into());
    }
    let folder = matches!(
        case.inventory.packaging,
        Packaging::Folder | Packaging::Files
    );
    let mut lines = Vec::new();
    let mut last = None;
    for transport in [
        Transport::Layout,
        Transport::LayoutArchive,
        Transport::DockerArchive,
        Transport::Folder,
    ] {
        trace.note(
            say(
                "{who} tries it as `{transport}:`.",
                "{who} 尝试按 `{transport}:` 读取。",
            )
            .name("who", WHO)
            .name("transport", transport.name()),
            None,
        );
        let ends = match (transport, folder) {
            (Transport::Layout | Transport::Folder, false) => {
                Err(Stop::from(no_folder(case, transport, series)))
            }
            (Transport::LayoutArchive | Transport::DockerArchive, true) => {
                // Podman gets as far only where the folder is no layout; then these two cannot open it either.
                Err(Stop::from(no_file(case, transport)))
            }
            _ => attempt(case, trace, series, transport),
        };
        match ends {
            Ok(accept) => return Ok(accept),
            Err(Stop::Unknown(missing)) => return Err(missing.into()),
            Err(Stop::Refuse(refusal)) => {
                lines.push(format!(" * {}: {}", transport.name(), refusal.error));
                let telling = matches!(
                    (transport, folder),
                    (Transport::Layout, true) | (Transport::LayoutArchive, false)
                ) || transport == Transport::DockerArchive
                    && case.inventory.blob_at("manifest.json").is_some();
                if telling || last.is_none() {
                    last = Some(refusal);
                }
            }
        }
    }
    let Some(last) = last else {
        return Err(Missing {
            what: case.inventory.name.clone(),
            why: Why::Unreadable,
            at: None,
        }
        .into());
    };
    let mut refusal = Refusal::new(
        format!(
            "payload does not match any of the supported image formats:\n{}",
            lines.join("\n")
        ),
        last.because,
        last.at,
    );
    refusal.fixes = last.fixes;
    Err(refusal.into())
}

/// A file where a folder is opened.
fn no_folder(case: &Case, transport: Transport, series: Series) -> Refusal {
    let path = Opened::path(case, transport);
    let file = match transport {
        Transport::Layout => "index.json",
        _ => "manifest.json",
    };
    let plain = format!("open {path}/{file}: not a directory");
    let error = match transport {
        Transport::Layout => series.worded(
            format!("initializing source oci:{path}:: {plain}"),
            Release::V5_34,
            plain,
        ),
        _ => plain,
    };
    Refusal::new(
        error.trim_start_matches('…').to_string(),
        say(
            "{who} opens a folder here, and this is a file.",
            "{who} 此处要打开文件夹，而这是文件。",
        )
        .name("who", WHO),
        None,
    )
}

/// A folder where a file is opened.
fn no_file(case: &Case, transport: Transport) -> Refusal {
    let path = Opened::path(case, transport);
    let error = match transport {
        Transport::LayoutArchive => "…".to_string(),
        _ => format!("…{path}…"),
    };
    Refusal::new(
        error,
        say(
            "{who} opens an archive here, and this is a folder.",
            "{who} 此处要打开归档，而这是文件夹。",
        )
        .name("who", WHO),
        None,
    )
    .fix(remedies::pack_folder())
}

/// One reader.
fn attempt(
    case: &Case,
    trace: &mut Trace,
    series: Series,
    transport: Transport,
) -> Result<Accept, Stop> {
    let wanted = containers_image::wanted(case);
    let mut run = Run::new(case, WHO, series, wanted, trace);
    let mut images = 0;
    let references = match transport {
        Transport::DockerArchive => docker_references(&mut run)?,
        _ => vec![Asked::Only],
    };
    for asked in references {
        load_one(&mut run, transport, &asked)?;
        images += 1;
    }
    run.settle()?;
    let uses = say(
        "{who} loads {count} images as `{transport}:`.",
        "{who} 按 `{transport}:` 加载 {count} 个镜像。",
    );
    Ok(Accept::using(
        uses.name("who", WHO)
            .count("count", images)
            .name("transport", transport.name()),
        None,
    ))
}

fn load_one(run: &mut Run, transport: Transport, asked: &Asked) -> Result<(), Stop> {
    let series = run.series;
    let name = Opened::name(run.case, transport, asked);
    let opened = Opened::open(run, transport, asked);
    let source = opened.map_err(|stop| match transport {
        Transport::LayoutArchive
            if !containers_image::is_cut(run.case.inventory).unwrap_or(false) =>
        {
            run.after("loading index", stop)
        }
        Transport::Layout if series.to < Release::V5_34 => {
            run.after(&format!("initializing source {name}"), stop)
        }
        _ => stop,
    })?;
    match transport {
        Transport::LayoutArchive => {
            match source.annotation(annotation::CONTAINERD_NAME, annotation::REF_NAME) {
                Some(name) => check_name(run, &name)?,
                None => run.image_id(&source)?,
            }
        }
        Transport::Layout if series.to < Release::V5_34 => {}
        Transport::DockerArchive if *asked != Asked::Only && !matches!(asked, Asked::At(_)) => {}
        _ => run.image_id(&source)?,
    }
    run.copied.clear();
    run.copy(&source, To::Storage, false).map_err(|stop| {
        if series.from >= Release::V5_39 {
            let stop = run.after(&format!("unable to copy from source {name}"), stop);
            match transport {
                Transport::DockerArchive => stop,
                _ => run.after("unable to perform copy", stop),
            }
        } else {
            stop
        }
    })?;
    Ok(())
}

/// `NormalizeName`: the name of the entry becomes the image's.
fn check_name(run: &mut Run, name: &str) -> Result<(), Stop> {
    if containerd::is_reference(name) {
        return Ok(());
    }
    let path = name.rsplit_once(':').map_or(name, |(path, _)| path);
    let why = if path.to_lowercase() != path {
        "…repository name must be lowercase"
    } else {
        "invalid reference format"
    };
    let because = say(
        "{who} gives the image the name {name}, which is no image name.",
        "{who} 要给镜像命名为 {name}，而它不是合法的镜像名。",
    )
    .code("name", name);
    Err(run.refuse(
        format!("normalizing name {}: {why}", quoted(name)),
        because,
        Some(Locus::whole("index.json")),
    ))
}
