//! Opening and verifying blobs as umoci does: the digest's grammar, the file, and the reader that compares digest and size.

use super::{FOLDER, Series, Umoci};
use crate::artifact::documents::Descriptor;
use crate::artifact::{BlobId, Document, Missing, Why};
use crate::bytes::blob::BlobFacts;
use crate::bytes::codec::CodecDefect;
use crate::consumers::{Refusal, Stop, Trace, containerd, remedies_archive as remedies};
use crate::place::Locus;
use crate::spec::{self, known, media_type as mt};
use crate::text::say;

impl<'a> Umoci<'a> {
    /// `GetBlob`: the digest's grammar and the file. None where it was not given.
    pub(in crate::consumers) fn open(
        &mut self,
        document: &Document,
        d: &Descriptor,
        outer: &str,
        trace: &mut Trace,
    ) -> Result<Option<BlobId>, Stop> {
        let at = Some(document.locus(&d.pointer));
        let digest = d.digest();
        if self.series == Series::V06 && self.local {
            self.descriptor(d, outer, at.clone(), trace)?;
        }
        if let Some(error) = digest_error(digest) {
            trace.fail(
                say(
                    "The digest has to be a sha256 digest; it is {digest}.",
                    "摘要必须是 sha256 摘要；此处为 {digest}。",
                )
                .code("digest", digest),
                at.clone(),
            );
            return Err(Refusal::new(
                outer.replacen("{}", &format!("get blob: compute blob path: {error}"), 1),
                say(
                    "umoci opens blobs by sha256 digests only, not by {digest}.",
                    "umoci 只按 sha256 摘要打开 blob，不接受 {digest}。",
                )
                .code("digest", digest),
                at,
            )
            .fix(remedies::rebuild())
            .into());
        }
        if self.local && containerd::holds_files(self.inventory) {
            let path = spec::digest(digest).map_or_else(String::new, |d| d.layout_path());
            return match self.inventory.blob_at(&path) {
                Some(blob) => Ok(Some(blob)),
                None => {
                    trace.fail(
                        say(
                            "The file {path} has to be in the layout; it is not.",
                            "布局中必须有文件 {path}；但没有。",
                        )
                        .code("path", &path),
                        at.clone(),
                    );
                    Err(Refusal::new(
                        outer.replacen(
                            "{}",
                            &format!(
                                "get blob: open blob: open {FOLDER}/{path}: no such file or directory"
                            ),
                            1,
                        ),
                        say(
                            "umoci opens {path}, which is not in the layout.",
                            "umoci 要打开 {path}，而布局中没有它。",
                        )
                        .code("path", &path),
                        at,
                    )
                    .fix(remedies::rebuild())
                    .into())
                }
            };
        }
        let blob = self.inventory.content(document, d);
        Ok(self.later(blob))
    }

    /// What 0.6.0 asks of a descriptor before it opens a blob.
    fn descriptor(
        &self,
        d: &Descriptor,
        outer: &str,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let size = d.size.value().copied().unwrap_or(0);
        let is_empty_object = d.digest() == known::EMPTY_JSON && size == 2;
        let (error, because) = if size < 0 {
            (
                "descriptor size must not be negative",
                say(
                    "The size of a descriptor has to be 0 or more; that of {digest} is below.",
                    "描述符的 size 不得小于 0；{digest} 的 size 为负数。",
                ),
            )
        } else if d.media_type() == mt::OCI_EMPTY && !is_empty_object {
            (
                "empty json blob is invalid",
                say(
                    "What is of the empty type has to be `{}` in two bytes; {digest} is not.",
                    "空类型的内容必须是两个字节的 `{}`；{digest} 不是。",
                ),
            )
        } else if d.data.is_absent() || is_empty_object && d.data.text() == "e30=" {
            return Ok(());
        } else {
            // What is embedded is read in place of the file.
            return Err(Missing {
                what: d.digest().to_string(),
                why: Why::NotSettled,
                at,
            }
            .into());
        };
        let because = because.code("digest", d.digest());
        trace.fail(because.clone(), at.clone());
        let error = format!("get blob: invalid descriptor: {error}");
        Err(Refusal::new(outer.replacen("{}", &error, 1), because, at)
            .fix(remedies::rebuild())
            .into())
    }

    /// `VerifiedReadCloser` over a document, read by a JSON decoder.
    pub(in crate::consumers) fn verify_document(
        &mut self,
        blob: BlobId,
        d: &Descriptor,
        at: Option<Locus>,
        outer: &str,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let facts = self.inventory.blob_facts(blob, at.clone());
        let Some(facts) = self.later(facts) else {
            return Ok(());
        };
        let Some((error, early)) = self.mismatch(facts, d) else {
            return Ok(());
        };
        if !early {
            // What is no JSON is found out before the end of the bytes.
            let found = containerd::document_of(self.inventory, blob, at.clone());
            match self.later(found) {
                Some(found) if found.json.root.is_some() => {}
                Some(_) => {
                    return Err(Missing {
                        what: d.digest().to_string(),
                        why: Why::NotSettled,
                        at,
                    }
                    .into());
                }
                None => return Ok(()),
            }
            let size = d.size.value().copied().unwrap_or(0);
            let too_short = u64::try_from(size).is_ok_and(|size| facts.size < size);
            let error = match self.series {
                // It panics.
                Series::V06 => Some(format!(
                    "parsing \"{}\" blob succeeded but raw data has unexpected length (expected {size} bytes but got {} bytes)",
                    d.media_type(),
                    facts.size
                )),
                // It says this or what 0.4 says; both have these words.
                Series::V05 => Some(format!(
                    "…\"{}\" blob…expected {size} bytes …{} bytes…",
                    d.media_type(),
                    facts.size
                )),
                Series::V04 => None,
            };
            if let Some(error) = error.filter(|_| too_short) {
                return Err(self.differs(error, d, at, trace));
            }
        }
        let stage = if early {
            format!("parse {}: {error}", d.media_type())
        } else {
            format!("discard trailing \"{}\" blob: {error}", d.media_type())
        };
        Err(self.differs(outer.replacen("{}", &stage, 1), d, at, trace))
    }

    /// Why the bytes are not those of the descriptor, and whether reading stops before their end.
    pub(in crate::consumers) fn mismatch(
        &self,
        facts: &BlobFacts,
        d: &Descriptor,
    ) -> Option<(String, bool)> {
        let expected = d.digest();
        let size = d.size.value().copied().unwrap_or(0);
        let wrong = |actual: &str| {
            format!("expected {expected} not {actual}: verified reader digest mismatch")
        };
        let Ok(size) = u64::try_from(size) else {
            return match self.series {
                // A negative size switches the check of the size off.
                Series::V04 => (facts.sha256 != expected).then(|| (wrong(&facts.sha256), false)),
                _ => Some((
                    "verified reader has invalid expected size".to_string(),
                    true,
                )),
            };
        };
        if size == 0 && facts.size > 0 {
            return Some((wrong(known::EMPTY_BYTES), true));
        }
        if size < facts.size {
            // Bytes behind a stream that is as long as declared were appended: up to there all is right.
            let appended = facts.defects.iter().any(|defect| {
                matches!(defect, CodecDefect::TrailingBytes { count, .. }
                    if size.checked_add(*count) == Some(facts.size))
            });
            if appended {
                let error = format!(
                    "expected {size} bytes (extra bytes in stream): verified reader size mismatch"
                );
                return Some((error, true));
            }
            // The digest of the bytes up to `size`, which nobody measured, stands where the ellipsis is.
            return Some((wrong("sha256:…"), true));
        }
        if facts.sha256 != expected {
            return Some((wrong(&facts.sha256), false));
        }
        (size > facts.size).then(|| {
            (
                format!(
                    "expected {size} bytes (only {} bytes in stream): verified reader size mismatch",
                    facts.size
                ),
                false,
            )
        })
    }

    pub(in crate::consumers) fn differs(
        &self,
        error: String,
        d: &Descriptor,
        at: Option<Locus>,
        trace: &mut Trace,
    ) -> Stop {
        if !self.local {
            // A registry cannot hold bytes under another digest: nothing follows for what would be pulled.
            return Missing {
                what: d.digest().to_string(),
                why: Why::Unreadable,
                at,
            }
            .into();
        }
        trace.fail(
            say(
                "The bytes of {digest} have to have that digest and the declared size; they do not.",
                "{digest} 的字节必须符合该摘要和所声明的大小；但不符合。",
            )
            .code("digest", d.digest()),
            at.clone(),
        );
        Refusal::new(
            error,
            say(
                "umoci reads other bytes than {digest} promises.",
                "umoci 读到的字节与 {digest} 不符。",
            )
            .code("digest", d.digest()),
            at,
        )
        .fix(remedies::rebuild())
        .into()
    }
}

/// go-digest's `Validate` and umoci's rule that only sha256 is known.
pub(super) fn digest_error(digest: &str) -> Option<String> {
    let invalid = |reason: &str| Some(format!("invalid digest: \"{digest}\": {reason}"));
    let (algorithm, encoded) = match digest.split_once(':') {
        Some((a, e)) if !a.is_empty() && !e.is_empty() => (a, e),
        _ => return invalid("invalid checksum digest format"),
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if spec::digest(digest).is_none() => {
            return invalid("invalid checksum digest format");
        }
        _ => return invalid("unsupported digest algorithm"),
    };
    if encoded.len() != length {
        return invalid("invalid checksum digest length");
    }
    if !encoded
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return invalid("invalid checksum digest format");
    }
    (algorithm != "sha256").then(|| format!("unsupported algorithm: \"{algorithm}\""))
}
