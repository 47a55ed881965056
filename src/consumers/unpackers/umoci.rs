//! umoci (`umoci unpack --image DIR:TAG BUNDLE`) and the steps of its library, which Incus shares: the tag in a layout,
//! the one manifest behind it, its config and its layers, verified on the way.

mod blobs;
mod damage;
mod layers;
mod resolve;
mod unpack;

use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::{ArtifactKind, InputKind, Packaging};
use crate::artifact::{Document, Inventory, Missing, Start, Why};
use crate::consumers::go_archive::quoted;
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions, containerd,
    go_structs, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt};
use crate::text::{say, text};

/// The layout's folder as the person types it after `--image`.
const FOLDER: &str = "DIR";

/// umoci.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "umoci",
    name: "umoci",
    about: text(
        "`umoci unpack --image DIR:TAG BUNDLE` unpacks an OCI layout folder to a runtime bundle. It chooses by tag, never \
         by platform.",
        "`umoci unpack --image DIR:TAG BUNDLE` 把 OCI 布局文件夹解包为运行时 bundle。它只按标签选择，从不按平台选择。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "opencontainers/umoci",
        path: "cmd/umoci/unpack.go, oci/cas/dir/dir.go, oci/casext/{refname,walk,blob,verified_blob}.go, \
               oci/casext/mediatype/parse.go, oci/layer/unpack.go, pkg/hardening/verified_reader.go",
        at: "v0.4.7 (also run), v0.5.0, v0.6.0 (also run)",
    }],
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "≤ 0.4.7",
                spans: &[("", "0.5.0-0")],
            },
            label: text("no zstd", "不支持 zstd"),
            replay: v04,
        },
        Range {
            versions: Versions {
                shown: "0.5.0 – 0.5.1",
                spans: &[("0.5.0-0", "0.6.0-0")],
            },
            label: text(
                "zstd; embedded media types are checked",
                "支持 zstd；检查文档内的媒体类型",
            ),
            replay: v05,
        },
        Range {
            versions: Versions {
                shown: "≥ 0.6.0",
                spans: &[("0.6.0-0", "")],
            },
            label: text("image-spec 1.1", "支持 image-spec 1.1"),
            replay: v06,
        },
    ],
    meant_for: takes_images,
};

/// Whether the artifact is a container image that a layout or a registry could hold; a docker-archive is neither.
pub(super) fn takes_images(case: &Case) -> bool {
    holds_container_image(case) && case.inventory.kind != InputKind::DockerArchive
}

/// Whether the root looks like a container image: the types say so, or nothing is known of it yet.
fn holds_container_image(case: &Case) -> bool {
    case.root.is_some_and(|root| {
        let open = matches!(root.start, Start::Entry { .. });
        match root.kind {
            ArtifactKind::ContainerImage | ArtifactKind::MultiPlatformImage => true,
            ArtifactKind::DockerArchiveImage => true,
            ArtifactKind::Part => open,
            _ => false,
        }
    })
}

/// What sets the versions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Series {
    /// Up to 0.4.7.
    V04,
    /// 0.5.0 and 0.5.1.
    V05,
    /// 0.6.0 and later.
    V06,
}

fn v04(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Series::V04)
}

fn v05(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Series::V05)
}

fn v06(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    replay(case, trace, Series::V06)
}

/// A run of the library over one image.
pub(super) struct Umoci<'a> {
    pub inventory: &'a Inventory,
    pub series: Series,
    /// Blobs are files of the given layout, rather than copied from a registry by skopeo, which verifies them.
    pub local: bool,
    /// The manifest was Docker's and skopeo turned its types into OCI's.
    pub converted: bool,
    /// The first fact that was not there; what is certain without it is still said.
    pub pending: Option<Missing>,
}

fn replay(case: &Case, trace: &mut Trace, series: Series) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let mut umoci = Umoci {
        inventory,
        series,
        local: true,
        converted: false,
        pending: None,
    };
    let packed = containerd::holds_files(inventory)
        && !matches!(inventory.packaging, Packaging::Folder | Packaging::Files);
    if !containerd::holds_files(inventory) {
        return alone(case, trace, umoci);
    }
    let entry = match case.root.map(|root| &root.start) {
        Some(Start::Entry {
            document,
            descriptor,
        }) => Some((*document, descriptor)),
        _ => None,
    };
    let tag = entry
        .and_then(|(_, descriptor)| descriptor.annotations.get(annotation::REF_NAME))
        .map(String::as_str);
    let at = entry.and_then(|(document, descriptor)| {
        let index = inventory.documents.get(document)?;
        Some(index.locus(&descriptor.pointer))
    });
    if entry.is_some() && tag.is_none() {
        trace.note(
            say(
                "The entry has no `org.opencontainers.image.ref.name`; without a tag umoci asks for `latest`.",
                "该条目没有 `org.opencontainers.image.ref.name`；不带标签时 umoci 会取 `latest`。",
            ),
            at.clone(),
        );
    }
    let tag = tag.unwrap_or("latest");
    check_tag(tag, series, at, trace)?;
    if packed {
        trace.note(
            say(
                "umoci reads a folder, not a tar; the archive is judged as if it were unpacked to {folder}.",
                "umoci 读取文件夹而不是 tar；这里按归档已解包到 {folder} 来判断。",
            )
            .code("folder", FOLDER),
            None,
        );
    }
    open_layout(inventory, trace)?;
    let document = containerd::root_document(inventory, "index.json")?;
    go_decode::decode(document, go_structs::INDEX, Reader::Whole)?.map_err(|error| {
        Refusal::new(
            format!("get descriptor: get top-level index: parse index: {error}"),
            say(
                "umoci cannot decode `index.json`.",
                "umoci 无法解码 `index.json`。",
            ),
            Some(Locus::whole("index.json")),
        )
        .fix(remedies::export_again())
    })?;
    let roots: Vec<(&Document, &Descriptor)> = containerd::entries(document)
        .iter()
        .filter(|d| {
            d.annotations
                .get(annotation::REF_NAME)
                .is_some_and(|name| name == tag)
        })
        .map(|d| (document, d))
        .collect();
    let accept = umoci.tagged(tag, &roots, document, trace)?;
    Ok(if packed {
        accept.fix(remedies::layout_folder())
    } else {
        accept
    })
}

/// A document or another file that was given by itself.
fn alone<'a>(case: &Case<'a>, trace: &mut Trace, mut umoci: Umoci<'a>) -> Result<Accept, Stop> {
    let document = case.document()?;
    match &document.claims {
        Claims::Manifest(_) => {
            trace.note(
                say(
                    "Only this manifest was given; it is judged as if a tag of a layout led to it.",
                    "只提供了这份清单；按布局中有标签指向它来判断。",
                ),
                Some(Locus::whole(&document.path)),
            );
            let declared = case.media_type()?;
            check_manifest_type(&declared, Some(Locus::whole(&document.path)), trace)?;
            let accept = umoci.manifest(document, "latest", trace)?;
            match umoci.pending.take() {
                Some(missing) => Err(missing.into()),
                None => Ok(accept),
            }
        }
        Claims::Index(index) => {
            let names: Vec<&String> = index
                .manifests()
                .iter()
                .filter_map(|d| d.annotations.get(annotation::REF_NAME))
                .collect();
            let tag = match names.first() {
                Some(name) if !names.iter().any(|n| *n == "latest") => name.as_str(),
                _ => "latest",
            };
            let roots: Vec<(&Document, &Descriptor)> = index
                .manifests()
                .iter()
                .filter(|d| {
                    names.is_empty()
                        || d.annotations
                            .get(annotation::REF_NAME)
                            .is_some_and(|n| n == tag)
                })
                .map(|d| (document, d))
                .collect();
            trace.note(
                say(
                    "Only this index was given; it is judged as if the tag {tag} of a layout led to these {count} entries.",
                    "只提供了这份索引；按布局中标签 {tag} 指向这 {count} 个条目来判断。",
                )
                .code("tag", tag)
                .count("count", roots.len() as u64),
                Some(Locus::whole(&document.path)),
            );
            umoci.tagged(tag, &roots, document, trace)
        }
        _ => Err(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: None,
        }
        .into()),
    }
}

/// `--image DIR:TAG`: letters and digits, joined by `- . _ : @ +` or `--`, in parts joined by `/`.
fn check_tag(tag: &str, series: Series, at: Option<Locus>, trace: &mut Trace) -> Result<(), Stop> {
    if is_reference_name(tag) {
        return Ok(());
    }
    trace.fail(
        say(
            "A tag has to be letters and digits joined by one of `-._:@+`, `--` or `/`; {tag} is not.",
            "标签必须由字母和数字组成，以 `-._:@+` 之一、`--` 或 `/` 连接；{tag} 不符合。",
        )
        .code("tag", tag),
        at.clone(),
    );
    let shown = match series {
        Series::V04 => format!("'{tag}'"),
        Series::V05 => "…".to_string(),
        Series::V06 => quoted(tag),
    };
    Err(Refusal::new(
        format!("invalid --image: tag contains invalid characters: {shown}"),
        say(
            "umoci does not take {tag} as a tag.",
            "umoci 不接受 {tag} 作为标签。",
        )
        .code("tag", tag),
        at,
    )
    .fix(remedies::name_the_entry())
    .into())
}

fn is_reference_name(name: &str) -> bool {
    name.split('/').all(|component| {
        let mut joined = true;
        let mut dashes = 0;
        for c in component.chars() {
            if c.is_ascii_alphanumeric() {
                joined = false;
                dashes = 0;
            } else if "-._:@+".contains(c) {
                // Only `--` may stand twice in a row.
                if joined && !(c == '-' && dashes == 1) {
                    return false;
                }
                dashes = if c == '-' { dashes + 1 } else { 2 };
                joined = true;
            } else {
                return false;
            }
        }
        !joined
    })
}

/// `dir.Open`: what has to be in the folder.
fn open_layout(inventory: &Inventory, trace: &mut Trace) -> Result<(), Stop> {
    let refuse = |trace: &mut Trace, needs: crate::text::Phrase, error: &str, because| {
        trace.fail(needs, None);
        let mut refusal = Refusal::new(format!("open CAS: validate: {error}"), because, None);
        if let Some(folder) = &inventory.nested_under {
            refusal = refusal.fix(remedies::unwrap_folder(folder));
        }
        if inventory.kind == InputKind::LooseFiles {
            refusal = refusal.of_form();
        }
        Stop::from(refusal.fix(remedies::to_layout()))
    };
    if inventory.blob_at("oci-layout").is_none() {
        return Err(refuse(
            trace,
            say(
                "The file `oci-layout` has to stand in the folder; it does not.",
                "文件夹中必须有文件 `oci-layout`；但没有。",
            ),
            "read oci-layout: invalid image detected",
            say(
                "umoci opens OCI layouts only, and there is no `oci-layout`.",
                "umoci 只打开 OCI 布局，而这里没有 `oci-layout`。",
            ),
        ));
    }
    let header = containerd::root_document(inventory, "oci-layout")?;
    let decoded = go_decode::decode(header, go_structs::LAYOUT, Reader::Whole)?;
    if let Err(error) = decoded {
        return Err(refuse(
            trace,
            say(
                "`oci-layout` has to be JSON with a version as text.",
                "`oci-layout` 必须是 JSON，且版本为字符串。",
            ),
            &format!("parse oci-layout: {error}"),
            say(
                "umoci cannot decode `oci-layout`.",
                "umoci 无法解码 `oci-layout`。",
            ),
        ));
    }
    let version = match &header.claims {
        Claims::Layout(layout) => layout.version.text(),
        _ => "",
    };
    if version != "1.0.0" {
        return Err(refuse(
            trace,
            say(
                "`imageLayoutVersion` has to be `1.0.0`; it is {version}.",
                "`imageLayoutVersion` 必须是 `1.0.0`；此处为 {version}。",
            )
            .code("version", version),
            "layout version is not supported: invalid image detected",
            say(
                "umoci opens layouts of version 1.0.0 only; this one says {version}.",
                "umoci 只打开 1.0.0 版本的布局；此布局写的是 {version}。",
            )
            .code("version", version),
        ));
    }
    let has = |name: &str| {
        let below = format!("{name}/");
        inventory
            .entries
            .iter()
            .any(|e| e.path == name || e.path.starts_with(&below))
    };
    // In a folder that was opened an empty folder is not seen, and a layout without entries has nothing to put there.
    let empty = matches!(inventory.packaging, Packaging::Folder)
        && has("index.json")
        && containerd::entries(containerd::root_document(inventory, "index.json")?).is_empty();
    if empty && !has("blobs") {
        let because = say(
            "`index.json` lists no image, and `blobs` may be missing or empty: umoci says the one or the other.",
            "`index.json` 没有列出镜像，而 `blobs` 可能缺失，也可能为空：umoci 的报错随之不同。",
        );
        trace.fail(because.clone(), None);
        return Err(Refusal::new("…", because, None).into());
    }
    for (name, error) in [
        ("blobs", "check blobdir: invalid image detected"),
        ("index.json", "check index: invalid image detected"),
    ] {
        if !has(name) {
            return Err(refuse(
                trace,
                say(
                    "{name} has to stand beside `oci-layout`; it does not.",
                    "{name} 必须与 `oci-layout` 并列；但没有。",
                )
                .code("name", name),
                error,
                say(
                    "umoci opens OCI layouts only, and there is no {name}.",
                    "umoci 只打开 OCI 布局，而这里没有 {name}。",
                )
                .code("name", name),
            ));
        }
    }
    trace.pass(
        say(
            "umoci opens the layout: `oci-layout` says 1.0.0, `blobs` and `index.json` are there.",
            "umoci 打开布局：`oci-layout` 为 1.0.0，`blobs` 和 `index.json` 都在。",
        ),
        Some(Locus::whole("oci-layout")),
    );
    Ok(())
}

fn check_manifest_type(declared: &str, at: Option<Locus>, trace: &mut Trace) -> Result<(), Stop> {
    if declared == mt::OCI_MANIFEST {
        return Ok(());
    }
    trace.fail(
        say(
            "The tag has to lead to an OCI image manifest; it leads to {declared}.",
            "标签必须指向 OCI 镜像清单；实际指向 {declared}。",
        )
        .code("declared", declared),
        at.clone(),
    );
    let refusal = Refusal::new(
        format!(
            "invalid --image tag: descriptor does not point to ispec.MediaTypeImageManifest: not implemented: {declared}"
        ),
        say(
            "umoci unpacks OCI image manifests only; the tag leads to {declared}.",
            "umoci 只解包 OCI 镜像清单；该标签指向 {declared}。",
        )
        .code("declared", declared),
        at,
    );
    Err(if declared.starts_with("application/vnd.docker.") {
        refusal.fix(remedies::to_oci_types())
    } else {
        refusal.fix(remedies::pull_as_artifact())
    }
    .into())
}

fn undecodable(error: String, what: &str, at: Option<Locus>) -> Refusal {
    Refusal::new(
        error,
        say(
            "umoci does not take {what} for what it is said to be.",
            "umoci 不认可 {what} 是它所声称的内容。",
        )
        .code("what", what),
        at,
    )
    .fix(remedies::rebuild())
}

fn has_field(document: &Document, field: &str) -> bool {
    document
        .json
        .root
        .as_ref()
        .is_some_and(|root| root.get(field).is_some())
}

#[cfg(test)]
mod grammar {
    use super::blobs::digest_error;
    use super::is_reference_name;

    #[test]
    fn tags_follow_the_grammar() {
        for good in ["latest", "v1.2-rc--1", "docker.io/library/x:1", "a+b@c"] {
            assert!(is_reference_name(good), "{good}");
        }
        for bad in ["", "a b", "-a", "a-", "a---b", "a..b", "a//b", "a._b"] {
            assert!(!is_reference_name(bad), "{bad}");
        }
    }

    #[test]
    fn digests_are_checked_as_go_does() {
        let hex = "a".repeat(64);
        assert_eq!(digest_error(&format!("sha256:{hex}")), None);
        assert_eq!(
            digest_error("sha256:abc").as_deref(),
            Some("invalid digest: \"sha256:abc\": invalid checksum digest length")
        );
        assert_eq!(
            digest_error("").as_deref(),
            Some("invalid digest: \"\": invalid checksum digest format")
        );
        assert_eq!(
            digest_error(&format!("sha512:{}", "a".repeat(128))).as_deref(),
            Some("unsupported algorithm: \"sha512\"")
        );
    }
}
