//! What containerd's client does with an image that it has: walks to its children, chooses the manifest for a platform, and
//! unpacks it. Where the image came from is `content`'s business.
//!
//! Read in containerd v1.6.20 `images/image.go` (`Manifest`, `Children`), `images/handlers.go` (`WalkNotEmpty`,
//! `FilterPlatforms`), `import.go`, `image.go`; v2.0.0 `core/images`, `client`.

use super::content::{self, Content, Origin};
use super::document_of;
use super::import::{Imported, Start};
use crate::artifact::documents::{Descriptor, DockerImage, Manifest};
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::platform::Wanted;
use crate::consumers::{Refusal, Stop, Trace, go_structs};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;
use std::collections::BTreeSet;

/// The manifest that was chosen.
pub(in crate::consumers) struct Selected<'a> {
    /// Its document.
    pub document: &'a Document,
    /// What it says.
    pub manifest: Manifest,
    /// Its digest.
    pub digest: String,
}

/// `client.Import` after the archive was read: everything below what is listed has to be there, as far as it is for a
/// platform; `None` is all platforms.
pub(in crate::consumers) fn check_walk(
    inventory: &Inventory,
    images: &[Imported],
    wanted: Option<&Wanted>,
    trace: &mut Trace,
) -> Result<(), Stop> {
    let content = Content {
        inventory,
        origin: Origin::Archive,
    };
    let mut kept = 0_usize;
    let mut seen = BTreeSet::new();
    for image in images {
        match &image.start {
            Start::Entry(document, d) => {
                if passes(d, wanted, trace, image.at.clone()) {
                    kept += 1;
                    walk(content, document, d, wanted, &mut seen, trace)?;
                }
            }
            Start::Docker(document, docker) => {
                let (os, architecture) = docker_platform(inventory, document, docker)?;
                let fits = wanted.is_none_or(|w| w.fitness(&os, &architecture, None).is_some());
                if fits {
                    kept += 1;
                } else {
                    passed_over(
                        &format!("{os}/{architecture}"),
                        wanted,
                        trace,
                        image.at.clone(),
                    );
                }
            }
        }
    }
    if kept > 0 {
        trace.pass(
            say(
                "All {count} manifests and indexes that are asked for are in the archive and read as what they are.",
                "所要求的 {count} 个清单和索引都在归档中，且可按其类型读取。",
            )
            .count("count", seen.len() as u64),
            None,
        );
        return Ok(());
    }
    let shown = wanted.map_or_else(String::new, Wanted::text);
    trace.fail(
        say(
            "Something in the archive has to be for {platform}; nothing is.",
            "归档中必须有用于 {platform} 的内容；但没有。",
        )
        .name("platform", shown.clone()),
        images.first().and_then(|image| image.at.clone()),
    );
    Err(Refusal::new(
        "image might be filtered out",
        say(
            "containerd is left with nothing: the archive lists no image for {platform}.",
            "containerd 没有剩下任何内容：归档中没有列出用于 {platform} 的镜像。",
        )
        .name("platform", shown),
        images.first().and_then(|image| image.at.clone()),
    )
    .into())
}

/// The platform that a docker-archive's config gives: it is read while the archive is.
fn docker_platform(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
) -> Result<(String, String), Stop> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let Some(blob) = inventory.blob_at(image.config.text()) else {
        return Ok((String::new(), String::new()));
    };
    let document = document_of(inventory, blob, at.clone())?;
    let decoded = go_decode::config(document)?;
    // 1.6 decodes all of the config here, 2.0 its platform alone.
    let in_platform = go_decode::decode(document, go_structs::PLATFORM, Reader::Whole)?.err();
    if decoded.is_err() && in_platform.is_none() {
        return Err(Missing {
            what: document.path.clone(),
            why: Why::NotSettled,
            at,
        }
        .into());
    }
    let config = decoded.map_err(|error| {
        let error = error.replace("Go struct field Image.…", "Go struct field …");
        let error = error.replace("Go value of type v1.Image", "Go value of type v1.…");
        Refusal::new(
            format!("unable to resolve platform: {error}"),
            say(
                "containerd cannot decode the config of an image in the archive.",
                "containerd 无法解码归档中某个镜像的配置。",
            ),
            at,
        )
    })?;
    Ok((
        config.os.text().to_string(),
        config.architecture.text().to_string(),
    ))
}

fn passes(d: &Descriptor, wanted: Option<&Wanted>, trace: &mut Trace, at: Option<Locus>) -> bool {
    match (d.platform.value(), wanted) {
        (Some(platform), Some(wanted)) if wanted.fitness_of(platform).is_none() => {
            passed_over(&platform.text(), Some(wanted), trace, at);
            false
        }
        _ => true,
    }
}

fn passed_over(platform: &str, wanted: Option<&Wanted>, trace: &mut Trace, at: Option<Locus>) {
    trace.note(
        say(
            "This one is for {platform}, not for {wanted}: what lies below it is not looked at.",
            "这一项用于 {platform} 而非 {wanted}：不查看其下的内容。",
        )
        .name("platform", platform)
        .name("wanted", wanted.map_or_else(String::new, Wanted::text)),
        at,
    );
}

/// `images.Children` of a descriptor and of what follows. What was walked through once ends the same way again.
fn walk(
    content: Content,
    document: &Document,
    d: &Descriptor,
    wanted: Option<&Wanted>,
    seen: &mut BTreeSet<(String, bool)>,
    trace: &mut Trace,
) -> Result<(), Stop> {
    if !seen.insert((d.digest().to_string(), mt::is_index(d.media_type()))) {
        return Ok(());
    }
    trace.visit(d)?;
    let at = Some(document.locus(&d.pointer));
    let failed = |stop: Stop, trace: &mut Trace| {
        if let Stop::Refuse(refusal) = &stop {
            trace.fail(refusal.because.clone(), refusal.at.clone());
        }
        stop
    };
    if mt::is_manifest(d.media_type()) {
        let read = content
            .document(d, at)
            .and_then(|found| content::manifest(found, d, "children"));
        read.map_err(|stop| failed(stop, trace))?;
    } else if mt::is_index(d.media_type()) {
        let found = content
            .document(d, at)
            .map_err(|stop| failed(stop, trace))?;
        let index = content::index(found, d, "children").map_err(|stop| failed(stop, trace))?;
        for child in index.manifests() {
            if passes(child, wanted, trace, Some(found.locus(&child.pointer))) {
                walk(content, found, child, wanted, seen, trace)?;
            }
        }
    }
    Ok(())
}

/// How [`select`] ends.
pub(in crate::consumers) enum Chosen<'a> {
    /// With a manifest.
    One(Box<Selected<'a>>),
    /// With none for the platform.
    None,
}

/// `images.Manifest`: the manifest itself, or of an index the best child for the platform.
pub(in crate::consumers) fn select<'a>(
    content: Content<'a>,
    document: &'a Document,
    d: &Descriptor,
    wanted: &Wanted,
    trace: &mut Trace,
) -> Result<Selected<'a>, Stop> {
    let at = Some(document.locus(&d.pointer));
    let found = content.document(d, at.clone())?;
    select_in(content, found, d, wanted, at, trace)
}

/// The same where the document is at hand.
pub(super) fn select_in<'a>(
    content: Content<'a>,
    found: &'a Document,
    d: &Descriptor,
    wanted: &Wanted,
    at: Option<Locus>,
    trace: &mut Trace,
) -> Result<Selected<'a>, Stop> {
    if let Chosen::One(selected) = choose(content, found, d, wanted, at.clone(), true, trace)? {
        return Ok(*selected);
    }
    let because = say(
        "containerd finds no entry for {platform} in the index {digest}.",
        "containerd 在索引 {digest} 中找不到用于 {platform} 的条目。",
    )
    .name("platform", wanted.text())
    .code("digest", d.digest());
    trace.fail(because.clone(), at.clone());
    Err(Refusal::new(
        format!(
            "no match for platform in manifest {}: not found",
            d.digest()
        ),
        because,
        at,
    )
    .into())
}

fn choose<'a>(
    content: Content<'a>,
    found: &'a Document,
    d: &Descriptor,
    wanted: &Wanted,
    at: Option<Locus>,
    is_root: bool,
    trace: &mut Trace,
) -> Result<Chosen<'a>, Stop> {
    trace.visit(d)?;
    if mt::is_manifest(d.media_type()) {
        let manifest = content::manifest(found, d, "manifest")?;
        if !is_root && d.platform.value().is_none() {
            let config = config_of(content, found, &manifest)?;
            let config = content::config(config)?;
            let (os, architecture) = (config.os.text(), config.architecture.text());
            if wanted.fitness(os, architecture, None).is_none() {
                return Ok(Chosen::None);
            }
        }
        return Ok(Chosen::One(Box::new(Selected {
            document: found,
            manifest,
            digest: d.digest().to_string(),
        })));
    }
    if mt::is_index(d.media_type()) {
        let index = content::index(found, d, "manifest")?;
        let Some(child) = best(index.manifests(), wanted) else {
            return Ok(Chosen::None);
        };
        let at = Some(found.locus(&child.pointer));
        trace.note(
            say(
                "Of the index {index}, containerd takes {child} for {platform}.",
                "containerd 从索引 {index} 中为 {platform} 选取 {child}。",
            )
            .code("index", d.digest())
            .code("child", child.digest())
            .name("platform", wanted.text()),
            at.clone(),
        );
        if content.origin == Origin::Fetched
            && let Some(platform) = child.platform.value()
            && !wanted.is_exactly(platform)
        {
            return Err(content::absent(child, at).into());
        }
        let below = content.document(child, at.clone())?;
        return choose(content, below, child, wanted, at, false, trace);
    }
    let because = say(
        "containerd expects a manifest or an index; {digest} is listed as {media_type}.",
        "containerd 需要清单或索引；{digest} 列出的类型是 {media_type}。",
    )
    .code("digest", d.digest())
    .code("media_type", d.media_type());
    trace.fail(because.clone(), at.clone());
    Err(Refusal::new(
        format!(
            "unexpected media type {} for {}: not found",
            d.media_type(),
            d.digest()
        ),
        because,
        at,
    )
    .into())
}

/// The entry that comes first: a matching platform, the best match first, those without a platform last.
pub(super) fn best<'d>(entries: &'d [Descriptor], wanted: &Wanted) -> Option<&'d Descriptor> {
    entries
        .iter()
        .filter_map(|d| match d.platform.value() {
            None => Some((u8::MAX, d)),
            Some(platform) => Some((wanted.fitness_of(platform)?, d)),
        })
        .min_by_key(|(fitness, _)| *fitness)
        .map(|(_, d)| d)
}

/// The document of a manifest's config.
pub(super) fn config_of<'a>(
    content: Content<'a>,
    document: &Document,
    manifest: &Manifest,
) -> Result<&'a Document, Stop> {
    let at = Some(document.locus("/config"));
    match manifest.config.value() {
        Some(config) => content.document(config, at),
        None => Err(Refusal::new(
            "\"\" failed validation: invalid argument",
            say(
                "The manifest {path} has no config, which containerd reads.",
                "清单 {path} 没有 containerd 要读取的配置。",
            )
            .code("path", &document.path),
            at,
        )
        .into()),
    }
}
