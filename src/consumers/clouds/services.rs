//! Services that run images and clients that know Docker's types only. Their sources are closed or many: the replays hold
//! what is documented and what their error reports agree on, and answer *unknown* beyond that.
//!
//! Read in Google's container contract and GoogleCloudPlatform/jit-groups #693; n8n-io/n8n #5394 and
//! microsoft/PubSec-Info-Assistant #900 (Azure); gperdomor/oss #728 (Heroku); distribution `registry/handlers/manifests.go`
//! (what a registry answers to a client by its `Accept`).

use crate::artifact::documents::{Claims, Descriptor, Manifest};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Document, Missing, Why};
use crate::consumers::remedies::{self, Names};
use crate::consumers::remedies_archive;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::{Phrase, Text, say, text};

const TODAY: Versions = Versions {
    shown: "2026",
    spans: &[("", "")],
};
const WITHOUT_VERSIONS: Text = text("a service, without versions", "云服务，没有版本");

const fn service(
    id: &'static str,
    name: &'static str,
    about: Text,
    sources: &'static [Source],
    settings: &'static [Setting],
    ranges: &'static [Range],
) -> Consumer {
    Consumer {
        id,
        name,
        about,
        scope: Scope::Root,
        sources,
        settings,
        ranges,
        meant_for: |case| {
            case.root.is_some_and(|root| {
                matches!(
                    root.kind,
                    ArtifactKind::ContainerImage
                        | ArtifactKind::MultiPlatformImage
                        | ArtifactKind::DockerSchema1
                )
            })
        },
    }
}

/// Google Cloud Run.
pub static CLOUD_RUN: Consumer = service(
    "google-cloud-run",
    "Google Cloud Run",
    text(
        "Runs images for `linux/amd64`, out of an index or alone, gzip or zstd.",
        "运行 `linux/amd64` 镜像，可来自索引，也可单独提供；层可用 gzip 或 zstd。",
    ),
    &[Source {
        repository: "Google Cloud documentation",
        path: "Cloud Run container runtime contract",
        at: "2026",
    }],
    &[],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: cloud_run,
    }],
);

/// Azure Container Instances.
pub static ACI: Consumer = service(
    "azure-aci",
    "Azure Container Instances",
    text(
        "Runs images from a registry. In 2023 it could not read indexes with attestations; whether it can today is not documented.",
        "运行镜像仓库中的镜像。2023 年时它无法读取带证明的索引；如今是否可以，没有公开资料。",
    ),
    &[Source {
        repository: "n8n-io/n8n",
        path: "issue #5394; DependencyTrack/dependency-track #2535",
        at: "2023",
    }],
    &[],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: |case, trace| single(case, trace, "Azure Container Instances"),
    }],
);

/// Azure App Service.
pub static APP_SERVICE: Consumer = service(
    "azure-app-service",
    "Azure App Service",
    text(
        "Runs images from a registry; Docker schema 1 is refused.",
        "运行镜像仓库中的镜像；拒绝 Docker schema 1。",
    ),
    &[Source {
        repository: "microsoft/PubSec-Info-Assistant",
        path: "issue #900",
        at: "2024-10",
    }],
    &[],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: app_service,
    }],
);

/// Heroku's registry and run-time.
pub static HEROKU: Consumer = service(
    "heroku",
    "Heroku",
    text(
        "Runs images pushed to its own registry, which refuses OCI indexes and with them attestations.",
        "运行推送到其自有镜像仓库的镜像；该仓库拒绝 OCI 索引，因而也拒绝带证明的镜像。",
    ),
    &[Source {
        repository: "gperdomor/oss",
        path: "issue #728, which quotes Heroku's help on HTTP 405",
        at: "2023",
    }],
    &[],
    &[Range {
        versions: TODAY,
        label: WITHOUT_VERSIONS,
        replay: heroku,
    }],
);

/// What an old client's `Accept` names.
const ACCEPTS: Setting = Setting {
    id: "accepts",
    shared: false,
    name: text("Types that the client accepts", "客户端接受的类型"),
    about: text(
        "What the `Accept` header of the client names besides Docker's manifests and lists.",
        "客户端的 `Accept` 头除 Docker 的清单与清单列表外还列出的类型。",
    ),
    takes: Takes::OneOf(&[
        ("docker", text("Nothing", "无")),
        ("oci-manifest", text("OCI's manifests", "OCI 清单")),
    ]),
    default: "docker",
};

/// Any client that knows Docker's types only.
pub static DOCKER_CLIENT: Consumer = Consumer {
    // It refuses every image of the newer kind: worth saying to who asks.
    meant_for: |_| false,
    ..service(
        "docker-types-client",
        "Clients that know Docker's types only",
        text(
            "Old stagers, scripts and libraries that ask a registry for Docker's types and not for OCI's. The refusal is the registry's.",
            "只向镜像仓库请求 Docker 类型、不请求 OCI 类型的旧部署程序、脚本与库。拒绝来自镜像仓库。",
        ),
        &[Source {
            repository: "distribution/distribution",
            path: "registry/handlers/manifests.go (GetManifest)",
            at: "v2.8.2",
        }],
        &[ACCEPTS],
        &[Range {
            versions: TODAY,
            label: text("asked by tag", "按标签请求"),
            replay: docker_client,
        }],
    )
};

fn missing(what: &str, why: Why, at: Locus) -> Stop {
    Missing {
        what: what.to_string(),
        why,
        at: Some(at),
    }
    .into()
}

fn refuse<T>(
    trace: &mut Trace,
    error: String,
    because: Phrase,
    at: Option<Locus>,
    fix: Fix,
) -> Result<T, Stop> {
    trace.fail(because.clone(), at.clone());
    Err(Refusal::new(error, because, at).fix(fix).into())
}

/// The place of the root, with its type.
fn root(case: &Case) -> Result<(String, Option<Locus>), Stop> {
    let media_type = case.media_type()?;
    let at = match case.document() {
        Ok(document) => Some(Locus::whole(&document.path)),
        Err(missing) => missing.at,
    };
    Ok((media_type, at))
}

/// The entries of an index that are no attestations.
fn images(document: &Document) -> Vec<&Descriptor> {
    match &document.claims {
        Claims::Index(index) => index
            .manifests()
            .iter()
            .filter(|entry| !entry.annotations.contains_key(annotation::REFERENCE_TYPE))
            .collect(),
        _ => Vec::new(),
    }
}

/// One image whose config and layers are an image's by their types. Gives its manifest.
fn image<'a>(
    trace: &mut Trace,
    who: &'static str,
    document: &'a Document,
) -> Result<&'a Manifest, Stop> {
    let Claims::Manifest(manifest) = &document.claims else {
        return Err(missing(
            "manifest",
            Why::NotDocumented,
            Locus::whole(&document.path),
        ));
    };
    let config = manifest.config_media_type();
    if !mt::is_image_config(config) {
        return Err(missing(
            config,
            Why::NotDocumented,
            document.locus("/config/mediaType"),
        ));
    }
    if let Some(layer) = manifest
        .layers()
        .iter()
        .find(|layer| !mt::is_layer(layer.media_type()))
    {
        return Err(missing(
            layer.media_type(),
            Why::NotDocumented,
            document.locus(&layer.pointer),
        ));
    }
    trace.pass(
        say(
            "{who} gets an image by its types: config {config}, and image layers.",
            "{who} 得到的从类型看是镜像：配置 {config}，以及镜像层。",
        )
        .name("who", who)
        .code("config", config),
        Some(Locus::whole(&document.path)),
    );
    Ok(manifest)
}

fn takes(who: &'static str, document: &Document) -> Accept {
    Accept::using(
        say("{who} takes this image.", "{who} 接受这个镜像。").name("who", who),
        Some(Locus::whole(&document.path)),
    )
}

fn cloud_run(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let who = "Cloud Run";
    let names = Names::of(case);
    let (media_type, at) = root(case)?;
    let document = case.document()?;
    let error = format!(
        "Cloud Run does not support image '{}': Container manifest type '{media_type}' must support amd64/linux.",
        names.reference
    );
    if mt::is_schema1(&media_type) {
        trace.note(
            say(
                "{who} takes Docker schema 1.",
                "{who} 接受 Docker schema 1。",
            )
            .name("who", who),
            at,
        );
        return Ok(takes(who, document));
    }
    let child = if mt::is_index(&media_type) {
        let entries = images(document);
        let fits = |entry: &&&Descriptor| {
            entry
                .platform
                .value()
                .is_some_and(|p| p.os == "linux" && p.architecture == "amd64")
        };
        match entries.iter().find(fits) {
            Some(entry) => case.inventory.target(document, entry)?,
            None => {
                if let Some(entry) = entries
                    .iter()
                    .find(|entry| entry.platform.value().is_none())
                {
                    return Err(missing(
                        "platform",
                        Why::NotDocumented,
                        document.locus(&entry.pointer),
                    ));
                }
                let because = say(
                    "{who} finds an index without an entry for `linux/amd64`; it needs one.",
                    "{who} 读到的索引中没有 `linux/amd64` 条目；它需要这个条目。",
                )
                .name("who", who);
                let fix = remedies::build_for_amd64(&names);
                return refuse(
                    trace,
                    error,
                    because,
                    Some(document.locus("/manifests")),
                    fix,
                );
            }
        }
    } else {
        document
    };
    let manifest = image(trace, who, child)?;
    let Some(config) = manifest.config.value() else {
        return Err(missing("config", Why::Unreadable, child.locus("/config")));
    };
    let target = case.inventory.target(child, config)?;
    let platform = match &target.claims {
        Claims::Config(config) => config.platform(),
        _ => None,
    };
    let Some(platform) = platform else {
        return Err(missing(
            "platform",
            Why::Unreadable,
            Locus::whole(&target.path),
        ));
    };
    if platform.os != "linux" || platform.architecture != "amd64" {
        let because = say(
            "{who} finds an image for {platform}; it needs `linux/amd64`.",
            "{who} 读到的镜像平台是 {platform}；它需要 `linux/amd64`。",
        )
        .name("who", who)
        .code("platform", platform.text());
        let at = Some(target.locus("/architecture"));
        if mt::is_index(&media_type) {
            // The index says one thing and the config another: which of them counts is not documented.
            return Err(missing(
                &platform.text(),
                Why::NotDocumented,
                target.locus("/architecture"),
            ));
        }
        return refuse(trace, error, because, at, remedies::build_for_amd64(&names));
    }
    Ok(takes(who, child))
}

/// A single image is taken; nothing settles what becomes of an index.
fn single(case: &Case, trace: &mut Trace, who: &'static str) -> Result<Accept, Stop> {
    let (media_type, _) = root(case)?;
    let document = case.document()?;
    if !mt::is_manifest(&media_type) {
        return Err(missing(
            &media_type,
            Why::NotDocumented,
            Locus::whole(&document.path),
        ));
    }
    image(trace, who, document)?;
    Ok(takes(who, document))
}

fn app_service(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let who = "Azure App Service";
    let (media_type, at) = root(case)?;
    if !mt::is_schema1(&media_type) {
        return single(case, trace, who);
    }
    let names = Names::of(case);
    let because = say(
        "{who} finds Docker schema 1, {type}; it needs schema 2 or OCI.",
        "{who} 读到 Docker schema 1 {type}；它需要 schema 2 或 OCI。",
    )
    .name("who", who)
    .code("type", &media_type);
    let error = format!(
        "Image pull for {} failed. Unsupported image manifest. The manifest with version '{media_type}' has not been supported yet.",
        names.reference
    );
    refuse(trace, error, because, at, remedies_archive::from_schema1())
}

fn heroku(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let who = "Heroku";
    let (media_type, at) = root(case)?;
    if media_type == mt::OCI_INDEX {
        let because = say(
            "{who} finds an OCI index; its registry answers with HTTP 405, Method Not Allowed.",
            "{who} 读到 OCI 索引；其镜像仓库返回 HTTP 405（Method Not Allowed）。",
        )
        .name("who", who);
        let fix = remedies::to_docker(&Names::of(case));
        return refuse(
            trace,
            "unexpected status: 405 Method Not Allowed".to_string(),
            because,
            at,
            fix,
        );
    }
    let document = case.document()?;
    if media_type != mt::DOCKER_MANIFEST {
        return Err(missing(
            &media_type,
            Why::NotDocumented,
            Locus::whole(&document.path),
        ));
    }
    image(trace, who, document)?;
    Ok(takes(who, document))
}

fn docker_client(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let (media_type, at) = root(case)?;
    let words = match media_type.as_str() {
        mt::OCI_MANIFEST if case.set(&ACCEPTS) == "docker" => {
            "OCI manifest found, but accept header does not support OCI manifests"
        }
        mt::OCI_INDEX => "OCI index found, but accept header does not support OCI indexes",
        mt::OCI_MANIFEST | mt::DOCKER_MANIFEST | mt::DOCKER_LIST => {
            let document = case.document()?;
            trace.pass(
                say(
                    "The client asks for {type} and gets it.",
                    "客户端请求了 {type}，并得到它。",
                )
                .code("type", &media_type),
                at,
            );
            return Ok(Accept::using(
                say(
                    "The client gets the document; what it does with it is its own affair.",
                    "客户端得到这份文档；之后如何处理取决于它自身。",
                ),
                Some(Locus::whole(&document.path)),
            ));
        }
        _ => {
            let at = at.unwrap_or_else(|| Locus::whole(&case.inventory.name));
            return Err(missing(&media_type, Why::NotDocumented, at));
        }
    };
    let because = say(
        "The client does not ask for {type}; the registry holds nothing else under this tag.",
        "客户端没有请求 {type}，而镜像仓库在这个标签下只有它。",
    )
    .code("type", &media_type);
    let error =
        format!("{{\"errors\":[{{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"{words}\"}}]}}");
    refuse(
        trace,
        error,
        because,
        at,
        remedies::to_docker(&Names::of(case)),
    )
}
