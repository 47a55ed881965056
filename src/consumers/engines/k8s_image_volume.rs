//! A Kubernetes volume of type `image`: the node's run-time pulls the image or artifact, and the kubelet has it mounted.
//! containerd mounts what it can unpack as an image; CRI-O mounts artifacts as well.

use crate::artifact::{Missing, Why};
use crate::consumers::containerd::{self, By, Pull, Pulled, Release};
use crate::consumers::go_archive::quoted;
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    remedies_archive as remedies,
};
use crate::place::Locus;
use crate::text::{say, text};

/// What runs containers on the node.
const RUNTIME: Setting = Setting {
    id: "runtime",
    shared: false,
    name: text("Container run-time", "容器运行时"),
    about: text(
        "The run-time of the node: CRI-O mounts artifacts, containerd only images.",
        "节点的容器运行时：CRI-O 可挂载制品，containerd 只能挂载镜像。",
    ),
    takes: Takes::OneOf(&[
        ("containerd", text("containerd", "containerd")),
        ("cri-o", text("CRI-O", "CRI-O")),
    ]),
    default: "containerd",
};

/// An image volume.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "k8s-image-volume",
    name: "Kubernetes image volume",
    about: text(
        "A pod mounts an image or artifact as a read-only volume (`volumes[].image`), since Kubernetes 1.31. What can be mounted \
         depends on the container run-time of the node.",
        "Pod 以只读卷挂载镜像或制品（`volumes[].image`），自 Kubernetes 1.31 起可用。能挂载什么取决于节点的容器运行时。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "Kubernetes",
            path: "docs/tasks/configure-pod-container/image-volumes",
            at: "2026-08",
        },
        Source {
            repository: "containerd/containerd",
            path: "issues 11381, 11907",
            at: "2.1.1",
        },
        Source {
            repository: "cri-o/cri-o",
            path: "pull requests 8781, 8953",
            at: "1.33",
        },
    ],
    settings: &[PLATFORM, RUNTIME],
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 1.31",
            spans: &[("1.31.0-0", "")],
        },
        label: text(
            "with containerd 2.1 or CRI-O 1.33",
            "配合 containerd 2.1 或 CRI-O 1.33",
        ),
        replay,
    }],
    meant_for: containerd::is_image,
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let pull = Pull {
        release: Release::V2_1,
        by: By::Puller,
        wanted: Wanted::of(case),
        names: Names::of(case),
    };
    let by_crio = case.set(&RUNTIME) == "cri-o";
    let names = Names::of(case);
    let at = case.document().ok().map(|d| Locus::whole(&d.path));
    let unsettled = || {
        Stop::from(Missing {
            what: names.reference.clone(),
            why: Why::NotSettled,
            at: at.clone(),
        })
    };
    match containerd::pull(case, &pull, trace) {
        Ok(Pulled::Unpacked { manifest, layers }) => Ok(Accept::using(
            say(
                "It is pulled for {platform}, and the files of its {layers} layers are mounted: {manifest}.",
                "会为 {platform} 拉取它，并挂载其 {layers} 层中的文件：{manifest}。",
            )
            .name("platform", pull.wanted.text())
            .code("manifest", manifest)
            .count("layers", layers),
            at,
        )),
        // What CRI-O's own library makes of a broken image is not replayed here.
        Err(Stop::Refuse(_)) if by_crio => Err(unsettled()),
        Ok(Pulled::Stored { descriptor }) if by_crio => {
            if crate::spec::media_type::is_manifest(descriptor.media_type()) {
                return Ok(Accept::using(
                    say(
                        "CRI-O mounts the artifact {digest}: each of its layers becomes a file.",
                        "CRI-O 会挂载制品 {digest}：每一层成为一个文件。",
                    )
                    .code("digest", descriptor.digest()),
                    at,
                ));
            }
            Err(unsettled())
        }
        Ok(Pulled::Stored { descriptor }) => {
            let because = say(
                "{digest} is no container image, and containerd has nothing to mount: it needs an image config whose diffIDs match layers of tar.",
                "{digest} 不是容器镜像，containerd 没有可挂载的内容：它需要镜像配置，且其 diffID 与 tar 层一致。",
            )
            .code("digest", descriptor.digest());
            trace.fail(because.clone(), at.clone());
            Err(Refusal::new(
                format!(
                    "ImageVolumeMountFailed: image {} does not exist locally",
                    quoted(&names.reference)
                ),
                because,
                at,
            )
            .fix(remedies::rebuild())
            .into())
        }
        Err(Stop::Refuse(refusal)) => {
            let outer = format!(
                "failed to pull and unpack image {}: {{}}",
                quoted(&names.reference)
            );
            let refusal = refusal.wrap(&outer);
            Err(match refusal.fixes.is_empty() {
                true => refusal.fix(remedies::rebuild()).into(),
                false => refusal.into(),
            })
        }
        Err(unknown) => Err(unknown),
    }
}
