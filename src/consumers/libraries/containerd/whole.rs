//! `Image.Unpack` of containerd's client: the config is read, layers are counted against it and applied.

use super::apply::{self, By, Layers};
use super::client::{Selected, config_of};
use super::content::{self, Content};
use super::{Release, document_of};
use crate::artifact::documents::DockerImage;
use crate::artifact::{Document, Inventory};
use crate::consumers::{Stop, Trace, unpacking};
use crate::text::say;

/// `Image.Unpack` of an image that has a manifest document: gives the number of layers.
pub(in crate::consumers) fn unpack_image(
    content: Content,
    selected: &Selected,
    release: Release,
    trace: &mut Trace,
) -> Result<u64, Stop> {
    let resolve = |stop: Stop, trace: &mut Trace| match stop {
        Stop::Refuse(refusal) => {
            trace.fail(refusal.because.clone(), refusal.at.clone());
            Stop::Refuse(Box::new(refusal.wrap("failed to resolve rootfs: {}")))
        }
        unknown => unknown,
    };
    let config_document = config_of(content, selected.document, &selected.manifest)
        .map_err(|stop| resolve(stop, trace))?;
    let config = content::config(config_document).map_err(|stop| resolve(stop, trace))?;
    let layers = apply::counted(&selected.manifest, release, By::Client);
    let diff_ids = config.diff_ids();
    apply::count(
        layers.len(),
        diff_ids.len(),
        By::Client,
        Some(config_document.locus("/rootfs/diff_ids")),
        trace,
    )?;
    let count = layers.len() as u64;
    let layers = Layers {
        layers,
        document: selected.document,
        diff_ids,
    };
    apply::apply(content, &layers, release, By::Client, trace)?;
    Ok(count)
}

/// The same for an image of a docker-archive, whose manifest containerd has written itself.
pub(in crate::consumers) fn unpack_docker(
    inventory: &Inventory,
    document: &Document,
    image: &DockerImage,
    release: Release,
    trace: &mut Trace,
) -> Result<u64, Stop> {
    let at = Some(document.locus(&format!("{}/Config", image.pointer)));
    let Some(blob) = inventory.blob_at(image.config.text()) else {
        return Ok(0);
    };
    let config = content::config(document_of(inventory, blob, at)?)?;
    let (paths, diff_ids) = (image.layer_paths(), config.diff_ids());
    let layers_at = Some(document.locus(&format!("{}/Layers", image.pointer)));
    apply::count(paths.len(), diff_ids.len(), By::Client, layers_at, trace)?;
    for (i, (path, expected)) in paths.iter().zip(diff_ids).enumerate() {
        let at = Some(document.locus(&format!("{}/Layers/{i}", image.pointer)));
        let Some(blob) = inventory.blob_at(path) else {
            continue;
        };
        let facts = inventory.blob_facts(blob, at.clone())?;
        let stream = unpacking::by_bytes(facts, apply::detects(release));
        if let Err(end) = apply::one(facts, stream, i, expected, release, By::Client) {
            return Err(apply::ended(end, expected, path, at, trace));
        }
        trace.pass(
            say(
                "The layer {layer} is unpacked; its diffID is as in the config.",
                "层 {layer} 可以解包；其 diffID 与配置一致。",
            )
            .code("layer", *path),
            at,
        );
    }
    Ok(paths.len() as u64)
}
