//! The gallery: inputs worth looking at, good and bad, each with an id that documents can link to. Every one is made when
//! it is asked for and checked like anything else; what it promises here is what the tests hold it to.

mod archives;
mod attached;
pub mod delivery;
mod documents;
mod images;
mod layers;
pub mod wasm;

pub use attached::{artifact_index, cosign_attestation, cosign_signature, notation_signature};
pub use attached::{oras_attached, oras_empty, sigstore_bundle};
pub use images::{
    buildx_index, docker_saved, encrypted_image, platforms, sparse_index, squashfs_image,
    zstd_image,
};

use super::Files;
use crate::ids;
use crate::text::Text;

/// Every example, in the order of the page.
pub const ALL: &[&[Example]] = &[
    documents::EXAMPLES,
    archives::EXAMPLES,
    layers::EXAMPLES,
    wasm::EXAMPLES,
    images::EXAMPLES,
    delivery::EXAMPLES,
    attached::EXAMPLES,
];

/// Every example in one line.
pub fn all() -> impl Iterator<Item = &'static Example> {
    ALL.iter().copied().flatten()
}

/// The example with an id.
pub fn find(id: &str) -> Option<&'static Example> {
    let id = ids::present(ids::Kind::Example, id);
    all().find(|example| example.id == id)
}

/// One example.
pub struct Example {
    /// Stable id, as in addresses and on the command line.
    pub id: &'static str,
    /// What it is an example of: a subject of the rules (`manifest`, `tar` …) or a family of consumers (`proxies` …).
    pub group: &'static str,
    /// Whether it is right: it breaks no rule of severity error, and those that it is made for take it.
    pub good: bool,
    /// What it is, in a few words.
    pub title: Text,
    /// What to look at.
    pub about: Text,
    /// Name of its file.
    pub file: &'static str,
    /// The rules that it breaks, errors and warnings: all of them.
    pub breaks: &'static [&'static str],
    /// Consumers some version of which refuses it.
    pub refused: &'static [&'static str],
    /// Consumers some version of which accepts it.
    pub accepted: &'static [&'static str],
    make: fn() -> Files,
}

impl Example {
    /// Makes it.
    pub fn files(&self) -> Files {
        let mut files = (self.make)();
        files.name = self.file.to_string();
        if let [(path, _)] = files.items.as_mut_slice() {
            *path = self.file.to_string();
        }
        files
    }
}

/// Declares examples: leaving out a text, a language or a promise does not compile.
macro_rules! examples {
    ($(
        $id:literal $kind:ident $group:literal {
            title: $title_en:literal / $title_zh:literal,
            about: $about_en:literal / $about_zh:literal,
            file: $file:literal,
            breaks: [$($rule:literal),*],
            refused: [$($refused:literal),*],
            accepted: [$($accepted:literal),*],
            make: $make:expr $(,)?
        }
    )*) => {
        /// The examples of this file.
        pub const EXAMPLES: &[$crate::examples::gallery::Example] = &[$(
            $crate::examples::gallery::Example {
                id: $id,
                group: $group,
                good: $crate::examples::gallery::is_good(stringify!($kind)),
                title: $crate::text::text($title_en, $title_zh),
                about: $crate::text::text($about_en, $about_zh),
                file: $file,
                breaks: &[$($rule),*],
                refused: &[$($refused),*],
                accepted: &[$($accepted),*],
                make: $make,
            }
        ),*];
    };
}
pub(crate) use examples;

/// `good` or `bad`, as it stands in the list.
const fn is_good(word: &str) -> bool {
    matches!(word.as_bytes(), b"good")
}
