//! umoci (`umoci unpack --image DIR:TAG BUNDLE`) and the steps of its library, which Incus shares: the tag in a layout,
//! the one manifest behind it, its config and its layers, verified on the way.

use super::unpacking::{self, INVALID_GZIP, INVALID_ZSTD, Stream, UNEXPECTED_EOF};
use super::{
    Accept, Case, Consumer, Group, Range, Refusal, Scope, Source, Stop, Trace, Versions,
    containerd, go_decode, remedies_archive as remedies,
};
use crate::artifact::documents::{Claims, Config, Descriptor};
use crate::artifact::kinds::{ArtifactKind, InputKind, Packaging};
use crate::artifact::{BlobId, Document, Inventory, Missing, Start, Why};
use crate::bytes::blob::{BlobFacts, Compression, Form};
use crate::limits;
use crate::place::Locus;
use crate::spec::{self, annotation, known, media_type as mt};
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
    group: Group::Unpackers,
    scope: Scope::Root,
    sources: &[Source {
        repository: "opencontainers/umoci",
        path: "cmd/umoci/unpack.go, oci/cas/dir/dir.go, oci/casext/{refname,walk,blob,verified_blob}.go, \
               oci/casext/mediatype/parse.go, oci/layer/unpack.go, pkg/hardening/verified_reader.go",
        at: "v0.4.7 (also run), v0.5.0, v0.6.0",
    }],
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
    meant_for,
};

fn meant_for(case: &Case) -> bool {
    holds_container_image(case) && case.inventory.kind != InputKind::DockerArchive
}

/// Whether the root looks like a container image: the types say so, or nothing is known of it yet.
pub(super) fn holds_container_image(case: &Case) -> bool {
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
    let tag = match case.root.map(|root| &root.start) {
        Some(Start::Entry { descriptor, .. }) => descriptor
            .annotations
            .get(annotation::REF_NAME)
            .map(String::as_str),
        _ => None,
    };
    let at = match (case.root.map(|root| &root.start), tag) {
        (
            Some(Start::Entry {
                document,
                descriptor,
            }),
            _,
        ) => inventory
            .documents
            .get(*document)
            .map(|d| d.locus(&descriptor.pointer)),
        _ => None,
    };
    if tag.is_none() && matches!(case.root.map(|r| &r.start), Some(Start::Entry { .. })) {
        trace.note(
            say(
                "The entry has no `org.opencontainers.image.ref.name`; without a tag umoci asks for `latest`.",
                "该条目没有 `org.opencontainers.image.ref.name`；不带标签时 umoci 会取 `latest`。",
            ),
            at.clone(),
        );
    }
    let tag = tag.unwrap_or("latest");
    check_tag(tag, at, trace)?;
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
    go_decode::index(document).map_err(|error| {
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
fn check_tag(tag: &str, at: Option<Locus>, trace: &mut Trace) -> Result<(), Refusal> {
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
    Err(Refusal::new(
        format!("invalid --image: tag contains invalid characters: '{tag}'"),
        say(
            "umoci does not take {tag} as a tag.",
            "umoci 不接受 {tag} 作为标签。",
        )
        .code("tag", tag),
        at,
    )
    .fix(remedies::name_the_entry()))
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
        Stop::from(refusal.fix(remedies::layout_folder()))
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
    if let Some(error) = go_decode::syntax(header) {
        return Err(refuse(
            trace,
            say("`oci-layout` has to be JSON.", "`oci-layout` 必须是 JSON。"),
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

fn check_manifest_type(
    declared: &str,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Result<(), Refusal> {
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
    })
}

impl<'a> Umoci<'a> {
    /// A fact, or its lack kept for the end.
    fn later<T>(&mut self, fact: Result<T, Missing>) -> Option<T> {
        match fact {
            Ok(value) => Some(value),
            Err(missing) => {
                self.pending.get_or_insert(missing);
                None
            }
        }
    }

    /// `ResolveReference` and `getManifest`: from the entries with the tag to the one manifest.
    fn tagged(
        &mut self,
        tag: &str,
        roots: &[(&'a Document, &'a Descriptor)],
        index: &'a Document,
        trace: &mut Trace,
    ) -> Result<Accept, Stop> {
        let mut targets = Vec::new();
        for (document, root) in roots {
            self.walk(document, root, root.digest(), 0, &mut targets, trace)?;
        }
        let whole = Some(index.locus("/manifests"));
        let (document, target) = match targets.as_slice() {
            [] if self.pending.is_some() => {
                return Err(Stop::Unknown(self.pending.take().unwrap_or(Missing {
                    what: String::new(),
                    why: Why::NotYet,
                    at: None,
                })));
            }
            [] => {
                trace.fail(
                    say(
                        "An entry of `index.json` has to carry the tag {tag}; none leads to a manifest.",
                        "`index.json` 中必须有条目带标签 {tag}；没有任何条目指向清单。",
                    )
                    .code("tag", tag),
                    whole.clone(),
                );
                return Err(Refusal::new(
                    format!("tag is not found: {tag}"),
                    say(
                        "umoci finds no entry of `index.json` under the tag {tag}.",
                        "umoci 在 `index.json` 中找不到标签为 {tag} 的条目。",
                    )
                    .code("tag", tag),
                    whole,
                )
                .fix(remedies::name_the_entry())
                .into());
            }
            [one] if self.pending.is_none() => *one,
            [_] => {
                return Err(Stop::Unknown(self.pending.take().unwrap_or(Missing {
                    what: String::new(),
                    why: Why::NotYet,
                    at: None,
                })));
            }
            [first, ..] => {
                let at = Some(first.0.locus(&first.1.pointer));
                trace.fail(
                    say(
                        "The tag {tag} has to lead to one manifest; it leads to {count}. umoci does not choose by platform.",
                        "标签 {tag} 必须只指向一份清单；实际指向 {count} 份。umoci 不按平台选择。",
                    )
                    .code("tag", tag)
                    .count("count", targets.len() as u64),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("tag is ambiguous: {tag}"),
                    say(
                        "umoci finds {count} manifests behind the tag {tag}, attestations included, and does not choose.",
                        "umoci 在标签 {tag} 后找到 {count} 份清单（包括证明），不会自行选择。",
                    )
                    .count("count", targets.len() as u64)
                    .code("tag", tag),
                    at,
                )
                .fix(remedies::single_platform())
                .into());
            }
        };
        let at = Some(document.locus(&target.pointer));
        trace.pass(
            say(
                "The tag {tag} leads to {digest} and to nothing else.",
                "标签 {tag} 只指向 {digest}。",
            )
            .code("tag", tag)
            .code("digest", target.digest()),
            at.clone(),
        );
        let blob = self.open(document, target, "get manifest: {}", trace)?;
        check_manifest_type(target.media_type(), at.clone(), trace)?;
        let found = match blob {
            Some(blob) => {
                self.verify_document(blob, target, at.clone(), "get manifest: {}", trace)?;
                let found = containerd::document_of(self.inventory, blob, at);
                self.later(found)
            }
            None => None,
        };
        let accept = match found {
            Some(found) => Some(self.manifest(found, tag, trace)?),
            None => None,
        };
        match (self.pending.take(), accept) {
            (None, Some(accept)) => Ok(accept),
            (Some(missing), _) => Err(missing.into()),
            (None, None) => Err(Missing {
                what: target.digest().to_string(),
                why: Why::NotYet,
                at: None,
            }
            .into()),
        }
    }

    /// `Walk`: manifests and all types without a parser are targets; indexes are entered.
    fn walk(
        &mut self,
        document: &'a Document,
        d: &'a Descriptor,
        root: &str,
        depth: usize,
        targets: &mut Vec<(&'a Document, &'a Descriptor)>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        match d.media_type() {
            mt::OCI_INDEX if depth < limits::INDEX_DEPTH => {}
            mt::OCI_INDEX | mt::OCI_CONFIG | "application/vnd.oci.descriptor.v1+json" => {
                return Ok(());
            }
            _ => {
                targets.push((document, d));
                return Ok(());
            }
        }
        let outer = format!("get descriptor: walk {root}: {{}}");
        let at = Some(document.locus(&d.pointer));
        trace.note(
            say(
                "{digest} is an index: umoci goes through all its entries.",
                "{digest} 是索引：umoci 会遍历其所有条目。",
            )
            .code("digest", d.digest()),
            at.clone(),
        );
        let Some(blob) = self.open(document, d, &outer, trace)? else {
            return Ok(());
        };
        self.verify_document(blob, d, at.clone(), &outer, trace)?;
        let found = containerd::document_of(self.inventory, blob, at.clone());
        let Some(found) = self.later(found) else {
            return Ok(());
        };
        let parsed = go_decode::index(found)
            .and_then(|index| self.harmless_index(found, index.media_type.text()));
        parsed.map_err(|error| {
            undecodable(
                outer.replacen("{}", &format!("parse {}: {error}", mt::OCI_INDEX), 1),
                d.digest(),
                at,
            )
        })?;
        for child in containerd::entries(found) {
            self.walk(found, child, root, depth + 1, targets, trace)?;
        }
        Ok(())
    }

    /// Since 0.5.0: no index may claim to be something else or carry a manifest's fields (CVE-2021-41190).
    fn harmless_index(&self, document: &Document, own: &str) -> Result<(), String> {
        if self.series == Series::V04 {
            return Ok(());
        }
        if !own.is_empty() && own != mt::OCI_INDEX {
            return Err(format!(
                "malicious image detected: index contained incorrect mediaType: {own}"
            ));
        }
        for field in ["config", "layers"] {
            if has_field(document, field) {
                return Err(format!(
                    "malicious image detected: index contained forbidden '{field}' field"
                ));
            }
        }
        Ok(())
    }

    /// The same for manifests.
    fn harmless_manifest(&self, document: &Document, own: &str) -> Result<(), String> {
        if self.series == Series::V04 || self.converted {
            return Ok(());
        }
        if !own.is_empty() && own != mt::OCI_MANIFEST {
            return Err(format!(
                "malicious manifest detected: manifest contained incorrect mediaType: {own}"
            ));
        }
        if has_field(document, "manifests") {
            return Err(
                "malicious manifest detected: manifest contained forbidden 'manifests' field"
                    .to_string(),
            );
        }
        Ok(())
    }

    /// `GetBlob`: the digest's grammar and the file. None where it was not given.
    fn open(
        &mut self,
        document: &Document,
        d: &Descriptor,
        outer: &str,
        trace: &mut Trace,
    ) -> Result<Option<BlobId>, Stop> {
        let at = Some(document.locus(&d.pointer));
        let digest = d.digest();
        if let Some(error) = digest_error(digest) {
            trace.fail(
                say(
                    "The digest has to be a sha256 digest; it is {digest}.",
                    "摘要必须是 sha256 摘要；此处为 {digest}。",
                )
                .code("digest", digest),
                at.clone(),
            );
            return Err(Refusal::new(
                outer.replacen("{}", &format!("get blob: compute blob path: {error}"), 1),
                say(
                    "umoci opens blobs by sha256 digests only, not by {digest}.",
                    "umoci 只按 sha256 摘要打开 blob，不接受 {digest}。",
                )
                .code("digest", digest),
                at,
            )
            .fix(remedies::rebuild())
            .into());
        }
        if self.local && containerd::holds_files(self.inventory) {
            let path = spec::digest(digest).map_or_else(String::new, |d| d.layout_path());
            return match self.inventory.blob_at(&path) {
                Some(blob) => Ok(Some(blob)),
                None => {
                    trace.fail(
                        say(
                            "The file {path} has to be in the layout; it is not.",
                            "布局中必须有文件 {path}；但没有。",
                        )
                        .code("path", &path),
                        at.clone(),
                    );
                    Err(Refusal::new(
                        outer.replacen(
                            "{}",
                            &format!(
                                "get blob: open blob: open {FOLDER}/{path}: no such file or directory"
                            ),
                            1,
                        ),
                        say(
                            "umoci opens {path}, which is not in the layout.",
                            "umoci 要打开 {path}，而布局中没有它。",
                        )
                        .code("path", &path),
                        at,
                    )
                    .fix(remedies::rebuild())
                    .into())
                }
            };
        }
        let blob = self.inventory.content(document, d);
        Ok(self.later(blob))
    }

    /// `VerifiedReadCloser` over a document, read by a JSON decoder.
    fn verify_document(
        &mut self,
        blob: BlobId,
        d: &Descriptor,
        at: Option<Locus>,
        outer: &str,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let facts = self.inventory.blob_facts(blob, at.clone());
        let Some(facts) = self.later(facts) else {
            return Ok(());
        };
        let Some((error, early)) = self.mismatch(facts, d) else {
            return Ok(());
        };
        let stage = if early {
            format!("parse {}: {error}", d.media_type())
        } else {
            format!("discard trailing \"{}\" blob: {error}", d.media_type())
        };
        Err(self.differs(outer.replacen("{}", &stage, 1), d, at, trace))
    }

    /// Why the bytes are not those of the descriptor, and whether reading stops before their end.
    fn mismatch(&self, facts: &BlobFacts, d: &Descriptor) -> Option<(String, bool)> {
        let expected = d.digest();
        let size = d.size.value().copied().unwrap_or(0);
        let wrong = |actual: &str| {
            format!("expected {expected} not {actual}: verified reader digest mismatch")
        };
        let Ok(size) = u64::try_from(size) else {
            return match self.series {
                // A negative size switches the check of the size off.
                Series::V04 => (facts.sha256 != expected).then(|| (wrong(&facts.sha256), false)),
                _ => Some((
                    "verified reader has invalid expected size".to_string(),
                    true,
                )),
            };
        };
        if size == 0 && facts.size > 0 {
            return Some((wrong(known::EMPTY_BYTES), true));
        }
        if size < facts.size {
            // The digest of the bytes up to `size`, which nobody measured, stands where the ellipsis is.
            return Some((wrong("sha256:…"), true));
        }
        if facts.sha256 != expected {
            return Some((wrong(&facts.sha256), false));
        }
        (size > facts.size).then(|| {
            (
                format!(
                    "expected {size} bytes (only {} bytes in stream): verified reader size mismatch",
                    facts.size
                ),
                false,
            )
        })
    }

    fn differs(&self, error: String, d: &Descriptor, at: Option<Locus>, trace: &mut Trace) -> Stop {
        if !self.local {
            // A registry cannot hold bytes under another digest: nothing follows for what would be pulled.
            return Missing {
                what: d.digest().to_string(),
                why: Why::Unreadable,
                at,
            }
            .into();
        }
        trace.fail(
            say(
                "The bytes of {digest} have to have that digest and the declared size; they do not.",
                "{digest} 的字节必须符合该摘要和所声明的大小；但不符合。",
            )
            .code("digest", d.digest()),
            at.clone(),
        );
        Refusal::new(
            error,
            say(
                "umoci reads other bytes than {digest} promises.",
                "umoci 读到的字节与 {digest} 不符。",
            )
            .code("digest", d.digest()),
            at,
        )
        .fix(remedies::rebuild())
        .into()
    }

    /// The media type that umoci sees: after skopeo's conversion, where there was one.
    fn type_of(&self, d: &Descriptor) -> String {
        let declared = d.media_type();
        if !self.converted {
            return declared.to_string();
        }
        match declared {
            mt::DOCKER_CONFIG => mt::OCI_CONFIG.to_string(),
            mt::DOCKER_TAR => mt::OCI_TAR.to_string(),
            mt::DOCKER_TAR_GZIP => mt::OCI_TAR_GZIP.to_string(),
            mt::DOCKER_FOREIGN_TAR => mt::OCI_NONDISTRIBUTABLE_TAR.to_string(),
            mt::DOCKER_FOREIGN_TAR_GZIP => format!("{}+gzip", mt::OCI_NONDISTRIBUTABLE_TAR),
            other => other.to_string(),
        }
    }

    /// From the manifest on: `UnpackManifest`. What is missing is left in `pending`.
    pub(super) fn manifest(
        &mut self,
        document: &'a Document,
        tag: &str,
        trace: &mut Trace,
    ) -> Result<Accept, Stop> {
        let whole = Some(Locus::whole(&document.path));
        let manifest = go_decode::manifest(document)
            .and_then(|m| {
                self.harmless_manifest(document, m.media_type.text())
                    .map(|()| m)
            })
            .map_err(|error| {
                let at = Some(document.locus("/mediaType"));
                trace.fail(
                    say(
                        "The manifest has to be one and nothing else; it is not.",
                        "清单必须只是清单；此处不是。",
                    ),
                    at.clone(),
                );
                undecodable(
                    format!("get manifest: parse {}: {error}", mt::OCI_MANIFEST),
                    &document.path,
                    at,
                )
            })?;
        const CONFIG: &str = "create runtime bundle: unpack rootfs: get config blob: {}";
        let Some(descriptor) = manifest.config.value() else {
            let error =
                "get blob: compute blob path: invalid digest: \"\": invalid checksum digest format";
            trace.fail(
                say(
                    "The manifest has to have a config; it has none.",
                    "清单必须含有配置；但没有。",
                ),
                whole.clone(),
            );
            return Err(undecodable(CONFIG.replacen("{}", error, 1), &document.path, whole).into());
        };
        let blob = self.open(document, descriptor, CONFIG, trace)?;
        let at = Some(document.locus("/config"));
        let declared = self.type_of(descriptor);
        if declared != mt::OCI_CONFIG {
            let at = Some(document.locus("/config/mediaType"));
            trace.fail(
                say(
                    "The config has to be {needed}; it is {declared}.",
                    "配置的媒体类型必须是 {needed}；此处为 {declared}。",
                )
                .code("needed", mt::OCI_CONFIG)
                .code("declared", &declared),
                at.clone(),
            );
            let refusal = Refusal::new(
                format!(
                    "create runtime bundle: unpack rootfs: unpack rootfs: config blob is not correct mediatype {}: {declared}",
                    mt::OCI_CONFIG
                ),
                say(
                    "umoci takes OCI image configs only; this one is {declared}.",
                    "umoci 只接受 OCI 镜像配置；此处为 {declared}。",
                )
                .code("declared", &declared),
                at,
            );
            return Err(if mt::is_image_config(&declared) {
                refusal.fix(remedies::to_oci_types())
            } else {
                refusal.fix(remedies::pull_as_artifact())
            }
            .into());
        }
        let config = match blob {
            Some(blob) => {
                self.verify_document(blob, descriptor, at.clone(), CONFIG, trace)?;
                let found = containerd::document_of(self.inventory, blob, at.clone());
                match self.later(found) {
                    Some(found) => Some((found, self.config(found, trace)?)),
                    None => None,
                }
            }
            None => None,
        };
        for (position, layer) in manifest.layers().iter().enumerate() {
            self.layer(document, position, layer, config.as_ref(), trace)?;
        }
        let platform = config
            .as_ref()
            .and_then(|(_, c)| c.platform())
            .map_or_else(|| "?".to_string(), |p| p.text());
        Ok(Accept::using(
            say(
                "It unpacks {manifest} under the tag {tag} for {platform}, {layers} layers.",
                "它会解包标签 {tag} 下的 {manifest}，平台 {platform}，共 {layers} 层。",
            )
            .code("manifest", &document.path)
            .code("tag", tag)
            .name("platform", platform)
            .count("layers", manifest.layers().len() as u64),
            whole,
        ))
    }

    fn config(&mut self, document: &Document, trace: &mut Trace) -> Result<Config, Stop> {
        let config = go_decode::config(document).map_err(|error| {
            undecodable(
                format!(
                    "create runtime bundle: unpack rootfs: get config blob: parse {}: {error}",
                    mt::OCI_CONFIG
                ),
                &document.path,
                Some(Locus::whole(&document.path)),
            )
        })?;
        let kind = config.rootfs_type.text();
        let at = Some(document.locus("/rootfs/type"));
        if kind != "layers" {
            trace.fail(
                say(
                    "`rootfs.type` has to be `layers`; it is {kind}.",
                    "`rootfs.type` 必须是 `layers`；此处为 {kind}。",
                )
                .code("kind", kind),
                at.clone(),
            );
            return Err(Refusal::new(
                format!(
                    "create runtime bundle: unpack rootfs: unpack rootfs: config: unsupported rootfs.type: {kind}"
                ),
                say(
                    "umoci needs the config's `rootfs.type` to be `layers`.",
                    "umoci 要求配置的 `rootfs.type` 为 `layers`。",
                ),
                at,
            )
            .fix(remedies::rebuild())
            .into());
        }
        trace.pass(
            say(
                "The config is an OCI image config with {count} diffIDs.",
                "配置是 OCI 镜像配置，含 {count} 个 diffID。",
            )
            .count("count", config.diff_ids().len() as u64),
            Some(Locus::whole(&document.path)),
        );
        Ok(config)
    }

    fn layer(
        &mut self,
        document: &'a Document,
        position: usize,
        layer: &Descriptor,
        config: Option<&(&'a Document, Config)>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let at = Some(document.locus(&layer.pointer));
        let digest = layer.digest();
        if let Some((config_document, config)) = config {
            let count = config.diff_ids().len();
            if position >= count {
                let at = Some(config_document.locus("/rootfs/diff_ids"));
                trace.fail(
                    say(
                        "Each layer has to have its diffID; the config has {count} and there are more layers.",
                        "每一层都必须有对应的 diffID；配置只有 {count} 个，而层更多。",
                    )
                    .count("count", count as u64),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("runtime error: index out of range [{position}] with length {count}"),
                    say(
                        "umoci panics: the manifest has more layers than the config has diffIDs ({count}).",
                        "umoci 崩溃（panic）：清单中的层数多于配置中的 diffID 数（{count}）。",
                    )
                    .count("count", count as u64),
                    at,
                )
                .fix(remedies::rebuild())
                .into());
            }
        }
        const LAYER: &str = "create runtime bundle: unpack rootfs: get layer blob: {}";
        let blob = self.open(document, layer, LAYER, trace)?;
        let declared = self.type_of(layer);
        self.check_layer_type(document, layer, &declared, trace)?;
        let Some(blob) = blob else {
            return Ok(());
        };
        let facts = self.inventory.blob_facts(blob, at.clone());
        let Some(facts) = self.later(facts) else {
            return Ok(());
        };
        let expected = config.and_then(|(_, c)| c.diff_ids().get(position).map(|d| d.to_string()));
        if !self.local {
            return self.copied_layer(facts, layer, &declared, expected.as_deref(), at, trace);
        }
        let suffix = declared.split_once('+').map_or("", |(_, suffix)| suffix);
        let stream = match suffix {
            "gzip" if facts.form != Form::Gzip => {
                let error = match facts.size {
                    0 => "EOF",
                    1..10 => UNEXPECTED_EOF,
                    _ => INVALID_GZIP,
                };
                return Err(self.bad(
                    format!("create runtime bundle: unpack rootfs: create gzip reader: {error}"),
                    layer,
                    at,
                    trace,
                ));
            }
            "zstd" if facts.form != Form::Zstd => Stream::Bad(INVALID_ZSTD),
            "" => unpacking::stored(facts),
            _ => unpacking::undone(facts),
        };
        const UNPACK: &str = "create runtime bundle: unpack rootfs:";
        if let Some((error, _)) = self.mismatch(facts, layer) {
            let stage = if matches!(stream, Stream::Bad(_)) {
                "unpack layer: read next entry"
            } else {
                "discard trailing archive bits"
            };
            return Err(self.differs(format!("{UNPACK} {stage}: {error}"), layer, at, trace));
        }
        match stream {
            Stream::Good { diff_id } => {
                self.diff_id(diff_id, expected.as_deref(), layer, at, trace)
            }
            Stream::Trailing { count, .. } => {
                let error = match facts.compression {
                    Compression::Zstd if count >= 4 => INVALID_ZSTD,
                    Compression::Gzip if count >= 10 => INVALID_GZIP,
                    _ => UNEXPECTED_EOF,
                };
                Err(self.bad(
                    format!("{UNPACK} discard trailing archive bits: {error}"),
                    layer,
                    at,
                    trace,
                ))
            }
            Stream::Bad(error) => Err(self.bad(
                format!("{UNPACK} unpack layer: read next entry: {error}"),
                layer,
                at,
                trace,
            )),
            Stream::Unclear => {
                self.pending.get_or_insert(Missing {
                    what: digest.to_string(),
                    why: Why::NotSettled,
                    at,
                });
                Ok(())
            }
        }
    }

    /// A layer that skopeo copied into the layout: it compresses what is plain and leaves the rest.
    fn copied_layer(
        &mut self,
        facts: &BlobFacts,
        layer: &Descriptor,
        declared: &str,
        expected: Option<&str>,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        if !crate::artifact::has_digest(facts, layer.digest()) {
            return Err(self.differs(String::new(), layer, at, trace));
        }
        let suffix = declared.split_once('+').map_or("", |(_, suffix)| suffix);
        let fits = match facts.form {
            Form::Gzip => suffix == "gzip",
            Form::Zstd => suffix == "zstd",
            Form::Tar => true,
            _ => false,
        };
        let stream = match facts.form {
            Form::Tar => unpacking::stored(facts),
            _ => unpacking::undone(facts),
        };
        match stream {
            Stream::Good { diff_id } if fits => self.diff_id(diff_id, expected, layer, at, trace),
            _ => {
                self.pending.get_or_insert(Missing {
                    what: layer.digest().to_string(),
                    why: Why::NotSettled,
                    at,
                });
                Ok(())
            }
        }
    }

    fn check_layer_type(
        &self,
        document: &Document,
        layer: &Descriptor,
        declared: &str,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let digest = layer.digest();
        let (base, suffix) = declared.split_once('+').unwrap_or((declared, ""));
        let known = matches!(base, mt::OCI_TAR | mt::OCI_NONDISTRIBUTABLE_TAR);
        let takes = match self.series {
            Series::V04 => known && matches!(suffix, "" | "gzip") && !declared.ends_with('+'),
            _ => known && matches!(suffix, "" | "gzip" | "zstd"),
        };
        let at = Some(document.locus(&format!("{}/mediaType", layer.pointer)));
        if takes {
            trace.pass(
                say(
                    "The layer {layer} has a type that umoci takes: {declared}.",
                    "层 {layer} 的类型是 umoci 接受的：{declared}。",
                )
                .code("layer", digest)
                .code("declared", declared),
                at,
            );
            return Ok(());
        }
        let need = match self.series {
            Series::V04 => say(
                "A layer has to be an OCI tar, plain or gzip, by its media type; {layer} is {declared}.",
                "层的媒体类型必须是 OCI tar（未压缩或 gzip）；{layer} 为 {declared}。",
            ),
            _ => say(
                "A layer has to be an OCI tar, plain, gzip or zstd, by its media type; {layer} is {declared}.",
                "层的媒体类型必须是 OCI tar（未压缩、gzip 或 zstd）；{layer} 为 {declared}。",
            ),
        };
        trace.fail(
            need.code("layer", digest).code("declared", declared),
            at.clone(),
        );
        let reason = match self.series {
            Series::V04 => format!("blob is not correct mediatype: {declared}"),
            _ if known => format!(
                "could not decompress layer: unsupported layer media type \"{declared}\": compression method \"{suffix}\" unsupported"
            ),
            _ => format!("layer data is an unsupported mediatype: {declared}"),
        };
        let zstd = known && suffix == "zstd";
        let because = if zstd {
            say(
                "umoci up to 0.4.7 knows no zstd; the layer {layer} is {declared}.",
                "umoci 0.4.7 及更早版本不支持 zstd；层 {layer} 为 {declared}。",
            )
        } else {
            say(
                "umoci does not take {declared} as the type of a layer ({layer}).",
                "umoci 不接受 {declared} 作为层的类型（{layer}）。",
            )
        };
        let refusal = Refusal::new(
            format!(
                "create runtime bundle: unpack rootfs: unpack rootfs: layer {digest}: {reason}"
            ),
            because.code("layer", digest).code("declared", declared),
            at,
        );
        Err(if zstd {
            refusal
                .fix(remedies::upgrade("umoci", "0.5.0"))
                .fix(remedies::recompress_gzip())
        } else if mt::is_layer(declared) {
            refusal.fix(remedies::to_oci_types())
        } else {
            refusal.fix(remedies::pull_as_artifact())
        }
        .into())
    }

    fn diff_id(
        &self,
        actual: &str,
        expected: Option<&str>,
        layer: &Descriptor,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let Some(expected) = expected else {
            return Ok(());
        };
        if actual == expected {
            trace.pass(
                say(
                    "The layer {layer} unpacks to the diffID that the config names.",
                    "层 {layer} 解包后的 diffID 与配置所写一致。",
                )
                .code("layer", layer.digest()),
                at,
            );
            return Ok(());
        }
        trace.fail(
            say(
                "The layer {layer} has to have the diffID {expected}; it has {actual}.",
                "层 {layer} 的 diffID 必须是 {expected}；实际为 {actual}。",
            )
            .code("layer", layer.digest())
            .code("expected", expected)
            .code("actual", actual),
            at.clone(),
        );
        Err(Refusal::new(
            format!(
                "create runtime bundle: unpack rootfs: unpack manifest: layer {}: diffid mismatch: got {actual} expected {expected}",
                layer.digest()
            ),
            say(
                "umoci unpacks the layer {layer} and gets another diffID than the config names.",
                "umoci 解包层 {layer} 后得到的 diffID 与配置所写不同。",
            )
            .code("layer", layer.digest()),
            at,
        )
        .fix(remedies::rebuild())
        .into())
    }

    fn bad(&self, error: String, layer: &Descriptor, at: Option<Locus>, trace: &mut Trace) -> Stop {
        trace.fail(
            say(
                "The bytes of the layer {layer} have to be what its media type {declared} says; they are not.",
                "层 {layer} 的字节必须与其媒体类型 {declared} 相符；但不符。",
            )
            .code("layer", layer.digest())
            .code("declared", layer.media_type()),
            at.clone(),
        );
        Refusal::new(
            error,
            say(
                "umoci decompresses the layer {layer} by its media type {declared}, and the bytes do not follow it.",
                "umoci 按媒体类型 {declared} 解压层 {layer}，而字节与之不符。",
            )
            .code("layer", layer.digest())
            .code("declared", layer.media_type()),
            at,
        )
        .fix(remedies::rebuild())
        .into()
    }
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

/// go-digest's `Validate` and umoci's rule that only sha256 is known.
fn digest_error(digest: &str) -> Option<String> {
    let invalid = |reason: &str| Some(format!("invalid digest: \"{digest}\": {reason}"));
    let (algorithm, encoded) = match digest.split_once(':') {
        Some((a, e)) if !a.is_empty() && !e.is_empty() => (a, e),
        _ => return invalid("invalid checksum digest format"),
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if spec::digest(digest).is_none() => {
            return invalid("invalid checksum digest format");
        }
        _ => return invalid("unsupported digest algorithm"),
    };
    if encoded.len() != length {
        return invalid("invalid checksum digest length");
    }
    if !encoded
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return invalid("invalid checksum digest format");
    }
    (algorithm != "sha256").then(|| format!("unsupported algorithm: \"{algorithm}\""))
}

#[cfg(test)]
mod grammar {
    use super::*;

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
