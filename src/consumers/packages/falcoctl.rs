//! `falcoctl artifact install`: the type of the first layer says what it is; that layer is unpacked as a gzip tar.
//!
//! Read in falcosecurity/falcoctl `pkg/oci/puller/puller.go` (`manifestFromRef`, `CheckAllowedType`, `Pull`),
//! `pkg/oci/types.go`, `cmd/artifact/install/install.go`. The type of the config is looked at by nobody.

use crate::artifact::documents::{Claim, Descriptor, Index, Platform};
use crate::artifact::{Document, Why};
use crate::bytes::blob::{BlobFacts, Oddity};
use crate::consumers::go_archive::{TarEnd, quoted, tar_end};
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::{self, Names};
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::fixes::Fix;
use crate::spec::{annotation, media_type as mt};
use crate::text::{say, text};

const WHO: &str = "falcoctl";
const PREFIX: &str = "application/vnd.cncf.falco.";

/// The kinds of artifacts, and the type of the layer that makes each.
const KINDS: &[(&str, &str)] = &[
    (
        "rulesfile",
        "application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz",
    ),
    (
        "plugin",
        "application/vnd.cncf.falco.plugin.layer.v1+tar.gz",
    ),
    ("asset", "application/vnd.cncf.falco.asset.layer.v1+tar.gz"),
];

/// Which kinds may be installed.
const ALLOWED: Setting = Setting {
    id: "allowed-types",
    shared: false,
    name: text("Allowed types", "允许的类型"),
    about: text(
        "`--allowed-types`: which kinds of artifacts may be installed.",
        "`--allowed-types`：允许安装哪些类型的制品。",
    ),
    takes: Takes::OneOf(&[
        ("all", text("all kinds", "全部类型")),
        ("rulesfile", text("rules files only", "仅规则文件")),
        ("plugin", text("plugins only", "仅插件")),
        ("asset", text("assets only", "仅资源文件")),
    ]),
    default: "all",
};

/// falcoctl.
pub static FALCOCTL: Consumer = Consumer {
    id: "falcoctl",
    name: "falcoctl",
    about: text(
        "Installs rules files, plugins and assets for Falco. The media type of the first layer says which of them it is; the layer is unpacked as a gzip tar.",
        "为 Falco 安装规则文件、插件和资源文件。由第一层的媒体类型判断是哪一种；该层以 gzip tar 解包。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "falcosecurity/falcoctl",
        path: "pkg/oci/puller/puller.go, pkg/oci/types.go, cmd/artifact/install/install.go",
        at: "2026",
    }],
    settings: &[ALLOWED, PLATFORM],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions know no assets",
            "依据 2026 年的源码；更早版本没有资源文件类型",
        ),
        replay,
    }],
    meant_for: |case| pulled::any_manifest(case, |manifest| pulled::has_type(manifest, PREFIX)),
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    install(case, trace, &names).map_err(|stop| match stop {
        Stop::Refuse(refusal) => refusal
            .fix(remedies::copy_verbatim(&names))
            .fix(push(&names))
            .into(),
        unknown => unknown,
    })
}

fn install(case: &Case, trace: &mut Trace, names: &Names) -> Result<Accept, Stop> {
    let pulled = resolve(case, trace)?;
    let first = pulled.layers().first();
    allowed(case, trace, &pulled, first, names)?;
    let Some(layer) = first else {
        return Err(refuse(
            trace,
            "no layers in manifest",
            say(
                "{who} finds a manifest without layers; it needs one.",
                "{who} 读到的清单没有层；它至少需要一个。",
            )
            .name("who", WHO),
            pulled.at_layers(),
        )
        .into());
    };
    let at = pulled.at(layer);
    let found = layer.media_type();
    let Some((kind, _)) = KINDS.iter().find(|(_, media_type)| *media_type == found) else {
        return Err(refuse(
            trace,
            format!("unknown media type: {}", quoted(found)),
            say(
                "{who} finds a first layer of type {found}; it knows rules files, plugins and assets by their own types.",
                "{who} 读到第一层的类型为 {found}；它只认识规则文件、插件和资源文件各自的类型。",
            )
            .name("who", WHO)
            .code("found", found),
            at,
        )
        .into());
    };
    trace.pass(
        say(
            "The first layer's type, {type}, makes it a {kind}.",
            "第一层的类型 {type} 表明它是 {kind}。",
        )
        .code("type", found)
        .code("kind", *kind),
        Some(at.clone()),
    );
    // Read as JSON for the dependencies before anything is pulled.
    pulled.json(pulled.config()?)?;
    let title = layer
        .annotations
        .get(annotation::TITLE)
        .map_or("", String::as_str);
    let unpack = |error: &str, path: &str| {
        format!("cannot extract {} to \"DIRECTORY\": {error}", quoted(path))
    };
    if title.is_empty() {
        return Err(refuse(
            trace,
            unpack("read TEMPORARY-DIRECTORY: is a directory", "TEMPORARY-DIRECTORY"),
            say(
                "{who} looks for the file that the layer's title names, and there is no annotation {key}.",
                "{who} 按层的标题寻找文件，而该层没有注解 {key}。",
            )
            .name("who", WHO)
            .code("key", annotation::TITLE),
            at,
        )
        .into());
    }
    for other in pulled.layers() {
        pulled.bytes(other)?;
    }
    let content = pulled.bytes(layer)?;
    let path = format!("TEMPORARY-DIRECTORY/{title}");
    let facts = match content.gzip() {
        Ok(facts) => facts,
        Err(error) => {
            let because = say(
                "{who} finds no gzip header in the first layer; it unpacks a gzip tar.",
                "{who} 在第一层中没有找到 gzip 头；它要解包的是 gzip tar。",
            );
            let error = unpack(error, &path);
            return Err(refuse(trace, error, because.name("who", WHO), at).into());
        }
    };
    match tar_end(facts) {
        Ok(TarEnd::Clean) if is_plain(facts) => {}
        Ok(_) => return Err(pulled.missing(layer, Why::NotSettled).into()),
        Err(why) => return Err(pulled.missing(layer, why).into()),
    }
    Ok(Accept::using(
        say(
            "{who} unpacks the first layer, {title}, {digest}, and installs it as a {kind}.",
            "{who} 解包第一层 {title}，{digest}，并作为 {kind} 安装。",
        )
        .name("who", WHO)
        .code("title", title)
        .code("digest", layer.digest())
        .code("kind", *kind),
        Some(at),
    ))
}

/// Whether the tar holds files and folders alone, by names that stay inside. What it makes of others is left open.
fn is_plain(facts: &BlobFacts) -> bool {
    facts.tar.as_ref().is_none_or(|tar| {
        tar.oddity_counts.iter().all(|(oddity, count)| {
            let other = matches!(
                oddity,
                Oddity::Symlink
                    | Oddity::HardLink
                    | Oddity::Device
                    | Oddity::Fifo
                    | Oddity::OtherType(_)
                    | Oddity::AbsoluteName
                    | Oddity::ParentName
                    | Oddity::EscapingName
                    | Oddity::EmptyName
            );
            !other || *count == 0
        })
    })
}

/// `manifestFromRef`: the manifest, or the entry of an OCI index for the platform of the machine.
fn resolve<'a>(case: &Case<'a>, trace: &mut Trace) -> Result<Pulled<'a>, Stop> {
    let (document, index) = match pulled::top(case)? {
        Top::Manifest(pulled) => return Ok(pulled),
        Top::Index(document, index) if case.media_type()? == mt::OCI_INDEX => (document, index),
        // Read as a manifest, which it is not.
        Top::Index(document, _) | Top::Other(document) => {
            return Err(unsettled(document, "").into());
        }
    };
    let entry = entry(case, trace, document, index)?;
    let child = case.inventory.target(document, entry)?;
    match pulled::read(case.inventory, child)? {
        Top::Manifest(pulled) => Ok(pulled),
        _ => Err(unsettled(document, &entry.pointer).into()),
    }
}

fn entry<'a>(
    case: &Case,
    trace: &mut Trace,
    document: &'a Document,
    index: &'a Index,
) -> Result<&'a Descriptor, Stop> {
    let chosen = case.set(&PLATFORM);
    let mut parts = chosen.split('/');
    let (os, architecture) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let fits = |p: &Platform| p.os == os && p.architecture == architecture;
    for entry in index.manifests() {
        match &entry.platform {
            Claim::Is { value, .. } if fits(value) => {
                trace.pass(
                    say(
                        "{who} gets an index and takes its entry for {platform}, {digest}.",
                        "{who} 得到一个索引，取其中平台为 {platform} 的条目 {digest}。",
                    )
                    .name("who", WHO)
                    .code("platform", chosen)
                    .code("digest", entry.digest()),
                    Some(document.locus(&entry.pointer)),
                );
                return Ok(entry);
            }
            Claim::Is { .. } => {}
            // It reads the platform without looking whether there is one.
            _ => return Err(unsettled(document, &entry.pointer).into()),
        }
    }
    Err(refuse(
        trace,
        format!("unable to find a manifest matching the given platform: {os}/{architecture}"),
        say(
            "{who} gets an index without an entry for {platform}.",
            "{who} 得到一个索引，其中没有平台为 {platform} 的条目。",
        )
        .name("who", WHO)
        .code("platform", chosen),
        document.locus("/manifests"),
    )
    .into())
}

fn unsettled(document: &Document, pointer: &str) -> crate::artifact::Missing {
    crate::artifact::Missing {
        what: document.path.clone(),
        why: Why::NotSettled,
        at: Some(document.locus(pointer)),
    }
}

/// `CheckAllowedType`.
fn allowed(
    case: &Case,
    trace: &mut Trace,
    pulled: &Pulled,
    first: Option<&Descriptor>,
    names: &Names,
) -> Result<(), Refusal> {
    let chosen = case.set(&ALLOWED);
    let Some((_, wanted)) = KINDS.iter().find(|(kind, _)| *kind == chosen) else {
        return Ok(());
    };
    let Some(layer) = first else {
        return Err(refuse(
            trace,
            format!(
                "malformed artifact, expected to find at least one layer for ref {}",
                quoted(&names.reference)
            ),
            say(
                "{who} finds a manifest without layers; it needs one.",
                "{who} 读到的清单没有层；它至少需要一个。",
            )
            .name("who", WHO),
            pulled.at_layers(),
        ));
    };
    let found = layer.media_type();
    if found == *wanted {
        return Ok(());
    }
    let kind = KINDS.iter().find(|(_, media_type)| *media_type == found);
    Err(refuse(
        trace,
        format!(
            "cannot download artifact of type {}: type not permitted",
            quoted(kind.map_or("", |(kind, _)| *kind))
        ),
        say(
            "{who} may install {allowed} only, and the first layer is of type {found}.",
            "{who} 只允许安装 {allowed}，而第一层的类型为 {found}。",
        )
        .name("who", WHO)
        .code("allowed", chosen)
        .code("found", found),
        pulled.at(layer),
    ))
}

fn push(names: &Names) -> Fix {
    Fix::new(
        "push-falco-artifact",
        say(
            "Push the file with falcoctl, which gives the layer its type and title.",
            "用 falcoctl 推送文件，由它写明层的类型和标题。",
        ),
    )
    .with(
        "falcoctl",
        format!(
            "falcoctl registry push {} FILE.tar.gz --type rulesfile --version 1.0.0",
            names.reference
        ),
    )
}
