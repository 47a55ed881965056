//! Open Policy Agent downloading a bundle, and `conftest pull`. OPA takes the first layer of one type and unpacks it;
//! conftest writes out every file that has a title.
//!
//! Read in open-policy-agent/opa `download/oci_download.go` (`download`, `manifestFromDesc`) and
//! open-policy-agent/conftest `downloader/oci_getter.go`, `downloader/oci_bundle.go`. What the policies say is not read.

use crate::artifact::documents::Descriptor;
use crate::artifact::{Missing, Why};
use crate::consumers::go_archive::{TarEnd, tar_end};
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::spec::{annotation, media_type as mt};
use crate::text::{say, text};

const OPA_NAME: &str = "OPA";
const CONFTEST_NAME: &str = "conftest";
const PREFIX: &str = "application/vnd.cncf.openpolicyagent.";

/// Open Policy Agent.
pub static OPA: Consumer = Consumer {
    id: "opa-bundle",
    name: "Open Policy Agent",
    about: text(
        "Downloads a policy bundle: of one manifest the first layer of the OCI gzip type, unpacked as a bundle. Other layers and the config count for nothing.",
        "下载策略包（bundle）：取单个清单中第一个 OCI gzip 类型的层，作为 bundle 解包。其他层和配置都不起作用。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "open-policy-agent/opa",
        path: "download/oci_download.go",
        at: "2025",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2025",
            spans: &[("", "")],
        },
        label: text(
            "read in 2025; other versions were not compared",
            "依据 2025 年的源码；未与其他版本比较",
        ),
        replay: bundle,
    }],
    meant_for: is_policy,
};

/// conftest.
pub static CONFTEST: Consumer = Consumer {
    id: "conftest",
    name: "conftest",
    about: text(
        "`conftest pull` writes every file of an artifact that has a title to the policy folder. Types of layers and of the config count for nothing.",
        "`conftest pull` 把制品中每个带标题的文件写入策略文件夹。层和配置的类型不起作用。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "open-policy-agent/conftest",
        path: "downloader/oci_getter.go, downloader/oci_bundle.go",
        at: "2026",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions were not compared",
            "依据 2026 年的源码；未与更早版本比较",
        ),
        replay: titled_files,
    }],
    meant_for: is_policy,
};

/// Artifacts with types of Open Policy Agent, or with a bundle by its usual title.
fn is_policy(case: &Case) -> bool {
    pulled::any_manifest(case, |manifest| {
        pulled::has_type(manifest, PREFIX)
            || manifest.layers().iter().any(|layer| {
                let title = layer.annotations.get(annotation::TITLE);
                title.is_some_and(|t| t.ends_with(".rego") || t.ends_with("bundle.tar.gz"))
            })
    })
}

fn bundle(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let (pulled, place) = match pulled::top(case)? {
        Top::Manifest(pulled) => (Some(pulled), pulled.at_layers()),
        // An index is read as a manifest, and has no layers then.
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
    let layers = pulled.as_ref().map_or(&[][..], Pulled::layers);
    let Some(pulled) = pulled.filter(|_| !layers.is_empty()) else {
        return Err(refuse(
            trace,
            "no layers in manifest",
            say(
                "{who} finds no `layers`; it needs a single manifest with a bundle in it.",
                "{who} 没有找到 `layers`；它需要含有 bundle 的单个清单。",
            )
            .name("who", OPA_NAME),
            place,
        )
        .fix(push(&names))
        .into());
    };
    let Some(layer) = layers.iter().find(|l| l.media_type() == mt::OCI_TAR_GZIP) else {
        return Err(refuse(
            trace,
            "no tarball descriptor found in the layers",
            say(
                "{who} finds no layer of type {type} among {count}.",
                "{who} 在 {count} 个层中没有找到类型为 {type} 的层。",
            )
            .name("who", OPA_NAME)
            .code("type", mt::OCI_TAR_GZIP)
            .name("count", layers.len().to_string()),
            place,
        )
        .fix(push(&names))
        .into());
    };
    let at = pulled.at(layer);
    trace.pass(
        say(
            "{who} takes the first layer of type {type}, {digest}.",
            "{who} 取第一个类型为 {type} 的层 {digest}。",
        )
        .name("who", OPA_NAME)
        .code("type", mt::OCI_TAR_GZIP)
        .code("digest", layer.digest()),
        Some(at.clone()),
    );
    for d in std::iter::once(pulled.config()?).chain(layers) {
        pulled.fetched(d)?;
    }
    gzip_tar(&pulled, layer)?;
    Ok(Accept::using(
        say(
            "{who} unpacks the layer {digest} as a bundle. Whether its policies compile is not looked at here.",
            "{who} 把层 {digest} 作为 bundle 解包。其中的策略能否编译，此处不检查。",
        )
        .name("who", OPA_NAME)
        .code("digest", layer.digest()),
        Some(at),
    ))
}

/// Whether a layer is a gzip tar; with which words another is refused could not be settled.
fn gzip_tar(pulled: &Pulled, layer: &Descriptor) -> Result<(), Missing> {
    let Ok(facts) = pulled.bytes(layer)?.gzip() else {
        return Err(pulled.missing(layer, Why::NotSettled));
    };
    match tar_end(facts) {
        Ok(TarEnd::Clean) => Ok(()),
        Ok(_) => Err(pulled.missing(layer, Why::NotSettled)),
        Err(why) => Err(pulled.missing(layer, why)),
    }
}

fn titled_files(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let pulled = match pulled::top(case)? {
        Top::Manifest(pulled) => pulled,
        Top::Index(document, _) | Top::Other(document) => {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::NotSettled,
                at: Some(document.locus("")),
            }
            .into());
        }
    };
    let title = |layer: &Descriptor| {
        let title = layer.annotations.get(annotation::TITLE);
        title.cloned().unwrap_or_default()
    };
    let mut written = Vec::new();
    for layer in pulled.layers() {
        let name = title(layer);
        pulled.bytes(layer)?;
        if name.is_empty() {
            continue;
        }
        let leads_out = name.starts_with('/') || name.split('/').any(|part| part == "..");
        if leads_out || written.contains(&name) {
            return Err(pulled.missing(layer, Why::NotSettled).into());
        }
        if layer.media_type() == mt::OCI_TAR_GZIP {
            // Unpacked in place by the newest versions, and written as it is by those before.
            gzip_tar(&pulled, layer)?;
        }
        written.push(name);
    }
    if written.is_empty() {
        // Nothing is written, and what is made of that is for the next command.
        return Err(Missing {
            what: annotation::TITLE.to_string(),
            why: Why::NotSettled,
            at: Some(pulled.at_layers()),
        }
        .into());
    }
    trace.pass(
        say(
            "Layers with a title, which {who} writes: {count}.",
            "带标题、由 {who} 写出的层：{count} 个。",
        )
        .name("who", CONFTEST_NAME)
        .count("count", written.len() as u64),
        Some(pulled.at_layers()),
    );
    Ok(Accept::using(
        say(
            "{who} writes {files} to the policy folder.",
            "{who} 把 {files} 写入策略文件夹。",
        )
        .name("who", CONFTEST_NAME)
        .code("files", written.join(", ")),
        Some(pulled.at_layers()),
    ))
}

fn push(names: &Names) -> Fix {
    Fix::new(
        "push-opa-bundle",
        say(
            "Build a bundle and push it as one layer of type {type}.",
            "构建 bundle，并作为一个类型为 {type} 的层推送。",
        )
        .code("type", mt::OCI_TAR_GZIP),
    )
    .with(
        "oras",
        format!(
            "opa build -b policy/ -o bundle.tar.gz\necho '{{}}' > config.json\n\
             oras push {} --config config.json:{} bundle.tar.gz:{}",
            names.reference,
            mt::OCI_CONFIG,
            mt::OCI_TAR_GZIP
        ),
    )
}
