//! One layer as it is copied: found, read, held against its digest and size, and written as the destination takes it.

use super::convert::can_recompress;
use super::copy::One;
use super::manifests::Part;
use super::{Release, Run, To, digest_error};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, CodecDefect, Compression};
use crate::consumers::Stop;
use crate::consumers::go_archive::{self};
use crate::text::say;

impl<'a> Run<'_, 'a> {
    /// `copyLayer`: asks the destination for the blob, reads it and compares its digest.
    pub(super) fn copy_layer(
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
    pub(super) fn reusable(&mut self, layer: &Part, to: To) -> Result<(), Stop> {
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
}
