//! What oras-go v2 does for the programs built on it: the nodes that a manifest or index points at, and the bytes behind
//! one as a registry hands them out. Which nodes a program copies, skips or refuses is left to the program.
//!
//! Read in oras-project/oras-go `content/graph.go` (`Successors`), `copy.go` (`copyGraph`, `doCopyNode`), `copyerror.go`,
//! `registry/remote/repository.go` (`blobStore.Fetch`), `internal/platform/platform.go` at v2.6.0. Since that version an
//! error of a copy says which side it came from; programs print that in their own ways, so callers add it.

use super::go_archive::{Content, clean};
use super::platform::Wanted;
use super::{Case, Refusal, Stop, Trace, ggcr, go_decode, remedies::Names};
use crate::artifact::documents::{self, Claims, Descriptor, Platform};
use crate::artifact::kinds::Content as Compared;
use crate::artifact::{Document, Missing, Start, Why, has_digest};
use crate::limits;
use crate::place::Locus;
use crate::spec::{known, media_type as mt};
use crate::text::say;

/// A node of the graph: a descriptor, and the document behind it where it is a manifest or an index.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The descriptor. That of a root without one says the type and the digest only.
    pub descriptor: Descriptor,
    /// The document that the descriptor stands in; none for a root that was given by itself.
    pub holder: Option<&'a Document>,
    /// The document behind it; none for a leaf.
    pub document: Option<&'a Document>,
    /// Where the descriptor, or the root, stands.
    pub at: Option<Locus>,
}

impl Node<'_> {
    /// Its media type.
    pub fn media_type(&self) -> &str {
        self.descriptor.media_type()
    }

    /// Its digest.
    pub fn digest(&self) -> &str {
        self.descriptor.digest()
    }

    /// Whether another node is the same content: type, digest and size, as the library compares.
    pub fn is_same(&self, other: &Node) -> bool {
        self.media_type() == other.media_type()
            && self.digest() == other.digest()
            && self.descriptor.size.value() == other.descriptor.size.value()
    }
}

/// What counts as a successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Subjects as well, and no layers that are foreign: the library's own choice.
    Subjects,
    /// Everything but subjects, as the ORAS client has it.
    NoSubjects,
}

/// The node that a reference leads to.
pub fn root<'a>(case: &Case<'a>) -> Result<Node<'a>, Missing> {
    let media_type = ggcr::root_media_type(case)?;
    let document = case.document()?;
    let (descriptor, holder) = match case.root.map(|root| &root.start) {
        Some(Start::Entry {
            document,
            descriptor,
        }) => (descriptor.clone(), case.inventory.documents.get(*document)),
        _ => (of_document(case, document, &media_type), None),
    };
    let descriptor = if descriptor.media_type().is_empty() {
        Descriptor {
            media_type: documents::Claim::Is {
                value: media_type,
                range: 0..0,
            },
            ..descriptor
        }
    } else {
        descriptor
    };
    Ok(Node {
        descriptor,
        holder,
        document: Some(document),
        at: ggcr::root_place(case),
    })
}

/// The descriptor that a registry would give a document.
fn of_document(case: &Case, document: &Document, media_type: &str) -> Descriptor {
    let digest = case
        .inventory
        .blobs
        .get(document.blob)
        .and_then(|blob| blob.facts())
        .map_or("sha256:DIGEST", |facts| facts.sha256.as_str());
    let is = |value: &str| documents::Claim::Is {
        value: value.to_string(),
        range: 0..0,
    };
    Descriptor {
        pointer: String::new(),
        range: 0..0,
        media_type: is(media_type),
        digest: is(digest),
        size: documents::Claim::Absent,
        platform: documents::Claim::Absent,
        artifact_type: documents::Claim::Absent,
        annotations: Default::default(),
        data: documents::Claim::Absent,
        urls: Vec::new(),
    }
}

/// Whether the library reads what stands behind a type as a list of further nodes.
fn has_successors(media_type: &str, follow: Follow) -> bool {
    mt::is_index(media_type)
        || mt::is_manifest(media_type)
        || media_type == mt::OCI_ARTIFACT_MANIFEST && follow == Follow::NoSubjects
}

/// `content.Successors`: what a node points at, in order. The error is Go's JSON error.
pub fn successors<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    node: &Node<'a>,
    follow: Follow,
) -> Result<Vec<Node<'a>>, Stop> {
    let Some(document) = node.document else {
        return Ok(Vec::new());
    };
    if !has_successors(node.media_type(), follow) {
        return Ok(Vec::new());
    }
    let unreadable = || Missing {
        what: document.path.clone(),
        why: Why::Unreadable,
        at: Some(Locus::whole(&document.path)),
    };
    let decoded = if mt::is_index(node.media_type()) {
        go_decode::index(document)?.map(|index| index.manifests().to_vec())
    } else if node.media_type() == mt::OCI_ARTIFACT_MANIFEST {
        Ok(blobs(document))
    } else {
        // The library asks for the config of every manifest; without one it asks for an empty digest.
        go_decode::manifest(document)?.map(|manifest| {
            let config = manifest.config.value().cloned();
            config
                .into_iter()
                .chain(manifest.layers().to_vec())
                .collect::<Vec<_>>()
        })
    };
    let mut found = match decoded {
        Ok(found) => found,
        Err(error) if error.is_empty() => return Err(unreadable().into()),
        Err(error) => {
            let because = say(
                "The document {path} is not what Go's JSON reader takes for its type.",
                "Go 的 JSON 解析器无法按其类型读取文档 {path}。",
            )
            .code("path", &document.path);
            let at = Some(Locus::whole(&document.path));
            trace.fail(because.clone(), at.clone());
            return Err(Refusal::new(error, because, at).into());
        }
    };
    match &document.claims {
        Claims::Manifest(manifest) if mt::is_manifest(node.media_type()) => {
            if manifest.config.value().is_none() {
                return Err(unreadable().into());
            }
            if follow == Follow::Subjects {
                found.retain(|d| !is_foreign(d.media_type()));
                found.extend(manifest.subject.value().cloned());
            }
        }
        Claims::Index(index) if mt::is_index(node.media_type()) => {
            if follow == Follow::Subjects {
                found.extend(index.subject.value().cloned());
            }
        }
        Claims::ArtifactManifest { .. } => {}
        // A document of another shape than its type says: what Go's zero values lead to is not replayed.
        _ => return Err(unreadable().into()),
    }
    let mut nodes = Vec::with_capacity(found.len());
    for descriptor in found {
        trace.visit(&descriptor)?;
        let document = if has_successors(descriptor.media_type(), follow) {
            Some(case.inventory.target(document, &descriptor)?)
        } else {
            None
        };
        nodes.push(Node {
            at: node.document.map(|d| d.locus(&descriptor.pointer)),
            descriptor,
            holder: node.document,
            document,
        });
    }
    Ok(nodes)
}

/// The blobs of an artifact manifest of the 1.1 release candidates.
fn blobs(document: &Document) -> Vec<Descriptor> {
    let root = document.json.root.as_ref();
    let Some(list) = root.and_then(|root| root.get("blobs")) else {
        return Vec::new();
    };
    let of = |(position, node)| documents::descriptor(node, &format!("/blobs/{position}"));
    list.items().iter().enumerate().filter_map(of).collect()
}

/// `descriptor.IsForeignLayer`.
fn is_foreign(media_type: &str) -> bool {
    media_type.starts_with(mt::OCI_NONDISTRIBUTABLE_TAR)
        || media_type == mt::DOCKER_FOREIGN_TAR_GZIP
}

/// Every node below a root and the root itself, each once, in the order in which they are copied: what a node points at
/// before the node.
pub fn graph<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    root: &Node<'a>,
    follow: Follow,
) -> Result<Vec<Node<'a>>, Stop> {
    let mut copied = Vec::new();
    gather(case, trace, root, follow, &mut copied, 0)?;
    Ok(copied)
}

fn gather<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    node: &Node<'a>,
    follow: Follow,
    copied: &mut Vec<Node<'a>>,
    depth: usize,
) -> Result<(), Stop> {
    if depth > limits::INDEX_DEPTH {
        return Err(Missing {
            what: node.digest().to_string(),
            why: Why::TooManyPaths,
            at: node.at.clone(),
        }
        .into());
    }
    // Files of the same content and other titles are written one after another.
    let known = |other: &Node| {
        other.is_same(node)
            && (follow == Follow::Subjects
                || other.descriptor.annotations == node.descriptor.annotations)
    };
    if copied.iter().any(known) {
        return Ok(());
    }
    for successor in successors(case, trace, node, follow)? {
        gather(case, trace, &successor, follow, copied, depth + 1)?;
    }
    copied.push(node.clone());
    Ok(())
}

/// `Fetch` of a leaf from a registry, and the check of its digest. The error is the library's own.
pub fn fetch<'a>(case: &Case<'a>, node: &Node<'a>, who: &'static str) -> Result<Content<'a>, Stop> {
    let digest = node.digest();
    let inventory = case.inventory;
    let Some(holder) = node.holder else {
        return Err(Missing {
            what: digest.to_string(),
            why: Why::NotGiven,
            at: node.at.clone(),
        }
        .into());
    };
    if inventory.blob_for(digest).is_none() && digest == known::EMPTY_JSON {
        return Ok(Content::EmptyObject);
    }
    let facts = inventory.facts(holder, &node.descriptor)?;
    if !has_digest(facts, digest) {
        return Err(Missing {
            what: digest.to_string(),
            why: Why::Unreadable,
            at: node.at.clone(),
        }
        .into());
    }
    if inventory.compare(&node.descriptor) == Compared::Differs {
        let claimed = node.descriptor.size.value().copied().unwrap_or(0);
        let because = say(
            "{who} finds a size of {claimed} for {digest}; it needs the real length of the blob, {real}.",
            "{who} 读到 {digest} 的大小为 {claimed}；它需要与该 blob 的真实长度 {real} 一致。",
        )
        .name("who", who)
        .name("claimed", claimed.to_string())
        .code("digest", digest)
        .name("real", facts.size.to_string());
        return Err(Refusal::new(
            format!(
                "GET \"https://{}\": mismatch Content-Length",
                Names::of(case).blob_path(digest)
            ),
            because,
            Some(holder.locus(&format!("{}/size", node.descriptor.pointer))),
        )
        .into());
    }
    Ok(Content::Measured(facts))
}

/// Whether the file store takes a title for one that leads out of its folder; an absolute one is taken to.
pub fn leads_out(title: &str) -> bool {
    let clean = clean(title);
    clean.starts_with('/') || clean == ".." || clean.starts_with("../")
}

/// `platform.Match`: system and architecture are equal, the variant where one is asked for.
pub fn fits(platform: &Platform, wanted: &Wanted) -> bool {
    platform.os == wanted.os
        && platform.architecture == wanted.architecture
        && (wanted.variant.is_empty()
            || platform.variant.as_deref().unwrap_or_default() == wanted.variant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lead_out_as_in_go() {
        for (title, out) in [
            ("a", false),
            ("a/../b", false),
            ("./a", false),
            ("..a", false),
            ("..", true),
            ("a/../../b", true),
            ("/etc/a", true),
        ] {
            assert_eq!(leads_out(title), out, "{title}");
        }
    }

    #[test]
    fn variants_count_where_they_are_asked_for() {
        let platform = |variant: Option<&str>| Platform {
            os: "linux".to_string(),
            architecture: "arm".to_string(),
            variant: variant.map(str::to_string),
            ..Platform::default()
        };
        let wanted = |text: &str| Wanted::read(text).unwrap();
        assert!(fits(&platform(Some("v7")), &wanted("linux/arm")));
        assert!(fits(&platform(Some("v7")), &wanted("linux/arm/v7")));
        assert!(!fits(&platform(None), &wanted("linux/arm/v7")));
        assert!(!fits(&platform(None), &wanted("linux/amd64")));
    }
}
