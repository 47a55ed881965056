//! `docker model pull`: a model by the type of its config. Types of layers are not looked at; formats that the machine
//! cannot run are warned of and pulled all the same.
//!
//! Read in docker/model-runner `pkg/distribution/distribution/client.go` (`PullModel`, `checkCompat`), `errors.go`,
//! `pkg/distribution/types/config.go`, `pkg/distribution/oci/remote/remote.go`.

use super::{CNCF_CONFIG, CNCF_PREFIX, DOCKER_PREFIX};
use crate::artifact::{Missing, Why};
use crate::consumers::go_archive::quoted;
use crate::consumers::pulled::{self, Top, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::text::{say, text};

const WHO: &str = "Docker Model Runner";

/// The configs that it knows.
const CONFIGS: &[&str] = &[
    "application/vnd.docker.ai.model.config.v0.1+json",
    "application/vnd.docker.ai.model.config.v0.2+json",
    CNCF_CONFIG,
];

/// Docker Model Runner.
pub static DOCKER_MODEL: Consumer = Consumer {
    id: "docker-model",
    name: "Docker Model Runner",
    about: text(
        "`docker model pull` takes a single manifest whose config is of one of its own types or of the CNCF's ModelPack.",
        "`docker model pull` 接受单个清单，其配置须为自身的类型之一，或 CNCF ModelPack 的类型。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "docker/model-runner",
        path: "pkg/distribution/distribution/client.go, pkg/distribution/types/config.go",
        at: "2026",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions use other words",
            "依据 2026 年的源码；更早版本的报错文字不同",
        ),
        replay,
    }],
    meant_for: |case| {
        pulled::any_manifest(case, |manifest| {
            pulled::has_type(manifest, DOCKER_PREFIX) || pulled::has_type(manifest, CNCF_PREFIX)
        })
    },
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let (pulled, at) = match pulled::top(case)? {
        Top::Manifest(pulled) => (Some(pulled), pulled.document.locus("/config")),
        // An index is read as a manifest, and has no config then.
        Top::Index(document, _) => (None, document.locus("/manifests")),
        Top::Other(document) => {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::NotSettled,
                at: Some(document.locus("")),
            }
            .into());
        }
    };
    let found = pulled.as_ref().map_or("", |p| p.config_type());
    let Some(pulled) = pulled.filter(|_| CONFIGS.contains(&found)) else {
        return Err(refuse(
            trace,
            format!(
                "config type {} is unsupported: unsupported model config media type",
                quoted(found)
            ),
            if found.is_empty() {
                say(
                    "{who} reads a single manifest and finds no config in it; it needs one of type {types}.",
                    "{who} 按单个清单读取，其中没有配置；它需要类型为 {types} 之一的配置。",
                )
            } else {
                say(
                    "{who} finds a config of type {found}; it needs {types}.",
                    "{who} 读到类型为 {found} 的配置；它需要 {types} 之一。",
                )
                .code("found", found)
            }
            .name("who", WHO)
            .code("types", CONFIGS.join(", ")),
            at,
        )
        .fix(
            Fix::new(
                "package-model",
                say(
                    "Package the model with Docker's own command.",
                    "用 Docker 自己的命令打包模型。",
                ),
            )
            .with(
                "docker",
                format!("docker model package --gguf \"$PWD/model.gguf\" --push {}", names.reference),
            ),
        )
        .into());
    };
    trace.pass(
        say(
            "The config is of type {type}, which {who} knows.",
            "配置类型为 {type}，{who} 认识。",
        )
        .name("who", WHO)
        .code("type", found),
        Some(at),
    );
    let config = pulled.config()?;
    pulled.json(config)?;
    for layer in pulled.layers() {
        pulled.bytes(layer)?;
    }
    Ok(Accept::using(
        say(
            "{who} pulls the model (layers: {count}). Whether it can run it depends on the model's format and the machine.",
            "{who} 拉取该模型，共 {count} 层。能否运行取决于模型格式与所在机器。",
        )
        .name("who", WHO)
        .count("count", pulled.layers().len() as u64),
        Some(pulled.at_layers()),
    ))
}
