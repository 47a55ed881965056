//! Reading an archive as containerd's `archive.ImportIndex` does: `oci-layout` and `index.json`, or else `manifest.json`, and
//! the names that what is in it gets. What the images are like is not looked at here.

use super::docker_archive::docker;
use super::{Series, entries, is_reference, root_document};
use crate::artifact::documents::{Claims, Descriptor, DockerImage};
use crate::artifact::{Document, Inventory};
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::go_reference::Capitals;
use crate::consumers::{
    Refusal, Stop, Trace, docker_load, go_structs, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::spec::annotation;
use crate::text::say;

/// An image that an import would store.
pub(in crate::consumers) struct Imported<'a> {
    /// Its name, empty where it has none that is a reference.
    pub name: String,
    /// The name that containerd's own commands store it under: the entry's, whatever it is.
    pub stored_name: String,
    /// Where it begins.
    pub start: Start<'a>,
    /// Where that is written.
    pub at: Option<Locus>,
}

/// Where an imported image begins.
pub(in crate::consumers) enum Start<'a> {
    /// An entry of `index.json`.
    Entry(&'a Document, &'a Descriptor),
    /// An element of `manifest.json`.
    Docker(&'a Document, DockerImage),
}

/// `archive.ImportIndex` and the naming of `client.Import`: what would be stored, or the refusal.
pub(in crate::consumers) fn import<'a>(
    inventory: &'a Inventory,
    series: Series,
    trace: &mut Trace,
) -> Result<Vec<Imported<'a>>, Stop> {
    if let Some(error) = docker_load::broken(inventory)? {
        let because = say(
            "It reads the tar to its end, and this one is cut off or damaged.",
            "它要把整个 tar 读到末尾，而这个归档不完整或已损坏。",
        );
        trace.fail(because.clone(), None);
        return Err(Refusal::new(error, because, None)
            .fix(remedies::export_again())
            .into());
    }
    let capitals = match series {
        Series::V1 => Capitals::Unnamed,
        Series::V2 => Capitals::Named,
    };
    if inventory.blob_at("oci-layout").is_some() {
        let header = root_document(inventory, "oci-layout")?;
        let decoded = go_decode::decode(header, go_structs::LAYOUT, Reader::Stream)?;
        if let Err(error) = decoded {
            trace.fail(
                say("`oci-layout` has to be JSON.", "`oci-layout` 必须是 JSON。"),
                Some(Locus::whole("oci-layout")),
            );
            return Err(Refusal::new(
                format!("untar oci layout \"oci-layout\": {error}"),
                say(
                    "containerd cannot decode `oci-layout`.",
                    "containerd 无法解码 `oci-layout`。",
                ),
                Some(Locus::whole("oci-layout")),
            )
            .fix(remedies::export_again())
            .into());
        }
        let version = match &header.claims {
            Claims::Layout(layout) => layout.version.text(),
            _ => "",
        };
        if !version.is_empty() {
            return layout(inventory, header, version, trace);
        }
    }
    docker(inventory, capitals, trace)
}

fn layout<'a>(
    inventory: &'a Inventory,
    header: &Document,
    version: &str,
    trace: &mut Trace,
) -> Result<Vec<Imported<'a>>, Stop> {
    let at = Some(header.locus("/imageLayoutVersion"));
    if version != "1.0.0" {
        trace.fail(
            say(
                "`imageLayoutVersion` has to be `1.0.0`; it is {version}.",
                "`imageLayoutVersion` 必须是 `1.0.0`；此处为 {version}。",
            )
            .code("version", version),
            at.clone(),
        );
        return Err(Refusal::new(
            format!("unsupported OCI version {version}"),
            say(
                "containerd imports layouts of version 1.0.0 only.",
                "containerd 只导入 1.0.0 版本的布局。",
            ),
            at,
        )
        .fix(remedies::export_again())
        .into());
    }
    trace.pass(
        say(
            "containerd finds `oci-layout` with version 1.0.0: it imports an OCI layout and ignores `manifest.json`.",
            "containerd 找到版本为 1.0.0 的 `oci-layout`：按 OCI 布局导入，忽略 `manifest.json`。",
        ),
        at,
    );
    if inventory.blob_at("index.json").is_none() {
        trace.fail(
            say(
                "`index.json` has to stand beside it; it does not.",
                "旁边必须有 `index.json`；但没有。",
            ),
            None,
        );
        return Err(Refusal::new(
            "missing index.json in OCI layout 1.0.0",
            say(
                "containerd finds `oci-layout` and no `index.json`.",
                "containerd 找到了 `oci-layout`，却没有 `index.json`。",
            ),
            None,
        )
        .fix(remedies::export_again())
        .into());
    }
    let document = root_document(inventory, "index.json")?;
    if let Err(error) = go_decode::index(document)? {
        trace.fail(
            say(
                "`index.json` has to be an index.",
                "`index.json` 必须是索引。",
            ),
            Some(Locus::whole("index.json")),
        );
        return Err(Refusal::new(
            error,
            say(
                "containerd cannot decode `index.json`.",
                "containerd 无法解码 `index.json`。",
            ),
            Some(Locus::whole("index.json")),
        )
        .fix(remedies::export_again())
        .into());
    }
    Ok(entries(document)
        .iter()
        .map(|d| {
            let at = Some(document.locus(&d.pointer));
            let name = d
                .annotations
                .get(annotation::CONTAINERD_NAME)
                .or_else(|| d.annotations.get(annotation::REF_NAME))
                .filter(|name| is_reference(name))
                .cloned()
                .unwrap_or_default();
            let stored_name = [annotation::CONTAINERD_NAME, annotation::REF_NAME]
                .iter()
                .filter_map(|key| d.annotations.get(*key))
                .find(|name| !name.is_empty())
                .cloned()
                .unwrap_or_default();
            Imported {
                name,
                stored_name,
                start: Start::Entry(document, d),
                at,
            }
        })
        .collect())
}
