//! What distribution, the registry that Docker and most others build on, does with a manifest that is put into it: read by
//! its `Content-Type`, held against the repository's policy, and every blob and manifest that it names looked up. A push
//! puts blobs first, then the manifests of an index, then the index. Errors are the bodies of its answers.
//!
//! Read in docker/distribution 2.8.2 `manifests.go`, `manifest/*`, `registry/handlers/manifests.go`,
//! `registry/storage/*manifesthandler.go`, and in 3.0 where they differ. `{}` as a detail is an error of Go that has no fields.

use super::remedies::{self, Names};
use super::{Case, Refusal, Stop, Trace, go_scanner, go_structs, go_types};
use crate::artifact::documents::Claims;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::Node;
use crate::consumers::{Setting, Takes};
use crate::fixes::Fix;
use crate::limits;
use crate::place::Locus;
use crate::spec::{self, media_type as mt};
use crate::text::{Phrase, say, text};
use go_types::{field, json_text};

/// What the registry holds before the push.
pub const HOLDS: Setting = Setting {
    id: "registry-holds",
    shared: true,
    name: text("What the registry holds already", "镜像仓库中已有的内容"),
    about: text(
        "A registry refuses a manifest whose blobs it does not hold. Blobs that are missing from what was given may be there already.",
        "镜像仓库会拒绝所引用的 blob 不在库中的清单。提供的内容中缺少的 blob 可能早已在库中。",
    ),
    takes: Takes::OneOf(&[
        (
            "more",
            text("Perhaps what is missing here", "可能含有此处缺少的内容"),
        ),
        (
            "nothing",
            text("Nothing but what is pushed", "只有本次推送的内容"),
        ),
    ]),
    default: "more",
};

/// The largest manifest that is read, in bytes (`maxManifestBodySize`).
const LARGEST: usize = 4 * 1024 * 1024;

/// What differs between versions.
pub struct Behaviour {
    /// OCI manifests and indexes are known (2.7).
    pub oci: bool,
    /// A manifest with `manifests`, or an index with `config` or `layers`, is refused (2.8.0, CVE-2021-41190).
    pub confusion: bool,
    /// What becomes of signed schema 1 manifests.
    pub schema1: Schema1,
    /// How layers with `urls` are checked was read.
    pub urls: bool,
}

/// What becomes of signed schema 1 manifests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Schema1 {
    /// They are taken, if their signature holds: not checked here.
    Signed,
    /// They are read and refused, unless `compatibility.schema1.enabled` is set.
    Off,
    /// They are not known any more.
    Gone,
}

/// One error of an answer.
pub fn item(code: &str, message: &str, detail: Option<&str>) -> String {
    let detail = detail
        .map(|detail| format!(",\"detail\":{detail}"))
        .unwrap_or_default();
    format!(
        "{{\"code\":\"{code}\",\"message\":{}{detail}}}",
        json_text(message)
    )
}

/// The body of an answer.
pub fn body(items: &[String]) -> String {
    format!("{{\"errors\":[{}]}}", items.join(","))
}

/// A manifest invalid by a detail.
pub fn invalid(detail: &str) -> String {
    body(&[item("MANIFEST_INVALID", "manifest invalid", Some(detail))])
}

/// A push to a registry of this library.
pub struct Push<'a, 'c> {
    /// What is pushed.
    pub case: &'c Case<'a>,
    /// The name of the registry.
    pub who: &'static str,
    /// Its version's behaviour.
    pub behaviour: &'c Behaviour,
    /// `policy.repository.classes` is set, and names images only.
    pub images_only: bool,
}

/// A descriptor as Go has it.
pub struct Reference<'d> {
    media_type: &'d str,
    digest: &'d str,
    urls: bool,
    at: Locus,
}

impl<'a> Push<'a, '_> {
    /// Puts a document, and before it whatever it names, as a client does: by a tag, or by the digest that an index
    /// gives it. Gives how many manifests were put.
    pub fn put(
        &self,
        trace: &mut Trace,
        document: &'a Document,
        media_type: &str,
        by: Option<&Reference>,
        depth: usize,
    ) -> Result<u64, Stop> {
        let at = Locus::whole(&document.path);
        if document.bytes.len() > LARGEST {
            let because = self
                .say(say(
                    "{who} reads manifests of up to {limit}; this one is larger.",
                    "{who} 读取的清单最大为 {limit}；这份清单超出了上限。",
                ))
                .bytes("limit", LARGEST as u64);
            return self.refuse(
                trace,
                invalid("\"http: request body too large\""),
                because,
                at,
                None,
            );
        }
        let known = self.content_type(media_type, document, trace)?;
        let Some(root) = document.json.root.as_ref() else {
            return self.syntax(trace, document);
        };
        if go_scanner::fault(&document.bytes).is_some() {
            return self.syntax(trace, document);
        }
        let references = references(document, root, known);
        let mut count = 1;
        if mt::is_index(known) {
            for reference in &references {
                count += self.child(trace, document, reference, depth)?;
            }
        }
        self.read(trace, document, root, known)?;
        if let Some(reference) = by {
            self.named(trace, document, reference)?;
        }
        self.policy(trace, document, root, known)?;
        let version = field(root, "schemaVersion")
            .and_then(Node::as_i64)
            .unwrap_or(0);
        if version != 2 {
            let because = self
                .say(say(
                    "{who} finds the schema version {version}; it needs 2.",
                    "{who} 读到的 schemaVersion 为 {version}；它需要 2。",
                ))
                .name("version", version.to_string());
            let error = body(&[item("UNKNOWN", "unknown error", Some("{}"))]);
            return self.refuse(
                trace,
                error,
                because,
                document.locus("/schemaVersion"),
                None,
            );
        }
        self.verify(trace, known, &references)?;
        trace.pass(
            self.say(say(
                "{who} reads the document as {type} and holds all that it names.",
                "{who} 按 {type} 读取这份文档，其中引用的内容均已在库中。",
            ))
            .code("type", known),
            Some(at),
        );
        Ok(count)
    }

    /// The type that the document is read as. Types that nothing is registered for are read as schema 1, which needs a
    /// signature; since 3.0 they are refused at once, with the same answer.
    fn content_type(
        &self,
        media_type: &str,
        document: &Document,
        trace: &mut Trace,
    ) -> Result<&'static str, Stop> {
        let at = Locus::whole(&document.path);
        if media_type.contains(';') {
            return Err(unsettled(media_type, at));
        }
        let plain = media_type.trim().to_ascii_lowercase();
        let known = [mt::OCI_MANIFEST, mt::OCI_INDEX]
            .into_iter()
            .filter(|_| self.behaviour.oci)
            .chain([mt::DOCKER_MANIFEST, mt::DOCKER_LIST])
            .find(|known| *known == plain);
        if let Some(known) = known {
            return Ok(known);
        }
        let signed = document
            .json
            .root
            .as_ref()
            .and_then(|root| root.get("signatures"))
            .is_some_and(|node| !node.items().is_empty());
        let error = match self.behaviour.schema1 {
            Schema1::Signed if signed => return Err(unsettled(media_type, at)),
            Schema1::Off if signed => body(&[item("UNKNOWN", "unknown error", Some("{}"))]),
            _ => invalid("{}"),
        };
        let because = self.say(if self.behaviour.oci {
            say(
                "{who} is given a document of type {type}; it needs an OCI or Docker (schema 2) manifest, index or list.",
                "{who} 收到类型为 {type} 的文档；它需要 OCI 或 Docker（schema 2）的清单、索引或清单列表。",
            )
        } else {
            say(
                "{who} is given a document of type {type}; these versions know Docker's manifests and lists, and none of OCI's.",
                "{who} 收到类型为 {type} 的文档；这些版本只认识 Docker 的清单与清单列表，不认识 OCI 类型。",
            )
        })
        .code("type", media_type);
        let fix = matches!(document.claims, Claims::Manifest(_) | Claims::Index(_)).then(|| {
            match self.behaviour.oci {
                true => remedies::to_oci(&Names::of(self.case)),
                false => remedies::to_docker(&Names::of(self.case)),
            }
        });
        self.refuse(trace, error, because, at, fix)
    }

    fn syntax<T>(&self, trace: &mut Trace, document: &Document) -> Result<T, Stop> {
        let at = Locus::whole(&document.path);
        let Some((_, offset)) = go_scanner::fault(&document.bytes) else {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::BeyondLimits,
                at: Some(at),
            }
            .into());
        };
        let because = self.say(say(
            "{who} finds a document that is no JSON.",
            "{who} 读到的文档不是 JSON。",
        ));
        self.refuse(
            trace,
            invalid(&format!("{{\"Offset\":{offset}}}")),
            because,
            at,
            None,
        )
    }

    /// `UnmarshalManifest`: the fields that tell manifests and indexes apart, the types of all fields, `mediaType`.
    fn read(
        &self,
        trace: &mut Trace,
        document: &Document,
        root: &Node,
        known: &str,
    ) -> Result<(), Stop> {
        let index = mt::is_index(known);
        let foreign: &[&str] = match (known, self.behaviour.confusion) {
            (mt::OCI_MANIFEST, true) => &["manifests"],
            (mt::OCI_INDEX, true) => &["config", "layers"],
            _ => &[],
        };
        if let Some(name) = foreign.iter().find(|name| field(root, name).is_some()) {
            let because = self.say(if index {
                say(
                    "{who} finds {field} in an index; it takes that for a manifest under an index's type.",
                    "{who} 在索引中读到 {field}；它会认为这是套用了索引类型的清单。",
                )
            } else {
                say(
                    "{who} finds {field} in a manifest; it takes that for an index under a manifest's type.",
                    "{who} 在清单中读到 {field}；它会认为这是套用了清单类型的索引。",
                )
            })
            .code("field", *name);
            let at = document.locus(&format!("/{name}"));
            return self.refuse(trace, invalid("{}"), because, at, None);
        }
        let kind = match known {
            mt::OCI_MANIFEST => go_structs::DISTRIBUTION_OCI_MANIFEST,
            mt::DOCKER_MANIFEST => go_structs::DISTRIBUTION_DOCKER_MANIFEST,
            _ => go_structs::DISTRIBUTION_LIST,
        };
        if let Some(wrong) = go_types::mistyped(root, kind) {
            let because = self
                .say(say(
                    "{who} finds a value of the wrong type ({value}) and cannot read the document.",
                    "{who} 读到类型错误的值（{value}），无法读取这份文档。",
                ))
                .name("value", wrong.value.clone());
            // What follows the type differs by the Go that built the registry.
            let error = invalid(&format!(
                "{{\"Value\":{},\"Type\":{{}}",
                json_text(&wrong.value)
            ));
            let error = error.trim_end_matches("}]}").to_string();
            return self.refuse(
                trace,
                error,
                because,
                document.locus_of(wrong.range, None),
                None,
            );
        }
        let own = go_types::text(root, "mediaType");
        let optional = matches!(known, mt::OCI_MANIFEST | mt::OCI_INDEX);
        if own == known || optional && own.is_empty() {
            return Ok(());
        }
        let at = document.locus("/mediaType");
        if !self.behaviour.oci {
            return Err(unsettled(own, at));
        }
        let because = self.say(say(
            "{who} is given the document as {type} and finds {own} in its `mediaType`; it needs the two to be the same.",
            "{who} 收到的文档类型为 {type}，而其 `mediaType` 为 {own}；它需要两者一致。",
        ))
        .code("type", known)
        .code("own", own);
        self.refuse(
            trace,
            invalid("{}"),
            because,
            at,
            Some(remedies::to_oci(&Names::of(self.case))),
        )
    }

    /// `applyResourcePolicy`, as far as the configuration decides; indexes have no class.
    fn policy(
        &self,
        trace: &mut Trace,
        document: &Document,
        root: &Node,
        known: &str,
    ) -> Result<(), Stop> {
        if !self.images_only || mt::is_index(known) {
            return Ok(());
        }
        let config = field(root, "config").map_or("", |node| go_types::text(node, "mediaType"));
        let message = match (known, config) {
            (mt::OCI_MANIFEST, mt::OCI_CONFIG) | (mt::DOCKER_MANIFEST, mt::DOCKER_CONFIG) => {
                return Ok(());
            }
            (mt::DOCKER_MANIFEST, "application/vnd.docker.plugin.v1+json") => {
                "registry does not allow plugin manifest".to_string()
            }
            _ => format!("unknown manifest class for {config}"),
        };
        let because = self
            .say(say(
                "{who} finds a config of type {type}; its policy allows images only.",
                "{who} 读到类型为 {type} 的配置；其策略只允许镜像。",
            ))
            .code("type", config);
        let error = body(&[item("DENIED", &message, None)]);
        self.refuse(
            trace,
            error,
            because,
            document.locus("/config/mediaType"),
            None,
        )
    }

    /// Puts what an entry of an index names, if it is a manifest and was given.
    fn child(
        &self,
        trace: &mut Trace,
        document: &'a Document,
        reference: &Reference,
        depth: usize,
    ) -> Result<u64, Stop> {
        if depth >= limits::INDEX_DEPTH {
            return Err(Missing {
                what: reference.digest.to_string(),
                why: Why::TooManyPaths,
                at: Some(reference.at.clone()),
            }
            .into());
        }
        if let Claims::Index(index) = &document.claims
            && let Some(entry) = index
                .manifests()
                .iter()
                .find(|e| e.digest() == reference.digest)
        {
            trace.visit(entry)?;
        }
        let inventory = self.case.inventory;
        let found = inventory
            .blob_for(reference.digest)
            .and_then(|id| inventory.blobs.get(id)?.document)
            .and_then(|id| inventory.documents.get(id));
        let manifest = mt::is_manifest(reference.media_type) || mt::is_index(reference.media_type);
        match found {
            Some(found) if manifest => self.put(
                trace,
                found,
                reference.media_type,
                Some(reference),
                depth + 1,
            ),
            None if manifest && inventory.blob_for(reference.digest).is_some() => Err(Missing {
                what: reference.digest.to_string(),
                why: Why::Unreadable,
                at: Some(reference.at.clone()),
            }
            .into()),
            _ => Ok(0),
        }
    }

    /// What is put by a digest has to have it; sha256 is all that the registry takes of a manifest.
    fn named(
        &self,
        trace: &mut Trace,
        document: &Document,
        reference: &Reference,
    ) -> Result<(), Stop> {
        let at = Some(reference.at.clone());
        let facts = self.case.inventory.blob_facts(document.blob, at)?;
        if facts.sha256 == reference.digest {
            return Ok(());
        }
        if !reference.digest.starts_with("sha256:") || digest_fault(reference.digest).is_some() {
            return Err(unsettled(reference.digest, reference.at.clone()));
        }
        let because = self.say(
            say(
                "{who} digests the manifest that is put as {digest} and gets {real}.",
                "{who} 对以 {digest} 推送的清单计算摘要，得到的是 {real}。",
            )
            .code("digest", reference.digest)
            .code("real", &facts.sha256),
        );
        let error = body(&[item(
            "DIGEST_INVALID",
            "provided digest did not match uploaded content",
            None,
        )]);
        let fix = remedies::copy_verbatim(&Names::of(self.case));
        self.refuse(trace, error, because, reference.at.clone(), Some(fix))
    }

    /// `verifyManifest`: every digest is looked up, and all errors are answered at once.
    fn verify(&self, trace: &mut Trace, known: &str, references: &[Reference]) -> Result<(), Stop> {
        let mut errors = Vec::new();
        let mut first: Option<(&Reference, Phrase)> = None;
        for reference in references {
            let unknown = item(
                "MANIFEST_BLOB_UNKNOWN",
                "blob unknown to registry",
                Some(&json_text(reference.digest)),
            );
            let two = [
                item("UNKNOWN", "unknown error", None),
                item("UNKNOWN", "unknown error", Some("{}")),
            ];
            let because = match self.look(known, reference)? {
                Look::Pass => continue,
                Look::Urls => {
                    errors.extend(two);
                    say(
                        "{who} finds a layer that lies elsewhere, {digest}; unless it is configured to allow its `urls`, it refuses it.",
                        "{who} 读到存放在别处的层 {digest}；除非另行配置允许其 `urls`，它会拒绝。",
                    )
                }
                Look::Store => match digest_fault(reference.digest) {
                    None if self.held(trace, reference)? => continue,
                    None => say(
                        "{who} does not hold {digest}; it needs every blob and manifest before what names it.",
                        "{who} 中没有 {digest}；被引用的 blob 与清单须先于引用者推送。",
                    ),
                    Some(Fault::Format) => {
                        errors.push(item(
                            "DIGEST_INVALID",
                            "provided digest did not match uploaded content",
                            None,
                        ));
                        say(
                            "{who} finds {digest}, which is no digest.",
                            "{who} 读到 {digest}，这不是合法的摘要。",
                        )
                    }
                    Some(Fault::Other) => {
                        errors.extend(two);
                        say(
                            "{who} finds {digest}, a digest of the wrong length or of an algorithm that it does not have.",
                            "{who} 读到 {digest}，其长度不对，或使用了它不支持的算法。",
                        )
                    }
                },
            };
            errors.push(unknown);
            first.get_or_insert_with(|| {
                (
                    reference,
                    self.say(because).code("digest", reference.digest),
                )
            });
        }
        match first {
            None => Ok(()),
            Some((reference, because)) => {
                let fix = remedies::copy_verbatim(&Names::of(self.case));
                self.refuse(
                    trace,
                    body(&errors),
                    because,
                    reference.at.clone(),
                    Some(fix),
                )
            }
        }
    }

    /// How a descriptor is checked. `urls` decide only in manifests, and by default nothing is allowed there.
    fn look(&self, known: &str, reference: &Reference) -> Result<Look, Stop> {
        let foreign =
            known == mt::DOCKER_MANIFEST && reference.media_type == mt::DOCKER_FOREIGN_TAR_GZIP;
        if mt::is_index(known) || !(reference.urls || foreign) {
            return Ok(Look::Store);
        }
        if !self.behaviour.urls {
            return Err(unsettled(reference.media_type, reference.at.clone()));
        }
        let oci = known == mt::OCI_MANIFEST
            && matches!(
                reference.media_type,
                mt::OCI_TAR
                    | mt::OCI_TAR_GZIP
                    | mt::OCI_NONDISTRIBUTABLE_TAR
                    | "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
            );
        Ok(if oci || foreign {
            Look::Urls
        } else {
            Look::Pass
        })
    }

    /// Whether the registry holds a digest once the push got this far; refuses a blob that is not what its digest says.
    fn held(&self, trace: &mut Trace, reference: &Reference) -> Result<bool, Stop> {
        let inventory = self.case.inventory;
        if !reference.digest.starts_with("sha256:") {
            return Err(unsettled(reference.digest, reference.at.clone()));
        }
        let Some(id) = inventory.blob_for(reference.digest) else {
            if inventory.is_container() && self.case.set(&HOLDS) == "nothing" {
                return Ok(false);
            }
            return Err(Missing {
                what: reference.digest.to_string(),
                why: if inventory.is_container() {
                    Why::NotInInput
                } else {
                    Why::NotGiven
                },
                at: Some(reference.at.clone()),
            }
            .into());
        };
        let facts = inventory.blob_facts(id, Some(reference.at.clone()))?;
        if crate::artifact::has_digest(facts, reference.digest) {
            return Ok(true);
        }
        let because = self
            .say(say(
                "{who} digests what is uploaded as {digest} and gets {real}.",
                "{who} 对上传为 {digest} 的内容计算摘要，得到的是 {real}。",
            ))
            .code("digest", reference.digest)
            .code("real", facts.digests().next().unwrap_or_default());
        let error = body(&[item(
            "DIGEST_INVALID",
            "provided digest did not match uploaded content",
            Some(&format!(
                "{{\"Digest\":{},\"Reason\":{{}}}}",
                json_text(reference.digest)
            )),
        )]);
        let fix = remedies::copy_verbatim(&Names::of(self.case));
        self.refuse(trace, error, because, reference.at.clone(), Some(fix))
    }

    fn say(&self, phrase: Phrase) -> Phrase {
        phrase.name("who", self.who)
    }

    fn refuse<T>(
        &self,
        trace: &mut Trace,
        error: String,
        because: Phrase,
        at: Locus,
        fix: Option<Fix>,
    ) -> Result<T, Stop> {
        trace.fail(because.clone(), Some(at.clone()));
        let mut refusal = Refusal::new(error, because, Some(at));
        refusal.fixes.extend(fix);
        Err(refusal.into())
    }
}

/// How a descriptor is checked.
enum Look {
    /// By the store.
    Store,
    /// By its `urls`, which are refused.
    Urls,
    /// Not at all: it has `urls`, and its type is no layer's.
    Pass,
}

/// What is wrong with a digest.
enum Fault {
    /// `digest.ErrDigestInvalidFormat`.
    Format,
    /// Another error of go-digest.
    Other,
}

/// go-digest's `Validate`.
fn digest_fault(digest: &str) -> Option<Fault> {
    let (algorithm, encoded) = match digest.split_once(':') {
        Some((algorithm, encoded)) if !algorithm.is_empty() && !encoded.is_empty() => {
            (algorithm, encoded)
        }
        _ => return Some(Fault::Format),
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if spec::digest(digest).is_some() => return Some(Fault::Other),
        _ => return Some(Fault::Format),
    };
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if encoded.len() != length {
        Some(Fault::Other)
    } else if encoded.bytes().all(hex) {
        None
    } else {
        Some(Fault::Format)
    }
}

/// `References`: the config and the layers, or the entries of an index.
fn references<'d>(document: &Document, root: &'d Node, known: &str) -> Vec<Reference<'d>> {
    let of = |node: Option<&'d Node>, pointer: String| Reference {
        media_type: node.map_or("", |node| go_types::text(node, "mediaType")),
        digest: node.map_or("", |node| go_types::text(node, "digest")),
        urls: node
            .and_then(|node| field(node, "urls"))
            .is_some_and(|urls| !urls.items().is_empty()),
        at: document.locus(&pointer),
    };
    let list = if mt::is_index(known) {
        "manifests"
    } else {
        "layers"
    };
    let config = (!mt::is_index(known)).then(|| of(field(root, "config"), "/config".to_string()));
    let items = field(root, list).map_or(&[][..], Node::items);
    let rest = items
        .iter()
        .enumerate()
        .map(|(i, item)| of(Some(item), format!("/{list}/{i}")));
    config.into_iter().chain(rest).collect()
}

/// What these versions do with it is not known from their source, or depends on their configuration.
fn unsettled(what: &str, at: Locus) -> Stop {
    Missing {
        what: what.to_string(),
        why: Why::NotSettled,
        at: Some(at),
    }
    .into()
}
