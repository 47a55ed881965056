//! One layer as umoci unpacks it: its type, decompression by the type's suffix, and the diffID.

use super::damage::{damaged_gzip, ends_behind_the_tar, gzip_header};
use super::{Series, Umoci};
use crate::artifact::documents::{Config, Descriptor};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::{BlobFacts, Compression, Form, Oddity, TarDefect};
use crate::consumers::go_archive::{self, TarEnd};
use crate::consumers::unpacking::{
    self, INVALID_GZIP, INVALID_TAR, INVALID_ZSTD, Stream, UNEXPECTED_EOF,
};
use crate::consumers::{Refusal, Stop, Trace, remedies_archive as remedies};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

impl<'a> Umoci<'a> {
    pub(in crate::consumers) fn layer(
        &mut self,
        document: &'a Document,
        position: usize,
        layer: &Descriptor,
        config: Option<&(&'a Document, Config)>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let at = Some(document.locus(&layer.pointer));
        let digest = layer.digest();
        if let Some((config_document, config)) = config {
            let count = config.diff_ids().len();
            if position >= count {
                let at = Some(config_document.locus("/rootfs/diff_ids"));
                trace.fail(
                    say(
                        "Each layer has to have its diffID; the config has {count} and there are more layers.",
                        "每一层都必须有对应的 diffID；配置只有 {count} 个，而层更多。",
                    )
                    .count("count", count as u64),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("runtime error: index out of range [{position}] with length {count}"),
                    say(
                        "umoci panics: the manifest has more layers than the config has diffIDs ({count}).",
                        "umoci 崩溃（panic）：清单中的层数多于配置中的 diffID 数（{count}）。",
                    )
                    .count("count", count as u64),
                    at,
                )
                .fix(remedies::rebuild())
                .into());
            }
        }
        const LAYER: &str = "create runtime bundle: unpack rootfs: get layer blob: {}";
        let blob = self.open(document, layer, LAYER, trace)?;
        let declared = self.type_of(layer);
        self.check_layer_type(document, layer, &declared, trace)?;
        let Some(blob) = blob else {
            return Ok(());
        };
        let facts = self.inventory.blob_facts(blob, at.clone());
        let Some(facts) = self.later(facts) else {
            return Ok(());
        };
        let expected = config.and_then(|(_, c)| c.diff_ids().get(position).map(|d| d.to_string()));
        if !self.local {
            return self.copied_layer(facts, layer, &declared, expected.as_deref(), at, trace);
        }
        let suffix = declared.split_once('+').map_or("", |(_, suffix)| suffix);
        const UNPACK: &str = "create runtime bundle: unpack rootfs:";
        let mismatch = self.mismatch(facts, layer);
        if suffix == "gzip"
            && let Some(header) = gzip_header(facts)
        {
            let differs = mismatch.as_ref().filter(|_| header != INVALID_GZIP);
            let error = differs.map_or(header, |(error, _)| error);
            let error = format!("{UNPACK} create gzip reader: {error}");
            return Err(match differs {
                Some(_) => self.differs(error, layer, at, trace),
                None => self.bad(error, layer, at, trace),
            });
        }
        let early = mismatch.as_ref().is_some_and(|(_, early)| *early);
        if suffix == "gzip" && mismatch.is_none() && ends_behind_the_tar(facts) {
            self.pending.get_or_insert(Missing {
                what: digest.to_string(),
                why: Why::NotSettled,
                at,
            });
            return Ok(());
        }
        if suffix == "gzip" && !early {
            let differs = mismatch.as_ref().map(|(error, _)| error.as_str());
            if let Some(error) = damaged_gzip(facts, differs) {
                return Err(self.bad(format!("{UNPACK} {error}"), layer, at, trace));
            }
        }
        let stream = match suffix {
            "zstd" if facts.form != Form::Zstd => Stream::Bad(INVALID_ZSTD),
            "" => unpacking::stored(facts),
            _ => unpacking::undone(facts),
        };
        if let Some((error, _)) = mismatch {
            let inner = facts.inner.as_ref();
            let broken = |defect: &TarDefect| {
                !defect.is_harmless() && !matches!(defect, TarDefect::Truncated { .. })
            };
            let header = facts.tar.as_ref().and_then(|tar| tar.defect.as_ref());
            let no_tar = inner.is_some_and(|i| i.form != Form::Tar && i.size >= 512)
                || header.is_some_and(broken);
            let size = layer.size.value().copied().unwrap_or_default();
            if suffix == "gzip" && size == 0 {
                let error = format!("{UNPACK} create gzip reader: {error}");
                return Err(self.differs(error, layer, at, trace));
            }
            if suffix == "gzip" && no_tar {
                // The first header is read before the end of the bytes.
                let error = format!("{UNPACK} unpack layer: read next entry: {INVALID_TAR}");
                return Err(self.differs(error, layer, at, trace));
            }
            // A tar that is whole up to its end marker has been read before the end of its compression is missed.
            let unpacked = facts.tar.as_ref().is_some_and(|tar| tar.defect.is_none());
            let stage = if matches!(stream, Stream::Bad(_) | Stream::Late(_)) && !unpacked {
                "unpack layer: read next entry"
            } else {
                "discard trailing archive bits"
            };
            return Err(self.differs(format!("{UNPACK} {stage}: {error}"), layer, at, trace));
        }
        if let Some(stop) = self.odd_entry(facts, layer, at.clone(), trace) {
            return Err(stop);
        }
        match stream {
            Stream::Good { diff_id } => {
                self.diff_id(diff_id, expected.as_deref(), layer, at, trace)
            }
            Stream::Trailing { count, .. } => {
                let error = match facts.compression {
                    Compression::Zstd if count >= 4 => INVALID_ZSTD,
                    Compression::Gzip if count >= 10 => INVALID_GZIP,
                    _ => UNEXPECTED_EOF,
                };
                Err(self.bad(
                    format!("{UNPACK} discard trailing archive bits: {error}"),
                    layer,
                    at,
                    trace,
                ))
            }
            Stream::Bad(error) | Stream::Late(error) => {
                let undone = match suffix {
                    "" => false,
                    "zstd" => facts.form == Form::Zstd,
                    _ => true,
                };
                let whole = undone && facts.tar.as_ref().is_some_and(|tar| tar.defect.is_none());
                let stage = match go_archive::tar_end(facts) {
                    Ok(TarEnd::InBody(name, _)) if !whole => {
                        format!(
                            "unpack layer: unpack entry: {name}: unpack to regular file: short write"
                        )
                    }
                    _ if whole => "discard trailing archive bits".to_string(),
                    _ => "unpack layer: read next entry".to_string(),
                };
                Err(self.bad(format!("{UNPACK} {stage}: {error}"), layer, at, trace))
            }
            Stream::Unclear => {
                self.pending.get_or_insert(Missing {
                    what: digest.to_string(),
                    why: Why::NotSettled,
                    at,
                });
                Ok(())
            }
        }
    }

    /// Entries that umoci does not unpack: of a kind that it does not know. What becomes of a link to what no layer
    /// showed is left open.
    fn odd_entry(
        &mut self,
        facts: &BlobFacts,
        layer: &Descriptor,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Option<Stop> {
        let tar = facts.tar.as_deref()?;
        let other = tar
            .oddity_counts
            .iter()
            .find_map(|(oddity, _)| match oddity {
                Oddity::OtherType(flag) => Some(*flag),
                _ => None,
            });
        if let Some(flag) = other {
            let error = format!(
                "create runtime bundle: unpack rootfs: unpack layer: unpack entry: …unknown typeflag '\\x{flag:02x}'"
            );
            return Some(self.bad(error, layer, at, trace));
        }
        let open = [Oddity::LinkTargetUnseen, Oddity::HardLinkDirectory];
        if open.iter().any(|oddity| tar.count(*oddity) > 0) {
            self.pending.get_or_insert(Missing {
                what: layer.digest().to_string(),
                why: Why::NotSettled,
                at,
            });
        }
        None
    }

    /// A layer that skopeo copied into the layout: it compresses what is plain and leaves the rest.
    pub(in crate::consumers) fn copied_layer(
        &mut self,
        facts: &BlobFacts,
        layer: &Descriptor,
        declared: &str,
        expected: Option<&str>,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        if !crate::artifact::has_digest(facts, layer.digest()) {
            return Err(self.differs(String::new(), layer, at, trace));
        }
        let suffix = declared.split_once('+').map_or("", |(_, suffix)| suffix);
        let fits = match facts.form {
            Form::Gzip => suffix == "gzip",
            Form::Zstd => suffix == "zstd",
            Form::Tar => true,
            _ => false,
        };
        let stream = match facts.form {
            Form::Tar => unpacking::stored(facts),
            _ => unpacking::undone(facts),
        };
        match stream {
            Stream::Good { diff_id } if fits => self.diff_id(diff_id, expected, layer, at, trace),
            _ => {
                self.pending.get_or_insert(Missing {
                    what: layer.digest().to_string(),
                    why: Why::NotSettled,
                    at,
                });
                Ok(())
            }
        }
    }

    pub(in crate::consumers) fn check_layer_type(
        &self,
        document: &Document,
        layer: &Descriptor,
        declared: &str,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let digest = layer.digest();
        let (base, suffix) = declared.split_once('+').unwrap_or((declared, ""));
        let known = matches!(base, mt::OCI_TAR | mt::OCI_NONDISTRIBUTABLE_TAR);
        let takes = match self.series {
            Series::V04 => known && matches!(suffix, "" | "gzip") && !declared.ends_with('+'),
            _ => known && matches!(suffix, "" | "gzip" | "zstd"),
        };
        let at = Some(document.locus(&format!("{}/mediaType", layer.pointer)));
        if takes {
            trace.pass(
                say(
                    "The layer {layer} has a type that umoci takes: {declared}.",
                    "层 {layer} 的类型是 umoci 接受的：{declared}。",
                )
                .code("layer", digest)
                .code("declared", declared),
                at,
            );
            return Ok(());
        }
        let need = match self.series {
            Series::V04 => say(
                "A layer has to be an OCI tar, plain or gzip, by its media type; {layer} is {declared}.",
                "层的媒体类型必须是 OCI tar（未压缩或 gzip）；{layer} 为 {declared}。",
            ),
            _ => say(
                "A layer has to be an OCI tar, plain, gzip or zstd, by its media type; {layer} is {declared}.",
                "层的媒体类型必须是 OCI tar（未压缩、gzip 或 zstd）；{layer} 为 {declared}。",
            ),
        };
        trace.fail(
            need.code("layer", digest).code("declared", declared),
            at.clone(),
        );
        let reason = match self.series {
            Series::V04 => format!("blob is not correct mediatype: {declared}"),
            _ if known => format!(
                "could not decompress layer: unsupported layer media type \"{declared}\": compression method \"{suffix}\" unsupported"
            ),
            _ => format!("layer data is an unsupported mediatype: {declared}"),
        };
        let zstd = known && suffix == "zstd";
        let because = if zstd {
            say(
                "umoci up to 0.4.7 knows no zstd; the layer {layer} is {declared}.",
                "umoci 0.4.7 及更早版本不支持 zstd；层 {layer} 为 {declared}。",
            )
        } else {
            say(
                "umoci does not take {declared} as the type of a layer ({layer}).",
                "umoci 不接受 {declared} 作为层的类型（{layer}）。",
            )
        };
        let refusal = Refusal::new(
            format!(
                "create runtime bundle: unpack rootfs: unpack rootfs: layer {digest}: {reason}"
            ),
            because.code("layer", digest).code("declared", declared),
            at,
        );
        Err(if zstd {
            refusal
                .fix(remedies::upgrade("umoci", "0.5.0"))
                .fix(remedies::recompress_gzip())
        } else if declared.starts_with("application/vnd.docker.") {
            refusal.fix(remedies::rewrite_types())
        } else {
            refusal.fix(remedies::pull_as_artifact())
        }
        .into())
    }

    pub(in crate::consumers) fn diff_id(
        &self,
        actual: &str,
        expected: Option<&str>,
        layer: &Descriptor,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let Some(expected) = expected else {
            return Ok(());
        };
        if actual == expected {
            trace.pass(
                say(
                    "The layer {layer} unpacks to the diffID that the config names.",
                    "层 {layer} 解包后的 diffID 与配置所写一致。",
                )
                .code("layer", layer.digest()),
                at,
            );
            return Ok(());
        }
        trace.fail(
            say(
                "The layer {layer} has to have the diffID {expected}; it has {actual}.",
                "层 {layer} 的 diffID 必须是 {expected}；实际为 {actual}。",
            )
            .code("layer", layer.digest())
            .code("expected", expected)
            .code("actual", actual),
            at.clone(),
        );
        Err(Refusal::new(
            format!(
                "create runtime bundle: unpack rootfs: unpack manifest: layer {}: diffid mismatch: got {actual} expected {expected}",
                layer.digest()
            ),
            say(
                "umoci unpacks the layer {layer} and gets another diffID than the config names.",
                "umoci 解包层 {layer} 后得到的 diffID 与配置所写不同。",
            )
            .code("layer", layer.digest()),
            at,
        )
        .fix(remedies::rebuild())
        .into())
    }

    pub(in crate::consumers) fn bad(
        &self,
        error: String,
        layer: &Descriptor,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Stop {
        trace.fail(
            say(
                "The bytes of the layer {layer} have to be what its media type {declared} says; they are not.",
                "层 {layer} 的字节必须与其媒体类型 {declared} 相符；但不符。",
            )
            .code("layer", layer.digest())
            .code("declared", layer.media_type()),
            at.clone(),
        );
        Refusal::new(
            error,
            say(
                "umoci decompresses the layer {layer} by its media type {declared}, and the bytes do not follow it.",
                "umoci 按媒体类型 {declared} 解压层 {layer}，而字节与之不符。",
            )
            .code("layer", layer.digest())
            .code("declared", layer.media_type()),
            at,
        )
        .fix(remedies::rebuild())
        .into()
    }
}
