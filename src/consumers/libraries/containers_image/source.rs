//! Where an image comes from: `oci:`, `oci-archive:`, `docker-archive:`, `dir:` or a registry. It finds manifests and
//! blobs as each transport does, and copies nothing.

use super::docker_archive::{Archive, tagged};
use super::manifests::{Got, guess};
use super::{Release, Run, digest_error};
use crate::artifact::documents::{self, Descriptor, Index};
use crate::artifact::kinds::Packaging;
use crate::artifact::{BlobId, Document, Missing, Start, Why};
use crate::bytes::blob::BlobFacts;
use crate::consumers::go_archive::quoted;
use crate::consumers::remedies::Names;
use crate::consumers::{Case, Stop, containerd};
use crate::place::Locus;
use crate::spec::{annotation, media_type as mt, reference};
use crate::text::say;

/// How an image is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Transport {
    /// A layout in a folder, `oci:`.
    Layout,
    /// A layout in a tar, `oci-archive:`.
    LayoutArchive,
    /// What `docker save` writes, `docker-archive:`.
    DockerArchive,
    /// A manifest and its blobs in a folder, `dir:`.
    Folder,
    /// A registry, `docker://`.
    Registry,
}

impl Transport {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Layout => "oci",
            Transport::LayoutArchive => "oci-archive",
            Transport::DockerArchive => "docker-archive",
            Transport::Folder => "dir",
            Transport::Registry => "docker",
        }
    }

    /// The one for a layout, as it was given; none where no files were.
    pub fn layout(case: &Case) -> Option<Transport> {
        let inventory = case.inventory;
        containerd::holds_files(inventory).then_some(match inventory.packaging {
            Packaging::Folder | Packaging::Files => Transport::Layout,
            _ => Transport::LayoutArchive,
        })
    }

    /// The one that a person would use for what was given; none where nothing tells.
    pub fn of(case: &Case) -> Option<Transport> {
        let inventory = case.inventory;
        let is_folder = matches!(inventory.packaging, Packaging::Folder | Packaging::Files);
        let files = containerd::holds_files(inventory);
        let layout = Transport::layout(case).unwrap_or(Transport::LayoutArchive);
        match case.root.map(|root| &root.start) {
            Some(Start::Entry { .. }) => Some(layout),
            Some(Start::DockerImage { .. }) => Some(Transport::DockerArchive),
            Some(Start::Document(id)) => {
                let path = inventory.documents.get(*id).map(|d| d.path.as_str());
                Some(match path {
                    Some("manifest.json") if is_folder => Transport::Folder,
                    _ if files && inventory.blob_at("index.json").is_some() => layout,
                    _ => Transport::Registry,
                })
            }
            _ if files && inventory.blob_at("index.json").is_some() => Some(layout),
            _ if files && inventory.blob_at("manifest.json").is_some() => {
                Some(Transport::DockerArchive)
            }
            _ if files && inventory.blob_at("oci-layout").is_some() => Some(layout),
            _ => None,
        }
    }
}

/// A source that was opened.
pub(in crate::consumers) struct Opened<'a> {
    /// How it is reached.
    pub transport: Transport,
    /// As the library names it in its errors: `oci:DIR:v1`.
    pub name: String,
    /// The folder or file, as a person would type it.
    path: String,
    /// The entries of `index.json`, and the one that was chosen.
    layout: Option<(&'a Document, Index, Descriptor)>,
    /// The image of a docker-archive.
    pub archive: Option<Archive<'a>>,
}

/// What is asked for in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Asked {
    /// Nothing: the only image.
    Only,
    /// An image by name.
    Named(String),
    /// An image by position.
    At(usize),
}

impl Asked {
    /// What a person would ask for to get the artifact of a case: its name, if it has one.
    pub fn of(case: &Case) -> Asked {
        let Some(root) = case.root else {
            return Asked::Only;
        };
        match (&root.start, root.name.as_deref()) {
            (Start::Entry { descriptor, .. }, _) => {
                match descriptor.annotations.get(annotation::REF_NAME) {
                    Some(name) if !name.is_empty() => Asked::Named(name.clone()),
                    _ => Asked::Only,
                }
            }
            (Start::DockerImage { .. }, Some(name)) if !name.is_empty() => {
                Asked::Named(name.to_string())
            }
            (Start::DockerImage { position, .. }, _) if case.inventory.roots.len() > 1 => {
                Asked::At(*position)
            }
            _ => Asked::Only,
        }
    }
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

    /// `getManifestDescriptor`.
    fn open_layout(&mut self, run: &mut Run<'_, 'a>, asked: &Asked) -> Result<(), Stop> {
        let inventory = run.inventory();
        if self.transport == Transport::LayoutArchive
            && inventory
                .archive_defect
                .as_ref()
                .is_some_and(|d| !d.is_harmless())
        {
            return Err(Missing {
                what: inventory.name.clone(),
                why: Why::Unreadable,
                at: None,
            }
            .into());
        }
        if inventory.blob_at("index.json").is_none() {
            let because = say(
                "{who} reads `index.json` first, and there is none.",
                "{who} 首先读取 `index.json`，而这里没有。",
            );
            let folder = self.unpacked();
            return Err(run.refuse(
                format!("open {folder}/index.json: no such file or directory"),
                because,
                Some(Locus::whole("index.json")),
            ));
        }
        let document = containerd::root_document(inventory, "index.json")?;
        if let Some(error) = super::typed::error(document, super::typed::OCI_INDEX) {
            let because = say(
                "{who} cannot decode `index.json`.",
                "{who} 无法解码 `index.json`。",
            );
            let cut = error == "unexpected end of JSON input";
            let error = match (cut, document.bytes.iter().all(u8::is_ascii_whitespace)) {
                (true, true) => "EOF".to_string(),
                (true, false) => "unexpected EOF".to_string(),
                (false, _) => error,
            };
            return Err(run.refuse(error, because, Some(Locus::whole("index.json"))));
        }
        let Some(root) = document.json.root.as_ref() else {
            return Err(unreadable("index.json").into());
        };
        let index = documents::index(root);
        let chosen = self.choose(run, document, &index, asked)?;
        self.layout = Some((document, index, chosen));
        Ok(())
    }

    fn choose(
        &self,
        run: &mut Run<'_, 'a>,
        document: &'a Document,
        index: &Index,
        asked: &Asked,
    ) -> Result<Descriptor, Stop> {
        let entries = index.manifests();
        let place = Locus::whole("index.json");
        let name = match asked {
            Asked::Only => {
                if let [only] = entries {
                    return Ok(only.clone());
                }
                let because = say(
                    "{who} takes the only image of a layout when none is named; this one lists {count}.",
                    "未指明名称时，{who} 取布局中唯一的镜像；此布局列出 {count} 个。",
                )
                .count("count", entries.len() as u64);
                return Err(run.refuse(
                    "more than one image in oci, choose an image",
                    because,
                    Some(document.locus("/manifests")),
                ));
            }
            Asked::At(position) => {
                return match entries.get(*position) {
                    Some(entry) => Ok(entry.clone()),
                    None => Err(unreadable("index.json").into()),
                };
            }
            Asked::Named(name) => name,
        };
        if !reference::is_entry_name(name) {
            let because = say(
                "{who} cannot ask for the name {name}: it breaks the grammar of names in a layout.",
                "{who} 无法用名称 {name} 指定镜像：它不符合布局中名称的语法。",
            )
            .code("name", name);
            return Err(run.refuse(format!("Invalid image {name}"), because, Some(place)));
        }
        let named: Vec<&Descriptor> = entries
            .iter()
            .filter(|e| e.annotations.get(annotation::REF_NAME) == Some(name))
            .collect();
        for entry in &named {
            let fits = match entry.media_type() {
                mt::OCI_MANIFEST | mt::OCI_INDEX => true,
                mt::DOCKER_MANIFEST | mt::DOCKER_LIST => {
                    let at = document.locus(&entry.pointer);
                    run.series
                        .has(Release::V5_39, entry.media_type(), Some(&at))?
                }
                _ => false,
            };
            if fits {
                let at = document.locus(&entry.pointer);
                let says = say(
                    "{who} takes the first entry of `index.json` named {name}, {digest}.",
                    "{who} 取 `index.json` 中第一个名为 {name} 的条目 {digest}。",
                );
                run.pass(
                    says.code("name", name).code("digest", entry.digest()),
                    Some(at),
                );
                return Ok((*entry).clone());
            }
        }
        let before = format!("no descriptor found for reference {}", quoted(name));
        let types: Vec<String> = named.iter().map(|e| quoted(e.media_type())).collect();
        let error = if named.is_empty() {
            before
        } else {
            let after = format!(
                "reference {} matches unsupported manifest MIME types [{}]",
                quoted(name),
                types.join(" ")
            );
            match (
                run.series.from >= Release::V5_34,
                run.series.to < Release::V5_34,
            ) {
                (true, _) => after,
                (_, true) => before,
                // Refused either way, in words that share nothing.
                _ => quoted(name),
            }
        };
        let because = say(
            "{who} finds no manifest or index named {name} in `index.json`.",
            "{who} 在 `index.json` 中找不到名为 {name} 的清单或索引。",
        )
        .code("name", name);
        Err(run.refuse(error, because, Some(document.locus("/manifests"))))
    }

    /// The folder in which the library opens files; an archive is unpacked to one that nobody can foretell.
    fn unpacked(&self) -> String {
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

/// The folder or file as a person would type it after the transport.
fn path_of(case: &Case, transport: Transport) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/+=,-".contains(c);
    let name = case.inventory.name.as_str();
    let typed = !name.is_empty() && name.chars().all(plain) && !name.starts_with('-');
    match transport {
        _ if typed => name.to_string(),
        Transport::Layout | Transport::Folder => "DIR".to_string(),
        _ => "image.tar".to_string(),
    }
}

fn encoded(digest: &str) -> &str {
    digest
        .split_once(':')
        .map_or(digest, |(_, encoded)| encoded)
}

fn unreadable(what: &str) -> Missing {
    Missing {
        what: what.to_string(),
        why: Why::Unreadable,
        at: Some(Locus::whole(what)),
    }
}
