//! The ORAS client's `oras pull`: every layer with a title becomes a file of that name; the rest is passed over.
//!
//! Read in oras-project/oras `cmd/oras/root/pull.go` (`doPull`), `internal/graph/graph.go`; oras-project/oras-go
//! `content/file/{file,utils,errors}.go`, `internal/platform/platform.go`. What a platform is compared with in the
//! config is read; layers are not decoded unless they are to be unpacked.

mod files;

use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::ArtifactKind;
use crate::artifact::{Missing, Why};
use crate::consumers::oras_go::{self, Follow, Node};
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Setting, Source, Stop, Takes, Trace, Versions,
    go_decode, platform::Wanted,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::{annotation, known, media_type as mt};
use crate::text::{Phrase, say, text};

const WHO: &str = "ORAS";

/// Whether `--platform` is given.
const ASKED: Setting = Setting {
    id: "platform-asked",
    shared: false,
    name: text("--platform", "--platform"),
    about: text(
        "Without it, all manifests of an index are pulled; with it, the one for the platform, and an artifact without an image config is refused.",
        "不加时拉取索引中的全部清单；加上时只拉取对应平台的清单，且没有镜像配置的制品会被拒绝。",
    ),
    takes: Takes::OneOf(&[
        ("no", text("not given", "不加")),
        ("yes", text("given", "加上")),
    ]),
    default: "no",
};

/// `--allow-path-traversal`.
const TRAVERSAL: Setting = Setting {
    id: "allow-path-traversal",
    shared: false,
    name: text("--allow-path-traversal", "--allow-path-traversal"),
    about: text(
        "Whether a title may lead out of the output folder.",
        "标题（title）是否可以指向输出目录之外。",
    ),
    takes: Takes::OneOf(&[
        ("no", text("forbidden", "禁止")),
        ("yes", text("allowed", "允许")),
    ]),
    default: "no",
};

/// How a version words a title that leads out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// Before 1.3: the flag's name, then the library's error.
    Flag,
    /// Since 1.3: the library's error, and advice after it.
    Advice,
}

/// ORAS.
pub(super) static ORAS: Consumer = Consumer {
    id: "oras",
    name: "ORAS (oras pull)",
    about: text(
        "`oras pull` writes each layer that has an `org.opencontainers.image.title` to a file of that name, whatever the types. `oras push` writes OCI manifests: since 1.1 with the empty config and an `artifactType`; 0.16, and 1.0 on request, also the artifact manifest that the specification dropped.",
        "`oras pull` 把每个带 `org.opencontainers.image.title` 的层写成同名文件，不论类型。`oras push` 写入 OCI 清单：1.1 起使用空配置并带 `artifactType`；0.16（以及 1.0 的可选项）还会写入后来被规范删除的 artifact manifest。",
    ),
    scope: Scope::Root,
    sources: &[
        Source {
            repository: "oras-project/oras",
            path: "cmd/oras/root/pull.go, internal/graph/graph.go",
            at: "v1.0 – v1.3",
        },
        Source {
            repository: "oras-project/oras-go",
            path: "content/file/{file,utils,errors}.go, internal/platform/platform.go",
            at: "v2.6.0",
        },
    ],
    settings: &[ASKED, PLATFORM, TRAVERSAL],
    ranges: &[
        Range {
            versions: Versions {
                shown: "1.0 – 1.2",
                spans: &[("1.0.0-0", "1.3.0-0")],
            },
            label: text(
                "a title that leads out is refused by the flag's name",
                "标题指向目录之外时，报错以参数名开头",
            ),
            replay: |case, trace| replay(case, trace, Words::Flag),
        },
        Range {
            versions: Versions {
                shown: "≥ 1.3",
                spans: &[("1.3.0-0", "")],
            },
            label: text("the advice follows the error", "建议放在错误之后"),
            replay: |case, trace| replay(case, trace, Words::Advice),
        },
    ],
    meant_for: |case| {
        case.root.is_some_and(|root| {
            matches!(
                root.kind,
                ArtifactKind::Artifact
                    | ArtifactKind::EmptyArtifact
                    | ArtifactKind::HelmChart
                    | ArtifactKind::FluxArtifact
                    | ArtifactKind::WasmPlugin
                    | ArtifactKind::WasmModule
            )
        })
    },
};

fn title(descriptor: &Descriptor) -> Option<&str> {
    let title = descriptor.annotations.get(annotation::TITLE)?;
    (!title.is_empty()).then_some(title)
}

fn replay(case: &Case, trace: &mut Trace, words: Words) -> Result<Accept, Stop> {
    let root = oras_go::root(case)?;
    let root = if case.set(&ASKED) == "yes" {
        select(case, trace, &root)?
    } else {
        root
    };
    let mut pull = files::Pull {
        case,
        words,
        traversal: case.set(&TRAVERSAL) == "yes",
        written: Vec::new(),
        skipped: 0,
    };
    for node in oras_go::graph(case, trace, &root, Follow::NoSubjects)? {
        if node.document.is_none() || title(&node.descriptor).is_some() {
            pull.node(trace, &node)?;
        }
    }
    let names = Names::of(case);
    let whole = Fix::new(
        "copy-whole",
        say(
            "To carry the whole artifact, copy it instead of pulling its files.",
            "若要得到完整的制品，请复制它，而不是只拉取文件。",
        ),
    )
    .with(
        "oras",
        format!(
            "oras copy {} --to-oci-layout DIRECTORY:TAG",
            names.reference
        ),
    );
    let count = pull.written.len() as u64;
    if count == 0 {
        let says = say(
            "{who} ends well and writes no file: no layer has a title (layers passed over: {skipped}).",
            "{who} 正常结束，但不写任何文件：没有层带标题（略过 {skipped} 个层）。",
        );
        return Ok(Accept::using(
            says.name("who", WHO).count("skipped", pull.skipped),
            root.at,
        )
        .fix(whole));
    }
    let says = say(
        "{who} writes {count} files by their titles, and passes over {skipped} parts without one.",
        "{who} 按标题写出 {count} 个文件，略过 {skipped} 个没有标题的部分。",
    );
    let accept = Accept::using(
        says.name("who", WHO)
            .count("count", count)
            .count("skipped", pull.skipped),
        root.at,
    );
    Ok(if pull.skipped > 0 {
        accept.fix(whole)
    } else {
        accept
    })
}

/// `platform.SelectManifest`.
fn select<'a>(case: &Case<'a>, trace: &mut Trace, root: &Node<'a>) -> Result<Node<'a>, Stop> {
    let asked = case.set(&PLATFORM);
    let Some(wanted) = Wanted::read(asked) else {
        return Err(Missing {
            what: asked.to_string(),
            why: Why::NotSettled,
            at: None,
        }
        .into());
    };
    if mt::is_index(root.media_type()) {
        for entry in oras_go::successors(case, trace, root, Follow::NoSubjects)? {
            let platform = entry.descriptor.platform.value();
            if platform.is_some_and(|platform| oras_go::fits(platform, &wanted)) {
                trace.pass(
                    say(
                        "{who} takes the first entry for {platform}: {digest}.",
                        "{who} 取第一个 {platform} 条目：{digest}。",
                    )
                    .name("who", WHO)
                    .code("platform", asked)
                    .code("digest", entry.digest()),
                    entry.at.clone(),
                );
                return Ok(entry);
            }
        }
        let because = say(
            "{who} finds no entry for {platform} in the index; an entry without a platform never counts.",
            "{who} 在索引中找不到 {platform} 的条目；没有写平台的条目不算。",
        )
        .code("platform", asked);
        let error = format!(
            "{}: not found: no matching manifest was found in the manifest list",
            root.digest()
        );
        return Err(refuse(trace, error, because, root.at.clone()));
    }
    let config = match (root.document.map(|d| &d.claims), root.media_type()) {
        (Some(Claims::Manifest(manifest)), t) if mt::is_manifest(t) => manifest.config.value(),
        _ => None,
    };
    let (Some(config), Some(document)) = (config, root.document) else {
        if mt::is_manifest(root.media_type()) {
            return Err(Missing {
                what: root.digest().to_string(),
                why: Why::Unreadable,
                at: root.at.clone(),
            }
            .into());
        }
        let because = say(
            "{who} cannot tell the platform of a document of type {type}.",
            "{who} 无法判断类型为 {type} 的文档属于哪个平台。",
        )
        .code("type", root.media_type());
        let error = format!("{}: {}: unsupported", root.digest(), root.media_type());
        return Err(refuse(trace, error, because, root.at.clone()));
    };
    let expected = if root.media_type() == mt::OCI_MANIFEST {
        mt::OCI_CONFIG
    } else {
        mt::DOCKER_CONFIG
    };
    let at = Some(document.locus(&config.pointer));
    if config.media_type() != expected {
        let because = say(
            "{who} reads the platform from a config of type {expected}; this one is {type}.",
            "{who} 从类型为 {expected} 的配置中读取平台；这里是 {type}。",
        )
        .code("expected", expected)
        .code("type", config.media_type());
        let error = format!(
            "fail to recognize platform from unknown config {}: expect {expected}: unsupported",
            config.media_type()
        );
        return Err(refuse(trace, error, because, at));
    }
    let target = case.inventory.target(document, config)?;
    let Ok(claims) = go_decode::config(target)? else {
        return Err(Missing {
            what: target.path.clone(),
            why: Why::Unreadable,
            at: Some(Locus::whole(&target.path)),
        }
        .into());
    };
    let found = crate::artifact::documents::Platform {
        os: claims.os.text().to_string(),
        architecture: claims.architecture.text().to_string(),
        variant: claims.variant.value().cloned(),
        ..Default::default()
    };
    if oras_go::fits(&found, &wanted) {
        return Ok(root.clone());
    }
    let because = say(
        "{who} asks for {platform}; the config says {found}.",
        "{who} 要求 {platform}；配置中写的是 {found}。",
    )
    .code("platform", asked)
    .code("found", found.text());
    let error = format!(
        "{}: not found: platform in manifest does not match target platform",
        root.digest()
    );
    Err(refuse(trace, error, because, at))
}

fn refuse(trace: &mut Trace, error: String, because: Phrase, at: Option<Locus>) -> Stop {
    let because = because.name("who", WHO);
    trace.fail(because.clone(), at.clone());
    let fix = Fix::new(
        "without-platform",
        say(
            "Leave `--platform` away, or name a platform that is there.",
            "去掉 `--platform`，或指定存在的平台。",
        ),
    );
    Refusal::new(error, because, at).fix(fix).into()
}

/// Whether a leaf is the empty descriptor, which is passed over without a word.
fn is_empty(descriptor: &Descriptor) -> bool {
    descriptor.digest() == known::EMPTY_JSON
        && descriptor.size.value().copied() == i64::try_from(known::EMPTY_JSON_SIZE).ok()
}
