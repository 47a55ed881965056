//! containerd pulling from a registry: for Kubernetes through its CRI plug-in, or by `ctr`. The steps are the library's; here
//! stands who words the error, and what follows where nothing could be unpacked.

use crate::artifact::{Missing, Why};
use crate::consumers::containerd::{self, By, Pull, Pulled, Release, Series};
use crate::consumers::go_archive::quoted;
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::{self, Names};
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    remedies_archive,
};
use crate::place::Locus;
use crate::text::{say, text};

/// Who asks containerd to pull.
const CLIENT: Setting = Setting {
    id: "client",
    shared: false,
    name: text("Who asks", "发起方"),
    about: text(
        "Kubernetes unpacks while it pulls; `ctr images pull` up to 1.7 fetches everything and unpacks afterwards.",
        "Kubernetes 边拉取边解包；1.7 及更早的 `ctr images pull` 先获取全部内容再解包。",
    ),
    takes: Takes::OneOf(&[
        ("kubernetes", text("Kubernetes (CRI)", "Kubernetes（CRI）")),
        ("ctr", text("`ctr images pull`", "`ctr images pull`")),
    ]),
    default: "kubernetes",
};

/// containerd, pulling.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "containerd",
    name: "containerd",
    about: text(
        "containerd pulls images for Kubernetes, nerdctl and `ctr`, and unpacks them for one platform. An artifact that is no container \
         image cannot be unpacked.",
        "containerd 为 Kubernetes、nerdctl 和 `ctr` 拉取镜像，并为一个平台解包。并非容器镜像的制品无法解包。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "containerd/containerd",
        path: "pull.go, unpacker.go, image.go, images/image.go (Manifest, validateMediaType), diff/apply, pkg/cri/server/image_pull.go",
        at: "v1.4.0, v1.5.0, v1.6.20, v2.0.0",
    }],
    settings: &[PLATFORM, CLIENT],
    ranges: &[
        Range {
            versions: Versions {
                shown: "1.4",
                spans: &[("1.4.0-0", "1.5.0-0")],
            },
            label: text("no zstd", "不支持 zstd"),
            replay: |case, trace| replay(case, trace, Release::V1_4),
        },
        Range {
            versions: Versions {
                shown: "1.5 – 1.6.24, 1.7.0 – 1.7.6",
                spans: &[("1.5.0-0", "1.6.25"), ("1.7.0-0", "1.7.7")],
            },
            label: text(
                "reads zstd; `ctr` counts layers of every type",
                "支持 zstd；`ctr` 对所有类型的层计数",
            ),
            replay: |case, trace| replay(case, trace, Release::V1_5),
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
            replay: |case, trace| replay(case, trace, Release::V1_7),
        },
        Range {
            versions: Versions {
                shown: "2.0",
                spans: &[("2.0.0-0", "2.1.0-0")],
            },
            label: text("reads Docker's zstd type", "支持 Docker 的 zstd 类型"),
            replay: |case, trace| replay(case, trace, Release::V2_0),
        },
        Range {
            versions: Versions {
                shown: "≥ 2.1",
                spans: &[("2.1.0-0", "")],
            },
            label: text("no schema 1", "不再支持 schema 1"),
            replay: |case, trace| replay(case, trace, Release::V2_1),
        },
    ],
    meant_for: containerd::is_image,
};

fn replay(case: &Case, trace: &mut Trace, release: Release) -> Result<Accept, Stop> {
    let is_ctr = case.set(&CLIENT) == "ctr";
    let by = if is_ctr && release.series == Series::V1 {
        By::Client
    } else {
        By::Puller
    };
    let pull = Pull {
        release,
        by,
        wanted: Wanted::of(case),
        names: Names::of(case),
    };
    let names = Names::of(case);
    let wrapped = |stop: Stop| match stop {
        Stop::Refuse(refusal) if is_ctr => mended(*refusal, &names),
        Stop::Refuse(refusal) => {
            let outer = format!(
                "failed to pull and unpack image {}: {{}}",
                quoted(&names.reference)
            );
            mended(refusal.wrap(&outer), &names)
        }
        unknown => unknown,
    };
    let at = case.document().ok().map(|d| Locus::whole(&d.path));
    let pulled = containerd::pull(case, &pull, trace).map_err(wrapped)?;
    let descriptor = match pulled {
        Pulled::Unpacked { manifest, layers } => {
            return Ok(unpacked(&manifest, layers, &pull.wanted, at));
        }
        Pulled::Stored { descriptor } => descriptor,
    };
    // From 2.1 on another service may pull, whose end for such an artifact is not replayed; `ctr` 2.0 uses it too.
    if release.no_schema1 || is_ctr {
        return Err(Missing {
            what: descriptor.digest().to_string(),
            why: Why::NotSettled,
            at,
        }
        .into());
    }
    let end =
        containerd::unpack_afterwards(case, &pull, &descriptor, trace).map_err(
            |stop| match stop {
                Stop::Refuse(refusal) => {
                    let inner = refusal.wrap("failed to unpack image on snapshotter overlayfs: {}");
                    wrapped(inner.into())
                }
                unknown => unknown,
            },
        )?;
    match end {
        Pulled::Unpacked { manifest, layers } => Ok(unpacked(&manifest, layers, &pull.wanted, at)),
        Pulled::Stored { .. } => Err(Missing {
            what: descriptor.digest().to_string(),
            why: Why::NotSettled,
            at,
        }
        .into()),
    }
}

fn unpacked(manifest: &str, layers: u64, wanted: &Wanted, at: Option<Locus>) -> Accept {
    Accept::using(
        say(
            "It pulls {manifest} for {platform} and unpacks its {layers} layers.",
            "它会为 {platform} 拉取 {manifest}，并解包其中 {layers} 层。",
        )
        .code("manifest", manifest)
        .name("platform", wanted.text())
        .count("layers", layers),
        at,
    )
}

fn mended(refusal: Refusal, names: &Names) -> Stop {
    let error = refusal.error.clone();
    let has = |part: &str| error.contains(part);
    if has("mismatched image rootfs") || has("diffIDs don't match") || has("no processor for") {
        return refusal
            .fix(remedies_archive::pull_as_artifact())
            .fix(remedies_archive::rebuild())
            .into();
    }
    if has("could not fetch") || has("failed commit") || has("expected number of bytes") {
        return refusal.fix(remedies::copy_verbatim(names)).into();
    }
    // What is of an old schema brings its own remedy.
    match refusal.fixes.is_empty() {
        true => refusal.fix(remedies_archive::rebuild()).into(),
        false => refusal.into(),
    }
}
