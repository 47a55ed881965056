//! What looks at an image without copying it: `Inspect`, and the ID that Podman's library asks for.

use super::choose;
use super::copy::One;
use super::manifests::{self};
use super::source::Opened;
use super::{Run, digest_error};
use crate::artifact::{Missing, Why};
use crate::consumers::Stop;
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

impl<'a> Run<'_, 'a> {
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
    pub(super) fn resolve<'s>(
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

pub(super) fn is_mismatch(stop: &Stop) -> bool {
    matches!(stop, Stop::Refuse(refusal) if refusal.error.starts_with("Manifest does not match"))
}

pub(super) fn selected(stop: Stop, digest: &str) -> Stop {
    match stop {
        Stop::Refuse(mut refusal) => {
            refusal.error =
                format!("Image manifest does not match selected manifest digest {digest}");
            Stop::Refuse(refusal)
        }
        other => other,
    }
}
