//! Programs that pull artifacts, each replayed step by step as its source does it, and the list of them.
//! A consumer stands in the folder of its family and in its list. Replays read the model only: no source, no decoder, no state.

mod clouds;
mod copiers;
mod engines;
mod gitops;
mod judge;
mod libraries;
mod models;
mod packages;
mod proxies;
mod registries;
mod remedies;
mod scanners;
mod settings;
#[cfg(test)]
mod tests;
mod trace;
mod unpackers;
mod versions;
mod wasm_hosts;

pub use judge::{Question, aimed, judge};
pub use settings::{Choices, Setting, TARGET, Takes, key, keys};
pub use trace::{Accept, Refusal, Stop, Trace};
pub use versions::{Versions, holds, newest};

use libraries::{
    containerd, containers_image, distribution, docker_layer, docker_load, ggcr, go_archive,
    go_decode, go_reference, go_structs, go_types, oci_client, oras_go, platform, pulled, pushing,
    unpacking, wasm_plugin,
};
use remedies::archive as remedies_archive;

use crate::artifact::{Document, Inventory, Missing, Root};
use crate::ids;
use crate::text::Text;

/// Consumers of one kind, shown under one heading.
pub struct Family {
    /// Stable id.
    pub id: &'static str,
    /// The heading.
    pub title: Text,
    /// Its consumers, in the order of the page.
    pub consumers: &'static [&'static Consumer],
}

/// Every family, in the order of the page.
pub const FAMILIES: &[&Family] = &[
    &proxies::FAMILY,
    &wasm_hosts::FAMILY,
    &engines::FAMILY,
    &copiers::FAMILY,
    &unpackers::FAMILY,
    &gitops::FAMILY,
    &packages::FAMILY,
    &clouds::FAMILY,
    &registries::FAMILY,
    &scanners::FAMILY,
    &models::FAMILY,
];

/// Every consumer, in the order of the page.
pub fn all() -> impl Iterator<Item = &'static Consumer> {
    FAMILIES
        .iter()
        .flat_map(|family| family.consumers.iter().copied())
}

/// The consumer with an id.
pub fn find(id: &str) -> Option<&'static Consumer> {
    let id = ids::present(ids::Kind::Consumer, id);
    all().find(|consumer| consumer.id == id)
}

/// Ranges of a consumer, as its verdicts name them, put together as people read them: `≥ 0.5.0`. Empty where they are all
/// that it has.
pub fn shown(consumer: &str, versions: &[&str]) -> String {
    let Some(known) = find(consumer) else {
        return versions.join(", ");
    };
    let ranges: Vec<&Versions> = known
        .ranges
        .iter()
        .map(|range| &range.versions)
        .filter(|range| versions.contains(&range.shown))
        .collect();
    if ranges.len() == known.ranges.len() {
        return String::new();
    }
    versions::together(&ranges)
}

/// The family of the consumer with an id.
pub fn family(id: &str) -> Option<&'static Family> {
    FAMILIES
        .iter()
        .copied()
        .find(|family| family.consumers.iter().any(|one| one.id == id))
}

/// A program that pulls artifacts.
pub struct Consumer {
    /// Stable id, as in addresses and on the command line.
    pub id: &'static str,
    /// Its name, as its users call it.
    pub name: &'static str,
    /// What it is and how it takes artifacts, one or two sentences.
    pub about: Text,
    /// What it is given.
    pub scope: Scope,
    /// Where its behaviour was read.
    pub sources: &'static [Source],
    /// What a person sets and what then changes its verdict.
    pub settings: &'static [Setting],
    /// Its behaviours, oldest first. The ranges do not overlap.
    pub ranges: &'static [Range],
    /// Whether an artifact is meant for it, as far as one can see. It decides only whether an unasked verdict is shown
    /// as *not its job*; where it cannot be seen, say yes.
    pub meant_for: fn(&Case) -> bool,
}

/// What a consumer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One artifact, as if pushed to a registry or named by a tag: judged for each root.
    Root,
    /// The archive or folder as a whole: judged once.
    Input,
}

/// Where a behaviour was read.
pub struct Source {
    /// `owner/name` of the repository, or the publisher of a document.
    pub repository: &'static str,
    /// File, function or page.
    pub path: &'static str,
    /// Tags or commits read, or the date.
    pub at: &'static str,
}

/// One behaviour and the versions that have it.
pub struct Range {
    /// The versions.
    pub versions: Versions,
    /// What distinguishes it from its neighbours, in a few words.
    pub label: Text,
    /// The replay.
    pub replay: fn(&Case, &mut Trace) -> Result<Accept, Stop>,
}

/// What a replay looks at.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// Everything that was given.
    pub inventory: &'a Inventory,
    /// The artifact; for [`Scope::Input`] the first one, if there is any.
    pub root: Option<&'a Root>,
    /// Id of the consumer that is replayed.
    pub consumer: &'static str,
    /// What was chosen for its settings.
    pub choices: &'a Choices,
}

impl<'a> Case<'a> {
    /// What is chosen for a setting: what a person said, else its default.
    pub fn set(&self, setting: &Setting) -> &'a str {
        self.choices.of(self.consumer, setting)
    }

    /// The document that the artifact begins with: a manifest or an index.
    pub fn document(&self) -> Result<&'a Document, Missing> {
        match self.root {
            Some(root) => self.inventory.root_document(root),
            None => Err(Missing {
                what: "manifest".to_string(),
                why: crate::artifact::Why::NotGiven,
                at: None,
            }),
        }
    }

    /// The media type under which a registry would hand out the root: that of the descriptor which names it, else
    /// the document's own `mediaType`, else what its shape says. (A registry stores the type it was pushed with;
    /// pushing tools take it from the descriptor or the document.)
    pub fn media_type(&self) -> Result<String, Missing> {
        use crate::artifact::documents::Claims;
        use crate::spec::media_type as mt;
        if let Some(Root {
            start: crate::artifact::Start::Entry { descriptor, .. },
            ..
        }) = self.root
            && let Some(declared) = descriptor.media_type.value()
        {
            return Ok(declared.clone());
        }
        let document = self.document()?;
        let own = match &document.claims {
            Claims::Manifest(m) => m.media_type.value(),
            Claims::Index(i) => i.media_type.value(),
            Claims::Schema1 { media_type, .. } => media_type.value(),
            _ => None,
        };
        Ok(match (own, &document.claims) {
            (Some(own), _) => own.clone(),
            (None, Claims::Manifest(_)) => mt::OCI_MANIFEST.to_string(),
            (None, Claims::Index(_)) => mt::OCI_INDEX.to_string(),
            (None, Claims::Schema1 { .. }) => mt::DOCKER_SCHEMA1_SIGNED.to_string(),
            (None, Claims::ArtifactManifest { .. }) => mt::OCI_ARTIFACT_MANIFEST.to_string(),
            (None, _) => String::new(),
        })
    }
}
