//! What go-containerregistry does for the consumers built on it: fetch a manifest, resolve it to one image for
//! linux/amd64, look up a layer's media type, open a layer. It judges nothing that the library leaves to its callers.
//!
//! Read in google/go-containerregistry `pkg/v1/remote/descriptor.go`, `index.go`, `image.go`, `pkg/v1/partial/with.go`,
//! `pkg/v1/hash.go` at v0.6.0, v0.11.0 and v0.20.3. The config of an image is never fetched on these paths.

mod image;

pub use image::{Image, Layer};

use super::go_archive::quoted;
use super::remedies::{self, Names};
use super::{Case, Refusal, Stop, Trace, go_structs};
use crate::artifact::documents::{Claim, Claims, Descriptor, Platform};
use crate::artifact::{Document, Inventory, Missing, Root, Start, Why};
use crate::consumers::remedies_archive;
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;
use image::{bad_hash, readable, unreadable};

/// How a version prints the platform that it did not find in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformText {
    /// Before v0.9: the fields of the struct.
    Fields,
    /// Since v0.9: `linux/amd64`.
    Short,
}

impl PlatformText {
    fn text(self) -> &'static str {
        match self {
            PlatformText::Fields => {
                "{Architecture:amd64 OS:linux OSVersion: OSFeatures:[] Variant: Features:[]}"
            }
            PlatformText::Short => "linux/amd64",
        }
    }
}

/// Puts an outer error around a refusal's exact text; `{}` stands for it. An unknown stays as it is.
pub fn within(stop: Stop, outer: &str) -> Stop {
    match stop {
        Stop::Refuse(refusal) => refusal.wrap(outer).into(),
        unknown => unknown,
    }
}

/// Fetches the root and resolves it to one image, as `remote.Get` and `Descriptor.Image` do. Errors are the
/// library's own; callers put theirs around them.
pub fn resolve<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    who: &'static str,
    platform_text: PlatformText,
) -> Result<Image<'a>, Stop> {
    let names = Names::of(case);
    let mut media_type = root_media_type(case)?;
    let mut reference = names.reference.clone();
    let mut at = root_place(case);
    let mut document: Result<&'a Document, Missing> = case.document();
    for _ in 0..=limits::INDEX_DEPTH {
        if mt::is_schema1(&media_type) {
            return Err(schema1(trace, who, &media_type, at).into());
        }
        let here = document?;
        if !mt::is_index(&media_type) {
            image_note(trace, who, &media_type, at);
            return Ok(Image::of(here));
        }
        let child = child(here, trace, who, platform_text, &reference, &names)?;
        reference = format!("{}@{}", names.repository, child.digest());
        media_type = child.media_type().to_string();
        at = Some(here.locus(&child.pointer));
        document = case.inventory.target(here, child);
        if media_type.is_empty() {
            media_type = document.clone().map(own_media_type)?;
        }
    }
    Err(Missing {
        what: reference,
        why: Why::Unreadable,
        at,
    }
    .into())
}

/// The media type under which a registry hands out the root. A root that is no manifest at all is a missing fact.
pub fn root_media_type(case: &Case) -> Result<String, Missing> {
    let media_type = case.media_type()?;
    if let Ok(document) = case.document()
        && let Claims::Config(_) | Claims::DockerArchive(_) | Claims::Layout(_) | Claims::Other =
            document.claims
        && !mt::is_index(&media_type)
        && !mt::is_manifest(&media_type)
    {
        return Err(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: Some(Locus::whole(&document.path)),
        });
    }
    Ok(media_type)
}

fn own_media_type(document: &Document) -> String {
    match &document.claims {
        Claims::Manifest(manifest) => manifest.media_type.text().to_string(),
        Claims::Index(index) => index.media_type.text().to_string(),
        _ => String::new(),
    }
}

/// Where the root is named, or where it stands.
pub fn root_place(case: &Case) -> Option<Locus> {
    match &case.root?.start {
        Start::Entry {
            document,
            descriptor,
        } => {
            let document = case.inventory.documents.get(*document)?;
            Some(document.locus(&descriptor.pointer))
        }
        Start::Document(id) => {
            let document = case.inventory.documents.get(*id)?;
            Some(Locus::whole(&document.path))
        }
        Start::DockerImage { .. } | Start::Blob(_) => None,
    }
}

fn image_note(trace: &mut Trace, who: &'static str, media_type: &str, at: Option<Locus>) {
    let says = if mt::is_manifest(media_type) {
        say(
            "{who} gets a manifest of type {type}: a single image.",
            "{who} 得到类型为 {type} 的清单：单个镜像。",
        )
    } else {
        say(
            "{who} gets a document of type {type}, logs a warning, and reads it as an image manifest.",
            "{who} 得到类型为 {type} 的文档，记录一条警告，然后把它当作镜像清单读取。",
        )
    };
    trace.note(says.name("who", who).code("type", media_type), at);
}

fn schema1(trace: &mut Trace, who: &'static str, media_type: &str, at: Option<Locus>) -> Refusal {
    let because = say(
        "{who} finds a Docker schema 1 manifest, {type}; it needs a schema 2 or OCI manifest.",
        "{who} 读到的是 Docker schema 1 清单 {type}；它需要 schema 2 或 OCI 清单。",
    )
    .name("who", who)
    .code("type", media_type);
    trace.fail(because.clone(), at.clone());
    Refusal::new(
        format!(
            "unsupported MediaType: {}, see https://github.com/google/go-containerregistry/issues/377",
            quoted(media_type)
        ),
        because,
        at,
    )
    .fix(remedies_archive::from_schema1())
}

/// The first entry of an index for linux/amd64; an entry without a platform counts as that.
fn child<'a>(
    document: &'a Document,
    trace: &mut Trace,
    who: &'static str,
    platform_text: PlatformText,
    reference: &str,
    names: &Names,
) -> Result<&'a Descriptor, Stop> {
    readable(document)?;
    let entries = match &document.claims {
        Claims::Index(index) => index.manifests(),
        _ => &[],
    };
    let at = document.locus("/manifests");
    if let Some(bad) = bad_hash(document, entries.iter(), who) {
        trace.fail(bad.because.clone(), bad.at.clone());
        return Err(bad.into());
    }
    image::typed(document, go_structs::INDEX)?;
    for entry in entries {
        let fits = match &entry.platform {
            Claim::Absent | Claim::Wrong { found: "null", .. } => true,
            Claim::Wrong { .. } => {
                return Err(unreadable(document, &format!("{}/platform", entry.pointer)).into());
            }
            Claim::Is { value, .. } => is_linux_amd64(value),
        };
        let place = Some(document.locus(&entry.pointer));
        if fits {
            let says = match entry.platform.value() {
                Some(_) => say(
                    "{who} gets an index and takes its first entry for `linux/amd64`, {digest}.",
                    "{who} 得到一个索引，取其中第一个 `linux/amd64` 条目 {digest}。",
                ),
                None => say(
                    "{who} gets an index and takes the entry {digest}: it names no platform, which counts as `linux/amd64`.",
                    "{who} 得到一个索引，取条目 {digest}：它没有写平台，按 `linux/amd64` 处理。",
                ),
            };
            trace.pass(says.name("who", who).code("digest", entry.digest()), place);
            return Ok(entry);
        }
        let platform = entry.platform_text().unwrap_or_default();
        trace.note(
            say(
                "{who} passes over the entry for {platform}.",
                "{who} 跳过平台为 {platform} 的条目。",
            )
            .name("who", who)
            .code("platform", platform),
            place,
        );
    }
    let because = say(
        "{who} finds an index without an entry for `linux/amd64`; it needs one, whatever the platform of the node.",
        "{who} 读到的索引中没有 `linux/amd64` 条目；无论节点是什么平台，它都需要这个条目。",
    )
    .name("who", who);
    trace.fail(because.clone(), Some(at.clone()));
    Err(Refusal::new(
        format!(
            "no child with platform {} in index {reference}",
            platform_text.text()
        ),
        because,
        Some(at),
    )
    .fix(remedies::retag_child(names, entries))
    .into())
}

fn is_linux_amd64(platform: &Platform) -> bool {
    platform.os == "linux" && platform.architecture == "amd64"
}

/// Whether a root is a manifest or an index, or names one, so that a registry could hold it.
pub fn is_pullable(inventory: &Inventory, root: &Root) -> bool {
    match &root.start {
        Start::Entry { .. } => true,
        Start::Document(id) => inventory.documents.get(*id).is_some_and(|document| {
            matches!(
                document.claims,
                Claims::Manifest(_)
                    | Claims::Index(_)
                    | Claims::Schema1 { .. }
                    | Claims::ArtifactManifest { .. }
            )
        }),
        Start::DockerImage { .. } | Start::Blob(_) => false,
    }
}
