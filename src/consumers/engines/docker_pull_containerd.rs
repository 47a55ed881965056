//! `docker pull` with the containerd image store: containerd's pull with Docker's own words for a platform that is not there,
//! and without complaint about artifacts.

use crate::consumers::containerd::{self, By, Pull, Pulled, Release};
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions,
    remedies_archive as remedies,
};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// `docker pull`, containerd image store.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "docker-pull-containerd",
    name: "docker pull (containerd store)",
    about: text(
        "`docker pull` where Docker Engine keeps images in the containerd store: the default of fresh installs since Engine 29, an \
         option from 24 to 28. What is no image is stored all the same.",
        "Docker Engine 以 containerd 存储镜像时的 `docker pull`：Engine 29 起新装默认如此，24 至 28 为可选功能。并非镜像的内容也会照样存储。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "moby/moby",
        path: "daemon/containerd/image_pull.go",
        at: "v24.0.0, v25.0.0, v29.0.0",
    }],
    settings: &[PLATFORM],
    ranges: &[
        Range {
            versions: Versions {
                shown: "24 – 28",
                spans: &[("24.0.0-0", "29.0.0-0")],
            },
            label: text(
                "with the feature containerd-snapshotter",
                "启用 containerd-snapshotter 功能时",
            ),
            replay: |case, trace| replay(case, trace, Release::V1_7),
        },
        Range {
            versions: Versions {
                shown: "≥ 29",
                spans: &[("29.0.0-0", "")],
            },
            label: text("default of fresh installs", "新装默认"),
            replay: |case, trace| replay(case, trace, Release::V2_1),
        },
    ],
    meant_for: crate::consumers::containerd::is_image,
};

fn replay(case: &Case, trace: &mut Trace, release: Release) -> Result<Accept, Stop> {
    let media_type = case.media_type()?;
    if mt::is_schema1(&media_type) {
        return super::docker_pull_classic::schema1(case, trace, release.no_schema1);
    }
    let pull = Pull {
        release,
        by: By::Puller,
        wanted: Wanted::of(case),
        names: Names::of(case),
    };
    let at = case.document().ok().map(|d| Locus::whole(&d.path));
    let pulled = containerd::pull(case, &pull, trace).map_err(|stop| match stop {
        Stop::Refuse(refusal) => own_words(*refusal, &pull.wanted),
        unknown => unknown,
    })?;
    Ok(match pulled {
        Pulled::Unpacked { manifest, layers } => Accept::using(
            say(
                "It pulls {manifest} for {platform} and unpacks its {layers} layers.",
                "它会为 {platform} 拉取 {manifest}，并解包其中 {layers} 层。",
            )
            .code("manifest", manifest)
            .name("platform", pull.wanted.text())
            .count("layers", layers),
            at,
        ),
        Pulled::Stored { descriptor } => Accept::using(
            say(
                "It stores {digest} and reports success, but no container can run from it: it is no container image.",
                "它会存储 {digest} 并报告成功，但无法以此运行容器：它不是容器镜像。",
            )
            .code("digest", descriptor.digest()),
            at,
        )
        .fix(remedies::pull_as_artifact()),
    })
}

fn own_words(refusal: Refusal, wanted: &Wanted) -> Stop {
    if refusal.error.starts_with("no match for platform") {
        let outer = format!(
            "no matching manifest for {} in the manifest list entries: {{}}",
            wanted.text()
        );
        return refusal.wrap(&outer).fix(remedies::single_platform()).into();
    }
    refusal.fix(remedies::rebuild()).into()
}
