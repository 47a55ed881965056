//! The dictionary of media types: what each stands for, who writes it and who reads it, and what an unknown one may have
//! been meant to be. It reads no artifact and judges none.

use crate::ids;
use crate::order;
use crate::spec::{ecosystem, spelling};
use crate::text::{Phrase, Text, Words, text};
use serde::Deserialize;
use std::sync::OnceLock;

/// The data: one type a line.
const DATA: &str = include_str!("media_types.json");

/// How many edits a misspelt type may be away from the one that was meant.
const SLIP: usize = 4;
/// How many types are suggested for an unknown one.
const SUGGESTED: usize = 3;

/// A media type that is known.
#[derive(Debug, Deserialize)]
pub struct MediaType {
    /// The type.
    #[serde(rename = "type")]
    pub name: String,
    /// What a descriptor of this type points to.
    pub role: Role,
    /// Programs that write it.
    pub by: Vec<String>,
    /// Who reads it: ids of consumers, or names of other programs.
    pub read: Vec<String>,
    holds: Words,
    note: Option<Words>,
}

/// What a descriptor points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An index.
    Index,
    /// A manifest.
    Manifest,
    /// A config.
    Config,
    /// A layer.
    Layer,
    /// Nothing: it stands in `artifactType`.
    ArtifactType,
    /// A descriptor that stands by itself.
    Descriptor,
    /// The file `oci-layout`.
    Layout,
}

impl Role {
    /// It in a word.
    pub fn word(self) -> Text {
        match self {
            Role::Index => text("index", "索引"),
            Role::Manifest => text("manifest", "清单"),
            Role::Config => text("config", "配置"),
            Role::Layer => text("layer", "层"),
            Role::ArtifactType => text("artifact type", "制品类型"),
            Role::Descriptor => text("descriptor", "描述符"),
            Role::Layout => text("file of a layout", "布局中的文件"),
        }
    }
}

impl MediaType {
    /// What content of this type is.
    pub fn holds(&'static self) -> Phrase {
        self.holds.phrase()
    }

    /// What one should know besides.
    pub fn note(&'static self) -> Option<Phrase> {
        self.note.as_ref().map(|note| note.phrase())
    }

    /// Whose type it is; none where it is nobody's own.
    pub fn maker(&self) -> &'static str {
        match self.name.strip_prefix("application/vnd.oci.") {
            Some(_) => "OCI",
            None => ecosystem::maker(&self.name).unwrap_or_default(),
        }
    }
}

/// Every type, in the order of the page.
pub fn all() -> &'static [MediaType] {
    static ALL: OnceLock<Vec<MediaType>> = OnceLock::new();
    // The data is part of the program; a test reads it.
    ALL.get_or_init(|| serde_json::from_str(DATA).unwrap_or_default())
}

/// A type that is known, by its exact name.
pub fn find(name: &str) -> Option<&'static MediaType> {
    let name = ids::present(ids::Kind::MediaType, name);
    all().iter().find(|known| known.name == name)
}

/// What an unknown type may have been meant to be, nearest first.
pub fn nearest(name: &str) -> Vec<&'static MediaType> {
    let mut near: Vec<(usize, &MediaType)> = all()
        .iter()
        .filter(|known| known.name != name)
        .filter_map(|known| Some((spelling::distance(name, &known.name, SLIP)?, known)))
        .collect();
    order::by_key(&mut near, |(distance, _)| *distance);
    near.into_iter()
        .take(SUGGESTED)
        .map(|(_, known)| known)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{is_media_type, media_type as mt};

    #[test]
    fn the_data_is_whole() {
        let names: Vec<&str> = all().iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names.len(), DATA.matches("\"type\":").count());
        for (at, known) in all().iter().enumerate() {
            assert!(is_media_type(&known.name), "{}", known.name);
            assert!(!names[..at].contains(&names[at]), "{}", known.name);
            for words in [Some(&known.holds), known.note.as_ref()]
                .into_iter()
                .flatten()
            {
                assert!(
                    words.en.ends_with('.') && words.zh.ends_with('。'),
                    "{words:?}"
                );
            }
        }
    }

    #[test]
    fn every_type_that_the_code_names_is_explained() {
        for name in [
            mt::OCI_INDEX,
            mt::OCI_MANIFEST,
            mt::OCI_ARTIFACT_MANIFEST,
            mt::OCI_CONFIG,
            mt::OCI_EMPTY,
            mt::OCI_TAR,
            mt::OCI_TAR_GZIP,
            mt::OCI_TAR_ZSTD,
            mt::OCI_NONDISTRIBUTABLE_TAR,
            mt::DOCKER_LIST,
            mt::DOCKER_MANIFEST,
            mt::DOCKER_SCHEMA1,
            mt::DOCKER_SCHEMA1_SIGNED,
            mt::DOCKER_CONFIG,
            mt::DOCKER_TAR,
            mt::DOCKER_TAR_GZIP,
            mt::DOCKER_TAR_ZSTD,
            mt::DOCKER_FOREIGN_TAR,
            mt::DOCKER_FOREIGN_TAR_GZIP,
            mt::WASM_MODULE_CONTENT,
            mt::IN_TOTO,
            mt::HELM_CONFIG,
            mt::HELM_CHART,
            mt::FLUX_CONFIG,
            mt::FLUX_CONTENT,
            mt::CNCF_WASM_CONFIG,
            mt::CNCF_WASM,
            mt::WASM_TO_OCI,
        ] {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn slips_lead_to_what_was_meant() {
        let first = |name| nearest(name).first().map(|known| known.name.as_str());
        assert_eq!(
            first("application/vnd.oci.image.layer.v1.tar.gzip"),
            Some(mt::OCI_TAR_GZIP)
        );
        assert_eq!(first("application/vnd.oci.image.manifest.v1"), None);
        assert_eq!(
            first("application/vnd.cncf.helm.chart.content.v1.tar-gzip"),
            Some(mt::HELM_CHART)
        );
        assert_eq!(first("application/vnd.acme.thing"), None);
    }
}
