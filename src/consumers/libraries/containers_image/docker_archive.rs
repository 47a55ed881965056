//! `docker-archive:` as the library reads it: the element of `manifest.json`, its config and its layers by diffID. The
//! manifest that it makes of them is Docker's, with diffIDs as digests.

use super::manifests::{Form, Image, Part};
use super::names::{check_name, normalized, tagged};
use super::transport::Asked;
use super::{Release, Run, typed};
use crate::artifact::documents::{self, DockerImage};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryKind, TarDefect};
use crate::consumers::go_archive::quoted;
use crate::consumers::unpacking::UNEXPECTED_EOF;
use crate::consumers::{Stop, containerd, docker_load};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

/// An archive whose `manifest.json` was read.
pub(in crate::consumers) struct Archive<'a> {
    pub(super) document: &'a Document,
    pub(super) images: Vec<DockerImage>,
    asked: Asked,
}

/// A layer of the chosen image.
#[derive(Clone)]
struct Layer {
    digest: String,
    path: String,
    at: Locus,
    /// It is a link to the file: its header says 0 bytes.
    linked: bool,
}

/// The layers of the chosen image.
pub(in crate::consumers) struct Layers(Vec<Layer>);

impl<'a> Archive<'a> {
    /// `NewReaderFromFile`.
    pub fn open(run: &mut Run<'_, 'a>, asked: &Asked) -> Result<Archive<'a>, Stop> {
        let inventory = run.inventory();
        let at = Locus::whole("manifest.json");
        if let Asked::Named(name) = asked {
            check_name(run, name)?;
        }
        if inventory.packaging == Packaging::Gzip {
            // Builds of v5.23 have been seen to lose bytes of an archive in gzip.
            run.series
                .has(Release::V5_34, &inventory.name, None)
                .and_then(|has| match has {
                    true => Ok(()),
                    false => Err(super::old_schema(
                        &inventory.name,
                        &Locus::whole(&inventory.name),
                    )),
                })?;
        }
        let cut = matches!(inventory.archive_defect, Some(TarDefect::Truncated { .. }));
        let mut packed = !inventory.stream_defects.is_empty();
        if !packed && !cut && inventory.blob_at("manifest.json").is_none() {
            // A compressed file that ends before an image is seen in it is one blob.
            packed = docker_load::broken(inventory)? == Some(UNEXPECTED_EOF)
                && matches!(inventory.packaging, Packaging::Gzip | Packaging::Zstd);
        }
        if inventory.blob_at("manifest.json").is_none() && (cut || packed) {
            return Err(cut_off(run, packed));
        }
        if inventory.blob_at("manifest.json").is_none() {
            if !containerd::holds_files(inventory) {
                return Err(Missing {
                    what: "manifest.json".to_string(),
                    why: Why::NotGiven,
                    at: None,
                }
                .into());
            }
            let because = say(
                "{who} reads `manifest.json` at the root of the archive first, and there is none.",
                "{who} 首先读取归档根目录的 `manifest.json`，而这里没有。",
            );
            let error = component(run, "manifest.json", "file does not exist");
            return Err(run.refuse(error, because, Some(at)));
        }
        let document = containerd::root_document(inventory, "manifest.json")?;
        let because = || {
            say(
                "{who} cannot decode `manifest.json` as the list of a docker-archive.",
                "{who} 无法把 `manifest.json` 解码为 docker-archive 的列表。",
            )
        };
        if let Some(error) = typed::error(document, typed::DOCKER_ARCHIVE, run.series)? {
            return Err(run.refuse(
                format!("decoding tar manifest.json: {error}"),
                because(),
                Some(at),
            ));
        }
        let images = document.json.root.as_ref().map(documents::docker_archive);
        Ok(Archive {
            document,
            images: images.unwrap_or_default(),
            asked: asked.clone(),
        })
    }

    /// `ChooseManifestItem`.
    fn choose(&self, run: &mut Run<'_, 'a>) -> Result<DockerImage, Stop> {
        let found = match &self.asked {
            Asked::Named(name) => {
                let wanted = tagged(name);
                let fits =
                    |image: &&DockerImage| image.tags().iter().any(|tag| normalized(tag) == wanted);
                let Some(found) = self.images.iter().find(fits) else {
                    let because = say(
                        "{who} looks for the tag {tag} in `manifest.json`, and no image has it.",
                        "{who} 在 `manifest.json` 中查找标签 {tag}，但没有镜像带有它。",
                    )
                    .code("tag", &wanted);
                    return Err(run.refuse(
                        format!("Tag {} not found", quoted(&wanted)),
                        because,
                        Some(Locus::whole("manifest.json")),
                    ));
                };
                Some(found)
            }
            Asked::At(position) => self.images.get(*position),
            Asked::Only => match self.images.as_slice() {
                [only] => Some(only),
                _ => {
                    let count = self.images.len();
                    let because = say(
                        "{who} takes the only image of an archive when none is named; this one lists {count}.",
                        "未指明名称时，{who} 取归档中唯一的镜像；此归档列出 {count} 个。",
                    )
                    .count("count", count as u64);
                    return Err(run.refuse(
                        format!("Unexpected tar manifest.json: expected 1 item, got {count}"),
                        because,
                        Some(Locus::whole("manifest.json")),
                    ));
                }
            },
        };
        found.cloned().ok_or_else(|| {
            Missing {
                what: "manifest.json".to_string(),
                why: Why::Unreadable,
                at: Some(self.document.locus("")),
            }
            .into()
        })
    }

    /// `ensureCachedDataIsPresent`: the image with its layers, and where those are.
    pub fn image(&self, run: &mut Run<'_, 'a>) -> Result<(Image, &'a Document, Layers), Stop> {
        let chosen = self.choose(run)?;
        let at = self.document.locus(&format!("{}/Config", chosen.pointer));
        let path = chosen.config.text().to_string();
        let inventory = run.inventory();
        let Some(blob) = inventory.blob_at(&path) else {
            let because = say(
                "{who} opens the config {path} that `manifest.json` names, and there is none.",
                "{who} 要打开 `manifest.json` 指名的配置 {path}，而它不存在。",
            )
            .code("path", &path);
            let error = component(run, &path, "file does not exist");
            return Err(run.refuse(error, because, Some(at)));
        };
        let document = containerd::document_of(inventory, blob, Some(at.clone()))?;
        let shown = |run: &Run, before: &str| {
            run.series.worded(
                format!("{before}{path}"),
                Release::V5_34,
                format!("{before}{}", quoted(&path)),
            )
        };
        if let Some(error) = typed::error(document, typed::DOCKER_ARCHIVE_CONFIG, run.series)? {
            let because = say(
                "{who} cannot decode the config {path}.",
                "{who} 无法解码配置 {path}。",
            )
            .code("path", &path);
            let error = format!("{}: {error}", shown(run, "decoding tar config "));
            let error = if error.contains('…') {
                "decoding tar config …".to_string()
            } else {
                error
            };
            return Err(run.refuse(error, because, Some(at)));
        }
        let config = document.json.root.as_ref().map(documents::config);
        let Some(config) = config.filter(|config| config.has_rootfs) else {
            let because = say(
                "{who} needs `rootfs` in the config {path}.",
                "{who} 需要配置 {path} 中有 `rootfs`。",
            )
            .code("path", &path);
            let error = shown(run, "Invalid image config (rootFS is not set): ");
            return Err(run.refuse(error, because, Some(Locus::whole(&path))));
        };
        let layers = self.layers(run, &chosen, document, &config.diff_ids())?;
        let part = |media_type: &str, digest: &str, at: Locus| Part {
            media_type: media_type.to_string(),
            digest: digest.to_string(),
            size: -1,
            outside: false,
            at,
        };
        let facts = inventory.blob_facts(blob, Some(at.clone()));
        let digest = run.later(facts).map_or("", |facts| facts.sha256.as_str());
        let parts = layers
            .0
            .iter()
            .map(|layer| part(mt::DOCKER_TAR_GZIP, &layer.digest, layer.at.clone()));
        let image = Image {
            form: Form::Docker,
            config: part(mt::DOCKER_CONFIG, digest, at),
            layers: parts.collect(),
            artifact_type: String::new(),
            guessed: mt::DOCKER_MANIFEST.to_string(),
        };
        Ok((image, document, layers))
    }

    /// `prepareLayerData`.
    fn layers(
        &self,
        run: &mut Run<'_, 'a>,
        chosen: &DockerImage,
        config: &Document,
        diff_ids: &[&str],
    ) -> Result<Layers, Stop> {
        let paths = chosen.layer_paths();
        if paths.len() != diff_ids.len() {
            let because = say(
                "{who} needs as many layers as diffIDs; {layers} layers stand against {diff_ids} diffIDs.",
                "{who} 需要层与 diffID 数量相等；这里有 {layers} 个层、{diff_ids} 个 diffID。",
            )
            .count("layers", paths.len() as u64)
            .count("diff_ids", diff_ids.len() as u64);
            return Err(run.refuse(
                format!(
                    "Inconsistent layer count: {} in manifest, {} in config",
                    paths.len(),
                    diff_ids.len()
                ),
                because,
                Some(config.locus("/rootfs/diff_ids")),
            ));
        }
        let mut known: Vec<Layer> = Vec::new();
        let mut all = Vec::new();
        for (i, (diff_id, path)) in diff_ids.iter().zip(&paths).enumerate() {
            let at = self
                .document
                .locus(&format!("{}/Layers/{i}", chosen.pointer));
            let path = cleaned(path);
            if let Some(same) = known.iter().find(|known| known.digest == *diff_id) {
                all.push(same.clone());
                continue;
            }
            if known.iter().any(|known| known.path == path) {
                let because = say(
                    "{who} finds the file {path} named for two layers with different diffIDs.",
                    "{who} 发现文件 {path} 被两个 diffID 不同的层引用。",
                )
                .code("path", &path);
                let quoted_path = quoted(&path);
                let error = run.series.worded(
                    format!("Layer tarfile {path} used for two different DiffID values"),
                    Release::V5_34,
                    format!("Layer tarfile {quoted_path} used for two different DiffID values"),
                );
                return Err(run.refuse(error, because, Some(at)));
            }
            let entries = run.inventory().entries.iter();
            let kind = entries.rev().find(|e| *e.path == *path).map(|e| e.kind);
            if kind == Some(EntryKind::HardLink) {
                // Its header stands for no bytes of its own.
                return Err(super::old_schema(&path, &at).into());
            }
            let found = Layer {
                digest: diff_id.to_string(),
                linked: kind == Some(EntryKind::Symlink),
                path,
                at,
            };
            known.push(found.clone());
            all.push(found);
        }
        for Layer {
            path, at, linked, ..
        } in &known
        {
            if !linked && run.inventory().blob_at(path).is_none() {
                let because = say(
                    "{who} looks for the layer {path} that `manifest.json` names, and there is none.",
                    "{who} 查找 `manifest.json` 指名的层 {path}，而它不存在。",
                )
                .code("path", path);
                return Err(run.refuse(
                    "Some layer tarfiles are missing in the tarball",
                    because,
                    Some(at.clone()),
                ));
            }
        }
        Ok(Layers(all))
    }
}

impl Layers {
    fn find(&self, digest: &str) -> Option<&Layer> {
        self.0.iter().find(|layer| layer.digest == digest)
    }

    /// Whether a layer is a link, whose size the library takes for 0.
    pub fn is_linked(&self, digest: &str) -> bool {
        self.find(digest).is_some_and(|layer| layer.linked)
    }

    /// What was measured of the file of a layer.
    pub fn facts<'a>(
        &self,
        run: &mut Run<'_, 'a>,
        digest: &str,
        at: &Locus,
    ) -> Result<Option<&'a BlobFacts>, Stop> {
        let path = self.find(digest).map_or("", |layer| layer.path.as_str());
        let Some(blob) = run.inventory().blob_at(path) else {
            let because = say(
                "{who} opens the layer {path}, a link to a file that is not there.",
                "{who} 要打开层 {path}，它是一个链接，而所指文件不存在。",
            )
            .code("path", path);
            return Err(run.refuse("file does not exist", because, Some(at.clone())));
        };
        let facts = run.inventory().blob_facts(blob, Some(at.clone()));
        Ok(run.later(facts))
    }
}

fn component(run: &Run, path: &str, error: &str) -> String {
    let quoted_path = quoted(path);
    let start = "loading tar component ";
    if run.series.from == Release::V5_10 {
        return error.to_string();
    }
    let whole = run.series.worded(
        format!("{start}{path}: {error}"),
        Release::V5_34,
        format!("{start}{quoted_path}: {error}"),
    );
    match whole.ends_with('…') {
        true => format!("{whole}: {error}"),
        false => whole,
    }
}

/// The archive ends before `manifest.json` was found.
fn cut_off(run: &mut Run, packed: bool) -> Stop {
    let because = say(
        "{who} looks for `manifest.json`, and the archive ends in the middle of a file.",
        "{who} 查找 `manifest.json`，而归档在某个文件中间就结束了。",
    );
    let error = if packed {
        "copying contents to temporary file …: unexpected EOF".to_string()
    } else {
        component(run, "manifest.json", "unexpected EOF")
    };
    run.refuse(error, because, Some(Locus::whole("manifest.json")))
}

/// Go's `path.Clean` for the paths that occur here.
fn cleaned(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let mut out: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            ".." if out.last().is_some_and(|last| *last != "..") => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    match (path.starts_with('/'), out.is_empty()) {
        (true, _) => format!("/{}", out.join("/")),
        (false, true) => ".".to_string(),
        (false, false) => out.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_does() {
        for (path, clean) in [
            ("./a/b", "a/b"),
            ("a/../b", "b"),
            ("", "."),
            ("/a//b", "/a/b"),
        ] {
            assert_eq!(cleaned(path), clean);
        }
    }
}
