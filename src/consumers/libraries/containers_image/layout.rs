//! `oci:` and `oci-archive:`: `index.json` decoded, and the entry of it that is asked for.

use super::source::{Opened, unreadable};
use super::transport::{Asked, Transport};
use super::typed;
use super::{Release, Run};
use crate::artifact::documents::{Descriptor, Index};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::tar::TarDefect;
use crate::consumers::go_archive::quoted;
use crate::consumers::unpacking::UNEXPECTED_EOF;
use crate::consumers::{Stop, containerd, docker_load, go_decode};
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt, reference};
use crate::text::say;

impl<'a> Opened<'a> {
    /// `getManifestDescriptor`.
    pub(super) fn open_layout(&mut self, run: &mut Run<'_, 'a>, asked: &Asked) -> Result<(), Stop> {
        let inventory = run.inventory();
        if self.transport == Transport::LayoutArchive && is_cut(inventory)? {
            let because = say(
                "{who} unpacks the whole archive first, and it is cut off.",
                "{who} 先解开整个归档，而归档不完整。",
            );
            return Err(run.refuse(
                "creating temp directory: untarring file \"…\": unexpected EOF",
                because,
                None,
            ));
        }
        if self.transport == Transport::LayoutArchive
            && inventory
                .archive_defect
                .as_ref()
                .is_some_and(|d| !d.is_harmless())
        {
            return Err(Missing {
                what: inventory.name.clone(),
                why: Why::Unreadable,
                at: None,
            }
            .into());
        }
        if inventory.blob_at("index.json").is_none() {
            let because = say(
                "{who} reads `index.json` first, and there is none.",
                "{who} 首先读取 `index.json`，而这里没有。",
            );
            let folder = self.unpacked();
            return Err(run.refuse(
                format!("open {folder}/index.json: no such file or directory"),
                because,
                Some(Locus::whole("index.json")),
            ));
        }
        let document = containerd::root_document(inventory, "index.json")?;
        if let Some(error) = typed::error_of_first(document, typed::OCI_INDEX, run.series)? {
            let because = say(
                "{who} cannot decode `index.json`.",
                "{who} 无法解码 `index.json`。",
            );
            return Err(run.refuse(error, because, Some(Locus::whole("index.json"))));
        }
        let Some(root) = document.json.root.as_ref() else {
            return Err(unreadable("index.json").into());
        };
        let index = go_decode::index_of(document, root);
        let chosen = self.choose(run, document, &index, asked)?;
        self.layout = Some((document, index, chosen));
        Ok(())
    }

    pub(super) fn choose(
        &self,
        run: &mut Run<'_, 'a>,
        document: &'a Document,
        index: &Index,
        asked: &Asked,
    ) -> Result<Descriptor, Stop> {
        let entries = index.manifests();
        let place = Locus::whole("index.json");
        let name = match asked {
            Asked::Only => {
                if let [only] = entries {
                    return Ok(only.clone());
                }
                let because = say(
                    "{who} takes the only image of a layout when none is named; this one lists {count}.",
                    "未指明名称时，{who} 取布局中唯一的镜像；此布局列出 {count} 个。",
                )
                .count("count", entries.len() as u64);
                return Err(run.refuse(
                    "more than one image in oci, choose an image",
                    because,
                    Some(document.locus("/manifests")),
                ));
            }
            Asked::At(position) => {
                return match entries.get(*position) {
                    Some(entry) => Ok(entry.clone()),
                    None => Err(unreadable("index.json").into()),
                };
            }
            Asked::Named(name) => name,
        };
        if !reference::is_entry_name(name) {
            let because = say(
                "{who} cannot ask for the name {name}: it breaks the grammar of names in a layout.",
                "{who} 无法用名称 {name} 指定镜像：它不符合布局中名称的语法。",
            )
            .code("name", name);
            return Err(run.refuse(format!("Invalid image {name}"), because, Some(place)));
        }
        let named: Vec<&Descriptor> = entries
            .iter()
            .filter(|e| e.annotations.get(annotation::REF_NAME) == Some(name))
            .collect();
        for entry in &named {
            let fits = match entry.media_type() {
                mt::OCI_MANIFEST | mt::OCI_INDEX => true,
                mt::DOCKER_MANIFEST | mt::DOCKER_LIST => {
                    let at = document.locus(&entry.pointer);
                    run.series
                        .has(Release::V5_39, entry.media_type(), Some(&at))?
                }
                _ => false,
            };
            if fits {
                let at = document.locus(&entry.pointer);
                let says = say(
                    "{who} takes the first entry of `index.json` named {name}, {digest}.",
                    "{who} 取 `index.json` 中第一个名为 {name} 的条目 {digest}。",
                );
                run.pass(
                    says.code("name", name).code("digest", entry.digest()),
                    Some(at),
                );
                return Ok((*entry).clone());
            }
        }
        let before = format!("no descriptor found for reference {}", quoted(name));
        let types: Vec<String> = named.iter().map(|e| quoted(e.media_type())).collect();
        let error = if named.is_empty() {
            before
        } else {
            let after = format!(
                "reference {} matches unsupported manifest MIME types [{}]",
                quoted(name),
                types.join(" ")
            );
            match (
                run.series.from >= Release::V5_34,
                run.series.to < Release::V5_34,
            ) {
                (true, _) => after,
                (_, true) => before,
                // Refused either way, in words that share nothing.
                _ => quoted(name),
            }
        };
        let because = say(
            "{who} finds no manifest or index named {name} in `index.json`.",
            "{who} 在 `index.json` 中找不到名为 {name} 的清单或索引。",
        )
        .code("name", name);
        Err(run.refuse(error, because, Some(document.locus("/manifests"))))
    }
}

/// Whether an archive ends inside an entry, or inside the stream that it came in before an image is seen in it.
pub(in crate::consumers) fn is_cut(inventory: &Inventory) -> Result<bool, Missing> {
    let packed = matches!(inventory.packaging, Packaging::Gzip | Packaging::Zstd);
    match inventory.archive_defect {
        Some(TarDefect::Truncated { .. }) => Ok(true),
        None if packed => Ok(docker_load::broken(inventory)? == Some(UNEXPECTED_EOF)),
        _ => Ok(false),
    }
}
