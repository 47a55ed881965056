//! Podman, Buildah and CRI-O pulling from a registry into containers-storage. The three share containers/image and nearly
//! all of what follows from it; they differ in which release a version has, and in the words around an error.
//!
//! Read in containers/common `libimage/{pull,copier}.go` at v0.50.1, v0.62.2 and v0.67.1, Buildah `pull.go`, and
//! containers/image; run: Podman 4.3.1, Buildah 1.28.2.

use crate::consumers::containers_image::{
    self, Asked, Opened, Release, Run, Series, To, Transport,
};
use crate::consumers::settings::PLATFORM;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::text::{Text, say, text};

const SOURCES: &[Source] = &[
    Source {
        repository: "containers/image",
        path: "copy/*, storage/storage_dest.go, manifest/*, internal/{image,manifest}/*",
        at: "v5.10.3, v5.23.1, v5.34.2, v5.39.2",
    },
    Source {
        repository: "containers/common",
        path: "libimage/{pull,copier,normalize}.go",
        at: "v0.50.1, v0.62.2, v0.67.1",
    },
];

/// The releases of containers/image that were read, and what lies between them.
const OLD: Series = Series {
    from: Release::V5_10,
    to: Release::V5_23,
};
const READ_23: Series = Series::of(Release::V5_23);
const MIDDLE: Series = Series {
    from: Release::V5_23,
    to: Release::V5_34,
};
const READ_34: Series = Series::of(Release::V5_34);
const LATE: Series = Series {
    from: Release::V5_34,
    to: Release::V5_39,
};
const READ_39: Series = Series::of(Release::V5_39);
/// All that was read and is not too old: of a program whose versions could not be matched with the library's.
const ANY: Series = Series {
    from: Release::V5_23,
    to: Release::V5_39,
};

const UNCHECKED: Text = text(
    "diffIDs are not compared with the config",
    "不与配置比较 diffID",
);
const BETWEEN: Text = text("between two that were read", "介于两个已读版本之间");
const COMPARED: Text = text("diffIDs have to be the config's", "diffID 必须与配置一致");
const DOCKER_ZSTD: Text = text("takes Docker's zstd type", "接受 Docker 的 zstd 类型");

const fn range(
    shown: &'static str,
    spans: &'static [(&'static str, &'static str)],
    label: Text,
    replay: fn(&Case, &mut Trace) -> Result<Accept, Stop>,
) -> Range {
    Range {
        versions: Versions { shown, spans },
        label,
        replay,
    }
}

/// Podman.
pub(super) const PODMAN: Consumer = Consumer {
    id: "podman",
    name: "Podman",
    about: text(
        "`podman pull` takes the image for the platform out of a registry, unpacks every layer by what its bytes are, and \
         stores it. A single image is taken whatever its platform. Artifacts are for `podman artifact pull`.",
        "`podman pull` 从镜像仓库取对应平台的镜像，按字节内容解包每个层并存储。单个镜像不检查平台。制品请用 `podman artifact pull`。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[PLATFORM],
    ranges: &[
        range(
            "3.0 – 4.2",
            &[("3.0.0-0", "4.3.0-0")],
            UNCHECKED,
            |c, t| pull(c, t, "Podman", OLD, true),
        ),
        range("4.3", &[("4.3.0-0", "4.4.0-0")], UNCHECKED, |c, t| {
            pull(c, t, "Podman", READ_23, true)
        }),
        range("4.4 – 5.3", &[("4.4.0-0", "5.4.0-0")], BETWEEN, |c, t| {
            pull(c, t, "Podman", MIDDLE, true)
        }),
        range("5.4", &[("5.4.0-0", "5.5.0-0")], COMPARED, |c, t| {
            pull(c, t, "Podman", READ_34, true)
        }),
        range("5.5 – 5.7", &[("5.5.0-0", "5.8.0-0")], BETWEEN, |c, t| {
            pull(c, t, "Podman", LATE, true)
        }),
        range("≥ 5.8", &[("5.8.0-0", "")], DOCKER_ZSTD, |c, t| {
            pull(c, t, "Podman", READ_39, true)
        }),
    ],
    meant_for: crate::consumers::containerd::is_image,
};

/// Buildah.
pub(super) const BUILDAH: Consumer = Consumer {
    id: "buildah",
    name: "Buildah",
    about: text(
        "`buildah pull` and `buildah from` take the image for the platform out of a registry and store it, as Podman does.",
        "`buildah pull` 和 `buildah from` 从镜像仓库取对应平台的镜像并存储，与 Podman 相同。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[PLATFORM],
    ranges: &[
        range(
            "1.19 – 1.27",
            &[("1.19.0-0", "1.28.0-0")],
            UNCHECKED,
            |c, t| pull(c, t, "Buildah", OLD, true),
        ),
        range("1.28", &[("1.28.0-0", "1.29.0-0")], UNCHECKED, |c, t| {
            pull(c, t, "Buildah", READ_23, true)
        }),
        range(
            "1.29 – 1.38",
            &[("1.29.0-0", "1.39.0-0")],
            BETWEEN,
            |c, t| pull(c, t, "Buildah", MIDDLE, true),
        ),
        range("1.39", &[("1.39.0-0", "1.40.0-0")], COMPARED, |c, t| {
            pull(c, t, "Buildah", READ_34, true)
        }),
        range(
            "1.40 – 1.42",
            &[("1.40.0-0", "1.43.0-0")],
            BETWEEN,
            |c, t| pull(c, t, "Buildah", LATE, true),
        ),
        range("≥ 1.43", &[("1.43.0-0", "")], DOCKER_ZSTD, |c, t| {
            pull(c, t, "Buildah", READ_39, true)
        }),
    ],
    meant_for: crate::consumers::containerd::is_image,
};

/// CRI-O.
pub(super) const CRI_O: Consumer = Consumer {
    id: "cri-o",
    name: "CRI-O",
    about: text(
        "CRI-O pulls images for Kubernetes with the library of Podman and skopeo. Which release of it a version has was \
         not looked up: only what all releases since 2022 do is said.",
        "CRI-O 用与 Podman、skopeo 相同的库为 Kubernetes 拉取镜像。未逐一核对各版本所用的库版本，因此只说明 2022 年以来各版本的共同行为。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[PLATFORM],
    ranges: &[range("≥ 1.26", &[("1.26.0-0", "")], BETWEEN, |c, t| {
        pull(c, t, "CRI-O", ANY, false)
    })],
    meant_for: crate::consumers::containerd::is_image,
};

/// Pulls the root out of a registry into storage. `libimage`: through the library that Podman and Buildah share, which
/// puts words around an error from some release on.
fn pull(
    case: &Case,
    trace: &mut Trace,
    who: &'static str,
    series: Series,
    libimage: bool,
) -> Result<Accept, Stop> {
    let wanted = containers_image::wanted(case);
    let mut run = Run::new(case, who, series, wanted, trace);
    run.decrypts = who == "Buildah";
    let source = Opened::open(&mut run, Transport::Registry, &Asked::Only)?;
    let done = run.copy(&source, To::Storage, false).map_err(|stop| {
        if libimage && series.from >= Release::V5_39 {
            run.after(&format!("unable to copy from source {}", source.name), stop)
        } else {
            stop
        }
    })?;
    run.settle()?;
    let uses = say(
        "{who} pulls the image and stores its {layers} layers.",
        "{who} 拉取该镜像并存储其 {layers} 个层。",
    );
    Ok(Accept::using(
        uses.name("who", who).count("layers", done.layers),
        None,
    ))
}
