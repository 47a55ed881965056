//! `copy.Image`: the index or the image of a source, every layer with its digest, the config, and the manifest in the form
//! that the destination takes. Also `Inspect`. What storing adds to it stands in `storage`.

use super::choose;
use super::docker_archive::Layers;
use super::manifests::{self, Form, Got, Image, Part, artifact_error};
use super::source::Opened;
use super::{Release, Run, To, digest_error, typed};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, CodecDefect, Compression, Form as Bytes};
use crate::consumers::go_archive::{self, quoted};
use crate::consumers::{Stop, containerd};
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

/// The longest config that is read, in bytes.
const CONFIG_BYTES: u64 = 4 << 20;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::consumers) struct Copied {
    /// Images.
    pub images: u64,
    /// Their layers.
    pub layers: u64,
}

/// One image in a source that is about to be copied.
pub(super) struct One<'s, 'a> {
    pub source: &'s Opened<'a>,
    pub image: Image,
    /// The layers of a docker-archive, and the document of its config.
    pub archived: Option<(&'a Document, Layers)>,
}

impl<'a> Run<'_, 'a> {
    /// Copies what a source stands for; with `all`, every image of an index.
    pub fn copy(&mut self, source: &Opened<'a>, to: To, all: bool) -> Result<Copied, Stop> {
        let determining = format!("determining manifest MIME type for {}", source.name);
        if let Some(archive) = &source.archive {
            let (image, config, layers) = archive
                .image(self)
                .map_err(|stop| self.after(&determining, stop))?;
            let one = One {
                source,
                image,
                archived: Some((config, layers)),
            };
            return self.copy_one(&one, to);
        }
        let top = source
            .top(self)
            .map_err(|stop| self.after(&determining, stop))?;
        if !choose::reads_as_list(&top) {
            let image = self.image_of(source, &top)?;
            return self.copy_one(&image, to);
        }
        if !all {
            let index = manifests::list(self, &top).map_err(|stop| {
                self.after(
                    &format!("parsing primary manifest as list for {}", source.name),
                    stop,
                )
            })?;
            let entry = choose::choose(self, &top, index.manifests()).map_err(|stop| {
                self.after(
                    &format!("choosing an image from manifest list {}", source.name),
                    stop,
                )
            })?;
            return self
                .copy_entry(source, &top, entry, to)
                .map_err(|stop| self.after("copying system image from manifest list", stop));
        }
        if to == To::DockerArchive {
            let because = say(
                "{who} cannot put several images as one group into a docker-archive.",
                "{who} 无法把多个镜像作为一组放入 docker-archive。",
            );
            return Err(self.refuse(
                "copying multiple images: destination transport \"docker-archive\" does not support copying multiple images as a group",
                because,
                Some(top.at),
            ));
        }
        let index = manifests::list(self, &top)
            .map_err(|stop| self.after("parsing manifest list …", stop))?;
        let entries = index.manifests();
        let mut sum = Copied::default();
        for (i, entry) in entries.iter().enumerate() {
            self.trace.visit(entry)?;
            let outer = format!(
                "copying image {}/{} from manifest list",
                i + 1,
                entries.len()
            );
            let copied = self
                .copy_entry(source, &top, entry, to)
                .map_err(|stop| self.after(&outer, stop))?;
            sum.images += copied.images;
            sum.layers += copied.layers;
        }
        Ok(sum)
    }

    fn copy_entry(
        &mut self,
        source: &Opened<'a>,
        list: &Got<'a>,
        entry: &crate::artifact::documents::Descriptor,
        to: To,
    ) -> Result<Copied, Stop> {
        let determining = format!("determining manifest MIME type for {}", source.name);
        let got = source
            .instance(self, list, entry)
            .map_err(|stop| self.after(&determining, stop))?;
        if choose::reads_as_list(&got) {
            let because = say(
                "{who} finds an index where an index may only name images.",
                "{who} 在索引中又读到一个索引，而索引只能指向镜像。",
            );
            return Err(self.refuse(
                "Unexpectedly received a manifest list instead of a manifest for a single image",
                because,
                Some(got.at),
            ));
        }
        let image = self.image_of(source, &got)?;
        self.copy_one(&image, to)
    }

    fn image_of<'s>(&mut self, source: &'s Opened<'a>, got: &Got<'a>) -> Result<One<'s, 'a>, Stop> {
        let image = manifests::image(self, got).map_err(|stop| {
            self.after(
                &format!("initializing image from source {}", source.name),
                stop,
            )
        })?;
        Ok(One {
            source,
            image,
            archived: None,
        })
    }

    /// `copySingleImage`.
    fn copy_one(&mut self, one: &One<'_, 'a>, to: To) -> Result<Copied, Stop> {
        if to == To::Storage {
            self.config(one)
                .map_err(|stop| self.after("parsing image configuration", stop))?;
        }
        let mut stored = super::storage::Stored::default();
        for (i, layer) in one.image.layers.iter().enumerate() {
            if layer.outside && to == To::Layout {
                self.note(
                    say(
                        "{who} leaves the layer {digest} at the address that the manifest gives.",
                        "{who} 不复制层 {digest}，保留清单中给出的地址。",
                    )
                    .code("digest", &layer.digest),
                    Some(layer.at.clone()),
                );
                continue;
            }
            self.copy_layer(one, i, layer, to, &mut stored)?;
        }
        self.convert(one, to)
            .map_err(|stop| self.after("creating an updated image manifest", stop))?;
        self.copy_config(one, to)?;
        if to == To::Storage {
            super::storage::commit(self, one)
                .map_err(|stop| self.after("committing the finished image", stop))?;
        }
        self.pass(
            say(
                "{who} copies the config and the manifest.",
                "{who} 复制配置和清单。",
            ),
            Some(one.image.config.at.clone()),
        );
        Ok(Copied {
            images: 1,
            layers: one.image.layers.len() as u64,
        })
    }

    /// `copyLayer`: asks the destination for the blob, reads it and compares its digest.
    fn copy_layer(
        &mut self,
        one: &One<'_, 'a>,
        position: usize,
        layer: &Part,
        to: To,
        stored: &mut super::storage::Stored,
    ) -> Result<(), Stop> {
        let digest = layer.digest.as_str();
        let at = Some(layer.at.clone());
        self.reusable(layer, to).map_err(|stop| match to {
            To::DockerArchive => stop,
            _ => self.after(
                &format!("trying to reuse blob {digest} at destination"),
                stop,
            ),
        })?;
        if layer.outside {
            // It would be fetched from that address.
            self.pending.get_or_insert(Missing {
                what: digest.to_string(),
                why: Why::NotSettled,
                at,
            });
            return Ok(());
        }
        if to == To::Storage {
            return super::storage::layer(self, one, position, layer, stored);
        }
        if !self.copied.insert(digest.to_string()) {
            self.note(
                say(
                    "{who} has the blob {digest} already.",
                    "{who} 已有 blob {digest}。",
                )
                .code("digest", digest),
                at,
            );
            return Ok(());
        }
        let reading = format!("reading blob {digest}");
        let Some(facts) = self
            .layer_facts(one, layer)
            .map_err(|stop| self.after(&reading, stop))?
        else {
            return Ok(());
        };
        let unpacks = to == To::DockerArchive
            && one.archived.is_none()
            && facts.compression != Compression::None
            && can_recompress(&one.image, layer);
        let writing = if unpacks {
            "writing blob: writing to temporary on-disk layer: happened during read"
        } else {
            "writing blob: happened during read"
        };
        // What is only seen at the end of the bytes comes after their digest.
        let at_end = |defect: &CodecDefect| match defect {
            CodecDefect::Truncated => true,
            CodecDefect::TrailingBytes { count, .. } => *count < 10,
            _ => false,
        };
        let differs = facts.digest_like(digest) != Some(digest);
        let late = differs && facts.defects.iter().all(at_end);
        if unpacks
            && !late
            && let Some(error) = go_archive::stream_error(facts)
        {
            let because = say(
                "{who} unpacks the layer {digest} to write it, and its compressed stream is broken.",
                "{who} 写入前解压层 {digest}，而其压缩流已损坏。",
            )
            .code("digest", digest);
            let stop = self.refuse(error, because, at);
            return Err(self.after(writing, stop));
        }
        self.verify(one, layer, facts).map_err(|stop| {
            // The first eight bytes are looked at before the destination reads the rest.
            if facts.size < 8 {
                self.after(&reading, stop)
            } else {
                self.after(writing, stop)
            }
        })?;
        self.check_link(one, layer, facts, to)?;
        if to != To::DockerArchive && digest.starts_with("sha512:") {
            self.pending.get_or_insert(Missing {
                what: digest.to_string(),
                why: Why::NotSettled,
                at: at.clone(),
            });
        }
        if to == To::DockerArchive && !one.image.is_image() {
            return Ok(());
        }
        self.pass(
            say(
                "{who} copies the layer {digest}; its bytes have that digest.",
                "{who} 复制层 {digest}；其字节与该摘要相符。",
            )
            .code("digest", digest),
            at,
        );
        Ok(())
    }

    /// A layer that is a link in a docker-archive is taken to have 0 bytes.
    pub(super) fn check_link(
        &mut self,
        one: &One<'_, 'a>,
        layer: &Part,
        facts: &BlobFacts,
        to: To,
    ) -> Result<(), Stop> {
        let digest = layer.digest.as_str();
        let linked = one
            .archived
            .as_ref()
            .is_some_and(|(_, layers)| layers.is_linked(digest));
        if !linked || facts.compression != Compression::None || facts.size == 0 {
            return Ok(());
        }
        let error = match to {
            To::Layout => return Ok(()),
            To::Folder => format!(
                "Size mismatch when copying {digest}, expected 0, got {}",
                facts.size
            ),
            To::DockerArchive => "archive/tar: write too long".to_string(),
            To::Storage => "blob size mismatch".to_string(),
        };
        let because = say(
            "{who} takes the size of the layer {digest} from the header of a link, which says 0.",
            "{who} 从链接的文件头读取层 {digest} 的大小，而其中写的是 0。",
        )
        .code("digest", digest);
        let stop = self.refuse(error, because, Some(layer.at.clone()));
        Err(self.after("writing blob", stop))
    }

    /// `TryReusingBlob` of an empty destination: only the digest can be wrong.
    fn reusable(&mut self, layer: &Part, to: To) -> Result<(), Stop> {
        let digest = layer.digest.as_str();
        let Some(error) = digest_error(digest) else {
            return Ok(());
        };
        let because = say(
            "{who} finds layers by their digest; {digest} is none.",
            "{who} 按摘要查找层；{digest} 不是摘要。",
        )
        .code("digest", digest);
        let error = match to {
            _ if digest.is_empty() => "Can not check for a blob with unknown digest".to_string(),
            To::Layout => format!("unexpected digest reference {digest}: {error}"),
            To::Storage => format!("Can not check for a blob with invalid digest: {error}"),
            // Before v5.30 a text without a colon crashed the program, and others were looked for as files.
            To::Folder if self.series.has(Release::V5_34, digest, Some(&layer.at))? => {
                error.to_string()
            }
            To::DockerArchive if self.series.has(Release::V5_34, digest, Some(&layer.at))? => {
                error.to_string()
            }
            To::Folder | To::DockerArchive if !digest.contains(':') => {
                return Err(super::old_schema(digest, &layer.at).into());
            }
            To::Folder | To::DockerArchive => return Ok(()),
        };
        Err(self.refuse(error, because, Some(layer.at.clone())))
    }

    /// What was measured of a layer.
    pub(super) fn layer_facts(
        &mut self,
        one: &One<'_, 'a>,
        layer: &Part,
    ) -> Result<Option<&'a BlobFacts>, Stop> {
        match &one.archived {
            Some((_, layers)) => layers.facts(self, &layer.digest, &layer.at),
            None => one.source.facts(self, &layer.digest, &layer.at),
        }
    }

    /// The digest of what is read of a layer: of its bytes, in a docker-archive of the unpacked ones.
    pub(super) fn verify(
        &mut self,
        one: &One<'_, 'a>,
        layer: &Part,
        facts: &BlobFacts,
    ) -> Result<(), Stop> {
        let expected = layer.digest.as_str();
        let actual = if one.archived.is_some() {
            facts.diff_id()
        } else {
            facts.digest_like(expected)
        };
        let missing = |why: Why| Missing {
            what: expected.to_string(),
            why,
            at: Some(layer.at.clone()),
        };
        if one.archived.is_some() && !expected.starts_with("sha256:") {
            return Err(missing(Why::NotSettled).into());
        }
        let Some(actual) = actual else {
            self.pending.get_or_insert(missing(Why::Unreadable));
            return Ok(());
        };
        if actual == expected {
            return Ok(());
        }
        if one.source.transport == super::Transport::Registry {
            return Err(missing(Why::Unreadable).into());
        }
        let because = say(
            "{who} reads other bytes than {expected} promises: they have the digest {actual}.",
            "{who} 读到的字节与 {expected} 不符：实际摘要为 {actual}。",
        )
        .code("expected", expected)
        .code("actual", actual);
        Err(self.refuse(
            format!("Digest did not match, expected {expected}, got {actual}"),
            because,
            Some(layer.at.clone()),
        ))
    }

    /// `ConfigBlob`: the config's bytes have to be there and have their digest.
    fn config_facts(&mut self, one: &One<'_, 'a>) -> Result<Option<u64>, Stop> {
        if one.archived.is_some() {
            return Ok(None);
        }
        let config = &one.image.config;
        let digest = config.digest.as_str();
        let Some(facts) = one.source.facts(self, digest, &config.at)? else {
            return Ok(None);
        };
        if facts.size > CONFIG_BYTES {
            let because = say(
                "{who} reads configs of up to {limit}; this one is larger.",
                "{who} 只读取不超过 {limit} 的配置；此配置更大。",
            )
            .bytes("limit", CONFIG_BYTES);
            return Err(self.refuse(
                format!("exceeded maximum allowed size of {CONFIG_BYTES} bytes"),
                because,
                Some(config.at.clone()),
            ));
        }
        if facts.sha256 == digest {
            return Ok(Some(facts.size));
        }
        if one.source.transport == super::Transport::Registry {
            return Err(Missing {
                what: digest.to_string(),
                why: Why::Unreadable,
                at: Some(config.at.clone()),
            }
            .into());
        }
        let because = say(
            "{who} reads a config whose bytes do not have the digest {digest}.",
            "{who} 读到的配置字节与摘要 {digest} 不符。",
        )
        .code("digest", digest);
        Err(self.refuse(
            format!(
                "Download config.json digest {} does not match expected {digest}",
                facts.sha256
            ),
            because,
            Some(config.at.clone()),
        ))
    }

    /// `copyConfig`. It is written with the size that the manifest declares, where that was not made anew.
    fn copy_config(&mut self, one: &One<'_, 'a>, to: To) -> Result<(), Stop> {
        let config = &one.image.config;
        let converted = to == To::Layout && one.image.form == Form::Docker;
        if one.archived.is_some() || converted {
            return Ok(());
        }
        let because = |actual: u64| {
            say(
                "{who} needs the config to be as long as declared, {size} bytes; it has {actual}.",
                "{who} 要求配置的长度与声明的 {size} 字节一致；实际为 {actual} 字节。",
            )
            .name("size", config.size.to_string())
            .name("actual", actual.to_string())
        };
        let at = Some(config.at.clone());
        let mut actual = None;
        if !config.digest.is_empty() {
            let reading = format!("reading config blob {}", config.digest);
            actual = self
                .config_facts(one)
                .map_err(|stop| self.after(&reading, stop))?;
        }
        if let Some(actual) = actual
            && config.size != -1
            && u64::try_from(config.size) != Ok(actual)
        {
            let (size, digest) = (config.size, &config.digest);
            let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
            let error = match to {
                To::DockerArchive if u64::try_from(size).is_ok_and(|size| size > actual) => {
                    format!(
                        "writing Config file: Size mismatch when copying {hex}.json, expected {size}, got {actual}"
                    )
                }
                To::DockerArchive => "writing Config file: archive/tar: …".to_string(),
                To::Storage => "blob size mismatch".to_string(),
                To::Folder | To::Layout => {
                    format!("Size mismatch when copying {digest}, expected {size}, got {actual}")
                }
            };
            let stop = self.refuse(error, because(actual), at);
            return Err(self.after("writing blob", stop));
        }
        if to != To::DockerArchive {
            return Ok(());
        }
        let error = if config.digest.is_empty() {
            Some("unexpected end of JSON input".to_string())
        } else {
            let blob = one.source.blob(self, &config.digest, &config.at)?;
            let document = containerd::document_of(self.inventory(), blob, at.clone());
            self.later(document)
                .and_then(|document| typed::error(document, typed::Shape::Object(&[])))
        };
        let Some(error) = error else {
            return Ok(());
        };
        let because = say(
            "{who} reads the config as an object to write the archive, and it is none.",
            "{who} 写入归档时把配置当作对象读取，而它不是对象。",
        );
        let stop = self.refuse(format!("unmarshaling config: {error}"), because, at);
        Err(self.after("writing manifest", stop))
    }

    /// `OCIConfig`: the config of a container image, decoded.
    pub(super) fn config(&mut self, one: &One<'_, 'a>) -> Result<Option<&'a Document>, Stop> {
        if let Some((document, _)) = &one.archived {
            return Ok(Some(document));
        }
        let image = &one.image;
        if !image.is_image() {
            return Err(artifact_error(self, image));
        }
        self.config_facts(one)?;
        let at = Some(image.config.at.clone());
        let blob = one
            .source
            .blob(self, &image.config.digest, &image.config.at)?;
        let document = containerd::document_of(self.inventory(), blob, at.clone());
        let Some(document) = self.later(document) else {
            return Ok(None);
        };
        if let Some(error) = typed::error(document, typed::CONFIG) {
            let because = say("{who} cannot decode the config.", "{who} 无法解码该配置。");
            return Err(self.refuse(error, because, at));
        }
        Ok(Some(document))
    }

    /// The manifest in the form that the destination takes.
    fn convert(&mut self, one: &One<'_, 'a>, to: To) -> Result<(), Stop> {
        match (to, one.image.form) {
            (To::Layout, Form::Docker) => {
                self.config(one)?;
                self.convert_to_oci(&one.image)
            }
            (To::DockerArchive, Form::Oci) => self.convert_to_docker(one),
            (To::Layout, Form::Oci) => self.recompressed(one),
            _ => Ok(()),
        }
    }

    /// `convertToManifestOCI1`.
    fn convert_to_oci(&mut self, image: &Image) -> Result<(), Stop> {
        for layer in &image.layers {
            let known = matches!(
                &*layer.media_type,
                mt::DOCKER_FOREIGN_TAR
                    | mt::DOCKER_FOREIGN_TAR_GZIP
                    | mt::DOCKER_TAR
                    | mt::DOCKER_TAR_GZIP
                    | mt::DOCKER_TAR_ZSTD
            );
            if !known {
                return Err(self.unknown_type(layer));
            }
        }
        self.note(
            say(
                "{who} turns the Docker manifest into OCI's form.",
                "{who} 把 Docker 清单转换为 OCI 格式。",
            ),
            Some(image.config.at.clone()),
        );
        Ok(())
    }

    fn unknown_type(&mut self, layer: &Part) -> Stop {
        let because = say(
            "{who} cannot turn a layer of type {type} into the other form.",
            "{who} 无法转换类型为 {type} 的层。",
        )
        .code("type", &layer.media_type);
        self.refuse(
            format!(
                "Unknown media type during manifest conversion: {}",
                quoted(&layer.media_type)
            ),
            because,
            Some(layer.at.clone()),
        )
    }

    /// `convertToManifestSchema2`.
    fn convert_to_docker(&mut self, one: &One<'_, 'a>) -> Result<(), Stop> {
        let image = &one.image;
        if !image.is_image() {
            return Err(artifact_error(self, image));
        }
        for layer in &image.layers {
            let at = Some(layer.at.clone());
            let shown = quoted(&layer.media_type);
            let zstd = layer.media_type == mt::OCI_TAR_ZSTD
                || layer.media_type == format!("{}+zstd", mt::OCI_NONDISTRIBUTABLE_TAR);
            if zstd && self.unpacked_first(one, layer)? {
                continue;
            }
            if zstd {
                let because = say(
                    "{who} cannot write a layer of type {type} into Docker's format, which knows no zstd.",
                    "{who} 无法把类型为 {type} 的层写成 Docker 格式，该格式不支持 zstd。",
                )
                .code("type", &layer.media_type);
                return Err(self.refuse(
                    format!("Error during manifest conversion: {shown}: zstd compression is not supported for docker images"),
                    because,
                    at,
                ));
            }
            let bare = layer
                .media_type
                .strip_suffix("+gzip")
                .unwrap_or(&layer.media_type);
            if bare == mt::OCI_TAR || bare == mt::OCI_NONDISTRIBUTABLE_TAR {
                continue;
            }
            if layer.media_type.ends_with("+encrypted") {
                return Err(super::old_schema(&layer.media_type, &layer.at).into());
            }
            return Err(self.unknown_type(layer));
        }
        Ok(())
    }

    /// Newer releases change the types of unpacked layers before they convert the manifest.
    fn unpacked_first(&mut self, one: &One<'_, 'a>, layer: &Part) -> Result<bool, Stop> {
        let newer = self
            .series
            .has(Release::V5_34, &layer.media_type, Some(&layer.at))?;
        let facts = self.layer_facts(one, layer)?;
        Ok(newer && facts.is_some_and(|facts| facts.compression != Compression::None))
    }

    /// `oci:` compresses what is not compressed; then the types of all layers are written anew.
    fn recompressed(&mut self, one: &One<'_, 'a>) -> Result<(), Stop> {
        let image = &one.image;
        if !image.is_image() {
            return Ok(());
        }
        let (mut compresses, mut odd) = (false, None);
        for layer in &image.layers {
            if layer.outside || !can_recompress(image, layer) {
                continue;
            }
            let Ok(Some(facts)) = self.layer_facts(one, layer) else {
                continue;
            };
            match (facts.compression, facts.form) {
                (_, Bytes::Bzip2 | Bytes::Xz) => odd = Some(layer),
                (Compression::Gzip | Compression::Zstd, _) => {}
                _ => {
                    compresses = true;
                    self.note(
                        say(
                            "{who} compresses the layer {digest} with gzip, so that the manifest changes.",
                            "{who} 用 gzip 压缩层 {digest}，因此清单会改变。",
                        )
                        .code("digest", &layer.digest),
                        Some(layer.at.clone()),
                    );
                }
            }
        }
        match odd {
            Some(layer) if compresses => Err(super::old_schema(&layer.digest, &layer.at).into()),
            _ => Ok(()),
        }
    }

    /// `Inspect` of the image that a source stands for: its manifest and its config, no layer.
    pub fn inspect(&mut self, source: &Opened<'a>) -> Result<(), Stop> {
        let retrieving = "Error retrieving manifest for image";
        let one = self.resolve(source, retrieving, "Error parsing manifest for image")?;
        self.config(&one)?;
        self.pass(
            say(
                "{who} reads the manifest and the config, and no layer.",
                "{who} 读取清单和配置，不读取任何层。",
            ),
            Some(one.image.config.at.clone()),
        );
        Ok(())
    }

    /// `getImageID` of Podman's library: the digest of the config of the image that a source stands for.
    pub fn image_id(&mut self, source: &Opened<'a>) -> Result<(), Stop> {
        let config = self.resolve(source, "", "")?.image.config;
        let Some(error) = digest_error(&config.digest).filter(|_| source.archive.is_none()) else {
            return Ok(());
        };
        let because = say(
            "{who} names the image by the digest of its config; {digest} is none.",
            "{who} 用配置的摘要为镜像命名；{digest} 不是摘要。",
        )
        .code("digest", config.digest);
        Err(self.refuse(
            format!("getting config info: {error}"),
            because,
            Some(config.at),
        ))
    }

    /// `image.FromUnparsedImage`: the image itself, or the one of an index for the platform, index by index.
    fn resolve<'s>(
        &mut self,
        source: &'s Opened<'a>,
        retrieving: &str,
        parsing: &str,
    ) -> Result<One<'s, 'a>, Stop> {
        if let Some(archive) = &source.archive {
            let (image, config, layers) = archive
                .image(self)
                .map_err(|stop| self.after(retrieving, stop))?;
            return Ok(One {
                source,
                image,
                archived: Some((config, layers)),
            });
        }
        let mut got = source
            .top(self)
            .map_err(|stop| self.after(retrieving, stop))?;
        let within = |inner: &str| match parsing {
            "" => inner.to_string(),
            outer => format!("{outer}: {inner}"),
        };
        for _ in 0..=limits::INDEX_DEPTH {
            if !choose::reads_as_list(&got) {
                let image =
                    manifests::image(self, &got).map_err(|stop| self.after(parsing, stop))?;
                return Ok(One {
                    source,
                    image,
                    archived: None,
                });
            }
            let (list, kind) = match &*got.media_type {
                mt::DOCKER_LIST => ("parsing schema2 manifest list", "manifest list"),
                _ => ("parsing OCI1 index", "image index"),
            };
            let index =
                manifests::list(self, &got).map_err(|stop| self.after(&within(list), stop))?;
            let entry = choose::choose(self, &got, index.manifests())
                .map_err(|stop| self.after(&within("choosing image instance"), stop))?;
            let fetching = format!("fetching target platform image selected from {kind}");
            got = source.instance(self, &got, entry).map_err(|stop| {
                // Here the digest is compared by other code, in other words.
                if is_mismatch(&stop) {
                    self.after(parsing, selected(stop, entry.digest()))
                } else {
                    self.after(&within(&fetching), stop)
                }
            })?;
        }
        Err(Missing {
            what: source.name.clone(),
            why: Why::TooManyPaths,
            at: None::<Locus>,
        }
        .into())
    }
}

/// `CanChangeLayerCompression`.
fn can_recompress(image: &Image, layer: &Part) -> bool {
    let of = |bare: &str, suffix: &str| {
        layer.media_type.strip_prefix(bare).is_some_and(|rest| {
            rest.is_empty() || rest == suffix || suffix == "+gzip" && rest == "+zstd"
        })
    };
    match image.form {
        Form::Docker => of(mt::DOCKER_TAR, ".gzip") || of(mt::DOCKER_FOREIGN_TAR, ".gzip"),
        Form::Oci => {
            image.is_image()
                && (of(mt::OCI_TAR, "+gzip") || of(mt::OCI_NONDISTRIBUTABLE_TAR, "+gzip"))
        }
    }
}

fn is_mismatch(stop: &Stop) -> bool {
    matches!(stop, Stop::Refuse(refusal) if refusal.error.starts_with("Manifest does not match"))
}

fn selected(stop: Stop, digest: &str) -> Stop {
    match stop {
        Stop::Refuse(mut refusal) => {
            refusal.error =
                format!("Image manifest does not match selected manifest digest {digest}");
            Stop::Refuse(refusal)
        }
        other => other,
    }
}
