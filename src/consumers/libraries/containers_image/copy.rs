//! `copy.Image`: the index or the image of a source, every layer with its digest, the config, and the manifest in the form
//! that the destination takes. Also `Inspect`. What storing adds to it stands in `storage`.

use super::choose;
use super::docker_archive::Layers;
use super::manifests::{self, Got, Image};
use super::source::Opened;
use super::{Run, To};
use crate::artifact::Document;
use crate::consumers::Stop;
use crate::text::say;

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
}
