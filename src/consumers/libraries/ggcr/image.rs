//! One image as go-containerregistry has it: its manifest in Go's types, the type that it answers for a layer, and the
//! bytes of a layer. The config is never fetched here.

use crate::artifact::documents::{Claims, Descriptor, Manifest};
use crate::artifact::kinds::Content as Compared;
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::json::JsonDefect;
use crate::consumers::go_archive::{Content, quoted};
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::go_types::Go;
use crate::consumers::remedies::Names;
use crate::consumers::{Refusal, Stop, Trace, go_structs};
use crate::place::Locus;
use crate::spec::known;
use crate::text::say;

/// One image, resolved.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// Its manifest document.
    pub document: &'a Document,
    manifest: Option<&'a Manifest>,
}

/// A layer with the descriptor that the library answers for it.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Position, from 0.
    pub position: usize,
    /// The layer's own descriptor.
    pub own: &'a Descriptor,
    /// The descriptor that the look-up by digest finds: the config's where the digests are equal, else that of the
    /// first layer with this digest.
    pub found: &'a Descriptor,
    /// Whether that is the config's.
    pub is_config: bool,
}

/// A missing fact when Go cannot read the document as JSON at all.
pub(in crate::consumers) fn readable(document: &Document) -> Result<(), Missing> {
    let broken = document.json.root.is_none() || document.json.defects.contains(&JsonDefect::Bom);
    if broken {
        return Err(unreadable(document, ""));
    }
    Ok(())
}

/// A missing fact where a value has another type than Go's struct: the words of the refusal differ.
pub(in crate::consumers) fn typed(document: &Document, kind: Go) -> Result<(), Stop> {
    match go_decode::decode(document, kind, Reader::Stream)? {
        Ok(_) => Ok(()),
        Err(_) => Err(unreadable(document, "").into()),
    }
}

pub(in crate::consumers) fn unreadable(document: &Document, pointer: &str) -> Missing {
    Missing {
        what: document.path.clone(),
        why: Why::Unreadable,
        at: Some(document.locus(pointer)),
    }
}

/// Why the library's digest type does not take a text; `v1.Hash` knows sha256 only.
fn hash_error(text: &str) -> Option<String> {
    let Some((algorithm, encoded)) = text.split_once(':') else {
        return Some(format!("cannot parse hash: {}", quoted(text)));
    };
    if algorithm.is_empty() || encoded.is_empty() {
        return Some(format!("cannot parse hash: {}", quoted(text)));
    }
    let hex = |c: &char| c.is_ascii_digit() || ('a'..='f').contains(c);
    if let Some(other) = encoded.chars().find(|c| !hex(c)) {
        return Some(format!("found non-hex character in hash: {other}"));
    }
    if algorithm != "sha256" {
        return Some(format!("unsupported hash: {}", quoted(algorithm)));
    }
    (encoded.len() != 64).then(|| format!("wrong number of hex digits for sha256: {encoded}"))
}

pub(in crate::consumers) fn bad_hash<'d>(
    document: &Document,
    descriptors: impl Iterator<Item = &'d Descriptor>,
    who: &'static str,
) -> Option<Refusal> {
    for descriptor in descriptors {
        let Some(digest) = descriptor.digest.value() else {
            continue;
        };
        if let Some(error) = hash_error(digest) {
            let because = say(
                "{who} finds the digest {digest}; it needs `sha256:` and 64 lower-case hexadecimal digits.",
                "{who} 读到摘要 {digest}；它需要 `sha256:` 加 64 位小写十六进制数字。",
            )
            .name("who", who)
            .code("digest", digest);
            let at = document.locus(&format!("{}/digest", descriptor.pointer));
            return Some(Refusal::new(error, because, Some(at)));
        }
    }
    None
}

impl<'a> Image<'a> {
    /// The image of a manifest document; one that is no manifest by its shape has no layers for Go either.
    pub(in crate::consumers) fn of(document: &'a Document) -> Image<'a> {
        Image {
            document,
            manifest: match &document.claims {
                Claims::Manifest(manifest) => Some(manifest),
                _ => None,
            },
        }
    }

    /// `Image.Manifest`: the manifest is read into Go's types. Errors are the library's own.
    pub fn parse(&self, trace: &mut Trace, who: &'static str) -> Result<(), Stop> {
        readable(self.document)?;
        let Some(manifest) = self.manifest else {
            return typed(self.document, go_structs::MANIFEST);
        };
        let descriptors = || manifest.config.value().into_iter().chain(manifest.layers());
        if let Some(bad) = bad_hash(self.document, descriptors(), who) {
            trace.fail(bad.because.clone(), bad.at.clone());
            return Err(bad.into());
        }
        typed(self.document, go_structs::MANIFEST)
    }

    /// The `mediaType` field inside the manifest; empty where there is none.
    pub fn embedded_media_type(&self) -> &'a str {
        self.manifest.map_or("", |m| m.media_type.text())
    }

    /// The layers in order.
    pub fn layers(&self) -> Vec<Layer<'a>> {
        let Some(manifest) = self.manifest else {
            return Vec::new();
        };
        let config = manifest.config.value();
        let of = |(position, own): (usize, &'a Descriptor)| {
            let same = |d: &&Descriptor| d.digest() == own.digest();
            let from_config = config.filter(same);
            let from_layers = manifest.layers().iter().find(same);
            Layer {
                position,
                own,
                found: from_config.or(from_layers).unwrap_or(own),
                is_config: from_config.is_some(),
            }
        };
        manifest.layers().iter().enumerate().map(of).collect()
    }

    /// Where a layer stands.
    pub fn place(&self, layer: &Layer) -> Locus {
        self.document.locus(&layer.own.pointer)
    }

    /// `Layer.Compressed`: the stored bytes of a layer. Errors are the library's own.
    pub fn open(
        &self,
        inventory: &'a Inventory,
        layer: &Layer<'a>,
        who: &'static str,
        names: &Names,
    ) -> Result<Content<'a>, Stop> {
        let digest = layer.own.digest();
        let claimed = layer.found.size.value().copied().unwrap_or(0);
        let wrong_size = |real: u64| {
            let because = say(
                "{who} finds a size of {claimed} for {digest}; it needs the real length of the blob, {real}.",
                "{who} 读到 {digest} 的大小为 {claimed}；它需要与该 blob 的真实长度 {real} 一致。",
            )
            .name("who", who)
            .name("claimed", claimed.to_string())
            .code("digest", digest)
            .name("real", real.to_string());
            Stop::from(Refusal::new(
                format!(
                    "GET https://{}: Content-Length header {real} does not match expected size {claimed}",
                    names.blob_path(digest)
                ),
                because,
                Some(
                    self.document
                        .locus(&format!("{}/size", layer.found.pointer)),
                ),
            ))
        };
        if inventory.blob_for(digest).is_none() && digest == known::EMPTY_JSON {
            if u64::try_from(claimed) != Ok(known::EMPTY_JSON_SIZE) {
                return Err(wrong_size(known::EMPTY_JSON_SIZE));
            }
            return Ok(Content::EmptyObject);
        }
        let facts = inventory.facts(self.document, layer.own)?;
        if !crate::artifact::has_digest(facts, digest) {
            return Err(Missing {
                what: digest.to_string(),
                why: Why::Unreadable,
                at: Some(self.place(layer)),
            }
            .into());
        }
        if inventory.compare(layer.found) == Compared::Differs {
            return Err(wrong_size(facts.size));
        }
        Ok(Content::Measured(facts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_the_library_reads_them() {
        assert_eq!(hash_error(known::EMPTY_JSON), None);
        for (text, error) in [
            ("sha256", "cannot parse hash: \"sha256\""),
            ("sha256:XY", "found non-hex character in hash: X"),
            ("sha512:ab", "unsupported hash: \"sha512\""),
            ("sha256:ab", "wrong number of hex digits for sha256: ab"),
        ] {
            assert_eq!(hash_error(text).as_deref(), Some(error));
        }
    }
}
