//! Manifests as the library takes them: the type that it goes by, the one that it guesses, what makes a manifest
//! ambiguous, and the image that one describes. It opens no layer.

use super::typed;
use super::{Release, Run, old_schema};
use crate::artifact::documents::{self, Claim, Descriptor, Index};
use crate::artifact::{Document, Missing};
use crate::bytes::json::Node;
use crate::consumers::Stop;
use crate::consumers::go_archive::quoted;
use crate::consumers::go_decode;
use crate::consumers::go_types::{self, Go};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;
use std::borrow::Cow;

/// A manifest or index as a source hands it out.
#[derive(Clone)]
pub(in crate::consumers) struct Got<'a> {
    /// The document.
    pub document: &'a Document,
    /// The type under which it is handed out.
    pub media_type: String,
    /// Where it is named.
    pub at: Locus,
}

/// The two forms that an image's manifest has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Form {
    /// OCI.
    Oci,
    /// Docker's schema 2.
    Docker,
}

/// A config or layer as a manifest names it.
#[derive(Clone, Debug)]
pub(in crate::consumers) struct Part {
    /// `mediaType`.
    pub media_type: String,
    /// `digest`.
    pub digest: String,
    /// `size`; 0 where it is not declared, as Go has it.
    pub size: i64,
    /// Whether it can be had from an address outside.
    pub outside: bool,
    /// Where it stands.
    pub at: Locus,
}

/// One image, as its manifest describes it.
#[derive(Clone, Debug)]
pub(in crate::consumers) struct Image {
    /// The form.
    pub form: Form,
    /// The config.
    pub config: Part,
    /// The layers.
    pub layers: Vec<Part>,
    /// `artifactType`.
    pub artifact_type: String,
    /// The type that is guessed from the manifest alone.
    pub guessed: String,
}

impl Image {
    /// Whether the library takes it for a container image.
    pub fn is_image(&self) -> bool {
        self.form == Form::Docker || self.config.media_type == mt::OCI_CONFIG
    }
}

/// `GuessMIMEType`: the type that a manifest shows by itself; empty where it shows none.
pub(super) fn guess(document: &Document) -> String {
    if !typed::fits(document, typed::GUESSED) {
        return String::new();
    }
    let Some(root) = document.json.root.as_ref() else {
        return String::new();
    };
    let own = go_types::text(root, "mediaType").to_string();
    if matches!(
        own.as_str(),
        mt::DOCKER_MANIFEST | mt::DOCKER_LIST | mt::OCI_MANIFEST | mt::OCI_INDEX
    ) {
        return own;
    }
    let guessed = match go_types::field(root, "schemaVersion").and_then(Node::as_i64) {
        Some(1) => mt::DOCKER_SCHEMA1,
        Some(2) if !typed::fits(document, typed::GUESSED_CONFIG) => "",
        Some(2) => {
            let config = go_types::field(root, "config");
            let config = config.map_or("", |config| go_types::text(config, "mediaType"));
            let children =
                go_types::field(root, "manifests").is_some_and(|n| !n.items().is_empty());
            match config {
                mt::OCI_CONFIG => mt::OCI_MANIFEST,
                mt::DOCKER_CONFIG => mt::DOCKER_MANIFEST,
                "" if children => mt::OCI_INDEX,
                _ if children => return config.to_string(),
                _ => mt::OCI_MANIFEST,
            }
        }
        _ => "",
    };
    guessed.to_string()
}

/// The first fields that only another kind of manifest has, as the library lists them.
fn unexpected(document: &Document, allowed: &[&str]) -> Vec<&'static str> {
    let root = document.json.root.as_ref();
    ["config", "fsLayers", "history", "layers", "manifests"]
        .into_iter()
        .filter(|field| !allowed.contains(field))
        .filter(|field| {
            root.is_some_and(|root| {
                root.members()
                    .iter()
                    .any(|m| m.key.eq_ignore_ascii_case(field) && !m.value.is_null())
            })
        })
        .collect()
}

/// Decodes a document into a shape and looks for fields that make it ambiguous.
fn decode(
    run: &mut Run,
    got: &Got,
    shape: Go,
    allowed: &[&str],
    supposedly: String,
) -> Result<(), Stop> {
    if got.document.is_beyond_limits() {
        return Err(super::old_schema(&got.document.path, &got.at).into());
    }
    if let Some(error) = typed::error(got.document, shape, run.series)? {
        let error = match &*supposedly {
            mt::OCI_INDEX if allowed == ["manifests"] => {
                format!("unmarshaling OCI1Index …: {error}")
            }
            mt::DOCKER_LIST => format!("unmarshaling Schema2List …: {error}"),
            _ => error,
        };
        let because = say(
            "{who} cannot decode {path} as the manifest that it is said to be.",
            "{who} 无法把 {path} 解码为它所声称的清单。",
        )
        .code("path", &got.document.path);
        return Err(run.refuse(error, because, Some(got.at.clone())));
    }
    let fields = unexpected(got.document, allowed);
    if fields.is_empty()
        || !run
            .series
            .has(Release::V5_23, &got.document.path, Some(&got.at))?
    {
        return Ok(());
    }
    let list: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    let because = say(
        "{who} takes no manifest that could be read as two kinds; this one has the field {field} as well.",
        "{who} 不接受可以当作两种类型读取的清单；这份清单还带有字段 {field}。",
    )
    .code("field", fields.first().copied().unwrap_or_default());
    let at = got
        .document
        .locus(&format!("/{}", fields.first().copied().unwrap_or_default()));
    Err(run.refuse(
        format!(
            "rejecting ambiguous manifest, unexpected fields []string{{{}}} in supposedly {supposedly}",
            list.join(", ")
        ),
        because,
        Some(at),
    ))
}

/// An index or manifest list.
pub(super) fn list<'d>(run: &mut Run, got: &Got<'d>) -> Result<Cow<'d, Index>, Stop> {
    let (shape, media_type) = match &*got.media_type {
        mt::DOCKER_LIST => (typed::DOCKER_LIST, mt::DOCKER_LIST),
        _ => (typed::OCI_INDEX, mt::OCI_INDEX),
    };
    decode(run, got, shape, &["manifests"], media_type.to_string())?;
    let empty = Missing {
        what: got.document.path.clone(),
        why: crate::artifact::Why::Unreadable,
        at: Some(got.at.clone()),
    };
    let root = got.document.json.root.as_ref().ok_or(empty)?;
    Ok(go_decode::index_of(got.document, root))
}

/// The image of a manifest (`manifestInstanceFromBlob` for anything but lists).
pub(super) fn image(run: &mut Run, got: &Got) -> Result<Image, Stop> {
    let form = match &*got.media_type {
        mt::OCI_MANIFEST => Form::Oci,
        mt::DOCKER_MANIFEST => Form::Docker,
        _ => return Err(schema1(run, got)),
    };
    let (shape, supposedly) = match form {
        Form::Docker => (typed::DOCKER_MANIFEST, mt::DOCKER_MANIFEST.to_string()),
        Form::Oci => (
            typed::OCI_MANIFEST,
            run.series.worded(
                mt::OCI_INDEX.to_string(),
                Release::V5_34,
                mt::OCI_MANIFEST.to_string(),
            ),
        ),
    };
    decode(run, got, shape, &["config", "layers"], supposedly)?;
    let image = read(got, form)?;
    if form == Form::Docker {
        let own = got.document.json.root.as_ref();
        let own = own.and_then(|root| root.get("mediaType"));
        let own = own.and_then(Node::as_str).unwrap_or_default().to_string();
        check_docker_type(run, &own, got.document.locus("/mediaType"))?;
        for layer in &image.layers {
            check_docker_type(run, &layer.media_type, layer.at.clone())?;
        }
    }
    Ok(image)
}

fn read(got: &Got, form: Form) -> Result<Image, Stop> {
    let root = got.document.json.root.as_ref().ok_or_else(|| Missing {
        what: got.document.path.clone(),
        why: crate::artifact::Why::Unreadable,
        at: Some(got.at.clone()),
    })?;
    let manifest = documents::manifest(root);
    let part = |d: &Descriptor| Part {
        media_type: d.media_type().to_string(),
        digest: d.digest().to_string(),
        size: d.size.value().copied().unwrap_or_default(),
        outside: d
            .urls
            .iter()
            .any(|url| url.starts_with("http://") || url.starts_with("https://")),
        at: got.document.locus(&d.pointer),
    };
    let nothing = Part {
        media_type: String::new(),
        digest: String::new(),
        size: 0,
        outside: false,
        at: got.document.locus("/config"),
    };
    Ok(Image {
        form,
        config: manifest.config.value().map_or(nothing, part),
        layers: manifest.layers().iter().map(part).collect(),
        artifact_type: match &manifest.artifact_type {
            Claim::Is { value, .. } => value.clone(),
            _ => String::new(),
        },
        guessed: guess(got.document),
    })
}

/// `SupportedSchema2MediaType`.
fn check_docker_type(run: &mut Run, media_type: &str, at: Locus) -> Result<(), Stop> {
    let known = matches!(
        media_type,
        mt::DOCKER_LIST
            | mt::DOCKER_SCHEMA1
            | mt::DOCKER_SCHEMA1_SIGNED
            | mt::DOCKER_CONFIG
            | mt::DOCKER_FOREIGN_TAR
            | mt::DOCKER_FOREIGN_TAR_GZIP
            | mt::DOCKER_TAR_GZIP
            | mt::DOCKER_MANIFEST
            | mt::DOCKER_TAR
    );
    let known = known
        || media_type == mt::DOCKER_TAR_ZSTD
            && run.series.has(Release::V5_39, media_type, Some(&at))?;
    if known {
        return Ok(());
    }
    let because = say(
        "{who} asks for Docker's own types in a Docker manifest; here is {type}.",
        "{who} 要求 Docker 清单中使用 Docker 自己的类型；此处为 {type}。",
    )
    .code("type", media_type);
    Err(run.refuse(
        format!("unsupported docker v2s2 media type: {}", quoted(media_type)),
        because,
        Some(at),
    ))
}

/// Whatever has no other type is read as Docker's first schema.
fn schema1(run: &mut Run, got: &Got) -> Stop {
    let root = got.document.json.root.as_ref();
    let version = root.and_then(|root| root.get("schemaVersion"));
    let decoded = match typed::error(got.document, typed::GUESSED, run.series) {
        Ok(decoded) => decoded,
        Err(missing) => return missing.into(),
    };
    let error = match (decoded, version) {
        (Some(error), _) => error,
        (None, version) => match version.map_or(Some(0), Node::as_i64) {
            Some(1) | None => return old_schema(&got.document.path, &got.at).into(),
            Some(version) => format!("unsupported schema version {version}"),
        },
    };
    let because = say(
        "{who} knows no manifest of type {type}, reads it as one of Docker's first schema, and it is none.",
        "{who} 不认识类型为 {type} 的清单，便按 Docker 第一版 schema 读取，而它并不是。",
    )
    .code("type", &got.media_type);
    run.refuse(error, because, Some(got.at.clone()))
}

/// `NonImageArtifactError`.
pub(super) fn artifact_error(run: &mut Run, image: &Image) -> Stop {
    let config = image.config.media_type.clone();
    let plain = |kind: &str| {
        format!(
            "unsupported image-specific operation on artifact with type {}",
            quoted(kind)
        )
    };
    let newer = match &*image.artifact_type {
        "" if config == mt::DOCKER_CONFIG => {
            format!(
                "invalid mixed OCI image with Docker v2s2 config ({})",
                quoted(&config)
            )
        }
        "" => plain(&config),
        kind => plain(kind),
    };
    let older = plain(&config);
    match run
        .series
        .has(Release::V5_23, &config, Some(&image.config.at))
    {
        Ok(true) => {}
        Ok(false) | Err(_) => return old_schema(&config, &image.config.at).into(),
    }
    let error = run.series.worded(older, Release::V5_34, newer);
    let because = say(
        "{who} needs an image here, with a config of type {needed}; this config has type {type}.",
        "{who} 在此需要镜像，其配置类型应为 {needed}；此处配置的类型为 {type}。",
    )
    .code("needed", mt::OCI_CONFIG)
    .code("type", config);
    run.refuse(error, because, Some(image.config.at.clone()))
}
