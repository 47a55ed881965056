//! Turns the model into the describing part of a report: what was given, which artifacts are in it, what was not
//! looked at. It judges nothing.

mod input;
mod parts;
mod strangers;

pub use input::input;
pub use parts::unreferenced;

use crate::artifact::documents::{Claims, Descriptor, Index};
use crate::artifact::graph::{self, Role};
use crate::artifact::kinds::{ArtifactKind, Content};
use crate::artifact::survey::{self, Closed};
use crate::artifact::{Blob, BlobId, Document, Inventory, Measured, Root, Start, Why};
use crate::bytes::blob::{CodecDefect, Form, Lazy, TarDefect};
use crate::limits;
use crate::report::{Artifact, Coverage, Described, SourceText};
use crate::spec::annotation;
use crate::text::{Phrase, say};

/// What a progress line names while archive headers are walked.
pub const HEADERS: &str = "tar";

/// The artifacts and what lies under them; what is beyond the caps goes to `coverage`.
pub fn artifacts(inventory: &Inventory, coverage: &mut Vec<Coverage>) -> Vec<Artifact> {
    let listed = graph::manageable_roots(inventory);
    let mut left = limits::DESCRIPTORS;
    let artifacts = inventory
        .roots
        .iter()
        .take(listed)
        .map(|root| artifact(inventory, root, &mut left))
        .collect();
    if let beyond @ 1.. = inventory
        .roots
        .len()
        .saturating_add(inventory.roots_left_out)
        .saturating_sub(listed)
    {
        coverage.push(Coverage {
            path: String::new(),
            why: say(
                "{count} artifacts beyond the first {limit} were not judged.",
                "前 {limit} 个制品之后的 {count} 个未判断。",
            )
            .count("count", beyond as u64)
            .count("limit", listed as u64),
        });
    }
    if left == 0 {
        coverage.push(Coverage {
            path: String::new(),
            why: say(
                "Only the first {limit} descriptors are listed.",
                "只列出前 {limit} 个描述符。",
            )
            .count("limit", limits::DESCRIPTORS as u64),
        });
    }
    artifacts
}

/// `left` says how many descriptors may still be listed.
fn artifact(inventory: &Inventory, root: &Root, left: &mut usize) -> Artifact {
    let document = inventory.root_document(root).ok();
    let mut descriptors = vec![root_described(inventory, root, document)];
    match (&root.start, document) {
        (Start::DockerImage { document, position }, _) => {
            descriptors.extend(docker_parts(inventory, *document, *position));
        }
        (_, Some(document)) => {
            let reached = graph::under(inventory, document);
            descriptors.extend(reached.into_iter().take(*left).map(|r| {
                described(
                    inventory,
                    r.document,
                    r.descriptor,
                    role(r.role, r.descriptor),
                    r.depth,
                )
            }));
        }
        _ => {}
    }
    *left = left.saturating_sub(descriptors.len());
    let first = descriptors.first();
    Artifact {
        id: root.id.clone(),
        name: root.name.clone(),
        kind: kind_id(root.kind).to_string(),
        says: says(root, document),
        media_type: first.and_then(|d| d.media_type.clone()),
        digest: first.and_then(|d| d.digest.clone()),
        descriptors,
    }
}

fn role(role: Role, d: &Descriptor) -> &'static str {
    match role {
        Role::Config => "config",
        Role::Layer => "layer",
        Role::Subject => "subject",
        Role::Entry if crate::spec::media_type::is_index(d.media_type()) => "index",
        Role::Entry => "manifest",
    }
}

fn document_role(document: &Document) -> &'static str {
    match &document.claims {
        Claims::Index(_) => "index",
        Claims::Config(_) => "config",
        Claims::Manifest(_) | Claims::Schema1 { .. } | Claims::ArtifactManifest { .. } => {
            "manifest"
        }
        Claims::DockerArchive(_) => "docker-archive-manifest",
        Claims::Layout(_) => "oci-layout",
        Claims::Other => "other",
    }
}

fn root_described(inventory: &Inventory, root: &Root, document: Option<&Document>) -> Described {
    match &root.start {
        Start::Entry {
            document: index,
            descriptor,
        } => match inventory.documents.get(*index) {
            Some(index) => {
                let name = document.map_or(role(Role::Entry, descriptor), document_role);
                described(inventory, index, descriptor, name, 0)
            }
            None => blank("manifest", 0),
        },
        Start::Document(id) => match inventory.documents.get(*id) {
            Some(document) => {
                let own = document
                    .json
                    .root
                    .as_ref()
                    .and_then(|r| r.get("mediaType"))
                    .and_then(|n| n.as_str());
                Described {
                    media_type: own.map(str::to_string),
                    artifact_type: parts::own_artifact_type(document),
                    ..of_blob(inventory, document.blob, document_role(document), 0)
                }
            }
            None => blank("manifest", 0),
        },
        Start::DockerImage { document, .. } => Described {
            at: inventory
                .documents
                .get(*document)
                .and_then(|d| root.id.split_once('#').map(|(_, pointer)| d.locus(pointer))),
            content: Content::Verified,
            ..blank("docker-image", 0)
        },
        Start::Blob(id) => of_blob(inventory, *id, "blob", 0),
    }
}

fn docker_parts(inventory: &Inventory, document: usize, position: usize) -> Vec<Described> {
    let Some(document) = inventory.documents.get(document) else {
        return Vec::new();
    };
    let Claims::DockerArchive(images) = &document.claims else {
        return Vec::new();
    };
    let Some(image) = images.get(position) else {
        return Vec::new();
    };
    let part = |path: &str, role: &str, pointer: String| {
        let at = Some(document.locus(&pointer));
        match inventory.blob_at(path) {
            Some(id) => Described {
                at,
                digest: None,
                ..of_blob(inventory, id, role, 1)
            },
            None => Described {
                at,
                path: Some(path.to_string()),
                content: Content::Missing,
                ..blank(role, 1)
            },
        }
    };
    let mut parts = vec![part(
        image.config.text(),
        "config",
        format!("{}/Config", image.pointer),
    )];
    let declared = parts::docker_diff_ids(inventory, image);
    parts.extend(
        image
            .layer_paths()
            .iter()
            .enumerate()
            .map(|(i, path)| Described {
                declared_diff_id: declared.get(i).map(|id| id.to_string()),
                ..part(path, "layer", format!("{}/Layers/{i}", image.pointer))
            }),
    );
    parts
}

fn blank(role: &str, depth: u32) -> Described {
    Described {
        depth,
        role: role.to_string(),
        at: None,
        path: None,
        media_type: None,
        digest: None,
        size: None,
        measured_digest: None,
        measured_size: None,
        artifact_type: None,
        platform: None,
        content: Content::Unread,
        compression: None,
        diff_id: None,
        declared_diff_id: None,
        entries: None,
    }
}

fn of_blob(inventory: &Inventory, id: BlobId, role: &str, depth: u32) -> Described {
    let Some(blob) = inventory.blobs.get(id) else {
        return blank(role, depth);
    };
    let mut described = Described {
        path: Some(blob.path.to_string()),
        size: Some(blob.size),
        ..blank(role, depth)
    };
    fill_facts(&mut described, blob);
    if let Some(facts) = blob.facts() {
        described.digest = Some(facts.sha256.clone());
        described.content = Content::Verified;
    }
    described
}

fn described(
    inventory: &Inventory,
    document: &Document,
    d: &Descriptor,
    role: &str,
    depth: u32,
) -> Described {
    let blob = inventory
        .blob_for(d.digest())
        .and_then(|id| inventory.blobs.get(id));
    let mut described = Described {
        at: Some(document.locus_of(d.range.clone(), Some(&d.pointer))),
        path: blob.map(|b| b.path.to_string()),
        media_type: d.media_type.value().cloned(),
        digest: d.digest.value().cloned(),
        size: d.size.value().and_then(|size| u64::try_from(*size).ok()),
        platform: d.platform_text(),
        content: inventory.compare(d),
        artifact_type: parts::artifact_type(inventory, document, d),
        ..blank(role, depth)
    };
    if role == "layer" {
        described.declared_diff_id = parts::declared_diff_id(inventory, document, d);
    }
    if let Some(blob) = blob {
        fill_facts(&mut described, blob);
        parts::fill_difference(&mut described, blob);
    }
    described
}

fn fill_facts(described: &mut Described, blob: &Blob) {
    let Some(facts) = blob.facts() else {
        return;
    };
    let lazy = facts.stream.as_ref().and_then(|stream| stream.lazy);
    let compression = match (facts.form, lazy) {
        (_, Some(Lazy::EStargz)) => "gzip (eStargz)",
        (_, Some(Lazy::ZstdChunked)) => "zstd (zstd:chunked)",
        (Form::Gzip, None) => "gzip",
        (Form::Zstd, None) => "zstd",
        (Form::Xz, None) => "xz",
        (Form::Bzip2, None) => "bzip2",
        (Form::Lz4, None) => "lz4",
        _ => "none",
    };
    described.compression = Some(compression.to_string());
    if described.role == "layer" || described.role == "blob" {
        described.diff_id = facts.diff_id().map(str::to_string);
        described.entries = facts.tar.as_ref().map(|tar| tar.entries);
    }
}

/// The id of an artifact's kind, as in the report.
pub fn kind_id(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::MultiPlatformImage => "multi-platform-image",
        ArtifactKind::ContainerImage => "container-image",
        ArtifactKind::WasmPlugin => "wasm-plugin",
        ArtifactKind::WasmModule => "wasm-module",
        ArtifactKind::HelmChart => "helm-chart",
        ArtifactKind::FluxArtifact => "flux-artifact",
        ArtifactKind::Attestation => "attestation",
        ArtifactKind::Signature => "signature",
        ArtifactKind::EmptyArtifact => "empty-artifact",
        ArtifactKind::Artifact => "artifact",
        ArtifactKind::DockerSchema1 => "docker-schema1",
        ArtifactKind::DockerArchiveImage => "docker-archive-image",
        ArtifactKind::Part => "part",
    }
}

/// What it is in words: of an index how many platforms it is for, and of a file by itself no more than that.
fn says(root: &Root, document: Option<&Document>) -> Phrase {
    match (&root.start, document.map(|document| &document.claims)) {
        (Start::Blob(_), _) if root.kind == ArtifactKind::Part => {
            say("A file without a manifest", "没有清单的单个文件")
        }
        (_, Some(Claims::Index(index))) if platforms(index) == 1 => {
            say("Image for one platform, in an index", "单平台镜像，带索引")
        }
        _ => kind_says(root.kind),
    }
}

/// How many entries of an index are no attestations.
fn platforms(index: &Index) -> usize {
    let entries = index.manifests().iter();
    entries
        .filter(|d| !d.annotations.contains_key(annotation::REFERENCE_TYPE))
        .count()
}

fn kind_says(kind: ArtifactKind) -> Phrase {
    match kind {
        ArtifactKind::MultiPlatformImage => say("Multi-platform image", "多平台镜像"),
        ArtifactKind::ContainerImage => say("Container image", "容器镜像"),
        ArtifactKind::WasmPlugin => say("Wasm plugin for a proxy", "代理的 Wasm 插件"),
        ArtifactKind::WasmModule => say("Wasm module", "Wasm 模块"),
        ArtifactKind::HelmChart => say("Helm chart", "Helm chart"),
        ArtifactKind::FluxArtifact => say("Flux artifact", "Flux 制品"),
        ArtifactKind::Attestation => say("BuildKit attestation", "BuildKit 证明（attestation）"),
        ArtifactKind::Signature => say("cosign signature", "cosign 签名"),
        ArtifactKind::EmptyArtifact => say(
            "Artifact without content: only the empty descriptor",
            "没有内容的制品：只有空描述符",
        ),
        ArtifactKind::Artifact => say("OCI artifact", "OCI 制品"),
        ArtifactKind::DockerSchema1 => say("Docker schema 1 image", "Docker schema 1 镜像"),
        ArtifactKind::DockerArchiveImage => {
            say("Image in a docker-archive", "docker-archive 中的镜像")
        }
        ArtifactKind::Part => say("Part of an artifact", "制品的一部分"),
    }
}

/// Adds what was not read of the blobs, and why; gives how many places are beyond [`limits::COVERAGE`].
pub fn coverage(inventory: &Inventory, coverage: &mut Vec<Coverage>) -> u64 {
    let several = matches!(survey::closed(inventory), Some(Closed::Archives(_)));
    let seen = inventory.blobs.iter().filter_map(|blob| {
        let why = match &blob.measured {
            Measured::Not(why) => unread(why),
            Measured::Facts(facts) if several && survey::is_image_archive(facts) => say(
                "An image archive. What is in it was not judged.",
                "这是镜像归档，其中的内容未判断。",
            ),
            Measured::Facts(facts) => {
                let tar = facts.tar.as_ref().and_then(|tar| tar.defect.as_ref());
                cut_short(&facts.defects, tar).or_else(|| unjudged(inventory, blob))?
            }
        };
        Some(Coverage {
            path: blob.path.to_string(),
            why,
        })
    });
    let outer = cut_short(&inventory.stream_defects, inventory.archive_defect.as_ref())
        .or_else(|| damaged(&inventory.stream_defects));
    let outer = outer.map(|why| Coverage {
        path: inventory.name.clone(),
        why,
    });
    let mut all = outer.into_iter().chain(seen);
    coverage.extend(all.by_ref().take(limits::COVERAGE));
    all.count() as u64
}

/// Places beyond those that are listed.
pub fn not_listed(count: u64) -> Option<Coverage> {
    (count > 0).then(|| Coverage {
        path: String::new(),
        why: say(
            "{count} more that were not looked at are not listed.",
            "另有 {count} 项未查看，此处不再列出。",
        )
        .count("count", count),
    })
}

/// Why a document was not read, although its bytes were.
fn unjudged(inventory: &Inventory, blob: &Blob) -> Option<Phrase> {
    let document = inventory.documents.get(blob.document?)?;
    document.is_beyond_limits().then(|| {
        say(
            "A document of more than {values} values, or nested deeper than {depth} levels, was not read.",
            "文档的值超过 {values} 个或嵌套超过 {depth} 层，未读取。",
        )
        .count("values", limits::JSON_VALUES as u64)
        .count("depth", limits::JSON_DEPTH as u64)
    })
}

/// Where the compressed stream of the outer archive is damaged.
fn damaged(defects: &[CodecDefect]) -> Option<Phrase> {
    let phrase = match defects.first()? {
        CodecDefect::Truncated => say(
            "The compressed stream ends early. What came before was read.",
            "压缩流提前结束，此前的内容已读取。",
        ),
        CodecDefect::BadHeader { at }
        | CodecDefect::Corrupt { at }
        | CodecDefect::BadChecksum { at }
        | CodecDefect::BadLength { at } => say(
            "The compressed stream is damaged at byte {at} or before. What came before was read.",
            "压缩流在第 {at} 字节或之前已损坏，此前的内容已读取。",
        )
        .count("at", *at),
        CodecDefect::TrailingBytes { at, count, .. } => say(
            "{count} bytes follow the compressed stream from byte {at} on. They were not looked at.",
            "压缩流之后从第 {at} 字节起还有 {count} 个字节，未查看。",
        )
        .count("at", *at)
        .count("count", *count),
        _ => return None,
    };
    Some(phrase)
}

/// Why the content of a blob was not looked at to its end, although its stored bytes were read.
fn cut_short(defects: &[CodecDefect], tar: Option<&TarDefect>) -> Option<Phrase> {
    let by_codec = defects.iter().find_map(|defect| match defect {
        CodecDefect::ExpansionLimit => Some(
            say(
                "It decompresses to more than {limit}, over {ratio} times what is stored. Decompression was stopped there: \
                 its digest was checked; its diffID and the rest of its files were not.",
                "它解压后超过 {limit}，是存储大小的 {ratio} 倍以上，解压到此为止：摘要已检查；diffID 和其余文件未检查。",
            )
            .bytes("limit", limits::EXPANDED_FREELY_BYTES)
            .count("ratio", limits::EXPANDED_RATIO),
        ),
        CodecDefect::WindowTooLarge { .. } => Some(
            say(
                "It needs a zstd window above {limit} and was not decompressed: its digest was checked, its content was not.",
                "它需要超过 {limit} 的 zstd 窗口，未解压：摘要已检查，内容未检查。",
            )
            .bytes("limit", limits::ZSTD_WINDOW_BYTES),
        ),
        CodecDefect::OutOfMemory => Some(say(
            "There was no memory to decompress it: its digest was checked, its content was not.",
            "内存不足，无法解压：摘要已检查，内容未检查。",
        )),
        _ => None,
    });
    by_codec.or_else(|| match tar? {
        TarDefect::EntryLimit => Some(
            say(
                "It holds more than {limit} entries; those beyond were not looked at.",
                "其中的条目超过 {limit} 个，之后的未查看。",
            )
            .count("limit", limits::TAR_ENTRIES),
        ),
        _ => None,
    })
}

fn unread(why: &Why) -> Phrase {
    match why {
        Why::NotYet => say("Not read yet.", "尚未读取。"),
        Why::Stopped => say("Reading was stopped before it.", "在读到它之前已停止。"),
        Why::Truncated => say(
            "The archive ends before it does.",
            "归档在它结束之前就中断了。",
        ),
        Why::ReadFailed(words) => say("It could not be read: {words}.", "无法读取：{words}。")
            .name("words", words.clone()),
        Why::ReaderDied(words) => say(
            "What was reading it stopped working: {words}.",
            "读取它的程序意外终止：{words}。",
        )
        .name("words", words.clone()),
        Why::ExpandsTooMuch => say(
            "It decompresses to so much that it was not read to its end.",
            "解压后的数据过大，未读到末尾。",
        ),
        Why::TooLarge(limit) => {
            say("Larger than the limit of {limit}.", "超过上限 {limit}。").bytes("limit", *limit)
        }
        _ => say("It was not given.", "没有提供。"),
    }
}

/// Members of a compressed archive beyond the cap.
pub fn too_many_members(count: u64) -> Coverage {
    beyond(count, limits::MEMBERS)
}

/// Entries beyond the cap.
pub fn too_many_entries(count: u64) -> Coverage {
    beyond(count, limits::ENTRIES)
}

fn beyond(count: u64, limit: usize) -> Coverage {
    Coverage {
        path: String::new(),
        why: say(
            "{count} entries beyond the first {limit} were not looked at.",
            "前 {limit} 个条目之后的 {count} 个未查看。",
        )
        .count("count", count)
        .count("limit", limit as u64),
    }
}

/// Files that were given with the one that is judged.
pub fn others(count: u64) -> Coverage {
    Coverage {
        path: String::new(),
        why: say(
            "Given beside it and not judged: {count} files.",
            "同时提供而未判断：{count} 个文件。",
        )
        .count("count", count),
    }
}

/// A document beyond the cap: measured as a blob, and not read.
pub fn too_large(path: &str, size: u64) -> Coverage {
    Coverage {
        path: path.to_string(),
        why: say(
            "A document of {size} was not read: one may have {limit}, all together {total}.",
            "{size} 的文档未读取：单份上限为 {limit}，合计上限为 {total}。",
        )
        .bytes("size", size)
        .bytes("limit", limits::DOCUMENT_BYTES)
        .bytes("total", limits::DOCUMENTS_TOTAL_BYTES),
    }
}

/// The host could not read on.
pub fn read_failed(offset: u64, words: &str) -> Coverage {
    Coverage {
        path: String::new(),
        why: say(
            "Reading failed at byte {offset}: {words}.",
            "在第 {offset} 字节处读取失败：{words}。",
        )
        .count("offset", offset)
        .name("words", words),
    }
}

/// The documents as text, for showing places in them.
pub fn sources(inventory: &Inventory) -> Vec<SourceText> {
    inventory
        .documents
        .iter()
        .map(|document| {
            let cut = document.bytes.len() > limits::SOURCE_TEXT_BYTES;
            let shown = document
                .bytes
                .get(..limits::SOURCE_TEXT_BYTES)
                .unwrap_or(&document.bytes);
            SourceText {
                path: document.path.clone(),
                kind: document_role(document).to_string(),
                digest: inventory
                    .blobs
                    .get(document.blob)
                    .and_then(Blob::facts)
                    .map(|facts| facts.sha256.clone())
                    .unwrap_or_default(),
                text: String::from_utf8_lossy(shown).into_owned(),
                raw: std::str::from_utf8(shown)
                    .is_err()
                    .then(|| shown.iter().copied().map(char::from).collect()),
                cut,
            }
        })
        .collect()
}
