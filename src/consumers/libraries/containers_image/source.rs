//! Where an image comes from: `oci:`, `oci-archive:`, `docker-archive:`, `dir:` or a registry. It finds manifests and
//! blobs as each transport does, and copies nothing.

use super::docker_archive::Archive;
use super::manifests::{Got, guess};
use super::names::tagged;
use super::transport::{Asked, Transport, path_of};
use super::{Run, digest_error};
use crate::artifact::documents::{Descriptor, Index};
use crate::artifact::{BlobId, Document, Missing, Why};
use crate::bytes::blob::BlobFacts;
use crate::consumers::remedies::Names;
use crate::consumers::{Case, Stop, containerd};
use crate::place::Locus;
use crate::text::say;
use std::borrow::Cow;

/// A source that was opened.
pub(in crate::consumers) struct Opened<'a> {
    /// How it is reached.
    pub transport: Transport,
    /// As the library names it in its errors: `oci:DIR:v1`.
    pub name: String,
    /// The folder or file, as a person would type it.
    pub(super) path: String,
    /// The entries of `index.json`, and the one that was chosen.
    pub(super) layout: Option<(&'a Document, Cow<'a, Index>, Descriptor)>,
    /// The image of a docker-archive.
    pub archive: Option<Archive<'a>>,
}

impl<'a> Opened<'a> {
    /// The folder or file as a person would type it.
    pub fn path(case: &Case, transport: Transport) -> String {
        path_of(case, transport)
    }

    /// The first of these annotations that the chosen entry of a layout has.
    pub fn annotation(&self, first: &str, second: &str) -> Option<String> {
        let (_, _, chosen) = self.layout.as_ref()?;
        let of = |key: &str| chosen.annotations.get(key).filter(|v| !v.is_empty());
        of(first).or_else(|| of(second)).cloned()
    }

    /// A source as a person types it.
    pub fn typed(case: &Case, transport: Transport, asked: &Asked) -> String {
        let path = path_of(case, transport);
        match asked {
            Asked::Named(name) => format!("{}:{path}:{name}", transport.name()),
            _ => Opened::name(case, transport, asked),
        }
    }

    /// A source as the library names it.
    pub fn name(case: &Case, transport: Transport, asked: &Asked) -> String {
        let path = path_of(case, transport);
        match (transport, asked) {
            (Transport::Registry, _) => format!("docker://{}", Names::of(case).reference),
            (Transport::Folder, _) => format!("dir:{path}"),
            (Transport::DockerArchive, Asked::Named(name)) => {
                format!("docker-archive:{path}:{}", tagged(name))
            }
            (Transport::DockerArchive, Asked::Only) => format!("docker-archive:{path}"),
            (_, Asked::Named(name)) => format!("{}:{path}:{name}", transport.name()),
            (_, Asked::At(position)) => format!("{}:{path}:@{position}", transport.name()),
            (_, Asked::Only) => format!("{}:{path}:", transport.name()),
        }
    }

    /// Opens a source: `initializing source …`. The words of that error are the caller's.
    pub fn open(
        run: &mut Run<'_, 'a>,
        transport: Transport,
        asked: &Asked,
    ) -> Result<Opened<'a>, Stop> {
        let path = path_of(run.case, transport);
        let name = Opened::name(run.case, transport, asked);
        let mut opened = Opened {
            transport,
            name,
            path,
            layout: None,
            archive: None,
        };
        match transport {
            Transport::Layout | Transport::LayoutArchive => opened.open_layout(run, asked)?,
            Transport::DockerArchive => opened.archive = Some(Archive::open(run, asked)?),
            Transport::Folder | Transport::Registry => {}
        }
        Ok(opened)
    }

    /// The folder in which the library opens files; an archive is unpacked to one that nobody can foretell.
    pub(super) fn unpacked(&self) -> String {
        match self.transport {
            Transport::LayoutArchive => "…".to_string(),
            _ => self.path.clone(),
        }
    }

    /// The manifest or index that the source stands for.
    pub fn top(&self, run: &mut Run<'_, 'a>) -> Result<Got<'a>, Stop> {
        match self.transport {
            Transport::Layout | Transport::LayoutArchive => {
                let Some((document, _, chosen)) = &self.layout else {
                    return Err(unreadable("index.json").into());
                };
                let at = document.locus(&chosen.pointer);
                self.manifest_file(run, chosen.digest(), Some(chosen.media_type()), at)
            }
            Transport::Folder => {
                let document = containerd::root_document(run.inventory(), "manifest.json")?;
                Ok(Got {
                    document,
                    media_type: guess(document),
                    at: Locus::whole("manifest.json"),
                })
            }
            Transport::Registry => {
                let document = run.case.document()?;
                Ok(Got {
                    document,
                    media_type: run.case.media_type()?,
                    at: Locus::whole(&document.path),
                })
            }
            Transport::DockerArchive => Err(unreadable("manifest.json").into()),
        }
    }

    /// One manifest of a list: it is looked for by digest, and its type is not that of the list's entry.
    pub fn instance(
        &self,
        run: &mut Run<'_, 'a>,
        list: &Got<'a>,
        entry: &Descriptor,
    ) -> Result<Got<'a>, Stop> {
        let at = list.document.locus(&entry.pointer);
        let digest = entry.digest();
        let got = match self.transport {
            Transport::Layout | Transport::LayoutArchive => {
                let declared = self.layout.as_ref().and_then(|(_, index, _)| {
                    let named = index.manifests().iter().find(|e| e.digest() == digest)?;
                    Some(named.media_type().to_string())
                });
                self.manifest_file(run, digest, declared.as_deref(), at.clone())?
            }
            Transport::Folder => {
                let path = format!("{}.manifest.json", encoded(digest));
                let document = match run.inventory().blob_at(&path) {
                    Some(blob) => containerd::document_of(run.inventory(), blob, Some(at.clone()))?,
                    None => return Err(self.no_file(run, &path, at)),
                };
                Got {
                    document,
                    media_type: guess(document),
                    at: at.clone(),
                }
            }
            _ => {
                let document = run.inventory().target(list.document, entry)?;
                let media_type = match entry.media_type() {
                    "" => guess(document),
                    declared => declared.to_string(),
                };
                Got {
                    document,
                    media_type,
                    at: at.clone(),
                }
            }
        };
        let facts = run
            .inventory()
            .blob_facts(got.document.blob, Some(at.clone()));
        let Some(facts) = run.later(facts) else {
            return Ok(got);
        };
        // The library always compares SHA-256.
        if facts.sha256 == digest {
            return Ok(got);
        }
        if self.transport == Transport::Registry {
            return Err(unreadable(digest).into());
        }
        let because = say(
            "{who} reads a manifest whose bytes do not have the digest {digest}.",
            "{who} 读到的清单字节与摘要 {digest} 不符。",
        )
        .code("digest", digest);
        Err(run.refuse(
            format!("Manifest does not match provided manifest digest {digest}"),
            because,
            Some(at),
        ))
    }

    fn manifest_file(
        &self,
        run: &mut Run<'_, 'a>,
        digest: &str,
        declared: Option<&str>,
        at: Locus,
    ) -> Result<Got<'a>, Stop> {
        let blob = self.blob(run, digest, &at)?;
        let document = containerd::document_of(run.inventory(), blob, Some(at.clone()))?;
        let media_type = match declared {
            Some(declared) if !declared.is_empty() => declared.to_string(),
            _ => guess(document),
        };
        Ok(Got {
            document,
            media_type,
            at,
        })
    }

    /// A blob by its digest, as the transport finds it.
    pub fn blob(&self, run: &mut Run<'_, 'a>, digest: &str, at: &Locus) -> Result<BlobId, Stop> {
        let inventory = run.inventory();
        match self.transport {
            Transport::Layout | Transport::LayoutArchive => {
                if let Some(error) = digest_error(digest) {
                    let because = say(
                        "{who} finds blobs by their digest; {digest} is none.",
                        "{who} 按摘要查找 blob；{digest} 不是摘要。",
                    )
                    .code("digest", digest);
                    return Err(run.refuse(
                        format!("unexpected digest reference {digest}: {error}"),
                        because,
                        Some(at.clone()),
                    ));
                }
                let path = format!("blobs/{}", digest.replacen(':', "/", 1));
                match inventory.blob_at(&path) {
                    Some(blob) => Ok(blob),
                    None => Err(self.no_file(run, &path, at.clone())),
                }
            }
            Transport::Folder => match inventory.blob_at(encoded(digest)) {
                Some(blob) => Ok(blob),
                None => Err(self.no_file(run, encoded(digest), at.clone())),
            },
            Transport::Registry | Transport::DockerArchive => {
                inventory.blob_for(digest).ok_or_else(|| {
                    Missing {
                        what: digest.to_string(),
                        why: Why::NotInInput,
                        at: Some(at.clone()),
                    }
                    .into()
                })
            }
        }
    }

    /// What was measured of a blob.
    pub fn facts(
        &self,
        run: &mut Run<'_, 'a>,
        digest: &str,
        at: &Locus,
    ) -> Result<Option<&'a BlobFacts>, Stop> {
        let blob = self.blob(run, digest, at)?;
        let facts = run.inventory().blob_facts(blob, Some(at.clone()));
        Ok(run.later(facts))
    }

    fn no_file(&self, run: &mut Run, path: &str, at: Locus) -> Stop {
        let because = say(
            "{who} opens the file {path}, and there is none.",
            "{who} 要打开文件 {path}，而它不存在。",
        )
        .code("path", path);
        run.refuse(
            format!("open {}/{path}: no such file or directory", self.unpacked()),
            because,
            Some(at),
        )
    }
}

fn encoded(digest: &str) -> &str {
    digest
        .split_once(':')
        .map_or(digest, |(_, encoded)| encoded)
}

pub(super) fn unreadable(what: &str) -> Missing {
    Missing {
        what: what.to_string(),
        why: Why::Unreadable,
        at: Some(Locus::whole(what)),
    }
}
