//! Pullcheck's core: reads OCI and Docker artifacts, judges and explains them.
//! It never names a browser or an operating system, and never reads a clock.

#[cfg(test)]
extern crate self as pullcheck;
#[cfg(test)]
#[path = "../tests/kit/mod.rs"]
pub(crate) mod kit;

pub mod addresses;
pub mod answers;
pub mod artifact;
pub mod badge;
pub mod bytes;
pub mod consumers;
pub mod describe;
pub mod diff;
pub mod drafts;
pub mod errors;
pub mod examples;
pub mod fixes;
pub mod ids;
pub mod inside;
pub mod join;
pub mod leaflets;
pub mod lessons;
pub mod limits;
pub mod listing;
pub mod map;
pub mod markdown;
pub mod media_types;
pub mod mirrors;
pub mod order;
pub mod place;
pub mod protocol;
pub mod render;
pub mod report;
pub mod rules;
pub mod sarif;
pub mod saved;
pub mod session;
pub mod share;
pub mod snippets;
pub mod spec;
pub mod strip;
pub mod text;
pub mod wire;
