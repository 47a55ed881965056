//! Syft, and Grype with it: images in a registry, archives and layouts. Both read images with the library stereoscope.
//!
//! Read in anchore/stereoscope `pkg/image/layer.go`, `pkg/image/oci/directory_provider.go`,
//! `pkg/image/docker/tarball_provider.go`, 2026-08. Later versions leave attestations out of an index; where that would
//! decide, the answer is *unknown*.

use super::contents::{document_at, has_member, image, open, refuse};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Document, Why};
use crate::consumers::ggcr::{self, PlatformText};
use crate::consumers::go_archive::quoted;
use crate::consumers::platform::Wanted;
use crate::consumers::remedies::Names;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "Syft";

/// The layer types that the library reads.
const LAYERS: [&str; 11] = [
    mt::OCI_TAR,
    mt::OCI_TAR_GZIP,
    mt::OCI_TAR_ZSTD,
    mt::OCI_NONDISTRIBUTABLE_TAR,
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    mt::DOCKER_TAR_GZIP,
    mt::DOCKER_TAR,
    mt::DOCKER_FOREIGN_TAR_GZIP,
    mt::DOCKER_TAR_ZSTD,
    "application/vnd.docker.image.rootfs.diff.tar+zstd",
    "application/vnd.sylabs.sif.layer.v1.squashfs",
];

const SOURCES: &[Source] = &[Source {
    repository: "anchore/stereoscope",
    path: "pkg/image/layer.go, pkg/image/oci/directory_provider.go, pkg/image/docker/tarball_provider.go",
    at: "2026-08",
}];

const RECENT: Versions = Versions {
    shown: "2026",
    spans: &[("", "")],
};

/// `syft REFERENCE`.
pub static IMAGE: Consumer = Consumer {
    id: "syft",
    name: "Syft, Grype (registry)",
    about: text(
        "Lists the packages of an image in a registry. Every layer has to be of a type that it knows.",
        "列出镜像仓库中某个镜像的软件包。每一层的类型都必须是它认识的。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[],
    ranges: &[Range {
        versions: RECENT,
        label: text("layers by their types", "按类型认层"),
        replay: registry,
    }],
    meant_for: crate::consumers::containerd::is_image,
};

/// `syft FILE`.
pub static ARCHIVE: Consumer = Consumer {
    id: "syft-archive",
    name: "Syft, Grype (archive)",
    about: text(
        "Lists the packages of an image in a docker-archive, an OCI archive or an OCI layout. Of several images one has to fit the platform.",
        "列出 docker-archive、OCI 归档或 OCI 布局中镜像的软件包。有多个镜像时，必须恰有一个符合平台。",
    ),
    scope: Scope::Input,
    sources: SOURCES,
    settings: &[PLATFORM],
    ranges: &[Range {
        versions: RECENT,
        label: text("one image for the platform", "平台对应一个镜像"),
        replay: archive,
    }],
    meant_for: crate::consumers::containerd::holds_images,
};

fn registry(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let found = ggcr::resolve(case, trace, WHO, PlatformText::Short)?;
    // A layer's type is looked up by its digest.
    let types: Vec<(&Descriptor, &str)> = found
        .layers()
        .iter()
        .map(|layer| (layer.own, layer.found.media_type()))
        .collect();
    layer_types(case, trace, found.document, &types)?;
    finish(case, trace, found.document)
}

fn finish(case: &Case, trace: &mut Trace, document: &Document) -> Result<Accept, Stop> {
    image(case, trace, WHO, document)?;
    Ok(Accept::using(
        say("{who} reads this image.", "{who} 会读取这个镜像。").name("who", WHO),
        Some(Locus::whole(&document.path)),
    ))
}

/// `validateLayerMediaTypes`.
fn layer_types(
    case: &Case,
    trace: &mut Trace,
    document: &Document,
    layers: &[(&Descriptor, &str)],
) -> Result<(), Stop> {
    let unknown: Vec<(usize, &(&Descriptor, &str))> = layers
        .iter()
        .enumerate()
        .filter(|(_, (_, found))| !LAYERS.contains(found))
        .collect();
    let Some((_, (first, media_type))) = unknown.first() else {
        return Ok(());
    };
    let because = say(
        "{who} finds a layer of type {type}, which it does not know (such layers: {count}).",
        "{who} 读到它不认识的层类型 {type}（这样的层共 {count} 个）。",
    )
    .name("who", WHO)
    .code("type", *media_type)
    .count("count", unknown.len() as u64);
    let list: Vec<String> = unknown
        .iter()
        .map(|(position, (_, found))| format!("layer {position}: {found}"))
        .collect();
    let error = format!("unsupported layer media type(s): {}", list.join(", "));
    let fix = Fix::new(
        "read-files",
        say(
            "Pull the artifact and read its files.",
            "拉取制品并读取其中的文件。",
        ),
    )
    .with(
        "oras",
        format!(
            "oras pull --output DIRECTORY {}\nsyft dir:DIRECTORY",
            Names::of(case).reference
        ),
    );
    refuse(
        trace,
        error,
        because,
        document.locus(&first.pointer),
        vec![fix],
    )
}

fn archive(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let whole = Locus::whole(&inventory.name);
    let docker = has_member(inventory, "manifest.json");
    let layout =
        document_at(inventory, "index.json").filter(|_| has_member(inventory, "oci-layout"));
    match (inventory.packaging, docker, layout) {
        (Packaging::Folder, _, Some(index)) | (Packaging::Tar, false, Some(index)) => {
            oci(case, trace, index)
        }
        (Packaging::Tar, true, layout) => docker_archive(case, trace, layout.is_some()),
        _ => Err(open(&inventory.name, Why::NotSettled, whole)),
    }
}

fn docker_archive(case: &Case, trace: &mut Trace, layout: bool) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let Some(document) = document_at(inventory, "manifest.json") else {
        return Err(open(
            "manifest.json",
            Why::Unreadable,
            Locus::whole(&inventory.name),
        ));
    };
    let at = Locus::whole(&document.path);
    let images = match &document.claims {
        Claims::DockerArchive(images) => images.as_slice(),
        _ => &[],
    };
    let [only] = images else {
        if images.is_empty() || layout {
            return Err(open("manifest.json", Why::NotSettled, at));
        }
        let because = say(
            "{who} finds several images ({count}) in the archive; it needs one.",
            "{who} 在归档中读到 {count} 个镜像；它只需要一个。",
        )
        .name("who", WHO)
        .count("count", images.len() as u64);
        let fix = Fix::new(
            "save-one",
            say("Save one image into the archive.", "归档中只保存一个镜像。"),
        )
        .with("docker", "docker save -o fixed.tar {name}");
        let error = "cannot process multiple docker manifests".to_string();
        return refuse(trace, error, because, at, vec![fix]);
    };
    let layers = only.layers.value().map_or(&[][..], Vec::as_slice);
    for name in std::iter::once(&only.config)
        .chain(layers)
        .map(|name| name.text())
    {
        if !has_member(inventory, name) {
            return Err(open(name, Why::NotInInput, document.locus(&only.pointer)));
        }
    }
    for layer in layers {
        let Some(id) = inventory.blob_at(layer.text()) else {
            return Err(open(layer.text(), Why::NotInInput, at));
        };
        match super::contents::is_tar(inventory.blob_facts(id, Some(at.clone()))?) {
            Ok(true) => {}
            Ok(false) => return Err(open(layer.text(), Why::NotSettled, at)),
            Err(why) => return Err(open(layer.text(), why, at)),
        }
    }
    trace.pass(
        say(
            "{who} finds a docker-archive of one image, its config and its layers.",
            "{who} 读到只含一个镜像的 docker-archive，配置与各层齐全。",
        )
        .name("who", WHO),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say("{who} reads this archive.", "{who} 会读取这个归档。").name("who", WHO),
        Some(at),
    ))
}

/// An image of the layout with the platforms that its entries name.
struct Found<'a> {
    entry: &'a Descriptor,
    document: &'a Document,
    fits: bool,
}

fn oci(case: &Case, trace: &mut Trace, index: &Document) -> Result<Accept, Stop> {
    let wanted_text = case.set(&PLATFORM);
    let Some(wanted) = Wanted::read(wanted_text) else {
        return Err(open(
            wanted_text,
            Why::NotSettled,
            Locus::whole(&index.path),
        ));
    };
    let mut images = Vec::new();
    walk(case, trace, index, &wanted, &mut images, 0)?;
    let at = index.locus("/manifests");
    let attestation = |found: &Found| {
        let platform = found.entry.platform_text().unwrap_or_default();
        platform == "unknown/unknown"
            || found
                .entry
                .annotations
                .contains_key("vnd.docker.reference.type")
    };
    let (attestations, real): (Vec<_>, Vec<_>) = images.into_iter().partition(attestation);
    let matching: Vec<&Found> = real.iter().filter(|found| found.fits).collect();
    let selected = match (real.as_slice(), matching.as_slice()) {
        ([], _) if attestations.is_empty() => {
            let because = say(
                "{who} finds no image in the layout.",
                "{who} 在布局中没有找到镜像。",
            )
            .name("who", WHO);
            let error = format!(
                "no images found in OCI directory at path {}",
                quoted(&case.inventory.name)
            );
            // An archive is unpacked first, to a folder whose name is not known.
            let error = match case.inventory.packaging {
                Packaging::Folder => error,
                _ => "no images found in OCI directory at path ".to_string(),
            };
            return refuse(trace, error, because, at, Vec::new());
        }
        ([only], _) if attestations.is_empty() => only,
        (_, [only]) => *only,
        (_, _) if !attestations.is_empty() => {
            return Err(open("attestation-manifest", Why::NotSettled, at));
        }
        (_, matching) => {
            let because = say(
                "{who} finds several images, of which {count} are for {platform}; it needs exactly one.",
                "{who} 读到多个镜像，其中 {count} 个的平台是 {platform}；它需要恰好一个。",
            )
            .name("who", WHO)
            .count("count", matching.len() as u64)
            .code("platform", wanted_text);
            let error = format!(
                "unexpected number of images matching platform {} in OCI directory (expected 1, found {})",
                quoted(wanted_text),
                matching.len()
            );
            let fix = Fix::new(
                "one-platform",
                say(
                    "Copy the image that you mean into a layout of its own.",
                    "把要读取的镜像单独复制到一个布局中。",
                ),
            )
            .with("skopeo", "skopeo copy oci:LAYOUT:TAG oci:ONE:TAG");
            return refuse(trace, error, because, at, vec![fix]);
        }
    };
    trace.note(
        say("{who} takes {digest}.", "{who} 取 {digest}。")
            .name("who", WHO)
            .code("digest", selected.entry.digest()),
        Some(Locus::whole(&selected.document.path)),
    );
    let types: Vec<(&Descriptor, &str)> = match &selected.document.claims {
        Claims::Manifest(m) => m.layers().iter().map(|l| (l, l.media_type())).collect(),
        _ => Vec::new(),
    };
    layer_types(case, trace, selected.document, &types)?;
    finish(case, trace, selected.document)
}

/// `walkImages`: every manifest of the layout, each digest once.
fn walk<'a>(
    case: &Case<'a>,
    trace: &mut Trace,
    index: &'a Document,
    wanted: &Wanted,
    images: &mut Vec<Found<'a>>,
    depth: usize,
) -> Result<(), Stop> {
    let Claims::Index(claims) = &index.claims else {
        return Err(open(
            &index.path,
            Why::Unreadable,
            Locus::whole(&index.path),
        ));
    };
    for entry in claims.manifests() {
        trace.visit(entry)?;
        if mt::is_index(entry.media_type()) {
            if depth >= limits::INDEX_DEPTH {
                return Err(open(
                    entry.digest(),
                    Why::TooManyPaths,
                    index.locus(&entry.pointer),
                ));
            }
            let inner = case.inventory.target(index, entry)?;
            walk(case, trace, inner, wanted, images, depth + 1)?;
        } else if mt::is_manifest(entry.media_type()) {
            let document = case.inventory.target(index, entry)?;
            let fits = entry.platform.value().is_some_and(|platform| {
                platform.os == wanted.os
                    && platform.architecture == wanted.architecture
                    && (wanted.variant.is_empty()
                        || platform.variant.as_deref() == Some(wanted.variant.as_str()))
            });
            match images
                .iter_mut()
                .find(|found| found.entry.digest() == entry.digest())
            {
                Some(found) => found.fits |= fits,
                None => images.push(Found {
                    entry,
                    document,
                    fits,
                }),
            }
        }
    }
    Ok(())
}
