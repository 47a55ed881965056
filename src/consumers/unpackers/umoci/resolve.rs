//! From a tag to the one manifest behind it, as umoci's `casext` walks: every manifest counts, platforms do not.

use super::{Series, Umoci, check_manifest_type, has_field, undecodable};
use crate::artifact::documents::{self, Descriptor};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::Node;
use crate::consumers::go_decode::{self, Decoded, Reader};
use crate::consumers::go_types::Go;
use crate::consumers::{
    Accept, Refusal, Stop, Trace, containerd, go_structs, remedies_archive as remedies,
};
use crate::limits;
use crate::spec::media_type as mt;
use crate::text::say;

impl<'a> Umoci<'a> {
    /// A fact, or its lack kept for the end.
    pub(in crate::consumers) fn later<T>(&mut self, fact: Result<T, Missing>) -> Option<T> {
        match fact {
            Ok(value) => Some(value),
            Err(missing) => {
                self.pending.get_or_insert(missing);
                None
            }
        }
    }

    /// `ResolveReference` and `getManifest`: from the entries with the tag to the one manifest.
    pub(in crate::consumers) fn tagged(
        &mut self,
        tag: &str,
        roots: &[(&'a Document, &'a Descriptor)],
        index: &'a Document,
        trace: &mut Trace,
    ) -> Result<Accept, Stop> {
        let mut targets = Vec::new();
        for (document, root) in roots {
            self.walk(document, root, root.digest(), 0, &mut targets, trace)?;
        }
        let whole = Some(index.locus("/manifests"));
        let (document, target) = match targets.as_slice() {
            [] if self.pending.is_some() => {
                return Err(Stop::Unknown(self.pending.take().unwrap_or(Missing {
                    what: String::new(),
                    why: Why::NotYet,
                    at: None,
                })));
            }
            [] => {
                trace.fail(
                    say(
                        "An entry of `index.json` has to carry the tag {tag}; none leads to a manifest.",
                        "`index.json` 中必须有条目带标签 {tag}；没有任何条目指向清单。",
                    )
                    .code("tag", tag),
                    whole.clone(),
                );
                return Err(Refusal::new(
                    format!("tag is not found: {tag}"),
                    say(
                        "umoci finds no entry of `index.json` under the tag {tag}.",
                        "umoci 在 `index.json` 中找不到标签为 {tag} 的条目。",
                    )
                    .code("tag", tag),
                    whole,
                )
                .fix(remedies::name_the_entry())
                .into());
            }
            [one] if self.pending.is_none() => *one,
            [_] => {
                return Err(Stop::Unknown(self.pending.take().unwrap_or(Missing {
                    what: String::new(),
                    why: Why::NotYet,
                    at: None,
                })));
            }
            [first, ..] => {
                let at = Some(first.0.locus(&first.1.pointer));
                trace.fail(
                    say(
                        "The tag {tag} has to lead to one manifest; it leads to {count}. umoci does not choose by platform.",
                        "标签 {tag} 必须只指向一份清单；实际指向 {count} 份。umoci 不按平台选择。",
                    )
                    .code("tag", tag)
                    .count("count", targets.len() as u64),
                    at.clone(),
                );
                return Err(Refusal::new(
                    format!("tag is ambiguous: {tag}"),
                    say(
                        "umoci finds {count} manifests behind the tag {tag}, attestations included, and does not choose.",
                        "umoci 在标签 {tag} 后找到 {count} 份清单（包括证明），不会自行选择。",
                    )
                    .count("count", targets.len() as u64)
                    .code("tag", tag),
                    at,
                )
                .fix(remedies::single_platform_layout(false))
                .into());
            }
        };
        let at = Some(document.locus(&target.pointer));
        trace.pass(
            say(
                "The tag {tag} leads to {digest} and to nothing else.",
                "标签 {tag} 只指向 {digest}。",
            )
            .code("tag", tag)
            .code("digest", target.digest()),
            at.clone(),
        );
        let blob = self.open(document, target, "get manifest: {}", trace)?;
        check_manifest_type(target.media_type(), at.clone(), trace)?;
        let found = match blob {
            Some(blob) => {
                self.verify_document(blob, target, at.clone(), "get manifest: {}", trace)?;
                let found = containerd::document_of(self.inventory, blob, at);
                self.later(found)
            }
            None => None,
        };
        let accept = match found {
            Some(found) => Some(self.manifest(found, tag, trace)?),
            None => None,
        };
        match (self.pending.take(), accept) {
            (None, Some(accept)) => Ok(accept),
            (Some(missing), _) => Err(missing.into()),
            (None, None) => Err(Missing {
                what: target.digest().to_string(),
                why: Why::NotYet,
                at: None,
            }
            .into()),
        }
    }

    /// `Walk`: manifests and all types without a parser are targets; indexes are entered.
    pub(in crate::consumers) fn walk(
        &mut self,
        document: &'a Document,
        d: &'a Descriptor,
        root: &str,
        depth: usize,
        targets: &mut Vec<(&'a Document, &'a Descriptor)>,
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        trace.visit(d)?;
        match d.media_type() {
            mt::OCI_INDEX if depth < limits::INDEX_DEPTH => {}
            // 0.6 knows how to read it, and finds nothing below.
            mt::OCI_EMPTY if self.series == Series::V06 => return Ok(()),
            mt::OCI_INDEX | mt::OCI_CONFIG | "application/vnd.oci.descriptor.v1+json" => {
                return Ok(());
            }
            _ => {
                targets.push((document, d));
                return Ok(());
            }
        }
        let outer = format!("get descriptor: walk {root}: {{}}");
        let at = Some(document.locus(&d.pointer));
        trace.note(
            say(
                "{digest} is an index: umoci goes through all its entries.",
                "{digest} 是索引：umoci 会遍历其所有条目。",
            )
            .code("digest", d.digest()),
            at.clone(),
        );
        let Some(blob) = self.open(document, d, &outer, trace)? else {
            return Ok(());
        };
        self.verify_document(blob, d, at.clone(), &outer, trace)?;
        let found = containerd::document_of(self.inventory, blob, at.clone());
        let Some(found) = self.later(found) else {
            return Ok(());
        };
        let decoded = self.decode(found, go_structs::INDEX, "Index");
        let Some(decoded) = self.later(decoded) else {
            return Ok(());
        };
        let parsed = decoded
            .map(documents::index)
            .and_then(|index| self.harmless_index(found, index.media_type.text()));
        parsed.map_err(|error| {
            undecodable(
                outer.replacen("{}", &format!("parse {}: {error}", mt::OCI_INDEX), 1),
                d.digest(),
                at,
            )
        })?;
        for child in containerd::entries(found) {
            self.walk(found, child, root, depth + 1, targets, trace)?;
        }
        Ok(())
    }

    /// A blob in one of the specification's structs, which since 0.5.0 stands without a name in another.
    pub(in crate::consumers) fn decode(
        &self,
        document: &'a Document,
        kind: Go,
        name: &str,
    ) -> Decoded<&'a Node> {
        let decoded = go_decode::decode(document, kind, Reader::Stream)?;
        Ok(decoded.map_err(|error| match self.series {
            Series::V04 => error,
            _ => in_another(&error, name),
        }))
    }

    /// Since 0.5.0: no index may claim to be something else or carry a manifest's fields (CVE-2021-41190).
    pub(in crate::consumers) fn harmless_index(
        &self,
        document: &Document,
        own: &str,
    ) -> Result<(), String> {
        if self.series == Series::V04 {
            return Ok(());
        }
        if !own.is_empty() && own != mt::OCI_INDEX {
            return Err(format!(
                "malicious image detected: index contained incorrect mediaType: {own}"
            ));
        }
        for field in ["config", "layers"] {
            if has_field(document, field) {
                return Err(format!(
                    "malicious image detected: index contained forbidden '{field}' field"
                ));
            }
        }
        Ok(())
    }

    /// The same for manifests.
    pub(in crate::consumers) fn harmless_manifest(
        &self,
        document: &Document,
        own: &str,
    ) -> Result<(), String> {
        if self.series == Series::V04 || self.converted {
            return Ok(());
        }
        if !own.is_empty() && own != mt::OCI_MANIFEST {
            return Err(format!(
                "malicious manifest detected: manifest contained incorrect mediaType: {own}"
            ));
        }
        if has_field(document, "manifests") {
            return Err(
                "malicious manifest detected: manifest contained forbidden 'manifests' field"
                    .to_string(),
            );
        }
        Ok(())
    }
}

/// Go's error for a struct that stands without a name in another one; Go names it since 1.24 on the way to a field.
fn in_another(error: &str, name: &str) -> String {
    const FIELD: &str = "Go struct field ";
    match error.split_once(FIELD) {
        Some((before, rest)) => {
            let (owner, path) = rest.split_once('.').unwrap_or((rest, ""));
            let owner = if owner == name { "" } else { owner };
            format!("{before}{FIELD}{owner}.…{}", path.trim_start_matches('…'))
        }
        None => error.replace(
            &format!("Go value of type v1.{name}"),
            "Go value of type struct {…",
        ),
    }
}
