//! The config of an image: its bytes as they are copied, and decoded where somebody looks into it.

use super::copy::One;
use super::manifests::{Form, artifact_error};
use super::{Run, To, typed};
use crate::artifact::{Document, Missing, Why};
use crate::consumers::{Stop, containerd};
use crate::place::Locus;
use crate::text::say;

/// The longest config that is read, in bytes.
const CONFIG_BYTES: u64 = 4 << 20;

impl<'a> Run<'_, 'a> {
    /// `ConfigBlob`: the config's bytes have to be there and have their digest.
    pub(super) fn config_facts(&mut self, one: &One<'_, 'a>) -> Result<Option<u64>, Stop> {
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
    pub(super) fn copy_config(&mut self, one: &One<'_, 'a>, to: To) -> Result<(), Stop> {
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
            match self.later(document) {
                Some(document) => typed::error(document, typed::OBJECT, self.series)?,
                None => None,
            }
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
            let at = Some(Locus::whole(&document.path));
            return self.decoded(document, at).map(Some);
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
        self.decoded(document, at).map(Some)
    }

    fn decoded(&mut self, document: &'a Document, at: Option<Locus>) -> Result<&'a Document, Stop> {
        match typed::error(document, typed::CONFIG, self.series)? {
            Some(error) => {
                let because = say("{who} cannot decode the config.", "{who} 无法解码该配置。");
                Err(self.refuse(error, because, at))
            }
            None => Ok(document),
        }
    }
}
