//! Registries that are services, and Harbor: what their documentation, their source or reports say they refuse. Each is a
//! check of a document's types; where nothing is known the answer is *unknown*. Blobs are looked for by `libraries::pushing`.
//!
//! Read in AWS documentation "Container image manifest formats" and reports to apko and BuildKit, Docker's documentation on
//! OCI artifacts, ORAS's `pack.go` about empty blobs, Harbor issues #10952 and #11328, GitLab registry issues #951 to #2155.

use crate::artifact::Why;
use crate::artifact::documents::Descriptor;
use crate::consumers::pushing::{Put, push};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{
    Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Trace, Versions, ggcr,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::{known, media_type as mt};
use crate::text::{Phrase, Text, say, text};

/// Whether an artifact can be pushed at all.
pub fn pushable(case: &Case) -> bool {
    case.root
        .is_some_and(|root| ggcr::is_pullable(case.inventory, root))
}

const fn service(
    id: &'static str,
    name: &'static str,
    about: Text,
    sources: &'static [Source],
    ranges: &'static [Range],
) -> Consumer {
    const NO_SETTINGS: &[Setting] = &[];
    Consumer {
        id,
        name,
        about,
        scope: Scope::Root,
        sources,
        settings: NO_SETTINGS,
        ranges,
        meant_for: pushable,
    }
}

const TODAY: Versions = Versions {
    shown: "2026",
    spans: &[("", "")],
};
const WITHOUT_VERSIONS: Text = text("a service, without versions", "云服务，没有版本");

/// Amazon ECR.
pub static ECR: Consumer = service(
    "aws-ecr",
    "Amazon ECR",
    text(
        "Takes Docker's schema 2 and OCI's manifests and indexes, artifacts included. Its source is closed; this follows its documentation and its known errors.",
        "接受 Docker schema 2 与 OCI 的清单和索引，包括制品。其源码不公开，这里依据其文档与已知错误。",
    ),
    &[Source {
        repository: "AWS documentation",
        path: "Container image manifest format support in Amazon ECR",
        at: "2026",
    }],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| push(case, trace, "Amazon ECR", ecr),
    }],
);

/// Docker Hub.
pub static DOCKER_HUB: Consumer = service(
    "docker-hub",
    "Docker Hub",
    text(
        "Takes images and, since the end of 2022, any OCI artifact by its config type.",
        "接受镜像；自 2022 年底起也接受以配置类型区分的任意 OCI 制品。",
    ),
    &[Source {
        repository: "Docker documentation",
        path: "OCI artifacts on Docker Hub",
        at: "2026",
    }],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| push(case, trace, "Docker Hub", any_manifest),
    }],
);

/// GitHub's registry.
pub static GHCR: Consumer = service(
    "ghcr",
    "GitHub Container Registry",
    text(
        "Has no list of allowed types, as far as reports go.",
        "据现有报告，它没有类型允许列表。",
    ),
    &[Source {
        repository: "ocx-sh/ocx",
        path: "issue #480",
        at: "2026-09",
    }],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| push(case, trace, "GHCR", any_manifest),
    }],
);

/// Azure's registry.
pub static ACR: Consumer = service(
    "acr",
    "Azure Container Registry",
    text(
        "Takes Docker's schema 2 and all of OCI 1.1.",
        "接受 Docker schema 2 与完整的 OCI 1.1。",
    ),
    &[Source {
        repository: "aws/containers-roadmap",
        path: "issue #2783 (comparison of registries)",
        at: "2026",
    }],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| push(case, trace, "ACR", any_manifest),
    }],
);

/// Google's registry.
pub static GOOGLE: Consumer = service(
    "google-artifact-registry",
    "Google Artifact Registry",
    text(
        "Takes Docker's and OCI's manifests and indexes, but no blob of zero bytes.",
        "接受 Docker 与 OCI 的清单和索引，但不接受零字节的 blob。",
    ),
    &[Source {
        repository: "oras-project/oras-go",
        path: "pack.go (comment on #294)",
        at: "v2",
    }],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| push(case, trace, "Google Artifact Registry", google),
    }],
);

/// GitLab's registry.
pub static GITLAB: Consumer = service(
    "gitlab-registry",
    "GitLab container registry",
    text(
        "Keeps a list of every media type that it takes, in its database; the list grows with releases. Docker's and OCI's image types are in it.",
        "在数据库中保存允许的全部媒体类型，列表随版本增加。Docker 与 OCI 的镜像类型都在其中。",
    ),
    &[Source {
        repository: "gitlab-org/container-registry",
        path: "issues #951, #1089, #1198, #1596, #1679, #1869, #2155",
        at: "2026",
    }],
    &[Range {
        versions: TODAY,
        label: text("with the metadata database", "启用元数据数据库"),
        replay: |case, trace| push(case, trace, "GitLab", gitlab),
    }],
);

/// Harbor.
pub static HARBOR: Consumer = service(
    "harbor",
    "Harbor",
    text(
        "A registry with projects, scanning and replication. Before 2.0 it knew Docker's types only; since then it stores any artifact.",
        "带项目、扫描与复制功能的镜像仓库。2.0 之前只认识 Docker 类型；之后可保存任意制品。",
    ),
    &[Source {
        repository: "goharbor/harbor",
        path: "src/controller/artifact, src/server/registry; issues #10952, #11328",
        at: "1.10, 2.x",
    }],
    &[
        Range {
            versions: Versions {
                shown: "< 2.0",
                spans: &[("", "2.0.0")],
            },
            label: text("Docker's types only", "仅 Docker 类型"),
            replay: |case, trace| push(case, trace, "Harbor", harbor_docker),
        },
        Range {
            versions: Versions {
                shown: "≥ 2.0",
                spans: &[("2.0.0", "")],
            },
            label: text("any artifact", "任意制品"),
            replay: |case, trace| push(case, trace, "Harbor", any_manifest),
        },
    ],
);

/// Ends in a refusal at a place of the document.
pub fn refuse<T>(
    put: &Put,
    trace: &mut Trace,
    error: String,
    because: Phrase,
    pointer: &str,
    fixes: Vec<Fix>,
) -> Result<T, Stop> {
    let at = if pointer.is_empty() {
        Locus::whole(&put.document.path)
    } else {
        put.document.locus(pointer)
    };
    let because = because.name("who", put.who);
    trace.fail(because.clone(), Some(at.clone()));
    let mut refusal = Refusal::new(error, because, Some(at));
    refusal.fixes = fixes;
    Err(refusal.into())
}

/// Manifests and indexes of both families; what becomes of other documents nothing says.
pub fn any_manifest(put: &Put, _: &mut Trace) -> Result<(), Stop> {
    if !mt::is_manifest(put.media_type) && !mt::is_index(put.media_type) {
        return Err(put.open(put.media_type, Why::NotDocumented, ""));
    }
    if mt::is_index(put.media_type) {
        let manifest = |t: &str| mt::is_manifest(t) || mt::is_index(t);
        let other = |d: &&&Descriptor| !manifest(d.media_type());
        // BuildKit's cache as an index of layers: some registries refuse it.
        if let Some(entry) = put.descriptors().iter().find(other) {
            return Err(put.open(entry.media_type(), Why::NotDocumented, &entry.pointer));
        }
    }
    Ok(())
}

fn ecr(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    let bad = put
        .descriptors()
        .into_iter()
        .find(|d| !d.media_type().contains('/'));
    if let Some(descriptor) = bad {
        let because = say(
            "{who} finds {type} where a media type belongs; it needs the form `type/subtype`.",
            "{who} 在媒体类型处读到 {type}；它需要 `type/subtype` 的形式。",
        )
        .code("type", descriptor.media_type());
        let pointer = format!("{}/mediaType", descriptor.pointer);
        let error = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'";
        return refuse(put, trace, error.to_string(), because, &pointer, Vec::new());
    }
    any_manifest(put, trace)
}

fn google(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    let empty = |d: &&&Descriptor| d.digest() == known::EMPTY_BYTES;
    if let Some(descriptor) = put.descriptors().iter().find(empty) {
        let because = say(
            "{who} finds a blob of zero bytes; it refuses to take one. The empty JSON object, `{open}{close}`, is what artifacts use instead.",
            "{who} 读到零字节的 blob；它拒绝接收。制品应改用空 JSON 对象 `{open}{close}`。",
        )
        .name("open", "{")
        .name("close", "}");
        let fix = Fix::new(
            "push-empty-json",
            say(
                "Push the artifact again with a current ORAS, which uses the empty JSON object as config.",
                "用当前版本的 ORAS 重新推送制品，它以空 JSON 对象作为配置。",
            ),
        )
        .with(
            "oras",
            format!(
                "oras push {} --artifact-type TYPE FILE:MEDIA-TYPE",
                Names::of(put.case).reference
            ),
        );
        return refuse(
            put,
            trace,
            "400 Bad Request".to_string(),
            because,
            &descriptor.pointer,
            vec![fix],
        );
    }
    any_manifest(put, trace)
}

fn gitlab(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    any_manifest(put, trace)?;
    if mt::is_index(put.media_type) {
        return Ok(());
    }
    let listed = |t: &str| {
        mt::is_image_config(t)
            || matches!(
                t,
                mt::OCI_TAR
                    | mt::OCI_TAR_GZIP
                    | mt::DOCKER_TAR
                    | mt::DOCKER_TAR_GZIP
                    | mt::DOCKER_FOREIGN_TAR_GZIP
            )
    };
    let unlisted = |d: &&&Descriptor| !listed(d.media_type());
    if let Some(descriptor) = put.descriptors().iter().find(unlisted) {
        trace.note(
            say(
                "{who} takes {type} only if the list of its version has it; else it answers `MANIFEST_INVALID` with `unknown media type: {type}`.",
                "只有当前版本的列表中有 {type} 时 {who} 才会接受；否则返回 `MANIFEST_INVALID` 与 `unknown media type: {type}`。",
            )
            .name("who", put.who)
            .code("type", descriptor.media_type()),
            Some(put.document.locus(&descriptor.pointer)),
        );
        let pointer = format!("{}/mediaType", descriptor.pointer);
        return Err(put.open(descriptor.media_type(), Why::NotDocumented, &pointer));
    }
    Ok(())
}

fn harbor_docker(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    if matches!(put.media_type, mt::DOCKER_MANIFEST | mt::DOCKER_LIST) {
        return Ok(());
    }
    if !matches!(put.media_type, mt::OCI_MANIFEST | mt::OCI_INDEX) {
        return Err(put.open(put.media_type, Why::NotSettled, ""));
    }
    let because = say(
        "{who} finds a document of type {type}; these versions take Docker's types only. The client sees HTTP 500, the words are in the log.",
        "{who} 读到类型为 {type} 的文档；这些版本只接受 Docker 类型。客户端看到的是 HTTP 500，错误文字在日志中。",
    )
    .code("type", put.media_type);
    let error = format!("unsupported content type for manifest: {}", put.media_type);
    let fix = remedies::to_docker(&Names::of(put.case));
    refuse(put, trace, error, because, "", vec![fix])
}
