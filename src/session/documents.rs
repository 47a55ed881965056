//! Reads the JSON documents of what was given: first those that the format puts at the root, then whatever a document
//! read so far points at. It judges none of them.

use super::{Place, Session};
use crate::artifact::documents::{self as views, Claims};
use crate::artifact::graph::{self, Role};
use crate::artifact::kinds::InputKind;
use crate::artifact::{BlobId, Document, Inventory, Measured, Why, survey};
use crate::bytes::blob::measure;
use crate::bytes::json::{self, Json};
use crate::bytes::sniff::{Form, sniff};
use crate::bytes::source::read_range;
use crate::limits;
use crate::spec::media_type as mt;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Documents that wait to be read.
pub struct Queue {
    waiting: VecDeque<Wanted>,
    seen: BTreeSet<BlobId>,
    kept: BTreeMap<String, Vec<u8>>,
    bytes: u64,
    values: usize,
    swept: bool,
}

/// A blob that should be a document.
struct Wanted {
    blob: BlobId,
    /// Media type of the descriptor that points at it.
    declared: Option<String>,
    /// Read it only if its first bytes look like JSON.
    if_json: bool,
}

/// Whether there are more documents.
pub enum Next {
    /// There are more.
    More,
    /// All are read.
    Ended,
}

impl Queue {
    /// The root documents of a container; every file, where there is no container.
    pub fn new(inventory: &Inventory) -> Queue {
        Queue::with_kept(inventory, BTreeMap::new())
    }

    /// As [`Queue::new`], with bytes that were kept as they passed by.
    pub fn with_kept(inventory: &Inventory, kept: BTreeMap<String, Vec<u8>>) -> Queue {
        let wanted = |blob: BlobId, if_json: bool| Wanted {
            blob,
            declared: None,
            if_json,
        };
        let waiting = if inventory.is_container() && inventory.kind != InputKind::LooseFiles {
            survey::root_documents(inventory)
                .iter()
                .filter_map(|path| inventory.blob_at(path))
                .map(|blob| wanted(blob, false))
                .collect()
        } else {
            (0..inventory.blobs.len())
                .map(|blob| wanted(blob, true))
                .collect()
        };
        Queue {
            waiting,
            seen: BTreeSet::new(),
            kept,
            bytes: 0,
            values: 0,
            swept: false,
        }
    }

    /// Reads one document.
    pub fn step(&mut self, session: &mut Session) -> Next {
        let Some(wanted) = self.waiting.pop_front() else {
            return self.sweep(session);
        };
        if self.seen.insert(wanted.blob) {
            self.read(session, &wanted);
        }
        Next::More
    }

    /// Once nothing is waiting: manifests in a layout that nothing refers to, such as a signature pushed as a blob.
    fn sweep(&mut self, session: &Session) -> Next {
        if std::mem::replace(&mut self.swept, true) {
            return Next::Ended;
        }
        let inventory = &session.inventory;
        self.waiting = graph::unreferenced(inventory)
            .into_iter()
            .filter(|id| {
                inventory
                    .blobs
                    .get(*id)
                    .is_some_and(|b| b.named().is_some() && b.size <= limits::DOCUMENT_BYTES)
            })
            .map(|blob| Wanted {
                blob,
                declared: None,
                if_json: true,
            })
            .collect();
        Next::More
    }

    fn read(&mut self, session: &mut Session, wanted: &Wanted) {
        let Some(blob) = session.inventory.blobs.get(wanted.blob) else {
            return;
        };
        if matches!(&blob.measured, Measured::Not(why) if *why != Why::NotYet) {
            return;
        }
        session.progress.current = vec![blob.path.to_string()];
        let place = session.places.get(wanted.blob).copied().flatten();
        let size = blob.size;
        let path = blob.path.to_string();
        if wanted.if_json {
            let form = self.form(session, &path, place);
            if is_judged_alone(form) && session.inventory.kind == InputKind::LooseFiles {
                session.alone.push(wanted.blob);
            }
            if form != Form::Json {
                return;
            }
        }
        let over = size > limits::DOCUMENT_BYTES
            || self.bytes.saturating_add(size) > limits::DOCUMENTS_TOTAL_BYTES
            || session.inventory.documents.len() >= limits::DOCUMENTS;
        if over {
            session.oversized(wanted.blob);
            return;
        }
        let bytes = match (self.kept.remove(&path), place) {
            (Some(bytes), _) => bytes,
            (None, Some(place)) => match session.bytes_at(place, size) {
                Ok(bytes) if bytes.len() as u64 == size => bytes,
                // The file has become shorter since its length was taken.
                Ok(_) => {
                    session.mark_unread(wanted.blob, Why::Truncated);
                    return;
                }
                Err(why) => {
                    session.mark_unread(wanted.blob, why);
                    return;
                }
            },
            (None, None) => return,
        };
        let json = json::read(&bytes);
        let values = self.values.saturating_add(json.values);
        if values > limits::DOCUMENTS_VALUES {
            session.oversized(wanted.blob);
            return;
        }
        self.bytes = self.bytes.saturating_add(size);
        self.values = values;
        session.add_document(wanted.blob, bytes, json, wanted.declared.as_deref());
        self.follow(&session.inventory);
    }

    fn form(&self, session: &Session, path: &str, place: Option<Place>) -> Form {
        let head = match (self.kept.get(path), place) {
            (Some(bytes), _) => bytes.iter().copied().take(limits::SNIFF_BYTES).collect(),
            (None, Some(place)) => session
                .bytes_at(place, limits::SNIFF_BYTES as u64)
                .unwrap_or_default(),
            (None, None) => Vec::new(),
        };
        sniff(&head)
    }

    /// Queues what the newest document points at.
    fn follow(&mut self, inventory: &Inventory) {
        let Some(document) = inventory.documents.last() else {
            return;
        };
        for (role, d) in graph::descriptors(document) {
            let declared = d.media_type();
            let named_document = mt::is_index(declared)
                || mt::is_manifest(declared)
                || mt::is_schema1(declared)
                || declared == mt::OCI_ARTIFACT_MANIFEST;
            let wanted = role != Role::Layer || named_document || declared == mt::SPIN_LOCK;
            if wanted && let Some(blob) = inventory.blob_for(d.digest()) {
                self.waiting.push_back(Wanted {
                    blob,
                    declared: d.media_type.value().cloned(),
                    // A config may be anything; manifests and image configs must be JSON, and say so if not.
                    if_json: !named_document && !mt::is_image_config(declared),
                });
            }
        }
        if let Claims::DockerArchive(images) = &document.claims {
            for image in images {
                if let Some(blob) = inventory.blob_at(image.config.text()) {
                    self.waiting.push_back(Wanted {
                        blob,
                        declared: Some(mt::DOCKER_CONFIG.to_string()),
                        if_json: false,
                    });
                }
            }
        }
    }
}

/// Whether a file of this form is judged when it is given alone, though it is no document.
fn is_judged_alone(form: Form) -> bool {
    matches!(
        form,
        Form::Tar
            | Form::Gzip
            | Form::Zstd
            | Form::Xz
            | Form::Bzip2
            | Form::Lz4
            | Form::Wasm { .. }
    )
}

impl Session {
    /// Up to `size` bytes from a place.
    pub(super) fn bytes_at(&self, place: Place, size: u64) -> Result<Vec<u8>, Why> {
        let Some(file) = self.files.get(place.file) else {
            return Err(Why::NotInInput);
        };
        let end = place.offset.saturating_add(size);
        let cap = usize::try_from(size).unwrap_or(usize::MAX);
        read_range(file.source.as_ref(), place.offset..end, cap)
            .map_err(|error| Why::ReadFailed(error.message))
    }

    fn oversized(&mut self, blob: BlobId) {
        if let Some(blob) = self.inventory.blobs.get(blob) {
            if self.coverage.len() < limits::COVERAGE {
                self.coverage
                    .push(crate::describe::too_large(&blob.path, blob.size));
            } else {
                self.not_listed = self.not_listed.saturating_add(1);
            }
        }
    }

    /// Reads bytes as a document and measures them on the way.
    fn add_document(&mut self, blob: BlobId, bytes: Vec<u8>, json: Json, declared: Option<&str>) {
        let facts = measure(&bytes, self.options());
        let claims = match &json.root {
            Some(root) => views::read(root, declared),
            None => Claims::Other,
        };
        let id = self.inventory.documents.len();
        self.inventory
            .set_measured(blob, Measured::Facts(Box::new(facts)));
        let Some(entry) = self.inventory.blobs.get_mut(blob) else {
            return;
        };
        entry.document = Some(id);
        let document = Document {
            blob,
            path: entry.path.to_string(),
            lines: json::Lines::of(&bytes),
            bytes,
            json,
            claims,
        };
        for (_, descriptor) in graph::descriptors(&document) {
            self.also.include(descriptor.digest());
        }
        self.inventory.documents.push(document);
    }
}

/// What a document that was given by itself is; files without any OCI document among them are none.
pub fn name_lone_document(inventory: &mut Inventory) {
    if inventory.kind == InputKind::LooseFiles && inventory.blobs.is_empty() {
        inventory.kind = InputKind::Empty;
    }
    if inventory.kind != InputKind::OtherJson {
        return;
    }
    let docker = |media_type: Option<&String>| {
        media_type.is_some_and(|t| t.starts_with("application/vnd.docker."))
    };
    inventory.kind = match inventory.documents.first().map(|d| &d.claims) {
        Some(Claims::Manifest(m)) if docker(m.media_type.value()) => InputKind::DockerManifest,
        Some(Claims::Manifest(_)) => InputKind::Manifest,
        Some(Claims::Index(i)) if docker(i.media_type.value()) => InputKind::DockerManifestList,
        Some(Claims::Index(_)) => InputKind::Index,
        Some(Claims::Config(_)) => InputKind::Config,
        Some(Claims::DockerArchive(_)) => InputKind::DockerArchiveManifest,
        Some(Claims::Layout(_)) => InputKind::OciLayoutFile,
        Some(Claims::Schema1 { .. }) => InputKind::DockerSchema1,
        Some(Claims::ArtifactManifest { .. }) => InputKind::ArtifactManifest,
        Some(Claims::Other) | None => InputKind::OtherJson,
    };
}
