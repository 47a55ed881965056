//! `docker load` with the containerd image store: containerd's import, then unpacking for the host, whose failure is
//! printed and does not fail the load. The host is of the platform that is chosen.

use crate::artifact::{Missing, Why};
use crate::consumers::containerd::{self, Series, Unpack};
use crate::consumers::docker_load;
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions,
    remedies_archive as remedies,
};
use crate::text::{say, text};

/// `docker load`, containerd image store.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "docker-load-containerd",
    name: "docker load (containerd store)",
    about: text(
        "`docker load` where Docker Engine keeps images in the containerd store: the default of fresh installs since \
         Engine 29, an option from 24 to 28. It takes OCI layouts and docker-archives.",
        "Docker Engine 以 containerd 存储镜像时的 `docker load`：Engine 29 起新装默认如此，24 至 28 为可选功能。OCI 布局和 \
         docker-archive 都接受。",
    ),
    scope: Scope::Input,
    sources: &[
        Source {
            repository: "moby/moby",
            path: "daemon/containerd/image_exporter.go (LoadImage)",
            at: "v24.0.0, v25.0.0, v29.0.0",
        },
        Source {
            repository: "containerd/containerd",
            path: "images/archive/importer.go (ImportIndex), import.go, image.go, diff/apply",
            at: "v1.7, v2.0",
        },
    ],
    settings: &[PLATFORM, docker_load::ONLY],
    ranges: &[
        Range {
            versions: Versions {
                shown: "24 – 27",
                spans: &[("24.0.0-0", "28.0.0-0")],
            },
            label: text(
                "with the feature containerd-snapshotter",
                "启用 containerd-snapshotter 功能时",
            ),
            replay: |case, trace| replay(case, trace, Series::V1, false),
        },
        Range {
            versions: Versions {
                shown: "28",
                spans: &[("28.0.0-0", "29.0.0-0")],
            },
            label: text(
                "the same, and knows `--platform`",
                "同上，并支持 `--platform`",
            ),
            replay: |case, trace| replay(case, trace, Series::V1, true),
        },
        Range {
            versions: Versions {
                shown: "≥ 29",
                spans: &[("29.0.0-0", "")],
            },
            label: text("default of fresh installs", "新装默认"),
            replay: |case, trace| replay(case, trace, Series::V2, true),
        },
    ],
    meant_for: containerd::holds_images,
};

fn replay(
    case: &Case,
    trace: &mut Trace,
    series: Series,
    knows_platform: bool,
) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let folder = docker_load::archive(inventory, "index.json", trace)?;
    let images = containerd::import(inventory, series, trace)?;
    let wanted = Wanted::of(case);
    let mut loaded = Vec::new();
    let mut fits = None;
    let mut fails = None;
    for image in &images {
        let shown = if image.name.is_empty() {
            trace.note(
                say(
                    "This image has no name that is a reference: it is loaded by its digest alone.",
                    "此镜像没有可用作引用的名称：只能按摘要加载。",
                ),
                image.at.clone(),
            );
            match &image.start {
                containerd::Start::Entry(_, d) => d.digest().to_string(),
                containerd::Start::Docker(_, image) => image.config.text().to_string(),
            }
        } else {
            image.name.clone()
        };
        match containerd::unpack(inventory, &image.start, series, &wanted, trace)? {
            Unpack::Fits { manifest, layers } => {
                trace.pass(
                    say(
                        "{name} is stored, and {manifest} with {layers} layers is unpacked for {platform}.",
                        "存储 {name}，并为 {platform} 解包 {manifest}（{layers} 层）。",
                    )
                    .code("name", &shown)
                    .code("manifest", &manifest)
                    .count("layers", layers)
                    .name("platform", wanted.text()),
                    image.at.clone(),
                );
                fits.get_or_insert((manifest, layers, image.at.clone()));
            }
            Unpack::Fails { error, at } => {
                fails.get_or_insert((shown.clone(), error, at));
            }
            Unpack::Nothing => trace.note(
                say(
                    "{name} is stored; nothing in it is unpacked for {platform}.",
                    "存储 {name}；其中没有可为 {platform} 解包的内容。",
                )
                .code("name", &shown)
                .name("platform", wanted.text()),
                image.at.clone(),
            ),
        }
        loaded.push(shown);
    }
    // How the platforms that were asked for are written in its error is not known.
    if knows_platform && docker_load::only(case).is_some() && fits.is_none() {
        return Err(Missing {
            what: wanted.text(),
            why: Why::NotSettled,
            at: None,
        }
        .into());
    }
    let mut accept = accepted(&loaded, fits, fails, &wanted);
    if folder {
        accept = accept.fix(remedies::pack_folder());
    }
    Ok(accept)
}

type Found = (String, u64, Option<crate::place::Locus>);
type Failed = (String, String, Option<crate::place::Locus>);

fn accepted(
    loaded: &[String],
    fits: Option<Found>,
    fails: Option<Failed>,
    wanted: &Wanted,
) -> Accept {
    let names = loaded.join(", ");
    if let Some((name, error, at)) = fails {
        return Accept::using(
            say(
                "It loads {names} and reports success, but prints {message}: containers cannot run from it.",
                "它会加载 {names} 并报告成功，但会打印 {message}：无法以此运行容器。",
            )
            .code("names", names)
            .code("message", format!("Error unpacking image {name}: {error}")),
            at,
        )
        .fix(remedies::rebuild());
    }
    if let Some((manifest, layers, at)) = fits {
        return Accept::using(
            say(
                "It loads {names} and would run {manifest} for {platform}, {layers} layers.",
                "它会加载 {names}，并以 {platform} 的 {manifest}（{layers} 层）运行。",
            )
            .code("names", names)
            .code("manifest", manifest)
            .name("platform", wanted.text())
            .count("layers", layers),
            at,
        );
    }
    if loaded.is_empty() {
        return Accept::using(
            say(
                "It reports success and loads nothing: no image is listed.",
                "它会报告成功但什么也不加载：没有列出任何镜像。",
            ),
            None,
        );
    }
    Accept::using(
        say(
            "It loads {names}, but nothing in it can run on {platform}.",
            "它会加载 {names}，但其中没有可在 {platform} 上运行的内容。",
        )
        .code("names", names)
        .name("platform", wanted.text()),
        None,
    )
}
