//! A manifest turned into the form that the destination takes: OCI's types for Docker's, Docker's for OCI's, and layers
//! that are compressed or unpacked on the way.

use super::copy::One;
use super::manifests::{Form, Image, Part, artifact_error};
use super::{Release, Run, To};
use crate::bytes::blob::{Compression, Form as Bytes};
use crate::consumers::Stop;
use crate::consumers::go_archive::quoted;
use crate::spec::media_type as mt;
use crate::text::say;

impl<'a> Run<'_, 'a> {
    /// The manifest in the form that the destination takes.
    pub(super) fn convert(&mut self, one: &One<'_, 'a>, to: To) -> Result<(), Stop> {
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
    pub(super) fn convert_to_oci(&mut self, image: &Image) -> Result<(), Stop> {
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

    pub(super) fn unknown_type(&mut self, layer: &Part) -> Stop {
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
    pub(super) fn convert_to_docker(&mut self, one: &One<'_, 'a>) -> Result<(), Stop> {
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
    pub(super) fn unpacked_first(&mut self, one: &One<'_, 'a>, layer: &Part) -> Result<bool, Stop> {
        let newer = self
            .series
            .has(Release::V5_34, &layer.media_type, Some(&layer.at))?;
        let facts = self.layer_facts(one, layer)?;
        Ok(newer && facts.is_some_and(|facts| facts.compression != Compression::None))
    }

    /// `oci:` compresses what is not compressed; then the types of all layers are written anew.
    pub(super) fn recompressed(&mut self, one: &One<'_, 'a>) -> Result<(), Stop> {
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
}

/// `CanChangeLayerCompression`.
pub(super) fn can_recompress(image: &Image, layer: &Part) -> bool {
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
