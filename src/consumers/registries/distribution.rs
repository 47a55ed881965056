//! Distribution, the registry of the `registry:2` and `registry:3` images and of Debian's `docker-registry`, when an
//! artifact is pushed to it. What it does with a manifest is `libraries::distribution`; this is what its versions differ in.

use crate::consumers::distribution::{Behaviour, HOLDS, Push, Schema1};
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions, ggcr,
};
use crate::place::Locus;
use crate::text::{say, text};

const WHO: &str = "distribution";

/// `policy.repository.classes`.
const CLASSES: Setting = Setting {
    id: "classes",
    shared: false,
    name: text("Repository policy", "仓库策略"),
    about: text(
        "`policy.repository.classes` in its configuration: with it, only manifests of the classes listed can be pushed.",
        "其配置中的 `policy.repository.classes`：设置后只能推送所列类别的清单。",
    ),
    takes: Takes::OneOf(&[
        ("any", text("Not set", "未设置")),
        ("image", text("`image` only", "仅 `image`")),
    ]),
    default: "any",
};

/// The registry.
pub static CONSUMER: Consumer = Consumer {
    id: "distribution",
    name: "distribution",
    about: text(
        "The registry of Docker's `registry` images. It stores any manifest whose type it knows and whose blobs it holds; config and layer types are free.",
        "Docker `registry` 镜像中的镜像仓库。只要清单类型它认识、所引用的 blob 都在库中就会保存；对配置和层的类型没有限制。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "distribution/distribution",
            path: "manifests.go, manifest/*, registry/handlers/manifests.go, registry/storage/*manifesthandler.go",
            at: "v2.8.2, v3.0.0",
        },
        Source {
            repository: "distribution/distribution",
            path: "docs: configuration, validation and policy",
            at: "v2.8, v3.0",
        },
    ],
    settings: &[HOLDS, CLASSES],
    ranges: &[
        Range {
            versions: Versions {
                shown: "2.3 – 2.6",
                spans: &[("2.3.0", "2.7.0")],
            },
            label: text("Docker's types only", "仅 Docker 类型"),
            replay: |case, trace| replay(case, trace, &DOCKER_ONLY),
        },
        Range {
            versions: Versions {
                shown: "2.7",
                spans: &[("2.7.0", "2.8.0")],
            },
            label: text("with OCI's types", "支持 OCI 类型"),
            replay: |case, trace| replay(case, trace, &FIRST_OCI),
        },
        Range {
            versions: Versions {
                shown: "2.8",
                spans: &[("2.8.0", "3.0.0")],
            },
            label: text(
                "tells manifests and indexes apart by their fields",
                "按字段区分清单与索引",
            ),
            replay: |case, trace| replay(case, trace, &CHECKED),
        },
        Range {
            versions: Versions {
                shown: "≥ 3.0",
                spans: &[("3.0.0", "")],
            },
            label: text("without schema 1", "不再支持 schema 1"),
            replay: |case, trace| replay(case, trace, &WITHOUT_SCHEMA1),
        },
    ],
    meant_for: |case| {
        case.root
            .is_some_and(|root| ggcr::is_pullable(case.inventory, root))
    },
};

const DOCKER_ONLY: Behaviour = Behaviour {
    oci: false,
    confusion: false,
    schema1: Schema1::Signed,
    urls: false,
};
const FIRST_OCI: Behaviour = Behaviour {
    oci: true,
    ..DOCKER_ONLY
};
const CHECKED: Behaviour = Behaviour {
    oci: true,
    confusion: true,
    schema1: Schema1::Off,
    urls: true,
};
const WITHOUT_SCHEMA1: Behaviour = Behaviour {
    schema1: Schema1::Gone,
    urls: false,
    ..CHECKED
};

fn replay(case: &Case, trace: &mut Trace, behaviour: &Behaviour) -> Result<Accept, Stop> {
    let media_type = case.media_type()?;
    let document = case.document()?;
    let push = Push {
        case,
        who: WHO,
        behaviour,
        images_only: case.set(&CLASSES) == "image",
    };
    let count = push.put(trace, document, &media_type, None, 0)?;
    Ok(Accept::using(
        say(
            "{who} stores it (manifests and indexes: {count}).",
            "{who} 会保存它（清单与索引共 {count} 份）。",
        )
        .name("who", WHO)
        .count("count", count),
        Some(Locus::whole(&document.path)),
    ))
}
