//! `docker-archive:` as the library reads it: the element of `manifest.json`, its config and its layers by diffID. The
//! manifest that it makes of them is Docker's, with diffIDs as digests.

use super::manifests::{Form, Image, Part};
use super::source::Asked;
use super::{Release, Run, typed};
use crate::artifact::documents::{self, DockerImage};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryKind, TarDefect};
use crate::consumers::go_archive::quoted;
use crate::consumers::{Stop, containerd};
use crate::place::Locus;
use crate::spec::{media_type as mt, reference};
use crate::text::say;

/// An archive whose `manifest.json` was read.
pub(in crate::consumers) struct Archive<'a> {
    document: &'a Document,
    images: Vec<DockerImage>,
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
        let cut = cut || !inventory.stream_defects.is_empty();
        if inventory.blob_at("manifest.json").is_none() && cut {
            return Err(cut_off(run));
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
        const ITEMS: typed::Shape = typed::Shape::List(&typed::Shape::Object(&[
            ("Config", typed::Shape::Text),
            ("RepoTags", typed::Shape::List(&typed::Shape::Text)),
            ("Layers", typed::Shape::List(&typed::Shape::Text)),
        ]));
        if let Some(error) = typed::error(document, ITEMS) {
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
        if let Some(error) = typed::error(document, typed::CONFIG) {
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

/// `Reader.List`: every tag of every image, and images without a tag by their position.
pub(in crate::consumers) fn docker_references(run: &mut Run) -> Result<Vec<Asked>, Stop> {
    let archive = Archive::open(run, &Asked::Only)?;
    let mut references = Vec::new();
    for (position, image) in archive.images.iter().enumerate() {
        let tags = image.tags();
        if tags.is_empty() {
            references.push(Asked::At(position));
        }
        for tag in tags {
            let error = name_error(tag);
            let tagless = tagged(tag) != normalized(tag) || tag.contains('@');
            let at = Some(
                archive
                    .document
                    .locus(&format!("{}/RepoTags", image.pointer)),
            );
            if error.is_some() || tagless {
                let because = say(
                    "{who} cannot take {tag} in `RepoTags` for an image name with a tag.",
                    "{who} 无法把 `RepoTags` 中的 {tag} 当作带标签的镜像名。",
                )
                .code("tag", tag);
                let text = match error.filter(|_| !tag.contains('@')) {
                    Some(error) => format!(
                        "Invalid tag {} in manifest item @{position}: {error}",
                        quoted(tag)
                    ),
                    None => format!("Invalid tag {tag} (…): does not contain a tag"),
                };
                return Err(run.refuse(text, because, at));
            }
            references.push(Asked::Named(tag.to_string()));
        }
    }
    Ok(references)
}

/// Why a text is no image name.
fn name_error(name: &str) -> Option<&'static str> {
    let whole = normalized(name);
    let path = whole.split_once('/').map_or("", |(_, path)| path);
    if path
        .split(':')
        .next()
        .is_some_and(|path| path.to_lowercase() != path)
    {
        Some("invalid reference format: repository name must be lowercase")
    } else if !reference::is_tagged(&tagged(name)) {
        Some("invalid reference format")
    } else {
        None
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

/// `ParseReference`: a name with a tag, or none, which is `latest`.
fn check_name(run: &mut Run, name: &str) -> Result<(), Stop> {
    let error = if name.contains('@') {
        format!("reference does not include a tag: {name}")
    } else {
        match name_error(name) {
            Some(error) => format!("docker-archive parsing reference: {error}"),
            None => return Ok(()),
        }
    };
    let because = say(
        "{who} cannot ask for the name {name}: it is no image name with a tag.",
        "{who} 无法用名称 {name} 指定镜像：它不是带标签的镜像名。",
    )
    .code("name", name);
    Err(run.refuse(error, because, Some(Locus::whole("manifest.json"))))
}

/// The archive ends before `manifest.json` was found.
fn cut_off(run: &mut Run) -> Stop {
    let because = say(
        "{who} looks for `manifest.json`, and the archive ends in the middle of a file.",
        "{who} 查找 `manifest.json`，而归档在某个文件中间就结束了。",
    );
    let compressed = !run.inventory().stream_defects.is_empty();
    let error = if compressed {
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

/// A name as it is asked for: normalized, and with a tag.
pub(super) fn tagged(name: &str) -> String {
    let whole = normalized(name);
    let last = whole.rsplit('/').next().unwrap_or_default();
    match last.contains(':') || last.contains('@') {
        true => whole,
        false => format!("{whole}:latest"),
    }
}

/// A name as `reference.ParseNormalizedNamed` shows it, as far as two names have to be compared.
pub(super) fn normalized(name: &str) -> String {
    let (domain, rest) = match name.split_once('/') {
        Some((domain, rest))
            if domain.contains(['.', ':'])
                || domain == "localhost"
                || domain.to_lowercase() != domain =>
        {
            (domain, rest)
        }
        _ => ("docker.io", name),
    };
    match (domain, rest.contains('/')) {
        ("docker.io" | "index.docker.io", false) => format!("docker.io/library/{rest}"),
        ("index.docker.io", true) => format!("docker.io/{rest}"),
        _ => format!("{domain}/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized_as_docker_does() {
        for (name, whole) in [
            ("a:1", "docker.io/library/a:1"),
            ("b/a:1", "docker.io/b/a:1"),
            ("localhost/a:1", "localhost/a:1"),
            ("r.io:5000/b/a:1", "r.io:5000/b/a:1"),
        ] {
            assert_eq!(normalized(name), whole);
        }
    }

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
